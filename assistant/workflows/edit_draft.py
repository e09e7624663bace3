"""Change the wording of a draft, statement by statement; the text is rendered and checked anew."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.audit.model import AuditEvent
from assistant.clock import Clock
from assistant.drafting.model import Draft, Section, Statement
from assistant.drafting.rendering import render
from assistant.errors import Conflict, Invalid, NotFound
from assistant.identity.model import Actor
from assistant.review.model import ReviewCase, Revision
from assistant.settings import FirmSettings
from assistant.storage import Storage
from assistant.workflows.examine_draft import ExamineDraft

_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class EditDraft:
    """``changes`` maps statement ids to their new words; empty words remove the statement. Citations stay."""

    storage: Storage
    examine: ExamineDraft
    firm: FirmSettings
    clock: Clock

    def __call__(self, case_id: str, changes: Mapping[str, str], *, digest: str, by: Actor) -> ReviewCase:
        with self.storage.reading() as work:
            case = work.cases.get(case_id, by=by)
            customer = work.customers.get(case.customer_id, scope=by.scope, as_of=self.clock.today()).customer
        if case.revision.digest != digest:
            raise Conflict("文本在您查看之后已被修改，请刷新后重新编辑。")
        now = self.clock.now()
        draft = _changed(case.revision.draft, changes)
        text = render(draft, customer=customer, advisor=by, firm=self.firm, content_id=case.id)
        findings = self.examine(draft, text, maker=by)
        number = case.revision.number + 1
        revision = Revision.of(draft, text, findings, author_id=by.id, at=now, number=number)
        with self.storage.unit_of_work() as work:
            edited = work.cases.save(case.edited(revision, by, now))
            work.audit.add(
                AuditEvent.REVIEW_EDIT,
                actor=by,
                subject=f"case:{case_id}",
                detail={"digest": revision.digest, "statements": sorted(changes)},
                at=now,
            )
        return edited


def _changed(draft: Draft, changes: Mapping[str, str]) -> Draft:
    if not changes:
        raise Invalid("没有任何修改。")
    unknown = changes.keys() - {statement.id for statement in draft.statements}
    if unknown:
        raise NotFound("要修改的句子不在这份草稿里。")
    sections = tuple(
        Section(key=section.key, title=section.title, statements=tuple(_kept(section.statements, changes)))
        for section in draft.sections
    )
    if not any(section.statements for section in sections):
        raise Invalid("至少要保留一句话。")
    return draft.model_copy(update={"sections": sections})


def _kept(statements: tuple[Statement, ...], changes: Mapping[str, str]) -> list[Statement]:
    kept = []
    for statement in statements:
        text = _cleaned(changes.get(statement.id, statement.text))
        if text:
            kept.append(statement.model_copy(update={"text": text}))
    return kept


def _cleaned(text: str) -> str:
    """One line of printable characters."""
    cleaned = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if len(cleaned) > _LONGEST:
        raise Invalid(f"一句话不能超过 {_LONGEST} 个字。")
    return cleaned
