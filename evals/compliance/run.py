"""Does the wording check stop what must not be said, and let pass what may?"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.checks.model import Finding
from assistant.checks.wording import wording_findings
from assistant.errors import Invalid
from evals.report import Report, current_commit, digest_of, interval, percentile, read_lines

SHIPPED = Path(__file__).with_name("gold.jsonl")
"""The held-out set of the house; ``development.jsonl`` beside it is what patterns were written against."""

_SEVERITIES = ("critical", "high", "medium")


class Line(BaseModel):
    """One line of a suite. Unknown keys are ignored; what is missing is null."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    text: str
    context: str | None = None
    channel: str | None = None
    label: Literal["violate", "compliant"]
    categories: tuple[str, ...] = Field(default=())
    severity: str | None = None

    @property
    def scene(self) -> str | None:
        """Context and channel as the check reads them."""
        return "；".join(part for part in (self.context, self.channel) if part) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A line, and what the check found in it."""

    line: Line
    findings: tuple[Finding, ...]
    milliseconds: float

    @property
    def stopped(self) -> bool:
        """Whether the check found anything."""
        return bool(self.findings)

    @property
    def passed(self) -> bool:
        """Whether that was right."""
        return self.stopped == (self.line.label == "violate")

    def found(self, category: str) -> bool:
        """Whether the check found this category (``P12`` or ``P12_suitability``)."""
        return any(finding.category.partition("_")[0] == category.partition("_")[0] for finding in self.findings)


def run(file: Path = SHIPPED) -> Report:
    """Judge every line of ``file``; ``Invalid`` names the first line that cannot be read."""
    judged = [_judge(line) for line in read(file)]
    return Report(
        suite="compliance",
        n=len(judged),
        metrics=metrics(judged),
        settings={"check": "assistant.checks.wording"},
        commit=current_commit(),
        data_digest=digest_of(file),
        cases=[_case(each) for each in judged],
    )


def read(file: Path) -> tuple[Line, ...]:
    """The lines of a suite."""
    lines = []
    for number, value in enumerate(read_lines(file), start=1):
        try:
            lines.append(Line.model_validate({key: item for key, item in value.items() if item is not None}))
        except ValidationError as error:
            problems = "；".join(".".join(map(str, each["loc"])) for each in error.errors(include_input=False))
            raise Invalid(f"第 {number} 条评测样本有误：{problems}。") from None
    return tuple(lines)


def metrics(judged: Sequence[Judged]) -> dict[str, Any]:
    """The figures of the evaluation format; a share of nothing is ``None``."""
    violating = [each for each in judged if each.line.label == "violate"]
    compliant = [each for each in judged if each.line.label == "compliant"]
    stopped = [each for each in judged if each.stopped]
    times = [each.milliseconds for each in judged]
    categories = sorted({name for each in violating for name in each.line.categories})
    return {
        "recall": _share(violating, _stopped),
        "precision": _share(stopped, lambda each: each.line.label == "violate"),
        "false_alarm_rate": _share(compliant, _stopped),
        "critical_recall": _share([each for each in violating if each.line.severity == "critical"], _stopped),
        "category_recall": _share(
            [each for each in violating if each.line.categories],
            lambda each: any(each.found(name) for name in each.line.categories),
        ),
        "latency_ms_p50": round(percentile(times, 50), 3),
        "latency_ms_p95": round(percentile(times, 95), 3),
        "recall_interval": interval([float(each.stopped) for each in violating]),
        "false_alarm_interval": interval([float(each.stopped) for each in compliant]),
        "by_severity": {
            severity: {"n": len(chosen), "recall": _share(chosen, _stopped)}
            for severity in _SEVERITIES
            if (chosen := [each for each in violating if each.line.severity == severity])
        },
        "by_category": {name: _of_category(name, violating, compliant) for name in categories},
    }


def _of_category(name: str, violating: Sequence[Judged], compliant: Sequence[Judged]) -> dict[str, Any]:
    chosen = [each for each in violating if name in each.line.categories]
    named = [each for each in (*violating, *compliant) if each.found(name)]
    right = [each for each in named if name in each.line.categories]
    return {
        "n": len(chosen),
        "recall": _share(chosen, _stopped),
        "category_recall": _share(chosen, lambda each: each.found(name)),
        "precision": len(right) / len(named) if named else None,
        "false_alarms": sum(each.found(name) for each in compliant),
    }


def _stopped(each: Judged) -> bool:
    return each.stopped


def _share(chosen: Sequence[Judged], holds: Callable[[Judged], bool]) -> float | None:
    return sum(holds(each) for each in chosen) / len(chosen) if chosen else None


def _judge(line: Line) -> Judged:
    started = time.perf_counter()
    findings = wording_findings(line.text, context=line.scene)
    return Judged(line=line, findings=findings, milliseconds=(time.perf_counter() - started) * 1000)


def _case(judged: Judged) -> dict[str, Any]:
    line = judged.line
    return {
        "id": line.id,
        "passed": judged.passed,
        "label": line.label,
        "text": line.text,
        "context": line.context,
        "categories": line.categories,
        "severity": line.severity,
        "found": [finding.category for finding in judged.findings],
        "spans": [finding.span for finding in judged.findings],
        "milliseconds": round(judged.milliseconds, 3),
    }
