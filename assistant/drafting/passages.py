"""A provision's text as the pieces that an answer can be made of: sentences, whole lists, table rows."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_ITEM = re.compile(r"\s*(?:（[一二三四五六七八九十百\d]+）|\([一二三四五六七八九十\d]+\)|\d+[.、](?!\d)|[-*•]\s)")
_BASIS = re.compile(r"（依据：[^（）]*(?:（[^（）]*）[^（）]*)*）")
_REFERENCE = re.compile(r"(?<![A-Za-z0-9:-])([A-Z][A-Z0-9-]*[A-Z0-9](?::[0-9A-Za-z][0-9A-Za-z.\-]*)?)(?![A-Za-z0-9])")
_OPENING, _CLOSING, _ENDING = "（「『《“〈【(", "）」』》”〉】)", "。！？!?"
_WHOLE_LIST = 420
"""Characters up to which a list is quoted whole."""


class Form(StrEnum):
    """What a piece is in the provision."""

    SENTENCE = "sentence"
    LIST = "list"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a provision that can be said by itself. ``quote`` stands in the provision verbatim."""

    form: Form
    text: str
    quote: str
    position: int
    lead: int | None = None
    """Position of the sentence that a list or item hangs on."""

    @property
    def leans_on_previous(self) -> bool:
        """Whether it only reads well after the sentence before it."""
        return bool(_LEANING.match(self.text))


_LEANING = re.compile(
    r"(?:也|其(?!他)|他们|它|该|这(?:类|些|种|一|个|里|时|项)?|此|上述|前述|同样|但|不过|否则|因此|所以|并|还|另外|例外|反之|同时|并且|而)"
)


@lru_cache(maxsize=2048)
def pieces_of(text: str) -> tuple[Piece, ...]:
    """Sentences, lists (whole, and item by item) and table rows of ``text``, in reading order."""
    return tuple(_Splitter().split(text))


def references_in(text: str) -> tuple[str, ...]:
    """What the text itself names as its basis（依据：……）: ``SUIT:22``, or ``SUIT`` alone; in order, once each."""
    named = (match for basis in _BASIS.findall(text) for match in _REFERENCE.findall(basis))
    return tuple(dict.fromkeys(match.rstrip(".-") for match in named))


def readable(text: str) -> str:
    """The sentence without its bracketed references and without Markdown marks."""
    return re.sub(r"\*\*|__|`", "", _BASIS.sub("", text)).strip()


def sentences_in(paragraph: str) -> list[str]:
    """Split after 。！？, never inside brackets or quotation marks."""
    found: list[str] = []
    start = depth = 0
    for index, character in enumerate(paragraph):
        depth += character in _OPENING
        depth -= character in _CLOSING and depth > 0
        if character in _ENDING and depth == 0:
            found.append(paragraph[start : index + 1].strip())
            start = index + 1
    rest = paragraph[start:].strip()
    return [sentence for sentence in [*found, rest] if sentence]


class _Splitter:
    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._last_sentence: int | None = None

    def split(self, text: str) -> list[Piece]:
        lines = text.split("\n")
        index = 0
        while index < len(lines):
            block = _run_of(lines, index, _is_row) or _run_of(lines, index, _is_item)
            if block and _is_row(block[0]):
                self._table(block)
            elif block:
                self._list(block, text)
            elif not lines[index].lstrip().startswith(("#", ">")):
                self._paragraph(lines[index])
            index += len(block) or 1
        return self._pieces

    def _add(self, form: Form, text: str, quote: str, lead: int | None = None) -> int:
        position = len(self._pieces)
        self._pieces.append(Piece(form, text, quote, position, lead))
        return position

    def _paragraph(self, line: str) -> None:
        for sentence in sentences_in(line):
            self._last_sentence = self._add(Form.SENTENCE, readable(sentence), sentence)

    def _list(self, lines: list[str], text: str) -> None:
        items = [line.strip() for line in lines if line.strip()]
        whole = "\n".join(lines).strip()
        joined = "".join(closed(readable(item)) for item in items)
        lead = self._last_sentence
        if len(joined) <= _WHOLE_LIST and whole in text:
            self._add(Form.LIST, joined, whole, lead)
        for item in items:
            self._add(Form.ITEM, closed(readable(item)), item, lead)

    def _table(self, lines: list[str]) -> None:
        head, *body = [_cells(line) for line in lines]
        for line, cells in zip(lines[1:], body, strict=True):
            if all(set(cell) <= set("-: ") for cell in cells):
                continue
            self._add(Form.ROW, _row_text(head, cells), line.strip())


def _run_of(lines: list[str], start: int, belongs: Callable[[str], bool]) -> list[str]:
    end = start
    while end < len(lines) and belongs(lines[end]):
        end += 1
    return lines[start:end]


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")


def _is_item(line: str) -> bool:
    return bool(_ITEM.match(line))


def _cells(line: str) -> list[str]:
    return [readable(cell) for cell in line.strip().strip("|").split("|")]


def _row_text(head: list[str], cells: list[str]) -> str:
    pairs = [f"{name}为{cell}" for name, cell in zip(head[1:], cells[1:], strict=False) if cell and cell not in "-—/"]
    return f"{cells[0]}：{'，'.join(pairs)}。"


def closed(sentence: str) -> str:
    """With an end mark."""
    return sentence if sentence.endswith((*_ENDING, "；", "：")) else f"{sentence}。"
