"""What search returns is in force and permitted, whatever an index says; and it knows when that is not enough."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import pytest

from knowledge.documents.model import Audience, Kind, Provision, ProvisionRef
from knowledge.errors import Invalid
from retrieval.model import Filter, Passage, Query, QuestionHit
from retrieval.search import Searcher, SearchSettings
from retrieval.segmentation import bigrams
from tests.support.library import a_provision

TODAY = date(2026, 11, 22)
MATCHING = a_provision(text="普通投资者开通科创板，日均资产不低于50万元。", questions=("科创板开通条件是什么？",))
REPEALED = a_provision("SUIT:22@2010-01-01", effective_from=date(2010, 1, 1), effective_to=date(2017, 7, 1))
INTERNAL = a_provision("GUIDE:1@x", audience=Audience.INTERNAL, kind=Kind.GUIDE)
PAIRS = frozenset(bigrams(MATCHING.text))


class FakeIndex:
    """Finds what it was told to find, without any filter."""

    def __init__(self, found: Sequence[Provision] = (), cited: tuple[bool, list[str]] = (False, [])) -> None:
        self.found = [(str(each.ref), 1.0 / rank) for rank, each in enumerate(found, start=1)]
        self.named = cited
        self.asked: list[QuestionHit] = []
        self.spelled = {"适当性办法": frozenset({"SUIT"})}

    def search(self, text: str, only: Filter, *, limit: int) -> list[tuple[str, float]]:
        return self.found[:limit] if text and only.audiences else []

    def cited(self, text: str, only: Filter) -> tuple[bool, list[str]]:
        return self.named if text and only.audiences else (False, [])

    def rarity(self, term: str, *, form: str = "words") -> float:
        return 1.0 + len(term) / 10 if form else 0.0

    def scores(self, text: str, ids: Collection[str]) -> dict[str, float]:
        return {id_: 0.1 for id_ in ids if text}

    def like_questions(self, text: str, only: Filter, *, limit: int) -> list[QuestionHit]:
        return self.asked[:limit] if text and only.audiences else []

    def questions_of(self, document_id: str) -> int:
        return len(document_id)

    def names(self) -> Mapping[str, frozenset[str]]:
        return self.spelled

    def has_pair(self, pair: str) -> bool:
        return pair in PAIRS

    def within(self, documents: Collection[str], text: str, only: Filter, *, limit: int) -> list[str]:
        assert only.audiences
        return [id_ for id_, _ in self.found if id_.partition(":")[0] in documents][:limit] if text or limit else []

    def trust(self, text: str) -> float:
        return 1.0 if text else 0.0

    def replace(self, documents: Mapping[str, Sequence[Passage]]) -> None:
        raise AssertionError(f"a search writes nothing, but was given {sorted(documents)}")

    clear = reload = lambda _self: None

    def __len__(self) -> int:
        return len(self.found)


def a_searcher(keyword: FakeIndex, vectors: FakeIndex | None = None, **settings: float) -> Searcher:
    records = {each.ref: each for each in (MATCHING, REPEALED, INTERNAL)}

    def provisions(refs: Iterable[ProvisionRef]) -> dict[ProvisionRef, Provision]:
        return {ref: records[ref] for ref in refs if ref in records}

    return Searcher(
        keyword=keyword,
        vectors=vectors,
        provisions=provisions,
        settings=SearchSettings(**settings),  # type: ignore[arg-type]
        index_version=lambda: "index=7",
    )


def ask(
    searcher: Searcher, text: str = "科创板开通条件", *, reader: Audience = Audience.CUSTOMER, limit: int = 8
) -> list[str]:
    result = searcher.search(Query(text=text, as_of=TODAY, reader=reader, limit=limit))
    return [str(hit.provision.ref) for hit in result.hits]


@pytest.mark.parametrize("side", ["keyword", "vectors"])
def test_a_hit_is_checked_again(side: str) -> None:
    lying = FakeIndex([REPEALED, INTERNAL, MATCHING])
    searcher = a_searcher(lying) if side == "keyword" else a_searcher(FakeIndex(), lying)
    assert ask(searcher) == [str(MATCHING.ref)]
    assert set(ask(searcher, reader=Audience.INTERNAL)) == {str(INTERNAL.ref), str(MATCHING.ref)}


def test_a_typical_question_leads_to_its_provision_and_is_checked_like_any_hit() -> None:
    keyword = FakeIndex()
    keyword.asked = [QuestionHit(str(each.ref), "开通科创板要什么条件？", 1.0) for each in (REPEALED, MATCHING)]
    assert ask(a_searcher(keyword)) == [str(MATCHING.ref)]


def test_what_the_records_do_not_know_is_left_out() -> None:
    assert ask(a_searcher(FakeIndex([a_provision("GONE:1@x"), MATCHING]))) == [str(MATCHING.ref)]


def test_a_named_article_comes_first_and_is_enough() -> None:
    keyword = FakeIndex([INTERNAL, MATCHING], cited=(True, [str(MATCHING.ref)]))
    result = a_searcher(keyword).search(Query(text="第22条", as_of=TODAY, reader=Audience.INTERNAL))
    assert [str(hit.provision.ref) for hit in result.hits] == [str(MATCHING.ref), str(INTERNAL.ref)]
    assert result.hits[0].score == 1.0
    assert result.hits[0].keyword_rank == 2
    assert result.enough


def test_a_named_article_that_is_not_there_is_never_enough() -> None:
    keyword = FakeIndex([MATCHING], cited=(True, []))
    result = a_searcher(keyword).search(Query(text="科创板开通条件", as_of=TODAY, reader=Audience.CUSTOMER))
    assert result.hits
    assert not result.enough


def test_covered_questions_are_enough_and_others_are_not() -> None:
    searcher = a_searcher(FakeIndex([MATCHING]))

    def enough(text: str) -> bool:
        return searcher.search(Query(text=text, as_of=TODAY, reader=Audience.CUSTOMER)).enough

    assert enough("科创板的开通条件是什么")
    assert not enough("火锅底料怎么做")
    assert not enough("股指期货夜盘交割日")
    assert not enough("？？")


def test_coverage_asks_of_one_hit() -> None:
    other = a_provision("GUIDE:1@x", text="期权分三级权限。", audience=Audience.INTERNAL, kind=Kind.GUIDE)
    searcher = a_searcher(FakeIndex([MATCHING, INTERNAL]))
    both = searcher.search(Query(text="科创板期权", as_of=TODAY, reader=Audience.INTERNAL))
    alone = searcher.search(Query(text="科创板", as_of=TODAY, reader=Audience.INTERNAL))
    assert other.text not in {hit.provision.text for hit in both.hits}
    assert 0 < both.coverage < alone.coverage <= 1


def test_the_limit_and_the_version_are_kept() -> None:
    searcher = a_searcher(FakeIndex([MATCHING, INTERNAL]), vector_weight=0.5)
    result = searcher.search(Query(text="科创板", as_of=TODAY, reader=Audience.INTERNAL, limit=1))
    assert len(result.hits) == 1
    assert "fusion:1.0:0.5" in result.version
    assert result.version.endswith("index=7")


def test_a_question_may_be_too_long() -> None:
    with pytest.raises(Invalid, match="4000"):
        ask(a_searcher(FakeIndex()), "长" * 4001)
