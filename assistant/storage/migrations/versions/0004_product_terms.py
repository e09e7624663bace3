"""A version of a product note keeps the product's terms, so that those of the version in force count on every day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("document_versions", sa.Column("product", sa.Text()))


def downgrade() -> None:
    """Take back."""
    op.drop_column("document_versions", "product")
