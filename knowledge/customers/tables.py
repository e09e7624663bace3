"""Tables of customers and what is known about them."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Double, ForeignKey, Index, Integer, String, Table, Text

from knowledge.database import UtcDateTime, metadata


def _of_customer(*, primary_key: bool = False) -> Column[str]:
    return Column(
        "customer_id",
        String(64),
        ForeignKey("customers.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


def _number() -> Column[int]:
    """In the order of writing. Importing a record again uses up a number on PostgreSQL: 32 bits would not last."""
    return Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)


def _key() -> Column[str]:
    """As the source system calls the record: the same record twice is one row."""
    return Column("key", String(80), nullable=False, unique=True)


customers = Table(
    "customers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("advisor_id", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("gender", String(16), nullable=False),
    Column("born_on", Date, nullable=False),
    Column("phone", String(32), nullable=False),
    Column("identity_number", String(32), nullable=False),
    Column("city", String(50), nullable=False),
    Column("occupation", String(100), nullable=False),
    Column("annual_income", BigInteger, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("status", String(16), nullable=False),
    Column("full_capacity", Boolean, nullable=False),
    Column("profiling_consent", Boolean, nullable=False),
    Column("preferred_channel", String(16), nullable=False),
    Column("cash", Double, nullable=False),
    Column("cash_as_of", Date, nullable=False),
    Column("average_assets_20d", Double, nullable=False),
    Column("first_traded_on", Date),
    Column("guardian_name", String(100)),
    # Derived when written, so that a book of thousands is listed and sorted without reading every record.
    Column("total_assets", Double, nullable=False),
    Column("last_contact_on", Date),
    Index("ix_customers_advisor_name", "advisor_id", "name"),
    Index("ix_customers_advisor_assets", "advisor_id", "total_assets"),
    Index("ix_customers_advisor_contact", "advisor_id", "last_contact_on"),
)

assessments = Table(
    "customer_assessments",
    metadata,
    _of_customer(primary_key=True),
    Column("assessed_on", Date, primary_key=True),
    Column("level", String(2), nullable=False),
    Column("lowest_class", Boolean, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("horizon", String(16), nullable=False),
    Column("varieties", JSON, nullable=False),
    Column("goals", JSON, nullable=False),
    Column("max_loss_pct", Integer, nullable=False),
)

permissions = Table(
    "customer_permissions",
    metadata,
    _of_customer(primary_key=True),
    Column("permission", String(32), primary_key=True),
)

tags = Table(
    "customer_tags",
    metadata,
    _of_customer(primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("tag", String(50), nullable=False),
    Index("ix_customer_tags_tag", "tag", "customer_id"),
)

holdings = Table(
    "customer_holdings",
    metadata,
    _of_customer(primary_key=True),
    Column("product_code", String(32), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("product_name", String(200), nullable=False),
    Column("variety", String(32), nullable=False),
    Column("risk_grade", String(2), nullable=False),
    Column("industry", String(50)),
    Column("quantity", Double, nullable=False),
    Column("cost", Double, nullable=False),
    Column("market_value", Double, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("matures_on", Date),
    Index("ix_customer_holdings_product", "product_code"),
)

trades = Table(
    "customer_trades",
    metadata,
    _number(),
    _key(),
    _of_customer(),
    Column("traded_on", Date, nullable=False),
    Column("product_code", String(32), nullable=False),
    Column("product_name", String(200), nullable=False),
    Column("side", String(4), nullable=False),
    Column("amount", Double, nullable=False),
    Column("fee", Double, nullable=False),
    Index("ix_customer_trades_day", "customer_id", "traded_on"),
)

touchpoints = Table(
    "customer_touchpoints",
    metadata,
    _number(),
    _key(),
    _of_customer(),
    Column("day", Date, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("topic", String(200), nullable=False),
    Column("hour", Integer),
    Index("ix_customer_touchpoints_day", "customer_id", "day"),
)

service_records = Table(
    "customer_service_records",
    metadata,
    _number(),
    _key(),
    _of_customer(),
    Column("day", Date, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("staff", String(100), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("remark", Text, nullable=False),
    Index("ix_customer_service_records_day", "customer_id", "day"),
)

margin_positions = Table(
    "customer_margin_positions",
    metadata,
    _of_customer(primary_key=True),
    Column("maintenance_ratio_pct", Double, nullable=False),
    Column("warning_line_pct", Double, nullable=False),
    Column("liquidation_line_pct", Double, nullable=False),
    Column("debt", Double, nullable=False),
    Column("as_of", Date, nullable=False),
)

accounts = Table(
    "customer_accounts",
    metadata,
    Column("account_id", String(64), primary_key=True),
    Column("as_of", Date, primary_key=True),
    _of_customer(),
    Column("kind", String(16), nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("cash", Double, nullable=False),
    Column("total_assets", Double, nullable=False),
    Column("average_assets_20d", Double, nullable=False),
    Index("ix_customer_accounts_day", "customer_id", "as_of"),
)

cash_flows = Table(
    "customer_cash_flows",
    metadata,
    _number(),
    _key(),
    _of_customer(),
    Column("day", Date, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("amount", Double, nullable=False),
    Index("ix_customer_cash_flows_day", "customer_id", "day"),
)

subscriptions = Table(
    "customer_subscriptions",
    metadata,
    _number(),
    _key(),
    _of_customer(),
    Column("day", Date, nullable=False),
    Column("product_code", String(32), nullable=False),
    Column("product_name", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("amount", Double, nullable=False),
    Index("ix_customer_subscriptions_day", "customer_id", "day"),
)

complaints = Table(
    "customer_complaints",
    metadata,
    _number(),
    _key(),
    _of_customer(),
    Column("received_on", Date, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("topic", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("closed_on", Date),
    Index("ix_customer_complaints_day", "customer_id", "received_on"),
)

consents = Table(
    "customer_consents",
    metadata,
    _of_customer(primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("granted", Boolean, nullable=False),
)

imports = Table(
    "customer_imports",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("requested_by", String(64), nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("uploaded", Boolean, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("ignored", JSON, nullable=False),
    Column("voided", Integer, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index("ix_customer_imports_state", "state", "created_at"),
)

import_files = Table(
    "customer_import_files",
    metadata,
    Column("import_id", String(64), ForeignKey("customer_imports.id", ondelete="CASCADE"), primary_key=True),
    Column("record_type", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("rows_done", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("failed", Text),
    Column("notes", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
)
