"""Every citation was given, is in force on the draft's day, and says what is quoted (design §6.3, §6.5)."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from assistant.analysis.model import Fact
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Citation, Draft, Evidence, Statement, StatementKind
from assistant.understanding.text import fold, remembered
from knowledge.documents.model import Provision, Verification

ProvisionOf = Callable[[str], Provision | None]
"""Reads a provision by its full reference, whether or not it is in force."""

_SHORTEST_QUOTE = 4
_ENOUGH_OVERLAP = 0.2
_FORBIDS = re.compile(r"不得|不能|不可以?|禁止|严禁|不应|不允许|无权|不适用|不再|不需要|无需|不必")
_DENIES = re.compile(r"不|禁|无|未|非|勿|拒|违|否|没")


def grounding_findings(draft: Draft, *, provision_of: ProvisionOf, day: date) -> tuple[Finding, ...]:
    """What is wrong with the citations of ``draft`` on ``day``."""
    evidence = {item.ref: item for item in draft.evidence}
    facts = {fact.id: fact for fact in draft.facts}
    found: list[Finding] = []
    for statement in draft.statements:
        if statement.kind.needs_citation and not statement.citations:
            found.append(_block(statement, statement.text, "这句话没有引用，请补上条文或事实，或者删去这句话。"))
        for citation in statement.citations:
            if citation.is_fact:
                found += _fact_findings(statement, citation, facts)
            else:
                found += _provision_findings(statement, citation, evidence, provision_of, day)
        found += _support_findings(statement)
    return tuple(found)


def _fact_findings(statement: Statement, citation: Citation, facts: dict[str, Fact]) -> Iterator[Finding]:
    fact = facts.get(citation.source)
    if fact is None:
        yield _block(statement, citation.source, "引用了没有提供的事实，请改为本稿已计算的事实，或者删去这句话。")
    elif not citation.quote.strip() or _squeezed(citation.quote) not in _squeezed(f"{fact.label}：{fact.text}"):
        yield _block(statement, citation.quote, f"引文与「{fact.label}」的事实不一致，请照事实原文引用。")


def _provision_findings(
    statement: Statement, citation: Citation, evidence: dict[str, Evidence], provision_of: ProvisionOf, day: date
) -> Iterator[Finding]:
    item = evidence.get(citation.source)
    if item is None:
        yield _block(statement, citation.source, "引用了没有提供的条文，请改为本稿检索到的条文，或者删去这句话。")
        return
    provision = provision_of(citation.source)
    if provision is None:
        yield _block(statement, citation.source, "知识库里没有这一条文，请重新检索后引用。")
        return
    if not provision.in_force_on(day):
        yield _block(
            statement,
            provision.citation,
            f"{provision.citation}{_why_not(provision, day)}，请改用当日有效的版本。",
            provision.ref.short,
        )
    if not _is_quote(citation.quote, provision.text, item.text):
        yield _block(
            statement, citation.quote, f"引文不在{provision.citation}的原文里，请照原文引用。", provision.ref.short
        )
    elif provision.verification is Verification.UNVERIFIED:
        yield Finding(
            category="grounding",
            severity=Severity.NOTE,
            statement_id=statement.id,
            span=provision.citation,
            reason=f"{provision.citation}尚未与官方原文核对，请审核时留意。",
            provision=provision.ref.short,
        )


def _why_not(provision: Provision, day: date) -> str:
    return "的这一版已被撤回" if provision.withdrawn else f"在{day:%Y年%-m月%-d日}不在有效期内"


def _is_quote(quote: str, *texts: str) -> bool:
    squeezed = _squeezed(quote)
    return len(squeezed) >= _SHORTEST_QUOTE and all(squeezed in _squeezed(text) for text in texts)


def _support_findings(statement: Statement) -> Iterator[Finding]:
    """Warn where a quote is genuine but does not seem to carry the sentence."""
    quotes = [citation.quote for citation in statement.citations if not citation.is_fact]
    if (
        statement.kind is not StatementKind.RULE
        or not quotes
        or any(citation.is_fact for citation in statement.citations)
    ):
        return
    said, quoted = _squeezed(statement.text), _squeezed("".join(quotes))
    if _overlap(said, quoted) < _ENOUGH_OVERLAP:
        yield _warn(statement, "这句话与引文的用词相差很大，请确认引文确实说明了这一点。")
    elif bool(_FORBIDS.search(said)) != bool(_FORBIDS.search(quoted)) and bool(_DENIES.search(said)) != bool(
        _DENIES.search(quoted)
    ):
        yield _warn(statement, "这句话与引文一个是否定、一个是肯定，请确认没有把意思说反。")


def _overlap(said: str, quoted: str) -> float:
    """Share of the character pairs of ``said`` that ``quoted`` has too."""
    pairs = {said[i : i + 2] for i in range(len(said) - 1)}
    return len(pairs & {quoted[i : i + 2] for i in range(len(quoted) - 1)}) / len(pairs) if pairs else 1.0


@remembered
def _squeezed(text: str) -> str:
    return re.sub(r"[\s|]", "", fold(text).text)


def _block(statement: Statement, span: str, reason: str, provision: str | None = None) -> Finding:
    return Finding(
        category="grounding",
        severity=Severity.BLOCK,
        statement_id=statement.id,
        span=span,
        reason=reason,
        provision=provision,
    )


def _warn(statement: Statement, reason: str) -> Finding:
    return Finding(
        category="grounding", severity=Severity.WARN, statement_id=statement.id, span=statement.text, reason=reason
    )
