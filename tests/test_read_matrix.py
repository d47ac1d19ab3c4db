"""The five real letters in every format and encoding, made by LibreOffice and others: what is read is the letter, and says what the letter says.

Needs libreoffice-writer-nogui, antiword, catdoc, tesseract-ocr, tesseract-ocr-chi-sim and fonts-noto-cjk (Debian); a test whose program is missing
is passed over with that reason.
"""
from __future__ import annotations

import difflib
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from kg.bundle import SHIPPED
from kg.errors import InputError
from kg.evaluate import Scores, evaluate, macro, settled
from kg.gold import Gold, read_golds
from kg.model import Extraction, Source
from kg.read import Limits, Readers
from kg.reading import Reading

SEEDS = Path(__file__).parent / "corpus" / "seeds"
LETTERS = sorted((SEEDS / "letters").glob("*.txt"))
FORMATS = {"docx": "docx:MS Word 2007 XML", "doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format", "html": "html:HTML (StarWriter)", "odt": "odt", "pdf": "pdf"}
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be")
PDF_SHARE, F1_LOSS = 0.95, 0.02

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the letters in all formats that LibreOffice writes."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is missing: apt-get install libreoffice-writer-nogui fonts-noto-cjk")
    folder = tmp_path_factory.mktemp("matrix")
    for letter in LETTERS:
        shutil.copy(letter, folder)
    texts = [letter.name for letter in LETTERS]
    for form in FORMATS.values():
        subprocess.run([office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--infilter=Text (encoded):UTF8,LF,,,",
                        "--convert-to", form, *texts], cwd=folder, check=True, capture_output=True, timeout=300)
    for letter in LETTERS:      # WPS Writer's own format is that of Word 97
        shutil.copy(folder / f"{letter.stem}.doc", folder / f"{letter.stem}.wps")
    return folder


def read_one(path: Path, ocr: bool = False) -> Source:
    with Readers(Limits(seconds=120), ocr) as readers:
        (found,) = readers.file(path).letters
    return found.source


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def paragraphs(text: str) -> list[str]:
    return [line for line in map(bare, text.splitlines()) if line]


def share(source: Source, letter: Path) -> float:
    """The share of the letter's paragraphs that were read as they are."""
    wanted, got = paragraphs(letter.read_text(encoding="utf-8")), set(paragraphs(source.text))
    return sum(paragraph in got for paragraph in wanted) / len(wanted)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)
def test_a_letter_in_any_encoding_is_the_same_text(letter: Path, encoding: str, tmp_path: Path) -> None:
    text = letter.read_text(encoding="utf-8")
    codec, mark = ("utf-16-be", "\ufeff") if encoding == "utf-16-be" else (encoding, "")
    (tmp_path / letter.name).write_bytes((mark + text).encode(codec))
    assert read_one(tmp_path / letter.name).text == text


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)
def test_a_letter_in_big5_is_the_text_in_traditional_characters(letter: Path, tmp_path: Path) -> None:
    from opencc import OpenCC
    text = OpenCC("s2t").convert(letter.read_text(encoding="utf-8")).encode("big5", "ignore").decode("big5")
    (tmp_path / letter.name).write_bytes(text.encode("big5"))
    assert read_one(tmp_path / letter.name).text == text


@pytest.mark.parametrize("form", ["docx", "doc", "wps", "rtf", "html", "odt"])
@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)
def test_a_letter_in_another_format_is_the_same_text(letter: Path, form: str, made: Path) -> None:
    source = read_one(made / f"{letter.stem}.{form}")
    assert bare(source.text) == bare(letter.read_text(encoding="utf-8"))
    assert share(source, letter) == 1
    assert source.parts


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)
def test_a_letter_as_a_page_in_gbk_is_the_same_text(letter: Path, made: Path, tmp_path: Path) -> None:
    page = (made / f"{letter.stem}.html").read_text(encoding="utf-8").replace("charset=utf-8", "charset=gb2312")
    (tmp_path / "a.html").write_bytes(page.encode("gb18030"))
    assert share(read_one(tmp_path / "a.html"), letter) == 1


@pytest.mark.parametrize("program", ["antiword", "soffice"])
def test_each_program_reads_the_old_format_alike(program: str, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is missing: apt-get install antiword catdoc libreoffice-writer-nogui")
    from kg.read import legacy
    from kg.read.document import Task
    monkeypatch.setattr(legacy, "found", lambda *names: shutil.which(program) if program in names else None)
    for letter in LETTERS[:2]:
        (document,) = legacy.read_doc((made / f"{letter.stem}.doc").read_bytes(), Task("a.doc"))
        assert bare(document.text) == bare(letter.read_text(encoding="utf-8"))


def test_what_catdoc_garbles_is_refused_and_what_it_reads_is_told(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("catdoc") is None:
        pytest.skip("catdoc is missing: apt-get install catdoc")
    from kg.read import legacy
    from kg.read.document import Task
    monkeypatch.setattr(legacy, "found", lambda *names: shutil.which("catdoc") if "catdoc" in names else None)
    for letter in LETTERS:
        try:
            (document,) = legacy.read_doc((made / f"{letter.stem}.doc").read_bytes(), Task("a.doc"))
        except InputError:
            continue
        assert "catdoc" in document.notices[0].en
        assert bare(document.text) == bare(letter.read_text(encoding="utf-8"))


def test_95_of_100_paragraphs_of_a_pdf_are_those_of_the_letter(made: Path) -> None:
    wanted = {letter: paragraphs(letter.read_text(encoding="utf-8")) for letter in LETTERS}
    right = sum(round(share(read_one(made / f"{letter.stem}.pdf"), letter) * len(wanted[letter])) for letter in LETTERS)
    assert right >= PDF_SHARE * sum(map(len, wanted.values()))


def test_every_character_of_a_pdf_has_its_page(made: Path) -> None:
    source = read_one(made / f"{LETTERS[0].stem}.pdf")
    assert source.parts[0].start == 0
    assert {part.page for part in source.parts} == set(range(1, int(source.metadata["pages"]) + 1))


def test_a_scan_is_read_by_tesseract(made: Path, tmp_path: Path) -> None:
    if shutil.which("tesseract") is None:
        pytest.skip("Tesseract is missing: apt-get install tesseract-ocr tesseract-ocr-chi-sim")
    import pypdfium2
    letter = next(path for path in LETTERS if "three-attractions" in path.name)
    document = pypdfium2.PdfDocument(made / f"{letter.stem}.pdf")
    pictures = [page.render(scale=200 / 72, grayscale=True).to_pil() for page in document]
    pictures[0].save(tmp_path / "scan.pdf", save_all=True, append_images=pictures[1:], resolution=200)
    source = read_one(tmp_path / "scan.pdf", ocr=True)
    same = difflib.SequenceMatcher(None, bare(source.text), bare(letter.read_text(encoding="utf-8")), autojunk=False).ratio()
    assert same >= 0.98
    assert len(paragraphs(source.text)) == len(paragraphs(letter.read_text(encoding="utf-8")))


# what is said


def scores(golds: list[Gold], sources: dict[str, Source]) -> Scores:
    reading = Reading()
    found = settled([reading.extract(sources[gold.name]) for gold in golds], reading.lexicon())
    return evaluate((gold, aligned(gold, extraction)) for gold, extraction in zip(golds, found, strict=True))


def aligned(gold: Gold, extraction: Extraction) -> Extraction:
    """The extraction with the places of its text as those of the gold's text: the same characters, white space apart."""
    theirs = [i for i, char in enumerate(gold.text) if not char.isspace()]
    source = extraction.letter.source
    rank, place = 0, []
    for char in source.text:
        place.append(theirs[min(rank, len(theirs) - 1)])
        rank += not char.isspace()
    letter = extraction.letter
    return replace(extraction, letter=replace(letter, source=replace(source, text=gold.text), origins=tuple(place[i] for i in letter.origins)))


@pytest.mark.parametrize("form", ["docx", "doc", "rtf", "html", "pdf"])
def test_what_is_read_scores_as_plain_text_does(form: str, made: Path) -> None:
    if not SHIPPED.is_file():
        pytest.skip("no model was trained yet")
    golds = list(read_golds([SEEDS / "gold"]))
    plain = scores(golds, {gold.name: read_one(SEEDS / "letters" / f"{gold.name}.txt") for gold in golds})
    other = scores(golds, {gold.name: read_one(made / f"{gold.name}.{form}") for gold in golds})
    print(form, f"{macro(plain.rows):.4f} {macro(other.rows):.4f}", {m: (round(r.f1, 3), round(other.rows[m].f1, 3)) for m, r in plain.rows.items()})
    assert macro(other.rows) >= macro(plain.rows) - F1_LOSS
    for measure in ("mentions", "entities", "facts", "figures"):
        assert other.rows[measure].f1 >= plain.rows[measure].f1 - F1_LOSS, measure
