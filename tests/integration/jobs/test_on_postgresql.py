"""The same house on PostgreSQL: records and jobs in one database server."""

import time
from pathlib import Path

from assistant.bootstrap import open_application
from assistant.review.model import ReviewAction, ReviewState
from assistant.settings import Settings, StorageSettings
from tests.support.house import CHEN, OPS, SHEN

_LONGEST = 60.0


def test_a_question_becomes_an_approved_reply_on_postgresql(postgresql_database_url: str, tmp_path: Path) -> None:
    settings = Settings(storage=StorageSettings(folder=tmp_path, database_url=postgresql_database_url))
    with open_application(settings, jobs=True) as application:
        application.load_demo(customers=9)
        customer = application.log_in("customer", "yice-demo").actor
        application.ask_advisor("科创板开通需要什么条件？", by=customer)
        deadline = time.monotonic() + _LONGEST
        while not (page := application.browse_cases.page(CHEN, states=[ReviewState.DRAFT])).total:
            assert time.monotonic() < deadline, "the reply was not drafted"
            time.sleep(0.1)
        case = page.cases[0]
        digest = case.revision.digest
        application.decide_review(case.id, ReviewAction.SUBMIT, digest=digest, by=CHEN)
        application.decide_review(case.id, ReviewAction.APPROVE, digest=digest, by=SHEN)
        while not (messages := application.browse_inbox.messages(customer)):
            assert time.monotonic() < deadline, "the reply was not delivered"
            time.sleep(0.1)
        assert [message.text for message in messages] == [case.revision.text]
        assert application.verify_audit(by=OPS).intact
