"""Build a graph of the example letters and ask it, in Python.

    python examples/build_and_ask.py [STORE]
"""
from __future__ import annotations

import sys
from pathlib import Path

import kg

LETTERS = Path(__file__).parent / "letters"


def main(store: str) -> None:
    with kg.open(store) as graph:
        report = graph.build([LETTERS])
        print(f"{report.letters} letters, {report.entities} entities, {sum(report.facts.values())} facts in {report.seconds:.1f} s")

        print("\nWho cooperates with 香港理工大学 (The Hong Kong Polytechnic University)?")
        for row in graph.query("cooperation", who="香港理工大学").texts():
            print("  " + "  ".join(cell for cell in row if cell)[:100])

        print("\nThe best connected entities, by networkx:")
        network = graph.to_networkx()
        for name, degree in sorted(network.degree, key=lambda pair: (-pair[1], pair[0]))[:5]:
            print(f"  {name}  {network.nodes[name]['kind_en']}  {degree} facts")

        print("\nEvery figure of a fund, in SPARQL:")
        answer = graph.query("""
            SELECT ?name ?what ?value ?unit WHERE {
              ?fund a kg:Fund ; skos:prefLabel ?name . ?figure schema:observationAbout ?fund ; rdfs:label ?what ; schema:value ?value
              OPTIONAL { ?figure schema:unitText ?unit } } ORDER BY ?name ?what""")
        for figure in answer.dicts():
            print(f"  {figure['name']}: {figure['what']} {figure['value']}{figure.get('unit', '')}")

    print("\nOne letter without a store:")
    extraction = kg.read_letter(LETTERS / "tianjin-2025-three-attractions.txt")
    for fact in extraction.facts[:3]:
        print(f"  {fact.status}: {fact.subject} {fact.predicate} {fact.object}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "kg-store")
