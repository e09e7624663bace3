"""A question of the suite, what came back for it, and how the two compare. The format is DESIGN §9's."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import opencc
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.conversations.model import AnswerType
from assistant.drafting.model import Evidence
from assistant.errors import Invalid
from knowledge.documents.model import Kind, ProvisionRef

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


class RuleRef(BaseModel):
    """A provision that a right answer rests on; any article where ``article`` is null."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    article: str | None = None

    def met_by(self, ref: ProvisionRef) -> bool:
        """Whether citing ``ref`` is citing this."""
        return self.id == ref.document_id and self.article in (None, ref.locator)


class Question(BaseModel):
    """One line of a suite. Unknown keys are ignored; what is missing is null."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    text: str
    asker: str = "advisor"
    as_of: date | None = None
    expected_type: AnswerType
    rule_refs: tuple[RuleRef, ...] = Field(default=())
    must_contain: tuple[tuple[str, ...], ...] = Field(default=())
    must_not_contain: tuple[str, ...] = Field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the product gave back for a question."""

    type: AnswerType
    as_of: date
    text: str
    evidence: tuple[Evidence, ...]
    """Only what is cited."""
    unproven_numbers: tuple[str, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A question and what was given for it."""

    question: Question
    given: Given

    @property
    def right_type(self) -> bool:
        """Answered, refused or handed over, as expected."""
        return self.given.type is self.question.expected_type

    @property
    def missing(self) -> tuple[tuple[str, ...], ...]:
        """Groups of ``must_contain`` of which nothing was said."""
        said = folded(self.given.text)
        return tuple(group for group in self.question.must_contain if not any(folded(words) in said for words in group))

    @property
    def wrongly_said(self) -> tuple[str, ...]:
        """What should not have been said."""
        said = folded(self.given.text)
        return tuple(words for words in self.question.must_not_contain if folded(words) in said)

    @property
    def accurate(self) -> bool:
        """Right type, every group hit, nothing that must not be said."""
        return self.right_type and not self.missing and not self.wrongly_said

    @property
    def right_day(self) -> bool:
        """Accurate, told for the day that was asked about, and nothing cited that was not in force on it."""
        day = self.question.as_of
        if day is None:
            return self.accurate
        in_force = all(
            item.effective_from <= day and (item.effective_to is None or day < item.effective_to)
            for item in self.given.evidence
        )
        return self.accurate and in_force and self.given.as_of == day

    @property
    def found_refs(self) -> int:
        """How many of the expected provisions are cited."""
        return sum(any(rule.met_by(ref) for ref in self._cited) for rule in self.question.rule_refs)

    @property
    def cited_rules(self) -> int:
        """How many provisions of rules are cited: the suite names rules only, so guides and notes do not count here."""
        return sum(1 for _ in self._rules)

    @property
    def fitting_rules(self) -> int:
        """How many of the cited rules are expected ones."""
        return sum(any(rule.met_by(ref) for rule in self.question.rule_refs) for ref in self._rules)

    @property
    def _cited(self) -> list[ProvisionRef]:
        return [ProvisionRef.parse(item.ref) for item in self.given.evidence]

    @property
    def _rules(self) -> Iterator[ProvisionRef]:
        return (ProvisionRef.parse(item.ref) for item in self.given.evidence if item.kind == Kind.RULE.value)

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        return {
            "id": self.question.id,
            "text": self.question.text,
            "expected_type": self.question.expected_type.value,
            "type": self.given.type.value,
            "as_of": self.given.as_of.isoformat(),
            "accurate": self.accurate,
            "missing": [list(group) for group in self.missing],
            "wrongly_said": list(self.wrongly_said),
            "expected_refs": [f"{rule.id}:{rule.article or '*'}" for rule in self.question.rule_refs],
            "cited": [item.ref for item in self.given.evidence],
            "unproven_numbers": list(self.given.unproven_numbers),
            "answer": self.given.text,
            "latency_ms": round(self.given.milliseconds, 1),
        }


def read(file: Path) -> tuple[Question, ...]:
    """Every line of ``file``; every broken line is told at once."""
    questions: list[Question] = []
    problems: list[str] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            questions.append(Question.model_validate(_without_nulls(json.loads(line))))
        except (ValidationError, ValueError) as error:
            problems.append(f"第 {number} 行：{str(error).splitlines()[0]}")
    if problems:
        raise Invalid(f"{file.name} 中有读不懂的行：\n" + "\n".join(problems))
    if not questions:
        raise Invalid(f"{file.name} 中没有题目。")
    return tuple(questions)


def metrics(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Shares, 0 … 1, and the count of unproven numbers; ``None`` where no question bears on a figure."""
    dated = [outcome for outcome in outcomes if outcome.question.as_of is not None]
    cited = [one for one in outcomes if one.question.expected_type is AnswerType.ANSWER and one.question.rule_refs]
    refused = [outcome for outcome in outcomes if outcome.given.type is AnswerType.REFUSE]
    to_refuse = [outcome for outcome in outcomes if outcome.question.expected_type is AnswerType.REFUSE]
    both = sum(one.right_type for one in to_refuse)
    return {
        "accuracy": _share(sum(one.accurate for one in outcomes), len(outcomes)),
        "citation_recall": _share(
            sum(one.found_refs for one in cited), sum(len(one.question.rule_refs) for one in cited)
        ),
        "citation_precision": _share(sum(one.fitting_rules for one in cited), sum(one.cited_rules for one in cited)),
        "refusal_recall": _share(both, len(to_refuse)),
        "refusal_precision": _share(both, len(refused)),
        "as_of_accuracy": _share(sum(one.right_day for one in dated), len(dated)),
        "unproven_numbers": sum(len(one.given.unproven_numbers) for one in outcomes),
    }


def by_type(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float | None]]:
    """Number and accuracy of each expected type."""
    groups = {kind: [one for one in outcomes if one.question.expected_type is kind] for kind in AnswerType}
    return {
        kind.value: {"n": len(group), "accuracy": _share(sum(one.accurate for one in group), len(group))}
        for kind, group in groups.items()
    }


def folded(text: str) -> str:
    """Width, traditional characters, spaces, case and thousands separators make no difference."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    return str(_converter().convert(_THOUSANDS.sub("", plain)))


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _without_nulls(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value is not None}


@cache
def _converter() -> Any:  # noqa: ANN401 - published without types
    return opencc.OpenCC("t2s")
