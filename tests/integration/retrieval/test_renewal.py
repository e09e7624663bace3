"""Another embedding is indexed beside the old one: searches go on, one switch, and no kill does harm."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.database import Database
from knowledge.documents.model import Audience
from knowledge.errors import Unavailable
from retrieval.embedding import SHIPPED, StaticEmbedder
from retrieval.generation import IndexState, Step, passages_of, write_whole
from retrieval.indexing import Indexer
from retrieval.keyword_index import KeywordIndex
from retrieval.model import Query
from retrieval.ports import Embedder
from retrieval.vectors import EmbeddingUnavailable
from tests.support.library import a_loaded_version, seen_by
from tests.support.shelf import GeneralEmbedder, Shelf

ROOT = Path(__file__).parents[3]
DOCUMENTS = 5
ARTICLES = 260
"""More than a general model indexes in one step."""


def a_document(number: int) -> str:
    return "".join(
        f"## 第{article}条\n第{article}条：科创板开通条件为日均资产不低于{number * 1000 + article}万元。\n"
        for article in range(1, ARTICLES + 1)
    )


@pytest.fixture
def shelf(sqlite_database: Database, tmp_path: Path) -> Shelf:
    """Indexed with the shipped embedding, and then asked for with a general model."""
    filled = Shelf(sqlite_database, tmp_path / "index")
    filled.publish(*(a_loaded_version(a_document(number), id=f"DOC{number}") for number in range(DOCUMENTS)))
    with filled.indexer() as indexer:
        assert indexer.catch_up() == DOCUMENTS
    return filled


def reopen(name: str) -> Embedder | None:
    known = StaticEmbedder(SHIPPED)
    return known if known.name == name else None


def found(shelf: Shelf, indexer: Indexer) -> list[str]:
    query = Query(text="科创板开通条件日均资产不低于3111万元", as_of=date(2026, 7, 6), reader=Audience.CUSTOMER)
    return [str(hit.provision.ref) for hit in shelf.searcher(indexer).search(query).hits]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_old_index_answers_until_the_new_one_is_whole(shelf: Shelf) -> None:
    gate = threading.Event()
    before = shelf.current
    shelf.embedder = GeneralEmbedder(before=lambda texts: gate.wait() if len(texts) > 1 else None)
    with shelf.indexer(reopen=reopen, in_background=True) as indexer:
        assert "DOC3:111@2017-07-01" in found(shelf, indexer)
        assert "static" in indexer.version()
        until(lambda: indexer.renewal() is not None)
        shelf.publish(a_loaded_version(id="LATE"))
        assert indexer.catch_up() == 1
        assert shelf.current == before
        gate.set()
        until(lambda: "general" in indexer.version())
        assert shelf.current != before
        assert indexer.renewal() is None
        assert len(indexer.vectors) == len(indexer.keyword) == DOCUMENTS * ARTICLES + 2
        assert "DOC3:111@2017-07-01" in found(shelf, indexer)


def test_what_is_indexed_so_far_can_be_seen(shelf: Shelf) -> None:
    gate = threading.Semaphore(2)
    shelf.embedder = GeneralEmbedder(before=lambda texts: gate.acquire() if len(texts) > 1 else None)
    other = Shelf(shelf.database, shelf.folder)
    with shelf.indexer(reopen=reopen, in_background=True) as indexer, other.indexer(reopen=reopen) as onlooker:
        indexer.catch_up()
        for each in (indexer, onlooker):
            until(lambda each=each: (told := each.renewal()) is not None and told.done == 2)  # type: ignore[misc]
            told = each.renewal()
            assert told is not None
            assert (told.embedder, told.of, told.trouble) == ("general", DOCUMENTS, None)
        gate.release(DOCUMENTS)
        until(lambda: indexer.renewal() is None)


def test_rebuilding_goes_on_beside_searches_and_tells_how_far_it_is(shelf: Shelf) -> None:
    steps: list[Step] = []
    seen: list[bool] = []
    with shelf.indexer() as indexer, shelf.indexer() as other:
        before = found(shelf, other)

        def tell(step: Step) -> None:
            steps.append(step)
            seen.append(found(shelf, other) == before)

        assert indexer.rebuild(tell) == DOCUMENTS
        assert seen
        assert all(seen)
        assert (steps[-1].sequence, steps[-1].last) == (DOCUMENTS, DOCUMENTS)
        assert found(shelf, other) == found(shelf, indexer) == before
        assert [*shelf.folder.glob("g*")][-1] == shelf.current


def test_an_old_embedding_that_is_gone_leaves_the_keywords(shelf: Shelf) -> None:
    gate = threading.Event()
    shelf.embedder = GeneralEmbedder(before=lambda texts: gate.wait() if len(texts) > 1 else None)
    with shelf.indexer(in_background=True) as indexer:
        assert "DOC3:111@2017-07-01" in found(shelf, indexer)
        assert len(indexer.vectors) == 0
        gate.set()
        until(lambda: len(indexer.vectors) == DOCUMENTS * ARTICLES)


def test_a_process_with_the_old_setting_goes_along(shelf: Shelf) -> None:
    """Otherwise two processes with different settings would build for ever."""
    old = Shelf(shelf.database, shelf.folder)
    shelf.embedder = GeneralEmbedder()
    known = lambda name: shelf.embedder if name == "general" else None  # noqa: E731
    with old.indexer(reopen=known) as follower:
        assert follower.catch_up() == 0
        with shelf.indexer(reopen=reopen) as indexer:
            assert indexer.catch_up() == DOCUMENTS
        assert follower.catch_up() == 0
        assert "general" in follower.version()
        assert "DOC3:111@2017-07-01" in found(shelf, follower)


@pytest.mark.parametrize("failure", [Unavailable("向量服务连不上。"), RuntimeError("向量服务连不上。")])
def test_a_build_that_fails_is_told_and_tried_again(
    shelf: Shelf, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.indexing._WAIT_SECONDS", 0.1)
    down = threading.Event()
    down.set()

    def fail(_texts: Sequence[str]) -> None:
        if down.is_set():
            raise failure

    shelf.embedder = GeneralEmbedder(before=fail)
    with shelf.indexer(reopen=reopen, in_background=True) as indexer:
        assert "DOC3:111@2017-07-01" in found(shelf, indexer)
        until(lambda: (told := indexer.renewal()) is not None and "向量服务连不上。" in (told.trouble or ""))
        down.clear()
        until(lambda: "general" in indexer.version())
        assert indexer.renewal() is None


def test_while_the_model_is_silent_the_keywords_answer(shelf: Shelf) -> None:
    down = threading.Event()

    def fail(_texts: Sequence[str]) -> None:
        if down.is_set():
            raise EmbeddingUnavailable("向量服务连不上。")

    shelf.embedder = GeneralEmbedder(before=fail)
    with shelf.indexer(reopen=reopen) as indexer:
        indexer.catch_up()
        down.set()
        assert "DOC3:111@2017-07-01" in found(shelf, indexer)
        assert indexer.trouble == "向量服务连不上。"
        assert indexer.version().endswith("embedding=general (silent)")
        shelf.publish(a_loaded_version(id="LATE"))
        with pytest.raises(EmbeddingUnavailable):
            indexer.catch_up()
        indexer.refresh()
        assert indexer.vectors.search("科创板开通条件", seen_by(), limit=3) == []
        down.clear()
        assert indexer.vectors.search("科创板开通条件", seen_by(), limit=3)
        assert not indexer.version().endswith("(silent)")
        before = shelf.current
        assert indexer.catch_up() == 1
        assert shelf.current == before
        assert len(indexer.vectors) == len(indexer.keyword) == DOCUMENTS * ARTICLES + 2


def test_a_step_that_was_cut_off_is_done_again_and_nothing_else(shelf: Shelf) -> None:
    """The keywords ran ahead of the vectors, as a kill may leave them."""
    embedded: list[int] = []
    shelf.embedder = GeneralEmbedder(before=lambda texts: embedded.append(len(texts)))
    with shelf.indexer() as indexer:
        assert indexer.catch_up() == DOCUMENTS
    state = IndexState.of(shelf.current)
    assert state is not None
    shelf.publish(a_loaded_version(id="LATE"))
    with shelf.reading() as library:
        KeywordIndex(shelf.current / "keyword").replace({"LATE": passages_of(library, "LATE")})
    write_whole(shelf.current / "state.json", asdict(replace(state, under_way=True)))
    with shelf.indexer() as indexer:
        assert indexer.catch_up() == 1
        assert len(indexer.vectors) == len(indexer.keyword) == DOCUMENTS * ARTICLES + 2
    assert embedded[-1] == 2


BUILD = """
import sys, time
from contextlib import contextmanager
from pathlib import Path
from knowledge.database import Database
from knowledge.documents.repository import DocumentRepository
from retrieval.embedding import SHIPPED, StaticEmbedder
from retrieval.indexing import Indexer
from tests.support.shelf import GeneralEmbedder
url, folder, log = sys.argv[1:]
database = Database(url)

@contextmanager
def reading():
    with database.read() as connection:
        yield DocumentRepository(connection)

def slowly(texts):
    time.sleep(0.25)
    with open(log, "a") as stream:
        stream.write(f"{len(texts)}\\n")

indexer = Indexer(Path(folder), reading=reading, embedder=GeneralEmbedder(before=slowly),
                  reopen=lambda name: StaticEmbedder(SHIPPED), in_background=True)
indexer.catch_up()
print("started", flush=True)
while "general" not in indexer.version():
    time.sleep(0.01)
print("switched", flush=True)
indexer.close()
"""


def test_a_kill_at_any_time_loses_a_step_at_most(shelf: Shelf, tmp_path: Path) -> None:
    log = tmp_path / "embedded.txt"
    command = [sys.executable, "-c", BUILD, str(shelf.database.url), str(shelf.folder), str(log)]
    kills = 0
    for wait in (0.05, 0.6, 0.9):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "started\n"
            time.sleep(wait)
            process.send_signal(signal.SIGKILL)
            kills += 1
        with Shelf(shelf.database, shelf.folder).indexer() as indexer:
            assert "DOC3:111@2017-07-01" in found(shelf, indexer)
            assert "static" in indexer.version()
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.split() == ["started", "switched"]
    shelf.embedder = GeneralEmbedder()
    with shelf.indexer() as indexer:
        assert indexer.catch_up() == 0
        assert len(indexer.vectors) == len(indexer.keyword) == DOCUMENTS * ARTICLES
        assert "DOC3:111@2017-07-01" in found(shelf, indexer)
    embedded = sum(map(int, log.read_text(encoding="utf-8").split()))
    assert embedded <= (DOCUMENTS + kills) * ARTICLES
