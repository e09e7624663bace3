"""The retrieval eval runs the product's own search over a folder of judged questions."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import Invalid
from evals.retrieval.corpora import Corpus
from evals.retrieval.run import run
from knowledge.documents.loading import load_folder

ROOT = Path(__file__).parents[3]
GOLD = ROOT / "evals" / "retrieval" / "gold"
LIBRARY = ROOT / "knowledge" / "library"
TODAY = date(2026, 11, 22)

CORPUS = [
    {"_id": "a:1 x", "title": "合同法第一条", "text": "买卖合同自双方签字时成立。"},
    {"_id": "b", "title": "监护", "text": "监护人资格被撤销后，符合条件的可以恢复。"},
    {"_id": "c", "title": "", "text": "借款人应当按期归还借款。"},
]
QUESTIONS = [
    {"_id": "q1", "text": "买卖合同什么时候成立", "fold": 0, "unknown": 1},
    {"_id": "q2", "text": "监护资格撤销还能恢复吗", "fold": 1},
    {"_id": "q3", "text": "欠条没还怎么办", "fold": 0},
    {"_id": "q4", "text": "没有判定的问题", "fold": 0},
]
JUDGEMENTS = [("q1", "a:1 x", 1), ("q2", "b", 1), ("q3", "c", 2), ("q1", "b", 0)]


def a_folder(folder: Path, questions: list[dict[str, Any]] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "corpus.jsonl", CORPUS)
    _write(folder / "queries.jsonl", QUESTIONS if questions is None else questions)
    rows = "\n".join("\t".join(map(str, each)) for each in JUDGEMENTS)
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}\n", encoding="utf-8")
    return folder


def _write(file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")


def test_a_folder_is_judged(tmp_path: Path) -> None:
    result = run(a_folder(tmp_path), today=TODAY)
    assert result.n == 3
    assert {case["id"]: case["found"][0] for case in result.cases[:2]} == {"q1": "a:1 x", "q2": "b"}
    assert set(result.metrics) >= {
        "recall_at_5",
        "recall_at_10",
        "recall_at_20",
        "recall_at_100",
        "mrr_at_10",
        "ndcg_at_10",
        "latency_ms_p50",
        "latency_ms_p95",
        "index_seconds",
        "index_mb",
    }
    assert result.intervals["ndcg_at_10"][0] <= result.metrics["ndcg_at_10"] <= result.intervals["ndcg_at_10"][1]
    assert result.metrics["index_mb"] > 0


def test_known_questions_help_and_only_where_they_are_given(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "one")
    known = a_folder(tmp_path / "two", [{"_id": "q3", "text": "欠条没还怎么办呢"}])
    assert run(folder, today=TODAY, embedding="none").cases[2]["mrr_at_10"] == 0
    assert run(folder, known=known, today=TODAY, embedding="none").cases[2]["mrr_at_10"] == 1


def test_a_fold_does_not_know_its_own_questions(tmp_path: Path) -> None:
    result = run(a_folder(tmp_path), folds=True, today=TODAY, embedding="none")
    assert [case["id"] for case in result.cases] == ["q1", "q3", "q2"]
    assert {case["id"]: case["mrr_at_10"] for case in result.cases}["q3"] == 0


def test_texts_named_as_articles_of_one_name_are_one_document(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    rows = [
        {"_id": "a:1 x", "title": "合同法第一条", "text": "买卖合同自双方签字时成立。"},
        {"_id": "b", "title": "合同法第十二条之一", "text": "监护人资格被撤销后，符合条件的可以恢复。"},
        {"_id": "c", "title": "合同法第一条", "text": "借款人应当按期归还借款。"},
        {"_id": "d", "title": "合同法", "text": "说明。"},
    ]
    _write(folder / "corpus.jsonl", rows)
    corpus, names = Corpus.of_folder(folder)
    assert list(names.values()) == ["a:1 x", "b", "c", "d"]
    assert [ref.partition("@")[0] for ref in names] == ["T0:1", "T0:12-1", "T0:text-3", "T1:text-1"]
    assert {each.document_title for each in corpus.all_provisions()} == {"合同法"}


def test_parts_are_ranked_alone_and_together_and_compared(tmp_path: Path) -> None:
    result = run(a_folder(tmp_path), folds=True, parts=True, today=TODAY)
    assert result.parts is not None
    figures = result.parts.figures()
    assert {"words", "pairs", "keyword", "dense", "questions", "fusion"} <= figures.keys()
    assert figures["keyword"]["recall_at_100"] == pytest.approx(2 / 3)
    assert "keyword" not in result.parts.differences()
    difference, low, high = result.parts.differences()["fusion"]["mrr_at_10"]
    assert low <= difference <= high
    assert result.parts.by_knowledge().keys() == {"unknown"}
    assert result.parts.told()["parts"]["keyword"]["recall_at_100"] == "0.667"


def test_the_ranker_learns_from_the_known_questions_alone(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "one")
    known = a_folder(tmp_path / "two", [{"_id": "q3", "text": "欠条没还怎么办呢"}, {"_id": "q1", "text": "合同成立"}])
    assert run(folder, today=TODAY, embedding="none").settings["ranker"] == "shipped"
    assert run(folder, known=known, today=TODAY, embedding="none").settings["ranker"] != "shipped"
    plain = run(folder, known=known, today=TODAY, embedding="none", reranker="none")
    assert plain.settings["ranker"].startswith("fusion")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("queries.jsonl", '{"_id": "q1"}', "queries.jsonl 第 1 行"),
        ("queries.jsonl", "nonsense", "queries.jsonl 第 1 行"),
        ("queries.jsonl", '{"_id": "other", "text": "问"}', "没有带判定的问题"),
        ("qrels.tsv", "q1\ta\tone\nq1\ta\ttwo", "qrels.tsv 第 2 行"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, name: str, content: str, problem: str) -> None:
    folder = a_folder(tmp_path)
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(Invalid, match=problem):
        run(folder, today=TODAY, embedding="none")


def test_a_text_that_is_not_in_the_corpus_counts_as_missed(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    _write(folder / "corpus.jsonl", CORPUS[1:])
    scores = {case["id"]: case["recall_at_100"] for case in run(folder, today=TODAY, embedding="none").cases}
    assert (scores["q1"], scores["q2"]) == (0, 1)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"qrels\.tsv"):
        run(tmp_path, today=TODAY)


def test_folds_must_be_there(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, [{"_id": "q1", "text": "买卖合同"}])
    with pytest.raises(Invalid, match="fold"):
        run(folder, folds=True, today=TODAY, embedding="none")


def test_the_gold_set_names_provisions_that_are_there() -> None:
    loaded = load_folder(LIBRARY)
    refs = {str(each.ref) for version in loaded for each in version.provisions}
    known = refs | {ref.partition("@")[0] for ref in refs}
    rows = (GOLD / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert len({row.split("\t")[0] for row in rows}) >= 120
    assert {row.split("\t")[1] for row in rows} <= known


def test_search_over_the_shipped_library_is_good_enough() -> None:
    result = run(GOLD, today=TODAY, library=LIBRARY)
    without = run(GOLD, today=TODAY, library=LIBRARY, embedding="none")
    assert result.metrics["recall_at_10"] >= 0.78, "of more than four right provisions a question"
    assert result.metrics["hit_at_5"] >= 0.93
    assert result.metrics["mrr_at_10"] >= 0.88
    assert result.metrics["ndcg_at_10"] >= 0.76
    assert result.metrics["ndcg_at_10"] >= without.metrics["ndcg_at_10"], "the embedding must earn its weight"
    assert result.metrics["answerable_enough"] >= 0.93
    assert result.metrics["unanswerable_refused"] >= 0.8
