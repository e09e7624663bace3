"""Who is in touch with the customer, when, by which channel, and at which moments."""

from collections.abc import Iterator, Mapping

from assistant.drafting.model import Statement, StatementKind
from assistant.drafting.plan_material import PlanMaterial
from assistant.drafting.plan_person import Choices, anybody, fitting
from assistant.drafting.sayings import Sayings, plain

_MATURITIES = 2
_TOPICS: Mapping[str, str] = {
    "recent_complaint": "投诉的事办得怎么样",
    "margin_below_warning": "担保物和负债怎么处理",
    "margin_near_warning": "融资融券的安全距离",
    "assessment_missing": "怎样完成风险测评",
    "assessment_expired": "怎样重新测评",
    "assessment_expiring": "更新测评的时间",
    "guardian": "监护人代办的材料和范围",
    "over_level_holdings": "超出风险等级的持仓",
    "elderly_high_risk": "高风险持仓的情况",
    "loss_beyond_tolerance": "亏损的来龙去脉和用钱时间",
    "loss_near_tolerance": "亏损离您的承受范围还有多远",
    "maturing_holding": "到期资金的用途",
    "idle_cash": "可用资金的用途和时间",
    "large_inflow": "新转入资金的用途",
    "drawdown_beyond_tolerance": "持仓的波动和您的承受力",
    "concentrated_holding": "集中持仓的利弊",
    "concentrated_industry": "行业集中的情况",
    "variety_mismatch": "投资品种的意愿",
    "horizon_mismatch": "用钱的时间",
    "frequent_trading": "交易费用",
    "dormant": "账户和联系方式",
    "no_recent_contact": "您的近况和意见",
    "rebalance": "目标区间和调整的步子",
    "steady": "目前的安排",
}
"""What is spoken of first, by theme."""
_CONTACT: Mapping[str, str] = {
    "app": "您的投资顾问最迟在{plan.next_contact_on}通过手机App与您联系，先谈",
    "pc": "您的投资顾问最迟在{plan.next_contact_on}给您留言（您常用电脑端），先谈",
    "wecom": "您的投资顾问最迟在{plan.next_contact_on}用企业微信与您联系，先谈",
    "phone": "您的投资顾问最迟在{plan.next_contact_on}给您打电话，先谈",
    "visit": "您的投资顾问最迟在{plan.next_contact_on}约您到网点面谈，先谈",
}
_ANYHOW = "您的投资顾问最迟在{plan.next_contact_on}与您联系，先谈"
_TIME = "您多在{preference.time}查看账户，我们尽量挑这个时段联系。"
_MANNER: Choices = (
    (lambda one: one.guarded, "联系和办理都面向监护人，不直接向账户持有人推介任何产品。"),
    (lambda one: one.elderly, "重要的事我们会寄大字书面材料，给您和家人商量的时间，不当场催促。"),
    (lambda one: one.professional, "产品资料和费用对照先书面发给您，您看过以后再谈。"),
    (anybody, ""),
)


def service(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """Contact, moments with their days, and the review."""
    manner = next(fitting(_MANNER, material.person))
    return [
        *contact(material, sayings),
        *sayings.first(_silence(material)),
        *([] if material.person.guarded else sayings.say(_TIME, StatementKind.ACTION)),
        *moments(material, sayings),
        *(plain(manner, StatementKind.ACTION) if manner else ()),
        *sayings.say(
            "没有出现需要提前复核的情况，也在{plan.review_on}复核一次，结果会告诉您。",
            StatementKind.ACTION,
            basis=("ADVISOR:21",),
        ),
    ]


def contact(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """When the adviser is in touch, how, and what comes first."""
    topics = [_TOPICS[theme.key] for theme in material.themes if theme.key in _TOPICS][:2]
    lead = _CONTACT.get(material.person.channel, _ANYHOW)
    return sayings.say(f"{lead}{'，再谈'.join(topics) or '目前的安排'}。", StatementKind.ACTION)


def _silence(material: PlanMaterial) -> Iterator[str]:
    if any(one.key == "no_recent_contact" for one in material.observations):
        yield "距上一次人工联系已有{service.days_since_contact}，这段时间我们联系得少，请您谅解。"
    elif "service.last_contact_on" not in material.by_key:
        yield "我们还没有和您当面或者电话谈过（近12个月服务记录{service.records_12m}），这一次会从头了解您的想法。"


def moments(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """Days on which something of this customer ends or has to be renewed."""
    found: list[Statement] = []
    maturing = sorted((one for one in material.held if one.matures_on), key=lambda one: str(one.matures_on))
    for one in maturing:
        day = f"plan.before.{one.code}"
        found += sayings.say(
            f"{{{one.key}.name}}{{{one.key}.matures_on}}到期，我们在{{{day}}}先和您确认这笔钱的用途。",
            StatementKind.ACTION,
        )
    found = found[:_MATURITIES]
    if any(theme.key.startswith("margin") for theme in material.themes):
        found += sayings.say(
            "维持担保比例触及合同约定的{margin.warning_line}或者{margin.liquidation_line}时，按合同约定的方式通知您。",
            StatementKind.ACTION,
        )
    renewed = any(theme.key.startswith("assessment") for theme in material.themes)
    if not renewed and not material.person.guarded:
        found += sayings.say(
            "测评{assessment.expires_on}失效，我们在{plan.reassess_on}提醒您本人重新测评。", StatementKind.ACTION
        )
    return found
