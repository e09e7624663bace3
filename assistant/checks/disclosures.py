"""What every text for a customer has to say (ADVISOR:12, 19; AILABEL:4; FUNDAD:6; SUIT:23)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.checks.model import Finding, Severity
from assistant.drafting.model import REPORTS, Draft, DraftKind
from assistant.drafting.plan_figures import PRE_SALE_LABELS
from assistant.identity.model import Actor
from assistant.settings import FirmSettings
from assistant.understanding.text import fold, remembered
from knowledge.products.model import Product

CUSTOMER_FACING = frozenset({DraftKind.REPLY, DraftKind.PLAN, DraftKind.WARNING}) | REPORTS
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
_OPINION = "适当性匹配意见"
_ASIDE = re.compile(
    r"走(?:个|一下)?(?:流程|形式|过场)|(?:可以?|请|尽管|直接)(?:忽略|跳过|略过|无视)|(?:不用|不必|无需|无须|(?<!分)别)(?:看|理会|在意|当真|细看|读)"
    r"|例行公事|套话|应付(?:检查|监管|差事)|形式而已"
)


def disclosure_findings(
    draft: Draft, text: str, *, firm: FirmSettings, advisor: Actor | None, products: Mapping[str, Product]
) -> tuple[Finding, ...]:
    """What ``text``, the exact words for the customer, lacks. Answers inside the house need none."""
    if draft.kind not in CUSTOMER_FACING:
        return ()
    squeezed, lines = _squeezed(text), _lines(text)
    found = [
        _missing(required.what, required.provision)
        for required in _REQUIRED
        if required.pattern.search(squeezed) is None
    ]
    found += _identity_findings(squeezed, firm, advisor)
    if _PAST_RESULT.search(squeezed) and not _PAST_RESULT_NOTICE.search(squeezed):
        found.append(_missing("「过往业绩并不预示其未来表现」", "FUNDAD:6"))
    for code in draft.recommended_products:
        found += _pre_sale_findings(code, products.get(code), lines)
        found += _opinion_findings(code, products.get(code), lines)
    if draft.kind is DraftKind.WARNING:
        for match in draft.matches:
            found += _pre_sale_findings(match.product_code, products.get(match.product_code), lines)
            found += _warning_findings(match.product_name, lines)
    found += _aside_findings(draft)
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


def _pre_sale_findings(code: str, product: Product | None, lines: Sequence[str]) -> Iterator[Finding]:
    """Each item stands in a line of its own: the product, what it is about, and the product's words."""
    if product is None:
        yield _missing(f"产品 {code} 的售前告知六项（产品库里没有这个产品）", "SUIT:23")
        return
    name = _squeezed(product.name)
    for field, label in PRE_SALE_LABELS.items():
        words = _squeezed(str(getattr(product.pre_sale, field))).rstrip("。")
        whole = f"{name}，{_squeezed(label)}：{words}"
        if not words.strip() or not any(whole in line for line in lines):
            yield _missing(f"{product.name}的售前告知「{label}」", "SUIT:23")
        elif not any(whole == line.rstrip("。") for line in lines):
            yield _more(f"{product.name}的售前告知「{label}」", next(line for line in lines if whole in line))


def _opinion_findings(code: str, product: Product | None, lines: Sequence[str]) -> Iterator[Finding]:
    name = _squeezed(product.name if product is not None else code)
    if not any(f"{name}，{_OPINION}：" in line and name in line.partition(_OPINION)[2] for line in lines):
        yield _missing(f"{name}的{_OPINION}", "SUIT:23")


def _warning_findings(product_name: str, lines: Sequence[str]) -> Iterator[Finding]:
    """What makes a letter the special written warning: that the product does not suit, and the time to think."""
    name = _squeezed(product_name)
    if not any(name in line and "不匹配" in line for line in lines):
        yield _missing(f"{product_name}与客户不匹配的结论", "SUIT:24")
    if not any("考虑时间" in line for line in lines):
        yield _missing("给客户的考虑时间", "SUIT:20")


def _aside_findings(draft: Draft) -> Iterator[Finding]:
    """Words that tell the reader to pass over what the law makes us say."""
    for statement in draft.statements:
        match = _ASIDE.search(_squeezed(statement.text))
        if match is not None:
            yield Finding(
                category="disclosure",
                severity=Severity.WARN,
                statement_id=statement.id,
                span=match[0],
                reason="这句话像是叫客户不看风险揭示或者告知内容，请审核人判断；如确有此意，请删去。",
                provision="ADVISOR:19",
            )


def _lines(text: str) -> tuple[str, ...]:
    """The lines of a letter without list marks and reference numbers."""
    return tuple(re.sub(r"^·|(?:\[\d+\])+$", "", _squeezed(line)) for line in text.split("\n"))


@remembered
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


def _more(what: str, line: str) -> Finding:
    return Finding(
        category="disclosure",
        severity=Severity.WARN,
        statement_id=None,
        span=line,
        reason=f"{what}那一行多了产品资料以外的话，请审核人确认没有冲淡风险，或者恢复原文。",
        provision="SUIT:23",
    )
