"""Puts candidates in order: by what was learned from typical questions, or by any cross-encoder."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Protocol, Self

import numpy as np

from knowledge.errors import Invalid
from retrieval.features import NAMES, Features, features_of
from retrieval.shortlist import Shortlist

SHIPPED = Path(str(resources.files("retrieval").joinpath("ranker.json")))


class Ranker(Protocol):
    """Says how well each candidate fits."""

    @property
    def name(self) -> str:
        """For replay."""

    def scores(self, shortlist: Shortlist) -> Sequence[float]:
        """One number for each candidate, 0 … 1, in their order; comparable within one shortlist only."""


@dataclass(frozen=True, slots=True)
class LearnedRanker:
    """A weighted sum of features (:data:`retrieval.features.NAMES`), trained by :mod:`retrieval.ranking_training`."""

    name: str
    weights: tuple[float, ...]

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a model.

        Raises:
            Invalid: it cannot be read, or looks at other features than this software.

        """
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            weights = content["weights"]
            if tuple(weights) != NAMES:
                raise Invalid(f"排序模型「{file}」与本软件的特征不同，请用「yice knowledge train」重新训练。")
            return cls(str(content["name"]), tuple(float(each) for each in weights.values()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Invalid(f"排序模型「{file}」读不出来（{error}）。") from error

    def write(self, file: Path) -> None:
        """Write a model, in one step."""
        content = {"name": self.name, "weights": dict(zip(NAMES, self.weights, strict=True))}
        new = file.with_suffix(".new")
        new.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        new.replace(file)

    def scores(self, shortlist: Shortlist) -> list[float]:
        """How likely each is to answer, as a share of the likeliest."""
        return shares(self.sums(features_of(shortlist)))

    def sums(self, features: Features) -> Features:
        """The weighted sums, one for each row."""
        result: Features = features @ np.asarray(self.weights)
        return result


def shares(sums: Features) -> list[float]:
    """Log odds as shares of the greatest odds."""
    return [float(each) for each in np.exp(sums - sums.max())] if sums.size else []
