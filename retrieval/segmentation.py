"""Turns Chinese text into the terms that are indexed: words, and pairs of neighbouring characters.

Both sides, library and question, pass through here, so that width, case, traditional characters and the way a number is
written make no difference.
"""

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import opencc
import rjieba

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{_CJK}]+|[a-z0-9]+(?:[._+-][a-z0-9]+)*%?‰?")
_DIGITS = dict(zip("〇零一二两三四五六七八九", "001223456789", strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERALS = "".join(_DIGITS) + "".join(_UNITS)
_COUNTED = re.compile(
    rf"(?:百分之(?P<percent>[{_NUMERALS}]+))|(?P<count>[{_NUMERALS}]+)(?=[万亿元日天年个条岁倍档级周月股手])"
)


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """One form for one meaning: NFKC, simplified characters, lower case, counts in Arabic digits."""
    folded = simplified(unicodedata.normalize("NFKC", text).lower())
    return _COUNTED.sub(_arabic, folded)


def simplified(text: str) -> str:
    """Traditional characters as simplified ones."""
    return text if _traditional().isdisjoint(text) else str(_converter().convert(text))


def dictionary_words(run: str) -> list[str]:
    """Chinese characters cut at words of the dictionary; what it does not have stays single characters."""
    return list(rjieba.cut(run, False))


def words(text: str) -> list[str]:
    """Dictionary words and whole codes (``c2``, ``3.3.13``, ``10%``) of the folded text, in order."""
    return [word for run in _runs(text) for word in (rjieba.cut(run) if _is_chinese(run) else (run,))]


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring Chinese characters, and whole codes, of the folded text; a lone character is itself."""
    pairs: list[str] = []
    for run in _runs(text):
        if _is_chinese(run) and len(run) > 1:
            pairs += [run[start : start + 2] for start in range(len(run) - 1)]
        else:
            pairs.append(run)
    return pairs


def content_words(text: str) -> list[str]:
    """Distinct words that carry the question, without grammar and courtesy, in order."""
    return [word for word in dict.fromkeys(words(text)) if word not in _stop_words()]


@cache
def _stop_words() -> frozenset[str]:
    table = resources.files("retrieval").joinpath("stop_words.txt").read_text(encoding="utf-8")
    return frozenset(table.split())


@lru_cache(maxsize=1024)
def _runs(text: str) -> tuple[str, ...]:
    return tuple(_RUN.findall(fold(text)))


def _is_chinese(run: str) -> bool:
    return run[0] > "\u3000"


def _arabic(match: re.Match[str]) -> str:
    if match["percent"]:
        return f"{_value(match['percent'])}%"
    return str(_value(match["count"]))


def _value(numerals: str) -> int:
    if not _UNITS.keys() & set(numerals):
        return int("".join(_DIGITS[numeral] for numeral in numerals))
    total = digit = 0
    for numeral in numerals:
        if numeral in _UNITS:
            total += (digit or 1) * _UNITS[numeral]
            digit = 0
        else:
            digit = int(_DIGITS[numeral])
    return total + digit


@cache
def _converter() -> Any:  # noqa: ANN401 - published without types
    return opencc.OpenCC("t2s")


@cache
def _traditional() -> frozenset[str]:
    """Characters that the conversion may change: texts without any, nearly all, skip it."""
    table = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    return frozenset(line[0] for line in table.splitlines() if line)
