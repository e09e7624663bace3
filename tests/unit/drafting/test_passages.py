from assistant.drafting.passages import Form, pieces_of, readable, references_in, sentences_in

LIST = "销售前应当告知六类信息。\n\n（一）可能亏损本金的事项。\n（二）可能损失超过本金的事项。\n\n还要书面确认。"
TABLE = "各板块如下。\n\n| 板块 | 涨跌幅 | 申报 |\n| --- | --- | --- |\n| 主板 | 10% | 100股 |\n| 科创板 | 20% | - |"


def test_sentences_end_at_full_stops_outside_brackets() -> None:
    assert sentences_in("「先说。再说。」是引语（依据：甲。乙）。第二句！第三句") == [
        "「先说。再说。」是引语（依据：甲。乙）。",
        "第二句！",
        "第三句",
    ]


def test_every_quote_stands_in_the_text_verbatim() -> None:
    for text in (LIST, TABLE, "**粗体**一句（依据：适当性办法第二十二条，SUIT:22）。后一句。"):
        assert all(piece.quote in text for piece in pieces_of(text))


def test_a_list_is_there_whole_and_item_by_item_and_knows_its_lead() -> None:
    forms = [(piece.form, piece.lead) for piece in pieces_of(LIST)]
    assert forms == [
        (Form.SENTENCE, None),
        (Form.LIST, 0),
        (Form.ITEM, 0),
        (Form.ITEM, 0),
        (Form.SENTENCE, None),
    ]
    assert pieces_of(LIST)[1].text == "（一）可能亏损本金的事项。（二）可能损失超过本金的事项。"


def test_a_table_row_is_said_with_its_heads_and_without_empty_cells() -> None:
    rows = [piece.text for piece in pieces_of(TABLE) if piece.form is Form.ROW]
    assert rows == ["主板：涨跌幅为10%，申报为100股。", "科创板：涨跌幅为20%。"]


def test_a_table_without_body_or_with_ragged_rows_does_not_break() -> None:
    assert pieces_of("| 只有表头 |\n| --- |") == ()
    assert [piece.text for piece in pieces_of("| a | b |\n| --- | --- |\n| 1 | 2 | 3 |")] == ["1：b为2。"]


def test_references_are_found_and_taken_out_of_what_is_read_aloud() -> None:
    sentence = "不得推介（依据：适当性办法第二十二条，SUIT:22；交易规则，SSE-TRADE-2026:3.3.13）。"
    assert references_in(sentence) == ("SUIT:22", "SSE-TRADE-2026:3.3.13")
    assert readable(sentence) == "不得推介。"


def test_a_sentence_that_leans_on_the_one_before_is_known() -> None:
    first, second = pieces_of("金融机构不得匿名开户。也不得为冒名者开户。")
    assert not first.leans_on_previous
    assert second.leans_on_previous
