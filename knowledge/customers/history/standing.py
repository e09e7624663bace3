"""A history as one row a customer: balances, habits and contacts, each as it stood at the end of the day."""

from collections.abc import Mapping
from functools import reduce

import polars as pl

from knowledge.customers.history.model import History, ProductTerms
from knowledge.customers.model import HUMAN_CHANNELS, AccountKind, CashFlowKind

VARIETIES = ("cash", "fixed_income", "mixed", "equity", "alternative", "derivative")
_MONTHS, _QUARTER, _YEAR = 30, 90, 365
_SIGNS = {kind.value: kind.sign for kind in CashFlowKind}
_MOVED_BY_CUSTOMER = (CashFlowKind.DEPOSIT.value, CashFlowKind.WITHDRAWAL.value)
_LEVELS = {f"C{rank}": rank for rank in range(1, 6)}
_HORIZONS = {"short": 1, "medium": 2, "long": 3}
_NOTE_KINDS = ("consultation", "follow_up", "education", "care")
_BY = "customer_id"


def standing_on(history: History, products: Mapping[str, ProductTerms]) -> pl.DataFrame:
    """One row for everybody in ``history.people``, in their order; ``null`` where nothing is known.

    Amounts in yuan, shares of the assets as fractions, ``days_since_…`` in days, ``…_90`` of the 90 days before.
    """
    parts = (
        _tenure(history),
        _assessments(history),
        _balances(history),
        _margin(history),
        _flows(history),
        _trades(history),
        _held(history, products),
        _bought(history, products),
        _visits(history),
        _notes(history),
        _complaints(history),
    )
    people = history.people.select(_BY, "advisor_id")
    joined = reduce(lambda left, right: left.join(right, on=_BY, how="left", maintain_order="left"), parts, people)
    return _shares(_counted(joined))


def _since(column: str, history: History) -> pl.Expr:
    """Days from a day to the day of the history."""
    return (pl.lit(history.day) - pl.col(column)).dt.total_days()


def _tenure(history: History) -> pl.DataFrame:
    return history.people.select(_BY, _since("opened_on", history).alias("tenure_days"))


def _assessments(history: History) -> pl.DataFrame:
    newest = history.assessments.sort("assessed_on").group_by(_BY, maintain_order=True)
    left = (pl.col("expires_on") - pl.lit(history.day)).dt.total_days()
    return newest.agg(pl.all().last(), pl.len().alias("assessments")).select(
        _BY,
        "assessments",
        pl.when("lowest_class").then(1).otherwise(pl.col("level").replace_strict(_LEVELS, default=None)).alias("level"),
        pl.col("horizon").replace_strict(_HORIZONS, default=None).alias("horizon"),
        left.alias("assessment_days_left"),
        _since("assessed_on", history).alias("days_since_assessment"),
    )


def _balances(history: History) -> pl.DataFrame:
    """Cash and assets of the day: the last close, walked on through what was settled since."""
    closes = {back: history.balances.filter(pl.col("back") == back).drop("back") for back in (0, _QUARTER, _YEAR)}
    today = closes[0]
    moved = _moved(history, today)
    now = today.join(moved, on=_BY, how="left").select(
        _BY,
        _since("as_of", history).alias("days_since_close"),
        (pl.col("cash") + pl.col("cash_moved").fill_null(0.0)).alias("cash"),
        (pl.col("assets") + pl.col("money_moved").fill_null(0.0)).alias("assets"),
    )
    for back, name in ((_QUARTER, "90"), (_YEAR, "365")):
        earlier = closes[back].select(_BY, pl.col("as_of").alias("since"), pl.col("assets").alias(f"assets_{name}_ago"))
        result = (
            today.join(earlier, on=_BY)
            .join(_brought(history, earlier, today, f"brought_{name}"), on=_BY, how="left")
            .select(
                _BY,
                f"assets_{name}_ago",
                _result(pl.col("assets"), pl.col(f"assets_{name}_ago"), pl.col(f"brought_{name}").fill_null(0.0)).alias(
                    f"result_{name}"
                ),
            )
        )
        now = now.join(result, on=_BY, how="left")
    return now.join(history.lowest_cash, on=_BY, how="left")


def _result(end: pl.Expr, start: pl.Expr, brought: pl.Expr) -> pl.Expr:
    """Gain over the money that worked: Modified Dietz with all flows half way through; -1 … 2."""
    worked = start + brought / 2
    return pl.when(worked > 1).then(((end - start - brought) / worked).clip(-1.0, 2.0))


def _moved(history: History, closes: pl.DataFrame) -> pl.DataFrame:
    """What cash and assets changed by after each customer's last close."""
    since = closes.select(_BY, "as_of")
    signed = pl.col("amount") * pl.col("kind").replace_strict(_SIGNS, default=0, return_dtype=pl.Int64)
    flows = history.flows.select(_BY, "day", signed.alias("cash_moved"), signed.alias("money_moved"))
    buys = pl.col("side") == "buy"
    settled = history.settled.select(
        _BY,
        "day",
        (pl.when(buys).then(-pl.col("amount")).otherwise(pl.col("amount")) - pl.col("fee")).alias("cash_moved"),
        (-pl.col("fee")).alias("money_moved"),
    )
    bought = pl.when(pl.col("kind") == "subscribe").then(-pl.col("amount")).otherwise(pl.col("amount"))
    ordered = history.subscriptions.select(_BY, "day", bought.alias("cash_moved"), pl.lit(0.0).alias("money_moved"))
    later = pl.concat([flows, settled, ordered]).join(since, on=_BY).filter(pl.col("day") > pl.col("as_of"))
    return later.group_by(_BY).agg(pl.col("cash_moved").sum(), pl.col("money_moved").sum())


def _brought(history: History, earlier: pl.DataFrame, today: pl.DataFrame, name: str) -> pl.DataFrame:
    """Deposits less withdrawals between two closes."""
    span = earlier.select(_BY, "since").join(today.select(_BY, "as_of"), on=_BY)
    return (
        history.flows.filter(pl.col("kind").is_in(_MOVED_BY_CUSTOMER))
        .join(span, on=_BY)
        .filter((pl.col("day") > pl.col("since")) & (pl.col("day") <= pl.col("as_of")))
        .group_by(_BY)
        .agg((pl.col("amount") * pl.col("kind").replace_strict(_SIGNS, return_dtype=pl.Int64)).sum().alias(name))
    )


def _margin(history: History) -> pl.DataFrame:
    margin = history.accounts.filter(pl.col("kind") == AccountKind.MARGIN.value)
    return margin.select(_BY, pl.lit(1).alias("margin_account"))


def _flows(history: History) -> pl.DataFrame:
    deposit, withdrawal = (pl.col("kind") == kind for kind in _MOVED_BY_CUSTOMER)
    age = _since("day", history)
    columns = []
    for days in (_MONTHS, _QUARTER, _YEAR):
        recent = age < days
        columns += [
            pl.col("amount").filter(deposit & recent).sum().alias(f"deposits_{days}"),
            pl.col("amount").filter(withdrawal & recent).sum().alias(f"withdrawals_{days}"),
        ]
    return history.flows.group_by(_BY).agg(
        *columns,
        pl.col("number").filter(withdrawal & (age < _QUARTER)).sum().alias("withdrawal_count_90"),
        pl.col("number").filter(deposit & (age < _YEAR)).sum().alias("deposit_count_365"),
        age.filter(deposit).min().alias("days_since_deposit"),
    )


def _trades(history: History) -> pl.DataFrame:
    buys = pl.col("side") == "buy"
    age = _since("last_on", history)
    return history.trades.group_by(_BY).agg(
        pl.col("number_90").sum().alias("trades_90"),
        pl.col("number_365").sum().alias("trades_365"),
        pl.col("amount_365").sum().alias("traded_365"),
        pl.col("amount_90").filter(buys).sum().alias("bought_90"),
        pl.col("amount_90").filter(~buys).sum().alias("sold_90"),
        age.min().alias("days_since_trade"),
        age.filter(buys).min().alias("days_since_buy"),
    )


def _variety(products: Mapping[str, ProductTerms]) -> pl.Expr:
    terms = {code: product.variety for code, product in products.items()}
    return pl.col("product_code").replace_strict(terms, default=None, return_dtype=pl.String).alias("variety")


def _held(history: History, products: Mapping[str, ProductTerms]) -> pl.DataFrame:
    """Money that went into a variety and has not come back, never below nothing: positions at cost, roughly."""
    bought = history.trades.select(
        _BY,
        _variety(products),
        pl.when(pl.col("side") == "buy").then("amount").otherwise(-pl.col("amount")).alias("amount"),
    )
    ordered = history.subscriptions.select(
        _BY,
        _variety(products),
        pl.when(pl.col("kind") == "subscribe").then("amount").otherwise(-pl.col("amount")).alias("amount"),
    )
    net = pl.concat([bought, ordered]).group_by(_BY, "variety").agg(pl.col("amount").sum().clip(lower_bound=0.0))
    chosen = [pl.col("amount").filter(pl.col("variety") == each).sum().alias(f"held_{each}") for each in VARIETIES]
    return net.group_by(_BY).agg(*chosen)


def _bought(history: History, products: Mapping[str, ProductTerms]) -> pl.DataFrame:
    """What was bought from the house, given back to it, and comes free after a lock-up."""
    locks = {code: product.lock_up_days for code, product in products.items()}
    rows = history.subscriptions.with_columns(
        _variety(products),
        _since("day", history).alias("age"),
        pl.col("product_code").replace_strict(locks, default=0, return_dtype=pl.Int64).alias("lock"),
    )
    bought, recent = pl.col("kind") == "subscribe", pl.col("age") < _QUARTER
    ahead = pl.col("lock") - pl.col("age")
    free = bought & (pl.col("lock") > 0)
    columns = [
        pl.col("number").filter(bought & (pl.col("age") < _YEAR)).sum().alias("subscriptions_365"),
        pl.col("age").filter(bought).min().alias("days_since_subscription"),
        pl.col("amount").filter(~bought & recent).sum().alias("redeemed_90"),
        pl.col("amount").filter(free & (ahead > 0) & (ahead <= _QUARTER)).sum().alias("unlocking_90"),
        pl.col("amount").filter(free & (ahead <= 0) & (ahead > -_QUARTER)).sum().alias("unlocked_90"),
    ]
    for name, among in (
        ("cash", ("cash",)),
        ("fixed", ("fixed_income",)),
        ("advised", ("mixed", "equity", "alternative")),
    ):
        of_kind = bought & pl.col("variety").is_in(among)
        columns += [
            pl.col("number").filter(of_kind & (pl.col("age") < _YEAR)).sum().alias(f"{name}_subscriptions_365"),
            pl.col("number").filter(of_kind).sum().alias(f"{name}_subscriptions"),
            pl.col("age").filter(of_kind).min().alias(f"days_since_{name}_subscription"),
        ]
    return rows.group_by(_BY).agg(*columns)


def _visits(history: History) -> pl.DataFrame:
    """The customer's own visits, and contacts in which staff took part."""
    staff = pl.col("channel").is_in(HUMAN_CHANNELS)
    age = _since("last_on", history)
    columns = [pl.col(f"number_{days}").filter(~staff).sum().alias(f"visits_{days}") for days in (30, 90, 365)]
    return history.visits.group_by(_BY).agg(
        *columns,
        pl.col("number_90").filter(staff).sum().alias("contacts_90"),
        age.filter(~staff).min().alias("days_since_visit"),
        age.filter(staff).min().alias("days_since_staff_touch"),
    )


def _notes(history: History) -> pl.DataFrame:
    age = _since("day", history)
    kinds = [
        pl.col("kind").filter((pl.col("kind") == kind) & (age < _YEAR)).len().alias(f"{kind}_notes_365")
        for kind in _NOTE_KINDS
    ]
    taught = age.filter(pl.col("kind") == "education").min().alias("days_since_education")
    return history.notes.group_by(_BY).agg(*kinds, taught, age.min().alias("days_since_note"))


def _complaints(history: History) -> pl.DataFrame:
    age = _since("received_on", history)
    return history.complaints.group_by(_BY).agg(
        age.filter(age < _YEAR).len().alias("complaints_365"),
        pl.col("closed_on").is_null().sum().alias("open_complaints"),
        age.min().alias("days_since_complaint"),
    )


def _counted(joined: pl.DataFrame) -> pl.DataFrame:
    """Nothing recorded is a count of none; a day that never was stays unknown."""
    endings = ("_30", "_90", "_365", "_subscriptions")
    numbers = [
        name
        for name in joined.columns
        if (
            name.endswith(endings)
            or name.startswith("held_")
            or name in ("margin_account", "open_complaints", "assessments")
        )
        and not name.startswith(("result_", "days_"))
    ]
    contact = pl.min_horizontal("days_since_staff_touch", "days_since_note").alias("days_since_contact")
    return joined.with_columns(pl.col(numbers).fill_null(0)).with_columns(contact)


def _shares(standing: pl.DataFrame) -> pl.DataFrame:
    """Amounts as fractions of the assets; unknown where there are none."""
    assets = pl.when(pl.col("assets") > 1).then(pl.col("assets"))
    invested = pl.sum_horizontal(f"held_{variety}" for variety in VARIETIES)
    known = pl.when(invested > 1).then(invested)
    of_assets = {
        "cash_share": pl.col("cash"),
        "lowest_cash_share": pl.col("lowest_cash"),
        "brought_share_90": pl.col("deposits_90") - pl.col("withdrawals_90"),
        "brought_share_30": pl.col("deposits_30") - pl.col("withdrawals_30"),
        "withdrawn_share_90": pl.col("withdrawals_90"),
        "withdrawn_share_365": pl.col("withdrawals_365"),
        "turnover_365": pl.col("traded_365"),
        "net_sold_share_90": pl.col("sold_90") - pl.col("bought_90"),
        "redeemed_share_90": pl.col("redeemed_90"),
        "unlocking_share_90": pl.col("unlocking_90"),
        "unlocked_share_90": pl.col("unlocked_90"),
    }
    return standing.with_columns(
        *((amount / assets).clip(-20.0, 20.0).alias(name) for name, amount in of_assets.items()),
        *((pl.col(f"held_{each}") / known).alias(f"{each}_weight") for each in VARIETIES),
        (pl.col("assets") / pl.when(pl.col("assets_365_ago") > 1).then("assets_365_ago") - 1)
        .clip(-1.0, 10.0)
        .alias("assets_change_365"),
    )
