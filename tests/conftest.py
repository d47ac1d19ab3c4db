"""What several tests share: a store with the five real letters as their gold says them, so that tests of the graph need no model."""
from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.gold import read_golds
from kg.store import Store
from tests.from_gold import perfect

os.environ.pop("COLUMNS", None)      # tables are as wide as they need, wherever the tests run
SEEDS = Path(__file__).parent / "corpus" / "seeds"


@pytest.fixture(scope="session")
def gold_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store of the five letters; read it, never change it."""
    folder = tmp_path_factory.mktemp("gold") / "store"
    with Store(folder, writable=True) as store:
        store.put_ontology()
        for gold in read_golds([SEEDS]):
            store.put_letter(perfect(gold))
    return folder
