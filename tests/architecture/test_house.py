"""Rules of the house that no linter knows."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PACKAGES = ("knowledge", "retrieval", "prompts", "assistant", "api", "ui", "evals", "cli")
_TOP_LEVEL = {*_PACKAGES, "tests", "docs", "deploy", "pyproject.toml", "Makefile", "README.md"}


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for package in _PACKAGES:
        for path in sorted((_ROOT / package).rglob("*.py")):
            yield path.relative_to(_ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_every_package_is_layered() -> None:
    config = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {path.parent.name for path in _ROOT.glob("*/__init__.py")}
    assert packages == set(config["tool"]["importlinter"]["root_packages"]) == set(_PACKAGES)


def test_the_top_level_holds_nothing_else() -> None:
    folders = {path.name for path in _ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders - {"reports", "__pycache__"} <= _TOP_LEVEL, (
        "a new top-level folder needs a decision in docs/decisions"
    )


def test_only_the_settings_read_the_environment() -> None:
    offenders = {
        name
        for name, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "putenv")
    }
    assert offenders <= {"assistant/settings.py"}, "read it in assistant/settings.py and pass it in"


def test_only_the_clock_asks_what_time_it_is() -> None:
    offenders = {
        f"{name}:{node.lineno}"
        for name, tree in _sources()
        if name not in ("assistant/clock.py", "ui/rendering.py")  # the UI may not import the clock
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "today", "utcnow")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    }
    assert not offenders, "take a Clock, or the day as an argument"


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = re.compile(r"(^|/)(utils?|helpers?|misc|common)(\.py|/)")
    assert not [name for name, _ in _sources() if drawers.search(name)], "name the subject"


def test_every_module_says_what_it_is_for() -> None:
    assert not [name for name, tree in _sources() if ast.get_docstring(tree) is None]


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in (_ROOT / "evals").glob("*/__init__.py")))
def test_every_eval_says_why_it_is_asked(folder: str) -> None:
    assert (_ROOT / "evals" / folder / "README.md").is_file()


def test_no_path_of_a_machine_is_committed() -> None:
    machine = re.compile(r"(/home/\w+|/root|/work)/")
    offenders = [
        path.relative_to(_ROOT).as_posix()
        for package in (*_PACKAGES, "docs", "deploy", "tests")
        for path in (_ROOT / package).rglob("*")
        if path.suffix in (".py", ".md", ".toml", ".json", ".jsonl", ".j2", ".css", ".yml", ".yaml")
        and path != Path(__file__)
        and machine.search(path.read_text(encoding="utf-8"))
    ]
    assert not offenders
