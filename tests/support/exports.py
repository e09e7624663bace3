"""Builders of documents to export, and what a person reads in the files that come out."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser

import docx
import pypdfium2
from docx.document import Document as WordDocument
from docx.table import Table as WordTable
from docx.table import _Cell as Cell

from assistant.analysis.charts import Chart, ChartKind, ChartSeries, cash_flow_chart, drawdown_chart
from assistant.analysis.model import Unit
from assistant.drafting.chart_text import CELL
from assistant.drafting.model import DraftKind, Section, StatementKind
from assistant.drafting.rendering import render
from assistant.exporting.letter import read_letter
from assistant.exporting.model import ExportDocument
from assistant.review.model import digest_of
from assistant.settings import FirmSettings
from tests.support.customers import a_customer
from tests.support.drafting import TODAY, a_draft, a_statement
from tests.support.review import ADVISOR

FIRM = FirmSettings(name="测试证券", complaint_phone="95000", provider_code="CODE-1", address="某路一号")
CASE = "case-00112233445566778899aabb"
_HEADER_POINTS, _FOOTER_POINTS = 74, 64
"""What is the frame's at the top and the foot of a page of our PDF."""


def an_allocation(section: str | None = None) -> Chart:
    return Chart(
        kind=ChartKind.ALLOCATION,
        title="资产配置",
        axis="类别",
        labels=("权益类", "固定收益类", "现金管理类"),
        series=(
            ChartSeries(name="当前", values=(Decimal("52.3"), Decimal("32.1"), Decimal("15.6"))),
            ChartSeries(name="参考", values=(Decimal("30.0"), Decimal("60.0"), Decimal("10.0"))),
        ),
        unit=Unit.PERCENT,
        as_of=TODAY,
        source="持仓与资金日终记录",
        section=section,
    )


def some_charts() -> tuple[Chart, ...]:
    """One of each kind."""
    days = [date(2025, 11, 30) + timedelta(days=30 * month) for month in range(12)]
    fallen = drawdown_chart(
        [(day, Decimal(-(place % 5))) for place, day in enumerate(days)], as_of=TODAY, source="历史价格"
    )
    moved = cash_flow_chart(
        [(day, Decimal(30_000 if place % 2 else -12_500)) for place, day in enumerate(days)],
        as_of=TODAY,
        source="资金流水",
    )
    assert fallen is not None
    assert moved is not None
    return (an_allocation("profile"), fallen, moved)


def a_letter(*statements: str, charts: tuple[Chart, ...] = ()) -> str:
    """A plan's exact text, with an opinion, a source and ``charts``."""
    said = statements or ("您的可用资金占总资产的15.6%，已有128天没有安排。",)
    sections = (
        Section(
            key="profile",
            title="您的情况",
            statements=tuple(a_statement(text, statement_id=f"s{n}") for n, text in enumerate(said)),
        ),
        Section(
            key="opinion",
            title="我们的看法",
            statements=(a_statement("组合的波动会比较明显。", kind=StatementKind.OPINION, statement_id="o1"),),
        ),
    )
    draft = a_draft(*sections, kind=DraftKind.PLAN, question=None).model_copy(update={"charts": charts})
    return render(draft, customer=a_customer(), advisor=ADVISOR, firm=FIRM, content_id=CASE)


def a_document(
    text: str | None = None, *, charts: tuple[Chart, ...] = (), approved: bool = True, contents: bool = False
) -> ExportDocument:
    text = a_letter(charts=charts) if text is None else text
    return ExportDocument(
        letter=read_letter(text),
        charts=charts,
        firm_name=FIRM.name,
        provider_code=FIRM.provider_code,
        advisor_name=ADVISOR.name,
        registration_number=ADVISOR.registration_number or "",
        content_id=CASE,
        revision=2,
        digest=digest_of(text),
        state="2026年11月22日经合规审核批准" if approved else "待审核",
        approved=approved,
        dated=datetime(2026, 11, 22, 4, 0, 7, 123456, tzinfo=UTC),
        contents=contents,
    )


def dense(text: str) -> str:
    """The characters that carry meaning: without white space, the lines between cells and the points of lists."""
    return "".join(text.split()).replace(CELL, "").replace("·", "")


def framed(document: ExportDocument) -> str:
    """The words of the house at the end of a file."""
    frame = document.frame
    return dense(frame.details_title + "".join(name + value for name, value in frame.details))


def pdf_pages(content: bytes) -> list[str]:
    """The text of each page, header and footer too."""
    pdf = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_bounded() for page in pdf]


def pdf_body(content: bytes) -> str:
    """What stands between header and footer, page after page."""
    pdf = pypdfium2.PdfDocument(content)
    return dense(
        "".join(
            page.get_textpage().get_text_bounded(bottom=_FOOTER_POINTS, top=page.get_height() - _HEADER_POINTS)
            for page in pdf
        )
    )


def docx_body(content: bytes) -> str:
    """Paragraphs and cells in the order in which they are read."""
    return dense("".join(_words(docx.Document(io.BytesIO(content)))))


def _words(holder: "WordDocument | Cell") -> Iterator[str]:
    for part in holder.iter_inner_content():
        if isinstance(part, WordTable):
            for row in part.rows:
                for cell in dict.fromkeys(row.cells):
                    yield from _words(cell)
        else:
            yield part.text


class _Reader(HTMLParser):
    def __init__(self, element: str) -> None:
        super().__init__()
        self.element, self.depth, self.words = element, 0, list[str]()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as HTMLParser calls it
        self.depth += tag == self.element

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == self.element

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.words.append(data)


def html_text(content: bytes, element: str = "main") -> str:
    """What a person reads in ``element``."""
    reader = _Reader(element)
    reader.feed(content.decode())
    return dense("".join(reader.words))
