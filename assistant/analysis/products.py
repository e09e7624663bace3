"""Facts about products and about how they match."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from assistant.analysis.figures import FactMaker, day_text
from assistant.analysis.model import Fact, Match, MatchVerdict
from knowledge.products.model import Goal, Performance, Product

_VERDICTS = {
    MatchVerdict.SUITABLE: "适合",
    MatchVerdict.UNSUITABLE: "不适合",
    MatchVerdict.BARRED: "不得销售",
}


def product_facts(product: Product, *, as_of: date) -> tuple[Fact, ...]:
    """``fact:product.CODE.…``: terms and fees as the note tells them; results as whole periods beside the benchmark."""
    make = FactMaker(f"product.{product.code}", as_of, f"产品资料 {product.document_id}")
    goals = "、".join(goal.label for goal in Goal if goal in product.goals)
    facts = [
        make.text("name", "产品名称", product.name),
        make.text("risk_grade", "产品风险等级", product.risk_grade.label),
        make.text("variety", "产品类别", product.variety.label),
        make.text("goals", "适合的投资目标", goals),
        make.days("lock_up", "锁定期", product.lock_up_days),
        make.days("suggested_holding", "建议持有期", product.suggested_holding_days),
        make.yuan("minimum", "起点金额", Decimal(product.minimum_amount)),
        make.percent("management_fee", "管理费（每年）", _rate(product.management_fee_pct)),
        make.percent("subscription_fee", "申购费", _rate(product.subscription_fee_pct)),
        make.text("redemption_fee", "赎回费", product.redemption_fee),
        make.text("redemption", "赎回到账", product.redemption),
        make.text("benchmark", "业绩比较基准", product.benchmark),
    ]
    facts += [_performance(make, number, period) for number, period in enumerate(product.performance, start=1)]
    return tuple(facts)


def match_facts(matches: Iterable[Match], *, as_of: date) -> tuple[Fact, ...]:
    """``fact:match.CODE.verdict`` and ``fact:match.CODE.1`` …: each reason as a citable sentence, in order."""
    facts: list[Fact] = []
    for match in matches:
        make = FactMaker(f"match.{match.product_code}", as_of, "适当性匹配")
        facts.append(make.text("verdict", f"{match.product_name}匹配结果", _VERDICTS[match.verdict]))
        facts += [
            make.text(str(number), f"{match.product_name}匹配理由", reason.text.removesuffix("。"))
            for number, reason in enumerate(match.reasons, start=1)
        ]
    return tuple(facts)


def _performance(make: FactMaker, number: int, period: Performance) -> Fact:
    text = (
        f"{day_text(period.since)}至{day_text(period.until)}产品收益率为{_rate(period.return_pct)}%，"
        f"同期业绩比较基准为{_rate(period.benchmark_pct)}%"
    )
    return make.text(f"performance.{number}", "区间业绩", text)


def _rate(value: float) -> Decimal:
    """As printed in the note, at least one decimal."""
    rate = Decimal(str(value))
    return rate if rate.as_tuple().exponent else rate.quantize(Decimal("0.1"))
