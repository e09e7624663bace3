"""Identifiers of people are found, replaced by tokens before a model or a log sees them, and put back afterwards.

Word boundaries do not exist between Chinese characters and digits, so every pattern looks at digits and letters only.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class IdentifierKind(StrEnum):
    """What an identifier is; the value is the word inside its token."""

    NAME = "客户姓名"
    IDENTITY = "证件号"
    PHONE = "电话号码"
    BANK_CARD = "银行卡号"
    PASSPORT = "护照号"
    EMAIL = "邮箱"
    ACCOUNT = "账号"
    SOCIAL = "社交账号"
    ADDRESS = "地址"
    LITERAL = "原文"
    """Text that looked like one of our own tokens before masking."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """Where an identifier stands: ``text[start:end] == surface``."""

    kind: IdentifierKind
    start: int
    end: int
    surface: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text whose identifiers are tokens. ``tokens`` gives back what each token stands for."""

    text: str
    tokens: Mapping[str, str]


_GAP = r"[\s\-–—.·_/\u200b-\u200d\u2060\ufeff]{0,2}"
_HAN = r"\u4e00-\u9fff"
_NUMERAL = r"[\d一二三四五六七八九十百零〇]"
_TOKEN = re.compile(r"〔\s*(?:" + "|".join(kind.value for kind in IdentifierKind) + r")\s*\d*\s*〕")
_CHINESE_DIGITS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")
_SPOKEN_RUN = re.compile(
    rf"[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖](?:{_GAP}[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]){{9,}}"
)


def _digits(count: str) -> str:
    return rf"\d(?:{_GAP}\d){{{count}}}"


_DATE = r"(?:19|20)\d{2}(?:[-/.年])(?:0?[1-9]|1[0-2])(?:[-/.月])(?:0?[1-9]|[12]\d|3[01])日?"
_PLAIN = re.compile(
    r"(?<!\d)(?:"
    rf"{_DATE}(?:[T\s]*(?:[01]?\d|2[0-3])[:：][0-5]\d(?:[:：][0-5]\d)?)?"
    r"|(?:[01]?\d|2[0-3])[:：][0-5]\d(?:[:：][0-5]\d)?"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?"
    r"|\d{1,10}\.\d+(?=\s*(?:%|％|‰|元(?!旦)|万|亿|倍|个))"
    r"|\d{1,12}(?=\s*(?:%|％|‰|元(?!旦)|万|亿|股|份(?!额)|手(?!机)|倍|个交易日))"
    r"|(?:400|800)[-\s]?\d{3}[-\s]?\d{4}"
    r"|第\d{1,6}(?:号|条|款|项|期|届)"
    r"|[〔\[（(](?:19|20)\d{2}[〕\]）)]\s*(?:第\s*)?\d{1,5}\s*号"
    r")(?!\d)"
)
"""Dates, times, amounts and hotlines: digits that are not identifiers."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """``sign`` stands in every text that ``pattern`` matches, and is found much faster."""

    kind: IdentifierKind
    sign: re.Pattern[str]
    pattern: re.Pattern[str]


_RULES: tuple[_Rule, ...] = (
    _Rule(
        IdentifierKind.EMAIL,
        re.compile(r"@|at", re.IGNORECASE),
        re.compile(
            r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}\s?(?:@|[\[(（]\s?at\s?[\])）])\s?"
            r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62}\.)+[A-Za-z]{2,24}",
            re.IGNORECASE,
        ),
    ),
    _Rule(
        IdentifierKind.IDENTITY,
        re.compile(_digits("14")),
        re.compile(
            rf"(?<![\dA-Za-z])[1-9](?:{_GAP}\d){{15,16}}{_GAP}[Xx](?![A-Za-z\d])"
            rf"|(?<!\d)[1-9](?:{_GAP}\d){{5}}{_GAP}(?:1{_GAP}9|2{_GAP}0)(?:{_GAP}\d){{9,10}}(?!{_GAP}\d)"
            rf"|(?<!\d)[1-9](?:{_GAP}\d){{16}}{_GAP}\d(?!{_GAP}\d)(?<=\d)"
        ),
    ),
    _Rule(
        IdentifierKind.PHONE,
        re.compile(_digits("6")),
        re.compile(
            rf"(?<!\d)(?:(?:\+|00)?{_GAP}8{_GAP}6{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!{_GAP}\d)"
            r"|(?<!\d)[(（]?0[1-9]\d{1,2}[)）]?[-\s–—]{0,2}[2-9]\d{2,3}[-\s]?\d{4}(?:\s?(?:-|转)\s?\d{1,6})?(?!\d)"
            r"|(?:电话|座机|手机|联系方式|[Tt]el)(?:号码|号)?[是为：:\s]{0,3}(?P<value>[2-9]\d{2,3}[-\s]?\d{4})(?!\d)"
        ),
    ),
    _Rule(
        IdentifierKind.PASSPORT,
        re.compile(r"\d{7}|护照|通行证|回乡证|台胞证"),
        re.compile(
            r"(?<![A-Za-z0-9])(?:[EG]\d{8}|E[A-Za-z]\d{7}|[DSP][A-Za-z]?\d{7}|[HMhm]\d{8}(?:\d{2})?)(?![A-Za-z0-9])"
            r"|(?:护照|通行证|回乡证|台胞证)(?:号码|号)?[是为：:\s]{0,3}(?P<value>[A-Za-z0-9]{6,12})(?![A-Za-z0-9])"
        ),
    ),
    _Rule(IdentifierKind.BANK_CARD, re.compile(_digits("12")), re.compile(rf"(?<!\d){_digits('12,18')}(?!{_GAP}\d)")),
    _Rule(
        IdentifierKind.ACCOUNT,
        re.compile(rf"\d(?:{_GAP}[\dXx]){{4}}"),
        re.compile(
            r"(?:资金账[号户]|客户号|客户编号|股东账[号户]|股东代码|证券账[号户]|基金账[号户]|交易账[号户]|银行账[号户]|"
            r"信用账[号户]|账户号码?|账号|帐号|卡号|开户号|户号|身份证号?|证件号码?)[是为：:\s]{0,4}"
            rf"(?P<value>[A-Za-z]{{0,2}}\d(?:{_GAP}[\dXx]){{4,29}})(?![\dA-Za-z])"
            r"|(?<![A-Za-z0-9])[A-Z]\d{9}(?!\d)"
        ),
    ),
    _Rule(
        IdentifierKind.SOCIAL,
        re.compile(r"[微薇]信|[Vv][Xx]|[Ww][Xx]|[Ww]e[Cc]hat|[Qq]{2}"),
        re.compile(
            r"(?:微信|薇信|[Vv][Xx]|[Ww][Xx]|[Ww]e[Cc]hat)号?[是为：:\s]{0,3}(?P<value>[A-Za-z][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9_])"
            r"|[Qq]{2}号?[是为：:\s]{0,3}(?P<value2>\d{5,12})(?!\d)"
        ),
    ),
    _Rule(
        IdentifierKind.ACCOUNT,
        re.compile(r"\d{10}"),
        re.compile(r"(?<![A-Za-z\d])\d{10,12}(?!\d)|(?<!\d)\d{20,40}(?!\d)"),
    ),
    _Rule(
        IdentifierKind.ADDRESS,
        re.compile(rf"(?:[路街道巷弄村同区园寓厦苑馆]){_NUMERAL}"),
        re.compile(
            rf"(?:[{_HAN}]{{2,8}}?(?:省|自治区))?(?:[{_HAN}]{{2,8}}?(?:市|州|盟))?(?:[{_HAN}]{{1,8}}?(?:区|县|旗|市))?"
            rf"(?:[{_HAN}]{{1,8}}?(?:镇|乡|街道))?[{_HAN}]{{1,10}}?(?:大道|路|街|道|巷|弄|胡同|村)"
            rf"{_NUMERAL}{{1,5}}(?:[-–]\d{{1,4}})?(?:弄|号)"
            rf"(?:[{_HAN}A-Za-z]{{0,10}}?{_NUMERAL}{{1,5}}(?:号楼|栋|幢|座|单元|楼|层|室|号|户))*(?:\d{{3,4}}(?!\d))?"
            rf"|[{_HAN}]{{2,10}}?(?:小区|花园|公寓|新村|家园|大厦|花苑|雅苑|公馆|佳苑){_NUMERAL}{{1,4}}(?:号楼|栋|幢|座|号)"
            rf"(?:{_NUMERAL}{{1,3}}单元)?(?:{_NUMERAL}{{1,5}}(?:室|号|户)?)?"
        ),
    ),
)
_ADDRESS_LEAD = re.compile(r".*(?:住在|家住|住址|地址|寄到|寄往|送到|位于|搬到|住|在|是|为|到|[：:，。；、\s])")
_CARD_DIGITS = range(13, 20)
_REGISTRATION = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{13}(?!\d)")
"""Registration codes of advisors are published (ADVISOR:12), so they stay."""


def identity_checksum_holds(number: str) -> bool:
    """Whether an 18-character resident identity number ends in the check character of GB 11643."""
    if re.fullmatch(r"\d{17}[\dXx]", number) is None:
        return False
    total = sum(int(digit) * (1 << (17 - index)) for index, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def luhn_holds(number: str) -> bool:
    """Whether the digits pass the Luhn test that bank cards are issued with (ISO/IEC 7812-1)."""
    if not number.isdigit():
        return False
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004 - ISO/IEC 7812-1


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded.isascii() and folded.isprintable() else character


_KEPT_CHARACTERS = 65536


class _PlainCharacters(dict[int, str]):
    """What ``str.translate`` puts for each character; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = _plain_character(chr(code))
        if len(self) < _KEPT_CHARACTERS:
            self[code] = plain
        return plain


_PLAIN_CHARACTERS = _PlainCharacters()


def _plain(text: str) -> str:
    """The same length, digits and letters in ASCII, and long spoken numbers as digits."""
    folded = text.translate(_PLAIN_CHARACTERS)
    return _SPOKEN_RUN.sub(lambda run: run[0].translate(_CHINESE_DIGITS), folded)


def contains_identifier(text: str, *, names: Iterable[str] = ()) -> tuple[Identifier, ...]:
    """Every identifier, in order, none overlapping. ``names`` are known customers' names."""
    free = _Free(text)
    free.claim(IdentifierKind.LITERAL, _TOKEN)
    for name in sorted({name.strip() for name in names if len(name.strip()) > 1}, key=len, reverse=True):
        free.claim(IdentifierKind.NAME, re.compile(_GAP.join(re.escape(character) for character in name)))
    signed = [free.shows(rule.sign) for rule in _RULES]
    if not any(signed):
        return tuple(sorted(free.found, key=lambda identifier: identifier.start))
    free.protect(_REGISTRATION)
    for rule, may in zip(_RULES[:3], signed[:3], strict=True):
        if may:
            free.claim(rule.kind, rule.pattern, keep=_not_a_date)
    free.protect(_PLAIN)
    for rule, may in zip(_RULES[3:], signed[3:], strict=True):
        if may:
            free.claim(rule.kind, rule.pattern, keep=_not_a_date)
    return tuple(sorted(free.found, key=lambda identifier: identifier.start))


def _not_a_date(surface: str) -> bool:
    """Dates in a row (2026-06-30 2026-07-05) look like separated digits."""
    return re.search(rf"(?<!\d){_DATE}(?!\d)", surface) is None


class _Free:
    """The parts of a text that no identifier has claimed yet."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = _plain(text)
        self.found: list[Identifier] = []

    def claim(
        self, kind: IdentifierKind, pattern: re.Pattern[str], keep: Callable[[str], bool] = lambda _surface: True
    ) -> None:
        for start, end in self._places(pattern):
            surface = self._plain[start:end]
            if not keep(surface):
                continue
            first = start + (_lead(surface) if kind is IdentifierKind.ADDRESS else 0)
            self.found.append(Identifier(_refined(kind, surface), first, end, self._text[first:end]))
            self._blank(first, end)

    def shows(self, sign: re.Pattern[str]) -> bool:
        return sign.search(self._plain) is not None

    def protect(self, pattern: re.Pattern[str]) -> None:
        for start, end in self._places(pattern):
            self._blank(start, end)

    def _places(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        for match in list(pattern.finditer(self._plain)):
            groups = [name for name, value in match.groupdict().items() if value]
            yield match.span(groups[0]) if groups else match.span()

    def _blank(self, start: int, end: int) -> None:
        self._plain = self._plain[:start] + "\x00" * (end - start) + self._plain[end:]


def _lead(surface: str) -> int:
    lead = _ADDRESS_LEAD.match(surface[: max(0, len(surface) - 6)])
    return lead.end() if lead else 0


def _refined(kind: IdentifierKind, surface: str) -> IdentifierKind:
    """Tell identity numbers from cards by their own check digits; either way they are masked."""
    number = re.sub(r"[^\dXx]", "", surface)
    if kind is IdentifierKind.IDENTITY and not identity_checksum_holds(number) and luhn_holds(number):
        return IdentifierKind.BANK_CARD if not _birthday(number) else kind
    if kind is IdentifierKind.BANK_CARD and len(number) == 15 and not luhn_holds(number):  # noqa: PLR2004 - old identity numbers
        return IdentifierKind.IDENTITY
    if kind is IdentifierKind.ACCOUNT and len(number) in _CARD_DIGITS and luhn_holds(number):
        return IdentifierKind.BANK_CARD
    return kind


def _birthday(number: str) -> bool:
    return re.match(r"\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", number) is not None


class Masker:
    """Replaces identifiers by tokens such as 〔客户姓名1〕. The same words get the same token for the masker's life."""

    def __init__(self, names: Iterable[str] = (), *, tokens: Mapping[str, str] | None = None) -> None:
        self._names = tuple(names)
        self._tokens = {surface: token for token, surface in (tokens or {}).items()}

    @property
    def tokens(self) -> dict[str, str]:
        """Everything given out so far: token to what it stands for."""
        return {token: surface for surface, token in self._tokens.items()}

    def mask(self, text: str) -> Masked:
        """``text`` with tokens, and what they stand for."""
        used: dict[str, str] = {}
        parts: list[str] = []
        position = 0
        for identifier in contains_identifier(text, names=self._names):
            token = self._token(identifier)
            used[token] = identifier.surface
            parts += [text[position : identifier.start], token]
            position = identifier.end
        return Masked("".join([*parts, text[position:]]), used)

    def _token(self, identifier: Identifier) -> str:
        if identifier.surface not in self._tokens:
            number = 1 + sum(token.startswith(f"〔{identifier.kind.value}") for token in self._tokens.values())
            self._tokens[identifier.surface] = f"〔{identifier.kind.value}{number}〕"
        return self._tokens[identifier.surface]


def unmask(text: str, tokens: Mapping[str, str]) -> str:
    """Put back what the tokens stand for; unknown tokens stay."""
    return _TOKEN.sub(lambda match: tokens.get(re.sub(r"\s", "", match[0]), match[0]), text)


def redact(text: str, *, names: Iterable[str] = ()) -> str:
    """``text`` with every identifier replaced by its kind, for logs and traces: there is no way back."""
    parts: list[str] = []
    position = 0
    for identifier in contains_identifier(text, names=names):
        parts += [text[position : identifier.start], f"〔{identifier.kind.value}〕"]
        position = identifier.end
    return "".join([*parts, text[position:]])
