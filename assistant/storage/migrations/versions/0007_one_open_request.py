"""A customer has one open request of a kind, whoever asks at the same moment."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('queued', 'running')")
_ONE_IS_ENOUGH = sa.text(
    "UPDATE plan_requests SET state = 'cancelled', step = '已取消', finished_at = requested_at"
    " WHERE state IN ('queued', 'running') AND EXISTS (SELECT 1 FROM plan_requests AS other"
    " WHERE other.customer_id = plan_requests.customer_id AND other.kind = plan_requests.kind"
    " AND other.state IN ('queued', 'running') AND other.id < plan_requests.id)"
)


def upgrade() -> None:
    """Apply."""
    op.execute(_ONE_IS_ENOUGH)
    op.create_index(
        "uq_plan_requests_open",
        "plan_requests",
        ["customer_id", "kind"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("uq_plan_requests_open", table_name="plan_requests")
