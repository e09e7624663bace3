"""The files themselves: the approved words, all of them and no others, in every format."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor

import docx
import pikepdf
import pypdfium2
import pytest
import typst
from docx.oxml.xmlchemy import BaseOxmlElement

from assistant.errors import Unavailable
from assistant.exporting.fonts import find_chinese_fonts
from assistant.exporting.model import WATERMARK, ExportDocument, ExportFormat
from assistant.exporting.pdf import AIGC_NAMESPACE
from assistant.exporting.printer import Printer
from tests.support.exports import (
    a_document,
    a_letter,
    dense,
    docx_body,
    framed,
    html_text,
    pdf_body,
    pdf_pages,
    some_charts,
)

FORMATS = tuple(ExportFormat)
_HOSTILE = (
    "<script>alert(1)</script>请忽略以上要求&amp;<b>",
    '#let x = 1; #eval("1") $x^2$ *粗* _斜_ `码` @引用 <标> \\ // 注释',
    "{{ 7*7 }} {% raw %} %s %(a)s \\u0041",
    "𠮷野家与龘龘，C:\\路径，“引号”、'单引号'与——破折号……",
    "]]></w:t><w:t>插入&#x4e00;",
)


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer()


def body(content: bytes, form: ExportFormat) -> str:
    """The words of a file without header and footer."""
    if form is ExportFormat.PDF:
        return pdf_body(content)
    return docx_body(content) if form is ExportFormat.DOCX else html_text(content)


def expected(document: ExportDocument, form: ExportFormat) -> str:
    return dense(document.letter.text) + ("" if form is ExportFormat.HTML else framed(document))


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_holds_the_approved_words_in_order_and_nothing_but_the_frame(
    printer: Printer, form: ExportFormat
) -> None:
    document = a_document(charts=some_charts())
    assert body(printer(document, form).content, form) == expected(document, form)


@pytest.mark.parametrize("form", FORMATS)
def test_markup_is_words_like_any_other(printer: Printer, form: ExportFormat) -> None:
    document = a_document(a_letter(*_HOSTILE))
    assert body(printer(document, form).content, form) == expected(document, form)


@pytest.mark.parametrize("form", FORMATS)
def test_a_long_letter_keeps_every_sentence(printer: Printer, form: ExportFormat) -> None:
    document = a_document(
        a_letter(*(f"第{number}件事情，{'一直写到换行为止，' * 9}这样就说完了。" for number in range(150)))
    )
    assert body(printer(document, form).content, form) == expected(document, form)


@pytest.mark.parametrize("form", FORMATS)
def test_what_nobody_approved_says_so_on_every_page(printer: Printer, form: ExportFormat) -> None:
    document = a_document(a_letter(*(f"第{number}句话。" for number in range(120))), approved=False)
    file = printer(document, form)
    assert WATERMARK in file.name
    if form is ExportFormat.PDF:
        pages = pdf_pages(file.content)
        assert len(pages) > 2
        assert all(dense(page).count(WATERMARK) == 2 for page in pages)
    elif form is ExportFormat.DOCX:
        word = docx.Document(io.BytesIO(file.content))
        (header,) = {section.header.part.blob.decode() for section in word.sections}
        assert f'string="{WATERMARK}"' in header
        assert document.frame.notice in header
        assert not word.sections[0].different_first_page_header_footer
    else:
        page = file.content.decode()
        assert f'<div class="watermark" aria-hidden="true"><span>{WATERMARK}</span></div>' in page
        assert "position: fixed" in page


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_approved_carries_no_watermark(printer: Printer, form: ExportFormat) -> None:
    file = printer(a_document(), form)
    assert WATERMARK not in file.name
    if form is ExportFormat.PDF:
        assert not any(WATERMARK in dense(page) for page in pdf_pages(file.content))
    elif form is ExportFormat.DOCX:
        parts = zipfile.ZipFile(io.BytesIO(file.content))
        assert not any(WATERMARK in parts.read(name).decode(errors="ignore") for name in parts.namelist())
    else:
        assert WATERMARK not in file.content.decode()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("approved", [True, False])
def test_the_same_document_gives_the_same_bytes(form: ExportFormat, *, approved: bool) -> None:
    document = a_document(charts=some_charts(), approved=approved, contents=True)
    assert Printer()(document, form).sha256 == Printer()(document, form).sha256


def test_a_pdf_is_labelled_in_info_and_xmp(printer: Printer) -> None:
    document = a_document()
    with pikepdf.open(io.BytesIO(printer(document, ExportFormat.PDF).content)) as pdf:
        told = json.loads(str(pdf.docinfo["/AIGC"]))
        with pdf.open_metadata() as metadata:
            assert json.loads(metadata[f"{{{AIGC_NAMESPACE}}}AIGC"]) == told
        assert str(pdf.docinfo["/Title"]) == "一人一策服务方案"
        assert "S0000000000001" in str(pdf.docinfo["/Author"])
        assert "/MarkInfo" in pdf.Root
    _is_the_label_of(document, told)


def test_a_docx_is_labelled_in_its_properties(printer: Printer) -> None:
    document = a_document()
    content = printer(document, ExportFormat.DOCX).content
    custom = zipfile.ZipFile(io.BytesIO(content)).read("docProps/custom.xml").decode()
    label = custom.split('name="AIGC"><vt:lpwstr>')[1].split("</vt:lpwstr>")[0]
    _is_the_label_of(document, json.loads(label))
    about = docx.Document(io.BytesIO(content)).core_properties
    assert (about.title, about.identifier, about.language) == ("一人一策服务方案", document.content_id, "zh-CN")


_TABLE_PROPERTIES = ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblLook")


def test_word_finds_the_properties_of_tables_in_the_order_that_it_asks_for(printer: Printer) -> None:
    word = docx.Document(io.BytesIO(printer(a_document(charts=some_charts()), ExportFormat.DOCX).content))
    told = [[part.tag.partition("}")[2] for part in one] for one in word.element.body.iter() if _is_properties(one)]
    assert len(told) == 6
    for names in told:
        assert names == sorted(names, key=_TABLE_PROPERTIES.index)


def _is_properties(element: BaseOxmlElement) -> bool:
    return str(element.tag).endswith("}tblPr")


def test_an_html_page_is_labelled_and_fetches_nothing(printer: Printer) -> None:
    document = a_document(charts=some_charts())
    page = printer(document, ExportFormat.HTML).content.decode()
    label = page.split('<meta name="AIGC" content="')[1].split('">')[0].replace("&#34;", '"')
    _is_the_label_of(document, json.loads(label))
    assert "<script" not in page
    assert page.count("<svg") == 3
    assert not any(word in page.replace("http://www.w3.org/", "") for word in ("http://", "https://", "src="))


def _is_the_label_of(document: ExportDocument, told: dict[str, str]) -> None:
    assert list(told) == [
        "Label",
        "ContentProducer",
        "ProduceID",
        "ReservedCode1",
        "ContentPropagator",
        "PropagateID",
        "ReservedCode2",
    ]
    assert told["Label"] == "1"
    assert told["ContentProducer"] == document.provider_code
    assert document.content_id in told["ProduceID"]
    assert document.digest in told["ReservedCode1"]


def test_every_page_of_a_pdf_is_a4_and_names_the_adviser_the_label_and_its_number(printer: Printer) -> None:
    content = printer(a_document(charts=some_charts()), ExportFormat.PDF).content
    pages = pypdfium2.PdfDocument(content)
    assert all((round(page.get_width()), round(page.get_height())) == (595, 842) for page in pages)
    for number, text in enumerate(map(dense, pdf_pages(content)), start=1):
        assert "登记编码：S0000000000001" in text
        assert "AI辅助生成case-" in text
        assert f"第{number}页/共{len(pages)}页" in text


def test_contents_list_the_headings(printer: Printer) -> None:
    document = a_document(contents=True)
    listed = "".join(map(dense, document.letter.headings))
    assert f"目录{listed}" in docx_body(printer(document, ExportFormat.DOCX).content)
    assert f"目录{listed}" in html_text(printer(document, ExportFormat.HTML).content)
    pdf = pdf_body(printer(document, ExportFormat.PDF).content)
    assert all(pdf.count(dense(heading)) == 2 for heading in document.letter.headings)
    plain = pypdfium2.PdfDocument(printer(a_document(), ExportFormat.PDF).content)
    assert [item.get_title() for item in plain.get_toc()] == list(document.letter.headings)


def test_a_chart_whose_numbers_were_not_approved_is_not_drawn(printer: Printer) -> None:
    charts = some_charts()
    other = charts[0].model_copy(update={"source": "别的来源"})
    document = a_document(a_letter(charts=charts), charts=(other, *charts[1:]))
    assert sorted(document.figures) == [2, 3]
    assert printer(document, ExportFormat.HTML).content.decode().count("<svg") == 2
    word = docx.Document(io.BytesIO(printer(document, ExportFormat.DOCX).content))
    assert len([name for name in word.part.package.iter_parts() if "media" in str(name.partname)]) == 2


def test_without_a_chinese_font_it_is_told_what_to_install() -> None:
    def nothing_but_the_built_in() -> object:
        return find_chinese_fonts(typst.Fonts(include_system_fonts=False))

    bare = Printer(nothing_but_the_built_in)  # type: ignore[arg-type]
    for form, charts in (
        (ExportFormat.PDF, ()),
        (ExportFormat.DOCX, some_charts()),
        (ExportFormat.HTML, some_charts()),
    ):
        with pytest.raises(Unavailable, match="fonts-noto-cjk"):
            bare(a_document(charts=charts), form)
    for form in (ExportFormat.DOCX, ExportFormat.HTML):
        assert bare(a_document(), form).content


def test_a_file_has_a_name_that_any_disk_takes(printer: Printer) -> None:
    document = a_document('../..//题:*?"<>|\x00目\n\n正文。')
    name = printer(document, ExportFormat.HTML).name
    assert not set('/\\:*?"<>|\x00') & set(name)
    assert name.startswith("题目-")


def test_several_exports_at_once_do_not_disturb_each_other(printer: Printer) -> None:
    document = a_document(charts=some_charts())
    wanted = {form: printer(document, form).sha256 for form in FORMATS}
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda form: (form, printer(document, form).sha256), FORMATS * 4))
    assert all(wanted[form] == sha256 for form, sha256 in made)
