"""An OpenAI-compatible embedding server, over real HTTP, when it works and when it does not."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from knowledge.errors import Invalid
from retrieval.embedding import open_embedder, reopen_embedder
from retrieval.endpoint_embedding import EndpointEmbedder
from retrieval.vectors import EmbeddingUnavailable, Endpoint
from tests.support.model_server import Embeds, Fails, Garbage, HangsUp, ModelServer, Reply, Slow, model_server

TEXTS = ["科创板开通条件", "卖股票交什么税", "测评多久过期"]


@contextmanager
def embedder_of(
    server: ModelServer, *, timeout_seconds: float = 5.0, dimensions: int | None = None
) -> Generator[EndpointEmbedder, None, None]:
    endpoint = Endpoint(base_url=server.base_url, retries=1, timeout_seconds=timeout_seconds, dimensions=dimensions)
    embedder = EndpointEmbedder("bge", endpoint)
    try:
        yield embedder
    finally:
        embedder.close()


def test_vectors_come_in_order_and_have_length_one() -> None:
    with model_server(Embeds()) as server, embedder_of(server) as embedder:
        vectors = embedder.embed([*TEXTS, "", " "])
        expected = np.array(Embeds().vectors(TEXTS))
        assert vectors.dtype == np.float32
        assert vectors[:3] == pytest.approx(expected / np.linalg.norm(expected, axis=1, keepdims=True), abs=1e-6)
        assert not vectors[3:].any()
        assert server.requests[0]["input"] == TEXTS


def test_many_texts_go_in_batches() -> None:
    with model_server(Embeds()) as server, embedder_of(server) as embedder:
        vectors = embedder.embed([f"第{number}条" for number in range(150)])
        assert vectors.shape == (150, 64)
        assert [len(request["input"]) for request in server.requests] == [64, 64, 22]


def test_the_length_is_asked_for_or_found_out() -> None:
    with model_server(Embeds(32)) as server, embedder_of(server) as free, embedder_of(server, dimensions=32) as asked:
        assert free.dimensions == 32
        assert "dimensions" not in server.requests[0]
        assert (asked.dimensions, len(server.requests)) == (32, 1)
        asked.embed(TEXTS)
        assert server.requests[1]["dimensions"] == 32


@pytest.mark.parametrize("trouble", [Fails(429, retry_after=0.01), Fails(503, retry_after=0.01), HangsUp()])
def test_what_may_pass_is_tried_again(trouble: Reply) -> None:
    with model_server(trouble, Embeds()) as server, embedder_of(server) as embedder:
        assert embedder.embed(TEXTS).any()
        assert len(server.requests) == 2


def answers(change: Callable[[list[dict[str, Any]]], object]) -> Garbage:
    """A well-formed answer to TEXTS, changed."""
    data: list[dict[str, Any]] = [{"index": at, "embedding": [1.0, 2.0]} for at in range(len(TEXTS))]
    change(data)
    return Garbage(json.dumps({"data": data}))


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Fails(429, retry_after=0.01), "繁忙（429）"),
        (Fails(500, retry_after=0.01), "返回错误（500）"),
        (Fails(404), "返回错误（404）"),
        (Fails(401), "不认这个密钥（401），请检查 YICE_EMBEDDING__API_KEY"),
        (HangsUp(), "连接不上向量服务"),
        (Slow(2, Embeds()), "在限定时间内没有回答"),
        (Garbage(), "无法读取"),
        (Garbage("[]"), "无法读取"),
        (Garbage('{"data": null}'), "无法读取"),
        (Garbage('{"data": [{"index": 0, "embedding": "abc"}]}'), "无法读取"),
        (answers(lambda data: data.pop()), "对 3 段文字回答了 2 个向量"),
        (answers(lambda data: data[1].update(index=7)), "对 3 段文字回答了 3 个向量"),
        (answers(lambda data: data[1].update(embedding=[1.0])), "长度不对：应为 2，却是 1"),
        (answers(lambda data: data[1].update(embedding=[])), "空的或不是数字"),
        (answers(lambda data: data[1].update(embedding=[float("nan"), 1.0])), "空的或不是数字"),
    ],
)
def test_what_goes_wrong_is_told_in_a_sentence(reply: Reply, told: str) -> None:
    with (
        model_server(reply) as server,
        embedder_of(server, timeout_seconds=0.5) as embedder,
        pytest.raises(EmbeddingUnavailable, match=told),
    ):
        embedder.embed(TEXTS)


def test_another_length_than_before_is_refused() -> None:
    with model_server(Embeds(8), Embeds(16)) as server, embedder_of(server) as embedder:
        embedder.embed(TEXTS)
        with pytest.raises(EmbeddingUnavailable, match="应为 8，却是 16"):
            embedder.embed(TEXTS)


def test_after_a_failure_nobody_waits_again() -> None:
    with model_server(Slow(1, Embeds())) as server, embedder_of(server, timeout_seconds=0.2) as embedder:
        for _ in range(3):
            with pytest.raises(EmbeddingUnavailable, match="限定时间"):
                embedder.embed(TEXTS)
        assert len(server.requests) == 1


def test_nobody_listens() -> None:
    embedder = EndpointEmbedder("bge", Endpoint(base_url="http://127.0.0.1:9", retries=0))
    with pytest.raises(EmbeddingUnavailable, match="连接不上"):
        embedder.embed(TEXTS)
    embedder.close()


def test_the_setting_chooses_it() -> None:
    endpoint = Endpoint(base_url="http://127.0.0.1:9")
    opened = open_embedder("openai:bge-m3", endpoint)
    assert isinstance(opened, EndpointEmbedder)
    assert opened.name == "openai-bge-m3"
    opened.close()
    with pytest.raises(Invalid, match="YICE_EMBEDDING__BASE_URL"):
        open_embedder("openai:bge-m3")


@pytest.mark.parametrize("name", ["openai-bge-m3", "openai-text-embedding-3#256"])
def test_it_is_opened_again_by_its_name(name: str) -> None:
    found = reopen_embedder(name, Endpoint(base_url="http://127.0.0.1:9", dimensions=7))
    assert isinstance(found, EndpointEmbedder)
    assert found.name == name
    found.close()


@pytest.mark.parametrize("name", ["static-0000", "openai-bge-m3", "sentence-transformers-/nowhere", "general", ""])
def test_what_is_gone_is_not_opened_again(name: str) -> None:
    assert reopen_embedder(name) is None
