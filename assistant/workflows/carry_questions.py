"""Carry the kept questions of a document along when a new version only numbers their articles otherwise."""

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.identity.model import Actor
from assistant.storage import UnitOfWork
from knowledge.documents.comparison import compare
from knowledge.documents.keeping.questions import carried
from knowledge.documents.model import LoadedVersion, Version


def carry_questions(work: UnitOfWork, published: LoadedVersion, *, by: Actor, clock: Clock) -> int:
    """Within the unit of work that publishes; how many questions were carried.

    Those of the number before stay: they count for the version before.
    """
    version = published.version
    kept = work.questions.of_document(version.document_id)
    before = _before(version, work.documents.versions(version.document_id)) if kept else None
    if before is None:
        return 0
    comparison = compare(work.documents.provisions_of(before.document_id, before.label), published.provisions)
    moved = carried(kept, comparison)
    for question in moved:
        work.questions.save(question, at=clock.now())
        work.audit.add(
            AuditEvent.QUESTION_CARRIED,
            actor=by,
            subject=f"question:{question.id}",
            detail={
                "provision": f"{question.document_id}:{question.locator}",
                "version": version.label,
                "state": question.state.value,
            },
            at=clock.now(),
        )
    return len(moved)


def _before(version: Version, known: tuple[Version, ...]) -> Version | None:
    """The version that this one corrects, or the last that began before it."""
    if version.replaces is not None:
        return next((each for each in known if each.label == version.replaces), None)
    begins = version.period.effective_from
    earlier = [each for each in known if each.withdrawal is None and each.period.effective_from < begins]
    return max(earlier, key=lambda each: each.period.effective_from, default=None)
