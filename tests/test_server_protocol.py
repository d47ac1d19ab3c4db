"""The endpoint talks the SPARQL 1.1 Protocol: the ways to ask, the graphs named beside the query, the media types, the sentences."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.serving import client


@pytest.fixture(scope="module")
def http(gold_store: Path) -> Iterator[TestClient]:
    with client(gold_store) as one:
        yield one


def test_a_query_is_asked_by_get_by_a_form_and_by_its_own_media_type(http: TestClient) -> None:
    answers = [http.get("/sparql", params={"query": "ASK {}"}), http.post("/sparql", data={"query": "ASK {}"}),
               http.post("/sparql", content="ASK {}", headers={"Content-Type": "application/sparql-query"})]
    assert [(one.status_code, one.json()["boolean"]) for one in answers] == [(200, True)] * 3
