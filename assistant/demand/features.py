"""What a model looks at: one number a customer and feature, each with the words that tell it.

Gender is not among them, and age only measures fairness: both are known, and neither is a reason to serve somebody
differently (PIPL:24).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, auto

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assistant.analysis.figures import FactMaker, money
from assistant.analysis.model import Fact
from assistant.demand.model import Need
from assistant.demand.needs import WORDS
from knowledge.customers.history.model import History, ProductTerms
from knowledge.customers.history.standing import standing_on
from knowledge.customers.model import HUMAN_CHANNELS

Floats = NDArray[np.float64]
_TALK_DAYS = 180
_BY = "customer_id"


class Kind(Enum):
    """How a value is told."""

    SHARE = auto()
    """A fraction, told in percent."""
    TIMES = auto()
    DAYS = auto()
    YUAN = auto()
    LEVEL = auto()
    """C1 … C5."""
    TERM = auto()
    """Short, medium, long."""
    YES = auto()
    """0 or 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One column."""

    name: str
    label: str
    """What it is, so that 「label」 and the value make a clause."""
    kind: Kind
    theme: str
    """Features of one theme are told as one reason."""
    absent: str
    """The clause for somebody of whom nothing is known."""
    need: Need | None = None
    """Only the model of this need looks at it."""
    passed: str = ""
    """The label for days that have gone by instead of being left."""

    def fact(self, value: float | None, *, as_of: date, source: str) -> Fact:
        """The value as a fact."""
        make = FactMaker("demand", as_of, source)
        if value is None:
            return make.text(self.name, self.label, self.absent)
        if self.passed and value < 0:
            return make.days(self.name, self.passed, round(-value))
        return _FACTS[self.kind](make, self, value)

    def clause(self, value: float | None) -> str:
        """「现金占资产42.5%」."""
        if value is None:
            return self.absent
        if self.kind is Kind.YES:
            return f"{'有' if value else '没有'}{self.label}"
        told = self.fact(value, as_of=date.min, source="")
        return f"{told.label}{told.text}"


def _share(make: FactMaker, feature: Feature, value: float) -> Fact:
    return make.percent(feature.name, feature.label, Decimal(str(value * 100)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _times(make: FactMaker, feature: Feature, value: float) -> Fact:
    return make.count(feature.name, feature.label, round(value), "次")


def _days(make: FactMaker, feature: Feature, value: float) -> Fact:
    return make.days(feature.name, feature.label, round(value))


def _yuan(make: FactMaker, feature: Feature, value: float) -> Fact:
    return make.yuan(feature.name, feature.label, money(round(value, 2)))


def _level(make: FactMaker, feature: Feature, value: float) -> Fact:
    return make.text(feature.name, feature.label, f"C{round(value)}")


def _term(make: FactMaker, feature: Feature, value: float) -> Fact:
    return make.text(feature.name, feature.label, ("1年以内", "1至5年", "5年以上")[round(value) - 1])


def _yes(make: FactMaker, feature: Feature, value: float) -> Fact:
    return make.text(feature.name, feature.label, "有" if value else "没有")


_FACTS = {
    Kind.SHARE: _share,
    Kind.TIMES: _times,
    Kind.DAYS: _days,
    Kind.YUAN: _yuan,
    Kind.LEVEL: _level,
    Kind.TERM: _term,
    Kind.YES: _yes,
}
_NO_ASSETS = "没有账户资产记录"


def _of(name: str, label: str, kind: Kind, theme: str, absent: str = _NO_ASSETS) -> Feature:
    return Feature(name=name, label=label, kind=kind, theme=theme, absent=absent)


_GENERAL = (
    _of("tenure_days", "开户至今", Kind.DAYS, "tenure"),
    _of("level", "风险承受能力等级为", Kind.LEVEL, "level", "没有风险测评"),
    _of("horizon", "可投资期限为", Kind.TERM, "level", "没有风险测评"),
    Feature(
        name="assessment_days_left", label="距风险测评到期", kind=Kind.DAYS, theme="assessment", absent="没有风险测评",
        passed="风险测评已过期",
    ),
    _of("days_since_assessment", "距上次风险测评", Kind.DAYS, "assessment", "没有风险测评"),
    _of("cash", "账户现金", Kind.YUAN, "cash"),
    _of("cash_share", "现金占账户资产", Kind.SHARE, "cash"),
    _of("lowest_cash_share", "半年内最低现金占账户资产", Kind.SHARE, "cash"),
    _of("assets", "账户资产", Kind.YUAN, "assets"),
    _of("assets_change_365", "账户资产一年变动", Kind.SHARE, "assets", "没有一年前的资产记录"),
    _of("result_90", "近90天账户盈亏率", Kind.SHARE, "result", "没有90天前的资产记录"),
    _of("result_365", "近一年账户盈亏率", Kind.SHARE, "result", "没有一年前的资产记录"),
    _of("brought_share_30", "近30天净转入占账户资产", Kind.SHARE, "brought"),
    _of("brought_share_90", "近90天净转入占账户资产", Kind.SHARE, "brought"),
    _of("deposit_count_365", "近一年转入", Kind.TIMES, "brought"),
    _of("days_since_deposit", "距上次转入", Kind.DAYS, "brought", "近500天没有转入"),
    _of("withdrawn_share_90", "近90天转出占账户资产", Kind.SHARE, "taken"),
    _of("withdrawn_share_365", "近一年转出占账户资产", Kind.SHARE, "taken"),
    _of("withdrawal_count_90", "近90天转出", Kind.TIMES, "taken"),
    _of("trades_90", "近90天成交", Kind.TIMES, "trading"),
    _of("trades_365", "近一年成交", Kind.TIMES, "trading"),
    _of("turnover_365", "近一年成交额占账户资产", Kind.SHARE, "trading"),
    _of("days_since_trade", "距上次成交", Kind.DAYS, "trading", "没有成交记录"),
    _of("net_sold_share_90", "近90天净卖出占账户资产", Kind.SHARE, "sold"),
    _of("redeemed_share_90", "近90天赎回占账户资产", Kind.SHARE, "sold"),
    _of("unlocking_share_90", "未来90天解除锁定的产品占账户资产", Kind.SHARE, "unlocking"),
    _of("unlocked_share_90", "近90天解除锁定的产品占账户资产", Kind.SHARE, "unlocking"),
    _of("cash_weight", "投入现金管理类的比例", Kind.SHARE, "held", "没有买入记录"),
    _of("fixed_income_weight", "投入固定收益类的比例", Kind.SHARE, "held", "没有买入记录"),
    _of("mixed_weight", "投入混合类的比例", Kind.SHARE, "held", "没有买入记录"),
    _of("equity_weight", "投入权益类的比例", Kind.SHARE, "held", "没有买入记录"),
    _of("subscriptions_365", "近一年申购本公司产品", Kind.TIMES, "subscribing"),
    _of("days_since_subscription", "距上次申购本公司产品", Kind.DAYS, "subscribing", "没有申购过本公司产品"),
    _of("cash_subscriptions_365", "近一年申购现金管理类产品", Kind.TIMES, "subscribing_cash"),
    _of(
        "days_since_cash_subscription", "距上次申购现金管理类产品", Kind.DAYS, "subscribing_cash",
        "没有申购过现金管理类产品",
    ),
    _of("fixed_subscriptions_365", "近一年申购固定收益类产品", Kind.TIMES, "subscribing_fixed"),
    _of(
        "days_since_fixed_subscription", "距上次申购固定收益类产品", Kind.DAYS, "subscribing_fixed",
        "没有申购过固定收益类产品",
    ),
    _of("advised_subscriptions_365", "近一年申购混合、权益和另类产品", Kind.TIMES, "subscribing_advised"),
    _of(
        "days_since_advised_subscription", "距上次申购混合、权益或另类产品", Kind.DAYS, "subscribing_advised",
        "没有申购过混合、权益或另类产品",
    ),
    _of("visits_30", "近30天登录使用", Kind.TIMES, "visits"),
    _of("visits_90", "近90天登录使用", Kind.TIMES, "visits"),
    _of("visits_trend", "近90天登录使用次数与此前一年同期平均之比", Kind.SHARE, "visits", "近一年没有登录使用"),
    _of("days_since_visit", "距上次登录使用", Kind.DAYS, "visits", "两年内没有登录使用"),
    _of("contacts_90", "近90天员工联系", Kind.TIMES, "contacts"),
    _of("days_since_contact", "距上次员工联系", Kind.DAYS, "contacts", "两年内没有员工联系"),
    _of("education_notes_365", "近一年参加投资者教育", Kind.TIMES, "education"),
    _of("days_since_education", "距上次参加投资者教育", Kind.DAYS, "education", "两年内没有参加投资者教育"),
    _of("complaints_365", "近一年投诉", Kind.TIMES, "complaints"),
    _of("open_complaints", "尚未办结的投诉", Kind.TIMES, "complaints"),
    _of("days_since_complaint", "距上次投诉", Kind.DAYS, "complaints", "没有投诉记录"),
    _of("margin_account", "信用账户", Kind.YES, "margin"),
)  # fmt: skip

_INTERESTS = {
    Need.CASH_MANAGEMENT: "现金管理",
    Need.FIXED_INCOME: "固定收益",
    Need.FUND_ADVISORY: "基金与投顾",
    Need.MARGIN: "融资融券",
    Need.EDUCATION: "投资者教育",
    Need.RETENTION: "资金转出或销户",
    Need.RE_ASSESSMENT: "风险测评",
}


def _interest(need: Need, topic: str) -> tuple[Feature, ...]:
    theme = f"interest_{need.value}"

    def feature(ending: str, label: str, kind: Kind, absent: str = "") -> Feature:
        return Feature(name=f"{theme}_{ending}", label=label, kind=kind, theme=theme, absent=absent, need=need)

    return (
        feature("30", f"近30天查看{topic}内容", Kind.TIMES),
        feature("90", f"近90天查看{topic}内容", Kind.TIMES),
        feature("365", f"近一年查看{topic}内容", Kind.TIMES),
        feature("share", f"近一年登录使用中查看{topic}内容的比例", Kind.SHARE, "近一年没有登录使用"),
        feature("days", f"距上次查看{topic}内容", Kind.DAYS, f"两年内没有查看{topic}内容"),
        feature("talks", f"近180天与员工谈到{topic}", Kind.TIMES),
    )


FEATURES: tuple[Feature, ...] = (
    *_GENERAL,
    *(feature for need, topic in _INTERESTS.items() for feature in _interest(need, topic)),
)
BY_NAME: Mapping[str, Feature] = {feature.name: feature for feature in FEATURES}


def looked_at(need: Need) -> tuple[Feature, ...]:
    """What the model of a need looks at."""
    return tuple(feature for feature in FEATURES if feature.need in (None, need))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureTable:
    """Customers × features on a day; ``nan`` where nothing is known."""

    day: date
    standing: pl.DataFrame
    values: Floats
    """In the order of ``FEATURES``."""

    @property
    def customer_ids(self) -> list[str]:
        """In the order of the rows."""
        return [str(each) for each in self.standing[_BY]]

    def column(self, name: str) -> Floats:
        """One feature of everybody."""
        column: Floats = self.values[:, _PLACES[name]]
        return column


_PLACES = {feature.name: place for place, feature in enumerate(FEATURES)}


def features_on(history: History, products: Mapping[str, ProductTerms]) -> FeatureTable:
    """The features of everybody in the history."""
    standing = standing_on(history, products)
    wide = standing.join(_interests(history), on=_BY, how="left", maintain_order="left")
    looked = [f"interest_{need.value}" for need in WORDS]
    counted = [f"{name}_{ending}" for name in looked for ending in ("30", "90", "365", "talks")]
    a_year = pl.when(pl.col("visits_365") > 0).then("visits_365")
    filled = wide.with_columns(pl.col(counted).fill_null(0)).with_columns(
        (pl.col("visits_90") / (a_year / 365 * 90)).alias("visits_trend"),
        *((pl.col(f"{name}_365") / a_year).alias(f"{name}_share") for name in looked),
    )
    columns = [filled[feature.name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for feature in FEATURES]
    values = np.column_stack(columns) if filled.height else np.empty((0, len(FEATURES)))
    return FeatureTable(day=history.day, standing=standing, values=values)


def _interests(history: History) -> pl.DataFrame:
    """Visits and talks by what they were about."""
    own = history.visits.filter(~pl.col("channel").is_in(HUMAN_CHANNELS))
    talked = history.visits.filter(pl.col("channel").is_in(HUMAN_CHANNELS))
    recent = history.notes.filter((pl.lit(history.day) - pl.col("day")).dt.total_days() < _TALK_DAYS)
    people = history.people.select(_BY)
    age = (pl.lit(history.day) - pl.col("last_on")).dt.total_days()
    for need, words in WORDS.items():
        name = f"interest_{need.value}"
        about = pl.col("topic").str.contains(words)
        looked = (
            own.filter(about)
            .group_by(_BY)
            .agg(
                *(pl.col(f"number_{days}").sum().alias(f"{name}_{days}") for days in (30, 90, 365)),
                age.min().alias(f"{name}_days"),
            )
        )
        said = pl.concat(
            [
                recent.filter(pl.col("remark").str.contains(words)).select(
                    _BY, pl.lit(1, dtype=pl.Int64).alias("said")
                ),
                talked.filter(about).select(_BY, pl.col("number_90").alias("said")),
            ]
        )
        talks = said.group_by(_BY).agg(pl.col("said").sum().alias(f"{name}_talks"))
        people = people.join(looked, on=_BY, how="left", maintain_order="left").join(
            talks, on=_BY, how="left", maintain_order="left"
        )
    return people
