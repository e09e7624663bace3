"""Embeddings from any OpenAI-compatible server (``POST /embeddings``)."""

import math
import threading
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import httpx
import numpy as np

from retrieval.ports import Vectors
from retrieval.vectors import EmbeddingUnavailable, Endpoint

_BATCH = 64
_LONGEST_WAIT_SECONDS = 10.0
_FIRST_WAIT_SECONDS = 0.5
_PAUSE_SECONDS = 10.0
"""After a failure nothing is asked for so long: otherwise every search would wait for the time-out."""


class EndpointEmbedder:
    """One model at one address. Nothing is sent before the first text; safe for threads."""

    def __init__(self, model: str, endpoint: Endpoint) -> None:
        self._model = model
        self._endpoint = endpoint
        headers = {"Authorization": f"Bearer {endpoint.api_key}"} if endpoint.api_key else {}
        self._client = httpx.Client(
            base_url=endpoint.base_url.rstrip("/") + "/", headers=headers, timeout=endpoint.timeout_seconds
        )
        self._length = endpoint.dimensions
        self._lock = threading.Lock()
        self._paused_until = 0.0
        self._why = ""

    @property
    def name(self) -> str:
        """Name of the model, and the length that was asked for; the same model may move to another address."""
        return f"openai-{self._model}" + (f"#{self._endpoint.dimensions}" if self._endpoint.dimensions else "")

    @property
    def dimensions(self) -> int:
        """Length of a vector; the first time it takes a call, where the settings do not say it."""
        if self._length is None:
            self.embed(["长度"])
        return self._length or 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See :class:`retrieval.ports.Embedder`.

        Raises:
            EmbeddingUnavailable: the server does not answer, or not with a vector a text, all of one length.

        """
        rows = [row for row, text in enumerate(texts) if text.strip()]  # many servers refuse an empty text
        found = [
            vector
            for start in range(0, len(rows), _BATCH)
            for vector in self._vectors([texts[row] for row in rows[start : start + _BATCH]])
        ]
        result = np.zeros((len(texts), self._length or 0), dtype=np.float32)
        if rows:
            vectors = np.array(found, dtype=np.float32)
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            result[rows] = vectors / np.where(lengths > 0, lengths, 1.0)
        return result

    def familiarity(self, text: str) -> float:  # noqa: ARG002 - the port asks per text
        """A general model knows every word."""
        return 1.0

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _vectors(self, texts: list[str]) -> list[list[float]]:
        if time.monotonic() < self._paused_until:
            raise EmbeddingUnavailable(self._why)
        try:
            return self._read(self._answer(texts), len(texts))
        except EmbeddingUnavailable as error:
            self._why, self._paused_until = error.message, time.monotonic() + _PAUSE_SECONDS
            raise

    def _answer(self, texts: list[str]) -> httpx.Response:
        """The first answer that is not a reason to try again."""
        body: dict[str, Any] = {"model": self._model, "input": texts, "encoding_format": "float"}
        if self._endpoint.dimensions:
            body["dimensions"] = self._endpoint.dimensions
        for tried in range(self._endpoint.retries + 1):
            wait = _FIRST_WAIT_SECONDS * 2**tried
            try:
                response = self._client.post("embeddings", json=body)
            except httpx.TimeoutException as error:
                raise EmbeddingUnavailable("向量服务在限定时间内没有回答。") from error
            except httpx.HTTPError as error:
                if tried == self._endpoint.retries:
                    raise EmbeddingUnavailable("连接不上向量服务。") from error
            else:
                if not _may_pass(response.status_code) or tried == self._endpoint.retries:
                    return response
                wait = _retry_after(response) or wait
            time.sleep(min(wait, _LONGEST_WAIT_SECONDS))
        raise EmbeddingUnavailable("连接不上向量服务。")

    def _read(self, response: httpx.Response, count: int) -> list[list[float]]:
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise EmbeddingUnavailable("向量服务繁忙（429），请稍后再试。")
        if response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise EmbeddingUnavailable(
                f"向量服务不认这个密钥（{response.status_code}），请检查 YICE_EMBEDDING__API_KEY。"
            )
        if not response.is_success:
            raise EmbeddingUnavailable(f"向量服务返回错误（{response.status_code}）。")
        try:
            rows = sorted(response.json()["data"], key=lambda row: int(row["index"]))
            vectors = [[float(number) for number in row["embedding"]] for row in rows]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise EmbeddingUnavailable("向量服务的回答无法读取，它可能不是向量接口。") from error
        if [int(row["index"]) for row in rows] != list(range(count)):
            raise EmbeddingUnavailable(f"向量服务对 {count} 段文字回答了 {len(vectors)} 个向量。")
        self._check(vectors)
        return vectors

    def _check(self, vectors: list[list[float]]) -> None:
        if not all(vector and all(map(math.isfinite, vector)) for vector in vectors):
            raise EmbeddingUnavailable("向量服务返回了空的或不是数字的向量。")
        with self._lock:
            self._length = self._length or len(vectors[0])
            wrong = next((len(vector) for vector in vectors if len(vector) != self._length), None)
        if wrong is not None:
            raise EmbeddingUnavailable(f"向量服务返回的向量长度不对：应为 {self._length}，却是 {wrong}。")


def _may_pass(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds; a date is not understood, and the usual wait is taken."""
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return None
