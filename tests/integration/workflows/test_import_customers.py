"""A folder of customer records becomes records: the same however often, after whatever interruption."""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assistant.audit.model import AuditEvent
from assistant.bootstrap import open_application
from assistant.errors import Conflict, Invalid, NotPermitted
from assistant.identity.model import SYSTEM
from assistant.settings import StorageSettings
from assistant.workflows.import_customers import ImportReport
from assistant.workflows.load_demo import DEMO_STAFF
from knowledge.customers.importing.model import FileProgress, ImportRun, RunState
from knowledge.customers.importing.record_types import RECORD_TYPES
from knowledge.customers.importing.sources import CHUNK
from knowledge.customers.model import CustomerRecord, Scope
from tests.support.customer_files import a_row, read_errors, write_rows
from tests.support.house import CHEN, KEEPER, OPS, SHEN, House, settings_for

_ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 22)
ADMIN = DEMO_STAFF["admin"]
NEW = "X000001"
_TABLES = ("customers", "customer_trades", "customer_touchpoints", "customer_holdings", "customer_accounts", "prices")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "folder"


def run(house: House, folder: Path, *, dry_run: bool = False) -> ImportReport:
    return house.application.import_customers(folder, dry_run=dry_run, by=ADMIN)


def write_everything(folder: Path) -> None:
    """One sound row a record type, of one new customer."""
    for record_type in RECORD_TYPES:
        changes = {"customer_id": NEW} if any(each.name == "customer_id" for each in record_type.columns) else {}
        write_rows(folder, record_type.name, [a_row(record_type.name, **changes)])


def record(house: House, customer_id: str = NEW) -> CustomerRecord:
    with house.application.import_customers.storage.reading() as work:
        return work.customers.get(customer_id, scope=Scope.everyone(), as_of=TODAY)


def contents(house: House) -> Mapping[str, list[Any]]:
    """All rows of the tables that an import writes, without numbers that the database gives."""
    found = {}
    with house.application.import_customers.storage.database.read() as connection:
        for table in _TABLES:
            rows = connection.execute(text(f"SELECT * FROM {table}")).mappings()
            found[table] = sorted(
                str({name: row[name] for name in row if name != "id" or table == "customers"}) for row in rows
            )
    return found


def progress_of(report: ImportReport, record_type: str) -> FileProgress:
    return next(each for each in report.run.files if each.record_type == record_type)


def test_every_record_type_arrives_whole(house: House, folder: Path) -> None:
    write_everything(folder)
    report = run(house, folder)
    assert {each.record_type: (each.accepted, each.rejected) for each in report.run.files} == {
        each.name: (1, 0) for each in RECORD_TYPES
    }
    assert report.run.state is RunState.DONE
    known = record(house)
    assert known.customer.advisor_id == CHEN.id
    assert known.customer.permissions == {"star_market"}
    assert known.customer.assessment is not None
    assert known.customer.assessment.varieties == {"cash", "fixed_income"}
    assert [trade.amount for trade in known.trades] == [9800.0]
    assert [touch.hour for touch in known.touchpoints] == [20]
    assert known.complaints[0].closed_on == date(2026, 10, 20)
    assert known.margin is not None
    assert (len(known.accounts), len(known.cash_flows), len(known.subscriptions), len(known.consents)) == (1, 1, 1, 1)


def test_what_is_derived_follows_the_records(house: House, folder: Path) -> None:
    write_everything(folder)
    write_rows(
        folder,
        "accounts",
        [
            a_row("accounts", customer_id=NEW, as_of="2026-09-30", cash="99", total_assets="99"),
            a_row("accounts", customer_id=NEW, cash="100.5"),
            a_row("accounts", customer_id=NEW, account_id="A2", kind="margin", cash="50", as_of="2026-10-29"),
        ],
    )
    write_rows(folder, "touchpoints", [a_row("touchpoints", customer_id=NEW, channel="phone", day="2026-11-20")])
    run(house, folder)
    known = record(house)
    assert (known.cash, known.cash_as_of, known.average_assets_20d) == (150.5, date(2026, 10, 30), 170_000.0)
    assert known.first_traded_on == date(2018, 4, 2), "what the customer file says is earlier than any trade"
    with house.application.import_customers.storage.reading() as work:
        (row,) = work.customers.find(scope=Scope.everyone(), as_of=TODAY, text=NEW).items
    assert row.total_assets == 150.5 + 10_200
    assert row.last_contact_on == date(2026, 11, 20)
    assert "两融客户" in row.tags


def test_the_latest_consent_decides(house: House, folder: Path) -> None:
    write_everything(folder)
    days = (("2026-05-06", "true"), ("2026-08-01", "false"))
    write_rows(folder, "consents", [a_row("consents", customer_id=NEW, day=day, granted=said) for day, said in days])
    run(house, folder)
    known = record(house)
    assert known.customer.profiling_consent is False
    assert known.customer.tags == ("不接受个性化推荐",)


def test_a_later_list_of_positions_takes_the_place_of_the_earlier(house: House, folder: Path) -> None:
    write_everything(folder)
    write_rows(
        folder,
        "holdings",
        [a_row("holdings", customer_id=NEW, product_code=code) for code in ("YC1001", "YC1002", "YC1003")],
    )
    run(house, folder)
    write_rows(
        folder,
        "holdings",
        [
            a_row("holdings", customer_id=NEW, product_code="YC1002", as_of="2026-11-20", quantity="5"),
            a_row("holdings", customer_id=NEW, product_code="YC1003", as_of="2026-11-20", quantity="0"),
            a_row("holdings", customer_id=NEW, product_code="YC1002", as_of="2026-11-19", quantity="9"),
        ],
    )
    run(house, folder)
    assert [(each.product_code, each.quantity) for each in record(house).holdings] == [("YC1002", 5.0)]


def test_a_permission_can_be_taken_back(house: House, folder: Path) -> None:
    write_everything(folder)
    run(house, folder)
    write_rows(folder, "permissions", [a_row("permissions", customer_id=NEW, held="否")])
    run(house, folder)
    assert record(house).customer.permissions == frozenset()


def test_the_same_folder_again_changes_nothing(house: House, folder: Path) -> None:
    write_everything(folder)
    run(house, folder)
    before = contents(house)
    again = run(house, folder)
    assert not again.resumed
    assert again.run.accepted == 14
    assert contents(house) == before


def test_bad_rows_are_told_one_by_one_and_stop_nothing(house: House, folder: Path) -> None:
    write_everything(folder)
    rows = [
        a_row("trades", customer_id=NEW),
        a_row("trades", customer_id=NEW, trade_id="T2", traded_on="2026-02-30"),
        a_row("trades", customer_id="=HYPERLINK(1)", trade_id="T3"),
        a_row("trades", customer_id="K999999", trade_id="T4"),
    ]
    write_rows(folder, "trades", rows)
    (folder / "prices.csv").write_bytes(b"")
    report = run(house, folder)
    assert (progress_of(report, "trades").accepted, progress_of(report, "trades").rejected) == (1, 3)
    assert progress_of(report, "prices").failed == "文件是空的，连表头也没有。"
    told = [(each["文件"], each["行号"], each["列"], each["值"]) for each in read_errors(report.errors)]
    assert told == [
        ("prices.csv", "", "", ""),
        ("trades.csv", "3", "成交日期", "2026-02-30"),
        ("trades.csv", "4", "客户编号", "'=HYPERLINK(1)"),
        ("trades.csv", "5", "客户编号", "K999999"),
    ]
    assert [trade.traded_on for trade in record(house).trades] == [date(2026, 10, 28)]


def test_a_dry_run_says_the_same_and_writes_no_record(house: House, folder: Path) -> None:
    write_everything(folder)
    write_rows(
        folder, "touchpoints", [a_row("touchpoints", customer_id=NEW), a_row("touchpoints", customer_id="nobody")]
    )
    before = contents(house)
    tried = run(house, folder, dry_run=True)
    assert contents(house) == before
    assert tried.run.accepted == 14
    done = run(house, folder)
    assert [replace(each, digest="") for each in tried.run.files] == [
        replace(each, digest="") for each in done.run.files
    ]
    assert tried.errors.read_bytes() == done.errors.read_bytes()


def test_rows_that_waited_for_their_customer_are_taken_the_next_time(house: House, folder: Path) -> None:
    write_rows(folder, "trades", [a_row("trades", customer_id=NEW)])
    assert run(house, folder).run.accepted == 0
    write_rows(folder, "customers", [a_row("customers", customer_id=NEW)])
    assert run(house, folder).run.accepted == 2


def test_an_identifier_of_another_customer_moves_nothing(house: House, folder: Path) -> None:
    write_everything(folder)
    run(house, folder)
    rows = [a_row("customers", customer_id=NEW), a_row("customers", customer_id="X2")]
    write_rows(folder, "customers", rows)
    write_rows(folder, "trades", [a_row("trades", customer_id="X2", amount="1")])
    report = run(house, folder)
    assert progress_of(report, "trades").reasons == (("交易编号：这个编号已属于另一位客户。", 1),)
    assert record(house).trades[0].amount == 9800.0


def test_a_draft_that_rests_on_a_changed_profile_goes_back(house: House, folder: Path) -> None:
    application = house.application
    customer_id = house.customer_id
    request = application.request_plan(customer_id, by=CHEN)
    house.do_jobs()
    case_id = application.follow_plan(request.id, by=CHEN).case_id
    assert case_id is not None
    write_rows(
        folder,
        "assessments",
        [
            a_row(
                "assessments",
                customer_id=customer_id,
                assessed_on="2026-11-20",
                level="C1",
                lowest_class="true",
                varieties="cash",
                goals="preservation",
            )
        ],
    )
    report = run(house, folder)
    assert report.run.voided == 1


@pytest.mark.parametrize("somebody", [CHEN, SHEN, OPS, KEEPER], ids=lambda each: each.role.value)
def test_only_administrators_import(house: House, folder: Path, somebody: Any) -> None:  # noqa: ANN401 - an actor
    write_everything(folder)
    with pytest.raises(NotPermitted):
        house.application.import_customers(folder, by=somebody)


def test_an_import_leaves_a_trace_without_names(house: House, folder: Path) -> None:
    write_everything(folder)
    report = run(house, folder)
    with house.application.import_customers.storage.reading() as work:
        begun, done = work.audit.entries(subject=f"import:{report.run.id}")
    assert [begun.record.event, done.record.event] == [AuditEvent.CUSTOMERS_IMPORT_BEGUN, AuditEvent.CUSTOMERS_IMPORTED]
    assert done.record.detail["files"]["trades"] == {"accepted": 1, "rejected": 0}
    assert "王示例" not in str(done.record.detail)
    assert house.application.verify_audit(by=SYSTEM).intact


def test_a_run_that_was_cut_off_goes_on_and_tells_everything(house: House, folder: Path) -> None:
    """Whoever follows the progress is the one who cuts it off."""
    write_rows(folder, "customers", [a_row("customers", customer_id=NEW)])
    rows = [a_row("trades", customer_id=NEW, trade_id=f"T{n}") for n in range(CHUNK + 10)]
    rows[5]["amount"] = "-1"
    write_rows(folder, "trades", rows)

    def cut_off(progress: FileProgress) -> None:
        if progress.record_type == "trades":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.application.import_customers(folder, by=ADMIN, progress=cut_off)
    report = run(house, folder)
    assert report.resumed
    assert (progress_of(report, "trades").accepted, progress_of(report, "trades").rejected) == (CHUNK + 9, 1)
    assert [each["行号"] for each in read_errors(report.errors)] == ["7"]
    with house.application.import_customers.storage.database.read() as connection:
        assert (
            connection.execute(
                text("SELECT count(*) FROM customer_trades WHERE customer_id = :id"), {"id": NEW}
            ).scalar()
            == CHUNK + 9
        )
    assert not run(house, folder).resumed, "a run that came to its end begins anew"


def test_a_file_that_is_written_to_meanwhile_is_told_and_read_no_further(house: House, folder: Path) -> None:
    """Its last row may be half of one: an amount of 1234 that stops at 12."""
    write_rows(folder, "customers", [a_row("customers", customer_id=NEW)])
    rows = [a_row("trades", customer_id=NEW, trade_id=f"T{n}") for n in range(CHUNK + 10)]
    path = write_rows(folder, "trades", rows)

    def write_on(progress: FileProgress) -> None:
        if progress.record_type == "trades":
            with path.open("a", encoding="utf-8") as opened:
                opened.write("T999999,")

    report = house.application.import_customers(folder, by=ADMIN, progress=write_on)
    trades = progress_of(report, "trades")
    assert trades.failed is not None
    assert "被改动" in trades.failed
    assert (trades.accepted, trades.rejected) == (CHUNK, 0), "what was taken before is told"
    assert [each["问题"] for each in read_errors(report.errors)] == [trades.failed]


def test_a_run_that_was_cut_off_is_called_interrupted_until_it_goes_on(house: House, folder: Path) -> None:
    write_everything(folder)
    house.time.advance(minutes=1)
    imports = house.application.import_customers
    seen: list[RunState] = []

    def cut_off(_progress: FileProgress) -> None:
        with pytest.raises(Conflict, match="另一个进程"):
            run(house, folder)
        imports.due()
        seen.append(newest(house).state)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imports(folder, by=ADMIN, progress=cut_off)
    assert (seen, newest(house).state) == ([RunState.RUNNING], RunState.RUNNING)
    assert imports.due() == ()
    assert newest(house).state is RunState.INTERRUPTED
    assert "yice customers import" in (newest(house).error or "")
    report = run(house, folder)
    assert (report.resumed, newest(house).state, newest(house).error) == (True, RunState.DONE, None)
    imports.due()
    assert newest(house).state is RunState.DONE


def test_an_import_by_command_is_followed_by_new_scores(house: House, folder: Path) -> None:
    write_everything(folder)
    before = house.application.score_customers.due()
    house.time.advance(minutes=1)
    run(house, folder, dry_run=True)
    assert house.application.score_customers.due() == before
    report = run(house, folder)
    (job,) = house.application.score_customers.due()
    assert job.endswith(report.run.id)
    assert house.application.score_customers.due() == (job,), "the same job twice is one job"


def newest(house: House) -> ImportRun:
    return house.application.follow_customer_imports.newest(by=ADMIN)[0]


def test_a_run_goes_on_only_with_the_same_files_and_the_same_customers(house: House, folder: Path) -> None:
    rows = [a_row("trades", customer_id=NEW if n else "X2", trade_id=f"T{n}") for n in range(CHUNK + 1)]
    write_rows(folder, "trades", rows)
    write_rows(folder / "who", "customers", [a_row("customers", customer_id=NEW), a_row("customers", customer_id="X2")])

    def cut_off(_progress: FileProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.application.import_customers(folder, by=ADMIN, progress=cut_off)
    run(house, folder / "who")
    report = run(house, folder)
    assert report.resumed
    assert report.run.accepted == CHUNK + 1
    assert len(record(house, "X2").trades) == 1, "rows that were judged without their customer are judged anew"


def test_killed_in_the_middle_and_run_again_is_the_same_as_once(house: House, folder: Path, tmp_path: Path) -> None:
    write_everything(folder)
    customers = [a_row("customers", customer_id=f"X{n}") for n in range(50)]
    write_rows(folder, "customers", [a_row("customers", customer_id=NEW), *customers])
    write_rows(
        folder, "trades", [a_row("trades", customer_id=f"X{n % 50}", trade_id=f"T{n}") for n in range(4 * CHUNK)]
    )
    data = house.settings.storage.folder
    command = "from tests.integration.workflows.test_import_customers import import_once; import_once()"
    kills = 0
    for patience in (0.2, 0.5, 0.9):
        worker = subprocess.Popen(
            [sys.executable, "-c", command, str(data), str(folder)], cwd=_ROOT, stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "importing\n"
        time.sleep(patience)
        worker.send_signal(signal.SIGKILL)
        kills += worker.wait() == -signal.SIGKILL
        worker.stdout.close()
    report = run(house, folder)
    assert kills
    assert progress_of(report, "trades").accepted == 4 * CHUNK
    with open_application(settings_for(tmp_path / "other"), clock=house.time.clock) as application:
        application.load_demo(customers=24)
        application.import_customers(folder, by=ADMIN)
        assert contents(replace(house, application=application)) == contents(house)


def import_once() -> None:
    """In a process of its own, so that it can be killed."""
    with open_application(settings_for(Path(sys.argv[1]))) as application:
        print("importing", flush=True)  # noqa: T201 - the test waits for this line
        application.import_customers(Path(sys.argv[2]), by=ADMIN)


def test_an_empty_folder_is_told(house: House, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Invalid, match="没有可以导入的文件"):
        run(house, tmp_path / "empty")


def test_postgresql_takes_the_same_files(
    postgresql_database_url: str, folder: Path, tmp_path: Path, house: House
) -> None:
    write_everything(folder)
    storage = StorageSettings(folder=tmp_path / "other", database_url=postgresql_database_url)
    settings = house.settings.model_copy(update={"storage": storage})
    with open_application(settings, clock=house.time.clock) as application:
        application.load_demo(customers=3)
        other = replace(house, application=application)
        assert run(other, folder).run.accepted == 14
        assert run(other, folder).run.accepted == 14
        run(house, folder)
        assert record(other) == record(house)
