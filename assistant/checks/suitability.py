"""Only products that suit the customer are put forward (SUIT:19, 22; SECLAW:88)."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.analysis.model import Match, MatchVerdict
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, Statement
from assistant.understanding.text import fold, tighten
from knowledge.customers.model import CustomerRecord
from knowledge.products.model import RiskGrade

_PUTS_FORWARD = re.compile(
    r"建议|推荐|推介|考虑|适合|值得|不妨|配置|买|认购|申购|加仓|建仓|增持|定投|优选|首选|欢迎|选择|备选|参与|布局|上车|入手|下单|"
    r"转入|投入|投资机会|错过|心动|看好|抓住|试试|放心|划算|合适|符合|匹配|持有|关注"
)
_ACT = r"(?:推介|推荐|建议|配置|购买|买入?|销售|办理|认购|申购|纳入|考虑|持有|参与|选择|适合)"
_NEGATED_ACT = re.compile(
    rf"(?:不(?:能|得|会|宜|应当?|再|可以?|予|建议|推荐|纳入)?|暂不|暂缓|未|请勿|切勿|无法|避免|并不)(?:主动|向(?:您|其|客户)|为(?:您|其)|您){{0,3}}{_ACT}|不(?:能|得)?(?:匹配|符合|合适|适合)"
)
_NAME = "\ue000"
_DENIED = re.compile(
    rf"{_NAME}[^，。；;！!？?：:]{{0,14}}?(?<!不是)(?<!并非)(?<!没有)(?<!不会)(?<!不再)"
    rf"(?:不匹配|不适合|不合适|不在(?:本|这份)?方案|不得|不能|不予|不推介|不推荐|不建议|不宜|不纳入|无法|暂不)(?!错过|放弃|忽视|忽略|不)"
    rf"|(?:不(?:能|得|会|宜|应当?|再)?|暂不|请勿|切勿|无法|未)(?:主动|向(?:您|其|客户)|为(?:您|其)|您){{0,3}}{_ACT}[^，。；;！!？?错放忽]{{0,6}}{_NAME}"
)
_ASKED = re.compile(r"[？?]|难道|怎么会|谁说")
_VERDICT = re.compile(r"^fact:match\.(?P<code>[^.]+)\.verdict$")
_UNSUITABLE_VERDICT = re.compile(r"不匹配|不得销售|不能主动推介")
_SAYS_UNSUITABLE = re.compile(r"不匹配|不适合|不得(?:主动)?(?:销售|推介)|不能主动推介")
_CLAUSE = re.compile(r"[^，,。；;：:！!？?\n]+")


def suitability_findings(
    draft: Draft, *, record: CustomerRecord | None, matches: Sequence[Match], day: date
) -> tuple[Finding, ...]:
    """Products put forward without, or against, a match computed for this customer on ``day``."""
    known = {match.product_code: match for match in matches}
    found: list[Finding] = []
    for code in draft.recommended_products:
        found += _recommended(code, known.get(code), record, day)
    unsuitable = [
        match
        for match in matches
        if match.product_code not in draft.recommended_products and match.verdict is not MatchVerdict.SUITABLE
    ]
    for statement in draft.statements:
        said = list(_mentioned(statement, unsuitable))
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
    if match.verdict is MatchVerdict.SUITABLE and match.special_care:
        yield Finding(
            category="suitability",
            severity=Severity.WARN,
            statement_id=None,
            span=name,
            reason=f"{name}须履行特别注意义务：追加了解、揭示特别风险、给予更多考虑时间并增加回访。",
            provision="SUIT:20",
        )


def _against_record(name: str, match: Match, record: CustomerRecord, day: date) -> Iterator[Finding]:
    """The gate once more from the record itself, so that a stale or forged match opens nothing."""
    assessment = record.customer.assessment
    if assessment is None or not assessment.valid_on(day):
        yield _block(name, "客户没有有效的风险测评，不能推荐具体产品，请先请客户重新测评。", "SUIT:21")
        return
    grade = RiskGrade(match.risk_grade)
    lowest = assessment.lowest_class or not record.customer.full_capacity
    if (lowest and grade is not RiskGrade.R1) or grade.rank > assessment.level.rank:
        limit = "最低类别" if lowest else assessment.level.value
        yield _block(name, f"{name}的风险等级{grade.value}高于客户的风险承受能力（{limit}），请删去该产品。", "SUIT:22")


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
    clauses = (clause[0] for clause in _CLAUSE.finditer(text))
    kept = "，".join(clause for clause in clauses if len(clause) < _SHORTEST_PROVEN or clause not in quotes)
    return _NEGATED_ACT.sub("", kept)


_SHORTEST_PROVEN = 4
"""Characters; a shorter clause may stand in a quote by chance."""


def _spelled(text: str) -> str:
    """One spelling, without blanks; what a fact says of the customer and what a letter says of 「您」 are the same."""
    return re.sub(r"\s", "", tighten(fold(text)).text).replace("客户", "您")


def _marked(text: str, match: Match) -> str:
    """``text`` with one mark in place of each name or code of the product, whatever stands between its characters."""
    names = (re.sub(r"\W", "", _spelled(name)) for name in (match.product_name, match.product_code))
    pattern = "|".join(r"[^\w]{0,3}".join(map(re.escape, name)) for name in names)
    marked = re.sub(pattern, _NAME, text, flags=re.IGNORECASE)
    return re.sub(rf"{_NAME}[（(][{_NAME}Rr\d，,、]+[）)]", _NAME, marked)


def _block(span: str, reason: str, provision: str, statement_id: str | None = None) -> Finding:
    return Finding(
        category="suitability",
        severity=Severity.BLOCK,
        statement_id=statement_id,
        span=span,
        reason=reason,
        provision=provision,
    )
