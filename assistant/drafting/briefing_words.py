"""What an advisor may say, ask and answer for each theme. Spoken words are an approved script's, by reference."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.drafting.plan_person import Choices, anybody


@dataclass(frozen=True, slots=True)
class Spoken:
    """Sentences of a script: all that match ``about`` and hold no blank to fill in, the first two."""

    script: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """What a customer may say, and the script that answers."""

    said: str
    answer: Spoken


TALKING_POINTS: Mapping[str, tuple[Spoken, ...]] = {
    "recent_complaint": (
        Spoken("SCRIPT-COMPLAINT-PROGRESS:2", "补充材料|由核查的同事"),
        Spoken("SCRIPT-COMPLAINT-INTAKE:2", "申请调解|不受影响"),
    ),
    "margin_below_warning": (Spoken("SCRIPT-MARGIN-WARNING:2", "三种办法|外部的钱"),),
    "margin_near_warning": (Spoken("SCRIPT-MARGIN-CAUTION:2", "看三样|实时数据"),),
    "assessment_missing": (Spoken("SCRIPT-ASSESSMENT-REMINDER:2", "真实情况|不影响"),),
    "assessment_expired": (Spoken("SCRIPT-ASSESSMENT-EXPIRED:2", "再填一次|照常"),),
    "assessment_expiring": (Spoken("SCRIPT-ASSESSMENT-REMINDER:2", "真实情况|不影响"),),
    "guardian": (Spoken("SCRIPT-MINOR:2", "监护人代办|最低的一类"),),
    "over_level_holdings": (Spoken("SCRIPT-LEVEL-DOWN:2", "不是坏事|不会再主动"),),
    "elderly_high_risk": (Spoken("SCRIPT-ELDERLY:2", "慢慢说|一起听"), Spoken("SCRIPT-ELDERLY-PHONE:2", "书面材料")),
    "loss_beyond_tolerance": (Spoken("SCRIPT-LOSS-COMFORT:2", "能理解|各有什么利弊"),),
    "loss_near_tolerance": (Spoken("SCRIPT-LOSS-COMFORT:2", "能理解|各有什么利弊"),),
    "maturing_holding": (Spoken("SCRIPT-PRODUCT-MATURITY:2", "什么时候用|可能的亏损"),),
    "idle_cash": (Spoken("SCRIPT-IDLE-CASH:2", "使用计划|不作安排"),),
    "concentrated_holding": (Spoken("SCRIPT-CONCENTRATION:2", "只说比例|还有哪些类别"),),
    "concentrated_industry": (Spoken("SCRIPT-CONCENTRATION:2", "想分散"),),
    "variety_mismatch": (Spoken("SCRIPT-FIRST-MEETING:2", "想先了解"),),
    "horizon_mismatch": (Spoken("SCRIPT-REDEMPTION-FEE:2", "由您决定"),),
    "frequent_trading": (Spoken("SCRIPT-COMMISSION:2", "佣金按|费率觉得"),),
    "dormant": (Spoken("SCRIPT-INACTIVE:2", "联系方式|不会劝阻"),),
    "no_recent_contact": (Spoken("SCRIPT-FIRST-MEETING:2", "服务是提供建议|想先了解"),),
    "rebalance": (Spoken("SCRIPT-FIRST-MEETING:2", "想先了解"), Spoken("SCRIPT-MARKET-DROP:2", "由您决定")),
    "steady": (Spoken("SCRIPT-MARKET-DROP:2", "看三件事|由您决定"),),
    "assets_shrinking": (Spoken("SCRIPT-TRANSFER-OUT:2", "您的权利|听听原因"),),
    "large_outflow": (Spoken("SCRIPT-TRANSFER-OUT:2", "您的权利|听听原因"),),
    "large_inflow": (Spoken("SCRIPT-IDLE-CASH:2", "使用计划|不作安排"),),
    "drawdown_beyond_tolerance": (
        Spoken("SCRIPT-NAV-DRAWDOWN:2", "想听听"),
        Spoken("SCRIPT-MARKET-DROP:2", "看三件事"),
    ),
}

OBJECTIONS: Mapping[str, tuple[Objection, ...]] = {
    "recent_complaint": (Objection("别再给我打电话推销了", Spoken("SCRIPT-OBJ-DO-NOT-CALL:2", "已经登记|抱歉")),),
    "assessment_missing": (Objection("为什么要问这么多", Spoken("SCRIPT-OBJ-NO-INFO:2", "不是打听|不愿意说")),),
    "assessment_expired": (Objection("情况没变，为什么还要再填", Spoken("SCRIPT-OBJ-NO-INFO:2", "不是打听|不愿意说")),),
    "over_level_holdings": (Objection("别家都肯卖给我", Spoken("SCRIPT-OBJ-OTHERS-SELL:2", "不评价|合适的几样")),),
    "elderly_high_risk": (Objection("家里人不同意我买", Spoken("SCRIPT-OBJ-FAMILY-AGAINST:2", "先别急|家人一起听")),),
    "loss_beyond_tolerance": (
        Objection("你们当初怎么不说会亏这么多", Spoken("SCRIPT-ASK-WHY-LOSS:2", "数据调出来|没讲清楚")),
        Objection("以前亏过，不想再听建议", Spoken("SCRIPT-OBJ-LOST-BEFORE:2", "不敢说|先不谈产品")),
    ),
    "loss_near_tolerance": (Objection("你看后面会不会涨回来", Spoken("SCRIPT-ASK-FORECAST:2", "没办法判断|三种情景")),),
    "maturing_holding": (Objection("直接告诉我接着买哪个", Spoken("SCRIPT-ASK-WHAT-TO-BUY:2")),),
    "idle_cash": (Objection("放你们这里跟存款一样保险吗", Spoken("SCRIPT-ASK-DEPOSIT:2", "不是存款|一分都不能亏")),),
    "concentrated_holding": (Objection("那你说我到底卖不卖", Spoken("SCRIPT-ASK-HOLD-SELL:2", "不能替您|列三行")),),
    "frequent_trading": (Objection("佣金能不能返一点", Spoken("SCRIPT-ASK-REBATE:2", "不做返佣|提交调整")),),
    "margin_below_warning": (
        Objection("你看后面会不会涨回来", Spoken("SCRIPT-ASK-FORECAST:2", "没办法判断|三种情景")),
    ),
    "margin_near_warning": (Objection("你看后面会不会涨回来", Spoken("SCRIPT-ASK-FORECAST:2", "没办法判断|三种情景")),),
    "rebalance": (
        Objection("给我定个收益目标，做到就行", Spoken("SCRIPT-ASK-TARGET-RETURN:2", "没有人能保证|预期定得")),
    ),
    "steady": (Objection("这是机器写的吧", Spoken("SCRIPT-OBJ-DISTRUST-AI:2", "逐句核对|跟人谈")),),
    "large_outflow": (Objection("别家条件比你们好", Spoken("SCRIPT-ASK-COMPETITOR:2", "不评价|用钱时间")),),
    "large_inflow": (Objection("放你们这里跟存款一样保险吗", Spoken("SCRIPT-ASK-DEPOSIT:2", "不是存款|一分都不能亏")),),
    "drawdown_beyond_tolerance": (
        Objection("你看后面会不会涨回来", Spoken("SCRIPT-ASK-FORECAST:2", "没办法判断|三种情景")),
    ),
    "assets_shrinking": (Objection("别家条件比你们好", Spoken("SCRIPT-ASK-COMPETITOR:2", "不评价|用钱时间")),),
    "no_recent_contact": (Objection("我只想直接跟人谈", Spoken("SCRIPT-OBJ-DISTRUST-AI:2", "跟人谈")),),
}

ASK: Mapping[str, Choices] = {
    "recent_complaint": ((anybody, "问：上次的问题解决到哪一步了，您最在意的是哪一点？"),),
    "margin_below_warning": ((anybody, "问：手上有没有可以追加的担保物，或者可以先还掉的负债？"),),
    "margin_near_warning": ((anybody, "问：如果比例再往下走，您打算用什么钱来补，什么时候能到？"),),
    "assessment_missing": ((anybody, "问：收入、家庭负担、投资经历和用钱时间；只听不引导，由客户本人填写。"),),
    "assessment_expired": ((anybody, "问：上次测评以后，收入、家庭、健康和用钱时间有没有变化？"),),
    "assessment_expiring": ((anybody, "问：上次测评以后，收入、家庭和用钱时间有没有变化？"),),
    "guardian": ((anybody, "问监护人：这笔钱的来源和用途是什么，什么时候要用？"),),
    "over_level_holdings": ((anybody, "问：这些产品是怎么买入的，当时看重什么，现在还看重吗？"),),
    "elderly_high_risk": ((anybody, "问：您知道{it.name}可能亏多少吗，家里人知道这笔投资吗？"),),
    "loss_beyond_tolerance": ((anybody, "问：这笔钱有没有要用的日子，亏损到多少会影响生活？"),),
    "loss_near_tolerance": ((anybody, "问：亏损到了测评时说的幅度打算怎么办，这笔钱有没有要用的日子？"),),
    "maturing_holding": ((anybody, "问：{it.name}到期以后，这笔钱什么时候用，能不能再放一段时间？"),),
    "idle_cash": (
        (lambda one: one.guarded, "问监护人：{portfolio.cash}里有没有已经定下用处的，例如学费或者照护费？"),
        (lambda one: one.retired, "问：每年日常和看病大约用多少，哪些钱是留给家人的？"),
        (lambda one: one.young, "问：近几年有没有购房、结婚、进修的打算，每月能结余多少？"),
        (anybody, "问：{portfolio.cash}是在等机会、等用钱，还是没想好？各占多少？"),
    ),
    "concentrated_holding": ((anybody, "问：买{it.name}的理由还在不在，它跌到什么程度您会坐不住？"),),
    "concentrated_industry": ((anybody, "问：集中在{portfolio.top_industry}行业是有意为之，还是慢慢攒成的？"),),
    "variety_mismatch": ((anybody, "问：现在愿意投哪些品种，和测评时有没有不同？"),),
    "horizon_mismatch": ((anybody, "问：这笔钱最早什么时候要用，能不能等到期？"),),
    "frequent_trading": ((anybody, "问：一年付了多少费用，心里有没有数；哪些买卖是计划好的？"),),
    "dormant": ((anybody, "问：还打算用这个账户吗，联系方式有没有换？"),),
    "no_recent_contact": ((anybody, "问：近况怎样，资金有什么打算，希望多久联系一次、用什么方式？"),),
    "rebalance": ((anybody, "问：对目前各类资产的分量满意吗，哪些动不得，哪些可以商量？"),),
    "steady": ((anybody, "问：近一年有没有大额支出，对现在的安排有没有不放心的地方？"),),
    "large_outflow": ((anybody, "问：转出的资金是要用，还是对费率或者服务有意见？"),),
    "large_inflow": ((anybody, "问：新转入的{flow.net_in_30d}打算什么时候用，能放多久？"),),
    "drawdown_beyond_tolerance": ((anybody, "问：持仓跌到什么程度会影响生活，当时打算怎么办？"),),
    "assets_shrinking": ((anybody, "问：转出的资金是要用，还是对费率或者服务有意见？"),),
}

SCRIPTS: Mapping[str, tuple[str, ...]] = {
    key: tuple(
        dict.fromkeys(
            [spoken.script for spoken in TALKING_POINTS.get(key, ())]
            + [objection.answer.script for objection in OBJECTIONS.get(key, ())]
        )
    )
    for key in (*TALKING_POINTS, *OBJECTIONS)
}
"""Theme → the scripts that a briefing about it may quote."""
