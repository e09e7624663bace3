"""Draft the plans of a fictional book and compare random pairs of them, statement by statement."""

import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant.bootstrap import Application, open_application
from assistant.checks.model import Severity
from assistant.clock import Clock
from assistant.drafting.model import Draft, DraftKind
from assistant.plans.model import PlanRequest
from assistant.review.model import Revision
from assistant.settings import Settings, StorageSettings
from evals.report import Report, current_commit
from knowledge.customers.model import Scope
from knowledge.errors import Invalid

_MORNING = 2
"""Ten in Shanghai."""
_PAIRS = 5_000
_CHUNK = 50
_FIXED_SECTIONS = frozenset({"pre_sale", "notes"})
"""What the law words: the six items of a product, and what the letter is."""
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?[万亿]?")
_MASK = "◇"


@dataclass(frozen=True, slots=True)
class Drafted:
    """One letter, as the measures look at it."""

    customer_id: str
    revision: Revision
    names: tuple[str, ...]
    """Names of what is held and what may be offered, longest first."""

    @property
    def blocking(self) -> tuple[str, ...]:
        """Categories that stop it."""
        return tuple(finding.category for finding in self.revision.findings if finding.severity is Severity.BLOCK)

    def said(self, *, fixed: bool = True) -> list[str]:
        """Its statements; without ``fixed`` those that the law words are left out."""
        return _said(self.revision.draft, fixed=fixed)

    def patterns(self) -> list[str]:
        """Its statements with names and numbers blanked: what is left is the way of speaking."""
        return [self._blank(text) for text in self.said()]

    def _blank(self, text: str) -> str:
        for name in self.names:
            text = text.replace(name, _MASK)
        return _NUMBER.sub("#", text)


def run(*, customers: int, seed: int, today: date, kind: DraftKind) -> Report:
    """In a house of its own that is gone afterwards. ``customers`` drafts; reports that nobody needs are left out."""
    clock = Clock(lambda: datetime(today.year, today.month, today.day, _MORNING, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(storage=StorageSettings(folder=Path(scratch, "house")))
        with open_application(settings, clock=clock) as application:
            application.load_demo(customers=customers, seed=seed)
            started = time.perf_counter()
            letters = list(_letters(application, kind))
            seconds = time.perf_counter() - started
    digest = sha256("\n".join(letter.revision.digest for letter in letters).encode()).hexdigest()[:12]
    return Report(
        suite="plans",
        n=len(letters),
        metrics={**measures(letters, seed=seed), "drafts_per_second": round(len(letters) / seconds, 1)},
        settings={"customers": customers, "seed": seed, "today": today.isoformat(), "kind": kind.value},
        commit=current_commit(),
        data_digest=digest,
        cases=[_case(letter) for letter in letters],
    )


def measures(letters: Sequence[Drafted], *, seed: int) -> dict[str, Any]:
    """Shares over random pairs, and what stops letters."""
    pairs = _pairs(len(letters), seed)
    words = [letter.said() for letter in letters]
    personal = [letter.said(fixed=False) for letter in letters]
    patterns = [letter.patterns() for letter in letters]
    stopped = Counter(category for letter in letters for category in letter.blocking)
    return {
        **_shared("shared_statements", words, pairs),
        **_shared("shared_without_fixed_words", personal, pairs),
        **_shared("shared_patterns", patterns, pairs),
        "blocked": sum(bool(letter.blocking) for letter in letters),
        "unproven_numbers": stopped["numbers"],
        "statements_per_letter": _mean([len(said) for said in words]),
        "products_per_letter": _mean([len(letter.revision.draft.recommended_products) for letter in letters]),
        "without_products": sum(not letter.revision.draft.recommended_products for letter in letters),
        "briefing_statements_per_letter": _mean([_briefed(letter.revision.draft) for letter in letters]),
        "blocked_by_category": dict(stopped),
    }


def _shared(name: str, said: Sequence[Sequence[str]], pairs: Sequence[tuple[int, int]]) -> dict[str, float]:
    """Share of the first letter's statements that stand in the second one: mean and 95th percentile."""
    known = [frozenset(each) for each in said]
    shares = sorted(sum(text in known[other] for text in said[one]) / max(len(said[one]), 1) for one, other in pairs)
    if not shares:
        return {name: 0.0, f"{name}_p95": 0.0}
    return {name: round(_mean(shares), 4), f"{name}_p95": round(shares[int(len(shares) * 0.95)], 4)}


def _pairs(count: int, seed: int) -> list[tuple[int, int]]:
    """Random pairs of two different letters."""
    draw = random.Random(seed)
    if count == 1:
        return []
    drawn = (draw.sample(range(count), 2) for _ in range(_PAIRS))
    return [(one, other) for one, other in drawn]


def _letters(application: Application, kind: DraftKind) -> Iterator[Drafted]:
    prepare = application.prepare_plan
    with prepare.storage.reading() as work:
        assigned = work.customers.assignments(scope=Scope.everyone())
        products = [product.name for product in work.products.all()]
    for start in range(0, len(assigned), _CHUNK):
        chunk = assigned[start : start + _CHUNK]
        requests = [
            PlanRequest.queued(customer, advisor_id=advisor, at=application.clock.now(), kind=kind.value)
            for customer, advisor in chunk
        ]
        sources = prepare.sources(requests)
        for request in requests:
            try:
                revision = prepare.draft(request, sources[request.id]).revision
            except Invalid:
                continue  # this customer has no use for such a report
            if revision is not None:
                held = [holding.product_name for holding in sources[request.id].record.holdings]
                names = tuple(sorted({*products, *held}, key=len, reverse=True))
                yield Drafted(request.customer_id, revision, names)


def _said(draft: Draft, *, fixed: bool) -> list[str]:
    return [
        statement.text
        for section in draft.sections
        if fixed or section.key not in _FIXED_SECTIONS
        for statement in section.statements
    ]


def _briefed(draft: Draft) -> int:
    return sum(len(section.statements) for section in draft.briefing)


def _case(letter: Drafted) -> Mapping[str, Any]:
    draft = letter.revision.draft
    return {
        "id": letter.customer_id,
        "passed": not letter.blocking,
        "blocked": "、".join(letter.blocking),
        "statements": len(draft.statements),
        "products": "、".join(draft.recommended_products),
        "sections": "、".join(section.key for section in draft.sections),
    }


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
