"""The only place that wires: settings in, every use case out."""

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.agent.ports import Agent
from assistant.analysis.suitability import SuitabilityPolicy
from assistant.checks.faults import find_faults
from assistant.clock import Clock
from assistant.drafting.extractive import ExtractiveWriter
from assistant.drafting.model_writer import ModelWriter
from assistant.exporting.printer import Printer
from assistant.identity.tokens import Tokens
from assistant.language_model.ports import LanguageModel
from assistant.settings import Settings
from assistant.storage import Storage, migrate
from assistant.workflows.add_account import AddAccount
from assistant.workflows.answer_question import AnswerQuestion
from assistant.workflows.approve_script import ApproveScripts
from assistant.workflows.ask_advisor import AskAdvisor
from assistant.workflows.browse_cases import BrowseCases
from assistant.workflows.browse_conversations import BrowseConversations
from assistant.workflows.browse_customers import BrowseCustomers
from assistant.workflows.browse_inbox import BrowseInbox
from assistant.workflows.browse_library import BrowseLibrary
from assistant.workflows.check_health import CheckHealth
from assistant.workflows.compare_versions import CompareVersions
from assistant.workflows.compose_answer import ComposeAnswer
from assistant.workflows.control_batch import ControlBatch, FollowBatches
from assistant.workflows.correct_version import CorrectVersion
from assistant.workflows.decide_action import BrowseDay, DecideAction
from assistant.workflows.decide_review import DecideReview
from assistant.workflows.deliver import Deliver
from assistant.workflows.draft_batch import DraftBatch, DraftPlans
from assistant.workflows.draft_reply import DraftReply
from assistant.workflows.edit_draft import EditDraft
from assistant.workflows.examine_draft import ExamineDraft
from assistant.workflows.explain_demand import ExplainDemand
from assistant.workflows.export_case import ExportCase
from assistant.workflows.export_evidence import ExportEvidence
from assistant.workflows.export_version import ExportVersion
from assistant.workflows.import_customers import ImportCustomers
from assistant.workflows.import_document import ImportDocuments
from assistant.workflows.insist import Insist
from assistant.workflows.keep_questions import KeepQuestions
from assistant.workflows.learn_questions import LearnQuestions
from assistant.workflows.lint_library import LintPublished
from assistant.workflows.load_demo import LoadDemo
from assistant.workflows.log_in import Identify, LogIn
from assistant.workflows.maintain_allocations import MaintainAllocations
from assistant.workflows.oversee_operations import OverseeOperations
from assistant.workflows.plan_day import PlanDay, RequestDay
from assistant.workflows.prepare_plan import PreparePlan
from assistant.workflows.propose_questions import ProposeQuestions
from assistant.workflows.publish_library import PublishLibrary
from assistant.workflows.reindex_library import ReindexLibrary
from assistant.workflows.renew_products import RenewProducts
from assistant.workflows.repeal_version import RepealVersion
from assistant.workflows.request_customer_import import FollowCustomerImports, RequestCustomerImport
from assistant.workflows.request_plan import FollowPlan, RequestPlan
from assistant.workflows.score_customers import ScoreCustomers
from assistant.workflows.search_library import SearchLibrary
from assistant.workflows.show_provision import ShowProvision
from assistant.workflows.tell_history import TellHistory
from assistant.workflows.trace_impact import TraceImpact
from assistant.workflows.train_demand import TrainDemand
from assistant.workflows.train_ranker import TrainRanker
from assistant.workflows.verify_audit import VerifyAudit
from assistant.workflows.void_outdated import VoidOutdated
from assistant.workflows.withdraw_version import WithdrawVersion
from knowledge.database import Database
from knowledge.documents.importing import Limits
from knowledge.documents.keeping.repository import LibraryWithQuestions
from knowledge.documents.model import Provision, ProvisionRef
from retrieval.embedding import open_embedder, reopen_embedder
from retrieval.fusion import Fusion
from retrieval.indexing import Indexer
from retrieval.ranking import open_ranker
from retrieval.search import Searcher, SearchSettings
from retrieval.vectors import Endpoint

if TYPE_CHECKING:  # dbos takes more than a second to import, and only a process that does jobs needs it
    from assistant.jobs.engine import JobEngine
    from assistant.jobs.workers import Workers

SHIPPED_LIBRARY = Path(str(files("knowledge"))) / "library"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Every use case, ready to call."""

    settings: Settings
    clock: Clock
    add_account: AddAccount
    log_in: LogIn
    identify: Identify
    answer_question: AnswerQuestion
    browse_conversations: BrowseConversations
    search_library: SearchLibrary
    show_provision: ShowProvision
    browse_library: BrowseLibrary
    export_version: ExportVersion
    compare_versions: CompareVersions
    tell_history: TellHistory
    trace_impact: TraceImpact
    publish_library: PublishLibrary
    correct_version: CorrectVersion
    repeal_version: RepealVersion
    withdraw_version: WithdrawVersion
    reindex_library: ReindexLibrary
    train_ranker: TrainRanker
    import_documents: ImportDocuments
    import_customers: ImportCustomers
    request_customer_import: RequestCustomerImport
    follow_customer_imports: FollowCustomerImports
    lint_published: LintPublished
    keep_questions: KeepQuestions
    propose_questions: ProposeQuestions
    browse_customers: BrowseCustomers
    train_demand: TrainDemand
    score_customers: ScoreCustomers
    explain_demand: ExplainDemand
    plan_day: PlanDay
    request_day: RequestDay
    browse_day: BrowseDay
    decide_action: DecideAction
    request_plan: RequestPlan
    follow_plan: FollowPlan
    prepare_plan: PreparePlan
    draft_batch: DraftBatch
    draft_plans: DraftPlans
    follow_batches: FollowBatches
    control_batch: ControlBatch
    insist: Insist
    maintain_allocations: MaintainAllocations
    browse_cases: BrowseCases
    edit_draft: EditDraft
    decide_review: DecideReview
    deliver: Deliver
    void_outdated: VoidOutdated
    renew_products: RenewProducts
    ask_advisor: AskAdvisor
    draft_reply: DraftReply
    browse_inbox: BrowseInbox
    oversee_operations: OverseeOperations
    verify_audit: VerifyAudit
    export_evidence: ExportEvidence
    export_case: ExportCase
    approve_scripts: ApproveScripts
    load_demo: LoadDemo
    health: CheckHealth


@contextmanager
def open_application(
    settings: Settings, *, jobs: bool = False, seeking: Collection[str] | None = None, clock: Clock | None = None
) -> Generator[Application, None, None]:
    """Open everything, and close what was opened.

    With ``jobs`` this process also does the durable work, and looks for what is unfinished; ``seeking`` names the kinds
    that it looks for. Without, work that is asked for waits in the database until a process with jobs finds it there.
    """
    with ExitStack() as opened:
        database = Database(settings.storage.url)
        opened.callback(database.close)
        migrate(database)
        storage = Storage(database)
        _derive_what_is_missing(storage)
        clock = clock or Clock()
        engines: list[JobEngine] = []

        def enqueue(kind: str, key: str) -> None:
            for engine in engines:
                engine.enqueue(kind, key)

        application = _wire(settings, storage, clock, enqueue, opened, in_background=jobs)
        if jobs:
            from assistant.jobs.workers import Workers
            from assistant.presence import Presence

            presence = Presence(settings.storage.folder)
            presence.announce()
            opened.callback(presence.leave)
            workers = Workers(
                partial(open_plan_drafting, settings),
                processes=settings.plans.processes,
                here=application.draft_plans,
            )
            opened.callback(workers.stop)
            started = _job_engine(settings, storage, application, workers, clock, seeking=seeking)
            started.start()
            opened.callback(started.stop)
            engines.append(started)
        yield application


def _derive_what_is_missing(storage: Storage) -> None:
    """Citations between texts, after the migration that brought their table."""
    with storage.reading() as work:
        missing = work.documents.has_underived_citations()
    if missing:
        with storage.unit_of_work() as work:
            work.documents.derive_citations()


def _wire(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    enqueue: Callable[[str, str], None],
    opened: ExitStack,
    *,
    in_background: bool,
) -> Application:
    policy = SuitabilityPolicy(**settings.suitability.model_dump())
    indexer, searcher = _retrieval(settings, storage, opened, in_background=in_background)
    tokens = Tokens(settings.server.secret.get_secret_value(), timedelta(minutes=settings.server.token_minutes))
    examine = ExamineDraft(storage, policy, settings.firm, clock)
    void_outdated = VoidOutdated(storage, examine, clock)
    extractive = ExtractiveWriter()
    model = _model(settings)
    scripts = ApproveScripts(storage, void_outdated, clock)
    model_writer, agent = _model_road(settings, model, extractive)
    compose = ComposeAnswer(
        storage=storage,
        searcher=searcher,
        passages=settings.retrieval.passages,
        writer=model_writer or extractive,
        agent=agent,
        policy=policy,
        examine=examine,
        clock=clock,
    )
    publish = PublishLibrary(storage, indexer, void_outdated, clock)
    show_provision = ShowProvision(storage, clock)
    browse_library = BrowseLibrary(storage, clock)
    prepare_plan = PreparePlan(storage, model_writer, policy, examine, settings.firm, clock)
    imports = ImportCustomers(storage, void_outdated, policy, settings.storage.imports_folder, clock)
    return Application(
        settings=settings,
        clock=clock,
        add_account=AddAccount(storage, clock),
        log_in=LogIn(storage, tokens, clock),
        identify=Identify(storage, tokens, clock),
        answer_question=AnswerQuestion(storage, compose, clock),
        browse_conversations=BrowseConversations(storage),
        search_library=SearchLibrary(searcher, clock),
        show_provision=show_provision,
        browse_library=browse_library,
        export_version=ExportVersion(browse_library),
        compare_versions=CompareVersions(storage),
        tell_history=TellHistory(storage, show_provision, clock),
        trace_impact=TraceImpact(storage, show_provision, clock),
        publish_library=publish,
        correct_version=CorrectVersion(storage, publish, clock),
        repeal_version=RepealVersion(storage, indexer, void_outdated, clock),
        withdraw_version=WithdrawVersion(storage, indexer, void_outdated, clock),
        reindex_library=ReindexLibrary(indexer),
        train_ranker=TrainRanker(storage, searcher, settings.storage.ranker_file, clock),
        import_customers=imports,
        request_customer_import=RequestCustomerImport(storage, imports, enqueue, clock),
        follow_customer_imports=FollowCustomerImports(storage, imports),
        import_documents=ImportDocuments(storage, publish, _import_limits(settings)),
        lint_published=LintPublished(storage),
        keep_questions=KeepQuestions(storage, clock),
        propose_questions=ProposeQuestions(storage, model, settings.language_model.tokens_per_request, clock),
        browse_customers=BrowseCustomers(storage, policy, clock),
        plan_day=PlanDay(storage, policy, clock),
        request_day=RequestDay(storage, enqueue, clock),
        browse_day=BrowseDay(storage, clock),
        decide_action=DecideAction(storage, clock),
        train_demand=TrainDemand(storage, clock),
        score_customers=ScoreCustomers(storage, clock),
        explain_demand=ExplainDemand(storage, clock),
        request_plan=RequestPlan(storage, enqueue, clock),
        follow_plan=FollowPlan(storage),
        prepare_plan=prepare_plan,
        draft_batch=DraftBatch(storage, enqueue, clock),
        draft_plans=_draft_plans(settings, storage, prepare_plan, clock),
        follow_batches=FollowBatches(storage, clock),
        control_batch=ControlBatch(storage, enqueue, clock),
        insist=Insist(storage, policy, examine, settings.firm, clock),
        maintain_allocations=MaintainAllocations(storage, clock),
        browse_cases=BrowseCases(storage, clock),
        edit_draft=EditDraft(storage, examine, settings.firm, clock),
        decide_review=DecideReview(storage, examine, enqueue, LearnQuestions(clock), clock),
        deliver=Deliver(storage, examine, clock),
        void_outdated=void_outdated,
        renew_products=RenewProducts(storage, void_outdated, clock),
        ask_advisor=AskAdvisor(storage, enqueue, clock),
        draft_reply=DraftReply(storage, compose, examine, settings.firm, clock),
        browse_inbox=BrowseInbox(storage, clock),
        oversee_operations=OverseeOperations(storage, clock),
        verify_audit=VerifyAudit(storage),
        export_evidence=ExportEvidence(storage, clock),
        export_case=ExportCase(storage, Printer(), settings.firm, clock),
        approve_scripts=scripts,
        load_demo=LoadDemo(
            storage,
            publish,
            settings.mode,
            SHIPPED_LIBRARY,
            scripts,
            imports,
            settings.storage.folder / "demo-book",
            clock,
        ),
        health=CheckHealth(storage, searcher, indexer, settings.language_model.configured, clock),
    )


def _draft_plans(settings: Settings, storage: Storage, prepare: PreparePlan, clock: Clock) -> DraftPlans:
    return DraftPlans(storage, prepare, settings.language_model.yuan_per_1000_tokens, clock)


@contextmanager
def open_plan_drafting(settings: Settings) -> Generator[Callable[[str], None], None, None]:
    """What a process beside the one with the jobs needs: chunks of plans, and nothing else of the house."""
    database = Database(settings.storage.url)
    try:
        storage, clock = Storage(database), Clock()
        policy = SuitabilityPolicy(**settings.suitability.model_dump())
        examine = ExamineDraft(storage, policy, settings.firm, clock)
        model, _ = _model_road(settings, _model(settings), ExtractiveWriter())
        yield _draft_plans(settings, storage, PreparePlan(storage, model, policy, examine, settings.firm, clock), clock)
    finally:
        database.close()


def _import_limits(settings: Settings) -> Limits:
    chosen = settings.importing
    return Limits(largest_bytes=chosen.largest_megabytes * 2**20, pages=chosen.pages, seconds=chosen.seconds)


def _retrieval(
    settings: Settings, storage: Storage, opened: ExitStack, *, in_background: bool
) -> tuple[Indexer, Searcher]:
    """Where work goes on after the command, another embedding is indexed beside it; otherwise it is waited for."""

    @contextmanager
    def library() -> Generator[LibraryWithQuestions, None, None]:
        with storage.reading() as work:
            yield LibraryWithQuestions(work.documents, work.questions)

    def provisions(refs: Iterable[ProvisionRef]) -> Mapping[ProvisionRef, Provision]:
        with storage.reading() as work:
            found = work.documents.provisions(refs)
            return {each.ref: each for each in work.questions.attached(found.values())}

    def siblings(ref: ProvisionRef) -> Sequence[Provision]:
        with storage.reading() as work:
            return work.documents.provisions_of(ref.document_id, ref.version)

    endpoint = _embedding_endpoint(settings)
    indexer = Indexer(
        settings.storage.index_folder,
        reading=library,
        embedder=open_embedder(settings.retrieval.embedding, endpoint),
        reopen=lambda name: reopen_embedder(name, endpoint),
        in_background=in_background,
    )
    opened.callback(indexer.close)
    chosen = settings.retrieval
    fusion = Fusion(keyword=chosen.keyword_weight, vector=chosen.vector_weight, contained=chosen.contained_weight)
    searcher = Searcher(
        keyword=indexer.keyword,
        vectors=indexer.vectors,
        provisions=provisions,
        settings=SearchSettings(
            candidates=chosen.candidates,
            keyword_weight=chosen.keyword_weight,
            vector_weight=chosen.vector_weight,
            contained_weight=chosen.contained_weight,
            enough_likely=chosen.enough_likely,
        ),
        ranker=open_ranker(chosen.reranker, fusion, trained=settings.storage.ranker_file),
        refresh=indexer.refresh,
        index_version=indexer.version,
        siblings=siblings,
    )
    return indexer, searcher


def _embedding_endpoint(settings: Settings) -> Endpoint | None:
    chosen = settings.embedding
    if chosen.base_url is None:
        return None
    return Endpoint(
        base_url=chosen.base_url,
        api_key=chosen.api_key.get_secret_value(),
        timeout_seconds=chosen.timeout_seconds,
        retries=chosen.retries,
        dimensions=chosen.dimensions,
    )


def _model(settings: Settings) -> LanguageModel | None:
    """The configured model; without one langchain is not imported."""
    chosen = settings.language_model
    if chosen.base_url is None or chosen.model is None:
        return None

    from assistant.language_model.openai_model import OpenAiCompatibleModel

    return OpenAiCompatibleModel(
        base_url=chosen.base_url,
        model=chosen.model,
        api_key=chosen.api_key,
        timeout_seconds=chosen.timeout_seconds,
        retries=chosen.retries,
        max_tokens=chosen.max_tokens,
    )


def _model_road(
    settings: Settings, model: LanguageModel | None, extractive: ExtractiveWriter
) -> tuple[ModelWriter | None, Agent | None]:
    """Both with the extractive writer behind them; without a model neither."""
    if model is None:
        return None, None

    from assistant.agent.advisor_agent import AdvisorAgent

    budget = settings.language_model.tokens_per_request
    return (
        ModelWriter(model, extractive, tokens_per_request=budget, find_faults=find_faults),
        AdvisorAgent(model, extractive, tokens_per_request=budget, find_faults=find_faults),
    )


def _job_engine(
    settings: Settings,
    storage: Storage,
    application: Application,
    workers: "Workers",
    clock: Clock,
    *,
    seeking: Collection[str] | None,
) -> "JobEngine":
    from assistant.jobs.engine import Handler, JobEngine
    from assistant.jobs.plans import PlanJobs

    def unfinished_plans() -> tuple[str, ...]:
        with storage.reading() as work:
            return work.plans.unfinished()

    def undrafted_replies() -> tuple[str, ...]:
        with storage.reading() as work:
            return work.inquiries.undrafted()

    def queued_dispatches() -> tuple[str, ...]:
        with storage.reading() as work:
            return work.dispatches.queued()

    def begin_the_day(_day: str) -> None:
        application.renew_products()
        application.insist.expire()

    def score(_day: str) -> None:
        application.score_customers()
        application.request_day.everybody()

    def import_and_score(run: str) -> None:
        application.import_customers.uploaded(run)
        score(run)

    return JobEngine(
        settings.storage.jobs_url,
        {
            "plan": Handler(application.prepare_plan, unfinished_plans),
            "plans": Handler(
                PlanJobs(workers, application.draft_plans),
                application.draft_plans.unfinished,
                side_by_side=2 * settings.plans.processes + 1,  # those that wait keep every process busy
            ),
            "reply": Handler(application.draft_reply, undrafted_replies),
            "import": Handler(import_and_score, application.import_customers.due),
            "deliver": Handler(application.deliver, queued_dispatches),
            "score": Handler(score, application.score_customers.due),
            "day": Handler(application.plan_day, application.plan_day.due),
            "void": Handler(begin_the_day, lambda: [clock.today().isoformat()]),
        },
        seeking=seeking,
    )
