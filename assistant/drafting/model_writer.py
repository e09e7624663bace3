"""The writer that puts a chat model to work: quotes word for word, one repair round, then the stand-in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.drafting.extractive import NOT_COVERED
from assistant.drafting.model import Brief, Section, Statement, WriterTrace, Writing
from assistant.drafting.ports import Fault, FaultFinder, Writer, no_faults
from assistant.drafting.rendering import in_chinese
from assistant.drafting.written import Handles, Resolved, WrittenAnswer, harmless
from assistant.errors import Unavailable
from assistant.language_model.budget import TokenBudget
from assistant.language_model.errors import BudgetSpent, Garbled
from assistant.language_model.ports import LanguageModel, Speaker, Turn
from assistant.privacy.masking import IdentifierKind, contains_identifier
from prompts import Prompt, fill

ASKERS = {"advisor": "投资顾问", "customer": "客户"}
WORD_FOR_WORD = frozenset({"suitability", "products", "pre_sale", "notes"})
"""Sections of a plan that no model rewords: their very words are what the rules ask for."""
_SHOWN_FAULTS = 8


class Unusable(Garbled):
    """What the model handed in cannot be used, also after repair."""


class ModelWriter:
    """Words a brief through a chat model; the ``fallback`` writer stands in whenever that does not work out."""

    def __init__(
        self,
        language_model: LanguageModel,
        fallback: Writer,
        *,
        tokens_per_request: int,
        find_faults: FaultFinder = no_faults,
    ) -> None:
        self._model = language_model
        self._fallback = fallback
        self._tokens = tokens_per_request
        self._find_faults = find_faults

    @property
    def name(self) -> str:
        """Of the model, as it is stored beside what it wrote."""
        return self._model.name

    def write(self, brief: Brief) -> Writing:
        """Statements that cite the brief's own evidence and facts, or an abstention."""
        rules = fill("answer", max_statements=brief.max_statements, as_of=in_chinese(brief.as_of), asker=_asker(brief))
        handles = Handles(brief.evidence, brief.facts)
        asked = material(handles, brief, task=brief.purpose)
        work = _Work(self._model, TokenBudget(self._tokens), handles, self._find_faults)
        try:
            statements = work.worded(rules, asked.text)
        except (Unavailable, Garbled, BudgetSpent) as error:
            return self._instead(brief, work.trace(rules, asked, fallback_reason=error.message))
        trace = work.trace(rules, asked)
        if not statements:
            return Writing(statements=(), trace=trace, abstained=NOT_COVERED)
        return Writing(statements=statements[: brief.max_statements], trace=trace)

    def reword(self, section: Section, brief: Brief) -> tuple[Section, WriterTrace]:
        """The section in a model's words, with the same meaning and citations; unchanged where that does not work."""
        if section.key in WORD_FOR_WORD or not section.statements:
            return section, WriterTrace(writer="extractive")
        rules = fill("plan_section", title=section.title, max_statements=brief.max_statements)
        handles = Handles(brief.evidence, brief.facts)
        lines = [harmless(statement.text) for statement in section.statements]
        task = fill("plan_draft", title=section.title, draft=lines)
        asked = material(handles, brief, task=task.text, trusted=True)
        work = _Work(self._model, TokenBudget(self._tokens), handles, self._find_faults)
        try:
            statements = work.worded(rules, asked.text)
            if not statements:
                raise Unusable("模型没有写出这一节。")
        except (Unavailable, Garbled, BudgetSpent) as error:
            return section, work.trace(rules, asked, fallback_reason=error.message)
        return section.model_copy(update={"statements": statements}), work.trace(rules, asked)

    def _instead(self, brief: Brief, trace: WriterTrace) -> Writing:
        writing = self._fallback.write(brief)
        stood_in = trace.model_copy(update={"writer": writing.trace.writer})
        return writing.model_copy(update={"trace": stood_in})


@dataclass(slots=True)
class _Work:
    """One piece of writing: a first go, and where something is wrong with it, one repair."""

    model: LanguageModel
    budget: TokenBudget
    handles: Handles
    find_faults: FaultFinder

    def worded(self, rules: Prompt, asked: str) -> tuple[Statement, ...]:
        """Statements without fault; none: the model abstains. ``Unusable`` where nothing sound is left."""
        turns = [Turn(Speaker.RULES, rules.text), Turn(Speaker.PERSON, asked)]
        refuse_identifiers(turn.text for turn in turns)
        answer = self.model.complete(turns, WrittenAnswer, self.budget)
        resolved, faults = judge(answer, self.handles, self.find_faults)
        if faults:
            turns += [Turn(Speaker.MODEL, answer.model_dump_json()), Turn(Speaker.PERSON, repair_request(faults))]
            answer = self.model.complete(turns, WrittenAnswer, self.budget)
            resolved, faults = judge(answer, self.handles, self.find_faults)
        return sound(answer, resolved, faults)

    def trace(self, rules: Prompt, asked: Prompt, *, fallback_reason: str | None = None) -> WriterTrace:
        return WriterTrace(
            writer="model" if fallback_reason is None else "extractive",
            model=self.model.name,
            prompt=f"{rules.identity} {asked.identity}",
            prompt_tokens=self.budget.prompt_tokens,
            completion_tokens=self.budget.completion_tokens,
            fallback_reason=fallback_reason,
        )


def material(handles: Handles, brief: Brief, *, task: str, trusted: bool = False) -> Prompt:
    """Everything that a model may use, as data, and the task after it. ``trusted``: the task is our own prompt."""
    return fill(
        "material",
        as_of=in_chinese(brief.as_of),
        evidence=handles.evidence_lines(),
        facts=handles.fact_lines(),
        history=[harmless(turn) for turn in brief.history],
        task=task if trusted else harmless(task),
    )


def judge(answer: WrittenAnswer, handles: Handles, find_faults: FaultFinder) -> tuple[Resolved, list[Fault]]:
    """What the answer says, and everything that is wrong with it."""
    resolved = handles.resolve(answer)
    found = find_faults(resolved.statements, handles.evidence, handles.facts)
    return resolved, [*resolved.faults, *found]


def sound(answer: WrittenAnswer, resolved: Resolved, faults: Sequence[Fault]) -> tuple[Statement, ...]:
    """What is left without the faulty statements; nothing where the model abstained. ``Unusable``: nothing holds."""
    kept = resolved.without(faults)
    if not any(statement.citations for statement in kept) and (answer.statements or not answer.abstained):
        raise Unusable("模型写的内容没有通过核对。")
    return tuple(statement.model_copy(update={"id": f"s{number}"}) for number, statement in enumerate(kept, start=1))


def repair_request(faults: Sequence[Fault]) -> str:
    """What the model is asked to put right."""
    reasons = list(dict.fromkeys(fault.reason for fault in faults))[:_SHOWN_FAULTS]
    return fill("repair", faults=reasons).text


def refuse_identifiers(texts: Iterable[str]) -> None:
    """``Unusable`` where an identifier would leave: masking comes first, and this is the last door."""
    for text in texts:
        found = [one for one in contains_identifier(text) if one.kind is not IdentifierKind.LITERAL]
        if found:
            raise Unusable(f"材料中有未脱敏的{found[0].kind.value}，没有发送给模型。")


def _asker(brief: Brief) -> str:
    return ASKERS.get(brief.asker, "客户")
