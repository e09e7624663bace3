"""Rules that a text keeps or breaks by itself: dates, sections, style, and saying what is not verified."""

import re
from collections.abc import Iterator

from knowledge.documents.linting.citing import CITED_IN_WORDS, citations
from knowledge.documents.linting.model import Code, Gravity, LibraryText, LintFinding
from knowledge.documents.model import Kind, Provision, Rendition, Verification

_SECTIONS = {
    Kind.CASE: ("情境", "应当做", "不应当做", "人工动作", "依据"),
    Kind.SCRIPT: ("适用情境", "参考话术", "禁止说法", "依据"),
}
"""knowledge/library/README.md, 5 and 6."""
_STORY = frozenset({"情境", "适用情境", "参考话术", "禁止说法", "人工动作"})
"""Sections that claim nothing: what happened, what is said, and who does what; the others of their file cite."""
_OWN = re.compile(r"本公司做法[：:][^。\n]*")
"""What the firm decided for itself rests on nothing else."""
_CLAIM = re.compile(
    r"应当|不得|必须|(?:予以|严格|明令)?禁止(?!说法)"
    r"|[0-9]+(?:\.[0-9]+)?\s?(?:万元|亿元|元|%|‰|倍|周岁|岁|个?月|年(?![0-9]*月)|个?(?:交易|工作|自然)日|小时|分钟|股|份)"
)
_UNSURE = re.compile(
    r"未(?:经|能|与|和)?[^，。；]{0,14}?核[对实验]|待核[对实验]|公司(?:规定|公告|内部|自行)|以[^，。；]{1,40}为准|虚构|演示"
)
_UNVERIFIED = re.compile(r"(?:未|没有|待)(?:经|能|与|和)?[^，。；]{0,14}?核[对实验]")
_POINTS_BACK = re.compile(r"(?:该|上述|前述|前款|此外|其(?!他|它|余|中一)|上款|以上)")
_FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ％．]+")
_SENTENCE_END = re.compile(r"(?<=[。！？；])")
_CITED = re.compile(r"（(?:[^（）]{0,6})?依据[：:][^）]*）")
_LONGEST_SENTENCE = 90


def alone_findings(text: LibraryText) -> Iterator[LintFinding]:
    """What is wrong with one text."""
    yield from _dates(text)
    yield from _sections(text)
    cites = any(citations(each.text) for each in text.provisions)
    says = any(_UNVERIFIED.search(each.text) for each in text.provisions)
    for provision in text.provisions:
        yield from _uncited(text, provision, cites_elsewhere=cites)
        yield from _unsaid(text, provision, said_elsewhere=says)
        if text.version.rendition is Rendition.SUMMARY:
            yield from _style(text, provision)


def _dates(text: LibraryText) -> Iterator[LintFinding]:
    version = text.version
    begins = version.period.effective_from
    if version.issued_on is None and version.kind is Kind.RULE and version.verification is Verification.VERIFIED:
        yield text.finding(
            Code.NO_ISSUE_DATE,
            Gravity.WARNING,
            "法规标为已核对，却没有发布日期（issued_on），请补上，或改为 secondary。",
        )
    if version.issued_on is None and version.kind is not Kind.RULE:
        yield text.finding(Code.NO_ISSUE_DATE, Gravity.WARNING, "没有发布日期（issued_on），请补上。")
    if version.issued_on is not None and version.issued_on > begins:
        yield text.finding(
            Code.DATES_REVERSED,
            Gravity.WARNING,
            f"发布日期 {version.issued_on} 晚于生效日 {begins}，请核对这两个日期。",
        )


def _sections(text: LibraryText) -> Iterator[LintFinding]:
    wanted = _SECTIONS.get(text.version.kind)
    if wanted is None:
        return
    present = {provision.heading.strip() for provision in text.provisions}
    if missing := [name for name in wanted if name not in present]:
        what = "案例" if text.version.kind is Kind.CASE else "话术"
        yield text.finding(
            Code.MISSING_SECTION, Gravity.ERROR, f"{what}缺少章节：{'、'.join(missing)}，请按知识库说明补上。"
        )


def _uncited(text: LibraryText, provision: Provision, *, cites_elsewhere: bool) -> Iterator[LintFinding]:
    """A claim that somebody else's text says what must be, and nothing to look it up by."""
    if text.version.kind not in (Kind.GUIDE, Kind.CASE, Kind.SCRIPT):
        return
    if provision.heading.strip() in _STORY and cites_elsewhere:
        return
    claim = _CLAIM.search(_OWN.sub(lambda own: " " * len(own[0]), provision.text))
    if claim is None or citations(provision.text) or CITED_IN_WORDS.search(provision.text):
        return
    if _UNSURE.search(provision.text):
        return
    yield text.finding(
        Code.UNCITED,
        Gravity.ERROR,
        f"「{_around(provision.text, claim.start())}」说了要求或者数字，却没有写依据，"
        "请在句中加上「（依据：名称第几条，编号:条号）」。",
        at=provision,
    )


def _unsaid(text: LibraryText, provision: Provision, *, said_elsewhere: bool) -> Iterator[LintFinding]:
    if provision.heading.strip() in _STORY and said_elsewhere:
        return
    if provision.verification is Verification.UNVERIFIED and not _UNVERIFIED.search(provision.text):
        yield text.finding(
            Code.UNVERIFIED_UNSAID,
            Gravity.ERROR,
            "这一条标为未核实，正文却没有说明，请写明「尚未核对原文，以……为准」。",
            at=provision,
        )


def _style(text: LibraryText, provision: Provision) -> Iterator[LintFinding]:
    if pointing := _POINTS_BACK.match(provision.text.lstrip()):
        yield text.finding(
            Code.FIRST_SENTENCE,
            Gravity.WARNING,
            f"第一句以「{pointing[0]}」开头，单独看不知道说的是什么，请写出主语。",
            at=provision,
        )
    for sentence in spoken_sentences(provision.text):
        if len(sentence) > _LONGEST_SENTENCE:
            yield text.finding(
                Code.LONG_SENTENCE,
                Gravity.WARNING,
                f"「{sentence[:20]}……」长达 {len(sentence)} 字，请拆成几句。",
                at=provision,
            )
    if wide := _FULL_WIDTH.search(provision.text):
        yield text.finding(
            Code.FULL_WIDTH, Gravity.WARNING, f"「{wide[0]}」是全角字符，数字和字母请用半角。", at=provision
        )
    if not provision.typical_questions:
        yield text.finding(
            Code.NO_QUESTION, Gravity.WARNING, "没有典型问题，请至少写一个「> 问：」，读者才容易搜到。", at=provision
        )


def spoken_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, without tables and without the citations in brackets."""
    lines = (line for line in text.split("\n") if not line.lstrip().startswith("|"))
    found = (part.strip() for line in lines for part in _SENTENCE_END.split(_CITED.sub("", line)))
    return tuple(part for part in found if part)


def _around(text: str, position: int) -> str:
    start = max(text.rfind(mark, 0, position) for mark in "。\n；") + 1
    return text[start : start + 24].strip()
