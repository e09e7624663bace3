"""What about this customer deserves service, most pressing first.

Thresholds are the firm's service policy, not rules. An observation says nothing that its facts do not say, and never
that something must be bought or sold.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.analysis.model import Attention, Fact, Observation
from assistant.analysis.portfolio import Portfolio, Position
from assistant.analysis.portrait import NO_BACKGROUND, Background, Portrait, portrait_of
from assistant.analysis.suitability import Standing, SuitabilityPolicy, grades_for
from knowledge.customers.model import CustomerRecord, RiskAssessment, RiskLevel
from knowledge.documents.model import Verification

MARGIN_CUSHION = Decimal(20)
"""Percentage points above the warning line from which a margin account is watched."""
EXPIRING_DAYS = 60
COMPLAINT_DAYS = 90
MATURITY_DAYS = 60
IDLE_SHARE = Decimal(30)
IDLE_CASH = Decimal(50_000)
CONCENTRATED_SHARE = Decimal(30)
RISKY_RANK = 3
"""Only holdings from this grade on can be too much of one thing; cash and bond funds spread by themselves."""
CONCENTRATED_INDUSTRY_SHARE = Decimal(40)
DORMANT_DAYS = 180
SILENT_DAYS = 90
SHRUNK_SHARE = Decimal("0.7")
"""Assets of today below this part of the 20-day mean look like leaving."""
BUSY_TURNOVER = Decimal(300)
GAP_POINTS = Decimal(30)
BIRTHDAY_DAYS = 7
LEAST_COVERAGE = Decimal(50)
"""Percent of the holdings' value that past prices must cover before their falls are told."""
NOTICED_LOSS_PCT = Decimal("0.5")
"""Percent; a smaller loss or fall is no loss to speak of, not even with who is unwilling to bear any."""
NEAR_TOLERANCE = Decimal("0.8")
"""Share of the bearable loss from which a loss is near it."""
INFLOW_SHARE = Decimal(20)
OUTFLOW_SHARE = Decimal(30)
LARGE_PAYMENT = Decimal(50_000)
_BOLD_LEVELS = frozenset({RiskLevel.C4, RiskLevel.C5})
"""Only to these do we mention a permission that is within reach: what it opens is mostly R4 and above."""

_SEVERITIES = list(Attention)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    portrait: Portrait
    facts: Mapping[str, Fact]

    @property
    def record(self) -> CustomerRecord:
        """All that is known."""
        return self.portrait.record

    @property
    def standing(self) -> Standing:
        """What the gate looks at."""
        return self.portrait.standing

    @property
    def portfolio(self) -> Portfolio:
        """What is held."""
        return self.portrait.portfolio

    def said(self, fact_id: str) -> str:
        """The fact as a sentence says it."""
        return self.facts[f"fact:{fact_id}"].text

    def decimal(self, fact_id: str) -> Decimal:
        """An amount or share; 0 where it is not known."""
        fact = self.facts.get(f"fact:{fact_id}")
        return fact.value if fact is not None and isinstance(fact.value, Decimal) else Decimal(0)

    def number(self, fact_id: str) -> int | None:
        """A count or number of days; ``None`` where it is not known."""
        fact = self.facts.get(f"fact:{fact_id}")
        return fact.value if fact is not None and isinstance(fact.value, int) else None


def diagnose(
    record: CustomerRecord, *, as_of: date, policy: SuitabilityPolicy, background: Background = NO_BACKGROUND
) -> tuple[Observation, ...]:
    """Observations on ``as_of``: urgent ones first, then in a fixed order. Every fact id is one of ``facts_of``."""
    return observations_of(portrait_of(record, as_of=as_of, policy=policy, background=background))


def observations_of(portrait: Portrait) -> tuple[Observation, ...]:
    """What of the portrait deserves service; every fact id is one of its facts."""
    case = _Case(portrait=portrait, facts={fact.id: fact for fact in portrait.facts})
    found = [observation for rule in _RULES for observation in rule(case)]
    return tuple(sorted(found, key=lambda observation: _SEVERITIES.index(observation.severity)))


def _observation(
    key: str,
    severity: Attention,
    text: str,
    facts: tuple[str, ...],
    *,
    provisions: tuple[str, ...] = (),
    action: str | None = None,
    topics: tuple[str, ...] = (),
) -> Observation:
    return Observation(
        key=key,
        severity=severity,
        text=text,
        facts=tuple(f"fact:{fact}" for fact in facts),
        provisions=provisions,
        action=action,
        library_topics=topics,
    )


def _complaint(case: _Case) -> Iterator[Observation]:
    days, still_open = case.number("service.days_since_complaint"), case.number("service.open_complaints")
    if not still_open and (days is None or days > COMPLAINT_DAYS):
        return
    text = f"最近一次投诉在{case.said('service.last_complaint_on')}，距今{case.said('service.days_since_complaint')}"
    facts = ["service.last_complaint_on", "service.days_since_complaint"]
    if still_open:
        text += (
            f"；尚未办结的投诉有{case.said('service.open_complaints')}，"
            f"最早一件已受理{case.said('service.oldest_open_complaint')}"
        )
        facts += ["service.open_complaints", "service.oldest_open_complaint"]
    yield _observation(
        "recent_complaint",
        Attention.URGENT,
        f"{text}。",
        tuple(facts),
        provisions=("ADVISOR:22", "SECLAW:94"),
        action="先跟进投诉的处理进度并告知调解渠道，处理完之前不做营销。",
        topics=("投诉处理", "调解"),
    )


def _margin(case: _Case) -> Iterator[Observation]:
    distance = case.facts.get("fact:margin.distance")
    if distance is None or Decimal(str(distance.value)) >= MARGIN_CUSHION:
        return
    below = Decimal(str(distance.value)) < 0
    yield _observation(
        "margin_below_warning" if below else "margin_near_warning",
        Attention.URGENT,
        f"融资融券维持担保比例为{case.said('margin.ratio')}，{distance.text}，"
        f"合同约定的平仓线为{case.said('margin.liquidation_line')}，数据日期为{case.said('margin.measured_on')}。",
        ("margin.ratio", "margin.distance", "margin.liquidation_line", "margin.measured_on"),
        provisions=("SECREG:54", "SSE-MARGINRULE:1"),
        action="按合同约定的方式通知客户，说明追加担保物、减仓还款等办法和强制平仓的可能，并转人工跟进。",
        topics=("维持担保比例", "追加担保物", "强制平仓"),
    )


def _assessment(case: _Case) -> Iterator[Observation]:
    standing = case.standing
    if standing.professional:
        return
    if standing.known is None:
        yield _observation(
            "assessment_missing",
            Attention.URGENT,
            f"风险承受能力等级{case.said('customer.risk_level')}。",
            ("customer.risk_level",),
            provisions=("SUIT:6", "SUIT:33"),
            action="请客户本人完成风险测评，完成之前不给出产品级建议。",
            topics=("风险测评", "了解客户信息"),
        )
    elif standing.assessment is None:
        since = f"已于{case.said('assessment.expires_on')}失效，至今{case.said('assessment.days_expired')}"
        today = f"从今天（{case.said('assessment.expires_on')}）起失效"
        yield _observation(
            "assessment_expired",
            Attention.URGENT,
            f"风险测评{since if case.number('assessment.days_expired') else today}。",
            ("assessment.expires_on", "assessment.days_expired"),
            provisions=("SUIT:13", "SUIT:21"),
            action="提示客户本人重新测评，不代填、不引导答案，完成之前不给出产品级建议。",
            topics=("风险测评过期", "重新测评"),
        )
    elif (case.number("assessment.days_left") or 0) <= EXPIRING_DAYS:
        yield _observation(
            "assessment_expiring",
            Attention.IMPORTANT,
            f"风险测评将于{case.said('assessment.expires_on')}失效，还剩{case.said('assessment.days_left')}。",
            ("assessment.expires_on", "assessment.days_left"),
            provisions=("SUIT:13", "SUIT:21"),
            action="提前提示客户本人重新测评，不代填、不引导答案。",
            topics=("风险测评有效期", "重新测评"),
        )


def _over_level(case: _Case) -> Iterator[Observation]:
    grades = grades_for(case.standing)
    over = case.portfolio.above(grades) if grades else ()
    if not over:
        return
    codes = [f"holding.{position.product_code}" for position in over]
    grades_held = (position.risk_grade.value for position in over)
    told = "、".join(f"{case.said(f'{code}.name')}（{grade}）" for code, grade in zip(codes, grades_held, strict=True))
    yield _observation(
        "over_level_holdings",
        Attention.URGENT if case.standing.lowest_class else Attention.IMPORTANT,
        f"持仓中的{told}不在目前对应的产品风险等级{case.said('customer.suitable_grades')}之内。",
        (
            "customer.suitable_grades",
            *(f"{code}.{part}" for code in codes for part in ("name", "risk_grade")),
        ),
        provisions=("SUIT:21", "SUIT:22"),
        action="告知客户匹配意见的变化和产品风险，是否调整由客户决定，不强制卖出，也不再主动推介同类产品。",
        topics=("产品等级调整", "匹配意见告知"),
    )


def _elderly(case: _Case) -> Iterator[Observation]:
    policy = case.standing.policy
    bold = [held for held in case.portfolio.positions if held.risk_grade.rank >= policy.elderly_from_grade]
    if case.standing.age < policy.elderly_age or not bold:
        return
    code = f"holding.{bold[0].product_code}"
    yield _observation(
        "elderly_high_risk",
        Attention.IMPORTANT,
        f"年龄为{case.said('customer.age')}，持有{case.said(f'{code}.name')}，"
        f"其风险等级为{case.said(f'{code}.risk_grade')}，占总资产{case.said(f'{code}.share')}。",
        ("customer.age", f"{code}.name", f"{code}.risk_grade", f"{code}.share"),
        provisions=("SUIT:20", "ALGO:19"),
        action="用面谈或电话做一次适老回访，核实客户是否了解持仓风险。",
        topics=("老年客户", "高风险产品回访"),
    )


def _concentration(case: _Case) -> Iterator[Observation]:
    exposed = [held for held in case.portfolio.positions if held.risk_grade.rank >= RISKY_RANK]
    if exposed and exposed[0].share >= CONCENTRATED_SHARE:
        code = f"holding.{exposed[0].product_code}"
        yield _observation(
            "concentrated_holding",
            Attention.IMPORTANT,
            f"{case.said(f'{code}.name')}占总资产{case.said(f'{code}.share')}，持仓较为集中。",
            (f"{code}.name", f"{code}.share"),
            provisions=("SUIT:16",),
            action="说明持仓集中的风险，讲清继续持有与分散的利弊和费用，由客户决定。",
            topics=("集中持仓", "分散投资"),
        )
    industry = next(iter(case.portfolio.industries.items()), None)
    if industry is not None and industry[1] >= CONCENTRATED_INDUSTRY_SHARE:
        yield _observation(
            "concentrated_industry",
            Attention.NORMAL,
            f"{case.said('portfolio.top_industry')}行业占总资产{case.said('portfolio.top_industry_share')}，"
            "行业分布较为集中。",
            ("portfolio.top_industry", "portfolio.top_industry_share"),
            provisions=("SUIT:16",),
            action="说明行业集中的风险，由客户决定是否分散。",
            topics=("行业集中", "分散投资"),
        )


def _loss(case: _Case) -> Iterator[Observation]:
    assessment = case.standing.assessment
    if assessment is None or not case.portfolio.positions:
        return
    if case.portfolio.unrealised_share <= -max(Decimal(assessment.max_loss_pct), NOTICED_LOSS_PCT):
        yield _observation(
            "loss_beyond_tolerance",
            Attention.IMPORTANT,
            f"持仓合计{case.said('portfolio.unrealised')}，比例为{case.said('portfolio.unrealised_share')}，"
            f"{_beyond(case, assessment)}。",
            ("portfolio.unrealised", "portfolio.unrealised_share", "assessment.max_loss"),
            provisions=("SUIT:21", "ADVISOR:19"),
            action="先安抚并核实资金用途，复核风险承受能力，只讲事实和利弊，不预测涨跌。",
            topics=("亏损安抚", "风险承受能力复核"),
        )
    elif assessment.max_loss_pct and case.portfolio.unrealised_share <= -NEAR_TOLERANCE * assessment.max_loss_pct:
        yield _observation(
            "loss_near_tolerance",
            Attention.NORMAL,
            f"持仓合计{case.said('portfolio.unrealised')}，比例为{case.said('portfolio.unrealised_share')}，"
            f"接近测评时所说可承受的亏损幅度{case.said('assessment.max_loss')}。",
            ("portfolio.unrealised", "portfolio.unrealised_share", "assessment.max_loss"),
            provisions=("SUIT:21", "ADVISOR:19"),
            action="在亏损超出承受幅度之前联系，问清资金用途和打算，只讲事实和利弊，不预测涨跌。",
            topics=("亏损安抚", "风险承受能力复核"),
        )


def _beyond(case: _Case, assessment: RiskAssessment) -> str:
    if not assessment.max_loss_pct:
        return "而测评时说不愿承受任何亏损"
    return f"超过测评时所说可承受的亏损幅度{case.said('assessment.max_loss')}"


def _past_losses(case: _Case) -> Iterator[Observation]:
    assessment, risk = case.standing.assessment, case.portrait.risk
    if assessment is None or risk is None or risk.coverage < LEAST_COVERAGE:
        return
    if risk.max_drawdown > max(Decimal(assessment.max_loss_pct), NOTICED_LOSS_PCT):
        yield _observation(
            "drawdown_beyond_tolerance",
            Attention.NORMAL,
            f"现有持仓按过去行情回看，最大回撤为{case.said('risk.max_drawdown')}，"
            f"出现在{case.said('risk.peak_on')}至{case.said('risk.trough_on')}，"
            f"{_beyond(case, assessment)}。",
            ("risk.max_drawdown", "risk.peak_on", "risk.trough_on", "assessment.max_loss"),
            provisions=("SUIT:16", "SUIT:21"),
            action="说明这是现有持仓在过去行情中的波动，不代表以后的表现，核对持仓与可承受的亏损是否相称。",
            topics=("回撤", "风险承受能力复核"),
        )


def _maturity(case: _Case) -> Iterator[Observation]:
    for position in case.portfolio.maturing:
        code = f"holding.{position.product_code}"
        days = case.number(f"{code}.days_to_maturity") or 0
        if days <= MATURITY_DAYS:
            ahead = f"将于{case.said(f'{code}.matures_on')}到期，还有{case.said(f'{code}.days_to_maturity')}"
            when = ahead if days else f"今天（{case.said(f'{code}.matures_on')}）到期"
            yield _observation(
                "maturing_holding",
                Attention.IMPORTANT,
                f"{case.said(f'{code}.name')}{when}，当前市值{case.said(f'{code}.market_value')}。",
                tuple(f"{code}.{part}" for part in ("name", "matures_on", "days_to_maturity", "market_value")),
                provisions=("SUIT:13", "SUIT:21"),
                action="到期前确认测评是否有效、资金用途和期限有没有变化，不默认续买。",
                topics=("产品到期", "到期资金安排"),
            )


def _overdue(case: _Case) -> Iterator[Observation]:
    for position in case.portfolio.positions:
        code = f"holding.{position.product_code}"
        if f"fact:{code}.days_past_maturity" in case.facts:
            yield _observation(
                "overdue_holding",
                Attention.IMPORTANT,
                f"{case.said(f'{code}.name')}已于{case.said(f'{code}.matures_on')}到期，"
                f"至今{case.said(f'{code}.days_past_maturity')}，持仓记录中仍有市值{case.said(f'{code}.market_value')}。",
                tuple(f"{code}.{part}" for part in ("name", "matures_on", "days_past_maturity", "market_value")),
                provisions=("SUIT:21",),
                action="先核实到期款项是否已经兑付到账，再了解这笔资金的用途，不默认续买。",
                topics=("产品到期", "到期资金安排"),
            )


def _idle_cash(case: _Case) -> Iterator[Observation]:
    portfolio = case.portfolio
    if portfolio.cash_share < IDLE_SHARE or portfolio.cash < IDLE_CASH:
        return
    facts, tail = ["portfolio.cash", "portfolio.cash_share"], ""
    if case.number("cash.idle_days"):
        facts.append("cash.idle_days")
        tail = f"，其中半数以上已经连续留存{case.said('cash.idle_days')}"
    elif portfolio.idle_days:
        facts.append("portfolio.idle_days")
        tail = f"，距最近一次买入已有{case.said('portfolio.idle_days')}"
    yield _observation(
        "idle_cash",
        Attention.IMPORTANT,
        f"可用资金{case.said('portfolio.cash')}，占总资产{case.said('portfolio.cash_share')}{tail}。",
        tuple(facts),
        provisions=("SUIT:18",),
        action="了解这笔资金的用途和使用时间，再按流动、稳健、进取三类用途讨论安排。",
        topics=("闲置资金", "现金管理"),
    )


def _varieties(case: _Case) -> Iterator[Observation]:
    assessment = case.standing.assessment
    if assessment is None:
        return
    strange = [held for held in case.portfolio.positions if held.variety.value not in assessment.varieties]
    if strange:
        yield _mismatch(case, strange[0])


def _mismatch(case: _Case, position: Position) -> Observation:
    code, variety = f"holding.{position.product_code}", f"portfolio.share.{position.variety.value}"
    return _observation(
        "variety_mismatch",
        Attention.NORMAL,
        f"持仓中的{case.said(f'{code}.name')}属于{position.variety.label}，"
        f"不在测评时所选的品种（{case.said('assessment.varieties')}）之内，这类资产占{case.said(variety)}。",
        (f"{code}.name", "assessment.varieties", variety),
        provisions=("SUIT:21", "SUIT:22"),
        action="与客户核对投资目标是否有变化，有变化的请本人更新测评信息。",
        topics=("投资目标变化", "品种匹配"),
    )


def _horizon(case: _Case) -> Iterator[Observation]:
    assessment = case.standing.assessment
    if assessment is None:
        return
    for position in case.portfolio.positions:
        code = f"holding.{position.product_code}"
        for key, lead in (("days_to_maturity", "距到期还有"), ("days_locked", "最近的一份还要锁定")):
            days = case.number(f"{code}.{key}")
            if days is None or days <= assessment.horizon.days:
                continue
            yield _observation(
                "horizon_mismatch",
                Attention.NORMAL,
                f"{case.said(f'{code}.name')}{lead}{case.said(f'{code}.{key}')}，"
                f"长于测评时所选的投资期限（{case.said('assessment.horizon')}）。",
                (f"{code}.name", f"{code}.{key}", "assessment.horizon"),
                provisions=("SUIT:22",),
                action="与客户核对资金使用时间，说明提前退出的限制和费用。",
                topics=("投资期限", "提前赎回"),
            )


def _allocation(case: _Case) -> Iterator[Observation]:
    assessment = case.standing.assessment
    if assessment is None or case.portfolio.total == 0 or case.standing.lowest_class:
        return
    gaps = case.portfolio.gaps(assessment.level, case.portrait.allocation)
    variety = max(gaps, key=lambda each: abs(gaps[each]))
    if abs(gaps[variety]) < GAP_POINTS:
        return
    held, gap = f"portfolio.share.{variety.value}", f"portfolio.gap.{variety.value}"
    share = f"占比为{case.said(held)}，" if variety in case.portfolio.allocation else "目前没有持有，"
    ids = (*((held,) if variety in case.portfolio.allocation else ()), f"portfolio.reference.{variety.value}")
    yield _observation(
        "allocation_gap",
        Attention.NORMAL,
        f"{variety.label}{share}公司参考配置为{case.said(f'portfolio.reference.{variety.value}')}，"
        f"比参考{case.said(gap)}。",
        (*ids, gap),
        provisions=("SUIT:16", "SUIT:18"),
        action="把差异作为沟通线索，结合客户的资金用途讨论，不要求客户按参考配置调整。",
        topics=("资产配置", "组合风险"),
    )


def _leaving(case: _Case) -> Iterator[Observation]:
    average, total = case.facts["fact:portfolio.average_assets_20d"], case.portfolio.total
    if Decimal(str(average.value)) > 0 and total < Decimal(str(average.value)) * SHRUNK_SHARE:
        yield _observation(
            "assets_shrinking",
            Attention.IMPORTANT,
            f"总资产为{case.said('portfolio.total_assets')}，明显低于近期日均资产{average.text}。",
            ("portfolio.total_assets", "portfolio.average_assets_20d"),
            provisions=("ADVISOR:5",),
            action="先了解原因，再提供费率、服务和投教材料，尊重客户转出或销户的决定，不阻挠。",
            topics=("客户流失", "资产转出"),
        )


def _payments(case: _Case) -> Iterator[Observation]:
    """Much money that came or went within thirty days."""
    came, went = case.decimal("flow.net_in_share_30d"), case.decimal("flow.net_out_share_30d")
    if came >= INFLOW_SHARE and case.decimal("flow.net_in_30d") >= LARGE_PAYMENT:
        yield _observation(
            "large_inflow",
            Attention.NORMAL,
            f"近期净转入{case.said('flow.net_in_30d')}，占总资产{case.said('flow.net_in_share_30d')}，"
            f"最近一次变动在{case.said('flow.last_moved_on')}。",
            ("flow.net_in_30d", "flow.net_in_share_30d", "flow.last_moved_on"),
            provisions=("SUIT:18",),
            action="了解这笔资金的用途和使用时间，再讨论安排，不催促买入。",
            topics=("大额资金转入", "资金用途"),
        )
    if went >= OUTFLOW_SHARE and case.decimal("flow.net_out_30d") >= LARGE_PAYMENT:
        yield _observation(
            "large_outflow",
            Attention.IMPORTANT,
            f"近期净转出{case.said('flow.net_out_30d')}，占转出前总资产{case.said('flow.net_out_share_30d')}，"
            f"最近一次变动在{case.said('flow.last_moved_on')}。",
            ("flow.net_out_30d", "flow.net_out_share_30d", "flow.last_moved_on"),
            provisions=("ADVISOR:5",),
            action="先了解原因和对服务的意见，尊重资金安排，不阻挠转出。",
            topics=("客户流失", "资产转出"),
        )


def _turnover(case: _Case) -> Iterator[Observation]:
    turnover = case.portfolio.turnover_12m
    if turnover is None or turnover < BUSY_TURNOVER:
        return
    facts, tail = ["portfolio.trades_12m", "portfolio.turnover_12m"], ""
    if case.portfolio.fees_12m:
        facts += ["cost.fees_12m", "cost.fees_share_12m"]
        tail = f"，交易费用{case.said('cost.fees_12m')}，占平均资产{case.said('cost.fees_share_12m')}"
    yield _observation(
        "frequent_trading",
        Attention.NORMAL,
        f"近期成交{case.said('portfolio.trades_12m')}，换手率为{case.said('portfolio.turnover_12m')}{tail}。",
        tuple(facts),
        provisions=("ADVISOR:5",),
        action="提示频繁交易的费用，不鼓励增加交易。",
        topics=("频繁交易", "交易费用"),
    )


def _permissions(case: _Case) -> Iterator[Observation]:
    assessment = case.standing.assessment
    if assessment is None or case.standing.lowest_class or assessment.level not in _BOLD_LEVELS:
        return
    near = [
        gap for gap in case.portrait.permissions if gap.reachable and gap.verification is not Verification.UNVERIFIED
    ]
    if near:
        labels = "、".join(gap.permission.label for gap in near)
        yield _observation(
            "permissions_within_reach",
            Attention.NORMAL,
            f"{labels}权限尚未开通，资产和交易经历已经达到要求。",
            tuple(f"permission.{gap.permission.value}" for gap in near),
            provisions=tuple(gap.provision for gap in near),
            action="客户有需要时说明相应市场的风险，并逐项核实揭示书签署等其余条件，不主动劝说开通。",
            topics=tuple(f"{gap.permission.label}开通条件" for gap in near),
        )


def _guarded(case: _Case) -> Iterator[Observation]:
    if case.standing.guarded:
        yield _observation(
            "guardian",
            Attention.IMPORTANT,
            f"{case.said('customer.capacity')}，按{case.said('customer.lowest_class')}对待。",
            ("customer.capacity", "customer.lowest_class"),
            provisions=("SACSUIT17:4", "SUIT:22"),
            action="一切业务由监护人办理，只讨论R1产品。",
            topics=("最低类别客户", "未成年人账户"),
        )


def _profiling(case: _Case) -> Iterator[Observation]:
    if not case.record.customer.profiling_consent:
        yield _observation(
            "profiling_opt_out",
            Attention.IMPORTANT,
            f"{case.said('customer.profiling')}。",
            ("customer.profiling",),
            provisions=("PIPL:24",),
            action="只发不针对个人特征的通用内容，不做画像推荐。",
            topics=("自动化决策", "关闭个性化推荐"),
        )


def _dormant(case: _Case) -> Iterator[Observation]:
    visited, traded = case.number("service.days_since_visit"), case.number("service.days_since_trade")
    if visited is not None and traded is not None and min(visited, traded) >= DORMANT_DAYS:
        yield _observation(
            "dormant",
            Attention.NORMAL,
            f"距最近一次登录{case.said('service.days_since_visit')}，"
            f"距最近一次交易{case.said('service.days_since_trade')}。",
            ("service.days_since_visit", "service.days_since_trade"),
            provisions=("PIPL:24",),
            action="发送一次服务关怀，说明账户安全和常用功能，并保留不再打扰的选择。",
            topics=("沉睡客户", "账户激活"),
        )


def _silent(case: _Case) -> Iterator[Observation]:
    days = case.number("service.days_since_contact")
    if days is not None and days >= SILENT_DAYS:
        yield _observation(
            "no_recent_contact",
            Attention.NORMAL,
            f"距最近一次人工联系已有{case.said('service.days_since_contact')}。",
            ("service.days_since_contact",),
            provisions=("ADVISOR:21",),
            action="安排一次回访，了解近况和资金计划。",
            topics=("客户回访",),
        )


def _birthday(case: _Case) -> Iterator[Observation]:
    days = case.number("customer.days_to_birthday")
    if days is not None and days <= BIRTHDAY_DAYS:
        yield _observation(
            "birthday",
            Attention.NORMAL,
            f"距下一个生日还有{case.said('customer.days_to_birthday')}。" if days else "今天是生日。",
            ("customer.days_to_birthday",),
            action="发送生日问候，不附带产品推介，不送礼品。",
            topics=("生日关怀",),
        )


_RULES: tuple[Callable[[_Case], Iterator[Observation]], ...] = (
    _complaint,
    _margin,
    _assessment,
    _guarded,
    _profiling,
    _over_level,
    _elderly,
    _loss,
    _past_losses,
    _maturity,
    _overdue,
    _idle_cash,
    _payments,
    _concentration,
    _leaving,
    _varieties,
    _horizon,
    _allocation,
    _turnover,
    _permissions,
    _dormant,
    _silent,
    _birthday,
)
