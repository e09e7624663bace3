"""Vector search by comparing with every vector, day and reader first: no graph to build, nothing missed.

The shipped embedding makes thousands of vectors a second, and a graph over them would take longer to build than the
vectors; comparing all takes a few milliseconds up to a million (docs/decisions/0010-vectors-in-a-matrix.md).
"""

import json
import os
import shutil
import threading
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from threadpoolctl import threadpool_limits

from knowledge.errors import Unavailable
from retrieval.model import Filter, Passage
from retrieval.ports import Embedder, IndexBroken, Vectors
from retrieval.segmentation import fold
from retrieval.vector_segment import Content, Segment, remove_segment
from retrieval.vectors import embedded, trusted

_LIST = "segments.json"
_FILTERS = 8
"""Filters that are remembered: one a day, a reader and a set of kinds."""
_KNOWN_FROM = 1000
"""Passages of a segment that are asked how well the embedding knows their words: the mean needs no more."""


class _View:
    """The segments at one moment, and which documents of each were replaced later."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        newest = {each: segment.name for segment in segments for each in segment.documents}
        self.replaced = {
            segment.name: frozenset(each for each in segment.documents if newest[each] != segment.name)
            for segment in segments
        }
        self.rows = {
            segment.name: len(segment) - sum(segment.documents[each] for each in self.replaced[segment.name])
            for segment in segments
        }
        self.size = sum(map(len, segments))
        """Rows, also those of replaced documents."""
        known = sum(self.rows[segment.name] * segment.familiarity for segment in segments)
        self.familiarity = known / max(1, len(self))
        self.hidden = lru_cache(maxsize=_FILTERS)(self._hidden)

    def __len__(self) -> int:
        return sum(self.rows.values())

    def _hidden(self, only: Filter) -> list[Vectors]:
        return [segment.hidden(only, self.replaced[segment.name]) for segment in self.segments]


class MatrixIndex:
    """A folder of segments. One process writes at a time; each sees what others wrote after :meth:`reload`.

    A change is a new segment; small segments are joined with the next, so that there are never many. The list of
    segments is replaced in one step, after their files are on the disk.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Open the folder, or start an empty index in it.

        Raises:
            IndexBroken: it cannot be read, or keeps vectors of another length.
            Unavailable: the folder cannot be written.

        """
        self._folder = folder
        self._embedder = embedder
        self._lock = threading.Lock()
        _compare_on_the_calling_thread()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error
        self._view = _View([])
        self.reload()

    def replace(self, documents: Mapping[str, Sequence[Passage]]) -> None:
        """See :class:`retrieval.ports.PassageIndex`.

        Raises:
            Unavailable: the folder cannot be written.

        """
        with self._lock:
            try:
                self._write(self._content(documents))
            except OSError as error:
                raise _unwritable(self._folder, error) from error

    def search(self, text: str, only: Filter, *, limit: int) -> list[tuple[str, float]]:
        """See :class:`retrieval.ports.PassageIndex`. Scores are cosines."""
        vector = self._embedder.embed([fold(text)])[0]
        if not vector.any():
            return []
        view = self._view
        found = [
            hit
            for segment, hidden in zip(view.segments, view.hidden(only), strict=True)
            for hit in segment.nearest(vector, hidden, limit, among=view.size)
        ]
        return sorted(found, key=lambda hit: -hit[1])[:limit]

    def trust(self, text: str) -> float:
        """See :func:`retrieval.vectors.trusted`."""
        return trusted(self._embedder.familiarity(text), self._view.familiarity)

    def __len__(self) -> int:
        """How many passages there are, of all versions."""
        return len(self._view)

    def clear(self) -> None:
        """Forget everything, also what cannot be read.

        Raises:
            Unavailable: the folder cannot be written.

        """
        with self._lock:
            self._view = _View([])
            try:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _unwritable(self._folder, error) from error

    def reload(self) -> None:
        """See what another process wrote.

        Raises:
            IndexBroken: it cannot be read.

        """
        known = {segment.name: segment for segment in self._view.segments}
        dimensions = self._embedder.dimensions
        self._view = _View(
            [known.get(name) or Segment(self._folder, name, dimensions) for name in self._listed()],
        )

    def close(self) -> None:
        """Let go of the files."""
        self._view = _View([])

    def _listed(self) -> list[str]:
        file = self._folder / _LIST
        try:
            if not file.exists():
                return []
            names = json.loads(file.read_text(encoding="utf-8"))["segments"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexBroken(f"{_LIST}: {error}") from error
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise IndexBroken(f"{_LIST}: no list of names")
        return names

    def _content(self, documents: Mapping[str, Sequence[Passage]]) -> Content:
        texts = [embedded(passage) for each in documents.values() for passage in each]
        asked = texts[:: max(1, len(texts) // _KNOWN_FROM)]
        known = sum(map(self._embedder.familiarity, asked)) / max(1, len(asked))
        return Content.of(documents, self._embedder.embed(texts), known)

    def _write(self, content: Content) -> None:
        """Join the new with those of the last segments that are no larger, put them in the list, drop the old files."""
        kept = list(self._view.segments)
        parts = [content]
        replaced = frozenset(content.documents)
        while kept and self._view.rows[kept[-1].name] <= 2 * sum(len(part.terms) for part in parts):
            last = kept.pop()
            parts.insert(0, last.content(replaced | self._view.replaced[last.name]))
        name = f"{1 + max((int(each.name) for each in self._view.segments), default=0):08d}"
        joined = Content.joined(parts) if len(parts) > 1 else content
        joined.write(self._folder, name)
        self._list([*(each.name for each in kept), name])
        self.reload()
        self._sweep()

    def _list(self, names: Sequence[str]) -> None:
        new = self._folder / f"{_LIST}.new"
        with new.open("w", encoding="utf-8") as stream:
            json.dump({"segments": list(names)}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(self._folder / _LIST)

    def _sweep(self) -> None:
        """Remove what is not in the list, also what a killed process left."""
        listed = {segment.name for segment in self._view.segments}
        for name in {file.name.split(".")[0] for file in self._folder.glob("*.json")} - listed - {"segments"}:
            remove_segment(self._folder, name)


def _unwritable(folder: Path, error: Exception) -> Unavailable:
    return Unavailable(f"检索索引写不进「{folder}」（{error}）。请检查磁盘空间和权限后再试。")


@cache
def _compare_on_the_calling_thread() -> None:
    """Keep numpy from sharing one comparison among threads, which wait for each other by spinning.

    On two cores that doubled the processor time of a search among 60,000 vectors, and took it from other searches.
    """
    threadpool_limits(limits=1, user_api="blas")
