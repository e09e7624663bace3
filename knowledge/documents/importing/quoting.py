"""Articles that a text quotes, as a decision to amend does: 「将第十条修改为：“第十条 …”」. They are its own words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.documents.importing.model import Block, BlockKind
from knowledge.documents.importing.wording import article_of, division_of

_QUOTES = (("“", "”"), ('"', '"'))
_LONGEST = 400
"""So many blocks a quotation may have; what is never closed is none."""


def with_quotations_whole(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Each quotation that begins with an article or a chapter and runs on over lines becomes one block."""
    return tuple(_joined(blocks))


def _joined(blocks: Sequence[Block]) -> Iterator[Block]:
    at = 0
    while at < len(blocks):
        opens = _opens(blocks[at])
        last = _last(blocks, at, *opens[1:]) if opens is not None else at
        if opens is None or last == at:
            yield blocks[at]
            at += 1
            continue
        begins = opens[0]
        text, tight = blocks[at].text[begins:], blocks[at].tight
        if begins:
            yield replace(blocks[at], text=blocks[at].text[:begins].rstrip())
            tight = True
        for each in blocks[at + 1 : last + 1]:
            text += ("\n" if each.tight else "\n\n") + each.text
        yield Block(text, tight=tight)
        at = last + 1


def _opens(block: Block) -> tuple[int, str, str] | None:
    """Where a quotation of articles begins that its line does not end, and its marks."""
    if block.kind is BlockKind.TABLE:
        return None
    for opening, closing in _QUOTES:
        begins = block.text.rfind(opening)
        if begins < 0 or closing in block.text[begins + 1 :]:
            continue
        if opening == closing and block.text.count(opening) % 2 == 0:
            continue
        quoted = block.text[begins + 1 :].strip()
        if article_of(quoted) is not None or division_of(quoted, heading=False) is not None:
            return begins, opening, closing
    return None


def _last(blocks: Sequence[Block], first: int, opening: str, closing: str) -> int:
    """The block that ends the quotation; ``first`` itself where none does. Paragraphs may each repeat the opening."""
    depth = 1
    for at in range(first + 1, min(first + _LONGEST, len(blocks))):
        text = blocks[at].text.lstrip()
        if opening == closing:
            depth -= text.count(closing) % 2
        else:
            depth += text.removeprefix(opening).count(opening) - text.count(closing)
        if depth <= 0:
            return at
    return first
