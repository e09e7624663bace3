"""Does search find the provision that answers? Judged folders, with the product's own indexes and fusion."""

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from assistant.errors import Invalid
from evals.report import digest_of, interval, percentile
from evals.retrieval.corpora import Corpus, Judged, Question, read_judged
from evals.retrieval.scores import means, scores_of
from knowledge.documents.model import Audience, Provision
from retrieval.embedding import open_embedder
from retrieval.indexing import Indexer
from retrieval.model import Query, SearchResult
from retrieval.search import Searcher, SearchSettings

_DEPTH = 100
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalResult:
    """What was measured. ``metrics`` has the keys of the evaluation format."""

    n: int
    metrics: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    """95 % bootstrap interval by metric."""
    settings: dict[str, Any]
    data_digest: str
    cases: list[dict[str, Any]] = field(default_factory=list)


def run(
    folder: Path,
    *,
    known: Path | None = None,
    folds: bool = False,
    today: date,
    library: Path | None = None,
    embedding: str = "static",
    settings: SearchSettings | None = None,
) -> RetrievalResult:
    """Evaluate a folder.

    Args:
        folder: BEIR layout. Without ``corpus.jsonl`` the judgements are over the shipped library, by reference.
        known: questions with judgements over the same corpus that may be indexed with their texts.
        folds: cross-validate: the questions of the other folds are known.
        today: the day of a question without ``as_of``.
        library: the library's folder, for judgements over it.
        embedding: as in the product's settings.
        settings: fusion weights; the product's by default.

    Raises:
        Invalid: a file is missing or cannot be read.

    """
    judged = read_judged(folder)
    chosen = settings or SearchSettings()
    with tempfile.TemporaryDirectory() as scratch:
        bench = _Bench.open(folder, Path(scratch), library=library, embedding=embedding, settings=chosen, today=today)
        try:
            cases = _folded(bench, judged) if folds else _plain(bench, judged, known)
            return _result(bench, judged, cases, data=folder, settings=chosen, embedding=embedding)
        finally:
            bench.indexer.close()


@dataclass(slots=True)
class _Bench:
    """The product's search over one corpus."""

    corpus: Corpus
    names: Mapping[str, str] | None
    """Text id of each reference, for BEIR corpora; ``None`` for the library, whose references are the ids."""
    indexer: Indexer
    searcher: Searcher
    folder: Path
    today: date
    index_seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @classmethod
    def open(
        cls,
        data: Path,
        scratch: Path,
        *,
        library: Path | None,
        embedding: str,
        settings: SearchSettings,
        today: date,
    ) -> "_Bench":
        names: Mapping[str, str] | None = None
        if (data / "corpus.jsonl").is_file():
            corpus, names = Corpus.of_folder(data)
        elif library is not None:
            corpus = Corpus.of_library(library)
        else:
            raise Invalid(f"「{data}」里没有 corpus.jsonl，也没有指定知识库文件夹。")
        indexer = Indexer(scratch / "index", reading=corpus.reading, embedder=open_embedder(embedding))
        searcher = Searcher(
            keyword=indexer.keyword,
            vectors=indexer.vectors,
            provisions=corpus.provisions,
            settings=SearchSettings(**{**asdict(settings), "candidates": max(_DEPTH, settings.candidates)}),
        )
        bench = cls(corpus, names, indexer, searcher, scratch / "index", today)
        bench.follow()
        return bench

    def follow(self) -> None:
        started = time.perf_counter()
        self.indexer.catch_up()
        self.index_seconds = self.index_seconds or time.perf_counter() - started

    def ask(self, question: Question) -> SearchResult:
        query = Query(text=question.text, as_of=question.as_of or self.today, reader=Audience.INTERNAL, limit=_DEPTH)
        started = time.perf_counter()
        result = self.searcher.search(query)
        self.latencies.append((time.perf_counter() - started) * 1000)
        return result

    def id_of(self, provision: Provision) -> str:
        return self.names[str(provision.ref)] if self.names is not None else str(provision.ref)

    def relevant(self, question: Question, wanted: Iterable[str]) -> frozenset[str]:
        """In the library 「SUIT:22」 is whichever version is in force on the day of the question."""
        if self.names is not None:
            return frozenset(wanted)
        day = question.as_of or self.today
        names = frozenset(wanted)
        return frozenset(
            str(each.ref)
            for each in self.corpus.all_provisions()
            if each.in_force_on(day) and (each.ref.short in names or str(each.ref) in names)
        )

    def learn(self, questions: Sequence[Question], relevant: Mapping[str, frozenset[str]]) -> None:
        if self.names is None:
            raise Invalid("知识库自己的判定集不支持另外学习问题：典型问题已经写在条文里。")
        refs = {name: ref for ref, name in self.names.items()}
        known: dict[str, list[str]] = defaultdict(list)
        for question in questions:
            for name in sorted(relevant[question.id]):
                if name in refs:
                    known[refs[name]].append(question.text)
        self.corpus.learn(known)
        self.follow()


def _plain(bench: _Bench, judged: Judged, known: Path | None) -> list[dict[str, Any]]:
    if known is not None:
        taught = read_judged(known)
        bench.learn(taught.questions, taught.relevant)
    return [_case(bench, judged, question) for question in judged.questions]


def _folded(bench: _Bench, judged: Judged) -> list[dict[str, Any]]:
    folds = sorted({question.fold for question in judged.questions if question.fold is not None})
    if len(folds) < 2 or any(question.fold is None for question in judged.questions):  # noqa: PLR2004 - two sides
        raise Invalid("交叉验证需要每个问题都有 fold，并且至少两折。")
    cases = []
    for fold in folds:
        bench.learn([each for each in judged.questions if each.fold != fold], judged.relevant)
        cases += [_case(bench, judged, each) for each in judged.questions if each.fold == fold]
    return cases


def _case(bench: _Bench, judged: Judged, question: Question) -> dict[str, Any]:
    wanted = judged.relevant[question.id]
    relevant = bench.relevant(question, wanted) or wanted  # what is not there cannot be found, and counts as missed
    result = bench.ask(question)
    ranking = [bench.id_of(hit.provision) for hit in result.hits]
    return {
        "id": question.id,
        "text": question.text,
        "relevant": sorted(relevant),
        "found": ranking[:10],
        "enough": result.enough,
        "coverage": round(result.coverage, 3),
        **scores_of(ranking, relevant),
    }


def _result(
    bench: _Bench,
    judged: Judged,
    cases: list[dict[str, Any]],
    *,
    data: Path,
    settings: SearchSettings,
    embedding: str,
) -> RetrievalResult:
    names = [name for name in cases[0] if name.startswith(("recall_at", "mrr_at", "ndcg_at"))]
    scores = [{name: case[name] for name in names} for case in cases]
    latencies = list(bench.latencies)
    metrics = {
        **means(scores),
        "latency_ms_p50": percentile(latencies, 50),
        "latency_ms_p95": percentile(latencies, 95),
        "index_seconds": bench.index_seconds,
        "index_mb": sum(file.stat().st_size for file in bench.folder.rglob("*") if file.is_file()) / _MEGABYTE,
        "answerable_enough": sum(case["enough"] for case in cases) / len(cases),
    }
    if judged.unanswerable:
        refused = [not bench.ask(question).enough for question in judged.unanswerable]
        metrics["unanswerable_refused"] = sum(refused) / len(refused)
    return RetrievalResult(
        n=len(cases),
        metrics=metrics,
        intervals={name: interval([row[name] for row in scores]) for name in names},
        settings={**asdict(settings), "embedding": embedding},
        data_digest=f"{digest_of(data / 'queries.jsonl', data / 'qrels.tsv')}:{bench.corpus.digest}",
        cases=cases,
    )
