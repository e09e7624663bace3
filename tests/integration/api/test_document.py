"""The OpenAPI document, the docs page, health, and what else answers on the port."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.openapi.models import OpenAPI
from starlette.routing import BaseRoute

from api.app import create_app
from tests.support.http_api import HttpApi


@pytest.fixture(scope="module")
def document(api: HttpApi) -> dict[str, Any]:
    found: dict[str, Any] = api.as_("nobody").get("/openapi.json").json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def test_the_document_is_an_openapi_document(document: dict[str, Any]) -> None:
    assert OpenAPI.model_validate(document).openapi.startswith("3.1")


def test_every_reference_of_the_document_resolves(document: dict[str, Any]) -> None:
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(_references(document)) <= schemas


def test_every_operation_is_told_in_chinese_and_shows_what_comes_back(document: dict[str, Any]) -> None:
    for name, operation in _operations(document):
        for words in (operation["summary"], operation["description"], operation["tags"][0]):
            assert re.search(r"[\u4e00-\u9fff]", words), name
        success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        assert success["content"], name
        assert all(content["schema"] or content["example"] for content in success["content"].values()), name


def test_every_error_of_the_document_is_a_problem(document: dict[str, Any]) -> None:
    for name, operation in _operations(document):
        if name.startswith(("GET /health", "POST /health")):
            continue
        errors = {status: answer for status, answer in operation["responses"].items() if not status.startswith("2")}
        assert {"401", "403", "404", "409", "413", "422", "429", "500", "503"} <= errors.keys(), name
        assert {kind for answer in errors.values() for kind in answer["content"]} == {"application/problem+json"}, name


def test_every_operation_asks_for_a_token_but_the_open_ones(document: dict[str, Any]) -> None:
    open_ones = {name for name, operation in _operations(document) if "security" not in operation}
    assert open_ones == {"POST /api/sessions", "GET /health/live", "GET /health/ready"}


def test_every_request_body_has_an_example_for_each_field(document: dict[str, Any]) -> None:
    for name, operation in _operations(document):
        if "requestBody" not in operation:
            continue
        (content,) = operation["requestBody"]["content"].values()
        schema = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
        assert all("examples" in field for field in schema["properties"].values()), name


def test_the_docs_page_loads_nothing_from_elsewhere(api: HttpApi) -> None:
    page = api.as_("nobody").get("/docs")
    assert page.status_code == 200
    linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert linked
    for address in linked:
        assert address.startswith("/docs/files/")
        assert api.as_("nobody").get(address).status_code == 200
    assert "https://" not in page.text


def _paths(routes: list[BaseRoute]) -> Iterator[str]:
    for route in routes:
        yield str(getattr(route, "path", ""))


def test_nothing_answers_beside_the_api_health_and_docs(api: HttpApi) -> None:
    paths = set(_paths(create_app(api.house.application).routes)) | set(
        api.as_("nobody").get("/openapi.json").json()["paths"]
    )
    assert not [path for path in paths if path and not path.startswith(("/api", "/health/", "/docs", "/openapi.json"))]
    for path in ("/", "/redoc", "/docs/oauth2-redirect", "/metrics", "/docs/files/../app.py"):
        assert api.as_("nobody").get(path).status_code == 404, path


def test_health_is_told_to_anybody(api: HttpApi) -> None:
    assert api.as_("nobody").get("/health/live").json() == {"status": "ok"}
    ready = api.as_("nobody").get("/health/ready")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    assert ready.json()["provisions"] > 100
