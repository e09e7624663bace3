"""What belongs to knowing the customer: history, imports, segments, demand, actions, allocations, batches of plans."""

import sqlalchemy as sa
from alembic import op

from knowledge import database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "customer_imports",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("uploaded", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ignored", sa.JSON(), nullable=False),
        sa.Column("voided", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_imports")),
    )
    with op.batch_alter_table("customer_imports", schema=None) as batch_op:
        batch_op.create_index("ix_customer_imports_state", ["state", "created_at"], unique=False)

    op.create_table(
        "customer_import_files",
        sa.Column("import_id", sa.String(length=64), nullable=False),
        sa.Column("record_type", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("rows_done", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["customer_imports.id"],
            name=op.f("fk_customer_import_files_import_id_customer_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "record_type", name=op.f("pk_customer_import_files")),
    )
    op.create_table(
        "customer_segments",
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("life_cycle", sa.String(length=32), nullable=False),
        sa.Column("behaviour", sa.String(length=32), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_segments")),
    )
    with op.batch_alter_table("customer_segments", schema=None) as batch_op:
        batch_op.create_index("ix_customer_segments_kind", ["value", "life_cycle", "behaviour"], unique=False)

    op.create_table(
        "demand_models",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("trained_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_models")),
    )
    op.create_table(
        "demand_scores",
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("need", sa.String(length=32), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("model_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "need", name=op.f("pk_demand_scores")),
    )
    with op.batch_alter_table("demand_scores", schema=None) as batch_op:
        batch_op.create_index("ix_demand_scores_need", ["need", "probability"], unique=False)

    op.create_table(
        "insistences",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("advisor_id", sa.String(length=64), nullable=False),
        sa.Column("product_code", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("match", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insistences")),
        sa.UniqueConstraint("case_id", name=op.f("uq_insistences_case_id")),
    )
    with op.batch_alter_table("insistences", schema=None) as batch_op:
        batch_op.create_index("ix_insistences_customer", ["customer_id", "created_at"], unique=False)
        batch_op.create_index("ix_insistences_state", ["state", "updated_at"], unique=False)

    op.create_table(
        "model_allocations",
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=2), nullable=False),
        sa.Column("variety", sa.String(length=32), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("effective_from", "level", "variety", name=op.f("pk_model_allocations")),
    )
    op.create_table(
        "next_action_feedback",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("advisor_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("at", database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_action_feedback")),
    )
    with op.batch_alter_table("next_action_feedback", schema=None) as batch_op:
        batch_op.create_index("ix_next_action_feedback_kind", ["advisor_id", "kind", "at"], unique=False)

    op.create_table(
        "next_actions",
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("advisor_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("urgency", sa.Double(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("learned", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "key", name=op.f("pk_next_actions")),
    )
    with op.batch_alter_table("next_actions", schema=None) as batch_op:
        batch_op.create_index("ix_next_actions_day", ["advisor_id", "state", "score"], unique=False)

    op.create_table(
        "next_action_runs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("advisor_id", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("requested_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("customers", sa.Integer(), nullable=True),
        sa.Column("actions", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_action_runs")),
    )
    with op.batch_alter_table("next_action_runs", schema=None) as batch_op:
        batch_op.create_index("ix_next_action_runs_day", ["as_of", "advisor_id"], unique=False)

    op.create_table(
        "plan_batches",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("budget", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_batches")),
    )
    with op.batch_alter_table("plan_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_batches_state"), ["state"], unique=False)

    op.create_table(
        "prices",
        sa.Column("product_code", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("close", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("product_code", "day", name=op.f("pk_prices")),
    )
    op.create_table(
        "customer_accounts",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("cash", sa.Double(), nullable=False),
        sa.Column("total_assets", sa.Double(), nullable=False),
        sa.Column("average_assets_20d", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_accounts_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "as_of", name=op.f("pk_customer_accounts")),
    )
    with op.batch_alter_table("customer_accounts", schema=None) as batch_op:
        batch_op.create_index("ix_customer_accounts_day", ["customer_id", "as_of"], unique=False)

    op.create_table(
        "customer_cash_flows",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_cash_flows_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_cash_flows")),
        sa.UniqueConstraint("key", name=op.f("uq_customer_cash_flows_key")),
    )
    with op.batch_alter_table("customer_cash_flows", schema=None) as batch_op:
        batch_op.create_index("ix_customer_cash_flows_day", ["customer_id", "day"], unique=False)

    op.create_table(
        "customer_complaints",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_complaints_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_complaints")),
        sa.UniqueConstraint("key", name=op.f("uq_customer_complaints_key")),
    )
    with op.batch_alter_table("customer_complaints", schema=None) as batch_op:
        batch_op.create_index("ix_customer_complaints_day", ["customer_id", "received_on"], unique=False)

    op.create_table(
        "customer_consents",
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_consents_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("customer_id", "kind", "day", name=op.f("pk_customer_consents")),
    )
    op.create_table(
        "customer_subscriptions",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("product_code", sa.String(length=32), nullable=False),
        sa.Column("product_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_subscriptions_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_subscriptions")),
        sa.UniqueConstraint("key", name=op.f("uq_customer_subscriptions_key")),
    )
    with op.batch_alter_table("customer_subscriptions", schema=None) as batch_op:
        batch_op.create_index("ix_customer_subscriptions_day", ["customer_id", "day"], unique=False)

    with op.batch_alter_table("customer_service_records", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(length=80), nullable=True))
    op.execute("UPDATE customer_service_records SET key = customer_id || ':' || id")
    with op.batch_alter_table("customer_service_records", schema=None) as batch_op:
        batch_op.alter_column("key", existing_type=sa.String(length=80), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_customer_service_records_key"), ["key"])

    with op.batch_alter_table("customer_touchpoints", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("hour", sa.Integer(), nullable=True))
    op.execute("UPDATE customer_touchpoints SET key = customer_id || ':' || id")
    with op.batch_alter_table("customer_touchpoints", schema=None) as batch_op:
        batch_op.alter_column("key", existing_type=sa.String(length=80), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_customer_touchpoints_key"), ["key"])

    with op.batch_alter_table("customer_trades", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(length=80), nullable=True))
    op.execute("UPDATE customer_trades SET key = customer_id || ':' || id")
    with op.batch_alter_table("customer_trades", schema=None) as batch_op:
        batch_op.alter_column("key", existing_type=sa.String(length=80), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_customer_trades_key"), ["key"])

    if op.get_bind().dialect.name == "postgresql":
        for table in ("customer_trades", "customer_touchpoints", "customer_service_records"):
            op.alter_column(table, "id", type_=sa.BigInteger())
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS bigint")

    _merge_positions()
    with op.batch_alter_table("customer_holdings", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("pk_customer_holdings"), type_="primary")
        batch_op.create_primary_key(batch_op.f("pk_customer_holdings"), ["customer_id", "product_code"])

    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guardian_name", sa.String(length=100), nullable=True))

    with op.batch_alter_table("plan_requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=32), nullable=False, server_default="plan"))
        batch_op.add_column(sa.Column("batch_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("place", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("fingerprint", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("tokens", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index("ix_plan_requests_batch", ["batch_id", "state", "place"], unique=False)


def _merge_positions() -> None:
    """One row a customer and product: from now on that is the key."""
    same = "other.customer_id = customer_holdings.customer_id AND other.product_code = customer_holdings.product_code"
    sums = ", ".join(
        f"{column} = (SELECT sum(other.{column}) FROM customer_holdings AS other WHERE {same})"
        for column in ("quantity", "cost", "market_value")
    )
    op.execute(f"UPDATE customer_holdings SET {sums}")
    op.execute(
        f"DELETE FROM customer_holdings WHERE position > (SELECT min(other.position) FROM customer_holdings AS other WHERE {same})"
    )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("plan_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_requests_batch")
        batch_op.drop_column("tokens")
        batch_op.drop_column("fingerprint")
        batch_op.drop_column("place")
        batch_op.drop_column("batch_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.drop_column("guardian_name")

    with op.batch_alter_table("customer_holdings", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("pk_customer_holdings"), type_="primary")
        batch_op.create_primary_key(batch_op.f("pk_customer_holdings"), ["customer_id", "position"])

    if op.get_bind().dialect.name == "postgresql":
        for table in ("customer_trades", "customer_touchpoints", "customer_service_records"):
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS integer")
            op.alter_column(table, "id", type_=sa.Integer())

    with op.batch_alter_table("customer_trades", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_customer_trades_key"), type_="unique")
        batch_op.drop_column("key")

    with op.batch_alter_table("customer_touchpoints", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_customer_touchpoints_key"), type_="unique")
        batch_op.drop_column("hour")
        batch_op.drop_column("key")

    with op.batch_alter_table("customer_service_records", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_customer_service_records_key"), type_="unique")
        batch_op.drop_column("key")

    with op.batch_alter_table("customer_subscriptions", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_subscriptions_day")

    op.drop_table("customer_subscriptions")
    op.drop_table("customer_consents")
    with op.batch_alter_table("customer_complaints", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_complaints_day")

    op.drop_table("customer_complaints")
    with op.batch_alter_table("customer_cash_flows", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_cash_flows_day")

    op.drop_table("customer_cash_flows")
    with op.batch_alter_table("customer_accounts", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_accounts_day")

    op.drop_table("customer_accounts")
    op.drop_table("prices")
    with op.batch_alter_table("plan_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_batches_state"))

    op.drop_table("plan_batches")
    op.drop_table("next_action_runs")
    with op.batch_alter_table("next_actions", schema=None) as batch_op:
        batch_op.drop_index("ix_next_actions_day")

    op.drop_table("next_actions")
    with op.batch_alter_table("next_action_feedback", schema=None) as batch_op:
        batch_op.drop_index("ix_next_action_feedback_kind")

    op.drop_table("next_action_feedback")
    op.drop_table("model_allocations")
    with op.batch_alter_table("insistences", schema=None) as batch_op:
        batch_op.drop_index("ix_insistences_state")
        batch_op.drop_index("ix_insistences_customer")

    op.drop_table("insistences")
    with op.batch_alter_table("demand_scores", schema=None) as batch_op:
        batch_op.drop_index("ix_demand_scores_need")

    op.drop_table("demand_scores")
    op.drop_table("demand_models")
    with op.batch_alter_table("customer_segments", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_segments_kind")

    op.drop_table("customer_segments")
    op.drop_table("customer_import_files")
    with op.batch_alter_table("customer_imports", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_imports_state")

    op.drop_table("customer_imports")
