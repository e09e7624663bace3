"""The files that an import takes, as data: columns, types, limits, allowed values, keys. Templates and docs follow it.

One file a record type, named after it: ``customers.csv`` or ``customers.parquet``. Headers are the names here or their
Chinese labels, values of a choice are its values or their labels. Amounts are yuan, rates percent, days Shanghai days.
In Parquet a day is a date, a flag a boolean, a number a number, and several choices a list or text with ``;``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from knowledge.customers.model import (
    AccountKind,
    CashFlowKind,
    ConsentKind,
    Gender,
    Horizon,
    InvestorStatus,
    RiskLevel,
)

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 12, 31)
MOST_YUAN = 1e13
"""Nobody has more; larger amounts are slips of a unit."""


class ColumnKind(StrEnum):
    """How a value is read."""

    CODE = "code"
    """An identifier: letters, digits and ``. _ : -``."""
    TEXT = "text"
    """Any words; kept as they are, and never trusted."""
    NUMBER = "number"
    INTEGER = "integer"
    DAY = "day"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    """Several of the allowed values, with ``;`` between them; no order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnType:
    """A column of a file."""

    name: str
    label: str
    kind: ColumnKind
    meaning: str
    example: str
    required: bool = True
    """Whether the column must be there and no value of it may be empty."""
    longest: int | None = None
    """Most characters of a code or text."""
    least: float | None = None
    most: float | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    """Value → Chinese label."""
    future: bool = False
    """A day that may lie ahead; any other day is at most the day of the import."""
    lines: bool = False
    """A text that may have several lines."""
    told: bool = True
    """Whether a wrong value is repeated in the report: never for what identifies somebody, nor for free text."""
    percent: bool = False
    pattern: str = ""
    """What a code looks like, whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """One kind of file."""

    name: str
    label: str
    meaning: str
    columns: tuple[ColumnType, ...]
    key: tuple[str, ...]
    """Columns that name a row: the same key again is the same record, and its last import counts."""

    def column(self, name: str) -> ColumnType:
        """The column with this name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def of_customer(self) -> bool:
        """Whether rows belong to customers that must be known."""
        return self.name != "customers" and any(column.name == "customer_id" for column in self.columns)


CHANNELS = {"app": "手机App", "pc": "电脑端", "wecom": "企业微信", "phone": "电话", "visit": "网点面谈"}
VARIETIES = {
    "cash": "现金管理类",
    "fixed_income": "固定收益类",
    "mixed": "混合类",
    "equity": "权益类",
    "derivative": "衍生品类",
    "alternative": "另类投资",
}
"""By value of ``knowledge.products.model.Variety``; a test holds both together, and so for the two below."""
GOALS = {
    "liquidity": "流动性管理",
    "preservation": "控制波动",
    "income": "稳定收益",
    "growth": "稳健增值",
    "aggressive_growth": "积极增值",
}
PERMISSIONS = {
    "star_market": "科创板",
    "chinext": "创业板",
    "beijing": "北交所",
    "hk_connect": "港股通",
    "margin": "融资融券",
    "option": "股票期权",
    "convertible_bond": "可转债",
}
RISK_GRADES = {"R1": "低风险", "R2": "中低风险", "R3": "中风险", "R4": "中高风险", "R5": "高风险"}
RISK_LEVELS = {
    RiskLevel.C1.value: "保守型",
    RiskLevel.C2.value: "谨慎型",
    RiskLevel.C3.value: "稳健型",
    RiskLevel.C4.value: "积极型",
    RiskLevel.C5.value: "激进型",
}


def _code(
    name: str,
    label: str,
    meaning: str,
    example: str,
    *,
    longest: int = 64,
    pattern: str = r"[0-9A-Za-z][0-9A-Za-z._:-]*",
    told: bool = True,
) -> ColumnType:
    return ColumnType(
        told=told,
        name=name,
        label=label,
        kind=ColumnKind.CODE,
        meaning=meaning,
        example=example,
        longest=longest,
        pattern=pattern,
    )


def _text(
    name: str,
    label: str,
    meaning: str,
    example: str,
    *,
    longest: int,
    required: bool = True,
    told: bool = True,
) -> ColumnType:
    return ColumnType(
        told=told,
        name=name,
        label=label,
        kind=ColumnKind.TEXT,
        meaning=meaning,
        example=example,
        longest=longest,
        required=required,
    )


def _yuan(name: str, label: str, meaning: str, example: str, *, least: float = 0.0) -> ColumnType:
    return ColumnType(
        name=name,
        label=label,
        kind=ColumnKind.NUMBER,
        meaning=meaning,
        example=example,
        least=least,
        most=MOST_YUAN,
    )


def _percent(name: str, label: str, meaning: str, example: str, *, most: float) -> ColumnType:
    return ColumnType(
        name=name,
        label=label,
        kind=ColumnKind.NUMBER,
        meaning=meaning,
        example=example,
        least=0.0,
        most=most,
        percent=True,
    )


def _day(
    name: str, label: str, meaning: str, example: str, *, required: bool = True, future: bool = False
) -> ColumnType:
    return ColumnType(
        name=name,
        label=label,
        kind=ColumnKind.DAY,
        meaning=meaning,
        example=example,
        required=required,
        future=future,
    )


def _words(name: str, label: str, meaning: str, example: str) -> ColumnType:
    return ColumnType(
        name=name,
        label=label,
        kind=ColumnKind.TEXT,
        meaning=meaning,
        example=example,
        longest=4000,
        lines=True,
        told=False,
    )


def _flag(name: str, label: str, meaning: str, example: str) -> ColumnType:
    return ColumnType(name=name, label=label, kind=ColumnKind.FLAG, meaning=meaning, example=example)


def _choice(name: str, label: str, meaning: str, choices: Mapping[str, str], *, several: bool = False) -> ColumnType:
    values = list(choices)
    return ColumnType(
        name=name,
        label=label,
        kind=ColumnKind.CHOICES if several else ColumnKind.CHOICE,
        meaning=meaning,
        example=";".join(values[:2]) if several else values[0],
        choices=choices,
    )


_CUSTOMER = _code("customer_id", "客户编号", "须是客户文件里或已有的客户", "K000001")
_PRODUCT = _code("product_code", "产品代码", "产品目录或行情里的代码", "YC1001", longest=32)
_PRODUCT_NAME = _text("product_name", "产品名称", "当时的名称", "示例债券基金A", longest=200)
_CHANNEL = _choice("channel", "渠道", "在哪里发生", CHANNELS)
_AT_LEAST_A_FEN = 0.01

CUSTOMERS = RecordType(
    name="customers",
    label="客户",
    meaning="客户是谁、由谁服务。现金、总资产和最近联系日由其他文件推算，不在这里填写。",
    key=("customer_id",),
    columns=(
        _code("customer_id", "客户编号", "来源系统里的编号，不会改变", "K000001"),
        _code("advisor_id", "投资顾问", "已有投资顾问账号的编号或用户名", "advisor-chen"),
        _text("name", "姓名", "证件上的姓名", "王示例", longest=100, told=False),
        _choice("gender", "性别", "证件上的性别", {Gender.FEMALE.value: "女", Gender.MALE.value: "男"}),
        _day("born_on", "出生日期", "证件上的日期", "1980-05-17"),
        _code(
            "phone",
            "手机号",
            "数字，可以有加号和横线",
            "16900000001",
            longest=32,
            pattern=r"\+?[0-9][0-9-]{4,30}",
            told=False,
        ),
        _code(
            "identity_number",
            "证件号码",
            "身份证或其他证件的号码",
            "990000198005170016",
            longest=32,
            pattern=r"[0-9A-Za-z][0-9A-Za-z()-]{3,31}",
            told=False,
        ),
        _text("city", "城市", "常住城市", "上海", longest=50),
        _text("occupation", "职业", "客户自述", "教师", longest=100),
        ColumnType(
            name="annual_income",
            label="年收入",
            kind=ColumnKind.INTEGER,
            meaning="元，整数",
            example="150000",
            least=0,
            most=MOST_YUAN,
        ),
        _day("opened_on", "开户日期", "第一个账户开立的日期", "2018-03-12"),
        _choice(
            "status",
            "投资者类别",
            "普通、合格或专业投资者",
            {
                InvestorStatus.ORDINARY.value: "普通投资者",
                InvestorStatus.QUALIFIED.value: "合格投资者",
                InvestorStatus.PROFESSIONAL.value: "专业投资者",
            },
        ),
        _flag("full_capacity", "完全民事行为能力", "否：由监护人代理，按最低类别服务；未满16周岁只能为否", "true"),
        _flag("profiling_consent", "同意个性化服务", "否：只提供不针对个人特征的服务；有同意记录时以记录为准", "true"),
        _choice("preferred_channel", "偏好渠道", "客户希望怎样联系", CHANNELS),
        _day(
            "first_traded_on",
            "首次交易日",
            "可空；交易文件里更早的日期优先",
            "2018-04-02",
            required=False,
        ),
        _text(
            "guardian_name",
            "监护人",
            "可空；无完全民事行为能力的客户由谁代理",
            "",
            longest=100,
            required=False,
            told=False,
        ),
    ),
)

ASSESSMENTS = RecordType(
    name="assessments",
    label="风险测评",
    meaning="每次风险测评的结果；历史全部保留。",
    key=("customer_id", "assessed_on"),
    columns=(
        _CUSTOMER,
        _day("assessed_on", "测评日期", "完成的日期", "2026-01-05"),
        _choice("level", "风险等级", "C1最低", RISK_LEVELS),
        _flag("lowest_class", "最低类别", "是：风险承受能力最低类别的投资者", "false"),
        _day("expires_on", "失效日期", "不再有效的第一天，晚于测评日期", "2028-01-05", future=True),
        _choice("horizon", "投资期限", "资金可以离开多久", {each.value: each.label for each in Horizon}),
        _choice("varieties", "可接受品种", "可接受的投资品种，用分号分开", VARIETIES, several=True),
        _choice("goals", "投资目标", "希望达到的目标，用分号分开", GOALS, several=True),
        ColumnType(
            name="max_loss_pct",
            label="可承受亏损",
            kind=ColumnKind.INTEGER,
            meaning="百分比，整数",
            example="12",
            least=0,
            most=100,
            percent=True,
        ),
    ),
)

PERMISSION_RECORDS = RecordType(
    name="permissions",
    label="交易权限",
    meaning="已经开通的权限；held 为否的行收回权限。",
    key=("customer_id", "permission"),
    columns=(
        _CUSTOMER,
        _choice("permission", "权限", "哪一种", PERMISSIONS),
        _flag("held", "已开通", "否：没有或已经收回", "true"),
    ),
)

ACCOUNTS = RecordType(
    name="accounts",
    label="账户",
    meaning="账户在某日收盘时的状况，每月一行或更密；客户的现金取各账户最近一日之和。",
    key=("account_id", "as_of"),
    columns=(
        _code("account_id", "账户编号", "资金账户的编号，只属于一位客户", "A000001"),
        _CUSTOMER,
        _choice(
            "kind",
            "账户类型",
            "普通、信用或衍生品",
            {
                AccountKind.ORDINARY.value: "普通账户",
                AccountKind.MARGIN.value: "信用账户",
                AccountKind.OPTION.value: "衍生品账户",
            },
        ),
        _day("opened_on", "开立日期", "账户开立的日期", "2018-03-12"),
        _day("as_of", "日期", "哪一天收盘，不早于开立日期", "2026-10-30"),
        _yuan("cash", "现金", "元，可用资金", "12000.00"),
        _yuan("total_assets", "总资产", "元，现金与持仓之和，不扣负债，不小于现金", "86240.00"),
        _yuan("average_assets_20d", "20日日均资产", "元，最近20个交易日日均，不含融入的资金", "85000.00"),
    ),
)

HOLDINGS = RecordType(
    name="holdings",
    label="持仓",
    meaning="客户在某日收盘时的全部持仓：同一客户更早日期的持仓由它整体替代；数量为0表示已经没有。",
    key=("customer_id", "product_code", "as_of"),
    columns=(
        _CUSTOMER,
        _PRODUCT,
        _PRODUCT_NAME,
        _choice("variety", "品种", "投向", VARIETIES),
        _choice("risk_grade", "风险等级", "R1最低", RISK_GRADES),
        _text("industry", "行业", "可空；股票和行业基金填写", "银行", longest=50, required=False),
        ColumnType(
            name="quantity",
            label="数量",
            kind=ColumnKind.NUMBER,
            meaning="份或股，不能为负",
            example="1000",
            least=0,
            most=MOST_YUAN,
        ),
        _yuan("cost", "成本", "元，整个持仓的买入成本", "9800.00"),
        _yuan("market_value", "市值", "元，整个持仓按当日收盘价", "10200.00"),
        _day("as_of", "日期", "哪一天收盘", "2026-10-30"),
        _day("matures_on", "到期日", "可空；有期限的产品填写", "2027-03-31", required=False, future=True),
    ),
)

TRADES = RecordType(
    name="trades",
    label="交易",
    meaning="已经交收的买卖；申购赎回本公司产品另见产品申赎。",
    key=("trade_id",),
    columns=(
        _code("trade_id", "交易编号", "来源系统里的编号，全公司不重复", "T00000001", longest=80),
        _CUSTOMER,
        _day("traded_on", "成交日期", "成交的日期", "2026-10-28"),
        _PRODUCT,
        _PRODUCT_NAME,
        _choice("side", "方向", "买入或卖出", {"buy": "买入", "sell": "卖出"}),
        _yuan("amount", "金额", "元，不含费用，大于0", "9800.00", least=_AT_LEAST_A_FEN),
        _yuan("fee", "费用", "元，佣金与税费之和", "5.00"),
    ),
)

CASH_FLOWS = RecordType(
    name="cash_flows",
    label="资金流水",
    meaning="账户里除买卖以外的资金进出。",
    key=("flow_id",),
    columns=(
        _code("flow_id", "流水编号", "来源系统里的编号，全公司不重复", "F00000001", longest=80),
        _CUSTOMER,
        _day("day", "日期", "入账的日期", "2026-10-28"),
        _choice(
            "kind",
            "类型",
            "为什么进出",
            {
                CashFlowKind.DEPOSIT.value: "转入",
                CashFlowKind.WITHDRAWAL.value: "转出",
                CashFlowKind.DIVIDEND.value: "分红",
                CashFlowKind.INTEREST.value: "利息",
                CashFlowKind.FEE.value: "费用",
            },
        ),
        _yuan("amount", "金额", "元，总是正数，方向由类型决定", "50000.00", least=_AT_LEAST_A_FEN),
    ),
)

MARGIN_POSITIONS = RecordType(
    name="margin_positions",
    label="融资融券",
    meaning="融资融券系统给出的状况；每位客户只保留最近一日。",
    key=("customer_id", "as_of"),
    columns=(
        _CUSTOMER,
        _day("as_of", "日期", "哪一天收盘", "2026-10-30"),
        _percent("maintenance_ratio_pct", "维持担保比例", "百分比，如 182.5", "182.5", most=1e6),
        _percent("warning_line_pct", "警戒线", "百分比，不低于平仓线", "150", most=1000),
        _percent("liquidation_line_pct", "平仓线", "百分比", "130", most=1000),
        _yuan("debt", "负债", "元，融资融券负债", "500000.00"),
    ),
)

SUBSCRIPTIONS = RecordType(
    name="subscriptions",
    label="产品申赎",
    meaning="向本公司申购或赎回产品；代码须在产品目录或行情里。",
    key=("subscription_id",),
    columns=(
        _code("subscription_id", "申赎编号", "来源系统里的编号，全公司不重复", "S00000001", longest=80),
        _CUSTOMER,
        _day("day", "日期", "确认的日期", "2026-10-28"),
        _PRODUCT,
        _PRODUCT_NAME,
        _choice("kind", "类型", "申购或赎回", {"subscribe": "申购", "redeem": "赎回"}),
        _yuan("amount", "金额", "元，大于0", "10000.00", least=_AT_LEAST_A_FEN),
    ),
)

PRICES = RecordType(
    name="prices",
    label="行情",
    meaning="产品净值和证券收盘价。",
    key=("product_code", "day"),
    columns=(
        _code("product_code", "产品代码", "产品目录里的代码，或证券代码", "YC1001", longest=32),
        _day("day", "日期", "哪一天收盘", "2026-10-30"),
        ColumnType(
            name="close",
            label="收盘价",
            kind=ColumnKind.NUMBER,
            meaning="元一股，或单位净值，大于0",
            example="1.0234",
            least=1e-6,
            most=1e9,
        ),
    ),
)

TOUCHPOINTS = RecordType(
    name="touchpoints",
    label="触点",
    meaning="客户自己的访问，以及人员与客户的接触。",
    key=("touchpoint_id",),
    columns=(
        _code("touchpoint_id", "触点编号", "来源系统里的编号，全公司不重复", "P00000001", longest=80),
        _CUSTOMER,
        _day("day", "日期", "发生的日期", "2026-10-28"),
        _CHANNEL,
        _text("topic", "主题", "看了什么、谈了什么", "查看持仓", longest=200),
        ColumnType(
            name="hour",
            label="小时",
            kind=ColumnKind.INTEGER,
            meaning="可空；0 至 23，上海时间",
            example="20",
            required=False,
            least=0,
            most=23,
        ),
    ),
)

SERVICE_RECORDS = RecordType(
    name="service_records",
    label="服务记录",
    meaning="人员写下的服务经过。",
    key=("record_id",),
    columns=(
        _code("record_id", "记录编号", "来源系统里的编号，全公司不重复", "N00000001", longest=80),
        _CUSTOMER,
        _day("day", "日期", "服务的日期", "2026-10-28"),
        _CHANNEL,
        _text("staff", "服务人员", "谁服务的", "陈晓岚", longest=100),
        _choice(
            "kind",
            "类型",
            "哪一种服务",
            {
                "consultation": "咨询",
                "follow_up": "回访",
                "complaint": "投诉处理",
                "education": "投资者教育",
                "care": "关怀",
            },
        ),
        _words("remark", "内容", "经过和结果，可以有多行", "客户询问债券基金的波动。"),
    ),
)

COMPLAINTS = RecordType(
    name="complaints",
    label="投诉",
    meaning="登记的投诉。",
    key=("complaint_id",),
    columns=(
        _code("complaint_id", "投诉编号", "来源系统里的编号，全公司不重复", "C00000001", longest=80),
        _CUSTOMER,
        _day("received_on", "收到日期", "登记的日期", "2026-10-12"),
        _CHANNEL,
        _text("topic", "主题", "为什么投诉", "手续费", longest=200),
        _words("text", "内容", "客户的话，可以有多行", "客户认为佣金与约定不符。"),
        _day("closed_on", "办结日期", "可空；不早于收到日期", "2026-10-20", required=False),
    ),
)

CONSENTS = RecordType(
    name="consents",
    label="同意记录",
    meaning="客户同意或撤回同意；每一种以最近一次为准。",
    key=("customer_id", "kind", "day"),
    columns=(
        _CUSTOMER,
        _choice(
            "kind",
            "类型",
            "同意什么",
            {ConsentKind.PROFILING.value: "个性化服务", ConsentKind.MARKETING.value: "营销信息"},
        ),
        _day("day", "日期", "同意或撤回的日期", "2026-05-06"),
        _flag("granted", "同意", "否：不同意或撤回", "true"),
    ),
)

RECORD_TYPES: tuple[RecordType, ...] = (
    PRICES,
    CUSTOMERS,
    ASSESSMENTS,
    PERMISSION_RECORDS,
    ACCOUNTS,
    HOLDINGS,
    MARGIN_POSITIONS,
    CONSENTS,
    TRADES,
    CASH_FLOWS,
    SUBSCRIPTIONS,
    TOUCHPOINTS,
    SERVICE_RECORDS,
    COMPLAINTS,
)
"""In the order in which they are imported: what others lean on comes first."""

BY_NAME: Mapping[str, RecordType] = {each.name: each for each in RECORD_TYPES}

OWNED = frozenset(each.name for each in RECORD_TYPES if each.of_customer and each.key[0] != "customer_id")
"""Whose first key column is an identifier that belongs to one customer for good."""
