"""What a reviewer may know at a glance: whether every sentence is an approved script's, or proven and unchanged."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from assistant.drafting.model import Draft, Statement, StatementKind
from knowledge.documents.model import Verification

_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_OURS = frozenset({StatementKind.COURTESY, StatementKind.DISCLOSURE, StatementKind.ACTION})
"""Kinds whose words the house's own templates fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Of one wording, on one day."""

    proven: bool
    """Every sentence stands on approved scripts, or on verified provisions and computed facts, in fixed words."""
    exceptions: tuple[str, ...]
    """Ids of the statements that do not."""


def standing_of(draft: Draft, first: Draft, approved: Collection[str]) -> Standing:
    """Where ``draft`` stands; ``first`` is the writer's wording, ``approved`` the sentences of approved scripts.

    A sentence counts where it is an approved script's, or a verified provision's own; or where the extractive writer
    put it from verified provisions and computed facts and nobody has changed it since.
    """
    sentences = {_plain(each) for each in approved}
    original = {statement.id: statement for statement in first.statements}
    exceptions = tuple(
        statement.id
        for statement in draft.statements
        if not _from_scripts(statement, sentences)
        and not (_rests_on_verified(statement, draft) and _in_fixed_words(statement, original, first))
    )
    return Standing(proven=bool(draft.statements) and not exceptions, exceptions=exceptions)


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a script."""
    return tuple(part.strip() for part in _SENTENCE.findall(text) if part.strip())


def _from_scripts(statement: Statement, approved: Collection[str]) -> bool:
    parts = sentences_of(statement.text)
    return bool(parts) and all(_plain(part) in approved for part in parts)


def _rests_on_verified(statement: Statement, draft: Draft) -> bool:
    if not statement.citations:
        return statement.kind in _OURS
    verification = {item.ref: item.verification for item in draft.evidence}
    return all(
        citation.is_fact or verification.get(citation.source) == Verification.VERIFIED
        for citation in statement.citations
    )


def _in_fixed_words(statement: Statement, original: dict[str, Statement], first: Draft) -> bool:
    quoted = statement.kind is StatementKind.RULE and any(
        _plain(statement.text) in {_plain(part) for part in (citation.quote, *sentences_of(citation.quote))}
        for citation in statement.citations
        if not citation.is_fact
    )
    return quoted or (first.trace.writer == "extractive" and original.get(statement.id) == statement)


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text).rstrip("。")
