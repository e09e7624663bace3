import numpy as np
import pytest

from assistant.demand.measuring import auc, calibration_error, lift, measure, stability_index

HAPPENED = np.array([True, False, True, False, False])


def test_auc_is_the_chance_to_be_ranked_above() -> None:
    scores = np.array([0.9, 0.8, 0.4, 0.3, 0.1])
    assert auc(scores, HAPPENED) == pytest.approx(5 / 6)  # of six pairs only (0.4, 0.8) is the wrong way round


def test_equal_scores_count_half() -> None:
    assert auc(np.zeros(5), HAPPENED) == pytest.approx(0.5)


@pytest.mark.parametrize("happened", [np.zeros(3, dtype=np.bool_), np.ones(3, dtype=np.bool_)])
def test_auc_needs_both_outcomes(happened: np.ndarray) -> None:
    assert auc(np.array([0.1, 0.2, 0.3]), happened) is None


def test_rates_that_come_true_are_calibrated() -> None:
    happened = np.tile([True, False, False, False], 250)
    assert calibration_error(np.full(1000, 0.25), happened) == pytest.approx(0, abs=0.02)
    assert calibration_error(np.full(1000, 0.75), happened) == pytest.approx(0.5, abs=0.02)


def test_lift_of_a_perfect_order_is_that_of_the_top_tenth() -> None:
    happened = np.arange(100) < 20
    assert lift(-np.arange(100.0), happened) == pytest.approx(5)


def test_lift_of_equal_scores_is_one_whatever_their_order() -> None:
    assert lift(np.zeros(100), np.arange(100) < 20) == pytest.approx(1)
    assert lift(np.zeros(100), np.arange(100) >= 80) == pytest.approx(1)


def test_telling_everybody_the_average_has_no_skill() -> None:
    figures = measure(np.full(5, 0.4), HAPPENED)
    assert figures.brier_skill == pytest.approx(0)
    assert figures.rate == pytest.approx(0.4)


def test_nobody_is_measured_without_a_fault() -> None:
    figures = measure(np.empty(0), np.empty(0, dtype=np.bool_))
    assert (figures.customers, figures.auc, figures.lift_10) == (0, None, None)


def test_stability_index() -> None:
    same = np.array([0.5, 0.5, 0.0])
    assert stability_index(same, same) == 0
    assert stability_index(same, np.array([0.9, 0.1, 0.0])) > 0.25
