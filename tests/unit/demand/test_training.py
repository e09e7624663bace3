from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from assistant.demand.additive import scores_of, terms
from assistant.demand.card import card_text
from assistant.demand.drifting import drift_of
from assistant.demand.features import Floats
from assistant.demand.learning import Sample, edges_of, read_off
from assistant.demand.measuring import Flags, auc
from assistant.demand.model import Method, Need
from assistant.demand.telling import need_views
from assistant.demand.training import Split, Trained, likely_of, splits, train, window_before
from tests.support.histories import A_DAY, a_sample, a_table

WINDOW = timedelta(days=90)
NUMBER = 1500


def _day(day: date, seed: int, *, cash: float = 0.0) -> Sample:
    """Cash drives one need; nothing else drives anything, and one need never shows."""
    random = np.random.default_rng(seed)
    share = np.clip(random.beta(1.5, 4, NUMBER) + cash, 0, 1)
    visits = random.poisson(5, NUMBER).astype(np.float64)
    assets = np.exp(random.normal(12, 1, NUMBER))
    happened = random.random(NUMBER) < 1 / (1 + np.exp(4 - 6 * share))
    table = a_table(NUMBER, {"cash_share": share, "visits_90": visits, "assets": assets}, day=day)
    return a_sample(table, {Need.CASH_MANAGEMENT: happened, Need.EDUCATION: random.random(NUMBER) < 0.1})


@pytest.fixture(scope="module")
def split() -> tuple[Split, Split]:
    found = splits(A_DAY, A_DAY - timedelta(days=800))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def samples(split: tuple[Split, Split]) -> dict[date, Sample]:
    days = sorted({*split[0].days, *split[1].days})
    return {day: _day(day, seed) for seed, day in enumerate(days)}


@pytest.fixture(scope="module")
def trained(split: tuple[Split, Split], samples: dict[date, Sample]) -> Trained:
    return train(samples, *split, model_id="demand-test", as_of=A_DAY, at=datetime(2026, 6, 1, tzinfo=UTC))


def test_no_window_reaches_into_what_comes_later(split: tuple[Split, Split]) -> None:
    measured, kept = split
    assert measured.test is not None
    assert max(measured.learn) + WINDOW <= min(measured.scale)
    assert max(measured.scale) + WINDOW <= measured.test
    assert measured.test + WINDOW <= A_DAY
    assert max(kept.learn) + WINDOW <= min(kept.scale)
    assert max(kept.scale) + WINDOW <= A_DAY


@pytest.mark.parametrize("first_day", [None, A_DAY, A_DAY - timedelta(days=400)])
def test_a_short_history_teaches_nothing(first_day: date | None) -> None:
    assert splits(A_DAY, first_day) is None


def test_a_window_is_looked_back_at_only_with_history_behind_it() -> None:
    assert window_before(A_DAY, A_DAY - timedelta(days=272)) is None
    assert window_before(A_DAY, A_DAY - timedelta(days=273)) == A_DAY - WINDOW


def test_what_drives_a_need_is_learned(trained: Trained) -> None:
    figures = trained.card["needs"]["cash_management"]
    assert figures["method"] == "trained"
    assert figures["test"]["auc"] > 0.65
    assert figures["test"]["ece"] < 0.06
    assert figures["test"]["brier_skill"] > 0
    assert figures["themes"][0]["feature"] == "cash_share"


def test_a_need_that_hardly_shows_keeps_its_rules(trained: Trained) -> None:
    figures = trained.card["needs"]["retention"]
    assert (figures["method"], trained.model.of(Need.RETENTION).method) == ("rules", Method.RULES)
    assert "少于所需" in figures["why_rules"]


def test_a_need_that_nothing_drives_is_not_called_likely_for_anybody(
    trained: Trained, samples: dict[date, Sample]
) -> None:
    likely = likely_of(trained.model.of(Need.EDUCATION), samples[max(samples)].table)
    assert likely.max() < 0.35


def test_the_same_samples_give_the_same_model(
    trained: Trained, split: tuple[Split, Split], samples: dict[date, Sample]
) -> None:
    again = train(samples, *split, model_id="demand-test", as_of=A_DAY, at=datetime(2026, 6, 1, tzinfo=UTC))
    assert again.model == trained.model
    assert again.card == trained.card


def test_neither_gender_nor_age_is_looked_at(trained: Trained) -> None:
    looked = {shape.feature for need in trained.model.needs for shape in need.shapes}
    assert not {name for name in looked if "gender" in name or name == "age"}
    assert set(trained.card["needs"]["cash_management"]["groups"]) == {"40岁以下", "40至59岁", "60岁及以上", "女", "男"}


def test_the_card_tells_people_what_the_figures_are(trained: Trained) -> None:
    text = card_text(trained.card)
    for heading in ("用途", "数据与方法", "效果", "说的与实际的", "各年龄和性别", "局限"):
        assert f"## {heading}" in text
    assert f"{trained.card['needs']['cash_management']['test']['auc']:.3f}" in text


def test_like_customers_have_not_drifted_and_others_have(trained: Trained) -> None:
    def checked(cash: float) -> tuple[float, float | None]:
        sample = _day(A_DAY, 99, cash=cash)
        report = drift_of(trained.model, trained.card, sample.table, sample)
        index = {shift.name: shift.index for shift in report.features}["cash_share"]
        need = next(each for each in report.needs if each.need is Need.CASH_MANAGEMENT)
        assert (index >= 0.25) == ("现金占账户资产" in report.shifted)
        return index, None if need.shift is None else need.shift.index

    assert checked(0.0) < (0.1, 0.1)
    assert checked(0.5)[0] >= 0.25


def test_a_sum_of_steps_is_read_off_exactly() -> None:
    random = np.random.default_rng(4)
    codes = random.integers(0, 3, (200, 2)).astype(np.float64)
    codes[::7, 1] = np.nan
    first, second = np.array([0.0, 1.0, -2.0, 9.0]), np.array([0.5, 0.0, 3.0, 1.5])

    def decide(rows: Floats) -> Floats:
        places = np.where(np.isnan(rows), 3, rows).astype(int)
        decided: Floats = 0.7 + first[places[:, 0]] + second[places[:, 1]]
        return decided

    chosen = [("cash_share", (1.0, 2.0)), ("visits_90", (1.0, 2.0))]
    intercept, shapes = read_off(decide, codes, chosen)
    again = intercept + sum(
        np.array([*shape.values, shape.missing])[np.where(np.isnan(column), 3, column).astype(int)]
        for shape, column in zip(shapes, codes.T, strict=True)
    )
    assert again == pytest.approx(decide(codes), abs=1e-3)
    assert intercept == pytest.approx(decide(codes).mean(), abs=1e-3)


def test_everybody_alike_makes_no_steps() -> None:
    assert edges_of(np.zeros(10)) == ()
    assert edges_of(np.full(3, np.nan)) == ()


def test_a_higher_share_of_cash_is_told_as_a_reason(trained: Trained) -> None:
    table = a_table(1, {"cash_share": 0.9})
    scores = [score for score in scores_of(trained.model, table) if score.need is Need.CASH_MANAGEMENT]
    (view,) = need_views(scores, trained.model)
    assert view.reasons[0].text.startswith("现金占账户资产90.0%")
    assert view.reasons[0].raises
    assert view.lift > 1


def _auc(likely: Floats, happened: Flags) -> float:
    found = auc(likely, happened)
    assert found is not None
    return found


def test_terms_alone_order_customers_as_the_probability_does(trained: Trained, samples: dict[date, Sample]) -> None:
    sample = samples[max(samples)]
    model = trained.model.of(Need.CASH_MANAGEMENT)
    happened = sample.happened[Need.CASH_MANAGEMENT]
    by_terms = terms(model, sample.table).sum(axis=1)
    assert _auc(by_terms, happened) == pytest.approx(_auc(likely_of(model, sample.table), happened))
