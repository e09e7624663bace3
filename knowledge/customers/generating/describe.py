"""What a generated folder is like: distributions to be believed or not, and how much of the truth could be known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from knowledge.customers.generating.write import TRUTH, Layout
from knowledge.errors import Invalid

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_WEALTHY, _IDLE, _IDLE_SHARE = 1_000_000, 50_000, 0.3
_DORMANT_DAYS, _SOON_DAYS, _BIRTHDAY_DAYS, _YEAR = 180, 60, 7, 365
_ELDERLY, _PAINFUL = 65, -0.15
_OWN = ("app", "pc")

Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a description."""

    label: str
    value: str


def describe(folder: Path) -> tuple[Figure, ...]:
    """Figures of a folder that was generated. ``Invalid`` for any other."""
    if not (folder / TRUTH).is_file():
        raise Invalid(f"「{folder}」不是 yice demo generate 写出的文件夹。")
    frames = {path.stem: _read(path) for path in sorted(folder.iterdir()) if path.suffix[1:] in set(Layout)}
    needs = pl.read_parquet(folder / TRUTH)
    today = needs["as_of"].max()
    if not isinstance(today, date):
        raise Invalid(f"「{folder}」里没有一位客户有真实需求可言，请多生成一些。")
    book = _Book(frames, today)
    return (*book.people(), *book.money(), *book.habits(), *_truth(needs, today))


def _read(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, try_parse_dates=True)


class _Book:
    """One row a customer, with what the figures are of."""

    def __init__(self, frames: Frames, today: date) -> None:
        self._frames, self._today = frames, today
        accounts = frames["accounts"]
        totals = accounts.filter(pl.col("as_of") == pl.col("as_of").max()).group_by("customer_id")
        holdings = frames["holdings"].group_by("customer_id")
        assessments = frames["assessments"].sort("assessed_on").group_by("customer_id").last()
        trades = frames["trades"].filter(pl.col("traded_on") > today - timedelta(days=_YEAR)).group_by("customer_id")
        moved = self._moved().group_by("customer_id").agg(pl.col("day").max().alias("moved_on"))
        self._all = (
            frames["customers"]
            .join(totals.agg(pl.col("cash").sum(), pl.col("total_assets").sum()), on="customer_id", how="left")
            .join(
                holdings.agg(pl.col("market_value", "cost").sum(), pl.len().alias("held")), on="customer_id", how="left"
            )
            .join(assessments.select("customer_id", "level", "expires_on"), on="customer_id", how="left")
            .join(trades.agg(pl.len().alias("trades"), pl.col("amount").sum()), on="customer_id", how="left")
            .join(moved, on="customer_id", how="left")
            .with_columns(pl.col("held", "trades", "amount", "market_value").fill_null(0))
        )

    def _moved(self) -> pl.DataFrame:
        visits = self._frames["touchpoints"].filter(pl.col("channel").is_in(_OWN)).select("customer_id", "day")
        return pl.concat([visits, self._frames["trades"].select("customer_id", pl.col("traded_on").alias("day"))])

    def _share(self, condition: pl.Expr) -> str:
        return _percent(self._all.select(condition.fill_null(value=False).mean()).item())

    def _spread(self, what: pl.Expr, form: str = ",.0f") -> str:
        values = self._all.select(what.alias("it"))["it"].drop_nulls()
        return " / ".join(format(values.quantile(each, "linear") or 0.0, form) for each in _QUANTILES)

    def people(self) -> Iterator[Figure]:
        today, expires = pl.lit(self._today), pl.col("expires_on")
        age = (today - pl.col("born_on")).dt.total_days() / 365.25
        tenure = (today - pl.col("opened_on")).dt.total_days()
        ahead = ((pl.col("born_on").dt.ordinal_day() - today.dt.ordinal_day()) % _YEAR).cast(pl.Int64)
        yield Figure("客户数", f"{self._all.height:,}")
        yield Figure("年龄 5/25/50/75/95 分位", self._spread(age))
        yield Figure("65岁以上", self._share(age >= _ELDERLY))
        yield Figure("由监护人代理", self._share(~pl.col("full_capacity")))
        yield Figure("7天内过生日", self._share(ahead <= _BIRTHDAY_DAYS))
        yield Figure("开户不满一年", self._share(tenure < _YEAR))
        for level in ("C1", "C2", "C3", "C4", "C5"):
            yield Figure(f"风险等级 {level}", self._share(pl.col("level") == level))
        yield Figure("从未测评", self._share(pl.col("level").is_null()))
        yield Figure("测评已失效", self._share(expires <= today))
        yield Figure("测评60天内失效", self._share((expires > today) & (expires <= today + timedelta(days=_SOON_DAYS))))
        yield Figure("合格投资者", self._share(pl.col("status") == "qualified"))
        yield Figure("专业投资者", self._share(pl.col("status") == "professional"))
        yield Figure("不同意个性化服务", self._share(~pl.col("profiling_consent")))

    def money(self) -> Iterator[Figure]:
        total, cash = pl.col("total_assets"), pl.col("cash")
        gain = pl.col("market_value") / pl.col("cost") - 1
        sums = self._all["total_assets"].sort(descending=True)
        yield Figure("总资产（元）5/25/50/75/95 分位", self._spread(total))
        yield Figure("总资产100万元以上", self._share(total >= _WEALTHY))
        yield Figure("前一成客户的资产占比", _percent(float(sums.head(len(sums) // 10).sum()) / float(sums.sum())))
        yield Figure("现金占比 5/25/50/75/95 分位", self._spread(100 * cash / total, ".0f"))
        yield Figure("闲置资金（5万元以上且占三成）", self._share((cash >= _IDLE) & (cash >= _IDLE_SHARE * total)))
        yield Figure("浮动盈亏（%）5/25/50/75/95 分位", self._spread(100 * gain, ".1f"))
        yield Figure("浮亏", self._share(gain < 0))
        yield Figure("浮亏15%以上", self._share(gain < _PAINFUL))
        yield Figure("持有品种数 5/25/50/75/95 分位", self._spread(pl.col("held")))
        yield Figure("没有持仓", self._share(pl.col("held") == 0))
        yield Figure("持有超出风险等级的品种", _percent(self._above() / self._all.height))
        due = self._frames["holdings"].filter(pl.col("matures_on") <= self._today + timedelta(days=_SOON_DAYS))
        yield Figure("有产品60天内到期", _percent(due["customer_id"].n_unique() / self._all.height))

    def habits(self) -> Iterator[Figure]:
        ratios = self._frames["margin_positions"]["maintenance_ratio_pct"]
        levels = " / ".join(f"{ratios.quantile(each) or 0.0:.0f}" for each in _QUANTILES)
        dormant = pl.col("moved_on").is_null() | (pl.col("moved_on") <= self._today - timedelta(days=_DORMANT_DAYS))
        yield Figure("近12个月交易笔数 5/25/50/75/95 分位", self._spread(pl.col("trades")))
        yield Figure("近12个月没有交易", self._share(pl.col("trades") == 0))
        yield Figure(
            "近12个月换手（倍）5/25/50/75/95 分位", self._spread(pl.col("amount") / pl.col("total_assets"), ".1f")
        )
        yield Figure("180天没有登录也没有交易", self._share(dormant))
        yield Figure("有融资负债", _percent(len(ratios) / self._all.height))
        yield Figure("维持担保比例（%）5/25/50/75/95 分位", levels)
        yield Figure("投诉（每千客户每年）", f"{1000 * self._yearly('complaints', 'received_on'):.0f}")
        yield Figure("服务记录（每客户每年）", f"{self._yearly('service_records', 'day'):.1f}")
        yield Figure("触点（每客户每年）", f"{self._yearly('touchpoints', 'day'):.0f}")
        yield Figure("产品申赎（每客户每年）", f"{self._yearly('subscriptions', 'day'):.1f}")

    def _above(self) -> int:
        both = self._frames["holdings"].join(self._all.select("customer_id", "level"), on="customer_id")
        grade, level = (pl.col(name).str.slice(1).cast(pl.Int64) for name in ("risk_grade", "level"))
        return both.filter(grade > level)["customer_id"].n_unique()

    def _yearly(self, name: str, day: str) -> float:
        recent = self._frames[name].filter(pl.col(day) > self._today - timedelta(days=_YEAR))
        return recent.height / self._all.height


def _truth(needs: pl.DataFrame, today: date) -> Iterator[Figure]:
    """Of windows that are over: how often, and how well somebody who knew the probabilities would tell them apart."""
    over = needs.filter(pl.col("as_of") < today)
    for (need,), rows in sorted(over.group_by("need"), key=lambda each: str(each[0])):
        seen, likely = _percent(_mean(rows["happened"])), _percent(_mean(rows["probability"]))
        known = auc(rows["probability"], rows["happened"])
        told = f"{rows.height:,} 个窗口，发生 {seen}，平均概率 {likely}，已知概率时的 AUC {known:.3f}"
        yield Figure(f"需求 {need}", told)


def auc(scores: pl.Series, happened: pl.Series) -> float:
    """Chance that an event has a higher score than a non-event (Mann and Whitney 1947); nan without both."""
    events, others = int(happened.sum()), int((~happened).sum())
    if not events or not others:
        return float("nan")
    ranks = scores.rank("average").filter(happened).sum()
    return (float(ranks) - events * (events + 1) / 2) / (events * others)


def _mean(values: pl.Series) -> float:
    return float(values.cast(pl.Float64).sum()) / max(len(values), 1)


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0.0):.1f}%"
