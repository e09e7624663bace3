"""A question that leans on the one before it, made whole: 「科创板开通条件」, then 「那北交所呢？」.

Where both name one of several alike things, the new one takes the old one's place; else both are read together.
"""

import re
from collections.abc import Sequence
from functools import reduce

_LONGEST = 18
"""Characters; a longer question stands by itself."""
_LEANS = re.compile(
    r"^(?:那么?|还有|另外|要是|如果|假如|换成|改成|再问|它|他们?|她|这个|这种|这类|这样|上面|刚才|其中|除此之外|具体)"
    r"|呢[？?。!！]*$"
    r"|^(?:要|需要|得|是|有|能|会|收|交|留|存|保存)?(?:多少|几|多久|多长)[^，。]{0,5}[？?]?$"
    r"|^(?:什么时候|何时|为什么|为啥|怎么算|怎么办|依据(?:是什么|呢)?|哪(?:一)?条|谁来?|在哪|可以吗|行吗|必须吗|有例外吗|流程呢?)[^，。]{0,5}[？?]?$"
)
_OPENING = re.compile(r"^(?:那么?|还有|另外|要是|如果|假如|换成|改成|再问(?:一下)?)[，,\s]*(?:是|问|说)?")
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


def leans(text: str) -> bool:
    """Whether ``text`` only makes sense after an earlier question."""
    plain = text.strip()
    return len(plain) <= _LONGEST and _LEANS.search(plain) is not None


def completed(text: str, history: Sequence[str]) -> str:
    """``text`` with what it takes from the earlier questions, oldest first; as it is where it stands by itself."""
    if not history or not leans(text):
        return text
    return _after(reduce(lambda before, each: _after(before, each) if leans(each) else each, history), text)


def _after(before: str, text: str) -> str:
    topic = _CLOSING.sub("", _OPENING.sub("", text.strip()))
    for group in _ALIKE:
        new, old = group.search(topic), group.search(before)
        if new and old and new.group().lower() != old.group().lower():
            swapped = group.sub(new.group(), before, count=1)
            return swapped if new.group() == topic else f"{swapped} {topic}"
    return f"{before} {topic}".strip()
