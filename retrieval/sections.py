"""Which section of a script or a case answers: what to say or do rather than when, unless another one is asked for.

Sections of one document share its words, and the one that describes the situation is the likest to a question that does
too; but nobody can act on it. So sections are weighed against each other within their document, and only there.
"""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import Enum

from knowledge.documents.model import Kind
from retrieval.model import Hit


class Role(Enum):
    """What a section is for."""

    TELLING = "what to say or to do"
    CONTRAST = "what must not be said beside what may"
    BASIS = "which rules say so"
    FORBIDDEN = "what must not be said or done"
    HANDOVER = "what a person must do"
    SITUATION = "when all this applies"


_WORTH = {
    Role.TELLING: 12.0,
    Role.CONTRAST: 10.0,
    Role.BASIS: 9.5,
    Role.FORBIDDEN: 8.0,
    Role.HANDOVER: 8.0,
    Role.SITUATION: 0.0,
}
"""Beside its siblings, in units of the score's natural logarithm; what is asked for is worth as much as the telling."""
_ROLES = {
    "参考话术": Role.TELLING,
    "应当做": Role.TELLING,
    "禁止说法与合规说法对照": Role.CONTRAST,
    "依据": Role.BASIS,
    "禁止说法": Role.FORBIDDEN,
    "不应当做": Role.FORBIDDEN,
    "人工动作": Role.HANDOVER,
    "适用情境": Role.SITUATION,
    "情境": Role.SITUATION,
}
_ASKED = (
    (Role.BASIS, re.compile(r"依据|哪一?条|哪部|法律|法规|规定|违法|违规|合规")),
    (Role.TELLING, re.compile(r"话术|(?:怎么|怎样|如何)(?:跟客户|对客户|和客户)?(?:说|讲|回|答|聊)")),
    (
        Role.FORBIDDEN,
        re.compile(
            r"(?:不能|不可以?|不得|不该|不应|不准|不许|能|可以)(?:这[样么])?(?:跟客户|对客户)?(?:说|讲|写|提|承诺)"
            r"|禁止|哪些话|禁语|红线"
        ),
    ),
    (Role.HANDOVER, re.compile(r"谁来|找谁|转人工|上报|报告给|升级|要不要报|复核")),
)
_LEAST = 1e-12


def ordered_by_section(hits: Sequence[Hit], question: str, *, first: Collection[str] = ()) -> tuple[Hit, ...]:
    """The hits, best first, the sections of each script and case put in order among the places and scores they hold.

    What the question names (``first``) stays where it is.
    """
    asked = _asked_for(question)
    places: dict[tuple[str, str | None], list[int]] = {}
    for place, hit in enumerate(hits):
        if _role(hit) is not None and str(hit.provision.ref) not in first:
            places.setdefault((hit.provision.ref.document_id, hit.provision.ref.version), []).append(place)
    result = list(hits)
    for taken in places.values():
        best_first = sorted((hits[place] for place in taken), key=lambda hit: -_worth(hit, asked))
        for place, hit in zip(taken, best_first, strict=True):
            result[place] = replace(hit, score=hits[place].score)
    return tuple(result)


def _role(hit: Hit) -> Role | None:
    return _ROLES.get(hit.provision.heading) if hit.provision.kind in {Kind.SCRIPT, Kind.CASE} else None


def _asked_for(question: str) -> Role:
    return next((role for role, words in _ASKED if words.search(question)), Role.TELLING)


def _worth(hit: Hit, asked: Role) -> float:
    role = _role(hit) or Role.SITUATION
    return math.log(max(hit.score, _LEAST)) + _WORTH[Role.TELLING if role is asked else role]
