"""What a plan is made of, and which texts of the library it wants to rest on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, partial

from assistant.analysis.diagnosis import MATURITY_DAYS, observations_of
from assistant.analysis.digest import marketing_refused
from assistant.analysis.matching import match_products, neighbour_of, varied
from assistant.analysis.model import Fact, Match, MatchVerdict, Observation
from assistant.analysis.portrait import Portrait
from assistant.demand.model import NeedView
from assistant.drafting.briefing_words import SCRIPTS
from assistant.drafting.model import DraftKind, Evidence
from assistant.drafting.plan_figures import WORTH_A_STEP, Bands, Held, bands_of, held_of
from assistant.drafting.plan_person import Person
from assistant.drafting.plan_themes import BEFORE_MONEY, Theme, themes_of
from assistant.segments.model import Segment
from knowledge.customers.model import CustomerRecord
from knowledge.products.model import InvestorClass, Product, Variety

RULES = (
    "SUIT:7",
    "SUIT:13",
    "SUIT:16",
    "SUIT:18",
    "SUIT:20",
    "SUIT:21",
    "SUIT:22",
    "SUIT:23",
    "SUIT:33",
    "ADVISOR:19",
    "ADVISOR:21",
    "PIPL:24",
    "SECLAW:94",
)
"""Provisions that any plan may rest on."""

MATURING_DAYS = 90
"""Days before a maturity within which a letter about it is of use."""
_OFFERED = 3
_ANY_GRADE = 5
_Purpose = tuple[Variety, Decimal, str, tuple[str, ...], int]
_PRODUCT_SECTIONS = (1, 4, 5)
"""Of a product note: what it is, what it costs, when the money comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A suitable product and what it is put forward for. ``purpose`` ends in a noun: 「补足固定收益类」."""

    match: Match
    purpose: str
    by: tuple[str, ...]
    """Fact keys that the purpose rests on."""


@dataclass(frozen=True, kw_only=True)
class PlanMaterial:
    """Everything about one customer on one day. ``matches`` as ``match_products`` orders them."""

    portrait: Portrait
    observations: tuple[Observation, ...]
    matches: tuple[Match, ...]
    products: Mapping[str, Product]
    evidence: tuple[Evidence, ...] = ()
    """What a customer may read."""
    scripts: tuple[Evidence, ...] = ()
    """Approved scripts, for the briefing."""
    kind: DraftKind = DraftKind.PLAN
    """What letter it is for."""
    expected: tuple[NeedView, ...] = ()
    """The needs that a trained model finds most likely, for the briefing only; no letter tells them."""
    segment: Segment | None = None
    """For the briefing only."""

    @property
    def record(self) -> CustomerRecord:
        """What the house holds about the customer."""
        return self.portrait.record

    @property
    def as_of(self) -> date:
        """The day that everything was measured on."""
        return self.portrait.as_of

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Of the portrait."""
        return self.portrait.facts

    @property
    def spread(self) -> tuple[Fact, ...]:
        """What the picture of the classes shows: the reference only where it applies to this customer."""
        if self.bands.known:
            return self.facts
        return tuple(fact for fact in self.facts if not fact.id.startswith("fact:portfolio.reference."))

    @cached_property
    def person(self) -> Person:
        """What decides how the plan speaks."""
        return Person.of(self.portrait.standing)

    @cached_property
    def themes(self) -> tuple[Theme, ...]:
        """What matters for this customer, the most pressing first."""
        return themes_of(self.observations, self.bands, self.person)

    @cached_property
    def by_key(self) -> Mapping[str, Fact]:
        """Facts by their id without ``fact:``."""
        return {fact.id.removeprefix("fact:"): fact for fact in self.facts}

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """What is held, largest first."""
        return held_of(self.by_key, self.record)

    @cached_property
    def due(self) -> frozenset[str]:
        """Keys of the holdings that mature within 60 days; within 90 for a letter about just that."""
        days = MATURING_DAYS if self.kind is DraftKind.MATURITY else MATURITY_DAYS
        dated = ((one.key, one.matures_on) for one in self.held if one.matures_on is not None)
        return frozenset(key for key, on in dated if 0 <= (on - self.as_of).days <= days)

    @cached_property
    def bands(self) -> Bands:
        """Target bands by class; empty where no reference applies."""
        found = (match for match in self.matches if match.verdict is MatchVerdict.SUITABLE)
        products = (self.products.get(match.product_code) for match in found)
        suitable = {product.variety for product in products if product is not None}
        return bands_of(self.by_key, self.person, suitable=suitable)

    @property
    def assessed(self) -> bool:
        """Whether product-level advice is possible at all: some product passed the gate, or the assessment counts."""
        return self.person.assessed or any(match.verdict is MatchVerdict.SUITABLE for match in self.matches)

    @property
    def uncommitted(self) -> bool:
        """Whether there is money at hand that is worth finding a place for."""
        return Decimal(str(self.by_key["portfolio.cash"].value)) >= WORTH_A_STEP

    @property
    def complaining(self) -> bool:
        """Whether a complaint is so recent that nothing may be marketed."""
        return any(observation.key == "recent_complaint" for observation in self.observations)

    @cached_property
    def unmarketed(self) -> bool:
        """Whether the customer's latest word is that nothing may be marketed."""
        return marketing_refused(self.record, as_of=self.as_of)

    @property
    def settled(self) -> bool:
        """Whether nothing has to be put right before money is given a new place: no margin call, no loss too large."""
        return BEFORE_MONEY.isdisjoint(observation.key for observation in self.observations)

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """The products to put forward: none without assessment, need or leave to market, nor before first things."""
        if self.unmarketed or not self.settled or not self.assessed:
            return ()
        return tuple(_offers(self))

    @property
    def offered(self) -> tuple[Match, ...]:
        """The matches of ``offers``."""
        return tuple(offer.match for offer in self.offers)

    @cached_property
    def nearest(self) -> tuple[Match, ...]:
        """The product that came nearest to the first offer without suiting, to explain the boundary.

        Never one that is not offered to the public: it is not even named to who may not buy it (FUNDLAW:91).
        """
        if not self.offered:
            return ()
        public = {
            code: product for code, product in self.products.items() if product.investor_class is InvestorClass.EVERYONE
        }
        matches = (match for match in self.matches if match.product_code in public)
        other = neighbour_of(self.offered[0], matches, {**public, **self._chosen_products})
        return () if other is None else (other,)

    @property
    def _chosen_products(self) -> Mapping[str, Product]:
        return {match.product_code: self.products[match.product_code] for match in self.offered}

    @property
    def wanted_provisions(self) -> tuple[str, ...]:
        """Short references to look up in force on the day; those that do not exist may be left out."""
        notes = [
            f"{self.products[match.product_code].document_id}:{number}"
            for match in self.offered
            for number in _PRODUCT_SECTIONS
        ]
        reasons = [reason.provision for match in (*self.offered, *self.nearest) for reason in match.reasons]
        observed = [reference for observation in self.observations for reference in observation.provisions]
        return tuple(dict.fromkeys([*RULES, *reasons, *observed, *notes]))

    @property
    def _talking_keys(self) -> Iterator[str]:
        yield from (theme.key for theme in self.themes)
        yield from (observation.key for observation in self.observations)

    @property
    def wanted_scripts(self) -> tuple[str, ...]:
        """Short references of scripts that the briefing may quote."""
        return tuple(dict.fromkeys(script for key in self._talking_keys for script in SCRIPTS.get(key, ())))


def gathered(portrait: Portrait, products: Mapping[str, Product], *, kind: DraftKind = DraftKind.PLAN) -> PlanMaterial:
    """Everything but texts of the library, which are looked up by what this wants. Pure."""
    matches = match_products(
        portrait.record,
        products.values(),
        as_of=portrait.as_of,
        policy=portrait.standing.policy,
        allocation=portrait.allocation,
        portfolio=portrait.portfolio,
    )
    return PlanMaterial(
        portrait=portrait, observations=observations_of(portrait), matches=matches, products=products, kind=kind
    )


def _offers(material: PlanMaterial) -> Iterator[Offer]:
    """For each thing that money is to be found a place for, the best suitable product of that kind, three at most."""
    chosen: list[Offer] = []
    for variety, reach, purpose, by, grade in _purposes(material):
        taken = {offer.match.product_code for offer in chosen}
        placed = {material.products[code].variety for code in taken}
        fitting = (
            match
            for match in material.matches
            if match.verdict is MatchVerdict.SUITABLE
            and match.product_code not in taken
            and _is(material.products.get(match.product_code), variety, within=reach)
            and not (variety is Variety.CASH and variety in placed)
        )
        best = min(fitting, key=partial(_preference, person=material.person, known=grade), default=None)
        if best is not None and len(chosen) < _OFFERED:
            chosen.append(Offer(match=best, purpose=purpose, by=by))
    if not chosen and not material.bands.known and material.kind is DraftKind.PLAN:
        chosen = list(_without_reference(material))
    yield from chosen


def _without_reference(material: PlanMaterial) -> Iterator[Offer]:
    """For whom no reference applies: professional investors, and the lowest class."""
    person = material.person
    if not person.professional and not material.uncommitted:
        return
    purpose = "与现有资产互补" if person.professional else "R1范围之内的选择"
    for match in varied(material.matches, material.products, limit=2 if person.professional else 1):
        yield Offer(match=match, purpose=purpose, by=("portfolio.total_assets",))


def _preference(match: Match, *, person: Person, known: int) -> tuple[bool, int]:
    """Nothing bolder than what it follows on comes first, then the lower grades for who is cautious, old or short.

    ``known``: the grade of what matures, the highest there is where nothing does. Otherwise the order stands.
    """
    grade = int(match.risk_grade[1])
    return grade > known, grade if person.cautious or person.retired or person.short else 0


def _is(product: Product | None, variety: Variety, *, within: Decimal) -> bool:
    return product is not None and product.variety is variety and product.minimum_amount <= within


def _purposes(material: PlanMaterial) -> Iterator[_Purpose]:
    """Kind of product, the money that it is for, what for, the fact keys that say so, and the grade not to exceed.

    What matures in a class that is too large already goes where something is lacking, not back into that class.
    """
    crowded = {band.variety for band in material.bands.over}
    maturing = [held for held in material.held if held.key in material.due]
    for held in maturing:
        if held.variety not in crowded:
            yield held.variety, held.market_value, f"{held.name}到期后的备选", (f"{held.key}.name",), held.grade.rank
    freed = sum((held.market_value for held in maturing if held.variety in crowded - {Variety.CASH}), Decimal(0))
    if material.kind is DraftKind.MATURITY:
        freed += sum((held.market_value for held in maturing if held.variety is Variety.CASH), Decimal(0))
        if any(held.variety in crowded for held in maturing):
            yield from _gaps(material, freed)
        return
    cash = Decimal(str(material.by_key["portfolio.cash"].value))
    person, keys = material.person, {theme.key for theme in material.themes}
    if "idle_cash" in keys and (person.short or person.retired or person.lowest_class or person.guarded):
        yield Variety.CASH, cash, "随时要用的部分", ("portfolio.cash",), _ANY_GRADE
    yield from _gaps(material, freed + material.bands.spare)
    if "idle_cash" in keys:
        yield Variety.CASH, cash, "还没有定下用途的部分", ("portfolio.cash",), _ANY_GRADE


def _gaps(material: PlanMaterial, money: Decimal) -> Iterator[_Purpose]:
    """What ``money`` at hand fills, the widest gap first; where it fills none, the widest, for money that comes."""
    whose = "到期的钱用来" if material.kind is DraftKind.MATURITY else ""
    for number, band in enumerate(material.bands.short):
        gap, label = f"portfolio.gap.{band.variety.value}", band.variety.label
        if money >= WORTH_A_STEP:
            yield band.variety, min(money, band.amount_under), f"{whose}补足{label}", (gap,), _ANY_GRADE
        elif not number:
            yield band.variety, band.amount_under, f"以后有到期或者新增资金时补足{label}", (gap,), _ANY_GRADE
        money -= band.amount_under
