"""Each format: the text that is read, where it stands in the original, and what the original says of itself. Files are made by tests/samples."""
from __future__ import annotations

import json
from email.message import EmailMessage

import pytest

from kg.errors import InputError
from kg.model import Part
from kg.read.document import Document, Paragraph, Task, compose
from kg.read.kinds import KINDS, kind_of
from kg.spans import Span
from tests.samples import office, pages, pdf

LETTER = "\n".join((pages.TITLE, *pages.LETTER))
PROSE = "近年来我市深入推进与香港的科技合作，共举办各类交流活动三十余场，参加青年两千余人次，签署合作协议十二项，取得了积极成效。"


def read_as(kind: str, data: bytes, file: str = "letter") -> Document:
    """The one document that a reader gives, read in this process."""
    (document,) = KINDS[kind].load(file)(data, Task(file))
    return document


def bare(text: str) -> list[str]:
    """The lines of a text without white space, empty ones left out."""
    return [line for line in ("".join(line.split()) for line in text.splitlines()) if line]


def part_at(document: Document, words: str) -> Part:
    """The part of the original in which words stand."""
    at = document.text.index(words)
    return [part for part in document.parts if part.start <= at][-1]


# which format


@pytest.mark.parametrize(("data", "suffix", "kind"), [
    (b"%PDF-1.4 ...", ".pdf", "pdf"), (b"%PDF-1.4 ...", ".txt", "pdf"), (b"{\\rtf1 a}", ".doc", "rtf"), (b"<!DOCTYPE html><html>", ".doc", "html"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".wps", "doc"), (b"text", ".txt", "text"), (b"text", "", "text"), (b"# text", ".md", "markdown"),
    (b"a,b\n1,2", ".csv", "csv"), (b"GIF8 is no picture here", ".txt", "text"), (b"MIME-Version: 1.0\n\ntext", ".mht", "mail"),
    (b"\xff\xfe" + "<html><body>".encode("utf-16-le"), ".htm", "html")])
def test_the_format_is_that_of_the_content_and_else_that_of_the_suffix(data: bytes, suffix: str, kind: str) -> None:
    assert kind_of(data, "letter", suffix)[0] == kind


def test_a_name_that_disagrees_with_the_content_is_told() -> None:
    _, notices = kind_of(b"<html><body>x</body></html>", "letter.doc", ".doc")
    assert "html" in notices[0].en and "网页" in notices[0].zh


@pytest.mark.parametrize(("data", "suffix", "said"), [
    (b"\x89PNG\r\n\x1a\n\0\0", ".png", "PNG"), (b"Rar!\x1a\x07\0", ".rar", "unpack"), (b"MZ\x90\0\3\0", ".exe", "program"), (b"text", ".docx", "damaged"),
    (b"text", ".xyz", "format that cannot be read")])
def test_what_is_no_letter_is_refused_with_what_to_do(data: bytes, suffix: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        kind_of(data, f"letter{suffix}", suffix)


def test_a_spreadsheet_is_no_letter() -> None:
    with pytest.raises(InputError, match="spreadsheet"):
        kind_of(office.archive({"[Content_Types].xml": office.TYPES, "xl/workbook.xml": "<x/>"}), "a.xlsx", ".xlsx")


# where it stands


def test_parts_are_those_of_the_paragraphs_and_a_rest_goes_on_with_its_line() -> None:
    text, parts = compose([Paragraph("一二", 1, "p1"), Paragraph("三", 2, "p1", goes_on=True), Paragraph("四", 2, "p2")])
    assert text == "一二三\n四\n"
    assert parts == (Part(0, 1, "p1"), Part(2, 2, "p1"), Part(4, 2, "p2"))


def test_the_parts_of_a_span_are_all_that_it_touches() -> None:
    from kg.model import Source
    source = Source("a", "a.pdf", "一二三\n四\n", "", parts=(Part(0, 1, "p1"), Part(2, 2, "p1"), Part(4, 2, "p2")))
    assert [part.page for part in source.parts_of(Span(0, 2))] == [1]
    assert [part.page for part in source.parts_of(Span(1, 3))] == [1, 2]
    assert [part.element for part in source.parts_of(Span(4, 5))] == ["p2"]


# web pages


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_letter_on_a_page_is_read_without_the_page(name: str) -> None:
    document = read_as("html", pages.PAGES[name]().encode("gb18030" if name == "old" else "utf-8"))
    assert bare(document.text) == bare(LETTER)


def test_a_page_says_its_title_date_source_and_attachments() -> None:
    document = read_as("html", pages.trs().encode())
    assert document.metadata == {"format": "text/html", "title": pages.TITLE, "issued": "2024-05-28", "publisher": "市政府港澳办"}
    assert document.attachments == ("办理情况表.docx (/files/P020240528.docx)",)
    assert "not fetched" in document.notices[0].en


def test_a_page_without_metas_is_asked_for_date_and_source_in_its_text() -> None:
    document = read_as("html", pages.jcms().encode())
    assert (document.metadata["issued"], document.metadata["publisher"], document.metadata["title"]) == ("2024-05-28", "市政府港澳办", pages.TITLE)


def test_a_table_of_a_page_keeps_its_rows_and_each_row_its_place() -> None:
    document = read_as("html", pages.with_table().encode())
    assert document.text.splitlines()[-3:] == ["年份  活动（场）", "2022  21", "2023  30"]
    assert part_at(document, "2023  30").element == "table1/row3"


def test_scripts_hidden_text_and_comments_are_not_read() -> None:
    page = f"<body><p>{PROSE}</p><p style='display:none'>隐藏的文字</p><!-- 注释 --><script>脚本</script><p hidden>再隐藏</p></body>"
    assert bare(read_as("html", page.encode()).text) == bare(PROSE)


def test_a_page_that_a_script_would_make_is_told() -> None:
    with pytest.raises(InputError, match="made by a script"):
        read_as("html", b"<html><body><div id=app></div><script>render()</script></body></html>")


# Word


def test_paragraphs_tables_and_their_places() -> None:
    document = read_as("docx", office.docx(office.paragraph("一段"), office.table(("年份", "活动（场）"), ("2023", "30")), office.paragraph("二段")))
    assert document.text == "一段\n年份  活动（场）\n2023  30\n二段\n"
    assert [part.element for part in document.parts] == ["p1", "table1/row1", "table1/row2", "p2"]


def test_tracked_changes_are_read_as_accepted_and_told() -> None:
    body = '<w:p><w:r><w:t>天津</w:t></w:r><w:del><w:r><w:delText>上海</w:delText></w:r></w:del><w:ins><w:r><w:t>市教委</w:t></w:r></w:ins></w:p>'
    document = read_as("docx", office.docx(body))
    assert document.text == "天津市教委\n"
    assert "tracked changes" in document.notices[0].en


def test_text_boxes_headers_footers_and_notes_are_read_and_page_numbers_are_not() -> None:
    box = ("<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
           "<w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
           "<w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>")
    header = f"<w:hdr {office.W}>{office.paragraph('天津市教育委员会')}</w:hdr>"
    footer = f"<w:ftr {office.W}>{office.paragraph('— 1 —')}{office.paragraph('地址：和平区')}</w:ftr>"
    notes = f"<w:footnotes {office.W}><w:footnote w:id='1'>{office.paragraph('脚注')}</w:footnote></w:footnotes>"
    document = read_as("docx", office.docx(box, header1=header, footer1=footer, footnotes=notes))
    assert document.text.splitlines() == ["天津市教育委员会", "正文", "框内", "脚注", "地址：和平区"]
    assert part_at(document, "框内").element == "textbox1"


def test_numbers_that_word_writes_by_itself_are_part_of_the_text() -> None:
    numbering = (f"<w:numbering {office.W}><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='chineseCounting'/>"
                 "<w:lvlText w:val='%1、'/></w:lvl><w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='chineseCounting'/><w:lvlText w:val='（%2）'/></w:lvl>"
                 "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>")

    def numbered(text: str, level: int) -> str:
        return office.paragraph(text, f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='1'/></w:numPr>")
    document = read_as("docx", office.docx(numbered("工作", 0), numbered("甲", 1), numbered("乙", 1), numbered("打算", 0), numbered("丙", 1),
                                           numbering=numbering))
    assert document.text.splitlines() == ["一、工作", "（一）甲", "（二）乙", "二、打算", "（一）丙"]


def test_pages_are_known_where_word_says_where_they_end() -> None:
    second = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>第二页</w:t></w:r></w:p>"
    document = read_as("docx", office.docx(office.paragraph("第一页"), second, office.paragraph("还是第二页")))
    assert [part.page for part in document.parts] == [1, 1, 2]      # a paragraph has the page on which it begins


def test_macros_and_hidden_text_are_left_alone_and_told() -> None:
    body = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r><w:r><w:t>明</w:t></w:r></w:p>"
    data = office.archive({"[Content_Types].xml": office.TYPES, "word/document.xml": f"<w:document {office.W}><w:body>{body}</w:body></w:document>",
                           "word/vbaProject.bin": b"Sub AutoOpen()"})
    document = read_as("docx", data)
    assert document.text == "明\n"
    assert [("macros" in notice.en, "hidden" in notice.en) for notice in document.notices] == [(False, True), (True, False)]


# PDF


def test_paragraphs_are_joined_also_over_pages_and_margins_are_left_out() -> None:
    lines = pdf.lines("\n".join((PROSE * 2, PROSE, PROSE * 3)), y=730)
    marks = [pdf.Text(72, 800, "内部资料 注意保存", 9)]
    first = [*marks, *lines[:8], pdf.Text(280, 40, "— 1 —", 10)]
    second = [*marks, *(pdf.Text(line.x, line.y + 150, line.text, line.size) for line in lines[8:]), pdf.Text(280, 40, "— 2 —", 10)]
    document = read_as("pdf", pdf.pdf(first, second))
    assert document.text.splitlines() == [PROSE * 2, PROSE, PROSE * 3]
    assert {part.page for part in document.parts} == {1, 2}


def test_two_columns_are_read_one_after_the_other() -> None:
    left, right = pdf.lines(PROSE * 3, 60, 285, 700, 10.5), pdf.lines(PROSE * 2 + "完。", 310, 535, 700, 10.5)
    document = read_as("pdf", pdf.pdf([pdf.Text(200, 760, "关于某提案的答复", 18), *left, *right]))
    assert document.text.splitlines() == ["关于某提案的答复", PROSE * 3, PROSE * 2 + "完。"]


def test_a_red_header_of_two_organs_number_and_signer_and_a_signature() -> None:
    head: list[pdf.Text | str] = [pdf.Text(100, 770, "天津市教育委员会", 16), pdf.Text(100, 740, "天津市科学技术局", 16), pdf.Text(330, 755, "文件", 30),
            "1 0 0 RG 2 w 72 720 m 523 720 l S", pdf.Text(72, 690, "津教委函〔2024〕12号"), pdf.Text(400, 690, "签发人：王某"),
            pdf.Text(150, 650, "对市政协第0321号提案的答复", 18)]
    body = [*pdf.lines("李某某委员：", y=600, indent=False), *pdf.lines(f"{PROSE}\n{PROSE}", y=580)]
    end = [pdf.Text(330, 300, "天津市教育委员会"), pdf.Text(350, 280, "2024年5月20日")]
    document = read_as("pdf", pdf.pdf([*head, *body, *end]))
    assert document.text.splitlines() == ["天津市教育委员会", "天津市科学技术局", "文件", "津教委函〔2024〕12号  签发人：王某", "对市政协第0321号提案的答复",
                                          "李某某委员：", PROSE, PROSE, "天津市教育委员会", "2024年5月20日"]


def test_a_table_with_rules_keeps_its_rows() -> None:
    grid = "0.5 w " + " ".join(f"100 {y} m 400 {y} l S" for y in (500, 480, 460, 440)) + " " + " ".join(f"{x} 500 m {x} 440 l S" for x in (100, 250, 400))
    cells = [pdf.Text(110 + 150 * column, 485 - 20 * row, text, 10)
             for row, texts in enumerate((("年份", "活动（场）"), ("2022", "21"), ("2023", "30"))) for column, text in enumerate(texts)]
    document = read_as("pdf", pdf.pdf([*pdf.lines(PROSE, y=600), grid, *cells, *pdf.lines("以上答复。", y=420)]))
    assert document.text.splitlines() == [PROSE, "年份  活动（场）", "2022  21", "2023  30", "以上答复。"]


def test_a_pdf_says_its_title_author_and_date() -> None:
    document = read_as("pdf", pdf.pdf(pdf.lines(PROSE), info="/Title (reply) /Author (kg) /CreationDate (D:20240520101010)"))
    assert document.metadata == {"format": "application/pdf", "pages": "1", "title": "reply", "author": "kg", "created": "2024-05-20"}


def test_a_scan_is_told_with_what_reads_it() -> None:
    picture = "q 400 0 0 500 90 200 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
    with pytest.raises(InputError, match="--ocr"):
        read_as("pdf", pdf.pdf([picture]))


# RTF, Markdown, mail, tables, archives


def test_rtf_in_code_points_and_in_bytes_of_gbk() -> None:
    points = "".join(f"\\u{ord(char) if ord(char) < 32768 else ord(char) - 65536}?" for char in "天津市教委")
    octets = "".join(f"\\'{byte:02x}" for byte in "香港科学园".encode("gb18030"))
    source = f"{{\\rtf1\\ansi\\ansicpg936{{\\fonttbl{{\\f0\\fcharset134 SimSun;}}}}{{\\info{{\\title reply}}}}\\f0 {points}\\par {octets}\\par{{\\*\\x no}}{{\\v hid}}}}"
    document = read_as("rtf", source.encode("ascii"))
    assert bare(document.text) == ["天津市教委", "香港科学园"]
    assert document.metadata == {"format": "application/rtf", "title": "reply"}


def test_markdown_loses_its_marks_and_keeps_its_words() -> None:
    text = "---\ntitle: 答复\ndate: 2024-05-20\n---\n# 关于提案的**答复**\n\n见[办法](https://a.b/c)。\n\n| 年份 | 数 |\n|---|---|\n| 2023 | 30 |\n- 一项\n"
    document = read_as("markdown", text.encode())
    assert [line for line in document.text.splitlines() if line] == ["关于提案的答复", "见办法。", "年份  数", "2023  30", "一项"]
    assert document.metadata == {"format": "text/markdown", "title": "答复", "issued": "2024-05-20"}


def test_mail_gives_its_text_and_each_attached_letter() -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["Date"] = "答复函", "市科技局 <a@b.cn>", "Mon, 20 May 2024 10:00:00 +0800"
    message.set_content(LETTER, charset="gb18030")
    message.add_attachment(office.docx(office.paragraph("附件里的函")), maintype="application", subtype="octet-stream", filename="附件.docx")
    message.add_attachment(b"\x89PNG\0", maintype="image", subtype="png", filename="seal.png")
    first, second = KINDS["mail"].load("a")(message.as_bytes(), Task("a.eml"))
    assert bare(first.text) == bare(LETTER)
    assert (first.metadata["title"], first.metadata["issued"]) == ("答复函", "2024-05-20")
    assert "seal.png" in first.notices[-1].en
    assert (second.name, second.text) == ("附件", "附件里的函\n")


@pytest.mark.parametrize(("table", "said"), [
    ("id,text\na,甲函\nb, \nc,\nd,丁函\n", [[], ["Rows 2, 3 without text passed over."]]),
    ("id,text\na,甲函\nd,丁函\nb, \n", [[], ["Row 3 without text passed over."]]),
    ("id,text\na,甲函\nb\nd,丁函\n", [[], ["Row 2 without text passed over."]]),
    ("id,text\na,甲函\nd,丁函\n", [[], []]),
])
def test_rows_without_text_are_passed_over_and_told(table: str, said: list[list[str]]) -> None:
    documents = KINDS["csv"].load("a")(table.encode(), Task("a.csv"))
    assert [[notice.en for notice in document.notices] for document in documents] == said


def test_rows_of_jsonl_and_csv_are_letters_named_by_their_column() -> None:
    jsonl = "\n".join(json.dumps({"id": f"n{i}", "正文": LETTER, "标题": "题"}, ensure_ascii=False) for i in (1, 2))
    csv = f'编号,内容,网址\nA1,"{LETTER}",https://a.b\nA2,"{LETTER}",\n'
    for kind, data, names in (("jsonl", jsonl, ["n1", "n2"]), ("csv", csv, ["A1", "A2"])):
        documents = KINDS[kind].load("a")(data.encode("gb18030"), Task(f"a.{kind}"))
        assert [document.name for document in documents] == names
        assert all(document.text == LETTER for document in documents)


@pytest.mark.parametrize(("kind", "data", "said"), [("jsonl", "{", "line 1 is no JSON"), ("jsonl", "[1]", "no JSON object"), ("csv", "a,b\n1,2\n", "has no text"),
                                                    ("csv", "text\n", "empty")])
def test_a_table_without_letters_is_told_with_its_line(kind: str, data: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        KINDS[kind].load("a")(data.encode(), Task(f"a.{kind}"))


def test_an_archive_gives_every_letter_in_it_and_tells_of_the_rest() -> None:
    data = office.archive({"2024/一.txt": LETTER.encode("gb18030"), "2024/二.docx": office.docx(office.paragraph(LETTER)), "2024/坏.pdf": b"%PDF-x",
                           "__MACOSX/x.txt": b"x", "photo.png": b"\x89PNG"})
    documents = KINDS["zip"].load("a")(data, Task("a.zip"))
    assert [document.name for document in documents] == ["一", "二"]
    assert "坏.pdf" in documents[0].notices[-1].en


def test_an_archive_in_an_archive_is_read_and_one_more_is_not() -> None:
    inner = office.archive({"a.txt": LETTER.encode()})
    for _ in range(2):
        inner = office.archive({"z.zip": inner})
    assert KINDS["zip"].load("a")(office.archive({"z.zip": office.archive({"a.txt": LETTER.encode()})}), Task("a.zip"))
    with pytest.raises(InputError, match="deeper than"):
        KINDS["zip"].load("a")(office.archive({"z.zip": inner}), Task("a.zip"))


def test_an_old_document_without_a_program_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.read.legacy.found", lambda *_: None)
    with pytest.raises(InputError, match="apt-get install antiword"):
        read_as("doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc")


def test_an_old_file_without_a_word_document_is_no_letter() -> None:
    with pytest.raises(InputError, match="no Word document"):
        read_as("doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "a.doc")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.read.kinds.find_spec", lambda _: None)
    with pytest.raises(Exception, match=r"pip install 'zhihan\[pdf\]'"):
        KINDS["pdf"].load("a.pdf")


def test_every_kind_of_the_table_has_a_reader_and_its_own_suffixes() -> None:
    suffixes = [suffix for kind in KINDS.values() for suffix in kind.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(callable(kind.load("a")) for kind in KINDS.values())


