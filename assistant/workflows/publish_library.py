"""Publish library files: versions, products and their traces commit together; the indexes follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import Conflict, NotPermitted, Unavailable
from assistant.identity.model import Actor, Role
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.carry_questions import carry_questions
from assistant.workflows.renew_products import renew
from assistant.workflows.void_outdated import VoidOutdated
from knowledge.documents.loading import load_folder
from knowledge.documents.model import Kind, LoadedVersion, Version, Withdrawal
from knowledge.documents.renewal import as_recorded, corrected_label, labelled
from knowledge.documents.succession import Succession
from knowledge.products.loading import product_of
from retrieval.indexing import Indexer

KEEPERS = frozenset({Role.KEEPER, Role.ADMINISTRATOR, Role.SYSTEM})
"""Who may change the library."""
_SHOWN_CONFLICTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What changed."""

    published: tuple[str, ...] = ()
    """``SUIT@2022-08-12`` of each version that is new, or newly closed."""
    unchanged: int = 0
    products: int = 0
    """Products that are new or have new terms."""
    indexed_documents: int = 0
    voided_cases: tuple[str, ...] = ()
    """Unsent cases that rested on what changed, and went back to their authors."""
    superseded: tuple[str, ...] = ()
    """Versions that a new one took the place of: they end on its first day."""
    corrected: tuple[str, ...] = ()
    """Versions of which the files had another text: withdrawn, the text of the file took their place."""
    annotated: tuple[str, ...] = ()
    """Versions of which only what stands beside the text is new: typical questions, topics, source, verification."""
    left: tuple[str, ...] = ()
    """Why documents stayed as they were: one Chinese sentence each; only where that stops nothing else."""

    def __add__(self, other: "PublishReport") -> "PublishReport":
        """Both, one after the other."""
        return PublishReport(
            published=self.published + other.published,
            unchanged=self.unchanged + other.unchanged,
            products=self.products + other.products,
            indexed_documents=self.indexed_documents + other.indexed_documents,
            voided_cases=self.voided_cases + other.voided_cases,
            superseded=self.superseded + other.superseded,
            corrected=self.corrected + other.corrected,
            annotated=self.annotated + other.annotated,
            left=self.left + other.left,
        )


@dataclass(slots=True, kw_only=True)
class Changes:
    """What a unit of work published."""

    published: list[Version] = field(default_factory=list)
    superseded: list[Version] = field(default_factory=list)
    corrected: list[Version] = field(default_factory=list)
    annotated: list[Version] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unchanged: int = 0
    products: int = 0

    @property
    def documents(self) -> frozenset[str]:
        """Whose versions changed."""
        return frozenset(version.document_id for version in (*self.published, *self.annotated))


@dataclass(frozen=True, slots=True)
class PublishLibrary:
    """All files or none; the same files again change nothing."""

    storage: Storage
    indexer: Indexer
    void_outdated: VoidOutdated
    clock: Clock

    def __call__(self, path: Path, *, supersede: bool = False, correct: bool = False, by: Actor) -> PublishReport:
        """Publish one file or a folder; see :meth:`publish_loaded`.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: a file is wrong; the message lists every problem by file.
            Conflict: a published text would change, or two versions would be in force on one day.
            Unavailable: it is published, but the index could not follow; publishing again catches up.

        """
        refuse_unless_keeper(by)
        return self.publish_loaded(load_folder(path), supersede=supersede, correct=correct, by=by)

    def publish_loaded(
        self, loaded: Sequence[LoadedVersion], *, supersede: bool = False, correct: bool = False, by: Actor
    ) -> PublishReport:
        """Publish versions that were read already, oldest first.

        With ``supersede`` the version that is in force on the first day of a new one ends there. With ``correct`` a
        file that has another text than the version published from it corrects that version, under a label of its own
        (docs/decisions/0015), and an end that only the record knows stays.

        Raises:
            NotPermitted: this actor does not keep the library.
            Conflict: a published text would change, or two versions would be in force on one day; one line a document.
            Unavailable: it is published, but the index could not follow; publishing again catches up.

        """
        refuse_unless_keeper(by)
        with self.storage.unit_of_work() as work:
            changes = self.within(work, loaded, supersede=supersede, correct=correct, by=by)
        return self.report(changes)

    def within(
        self,
        work: UnitOfWork,
        loaded: Sequence[LoadedVersion],
        *,
        supersede: bool = False,
        correct: bool = False,
        by: Actor,
    ) -> Changes:
        """Publish in a unit of work that does more; call :meth:`report` once it is committed."""
        tells_products = _check_products(loaded)
        changes = Changes()
        refused: dict[str, str] = {}
        for each in sorted(loaded, key=_age):
            document_id = each.version.document_id
            if document_id in refused:
                continue  # its next versions would only be told to overlap with this one
            try:
                self._publish(work, each, changes, supersede=supersede, correct=correct, by=by)
            except Conflict as error:
                refused[document_id] = error.message
        if refused:
            raise Conflict(_together(list(refused.values())))
        if changes.published:
            work.documents.derive_citations(changes.published)
        changes.products = renew(work, self.clock) if tells_products else 0
        return changes

    def _publish(
        self,
        work: UnitOfWork,
        loaded: LoadedVersion,
        changes: Changes,
        *,
        supersede: bool,
        correct: bool,
        by: Actor,
    ) -> None:
        line = work.documents.made_from(loaded.version)
        recorded = line[-1] if line else None
        if any(state.digest == loaded.version.digest for state in line) and len(line) > 1:
            changes.unchanged += 1
            return
        if recorded is not None and recorded.digest != loaded.version.digest:
            if correct and recorded.withdrawal is not None:
                changes.left.append(f"{recorded.name} 已由人撤回或更正，文件的新文本没有发布。")
                return
            label = loaded.version.label
            loaded = as_recorded(loaded, recorded, keep_end=correct)
            if correct and not work.documents.says(loaded):
                loaded = self._correct(work, recorded, loaded, label, by=by)
                changes.corrected.append(recorded)
                recorded = None
        self._add(work, loaded, recorded, changes, supersede=supersede, by=by)

    def _add(
        self,
        work: UnitOfWork,
        loaded: LoadedVersion,
        recorded: Version | None,
        changes: Changes,
        *,
        supersede: bool,
        by: Actor,
    ) -> None:
        """Publish a version that is new, or let ``recorded`` follow its file."""
        fits = work.documents.publish(loaded, at=self.clock.now(), supersede=supersede)
        if fits is None:
            changes.unchanged += 1
        elif recorded is not None and recorded.period == loaded.version.period:
            trace_annotation(work, loaded.version, by=by, clock=self.clock)
            changes.annotated.append(loaded.version)
        else:
            trace_publication(work, loaded, fits, by=by, clock=self.clock)
            carry_questions(work, loaded, by=by, clock=self.clock)
            changes.published.append(loaded.version)
            changes.superseded += [fits.closes] if fits.closes is not None else []

    def _correct(
        self, work: UnitOfWork, wrong: Version, file: LoadedVersion, label: str, *, by: Actor
    ) -> LoadedVersion:
        """Withdraw what the file of ``label`` no longer says; the file as the version that takes its place."""
        label = corrected_label(label, file.version.digest)
        reason = f"由 {label} 版更正：文件的正文或要素已修改"
        withdraw(work, wrong, reason=reason, by=by, clock=self.clock, replaced_by=label)
        return labelled(file, label, replaces=wrong.label, period=file.version.period)

    def report(self, changes: Changes) -> PublishReport:
        """Let the drafts and the indexes follow what was committed; what must not leave waits for no index.

        Raises:
            Unavailable: the index could not; publishing again catches up.

        """
        voided = self._voided(changes)
        indexed = follow(self.indexer, f"已发布 {len(changes.published)} 个版本，更新 {len(changes.annotated)} 个")
        return PublishReport(
            published=_names(changes.published),
            superseded=_names(changes.superseded),
            corrected=_names(changes.corrected),
            annotated=_names(changes.annotated),
            left=tuple(changes.left),
            unchanged=changes.unchanged,
            products=changes.products,
            indexed_documents=indexed,
            voided_cases=voided,
        )

    def _voided(self, changes: Changes) -> tuple[str, ...]:
        """What rested on the documents that changed; a product that changed may concern any draft."""
        if changes.products:
            return self.void_outdated()
        return self.void_outdated(changes.documents) if changes.documents else ()


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


def trace_annotation(work: UnitOfWork, version: Version, *, by: Actor, clock: Clock) -> None:
    """Write the audit entry of a version whose typical questions or other notes follow its file."""
    work.audit.add(
        AuditEvent.VERSION_ANNOTATED,
        actor=by,
        subject=version.subject,
        detail={"digest": version.digest},
        at=clock.now(),
    )


def withdraw(
    work: UnitOfWork, version: Version, *, reason: str, by: Actor, clock: Clock, replaced_by: str | None = None
) -> Version:
    """Withdraw within a unit of work, with its trace; ``replaced_by`` is the label of the correction."""
    withdrawal = Withdrawal(on=clock.today(), reason=reason)
    withdrawn = work.documents.withdraw(version.document_id, version.label, withdrawal, at=clock.now())
    work.audit.add(
        AuditEvent.VERSION_WITHDRAWN,
        actor=by,
        subject=withdrawn.subject,
        detail={"reason": reason, "replaced_by": replaced_by},
        at=clock.now(),
    )
    return withdrawn


def _together(refusals: Sequence[str]) -> str:
    lines = list(refusals[:_SHOWN_CONFLICTS])
    if len(refusals) > 1:
        lines.append(f"共 {len(refusals)} 个文档不能发布，什么都没有改变。")
    return "\n".join(lines)


def _names(versions: Sequence[Version]) -> tuple[str, ...]:
    return tuple(version.name for version in versions)


def _check_products(loaded: Sequence[LoadedVersion]) -> bool:
    """Whether any is a product's note, with terms or without them any more.

    Raises:
        Invalid: the terms of one are wrong, also of one whose day is still to come.

    """
    for each in loaded:
        if each.product is not None:
            product_of(each.product, each.version.document_id)
    return any(each.product is not None or each.version.kind is Kind.PRODUCT for each in loaded)


def _age(loaded: LoadedVersion) -> tuple[str, date]:
    return loaded.version.document_id, loaded.version.period.effective_from
