"""Answer a question in the chat: steps while it works, sentences as they are proven, and the whole turn at the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.conversations.model import Answer, AnswerType, Conversation, Turn
from assistant.drafting.model import Statement
from assistant.errors import NotPermitted
from assistant.identity.ids import new_id
from assistant.identity.model import Actor, Role
from assistant.storage import Storage
from assistant.understanding.questions import readable
from assistant.workflows.compose_answer import Asked, ComposeAnswer, Composed, StepStarted
from knowledge.customers.model import CustomerRecord

_MAY_ASK = frozenset({Role.ADVISOR, Role.REVIEWER, Role.KEEPER, Role.ADMINISTRATOR})
_REMEMBERED = 3
_TITLE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class StatementReady:
    """A sentence that passed every check."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class Answered:
    """The whole turn, kept."""

    turn: Turn


AnswerEvent = StepStarted | StatementReady | Answered


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """Staff ask here. A customer's question goes to the advisor instead (``ask_advisor``)."""

    storage: Storage
    compose: ComposeAnswer
    clock: Clock

    def __call__(
        self,
        text: str,
        *,
        by: Actor,
        as_of: date | None = None,
        conversation_id: str | None = None,
        customer_id: str | None = None,
    ) -> Iterator[AnswerEvent]:
        if by.role not in _MAY_ASK:
            raise NotPermitted("您的角色不能使用智能问答。")
        conversation, earlier, record = self._context(by, conversation_id, customer_id)
        asked = Asked(
            text=readable(text),
            asker="advisor",
            reader=by.reads,
            branch=by.reads_in,
            as_of=as_of,
            history=earlier,
            record=record,
            maker=by,
        )
        return self._answer(asked, by, conversation)

    def _answer(self, asked: Asked, by: Actor, conversation: Conversation | None) -> Iterator[AnswerEvent]:
        for event in self.compose(asked):
            if isinstance(event, Composed):
                turn = self._keep(asked, by, conversation, event)  # before a word is told: a listener may leave early
                yield from (StatementReady(statement) for statement in event.statements)
                yield Answered(turn)
            else:
                yield event

    def _context(
        self, by: Actor, conversation_id: str | None, customer_id: str | None
    ) -> tuple[Conversation | None, tuple[str, ...], CustomerRecord | None]:
        with self.storage.reading() as work:
            conversation: Conversation | None = None
            earlier: tuple[str, ...] = ()
            if conversation_id is not None:
                conversation = work.conversations.get(conversation_id, owner_id=by.id)
                turns = work.conversations.turns(conversation_id, limit=_REMEMBERED)
                earlier = tuple(turn.question for turn in turns)
                customer_id = customer_id or conversation.customer_id
            record = None
            if customer_id is not None:
                record = work.customers.get(customer_id, scope=by.scope, as_of=self.clock.today())
        return conversation, earlier, record

    def _keep(self, asked: Asked, by: Actor, conversation: Conversation | None, composed: Composed) -> Turn:
        now = self.clock.now()
        answered = composed.type is AnswerType.ANSWER
        with self.storage.unit_of_work() as work:
            if conversation is None:
                conversation = Conversation(
                    id=new_id("chat"),
                    owner_id=by.id,
                    customer_id=asked.record.customer.id if asked.record is not None else None,
                    title=" ".join(asked.text.split())[:_TITLE_LENGTH],
                    started_at=now,
                )
                work.conversations.add(conversation)
            turn = Turn(
                id=new_id("turn"),
                conversation_id=conversation.id,
                question=asked.text,
                answer=_answer_of(composed),
                asked_at=now,
            )
            work.conversations.add_turn(turn)
            work.audit.add(
                AuditEvent.QUESTION_ANSWERED if answered else AuditEvent.QUESTION_REFUSED,
                actor=by,
                subject=f"conversation:{conversation.id}",
                detail={
                    "turn": turn.id,
                    "type": composed.type.value,
                    "as_of": composed.as_of.isoformat(),
                    "cited": [evidence.ref for evidence in composed.evidence],
                    "writer": composed.trace.writer,
                },
                at=now,
            )
        return turn


def _answer_of(composed: Composed) -> Answer:
    return Answer(
        id=new_id("answer"),
        type=composed.type,
        as_of=composed.as_of,
        statements=composed.statements,
        evidence=composed.evidence,
        facts=composed.facts,
        reason=composed.reason,
        instead=composed.instead,
        trace=composed.trace,
        retrieval=composed.retrieval,
        notes=composed.notes,
    )
