"""Graphs on other servers: a push sends what is missing there and nothing else, whatever happened there or on the way; questions are answered as at home."""
from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import QueryError, RemoteError, UnknownName
from kg.iris import BASE
from kg.query import ask
from kg.remote import Access, Pushed, Remote, push_store
from kg.remote.client import FAULTS, Client
from kg.remote.doors import doors
from kg.remote.pushing import push
from kg.remote.records import batches, recorded
from kg.remote.writing import writer
from kg.store import Store
from tests.nouns import extraction, small
from tests.test_cli import kg, sentence
from tests.triplestore import TOKEN, USER, WORD, TripleStore, Troubles, triple_store

BOTH = pytest.mark.parametrize("update", [False, pytest.param(True, marks=pytest.mark.slow)])       # by graph store, by updates
ROOT = Path(__file__).resolve().parent.parent
PUSHED = ox.NamedNode(f"{BASE}graph/pushed")


@pytest.fixture
def server() -> Iterator[TripleStore]:
    with triple_store() as one:
        yield one


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three letters and a correction."""
    folder = tmp_path_factory.mktemp("made") / "store"
    with Store(folder, writable=True) as one:
        one.put_curation(['<https://w3id.org/zhihan/id/天津市> <http://www.w3.org/2004/02/skos/core#altLabel> "津"@zh .'])
        for letter in (extraction("a"), extraction("b"), small("c", [("数码港", "Park")])):
            one.put_letter(letter)
    return folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return shutil.copytree(made, tmp_path / "store")


def content(data: ox.Store) -> set[ox.Quad]:
    """What a server has in its graphs, its record of pushes left out."""
    return {quad for quad in data if quad.graph_name not in (PUSHED, ox.DefaultGraph())}


def own(folder: Path) -> set[ox.Quad]:
    with Store(folder) as one:
        return {quad for graph in one.graphs() if graph != one.graph("builds") for quad in one.quads(graph)}


def pushed(folder: Path, server: TripleStore, *, waits: list[float] | None = None, update: bool = False, owner: str = "one", part: int = 8_000_000,
           access: Access | None = None, mirror: bool = False, quick: bool = False, dry_run: bool = False) -> Pushed:
    """A push that waits for nobody; the pauses it would have made are added to `waits`."""
    said = waits if waits is not None else []
    with Client(access or Access(retries=3), waits=said.append) as client, Store(folder) as one:
        remote = Remote(server.query, client, again=FAULTS)
        found = doors(server.query, remote.server, update=f"{server.root}/update" if update else None)
        return push(one, remote, writer(client, found, part), owner, mirror=mirror, quick=quick, dry_run=dry_run)


def letter(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}graph/letter/{name}")


def sent(found: Pushed) -> list[str]:
    return [one.graph.removeprefix(f"{BASE}graph/") for one in found.plan.send]


# what a push does

@BOTH
def test_a_push_makes_the_graphs_there_those_of_the_store(store: Path, server: TripleStore, update: bool) -> None:
    found = pushed(store, server, update=update)
    assert content(server.data) == own(store)
    assert (sent(found), found.wrong) == (["curation", "letter/a", "letter/b", "letter/c"], ())
    assert not [quad for quad in server.data if quad.graph_name == ox.DefaultGraph()]


@BOTH
def test_a_second_push_sends_nothing_and_then_only_the_changed_letter(store: Path, server: TripleStore, update: bool) -> None:
    pushed(store, server, update=update)
    before = server.writes()
    assert sent(pushed(store, server, update=update)) == []
    assert server.writes() == before
    with Store(store, writable=True) as one:
        one.put_letter(small("a", [("南开大学", "University")]))
    assert sent(pushed(store, server, update=update)) == ["letter/a"]
    assert content(server.data) == own(store)


@pytest.mark.parametrize("spoil", [
    lambda data: data.clear(),
    lambda data: data.remove_graph(letter("b")),
    lambda data: data.clear_graph(letter("b")),
    lambda data: data.update(f"INSERT DATA {{ GRAPH {letter('b')} {{ <urn:x> <urn:y> '多' }} }}"),
    lambda data: data.update(f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} INSERT {{ GRAPH ?g {{ ?s ?p '別的' }} }} WHERE {{ {{ SELECT * {{ BIND({letter('b')} AS ?g) "
                             "GRAPH ?g { ?s ?p ?o FILTER(isLiteral(?o)) } } ORDER BY ?s ?p LIMIT 1 } }"),
    lambda data: data.update(f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} INSERT {{ GRAPH ?g {{ ?s ?p ?new }} }} WHERE {{ {{ SELECT * {{ BIND({letter('b')} AS ?g) "
                             "GRAPH ?g { ?s ?p ?o FILTER(lang(?o) = 'zh') } BIND(STRLANG(STR(?o), 'en') AS ?new) } ORDER BY ?s ?p LIMIT 1 } }"),
    lambda data: data.update(f"MOVE {letter('b')} TO <urn:elsewhere> ; MOVE {letter('a')} TO {letter('b')} ; DROP GRAPH <urn:elsewhere>"),
], ids=["everything removed", "a graph dropped", "a graph emptied", "a statement added", "a text changed", "a language changed", "graphs exchanged"])
def test_what_somebody_changed_there_is_set_right(store: Path, server: TripleStore, spoil: object) -> None:
    pushed(store, server)
    assert callable(spoil)
    spoil(server.data)
    assert content(server.data) != own(store)
    assert "letter/b" in sent(pushed(store, server))
    assert content(server.data) == own(store)


@BOTH
def test_a_letter_that_is_gone_here_is_removed_there_and_what_others_put_there_stays(store: Path, server: TripleStore, update: bool) -> None:
    other = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o"), letter("of-somebody-else"))
    server.data.add(other)
    pushed(store, server, update=update)
    with Store(store, writable=True) as one:
        one.remove_letter("c")
    found = pushed(store, server, update=update)
    assert found.plan.remove == (letter("c").value,)
    assert content(server.data) == {*own(store), other}
    assert pushed(store, server, update=update).plan.remove == ()


def test_what_another_store_pushed_stays_and_goes_with_mirror(store: Path, server: TripleStore, tmp_path: Path) -> None:
    with Store(tmp_path / "other", writable=True) as one:
        one.put_letter(small("other", [("数码港", "Park")]))
    pushed(tmp_path / "other", server, owner="two")
    found = pushed(store, server)
    assert (found.plan.remove, found.plan.others) == ((), (letter("other").value,))
    assert content(server.data) == own(store) | own(tmp_path / "other")
    pushed(store, server, mirror=True)
    assert content(server.data) == own(store)


def test_a_quick_push_sees_what_is_missing_and_not_a_text_that_was_changed_in_place(store: Path, server: TripleStore) -> None:
    pushed(store, server)
    server.data.update(f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} INSERT {{ GRAPH ?g {{ ?s ?p '別的' }} }} WHERE {{ {{ SELECT * {{ BIND({letter('b')} AS ?g) "
                       "GRAPH ?g { ?s ?p ?o FILTER(isLiteral(?o)) } } ORDER BY ?s ?p LIMIT 1 } }")
    server.data.update(f"DELETE WHERE {{ GRAPH {letter('c')} {{ ?s a ?o }} }}")
    assert sent(pushed(store, server, quick=True)) == ["letter/c"]
    assert sent(pushed(store, server)) == ["letter/b"]
    assert content(server.data) == own(store)


def test_a_dry_run_tells_the_plan_and_changes_nothing(store: Path, server: TripleStore) -> None:
    found = pushed(store, server, dry_run=True)
    assert (sent(found), found.dry_run) == (["curation", "letter/a", "letter/b", "letter/c"], True)
    assert (len(server.data), server.writes()) == (0, 0)


def test_the_record_on_the_server_has_one_entry_for_each_graph(store: Path, server: TripleStore) -> None:
    for name in ("南开大学", "天津大学"):
        pushed(store, server)
        with Store(store, writable=True) as one:
            one.put_letter(small("a", [(name, "University")]))
    pushed(store, server)
    assert len(list(server.data.quads_for_pattern(None, None, None, PUSHED))) == 4


def test_many_records_are_read_in_parts(server: TripleStore, store: Path) -> None:
    record = f"{PUSHED.value}#sha256={'0' * 64},triples=1,sum=2,store=x"
    lines = "".join(f"<{BASE}graph/letter/信{number}> <http://purl.org/dc/terms/provenance> <{record}> .\n" for number in range(9000))
    server.data.bulk_load(lines.encode(), ox.RdfFormat.N_TRIPLES, to_graph=PUSHED)
    with Client() as client:
        assert len(recorded(Remote(server.query, client), BASE)) == 9000
    assert len([1 for _, path, _ in server.log if path == "/query"]) == 17


@given(st.lists(st.integers(0, 30), max_size=20), st.integers(1, 5), st.integers(1, 40))
def test_batches_hold_all_graphs_in_order_and_no_more_than_they_may(sizes: list[int], together: int, triples: int) -> None:
    by_name = {str(at): size for at, size in enumerate(sizes)}
    found = list(batches(by_name, by_name, together, triples))
    assert [name for part in found for name in part] == list(by_name)
    assert all(len(part) <= together and (len(part) == 1 or sum(by_name[name] for name in part) <= triples) for part in found)


# what happens on the way

@BOTH
def test_a_server_that_fails_every_third_request_gets_all_in_the_end(store: Path, update: bool) -> None:
    waits: list[float] = []
    with triple_store(Troubles(every=3)) as server:
        pushed(store, server, waits=waits, update=update, part=20_000)
        assert content(server.data) == own(store)
    assert waits


def test_the_pauses_between_tries_double(store: Path) -> None:
    waits: list[float] = []
    with triple_store(Troubles(breaks_after=4)) as server, pytest.raises(RemoteError, match="breaks"):
        pushed(store, server, waits=waits)
    assert waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(("requests", "update"), [
    *((number, False) for number in (3, 5, 6, 7, 8, 9, 11)), *(pytest.param(number, True, marks=pytest.mark.slow) for number in (4, 5, 7, 9))])
def test_a_push_that_is_stopped_anywhere_goes_on_with_the_next(store: Path, requests: int, update: bool) -> None:
    with triple_store(Troubles(breaks_after=requests)) as server:
        with pytest.raises(RemoteError):
            pushed(store, server, access=Access(retries=0), update=update, part=9_000)
        assert content(server.data) != own(store) or server.counted > requests
        server.troubles.breaks_after = 0
        pushed(store, server, update=update)
        assert content(server.data) == own(store)


@BOTH
def test_a_server_that_takes_small_requests_only_gets_small_ones(store: Path, update: bool) -> None:
    with triple_store(Troubles(largest=15_000)) as server:
        pushed(store, server, update=update)
        assert content(server.data) == own(store)
        assert 413 in {status for _, _, status in server.log}


def test_a_server_that_takes_nothing_of_any_use_is_told(store: Path) -> None:
    with triple_store(Troubles(largest=600)) as server, pytest.raises(RemoteError, match="takes no request"):
        pushed(store, server, update=True)


def test_a_server_that_does_not_keep_what_was_sent_is_told_and_not_recorded(store: Path) -> None:
    with triple_store(Troubles(forgets=True)) as server:
        found = pushed(store, server)
        assert len(found.wrong) == 4
        assert "the server has" in found.wrong[0]
        assert len(sent(pushed(store, server))) == 4


@pytest.mark.parametrize(("asks", "access"), [("basic", Access(USER, WORD)), ("digest", Access(USER, WORD)), ("bearer", Access(token=TOKEN))])
def test_a_server_that_asks_who_is_there_is_told(store: Path, asks: str, access: Access) -> None:
    with triple_store(Troubles(asks=asks)) as server:
        pushed(store, server, access=access)
        assert content(server.data) == own(store)


def test_a_password_is_not_sent_to_a_server_that_does_not_ask(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr("tests.triplestore._Handler._unknown", lambda self: seen.append(self.headers.get("Authorization", "")))
    with triple_store() as server:
        pushed(store, server, access=Access(USER, WORD))
    assert set(seen) == {""}


# sentences

@pytest.mark.parametrize(("troubles", "options", "says"), [
    (Troubles(asks="basic"), [], "asks who you are"),
    (Troubles(asks="basic"), ["--user", USER, "--password", "wrong"], "does not take the name 'dba'"),
    (Troubles(asks="bearer"), ["--token", "wrong"], "does not take this token"),
    (Troubles(forbids=True), [], "forbids this"),
    (Troubles(every=1, status=500), ["--retries", "0"], "answers with 500: not now: try again later."),
    (Troubles(every=1, status=301), [], "sends on to"),
    (Troubles(every=1, status=404), [], "There is nothing at"),
    (Troubles(breaks_after=1), ["--retries", "0"], "breaks"),
    (Troubles(name="Unheard/1"), [], "name its graph store with --graph-store"),
])
def test_what_a_server_refuses_is_told_in_a_sentence(store: Path, troubles: Troubles, options: list[str], says: str) -> None:
    with triple_store(troubles) as server:
        assert says in sentence(kg("push", "--endpoint", server.query, "--store", store, *options))


@pytest.mark.parametrize(("endpoint", "says"), [
    ("http://127.0.0.1:9/query", "No server can be reached"), ("127.0.0.1:80", "is no address of a server"), ("http://127.0.0.1:x/", "is no address"),
    ("ftp://127.0.0.1/", "is no address"), ("http:///query", "is no address"),
])
@pytest.mark.parametrize("command", [["push"], ["query", "funds"]])
def test_an_address_where_nothing_is_is_told(store: Path, endpoint: str, says: str, command: list[str]) -> None:
    assert says in sentence(kg(*command, "--endpoint", endpoint, "--store", store))


def test_a_server_that_does_not_answer_in_time_is_told(store: Path) -> None:
    import socket
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/query"
        assert "does not answer within 0.2 s" in sentence(kg("query", "funds", "--endpoint", url, "--timeout", "0.2"))


def test_without_the_extra_it_is_named(store: Path) -> None:
    code = "import sys; sys.modules['httpx2'] = None; from kg.cli import run; sys.argv = ['kg', 'query', 'funds', '--endpoint', 'http://127.0.0.1:9/']; run()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (2, "kg: Speaking to another server needs the extra 'remote': install it with  pip install 'zhihan[remote]'.\n")


def test_a_store_that_is_not_there_is_told_before_the_server_is_asked(tmp_path: Path) -> None:
    assert "There is no store" in sentence(kg("push", "--endpoint", "http://127.0.0.1:9/query", "--store", tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_the_command_says_what_it_did(store: Path, server: TripleStore) -> None:
    first = kg("push", "--endpoint", server.query, "--store", store, "--dry-run")
    assert f"send    {BASE}graph/letter/a\n" in first.stdout
    assert "Would push 4 graphs" in first.stdout
    assert "Pushed 4 graphs" in kg("push", "--endpoint", server.query, "--store", store).stdout
    assert "Pushed 0 graphs (0 statements)" in kg("push", "--endpoint", server.query, "--store", store).stdout


def test_a_copy_of_a_store_pushes_as_the_same_store_and_one_built_anew_as_another(store: Path, server: TripleStore, tmp_path: Path) -> None:
    push_store(store, server.query)
    copy = shutil.copytree(store, tmp_path / "copy")
    with Store(copy, writable=True) as one:
        one.remove_letter("c")
    assert push_store(copy, server.query, dry_run=True).plan.remove == (letter("c").value,)
    with Store(tmp_path / "new", writable=True) as one:
        one.put_letter(extraction("a"))
    assert len(push_store(tmp_path / "new", server.query, dry_run=True).plan.others) == 3


# questions

@pytest.fixture(scope="module", params=["parameter", *(pytest.param(one, marks=pytest.mark.slow) for one in ("always", "graphs"))])
def remote(request: pytest.FixtureRequest, gold_store: Path) -> Iterator[Remote]:
    """The five letters on a server that sees all graphs in one of three ways."""
    with triple_store(Troubles(union=request.param)) as server, Client() as client:
        push_store(gold_store, server.query)
        yield Remote(server.query, client)


QUESTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("cooperation", {"who": "天津市"}), ("funds", {}), ("evidence", {"subject": "天津市", "predicate": "organizes"}), ("planned", {"by": "2025-12-31"}),
    ("letter", {"letter": "tianjin-2023-high-tech"}), ("figures", {"about": "海河产业基金"}), ("mentions", {"who": "海河产业基金"}), ("overview", {}))


@pytest.mark.parametrize(("name", "given"), QUESTIONS)
def test_a_named_question_has_the_same_table_there_as_here(remote: Remote, gold_store: Path, name: str, given: dict[str, str]) -> None:
    with Store(gold_store) as here:
        wanted = ask(here, name, given)
    found = remote.query(name, **given)
    assert found.columns == wanted.columns
    assert sorted(map(as_set, found.texts())) == sorted(map(as_set, wanted.texts()))
    assert found.texts()


def as_set(row: list[str]) -> list[str]:
    """GROUP_CONCAT has no order."""
    return ["".join(sorted(cell)) if "、" in cell else cell for cell in row]


def test_other_kinds_of_queries_are_answered_too(remote: Remote, gold_store: Path) -> None:
    assert remote.query("ASK { ?x a kg:Fund }").boolean
    assert not remote.query("ASK { ?x a kg:Nothing }").boolean
    construct = "CONSTRUCT { ?x a kg:Fund ; skos:prefLabel ?name } WHERE { ?x a kg:Fund ; skos:prefLabel ?name }"
    with Store(gold_store) as here:
        assert remote.query(construct).serialize("ttl") == ask(here, construct).serialize("ttl")
        select = "SELECT DISTINCT ?x { ?x a kg:Fund } ORDER BY ?x"
        assert remote.query(select).serialize("csv") == ask(here, select).serialize("csv")
        assert remote.letters() == here.letters()


def test_names_are_found_there_as_here(remote: Remote) -> None:
    with pytest.raises(UnknownName, match="海河产业基金"):
        remote.query("figures", about="海河产业基")
    with pytest.raises(UnknownName, match="tianjin-2023-high-tech"):
        remote.query("letter", letter="tianjin-2023-hightech")


def test_what_is_wrong_with_a_query_is_told_as_at_home(remote: Remote) -> None:
    with pytest.raises(QueryError, match="line 2"):
        remote.query("SELECT ?x\nWHERE { ?x a }")
    with pytest.raises(QueryError, match="only reads"):
        remote.query("DELETE WHERE { ?s ?p ?o }")
    with pytest.raises(QueryError, match="no parameter 'whom'"):
        remote.query("cooperation", whom="天津市")


def test_kg_query_asks_an_endpoint_with_all_formats(store: Path, server: TripleStore) -> None:
    push_store(store, server.query)
    for fmt in ("table", "csv", "tsv", "xml"):
        arguments = ["query", "-q", "SELECT DISTINCT ?n { ?x a kg:Fund ; skos:prefLabel ?n } ORDER BY ?n", "--format", fmt]
        assert kg(*arguments, "--endpoint", server.query).stdout == kg(*arguments, "--store", store).stdout
    assert json.loads(kg("query", "overview", "--format", "json", "--endpoint", server.query).stdout)["results"]["bindings"]


def test_an_address_that_answers_otherwise_is_told() -> None:
    with triple_store(Troubles(name="")) as server:
        assert "none that SPARQL knows" in sentence(kg("query", "funds", "--endpoint", server.query))


@settings(deadline=None, max_examples=12)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["put", "remove", "spoil", "push"])), max_size=8))
def test_after_any_changes_here_and_there_a_push_makes_both_alike(steps: list[tuple[str, str]]) -> None:
    here = Store()
    with triple_store() as server, Client(Access(retries=0)) as client:
        remote = Remote(server.query, client)
        door = writer(client, doors(server.query, "Oxigraph"), 10_000)
        for at, (name, what) in enumerate(steps):
            if what == "put":
                here.put_letter(small(name, [(f"名{at % 3}", "Park")]))
            elif what == "remove" and name in here.letters():
                here.remove_letter(name)
            elif what == "spoil":
                server.data.remove_graph(letter(name))
            else:
                push(here, remote, door, "one")
        push(here, remote, door, "one")
        assert content(server.data) == {quad for graph in here.graphs() for quad in here.quads(graph)}
