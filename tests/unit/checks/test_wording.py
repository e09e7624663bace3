import re
import time

import pytest

from assistant.checks.model import Severity
from assistant.checks.tendency import tendency
from assistant.checks.wording import _possible, grammar, wording_findings

FORBIDDEN = [
    ("这个组合保证您一年赚8%。", "P01_return_promise"),
    ("稳赚不赔，您就等着数钱吧。", "P01_return_promise"),
    ("本金绝对安全，零风险。", "P02_principal_guarantee"),
    ("最多亏两个点，再多我们兜底。", "P02_principal_guarantee"),
    ("下周大盘必涨，错不了。", "P03_certain_prediction"),
    ("我们是全行业最好的团队，没有之一。", "P04_exaggeration"),
    ("那家券商就是坑人的，早晚出事。", "P05_disparage"),
    ("交易密码给我，我替您下单。", "P06_discretionary"),
    ("赚了您分我两成，亏了我补给您。", "P07_profit_loss_sharing"),
    ("重组还没公告，你先买点，别说出去。", "P08_inside_info"),
    ("加我微信进群，老师每天喊单，月费800转我卡上。", "P09_unlicensed"),
    ("风险揭示书不用看，直接签字。", "P10_missing_or_misleading_risk"),
    ("去年涨了40%，今年照样能翻倍。", "P11_past_performance"),
    ("测评我教您怎么填，往高了选。", "P12_suitability"),
    ("最后三个名额，手慢无！", "P13_urgency_inducement"),
    ("朋友圈转发：私募新品火热募集，扫码认购。", "P14_private_fund_public"),
    ("开户就送500元京东卡。", "P15_rebate_gift"),
    ("李总昨天买了300万，我把他的持仓发您看看。", "P16_privacy_leak"),
    ("证监会批准的，绝对安全。", "P17_regulatory_endorsement"),
    ("刷信用卡加满杠杆，满仓干。", "P18_overtrading_leverage"),
    ("拆成五笔转，系统不会报。", "P19_aml_account"),
    ("把AI生成那行删了再发客户。", "P20_ai_disclosure"),
    ("先撤诉，我才给你补偿。", "P21_complaint_obstruction"),
]

SOUND = [
    "证券公司不得承诺收益。",
    "我不能向您保证收益，也没有人能保证。",
    "您问是不是保本：不是，它可能亏损。",
    "本产品为低风险（R1）等级，不保本。",
    "如果有人跟您说稳赚不赔，请马上举报。",
    "代客操作是违规行为，密码请您自己保管。",
    "“最后三个名额，手慢无”这类用语不能出现在宣传里。",
    "备案不代表对收益的保证。",
    "过往业绩不预示未来表现。",
    "请如实填写测评，任何人都不能教您怎么选。",
    "主板股票单日涨跌幅限制为10%。",
    "普通投资者申请调解，证券公司不得拒绝。",
    "科创板开通需要前20个交易日日均资产不低于50万元。",
    "融资保证金最低比例是100%，自2026年1月19日起执行。",
]


@pytest.mark.parametrize(("text", "category"), FORBIDDEN)
def test_what_must_not_be_said_is_found(text: str, category: str) -> None:
    assert category in {finding.category for finding in wording_findings(text)}


@pytest.mark.parametrize("text", SOUND)
def test_what_may_be_said_is_let_through(text: str) -> None:
    assert wording_findings(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "保·本·保·息，稳赚不赔",
        "保 本 保 息，稳 赚 不 赔",
        "保🔥本保🔥息，稳赚💰不赔",
        "保\u200b本保息，稳賺不賠",
        "报本保息，稳转不陪",
    ],
)
def test_a_hidden_word_is_a_word(text: str) -> None:
    found = wording_findings(text)
    assert {"P01_return_promise", "P02_principal_guarantee"} <= {finding.category for finding in found}
    assert all(finding.span in text for finding in found)


@pytest.mark.parametrize(
    ("text", "context", "category"),
    [
        ("这只基金您明天就可以买三成仓。", "客户经理（无投顾资格）→客户", "P09_unlicensed"),
        ("这只R4的基金您配一点。", "持证投顾→客户（C2）", "P12_suitability"),
        ("我就是真人顾问本人。", "AI助手→客户", "P20_ai_disclosure"),
        ("新私募产品开放认购，感兴趣的联系我。", "员工→微信群", "P14_private_fund_public"),
    ],
)
def test_the_scene_makes_words_forbidden(text: str, context: str, category: str) -> None:
    assert category in {finding.category for finding in wording_findings(text, context=context)}


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("这只R3的混合基金在您的匹配范围内，先看风险揭示。", "持证投顾→客户（C4）"),
        ("这只R4的基金与您的C2不匹配，我不能推荐。", "持证投顾→客户（C2）"),
        ("我是人工客服小陈，很高兴为您服务。", "人工坐席，未使用AI→客户"),
        ("您按申请查看的私募产品说明已经发到专用系统。", "持证投顾→合格投资者（已确认），一对一"),
    ],
)
def test_the_scene_makes_words_sound(text: str, context: str) -> None:
    assert wording_findings(text, context=context) == ()


def test_a_concession_takes_the_excuse_away() -> None:
    found = wording_findings("按规定不能承诺收益，但我私下给您保证一年8%。")
    assert "P01_return_promise" in {finding.category for finding in found}


def test_an_identity_number_in_a_text_is_a_leak() -> None:
    assert [finding.category for finding in wording_findings("客户证件330106199001011234，请处理。")] == [
        "P16_privacy_leak"
    ]


def test_every_category_has_its_reason_provision_and_gravity() -> None:
    categories = grammar().categories
    assert [category.name[:3] for category in categories] == [f"P{number:02d}" for number in range(1, 22)]
    assert all(category.reason.endswith("。") and category.provisions for category in categories)
    assert {category.severity for category in categories} == {Severity.BLOCK, Severity.WARN}


def test_the_tone_alone_warns_and_never_blocks() -> None:
    found = wording_findings("投得越多赚得越多，没有例外。")
    assert found
    assert {finding.severity for finding in found} == {Severity.WARN}


def test_the_tone_says_what_it_rests_on() -> None:
    heard = tendency("跟着我买，稳赚不赔")
    assert heard.probability > 0.5
    assert all(gram in "^跟着我买，稳赚不赔$" for gram in heard.because)


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "。" * 5_000, "保" * 20_000, "稳赚" * 10_000, "a" * 30_000, "不" * 9_000]
)
def test_hostile_texts_are_judged_in_bounded_time(text: str) -> None:
    started = time.process_time()
    wording_findings(text)
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "text",
    [
        "虽然规定禁止承诺收益，这只产品我们保证一年赚8%。",
        "难道这不是稳赚不赔吗？",
        "没人敢说我们不是稳赚不赔。",
        "稳<b>赚</b>不<!-- x -->赔，您放心。",
        "本金**绝对**安全，零<i>风险</i>。",
    ],
)
def test_concessions_rhetoric_and_markup_excuse_nothing(text: str) -> None:
    assert Severity.BLOCK in {finding.severity for finding in wording_findings(text)}


@pytest.mark.parametrize(
    "text",
    [
        "尽管合规要求不得这样说，本金还是由我们兜底。",
        "本产品保本，但以上说法不构成承诺。",
        "稳赚不赔，这一点违规者才会否认。",
        "您的总资产为300万元。 ## 风险揭示 本产品没有任何风险。",
    ],
)
def test_what_only_other_words_excuse_is_shown_to_the_reviewer(text: str) -> None:
    assert {finding.severity for finding in wording_findings(text, customer_facing=True)} == {Severity.WARN}


@pytest.mark.parametrize("text", SOUND)
def test_a_customer_may_be_told_what_is_sound(text: str) -> None:
    assert wording_findings(text, customer_facing=True) == ()


def test_a_product_code_is_no_risk_level() -> None:
    assert wording_findings("一策国债（YC1003，R2）适当性匹配结果为匹配。") == ()


@pytest.mark.parametrize(
    "text",
    [
        "打扰您了，抱歉。",
        "谢谢您接听，冒昧了，再见。",
        "王总您好，实在不好意思，让您久等了。",
        "买私募产品要用本人的资金，我们不替亲友代持。",
        "我们不帮别人代持私募基金份额。",
        "举例：自有40万元、融资40万元买入，下跌10%就亏损8万元，占自有资金的两成。",
        "自有资金20万元，再融资20万元买入，股价跌去三成，自有部分只剩8万元。",
        "低于平仓线以后，公司会通知您补足担保物，逾期没有补足就会被强制平仓。",
        "担保比例跌到平仓线时，要在约定期限内补足，否则会被强制平仓。",
    ],
)
def test_manners_refusals_worked_losses_and_how_accounts_are_closed_out_are_let_through(text: str) -> None:
    assert wording_findings(text) == ()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("抱歉打扰，名额只剩两个，赶紧认购。", "P13_urgency_inducement"),
        ("私募您放心买，份额我找人代持。", "P14_private_fund_public"),
        ("自有40万，融资40万买入，跌了也就亏几万，涨了翻倍。", "P18_overtrading_leverage"),
        ("自有40万融资40万买入，亏损8万算什么，机会难得，赶紧上车。", "P18_overtrading_leverage"),
        ("您放心，跌到平仓线我们给您补上。", "P02_principal_guarantee"),
        ("到了平仓线公司会替您兜着。", "P02_principal_guarantee"),
        ("收益低于4%的部分，差额公司补。", "P01_return_promise"),
    ],
)
def test_the_same_words_put_forward_as_an_offer_are_still_found(text: str, category: str) -> None:
    assert category in {finding.category for finding in wording_findings(text)}


SHAPES = [
    "年化8%以上，准确率95%，您就等着数钱吧。",
    "100%保本，零风险，跌破1元我们补。",
    "科创50下周必涨，沪深300也要反弹。",
    "C1客户也能买R5，保守也都给您配上。",
    "拆成49万一笔转，12386打不通，投诉没用的。",
    "月费800转我卡上，差100万门槛的可以拼单。",
]


@pytest.mark.parametrize("sentence", [*SHAPES, *(text for text, _ in FORBIDDEN)])
@pytest.mark.parametrize("others", ["0", "7", "19"])
def test_what_was_learned_of_a_sentence_with_other_figures_hides_no_pattern(sentence: str, others: str) -> None:
    """The same sentence with other digits is judged first, so that anything wrongly remembered of it would show."""
    wording_findings("".join(others[-1] if character.isdigit() else character for character in sentence))
    possible = {id(pattern) for _, patterns in _possible(re.sub(r"[0-9]", "0", sentence)) for pattern in patterns}
    matching = [
        pattern
        for category in grammar().categories
        for pattern in category.patterns
        if pattern.expression.search(sentence) is not None
    ]
    assert possible >= {id(pattern) for pattern in matching}
    assert matching or sentence not in SHAPES


def test_a_pattern_that_names_digits_is_tried_whatever_the_figures() -> None:
    said = {figure: wording_findings(f"这个产品{figure}%安全。") for figure in (170, 100)}
    assert "P02_principal_guarantee" not in {each.category for each in said[170]}
    assert [each.category for each in said[100]] == ["P02_principal_guarantee"]
