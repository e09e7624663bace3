"""Arranges the blocks of a source into provisions: every block is in exactly one of them, in a path or in the title."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import pairwise

from knowledge.documents.importing.model import NO_TEXT, Block, BlockKind, Unit, UnitKind
from knowledge.documents.importing.quoting import with_quotations_whole
from knowledge.documents.importing.wording import (
    Article,
    Numbered,
    annex_number,
    annex_of,
    arabic,
    article_of,
    bracketed,
    decimal,
    division_of,
    enumerated,
    is_contents,
    is_short,
    titled,
    without_leader,
)
from knowledge.documents.splitting import chinese_number

PREAMBLE, CONTENTS, SIGNATURE, LINKS = "preamble", "contents", "signature", "links"
_DATE_LINE = re.compile(
    r"(?:[0-9０-９]{4}|[〇○零一二三四五六七八九]{4})\s*年\s*(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*月"
    r"\s*(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_ADDRESS = re.compile(r"https?://")
_SENTENCE_END = re.compile(r"[。；：，、！？;:,]$")
_LONGEST_NAME = 30
_LONGEST_ENTRY = 120
_LOOK_AHEAD = 40
_SIGNATURE_LINES = 2
"""A list of annexes stands above a signature of two lines; an annex has more below it."""
_FEWEST_CONTENTS = 3
_FEWEST_DECIMALS = 3
ENUMERATED_RANK, BRACKETED_RANK, DECIMAL_RANK = 4, 5, 6


class Scheme(Enum):
    """What one provision of a document is."""

    ARTICLES = auto()
    DECIMALS = auto()
    ENUMERATED = auto()
    HEADINGS = auto()
    WHOLE = auto()


@dataclass(frozen=True, slots=True)
class Arranged:
    """A document as provisions, and how it numbers them."""

    units: tuple[Unit, ...]
    scheme: Scheme


def arrange(blocks: Sequence[Block]) -> Arranged:
    """Provisions of ``blocks``, from which the title was taken."""
    blocks = with_quotations_whole(blocks)
    scheme = scheme_of(blocks)
    leads = _leading(blocks)
    start, contents = _body_start(blocks, leads, scheme)
    builder = _Builder(scheme)
    builder.front(blocks[:start], contents)
    builder.body(blocks[start:], leads[start:])
    return Arranged(builder.finish(), scheme)


def scheme_of(blocks: Sequence[Block]) -> Scheme:
    """By articles where there are two in order (or a 第一条); else by decimal numbers, by 「一、」, by headings."""
    lines = [block.text for block in blocks if block.kind is not BlockKind.TABLE]
    articles = [found.number for line in lines if (found := article_of(line)) and (found.apart or not found.refers)]
    if 1 in articles or _ascending(articles):
        return Scheme.ARTICLES
    tops = [int(top.number) for line in lines if (top := arabic(line))]
    decimals = sum(decimal(line) is not None for line in lines)
    if decimals >= _FEWEST_DECIMALS or (decimals and tops[:2] == [1, 2]):
        return Scheme.DECIMALS
    if [chinese_number(each.number) for line in lines if (each := enumerated(line))][:2] == [1, 2]:
        return Scheme.ENUMERATED
    if any(block.kind is BlockKind.HEADING for block in blocks):
        return Scheme.HEADINGS
    return Scheme.WHOLE


def starts_body(block: Block) -> bool:
    """Whether a block is of the body for certain: a division, an article, the contents or a table."""
    if block.kind is BlockKind.TABLE:
        return True
    article = article_of(block.text)
    return (
        division_of(block.text, heading=block.kind is BlockKind.HEADING) is not None
        or (article is not None and article.apart)
        or is_contents(block.text)
        or enumerated(block.text) is not None
        or decimal(block.text) is not None
    )


def _ascending(numbers: Sequence[int]) -> bool:
    return any(after == before + 1 for before, after in pairwise(numbers))


def _is_heading(block: Block) -> bool:
    return block.kind is BlockKind.HEADING


def _division(block: Block) -> tuple[int, str] | None:
    if block.kind is BlockKind.TABLE:
        return None
    return division_of(block.text, heading=_is_heading(block))


def _contents_entry(block: Block) -> bool:
    if len(block.text) > _LONGEST_ENTRY:
        return False
    text = _LEADERS.sub("", block.text)
    return block.kind is not BlockKind.TABLE and (
        division_of(text, heading=False) is not None
        or (is_short(text) and (enumerated(text) is not None or annex_of(text) is not None))
    )


_LEADERS = re.compile(r"(?:\s|[.…·．])*[0-9０-９]*\Z")


def _body_start(blocks: Sequence[Block], leads: Sequence[bool], scheme: Scheme) -> tuple[int, tuple[int, int] | None]:
    """Where the body begins, and the range of a table of contents before it."""
    for at, block in enumerate(blocks):
        if is_contents(block.text):
            end = _contents_end(blocks, at + 1)
            return _first_of_body(blocks, leads, end, scheme), (at, end)
        if _begins(block, scheme, leads=leads[at]):
            end = _contents_end(blocks, at)
            if end - at >= _FEWEST_CONTENTS and end < len(blocks) and _repeats(block, blocks[end]):
                return _first_of_body(blocks, leads, end, scheme), (at, end)
            return at, None
    return len(blocks), None


def _contents_end(blocks: Sequence[Block], first: int) -> int:
    """Behind the last entry of a table of contents: its first entry comes again, or something else comes."""
    end = first
    while end < len(blocks) and _contents_entry(blocks[end]):
        if end > first and _repeats(blocks[first], blocks[end]):
            break
        end += 1
    return end


def _repeats(entry: Block, block: Block) -> bool:
    if max(len(entry.text), len(block.text)) > _LONGEST_ENTRY:
        return False
    return without_leader(entry.text) == without_leader(block.text)


def _first_of_body(blocks: Sequence[Block], leads: Sequence[bool], after: int, scheme: Scheme) -> int:
    return next((at for at in range(after, len(blocks)) if _begins(blocks[at], scheme, leads=leads[at])), len(blocks))


def _begins(block: Block, scheme: Scheme, *, leads: bool) -> bool:
    """Whether the body begins with this block."""
    if block.kind is BlockKind.TABLE:
        return scheme is Scheme.WHOLE
    match scheme:
        case Scheme.ARTICLES:
            article = article_of(block.text)
            return (
                _division(block) is not None or (article is not None and (article.apart or not article.refers)) or leads
            )
        case Scheme.DECIMALS:
            top = arabic(block.text)
            return _division(block) is not None or decimal(block.text) is not None or bool(top and top.number == "1")
        case Scheme.ENUMERATED:
            found = enumerated(block.text)
            return _division(block) is not None or (found is not None and found.number == "一")
        case Scheme.HEADINGS:
            return _is_heading(block)
        case Scheme.WHOLE:
            return True


def _leading(blocks: Sequence[Block]) -> list[bool]:
    """Which blocks are headings other than 编, 章, 节, like 「一、一般规定」: marked so, or right above an article."""
    leads = [False] * len(blocks)
    above = False
    for at in reversed(range(len(blocks))):
        block = blocks[at]
        article = article_of(block.text) if block.kind is not BlockKind.TABLE else None
        if article is not None:
            above = article.apart or not article.refers
            continue
        found = enumerated(block.text) or bracketed(block.text) if block.kind is not BlockKind.TABLE else None
        above = above and found is not None and is_short(found.rest)
        leads[at] = above or _is_heading(block)
    return leads


@dataclass(slots=True)
class _Open:
    """The provision that is being filled."""

    kind: UnitKind
    locator: str
    path: tuple[str, ...]
    heading: str
    blocks: list[Block] = field(default_factory=list)
    named: bool = True

    def unit(self) -> Unit:
        text = joined(self.blocks)
        return Unit(
            kind=self.kind,
            locator=self.locator,
            path=self.path,
            heading=self.heading,
            text=text.strip() or NO_TEXT,
            named=self.named,
        )


def joined(blocks: Sequence[Block]) -> str:
    """The blocks as text: a blank line between them, unless one follows tightly."""
    text = ""
    for block in blocks:
        text += ("" if not text else "\n" if block.tight else "\n\n") + block.text
    return text


@dataclass(frozen=True, slots=True)
class _Division:
    """A heading above provisions. What has no rank is placed by the depth of its heading in the source."""

    rank: int | None
    title: str
    level: int

    def holds(self, other: "_Division") -> bool:
        """Whether ``other`` stands below this one."""
        if other.rank is not None:
            return self.rank is not None and self.rank < other.rank
        return self.level < other.level if self.level else self.rank is not None


class _Builder:
    """Goes through the blocks once, in order."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._units: list[Unit] = []
        self._open: _Open | None = None
        self._stack: list[_Division] = []
        self._bare: str | None = None
        """A heading that nothing stands under yet."""
        self._annex: str | None = None
        self._annex_scheme = Scheme.WHOLE
        self._last: Article | None = None
        self._locators: set[str] = set()
        self._repeats: Counter[str] = Counter()
        self._loose = 0
        self._sections = 0
        self._enumerated = ""
        self._top = 0
        self._leads: Sequence[bool] = ()
        self._levels: list[int] = []
        """Of each block, how deep the next heading is; 0 where none follows."""
        self._last_annex = 0

    def front(self, blocks: Sequence[Block], contents: tuple[int, int] | None) -> None:
        """What stands before the body."""
        begin, end = contents or (len(blocks), len(blocks))
        around = [*blocks[:begin], *blocks[end:]]
        if any(block.text.strip() for block in around):
            self._add(_Open(UnitKind.PREAMBLE, self._free(PREAMBLE), (), "序言", around, named=False))
        if contents:
            lines = [Block(block.text, tight=True) for block in blocks[begin:end]]
            named = is_contents(lines[0].text) and len(lines) > 1
            heading = "".join(lines[0].text.split()) if named else "目录"
            entries = lines[1:] if named else lines
            self._add(_Open(UnitKind.CONTENTS, self._free(CONTENTS), (), heading, entries, named=named))

    def body(self, blocks: Sequence[Block], leads: Sequence[bool]) -> None:
        """The body: divisions, provisions, annexes."""
        self._leads = leads
        self._levels = _next_levels(blocks)
        self._last_annex = max((at for at, each in enumerate(blocks) if _could_be_annex(each)), default=0)
        at = 0
        while at < len(blocks):
            at += self._take(blocks, at)

    def finish(self) -> tuple[Unit, ...]:
        """All provisions."""
        self._close()
        self._flush_bare()
        self._split_signature()
        return tuple(self._units)

    def _take(self, blocks: Sequence[Block], at: int) -> int:
        """Place one block, or two where a heading stands on two lines; how many were placed."""
        block = blocks[at]
        if block.kind is BlockKind.TABLE:
            self._append(block)
            return 1
        if self._is_annex(blocks, at):
            self._begin_annex(block, split=_has_articles(blocks, at + 1))
            return 1
        division = _division(block)
        if division is not None and not self._in_whole_annex:
            used = self._second_line(blocks, at, division[1])
            self._descend(_Division(division[0], f"{division[1]} {used}".strip(), block.level))
            return 2 if used else 1
        if not self._begins_provision(blocks, at):
            self._append(block)
        return 1

    @property
    def _in_whole_annex(self) -> bool:
        return self._open is not None and self._open.kind is UnitKind.ANNEX and self._scheme_here is Scheme.WHOLE

    @property
    def _scheme_here(self) -> Scheme:
        return self._annex_scheme if self._annex is not None else self._scheme

    def _second_line(self, blocks: Sequence[Block], at: int, title: str) -> str:
        """The name of a division that stands alone on the line below its number."""
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        if " " in title or title == "附则" or following is None or following.kind is BlockKind.TABLE:
            return ""
        if _division(following) or article_of(following.text) or not is_short(following.text):
            return ""
        after = blocks[at + 2] if at + 2 < len(blocks) else None
        return following.text if after is not None and starts_body(after) else ""

    def _begins_provision(self, blocks: Sequence[Block], at: int) -> bool:
        match self._scheme_here:
            case Scheme.ARTICLES:
                return self._begins_article(blocks, at)
            case Scheme.DECIMALS:
                return self._begins_decimal(blocks, at)
            case Scheme.ENUMERATED:
                return self._begins_enumerated(blocks, at)
            case Scheme.HEADINGS:
                return self._begins_section(blocks, at)
            case Scheme.WHOLE:
                return False

    def _begins_article(self, blocks: Sequence[Block], at: int) -> bool:
        block = blocks[at]
        article = article_of(block.text)
        if article is None or not self._follows(article, heading=_is_heading(block)):
            return article is None and self._begins_group(blocks, at)
        title, rest = titled(article.rest)
        if not title and rest and (_is_heading(block) or _names(blocks, at, rest)):
            title, rest = (rest, "") if "。" not in rest else ("", rest)
        locator = self._unused(article.locator)
        self._begin(UnitKind.ARTICLE, locator, f"{article.heading} {title}".strip(), rest)
        self._last = article
        return True

    def _begins_group(self, blocks: Sequence[Block], at: int) -> bool:
        """「一、一般规定」 above articles."""
        if not self._leads[at]:
            return False
        block = blocks[at]
        rank = ENUMERATED_RANK if enumerated(block.text) else BRACKETED_RANK if bracketed(block.text) else None
        self._descend(_Division(rank, _one_line(block.text), block.level))
        return True

    def _follows(self, article: Article, *, heading: bool) -> bool:
        """Whether a line that looks like an article is the next one, and no sentence about an article."""
        if heading or article.cites:
            return heading
        last = self._last
        expected = last is None or (article.number, article.sub) in {
            (last.number + 1, 0),
            (last.number, last.sub + 1),
        }
        if not article.apart:
            return expected and not article.refers
        return expected or not article.refers

    def _begins_decimal(self, blocks: Sequence[Block], at: int) -> bool:
        block = blocks[at]
        found = decimal(block.text) or self._next_top(block)
        if found is None:
            return False
        self._top = int(found.number.partition(".")[0])
        ahead = blocks[at + 1 : at + 1 + _LOOK_AHEAD]
        following = next((each for each in map(_decimal_number, ahead) if each), "")
        if is_short(found.rest) and following.startswith(found.number + "."):
            rank = DECIMAL_RANK + found.number.count(".")
            self._descend(_Division(rank, f"{found.label} {found.rest}", block.level))
            return True
        self._leave(_Division(DECIMAL_RANK + found.number.count("."), "", 0))
        self._begin(UnitKind.ARTICLE, self._unused(found.number), *_heading_and_rest(found.label, found.rest, block))
        return True

    def _next_top(self, block: Block) -> Numbered | None:
        """「4. …」 behind section 3; within a section such lines are its list."""
        found = arabic(block.text)
        return found if found is not None and int(found.number) == self._top + 1 else None

    def _begins_enumerated(self, blocks: Sequence[Block], at: int) -> bool:
        block = blocks[at]
        if (found := enumerated(block.text)) is not None:
            self._enumerated = str(chinese_number(found.number))
            if is_short(found.rest) and self._has_bracketed(blocks, at):
                self._descend(_Division(ENUMERATED_RANK, _one_line(block.text), block.level))
                return True
            self._leave(_Division(ENUMERATED_RANK, "", 0))
            self._begin(
                UnitKind.SECTION, self._unused(self._enumerated), *_heading_and_rest(found.label, found.rest, block)
            )
            return True
        nested = bracketed(block.text)
        if nested is None or not self._stack or self._stack[-1].rank != ENUMERATED_RANK:
            return False
        locator = self._unused(f"{self._enumerated}.{chinese_number(nested.number)}")
        self._begin(UnitKind.SECTION, locator, *_heading_and_rest(nested.label, nested.rest, block))
        return True

    def _has_bracketed(self, blocks: Sequence[Block], at: int) -> bool:
        """Whether 「（一）」 comes next below a 「一、」 heading."""
        return at + 1 < len(blocks) and bracketed(blocks[at + 1].text) is not None

    def _begins_section(self, blocks: Sequence[Block], at: int) -> bool:
        block = blocks[at]
        if not _is_heading(block):
            return False
        text_below = at + 1 < len(blocks) and not _is_heading(blocks[at + 1])
        if not text_below or self._levels[at] > block.level:
            self._descend(_Division(None, _one_line(block.text), block.level))
            return True
        self._leave(_Division(None, "", block.level))
        self._sections += 1
        self._begin(UnitKind.SECTION, self._unused(str(self._sections)), _one_line(block.text), "")
        return True

    def _begin(self, kind: UnitKind, locator: str, heading: str, rest: str) -> None:
        self._close()
        self._bare = None
        self._open = _Open(kind, locator, self._path(), heading)
        if rest:
            self._open.blocks.append(Block(rest))

    def _append(self, block: Block) -> None:
        if self._open is None:
            self._bare = None
            self._loose += 1
            whole = self._scheme is Scheme.WHOLE and not self._units
            kind = UnitKind.SECTION if whole or self._scheme is Scheme.HEADINGS else UnitKind.LOOSE
            locator = self._unused("1") if whole else self._unused(f"text-{self._loose}")
            self._open = _Open(kind, locator, self._path(), "正文", named=False)
        self._open.blocks.append(block)

    def _descend(self, division: "_Division") -> None:
        """Enter a division."""
        self._leave(division)
        self._stack.append(division)
        self._bare = division.title

    def _leave(self, division: "_Division") -> None:
        """Leave what does not hold ``division``."""
        self._close()
        kept = [each for each in self._stack if each.holds(division)]
        if self._bare is not None and len(kept) < len(self._stack):
            self._flush_bare()
        self._stack = kept

    def _flush_bare(self) -> None:
        """Keep the words of a heading that nothing stands under."""
        if self._bare is None:
            return
        self._loose += 1
        path = self._path()[:-1]
        self._add(
            _Open(UnitKind.LOOSE, self._unused(f"text-{self._loose}"), path, "标题", [Block(self._bare)], named=False)
        )
        self._bare = None

    def _is_annex(self, blocks: Sequence[Block], at: int) -> bool:
        if not self._units and self._open is None:
            return False
        match = annex_of(blocks[at].text)
        if match is None:
            return False
        if not match["colon"] or not match["rest"]:
            return True
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        if match["number"]:
            return following is not None and not _could_be_annex(following) and not _DATE_LINE.fullmatch(following.text)
        return at >= self._last_annex and len(blocks) - at > _SIGNATURE_LINES

    def _begin_annex(self, block: Block, *, split: bool) -> None:
        self._close()
        self._flush_bare()
        if self._annex is None:
            self._split_signature()
        match = annex_of(block.text)
        number = (annex_number(match) if match else None) or "1"
        self._annex = self._free(f"annex-{number}")
        self._last = None
        heading = _one_line(block.text)
        if split:
            self._annex_scheme = Scheme.ARTICLES
            self._stack = [_Division(-1, heading, 0)]
            self._bare = heading
            return
        self._annex_scheme = Scheme.WHOLE
        self._stack = []
        self._open = _Open(UnitKind.ANNEX, self._annex, (), heading)

    def _unused(self, locator: str) -> str:
        return self._free(f"{self._annex}-{locator}" if self._annex else locator)

    def _free(self, locator: str) -> str:
        """The locator, or ``5-repeat-2`` for the second 第五条 of one document."""
        chosen = locator
        while chosen in self._locators:
            self._repeats[locator] += 1
            chosen = f"{locator}{REPEAT}{self._repeats[locator] + 1}"
        self._locators.add(chosen)
        return chosen

    def _path(self) -> tuple[str, ...]:
        return tuple(division.title for division in self._stack)

    def _close(self) -> None:
        if self._open is not None:
            self._add(self._open)
            self._open = None

    def _add(self, opened: _Open) -> None:
        self._units.append(opened.unit())

    def _split_signature(self) -> None:
        """Give who signed, and when, a provision of their own."""
        if not self._units or self._units[-1].kind not in {UnitKind.ARTICLE, UnitKind.SECTION}:
            return
        last = self._units[-1]
        lines = last.text.split("\n")
        keep = len(lines)
        while keep > 1 and (not lines[keep - 1].strip() or _signs(lines[keep - 1])):
            keep -= 1
        signature = [line for line in lines[keep:] if line.strip()]
        signed = any(_DATE_LINE.fullmatch(line.strip()) for line in signature)
        if not signed and not any(_ADDRESS.search(line) for line in signature):
            return
        self._units[-1] = replace(last, text="\n".join(lines[:keep]).rstrip("\n"))
        locator, heading = (SIGNATURE, "落款") if signed else (LINKS, "相关链接")
        blocks = [Block(line, tight=True) for line in signature]
        self._add(_Open(UnitKind.SIGNATURE, self._free(locator), (), heading, blocks, named=False))


REPEAT = "-repeat-"


def _next_levels(blocks: Sequence[Block]) -> list[int]:
    levels, next_level = [0] * len(blocks), 0
    for at in reversed(range(len(blocks))):
        levels[at] = next_level
        next_level = blocks[at].level if _is_heading(blocks[at]) else next_level
    return levels


def _could_be_annex(block: Block) -> bool:
    return block.kind is not BlockKind.TABLE and annex_of(block.text) is not None


def _has_articles(blocks: Sequence[Block], start: int) -> bool:
    """Whether an annex has articles of its own, from 第一条 on."""
    for block in blocks[start : start + _LOOK_AHEAD]:
        if annex_of(block.text):
            return False
        article = article_of(block.text)
        if article is not None and article.apart:
            return article.number == 1
    return False


def _names(blocks: Sequence[Block], at: int, rest: str) -> bool:
    """Whether the words beside an article's number are its title: short, and its text begins on the next line."""
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    return (
        following is not None
        and following.kind is BlockKind.PARAGRAPH
        and is_short(rest)
        and not re.search(r"[，,]", rest)
        and article_of(following.text) is None
        and not starts_body(following)
        and bracketed(following.text) is None
        and len(rest) <= _LONGEST_NAME
        and bool(re.search(r"[。；：]", following.text))
    )


def _decimal_number(block: Block) -> str:
    found = decimal(block.text) if block.kind is not BlockKind.TABLE else None
    return found.number if found else ""


def _heading_and_rest(number: str, rest: str, block: Block) -> tuple[str, str]:
    """A short line is the heading as it stands; a sentence is the text below its number."""
    if _is_heading(block) or is_short(rest):
        return _one_line(block.text), ""
    return number, rest


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _signs(line: str) -> bool:
    text = line.strip()
    return bool(_DATE_LINE.fullmatch(text) or _ADDRESS.search(text)) or (
        0 < len(text) <= _LONGEST_NAME and not _SENTENCE_END.search(text) and not text.startswith(("|", "（", "("))
    )
