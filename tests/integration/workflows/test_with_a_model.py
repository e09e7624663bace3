"""The whole house with a chat model behind it: the real client library, our own server, every way to fail."""

import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.bootstrap import open_application
from assistant.conversations.model import Answer, AnswerType
from assistant.plans.model import PlanState
from assistant.settings import LanguageModelSettings
from assistant.workflows.answer_question import Answered
from tests.support.house import CHEN, House, MovableClock, settings_for
from tests.support.model_server import Calls, Fails, Garbage, HangsUp, ModelServer, Request, Slow, Step, model_server

_QUESTION = "科创板开通需要什么条件？"


@contextmanager
def a_house_with(folder: Path, target: Path, *script: Step) -> Generator[tuple[House, ModelServer], None, None]:
    shutil.copytree(folder, target)
    time = MovableClock()
    with model_server(*script) as server:
        language_model = LanguageModelSettings(
            base_url=server.base_url, model="scripted-model", timeout_seconds=1, retries=1
        )
        settings = settings_for(target).model_copy(update={"language_model": language_model})
        with open_application(settings, clock=time.clock) as application:
            yield House(application, time, settings), server


def answer(house: House, question: str = _QUESTION, customer_id: str | None = None) -> Answer:
    events = list(house.application.answer_question(question, by=CHEN, customer_id=customer_id))
    last = events[-1]
    assert isinstance(last, Answered)
    return last.turn.answer


def first_source(request: Request, containing: str) -> tuple[str, str]:
    """A handle that the model was given, and a sentence under it."""
    told = "\n".join(str(message.get("content") or "") for message in request["messages"])
    for handle, body in re.findall(r"\[(E\d+)\](.*?)(?=\n\[E\d+\]|\Z)", told, flags=re.DOTALL):
        for sentence in re.findall(r"[^。\n]*。", body):
            if containing in sentence:
                return handle, sentence.strip()
    raise AssertionError(f"nothing about {containing!r} was handed out")


def writes(text: str, containing: str) -> Any:  # noqa: ANN401 - a step of the script
    def step(request: Request) -> Calls:
        handle, quote = first_source(request, containing)
        statement = {"kind": "rule", "text": text, "citations": [{"source": handle, "quote": quote}]}
        return Calls("WrittenAnswer", {"statements": [statement]})

    return step


_SEARCHES = Calls("search_library", {"text": "科创板 开通 条件"})


def test_the_model_searches_and_its_sentence_is_proven(furnished_folder: Path, tmp_path: Path) -> None:
    script = (_SEARCHES, writes("个人开通科创板，前20个交易日日均资产不低于50万元。", "50万元"))
    with a_house_with(furnished_folder, tmp_path / "data", *script) as (house, server):
        given = answer(house)
    assert given.type is AnswerType.ANSWER
    assert given.trace.writer == "model"
    assert given.statements[0].text.startswith("个人开通科创板")
    assert [citation.source.split(":")[0] for citation in given.statements[0].citations] != []
    assert len(server.requests) == 2


def test_an_unproven_number_is_repaired_or_dropped(furnished_folder: Path, tmp_path: Path) -> None:
    wrong = writes("个人开通科创板，前20个交易日日均资产不低于30万元。", "50万元")
    with a_house_with(furnished_folder, tmp_path / "data", _SEARCHES, wrong) as (house, server):
        given = answer(house)
    assert "30万元" not in given.text
    assert "30万元" in server.sent(-1)


@pytest.mark.parametrize("invented", ["E99", "SUIT:999@2030-01-01", "fact:customer.secret"])
def test_an_invented_citation_is_not_accepted(furnished_folder: Path, tmp_path: Path, invented: str) -> None:
    made_up = Calls(
        "WrittenAnswer",
        {
            "statements": [
                {"kind": "rule", "text": "任何人都可以开通。", "citations": [{"source": invented, "quote": "任何人"}]}
            ]
        },
    )
    with a_house_with(furnished_folder, tmp_path / "data", made_up) as (house, _):
        given = answer(house)
    assert "任何人都可以开通" not in given.text


@pytest.mark.parametrize(
    "step",
    [Fails(500), Fails(429), Garbage(), Slow(3, Garbage()), HangsUp()],
    ids=["500", "429", "garbage", "too slow", "hangs up"],
)
def test_the_extractive_writer_stands_in(furnished_folder: Path, tmp_path: Path, step: Step) -> None:
    with a_house_with(furnished_folder, tmp_path / "data", step) as (house, _):
        given = answer(house)
    assert given.type is AnswerType.ANSWER
    assert given.trace.writer == "extractive"
    assert given.trace.fallback_reason
    assert "50万元" in given.text


def test_no_name_reaches_the_model(furnished_folder: Path, tmp_path: Path) -> None:
    script = (Calls("customer_facts", {}), Calls("WrittenAnswer", {"statements": [], "abstained": "没有依据。"}))
    with a_house_with(furnished_folder, tmp_path / "data", *script) as (house, server):
        view = house.application.browse_customers.view(house.customer_id, by=CHEN)
        customer = view.portrait.record.customer
        answer(house, f"{customer.name}（{customer.phone}）能买R4产品吗？", house.customer_id)
    told = "\n".join(server.sent(number) for number in range(len(server.requests)))
    assert told
    for secret in (customer.name, customer.phone, customer.identity_number):
        assert secret not in told


def test_a_plan_whose_model_fails_is_worded_by_the_house(furnished_folder: Path, tmp_path: Path) -> None:
    with a_house_with(furnished_folder, tmp_path / "data", Fails(500)) as (house, _):
        request = house.application.request_plan(house.customer_id, by=CHEN)
        house.do_jobs()
        done = house.application.follow_plan(request.id, by=CHEN)
        assert done.state is PlanState.DONE
        draft = house.application.browse_cases.view(done.case_id, by=CHEN).case.revision.draft
    assert draft.trace.fallback_reason
    assert len(draft.statements) > 10
