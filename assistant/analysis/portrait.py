"""A customer's facts: every number of a plan comes from here.

Ids are stable: ``fact:customer.…`` (who), ``fact:assessment.…`` (what was assessed), ``fact:consent.…``,
``fact:portfolio.…`` and ``fact:holding.CODE.…`` (what is held), ``fact:cost.…``, ``fact:maturity.…``, ``fact:cash.…``
and ``fact:flow.…`` (idle money, payments), ``fact:assets.…`` and ``fact:result.…`` (the accounts over a year),
``fact:risk.…`` (today's holdings at past prices), ``fact:service.…`` (how it goes between us), ``fact:preference.…``,
``fact:margin.…``, ``fact:permission.NAME``. A fact that is not known is left out. No identifier (name, phone, identity
number) and no free text of a record is a fact.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from assistant.analysis.allocation import DEFAULT_ALLOCATION, ModelAllocation
from assistant.analysis.balances import (
    CashHistory,
    asset_history,
    cash_facts,
    cash_history,
    flow_facts,
    moved_by_customer,
)
from assistant.analysis.digest import consent_facts, service_facts
from assistant.analysis.figures import FactMaker, day_text, days_to_birthday, money, tenth, whole_months, yuan_text
from assistant.analysis.history import Point
from assistant.analysis.maturities import Rung, ladder_facts, ladder_of
from assistant.analysis.model import Fact
from assistant.analysis.permissions import PermissionGap, permission_facts, permission_gaps
from assistant.analysis.portfolio import (
    Portfolio,
    Position,
    cost_facts,
    gap_facts,
    lock_facts,
    portfolio_facts,
    portfolio_of,
)
from assistant.analysis.preferences import CHANNEL_LABELS, Preferences, preference_facts, preferences_of
from assistant.analysis.returns import (
    AccountResult,
    PastRisk,
    account_result,
    asset_facts,
    past_risk,
    result_facts,
    risk_facts,
    unpriced,
)
from assistant.analysis.suitability import Standing, SuitabilityPolicy, grades_for, match_whole
from knowledge.customers.model import CustomerRecord, InvestorStatus, MarginPosition, RiskAssessment
from knowledge.prices.model import PriceSeries
from knowledge.products.model import Goal, Permission, Product, Variety

_DEFAULT_POLICY = SuitabilityPolicy()
_WHOLE_SOURCE = "适当性匹配（组合整体）"
_MONTHS_PER_YEAR = 12

_STATUS_LABELS = {
    InvestorStatus.ORDINARY: "普通投资者",
    InvestorStatus.QUALIFIED: "普通投资者（已认定为合格投资者）",
    InvestorStatus.PROFESSIONAL: "专业投资者",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What the house knows beside the record: needed to measure it, the same for every customer."""

    prices: Mapping[str, PriceSeries] = field(default_factory=dict)
    """Closes of the last twelve months, by code. What is missing here is told as not measured."""
    allocation: ModelAllocation = DEFAULT_ALLOCATION
    products: Mapping[str, Product] = field(default_factory=dict)
    """The catalogue by code, for what holding its products costs."""


NO_BACKGROUND = Background()
"""Nothing but the record: no risk at past prices, no running fees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """One customer on one day, measured once; facts, observations and charts are told from it."""

    record: CustomerRecord
    as_of: date
    standing: Standing
    portfolio: Portfolio
    permissions: tuple[PermissionGap, ...]
    ladder: tuple[Rung, ...]
    preferences: Preferences
    allocation: ModelAllocation
    cash: CashHistory | None
    """``None`` where the record's cash is of a later day."""
    risk: PastRisk | None
    unpriced: tuple[Position, ...]
    """Holdings whose past prices are missing; all, where no prices were given."""
    result: AccountResult | None
    assets: tuple[Point, ...]
    """All accounts' assets by month of two years, and today's at the end; yuan, oldest first."""
    moved: tuple[Point, ...]
    """What the customer paid in (above zero) or took out in twelve months; yuan, oldest first."""
    facts: tuple[Fact, ...]
    """Each id once, in the order in which a portrait shows them."""


def portrait_of(
    record: CustomerRecord,
    *,
    as_of: date,
    policy: SuitabilityPolicy = _DEFAULT_POLICY,
    background: Background = NO_BACKGROUND,
) -> Portrait:
    """Measure everything on ``as_of``. Pure: the same record, day and background give the same portrait."""
    standing = Standing(customer=record.customer, as_of=as_of, policy=policy)
    assets = asset_history(record, as_of=as_of)
    portfolio = portfolio_of(record, as_of=as_of, assets=assets)
    gaps = permission_gaps(record, as_of=as_of)
    ladder = ladder_of(record, as_of=as_of)
    preferences = preferences_of(record, as_of=as_of)
    cash = cash_history(record, as_of=as_of) if record.cash_as_of <= as_of else None
    risk = past_risk(portfolio.positions, background.prices, as_of=as_of)
    missing = unpriced(portfolio.positions, background.prices, as_of=as_of)
    result = account_result(record, assets, as_of=as_of)
    facts = [*_customer_facts(record, standing)]
    if standing.known is not None:
        facts += _assessment_facts(standing.known, standing, earlier=_earlier(record, standing.known))
    facts += consent_facts(record, as_of=as_of)
    facts += portfolio_facts(portfolio)
    if standing.assessment is not None:
        facts += gap_facts(portfolio, standing.assessment.level, background.allocation)
    whole = match_whole(standing, portfolio.risk_grade)
    if whole is not None:
        facts.append(FactMaker("portfolio", as_of, _WHOLE_SOURCE).text("whole_match", "组合整体匹配意见", whole.text))
    facts += _average_facts(record, as_of)
    facts += cost_facts(portfolio, background.products)
    facts += lock_facts(record, portfolio, background.products)
    facts += ladder_facts(ladder, as_of=as_of)
    if cash is not None:
        facts += cash_facts(cash)
    facts += flow_facts(record, portfolio.total, as_of=as_of)
    facts += asset_facts(assets, as_of=as_of)
    facts += result_facts(result, as_of=as_of)
    if background.prices:
        facts += risk_facts(risk, missing, as_of=as_of)
    facts += service_facts(record, as_of=as_of)
    facts += preference_facts(preferences, as_of=as_of)
    if record.margin is not None:
        facts += _margin_facts(record.margin, as_of)
    facts += permission_facts(gaps, as_of=as_of)
    return Portrait(
        record=record,
        as_of=as_of,
        standing=standing,
        portfolio=portfolio,
        permissions=gaps,
        ladder=ladder,
        preferences=preferences,
        allocation=background.allocation,
        cash=cash,
        risk=risk,
        unpriced=missing,
        result=result,
        assets=assets,
        moved=moved_by_customer(record, as_of=as_of),
        facts=tuple(facts),
    )


def facts_of(
    record: CustomerRecord,
    *,
    as_of: date,
    policy: SuitabilityPolicy = _DEFAULT_POLICY,
    background: Background = NO_BACKGROUND,
) -> tuple[Fact, ...]:
    """All facts of the record on ``as_of``, each id once."""
    return portrait_of(record, as_of=as_of, policy=policy, background=background).facts


def _customer_facts(record: CustomerRecord, standing: Standing) -> Iterator[Fact]:
    customer, as_of = record.customer, standing.as_of
    make = FactMaker("customer", as_of, "客户基本资料")
    yield make.years("age", "年龄", standing.age, f"{standing.age}岁")
    yield make.text("city", "所在城市", customer.city)
    yield make.text("occupation", "职业", customer.occupation)
    yield make.yuan("annual_income", "年收入", money(customer.annual_income))
    yield make.text("status", "投资者类别", _STATUS_LABELS[customer.status])
    yield make.day("opened_on", "开户日", customer.opened_on)
    tenure = max(whole_months(customer.opened_on, as_of) // _MONTHS_PER_YEAR, 0)
    yield make.years("tenure", "开户年限", tenure, f"{tenure}年" if tenure else "不到1年")
    yield make.days("days_to_birthday", "距下一个生日", days_to_birthday(customer.born_on, as_of))
    yield make.text("preferred_channel", "偏好渠道", CHANNEL_LABELS.get(customer.preferred_channel, "未说明"))
    held = [permission.label for permission in Permission if permission.value in customer.permissions]
    yield make.text("permissions", "已开通权限", "、".join(held) or "无")
    if standing.guarded:
        yield make.text("capacity", "民事行为能力", "不具有完全民事行为能力，由监护人代理")
    if standing.lowest_class:
        yield make.text("lowest_class", "最低类别", "风险承受能力最低类别")
    if not customer.profiling_consent:
        yield make.text("profiling", "个性化服务意愿", "已选择不接受基于个人特征的推荐")
    yield make.text("suitable_grades", "可匹配的产品风险等级", _grades_text(standing))
    yield make.text("risk_level", "风险承受能力等级", _level_text(standing))


def _level_text(standing: Standing) -> str:
    if standing.assessment is not None:
        return standing.assessment.level.label
    if standing.known is not None:
        return f"最近一次为{standing.known.level.label}，现已失效"
    return "尚未测评"


def _grades_text(standing: Standing) -> str:
    grades = grades_for(standing)
    if not grades or (standing.assessment is None and not standing.professional):
        return "暂不能匹配产品"
    return grades[0].value if len(grades) == 1 else f"{grades[0]}至{grades[-1]}"


def _earlier(record: CustomerRecord, known: RiskAssessment) -> RiskAssessment | None:
    """The assessment before the latest."""
    older = [each for each in record.assessments if each.assessed_on < known.assessed_on]
    return max(older, key=lambda each: each.assessed_on, default=None)


def _assessment_facts(
    assessment: RiskAssessment, standing: Standing, *, earlier: RiskAssessment | None
) -> Iterator[Fact]:
    as_of = standing.as_of
    make = FactMaker("assessment", as_of, f"适当性评估 {assessment.assessed_on.isoformat()}")
    expires_on = standing.policy.expires_on(assessment)
    yield make.day("assessed_on", "最近一次风险测评日", assessment.assessed_on)
    yield make.day("expires_on", "风险测评失效日", expires_on)
    if as_of < expires_on:
        yield make.days("days_left", "风险测评剩余有效天数", (expires_on - as_of).days)
    else:
        yield make.days("days_expired", "风险测评已失效天数", (as_of - expires_on).days)
    if earlier is not None and earlier.level is not assessment.level:
        yield make.text("previous_level", "上一次风险测评等级", earlier.level.label)
    yield make.text("horizon", "投资期限", assessment.horizon.label)
    varieties = [variety.label for variety in Variety if variety.value in assessment.varieties]
    yield make.text("varieties", "愿意投资的品种", "、".join(varieties) or "未选择")
    goals = [goal.label for goal in Goal if goal.value in assessment.goals]
    yield make.text("goals", "投资目标", "、".join(goals) or "未说明")
    yield make.percent("max_loss", "可承受的最大亏损", tenth(assessment.max_loss_pct), f"{assessment.max_loss_pct}%")


def _average_facts(record: CustomerRecord, as_of: date) -> Iterator[Fact]:
    make = FactMaker("portfolio", as_of, "20个交易日日均资产记录")
    yield make.yuan("average_assets_20d", "20个交易日日均资产", money(record.average_assets_20d))
    if record.first_traded_on is not None and record.first_traded_on <= as_of:
        months = whole_months(record.first_traded_on, as_of)
        yield make.count("experience_months", "证券交易经历", months, "个月")


def _margin_facts(margin: MarginPosition, as_of: date) -> Iterator[Fact]:
    make = FactMaker("margin", as_of, f"融资融券系统 {margin.as_of.isoformat()} 日终数据")
    ratio, warning = tenth(margin.maintenance_ratio_pct), tenth(margin.warning_line_pct)
    yield make.percent("ratio", "维持担保比例", ratio)
    yield make.percent("warning_line", "合同约定的警戒线", warning)
    yield make.percent("liquidation_line", "合同约定的平仓线", tenth(margin.liquidation_line_pct))
    distance = ratio - warning
    text = f"{'高于' if distance >= 0 else '低于'}警戒线{abs(distance)}个百分点"
    yield make.percent("distance", "维持担保比例与警戒线之差", distance, text)
    yield make.yuan("debt", "融资融券负债", money(margin.debt), yuan_text(money(margin.debt)))
    yield make.text("measured_on", "两融数据日期", day_text(margin.as_of))
