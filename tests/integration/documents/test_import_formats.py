"""DOCX, PDF and HTML made here, read back as provisions."""

from datetime import date
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.documents.importing import Hints, Proposal, propose
from knowledge.documents.importing.model import CautionCode, Format, UnitKind
from knowledge.documents.importing.numbering import chinese
from tests.support.documents import Printed, a_docx, a_pdf, told, typeset, w_p, w_r, words

_TITLE = "证券公司客户服务管理办法"
_HINTS = Hints(effective_from=date(2026, 1, 1), document_id="RULE")


def _proposed(content: bytes, name: str) -> Proposal:
    return propose(content, name, hints=_HINTS)


def _texts(proposal: Proposal) -> dict[str, str]:
    return {unit.locator: unit.text for unit in proposal.units}


def _codes(proposal: Proposal) -> set[CautionCode]:
    return {warning.code for warning in proposal.warnings}


def _cells(*texts: str) -> str:
    return "".join(f"<w:tc>{w_p(text)}</w:tc>" for text in texts)


class TestWord:
    def test_changes_are_read_as_accepted_and_told(self) -> None:
        body = w_p(_TITLE) + w_p(
            "第一条 客户应当",
            "<w:del><w:r><w:delText>在三日内</w:delText></w:r></w:del>",
            f"<w:ins>{w_r('在五日内')}</w:ins>",
            "答复。",
        )
        proposal = _proposed(a_docx(body), "a.docx")
        assert _texts(proposal) == {"1": "客户应当在五日内答复。"}
        assert CautionCode.TRACKED_CHANGES in _codes(proposal)

    def test_a_deleted_end_of_paragraph_joins_it_to_the_next(self) -> None:
        body = (
            w_p(_TITLE)
            + w_p("第一条 客户应当", properties="<w:rPr><w:del/></w:rPr>")
            + w_p("如实告知。")
            + w_p("第二条 本办法自公布之日起施行。")
        )
        assert _texts(_proposed(a_docx(body), "a.docx"))["1"] == "客户应当如实告知。"

    def test_a_deleted_row_of_a_table_is_gone(self) -> None:
        table = (
            f"<w:tbl><w:tr>{_cells('等级', '期限')}</w:tr><w:tr><w:trPr><w:del/></w:trPr>{_cells('C1', '1年')}</w:tr>"
            f"<w:tr>{_cells('C2', '2年')}</w:tr></w:tbl>"
        )
        text = _texts(_proposed(a_docx(w_p(_TITLE) + w_p("第一条 期限如下：") + table), "a.docx"))["1"]
        assert text == "期限如下：\n\n| 等级 | 期限 |\n| --- | --- |\n| C2 | 2年 |"

    def test_merged_cells_keep_their_columns(self) -> None:
        merged = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>'
        table = (
            f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{w_p("合计")}</w:tc>{_cells("3")}</w:tr>'
            f"<w:tr><w:tc>{merged}{w_p('甲')}</w:tc>{_cells('1', '2')}</w:tr>"
            f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{w_p('')}</w:tc>{_cells('4', 'a|b')}</w:tr></w:tbl>"
        )
        text = _texts(_proposed(a_docx(w_p(_TITLE) + w_p("第一条 如下：") + table), "a.docx"))["1"]
        assert text.split("\n")[2:] == ["| 合计 |  | 3 |", "| --- | --- | --- |", "| 甲 | 1 | 2 |", "|  | 4 | a\\|b |"]

    def test_numbers_that_word_writes_itself_are_part_of_the_text(self) -> None:
        def level(depth: int, form: str, text: str) -> str:
            return (
                f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
                f'<w:suff w:val="{"space" if depth == 0 else "nothing"}"/><w:lvlText w:val="{text}"/></w:lvl>'
            )

        numbering = (
            f'<w:abstractNum w:abstractNumId="0">{level(0, "chineseCountingThousand", "第%1条")}'
            f"{level(1, 'chineseCounting', '（%2）')}</w:abstractNum>"
            '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        )

        def listed(depth: int) -> str:
            return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>'

        body = w_p(_TITLE) + "".join(
            w_p(text, properties=listed(depth))
            for depth, text in [
                (0, "总则。"),
                (0, "有下列情形之一的："),
                (1, "甲；"),
                (1, "乙。"),
                (0, "附则。"),
                (1, "丙。"),
            ]
        )
        proposal = _proposed(a_docx(body, numbering=numbering), "a.docx")
        assert [unit.heading for unit in proposal.units] == ["第一条", "第二条", "第三条"]
        assert _texts(proposal)["2"] == "有下列情形之一的：\n\n（一）甲；\n\n（二）乙。"
        assert _texts(proposal)["3"] == "附则。\n\n（一）丙。"

    def test_a_footnote_stays_with_the_article_that_cites_it(self) -> None:
        cited = '<w:r><w:footnoteReference w:id="2"/></w:r>'
        body = w_p(_TITLE) + w_p("第一条 风险承受能力", cited, "分为五级。") + w_p("第二条 本办法由公司解释。")
        notes = (
            f'<w:footnote w:type="separator" w:id="0">{w_p("—")}</w:footnote>'
            f'<w:footnote w:id="2">{w_p("见适当性办法。")}</w:footnote>'
        )
        text = _texts(_proposed(a_docx(body, footnotes=notes), "a.docx"))["1"]
        assert text == "风险承受能力[注1]分为五级。\n\n[注1] 见适当性办法。"

    def test_hidden_text_is_left_out_and_told(self) -> None:
        body = w_p(_TITLE) + w_p("第一条 公开内容。", w_r("隐藏内容", "<w:vanish/>"))
        proposal = _proposed(a_docx(body), "a.docx")
        assert "隐藏" not in _texts(proposal)["1"]
        assert CautionCode.LEFT_OUT in _codes(proposal)

    def test_headings_are_told_by_their_styles(self) -> None:
        styles = (
            '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="Title"/></w:style>'
            '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/>'
            '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
        )
        body = w_p("客户回访操作手册", properties='<w:pStyle w:val="a"/>') + "".join(
            w_p(heading, properties='<w:pStyle w:val="1"/>') + w_p(text)
            for heading, text in [("准备", "先核对身份。"), ("回访", "再询问。")]
        )
        proposal = _proposed(a_docx(body, styles=styles), "a.docx")
        assert proposal.outline.title == "客户回访操作手册"
        assert [(unit.heading, unit.text) for unit in proposal.units] == [
            ("准备", "先核对身份。"),
            ("回访", "再询问。"),
        ]


class TestPdf:
    def test_lines_are_joined_and_running_heads_are_gone(self) -> None:
        paragraphs = [_TITLE, "第一章 总则"]
        for number in "一二三四五六七八九":
            paragraphs.append(f"第{number}条 {'证券公司应当按照规定了解客户情况，' * 6}不得违反。")
            paragraphs.append(f"（{number}）{'前款所称客户包括个人和机构，' * 5}依照规定执行。")
        proposal = _proposed(typeset(paragraphs, head="公司制度汇编 2026"), "a.pdf")
        assert told(proposal) == words("".join(paragraphs))
        assert [unit.text.count("\n\n") for unit in proposal.units] == [1] * 9
        assert CautionCode.LEFT_OUT in _codes(proposal)

    def test_latin_words_keep_their_spaces_and_lose_their_hyphens(self) -> None:
        lines = ["第一条 本办法适用于在香港登记的", "Yice Securities", "Limited 以及其他有联系的 agree-", "ments。"]
        page = [Printed(_TITLE, 200, 740, 16)]
        page += [Printed(text, 114 if at == 0 else 90, 700 - 20 * at) for at, text in enumerate(lines)]
        page += [Printed("第二条 其他事项另行规定，由公司负责解释。", 114, 620)]
        text = _texts(_proposed(a_pdf([page]), "a.pdf"))["1"]
        assert "Yice Securities Limited 以及" in text
        assert "agreements。" in text

    def test_a_ruled_table_that_runs_over_a_page_stays_whole(self) -> None:
        def table(top: float, rows: list[tuple[str, str]]) -> list[Printed | tuple[float, float, float, float]]:
            bottom = top - 20 * len(rows)
            lines: list[Printed | tuple[float, float, float, float]] = [
                (90, top - 20 * at, 450, top - 20 * at) for at in range(len(rows) + 1)
            ]
            lines += [(x, bottom, x, top) for x in (90.0, 270.0, 450.0)]
            for at, (left, right) in enumerate(rows):
                lines += [Printed(left, 95, top - 20 * at - 15), Printed(right, 275, top - 20 * at - 15)]
            return lines

        one = [Printed(_TITLE, 200, 740, 16), Printed("第一条 期限按照下表执行：", 114, 700)]
        first = [*one, *table(160, [("等级", "期限"), ("C1", "一年")]), Printed("- 1 -", 280, 40, 9)]
        second = [
            *table(740, [("等级", "期限"), ("C2", "两年")]),
            Printed("第二条 本办法由公司负责解释。", 114, 600),
            Printed("- 2 -", 280, 40, 9),
        ]
        texts = _texts(_proposed(a_pdf([first, second]), "a.pdf"))
        rows = "| 等级 | 期限 |\n| --- | --- |\n| C1 | 一年 |\n| C2 | 两年 |"
        assert texts == {"1": f"期限按照下表执行：\n\n{rows}", "2": "本办法由公司负责解释。"}

    def test_a_table_of_contents_and_headings_at_the_margin_are_lines_of_their_own(self) -> None:
        lines = ["目 录", *[f"第{n}章 规定{'.' * 40}{at}" for at, n in enumerate("一二三", start=1)]]
        body = [
            "第一章 规定",
            "第一节 一般",
            "第一条 甲。",
            "第二章 规定",
            "第二条 乙。",
            "第三章 规定",
            "第三条 丙，由公司负责解释。",
        ]
        page = [Printed(_TITLE, 200, 740, 16)]
        page += [Printed(text, 90, 710 - 20 * at) for at, text in enumerate([*lines, *body])]
        proposal = _proposed(a_pdf([page]), "a.pdf")
        assert [unit.kind for unit in proposal.units] == [UnitKind.CONTENTS, *[UnitKind.ARTICLE] * 3]
        assert proposal.units[1].path == ("第一章 规定", "第一节 一般")

    def test_paragraphs_that_only_space_sets_apart_stay_apart(self) -> None:
        page = [Printed(_TITLE, 200, 740, 16)]
        y = 700.0
        paragraphs = [
            "第一条 " + "证券公司应当了解客户，" * 9 + "不得违反。",
            "前款规定适用于机构客户和个人客户以及其他。",
            "第二条 由公司解释。",
        ]
        for text in paragraphs:
            for at in range(0, len(text), 30):
                page.append(Printed(text[at : at + 30], 90, y))
                y -= 18
            y -= 12
        texts = _texts(_proposed(a_pdf([page]), "a.pdf"))
        assert texts["1"].split("\n\n") == [paragraphs[0].removeprefix("第一条 "), paragraphs[1]]

    def test_a_watermark_is_no_text(self) -> None:
        paragraphs = [
            _TITLE,
            *(f"第{chinese(number)}条 {'证券公司应当了解客户，' * 9}不得违反。" for number in range(1, 31)),
        ]
        printed = typeset(paragraphs, lines=25, mark="内部资料")
        proposal = _proposed(printed, "a.pdf")
        assert told(proposal) == words("".join(paragraphs))

    def test_a_footnote_moves_behind_the_paragraph_that_cites_it(self) -> None:
        page = [
            Printed(_TITLE, 200, 740, 16),
            Printed("第一条 风险承受能力", 114, 700),
            Printed("1", 252, 706, 6),
            Printed("分为五级。", 260, 700),
            Printed("第二条 本办法由公司负责解释。", 114, 680),
            Printed("第三条 本办法自公布之日起施行，以前的规定同时废止。", 114, 660),
            Printed("1 见适当性办法第十条。", 90, 130, 8),
        ]
        texts = _texts(_proposed(a_pdf([page]), "a.pdf"))
        assert texts["1"] == "风险承受能力[注1]分为五级。\n\n[注1] 见适当性办法第十条。"
        assert texts["3"] == "本办法自公布之日起施行，以前的规定同时废止。"


class TestHtml:
    def test_only_what_a_reader_sees_is_taken(self) -> None:
        page = f"""<!DOCTYPE html><html><head><title>某网站-{_TITLE}</title>
        <style>p {{ color: red }}</style></head><body>
        <nav>首页 > 法规</nav><div class="breadcrumb">您的位置</div><script>alert("第九条 恶意")</script>
        <h1>{_TITLE}</h1><p>第一条　为了保护投资者
        合法权益，制定本办法。</p><p style="display:none">第二条 隐藏。</p><p>第二条 本办法自公布之日起<b>施行</b>。</p>
        <ol start="3"><li>甲</li><li><p>乙</p></li></ol><footer>版权所有</footer></body></html>"""
        proposal = _proposed(page.encode(), "a.html")
        assert proposal.outline.title == _TITLE
        assert _texts(proposal) == {
            "1": "为了保护投资者合法权益，制定本办法。",
            "2": "本办法自公布之日起施行。\n\n3. 甲\n\n4. 乙",
        }
        assert CautionCode.LEFT_OUT in _codes(proposal)

    def test_a_table_of_data_is_kept_and_a_table_of_layout_is_not(self) -> None:
        page = f"""<table><tr><td><h1>{_TITLE}</h1><p>第一条 如下：</p>
        <table><tr><th rowspan=2>等级</th><th colspan=2>期限</th></tr>
        <tr><td>首次</td><td>续期</td></tr><tr><td>C1</td><td>一年</td><td>两年</td></tr></table></td></tr></table>"""
        text = _texts(_proposed(page.encode(), "a.html"))["1"]
        assert text == "如下：\n\n| 等级 | 期限 |  |\n| --- | --- | --- |\n|  | 首次 | 续期 |\n| C1 | 一年 | 两年 |"

    @pytest.mark.parametrize(
        ("encoding", "declared"), [("gb18030", "gb2312"), ("gb18030", "utf-8"), ("utf-8-sig", "gbk")]
    )
    def test_it_is_read_in_its_real_encoding(self, encoding: str, declared: str) -> None:
        page = (
            f'<html><head><meta charset="{declared}"></head><body><h1>{_TITLE}</h1><p>第一条 总则。</p></body></html>'
        )
        assert _texts(_proposed(page.encode(encoding), "a.htm")) == {"1": "总则。"}

    def test_control_characters_that_are_entities_go_and_are_told(self) -> None:
        page = f"<html><body><h1>{_TITLE}</h1><p>第一条 不得&#x202e;先推后补。</p></body></html>"
        proposal = _proposed(page.encode(), "a.html")
        assert _texts(proposal) == {"1": "不得先推后补。"}
        assert CautionCode.CONTROL_CHARACTERS in _codes(proposal)


def test_every_format_gives_the_same_provisions() -> None:
    lines = [
        _TITLE,
        "第一章 总则",
        "第一条 为了规范服务，制定本办法。",
        "第二条 有下列情形之一的：",
        "（一）甲；",
        "（二）乙。",
    ]
    sources = {
        "a.md": "\n\n".join(["# " + lines[0], "## " + lines[1], *lines[2:]]).encode(),
        "a.txt": "\r\n".join(f"　　{line}" for line in lines).encode("gb18030"),
        "a.docx": a_docx("".join(map(w_p, lines))),
        "a.html": "".join(f"<p>{line}</p>" for line in lines).encode(),
        "a.pdf": typeset(lines),
    }
    proposals = {name: _proposed(content, name) for name, content in sources.items()}
    expected = {
        "1": (("第一章 总则",), "第一条", "为了规范服务，制定本办法。"),
        "2": (("第一章 总则",), "第二条", "有下列情形之一的：（一）甲；（二）乙。"),
    }
    for proposal in proposals.values():
        assert {unit.locator: (unit.path, unit.heading, words(unit.text)) for unit in proposal.units} == expected
        assert all(unit.kind is UnitKind.ARTICLE for unit in proposal.units)
    assert [each.format for each in proposals.values()] == [
        Format.MARKDOWN,
        Format.TEXT,
        Format.WORD,
        Format.HTML,
        Format.PDF,
    ]


_SENTENCES = st.text(alphabet="证券公司投资者适当性风险<>&|*#应当不得Ab1", min_size=1, max_size=30).map(
    lambda text: f"{text}。"
)


@given(st.lists(st.tuples(_SENTENCES, st.lists(_SENTENCES, max_size=3)), min_size=1, max_size=6))
@settings(max_examples=40)
def test_word_and_html_lose_nothing_of_any_text(articles: list[tuple[str, list[str]]]) -> None:
    lines = [_TITLE]
    for number, (first, others) in enumerate(articles, start=1):
        lines += [f"第{chinese(number)}条 {first}", *others]
    word = a_docx("".join(w_p(w_r(line)) for line in lines))
    page = "".join(f"<p>{escape(line)}</p>" for line in lines).encode()
    expected = words("".join(lines))
    for content, name in ((word, "a.docx"), (page, "a.html")):
        proposal = _proposed(content, name)
        assert told(proposal) == expected
        assert [unit.locator for unit in proposal.units] == [str(number) for number in range(1, len(articles) + 1)]
