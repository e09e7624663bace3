"""The service history in a few facts: contacts, kinds of service, complaints, consents. No free text is told on."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from assistant.analysis.figures import FactMaker, add_months, day_text
from assistant.analysis.model import Fact
from assistant.analysis.preferences import CHANNEL_LABELS
from knowledge.customers.model import HUMAN_CHANNELS, ConsentKind, CustomerRecord

_YEAR_MONTHS = 12
_QUARTER_DAYS = 90
_SOURCE = "服务与触达记录"
_CONSENT_SOURCE = "授权同意记录"
_KIND_LABELS = {
    "consultation": "咨询",
    "follow_up": "回访",
    "complaint": "投诉",
    "education": "投资者教育",
    "care": "关怀",
}
_CONSENT_LABELS = {ConsentKind.PROFILING: "个性化服务授权", ConsentKind.MARKETING: "营销信息授权"}


def service_facts(record: CustomerRecord, *, as_of: date) -> Iterator[Fact]:
    """``fact:service.…``."""
    make = FactMaker("service", as_of, _SOURCE)
    yield from _note_facts(record, make)
    yield from _complaint_facts(record, make)
    yield from _contact_facts(record, make)
    visits = [touch.on for touch in record.touchpoints if touch.channel not in HUMAN_CHANNELS and touch.on <= as_of]
    if visits:
        yield make.days("days_since_visit", "距最近一次登录", (as_of - max(visits)).days)
        recent = sum((as_of - on).days < _QUARTER_DAYS for on in visits)
        yield make.count("visits_90d", f"近{_QUARTER_DAYS}天登录", recent, "次")
    traded = last_trade(record, as_of)
    if traded is not None:
        yield make.days("days_since_trade", "距最近一次交易", (as_of - traded).days)


def consent_facts(record: CustomerRecord, *, as_of: date) -> Iterator[Fact]:
    """``fact:consent.…``: the latest word of each kind, with its day."""
    make = FactMaker("consent", as_of, _CONSENT_SOURCE)
    for kind, label in _CONSENT_LABELS.items():
        said = [consent for consent in record.consents if consent.kind is kind and consent.on <= as_of]
        if said:
            latest = max(said, key=lambda consent: consent.on)
            yield make.text(kind.value, label, f"{day_text(latest.on)}{'同意' if latest.granted else '撤回'}")


def marketing_refused(record: CustomerRecord, *, as_of: date) -> bool:
    """Whether the latest word on marketing is no; silence is none."""
    said = [each for each in record.consents if each.kind is ConsentKind.MARKETING and each.on <= as_of]
    return bool(said) and not max(said, key=lambda consent: consent.on).granted


def last_trade(record: CustomerRecord, as_of: date) -> date | None:
    """On an exchange, or a product of the house."""
    days = [trade.traded_on for trade in record.trades] + [order.on for order in record.subscriptions]
    if record.trade_totals is not None and record.trade_totals.last_traded_on is not None:
        days.append(record.trade_totals.last_traded_on)
    return max((day for day in days if day <= as_of), default=None)


def _note_facts(record: CustomerRecord, make: FactMaker) -> Iterator[Fact]:
    since = add_months(make.as_of, -_YEAR_MONTHS)
    notes = [note for note in record.service_records if since < note.on <= make.as_of]
    yield make.count("records_12m", "近12个月服务记录", len(notes), "次")
    kinds = Counter(note.kind for note in notes)
    told = [f"{label}{kinds[kind]}次" for kind, label in _KIND_LABELS.items() if kinds[kind]]
    if told:
        yield make.text("kinds_12m", "近12个月服务内容", "、".join(told))
    taught = [note.on for note in record.service_records if note.kind == "education" and note.on <= make.as_of]
    if taught:
        yield make.day("last_education_on", "最近一次投资者教育日", max(taught))


def _complaint_facts(record: CustomerRecord, make: FactMaker) -> Iterator[Fact]:
    as_of, since = make.as_of, add_months(make.as_of, -_YEAR_MONTHS)
    days = _complaint_days(record, as_of)
    yield make.count("complaints_12m", "近12个月投诉", sum(day > since for day in days), "次")
    if days:
        yield make.day("last_complaint_on", "最近一次投诉日", days[-1])
        yield make.days("days_since_complaint", "距最近一次投诉", (as_of - days[-1]).days)
    still_open = [complaint.received_on for complaint in record.complaints if complaint.open_on(as_of)]
    if still_open:
        yield make.count("open_complaints", "尚未办结的投诉", len(still_open), "件")
        yield make.days("oldest_open_complaint", "最早一件未办结投诉已受理", (as_of - min(still_open)).days)


def _complaint_days(record: CustomerRecord, as_of: date) -> list[date]:
    """Registered complaints, and those that staff noted on days of which no complaint is registered."""
    registered = [complaint.received_on for complaint in record.complaints if complaint.received_on <= as_of]
    noted = {note.on for note in record.service_records if note.kind == "complaint" and note.on <= as_of}
    return sorted([*registered, *(noted - set(registered))])


def _contact_facts(record: CustomerRecord, make: FactMaker) -> Iterator[Fact]:
    as_of, since = make.as_of, add_months(make.as_of, -_YEAR_MONTHS)
    talks = {(touch.on, touch.channel) for touch in record.touchpoints if touch.channel in HUMAN_CHANNELS}
    talks |= {(note.on, note.channel) for note in record.service_records}
    until = [(on, channel) for on, channel in talks if on <= as_of]
    if not until:
        return
    last = max(on for on, _ in until)
    yield make.day("last_contact_on", "最近一次人工联系日", last)
    yield make.days("days_since_contact", "距最近一次人工联系", (as_of - last).days)
    channels = Counter(channel for on, channel in until if on > since)
    yield make.count("contacts_12m", "近12个月人工联系", channels.total(), "次")
    told = [f"{label}{channels[channel]}次" for channel, label in CHANNEL_LABELS.items() if channels[channel]]
    if told:
        yield make.text("channels_12m", "近12个月人工联系方式", "、".join(told))
