"""Does search find the provision that answers? Judged folders, with the product's own indexes and ranking."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from assistant.errors import Invalid
from evals.report import digest_of, interval, percentile
from evals.retrieval.bench import Bench
from evals.retrieval.corpora import Judged, Question, read_judged
from evals.retrieval.parts import Parts
from evals.retrieval.scores import means, scores_of
from retrieval.search import SearchSettings

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
    parts: Parts | None = None


def run(
    folder: Path,
    *,
    known: Path | None = None,
    folds: bool = False,
    parts: bool = False,
    today: date,
    library: Path | None = None,
    embedding: str = "static",
    reranker: str = "learned",
    settings: SearchSettings | None = None,
) -> RetrievalResult:
    """Evaluate a folder.

    Args:
        folder: BEIR layout. Without ``corpus.jsonl`` the judgements are over the shipped library, by reference.
        known: questions with judgements over the same corpus that may be indexed with their texts and learned from.
        folds: cross-validate: the questions of the other folds are known.
        parts: also rank by each part alone.
        today: the day of a question without ``as_of``.
        library: the library's folder, for judgements over it.
        embedding: as in the product's settings.
        reranker: likewise; where questions are known, ``learned`` is trained on them and on nothing else.
        settings: fusion weights; the product's by default.

    Raises:
        Invalid: a file is missing or cannot be read.

    """
    judged = read_judged(folder)
    chosen = settings or SearchSettings()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench.open(
            folder,
            Path(scratch),
            library=library,
            embedding=embedding,
            reranker=reranker,
            settings=chosen,
            today=today,
        )
        try:
            taken = Parts() if parts else None
            cases = [
                _case(bench, judged, question, taken)
                for question in (_folded(bench, judged) if folds else _plain(bench, judged, known))
            ]
            return _result(bench, judged, cases, taken, data=folder, embedding=embedding)
        finally:
            bench.indexer.close()


def _plain(bench: Bench, judged: Judged, known: Path | None) -> Iterator[Question]:
    if known is not None:
        taught = read_judged(known)
        bench.learn(taught.questions, taught)
    yield from judged.questions


def _folded(bench: Bench, judged: Judged) -> Iterator[Question]:
    """The questions of each fold, while those of the others are known."""
    folds = sorted({question.fold for question in judged.questions if question.fold is not None})
    if len(folds) < 2 or any(question.fold is None for question in judged.questions):  # noqa: PLR2004 - two sides
        raise Invalid("交叉验证需要每个问题都有 fold，并且至少两折。")
    for fold in folds:
        bench.learn([each for each in judged.questions if each.fold != fold], judged)
        yield from (each for each in judged.questions if each.fold == fold)


def _case(bench: Bench, judged: Judged, question: Question, parts: Parts | None) -> dict[str, Any]:
    wanted = judged.relevant[question.id]
    relevant = bench.relevant(question, wanted) or wanted  # what is not there cannot be found, and counts as missed
    result = bench.ask(question)
    ranking = [bench.id_of(str(hit.provision.ref)) for hit in result.hits]
    if parts is not None:
        parts.take(bench, question, relevant, bench.known)
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
    bench: Bench,
    judged: Judged,
    cases: list[dict[str, Any]],
    parts: Parts | None,
    *,
    data: Path,
    embedding: str,
) -> RetrievalResult:
    names = [name for name in cases[0] if name.startswith(("recall_at", "mrr_at", "ndcg_at", "hit_at"))]
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
        settings={**asdict(bench.settings), "embedding": embedding, "ranker": bench.searcher.ranker.name},
        data_digest=f"{digest_of(data / 'queries.jsonl', data / 'qrels.tsv')}:{bench.corpus.digest}",
        cases=cases,
        parts=parts,
    )
