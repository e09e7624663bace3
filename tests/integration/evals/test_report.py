import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import Invalid
from evals.report import Report, compare, interval, percentile, read_lines, read_report, shown


def a_report(**metrics: Any) -> Report:  # noqa: ANN401 - figures of any kind
    return Report(
        suite="compliance",
        n=2,
        metrics=metrics,
        settings={"check": "wording"},
        commit="abc",
        data_digest="def",
        cases=({"id": "a", "passed": True, "text": "好"}, {"id": "b", "passed": False, "text": "<script>坏</script>"}),
    )


def test_the_json_file_has_the_keys_of_the_format() -> None:
    data = json.loads(a_report(recall=0.5).to_json())
    assert list(data) == ["suite", "n", "metrics", "settings", "commit", "data_digest", "cases"]
    assert data["metrics"] == {"recall": 0.5}


def test_the_page_stands_alone_shows_failures_first_and_escapes() -> None:
    page = a_report(recall=0.5, by_category={"P01": {"n": 3, "recall": None}}).to_html()
    assert "http" not in page
    assert "<script>" not in page
    assert page.index("&lt;script&gt;坏") < page.index(">好<")
    assert "n 3；recall —" in page


def test_a_run_is_compared_with_the_file_that_it_replaces(tmp_path: Path) -> None:
    out, page = tmp_path / "r.json", tmp_path / "deep" / "r.html"
    a_report(recall=0.5, same=1.0).write(json_path=out, html_path=page)
    assert "相比" not in page.read_text(encoding="utf-8")
    a_report(recall=0.75, same=1.0).write(json_path=out, html_path=page)
    assert "0.25" in page.read_text(encoding="utf-8")
    assert read_report(out).metrics["recall"] == 0.75


def test_only_what_changed_is_told() -> None:
    before = a_report(recall=0.5, same=1, gone=3, by_category={"P01": {"recall": 0.1}}, nothing=None)
    after = a_report(recall=0.75, same=1, by_category={"P01": {"recall": 0.2}}, nothing=None, interval=[0, 1])
    assert [(change.metric, change.before, change.after) for change in compare(after, before)] == [
        ("recall", 0.5, 0.75),
        ("by_category.P01.recall", 0.1, 0.2),
        ("gone", 3, None),
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", "not json", '{"suite": "x"}'])
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid):
        read_report(path)


def test_lines_are_read_and_the_first_broken_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('\ufeff{"id": 1}\n\n{"id": 2}\n', encoding="utf-8")
    assert [line["id"] for line in read_lines(path)] == [1, 2]
    path.write_text('{"id": 1}\n[2]\n', encoding="utf-8")
    with pytest.raises(Invalid, match="第 2 行"):
        read_lines(path)
    for nothing in (path.with_name("none"), path.parent):
        with pytest.raises(Invalid):
            read_lines(nothing)
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(Invalid, match="空"):
        read_lines(path)


@given(st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=1), st.floats(min_value=0, max_value=100))
def test_a_percentile_is_one_of_the_values(values: list[float], percent: float) -> None:
    assert percentile(values, percent) in values
    assert percentile(values, 100) == max(values)


def test_percentiles_are_nearest_ranks() -> None:
    assert [percentile([1, 2, 3, 4], percent) for percent in (0, 50, 51, 95)] == [1, 2, 3, 4]
    assert percentile([], 50) == 0


def test_an_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    values = [0.0] * 50 + [1.0] * 50
    low, high = interval(values)
    assert low < 0.5 < high
    assert interval(values) == (low, high)
    assert interval([]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), (True, "是"), (0.12345, "0.1235"), (1234.5, "1,234.50"), ([1, 2], "1、2"), ("x", "x")],
)
def test_figures_are_shown_as_people_read_them(value: object, text: str) -> None:
    assert shown(value) == text
