"""Sentences made of facts and of provisions: a pattern names facts, and what it names it cites."""

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.analysis.model import Fact
from assistant.drafting.model import Citation, Evidence, Statement, StatementKind
from assistant.drafting.passages import Form, Piece, pieces_of

_SLOT = re.compile(r"\{([A-Za-z][A-Za-z0-9_.-]*)\}")
_CUSTOMER = re.compile(r"(?<![）个位名])客户(?!经理|服务|端)")


class Sayings:
    """Says what facts and provisions hold. A sentence cites all that it uses; without a fact it is not said."""

    def __init__(self, facts: Iterable[Fact], evidence: Sequence[Evidence]) -> None:
        self._facts = {fact.id: fact for fact in facts}
        self._evidence: Mapping[str, Evidence] = {item.ref.split("@")[0]: item for item in evidence}

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact at hand."""
        return tuple(self._facts.values())

    def learn(self, facts: Iterable[Fact]) -> None:
        """More facts to speak of."""
        self._facts |= {fact.id: fact for fact in facts}

    def fact(self, key: str) -> Fact | None:
        """By its id without ``fact:``."""
        return self._facts.get(f"fact:{key}")

    def can(self, pattern: str) -> bool:
        """Whether every fact that ``pattern`` names is known."""
        return all(self.fact(key) is not None for key in _SLOT.findall(pattern))

    def say(
        self,
        pattern: str,
        kind: StatementKind = StatementKind.FACT,
        *,
        basis: Iterable[str] = (),
        by: Iterable[str] = (),
    ) -> list[Statement]:
        """「总资产为{portfolio.total_assets}。」 filled; nothing if a fact is missing.

        ``basis``: short references that the sentence rests on; ``by``: further fact keys that it rests on.
        """
        keys = [*dict.fromkeys([*_SLOT.findall(pattern), *by])]
        found = {key: self.fact(key) for key in keys}
        facts = {key: fact for key, fact in found.items() if fact is not None}
        if len(facts) < len(keys):
            return []
        text = _SLOT.sub(lambda match: facts[match[1]].text.rstrip("。"), pattern)
        cited = [Citation(source=fact.id, quote=fact.text) for fact in facts.values()]
        cited += [citation for reference in basis if (citation := self.citation(reference)) is not None]
        return [Statement(id="", kind=kind, text=text, citations=tuple(cited))]

    def first(
        self,
        patterns: Iterable[str],
        kind: StatementKind = StatementKind.FACT,
        *,
        basis: Iterable[str] = (),
        by: Iterable[str] = (),
    ) -> list[Statement]:
        """The first of ``patterns`` that can be said."""
        basis, by = tuple(basis), tuple(by)
        return next((said for each in patterns if (said := self.say(each, kind, basis=basis, by=by))), [])

    def joined(
        self, lead: str, patterns: Iterable[str], kind: StatementKind, *, mark: str = "；", by: Iterable[str] = ()
    ) -> list[Statement]:
        """One sentence of those ``patterns`` that can be said; nothing without any."""
        known = [each for each in patterns if self.can(each)]
        return self.say(f"{lead}{mark.join(known)}。", kind, by=by) if known else []

    def quote(self, reference: str, *, about: str = "", kind: StatementKind = StatementKind.RULE) -> list[Statement]:
        """The provision's own first sentence, or its first that matches ``about``; nothing where it is not at hand."""
        evidence = self._evidence.get(reference)
        piece = self._piece(reference, about)
        if evidence is None or piece is None:
            return []
        citation = Citation(source=evidence.ref, quote=piece.quote)
        return [Statement(id="", kind=kind, text=piece.text, citations=(citation,))]

    def heading(self, reference: str) -> str:
        """The provision's own, in words; empty where it is not at hand."""
        evidence = self._evidence.get(reference)
        return evidence.heading if evidence is not None else ""

    def quotes(self, reference: str, *, about: str = "") -> list[Statement]:
        """Every sentence of the provision that matches ``about``, word for word."""
        evidence = self._evidence.get(reference)
        if evidence is None:
            return []
        sentences = (piece for piece in pieces_of(evidence.text) if piece.form is Form.SENTENCE)
        return [
            Statement(
                id="",
                kind=StatementKind.RULE,
                text=piece.text,
                citations=(Citation(source=evidence.ref, quote=piece.quote),),
            )
            for piece in sentences
            if re.search(about, piece.text)
        ]

    def citation(self, reference: str) -> Citation | None:
        """The provision by its first sentence."""
        evidence, piece = self._evidence.get(reference), self._piece(reference, "")
        return None if evidence is None or piece is None else Citation(source=evidence.ref, quote=piece.quote)

    def _piece(self, reference: str, about: str) -> Piece | None:
        evidence = self._evidence.get(reference)
        if evidence is None:
            return None
        sentences = [piece for piece in pieces_of(evidence.text) if piece.form is Form.SENTENCE]
        return next((piece for piece in sentences if re.search(about, piece.text)), None)


def plain(text: str, kind: StatementKind = StatementKind.DISCLOSURE) -> list[Statement]:
    """A sentence of the house that rests on nothing but itself: no figures, no rule, no opinion."""
    return [Statement(id="", kind=kind, text=text)]


def literal(text: str) -> str:
    """Text without slots in it."""
    return text.replace("{", "｛").replace("}", "｝")


def to_the_customer(text: str) -> str:
    """What was written about 客户, said to 您; 「C2客户」 as a kind of customer stays."""
    return re.sub(r"您{2,}", "您", _CUSTOMER.sub("您", text))
