"""The bench finds what it asks for, in every way that is installed, and says what is left out."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from assistant.bootstrap import SHIPPED_LIBRARY
from assistant.clock import Clock
from evals.performance import imports, peers, retrieval
from evals.performance.peers import BUILDERS, Texts, missing
from evals.performance.retrieval import measure
from evals.performance.synthetic import Synthetic
from knowledge.documents.model import Audience, ProvisionRef
from retrieval.embedding import SHIPPED, StaticEmbedder
from tests.support.customer_files import a_row, write_rows
from tests.support.library import a_passage

TODAY = date(2026, 11, 22)


def test_the_same_size_gives_the_same_texts() -> None:
    one, other = (Synthetic.of(SHIPPED_LIBRARY, 120) for _ in range(2))
    assert [one.document(number) for number in range(3)] == [other.document(number) for number in range(3)]
    assert [len(one.document(number).provisions) for number in range(one.documents)] == [50, 50, 20]
    assert one.known_items(5, TODAY) == other.known_items(5, TODAY)


def test_a_known_item_is_in_force_and_holds_the_words() -> None:
    synthetic = Synthetic.of(SHIPPED_LIBRARY, 500)
    for item in synthetic.known_items(20, TODAY):
        ref = ProvisionRef.parse(item.answer)
        document = synthetic.document(int(ref.document_id.removeprefix("SYN")))
        [provision] = [each for each in document.provisions if each.ref == ref]
        assert provision.in_force_on(TODAY)
        assert provision.audience is Audience.CUSTOMER
        assert all(clause in provision.text for clause in item.text.split("，"))


def test_it_measures_ours_and_finds_nearly_everything() -> None:
    report = measure(SHIPPED_LIBRARY, provisions=300, searches=20, embedding="static", today=TODAY, peers=())
    [ours] = report.figures
    assert (ours.name, ours.provisions, ours.searches, ours.not_in_force) == ("Yice", 300, 20, 0)
    assert ours.recall_at_10 >= 0.9
    assert min(ours.ms_p50, ours.index_mb, ours.index_memory_mb, ours.search_memory_mb, report.publish_seconds) > 0
    assert 0 < report.in_force_share < 1
    assert any(line.startswith("Yice") for line in report.lines())


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(peers._NEEDS, "LangChain", ("nowhere_to_be_found.at_all", "numpy"))
    assert missing("LangChain") == ("nowhere_to_be_found.at_all",)
    told = retrieval._why_not("LangChain", 100, "static")
    assert told is not None
    assert "nowhere_to_be_found.at_all" in told
    assert "uv sync --group bench" in told


def test_what_would_take_hours_is_told() -> None:
    told = retrieval._why_not("LlamaIndex", 1_000_000, "static")
    assert told is not None
    assert "LlamaIndex" in told


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("peer", sorted(BUILDERS))
def test_a_peer_answers_as_of_the_day_only(peer: str, tmp_path: Path) -> None:
    if missing(peer):
        pytest.skip(f"not installed: {', '.join(missing(peer))}")
    passages = [
        a_passage(f"OLD:{number}@x", text=f"科创板开通条件第{number}项", effective_to=date(2020, 1, 1))
        for number in range(30)
    ]
    passages += [a_passage(f"NEW:{number}@x", text=f"科创板开通条件第{number}项") for number in range(50)]
    texts = Texts(passages, StaticEmbedder(SHIPPED), TODAY)
    found = BUILDERS[peer](texts, tmp_path, limit=10)("科创板开通条件")
    assert len(found) == 10
    assert all(each.startswith("NEW:") for each in found)


def test_trades_of_a_busy_customer_are_all_others_of_one_and_of_the_last_years(tmp_path: Path) -> None:
    rows = [a_row("trades", trade_id=f"T{number}", customer_id=f"K{number}") for number in range(3)]
    write_rows(tmp_path / "book", "trades", rows)
    found = pl.read_parquet(imports._busy(tmp_path / "busy", tmp_path / "book", 500) / "trades.parquet")
    assert (found.height, found["trade_id"].n_unique(), found["customer_id"].n_unique()) == (500, 500, 1)
    assert found["traded_on"].dtype == pl.Date
    days = sorted(found["traded_on"].to_list())
    assert Clock().today() - timedelta(days=3 * 366) < days[0] < days[-1] < Clock().today()


def test_trades_of_a_book_are_drawn_anew_under_keys_of_their_own(tmp_path: Path) -> None:
    write_rows(tmp_path / "book", "trades", [a_row("trades", trade_id="T1", product_code="000001")])
    found = pl.read_csv(imports._trades(tmp_path / "more", tmp_path / "book", 40) / "trades.csv", infer_schema=False)
    assert (found.height, found["trade_id"].n_unique()) == (40, 40)
    assert set(found["product_code"]) == {"000001"}, "a code keeps its zeros"
