"""The alignment with other vocabularies holds under reasoning: no class without possible members, and no graph that is right gets a second main class."""
from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.iris import BASE
from kg.lexicon import Entry
from kg.model import CLASSES, PREDICATES
from kg.ontology import KG, OWL, RDF, load_ontology, ontology_dir
from kg.store import Store

reasonable = pytest.importorskip("reasonable")
ONTOLOGY = load_ontology()
MAIN = {KG + name for name in CLASSES}
NS = "urn:test:"
# What the vocabularies that ours is aligned with say of the terms that ours names: classes above them, domains, ranges, what is disjoint.
AXIOMS = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> . @prefix prov: <http://www.w3.org/ns/prov#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <https://schema.org/> .
foaf:Person rdfs:subClassOf foaf:Agent ; owl:disjointWith foaf:Organization , foaf:Project .
foaf:Organization rdfs:subClassOf foaf:Agent ; owl:disjointWith foaf:Person , foaf:Document .
foaf:Document owl:disjointWith foaf:Organization , foaf:Project .
foaf:Project owl:disjointWith foaf:Document , foaf:Person .
org:Organization rdfs:subClassOf foaf:Agent ; owl:equivalentClass foaf:Organization ; owl:disjointWith org:Role , org:Site , org:Membership , org:ChangeEvent .
org:linkedTo rdfs:domain org:Organization ; rdfs:range org:Organization .
org:memberOf rdfs:domain foaf:Agent ; rdfs:range org:Organization ; owl:inverseOf org:hasMember .
org:hasMember rdfs:domain org:Organization ; rdfs:range foaf:Agent .
prov:Activity owl:disjointWith prov:Entity . prov:Agent owl:disjointWith prov:InstantaneousEvent . prov:Entity owl:disjointWith prov:InstantaneousEvent .
prov:Person rdfs:subClassOf prov:Agent . prov:Plan rdfs:subClassOf prov:Entity . prov:atLocation rdfs:range prov:Location .
prov:wasDerivedFrom rdfs:domain prov:Entity ; rdfs:range prov:Entity .
prov:wasQuotedFrom rdfs:subPropertyOf prov:wasDerivedFrom . prov:wasGeneratedBy rdfs:domain prov:Entity ; rdfs:range prov:Activity .
skos:Concept owl:disjointWith skos:Collection , skos:ConceptScheme .
skos:prefLabel rdfs:subPropertyOf rdfs:label . skos:altLabel rdfs:subPropertyOf rdfs:label .
schema:WebSite rdfs:subClassOf schema:CreativeWork . schema:InvestmentFund rdfs:subClassOf schema:InvestmentOrDeposit .
"""
VOCABULARIES = ("foaf", "org", "prov", "schema", "skos")


class Closure:
    """All that follows from a text in Turtle: the classes of each node, and which classes are disjoint."""

    def __init__(self, text: str, folder: Path) -> None:
        path = folder / "graph.ttl"
        path.write_text(text, encoding="utf-8")
        reasoner = reasonable.PyReasoner()
        reasoner.load_file(str(path))
        self.types: dict[str, set[str]] = defaultdict(set)
        self.disjoint: set[tuple[str, str]] = set()
        for s, p, o in reasoner.reason():
            if str(p) == RDF + "type":
                self.types[str(s)].add(str(o))
            elif str(p) == OWL + "disjointWith":
                self.disjoint |= {(str(s), str(o)), (str(o), str(s))}

    def clashes(self) -> list[tuple[str, str, str]]:
        """The nodes that would have to be of two classes that share no member, or of owl:Nothing."""
        found = [(node, one, other) for node, kinds in self.types.items() for one in kinds for other in kinds if one < other and (one, other) in self.disjoint]
        return sorted(found + [(node, OWL + "Nothing", "") for node, kinds in self.types.items() if OWL + "Nothing" in kinds])

    def main(self, node: str) -> set[str]:
        return self.types[node] & MAIN


def vocabulary() -> str:
    return (ontology_dir() / "kg.ttl").read_text(encoding="utf-8") + AXIOMS


def ntriples(store: Store) -> str:
    return b"".join(store.data.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b"" for graph in store.graphs()).decode()


def below(name: str) -> list[str]:
    """The main classes at or below a class."""
    above = {(t.subject.value, t.object.value) for t in ONTOLOGY.triples if t.predicate.value.endswith("subClassOf")}     # type: ignore[union-attr]

    def lies(one: str) -> bool:
        return one == KG + name or any(lies(other) for low, other in above if low == one)
    return [main for main in CLASSES if lies(KG + main)]


def uses() -> Iterator[tuple[str, str]]:
    """Two nodes for each predicate, and each main class that its domain or range allows: the statement, and who has that class."""
    for name in PREDICATES:
        predicate = ONTOLOGY.predicates[name]
        for end, kinds in (("s", below(predicate.domain)), ("o", below(predicate.range))):
            for kind in kinds:
                node = f"{NS}{name}-{end}-{kind}"
                s, o = (f"{node}-s", f"{node}-o")
                yield f"<{s}> <{KG}{name}> <{o}> . <{s if end == 's' else o}> a <{KG}{kind}> .", f"{s if end == 's' else o} {KG}{kind}"


def test_a_graph_that_is_right_has_no_clash_and_no_second_main_class(gold_store: Path, tmp_path: Path) -> None:
    with Store(gold_store) as store:
        closure = Closure(vocabulary() + ntriples(store), tmp_path)
    assert closure.clashes() == []
    entities = [node for node in closure.types if node.startswith(BASE) and KG + "Entity" in closure.types[node]]
    assert len(entities) > 200
    assert [node for node in entities if len(closure.main(node)) != 1] == []


def test_no_class_is_unsatisfiable(tmp_path: Path) -> None:
    names = {t.subject.value for t in ONTOLOGY.triples if t.predicate.value == RDF + "type" and t.object == ox.NamedNode(OWL + "Class")}     # type: ignore[union-attr]
    closure = Closure(vocabulary() + "".join(f"<{NS}{number}> a <{name}> .\n" for number, name in enumerate(sorted(names))), tmp_path)
    assert len(names) > 120
    assert closure.clashes() == []


def test_no_property_gives_its_subject_or_object_a_main_class(tmp_path: Path) -> None:
    names = {t.subject.value for t in ONTOLOGY.triples if t.predicate.value == RDF + "type" and t.object == ox.NamedNode(OWL + "ObjectProperty")}     # type: ignore[union-attr]
    text = "".join(f"<{NS}s{number}> <{name}> <{NS}o{number}> .\n" for number, name in enumerate(sorted(names)))
    closure = Closure(vocabulary() + text, tmp_path)
    assert closure.clashes() == []
    assert {node: closure.main(node) for node in closure.types if node.startswith(NS) and closure.main(node)} == {}


def test_every_main_class_that_a_predicate_allows_stays_the_only_one(tmp_path: Path) -> None:
    """A person may cooperate, a place may be a member: what other vocabularies infer from that must not contradict it."""
    statements, owners = zip(*uses(), strict=True)
    closure = Closure(vocabulary() + "\n".join(statements), tmp_path)
    assert closure.clashes() == []
    assert [owner for owner in owners if closure.main(owner.split()[0]) != {owner.split()[1]}] == []


def test_a_contradiction_would_be_found(tmp_path: Path) -> None:
    closure = Closure(vocabulary() + f"<{NS}a> a <{KG}Person> . <{NS}b> a <{KG}Company> . <{NS}a> <http://www.w3.org/ns/org#linkedTo> <{NS}b> .", tmp_path)
    assert (NS + "a", "http://xmlns.com/foaf/0.1/Organization", "http://xmlns.com/foaf/0.1/Person") in closure.clashes()


def test_the_lexicon_has_no_clash(tmp_path: Path) -> None:
    store = Store()
    store.put_lexicon((Entry("苏州市", ("苏州",), (), "Place", "City", None, "Q42622", "320500"), Entry("《示例法》", (), (), "Document", "Law")))
    assert Closure(vocabulary() + ntriples(store), tmp_path).clashes() == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
def test_the_alignment_holds_with_the_vocabularies_themselves(gold_store: Path, tmp_path: Path) -> None:
    """The whole of FOAF, org, PROV-O, schema.org and SKOS, from npm (@vocabulary/…), instead of the axioms above."""
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *(f"@vocabulary/{name}" for name in VOCABULARIES)], cwd=tmp_path, check=True)
    texts = [(ontology_dir() / "kg.ttl").read_text(encoding="utf-8")]
    for name in VOCABULARIES:
        path = next((tmp_path / "node_modules" / "@vocabulary" / name).glob("*.nq"))
        triples = (ox.serialize([quad.triple for quad in ox.parse(path.read_bytes(), ox.RdfFormat.N_QUADS)], format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        texts.append(triples.replace("_:", f"_:{name}").replace("<http://schema.org/", "<https://schema.org/"))
    with Store(gold_store) as store:
        texts.append(ntriples(store))
    statements, owners = zip(*uses(), strict=True)
    closure = Closure("\n".join([*texts, *statements]), tmp_path)
    assert closure.clashes() == []
    assert [owner for owner in owners if closure.main(owner.split()[0]) != {owner.split()[1]}] == []
