"""Statutes for tests: generated ones, and the real ones beside the repository, read as simply as can be."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from knowledge.documents.model import Provision
from knowledge.documents.splitting import locator_of
from tests.support.library import a_provision

LAWS = Path(__file__).resolve().parents[3] / "shared" / "data" / "laws"
_ARTICLE = re.compile(r"(?P<number>第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五]+)?)\s*(?P<text>.*)")


def an_article(
    number: str, text: str, *, label: str = "v1", title: str = "", path: tuple[str, ...] = (), position: int = 0
) -> Provision:
    """An article by its locator."""
    heading = f"第{number.replace('-', '条之')}" + ("" if "-" in number else "条")
    provision = a_provision(f"LAW:{number}@{label}", text=text, heading=f"{heading} {title}".strip())
    return replace(provision, path=path, position=position)


def a_statute(texts: Sequence[str], *, label: str = "v1") -> tuple[Provision, ...]:
    """Articles 1, 2, 3 … with these texts."""
    return tuple(
        an_article(str(number), text, label=label, position=number - 1) for number, text in enumerate(texts, start=1)
    )


def read_law(name: str, *, label: str = "v1") -> tuple[Provision, ...]:
    """The articles of the one real statute whose file name contains ``name``."""
    (file,) = [each for each in LAWS.glob("*.md") if name in each.name]
    articles: list[tuple[str, list[str]]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if article := _ARTICLE.match(line):
            articles.append((article["number"], [article["text"]]))
        elif articles and line.strip():
            articles[-1][1].append(line)
    return tuple(
        replace(
            a_provision(f"LAW:{locator_of(heading)}@{label}", text="\n".join(lines), heading=heading),
            position=position,
        )
        for position, (heading, lines) in enumerate(articles)
    )
