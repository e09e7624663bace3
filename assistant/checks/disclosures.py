"""What every text for a customer has to say (ADVISOR:12, 19; AILABEL:4; FUNDAD:6; SUIT:23)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, DraftKind
from assistant.identity.model import Actor
from assistant.settings import FirmSettings
from assistant.understanding.text import fold
from knowledge.products.model import Product

CUSTOMER_FACING = frozenset({DraftKind.REPLY, DraftKind.PLAN})
"""Kinds that leave the house."""


@dataclass(frozen=True, slots=True)
class _Required:
    pattern: re.Pattern[str]
    what: str
    provision: str


_REQUIRED = (
    _Required(
        re.compile(r"(?:AI|人工智能|智能助手|大模型)[^。\n]{0,12}(?:生成|辅助|起草|合成|撰写)"),
        "「本内容由AI辅助生成」一类的显式标识",
        "AILABEL:4",
    ),
    _Required(
        re.compile(
            r"有风险|存在[^。\n]{0,8}风险|可能(?:损失|亏损)[^。\n]{0,8}本金|不保本|本金[^。\n]{0,6}(?:损失|亏损)"
        ),
        "风险提示",
        "ADVISOR:19",
    ),
    _Required(
        re.compile(
            r"(?:投资)?(?:决策|决定)[^。\n]{0,10}(?:由|归)?(?:您|客户|投资者)(?:本人|自行|自主|独立)?[^。\n]{0,6}(?:作出|做出|决定|承担|自主|自行)?|(?:自主|自行|独立)(?:作出)?(?:投资)?(?:决策|决定)"
        ),
        "「投资决策由您作出，风险由您承担」",
        "ADVISOR:12",
    ),
)
_PAST_RESULT = re.compile(r"过往业绩|历史业绩|业绩表现|近\S{1,4}年(?:收益|业绩|回报)")
_PAST_RESULT_NOTICE = re.compile(r"(?:过往|历史)业绩[^。\n]{0,12}(?:不预示|不代表|不构成|不保证|并不)")
_PRE_SALE = {
    "loss_of_principal": "可能直接导致本金亏损的事项",
    "loss_beyond_principal": "可能导致超过本金损失的事项",
    "issuer_condition_loss": "因机构经营或财务变化可能导致的亏损",
    "issuer_condition_material": "因机构经营或财务变化影响判断的重要事由",
    "restrictions": "权利行使期限和解约限制",
}


def disclosure_findings(
    draft: Draft, text: str, *, firm: FirmSettings, advisor: Actor | None, products: Mapping[str, Product]
) -> tuple[Finding, ...]:
    """What ``text``, the exact words for the customer, lacks. Answers inside the house need none."""
    if draft.kind not in CUSTOMER_FACING:
        return ()
    squeezed = _squeezed(text)
    found = [
        _missing(required.what, required.provision)
        for required in _REQUIRED
        if required.pattern.search(squeezed) is None
    ]
    found += _identity_findings(squeezed, firm, advisor)
    if _PAST_RESULT.search(squeezed) and not _PAST_RESULT_NOTICE.search(squeezed):
        found.append(_missing("「过往业绩并不预示其未来表现」", "FUNDAD:6"))
    for code in draft.recommended_products:
        found += _pre_sale_findings(code, products.get(code), squeezed)
    return tuple(found)


def _identity_findings(text: str, firm: FirmSettings, advisor: Actor | None) -> Iterator[Finding]:
    for words, what in ((firm.name, "公司全称"), (firm.complaint_phone, "投诉电话")):
        if _squeezed(words) not in text:
            yield _missing(f"{what}「{words}」", "ADVISOR:12")
    if advisor is None or not advisor.registration_number:
        yield _missing("投资顾问的姓名和登记编码", "ADVISOR:12")
        return
    if _squeezed(advisor.name) not in text or _squeezed(advisor.registration_number) not in text:
        yield _missing(f"投资顾问姓名和登记编码「{advisor.name} {advisor.registration_number}」", "ADVISOR:12")


def _pre_sale_findings(code: str, product: Product | None, text: str) -> Iterator[Finding]:
    if product is None:
        yield _missing(f"产品 {code} 的售前告知六项（产品库里没有这个产品）", "SUIT:23")
        return
    for field, what in _PRE_SALE.items():
        words = str(getattr(product.pre_sale, field))
        if not words.strip() or _squeezed(words).rstrip("。") not in text:
            yield _missing(f"{product.name}的售前告知：{what}", "SUIT:23")
    if _squeezed(product.name) not in text or re.search(r"匹配", text) is None:
        yield _missing(f"{product.name}的适当性匹配意见", "SUIT:23")


def _squeezed(text: str) -> str:
    return re.sub(r"[ \t|*>#]", "", fold(text).text)


def _missing(what: str, provision: str) -> Finding:
    return Finding(
        category="disclosure",
        severity=Severity.BLOCK,
        statement_id=None,
        span="",
        reason=f"对客文本缺少{what}，请补上后再提交。",
        provision=provision,
    )
