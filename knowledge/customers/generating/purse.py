"""Cash and positions of a block of customers, and the one way to move them: every movement is written down."""

from dataclasses import dataclass, field

import numpy as np

from knowledge.customers.generating.journal import Journal
from knowledge.customers.generating.market import Floats, Integers, Market

FLOWS = ("deposit", "withdrawal", "dividend", "interest", "fee")
DEPOSIT, WITHDRAWAL, DIVIDEND, INTEREST, FEE = range(len(FLOWS))
SIDES = ("buy", "sell")
BUY, SELL = range(len(SIDES))
_STAMP_DUTY = 0.0005
"""Of the value of shares sold, since 2023-08-28."""
_LEAST_FEE = 5.0
_EVERYBODY = slice(None)


@dataclass(slots=True)
class Purse:
    """Arrays by customer, or customers × instruments. One customer may be named more than once in a movement."""

    journal: Journal
    market: Market
    commissions: Floats
    cash: Floats = field(init=False)
    quantity: Floats = field(init=False)
    cost: Floats = field(init=False)
    acquired: Integers = field(init=False)
    """Ordinal of the day on which a position was last added to."""
    brought: Floats = field(init=False)
    """Deposits since the last ``rest``."""
    taken: Floats = field(init=False)
    """Withdrawals since the last ``rest``."""
    deals: Floats = field(init=False)
    """Trades since the last ``rest``."""
    house: Floats = field(init=False)
    """1 for instruments of the catalogue, 0 for those of the exchange."""
    traded: Floats = field(init=False)
    """1 for what is bought and sold at the exchange."""
    _prices: Floats = field(init=False)
    """Closes, zero before an instrument began."""
    _lots: Floats = field(init=False)
    _entry: Floats = field(init=False)
    _stamped: Floats = field(init=False)

    def __post_init__(self) -> None:
        number, instruments = len(self.commissions), self.market.instruments
        self.cash = np.zeros(number)
        self.quantity = np.zeros((number, len(instruments)))
        self.cost = np.zeros_like(self.quantity)
        self.acquired = np.zeros(self.quantity.shape, dtype=np.int64)
        self.house = np.array([float(each.house) for each in instruments])
        self.traded = np.array([float(each.lots > 1) for each in instruments])
        self._prices = np.nan_to_num(self.market.closes)
        self._lots = np.array([float(each.lots) for each in instruments])
        self._entry = np.array([each.fee_pct / 100 for each in instruments])
        self._stamped = np.array([float(each.share) for each in instruments])
        self.rest()

    def rest(self) -> None:
        """Count from zero again."""
        self.brought, self.taken, self.deals = (np.zeros(len(self.commissions)) for _ in range(3))

    def value(self, number: int, who: Integers | slice = _EVERYBODY) -> Floats:
        """Of every position at a day's close: customers × instruments."""
        values: Floats = self.quantity[who] * self._prices[number]
        return values

    def worth(self, number: int) -> tuple[Floats, Floats]:
        """Of each customer's positions, all of them and those that are traded."""
        prices: Floats = self._prices[number]
        return self.quantity @ prices, self.quantity @ (prices * self.traded)

    def endow(self, who: Integers, columns: Integers, values: Floats, results: Floats) -> Floats:
        """Positions from before the history, at the first close, nothing written down; what they are worth."""
        price = self.market.closes[0, columns]
        lots = np.where(self.house[columns] > 0, 0.01, self._lots[columns])
        units = np.nan_to_num(np.floor(values / price / lots) * lots)
        worth: Floats = np.round(units * np.nan_to_num(price), 2)
        np.add.at(self.quantity, (who, columns), units)
        np.add.at(self.cost, (who, columns), np.round(worth / (1 + results), 2))
        return worth

    def flow(self, kind: int, who: Integers, amounts: Floats, number: int) -> None:
        """Money comes or goes."""
        amounts = np.round(amounts, 2)
        who, amounts = who[amounts > 0], amounts[amounts > 0]
        np.add.at(self.cash, who, -amounts if kind in (WITHDRAWAL, FEE) else amounts)
        if kind == DEPOSIT:
            np.add.at(self.brought, who, amounts)
        if kind == WITHDRAWAL:
            np.add.at(self.taken, who, amounts)
        self.journal.write("cash_flows", who, day=self._day(number), kind=kind, amount=amounts)
        self._settle(who)

    def buy(self, who: Integers, columns: Integers, budgets: Floats, number: int, *, lent: bool = False) -> None:
        """Spend up to the budgets, fees included, in whole lots. ``lent``: not out of the cash."""
        price = self.market.closes[number, columns]
        exchange = self._lots[columns] > 1
        net = np.where(
            exchange,
            budgets - np.maximum(budgets * self.commissions[who], _LEAST_FEE),
            budgets / (1 + self._entry[columns]),
        )
        units = np.where(
            exchange,
            np.floor(net / price / self._lots[columns]) * self._lots[columns],
            np.floor(net / price * 100) / 100,
        )
        kept = np.nan_to_num(units) > 0
        who, columns, price, units = who[kept], columns[kept], price[kept], units[kept]
        amounts = np.round(units * price * (1 + self._entry[columns]), 2)
        fees = np.where(self._lots[columns] > 1, self._commission(who, amounts), 0.0)
        if not lent:
            np.add.at(self.cash, who, -amounts - fees)
        np.add.at(self.quantity, (who, columns), units)
        np.add.at(self.cost, (who, columns), amounts + fees)
        self.acquired[who, columns] = self._day(number)
        self._write(who, columns, BUY, amounts, fees, number=number)

    def sell(self, who: Integers, columns: Integers, shares: Floats, number: int) -> Floats:
        """Sell shares of positions, in whole lots unless all goes; what each sale brought. Pairs must be distinct."""
        held = self.quantity[who, columns]
        lots = np.where(self._lots[columns] > 1, self._lots[columns], 0.01)
        units = np.where(shares >= 1, held, np.minimum(np.ceil(held * shares / lots) * lots, held))
        amounts = np.round(units * self._prices[number, columns], 2)
        duties = np.round(_STAMP_DUTY * self._stamped[columns] * amounts, 2)
        fees = np.where(self._lots[columns] > 1, self._commission(who, amounts) + duties, 0.0)
        kept = (units > 0) & (amounts > fees)
        left = np.where(kept, 1 - units / np.maximum(held, 0.001), 1.0)
        self.cost[who, columns] = np.round(self.cost[who, columns] * left, 2)
        self.quantity[who, columns] = np.where(kept, np.round(held - units, 2), held)
        brought: Floats = np.where(kept, amounts - fees, 0.0).astype(np.float64)
        np.add.at(self.cash, who, brought)
        self._write(who[kept], columns[kept], SELL, amounts[kept], fees[kept], number=number)
        return brought

    def _commission(self, who: Integers, amounts: Floats) -> Floats:
        asked: Floats = amounts * self.commissions[who]
        return np.round(np.maximum(asked, _LEAST_FEE), 2).astype(np.float64)

    def _day(self, number: int) -> int:
        return int(self.market.days[number])

    def _settle(self, who: Integers) -> None:
        """Whole cents."""
        self.cash[who] = np.round(self.cash[who], 2)

    def _write(
        self, who: Integers, columns: Integers, side: int, amounts: Floats, fees: Floats, *, number: int
    ) -> None:
        self._settle(who)
        day, house = self._day(number), self.house[columns] > 0
        np.add.at(self.deals, who[~house], 1)
        self.journal.write("subscriptions", who[house], day=day, item=columns[house], side=side, amount=amounts[house])
        self.journal.write(
            "trades",
            who[~house],
            day=day,
            item=columns[~house],
            side=side,
            amount=amounts[~house],
            fee=np.round(fees[~house], 2),
        )
