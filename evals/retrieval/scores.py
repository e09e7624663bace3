"""Scores of one ranking, and their means."""

import math
from collections.abc import Mapping, Sequence

_CUTS = (5, 10, 20, 100)
_TOP = 10
_SEEN = 5
"""What people read of a list."""


def scores_of(ranking: Sequence[str], relevant: frozenset[str]) -> dict[str, float]:
    """Recall at 5 … 100; reciprocal rank and nDCG (binary gains) at 10; whether anything right is in the first 5."""
    scores = {f"recall_at_{cut}": len(relevant.intersection(ranking[:cut])) / len(relevant) for cut in _CUTS}
    hits = [rank for rank, id_ in enumerate(ranking[:_TOP], start=1) if id_ in relevant]
    scores["mrr_at_10"] = 1 / hits[0] if hits else 0.0
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), _TOP) + 1))
    scores["ndcg_at_10"] = sum(1 / math.log2(rank + 1) for rank in hits) / ideal
    scores["hit_at_5"] = float(bool(hits) and hits[0] <= _SEEN)
    return scores


def mean(values: Sequence[float]) -> float:
    """0 where there are none."""
    return sum(values) / len(values) if values else 0.0


def means(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Mean of each score."""
    return {name: mean([row[name] for row in rows]) for name in (rows[0] if rows else {})}
