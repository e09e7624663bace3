"""Compare two versions article by article, as far as the reader may see them."""

from dataclasses import dataclass

from assistant.errors import Invalid, NotFound
from assistant.identity.model import Actor
from assistant.storage import Storage, UnitOfWork
from knowledge.documents.comparison import Comparison, compare
from knowledge.documents.model import LoadedVersion, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionComparison:
    """What changed from one version to the other."""

    before: Version
    after: Version
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class CompareVersions:
    """A version that the reader may not see is not there."""

    storage: Storage

    def __call__(self, before: str, after: str, *, by: Actor) -> VersionComparison:
        """Compare by name (``SUIT@2020-10-30``), also versions of two documents.

        Raises:
            Invalid: a name cannot be read.
            NotFound: there is no such version for this reader.

        """
        with self.storage.reading() as work:
            one, other = (_readable(work, name, by) for name in (before, after))
            return _compared(work, one, other)

    def latest(self, document_id: str, *, by: Actor) -> VersionComparison:
        """Compare the last two versions of a document that were not withdrawn.

        Raises:
            NotFound: there is no such document for this reader, or only one version of it.

        """
        with self.storage.reading() as work:
            known = [each for each in work.documents.versions(document_id) if by.may_read(each)]
            standing = [each for each in known if each.withdrawal is None]
            if not known:
                raise NotFound("知识库中没有这份文件。")
            if len(standing) < 2:  # noqa: PLR2004 - it takes two
                raise NotFound(f"{document_id} 只有一个版本，没有可以对比的。")
            return _compared(work, *standing[-2:])

    def with_loaded(self, loaded: LoadedVersion, *, by: Actor) -> VersionComparison | None:
        """Compare what would be published with the version before it; ``None`` where it would be the first.

        A version that begins on the same day, which this one would correct, counts as the one before.
        """
        version = loaded.version
        with self.storage.reading() as work:
            earlier = [
                each
                for each in work.documents.versions(version.document_id)
                if each.withdrawal is None
                and each.label != version.label
                and each.period.effective_from <= version.period.effective_from
                and by.may_read(each)
            ]
            if not earlier:
                return None
            before = work.documents.provisions_of(version.document_id, earlier[-1].label)
        return VersionComparison(before=earlier[-1], after=version, comparison=compare(before, loaded.provisions))


def _readable(work: UnitOfWork, name: str, by: Actor) -> Version:
    document_id, at, label = name.strip().partition("@")
    if not (document_id and at and label):
        raise Invalid(f"「{name.strip()[:80]}」不是版本，应写作 SUIT@2022-08-12。")
    version = work.documents.version(document_id, label)
    if not by.may_read(version):
        raise NotFound(f"知识库里没有 {document_id} 的 {label} 版。")
    return version


def _compared(work: UnitOfWork, before: Version, after: Version) -> VersionComparison:
    one, other = (work.documents.provisions_of(each.document_id, each.label) for each in (before, after))
    return VersionComparison(before=before, after=after, comparison=compare(one, other))
