"""What tags rest on, told from one whole record: what the reading of thousands at once has to agree with."""

from datetime import date

from assistant.analysis.digest import last_trade
from knowledge.customers.model import HUMAN_CHANNELS, CustomerRecord
from knowledge.customers.tagging.model import CustomerTraits


def traits_of(record: CustomerRecord, *, as_of: date) -> CustomerTraits:
    """What tags rest on, from one whole record."""
    customer, assessment = record.customer, record.customer.assessment
    due = [held.matures_on for held in record.holdings if held.matures_on is not None and held.matures_on >= as_of]
    visits = [touch.on for touch in record.touchpoints if touch.channel not in HUMAN_CHANNELS]
    complaints = [note.on for note in record.service_records if note.kind == "complaint"]
    complaints += [complaint.received_on for complaint in record.complaints]
    return CustomerTraits(
        customer_id=customer.id,
        born_on=customer.born_on,
        status=customer.status,
        full_capacity=customer.full_capacity,
        profiling_consent=customer.profiling_consent,
        assessed_on=None if assessment is None else assessment.assessed_on,
        expires_on=None if assessment is None else assessment.expires_on,
        cash=record.cash,
        total_assets=record.total_assets,
        average_assets_20d=record.average_assets_20d,
        next_maturity=min(due, default=None),
        has_margin=record.margin is not None,
        last_traded_on=last_trade(record, as_of),
        last_visited_on=_last(visits, as_of),
        last_complaint_on=_last(complaints, as_of),
    )


def _last(days: list[date], as_of: date) -> date | None:
    return max((day for day in days if day <= as_of), default=None)
