"""The picture: what stands in the page and in the still, that texts are harmless in both, and that the same graph gives the same bytes."""
from __future__ import annotations

import base64
import hashlib
import itertools
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pytest

from kg.errors import InputError
from kg.model import CLASSES, PREDICATES, STATUSES
from kg.network import to_networkx
from kg.render import page, render, still
from kg.render.layout import positions
from kg.render.style import DASHES, FAMILIES, GROUNDS, LOOKS
from kg.store import Store
from tests.nouns import extraction
from tests.rendering import NASTY, data, entity, fact, nasty, sample

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def html() -> str:
    return page(sample(), "六十个实体")


def test_the_page_carries_every_node_and_every_fact(html: str) -> None:
    graph = sample()
    assert len(data(html)["nodes"]) == graph.number_of_nodes() == 60
    assert len(data(html)["facts"]) == graph.number_of_edges()
    assert {node["label"] for node in data(html)["nodes"]} == set(graph)


def test_the_page_names_no_address_outside_itself_but_in_comments_of_the_library(html: str) -> None:
    ours = re.sub(r"(?s)<script>/\*\*\n \* vis-network.*?</script>", "", html)
    assert len(ours) < len(html) - 400_000
    assert re.findall(r"https?://\S+", ours) == ["http://www.w3.org/2000/svg';"]
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=(?!\"data:,\")", ours)


def test_the_policy_allows_exactly_the_scripts_and_the_style_of_the_page(html: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    inline = re.findall(r"(?s)<script>(.*?)</script>", html) + re.findall(r"(?s)<style>(.*?)</style>", html)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline]
    assert len(inline) == 3
    assert sorted(re.findall(r"'sha256-([^']*)'", policy[1])) == sorted(hashes)
    assert "unsafe" not in policy[1]
    assert policy[1].startswith("default-src 'none'")


def test_no_text_of_the_graph_opens_a_tag_in_the_page() -> None:
    html, plain = page(nasty(), NASTY[0] + NASTY[4]), page(sample(), "题")
    for tag in ("<script", "</script", "<img", "<!--", "]]>", "</title"):
        assert html.count(tag) == plain.count(tag)
    assert html.encode("utf-8")


def test_dangerous_names_come_back_from_the_page_unchanged() -> None:
    read = data(page(nasty(), NASTY[0]))
    assert {one["name"] for one in read["entities"]} == set(NASTY)
    assert read["title"] == NASTY[0]


def test_a_slot_inside_a_text_stays_as_it_is() -> None:
    assert "{{data}}" in {node["label"] for node in data(page(nasty(), "{{script}}"))["nodes"]}


def test_the_same_graph_gives_the_same_bytes_in_whatever_order_it_was_made() -> None:
    graph, other = sample(), networkx.MultiDiGraph()
    other.add_nodes_from(reversed(list(graph.nodes(data=True))))
    other.add_edges_from(reversed(list(graph.edges(data=True))))
    assert page(graph, "题") == page(other, "题")
    assert still(graph, "题") == still(other, "题")


def test_facts_of_one_subject_predicate_object_and_status_share_an_edge() -> None:
    graph = networkx.MultiDiGraph()
    for name in "甲乙":
        entity(graph, name)
    fact(graph, "甲", "signs", "乙", letter="one")
    fact(graph, "甲", "signs", "乙", letter="two")
    fact(graph, "甲", "signs", "乙", "planned")
    read = data(page(graph, ""))
    assert (len(read["facts"]), len(read["edges"])) == (3, 2)
    assert [edge["smooth"] is False for edge in read["edges"]] == [True, False]


def test_a_symmetric_fact_has_no_arrow_and_one_edge_for_both_directions() -> None:
    graph = networkx.MultiDiGraph()
    for name in "甲乙":
        entity(graph, name)
    fact(graph, "甲", "cooperatesWith", "乙")
    fact(graph, "乙", "cooperatesWith", "甲")
    assert [edge["arrows"] for edge in data(page(graph, ""))["edges"]] == [""]


def test_a_sentence_that_many_facts_quote_stands_once(html: str) -> None:
    sentences = data(html)["sentences"]
    assert len(sentences) == len(set(sentences))


def test_an_empty_graph_is_a_page_too() -> None:
    assert data(page(networkx.MultiDiGraph(), "空"))["nodes"] == []
    assert ElementTree.fromstring(still(networkx.MultiDiGraph(), "空")) is not None


def test_nodes_keep_their_distance() -> None:
    spots = list(positions(sample(200)).values())
    assert min(math.dist(a, b) for a, b in itertools.combinations(spots, 2)) > 25


def test_a_line_of_nodes_on_one_spot_is_pulled_apart() -> None:
    graph = networkx.MultiDiGraph()
    for i in range(3):
        entity(graph, str(i))
    fact(graph, "0", "signs", "0")
    assert len(set(positions(graph).values())) == 3


def test_every_class_and_predicate_and_status_has_a_look() -> None:
    assert set(LOOKS) == set(CLASSES)
    assert {name for family in FAMILIES for name in family.predicates} == set(PREDICATES)
    assert set(DASHES) == set(STATUSES)
    assert len({DASHES[status] for status in ("done", "planned", "suggested")}) == 3


# How three kinds of colour-blind readers see linear RGB (Machado, Oliveira and Fernandes 2009, full severity).
SIGHT = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> list[float]:
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lab(colour: str, sight: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear(colour), strict=True)))) for row in sight)
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047, 0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("side", [0, 1])
def test_classes_of_one_shape_differ_in_colour_for_colour_blind_readers_too(sight: str, side: int) -> None:
    near = [(one, other) for (one, a), (other, b) in itertools.combinations(LOOKS.items(), 2)
            if a.shape == b.shape and math.dist(lab(a.colours[side], SIGHT[sight]), lab(b.colours[side], SIGHT[sight])) < 10]
    assert near == []


@pytest.mark.parametrize("side", [0, 1])
def test_every_class_stands_out_from_its_ground(side: int) -> None:
    def light(colour: str) -> float:
        return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True)) + 0.05
    ground = light(GROUNDS[side])
    ratios = {name: max(ground, light(look.colours[side])) / min(ground, light(look.colours[side])) for name, look in LOOKS.items()}
    assert [name for name, ratio in ratios.items() if ratio < 2.2] == []


def test_the_still_is_xml_with_a_mark_for_every_node_and_no_text_run_as_markup() -> None:
    tree = ElementTree.fromstring(still(nasty(), NASTY[1]))
    assert not tree.findall(f".//{SVG}script")
    assert not tree.findall(f".//{SVG}img")
    assert len(tree.findall(f".//{SVG}g[@class='c0']")) == len(NASTY) + 1


def test_the_still_draws_every_edge_once() -> None:
    tree = ElementTree.fromstring(still(sample(), "题"))
    assert len([path for path in tree.iter(f"{SVG}path") if path.get("class", "").startswith("e ")]) == len(data(page(sample(), "题"))["edges"])


def test_render_chooses_by_the_suffix_and_refuses_others_in_a_sentence(tmp_path: Path) -> None:
    assert render(sample(8), tmp_path / "new" / "a.html", "题").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert render(sample(8), tmp_path / "a.svg", "题").read_text(encoding="utf-8").startswith("<svg")
    with pytest.raises(InputError, match=r"a\.png.*\.html or \.svg"):
        render(sample(8), tmp_path / "a.png", "题")


def test_render_says_where_it_could_not_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Cannot write the picture"):
        render(sample(8), tmp_path / "file" / "a.html", "题")


def test_a_graph_from_the_store_is_drawn_with_labels_letters_and_quotes() -> None:
    store = Store()
    store.put_ontology()
    store.put_letter(extraction())
    graph = to_networkx(store)
    read = data(page(graph, "题"))
    assert {one["name"] for one in read["entities"]} == set(graph)
    assert all(read["kinds"][one["kind"]]["zh"] != one["kind"] for one in read["entities"])
    assert all(read["predicates"][one["p"]]["zh"] for one in read["facts"])
    assert all(read["sentences"][quote] for one in read["facts"] for quote in one["quotes"])
    assert read["letters"] == [extraction().letter.source.name]
