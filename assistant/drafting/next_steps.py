"""What follows from an observation, said to the customer. The observation's own ``action`` is for staff only."""

from collections.abc import Mapping

NEXT_STEPS: Mapping[str, str] = {
    "recent_complaint": "我们先跟进您的投诉并告知进度；您也可以申请调解，公司不会拒绝，处理完以前不向您做营销。",
    "margin_below_warning": (
        "请尽快按合同约定追加担保物或者减少负债；逾期没有处理的，可能被强制平仓，具体数额和期限以公司正式通知为准。"
    ),
    "margin_near_warning": "请留意维持担保比例，可以考虑追加担保物或者减少负债，具体以合同和公司正式通知为准。",
    "assessment_missing": "请您本人按真实情况完成风险测评，任何人不得代填或者提示答案。",
    "assessment_expired": "请您本人按真实情况重新完成风险测评，任何人不得代填或者提示答案。",
    "assessment_expiring": "请在风险测评失效以前，由您本人按真实情况重新测评。",
    "guardian": "所有业务请由监护人作为法定代理人办理，我们只讨论最低风险等级的产品。",
    "over_level_holdings": "我们会向您说明超出范围的持仓和产品风险，是否调整由您决定，不要求您卖出。",
    "elderly_high_risk": "我们会面谈或者打电话，逐项向您说明这些持仓的风险。",
    "loss_beyond_tolerance": "请与我们核对资金用途和可以承受的亏损；情况有变化的，请更新风险测评信息。",
    "maturing_holding": "到期以前请确认资金的用途和期限，到期以后不会默认续买。",
    "idle_cash": "请告诉我们这笔资金的用途和使用时间，再按随时要用、稳健、进取的用途分别安排。",
    "concentrated_holding": "我们会说明集中持有的风险，以及继续持有与分散各自的利弊和费用，由您决定。",
    "concentrated_industry": "我们会说明行业集中的风险，是否分散由您决定。",
    "variety_mismatch": "请核对投资品种的意愿有没有变化；有变化的，请由您本人更新测评信息。",
    "horizon_mismatch": "请核对资金的使用时间，我们会说明提前退出的限制和费用。",
    "frequent_trading": "交易越频繁费用越高，请在下单以前核对费用，我们不鼓励增加交易。",
    "no_recent_contact": "我们会安排一次回访，了解您的近况和资金计划。",
}
"""By key of ``assistant.analysis.model.Observation``; a key that is missing here is not told."""
