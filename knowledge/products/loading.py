"""Reads a product from the front matter of its note. Strict: every mistake is told at once, in Chinese."""

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from knowledge.errors import Invalid
from knowledge.products.model import (
    Goal,
    InvestorClass,
    Performance,
    Permission,
    PreSaleInformation,
    Product,
    RiskGrade,
    Variety,
)

_SHORTEST_PERFORMANCE_MONTHS = 6
"""FUNDAD:4: results are shown over more than six months only, and not in a fund's first six."""

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False, strict=True)]
_Days = Annotated[int, Field(ge=0, le=36525, strict=True)]
_Result = Annotated[float, Field(ge=-100, le=10000, allow_inf_nan=False, strict=True)]
_Day = Annotated[date, Field(strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Fees(_Part):
    subscription_pct: _Percent
    management_pct_per_year: _Percent
    redemption: _Text


class _Performance(_Part):
    since: _Day = Field(alias="from")
    until: _Day = Field(alias="to")
    return_pct: _Result
    benchmark_pct: _Result

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        if self.until < _months_later(self.since, _SHORTEST_PERFORMANCE_MONTHS):
            raise ValueError("业绩区间应超过6个月，且起始日早于结束日")
        return self


class _PreSale(_Part):
    loss_of_principal: _Text
    loss_beyond_principal: _Text
    issuer_condition_loss: _Text
    issuer_condition_material: _Text
    restrictions: _Text

    @model_validator(mode="after")
    def _told(self) -> Self:
        if not PreSaleInformation(**self.model_dump()).complete:
            raise ValueError("售前告知的每一项都应当写成完整的话，不能写「无」「略」「见合同」")
        return self


class _Product(_Part):
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,32}$")]
    name: _Text
    variety: Variety
    risk_grade: RiskGrade
    lock_up_days: _Days
    suggested_holding_days: _Days
    goals: Annotated[list[Goal], Field(min_length=1)]
    minimum_amount: Annotated[int, Field(gt=0, strict=True)]
    redemption: _Text
    fees: _Fees
    benchmark: _Text
    inception_on: _Day
    investor_class: InvestorClass
    permission: Permission | None
    performance: tuple[_Performance, ...]
    pre_sale: _PreSale

    @model_validator(mode="after")
    def _nothing_before_inception(self) -> Self:
        if any(period.since < self.inception_on for period in self.performance):
            raise ValueError("业绩区间不能早于成立日")
        return self


def product_of(front_matter: Mapping[str, object], document_id: str) -> Product:
    """The product told by the ``product:`` part of a note's front matter. ``Invalid`` lists every mistake."""
    try:
        read = _Product.model_validate(dict(front_matter))
    except ValidationError as error:
        problems = "；".join(_problem(tuple(each["loc"]), each["type"], each["msg"]) for each in error.errors())
        raise Invalid(f"产品信息有误（{document_id}）：{problems}。") from None
    return Product(
        code=read.code,
        name=read.name,
        variety=read.variety,
        risk_grade=read.risk_grade,
        lock_up_days=read.lock_up_days,
        suggested_holding_days=read.suggested_holding_days,
        goals=frozenset(read.goals),
        minimum_amount=read.minimum_amount,
        redemption=read.redemption,
        management_fee_pct=read.fees.management_pct_per_year,
        subscription_fee_pct=read.fees.subscription_pct,
        redemption_fee=read.fees.redemption,
        benchmark=read.benchmark,
        inception_on=read.inception_on,
        investor_class=read.investor_class,
        permission=read.permission,
        performance=tuple(
            Performance(
                since=period.since,
                until=period.until,
                return_pct=period.return_pct,
                benchmark_pct=period.benchmark_pct,
            )
            for period in read.performance
        ),
        pre_sale=PreSaleInformation(**read.pre_sale.model_dump()),
        document_id=document_id,
    )


_CHOICES: dict[str, tuple[str, ...]] = {
    "variety": tuple(Variety),
    "risk_grade": tuple(RiskGrade),
    "goals": tuple(Goal),
    "investor_class": tuple(InvestorClass),
    "permission": (*Permission, "null"),
}

_SENTENCES = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项",
    "string_type": "应当是文字（含数字的内容请加引号）",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "只能是2至32位大写字母和数字",
    "int_type": "应当是整数",
    "int_parsing": "应当是整数",
    "float_type": "应当是数字",
    "float_parsing": "应当是数字",
    "finite_number": "应当是有限的数字",
    "greater_than": "应当大于0",
    "greater_than_equal": "数值太小",
    "less_than_equal": "数值太大",
    "date_type": "应当是日期，例如 2026-03-01",
    "date_parsing": "应当是日期，例如 2026-03-01",
    "date_from_datetime_parsing": "应当是日期，例如 2026-03-01",
    "date_from_datetime_inexact": "应当是日期，例如 2026-03-01",
    "too_short": "至少要有一项",
    "list_type": "应当是列表",
    "tuple_type": "应当是列表",
    "model_type": "应当是一组带名称的内容",
}


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _problem(place: tuple[int | str, ...], kind: str, message: str) -> str:
    name = ".".join(str(part) for part in place) or "product"
    if kind == "enum":
        return f"{name}：应当是 {'、'.join(_CHOICES[str(place[0])])} 之一"
    if kind == "value_error":
        return f"{name}：{message.removeprefix('Value error, ')}"
    return f"{name}：{_SENTENCES.get(kind, '内容不合要求')}"
