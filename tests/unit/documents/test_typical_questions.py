"""A typical question stays within its bounds, whoever adds it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents.keeping.questions import (
    LONGEST,
    MOST_KEPT,
    MOST_LEARNED,
    Origin,
    QuestionState,
    TypicalQuestion,
    alike,
    article_digest,
    counted,
    room_for,
    tidy,
)
from knowledge.documents.model import ProvisionRef
from knowledge.errors import Invalid
from tests.support.library import a_provision

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PROVISION = a_provision(questions=("C2客户能买R4产品吗？",))
FAR_APART = (
    "怎么办理",
    "要多少钱",
    "谁来签字",
    "几天能好",
    "在哪里办",
    "能退吗呢",
    "怎么取消",
    "多久到账",
    "有没有费",
    "何时生效",
)


def a_question(
    text: str, origin: Origin = Origin.KEEPER, state: QuestionState = QuestionState.CONFIRMED, **changes: str
) -> TypicalQuestion:
    question = TypicalQuestion(
        document_id="SUIT",
        locator="22",
        text=text,
        article_digest=article_digest(PROVISION),
        origin=origin,
        state=state,
        added_by="keeper",
        added_at=NOW,
    )
    return replace(question, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  风险测评 过期了怎么办 ", "风险测评 过期了怎么办？"),
        ("Ｃ２能买Ｒ４吗?", "C2能买R4吗？"),
        ("两行\n问题怎么写", "两行 问题怎么写？"),
    ],
)
def test_a_question_is_kept_in_one_spelling(written: str, kept: str) -> None:
    assert tidy(written) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "？？？",
        "好吗",
        "aaaaaa",
        "长" * (LONGEST + 1),
        "看 https://example.com 怎么开户",
        "<b>怎么开户</b>呢",
        "`rm` 怎么开户呢",
        "〔客户姓名1〕怎么开户呢",
        "我的卡（银行卡号已隐去）怎么取",
    ],
)
def test_what_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        tidy(text)


@given(st.text(max_size=200))
def test_whatever_is_kept_is_short_and_plain(text: str) -> None:
    try:
        kept = tidy(text)
    except Invalid:
        return
    assert len(kept) <= LONGEST + 1
    assert kept.isprintable()
    assert not set("<>{}[]`|#\n") & set(kept)
    assert tidy(kept) == kept


def test_nearly_the_same_is_the_same() -> None:
    assert alike("C2客户能买R4产品吗？", "c2客户能买r4的产品吗")
    assert not alike("C2客户能买R4产品吗？", "风险测评多久做一次？")


def test_one_question_of_one_provision_is_one_record() -> None:
    assert a_question("怎么开户呢？").id == a_question("怎么开户呢").id
    assert a_question("怎么开户呢？").id != a_question("怎么开户呢？", locator="23").id


def test_a_provision_takes_no_question_twice() -> None:
    with pytest.raises(Invalid, match="几乎一样"):
        room_for("C2的客户能买R4产品吗？", Origin.KEEPER, PROVISION, [])
    with pytest.raises(Invalid, match="几乎一样"):
        room_for("保守的人能买股票吗？", Origin.KEEPER, PROVISION, [a_question("保守的人能买股票吗？")])
    room_for("风险测评多久做一次？", Origin.KEEPER, PROVISION, [a_question("保守的人能买股票吗？")])


def test_what_was_removed_comes_back_by_a_keeper_only() -> None:
    removed = [a_question("保守的人能买股票吗？", state=QuestionState.REMOVED)]
    for origin in (Origin.LEARNED, Origin.PROPOSED):
        with pytest.raises(Invalid, match="移除"):
            room_for("保守的人能买股票吗", origin, PROVISION, removed)
    room_for("保守的人能买股票吗", Origin.KEEPER, PROVISION, removed)


def test_a_provision_has_room_for_so_many() -> None:
    learned = [a_question(f"{text}{number}号", Origin.LEARNED) for number, text in enumerate(FAR_APART)][:MOST_LEARNED]
    with pytest.raises(Invalid, match="学到"):
        room_for("风险测评多久做一次？", Origin.LEARNED, PROVISION, learned)
    room_for("风险测评多久做一次？", Origin.KEEPER, PROVISION, learned)
    full = [
        a_question(f"{chr(0x4E00 + 7 * n)}{chr(0x5E00 + 11 * n)}{chr(0x6E00 + 13 * n)}吗") for n in range(MOST_KEPT)
    ]
    with pytest.raises(Invalid, match=str(MOST_KEPT)):
        room_for("风险测评多久做一次？", Origin.KEEPER, PROVISION, full)


def test_only_confirmed_questions_of_this_text_count() -> None:
    kept = [
        a_question("确认的问题吗？"),
        a_question("提出的问题吗？", Origin.PROPOSED, QuestionState.PROPOSED),
        a_question("移除的问题吗？", state=QuestionState.REMOVED),
        a_question("改前的问题吗？", article_digest="0" * 64),
        a_question("别条的问题吗？", locator="23"),
    ]
    assert counted(PROVISION, kept) == ("C2客户能买R4产品吗？", "确认的问题吗？")
    gone = a_question("C2客户能买R4产品吗？", Origin.WRITTEN, QuestionState.REMOVED)
    assert counted(PROVISION, [gone]) == ()


def test_a_question_is_carried_over_versions_while_the_text_is_the_same() -> None:
    kept = [a_question("确认的问题吗？")]
    same = replace(PROVISION, ref=ProvisionRef("SUIT", "22", "2030-01-01"))
    assert "确认的问题吗？" in counted(same, kept)
    assert "确认的问题吗？" not in counted(replace(same, text=f"{same.text}另有规定的除外。"), kept)
