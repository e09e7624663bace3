"""Learn from use: the question of an approved reply becomes a typical question of the provisions that answered it."""

import re
from dataclasses import dataclass

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.drafting.model import Draft, StatementKind
from assistant.errors import Invalid, NotFound
from assistant.identity.model import SYSTEM, Actor
from assistant.inquiries.model import Inquiry
from assistant.privacy.masking import contains_identifier, redact
from assistant.review.model import ReviewCase
from assistant.storage import UnitOfWork
from assistant.understanding.acts import Disposition
from assistant.understanding.questions import understand
from knowledge.customers.model import Scope
from knowledge.documents.keeping.questions import (
    LONGEST,
    Origin,
    QuestionState,
    TypicalQuestion,
    article_digest,
    room_for,
    tidy,
)
from knowledge.documents.model import Kind, Provision, ProvisionRef

_MOST_PROVISIONS = 2
"""Of one reply: those that its first rule statements rest on."""
_MOST_OF_A_CUSTOMER = 2
"""Questions of one customer that a provision learns: nobody bends the ranking alone."""
_MOST_OF_A_CUSTOMER_IN_ALL = 20
_HIDDEN = re.compile(r"〔[^〕]*〕")
_RULES = frozenset({Kind.RULE, Kind.GUIDE, Kind.PRODUCT})
"""What carries an answer; a case or a script only shows one."""


@dataclass(frozen=True, slots=True)
class LearnQuestions:
    """Part of an approval's own unit of work. What cannot be learned is left, and stops nothing."""

    clock: Clock

    def __call__(self, work: UnitOfWork, case: ReviewCase, *, by: Actor) -> tuple[TypicalQuestion, ...]:
        """The questions that were learned from ``case``, which ``by`` has just approved."""
        if case.inquiry_id is None:
            return ()
        text = self._learnable(work, work.inquiries.get(case.inquiry_id))
        if text is None:
            return ()
        return tuple(
            question
            for provision in _answering(work, case.revision.draft)
            if (question := self._learn(work, text, provision, case, by)) is not None
        )

    def _learnable(self, work: UnitOfWork, inquiry: Inquiry) -> str | None:
        """The question without identifiers, where it is one that anybody might ask."""
        customer = work.customers.get(inquiry.customer_id, scope=Scope.everyone(), as_of=self.clock.today()).customer
        if customer.name in inquiry.text or work.customers.named_in(inquiry.text) or len(inquiry.text) > 2 * LONGEST:
            return None
        masked = _HIDDEN.sub("", redact(inquiry.text))
        try:
            read = understand(masked, today=self.clock.today(), asker="customer")
            if read.injection or read.disposition is not Disposition.ANSWER or contains_identifier(masked):
                return None
            return tidy(masked)
        except Invalid:
            return None

    def _learn(
        self, work: UnitOfWork, text: str, provision: Provision, case: ReviewCase, by: Actor
    ) -> TypicalQuestion | None:
        kept = work.questions.of_document(provision.ref.document_id)
        question = TypicalQuestion(
            document_id=provision.ref.document_id,
            locator=provision.ref.locator,
            text=text,
            article_digest=article_digest(provision),
            origin=Origin.LEARNED,
            state=QuestionState.CONFIRMED,
            source=f"case:{case.id}",
            added_by=SYSTEM.id,
            added_at=self.clock.now(),
            decided_by=by.id,
            decided_at=self.clock.now(),
        )
        if any(each.id == question.id for each in kept) or not _has_share_left(work, case.customer_id, question, kept):
            return None
        try:
            room_for(text, Origin.LEARNED, provision, kept)
        except Invalid:
            return None
        work.questions.save(question, at=self.clock.now())
        work.audit.add(
            AuditEvent.QUESTION_LEARNED,
            actor=by,
            subject=f"question:{question.id}",
            detail={"provision": provision.ref.short, "case": case.id},
            at=self.clock.now(),
        )
        return question


def _answering(work: UnitOfWork, draft: Draft) -> tuple[Provision, ...]:
    """The provisions that carry the answer: cited by its first rule statements, in force, with their own text."""
    cited = dict.fromkeys(
        citation.source
        for statement in draft.statements
        if statement.kind is StatementKind.RULE
        for citation in statement.citations
        if not citation.is_fact
    )
    refs = [ProvisionRef.parse(source) for source in cited]
    known = work.documents.provisions(refs)
    carrying = [known[ref] for ref in refs if ref in known and known[ref].kind in _RULES]
    return tuple(each for each in carrying if each.in_force_on(draft.as_of))[:_MOST_PROVISIONS]


def _has_share_left(
    work: UnitOfWork, customer_id: str, question: TypicalQuestion, kept: tuple[TypicalQuestion, ...]
) -> bool:
    """Whether the customer has not yet taught this provision, or the library, as much as one may."""

    def taught(each: TypicalQuestion) -> bool:
        return each.origin is Origin.LEARNED and _customer_of(work, each.source) == customer_id

    here = sum(taught(each) for each in kept if each.locator == question.locator)
    if here >= _MOST_OF_A_CUSTOMER:
        return False
    return sum(taught(each) for each in work.questions.learned()) < _MOST_OF_A_CUSTOMER_IN_ALL


def _customer_of(work: UnitOfWork, source: str | None) -> str | None:
    case_id = (source or "").removeprefix("case:")
    try:
        return work.cases.get(case_id, by=SYSTEM).customer_id
    except NotFound:
        return None
