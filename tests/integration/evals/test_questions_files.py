from pathlib import Path

import pytest

from assistant.conversations.model import AnswerType
from assistant.errors import Invalid
from evals.questions.model import read

GOLD = Path(__file__).parents[3] / "evals" / "questions" / "gold.jsonl"


def test_the_gold_set_is_what_the_readme_says() -> None:
    questions = read(GOLD)
    kinds = [question.expected_type for question in questions]
    assert len(questions) == 190
    assert kinds.count(AnswerType.REFUSE) == 38
    assert kinds.count(AnswerType.REDIRECT) == 21
    assert sum(question.as_of is not None for question in questions) == 23
    assert len({question.id for question in questions}) == len(questions)


def test_null_keys_and_unknown_keys_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "suite.jsonl"
    file.write_text(
        '{"id": "1", "text": "问", "asker": null, "as_of": null, "expected_type": "answer", "rule_refs": null,'
        ' "must_contain": null, "must_not_contain": null, "surprise": 1}\n\n',
        encoding="utf-8",
    )
    assert read(file)[0].asker == "advisor"


def test_every_broken_line_is_told_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "suite.jsonl"
    file.write_text('not json\n{"id": "1"}\n', encoding="utf-8")
    with pytest.raises(Invalid) as raised:
        read(file)
    assert "第 1 行" in raised.value.message
    assert "第 2 行" in raised.value.message
