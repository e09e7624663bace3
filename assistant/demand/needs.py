"""When a need can show at all, when it has shown, and the words in which customers speak of it."""

from collections.abc import Callable, Mapping

import polars as pl

from assistant.demand.model import Need
from knowledge.customers.history.model import Outcomes, ProductTerms

WORDS: Mapping[Need, str] = {
    Need.CASH_MANAGEMENT: "现金管理|现金类|货币|逆回购|闲钱|闲置|活期|暂时不用|灵活取用|天天",
    Need.FIXED_INCOME: "固收|固定收益|债券|短债|纯债|债基|定期存款|收益凭证|国债|理财",
    Need.FUND_ADVISORY: "投顾|组合|资产配置|省心|打理|定投|基金经理|选基",
    Need.MARGIN: "融资融券|两融|融资利率|信用账户|维持担保|担保比例",
    Need.EDUCATION: "投教|讲座|课堂|培训|看不懂|学习|入门|投资者教育|听不懂",
    Need.RETENTION: "转出|银证转账|销户|转户|别的券商|其他券商|提现|取款|看房|不满意|动用",
    Need.RE_ASSESSMENT: "风险测评|测评|风险承受能力",
}
"""Regular expressions over topics of visits and remarks; text that matches counts, and has no other effect."""

SUBSCRIBED: Mapping[Need, tuple[str, ...]] = {
    Need.CASH_MANAGEMENT: ("cash",),
    Need.FIXED_INCOME: ("fixed_income",),
    Need.FUND_ADVISORY: ("mixed", "equity", "alternative"),
}
_LEAVING_SHARE = 0.5
_LEAST_ASSETS = 1_000.0
_ADVISED_LEVEL = 3
_MARGIN_LEVEL, _MARGIN_ASSETS, _MARGIN_DAYS = 4, 500_000.0, 183
"""As the house opens margin accounts: level C4, and the two figures of ``analysis.permissions``."""

_BY = "customer_id"
_ASSESSED = pl.col("assessment_days_left") > 0
ELIGIBLE: Mapping[Need, pl.Expr] = {
    Need.CASH_MANAGEMENT: _ASSESSED,
    Need.FIXED_INCOME: _ASSESSED,
    Need.FUND_ADVISORY: _ASSESSED & (pl.col("level") >= _ADVISED_LEVEL),
    Need.MARGIN: _ASSESSED
    & (pl.col("level") >= _MARGIN_LEVEL)
    & (pl.col("margin_account") == 0)
    & (pl.col("assets") >= _MARGIN_ASSETS)
    & (pl.col("tenure_days") >= _MARGIN_DAYS),
    Need.EDUCATION: pl.lit(True),
    Need.RETENTION: (pl.col("margin_account") == 0) & (pl.col("assets") >= _LEAST_ASSETS),
    Need.RE_ASSESSMENT: pl.col("assessments") > 0,
}
"""Over a standing. Whoever may not buy is not told of as likely to: an assessment that counts comes first (SUIT:22)."""


def eligible(standing: pl.DataFrame) -> pl.DataFrame:
    """One boolean column a need, in the order of the standing."""
    return standing.select(rule.fill_null(False).alias(need.value) for need, rule in ELIGIBLE.items())


def happened(standing: pl.DataFrame, outcomes: Outcomes, products: Mapping[str, ProductTerms]) -> pl.DataFrame:
    """One boolean column a need: whether its event is in the outcomes; in the order of the standing."""
    people = standing.select(_BY, "assets")
    found = {need: seek(outcomes, products, people) for need, seek in _SEEKERS.items()}
    return people.select(pl.col(_BY).is_in(who.implode()).alias(need.value) for need, who in found.items())


Seeker = Callable[[Outcomes, Mapping[str, ProductTerms], pl.DataFrame], pl.Series]


def _buyers(varieties: tuple[str, ...]) -> Seeker:
    def seek(outcomes: Outcomes, products: Mapping[str, ProductTerms], _: pl.DataFrame) -> pl.Series:
        codes = [code for code, terms in products.items() if terms.variety in varieties]
        return outcomes.subscribed.filter(pl.col("product_code").is_in(codes))[_BY]

    return seek


def _borrowers(outcomes: Outcomes, _: Mapping[str, ProductTerms], __: pl.DataFrame) -> pl.Series:
    return outcomes.opened.filter(pl.col("kind") == "margin")[_BY]


def _learners(outcomes: Outcomes, _: Mapping[str, ProductTerms], __: pl.DataFrame) -> pl.Series:
    return outcomes.notes.filter(pl.col("kind") == "education")[_BY]


def _leavers(outcomes: Outcomes, _: Mapping[str, ProductTerms], people: pl.DataFrame) -> pl.Series:
    kind, amount = pl.col("kind"), pl.col("amount")
    taken = outcomes.flows.group_by(_BY).agg(
        (amount.filter(kind == "withdrawal").sum() - amount.filter(kind == "deposit").sum()).alias("taken")
    )
    joined = taken.join(people, on=_BY)
    return joined.filter((pl.col("assets") > 0) & (pl.col("taken") >= _LEAVING_SHARE * pl.col("assets")))[_BY]


def _assessed(outcomes: Outcomes, _: Mapping[str, ProductTerms], __: pl.DataFrame) -> pl.Series:
    return outcomes.assessed[_BY]


_SEEKERS: Mapping[Need, Seeker] = {
    **{need: _buyers(varieties) for need, varieties in SUBSCRIBED.items()},
    Need.MARGIN: _borrowers,
    Need.EDUCATION: _learners,
    Need.RETENTION: _leavers,
    Need.RE_ASSESSMENT: _assessed,
}
