"""Believable fictional customers. The same seed and day give the same records, whatever the number asked for.

Phone numbers start with 169, a prefix that no operator has; identity numbers have a region code that no place has.
Every advisor's book begins with the same ``_CASES``, so that each special situation can be shown; the rest is drawn.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Protocol

from knowledge.customers import demo_texts as texts
from knowledge.customers.model import (
    Customer,
    CustomerRecord,
    Gender,
    Holding,
    Horizon,
    InvestorStatus,
    MarginPosition,
    RiskAssessment,
    RiskLevel,
    ServiceRecord,
    Touchpoint,
    Trade,
)
from knowledge.errors import Invalid

_HISTORY_DAYS = 730
_SHORTEST_MEMBERSHIP_DAYS, _LONGEST_MEMBERSHIP_DAYS = 760, 9000
_ASSESSMENT_DAYS = 730
_REGION = "990000"
_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_LEVEL_VARIETIES = ("cash", "fixed_income", "mixed", "equity", "alternative", "derivative")
_GOALS = (
    ("liquidity", "preservation"),
    ("preservation", "income"),
    ("income", "growth"),
    ("growth", "income"),
    ("growth", "aggressive_growth"),
)
"""What customers of C1 … C5 want of their money."""
_WARNING_LINE, _LIQUIDATION_LINE = 150.0, 130.0
_HALF_YEAR_DAYS, _TWO_YEARS_DAYS = 183, 731
_FULL_AGE, _RETIRED_AGE, _ELDERLY_AGE = 18, 60, 65
_SATURDAY = 5


class Offered(Protocol):
    """What the generator needs to know of a product of the catalogue."""

    @property
    def code(self) -> str:
        """As in the catalogue."""

    @property
    def name(self) -> str:
        """As in the catalogue."""

    @property
    def variety(self) -> str:
        """By value."""

    @property
    def risk_grade(self) -> str:
        """By value."""

    @property
    def minimum_amount(self) -> int:
        """Yuan."""

    @property
    def investor_class(self) -> str:
        """By value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    """What a record is made from."""

    age: int
    level: RiskLevel
    assets: float
    cash_share: float
    holdings: int
    trades: int
    visits: int
    notes: int
    quiet_days: int
    """Days since the last trade."""
    away_days: int
    """Days since the last visit to app or web."""
    silent_days: int
    """Days since staff last talked to the customer."""
    assessed: bool = True
    expires_in: int = 400
    """Days until the assessment runs out; negative: it has."""
    lowest_class: bool = False
    horizon: Horizon = Horizon.MEDIUM
    status: InvestorStatus = InvestorStatus.ORDINARY
    full_capacity: bool = True
    consent: bool = True
    birthday_in: int | None = None
    shrunk: bool = False
    margin_ratio: float | None = None
    matures_in: int | None = None
    holds_grade: int | None = None
    """Rank of a grade that must be among the holdings."""
    result: float | None = None
    """Return of every holding that can move; ``None``: drawn."""
    complaint_days: int | None = None
    hostile: bool = False


def generate(
    *, customers: int, advisors: tuple[str, ...], seed: int, today: date, products: Sequence[Offered]
) -> Iterator[CustomerRecord]:
    """``customers`` records, dealt to the advisors in turn. ``Invalid`` without advisors or with a negative number."""
    if customers < 0 or not advisors:
        raise Invalid("演示客户数不能为负，且至少要有一位投资顾问。")
    for number in range(customers):
        random = Random(f"{seed}:{number}")
        place = number // len(advisors)
        profile = _profile(random)
        if place < len(_CASES):
            profile = _CASES[place](profile)
        writer = _Writer(random, profile, today, tuple(products))
        yield writer.record(f"K{number + 1:06d}", advisors[number % len(advisors)], number)


def _profile(random: Random) -> _Profile:
    age = min(max(int(random.gauss(46, 14)), 19), 88)
    level = random.choices(list(RiskLevel), weights=(8, 24, 36, 22, 10) if age < _ELDERLY_AGE else (25, 40, 25, 8, 2))[
        0
    ]
    assets = round(min(math.exp(random.gauss(12.1, 1.15)), 6e7), 2)
    quiet, away = int(random.expovariate(1 / 35)) + 1, int(random.expovariate(1 / 15))
    if random.random() < 0.03:  # noqa: PLR2004 - three in a hundred have gone to sleep
        quiet, away = random.randint(200, 600), random.randint(190, 500)
    return _Profile(
        age=age,
        level=level,
        assets=assets,
        cash_share=random.betavariate(1.4, 5),
        holdings=random.choices(range(1, 8), weights=(3, 5, 6, 5, 3, 2, 1))[0],
        trades=min(int(random.expovariate(1 / 9)), 60),
        visits=min(int(random.expovariate(1 / 12)) + 1, 60),
        notes=random.randint(1, 6),
        quiet_days=min(quiet, 600),
        away_days=min(away, 600),
        silent_days=min(int(random.expovariate(1 / 60)) + 1, 600),
        assessed=random.random() > 0.02,  # noqa: PLR2004 - two in a hundred were never assessed
        expires_in=random.randint(-90, 700),
        lowest_class=level is RiskLevel.C1 and random.random() < 0.3,  # noqa: PLR2004 - three in ten of C1
        horizon=random.choices(list(Horizon), weights=(25, 50, 25))[0],
        status=_status(random, assets),
        consent=random.random() > 0.03,  # noqa: PLR2004 - three in a hundred opt out
        shrunk=random.random() < 0.02,  # noqa: PLR2004 - two in a hundred are leaving
        matures_in=random.randint(3, 200) if random.random() < 0.12 else None,  # noqa: PLR2004 - one in eight
        holds_grade=min(level.rank + 1, 4) if random.random() < 0.05 else None,  # noqa: PLR2004 - one in twenty
        margin_ratio=round(random.uniform(175, 320), 1)
        if assets > 800_000 and level.rank >= RiskLevel.C4.rank and random.random() < 0.3  # noqa: PLR2004
        else None,
    )


def _status(random: Random, assets: float) -> InvestorStatus:
    """Thresholds of SUIT:8 and of qualified investors, and only some ask for the status."""
    if assets >= 5_000_000 and random.random() < 0.5:  # noqa: PLR2004
        return InvestorStatus.PROFESSIONAL
    if assets >= 3_000_000 and random.random() < 0.6:  # noqa: PLR2004
        return InvestorStatus.QUALIFIED
    return InvestorStatus.ORDINARY


_SOUND = {
    "assessed": True,
    "expires_in": 400,
    "lowest_class": False,
    "status": InvestorStatus.ORDINARY,
    "consent": True,
    "shrunk": False,
    "matures_in": None,
    "holds_grade": None,
    "margin_ratio": None,
}
"""Nothing special, so that a case shows one thing."""


def _case(**special: object) -> Callable[[_Profile], _Profile]:
    changes: dict[str, object] = {**_SOUND, **special}
    return lambda profile: replace(profile, **changes)  # type: ignore[arg-type]  # names are checked by replace


_CASES: tuple[Callable[[_Profile], _Profile], ...] = (
    _case(
        age=45, level=RiskLevel.C3, assets=862_400.0, cash_share=0.34, holdings=6, trades=14, visits=20, notes=7,
        quiet_days=96, away_days=2, silent_days=19, expires_in=213, horizon=Horizon.MEDIUM, matures_in=26,
    ),
    _case(level=RiskLevel.C3, expires_in=-35),
    _case(level=RiskLevel.C4, expires_in=18),
    _case(level=RiskLevel.C1, lowest_class=True, age=58, assets=180_000.0, horizon=Horizon.SHORT),
    _case(level=RiskLevel.C4, age=72, assets=640_000.0, holds_grade=4, horizon=Horizon.LONG),
    _case(level=RiskLevel.C1, lowest_class=True, age=12, assets=58_000.0, full_capacity=False, holdings=1, notes=2),
    _case(level=RiskLevel.C5, age=51, assets=12_600_000.0, status=InvestorStatus.PROFESSIONAL, horizon=Horizon.LONG),
    _case(level=RiskLevel.C4, age=48, assets=4_350_000.0, status=InvestorStatus.QUALIFIED, horizon=Horizon.LONG),
    _case(level=RiskLevel.C3, consent=False),
    _case(level=RiskLevel.C2, quiet_days=420, away_days=300, silent_days=240, assets=36_000.0),
    _case(level=RiskLevel.C3, shrunk=True, away_days=95, quiet_days=95, assets=210_000.0),
    _case(
        level=RiskLevel.C5, age=39, assets=1_450_000.0, margin_ratio=153.2, cash_share=0.06, holds_grade=4,
        horizon=Horizon.LONG,
    ),
    _case(level=RiskLevel.C2, matures_in=9, assets=320_000.0),
    _case(level=RiskLevel.C3, cash_share=0.82, quiet_days=365, assets=3_000_000.0),
    _case(level=RiskLevel.C2, birthday_in=3),
    _case(level=RiskLevel.C3, hostile=True),
    _case(level=RiskLevel.C3, assessed=False),
    _case(level=RiskLevel.C2, holds_grade=4, assets=410_000.0),
    _case(level=RiskLevel.C3, complaint_days=12, silent_days=12),
    _case(level=RiskLevel.C3, result=-0.28, holdings=3, cash_share=0.05),
)  # fmt: skip


class _Writer:
    """Writes one record."""

    def __init__(self, random: Random, profile: _Profile, today: date, products: tuple[Offered, ...]) -> None:
        self._random = random
        self._profile = profile
        self._today = today
        self._products = products
        self._close = _weekday(today - timedelta(days=1))

    def record(self, customer_id: str, advisor_id: str, number: int) -> CustomerRecord:
        """The whole record, tags last because they follow from the rest."""
        holdings = self._holdings()
        trades = self._trades(holdings)
        customer = self._customer(customer_id, advisor_id, number)
        held = sum(holding.market_value for holding in holdings)
        cash = round(held * self._profile.cash_share / (1 - self._profile.cash_share), 2)
        record = CustomerRecord(
            customer=customer,
            cash=cash,
            cash_as_of=self._close,
            average_assets_20d=self._average(held + cash),
            first_traded_on=self._first_traded_on(customer, trades),
            holdings=holdings,
            trades=trades,
            touchpoints=(),
            service_records=self._notes(holdings),
            margin=self._margin(held + cash),
        )
        record = replace(record, touchpoints=self._touchpoints(record.service_records))
        permissions = self._permissions(record)
        tagged = replace(customer, permissions=permissions, tags=_tags(record, self._today))
        return replace(record, customer=tagged)

    def _customer(self, customer_id: str, advisor_id: str, number: int) -> Customer:
        random, profile = self._random, self._profile
        gender = random.choice(list(Gender))
        born_on = self._born_on()
        given = texts.FEMALE_NAMES if gender is Gender.FEMALE else texts.MALE_NAMES
        job = self._job()
        adult_days = (self._today - _birthday(born_on, born_on.year + _FULL_AGE)).days
        oldest = max(min(adult_days, _LONGEST_MEMBERSHIP_DAYS), _SHORTEST_MEMBERSHIP_DAYS)
        return Customer(
            id=customer_id,
            advisor_id=advisor_id,
            name=random.choice(texts.SURNAMES) + random.choice(given),
            gender=gender,
            born_on=born_on,
            phone=f"16900{number % 1_000_000:06d}",
            identity_number=_identity_number(born_on, number, gender),
            city=random.choice(texts.CITIES),
            occupation=job.name,
            annual_income=int(round(job.income * random.uniform(0.7, 1.6), -3)),
            opened_on=self._today - timedelta(days=random.randint(_SHORTEST_MEMBERSHIP_DAYS, oldest)),
            status=profile.status,
            full_capacity=profile.full_capacity,
            profiling_consent=profile.consent,
            preferred_channel=random.choices(("app", "wecom", "phone", "visit"), weights=(40, 35, 18, 7))[0],
            assessment=self._assessment() if profile.assessed else None,
            permissions=frozenset(),
        )

    def _job(self) -> texts.Job:
        if self._profile.age < _FULL_AGE:
            return texts.PUPIL
        if self._profile.age >= _RETIRED_AGE:
            return texts.RETIRED
        return self._random.choice(texts.JOBS)

    def _born_on(self) -> date:
        """A birthday that gives the age today, or falls on the wanted day."""
        age, ahead = self._profile.age, self._profile.birthday_in
        if ahead is not None:
            day = self._today + timedelta(days=ahead)
            return _birthday(day, day.year - age - (1 if ahead else 0))
        last = self._today - timedelta(days=self._random.randint(8, 350))
        return _birthday(last, last.year - age)

    def _assessment(self) -> RiskAssessment:
        random, profile = self._random, self._profile
        expires_on = self._today + timedelta(days=profile.expires_in)
        rank = 1 if profile.lowest_class else profile.level.rank
        goals = {*_GOALS[rank - 1], *random.sample(("liquidity", "preservation", "income"), random.randint(0, 1))}
        return RiskAssessment(
            level=profile.level,
            lowest_class=profile.lowest_class,
            assessed_on=expires_on - timedelta(days=_ASSESSMENT_DAYS),
            expires_on=expires_on,
            horizon=profile.horizon,
            varieties=frozenset(_LEVEL_VARIETIES[: rank + 1]),
            goals=frozenset(goals),
            max_loss_pct=0 if profile.lowest_class else (3, 5, 12, 25, 40)[rank - 1],
        )

    def _holdings(self) -> tuple[Holding, ...]:
        profile = self._profile
        chosen = self._chosen()
        invested = profile.assets * (1 - profile.cash_share)
        weights = [self._random.gammavariate(2, 1) for _ in chosen]
        return tuple(
            self._holding(instrument, invested * weight / sum(weights), term=instrument is texts.TERM_INSTRUMENT)
            for instrument, weight in zip(chosen, weights, strict=True)
        )

    def _chosen(self) -> list[texts.Instrument]:
        """Instruments within the level, plus those that the case asks for."""
        profile = self._profile
        catalogue = [
            texts.Instrument(offered.code, offered.name, str(offered.variety), str(offered.risk_grade), None)
            for offered in self._products
            if offered.investor_class == "everyone" and offered.minimum_amount <= profile.assets / 20
        ]
        everything = [*texts.INSTRUMENTS, *catalogue]
        rank = 1 if profile.lowest_class else profile.level.rank
        fitting = [instrument for instrument in everything if int(instrument.risk_grade[1]) <= rank]
        chosen = self._random.sample(fitting, min(profile.holdings, len(fitting)))
        if profile.holds_grade is not None:
            bold = [
                each for each in everything if int(each.risk_grade[1]) == profile.holds_grade and each not in chosen
            ]
            chosen += self._random.sample(bold, min(1, len(bold)))
        if profile.matures_in is not None and rank > 1:
            chosen.append(texts.TERM_INSTRUMENT)
        return chosen

    def _holding(self, instrument: texts.Instrument, value: float, *, term: bool) -> Holding:
        market_value = round(max(value, 100.0), 2)
        cost = round(market_value / (1 + self._result(int(instrument.risk_grade[1]))), 2)
        price = self._random.uniform(5, 80) if instrument.industry else self._random.uniform(0.9, 1.8)
        return Holding(
            product_code=instrument.code,
            product_name=instrument.name,
            variety=instrument.variety,
            risk_grade=instrument.risk_grade,
            industry=instrument.industry,
            quantity=round(market_value / price, 2),
            cost=cost,
            market_value=market_value,
            as_of=self._close,
            matures_on=self._today + timedelta(days=self._profile.matures_in or 0) if term else None,
        )

    def _result(self, grade: int) -> float:
        """Riskier holdings moved more, either way."""
        if grade == 1:
            return self._random.uniform(0.002, 0.02)
        if self._profile.result is not None:
            return self._profile.result
        return max(self._random.gauss(0.02, (0.015, 0.09, 0.2, 0.3)[grade - 2]), -0.6)

    def _trades(self, holdings: tuple[Holding, ...]) -> tuple[Trade, ...]:
        """One purchase for every holding, and round trips in between; newest first."""
        bought = [self._trade(holding.product_code, holding.product_name, "buy", holding.cost) for holding in holdings]
        others = [
            self._trade(
                holding.product_code, holding.product_name, side, holding.cost * self._random.uniform(0.05, 0.6)
            )
            for holding in self._random.choices(holdings, k=self._profile.trades if holdings else 0)
            for side in self._random.sample(("buy", "sell"), 1)
        ]
        return tuple(sorted((*bought, *others), key=lambda trade: trade.traded_on, reverse=True))

    def _trade(self, code: str, name: str, side: str, amount: float) -> Trade:
        ago = self._random.randint(min(self._profile.quiet_days, _HISTORY_DAYS - 1), _HISTORY_DAYS)
        return Trade(
            traded_on=_weekday(self._today - timedelta(days=ago)),
            product_code=code,
            product_name=name,
            side=side,
            amount=round(amount, 2),
            fee=round(max(amount * 0.00025, 5.0), 2),
        )

    def _notes(self, holdings: tuple[Holding, ...]) -> tuple[ServiceRecord, ...]:
        profile, random = self._profile, self._random
        kinds = random.choices(
            ("consultation", "follow_up", "education", "care"), weights=(4, 4, 2, 1), k=profile.notes
        )
        days = [profile.silent_days, *(random.randint(profile.silent_days, _HISTORY_DAYS) for _ in kinds[1:])]
        written = [self._note(kind, ago, holdings) for kind, ago in zip(kinds, days, strict=True)]
        notes = list({note.remark: note for note in reversed(written)}.values())
        if profile.complaint_days is not None:
            notes.append(self._note("complaint", profile.complaint_days, holdings))
        if profile.hostile:
            hostile = self._note("consultation", profile.silent_days, holdings)
            notes += [replace(hostile, remark=remark) for remark in texts.HOSTILE_REMARKS]
        return tuple(sorted(notes, key=lambda note: note.on, reverse=True))

    def _note(self, kind: str, ago: int, holdings: tuple[Holding, ...]) -> ServiceRecord:
        funds = [holding.product_name for holding in holdings if holding.industry is None]
        product = self._random.choice(funds) if funds else "货币基金"
        remark = self._random.choice(texts.REMARKS[kind])
        return ServiceRecord(
            on=self._today - timedelta(days=ago),
            channel=remark.channel,
            staff=self._random.choice(texts.STAFF),
            kind=kind,
            remark=remark.text.format(product=product),
        )

    def _touchpoints(self, notes: tuple[ServiceRecord, ...]) -> tuple[Touchpoint, ...]:
        profile, random = self._profile, self._random
        days = [
            profile.away_days,
            *(random.randint(profile.away_days, _HISTORY_DAYS) for _ in range(profile.visits - 1)),
        ]
        visits = [
            Touchpoint(
                on=self._today - timedelta(days=ago),
                channel=random.choices(("app", "pc"), weights=(5, 1))[0],
                topic=random.choice(texts.VISIT_TOPICS),
            )
            for ago in days
        ]
        contacts = [
            Touchpoint(on=note.on, channel=note.channel, topic=random.choice(texts.CONTACT_TOPICS[note.channel]))
            for note in notes
        ]
        return tuple(sorted((*visits, *contacts), key=lambda touch: touch.on, reverse=True))

    def _average(self, total: float) -> float:
        if self._profile.shrunk:
            return round(total * 2.1, 2)
        return round(total * self._random.uniform(0.95, 1.04), 2)

    def _first_traded_on(self, customer: Customer, trades: tuple[Trade, ...]) -> date | None:
        if not trades:
            return None
        began = customer.opened_on + timedelta(days=self._random.randint(3, 60))
        return min(_weekday(began), trades[-1].traded_on)

    def _margin(self, total: float) -> MarginPosition | None:
        ratio = self._profile.margin_ratio
        if ratio is None:
            return None
        return MarginPosition(
            maintenance_ratio_pct=ratio,
            warning_line_pct=_WARNING_LINE,
            liquidation_line_pct=_LIQUIDATION_LINE,
            debt=round(total / (ratio / 100), 2),
            as_of=self._close,
        )

    def _permissions(self, record: CustomerRecord) -> frozenset[str]:
        """Those whose thresholds are reached, as far as this customer cares for them."""
        if not self._profile.full_capacity or record.first_traded_on is None:
            return frozenset()
        experience = (self._today - record.first_traded_on).days
        reached = {"margin"} if record.margin is not None else set()
        for name, assets, days, bold in _THRESHOLDS:
            keen = self._random.random() < 0.15 * self._profile.level.rank
            if keen and self._profile.level.rank >= bold and record.average_assets_20d >= assets and experience >= days:
                reached.add(name)
        return frozenset(reached)


_THRESHOLDS = (
    ("chinext", 100_000, _TWO_YEARS_DAYS, 3),
    ("convertible_bond", 100_000, _TWO_YEARS_DAYS, 3),
    ("star_market", 500_000, _TWO_YEARS_DAYS, 4),
    ("beijing", 500_000, _TWO_YEARS_DAYS, 4),
    ("hk_connect", 500_000, _HALF_YEAR_DAYS, 3),
    ("option", 500_000, _HALF_YEAR_DAYS, 5),
)
"""Permission, 20-day assets in yuan, days of experience, lowest level that asks for it."""

TAG_RULES: Mapping[str, str] = {
    "高净值": "总资产不低于100万元",
    "闲置资金": "可用资金不低于5万元且占总资产30%以上",
    "测评失效": "没有在有效期内的风险测评",
    "测评将失效": "风险测评在60天内失效",
    "产品将到期": "有持仓在60天内到期",
    "两融客户": "有融资融券账户",
    "沉睡客户": "180天没有登录也没有交易",
    "资产下降": "总资产低于20个交易日日均资产的70%",
    "老年客户": "年满65周岁",
    "未成年人": "未满18周岁，由监护人代理",
    "专业投资者": "已认定为专业投资者",
    "合格投资者": "已认定为合格投资者",
    "近期生日": "7天内过生日",
    "近期投诉": "90天内有投诉",
    "不接受个性化推荐": "客户已关闭个性化推荐，不再打其他标签",
}
"""Every tag of the demo data and the rule behind it, as told to a customer who asks (PIPL:24)."""


def _tags(record: CustomerRecord, today: date) -> tuple[str, ...]:
    """In the order of ``TAG_RULES``."""
    if not record.customer.profiling_consent:
        return ("不接受个性化推荐",)
    earned = {**_account_tags(record, today), **_person_tags(record, today)}
    return tuple(tag for tag in TAG_RULES if earned.get(tag, False))


def _account_tags(record: CustomerRecord, today: date) -> dict[str, bool]:
    total = record.total_assets
    due = [(holding.matures_on - today).days for holding in record.holdings if holding.matures_on is not None]
    moves = [trade.traded_on for trade in record.trades]
    moves += [touch.on for touch in record.touchpoints if touch.channel in {"app", "pc"}]
    return {
        "高净值": total >= 1_000_000,  # noqa: PLR2004 - told in TAG_RULES
        "闲置资金": record.cash >= 50_000 and record.cash >= total * 0.3,  # noqa: PLR2004
        "产品将到期": any(0 <= days <= 60 for days in due),  # noqa: PLR2004
        "两融客户": record.margin is not None,
        "沉睡客户": bool(moves) and (today - max(moves)).days >= 180,  # noqa: PLR2004
        "资产下降": total < record.average_assets_20d * 0.7,
    }


def _person_tags(record: CustomerRecord, today: date) -> dict[str, bool]:
    customer, assessment = record.customer, record.customer.assessment
    valid = assessment is not None and assessment.valid_on(today)
    ahead = _birthday(customer.born_on, today.year)
    ahead = ahead if ahead >= today else _birthday(customer.born_on, today.year + 1)
    complaints = [note.on for note in record.service_records if note.kind == "complaint"]
    return {
        "测评失效": not valid,
        "测评将失效": valid and assessment is not None and (assessment.expires_on - today).days <= 60,  # noqa: PLR2004
        "老年客户": customer.age_on(today) >= _ELDERLY_AGE,
        "未成年人": not customer.full_capacity,
        "专业投资者": customer.status is InvestorStatus.PROFESSIONAL,
        "合格投资者": customer.status is InvestorStatus.QUALIFIED,
        "近期生日": (ahead - today).days <= 7,  # noqa: PLR2004
        "近期投诉": any((today - day).days <= 90 for day in complaints),  # noqa: PLR2004
    }


def _birthday(born_on: date, year: int) -> date:
    """The same day of another year; 29 February is kept on the 28th."""
    day = 28 if (born_on.month, born_on.day) == (2, 29) else born_on.day
    return date(year, born_on.month, day)


def _weekday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - _SATURDAY + 1, 0))


def _identity_number(born_on: date, number: int, gender: Gender) -> str:
    """Formally right (GB 11643), with a region that does not exist."""
    sequence = number % 500 * 2 + (1 if gender is Gender.MALE else 0)
    digits = f"{_REGION}{born_on:%Y%m%d}{sequence:03d}"
    check = sum(int(digit) * weight for digit, weight in zip(digits, _CHECK_WEIGHTS, strict=True)) % 11
    return digits + _CHECK_DIGITS[check]
