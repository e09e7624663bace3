"""Builders of review cases and of the people who decide on them."""

from datetime import UTC, date, datetime

from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, DraftKind, Section, Statement, StatementKind, WriterTrace
from assistant.identity.model import Actor, Licence, Role
from assistant.review.model import ReviewCase, ReviewState, Revision, digest_of

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""

ADVISOR = Actor(
    id="advisor-chen",
    role=Role.ADVISOR,
    name="陈晓岚",
    registration_number="S0000000000001",
    licences=frozenset({Licence.INVESTMENT_ADVISOR}),
)
OTHER_ADVISOR = Actor(
    id="advisor-zhou",
    role=Role.ADVISOR,
    name="周启明",
    registration_number="S0000000000002",
    licences=frozenset({Licence.INVESTMENT_ADVISOR}),
)
REVIEWER = Actor(id="reviewer-1", role=Role.REVIEWER, name="沈合规", licences=frozenset({Licence.COMPLIANCE}))
SECOND_REVIEWER = Actor(id="reviewer-2", role=Role.REVIEWER, name="顾合规", licences=frozenset({Licence.COMPLIANCE}))


def a_revision(
    *, number: int = 1, text: str = "您好。", findings: tuple[Finding, ...] = (), author_id: str = ADVISOR.id
) -> Revision:
    draft = Draft(
        kind=DraftKind.REPLY,
        customer_id="customer-1",
        question="你好",
        as_of=date(2026, 11, 22),
        sections=(
            Section(
                key="reply",
                title="回复",
                statements=(Statement(id="s1", kind=StatementKind.COURTESY, text=text),),
            ),
        ),
        evidence=(),
        facts=(),
        trace=WriterTrace(writer="extractive"),
        retrieval="none",
        created_at=NOON,
    )
    return Revision(
        number=number,
        draft=draft,
        text=text,
        digest=digest_of(text),
        findings=findings,
        author_id=author_id,
        created_at=NOON,
    )


def a_case(
    *,
    id: str = "case-1",  # noqa: A002 - the field's name
    state: ReviewState = ReviewState.DRAFT,
    kind: DraftKind = DraftKind.REPLY,
    revision: Revision | None = None,
) -> ReviewCase:
    return ReviewCase(
        id=id,
        kind=kind,
        customer_id="customer-1",
        advisor_id=ADVISOR.id,
        advisor_name=ADVISOR.name,
        state=state,
        revision=revision or a_revision(),
        decisions=(),
        created_at=NOON,
        updated_at=NOON,
    )


def a_block(reason: str = "须修改。") -> Finding:
    return Finding(category="numbers", severity=Severity.BLOCK, statement_id="s1", span="5%", reason=reason)
