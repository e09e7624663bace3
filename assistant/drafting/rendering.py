"""The exact text that a customer reads: what is approved, hashed and sent is this, to the byte."""

from collections.abc import Sequence
from datetime import date, timedelta

from assistant.drafting.chart_text import chart_text
from assistant.drafting.model import Draft, DraftKind, Evidence, Section, Statement, StatementKind
from assistant.identity.model import Actor
from assistant.settings import FirmSettings
from knowledge.customers.model import Customer
from knowledge.documents.model import Kind, Rendition, Verification

AI_LABEL = "【AI辅助生成】本文由人工智能辅助生成，经投资顾问复核、合规审核后发送。"
"""Explicit label, at the start and at the end (AILABEL:4)."""
AI_LABEL_END = "【AI辅助生成】以上内容由人工智能辅助生成，转发、复制、下载时请保留本标识。"
RISK_NOTICE = (
    "投资有风险，入市须谨慎。产品和证券的价格会波动，您可能损失部分或者全部本金；"
    "过往业绩并不预示其未来表现，业绩比较基准不是收益承诺；"
    "适当性匹配意见不表示本公司对产品的风险和收益作出实质性判断或者保证。"
)
"""FUNDAD:6 for the sentence on past results; SUIT:4 for what a match does not mean; ADVISOR:19 for the rest."""
DECISION_NOTICE = "投资决策由您自主作出，投资风险由您自行承担；本公司及投资顾问不代您作出投资决策。"
"""ADVISOR:12, SECLAW:134."""

_TITLES = {
    DraftKind.PLAN: "一人一策服务方案",
    DraftKind.REPLY: "关于您所提问题的答复",
    DraftKind.ANSWER: "问答记录",
    DraftKind.DIAGNOSIS: "持仓诊断报告",
    DraftKind.QUARTERLY: "季度服务报告",
    DraftKind.MATURITY: "到期与续期安排",
    DraftKind.REASSESSMENT: "风险测评提示",
    DraftKind.EDUCATION: "投资者教育",
    DraftKind.WARNING: "特别风险警示书",
}
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "十六")
_ADULT_AGE, _SCHOOL_CHILD_TO = 18, 14
_UNCHECKED = {
    Verification.SECONDARY: "依据二手资料整理，以官方文本为准",
    Verification.UNVERIFIED: "尚未核对官方原文，以官方文本为准",
}


def render(
    draft: Draft,
    *,
    customer: Customer | None,
    advisor: Actor,
    firm: FirmSettings,
    content_id: str,
) -> str:
    """A plain letter: the same draft, people and id give the same bytes."""
    cited = provisions_relied_on(draft)
    numbers = {evidence.ref: number for number, evidence in enumerate(cited, start=1)}
    charts = _charts_by_section(draft)
    sections = [
        (section.title, "\n\n".join((_sentences(section, numbers), *charts.get(section.key, ()))))
        for section in draft.sections
        if section.statements
    ]
    untitled = [text for _, text in sections] if len(sections) == 1 else []
    titled = [
        *(sections if len(sections) > 1 else []),
        *([(f"所依据的条文（{in_chinese(draft.as_of)}有效）", _basis(cited))] if cited else []),
        ("风险揭示", RISK_NOTICE),
        ("决策与责任", DECISION_NOTICE),
        ("服务信息", _footer(advisor, firm, content_id, draft.as_of)),
    ]
    parts = [
        _TITLES[draft.kind],
        AI_LABEL,
        _salutation(customer, draft.as_of),
        *_opening(draft),
        *untitled,
        *(f"{_NUMERALS[place]}、{title}\n\n{text}" for place, (title, text) in enumerate(titled)),
        AI_LABEL_END,
    ]
    return "\n\n".join(parts) + "\n"


def _charts_by_section(draft: Draft) -> dict[str, list[str]]:
    """Section key → its charts, numbered in the order in which they are read."""
    keys = [section.key for section in draft.sections if section.statements]
    placed: dict[str, list[str]] = {}
    if not keys:
        return placed
    at = [(keys.index(chart.section) if chart.section in keys else len(keys) - 1, chart) for chart in draft.charts]
    for number, (place, chart) in enumerate(sorted(at, key=lambda pair: pair[0]), start=1):
        placed.setdefault(keys[place], []).append(chart_text(chart, number))
    return placed


def provisions_relied_on(draft: Draft) -> tuple[Evidence, ...]:
    """The evidence that some statement cites, in the order in which it is first cited."""
    at_hand = {evidence.ref: evidence for evidence in draft.evidence}
    cited = (citation.source for statement in draft.statements for citation in statement.citations)
    return tuple(at_hand[ref] for ref in dict.fromkeys(cited) if ref in at_hand)


def in_chinese(day: date) -> str:
    """2026年7月6日."""
    return f"{day.year}年{day.month}月{day.day}日"


def period_in_chinese(evidence: Evidence) -> str:
    """自2026年7月6日起施行, or the first and the last day in force."""
    start = in_chinese(evidence.effective_from)
    if evidence.effective_to is None:
        return f"自{start}起{'施行' if evidence.kind == Kind.RULE.value else '有效'}"
    return f"{start}至{in_chinese(evidence.effective_to - timedelta(days=1))}有效"


def _salutation(customer: Customer | None, day: date) -> str:
    """Whoever acts is spoken to: of a child, and of an adult without full capacity, the guardian."""
    if customer is None:
        return "尊敬的客户："
    age = customer.age_on(day)
    if age >= _ADULT_AGE:
        return f"尊敬的{customer.salutation}{'' if customer.full_capacity else '的监护人'}："
    child = customer.salutation
    for grown in ("女士", "先生"):
        child = child.replace(grown, "小朋友" if age < _SCHOOL_CHILD_TO else "同学")
    return f"尊敬的{child}的监护人："


def _opening(draft: Draft) -> list[str]:
    if draft.kind is DraftKind.REPLY and draft.question:
        return [
            f"您的问题：\n\n「{' '.join(draft.question.split())}」",
            f"以下答复以{in_chinese(draft.as_of)}有效的规则为准。",
        ]
    return [f"以下内容以{in_chinese(draft.as_of)}的资料和当日有效的规则为准。"]


def _sentences(section: Section, numbers: dict[str, int]) -> str:
    return "\n".join(f"· {_sentence(statement, numbers)}" for statement in section.statements)


def _sentence(statement: Statement, numbers: dict[str, int]) -> str:
    marks = sorted({numbers[citation.source] for citation in statement.citations if citation.source in numbers})
    opinion = "（观点）" if statement.kind is StatementKind.OPINION else ""
    return f"{opinion}{statement.text.strip()}{''.join(f'[{mark}]' for mark in marks)}"


def _basis(cited: Sequence[Evidence]) -> str:
    return "\n".join(f"[{number}] {_source(evidence)}" for number, evidence in enumerate(cited, start=1))


def _source(evidence: Evidence) -> str:
    told = "，".join(
        note
        for note in (
            period_in_chinese(evidence),
            "本文为转述" if evidence.rendition == Rendition.SUMMARY.value else "",
            _UNCHECKED.get(Verification(evidence.verification), ""),
        )
        if note
    )
    return f"{evidence.citation}（{told}）"


def _footer(advisor: Actor, firm: FirmSettings, content_id: str, as_of: date) -> str:
    return "\n".join(
        (
            f"· 服务机构：{firm.name}（证券投资咨询业务）",
            f"· 机构地址：{firm.address}",
            f"· 投资顾问：{advisor.name}，登记编码：{advisor.registration_number or '未登记'}",
            f"· 投诉电话：{firm.complaint_phone}",
            "· 需要人工服务或者对自动化推荐有疑问，请联系您的投资顾问或者拨打投诉电话，也可以随时关闭个性化服务。",
            f"· 内容编号：{content_id}，日期：{in_chinese(as_of)}，标识服务提供者：{firm.provider_code}",
        )
    )
