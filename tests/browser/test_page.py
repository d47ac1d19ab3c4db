"""The page in a real Chromium: it asks nothing of any network, runs nothing from a letter, and answers mouse, keys and search. Skipped without Chromium."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import networkx
import pytest

from kg.render import render
from tests.browser.chrome import CHROMIUM, Page, chrome
from tests.rendering import NASTY, entity, fact, nasty, sample

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]

PANEL = "document.querySelector('#panel').hidden ? '' : document.querySelector('#panel').textContent"
STATUS = "document.querySelector('#status').textContent"
SELECTED = "decodeURIComponent(location.hash.slice(1))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with chrome() as page:
        yield page


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return render(sample(), tmp_path_factory.mktemp("page") / "样本 graph.html", "六十个实体").as_uri()


def test_the_page_asks_for_nothing_but_itself_and_reports_no_error(browser: Page, url: str) -> None:
    for width, height, dark in ((1280, 800, False), (390, 844, True)):
        browser.open(url, width, height, dark)
        assert browser.requests == [url]
        assert browser.errors == []


def test_three_hundred_nodes_are_drawn_within_two_seconds(browser: Page, tmp_path: Path) -> None:
    url = render(sample(300), tmp_path / "large.html", "三百").as_uri()
    took = []
    for _ in range(3):                                   # the best of three: other programs may be busy
        browser.open(url)
        took.append(int(browser.run("document.documentElement.dataset.ready")))
    assert min(took) < 2000


def test_nothing_from_a_letter_runs_and_every_text_shows_as_it_is(browser: Page, tmp_path: Path) -> None:
    browser.open(render(nasty(), tmp_path / "nasty.html", NASTY[0] + NASTY[1]).as_uri())
    assert browser.run("document.querySelector('h1').textContent") == NASTY[0] + NASTY[1]
    for name in NASTY[:5]:
        browser.click("#search")
        browser.type(name.split("\n")[0])
        browser.press("Enter")
        assert browser.run("document.querySelector('#panel h2').textContent") == name
    assert browser.run("document.querySelectorAll('img, iframe, script:not([type])').length") == 2
    assert browser.errors == []


def test_search_finds_part_of_a_name_and_an_alias_and_enter_opens_the_entity(browser: Page, url: str) -> None:
    browser.open(url)
    browser.press("/")
    browser.type("别名7")
    assert "第7号Park名称" in browser.run("document.querySelector('#results').textContent")
    browser.press("Enter")
    assert browser.run(SELECTED) == "第7号Park名称"
    assert "别名7" in browser.run(PANEL)


def test_the_panel_shows_facts_with_status_time_amount_letter_and_the_names_marked_in_the_quote(browser: Page, url: str) -> None:
    browser.open(f"{url}#{'上海市'}")
    text = browser.run(PANEL)
    for part in ("词cooperatesWith", "天津市", "进行中", "2024", "30亿元", "letter-2", "90%"):
        assert part in text
    browser.run("document.querySelectorAll('details.group').forEach(group => group.open = true)")
    assert {"天津市", "上海市"} <= set(browser.run("[...document.querySelectorAll('#panel mark')].map(mark => mark.textContent)"))


def test_figures_stand_in_a_table_and_open_their_sentence(browser: Page, url: str) -> None:
    browser.open(f"{url}#{'天津市'}")
    assert "新增上市公司2家2024" in browser.run("document.querySelector('#panel table tbody').textContent")
    browser.click("#panel table button")
    assert browser.run("getComputedStyle(document.querySelector('#panel tr.quote')).display") != "none"


MIDDLE = "(() => { const at = document.querySelector('#graph').getBoundingClientRect(); return [at.left + at.width / 2, at.top + at.height / 2 - 8]; })()"


def pair(tmp_path: Path, count: int) -> str:
    """The address of a page with one node, or two and the edge between them: what is in the middle of the stage is known."""
    graph = networkx.MultiDiGraph()
    for name in "甲乙"[:count]:
        entity(graph, name)
    if count == 2:
        fact(graph, "甲", "signs", "乙", "planned", time="2027")
    return render(graph, tmp_path / f"{count}.html", "小图").as_uri()


def test_a_click_on_a_node_opens_it_and_a_click_on_the_ground_closes_it(browser: Page, tmp_path: Path) -> None:
    browser.open(pair(tmp_path, 1))
    browser.click_at(*browser.run(MIDDLE))
    assert browser.run(SELECTED) == "甲"
    assert "类University" in browser.run(PANEL)
    browser.click_at(300, 70)
    assert browser.run(PANEL) == ""


def test_a_click_on_an_edge_shows_its_evidence(browser: Page, tmp_path: Path) -> None:
    browser.open(pair(tmp_path, 2))
    browser.click_at(*browser.run(MIDDLE))
    text = browser.run(PANEL)
    for part in ("词signs", "计划", "2027", "letter-1", "甲与乙的一句话"):
        assert part in text


def test_the_pointer_over_an_edge_shows_what_it_says(browser: Page, tmp_path: Path) -> None:
    browser.open(pair(tmp_path, 2))
    x, y = browser.run(MIDDLE)
    for by in (2, 1, 0):
        browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + by, y=y)
    browser.wait("!document.querySelector('#tip').hidden")
    assert "甲 — 词signs → 乙" in browser.run("document.querySelector('#tip').textContent")


def test_filters_hide_and_reset_brings_back(browser: Page, url: str) -> None:
    browser.open(url)
    assert browser.run(STATUS).startswith("60 实体")
    browser.click("#filters details:nth-of-type(1) input")          # the first class: places
    assert browser.run(STATUS).startswith("56/60 实体")
    browser.click("#reset")
    browser.click("#filters details:nth-of-type(2) .row:nth-of-type(3) .only")      # planned facts alone
    assert "15/58 事实" in browser.run(STATUS)
    browser.click("#reset")
    assert browser.run(STATUS).startswith("60 实体")
    browser.click("#filters details:nth-of-type(4) .row:last-of-type .only")        # one letter alone
    assert browser.run(STATUS).startswith("1/60 实体 entities · 2/58")


def test_neighbours_only_leaves_the_entity_and_its_neighbours(browser: Page, url: str) -> None:
    browser.open(f"{url}#{'上海市'}")
    browser.click("#panel .tools button:nth-of-type(2)")
    shown = int(browser.run(STATUS).split("/")[0])
    assert 2 <= shown < 30
    browser.press("Escape")
    assert browser.run(STATUS).startswith("60 实体")


def test_the_keys_alone_reach_a_node_its_neighbour_and_the_panel(browser: Page, url: str) -> None:
    browser.open(url)
    browser.run("document.querySelector('#graph').focus()")
    browser.press("Enter")
    first = browser.run(SELECTED)
    assert first
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        browser.press(key)
    assert browser.run(SELECTED)
    browser.press("Enter")
    assert browser.run("document.activeElement.id") == "panel"
    browser.press("Escape")
    assert browser.run("document.activeElement.id") == "graph"
    assert browser.run(SELECTED) == ""


def test_dark_and_light_follow_the_reader_and_the_button(browser: Page, url: str) -> None:
    browser.open(url, dark=True)
    assert browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"
    browser.click("#theme")
    assert browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(251, 251, 249)"


def test_on_a_narrow_screen_nothing_is_wider_than_the_screen(browser: Page, url: str) -> None:
    browser.open(f"{url}#{'天津市'}", 390, 844)
    assert browser.run("document.documentElement.scrollWidth") == 390
    assert browser.run("document.querySelector('#panel').getBoundingClientRect().height") < 844 * 0.6
    browser.click("#menu")
    assert browser.run("document.querySelector('#filters').getBoundingClientRect().width") <= 336
