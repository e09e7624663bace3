"""Matches as facts, so that a sentence about one can cite it."""

from collections.abc import Iterable
from datetime import date

from assistant.analysis.model import Fact, FitPoint, Match, MatchVerdict, Reason, Unit

VERDICTS = {
    MatchVerdict.SUITABLE: "适当性匹配结果为匹配",
    MatchVerdict.UNSUITABLE: "适当性匹配结果为不匹配，不能主动推介",
    MatchVerdict.BARRED: "适当性匹配结果为不得销售，签署警示书也不例外",
}
_SOURCE = "适当性匹配"


def verdict_fact(match: Match, *, as_of: date) -> Fact:
    """``fact:match.CODE.verdict``: 稳健一号（YC1001，R2）适当性匹配结果为匹配。"""
    name = f"{match.product_name}（{match.product_code}，{match.risk_grade}）"
    care = "，但须先履行特别注意程序" if match.special_care else ""
    text = f"{name}{VERDICTS[match.verdict]}{care}。"
    return _fact(match, "verdict", f"{match.product_name}的匹配结果", text, as_of)


def reason_fact(match: Match, reason: Reason, *, as_of: date) -> Fact:
    """``fact:match.CODE.N``: one reason, as the gate worded it."""
    number = match.reasons.index(reason) + 1
    return _fact(match, str(number), f"{match.product_name}的匹配理由", reason.text, as_of)


def point_fact(match: Match, point: FitPoint, *, as_of: date) -> Fact:
    """``fact:match.CODE.pN``: what speaks for or against it, beside the verdict."""
    number = match.points.index(point) + 1
    return _fact(match, f"p{number}", f"{match.product_name}的{'长处' if point.favours else '短处'}", point.text, as_of)


def match_facts(matches: Iterable[Match], *, as_of: date) -> tuple[Fact, ...]:
    """Verdict, reasons and points of each match."""
    found: list[Fact] = []
    for match in matches:
        found.append(verdict_fact(match, as_of=as_of))
        found += (reason_fact(match, reason, as_of=as_of) for reason in match.reasons)
        found += (point_fact(match, point, as_of=as_of) for point in match.points)
    return tuple(found)


def _fact(match: Match, key: str, label: str, text: str, as_of: date) -> Fact:
    return Fact(
        id=f"fact:match.{match.product_code}.{key}",
        label=label,
        value=text,
        unit=Unit.TEXT,
        text=text,
        as_of=as_of,
        source=_SOURCE,
    )
