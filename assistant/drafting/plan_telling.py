"""Observations as a customer reads them."""

from collections.abc import Mapping

from assistant.analysis.model import Observation
from assistant.drafting.model import Statement
from assistant.drafting.plan_material import PlanMaterial
from assistant.drafting.plan_person import Choices, anybody, fitting
from assistant.drafting.plan_themes import Theme
from assistant.drafting.sayings import Sayings, literal, to_the_customer

_TOLD: Mapping[str, Choices] = {
    "maturing_holding": (
        (anybody, "{it.name}（{it.market_value}）将于{it.matures_on}到期，还有{it.days_to_maturity}。"),
    ),
    "idle_cash": (
        (anybody, "可用资金的大部分已经放了{cash.idle_days}没有动过。"),
        (anybody, "{portfolio.cash}可用资金放在账户里，距最近一次买入已有{portfolio.idle_days}。"),
        (anybody, "{portfolio.cash}可用资金是在等用钱，还是没有想好怎么用，要先听您说。"),
    ),
    "elderly_high_risk": (
        (
            anybody,
            "您今年{customer.age}，而{it.name}的风险等级是{it.risk_grade}，占总资产{it.share}，需要和您当面核对。",
        ),
    ),
    "loss_beyond_tolerance": (
        (
            anybody,
            "持仓合计{portfolio.unrealised}（{portfolio.unrealised_share}），已经超过您测评时说的可承受亏损{assessment.max_loss}。",
        ),
    ),
    "loss_near_tolerance": (
        (
            anybody,
            "持仓合计{portfolio.unrealised}（{portfolio.unrealised_share}），已经接近您测评时说的可承受亏损{assessment.max_loss}。",
        ),
    ),
    "recent_complaint": (
        (
            anybody,
            "您在{service.last_complaint_on}提出过投诉，还没有办结的有{service.open_complaints}，我们正在跟进；给您添了麻烦，很抱歉。",
        ),
        (anybody, "您在{service.last_complaint_on}提出过投诉；给您添了麻烦，很抱歉。"),
    ),
    "guardian": ((anybody, "账户持有人{customer.capacity}，按{customer.lowest_class}对待，一切以保护其利益为先。"),),
    "drawdown_beyond_tolerance": (
        (
            anybody,
            "照过去的行情，现有持仓从高点最多跌过{risk.max_drawdown}（{risk.peak_on}至{risk.trough_on}），超过您测评时说的可承受亏损{assessment.max_loss}；过去不代表将来。",
        ),
    ),
    "large_inflow": (
        (anybody, "近期您净转入{flow.net_in_30d}，占总资产{flow.net_in_share_30d}，这部分资金还没有安排。"),
    ),
    "concentrated_industry": (
        (anybody, "{portfolio.top_industry}行业占总资产{portfolio.top_industry_share}，一个行业的起落会影响整个账户。"),
    ),
    "frequent_trading": (
        (anybody, "近12个月成交{portfolio.trades_12m}，换手率{portfolio.turnover_12m}，买卖比较频繁。"),
    ),
}
"""By key of ``Observation``; what is missing here is told in the diagnosis's own words."""


_UNBEARING: Mapping[str, Choices] = {
    "loss_beyond_tolerance": (
        (anybody, "持仓合计{portfolio.unrealised}（{portfolio.unrealised_share}），而您测评时说不愿承受任何亏损。"),
    ),
    "drawdown_beyond_tolerance": (
        (
            anybody,
            "照过去的行情，现有持仓从高点最多跌过{risk.max_drawdown}，而您测评时说不愿承受任何亏损；过去不代表将来。",
        ),
    ),
}
"""The same where the assessment says that no loss at all is bearable."""


_TODAY: Mapping[str, Choices] = {
    "maturing_holding": ((anybody, "{it.name}（{it.market_value}）今天（{it.matures_on}）到期。"),),
}
"""The same of what matures on the day of the letter."""


def _matures_today(theme: Theme, sayings: Sayings) -> bool:
    days = sayings.fact(f"{theme.subject}.days_to_maturity")
    return days is not None and days.value == 0


def _bears_nothing(material: PlanMaterial) -> bool:
    limit = material.by_key.get("assessment.max_loss")
    return limit is not None and not limit.value


def told(observation: Observation, material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """The observation in one sentence to the customer."""
    theme = Theme(key=observation.key, observation=observation)
    choices = _UNBEARING if _bears_nothing(material) else _TODAY if _matures_today(theme, sayings) else {}
    patterns = (
        theme.about_it(each)
        for each in fitting(choices.get(observation.key, ()) or _TOLD.get(observation.key, ()), material.person)
    )
    said = sayings.first(patterns, basis=theme.basis)
    return said or sayings.say(literal(to_the_customer(observation.text)), by=theme.by, basis=theme.basis)
