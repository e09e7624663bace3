"""The ranker learns from questions that were learned from use, and is kept only where it pays."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assistant.audit.model import AuditEvent
from assistant.bootstrap import open_application
from assistant.errors import Invalid, NotPermitted
from assistant.settings import RetrievalSettings, Settings, StorageSettings
from assistant.workflows.train_ranker import FEWEST
from knowledge.documents.keeping.questions import Origin, QuestionState, TypicalQuestion, article_digest
from retrieval.fusion import Fusion
from retrieval.ranking import LearnedRanker
from tests.support.house import CHEN, KEEPER, House, MovableClock
from tests.support.library import a_file, write_library

AT = datetime(2026, 11, 1, tzinfo=UTC)
TODAY = date(2026, 11, 22)
SUBJECTS = ["海运", "陆运", "空运", "仓储", "报关", "保险", "装卸", "理货", "引航", "拖轮", "船检", "燃油"]
ACTS = ["备案", "收费", "期限", "赔偿", "检查", "登记", "公示", "变更", "注销", "延期"]


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[House]:
    """A small library, with a fusion that weighs nothing and so cannot tell one provision from another."""
    time = MovableClock(datetime(2026, 11, 22, 4, tzinfo=UTC))
    settings = Settings(
        storage=StorageSettings(folder=tmp_path / "data"),
        retrieval=RetrievalSettings(
            embedding="none", reranker="none", keyword_weight=0, vector_weight=0, contained_weight=0
        ),
    )
    files = [
        a_file(
            "\n".join(f"## 第{number}条 {act}\n\n{subject}的{act}由港口办理。\n" for number, act in enumerate(ACTS, 1)),
            id=f"PORT{place}",
            short_title=f"{subject}办法",
        )
        for place, subject in enumerate(SUBJECTS)
    ]
    with open_application(settings, clock=time.clock) as application:
        application.publish_library(write_library(tmp_path / "library", *files), by=KEEPER)
        yield House(application, time, settings)


def learn_from_use(house: House, count: int) -> None:
    """People ask about as many provisions, each in words of its own."""
    with house.application.train_ranker.storage.unit_of_work() as work:
        pairs = [(place, number) for place in range(len(SUBJECTS)) for number in range(len(ACTS))]
        for place, number in pairs[:count]:
            provision = work.documents.provision_on(f"PORT{place}", str(number + 1), TODAY)
            work.questions.save(
                TypicalQuestion(
                    document_id=provision.ref.document_id,
                    locator=provision.ref.locator,
                    text=f"{SUBJECTS[place]}的{ACTS[number]}找谁？",
                    article_digest=article_digest(provision),
                    origin=Origin.LEARNED,
                    state=QuestionState.CONFIRMED,
                    added_by="test",
                    added_at=AT,
                ),
                at=AT,
            )
        for place in range(len(SUBJECTS)):
            work.documents.announce(f"PORT{place}", digest="learned", at=AT)


def test_too_few_questions_teach_nothing(harbour: House) -> None:
    train = harbour.application.train_ranker
    learn_from_use(harbour, 20)
    with pytest.raises(Invalid, match=f"有 20 个，少于训练排序所需的 {FEWEST} 个"):
        train(by=KEEPER)
    with pytest.raises(NotPermitted):
        train(by=CHEN)
    assert not train.file.exists()


def test_what_pays_is_kept_with_a_trace_and_used_from_the_next_start_on(harbour: House) -> None:
    train = harbour.application.train_ranker
    learn_from_use(harbour, FEWEST + 10)
    trial = train(by=KEEPER)
    assert trial.questions >= FEWEST
    assert trial.learned > 0.9 > trial.today
    assert LearnedRanker.read(train.file, Fusion()) is not None
    with train.storage.reading() as work:
        assert work.audit.counts()[AuditEvent.RANKER_TRAINED] == 1
    learned = harbour.settings.model_copy(
        update={"retrieval": harbour.settings.retrieval.model_copy(update={"reranker": "learned"})}
    )
    with open_application(learned, clock=harbour.time.clock) as application:
        assert application.train_ranker.searcher.ranker.name.startswith("learned:")
        again = application.train_ranker(by=KEEPER)
    assert not again.pays, "it is no better than itself"
