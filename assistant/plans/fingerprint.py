"""Whether a plan would be the same one again: a fingerprint of what it says and of what that rests on."""

import hashlib
import json
import re
from collections.abc import Iterable

from assistant.analysis.model import Fact, Unit
from assistant.drafting.model import Statement
from assistant.identity.model import Actor

_DIGITS = re.compile(r"\d+")
_OF_THE_DAY = "fact:plan."
"""Dates of the plan itself: when to be in touch, when to look again."""


def fingerprint_of(statements: Iterable[Statement], facts: Iterable[Fact], *, maker: Actor, writer: str) -> str:
    """SHA-256 over words, citations and the values of the cited facts; 64 hexadecimal digits.

    What only the calendar moves is left out, so that a plan still stands the next day: the digits of a sentence (its
    numbers are values of facts), facts that count days, and the plan's own dates. ``writer`` names who words it.
    """
    said = [
        [_DIGITS.sub("0", each.text), each.kind.value, sorted(citation.source for citation in each.citations)]
        for each in statements
    ]
    cited = {source for _, _, sources in said for source in sources}
    values = sorted(
        [fact.id, str(fact.value)]
        for fact in facts
        if fact.id in cited and fact.unit is not Unit.DAYS and not fact.id.startswith(_OF_THE_DAY)
    )
    content = [said, values, maker.id, maker.name, maker.registration_number, writer]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
