import pytest

from knowledge.customers.model import Gender
from tests.support.customers import a_customer


@pytest.mark.parametrize(
    ("name", "salutation"),
    [
        ("王小明", "王先生"),
        ("欧阳修", "欧阳先生"),
        ("司马", "司先生"),
        ("<img src=x>", "客户"),
        ('#eval("1")', "客户"),
        ("John Smith", "客户"),
    ],
)
def test_who_is_addressed(name: str, salutation: str) -> None:
    assert a_customer(name=name, gender=Gender.MALE).salutation == salutation
