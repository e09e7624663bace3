import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.analysis.model import Unit
from assistant.demand.features import BY_NAME, FEATURES, looked_at
from assistant.demand.model import Contribution, Method, Need, Score
from assistant.demand.rules import RULES_ID, rule_model, rules_alone
from assistant.demand.telling import likely_needs, need_views
from tests.support.histories import A_DAY

MODEL = rules_alone(A_DAY, datetime(2026, 6, 1, tzinfo=UTC))


def _score(*contributions: Contribution, probability: float = 0.3) -> Score:
    return Score(
        customer_id="K000001",
        need=Need.CASH_MANAGEMENT,
        as_of=A_DAY,
        probability=probability,
        contributions=contributions,
        model_id=RULES_ID,
    )


def _because(feature: str, value: float | None, weight: float = 0.5) -> Contribution:
    return Contribution(feature=feature, value=value, weight=weight)


def test_every_number_of_a_summary_is_one_of_its_facts() -> None:
    (view,) = need_views(
        [_score(_because("cash_share", 0.425), _because("visits_90", 4), _because("cash", 38_000))], MODEL
    )
    told = {view.probability.text, view.base_rate.text, *(reason.fact.text for reason in view.reasons)}
    numbers = set(re.findall(r"[\d.]+", view.summary.replace("90天", "").replace("近90天", "")))
    assert numbers <= {number for text in told for number in re.findall(r"[\d.]+", text)}
    assert view.probability.text == "30.0%"
    assert view.probability.unit is Unit.PERCENT


@pytest.mark.parametrize(
    ("feature", "value", "clause"),
    [
        ("cash_share", 0.425, "现金占账户资产42.5%"),
        ("cash", 123_456.0, "账户现金12.35万元"),
        ("visits_90", 0.0, "近90天登录使用0次"),
        ("days_since_trade", None, "没有成交记录"),
        ("assessment_days_left", 30.0, "距风险测评到期30天"),
        ("assessment_days_left", -35.0, "风险测评已过期35天"),
        ("level", 4.0, "风险承受能力等级为C4"),
        ("horizon", 2.0, "可投资期限为1至5年"),
        ("margin_account", 0.0, "没有信用账户"),
        ("result_365", -0.123, "近一年账户盈亏率-12.3%"),
    ],
)
def test_a_value_is_a_clause(feature: str, value: float | None, clause: str) -> None:
    assert BY_NAME[feature].clause(value) == clause


def test_reasons_that_raise_come_before_one_that_lowers() -> None:
    (view,) = need_views(
        [
            _score(
                _because("visits_90", 1, -0.9),
                _because("cash_share", 0.5, 0.8),
                _because("trades_90", 0, -0.4),
                _because("cash", 9e5, 0.2),
            )
        ],
        MODEL,
    )
    assert [reason.raises for reason in view.reasons] == [True, True, False]
    assert view.reasons[-1].fact.id == "fact:demand.visits_90"


def test_rules_are_told_to_be_rules() -> None:
    (view,) = need_views([_score()], MODEL)
    assert view.method is Method.RULES
    assert "未经校准" in view.probability.source


def test_the_largest_lift_comes_first() -> None:
    often = _score(probability=0.2)
    rare = Score(
        customer_id="K000001", need=Need.RETENTION, as_of=A_DAY, probability=0.1, contributions=(), model_id=RULES_ID
    )
    assert [view.need for view in need_views([often, rare], MODEL)] == [Need.RETENTION, Need.CASH_MANAGEMENT]


def test_a_feature_that_is_no_longer_known_is_left_out() -> None:
    (view,) = need_views([_score(_because("of_another_version", 1.0))], MODEL)
    assert view.reasons == ()


def test_features_have_names_of_their_own() -> None:
    assert len(BY_NAME) == len(FEATURES)


def test_a_need_looks_at_its_own_topics_only() -> None:
    names = {feature.name for feature in looked_at(Need.MARGIN)}
    assert "interest_margin_90" in names
    assert "interest_education_90" not in names


@pytest.mark.parametrize("need", list(Need))
def test_rules_use_features_that_exist_and_have_a_value_for_each_step(need: Need) -> None:
    for shape in rule_model(need).shapes:
        assert BY_NAME[shape.feature].need in (None, need)
        assert len(shape.values) == len(shape.edges) + 1
        assert list(shape.edges) == sorted(shape.edges)


def test_only_what_a_trained_model_finds_clearly_likelier_than_with_others_is_told() -> None:
    trained = MODEL.model_copy(
        update={
            "needs": tuple(each.model_copy(update={"method": Method.TRAINED, "base_rate": 0.2}) for each in MODEL.needs)
        }
    )
    asked = {Need.CASH_MANAGEMENT: 0.238, Need.FIXED_INCOME: 0.24, Need.RETENTION: 0.5, Need.EDUCATION: 0.3}
    scores = [replace(_score(probability=p), need=need, model_id="m-1") for need, p in asked.items()]
    assert [view.need for view in likely_needs(scores, trained)] == [Need.RETENTION, Need.EDUCATION]
    assert [view.need for view in likely_needs(scores[:2], trained)] == [Need.FIXED_INCOME]
    assert likely_needs([_score(probability=0.9)], MODEL) == ()
