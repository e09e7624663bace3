"""The checks that a model's sentences must pass before they are kept, as reasons to repair them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from assistant.analysis.model import Fact
from assistant.checks.model import Severity
from assistant.checks.numbers import number_findings
from assistant.checks.wording import wording_findings
from assistant.drafting.model import Draft, DraftKind, Evidence, Section, Statement, WriterTrace
from assistant.drafting.ports import Fault


def find_faults(
    statements: Sequence[Statement], evidence: Sequence[Evidence], facts: Sequence[Fact]
) -> Sequence[Fault]:
    """Unproven numbers and forbidden wording. Citations are resolved, and suitability is checked, elsewhere."""
    findings = list(number_findings(_draft(statements, evidence, facts), settled=()))
    for statement in statements:
        findings += (
            finding.model_copy(update={"statement_id": statement.id}) for finding in wording_findings(statement.text)
        )
    return [Fault(finding.statement_id, finding.reason) for finding in findings if finding.severity is Severity.BLOCK]


def _draft(statements: Sequence[Statement], evidence: Sequence[Evidence], facts: Sequence[Fact]) -> Draft:
    """The number check reads drafts; day and maker play no part in it."""
    return Draft(
        kind=DraftKind.ANSWER,
        customer_id=None,
        question=None,
        as_of=date.min,
        sections=(Section(key="text", title="", statements=tuple(statements)),),
        evidence=tuple(evidence),
        facts=tuple(facts),
        trace=WriterTrace(writer="model"),
        retrieval="",
        created_at=datetime.min.replace(tzinfo=UTC),
    )
