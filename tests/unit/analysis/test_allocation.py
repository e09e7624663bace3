"""The model allocation: what is refused."""

from collections.abc import Mapping
from datetime import date

import pytest

from assistant.analysis.allocation import DEFAULT_ALLOCATION, ModelAllocation
from knowledge.customers.model import RiskLevel
from knowledge.errors import Invalid
from knowledge.products.model import Variety

SPRING = date(2026, 3, 1)


def with_c3(shares: Mapping[Variety, int]) -> Mapping[RiskLevel, Mapping[Variety, int]]:
    return {**DEFAULT_ALLOCATION.shares, RiskLevel.C3: shares}


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ({Variety.CASH: 99}, "C3的比例之和是99，应当是100"),
        ({Variety.CASH: 101}, "C3的现金管理类应当是0至100之间的整数"),
        ({Variety.CASH: 120, Variety.EQUITY: -20}, "C3的权益类应当是0至100之间的整数"),
        ({Variety.CASH: 99.5, Variety.EQUITY: 0.5}, "C3的现金管理类应当是0至100之间的整数"),
        ({Variety.CASH: True, Variety.EQUITY: 99}, "C3的现金管理类应当是0至100之间的整数"),
        ({}, "缺少C3的比例"),
    ],
)
def test_shares_that_do_not_make_a_whole_are_refused(shares: Mapping[Variety, int], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        ModelAllocation(effective_from=SPRING, shares=with_c3(shares))


def test_every_level_has_to_be_there() -> None:
    shares = dict(DEFAULT_ALLOCATION.shares)
    del shares[RiskLevel.C5]
    with pytest.raises(Invalid, match="缺少C5的比例"):
        ModelAllocation(effective_from=SPRING, shares=shares)


def test_a_variety_that_a_level_has_nothing_of_is_zero() -> None:
    assert DEFAULT_ALLOCATION.share(RiskLevel.C1, Variety.EQUITY) == 0
    assert DEFAULT_ALLOCATION.varieties(RiskLevel.C1) == (Variety.CASH, Variety.FIXED_INCOME)


def test_cautious_levels_have_nothing_that_moves_much() -> None:
    moving = {Variety.EQUITY, Variety.DERIVATIVE, Variety.ALTERNATIVE}
    assert not moving & set(DEFAULT_ALLOCATION.varieties(RiskLevel.C2))
