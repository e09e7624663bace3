"""Turns real documents into library files: read by format, split by article, described, looked over."""

from knowledge.documents.importing.model import Hints, Limits, Proposal
from knowledge.documents.importing.proposing import propose

__all__ = ["Hints", "Limits", "Proposal", "propose"]
