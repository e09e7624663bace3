"""No link, address or markup leaves with a text: another reader (mail, PDF, export) would obey it."""

import re

from assistant.checks.disclosures import CUSTOMER_FACING
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft
from assistant.understanding.text import fold

_MARKUP = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*[:：]//\S*|(?<![A-Za-z])(?:javascript|vbscript|data|file|mailto|tel)\s*[:：]\S*"
    r"|(?<![A-Za-z0-9.])(?:[A-Za-z0-9-]+\.)+(?:com|cn|net|org|top|xyz|info|cc|io|vip|app|me|shop|site|link|ltd|hk)(?![A-Za-z0-9])\S*"
    r"|(?<![A-Za-z])www\.\S+|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}"
    r"|!?\[[^\]\n]*\]\s*[(（\[][^)）\]\n]*[)）\]]?|</?[A-Za-z!][^>\n]{0,80}>?|&(?:#\w+|[A-Za-z]+);"
    r"|(?:^|\s)#{1,6}\s\S*|\*\*\S*|```|~~\S*",
    re.IGNORECASE | re.MULTILINE,
)


def markup_findings(draft: Draft) -> tuple[Finding, ...]:
    """Links, e-mail addresses, HTML and Markdown in what a customer is to read."""
    if draft.kind not in CUSTOMER_FACING:
        return ()
    found = []
    for statement in draft.statements:
        folded = fold(statement.text)
        match = _MARKUP.search(folded.text)
        if match is not None:
            found.append(
                Finding(
                    category="markup",
                    severity=Severity.BLOCK,
                    statement_id=statement.id,
                    span=folded.original(*match.span()).strip(),
                    reason="对客文本不能含有链接或标记，请删去，只保留文字。",
                )
            )
    return tuple(found)
