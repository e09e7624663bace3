"""The keeper's corner and the approval of scripts: what waits, what expires, what is wrong."""

from datetime import timedelta

from api.schemas.terms import SCRIPT_STATE_LABELS, Role, ScriptState
from ui.panels import Caller
from ui.rendering import today

_SOON = timedelta(days=60)
_MOST_FINDINGS = 200
_MOST_SCRIPTS = 200
_KEEPERS = frozenset({Role.KEEPER, Role.ADMINISTRATOR})


def tabs_of(role: Role) -> tuple[tuple[str, str], ...]:
    """``(view, name)`` of the parts of the library that a role sees."""
    tabs = [("list", "文件")]
    if role in _KEEPERS:
        tabs += [("import", "导入"), ("keeping", "维护")]
    if role in _KEEPERS | {Role.REVIEWER, Role.ADVISOR}:
        tabs.append(("scripts", "话术"))
    return tuple(tabs)


def keeping_html(caller: Caller, *, findings: bool = False) -> str:
    """What waits for a keeper; the faults only where they were asked for, because looking takes a while."""
    client = caller.client
    gravity = caller.text("gravity") if findings else ""
    return caller.render(
        "library/keeping",
        waiting=client.waiting_questions(),
        expiring=client.scripts(expiring_before=today() + _SOON, limit=_MOST_SCRIPTS),
        findings=client.findings(limit=_MOST_FINDINGS, gravity=gravity or None) if findings else None,
        gravity=gravity,
        tabs=tabs_of(caller.actor.role),
        here="keeping",
    )


def scripts_html(caller: Caller, state: str) -> str:
    """Scripts with their approval."""
    known = {item.value for item in ScriptState}
    chosen = state if state in known else ""
    return caller.render(
        "library/scripts",
        page=caller.client.scripts(state=chosen, limit=_MOST_SCRIPTS),
        states={item.value: label for item, label in SCRIPT_STATE_LABELS.items()},
        chosen=chosen,
        tabs=tabs_of(caller.actor.role),
        here="scripts",
    )


def script_html(caller: Caller, name: str) -> str:
    """The drawer about one script: its text, and what a reviewer may do."""
    document_id, _, label = name.partition("@")
    scripts = caller.client.scripts(limit=_MOST_SCRIPTS).items
    script = next(
        (each for each in scripts if (each.version.document_id, each.version.label) == (document_id, label)), None
    )
    return caller.render(
        "library/script",
        script=script,
        script_name=name,
        provisions=caller.client.provisions(document_id, label),
        reviews=caller.actor.role is Role.REVIEWER,
        until=today() + timedelta(days=365),
        shown=caller.text("state"),
    )


def decide_script(caller: Caller) -> str:
    """Approve or revoke; what is said of it."""
    script = caller.text("script")
    if caller.text("act") == "approve":
        caller.client.approve_script(script, until=caller.text("until"))
        return "已批准话术"
    caller.client.revoke_script(script, reason=caller.text("reason"))
    return "已撤销批准"
