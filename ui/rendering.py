"""HTML of the pages, from templates that escape every value."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.schemas.library import ProvisionView
from api.schemas.library_changes import SegmentView
from api.schemas.library_imports import UnitView
from ui.language import Language, translate
from ui.provision_text import letter_headings, letter_html, marked_html, provision_html, structured_html

_SHANGHAI = ZoneInfo("Asia/Shanghai")


_CHANNELS = {
    "app": "手机App",
    "pc": "电脑端",
    "wecom": "企业微信",
    "phone": "电话",
    "visit": "面谈",
    "sms": "短信",
    "in_app": "站内消息",
}
_SERVICES = {
    "consultation": "咨询",
    "follow_up": "回访",
    "complaint": "投诉",
    "education": "投资者教育",
    "care": "关怀",
}


STATIC = Path(__file__).parent / "static"


@cache
def static(name: str) -> str:
    """Where a file of ``ui/static`` is fetched from; another content has another address, so nothing stale is shown."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/ui-static/{name}?v={digest[:12]}"


def today() -> date:
    """The day in Shanghai: what an as-of field starts with."""
    return datetime.now(_SHANGHAI).date()


def _day(value: date | None) -> str:
    return "—" if value is None else value.isoformat()


def _moment(value: datetime | None) -> str:
    return "—" if value is None else value.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _yuan(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f}"


def _wan(value: float | None) -> str:
    return "—" if value is None else f"{value / 10_000:,.1f}"


def _flat(text: str) -> str:
    """A text with tables and line breaks run together, for a glance."""
    return " ".join(re.sub(r"\|[\s:|-]*\||[|]", " ", text).split())


def _provision(text: str, quotes: Sequence[str] = ()) -> Markup:
    return provision_html(text, quotes)


def _structured(provision: ProvisionView | UnitView) -> Markup:
    return structured_html(provision.text, provision.places)


def _marked(segments: Sequence[SegmentView], side: str = "") -> Markup:
    return marked_html(((segment.mark.value, segment.text) for segment in segments), side=side)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=_day,
        moment=_moment,
        yuan=_yuan,
        wan=_wan,
        flat=_flat,
        letter=letter_html,
        headings=letter_headings,
        provision=_provision,
        structured=_structured,
        marked=_marked,
    )
    environment.globals.update(
        static=static,
        channel_label=lambda code: _CHANNELS.get(code, code),
        service_label=lambda code: _SERVICES.get(code, code),
    )
    return environment


_ENVIRONMENT = _environment()


def render(name: str, language: Language = Language.CHINESE, **values: object) -> str:
    """Fill ``templates/<name>.html.j2``. Inside, ``_("…")`` says a Chinese text in the reader's language."""

    def say(text: str, **named: object) -> str:
        said = translate(text, language)
        return said.format(**named) if named else said

    template = _ENVIRONMENT.get_template(f"{name}.html.j2")
    return template.render(_=say, language=language.value, today=today(), **values)
