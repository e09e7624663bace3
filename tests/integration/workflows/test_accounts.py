"""Accounts: added once, soundly, by those who may, and good for a login."""

from typing import Any

import pytest

from assistant.errors import Conflict, Invalid, NotPermitted, Unauthenticated
from assistant.identity.model import Licence, Role
from tests.support.house import CHEN, SYSTEM, House

_PASSWORD = "a long enough password"


def test_an_added_account_can_log_in(house: House) -> None:
    added = house.application.add_account("wang.wu", _PASSWORD, role=Role.OPERATIONS, name="王五", by=SYSTEM)
    assert house.application.log_in("wang.wu", _PASSWORD).actor == added
    with pytest.raises(Unauthenticated):
        house.application.log_in("wang.wu", "another password")
    with pytest.raises(Conflict):
        house.application.add_account("wang.wu", _PASSWORD, role=Role.OPERATIONS, name="王六", by=SYSTEM)


@pytest.mark.parametrize(
    ("username", "password", "role", "more"),
    [
        ("Wang", _PASSWORD, Role.OPERATIONS, {}),
        ("wang", "short", Role.OPERATIONS, {}),
        ("wang", _PASSWORD, Role.SYSTEM, {}),
        ("wang", _PASSWORD, Role.CUSTOMER, {}),
        ("wang", _PASSWORD, Role.REVIEWER, {"customer_id": "K000001"}),
        ("wang", _PASSWORD, Role.ADVISOR, {"licences": frozenset({Licence.INVESTMENT_ADVISOR})}),
    ],
    ids=["username", "password", "system", "customer of nobody", "reviewer of a customer", "unregistered adviser"],
)
def test_an_unsound_account_is_refused(
    house: House, username: str, password: str, role: Role, more: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        house.application.add_account(username, password, role=role, name="王五", by=SYSTEM, **more)


def test_an_advisor_adds_nobody(house: House) -> None:
    with pytest.raises(NotPermitted):
        house.application.add_account("wang", _PASSWORD, role=Role.REVIEWER, name="王五", by=CHEN)
