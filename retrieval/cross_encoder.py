"""Ranks by any sentence-transformers cross-encoder. The import alone costs seconds and hundreds of megabytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from knowledge.errors import Invalid
from retrieval.shortlist import Candidate, Shortlist

_READ = 40
"""Candidates that the model reads; each costs milliseconds to tenths of a second."""


class FirstRanker(Protocol):
    """Chooses what the model reads."""

    @property
    def name(self) -> str:
        """For replay."""

    def scores(self, shortlist: Shortlist) -> Sequence[float]:
        """0 … 1, one for each candidate."""


class CrossEncoderRanker:
    """The first ranker's best, in the model's order; then the others, in the first ranker's."""

    def __init__(self, name_or_folder: str, first: FirstRanker) -> None:
        """Load a model.

        Raises:
            Invalid: there is none of that name, neither as a folder nor to be downloaded.

        """
        from sentence_transformers import CrossEncoder

        folder = Path(name_or_folder)
        try:
            self._model: Any = CrossEncoder(
                name_or_folder, device="cpu", local_files_only=True if folder.is_dir() else None
            )
        except (OSError, ValueError, ImportError) as error:
            raise Invalid(f"载入不了重排模型「{name_or_folder}」（{error}）。") from error
        self._first = first
        self._name = str(folder.resolve() if folder.is_dir() else name_or_folder)

    @property
    def name(self) -> str:
        """Folder or name of the model, and who chose what it reads."""
        return f"cross-encoder:{self._name} after {self._first.name}"

    def scores(self, shortlist: Shortlist) -> list[float]:
        """See :class:`retrieval.ranking.Ranker`: ½ … 1 for what was read, below ½ for the rest."""
        scores = [each / 2 for each in self._first.scores(shortlist)]
        best = sorted(range(len(scores)), key=lambda row: -scores[row])[:_READ]
        if best:
            pairs = [(shortlist.question, _text(shortlist.candidates[row])) for row in best]
            read = np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float64).reshape(len(best))
            read = np.nan_to_num(read)
            for row, score in zip(best, 1 / (1 + np.exp(-np.clip(read - read.max(), -50, 0))), strict=True):
                scores[row] = 0.5 + float(score)
        return scores


def _text(candidate: Candidate) -> str:
    provision = candidate.provision
    return "\n".join(filter(None, (provision.document_title, provision.heading, provision.text)))
