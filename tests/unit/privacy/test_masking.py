import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.privacy.masking import (
    IdentifierKind,
    Masker,
    contains_identifier,
    identity_checksum_holds,
    luhn_holds,
    redact,
    unmask,
)

IDENTIFIERS = [
    ("请打13800138000找我", IdentifierKind.PHONE, "13800138000"),
    ("手机１３８００１３８０００是我的", IdentifierKind.PHONE, "１３８００１３８０００"),
    ("电话138-0013-8000。", IdentifierKind.PHONE, "138-0013-8000"),
    ("加+86 138 0013 8000微信", IdentifierKind.PHONE, "+86 138 0013 8000"),
    ("号码一三八零零一三八零零零别忘了", IdentifierKind.PHONE, "一三八零零一三八零零零"),
    ("打1\u200b380\u200b0138000", IdentifierKind.PHONE, "1\u200b380\u200b0138000"),
    ("座机0571-88886666转", IdentifierKind.PHONE, "0571-88886666"),
    ("身份证330106199001011234号", IdentifierKind.IDENTITY, "330106199001011234"),
    ("证件33010619900101123x已过期", IdentifierKind.IDENTITY, "33010619900101123x"),
    ("身份证330106 19900101 1234吧", IdentifierKind.IDENTITY, "330106 19900101 1234"),
    ("老身份证330106900101123还能用吗", IdentifierKind.IDENTITY, "330106900101123"),
    ("卡6222020200012345678转账", IdentifierKind.BANK_CARD, "6222020200012345678"),
    ("卡号 6222 0202 0001 2345 678", IdentifierKind.BANK_CARD, "6222 0202 0001 2345 678"),
    ("护照E12345678到期", IdentifierKind.PASSPORT, "E12345678"),
    ("护照号EA1234567", IdentifierKind.PASSPORT, "EA1234567"),
    ("发到zhang.san@example.com吧", IdentifierKind.EMAIL, "zhang.san@example.com"),
    ("资金账号：80012345有问题", IdentifierKind.ACCOUNT, "80012345"),
    ("股东账户A123456789被限制", IdentifierKind.ACCOUNT, "A123456789"),
    ("微信号zhang_san88加我", IdentifierKind.SOCIAL, "zhang_san88"),
    ("我住在杭州市西湖区文三路100号3幢502室，请寄来", IdentifierKind.ADDRESS, "杭州市西湖区文三路100号3幢502室"),
    ("家住翠苑小区5幢2单元301室", IdentifierKind.ADDRESS, "翠苑小区5幢2单元301室"),
]

NOT_IDENTIFIERS = [
    "证监会令第130号",
    "证监会公告〔2010〕27号",
    "产品YC1001的费率",
    "代码600519今天停牌",
    "适当性办法第二十二条，SUIT:22@2022-08-12",
    "2026年7月6日起，2026-06-30 2026-07-05",
    "9:30-11:30、13:00-15:00",
    "资产1,234,567.89元，合123.46万元",
    "成交50000000元，持仓1000000股",
    "投诉电话400-000-0000",
    "登记编码S1230622010001",
    "近20个交易日日均不低于50万元并满24个月",
    "申报编号3.3.13",
    "20260706",
]


@pytest.mark.parametrize(("text", "kind", "surface"), IDENTIFIERS)
def test_finds_identifiers_that_touch_chinese(text: str, kind: IdentifierKind, surface: str) -> None:
    assert [(found.kind, found.surface) for found in contains_identifier(text)] == [(kind, surface)]


@pytest.mark.parametrize("text", NOT_IDENTIFIERS)
def test_leaves_amounts_dates_and_numbers_of_documents(text: str) -> None:
    assert contains_identifier(text) == ()


def test_a_name_is_masked_also_when_it_is_pulled_apart() -> None:
    masked = Masker(["王小明"]).mask("王小明和王 小 明是同一个人，小明不是")
    assert masked.text == "〔客户姓名1〕和〔客户姓名2〕是同一个人，小明不是"


def test_the_same_words_get_the_same_token_for_the_life_of_a_masker() -> None:
    masker = Masker(["王小明"])
    first = masker.mask("王小明打13800138000")
    second = masker.mask("13900139000给13800138000回电")
    assert first.text == "〔客户姓名1〕打〔电话号码1〕"
    assert second.text == "〔电话号码2〕给〔电话号码1〕回电"
    assert unmask(second.text, masker.tokens) == "13900139000给13800138000回电"


def test_tokens_can_be_taken_along_into_another_masker() -> None:
    earlier = Masker(["王小明"])
    earlier.mask("王小明")
    assert Masker(["李四光"], tokens=earlier.tokens).mask("李四光").text == "〔客户姓名2〕"


def test_a_token_written_by_somebody_else_does_not_unlock_a_name() -> None:
    masker = Masker(["王小明"])
    masker.mask("王小明")
    forged = masker.mask("〔客户姓名1〕是谁")
    assert "客户姓名1" not in forged.text
    assert unmask(forged.text, forged.tokens) == "〔客户姓名1〕是谁"


def test_a_model_may_put_blanks_into_a_token() -> None:
    masked = Masker(["王小明"]).mask("王小明")
    assert unmask("您好，〔 客户姓名1 〕", masked.tokens) == "您好，王小明"


@pytest.mark.parametrize(
    ("number", "holds"), [("11010519491231002X", True), ("110105194912310021", False), ("1101051949123100", False)]
)
def test_identity_checksum(number: str, holds: bool) -> None:
    assert identity_checksum_holds(number) is holds


def test_luhn() -> None:
    assert luhn_holds("4111111111111111")
    assert not luhn_holds("4111111111111112")


def test_redaction_has_no_way_back() -> None:
    assert redact("王小明13800138000", names=["王小明"]) == "〔客户姓名〕〔电话号码〕"


PIECES = st.sampled_from(
    [text for text, _, _ in IDENTIFIERS]
    + NOT_IDENTIFIERS
    + ["〔客户姓名1〕", "〔原文1〕", "王小明", "，", " ", "元", "8"]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=8).map("".join))
def test_masking_and_unmasking_gives_the_text_back(text: str) -> None:
    masked = Masker(["王小明"]).mask(text)
    assert unmask(masked.text, masked.tokens) == text


DIGITS = st.integers(min_value=0, max_value=99_999_999).map("{:08d}".format)


@given(
    prefix=st.sampled_from(["", "我的手机", "请打", "资产50万元，电话", "（"]),
    operator=st.sampled_from(["130", "158", "186", "199"]),
    rest=DIGITS,
    separator=st.sampled_from(["", " ", "-", "\u200b"]),
    wide=st.booleans(),
    suffix=st.sampled_from(["", "。", "找我", "元旦再打", "转1"]),
)
def test_no_mobile_number_survives(
    *, prefix: str, operator: str, rest: str, separator: str, wide: bool, suffix: str
) -> None:
    number = separator.join([operator, rest[:4], rest[4:]])
    if wide:
        number = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    masked = Masker().mask(prefix + number + suffix)
    assert number not in masked.text
    assert unmask(masked.text, masked.tokens) == prefix + number + suffix
