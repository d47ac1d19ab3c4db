"""kg serve --edit: who has the token corrects the graph in the browser, nobody else does, and without --edit nothing of it is there."""
from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from kg.curate.model import Correction
from kg.iris import BASE, entity_iri, letter_iri
from kg.server.limits import Limits, Settings
from kg.store import Store
from kg.validate import validate
from tests.nouns import extraction, small
from tests.serving import client

TOKEN, NAME = "a-token-for-tests", "王芳 <b>&\"'"
FUND, CITY = entity_iri("海河产业基金"), entity_iri("天津市")
HOSTILE = "<script>alert(1)</script>\"'&"
FACT = f"{letter_iri('a')}#fact=天津市,organizes,津港合作周,planned"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edited") / "store"
    with Store(folder, writable=True) as one:
        one.put_ontology()
        one.put_letter(extraction("a"))
        one.put_letter(small("b", [("南开大学", "University")]))
    return folder


@pytest.fixture(scope="module")
def http(folder: Path) -> Iterator[TestClient]:
    with client(folder, Settings(Limits(body_mb=1), workers=1, token=TOKEN, edit=True, log=False)) as one:
        yield one


@pytest.fixture
def visitor(http: TestClient) -> TestClient:
    """Somebody who has not entered the token."""
    http.cookies.clear()
    return http


@pytest.fixture
def editor(http: TestClient) -> TestClient:
    """Somebody who has."""
    http.cookies.clear()
    answer = http.post("/edit/enter", data={"token": TOKEN, "name": NAME, "to": ""})
    assert answer.status_code == 303
    return http


def fact_iri(folder: Path) -> str:
    with Store(folder) as store:
        return next(quad.subject.value for quad in store.merge() if "#fact=天津市,organizes,津港合作周" in str(quad.subject))     # type: ignore[union-attr]


def csrf(http: TestClient, iri: str = FUND) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', http.get("/edit", params={"iri": iri}).text)
    assert found
    return found[1]


def held(folder: Path) -> tuple[Correction, ...]:
    with Store(folder) as store:
        return store.curator.corrections.items


def send(http: TestClient, iri: str = FUND, **fields: str) -> object:
    return http.post("/edit", data={"csrf": csrf(http), "iri": iri, **fields})


@pytest.fixture(autouse=True)
def taken_back(folder: Path) -> Iterator[None]:
    """Each test leaves a store without corrections."""
    yield
    with Store(folder, writable=True) as store:
        store.put_corrections(())


@pytest.mark.slow
def test_without_edit_nothing_of_it_is_there(folder: Path) -> None:
    with client(folder, Settings(workers=1, token=TOKEN, log=False)) as http:
        page = http.get(f"/id/{quote('海河产业基金')}").text
        assert "/edit" not in page
        assert [http.get(path).status_code for path in ("/edit", "/edit/corrections", "/edit/enter")] == [404] * 3
        assert http.post("/edit", data={"kind": "hide"}).status_code in (404, 405)


def test_with_edit_the_pages_lead_to_the_forms(visitor: TestClient, folder: Path) -> None:
    for iri in (FUND, letter_iri("a")):
        assert f"/edit?iri={quote(iri, safe='')}" in visitor.get("/lookup", params={"iri": iri}, headers={"Accept": "text/html"}, follow_redirects=True).text
    assert "/edit?iri=" in visitor.get("/fact", params={"iri": fact_iri(folder)}).text


def test_who_has_not_entered_the_token_is_led_to_the_door_and_changes_nothing(visitor: TestClient, folder: Path) -> None:
    answer = visitor.get("/edit", params={"iri": FUND})
    assert (answer.status_code, answer.headers["location"].startswith("/edit/enter?to=")) == (303, True)
    refused = visitor.post("/edit", data={"kind": "hide", "target": "name", "name": "海河产业基金", "why": "x", "csrf": "0" * 64})
    assert (refused.status_code, held(folder)) == (401, ())


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "令牌"])
def test_a_wrong_token_opens_nothing(visitor: TestClient, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.server.editing.PAUSE", 0)
    answer = visitor.post("/edit/enter", data={"token": token, "name": "王芳", "to": ""})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_a_wrong_token_leaves_the_name_as_it_was_typed(visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.server.editing.PAUSE", 0)
    assert 'value="王芳"' in visitor.post("/edit/enter", data={"token": "wrong", "name": "王芳", "to": ""}).text


def test_what_was_typed_when_the_session_was_over_waits_for_the_token(visitor: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.server.editing.PAUSE", 0)
    typed = {"iri": FUND, "kind": "note", "target": "name", "name": "海河产业基金", "why": f"写了很久 {HOSTILE}", "csrf": "0" * 64}
    door = visitor.post("/edit", data=typed)
    assert (door.status_code, held(folder)) == (401, ())
    kept = dict(re.findall(r'name="(kept\.[^"]+)" value="([^"]*)"', door.text))
    assert "kept.csrf" not in kept and "<script>" not in door.text
    kept = {key: unescape(value) for key, value in kept.items()}
    again = visitor.post("/edit/enter", data={**kept, "token": "wrong", "name": "王芳"})
    forms = visitor.post("/edit/enter", data={**kept, "token": TOKEN, "name": "王芳"})
    assert again.status_code == 403 and "写了很久" in again.text
    assert (forms.status_code, held(folder)) == (200, ()) and 'value="写了很久 &lt;script' in forms.text
    word = re.search(r'name="csrf" value="([0-9a-f]+)"', forms.text)
    assert word and visitor.post("/edit", data={**typed, "csrf": word[1]}).status_code == 303


def test_a_figure_that_cannot_be_added_opens_the_form_of_figures_with_what_was_typed(editor: TestClient) -> None:
    page = editor.post("/edit", data={"csrf": csrf(editor), "iri": letter_iri("a"), "kind": "missing", "target": "figure", "letter": "a", "subject": "天津市",
                                      "indicator": "规模", "value": "很多", "unit": "亿元", "quote": "规模", "why": "漏"})
    assert page.status_code == 400
    opened = re.findall(r'<details class="correct" open>.*?</details>', page.text, re.DOTALL)
    assert len(opened) == 1 and "遗漏的数据" in opened[0] and 'value="很多"' in opened[0]
    assert page.text.count('value="天津市"') == 1


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(visitor: TestClient) -> None:
    cookie = visitor.post("/edit/enter", data={"token": TOKEN, "name": "王芳", "to": ""}).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/edit" in cookie
    assert TOKEN not in cookie


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "5.9999999999.00", "é"])
def test_a_forged_cookie_is_none(visitor: TestClient, cookie: str) -> None:
    assert visitor.get("/edit/corrections", headers=[(b"Cookie", f"kg_edit={cookie}".encode())]).status_code == 303


@pytest.mark.parametrize("to", ["https://example.org/edit", "//example.org/edit", "/\\example.org", "http://[", "/id/x"])
def test_the_door_leads_nowhere_else(visitor: TestClient, to: str) -> None:
    assert visitor.post("/edit/enter", data={"token": TOKEN, "name": "王芳", "to": to}).headers["location"] == "/edit/corrections"


@pytest.mark.parametrize(("change", "status"), [({"csrf": ""}, 403), ({"csrf": "0" * 64}, 403), ({"csrf": "é"}, 403)])
def test_a_form_without_the_word_of_the_session_is_refused(editor: TestClient, folder: Path, change: dict[str, str], status: int) -> None:
    answer = editor.post("/edit", data={"kind": "hide", "target": "name", "name": "海河产业基金", "why": "x", **change})
    assert (answer.status_code, held(folder)) == (status, ())


def test_a_form_that_another_site_sends_is_refused(editor: TestClient, folder: Path) -> None:
    data = {"kind": "hide", "target": "name", "name": "海河产业基金", "why": "x", "csrf": csrf(editor)}
    answer = editor.post("/edit", data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, held(folder)) == (403, ())
    assert editor.post("/edit", json=data).status_code == 415


FIELDS = {
    "merge": {"target": "name", "name": "海河产业基金", "into": "海河母基金"},
    "rename": {"target": "name", "name": "海河产业基金", "to": "海河母基金"},
    "split": {"target": "name", "name": "海河产业基金", "to": "海河母基金", "letter": "a", "class": "Fund", "quote": ""},
    "class": {"target": "name", "name": "海河产业基金", "to": "Programme"},
    "hide": {"target": "name", "name": "海河产业基金", "letter": ""},
    "note": {"target": "name", "name": "海河产业基金"},
    "wrong": {"target": "fact", "letter": "a", "subject": "天津市", "predicate": "organizes", "object": "津港合作周", "status": "planned", "time": "-"},
    "change": {"target": "fact", "letter": "a", "subject": "天津市", "predicate": "organizes", "object": "津港合作周", "x.status": "done", "x.time": "2024"},
    "missing": {"target": "fact", "letter": "a", "subject": "海河产业基金", "predicate": "locatedIn", "object": "和平区", "object-class": "District",
                "status": "done", "quote": "海河产业基金规模", "time": ""},
}


@pytest.mark.parametrize("kind", ["rename", *(pytest.param(kind, marks=pytest.mark.slow) for kind in FIELDS if kind != "rename")])
def test_a_form_makes_a_correction_that_applies_and_can_be_taken_back(editor: TestClient, folder: Path, kind: str) -> None:
    answer = editor.post("/edit", data={"csrf": csrf(editor), "iri": FUND, "kind": kind, "why": HOSTILE, **FIELDS[kind]})
    assert answer.status_code == 303, answer.text
    (one,) = held(folder)
    assert (one.kind, one.by, one.why, one.source) == (kind, NAME, HOSTILE, "kg serve")
    page = editor.get(answer.headers["location"]).text
    assert "已生效" in page and one.id in page
    with Store(folder) as store:
        assert validate(store) == []
    assert editor.post("/edit/undo", data={"csrf": csrf(editor, CITY), "id": one.id}).status_code == 303
    assert held(folder) == ()


@pytest.mark.slow
def test_what_is_written_is_escaped_wherever_it_is_shown(editor: TestClient, folder: Path) -> None:
    editor.post("/edit", data={"csrf": csrf(editor), "iri": FUND, "kind": "note", "target": "name", "name": "海河产业基金", "why": HOSTILE})
    editor.post("/edit", data={"csrf": csrf(editor), "iri": FUND, "kind": "rename", "target": "name", "name": "南开大学", "to": HOSTILE, "why": "x"})
    pages = [editor.get(path, headers={"Accept": "text/html"}, follow_redirects=True).text for path in (
        f"/id/{quote('海河产业基金')}", "/id/letter/a", "/id/letter/b", "/edit/corrections", f"/edit?iri={quote(FUND)}")]
    wrong = editor.post("/edit", data={"csrf": csrf(editor), "iri": FUND, "kind": "class", "target": "name", "name": "海河产业基金", "to": HOSTILE, "why": HOSTILE})
    assert wrong.status_code == 400
    for page in [*pages, wrong.text]:
        assert "<script>alert" not in page
        assert "<b>&\"'" not in page
    assert "&lt;script&gt;" in pages[0] and "&lt;script&gt;" in pages[3]


@pytest.mark.parametrize(("fields", "says"), [
    ({"kind": "class", "target": "name", "name": "海河产业基金", "to": "Nothing", "why": "x"}, "the vocabulary does not have"),
    ({"kind": "rename", "target": "name", "name": "海河产业基金", "to": "别名", "why": ""}, "lacks why"),
    ({"kind": "change", "target": "fact", "letter": "a", "subject": "天津市", "predicate": "organizes", "object": "津港合作周", "x.time": "昨天", "why": "x"}, "ISO"),
    ({"kind": "", "target": "name", "name": "海河产业基金", "why": "x"}, "begin each correction with"),
    ({"kind": "rename", "target": "name", "name": "海河产业基金", "to": "甲" * 3000, "why": "x"}, "longer than"),
])
def test_what_cannot_be_used_is_told_beside_the_forms(editor: TestClient, folder: Path, fields: dict[str, str], says: str) -> None:
    answer = editor.post("/edit", data={"csrf": csrf(editor), "iri": FUND, **fields})
    assert (answer.status_code, held(folder)) == (400, ())
    assert says in answer.text


@pytest.mark.slow
def test_a_correction_that_contradicts_another_is_told_and_changes_nothing(editor: TestClient, folder: Path) -> None:
    for to in ("Programme", "Company"):
        answer = editor.post("/edit", data={"csrf": csrf(editor), "iri": FUND, "kind": "class", "target": "name", "name": "海河产业基金", "to": to, "why": "x"})
    assert answer.status_code == 400 and "contradicts" in answer.text
    assert [one.new("class") for one in held(folder)] == ["Programme"]


@pytest.mark.slow
@pytest.mark.parametrize("iri", ["", "x", f"{BASE}graph/letter/a", f"{BASE}none", f"{BASE}letter/a#fact=none", "https://example.org/<x>"])
def test_only_what_the_graph_has_can_be_corrected(editor: TestClient, iri: str) -> None:
    assert editor.get("/edit", params={"iri": iri}).status_code in (400, 404)


@pytest.mark.slow
def test_a_fact_page_says_who_corrected_it_and_why(editor: TestClient, folder: Path) -> None:
    editor.post("/edit", data={"csrf": csrf(editor), "iri": FUND, "kind": "change", "why": "已办成", **FIELDS["change"]})
    page = editor.get("/fact", params={"iri": fact_iri(folder)}).text
    assert "已办成" in page and "改动" in page and "王芳" in page
    assert "经更正" in editor.get(f"/id/{quote('津港合作周')}", headers={"Accept": "text/html"}).text


def test_who_leaves_must_enter_again(editor: TestClient) -> None:
    assert editor.post("/edit/leave", data={"csrf": csrf(editor)}).status_code == 303
    assert editor.get("/edit/corrections").status_code == 303
