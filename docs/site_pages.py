"""What the site needs beyond mkdocs.yml: the pages of a folder in the navigation, and links to files that are no pages."""
from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

UPWARD = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<path>\.\./[^)\s]+)\)")
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of a folder where the navigation names the folder."""
    config.nav = [filled(entry, Path(config.docs_dir)) for entry in config.nav or []]
    return config


def filled(entry: Any, docs: Path) -> Any:
    """An entry of the navigation, in which the name of a folder stands for its pages by title (decisions: by number)."""
    return {title: _below(below, docs) for title, below in entry.items()} if isinstance(entry, dict) else entry


def _below(below: Any, docs: Path) -> Any:
    if isinstance(below, list):
        return [filled(entry, docs) for entry in below]
    folder = docs / str(below)
    return [{_title(page): f"{below}/{page.name}"} for page in sorted(folder.glob("*.md"), key=_order)] if folder.is_dir() else below


def _title(page: Path) -> str:
    found = TITLE.search(page.read_text(encoding="utf-8"))
    return found[1] if found else page.stem


def _order(page: Path) -> str:
    return page.name if page.name[0].isdigit() else _title(page)


def on_page_markdown(markdown: str, *, page: Any, config: MkDocsConfig, **_: Any) -> str:
    """Show a link to a file of the source as its path: the site has no copy of it."""
    return shown(markdown, Path(page.file.abs_src_path).parent, Path(config.docs_dir))


def shown(markdown: str, here: Path, docs: Path) -> str:
    """The text of a page in the folder `here`, with links that lead out of `docs` as text and path."""
    def instead(link: re.Match[str]) -> str:
        target = (here / link["path"]).resolve()
        return link[0] if target.is_relative_to(docs) else f"{link['text']} (`{target.relative_to(docs.parent)}`)"

    return UPWARD.sub(instead, markdown)
