"""Versions, provisions and the publication log."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from knowledge.database import UtcDateTime, metadata

versions = Table(
    "document_versions",
    metadata,
    Column("document_id", String(80), primary_key=True),
    Column("label", String(80), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("short_title", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("document_number", Text),
    Column("issued_on", Date),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("rendition", String(16), nullable=False),
    Column("verification", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("branches", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("replaces", String(80)),
    Column("withdrawn_on", Date),
    Column("withdrawal_reason", Text),
    Column("product", Text),
    CheckConstraint("effective_to IS NULL OR effective_to > effective_from", name="period"),
)

provisions = Table(
    "provisions",
    metadata,
    Column("document_id", String(80), primary_key=True),
    Column("label", String(80), primary_key=True),
    Column("locator", String(80), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("path", JSON, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("verification", String(16), nullable=False),
    Column("typical_questions", JSON, nullable=False),
    ForeignKeyConstraint(["document_id", "label"], ["document_versions.document_id", "document_versions.label"]),
)

publications = Table(
    "publications",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("document_id", String(80), nullable=False),
    Column("label", String(80), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["document_id", "label"], ["document_versions.document_id", "document_versions.label"]),
    Index(None, "document_id"),
)

citations = Table(
    "document_citations",
    metadata,
    Column("document_id", String(80), primary_key=True),
    Column("label", String(80), primary_key=True),
    Column("locator", String(80), primary_key=True),
    Column("cited_document_id", String(80), primary_key=True),
    Column("cited_locator", String(80), primary_key=True),
    ForeignKeyConstraint(["document_id", "label"], ["document_versions.document_id", "document_versions.label"]),
    Index(None, "cited_document_id", "cited_locator"),
)

questions = Table(
    "typical_questions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("document_id", String(80), nullable=False),
    Column("locator", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("article_digest", String(64), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("source", String(80)),
    Column("added_by", String(64), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("decided_by", String(64)),
    Column("decided_at", UtcDateTime),
    Index(None, "document_id", "locator"),
)

script_approvals = Table(
    "script_approvals",
    metadata,
    Column("document_id", String(80), primary_key=True),
    Column("label", String(80), primary_key=True),
    Column("approved_by", String(64), nullable=False),
    Column("approved_at", UtcDateTime, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("revoked_by", String(64)),
    Column("revoked_at", UtcDateTime),
    Column("revocation_reason", Text),
    ForeignKeyConstraint(["document_id", "label"], ["document_versions.document_id", "document_versions.label"]),
)
