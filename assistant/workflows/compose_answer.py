"""From a question to checked statements: understand, search as of the day, compute, word, check."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from assistant.agent.ports import Agent, Finished
from assistant.agent.toolbox import Privacy, Toolbox
from assistant.analysis.model import Fact
from assistant.analysis.portrait import Background, facts_of
from assistant.analysis.suitability import SuitabilityPolicy, match
from assistant.checks.model import Severity
from assistant.clock import Clock
from assistant.conversations.model import AnswerType
from assistant.drafting.match_facts import match_facts
from assistant.drafting.model import (
    Brief,
    Citation,
    Draft,
    DraftKind,
    Evidence,
    Section,
    Statement,
    WriterTrace,
    Writing,
)
from assistant.drafting.passages import references_in
from assistant.drafting.ports import Writer
from assistant.errors import Unavailable
from assistant.identity.model import Actor
from assistant.privacy.masking import Masker, unmask
from assistant.storage import Storage
from assistant.tools.customer_tools import CustomerTools, MatrixAnswer, matrix
from assistant.understanding.acts import Disposition
from assistant.understanding.chosen_day import ChosenDay, SearchOn, changed_meanwhile, chosen_day
from assistant.understanding.follow_up import completed
from assistant.understanding.questions import Understanding, understand
from assistant.understanding.said import asked_part, notes_on
from assistant.understanding.sanctions import NOT_KNOWN, asks_for_sanctions, sanctions, sanctions_of
from assistant.workflows.examine_draft import ExamineDraft
from assistant.workflows.gather_background import gather_background
from knowledge.customers.model import CustomerRecord, Scope
from knowledge.documents.model import Audience, Kind, Provision, ProvisionRef
from knowledge.products.model import Product
from retrieval.model import Hit, Query, SearchResult
from retrieval.search import Searcher

NOTHING_FOUND = "知识库中没有找到能回答这个问题的有效依据，为避免误导，暂不作答。"
NOTHING_FOUND_INSTEAD = "请换一种说法，写明市场、业务或者产品名称；也可以联系合规人员，由人工核实后答复。"
_WITH_BASIS = 3
"""The best hits, whose basis is looked up too."""
_NARRATED = frozenset({Kind.CASE, Kind.SCRIPT})
_MATCHED_AT_ONCE = 2
NOT_PROVEN = "找到的材料不足以支持一个能逐句核对的回答，暂不作答。"
_T = TypeVar("_T")
NO_WRITER = WriterTrace(writer="none")


@dataclass(frozen=True, slots=True)
class StepStarted:
    """What is being done now; ``label`` is for people."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What became of the question."""

    type: AnswerType
    as_of: date
    statements: tuple[Statement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    facts: tuple[Fact, ...] = ()
    reason: str | None = None
    instead: str | None = None
    trace: WriterTrace = NO_WRITER
    retrieval: str = "none"
    notes: tuple[str, ...] = ()
    """What to tell the reader of how the question was read: which day, which slip; whole sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with everything that its answer may rest on."""

    text: str
    asker: str
    """``advisor`` or ``customer``."""
    reader: Audience
    branch: str | None
    """Where the reader belongs; see :class:`retrieval.model.Query`."""
    as_of: date | None = None
    history: tuple[str, ...] = ()
    """Earlier questions, oldest first."""
    record: CustomerRecord | None = None
    maker: Actor | None = None


@dataclass(frozen=True, slots=True)
class ComposeAnswer:
    """Yields steps, and last what was composed. Saves nothing."""

    storage: Storage
    searcher: Searcher
    passages: int
    writer: Writer
    agent: Agent | None
    policy: SuitabilityPolicy
    examine: ExamineDraft
    clock: Clock

    def __call__(self, asked: Asked) -> Iterator[StepStarted | Composed]:
        yield StepStarted("understanding", "正在理解问题")
        understanding = self._understood(asked)
        if understanding.disposition is not Disposition.ANSWER:
            yield self._declined(understanding, asked, asked.as_of or understanding.as_of)
            return
        yield StepStarted("searching", "正在检索有效条文")
        chosen = self._day(understanding, asked)
        found = self._found(understanding.search_text, asked, chosen.day)
        notes = tuple(filter(None, (chosen.note, *notes_on(found))))
        composed = yield from self._composed(understanding, asked, found)
        stretch = changed_meanwhile(understanding.asked, chosen.day, self._cited(composed), self._search_for(asked))
        yield replace(composed, notes=tuple(filter(None, (*notes, *composed.notes, stretch))))

    def _composed(
        self, understanding: Understanding, asked: Asked, found: SearchResult
    ) -> Generator[StepStarted, None, Composed]:
        day = found.query.as_of
        matching = _matching(understanding, day)
        facts = self._facts(matching, asked)
        breached, sanctioning = self._sanctions(asked, found)
        evidence = _once(tuple(map(Evidence.of, (*breached, *sanctioning)))) or self._evidence(matching, asked, found)
        if not evidence and not facts:
            return _nothing(day, found)
        yield StepStarted("writing", "正在组织回答")
        brief = Brief(
            purpose=found.read_as or understanding.search_text,
            as_of=day,
            asker=asked.asker,
            evidence=evidence,
            facts=facts,
            history=asked.history,
            asked_for=_asked_for(found),
            looked_up=tuple(each.ref for each in evidence) if breached else tuple(map(str, found.looked_up)),
        )
        writing = yield from self._worded(asked, brief)
        yield StepStarted("checking", "正在逐句核对依据和数字")
        composed = self._checked(asked, brief, writing, found)
        return replace(composed, notes=(NOT_KNOWN,)) if breached and not sanctioning else composed

    def _day(self, understanding: Understanding, asked: Asked) -> ChosenDay:
        return chosen_day(
            understanding.search_text,
            understanding.asked,
            given=asked.as_of,
            today=understanding.today,
            search=self._search_for(asked),
        )

    def _search_for(self, asked: Asked) -> SearchOn:
        def search(text: str, day: date) -> list[Provision]:
            return [hit.provision for hit in self._found(text, asked, day).hits]

        return search

    def _cited(self, composed: Composed) -> tuple[Provision, ...]:
        with self.storage.reading() as work:
            found = work.documents.provisions(ProvisionRef.parse(evidence.ref) for evidence in composed.evidence)
        return tuple(found.values())

    def _understood(self, asked: Asked) -> Understanding:
        """A follow-up is read with what it takes from the questions before it, unless it is declined by itself.

        A slip hides nothing: what the corrected question asks of us counts as well as what the written one does.
        """
        today = self.clock.today()
        alone = understand(asked.text, today=today, asker=asked.asker)
        if alone.disposition is not Disposition.ANSWER:
            return alone
        whole = completed(asked.text, asked.history)
        understanding = alone if whole == asked.text else understand(whole, today=today, asker=asked.asker)
        reading = self.searcher.read(understanding.search_text)
        if understanding.disposition is Disposition.ANSWER and reading.corrections:
            meant = understand(reading.text, today=today, asker=asked.asker)
            return (
                meant
                if meant.disposition is not Disposition.ANSWER
                else replace(meant, search_text=understanding.search_text)
            )
        return understanding

    def _worded(self, asked: Asked, brief: Brief) -> Generator[StepStarted, None, Writing]:
        if self.agent is None:
            return self.writer.write(brief)
        masker = Masker([asked.record.customer.name] if asked.record is not None else [])
        privacy = Privacy(lambda text: masker.mask(text).text, lambda text: unmask(text, masker.tokens))
        for event in self.agent.run(brief, self._toolbox(asked), privacy=privacy):
            if isinstance(event, Finished):
                return event.writing.model_copy(update={"evidence": event.evidence, "facts": event.facts})
            yield StepStarted("searching", event.text)
        raise Unavailable("模型没有给出回答，请稍后再试。")

    def _toolbox(self, asked: Asked) -> Toolbox:
        def search(text: str, day: date) -> tuple[Evidence, ...]:
            found = self._found(text, asked, day)
            along = (each.provision for each in self.searcher.context_of(found))
            return _once(tuple(Evidence.of(each) for each in (*(hit.provision for hit in found.hits), *along)))

        record = asked.record
        if record is None or not record.customer.profiling_consent:
            return Toolbox(search=search)
        customer_id = record.customer.id
        tools = CustomerTools(
            scope=Scope.of_customer(customer_id),
            read=self._record,
            products=self._products,
            policy=self.policy,
            day=self.clock.today(),
            background=self._background,
        )
        return Toolbox(
            search=search,
            customer_facts=lambda: tools.facts(customer_id),
            match=lambda code: tools.match(customer_id, code),
            match_products=lambda: tools.match_products(customer_id),
        )

    def _record(self, customer_id: str, scope: Scope, day: date) -> CustomerRecord:
        with self.storage.reading() as work:
            return work.customers.get(customer_id, scope=scope, as_of=day)

    def _background(self, record: CustomerRecord, day: date) -> Background:
        with self.storage.reading() as work:
            return gather_background(work, [record], as_of=day)

    def _products(self) -> tuple[Product, ...]:
        with self.storage.reading() as work:
            return work.products.all()

    def _found(self, text: str, asked: Asked, day: date) -> SearchResult:
        query = Query(text=text, as_of=day, reader=asked.reader, branch=asked.branch, limit=self.passages)
        return self._without_unapproved(self.searcher.search(query))

    def _without_unapproved(self, found: SearchResult) -> SearchResult:
        """Scripts that staff may not use today are left out, and make nothing enough to answer from."""
        if not any(hit.provision.kind is Kind.SCRIPT for hit in found.hits):
            return found
        with self.storage.reading() as work:
            usable = work.script_approvals.usable(self.clock.today())
        kept = tuple(
            hit
            for hit in found.hits
            if hit.provision.kind is not Kind.SCRIPT
            or (hit.provision.ref.document_id, hit.provision.ref.version) in usable
        )
        if len(kept) == len(found.hits):
            return found
        without = self.searcher.search(replace(found.query, kinds=frozenset(Kind) - {Kind.SCRIPT}))
        again = tuple(hit for hit in without.hits if hit.provision.ref not in {each.provision.ref for each in kept})
        return replace(found, hits=(*kept, *again)[: found.query.limit], enough=found.enough and without.enough)

    def _evidence(self, matching: MatrixAnswer | None, asked: Asked, found: SearchResult) -> tuple[Evidence, ...]:
        """A question about a level and a grade rests on the matching rules, whatever else was found.

        What guides and cases name as their basis comes along, so that the rule itself can be cited.
        """
        day = found.query.as_of
        rules = self._readable(matching.provisions, asked, day) if matching is not None else ()
        hits = tuple(hit.provision for hit in _heard(found)) if found.enough else ()
        named = [basis for hit in hits[:_WITH_BASIS] for basis in references_in(hit.text)]
        based_on = self._readable(dict.fromkeys([*named, *self._basis_of_narrated(hits[:_WITH_BASIS])]), asked, day)
        along = tuple(each.provision for each in self.searcher.context_of(found)) if hits else ()
        return _once(tuple(Evidence.of(provision) for provision in (*rules, *hits, *based_on, *along)))

    def _sanctions(self, asked: Asked, found: SearchResult) -> tuple[tuple[Provision, ...], tuple[Provision, ...]]:
        """The articles of which the question asks what follows from breaking them, and what sanctions them."""
        if not found.named or not asks_for_sanctions(found.read_as):
            return (), ()
        named = tuple(hit.provision for hit in found.hits if hit.provision.ref in found.named)
        if any(map(sanctions, named)):
            return (), ()
        follows: list[Provision] = []
        with self.storage.reading() as work:
            for article in named:
                ref = article.ref
                citing = [
                    each for each, _ in work.documents.citing(ref.document_id, [ref.locator], on=found.query.as_of)
                ]
                beside = work.documents.provisions_of(ref.document_id, ref.version)
                follows += sanctions_of(article, citing, beside)
        return named, tuple(each for each in follows if _may_be_read(each, asked))

    def _basis_of_narrated(self, hits: Iterable[Provision]) -> list[str]:
        """What the cases and scripts among ``hits`` name in their own section 依据."""
        narrated = dict.fromkeys(hit.ref.document_id for hit in hits if hit.kind in _NARRATED)
        versions = {hit.ref.document_id: hit.ref.version for hit in hits}
        with self.storage.reading() as work:
            sections = [each for one in narrated for each in work.documents.provisions_of(one, versions[one])]
        return [basis for each in sections if each.heading.endswith("依据") for basis in references_in(each.text)]

    def _facts(self, matching: MatrixAnswer | None, asked: Asked) -> tuple[Fact, ...]:
        told = (matching.fact,) if matching is not None else ()
        if asked.record is None or not asked.record.customer.profiling_consent:
            return told
        today = self.clock.today()
        own = facts_of(asked.record, as_of=today, policy=self.policy, background=self._background(asked.record, today))
        return (*told, *own, *self._matched(asked.record, asked.text))

    def _matched(self, record: CustomerRecord, text: str) -> tuple[Fact, ...]:
        """Whether the products that the question names fit the chosen customer, and why."""
        today = self.clock.today()
        named = [product for product in self._products() if product.code in text.upper() or product.name in text]
        matches = [match(record, product, as_of=today, policy=self.policy) for product in named[:_MATCHED_AT_ONCE]]
        return match_facts(matches, as_of=today)

    def _declined(self, understanding: Understanding, asked: Asked, day: date) -> Composed:
        refused = understanding.disposition is Disposition.REFUSE
        return Composed(
            type=AnswerType.REFUSE if refused else AnswerType.REDIRECT,
            as_of=day,
            evidence=tuple(
                Evidence.of(provision) for provision in self._readable(understanding.provisions, asked, day)
            ),
            reason=understanding.reason,
            instead=understanding.instead,
        )

    def _readable(self, references: Iterable[str], asked: Asked, day: date) -> tuple[Provision, ...]:
        """The provisions that are in this library, in force on ``day`` and open to the reader."""
        with self.storage.reading() as work:
            found = work.documents.provisions_on(references, day)
        return tuple(provision for provision in found if _may_be_read(provision, asked))

    def _checked(self, asked: Asked, brief: Brief, writing: Writing, found: SearchResult) -> Composed:
        if not writing.statements:
            return _nothing(brief.as_of, found, reason=writing.abstained, trace=writing.trace)
        draft = self._as_draft(asked, brief, writing, found)
        text = "\n".join(statement.text for statement in writing.statements)
        findings = self.examine(draft, text, maker=asked.maker)
        blocked = {finding.statement_id for finding in findings if finding.severity is Severity.BLOCK}
        kept = tuple(statement for statement in writing.statements if statement.id not in blocked)
        if None in blocked or not any(statement.kind.needs_citation for statement in kept):
            return _nothing(brief.as_of, found, reason=NOT_PROVEN, trace=writing.trace)
        sources = {citation.source for statement in kept for citation in statement.citations}
        return Composed(
            type=AnswerType.ANSWER,
            as_of=brief.as_of,
            statements=kept,
            evidence=tuple(evidence for evidence in draft.evidence if evidence.ref in sources),
            facts=tuple(fact for fact in draft.facts if fact.id in sources),
            trace=writing.trace,
            retrieval=found.version,
        )

    def _as_draft(self, asked: Asked, brief: Brief, writing: Writing, found: SearchResult) -> Draft:
        return Draft(
            kind=DraftKind.ANSWER,
            customer_id=asked.record.customer.id if asked.record is not None else None,
            question=brief.purpose,
            as_of=brief.as_of,
            sections=(Section(key="answer", title="回答", statements=writing.statements),),
            evidence=_once((*brief.evidence, *writing.evidence)),
            facts=_once((*brief.facts, *writing.facts)),
            trace=writing.trace,
            retrieval=found.version,
            created_at=self.clock.now(),
        )


def _nothing(day: date, found: SearchResult, *, reason: str | None = None, trace: WriterTrace = NO_WRITER) -> Composed:
    return Composed(
        type=AnswerType.REFUSE,
        as_of=day,
        reason=reason or NOTHING_FOUND,
        instead=NOTHING_FOUND_INSTEAD,
        trace=trace,
        retrieval=found.version,
    )


def _may_be_read(provision: Provision, asked: Asked) -> bool:
    return provision.audience in asked.reader.may_read and provision.readable_in(asked.branch)


def _heard(found: SearchResult) -> tuple[Hit, ...]:
    """Where the question only names articles or a document, nothing else is heard."""
    named = frozenset(found.looked_up)
    return tuple(hit for hit in found.hits if hit.provision.ref in named) if named else found.hits


def _asked_for(found: SearchResult) -> tuple[Citation, ...]:
    """The 款 or 项 that the question names by its number, to be quoted before anything else."""
    named = ((str(hit.provision.ref), asked_part(hit)) for hit in found.hits)
    return tuple(Citation(source=source, quote=quote) for source, quote in named if quote)


def _matching(understanding: Understanding, day: date) -> MatrixAnswer | None:
    """Whether the level and the grade that the question names go together."""
    if understanding.risk_level is None or understanding.grade is None:
        return None
    return matrix(understanding.risk_level, understanding.grade, as_of=day)


def _once(items: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))
