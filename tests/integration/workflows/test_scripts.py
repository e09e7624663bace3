"""Scripts are used while a reviewer's approval holds, by the Shanghai day; and reviewers see what stands on them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.audit.model import AuditEvent
from assistant.checks.model import Severity
from assistant.drafting.model import Citation, Evidence, StatementKind
from assistant.errors import Conflict, Invalid, NotFound, NotPermitted
from assistant.identity.model import Licence
from assistant.review.model import ReviewAction, ReviewCase, ReviewState, Revision
from assistant.workflows.answer_question import Answered
from assistant.workflows.load_demo import DEMO_PASSWORD
from cli.main import app
from knowledge.documents.keeping.scripts import ScriptState
from tests.support.house import CHEN, KEEPER, OPS, SHEN, SYSTEM, House
from tests.support.library import a_file, write_library
from tests.support.linting import SCRIPT

UNTIL = date(2026, 12, 1)
BODY = SCRIPT.replace("科创板", "海棠板").replace("，SUIT:23", "，SUIT:22")
QUESTION = "客户问海棠板怎么答？"
OTHER_REVIEWER = replace(SHEN, id="reviewer-other")


def a_script(label: str = "2026-11-01", *, starts: str = "2026-11-01", body: str = BODY) -> str:
    return a_file(
        body,
        id="SCRIPT-SEA",
        kind="script",
        title="海棠板开通话术",
        short_title="海棠板话术",
        audience="advisor",
        effective_from=starts,
        version=f'"{label}"',
    )


@pytest.fixture
def sea(house: House, tmp_path: Path) -> House:
    house.application.publish_library(write_library(tmp_path / "sea", a_script()), by=KEEPER)
    return house


def state(house: House) -> ScriptState:
    (script,) = [
        each for each in house.application.approve_scripts.scripts(by=SHEN) if each.version.document_id == "SCRIPT-SEA"
    ]
    return script.state


def cites_the_script(house: House) -> bool:
    """Whether an advisor's question is answered from the script."""
    turn = next(
        event.turn for event in house.application.answer_question(QUESTION, by=CHEN) if isinstance(event, Answered)
    )
    return any(evidence.ref.startswith("SCRIPT-SEA") for evidence in turn.answer.evidence)


def test_a_new_script_is_a_draft_that_no_answer_rests_on(sea: House) -> None:
    assert state(sea) is ScriptState.DRAFT
    assert not cites_the_script(sea)
    result = sea.application.search_library(QUESTION, by=CHEN)
    assert result.hits[0].provision.ref.document_id == "SCRIPT-SEA"


def test_an_approved_script_is_used_and_a_revoked_one_no_more(sea: House) -> None:
    scripts = sea.application.approve_scripts
    approved = scripts.approve("SCRIPT-SEA", until=UNTIL, by=SHEN)
    assert (approved.state, state(sea)) == (ScriptState.APPROVED, ScriptState.APPROVED)
    assert cites_the_script(sea)
    scripts.revoke("SCRIPT-SEA@2026-11-01", reason="口径变了", by=OTHER_REVIEWER)
    assert state(sea) is ScriptState.REVOKED
    assert not cites_the_script(sea)
    with sea.application.approve_scripts.storage.reading() as work:
        trace = [
            (entry.record.event, entry.record.actor_id)
            for entry in work.audit.entries(subject="document:SCRIPT-SEA@2026-11-01")
        ]
    assert trace[1:] == [(AuditEvent.SCRIPT_APPROVED, SHEN.id), (AuditEvent.SCRIPT_REVOKED, OTHER_REVIEWER.id)]
    assert sea.application.verify_audit(by=OPS).intact


@pytest.mark.parametrize(
    ("moment", "usable"),
    [
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), False),
        (datetime(2026, 12, 1, 16, 0, tzinfo=UTC), False),
    ],
)
def test_an_approval_ends_at_midnight_in_shanghai(sea: House, moment: datetime, *, usable: bool) -> None:
    sea.application.approve_scripts.approve("SCRIPT-SEA", until=UNTIL, by=SHEN)
    sea.time.moment = moment
    assert (state(sea) is ScriptState.APPROVED) is usable
    assert cites_the_script(sea) is usable


def test_an_approval_is_of_one_version(sea: House, tmp_path: Path) -> None:
    sea.application.approve_scripts.approve("SCRIPT-SEA", until=UNTIL, by=SHEN)
    new = a_script("2026-11-20", starts="2026-11-20", body=BODY.replace("50万元", "60万元"))
    sea.application.publish_library(write_library(tmp_path / "new", new), supersede=True, by=KEEPER)
    assert state(sea) is ScriptState.DRAFT
    assert not cites_the_script(sea)


def test_who_published_cannot_approve_and_only_compliance_may(sea: House) -> None:
    approve = sea.application.approve_scripts.approve
    for actor in (KEEPER, CHEN, OPS, SYSTEM, sea.customer, replace(SHEN, licences=frozenset())):
        with pytest.raises(NotPermitted):
            approve("SCRIPT-SEA", until=UNTIL, by=actor)
        with pytest.raises(NotPermitted):
            sea.application.approve_scripts.revoke("SCRIPT-SEA", reason="不", by=actor)
    with pytest.raises(NotPermitted, match="另一位"):
        approve("SCRIPT-SEA", until=UNTIL, by=replace(SHEN, id=KEEPER.id, licences=frozenset({Licence.COMPLIANCE})))


@pytest.mark.parametrize(
    ("script", "until", "error"),
    [
        ("SCRIPT-SEA", date(2026, 11, 22), Invalid),
        ("SCRIPT-SEA", date(2029, 11, 22), Invalid),
        ("SCRIPT-SEA@nothing", UNTIL, NotFound),
        ("SCRIPT-NONE", UNTIL, NotFound),
        ("SUIT", UNTIL, NotFound),
    ],
)
def test_what_cannot_be_approved_is_told(sea: House, script: str, until: date, error: type[Exception]) -> None:
    with pytest.raises(error):
        sea.application.approve_scripts.approve(script, until=until, by=SHEN)


def test_approving_or_revoking_twice_is_a_conflict(sea: House) -> None:
    scripts = sea.application.approve_scripts
    scripts.approve("SCRIPT-SEA", until=UNTIL, by=SHEN)
    with pytest.raises(Conflict):
        scripts.approve("SCRIPT-SEA", until=UNTIL, by=SHEN)
    scripts.approve("SCRIPT-SEA", until=date(2026, 12, 31), by=SHEN)
    scripts.revoke("SCRIPT-SEA", reason="停用", by=SHEN)
    with pytest.raises(Conflict):
        scripts.revoke("SCRIPT-SEA", reason="停用", by=SHEN)
    with pytest.raises(Invalid):
        scripts.revoke("SCRIPT-SEA", reason=" ", by=SHEN)


def test_a_script_with_forbidden_words_cannot_be_approved(house: House, tmp_path: Path) -> None:
    promise = BODY.replace("海棠板需要您申请前20个交易日日均资产不低于50万元。", "这款产品保证年化收益8%，稳赚不赔。")
    house.application.publish_library(write_library(tmp_path / "bad", a_script(body=promise)), by=KEEPER)
    with pytest.raises(Conflict, match="用语检查"):
        house.application.approve_scripts.approve("SCRIPT-SEA", until=UNTIL, by=SHEN)


def test_the_demo_house_approves_its_scripts_for_a_year_and_says_so(house: House) -> None:
    scripts = house.application.approve_scripts
    shipped = scripts.scripts(by=SHEN)
    assert {each.state for each in shipped} == {ScriptState.APPROVED}
    assert {each.approval.expires_on for each in shipped if each.approval} == {date(2027, 11, 22)}
    with scripts.storage.reading() as work:
        (entry,) = [
            entry.record
            for entry in work.audit.entries(subject=shipped[0].version.subject)
            if entry.record.event is AuditEvent.SCRIPT_APPROVED
        ]
    assert (entry.actor_id, "演示" in entry.detail["note"]) == (SHEN.id, True)
    scripts.revoke(shipped[0].version.name, reason="停用", by=SHEN)
    assert (
        scripts.approve_unseen(
            documents={each.version.document_id for each in shipped}, until=UNTIL, by=SHEN, note="再次装载"
        )
        == 0
    )
    assert [each.state for each in scripts.scripts(by=SHEN)].count(ScriptState.REVOKED) == 1
    assert ScriptState.REVOKED not in {each.state for each in scripts.scripts(by=CHEN)}


def test_a_reviewer_sees_whether_every_sentence_is_approved_or_verified(house: House) -> None:
    application = house.application
    application.ask_advisor("科创板开通需要什么条件？", by=house.customer)
    house.do_jobs()
    (case,) = application.browse_cases.page(CHEN, states=[ReviewState.DRAFT]).cases
    standing = application.browse_cases.view(case.id, by=CHEN).standing
    secondary = {item.ref for item in case.revision.draft.evidence if item.verification != "verified"}
    expected = tuple(
        statement.id
        for statement in case.revision.draft.statements
        if any(citation.source in secondary for citation in statement.citations)
    )
    assert standing.exceptions == expected
    first = case.revision.draft.statements[0]
    edited = application.edit_draft(case.id, {first.id: "我觉得您可以试试。"}, digest=case.revision.digest, by=CHEN)
    assert first.id in application.browse_cases.view(case.id, by=CHEN).standing.exceptions
    spoken = application.show_provision("SCRIPT-STAR-OPENING:2", by=CHEN).text.split("\n")[0]
    application.edit_draft(case.id, {first.id: spoken}, digest=edited.revision.digest, by=CHEN)
    assert first.id not in application.browse_cases.view(case.id, by=CHEN).standing.exceptions
    application.approve_scripts.revoke("SCRIPT-STAR-OPENING", reason="停用", by=SHEN)
    assert first.id in application.browse_cases.view(case.id, by=CHEN).standing.exceptions


def a_reply_that_uses_the_script(house: House) -> ReviewCase:
    """A waiting reply of which the last sentence is the script's."""
    application = house.application
    application.approve_scripts.approve("SCRIPT-SEA", until=UNTIL, by=SHEN)
    application.ask_advisor("科创板开通需要什么条件？", by=house.customer)
    house.do_jobs()
    (case,) = application.browse_cases.page(CHEN, states=[ReviewState.DRAFT]).cases
    spoken = application.show_provision("SCRIPT-SEA:2", by=CHEN)
    used = Citation(source=str(spoken.ref), quote=spoken.text.strip())
    draft, last = case.revision.draft, case.revision.draft.sections[-1]
    said = last.statements[-1].model_copy(update={"text": used.quote, "citations": (used,)})
    said = said.model_copy(update={"kind": StatementKind.RULE})
    sections = (*draft.sections[:-1], last.model_copy(update={"statements": (*last.statements[:-1], said)}))
    evidence = (*draft.evidence, Evidence.of(spoken))
    draft = draft.model_copy(update={"sections": sections, "evidence": evidence})
    text = f"{case.revision.text}\n{used.quote}"
    findings = application.edit_draft.examine(draft, text, maker=CHEN)
    assert not [each for each in findings if each.severity is Severity.BLOCK]
    now = application.clock.now()
    revision = Revision.of(draft, text, findings, author_id=CHEN.id, at=now, number=2)
    with application.edit_draft.storage.unit_of_work() as work:
        work.cases.save(case.edited(revision, CHEN, now))
    return application.decide_review(case.id, ReviewAction.SUBMIT, digest=revision.digest, by=CHEN)


@pytest.fixture
def open_sea(house: House, tmp_path: Path) -> House:
    """The script is for customers too."""
    text = a_script().replace("audience: advisor", "audience: customer")
    house.application.publish_library(write_library(tmp_path / "sea", text), by=KEEPER)
    return house


def test_what_uses_a_script_goes_back_when_its_approval_is_revoked(open_sea: House) -> None:
    case = a_reply_that_uses_the_script(open_sea)
    revoked = open_sea.application.approve_scripts.revoke("SCRIPT-SEA", reason="口径变了", by=SHEN)
    assert revoked.voided_cases == (case.id,)
    returned = open_sea.application.browse_cases.view(case.id, by=CHEN).case
    assert returned.state is ReviewState.RETURNED
    assert "已撤销" in returned.decisions[-1].reason


def test_what_uses_a_script_goes_back_on_the_day_its_approval_expires(open_sea: House) -> None:
    case = a_reply_that_uses_the_script(open_sea)
    open_sea.time.moment = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)
    assert open_sea.application.renew_products() == ()
    open_sea.time.moment = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert open_sea.application.renew_products() == (case.id,)


def test_the_commands_tell_and_change_what_is_approved(sea: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YICE_STORAGE__FOLDER", str(sea.settings.storage.folder))
    monkeypatch.setenv("YICE_RETRIEVAL__EMBEDDING", "static")
    run = CliRunner()
    listed = run.invoke(app, ["knowledge", "scripts", "--state", "draft"])
    assert listed.exit_code == 0
    assert "共 1 个版本" in listed.stdout
    credentials = ["--as", "shen", "--password", DEMO_PASSWORD]
    approved = run.invoke(app, ["knowledge", "approve", "SCRIPT-SEA", "--until", "2099-01-01", *credentials])
    assert approved.exit_code == 1
    assert "两年" in approved.stderr
    refused = run.invoke(
        app,
        ["knowledge", "approve", "SCRIPT-SEA", "--until", "2027-01-01", "--as", "keeper", "--password", DEMO_PASSWORD],
    )
    assert "合规" in refused.stderr
