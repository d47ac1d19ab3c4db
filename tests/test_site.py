"""The documentation as a site: complete, without a warning, and asking nothing of any other server."""
from __future__ import annotations

import html.parser
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))
import site_pages  # noqa: E402 - a script of docs/, which is no package

PAGES = sorted(path.relative_to(DOCS) for path in DOCS.rglob("*.md"))


class Loaded(html.parser.HTMLParser):
    """What a page loads by itself, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in ("script", "img", "iframe", "source") and said.get("src"):
            self.loads.append(said["src"])
        elif tag == "link" and said.get("rel") != "canonical":
            self.loads.append(said.get("href", ""))
        elif tag == "a":
            self.links.append(said.get("href", ""))


def loaded(page: Path) -> Loaded:
    found = Loaded()
    found.feed(page.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)], cwd=ROOT, capture_output=True, text=True,
                          check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


@pytest.mark.slow
def test_every_page_is_part_of_the_site_and_of_its_navigation(site: Path) -> None:
    start = {unquote(link) for link in loaded(site / "index.html").links}
    missing = [str(page) for page in PAGES if not (site / page.with_suffix(".html")).is_file()]
    assert missing == []
    unlinked = [page for page in PAGES if page.parent.name != "decisions" and page.with_suffix(".html").as_posix() not in start and page.name != "index.md"]
    assert [str(page) for page in unlinked if page.parent.name != "howto"] == []
    howto = {unquote(link) for page in (site / "howto").glob("*.html") for link in loaded(page).links}
    assert {page.with_suffix(".html").name for page in PAGES if page.parent.name == "howto"} <= howto


@pytest.mark.slow
def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    outside = {(page.name, url) for page in site.rglob("*.html") for url in loaded(page).loads if re.match(r"(?:https?:)?//", url)}
    styles = {path.name for path in site.rglob("*.css") if re.search(r"url\(['\"]?(?:https?:)?//|@import", path.read_text(encoding="utf-8"))}
    assert outside == set()
    assert styles == set()


@pytest.mark.slow
def test_every_link_within_the_site_leads_to_a_page(site: Path) -> None:
    broken = [(page.name, link) for page in site.rglob("*.html") if page.name not in ("404.html", "ontology.html") for link in loaded(page).links
              if link and not re.match(r"[a-z]+:|#|//", link) and not (page.parent / unquote(link.partition("#")[0])).exists()]
    assert broken == []


@pytest.mark.slow
def test_the_reference_has_the_docstrings_of_the_code(site: Path) -> None:
    text = (site / "reference" / "python.html").read_text(encoding="utf-8")
    assert "which <code>build</code> makes when it is not there" in text
    for name in ("kg.api.Graph.build", "kg.api.Graph.export", "kg.model.Fact", "kg.errors.KgError", "kg.plugins.Plugin"):
        assert f'id="{name}"' in text


@pytest.mark.slow
def test_the_site_can_be_searched_in_chinese_and_english(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert index["config"]["lang"] == ["en", "zh"]
    texts = "".join(page["text"] for page in index["docs"])
    assert "\u200b牵头\u200b" in texts          # words are parted, so that a search for one finds it


def test_the_navigation_names_every_page_or_its_folder() -> None:
    said = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    folders = {"howto", "decisions"}
    assert [str(page) for page in PAGES if page.parts[0] not in folders and f": {page.as_posix()}\n" not in said] == []


def test_a_folder_in_the_navigation_is_filled_with_its_pages() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2])
    filled = dict(next(iter(site_pages.filled(entry, DOCS).items())) for entry in nav)
    named = [next(iter(one.values())) for one in filled["How-to"]]
    assert {"howto/predicate.md", "howto/lexicon.md", "howto/plugin.md", "howto/stores.md"} <= set(named)
    titles = [next(iter(one)) for one in filled["How-to"]]
    assert titles == sorted(titles)


def test_a_link_to_a_file_of_the_source_is_shown_as_its_path() -> None:
    text = "see [the corpus](../tests/corpus/README.md), [rules](rules.md) and [names](../docs/howto/lexicon.md)"
    assert site_pages.shown(text, DOCS, DOCS) == "see the corpus (`tests/corpus/README.md`), [rules](rules.md) and [names](../docs/howto/lexicon.md)"
