"""Who says it to whom: the same words can be sound from one speaker and forbidden from another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_UNLICENSED = re.compile(
    r"(?:无|没有?|未|不具备|不持|非|尚未)[^，。；→）)]{0,8}(?:投顾|投资顾问|从业|资格|证|登记|持证|牌照)|实习生|柜员|柜台|大堂经理|客服(?!→)|未登记|不持证"
)
_LICENSED = re.compile(r"(?<![未无非不])持证|(?:有|具备|取得)[^，。→]{0,6}(?:投顾|投资顾问)?资格|登记(?:的)?投资?顾")
_LEVEL = re.compile(r"(?<![A-Za-z])[Cc]\s?([1-5])(?!\d)|(保守|谨慎|稳健|积极|激进)型")
_LEVEL_WORDS = {"保守": 1, "谨慎": 2, "稳健": 3, "积极": 4, "激进": 5}
_GRADE = re.compile(r"(?<![A-Za-z])R\s?([1-5])(?!\d)")
_LOWEST = re.compile(r"最低类别")
_HUMAN = re.compile(r"(?:本人|人工|真人)(?:撰写|编写|回复|坐席|客服|顾问|在线)|未使用\s?AI|没有?用\s?AI|非\s?AI|纯人工")
_MACHINE = re.compile(r"AI|ai|智能(?:客服|助手|体)|机器人|大模型|模型(?:生成|直发)|数字人|合成|自动回复")
_PUBLIC = re.compile(r"朋友圈|公众号|微信群|群发|群\d|直播|短信|全体|公开|海报|抖音|小红书|不特定|全部客户|社群|网站")
_QUALIFIED = re.compile(r"合格投资者(?:确认)?(?!前)|专业投资者")
_NOT_QUALIFIED = re.compile(r"(?:非|不是|未|没有?|不)[^，。→]{0,6}合格投资者")

_ADVISES = re.compile(
    r"(?:建议|推荐|可以|不妨|就|您|你|各|都|直接|赶紧|明天|现在|把)[^。！？]{0,14}(?:买(?!卖|者|方)|建仓|加仓|满仓|卖(?:掉|出)|清仓|抄底|换成|换到|申购|认购|上车|配(?:点|置|一)|投(?:一|点|进|\d))"
    r"|(?:这只|那只|这支|\d{6}|600|300|这票)[^。！？]{0,10}(?:可以(?:买|满仓|拿)|值得|会涨|能买|不错|看好|有戏|目标价|满仓|拿住)"
)
_OFFERS = re.compile(
    r"(?:推荐|配|买|上|试|来(?:点|一)|给(?:您|你)|适合|弹性|冲|看看|了解|投|申购|认购|考虑|参与|安排|选|做|拿|合适|不错)"
)
_HOLDS_BACK = re.compile(
    r"不(?:能|可|得|宜|匹配|适合|推荐|建议|主动|属于|在|合适|予|会|提供|涉及)|没有资格|无法|超出|高于|暂不|转(?:给|交)|请(?:登记|持证|投顾|有资格)|违规|禁止|特别(?:风险)?警示|先(?:说说|看|测)|要求买|(?:客户|自己|您)?主动(?:提出|要求|联系)|点名|匹配R|配R|是什么意思|指的是|区别|(?:在您的|匹配)范围内"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What ``context`` tells."""

    unlicensed: bool = False
    level: int | None = None
    grade: int | None = None
    human: bool = False
    machine: bool = False
    public: bool = False
    qualified: bool = False
    lowest: bool = False

    @classmethod
    def of(cls, context: str | None) -> "Scene":
        """Read a context such as 「客户经理（无投顾资格）→ 客户（C2）」."""
        if not context:
            return cls()
        level = _LEVEL.search(context)
        grade = _GRADE.search(context)
        human = _HUMAN.search(context) is not None
        return cls(
            unlicensed=_UNLICENSED.search(context) is not None and _LICENSED.search(context) is None,
            level=_rank(level) if level else None,
            grade=int(grade[1]) if grade else None,
            human=human,
            machine=_MACHINE.search(context) is not None and not human,
            public=_PUBLIC.search(context) is not None,
            qualified=_QUALIFIED.search(context) is not None and _NOT_QUALIFIED.search(context) is None,
            lowest=_LOWEST.search(context) is not None,
        )

    def excuses(self, category: str) -> bool:
        """Whether the scene makes a category impossible: a person who says to be one, a qualified investor."""
        if category == "P20_ai_disclosure":
            return self.human
        return category == "P14_private_fund_public" and self.qualified and not self.public


def scene_findings(text: str, scene: Scene) -> Iterator[tuple[str, int, int]]:
    """Category and span of what only the scene makes forbidden."""
    for match in re.finditer(r"[^。！？!?\n]+", text):
        sentence = match[0]
        if _HOLDS_BACK.search(sentence):
            continue
        place = (match.start(), match.end())
        if scene.unlicensed and _ADVISES.search(sentence):
            yield ("P09_unlicensed", *place)
        if _beyond_level(sentence, text, scene):
            yield ("P12_suitability", *place)
        if (
            scene.public
            and re.search(r"私募|对冲基金", sentence)
            and re.search(r"募|认购|申购|份额|额度|回报|收益|起投|预约|接龙|感兴趣", sentence)
        ):
            yield ("P14_private_fund_public", *place)


def _beyond_level(sentence: str, text: str, scene: Scene) -> bool:
    """Whether a product above the customer's level is put forward (SUIT:22 items 3 and 5)."""
    said = _LEVEL.search(text)
    if len({match[0] for match in _LEVEL.finditer(text)}) > 1:
        return False
    level = 1 if scene.lowest else scene.level or (_rank(said) if said else None)
    grades = [int(grade) for grade in _GRADE.findall(sentence)]
    if not grades and scene.grade is not None:
        grades = [scene.grade]
    if level is None or not grades or max(grades) <= level:
        return False
    return _OFFERS.search(sentence) is not None and re.search(r"[？?]\s*$", text) is None


def _rank(match: re.Match[str]) -> int:
    return int(match[1]) if match[1] else _LEVEL_WORDS[match[2]]
