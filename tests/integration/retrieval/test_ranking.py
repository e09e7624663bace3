"""Rankers from files, and the typical questions that lead to provisions, over real indexes."""

import importlib
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.documents.model import Audience, Kind, Provision
from knowledge.errors import Invalid, Unavailable
from retrieval.features import NAMES
from retrieval.fusion import Fusion
from retrieval.keyword_index import KeywordIndex
from retrieval.model import Query
from retrieval.ports import IndexBroken
from retrieval.ranking import SHIPPED, LearnedRanker, open_ranker
from retrieval.ranking_training import Lesson, examples_of
from retrieval.search import Searcher, SearchSettings
from tests.support.library import a_passage, a_provision, seen_by

TODAY = date(2026, 11, 22)
ASKED = "小明买的理财亏了能找谁说理？"
ANSWER = a_provision(
    "DISPUTE:3@2017-07-01", text="投资者可以向调解组织申请调解。", questions=(ASKED, "理财亏了去哪投诉？")
)
OTHER = a_provision("SUIT:22@2017-07-01", text="经营机构不得推介超出承受能力的理财产品。")


@pytest.fixture
def index(tmp_path: Path) -> KeywordIndex:
    return KeywordIndex(tmp_path / "keyword")


def a_searcher(index: KeywordIndex, *provisions: Provision) -> Searcher:
    for each in provisions:
        passage = a_passage(str(each.ref), text=each.text, questions="\n".join(each.typical_questions))
        index.replace({each.ref.document_id: [passage]})
    records = {each.ref: each for each in provisions}
    return Searcher(
        keyword=index,
        vectors=None,
        provisions=lambda refs: {ref: records[ref] for ref in refs if ref in records},
        settings=SearchSettings(),
    )


def ids(index: KeywordIndex, text: str, **seen: object) -> list[str]:
    return [each.id for each in index.like_questions(text, seen_by(**seen), limit=5)]  # type: ignore[arg-type]


def test_a_typical_question_is_found_under_the_terms_of_its_passage(index: KeywordIndex) -> None:
    index.replace(
        {
            "OLD": [a_passage("OLD:1@x", questions="打新要什么条件？", effective_to=date(2020, 1, 1))],
            "STAFF": [
                a_passage("STAFF:1@x", questions="打新要什么条件？", audience=Audience.INTERNAL, kind=Kind.GUIDE)
            ],
            "SH": [a_passage("SH:1@x", questions="打新要什么条件？", branches=("上海",))],
            "ALL": [a_passage("ALL:1@x", questions="打新要什么条件？\n怎么打新？")],
        }
    )
    assert set(ids(index, "打新的条件")) == {"STAFF:1@x", "SH:1@x", "ALL:1@x"}
    assert set(ids(index, "打新的条件", on=date(2019, 1, 1))) == {"OLD:1@x", "STAFF:1@x", "SH:1@x", "ALL:1@x"}
    assert set(ids(index, "打新的条件", reader=Audience.CUSTOMER, branch="深圳")) == {"ALL:1@x"}
    assert set(ids(index, "打新的条件", kinds=frozenset({Kind.GUIDE}))) == {"STAFF:1@x"}
    assert ids(index, "？？") == []
    assert index.questions_of("ALL") == 2
    index.replace({"ALL": [a_passage("ALL:1@x")]})
    assert index.questions_of("ALL") == 0


def test_questions_that_were_lost_are_told(index: KeywordIndex, tmp_path: Path) -> None:
    index.replace({"ALL": [a_passage("ALL:1@x", questions="打新要什么条件？")]})
    shutil.rmtree(tmp_path / "keyword" / "questions")
    with pytest.raises(IndexBroken):
        KeywordIndex(tmp_path / "keyword")


def test_people_find_by_their_own_words(index: KeywordIndex) -> None:
    searcher = a_searcher(index, ANSWER, OTHER)
    found = searcher.search(Query(text="理财亏了找谁说理", as_of=TODAY, reader=Audience.CUSTOMER))
    assert found.hits[0].provision.ref == ANSWER.ref


def test_a_question_that_is_thought_away_leaves_no_trace(index: KeywordIndex) -> None:
    searcher = a_searcher(index, ANSWER, OTHER)
    query = Query(text=ASKED, as_of=TODAY, reader=Audience.CUSTOMER)
    known = {each.provision.ref: each for each in searcher.shortlist(query).candidates}[ANSWER.ref]
    unknown = {each.provision.ref: each for each in searcher.shortlist(query, without=ASKED).candidates}.get(ANSWER.ref)
    assert known.likenesses[0] == pytest.approx(1.0, abs=0.01)
    assert known.questions == 2
    assert unknown is not None
    assert unknown.likenesses[0] < 0.6
    assert unknown.asked < known.asked
    assert (unknown.questions, unknown.questions_of_document) == (1, 1)


def test_a_lesson_is_asked_as_if_it_were_not_known(index: KeywordIndex) -> None:
    searcher = a_searcher(index, ANSWER, OTHER)
    lessons = [Lesson(ASKED, frozenset({"DISPUTE:3"})), Lesson(ASKED, frozenset({"GONE:1"}))]
    (example,) = examples_of(lessons, searcher, day=TODAY)
    right = example.features[example.is_right > 0][0]
    assert right[NAMES.index("likeness")] < 0.6
    assert right[NAMES.index("questions")] == pytest.approx(0.693, abs=0.001)


def test_the_shipped_model_fits_this_software() -> None:
    shipped = LearnedRanker.read(SHIPPED, Fusion())
    assert shipped is not None
    assert shipped.weights[NAMES.index("words_known")] > 0


def test_a_model_comes_back_as_it_was_written(tmp_path: Path) -> None:
    ranker = LearnedRanker("mine", tuple(float(number) for number in range(len(NAMES))), Fusion(vector=0.5))
    ranker.write(tmp_path / "ranker.json")
    assert LearnedRanker.read(tmp_path / "ranker.json", Fusion(vector=0.5)) == ranker
    assert open_ranker("learned", Fusion(vector=0.5), trained=tmp_path / "ranker.json") == ranker


def test_which_ranker_a_setting_opens(tmp_path: Path) -> None:
    assert open_ranker("none", Fusion(), trained=tmp_path / "none.json") == Fusion()
    assert open_ranker("learned", Fusion(), trained=tmp_path / "none.json").name == "shipped"
    (tmp_path / "older.json").write_text('{"name": "older", "weights": {"keyword": 1}}', encoding="utf-8")
    assert open_ranker("learned", Fusion(), trained=tmp_path / "older.json").name == "shipped"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": "x", "weights": {"keyword": "many"}}', "\x00"])
def test_a_broken_model_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "ranker.json").write_text(content, encoding="utf-8")
    with pytest.raises(Invalid, match="排序模型"):
        open_ranker("learned", Fusion(), trained=tmp_path / "ranker.json")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="排序模型"):
        LearnedRanker("mine", (0.0,) * len(NAMES)).write(tmp_path / "gone" / "ranker.json")


@pytest.mark.filterwarnings("ignore")  # transformers warns of its own ways
def test_any_cross_encoder_by_folder(tmp_path: Path, index: KeywordIndex) -> None:
    folder = a_cross_encoder(tmp_path / "model", ["理", "财", "亏", "调", "解", "推", "介"])
    ranker = open_ranker(str(folder), Fusion(), trained=tmp_path / "none.json")
    shortlist = a_searcher(index, ANSWER, OTHER).shortlist(
        Query(text="理财亏了找谁说理", as_of=TODAY, reader=Audience.CUSTOMER)
    )
    scores = ranker.scores(shortlist)
    assert len(scores) == 2
    assert all(0.5 < score <= 1 for score in scores)
    assert str(folder) in ranker.name


@pytest.mark.filterwarnings("ignore")
def test_a_cross_encoder_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Invalid, match="重排模型"):
        open_ranker(str(tmp_path / "empty"), Fusion(), trained=tmp_path / "none.json")


def a_cross_encoder(folder: Path, characters: Sequence[str]) -> Path:
    """A tiny one with chance weights."""
    transformers: Any = importlib.import_module("transformers")
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    transformers.BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        num_labels=1,
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    return folder
