"""The service history in a few facts: contacts, kinds of service, complaints, consents. No free text is told on."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

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
        more = _cut_within(record.cuts.touchpoints, as_of - timedelta(days=_QUARTER_DAYS))
        yield make.count("visits_90d", f"近{_QUARTER_DAYS}天登录", recent, "次", more=more)
    traded = last_trade(record, as_of)
    if traded is not None:
        yield make.days("days_since_trade", "距最近一次交易", (as_of - traded).days)
    if record.cuts.contacts is not None:
        yield make.day("read_since", "服务与触达记录过多，只读最近的，完整的自此日以后", record.cuts.contacts)


def consent_facts(record: CustomerRecord, *, as_of: date) -> Iterator[Fact]:
    """``fact:consent.…``: the latest word of each kind, with its day."""
    make = FactMaker("consent", as_of, _CONSENT_SOURCE)
    for kind, label in _CONSENT_LABELS.items():
        said = [consent for consent in record.consents if consent.kind is kind and consent.on <= as_of]
        if said:
            latest = max(said, key=lambda consent: consent.on)
            refused = "撤回同意" if any(consent.granted for consent in said) else "不同意"
            yield make.text(kind.value, label, f"{day_text(latest.on)}{'同意' if latest.granted else refused}")


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


def _cut_within(cut: date | None, since: date) -> bool:
    """Whether some records after ``since`` may not have been read."""
    return cut is not None and cut > since


def _note_facts(record: CustomerRecord, make: FactMaker) -> Iterator[Fact]:
    since = add_months(make.as_of, -_YEAR_MONTHS)
    notes = [note for note in record.service_records if since < note.on <= make.as_of]
    more = _cut_within(record.cuts.service_records, since)
    yield make.count("records_12m", "近12个月服务记录", len(notes), "次", more=more)
    kinds = Counter(note.kind for note in notes)
    told = [f"{label}{kinds[kind]}次" for kind, label in _KIND_LABELS.items() if kinds[kind]]
    if told and not more:
        yield make.text("kinds_12m", "近12个月服务内容", "、".join(told))
    taught = [note.on for note in record.service_records if note.kind == "education" and note.on <= make.as_of]
    if taught:
        yield make.day("last_education_on", "最近一次投资者教育日", max(taught))


def _complaint_facts(record: CustomerRecord, make: FactMaker) -> Iterator[Fact]:
    as_of, since = make.as_of, add_months(make.as_of, -_YEAR_MONTHS)
    days = _complaint_days(record, as_of)
    more = _cut_within(record.cuts.complaints, since) or _cut_within(record.cuts.service_records, since)
    yield make.count("complaints_12m", "近12个月投诉", sum(day > since for day in days), "次", more=more)
    if days:
        yield make.day("last_complaint_on", "最近一次投诉日", days[-1])
        yield make.days("days_since_complaint", "距最近一次投诉", (as_of - days[-1]).days)
    still_open = [complaint.received_on for complaint in record.complaints if complaint.open_on(as_of)]
    if still_open:
        waited, older = (as_of - min(still_open)).days, record.cuts.complaints is not None
        yield make.count("open_complaints", "尚未办结的投诉", len(still_open), "件", more=older)
        told = f"至少{waited}天" if older else None
        yield make.days("oldest_open_complaint", "最早一件未办结投诉已受理", waited, told)


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
    more = _cut_within(record.cuts.contacts, since)
    yield make.count("contacts_12m", "近12个月人工联系", channels.total(), "次", more=more)
    told = [f"{label}{channels[channel]}次" for channel, label in CHANNEL_LABELS.items() if channels[channel]]
    if told and not more:
        yield make.text("channels_12m", "近12个月人工联系方式", "、".join(told))
