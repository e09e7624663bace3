"""Publish library files: versions, products and their traces commit together; the indexes follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import NotPermitted, Unavailable
from assistant.identity.model import Actor, Role
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.renew_products import renew
from assistant.workflows.void_outdated import VoidOutdated
from knowledge.documents.loading import load_folder
from knowledge.documents.model import LoadedVersion, Version
from knowledge.documents.succession import Succession
from knowledge.products.loading import product_of
from retrieval.indexing import Indexer

KEEPERS = frozenset({Role.KEEPER, Role.ADMINISTRATOR, Role.SYSTEM})
"""Who may change the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What changed."""

    published: tuple[str, ...]
    """``SUIT@2022-08-12`` of each version that is new, or newly closed."""
    unchanged: int
    products: int
    """Products that are new or have new terms."""
    indexed_documents: int
    voided_cases: tuple[str, ...]
    """Unsent cases that rested on what changed, and went back to their authors."""
    superseded: tuple[str, ...] = ()
    """Versions that a new one took the place of: they end on its first day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a unit of work published."""

    published: tuple[Version, ...]
    superseded: tuple[Version, ...]
    unchanged: int
    products: int


@dataclass(frozen=True, slots=True)
class PublishLibrary:
    """All files or none; the same files again change nothing."""

    storage: Storage
    indexer: Indexer
    void_outdated: VoidOutdated
    clock: Clock

    def __call__(self, path: Path, *, supersede: bool = False, by: Actor) -> PublishReport:
        """Publish one file or a folder.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: a file is wrong; the message lists every problem by file.
            Conflict: a published text would change, or two versions would be in force on one day.
            Unavailable: it is published, but the index could not follow; publishing again catches up.

        """
        refuse_unless_keeper(by)
        return self.publish_loaded(load_folder(path), supersede=supersede, by=by)

    def publish_loaded(self, loaded: Sequence[LoadedVersion], *, supersede: bool = False, by: Actor) -> PublishReport:
        """Publish versions that were read already, oldest first.

        With ``supersede`` the version that is in force on the first day of a new one ends there.

        Raises:
            NotPermitted: this actor does not keep the library.
            Conflict: a published text would change, or two versions would be in force on one day.
            Unavailable: it is published, but the index could not follow; publishing again catches up.

        """
        refuse_unless_keeper(by)
        with self.storage.unit_of_work() as work:
            changes = self.within(work, loaded, supersede=supersede, by=by)
        return self.report(changes)

    def within(
        self, work: UnitOfWork, loaded: Sequence[LoadedVersion], *, supersede: bool = False, by: Actor
    ) -> Changes:
        """Publish in a unit of work that does more; call :meth:`report` once it is committed."""
        has_products = _check_products(loaded)
        published: list[Version] = []
        superseded: list[Version] = []
        for each in sorted(loaded, key=_age):
            fits = work.documents.publish(each, at=self.clock.now(), supersede=supersede)
            if fits is None:
                continue
            trace_publication(work, each, fits, by=by, clock=self.clock)
            published.append(each.version)
            if fits.closes is not None:
                superseded.append(fits.closes)
        if published:
            work.documents.derive_citations(published)
        return Changes(
            published=tuple(published),
            superseded=tuple(superseded),
            unchanged=len(loaded) - len(published),
            products=renew(work, self.clock) if has_products else 0,
        )

    def report(self, changes: Changes) -> PublishReport:
        """Let the drafts and the indexes follow what was committed; what must not leave waits for no index.

        Raises:
            Unavailable: the index could not; publishing again catches up.

        """
        voided = self._voided(changes)
        indexed = follow(self.indexer, f"已发布 {len(changes.published)} 个版本")
        return PublishReport(
            published=tuple(version.name for version in changes.published),
            superseded=tuple(version.name for version in changes.superseded),
            unchanged=changes.unchanged,
            products=changes.products,
            indexed_documents=indexed,
            voided_cases=voided,
        )

    def _voided(self, changes: Changes) -> tuple[str, ...]:
        """What rested on the documents that changed; a product that changed may concern any draft."""
        if changes.products:
            return self.void_outdated()
        documents = {version.document_id for version in changes.published}
        return self.void_outdated(documents) if documents else ()


def refuse_unless_keeper(by: Actor) -> None:
    """``NotPermitted`` for everybody who does not keep the library."""
    if by.role not in KEEPERS:
        raise NotPermitted("只有知识管理员可以修改知识库。")


def follow(indexer: Indexer, done: str) -> int:
    """Let the indexes follow a change that is committed; how many documents were indexed.

    Raises:
        Unavailable: they could not; the message begins with what was ``done`` all the same.

    """
    try:
        return indexer.catch_up()
    except Unavailable as error:
        raise Unavailable(f"{done}，但检索索引没有跟上：{error.message}") from error


def trace_publication(work: UnitOfWork, loaded: LoadedVersion, fits: Succession, *, by: Actor, clock: Clock) -> None:
    """Write the audit entries of one publication, in its unit of work."""
    version, at = loaded.version, clock.now()
    ends = version.period.effective_to
    work.audit.add(
        AuditEvent.VERSION_PUBLISHED,
        actor=by,
        subject=version.subject,
        detail={
            "digest": version.digest,
            "provisions": len(loaded.provisions),
            "effective_from": version.period.effective_from.isoformat(),
            "effective_to": ends.isoformat() if ends else None,
            "replaces": version.replaces,
        },
        at=at,
    )
    if fits.closes is not None:
        work.audit.add(
            AuditEvent.VERSION_SUPERSEDED,
            actor=by,
            subject=fits.closes.subject,
            detail={"by": version.label, "effective_to": version.period.effective_from.isoformat()},
            at=at,
        )


def _check_products(loaded: Sequence[LoadedVersion]) -> bool:
    """Whether there are any; ``Invalid`` where the terms of one are wrong, also of one whose day is still to come."""
    products = [product_of(each.product, each.version.document_id) for each in loaded if each.product is not None]
    return bool(products)


def _age(loaded: LoadedVersion) -> tuple[str, date]:
    return loaded.version.document_id, loaded.version.period.effective_from
