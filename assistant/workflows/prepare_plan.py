"""Prepare one plan for one customer: facts, evidence in force, sections, checks, and the case for its advisor."""

from dataclasses import dataclass

from assistant.analysis.diagnosis import diagnose
from assistant.analysis.matching import match_products
from assistant.analysis.model import Observation
from assistant.analysis.portrait import facts_of
from assistant.analysis.suitability import SuitabilityPolicy
from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.drafting.model import Draft, DraftKind, Evidence
from assistant.drafting.plan import PlanMaterial, plan_of
from assistant.drafting.ports import Writer
from assistant.drafting.rendering import render
from assistant.errors import YiceError
from assistant.identity.model import SYSTEM, Actor
from assistant.plans.model import PlanRequest, PlanState
from assistant.review.model import ReviewCase, ReviewState, Revision, digest_of
from assistant.settings import FirmSettings
from assistant.storage import Storage
from assistant.workflows.examine_draft import ExamineDraft
from knowledge.customers.model import CustomerRecord, Scope
from knowledge.documents.model import Audience
from knowledge.products.model import Product
from retrieval.model import Query
from retrieval.search import Searcher
