"""What a library file means whose label is published already: nothing new, other notes, another text."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.documents.model import LoadedVersion, Period, Provision, Version

_SHOWN_OF_DIGEST = 8
_CORRECTED = re.compile(rf"\.[0-9a-f]{{{_SHOWN_OF_DIGEST}}}")


def corrected_label(label: str, digest: str) -> str:
    """The label of the correction that a file makes where its own is taken: the same in every house, as the file is."""
    return f"{label}.{digest[:_SHOWN_OF_DIGEST]}"


def made_from(file: Version, known: Sequence[Version]) -> tuple[Version, ...]:
    """The published version of the file's label, then its corrections by later states of the file, oldest first.

    A correction that a keeper wrote and named is no state of the file, and ends the line.
    """
    line = [each for each in known if each.label == file.label]
    while line:
        after = [each for each in known if each.replaces == line[-1].label and each not in line]
        states = [each for each in after if _CORRECTED.fullmatch(each.label.removeprefix(file.label))]
        if not states:
            break
        line.append(states[0])
    return tuple(line)


def as_recorded(file: LoadedVersion, recorded: Version, *, keep_end: bool) -> LoadedVersion:
    """The file under the label that stands for it; with ``keep_end`` an end that only the record knows stays."""
    period = file.version.period
    if keep_end and period.effective_to is None and period.effective_from == recorded.period.effective_from:
        period = recorded.period
    return labelled(file, recorded.label, replaces=recorded.replaces, period=period)


def labelled(file: LoadedVersion, label: str, *, replaces: str | None, period: Period) -> LoadedVersion:
    """The same text as another version."""
    return replace(
        file,
        version=replace(file.version, label=label, replaces=replaces, period=period),
        provisions=tuple(
            replace(each, ref=replace(each.ref, version=label), period=period) for each in file.provisions
        ),
    )


def same_text(published: Version, before: Sequence[Provision], file: LoadedVersion) -> bool:
    """Whether a file says what is published: the text and the facts of the document, from the same first day.

    What stands beside the text may differ: typical questions, topics, the source and how far it was verified; so may
    the last day.
    """
    version = file.version
    beside = replace(
        published,
        period=version.period,
        digest=version.digest,
        replaces=version.replaces,
        topics=version.topics,
        source=version.source,
        verification=version.verification,
    )
    return (
        beside == version
        and published.period.effective_from == version.period.effective_from
        and list(map(_text, before)) == list(map(_text, file.provisions))
    )


def _text(provision: Provision) -> tuple[object, ...]:
    return provision.ref, provision.path, provision.heading, provision.text, provision.position
