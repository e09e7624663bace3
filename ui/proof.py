"""What the proof panel shows: a provision with its period and badges, or a fact with its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.schemas.drafts import EvidenceView, FactView
from api.schemas.library import ProvisionView, VersionView
from api.schemas.terms import Rendition, Verification
from ui.client import ApiClient
from ui.rendering import today

Source = EvidenceView | ProvisionView | VersionView

_SUMMARY_NOTE = "要点改写，非官方原文"
_VERIFICATION_NOTES = {
    Verification.VERIFIED: ("已核实", "good"),
    Verification.SECONDARY: ("据二手来源", "warn"),
    Verification.UNVERIFIED: ("未核实", "bad"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with a tone: ``good``, ``warn``, ``bad`` or ``plain``."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One source, ready to be shown."""

    reference: str
    title: str
    path: tuple[str, ...] = ()
    heading: str = ""
    text: str
    quotes: tuple[str, ...] = ()
    version: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    as_of: date
    badges: tuple[Badge, ...] = ()
    fact: FactView | None = None

    @property
    def document_id(self) -> str:
        """``SUIT`` of ``SUIT:22@2022-08-12``."""
        return self.reference.partition(":")[0]


def badges_of(source: Source, *, as_of: date, now: date | None = None) -> tuple[Badge, ...]:
    """In force or not on the day (and by ``now``, where that differs), whose words, and how far they were checked."""
    if _is_withdrawn(source):
        return (Badge("已撤回", "bad"), *_words_of(source))
    force = _force(source.effective_from, source.effective_to, as_of)
    badges = [force]
    if now is not None and (present := _force(source.effective_from, source.effective_to, now)) != force:
        badges = [Badge(f"查询日{force.text}", force.tone), Badge(f"今日{present.text}", present.tone)]
    return (*badges, *_words_of(source))


def provision_proof(source: EvidenceView | ProvisionView, *, as_of: date, quotes: Sequence[str] = ()) -> Proof:
    """A provision as evidence keeps it, or as the library holds it."""
    return Proof(
        reference=source.ref,
        title=source.citation,
        path=source.path,
        heading=source.heading,
        text=source.text,
        quotes=tuple(quotes),
        version=source.ref.partition("@")[2],
        effective_from=source.effective_from,
        effective_to=source.effective_to,
        as_of=as_of,
        badges=badges_of(source, as_of=as_of, now=today()),
    )


def proof_of_fact(fact: FactView) -> Proof:
    """A value that code computed."""
    return Proof(
        reference=fact.id,
        title=fact.label,
        text=fact.text,
        as_of=fact.as_of,
        badges=(Badge("由系统计算", "plain"),),
        fact=fact,
    )


def proof_of_reference(
    client: ApiClient, reference: str, *, as_of: date | None = None, quotes: Sequence[str] = ()
) -> Proof:
    """A provision that is looked up now."""
    day = as_of or today()
    asked = None if "@" in reference else day
    return provision_proof(client.provision(reference, as_of=asked), as_of=day, quotes=quotes)


def _words_of(source: Source) -> tuple[Badge, ...]:
    """Whose words, and how far they were checked."""
    try:
        text, tone = _VERIFICATION_NOTES[Verification(source.verification)]
    except ValueError:
        text, tone = _VERIFICATION_NOTES[Verification.UNVERIFIED]
    summary = (Badge(_SUMMARY_NOTE, "warn"),) if source.rendition == Rendition.SUMMARY.value else ()
    return (*summary, Badge(text, tone))


def _is_withdrawn(source: Source) -> bool:
    if isinstance(source, VersionView):
        return source.withdrawn_on is not None
    return isinstance(source, ProvisionView) and source.withdrawn


def _force(begins: date, ends: date | None, day: date) -> Badge:
    if day < begins:
        return Badge("尚未生效", "warn")
    if ends is not None and ends <= day:
        return Badge("已失效", "bad")
    return Badge("现行有效", "good")
