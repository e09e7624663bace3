"""Numbers of library texts: they stand in what is cited, are no surer than it, and are the same everywhere."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.checks.numbers import proves
from assistant.checks.quantities import Dimension, Quantity, quantities
from assistant.understanding.text import fold
from knowledge.documents.linting.alone import spoken_sentences
from knowledge.documents.linting.citing import citations
from knowledge.documents.linting.model import Code, Gravity, LibraryText, LintFinding, Shelf
from knowledge.documents.model import Kind, Provision, Verification
from retrieval.segmentation import content_words

_THRESHOLDS = frozenset(
    {
        Dimension.MONEY,
        Dimension.PERCENT,
        Dimension.TIMES,
        Dimension.AGE,
        Dimension.MONTHS,
        Dimension.DAYS,
        Dimension.TRADING_DAYS,
        Dimension.WORKING_DAYS,
        Dimension.MINUTES,
        Dimension.CLOCK,
    }
)
_OUR_WORDS = frozenset({Kind.GUIDE, Kind.CASE, Kind.SCRIPT})
_TOLD = frozenset({"情境", "适用情境", "参考话术", "禁止说法"})
"""Sections that tell a story or a wording: their numbers are invented, or forbidden."""
_BRACKET = re.compile(r"（[^（）]*依据[：:][^）]*）")
_WITH_BRACKET = re.compile(r"(?:[^。！？\n（]|（[^）]*）?)+[。！？]?")
_HEDGED = re.compile(r"核[对实验]|通常|一般|大约|约为|说法|常见|以[^，。；]{1,40}为准|可能|据[^，。]{0,8}称|未确认")
_FORMER = re.compile(
    r"此前|以前|之前|历史|原(?:来|先|为|是)|旧|曾|由[^，。]{1,20}(?:到|至|为|成)|征求意见|不再适用|期满"
)
_EXAMPLE = re.compile(r"例如|比如|举例|假[设如]|如果|譬如|算例")
_PENALTY = re.compile(r"罚款|违法所得|处罚|没收")
_SUBJECTS = re.compile(
    "科创成长层|科创板|创业板|北交所|主板|港股通|沪港通|深港通|融资融券|两融|融资|融券|期权|新三板|创新层|基础层|可转债|"
    "私募|资管|公募|货币基金|股票型|债券型|混合型|指数基金|ETF|LOF|REITs|逆回购|国债|债券|ST|退市整理|B股|新股|存托凭证|"
    "沪市|深市|普通投资者|专业投资者|法人|老年|周岁|印花税|过户费|经手费|证管费|佣金|赎回费|管理费|托管费|申购费|"
    "销售服务费|尾随佣金|客户维护费|担保物|维持担保|保证金|双录|投诉|回访|测评|冷静期|大宗交易|临时停牌|集合竞价|盘后|"
    "涨跌幅|严重异常波动|异常波动|权证|基金|黄金|质押|休眠"
)
"""What thresholds of the trade are about: two numbers speak of one thing only where these are the same."""
_OF_NO_WEIGHT = frozenset((
    "低于", "高于", "超过", "少于", "至少", "最多", "以上", "以下", "以内", "达到", "不足", "大于", "小于",
    "应", "应当", "须", "必须", "不得", "可以", "需要", "要求", "通常", "一般", "满", "个",
    "开通", "权限", "个人", "投资者", "客户", "申请", "规定", "公司",
))  # fmt: skip
"""Words that do not say what a number measures."""
_TOLD_AT_MOST = 6
_NEAR = 0.5
"""Share of the words of the shorter clause."""
_ALIKE = 0.12
"""Share of the words of both sentences. Both: no false alarm on the shipped library, planted faults found."""


def source_findings(text: LibraryText, shelf: Shelf) -> Iterator[LintFinding]:
    """Numbers beside a citation that the cited provisions do not have, or have only without verification."""
    if text.version.kind not in _OUR_WORDS:
        return
    for provision in text.provisions:
        for sentence in _WITH_BRACKET.findall(provision.text):
            yield from _against_sources(text, provision, sentence, shelf)


def _against_sources(text: LibraryText, provision: Provision, sentence: str, shelf: Shelf) -> Iterator[LintFinding]:
    cited = _sources(sentence, shelf)
    if not cited or _FORMER.search(sentence) or _EXAMPLE.search(sentence):
        return
    known = [(source, _numbers(source)) for source in cited]
    for number in quantities(_BRACKET.sub("", sentence)):
        if number.dimension not in _THRESHOLDS:
            continue
        holders = [source for source, held in known if any(proves(each, number) for each in held)]
        if not holders:
            yield _not_in_source(text, provision, number, known)
        elif (
            all(each.verification is Verification.UNVERIFIED for each in holders)
            and provision.heading.strip() not in _TOLD
            and not _HEDGED.search(sentence)
        ):
            yield text.finding(
                Code.UNVERIFIED_CERTAIN,
                Gravity.ERROR,
                f"「{number.text}」只来自尚未核实的 {holders[0].ref.short}，却写得像确定的数字，"
                "请写明「尚未核对原文，以……为准」。",
                at=provision,
            )


def _not_in_source(
    text: LibraryText,
    provision: Provision,
    number: Quantity,
    known: Sequence[tuple[Provision, tuple[Quantity, ...]]],
) -> LintFinding:
    others = [each.text for _, held in known for each in held if each.dimension is number.dimension]
    places = _some(source.ref.short for source, _ in known)
    if others:
        said = _some(others)
        reason = f"「{number.text}」与所引用的 {places} 不一致，那里写的是 {said}，请核对。"
    else:
        reason = f"「{number.text}」在所引用的 {places} 里没有，请改引写有这个数字的条文。"
    return text.finding(Code.NOT_IN_SOURCE, Gravity.ERROR if others else Gravity.WARNING, reason, at=provision)


def _some(texts: Iterable[str]) -> str:
    different = list(dict.fromkeys(texts))
    return "、".join(different[:_TOLD_AT_MOST]) + ("等" if len(different) > _TOLD_AT_MOST else "")


def _numbers(provision: Provision) -> tuple[Quantity, ...]:
    return quantities(f"{provision.heading}\n{provision.text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """One threshold: what about, how much, and the words around the number."""

    text: LibraryText
    provision: Provision
    sentence: str
    number: Quantity
    subjects: frozenset[str]
    near: frozenset[str]
    """Content words of its clause."""
    whole: frozenset[str]
    """Content words of its sentence."""


def contradiction_findings(texts: Iterable[LibraryText], names: frozenset[str], shelf: Shelf) -> Iterator[LintFinding]:
    """One threshold with two numbers on one day.

    Precision before recall: same subjects, same unit, the words about the number alike, neither provision states the
    other's number anywhere, and a number that stands in what its provision cites is right. Told at the text that is
    ours, not at the rule.
    """
    groups: dict[tuple[Dimension, frozenset[str]], list[_Claim]] = {}
    for text in texts:
        for claim in _claims(text, shelf):
            groups.setdefault((claim.number.dimension, claim.subjects), []).append(claim)
    told: set[tuple[str, str, str]] = set()
    for group in groups.values():
        for index, later in enumerate(group):
            for earlier in group[:index]:
                if {earlier.text.name, later.text.name} & names and _disagree(earlier, later):
                    ours, other = _ours_first(earlier, later, names)
                    key = (ours.text.name, ours.provision.ref.locator, ours.number.text)
                    if key not in told:
                        told.add(key)
                        yield _contradiction(ours, other)


def _claims(text: LibraryText, shelf: Shelf) -> Iterator[_Claim]:
    if text.version.kind is Kind.PRODUCT:
        return
    for provision in text.provisions:
        if provision.heading.strip() in _TOLD:
            continue
        sources = [source for source in _sources(provision.text, shelf) if source.ref.short != provision.ref.short]
        for sentence in spoken_sentences(provision.text):
            if not (_FORMER.search(sentence) or _PENALTY.search(sentence)):
                yield from (
                    claim
                    for claim in _claims_of(text, provision, sentence)
                    if not any(_states(source, claim.number) for source in sources)
                )


def _sources(text: str, shelf: Shelf) -> list[Provision]:
    """The provisions that a text cites, in every version; where it names a document alone, all of it."""
    return [
        source
        for citation in citations(text)
        for source in (
            shelf.provisions(citation.document_id, citation.locator)
            if citation.locator is not None
            else shelf.whole(citation.document_id)
        )
    ]


def _claims_of(text: LibraryText, provision: Provision, sentence: str) -> Iterator[_Claim]:
    said = fold(sentence).text
    subjects = frozenset(_SUBJECTS.findall(said)) or frozenset(
        _SUBJECTS.findall(fold(f"{provision.heading} {text.version.short_title}").text)
    )
    if not subjects:
        return
    empty = _OF_NO_WEIGHT | {word for subject in subjects for word in content_words(subject)}
    for number in quantities(sentence):
        if number.dimension in _THRESHOLDS:
            yield _Claim(
                text=text,
                provision=provision,
                sentence=sentence,
                number=number,
                subjects=subjects,
                near=_words(_clause(said, number)) - empty,
                whole=_words(said) - _OF_NO_WEIGHT,
            )


def _clause(said: str, number: Quantity) -> str:
    start = max(said.rfind(mark, 0, number.start) for mark in "，；。、：（") + 1
    ends = [at for mark in "，；。、（）" if (at := said.find(mark, number.end)) >= 0]
    return f"{said[start : number.start]} {said[number.end : min(ends, default=len(said))]}"


def _words(text: str) -> frozenset[str]:
    return frozenset(content_words(re.sub(r"[0-9.]+[%万亿元]*", " ", text)))


def _disagree(one: _Claim, other: _Claim) -> bool:
    if one.number.value == other.number.value or one.provision.ref.document_id == other.provision.ref.document_id:
        return False
    if not one.provision.period.overlaps(other.provision.period) or not one.near or not other.near:
        return False
    if len(one.near & other.near) < _NEAR * min(len(one.near), len(other.near)):
        return False
    if len(one.whole & other.whole) < _ALIKE * len(one.whole | other.whole):
        return False
    return not (_states(other.provision, one.number) or _states(one.provision, other.number))


def _states(provision: Provision, number: Quantity) -> bool:
    return any(each.dimension is number.dimension and each.value == number.value for each in _numbers(provision))


def _ours_first(one: _Claim, other: _Claim, names: frozenset[str]) -> tuple[_Claim, _Claim]:
    def rank(claim: _Claim) -> tuple[bool, bool]:
        return claim.text.name not in names, claim.text.version.kind is Kind.RULE

    return (one, other) if rank(one) < rank(other) else (other, one)


def _contradiction(ours: _Claim, other: _Claim) -> LintFinding:
    rules = ours.text.version.kind is Kind.RULE and other.text.version.kind is Kind.RULE
    return ours.text.finding(
        Code.CONTRADICTION,
        Gravity.WARNING if rules else Gravity.ERROR,
        f"这里写「{ours.number.text}」，{other.provision.ref.short} 写的是「{other.number.text}」"
        f"（{other.sentence[:60]}），说的像是同一件事，请核对后改成一致。",
        at=ours.provision,
    )
