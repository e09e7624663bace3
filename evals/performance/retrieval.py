"""How long a search over many provisions takes, with the day's filter on, and what the index costs, beside others'.

Every part runs in a process of its own, so that its memory is its own.
"""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from assistant.clock import Clock
from assistant.storage import migrate
from evals.performance.peers import BUILDERS, Texts, missing
from evals.performance.synthetic import KnownItem, Synthetic
from evals.report import percentile
from knowledge.database import Database
from knowledge.documents.model import Audience, Provision, ProvisionRef
from knowledge.documents.repository import DocumentRepository
from retrieval.embedding import open_embedder
from retrieval.generation import passages_of
from retrieval.indexing import Indexer
from retrieval.model import Query
from retrieval.search import Searcher, SearchSettings

_MEGABYTE = 1_000_000
_KIBIBYTE = 1024
_LIMIT = 10
_PEERS_UP_TO = 100_000
"""LangChain's BM25 alone would take some gigabytes and seconds a question at a million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One way to search the same provisions. Seconds and milliseconds on this machine, memory of its own process."""

    name: str
    provisions: int
    searches: int
    index_seconds: float
    index_cpu_seconds: float
    index_mb: float
    reopen_seconds: float
    """From opening what was built to the first answer; 0 where nothing is kept to be opened again."""
    ms_p50: float
    ms_p95: float
    cpu_ms_p50: float
    cpu_ms_p95: float
    """What the process really worked for a search: where others use the cores, the better figure."""
    recall_at_10: float
    """Known-item: the one provision whose words were asked for is among the first ten."""
    not_in_force: int
    """Hits that are not in force on the day; there may be none."""
    index_memory_mb: float
    search_memory_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalSpeed:
    """Ours, and what others' parts do beside it."""

    provisions: int
    in_force_share: float
    embedding: str
    cores: int
    load: float
    """Processes that wanted to run, at the end: more than ``cores`` and every figure is an upper bound."""
    publish_seconds: float
    """One new version of one document: published, indexed and found."""
    figures: tuple[Figures, ...]
    left_out: tuple[str, ...]
    """Why a peer is not in the table."""

    def lines(self) -> Iterator[str]:
        """A readable table."""
        yield (
            f"{self.provisions} provisions, {self.in_force_share:.0%} in force, embedding {self.embedding}, "
            f"{self.cores} cores, load {self.load:.1f}"
        )
        yield f"publish one new version of one document and find it: {self.publish_seconds:.2f} s"
        yield _row(
            "",
            "index s",
            "cpu s",
            "per s",
            "disk MB",
            "index MB",
            "search MB",
            "open s",
            "p50 ms",
            "p95 ms",
            "cpu p50",
            "cpu p95",
            "recall",
            "past",
        )
        for each in self.figures:
            yield _row(
                each.name,
                f"{each.index_seconds:.1f}",
                f"{each.index_cpu_seconds:.1f}",
                f"{each.provisions / max(each.index_seconds, 1e-9):.0f}",
                f"{each.index_mb:.0f}",
                f"{each.index_memory_mb:.0f}",
                f"{each.search_memory_mb:.0f}",
                f"{each.reopen_seconds:.2f}",
                f"{each.ms_p50:.1f}",
                f"{each.ms_p95:.1f}",
                f"{each.cpu_ms_p50:.1f}",
                f"{each.cpu_ms_p95:.1f}",
                f"{each.recall_at_10:.2f}",
                str(each.not_in_force),
            )
        yield from self.left_out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What every process is told."""

    library: Path
    scratch: Path
    provisions: int
    embedding: str
    today: date
    known: tuple[KnownItem, ...]
    asked: tuple[str, ...]
    """For timing only."""

    def database(self) -> Database:
        """One a process is enough: opening it takes longer than a question to it."""
        return _opened(f"sqlite:///{self.scratch / 'library.db'}")

    @property
    def synthetic(self) -> Synthetic:
        return Synthetic.of(self.library, self.provisions)


def measure(
    library: Path,
    *,
    provisions: int,
    searches: int,
    embedding: str,
    today: date,
    peers: Sequence[str] = tuple(BUILDERS),
    tell: Callable[[str], object] = lambda _text: None,
) -> RetrievalSpeed:
    """Shuffle the library's sentences into ``provisions`` texts, and search them in every way that is there."""
    synthetic = Synthetic.of(library, provisions)
    half = max(1, searches // 2)
    with tempfile.TemporaryDirectory() as scratch:
        task = _Task(
            library=library,
            scratch=Path(scratch),
            provisions=provisions,
            embedding=embedding,
            today=today,
            known=tuple(synthetic.known_items(half, today)),
            asked=synthetic.typical_questions[:: max(1, len(synthetic.typical_questions) // half)][:half],
        )
        tell("writing the library …")
        in_force = _alone(_prepare, task)
        tell("building our index …")
        built = _alone(_build_ours, task)
        tell("searching it …")
        found = _alone(_search_ours, task)
        publish_seconds = found.pop("publish_seconds")
        figures = [Figures(name="Yice", provisions=provisions, **built, **found)]
        left_out = []
        for peer in peers:
            why = _why_not(peer, provisions, embedding)
            if why is None:
                tell(f"{peer} …")
                figures.append(Figures(name=peer, provisions=provisions, **_alone(_measure_peer, task, peer)))
            else:
                left_out.append(why)
    return RetrievalSpeed(
        provisions=provisions,
        in_force_share=in_force["share"],
        embedding=embedding,
        cores=os.cpu_count() or 1,
        load=os.getloadavg()[0],
        publish_seconds=publish_seconds,
        figures=tuple(figures),
        left_out=tuple(left_out),
    )


def _why_not(peer: str, provisions: int, embedding: str) -> str | None:
    absent = missing(peer)
    if absent:
        return f"{peer}: not measured, not installed: {', '.join(absent)} (uv sync --group bench)"
    if provisions > _PEERS_UP_TO:
        return f"{peer}: not measured beyond {_PEERS_UP_TO} provisions"
    return f"{peer}: not measured without an embedding" if embedding == "none" else None


def _prepare(task: _Task) -> dict[str, Any]:
    database = task.database()
    migrate(database)
    task.synthetic.publish(database)
    with _reading(database) as documents:
        in_force = documents.count_in_force(task.today)[1]
    return {"share": in_force / task.provisions}


def _build_ours(task: _Task) -> dict[str, Any]:
    with _indexer(task) as indexer:
        started, before = time.perf_counter(), time.process_time()
        indexer.catch_up()
        seconds, worked = time.perf_counter() - started, time.process_time() - before
    return {
        "index_seconds": seconds,
        "index_cpu_seconds": worked,
        "index_mb": _size(task.scratch / "index"),
        "index_memory_mb": _peak_memory_mb(),
    }


def _search_ours(task: _Task) -> dict[str, Any]:
    started = time.perf_counter()
    with _indexer(task) as indexer:
        searcher = _searcher(task, indexer)

        def search(question: str) -> list[str]:
            query = Query(text=question, as_of=task.today, reader=Audience.ADVISOR, limit=_LIMIT)
            return [str(hit.provision.ref) for hit in searcher.search(query).hits]

        search(task.known[0].text)
        reopen_seconds = time.perf_counter() - started
        result = _searched(task, search)
        return result | {"reopen_seconds": reopen_seconds, "publish_seconds": _publish_and_find(task, search)}


def _publish_and_find(task: _Task, search: Callable[[str], list[str]]) -> float:
    """Seconds from the start of the publication to the search that finds it."""
    synthetic = task.synthetic
    loaded = synthetic.document(synthetic.documents // 2, since=task.today)
    started = time.perf_counter()
    with task.database().begin() as connection:
        DocumentRepository(connection).publish(loaded, at=Clock().now(), supersede=True)
    found = search(f"{loaded.version.short_title}{loaded.provisions[-1].heading}")
    seconds = time.perf_counter() - started
    if not any(f"@{loaded.version.label}" in each for each in found):
        raise RuntimeError("what was published was not found")
    return seconds


def _measure_peer(task: _Task, peer: str) -> dict[str, Any]:
    embedder = open_embedder(task.embedding)
    if embedder is None:
        raise ValueError("a peer needs vectors")
    with _reading(task.database()) as documents:
        ids = [document_id for _, document_id in documents.publications(0, task.provisions)]
        passages = [each for document_id in dict.fromkeys(ids) for each in passages_of(documents, document_id)]
    folder = task.scratch / peer
    started, before = time.perf_counter(), time.process_time()
    search = BUILDERS[peer](Texts(passages, embedder, task.today), folder, limit=_LIMIT)
    seconds, worked = time.perf_counter() - started, time.process_time() - before
    memory = _peak_memory_mb()
    return _searched(task, search) | {
        "index_seconds": seconds,
        "index_cpu_seconds": worked,
        "index_mb": _size(folder),
        "index_memory_mb": memory,
        "reopen_seconds": 0.0,
    }


def _searched(task: _Task, search: Callable[[str], list[str]]) -> dict[str, Any]:
    """The same questions for all: known items, of which recall is told, and people's questions."""
    times: list[float] = []
    worked: list[float] = []
    found: list[list[str]] = []
    for question in [*(item.text for item in task.known), *task.asked]:
        started, before = time.perf_counter(), time.process_time()
        found.append(search(question))
        worked.append((time.process_time() - before) * 1000)
        times.append((time.perf_counter() - started) * 1000)
    hits = [item.answer in ids for item, ids in zip(task.known, found, strict=False)]
    return {
        "searches": len(times),
        "ms_p50": percentile(times, 50),
        "ms_p95": percentile(times, 95),
        "cpu_ms_p50": percentile(worked, 50),
        "cpu_ms_p95": percentile(worked, 95),
        "recall_at_10": sum(hits) / len(hits),
        "not_in_force": _past(task, found),
        "search_memory_mb": _peak_memory_mb(),
    }


def _past(task: _Task, found: Sequence[Sequence[str]]) -> int:
    refs = {ProvisionRef.parse(each) for ids in found for each in ids}
    with _reading(task.database()) as documents:
        known = documents.provisions(refs)
    return sum(not known[ProvisionRef.parse(each)].in_force_on(task.today) for ids in found for each in ids)


@contextmanager
def _indexer(task: _Task) -> Iterator[Indexer]:
    indexer = Indexer(
        task.scratch / "index", reading=lambda: _reading(task.database()), embedder=open_embedder(task.embedding)
    )
    try:
        yield indexer
    finally:
        indexer.close()


def _searcher(task: _Task, indexer: Indexer) -> Searcher:
    database = task.database()

    def provisions(refs: Any) -> Mapping[ProvisionRef, Provision]:  # noqa: ANN401 - as the port
        with _reading(database) as documents:
            return documents.provisions(refs)

    return Searcher(
        keyword=indexer.keyword,
        vectors=indexer.vectors,
        provisions=provisions,
        settings=SearchSettings(),
        refresh=indexer.refresh,
    )


@cache
def _opened(url: str) -> Database:
    return Database(url)


@contextmanager
def _reading(database: Database) -> Iterator[DocumentRepository]:
    with database.read() as connection:
        yield DocumentRepository(connection)


def _alone(work: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
    """What ``work`` returns, from a process that does nothing else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / _MEGABYTE


def _peak_memory_mb() -> float:
    """Of this process alone: ``ru_maxrss`` would count the one that started it."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / _KIBIBYTE
    return 0.0


def _row(*cells: str) -> str:
    first, *others = cells
    return f"{first:<12}" + "".join(f"{cell:>9}" for cell in others)
