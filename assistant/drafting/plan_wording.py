"""A plan in a model's words: section by section, the same meaning, the same proof, or the house's own sentences."""

from dataclasses import replace
from datetime import date

from assistant.drafting.model import Brief, Evidence, Section, WriterTrace
from assistant.drafting.model_writer import ModelWriter
from assistant.drafting.plan import PlanText, numbered

_REWORDED = frozenset({"profile", "goals", "portfolio", "actions", "service"})
"""Suitability, products, pre-sale items and notes stay word for word: their wording is what was checked."""
_MORE = 2


def reword_plan(
    plan: PlanText, writer: ModelWriter, *, evidence: tuple[Evidence, ...], as_of: date
) -> tuple[PlanText, WriterTrace | None]:
    """The plan with reworded sections, and one trace over all of them; ``None`` where no section was put to a model."""
    sections: list[Section] = []
    traces: list[WriterTrace] = []
    for section in plan.sections:
        if section.key in _REWORDED:
            worded, trace = writer.reword(section, _brief(section, plan, evidence, as_of))
            sections.append(worded)
            traces.append(trace)
        else:
            sections.append(section)
    told = numbered((section.key, section.title, section.statements) for section in sections)
    return replace(plan, sections=told), _together(traces)


def _brief(section: Section, plan: PlanText, evidence: tuple[Evidence, ...], as_of: date) -> Brief:
    """Only what the section already rests on: rewording brings in nothing new."""
    cited = {citation.source for statement in section.statements for citation in statement.citations}
    return Brief(
        purpose=section.title,
        as_of=as_of,
        asker="customer",
        evidence=tuple(item for item in evidence if item.ref in cited),
        facts=tuple(fact for fact in plan.facts if fact.id in cited),
        max_statements=len(section.statements) + _MORE,
    )


def _together(traces: list[WriterTrace]) -> WriterTrace | None:
    if not traces:
        return None
    reasons = dict.fromkeys(trace.fallback_reason for trace in traces if trace.fallback_reason)
    return traces[0].model_copy(
        update={
            "prompt": " ".join(dict.fromkeys(trace.prompt for trace in traces if trace.prompt)),
            "prompt_tokens": sum(trace.prompt_tokens for trace in traces),
            "completion_tokens": sum(trace.completion_tokens for trace in traces),
            "fallback_reason": "；".join(reasons) or None,
        }
    )
