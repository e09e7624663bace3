"""A statement does not say the opposite of what it cites: negations, directions, and which number is whose."""

import re
from collections.abc import Iterator, Mapping, Sequence
from operator import add

from assistant.analysis.model import Fact
from assistant.checks.disclosures import CUSTOMER_FACING
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, Statement, StatementKind
from assistant.understanding.text import fold, remembered

_CLAUSE = re.compile(r"[^，,。；;：:！!？?\n]+")
_CLAUSE_EDGE = re.compile(r"[，,。；;：:、（）()]")
_NO_NEGATION = re.compile(
    r"非常|无论|不论|不管|不仅|不但|不断|不少|不同|否则|未来|是否|能否|非公开|不特定|不良|无限|并非常"
)
_NEGATION = re.compile(
    r"不得不|不(?:得|能|可以?|应当?|必|需要?|用|再|会|予|允许)?|无(?:须|需|权)?|未|非|勿|没有?|禁止|严禁|免于|免除|拒绝|并"
)
_MODAL = re.compile(r"应当|应该?|必须|须|需要?|可以|能够|可|能|会|将|得|要|同时|也|均|都|已经?")
_DOUBLE = frozenset({"不得不"})
_NEAR = 0.75
_SHORT = 6
_UP = "高盈增升涨多赚"
_DOWN = "低亏减降跌少缺"
_DIRECTION = re.compile(rf"[{_UP}{_DOWN}]")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:%|[万亿]?元|个百分点|天|只|笔)?")
_PERMISSION = re.compile(r"需要?另行开通|尚?未开通|没有开通")
_OPENED = re.compile(r"(?<![未没])(?<!没有)(?:已经?|都)开通|(?:无须|无需|不用|不必|不需要)(?:再|另行)*开通")
_EVERYTHING = re.compile(
    r"(?:任何|所有|全部|一切|各类|无论(?:什么|哪)|不管(?:什么|哪))[^，。；]{0,8}(?:产品|品种|基金|股票)[^，。；]{0,6}(?:都|均|可以|能)[^，。；]{0,4}(?:买|购|投|配|适合|匹配)"
)
_AI = r"(?:AI|人工智能|智能助手|大模型|机器(?:人|生成)?|自动生成|系统生成)"
_WRITE = r"(?:撰写|书写|写成|写的|写就|编写|手写|亲笔|起草|创作|原创)"
_NO_AI = re.compile(
    rf"(?:没有?|未|不|无|从未|并未)[^，。；]{{0,8}}(?:使用|借助|用|依靠|依赖|采用|涉及|参与|经过?|由)[^，。；]{{0,6}}{_AI}"
    rf"|(?:不是|并非|不由|非)(?:由|用)?{_AI}[^，。；]{{0,6}}(?:生成|{_WRITE}|制作|完成)?"
    rf"|{_AI}[^，。；]{{0,6}}(?:没有|未|不曾|并未)[^，。；]{{0,4}}(?:参与|介入|使用|生成|{_WRITE})"
    rf"|(?<!不是)(?<!并非)(?:完全|全部|全程|纯|都是|均|独立|只|仅)[^，。；]{{0,6}}(?:我|本人|顾问|人工|真人|专家|手工)[^，。；]{{0,8}}(?:{_WRITE}|制作|完成)"
    rf"|(?<!不)(?<!不是)(?<!并非)(?:由|是|系)(?:我|您的|你的)?(?:投资)?(?:顾问|我|专家)?(?:本人|亲自|亲手|独立|一个人|逐字)+[^，。；]{{0,6}}{_WRITE}",
    re.IGNORECASE,
)


def contradiction_findings(draft: Draft) -> tuple[Finding, ...]:
    """Statements that turn round what they cite, and claims that no AI had a part in the draft."""
    facts = {fact.id: fact for fact in draft.facts}
    return tuple(finding for statement in draft.statements for finding in _of(statement, facts, draft))


def _of(statement: Statement, facts: dict[str, Fact], draft: Draft) -> Iterator[Finding]:
    cited = [facts[one.source] for one in statement.citations if one.is_fact and one.source in facts]
    quotes = [citation.quote for citation in statement.citations if not citation.is_fact]
    said = _squeezed(statement.text)
    if statement.kind.needs_citation:
        yield from _turned(statement, [*quotes, *(fact.text for fact in cited)])
    yield from _directions(statement, said, cited)
    yield from _exchanged(statement, said, cited)
    if draft.kind in CUSTOMER_FACING and statement.kind is not StatementKind.RULE:
        if _EVERYTHING.search(said):
            yield _finding(statement, "并非任何产品都适合客户，请删去这句话，只写与客户匹配的风险等级。", "suitability")
        if _NO_AI.search(said):
            yield _finding(
                statement, "这句话与「AI辅助生成」的标识相矛盾，请删去，如实说明由AI辅助生成。", "P20_ai_disclosure"
            )


def _turned(statement: Statement, sources: Sequence[str]) -> Iterator[Finding]:
    """Compare each clause with the clause of the sources that is nearest to it."""
    whole = "".join(_squeezed(source) for source in sources)
    own = [clause for clause in _clauses(statement.text) if clause not in whole]
    known = [(_negations(clause), _bare(clause)) for source in sources for clause in _clauses(source)] if own else []
    for clause in own:
        count, bare = _negations(clause), _bare(clause)
        near = [(_alike(bare, other), negations, other) for negations, other in known]
        best = max(near, key=lambda one: (one[0], one[1] == count), default=None)
        if best is None or best[0] < _NEAR or best[1] == count or len(bare) < _SHORT:
            continue
        severity = Severity.BLOCK if bare in best[2] or best[2] in bare else Severity.WARN
        yield _finding(
            statement, "这句话与引文一个是否定、一个是肯定，请确认没有把意思说反，照引文改写。", severity=severity
        )
        return


@remembered
def _clauses(text: str) -> tuple[str, ...]:
    return tuple(match[0] for match in _CLAUSE.finditer(_squeezed(text)))


@remembered
def _negations(clause: str) -> int:
    text = _NO_NEGATION.sub("", clause)
    return sum(match[0] not in _DOUBLE and match[0] != "并" for match in _NEGATION.finditer(text))


@remembered
def _bare(clause: str) -> str:
    return _MODAL.sub("", _NEGATION.sub("", _NO_NEGATION.sub("", clause)))


def _alike(said: str, quoted: str) -> float:
    """Share of the character pairs of ``said`` that ``quoted`` has too."""
    pairs = _pairs(said)
    return len(pairs & _pairs(quoted)) / len(pairs) if pairs else 0.0


@remembered
def _pairs(text: str) -> frozenset[str]:
    return frozenset(map(add, text, text[1:]))


def _directions(statement: Statement, said: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    for fact in cited:
        told = _directed(fact.text)
        for number in _NUMBER.finditer(said):
            meant = told.get(number[0])
            found = _before(said, number) if meant else ""
            if meant and found and (meant in _UP) != (found in _UP):
                yield _finding(
                    statement, f"「{fact.label}」是{fact.text.rstrip('。')}，这句话把方向说反了，请照事实改写。"
                )
                return
        if _PERMISSION.search(_squeezed(f"{fact.label}：{fact.text}")) and _OPENED.search(said):
            yield _finding(statement, f"「{fact.label}」是{fact.text.rstrip('。')}，这句话说已经开通，请照事实改写。")
            return


@remembered
def _directed(text: str) -> Mapping[str, str]:
    """The numbers of a fact that stand behind a word of direction, with that word."""
    said = _squeezed(text)
    return {number[0]: direction for number in _NUMBER.finditer(said) if (direction := _before(said, number))}


def _before(text: str, number: re.Match[str]) -> str:
    """The last word of direction in the same clause, close in front of a number."""
    clause = _CLAUSE_EDGE.split(text[: number.start()])[-1][-4:]
    found = _DIRECTION.findall(clause)
    return found[-1] if found else ""


def _exchanged(statement: Statement, said: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """A number behind the name of another: 「总资产为246万元」 where that is the cash."""
    values = {fact.id: match[0] for fact in cited if (match := _NUMBER.search(_squeezed(fact.text)))}
    labels = {fact.id: _squeezed(fact.label) for fact in cited}
    for fact in cited:
        label = labels[fact.id]
        own = values.get(fact.id)
        place = said.find(label)
        if own is None or place < 0 or any(label in other != label for other in labels.values()):
            continue
        behind = re.split(r"[，,。；;]", said[place + len(label) :])[0]
        first = _NUMBER.search(behind)
        if first is not None and first[0] != own and first[0] in values.values():
            yield _finding(statement, f"「{fact.label}」是{fact.text.rstrip('。')}，不是{first[0]}，请照事实改写。")
            return


@remembered
def _squeezed(text: str) -> str:
    return re.sub(r"[\s|]", "", fold(text).text).replace("客户", "您")


def _finding(
    statement: Statement, reason: str, category: str = "grounding", *, severity: Severity = Severity.BLOCK
) -> Finding:
    return Finding(category=category, severity=severity, statement_id=statement.id, span=statement.text, reason=reason)
