from datetime import date
from decimal import Decimal

from assistant.analysis.charts import cash_flow_chart
from assistant.drafting.chart_text import chart_text
from assistant.drafting.model import Section
from assistant.drafting.rendering import render
from tests.support.customers import a_customer
from tests.support.drafting import TODAY, a_draft, a_statement
from tests.support.exports import FIRM, an_allocation
from tests.support.review import ADVISOR


def test_every_number_of_a_chart_is_told() -> None:
    assert chart_text(an_allocation(), 2).split("\n") == [
        "图2 资产配置（单位：%；截至2026年11月22日；来源：持仓与资金日终记录）",
        "类别｜当前｜参考",
        "权益类｜52.3｜30.0",
        "固定收益类｜32.1｜60.0",
        "现金管理类｜15.6｜10.0",
    ]


def test_large_amounts_are_told_in_ten_thousands() -> None:
    small = cash_flow_chart([(TODAY, Decimal(9999))], as_of=TODAY, source="流水")
    large = cash_flow_chart([(TODAY, Decimal(-1_234_567))], as_of=date(2026, 11, 22), source="流水")
    assert small is not None
    assert large is not None
    assert chart_text(small, 1).endswith("2026-11｜9,999.00｜0.00｜9,999.00")
    assert "单位：元" in chart_text(small, 1)
    assert chart_text(large, 1).endswith("2026-11｜0.00｜123.46｜-123.46")
    assert "单位：万元" in chart_text(large, 1)


def test_charts_stand_in_their_sections_and_are_numbered_as_they_are_read() -> None:
    sections = (
        Section(key="one", title="第一部分", statements=(a_statement(statement_id="s1"),)),
        Section(key="two", title="第二部分", statements=(a_statement(statement_id="s2"),)),
    )
    charts = (an_allocation("two"), an_allocation("one"), an_allocation("gone"))
    draft = a_draft(*sections).model_copy(update={"charts": charts})
    text = render(draft, customer=a_customer(), advisor=ADVISOR, firm=FIRM, content_id="case-7")
    first, second = text.split("二、第二部分")
    assert first.count("图1 资产配置") == 1
    assert second.index("图2 资产配置") < second.index("图3 资产配置") < second.index("三、")
    assert "图1" not in second
