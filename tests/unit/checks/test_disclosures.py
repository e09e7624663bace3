from dataclasses import replace

import pytest

from assistant.checks.disclosures import disclosure_findings
from assistant.checks.licence import licence_findings
from assistant.checks.model import Finding, Severity
from assistant.drafting.model import Draft, DraftKind, Section, Statement, StatementKind
from assistant.drafting.plan_figures import PRE_SALE_LABELS
from assistant.identity.model import Actor, Licence, Role
from assistant.settings import FirmSettings
from knowledge.products.model import Product
from tests.support.customers import PRE_SALE, a_product
from tests.support.drafting import a_draft

FIRM = FirmSettings()
ADVISOR = Actor(
    id="advisor-1",
    role=Role.ADVISOR,
    name="陈静",
    registration_number="S1230622010001",
    licences=frozenset({Licence.INVESTMENT_ADVISOR}),
)
PARTS = {
    "标识": "本内容由AI辅助生成，已经投资顾问复核。",
    "风险提示": "投资有风险，您可能损失本金。",
    "承担": "投资决策由您自主作出，风险由您承担。",
    "公司全称": FIRM.name,
    "投诉电话": FIRM.complaint_phone,
    "投资顾问姓名": "投资顾问：陈静 S1230622010001",
}


def findings(
    text: str, *, draft: Draft | None = None, advisor: Actor | None = ADVISOR, products: tuple[Product, ...] = ()
) -> list[Finding]:
    return list(
        disclosure_findings(
            draft or a_draft(),
            text,
            firm=FIRM,
            advisor=advisor,
            products={product.code: product for product in products},
        )
    )


def test_a_complete_text_lacks_nothing() -> None:
    assert findings("\n".join(PARTS.values())) == []


@pytest.mark.parametrize("what", list(PARTS))
def test_each_missing_part_is_named(what: str) -> None:
    (finding,) = findings("\n".join(text for name, text in PARTS.items() if name != what))
    assert what in finding.reason


def test_an_empty_text_lacks_everything() -> None:
    assert len(findings("")) == len(PARTS)


def test_an_answer_inside_the_house_needs_none() -> None:
    assert findings("", draft=a_draft(kind=DraftKind.ANSWER)) == []


def test_nobody_answers_for_a_text_without_registered_advisor() -> None:
    text = "\n".join(PARTS.values())
    assert findings(text, advisor=None)
    assert findings(text, advisor=replace(ADVISOR, registration_number=None))


def test_past_results_come_with_their_notice() -> None:
    text = "\n".join(PARTS.values()) + "\n近一年收益为2.1%。"
    (finding,) = findings(text)
    assert finding.provision == "FUNDAD:6"
    assert findings(text + "过往业绩不预示未来表现。") == []


def recommending() -> Draft:
    return a_draft().model_copy(update={"recommended_products": ("YC3001",)})


NAME = "一策均衡混合"
PRE_SALE_TEXTS = [
    *(f"· {NAME}，{label}：{getattr(PRE_SALE, field)}" for field, label in PRE_SALE_LABELS.items()),
    f"· {NAME}，适当性匹配意见：{NAME}（YC3001，R2）适当性匹配结果为匹配。[1][12]",
]


def test_all_six_items_before_a_sale_are_told() -> None:
    text = "\n".join([*PARTS.values(), *PRE_SALE_TEXTS])
    assert findings(text, draft=recommending(), products=(a_product(),)) == []


@pytest.mark.parametrize("missing", PRE_SALE_TEXTS)
def test_each_item_before_a_sale_is_missed(missing: str) -> None:
    text = "\n".join([*PARTS.values(), *(item for item in PRE_SALE_TEXTS if item != missing)])
    (finding,) = findings(text, draft=recommending(), products=(a_product(),))
    assert finding.provision == "SUIT:23"


def test_another_products_words_stand_in_for_nothing() -> None:
    other = [line.replace(NAME, "一策稳安现金添利") for line in PRE_SALE_TEXTS]
    text = "\n".join([*PARTS.values(), *other, f"{NAME}与您匹配。"])
    assert len(findings(text, draft=recommending(), products=(a_product(),))) == len(PRE_SALE_TEXTS)


def test_the_same_words_under_another_label_stand_in_for_nothing() -> None:
    first, second, *rest = PRE_SALE_TEXTS
    text = "\n".join([*PARTS.values(), first.replace("：", "（一）："), second, *rest])
    assert [one.severity for one in findings(text, draft=recommending(), products=(a_product(),))] == [Severity.BLOCK]


@pytest.mark.parametrize("place", range(5))
def test_words_around_an_item_are_shown(place: int) -> None:
    lines = list(PRE_SALE_TEXTS)
    lines[place] = f"· 以下内容您了解即可：{lines[place].removeprefix('· ')}"
    (finding,) = findings("\n".join([*PARTS.values(), *lines]), draft=recommending(), products=(a_product(),))
    assert (finding.severity, finding.provision) == (Severity.WARN, "SUIT:23")


@pytest.mark.parametrize("text", ["下面只是走个流程。", "风险揭示您可以忽略。", "这些内容不用细看。"])
def test_words_that_wave_the_disclosures_aside_are_shown(text: str) -> None:
    (finding,) = findings("\n".join(PARTS.values()), draft=advice(text))
    assert (finding.severity, finding.statement_id) == (Severity.WARN, "s1")


def test_an_empty_item_in_the_product_is_no_item() -> None:
    product = a_product(pre_sale=replace(PRE_SALE, restrictions=" "))
    text = "\n".join([*PARTS.values(), *PRE_SALE_TEXTS])
    assert [finding.provision for finding in findings(text, draft=recommending(), products=(product,))] == ["SUIT:23"]


def test_a_recommended_product_that_is_not_in_the_house_is_blocked() -> None:
    text = "\n".join([*PARTS.values(), *PRE_SALE_TEXTS])
    assert findings(text, draft=recommending())


def advice(text: str, *, kind: StatementKind = StatementKind.ACTION, of: DraftKind = DraftKind.REPLY) -> Draft:
    statement = Statement(id="s1", kind=kind, text=text)
    return a_draft(Section(key="a", title="答复", statements=(statement,)), kind=of)


UNLICENSED = replace(ADVISOR, licences=frozenset({Licence.FUND_SALES}))


@pytest.mark.parametrize(
    "advisor", [None, UNLICENSED, replace(ADVISOR, registration_number=None), replace(ADVISOR, role=Role.REVIEWER)]
)
def test_advice_needs_a_registered_advisor(advisor: Actor | None) -> None:
    (finding,) = licence_findings(advice("建议您减持一部分。"), advisor=advisor)
    assert finding.category == "licence"
    assert licence_findings(recommending(), advisor=advisor)


def test_a_registered_advisor_may_advise_and_anybody_may_tell_a_rule() -> None:
    assert licence_findings(advice("建议您减持一部分。"), advisor=ADVISOR) == ()
    assert licence_findings(advice("买入须为100股的整数倍。", kind=StatementKind.RULE), advisor=UNLICENSED) == ()
    assert licence_findings(advice("建议您减持一部分。", of=DraftKind.ANSWER), advisor=UNLICENSED) == ()
