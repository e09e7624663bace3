"""Rules about texts side by side: what is cited is there and in force, periods abut, no question stands twice."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from knowledge.documents.linting.citing import Citation, citations
from knowledge.documents.linting.model import Code, Gravity, LibraryText, LintFinding, Shelf, uncovered
from knowledge.documents.model import Kind, Period, Provision

_ALIKE = 0.93
"""Share of character pairs that two provisions have in common before they count as one."""
_SHORTEST = 40
"""Shorter provisions may well be alike."""
_COMMON = 60
"""A pair of characters in more provisions than this tells nothing apart."""


def reference_findings(text: LibraryText, shelf: Shelf) -> Iterator[LintFinding]:
    """References that lead nowhere, to a text not in force, or to another article than the words say."""
    for provision in text.provisions:
        for citation in citations(provision.text):
            yield from _reference(text, provision, citation, shelf)


def _reference(text: LibraryText, provision: Provision, citation: Citation, shelf: Shelf) -> Iterator[LintFinding]:
    versions = shelf.documents.get(citation.document_id)
    if versions is None:
        yield text.finding(
            Code.DEAD_DOCUMENT,
            Gravity.ERROR,
            f"引用的 {citation.text} 不在知识库里：没有编号为 {citation.document_id} 的文件。",
            at=provision,
        )
        return
    if citation.locator is None:
        periods = [each.version.period for each in versions]
    else:
        cited = shelf.provisions(citation.document_id, citation.locator)
        if citation.version is not None:
            cited = tuple(each for each in cited if each.ref.version == citation.version)
        if not cited:
            yield text.finding(
                Code.DEAD_ARTICLE,
                Gravity.ERROR,
                f"引用的 {citation.text} 不存在：{citation.document_id} 没有这一条。",
                at=provision,
            )
            return
        periods = [each.period for each in cited]
    if citation.version is None:
        yield from _in_force(text, provision, citation, periods)
    if citation.said is not None and citation.locator is not None and citation.said != citation.locator:
        yield text.finding(
            Code.WRONG_ARTICLE,
            Gravity.ERROR,
            f"文字写的是第 {citation.said} 条，编号却是 {citation.text}，请改成同一条。",
            at=provision,
        )


def _in_force(
    text: LibraryText, provision: Provision, citation: Citation, periods: Sequence[Period]
) -> Iterator[LintFinding]:
    period = text.version.period
    if not any(period.overlaps(each) for each in periods):
        yield text.finding(
            Code.NOT_IN_FORCE,
            Gravity.ERROR,
            f"引用的 {citation.text} 在本文有效期内（{period.effective_from} 起）没有一天有效。",
            at=provision,
        )
    elif gap := uncovered(period, periods):
        until = f"至 {gap.effective_to} 之前" if gap.effective_to else "起"
        yield text.finding(
            Code.PARTLY_IN_FORCE,
            Gravity.WARNING,
            f"引用的 {citation.text} 自 {gap.effective_from} {until}没有有效的版本，本文那时仍然有效。",
            at=provision,
        )


def period_findings(shelf: Shelf, names: frozenset[str]) -> Iterator[LintFinding]:
    """Versions of one document that overlap, or leave days without a text; about the texts in ``names``."""
    for texts in shelf.documents.values():
        ordered = sorted(texts, key=lambda each: each.version.period.effective_from)
        for before, after in pairwise(ordered):
            if not {before.name, after.name} & names:
                continue
            ends, begins = before.version.period.effective_to, after.version.period.effective_from
            if before.version.period.overlaps(after.version.period):
                yield after.finding(
                    Code.OVERLAP,
                    Gravity.ERROR,
                    f"有效期与 {before.version.label} 版重叠，请让前一版在 {begins} 失效（effective_to）。",
                )
            elif ends is not None and ends < begins:
                yield after.finding(
                    Code.GAP,
                    Gravity.WARNING,
                    f"{before.version.label} 版 {ends} 失效，这一版 {begins} 才生效，中间没有有效的文本。",
                )


def twin_findings(texts: Iterable[LibraryText], names: frozenset[str]) -> Iterator[LintFinding]:
    """One question on two provisions, and provisions that say the same, on a day when both are in force."""
    found = [(text, provision) for text in texts for provision in text.provisions]
    yield from _shared_questions(found, names)
    yield from _near_duplicates(found, names)


_Placed = tuple[LibraryText, Provision]


def _shared_questions(found: Sequence[_Placed], names: frozenset[str]) -> Iterator[LintFinding]:
    asked: dict[str, list[_Placed]] = {}
    for text, provision in found:
        for question in provision.typical_questions:
            asked.setdefault(_plain(question), []).append((text, provision))
    for question, places in asked.items():
        for (first, one), (second, other) in pairwise(places):
            if _apart(one, other) or not {first.name, second.name} & names:
                continue
            yield second.finding(
                Code.SHARED_QUESTION,
                Gravity.WARNING,
                f"典型问题「{question}」也写在 {one.ref.short}，请只留给答得最直接的一条。",
                at=other,
            )


def _near_duplicates(found: Sequence[_Placed], names: frozenset[str]) -> Iterator[LintFinding]:
    pairs = [_pairs(provision.text) if len(provision.text) >= _SHORTEST else frozenset() for _, provision in found]
    holders: dict[str, list[int]] = {}
    for index, held in enumerate(pairs):
        for pair in held:
            holders.setdefault(pair, []).append(index)
    for index, held in enumerate(pairs):
        rare = sorted(held, key=lambda pair: len(holders[pair]))[: max(1, len(held) // 8)]
        candidates = {other for pair in rare if len(holders[pair]) <= _COMMON for other in holders[pair]}
        for other in sorted(each for each in candidates if each < index):
            (first, one), (second, later) = found[other], found[index]
            if _apart(one, later) or not {first.name, second.name} & names or _of_two_issuers(first, second):
                continue
            if len(held & pairs[other]) >= _ALIKE * len(held | pairs[other]):
                yield second.finding(
                    Code.NEAR_DUPLICATE,
                    Gravity.WARNING,
                    f"与 {one.ref.short} 几乎一字不差，请合并，或写出两者的区别。",
                    at=later,
                )


def _apart(one: Provision, other: Provision) -> bool:
    """Whether nobody can meet both on one day, or they are one provision."""
    return one.ref.short == other.ref.short or not one.period.overlaps(other.period)


def _of_two_issuers(one: LibraryText, other: LibraryText) -> bool:
    """Two exchanges may well rule the same."""
    return one.version.kind is other.version.kind is Kind.RULE and one.version.issuer != other.version.issuer


def _plain(question: str) -> str:
    return question.strip().rstrip("？?。！!").strip()


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(character for character in text if character.isalnum())
    return frozenset(plain[start : start + 2] for start in range(len(plain) - 1))
