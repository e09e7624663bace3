"""How much money lay idle, and for how long: today's balance walked back through what came and went.

Each purchase, sale, subscription, redemption and payment is undone, the newest first. Where a month's end balance of
the accounts is known, it counts more than the walk (purchases on credit leave no trace in the cash). The walk ends with
the oldest record, or where records contradict themselves (a balance below nothing): before it nothing is said.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from assistant.analysis.figures import FactMaker, add_months, money, percent
from assistant.analysis.history import MonthlyFlow, Point
from assistant.analysis.model import Fact
from knowledge.customers.model import AccountSnapshot, CashFlow, CashFlowKind, CustomerRecord

ASSET_SOURCE = "账户月末资产记录"
_CASH_SOURCE = "资金余额按流水与成交回推"
_FLOW_SOURCE = "资金流水"
_REACH_MONTHS = 24
_YEAR_MONTHS = 12
_QUARTER_DAYS = 90
_RECENT_DAYS = 30
_FEN = 100
_SILENT = timedelta(days=45)
"""An account without a month's end for longer was closed."""
_TOLERANCE = 100 * _FEN
"""A month's end that differs from the walk by less is rounding or interest; also how far below nothing it may go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CashHistory:
    """Balances of the accounts, newest first: each holds from its day's close until the next newer one's."""

    as_of: date
    points: tuple[tuple[date, int], ...]
    """Day and balance in fen; never empty."""

    @property
    def known_since(self) -> date:
        """Before this day nothing is known."""
        return self.points[-1][0]

    @property
    def cash(self) -> Decimal:
        """Today's, in yuan."""
        return _yuan(self.points[0][1])

    def lowest(self, days: int) -> Decimal | None:
        """The least that lay there at any close of the last ``days``, in yuan: so much was never used."""
        since = self.as_of - timedelta(days=days)
        if self.known_since > since:
            return None
        balances = []
        for day, balance in self.points:
            balances.append(balance)
            if day <= since:
                break
        return _yuan(max(min(balances), 0))

    @property
    def idle_since(self) -> date | None:
        """Since then at least half of today's money has lain there; ``None`` without money or without records."""
        today = self.points[0][1]
        if today <= 0 or len(self.points) == 1:
            return None
        newer = self.points[0][0]
        for day, balance in self.points:
            if balance * 2 < today:
                return newer
            newer = day
        return newer

    @property
    def always_idle(self) -> bool:
        """Whether half of today's money has lain there for as long as records reach."""
        return all(balance * 2 >= self.points[0][1] for _, balance in self.points)


def cash_history(record: CustomerRecord, *, as_of: date) -> CashHistory:
    """Walk back from the record's cash."""
    until = record.cash_as_of
    limit = max(add_months(as_of, -_REACH_MONTHS), _oldest_known_trade(record))
    moved = _moves(record, limit, until)
    known = {on: fen for on, fen in _month_ends(record.accounts).items() if limit <= on < until}
    balance = _fen(record.cash)
    points = [(until, balance)]
    if until in moved:
        balance -= moved.pop(until)
    for day in sorted({*moved, *known}, reverse=True):
        if day in known and abs(known[day] - balance) > _TOLERANCE:
            balance = known[day]
        if balance < -_TOLERANCE:
            break
        points.append((day, balance))
        balance -= moved.get(day, 0)
    return CashHistory(as_of=as_of, points=tuple(points))


def asset_history(record: CustomerRecord, *, as_of: date) -> tuple[Point, ...]:
    """All accounts' assets at the months' ends of two years, debts not deducted, oldest first, then today's."""
    since = add_months(as_of, -_REACH_MONTHS - 1)
    complete = _complete_days(record.accounts)
    totals = {
        day: money(sum(each.total_assets for each in found))
        for day, found in complete.items()
        if since <= day < record.cash_as_of
    }
    last = {(day.year, day.month): day for day in sorted(totals)}
    earlier = [Point(day, totals[day]) for day in last.values() if _month(day) < _month(record.cash_as_of)]
    return (*earlier, Point(record.cash_as_of, money(record.total_assets)))


def moved_by_customer(record: CustomerRecord, *, as_of: date, months: int = _YEAR_MONTHS) -> tuple[Point, ...]:
    """What was paid in (above zero) and taken out (below), in yuan, a point a flow, oldest first."""
    since = add_months(as_of, -months)
    return tuple(
        Point(flow.on, money(flow.amount) * flow.kind.sign)
        for flow in reversed(record.cash_flows)
        if since < flow.on <= as_of and flow.kind in (CashFlowKind.DEPOSIT, CashFlowKind.WITHDRAWAL)
    )


def monthly_flows(moved: Sequence[Point], *, as_of: date, months: int = _YEAR_MONTHS) -> tuple[MonthlyFlow, ...]:
    """Payments summed by calendar month, the month of ``as_of`` last; months without any are there with nothing."""
    first = add_months(as_of.replace(day=1), 1 - months)
    sums = {add_months(first, ahead): [Decimal("0.00"), Decimal("0.00")] for ahead in range(months)}
    for point in moved:
        of_month = sums.get(point.on.replace(day=1))
        if of_month is not None and point.on <= as_of:
            of_month[point.value < 0] += abs(point.value)
    return tuple(MonthlyFlow(f"{month:%Y-%m}", came, went) for month, (came, went) in sums.items())


def cash_facts(history: CashHistory) -> Iterator[Fact]:
    """``fact:cash.…``: what lay idle and for how long."""
    make = FactMaker("cash", history.as_of, _CASH_SOURCE)
    since = history.idle_since
    if since is not None:
        days = (history.as_of - since).days
        told = f"至少{days}天" if history.always_idle else f"{days}天"
        yield make.days("idle_days", "可用资金半数以上持续留存", days, told)
        yield make.day("idle_since", "可用资金半数以上留存起始日", since)
    lowest = history.lowest(_QUARTER_DAYS)
    if lowest is not None:
        yield make.yuan("lowest_90d", f"近{_QUARTER_DAYS}天可用资金最低余额", lowest)


def flow_facts(record: CustomerRecord, total: Decimal, *, as_of: date) -> Iterator[Fact]:
    """``fact:flow.…``: what was paid in and taken out. Nothing where no flow is on record."""
    if not record.cash_flows:
        return
    make = FactMaker("flow", as_of, _FLOW_SOURCE)
    moved = moved_by_customer(record, as_of=as_of)
    yield make.yuan("in_12m", "近12个月转入", _sum(point.value for point in moved if point.value > 0))
    yield make.yuan("out_12m", "近12个月转出", _sum(-point.value for point in moved if point.value < 0))
    earned = _sum(money(flow.amount) for flow in _paid_out(record.cash_flows, as_of))
    if earned:
        yield make.yuan("earned_12m", "近12个月分红派息", earned)
    if moved:
        yield make.day("last_moved_on", "最近一次转入或转出日", moved[-1].on)
    yield from _recent_facts(make, [point for point in moved if (as_of - point.on).days < _RECENT_DAYS], total)


def _recent_facts(make: FactMaker, recent: Sequence[Point], total: Decimal) -> Iterator[Fact]:
    """Net payments of thirty days, against what is there now (in) or would be (out)."""
    net = _sum(point.value for point in recent)
    if net > 0:
        yield make.yuan("net_in_30d", f"近{_RECENT_DAYS}天净转入", net)
        yield make.percent("net_in_share_30d", f"近{_RECENT_DAYS}天净转入占总资产比例", percent(net, total))
    elif net < 0:
        yield make.yuan("net_out_30d", f"近{_RECENT_DAYS}天净转出", -net)
        share = percent(-net, total - net)
        yield make.percent("net_out_share_30d", f"近{_RECENT_DAYS}天净转出占转出前总资产比例", share)


def _paid_out(flows: Sequence[CashFlow], as_of: date) -> Iterator[CashFlow]:
    since = add_months(as_of, -_YEAR_MONTHS)
    paid = (CashFlowKind.DIVIDEND, CashFlowKind.INTEREST)
    return (flow for flow in flows if flow.kind in paid and since < flow.on <= as_of)


def _moves(record: CustomerRecord, limit: date, until: date) -> dict[date, int]:
    """What each day added to the cash, in fen."""
    moved: dict[date, int] = defaultdict(int)
    for flow in record.cash_flows:
        moved[flow.on] += _fen(flow.amount) * flow.kind.sign
    for trade in record.trades:
        amount, fee = _fen(trade.amount), _fen(trade.fee)
        moved[trade.traded_on] += amount - fee if trade.side == "sell" else -amount - fee
    for order in record.subscriptions:
        moved[order.on] += _fen(order.amount) * (1 if order.kind == "redeem" else -1)
    return {day: fen for day, fen in moved.items() if limit <= day <= until}


def _oldest_known_trade(record: CustomerRecord) -> date:
    """Of too many trades only the newest are read; before the oldest of them the walk would miss some."""
    if record.trade_totals is None or not record.trades:
        return date.min
    return min(trade.traded_on for trade in record.trades) + timedelta(days=1)


def _month_ends(accounts: Sequence[AccountSnapshot]) -> dict[date, int]:
    return {day: sum(_fen(each.cash) for each in found) for day, found in _complete_days(accounts).items()}


def _complete_days(accounts: Sequence[AccountSnapshot]) -> dict[date, list[AccountSnapshot]]:
    """Days on which every account that was open then is known; one that is told of no longer has been closed."""
    by_day: dict[date, list[AccountSnapshot]] = defaultdict(list)
    spans: dict[str, tuple[date, date]] = {}
    for each in accounts:
        by_day[each.as_of].append(each)
        _, last = spans.get(each.account_id, (date.min, date.min))
        spans[each.account_id] = (each.opened_on, max(last, each.as_of))
    if len(spans) <= 1:
        return by_day
    open_spans = [(opened_on, last + _SILENT) for opened_on, last in spans.values()]
    return {
        day: found
        for day, found in by_day.items()
        if len(found) >= sum(opened_on <= day <= gone for opened_on, gone in open_spans)
    }


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _fen(amount: float) -> int:
    return round(amount * _FEN)


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / _FEN


def _sum(values: Iterator[Decimal]) -> Decimal:
    return sum(values, Decimal(0))
