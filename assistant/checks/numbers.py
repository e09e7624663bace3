"""Every number of a statement stands in what it cites (design §6.4)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from assistant.analysis.model import Fact, Unit
from assistant.checks.model import Finding, Severity
from assistant.checks.quantities import ENDLESS, Dimension, Quantity, quantities
from assistant.drafting.model import Draft, Evidence, Statement
from assistant.understanding.text import fold, remembered

_SHORTEST_NAME = 4
"""Characters; shorter words are no name that a number could belong to."""
_COUNTABLE = frozenset({Dimension.PLAIN, Dimension.COUNT})
_LOSS = re.compile(r"亏|跌|回撤|下降|减少|负|损失|下调|缩水|低于")
_CLAUSE_EDGE = re.compile(r"[，。；;]")
_TITLE = re.compile(r"《([^》]{2,80})》")
_MAY_HOLD_CODE = re.compile(rf"[A-Za-z][-+]?\d|\d{{6}}|{ENDLESS.pattern}")
"""No text without this holds a quantity of the dimension CODE."""
_DAY = re.compile(r"(\d{4}|-)-(\d{2})(?:-(\d{2}))?|(\d{4})")


@dataclass(frozen=True, slots=True)
class _Proof:
    """What may prove a statement's numbers."""

    found: tuple[Quantity, ...]
    articles: frozenset[str]
    codes: frozenset[str]
    """Of the cited facts."""
    text: str


@dataclass(frozen=True)
class _Sources:
    """What a whole draft gives to prove numbers with, read once."""

    facts: Mapping[str, Fact]
    evidence: Mapping[str, Evidence]
    everywhere: tuple[Quantity, ...]
    """Of the draft's day and of ``settled``: they prove numbers of any statement."""
    titles: tuple[str, ...]
    """Names of the evidence, folded."""
    draft: Draft
    settled: Sequence[str]

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every code and level that the draft was made from."""
        return _loose_codes(self.draft, self.settled)

    def of_fact(self, fact: Fact) -> tuple[Quantity, ...]:
        """What a fact proves, read when it is first cited."""
        if fact.id not in self._of_facts:
            self._of_facts[fact.id] = tuple(_of_fact(fact))
        return self._of_facts[fact.id]

    @cached_property
    def _of_facts(self) -> dict[str, tuple[Quantity, ...]]:
        return {}

    @classmethod
    def of(cls, draft: Draft, settled: Sequence[str]) -> "_Sources":
        return cls(
            facts={fact.id: fact for fact in draft.facts},
            evidence={item.ref: item for item in draft.evidence},
            everywhere=tuple(
                quantity for text in (f"{draft.as_of:%Y-%m-%d}", *settled) for quantity in quantities(text)
            ),
            titles=tuple(fold(item.citation).text for item in draft.evidence),
            draft=draft,
            settled=settled,
        )


def number_findings(draft: Draft, *, settled: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Numbers that nothing proves. ``settled``: words of the firm's own settings (hotline, name, registration code)."""
    sources = _Sources.of(draft, settled)
    return tuple(
        _finding(statement, quantity) for statement in draft.statements for quantity in _unproven(statement, sources)
    )


def unproven(statement: Statement, draft: Draft, *, settled: Sequence[str] = ()) -> tuple[Quantity, ...]:
    """The numbers of ``statement`` that stand neither in its citations nor in ``settled``."""
    return _unproven(statement, _Sources.of(draft, settled))


def _unproven(statement: Statement, sources: _Sources) -> tuple[Quantity, ...]:
    said = quantities(statement.text)
    if not said:
        return ()
    proof = _proof(statement, sources)
    titles = (*_proven_titles(statement.text, sources.titles), *_told_names(statement, sources.facts))
    folded = fold(statement.text).text
    return tuple(
        quantity
        for quantity in said
        if not any(start <= quantity.start < end for start, end in titles)
        and not _proven(quantity, proof, sources, folded)
    )


def _proof(statement: Statement, sources: _Sources) -> _Proof:
    found = list(sources.everywhere)
    articles: set[str] = set()
    codes: set[str] = set()
    words: list[str] = []
    for citation in statement.citations:
        if citation.is_fact and citation.source in sources.facts:
            told = sources.of_fact(sources.facts[citation.source])
            found += told
            codes.update(quantity.label for quantity in told if quantity.dimension is Dimension.CODE)
        elif citation.source in sources.evidence and _stands_in(citation.quote, sources.evidence[citation.source]):
            item = sources.evidence[citation.source]
            found += _of_evidence(citation.quote, item)
            articles |= _articles(item)
            words += [item.heading, item.text]
    return _Proof(tuple(found), frozenset(articles), frozenset(codes), "\n".join(words))


def _stands_in(quote: str, evidence: Evidence) -> bool:
    return _squeezed(quote) in _squeezed(f"{evidence.heading}\n{evidence.text}")


@remembered
def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", fold(text).text)


def _of_fact(fact: Fact) -> Iterator[Quantity]:
    for text in (fact.text, fact.label, fact.source, f"{fact.as_of:%Y-%m-%d}"):
        yield from quantities(text)
    if isinstance(fact.value, date):
        yield from quantities(f"{fact.value:%Y-%m-%d}")
    elif isinstance(fact.value, (int, Decimal)):
        for dimension, factor in _OF_UNIT.get(fact.unit, ()):
            value = Decimal(fact.value) * factor
            yield Quantity(dimension, abs(value).normalize(), fact.text, 0, 0, negative=value < 0)


_OF_UNIT: dict[Unit, tuple[tuple[Dimension, int], ...]] = {
    Unit.YUAN: ((Dimension.MONEY, 1),),
    Unit.PERCENT: ((Dimension.PERCENT, 1),),
    Unit.DAYS: ((Dimension.DAYS, 1),),
    Unit.YEARS: ((Dimension.AGE, 1), (Dimension.MONTHS, 12)),
    Unit.COUNT: ((Dimension.COUNT, 1),),
}


def _of_evidence(quote: str, evidence: Evidence) -> Iterator[Quantity]:
    yield from quantities(quote)
    yield from quantities(evidence.citation)
    for day in (evidence.effective_from, evidence.effective_to):
        if day is not None:
            yield from quantities(f"{day:%Y-%m-%d}")


def _articles(evidence: Evidence) -> set[str]:
    """Canonical words for the provision itself: 条22, SUIT:22, SUIT:22@2022-08-12."""
    short = evidence.ref.partition("@")[0]
    locator = short.partition(":")[2]
    headings = (evidence.heading, evidence.citation, *evidence.path)
    named = {
        quantity.label for text in headings for quantity in quantities(text) if quantity.dimension is Dimension.ARTICLE
    }
    return named | {short, evidence.ref, f"条{locator}"}


def _proven(claim: Quantity, proof: _Proof, sources: _Sources, text: str) -> bool:
    if claim.dimension is Dimension.CODE:
        return claim.label in proof.codes or claim.label in sources.codes
    if claim.dimension is Dimension.ARTICLE:
        return _article_proven(claim, proof)
    if any(proves(source, claim) for source in proof.found):
        return True
    before, after = _CLAUSE_EDGE.split(text[: claim.start])[-1], _CLAUSE_EDGE.split(text[claim.end :])[0]
    return _LOSS.search(f"{before} {after}") is not None and any(
        proves(source, claim, loss=True) for source in proof.found
    )


def _article_proven(claim: Quantity, proof: _Proof) -> bool:
    label = claim.label.partition("@")[0]
    if label in proof.articles or any(source.label == label for source in proof.found):
        return True
    if label[:1] == "款":
        return 0 < claim.value <= len([line for line in proof.text.split("\n") if line.strip()])
    if label[:1] == "项":
        spelled = claim.text.strip("第项（）() ")
        return (
            re.search(rf"[（(]{re.escape(spelled)}[）)]|(?:^|\n)\s*{re.escape(spelled)}[、.]", proof.text) is not None
        )
    return False


def proves(source: Quantity, claim: Quantity, *, loss: bool = False) -> bool:
    """Whether ``source`` says the number that ``claim`` says. ``loss``: the claim's own words make it a loss."""
    if Dimension.DATE in (source.dimension, claim.dimension):
        return source.dimension is claim.dimension and _same_day(source.label, claim.label)
    if claim.dimension in (Dimension.FOREIGN, Dimension.VAGUE) and source.label != claim.label:
        return False
    if source.value != claim.value or not _comparable(source.dimension, claim.dimension):
        return False
    if source.negative == claim.negative:
        return True
    return loss if source.negative else False


def _comparable(source: Dimension, claim: Dimension) -> bool:
    if source is claim:
        return True
    pair = {source, claim}
    return pair <= _COUNTABLE | {Dimension.ORDINAL} or pair == {Dimension.PLAIN, Dimension.MONEY}


def _same_day(source: str, claim: str) -> bool:
    """A claim may be coarser than its source, never finer: 2026年 from 2026-07-06."""
    said, known = _parts(claim), _parts(source)
    return all(part is None or part == other for part, other in zip(said, known, strict=True))


def _parts(label: str) -> tuple[str | None, str | None, str | None]:
    match = _DAY.fullmatch(label)
    if match is None:
        return (label, None, None)
    if match[4]:
        return (match[4], None, None)
    return (None if match[1] == "-" else match[1], match[2], match[3])


def _loose_codes(draft: Draft, settled: Sequence[str]) -> frozenset[str]:
    """Codes and levels (C2, R4, YC1001) name things; they may come from anything the draft was made from."""
    texts = [draft.question or "", *settled, *draft.recommended_products]
    texts += [word for item in draft.evidence for word in (item.text, item.heading, item.citation, item.ref)]
    texts += [word for fact in draft.facts for word in (fact.text, fact.label, str(fact.value), fact.source)]
    texts += [word for match in draft.matches for word in (match.product_code, match.product_name, match.risk_grade)]
    texts += [reason.text for match in draft.matches for reason in match.reasons]
    return frozenset[str]().union(*map(_codes_in, texts))


@remembered
def _codes_in(text: str) -> frozenset[str]:
    if _MAY_HOLD_CODE.search(fold(text).text) is None:
        return frozenset()
    return frozenset(quantity.label for quantity in quantities(text) if quantity.dimension is Dimension.CODE)


def _proven_titles(text: str, titles: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Spans of 《titles》 that some evidence really bears: their numbers belong to the name."""
    folded = fold(text).text
    return tuple(match.span() for match in _TITLE.finditer(folded) if any(match[1] in known for known in titles))


def _told_names(statement: Statement, facts: Mapping[str, Fact]) -> Iterator[tuple[int, int]]:
    """Spans that are a cited fact's words, each of them: the 1 of 「私募1号」 belongs to the name."""
    folded = fold(statement.text).text
    for citation in statement.citations:
        fact = facts.get(citation.source)
        if fact is not None and fact.unit is Unit.TEXT and len(fact.text) >= _SHORTEST_NAME:
            yield from (match.span() for match in re.finditer(re.escape(fold(fact.text).text), folded))


def _finding(statement: Statement, quantity: Quantity) -> Finding:
    what = "引用的条文或事实" if statement.citations else "任何引用"
    return Finding(
        category="numbers",
        severity=Severity.BLOCK,
        statement_id=statement.id,
        span=quantity.text,
        reason=f"「{quantity.text}」在{what}里找不到，请改为原文中的数字，或补上写有这个数字的引用。",
    )
