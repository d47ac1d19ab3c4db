"""Takes the pictures of docs/explorer.md (`make pictures`): pages of the example letters' graph in Chromium, small by having few colours."""
from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.explorer import NARROW, WIDE, Reader, chromium, reader, served  # noqa: E402

COLOURS = 255
FUNDS = "SELECT ?fund ?place WHERE { ?mention itsrdf:taIdentRef ?fund . ?fund a kg:Fund ; kg:locatedIn ?place } GROUP BY ?fund ?place"
LETTER = "/id/letter/tianjin-2025-three-attractions"


def saved(page: Page, name: str) -> None:
    """Write what the page shows to docs/explorer-NAME.png."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE)
    picture.save(ROOT / "docs" / f"explorer-{name}.png", optimize=True)


def wide(one: Reader) -> None:
    one.open("/")
    saved(one.page, "overview")
    one.open(f"{LETTER}#char=849,933")
    saved(one.page, "letter")
    one.open("/id/香港理工大学")
    saved(one.page, "entity")
    one.open("/graph?about=香港理工大学&hops=2&size=40")
    one.graph_ready()
    one.page.focus(".canvas")
    one.page.keyboard.press("ArrowRight")
    saved(one.page, "graph")
    one.open(f"/query?query={FUNDS}&run=1")
    one.page.wait_for_selector(".yasr table.list")
    saved(one.page, "sparql")


def narrow(browser: Browser, url: str) -> None:
    """Two pages side by side, one light and one dark."""
    parts = []
    for path, dark in ((LETTER, False), ("/id/天开高教科创园", True)):
        with reader(browser, url, NARROW, dark) as one:
            one.open(path)
            parts.append(Image.open(io.BytesIO(one.page.screenshot())).convert("RGB"))
    both = Image.new("RGB", (NARROW[0] * 2 + 20, NARROW[1]), "white")
    for i, part in enumerate(parts):
        both.paste(part, (i * (NARROW[0] + 20), 0))
    both.quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE).save(ROOT / "docs" / "explorer-narrow.png", optimize=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        store = Path(name) / "store"
        subprocess.run([sys.executable, "-m", "kg", "build", str(ROOT / "examples" / "letters"), "--store", str(store)], check=True, cwd=ROOT)
        with served(store) as url, chromium() as browser:
            with reader(browser, url, WIDE) as one:
                wide(one)
            narrow(browser, url)


if __name__ == "__main__":
    main()
