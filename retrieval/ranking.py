"""Puts candidates in order: by what was learned from questions that people asked, or by any cross-encoder."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Protocol, Self

import numpy as np

from knowledge.errors import Invalid, Unavailable
from retrieval.cross_encoder import CrossEncoderRanker
from retrieval.features import NAMES, Features, features_of
from retrieval.fusion import Fusion
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
    """A weighted sum of features (:data:`retrieval.features.NAMES`), trained by :mod:`retrieval.ranking_training`.

    It learned what typical questions tell; where no candidate has one, ``otherwise`` ranks.
    """

    name: str
    weights: tuple[float, ...]
    otherwise: Fusion = Fusion()  # noqa: RUF009 - it is frozen

    @classmethod
    def read(cls, file: Path, otherwise: Fusion) -> Self | None:
        """Read a model; ``None`` where it looks at other features than this software and so has to be trained anew.

        Raises:
            Invalid: it cannot be read.

        """
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            weights = {str(name): float(weight) for name, weight in content["weights"].items()}
            name = str(content["name"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Invalid(
                f"排序模型「{file}」读不出来（{error}）。请用「yice knowledge train」重新训练，或删去它。"
            ) from error
        return cls(name, tuple(weights.values()), otherwise) if tuple(weights) == NAMES else None

    def write(self, file: Path) -> None:
        """Write the model, in one step.

        Raises:
            Unavailable: the disk refuses.

        """
        content = {"name": self.name, "weights": dict(zip(NAMES, self.weights, strict=True))}
        new = file.with_suffix(".new")
        try:
            new.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
            new.replace(file)
        except OSError as error:
            raise Unavailable(f"排序模型写不进「{file}」（{error.strerror}）。") from error

    def scores(self, shortlist: Shortlist) -> list[float]:
        """How likely each is to answer, as a share of the likeliest."""
        if not any(each.questions for each in shortlist.candidates):
            return self.otherwise.scores(shortlist)
        sums = self.sums(features_of(shortlist))
        return [float(each) for each in np.exp(sums - sums.max())]

    def sums(self, features: Features) -> Features:
        """The weighted sums, one for each row."""
        result: Features = features @ np.asarray(self.weights)
        return result


def open_ranker(setting: str, fusion: Fusion, *, trained: Path) -> Ranker:
    """``none`` is the fusion alone, ``learned`` what was trained here or else the shipped model, anything else a model.

    Args:
        setting: or the folder or name of a cross-encoder.
        fusion: what ranks where nothing learned fits.
        trained: where a model that was trained here would be.

    Raises:
        Invalid: a model cannot be read, or there is no such cross-encoder.

    """
    if setting == "none":
        return fusion
    if setting == "learned":
        mine = LearnedRanker.read(trained, fusion) if trained.is_file() else None
        return mine or LearnedRanker.read(SHIPPED, fusion) or fusion
    return CrossEncoderRanker(setting, LearnedRanker.read(SHIPPED, fusion) or fusion)
