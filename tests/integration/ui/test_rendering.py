"""What the pages show: everything from people, the library or a model is escaped, and the customer's text is exact."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import pytest

from api.schemas.actions import DayView, KindCount
from api.schemas.customers import ComplaintView, MonthlyFlowView, PointView, SeriesView, TagView
from api.schemas.demand import CardNeedView, DriftView, ModelCardView, ShiftView
from api.schemas.terms import (
    BATCH_STATE_LABELS,
    PLAN_STATE_LABELS,
    AnswerType,
    DraftKind,
    MatchVerdict,
    ReviewAction,
    ReviewState,
    Role,
    Severity,
)
from assistant.analysis.tags import TAGS
from assistant.audit.model import AuditEvent
from assistant.demand.model import Method, Need
from assistant.next_actions.catalogue import KINDS
from tests.support.views import (
    DAY,
    NOW,
    QUOTE,
    a_case,
    a_citation,
    a_decision,
    a_demand,
    a_fact,
    a_finding,
    a_match,
    a_message,
    a_portrait,
    a_statement,
    a_turn,
    an_actor,
    an_evidence,
    an_inquiry,
)
from ui.case_view import board_of
from ui.client import ApiClient, ApiError
from ui.house import DemoAccount, House
from ui.language import Language, english
from ui.pages.chat import Pending, numbered, thread_html
from ui.pages.customers import portrait_html
from ui.pages.drafts import draft_html
from ui.pages.inbox import message_html
from ui.pages.operations import _EVENTS
from ui.pages.operations_demand import demand_html
from ui.pages.review import case_html
from ui.pages.today import TodayState
from ui.panels import Caller
from ui.proof import badges_of, proof_of_fact, provision_proof
from ui.provision_text import provision_html
from ui.rendering import render, static
from ui.segments import SEGMENT_CHOICES
from ui.visitors import pages_of

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
UI = Path(__file__).parents[3] / "ui"


EVIL_STATEMENT = a_statement(EVIL, citations=(a_citation(label=EVIL, quote=EVIL),))


class _Elements(HTMLParser):
    """Tags, attributes and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, name: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attributes
            for tag, attributes in self.tags
            if tag == name and all(attributes.get(key.replace("_", "-")) == value for key, value in wanted.items())
        ]


def _is_harmless(html: str) -> bool:
    elements = _Elements(html)
    handlers = [name for _, attributes in elements.tags for name in attributes if name.startswith("on")]
    return not elements.of("script") and not elements.of("img") and not handlers


def _everything(html: str) -> str:
    elements = _Elements(html)
    return elements.text + "".join(str(value) for _, attributes in elements.tags for value in attributes.values())


def _caller(role: Role = Role.ADVISOR, language: Language = Language.CHINESE, **data: str) -> Caller:
    return Caller(
        client=cast("ApiClient", None), actor=an_actor(role), language=language, path="/", query={}, data=data
    )


def _login_page() -> str:
    house = House(firm=EVIL, demo_accounts=(DemoAccount(EVIL, EVIL, EVIL),))
    page = render("login", house=house, wanted=EVIL, username=EVIL, error=EVIL)
    return page.replace(f'<script src="{static("page.js")}" defer></script>', "")


def _evil_case() -> Any:  # noqa: ANN401 - a view of the API
    return a_case(
        kind=DraftKind.REPLY,
        state=ReviewState.RETURNED,
        text=EVIL,
        first_text="原来的文字",
        statements=(EVIL_STATEMENT,),
        findings=(a_finding(reason=EVIL, span=EVIL), a_finding(statement_id=None, reason=EVIL)),
        decisions=(a_decision(ReviewAction.RETURN, reason=EVIL),),
        inquiry=an_inquiry(EVIL),
        matches=(a_match(name=EVIL, text=EVIL, verdict=MatchVerdict.UNSUITABLE),),
    )


@pytest.mark.parametrize(
    "html",
    [
        thread_html(_caller(), [a_turn(EVIL, statements=(EVIL_STATEMENT,))]),
        thread_html(_caller(), [a_turn(EVIL, type=AnswerType.REFUSE, reason=EVIL, instead=EVIL)]),
        thread_html(_caller(), [], Pending(question=EVIL, as_of=DAY, error=EVIL)),
        draft_html(_caller(), _evil_case()),
        case_html(_caller(Role.REVIEWER), _evil_case()),
        message_html(_caller(Role.CUSTOMER), a_message(EVIL)),
        render("parts/notice", error=ApiError(EVIL, status=422, request_id=EVIL)),
        render("parts/proof", proof=provision_proof(an_evidence(text=EVIL), as_of=DAY, quotes=(EVIL,)), closable=True),
        render("parts/proof", proof=proof_of_fact(a_fact(text=EVIL)), closable=True),
        _login_page(),
    ],
    ids=["answer", "refusal", "pending", "draft", "case", "message", "notice", "provision", "fact", "login"],
)
def test_nothing_from_outside_becomes_markup(html: str) -> None:
    assert _is_harmless(html)
    assert "alert(1)" in _everything(html)


def test_a_portrait_with_hostile_notes_is_escaped() -> None:
    detail = a_portrait()
    note = detail.service_records[0].model_copy(update={"remark": EVIL, "staff": EVIL})
    profile = detail.profile.model_copy(update={"name": EVIL, "occupation": EVIL})
    complaint = ComplaintView(received_on=DAY, channel="phone", topic=EVIL, text=EVIL, closed_on=None, open=True)
    changes = {
        "service_records": (note,),
        "complaints": (complaint,),
        "tags": (TagView(tag=EVIL, rule=EVIL),),
        "facts": (a_fact("fact:cash.idle_days", text=EVIL), a_fact("fact:portfolio.total_assets", text=EVIL)),
        "profile": profile,
    }

    html = portrait_html(_caller(), detail.model_copy(update=changes), demand=a_demand(note=EVIL))

    assert _is_harmless(html)
    assert html.count("alert(1)") >= 8


def test_each_source_has_one_number_in_order_of_use() -> None:
    statements = (
        a_statement(id="s1", citations=(a_citation("B:1@v"), a_citation("A:1@v"))),
        a_statement(id="s2", citations=(a_citation("B:1@v"), a_citation("fact:x"))),
    )

    assert numbered(statements) == {"B:1@v": 1, "A:1@v": 2, "fact:x": 3}


def test_every_sentence_carries_its_chips() -> None:
    turn = a_turn(
        statements=(
            a_statement(citations=(a_citation(), a_citation("fact:customer.risk_level", label="等级", quote="C2"))),
        )
    )

    chips = [
        chip
        for chip in _Elements(thread_html(_caller(), [turn])).of("button", data_act="cite")
        if "yc-chip" in (chip["class"] or "")
    ]

    assert [(chip["data-source"], chip["data-statement"]) for chip in chips] == [
        ("SUIT:22@2017-07-01", "s1"),
        ("fact:customer.risk_level", "s1"),
    ]
    assert "yc-chip-fact" in (chips[1]["class"] or "")


def test_a_refusal_says_why_and_what_instead() -> None:
    turn = a_turn("明天哪只股票涨停", type=AnswerType.REFUSE, reason="不能预测涨跌。", instead="可以查公告。")

    text = _Elements(thread_html(_caller(), [turn])).text

    assert "不能预测涨跌。" in text
    assert "可以查公告。" in text
    assert "明天哪只股票涨停" in text


@pytest.mark.parametrize(
    "text",
    [
        "王女士：\n\n  您好。\n",
        "\n第一行是空的",
        "a < b && c > d\t**不是粗体**",
        "标题\n一、<b>二</b>\n一 不是标题\n· 列表",
        "前文\n\n图1 资产（单位：%）\n类别｜当前｜参考\n现金<i>｜46.7｜15.0\n另类｜-2.4｜1,200\n\n后文",
        "图2 没有表\n下一段",
    ],
)
def test_a_message_is_shown_to_the_byte(text: str) -> None:
    html = message_html(_caller(Role.CUSTOMER), a_message(text))

    letter = re.search(r"<pre[^>]*>\n(.*?)</pre>", html, re.DOTALL)

    assert letter is not None
    assert _Elements(letter[1]).text == text
    assert {tag for tag, _ in _Elements(letter[1]).tags} <= {"span"}


def test_numbers_of_a_chart_have_bars_as_long_as_they_are_large() -> None:
    drawn = _Elements(
        message_html(_caller(Role.CUSTOMER), a_message("图1 资产\n类别｜当前\n甲｜50\n乙｜-25\n丙｜约10"))
    )

    assert [cell["style"] for cell in drawn.of("span") if "style" in cell] == ["--part: 100.0%", "--part: 50.0%"]


def test_the_internal_version_is_marked_for_staff_and_has_its_proof() -> None:
    detail = a_case(briefing=(a_statement(id="b1", text="客户可能会问费用。"),))

    for html in (draft_html(_caller(), detail), case_html(_caller(Role.REVIEWER), detail)):
        inside = html[html.index('id="yc-briefing"') : html.index('class="yc-editor"')]
        assert "客户可能会问费用。" in inside
        assert "只供投资顾问和审核人阅读" in inside
        assert "yc-supports" in inside
        assert "textarea" not in inside
        assert "客户可能会问费用。" not in html.replace(inside, "")


def test_a_long_message_has_a_contents_that_leads_to_its_chapters() -> None:
    text = "一、现状\n您好。\n二、风险<b>\n请留意。\n三、下一步\n再联系。"
    elements = _Elements(message_html(_caller(Role.CUSTOMER), a_message(text)))

    (contents,) = elements.of("nav", id="yc-contents")
    chapters = [span["id"] for span in elements.of("span", **{"class": "yc-letter-heading"})]
    assert contents["aria-label"] == "目录"
    assert [link["href"] for link in elements.of("a") if str(link["href"]).startswith("#")] == [
        f"#{each}" for each in chapters
    ]
    assert len(set(chapters)) == 3
    assert not _Elements(message_html(_caller(Role.CUSTOMER), a_message("一、现状\n您好。"))).of("nav")


def test_the_source_of_a_figure_is_read_not_pointed_at() -> None:
    figure = a_fact("fact:portfolio.total_assets", text="52万元")
    detail = a_portrait(facts=(figure, a_fact("fact:cash.idle_days", text="97天")))

    html = portrait_html(_caller(), detail, demand=a_demand())

    for part in ("yc-figures", "yc-facts"):
        assert figure.source in _Elements(html[html.index(f'id="{part}"') :].split("</section>")[0]).text
    assert "title" not in {name for _, attributes in _Elements(html).tags for name in attributes}


def test_a_chart_says_in_words_what_it_draws() -> None:
    assets = tuple(PointView(on=day, value=value) for day, value in ((date(2026, 9, 30), 500_000), (DAY, 620_000)))
    flows = (MonthlyFlowView(month="2026-11", paid_in=30_000, taken_out=10_000),)
    detail = a_portrait(series=SeriesView(assets=assets, flows=flows, drawdown=(), unpriced=()))

    text = _Elements(portrait_html(_caller(), detail, demand=a_demand())).text

    assert "2026-09-30 至 2026-11-22：从 50.0 到 62.0，最高 62.0（2026-11-22），最低 50.0（2026-09-30）" in text
    assert "转入合计 3.0，转出合计 1.0" in text


def test_kinds_of_the_day_are_folded_but_the_chosen_one_is_seen() -> None:
    counts = tuple(KindCount(kind=f"kind-{place}", label=f"第{place}类", count=1) for place in range(20))
    day = DayView(
        as_of=DAY,
        items=(),
        total=0,
        limit=20,
        offset=0,
        counts=counts,
        decided_today={},
        planned_at=NOW,
        planning=False,
        scripts={},
    )

    def folded(kind: str) -> tuple[int, bool]:
        html = _caller().render("today/list", day=day, chosen=TodayState(kind=kind), snoozes=(1,))
        (fold,) = _Elements(html).of("details")
        assert html.count('data-kind="kind-') == len(counts)
        return html.split("<details")[0].count('data-kind="kind-'), "open" in fold

    assert folded("") == (7, False)
    assert folded("kind-1") == (7, False)
    assert folded("kind-19") == (7, True)


def test_headquarters_reads_how_good_the_model_is_and_whether_it_still_fits() -> None:
    need = CardNeedView(
        need=Need.CASH_MANAGEMENT,
        label="现金管理",
        method=Method.TRAINED,
        customers=1200,
        events=96,
        rate=0.08,
        auc=0.66,
        ece=0.013,
        lift_10=2.4,
        rules_auc=0.69,
        habit_auc=None,
        why_rules=None,
    )
    text = "# 说明\n\n## 局限\n\n- 只是可能性。\n\n| 表 | 头 |\n| --- | --- |"
    card = ModelCardView(text=text, model_id="demand-1", as_of=DAY, tested_on=DAY, needs=(need,))
    shift = ShiftView(name="cash", label="现金占比", index=0.31, verdict="shifted")
    drift = DriftView(model_id="demand-1", as_of=DAY, checked_on=None, features=(shift,), needs=())

    html = demand_html(_caller(Role.OPERATIONS), card, drift)
    told = _Elements(html).text

    row = html[html.index("<tbody>") : html.index("</tbody>")]
    assert re.findall(r">([^<]*)</td>", row)[-5:] == ["0.660", "0.690", "—", "0.013", "2.4"]
    assert "检验中不比规则好：现金管理" in told
    assert "0.310 已偏移" in told
    assert "只是可能性。" in told
    assert "| 表" not in told
    assert "yc-check-drift" not in demand_html(_caller(Role.REVIEWER), card)
    assert "还没有训练过需求模型" in demand_html(_caller(Role.OPERATIONS), None)


def test_without_an_internal_version_there_is_one_view() -> None:
    assert "yc-version" not in draft_html(_caller(), a_case())


def test_the_reviewer_sees_the_exact_text_and_its_hash() -> None:
    detail = a_case(state=ReviewState.WAITING, allowed=(ReviewAction.APPROVE, ReviewAction.RETURN, ReviewAction.REJECT))

    html = case_html(_caller(Role.REVIEWER), detail)

    assert detail.case.revision.text in html
    assert html.count(detail.case.revision.digest) >= 2
    assert {key["data-key"] for key in _Elements(html).of("button") if "data-key" in key} == {"a", "r", "n"}


def test_a_blocked_draft_cannot_be_submitted_or_approved() -> None:
    findings = (a_finding(Severity.BLOCK, reason="不得承诺收益。"),)
    draft = _Elements(draft_html(_caller(), a_case(findings=findings)))
    case = a_case(state=ReviewState.WAITING, findings=findings, allowed=(ReviewAction.APPROVE,))

    assert "disabled" in draft.of("button", id="yc-submit")[0]
    assert "disabled" in _Elements(case_html(_caller(Role.REVIEWER), case)).of("button", id="yc-approve")[0]


def test_only_what_is_allowed_has_a_button() -> None:
    html = draft_html(_caller(), a_case(state=ReviewState.WAITING, allowed=(ReviewAction.WITHDRAW,)))

    elements = _Elements(html)
    assert elements.of("button", id="yc-withdraw")
    assert not elements.of("button", id="yc-submit")
    assert not elements.of("textarea")


def test_findings_stand_at_their_sentence_worst_first() -> None:
    note, block = a_finding(Severity.NOTE), a_finding(Severity.BLOCK)
    lost = a_finding(Severity.WARN, statement_id="gone")

    board = board_of(a_case(findings=(note, block, lost)))

    assert board.findings["s1"] == (block, note)
    assert board.general == (lost,)


def test_what_was_changed_is_marked() -> None:
    html = case_html(_caller(Role.REVIEWER), a_case(text="您好。\n收益稳定。", first_text="您好。\n收益最高。"))

    assert "<del>最高</del>" in html
    assert "<ins>稳定</ins>" in html


def test_the_quote_is_marked_across_line_breaks_and_only_it() -> None:
    html = str(provision_html("第一款。经营机构不得\n推介。第二款。", ["经营机构不得推介。"]))

    assert re.findall(r"<mark>(.*?)</mark>", html) == ["经营机构不得", "推介。"]


def test_a_quote_that_is_not_there_marks_nothing() -> None:
    assert "<mark>" not in provision_html("第一款。", ["没有这句话"])


def test_a_table_stays_a_table_with_its_row_marked() -> None:
    html = str(
        provision_html("门槛如下。\n| 业务 | 资产 |\n| --- | --- |\n| 科创板 | 50万元 |\n完。", ["科创板 | 50万元"])
    )

    assert "<th>业务</th><th>资产</th>" in html
    assert "<td><mark>科创板</mark></td><td><mark>50万元</mark></td>" in html
    assert "---" not in html


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (an_evidence(), ["现行有效", "要点改写，非官方原文", "已核实"]),
        (an_evidence(effective_to=DAY), ["已失效", "要点改写，非官方原文", "已核实"]),
        (an_evidence(effective_from=DAY.replace(day=23)), ["尚未生效", "要点改写，非官方原文", "已核实"]),
        (an_evidence(rendition="original", verification="unverified"), ["现行有效", "未核实"]),
    ],
)
def test_badges_say_force_words_and_checking(evidence: Any, words: list[str]) -> None:  # noqa: ANN401 - a view of the API
    assert [badge.text for badge in badges_of(evidence, as_of=DAY)] == words


def test_a_rule_that_has_changed_since_says_so() -> None:
    evidence = an_evidence(effective_to=DAY)

    badges = badges_of(evidence, as_of=DAY.replace(day=1), now=DAY)

    assert [badge.text for badge in badges][:2] == ["查询日现行有效", "今日已失效"]


def test_the_proof_names_document_version_path_and_period() -> None:
    proof = provision_proof(an_evidence(), as_of=DAY, quotes=(QUOTE,))

    text = _Elements(render("parts/proof", proof=proof, closable=True)).text

    for words in ("《证券期货投资者适当性管理办法》第二十二条", "2017-07-01", "第三章 经营机构的义务", "现行有效"):
        assert words in text


def test_each_role_sees_only_its_pages() -> None:
    advisors = [path for path, _ in pages_of(Role.ADVISOR)]
    assert advisors == ["/today", "/", "/customers", "/drafts", "/plans", "/library"]
    assert [path for path, _ in pages_of(Role.CUSTOMER)] == ["/inbox"]
    assert "/customers" not in {path for path, _ in pages_of(Role.REVIEWER)}


def test_everything_that_the_pages_say_has_english() -> None:
    said = {
        text
        for template in (UI / "templates").rglob("*.j2")
        for pair in re.findall(r"_\(\"([^\"]+)\"|_\('([^']+)'", template.read_text(encoding="utf-8"))
        for text in pair
        if text
    }

    assert len(said) > 200
    assert said - english().keys() == set()


def test_labels_that_the_pages_translate_have_english() -> None:
    labels = {
        *(_EVENTS[event.value] for event in AuditEvent),
        *(label for _, any_, choices in SEGMENT_CHOICES for label in (any_, *(said for _, said in choices))),
        *BATCH_STATE_LABELS.values(),
        *(kind.label for kind in KINDS.values()),
        *(tag.name for tag in TAGS),
        *(need.label for need in Need),
        *PLAN_STATE_LABELS.values(),
    }

    assert labels - english().keys() == set()


def test_the_page_speaks_english_when_asked() -> None:
    assert "What can I look up for you?" in thread_html(_caller(language=Language.ENGLISH), [])


def test_nothing_is_fetched_from_elsewhere() -> None:
    shipped = [path for folder in ("templates", "static") for path in (UI / folder).rglob("*") if path.is_file()]

    for path in [*shipped, UI / "panel.js"]:
        addresses = re.findall(r"(?:https?:)?//[a-z][\w.-]+\.[a-z]{2,}", path.read_text(encoding="utf-8"))
        assert set(addresses) <= {"http://www.w3.org"}, path


@pytest.mark.parametrize(
    ("proven", "language", "said"),
    [
        (True, Language.CHINESE, "全部语句来自已批准话术与已核实依据"),
        (True, Language.ENGLISH, "Every sentence comes from an approved script or verified evidence"),
        (False, Language.CHINESE, "1 句不是来自已批准话术或已核实依据的原句"),
        (False, Language.ENGLISH, "1 sentences are not the words of an approved script or of verified evidence"),
    ],
)
def test_a_reviewer_sees_whether_every_sentence_is_approved_or_verified(
    *, proven: bool, language: Language, said: str
) -> None:
    elements = _Elements(case_html(_caller(Role.REVIEWER, language), a_case(proven=proven)))
    (badge,) = elements.of("span", id="yc-standing")
    assert said in elements.text
    assert ("yc-good" in str(badge["class"])) is proven
