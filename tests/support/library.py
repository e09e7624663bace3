"""Library files, provisions and passages for tests."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from knowledge.documents.loading import load_bytes
from knowledge.documents.model import (
    Audience,
    Kind,
    LoadedVersion,
    Period,
    Provision,
    ProvisionRef,
    Rendition,
    Verification,
)
from retrieval.model import Filter, Passage

FOREVER = date.max.toordinal()

FRONT_MATTER = {
    "id": "SUIT",
    "kind": "rule",
    "title": "证券期货投资者适当性管理办法",
    "short_title": "适当性办法",
    "issuer": "中国证监会",
    "document_number": "null",
    "issued_on": "2016-12-12",
    "effective_from": "2017-07-01",
    "effective_to": "null",
    "version": '"2017-07-01"',
    "rendition": "summary",
    "verification": "verified",
    "audience": "customer",
    "source": "测试用的转述",
    "topics": "[适当性]",
}

BODY = """
# 第三章 经营机构的义务

## 第二十二条 禁止行为

经营机构不得主动向普通投资者推介风险等级高于其承受能力的产品。

> 问：C2客户能买R4产品吗？

## 第二十三条 销售前告知

向普通投资者销售前，应当告知六类信息。
"""


def a_file(body: str = BODY, *, without: Sequence[str] = (), **fields: str) -> str:
    """A library file; ``fields`` are written as given, ``without`` leaves some out."""
    front = {name: value for name, value in (FRONT_MATTER | fields).items() if name not in without}
    lines = "\n".join(f"{name}: {value}" for name, value in front.items())
    return f"---\n{lines}\n---\n{body}"


def a_loaded_version(body: str = BODY, **fields: str) -> LoadedVersion:
    """The same, read."""
    return load_bytes(a_file(body, **fields).encode())


def write_library(folder: Path, *files: str) -> Path:
    """Put files into a folder under names that need no reading."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(files):
        (folder / f"file-{number}.md").write_text(text, encoding="utf-8")
    return folder


def a_provision(
    reference: str = "SUIT:22@2017-07-01",
    *,
    text: str = "经营机构不得主动推介超出承受能力的产品。",
    effective_from: date = date(2017, 7, 1),
    effective_to: date | None = None,
    audience: Audience = Audience.CUSTOMER,
    kind: Kind = Kind.RULE,
    questions: tuple[str, ...] = (),
    heading: str = "第二十二条 禁止行为",
    branches: tuple[str, ...] = (),
) -> Provision:
    """A provision."""
    return Provision(
        ref=ProvisionRef.parse(reference),
        kind=kind,
        document_title="证券期货投资者适当性管理办法",
        path=(),
        heading=heading,
        text=text,
        period=Period(effective_from=effective_from, effective_to=effective_to),
        verification=Verification.VERIFIED,
        rendition=Rendition.SUMMARY,
        audience=audience,
        position=0,
        typical_questions=questions,
        branches=branches,
    )


def a_passage(
    reference: str = "SUIT:22@2017-07-01",
    *,
    text: str = "经营机构不得主动推介超出承受能力的产品。",
    title: str = "证券期货投资者适当性管理办法",
    names: tuple[str, ...] = ("证券期货投资者适当性管理办法", "适当性办法"),
    effective_from: date = date(2017, 7, 1),
    effective_to: date | None = None,
    audience: Audience = Audience.CUSTOMER,
    kind: Kind = Kind.RULE,
    questions: str = "",
    branches: tuple[str, ...] = (),
) -> Passage:
    """A passage."""
    return Passage(
        ref=ProvisionRef.parse(reference),
        title=title,
        path="",
        heading="",
        text=text,
        questions=questions,
        kind=kind.value,
        audience=audience.value,
        effective_from=effective_from.toordinal(),
        effective_to=effective_to.toordinal() if effective_to else FOREVER,
        names=names,
        branches=branches,
    )


def seen_by(
    reader: Audience = Audience.INTERNAL,
    *,
    on: date = date(2026, 11, 22),
    kinds: frozenset[Kind] = frozenset(),
    branch: str | None = None,
) -> Filter:
    """What a reader may see on a day."""
    return Filter(as_of=on, audiences=reader.may_read, branch=branch, kinds=kinds)
