"""Show one provision by its reference, as of a day or of a named version."""

from dataclasses import dataclass
from datetime import date

from assistant.clock import Clock
from assistant.errors import Invalid, NotFound
from assistant.identity.model import Actor
from assistant.storage import Storage, UnitOfWork
from knowledge.documents.model import Provision, ProvisionRef
from retrieval.references import cited_articles, merge


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
        if not by.may_read(provision):
            raise NotFound(f"知识库里没有 {reference.strip()}。")
        return provision


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
