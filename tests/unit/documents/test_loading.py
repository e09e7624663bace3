"""Front matter is read strictly; every problem is told at once, with its field."""

from datetime import date

import pytest

from knowledge.documents.loading import load_bytes
from knowledge.documents.model import Kind, Verification
from knowledge.errors import Invalid
from tests.support.library import a_file, a_loaded_version


def test_a_file_becomes_a_version_with_provisions() -> None:
    loaded = a_loaded_version()
    assert loaded.version.kind is Kind.RULE
    assert loaded.version.issued_on == date(2016, 12, 12)
    assert loaded.version.document_number is None
    assert loaded.version.period.effective_to is None
    assert [str(each.ref) for each in loaded.provisions] == ["SUIT:22@2017-07-01", "SUIT:23@2017-07-01"]
    assert loaded.provisions[0].path == ("第三章 经营机构的义务",)
    assert loaded.provisions[0].typical_questions == ("C2客户能买R4产品吗？",)
    assert "C2" not in loaded.provisions[0].text
    assert loaded.provisions[0].citation == "《证券期货投资者适当性管理办法》第二十二条"


@pytest.mark.parametrize("day", ["2017-07-01", '"2017-07-01"'])
def test_a_day_may_be_a_date_or_a_text(day: str) -> None:
    assert a_loaded_version(effective_from=day).version.period.effective_from == date(2017, 7, 1)


def test_the_label_defaults_to_the_first_day() -> None:
    assert load_bytes(a_file(without=["version"]).encode()).version.label == "2017-07-01"


def test_a_label_that_yaml_takes_for_a_date_is_a_text() -> None:
    assert a_loaded_version(version="2017-07-01").version.label == "2017-07-01"


def test_a_byte_order_mark_and_windows_lines_change_nothing() -> None:
    plain = a_loaded_version()
    other = load_bytes(b"\xef\xbb\xbf" + a_file().replace("\n", "\r\n").encode())
    assert [each.text for each in other.provisions] == [each.text for each in plain.provisions]


def test_one_provision_may_be_less_verified() -> None:
    loaded = a_loaded_version("## 一\n正文。\n> 核验：unverified\n## 二\n正文。\n")
    assert [each.verification for each in loaded.provisions] == [Verification.UNVERIFIED, Verification.VERIFIED]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"effective_from": "2026-13-01"}, "effective_from：「2026-13-01」不是日期"),
        ({"effective_from": "2026-02-30"}, "effective_from：「2026-02-30」不是日期"),
        ({"effective_from": '"2026-02-30"'}, "effective_from：「2026-02-30」不是日期"),
        ({"effective_from": "明年"}, "effective_from：「明年」不是日期"),
        ({"effective_from": "2026-01-01 10:00:00"}, "effective_from：.*不是日期"),
        ({"effective_to": "2017-07-01"}, "effective_to：.*必须晚于"),
        ({"effective_to": "2016-01-01"}, "effective_to：.*必须晚于"),
        ({"kind": "law"}, "kind：「law」不认识"),
        ({"audience": "everyone"}, "audience：「everyone」不认识"),
        ({"verification": "yes"}, "verification：.*不认识"),
        ({"rendition": "copy"}, "rendition：「copy」不认识"),
        ({"id": "适当性"}, "id：「适当性」只能"),
        ({"version": '"a@b"'}, "version：「a@b」"),
        ({"author": "某人"}, "author：不认识的字段"),
        ({"topics": "适当性"}, "topics：应是文字的列表"),
        ({"title": '""'}, "title：应是不空的文字"),
        ({"source": "[1]"}, "source：应是不空的文字"),
        ({"product": "{code: X}"}, "product：只有"),
        ({"kind": "product"}, "product：产品文件必须"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, str], problem: str) -> None:
    with pytest.raises(Invalid, match=problem):
        load_bytes(a_file(**fields).encode())


@pytest.mark.parametrize("field", ["id", "kind", "title", "issuer", "effective_from", "audience", "source"])
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(Invalid, match=f"{field}：缺少"):
        load_bytes(a_file(without=[field]).encode())


def test_every_problem_of_a_file_is_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        load_bytes(a_file("没有标题的正文。", kind="law", audience="all", extra="1").encode())
    assert len(caught.value.message.splitlines()) == 4


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "缺少文件头"),
        ("# 只有正文".encode(), "缺少文件头"),
        (b"---\nid: [\n---\n", "不是合法的 YAML"),
        (b"---\n- a\n- b\n---\n", "字段: 值"),
        (b"---\nid: A\nid: B\n---\n", "id：字段重复"),
        ("---\ntitle: 标题\n---\n".encode("gb18030"), "UTF-8"),
        (b"---\na: &a [x, x]\nid: [*a, *a]\n---\n", "引用"),
        (b"---\nid: A\n---\n## 1\na\x00b\n", "第 5 行"),
        (b"---\nid: A\n---\n## 1\n\x1b[31mred\n", "第 5 行"),
    ],
)
def test_what_is_no_library_file_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(Invalid, match=problem):
        load_bytes(content)


@pytest.mark.parametrize(
    ("body", "fields", "problem"),
    [
        ("## 第一条\n甲。", {"id": "A" * 65}, "不超过64个字符"),
        ("## 第一条\n甲。", {"version": "b" * 65}, "不超过64个字符"),
        (f"## 序言 {{#{'a' * 81}}}\n甲。", {}, "不能超过 80 个字符"),
        (f"## 第{'9' * 81}条\n甲。", {}, "太长，不是条文编号"),
        (f"## 第{'9' * 5000}条\n甲。", {}, "太长，不是条文编号"),
    ],
)
def test_names_and_numbers_that_no_record_can_hold_are_refused(body: str, fields: dict[str, str], problem: str) -> None:
    with pytest.raises(Invalid, match=problem):
        load_bytes(a_file(body, **fields).encode())
