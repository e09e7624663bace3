"""Whether a question asks for a figure (how long, how much, which share), and which sentences give one of that kind."""

import re
from collections.abc import Iterator

_NUMERAL = r"(?:[0-9]+(?:\.[0-9]+)?|[〇零一二两三四五六七八九十百千万]+)"
_SENTENCE = re.compile(r"[。；;\n]")

_OF_TIME = "年|月|天|日|小时|工作日|交易日|分钟"
_KINDS = tuple(
    (re.compile(asked), re.compile(given))
    for asked, given in (
        (
            rf"多久|多长|期限|时限|什么时候|何时|哪天|(?<!好)几个?(?:{_OF_TIME}|号|点)|多少个?(?:{_OF_TIME})",
            rf"{_NUMERAL}\s*个?\s*(?:{_OF_TIME}|时|周|点|:)|终身|永久|长期|当日|次日|次一|立即|即时",
        ),
        (
            r"比例|费率|利率|税率|百分之几|百分之多少|几个点|涨跌幅|涨跌停|[涨跌]多少|几折",
            rf"{_NUMERAL}\s*(?:%|‰|倍)|[百千万]分之|免收|不收|不设|无涨跌幅",
        ),
        (
            r"多少(?:钱|资金|万|资产|元)|几万|几块|起投|罚多少|罚款|门槛|规模多少|金额",
            rf"{_NUMERAL}\s*[亿万千]?\s*[余多]?\s*元|{_NUMERAL}\s*[万亿]|倍",
        ),
        (
            r"多少|(?<!好)几(?!乎)|[上下]限|最[高低多少]",
            rf"{_NUMERAL}\s*(?:[个年月日天股元万倍次人份张手名家级种类分只岁%‰]|小时|周岁)|不得|没有|无",
        ),
    )
)
"""What asks for a figure, the most telling first, and how one of that kind is written."""


def figure_asked_for(question: str) -> re.Pattern[str] | None:
    """How the figure that ``question`` (folded) asks for would be written; ``None`` where it asks for none."""
    return next((given for asked, given in _KINDS if asked.search(question)), None)


def sentences_with(figure: re.Pattern[str], text: str) -> Iterator[str]:
    """The sentences of ``text`` (folded) that give such a figure."""
    return (sentence for sentence in _SENTENCE.split(text) if figure.search(sentence))
