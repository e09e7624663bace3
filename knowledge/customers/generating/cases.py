"""Special situations that every book begins with, so that each can be shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is special; whatever is ``None`` is drawn as for anybody. Days are counted back from today."""

    age: int | None = None
    rank: int | None = None
    assets: float | None = None
    cash_share: float | None = None
    positions: int | None = None
    """Different things held to begin with."""
    trades: float | None = None
    """In a quarter."""
    visits: float | None = None
    """In a quarter."""
    quiet: int = 60
    """Days since money last moved or anything was bought or sold."""
    away: int = 3
    """Days since the last visit to app or web."""
    silent: int = 45
    """Days since staff last talked to the customer."""
    assessed: bool = True
    expires_in: int = 400
    """Days until the assessment runs out; negative: it has."""
    lowest_class: bool = False
    horizon: str | None = None
    status: str = "ordinary"
    minor: bool = False
    opted_out: bool = False
    birthday_in: int | None = None
    margin_ratio: float | None = None
    matures_in: int | None = None
    holds_grade: int | None = None
    """Rank of a grade that must be among the holdings."""
    result: float | None = None
    """Unrealised return of all that can move; nothing was ever bought or sold."""
    withdrew: tuple[int, float] | None = None
    """Days ago, and which share of the assets."""
    complaint: int | None = None
    hostile: bool = False


CASES: tuple[Case, ...] = (
    Case(
        age=45, rank=3, assets=862_400.0, cash_share=0.34, positions=6, trades=3.0, visits=14.0, quiet=96, away=2,
        silent=19, expires_in=213, horizon="medium", matures_in=26,
    ),
    Case(rank=3, expires_in=-35),
    Case(rank=4, expires_in=18),
    Case(rank=1, lowest_class=True, age=58, assets=180_000.0, horizon="short"),
    Case(rank=4, age=72, assets=640_000.0, positions=5, trades=2.0, holds_grade=4, horizon="long"),
    Case(rank=1, lowest_class=True, age=12, assets=58_000.0, minor=True, positions=1),
    Case(rank=5, age=51, assets=12_600_000.0, status="professional", horizon="long"),
    Case(rank=4, age=48, assets=4_350_000.0, status="qualified", horizon="long"),
    Case(rank=3, opted_out=True),
    Case(rank=2, quiet=420, away=300, silent=240, assets=36_000.0),
    Case(rank=3, assets=210_000.0, cash_share=0.8, quiet=95, away=95, withdrew=(5, 0.66)),
    Case(
        rank=5, age=39, assets=1_450_000.0, margin_ratio=153.2, cash_share=0.06, holds_grade=4, positions=4,
        horizon="long",
    ),
    Case(rank=2, matures_in=9, assets=320_000.0),
    Case(rank=3, cash_share=0.82, quiet=365, assets=3_000_000.0),
    Case(rank=2, birthday_in=3),
    Case(rank=3, hostile=True),
    Case(rank=3, assessed=False),
    Case(rank=2, holds_grade=4, assets=410_000.0),
    Case(rank=3, complaint=12, silent=12),
    Case(rank=3, result=-0.28, positions=3, cash_share=0.05),
)  # fmt: skip
