"""A block of lives as the rows of the files that an import takes, and the truth beside them."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from knowledge.customers.generating import texts
from knowledge.customers.generating.instruments import Instrument
from knowledge.customers.generating.journal import Column
from knowledge.customers.generating.life import ASSESSMENT_DAYS, Life
from knowledge.customers.generating.market import Flags, Floats, Integers, Market
from knowledge.customers.generating.meetings import TALKS
from knowledge.customers.generating.needs import NEEDS
from knowledge.customers.generating.people import (
    CHANNELS,
    EXTRA_GOALS,
    HORIZONS,
    NEVER,
    STATUSES,
    identity_number,
    phone,
)
from knowledge.customers.generating.purse import FLOWS

_EPOCH = date(1970, 1, 1).toordinal()
_VARIETIES = ("cash", "fixed_income", "mixed", "equity", "alternative", "derivative")
_GOALS = (
    ("liquidity", "preservation"),
    ("preservation", "income"),
    ("income", "growth"),
    ("growth", "income"),
    ("growth", "aggressive_growth"),
)
"""What customers of C1 … C5 want of their money."""
_LOSSES = (3, 5, 12, 25, 40)
_WARNING_LINE, _LIQUIDATION_LINE = 150.0, 130.0
_AVERAGED_DAYS = 20
_NOTE_CODE = "XN0301"
_MOVING_GRADE = 2
"""From this grade on a holding can lose noticeably."""


def frames_of(life: Life, advisors: Sequence[str], wanted: int) -> dict[str, pl.DataFrame]:
    """Rows by record type, of the first ``wanted`` of the block, and ``needs``."""
    writer = _Frames(life, advisors)
    frames = {
        "customers": writer.customers(),
        "assessments": writer.assessments(),
        "permissions": writer.permissions(),
        "accounts": writer.accounts(),
        "holdings": writer.holdings(),
        "margin_positions": writer.margin_positions(),
        "consents": writer.consents(),
        "trades": writer.trades(),
        "cash_flows": writer.cash_flows(),
        "subscriptions": writer.subscriptions(),
        "touchpoints": writer.touchpoints(),
        "service_records": writer.service_records(),
        "complaints": writer.complaints(),
        "needs": writer.needs(),
    }
    kept = life.people.ids()[:wanted]
    if wanted >= life.people.size:
        return frames
    return {name: frame.filter(pl.col("customer_id").is_in(kept)) for name, frame in frames.items()}


def price_frame(market: Market) -> pl.DataFrame:
    """Closes of everything, by code and day."""
    days, columns = np.nonzero(~np.isnan(market.closes))
    codes = np.array([each.code for each in market.instruments])
    frame = pl.DataFrame(
        {
            "product_code": codes[columns],
            "day": _days(market.days[days]),
            "close": market.closes[days, columns],
        }
    )
    return frame.sort("product_code", "day")


def _days(ordinals: Column) -> pl.Series:
    """As days; a day that never comes is none."""
    numbers = pl.Series(ordinals.astype(np.int64))
    return (numbers.set(numbers >= NEVER, None) - _EPOCH).cast(pl.Int32).cast(pl.Date)


class _Frames:
    """One method a record type."""

    def __init__(self, life: Life, advisors: Sequence[str]) -> None:
        self._life, self._advisors = life, advisors
        self._people, self._dealing, self._market = life.people, life.dealing, life.market
        self._today = life.today.toordinal()
        self._last = len(self._market.days) - 1
        self._ids = np.array(self._people.ids())
        self._scale = self._scales()
        self._products = self._favourites()

    def customers(self) -> pl.DataFrame:
        people = self._people
        numbers = [people.first + place for place in range(people.size)]
        return pl.DataFrame(
            {
                "customer_id": self._ids,
                "advisor_id": [self._advisors[number % len(self._advisors)] for number in numbers],
                "name": people.names,
                "gender": np.where(people.female, "female", "male"),
                "born_on": people.born,
                "phone": [phone(number) for number in numbers],
                "identity_number": [
                    identity_number(born, number, female=bool(female))
                    for born, number, female in zip(people.born, numbers, people.female, strict=True)
                ],
                "city": people.cities,
                "occupation": people.jobs,
                "annual_income": people.incomes.astype(np.int64),
                "opened_on": _days(people.opened),
                "status": np.array(STATUSES)[people.statuses],
                "full_capacity": ~people.minors,
                "profiling_consent": ~people.opted_out,
                "preferred_channel": np.array(CHANNELS)[people.channels],
                "first_traded_on": _days(np.where(people.opened < self._start, people.opened + 3, NEVER)),
                "guardian_name": pl.Series(people.guardians, dtype=pl.String),
            }
        )

    def assessments(self) -> pl.DataFrame:
        rows = self._life.journal.read("assessments")
        who, ranks = rows["who"], rows["rank"].astype(np.int64)
        lowest = rows["lowest"] > 0
        place = np.where(lowest, 0, ranks - 1)
        kinds = [";".join(sorted(_VARIETIES[: rank + 2])) for rank in range(len(_GOALS))]
        goals = [[";".join(sorted({*each, more or each[0]})) for more in EXTRA_GOALS] for each in _GOALS]
        return (
            self._frame(
                who,
                assessed_on=_days(rows["day"]),
                level=np.char.add("C", ranks.astype(str)),
                lowest_class=lowest,
                expires_on=_days(rows["day"] + ASSESSMENT_DAYS),
                horizon=np.array(HORIZONS)[self._people.horizons[who]],
                varieties=np.array(kinds)[place],
                goals=np.array(goals)[place, self._people.extra_goals[who]],
                max_loss_pct=np.where(lowest, 0, np.array(_LOSSES)[place]),
            )
            .sort("customer_id", "assessed_on")
            .unique(("customer_id", "assessed_on"), keep="last", maintain_order=True)
        )

    def permissions(self) -> pl.DataFrame:
        margin = self._dealing.margin_since < NEVER
        pairs = [
            (place, name)
            for place, held in enumerate(self._people.permissions)
            for name in sorted(held | ({"margin"} if margin[place] else set()))
        ]
        who = np.array([place for place, _ in pairs], dtype=np.int64)
        return self._frame(who, permission=[name for _, name in pairs], held=np.full(len(pairs), True))

    def accounts(self) -> pl.DataFrame:
        """At the last trading day of each month, and at the last close."""
        dealing, days = self._dealing, self._market.days
        lent = days[:, None] >= dealing.margin_since
        margin = np.where(lent, dealing.exchange, 0.0)
        ordinary = dealing.total - margin
        closes = self._closes()
        return pl.concat(
            [
                self._snapshots(closes, "ordinary", self._people.opened, ordinary, ordinary, cash=dealing.cash),
                self._snapshots(
                    closes, "margin", dealing.margin_since, margin, margin - np.where(lent, dealing.owed, 0.0)
                ),
                self._snapshots(closes[-1:], "option", self._option_since(), 0 * margin, 0 * margin),
            ]
        ).sort("customer_id", "account_id", "as_of")

    def _snapshots(
        self, closes: Integers, kind: str, since: Integers, total: Floats, own: Floats, *, cash: Floats | None = None
    ) -> pl.DataFrame:
        """``own``: what the average is of, borrowed money left out."""
        days = self._market.days[closes]
        rows, who = np.nonzero(days[:, None] >= since)
        sums = np.cumsum(np.vstack([np.zeros(own.shape[1]), own]), axis=0)
        back = np.maximum(closes + 1 - _AVERAGED_DAYS, 0)
        means = (sums[closes + 1] - sums[back]) / (closes + 1 - back)[:, None]
        numbers = {"ordinary": "01", "margin": "02", "option": "03"}
        total_of = np.round(total[closes][rows, who] * self._scale[who], 2)
        cash_of = np.zeros(len(who)) if cash is None else np.round(cash[closes][rows, who] * self._scale[who], 2)
        return self._frame(
            who,
            account_id=np.char.add(self._ids[who], f"-{numbers[kind]}"),
            kind=np.full(len(who), kind),
            opened_on=_days(since[who]),
            as_of=_days(days[rows]),
            cash=cash_of,
            total_assets=np.maximum(total_of, cash_of),
            average_assets_20d=np.round(np.maximum(means[rows, who], 0) * self._scale[who], 2),
        )

    def holdings(self) -> pl.DataFrame:
        purse, instruments = self._dealing.purse, self._market.instruments
        who, items = np.nonzero(purse.quantity > 0)
        scale = self._scale[who]
        values = np.round(purse.value(self._last)[who, items] * scale, 2)
        grades = np.array([each.rank for each in instruments])[items]
        results = np.array(
            [np.nan if case is None or case.result is None else case.result for case in self._people.cases]
        )
        arranged = ~np.isnan(results[who]) & (grades >= _MOVING_GRADE)
        cost = np.where(arranged, values / (1 + np.nan_to_num(results[who])), purse.cost[who, items] * scale)
        due = np.where(_told(instruments, "code")[items] == _NOTE_CODE, self._dealing.note_due[who], NEVER)
        frame = self._frame(
            who,
            product_code=_told(instruments, "code")[items],
            product_name=_told(instruments, "name")[items],
            variety=_told(instruments, "variety")[items],
            risk_grade=_told(instruments, "risk_grade")[items],
            industry=pl.Series([instruments[item].industry for item in items], dtype=pl.String),
            quantity=np.round(purse.quantity[who, items] * scale, 2),
            cost=np.round(cost, 2),
            market_value=values,
            as_of=_days(np.full(len(who), self._market.days[-1])),
            matures_on=_days(due),
        )
        return frame.filter(pl.col("market_value") > 0).sort("customer_id", "market_value", descending=[False, True])

    def margin_positions(self) -> pl.DataFrame:
        collateral = self._dealing.exchange[-1] * self._scale
        debt = self._dealing.debt * self._scale
        for place, case in enumerate(self._people.cases):
            if case is not None and case.margin_ratio is not None:
                debt[place] = collateral[place] / case.margin_ratio * 100
        who = np.flatnonzero((debt >= 1) & (collateral > 0))
        return self._frame(
            who,
            as_of=_days(np.full(len(who), self._market.days[-1])),
            maintenance_ratio_pct=np.round(collateral[who] / debt[who] * 100, 1),
            warning_line_pct=np.full(len(who), _WARNING_LINE),
            liquidation_line_pct=np.full(len(who), _LIQUIDATION_LINE),
            debt=np.round(debt[who], 2),
        )

    def consents(self) -> pl.DataFrame:
        """Asked when the account was opened; some took back what they had given."""
        people, everybody = self._people, np.arange(self._people.size)
        later = np.maximum(self._today - self._life.random.integers(20, 700, people.size), people.opened + 1)
        left = np.flatnonzero(people.opted_out)
        return pl.concat(
            [
                self._consent(everybody, "profiling", people.opened, np.full(people.size, True)),
                self._consent(left, "profiling", later[left], np.full(len(left), False)),
                self._consent(everybody, "marketing", people.opened, people.marketing),
            ]
        ).sort("customer_id", "kind", "day")

    def _consent(self, who: Integers, kind: str, days: Integers, granted: Flags) -> pl.DataFrame:
        return self._frame(who, kind=np.full(len(who), kind), day=_days(days), granted=granted)

    def trades(self) -> pl.DataFrame:
        rows = self._life.journal.read("trades")
        who, items = rows["who"], rows["item"].astype(np.int64)
        frame = self._frame(
            who,
            traded_on=_days(rows["day"]),
            product_code=_told(self._market.instruments, "code")[items],
            product_name=_told(self._market.instruments, "name")[items],
            side=np.where(rows["side"] > 0, "sell", "buy"),
            amount=self._amounts(rows["amount"], who),
            fee=self._amounts(rows["fee"], who, least=0.0),
        )
        return _numbered(frame, "trade_id", "T", "traded_on")

    def cash_flows(self) -> pl.DataFrame:
        rows = self._life.journal.read("cash_flows")
        frame = self._frame(
            rows["who"],
            day=_days(rows["day"]),
            kind=np.array(FLOWS)[rows["kind"].astype(np.int64)],
            amount=self._amounts(rows["amount"], rows["who"]),
        )
        return _numbered(frame, "flow_id", "F", "day")

    def subscriptions(self) -> pl.DataFrame:
        rows = self._life.journal.read("subscriptions")
        items = rows["item"].astype(np.int64)
        frame = self._frame(
            rows["who"],
            day=_days(rows["day"]),
            product_code=_told(self._market.instruments, "code")[items],
            product_name=_told(self._market.instruments, "name")[items],
            kind=np.where(rows["side"] > 0, "redeem", "subscribe"),
            amount=self._amounts(rows["amount"], rows["who"]),
        )
        return _numbered(frame, "subscription_id", "S", "day")

    def touchpoints(self) -> pl.DataFrame:
        visits, talks = self._life.journal.read("visits"), self._talks()
        seen = self._frame(
            visits["who"],
            day=_days(visits["day"]),
            channel=np.where(visits["pc"] > 0, "pc", "app"),
            topic=np.array([visit.topic for visit in texts.VISITS])[visits["topic"].astype(np.int64)],
            hour=visits["hour"].astype(np.int64),
        )
        met = talks.select("customer_id", "day", "channel", "topic", "hour")
        return _numbered(pl.concat([seen, met]), "touchpoint_id", "P", "day")

    def service_records(self) -> pl.DataFrame:
        frame = self._talks().select("customer_id", "day", "channel", "staff", "kind", "remark")
        return _numbered(frame, "record_id", "N", "day")

    def complaints(self) -> pl.DataFrame:
        rows = self._life.journal.read("complaints")
        who = rows["who"]
        said = [texts.GRIEVANCES[number] for number in rows["grievance"].astype(np.int64)]
        frame = self._frame(
            who,
            received_on=_days(rows["day"]),
            channel=[each.channel for each in said],
            topic=[each.topic for each in said],
            text=[each.text.format(product=self._products[place]) for each, place in zip(said, who, strict=True)],
            closed_on=_days(rows["closed"]),
        )
        return _numbered(frame, "complaint_id", "C", "received_on")

    def needs(self) -> pl.DataFrame:
        rows = self._life.journal.read("needs")
        return self._frame(
            rows["who"],
            as_of=_days(rows["as_of"]),
            need=np.array([need.value for need in NEEDS])[rows["need"].astype(np.int64)],
            probability=rows["probability"],
            happened=rows["happened"] > 0,
        ).sort("as_of", "need", "customer_id")

    def _talks(self) -> pl.DataFrame:
        """Everything that staff wrote down, complaints and hostile remarks among it."""
        return pl.concat([self._plain_talks(), self._complaint_talks(), self._hostile_talks()])

    def _plain_talks(self) -> pl.DataFrame:
        rows = self._life.journal.read("talks")
        who, kinds = rows["who"], rows["talk"].astype(np.int64)
        offsets = np.cumsum([0, *(len(texts.REMARKS[kind]) for kind in TALKS)])
        remarks = [remark for kind in TALKS for remark in texts.REMARKS[kind]]
        picks = offsets[kinds] + rows["remark"].astype(np.int64)
        channels = [remarks[pick].channel for pick in picks]
        topics = rows["topic"].astype(np.int64)
        frame = self._frame(
            who,
            day=_days(rows["day"]),
            channel=channels,
            topic=[texts.CONTACT_TOPICS[channel][topic] for channel, topic in zip(channels, topics, strict=True)],
            hour=rows["hour"].astype(np.int64),
            staff=np.array(texts.STAFF)[rows["staff"].astype(np.int64)],
            kind=np.array(TALKS)[kinds],
            remark=np.array([remark.text for remark in remarks])[picks],
            product=np.array(self._products)[who],
        )
        said = pl.col("remark").str.replace("{product}", pl.col("product"), literal=True)
        return frame.with_columns(remark=said).drop("product")

    def _complaint_talks(self) -> pl.DataFrame:
        rows = self._life.journal.read("complaints")
        who = rows["who"]
        said = [texts.GRIEVANCES[number] for number in rows["grievance"].astype(np.int64)]
        return self._frame(
            who,
            day=_days(rows["day"]),
            channel=[each.channel for each in said],
            topic=[f"投诉受理：{each.topic}" for each in said],
            hour=rows["hour"].astype(np.int64),
            staff=np.full(len(who), texts.STAFF[-1]),
            kind=np.full(len(who), "complaint"),
            remark=[each.remark.format(product=self._products[place]) for each, place in zip(said, who, strict=True)],
        )

    def _hostile_talks(self) -> pl.DataFrame:
        rows = self._life.journal.read("hostile")
        who = rows["who"]
        number = len(who)
        return self._frame(
            who,
            day=_days(rows["day"]),
            channel=np.full(number, "phone"),
            topic=np.full(number, texts.CONTACT_TOPICS["phone"][0]),
            hour=np.full(number, 10, dtype=np.int64),
            staff=np.full(number, texts.STAFF[0]),
            kind=np.full(number, "consultation"),
            remark=[texts.HOSTILE_REMARKS[remark] for remark in rows["remark"].astype(np.int64)],
        )

    # small helps

    @property
    def _start(self) -> int:
        return int(self._market.days[0])

    def _frame(self, who: Column, **columns: object) -> pl.DataFrame:
        return pl.DataFrame({"customer_id": self._ids[who.astype(np.int64)], **columns})

    def _amounts(self, amounts: Column, who: Column, *, least: float = 0.01) -> Floats:
        return np.maximum(np.round(amounts * self._scale[who.astype(np.int64)], 2), least)

    def _scales(self) -> Floats:
        """So that the assets of a case come to what the case says: money is counted in another unit, as it were."""
        totals = self._dealing.total[-1]
        wanted = [None if case is None else case.assets for case in self._people.cases]
        return np.array(
            [1.0 if each is None or total <= 0 else each / total for each, total in zip(wanted, totals, strict=True)]
        )

    def _favourites(self) -> list[str]:
        """The name of the largest product of the house, for what staff wrote down."""
        purse = self._dealing.purse
        value = purse.value(self._last) * purse.house
        best = value.argmax(axis=1)
        names = _told(self._market.instruments, "name")
        return [str(names[item]) if value[place, item] > 0 else "货币基金" for place, item in enumerate(best)]

    def _closes(self) -> Integers:
        """Numbers of the last trading day of each month, and of the last of all."""
        months = np.array([date.fromordinal(int(day)).month for day in self._market.days])
        return np.append(np.flatnonzero(months[1:] != months[:-1]), self._last)

    def _option_since(self) -> Integers:
        held = np.array(["option" in each for each in self._people.permissions])
        return np.where(held, np.minimum(self._people.opened + 400, self._today - 30), NEVER)


def _told(instruments: Sequence[Instrument], attribute: str) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array([getattr(each, attribute) for each in instruments])


def _numbered(frame: pl.DataFrame, key: str, letter: str, day: str) -> pl.DataFrame:
    """In order of customer and day, each row with a key of its own."""
    number = pl.int_range(pl.len()).over("customer_id") + 1
    ordered = frame.sort("customer_id", day, maintain_order=True)
    return ordered.select(pl.format(letter + "-{}-{}", "customer_id", number).alias(key), pl.all())
