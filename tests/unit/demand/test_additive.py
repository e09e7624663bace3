from datetime import UTC, date, datetime

import numpy as np
import pytest
from pydantic import ValidationError

from assistant.demand.additive import probabilities, scores_of, steps_of, terms
from assistant.demand.model import DemandModel, Method, Need, NeedModel, Shape
from assistant.demand.rules import RULES_ID, rules_alone
from tests.support.histories import A_DAY, a_table

CASH = Shape(feature="cash_share", edges=(0.1, 0.5), values=(-1.0, 0.0, 1.0), missing=0.25)
LOWEST = Shape(feature="lowest_cash_share", edges=(0.5,), values=(0.0, 0.5), missing=0.0)
VISITS = Shape(feature="visits_90", edges=(3.0,), values=(-0.2, 0.2), missing=0.0)
NEED = NeedModel(
    need=Need.CASH_MANAGEMENT, method=Method.TRAINED, base_rate=0.1, intercept=-2.0, shapes=(CASH, LOWEST, VISITS)
)
MODEL = DemandModel(
    id="demand-test", as_of=A_DAY, trained_at=datetime(2026, 6, 1, tzinfo=UTC), needs=(NEED,), references=()
)


def test_a_step_holds_its_lower_edge_and_not_its_upper() -> None:
    column = np.array([0.0999, 0.1, 0.4999, 0.5, np.nan])
    assert steps_of(column, CASH.edges).tolist() == [0, 1, 1, 2, 3]


def test_the_reasons_are_the_terms_of_the_sum() -> None:
    table = a_table(1, {"cash_share": 0.7, "lowest_cash_share": 0.6, "visits_90": 1.0})
    (score,) = scores_of(MODEL, table)
    by_feature = {each.feature: each.weight for each in score.contributions}
    assert by_feature == {"cash_share": 1.5, "visits_90": -0.2}  # both features of cash are one reason
    log_odds = NEED.intercept + sum(by_feature.values())
    assert score.probability == pytest.approx(1 / (1 + np.exp(-log_odds)), abs=1e-4)


def test_what_is_unknown_has_a_term_of_its_own() -> None:
    added = terms(NEED, a_table(1, {"cash_share": None}))
    assert added[0, 0] == 0.25


def test_nothing_is_certain() -> None:
    sure = NEED.model_copy(update={"intercept": 1e6})
    assert probabilities(sure, np.zeros((1, 3)))[0] < 1


def test_whoever_may_not_buy_is_not_scored() -> None:
    table = a_table(3, {"assessment_days_left": np.array([10.0, 0.0, np.nan])})
    assert [score.customer_id for score in scores_of(MODEL, table)] == ["K000000"]


def test_margin_is_scored_for_those_only_who_could_open_an_account() -> None:
    table = a_table(
        5,
        {
            "level": np.array([4.0, 3.0, 4.0, 4.0, 4.0]),
            "assets": np.array([500_000.0, 900_000.0, 499_999.0, 900_000.0, 900_000.0]),
            "margin_account": np.array([0.0, 0.0, 0.0, 1.0, 0.0]),
            "tenure_days": np.array([183.0, 900.0, 900.0, 900.0, 182.0]),
        },
    )
    model = rules_alone(A_DAY, datetime(2026, 6, 1, tzinfo=UTC))
    assert [each.customer_id for each in scores_of(model, table) if each.need is Need.MARGIN] == ["K000000"]


def test_a_thin_history_is_scored_by_rules() -> None:
    table = a_table(3, {"tenure_days": np.array([89.0, 90.0, 3000.0]), "assets": np.array([1e5, 1e5, np.nan])})
    models = {score.customer_id: score.model_id for score in scores_of(MODEL, table)}
    assert models == {"K000000": RULES_ID, "K000001": "demand-test", "K000002": RULES_ID}


def test_a_model_is_json_through_and_through() -> None:
    assert DemandModel.model_validate_json(MODEL.model_dump_json()) == MODEL


@pytest.mark.parametrize(
    "changes",
    [
        {"edges": (2.0, 1.0)},
        {"edges": ()},
        {"values": (float("nan"), 0.0)},
        {"missing": float("inf")},
    ],
)
def test_steps_that_do_not_fit_are_no_model(changes: dict[str, object]) -> None:
    shape = {"feature": "assets", "edges": (1.0,), "values": (0.1, 0.2), "missing": 0.0}
    assert Shape.model_validate(shape).missing == 0
    with pytest.raises(ValidationError):
        Shape.model_validate(shape | changes)


def test_an_empty_book_has_no_scores() -> None:
    assert list(scores_of(MODEL, a_table(0, day=date(2026, 1, 5)))) == []
