"""Questions are answered as they were meant, and the reader is told how they were read."""

from datetime import date
from pathlib import Path

import pytest

from assistant.conversations.model import Answer, AnswerType
from assistant.workflows.answer_question import Answered
from knowledge.documents.model import Kind
from tests.support.house import CHEN, KEEPER, House
from tests.support.library import a_file, write_library

OLD = a_file("## 3.1 涨幅\n演示板股票的涨跌幅限制是5%。", id="DEMO", short_title="演示规则", effective_to="2026-07-06")
NEW = a_file(
    "## 3.1 涨幅\n演示板股票的涨跌幅限制是10%。",
    id="DEMO",
    short_title="演示规则",
    version='"2026-07-06"',
    effective_from="2026-07-06",
)
PARTS = a_file(
    "## 第五条 三不\n\n代销机构不得有下列行为：\n\n（一）承诺收益；\n\n（二）代为操作；\n\n（三）泄露资料。\n\n"
    "违反前款规定的，公司依法处理。\n\n## 第六条 依据\n\n违反前条规定的，取消演示资格。",
    id="PARTS",
    title="演示代销管理办法",
    short_title="演示代销办法",
    document_number="演示发〔2026〕7号",
)


def answer(house: House, text: str, *, conversation_id: str | None = None) -> tuple[Answer, str]:
    events = house.application.answer_question(text, by=CHEN, conversation_id=conversation_id)
    turn = next(event.turn for event in events if isinstance(event, Answered))
    return turn.answer, turn.conversation_id


@pytest.fixture
def stocked(house: House, tmp_path: Path) -> House:
    house.application.publish_library(write_library(tmp_path / "new", OLD, NEW, PARTS), by=KEEPER)
    return house


def test_the_part_that_is_named_is_quoted_first(stocked: House) -> None:
    found, _ = answer(stocked, "演示代销办法第五条第二项")
    assert found.type is AnswerType.ANSWER
    assert found.statements[0].text.startswith("（二）代为操作")
    assert found.statements[0].citations[0].source.startswith("PARTS:5@")


def test_a_part_that_is_not_there_is_told(stocked: House) -> None:
    found, _ = answer(stocked, "演示代销办法第五条第九款")
    assert any("没有第九款" in note for note in found.notes)


def test_the_next_part_is_understood_from_the_conversation(stocked: House) -> None:
    _, conversation = answer(stocked, "演示代销办法第五条第一款")
    found, _ = answer(stocked, "第二款呢？", conversation_id=conversation)
    assert found.statements[0].text == "违反前款规定的，公司依法处理。"


@pytest.mark.parametrize("text", ["演示发〔2026〕7号", "演示发[2026]7号讲什么", "《演示代销管理办法》规定了什么"])
def test_a_document_is_looked_up_by_number_or_title(stocked: House, text: str) -> None:
    result = stocked.application.search_library(text, by=CHEN)
    assert result.enough
    assert [hit.provision.ref.short for hit in result.hits[:2]] == ["PARTS:5", "PARTS:6"]
    found, _ = answer(stocked, text)
    assert {evidence.ref.partition(":")[0] for evidence in found.evidence} == {"PARTS"}


def test_a_slip_is_read_as_the_term_and_told(stocked: House) -> None:
    found, _ = answer(stocked, "科创版开通条件")
    assert found.type is AnswerType.ANSWER
    assert any("已按「科创板」理解" in note for note in found.notes)
    assert "50万元" in found.text


def test_before_the_new_rule_is_the_day_before_it_and_told(stocked: House) -> None:
    found, _ = answer(stocked, "新规之前演示板股票的涨跌幅限制是多少")
    assert found.as_of == date(2026, 7, 5)
    assert "5%" in found.statements[0].text
    assert any("2026年7月5日" in note for note in found.notes)


def test_the_search_box_uses_the_day_of_the_question_unless_one_is_chosen(stocked: House) -> None:
    search = stocked.application.search_library
    asked = search("2026年7月5日演示板股票的涨跌幅限制", by=CHEN)
    assert (asked.query.as_of, asked.notes != ()) == (date(2026, 7, 5), True)
    assert "5%" in asked.hits[0].provision.text
    chosen = search("2026年7月5日演示板股票的涨跌幅限制", as_of=date(2026, 8, 1), by=CHEN)
    assert chosen.query.as_of == date(2026, 8, 1)


def test_what_an_article_refers_to_comes_along(stocked: House) -> None:
    result = stocked.application.search_library("取消演示资格", by=CHEN, kinds=(Kind.RULE,), limit=1)
    assert [hit.provision.ref.short for hit in result.hits] == ["PARTS:6"]
    along = stocked.application.search_library.searcher.context_of(result)
    assert [(str(each.of), each.provision.ref.short) for each in along] == [("PARTS:6@2017-07-01", "PARTS:5")]


def test_nothing_that_is_not_in_force_or_not_permitted_comes_along(stocked: House, tmp_path: Path) -> None:
    internal = a_file("## 第九条 内部\n\n内部标准。", id="INNER", title="演示内部办法", audience="internal")
    pointing = a_file("## 第一条 指引\n\n演示标杆按《演示内部办法》第九条办理。", id="POINTING", title="演示指引办法")
    stocked.application.publish_library(write_library(tmp_path / "inner", internal, pointing), by=KEEPER)
    result = stocked.application.search_library("演示标杆", by=CHEN, limit=1)
    assert [hit.provision.ref.short for hit in result.hits] == ["POINTING:1"]
    assert stocked.application.search_library.searcher.context_of(result) == ()
    for_keeper = stocked.application.search_library("演示标杆", by=KEEPER, limit=1)
    along = stocked.application.search_library.searcher.context_of(for_keeper)
    assert [each.provision.ref.short for each in along] == ["INNER:9"]


PENAL = """
## 第三条 转借

任何人不得转借演示证。

## 第四条 报告

经营者应当每年报告。

## 第九条

违反本办法第四条规定的，处五十万元罚款，并公开谴责转借演示证的行为。

## 第十条

违反本办法第三条规定的，处二十万元以下罚款。
"""


def test_a_penalty_is_told_from_what_sanctions_the_named_article(house: House, tmp_path: Path) -> None:
    penal = a_file(PENAL, id="PENAL", title="演示证管理办法", short_title="演示证办法")
    house.application.publish_library(write_library(tmp_path / "penal", penal), by=KEEPER)
    found, _ = answer(house, "演示证办法第三条转借演示证违反了罚多少")
    cited = [each.partition("@")[0] for line in found.statements for each in (line.citations[0].source,)]
    assert cited == ["PENAL:3", "PENAL:10"]
    assert "二十万元" in found.text
    assert "五十万元" not in found.text
    found, _ = answer(house, "演示证办法第九条罚多少")
    assert "五十万元" in found.text


def test_where_nothing_sanctions_the_named_article_no_other_penalty_is_told(house: House, tmp_path: Path) -> None:
    text = PENAL.replace("本办法第三条规定的", "本办法第二条规定的")
    penal = a_file(text, id="PENAL", title="演示证管理办法", short_title="演示证办法")
    house.application.publish_library(write_library(tmp_path / "penal", penal), by=KEEPER)
    found, _ = answer(house, "演示证办法第三条转借演示证违反了罚多少")
    assert "罚款" not in found.text
    assert any("没有写明违反这一条如何处罚" in note for note in found.notes)


@pytest.mark.parametrize(
    "text",
    [
        "第八十八条" * 700,
        "适当性办法第22条" * 300,
        "科\u200b创\u200b版\u200b开\u200b通\u200b条\u200b件",
        "С2客户能买R4产品吗",
        "rongzirongquan保证金比例shi多少",
        "融资融卷" * 900,
        "证监会令第130号" * 300,
        "去年三月" * 900,
        "新规之前" * 900,
    ],
)
def test_hostile_questions_get_an_answer_or_a_clear_refusal(stocked: House, text: str) -> None:
    found, _ = answer(stocked, text[:4000])
    assert found.statements or found.reason
