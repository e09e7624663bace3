"""Customers who insist: the procedure as a part of other pages."""

from collections.abc import Sequence

from api.schemas.insistences import InsistenceView
from api.schemas.terms import ProofKind
from ui.panels import Caller
from ui.rendering import today

ACTS = frozenset({"insist-begin", "insist-step", "insist-warning"})
"""What people press in these parts."""


def customer_html(caller: Caller, items: Sequence[InsistenceView]) -> str:
    """One customer's procedures, and the form that begins one."""
    return caller.render("insistences/customer", items=items, latest=today().isoformat())


def waiting_html(caller: Caller) -> str:
    """What compliance has to decide; empty where there is nothing."""
    return caller.render("insistences/waiting", items=caller.client.waiting_insistences())


def done(caller: Caller, customer_id: str | None) -> InsistenceView:
    """Send what was pressed."""
    if caller.text("act") == "insist-begin" and customer_id is not None:
        return caller.client.begin_insistence(
            customer_id,
            {
                "product_code": caller.text("product_code"),
                "asked_by_customer": caller.text("asked_by_customer") == "yes",
                "asked_on": caller.text("asked_on"),
                "channel": caller.text("channel"),
                "words": caller.text("words"),
            },
        )
    if caller.text("act") == "insist-warning":
        return caller.client.draft_insistence_warning(caller.text("insistence"))
    reference, amount = caller.text("reference"), caller.text("amount")
    kind = caller.text("kind") or ProofKind.RECORDING.value
    return caller.client.take_insistence_step(
        caller.text("insistence"),
        {
            "step": caller.text("step"),
            "proof": {"kind": kind, "reference": reference} if reference else None,
            "note": caller.text("note"),
            "amount": amount or None,
        },
    )
