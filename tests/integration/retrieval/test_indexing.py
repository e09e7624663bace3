"""The indexes follow the library: as of a day, after a restart, after damage, in another process."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from knowledge.database import Database
from knowledge.documents.model import Audience
from knowledge.errors import Unavailable
from retrieval.generation import IndexState
from retrieval.indexing import Indexer
from retrieval.model import Query, SearchResult
from retrieval.search import Searcher
from tests.support.library import a_loaded_version
from tests.support.shelf import GeneralEmbedder, Shelf

OLD = a_loaded_version(
    "## 3.3.13 涨跌幅\n主板ST股票的涨跌幅限制是5%。",
    id="TRADE",
    short_title="交易规则",
    version="old",
    effective_from="2023-02-17",
    effective_to="2026-07-06",
)
NEW = a_loaded_version(
    "## 3.3.13 涨跌幅\n主板ST股票的涨跌幅限制是10%。",
    id="TRADE",
    short_title="交易规则",
    version="new",
    effective_from="2026-07-06",
)
SUIT = a_loaded_version()
INTERNAL = a_loaded_version("## 留痕\n主板ST股票的涨跌幅问答要留痕。", id="GUIDE", kind="guide", audience="internal")


@pytest.fixture
def shelf(sqlite_database: Database, tmp_path: Path) -> Shelf:
    return Shelf(sqlite_database, tmp_path / "index")


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    shelf.publish(OLD, NEW, SUIT, INTERNAL)
    with shelf.indexer() as indexer:
        assert indexer.catch_up() == 3
    return shelf


def ask(searcher: Searcher, day: date, reader: Audience = Audience.CUSTOMER) -> SearchResult:
    return searcher.search(Query(text="主板ST股票的涨跌幅限制是多少", as_of=day, reader=reader))


def found(result: SearchResult) -> list[str]:
    return [str(hit.provision.ref) for hit in result.hits]


@pytest.mark.parametrize("weights", [{}, {"keyword_weight": 0.0}, {"vector_weight": 0.0}])
@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 7, 5), "TRADE:3.3.13@old"),
        (date(2026, 7, 6), "TRADE:3.3.13@new"),
        (date(2026, 7, 7), "TRADE:3.3.13@new"),
    ],
)
def test_two_days_give_two_answers(filled: Shelf, day: date, first: str, weights: dict[str, float]) -> None:
    with filled.indexer() as indexer:
        result = ask(filled.searcher(indexer, **weights), day)
        assert found(result)[0] == first
        assert all(hit.provision.in_force_on(day) for hit in result.hits)
        assert result.enough


def test_before_the_first_day_nothing_is_found(filled: Shelf) -> None:
    with filled.indexer() as indexer:
        assert found(ask(filled.searcher(indexer), date(2016, 1, 1))) == []


def test_both_sides_really_search(filled: Shelf) -> None:
    with filled.indexer() as indexer:
        best = ask(filled.searcher(indexer), date(2026, 7, 6)).hits[0]
        assert (best.keyword_rank, best.vector_rank) == (1, 1)


def test_readers_see_only_what_is_for_them(filled: Shelf) -> None:
    with filled.indexer() as indexer:
        searcher = filled.searcher(indexer)
        for reader, visible in ((Audience.CUSTOMER, False), (Audience.ADVISOR, False), (Audience.INTERNAL, True)):
            refs = found(ask(searcher, date(2026, 7, 6), reader))
            assert any(ref.startswith("GUIDE") for ref in refs) is visible


def test_catching_up_twice_does_nothing(filled: Shelf) -> None:
    with filled.indexer() as indexer:
        assert indexer.catch_up() == 0
        assert indexer.catch_up() == 0


def test_a_search_sees_what_was_just_published(shelf: Shelf) -> None:
    with shelf.indexer() as indexer:
        searcher = shelf.searcher(indexer)
        shelf.publish(OLD)
        assert found(ask(searcher, date(2026, 7, 5))) == ["TRADE:3.3.13@old"]
        assert not ask(searcher, date(2026, 7, 6)).hits
        shelf.publish(NEW)
        assert found(ask(searcher, date(2026, 7, 6))) == ["TRADE:3.3.13@new"]


def test_another_open_index_sees_it_too(shelf: Shelf) -> None:
    with shelf.indexer() as one, shelf.indexer() as other:
        shelf.publish(OLD)
        assert one.catch_up() == 1
        assert found(ask(shelf.searcher(other), date(2026, 7, 5))) == ["TRADE:3.3.13@old"]


def test_a_new_process_finds_the_index_as_it_was_left(filled: Shelf) -> None:
    code = f"""
import sys
from contextlib import contextmanager
from pathlib import Path
from knowledge.database import Database
from knowledge.documents.repository import DocumentRepository
from retrieval.embedding import SHIPPED, StaticEmbedder
from retrieval.indexing import Indexer
database = Database({str(filled.database.url)!r})
@contextmanager
def reading():
    with database.read() as connection:
        yield DocumentRepository(connection)
indexer = Indexer(Path({str(filled.folder)!r}), reading=reading, embedder=StaticEmbedder(SHIPPED))
print(indexer.catch_up(), len(indexer.keyword), len(indexer.vectors))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["0", "5", "5"]


@pytest.mark.parametrize(
    "damage",
    [
        "meta.json",
        "*.idx",
        "*.store",
        "*.term",
        "segments.json",
        "*.npy",
        "state.json",
        "keyword",
        "vectors",
        "other library",
    ],
)
def test_a_damaged_index_is_built_again(filled: Shelf, damage: str) -> None:
    _damage(filled, damage)
    with filled.indexer() as indexer:
        assert indexer.catch_up() == 3
        assert found(ask(filled.searcher(indexer), date(2026, 7, 6)))[0] == "TRADE:3.3.13@new"
        assert indexer.catch_up() == 0


@pytest.fixture
def general(filled: Shelf) -> Shelf:
    shelf = Shelf(filled.database, filled.folder / "general", GeneralEmbedder())
    with shelf.indexer() as indexer:
        assert indexer.catch_up() == 3
    return shelf


def test_a_general_model_is_searched_as_well(general: Shelf) -> None:
    with general.indexer() as indexer:
        assert indexer.catch_up() == 0
        for day, first in ((date(2026, 7, 5), "TRADE:3.3.13@old"), (date(2026, 7, 6), "TRADE:3.3.13@new")):
            assert found(ask(general.searcher(indexer, keyword_weight=0.0), day))[0] == first


@pytest.mark.parametrize("damage", ["chroma.sqlite3", "vectors"])
def test_a_damaged_index_of_a_general_model_is_built_again(general: Shelf, damage: str) -> None:
    _damage(general, damage)
    with general.indexer() as indexer:
        assert indexer.catch_up() == 3
        assert found(ask(general.searcher(indexer), date(2026, 7, 6)))[0] == "TRADE:3.3.13@new"


def test_another_embedding_means_indexing_again(filled: Shelf) -> None:
    with_none = Indexer(filled.folder, reading=filled.reading, embedder=None)
    assert with_none.catch_up() == 3
    assert found(ask(filled.searcher(with_none), date(2026, 7, 6)))[0] == "TRADE:3.3.13@new"


def test_rebuilding_gives_the_same_index(filled: Shelf) -> None:
    with filled.indexer() as indexer:
        before = found(ask(filled.searcher(indexer), date(2026, 7, 6)))
        assert indexer.rebuild() == 3
        assert found(ask(filled.searcher(indexer), date(2026, 7, 6))) == before


def test_a_start_that_was_cut_off_is_a_start_over(filled: Shelf) -> None:
    """The indexes ran ahead, the state was not written yet."""
    before = (filled.current / "state.json").read_bytes()
    filled.publish(a_loaded_version(id="LATE"))
    with filled.indexer() as indexer:
        assert indexer.catch_up() == 1
    (filled.current / "state.json").write_bytes(before)
    with filled.indexer() as indexer:
        indexer.catch_up()
        assert len(indexer.keyword) == 7
        assert indexer.vectors is not None
        assert len(indexer.vectors) == 7


def test_a_folder_that_cannot_be_is_told(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    blocked = Shelf(shelf.database, tmp_path / "file" / "index")
    with pytest.raises(Unavailable, match="检索索引写不进"), blocked.indexer():
        pass


def test_a_full_disk_is_told_and_leaves_a_start_over(filled: Shelf) -> None:
    """A limit on the size of files makes writing fail as a full disk does."""
    code = f"""
import resource
from contextlib import contextmanager
from pathlib import Path
from datetime import UTC, datetime
from knowledge.database import Database
from knowledge.documents.repository import DocumentRepository
from knowledge.errors import Unavailable
from retrieval.indexing import Indexer
from retrieval.search import Searcher
from tests.support.library import a_loaded_version
from tests.support.shelf import GeneralEmbedder, Shelf
database = Database({str(filled.database.url)!r})
with database.begin() as connection:
    body = "".join(f"## 第{{n}}条\\n科创板开通条件第{{n}}项，日均资产不低于{{n}}万元。\\n" for n in range(1, 400))
    DocumentRepository(connection).publish(a_loaded_version(body, id="BIG"), at=datetime.now(UTC))
@contextmanager
def reading():
    with database.read() as connection:
        yield DocumentRepository(connection)
indexer = Indexer(Path({str(filled.folder)!r}), reading=reading, embedder=None)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    indexer.catch_up()
except Unavailable as error:
    print(error.message)
"""
    root = Path(__file__).parents[3]
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=root)
    assert "检索索引写不进" in ran.stdout, ran.stderr[-2000:]
    with filled.indexer() as indexer:
        assert indexer.catch_up() == 4
        assert len(indexer.keyword) == 5 + 399


def test_a_state_that_makes_no_sense_is_no_state(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    assert IndexState.read(file) is None
    for content in ("", "[]", '{"format": 1}', '{"unknown": 1}'):
        file.write_text(content, encoding="utf-8")
        assert IndexState.read(file) is None


def _damage(shelf: Shelf, what: str) -> None:
    folder = shelf.current
    if what in ("keyword", "vectors"):
        shutil.rmtree(folder / what)
    elif what == "other library":
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        (folder / "state.json").write_text(json.dumps(state | {"mark": "another"}), encoding="utf-8")
    elif what == "generation":
        shutil.rmtree(folder)
    else:
        files = [*shelf.folder.rglob(what)]
        assert files
        for file in files:
            file.write_bytes(b"garbage")
