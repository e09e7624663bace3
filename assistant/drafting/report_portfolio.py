"""Portfolio diagnosis and quarterly service report: what is held, how it went, what was done and what comes next."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from assistant.analysis.charts import Chart, allocation_chart, cash_flow_chart, drawdown_chart
from assistant.analysis.figures import FactMaker, add_months, money, yuan_text
from assistant.analysis.history import Point
from assistant.analysis.model import Fact
from assistant.drafting.briefing import briefing_of
from assistant.drafting.letter import PlanText, SectionOf, sayings_of, told_of_the_letter, written
from assistant.drafting.model import Statement, StatementKind
from assistant.drafting.plan_material import PlanMaterial
from assistant.drafting.plan_portfolio import bands, diagnosis, fell_noticeably, steps
from assistant.drafting.plan_profile import focus, wealth
from assistant.drafting.plan_service import contact, moments
from assistant.drafting.plan_telling import told
from assistant.drafting.sayings import Sayings
from assistant.errors import Invalid
from knowledge.customers.model import CashFlowKind, CustomerRecord

_QUARTER_MONTHS = 3
_CHART_POINTS = 13
_TOP = 3
_MOST = Decimal(50)
"""Percent of what is held."""
_UNCHANGED_PCT = Decimal(1)
"""Percent; the total of a quarter that moved less is told as much the same."""
_MONTH_DAYS = 31
_KINDS = {"consultation": "咨询", "follow_up": "回访", "education": "投资者教育", "care": "关怀"}
_PAST = "现有持仓按过去收盘价回看"
_FLOWS = "资金流水"


def diagnosis_report(material: PlanMaterial) -> PlanText:
    """What is held today and what follows from it; no product is put forward. ``Invalid`` without holdings."""
    if not material.held:
        raise Invalid("这位客户没有持仓，不需要持仓诊断报告。")
    sayings = sayings_of(material)
    return PlanText(
        sections=written(_DIAGNOSIS, material, sayings),
        briefing=briefing_of(material, sayings),
        facts=sayings.facts,
        charts=_charts(material, allocation="diagnosis", drawdown="risk", flows="money"),
    )


def quarterly_report(material: PlanMaterial) -> PlanText:
    """The three months up to the day; no product is put forward."""
    sayings = sayings_of(material)
    sayings.learn(quarter_facts(material.record, material.portrait.assets, as_of=material.as_of))
    return PlanText(
        sections=written(_QUARTER, material, sayings),
        briefing=briefing_of(material, sayings),
        facts=sayings.facts,
        charts=_charts(material, allocation="diagnosis", drawdown="risk", flows="activity"),
    )


def _charts(material: PlanMaterial, *, allocation: str, drawdown: str, flows: str) -> tuple[Chart, ...]:
    portrait, day = material.portrait, material.as_of
    past = portrait.risk.drawdown if portrait.risk is not None else ()
    found = (
        allocation_chart(material.spread, section=allocation) if material.held else None,
        drawdown_chart(
            [(point.on, point.value) for point in month_ends(past)], as_of=day, source=_PAST, section=drawdown
        ),
        cash_flow_chart([(point.on, point.value) for point in portrait.moved], as_of=day, source=_FLOWS, section=flows),
    )
    return tuple(chart for chart in found if chart is not None)


def month_ends(points: Sequence[Point]) -> list[Point]:
    """The last point of each month, the latest thirteen, oldest first."""
    last = {(point.on.year, point.on.month): point for point in points}
    return list(last.values())[-_CHART_POINTS:]


_RESULT = "从{result.since}到今天，账户{result.profit_12m}，已经扣除您自己的转入和转出"
_RESULTS = (f"{_RESULT}；折成资金加权的比例为{{result.rate_12m}}，过去的结果不代表将来。", f"{_RESULT}。")


def _overview(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *wealth(material, sayings),
        *sayings.first(_RESULTS),
        *sayings.say(
            f"总资产比约一年前的{{assets.year_ago}}{_more_or_less(material)}（{{assets.change_12m}}），"
            "其中包含您自己的转入和转出。"
        ),
        *focus(material, sayings, name="报告"),
    ]


def _more_or_less(material: PlanMaterial) -> str:
    change = material.by_key.get("assets.change_12m")
    if change is None or not change.value:
        return "没有变化"
    return "多" if Decimal(str(change.value)) > 0 else "少"


def _spread(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    several = "前三大持仓合计占{portfolio.top_share}；按集中程度折算，相当于{portfolio.spread}分量相同的持仓。"
    return [
        *(sayings.say(several) if len(material.held) > _TOP else ()),
        *sayings.say("占比最高的行业是{portfolio.top_industry}，占总资产{portfolio.top_industry_share}。"),
        *sayings.say("目前低于成本的持仓有{portfolio.losing_count}。"),
    ]


_DRIVER = "对波动影响最大的是{risk.driver}，约占{risk.driver_share}。"


def _fall(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """The largest fall of the past year, beside what the customer said to be bearable."""
    beyond = [one for one in material.observations if one.key == "drawdown_beyond_tolerance"]
    if beyond:
        again = "同样的回落折到今天约{risk.stress}。"
        return [*told(beyond[0], material, sayings), *sayings.say(again)]
    return [
        *sayings.say(
            "这段时间里最大的一次回落从{risk.peak_on}到{risk.trough_on}，幅度{risk.max_drawdown}，"
            "折到今天约{risk.stress}；过去不代表将来。"
        ),
        *sayings.say(
            "您说过最多能承受{assessment.max_loss}的亏损，按总资产折算约{strategy.loss_limit}，可以对照着看。",
            by=("risk.stress",),
        ),
    ]


def _risk(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *sayings.say(
            "假设一直拿着今天这些持仓，从{risk.since}看起，年化波动率为{risk.volatility}；"
            "纳入测算的占持仓{risk.coverage}，可用资金不在内。"
        ),
        *_fall(material, sayings),
        *(sayings.say(_DRIVER) if fell_noticeably(material) else ()),
        *sayings.say("有的持仓因为行情不足，没有纳入测算：{risk.unmeasured}。"),
    ]


def _cost(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    """A share that rounds to nothing is not told, nor a rate that most of what is held does not show."""
    share, coverage = (material.by_key.get(f"cost.{key}") for key in ("fees_share_12m", "management_fee_coverage"))
    fees = "近12个月交易费用{cost.fees_12m}"
    rate = (
        "所持产品按市值加权的管理费率为每年{cost.management_fee}（计入持仓的{cost.management_fee_coverage}），"
        "从产品净值里扣，不另外收。"
    )
    told_widely = coverage is not None and Decimal(str(coverage.value)) >= _MOST
    return [
        *sayings.say(f"{fees}，相当于平均资产的{{cost.fees_share_12m}}。" if share and share.value else f"{fees}。"),
        *(sayings.say(rate) if told_widely else ()),
    ]


def _money(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *sayings.say("可用资金{portfolio.cash}，其中大部分已经放了{cash.idle_days}没有动过。"),
        *sayings.say("近90天里，可用资金没有低于过{cash.lowest_90d}。"),
        *sayings.first(_moved(material)),
        *sayings.say("近12个月收到分红派息{flow.earned_12m}。"),
        *moments(material, sayings),
    ]


def _moved(material: PlanMaterial) -> Iterator[str]:
    """What was paid in and taken out in a year, as far as anything was."""
    facts = (material.by_key.get(f"flow.{way}_12m") for way in ("in", "out"))
    came, went = (fact is not None and bool(fact.value) for fact in facts)
    told = [text for moved, text in ((came, "转入{flow.in_12m}"), (went, "转出{flow.out_12m}")) if moved]
    yield f"近12个月您{'、'.join(told)}。" if told else "近12个月您没有转入，也没有转出（转入{flow.in_12m}）。"


def _next(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [*steps(material, sayings), *contact(material, sayings)]


def _report_notes(_material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return told_of_the_letter("报告", sayings)


_DIAGNOSIS: tuple[SectionOf, ...] = (
    ("overview", "先看结论", _overview),
    ("diagnosis", "持仓结构", diagnosis),
    ("spread", "集中与分散", _spread),
    ("risk", "波动与回撤", _risk),
    ("cost", "费用", _cost),
    ("money", "资金与到期", _money),
    ("strategy", "对照目标区间", bands),
    ("next", "下一步", _next),
    ("notes", "说明", _report_notes),
)


def quarter_facts(record: CustomerRecord, assets: Sequence[Point], *, as_of: date) -> Iterable[Fact]:
    """``fact:quarter.…``: what happened in the three months up to ``as_of``."""
    since = add_months(as_of, -_QUARTER_MONTHS)
    make = FactMaker("quarter", as_of, "成交、资金流水与服务记录")
    yield make.day("since", "季度起始日", since)
    yield from _asset_facts(make, assets, since)
    trades = [trade for trade in record.trades if since < trade.traded_on <= as_of]
    whole = record.trade_totals is None or any(trade.traded_on <= since for trade in record.trades)
    if whole:
        yield make.count("trades", "近三个月成交笔数", len(trades), "笔")
        yield make.yuan("traded", "近三个月成交金额", money(sum(trade.amount for trade in trades)))
        yield make.yuan("fees", "近三个月交易费用", money(sum(trade.fee for trade in trades)))
    flows = [flow for flow in record.cash_flows if since < flow.on <= as_of]
    for key, label, kind in (
        ("paid_in", "近三个月转入", CashFlowKind.DEPOSIT),
        ("paid_out", "近三个月转出", CashFlowKind.WITHDRAWAL),
    ):
        amount = money(sum(flow.amount for flow in flows if flow.kind is kind))
        if amount:
            yield make.yuan(key, label, amount)
    notes = [note.kind for note in record.service_records if since < note.on <= as_of]
    told = [f"{label}{notes.count(kind)}次" for kind, label in _KINDS.items() if kind in notes]
    cut = record.cuts.service_records is not None and record.cuts.service_records > since
    if told and not cut:
        yield make.text("service", "近三个月服务", "、".join(told))
    yield make.count("services", "近三个月服务次数", len(notes), "次", more=cut)


def _asset_facts(make: FactMaker, assets: Sequence[Point], since: date) -> Iterable[Fact]:
    before = [point for point in assets if point.on <= since]
    if not before or (since - before[-1].on).days > _MONTH_DAYS or len(assets) == 1:
        return
    change = assets[-1].value - before[-1].value
    yield make.yuan("began", "三个月前的总资产", before[-1].value)
    text = f"{'增加' if change > 0 else '减少'}{yuan_text(abs(change))}" if change else "没有变化"
    yield make.yuan("change", "近三个月总资产的变化", change, text)
    if abs(change) * 100 < assets[-1].value * _UNCHANGED_PCT:
        yield make.text("much_the_same", "近三个月总资产", "大体没有变化")


_SINCE = "这份报告讲的是{quarter.since}到今天；您目前的总资产为{portfolio.total_assets}。"
_CHANGED = (
    "从{quarter.since}到今天，您的总资产由{quarter.began}变为{portfolio.total_assets}，{quarter.change}，"
    "其中包含您自己的转入和转出。"
)


_MUCH_THE_SAME = (
    "从{quarter.since}到今天，您的总资产{quarter.much_the_same}（{quarter.change}），目前为{portfolio.total_assets}，"
    "其中包含您自己的转入和转出。"
)


def _past_quarter(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *sayings.first((_MUCH_THE_SAME, _CHANGED, _SINCE)),
        *focus(material, sayings, name="报告"),
    ]


def _activity(_material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *sayings.first(_trades(sayings)),
        *sayings.say("这段时间您转入{quarter.paid_in}。"),
        *sayings.say("这段时间您转出{quarter.paid_out}。"),
    ]


def _trades(sayings: Sayings) -> tuple[str, ...]:
    trades = sayings.fact("quarter.trades")
    if trades is not None and trades.value == 0:
        return ("这段时间您没有买卖（成交{quarter.trades}）。",)
    return ("这段时间成交{quarter.trades}，合计{quarter.traded}，付出交易费用{quarter.fees}。",)


def _served(_material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *sayings.first(
            (
                "这段时间我们为您做了这些事：{quarter.service}；最近一次联系在{service.last_contact_on}。",
                "这段时间我们没有主动服务过您（服务{quarter.services}），这一点我们会改进。",
            )
        ),
        *sayings.say("您有{service.open_complaints}投诉还没有办结，我们正在跟进。"),
    ]


def _coming(material: PlanMaterial, sayings: Sayings) -> list[Statement]:
    return [
        *moments(material, sayings),
        *steps(material, sayings),
        *contact(material, sayings),
        *sayings.say("下一次复核在{plan.review_on}。", StatementKind.ACTION),
    ]


_QUARTER: tuple[SectionOf, ...] = (
    ("quarter", "这三个月", _past_quarter),
    ("activity", "交易与资金", _activity),
    ("served", "我们做了什么", _served),
    ("diagnosis", "目前的持仓", diagnosis),
    ("risk", "波动与回撤", _risk),
    ("coming", "下一季度的安排", _coming),
    ("notes", "说明", _report_notes),
)
