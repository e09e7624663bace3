"""智能问答: ask the house, watch it work, and open the proof of every sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import gradio as gr

from api.schemas.base import MAX_QUESTION
from api.schemas.chat import ConversationView, StepView, TurnView
from api.schemas.drafts import CitationView, StatementView
from ui.client import ApiError
from ui.panels import Caller, Kit, Update, Wiring, frame, panel
from ui.proof import Proof, proof_of_fact, proof_of_reference, provision_proof
from ui.rendering import today

_EXAMPLES = (
    "C2客户能买R4产品吗？",
    "主板ST股票涨跌幅是多少？",
    "科创板开通条件",
    "客户要求保证收益，我该怎么回复？",
)


@dataclass(frozen=True, slots=True)
class ChatState:
    """What one open chat page knows."""

    conversation_id: str | None = None
    customer_id: str | None = None
    turns: tuple[TurnView, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """A question whose answer is on its way, or did not come."""

    question: str
    as_of: date
    steps: tuple[StepView, ...] = ()
    statements: tuple[StatementView, ...] = ()
    error: str = ""


def build(kit: Kit, pages: gr.Blocks) -> None:
    """Place the page's panels and wire them."""
    parts = frame()
    state = gr.State(ChatState())
    with gr.Row(elem_classes="yc-chat"):
        history = panel("yc-history", classes="yc-side", busy=True)
        with gr.Column(elem_classes="yc-chat-main"):
            thread = panel("yc-thread", classes="yc-thread")
            composer = panel("yc-composer")
        proof = panel("yc-proof", classes="yc-proof")
    view = _View(state, history, thread, composer, proof)
    outputs = [state, history, thread, composer, proof]
    wiring = Wiring(kit=kit, page=pages, path="/", frame=parts, state=state, outputs=outputs)
    wiring.load(view.open)
    wiring.act(history, thread, composer, proof, acting=view.act)


@dataclass(frozen=True, slots=True)
class _View:
    state: gr.State
    history: gr.HTML
    thread: gr.HTML
    composer: gr.HTML
    proof: gr.HTML

    def open(self, caller: Caller) -> Iterator[Update]:
        state = ChatState(customer_id=caller.query.get("customer"))
        if conversation_id := caller.query.get("conversation"):
            state = _opened(caller, conversation_id)
        yield self._shown(caller, state) | {self.proof: caller.render("chat/proof_hint")}

    def act(self, caller: Caller, state: ChatState) -> Iterator[Update]:
        match caller.text("act"):
            case "ask":
                yield from self._ask(caller, state)
            case "new":
                fresh = ChatState()
                yield self._shown(caller, fresh) | {self.proof: caller.render("chat/proof_hint")}
            case "open":
                yield self._shown(caller, _opened(caller, caller.text("conversation")))
            case "cite":
                yield {self.proof: _cited(caller, state)}
            case "close":
                yield {self.proof: caller.render("chat/proof_hint")}

    def _shown(self, caller: Caller, state: ChatState) -> Update:
        return {
            self.state: state,
            self.history: _history(caller, caller.client.conversations(), state),
            self.thread: thread_html(caller, state.turns),
            self.composer: _composer(caller, state),
        }

    def _ask(self, caller: Caller, state: ChatState) -> Iterator[Update]:
        pending = Pending(question=caller.text("text"), as_of=_day(caller.text("as_of")))
        yield {self.thread: thread_html(caller, state.turns, pending), self.proof: caller.render("chat/proof_hint")}
        chosen = pending.as_of if caller.text("as_of") and pending.as_of != today() else None
        try:
            events = caller.client.answers(
                pending.question,
                as_of=chosen,
                conversation_id=state.conversation_id,
                customer_id=state.customer_id,
            )
            for event in events:
                if event.step is not None:
                    pending = replace(pending, steps=(*pending.steps, event.step))
                elif event.statement is not None:
                    pending = replace(pending, statements=(*pending.statements, event.statement))
                elif event.turn is not None:
                    state = replace(state, conversation_id=event.turn.conversation_id, turns=(*state.turns, event.turn))
                    yield {self.state: state, self.thread: thread_html(caller, state.turns)}
                    yield {self.history: _history(caller, caller.client.conversations(), state)}
                    return
                yield {self.thread: thread_html(caller, state.turns, pending)}
            pending = replace(pending, error="回答没有完整传回，请再问一次。")
        except ApiError as error:
            if error.expired:
                yield {self.thread: thread_html(caller, state.turns, replace(pending, error=error.detail))}
                raise
            pending = replace(pending, error=error.detail)
        yield {self.thread: thread_html(caller, state.turns, pending)}


def numbered(statements: Sequence[StatementView]) -> dict[str, int]:
    """Source → its number in the order of first use: the [1], [2] of an answer."""
    numbers: dict[str, int] = {}
    for statement in statements:
        for citation in statement.citations:
            numbers.setdefault(citation.source, len(numbers) + 1)
    return numbers


def thread_html(caller: Caller, turns: Sequence[TurnView], pending: Pending | None = None) -> str:
    """All turns, and the one on its way."""
    return caller.render("chat/thread", turns=turns, pending=pending, numbered=numbered, examples=_EXAMPLES)


def _history(caller: Caller, conversations: Sequence[ConversationView], state: ChatState) -> str:
    return caller.render("chat/history", conversations=conversations, current=state.conversation_id)


def _composer(caller: Caller, state: ChatState) -> str:
    return caller.render("chat/composer", limit=MAX_QUESTION, customer_id=state.customer_id)


def _opened(caller: Caller, conversation_id: str) -> ChatState:
    turns = caller.client.turns(conversation_id)
    known = {item.id: item for item in caller.client.conversations()}
    customer_id = known[conversation_id].customer_id if conversation_id in known else None
    return ChatState(conversation_id=conversation_id, customer_id=customer_id, turns=turns)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()


def _cited(caller: Caller, state: ChatState) -> str:
    source, turn_id = caller.text("source"), caller.text("turn")
    turn = next((turn for turn in state.turns if turn.id == turn_id), None)
    if turn is None:
        proof: Proof = proof_of_reference(caller.client, source, quotes=(caller.text("quote"),))
        return caller.render("parts/proof", proof=proof, closable=True)
    answer = turn.answer
    quotes = _quotes(answer.statements, source, caller.text("statement"))
    fact = next((fact for fact in answer.facts if fact.id == source), None)
    evidence = next((item for item in answer.evidence if item.ref == source), None)
    if fact is not None:
        proof = proof_of_fact(fact)
    elif evidence is not None:
        proof = provision_proof(evidence, as_of=answer.as_of, quotes=quotes)
    else:
        proof = proof_of_reference(caller.client, source, as_of=answer.as_of, quotes=quotes)
    return caller.render("parts/proof", proof=proof, closable=True)


def _quotes(statements: Sequence[StatementView], source: str, statement_id: str) -> tuple[str, ...]:
    def of(chosen: Sequence[StatementView]) -> tuple[CitationView, ...]:
        return tuple(item for statement in chosen for item in statement.citations if item.source == source)

    own = of([statement for statement in statements if statement.id == statement_id])
    return tuple(item.quote for item in own or of(statements))
