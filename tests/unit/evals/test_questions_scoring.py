from datetime import date
from typing import Any

import pytest

from assistant.conversations.model import AnswerType
from assistant.drafting.model import Evidence
from evals.questions.model import Given, Outcome, Question, RuleRef, folded, metrics
from tests.support.drafting import some_evidence

DAY = date(2026, 11, 22)


def an_outcome(
    *,
    expected: AnswerType = AnswerType.ANSWER,
    given: AnswerType = AnswerType.ANSWER,
    text: str = "开通要50万元。",
    must: tuple[tuple[str, ...], ...] = (),
    must_not: tuple[str, ...] = (),
    refs: tuple[RuleRef, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    as_of: date | None = None,
    answered_for: date = DAY,
    numbers: tuple[str, ...] = (),
) -> Outcome:
    return Outcome(
        question=Question(
            id="Q",
            text="问",
            expected_type=expected,
            must_contain=must,
            must_not_contain=must_not,
            rule_refs=refs,
            as_of=as_of,
        ),
        given=Given(
            type=given,
            as_of=answered_for,
            text=text,
            evidence=evidence,
            unproven_numbers=numbers,
            milliseconds=1.0,
        ),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("５０ 万元", "50万元"),
        ("開通條件", "开通条件"),
        ("1,000,000 元", "1000000元"),
        ("t＋1", "T+1"),
        ("（甲）", "(甲)"),
    ],
)
def test_spelling_makes_no_difference(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_a_comma_between_items_is_no_thousands_separator() -> None:
    assert folded("10,20") == "10,20"


@pytest.mark.parametrize(
    ("changes", "accurate"),
    [
        ({}, True),
        ({"must": (("50万", "五十万"),)}, True),
        ({"must": (("50万",), ("24个月",))}, False),
        ({"must_not": ("50万",)}, False),
        ({"given": AnswerType.REFUSE}, False),
        ({"expected": AnswerType.REFUSE, "given": AnswerType.REFUSE}, True),
    ],
)
def test_accuracy_asks_for_the_type_all_groups_and_nothing_forbidden(
    changes: dict[str, Any], *, accurate: bool
) -> None:
    assert an_outcome(**changes).accurate is accurate


def test_citation_recall_and_precision() -> None:
    star = some_evidence()
    guide = some_evidence(ref="GUIDE-A:1@2026-01-05", kind="guide")
    other = some_evidence(ref="SUIT:22@2022-08-12")
    refs = (RuleRef(id="SSE-TRADE-2026", article="6.2"), RuleRef(id="SECLAW"))
    figures = metrics([an_outcome(refs=refs, evidence=(star, guide, other))])
    assert figures["citation_recall"] == 0.5
    assert figures["citation_precision"] == 0.5


def test_any_article_fits_where_none_is_named() -> None:
    outcome = an_outcome(refs=(RuleRef(id="SSE-TRADE-2026"),), evidence=(some_evidence(),))
    assert outcome.found_refs == 1


def test_refusals() -> None:
    right = an_outcome(expected=AnswerType.REFUSE, given=AnswerType.REFUSE)
    missed = an_outcome(expected=AnswerType.REFUSE)
    needless = an_outcome(given=AnswerType.REFUSE)
    handed_over = an_outcome(expected=AnswerType.REDIRECT, given=AnswerType.REDIRECT)
    figures = metrics([right, missed, needless, handed_over])
    assert figures["refusal_recall"] == 0.5
    assert figures["refusal_precision"] == 0.5


def test_the_right_day_asks_for_evidence_in_force() -> None:
    old = some_evidence(effective_from=date(2023, 2, 17), effective_to=date(2026, 7, 6))
    before, after = date(2026, 7, 5), date(2026, 7, 6)
    assert an_outcome(as_of=before, answered_for=before, evidence=(old,)).right_day
    assert not an_outcome(as_of=after, answered_for=after, evidence=(old,)).right_day
    assert not an_outcome(as_of=before, answered_for=after, evidence=(old,)).right_day


def test_figures_that_no_question_bears_on_are_null() -> None:
    figures = metrics([an_outcome(numbers=("7%",))])
    assert figures["as_of_accuracy"] is None
    assert figures["refusal_recall"] is None
    assert figures["unproven_numbers"] == 1
