"""What every passage index must do, keyword and vector alike."""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.documents.model import Audience, Kind
from retrieval.chroma_index import ChromaIndex
from retrieval.keyword_index import KeywordIndex
from retrieval.matrix_index import MatrixIndex
from retrieval.ports import IndexBroken, PassageIndex, Vectors
from retrieval.segmentation import bigrams
from retrieval.vectors import EmbeddingUnavailable, embedded
from tests.support.library import a_passage, seen_by


class PairEmbedder:
    """Counts character pairs into a few hundred buckets: no model, but near texts are near."""

    name = "pairs"

    def __init__(self) -> None:
        self.dimensions = 256

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for pair in bigrams(text):
                vectors[row, sum(map(ord, pair)) % self.dimensions] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)

    def familiarity(self, text: str) -> float:
        return 1.0 if text else 0.0


OLD = a_passage("TRADE:1@old", text="主板ST股票涨跌幅是5%", effective_to=date(2026, 7, 6))
NEW = a_passage("TRADE:1@new", text="主板ST股票涨跌幅是10%", effective_from=date(2026, 7, 6))
OTHER = a_passage("SUIT:22@one", text="不得主动推介风险等级高于承受能力的产品")
GUIDE = a_passage("GUIDE:1@one", text="内部的主板ST股票涨跌幅说明", kind=Kind.GUIDE, audience=Audience.INTERNAL)


class PassageIndexContract:
    """Subclass, and provide ``index``."""

    @pytest.fixture
    def filled(self, index: PassageIndex) -> PassageIndex:
        index.replace({"TRADE": [OLD, NEW], "SUIT": [OTHER], "GUIDE": [GUIDE]})
        return index

    def test_the_nearest_text_comes_first(self, filled: PassageIndex) -> None:
        found = filled.search("推介风险等级高的产品", seen_by(), limit=4)
        assert found[0][0] == "SUIT:22@one"
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2017, 6, 30), set()),
            (date(2017, 7, 1), {"TRADE:1@old"}),
            (date(2026, 7, 5), {"TRADE:1@old"}),
            (date(2026, 7, 6), {"TRADE:1@new"}),
            (date(2026, 7, 7), {"TRADE:1@new"}),
        ],
    )
    def test_only_what_is_in_force_is_found(self, filled: PassageIndex, day: date, expected: set[str]) -> None:
        found = filled.search("主板ST股票涨跌幅", seen_by(on=day), limit=10)
        assert {id_ for id_, _ in found if id_.startswith("TRADE")} == expected

    def test_only_what_the_reader_may_see_is_found(self, filled: PassageIndex) -> None:
        for reader, visible in ((Audience.CUSTOMER, False), (Audience.ADVISOR, False), (Audience.INTERNAL, True)):
            found = filled.search("内部的主板ST股票涨跌幅说明", seen_by(reader), limit=10)
            assert ("GUIDE:1@one" in {id_ for id_, _ in found}) is visible

    @pytest.mark.parametrize(
        ("branch", "visible"),
        [
            (None, {"SH:1@one", "BOTH:1@one", "ODD:1@one", "SUIT:22@one"}),
            ("上海", {"SH:1@one", "BOTH:1@one", "SUIT:22@one"}),
            ("深圳", {"BOTH:1@one", "SUIT:22@one"}),
            ("", {"SUIT:22@one"}),
            ("上", {"SUIT:22@one"}),
            ("*", {"ODD:1@one", "SUIT:22@one"}),
        ],
    )
    def test_only_what_the_branch_may_see_is_found(
        self, index: PassageIndex, branch: str | None, visible: set[str]
    ) -> None:
        kept = {"SH": ("上海",), "BOTH": ("上海", "深圳"), "ODD": ("*",)}
        documents = {
            name: [a_passage(f"{name}:1@one", text="不得主动推介产品的说明", branches=branches)]
            for name, branches in kept.items()
        }
        index.replace(documents | {"SUIT": [OTHER]})
        found = index.search("不得主动推介产品", seen_by(branch=branch), limit=10)
        assert {id_ for id_, _ in found} == visible

    def test_only_the_kinds_asked_for_are_found(self, filled: PassageIndex) -> None:
        found = filled.search("主板ST股票涨跌幅", seen_by(kinds=frozenset({Kind.GUIDE})), limit=10)
        assert [id_ for id_, _ in found] == ["GUIDE:1@one"]

    def test_what_may_not_be_shown_takes_no_place(self, index: PassageIndex) -> None:
        hidden = [
            a_passage(f"OLD:{number}@x", text="科创板开通条件", effective_to=date(2020, 1, 1)) for number in range(200)
        ]
        shown = [a_passage(f"NOW:{number}@x", text="创业板的条件说明") for number in range(3)]
        index.replace({"OLD": hidden, "NOW": shown})
        found = index.search("科创板开通条件", seen_by(), limit=3)
        assert {id_ for id_, _ in found} == {str(each.ref) for each in shown}

    def test_replacing_a_document_forgets_its_old_passages(self, filled: PassageIndex) -> None:
        filled.replace({"TRADE": [a_passage("TRADE:2@new", text="主板ST股票涨跌幅的新条文")]})
        found = filled.search("主板ST股票涨跌幅", seen_by(Audience.CUSTOMER), limit=10)
        assert {id_ for id_, _ in found if id_.startswith("TRADE")} == {"TRADE:2@new"}
        assert len(filled) == 3

    def test_a_document_without_passages_is_forgotten(self, filled: PassageIndex) -> None:
        filled.replace({"TRADE": []})
        assert len(filled) == 2

    def test_clearing_forgets_everything(self, filled: PassageIndex) -> None:
        filled.clear()
        assert len(filled) == 0
        assert filled.search("主板ST股票涨跌幅", seen_by(), limit=10) == []
        filled.replace({"SUIT": [OTHER]})
        assert len(filled) == 1

    def test_nothing_asked_finds_nothing(self, filled: PassageIndex) -> None:
        assert filled.search("？！", seen_by(), limit=10) == []

    def test_an_empty_index_finds_nothing(self, index: PassageIndex) -> None:
        assert index.search("主板", seen_by(), limit=10) == []

    def test_any_text_may_be_asked(self, filled: PassageIndex) -> None:
        for text in ('AND OR NOT "', "a:b~1^2", "text_words:主板", "\x00\n\t", "🙂", "*" * 500, "主" * 4000):
            filled.search(text, seen_by(), limit=5)

    def test_the_limit_holds(self, filled: PassageIndex) -> None:
        assert len(filled.search("主板ST股票涨跌幅产品", seen_by(), limit=2)) == 2


class TestKeywordIndex(PassageIndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> KeywordIndex:
        return KeywordIndex(tmp_path / "keyword")

    def test_it_is_there_when_opened_again(self, tmp_path: Path) -> None:
        KeywordIndex(tmp_path / "k").replace({"SUIT": [OTHER]})
        assert len(KeywordIndex(tmp_path / "k")) == 1

    def test_another_reader_sees_what_was_written_after_a_reload(self, tmp_path: Path) -> None:
        writer, reader = KeywordIndex(tmp_path / "k"), KeywordIndex(tmp_path / "k")
        writer.replace({"SUIT": [OTHER]})
        reader.reload()
        assert len(reader) == 1

    def test_what_cannot_be_read_is_broken(self, tmp_path: Path) -> None:
        KeywordIndex(tmp_path / "k").replace({"SUIT": [OTHER]})
        (tmp_path / "k" / "passages" / "meta.json").write_text("garbage", encoding="utf-8")
        with pytest.raises(IndexBroken):
            KeywordIndex(tmp_path / "k")

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("适当性办法22条", ["SUIT:22@one"]),
            ("《证券期货投资者适当性管理办法》第二十二条怎么说", ["SUIT:22@one"]),
            ("suit:22", ["SUIT:22@one"]),
            ("適當性辦法第２２條", ["SUIT:22@one"]),
            ("适当性办法第九百条", []),
        ],
    )
    def test_articles_are_found_by_name(self, index: KeywordIndex, text: str, found: list[str]) -> None:
        index.replace({"SUIT": [OTHER], "TRADE": [a_passage("TRADE:22@x", names=("交易规则",))]})
        assert index.cited(text, seen_by()) == (True, found)

    def test_a_question_may_name_no_article(self, index: KeywordIndex) -> None:
        index.replace({"SUIT": [OTHER]})
        assert index.cited("22个交易日的条件", seen_by()) == (False, [])

    @pytest.mark.parametrize("hidden", [0, 5, 50, 500])
    def test_however_much_is_hidden_the_same_is_found(self, index: KeywordIndex, hidden: int) -> None:
        """Few hidden passages are dropped after ranking, many before: nobody may be able to tell."""
        shown = [a_passage(f"NOW:{number}@x", text="开通条件" + "说明" * number) for number in range(8)]
        past = [
            a_passage(f"OLD:{number}@x", text="科创板开通条件", effective_to=date(2020, 1, 1))
            for number in range(hidden)
        ]
        index.replace({"NOW": shown, "OLD": past})
        found = index.search("科创板开通条件", seen_by(), limit=5)
        assert [id_ for id_, _ in found] == [f"NOW:{number}@x" for number in range(5)]

    def test_a_rare_word_weighs_more(self, index: KeywordIndex) -> None:
        index.replace({"A": [a_passage(f"A:{n}@x", text="股票" if n else "股票 期权") for n in range(9)]})
        assert index.rarity("火锅") > index.rarity("期权") > index.rarity("股票") >= 0


class TestMatrixIndex(PassageIndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> MatrixIndex:
        return MatrixIndex(tmp_path / "vectors", PairEmbedder())

    def test_it_is_there_when_opened_again(self, tmp_path: Path) -> None:
        MatrixIndex(tmp_path / "v", PairEmbedder()).replace({"SUIT": [OTHER], "TRADE": [OLD, NEW]})
        second = MatrixIndex(tmp_path / "v", PairEmbedder())
        assert len(second) == 3
        assert second.search("推介产品", seen_by(), limit=1)[0][0] == "SUIT:22@one"

    def test_another_reader_sees_what_was_written_after_a_reload(self, tmp_path: Path) -> None:
        writer, reader = (MatrixIndex(tmp_path / "v", PairEmbedder()) for _ in range(2))
        writer.replace({"SUIT": [OTHER]})
        assert len(reader) == 0
        reader.reload()
        assert len(reader) == 1

    def test_a_reader_keeps_what_it_has_while_another_writes(self, tmp_path: Path) -> None:
        writer, reader = (MatrixIndex(tmp_path / "v", PairEmbedder()) for _ in range(2))
        writer.replace({"SUIT": [OTHER]})
        reader.reload()
        writer.replace({"SUIT": [], "TRADE": [NEW]})
        assert [id_ for id_, _ in reader.search("推介产品", seen_by(), limit=1)] == ["SUIT:22@one"]

    def test_many_small_changes_leave_few_files(self, index: MatrixIndex, tmp_path: Path) -> None:
        index.replace({f"A{number}": [a_passage(f"A{number}:1@x")] * 1 for number in range(500)})
        for number in range(60):
            index.replace({f"B{number}": [a_passage(f"B{number}:1@x"), a_passage(f"B{number}:2@x")]})
        assert len(index) == 620
        assert len([*(tmp_path / "vectors").glob("*.vectors.npy")]) < 10

    def test_what_was_forgotten_stays_forgotten_when_small_changes_are_joined(self, index: MatrixIndex) -> None:
        index.replace({"A": [a_passage(f"A:{n}@x", text="科创板开通条件") for n in range(500)], "B": [OTHER]})
        index.replace({"A": []})
        for number in range(40):
            index.replace({f"C{number}": [a_passage(f"C{number}:1@x", text="创业板")]})
        assert len(index) == 41
        assert not [id_ for id_, _ in index.search("科创板开通条件", seen_by(), limit=50) if id_.startswith("A:")]

    def test_what_a_killed_process_left_is_swept(self, index: MatrixIndex, tmp_path: Path) -> None:
        index.replace({"SUIT": [OTHER]})
        for ending in ("json", "vectors.npy"):
            (tmp_path / "vectors" / f"00000077.{ending}").write_bytes(b"half written")
        index.reload()
        index.replace({"TRADE": [OLD, NEW]})
        assert not [*(tmp_path / "vectors").glob("00000077*")]
        assert len(index) == 3

    @pytest.mark.parametrize("file", ["segments.json", "*1.json", "*.vectors.npy", "*.terms.npy", "*.ids.npy"])
    @pytest.mark.parametrize("content", [b"", b"garbage", b"[]"])
    def test_what_cannot_be_read_is_broken(self, tmp_path: Path, file: str, content: bytes) -> None:
        MatrixIndex(tmp_path / "v", PairEmbedder()).replace({"SUIT": [OTHER]})
        [found] = (tmp_path / "v").glob(file)
        found.write_bytes(content)
        with pytest.raises(IndexBroken):
            MatrixIndex(tmp_path / "v", PairEmbedder())

    def test_vectors_of_another_length_are_broken(self, tmp_path: Path) -> None:
        MatrixIndex(tmp_path / "v", PairEmbedder()).replace({"SUIT": [OTHER]})
        other = PairEmbedder()
        other.dimensions = 8
        with pytest.raises(IndexBroken):
            MatrixIndex(tmp_path / "v", other)

    def test_a_silent_embedding_is_not_trusted(self, index: MatrixIndex) -> None:
        index.replace({"SUIT": [OTHER]})
        assert index.trust("推介产品") == 1.0
        assert index.trust("") == 0.0

    def test_among_many_the_few_dimensions_lead_to_the_best(self, tmp_path: Path) -> None:
        """Large enough to be looked through in few dimensions first; nearly all of the best are found."""
        characters = "客户产品风险等级交易日涨跌幅开通条件资金账户期权科创板创业板融资"
        draw = random.Random(3)
        passages = [
            a_passage(f"A:{number}@x", text="".join(draw.choices(characters, k=12)), effective_to=date(2020, 1, 1))
            if number % 2
            else a_passage(f"A:{number}@x", text="".join(draw.choices(characters, k=12)))
            for number in range(21_000)
        ]
        index = MatrixIndex(tmp_path / "v", PairEmbedder())
        index.replace({"A": passages})
        texts = {str(each.ref): embedded(each) for each in passages[::2]}
        vectors = PairEmbedder().embed(list(texts.values()))
        agreed = 0
        for question in ("客户风险等级", "科创板开通条件", "涨跌幅", "期权账户", "创业板融资"):
            exact = dict(zip(texts, vectors @ PairEmbedder().embed([question])[0], strict=True))
            found = index.search(question, seen_by(), limit=10)
            assert all(score == pytest.approx(exact[id_], abs=2e-3) for id_, score in found)
            agreed += sum(score >= sorted(exact.values())[-10] - 2e-3 for _, score in found)
        assert agreed >= 45  # random texts are the hardest there are


class TestChromaIndex(PassageIndexContract):
    def test_a_model_that_changed_its_length_is_told(self, tmp_path: Path) -> None:
        first = ChromaIndex(tmp_path / "v", PairEmbedder())
        first.replace({"SUIT": [OTHER]})
        first.close()
        changed = PairEmbedder()
        changed.dimensions = 8
        second = ChromaIndex(tmp_path / "v", changed)
        with pytest.raises(EmbeddingUnavailable, match=r"索引里是 256，模型现在给出 8.*reindex"):
            second.search("推介产品", seen_by(), limit=1)
        with pytest.raises(EmbeddingUnavailable):
            second.replace({"TRADE": [OLD]})
        second.close()

    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[ChromaIndex]:
        opened = ChromaIndex(tmp_path / "vectors", PairEmbedder())
        yield opened
        opened.close()

    def test_it_is_there_when_opened_again(self, tmp_path: Path) -> None:
        first = ChromaIndex(tmp_path / "v", PairEmbedder())
        first.replace({"SUIT": [OTHER], "TRADE": [OLD, NEW]})
        first.close()
        second = ChromaIndex(tmp_path / "v", PairEmbedder())
        assert len(second) == 3
        assert second.search("推介产品", seen_by(), limit=1)[0][0] == "SUIT:22@one"
        second.close()

    def test_a_silent_embedding_is_not_trusted(self, index: ChromaIndex) -> None:
        index.replace({"SUIT": [OTHER]})
        assert index.trust("推介产品") == 1.0
        assert index.trust("") == 0.0

    def test_what_cannot_be_read_is_broken(self, tmp_path: Path) -> None:
        (tmp_path / "v").mkdir()
        (tmp_path / "v" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
        with pytest.raises(IndexBroken):
            ChromaIndex(tmp_path / "v", PairEmbedder())
