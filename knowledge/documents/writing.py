"""Writes library files: ``load_bytes(to_markdown(loaded))`` is ``loaded`` again, under the digest of those bytes."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from knowledge.documents.model import LoadedVersion, Provision, Version
from knowledge.documents.splitting import below, locator_of

_MARKUP = re.compile(r"\\*(?:#|>|---)")
_ATTRIBUTE = re.compile(r".*\{(?:#[0-9A-Za-z.-]+|level=[0-9])\}")
_UNBROKEN = 1_000_000


class _PlainDumper(yaml.SafeDumper):
    """Writes no aliases, which library files may not have."""

    def ignore_aliases(self, data: object) -> bool:
        """Always: a value that is met twice is written twice."""
        del data
        return True


def to_markdown(loaded: LoadedVersion) -> bytes:
    """The library file of a version. Lines of text that look like markup are escaped."""
    fields = front_matter(loaded.version)
    if loaded.product is not None:
        fields["product"] = loaded.product
    return file_of(fields, loaded.provisions)


def file_of(fields: dict[str, Any], provisions: tuple[Provision, ...]) -> bytes:
    """The file of front matter and provisions; a provision names its verification where it differs from the field."""
    front = yaml.dump(fields, Dumper=_PlainDumper, allow_unicode=True, sort_keys=False, width=_UNBROKEN)
    body = "\n".join(_body(provisions, str(fields["verification"])))
    return f"---\n{front}---\n\n{body}\n".encode()


def front_matter(version: Version) -> dict[str, Any]:
    """The fields of the file, in the order that the library's README tells them."""
    fields: dict[str, Any] = {
        "id": version.document_id,
        "kind": version.kind.value,
        "title": version.title,
        "short_title": version.short_title,
        "issuer": version.issuer,
        "document_number": version.document_number,
        "issued_on": version.issued_on,
        "effective_from": version.period.effective_from,
        "effective_to": version.period.effective_to,
        "version": version.label,
        "rendition": version.rendition.value,
        "verification": version.verification.value,
        "audience": version.audience.value,
        "source": version.source,
    }
    if version.topics:
        fields["topics"] = list(version.topics)
    if version.branches:
        fields["branches"] = list(version.branches)
    return fields


def _body(provisions: tuple[Provision, ...], verification: str) -> Iterator[str]:
    path: tuple[str, ...] = ()
    for position, provision in enumerate(provisions, start=1):
        yield from _headings(path, provision.path)
        path = provision.path
        yield f"## {_heading(provision, position)}\n"
        yield "\n".join(_escaped(line) for line in provision.text.split("\n"))
        yield ""
        if provision.verification.value != verification:
            yield f"> 核验：{provision.verification.value}\n"
        if provision.typical_questions:
            yield "\n".join(f"> 问：{question}" for question in provision.typical_questions) + "\n"


def _headings(before: tuple[str, ...], path: tuple[str, ...]) -> Iterator[str]:
    if path == before:
        return
    if not path:
        yield "# {level=0}\n"
        return
    shared = next((at for at, pair in enumerate(zip(before, path, strict=False)) if pair[0] != pair[1]), None)
    first = min(len(before), len(path) - 1) if shared is None else shared
    current = before
    for depth in range(min(first, len(path) - 1), len(path)):
        name, wanted = path[depth], path[: depth + 1]
        plain = below(current, name) == wanted and not _ATTRIBUTE.fullmatch(name)
        yield f"# {name}\n" if plain else f"# {name} {{level={depth + 1}}}\n"
        current = wanted


def _heading(provision: Provision, position: int) -> str:
    heading, locator = provision.heading, provision.ref.locator
    implied = locator_of(heading) or str(position)
    return heading if implied == locator and not _ATTRIBUTE.fullmatch(heading) else f"{heading} {{#{locator}}}"


def _escaped(line: str) -> str:
    return f"\\{line}" if _MARKUP.match(line) else line
