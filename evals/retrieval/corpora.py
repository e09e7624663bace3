"""Judged questions and the texts that they are judged over: BEIR folders, and the shipped library."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from assistant.errors import Invalid
from knowledge.documents.loading import load_folder
from knowledge.documents.model import (
    Audience,
    Kind,
    Period,
    Provision,
    ProvisionRef,
    Rendition,
    Verification,
    Version,
)
from knowledge.documents.splitting import chinese_number

_ALWAYS = Period(effective_from=date(1900, 1, 1))
_LABEL = "corpus"
_NUMERAL = "[〇零一二两三四五六七八九十百千0-9]+"
_ARTICLE = re.compile(rf"(?P<name>.+?)(?P<article>第(?P<number>{_NUMERAL})条(?:之(?P<sub>{_NUMERAL}))?)")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``fold`` and ``as_of`` are there in some folders only."""

    id: str
    text: str
    fold: int | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Questions and which texts are right for each, by the names that the judgements use."""

    questions: tuple[Question, ...]
    relevant: Mapping[str, frozenset[str]]
    unanswerable: tuple[Question, ...] = ()
    """Questions that nothing in the corpus answers; only our own gold set has them."""


def read_judged(folder: Path) -> Judged:
    """Read ``queries.jsonl`` and ``qrels.tsv``; questions without a judgement are left out.

    Raises:
        Invalid: a file is missing or a line cannot be read; the message names both.

    """
    relevant: dict[str, set[str]] = defaultdict(set)
    for number, line in enumerate(_lines(folder / "qrels.tsv"), start=1):
        parts = line.split("\t")
        if number == 1 and not parts[-1].strip().lstrip("-").isdigit():
            continue
        if len(parts) not in (3, 4) or not parts[-1].strip().lstrip("-").isdigit():
            raise Invalid(f"qrels.tsv 第 {number} 行应为「问题编号、文本编号、分数」三列。")
        if int(parts[-1]) > 0:
            relevant[parts[0]].add(parts[-2])
    questions = tuple(_question(row) for row in _rows(folder / "queries.jsonl") if row["_id"] in relevant)
    if not questions:
        raise Invalid(f"「{folder}」里没有带判定的问题。")
    spare = folder / "unanswerable.jsonl"
    return Judged(
        questions=questions,
        relevant={each.id: frozenset(relevant[each.id]) for each in questions},
        unanswerable=tuple(map(_question, _rows(spare))) if spare.is_file() else (),
    )


class Corpus:
    """Texts as a library that the product's own indexer follows (:class:`retrieval.ports.Library`)."""

    def __init__(self, documents: Mapping[str, tuple[tuple[Version, ...], tuple[Provision, ...]]], digest: str) -> None:
        self._documents = dict(documents)
        self._log = list(documents)
        self.digest = digest
        self._by_ref = {each.ref: each for _, provisions in documents.values() for each in provisions}

    @classmethod
    def of_folder(cls, folder: Path) -> tuple["Corpus", dict[str, str]]:
        """A BEIR ``corpus.jsonl``, each text always in force; and the text id of each provision reference.

        Texts whose titles are one name with an article number are articles of one document of that name; any other text
        is a document of its own.
        """
        rows_by_title: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in _rows(folder / "corpus.jsonl"):
            name, article = _as_article(str(row.get("title") or ""))
            rows_by_title[name if article else f"{name}#{row['_id']}"].append(row)
        documents: dict[str, tuple[tuple[Version, ...], tuple[Provision, ...]]] = {}
        names: dict[str, str] = {}
        for number, rows in enumerate(rows_by_title.values()):
            version, provisions = _as_document(f"T{number}", rows)
            documents[version.document_id] = ((version,), provisions)
            names |= {str(each.ref): str(row["_id"]) for each, row in zip(provisions, rows, strict=True)}
        return cls(documents, _digest(folder / "corpus.jsonl")), names

    @classmethod
    def of_library(cls, folder: Path) -> "Corpus":
        """The library's own files, with their periods."""
        documents: dict[str, tuple[tuple[Version, ...], tuple[Provision, ...]]] = {}
        digests = []
        for loaded in load_folder(folder):
            versions, provisions = documents.get(loaded.version.document_id, ((), ()))
            documents[loaded.version.document_id] = (
                (*versions, loaded.version),
                (*provisions, *loaded.provisions),
            )
            digests.append(loaded.version.digest)
        return cls(documents, hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()[:16])

    def learn(self, questions: Mapping[str, Sequence[str]]) -> None:
        """Keep these typical questions with these provisions (by reference), none with all others."""
        for document_id, (versions, provisions) in self._documents.items():
            changed = tuple(
                replace(each, typical_questions=tuple(questions.get(str(each.ref), ()))) for each in provisions
            )
            if changed != provisions:
                self._documents[document_id] = (versions, changed)
                self._by_ref.update((each.ref, each) for each in changed)
                self._log.append(document_id)

    @contextmanager
    def reading(self) -> Iterator["Corpus"]:
        """A view, as the indexer asks for one."""
        yield self

    def provisions(self, refs: Any) -> dict[ProvisionRef, Provision]:  # noqa: ANN401 - any iterable of references
        """Those that there are."""
        return {ref: self._by_ref[ref] for ref in refs if ref in self._by_ref}

    def all_provisions(self) -> Iterator[Provision]:
        """Every provision of every version."""
        return iter(self._by_ref.values())

    def publications(self, after: int, limit: int) -> tuple[tuple[int, str], ...]:
        """See the port."""
        return tuple(enumerate(self._log[after : after + limit], start=after + 1))

    def last_publication(self) -> int:
        """See the port."""
        return len(self._log)

    def publication_mark(self, sequence: int) -> str | None:
        """See the port."""
        return f"{self.digest}:{sequence}" if sequence <= len(self._log) else None

    def versions(self, document_id: str) -> tuple[Version, ...]:
        """See the port."""
        return self._documents[document_id][0]

    def provisions_of_document(self, document_id: str) -> tuple[Provision, ...]:
        """See the port."""
        return self._documents[document_id][1]


def _as_article(title: str) -> tuple[str, str]:
    """The document's name and 「第…条」, which is empty where the title names no article."""
    match = _ARTICLE.fullmatch(title)
    return (match["name"], match["article"]) if match else (title, "")


def _as_document(document_id: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Version, tuple[Provision, ...]]:
    title = _as_article(str(rows[0].get("title") or ""))[0]
    version = Version(
        document_id=document_id,
        label=_LABEL,
        kind=Kind.RULE,
        title=title,
        short_title=title,
        issuer="",
        document_number=None,
        issued_on=None,
        period=_ALWAYS,
        rendition=Rendition.ORIGINAL,
        verification=Verification.UNVERIFIED,
        audience=Audience.CUSTOMER,
        source="",
    )
    located: dict[str, Mapping[str, Any]] = {}
    for number, row in enumerate(rows, start=1):
        locator = _locator(str(row.get("title") or ""))
        located[locator if locator and locator not in located else f"text-{number}"] = row
    return version, tuple(
        _as_provision(version, locator, position, row) for position, (locator, row) in enumerate(located.items())
    )


def _locator(title: str) -> str:
    match = _ARTICLE.fullmatch(title)
    if match is None:
        return ""
    sub = f"-{chinese_number(match['sub'])}" if match["sub"] else ""
    return f"{chinese_number(match['number'])}{sub}"


def _as_provision(version: Version, locator: str, position: int, row: Mapping[str, Any]) -> Provision:
    return Provision(
        ref=ProvisionRef(version.document_id, locator, _LABEL),
        kind=version.kind,
        document_title=version.title,
        path=(),
        heading=_as_article(str(row.get("title") or ""))[1],
        text=str(row["text"]),
        period=_ALWAYS,
        verification=version.verification,
        rendition=version.rendition,
        audience=version.audience,
        position=position,
    )


def _question(row: Mapping[str, Any]) -> Question:
    as_of = row.get("as_of")
    fold = row.get("fold")
    return Question(
        str(row["_id"]),
        str(row["text"]),
        int(fold) if fold is not None else None,
        date.fromisoformat(as_of) if as_of else None,
    )


def _lines(file: Path) -> Iterator[str]:
    try:
        with file.open(encoding="utf-8-sig") as stream:
            yield from (line.rstrip("\r\n") for line in stream if line.strip())
    except OSError as error:
        raise Invalid(f"读不出「{file}」（{error.strerror}）。") from error
    except UnicodeDecodeError:
        raise Invalid(f"「{file}」不是 UTF-8 编码的文本。") from None


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(file), start=1):
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not {"_id", "text"} <= row.keys():
            raise Invalid(f"{file.name} 第 {number} 行应是带「_id」和「text」的 JSON。")
        row["_id"] = str(row["_id"])
        yield row


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]
