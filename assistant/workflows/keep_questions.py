"""The keeper's hand on typical questions: see, add, confirm and remove them; each act leaves a trace."""

from dataclasses import dataclass, replace

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.errors import Conflict, Invalid, NotFound, NotPermitted
from assistant.identity.model import Actor
from assistant.privacy.masking import contains_identifier
from assistant.storage import Storage, UnitOfWork
from assistant.understanding.questions import understand
from assistant.workflows.publish_library import KEEPERS
from knowledge.documents.keeping.questions import (
    Origin,
    QuestionState,
    TypicalQuestion,
    article_digest,
    plain,
    room_for,
    tidy,
)
from knowledge.documents.model import Provision, ProvisionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQuestion:
    """A question as a keeper sees it. It is 常见问法 to everybody, never law."""

    provision: str
    """``SUIT:22``."""
    text: str
    origin: Origin
    state: QuestionState
    in_use: bool
    """It leads to the provision as in force today."""
    id: str | None = None
    """``None`` for a question written with the text."""
    source: str | None = None


@dataclass(frozen=True, slots=True)
class KeepQuestions:
    """Whoever keeps the library keeps its questions."""

    storage: Storage
    clock: Clock

    def of(self, reference: str, *, by: Actor) -> tuple[KeptQuestion, ...]:
        """The questions of one provision (``SUIT:22``), or of a whole document (``SUIT``): written ones first.

        Raises:
            NotPermitted: this actor does not keep the library.
            NotFound: nothing of that name is in force today.

        """
        _must_keep(by)
        with self.storage.reading() as work:
            provisions = provisions_named(work, reference, self.clock)
            kept = work.questions.of_document(provisions[0].ref.document_id)
        chosen = {each.ref.locator: each for each in provisions}
        written = [view for each in provisions for view in _written(each, kept)]
        return (
            *written,
            *(_view(each, chosen.get(each.locator)) for each in kept if _is_chosen(each, chosen, reference)),
        )

    def waiting(self, *, by: Actor) -> tuple[KeptQuestion, ...]:
        """Proposed questions that nobody has decided on."""
        _must_keep(by)
        with self.storage.reading() as work:
            today = self.clock.today()
            found = work.questions.waiting()
            references = [f"{each.document_id}:{each.locator}" for each in found]
            provisions = {each.ref.short: each for each in work.documents.provisions_on(references, today)}
        return tuple(_view(each, provisions.get(f"{each.document_id}:{each.locator}")) for each in found)

    def add(self, reference: str, text: str, *, by: Actor) -> KeptQuestion:
        """Add a question to a provision; it counts at once.

        Raises:
            NotPermitted: this actor does not keep the library.
            Invalid: it is no typical question, or the provision has one like it.
            NotFound: no such provision is in force today.

        """
        _must_keep(by)
        with self.storage.unit_of_work() as work:
            provision = _one(work, reference, self.clock)
            question = TypicalQuestion(
                document_id=provision.ref.document_id,
                locator=provision.ref.locator,
                text=_harmless(text, self.clock),
                article_digest=article_digest(provision),
                origin=Origin.KEEPER,
                state=QuestionState.CONFIRMED,
                added_by=by.id,
                added_at=self.clock.now(),
                decided_by=by.id,
                decided_at=self.clock.now(),
            )
            room_for(question.text, Origin.KEEPER, provision, work.questions.of_document(question.document_id))
            self._save(work, question, AuditEvent.QUESTION_ADDED, by)
        return _view(question, provision)

    def confirm(self, question_id: str, *, by: Actor) -> KeptQuestion:
        """Let a proposed question count.

        Raises:
            NotPermitted: this actor does not keep the library.
            NotFound: there is no such question.
            Conflict: it waits for nobody, or its article has changed since.

        """
        _must_keep(by)
        with self.storage.unit_of_work() as work:
            question = work.questions.get(question_id)
            if question.state is not QuestionState.PROPOSED:
                raise Conflict("这个典型问题不在待确认之列。")
            provision = _one(work, f"{question.document_id}:{question.locator}", self.clock)
            if not question.belongs_to(provision):
                raise Conflict("条文在提出这个问题之后改过，请移除后重新添加。")
            confirmed = self._decided(question, QuestionState.CONFIRMED, by)
            self._save(work, confirmed, AuditEvent.QUESTION_CONFIRMED, by)
        return _view(confirmed, provision)

    def remove(self, question_id: str, *, by: Actor) -> KeptQuestion:
        """Take a kept question out of use, for good: nothing brings it back but a keeper.

        Raises:
            NotPermitted: this actor does not keep the library.
            NotFound: there is no such question.
            Conflict: it was removed before.

        """
        _must_keep(by)
        with self.storage.unit_of_work() as work:
            question = work.questions.get(question_id)
            if question.state is QuestionState.REMOVED:
                raise Conflict("这个典型问题已经移除。")
            removed = self._decided(question, QuestionState.REMOVED, by)
            self._save(work, removed, AuditEvent.QUESTION_REMOVED, by)
        return _view(removed, None)

    def remove_written(self, reference: str, text: str, *, by: Actor) -> KeptQuestion:
        """Take a question that was written with the text out of use; the text itself stays as published.

        Raises:
            NotPermitted: this actor does not keep the library.
            NotFound: the provision has no such question.

        """
        _must_keep(by)
        with self.storage.unit_of_work() as work:
            provision = _one(work, reference, self.clock)
            written = next((each for each in provision.typical_questions if plain(each) == plain(text)), None)
            if written is None:
                raise NotFound(f"{provision.ref.short} 没有这个随文写明的典型问题。")
            question = TypicalQuestion(
                document_id=provision.ref.document_id,
                locator=provision.ref.locator,
                text=written,
                article_digest=article_digest(provision),
                origin=Origin.WRITTEN,
                state=QuestionState.REMOVED,
                added_by=by.id,
                added_at=self.clock.now(),
                decided_by=by.id,
                decided_at=self.clock.now(),
            )
            self._save(work, question, AuditEvent.QUESTION_REMOVED, by)
        return _view(question, None)

    def _decided(self, question: TypicalQuestion, state: QuestionState, by: Actor) -> TypicalQuestion:
        return replace(question, state=state, decided_by=by.id, decided_at=self.clock.now())

    def _save(self, work: UnitOfWork, question: TypicalQuestion, event: AuditEvent, by: Actor) -> None:
        work.questions.save(question, at=self.clock.now())
        work.audit.add(
            event,
            actor=by,
            subject=f"question:{question.id}",
            detail={
                "provision": f"{question.document_id}:{question.locator}",
                "origin": question.origin.value,
                "state": question.state.value,
            },
            at=self.clock.now(),
        )


def provisions_named(work: UnitOfWork, reference: str, clock: Clock) -> tuple[Provision, ...]:
    """A provision (``SUIT:22``), or all of a document (``SUIT``), as in force today or of a version (``SUIT@…``).

    Raises:
        NotFound: there is none.

    """
    document_id, _, locator = reference.strip().partition(":")
    today = clock.today()
    if not locator and "@" in document_id:
        document_id, _, label = document_id.partition("@")
        chosen = work.documents.version(document_id, label)
        return work.documents.provisions_of(chosen.document_id, chosen.label)
    if locator:
        ref = ProvisionRef.parse(reference) if "@" in locator else None
        return (work.documents.provision(ref) if ref else work.documents.provision_on(document_id, locator, today),)
    version = next((each for each in work.documents.versions(document_id) if each.in_force_on(today)), None)
    if version is None:
        raise NotFound(f"知识库里没有今天有效的「{reference.strip()[:80]}」。")
    return work.documents.provisions_of(document_id, version.label)


def _one(work: UnitOfWork, reference: str, clock: Clock) -> Provision:
    if ":" not in reference:
        raise Invalid("请写明是哪一条，例如 SUIT:22。")
    return provisions_named(work, reference, clock)[0]


def _must_keep(by: Actor) -> None:
    if by.role not in KEEPERS:
        raise NotPermitted("只有知识管理员可以管理典型问题。")


def _harmless(text: str, clock: Clock) -> str:
    """A keeper's words, within the bounds of every typical question."""
    said = tidy(text)
    if contains_identifier(said):
        raise Invalid("典型问题里不能有姓名、号码等个人信息。")
    if understand(said, today=clock.today(), asker="advisor").injection:
        raise Invalid("典型问题只能是问题，不能是给助手的指令。")
    return said


def _written(provision: Provision, kept: tuple[TypicalQuestion, ...]) -> list[KeptQuestion]:
    gone = {plain(each.text) for each in kept if each.state is QuestionState.REMOVED and each.belongs_to(provision)}
    return [
        KeptQuestion(
            provision=provision.ref.short,
            text=text,
            origin=Origin.WRITTEN,
            state=QuestionState.CONFIRMED,
            in_use=True,
        )
        for text in provision.typical_questions
        if plain(text) not in gone
    ]


def _is_chosen(question: TypicalQuestion, chosen: dict[str, Provision], reference: str) -> bool:
    return question.locator in chosen or ":" not in reference


def _view(question: TypicalQuestion, provision: Provision | None) -> KeptQuestion:
    return KeptQuestion(
        provision=f"{question.document_id}:{question.locator}",
        text=question.text,
        origin=question.origin,
        state=question.state,
        in_use=question.counts and provision is not None and question.belongs_to(provision),
        id=question.id,
        source=question.source,
    )
