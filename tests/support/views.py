"""Builders of what the API answers: say what matters, the rest is ordinary."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from api.schemas.cases import (
    PROVEN,
    ActionView,
    CaseDetailView,
    DecisionView,
    ReviewCaseView,
    RevisionView,
    StandingView,
)
from api.schemas.chat import AnswerView, TurnView
from api.schemas.customers import (
    AssessmentView,
    CustomerDetailView,
    HoldingView,
    MarginView,
    ObservationView,
    PermissionView,
    ProfileView,
    SeriesView,
    ServiceRecordView,
)
from api.schemas.demand import DemandView
from api.schemas.drafts import (
    CitationView,
    DraftView,
    EvidenceView,
    FactView,
    FindingView,
    MatchView,
    ReasonView,
    SectionView,
    StatementView,
    TraceView,
)
from api.schemas.inbox import InquiryView, MessageView
from api.schemas.sessions import ActorView
from api.schemas.terms import (
    ACTION_LABELS,
    ROLE_LABELS,
    SEVERITY_LABELS,
    STATE_LABELS,
    VERDICT_LABELS,
    AnswerType,
    Attention,
    Dimension,
    DraftKind,
    Gender,
    Horizon,
    InquiryState,
    InvestorStatus,
    MatchVerdict,
    Permission,
    ReviewAction,
    ReviewState,
    RiskLevel,
    Role,
    Severity,
    StatementKind,
    Unit,
    Verification,
)

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
QUOTE = "经营机构不得主动向普通投资者推介风险等级高于其风险承受能力的产品或者服务。"
TRACE = TraceView(writer="extractive", model=None, prompt=None, fallback_reason=None)


def an_actor(role: Role = Role.ADVISOR, *, id: str = "advisor-chen", name: str = "陈晓岚") -> ActorView:  # noqa: A002
    return ActorView(
        id=id,
        role=role,
        role_label=ROLE_LABELS[role],
        name=name,
        registration_number="S0000000000001" if role is Role.ADVISOR else None,
        licences=(),
        customer_id="K000001" if role is Role.CUSTOMER else None,
    )


def a_citation(
    source: str = "SUIT:22@2017-07-01",
    *,
    label: str = "《证券期货投资者适当性管理办法》第二十二条",
    quote: str = QUOTE,
) -> CitationView:
    return CitationView(source=source, label=label, quote=quote, is_fact=source.startswith("fact:"))


def a_statement(
    text: str = "不能主动向C2客户推介R4产品。",
    *,
    id: str = "s1",  # noqa: A002
    kind: StatementKind = StatementKind.RULE,
    citations: tuple[CitationView, ...] | None = None,
) -> StatementView:
    cited = (a_citation(),) if citations is None else citations
    return StatementView(id=id, kind=kind, kind_label="规则", text=text, citations=cited)


def an_evidence(
    ref: str = "SUIT:22@2017-07-01",
    *,
    text: str = f"{QUOTE}\n\n不得向投资者作出本金不受损失的承诺。",
    effective_from: date = date(2017, 7, 1),
    effective_to: date | None = None,
    verification: str = "verified",
    rendition: str = "summary",
) -> EvidenceView:
    return EvidenceView(
        ref=ref,
        citation="《证券期货投资者适当性管理办法》第二十二条",
        kind="rule",
        path=("第三章 经营机构的义务",),
        heading="第二十二条 禁止行为",
        text=text,
        effective_from=effective_from,
        effective_to=effective_to,
        verification=verification,
        rendition=rendition,
    )


def a_fact(id: str = "fact:customer.risk_level", *, text: str = "C2（谨慎型）") -> FactView:  # noqa: A002
    return FactView(
        id=id,
        label="风险承受能力等级",
        value="C2",
        unit=Unit.TEXT,
        text=text,
        as_of=DAY,
        source="适当性评估 2026-03-02",
    )


def a_turn(
    question: str = "C2客户能买R4产品吗？",
    *,
    id: str = "turn-1",  # noqa: A002
    type: AnswerType = AnswerType.ANSWER,  # noqa: A002
    statements: tuple[StatementView, ...] | None = None,
    reason: str | None = None,
    instead: str | None = None,
) -> TurnView:
    if statements is None:
        statements = (a_statement(),) if type is AnswerType.ANSWER else ()
    answer = AnswerView(
        id=f"answer-{id}",
        type=type,
        as_of=DAY,
        statements=statements,
        evidence=(an_evidence(),),
        facts=(a_fact(),),
        reason=reason,
        instead=instead,
        text="\n".join(statement.text for statement in statements),
        trace=TRACE,
    )
    return TurnView(id=id, conversation_id="chat-1", question=question, answer=answer, asked_at=NOW)


def a_match(
    code: str = "YC1001",
    *,
    name: str = "一策货币A",
    verdict: MatchVerdict = MatchVerdict.SUITABLE,
    text: str = "风险等级R1不高于客户的C2。",
) -> MatchView:
    return MatchView(
        product_code=code,
        product_name=name,
        risk_grade="R1" if verdict is MatchVerdict.SUITABLE else "R4",
        verdict=verdict,
        verdict_label=VERDICT_LABELS[verdict],
        reasons=(
            ReasonView(dimension=Dimension.RISK, fits=verdict is MatchVerdict.SUITABLE, text=text, provision="SUIT:22"),
        ),
        score=0.8,
        special_care=False,
    )


def a_finding(
    severity: Severity = Severity.WARN,
    *,
    statement_id: str | None = "s1",
    reason: str = "请写明比较基准。",
    span: str = "",
) -> FindingView:
    return FindingView(
        category="P12_suitability",
        severity=severity,
        severity_label=SEVERITY_LABELS[severity],
        statement_id=statement_id,
        span=span,
        reason=reason,
        provision="SUIT:22",
    )


def a_case(
    *,
    id: str = "case-1",  # noqa: A002
    kind: DraftKind = DraftKind.PLAN,
    state: ReviewState = ReviewState.DRAFT,
    text: str = "王女士：\n\n您的风险等级为C2。\n\n本内容由人工智能辅助生成。",
    first_text: str | None = None,
    statements: tuple[StatementView, ...] | None = None,
    briefing: tuple[StatementView, ...] = (),
    findings: tuple[FindingView, ...] = (),
    decisions: tuple[DecisionView, ...] = (),
    allowed: tuple[ReviewAction, ...] = (ReviewAction.EDIT, ReviewAction.SUBMIT, ReviewAction.DISCARD),
    inquiry: InquiryView | None = None,
    matches: tuple[MatchView, ...] = (),
    proven: bool = True,
) -> CaseDetailView:
    draft = DraftView(
        kind=kind,
        kind_label="一人一策" if kind is DraftKind.PLAN else "客户答复",
        question=None if inquiry is None else inquiry.text,
        as_of=DAY,
        sections=(SectionView(key="profile", title="您的情况", statements=statements or (a_statement(),)),),
        briefing=(SectionView(key="analysis", title="客户分析", statements=briefing),) if briefing else (),
        evidence=(an_evidence(),),
        facts=(a_fact(),),
        matches=matches,
        recommended_products=tuple(match.product_code for match in matches[:1]),
        trace=TRACE,
        created_at=NOW,
    )
    revision = RevisionView(
        number=1,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        draft=draft,
        findings=findings,
        blocked=any(finding.severity is Severity.BLOCK for finding in findings),
        author_id="advisor-chen",
        created_at=NOW,
    )
    case = ReviewCaseView(
        id=id,
        kind=kind,
        kind_label=draft.kind_label,
        state=state,
        state_label=STATE_LABELS[state],
        customer_id="K000001",
        advisor_id="advisor-chen",
        advisor_name="陈晓岚",
        inquiry_id=None if inquiry is None else inquiry.id,
        revision=revision,
        decisions=decisions,
        created_at=NOW,
        updated_at=NOW,
    )
    return CaseDetailView(
        case=case,
        customer_name="王秀兰",
        first_text=text if first_text is None else first_text,
        dispatches=(),
        inquiry=inquiry,
        allowed=tuple(ActionView.of(action) for action in allowed),
        standing=StandingView(
            proven=proven, label=PROVEN if proven else "1 句不是", exceptions=() if proven else ("s1",)
        ),
    )


def a_decision(action: ReviewAction, *, reason: str = "", role: Role = Role.REVIEWER) -> DecisionView:
    return DecisionView(
        action=action,
        label=ACTION_LABELS[action],
        actor_id="reviewer-shen",
        role=role,
        role_label=ROLE_LABELS[role],
        digest="0" * 64,
        reason=reason,
        at=NOW,
    )


def an_inquiry(text: str = "我的风险测评什么时候到期？", *, urgent: bool = False) -> InquiryView:
    return InquiryView(id="inquiry-1", text=text, state=InquiryState.ASKED, urgent=urgent, asked_at=NOW)


def a_message(text: str = "王女士：\n您好。", *, read: bool = False) -> MessageView:
    return MessageView(
        id="message-1",
        kind="plan",
        title="您的专属服务方案",
        advisor_name="陈晓岚",
        registration_number="S0000000000001",
        delivered_at=NOW,
        read_at=NOW if read else None,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def a_demand(*, note: str = "尚未为该客户评分。") -> DemandView:
    return DemandView(
        customer_id="K000001", profiled=True, note=note, as_of=None, model_id=None, needs=(), segment=None
    )


def a_portrait(**changes: Any) -> CustomerDetailView:  # noqa: ANN401 - any field of the view
    detail = CustomerDetailView(
        as_of=DAY,
        profile=ProfileView(
            id="K000001",
            name="王秀兰",
            salutation="王女士",
            gender=Gender.FEMALE,
            age=45,
            phone="138****1234",
            identity_number="330***********1234",
            city="杭州",
            occupation="教师",
            annual_income=240_000,
            opened_on=date(2015, 6, 1),
            status=InvestorStatus.ORDINARY,
            status_label="普通投资者",
            full_capacity=True,
            profiling_consent=True,
            preferred_channel="wecom",
            permissions=("创业板",),
            tags=("稳健",),
        ),
        assessment=AssessmentView(
            level=RiskLevel.C2,
            level_label="C2（谨慎型）",
            lowest_class=False,
            assessed_on=date(2026, 3, 2),
            expires_on=date(2028, 3, 2),
            valid=True,
            horizon=Horizon.MEDIUM,
            horizon_label="1至5年",
            varieties=("固定收益类",),
            goals=("稳定收益",),
            max_loss_pct=5,
        ),
        cash=120_000.0,
        cash_as_of=DAY,
        total_assets=520_000.0,
        average_assets_20d=500_000.0,
        first_traded_on=date(2015, 7, 1),
        holdings=(
            HoldingView(
                product_code="YC2001",
                product_name="一策稳健债券A",
                variety="fixed_income",
                variety_label="固定收益类",
                risk_grade="R2",
                industry=None,
                quantity=300_000,
                cost=300_000,
                market_value=310_000,
                profit=10_000,
                as_of=DAY,
                matures_on=None,
            ),
            HoldingView(
                product_code="600000",
                product_name="浦发银行",
                variety="equity",
                variety_label="权益类",
                risk_grade="R3",
                industry="银行",
                quantity=9_000,
                cost=100_000,
                market_value=90_000,
                profit=-10_000,
                as_of=DAY,
                matures_on=None,
            ),
        ),
        trades=(),
        touchpoints=(),
        service_records=(
            ServiceRecordView(
                on=date(2026, 10, 1), channel="wecom", staff="陈晓岚", kind="follow_up", remark="回访持仓情况。"
            ),
        ),
        margin=MarginView(
            maintenance_ratio_pct=142.5, warning_line_pct=140, liquidation_line_pct=130, debt=80_000, as_of=DAY
        ),
        facts=(a_fact(),),
        observations=(
            ObservationView(
                key="assessment",
                severity=Attention.IMPORTANT,
                severity_label="重要",
                text="风险测评将于90天内到期。",
                facts=(),
                provisions=("SUIT:21",),
                action="提醒客户重新测评。",
            ),
        ),
        matches=(a_match(), a_match("YC4001", name="一策成长股票", verdict=MatchVerdict.UNSUITABLE)),
        permissions=(
            PermissionView(
                permission=Permission.STAR_MARKET,
                label="科创板",
                held=False,
                reachable=False,
                text="前20个交易日日均资产还差12.3万元。",
                further=("须签署风险揭示书。",),
                provision="SSE-TRADE-2026:6.2",
                verification=Verification.VERIFIED,
                verification_label="已核对官方原文",
            ),
        ),
        subscriptions=(),
        cash_flows=(),
        complaints=(),
        consents=(),
        assessments=(),
        accounts=(),
        tags=(),
        segment=None,
        maturities=(),
        series=SeriesView(assets=(), flows=(), drawdown=(), unpriced=()),
        open_plan=None,
    )
    return detail.model_copy(update=changes)
