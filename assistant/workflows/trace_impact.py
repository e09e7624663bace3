"""Trace what rests on articles that change or end: texts on their way to customers, and other texts of the library."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.clock import Clock
from assistant.dispatch.model import DispatchState
from assistant.drafting.model import DraftKind
from assistant.errors import NotPermitted
from assistant.identity.model import Actor, Role
from assistant.review.model import RestingCase, ReviewState
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.correct_version import wrong_version
from assistant.workflows.publish_library import KEEPERS
from assistant.workflows.show_provision import ShowProvision
from knowledge.documents.citations import WHOLE
from knowledge.documents.comparison import ArticleChange, Change, compare
from knowledge.documents.model import Kind, LoadedVersion, Provision, Version
from knowledge.documents.succession import succession

_READERS = KEEPERS | {Role.REVIEWER}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactedCase:
    """A text on its way to a customer that goes back to its author on the day when what it cites ends."""

    case_id: str
    kind: DraftKind
    state: ReviewState
    advisor_name: str
    references: tuple[str, ...]
    """The articles that it cites and that end."""
    words_changed: bool
    """Whether one of them will say anything else; otherwise only the version is new."""
    queued: int
    """Dispatches that are waiting to leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactedText:
    """A provision of the library that cites an article which changes, to be looked at by its keeper."""

    provision: Provision
    cites: str
    """The locator of that article; empty where the document is cited as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What rests on one document's articles that change or end."""

    document_id: str
    title: str
    day: date
    """From this day on the articles no longer hold as they were."""
    changes: tuple[ArticleChange, ...]
    """What becomes of the articles in question; unchanged ones left out."""
    cases: tuple[ImpactedCase, ...]
    """Unsent ones, oldest id first; approved and queued ones among them."""
    texts: tuple[ImpactedText, ...]
    """In force on that day, other documents only, by kind and document."""

    def of_kind(self, kind: Kind) -> tuple[ImpactedText, ...]:
        """The texts of one kind."""
        return tuple(text for text in self.texts if text.provision.kind is kind)


@dataclass(frozen=True, slots=True)
class TraceImpact:
    """For keepers and reviewers; nothing is changed by looking."""

    storage: Storage
    show_provision: ShowProvision
    clock: Clock

    def of_version(self, document_id: str, label: str, *, by: Actor) -> Impact:
        """What a published version changes, by superseding the one before, by ending, or by being withdrawn.

        Raises:
            NotPermitted: this actor neither keeps the library nor reviews.
            NotFound: there is no such version.

        """
        _refuse_others(by)
        with self.storage.reading() as work:
            version = work.documents.version(document_id, label)
            before, after, day = _step(work.documents.versions(document_id), version)
            old, new = (
                work.documents.provisions_of(document_id, each.label) if each else () for each in (before, after)
            )
            return self._impact(work, version, before, compare(old, new).articles, day)

    def of_loaded(self, loaded: LoadedVersion, *, correcting: bool = False, by: Actor) -> Impact:
        """What a version would change if it were published now.

        It supersedes the version that is in force on its first day, or, ``correcting``, takes the place of the one that
        begins with it, and then from today on.

        Raises:
            NotPermitted: this actor neither keeps the library nor reviews.
            NotFound: there is nothing to correct.
            Conflict: it cannot be published as it is.

        """
        _refuse_others(by)
        version = loaded.version
        with self.storage.reading() as work:
            known = work.documents.versions(version.document_id)
            before: Version | None
            if correcting:
                before, day = wrong_version(known, version, None), self.clock.today()
            else:
                before, day = succession(version, known, supersede=True).closes, version.period.effective_from
            old = work.documents.provisions_of(version.document_id, before.label) if before else ()
            return self._impact(work, version, before, compare(old, loaded.provisions).articles, day)

    def of_ending(self, document_id: str, label: str, *, on: date | None = None, by: Actor) -> Impact:
        """What a repeal of a version on a day, or its withdrawal today, would change.

        Raises:
            NotPermitted: this actor neither keeps the library nor reviews.
            NotFound: there is no such version.

        """
        _refuse_others(by)
        with self.storage.reading() as work:
            version = work.documents.version(document_id, label)
            changes = compare(work.documents.provisions_of(document_id, label), ()).articles
            return self._impact(work, version, version, changes, on or self.clock.today())

    def of_article(self, reference: str, *, on: date | None = None, by: Actor) -> Impact:
        """What rests on one article as in force on a day, and what becomes of it if a later version is published.

        Raises:
            NotPermitted: this actor neither keeps the library nor reviews.
            Invalid: the reference cannot be read.
            NotFound: there is no such article on this day.

        """
        _refuse_others(by)
        provision = self.show_provision(reference, as_of=on, by=by)
        ref = provision.ref
        with self.storage.reading() as work:
            version = work.documents.version(ref.document_id, ref.version)
            change = self._next_change(work, version, provision)
            day = version.period.effective_to or on or self.clock.today()
            return Impact(
                document_id=ref.document_id,
                title=version.title,
                day=day,
                changes=(change,) if change and change.change is not Change.UNCHANGED else (),
                cases=_cases(work, version, {ref.locator: change}),
                texts=_texts(work, version, {ref.locator}, on or self.clock.today()),
            )

    def _impact(
        self, work: UnitOfWork, version: Version, before: Version | None, changes: Sequence[ArticleChange], day: date
    ) -> Impact:
        became = {change.before.ref.locator: change for change in changes if change.before is not None}
        telling = {locator for locator, change in became.items() if change.change is not Change.UNCHANGED}
        if became and all(change.after is None for change in became.values()):
            telling.add(WHOLE)
        return Impact(
            document_id=version.document_id,
            title=version.title,
            day=day,
            changes=tuple(change for change in changes if change.change is not Change.UNCHANGED),
            cases=_cases(work, before, became) if before is not None else (),
            texts=_texts(work, version, telling, max(day, self.clock.today())) if before is not None else (),
        )

    def _next_change(self, work: UnitOfWork, version: Version, provision: Provision) -> ArticleChange | None:
        """What the published successor makes of an article; ``None`` while none is published."""
        before, after, _ = _step_after(work.documents.versions(version.document_id), version)
        if before is None:
            return None
        old = work.documents.provisions_of(version.document_id, before.label)
        new = work.documents.provisions_of(version.document_id, after.label) if after else ()
        return compare(old, new).of_before(provision.ref.locator)


_Step = tuple[Version | None, Version | None, date]


def _step(known: Sequence[Version], version: Version) -> _Step:
    """The version that ends, the one that takes its place, and the day."""
    before, after, day = _step_after(known, version)
    if before is not None and after is None:
        return before, after, day
    begins = version.period.effective_from
    ended = [each for each in known if each.withdrawal is None and each.period.effective_to == begins]
    corrected = [each for each in known if each.label == version.replaces]
    return next(iter([*corrected, *ended]), None), version, begins


def _step_after(known: Sequence[Version], version: Version) -> _Step:
    """The end of a version: withdrawn, repealed or superseded; nothing ends while it is open."""
    begins, ends = version.period.effective_from, version.period.effective_to
    standing = [each for each in known if each.withdrawal is None and each.label != version.label]
    if version.withdrawal is not None:
        return version, next((each for each in standing if each.replaces == version.label), None), begins
    if ends is None:
        return None, None, begins
    return version, next((each for each in standing if each.period.effective_from == ends), None), ends


def _cases(work: UnitOfWork, before: Version, became: Mapping[str, ArticleChange | None]) -> tuple[ImpactedCase, ...]:
    found = []
    for case in work.cases.resting_on({before.document_id}):
        ending = {
            reference: became[locator]
            for reference in sorted(case.references)
            if (locator := _locator(reference, before)) is not None and locator in became
        }
        if ending:
            found.append(_case(work, case, ending))
    return tuple(found)


def _case(work: UnitOfWork, case: RestingCase, ending: Mapping[str, ArticleChange | None]) -> ImpactedCase:
    dispatches = work.dispatches.of_case(case.case_id) if case.state is ReviewState.APPROVED else ()
    return ImpactedCase(
        case_id=case.case_id,
        kind=case.kind,
        state=case.state,
        advisor_name=case.advisor_name,
        references=tuple(ending),
        words_changed=any(change is not None and change.words_changed for change in ending.values()),
        queued=sum(dispatch.state is DispatchState.QUEUED for dispatch in dispatches),
    )


def _locator(reference: str, version: Version) -> str | None:
    """The locator in a reference to this version; ``None`` in one to another."""
    document_id, _, rest = reference.partition(":")
    locator, _, label = rest.partition("@")
    return locator if (document_id, label) == (version.document_id, version.label) else None


def _texts(work: UnitOfWork, version: Version, locators: Iterable[str], on: date) -> tuple[ImpactedText, ...]:
    cited = work.documents.citing(version.document_id, frozenset(locators), on=on)
    texts = [
        ImpactedText(provision=provision, cites=locator)
        for provision, locator in cited
        if provision.ref.document_id != version.document_id
    ]
    return tuple(sorted(texts, key=lambda text: (text.provision.kind, text.provision.ref, text.cites)))


def _refuse_others(by: Actor) -> None:
    if by.role not in _READERS:
        raise NotPermitted("只有知识管理员和合规审核可以查看影响范围。")
