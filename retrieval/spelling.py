"""Reads a question as it was meant: hidden characters, look-alike letters, slips of the pen and of pinyin input.

A slip is corrected only towards a term that this library knows, only where what stands there is no word, and never in
numbers, codes or names of persons. What was changed is told, so that the answer can say so.
"""

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Protocol

from retrieval.model import Correction, Reading
from retrieval.segmentation import dictionary_words, simplified
from retrieval.vocabulary import expressions, standard_terms

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]+(?:[ '’]?[A-Za-z]+)*(?![A-Za-z0-9])")
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两第条款项章节编年月日号")
_GRAMMAR = frozenset(
    "的了吗呢啊吧么嘛呀我你他她它您咱这那哪些个只就都也还又再很太最更是有没在和与或及等到从对向给让把被为因以如若但而且要想能会可得该应用去来说讲问看买卖不别无非各每"
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华魏陶姜谢邹苏潘葛范彭鲁马苗方俞任袁柳鲍史唐费薛雷贺倪汤罗毕郝邬安于傅卞齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄米贝臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路娄江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房解应丁邓郁单洪包左石崔吉龚程邢裴陆翁段侯"
)
_PERSON_AFTER = re.compile(r"\s*(?:先生|女士|小姐|总|老师|经理|阿姨|大爷|叔叔|同学)")
_PERSON_BEFORE = re.compile(r"(?:叫|姓|姓名(?:是|为)?|客户|名字(?:是|为)?)\s*$")
_LOOK_ALIKE = str.maketrans(
    "АВСЕНІЈКМОРЅТХУаеіјорсухѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "ABCEHIJKMOPSTXYaeijopcyxsABEZHIKMNOPTYXo",
)
"""Cyrillic and Greek letters that look like Latin ones."""
_SHAPES = (
    "券卷劵",
    "末未",
    "己已巳",
    "帐账",
    "市币",
    "析折",
    "侧测册",
    "签鉴",
    "版板扳",
    "赎续",
    "融隔",
    "购构",
    "竞竟",
    "贷货",
    "质贸",
    "投没",
    "佣拥",
    "税锐",
    "期斯",
    "适造",
    "查杳",
)
"""Characters that are taken for one another by the eye."""
_LONGEST, _LONG, _MIDDLE, _SHORT = 24, 5, 4, 3
_MOST_NAMES = 20_000
_COMBINATIONS, _MOST_PLACES, _LONGEST_PINYIN = 64, 64, 40
_PINYIN_SLIP = 8
"""Letters from which on one wrong letter of pinyin is forgiven."""
_FUZZY = ((re.compile(r"^(z|c|s)h"), r"\1"), (re.compile(r"^n(?=[aeiouv])"), "l"), (re.compile(r"(?<=[aei])ng$"), "n"))


class KnownWords(Protocol):
    """What a library knows (:class:`retrieval.ports.KeywordPassageIndex`)."""

    def names(self) -> Mapping[str, frozenset[str]]:
        """Spelling of a document's name → documents; another object after every change."""

    def has_pair(self, pair: str) -> bool:
        """Whether some passage has these two characters side by side."""


def plain(text: str) -> str:
    """Width and traditional characters folded, no hidden characters, Latin letters for their look-alikes."""
    folded = unicodedata.normalize("NFKC", text)
    shown = (" " if each.isspace() and each != "\n" else each for each in folded)
    kept = "".join(each for each in shown if each == "\n" or unicodedata.category(each) not in _HIDDEN)
    return simplified(kept.translate(_LOOK_ALIKE))


_TWICE = re.compile(r"(.)\1")
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"))


class Speller:
    """Corrects towards what one library knows. Cheap where nothing looks wrong; the lexicon is made at first need."""

    def __init__(self, known: KnownWords) -> None:
        self._known = known
        self._made_for: Mapping[str, frozenset[str]] | None = None
        self._lexicon = _Lexicon(())

    def read(self, text: str, *, may_name: Callable[[str], bool] = lambda _name: True) -> Reading:
        """``text`` in one spelling, slips corrected, longest terms first.

        Nothing is corrected towards a document's name that the reader ``may_name`` not: that would tell that it exists.
        """
        spelled = plain(text)
        slips = [*self._in_pinyin(spelled), *self._in_chinese(spelled)]
        found = [slip for slip in slips if all(map(may_name, self._names_in(slip.meant)))]
        if not found:
            return Reading(spelled)
        chosen = _apart(found)
        parts: list[str] = []
        end = 0
        for each in chosen:
            parts += [spelled[end : each.start], each.meant]
            end = each.end
        corrections = tuple(dict.fromkeys(Correction(spelled[each.start : each.end], each.meant) for each in chosen))
        return Reading("".join([*parts, spelled[end:]]), corrections)

    def _names_in(self, text: str) -> Iterator[str]:
        """Names of documents that are no terms of the trade as well."""
        lengths = range(_SHORT, min(len(text), _LONGEST) + 1)
        parts = {text[at : at + length] for length in lengths for at in range(len(text) - length + 1)}
        yield from sorted((parts & self._lexicon_now().names) - maintained_terms())

    def _in_pinyin(self, text: str) -> Iterator["_Slip"]:
        for match in _LATIN.finditer(text):
            if _looks_like_a_code(text, match):
                continue
            letters = _letters(match[0])
            if meant := self._said_in(letters):
                yield _Slip(match.start(), match.end(), meant)
            elif slip := self._half_in_pinyin(text, match.start(), match.end(), letters):
                yield slip
            elif " " in match[0]:
                yield from self._words_in_pinyin(match)

    def _words_in_pinyin(self, run: "re.Match[str]") -> Iterator["_Slip"]:
        for word in re.finditer(r"[A-Za-z]+", run[0]):
            if not word[0].isupper() and (meant := self._said_in(_letters(word[0]))):
                yield _Slip(run.start() + word.start(), run.start() + word.end(), meant)

    def _said_in(self, letters: str) -> str | None:
        meant = self._lexicon_now().spelled(letters)
        known = meant is not None and all(self._is_known(term) for term in meant if len(term) >= _SHORT)
        return "".join(meant) if meant and known else None

    def _half_in_pinyin(self, text: str, start: int, end: int, letters: str) -> "_Slip | None":
        """「融zi融券」: a term of which some characters are typed as sounds."""
        before = re.search(rf"[\u4e00-\u9fff]{{0,{_MIDDLE}}}$", text[:start])
        after = re.match(rf"[\u4e00-\u9fff]{{0,{_MIDDLE}}}", text[end:])
        left, right = before[0] if before else "", after[0] if after else ""
        for taken, follows in itertools.product(range(len(left), -1, -1), range(len(right), -1, -1)):
            head, tail = left[len(left) - taken :], right[:follows]
            if (head or tail) and (term := self._lexicon_now().completed(head, letters, tail)) and self._is_known(term):
                return _Slip(start - taken, end + follows, term)
        return None

    def _in_chinese(self, text: str) -> Iterator["_Slip"]:
        left = _MOST_PLACES
        for run in _CHINESE.finditer(text):
            bounds, alone = _cut(run[0])
            places = sorted(alone)[:left]
            left -= len(places)
            for at in places:
                slip = self._slip_at(run[0], at, bounds)
                if slip is not None and not self._is_a_person(text, run.start() + slip.start, run.start() + slip.end):
                    yield _Slip(run.start() + slip.start, run.start() + slip.end, slip.meant)

    def _slip_at(self, run: str, at: int, bounds: frozenset[int]) -> "_Slip | None":
        lexicon = self._lexicon_now()
        for start, end in _windows(at, bounds):
            written = run[start:end]
            if written in lexicon.terms:
                return None
            for meant in lexicon.near(written, at - start):
                if self._is_meant(written, meant, run, start):
                    return _Slip(start, end, meant).shortest(run, at, bounds, lexicon.terms)
        return None

    def _is_meant(self, written: str, meant: str, run: str, start: int) -> bool:
        """Whether what is written is no word here and the term near enough to be what was meant."""
        if not self._is_known(meant):
            return False
        if len(written) != len(meant):
            return not self._is_known(written)
        differ = [place for place, (one, other) in enumerate(zip(written, meant, strict=True)) if one != other]
        alike = sorted(written) == sorted(meant) or all(_alike(written[place], meant[place]) for place in differ)
        around = {run[place - 1 : place + 1] for at in differ for place in (start + at, start + at + 1)}
        strange = [pair for pair in around if len(pair) > 1 and not self._known.has_pair(pair)]
        inside = {written[place - 1 : place + 1] for at in differ for place in (at, at + 1) if 0 < place < len(written)}
        unknown = [pair for pair in inside if not self._known.has_pair(pair)]
        strayed = len(differ) == 1 and 0 < differ[0] < len(meant) - 1 and len(unknown) == len(inside)
        if len(meant) >= _LONG:
            return alike or strayed
        if len(meant) == _MIDDLE:
            return bool(unknown) and (alike or strayed)
        if len(meant) == _SHORT:
            return alike and bool(unknown)
        return bool(unknown) and bool(strange) and all(_same(written[at], meant[at]) for at in differ)

    def _is_known(self, term: str) -> bool:
        named = term in self._lexicon.names or term in expressions()
        return named or all(self._known.has_pair(pair) for pair in _pairs(term))

    @staticmethod
    def _is_a_person(text: str, start: int, end: int) -> bool:
        """Whether two characters look like a name: 王达新, 客户达新, 达新先生."""
        if end - start > 2:  # noqa: PLR2004 - a given name has one or two characters
            return False
        before = text[:start]
        return bool(
            (before and before[-1] in _SURNAMES)
            or text[start] in _SURNAMES
            or _PERSON_BEFORE.search(before)
            or _PERSON_AFTER.match(text[end:])
        )

    def _lexicon_now(self) -> "_Lexicon":
        names = self._known.names()
        if names is not self._made_for:
            usable = names if len(names) <= _MOST_NAMES else {}
            self._lexicon = _Lexicon(name for name in usable if _SHORT <= len(name) <= _LONGEST)
            self._made_for = names
        return self._lexicon


@dataclass(frozen=True, slots=True)
class _Slip:
    start: int
    end: int
    meant: str

    def shortest(self, run: str, at: int, bounds: frozenset[int], terms: frozenset[str]) -> "_Slip":
        """The same correction told as the shortest term: 科创板, not 科创板开通."""
        if len(self.meant) != self.end - self.start:
            return self
        for start, end in reversed(_windows(at, bounds)):
            inner = self.meant[start - self.start : end - self.start]
            inside = self.start <= start and end <= self.end and inner in terms and len(inner) >= _SHORT
            same = (
                run[self.start : start] == self.meant[: start - self.start]
                and run[end : self.end] == self.meant[end - self.start :]
            )
            if inside and same:
                return _Slip(start, end, inner)
        return self


class _Lexicon:
    """Terms by what they look like with one character wrong, missing or too many, and by their sound."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(name for name in names if _CHINESE.fullmatch(name))
        self.terms = self.names | maintained_terms()
        self._characters = frozenset("".join(self.terms))
        self._with_gap: dict[str, list[str]] = defaultdict(list)
        self._shorter: dict[str, list[str]] = defaultdict(list)
        for term in sorted(self.terms, key=lambda each: (-len(each), each)):
            for place in range(len(term)):
                self._with_gap[f"{term[:place]}*{term[place + 1 :]}"].append(term)
                if len(term) > _LONG and 0 < place < len(term) - 1:
                    self._shorter[term[:place] + term[place + 1 :]].append(term)
        self._by_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._by_letters: dict[str, str] = {}
        self._by_edges: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._syllables: dict[str, list[str]] = {}

    def near(self, written: str, at: int) -> Iterator[str]:
        """Terms that ``written`` may stand for if the character at ``at`` is wrong."""
        yield from self._with_gap.get(f"{written[:at]}*{written[at + 1 :]}", ())
        once = _TWICE.sub(r"\1", written)
        if once != written and len(once) >= _MIDDLE and once in self.terms:
            yield once
        yield from self._shorter.get(written, ())
        if len(written) >= _SHORT:
            yield from self._swapped(written, at)
            yield from self._sounding_like(written)

    def spelled(self, letters: str) -> list[str] | None:
        """What a run of pinyin says, if all of it is terms and small words."""
        self._learn_sounds()
        for each in dict.fromkeys((letters, re.sub(r"([a-z]{2,4})\1", r"\1", letters))):
            if words := self._split(each):
                return words
        term = self._almost_spelled(letters)
        return [term] if term else None

    def completed(self, head: str, letters: str, tail: str) -> str | None:
        """The term that begins with ``head``, ends with ``tail`` and sounds like ``letters`` between them."""
        self._learn_sounds()
        ends = len(tail)
        for term in self._by_edges.get((head[:1], tail[-1:]), ()):
            middle = slice(len(head), len(term) - ends)
            if term.startswith(head) and term.endswith(tail) and "".join(self._syllables[term][middle]) == letters:
                return term
        return None

    def _almost_spelled(self, letters: str) -> str | None:
        """The one term whose pinyin is a letter away."""
        if len(letters) < _PINYIN_SLIP:
            return None
        found = {term for spelled, term in self._by_letters.items() if _one_off(letters, spelled)}
        return found.pop() if len(found) == 1 else None

    def _swapped(self, written: str, at: int) -> Iterator[str]:
        for place in (at - 1, at):
            if 0 <= place < len(written) - 1:
                turned = written[:place] + written[place + 1] + written[place] + written[place + 2 :]
                if turned in self.terms:
                    yield turned

    def _sounding_like(self, written: str) -> Iterator[str]:
        if len(written) > _LONG or self._characters.isdisjoint(written):
            return
        self._learn_sounds()
        sounds = [sorted(_fuzzy_sounds(character)) for character in written]
        for combination in itertools.islice(itertools.product(*sounds), _COMBINATIONS):
            for term in self._by_sound.get(combination, ()):
                if any(one == other for one, other in zip(written, term, strict=True)):
                    yield term

    def _learn_sounds(self) -> None:
        if self._syllables:
            return
        from pypinyin import lazy_pinyin

        for term in sorted(self.terms, key=lambda each: (-len(each), each)):
            syllables = [each.replace("ü", "v") for each in lazy_pinyin(term)]
            self._syllables[term] = syllables
            self._by_sound[tuple(_fuzzy(each) for each in syllables)].append(term)
            self._by_letters.setdefault("".join(syllables), term)
            for edges in {(term[:1], term[-1:]), (term[:1], ""), ("", term[-1:])}:
                self._by_edges[edges].append(term)

    def _split(self, letters: str) -> list[str] | None:
        """The fewest terms and small words that make up all the letters, a term among them."""
        best: list[list[str] | None] = [[], *[None] * len(letters)]
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - _LONGEST_PINYIN), end):
                before, piece = best[start], letters[start:end]
                word = self._by_letters.get(piece) or _ASKING.get(piece)
                known = best[end]
                if before is not None and word and (known is None or len(before) + 1 < len(known)):
                    best[end] = [*before, word]
        words = best[-1]
        return words if words and any(word in self.terms for word in words) else None


_ASKING = {
    "zenme": "怎么",
    "zenmeban": "怎么办",
    "duoshao": "多少",
    "duoshaoqian": "多少钱",
    "duojiu": "多久",
    "shenme": "什么",
    "shenmeshihou": "什么时候",
    "ma": "吗",
    "de": "的",
    "yao": "要",
    "kai": "开",
    "neng": "能",
    "keyi": "可以",
    "shi": "是",
    "tiaojian": "条件",
    "menkan": "门槛",
    "guize": "规则",
    "guiding": "规定",
    "bili": "比例",
    "shijian": "时间",
    "xuyao": "需要",
    "nali": "哪里",
    "ruhe": "如何",
    "he": "和",
}
"""Small words that stand between terms where a whole question is typed in pinyin."""


@cache
def maintained_terms() -> frozenset[str]:
    """The terms of the trade that people keep (``terms.txt``), and the standard words of the vocabulary."""
    text = resources.files("retrieval").joinpath("terms.txt").read_text(encoding="utf-8")
    kept = {word for line in text.splitlines() if not line.startswith("#") for word in line.split()}
    return frozenset(kept | {word for word in standard_terms() if len(word) >= _SHORT and _CHINESE.fullmatch(word)})


def _cut(run: str) -> tuple[frozenset[int], frozenset[int]]:
    """Where dictionary words begin and end, and which characters stand alone and might be slips."""
    bounds, alone = {0}, set()
    at = 0
    for word in dictionary_words(run):
        if len(word) == 1 and word not in _NUMERALS and word not in _GRAMMAR:
            alone.add(at)
        at += len(word)
        bounds.add(at)
    return frozenset(bounds), frozenset(alone)


def _windows(at: int, bounds: frozenset[int]) -> list[tuple[int, int]]:
    """Stretches of whole dictionary words around a place, longest first."""
    starts = [each for each in range(max(0, at - _LONGEST), at + 1) if each in bounds]
    ends = [each for each in range(at + 1, at + _LONGEST + 1) if each in bounds]
    found = [(start, end) for start in starts for end in ends if 1 < end - start <= _LONGEST]
    return sorted(found, key=lambda each: (each[0] - each[1], each))


def _looks_like_a_code(text: str, match: "re.Match[str]") -> bool:
    """ETF, YC1001, a-b, x@y.z: letters that are no pinyin."""
    joined = re.match(r"[-_.@:/][A-Za-z0-9]", text[match.end() :]) or re.search(r"[-_.@:/]$", text[: match.start()])
    return match[0].isupper() or joined is not None


def _one_off(one: str, other: str) -> bool:
    """Whether one letter more, less, different, or two neighbours swapped make the one the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return one == other
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, others = one[same:], other[same:]
    swapped = rest[:2] == others[:2][::-1] and rest[2:] == others[2:]
    return rest[1:] == others or rest == others[1:] or rest[1:] == others[1:] or swapped


def _apart(found: Iterable[_Slip]) -> list[_Slip]:
    """Those that do not overlap, longest first, in reading order."""
    chosen: list[_Slip] = []
    for each in sorted(found, key=lambda slip: (slip.start - slip.end, slip.start)):
        if all(each.end <= other.start or other.end <= each.start for other in chosen):
            chosen.append(each)
    return sorted(chosen, key=lambda slip: slip.start)


def _pairs(text: str) -> Iterator[str]:
    return (text[place : place + 2] for place in range(len(text) - 1))


def _alike(one: str, other: str) -> bool:
    """Nearly the same sound, or nearly the same shape."""
    return bool(_fuzzy_sounds(one) & _fuzzy_sounds(other)) or any(one in shape and other in shape for shape in _SHAPES)


def _same(one: str, other: str) -> bool:
    """The same sound but for the tone, or nearly the same shape."""
    return bool(_sounds(one) & _sounds(other)) or any(one in shape and other in shape for shape in _SHAPES)


@lru_cache(maxsize=8192)
def _sounds(character: str) -> frozenset[str]:
    """Its readings without tones."""
    from pypinyin import Style, pinyin

    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


@lru_cache(maxsize=8192)
def _fuzzy_sounds(character: str) -> frozenset[str]:
    return frozenset(_fuzzy(each) for each in _sounds(character))


def _fuzzy(syllable: str) -> str:
    """What southern speakers do not tell apart is one: zh z, n l, ang an."""
    for pattern, plainer in _FUZZY:
        syllable = pattern.sub(plainer, syllable)
    return syllable


def _letters(run: str) -> str:
    return re.sub(r"[^a-z]", "", run.lower())
