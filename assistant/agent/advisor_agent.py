"""The agent that answers in chat: it searches and looks up by itself, and may cite only what its tools handed out."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware
from langchain.agents.structured_output import StructuredOutputError, ToolStrategy
from langchain_core.messages import AIMessage, AnyMessage
from langgraph.errors import GraphRecursionError
from langgraph.graph.state import CompiledStateGraph

from assistant.agent.ports import Finished, Step
from assistant.agent.toolbox import NO_MASKING, Privacy, Toolbox
from assistant.agent.tools import Bench
from assistant.drafting.extractive import NOT_COVERED
from assistant.drafting.model import Brief, Statement, WriterTrace, Writing
from assistant.drafting.model_writer import ASKERS, judge, refuse_identifiers, repair_request, sound
from assistant.drafting.ports import FaultFinder, Writer, no_faults
from assistant.drafting.rendering import in_chinese
from assistant.drafting.written import WrittenAnswer
from assistant.errors import Unavailable
from assistant.language_model.budget import TokenBudget
from assistant.language_model.errors import BudgetSpent, Garbled
from assistant.language_model.openai_model import failures_told, spend
from assistant.language_model.ports import LanguageModel
from prompts import Prompt, fill

_TOOL_CALLS = 6
_STEPS_PER_CALL = 4
"""Graph nodes that one turn of model and tools may pass."""
_IMPERSONAL = "fact:matrix."
"""Facts about nobody go along with the question; those about the customer wait until the model asks for them."""
_NO_ANSWER = "模型没有在限定的步数内交出回答。"
_STEP_TEXTS = {
    "search_library": "正在检索知识库……",
    "customer_facts": "正在查看客户情况……",
    "match_product": "正在核对产品与客户是否匹配……",
    "match_products": "正在匹配产品……",
    "WrittenAnswer": "正在整理回答……",
}


class AdvisorAgent:
    """Answers a brief with tools; the ``fallback`` writer answers from the brief's own evidence if that fails."""

    def __init__(
        self,
        language_model: LanguageModel,
        fallback: Writer,
        *,
        tokens_per_request: int,
        find_faults: FaultFinder = no_faults,
        tool_calls: int = _TOOL_CALLS,
    ) -> None:
        self._model = language_model
        self._fallback = fallback
        self._tokens = tokens_per_request
        self._find_faults = find_faults
        self._tool_calls = tool_calls

    def run(self, brief: Brief, toolbox: Toolbox, *, privacy: Privacy = NO_MASKING) -> Iterator[Step | Finished]:
        """Steps, and last ``Finished``. Only the brief's evidence and what the tools hand out may be cited."""
        bench = Bench(toolbox, as_of=brief.as_of, privacy=privacy)
        budget = TokenBudget(self._tokens)
        rules = self._rules(brief, toolbox)
        reason: str | None = None
        statements: tuple[Statement, ...] = ()
        try:
            statements = yield from self._statements(brief, bench, budget, rules)
        except (Unavailable, Garbled, BudgetSpent) as error:
            reason = error.message
        trace = self._trace(rules, budget, reason)
        if reason is not None:
            yield self._instead(brief, trace)
            return
        writing = Writing(statements=statements, trace=trace, abstained=None if statements else NOT_COVERED)
        yield Finished(writing, bench.handles.evidence, bench.handles.facts)

    def _statements(
        self, brief: Brief, bench: Bench, budget: TokenBudget, rules: Prompt
    ) -> Generator[Step, None, tuple[Statement, ...]]:
        agent = create_agent(
            self._model.chat_model(),
            tools=bench.tools(),
            system_prompt=rules.text,
            response_format=ToolStrategy(WrittenAnswer, handle_errors=False),
            middleware=[ModelCallLimitMiddleware(run_limit=self._tool_calls + 1, exit_behavior="end")],
        )
        given = bench.hold(brief.evidence, [fact for fact in brief.facts if fact.id.startswith(_IMPERSONAL)])
        asked = [("user", bench.privacy.mask(text)) for text in (*brief.history, f"{brief.purpose}\n\n{given}".strip())]
        refuse_identifiers(text for _, text in asked)
        answer, messages = yield from self._turns(agent, asked, budget)
        judged = _unmasked(answer, bench.privacy)
        resolved, faults = judge(judged, bench.handles, self._find_faults)
        if faults:
            yield Step("正在按核对结果修改……")
            again = [*asked, *messages, ("user", repair_request(faults))]
            answer, _ = yield from self._turns(agent, again, budget)
            judged = _unmasked(answer, bench.privacy)
            resolved, faults = judge(judged, bench.handles, self._find_faults)
        return sound(judged, resolved, faults)

    def _turns(
        self, agent: CompiledStateGraph, asked: Sequence[Any], budget: TokenBudget
    ) -> Generator[Step, None, tuple[WrittenAnswer, list[AnyMessage]]]:
        """One run of the graph: steps on the way, then what was handed in and the messages that led to it."""
        limit = _STEPS_PER_CALL * (self._tool_calls + 1)
        updates = agent.stream({"messages": list(asked)}, {"recursion_limit": limit}, stream_mode="updates")
        handed_in: WrittenAnswer | None = None
        messages: list[AnyMessage] = []
        while (update := _next(updates)) is not None:
            for part in update.values():
                new = (part or {}).get("messages", [])
                messages += new
                for message in new:
                    _account(message, [str(one) for one in (asked, messages[:-1])], budget)
                    yield from _steps_of(message)
                handed_in = (part or {}).get("structured_response", handed_in)
        if handed_in is None:
            raise Garbled(_NO_ANSWER)
        return handed_in, messages

    def _rules(self, brief: Brief, toolbox: Toolbox) -> Prompt:
        return fill(
            "agent",
            max_statements=brief.max_statements,
            as_of=in_chinese(brief.as_of),
            asker=ASKERS.get(brief.asker, "客户"),
            tool_calls=self._tool_calls,
            has_customer=toolbox.has_customer,
        )

    def _trace(self, rules: Prompt, budget: TokenBudget, reason: str | None) -> WriterTrace:
        return WriterTrace(
            writer="model",
            model=self._model.name,
            prompt=rules.identity,
            prompt_tokens=budget.prompt_tokens,
            completion_tokens=budget.completion_tokens,
            fallback_reason=reason,
        )

    def _instead(self, brief: Brief, trace: WriterTrace) -> Finished:
        """The stand-in answers from the brief alone: what a failed run had gathered is not relied on."""
        writing = self._fallback.write(brief)
        stood_in = trace.model_copy(update={"writer": writing.trace.writer})
        return Finished(writing.model_copy(update={"trace": stood_in}), brief.evidence, brief.facts)


def _next(updates: Iterator[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """One step of the graph. No context is held between steps: a web server may take each in another thread."""
    with failures_told():
        try:
            return next(updates, None)
        except GraphRecursionError as error:
            raise Garbled(_NO_ANSWER) from error
        except StructuredOutputError as error:
            raise Garbled("模型没有按约定的格式交出回答。") from error


def _account(message: AnyMessage, sent: Sequence[str], budget: TokenBudget) -> None:
    if isinstance(message, AIMessage):
        spend(message, sent, budget)
        if budget.left <= 0:
            raise BudgetSpent("本次请求的模型用量已达上限。")


def _steps_of(message: AnyMessage) -> Iterator[Step]:
    if isinstance(message, AIMessage):
        for name in dict.fromkeys(call["name"] for call in message.tool_calls):
            yield Step(_STEP_TEXTS.get(name, "正在处理……"))


def _unmasked(answer: WrittenAnswer, privacy: Privacy) -> WrittenAnswer:
    """Tokens put back before anything is proven: evidence and facts hold the words themselves."""
    statements = [
        statement.model_copy(
            update={
                "text": privacy.unmask(statement.text),
                "citations": [
                    citation.model_copy(update={"quote": privacy.unmask(citation.quote)})
                    for citation in statement.citations
                ],
            }
        )
        for statement in answer.statements
    ]
    return answer.model_copy(update={"statements": statements})
