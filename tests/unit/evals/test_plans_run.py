"""The measures of ``yice eval plans`` on letters made by hand."""

from datetime import UTC, datetime

from assistant.checks.model import Finding, Severity
from assistant.drafting.model import DraftKind, Section, Statement, StatementKind
from assistant.review.model import Revision
from evals.plans.run import Drafted, measures
from tests.support.drafting import a_draft

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
BLOCK = Finding(
    category="numbers", severity=Severity.BLOCK, statement_id="s1", span="3", reason="无依据。", provision=None
)


def a_letter(customer: str, *texts: str, fixed: tuple[str, ...] = (), findings: tuple[Finding, ...] = ()) -> Drafted:
    sections = [
        Section(
            key=key,
            title=key,
            statements=tuple(
                Statement(id=f"{key}{number}", kind=StatementKind.COURTESY, text=text)
                for number, text in enumerate(said)
            ),
        )
        for key, said in (("situation", texts), ("notes", fixed))
        if said
    ]
    draft = a_draft(*sections, kind=DraftKind.PLAN)
    return Drafted(customer, Revision.of(draft, "信", findings, author_id="system", at=NOW), ("甲债券",))


def test_statements_are_shared_word_for_word_and_patterns_without_names_and_numbers() -> None:
    found = measures(
        [a_letter("1", "您有3万元甲债券。", "同样。"), a_letter("2", "您有5万元甲债券。", "同样。")], seed=1
    )
    assert found["shared_statements"] == 0.5
    assert found["shared_patterns"] == 1.0


def test_what_the_law_words_can_be_left_out() -> None:
    found = measures([a_letter("1", "甲。", fixed=("法。",)), a_letter("2", "乙。", fixed=("法。",))], seed=1)
    assert (found["shared_statements"], found["shared_without_fixed_words"]) == (0.5, 0.0)


def test_what_stops_letters_is_counted_by_category() -> None:
    found = measures([a_letter("1", "甲。", findings=(BLOCK, BLOCK)), a_letter("2", "乙。")], seed=1)
    assert (found["blocked"], found["unproven_numbers"]) == (1, 2)
