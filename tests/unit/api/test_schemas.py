"""What comes in is bounded; what goes out shows no more than it may."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import api.schemas
from api.schemas import terms
from api.schemas.base import Input, PageView, View
from api.schemas.cases import CasesQuery, DecisionRequest, EditRequest
from api.schemas.chat import QuestionRequest
from api.schemas.customers import (
    AssessmentView,
    CustomersQuery,
    HoldingView,
    ProfileView,
    masked_identity,
    masked_phone,
)
from api.schemas.drafts import DraftView, StatementView
from tests.support.customers import a_customer, a_holding, an_assessment
from tests.support.drafting import a_draft, a_statement

DIGEST = "0" * 64
TODAY = date(2026, 11, 22)


def _modules() -> None:
    for path in Path(str(api.schemas.__file__)).parent.glob("*.py"):
        import_module(f"api.schemas.{path.stem}" if path.stem != "__init__" else "api.schemas")


def _family(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    _modules()
    for child in model.__subclasses__():
        if child.__module__.startswith("api.schemas"):
            yield child
            yield from _family(child)


def test_every_input_refuses_what_it_does_not_know() -> None:
    assert [model.__name__ for model in _family(Input) if model.model_config.get("extra") != "forbid"] == []


def _unbounded(schema: dict[str, Any], path: str) -> Iterator[str]:
    for option in schema.get("anyOf", ()):
        yield from _unbounded(option, path)
    kind = schema.get("type")
    if kind == "string" and not {"maxLength", "pattern", "format", "enum", "const"} & schema.keys():
        yield path
    if kind == "array":
        if "maxItems" not in schema:
            yield path
        yield from _unbounded(schema["items"], f"{path}[]")
    if kind == "object" and "additionalProperties" in schema and schema["additionalProperties"] is not False:
        if "maxProperties" not in schema:
            yield path
        yield from _unbounded(schema["additionalProperties"], f"{path}{{}}")


def test_every_text_and_list_that_comes_in_has_a_longest_length() -> None:
    offenders = [
        offender
        for model in _family(Input)
        for name, schema in model.model_json_schema()["properties"].items()
        for offender in _unbounded(schema, f"{model.__name__}.{name}")
    ]
    assert offenders == []


def test_every_input_field_is_described() -> None:
    offenders = [
        f"{model.__name__}.{name}"
        for model in _family(Input)
        for name, schema in model.model_json_schema()["properties"].items()
        if not schema.get("description")
    ]
    assert offenders == []


def test_no_text_that_comes_in_may_be_half_a_character() -> None:
    for model in _family(Input):
        for name in model.model_fields:
            with pytest.raises(ValidationError) as caught:
                model.model_validate({name: "a1\ud800"})
            assert name in {error["loc"][0] for error in caught.value.errors()}, f"{model.__name__}.{name}"


@pytest.mark.parametrize("text", ["", "  \n", "？！…", "啊" * 4001])
def test_a_question_needs_words_and_an_end(text: str) -> None:
    with pytest.raises(ValidationError):
        QuestionRequest(text=text)


def test_a_question_may_be_as_long_as_the_house_reads() -> None:
    assert len(QuestionRequest(text="啊" * 4000).text) == 4000


@pytest.mark.parametrize("digest", ["", "0" * 63, "G" * 64, "0" * 64 + "\n"])
def test_a_decision_names_the_text_that_it_is_about(digest: str) -> None:
    with pytest.raises(ValidationError):
        DecisionRequest.model_validate({"action": "approve", "digest": digest})


@pytest.mark.parametrize("changes", [{}, {"s1": "字" * 2001}, {"../x": "好"}, {f"s{n}": "好" for n in range(201)}])
def test_an_edit_is_bounded(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        EditRequest(digest=DIGEST, changes=changes)


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (201, 0), (50, -1), (50, 10**8)])
def test_a_page_is_bounded(limit: int, offset: int) -> None:
    with pytest.raises(ValidationError):
        CasesQuery(limit=limit, offset=offset)


def test_the_filters_of_a_book_are_those_that_the_repository_knows() -> None:
    query = CustomersQuery(text="杭州", expired=True)
    assert query.where["text"] == "杭州"
    segment = {"value", "life_cycle", "behaviour"}
    assert query.where.keys() == CustomersQuery.model_fields.keys() - segment - {"sort", "limit", "offset"}
    assert asdict(CustomersQuery().segment).keys() == segment


def test_a_list_is_cut_without_losing_its_length() -> None:
    page = PageView[int].cut([1, 2, 3, 4, 5], int, limit=2, offset=3)
    assert (page.items, page.total) == ((4, 5), 5)
    assert PageView[int].cut([1, 2], int, limit=2, offset=5).items == ()


@pytest.mark.parametrize(
    ("number", "masked"),
    [("13812345678", "138****5678"), ("0571-8888", "057**8888"), ("1234567", "*******"), ("", "")],
)
def test_a_phone_number_keeps_its_ends_only(number: str, masked: str) -> None:
    assert masked_phone(number) == masked


def test_an_identity_number_keeps_neither_birthday_nor_sequence() -> None:
    assert masked_identity("330106198105121234") == "330***********1234"


def test_a_profile_holds_no_whole_identifier() -> None:
    customer = replace(a_customer(born_on=date(1981, 5, 12)), phone="13812345678", identity_number="330106198105121234")
    shown = ProfileView.of(customer, today=TODAY).model_dump_json()
    assert not [secret for secret in ("13812345678", "330106198105121234", "1981-05-12") if secret in shown]
    assert '"age":45' in shown


def test_an_assessment_stops_being_valid_on_the_day_it_expires() -> None:
    assessment = an_assessment(expires_on=date(2026, 11, 22))
    shown = [AssessmentView.of(assessment, today=date(2026, 11, day)).valid for day in (21, 22, 23)]
    assert shown == [True, False, False]


def test_a_holding_tells_its_profit() -> None:
    assert HoldingView.of(a_holding(cost=100.1, market_value=90.0)).profit == -10.1


def test_a_citation_is_named_for_people_where_the_source_is_at_hand() -> None:
    (statement,) = DraftView.of(a_draft()).sections[0].statements[:1]
    assert statement.citations[0].label.startswith("《")
    assert StatementView.of(a_statement(), {}).citations[0].label == a_statement().citations[0].source


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (terms.ROLE_LABELS, terms.Role),
        (terms.KIND_LABELS, terms.Kind),
        (terms.VERIFICATION_LABELS, terms.Verification),
        (terms.RENDITION_LABELS, terms.Rendition),
        (terms.DRAFT_KIND_LABELS, terms.DraftKind),
        (terms.STATEMENT_KIND_LABELS, terms.StatementKind),
        (terms.SEVERITY_LABELS, terms.Severity),
        (terms.VERDICT_LABELS, terms.MatchVerdict),
        (terms.PLAN_STATE_LABELS, terms.PlanState),
        (terms.DISPATCH_STATE_LABELS, terms.DispatchState),
        (terms.INVESTOR_STATUS_LABELS, terms.InvestorStatus),
        (terms.ATTENTION_LABELS, terms.Attention),
        (terms.STATE_LABELS, terms.ReviewState),
        (terms.ACTION_LABELS, terms.ReviewAction),
    ],
)
def test_every_word_has_a_chinese_name(labels: dict[StrEnum, str], words: type[StrEnum]) -> None:
    assert set(labels) == set(words)


def test_no_view_has_a_place_for_a_secret() -> None:
    forbidden = {"password", "password_hash", "secret", "api_key", "born_on"}
    assert [model.__name__ for model in _family(View) if forbidden & model.model_fields.keys()] == []
