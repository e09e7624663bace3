"""Articles are recognised by what they say, wherever they stand."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents.comparison import Change, Comparison, HeadingChange, compare
from knowledge.documents.marking import Mark
from knowledge.documents.model import Provision
from tests.support.library import a_loaded_version
from tests.support.statutes import LAWS, a_statute, an_article, read_law

_SUBJECTS = ("证券公司", "基金管理人", "投资顾问", "普通投资者", "证券交易所", "托管银行", "信息披露义务人", "期货公司")
_DUTIES = (
    "应当建立健全内部控制制度并保存完整记录",
    "不得向客户承诺收益或者承担损失",
    "应当在三个工作日内向监管机构报告",
    "有权查询与其有关的交易资料",
    "应当对客户的身份信息予以保密",
    "不得挪用客户的资金和证券",
    "应当按照规定计提风险准备金",
)
TEXTS = [f"{subject}{duty}。" for subject in _SUBJECTS for duty in _DUTIES]
"""56 articles, each unlike the others."""


def changes(comparison: Comparison) -> dict[str, list[tuple[str | None, str | None]]]:
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    for each in comparison.changed:
        found.setdefault(each.change.value, []).append((locator(each.before), locator(each.after)))
    return found


def locator(provision: Provision | None) -> str | None:
    return provision.ref.locator if provision else None


def test_the_same_version_has_not_changed() -> None:
    comparison = compare(a_statute(TEXTS), a_statute(TEXTS, label="v2"))
    assert comparison.changed == ()
    assert comparison.counts == dict.fromkeys(Change, 0) | {Change.UNCHANGED: len(TEXTS)}


def test_an_article_in_the_middle_renumbers_all_that_follow() -> None:
    inserted = [*TEXTS[:3], "经营机构应当每年评估一次算法模型的公平性。", *TEXTS[3:]]
    found = changes(compare(a_statute(TEXTS), a_statute(inserted, label="v2")))
    assert found["added"] == [(None, "4")]
    assert found["renumbered"] == [(str(number), str(number + 1)) for number in range(4, len(TEXTS) + 1)]
    assert found.keys() == {"added", "renumbered"}


def test_an_article_that_shifts_and_changes_is_both() -> None:
    amended = TEXTS[9].replace("报告", "书面报告").replace("资料", "资料和凭证").replace("不得", "一律不得")
    assert amended != TEXTS[9]
    newer = ["本办法适用于在境内设立的经营机构。", *TEXTS[:9], amended, *TEXTS[10:]]
    comparison = compare(a_statute(TEXTS), a_statute(newer, label="v2"))
    assert changes(comparison)["renumbered_and_amended"] == [("10", "11")]
    change = comparison.of_before("10")
    assert change is not None
    assert change is comparison.of_after("11")
    assert change.words_changed


def test_a_number_that_changes_is_an_amendment_even_of_a_short_article() -> None:
    before, after = (
        a_statute(["涨跌幅是5%。", "本办法自2020年1月1日起施行。"]),
        a_statute(["涨跌幅是10%。", "废止。"], label="v2"),
    )
    comparison = compare(before, after)
    assert changes(comparison) == {"amended": [("1", "1"), ("2", "2")]}
    assert [(each.mark, each.text) for each in comparison.articles[0].marks][1:3] == [
        (Mark.DELETE, "5%"),
        (Mark.INSERT, "10%"),
    ]


def test_a_repealed_article_stands_where_it_stood() -> None:
    comparison = compare(a_statute(TEXTS[:4]), a_statute([TEXTS[0], *TEXTS[2:4]], label="v2"))
    assert changes(comparison) == {"repealed": [("2", None)], "renumbered": [("3", "2"), ("4", "3")]}
    assert [each.change for each in comparison.articles][1] is Change.REPEALED


def test_only_the_reference_to_a_shifted_article_changes() -> None:
    before = a_statute([*TEXTS[:3], "违反本办法第三条规定的，责令改正，并处警告。"])
    after = a_statute(
        ["为了规范经营活动，制定本办法。", *TEXTS[:3], "违反本办法第四条规定的，责令改正，并处警告。"], label="v2"
    )
    assert changes(compare(before, after))["renumbered_and_amended"] == [("4", "5")]


def test_a_numbered_annex_article_and_a_title_are_told() -> None:
    before = (an_article("22", TEXTS[0], title="禁止行为"), an_article("22-1", TEXTS[1]))
    after = (an_article("22", TEXTS[0], title="禁止的行为", label="v2"), an_article("23", TEXTS[1], label="v2"))
    comparison = compare(before, after)
    assert changes(comparison) == {"amended": [("22", "22")], "renumbered": [("22-1", "23")]}
    assert "".join(s.text for s in comparison.articles[0].heading_marks if s.mark is Mark.INSERT) == "的"


def test_blanks_do_not_count() -> None:
    comparison = compare(
        a_statute(["甲机构应当 报告。\n乙机构也是。"]), a_statute(["甲机构应当报告。乙机构也是。"], label="v2")
    )
    assert comparison.articles[0].change is Change.UNCHANGED


def test_an_article_that_went_to_another_chapter_has_moved() -> None:
    def chapters(sizes: Sequence[tuple[str, Sequence[int]]], label: str) -> list[Provision]:
        placed = [(name, index) for name, indexes in sizes for index in indexes]
        return [
            an_article(str(number), TEXTS[index], path=(name,), label=label, position=number)
            for number, (name, index) in enumerate(placed, start=1)
        ]

    before = chapters([("第一章 总则", range(5)), ("第二章 义务", range(5, 10)), ("第三章 附则", [10])], "v1")
    after = chapters(
        [
            ("第一章 总则", range(4)),
            ("第二章 监督", [30, 31]),
            ("第三章 义务", [*range(5, 10), 4]),
            ("第四章 附 则", [10]),
        ],
        "v2",
    )
    comparison = compare(before, after)
    moved = [each.before.text for each in comparison.articles if each.moved and each.before]
    assert moved == [TEXTS[4]]
    assert comparison.headings == (
        HeadingChange(before=("第二章 义务",), after=("第三章 义务",)),
        HeadingChange(before=("第三章 附则",), after=("第四章 附 则",)),
        HeadingChange(before=None, after=("第二章 监督",)),
    )


def test_a_chapter_with_another_name_is_renamed() -> None:
    before = [an_article(str(n + 1), TEXTS[n], path=("第一章 一般规定",)) for n in range(4)]
    after = [an_article(str(n + 1), TEXTS[n], path=("第一章 总则",), label="v2") for n in range(4)]
    comparison = compare(before, after)
    assert not any(each.moved for each in comparison.articles)
    assert comparison.headings == (HeadingChange(before=("第一章 一般规定",), after=("第一章 总则",)),)


def test_sections_of_a_guide_are_recognised_by_their_titles() -> None:
    before = a_loaded_version("## 情境\n客户询问两融门槛。\n## 应当做\n告知50万元。\n", id="G", kind="guide").provisions
    after = a_loaded_version(
        "## 情境\n客户询问两融门槛。\n## 人工动作\n记录留痕。\n## 应当做\n说明资产与经验两项要求。\n",
        id="G",
        kind="guide",
    ).provisions
    found = changes(compare(before, after))
    assert found["added"] == [(None, "2")]
    assert found["renumbered_and_amended"] == [("2", "3")]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_statute_edited_at_random_is_followed(data: st.DataObject) -> None:
    order = data.draw(st.lists(st.sampled_from(range(len(TEXTS))), unique=True, min_size=1, max_size=40).map(sorted))
    repealed = data.draw(st.sets(st.sampled_from(order), max_size=len(order) // 3))
    fresh = [f"第{number}类新型业务的备案期限另行规定，由协会公布并每年复核一次。" for number in range(3)]
    at = data.draw(st.lists(st.integers(0, len(order)), max_size=3))
    kept: list[tuple[int | None, str]] = [(index, TEXTS[index]) for index in order if index not in repealed]
    for number, position in enumerate(at):
        kept.insert(position, (None, fresh[number]))
    comparison = compare(
        a_statute([TEXTS[index] for index in order]), a_statute([text for _, text in kept], label="v2")
    )
    for new, (index, _) in enumerate(kept, start=1):
        change = comparison.of_after(str(new))
        assert change is not None
        if index is None:
            assert change.change is Change.ADDED
        else:
            assert change.before is not None
            assert change.before.text == TEXTS[index]
            assert change.change in {Change.UNCHANGED, Change.RENUMBERED}
    assert comparison.counts[Change.REPEALED] == len(repealed)
    assert [each.after.ref.locator for each in comparison.articles if each.after] == [
        str(number) for number in range(1, len(kept) + 1)
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["同一句话。", "另一句话。", "", "第三句话，比较长一些，说了两遍。"]), max_size=9),
    st.lists(st.sampled_from(["同一句话。", "另一句话。", "第三句话，比较长一些，只说一遍。"]), max_size=9),
)
def test_every_article_stands_in_the_comparison_once(one: list[str], other: list[str]) -> None:
    before, after = a_statute(one), a_statute(other, label="v2")
    comparison = compare(before, after)
    assert sorted(each.before.ref for each in comparison.articles if each.before) == sorted(p.ref for p in before)
    assert [each.after for each in comparison.articles if each.after] == list(after)
    for each in comparison.articles:
        kept_or_deleted = "".join(s.text for s in each.marks if s.mark is not Mark.INSERT)
        kept_or_inserted = "".join(s.text for s in each.marks if s.mark is not Mark.DELETE)
        assert kept_or_deleted == (each.before.text if each.before else "")
        assert kept_or_inserted == (each.after.text if each.after else "")


real = pytest.mark.skipif(not LAWS.is_dir(), reason="the real statutes lie beside the repository")


@real
def test_the_interpretation_on_illegal_fundraising_of_2022_is_followed_article_by_article() -> None:
    comparison = compare(
        read_law("非法集资刑事案件具体应用法律若干问题的解释(2010"), read_law("(2022-02-23)", label="v2")
    )
    assert changes(comparison) == {
        "amended": [("1", "1"), ("2", "2"), ("3", "3")],
        "added": [(None, each) for each in ("4", "5", "6", "9", "13", "14")],
        "renumbered": [("4", "7"), ("7", "11"), ("9", "15")],
        "renumbered_and_amended": [("5", "8"), ("6", "10"), ("8", "12")],
    }


@real
def test_the_rules_on_false_statements_of_2022_keep_what_they_kept() -> None:
    comparison = compare(read_law("虚假陈述引发"), read_law("虚假陈述侵权", label="v2"))
    found = dict(changes(comparison)["renumbered_and_amended"])
    assert {"8": "3", "29": "24", "30": "25", "33": "26", "35": "29", "37": "35"}.items() <= found.items()
    assert comparison.counts[Change.UNCHANGED] == 0


@real
def test_the_civil_code_is_compared_within_two_seconds() -> None:
    before = read_law("民法典")
    assert len(before) == 1260
    shifted = [
        replace(
            each, ref=replace(each.ref, locator=str(number + 2), version="v2"), text=each.text.replace("应当", "须")
        )
        for number, each in enumerate(before)
    ]
    started = time.process_time()
    comparison = compare(before, shifted)
    assert time.process_time() - started < 2
    assert comparison.counts[Change.RENUMBERED_AND_AMENDED] == sum("应当" in each.text for each in before)
    assert comparison.counts[Change.ADDED] == comparison.counts[Change.REPEALED] == 0


def test_many_articles_with_the_same_words_are_compared_quickly() -> None:
    started = time.process_time()
    comparison = compare(a_statute(["略。"] * 5000), a_statute(["略。"] * 5001, label="v2"))
    assert time.process_time() - started < 5
    assert comparison.counts[Change.UNCHANGED] == 5000
