"""A folder of tantivy: one process writes at a time, each sees what others wrote after a reload."""

import shutil
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from knowledge.errors import Unavailable
from retrieval.ports import IndexBroken

_HEAP_BYTES = 64 * 2**20


class TantivyFolder:
    """Opened, written, read and cleared as a whole. Every entry has the field ``document_id``."""

    def __init__(self, folder: Path, schema: Any) -> None:  # noqa: ANN401 - typed loosely upstream
        """Open the folder, or start an empty index in it.

        Raises:
            IndexBroken: there is something else in the folder, or it cannot be read.
            Unavailable: the folder cannot be written.

        """
        self.folder = folder
        self.schema = schema
        self.searcher: Any = None
        self._open()

    def replace(self, document_ids: Iterable[str], entries: Iterable[Any]) -> None:
        """Forget these documents and add these entries, in one step.

        Raises:
            Unavailable: the folder cannot be written, for example because the disk is full.

        """
        with _writing(self.folder):
            writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
            try:
                for document_id in document_ids:
                    writer.delete_documents_by_term("document_id", document_id)
                for entry in entries:
                    writer.add_document(entry)
                writer.commit()
            finally:
                writer.wait_merging_threads()  # also gives the lock back
        self.reload()

    def hits(self, query: Any, limit: int) -> list[tuple[float, Any]]:  # noqa: ANN401 - typed loosely upstream
        """Score and stored fields of the best.

        Raises:
            Unavailable: the folder cannot be read.

        """
        searcher = self.searcher
        try:
            with _reading():
                found = searcher.search(query, limit=limit, count=False).hits
                return [(float(score), searcher.doc(address)) for score, address in found]
        except IndexBroken as error:
            raise Unavailable("检索索引读不出来，请管理员重建索引后再试。") from error

    def count(self, query: Any) -> int:  # noqa: ANN401 - typed loosely upstream
        """How many entries match."""
        return int(self.searcher.search(query, limit=1).count or 0)

    def term(self, field: str, term: str, *, index_option: str = "basic") -> Any:  # noqa: ANN401 - as above
        """A query for one term of one field."""
        return tantivy.Query.term_query(self.schema, field, term, index_option=index_option)

    def clear(self) -> None:
        """Forget everything, also what cannot be read.

        Raises:
            Unavailable: the folder cannot be written.

        """
        with _writing(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
            try:
                self._open()
            except IndexBroken as error:
                raise OSError(str(error)) from error  # nothing is left that could be broken

    def reload(self) -> None:
        """See what another process wrote.

        Raises:
            IndexBroken: it cannot be read.

        """
        with _reading():
            self._index.reload()
            self.searcher = self._index.searcher()

    def _open(self) -> None:
        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with _reading():
            self._index = tantivy.Index(self.schema, path=str(self.folder), reuse=True)
            self.searcher = self._index.searcher()


@contextmanager
def _reading() -> Generator[None, None, None]:
    """What cannot be read. tantivy raises ``ValueError`` for it, or panics, which is no ``Exception`` in Python."""
    try:
        yield
    except ValueError as error:
        raise IndexBroken(str(error)) from error
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise IndexBroken(str(error)) from error


@contextmanager
def _writing(folder: Path) -> Generator[None, None, None]:
    """What the disk refuses, told to a person. tantivy raises ``ValueError`` for it."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise Unavailable(f"检索索引写不进「{folder}」（{error}）。请检查磁盘空间和权限后再试。") from error
