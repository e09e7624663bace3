"""A customer insists on a product that does not suit: the procedure, from the customer's own wish to compliance.

Each step looks at the gate anew: what the procedure was about must still be so.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from assistant.analysis.model import Match
from assistant.analysis.suitability import SuitabilityPolicy, match
from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.drafting.model import Draft, DraftKind, Evidence, WriterTrace
from assistant.drafting.rendering import provisions_relied_on, render
from assistant.drafting.warning import wanted_provisions, warning_of
from assistant.errors import Conflict, Invalid, NotPermitted
from assistant.identity.ids import new_id
from assistant.identity.model import SYSTEM, Actor, Role
from assistant.insistences.model import (
    DISCLOSURES,
    Disclosure,
    Insistence,
    InsistenceState,
    InsistenceStep,
    Proof,
    StepTaken,
    Wish,
    change_since,
    must_be_open_to_insisting,
)
from assistant.review.model import ReviewCase, ReviewState, Revision
from assistant.settings import FirmSettings
from assistant.storage import Storage, UnitOfWork
from assistant.workflows.examine_draft import ExamineDraft
from knowledge.customers.model import CustomerRecord
from knowledge.documents.model import Audience

_OLDEST_WISH_DAYS = 30
_SHORTEST_WORDS, _LONGEST_WORDS = 4, 500
_MOST_PERMITTED = 10_000
_EXPIRED = "同意办理的期限已过，此后不能再凭这次同意办理；客户仍要办理的，须重新提出。"
_CASE_OVER = (ReviewState.REJECTED, ReviewState.DISCARDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class InsistenceView:
    """A procedure as somebody sees it today."""

    insistence: Insistence
    customer_name: str
    next_steps: tuple[InsistenceStep, ...]
    disclosures: dict[InsistenceStep, tuple[Disclosure, ...]]
    reflects_until: datetime | None
    permitted_until: datetime | None
    warning: ReviewState | None
    """How far the written warning has come; ``None`` before it is drafted."""
    changed: str | None
    """Why it cannot go on as things are today; the next step would end it."""
    names: dict[str, str]
    """Account id → name, of whoever took a step."""


@dataclass(frozen=True, slots=True)
class Insist:
    """Only the customer's own wish opens it; four people's eyes close it."""

    storage: Storage
    policy: SuitabilityPolicy
    examine: ExamineDraft
    firm: FirmSettings
    clock: Clock

    def begin(
        self,
        customer_id: str,
        product_code: str,
        *,
        asked_by_customer: bool,
        asked_on: date,
        words: str,
        channel: str,
        by: Actor,
    ) -> InsistenceView:
        """Open the procedure for a wish of the customer's own, written here in person or taken down by the advisor.

        Raises:
            NotPermitted: another role, or a product that no signature opens.
            NotFound: not the actor's customer, or no such product.
            Conflict: the product suits, or the same wish is being handled.
            Invalid: the wish is not told, or not of these days.

        """
        if by.role not in (Role.ADVISOR, Role.CUSTOMER):
            raise NotPermitted("只有客户本人或者其投资顾问可以提出申请。")
        if not asked_by_customer:
            raise NotPermitted("只有客户本人主动提出时才能办理，员工不得先提出不匹配的产品。")
        wish = Wish(asked_on=asked_on, channel=channel, words=words.strip(), by_customer=by.role is Role.CUSTOMER)
        self._must_be_told(wish)
        now = self.clock.now()
        with self.storage.unit_of_work() as work:
            record, found = self._matched(work, customer_id, product_code, by)
            must_be_open_to_insisting(found)
            if work.insistences.open_for(customer_id, product_code) is not None:
                raise Conflict("这位客户对该产品的申请正在办理，请在原申请上继续。")
            insistence = Insistence(
                id=new_id("insistence"),
                customer_id=customer_id,
                advisor_id=record.customer.advisor_id,
                wish=wish,
                match=found,
                created_at=now,
                updated_at=now,
            )
            work.insistences.add(insistence)
            asked = asked_on.isoformat()
            self._trace(
                work, AuditEvent.INSISTENCE_BEGUN, insistence, by, product=product_code, asked_on=asked, channel=channel
            )
            return self._view(work, insistence, record, by)

    def of_customer(self, customer_id: str, *, by: Actor) -> tuple[InsistenceView, ...]:
        """The customer's procedures, the newest first; only within the actor's scope."""
        with self.storage.reading() as work:
            record = work.customers.get(customer_id, scope=by.scope, as_of=self.clock.today())
            found = work.insistences.of_customer(customer_id, by=by)
            return tuple(self._view(work, insistence, record, by) for insistence in found)

    def waiting(self, *, by: Actor) -> tuple[InsistenceView, ...]:
        """What compliance has to decide, the newest first. Reviewers only."""
        if by.role is not Role.REVIEWER:
            raise NotPermitted("只有合规审核人可以查看待复核的申请。")
        today = self.clock.today()
        with self.storage.reading() as work:
            found = work.insistences.in_states(InsistenceState.INSISTED, by=by)
            return tuple(
                self._view(work, one, work.customers.get(one.customer_id, scope=by.scope, as_of=today), by)
                for one in found
            )

    def view(self, insistence_id: str, *, by: Actor) -> InsistenceView:
        """One procedure; ``NotFound`` outside the actor's scope."""
        with self.storage.reading() as work:
            insistence = work.insistences.get(insistence_id, by=by)
            record = work.customers.get(insistence.customer_id, scope=by.scope, as_of=self.clock.today())
            return self._view(work, insistence, record, by)

    def draft_warning(self, insistence_id: str, *, by: Actor) -> InsistenceView:
        """Draft the written warning: it takes the way of every text for a customer (review, approval, dispatch).

        Raises:
            NotPermitted: ``by`` is not the advisor.
            Conflict: the customer has not been told yet, a warning is on its way, or what it is about has changed.

        """
        if by.role is not Role.ADVISOR:
            raise NotPermitted("警示书由投资顾问起草。")
        self._must_still_stand(insistence_id, by)
        with self.storage.reading() as work:
            insistence = work.insistences.get(insistence_id, by=by)
            state = _warning_state(work, insistence)
        if insistence.state is not InsistenceState.TOLD_UNSUITABLE:
            raise Conflict(f"目前是「{insistence.state.label}」，告知客户不适合以后才起草警示书。")
        if state is not None and state not in _CASE_OVER:
            raise Conflict("警示书已经起草，请在草稿里继续。")
        revision, case_id = self._warning(insistence, by)
        case = ReviewCase.opened(case_id, revision, customer_id=insistence.customer_id, maker=by)
        with self.storage.unit_of_work() as work:
            work.cases.add(case)
            kept = work.insistences.save(replace(insistence, case_id=case_id, updated_at=revision.created_at))
            detail = {"kind": case.kind.value, "insistence": insistence_id, "digest": revision.digest}
            subject = f"case:{case_id}"
            work.audit.add(AuditEvent.CASE_OPENED, actor=by, subject=subject, detail=detail, at=revision.created_at)
            record = work.customers.get(insistence.customer_id, scope=by.scope, as_of=self.clock.today())
            return self._view(work, kept, record, by)

    def take(
        self,
        insistence_id: str,
        step: InsistenceStep,
        *,
        by: Actor,
        proof: Proof | None = None,
        note: str = "",
        amount: float | None = None,
    ) -> InsistenceView:
        """Take the next step; see ``Insistence.after`` for what is refused.

        A step other than the customer's withdrawal ends the procedure where the verdict is no longer what the customer
        was told of; that is kept, and ``Conflict`` tells it.
        """
        if step is not InsistenceStep.WITHDRAW:
            self._must_still_stand(insistence_id, by)
        now = self.clock.now()
        with self.storage.unit_of_work() as work:
            insistence = work.insistences.get(insistence_id, by=by)
            record = work.customers.get(insistence.customer_id, scope=by.scope, as_of=self.clock.today())
            taken = StepTaken(step=step, by=by.id, role=by.role, at=now, proof=proof, note=note.strip(), amount=amount)
            moved = insistence.after(taken, by, reflection_hours=self.policy.reflection_hours)
            if step is InsistenceStep.WARN_IN_WRITING and _warning_state(work, insistence) is not ReviewState.DELIVERED:
                raise Conflict("书面风险警示书还没有送达客户：请先起草、提交审核并发送。")
            kept = work.insistences.save(moved)
            self._trace(work, AuditEvent(f"insistence:{step}"), kept, by, state=kept.state.value)
            return self._view(work, kept, record, by)

    def expire(self) -> int:
        """End the permissions that were not used in time; how many. Once a day."""
        now, ended = self.clock.now(), 0
        with self.storage.reading() as work:
            permitted = work.insistences.in_states(InsistenceState.PERMITTED, by=SYSTEM, limit=_MOST_PERMITTED)
        for one in permitted:
            until = one.permitted_until(self.policy.permission_days)
            if until is not None and until < now:
                with self.storage.unit_of_work() as work:
                    kept = work.insistences.save(one.voided(_EXPIRED, now))
                    self._trace(work, AuditEvent.INSISTENCE_VOIDED, kept, SYSTEM, state=kept.state.value)
                ended += 1
        return ended

    def _must_be_told(self, wish: Wish) -> None:
        today = self.clock.today()
        if not today - timedelta(days=_OLDEST_WISH_DAYS) <= wish.asked_on <= today:
            raise Invalid(f"客户提出的日期须在最近{_OLDEST_WISH_DAYS}天之内，且不晚于今天。")
        if not _SHORTEST_WORDS <= len(wish.words) <= _LONGEST_WORDS:
            raise Invalid(f"请写明客户本人的原话，{_SHORTEST_WORDS}至{_LONGEST_WORDS}个字。")

    def _matched(
        self, work: UnitOfWork, customer_id: str, product_code: str, by: Actor
    ) -> tuple[CustomerRecord, Match]:
        today = self.clock.today()
        record = work.customers.get(customer_id, scope=by.scope, as_of=today)
        product = work.products.get(product_code)
        return record, match(record, product, as_of=today, policy=self.policy)

    def _must_still_stand(self, insistence_id: str, by: Actor) -> None:
        """End what is no longer so, in a unit of work of its own, and say why."""
        now, reason = self.clock.now(), None
        with self.storage.unit_of_work() as work:
            insistence = work.insistences.get(insistence_id, by=by)
            _, found = self._matched(work, insistence.customer_id, insistence.product_code, by)
            reason = change_since(insistence.match, found) if insistence.open else None
            if reason is not None:
                kept = work.insistences.save(insistence.voided(reason, now))
                self._trace(work, AuditEvent.INSISTENCE_VOIDED, kept, SYSTEM, state=kept.state.value)
        if reason is not None:
            raise Conflict(f"{reason}本申请已经终止。")

    def _warning(self, insistence: Insistence, maker: Actor) -> tuple[Revision, str]:
        today, now, case_id = self.clock.today(), self.clock.now(), new_id("case")
        with self.storage.reading() as work:
            record, found = self._matched(work, insistence.customer_id, insistence.product_code, maker)
            product = work.products.get(insistence.product_code)
            branch = work.branch_of(record.customer)
            evidence = tuple(
                Evidence.of(provision)
                for provision in work.documents.provisions_on(wanted_provisions(found), today)
                if provision.audience is Audience.CUSTOMER and provision.readable_in(branch)
            )
        sections, facts = warning_of(
            found,
            product,
            asked_on=insistence.wish.asked_on,
            as_of=today,
            reflection_hours=self.policy.reflection_hours,
            evidence=evidence,
        )
        draft = Draft(
            kind=DraftKind.WARNING,
            customer_id=insistence.customer_id,
            question=None,
            as_of=today,
            sections=sections,
            evidence=evidence,
            facts=facts,
            matches=(found,),
            trace=WriterTrace(writer="extractive"),
            retrieval="warning: provisions by reference, in force on the day",
            created_at=now,
        )
        draft = draft.model_copy(update={"evidence": provisions_relied_on(draft)})
        text = render(draft, customer=record.customer, advisor=maker, firm=self.firm, content_id=case_id)
        return Revision.of(draft, text, self.examine(draft, text, maker=maker), author_id=maker.id, at=now), case_id

    def _view(self, work: UnitOfWork, insistence: Insistence, record: CustomerRecord, by: Actor) -> InsistenceView:
        product = work.products.get(insistence.product_code)
        found = match(record, product, as_of=self.clock.today(), policy=self.policy)
        steps = insistence.next_steps(by.role)
        names = {
            taken.by: work.accounts.get(taken.by).actor.name for taken in insistence.steps if taken.by != SYSTEM.id
        }
        return InsistenceView(
            insistence=insistence.readable_by(by.role),
            customer_name=record.customer.name,
            next_steps=steps,
            disclosures={step: DISCLOSURES[step] for step in steps},
            reflects_until=insistence.reflects_until(self.policy.reflection_hours),
            permitted_until=insistence.permitted_until(self.policy.permission_days),
            warning=_warning_state(work, insistence),
            changed=change_since(insistence.match, found) if insistence.open else None,
            names=names | {SYSTEM.id: SYSTEM.name},
        )

    def _trace(self, work: UnitOfWork, event: AuditEvent, insistence: Insistence, by: Actor, **detail: str) -> None:
        subject = f"customer:{insistence.customer_id}"
        kept = detail | {"insistence": insistence.id}
        work.audit.add(event, actor=by, subject=subject, detail=kept, at=insistence.updated_at)


def _warning_state(work: UnitOfWork, insistence: Insistence) -> ReviewState | None:
    if insistence.case_id is None:
        return None
    return work.cases.get(insistence.case_id, by=SYSTEM).state
