"""How each theme is said to a customer: headline, step, occasion to look again, question only the customer can answer.

The first pattern that fits the person and whose facts are known is said. ``{it.…}`` is the holding that the theme is
about. No pattern promises, predicts or urges; what names a holding tells it and puts nothing forward.
"""

from collections.abc import Mapping

from assistant.drafting.plan_person import Choices, Person, anybody

HEADLINES: Mapping[str, Choices] = {
    "recent_complaint": (
        (anybody, "先把您还没有办结的投诉（{service.open_complaints}）处理好"),
        (anybody, "先听您说说投诉的事办得怎么样"),
    ),
    "margin_below_warning": ((anybody, "尽快处理低于警戒线的维持担保比例"),),
    "margin_near_warning": ((anybody, "给融资融券多留一些安全距离"),),
    "assessment_missing": ((anybody, "先完成风险测评"),),
    "assessment_expired": ((anybody, "先把失效的风险测评补上"),),
    "assessment_expiring": ((anybody, "赶在{assessment.expires_on}以前更新风险测评"),),
    "guardian": ((anybody, "由监护人代理，只谈最低风险等级的产品"),),
    "over_level_holdings": ((anybody, "看清超出您风险等级的持仓"),),
    "elderly_high_risk": ((anybody, "把{it.name}的风险当面讲明白"),),
    "loss_beyond_tolerance": ((anybody, "核对目前的亏损是否还在您能承受的范围之内"),),
    "loss_near_tolerance": ((anybody, "看住已经接近您承受范围的亏损"),),
    "maturing_holding": ((anybody, "安排好{it.name}到期的资金"),),
    "idle_cash": (
        (lambda one: one.retired, "给{portfolio.cash}可用资金排好取用的先后"),
        (lambda one: one.short, "让{portfolio.cash}可用资金随用随取、各有去处"),
        (lambda one: one.bold, "给{portfolio.cash}可用资金定下投入的节奏"),
        (anybody, "给{portfolio.cash}可用资金定下用途"),
    ),
    "large_inflow": ((anybody, "给新转入的{flow.net_in_30d}定下用途"),),
    "drawdown_beyond_tolerance": ((anybody, "看清持仓可能的回落是否超过您的承受范围"),),
    "concentrated_holding": ((anybody, "看清{it.name}一项占{it.share}意味着什么"),),
    "concentrated_industry": ((anybody, "留意{portfolio.top_industry}行业的分量"),),
    "variety_mismatch": ((anybody, "核对您愿意投资的品种"),),
    "horizon_mismatch": ((anybody, "核对用钱时间与产品期限"),),
    "frequent_trading": ((anybody, "把交易费用降下来"),),
    "dormant": ((anybody, "确认账户和联系方式是否还照旧"),),
    "no_recent_contact": ((anybody, "恢复定期沟通"),),
    "steady": ((anybody, "保持现有安排，按期复核"),),
}

STEPS: Mapping[str, Choices] = {
    "recent_complaint": (
        (
            anybody,
            "{plan.next_contact_on}以前，我们告诉您投诉处理到哪一步（还没有办结的有{service.open_complaints}）；您也可以申请调解，公司不会拒绝，处理完以前不向您做营销。",
        ),
        (
            anybody,
            "{plan.next_contact_on}以前，我们回访您对投诉处理的意见；还不满意可以申请调解，公司不会拒绝，近期不向您做营销。",
        ),
    ),
    "margin_below_warning": (
        (
            anybody,
            "请尽快按合同约定追加担保物或者减少负债（目前负债{margin.debt}）；逾期没有处理的，可能被强制平仓，数额和期限以公司正式通知为准，请不要借外面的钱来补。",
        ),
    ),
    "margin_near_warning": (
        (
            anybody,
            "近期不宜再增加负债（目前{margin.debt}）；可以先还一部分，或者备好能追加的担保物，具体以合同和公司正式通知为准。",
        ),
    ),
    "assessment_missing": (
        (
            lambda one: one.retired,
            "请您本人按真实情况完成风险测评，看不懂的题目我们当面或者电话解释题意，任何人不得代填或者提示答案；没做完以前，查询、卖出和转账都照常。",
        ),
        (
            anybody,
            "请您本人在手机App按真实情况完成风险测评，任何人不得代填或者提示答案；没做完以前，查询、卖出和转账都照常。",
        ),
    ),
    "assessment_expired": (
        (
            lambda one: one.retired,
            "测评从{assessment.expires_on}起不再有效，请您本人按现在的收入、健康和用钱打算重新测评，看不懂的题目我们解释题意，任何人不得代填或者提示答案。",
        ),
        (
            anybody,
            "测评从{assessment.expires_on}起不再有效，请您本人按现在的收入、家庭和用钱打算重新测评，任何人不得代填或者提示答案；这期间查询、卖出和转账都照常。",
        ),
    ),
    "assessment_expiring": (
        (anybody, "{assessment.expires_on}以前，由您本人按真实情况重新测评一次，免得服务中断；情况没有变化也要重做。"),
    ),
    "guardian": (
        (
            lambda one: one.minor,
            "所有业务由监护人作为法定代理人办理；压岁钱、教育金这类资金先问清什么时候用，我们只谈最低风险等级的产品。",
        ),
        (anybody, "所有业务由监护人作为法定代理人办理；先留足照护和日常开支，我们只谈最低风险等级的产品。"),
    ),
    "over_level_holdings": (
        (
            lambda one: one.lowest_class,
            "超出范围的持仓，我们逐只说明风险和退出费用，由您决定怎么处理，不要求您卖出；今后不再向您介绍这类产品，签署警示书也不例外。",
        ),
        (
            anybody,
            "超出范围的持仓，我们逐只说明风险和退出费用，是否调整由您决定，不要求您卖出；今后不再主动介绍同类产品。",
        ),
    ),
    "elderly_high_risk": (
        (
            anybody,
            "我们约您面谈或者通电话，用大字材料把{it.name}可能亏多少、怎么退出讲清楚；您愿意的话可以请家人一起听，不急着当场决定。",
        ),
    ),
    "loss_beyond_tolerance": (
        (
            lambda one: one.short,
            "先别急着加减：请和我们核对这笔钱什么时候要用，再看继续拿着、减少一部分和全部退出各有什么利弊；情况变了就由您本人更新测评信息。",
        ),
        (
            anybody,
            "先别急着加减：请和我们核对还能承受多少亏损，逐只看当初的理由还在不在；情况变了就由您本人更新测评信息。",
        ),
    ),
    "loss_near_tolerance": (
        (
            lambda one: one.short,
            "趁亏损还没有到您说的{assessment.max_loss}，先想好：这笔钱什么时候要用，到了那条线是继续拿着、减少一部分还是退出，由您决定。",
        ),
        (
            anybody,
            "趁亏损还没有到您说的{assessment.max_loss}，先想好到了那条线怎么办：继续拿着、减少一部分还是退出，我们把各自的利弊和费用列给您，由您决定。",
        ),
    ),
    "maturing_holding": (
        (
            lambda one: one.short,
            "{it.matures_on}以前把用钱时间说定：{it.name}到期后的{it.market_value}，要用的留在可用资金里，不默认续作。",
        ),
        (
            lambda one: one.retired,
            "{it.matures_on}以前想好{it.name}到期后{it.market_value}的用处：先留足日常和看病的钱，余下的再看期限，不默认续作。",
        ),
        (
            lambda one: one.bold,
            "{it.name}在{it.matures_on}到期，{it.market_value}先放回可用资金，再分批补到低于区间的类别，不默认续作。",
        ),
        (
            anybody,
            "{it.name}在{it.matures_on}到期，{it.market_value}怎么用请提前告诉我们：要用的留出来，不用的再按目标区间分配，不默认续作。",
        ),
    ),
    "idle_cash": (
        (lambda one: one.guarded, "可用资金{portfolio.cash}先放在取用方便的地方，等监护人确定用途和时间再作安排。"),
        (
            lambda one: one.retired,
            "可用资金{portfolio.cash}里先留出日常开支和看病的钱，放在随时取得出来的地方；剩下的再看期限，不用一次安排完。",
        ),
        (
            lambda one: one.short,
            "可用资金{portfolio.cash}按用钱时间分开放：很快要用的放在随时能取的地方，确定一段时间不用的再看期限短的品种。",
        ),
        (
            lambda one: one.long and one.bold,
            "可用资金{portfolio.cash}里长期不用的部分，可以一步一步补到低于区间的类别，不必一次到位；要用的部分先留足。",
        ),
        (
            lambda one: one.long,
            "可用资金{portfolio.cash}里，近几年要用的先留出来，余下的才按长期资金安排，一步一步来。",
        ),
        (
            lambda one: one.assessed,
            "请告诉我们可用资金{portfolio.cash}的用途和时间：要用的留足，暂时不用的再分批补到低于区间的类别。",
        ),
        (anybody, "请先告诉我们可用资金{portfolio.cash}的用途和使用时间，其余等测评完成以后再谈。"),
    ),
    "large_inflow": (
        (
            lambda one: one.short or one.retired,
            "新转入的{flow.net_in_30d}先放在随时能取的地方，用途和时间定了再说，不急着安排。",
        ),
        (
            lambda one: one.assessed,
            "新转入的{flow.net_in_30d}请先告诉我们用途和时间：要用的留足，长期不用的再一步一步补到不足的类别。",
        ),
        (anybody, "新转入的{flow.net_in_30d}请先告诉我们用途和时间，其余等测评完成以后再谈。"),
    ),
    "drawdown_beyond_tolerance": (
        (
            anybody,
            "请和我们核对：如果再出现一次这样的回落（折到今天约{risk.stress}），会不会影响生活；会的话，先商量怎样降低波动。",
        ),
    ),
    "concentrated_holding": (
        (
            lambda one: one.retired,
            "我们把{it.name}的成本、占比和退出费用列成一张表，和您一起看它大跌时会不会影响日常开支，再由您决定是否分批降低。",
        ),
        (
            lambda one: one.bold,
            "您能承受较大波动，但{it.name}一项就占{it.share}，请先定下自己能接受的上限，超过的部分随用钱和调整慢慢降。",
        ),
        (anybody, "我们把{it.name}的成本、占比和退出费用列给您，一起看维持现状与分批降低各有什么利弊，由您决定。"),
    ),
    "concentrated_industry": (
        (
            anybody,
            "{portfolio.top_industry}行业占{portfolio.top_industry_share}，新增的资金先不再加到这个行业；是否分散由您决定。",
        ),
    ),
    "variety_mismatch": (
        (anybody, "请核对投资品种的意愿有没有变：变了就由您本人更新测评信息；没变，我们和您商量这部分怎样逐步处理。"),
    ),
    "horizon_mismatch": (
        (
            anybody,
            "{it.name}到期或者满锁定期才能完整取回，请核对用钱时间；需要提前退出的，我们先把限制和费用列给您。",
        ),
    ),
    "frequent_trading": (
        (
            anybody,
            "下单以前先看一眼费用：近12个月成交{portfolio.trades_12m}、{portfolio.traded_12m}，交易越频繁费用越高，我们不鼓励增加交易。",
        ),
    ),
    "dormant": ((anybody, "请核对手机号码和银行卡是否仍然有效；如果不打算再用这个账户，我们说明销户手续，不会劝阻。"),),
    "no_recent_contact": (
        (
            lambda one: one.retired,
            "我们主动约您聊一次近况：身体、家里的开支和资金打算有没有变化，也听听您对服务的意见。",
        ),
        (anybody, "我们主动约您聊一次近况：工作、家里的开支和资金打算有没有变化，也听听您对服务的意见。"),
    ),
    "steady": (
        (
            lambda one: one.lowest_class,
            "目前没有要赶着办的事，维持现有安排；到期和新增的资金先放进可用资金，等复核时再看。",
        ),
        (anybody, "各类资产都在目标区间之内，不为了调整而调整；分红、到期和新增的资金先放进可用资金，等复核时再看。"),
    ),
}

OCCASIONS: Mapping[str, Choices] = {
    "margin_below_warning": ((anybody, "维持担保比例再次低于{margin.warning_line}"),),
    "margin_near_warning": ((anybody, "维持担保比例低于{margin.warning_line}"),),
    "maturing_holding": ((anybody, "{it.name}提前结清或者改期"),),
    "concentrated_holding": ((anybody, "{it.name}的占比在{it.share}之上继续升高"),),
    "concentrated_industry": ((anybody, "{portfolio.top_industry}行业的占比继续升高"),),
    "idle_cash": ((anybody, "可用资金有了确定的用途"),),
    "large_inflow": ((anybody, "新转入的资金有了确定的用途"),),
    "drawdown_beyond_tolerance": ((anybody, "持仓再次出现较大的回落"),),
    "over_level_holdings": ((anybody, "您重新测评，或者持仓的产品风险等级有调整"),),
    "guardian": ((anybody, "监护人或者照护安排有变化"),),
    "recent_complaint": ((anybody, "您对投诉的处理不满意"),),
    "loss_beyond_tolerance": ((anybody, "亏损继续扩大，或者您对亏损的承受力变了"),),
    "loss_near_tolerance": ((anybody, "亏损到了您说的{assessment.max_loss}"),),
    "horizon_mismatch": ((anybody, "用钱的时间提前"),),
    "variety_mismatch": ((anybody, "您愿意投资的品种变了"),),
    "frequent_trading": ((anybody, "您改变了交易习惯"),),
}
"""When the plan is looked at again before its day: fragments without a full stop."""

LIFE_OCCASIONS: Choices = (
    (lambda one: one.guarded, "这笔钱要提前动用"),
    (lambda one: one.retired, "健康、养老开支或者家人的需要有变化"),
    (lambda one: one.young, "换工作、购房或者结婚等计划有变化"),
    (anybody, "收入、家庭大额支出或者用钱时间有变化"),
)

QUESTIONS: Mapping[str, Choices] = {
    "idle_cash": (
        (lambda one: one.guarded, "这笔{portfolio.cash}打算什么时候、用在哪里？"),
        (lambda one: one.retired, "{portfolio.cash}里，日常和看病每年大约要取用多少？"),
        (lambda one: one.young, "{portfolio.cash}是在等机会，还是为购房、结婚这样的支出留着？"),
        (anybody, "{portfolio.cash}里有多少已经有了用处，什么时候要用？"),
    ),
    "large_inflow": ((anybody, "新转入的{flow.net_in_30d}是从哪里来、打算做什么用的？"),),
    "drawdown_beyond_tolerance": ((anybody, "持仓跌到什么程度，您会睡不好觉？"),),
    "maturing_holding": ((anybody, "{it.name}到期以后，这笔钱打算什么时候用？"),),
    "loss_beyond_tolerance": ((anybody, "如果亏损再扩大一些，会不会影响日常生活？"),),
    "loss_near_tolerance": ((anybody, "亏损到了您说的{assessment.max_loss}，您打算怎么办？"),),
    "concentrated_holding": ((anybody, "当初看重{it.name}的理由，现在还在不在？"),),
    "margin_near_warning": ((anybody, "如果比例继续下降，您打算用什么钱来补？"),),
    "frequent_trading": ((anybody, "这些买卖里，有多少是计划好的？"),),
    "steady": (
        (lambda one: one.retired, "今后几年每年要从这里取用多少？"),
        (anybody, "今后几年有没有购房、教育这样的大额支出？"),
    ),
    "rebalance": (
        (lambda one: one.retired, "今后几年每年要从这里取用多少？"),
        (lambda one: one.young, "每个月还有多少结余可以加进来？"),
        (anybody, "今后几年有没有购房、教育这样的大额支出？"),
    ),
}
"""What only the customer can say, asked in the letter; two at most are asked."""


def _income_and_growth(person: Person) -> bool:
    return {"income", "growth"} <= person.goals


GOALS: Choices = (
    (lambda one: one.minor and one.guarded, "这笔钱属于孩子，安排上以取用方便和少波动为先，不以收益高低取舍。"),
    (lambda one: one.guarded, "安排上以照护开支和取用方便为先，不以收益高低取舍。"),
    (lambda one: one.short and one.retired, "钱随时可能要用，又要供养晚年，所以方案先保证取得出来，宁可少一些收益。"),
    (lambda one: "liquidity" in one.goals, "您看重随时能取，所以方案先安排要用的钱，余下的才谈期限。"),
    (lambda one: one.short and one.bold, "您的目标偏进取，用钱时间却不远，两者有些矛盾，方案以用钱时间为准。"),
    (lambda one: one.short, "用钱时间不远，所以方案不碰锁定期长的安排。"),
    (lambda one: one.cautious and one.long, "时间很长、又不想大起大落，所以方案先看亏损会有多大，再看别的。"),
    (lambda one: one.cautious, "您把控制波动放在前面，所以方案先看亏损会有多大，再看收益。"),
    (
        lambda one: "aggressive_growth" in one.goals and one.long,
        "时间长、能承受大的波动，所以方案允许进取的部分占一定比例，但单一品种和单一行业要有限度。",
    ),
    (
        lambda one: "aggressive_growth" in one.goals,
        "您愿意为增值承受波动，所以方案把限度写清楚：多少可以进取，多少不能动。",
    ),
    (
        lambda one: _income_and_growth(one) and one.long,
        "您既要稳又要增值，时间也够长，所以方案以固定收益打底，用权益类的一部分换取增值的可能。",
    ),
    (_income_and_growth, "您既要稳又要增值，所以方案以固定收益打底，权益类的分量按区间控制。"),
    (lambda one: "income" in one.goals, "您要的是平稳，所以方案看重费用和到期衔接，不靠频繁买卖。"),
    (lambda one: "growth" in one.goals and one.long, "时间够长，所以方案可以承受中途的波动，靠分散而不是靠择时。"),
    (lambda one: "growth" in one.goals, "您想在可以承受的亏损之内增值，所以方案先定亏损的上限，再定各类的分量。"),
)
"""What follows from goal and horizon; the most cautious reading decides."""
