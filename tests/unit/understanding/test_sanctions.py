"""What follows from breaking an article is told from what sanctions that article."""

import pytest

from assistant.understanding.sanctions import asks_for_sanctions, sanctions, sanctions_of
from knowledge.documents.model import Kind
from tests.support.library import a_provision

LENDING = a_provision("SEC:58@2026-01-01", text="任何人不得出借自己的证券账户。", heading="第五十八条 不得出借证券账户")
CITING = a_provision(
    "SEC:195@2026-01-01",
    text="违反本法第五十八条的规定，责令改正，给予警告，可以处五十万元以下的罚款。",
    heading="第一百九十五条",
)
MENTIONING = a_provision("SEC:107@2026-01-01", text="证券账户的使用适用本法第五十八条。", heading="第一百零七条")
BY_TITLE = a_provision(
    "SEC:195@2026-01-01", text="出借的，处五十万元以下罚款。", heading="第一百九十五条 出借证券账户的处罚"
)
OF_ANOTHER = a_provision(
    "SEC:198@2026-01-01", text="没有尽到义务的，处一百万元以下罚款。", heading="第一百九十八条 违反适当性义务的处罚"
)
ELSEWHERE = a_provision("RULES:9@2026-01-01", text="违反证券法第五十八条的，责令改正。", heading="第九条")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("证券法第58条违反了罚多少", True),
        ("违反第八十八条会怎么处罚？", True),
        ("不遵守证券法第五十条有什么后果？", True),
        ("证券法第58条讲了什么？", False),
        ("违约金按哪一条算？", False),
    ],
)
def test_it_is_told_whether_a_question_asks_for_sanctions(text: str, *, asks: bool) -> None:
    assert asks_for_sanctions(text) is asks


def test_what_cites_the_article_and_sanctions_comes_own_document_first() -> None:
    assert sanctions_of(LENDING, [ELSEWHERE, MENTIONING, CITING], []) == (CITING, ELSEWHERE)


def test_a_sanction_without_numbers_is_known_by_its_title_and_that_of_another_article_is_left() -> None:
    assert sanctions_of(LENDING, [], [LENDING, OF_ANOTHER, BY_TITLE]) == (BY_TITLE,)


def test_only_a_rule_sanctions() -> None:
    assert sanctions(CITING)
    assert not sanctions(MENTIONING)
    assert not sanctions(a_provision("GUIDE:1@2026-01-01", text=CITING.text, kind=Kind.GUIDE))
