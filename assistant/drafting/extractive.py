"""The embedded writer: picks, orders and joins the sentences that answer, and cites every one. No key, no network."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.analysis.model import Fact
from assistant.drafting.fact_words import asked_facts, wants_the_rule_too
from assistant.drafting.focus import Focus, Want, focus_of
from assistant.drafting.model import Brief, Citation, Evidence, Statement, StatementKind, WriterTrace, Writing
from assistant.drafting.passages import Form, Piece, closed, pieces_of, readable, references_in
from assistant.drafting.rendering import in_chinese
from assistant.drafting.terms import coverage, meant_by, normalise, question_text, rarity, terms_of
from knowledge.documents.model import Kind, Verification
from retrieval.segmentation import fold
from retrieval.vocabulary import names_all, subjects_of

NOT_COVERED = "知识库中没有能够回答这个问题的内容，请换一种问法、补充板块或业务名称，或转人工处理。"
UNCHECKED = "以上内容中有尚未核对官方原文的部分，办理前请以官方文本为准。"
SECOND_HAND = "以上内容中有依据二手资料整理的部分，请以官方文本为准。"

_ENOUGH = 0.22
"""Least share of the question's words that the best provision must cover."""
_FACT_ENOUGH, _NEAR_FACT = 0.45, 0.8
_EQUAL: Mapping[str, float] = {}
"""No term rarer than another: facts are few, and their labels are made of common words."""
_ABOUT_NOBODY, _MATCHED = "fact:matrix.", "fact:match."
_FACTS_ASKED_FOR = 4
_BESIDE_FACTS = ("rule", "guide")
"""Beside a customer's figures stand rules, never a product that nobody matched."""
_ABOUT_SOMEBODY = re.compile(r"客户|[他她您]|这位|本人|我的|我(?:有|能|可以|还)|先生|女士")
_OTHER_PROVISION = 0.78
"""A further provision is heard if it comes this close to the best one."""
_TRUSTED_RANKS = 2
"""Provisions that the search ranks this high are heard on weaker words: they may answer in other words."""
_TRUSTED_NEAR = 0.66
_SURE, _BESIDE_A_RULE = 0.7, 0.9
"""A rule that covers this much of the question needs others only where they answer nearly as well."""
_FURTHER_PIECE = 0.42
"""A further sentence of the best provision is told if it comes this close to the best sentence."""
_MEANT = 0.6
"""What the standard words of a colloquial question count, beside its own."""
_SAME = 0.6
"""Share of a sentence's words that were said already: then it adds nothing."""
_AS_WELL = 0.95
_WITH_SAME_FIGURES, _SAME_FIGURES_SHARE = 0.8, 0.6
"""A rule's sentence that holds all figures of a guide's is heard instead where it answers nearly as well."""
_FIGURE = re.compile(r"\d[\d:.]*(?:%|‰|万|亿|元|股|份|倍|年|个月|个交易日|日)?")
_RULES_BESIDE_FACTS = 2
"""Who asks about a customer wants that customer's figures, and only the rule that goes with them."""
_NAMED_PRODUCT = 0.5
_NAMED = 0.6
"""Share of a title's words by which a question names it."""
_FACTS, _PIECES, _PIECES_OF_OTHERS, _OTHERS = 3, 4, 1, 2
_RANK = (1.0, 0.82, 0.73, 0.67, 0.63, 0.6, 0.58, 0.56)
_AUTHORITY = {"rule": 1.0, "guide": 1.0, "case": 0.7, "script": 0.65}
_NOT_FOR_US = re.compile(r"不(?:直接)?(?:适用于|适用|约束|管)证券公司")
_OTHER_INDUSTRIES = re.compile(r"银行|保险|金监|金融监管总局|金融机构产品")
_NOT_FOR_US_AUTHORITY = 0.6
"""A rule that says of itself that it does not bind securities firms."""
_KINDS = {"rule": StatementKind.RULE, "guide": StatementKind.RULE, "product": StatementKind.FACT}
_NARRATED = ("case", "script")
_RESTING_ON_RULES = ("guide", "case", "script")
_BASIS_NEAR, _RULE_NEAR = 0.4, 0.7
"""How near a rule must come to a guide to be told beside it: less where the guide names it as its basis."""
_WITHOUT_THE_FIGURE = 0.85
"""A provision that holds no figure or time although one is asked for."""
_FIGURES_NEAR = 0.5
_STORY, _FORBIDDEN_WORDS = re.compile(r"情境|背景|经过"), re.compile(r"禁止说法")
"""What happened in a case, and what must not be said, are not what the rule is: told only to those who ask for them."""
_ASKS_FOR_CASES = re.compile(r"案例|例子")
_ASKS_FOR_FORBIDDEN = re.compile(r"(?:不能|不该|不要|禁止|不得|不可以|忌)(?:怎么)?说|说法")
_ASKS_FOR_WORDS = re.compile(
    r"话术|该说|开场|怎么(?:说|讲|回|答|跟|和|向|给客户|解释|安抚|安慰|沟通|拒绝|婉拒|开口|聊|问候|劝|提醒|通知)|如何(?:说|回|答|解释|安抚|安慰|沟通|向|拒绝|婉拒|问候|劝|提醒)"
)
_WORDS = "参考话术"
_FEW_ARTICLES, _EACH_OF_FEW = 3, 3
"""More than that are looked up by the name of their document: then it is told how each begins."""
_PRODUCT_ASKED_FOR = 1.2
"""How much more a product's note counts where the product is named; where it is not, it is not heard at all."""
_WORDS_ASKED_FOR = 1.25
"""How much more a script counts where somebody asks for words to say."""
_NEGATIONS = ("不", "别", "禁止", "避免", "切勿")
_WARNED_OF = re.compile(r"不应当|不得|禁止|错误")
_TRACE = WriterTrace(writer="extractive")


class ExtractiveWriter:
    """Says what the evidence says, in the evidence's words."""

    def write(self, brief: Brief) -> Writing:
        """Facts that answer first, then the best provision's sentences, then what other provisions add."""
        question = _Question(brief)
        facts = question.facts(brief.facts)
        asked_for = question.asked_for(brief.asked_for)
        told = question.without(asked_for, question.told())
        started = question.starts()
        if started and brief.looked_up:
            told = []
        if not (facts or told or asked_for or started):
            return Writing(statements=(), trace=_TRACE, abstained=NOT_COVERED)
        room = max(1, brief.max_statements - len(facts) - 1)
        if any(not fact.id.startswith(_ABOUT_NOBODY) for fact in facts):
            room = min(room, _RULES_BESIDE_FACTS) if wants_the_rule_too(brief.purpose) else 0
            told = [item for item in told if item.evidence.kind in _BESIDE_FACTS]
        drafted = [_fact_statement(fact) for fact in facts]
        drafted += [*asked_for, *started, *(question.statement(item) for item in told[:room])]
        drafted += _reservation(brief.evidence, drafted)
        return Writing(statements=_numbered(drafted), trace=_TRACE)


@dataclass(frozen=True, slots=True)
class _Said:
    """A piece of a provision, with how well it answers."""

    evidence: Evidence
    piece: Piece
    score: float


@dataclass(frozen=True, slots=True)
class _Heard:
    """A provision, with its pieces as they answer."""

    evidence: Evidence
    said: tuple[_Said, ...]
    covered: float
    score: float

    @property
    def best(self) -> _Said:
        return max(self.said, key=lambda said: said.score)


class _Question:
    """A question put to the evidence of one brief."""

    def __init__(self, brief: Brief) -> None:
        self.focus: Focus = focus_of(brief.purpose)
        self.evidence = brief.evidence
        self._looked_up = brief.looked_up
        self._subjects = subjects_of(brief.purpose)
        self._asked = _asked_terms(brief.purpose)
        self._split = [pieces_of(evidence.text) for evidence in brief.evidence]
        self._weights = rarity([piece.text for pieces in self._split for piece in pieces])

    def facts(self, facts: Sequence[Fact]) -> list[Fact]:
        """The facts that the question asks for, best first."""
        matched = [fact for fact in facts if fact.id.startswith(_MATCHED)]
        asked = matched or asked_facts(self.focus.text, facts)
        if asked:
            return [*asked[:_FACTS_ASKED_FOR], *(fact for fact in facts if fact.id.startswith(_ABOUT_NOBODY))]
        scored = [(self._fact_score(fact), fact) for fact in facts]
        best = max((score for score, _ in scored), default=0.0)
        kept = [(score, fact) for score, fact in scored if score >= max(_FACT_ENOUGH, _NEAR_FACT * best)]
        return [fact for _, fact in sorted(kept, key=lambda pair: -pair[0])][:_FACTS]

    def told(self) -> list[_Said]:
        """The pieces to say, in the order to say them."""
        if len(self._looked_up) > 1:
            return self._outline(1 if len(self._looked_up) > _FEW_ARTICLES else _EACH_OF_FEW)
        tellable = [rank for rank, evidence in enumerate(self.evidence) if self._may_be_told(evidence)]
        heard = [self._hear(rank) for rank in tellable if self._split[rank]]
        if not heard:
            return []
        sure = heard if self._looked_up else [one for one in heard if one.covered >= _ENOUGH]
        if not sure:
            return []
        top = max(sure, key=lambda one: one.score)
        chosen = _readable_order(self._choose(top))
        others = sorted((one for one in heard if one is not top), key=lambda one: -one.score)
        heard_too = [one for one in others if self._worth_hearing(one, top)]
        for other in heard:
            chosen = self._in_the_words_of(other, chosen)
        for other in heard_too[:_OTHERS]:
            chosen += self._added_by(other, chosen)
        chosen = self._with_the_rule(top, others, chosen[:_PIECES])
        return [*chosen, *self._figures_left_out([top, *others], chosen)]

    def asked_for(self, parts: Sequence[Citation]) -> list[Statement]:
        """The 款 and 项 that the question names by their numbers, in the provision's own words."""
        by_ref = {evidence.ref: evidence for evidence in self.evidence}
        found: list[Statement] = []
        for part in parts:
            if part.source in by_ref:
                text = "".join(closed(readable(line)) for line in part.quote.split("\n") if line.strip())
                kind = _KINDS.get(by_ref[part.source].kind, StatementKind.OPINION)
                found.append(Statement(id="", kind=kind, text=text, citations=(part,)))
        return found

    def without(self, asked_for: Sequence[Statement], told: Sequence[_Said]) -> list[_Said]:
        """What of ``told`` is not said by the parts that were asked for; of other provisions, nothing."""
        if not asked_for:
            return list(told)
        quoted = {citation.source: citation.quote for statement in asked_for for citation in statement.citations}
        return [
            said for said in told if said.evidence.ref in quoted and said.piece.quote not in quoted[said.evidence.ref]
        ]

    def _outline(self, each: int) -> list[_Said]:
        """How the provisions that were looked up begin."""
        asked = [pair for pair in zip(self.evidence, self._split, strict=True) if pair[0].ref in self._looked_up]
        return [_Said(evidence, piece, 1.0) for evidence, pieces in asked for piece in pieces[:each]]

    def starts(self) -> list[Statement]:
        """From which day the text that the question names is in force, where that is what it asks."""
        if not self.focus.asks_for_start:
            return []
        for evidence, pieces in zip(self.evidence, self._split, strict=True):
            title = evidence.citation.partition("》")[0].removeprefix("《")
            named = coverage(terms_of(title), self._asked, self._weights)
            if pieces and evidence.kind == Kind.RULE.value and (self._looked_up or named >= _NAMED):
                text = f"《{title}》的这一版本自{in_chinese(evidence.effective_from)}起施行。"
                cited = Citation(source=evidence.ref, quote=pieces[0].quote)
                return [Statement(id="", kind=StatementKind.RULE, text=text, citations=(cited,))]
        return []

    def statement(self, said: _Said) -> Statement:
        """The piece as a sentence, citing its provision and, where it names another one at hand, that one too."""
        own = Citation(source=said.evidence.ref, quote=said.piece.quote)
        return Statement(
            id="",
            kind=_KINDS.get(said.evidence.kind, StatementKind.OPINION),
            text=_spoken(said),
            citations=(own, *self._named_by(said)),
        )

    def _fact_score(self, fact: Fact) -> float:
        """How well a fact answers: its words in the question, and the question's in it; personal ones only if asked."""
        if not fact.id.startswith(_ABOUT_NOBODY) and not _ABOUT_SOMEBODY.search(self.focus.text):
            return 0.0
        text = f"{fact.label}{fact.text}"
        answered = coverage(self._asked, terms_of(text), _EQUAL)
        named = coverage(terms_of(fact.label), self._asked, _EQUAL)
        return (0.5 * answered + 0.5 * named) * self.focus.fit(text)

    def _hear(self, rank: int) -> _Heard:
        evidence = self.evidence[rank]
        around = f"{evidence.heading} {' '.join(evidence.path)} {evidence.citation}"
        asked = self._asked_like(evidence)
        said = tuple(self._say(evidence, piece, asked) for piece in self._split[rank])
        covered = coverage(self._asked, {*terms_of(evidence.text), *terms_of(around)}, self._weights)
        best = max(one.score for one in said)
        prior = _RANK[min(rank, len(_RANK) - 1)] * self._authority(evidence)
        prior *= self.focus.scope(f"{evidence.citation}{evidence.heading}{said[0].piece.text}")
        fit = self.focus.fit(f"{evidence.heading}{evidence.text}", around)
        score = prior * fit * (0.35 * covered + 0.3 * best + 0.35 * asked)
        if self.focus.unmet_by(evidence.text):
            score *= _WITHOUT_THE_FIGURE
        return _Heard(evidence, said, max(covered, asked), score)

    def _asked_like(self, evidence: Evidence) -> float:
        """How near the question comes to the one typical question that is most like it."""
        return max(
            (coverage(self._asked, terms_of(text), self._weights) for text in evidence.typical_questions), default=0.0
        )

    def _authority(self, evidence: Evidence) -> float:
        if _offers_words(evidence) and _ASKS_FOR_WORDS.search(self.focus.text):
            return _WORDS_ASKED_FOR
        if evidence.kind == Kind.PRODUCT.value:
            return _PRODUCT_ASKED_FOR
        if _NOT_FOR_US.search(evidence.text) and not _OTHER_INDUSTRIES.search(self.focus.text):
            return _NOT_FOR_US_AUTHORITY
        return _AUTHORITY.get(evidence.kind, 1.0)

    def _names_the_subject(self, evidence: Evidence) -> bool:
        if evidence.kind == Kind.PRODUCT.value and not self._names_the_product(evidence):
            return False
        text = " ".join((evidence.citation, evidence.heading, evidence.text, *evidence.typical_questions))
        return not self._subjects or names_all(self._subjects, fold(text))

    def _names_the_product(self, evidence: Evidence) -> bool:
        """A product's note tells about that product only: not what its kind is, nor what the market is like."""
        title = evidence.citation.partition("》")[0].removeprefix("《")
        code = evidence.ref.partition(":")[0].removeprefix("PROD-").lower()
        return code in self.focus.text or coverage(terms_of(title), terms_of(self.focus.text), _EQUAL) >= _NAMED_PRODUCT

    def _may_be_told(self, evidence: Evidence) -> bool:
        if self._looked_up:
            return evidence.ref in self._looked_up
        return not self._is_story(evidence) and self._names_the_subject(evidence)

    def _is_story(self, evidence: Evidence) -> bool:
        if evidence.kind not in _NARRATED:
            return False
        if _FORBIDDEN_WORDS.search(evidence.heading):
            return not _ASKS_FOR_FORBIDDEN.search(self.focus.text)
        return bool(_STORY.search(evidence.heading)) and not _ASKS_FOR_CASES.search(self.focus.text)

    def _say(self, evidence: Evidence, piece: Piece, asked: float) -> _Said:
        own = terms_of(piece.text)
        within = {*own, *terms_of(f"{evidence.heading} {evidence.citation}")}
        score = 0.7 * coverage(self._asked, own, self._weights) + 0.3 * coverage(self._asked, within, self._weights)
        score *= self.focus.fit(piece.text, evidence.heading)
        score += 0.08 * self.focus.told_by(piece.text)
        # The library opens a provision with the answer to its typical questions.
        score += 0.1 + 0.2 * asked if piece.position == 0 else 0.0
        return _Said(evidence, piece, score)

    def _choose(self, heard: _Heard) -> list[_Said]:
        """The best piece, and what else of the provision comes near it."""
        ranked = sorted(heard.said, key=lambda said: -said.score)
        chosen: list[_Said] = []
        for said in ranked:
            near = said.score >= _FURTHER_PIECE * ranked[0].score
            if near and len(chosen) < _PIECES and not _repeats(said, chosen):
                chosen.append(said)
        return self._with_leads(heard, self._with_whole_list(heard, chosen))

    def _with_whole_list(self, heard: _Heard, chosen: list[_Said]) -> list[_Said]:
        """A list is told whole where it can be: half a list of conditions misleads."""
        whole = [said for said in heard.said if said.piece.form is Form.LIST]
        leads = {said.piece.position for said in chosen}
        items = {said.piece.lead for said in chosen if said.piece.form in (Form.ITEM, Form.LIST)}
        wanted = [
            said
            for said in whole
            if said.piece.lead in items
            or (said.piece.lead in leads and self.focus.wants & {Want.LIST, Want.CONDITION, Want.PROCEDURE})
        ]
        told_whole = {said.piece.lead for said in wanted}
        kept = [
            said for said in chosen if not (said.piece.form in (Form.ITEM, Form.LIST) and said.piece.lead in told_whole)
        ]
        return [*kept, *wanted]

    def _with_leads(self, heard: _Heard, chosen: list[_Said]) -> list[_Said]:
        """A list needs the sentence that it hangs on; 「也不得……」 needs the sentence before it."""
        at = {said.piece.position: said for said in heard.said}
        wanted = {said.piece.position for said in chosen}
        for said in sorted(chosen, key=lambda one: -one.piece.position):
            position = said.piece.position
            if said.piece.lead is not None:
                wanted.add(said.piece.lead)
            while position > 0 and at[position].piece.leans_on_previous and at[position].piece.form is Form.SENTENCE:
                position -= 1
                wanted.add(position)
        return [at[position] for position in sorted(wanted)]

    def _worth_hearing(self, other: _Heard, top: _Heard) -> bool:
        ranked_first = self.evidence.index(other.evidence) < _TRUSTED_RANKS and other.evidence.kind not in _NARRATED
        enough, near = (_ENOUGH / 2, _TRUSTED_NEAR) if ranked_first else (_ENOUGH, _OTHER_PROVISION)
        if top.evidence.kind == Kind.RULE.value and top.covered >= _SURE:
            near = max(near, _BESIDE_A_RULE)
        about_a_sibling = self.focus.fit(f"{other.evidence.citation}{other.evidence.heading}") < 1.0
        return other.covered >= enough and other.score >= near * top.score and not about_a_sibling

    def _in_the_words_of(self, other: _Heard, chosen: Sequence[_Said]) -> list[_Said]:
        """Where a rule says the same as a guide, a case or a script, the rule is heard instead."""
        if other.evidence.kind != Kind.RULE.value:
            return list(chosen)
        spoken = [said for said in other.said if said.piece.form is Form.SENTENCE and not said.piece.leans_on_previous]
        return [
            told if self._named_by(told) else next((said for said in spoken if _may_replace(said, told)), told)
            for told in chosen
        ]

    def _with_the_rule(self, top: _Heard, others: Sequence[_Heard], chosen: list[_Said]) -> list[_Said]:
        """The rule itself beside a guide, a case or a script; what these name as their basis more readily."""
        told = [said for said in chosen if said.evidence.kind == Kind.RULE.value or self._named_by(said)]
        if told or top.evidence.kind not in _RESTING_ON_RULES:
            return chosen
        basis = references_in(top.evidence.text)
        for other in others:
            short = other.evidence.ref.split("@")[0]
            near = _BASIS_NEAR if {short, short.split(":")[0]}.intersection(basis) else _RULE_NEAR
            about_a_sibling = self.focus.fit(f"{other.evidence.citation}{other.evidence.heading}") < 1.0
            if other.evidence.kind != Kind.RULE.value or about_a_sibling or other.score < near * top.score:
                continue
            said = other.best if not other.best.piece.leans_on_previous else other.said[0]
            same = [one for one in chosen if _repeats(one, [said])]
            kept = [one for one in chosen if one not in same]
            return [*self._with_leads(other, [said]), *kept] if same and same[0] is chosen[0] else [*kept, said]
        return chosen

    def _figures_left_out(self, heard: Sequence[_Heard], chosen: Sequence[_Said]) -> list[_Said]:
        """Where a figure is asked for and none was told: the best sentence that tells one."""
        wanted = self.focus.unmet_by("".join(said.piece.text for said in chosen))
        if not wanted:
            return []
        telling = [
            said
            for one in heard
            if one.score >= _FIGURES_NEAR * heard[0].score
            for said in one.said
            if not self.focus.unmet_by(said.piece.text) & wanted and said.score >= _FURTHER_PIECE * one.best.score
        ]
        return telling[:1]

    def _added_by(self, other: _Heard, chosen: Sequence[_Said]) -> list[_Said]:
        near = [said for said in other.said if said.score >= 0.8 * other.best.score]
        standing = [said for said in near if not said.piece.leans_on_previous and said.piece.form is not Form.ITEM]
        fresh = [said for said in standing if not _repeats(said, chosen) and self.focus.fit(said.piece.text) >= 1.0]
        best = sorted(fresh, key=lambda said: -said.score)[:_PIECES_OF_OTHERS]
        return self._with_leads(other, best) if best else []

    def _named_by(self, said: _Said) -> list[Citation]:
        """Citations of the provisions at hand that the sentence itself names as its basis."""
        named = references_in(said.piece.quote)
        found: list[Citation] = []
        for evidence, pieces in zip(self.evidence, self._split, strict=True):
            short = evidence.ref.split("@")[0]
            if not {short, short.split(":")[0]}.intersection(named) or evidence.ref == said.evidence.ref or not pieces:
                continue
            if self.focus.fit(f"{evidence.citation}{evidence.heading}") < 1.0:
                continue
            wanted = terms_of(said.piece.text)
            scored = [(coverage(wanted, terms_of(piece.text), self._weights), piece) for piece in pieces]
            share, piece = max(scored, key=lambda pair: pair[0])
            if share >= _FACT_ENOUGH:
                found.append(Citation(source=evidence.ref, quote=piece.quote))
        return found


def _asked_terms(question: str) -> Mapping[str, float]:
    """Its own words, and at a lower weight the words of rules for them."""
    own = terms_of(question_text(question))
    meant = terms_of(meant_by(question))
    if meant == own:
        return own
    return {term: weight for term, weight in own.items() if term in meant} | {
        term: _MEANT * weight for term, weight in meant.items() if term not in own
    }


def _readable_order(chosen: list[_Said]) -> list[_Said]:
    """The direct answer first, then the rest as the provision has it."""
    best = max(chosen, key=lambda said: said.score)
    if best.piece.leans_on_previous or best.piece.lead is not None or best.piece.position == 0:
        return chosen
    opener = chosen[0]
    if opener.piece.position == 0 and opener.score >= 0.75 * best.score:
        return chosen
    follower = next((said for said in chosen if said.piece.position == best.piece.position + 1), None)
    tied = [best, follower] if follower is not None and follower.piece.leans_on_previous else [best]
    tied += [said for said in chosen if said.piece.lead == best.piece.position]
    return [*tied, *(said for said in chosen if said not in tied)]


def _may_replace(said: _Said, told: _Said) -> bool:
    """The same sentence in a rule's words: nothing that was told is lost, no figure differs."""
    if told.evidence.kind == Kind.RULE.value or told.piece.form is not Form.SENTENCE:
        return False
    told_figures = set(_figures(told.piece.text))
    if told_figures and told_figures <= set(_figures(said.piece.text)):
        return said.score >= _WITH_SAME_FIGURES * told.score and _shared(said, told) >= _SAME_FIGURES_SHARE
    same_figures = set(_numbers(said.piece.text)) == set(_numbers(told.piece.text))
    answers_as_well = said.score >= _AS_WELL * told.score
    return same_figures and answers_as_well and _repeats(said, [told]) and _repeats(told, [said])


def _shared(said: _Said, told: _Said) -> float:
    """Share of what was told that the other sentence says too."""
    own, theirs = terms_of(told.piece.text), terms_of(said.piece.text)
    return sum(weight for term, weight in own.items() if term in theirs) / (sum(own.values()) or 1.0)


def _figures(text: str) -> list[str]:
    return _FIGURE.findall(normalise(text))


def _repeats(said: _Said, chosen: Sequence[_Said]) -> bool:
    own: Mapping[str, float] = terms_of(said.piece.text)
    if not own:
        return True
    for other in chosen:
        theirs = terms_of(other.piece.text)
        shared = sum(weight for term, weight in own.items() if term in theirs)
        if shared >= _SAME * sum(own.values()) and not _new_numbers(said.piece.text, other.piece.text):
            return True
    return False


def _new_numbers(text: str, said_before: str) -> bool:
    return not set(_numbers(text)) <= set(_numbers(said_before))


def _numbers(text: str) -> list[str]:
    return [term for term in terms_of(text) if any(character.isdigit() for character in term)]


def _fact_statement(fact: Fact) -> Statement:
    stop = "" if fact.text.endswith(("。", "！", "？")) else "。"
    label = "" if not stop or fact.text.startswith(fact.label) else f"{fact.label}："
    return Statement(
        id="",
        kind=StatementKind.FACT,
        text=f"{label}{fact.text}{stop}",
        citations=(Citation(source=fact.id, quote=fact.text),),
    )


def _reservation(evidence: Sequence[Evidence], drafted: Sequence[Statement]) -> list[Statement]:
    """What to say where something cited was not checked against its official source."""
    cited = {citation.source for statement in drafted for citation in statement.citations}
    levels = {item.verification for item in evidence if item.ref in cited}
    for level, text in ((Verification.UNVERIFIED, UNCHECKED), (Verification.SECONDARY, SECOND_HAND)):
        if level.value in levels:
            return [Statement(id="", kind=StatementKind.DISCLOSURE, text=text)]
    return []


def _offers_words(evidence: Evidence) -> bool:
    return evidence.kind == Kind.SCRIPT.value and _WORDS in evidence.heading


def _spoken(said: _Said) -> str:
    """A case's wrong way is told as wrong, a script's words as words; elsewhere the sentence speaks for itself."""
    if _offers_words(said.evidence):
        return f"可以这样说：{said.piece.text}"
    if said.evidence.kind in _NARRATED and _WARNED_OF.search(said.evidence.heading):
        return said.piece.text if said.piece.text.startswith(_NEGATIONS) else f"不应当这样做：{said.piece.text}"
    return said.piece.text


def _numbered(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    return tuple(
        statement.model_copy(update={"id": f"s{number}"}) for number, statement in enumerate(statements, start=1)
    )
