"""The house's words that callers of the API use too, and how people read them."""

from assistant.allocations.model import AllocationState
from assistant.analysis.model import Attention, Dimension, MatchVerdict, Unit
from assistant.checks.model import Severity
from assistant.conversations.model import AnswerType
from assistant.dispatch.model import Channel, DispatchState
from assistant.drafting.model import REPORTS, DraftKind, StatementKind
from assistant.identity.model import Licence, Role
from assistant.inquiries.model import InquiryState
from assistant.insistences.model import InsistenceState, InsistenceStep, ProofKind
from assistant.next_actions.model import ActionState, Verdict
from assistant.plans.model import BATCH_LABELS as BATCH_STATE_LABELS
from assistant.plans.model import PLAN_LABELS as PLAN_STATE_LABELS
from assistant.plans.model import BatchState, ChoiceKind, PlanState
from assistant.review.model import ACTION_LABELS, STATE_LABELS, ReviewAction, ReviewState
from assistant.segments.model import Behaviour, LifeCycle, Value
from assistant.workflows.import_document import Standing
from knowledge.customers.model import (
    AccountKind,
    CashFlowKind,
    ConsentKind,
    CustomerSort,
    Gender,
    Horizon,
    InvestorStatus,
    RiskLevel,
)
from knowledge.documents.comparison import Change
from knowledge.documents.importing.model import Format
from knowledge.documents.keeping.questions import Origin, QuestionState
from knowledge.documents.keeping.scripts import ScriptState
from knowledge.documents.linting.model import Gravity
from knowledge.documents.marking import Mark
from knowledge.documents.model import Audience, Kind, Rendition, Verification, VersionState
from knowledge.products.model import Goal, Permission, RiskGrade, Variety

__all__ = [
    "ACCOUNT_KIND_LABELS",
    "ACTION_LABELS",
    "ALLOCATION_STATE_LABELS",
    "ATTENTION_LABELS",
    "AUDIENCE_LABELS",
    "BATCH_STATE_LABELS",
    "CASH_FLOW_LABELS",
    "CONSENT_LABELS",
    "DISPATCH_STATE_LABELS",
    "DRAFT_KIND_LABELS",
    "FORMAT_LABELS",
    "GRAVITY_LABELS",
    "INVESTOR_STATUS_LABELS",
    "KIND_LABELS",
    "ORIGIN_LABELS",
    "PLAN_STATE_LABELS",
    "QUESTION_STATE_LABELS",
    "RENDITION_LABELS",
    "REPORTS",
    "ROLE_LABELS",
    "SCRIPT_STATE_LABELS",
    "SEVERITY_LABELS",
    "STANDING_LABELS",
    "STATEMENT_KIND_LABELS",
    "STATE_LABELS",
    "VERDICT_LABELS",
    "VERIFICATION_LABELS",
    "AccountKind",
    "ActionState",
    "AllocationState",
    "AnswerType",
    "Attention",
    "Audience",
    "BatchState",
    "Behaviour",
    "CashFlowKind",
    "Change",
    "Channel",
    "ChoiceKind",
    "ConsentKind",
    "CustomerSort",
    "Dimension",
    "DispatchState",
    "DraftKind",
    "Format",
    "Gender",
    "Goal",
    "Gravity",
    "Horizon",
    "InquiryState",
    "InsistenceState",
    "InsistenceStep",
    "InvestorStatus",
    "Kind",
    "Licence",
    "LifeCycle",
    "Mark",
    "MatchVerdict",
    "Origin",
    "Permission",
    "PlanState",
    "ProofKind",
    "QuestionState",
    "Rendition",
    "ReviewAction",
    "ReviewState",
    "RiskGrade",
    "RiskLevel",
    "Role",
    "ScriptState",
    "Severity",
    "Standing",
    "StatementKind",
    "Unit",
    "Value",
    "Variety",
    "Verdict",
    "Verification",
    "VersionState",
]

ACCOUNT_KIND_LABELS = {
    AccountKind.ORDINARY: "普通账户",
    AccountKind.MARGIN: "信用账户",
    AccountKind.OPTION: "期权账户",
}

CASH_FLOW_LABELS = {
    CashFlowKind.DEPOSIT: "转入",
    CashFlowKind.WITHDRAWAL: "转出",
    CashFlowKind.DIVIDEND: "分红",
    CashFlowKind.INTEREST: "利息",
    CashFlowKind.FEE: "费用",
}

CONSENT_LABELS = {ConsentKind.PROFILING: "个性化服务", ConsentKind.MARKETING: "营销信息"}

ROLE_LABELS = {
    Role.CUSTOMER: "客户",
    Role.ADVISOR: "投资顾问",
    Role.REVIEWER: "合规审核",
    Role.OPERATIONS: "总部运营",
    Role.KEEPER: "知识管理员",
    Role.ADMINISTRATOR: "系统管理员",
    Role.SYSTEM: "系统",
}

KIND_LABELS = {
    Kind.RULE: "法规",
    Kind.GUIDE: "指南",
    Kind.CASE: "案例",
    Kind.SCRIPT: "话术",
    Kind.PRODUCT: "产品说明",
}

VERIFICATION_LABELS = {
    Verification.VERIFIED: "已核对官方原文",
    Verification.SECONDARY: "据二手来源",
    Verification.UNVERIFIED: "未核对",
}

RENDITION_LABELS = {Rendition.ORIGINAL: "原文", Rendition.SUMMARY: "摘要"}

DRAFT_KIND_LABELS = {
    DraftKind.ANSWER: "问答",
    DraftKind.REPLY: "客户答复",
    DraftKind.PLAN: "一人一策",
    DraftKind.DIAGNOSIS: "持仓诊断",
    DraftKind.QUARTERLY: "季度报告",
    DraftKind.MATURITY: "到期安排",
    DraftKind.REASSESSMENT: "测评提示",
    DraftKind.EDUCATION: "投资者教育",
    DraftKind.WARNING: "特别风险警示书",
}

STATEMENT_KIND_LABELS = {
    StatementKind.RULE: "规则",
    StatementKind.FACT: "事实",
    StatementKind.OPINION: "观点",
    StatementKind.ACTION: "服务动作",
    StatementKind.DISCLOSURE: "提示",
    StatementKind.COURTESY: "礼貌用语",
}

SEVERITY_LABELS = {Severity.BLOCK: "必须修改", Severity.WARN: "请留意", Severity.NOTE: "提示"}

VERDICT_LABELS = {
    MatchVerdict.SUITABLE: "适当",
    MatchVerdict.UNSUITABLE: "不适当",
    MatchVerdict.BARRED: "禁止销售",
}

DISPATCH_STATE_LABELS = {
    DispatchState.QUEUED: "待发送",
    DispatchState.DELIVERED: "已送达",
    DispatchState.REFUSED: "已拦截",
}

ALLOCATION_STATE_LABELS = {
    AllocationState.UPCOMING: "待生效",
    AllocationState.IN_FORCE: "现行",
    AllocationState.PAST: "历史",
}

INVESTOR_STATUS_LABELS = {
    InvestorStatus.ORDINARY: "普通投资者",
    InvestorStatus.QUALIFIED: "合格投资者",
    InvestorStatus.PROFESSIONAL: "专业投资者",
}

ATTENTION_LABELS = {Attention.URGENT: "紧急", Attention.IMPORTANT: "重要", Attention.NORMAL: "一般"}

AUDIENCE_LABELS = {Audience.CUSTOMER: "客户可读", Audience.ADVISOR: "投资顾问可读", Audience.INTERNAL: "内部"}

STANDING_LABELS = {
    Standing.NEW: "新文件",
    Standing.NEXT: "新版本",
    Standing.SAME: "已有同样文本",
    Standing.IN_CONFLICT: "有冲突",
    Standing.INCOMPLETE: "待补充",
}

FORMAT_LABELS = {
    Format.LIBRARY: "知识库文件",
    Format.MARKDOWN: "Markdown",
    Format.TEXT: "纯文本",
    Format.WORD: "Word",
    Format.PDF: "PDF",
    Format.HTML: "网页",
    Format.SCAN: "扫描件",
}

ORIGIN_LABELS = {
    Origin.WRITTEN: "随文写明",
    Origin.KEEPER: "管理员添加",
    Origin.PROPOSED: "模型提出",
    Origin.LEARNED: "从使用中学到",
}

QUESTION_STATE_LABELS = {
    QuestionState.PROPOSED: "待确认",
    QuestionState.CONFIRMED: "使用中",
    QuestionState.REMOVED: "已移除",
}

SCRIPT_STATE_LABELS = {
    ScriptState.DRAFT: "未批准",
    ScriptState.APPROVED: "已批准",
    ScriptState.EXPIRED: "已到期",
    ScriptState.REVOKED: "已撤销",
}

GRAVITY_LABELS = {Gravity.ERROR: "必须修改", Gravity.WARNING: "请留意"}
