"""What a question wants to hear, and which of several alike things (boards, levels, grades) it is about."""

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.drafting.terms import meant_by, normalise, question_text


class Want(StrEnum):
    """The kind of answer that a question waits for."""

    AMOUNT = "amount"
    TIME = "time"
    CONDITION = "condition"
    PERMISSION = "permission"
    PROCEDURE = "procedure"
    LIST = "list"


_ASKS = {
    Want.AMOUNT: re.compile(
        r"多少|几(?:个|成|倍|次|万|股|分|档|点(?!钟))|比例|费率|税率|上限|下限|最低|最高|起点|门槛|多高|多大|多贵|限额|\d%"
    ),
    Want.TIME: re.compile(
        r"什么时候|何时|几(?:点|天|年|日|月|时)|哪天|哪一天|多久|多长时间|期限|有效期|时间|截止|什么时间|起算|保存"
    ),
    Want.CONDITION: re.compile(r"条件|门槛|要求|资格|开通|需要(?:什么|哪些|满足|多少)|标准|算不算|够不够|才能|才可以"),
    Want.PERMISSION: re.compile(
        r"能(?!力)|可以|可否|允许|行不行|行吗|合规吗|违规|违法|合法|禁止|可不可以|必须|要不要|得不得|[吗么嘛][?？]?$|是不是|会不会"
    ),
    Want.PROCEDURE: re.compile(
        r"怎么(?:办|做|说|回|处理|答|开|走|投诉|申请|查)|如何|流程|步骤|怎样|该怎么|应该怎么|手续|怎么"
    ),
    Want.LIST: re.compile(r"哪些|哪几|几(?:类|项|种|方面)|什么|分别|各(?:板块|个|是|档|类)|内容|六|五项|清单"),
}

_AMOUNT = r"\d+(?:\.\d+)?\s*(?:%|‰|万|亿|元|股|份|倍|成|个|次|点|档|类|项|bp)"
_TELLS = {
    Want.AMOUNT: re.compile(_AMOUNT + r"|千分之|百分之|一倍|两倍"),
    Want.TIME: re.compile(r"\d+\s*(?::\d\d|日|天|个?交易日|个?工作日|个?月|年|小时|分钟)|t\+\d|当日|次日|次一"),
    Want.CONDITION: re.compile(r"须|应当|不低于|不少于|满\d|日均|签署|具备|条件|以上|达到|不得低于|通过"),
    Want.PERMISSION: re.compile(r"不得|可以|不能|禁止|应当|允许|无须|不需要|须|必须|有权|不受理|只能|不可"),
    Want.PROCEDURE: re.compile(r"应当|先|再|办理|提交|申请|拨打|流程|步骤|签署|核实|告知|登录|提醒|可以"),
    Want.LIST: re.compile(r"（[一二三四五六七八]）|包括|分为|、.+、"),
}

_ALIKE: tuple[tuple[str, ...], ...] = (
    (r"科创板", r"创业板", r"北交所|北京证券交易所", r"主板", r"新三板|股转|创新层|基础层", r"港股通"),
    (r"创新层", r"基础层"),
    (r"(?<!融资)融券(?!业务)", r"融资(?!融券|者)"),
    (r"印花税", r"佣金", r"过户费", r"经手费", r"监管费|证管费", r"赎回费", r"销售服务费", r"管理费"),
    (r"可转债|可转换公司债", r"reits", r"etf", r"期权", r"融资融券|两融", r"私募", r"公募", r"资管计划|资产管理计划"),
    (r"沪市|上交所|上海证券交易所", r"深市|深交所|深圳证券交易所"),
    (r"开盘集合竞价", r"收盘集合竞价", r"连续竞价", r"盘后(?:固定价格)?", r"大宗交易"),
    (r"c1", r"c2", r"c3", r"c4", r"c5"),
    (r"r1", r"r2", r"r3", r"r4", r"r5"),
    (r"专业投资者", r"普通投资者", r"合格投资者"),
    (r"自然人|个人", r"法人|机构投资者"),
)
_ALIKE_PATTERNS = tuple(tuple(re.compile(name) for name in group) for group in _ALIKE)

_SCOPES = tuple(
    re.compile(name)
    for name in (
        r"私募",
        r"资产管理|资管",
        r"从业人员|员工|任职",
        r"银行|保险机构|金融机构产品",
        r"期货",
        r"供应商|外包|信息技术服务",
        r"重要信息系统",
        r"算法",
        r"股票期权|期权",
        r"退市整理",
        r"可转债|可转换公司债",
        r"新三板|创新层|基础层",
        r"荐股软件",
        r"境外|出境",
        r"评价机构|评级机构",
        r"研究报告|研报|分析师",
        r"大宗交易",
        r"老年|65周岁|70周岁|高龄",
        r"融资融券|两融|融资|融券",
        r"未成年|十四周岁",
    )
)
"""Special scopes: a provision about one of them answers a question that names it."""

_STARTS = re.compile(
    r"(?:什么时候|何时|哪天|哪一天|哪年|从哪|从几|几月).{0,6}(?:施行|生效|实施|执行|起效|开始)"
    r"|(?:施行|生效|实施)(?:日期|时间|日)"
)

_FITS, _BESIDE, _SILENT = 1.15, 0.55, 1.0
_TOO_SPECIAL = 0.85
_BOTH_BOARDS = re.compile(r"各(?:个)?板块|所有|全部|一律|均|都")


@dataclass(frozen=True, slots=True)
class Focus:
    """A question's wants and the names of alike things in it."""

    text: str
    wants: frozenset[Want]
    named: tuple[tuple[re.Pattern[str], ...], ...]
    """Per group of alike things: those that the question names."""
    scopes: tuple[bool, ...]
    """Per special scope: whether the question names it."""

    @property
    def asks_for_start(self) -> bool:
        """Whether it asks from which day a text is in force."""
        return bool(_STARTS.search(self.text))

    def told_by(self, text: str) -> int:
        """How many of the wants ``text`` looks able to meet."""
        folded = normalise(text)
        return sum(1 for want in self.wants if _TELLS[want].search(folded))

    def unmet_by(self, text: str) -> frozenset[Want]:
        """The figures and times that are asked for and that ``text`` does not hold."""
        folded = normalise(text)
        return frozenset(want for want in self.wants & {Want.AMOUNT, Want.TIME} if not _TELLS[want].search(folded))

    def scope(self, opening: str) -> float:
        """Below 1 where ``opening`` is about special cases that the question does not name."""
        own = normalise(opening)
        special = sum(1 for name, asked in zip(_SCOPES, self.scopes, strict=True) if not asked and name.search(own))
        return float(_TOO_SPECIAL ** min(special, 2))

    def fit(self, text: str, context: str = "") -> float:
        """Above 1 where ``text`` names what the question names, below where it is about a sibling of it."""
        factor = 1.0
        own, around = normalise(text), normalise(context)
        for group, named in zip(_ALIKE_PATTERNS, self.named, strict=True):
            factor *= _fit_of(group, named, own, around)
        return factor


def focus_of(question: str) -> Focus:
    """Read a question."""
    text = normalise(question_text(question))
    meant = text + normalise(meant_by(question))
    return Focus(
        text=text,
        wants=frozenset(want for want, pattern in _ASKS.items() if pattern.search(text)),
        named=tuple(tuple(name for name in group if name.search(text)) for group in _ALIKE_PATTERNS),
        scopes=tuple(name.search(meant) is not None for name in _SCOPES),
    )


def _fit_of(group: tuple[re.Pattern[str], ...], named: tuple[re.Pattern[str], ...], own: str, around: str) -> float:
    if not named:
        return _SILENT
    if any(name.search(own) for name in named):
        return _FITS
    siblings = [name for name in group if name not in named]
    if any(name.search(own) for name in siblings) and not _BOTH_BOARDS.search(own):
        return _BESIDE
    if any(name.search(around) for name in siblings) and not any(name.search(around) for name in named):
        return _BESIDE
    return _SILENT
