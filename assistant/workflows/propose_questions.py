"""Let the configured model propose typical questions for a provision or a document; a keeper confirms them."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.drafting.model_writer import refuse_identifiers
from assistant.drafting.written import harmless
from assistant.errors import Invalid, NotPermitted, Unavailable
from assistant.identity.model import Actor
from assistant.language_model.budget import TokenBudget
from assistant.language_model.ports import LanguageModel, Speaker, Turn
from assistant.privacy.masking import contains_identifier
from assistant.storage import Storage
from assistant.understanding.questions import understand
from assistant.workflows.keep_questions import provisions_named
from assistant.workflows.publish_library import KEEPERS
from knowledge.documents.keeping.questions import (
    LONGEST,
    Origin,
    QuestionState,
    TypicalQuestion,
    article_digest,
    room_for,
    tidy,
)
from knowledge.documents.model import Provision
from prompts import fill

MOST_OF_A_PROVISION = 6
MOST_PROVISIONS = 200
"""In one call: a document of a thousand articles is proposed for in parts."""


class ProposedQuestions(BaseModel):
    """交出想到的问题；想不出来就留空。"""

    model_config = ConfigDict(extra="ignore")

    questions: list[str] = Field(default_factory=list, max_length=20, description="每个一句话，像普通人说的。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalReport:
    """What came of it."""

    provisions: int
    proposed: tuple[TypicalQuestion, ...]
    refused: int
    """Proposals that were no typical questions, or were there already."""


@dataclass(frozen=True, slots=True)
class ProposeQuestions:
    """Nothing that is proposed counts before a keeper confirms it."""

    storage: Storage
    model: LanguageModel | None
    tokens_per_request: int
    clock: Clock

    def __call__(self, reference: str, *, by: Actor) -> ProposalReport:
        """For ``SUIT:22``, or for every provision of ``SUIT``, or of ``SUIT@2022-08-12``, that has no question yet.

        Raises:
            NotPermitted: this actor does not keep the library.
            NotFound: nothing of that name is in force today.
            Invalid: the document is too long for one call.
            Unavailable: no model is configured, or it does not answer.

        """
        if by.role not in KEEPERS:
            raise NotPermitted("只有知识管理员可以让模型提出典型问题。")
        model = self.must_have_a_model()
        with self.storage.reading() as work:
            provisions = provisions_named(work, reference, self.clock)
            if ":" not in reference:
                provisions = tuple(each for each in work.questions.attached(provisions) if not each.typical_questions)
        if len(provisions) > MOST_PROVISIONS:
            raise Invalid(f"一次最多为 {MOST_PROVISIONS} 条提出典型问题，请逐条指定。")
        found = [self._of(provision, model, by) for provision in provisions]
        kept = tuple(question for questions, _ in found for question in questions)
        refused = sum(asked - len(questions) for questions, asked in found)
        return ProposalReport(provisions=len(provisions), proposed=kept, refused=refused)

    def must_have_a_model(self) -> LanguageModel:
        """The model that proposes; ``Unavailable`` where none is configured, with what to do."""
        if self.model is None:
            raise Unavailable(
                "没有配置模型，无法提出典型问题。请配置 YICE_LANGUAGE_MODEL__BASE_URL 和 __MODEL，或自行添加。"
            )
        return self.model

    def _of(self, provision: Provision, model: LanguageModel, by: Actor) -> tuple[list[TypicalQuestion], int]:
        """What is kept of the proposals, and how many there were. No transaction is open while the model thinks."""
        prompt = fill(
            "propose_questions",
            most=MOST_OF_A_PROVISION,
            longest=LONGEST,
            citation=harmless(provision.citation),
            heading=harmless(provision.heading),
            text=harmless(provision.text),
            known=[harmless(each) for each in provision.typical_questions],
        )
        turns = [Turn(Speaker.PERSON, prompt.text)]
        refuse_identifiers(turn.text for turn in turns)
        answer = model.complete(turns, ProposedQuestions, TokenBudget(self.tokens_per_request))
        proposals = answer.questions[:MOST_OF_A_PROVISION]
        source = f"{prompt.identity} {model.name}"[:80]
        kept = [each for text in proposals if (each := self._keep(text, provision, source, by)) is not None]
        return kept, len(answer.questions)

    def _keep(self, text: str, provision: Provision, source: str, by: Actor) -> TypicalQuestion | None:
        try:
            said = tidy(text)
        except Invalid:
            return None
        if contains_identifier(said) or understand(said, today=self.clock.today(), asker="customer").injection:
            return None
        question = TypicalQuestion(
            document_id=provision.ref.document_id,
            locator=provision.ref.locator,
            text=said,
            article_digest=article_digest(provision),
            origin=Origin.PROPOSED,
            state=QuestionState.PROPOSED,
            source=source,
            added_by=by.id,
            added_at=self.clock.now(),
        )
        with self.storage.unit_of_work() as work:
            try:
                room_for(said, Origin.PROPOSED, provision, work.questions.of_document(question.document_id))
            except Invalid:
                return None
            work.questions.save(question, at=self.clock.now())
            work.audit.add(
                AuditEvent.QUESTION_PROPOSED,
                actor=by,
                subject=f"question:{question.id}",
                detail={"provision": provision.ref.short, "source": source},
                at=self.clock.now(),
            )
        return question
