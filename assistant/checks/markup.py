"""No link, address or markup leaves with a text: another reader (mail, PDF, export) would obey it."""

import re
from collections.abc import Iterator

from assistant.checks.disclosures import CUSTOMER_FACING
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, Statement
from assistant.understanding.text import fold

_MARKUP = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*[:：]//\S*|(?<![A-Za-z])(?:javascript|vbscript|data|file|mailto|tel)\s*[:：]\S*"
    r"|(?<![A-Za-z0-9.])(?:[A-Za-z0-9-]+\.)+(?:com|cn|net|org|top|xyz|info|cc|io|vip|app|me|shop|site|link|ltd|hk)(?![A-Za-z0-9])\S*"
    r"|(?<![A-Za-z])www\.\S+|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}"
    r"|!?\[[^\]\n]*\]\s*[(（\[][^)）\]\n]*[)）\]]?|</?[A-Za-z!][^>\n]{0,80}>?|&(?:#\w+|[A-Za-z]+);"
    r"|(?:^|\s)#{1,6}\s\S*|\*\*\S*|```|~~\S*",
    re.IGNORECASE | re.MULTILINE,
)
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z'’-]+(?:[ ,.;:]+[A-Za-z'’-]+){3,}")
"""Four words of another language in a row: the wording checks read Chinese only."""


def markup_findings(draft: Draft) -> tuple[Finding, ...]:
    """Links, e-mail addresses, HTML and Markdown in what a customer is to read."""
    if draft.kind not in CUSTOMER_FACING:
        return ()
    return tuple(finding for statement in draft.statements for finding in _of(statement))


def _of(statement: Statement) -> Iterator[Finding]:
    folded = fold(statement.text)
    for pattern, severity, reason in (
        (_MARKUP, Severity.BLOCK, "对客文本不能含有链接或标记，请删去，只保留文字。"),
        (_FOREIGN, Severity.WARN, "这句话里有外文句子，用语检查读不懂它，请改用中文，或者由审核人判断。"),
    ):
        match = pattern.search(folded.text)
        if match is not None:
            yield Finding(
                category="markup",
                severity=severity,
                statement_id=statement.id,
                span=folded.original(*match.span()).strip(),
                reason=reason,
            )
            return
