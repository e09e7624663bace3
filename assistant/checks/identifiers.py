"""No identifier of a person leaves with a text (CYBER:34; PIPL:6; design §6.10)."""

import re
from collections.abc import Iterable, Iterator

from assistant.checks.model import Finding, Severity
from assistant.drafting.chart_text import CELL
from assistant.drafting.model import Draft
from assistant.privacy.masking import Identifier, IdentifierKind, contains_identifier
from assistant.understanding.text import remembered

_ROW_END = re.compile(rf"(?<=\d)\n(?=[^\n]*{CELL})")
"""Between two rows of a chart: the last figure of one and the month of the next are no number together."""


def identifier_findings(
    draft: Draft, text: str, *, names: Iterable[str] = (), settled: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """Identifiers in the statements and in the exact text. ``settled``: the firm's own published words, left alone."""
    known = tuple(names)
    allowed = "\n".join(settled)
    seen: set[str] = set()
    found: list[Finding] = []
    for statement_id, words in _texts(draft, text):
        for identifier in contains_identifier(words, names=known) if known else identifiers_in(words):
            if identifier.surface in allowed or identifier.surface in seen:
                continue
            seen.add(identifier.surface)
            found.append(_finding(identifier, statement_id))
    return tuple(found)


@remembered
def identifiers_in(text: str) -> tuple[Identifier, ...]:
    """Every identifier that needs no known names; two checks ask for it."""
    return contains_identifier(text)


def _texts(draft: Draft, text: str) -> Iterator[tuple[str | None, str]]:
    for statement in draft.statements:
        yield statement.id, statement.text
    yield None, _ROW_END.sub(f"{CELL}\n", text)


def _finding(identifier: Identifier, statement_id: str | None) -> Finding:
    if identifier.kind is IdentifierKind.LITERAL:
        reason = f"文本里还有未还原的占位符「{identifier.surface}」，请重新生成或改写这句话。"
    else:
        reason = f"文本里有{identifier.kind.value}，请删去或改用称呼；需要核对时请客户在App内提供。"
    return Finding(
        category="identifier",
        severity=Severity.BLOCK,
        statement_id=statement_id,
        span=identifier.surface,
        reason=reason,
        provision="CYBER:34",
    )
