"""HTML in one file: no script, nothing fetched, A4 when it is printed."""

import re
from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup

from assistant.exporting.drawing import draw
from assistant.exporting.fonts import FontFile
from assistant.exporting.form import chart_inches, end_of_front, kind_of, numeric_columns, stands_beside, table_points
from assistant.exporting.letter import Table
from assistant.exporting.model import ExportDocument

_ASIDE = re.compile(r"<!--.*?-->\s*|<style.*?</style>\s*|<metadata.*?</metadata>\s*", re.DOTALL)
"""Words in a drawing that nobody reads, and a style that would hold for the whole page."""


def write_html(document: ExportDocument, font: FontFile | None) -> bytes:
    """The same document gives the same bytes; ``font`` is wanted where there are charts."""

    def picture(table: Table) -> Markup | None:
        chart = document.figures.get(table.figure) if table.figure is not None else None
        if chart is None or font is None:
            return None
        svg = draw(chart, font, form="svg", width=chart_inches(table)).content.decode()
        return Markup(_apart(svg[svg.index("<svg") :], table.figure or 0))  # noqa: S704 - drawn here, words as outlines

    page = _template().render(
        document=document,
        frame=document.frame,
        letter=document.letter,
        front=end_of_front(document.letter),
        kind=kind_of,
        numeric=numeric_columns,
        beside=stands_beside,
        narrow=table_points,
        picture=picture,
    )
    return page.encode()


def _apart(svg: str, number: int) -> str:
    """Drawings on one page share neither ids (a later one would take the letters of the first) nor styles."""
    bare = _ASIDE.sub("", svg).replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    named = bare.replace(' id="', f' id="f{number}-').replace('href="#', f'href="#f{number}-')
    return named.replace("url(#", f"url(#f{number}-")


@cache
def _template() -> Template:
    source = (files("assistant.exporting") / "templates" / "letter.html.j2").read_text(encoding="utf-8")
    environment = Environment(
        loader=DictLoader({"letter": source}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("letter")
