"""Import real documents: propose each as a library file, show what publishing it would mean, publish when confirmed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from assistant.errors import Conflict, Invalid, YiceError
from assistant.identity.model import Actor
from assistant.storage import Storage
from assistant.workflows.publish_library import PublishLibrary, PublishReport, refuse_unless_keeper
from knowledge.documents.importing import Hints, Limits, Proposal, propose
from knowledge.documents.importing.model import Caution, CautionCode
from knowledge.documents.loading import load_bytes
from knowledge.documents.model import Audience, LoadedVersion, Provision, Version
from knowledge.documents.succession import succession


class Standing(StrEnum):
    """What a proposal is to the library as it stands."""

    NEW = "new"
    NEXT = "next"
    """A further version of a document that is known."""
    SAME = "same"
    """Published already, word for word."""
    IN_CONFLICT = "in_conflict"
    """Cannot be published as it is; the message says why."""
    INCOMPLETE = "incomplete"
    """Something is missing that every version must have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """A proposal, beside what the library holds."""

    file_name: str
    proposal: Proposal
    standing: Standing
    message: str
    """What publishing would do, or why it cannot be done: one Chinese sentence."""
    closes: Version | None = None
    """The open version that would end, as it would then be."""

    @property
    def publishable(self) -> bool:
        """Whether confirming it changes the library."""
        return self.standing in {Standing.NEW, Standing.NEXT}

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """What a keeper should look at."""
        return self.proposal.warnings


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import. ``read`` may raise ``Invalid``; it is called once, when the file's turn comes."""

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file."""

    file_name: str
    preview: ImportPreview | None = None
    error: str | None = None
    published: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of all files, in the order given."""

    files: tuple[FileReport, ...]
    publication: PublishReport | None = None
    """What publishing changed; ``None`` where nothing was to be published."""

    @property
    def failed(self) -> tuple[FileReport, ...]:
        """Files of which nothing was taken."""
        return tuple(each for each in self.files if each.error is not None)


@dataclass(frozen=True, slots=True)
class ImportDocuments:
    """Nothing is kept between preview and publication: what is published is the library file that was confirmed."""

    storage: Storage
    publish_library: PublishLibrary
    limits: Limits

    def preview(self, content: bytes, file_name: str, *, hints: Hints | None = None, by: Actor) -> ImportPreview:
        """Read one file and say what publishing it would mean; nothing changes.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: the file cannot be read, or a hint is wrong.

        """
        refuse_unless_keeper(by)
        return self._preview(content, file_name, hints or Hints(), before=())

    def publish(self, markdown: bytes, *, supersede: bool = False, by: Actor) -> PublishReport:
        """Publish a library file as the keeper confirmed it.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: the file is wrong, one line a problem.
            Conflict: a published text would change, or two versions would be in force on one day.
            Unavailable: it is published, but the index could not follow; publishing again catches up.

        """
        refuse_unless_keeper(by)
        return self.publish_library.publish_loaded([load_bytes(markdown)], supersede=supersede, by=by)

    def __call__(
        self,
        sources: Sequence[Source],
        *,
        hints: Hints | None = None,
        confirm: bool = False,
        by: Actor,
        progress: Callable[[str], None] = lambda _name: None,
    ) -> ImportReport:
        """Read many files, and publish those that can be where ``confirm`` says so.

        A file that cannot be read stops no other, and nothing of it is taken. ``progress`` is told each name when its
        turn comes.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: a hint names one document, but there are several files.
            Unavailable: what could be published is, but the index could not follow.

        """
        refuse_unless_keeper(by)
        hints = hints or Hints()
        if len(sources) > 1 and (hints.title or hints.label or hints.document_number):
            raise Invalid("名称、文号和版本号只能在导入一个文件时指定。")
        files = self._read(sources, hints, progress)
        return self._publish(files, by) if confirm else ImportReport(files=files)

    def _read(self, sources: Sequence[Source], hints: Hints, progress: Callable[[str], None]) -> tuple[FileReport, ...]:
        reports: list[FileReport] = []
        for source in sources:
            progress(source.name)
            before = [each.preview.proposal.loaded for each in reports if each.preview and each.preview.publishable]
            try:
                content = source.read()
                preview = self._preview(content, source.name, hints, before=[each for each in before if each])
            except YiceError as error:
                reports.append(FileReport(file_name=source.name, error=error.message))
                continue
            stopped = preview.message if preview.standing in _STOPPED else None
            reports.append(FileReport(file_name=source.name, preview=preview, error=stopped))
        return tuple(reports)

    def _publish(self, files: tuple[FileReport, ...], by: Actor) -> ImportReport:
        loaded = [_loaded(each) for each in files if each.preview and each.preview.publishable]
        if not loaded:
            return ImportReport(files=files)
        try:
            publication = self.publish_library.publish_loaded(loaded, supersede=True, by=by)
        except Conflict:
            return self._publish_singly(files, by)
        published = tuple(
            replace(each, published=True) if each.preview and each.preview.publishable else each for each in files
        )
        return ImportReport(files=published, publication=publication)

    def _publish_singly(self, files: tuple[FileReport, ...], by: Actor) -> ImportReport:
        """One unit of work a file, so that one conflict stops no other file."""
        outcome = list(files)
        publications: list[PublishReport] = []
        for at, each in sorted(enumerate(files), key=lambda pair: _age(pair[1])):
            if each.preview is None or not each.preview.publishable:
                continue
            try:
                publications.append(self.publish_library.publish_loaded([_loaded(each)], supersede=True, by=by))
                outcome[at] = replace(each, published=True)
            except Conflict as error:
                outcome[at] = replace(each, error=error.message)
        return ImportReport(files=tuple(outcome), publication=_together(publications))

    def _preview(self, content: bytes, file_name: str, hints: Hints, before: Sequence[LoadedVersion]) -> ImportPreview:
        hints = replace(hints, known={**self._known(before), **hints.known})
        proposal = propose(content, file_name, hints=hints, limits=self.limits)
        if proposal.loaded is None:
            return ImportPreview(
                file_name=file_name,
                proposal=proposal,
                standing=Standing.INCOMPLETE,
                message="没有找到施行日期，请指定生效日期后再发布。",
            )
        others = self._versions(proposal.loaded.version.document_id, before)
        ends = _ends_before_next(proposal.loaded.version, others) if hints.effective_to is None else None
        if ends is not None:
            proposal = propose(content, file_name, hints=replace(hints, effective_to=ends), limits=self.limits)
            told = f"知识库里已有 {ends} 起的版本，这一版的失效日期定为 {ends}。"
            caution = Caution(CautionCode.SUPERSEDES, told)
            proposal = replace(proposal, warnings=(*proposal.warnings, caution))
        return self._placed(file_name, proposal, others, before)

    def _placed(
        self, file_name: str, proposal: Proposal, others: Sequence[Version], before: Sequence[LoadedVersion]
    ) -> ImportPreview:
        loaded = proposal.loaded
        if loaded is None:
            raise Invalid("没有找到施行日期。")
        version = loaded.version
        published = next((other for other in others if other.label == version.label), None)
        if published is not None:
            return self._beside(file_name, proposal, published, loaded, before)
        try:
            fits = succession(version, others, supersede=True)
        except Conflict as error:
            return ImportPreview(
                file_name=file_name, proposal=proposal, standing=Standing.IN_CONFLICT, message=error.message
            )
        if fits.closes is None:
            standing, message = (Standing.NEXT if others else Standing.NEW), f"将发布 {version.name}。"
        else:
            standing = Standing.NEXT
            message = f"将发布 {version.name}；现行的 {fits.closes.label} 版到 {version.period.effective_from} 为止。"
            caution = Caution(CautionCode.SUPERSEDES, message)
            proposal = replace(proposal, warnings=(*proposal.warnings, caution))
        return ImportPreview(
            file_name=file_name, proposal=proposal, standing=standing, message=message, closes=fits.closes
        )

    def _beside(
        self,
        file_name: str,
        proposal: Proposal,
        published: Version,
        loaded: LoadedVersion,
        before: Sequence[LoadedVersion],
    ) -> ImportPreview:
        """Beside a version with the same label: withdrawn, the same text, or another one."""
        if published.withdrawal is not None:
            return ImportPreview(
                file_name=file_name,
                proposal=proposal,
                standing=Standing.IN_CONFLICT,
                message=f"{published.name} 已于 {published.withdrawal.on} 撤回，版本号不能再用；请指定新的版本号。",
            )
        texts = next((each.provisions for each in before if each.version.name == published.name), None)
        if texts is None:
            with self.storage.reading() as work:
                texts = work.documents.provisions_of(published.document_id, published.label)
        same = [_words(each) for each in texts] == [_words(each) for each in loaded.provisions]
        return ImportPreview(
            file_name=file_name,
            proposal=proposal,
            standing=Standing.SAME if same else Standing.IN_CONFLICT,
            message=f"{published.name} 已有同样的文本，不会重复发布。"
            if same
            else f"{published.name} 已有另一份文本（《{published.title}》）。"
            "请换一个文件编号，改生效日期，或对那一版作更正。",
        )

    def _known(self, before: Sequence[LoadedVersion]) -> dict[str, str]:
        """Document id by title and short title."""
        with self.storage.reading() as work:
            versions = [*work.documents.documents(audiences=tuple(Audience)), *(each.version for each in before)]
        short = {version.short_title: version.document_id for version in versions}
        return short | {version.title: version.document_id for version in versions}

    def _versions(self, document_id: str, before: Sequence[LoadedVersion]) -> tuple[Version, ...]:
        """The versions of a document as they will be when those before this one are published."""
        with self.storage.reading() as work:
            known = {version.label: version for version in work.documents.versions(document_id)}
        for each in before:
            version = each.version
            if version.document_id != document_id:
                continue
            closes = succession(version, known.values(), supersede=True).closes
            if closes is not None:
                known[closes.label] = closes
            known[version.label] = version
        return tuple(known.values())


_STOPPED = frozenset({Standing.IN_CONFLICT, Standing.INCOMPLETE})


def _loaded(report: FileReport) -> LoadedVersion:
    if report.preview is None or report.preview.proposal.loaded is None:
        raise Invalid(f"{report.file_name} 还不能发布。")
    return report.preview.proposal.loaded


def _age(report: FileReport) -> tuple[str, date]:
    loaded = report.preview.proposal.loaded if report.preview else None
    return (loaded.version.document_id, loaded.version.period.effective_from) if loaded else ("", date.min)


def _words(provision: Provision) -> tuple[object, ...]:
    return provision.ref.locator, provision.path, provision.heading, provision.text


def _ends_before_next(version: Version, others: Iterable[Version]) -> date | None:
    """The first day of the next version, where this one is older and left open."""
    if version.period.effective_to is not None:
        return None
    later = [
        other.period.effective_from
        for other in others
        if other.withdrawal is None and other.period.effective_from > version.period.effective_from
    ]
    return min(later, default=None)


def _together(reports: Sequence[PublishReport]) -> PublishReport | None:
    if not reports:
        return None
    return PublishReport(
        published=tuple(name for each in reports for name in each.published),
        unchanged=sum(each.unchanged for each in reports),
        products=sum(each.products for each in reports),
        indexed_documents=sum(each.indexed_documents for each in reports),
        voided_cases=tuple(case for each in reports for case in each.voided_cases),
        superseded=tuple(name for each in reports for name in each.superseded),
    )
