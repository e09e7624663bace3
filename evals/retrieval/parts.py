"""What each part of the ranking is worth: alone, and together, with paired bootstrap intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from evals.report import interval
from evals.retrieval.bench import DEPTH, Bench
from evals.retrieval.corpora import Question
from evals.retrieval.scores import mean, scores_of
from retrieval.keyword_index import FieldWeights
from retrieval.model import Filter
from retrieval.shortlist import Candidate, Shortlist

BASE = "keyword"
"""What every other part is compared with: plain BM25 of words and pairs, without known questions."""
_SHOWN = ("recall_at_5", "recall_at_10", "recall_at_20", "recall_at_100", "mrr_at_10", "ndcg_at_10")
_COMPARED = ("recall_at_10", "mrr_at_10", "ndcg_at_10")

Rows = list[dict[str, float]]


@dataclass(slots=True)
class Parts:
    """Scores by part, a row for each question, in the same order for all parts."""

    rows: dict[str, Rows] = field(default_factory=dict)
    restricted: dict[str, dict[str, Rows]] = field(default_factory=dict)
    """By part, over the judgements whose text has a known question (``known``) or has none (``unknown``)."""

    def take(self, bench: Bench, question: Question, relevant: frozenset[str], known: frozenset[str]) -> None:
        """Rank one question by every part."""
        for part, ranking in _rankings(bench, question).items():
            names = [bench.id_of(id_) for id_ in ranking]
            self.rows.setdefault(part, []).append(scores_of(names, relevant))
            for side, judged in (("known", relevant & known), ("unknown", relevant - known)):
                if judged:
                    self.restricted.setdefault(part, {}).setdefault(side, []).append(scores_of(names, judged))

    def told(self) -> dict[str, dict[str, dict[str, str]]]:
        """All of it for people: each part's means, and what it adds to plain BM25."""
        differences = self.differences()
        restricted = self.by_knowledge()
        return {
            "parts": {
                part: {name: f"{value:.3f}" for name, value in figures.items()}
                | {f"{name} +": _told(*each) for name, each in differences.get(part, {}).items()}
                | {
                    f"recall_at_10 {side}": f"{sides[part][0]:.3f} {_told(*sides[part][1:])}"
                    for side, sides in restricted.items()
                }
                for part, figures in self.figures().items()
            }
        }

    def figures(self) -> dict[str, dict[str, float]]:
        """Each part's means."""
        return {part: {name: mean([row[name] for row in rows]) for name in _SHOWN} for part, rows in self.rows.items()}

    def differences(self) -> dict[str, dict[str, tuple[float, float, float]]]:
        """Mean difference to plain BM25 with its 95 % interval, over the same questions."""
        return {
            part: {name: _difference(rows, self.rows[BASE], name) for name in _COMPARED}
            for part, rows in self.rows.items()
            if part != BASE
        }

    def by_knowledge(self) -> dict[str, dict[str, tuple[float, float, float, float]]]:
        """Recall@10 and its difference to plain BM25 with its interval, where a question is known and where none is."""
        return {
            side: {
                part: (
                    mean([row["recall_at_10"] for row in sides[side]]),
                    *_difference(sides[side], self.restricted[BASE][side], "recall_at_10"),
                )
                for part, sides in self.restricted.items()
            }
            for side in next(iter(self.restricted.values()), {})
        }


def _told(difference: float, low: float, high: float) -> str:
    return f"{difference:+.3f} [{low:+.3f}, {high:+.3f}]"


def _difference(rows: Sequence[Mapping[str, float]], base: Rows, name: str) -> tuple[float, float, float]:
    paired = [row[name] - other[name] for row, other in zip(rows, base, strict=True)]
    return (mean(paired), *interval(paired))


def _rankings(bench: Bench, question: Question) -> dict[str, list[str]]:
    query = bench.query(question)
    only = Filter.of(query)
    keyword = bench.indexer.keyword
    shortlist = bench.searcher.shortlist(query)
    found = {
        "words": _ids(keyword.search(query.text, only, limit=DEPTH, weights=FieldWeights(pairs=0.0))),
        "pairs": _ids(keyword.search(query.text, only, limit=DEPTH, weights=FieldWeights(words=0.0))),
        BASE: _ids(keyword.search(query.text, only, limit=DEPTH)),
        "dense": _ids(bench.indexer.vectors.search(query.text, only, limit=DEPTH)) if bench.indexer.vectors else [],
        "questions": _by_likeness(shortlist),
        "fusion, no questions": _ordered(bench.fusion.scores(_unasked(shortlist)), shortlist),
        "fusion, no dense": _ordered(bench.fusion.scores(replace(shortlist, trust=0.0)), shortlist),
        "fusion": _ordered(bench.fusion.scores(shortlist), shortlist),
    }
    ranker = bench.searcher.ranker
    return found | {
        "ranker, no dense": _ordered(ranker.scores(replace(shortlist, trust=0.0)), shortlist),
        "ranker": _ordered(ranker.scores(shortlist), shortlist),
    }


def _unasked(shortlist: Shortlist) -> Shortlist:
    """As if no question were known."""
    return replace(shortlist, candidates=tuple(_without_questions(each) for each in shortlist.candidates))


def _without_questions(candidate: Candidate) -> Candidate:
    return replace(
        candidate,
        asked=0.0,
        words_known=candidate.words,
        pairs_known=candidate.pairs,
        likenesses=(),
        questions=0,
        questions_of_document=0,
    )


def _by_likeness(shortlist: Shortlist) -> list[str]:
    asked = [each for each in shortlist.candidates if each.likenesses]
    return [str(each.provision.ref) for each in sorted(asked, key=lambda each: -each.likenesses[0])][:DEPTH]


def _ordered(scores: Sequence[float], shortlist: Shortlist) -> list[str]:
    order = sorted(range(len(scores)), key=lambda row: -scores[row])
    return [str(shortlist.candidates[row].provision.ref) for row in order][:DEPTH]


def _ids(found: Sequence[tuple[str, float]]) -> list[str]:
    return [id_ for id_, _ in found]
