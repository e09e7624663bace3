"""Forbidden wording P01–P21, judged by what a sentence does; the patterns are data in wording.yaml.

A pattern proposes; guards dispose: negation in front or behind, questions, quotation, reported speech, condemnation of
the act in the same sentence. A concession (「规定不让，但我私下……」) takes the guard away again. The tone of the whole
(:mod:`tendency`) has a say both ways: a pattern in a sentence that sounds nothing like an offer is dropped, and a
sentence that sounds much like one is shown to the reviewer although no pattern fits.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.checks.identifiers import identifiers_in
from assistant.checks.model import Finding, Severity
from assistant.checks.scene import Scene, scene_findings
from assistant.checks.tendency import probability, tendency
from assistant.privacy.masking import IdentifierKind
from assistant.understanding.text import Folded, fold, remembered, sentences, tighten

_FILE = Path(__file__).with_name("wording.yaml")
_SEVERITY = {"critical": Severity.BLOCK, "high": Severity.BLOCK, "medium": Severity.WARN}
_BEFORE = 10
_AFTER = 16
_LONGEST = 20_000
_ONE_MESSAGE = 160
"""Up to this many characters a text is judged as a whole; a longer one sentence by sentence."""
_FAR = 0.15
"""A pattern counts only where the tone is at least this near to forbidden wording."""
_FAINT = 0.1
"""The same for what a reviewer is shown although it is excused."""
_NEAR = 0.6
"""A tone this near is shown to the reviewer although no pattern fits. Both were chosen by cross-validation."""
_MARKS = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>\n]{0,80}>|(?:^|(?<=\s))#{1,6}\s+|[*_`~]{2,}", re.DOTALL)
_YIELDS = re.compile(r"(?:虽然|虽说|虽|尽管|固然|即便|即使|哪怕|纵然)[^，,。；;]*$")
_CLAUSE_EDGE = re.compile(r"[，,、：:；;。！!？?]")
_NOT_NOT = re.compile(
    r"(?:没有?人|无人|没谁|谁(?:也|都)?|不会|不可能|难道|怎么会?|岂|哪)[^，,。；;！!？?]{0,8}(?:不|没|无)(?:是|会|能|算)?$"
)
_DIGIT = re.compile(r"[0-9]")
_REPEATED = re.compile(r"\{\d*,?\d*\}")
"""How often a piece of a pattern may stand: no digit that it names."""
_LABELS = {
    "P01_return_promise": "承诺收益",
    "P02_principal_guarantee": "保本或无风险",
    "P03_certain_prediction": "确定性预测",
    "P04_exaggeration": "夸大和绝对化",
    "P05_disparage": "贬低同业",
    "P06_discretionary": "代客操作",
    "P07_profit_loss_sharing": "分享收益或分担损失",
    "P08_inside_info": "未公开信息",
    "P09_unlicensed": "无资格荐股或个人收费",
    "P10_missing_or_misleading_risk": "弱化风险",
    "P11_past_performance": "不当使用过往业绩",
    "P12_suitability": "违反适当性",
    "P13_urgency_inducement": "催促和诱导",
    "P14_private_fund_public": "公开宣传私募",
    "P15_rebate_gift": "返佣送礼",
    "P16_privacy_leak": "泄露个人信息",
    "P17_regulatory_endorsement": "监管背书",
    "P18_overtrading_leverage": "诱导频繁交易或加杠杆",
    "P19_aml_account": "规避实名和反洗钱",
    "P20_ai_disclosure": "隐瞒AI",
    "P21_complaint_obstruction": "阻碍投诉",
}
_GRAVE = frozenset(
    {
        "P01_return_promise",
        "P02_principal_guarantee",
        "P03_certain_prediction",
        "P06_discretionary",
        "P07_profit_loss_sharing",
        "P08_inside_info",
    }
)
"""What a reviewer sees in a customer's text even where the words around it excuse it."""
_LEAKS = frozenset({IdentifierKind.IDENTITY, IdentifierKind.BANK_CARD, IdentifierKind.PASSPORT, IdentifierKind.PHONE})


@dataclass(frozen=True, slots=True)
class Category:
    """One of P01–P21."""

    name: str
    severity: Severity
    provisions: tuple[str, ...]
    reason: str
    patterns: tuple["Pattern", ...]
    exempt: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way to do the act. ``negated``: it holds a negation of its own, so one inside is no excuse.

    ``numeric``: it names digits, so that 8% and 9% may be different to it.
    """

    expression: re.Pattern[str]
    negated: bool
    numeric: bool


@dataclass(frozen=True, slots=True)
class Grammar:
    """The whole file, compiled."""

    variants: tuple[tuple[str, str], ...]
    categories: tuple[Category, ...]
    guards: dict[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def grammar() -> Grammar:
    """The shipped patterns."""
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    words: dict[str, str] = data["words"]
    return Grammar(
        variants=tuple(data["variants"].items()),
        categories=tuple(_category(name, entry, words) for name, entry in data["categories"].items()),
        guards={name: _compiled(text, words) for name, text in data["guards"].items()},
    )


def _category(name: str, entry: dict[str, Any], words: dict[str, str]) -> Category:
    exempt = "|".join(f"(?:{text})" for text in entry.get("exempt", ()))
    return Category(
        name=name,
        severity=_SEVERITY[entry["severity"]],
        provisions=tuple(entry["provisions"]),
        reason=entry["reason"],
        patterns=tuple(_pattern(text, words) for text in entry["patterns"]),
        exempt=_compiled(exempt, words) if exempt else None,
    )


def _pattern(text: str, words: dict[str, str]) -> Pattern:
    expression = _compiled(text.removeprefix("!"), words)
    named = _DIGIT.search(_REPEATED.sub("", expression.pattern)) is not None
    return Pattern(expression, negated=text.startswith("!"), numeric=named)


def _compiled(text: str, words: dict[str, str]) -> re.Pattern[str]:
    text = text.replace("~~", r"(?:[^。！!；;\n]{0,22}?)").replace("~", r"(?:[^，,。！!？?；;\n]{0,8}?)")
    for name, alternatives in words.items():
        text = text.replace(f"{{{name}}}", f"(?:{alternatives.replace('~', '(?:[^，,。！!？?；;]{0,8}?)')})")
    return re.compile(text)


def wording_findings(text: str, *, context: str | None = None, customer_facing: bool = False) -> tuple[Finding, ...]:
    """Forbidden wording in ``text``. ``context`` says who speaks to whom: licence, risk level, channel.

    ``customer_facing``: a grave pattern that only the words around it or the tone excuse is shown to the reviewer.
    """
    judge = _kept_judgement if len(text) <= _LONGEST_KEPT else _judged
    return judge(text, context, customer_facing=customer_facing)


def _judged(text: str, context: str | None, *, customer_facing: bool) -> tuple[Finding, ...]:
    folded = _respelled(tighten(_unmarked(fold(text[:_LONGEST]))))
    scene = Scene.of(context)
    one_message = 0 < len(folded.text) <= _ONE_MESSAGE
    whole = probability(folded.text) if one_message else 0.0
    found: list[Finding] = []
    for start, end in _windows(folded.text):
        if max(_tone(folded.text[start:end]), whole) >= _FAR:
            found += _in_sentence(folded, start, end, scene)
    found += (
        _whole_finding(name, folded.original(start, end)) for name, start, end in scene_findings(folded.text, scene)
    )
    found += _leaks(text)
    if not found:
        spans = ((0, len(folded.text)),) if one_message else sentences(folded.text)
        found += _by_tone(folded, spans, scene)
    if not found and customer_facing:
        found += _excused(folded, scene)
    return _distinct(found)


_LONGEST_KEPT = 2000
_kept_judgement = lru_cache(maxsize=8192)(_judged)
"""Sentences of the house stand in thousands of drafts."""


def _excused(folded: Folded, scene: Scene) -> Iterator[Finding]:
    """Grave patterns that stand after all, by words elsewhere in the sentence or by a tone that is far."""
    for start, end in _windows(folded.text):
        if _tone(folded.text[start:end]) < _FAINT:
            continue
        for finding in _in_sentence(folded, start, end, scene, strict=True):
            reason = (
                f"这句话含有{_LABELS[finding.category]}的说法，上下文像是在否定它，请审核人判断；如无必要，请改写。"
            )
            yield finding.model_copy(update={"severity": Severity.WARN, "reason": reason})


def _tone(sentence: str) -> float:
    """How near a sentence sounds to forbidden wording; what follows a 「但」 is heard for itself."""
    turn = grammar().guards["concessive"].search(sentence)
    rest = sentence[turn.start() :] if turn else ""
    return max(probability(part) for part in (sentence, rest) if part or part is sentence)


def _distinct(found: list[Finding]) -> tuple[Finding, ...]:
    """One finding a category, the first that was found."""
    return tuple({finding.category: finding for finding in reversed(found)}.values())[::-1]


def _unmarked(folded: Folded) -> Folded:
    """Without tags, comments and Markdown marks, which a reader does not see and which may part a word."""
    if _MARKS.search(folded.text) is None:
        return folded
    hidden = {index for match in _MARKS.finditer(folded.text) for index in range(*match.span())}
    kept = [index for index in range(len(folded.text)) if index not in hidden]
    return Folded(folded.source, "".join(folded.text[i] for i in kept), tuple(folded.origin[i] for i in kept))


def _respelled(folded: Folded) -> Folded:
    text = folded.text
    for variant, meant in grammar().variants:
        text = text.replace(variant, meant)
    return Folded(folded.source, text, folded.origin)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Sentences; a short question and what follows it are read together (「过期了？不碍事……」)."""
    spans = sentences(text)
    for index, (start, end) in enumerate(spans):
        yield start, end
        if index and text[spans[index - 1][0] : start].rstrip().endswith(("？", "?")):
            yield spans[index - 1][0], end


def _in_sentence(folded: Folded, start: int, end: int, scene: Scene, *, strict: bool = False) -> Iterator[Finding]:
    """``strict``: of what is grave, and only a negation or a question at the words themselves excuses."""
    sentence = folded.text[start:end]
    after = folded.text[end : end + 40]
    for category, patterns in _possible(_DIGIT.sub("0", sentence)):
        if strict and category.name not in _GRAVE:
            continue
        if scene.excuses(category.name) or (category.exempt is not None and _exempted(category, sentence)):
            continue
        span = next(
            (
                match.span()
                for pattern in patterns
                for match in pattern.expression.finditer(sentence)
                if not (_bound if strict else _guarded)(sentence, match, pattern, after)
            ),
            None,
        )
        if span is not None:
            yield _finding(category, folded.original(start + span[0], start + span[1]))


@remembered
def _possible(shape: str) -> tuple[tuple[Category, tuple[Pattern, ...]], ...]:
    """The patterns that can match a sentence of this shape, its digits being any: those that name none are tried once.

    Sentences of the house differ from customer to customer in their figures only.
    """
    figures = "0" in shape
    found = (
        (
            category,
            tuple(each for each in category.patterns if (figures and each.numeric) or each.expression.search(shape)),
        )
        for category in grammar().categories
    )
    return tuple((category, patterns) for category, patterns in found if patterns)


def _by_tone(folded: Folded, spans: Iterable[tuple[int, int]], scene: Scene) -> Iterator[Finding]:
    """What no pattern names but sounds like an offer that is forbidden: for the reviewer to decide."""
    for start, end in spans:
        sentence = folded.text[start:end]
        if probability(sentence) < _NEAR:
            continue
        category = tendency(sentence).category
        if scene.excuses(category) or _condemned(sentence, 0, 0):
            continue
        if grammar().guards["courtesy"].fullmatch(sentence) is not None:
            continue
        reason = f"这句话的语气和禁止性表述（{_LABELS[category]}）相近，请审核人判断；如确有此意，请改写。"
        finding = _whole_finding(category, folded.original(start, end))
        yield finding.model_copy(update={"severity": Severity.WARN, "reason": reason})


def _exempted(category: Category, sentence: str) -> bool:
    if category.exempt is None or (match := category.exempt.search(sentence)) is None:
        return False
    return not _conceded(sentence, match.end())


def _guarded(sentence: str, match: re.Match[str], pattern: Pattern, after: str) -> bool:
    guards = grammar().guards
    start, end = match.span()
    return (
        _denied(sentence, match, pattern)
        or guards["denied_after"].search(sentence[end : end + _AFTER]) is not None
        or _condemned(sentence, start, end)
        or re.match(r"\s*(?:这|此|以上|上述|像这样)[^。]{0,20}(?:违规|违法|骗|不允许|不可信|禁止|不行|错)", after)
        is not None
    )


def _bound(sentence: str, match: re.Match[str], pattern: Pattern, _after: str) -> bool:
    """Whether what excuses the words stands in their own clause, or the whole is told of others."""
    guards = grammar().guards
    start, end = match.span()
    before, behind = _CLAUSE_EDGE.split(sentence[:start])[-1], _CLAUSE_EDGE.split(sentence[end:])[0]
    return (
        _denied(sentence, match, pattern)
        or guards["reported"].search(sentence) is not None
        or guards["condemned"].search(before) is not None
        or any(guards[name].search(behind) is not None for name in ("condemned", "denied_after"))
    )


def _denied(sentence: str, match: re.Match[str], pattern: Pattern) -> bool:
    """Negated or asked where it stands."""
    guards = grammar().guards
    start, end = match.span()
    whole = _CLAUSE_EDGE.split(sentence[:start])[-1]
    clause = whole[-_BEFORE:]
    inside = guards["benign_negation"].sub("", match[0])
    return (
        (guards["denied_before"].search(clause) is not None and _NOT_NOT.search(whole) is None)
        or _asked(sentence, clause, end)
        or (not pattern.negated and re.search(r"不|没|未|无法|勿|别(?!人|家|的)", inside) is not None)
    )


def _asked(sentence: str, before: str, end: int) -> bool:
    guards = grammar().guards
    if guards["rhetorical"].search(sentence) is not None:
        return False
    if guards["asked_before"].search(before):
        return True
    return re.search(r"(?:吗|么|呢|是不是|对吗)?[？?]\s*[”」]?$", sentence[end:]) is not None


def _condemned(sentence: str, start: int, end: int) -> bool:
    guards = grammar().guards
    rest = sentence[:start] + "\x00" * (end - start) + sentence[end:]
    for name in ("condemned", "reported"):
        match = guards[name].search(rest)
        if match is None:
            continue
        before = match.end() <= start
        if not before or not (_conceded(sentence[:start], match.end()) or _YIELDS.search(sentence[: match.start()])):
            return True
    return False


def _conceded(sentence: str, position: int) -> bool:
    """「……不允许，但我私下……」: what follows takes back what went before."""
    return grammar().guards["concessive"].search(sentence[position:]) is not None


def _finding(category: Category, span: str) -> Finding:
    return Finding(
        category=category.name,
        severity=category.severity,
        statement_id=None,
        span=span,
        reason=category.reason,
        provision=category.provisions[0],
    )


def _whole_finding(name: str, span: str) -> Finding:
    return _finding(next(category for category in grammar().categories if category.name == name), span)


def _leaks(text: str) -> Iterator[Finding]:
    for identifier in identifiers_in(text[:_LONGEST]):
        if identifier.kind in _LEAKS and not _service_number(text, identifier.start):
            yield _whole_finding("P16_privacy_leak", identifier.surface)
            return


def _service_number(text: str, start: int) -> bool:
    return (
        re.search(r"(?:投诉|客服|服务|咨询|营业部|公司|举报|热线|总机|联系|传真)[^，。]{0,6}$", text[:start])
        is not None
    )
