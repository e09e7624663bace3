from collections.abc import Mapping

import polars as pl
import pytest

from assistant.segments.assigning import assign
from assistant.segments.model import Behaviour, LifeCycle, Segment, Value
from assistant.segments.telling import segment_facts
from knowledge.customers.history.model import History
from tests.support.histories import A_DAY, a_table

EMPTY = pl.DataFrame()
HISTORY = History(
    day=A_DAY, people=EMPTY, assessments=EMPTY, balances=EMPTY, lowest_cash=EMPTY, accounts=EMPTY, flows=EMPTY,
    trades=EMPTY, settled=EMPTY, subscriptions=EMPTY, visits=EMPTY, notes=EMPTY, complaints=EMPTY,
)  # fmt: skip


def _segment(columns: Mapping[str, float | None], before: Segment | None = None) -> Segment:
    known = {} if before is None else {before.customer_id: before}
    (segment,) = assign(HISTORY, a_table(1, columns).standing, known)
    return segment


@pytest.mark.parametrize(
    ("assets", "value"),
    [
        (0.0, Value.BASIC),
        (49_999.0, Value.BASIC),
        (50_000.0, Value.MIDDLE),
        (500_000.0, Value.AFFLUENT),
        (5_000_000.0, Value.WEALTHY),
    ],
)
def test_value_follows_the_assets(assets: float, value: Value) -> None:
    assert _segment({"assets": assets, "assets_90_ago": assets}).value is value


def test_one_transfer_does_not_decide() -> None:
    assert _segment({"assets": 700_000.0, "assets_90_ago": 100_000.0}).value is Value.MIDDLE


@pytest.mark.parametrize(("assets", "value"), [(430_000.0, Value.AFFLUENT), (420_000.0, Value.MIDDLE)])
def test_near_a_limit_a_customer_stays(assets: float, value: Value) -> None:
    before = _segment({"assets": 600_000.0, "assets_90_ago": 600_000.0})
    assert before.value is Value.AFFLUENT
    assert _segment({"assets": assets, "assets_90_ago": assets}, before).value is value


def test_the_same_records_give_the_same_segment_again() -> None:
    first = _segment({"cash_share": 0.55})
    assert _segment({"cash_share": 0.55}, first) == first


@pytest.mark.parametrize(
    ("columns", "stage"),
    [
        ({"tenure_days": 100.0}, LifeCycle.NEW),
        ({"withdrawals_90": 200_000.0}, LifeCycle.LEAVING),
        ({"days_since_trade": 400.0, "days_since_visit": 200.0}, LifeCycle.DORMANT),
        ({"days_since_trade": None, "days_since_visit": None}, LifeCycle.DORMANT),
        ({"deposits_365": 200_000.0}, LifeCycle.GROWING),
        ({"visits_365": 40.0, "visits_90": 1.0}, LifeCycle.FADING),
        ({}, LifeCycle.STEADY),
    ],
)
def test_stages(columns: Mapping[str, float | None], stage: LifeCycle) -> None:
    assert _segment(columns).life_cycle is stage


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"turnover_365": 5.0}, Behaviour.TRADER),
        ({"trades_365": 60.0}, Behaviour.TRADER),
        ({"cash_share": 0.7}, Behaviour.SAVER),
        ({"fixed_income_weight": 0.5, "equity_weight": 0.5}, Behaviour.ALLOCATOR),
        ({"equity_weight": 0.9}, Behaviour.STOCK_HOLDER),
        ({"cash_share": None}, Behaviour.ONLOOKER),
    ],
)
def test_behaviours(columns: Mapping[str, float | None], kind: Behaviour) -> None:
    assert _segment(columns).behaviour is kind


def test_a_trader_who_trades_a_little_less_stays_one() -> None:
    before = _segment({"turnover_365": 5.0})
    assert _segment({"turnover_365": 3.6}, before).behaviour is Behaviour.TRADER
    assert _segment({"turnover_365": 3.6}).behaviour is not Behaviour.TRADER


def test_nothing_known_is_no_fault() -> None:
    unknown = dict.fromkeys(("assets", "assets_90_ago", "assets_365_ago", "cash_share", "turnover_365"))
    assert _segment(unknown).value is Value.BASIC


def test_the_figures_that_decided_are_facts() -> None:
    segment = _segment({"assets": 600_000.0, "assets_90_ago": None})
    facts = {fact.id: fact.text for fact in segment_facts(segment)}
    assert facts["fact:segment.assets"] == "60万元"
    assert facts["fact:segment.visits_90"] == "5次"
    assert segment.label == "富裕·稳定·观望型"
