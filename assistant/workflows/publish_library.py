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
from assistant.workflows.void_outdated import VoidOutdated
from knowledge.documents.loading import load_folder
from knowledge.documents.model import LoadedVersion
from knowledge.products.loading import product_of
from retrieval.indexing import Indexer

_PUBLISHERS = frozenset({Role.KEEPER, Role.ADMINISTRATOR, Role.SYSTEM})


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


@dataclass(frozen=True, slots=True)
class PublishLibrary:
    """All files or none; the same files again change nothing."""

    storage: Storage
    indexer: Indexer
    void_outdated: VoidOutdated
    clock: Clock

    def __call__(self, path: Path, *, by: Actor) -> PublishReport:
        """Publish one file or a folder.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: a file is wrong; the message lists every problem by file.
            Conflict: a published text would change, or two versions would be in force on one day.
            Unavailable: it is published, but the index could not follow; publishing again catches up.

        """
        if by.role not in _PUBLISHERS:
            raise NotPermitted("只有知识管理员可以发布知识库。")
        loaded = load_folder(path)
        with self.storage.unit_of_work() as work:
            published = tuple(name for each in loaded if (name := self._publish(work, each, by)))
            products = self._upsert_products(work, loaded)
        try:
            indexed = self.indexer.catch_up()
        except Unavailable as error:
            raise Unavailable(f"已发布 {len(published)} 个版本，但检索索引没有跟上：{error.message}") from error
        voided = self.void_outdated() if published or products else ()
        return PublishReport(
            published=published,
            unchanged=len(loaded) - len(published),
            products=products,
            indexed_documents=indexed,
            voided_cases=voided,
        )

    def _publish(self, work: UnitOfWork, loaded: LoadedVersion, by: Actor) -> str | None:
        at = self.clock.now()
        if not work.documents.publish(loaded, at=at):
            return None
        version = loaded.version
        work.audit.add(
            AuditEvent.VERSION_PUBLISHED,
            actor=by,
            subject=f"document:{version.document_id}@{version.label}",
            detail={
                "digest": version.digest,
                "provisions": len(loaded.provisions),
                "effective_from": version.period.effective_from.isoformat(),
                "effective_to": version.period.effective_to.isoformat() if version.period.effective_to else None,
            },
            at=at,
        )
        return f"{version.document_id}@{version.label}"

    def _upsert_products(self, work: UnitOfWork, loaded: Sequence[LoadedVersion]) -> int:
        """Products as the version in force today has them."""
        today = self.clock.today()
        return sum(
            work.products.upsert(product_of(each.product, each.version.document_id))
            for each in loaded
            if each.product is not None and _sold_on(each, today)
        )


def _sold_on(loaded: LoadedVersion, day: date) -> bool:
    return loaded.version.period.in_force_on(day)
