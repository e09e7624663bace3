"""An approval holds until its day, in Shanghai, or until it is revoked."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from knowledge.documents.keeping.scripts import ScriptApproval, ScriptState, state_of

APPROVAL = ScriptApproval(
    document_id="SCRIPT-X",
    label="1",
    approved_by="reviewer-shen",
    approved_at=datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
    expires_on=date(2027, 11, 22),
)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2027, 11, 21), ScriptState.APPROVED),
        (date(2027, 11, 22), ScriptState.EXPIRED),
        (date(2027, 11, 23), ScriptState.EXPIRED),
    ],
)
def test_the_day_before_of_and_after_it_expires(day: date, state: ScriptState) -> None:
    assert state_of(APPROVAL, day) is state


def test_what_nobody_approved_is_a_draft_and_what_was_revoked_stays_so() -> None:
    assert state_of(None, date(2026, 11, 22)) is ScriptState.DRAFT
    revoked = replace(APPROVAL, revoked_by="reviewer-shen", revoked_at=APPROVAL.approved_at, revocation_reason="旧了")
    for day in (date(2026, 11, 22), date(2030, 1, 1)):
        assert state_of(revoked, day) is ScriptState.REVOKED
