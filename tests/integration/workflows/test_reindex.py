"""Indexing again: who may, with another embedding, and what health says meanwhile."""

from pathlib import Path

import pytest

from assistant.bootstrap import Application, open_application
from assistant.errors import NotPermitted
from assistant.identity.model import SYSTEM
from assistant.settings import EmbeddingSettings, RetrievalSettings, Settings, StorageSettings
from retrieval.generation import Step
from tests.support.house import CHEN
from tests.support.library import a_file, write_library
from tests.support.model_server import Embeds, Fails, ModelServer, model_server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A published library, indexed with the shipped embedding."""
    chosen = Settings(storage=StorageSettings(folder=tmp_path / "data"))
    with open_application(chosen) as application:
        application.publish_library(write_library(tmp_path / "library", a_file()), by=SYSTEM)
        assert application.health().reindexed_share is None
        assert "static-" in version(application)
    return chosen


def version(application: Application) -> str:
    return application.search_library("风险等级高于承受能力的产品", by=CHEN).version


def at(server: ModelServer, settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "retrieval": RetrievalSettings(embedding="openai:bge-m3"),
            "embedding": EmbeddingSettings(base_url=server.base_url, retries=0),
        }
    )


def test_a_keeper_indexes_again_and_is_told_how_far_it_is(settings: Settings) -> None:
    steps: list[Step] = []
    with open_application(settings) as application:
        before = application.search_library("风险等级", by=CHEN)
        with pytest.raises(NotPermitted):
            application.reindex_library(by=CHEN)
        assert application.reindex_library(by=SYSTEM, tell=steps.append) == 1
        assert [(step.sequence, step.last) for step in steps] == [(1, 1)]
        assert application.search_library("风险等级", by=CHEN).hits == before.hits


def test_another_embedding_is_one_setting_away_and_so_is_the_way_back(settings: Settings) -> None:
    with model_server(Embeds()) as server:
        with open_application(at(server, settings)) as application:
            assert "embedding=openai-bge-m3" in version(application)
            assert application.health().embedding_trouble is None
        with open_application(settings) as application:
            assert "embedding=static-" in version(application)


def test_an_embedding_that_falls_silent_is_told_and_the_keywords_answer(settings: Settings) -> None:
    with model_server(Embeds(), Embeds(), Fails(500)) as server, open_application(at(server, settings)) as application:
        assert "(silent)" not in version(application)
        found = application.search_library("不得主动推介风险等级高于承受能力的产品", by=CHEN)
        assert str(found.hits[0].provision.ref).startswith("SUIT:22@")
        assert "(silent)" in found.version
        health = application.health()
        assert health.ready
        assert health.embedding_trouble == "向量服务返回错误（500）。"
