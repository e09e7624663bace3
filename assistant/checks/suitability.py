"""Only products that suit the customer are put forward (SUIT:19, 22; SECLAW:88)."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from assistant.analysis.model import Dimension, Match, MatchVerdict, Reason
from assistant.analysis.suitability import Standing, SuitabilityPolicy, grades_for
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, Statement
from assistant.understanding.text import fold, remembered, tighten
from knowledge.customers.model import CustomerRecord
from knowledge.products.model import RiskGrade

_PUTS_FORWARD = re.compile(
    r"建议|推荐|推介|考虑|适合|值得|不妨|配置|买|认购|申购|加仓|建仓|增持|定投|优选|首选|欢迎|选择|备选|参与|布局|上车|入手|下单|"
    r"转入|投入|投资机会|错过|心动|看好|抓住|试试|放心|划算|合适|符合|匹配|持有(?!人)|关注"
)
_ACT = r"(?:推介|推荐|建议|配置|购买|买入?|销售|办理|认购|申购|纳入|考虑|持有|参与|选择|适合)"
_NEGATED_ACT = re.compile(
    rf"(?:不(?:能|得|会|宜|应当?|再|可以?|予|建议|推荐|纳入)?|暂不|暂缓|未|请勿|切勿|无法|避免|并不)(?:主动|向(?:您|其|客户)|为(?:您|其)|您){{0,3}}{_ACT}|不(?:能|得)?(?:匹配|符合|合适|适合)"
)
_NAME = "\ue000"
_MARKED_WITH_CODE = re.compile(rf"{_NAME}[（(][{_NAME}Rr\d，,、]+[）)]")
_DENIED = re.compile(
    rf"{_NAME}[^，。；;！!？?：:]{{0,14}}?(?<!不是)(?<!并非)(?<!没有)(?<!不会)(?<!不再)"
    rf"(?:不匹配|不适合|不合适|不在(?:本|这份)?方案|不得|不能|不予|不推介|不推荐|不建议|不宜|不纳入|无法|暂不)(?!错过|放弃|忽视|忽略|不)"
    rf"|(?:不(?:能|得|会|宜|应当?|再)?|暂不|请勿|切勿|无法|未)(?:主动|向(?:您|其|客户)|为(?:您|其)|您){{0,3}}{_ACT}[^，。；;！!？?错放忽]{{0,6}}{_NAME}"
)
_ASKED = re.compile(r"[？?]|难道|怎么会|谁说")
_HOLDING_NAME = re.compile(r"^fact:holding\..+\.name$")
_PRODUCT_NAME = re.compile(r"^fact:(?:(?:holding|product)\..+\.name|portfolio\.top_holding)$")
_VERDICT = re.compile(r"^fact:match\.(?P<code>[^.]+)\.verdict$")
_UNSUITABLE_VERDICT = re.compile(r"不匹配|不得销售|不能主动推介")
_SAYS_UNSUITABLE = re.compile(r"不匹配|不适合|不得(?:主动)?(?:销售|推介)|不能主动推介")
_CLAUSE = re.compile(r"[^，,。；;：:！!？?\n]+")
_FIGURES = r"\d.万亿千百十元份股只种天年月日%％RrC（）()、和及与等约共计合两三四五的为在于"
_HOLDS = re.compile(
    rf"(?:其中|账户中?|您|目前|当前|现在?|已经?|仍然?|还|共|合计|主要|也){{0,4}}持有[{_FIGURES}]*{_NAME}"
    rf"(?:[{_NAME}{_FIGURES}]|产品|品种|占|总资产|组合|持仓|市值|金额|成本|浮盈|浮亏|风险等级|中?[高低]?风险|将|到期|还有)*"
)
"""A clause that tells what is held, with figures about it and nothing more."""
_PROCEDURE = "特别注意程序"
_CARE_STEPS = re.compile(r"面谈|二次确认|考虑时间|回访|专门程序|特别风险|监护人")
"""What a special procedure consists of, as the gate words it (SUIT:20, SACSUIT17:4, house policy for the elderly)."""


def suitability_findings(
    draft: Draft, *, record: CustomerRecord | None, matches: Sequence[Match], day: date
) -> tuple[Finding, ...]:
    """Products put forward without, or against, a match computed for this customer on ``day``."""
    known = {match.product_code: match for match in matches}
    found: list[Finding] = []
    for code in draft.recommended_products:
        found += _recommended(code, known.get(code), record, day)
    for match in matches:
        if match.special_care and match.product_code in draft.recommended_products:
            found.append(_with_care(match, draft.statements))
    unlisted = [match for match in matches if match.product_code not in draft.recommended_products]
    unsuitable = [match for match in unlisted if match.verdict is not MatchVerdict.SUITABLE]
    careful = [match for match in unlisted if match.special_care]
    any_name = _any_name(tuple((match.product_name, match.product_code) for match in matches))
    for statement in draft.statements:
        named = any_name.search(_spelled(statement.text)) is not None
        said = [*_mentioned(statement, unsuitable), *_without_care(statement, careful)] if named else []
        found += said or _other_verdict(statement)
    return tuple(found)


def _recommended(code: str, match: Match | None, record: CustomerRecord | None, day: date) -> Iterator[Finding]:
    if match is None or record is None:
        yield _block(code, f"产品 {code} 没有为该客户做过适当性匹配，请先匹配再推荐，或者删去该产品。", "SUIT:18")
        return
    name = f"{match.product_name}（{code}）"
    if match.verdict is not MatchVerdict.SUITABLE:
        reasons = "；".join(reason.text.rstrip("。") for reason in match.against) or "与客户不匹配"
        provision = next((reason.provision for reason in match.against), "SUIT:22")
        yield _block(name, f"{name}不能推荐给该客户：{reasons}。请删去该产品。", provision)
    yield from _against_record(name, match, record, day)


def _against_record(name: str, match: Match, record: CustomerRecord, day: date) -> Iterator[Finding]:
    """The gate once more from the record itself, so that a stale or forged match opens nothing."""
    standing = Standing(customer=record.customer, as_of=day, policy=SuitabilityPolicy())
    grade, grades = RiskGrade(match.risk_grade), grades_for(standing)
    if standing.assessment is None and not standing.professional:
        yield _block(name, "客户没有有效的风险测评，不能推荐具体产品，请先请客户重新测评。", "SUIT:21")
    elif grade not in grades:
        limit = "最低类别" if standing.lowest_class else f"最高{grades[-1]}"
        yield _block(name, f"{name}的风险等级{grade.value}高于客户的风险承受能力（{limit}），请删去该产品。", "SUIT:22")


def _with_care(match: Match, statements: Sequence[Statement]) -> Finding:
    """A product that needs the special procedure: the text tells its steps, and the reviewer is shown it."""
    name = f"{match.product_name}（{match.product_code}）"
    missing = _steps_left_out(match, statements)
    if missing:
        why = "".join(reason.text for reason in _care_of(match))
        return _block(name, f"推荐{name}须写明特别注意程序（缺少{'、'.join(missing)}）：{why}", "SUIT:20")
    return Finding(
        category="suitability",
        severity=Severity.WARN,
        statement_id=None,
        span=name,
        reason=f"{name}须履行特别注意义务：追加了解、揭示特别风险、给予更多考虑时间并增加回访。",
        provision="SUIT:20",
    )


def _care_of(match: Match) -> list[Reason]:
    return [reason for reason in match.reasons if reason.dimension is Dimension.SPECIAL_CARE]


def _steps_left_out(match: Match, statements: Sequence[Statement]) -> list[str]:
    """Steps of the special procedure that nothing tells. Said once, they stand for all products under the same one."""
    asked = {_spelled(reason.text) for reason in _care_of(match)}
    own, shared = "", ""
    for statement in statements:
        if any(citation.source.startswith(f"fact:match.{match.product_code}.") for citation in statement.citations):
            own += statement.text
        if any(_spelled(citation.quote) in asked for citation in statement.citations):
            shared += statement.text
    if asked and _PROCEDURE not in own and _CARE_STEPS.search(own) is None:
        return [_PROCEDURE]
    return [step for step in dict.fromkeys(_CARE_STEPS.findall("".join(asked))) if step not in own + shared]


def _without_care(statement: Statement, careful: Sequence[Match]) -> Iterator[Finding]:
    """A sentence that puts forward a product which needs the special procedure, outside the products of the draft."""
    text = _spelled(statement.text)
    for match in careful:
        marked = _marked(text, match)
        if _NAME in marked and _PUTS_FORWARD.search(_own_words(marked, statement, match)):
            yield _block(
                statement.text,
                f"向该客户推介{match.product_name}须先履行特别注意程序，请删去这句话，或者把它列为备选产品并写明程序。",
                "SUIT:20",
                statement.id,
            )


def _mentioned(statement: Statement, unsuitable: Sequence[Match]) -> Iterator[Finding]:
    """A sentence that names an unsuitable product says so itself, or tells what is proven and nothing more."""
    text = _spelled(statement.text)
    for match in unsuitable:
        marked = _marked(text, match)
        if _NAME not in marked:
            continue
        rest = _own_words(marked, statement, match)
        named = any(_NAME in _marked(_spelled(citation.quote), match) for citation in statement.citations)
        if _PUTS_FORWARD.search(rest) or not (named or _denied(marked)):
            yield _block(
                statement.text,
                f"{match.product_name}与该客户不匹配，不能主动推介，请删去这句话或写明该产品与客户不匹配、不在方案之内。",
                "SUIT:22",
                statement.id,
            )


def _other_verdict(statement: Statement) -> Iterator[Finding]:
    """A sentence that cites a verdict says that verdict."""
    for citation in statement.citations:
        if _VERDICT.match(citation.source) is None:
            continue
        text, quote = _spelled(statement.text), _spelled(citation.quote)
        meant = _UNSUITABLE_VERDICT.search(quote) is not None
        said = (_NEGATED_ACT if meant else _SAYS_UNSUITABLE).search(text) is not None and _ASKED.search(text) is None
        praised = meant and _PUTS_FORWARD.search(_own_words(text, statement, None)) is not None
        if said != meant or praised:
            yield _block(
                statement.text,
                f"这句话和它所引用的匹配结果不一致，请照「{citation.quote}」来写。",
                "SUIT:18",
                statement.id,
            )


def _denied(marked: str) -> bool:
    return _DENIED.search(marked) is not None and _ASKED.search(marked) is None


def _own_words(text: str, statement: Statement, match: Match | None) -> str:
    """``text`` without names, without clauses that the citations prove, and without what it refuses."""
    quotes = "\n".join(
        _marked(_spelled(citation.quote), match) if match else _spelled(citation.quote)
        for citation in statement.citations
    )
    held = _held_names(statement, match)
    clauses = [clause[0] for clause in _CLAUSE.finditer(text)]
    told = [clause for clause in clauses if len(clause) >= _SHORTEST_PROVEN and clause in quotes]
    told += [clause for clause in clauses if held and _tells_holding(clause, held)]
    kept = "，".join(clause for clause in clauses if clause not in told)
    return _NEGATED_ACT.sub("", _without_names(kept, statement))


def _without_names(text: str, statement: Statement) -> str:
    """A verb in a product's own name puts nothing forward."""
    for citation in statement.citations:
        if _PRODUCT_NAME.match(citation.source):
            text = text.replace(_spelled(citation.quote), _NAME)
    return text


def _held_names(statement: Statement, match: Match | None) -> list[str]:
    """Names of what the customer holds, as far as the statement cites them; none unless this product is among them."""
    held = [citation for citation in statement.citations if _HOLDING_NAME.match(citation.source)]
    if match is None or f"fact:holding.{match.product_code}.name" not in {citation.source for citation in held}:
        return []
    return [_spelled(citation.quote) for citation in held]


def _tells_holding(clause: str, held: Sequence[str]) -> bool:
    for name in held:
        clause = clause.replace(name, _NAME)
    return _HOLDS.fullmatch(clause) is not None


_SHORTEST_PROVEN = 4
"""Characters; a shorter clause may stand in a quote by chance."""


@remembered
def _spelled(text: str) -> str:
    """One spelling, without blanks; what a fact says of the customer and what a letter says of 「您」 are the same."""
    return re.sub(r"\s", "", tighten(fold(text)).text).replace("客户", "您")


@lru_cache(maxsize=64)
def _any_name(products: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    """Any of the names and codes: most sentences hold none."""
    return re.compile("|".join(_names(*product).pattern for product in products) or r"(?!)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _names(product_name: str, product_code: str) -> re.Pattern[str]:
    """Name or code, whatever stands between the characters."""
    names = (re.sub(r"\W", "", _spelled(name)) for name in (product_name, product_code))
    return re.compile("|".join(r"[^\w]{0,3}".join(map(re.escape, name)) for name in names), re.IGNORECASE)


def _marked(text: str, match: Match) -> str:
    """``text`` with one mark in place of each name or code of the product."""
    marked = _names(match.product_name, match.product_code).sub(_NAME, text)
    return _MARKED_WITH_CODE.sub(_NAME, marked)


def _block(span: str, reason: str, provision: str, statement_id: str | None = None) -> Finding:
    return Finding(
        category="suitability",
        severity=Severity.BLOCK,
        statement_id=statement_id,
        span=span,
        reason=reason,
        provision=provision,
    )
