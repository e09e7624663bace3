"""Beside a document: one article with its links, history and questions, and what a keeper may do to a version."""

from datetime import date

from api.schemas.library_keeping import QuestionView
from api.schemas.terms import QuestionState, Role
from ui.panels import Caller
from ui.proof import badges_of
from ui.rendering import today

_KEEPERS = frozenset({Role.KEEPER, Role.ADMINISTRATOR})
_TRACERS = _KEEPERS | {Role.REVIEWER}


def article_html(caller: Caller, reference: str, as_of: date) -> str:
    """The drawer about one article."""
    shown = caller.client.shown(reference, as_of=None if "@" in reference else as_of)
    provision = shown.provision
    keeps = caller.actor.role in _KEEPERS
    return caller.render(
        "library/article",
        shown=shown,
        provision=provision,
        history=caller.client.article_history(provision.ref),
        impact=caller.client.article_impact(provision.ref) if caller.actor.role in _TRACERS else None,
        questions=_questions(caller, provision.ref) if keeps else None,
        keeps=keeps,
        badges_of=badges_of,
    )


def _questions(caller: Caller, reference: str) -> tuple[QuestionView, ...]:
    kept = caller.client.questions(reference)
    return tuple(each for each in kept if each.state is not QuestionState.REMOVED)


def keep_question(caller: Caller) -> str:
    """Do to a typical question what was pressed; what is said of it."""
    client, provision = caller.client, caller.text("provision")
    match caller.text("act"):
        case "add-question":
            client.add_question(provision, caller.text("text"))
            return "已添加常见问法"
        case "remove-written":
            client.remove_written_question(provision, caller.text("question"))
            return "已移除常见问法"
        case "propose":
            report = client.propose_questions(provision)
            return "模型已提出问法，请逐条确认" if report.proposed else "模型没有提出可用的问法"
    confirmed = caller.text("decision") == "confirmation"
    client.decide_question(caller.text("question"), "confirmation" if confirmed else "removal")
    return "已确认常见问法" if confirmed else "已移除常见问法"


def change_html(caller: Caller) -> str:
    """The drawer that asks before a version is withdrawn, repealed or opened again."""
    document_id, label, change = caller.text("document"), caller.text("version"), caller.text("change")
    history = caller.client.history(document_id)
    stage = next(each for each in history.stages if each.version.label == label)
    begins = stage.version.effective_from
    ended = next((each for each in history.stages if _ends_on(each.version.effective_to, begins)), None)
    impact = None if change == "reopen" else caller.client.ending_impact(document_id, label, on=today())
    return caller.render("library/change", change=change, version=stage.version, ended=ended, impact=impact)


def change(caller: Caller) -> tuple[str, str]:
    """Withdraw, repeal or open again; what is said of it."""
    document_id, label, reason = caller.text("document"), caller.text("version"), caller.text("reason")
    match caller.text("change"):
        case "withdraw":
            reopen = bool(caller.text("reopen"))
            voided = caller.client.withdraw(document_id, label, reason=reason, reopen=reopen).voided_cases
            title = "已撤回"
        case "repeal":
            voided = caller.client.repeal(document_id, label, on=caller.text("on"), reason=reason).voided_cases
            title = "已写明失效日"
        case _:
            voided = caller.client.reopen(document_id, label, reason=reason).voided_cases
            title = "已取消失效日"
    return title, f"{len(voided)} 份未发送的文稿已退回经办人。" if voided else ""


def _ends_on(ends: date | None, day: date) -> bool:
    return ends is not None and ends == day
