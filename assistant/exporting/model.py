"""What is exported: the letter, the house's frame around it, and the labels that go with every file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.analysis.charts import Chart
from assistant.drafting.chart_text import chart_text
from assistant.exporting.letter import Letter

WATERMARK = "未经审核"
"""On every page of what nobody has approved."""


class ExportFormat(StrEnum):
    """The kind of file."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"

    @property
    def media_type(self) -> str:
        """For ``Content-Type``."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    ExportFormat.PDF: "application/pdf",
    ExportFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ExportFormat.HTML: "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDocument:
    """One wording of a case as it is to be printed. Nothing here depends on when or by whom it is exported."""

    letter: Letter
    charts: tuple[Chart, ...]
    firm_name: str
    provider_code: str
    advisor_name: str
    registration_number: str
    content_id: str
    revision: int
    digest: str
    """SHA-256 of the letter's text."""
    state: str
    """Where the case stands, in Chinese."""
    approved: bool
    dated: datetime
    """Of the approval, or of the wording where there is none."""
    contents: bool = False

    @property
    def figures(self) -> Mapping[int, Chart]:
        """Charts by number. Only those whose table stands in the letter to the byte: no other number was approved."""
        told = ((number, self.letter.figure_text(number)) for number in range(1, len(self.charts) + 1))
        return {
            number: chart
            for number, text in told
            if text is not None
            for chart in self.charts
            if chart_text(chart, number) == text
        }

    @property
    def watermark(self) -> str | None:
        """What lies over every page, if anything."""
        return None if self.approved else WATERMARK

    @property
    def frame(self) -> "Frame":
        """The house's own words around the letter."""
        return Frame(
            firm=self.firm_name,
            advisor=f"投资顾问：{self.advisor_name}　登记编码：{self.registration_number or '未登记'}",
            notice="" if self.approved else f"{WATERMARK}，仅供内部使用，不得提供给客户",
            label="AI辅助生成",
            reference=f"{self.content_id} · 第{self.revision}版 · 摘要 {self.digest[:12]}",
            contents="目录",
            details_title="文件信息",
            details=(
                ("内容编号", self.content_id),
                ("版本与状态", f"第{self.revision}版，{self.state}"),
                ("投资顾问", f"{self.advisor_name}（登记编码：{self.registration_number or '未登记'}）"),
                ("生成方式", f"人工智能辅助生成；服务提供者：{self.firm_name}（{self.provider_code}）"),
                ("正文摘要", f"SHA-256 {self.digest}"),
            ),
        )

    @property
    def implicit_label(self) -> str:
        """The metadata field ``AIGC`` of GB 45438-2025, Annex E: seven keys as JSON (AILABEL:5).

        ``Label`` 1: the content is generated. The house both produces and passes on.
        """
        return json.dumps(
            {
                "Label": "1",
                "ContentProducer": self.provider_code,
                "ProduceID": f"{self.content_id}-{self.revision}",
                "ReservedCode1": f"SHA-256:{self.digest}",
                "ContentPropagator": self.provider_code,
                "PropagateID": f"{self.content_id}-{self.revision}",
                "ReservedCode2": "",
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Every word of a file that is not of the letter. The same in all formats; page numbers come on top."""

    firm: str
    advisor: str
    notice: str
    label: str
    reference: str
    contents: str
    details_title: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """A file on its way to a person."""

    name: str
    """With its Chinese title."""
    plain_name: str
    """For programs that know ASCII only."""
    media_type: str
    content: bytes
    sha256: str
