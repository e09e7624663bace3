"""A plan has another fingerprint when it would say something else, and the same when only the calendar moved."""

from datetime import date

from assistant.analysis.model import Fact, Unit
from assistant.drafting.model import Citation, Statement, StatementKind
from assistant.identity.model import Actor, Role
from assistant.plans.fingerprint import fingerprint_of

CHEN = Actor(id="advisor-chen", role=Role.ADVISOR, name="陈晨", registration_number="S0000000000001")


def a_fact(name: str, value: str | int | date, unit: Unit) -> Fact:
    return Fact(id=name, label="x", value=value, unit=unit, text=str(value), as_of=date(2026, 11, 22), source="x")


def a_statement(text: str, *sources: str) -> Statement:
    citations = tuple(Citation(source=source, quote="x") for source in sources)
    return Statement(id="s1", kind=StatementKind.FACT, text=text, citations=citations)


def printed(
    text: str = "您的现金有12万元。", *facts: Fact, sources: tuple[str, ...] = (), writer: str = "extractive"
) -> str:
    return fingerprint_of([a_statement(text, *sources)], facts, maker=CHEN, writer=writer)


CASH = "fact:portfolio.cash"
DAYS = "fact:assessment.days_left"
NEXT = "fact:plan.next_contact_on"


def test_the_same_material_gives_the_same_fingerprint() -> None:
    assert printed() == printed()
    assert len(printed()) == 64


def test_a_cited_value_that_changes_changes_it() -> None:
    before = printed("x", a_fact(CASH, 120_000, Unit.YUAN), sources=(CASH,))
    after = printed("x", a_fact(CASH, 130_000, Unit.YUAN), sources=(CASH,))
    assert before != after


def test_a_value_that_nothing_cites_changes_nothing() -> None:
    assert printed("x", a_fact(CASH, 1, Unit.YUAN)) == printed("x", a_fact(CASH, 2, Unit.YUAN))


def test_the_calendar_alone_changes_nothing() -> None:
    today = (a_fact(DAYS, 30, Unit.DAYS), a_fact(NEXT, date(2026, 11, 24), Unit.DATE))
    tomorrow = (a_fact(DAYS, 29, Unit.DAYS), a_fact(NEXT, date(2026, 11, 25), Unit.DATE))
    sources = (DAYS, NEXT)
    assert printed("还有30天到期，24日联系您。", *today, sources=sources) == printed(
        "还有29天到期，25日联系您。", *tomorrow, sources=sources
    )


def test_other_words_another_version_another_writer_change_it() -> None:
    assert printed("您的现金偏多。") != printed("您的现金偏少。")
    assert printed("x", sources=("SUIT:22@2017-07-01",)) != printed("x", sources=("SUIT:22@2022-08-12",))
    assert printed() != printed(writer="model:qwen")
