"""Some passages' vectors and what decides whether each may be shown: files that are written once and mapped.

A large segment is looked through in few dimensions first (:data:`_COARSE`, along its own principal axes), and only the
best of that are compared in full.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.model import Filter, Passage
from retrieval.ports import IndexBroken, Vectors

_COARSE = 48
_ALL_DIMENSIONS_UP_TO = 20_000
"""Rows that are compared in full: some 2 ms with 128 dimensions."""
_COMPARED = 2000
"""Rows of a large segment that are compared in full, or 1 % of them: over 100,000 synthetic texts they hold 99 % of the
true best 40; with 32 dimensions they would hold 95 %, with 64 as good as all, at a third more time."""
_BLOCK = 64
_SAMPLE = 10_000
_MAPPED_FROM = 2**20
_HIDDEN = np.float32(-9)
"""Added to the score of a row that may not be shown: no cosine makes up for it."""
_SHOWN_ABOVE = -4.0
_ENDINGS = (".json", ".vectors.npy", ".coarse.npy", ".axes.npy", ".terms.npy", ".ids.npy")
_TERMS = np.dtype([("effective_from", "<i4"), ("effective_to", "<i4"), ("group", "<u2")])

_Scores = NDArray[np.float32]
_Rows = NDArray[np.intp]


class Group(NamedTuple):
    """What passages have in common that decides who may see them."""

    audience: str
    kind: str
    branches: str
    """As JSON; ``[]`` for every branch."""

    @classmethod
    def of(cls, passage: Passage) -> "Group":
        """The group of a passage."""
        return cls(passage.audience, passage.kind, json.dumps(passage.branches, ensure_ascii=False))

    def is_allowed(self, only: Filter) -> bool:
        """:meth:`retrieval.model.Filter.allows`, but for the day."""
        return (
            self.audience in only.audiences
            and (not only.kinds or self.kind in only.kinds)
            and (only.branch is None or self.branches == "[]" or only.branch in json.loads(self.branches))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Passages on their way into a segment, document by document."""

    documents: Mapping[str, int]
    """How many rows each document has, in the order of the rows; 0 forgets the document."""
    groups: Sequence[Group]
    familiarity: float
    terms: NDArray[np.void]
    ids: NDArray[np.bytes_]
    vectors: NDArray[np.float16]

    @classmethod
    def of(cls, documents: Mapping[str, Sequence[Passage]], vectors: Vectors, familiarity: float) -> "Content":
        """Passages with their vectors, one row each."""
        passages = [passage for each in documents.values() for passage in each]
        groups = list(dict.fromkeys(map(Group.of, passages)))
        numbers = {group: number for number, group in enumerate(groups)}
        terms = [(each.effective_from, each.effective_to, numbers[Group.of(each)]) for each in passages]
        return cls(
            documents={document_id: len(each) for document_id, each in documents.items()},
            groups=groups,
            familiarity=familiarity,
            terms=np.array(terms, dtype=_TERMS),
            ids=np.array([str(each.ref).encode() for each in passages], dtype=np.bytes_),
            vectors=vectors.astype(np.float16),
        )

    @classmethod
    def joined(cls, parts: Sequence["Content"]) -> "Content":
        """Several as one; no document may be in two of them."""
        groups = list(dict.fromkeys(group for part in parts for group in part.groups))
        counted = sum(len(part.terms) for part in parts)
        known = sum(len(part.terms) * part.familiarity for part in parts)
        return cls(
            documents={document_id: rows for part in parts for document_id, rows in part.documents.items()},
            groups=groups,
            familiarity=known / max(1, counted),
            terms=np.concatenate([_renumbered(part, groups) for part in parts]),
            ids=np.concatenate([part.ids for part in parts]),
            vectors=np.concatenate([part.vectors for part in parts]),
        )

    def write(self, folder: Path, name: str) -> None:
        """Write the files of a segment; they are whole on the disk when this returns."""
        arrays: dict[str, NDArray[Any]] = {"terms": self.terms, "ids": self.ids, "vectors": self.vectors}
        if len(self.terms) > _ALL_DIMENSIONS_UP_TO and self.vectors.shape[1] > _COARSE:
            axes = _principal_axes(self.vectors)
            arrays |= {"axes": axes, "coarse": _projected(self.vectors, axes)}
        for kind, array in arrays.items():
            with (folder / f"{name}.{kind}.npy").open("wb") as stream:
                np.save(stream, array, allow_pickle=False)
                stream.flush()
                os.fsync(stream.fileno())
        told = {
            "rows": len(self.terms),
            "dimensions": int(self.vectors.shape[1]),
            "documents": dict(self.documents),
            "groups": self.groups,
            "familiarity": self.familiarity,
        }
        with (folder / f"{name}.json").open("w", encoding="utf-8") as stream:
            json.dump(told, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())


class Segment:
    """A written segment, mapped into memory; rows never change."""

    def __init__(self, folder: Path, name: str, dimensions: int) -> None:
        """Map the files.

        Raises:
            IndexBroken: they cannot be read, or do not belong together.

        """
        self.name = name
        try:
            told = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            self.documents: dict[str, int] = told["documents"]
            self.groups = [Group(*each) for each in told["groups"]]
            self.familiarity = float(told["familiarity"])
            self._terms = _mapped(folder / f"{name}.terms.npy")
            self._ids = _mapped(folder / f"{name}.ids.npy")
            self._vectors = _mapped(folder / f"{name}.vectors.npy")
            self._axes: Vectors | None = None
            if (folder / f"{name}.axes.npy").exists():
                self._axes = np.array(_mapped(folder / f"{name}.axes.npy"))
                self._compared = _mapped(folder / f"{name}.coarse.npy")
            else:
                self._compared = np.asarray(self._vectors, dtype=np.float32)
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise IndexBroken(f"{name}: {error}") from error
        rows = {sum(self.documents.values()), len(self._terms), len(self._ids), len(self._vectors), len(self._compared)}
        if rows != {told["rows"]} or self._vectors.shape[1] != dimensions:
            raise IndexBroken(f"{name}: its files do not belong together")

    def __len__(self) -> int:
        """How many rows, also those of documents that a later segment replaced."""
        return len(self._terms)

    def rows_of(self, document_ids: Iterable[str]) -> NDArray[np.bool_]:
        """Which rows belong to these documents."""
        wanted = frozenset(document_ids)
        return np.repeat([each in wanted for each in self.documents], list(self.documents.values())).astype(np.bool_)

    def hidden(self, only: Filter, replaced: frozenset[str]) -> _Scores:
        """What to add to each row's score so that what may not be shown is not found."""
        day = only.as_of.toordinal()
        allowed = np.array([group.is_allowed(only) for group in self.groups], dtype=np.bool_)
        shown = (self._terms["effective_from"] <= day) & (day < self._terms["effective_to"])
        if not allowed.all():
            shown &= allowed[self._terms["group"]]
        if replaced:
            shown &= ~self.rows_of(replaced)
        return np.where(shown, np.float32(0), _HIDDEN).astype(np.float32)

    def nearest(self, vector: _Scores, hidden: _Scores, limit: int, *, among: int) -> list[tuple[str, float]]:
        """Ids and cosines of the best rows that are not hidden, best first; ``among`` so many rows of all segments."""
        if self._axes is None:
            scores = self._compared @ vector + hidden
            rows = _best(scores, limit)
            found = scores[rows]
        else:
            rows = _best(
                self._compared @ (vector @ self._axes) + hidden,
                max(2 * limit, _COMPARED * len(self) // among, len(self) // 100),
            )
            found = self._vectors[rows].astype(np.float32) @ vector + hidden[rows]
        order = np.argsort(-found, kind="stable")[:limit]
        return [(self._ids[rows[at]].decode(), float(found[at])) for at in order if found[at] > _SHOWN_ABOVE]

    def content(self, replaced: frozenset[str]) -> Content:
        """All but the replaced documents, to be written anew."""
        kept = ~self.rows_of(replaced)
        return Content(
            documents={each: rows for each, rows in self.documents.items() if each not in replaced},
            groups=self.groups,
            familiarity=self.familiarity,
            terms=self._terms[kept],
            ids=self._ids[kept],
            vectors=self._vectors[kept],
        )


def remove_segment(folder: Path, name: str) -> None:
    """Remove the files of a segment; what is mapped can still be read."""
    for ending in _ENDINGS:
        (folder / f"{name}{ending}").unlink(missing_ok=True)


def _best(scores: _Scores, limit: int) -> _Rows:
    """Rows of the highest scores, in no order. The best of n blocks hold the best n rows: far fewer to sort."""
    whole = len(scores) - len(scores) % _BLOCK
    if whole // _BLOCK <= limit:
        rows = np.arange(len(scores))
    else:
        peaks = scores[:whole].reshape(-1, _BLOCK).max(axis=1)
        blocks = np.argpartition(peaks, -limit)[-limit:]
        inside = (blocks[:, None] * _BLOCK + np.arange(_BLOCK)).ravel()
        rows = np.concatenate([inside, np.arange(whole, len(scores))])
    if len(rows) <= limit:
        return rows
    return rows[np.argpartition(scores[rows], -limit)[-limit:]]


def _renumbered(part: Content, groups: Sequence[Group]) -> NDArray[np.void]:
    terms = np.array(part.terms)
    numbers = np.array([groups.index(group) for group in part.groups], dtype=np.uint16)
    if len(numbers):
        terms["group"] = numbers[terms["group"]]
    return terms


def _principal_axes(vectors: NDArray[np.float16]) -> Vectors:
    """The directions that say most of the vectors' length, shape ``(dimensions, _COARSE)``."""
    sample = vectors[:: max(1, len(vectors) // _SAMPLE)].astype(np.float32)
    _, directions = np.linalg.eigh(sample.T @ sample)
    axes: Vectors = np.ascontiguousarray(directions[:, : -_COARSE - 1 : -1], dtype=np.float32)
    return axes


def _projected(vectors: NDArray[np.float16], axes: Vectors) -> Vectors:
    result = np.empty((len(vectors), axes.shape[1]), dtype=np.float32)
    for start in range(0, len(vectors), _SAMPLE):
        result[start : start + _SAMPLE] = vectors[start : start + _SAMPLE].astype(np.float32) @ axes
    return result


def _mapped(file: Path) -> NDArray[Any]:
    """A small array is read at once; an empty one could not be mapped."""
    small = file.stat().st_size < _MAPPED_FROM
    array: NDArray[Any] = np.load(file, mmap_mode=None if small else "r", allow_pickle=False)
    return np.asarray(array)  # the type of a mapped array makes each look into it slower
