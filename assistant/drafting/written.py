"""What a model hands in, and how it becomes statements: only what it was given may be cited, and only word for word."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from assistant.analysis.model import Fact
from assistant.drafting.model import Citation, Evidence, Statement, StatementKind
from assistant.drafting.ports import Fault
from assistant.drafting.rendering import in_chinese, period_in_chinese

_LONGEST = 400
_MOST = 20
_DIGIT = re.compile(r"[0-9０-９]|[一二两三四五六七八九十百千]+(?:个|天|日|月|年|万|亿|元|成|倍|次|%)|百分之|千分之")
_TAGS = str.maketrans("<>", "＜＞")
_VERIFICATION_LABELS = {"verified": "已核对", "secondary": "二手资料", "unverified": "尚未核对原文"}


class WrittenCitation(BaseModel):
    """一条出处。"""

    model_config = ConfigDict(extra="ignore")

    source: str = Field(description="材料中的编号，如 E1 或 F2。")
    quote: str = Field(description="从该编号的文字中逐字摘出的一段。")


class WrittenStatement(BaseModel):
    """一句话。"""

    model_config = ConfigDict(extra="ignore")

    kind: StatementKind = Field(description="rule、fact、opinion、action、disclosure 或 courtesy。")
    text: str = Field(description="一句完整的中文。", max_length=_LONGEST)
    citations: list[WrittenCitation] = Field(default_factory=list)


class WrittenAnswer(BaseModel):
    """交出写好的句子；写不了时 statements 留空并说明原因。"""

    model_config = ConfigDict(extra="ignore")

    statements: list[WrittenStatement] = Field(default_factory=list, max_length=_MOST)
    abstained: str | None = Field(default=None, description="写不了的原因；写了就留空。")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What can stand, and what is wrong with the rest. ``faults`` name statements by their id."""

    statements: tuple[Statement, ...]
    faults: tuple[Fault, ...]

    def without(self, faults: Iterable[Fault]) -> tuple[Statement, ...]:
        """The statements that no fault is about; none at all where a fault is about the whole."""
        named = {fault.statement_id for fault in (*self.faults, *faults)}
        if None in named:
            return ()
        return tuple(statement for statement in self.statements if statement.id not in named)


class Handles:
    """Short names, E1 … and F1 …, for what a model may cite. They grow as an agent's tools hand out more."""

    def __init__(self, evidence: Sequence[Evidence] = (), facts: Sequence[Fact] = ()) -> None:
        self._evidence: dict[str, Evidence] = {}
        self._facts: dict[str, Fact] = {}
        for item in evidence:
            self.name_evidence(item)
        for fact in facts:
            self.name_fact(fact)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All evidence that has a handle, in order."""
        return tuple(self._evidence.values())

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts that have a handle, in order."""
        return tuple(self._facts.values())

    def name_evidence(self, evidence: Evidence) -> str:
        """The handle of ``evidence``, the same one each time."""
        for handle, known in self._evidence.items():
            if known.ref == evidence.ref:
                return handle
        handle = f"E{len(self._evidence) + 1}"
        self._evidence[handle] = evidence
        return handle

    def name_fact(self, fact: Fact) -> str:
        """The handle of ``fact``, the same one each time."""
        for handle, known in self._facts.items():
            if known.id == fact.id:
                return handle
        handle = f"F{len(self._facts) + 1}"
        self._facts[handle] = fact
        return handle

    def evidence_lines(self) -> list[Mapping[str, str]]:
        """For the prompt: what a model sees of each piece of evidence."""
        return [evidence_line(handle, item) for handle, item in self._evidence.items()]

    def fact_lines(self) -> list[Mapping[str, str]]:
        """For the prompt: what a model sees of each fact."""
        return [fact_line(handle, item) for handle, item in self._facts.items()]

    def resolve(self, answer: WrittenAnswer) -> Resolved:
        """Handles become references, quotes are looked up; whatever fails becomes a fault of its statement."""
        statements: list[Statement] = []
        faults: list[Fault] = []
        for number, written in enumerate(answer.statements, start=1):
            statement, wrong = self._statement(f"s{number}", number, written)
            statements.append(statement)
            faults += [Fault(statement.id, reason) for reason in wrong]
        if statements and not any(statement.citations for statement in statements):
            faults.append(Fault(None, "没有一句注明了可以核对的出处。"))
        return Resolved(tuple(statements), tuple(faults))

    def _statement(self, statement_id: str, number: int, written: WrittenStatement) -> tuple[Statement, list[str]]:
        wrong: list[str] = []
        citations: list[Citation] = []
        for citation in written.citations:
            found = self._citation(citation)
            if found is None:
                wrong.append(f"第{number}句引用的「{citation.source[:20]}」不存在，或者引文不是该编号的原文。")
            else:
                citations.append(found)
        text = written.text.strip()
        if not text:
            wrong.append(f"第{number}句没有文字。")
        if written.kind.needs_citation and not citations:
            wrong.append(f"第{number}句没有出处。")
        if not citations and _DIGIT.search(text):
            wrong.append(f"第{number}句含有数字却没有出处。")
        statement = Statement(id=statement_id, kind=written.kind, text=text, citations=tuple(citations))
        return statement, wrong

    def _citation(self, written: WrittenCitation) -> Citation | None:
        handle = written.source.strip().upper()
        if (evidence := self._evidence.get(handle)) is not None:
            quote = verbatim(written.quote, evidence.text)
            return Citation(source=evidence.ref, quote=quote) if quote else None
        if (fact := self._facts.get(handle)) is not None:
            return Citation(source=fact.id, quote=fact.text)
        return None


def verbatim(quote: str, text: str) -> str | None:
    """The span of ``text`` that ``quote`` is, white space aside; ``None`` where it is not there."""
    wanted = "".join(quote.split()).translate(_TAGS)
    if not wanted:
        return None
    places = [index for index, character in enumerate(text) if not character.isspace()]
    squeezed = "".join(text[index] for index in places).translate(_TAGS)
    start = squeezed.find(wanted)
    if start < 0:
        return None
    return text[places[start] : places[start + len(wanted) - 1] + 1]


def evidence_line(handle: str, evidence: Evidence) -> Mapping[str, str]:
    """What a model sees of a piece of evidence; angle brackets cannot close the mark-up around it."""
    return {
        "handle": handle,
        "citation": evidence.citation.translate(_TAGS),
        "period": period_in_chinese(evidence),
        "verification": _VERIFICATION_LABELS.get(evidence.verification, evidence.verification),
        "text": f"{evidence.heading}\n{evidence.text}".translate(_TAGS),
    }


def fact_line(handle: str, fact: Fact) -> Mapping[str, str]:
    """What a model sees of a fact."""
    return {
        "handle": handle,
        "label": fact.label.translate(_TAGS),
        "as_of": in_chinese(fact.as_of),
        "text": fact.text.translate(_TAGS),
    }


def harmless(text: str) -> str:
    """``text`` as data inside mark-up."""
    return text.translate(_TAGS)
