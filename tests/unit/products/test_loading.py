import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml

from knowledge.errors import Invalid
from knowledge.products.loading import product_of
from knowledge.products.model import Goal, InvestorClass, Performance, Permission, RiskGrade, Variety

FRONT_MATTER: dict[str, Any] = yaml.safe_load("""
code: YC1009
name: 一策港股通精选
variety: equity
risk_grade: R4
lock_up_days: 0
suggested_holding_days: 730
goals: [growth, income]
minimum_amount: 1000
redemption: T+5 日到账
fees: {subscription_pct: 0, management_pct_per_year: 1.20, redemption: 持有不满7日 1.5%}
benchmark: 恒生指数收益率×70%
inception_on: 2019-05-20
investor_class: everyone
permission: hk_connect
performance:
  - {from: 2025-01-01, to: 2025-12-31, return_pct: -1.62, benchmark_pct: 1}
pre_sale:
  loss_of_principal: 可能亏损。
  loss_beyond_principal: 不会超过本金。
  issuer_condition_loss: 不影响。
  issuer_condition_material: 会公告。
  restrictions: 无锁定期。
""")


def changed(path: str, value: object) -> dict[str, Any]:
    front_matter = copy.deepcopy(FRONT_MATTER)
    *parents, last = path.split(".")
    part: Any = front_matter
    for parent in parents:
        part = part[int(parent)] if parent.isdigit() else part[parent]
    part[last] = value
    return front_matter


def test_a_product_is_read_whole() -> None:
    product = product_of(FRONT_MATTER, "PROD-YC1009")
    assert (product.code, product.variety, product.risk_grade) == ("YC1009", Variety.EQUITY, RiskGrade.R4)
    assert product.goals == {Goal.GROWTH, Goal.INCOME}
    assert (product.management_fee_pct, product.subscription_fee_pct) == (1.2, 0.0)
    assert (product.investor_class, product.permission) == (InvestorClass.EVERYONE, Permission.HK_CONNECT)
    assert product.performance == (
        Performance(since=date(2025, 1, 1), until=date(2025, 12, 31), return_pct=-1.62, benchmark_pct=1.0),
    )
    assert product.pre_sale.complete
    assert product.document_id == "PROD-YC1009"


def test_a_product_may_have_no_permission_and_no_results() -> None:
    front_matter = changed("permission", None) | {"performance": []}
    product = product_of(front_matter, "PROD-X")
    assert (product.permission, product.performance) == (None, ())


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("code", "yc 1", "code：只能是2至32位大写字母和数字"),
        ("name", " ", "name：不能为空"),
        ("variety", "stock", "variety：应当是 cash、fixed_income"),
        ("risk_grade", "R6", "risk_grade：应当是 R1、R2"),
        ("goals", [], "goals：至少要有一项"),
        ("goals", ["wealth"], "goals.0：应当是 liquidity"),
        ("goals", "growth", "goals：应当是列表"),
        ("lock_up_days", -1, "lock_up_days：数值太小"),
        ("lock_up_days", 1.5, "lock_up_days：应当是整数"),
        ("lock_up_days", True, "lock_up_days：应当是整数"),
        ("minimum_amount", 0, "minimum_amount：应当大于0"),
        ("minimum_amount", "一千", "minimum_amount：应当是整数"),
        ("benchmark", 5, "benchmark：应当是文字"),
        ("inception_on", 0, "inception_on：应当是日期"),
        ("inception_on", "2019-13-40", "inception_on：应当是日期"),
        ("inception_on", date(2025, 6, 1), "业绩区间不能早于成立日"),
        ("fees", None, "fees：应当是一组带名称的内容"),
        ("fees.management_pct_per_year", "一点二", "fees.management_pct_per_year：应当是数字"),
        ("fees.management_pct_per_year", float("nan"), "fees.management_pct_per_year：应当是有限的数字"),
        ("fees.front_load", 1, "fees.front_load：不认识这一项"),
        ("performance.0.to", date(2025, 3, 1), "业绩区间应超过6个月"),
        ("performance.0.to", date(2025, 6, 30), "业绩区间应超过6个月"),
        ("performance.0.to", date(2024, 3, 1), "业绩区间应超过6个月"),
        ("performance.0.benchmark_pct", None, "performance.0.benchmark_pct：应当是数字"),
        ("pre_sale.restrictions", "", "pre_sale.restrictions：不能为空"),
        ("pre_sale.restrictions", "详见合同。", "售前告知的每一项都应当写成完整的话"),
        ("permission", "moon", "permission：应当是 star_market"),
        ("colour", "red", "colour：不认识这一项"),
    ],
)
def test_a_mistake_is_told_by_name_in_chinese(path: str, value: object, told: str) -> None:
    with pytest.raises(Invalid, match="PROD-X") as caught:
        product_of(changed(path, value), "PROD-X")
    assert told in caught.value.message
    assert not any(word in caught.value.message for word in ("Input should", "Field required", "Value error"))


@pytest.mark.parametrize("item", list(FRONT_MATTER))
def test_nothing_may_be_missing(item: str) -> None:
    front_matter = {key: value for key, value in FRONT_MATTER.items() if key != item}
    with pytest.raises(Invalid, match=f"{item}：缺少这一项"):
        product_of(front_matter, "PROD-X")


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        product_of({"code": "x", "variety": "stock"}, "PROD-X")
    assert caught.value.message.count("；") >= 10


def test_results_of_six_months_and_a_day_are_shown() -> None:
    product = product_of(changed("performance.0.to", date(2025, 7, 1)), "PROD-X")
    assert product.performance[0].until == date(2025, 7, 1)
    late = changed("performance.0.from", date(2025, 8, 31)) | {"inception_on": date(2019, 5, 20)}
    late["performance"][0]["to"] = date(2026, 2, 28)
    assert product_of(late, "PROD-X").performance[0].since == date(2025, 8, 31)


@pytest.mark.parametrize(
    ("words", "complete"),
    [
        ("可能亏损本金。", True),
        ("没有锁定期，每日可以赎回。", True),
        ("不适用杠杆，亏损不会超过投入金额。", True),
        ("", False),
        ("  ", False),
        ("无", False),
        ("暂无。", False),
        ("略", False),
        ("—", False),
        ("不适用", False),
        ("待补充", False),
        ("详见基金合同。", False),
        ("N/A", False),
    ],
)
def test_an_item_that_tells_nothing_is_missing(words: str, *, complete: bool) -> None:
    items = product_of(FRONT_MATTER, "PROD-X").pre_sale
    assert replace(items, restrictions=words).complete is complete
