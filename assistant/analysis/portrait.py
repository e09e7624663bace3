"""A customer's facts: every number of a plan comes from here.

Ids are stable: ``fact:customer.…`` (who), ``fact:assessment.…`` (what was assessed), ``fact:portfolio.…`` and
``fact:holding.CODE.…`` (what is held), ``fact:service.…`` (how it goes between us), ``fact:margin.…``,
``fact:permission.NAME``. A fact that is not known is left out. No identifier (name, phone, identity number) is a fact.
"""

from collections.abc import Iterator
from datetime import date

from assistant.analysis.figures import FactMaker, add_months, day_text, money, tenth, whole_months, yuan_text
from assistant.analysis.model import Fact
from assistant.analysis.permissions import permission_facts, permission_gaps
from assistant.analysis.portfolio import gap_facts, portfolio_facts, portfolio_of
from assistant.analysis.suitability import Standing, SuitabilityPolicy, grades_for
from knowledge.customers.model import HUMAN_CHANNELS, CustomerRecord, InvestorStatus, MarginPosition, RiskAssessment
from knowledge.products.model import Goal, Permission, Variety

_DEFAULT_POLICY = SuitabilityPolicy()
_MONTHS_PER_YEAR = 12

_STATUS_LABELS = {
    InvestorStatus.ORDINARY: "普通投资者",
    InvestorStatus.QUALIFIED: "普通投资者（已认定为合格投资者）",
    InvestorStatus.PROFESSIONAL: "专业投资者",
}

_CHANNEL_LABELS = {"app": "手机App", "pc": "电脑端", "wecom": "企业微信", "phone": "电话", "visit": "网点面谈"}


def facts_of(record: CustomerRecord, *, as_of: date, policy: SuitabilityPolicy = _DEFAULT_POLICY) -> tuple[Fact, ...]:
    """All facts of the record on ``as_of``, each id once, in the order in which a portrait shows them."""
    standing = Standing(customer=record.customer, as_of=as_of, policy=policy)
    portfolio = portfolio_of(record, as_of=as_of)
    facts = [*_customer_facts(record, standing)]
    if standing.known is not None:
        facts += _assessment_facts(standing.known, standing)
    facts += portfolio_facts(portfolio)
    if standing.assessment is not None:
        facts += gap_facts(portfolio, standing.assessment.level)
    facts += _average_facts(record, as_of)
    facts += _service_facts(record, as_of)
    if record.margin is not None:
        facts += _margin_facts(record.margin, as_of)
    facts += permission_facts(permission_gaps(record, as_of=as_of), as_of=as_of)
    return tuple(facts)


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
    yield make.years("tenure", "开户年限", tenure, f"{tenure}年")
    yield make.days("days_to_birthday", "距下一个生日", _days_to_birthday(customer.born_on, as_of))
    yield make.text("preferred_channel", "偏好渠道", _CHANNEL_LABELS.get(customer.preferred_channel, "未说明"))
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


def _days_to_birthday(born_on: date, as_of: date) -> int:
    """29 February is kept on the 28th in other years."""
    months = (as_of.year - born_on.year) * _MONTHS_PER_YEAR
    this_year = add_months(born_on, months)
    birthday = this_year if this_year >= as_of else add_months(born_on, months + _MONTHS_PER_YEAR)
    return (birthday - as_of).days


def _assessment_facts(assessment: RiskAssessment, standing: Standing) -> Iterator[Fact]:
    as_of = standing.as_of
    make = FactMaker("assessment", as_of, f"适当性评估 {assessment.assessed_on.isoformat()}")
    expires_on = standing.policy.expires_on(assessment)
    yield make.day("assessed_on", "最近一次风险测评日", assessment.assessed_on)
    yield make.day("expires_on", "风险测评失效日", expires_on)
    if as_of < expires_on:
        yield make.days("days_left", "风险测评剩余有效天数", (expires_on - as_of).days)
    else:
        yield make.days("days_expired", "风险测评已失效天数", (as_of - expires_on).days)
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


def _service_facts(record: CustomerRecord, as_of: date) -> Iterator[Fact]:
    make = FactMaker("service", as_of, "服务与触达记录")
    since = add_months(as_of, -_MONTHS_PER_YEAR)
    notes = [note for note in record.service_records if since < note.on <= as_of]
    complaints = sorted(note.on for note in record.service_records if note.kind == "complaint" and note.on <= as_of)
    yield make.count("records_12m", "近12个月服务记录", len(notes), "次")
    recent = sum(note.kind == "complaint" for note in notes)
    yield make.count("complaints_12m", "近12个月投诉", recent, "次")
    if complaints:
        yield make.day("last_complaint_on", "最近一次投诉日", complaints[-1])
        yield make.days("days_since_complaint", "距最近一次投诉", (as_of - complaints[-1]).days)
    if record.last_contact_on is not None and record.last_contact_on <= as_of:
        yield make.day("last_contact_on", "最近一次人工联系日", record.last_contact_on)
        yield make.days("days_since_contact", "距最近一次人工联系", (as_of - record.last_contact_on).days)
    visits = [touch.on for touch in record.touchpoints if touch.channel not in HUMAN_CHANNELS and touch.on <= as_of]
    if visits:
        yield make.days("days_since_visit", "距最近一次登录", (as_of - max(visits)).days)
    traded = [trade.traded_on for trade in record.trades if trade.traded_on <= as_of]
    if traded:
        yield make.days("days_since_trade", "距最近一次交易", (as_of - max(traded)).days)


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
