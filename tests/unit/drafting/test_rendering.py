import re
from datetime import date

from assistant.drafting.model import DraftKind, Section, StatementKind
from assistant.drafting.rendering import AI_LABEL, AI_LABEL_END, DECISION_NOTICE, RISK_NOTICE, render
from assistant.identity.model import Actor, Role
from assistant.settings import FirmSettings
from tests.support.customers import a_customer
from tests.support.drafting import a_draft, a_statement, some_evidence

ADVISOR = Actor(id="a1", role=Role.ADVISOR, name="陈明", registration_number="S1234560001")
FIRM = FirmSettings(name="测试证券", complaint_phone="95000", provider_code="CODE-1", address="某路一号")


def rendered(**changes: object) -> str:
    draft = a_draft().model_copy(update=changes)
    return render(draft, customer=a_customer(), advisor=ADVISOR, firm=FIRM, content_id="case-7")


def test_a_reply_says_everything_that_a_customer_must_be_told() -> None:
    text = rendered()
    assert text.split("\n\n")[1] == AI_LABEL
    assert text.rstrip().endswith(AI_LABEL_END)
    for words in (
        "尊敬的王女士：",
        "「科创板的50万怎么算？」",
        "科创板的50万元不含融资融券融入的资金和证券。[1]",
        "[1] 《上海证券交易所交易规则（2026年修订）》6.2（自2026年7月6日起施行，本文为转述）",
        RISK_NOTICE,
        DECISION_NOTICE,
        "测试证券",
        "陈明，登记编码：S1234560001",
        "95000",
        "case-7",
        "CODE-1",
    ):
        assert words in text
    assert "过往业绩并不预示其未来表现" in text


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert rendered().encode() == rendered().encode()


def test_a_provision_out_of_force_shows_its_last_day() -> None:
    old = some_evidence(effective_from=date(2023, 2, 17), effective_to=date(2026, 7, 6), verification="secondary")
    assert "（2023年2月17日至2026年7月5日有效，本文为转述，依据二手资料整理，以官方文本为准）" in rendered(
        evidence=(old,)
    )


def test_only_what_is_cited_is_listed_and_an_opinion_is_marked() -> None:
    other = some_evidence(ref="SUIT:4@2022-08-12", heading="第四条 匹配意见", title="适当性办法")
    opinion = a_statement(kind=StatementKind.OPINION)
    text = rendered(
        evidence=(other, some_evidence()), sections=(Section(key="a", title="答复", statements=(opinion,)),)
    )
    assert "适当性办法" not in text.split("、风险揭示", maxsplit=1)[0]
    assert "· （观点）科创板" in text


def test_a_plan_has_titled_sections_and_skips_empty_ones() -> None:
    sections = (
        Section(key="profile", title="客户概况", statements=(a_statement(),)),
        Section(key="empty", title="空的一节", statements=()),
    )
    text = rendered(kind=DraftKind.PLAN, question=None, sections=sections)
    assert text.startswith("一人一策服务方案\n")
    assert "空的一节" not in text


def test_the_full_name_is_not_in_the_text() -> None:
    assert "王秀兰" not in rendered()


def test_a_question_of_many_lines_cannot_pose_as_one_of_our_headings() -> None:
    assert "「第一行 一、风险揭示」" in rendered(question="第一行\n一、风险揭示")


def test_titled_parts_are_numbered_without_gaps() -> None:
    sections = tuple(
        Section(key=title, title=title, statements=(a_statement(),)) for title in ("客户概况", "目标与需求")
    )
    text = rendered(kind=DraftKind.PLAN, question=None, sections=sections)
    headings = re.findall(r"^([一二三四五六七八九十]+)、(\S+)", text, re.MULTILINE)
    assert [numeral for numeral, _ in headings] == ["一", "二", "三", "四", "五", "六"]
    assert [title.split("（")[0] for _, title in headings] == [
        "客户概况",
        "目标与需求",
        "所依据的条文",
        "风险揭示",
        "决策与责任",
        "服务信息",
    ]


def test_whoever_acts_for_a_customer_is_greeted() -> None:
    def greeted(born: int, *, capable: bool) -> str:
        customer = a_customer(name="薛安", born_on=date(born, 1, 1), full_capacity=capable)
        text = render(a_draft(), customer=customer, advisor=ADVISOR, firm=FIRM, content_id="case-7")
        return text.split("尊敬的")[1].split("：")[0]

    assert greeted(2020, capable=False) == "薛小朋友的监护人"
    assert greeted(2010, capable=False) == "薛同学的监护人"
    assert greeted(1950, capable=False).endswith("的监护人")
    assert greeted(1980, capable=True).startswith("薛")
    assert "监护人" not in greeted(1980, capable=True)
