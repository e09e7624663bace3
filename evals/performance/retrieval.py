"""How long a search takes over many provisions, with the day's filter on, and what the index costs."""

import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from evals.report import percentile
from evals.retrieval.corpora import Corpus
from knowledge.documents.loading import load_folder
from knowledge.documents.model import Audience, LoadedVersion, Period, Provision, ProvisionRef
from retrieval.embedding import open_embedder
from retrieval.indexing import Indexer
from retrieval.model import Query
from retrieval.search import Searcher, SearchSettings

_PER_DOCUMENT = 50
_FIRST_DAY = date(2010, 1, 1)
_DAYS = 6000
_MEGABYTE = 1_000_000
_KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class RetrievalSpeed:
    """Seconds and milliseconds on this machine; ``peak_memory_mb`` is the whole process, the texts included."""

    provisions: int
    in_force_share: float
    embedding: str
    index_seconds: float
    index_mb: float
    reopen_seconds: float
    search_ms_p50: float
    search_ms_p95: float
    peak_memory_mb: float

    def lines(self) -> Iterator[str]:
        """A readable table."""
        for name, value in asdict(self).items():
            yield f"{name:<18} {value:.2f}" if isinstance(value, float) else f"{name:<18} {value}"


def measure(library: Path, *, provisions: int, searches: int, embedding: str, today: date) -> RetrievalSpeed:
    """Shuffle the library's sentences into ``provisions`` texts with periods of their own, and search them.

    Speed only: such texts say nothing about relevance.
    """
    loaded = load_folder(library)
    corpus = _synthetic(loaded, provisions)
    questions = [question for each in loaded for one in each.provisions for question in one.typical_questions]
    draw = random.Random(1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "index"
        started = time.perf_counter()
        indexer = Indexer(folder, reading=corpus.reading, embedder=open_embedder(embedding))
        indexer.catch_up()
        index_seconds = time.perf_counter() - started
        indexer.close()
        started = time.perf_counter()
        indexer = Indexer(folder, reading=corpus.reading, embedder=open_embedder(embedding))
        searcher = Searcher(
            keyword=indexer.keyword,
            vectors=indexer.vectors,
            provisions=corpus.provisions,
            settings=SearchSettings(),
            refresh=indexer.catch_up,
        )
        _time(searcher, questions[0], today)
        reopen_seconds = time.perf_counter() - started
        times = [_time(searcher, draw.choice(questions), today) for _ in range(searches)]
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        indexer.close()
    in_force = sum(each.in_force_on(today) for each in corpus.all_provisions())
    return RetrievalSpeed(
        provisions=provisions,
        in_force_share=in_force / provisions,
        embedding=embedding,
        index_seconds=index_seconds,
        index_mb=size / _MEGABYTE,
        reopen_seconds=reopen_seconds,
        search_ms_p50=percentile(times, 50),
        search_ms_p95=percentile(times, 95),
        peak_memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIBIBYTE,
    )


def _time(searcher: Searcher, text: str, today: date) -> float:
    started = time.perf_counter()
    searcher.search(Query(text=text, as_of=today, reader=Audience.ADVISOR))
    return (time.perf_counter() - started) * 1000


def _synthetic(loaded: Sequence[LoadedVersion], count: int) -> Corpus:
    sentences = [line for each in loaded for one in each.provisions for line in one.text.split("\n") if line.strip()]
    template = loaded[0]
    draw = random.Random(0)
    provisions = [_provision(template.provisions[0], number, sentences, draw) for number in range(count)]
    documents = {}
    for start in range(0, count, _PER_DOCUMENT):
        batch = tuple(provisions[start : start + _PER_DOCUMENT])
        version = replace(template.version, document_id=batch[0].ref.document_id, label="x", period=batch[0].period)
        documents[version.document_id] = ((version,), batch)
    return Corpus(documents, f"synthetic-{count}")


def _provision(template: Provision, number: int, sentences: Sequence[str], draw: random.Random) -> Provision:
    begins = _FIRST_DAY + timedelta(days=draw.randrange(_DAYS))
    ends = begins + timedelta(days=draw.randrange(1, _DAYS)) if draw.random() < 0.5 else None  # noqa: PLR2004 - half
    return replace(
        template,
        ref=ProvisionRef(f"SYN{number // _PER_DOCUMENT}", str(number % _PER_DOCUMENT), "x"),
        heading=f"第{number}条",
        text="\n".join(draw.choices(sentences, k=4)),
        period=Period(effective_from=begins, effective_to=ends),
        audience=Audience.CUSTOMER,
        typical_questions=(),
    )
