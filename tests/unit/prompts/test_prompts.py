"""Prompts have an identity, refuse wrong values, and change only on purpose."""

from collections.abc import Mapping
from pathlib import Path

import jinja2
import pytest

from prompts import fill, names

SNAPSHOTS = Path(__file__).parent / "snapshots"
_EVIDENCE = {
    "handle": "E1",
    "citation": "《适当性办法》第二十二条",
    "period": "自2022年8月12日起施行",
    "verification": "已核对",
    "text": "不得主动推介。",
}
_FACT = {"handle": "F1", "label": "风险承受能力等级", "as_of": "2026年11月22日", "text": "C2（谨慎型）"}
VALUES: Mapping[str, Mapping[str, object]] = {
    "agent": {
        "max_statements": 8,
        "as_of": "2026年11月22日",
        "asker": "投资顾问",
        "tool_calls": 6,
        "has_customer": True,
    },
    "answer": {"max_statements": 8, "as_of": "2026年11月22日", "asker": "客户"},
    "material": {
        "as_of": "2026年11月22日",
        "evidence": [_EVIDENCE],
        "facts": [_FACT],
        "history": ["科创板呢？"],
        "task": "C2能买R4吗？",
    },
    "plan_draft": {"title": "客户概况", "draft": ["您今年45岁。"]},
    "plan_section": {"title": "客户概况", "max_statements": 5},
    "propose_questions": {
        "most": 6,
        "longest": 60,
        "citation": "《适当性办法》第二十二条",
        "heading": "第二十二条 禁止行为",
        "text": "不得主动推介。",
        "known": ["C2能买R4吗？"],
    },
    "repair": {"faults": ["第1句没有出处。"]},
}


def test_every_prompt_has_a_snapshot() -> None:
    assert set(names()) == set(VALUES) == {path.stem for path in SNAPSHOTS.glob("*.md")}


@pytest.mark.parametrize("name", sorted(VALUES))
def test_a_prompt_reads_as_it_was_agreed(name: str) -> None:
    """To accept a change: write the new text into the snapshot, and say in the changelog what it does to advice."""
    assert fill(name, **VALUES[name]).text == (SNAPSHOTS / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(VALUES))
def test_a_missing_value_is_an_error(name: str) -> None:
    some = min(VALUES[name])
    values = {key: value for key, value in VALUES[name].items() if key != some}
    with pytest.raises(jinja2.UndefinedError):
        fill(name, **values)


def test_an_unused_value_is_an_error() -> None:
    with pytest.raises(ValueError, match="surplus"):
        fill("repair", faults=[], surplus=1)


def test_the_digest_is_of_the_file_and_not_of_the_values() -> None:
    one, other = fill("repair", faults=["a"]), fill("repair", faults=["b"])
    assert one.digest == other.digest
    assert len(one.digest) == 12
    assert one.identity == f"repair@{one.digest}"
    assert one.digest != fill("answer", **VALUES["answer"]).digest


@pytest.mark.parametrize("name", ["../secrets", "no such", "missing"])
def test_there_is_no_other_file_to_be_had(name: str) -> None:
    with pytest.raises((ValueError, FileNotFoundError)):
        fill(name)
