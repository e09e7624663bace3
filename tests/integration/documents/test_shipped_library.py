"""The shipped library keeps its own rules."""

import re
from pathlib import Path

from knowledge.documents.loading import load_folder
from knowledge.documents.model import Period

SHIPPED = Path(__file__).parents[3] / "knowledge" / "library"
REFERENCE = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Z0-9-]*:[0-9]+(?:[.-][0-9]+)*")


def test_every_reference_in_a_text_exists() -> None:
    provisions = [each for loaded in load_folder(SHIPPED) for each in loaded.provisions]
    known = {each.ref.short for each in provisions}
    named = {(str(each.ref), name) for each in provisions for name in REFERENCE.findall(each.text)}
    assert named
    assert not {(ref, name) for ref, name in named if name not in known}


def test_every_provision_answers_a_question() -> None:
    provisions = [each for loaded in load_folder(SHIPPED) for each in loaded.provisions]
    assert not [str(each.ref) for each in provisions if not each.typical_questions]


def test_two_versions_of_a_document_never_meet() -> None:
    periods: dict[str, list[tuple[str, Period]]] = {}
    for loaded in load_folder(SHIPPED):
        version = loaded.version
        others = periods.setdefault(version.document_id, [])
        assert not [label for label, period in others if version.period.overlaps(period)]
        others.append((version.label, version.period))
