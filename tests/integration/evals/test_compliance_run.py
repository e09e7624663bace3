import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import Invalid
from evals.compliance.run import SHIPPED, read, run

LINES: list[dict[str, Any]] = [
    {
        "id": "v1",
        "text": "稳赚不赔，保证您一年8%。",
        "label": "violate",
        "categories": ["P01_return_promise"],
        "severity": "critical",
    },
    {"id": "v2", "text": "今天天气不错。", "label": "violate", "categories": ["P05_disparage"], "severity": "high"},
    {"id": "c1", "text": "证券公司不得承诺收益。", "label": "compliant", "context": None, "unknown": 1},
    {"id": "c2", "text": "最后三个名额，手慢无！", "label": "compliant", "categories": [], "severity": None},
]


def written(folder: Path, lines: list[dict[str, Any]]) -> Path:
    path = folder / "suite.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def test_the_figures_follow_from_the_cases(tmp_path: Path) -> None:
    report = run(written(tmp_path, LINES))
    metrics = report.metrics
    assert (metrics["recall"], metrics["precision"], metrics["false_alarm_rate"]) == (0.5, 0.5, 0.5)
    assert metrics["critical_recall"] == 1.0
    assert metrics["by_severity"] == {"critical": {"n": 1, "recall": 1.0}, "high": {"n": 1, "recall": 0.0}}
    assert metrics["by_category"]["P05_disparage"]["recall"] == 0.0
    assert [case["passed"] for case in report.cases] == [True, False, True, False]
    assert report.n == 4


def test_a_suite_without_one_side_has_no_share_of_it(tmp_path: Path) -> None:
    metrics = run(written(tmp_path, [LINES[2]])).metrics
    assert metrics["recall"] is None
    assert metrics["precision"] is None


def test_context_and_channel_are_both_heard(tmp_path: Path) -> None:
    line = {
        "id": "x",
        "text": "这只基金您明天就可以买三成仓。",
        "label": "violate",
        "channel": "私聊",
        "context": "柜员（无资格）→客户",
    }
    assert run(written(tmp_path, [line])).metrics["recall"] == 1.0


@pytest.mark.parametrize(
    "broken", [{"id": "x"}, {"id": "x", "text": "y", "label": "maybe"}, {"id": 1, "text": [], "label": "violate"}]
)
def test_a_broken_line_is_refused(tmp_path: Path, broken: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="第 2 条"):
        read(written(tmp_path, [LINES[0], broken]))


def test_the_gold_set_is_whole_and_held_out() -> None:
    gold, development = read(SHIPPED), read(SHIPPED.with_name("development.jsonl"))
    for lines in (gold, development):
        assert len({line.id for line in lines}) == len(lines)
        assert len({line.text for line in lines}) == len(lines)
    assert not {line.text for line in gold} & {line.text for line in development}
    counts = {
        category: sum(category in line.categories for line in gold)
        for category in {category for line in gold for category in line.categories}
    }
    assert len(counts) == 21
    assert min(counts.values()) >= 8
    assert sum(line.label == "compliant" for line in gold) >= 210


def test_the_shipped_check_stays_as_good_as_it_was() -> None:
    metrics = run().metrics
    assert metrics["recall"] >= 0.95
    assert metrics["critical_recall"] >= 0.95
    assert metrics["false_alarm_rate"] <= 0.03
