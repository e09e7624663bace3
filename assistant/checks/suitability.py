"""Only products that suit the customer are put forward (SUIT:19, 22; SECLAW:88)."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.analysis.model import Match, MatchVerdict
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, Statement
from knowledge.customers.model import CustomerRecord
from knowledge.products.model import RiskGrade

_PUTS_FORWARD = re.compile(r"建议|推荐|推介|可以?考虑|适合|值得|不妨|配置|买入|认购|申购|加仓|优选|首选")
_HOLDS_BACK = re.compile(
    r"不建议|不推荐|不推介|不适合|不匹配|不宜|不能|不得|不应|不主动|暂不|未|避免|不予|不合|超出|高于|无法|不纳入|排除|赎回|减持|谨慎"
)


def suitability_findings(
    draft: Draft, *, record: CustomerRecord | None, matches: Sequence[Match], day: date
) -> tuple[Finding, ...]:
    """Products put forward without, or against, a match computed for this customer on ``day``."""
    known = {match.product_code: match for match in matches}
    found: list[Finding] = []
    for code in draft.recommended_products:
        found += _recommended(code, known.get(code), record, day)
    for statement in draft.statements:
        found += _mentioned(statement, draft, matches)
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


def _mentioned(statement: Statement, draft: Draft, matches: Sequence[Match]) -> Iterator[Finding]:
    for match in matches:
        if match.product_code in draft.recommended_products or match.verdict is MatchVerdict.SUITABLE:
            continue
        for clause in re.split(r"[。；;！\n]", statement.text):
            named = match.product_code in clause or match.product_name in clause
            if named and _PUTS_FORWARD.search(clause) and not _HOLDS_BACK.search(clause):
                yield _block(
                    clause,
                    f"{match.product_name}与该客户不匹配，不能主动推介，请删去这句话或说明不匹配的原因。",
                    "SUIT:22",
                    statement.id,
                )


def _block(span: str, reason: str, provision: str, statement_id: str | None = None) -> Finding:
    return Finding(
        category="suitability",
        severity=Severity.BLOCK,
        statement_id=statement_id,
        span=span,
        reason=reason,
        provision=provision,
    )
