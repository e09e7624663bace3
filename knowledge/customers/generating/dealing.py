"""A day of money: what comes in, what is bought and sold, what goes out, what is lent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.random import Generator

from knowledge.customers.generating.agenda import Agenda
from knowledge.customers.generating.instruments import TERM_NOTE
from knowledge.customers.generating.market import Flags, Floats, Integers, Market
from knowledge.customers.generating.needs import SUBSCRIBED, Need
from knowledge.customers.generating.people import NEVER, People
from knowledge.customers.generating.purse import DEPOSIT, DIVIDEND, FEE, INTEREST, WITHDRAWAL, Purse

LEAVERS_TAKE, OTHERS_TAKE = 0.6, 0.4
"""Of the assets at the start of a window: leavers at least, all others at most, net of what they bring."""
_MARGIN_RATE, _CASH_RATE = 0.06, 0.0005
"""A year."""
_CALL, _RESTORED = 1.4, 2.0
"""Maintenance ratio below which holdings are sold, and the one that is reached by that."""
_NOTE_TERMS = (91, 182, 365)
_LEAST_LOAN = 5_000.0
_LEAST_NOTE, _LEAST_SUBSCRIPTION, _LEAST_MOVE = 10_000.0, 1_000.0, 100.0
_MOST_POSITIONS = 8
_SPREADS = (0.004, 0.015, 0.09, 0.2, 0.3)
"""Standard deviation of the result of what was bought before the history, by grade."""
_INTEREST_DAY = 21
_BOLD_SHARE, _LENT_SHARE = 0.2, 0.6
"""Of the assets, in what a case must hold."""
_EVERYBODY = slice(None)


@dataclass(slots=True)
class Dealing:
    """What everybody in a block owns and owes, from one trading day to the next."""

    random: Generator
    people: People
    market: Market
    purse: Purse
    today: int
    """Ordinal; everything happens before it."""
    debt: Floats = field(init=False)
    margin_since: Integers = field(init=False)
    """Ordinal of the day on which the margin account was opened."""
    note_due: Integers = field(init=False)
    ranks: Integers = field(init=False)
    """As the latest assessment says."""
    start: Floats = field(init=False)
    """Assets at the start of the window."""
    reach: Floats = field(init=False)
    """What a single subscription may cost in this window."""
    permitted: Flags = field(init=False)
    """What may be bought in this window: customers × instruments."""
    cash: Floats = field(init=False)
    """At the close: trading days × customers; so are the next three."""
    total: Floats = field(init=False)
    exchange: Floats = field(init=False)
    """Value of what is traded, which is what a lender counts."""
    owed: Floats = field(init=False)
    _grades: Integers = field(init=False)
    _minimums: Floats = field(init=False)
    _locked: Integers = field(init=False)
    _note: int = field(init=False)
    _traded: Flags = field(init=False)
    _varieties: Mapping[Need, Flags] = field(init=False)
    _paydays: Integers = field(init=False)
    _yields: Floats = field(init=False)

    def __post_init__(self) -> None:
        size, instruments = self.people.size, self.market.instruments
        self.debt, self.start = np.zeros(size), np.zeros(size)
        self.margin_since, self.note_due = np.full(size, NEVER), np.full(size, NEVER)
        self.ranks = self.people.ranks.copy()
        self.cash, self.total, self.exchange, self.owed = (np.zeros((len(self.market.days), size)) for _ in range(4))
        self._grades = np.array([each.rank for each in instruments])
        self._minimums = np.array([float(each.minimum) for each in instruments])
        self._locked = np.array([each.lock_up_days for each in instruments])
        self._note = instruments.index(TERM_NOTE)
        self._traded = self.purse.traded > 0
        self._varieties = {
            need: np.array([each.house and each.variety in counted for each in instruments])
            for need, counted in SUBSCRIBED.items()
        }
        self._paydays = self.random.integers(135, 205, len(instruments))
        self._yields = np.where(
            [each.share for each in instruments], self.random.uniform(0.002, 0.04, len(instruments)), 0.0
        )
        self.permitted = np.zeros(self.people.tastes.shape, dtype=np.bool_)

    # before the history

    def furnish(self, opened_before: Flags) -> None:
        """What those who were there already have on the first day."""
        self.look(0)
        size = self.people.size
        wealth = np.where(opened_before, self.people.wealth, 0.0)
        weights = self.random.gamma(2, 1, (size, _MOST_POSITIONS))
        weights *= np.arange(_MOST_POSITIONS) < self.people.positions[:, None]
        budgets = (wealth * (1 - self.people.cash_share))[:, None] * weights / weights.sum(axis=1, keepdims=True)
        invested = np.zeros(size)
        for place in range(_MOST_POSITIONS):
            who = np.flatnonzero(budgets[:, place] > _LEAST_MOVE)
            invested += self._endow(
                who, self.permitted & (self._minimums <= budgets[:, place, None]), budgets[:, place]
            )
        self.purse.cash[:] = np.round(np.maximum(wealth - invested, 0), 2)
        self._endow_grades()
        self._endow_notes(opened_before)
        owes = self.people.owes
        self.margin_since = np.where(owes, np.minimum(self.people.opened + 200, self._day(0) - 1), NEVER)
        worth = self.purse.worth(0)[1]
        self.debt = np.where(owes, np.round(worth * self.random.uniform(0.25, 0.5, size), 2), 0.0)

    def _endow(self, who: Integers, choice: Flags, budgets: Floats) -> Floats:
        rows = np.where(choice[who] & (self.purse.quantity[who] == 0), self.people.tastes[who], 0.0)
        columns, found = self._pick(rows)
        who, columns = who[found], columns[found]
        spread = np.array(_SPREADS)[self._grades[columns] - 1]
        results = np.clip(self.random.normal(0.015, 1, len(who)) * spread, -0.6, 1.5)
        worth = np.zeros(self.people.size)
        worth[who] = self.purse.endow(who, columns, budgets[who], results)
        return worth

    def _endow_grades(self) -> None:
        """A few hold what is above their level: cases, and one in twenty."""
        wanted = np.array(
            [0 if case is None or case.holds_grade is None else case.holds_grade for case in self.people.cases]
        )
        bold = (self.random.random(self.people.size) < 0.05) & ~self.people.staged & (self.ranks > 1)  # noqa: PLR2004
        wanted = np.where(bold, np.minimum(self.ranks + 1, 4), wanted)
        who = np.flatnonzero((wanted > 0) & (self.purse.cash > 3 * _LEAST_MOVE))
        exact = self._traded & (self._grades == wanted[:, None])
        before = self._endow(who, exact & self._priced(0), self.purse.cash * 0.7)
        self.purse.cash[:] = np.round(self.purse.cash - before, 2)

    def _endow_notes(self, opened_before: Flags) -> None:
        holders = opened_before & (self.ranks > 1) & (self.random.random(self.people.size) < 0.12)  # noqa: PLR2004
        who = np.flatnonzero(holders & ~self.people.staged & (self.purse.cash > 2 * _LEAST_NOTE))
        values = self.purse.cash[who] * 0.6
        worth = self.purse.endow(who, np.full(len(who), self._note), values, np.full(len(who), 0.01))
        np.add.at(self.purse.cash, who, -worth)
        self.note_due[who] = self._day(0) + self.random.integers(5, 360, len(who))

    # one window, one day

    def look(self, number: int) -> None:
        """Decide anew what may be bought: within the level, permitted, priced, and liked at all."""
        within = self._grades <= np.where(self.people.lowest_class, 1, self.ranks)[:, None]
        self.permitted = within & self._priced(number) & (self.people.tastes > 0)

    def begin_window(self, number: int) -> None:
        """Count from here; ``number`` is the last close before the window."""
        self.look(number)
        self.purse.rest()
        self.start = self.purse.cash + self.purse.worth(number)[0]
        fresh = np.where(self.start > 0, 0.0, self.people.wealth)
        self.reach = np.maximum.reduce(
            [self.purse.cash, 0.3 * self.start, 0.3 * fresh, np.full(self.people.size, _LEAST_SUBSCRIPTION)]
        )

    def affordable(self, need: Need, who: Integers | slice = _EVERYBODY) -> Flags:
        """Products that the customer could subscribe for the need: customers × instruments."""
        return self.permitted[who] & self._varieties[need] & (self._minimums <= self.reach[who][:, None])

    def holds(self, need: Need) -> Flags:
        """Whether a product that counts for the need is held."""
        held: Flags = np.any(self.purse.quantity[:, self._varieties[need]] > 0, axis=1)
        return held

    def live_day(self, number: int, agenda: Agenda) -> None:
        """In the order in which a bank and an exchange would have it."""
        self._arrive(number)
        self._bring(agenda.on("deposit", number), number)
        self._credit(number)
        self._mature(number)
        self._sell(agenda.on("sell", number), number)
        self._redeem(agenda.on("redeem", number), number)
        self._sell_all(agenda.on("clear", number), number)
        self._buy(agenda.on("buy", number), number)
        for need in SUBSCRIBED:
            self._subscribe(need, agenda.on(need, number), number)
        self._buy_note(agenda.on("note", number), number)
        self._open_margin(agenda.on(Need.MARGIN, number), number)
        self._borrow(agenda.on("borrow", number), number)
        self._withdraw(agenda.on("withdraw", number), number)
        self._leave(agenda.on("leave", number), number)
        self._arrange(number)
        self._call(number)
        self._close(number)

    def _close(self, number: int) -> None:
        self.cash[number] = self.purse.cash
        worth, self.exchange[number] = self.purse.worth(number)
        self.total[number] = self.purse.cash + worth
        self.owed[number] = self.debt

    def _arrive(self, number: int) -> None:
        """Those whose account was opened since the last trading day bring their first money."""
        before = self._day(number - 1) if number else self._day(0) - 10
        who = np.flatnonzero((self.people.opened > before) & (self.people.opened <= self._day(number)))
        self.purse.flow(DEPOSIT, who, np.round(self.people.wealth[who], -2), number)

    def _bring(self, who: Integers, number: int) -> None:
        usual = 0.025 * self.people.wealth[who] + 0.03 * self.people.incomes[who]
        amounts = usual * np.exp(self.random.normal(0, 0.9, len(who)))
        self.purse.flow(DEPOSIT, who, np.maximum(np.round(amounts, -2), _LEAST_MOVE), number)

    def _withdraw(self, who: Integers, number: int) -> None:
        share = np.where(self.random.random(len(who)) < 0.1, 0.95, self.random.uniform(0.1, 0.7, len(who)))  # noqa: PLR2004
        left = OTHERS_TAKE * self.start[who] + self.purse.brought[who] - self.purse.taken[who]
        amounts = np.floor(np.minimum(self.purse.cash[who] * share, left) / 100) * 100
        kept = (amounts >= _LEAST_MOVE) & (self.start[who] > 0)
        self.purse.flow(WITHDRAWAL, who[kept], amounts[kept], number)

    def _leave(self, who: Integers, number: int) -> None:
        net = self.purse.brought[who] - self.purse.taken[who]
        wished = self.purse.cash[who] * self.random.uniform(0.72, 0.995, len(who))
        least = LEAVERS_TAKE * self.start[who] + net
        amounts = np.minimum(np.maximum(wished, least), self.purse.cash[who])
        self.purse.flow(WITHDRAWAL, who, np.floor(amounts * 100) / 100, number)

    def _credit(self, number: int) -> None:
        """Dividends, interest each quarter, and the price of a loan each month."""
        today, before = date.fromordinal(self._day(number)), date.fromordinal(self._day(max(number - 1, 0)))
        day, earlier = today.timetuple().tm_yday, before.timetuple().tm_yday
        columns = np.flatnonzero((self._yields > 0) & (self._paydays > earlier) & (self._paydays <= day))
        if len(columns):
            paid = (
                self.purse.quantity[:, columns] * np.nan_to_num(self.market.closes[number, columns])
            ) @ self._yields[columns]
            self.purse.flow(DIVIDEND, np.flatnonzero(paid >= 1), paid[paid >= 1], number)
        if today.month % 3 == 0 and today.day >= _INTEREST_DAY > (before.day if before.month == today.month else 0):
            earned = np.round(self.purse.cash * _CASH_RATE / 4, 2)
            self.purse.flow(INTEREST, np.flatnonzero(earned > 0), earned[earned > 0], number)
        if today.month != before.month:
            due = np.round(self.debt * _MARGIN_RATE / 12, 2)
            who = np.flatnonzero((due > 0) & (self.purse.cash >= due))
            self.purse.flow(FEE, who, due[who], number)

    def _mature(self, number: int) -> None:
        who = np.flatnonzero(self.note_due <= self._day(number))
        if len(who):
            self.purse.sell(who, np.full(len(who), self._note), np.ones(len(who)), number)
            self.note_due[who] = NEVER

    def _sell(self, who: Integers, number: int) -> None:
        """Winners sooner than losers, and often the whole position."""
        value = self.purse.value(number, who) * self._traded
        gain = np.clip(value / np.maximum(self.purse.cost[who], 1) - 1, -1, 1)
        columns, found = self._pick(value * np.exp(1.5 * gain))
        who, columns = who[found], columns[found]
        self.purse.sell(who, columns, self._shares(len(who), 0.4), number)

    def _redeem(self, who: Integers, number: int) -> None:
        free = self._day(number) - self.purse.acquired[who] >= self._locked
        columns, found = self._pick(self.purse.value(number, who) * self.purse.house * free)
        who, columns = who[found], columns[found]
        self.purse.sell(who, columns, self._shares(len(who), 0.6), number)

    def _sell_all(self, who: Integers, number: int) -> None:
        """Also what is locked: whoever leaves pays the price."""
        rows, columns = np.nonzero(self.purse.quantity[who] > 0)
        self.purse.sell(who[rows], columns, np.ones(len(rows)), number)
        self.note_due[who] = NEVER

    def _buy(self, who: Integers, number: int) -> None:
        """Mostly what is liked, and more of what went up lately."""
        budgets = self.purse.cash[who] * self.random.beta(2, 2.5, len(who)) * 0.98
        who, budgets = who[budgets > _LEAST_MOVE], budgets[budgets > _LEAST_MOVE]
        rows = np.where(self.permitted[who] & self._traded & self._priced(number), self.people.tastes[who], 0.0)
        columns, found = self._pick(rows)
        self.purse.buy(who[found], columns[found], budgets[found], number)

    def _subscribe(self, need: Need, who: Integers, number: int) -> None:
        """The event itself: it always happens, with fresh money where the cash does not reach."""
        if not len(who):
            return
        columns, found = self._pick(np.where(self.affordable(need, who), self.people.tastes[who], 0.0))
        who, columns = who[found], columns[found]
        least = np.maximum(self._minimums[columns], _LEAST_SUBSCRIPTION) * 1.02
        wished = np.floor(self.purse.cash[who] * self.random.beta(2, 1.5, len(who)) / 100) * 100
        budgets = np.maximum(wished, least)
        short = np.ceil(np.maximum(budgets - self.purse.cash[who], 0) / 100) * 100
        self.purse.flow(DEPOSIT, who[short > 0], short[short > 0], number)
        self.purse.buy(who, columns, budgets, number)

    def _buy_note(self, who: Integers, number: int) -> None:
        free = (self.note_due[who] == NEVER) & (self.purse.cash[who] > 2 * _LEAST_NOTE) & (self.ranks[who] > 1)
        who = who[free & ~self.people.lowest_class[who]]
        amounts = np.floor(self.purse.cash[who] * self.random.uniform(0.5, 0.9, len(who)) / 10_000) * 10_000
        self.purse.buy(who, np.full(len(who), self._note), amounts, number)
        self.note_due[who] = self._day(number) + self.random.choice(_NOTE_TERMS, len(who))

    def _open_margin(self, who: Integers, number: int) -> None:
        """An account, and a first purchase with borrowed money."""
        self.margin_since[who] = self._day(number)
        self._lend(who, self.purse.worth(number)[1][who] * self.random.uniform(0.2, 0.6, len(who)), number)

    def _borrow(self, who: Integers, number: int) -> None:
        """More, by those whose holdings have outgrown the debt."""
        worth, debt = self.purse.worth(number)[1][who], self.debt[who]
        ratio = self.random.uniform(2.0, 3.4, len(who))
        self._lend(who, (worth - ratio * debt) / (ratio - 1), number)

    def _lend(self, who: Integers, loans: Floats, number: int) -> None:
        """Every loan is spent at once."""
        wanted = (self.margin_since[who] <= self._day(number)) & (loans > _LEAST_LOAN)
        who, loans = who[wanted], np.round(loans[wanted], -3)
        rows = np.where(self.permitted[who] & self._traded & self._priced(number), self.people.tastes[who], 0.0)
        columns, found = self._pick(rows)
        who, columns, loans = who[found], columns[found], loans[found]
        before = self.purse.cost[who, columns]
        self.purse.buy(who, columns, loans, number, lent=True)
        self.debt[who] += np.round(self.purse.cost[who, columns] - before, 2)

    def _call(self, number: int) -> None:
        """Debtors near the line sell and pay back."""
        if not self.debt.any():
            return
        who = np.flatnonzero((self.debt > 0) & (self.purse.worth(number)[1] < _CALL * self.debt))
        worth, debt = self.purse.worth(number)[1][who], self.debt[who]
        shares = np.clip((_RESTORED * debt - worth) / np.maximum(worth, 1), 0.05, 1)
        before = self.purse.cash[who].copy()
        rows, columns = np.nonzero((self.purse.quantity[who] > 0) & self._traded)
        self.purse.sell(who[rows], columns, shares[rows], number)
        brought = self.purse.cash[who] - before
        paid = np.minimum(np.maximum(brought, 0), debt)
        self.purse.cash[who] = np.round(self.purse.cash[who] - paid, 2)
        self.debt[who] = np.round(debt - paid, 2)

    # staged situations

    def _arrange(self, number: int) -> None:
        """On the last day before a case falls quiet, bring cash and note to where the case wants them."""
        day, after = self._day(number), self._day(min(number + 1, len(self.market.days) - 1))
        for place, case in enumerate(self.people.cases):
            if case is None:
                continue
            who = np.array([place])
            if day < self.today - case.quiet <= after:
                self._arrange_grade(who, number, case.holds_grade, _LENT_SHARE if case.margin_ratio else _BOLD_SHARE)
                self._arrange_note(who, number, 0 if case.matures_in is None else self.today + case.matures_in)
                self._arrange_cash(who, number, case.cash_share)
            if case.withdrew is not None and day <= self.today - case.withdrew[0] < after:
                share = case.withdrew[1] * self.total[number - 1, who]
                self.purse.flow(WITHDRAWAL, who, np.minimum(share, self.purse.cash[who]), number)

    def _arrange_grade(self, who: Integers, number: int, grade: int | None, share: float) -> None:
        """So much of the assets in one thing of the grade, whatever must be sold for it."""
        if grade is None:
            return
        value = self.purse.value(number, who)[0]
        total = float(self.purse.cash[who[0]]) + float(value.sum())
        choice = self._traded & self._priced(number) & (self._grades == grade)
        short = share * total - float(value[choice].sum())
        if short > 0:
            if self.purse.cash[who[0]] < short:
                self._arrange_cash(who, number, min(1.02 * short / total, 1.0))
            columns, found = self._pick(np.where(choice, self.people.tastes[who], 0.0))
            self.purse.buy(who[found], columns[found], np.minimum(self.purse.cash[who[found]], short), number)

    def _arrange_note(self, who: Integers, number: int, due: int) -> None:
        if self.note_due[who[0]] != NEVER:
            self.purse.sell(who, np.array([self._note]), np.ones(1), number)
            self.note_due[who] = NEVER
        if due:
            wanted = 0.15 * (self.purse.cash[who] + self.purse.value(number, who).sum())
            short = np.maximum(wanted - self.purse.cash[who], 0)
            self.purse.flow(DEPOSIT, who, short, number)
            self.purse.buy(who, np.array([self._note]), wanted, number)
            self.note_due[who] = due

    def _arrange_cash(self, who: Integers, number: int, share: float | None) -> None:
        if share is None:
            return
        value = self.purse.value(number)[who[0]] * (self._traded | (self.purse.house > 0))
        cash = float(self.purse.cash[who[0]])
        total = cash + float(self.purse.value(number)[who[0]].sum())
        wanted = share * total - cash
        columns = np.flatnonzero(value > 0)
        owners = np.full(len(columns), who[0])
        if wanted > 0:
            self.purse.sell(owners, columns, np.full(len(columns), min(wanted / max(value.sum(), 1), 1.0)), number)
        elif len(columns):
            self.purse.buy(owners, columns, -wanted * value[columns] / value.sum(), number)

    # small helps

    def _day(self, number: int) -> int:
        return int(self.market.days[number])

    def _priced(self, number: int) -> Flags:
        known: Flags = ~np.isnan(self.market.closes[number])
        return known

    def _shares(self, number: int, whole: float) -> Floats:
        part = self.random.uniform(0.2, 0.75, number)
        return np.where(self.random.random(number) < whole, 1.0, part)

    def _pick(self, rows: Floats) -> tuple[Integers, Flags]:
        """A column for each row, by weight; and whether the row had any."""
        sums = np.cumsum(rows, axis=1)
        draws = self.random.random(len(rows)) * sums[:, -1]
        columns = np.minimum((sums <= draws[:, None]).sum(axis=1), rows.shape[1] - 1)
        found: Flags = sums[:, -1] > 0
        return columns, found
