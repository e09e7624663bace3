from datetime import date

from assistant.checks.identifiers import identifier_findings
from assistant.checks.model import Finding, Severity
from assistant.checks.run import check
from assistant.drafting.model import Citation, Evidence, Section, Statement, StatementKind
from assistant.identity.model import Actor, Licence, Role
from assistant.settings import FirmSettings
from tests.support.drafting import a_draft
from tests.support.library import a_provision

FIRM = FirmSettings()
DAY = date(2026, 11, 22)
ADVISOR = Actor(
    id="advisor-1",
    role=Role.ADVISOR,
    name="陈静",
    registration_number="S1230622010001",
    licences=frozenset({Licence.INVESTMENT_ADVISOR}),
)
PROVISION = a_provision()
RULE = Statement(
    id="s1",
    kind=StatementKind.RULE,
    text=PROVISION.text,
    citations=(Citation(source=str(PROVISION.ref), quote=PROVISION.text),),
)
FOOTER = (
    f"本内容由AI辅助生成，已经投资顾问复核。投资有风险，您可能损失本金。投资决策由您自主作出，风险由您承担。"
    f"{FIRM.name} 投诉电话{FIRM.complaint_phone} 投资顾问：陈静 S1230622010001"
)


def checked(*statements: Statement, text: str | None = None, names: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    draft = a_draft(
        Section(key="a", title="答复", statements=statements), evidence=(Evidence.of(PROVISION),), question=None
    )
    body = "\n".join(statement.text for statement in statements)
    return check(
        draft,
        text if text is not None else f"{body}\n{FOOTER}",
        day=DAY,
        provision_of={str(PROVISION.ref): PROVISION}.get,
        firm=FIRM,
        advisor=ADVISOR,
        names=names,
    )


def test_a_sound_reply_has_no_finding() -> None:
    assert checked(RULE) == ()


def test_every_check_is_heard_and_the_gravest_comes_first() -> None:
    bad = Statement(
        id="s2",
        kind=StatementKind.OPINION,
        text="王小明，这只保证您一年赚8%，最后三个名额，打13800138000。",
    )
    found = checked(RULE, bad, text="草稿", names=("王小明",))
    assert {finding.category for finding in found} >= {
        "grounding",
        "numbers",
        "disclosure",
        "identifier",
        "P01_return_promise",
        "P13_urgency_inducement",
    }
    severities = [finding.severity for finding in found]
    assert severities == sorted(severities, key=list(Severity).index)


def test_findings_say_which_sentence_they_are_about() -> None:
    bad = Statement(id="s2", kind=StatementKind.COURTESY, text="本金绝对安全，零风险。")
    assert {finding.statement_id for finding in checked(RULE, bad)} == {"s2"}


def test_identifiers_are_found_in_the_text_too_and_the_firms_own_words_are_not() -> None:
    draft = a_draft()
    assert identifier_findings(draft, FOOTER, settled=(FIRM.complaint_phone, "S1230622010001")) == ()
    (finding,) = identifier_findings(draft, FOOTER + "身份证330106199001011234")
    assert (finding.severity, finding.statement_id) == (Severity.BLOCK, None)


def test_a_token_that_was_not_put_back_is_found() -> None:
    (finding,) = identifier_findings(a_draft(), "〔客户姓名1〕您好")
    assert "占位符" in finding.reason


def test_figures_of_a_chart_are_no_number_across_its_rows() -> None:
    rows = "月份｜净额\n2026-02｜176.54\n2026-03｜1234.56\n2026-04｜0.00"
    assert identifier_findings(a_draft(), rows) == ()
    assert identifier_findings(a_draft(), f"{rows}\n13800138000")
