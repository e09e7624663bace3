"""Keeps the indexes up with the library: they are derived from it, and can be built again at any time."""

import fcntl
import json
import shutil
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from knowledge.errors import Unavailable
from retrieval.generation import FORMAT, Generation, IndexState, Step, VectorIndex, on_disk, write_whole
from retrieval.keyword_index import FieldWeights, KeywordIndex
from retrieval.model import Filter
from retrieval.ports import Embedder, Library, VectorPassageIndex
from retrieval.vectors import EmbeddingUnavailable

_CURRENT = "current.json"
_WAIT_SECONDS = 20.0
"""Before a build in the background that failed is tried again; and for its step to end, when the house closes."""


@runtime_checkable
class _Closeable(Protocol):
    """An embedding that keeps a connection."""

    def close(self) -> None: ...


Tell = Callable[[Step], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """Another index is being built while the old one answers."""

    embedder: str | None
    done: int
    """Publications that are indexed."""
    of: int
    trouble: str | None = None
    """Why it does not go on, as a sentence, where it does not."""


class Indexer:
    """Owns an index folder: generations of indexes (:mod:`retrieval.generation`), one of them current.

    Many processes may share a folder: one writes at a time, the others see it at their next :meth:`catch_up`. What is
    broken, of another format or of another library is built again at once. Where the embedding is another one, or on
    :meth:`rebuild`, the old generation goes on answering and following until the new one is whole; then one file is
    replaced that names the current generation. A build that was killed goes on where it was.
    """

    def __init__(
        self,
        folder: Path,
        *,
        reading: Callable[[], AbstractContextManager[Library]],
        embedder: Embedder | None,
        weights: FieldWeights | None = None,
        reopen: Callable[[str], Embedder | None] = lambda _name: None,
        in_background: bool = False,
    ) -> None:
        """Open the folder; ``reading`` opens a view of the library.

        Args:
            folder: Everything in it may be deleted.
            reading: Opens a view of the library; called from any thread.
            embedder: What is indexed with; ``None`` for keywords only.
            weights: Of the keyword fields.
            reopen: An embedding of before by its name, where there still is one; without it, the old index cannot
                answer while the new one is built.
            in_background: Whether another embedding is indexed by a thread of this process, or by the first
                :meth:`catch_up`.

        Raises:
            Unavailable: the folder cannot be read or written.

        """
        self._folder = folder
        self._reading = reading
        self._embedder = embedder
        self._weights = weights
        self._reopen = reopen
        self._in_background = in_background
        self._threads = threading.RLock()
        self._closing = threading.Event()
        self._builder: threading.Thread | None = None
        self._trouble: str | None = None
        self._trouble_of_build: str | None = None
        self._retired: list[Generation] = []
        with self._turn():
            self._pointer = self._stamp()
            self._generation = self._open_current(at_once=not in_background)
            self._sweep_if_idle()
        self._is_outdated = self._generation.embedding != self._wanted
        self._next_try = 0.0
        self.keyword = cast("KeywordIndex", _Current(lambda: self._generation.keyword))
        self.vectors = cast("VectorPassageIndex", _CurrentVectors(lambda: self._generation.vectors, self._tell_trouble))

    def catch_up(self) -> int:
        """Index what was published since; one small query where nothing was.

        Returns:
            How many documents were indexed again.

        Raises:
            Unavailable: the folder cannot be written, or the embedding does not answer.

        """
        done = 0
        if self._is_outdated:
            self._is_outdated = False
            done = self._renew()
        with self._reading() as library:
            if library.last_publication() == self._generation.sequence and self._stamp() == self._pointer:
                return done
            with self._turn():
                self._see_current()
                if not self._generation.is_whole(library):
                    self._start_over()
                return done + self._follow(library, self._generation)

    def refresh(self) -> None:
        """:meth:`catch_up` for a search: where the embedding does not answer, what is indexed has to do.

        Raises:
            Unavailable: the folder cannot be written.

        """
        if time.monotonic() < self._next_try:
            return
        try:
            self.catch_up()
        except EmbeddingUnavailable as error:
            self._next_try = time.monotonic() + _WAIT_SECONDS
            self._tell_trouble(error.message)

    def rebuild(self, tell: Tell = lambda _step: None) -> int:
        """Index the whole library again, while searches go on in the old index; then switch.

        Returns:
            How many documents were indexed.

        Raises:
            Unavailable: the folder cannot be written, or the embedding does not answer.

        """
        self._is_outdated = False
        return self._build(tell)

    def renewal(self) -> Renewal | None:
        """The build that is under way, in this process or another one; ``None`` where there is none."""
        unfinished = self._unfinished()
        if unfinished is None:
            return None
        with self._reading() as library:
            last = library.last_publication()
        _, state = unfinished
        return Renewal(embedder=state.embedder, done=state.sequence, of=last, trouble=self._trouble_of_build)

    @property
    def trouble(self) -> str | None:
        """Why the embedding does not answer at present, as a sentence; searches use the keywords alone then."""
        return self._trouble

    def version(self) -> str:
        """Names what was searched in, for replay."""
        now = self._generation
        silent = " (silent)" if self._trouble and now.vectors else ""
        return f"index={now.sequence} format={FORMAT} embedding={now.embedding or 'none'}{silent}"

    def close(self) -> None:
        """Give the files back; a build in the background stops after its step, and goes on another time."""
        self._closing.set()
        if self._builder is not None:
            self._builder.join(_WAIT_SECONDS)
        for each in (*self._retired, self._generation):
            each.close()
        embedders: list[object] = [
            self._embedder,
            self._generation.embedder,
            *(each.embedder for each in self._retired),
        ]
        for embedder in embedders:
            if isinstance(embedder, _Closeable):
                embedder.close()

    def _tell_trouble(self, trouble: str | None) -> None:
        self._trouble = trouble

    def _renew(self) -> int:
        if self._in_background:
            self._builder = threading.Thread(target=self._build_in_background, name="reindexing", daemon=True)
            self._builder.start()
            return 0
        return self._build(lambda _step: None, only_where_needed=True)

    def _build_in_background(self) -> None:
        while not self._closing.is_set():
            try:
                self._build(lambda _step: None, only_where_needed=True)
            except Unavailable as error:
                self._trouble_of_build = error.message
            except Exception as error:  # noqa: BLE001 - the edge of a job: told in health, and tried again
                self._trouble_of_build = f"重建索引没有成功（{type(error).__name__}: {error}），稍后再试。"
            else:
                self._trouble_of_build = None
                return
            self._closing.wait(_WAIT_SECONDS)

    def _build(self, tell: Tell, *, only_where_needed: bool = False) -> int:
        """Build a generation beside the current one and switch to it; one process at a time does."""
        documents = 0
        with self._locked(".building"):
            with self._turn():
                self._see_current()
            if only_where_needed and self._generation.embedding == self._wanted:
                return 0
            generation = self._next_generation()
            for step in self._all_steps(generation):
                documents += step.documents
                tell(step)
                if self._closing.is_set():
                    generation.close()
                    return documents
            with self._turn(), self._reading() as library:
                documents += self._follow(library, generation)
                self._switch_to(generation)
                self._sweep_after(generation)
        return documents

    def _all_steps(self, generation: Generation) -> Iterator[Step]:
        """A view of the library a page: an open one keeps a database from tidying up."""
        while True:
            with self._reading() as library:
                steps = 0
                for step in generation.follow(library):
                    steps += 1
                    yield step
            if not steps:
                return

    def _follow(self, library: Library, generation: Generation) -> int:
        if not generation.can_follow:
            return 0
        documents = 0
        while done := sum(step.documents for step in generation.follow(library)):
            documents += done
        return documents

    def _open_current(self, *, at_once: bool) -> Generation:
        """The generation that the pointer names.

        Where its embedding is gone, another one is begun ``at_once``, or its keywords answer for the time being.
        """
        name = self._current_name()
        state = IndexState.of(self._folder / name) if name else None
        if name is None:
            return self._new_generation()
        folder = self._folder / name
        if state is None or state.embedder == self._wanted:
            return Generation(folder, self._embedder, self._weights)
        before = self._reopen(state.embedder) if state.embedder else None
        if before is not None and before.name != state.embedder:
            before = None
        if state.embedder and before is None and at_once:
            return self._new_generation()
        return Generation(folder, before, self._weights, embedding=state.embedder)

    def _new_generation(self) -> Generation:
        """An empty one, current at once: there is nothing else that could answer."""
        generation = Generation(self._folder / self._next_name(), self._embedder, self._weights)
        with on_disk(self._folder):
            self._point_to(generation)
        self._sweep_if_idle()
        return generation

    def _next_generation(self) -> Generation:
        """One to be built beside the current one: what a killed process began with this embedding, or a new one."""
        unfinished = self._unfinished()
        if unfinished is not None:
            folder, state = unfinished
            with self._reading() as library:
                if state.embedder == self._wanted and state.is_of(library):
                    generation = Generation(folder, self._embedder, self._weights)
                    if generation.is_whole(library):
                        return generation
                    generation.close()
        self._sweep(self._current_name())
        return Generation(self._folder / self._next_name(), self._embedder, self._weights)

    def _start_over(self) -> None:
        """What the current generation cannot give any more."""
        self._retired.append(self._generation)
        self._generation = self._new_generation()

    def _see_current(self) -> None:
        """Open the current generation where another process switched."""
        pointer = self._stamp()
        if pointer != self._pointer:
            self._retired.append(self._generation)
            self._generation = self._open_current(at_once=False)
            self._pointer = pointer

    def _switch_to(self, generation: Generation) -> None:
        """The one before is kept for those who are reading it, until the next start or build."""
        with on_disk(self._folder):
            self._point_to(generation)
        self._retired.append(self._generation)
        self._generation = generation

    def _point_to(self, generation: Generation) -> None:
        write_whole(self._folder / _CURRENT, {"generation": generation.folder.name})
        self._pointer = self._stamp()

    def _unfinished(self) -> tuple[Path, IndexState] | None:
        """The generation after the current one, where one was begun."""
        current = self._current_name() or ""
        later = [folder for folder in self._folders() if folder.name > current]
        state = IndexState.of(later[-1]) if later else None
        return (later[-1], state) if state is not None else None

    def _folders(self) -> Sequence[Path]:
        return sorted(folder for folder in self._folder.glob("g[0-9]*") if folder.is_dir())

    def _next_name(self) -> str:
        folders = self._folders()
        return f"g{1 + (int(folders[-1].name[1:]) if folders else 0):06d}"

    def _current_name(self) -> str | None:
        try:
            name = json.loads((self._folder / _CURRENT).read_text(encoding="utf-8"))["generation"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return name if isinstance(name, str) and name in {folder.name for folder in self._folders()} else None

    def _stamp(self) -> tuple[int, int] | None:
        """Tells one pointer from the next without reading it."""
        try:
            told = (self._folder / _CURRENT).stat()
        except OSError:
            return None
        return told.st_ino, told.st_mtime_ns

    def _sweep_if_idle(self) -> None:
        """Remove what is neither current nor begun; a build that is under way is left alone."""
        with self._locked(".building", wait=False) as idle:
            if idle:
                unfinished = self._unfinished()
                self._sweep(self._current_name(), unfinished[0].name if unfinished else None)

    def _sweep_after(self, generation: Generation) -> None:
        """Remove what was begun since: a generation that was broken meanwhile had to be replaced at once."""
        for each in self._folders():
            if each.name > generation.folder.name:
                shutil.rmtree(each, ignore_errors=True)

    def _sweep(self, *kept: str | None) -> None:
        """Remove every other generation, and what older software left."""
        for each in self._folder.iterdir():
            if each.is_dir() and each.name not in kept:
                shutil.rmtree(each, ignore_errors=True)

    @property
    def _wanted(self) -> str | None:
        return self._embedder.name if self._embedder else None

    @contextmanager
    def _turn(self) -> Generator[None, None, None]:
        """One thread of one process at a time writes to the current generation, or says which one that is."""
        with self._threads, self._locked(".lock"):
            yield

    @contextmanager
    def _locked(self, name: str, *, wait: bool = True) -> Generator[bool, None, None]:
        """Whether the lock was got, which without ``wait`` it may not be."""
        with on_disk(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / name).open("w", encoding="utf-8")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


class _Current:
    """Stands for an index of whichever generation is current, so that nobody who searches has to know of them."""

    def __init__(self, index: Callable[[], object]) -> None:
        self._index = index

    def __getattr__(self, name: str) -> object:
        return getattr(self._index(), name)

    def __len__(self) -> int:
        return len(self._index())  # type: ignore[arg-type]


class _CurrentVectors:
    """The vectors of the current generation. A model that does not answer, and no model at all, find nothing."""

    def __init__(self, index: Callable[[], VectorIndex | None], tell: Callable[[str | None], object]) -> None:
        self._index = index
        self._tell = tell

    def __getattr__(self, name: str) -> object:
        return getattr(self._index(), name)

    def search(self, text: str, only: Filter, *, limit: int) -> list[tuple[str, float]]:
        index = self._index()
        if index is None:
            return []
        try:
            found = index.search(text, only, limit=limit)
        except EmbeddingUnavailable as error:
            self._tell(error.message)
            return []
        self._tell(None)
        return found

    def trust(self, text: str) -> float:
        index = self._index()
        return index.trust(text) if index is not None else 0.0

    def __len__(self) -> int:
        return len(self._index() or ())
