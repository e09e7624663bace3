"""A library of any size, shuffled from the sentences of the shipped one, and questions with one known answer."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from knowledge.database import Database
from knowledge.documents.loading import load_folder
from knowledge.documents.model import Audience, LoadedVersion, Period, Provision, ProvisionRef
from knowledge.documents.repository import DocumentRepository

PER_DOCUMENT = 50
_SENTENCES = 4
_FIRST_DAY = date(2010, 1, 1)
_DAYS = 6000
_SHORTEST_SENTENCE = 12
_CLAUSE = re.compile(r"[^，。；：、（）《》\s]{6,16}")
_IN_ONE_GO = 200


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A question made of words of one provision, which is in force on the day it is asked for."""

    text: str
    answer: str
    """``str(ProvisionRef)``"""


@dataclass(frozen=True, slots=True)
class Synthetic:
    """Documents of 50 provisions with periods of their own; the same seed gives the same."""

    template: LoadedVersion
    sentences: Sequence[str]
    typical_questions: tuple[str, ...]
    """Of the shipped library: questions as people ask them, for timing."""
    provisions: int

    @classmethod
    def of(cls, library: Path, provisions: int) -> "Synthetic":
        """From the files of a library."""
        loaded = load_folder(library)
        lines = (line for each in loaded for one in each.provisions for line in one.text.split("\n"))
        return cls(
            template=loaded[0],
            sentences=list(dict.fromkeys(line for line in lines if len(line) >= _SHORTEST_SENTENCE)),
            typical_questions=tuple(
                question for each in loaded for one in each.provisions for question in one.typical_questions
            ),
            provisions=provisions,
        )

    @property
    def documents(self) -> int:
        """How many."""
        return -(-self.provisions // PER_DOCUMENT)

    def document(self, number: int, *, since: date | None = None) -> LoadedVersion:
        """One document; with ``since`` its next version, with other texts."""
        draw = random.Random(f"{number} {since}")
        begins = since or _FIRST_DAY + timedelta(days=draw.randrange(_DAYS))
        ends = begins + timedelta(days=draw.randrange(1, _DAYS)) if draw.random() < 0.5 else None  # noqa: PLR2004 - half
        period = Period(effective_from=begins, effective_to=None if since else ends)
        size = min(PER_DOCUMENT, self.provisions - number * PER_DOCUMENT)
        version = replace(
            self.template.version,
            document_id=f"SYN{number}",
            label=period.effective_from.isoformat(),
            title=f"合成办法{number}",
            short_title=f"合成{number}",
            document_number=None,
            period=period,
            audience=Audience.CUSTOMER,
            digest=f"{number} {since}",
        )
        provisions = tuple(self._provision(version.label, number, at, period, draw) for at in range(size))
        return LoadedVersion(version=version, provisions=provisions)

    def publish(self, database: Database) -> None:
        """Write all of it into an empty database."""
        for start in range(0, self.documents, _IN_ONE_GO):
            with database.begin() as connection:
                repository = DocumentRepository(connection)
                for number in range(start, min(start + _IN_ONE_GO, self.documents)):
                    repository.publish(self.document(number), at=datetime(2026, 1, 1, tzinfo=UTC))

    def known_items(self, count: int, on: date) -> list[KnownItem]:
        """Questions of two clauses from two sentences of one provision in force on a day."""
        return list(self._known_items(count, on))

    def _known_items(self, count: int, on: date) -> Iterator[KnownItem]:
        draw = random.Random(7)
        while count:
            document = self.document(draw.randrange(self.documents))
            provision = draw.choice(document.provisions)
            clauses = [_CLAUSE.findall(line) for line in provision.text.split("\n")]
            usable = [found for found in clauses if found]
            if provision.in_force_on(on) and len(usable) > 1:
                chosen = draw.sample(usable, 2)
                yield KnownItem("，".join(draw.choice(found) for found in chosen), str(provision.ref))
                count -= 1

    def _provision(self, label: str, number: int, at: int, period: Period, draw: random.Random) -> Provision:
        return replace(
            self.template.provisions[0],
            ref=ProvisionRef(f"SYN{number}", str(at + 1), label),
            document_title=f"合成办法{number}",
            path=(),
            heading=f"第{at + 1}条",
            text="\n".join(draw.sample(self.sentences, _SENTENCES)),
            period=period,
            audience=Audience.CUSTOMER,
            position=at,
            typical_questions=(),
        )
