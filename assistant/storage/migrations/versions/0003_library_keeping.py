"""Versions that are withdrawn or corrected, documents of a branch, citations, typical questions, approvals of scripts."""

import sqlalchemy as sa
from alembic import op

from knowledge.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("accounts", sa.Column("branch", sa.String(80)))
    op.add_column("document_versions", sa.Column("branches", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("document_versions", sa.Column("replaces", sa.String(80)))
    op.add_column("document_versions", sa.Column("withdrawn_on", sa.Date()))
    op.add_column("document_versions", sa.Column("withdrawal_reason", sa.Text()))
    op.create_table(
        "document_citations",
        sa.Column("document_id", sa.String(80), primary_key=True),
        sa.Column("label", sa.String(80), primary_key=True),
        sa.Column("locator", sa.String(80), primary_key=True),
        sa.Column("cited_document_id", sa.String(80), primary_key=True),
        sa.Column("cited_locator", sa.String(80), primary_key=True),
        sa.ForeignKeyConstraint(
            ["document_id", "label"],
            ["document_versions.document_id", "document_versions.label"],
            name=op.f("fk_document_citations_document_id_document_versions"),
        ),
    )
    op.create_index(
        op.f("ix_document_citations_cited_document_id"), "document_citations", ["cited_document_id", "cited_locator"]
    )
    op.create_table(
        "typical_questions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("document_id", sa.String(80), nullable=False),
        sa.Column("locator", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("article_digest", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("source", sa.String(80)),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("decided_at", UtcDateTime()),
    )
    op.create_index(op.f("ix_typical_questions_document_id"), "typical_questions", ["document_id", "locator"])
    op.create_table(
        "script_approvals",
        sa.Column("document_id", sa.String(80), primary_key=True),
        sa.Column("label", sa.String(80), primary_key=True),
        sa.Column("approved_by", sa.String(64), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("revoked_by", sa.String(64)),
        sa.Column("revoked_at", UtcDateTime()),
        sa.Column("revocation_reason", sa.Text()),
        sa.ForeignKeyConstraint(
            ["document_id", "label"],
            ["document_versions.document_id", "document_versions.label"],
            name=op.f("fk_script_approvals_document_id_document_versions"),
        ),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("script_approvals", "typical_questions", "document_citations"):
        op.drop_table(table)
    for column in ("withdrawal_reason", "withdrawn_on", "replaces", "branches"):
        op.drop_column("document_versions", column)
    op.drop_column("accounts", "branch")
