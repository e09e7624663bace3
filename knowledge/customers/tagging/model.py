"""What tags are earned by."""

from dataclasses import dataclass
from datetime import date

from knowledge.customers.model import InvestorStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTraits:
    """The few values of a record that tags rest on, as of a day; read for thousands at once."""

    customer_id: str
    born_on: date
    status: InvestorStatus
    full_capacity: bool
    profiling_consent: bool
    assessed_on: date | None
    """Day of the latest assessment."""
    expires_on: date | None
    """As the record says; the firm's own term may be shorter."""
    cash: float
    total_assets: float
    average_assets_20d: float
    next_maturity: date | None
    """The next holding to mature, from the day on."""
    has_margin: bool
    last_traded_on: date | None
    """On an exchange, or a product of the house."""
    last_visited_on: date | None
    """The customer's own visit to app or web."""
    last_complaint_on: date | None
