"""Show one provision by its reference, as of a day or of a named version."""

from dataclasses import dataclass
from datetime import date

from assistant.clock import Clock
from assistant.errors import Invalid, NotFound
from assistant.identity.model import Actor
from assistant.storage import Storage, UnitOfWork
from knowledge.documents.citations import CitedArticle
from knowledge.documents.model import Kind, Provision, ProvisionRef, Version, VersionState
from retrieval.references import cited_articles, merge


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProvision:
    """A provision with where it stands and what it is linked with."""

    provision: Provision
    version: Version
    state: VersionState
    """Of its version, on the day."""
    on: date
    cites: tuple[Provision, ...]
    """What it cites, as in force on the day."""
    unresolved: tuple[CitedArticle, ...]
    """What it cites and is not in force, not there or not for this reader on the day; whole documents too."""
    cited_by: tuple[Provision, ...]
    """What cites it, in force on the day, by kind and document."""


@dataclass(frozen=True, slots=True)
class ShowProvision:
    """What a citation opens. A provision that the reader may not see is not there."""

    storage: Storage
    clock: Clock

    def __call__(self, reference: str, *, as_of: date | None = None, by: Actor) -> Provision:
        """``SUIT:22@2022-08-12`` is that version; ``SUIT:22`` or 「适当性办法第22条」 is as of a day, today by default.

        Raises:
            Invalid: the reference cannot be read.
            NotFound: there is no such provision for this reader on this day.

        """
        with self.storage.reading() as work:
            if "@" in reference:
                provision = work.documents.provision(ProvisionRef.parse(reference))
            else:
                document_id, locator = _article(work, reference, by)
                provision = work.documents.provision_on(document_id, locator, as_of or self.clock.today())
            (provision,) = work.questions.attached((provision,))
        if not by.may_read(provision):
            raise NotFound(f"知识库里没有 {reference.strip()}。")
        return provision

    def shown(self, reference: str, *, as_of: date | None = None, by: Actor) -> ShownProvision:
        """The same with its state and its links, as far as the reader may see them.

        Raises:
            Invalid: the reference cannot be read.
            NotFound: there is no such provision for this reader on this day.

        """
        day = as_of or self.clock.today()
        provision = self(reference, as_of=as_of, by=by)
        ref = provision.ref
        with self.storage.reading() as work:
            known = [each for each in work.documents.versions(ref.document_id) if by.may_read(each)]
            cited = work.documents.cited_by(ref)
            found = work.documents.provisions_on([f"{each.document_id}:{each.locator}" for each in cited], day)
            citing = work.documents.citing(ref.document_id, {ref.locator}, on=day)
        version = next(each for each in known if each.label == ref.version)
        cites = tuple(each for each in found if by.may_read(each))
        resolved = {CitedArticle(each.ref.document_id, each.ref.locator) for each in cites}
        return ShownProvision(
            provision=provision,
            version=version,
            state=version.state(day, others=known),
            on=day,
            cites=cites,
            unresolved=tuple(each for each in cited if each not in resolved),
            cited_by=tuple(sorted((each for each, _ in citing if by.may_read(each)), key=_kind_and_place)),
        )


def _kind_and_place(provision: Provision) -> tuple[int, str, int]:
    return list(Kind).index(provision.kind), provision.ref.document_id, provision.position


def _article(work: UnitOfWork, reference: str, by: Actor) -> tuple[str, str]:
    document_id, colon, locator = reference.strip().partition(":")
    if colon and document_id and locator and not any(character.isspace() for character in locator):
        return document_id, locator
    versions = [each for each in work.documents.documents(audiences=by.reads.may_read) if by.may_read(each)]
    names = merge(
        (name, each.document_id) for each in versions for name in (each.document_id, each.title, each.short_title)
    )
    cited = cited_articles(reference, names)
    if len(cited) != 1 or len(cited[0].document_ids) != 1:
        raise Invalid(
            f"「{reference.strip()[:80]}」不是条文引用，应写作 SUIT:22、SUIT:22@2022-08-12 或 适当性办法第22条。"
        )
    return next(iter(cited[0].document_ids)), cited[0].locator
