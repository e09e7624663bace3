"""Put the questions of a suite to the product, by the way that every question takes. Nothing is saved."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from assistant.checks.numbers import unproven
from assistant.drafting.model import Draft, DraftKind, Section
from assistant.workflows.compose_answer import Asked, Composed, StepStarted
from evals.questions.model import Given, Question
from knowledge.documents.model import Audience

Compose = Callable[[Asked], Iterator[StepStarted | Composed]]
_READERS = {"customer": Audience.CUSTOMER, "advisor": Audience.ADVISOR}


def put(question: Question, compose: Compose) -> Given:
    """What the product gives for ``question``."""
    asked = Asked(
        text=question.text,
        asker=question.asker,
        reader=_READERS.get(question.asker, Audience.CUSTOMER),
        branch="",
        as_of=question.as_of,
    )
    started = time.perf_counter()
    composed = next(event for event in compose(asked) if isinstance(event, Composed))
    return Given(
        type=composed.type,
        as_of=composed.as_of,
        text=_text(composed),
        evidence=composed.evidence,
        unproven_numbers=_unproven(composed),
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def _text(composed: Composed) -> str:
    """What a person reads: the sentences, why not, what instead, and the names of the provisions below."""
    lines = [statement.text for statement in composed.statements]
    lines += [text for text in (composed.reason, composed.instead) if text]
    return "\n".join([*lines, *(item.citation for item in composed.evidence)])


def _unproven(composed: Composed) -> tuple[str, ...]:
    if not composed.statements:
        return ()
    draft = Draft(
        kind=DraftKind.ANSWER,
        customer_id=None,
        question=None,
        as_of=composed.as_of,
        sections=(Section(key="answer", title="回答", statements=composed.statements),),
        evidence=composed.evidence,
        facts=composed.facts,
        trace=composed.trace,
        retrieval=composed.retrieval,
        created_at=_NO_MOMENT,
    )
    return tuple(quantity.text for statement in composed.statements for quantity in unproven(statement, draft))


_NO_MOMENT = datetime.min.replace(tzinfo=UTC)
"""The number check reads no clock; a draft must have one."""
