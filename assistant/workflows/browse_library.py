"""The library's documents, their versions and provisions, as far as the reader may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from assistant.clock import Clock
from assistant.errors import NotFound
from assistant.identity.model import Actor
from assistant.storage import Storage
from knowledge.documents.model import Kind, Provision, Version, VersionState


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryEntry:
    """A version as it stands in a list."""

    version: Version
    state: VersionState
    articles: int


@dataclass(frozen=True, slots=True)
class BrowseLibrary:
    """A document that the reader may not see is not there."""

    storage: Storage
    clock: Clock

    def documents(
        self, by: Actor, *, text: str | None = None, kinds: Collection[Kind] = (), in_force_on: date | None = None
    ) -> tuple[Version, ...]:
        """Versions that fit, by kind and title."""
        with self.storage.reading() as work:
            found = work.documents.documents(
                kinds=frozenset(kinds), text=text, audiences=by.reads.may_read, in_force_on=in_force_on
            )
        return tuple(version for version in found if by.may_read(version))

    def entries(
        self,
        by: Actor,
        *,
        text: str | None = None,
        kinds: Collection[Kind] = (),
        issuer: str | None = None,
        states: Collection[VersionState] = (),
        in_force_on: date | None = None,
        on: date | None = None,
    ) -> tuple[LibraryEntry, ...]:
        """Versions that fit, by kind, document and age, each with its size and its state on a day, today by default.

        ``text`` is sought in ids, names, document numbers and topics; ``issuer`` is one of :meth:`issuers`.
        """
        day = on or in_force_on or self.clock.today()
        with self.storage.reading() as work:
            everything = work.documents.documents(audiences=by.reads.may_read, kinds=frozenset(kinds))
            fitting = work.documents.documents(
                audiences=by.reads.may_read, kinds=frozenset(kinds), text=text, in_force_on=in_force_on
            )
            sizes = work.documents.sizes()
        of_document: dict[str, list[Version]] = {}
        for version in filter(by.may_read, everything):
            of_document.setdefault(version.document_id, []).append(version)
        entries = (
            LibraryEntry(
                version=version,
                state=version.state(day, others=of_document[version.document_id]),
                articles=sizes[version.document_id, version.label],
            )
            for version in fitting
            if by.may_read(version) and (issuer is None or version.issuer == issuer)
        )
        return tuple(entry for entry in entries if not states or entry.state in states)

    def issuers(self, by: Actor) -> tuple[str, ...]:
        """Who issued what this reader may read, most documents first."""
        documents: dict[str, set[str]] = {}
        for version in self.documents(by):
            documents.setdefault(version.issuer, set()).add(version.document_id)
        return tuple(sorted(documents, key=lambda issuer: (-len(documents[issuer]), issuer)))

    def versions(self, document_id: str, *, by: Actor) -> tuple[Version, ...]:
        """All versions of one document, oldest first."""
        with self.storage.reading() as work:
            versions = work.documents.versions(document_id)
        return _readable(versions, by)

    def provisions(self, document_id: str, label: str, *, by: Actor) -> tuple[Provision, ...]:
        """One version, whole."""
        with self.storage.reading() as work:
            _readable((work.documents.version(document_id, label),), by)
            return work.questions.attached(work.documents.provisions_of(document_id, label))


def _readable(versions: tuple[Version, ...], by: Actor) -> tuple[Version, ...]:
    readable = tuple(version for version in versions if by.may_read(version))
    if not readable:
        raise NotFound("知识库中没有这份文件。")
    return readable
