import pytest

from assistant.checks.markup import markup_findings
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import DraftKind, Section, Statement, StatementKind
from tests.support.drafting import a_draft


def findings(text: str, *, kind: DraftKind = DraftKind.REPLY) -> list[Finding]:
    statement = Statement(id="s1", kind=StatementKind.COURTESY, text=text)
    return list(markup_findings(a_draft(Section(key="a", title="答复", statements=(statement,)), kind=kind)))


@pytest.mark.parametrize(
    "text",
    [
        "点击 http://evil.example/x 领取红包。",
        "请访问HTTPS：／／evil.example。",
        "详情见www.evil.example/a。",
        "详情见evil.com.cn，欢迎了解。",
        "[点击查看](javascript:alert(1))",
        "![](picture.png)",
        "[点击查看][1]",
        "<script>alert(1)</script>",
        "稳<b>赚</b>",
        "持有<!-- -->到期",
        "data:text/html;base64,AAAA",
        "JavaScript : alert(1)",
        "请写信到someone@evil.example。",
        "&#60;b&#62;",
        "您的总资产为300万元。 ## 风险揭示",
        "**特别提示**",
        "ｈｔｔｐ://evil.example",
        "ht\u200btp://evil.example",
    ],
)
def test_links_and_markup_never_leave_the_house(text: str) -> None:
    (finding,) = findings(text)
    assert (finding.category, finding.severity, finding.statement_id) == ("markup", Severity.BLOCK, "s1")


@pytest.mark.parametrize(
    "text",
    [
        "您的总资产为86.24万元，占比34.0%。",
        "《证券期货投资者适当性管理办法》第22条（2022年修订）。",
        "请在9:30至15:00之间在App内办理，港股通见6.2.1。",
        "收益率<3%，亏损> 5%时。",
        "见第[2]条，产品（低风险）可以匹配。",
        "A&B两类份额的费率不同，#1号产品；成本~收益。",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert findings(text) == []


def test_what_stays_in_the_house_may_hold_a_link() -> None:
    assert findings("见 https://example.org", kind=DraftKind.ANSWER) == []


def test_a_sentence_in_another_language_is_shown() -> None:
    (finding,) = findings("This product never loses any money.")
    assert finding.severity is Severity.WARN
    assert findings("一策黄金ETF联接和REITs产品可以在App内查询。") == []
