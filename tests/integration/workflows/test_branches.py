"""No reader gets a provision outside audience and branch, by any road."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.agent.ports import Agent, Finished, Step
from assistant.agent.toolbox import Privacy, Toolbox
from assistant.checks.readership import readership_findings
from assistant.drafting.model import Brief, Draft, DraftKind, Section, Statement, StatementKind, WriterTrace, Writing
from assistant.drafting.model import Citation as Cited
from assistant.errors import Invalid, NotFound, YiceError
from assistant.identity.model import Account, Actor, Role
from assistant.workflows.answer_question import Answered
from assistant.workflows.compose_answer import Asked, Composed
from assistant.workflows.load_demo import DEMO_SHANGHAI, DEMO_SHENZHEN, DEMO_STAFF
from knowledge.documents.model import Audience, Provision
from tests.support.house import CHEN, KEEPER, SHEN, START, House
from tests.support.library import a_file, a_provision, write_library

TODAY = date(2026, 11, 22)
BRANCHES = {"ALL": "", "SH": DEMO_SHANGHAI, "SZ": DEMO_SHENZHEN, "BOTH": f"{DEMO_SHANGHAI}, {DEMO_SHENZHEN}"}
LIN = DEMO_STAFF["lin"]
NOWHERE = replace(CHEN, id="advisor-nowhere", branch=None)
QUESTION = "柜台暗号办法规定的柜台暗号是什么？"


def document_id(branch: str, audience: Audience) -> str:
    return f"SIGN-{branch}-{audience.value.upper()}"


DOCUMENTS = {
    document_id(branch, audience): (branch, audience) for branch, audience in itertools.product(BRANCHES, Audience)
}


def files() -> Iterator[str]:
    for name, (branch, audience) in DOCUMENTS.items():
        yield a_file(
            f"## 第一条 柜台暗号\n\n柜台暗号办法规定的柜台暗号是{name}号。\n\n> 问：柜台暗号是什么？\n",
            id=name,
            title=f"柜台暗号办法{name}",
            short_title=f"暗号办法{name}",
            audience=audience.value,
            branches=f"[{BRANCHES[branch]}]",
        )
    bases = "；".join(f"暗号办法第一条，{name}:1" for name in DOCUMENTS)
    yield a_file(
        f"## 第一条 柜台暗号\n\n柜台暗号按各办法办理（依据：{bases}）。\n\n> 问：柜台暗号按什么办理？\n",
        id="SIGN-INDEX",
        kind="guide",
        title="柜台暗号指南",
        short_title="暗号指南",
    )


@pytest.fixture
def signed(house: House, tmp_path: Path) -> House:
    house.application.publish_library(write_library(tmp_path / "signs", *files()), by=KEEPER)
    return house


def customer(house: House, branch: str | None) -> Actor:
    return replace(house.customer, branch=branch)


def actors(house: House) -> dict[str, tuple[Actor, set[str]]]:
    """Each with the documents that are open to it."""

    def open_to(audience: Audience, *branches: str) -> set[str]:
        return {name for name, (branch, own) in DOCUMENTS.items() if own in audience.may_read and branch in branches}

    everywhere = tuple(BRANCHES)
    return {
        "客户，上海": (customer(house, DEMO_SHANGHAI), open_to(Audience.CUSTOMER, "ALL", "SH", "BOTH")),
        "客户，深圳": (customer(house, DEMO_SHENZHEN), open_to(Audience.CUSTOMER, "ALL", "SZ", "BOTH")),
        "客户，无": (customer(house, None), open_to(Audience.CUSTOMER, "ALL")),
        "顾问，上海": (CHEN, open_to(Audience.ADVISOR, "ALL", "SH", "BOTH")),
        "顾问，深圳": (LIN, open_to(Audience.ADVISOR, "ALL", "SZ", "BOTH")),
        "顾问，无": (NOWHERE, open_to(Audience.ADVISOR, "ALL")),
        "合规": (replace(SHEN, branch=DEMO_SHANGHAI), open_to(Audience.INTERNAL, *everywhere)),
        "知识管理员": (KEEPER, open_to(Audience.INTERNAL, *everywhere)),
    }


def signs(provisions: Iterator[Provision]) -> set[str]:
    return {each.ref.document_id for each in provisions} & DOCUMENTS.keys()


def test_search_finds_all_that_is_open_and_nothing_else(signed: House) -> None:
    for who, (actor, expected) in actors(signed).items():
        result = signed.application.search_library(QUESTION, as_of=TODAY, by=actor, limit=50)
        assert signs(hit.provision for hit in result.hits) == expected, who


def test_a_document_that_is_named_is_found_by_its_readers_only(signed: House) -> None:
    for who, (actor, expected) in actors(signed).items():
        for name in DOCUMENTS:
            for text in (f"{name}:1", f"《柜台暗号办法{name}》第一条", f"暗号办法{name}"):
                result = signed.application.search_library(text, as_of=TODAY, by=actor, limit=50)
                found = signs(hit.provision for hit in result.hits)
                assert found <= expected, (who, text)
                assert (name in found) is (name in expected), (who, text)


def opened(house: House, reference: str, actor: Actor) -> set[str]:
    """The document that a reference opens, if it opens at all."""
    try:
        return {house.application.show_provision(reference, by=actor).ref.document_id} & DOCUMENTS.keys()
    except (NotFound, Invalid):
        return set()


def test_a_reference_opens_for_its_readers_only(signed: House) -> None:
    for who, (actor, expected) in actors(signed).items():
        for name in DOCUMENTS:
            for reference in (f"{name}:1", f"{name}:1@2017-07-01", f"《柜台暗号办法{name}》第一条"):
                assert opened(signed, reference, actor) <= expected, (who, reference)
                assert (opened(signed, reference, actor) == {name}) is (name in expected), (who, reference)


def test_the_shelves_show_what_is_open(signed: House) -> None:
    browse = signed.application.browse_library
    for who, (actor, expected) in actors(signed).items():
        listed = {version.document_id for version in browse.documents(actor)}
        assert listed & DOCUMENTS.keys() == expected, who
        for name in DOCUMENTS.keys() - expected:
            with pytest.raises(NotFound):
                browse.versions(name, by=actor)
            with pytest.raises(NotFound):
                browse.provisions(name, "2017-07-01", by=actor)


def test_an_answer_rests_on_what_is_open_to_the_asker(signed: House) -> None:
    for who, (actor, expected) in actors(signed).items():
        if actor.role is Role.CUSTOMER:
            continue
        for text in (QUESTION, "柜台暗号按什么办理？", *(f"{name}:1 说了什么" for name in DOCUMENTS)):
            events = signed.application.answer_question(text, by=actor)
            turn = next(event.turn for event in events if isinstance(event, Answered))
            cited = {evidence.ref.partition(":")[0] for evidence in turn.answer.evidence}
            said = "\n".join(statement.text for statement in turn.answer.statements)
            assert cited & DOCUMENTS.keys() <= expected, (who, text)
            assert not any(f"{name}号" in said for name in DOCUMENTS.keys() - expected), (who, text)


class Rummaging:
    """An agent that searches for everything, and cites nothing."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def run(self, brief: Brief, toolbox: Toolbox, *, privacy: Privacy) -> Iterator[Step | Finished]:
        for text in (privacy.mask(brief.purpose), QUESTION, *(f"{name}:1" for name in DOCUMENTS)):
            self.seen |= {evidence.ref.partition(":")[0] for evidence in toolbox.search(text, brief.as_of)}
        self.seen |= {evidence.ref.partition(":")[0] for evidence in brief.evidence}
        trace = WriterTrace(writer="model")
        yield Finished(Writing(statements=(), trace=trace, abstained="没有回答。"), (), ())


def test_the_agent_and_its_tools_see_what_is_open_to_the_asker(signed: House) -> None:
    for who, (actor, expected) in actors(signed).items():
        agent = Rummaging()
        compose = replace(signed.application.answer_question.compose, agent=_as_agent(agent))
        asked = Asked(text=QUESTION, asker="advisor", reader=actor.reads, branch=actor.reads_in, maker=actor)
        assert any(isinstance(event, Composed) for event in compose(asked))
        assert agent.seen & DOCUMENTS.keys() == expected, who


def _as_agent(agent: Agent) -> Agent:
    return agent


@pytest.mark.parametrize(
    ("account", "advisor", "opened"),
    [
        (None, DEMO_SHANGHAI, {"ALL", "SH", "BOTH"}),
        (None, DEMO_SHENZHEN, {"ALL", "SZ", "BOTH"}),
        (None, None, {"ALL"}),
        (DEMO_SHENZHEN, DEMO_SHANGHAI, {"ALL", "SZ", "BOTH"}),
    ],
)
def test_a_reply_rests_on_what_the_customer_may_read(
    signed: House, account: str | None, advisor: str | None, opened: set[str]
) -> None:
    place(signed, account, advisor)
    inquiry = signed.application.ask_advisor(QUESTION, by=signed.customer)
    signed.do_jobs()
    storage = signed.application.draft_reply.storage
    with storage.reading() as work:
        (case,) = [
            work.cases.get(each.id, by=SHEN) for each in work.cases.find(by=SHEN)[0] if each.inquiry_id == inquiry.id
        ]
    cited = {evidence.ref.partition(":")[0] for evidence in case.revision.draft.evidence} & DOCUMENTS.keys()
    assert cited
    assert cited <= {document_id(branch, Audience.CUSTOMER) for branch in opened}


def test_a_customer_belongs_to_the_branch_of_the_advisor(signed: House) -> None:
    place(signed, None, DEMO_SHENZHEN)
    identify = signed.application.identify
    token = signed.application.log_in("customer", "yice-demo").token
    assert identify(token).branch == DEMO_SHENZHEN
    place(signed, DEMO_SHANGHAI, DEMO_SHENZHEN)
    assert identify(token).branch == DEMO_SHANGHAI


def place(house: House, account: str | None, advisor: str | None) -> None:
    """Put the customer's account and the advisor into branches."""
    with house.application.draft_reply.storage.unit_of_work() as work:
        for username, branch in (("customer", account), ("chen", advisor)):
            known = work.accounts.by_username(username)
            assert known is not None
            work.accounts.save(
                Account(actor=replace(known.actor, branch=branch), username=username, password_hash=known.password_hash)
            )


def a_draft(kind: DraftKind, source: str) -> Draft:
    statement = Statement(
        id="s1", kind=StatementKind.RULE, text="规定如此。", citations=(Cited(source=source, quote="规定如此"),)
    )
    return Draft(
        kind=kind,
        customer_id="c1",
        question=None,
        as_of=TODAY,
        sections=(Section(key="a", title="甲", statements=(statement,)),),
        evidence=(),
        facts=(),
        trace=WriterTrace(writer="extractive"),
        retrieval="none",
        created_at=START,
    )


@pytest.mark.parametrize(
    ("branches", "audience", "branch", "stopped"),
    [
        ((), Audience.CUSTOMER, "", False),
        (("上海",), Audience.CUSTOMER, "上海", False),
        (("上海",), Audience.CUSTOMER, "深圳", True),
        (("上海",), Audience.CUSTOMER, "", True),
        ((), Audience.ADVISOR, "上海", True),
    ],
)
def test_a_text_for_a_customer_that_cites_what_is_closed_is_stopped(
    branches: tuple[str, ...], audience: Audience, branch: str, stopped: bool
) -> None:
    provision = a_provision(branches=branches, audience=audience)
    source = str(provision.ref)
    for kind, checked in ((DraftKind.REPLY, True), (DraftKind.PLAN, True), (DraftKind.ANSWER, False)):
        found = list(readership_findings(a_draft(kind, source), provision_of=lambda _: provision, branch=branch))
        assert bool(found) is (stopped and checked)


def test_an_account_may_be_placed_in_a_branch(house: House) -> None:
    add = house.application.add_account
    actor = add(
        "huang", "long-password", role=Role.ADVISOR, name="黄", by=DEMO_STAFF["admin"], branch=" 上海示范营业部 "
    )
    assert actor.branch == DEMO_SHANGHAI
    assert add("qian", "long-password", role=Role.ADVISOR, name="钱", by=DEMO_STAFF["admin"], branch=" ").branch is None
    with pytest.raises(YiceError):
        add("sun", "long-password", role=Role.ADVISOR, name="孙", by=CHEN, branch=DEMO_SHANGHAI)


def test_no_slip_is_read_as_the_name_of_a_document_that_the_reader_may_not_see(house: House, tmp_path: Path) -> None:
    secret = {"title": "白鲸裁员方案", "short_title": "白鲸裁员", "id": "SECRET"}
    body = "## 第一条 范围\n\n本方案只在内部使用。\n"
    house.application.publish_library(write_library(tmp_path, a_file(body, audience="internal", **secret)), by=KEEPER)

    def notes(by: Actor) -> str:
        return "".join(house.application.search_library("白鲸载员方案", by=by).notes)

    assert "白鲸裁员" in notes(KEEPER)
    for reader in (CHEN, house.customer):
        assert notes(reader) == ""
