"""First letters of the pinyin of Chinese characters, for document ids."""

_FIRST = (
    ("A", 0xB0A1), ("B", 0xB0C5), ("C", 0xB2C1), ("D", 0xB4EE), ("E", 0xB6EA), ("F", 0xB7A2), ("G", 0xB8C1),
    ("H", 0xB9FE), ("J", 0xBBF7), ("K", 0xBFA6), ("L", 0xC0AC), ("M", 0xC2E8), ("N", 0xC4C3), ("O", 0xC5B6),
    ("P", 0xC5BE), ("Q", 0xC6DA), ("R", 0xC8BB), ("S", 0xC8F6), ("T", 0xCBFA), ("W", 0xCDDA), ("X", 0xCEF4),
    ("Y", 0xD1B9), ("Z", 0xD4D1),
)  # fmt: skip
"""The 3,755 common characters of GB 2312 are in the order of their pinyin: each letter, and where it begins."""

_END = 0xD7FA


def initials(text: str) -> str:
    """``ZQF`` of 证券法; letters and digits stay, other characters are left out."""
    return "".join(filter(None, map(_initial, text.upper())))


def _initial(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else ""
    try:
        code = int.from_bytes(character.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    if not _FIRST[0][1] <= code < _END:
        return ""
    return next(letter for letter, begins in reversed(_FIRST) if code >= begins)
