# ruff: noqa: E501 - the table reads as data: one kind of question a line
"""Which facts of the chosen customer a question asks for, in the words in which people ask.

A fact's label is an official word (「近12个月成交笔数」) that nobody says (「最近一年交易了多少笔」): the table stands between.
"""

import re
from collections.abc import Sequence

from assistant.analysis.model import Fact

_GENERAL = re.compile(
    r"规定|法规|条例|规则|什么条件|哪些条件|条件(?:是|有|$|[？?])|需要(?:什么|哪些)|要(?:什么|哪些)|门槛|要求|多少钱才|一般|通常|客户们|所有客户|每个客户|(?:普通|专业|合格)投资者(?:的|要|需)|哪条|为什么|依据"
)
"""Asks for a rule although a customer is chosen."""
_WHAT_IS_LACKING = re.compile(r"差|缺|够|达到|满足")
_WITH_RULE = re.compile(r"能|可以|怎么|如何|行吗|够|差|缺|满足|达到|过期|到期|适合")
_PERMISSION = r"还?(?:差|缺|少)|能(?:不能)?开|可以开|开得了|开了|开通|够|满足|达到|权限|符合|资格"
_ASKED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"多大(?:年纪|岁数|了)|几岁|年龄|多少岁|年纪", ("customer.age",)),
    (r"哪个城市|所在地|在哪里?住|住(?:在)?哪|哪里人", ("customer.city",)),
    (r"职业|什么工作|干什么的|做什么的|哪一行", ("customer.occupation",)),
    (r"年收入|收入(?:有)?多少|收入情况", ("customer.annual_income",)),
    (r"(?:是不是|是|什么).{0,4}(?:专业|普通|合格)?投资者(?:类别|类型|吗)?", ("customer.status",)),
    (
        r"(?:什么时候|哪年|何时|多久).{0,4}开(?:的)?户|开户(?:多久|时间|几年|日|年限|多长)",
        ("customer.opened_on", "customer.tenure"),
    ),
    (r"生日", ("customer.days_to_birthday",)),
    (r"(?:偏好|喜欢|习惯).{0,6}(?:渠道|联系|方式)", ("customer.preferred_channel",)),
    (r"(?:开|开通|有)(?:通)?了?(?:哪些|什么|几个)(?:业务)?权限|已(?:经)?开通(?:的)?权限", ("customer.permissions",)),
    (r"(?:能|可以|适合|匹配|可)[^，。]{0,8}R[1-5]", ("customer.risk_level", "customer.suitable_grades")),
    (
        r"(?:能买|适合买?|可以买|匹配|推荐)[^，。]{0,4}(?:什么|哪些|几级|哪几|啥|多高)",
        ("customer.suitable_grades", "customer.risk_level"),
    ),
    (r"组合.{0,6}风险|持仓.{0,4}风险(?:等级|多高|大)", ("portfolio.risk_grade",)),
    (r"风险等级|风险承受|C几|什么等级|哪一级|风险类型|测评结果", ("customer.risk_level", "customer.suitable_grades")),
    (
        r"(?:测评|风测|风险评估)[^，。]{0,10}(?:过期|到期|有效|失效|还有|还剩|多久|剩)",
        ("assessment.expires_on", "assessment.days_left", "assessment.days_expired"),
    ),
    (
        r"(?:上次|最近|什么时候|哪天)[^，。]{0,6}(?:测评|风测|风险评估)|(?:测评|风测)[^，。]{0,4}(?:哪天|什么时候)做",
        ("assessment.assessed_on",),
    ),
    (r"投资期限|打算投多久|能放多久", ("assessment.horizon",)),
    (r"投资目标|想要什么收益|投资目的", ("assessment.goals",)),
    (r"愿意(?:投资|买)|接受哪些品种", ("assessment.varieties",)),
    (r"(?:承受|接受|最多能?|最大)[^，。]{0,8}亏", ("assessment.max_loss",)),
    (r"日均资产", ("portfolio.average_assets_20d",)),
    (
        r"总资产|多少资产|资产(?:总共|一共|规模)?(?:有|是)?(?:多少|多大)|(?:一共|总共)?有多少钱|身家",
        ("portfolio.total_assets", "portfolio.average_assets_20d"),
    ),
    (
        r"(?:现金|闲钱|可用资金|余额|闲置资金|空仓)[^，。]{0,8}(?:占|比|多少|几|高)",
        ("portfolio.cash", "portfolio.cash_share"),
    ),
    (r"(?:持仓|持有|买了|拿着|手里|手上)[^，。]{0,6}(?:几只|多少只|几个|多少个|几种)", ("portfolio.holdings_count",)),
    (r"最多的|最大的|第一大|重仓|集中|仓位最|最重", ("portfolio.top_holding", "portfolio.top_holding_share")),
    (
        r"(?:持仓|持有|买了|拿着|手里|手上)[^，。]{0,6}(?:什么|哪些|啥|哪几)|持仓情况",
        ("holding.*.name", "portfolio.holdings_count"),
    ),
    (r"行业", ("portfolio.top_industry", "portfolio.top_industry_share")),
    (
        r"(?:交易|成交|买卖|操作)了?[^，。]{0,4}(?:多少笔|几笔|笔数|次数|几次|多少次)|交易频(?:率|繁|次)",
        ("portfolio.trades_12m",),
    ),
    (r"成交(?:金)?额|交易额|交易了多少钱|交易量", ("portfolio.traded_12m",)),
    (r"换手", ("portfolio.turnover_12m",)),
    (
        r"(?:赚|亏)了?(?:多少|没有|没|吗)|盈亏|浮盈|浮亏|收益(?:怎么样|如何|情况|多少)|是赚是亏",
        ("portfolio.unrealised", "portfolio.unrealised_share"),
    ),
    (r"(?:权益|股票|仓位)[^，。]{0,6}(?:占|比|多少|多高|几成)", ("portfolio.share.equity",)),
    (r"(?:固收|固定收益|债券|债)[^，。]{0,4}(?:占|比)", ("portfolio.share.fixed_income",)),
    (r"(?:交易|投资|炒股)(?:经验|经历|多久|几年|多少年|年限)", ("portfolio.experience_months",)),
    (r"投诉(?:过|了)?(?:几次|多少次|没有|吗)|有(?:没有)?投诉", ("service.complaints_12m", "service.last_complaint_on")),
    (r"服务(?:了)?(?:几次|多少次|记录)", ("service.records_12m",)),
    (
        r"(?:上次|最近|什么时候|多久|几天|哪天)[^，。]{0,8}(?:联系|沟通|打电话|聊|回访|接触)|(?:联系|沟通|回访)[^，。]{0,6}(?:多久|几天|什么时候)",
        ("service.last_contact_on", "service.days_since_contact"),
    ),
    (r"登录|登陆|上线|打开App", ("service.days_since_visit",)),
    (r"(?:上次|最近一次|多久没|几天没|什么时候)[^，。]{0,6}(?:交易|买卖|买入|操作)", ("service.days_since_trade",)),
    (r"担保比例|负债|欠(?:了)?多少", ("margin.*",)),
    (rf"(?:{_PERMISSION})[^，。]*科创板|科创板[^，。]*(?:{_PERMISSION})", ("permission.star_market",)),
    (rf"(?:{_PERMISSION})[^，。]*创业板|创业板[^，。]*(?:{_PERMISSION})", ("permission.chinext",)),
    (rf"(?:{_PERMISSION})[^，。]*北交所|北交所[^，。]*(?:{_PERMISSION})", ("permission.beijing",)),
    (rf"(?:{_PERMISSION})[^，。]*港股通|港股通[^，。]*(?:{_PERMISSION})", ("permission.hk_connect",)),
    (rf"(?:{_PERMISSION})[^，。]*(?:两融|融资融券)|(?:两融|融资融券)[^，。]*(?:{_PERMISSION})", ("permission.margin",)),
    (rf"(?:{_PERMISSION})[^，。]*期权|期权[^，。]*(?:{_PERMISSION})", ("permission.option",)),
    (
        rf"(?:{_PERMISSION})[^，。]*(?:可转债|转债)|(?:可转债|转债)[^，。]*(?:{_PERMISSION})",
        ("permission.convertible_bond",),
    ),
)
_TABLE = tuple(
    (
        re.compile(asked, re.IGNORECASE),
        tuple(re.compile(re.escape(f"fact:{name}").replace(r"\*", ".+")) for name in names),
    )
    for asked, names in _ASKED
)
_MOST_KINDS = 2


def asked_facts(question: str, facts: Sequence[Fact]) -> list[Fact]:
    """The customer's facts that ``question`` asks for, in the table's order; none where it asks for a rule."""
    if _GENERAL.search(question) and not _WHAT_IS_LACKING.search(question):
        return []
    kinds = [names for asked, names in _TABLE if asked.search(question)][:_MOST_KINDS]
    wanted = [name for names in kinds for name in names]
    return list(dict.fromkeys(fact for name in wanted for fact in facts if name.fullmatch(fact.id)))


def wants_the_rule_too(question: str) -> bool:
    """Whether a rule belongs beside the customer's own figures: 「还差什么可以开」, not 「多大年纪」."""
    return _WITH_RULE.search(question) is not None
