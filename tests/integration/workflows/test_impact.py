"""What rests on an article that changes is known before, and cannot leave after: to the second, in Shanghai."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.checks.model import Finding
from assistant.dispatch.model import DispatchState
from assistant.drafting.model import Draft
from assistant.errors import Conflict, NotFound, NotPermitted, Unavailable
from assistant.identity.model import Actor
from assistant.review.model import ReviewAction, ReviewCase, ReviewState
from assistant.workflows.examine_draft import ExamineDraft
from assistant.workflows.void_outdated import VoidOutdated
from knowledge.documents.comparison import Change
from knowledge.documents.loading import load_bytes
from knowledge.documents.model import Kind, LoadedVersion, ProvisionRef
from tests.support.house import CHEN, KEEPER, OPS, SHEN, House, a_house
from tests.support.library import a_file

MIDNIGHT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
"""The 23rd of November begins in Shanghai."""
TOMORROW = date(2026, 11, 23)
OPENING = "演示板开通需要资产不低于36万元"
QUESTION = "演示板开通需要什么条件？"


def a_rule(*texts: str, version: str, begins: str = "2020-01-01", **fields: str) -> LoadedVersion:
    numbers = "一二三四五"
    body = "\n".join(f"## 第{numbers[at]}条\n{text}。\n" for at, text in enumerate(texts))
    names = {"id": "DEMO", "title": "演示板投资者管理办法", "short_title": "演示板办法", "issuer": "演示协会"}
    return load_bytes(a_file(body, version=f'"{version}"', effective_from=begins, **(names | fields)).encode())


FIRST = a_rule("演示机构应当勤勉尽责", OPENING, "演示机构应当每年培训一次", version="one")
SAME_WORDS = a_rule("演示机构应当诚实守信", OPENING, version="two", begins=TOMORROW.isoformat())
OTHER_WORDS = a_rule(
    "演示机构应当勤勉尽责", OPENING.replace("36万元", "48万元"), version="two", begins=TOMORROW.isoformat()
)
RENUMBERED = a_rule(
    "为了规范演示板，制定本办法", "演示机构应当勤勉尽责", OPENING, version="two", begins=TOMORROW.isoformat()
)
SCRIPT = load_bytes(
    a_file(
        "## 参考话术\n您需要满足资产要求（依据：演示板办法第二条，DEMO:2）。\n",
        id="SCRIPT-DEMO",
        kind="script",
        title="演示板话术",
        short_title="演示板话术",
        audience="advisor",
    ).encode()
)


def publish(house: House, *loaded: LoadedVersion) -> tuple[str, ...]:
    return house.application.publish_library.publish_loaded(loaded, supersede=True, by=KEEPER).voided_cases


@pytest.fixture
def ruled(house: House) -> House:
    """A house with the rule of the demo board, and a script on it."""
    publish(house, FIRST, SCRIPT)
    return house


def drafted(house: House) -> ReviewCase:
    house.application.ask_advisor(QUESTION, by=house.customer)
    house.do_jobs()
    (case,) = house.application.browse_cases.page(CHEN, states=[ReviewState.DRAFT]).cases
    cited = {citation.source for statement in case.revision.draft.statements for citation in statement.citations}
    assert "DEMO:2@one" in cited
    return case


def approved(house: House) -> ReviewCase:
    case = drafted(house)
    decide = house.application.decide_review
    decide(case.id, ReviewAction.SUBMIT, digest=case.revision.digest, by=CHEN)
    return decide(case.id, ReviewAction.APPROVE, digest=case.revision.digest, by=SHEN)


def state_of(house: House, case: ReviewCase) -> tuple[ReviewState, list[DispatchState]]:
    view = house.application.browse_cases.view(case.id, by=CHEN)
    return view.case.state, [dispatch.state for dispatch in view.dispatches]


def repeal_tomorrow(house: House) -> None:
    report = house.application.repeal_version("DEMO", "one", on=TOMORROW, reason="另行规定", by=KEEPER)
    assert report.voided_cases == ()


def test_one_second_before_midnight_an_approved_text_still_leaves(ruled: House) -> None:
    case = approved(ruled)
    repeal_tomorrow(ruled)
    ruled.time.moment = MIDNIGHT - timedelta(seconds=1)
    assert ruled.application.void_outdated() == ()
    ruled.do_jobs()
    assert state_of(ruled, case) == (ReviewState.DELIVERED, [DispatchState.DELIVERED])


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_at_midnight_in_shanghai_it_is_refused_and_goes_back_whatever_the_clock_shows(ruled: House, zone: str) -> None:
    case = approved(ruled)
    repeal_tomorrow(ruled)
    ruled.time.moment = MIDNIGHT.astimezone(ZoneInfo(zone))
    ruled.do_jobs()
    assert state_of(ruled, case) == (ReviewState.RETURNED, [DispatchState.REFUSED])
    assert ruled.application.browse_inbox.messages(ruled.customer) == ()
    with pytest.raises(NotFound):
        ruled.application.show_provision("DEMO:2", by=CHEN)
    assert ruled.application.show_provision("DEMO:2@one", by=CHEN)


def test_a_restart_over_midnight_changes_nothing(furnished_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(furnished_folder, folder)
    with a_house(folder) as before:
        publish(before, FIRST)
        case = approved(before)
        repeal_tomorrow(before)
    with a_house(folder, MIDNIGHT - timedelta(seconds=1)) as just_before:
        assert just_before.application.void_outdated() == ()
        assert state_of(just_before, case) == (ReviewState.APPROVED, [DispatchState.QUEUED])
    with a_house(folder, MIDNIGHT) as after:
        after.do_jobs()
        assert state_of(after, case) == (ReviewState.RETURNED, [DispatchState.REFUSED])
        assert after.application.verify_audit(by=OPS).intact


def test_the_daily_round_takes_back_what_nobody_tried_to_send(ruled: House) -> None:
    case = drafted(ruled)
    repeal_tomorrow(ruled)
    ruled.time.moment = MIDNIGHT
    assert ruled.application.void_outdated() == (case.id,)
    assert state_of(ruled, case)[0] is ReviewState.RETURNED


def test_a_version_to_come_voids_nothing_before_its_day(ruled: House) -> None:
    case = approved(ruled)
    assert publish(ruled, OTHER_WORDS) == ()
    ruled.do_jobs()
    assert state_of(ruled, case)[0] is ReviewState.DELIVERED


@pytest.mark.parametrize(
    ("successor", "words_changed", "hint"),
    [(SAME_WORDS, False, True), (OTHER_WORDS, True, False), (RENUMBERED, False, False)],
)
def test_what_cites_a_version_that_ended_goes_back_and_is_told_whether_the_words_changed(
    ruled: House, successor: LoadedVersion, words_changed: bool, hint: bool
) -> None:
    case = drafted(ruled)
    publish(ruled, successor)
    (resting,) = ruled.application.trace_impact.of_version("DEMO", "two", by=KEEPER).cases
    assert (resting.case_id, resting.words_changed) == (case.id, words_changed)
    ruled.time.moment = MIDNIGHT
    assert ruled.application.void_outdated({"DEMO"}) == (case.id,)
    reason = ruled.application.browse_cases.view(case.id, by=CHEN).case.decisions[-1].reason
    assert "不在有效期内" in reason
    assert ("文字没有变化" in reason) is hint


def test_a_version_published_after_its_first_day_takes_back_at_once(ruled: House) -> None:
    case = approved(ruled)
    late = a_rule("演示机构应当勤勉尽责", OPENING.replace("36万元", "48万元"), version="late", begins="2026-11-01")
    assert publish(ruled, late) == (case.id,)
    assert state_of(ruled, case) == (ReviewState.RETURNED, [DispatchState.REFUSED])
    before = ruled.application.show_provision("DEMO:2", as_of=date(2026, 10, 31), by=CHEN)
    assert before.ref.version == "one"
    assert before.period.effective_to == date(2026, 11, 1)


def test_a_withdrawal_takes_back_at_once_what_rests_on_it(ruled: House) -> None:
    case = approved(ruled)
    report = ruled.application.withdraw_version("DEMO", "one", reason="误发", by=KEEPER)
    assert report.voided_cases == (case.id,)
    assert state_of(ruled, case) == (ReviewState.RETURNED, [DispatchState.REFUSED])
    assert "已被撤回" in ruled.application.browse_cases.view(case.id, by=CHEN).case.decisions[-1].reason


class SilentIndexer:
    """Cannot follow."""

    def catch_up(self) -> int:
        raise Unavailable("磁盘已满。")


def test_what_must_not_leave_waits_for_no_index(ruled: House) -> None:
    case = approved(ruled)
    withdraw = replace(ruled.application.withdraw_version, indexer=SilentIndexer())  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="已撤回 DEMO@one，但检索索引没有跟上"):
        withdraw("DEMO", "one", reason="误发", by=KEEPER)
    assert state_of(ruled, case) == (ReviewState.RETURNED, [DispatchState.REFUSED])


def test_the_impact_is_known_before_anything_is_published(ruled: House) -> None:
    case = approved(ruled)
    impact = ruled.application.trace_impact.of_loaded(OTHER_WORDS, by=KEEPER)
    assert (impact.document_id, impact.day) == ("DEMO", TOMORROW)
    assert [(each.change, each.before and each.before.ref.locator) for each in impact.changes] == [
        (Change.AMENDED, "2"),
        (Change.REPEALED, "3"),
    ]
    (resting,) = impact.cases
    assert (resting.case_id, resting.state, resting.queued, resting.words_changed) == (
        case.id,
        ReviewState.APPROVED,
        1,
        True,
    )
    assert resting.references == ("DEMO:2@one",)
    assert [(str(text.provision.ref), text.cites) for text in impact.texts] == [("SCRIPT-DEMO:1@2017-07-01", "2")]
    assert impact.of_kind(Kind.SCRIPT) == impact.texts
    assert impact.of_kind(Kind.GUIDE) == ()
    assert ruled.application.show_provision("DEMO:2", as_of=TOMORROW, by=CHEN).ref.version == "one"


def test_texts_that_cite_an_article_whose_words_stay_are_not_listed(ruled: House) -> None:
    assert ruled.application.trace_impact.of_loaded(SAME_WORDS, by=KEEPER).texts == ()
    shifted = ruled.application.trace_impact.of_loaded(RENUMBERED, by=KEEPER)
    assert [text.cites for text in shifted.texts] == ["2"]
    with pytest.raises(Conflict):
        ruled.application.trace_impact.of_loaded(replace_label(FIRST, "again"), by=KEEPER)
    assert ruled.application.trace_impact.of_loaded(load_bytes(a_file(id="FRESH").encode()), by=KEEPER).cases == ()


def test_the_impact_of_a_correction_a_repeal_and_a_withdrawal_is_known_before(ruled: House) -> None:
    case = drafted(ruled)
    trace = ruled.application.trace_impact
    right = a_rule("演示机构应当勤勉尽责", OPENING.replace("36", "39"), version="one.2")
    correction = trace.of_loaded(right, correcting=True, by=KEEPER)
    assert (correction.day, [each.case_id for each in correction.cases]) == (date(2026, 11, 22), [case.id])
    assert [each.change for each in correction.changes] == [Change.AMENDED, Change.REPEALED]
    with pytest.raises(Conflict, match="更正"):
        trace.of_loaded(right, by=KEEPER)
    with pytest.raises(NotFound, match="可以更正"):
        trace.of_loaded(OTHER_WORDS, correcting=True, by=KEEPER)
    ending = trace.of_ending("DEMO", "one", on=TOMORROW, by=KEEPER)
    assert (ending.day, len(ending.changes), [each.case_id for each in ending.cases]) == (TOMORROW, 3, [case.id])
    assert [text.provision.ref.document_id for text in ending.texts] == ["SCRIPT-DEMO"]
    with pytest.raises(NotPermitted):
        trace.of_ending("DEMO", "one", by=CHEN)


def replace_label(loaded: LoadedVersion, label: str) -> LoadedVersion:
    return replace(loaded, version=replace(loaded.version, label=label))


def test_the_impact_of_one_article_names_what_becomes_of_it(ruled: House) -> None:
    case = drafted(ruled)
    trace = ruled.application.trace_impact
    alone = trace.of_article("DEMO:2", by=KEEPER)
    assert (alone.changes, [each.case_id for each in alone.cases]) == ((), [case.id])
    assert [text.provision.ref.document_id for text in alone.texts] == ["SCRIPT-DEMO"]
    publish(ruled, OTHER_WORDS)
    changed = trace.of_article("演示板办法第二条", by=SHEN)
    assert [each.change for each in changed.changes] == [Change.AMENDED]
    assert (changed.day, changed.cases[0].words_changed) == (TOMORROW, True)
    assert trace.of_article("DEMO:1", by=KEEPER).texts == ()


def test_a_repeal_and_a_withdrawal_concern_every_article(ruled: House) -> None:
    repeal_tomorrow(ruled)
    trace = ruled.application.trace_impact
    impact = trace.of_version("DEMO", "one", by=KEEPER)
    assert impact.day == TOMORROW
    assert {each.change for each in impact.changes} == {Change.REPEALED}
    assert len(impact.changes) == 3
    ruled.application.withdraw_version("DEMO", "one", reason="误发", by=KEEPER)
    assert len(trace.of_version("DEMO", "one", by=KEEPER).changes) == 3


def test_the_shipped_cases_guides_and_scripts_rest_on_the_shipped_rules(house: House) -> None:
    impact = house.application.trace_impact.of_article("SUIT:22", by=KEEPER)
    assert impact.of_kind(Kind.CASE)
    assert impact.of_kind(Kind.GUIDE)
    assert impact.of_kind(Kind.SCRIPT)
    shown = house.application.show_provision.shown("SUIT:22", by=KEEPER)
    citing = {each.ref for each in shown.cited_by}
    assert {text.provision.ref for text in impact.texts} <= citing
    case = impact.of_kind(Kind.CASE)[0].provision
    back = house.application.show_provision.shown(str(case.ref), by=KEEPER)
    assert "SUIT:22" in {each.ref.short for each in back.cites}
    of_customer = house.application.show_provision.shown("SUIT:22", by=house.customer)
    assert {each.audience for each in of_customer.cited_by} <= house.customer.reads.may_read


@pytest.mark.parametrize("by", [CHEN, OPS])
def test_only_keepers_and_reviewers_see_what_rests_on_what(ruled: House, by: Actor) -> None:
    trace = ruled.application.trace_impact
    with pytest.raises(NotPermitted):
        trace.of_article("DEMO:2", by=by)
    with pytest.raises(NotPermitted):
        trace.of_version("DEMO", "one", by=by)
    with pytest.raises(NotPermitted):
        trace.of_loaded(OTHER_WORDS, by=by)


class CountingExamine:
    """The real examination, counted."""

    def __init__(self, real: ExamineDraft) -> None:
        self._real = real
        self.count = 0

    def __call__(self, draft: Draft, text: str, *, maker: Actor | None) -> tuple[Finding, ...]:
        self.count += 1
        return self._real(draft, text, maker=maker)


def test_only_what_cites_a_changed_document_is_examined_again(ruled: House) -> None:
    drafted(ruled)
    real = ruled.application.void_outdated
    counting = CountingExamine(real.examine)
    void = VoidOutdated(real.storage, counting, real.clock)  # type: ignore[arg-type]
    assert void({"SUIT", "SECLAW"}) == void(set()) == ()
    assert counting.count == 0
    assert void({"DEMO"}) == ()
    assert counting.count == 1
    assert void({f"OTHER-{number}" for number in range(60)} | {"DEMO"}) == ()
    assert counting.count == 2
    assert void() == ()
    assert counting.count == 3


def test_a_reference_shows_its_state(ruled: House) -> None:
    publish(ruled, OTHER_WORDS)
    shown = ruled.application.show_provision.shown
    assert [shown(each, by=CHEN).state.label for each in ("DEMO:2", "DEMO:2@two")] == ["现行有效", "待生效"]
    ruled.time.moment = MIDNIGHT
    assert shown("DEMO:2@one", by=CHEN).state.label == "已被替代"
    ruled.application.withdraw_version("DEMO", "one", reason="误发", by=KEEPER)
    assert shown("DEMO:2@one", by=CHEN).state.label == "已撤回"
    assert shown("演示板办法第2条", by=CHEN).provision.ref == ProvisionRef("DEMO", "2", "two")
