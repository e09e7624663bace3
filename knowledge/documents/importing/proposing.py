"""From a file to a library file: read, arrange, describe, inspect."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import groupby

from knowledge.documents.importing.arranging import Arranged, Scheme, arrange
from knowledge.documents.importing.dating import Dates, dates_of
from knowledge.documents.importing.describing import (
    document_id_of,
    document_number_of,
    issuer_of,
    kind_of,
    short_title_of,
    take_title,
)
from knowledge.documents.importing.extracting import extract
from knowledge.documents.importing.inspecting import inspect
from knowledge.documents.importing.model import (
    Block,
    Caution,
    CautionCode,
    Extracted,
    Format,
    Hints,
    Limits,
    Outline,
    Proposal,
    Unit,
    UnitKind,
)
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
    Version,
)
from knowledge.documents.writing import file_of, front_matter, to_markdown
from knowledge.errors import Invalid

_NOT_YET = date(1, 1, 1)
"""Stands for a day that nobody knows yet; never leaves this module."""


def propose(content: bytes, file_name: str, *, hints: Hints | None = None, limits: Limits | None = None) -> Proposal:
    """Read a file of any format that is understood, and propose it as a library file.

    Raises:
        Invalid: it cannot be read, is too large or takes too long, or a hint is wrong; the message says which.

    """
    limits, hints = limits or Limits(), hints or Hints()
    extracted = extract(content, file_name, limits)
    if extracted.format is Format.LIBRARY:
        return _of_library_file(content, extracted, hints)
    title, blocks, about_title = _titled(extracted, file_name, hints)
    if not any(block.text.strip() for block in blocks):
        raise Invalid("文件里没有正文。")
    arranged = arrange(blocks)
    dates = dates_of(arranged.units, file_name, hints)
    version, about_version = _version(title, arranged.units, dates, hints, source=_source(content, file_name, hints))
    cautions = (*extracted.cautions, *about_title, *about_version, *dates.cautions, *inspect(arranged))
    return _proposal(extracted.format, version, arranged, dates, cautions)


def _titled(extracted: Extracted, file_name: str, hints: Hints) -> tuple[str, Sequence[Block], tuple[Caution, ...]]:
    """The keeper's title leaves the text as it is where that says another."""
    title, blocks, cautions = take_title(extracted, file_name)
    if hints.title is None:
        return title, blocks, cautions
    said = "".join(hints.title.split())
    return hints.title.strip(), blocks if said == "".join(title.split()) else extracted.blocks, ()


def _source(content: bytes, file_name: str, hints: Hints) -> str:
    if hints.source:
        return hints.source
    name = file_name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(character for character in name if character.isprintable())
    return f"导入自文件「{printable}」（SHA-256 {sha256(content).hexdigest()[:16]}）"


def _version(
    title: str, units: Sequence[Unit], dates: Dates, hints: Hints, *, source: str
) -> tuple[Version, tuple[Caution, ...]]:
    number = hints.document_number or document_number_of(units)
    issuer, about_issuer = (hints.issuer, ()) if hints.issuer else issuer_of(title, units, number)
    period = Period(effective_from=dates.effective_from or _NOT_YET, effective_to=hints.effective_to)
    version = Version(
        document_id=hints.document_id or document_id_of(title, hints.known),
        label=hints.label or str(period.effective_from),
        kind=_kind(title, hints),
        title=title,
        short_title=hints.short_title or short_title_of(title),
        issuer=issuer,
        document_number=number,
        issued_on=dates.issued_on,
        period=period,
        rendition=Rendition.ORIGINAL,
        verification=hints.verification or Verification.SECONDARY,
        audience=hints.audience or Audience.INTERNAL,
        source=source,
        topics=hints.topics,
        branches=hints.branches,
    )
    return version, about_issuer


def _kind(title: str, hints: Hints) -> Kind:
    kind = hints.kind or kind_of(title)
    if kind is Kind.PRODUCT:
        raise Invalid("产品要素不能从文档导入：请按知识库文件的格式写明 product 一节后发布。")
    return kind


def _proposal(
    format_: Format, version: Version, arranged: Arranged, dates: Dates, cautions: tuple[Caution, ...]
) -> Proposal:
    provisions = tuple(_provision(version, unit, position) for position, unit in enumerate(arranged.units))
    draft = LoadedVersion(version=version, provisions=provisions)
    missing = ("effective_from",) if dates.effective_from is None else ()
    markdown = _without_day(draft) if missing else to_markdown(draft)
    return Proposal(
        format=format_,
        markdown=markdown,
        loaded=None if missing else load_bytes(markdown),
        missing=missing,
        warnings=cautions,
        outline=outline_of(arranged.units, version.title),
        units=arranged.units,
        history=dates.history,
    )


def _provision(version: Version, unit: Unit, position: int) -> Provision:
    return Provision(
        ref=ProvisionRef(version.document_id, unit.locator, version.label),
        kind=version.kind,
        document_title=version.title,
        path=unit.path,
        heading=unit.heading,
        text=unit.text,
        period=version.period,
        verification=version.verification,
        rendition=version.rendition,
        audience=version.audience,
        position=position,
        branches=version.branches,
    )


def _without_day(draft: LoadedVersion) -> bytes:
    """The file with an empty day, which cannot be published before somebody writes one."""
    fields = front_matter(draft.version)
    fields["effective_from"] = None
    if draft.version.label == str(_NOT_YET):
        fields["version"] = None
    return file_of(fields, draft.provisions)


def _of_library_file(content: bytes, extracted: Extracted, hints: Hints) -> Proposal:
    """As it is: its front matter counts, whatever the hints say."""
    loaded = load_bytes(content)
    units = tuple(
        Unit(
            kind=UnitKind.SECTION,
            locator=each.ref.locator,
            path=each.path,
            heading=each.heading,
            text=each.text,
        )
        for each in loaded.provisions
    )
    return Proposal(
        format=Format.LIBRARY,
        markdown=content,
        loaded=loaded,
        missing=(),
        warnings=(*extracted.cautions, *_unused(hints), *inspect(Arranged(units, Scheme.WHOLE))),
        outline=outline_of(units, loaded.version.title),
        units=units,
        history=(),
    )


def _unused(hints: Hints) -> Iterator[Caution]:
    if replace(hints, known={}) != Hints():
        yield Caution(CautionCode.KNOWN, "这已经是知识库文件，要素以文件头为准，另外指定的要素没有使用。")


def outline_of(units: Sequence[Unit], title: str, depth: int = 0) -> Outline:
    """The tree of the split: divisions with how many provisions stand below them."""
    children: Iterator[tuple[str, Sequence[Unit]]] = (
        (name, list(group))
        for name, group in groupby(units, key=lambda unit: unit.path[depth] if len(unit.path) > depth else "")
    )
    return Outline(
        title=title,
        provisions=len(units),
        first=units[0].heading if units else None,
        last=units[-1].heading if units else None,
        children=tuple(outline_of(group, name, depth + 1) for name, group in children if name),
    )
