"""What each kind of action is about: whether it is a duty, how long it rests once decided, and which script helps.

Kinds are the keys of observations, ``need_…`` for what a model of demand expects, and ``insistence``. All of it is the
firm's service policy, not a rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionKind:
    """One kind of action."""

    label: str
    """What people call it."""
    script: str | None = None
    """Document id of the script for this conversation."""
    duty: bool = False
    """Owed to the customer whatever anybody thinks of it: never learned down, and told also without profiling."""
    rests_days: int = 30
    """After it was done, it comes back no sooner, even if its cause lasts."""
    stake: str | None = None
    """Key of the fact that says how much money it is about; the total assets where there is none."""
    least_value: float = 0.0
    """Some things matter as much for a small account."""
    channel: str | None = None
    """The channel that it asks for; the customer's preferred one where there is none."""


NEED_PREFIX = "need_"

KINDS: Mapping[str, ActionKind] = {
    "margin_below_warning": ActionKind(
        label="担保比例低于警戒线",
        script="SCRIPT-MARGIN-WARNING",
        least_value=0.9,
        duty=True,
        rests_days=1,
        stake="margin.debt",
        channel="phone",
    ),
    "margin_near_warning": ActionKind(
        label="担保比例接近警戒线",
        script="SCRIPT-MARGIN-CAUTION",
        least_value=0.6,
        duty=True,
        rests_days=5,
        stake="margin.debt",
        channel="phone",
    ),
    "recent_complaint": ActionKind(
        label="投诉跟进", script="SCRIPT-COMPLAINT-PROGRESS", least_value=0.7, duty=True, rests_days=3, channel="phone"
    ),
    "insistence": ActionKind(label="坚持购买的申请", duty=True, rests_days=7, least_value=0.6, channel="phone"),
    "assessment_missing": ActionKind(
        label="尚未风险测评", script="SCRIPT-ASSESSMENT-REMINDER", duty=True, rests_days=14
    ),
    "assessment_expired": ActionKind(
        label="风险测评已失效", script="SCRIPT-ASSESSMENT-EXPIRED", duty=True, rests_days=14
    ),
    "assessment_expiring": ActionKind(
        label="风险测评将失效", script="SCRIPT-ASSESSMENT-REMINDER", duty=True, rests_days=21
    ),
    "maturing_holding": ActionKind(label="产品到期", script="SCRIPT-PRODUCT-MATURITY", duty=True, rests_days=90),
    "over_level_holdings": ActionKind(label="持仓超出匹配等级", script="SCRIPT-LEVEL-DOWN", duty=True, rests_days=90),
    "elderly_high_risk": ActionKind(
        label="老年客户高风险持仓", script="SCRIPT-ELDERLY", duty=True, rests_days=90, channel="phone"
    ),
    "guardian": ActionKind(label="监护人代理", script="SCRIPT-MINOR", duty=True, rests_days=180),
    "loss_beyond_tolerance": ActionKind(
        label="亏损超出承受幅度", script="SCRIPT-LOSS-COMFORT", rests_days=30, channel="phone"
    ),
    "loss_near_tolerance": ActionKind(
        label="亏损接近承受幅度", script="SCRIPT-LOSS-COMFORT", rests_days=30, channel="phone"
    ),
    "assets_shrinking": ActionKind(
        label="资产明显下降",
        script="SCRIPT-TRANSFER-OUT",
        rests_days=30,
        stake="portfolio.average_assets_20d",
        channel="phone",
    ),
    "idle_cash": ActionKind(label="闲置资金", script="SCRIPT-IDLE-CASH", rests_days=45, stake="portfolio.cash"),
    "drawdown_beyond_tolerance": ActionKind(label="过往回撤超出承受幅度", script="SCRIPT-EDU-DRAWDOWN", rests_days=90),
    "overdue_holding": ActionKind(label="到期款项待核实", script="SCRIPT-PRODUCT-MATURITY", duty=True, rests_days=14),
    "large_inflow": ActionKind(label="大额转入", script="SCRIPT-IDLE-CASH", rests_days=30, stake="flow.net_in_30d"),
    "large_outflow": ActionKind(
        label="大额转出", script="SCRIPT-TRANSFER-OUT", rests_days=30, stake="flow.net_out_30d", channel="phone"
    ),
    "concentrated_holding": ActionKind(label="单一持仓集中", script="SCRIPT-CONCENTRATION", rests_days=60),
    "concentrated_industry": ActionKind(label="行业集中", script="SCRIPT-CONCENTRATION", rests_days=60),
    "allocation_gap": ActionKind(label="与参考配置差异大", rests_days=60),
    "variety_mismatch": ActionKind(label="品种与意愿不符", rests_days=60),
    "horizon_mismatch": ActionKind(label="期限与意愿不符", rests_days=60),
    "frequent_trading": ActionKind(label="交易频繁", rests_days=60),
    "permissions_within_reach": ActionKind(label="权限条件已具备", rests_days=180),
    "dormant": ActionKind(label="沉睡客户", script="SCRIPT-INACTIVE", rests_days=90),
    "no_recent_contact": ActionKind(label="久未联系", rests_days=60),
    "birthday": ActionKind(label="生日关怀", script="SCRIPT-BIRTHDAY", rests_days=300),
    "need_cash_management": ActionKind(label="可能需要现金管理", script="SCRIPT-IDLE-CASH", stake="portfolio.cash"),
    "need_fixed_income": ActionKind(label="可能需要固定收益", script="SCRIPT-IDLE-CASH", rests_days=45),
    "need_fund_advisory": ActionKind(label="可能需要基金投顾服务", script="SCRIPT-ADVISORY-CONTRACT", rests_days=45),
    "need_margin": ActionKind(label="可能咨询融资融券", script="SCRIPT-MARGIN-INQUIRY", rests_days=60),
    "need_education": ActionKind(label="可能需要投资者教育", script="SCRIPT-EDU-GRADES", rests_days=45),
    "need_retention": ActionKind(label="可能流失", script="SCRIPT-FIRST-MEETING", channel="phone"),
    "need_re_assessment": ActionKind(label="可能需要重新测评", script="SCRIPT-ASSESSMENT-REMINDER"),
}
"""An observation that is not here asks for no contact."""
