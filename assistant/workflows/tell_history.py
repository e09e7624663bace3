"""Tell the history of a document by versions, and of one article through all its numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assistant.audit.model import AuditEntry, AuditEvent
from assistant.clock import Clock
from assistant.errors import NotFound
from assistant.identity.model import SYSTEM, Actor, Role
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.show_provision import ShowProvision
from knowledge.documents.comparison import ArticleChange, Change, Comparison, compare
from knowledge.documents.model import Provision, Version, VersionState

_EVENTS = frozenset(
    {
        AuditEvent.VERSION_PUBLISHED,
        AuditEvent.VERSION_SUPERSEDED,
        AuditEvent.VERSION_REPEALED,
        AuditEvent.VERSION_REOPENED,
        AuditEvent.VERSION_WITHDRAWN,
        AuditEvent.VERSION_ANNOTATED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionEvent:
    """Something that was done to a version."""

    event: AuditEvent
    at: datetime
    by: str
    """The name of who did it."""
    reason: str | None
    effective_to: date | None
    """The end that the version got by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionStage:
    """A version in the life of its document."""

    version: Version
    state: VersionState
    articles: int
    events: tuple[VersionEvent, ...]
    """Oldest first; none are told to customers."""
    counts: dict[Change, int] | None
    """How many articles changed since the version before; ``None`` for the first, and for withdrawn ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHistory:
    """Every version that the reader may see, oldest first, with its state on a day."""

    document_id: str
    on: date
    stages: tuple[VersionStage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleStage:
    """An article in one version."""

    version: Version
    state: VersionState
    provision: Provision | None
    """``None`` in the version that repealed it."""
    change: ArticleChange | None
    """Against the version before; ``None`` where the history begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHistory:
    """One article from the version that brought it to the one that took it, oldest first; withdrawn ones left out."""

    document_id: str
    on: date
    stages: tuple[ArticleStage, ...]


@dataclass(frozen=True, slots=True)
class TellHistory:
    """A document that the reader may not see has no history."""

    storage: Storage
    show_provision: ShowProvision
    clock: Clock

    def document(self, document_id: str, *, on: date | None = None, by: Actor) -> DocumentHistory:
        """The versions of a document with their states on a day, today by default.

        Raises:
            NotFound: there is no such document for this reader.

        """
        day = on or self.clock.today()
        with self.storage.reading() as work:
            readable = _readable(work.documents.versions(document_id), by)
            counts = _changes(work, readable)
            sizes = work.documents.sizes(document_id)
            stages = tuple(
                VersionStage(
                    version=version,
                    state=version.state(day, others=readable),
                    articles=sizes[document_id, version.label],
                    events=() if by.role is Role.CUSTOMER else tuple(_events(work, version)),
                    counts=counts.get(version.label),
                )
                for version in readable
            )
        return DocumentHistory(document_id=document_id, on=day, stages=stages)

    def article(self, reference: str, *, on: date | None = None, by: Actor) -> ArticleHistory:
        """One article, followed through its numbers, as named by a reference or as in force on a day.

        Raises:
            Invalid: the reference cannot be read.
            NotFound: there is no such article for this reader on this day.

        """
        day = on or self.clock.today()
        start = self.show_provision(reference, as_of=day, by=by)
        document_id = start.ref.document_id
        with self.storage.reading() as work:
            known = _readable(work.documents.versions(document_id), by)
            standing = [
                version for version in known if version.withdrawal is None or version.label == start.ref.version
            ]
            texts = [work.documents.provisions_of(document_id, version.label) for version in standing]
        chain = _followed(start, [version.label for version in standing], texts)
        stages = tuple(
            ArticleStage(
                version=standing[at], state=standing[at].state(day, others=known), provision=provision, change=change
            )
            for at, provision, change in chain
        )
        return ArticleHistory(document_id=document_id, on=day, stages=stages)


_Link = tuple[int, Provision | None, ArticleChange | None]


def _followed(start: Provision, labels: Sequence[str], texts: Sequence[Sequence[Provision]]) -> list[_Link]:
    at = labels.index(start.ref.version)
    steps = [compare(texts[index - 1], texts[index]) for index in range(1, len(texts))]
    came = [*_backwards(start, at, steps)]
    return [*reversed(came), *_forwards(start, at, steps)]


def _backwards(start: Provision, at: int, steps: Sequence[Comparison]) -> Iterator[_Link]:
    """The article itself with what made it so, then each of its forms before."""
    provision: Provision | None = start
    while provision is not None:
        change = steps[at - 1].of_after(provision.ref.locator) if at > 0 else None
        yield at, provision, change
        provision = change.before if change else None
        at -= 1


def _forwards(start: Provision, at: int, steps: Sequence[Comparison]) -> Iterator[_Link]:
    provision: Provision | None = start
    for index in range(at, len(steps)):
        change = steps[index].of_before(provision.ref.locator) if provision else None
        if change is None:
            return
        provision = change.after
        yield index + 1, provision, change


def _readable(known: Sequence[Version], by: Actor) -> tuple[Version, ...]:
    readable = tuple(version for version in known if by.may_read(version))
    if not readable:
        raise NotFound("知识库中没有这份文件。")
    return readable


def _changes(work: UnitOfWork, versions: Sequence[Version]) -> dict[str, dict[Change, int]]:
    standing = [version for version in versions if version.withdrawal is None]
    texts = [work.documents.provisions_of(version.document_id, version.label) for version in standing]
    return {standing[index].label: compare(texts[index - 1], texts[index]).counts for index in range(1, len(standing))}


def _events(work: UnitOfWork, version: Version) -> Iterator[VersionEvent]:
    for entry in work.audit.entries(subject=version.subject):
        if entry.record.event in _EVENTS:
            yield _event(work, entry)


def _event(work: UnitOfWork, entry: AuditEntry) -> VersionEvent:
    detail = entry.record.detail
    ends = detail.get("effective_to")
    return VersionEvent(
        event=entry.record.event,
        at=entry.record.at,
        by=_name(work, entry.record.actor_id),
        reason=detail.get("reason"),
        effective_to=date.fromisoformat(ends) if ends else None,
    )


def _name(work: UnitOfWork, actor_id: str) -> str:
    if actor_id == SYSTEM.id:
        return SYSTEM.name
    try:
        return work.accounts.get(actor_id).actor.name
    except NotFound:
        return actor_id
