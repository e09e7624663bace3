from datetime import date

from assistant.drafting.extractive import NOT_COVERED, SECOND_HAND, UNCHECKED, ExtractiveWriter
from assistant.drafting.model import Citation, StatementKind, Writing
from tests.support.drafting import a_brief, a_fact, some_evidence

BOARDS = some_evidence(
    "沪深主板股票涨跌幅限制为10%。\n\n科创板和创业板股票涨跌幅限制为20%。\n\n北交所股票涨跌幅限制为30%。\n\n"
    "基金的涨跌幅限制一般为10%。",
    ref="GUIDE-X:2@2026-07-06",
    heading="各板块涨跌幅",
    title="交易规则指南",
    kind="guide",
)
STAMP = some_evidence(
    "卖出股票按成交金额的0.05%缴纳证券交易印花税，买入不缴。\n\n印花税由证券公司代扣。",
    ref="STAMP-HALF:1@2023-08-28",
    heading="减半征收",
    title="关于减半征收证券交易印花税的公告",
    questions=("印花税是多少？", "卖股票要交多少税？"),
)
SIX = some_evidence(
    "向普通投资者销售前，经营机构应当告知六类信息，缺一不可。\n\n（一）可能直接导致本金亏损的事项。\n"
    "（二）可能损失超过原始本金的事项。\n（三）适当性匹配意见。",
    ref="SUIT:23@2022-08-12",
    heading="第二十三条 销售前告知",
    title="适当性办法",
)


def written(question: str, *evidence: object, **more: object) -> Writing:
    return ExtractiveWriter().write(a_brief(question, *evidence, **more))  # type: ignore[arg-type]


def texts(writing: Writing) -> list[str]:
    return [statement.text for statement in writing.statements]


def test_the_direct_answer_comes_first_and_every_rule_is_cited_verbatim() -> None:
    writing = written("印花税怎么收？", BOARDS, STAMP)
    assert writing.statements[0].text == "卖出股票按成交金额的0.05%缴纳证券交易印花税，买入不缴。"
    at_hand = {BOARDS.ref: BOARDS.text, STAMP.ref: STAMP.text}
    for statement in writing.statements:
        assert not statement.kind.needs_citation or statement.citations
        assert all(citation.quote in at_hand[citation.source] for citation in statement.citations)


def test_of_several_boards_the_one_that_was_asked_about_is_told() -> None:
    assert texts(written("北交所涨跌幅是多少？", BOARDS)) == ["北交所股票涨跌幅限制为30%。"]
    assert texts(written("创业板一天最多涨多少？", BOARDS))[0] == "科创板和创业板股票涨跌幅限制为20%。"


def test_what_the_search_ranked_first_is_not_decisive_where_it_is_off_the_subject() -> None:
    assert texts(written("卖股票要交多少税？", BOARDS, STAMP))[0].startswith("卖出股票按成交金额的0.05%")


def test_a_colloquial_question_is_recognised_by_a_typical_one() -> None:
    evidence = some_evidence(
        "会员不得限制、阻挠、拖延投资者撤销指定交易。",
        ref="SSE-TRADE-2026:3.2.2@2026-07-06",
        heading="3.2.2 撤销指定交易",
        questions=("我想转户，券商拦着不让走怎么办？",),
    )
    assert texts(written("想转户走人，券商拦着我行不行？", evidence)) == [
        "会员不得限制、阻挠、拖延投资者撤销指定交易。"
    ]


def test_a_list_is_told_whole_and_after_its_lead() -> None:
    said = texts(written("售前要告知哪些信息？", SIX))
    assert said[0].startswith("向普通投资者销售前")
    assert said[1].startswith("（一）")
    assert "（三）适当性匹配意见。" in said[1]


def test_a_sentence_that_leans_on_another_is_told_after_it() -> None:
    evidence = some_evidence("金融机构不得开立匿名账户。\n\n也不得为冒用他人身份的人开户。", heading="第二十八条 实名")
    said = texts(written("冒用他人身份能开户吗？", evidence))
    assert said == ["金融机构不得开立匿名账户。", "也不得为冒用他人身份的人开户。"]


def test_a_fact_that_answers_comes_before_the_rules() -> None:
    matrix = a_fact(
        "C2（谨慎型）客户对应R1至R2产品，R4（中高风险）产品超出其风险承受能力，不得主动推介",
        fact_id="fact:matrix.C2.R4",
        label="C2与R4是否匹配",
    )
    other = a_fact("45岁", fact_id="fact:customer.age", label="年龄")
    rule = some_evidence(
        "经营机构不得主动向普通投资者推介风险等级高于其承受能力的产品。",
        ref="SUIT:22@2022-08-12",
        heading="第二十二条 禁止行为",
        questions=("C2客户能买R4产品吗？",),
    )
    writing = written("C2客户能买R4产品吗？", rule, facts=(other, matrix))
    assert [statement.citations[0].source for statement in writing.statements] == [
        "fact:matrix.C2.R4",
        "SUIT:22@2022-08-12",
    ]
    assert writing.statements[0].kind is StatementKind.FACT


def test_a_guide_that_names_its_rule_cites_the_rule_too() -> None:
    guide = some_evidence(
        "匹配方案和录音录像至少保存20年（依据：适当性办法第三十二条，SUIT:32）。",
        ref="GUIDE-RECORD:1@2026-01-05",
        heading="适当性资料",
        kind="guide",
        questions=("适当性资料存几年？",),
    )
    rule = some_evidence(
        "匹配方案、告知警示资料、录音录像、自查报告至少保存20年。",
        ref="SUIT:32@2022-08-12",
        heading="第三十二条 资料保存",
    )
    first = written("适当性资料存几年？", guide, rule).statements[0]
    assert {citation.source for citation in first.citations} == {guide.ref, rule.ref}
    assert "依据" not in first.text


def test_what_happened_in_a_case_is_not_told_as_a_rule() -> None:
    case = some_evidence(
        "客户刘先生的测评已经过期，要求马上买基金。",
        ref="CASE-009:1@2026-10-08",
        heading="情境",
        kind="case",
        questions=("测评过期了还能买基金吗？",),
    )
    guide = some_evidence(
        "风险测评过期后，公司不给客户产品级建议，先请客户重新测评。",
        ref="GUIDE-A:2@2026-01-05",
        heading="过期以后",
        kind="guide",
    )
    assert texts(written("测评过期了还能买基金吗？", case, guide)) == [
        "风险测评过期后，公司不给客户产品级建议，先请客户重新测评。"
    ]


def test_second_hand_and_unchecked_evidence_is_said_to_be_so_without_figures() -> None:
    for level, said in (("secondary", SECOND_HAND), ("unverified", UNCHECKED)):
        last = written("科创板开通条件？", some_evidence(verification=level)).statements[-1]
        assert last.text == said
        assert last.kind is StatementKind.DISCLOSURE
    assert written("科创板开通条件？", some_evidence()).statements[-1].kind is StatementKind.RULE


def test_it_abstains_where_nothing_answers() -> None:
    for question in ("比特币挖矿机哪款好？", "红烧肉怎么做？"):
        writing = written(question, BOARDS, STAMP)
        assert writing.statements == ()
        assert writing.abstained == NOT_COVERED


def test_no_evidence_and_odd_evidence_do_no_harm() -> None:
    assert ExtractiveWriter().write(a_brief().model_copy(update={"evidence": ()})).abstained
    assert written("科创板？", some_evidence("")).abstained
    assert written("？？？", BOARDS).abstained


def test_it_says_no_more_than_it_may() -> None:
    long = some_evidence("\n\n".join(f"科创板开通条件第{number}项须满足甲乙丙{number}。" for number in range(1, 30)))
    assert len(written("科创板开通条件有哪些？", long, max_statements=4).statements) <= 4


def test_the_same_thing_is_not_said_twice() -> None:
    again = some_evidence(ref="GUIDE-P:1@2026-07-06", heading="科创板权限", kind="guide")
    said = texts(written("科创板开通条件是什么？", some_evidence(), again))
    assert len(said) == len(set(said))


def test_the_same_brief_gives_the_same_answer() -> None:
    assert written("科创板开通条件？", BOARDS, some_evidence()) == written("科创板开通条件？", BOARDS, some_evidence())


def test_facts_of_a_customer_are_told_only_where_somebody_is_asked_about() -> None:
    level = a_fact()
    assert texts(written("这位客户的风险等级是多少？", BOARDS, facts=(level,)))[0] == "风险承受能力等级：C2（谨慎型）。"
    rule = written("北交所涨跌幅是多少？", BOARDS, facts=(level,))
    assert all(not citation.is_fact for statement in rule.statements for citation in statement.citations)


def test_a_rule_for_other_firms_does_not_lead() -> None:
    banks = some_evidence(
        "银行的适当性资料至少保存5年。\n\n这一条不适用于证券公司。",
        ref="NFRASUIT:17@2026-02-01",
        heading="第十七条 资料保存",
        title="金融机构产品适当性管理办法",
    )
    ours = some_evidence(
        "适当性匹配方案和录音录像至少保存20年。",
        ref="SUIT:32@2022-08-12",
        heading="第三十二条 资料保存",
        title="适当性办法",
    )
    assert texts(written("适当性资料保存多久？", banks, ours))[0] == "适当性匹配方案和录音录像至少保存20年。"


def test_words_to_say_come_from_the_script_and_are_marked_as_words() -> None:
    script = some_evidence(
        "您要转户完全可以，这是您的权利。",
        ref="SCRIPT-TRANSFER-OUT:2@2026-10-08",
        heading="参考话术",
        title="转户沟通话术",
        kind="script",
        questions=("客户要转户怎么回复？",),
    )
    forbidden = some_evidence(
        "「现在系统办不了，过几天再说。」属于拖延，不得使用。",
        ref="SCRIPT-TRANSFER-OUT:3@2026-10-08",
        heading="禁止说法",
        title="转户沟通话术",
        kind="script",
        questions=("客户要转户怎么回复？",),
    )
    assert texts(written("客户想转户，该怎么回复？", forbidden, script)) == [
        "可以这样说：您要转户完全可以，这是您的权利。"
    ]


def test_the_starting_day_of_a_named_text_is_told() -> None:
    evidence = some_evidence(
        "私募机构做网络营销，参照本办法执行。",
        ref="NETMKT:36@2026-09-30",
        heading="第三十六条 参照",
        title="金融产品网络营销管理办法",
        effective_from=date(2026, 9, 30),
    )
    said = texts(written("《金融产品网络营销管理办法》从哪天起施行？", evidence))
    assert said[0] == "《金融产品网络营销管理办法》的这一版本自2026年9月30日起施行。"


def test_the_part_that_is_named_is_told_first_and_of_other_provisions_nothing() -> None:
    part = Citation(source=SIX.ref, quote="（二）可能损失超过原始本金的事项。")
    brief = a_brief("适当性办法第23条第二项", SIX, STAMP).model_copy(update={"asked_for": (part,)})
    writing = ExtractiveWriter().write(brief)
    assert writing.statements[0].text == "（二）可能损失超过原始本金的事项。"
    assert writing.statements[0].citations == (part,)
    assert {each.source for told in writing.statements for each in told.citations} == {SIX.ref}


def test_a_document_that_is_looked_up_is_told_by_how_its_provisions_begin() -> None:
    four = tuple(
        some_evidence(
            f"第{number}点规定演示事项。其余从略。", ref=f"DEMO:{number}@x", heading=str(number), title="演示办法"
        )
        for number in range(1, 5)
    )
    brief = a_brief("演示办法讲什么", *four, STAMP).model_copy(update={"looked_up": tuple(each.ref for each in four)})
    assert texts(ExtractiveWriter().write(brief)) == [f"第{number}点规定演示事项。" for number in range(1, 5)]


def test_an_article_that_is_looked_up_is_told_whatever_the_question_covers() -> None:
    brief = a_brief("STAMP-HALF:1", STAMP, BOARDS).model_copy(update={"looked_up": (STAMP.ref,)})
    told = texts(ExtractiveWriter().write(brief))
    assert told
    assert all("涨跌幅" not in text for text in told)


def test_since_when_a_document_that_is_looked_up_holds_is_all_that_is_told() -> None:
    rule = some_evidence("演示事项依照本办法。", ref="DEMO:1@2023-08-28", heading="第一条", title="演示办法")
    brief = a_brief("演示发1号什么时候施行", rule).model_copy(update={"looked_up": (rule.ref,)})
    (only,) = texts(ExtractiveWriter().write(brief))
    assert "起施行" in only
