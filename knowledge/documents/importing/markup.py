"""Parses XML and HTML that anybody may have written: no entities, no network, bounded depth."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from knowledge.errors import Invalid

_PROLOGUE = 4096


def parse_xml(content: bytes, what: str) -> etree._Element:
    """The root of a part of an office document.

    Raises:
        Invalid: it is damaged, nested too deeply, or declares entities.

    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise Invalid(f"{what}已损坏，或者嵌套太深，读不出来。") from None
    if b"<!DOCTYPE" in content[:_PROLOGUE] or root.getroottree().docinfo.internalDTD is not None:
        raise Invalid(f"{what}带有外部实体声明（DOCTYPE），为安全起见不予导入。")
    return root


def local(element: Any) -> str:  # noqa: ANN401 - comments and instructions have a function for a tag
    """The name of an element without its namespace, of which Word has two."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """The first child of that name, and of that its child, and so on."""
    found: etree._Element | None = element
    for name in names:
        if found is None:
            return None
        found = next((each for each in found if local(each) == name), None)
    return found


def attribute(element: etree._Element | None, name: str) -> str | None:
    """An attribute by its name without namespace."""
    if element is None:
        return None
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Every child of that name."""
    return (each for each in element if local(each) == name)
