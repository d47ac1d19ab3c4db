"""A reader's way through the explorer in a real Chromium: search, entity, fact, letter, graph, question, SPARQL; by mouse and by keys; wide, narrow, dark, and
with a letter full of markup. Skipped without Chromium or without built scripts (make web)."""
from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from kg import iris
from kg.cli import cli
from kg.explore.links import id_link, lookup_link
from tests.browser.chrome import CHROMIUM
from tests.hostile import IMAGE, LETTER, NAMES, SCRIPT, hostile_store
from tests.serving import ROOT

pytest.importorskip("playwright", reason="needs playwright")

from click.testing import CliRunner
from playwright.sync_api import Browser

from tests.browser.explorer import BUILT, NARROW, WIDE, Reader, chromium, reader, served

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium"), pytest.mark.skipif(not BUILT, reason="needs  make web")]
PAGES = ("/", "/letters", "/events", "/places?a=天津市&b=香港特别行政区", "/search?q=天开", "/graph?about=天津市&size=20", "/questions", "/questions/cooperation?who=天津市",
         "/query", "/id/天津市", "/id/letter/shanghai-2023-youth-innovation", "/id/没有")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def url(gold_store: Path) -> Iterator[str]:
    with served(gold_store) as one:
        yield one


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(hostile_store(tmp_path_factory.mktemp("hostile") / "store")) as one:
        yield one


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (WIDE, True), (NARROW, False), (NARROW, True)])
def test_no_page_reports_an_error_asks_another_server_or_is_wider_than_the_screen(browser: Browser, url: str, size: tuple[int, int], dark: bool) -> None:
    with reader(browser, url, size, dark) as one:
        for path in PAGES:
            one.open(path)
            one.page.wait_for_load_state("networkidle")
            assert one.overflow <= 0, path
        one.wrong = [message for message in one.wrong if "404" not in message]       # the last of them is not there, and the console says so


def test_a_period_of_time_stays_beside_its_event(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/events")
        spans = one.page.eval_on_selector_all(".timeline .time", "all => all.map(time => [time.innerText, time.scrollWidth - time.clientWidth])")
        assert [text for text, _ in spans if "/" in text] != []
        assert [text for text, beyond in spans if beyond > 0] == []


@pytest.mark.parametrize(("path", "cell", "least"), [("/letters", "tbody td:first-child", 180), ("/questions/cooperation?who=天津市", ".answer tr:not(.quote) td", 70)])
def test_cells_of_a_table_keep_a_width_to_read_on_a_narrow_screen(browser: Browser, url: str, path: str, cell: str, least: int) -> None:
    with reader(browser, url, NARROW) as one:
        one.open(path)
        widths = one.page.eval_on_selector_all(cell, "all => all.map(cell => cell.getBoundingClientRect().width)")
        ends = one.page.eval_on_selector_all(".answer .quote blockquote", "all => all.map(quote => quote.getBoundingClientRect().right)")
        assert min(widths) >= least and one.overflow <= 0 and max(ends, default=0) <= NARROW[0]      # a sentence is read without scrolling aside


@pytest.mark.parametrize("made", ["evaluate", "docs", "diff", "promises"])
def test_a_page_in_a_file_is_no_wider_than_a_narrow_screen(browser: Browser, gold_store: Path, tmp_path: Path, made: str) -> None:
    out = tmp_path / "page.html"
    store = ["--store", str(gold_store)]
    arguments = {"evaluate": [str(ROOT / "tests/corpus/seeds/gold"), "--html", str(out)], "docs": ["-o", str(out)],
                 "diff": ["--years", "2023", "2024", "--format", "html", "-o", str(out), *store], "promises": ["--format", "html", "-o", str(out), *store]}[made]
    done = CliRunner().invoke(cli, [made, *arguments])
    assert done.exit_code == 0, done.output
    context = browser.new_context(viewport={"width": NARROW[0], "height": NARROW[1]})
    page = context.new_page()
    page.goto(out.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.close()


def test_a_reader_goes_from_a_search_to_the_sentence_in_its_letter(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/")
        one.page.keyboard.press("/")
        one.page.keyboard.type("tiankaig", delay=20)
        one.page.wait_for_selector("#suggestions li >> text=天开高教科创园")
        one.page.keyboard.press("ArrowDown")
        one.page.keyboard.press("Enter")
        one.page.wait_for_url(re.compile("/id/"))
        assert one.path() == "/id/天开高教科创园" and one.page.inner_text("h1") == "天开高教科创园"

        fact = one.page.locator("li.fact", has_text="香港科学园").first
        assert "计划" in fact.inner_text()
        fact.locator("a", has_text="依据").click()
        assert "香港科学园" in one.page.inner_text(".sentence.marked")

        one.page.click("text=在函中阅读")
        one.page.wait_for_selector(".sentence:target")                   # a click does not wait for the page that it leads to
        assert one.path().startswith("/id/letter/tianjin-2025-three-attractions#char=")
        one.page.locator(".sentence:target a", has_text="香港科学园").first.click()
        one.until(lambda: one.path() == "/id/香港科学园")


def test_typing_in_chinese_by_an_input_method_does_not_choose_too_early_and_escape_closes(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/")
        one.page.fill("#q", "香港科学园")
        one.page.wait_for_selector("#suggestions li")
        one.page.keyboard.press("Escape")
        assert one.page.is_hidden("#suggestions")
        one.page.keyboard.press("Enter")
        one.page.wait_for_url(re.compile(r"/search\?q="))
        assert "香港科学园" in one.page.inner_text(".results")


def shown(one: Reader) -> int:
    """How many entities the graph view says that it shows."""
    return int(one.page.inner_text("#graph-status").split()[0])


def test_the_graph_grows_by_keys_and_is_narrowed_by_filters(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/graph?about=天开高教科创园")
        one.graph_ready()
        before = shown(one)
        one.page.focus(".canvas")
        one.page.keyboard.press("ArrowRight")
        assert one.page.inner_text(".panel h2") == "天开高教科创园"
        for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
            one.page.keyboard.press(key)
            if one.page.is_enabled(".panel .row button"):
                break
        one.page.keyboard.press("Enter")
        one.until(lambda: shown(one) > before)
        one.until(lambda: one.path().count("about=") == 2)
        grown = shown(one)
        one.page.click("text=筛选")
        one.page.check("input[name=status][value=planned]")
        one.until(lambda: shown(one) < grown)
        one.until(lambda: "status=planned" in one.path())
        one.page.go_back()
        one.graph_ready()
        one.until(lambda: shown(one) == grown)


LABELS = """[...document.querySelectorAll('#stage .canvas')].flatMap(place => { const all = place._cyreg.cy.nodes().map(node =>
  node.boundingBox({ includeNodes: false, includeEdges: false, includeLabels: true, includeOverlays: false }));
  return all.flatMap((a, i) => all.slice(i + 1).map(b => Math.max(0, Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1)) * Math.max(0, Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1))
    / Math.min(a.w * a.h, b.w * b.h))); })"""


@pytest.mark.parametrize("path", ["/graph?about=天津市&size=30", "/graph?about=香港特别行政区&size=40"])
def test_names_in_the_graph_do_not_cover_each_other(browser: Browser, url: str, path: str) -> None:
    with reader(browser, url) as one:
        one.open(path)
        one.graph_ready()
        shares = one.page.evaluate(LABELS)
        assert len(shares) > 100 and sum(share > 0.15 for share in shares) <= 1


def test_a_click_on_a_node_tells_its_facts_and_grows_it_and_one_on_the_ground_closes(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/graph?about=天开高教科创园&about=香港科学园")
        one.graph_ready()
        x, y = one.page.evaluate("""fetch('/api/graph' + location.search).then(answer => answer.json()).then(view => {
            const canvas = document.querySelector('.canvas'), box = canvas.getBoundingClientRect(), node = view.nodes.find(one => one.name === '天津市');
            const cy = canvas._cyreg.cy, at = cy.getElementById(node.iri).renderedPosition();
            return [box.x + at.x, box.y + at.y]; })""")
        before = shown(one)
        one.page.mouse.click(x, y)
        one.until(lambda: shown(one) > before)
        assert one.page.inner_text(".panel h2") == "天津市" and "举办" in one.page.inner_text(".panel")
        one.page.locator(".panel .close").click()
        assert one.page.is_hidden(".panel")


def test_the_graph_is_saved_as_png_and_svg_and_its_query_gives_its_facts(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/graph?about=天开高教科创园")
        one.graph_ready()
        with one.page.expect_download() as png:
            one.page.click("#png")
        assert Path(png.value.path()).read_bytes().startswith(b"\x89PNG")
        with one.page.expect_download() as svg:
            one.page.click("#exports a[download]")
        assert "天开高教科创园" in Path(svg.value.path()).read_text(encoding="utf-8")
        edges = one.page.locator("#edge-rows tr").count()
        one.page.click("#sparql-link")
        one.page.wait_for_selector("#yasgui[data-ready]")
        one.page.click(".yasqe_queryButton")
        one.page.wait_for_selector(".yasr table.list")
        assert one.page.locator(".yasr table.list tbody tr").count() >= edges > 0


def test_the_way_between_two_entities_is_asked_for_in_the_form(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/graph?about=天开高教科创园")
        one.graph_ready()
        one.page.fill("input[name=to]", "上海市")
        one.page.click("text=显示")
        one.until(lambda: "上海市" in (one.page.text_content("#edge-rows") or ""))
        one.until(lambda: "to=上海市" in one.path())


def test_sparql_is_completed_answered_with_links_and_saved_as_csv(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/query")
        one.page.wait_for_selector("#yasgui[data-ready]")
        one.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT ?fund WHERE { ?fund a kg:Fun')")
        one.page.click(".CodeMirror")
        one.page.keyboard.press("Control+End")
        one.page.keyboard.press("Control+Space")
        one.page.wait_for_selector(".CodeMirror-hints li >> text=kg:Fund")
        one.page.keyboard.press("Enter")
        one.page.keyboard.type(" } ORDER BY ?fund")
        one.page.click(".yasqe_queryButton")
        link = one.page.locator(".yasr table.list a").first
        link.wait_for()
        with one.page.expect_download() as table:
            one.page.click(".yasr_downloadIcon")
        assert "fund" in Path(table.value.path()).read_text(encoding="utf-8-sig")
        name = link.inner_text()
        link.click()
        one.page.wait_for_url(re.compile("/id/"))
        assert one.page.inner_text("h1") == name


def test_a_malformed_query_is_answered_with_its_sentence(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open(f"/query?query={quote('SELECT ?x WHERE { ?x a kg:Fund')}&run=1")
        one.page.wait_for_selector(".yasr >> text=malformed")
        one.wrong = [message for message in one.wrong if "400" not in message]


def test_a_question_is_filled_in_with_suggestions_and_can_be_shared(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/questions/cooperation")
        one.page.fill("input[name=who]", "香港理")
        one.page.locator(".suggest li >> text=香港理工大学").click()
        one.page.click("text=提问")
        one.until(lambda: one.path() == "/questions/cooperation?who=香港理工大学&status=")
        one.page.locator("table.answer a", has_text="香港理工大学").first.click()
        one.until(lambda: one.path() == "/id/香港理工大学")


def test_the_keyboard_alone_reaches_the_text_and_shows_where_it_is(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/id/天津市")
        one.page.keyboard.press("Tab")
        assert one.page.evaluate("document.activeElement.className") == "skip" and one.page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
        one.page.keyboard.press("Enter")
        assert one.page.evaluate("document.activeElement.id") == "main"
        one.page.keyboard.press("Tab")
        assert one.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        assert one.page.evaluate("document.activeElement.closest('main') !== null")


def test_the_language_is_chosen_and_kept(browser: Browser, url: str) -> None:
    with reader(browser, url) as one:
        one.open("/letters")
        one.page.click("#language")
        assert one.page.locator("h1 .en").is_hidden()
        one.page.click("#language")
        one.open("/events")
        assert one.page.locator("h1 .zh").is_hidden() and one.page.inner_text("h1 .en") == "Events"


def test_without_scripts_the_pages_read_all_the_same(browser: Browser, url: str) -> None:
    with reader(browser, url, scripts=False) as one:
        one.open("/graph?about=天开高教科创园")
        assert one.page.locator("#still").evaluate("image => image.naturalWidth") > 100
        one.open("/query?query=SELECT ?f { ?f a kg:Fund }&run=1")
        assert one.page.locator("#plain-answer a").count() > 3
        one.open("/")
        one.page.fill("#q", "tianjin")
        one.page.keyboard.press("Enter")
        one.page.wait_for_url(re.compile("/search"))
        assert one.page.locator(".results li").count() > 1


def test_nothing_from_a_letter_runs_anywhere(browser: Browser, hostile: str) -> None:
    paths = [lookup_link(iris.entity_iri(name)) for name in NAMES] + [id_link(iris.letter_iri(LETTER), iris.BASE), "/", "/letters", "/events", "/places", "/questions/cooperation",
             f"/questions/cooperation?who={quote(IMAGE)}", f"/search?q={quote(SCRIPT)}", f"/graph?about={quote(IMAGE)}&hops=2", f"/query?query={quote(SCRIPT)}"]
    with reader(browser, hostile) as one:
        for path in paths:
            one.open(path)
            one.page.wait_for_load_state("networkidle")
            assert "owned" not in one.page.title().replace("document.title='owned'", ""), path
            assert one.page.locator("[onerror], [onload], [onmouseover], img[src='x']").count() == 0, path


def test_hostile_names_are_inert_in_suggestions_panel_and_results(browser: Browser, hostile: str) -> None:
    with reader(browser, hostile) as one:
        one.open("/")
        one.page.fill("#q", "<img")
        one.page.wait_for_selector("#suggestions li")
        assert IMAGE in one.page.inner_text("#suggestions")
        one.open(f"/graph?about={quote(IMAGE)}&hops=2")
        one.graph_ready()
        one.page.focus(".canvas")
        for key in ("ArrowRight", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
            one.page.keyboard.press(key)
        assert any(name in one.page.inner_text(".panel") for name in NAMES)
        one.open(f"/query?run=1&query={quote('SELECT ?s ?o { ?s ?p ?o FILTER(isLiteral(?o)) }')}")
        one.page.wait_for_selector(".yasr table.list")
        assert IMAGE in one.page.inner_text(".yasr table.list")
        one.page.click(".yasr .select_response")
        one.page.wait_for_timeout(300)
        assert one.page.locator("[onerror], [onload], [onmouseover], img[src='x']").count() == 0
        assert "owned" not in one.page.title()
