"""Ids are many, and nothing that looks for identifiers of people trips over them."""

from assistant.identity.ids import new_id
from assistant.privacy.masking import contains_identifier


def test_ids_do_not_repeat() -> None:
    ids = {new_id("case") for _ in range(10_000)}
    assert len(ids) == 10_000
    assert {identifier.split("-")[0] for identifier in ids} == {"case"}
    assert {len(identifier) for identifier in ids} == {25}


def test_an_id_never_looks_like_the_identifier_of_a_person() -> None:
    texts = [f"内容编号：{new_id('case')}，日期：2026年11月22日" for _ in range(2_000)]
    assert [text for text in texts if contains_identifier(text)] == []
