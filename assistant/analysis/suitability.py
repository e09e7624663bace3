"""The suitability gate: may this product be offered to this customer on this day.

Sources: the articles of SUIT (证券期货投资者适当性管理办法) named beside each reason. The pairing of levels and grades
is the industry's (SACSUIT17; published by several firms). What the rules leave to the firm is ``SuitabilityPolicy``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cached_property, lru_cache

from assistant.analysis.figures import FactMaker, add_months, day_text
from assistant.analysis.model import Dimension, Fact, Match, MatchVerdict, Reason
from knowledge.customers.model import Customer, CustomerRecord, InvestorStatus, RiskAssessment, RiskLevel
from knowledge.products.model import Goal, InvestorClass, Product, RiskGrade, Variety

MATRIX: Mapping[RiskLevel, tuple[RiskGrade, ...]] = {
    RiskLevel.C1: (RiskGrade.R1,),
    RiskLevel.C2: (RiskGrade.R1, RiskGrade.R2),
    RiskLevel.C3: (RiskGrade.R1, RiskGrade.R2, RiskGrade.R3),
    RiskLevel.C4: (RiskGrade.R1, RiskGrade.R2, RiskGrade.R3, RiskGrade.R4),
    RiskLevel.C5: (RiskGrade.R1, RiskGrade.R2, RiskGrade.R3, RiskGrade.R4, RiskGrade.R5),
}
"""Grades that match a level of an ordinary investor. Second-hand (SACSUIT17, firms' publications of 2017 and 2020)."""

LOWEST_CLASS_GRADES = (RiskGrade.R1,)
"""All that the lowest class may buy; no signature helps (SUIT:19, SUIT:22 item 5)."""

_MATRIX_SOURCE = "适当性匹配对照表（行业通行口径）"
_KEPT_RULINGS = 4096
"""The same few reasons are given for thousands of customers."""
_ALWAYS_GUARDED_BELOW_AGE = 16
"""Below it nobody has full legal capacity, whatever the record says (Civil Code 17–19)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitabilityPolicy:
    """The firm's own rules, at least as strict as the law."""

    assessment_valid_months: int = 24
    """An assessment counts no longer than this, even if the record gives it more time."""
    elderly_age: int = 65
    elderly_from_grade: int = 4
    reflection_hours: int = 24
    """Time to think for a customer who insists (SUIT:20 asks for more time, and leaves open how much)."""
    permission_days: int = 30
    """How long a permission for what does not suit may be used."""

    def expires_on(self, assessment: RiskAssessment) -> date:
        """First day on which the assessment no longer counts."""
        return min(assessment.expires_on, add_months(assessment.assessed_on, self.assessment_valid_months))

    def counts(self, assessment: RiskAssessment, day: date) -> bool:
        """Whether products may be matched with this assessment on ``day``."""
        return assessment.assessed_on <= day < self.expires_on(assessment)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What of a customer the gate looks at, on one day."""

    customer: Customer
    as_of: date
    policy: SuitabilityPolicy

    @cached_property
    def known(self) -> RiskAssessment | None:
        """The latest assessment, which may have expired."""
        assessment = self.customer.assessment
        return assessment if assessment is not None and assessment.assessed_on <= self.as_of else None

    @cached_property
    def assessment(self) -> RiskAssessment | None:
        """The assessment, while it counts."""
        known = self.known
        return known if known is not None and self.policy.counts(known, self.as_of) else None

    @cached_property
    def accepted(self) -> str:
        """Labels of the varieties that the assessment accepts; empty without any."""
        varieties = self.assessment.varieties if self.assessment is not None else ()
        return "、".join(variety.label for variety in Variety if variety in varieties)

    @cached_property
    def wanted(self) -> str:
        """Labels of the goals that the assessment names; empty without any."""
        goals = self.assessment.goals if self.assessment is not None else ()
        return "、".join(goal.label for goal in Goal if goal in goals)

    @cached_property
    def age(self) -> int:
        """Whole years."""
        return self.customer.age_on(self.as_of)

    @cached_property
    def guarded(self) -> bool:
        """Whether a guardian has to act."""
        return not self.customer.full_capacity or self.age < _ALWAYS_GUARDED_BELOW_AGE

    @cached_property
    def professional(self) -> bool:
        """Outside the special protection of ordinary investors (SUIT:7)."""
        return self.customer.status is InvestorStatus.PROFESSIONAL and not self.guarded

    @cached_property
    def lowest_class(self) -> bool:
        """Guarded, so classed, or unwilling to bear any loss (SACSUIT17, unverified).

        An expired answer sheet still protects an ordinary investor: nobody grows bolder by letting it run out.
        """
        decisive = self.assessment if self.professional else self.known
        return self.guarded or (decisive is not None and (decisive.lowest_class or decisive.max_loss_pct == 0))


@dataclass(frozen=True, slots=True)
class _Ruling:
    reason: Reason
    bars: bool = False
    care: bool = False


def match(record: CustomerRecord, product: Product, *, as_of: date, policy: SuitabilityPolicy) -> Match:
    """The verdict on ``product``, with a reason on every dimension that was decided. Pure; ``score`` stays 0."""
    return match_standing(Standing(customer=record.customer, as_of=as_of, policy=policy), product)


def match_standing(standing: Standing, product: Product) -> Match:
    """The same, for many products of one customer."""
    rulings = tuple(_rulings(standing, product))
    verdict = _verdict(rulings)
    return Match(
        product_code=product.code,
        product_name=product.name,
        risk_grade=product.risk_grade.value,
        verdict=verdict,
        reasons=tuple(ruling.reason for ruling in rulings),
        special_care=verdict is MatchVerdict.SUITABLE and any(ruling.care for ruling in rulings),
    )


def grades_for(standing: Standing) -> tuple[RiskGrade, ...]:
    """Grades that may be offered as far as risk goes; none without an assessment that counts."""
    if standing.lowest_class:
        return LOWEST_CLASS_GRADES
    if standing.professional:
        return tuple(RiskGrade)
    return () if standing.assessment is None else MATRIX[standing.assessment.level]


def grade_of_whole(parts: Iterable[tuple[Decimal, RiskGrade]]) -> RiskGrade:
    """Grade of amounts held together: the mean rank weighted by amount, rounded up; R1 of nothing.

    SUIT:16 asks to grade a combination as a whole; the formula is the house's, and rounds against boldness.
    """
    held = [(amount, grade.rank) for amount, grade in parts if amount > 0]
    whole = sum((amount for amount, _ in held), Decimal(0))
    if not whole:
        return RiskGrade.R1
    mean = sum((amount * rank for amount, rank in held), Decimal(0)) / whole
    return RiskGrade(f"R{int(mean.to_integral_value(ROUND_CEILING))}")


def match_whole(standing: Standing, grade: RiskGrade) -> Reason | None:
    """Whether a combination of this grade matches; ``None`` for a professional, or without an assessment that counts.

    It stands beside the verdict on each product and replaces none: what is over the level stays over it.
    """
    grades = grades_for(standing)
    if standing.assessment is None or (standing.professional and not standing.lowest_class):
        return None
    told = f"组合整体风险等级为{grade.label}"
    highest = f"{standing.assessment.level.label}客户对应的{grades[-1]}"
    if standing.lowest_class:
        highest = f"风险承受能力最低类别对应的{grades[-1]}"
    if grade in grades:
        return Reason(dimension=Dimension.RISK, fits=True, text=f"{told}，没有超过{highest}。", provision="SUIT:16")
    return Reason(dimension=Dimension.RISK, fits=False, text=f"{told}，高于{highest}。", provision="SUIT:16")


def matrix_fact(level: RiskLevel, grade: RiskGrade, *, as_of: date) -> Fact:
    """Whether a grade matches a level, for a question without a customer. Cite ``MATRIX_PROVISIONS`` beside it."""
    allowed = MATRIX[level]
    make = FactMaker("matrix", as_of, _MATRIX_SOURCE)
    scope = allowed[0].value if len(allowed) == 1 else f"{allowed[0]}至{allowed[-1]}"
    verdict = (
        f"{grade.label}产品与其风险承受能力匹配"
        if grade in allowed
        else f"{grade.label}产品超出其风险承受能力，不得主动推介"
    )
    lowest = "；其中风险承受能力最低类别只能购买R1，签署警示书也不例外" if level is RiskLevel.C1 else ""
    return make.text(
        f"{level}.{grade}", f"{level}与{grade}是否匹配", f"{level.label}客户对应{scope}产品，{verdict}{lowest}"
    )


MATRIX_PROVISIONS = ("SUIT:22", "SACSUIT17:1", "SUIT:19")
"""What a matrix answer rests on, the most important first."""


def _verdict(rulings: tuple[_Ruling, ...]) -> MatchVerdict:
    against = [ruling for ruling in rulings if not ruling.reason.fits]
    if not against:
        return MatchVerdict.SUITABLE
    return MatchVerdict.BARRED if any(ruling.bars for ruling in against) else MatchVerdict.UNSUITABLE


def _rulings(standing: Standing, product: Product) -> Iterator[_Ruling]:
    yield _assessment(standing)
    yield _risk(standing, product)
    if standing.assessment is not None:
        yield _term(standing, standing.assessment, product)
        yield _variety(standing, standing.assessment, product)
        yield _goal(standing, standing.assessment, product)
    yield from _access(standing.customer, product)
    yield _information(product)
    yield from _special_care(standing, product)


@lru_cache(maxsize=_KEPT_RULINGS)
def _fits(dimension: Dimension, text: str, provision: str) -> _Ruling:
    return _Ruling(Reason(dimension=dimension, fits=True, text=text, provision=provision))


@lru_cache(maxsize=_KEPT_RULINGS)
def _against(dimension: Dimension, text: str, provision: str, *, bars: bool = False) -> _Ruling:
    return _Ruling(Reason(dimension=dimension, fits=False, text=text, provision=provision), bars=bars)


def _assessment(standing: Standing) -> _Ruling:
    dimension = Dimension.ASSESSMENT
    if standing.assessment is not None:
        text = (
            f"客户的风险测评结果为{standing.assessment.level.label}，"
            f"在{day_text(standing.policy.expires_on(standing.assessment))}之前有效。"
        )
        return _fits(dimension, text, "SUIT:13")
    if standing.professional:
        return _fits(dimension, "客户是专业投资者，不以风险测评等级限制其可以购买的产品。", "SUIT:7")
    if standing.known is not None:
        expired = day_text(standing.policy.expires_on(standing.known))
        text = f"客户的风险测评自{expired}起已经失效，重新测评之前不能给出产品级建议。"
        return _against(dimension, text, "SUIT:21")
    return _against(dimension, "客户还没有风险测评结果，完成测评之前不能给出产品级建议。", "SUIT:33")


def _risk(standing: Standing, product: Product) -> _Ruling:
    grade = product.risk_grade
    if standing.lowest_class:
        return _lowest_class_risk(standing, grade)
    if standing.professional:
        text = "客户是专业投资者，不适用普通投资者的等级对应关系，但仍须充分揭示风险，不得承诺收益。"
        return _fits(Dimension.RISK, text, "SUIT:7")
    if standing.assessment is None:
        text = f"没有有效的风险等级，不能判断{grade.label}产品与客户是否匹配。"
        return _against(Dimension.RISK, text, "SUIT:18")
    level, highest = standing.assessment.level, MATRIX[standing.assessment.level][-1]
    if grade in MATRIX[level]:
        text = f"产品风险等级为{grade.label}，没有超过{level.label}客户对应的{highest}。"
        return _fits(Dimension.RISK, text, "SUIT:18")
    text = f"产品风险等级为{grade.label}，高于{level.label}客户对应的{highest}，不得主动推介。"
    return _against(Dimension.RISK, text, "SUIT:22")


def _lowest_class_risk(standing: Standing, grade: RiskGrade) -> _Ruling:
    why = "不具有完全民事行为能力，按风险承受能力最低类别对待" if standing.guarded else "属于风险承受能力最低类别"
    if grade in LOWEST_CLASS_GRADES:
        return _fits(Dimension.RISK, f"客户{why}，只能购买R1产品，该产品为{grade.label}。", "SUIT:22")
    text = f"客户{why}，不得向其销售{grade.label}产品，签署风险警示书也不例外。"
    return _against(Dimension.RISK, text, "SUIT:22", bars=True)


def _term(standing: Standing, assessment: RiskAssessment, product: Product) -> _Ruling:
    horizon = assessment.horizon
    terms = f"产品锁定{product.lock_up_days}天、建议持有{product.suggested_holding_days}天"
    if max(product.lock_up_days, product.suggested_holding_days) <= horizon.days:
        return _fits(Dimension.TERM, f"{terms}，与客户{horizon.label}的投资期限相符。", "SUIT:18")
    return _unwanted(standing, Dimension.TERM, f"{terms}，超出客户{horizon.label}的投资期限")


def _variety(standing: Standing, assessment: RiskAssessment, product: Product) -> _Ruling:
    dimension, label = Dimension.VARIETY_AND_GOAL, product.variety.label
    if product.variety in assessment.varieties:
        return _fits(dimension, f"客户愿意投资{label}产品。", "SUIT:18")
    accepted = standing.accepted or "未选择品种"
    return _unwanted(standing, dimension, f"产品属于{label}，不在客户愿意投资的品种（{accepted}）之内")


def _goal(standing: Standing, assessment: RiskAssessment, product: Product) -> _Ruling:
    dimension = Dimension.VARIETY_AND_GOAL
    wanted = standing.wanted or "未说明"
    served = "、".join(goal.label for goal in Goal if goal in product.goals)
    if not product.goals.isdisjoint(assessment.goals):
        return _fits(dimension, f"产品适合的投资目标（{served}）与客户的投资目标（{wanted}）相符。", "SUIT:18")
    return _unwanted(standing, dimension, f"产品适合的投资目标（{served}）不符合客户的投资目标（{wanted}）")


def _unwanted(standing: Standing, dimension: Dimension, text: str) -> _Ruling:
    """Not what the customer wants: forbidden towards ordinary investors, and no fit for a professional one."""
    if standing.professional:
        return _against(dimension, f"{text}，与其所说的需要不符，不宜推介。", "SUIT:18")
    return _against(dimension, f"{text}，不得主动推介。", "SUIT:22")


_ADMITTED: Mapping[InvestorClass, frozenset[InvestorStatus]] = {
    InvestorClass.EVERYONE: frozenset(InvestorStatus),
    InvestorClass.QUALIFIED: frozenset({InvestorStatus.QUALIFIED, InvestorStatus.PROFESSIONAL}),
    InvestorClass.PROFESSIONAL: frozenset({InvestorStatus.PROFESSIONAL}),
}

_CLASS_LABELS: Mapping[InvestorClass, str] = {
    InvestorClass.EVERYONE: "所有投资者",
    InvestorClass.QUALIFIED: "合格投资者",
    InvestorClass.PROFESSIONAL: "专业投资者",
}


def _access(customer: Customer, product: Product) -> Iterator[_Ruling]:
    label = _CLASS_LABELS[product.investor_class]
    if customer.status not in _ADMITTED[product.investor_class]:
        text = f"产品只面向{label}，客户目前不是{label}，不得向其销售，签署警示书不能代替准入条件。"
        yield _against(Dimension.ACCESS, text, "SUIT:22", bars=True)
    else:
        yield _fits(Dimension.ACCESS, f"产品面向{label}，客户符合投资者类别要求。", "SUIT:14")
    if product.permission is not None:
        yield _permission(customer, product.permission.value, product.permission.label)


def _permission(customer: Customer, permission: str, label: str) -> _Ruling:
    if permission in customer.permissions:
        return _fits(Dimension.ACCESS, f"客户已经开通{label}权限。", "SUIT:14")
    text = f"购买该产品须先开通{label}权限，客户尚未开通，签署警示书不能代替准入条件。"
    return _against(Dimension.ACCESS, text, "SUIT:22", bars=True)


def _information(product: Product) -> _Ruling:
    if not product.on_sale:
        text = "产品的说明已经失效或撤回，产品不再销售，不得推介。"
        return _against(Dimension.INFORMATION, text, "SUIT:23", bars=True)
    if product.pre_sale.complete:
        return _fits(Dimension.INFORMATION, "产品的售前告知事项齐全。", "SUIT:23")
    return _against(Dimension.INFORMATION, "产品的售前告知事项不齐全，补齐之前不得推介。", "SUIT:23")


def _special_care(standing: Standing, product: Product) -> Iterator[_Ruling]:
    grade, policy = product.risk_grade, standing.policy
    if standing.guarded:
        text = "客户不具有完全民事行为能力，须由监护人作为法定代理人办理。"
        yield _care(text, "SACSUIT17:4")
    if standing.age >= policy.elderly_age and grade.rank >= policy.elderly_from_grade:
        text = (
            f"客户年满{standing.age}岁，产品为{grade.label}，按公司规定须面谈、二次确认风险、"
            "给予更多考虑时间并增加回访。"
        )
        yield _care(text, "SUIT:20")
    if grade is RiskGrade.R5 and not standing.professional:
        text = f"向普通投资者销售{grade.label}产品，须履行专门程序、告知特别风险点、给予更多考虑时间并增加回访。"
        yield _care(text, "SUIT:20")


def _care(text: str, provision: str) -> _Ruling:
    return _Ruling(Reason(dimension=Dimension.SPECIAL_CARE, fits=True, text=text, provision=provision), care=True)
