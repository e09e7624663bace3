"""The library's documents, their versions and provisions, as far as the reader may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from assistant.errors import NotFound
from assistant.identity.model import Actor
from assistant.storage import Storage
from knowledge.documents.model import Kind, Provision, Version


@dataclass(frozen=True, slots=True)
class BrowseLibrary:
    """A document that the reader may not see is not there."""

    storage: Storage

    def documents(
        self, by: Actor, *, text: str | None = None, kinds: Collection[Kind] = (), in_force_on: date | None = None
    ) -> tuple[Version, ...]:
        """Versions that fit, by kind and title."""
        with self.storage.reading() as work:
            return work.documents.documents(
                kinds=frozenset(kinds), text=text, audiences=by.reads.may_read, in_force_on=in_force_on
            )

    def versions(self, document_id: str, *, by: Actor) -> tuple[Version, ...]:
        """All versions of one document, oldest first."""
        with self.storage.reading() as work:
            versions = work.documents.versions(document_id)
        return _readable(versions, by)

    def provisions(self, document_id: str, label: str, *, by: Actor) -> tuple[Provision, ...]:
        """One version, whole."""
        with self.storage.reading() as work:
            _readable((work.documents.version(document_id, label),), by)
            return work.documents.provisions_of(document_id, label)


def _readable(versions: tuple[Version, ...], by: Actor) -> tuple[Version, ...]:
    readable = tuple(version for version in versions if version.audience in by.reads.may_read)
    if not readable:
        raise NotFound("知识库中没有这份文件。")
    return readable
