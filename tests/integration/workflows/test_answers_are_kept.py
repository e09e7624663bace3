"""Nothing is told that is not kept: the turn and its trace are written before the first sentence leaves."""

from itertools import takewhile

from assistant.workflows.answer_question import StatementReady
from tests.support.house import CHEN, House


def test_a_turn_is_kept_even_when_its_listener_leaves_at_the_first_sentence(house: House) -> None:
    events = house.application.answer_question("科创板开通需要什么条件？", by=CHEN)
    steps = list(takewhile(lambda event: not isinstance(event, StatementReady), events))
    assert steps
    (conversation,) = house.application.browse_conversations.list(CHEN)
    (turn,) = house.application.browse_conversations.turns(conversation.id, by=CHEN)
    assert turn.answer.statements
    with house.application.browse_conversations.storage.reading() as work:
        subjects = [entry.record.subject for entry in work.audit.entries()]
    assert f"conversation:{conversation.id}" in subjects
