"""The explorer's pages as a browser without scripts gets them: what stands on them, where links lead, and that nothing from a letter becomes markup."""
from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urljoin

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

import kg
from kg import iris
from kg.cli.pages import page_text
from kg.explore import forms
from kg.explore.links import fact_link, id_link, lookup_link
from kg.ontology import ontology_dir
from kg.server import assets
from kg.server.assets import kinds_css
from kg.server.words import UNITS, exact, unit
from kg.store import Store
from tests.hostile import ALIAS, IMAGE, LETTER, NAMES, SCRIPT, hostile_store
from tests.serving import ROOT
from tests.serving import client as serving

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = ("/", "/letters", "/events", "/events?status=planned", "/places", "/places?a=天津市&b=香港特别行政区", "/promises", "/promises?state=kept&place=天津市",
         "/compare", "/compare?by=years&a=2024&b=2025", "/compare?by=letters&a=tianjin-2023-high-tech&b=tianjin-2025-three-attractions", "/search", "/search?q=天开", "/search?kind=Fund", "/graph",
         "/graph?about=天津市&size=12", "/graph?about=天津市&to=香港科学园", "/questions", "/questions/letter", "/questions/cooperation?who=天津市", "/query",
         "/query?query=SELECT * { ?s a kg:Letter }&run=1", "/query?query=CONSTRUCT { ?s a ?c } WHERE { ?s a kg:Letter, ?c }&run=1", "/query?query=ASK {}&run=1",
         "/id/天津市", "/id/letter/tianjin-2025-three-attractions", "/id/graph/ontology")


class Document(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def links(self) -> list[str]:
        return [attributes[name] for _, attributes in self.tags for name in ("href", "src", "action") if name in attributes]


def get(client: TestClient, path: str, status: int = 200) -> Document:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"].startswith("text/html")
    return Document(answer.text)


@pytest.fixture(scope="module")
def client(gold_store: Path) -> Iterator[TestClient]:
    with serving(gold_store) as one:
        yield one


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(hostile_store(tmp_path_factory.mktemp("hostile") / "store")) as one:
        yield one


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_asks_nothing_of_other_servers(client: TestClient, path: str) -> None:
    page = get(client, path)
    names = [tag for tag, _ in page.tags]
    assert names.count("h1") == names.count("main") == names[:names.index("body")].count("title") == 1
    assert not [link for tag, attributes in page.tags if tag in ("script", "img", "link", "form") for link in (attributes.get("src") or attributes.get("href") or "",)
                if link and not link.startswith("/")]
    assert not [attributes for _, attributes in page.tags if "style" in attributes or any(name.startswith("on") for name in attributes)]
    assert not [1 for tag, attributes in page.tags if tag in ("style", "base", "iframe") or (tag == "script" and not attributes.get("src"))]


FIGURES_ONLY = """SELECT ?name WHERE { ?x skos:prefLabel ?name . ?g schema:observationAbout ?x
  FILTER NOT EXISTS { ?f rdf:subject|rdf:object ?x } } ORDER BY ?name LIMIT 1"""
NAMED_ONLY = """SELECT ?name WHERE { ?m itsrdf:taIdentRef ?x . ?x skos:prefLabel ?name
  FILTER NOT EXISTS { ?f rdf:subject|rdf:object|schema:observationAbout ?x } } ORDER BY ?name LIMIT 1"""


@pytest.mark.parametrize(("which", "said"), [(FIGURES_ONLY, False), (NAMED_ONLY, True)])
def test_only_what_has_neither_facts_nor_figures_is_said_to_have_none(which: str, said: bool, client: TestClient, gold_store: Path) -> None:
    with kg.open(gold_store) as graph:
        (name,), = graph.query(which).texts()
        lines = page_text(graph.show(name), 120)
    page = get(client, lookup_link(iris.entity_iri(name)))
    assert ("没有关于它的事实或数据" in page.text) == ("没有关于它的事实或数据" in lines) == said
    assert ("id", "figures-title") in [pair for _, attributes in page.tags for pair in attributes.items()] or said


def test_ids_are_unique_on_a_letter_s_page(client: TestClient) -> None:
    ids = [attributes["id"] for _, attributes in get(client, "/id/letter/tianjin-2025-three-attractions").tags if "id" in attributes]
    assert len(ids) == len(set(ids)) > 100


def test_links_of_the_main_pages_lead_somewhere(client: TestClient) -> None:
    seen: set[str] = set()
    for path in ("/", "/id/天开高教科创园", "/questions/planned?who=天津市"):
        for link in get(client, path).links():
            target = urljoin("http://127.0.0.1/", link.split("#")[0])
            if link.startswith("/") and not link.startswith("/static") and len(seen) < 36:
                seen.add(target)
    broken = [target for target in sorted(seen) if client.get(target, headers=HTML).status_code != 200]
    assert broken == []


def test_an_entity_s_page_shows_its_facts_with_status_sentence_and_letter(client: TestClient) -> None:
    text = get(client, "/id/天开高教科创园").text
    for part in ("天开高教科创园", "园区", "park", "计划", "planned", "香港科学园", "天开园筹划与香港科学园等机构共同举办", "tianjin-2025-three-attractions", iris.entity_iri("天开高教科创园")):
        assert part in text


def test_a_graph_without_letters_says_so_and_how_to_read_some(tmp_path: Path) -> None:
    with Store(tmp_path / "store", writable=True) as store:
        store.put_ontology()
    with serving(tmp_path / "store") as one:
        assert ["kg build" in get(one, path).text for path in ("/", "/letters")] == [True, True]


def test_every_base_unit_but_signs_has_a_chinese_word_and_is_written_with_its_thousands_apart() -> None:
    table = tomllib.loads((ontology_dir() / "patterns" / "units.toml").read_text(encoding="utf-8"))
    bases = {one["base"] for kind in table.values() if isinstance(kind, list) for one in kind if "base" in one}
    assert len(bases) > 10 and sorted(base for base in bases if base != "%" and base not in UNITS) == []
    assert (unit("CNY", 100_000_000), unit("件"), exact("18930000000"), exact("0.05")) == (("亿元", "100 million CNY"), ("件", "件"), "18,930,000,000", "0.05")


def test_counts_of_who_is_spoken_of_say_what_they_count(client: TestClient) -> None:
    assert re.search(r"谁被说得最多\s+Most spoken of\s+事实条数", get(client, "/").text)


def test_an_entity_s_figures_stand_with_their_sentence_and_letter(client: TestClient) -> None:
    rows = re.findall(r'<tr class="quote">.*?</tr>', client.get("/id/天津市", headers=HTML).text, re.DOTALL)
    assert len(rows) > 10
    assert all(re.search(r"<blockquote>[^<]{8,}</blockquote>", row) and "/id/letter/" in row for row in rows)


def test_a_letter_s_page_links_names_and_puts_facts_beside_their_paragraph(client: TestClient) -> None:
    page = get(client, "/id/letter/tianjin-2025-three-attractions")
    assert "/id/香港科学园" in page.links() and "海河产业基金" in page.text
    facts = [attributes["id"] for tag, attributes in page.tags if tag == "li" and attributes.get("id", "").startswith("fact=")]
    assert len(facts) > 20


def test_a_fact_s_page_marks_its_sentence(client: TestClient) -> None:
    letter = client.get("/api/entity?name=天开高教科创园").json()
    fact = letter["groups"][0]["facts"][0]
    page = get(client, fact["href"])
    assert [attributes for tag, attributes in page.tags if attributes.get("class") == "sentence marked"]
    assert fact["quotes"][0]["text"] in page.text


@pytest.mark.parametrize("form", [form["name"] for form in forms() if not any(one["needed"] for one in form["parameters"])])
def test_every_question_without_a_needed_parameter_answers_on_its_page_and_as_csv(client: TestClient, form: str) -> None:
    assert "answer-head" in client.get(f"/questions/{form}", headers=HTML).text
    table = client.get(f"/api/questions/{form}?format=csv")
    assert table.headers["content-type"].startswith("text/csv") and table.text.startswith("\ufeff") and "\n" in table.text


# /id

@pytest.mark.parametrize(("accept", "media_type"), [
    ("text/html", "text/html"), ("text/turtle", "text/turtle"), ("application/ld+json", "application/ld+json"), ("application/n-triples", "application/n-triples"),
    ("application/json", "application/ld+json"), ("*/*", "text/html"), ("text/html;q=0.5, text/turtle", "text/turtle"), ("", "text/html")])
def test_an_iri_gives_a_page_to_people_and_a_document_to_programs(client: TestClient, accept: str, media_type: str) -> None:
    answer = client.get("/id/海河产业基金", headers={"Accept": accept})
    assert answer.status_code == 200 and answer.headers["content-type"].partition(";")[0] == media_type and answer.headers["vary"] == "Accept"


def test_a_format_that_is_not_there_is_refused_with_a_sentence(client: TestClient) -> None:
    assert client.get("/id/海河产业基金", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/id/海河产业基金?format=pdf").status_code == 400
    assert client.get("/id/海河产业基金?format=turtle", headers=HTML).headers["content-type"].startswith("text/turtle")


def test_every_iri_of_a_document_that_begins_with_the_base_leads_to_a_page_and_the_page_tells_it(client: TestClient) -> None:
    text = client.get("/id/天开高教科创园?format=turtle").text
    found = {node.value for quad in ox.parse(text, ox.RdfFormat.TURTLE) for node in (quad.subject, quad.object) if isinstance(node, ox.NamedNode)}
    own = sorted(iri for iri in found if iri.startswith(iris.BASE))
    pages = {id_link(iri, iris.BASE).split("#")[0]: iri.split("#")[0] for iri in own}
    assert len(pages) > 3
    for path, iri in list(pages.items())[:12]:
        assert iri in get(client, path).text


def test_the_graph_of_a_letter_leads_to_the_letter_and_an_unknown_name_to_404(client: TestClient) -> None:
    moved = client.get("/id/graph/letter/tianjin-2023-high-tech", headers=HTML)
    assert moved.status_code == 303 and moved.headers["location"] == "/id/letter/tianjin-2023-high-tech"
    for path in ("/id/没有", "/id/letter/没有", "/id/graph/没有", "/fact?iri=x", "/lookup?iri=x", "/questions/没有", "/graph?about=没有", "/promises?place=没有"):
        assert "没有找到" in get(client, path, 404).text
    assert client.get("/id/没有", headers={"Accept": "text/turtle"}).status_code == 404


@pytest.mark.parametrize("path", ["/graph?hops=two", "/graph?status=maybe", "/graph?since=x", "/events?status=maybe", "/events?start=-1", "/promises?state=maybe", "/promises?as_of=2025", "/fact", "/lookup", "/search?limit=9e9"])
def test_an_address_that_asks_for_nothing_sensible_is_answered_with_a_sentence(client: TestClient, path: str) -> None:
    assert re.search(r"\S.*[.:]", get(client, path, 400).text)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/letter/天津", 404), ("POST", "/letters", 405)])
def test_a_reader_gets_a_page_where_nothing_is_and_a_program_a_sentence(client: TestClient, method: str, path: str, status: int) -> None:
    page, line = client.request(method, path, headers=HTML), client.request(method, path)
    assert (page.status_code, line.status_code) == (status, status) and page.headers.get("allow") == line.headers.get("allow")
    assert page.headers["content-type"].startswith("text/html") and 'href="/"' in page.text
    assert line.headers["content-type"].startswith("text/plain") and line.text.count("\n") == 1


def test_a_name_that_is_not_there_can_be_searched_for(client: TestClient) -> None:
    page = get(client, "/id/天开科创园", 404)
    assert "'天开科创园'" in page.text and "https://" not in page.text
    assert f"/search?q={quote('天开科创园')}" in page.links()


@pytest.mark.parametrize(("path", "typed", "status"), [
    ("/promises?place=没有此地&organ=天津市&as_of=2025-01-01", ("没有此地", "天津市", "2025-01-01"), 404), ("/promises?as_of=2025", ("2025",), 400),
    ("/graph?about=没有此名&to=香港科学园&since=2023&status=planned", ("没有此名", "香港科学园", "2023"), 404), ("/graph?since=x&about=天津市", ("x", "天津市"), 400),
    ("/compare?by=years&a=1949&b=2024&about=天津市", ("1949", "2024", "天津市"), 400), ("/questions/cooperation?who=没有此名", ("没有此名",), 404)])
def test_a_form_that_finds_nothing_says_why_and_keeps_what_was_typed(client: TestClient, path: str, typed: tuple[str, ...], status: int) -> None:
    page = get(client, path, status)
    assert "problem" in [attributes.get("class") for _, attributes in page.tags]
    assert set(typed) <= {attributes.get("value") for tag, attributes in page.tags if tag == "input"}


@pytest.mark.parametrize(("path", "before"), [
    ("/letters?start=3", "/letters"), ("/letters?start=9000", "/letters"), ("/events?start=7", "/events"), ("/promises?state=open&start=3", "/promises?state=open"),
    ("/compare?by=letters&a=tianjin-2023-high-tech&b=tianjin-2025-three-attractions&start=100",
     "/compare?by=letters&a=tianjin-2023-high-tech&b=tianjin-2025-three-attractions")])
def test_every_list_leads_back_to_what_stood_before(client: TestClient, path: str, before: str) -> None:
    page = get(client, path)
    assert before in page.links()
    assert not [1 for first, last in re.findall(r"(\d+)–(\d+) / \d+", page.text) if int(first) > int(last)]


def test_a_predicate_paged_in_one_direction_shows_no_empty_group_of_the_other(client: TestClient) -> None:
    page = get(client, f"/lookup?iri={quote(iris.entity_iri('天津市'))}&predicate=cooperatesWith&start=2")
    assert not [1 for first, last in re.findall(r"(\d+)–(\d+) / \d+", page.text) if int(first) > int(last)]


@pytest.mark.parametrize("path", ["/style/../words.py", "/static/%2e%2e/pages.py", "/static/x.js", "/style/%2fetc%2fpasswd"])
def test_only_files_of_the_pages_are_given(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_colours_of_classes_are_those_of_pictures() -> None:
    assert ".k-Fund{--k:#947200}" in kinds_css() and "prefers-color-scheme:dark" in kinds_css()


def test_without_built_scripts_pages_say_what_is_missing_and_how_to_get_it(client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "BUILT", tmp_path)
    for path in ("/", "/graph?about=天津市&size=5", "/query"):
        page = get(client, path)
        assert "make web" in page.text and not [1 for tag, _ in page.tags if tag == "script"]
    (tmp_path / "main.js").write_text("", encoding="utf-8")
    assert "make web" not in get(client, "/").text


# what letters say stays text

def test_nothing_that_a_letter_says_becomes_markup(hostile: TestClient) -> None:
    entities = [lookup_link(iris.entity_iri(name)) for name in NAMES] + [id_link(iris.entity_iri(name), iris.BASE) for name in NAMES]
    letter = id_link(iris.letter_iri(LETTER), iris.BASE)
    facts = [note["value"]["href"] for paragraph in hostile.get(f"/api/letter?name={quote(LETTER)}").json()["paragraphs"] for note in paragraph["said"]]
    assert len(facts) == 4
    asked = [f"/search?q={quote(name)}" for name in (*NAMES, ALIAS)] + [f"/graph?about={quote(name)}" for name in NAMES]
    asked += [f"/questions/cooperation?who={quote(IMAGE)}", f"/questions/cooperation?who={quote('<b>x')}", f"/questions/letter?letter={quote(LETTER)}",
              f"/query?run=1&query={quote('SELECT * { ?s ?p ?o FILTER(isLiteral(?o)) } #' + SCRIPT)}", f"/query?run=1&query={quote(IMAGE)}", "/letters", "/events", "/places", "/", "/promises", f"/compare?by=letters&a={quote(LETTER)}&b={quote(LETTER)}",
              f"/compare?by=years&a={quote(SCRIPT)}&b=1"]
    for path in [*entities, letter, *facts, *asked]:
        answer = hostile.get(path, headers=HTML)
        page = Document(answer.text)
        assert answer.status_code in (200, 400, 404), path
        wrong = [tag for tag, attributes in page.tags if tag in ("b", "i", "u", "s", "em", "h1") and "x" in attributes.get("src", "")]
        wrong += [tag for tag, attributes in page.tags if any(name.startswith("on") for name in attributes) or attributes.get("src") == "x"]
        wrong += [tag for tag, attributes in page.tags if tag == "script" and not attributes.get("src", "").startswith("/static/")]
        wrong += [link for link in page.links() if not link.startswith(("/", "#"))]
        assert wrong == [], path


def test_hostile_names_show_as_they_are_written(hostile: TestClient) -> None:
    for name in NAMES:
        page = get(hostile, lookup_link(iris.entity_iri(name)))
        assert name in page.text and iris.entity_iri(name) in page.text
    assert SCRIPT in get(hostile, id_link(iris.letter_iri(LETTER), iris.BASE)).text


def test_the_picture_of_hostile_names_is_xml_with_no_script(hostile: TestClient) -> None:
    from xml.etree import ElementTree
    root = ElementTree.fromstring(hostile.get(f"/api/graph.svg?about={quote(IMAGE)}&hops=2").text)
    assert not [one for one in root.iter() if one.tag.rpartition("}")[2] in ("script", "image", "a", "foreignObject")]
    assert IMAGE in " ".join("".join(one.itertext()).replace("\n", "") for one in root.iter()) or "onerror" in "".join(root.itertext())


def test_names_with_slashes_and_signs_have_addresses_that_lead_to_them(hostile: TestClient) -> None:
    for name in NAMES:
        iri = iris.entity_iri(name)
        assert get(hostile, id_link(iri, iris.BASE)).text.count(iri) >= 1
        assert hostile.get(id_link(iri, iris.BASE), headers={"Accept": "text/turtle"}).status_code == 200
    assert get(hostile, fact_link(hostile.get(f"/api/entity?name={quote(IMAGE)}").json()["groups"][0]["facts"][0]["iri"])).tags


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_what_workers_are_forked_from_has_one_thread_and_all_that_jobs_need() -> None:
    code = ("import os, sys; from kg.server.nursery import _targets; _targets();"
            "print(len(os.listdir('/proc/self/task')), {'igraph', 'pypinyin', 'networkx'} <= set(sys.modules))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["1", "True"]
