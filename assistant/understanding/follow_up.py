"""A question that leans on the one before it, made whole: 「科创板开通条件」, then 「那北交所呢？」.

Where both name one of several alike things, a part of an article or a day, the new one takes the old one's place;
「它」 is the document that was named; else both are read together.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import reduce

from assistant.understanding.days import asked_day

_LONGEST, _LONGEST_POINTING = 18, 26
"""Characters; a longer question stands by itself. One that points back (「那……」, 「它……」) may be longer."""
_POINTS = re.compile(r"^(?:那么?|它|他们|这个|这种|这类|这样|上面|刚才|其中)")
_LEANS = re.compile(
    r"^(?:那么?|还有|另外|要是|如果|假如|换成|改成|再问|它|他们?|她|这个|这部|这份|这条|该办法|该规定|此办法|这种|这类|这样|上面|刚才|其中|除此之外|具体)"
    r"|^第?[〇零一二两三四五六七八九十百\d]+(?:条|款|项)"
    r"|呢[？?。!！]*$"
    r"|^(?:要|需要|得|是|有|能|会|收|交|留|存|保存)?(?:多少|几|多久|多长)[^，。]{0,5}[？?]?$"
    r"|^(?:什么时候|何时|为什么|为啥|怎么算|怎么办|依据(?:是什么|呢)?|哪(?:一)?条|谁来?|在哪|可以吗|行吗|必须吗|有例外吗|流程呢?)[^，。]{0,5}[？?]?$"
)
_OPENING = re.compile(r"^(?:(?:那么?|还有|另外|要是|如果|假如|换成|改成|再问(?:一下)?)[，,\s]*)+(?:是|问|说)?")
_CLOSING = re.compile(r"(?:的话)?(?:又)?(?:呢|怎么样|如何)?[？?。!！\s]*$")
_ALIKE = tuple(
    re.compile(group, re.IGNORECASE)
    for group in (
        r"科创板|创业板|北交所|主板|新三板|港股通|沪市|深市|上交所|深交所|融资融券|两融|期权|可转债|退市整理(?:股票)?|ST股票?|私募(?:基金)?|公募(?:基金)?|资管计划",
        r"C[1-5]|保守型|谨慎型|稳健型|积极型|激进型",
        r"R[1-5]|低风险|中低风险|中风险|中高风险|高风险",
        r"印花税|佣金|过户费|经手费|赎回费|申购费|管理费|销售服务费",
        r"融资(?!融券)|融券",
        r"专业投资者|普通投资者|合格投资者",
        r"开盘集合竞价|收盘集合竞价|连续竞价|盘后固定价格(?:交易)?|大宗交易",
        r"买入|卖出",
        r"个人|机构|自然人|法人",
    )
)


_NUMBER = r"第?[〇零一二两三四五六七八九十百千\d]+"
_PARTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_NUMBER}条(?:之[一二三四五六七八九十\d]+)?(?:{_NUMBER}款)?(?:{_NUMBER}项)?",
        rf"{_NUMBER}款(?:{_NUMBER}项)?",
        rf"{_NUMBER}项",
    )
)
"""From the larger to the smaller: a new article drops the old paragraph, a new paragraph the old item."""
_DOCUMENT = re.compile(
    r"《[^》]+》|(?:(?![的在和与按据看问查讲下里])[\u4e00-\u9fff]){2,20}?(?:办法|规定|规则|条例|细则|指引|通知|法(?![规律院人]))"
)
_IT = re.compile(r"^(?:它|(?:这个|这部|这份|这条|该|此)(?:办法|规定|规则|条例|细则|指引|通知|法|文件)?)的?")
_NO_DAY = date(2000, 1, 1)
"""Only which words name a day is read here, never which day."""


def leans(text: str) -> bool:
    """Whether ``text`` only makes sense after an earlier question."""
    plain = text.strip()
    longest = _LONGEST_POINTING if _POINTS.search(plain) else _LONGEST
    return len(plain) <= longest and _LEANS.search(plain) is not None


def completed(text: str, history: Sequence[str]) -> str:
    """``text`` with what it takes from the earlier questions, oldest first; as it is where it stands by itself."""
    if not history or not leans(text):
        return text
    return _after(reduce(lambda before, each: _after(before, each) if leans(each) else each, history), text)


def _after(before: str, text: str) -> str:
    topic = _CLOSING.sub("", _OPENING.sub("", text.strip()))
    if (numbered := _with_part(before, topic)) is not None:
        return numbered
    if (named := _about_it(before, topic)) is not None:
        return named
    before = _without_days(before, topic)
    swapped, only = _swapped(before, topic)
    if swapped != before:
        return swapped if only else f"{swapped} {topic}"
    return f"{before} {topic}".strip()


def _with_part(before: str, topic: str) -> str | None:
    """「证券法第八十八条第一款」, then 「第二款」."""
    for rank, pattern in enumerate(_PARTS):
        if pattern.fullmatch(topic) is None:
            continue
        article = _PARTS[0].search(before)
        if article is None:
            return None
        if rank == 0:
            return before[: article.start()] + topic + before[article.end() :]
        old = pattern.search(article[0])
        end = article.start() + old.start() if old is not None else article.end()
        return before[:end] + topic + before[article.end() :]
    return None


def _about_it(before: str, topic: str) -> str | None:
    """「适当性办法讲什么」, then 「它什么时候施行」."""
    pointed, document = _IT.match(topic), _DOCUMENT.search(before)
    if pointed is None or document is None or pointed.end() == len(topic):
        return None
    return f"{document[0]}{topic[pointed.end() :]}"


def _without_days(before: str, topic: str) -> str:
    """「2026年ST涨跌幅」, then 「那2023年呢」: the new day alone counts."""
    if not asked_day(topic, today=_NO_DAY).words:
        return before
    for words in asked_day(before, today=_NO_DAY).words:
        before = before.replace(words, "", 1)
    return before


def _swapped(before: str, topic: str) -> tuple[str, bool]:
    """``before`` with the alike things of ``topic`` in place of its own; and whether ``topic`` says nothing more."""
    rest = topic
    for group in _ALIKE:
        new, old = group.search(topic), group.search(before)
        if new and old and new.group().lower() != old.group().lower():
            before = before[: old.start()] + new.group() + before[old.end() :]
            rest = rest.replace(new.group(), "", 1)
    return before, not re.search(r"\w", re.sub(r"[买做开的是去]", "", rest))
