"""A question about the chosen customer gets that customer's figures, a question about a rule does not."""

from datetime import date

import pytest

from assistant.analysis.model import Fact, Unit
from assistant.drafting.fact_words import asked_facts, wants_the_rule_too

_IDS = (
    "customer.age",
    "customer.risk_level",
    "customer.suitable_grades",
    "assessment.expires_on",
    "portfolio.trades_12m",
    "portfolio.cash",
    "portfolio.cash_share",
    "portfolio.top_holding",
    "permission.star_market",
    "service.last_contact_on",
)
FACTS = tuple(
    Fact(id=f"fact:{name}", label=name, value="x", unit=Unit.TEXT, text=name, as_of=date(2026, 11, 22), source="s")
    for name in _IDS
)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("这位客户最近一年交易了多少笔", "portfolio.trades_12m"),
        ("他能买R4吗", "customer.risk_level"),
        ("还差什么可以开科创板", "permission.star_market"),
        ("测评什么时候过期", "assessment.expires_on"),
        ("客户多大年纪", "customer.age"),
        ("他的现金占比多少", "portfolio.cash"),
        ("他持仓最多的是什么", "portfolio.top_holding"),
        ("上次联系他是什么时候", "service.last_contact_on"),
    ],
)
def test_the_figure_that_is_asked_for_comes_first(question: str, first: str) -> None:
    assert asked_facts(question, FACTS)[0].id == f"fact:{first}"


@pytest.mark.parametrize("question", ["科创板开通需要什么条件？", "反洗钱资料保存多久", "风险测评有效期是怎么规定的"])
def test_a_question_about_a_rule_gets_no_figure(question: str) -> None:
    assert asked_facts(question, FACTS) == []


def test_a_plain_figure_needs_no_rule_beside_it() -> None:
    assert not wants_the_rule_too("客户多大年纪")
    assert wants_the_rule_too("还差什么可以开科创板")
