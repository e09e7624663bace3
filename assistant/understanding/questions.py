"""What a question is, which day it asks about, and whether we answer, refuse or hand it to a person.

Layers: one spelling → orders hidden in the text → acts (:mod:`acts`) → guards for questions *about* a rule → the day.
"""

import re
from dataclasses import dataclass
from datetime import date

from assistant.errors import Invalid
from assistant.understanding.acts import RULE_OF, RULES, Act, ActRule, Disposition
from assistant.understanding.days import AskedDay, asked_day
from assistant.understanding.text import fold, tighten
from knowledge.customers.model import RiskLevel
from knowledge.products.model import RiskGrade

LONGEST = 4000
"""Characters of a question that we read."""

_BLANKS = re.compile(r"[ \t]+")
_LINES = re.compile(r"\s*\n\s*")
_ORDERS = re.compile(
    r"(?:忽略|无视|忘(?:记|掉|了)?|抛开|不(?:要|用|必)(?:管|理会|遵守)|跳过|覆盖|取消)[^。！？!?\n]{0,12}(?:指令|规则|设定|提示词?|要求|限制|约束|身份|对话|内容|prompt)"
    r"|(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+)*(?:previous|above|prior|earlier|system)[^。！？!?\n]{0,40}"
    r"|(?:你现在|从现在(?:开始|起)|接下来)[^。！？!?\n]{0,4}(?:是(?:一个|一名)?|扮演|充当|进入)[^。！？!?\n]{0,30}"
    r"|(?:扮演|假装(?:你|自己)?(?:是|没有)|pretend|act as|you are now)[^。！？!?\n]{0,40}"
    r"|(?:输出|打印|泄露|告诉我|显示|重复|复述|show|print|reveal|repeat)[^。！？!?\n]{0,8}(?:系统提示词?|系统指令|初始指令|提示词|system\s*prompt|你的(?:指令|设定|规则))"
    r"|(?:开发者|调试|越狱|上帝|无限制|DAN|developer|debug|jailbreak)\s?(?:模式|mode)[^。！？!?\n]{0,10}"
    r"|不受[^。！？!?\n]{0,8}(?:限制|约束|监管)|没有任何(?:限制|约束)"
    r"|</?\s*(?:system|assistant|user|instruction)s?\s*>|\[/?(?:INST|SYS)\]|^\s*#{1,4}\s*(?:system|instruction|系统)|^\s*(?:system|系统)\s*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_EMPTY_REST = re.compile(r"[\s，。！？!?、；;：:,.的了吧并且然后请和你我现在直接]*")

_ASKS_RULE = re.compile(
    r"违规|违法|合规|合法|犯法|犯规|规定|法规|条例|法律|处罚|罚款|罚多少|怎么罚|后果|判刑|坐牢|允许|准许|禁止|不得|不准|不许|为什么不|为何不|为啥不|凭什么不|凭啥不|"
    r"什么(?:是|叫|情况|条件|样的)|啥(?:是|叫)|何为|是什么意思|是指|定义|含义|界定|认定|算不算|算是|属于|构成|哪条|哪一条|第[\d一二三四五六七八九十百]+条|依据|"
    r"红线|底线|责任|应当|义务|要求是|有哪些要求|有什么要求|区别|差别|办理条件|资质|牌照|持牌|(?:留|保存|保留|留存|存)(?:存|档)?(?:多久|多长|几|多少)"
)
_DEFIES_RULE = re.compile(
    r"(?:虽然|知道|别管|不管|无视|哪怕|就算|先不说|抛开|不谈)[^，。？?]{0,8}(?:违规|违法|合规|合法|规定|法规|法律|允许)|只要不违法|不算违规(?:就|的话)|不留痕"
)
_ASKS_US = re.compile(
    r"帮我|给我|替我|告诉我|教我|透露|帮忙|跟我说|让我知道|偷偷|悄悄|私下(?:里)?(?:跟|和|告诉|给)|你来|你直接"
)
_HANDLING = re.compile(
    r"(?:客户|有人|对方|投资者|他|她|老人)[^。？?]{0,30}(?:怎么(?:回|答|办|处理|应对|说|拒绝|解释|引导|回复|回答|劝|弄|接)|如何(?:回|答|处理|应对|说|拒绝|解释|引导|沟通|安抚)|该怎么|应该怎么|我(?:该|应该|要)(?:怎么|如何|说)|咋(?:办|回|说)|怎么跟)|"
    r"(?:怎么|如何)(?:拒绝|回绝|婉拒|回应|安抚|劝导|提醒|回复|回答|答复|处理|应对)[^。？?]{0,16}(?:客户|投资者|对方|他|她)"
)
_PERMISSION = re.compile(
    r"(?:能不能|能否|可不可以|是否可以|是否能|可否)[^。？?]{0,40}|(?:(?<![才只所])可以|(?<![才只所])能)[^。？?]{0,30}(?:吗|(?<![怎什])么|嘛|不[？?]?$)|(?:行不行|行吗|可以吗|可不可以|能行吗|对吗|对不对|要紧吗|好吗)\s?[？?]?$"
)
_SECOND_PERSON = re.compile(r"[你您]|帮我|给我|替我|代我|咱|(?:保证|承诺|担保|确保|兜底)(?:能?让|给)?我")
_TOLD_OF_OTHERS = re.compile(
    r"^(?:有个?|我的?|我有个?|这个|那个|一位)?(?:客户|投资者|对方|他|她|老人|阿姨|大爷|有人|别人|同事)"
)
"""A clause about what somebody else does: 「客户把密码给我」 asks nothing of us."""
_ON_PURPOSE = re.compile(r"避开|躲|绕|规避|不被|免得|才不会|省得|不让.{0,4}(?:查|知道|发现)|会被查|查不到")
_NOT_ASKED = re.compile(
    r"(?:不是|不用|不需要|不要|没有?)(?:要|让|想|叫|求)?(?:你|您|你们)?(?:来|去)?(?:帮我)?(?:预测|推荐|荐股|判断|承诺|保证|猜|操作|下单)[^，。,；;？?！!]*[，。,；;]?"
)

_WISH_OF_A_CUSTOMER = re.compile(
    r"^(?:有个?|我的?)?客户(?!经理)(?:说|要|想|让|要求|问|提出|打听|催|非)[^。]{0,24}(?:怎么(?:办|回|处理|劝|拒绝|答|说|弄|应对|接)|如何(?:回|处理|拒绝|答|应对)|咋(?:办|回|弄))"
)
"""「客户要求去掉标识怎么办」: what somebody else wants, and how to meet it."""
_ROLE_MAY = re.compile(
    r"(?:客户经理|顾问|投顾|员工|业务员|公司|机构|个人|助手|分析师|从业人员|经纪人|荐股的人|基金经理|(?:没有?|无|不是|未)[^，。]{0,6}(?:证|资格|编号|编码|投顾|登记))[^。]{0,16}(?:(?<![才只所])能(?!力)|可以|可否|可不可以|行吗|行不行|算不算)"
    r"|(?:能|可以)(?:跟|对|向|和)?(?:客户|投资者)?(?:说|讲|写|预测|当)[^。]{0,14}[吗么]"
    r"|(?:(?<![才只所])能|可以|可否)[^。]{0,14}(?:给|跟|向|对|告诉)(?:客户|投资者)[^。]{0,14}[吗么]"
)
"""Whether somebody in a role may do it, or whether it may be said to customers: a question about a rule."""

_LEVEL = re.compile(
    r"(?<![A-Za-z0-9])[Cc]\s?(?P<n>[1-5一二三四五])(?![0-9A-Za-z])|(?P<word>保守|谨慎|稳健|积极|激进)型"
)
_GRADE = re.compile(
    r"(?<![A-Za-z0-9])[Rr]\s?(?P<n>[1-5一二三四五])(?![0-9A-Za-z])|(?P<word>中低|中高|低|中等?|高)风险(?=等级|级|的?产品|的?基金|的?理财|类|品种)"
)
_LEVEL_WORDS = {"保守": 1, "谨慎": 2, "稳健": 3, "积极": 4, "激进": 5}
_GRADE_WORDS = {"低": 1, "中低": 2, "中": 3, "中等": 3, "中高": 4, "高": 5}
_ADVISOR_FREE = frozenset({Act.COMPLAINT, Act.MINOR})
"""What an advisor reports about a customer is answered; what a customer says is handed to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """A question as we take it."""

    text: str
    """The question, cleaned. Always data, never an order to us."""
    search_text: str
    """The same without orders that were hidden in it: what the library is searched for."""
    disposition: Disposition
    today: date
    asked: AskedDay
    act: Act | None = None
    reason: str | None = None
    instead: str | None = None
    provisions: tuple[str, ...] = ()
    """Short references of what the refusal or redirection rests on."""
    risk_level: RiskLevel | None = None
    grade: RiskGrade | None = None
    injection: bool = False
    """Somebody tried to give us orders in the question."""

    @property
    def asked_day(self) -> date | None:
        """The day that the question names, if it names one."""
        return self.asked.day

    @property
    def before_change(self) -> bool:
        """It asks for what held before a change."""
        return self.asked.before_change

    @property
    def as_of(self) -> date:
        """The day whose rules answer it, as far as the question itself says."""
        return self.asked_day or self.today


def understand(text: str, *, today: date, asker: str) -> Understanding:
    """Read a question of an ``advisor`` or a ``customer``; empty or overlong is ``Invalid``."""
    cleaned = readable(text)
    tight = tighten(fold(cleaned)).text
    injection = _ORDERS.search(tight) is not None
    rest = _ORDERS.sub("", cleaned).strip() if injection else cleaned
    rule = _first_act(_NOT_ASKED.sub("", tight), asker)
    if rule is None and injection and _EMPTY_REST.fullmatch(rest):
        rule = RULE_OF[Act.INSTRUCTIONS]
    asked = asked_day(tight, today=today)
    return Understanding(
        text=cleaned,
        search_text=rest or cleaned,
        disposition=rule.disposition if rule else Disposition.ANSWER,
        today=today,
        asked=asked,
        act=rule.act if rule else None,
        reason=rule.reason if rule else None,
        instead=rule.instead if rule else None,
        provisions=rule.provisions if rule else (),
        risk_level=_level(tight),
        grade=_grade(tight),
        injection=injection,
    )


def readable(text: str) -> str:
    """The question without control characters, width folded; ``Invalid`` where it is empty or too long."""
    if len(text) > 4 * LONGEST:
        raise Invalid(f"问题太长（{len(text)} 个字符），请控制在 {LONGEST} 个字符以内。")
    folded = _LINES.sub("\n", _BLANKS.sub(" ", fold(text).text)).strip()
    if not re.search(r"\w", folded):
        raise Invalid("请写下您的问题。")
    if len(folded) > LONGEST:
        raise Invalid(f"问题太长（{len(folded)} 个字符），请控制在 {LONGEST} 个字符以内。")
    return folded


def _first_act(text: str, asker: str) -> ActRule | None:
    told_by_staff = asker == "advisor" or "客户" in text.replace("客户经理", "")
    handling = told_by_staff and _HANDLING.search(text) is not None
    return next((rule for rule in RULES if _asks_for(rule, text, asker, handling=handling)), None)


def _asks_for(rule: ActRule, text: str, asker: str, *, handling: bool) -> bool:
    if handling and rule.handling_exempts:
        return False
    if rule.disposition is Disposition.REFUSE and _WISH_OF_A_CUSTOMER.search(text):
        return False
    if asker == "advisor" and rule.act in _ADVISOR_FREE and re.search(r"客户(?!经理)|投资者|有人", text):
        return False
    matched = [match for pattern in rule.patterns if (match := pattern.search(text)) is not None]
    if not matched or (rule.exempt is not None and rule.exempt.search(text)):
        return False
    if rule.asks_rule_exempts and _asks_about_rule(text):
        return False
    return not (rule.permission_exempts and _asks_permission(rule, text, asker))


def _asks_about_rule(text: str) -> bool:
    """Whether the question is about what is allowed, rather than for the thing itself."""
    if _ASKS_RULE.search(text) is None or _DEFIES_RULE.search(text):
        return False
    clauses = [part for part in re.split(r"[，。；;,]", text) if not _TOLD_OF_OTHERS.search(part)]
    told_of_others = len(clauses) < len(re.split(r"[，。；;,]", text))
    return not any(
        _ASKS_US.search(part) and not _ASKS_RULE.search(part) and not (told_of_others and part.startswith("让我"))
        for part in clauses
    )


def _asks_permission(rule: ActRule, text: str, asker: str) -> bool:
    """「可以……吗」 about third persons asks for a rule; forecasts stay what they are, and picks unless staff ask."""
    foretells = rule.act in {Act.PREDICTION, Act.TIMING, Act.INSIDE_INFORMATION, Act.STOCK_PICK}
    if _ROLE_MAY.search(text) and not re.search(r"[你您咱]|我们?这" if not foretells else r"[你您咱我]", text):
        return True
    if rule.act in {Act.PREDICTION, Act.TIMING, Act.INSIDE_INFORMATION}:
        return False
    if rule.act is Act.STOCK_PICK and asker != "advisor":
        return False
    if rule.act is Act.EVASION and _ON_PURPOSE.search(text):
        return False
    return _PERMISSION.search(text) is not None and _SECOND_PERSON.search(text) is None


def _level(text: str) -> RiskLevel | None:
    match = _LEVEL.search(text)
    if match is None:
        return None
    rank = _LEVEL_WORDS[match["word"]] if match["word"] else _rank(match["n"])
    return RiskLevel(f"C{rank}")


def _grade(text: str) -> RiskGrade | None:
    match = _GRADE.search(text)
    if match is None:
        return None
    rank = _GRADE_WORDS[match["word"]] if match["word"] else _rank(match["n"])
    return RiskGrade(f"R{rank}")


def _rank(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else "一二三四五".index(numeral) + 1
