from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from assistant.analysis.charts import Chart, ChartKind, allocation_chart, cash_flow_chart, drawdown_chart
from assistant.analysis.model import Fact, Unit
from tests.support.exports import an_allocation

TODAY = date(2026, 11, 22)


def a_share(variety: str, label: str, value: str, *, kind: str = "share") -> Fact:
    return Fact(
        id=f"fact:portfolio.{kind}.{variety}",
        label=f"{label}{'占比' if kind == 'share' else '参考占比'}",
        value=Decimal(value),
        unit=Unit.PERCENT,
        text=f"{value}%",
        as_of=TODAY,
        source="持仓与资金日终记录",
    )


def test_shares_are_drawn_largest_first_beside_their_reference() -> None:
    chart = allocation_chart(
        [
            a_share("cash", "现金管理类", "20.0"),
            a_share("equity", "权益类", "80.0"),
            a_share("equity", "权益类", "30", kind="reference"),
            a_share("fixed", "固定收益类", "70", kind="reference"),
        ],
        section="diagnosis",
    )
    assert chart is not None
    assert chart.labels == ("权益类", "现金管理类", "固定收益类")
    assert [series.values for series in chart.series] == [
        (Decimal("80.0"), Decimal("20.0"), Decimal("0.0")),
        (Decimal("30.0"), Decimal("0.0"), Decimal("70.0")),
    ]
    assert (chart.section, chart.as_of) == ("diagnosis", TODAY)


def test_without_shares_there_is_nothing_to_draw() -> None:
    assert allocation_chart([a_share("fixed", "固定收益类", "70", kind="reference")]) is None
    assert drawdown_chart([(TODAY, Decimal(0))], as_of=TODAY, source="价格") is None
    assert cash_flow_chart([(date(2020, 1, 1), Decimal(5))], as_of=TODAY, source="流水") is None


def test_money_is_summed_by_month_over_twelve_months() -> None:
    chart = cash_flow_chart(
        [
            (date(2025, 11, 30), Decimal(999)),
            (date(2025, 12, 1), Decimal(100)),
            (date(2026, 11, 2), Decimal("10.005")),
            (date(2026, 11, 22), Decimal(-30)),
            (date(2026, 11, 23), Decimal(777)),
        ],
        as_of=TODAY,
        source="流水",
    )
    assert chart is not None
    assert (chart.labels[0], chart.labels[-1], len(chart.labels)) == ("2025-12", "2026-11", 12)
    came, went, net = (series.values for series in chart.series)
    assert (came[0], came[-1], went[-1], net[-1]) == (Decimal(100), Decimal("10.00"), Decimal(30), Decimal("-20.00"))


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": ("权益类", "权益类", "现金管理类")},
        {"labels": ("权益类", "固定收益类")},
        {"labels": ("权益类", "固定｜收益", "现金管理类")},
        {"title": "两行\n标题"},
        {"title": " "},
        {"unit": Unit.YUAN},
        {"kind": ChartKind.DRAWDOWN},
        {"kind": ChartKind.CASH_FLOW},
        {"series": ({"name": "当前", "values": ("52.3", "32.1", "115.6")},)},
        {"series": ({"name": "当前", "values": ("52.3", "32.1", "-1")},)},
        {"series": ({"name": "当前", "values": ("52.3", "32.1", "NaN")},)},
    ],
)
def test_what_cannot_be_drawn_truthfully_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Chart.model_validate(an_allocation().model_dump() | changes)


def test_a_balance_must_add_up() -> None:
    chart = cash_flow_chart([(TODAY, Decimal(5))], as_of=TODAY, source="流水")
    assert chart is not None
    wrong = chart.model_dump()
    wrong["series"][2]["values"] = (*wrong["series"][2]["values"][:-1], Decimal(6))
    with pytest.raises(ValidationError):
        Chart.model_validate(wrong)


def test_a_chart_is_kept_with_its_draft_to_the_digit() -> None:
    chart = an_allocation()
    assert Chart.model_validate_json(chart.model_dump_json()) == chart
