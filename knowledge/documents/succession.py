"""How a new version takes its place among those of its document that are published already."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from knowledge.documents.model import Period, Version
from knowledge.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """What publishing a version means for the others; nothing is changed by making one."""

    closes: Version | None = None
    """The predecessor, as it will be: it ends on the new version's first day."""
    gap: Period | None = None
    """Days right before the new version on which none is in force, though one was before."""


def succession(version: Version, known: Iterable[Version], *, supersede: bool) -> Succession:
    """Fit ``version`` among the ``known`` ones of its document. Withdrawn ones stand in nobody's way.

    With ``supersede`` the version that is in force on the new one's first day ends there. Nothing else ever gives way.

    Raises:
        Conflict: two versions would be in force on one day; the message says what to write instead.

    """
    others = [other for other in known if other.label != version.label and other.withdrawal is None]
    overlapping = [other for other in others if other.period.overlaps(version.period)]
    if not overlapping:
        return Succession(gap=_gap(version, others))
    if not supersede:
        other = overlapping[0]
        raise Conflict(
            f"{version.name}（{_days(version.period)}）与已发布的 {other.label} 版"
            f"（{_days(other.period)}）有效期重叠。"
            "如果是新版替代旧版，请选择「替代旧版」后再发布（命令行加 --supersede）。"
        )
    for other in overlapping:
        _refuse_unless_earlier(version, other)
    (predecessor,) = overlapping  # versions never overlap: one at most is in force on the first day
    _refuse_a_cut_in_two(version, predecessor)
    return Succession(closes=_ending(predecessor, version))


def _refuse_unless_earlier(version: Version, other: Version) -> None:
    begins, theirs = version.period.effective_from, other.period.effective_from
    if theirs == begins:
        raise Conflict(
            f"{version.name} 与已发布的 {other.label} 版同在 {begins} 生效。"
            f"如果是更正 {other.label} 版，请用「更正」发布；如果生效日写错了，请改正生效日。"
        )
    if theirs > begins:
        raise Conflict(
            f"{version.name}（{_days(version.period)}）早于已发布的 {other.label} 版（{_days(other.period)}），"
            f"不能替代它。请写明失效日 effective_to，不晚于 {theirs}。"
        )


def _refuse_a_cut_in_two(version: Version, predecessor: Version) -> None:
    ends, theirs = version.period.effective_to, predecessor.period.effective_to
    if theirs is not None and ends is not None and ends < theirs:
        raise Conflict(
            f"{version.name}（{_days(version.period)}）落在 {predecessor.label} 版（{_days(predecessor.period)}）的"
            f"有效期中间，{ends} 以后会没有有效的版本。"
            f"请把失效日写为 {theirs}，或者先更正 {predecessor.label} 版的期间。"
        )


def _ending(predecessor: Version, version: Version) -> Version:
    begins = predecessor.period.effective_from
    return replace(predecessor, period=Period(effective_from=begins, effective_to=version.period.effective_from))


def _gap(version: Version, others: Iterable[Version]) -> Period | None:
    begins = version.period.effective_from
    ended = [ends for other in others if (ends := other.period.effective_to) is not None and ends <= begins]
    if not ended or max(ended) == begins:
        return None
    return Period(effective_from=max(ended), effective_to=begins)


def _days(period: Period) -> str:
    return f"{period.effective_from} 起" + (f"，{period.effective_to} 止" if period.effective_to else "")
