"""Audit entries: append-only, each holding the hash of the one before."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

GENESIS = "0" * 64
"""The hash before the first entry."""


class AuditEvent(StrEnum):
    """Everything that leaves a trace."""

    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    ACCOUNT_ADDED = "account:added"
    VERSION_PUBLISHED = "library:version_published"
    VERSION_SUPERSEDED = "library:version_superseded"
    VERSION_WITHDRAWN = "library:version_withdrawn"
    VERSION_REPEALED = "library:version_repealed"
    VERSION_REOPENED = "library:version_reopened"
    VERSION_ANNOTATED = "library:version_annotated"
    RANKER_TRAINED = "library:ranker_trained"
    QUESTION_ADDED = "question:added"
    QUESTION_PROPOSED = "question:proposed"
    QUESTION_CONFIRMED = "question:confirmed"
    QUESTION_LEARNED = "question:learned"
    QUESTION_REMOVED = "question:removed"
    QUESTION_CARRIED = "question:carried"
    """An article got another number, its words stayed."""
    SCRIPT_APPROVED = "script:approved"
    SCRIPT_REVOKED = "script:revoked"
    CUSTOMERS_LOADED = "customers:loaded"
    CUSTOMERS_IMPORT_BEGUN = "customers:import_begun"
    CUSTOMERS_IMPORTED = "customers:imported"
    CUSTOMER_VIEWED = "customers:viewed"
    CUSTOMERS_SCORED = "customers:scored"
    DEMAND_TRAINED = "demand:trained"
    ACTION_DECIDED = "customers:action_decided"
    QUESTION_ANSWERED = "chat:question_answered"
    QUESTION_REFUSED = "chat:question_refused"
    ALLOCATION_SET = "allocation:set"
    ALLOCATION_WITHDRAWN = "allocation:withdrawn"
    INSISTENCE_BEGUN = "insistence:begun"
    INSISTENCE_TOLD = "insistence:tell_unsuitable"
    INSISTENCE_WARNED = "insistence:warn_in_writing"
    INSISTENCE_TIME_GIVEN = "insistence:give_time"
    INSISTENCE_CONFIRMED = "insistence:confirm"
    INSISTENCE_PERMITTED = "insistence:permit"
    INSISTENCE_REFUSED = "insistence:refuse"
    INSISTENCE_WITHDRAWN = "insistence:withdraw"
    INSISTENCE_VOIDED = "insistence:void"
    PLAN_REQUESTED = "plan:requested"
    PLAN_DRAFTED = "plan:drafted"
    PLAN_FAILED = "plan:failed"
    BATCH_REQUESTED = "batch:requested"
    BATCH_PAUSED = "batch:paused"
    BATCH_RESUMED = "batch:resumed"
    BATCH_CANCELLED = "batch:cancelled"
    BATCH_FINISHED = "batch:finished"
    CUSTOMER_ASKED = "inquiry:asked"
    CASE_OPENED = "review:open"
    REVIEW_EDIT = "review:edit"
    REVIEW_SUBMIT = "review:submit"
    REVIEW_WITHDRAW = "review:withdraw"
    REVIEW_DISCARD = "review:discard"
    REVIEW_APPROVE = "review:approve"
    REVIEW_RETURN = "review:return"
    REVIEW_REJECT = "review:reject"
    REVIEW_VOID = "review:void"
    REVIEW_DELIVER = "review:deliver"
    DISPATCH_QUEUED = "dispatch:queued"
    DISPATCH_DELIVERED = "dispatch:delivered"
    DISPATCH_REFUSED = "dispatch:refused"
    MESSAGE_READ = "message:read"
    EVIDENCE_EXPORTED = "evidence:exported"
    CASE_EXPORTED = "case:exported"
    """A letter became a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """What happened, before it has a place in the chain."""

    event: AuditEvent
    actor_id: str
    role: str
    subject: str
    """What it happened to: ``case:…``, ``customer:…``, ``document:…``."""
    detail: dict[str, Any]
    """JSON values only; no names, numbers or texts of a customer."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A record in its place."""

    sequence: int
    record: AuditRecord
    previous_hash: str
    hash: str


def chain_hash(sequence: int, record: AuditRecord, previous_hash: str) -> str:
    """SHA-256 over the canonical JSON of the entry and the hash before it."""
    canonical = json.dumps(
        [
            sequence,
            record.event.value,
            record.actor_id,
            record.role,
            record.subject,
            record.detail,
            record.at.isoformat(),
            previous_hash,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()
