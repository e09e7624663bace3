"""A follow-up is answered for its own subject, and a chosen customer with that customer's figures."""

from assistant.conversations.model import Answer, AnswerType
from assistant.workflows.answer_question import Answered
from tests.support.house import CHEN, House


def told(house: House, text: str, **chosen: str) -> tuple[Answer, str]:
    """The answer, and its conversation."""
    events = list(house.application.answer_question(text, by=CHEN, **chosen))  # type: ignore[arg-type]
    last = events[-1]
    assert isinstance(last, Answered)
    return last.turn.answer, last.turn.conversation_id


def test_a_follow_up_is_answered_about_its_own_board(house: House) -> None:
    _, conversation = told(house, "科创板开通条件是什么？")
    answer, _ = told(house, "那北交所呢？", conversation_id=conversation)
    assert answer.type is AnswerType.ANSWER
    assert any(evidence.ref.startswith("BSE-SUIT-2023:5") for evidence in answer.evidence)
    assert "24个月" in "".join(statement.text for statement in answer.statements)


def test_a_follow_up_to_a_forecast_is_declined_too(house: House) -> None:
    _, conversation = told(house, "明天大盘会涨吗")
    answer, _ = told(house, "那后天呢？", conversation_id=conversation)
    assert answer.type is AnswerType.REFUSE


def test_the_chosen_customers_figure_is_told(house: House) -> None:
    customer = house.application.browse_customers.page(CHEN).items[0].id
    for question, fact in (
        ("这位客户最近一年交易了多少笔", "fact:portfolio.trades_12m"),
        ("他能买R4吗", "fact:customer.suitable_grades"),
        ("还差什么可以开科创板", "fact:permission.star_market"),
    ):
        answer, _ = told(house, question, customer_id=customer)
        assert fact in {each.id for each in answer.facts}, question


def test_without_a_chosen_customer_no_figure_is_told(house: House) -> None:
    answer, _ = told(house, "这位客户最近一年交易了多少笔")
    assert answer.facts == ()
