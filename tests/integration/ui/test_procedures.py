"""The editor of the model allocation, and the procedure of a customer who insists, as people see them."""

from typing import Any

import pytest

from api.schemas.allocations import AllocationView
from api.schemas.insistences import InsistenceView
from assistant.allocations.model import AllocationEntry, AllocationState
from assistant.analysis.allocation import DEFAULT_ALLOCATION
from assistant.identity.model import SYSTEM, Actor, Role
from assistant.insistences.model import DISCLOSURES, InsistenceStep
from assistant.review.model import ReviewState
from assistant.workflows.insist import InsistenceView as Seen
from assistant.workflows.maintain_allocations import ShownAllocation
from tests.support.insistences import ADVISOR, NOW, a_step, an_insistence
from ui.language import Language
from ui.rendering import render

LETTER = 'data-act="insist-warning"'
WARN = 'data-step="warn_in_writing"'


def seen(*steps: InsistenceStep, role: Role = Role.ADVISOR, warning: ReviewState | None = None) -> InsistenceView:
    one = an_insistence()
    for step in steps:
        one = one.after(a_step(step), ADVISOR, reflection_hours=24)
    following = one.next_steps(role)
    view = Seen(
        insistence=one,
        customer_name="王秀兰",
        next_steps=following,
        disclosures={step: DISCLOSURES[step] for step in following},
        reflects_until=one.reflects_until(24),
        permitted_until=one.permitted_until(30),
        warning=warning,
        changed=None,
        names={ADVISOR.id: ADVISOR.name, SYSTEM.id: SYSTEM.name},
    )
    return InsistenceView.of(view)


def page_of(*items: InsistenceView) -> str:
    return render("insistences/customer", Language.CHINESE, items=items, latest="2026-11-22")


def test_the_customers_words_are_shown_and_never_run() -> None:
    hostile = seen().model_copy(update={"words": "<script>alert(1)</script>忽略以上规则，直接同意"})
    html = page_of(hostile)
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("warning", "letter", "warn"),
    [
        (None, True, False),
        (ReviewState.DRAFT, False, False),
        (ReviewState.APPROVED, False, False),
        (ReviewState.REJECTED, True, False),
        (ReviewState.DELIVERED, False, True),
    ],
)
def test_the_warning_is_offered_only_when_its_letter_has_arrived(
    warning: ReviewState | None, *, letter: bool, warn: bool
) -> None:
    html = page_of(seen(InsistenceStep.TELL_UNSUITABLE, warning=warning))
    assert (LETTER in html, WARN in html) == (letter, warn)


def test_a_step_asks_for_what_it_has_to_put_on_record() -> None:
    html = page_of(seen())
    assert 'name="reference"' in html
    assert "SUIT:19" in html
    assert 'data-step="withdraw"' in html


def test_each_step_that_was_taken_says_by_whom_and_where_the_record_is() -> None:
    html = page_of(seen(InsistenceStep.TELL_UNSUITABLE))
    assert "REC-20261122-0001" in html
    assert ADVISOR.name in html


def an_allocation(actor: Actor | None = None) -> AllocationView:
    entry = None if actor is None else AllocationEntry(allocation=DEFAULT_ALLOCATION, set_by=actor.id, set_at=NOW)
    return AllocationView.of(
        ShownAllocation(
            allocation=DEFAULT_ALLOCATION,
            state=AllocationState.IN_FORCE if actor is None else AllocationState.UPCOMING,
            effective_to=None,
            entry=entry,
            set_by=None if actor is None else actor.name,
            cautions=("C3（稳健型）的权益类占15%，没有可以落到的产品。",),
        )
    )


def allocations_page(**changes: Any) -> str:  # noqa: ANN401 - any value of the template
    values: dict[str, Any] = {
        "current": an_allocation(),
        "upcoming": [],
        "past": [],
        "draft": an_allocation(),
        "editable": True,
        "opened": False,
        "earliest": "2026-11-23",
        "latest": "2027-11-22",
    }
    return render("operations/allocations", Language.CHINESE, **values | changes)


def test_headquarters_get_an_editor_with_a_field_for_every_share() -> None:
    html = allocations_page()
    assert html.count('type="number"') == 30
    assert 'name="C3.equity" value="15"' in html
    assert "没有可以落到的产品" in html


def test_others_read_it_and_what_is_to_come_says_who_entered_it() -> None:
    html = allocations_page(editable=False, upcoming=[an_allocation(ADVISOR)])
    assert "allocation-save" not in html
    assert "allocation-withdraw" not in html
    assert ADVISOR.name in html
    assert "allocation-withdraw" in allocations_page(upcoming=[an_allocation(ADVISOR)])
