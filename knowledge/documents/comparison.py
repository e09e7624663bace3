"""Compares two versions of a document article by article, also where the numbers have shifted."""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from knowledge.documents.marking import Mark, Segment, mark
from knowledge.documents.model import Provision

_NUMERAL = r"(?:[〇零一二两三四五六七八九十百千]+|[0-9]+)"
_NUMBER = re.compile(
    rf"(?:第{_NUMERAL}(?:分编|编|章|节|条)(?:之{_NUMERAL})?|[0-9]+(?:\.[0-9]+)+|{_NUMERAL}、|（{_NUMERAL}）)\s*"
)
_SELF_REFERENCE = re.compile(rf"第{_NUMERAL}条(?:之{_NUMERAL})?")

_ENOUGH = 0.5
"""Likeness, place and title together, from which two articles are one article, amended."""
_SOME = 0.15
"""Less likeness than this is chance, whatever the place."""
_SAME_NUMBER, _SAME_TITLE, _IN_ORDER = 0.1, 0.3, 0.1
_SHORT = 16
"""Of texts with fewer characters likeness says little."""
_LONG = 30
"""From this many pairs of characters on, a text may be recognised in a longer one."""
_COMMON, _FEW = 0.2, 10
"""Pairs of characters in more than this share of many articles tell none apart."""


class Change(StrEnum):
    """What happened to an article."""

    ADDED = "added"
    AMENDED = "amended"
    REPEALED = "repealed"
    RENUMBERED = "renumbered"
    RENUMBERED_AND_AMENDED = "renumbered_and_amended"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        """The Chinese name that people read."""
        return _CHANGE_LABELS[self]


_CHANGE_LABELS = {
    Change.ADDED: "新增",
    Change.AMENDED: "修改",
    Change.REPEALED: "删除",
    Change.RENUMBERED: "条号变动",
    Change.RENUMBERED_AND_AMENDED: "条号变动并修改",
    Change.UNCHANGED: "未变",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChange:
    """One article of the one version, of the other, or of both."""

    change: Change
    before: Provision | None
    after: Provision | None
    marks: tuple[Segment, ...]
    """The text: kept and deleted pieces are the old one, kept and inserted ones the new one."""
    heading_marks: tuple[Segment, ...]
    moved: bool = False
    """It stands in another 编, 章 or 节 than its neighbours of before."""

    @property
    def words_changed(self) -> bool:
        """Whether it says anything else than before."""
        return self.change not in (Change.UNCHANGED, Change.RENUMBERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingChange:
    """A 编, 章 or 节 that is new (``before`` is ``None``), gone (``after`` is ``None``) or named otherwise."""

    before: tuple[str, ...] | None
    after: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Every article of both versions, once, in reading order."""

    articles: tuple[ArticleChange, ...]
    headings: tuple[HeadingChange, ...]

    @cached_property
    def counts(self) -> dict[Change, int]:
        """How many articles of each change, all of them named."""
        counted = Counter(each.change for each in self.articles)
        return {change: counted[change] for change in Change}

    @property
    def changed(self) -> tuple[ArticleChange, ...]:
        """All but the unchanged ones."""
        return tuple(each for each in self.articles if each.change is not Change.UNCHANGED)

    def of_before(self, locator: str) -> ArticleChange | None:
        """What became of an article of the older version."""
        return next((each for each in self.articles if each.before and each.before.ref.locator == locator), None)

    def of_after(self, locator: str) -> ArticleChange | None:
        """Where an article of the newer version comes from."""
        return next((each for each in self.articles if each.after and each.after.ref.locator == locator), None)


def compare(before: Sequence[Provision], after: Sequence[Provision]) -> Comparison:
    """Align the articles of two versions by their words, numbers and places, and mark what changed."""
    pairs = _Alignment(before, after).pairs
    counterparts = _counterparts(pairs)
    changes = tuple(_in_reading_order(before, after, pairs, counterparts))
    return Comparison(articles=changes, headings=tuple(_headings(before, after, pairs)))


class _Alignment:
    """Which article of the one is which of the other: ``pairs`` of positions, from surest to least sure."""

    def __init__(self, before: Sequence[Provision], after: Sequence[Provision]) -> None:
        self._before = [_Words.of(each) for each in before]
        self._after = [_Words.of(each) for each in after]
        self._partner: dict[int, int] = {}
        self._taken: set[int] = set()
        self._titles = _telling_titles(self._before) & _telling_titles(self._after)
        self._pair_equal_words()
        self._pair_alike()
        self._pair_left_in_place()
        self.pairs = [(before[old], after[new]) for old, new in sorted(self._partner.items())]

    def _pair_equal_words(self) -> None:
        in_place = {words: new for new, words in enumerate(self._after)}
        for old, words in enumerate(self._before):
            if (new := in_place.get(words)) is not None:
                self._pair(old, new)
        by_words: dict[tuple[str, str], deque[int]] = defaultdict(deque)
        for new, words in enumerate(self._after):
            if new not in self._taken:
                by_words[words.title, words.text].append(new)
        for old, words in enumerate(self._before):
            if old not in self._partner and (left := by_words.get((words.title, words.text))):
                self._pair(old, left.popleft())

    def _pair_alike(self) -> None:
        neighbours = _Neighbours(self._partner, len(self._before))
        scored = [
            (score, -old, -new)
            for old, new, likeness in self._likenesses()
            if (score := self._score(old, new, likeness, neighbours)) >= _ENOUGH
        ]
        for _, old, new in sorted(scored, reverse=True):
            self._pair(-old, -new)

    def _pair_left_in_place(self) -> None:
        """Same number, between neighbours that kept theirs: rewritten from the ground up, or too short to tell."""
        neighbours = _Neighbours(self._partner, len(self._before))
        by_locator = {words.locator: new for new, words in enumerate(self._after) if new not in self._taken}
        for old, words in enumerate(self._before):
            new = by_locator.get(words.locator)
            if new is None or old in self._partner or new in self._taken:
                continue
            stayed = all(
                self._before[at].locator == self._after[self._partner[at]].locator for at in neighbours.around(old)
            )
            if stayed and words.may_be_rewritten_as(self._after[new]):
                self._pair(old, new)

    def _pair(self, old: int, new: int) -> None:
        if old not in self._partner and new not in self._taken:
            self._partner[old] = new
            self._taken.add(new)

    def _likenesses(self) -> Iterator[tuple[int, int, float]]:
        """What is left, pair by pair, as far as two have telling words in common."""
        left = [new for new in range(len(self._after)) if new not in self._taken]
        where: dict[str, list[int]] = defaultdict(list)
        for new in left:
            for pair in self._after[new].pairs:
                where[pair].append(new)
        most = max(len(left) * _COMMON, _FEW)
        by_locator = {self._after[new].locator: new for new in left}
        by_title = {self._after[new].title: new for new in left if self._after[new].title in self._titles}
        for old, words in enumerate(self._before):
            if old in self._partner:
                continue
            shared = Counter(new for pair in words.pairs if len(found := where.get(pair, ())) <= most for new in found)
            candidates = {new for new, _ in shared.most_common(5)}
            candidates |= {new for new in (by_locator.get(words.locator), by_title.get(words.title)) if new is not None}
            yield from ((old, new, words.likeness(self._after[new])) for new in candidates)

    def _score(self, old: int, new: int, likeness: float, neighbours: "_Neighbours") -> float:
        one, other = self._before[old], self._after[new]
        same_title = bool(one.title) and one.title == other.title
        same_number = one.locator == other.locator
        if same_title and (same_number or one.title in self._titles):
            return 1 + likeness
        if likeness < _SOME:
            return 0
        in_order = neighbours.fits(old, new)
        return likeness + _SAME_NUMBER * same_number + _SAME_TITLE * same_title + _IN_ORDER * in_order


def _telling_titles(articles: Iterable["_Words"]) -> set[str]:
    """Titles that one article has alone."""
    return {title for title, count in Counter(each.title for each in articles).items() if title and count == 1}


class _Neighbours:
    """The nearest articles, before and behind, whose partners are known."""

    def __init__(self, partner: Mapping[int, int], size: int) -> None:
        self._partner = dict(partner)
        self._left: list[int | None] = []
        self._right: list[int | None] = [None] * size
        last: int | None = None
        for index in range(size):
            self._left.append(last)
            last = index if index in partner else last
        last = None
        for index in reversed(range(size)):
            self._right[index] = last
            last = index if index in partner else last

    def around(self, old: int) -> tuple[int, ...]:
        return tuple(at for at in (self._left[old], self._right[old]) if at is not None)

    def fits(self, old: int, new: int) -> bool:
        """Whether pairing the two crosses no neighbour."""
        left, right = self._left[old], self._right[old]
        return (left is None or self._partner[left] < new) and (right is None or new < self._partner[right])


@dataclass(frozen=True, slots=True)
class _Words:
    """An article as it is compared: without its number, blanks, and the numbers of the articles that it refers to."""

    locator: str
    title: str
    text: str
    pairs: frozenset[str]

    @classmethod
    def of(cls, provision: Provision) -> "_Words":
        text = _squeezed(provision.text)
        plain = _SELF_REFERENCE.sub("第条", text)
        return cls(
            locator=provision.ref.locator,
            title=_unnumbered(provision.heading),
            text=text,
            pairs=frozenset(plain[at : at + 2] for at in range(len(plain) - 1)),
        )

    def may_be_rewritten_as(self, other: "_Words") -> bool:
        """Whether two articles under one number may be one: of short texts likeness says little, of titles much."""
        short = min(len(self.text), len(other.text)) < _SHORT
        other_title = bool(self.title and other.title) and self.title != other.title
        return (short and not other_title) or self.likeness(other) >= _SOME

    def likeness(self, other: "_Words") -> float:
        """0 to 1: the pairs of characters in common (Dice); a text that grew is like what it grew from."""
        if not self.pairs or not other.pairs:
            return float(self.text == other.text)
        common = len(self.pairs & other.pairs)
        smaller = min(len(self.pairs), len(other.pairs))
        dice = 2 * common / (len(self.pairs) + len(other.pairs))
        return max(dice, 0.8 * common / smaller) if smaller >= _LONG else dice


_Pair = tuple[Provision, Provision]
_Path = tuple[str, ...]


def _in_reading_order(
    before: Sequence[Provision], after: Sequence[Provision], pairs: Iterable[_Pair], counterparts: Mapping[_Path, _Path]
) -> Iterator[ArticleChange]:
    """The newer version's order; what was repealed stands behind the article that it stood behind."""
    old_of = {new.ref: old for old, new in pairs}
    new_of = {old.ref: new for old, new in pairs}
    behind: dict[str | None, list[Provision]] = defaultdict(list)
    anchor: str | None = None
    for old in before:
        if (new := new_of.get(old.ref)) is not None:
            anchor = new.ref.locator
        else:
            behind[anchor].append(old)
    yield from (_repealed(old) for old in behind[None])
    for provision in after:
        partner = old_of.get(provision.ref)
        yield _added(provision) if partner is None else _kept(partner, provision, counterparts)
        yield from (_repealed(old) for old in behind[provision.ref.locator])


def _added(provision: Provision) -> ArticleChange:
    return ArticleChange(
        change=Change.ADDED,
        before=None,
        after=provision,
        marks=(Segment(Mark.INSERT, provision.text),),
        heading_marks=(Segment(Mark.INSERT, provision.heading),),
    )


def _repealed(provision: Provision) -> ArticleChange:
    return ArticleChange(
        change=Change.REPEALED,
        before=provision,
        after=None,
        marks=(Segment(Mark.DELETE, provision.text),),
        heading_marks=(Segment(Mark.DELETE, provision.heading),),
    )


def _kept(old: Provision, new: Provision, counterparts: Mapping[_Path, _Path]) -> ArticleChange:
    return ArticleChange(
        change=_change(old, new),
        before=old,
        after=new,
        marks=mark(old.text, new.text),
        heading_marks=mark(old.heading, new.heading),
        moved=counterparts[old.path] != new.path,
    )


def _change(old: Provision, new: Provision) -> Change:
    amended = not same_words(old, new)
    if old.ref.locator != new.ref.locator:
        return Change.RENUMBERED_AND_AMENDED if amended else Change.RENUMBERED
    return Change.AMENDED if amended else Change.UNCHANGED


def same_words(one: Provision, other: Provision) -> bool:
    """Whether two articles say the same under the same title; blanks and the number do not count."""
    return _squeezed(one.text) == _squeezed(other.text) and _unnumbered(one.heading) == _unnumbered(other.heading)


def _counterparts(pairs: Sequence[_Pair]) -> dict[_Path, _Path]:
    """Where each 编, 章 or 节 went."""
    went: dict[_Path, Counter[_Path]] = defaultdict(Counter)
    for old, new in pairs:
        went[old.path][new.path] += 1
    known = _Paths(new.path for _, new in pairs)
    return {path: known.named(path) or counted.most_common(1)[0][0] for path, counted in went.items()}


def _headings(
    before: Sequence[Provision], after: Sequence[Provision], pairs: Sequence[_Pair]
) -> Iterator[HeadingChange]:
    old_paths, new_paths = _all_paths(before), _all_paths(after)
    known = _Paths(new_paths)
    went: dict[_Path, Counter[_Path]] = defaultdict(Counter)
    for old, new in pairs:
        for depth in range(1, min(len(old.path), len(new.path)) + 1):
            went[old.path[:depth]][new.path[:depth]] += 1
    taken: set[_Path] = set()
    for path in old_paths:
        to = known.named(path) or (went[path].most_common(1)[0][0] if path in went else None)
        if to is not None:
            taken.add(to)
        if to is None or to[-1] != path[-1]:
            yield HeadingChange(before=path, after=to)
    yield from (HeadingChange(before=None, after=path) for path in new_paths if path not in taken)


class _Paths:
    """The paths of a version, to be found by their names, whatever their numbers."""

    def __init__(self, paths: Iterable[_Path]) -> None:
        self._exact = set(paths)
        named: dict[_Path, list[_Path]] = defaultdict(list)
        for path in self._exact:
            named[_names(path)].append(path)
        self._named = {names: found[0] for names, found in named.items() if len(found) == 1}

    def named(self, path: _Path) -> _Path | None:
        return path if path in self._exact else self._named.get(_names(path))


def _all_paths(provisions: Iterable[Provision]) -> list[_Path]:
    paths = (each.path[:depth] for each in provisions for depth in range(1, len(each.path) + 1))
    return list(dict.fromkeys(paths))


def _names(path: _Path) -> _Path:
    return tuple(_unnumbered(heading) for heading in path)


def _unnumbered(heading: str) -> str:
    return _squeezed(_NUMBER.sub("", heading.strip(), count=1)) if _NUMBER.match(heading.strip()) else heading.strip()


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
