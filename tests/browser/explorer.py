"""Chromium, driven by Playwright, on a served store: pages that report no error, and ask nothing of any other server."""
from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

from kg.server.assets import built
from tests.browser.chrome import CHROMIUM
from tests.serving import server

WIDE, NARROW = (1280, 900), (390, 844)
BUILT = all(built(name) for name in ("main.js", "graph.js", "sparql.js"))


@dataclass
class Reader:
    """A tab, and what went wrong in it: messages of the console, errors of scripts, requests to other servers, dialogs."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(60_000)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", self._asked_reader)
        self.page.on("request", self._asked_server)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def _asked_reader(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _asked_server(self, request: Request) -> None:
        if not request.url.startswith((self.url, "blob:")):
            self.wrong.append(f"asked {request.url}")

    def open(self, path: str) -> None:
        """Open a page of the server and wait until it is loaded."""
        self.page.goto(self.url.rstrip("/") + path)

    def graph_ready(self) -> None:
        """Wait until the graph view has drawn the server's answer."""
        self.page.wait_for_selector("#stage[data-ready]:not([aria-busy])")

    def path(self) -> str:
        """Where the tab is, without the server."""
        return str(self.page.evaluate("decodeURIComponent(location.pathname + location.search + location.hash)"))

    def until(self, true: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until something is so. (Playwright's own way to wait for an expression evaluates text, which the pages' policy forbids.)"""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"never so; {self.wrong}"
            self.page.wait_for_timeout(50)

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of the system, without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(store: Path) -> Iterator[str]:
    """The address of the store's server, which is stopped afterwards."""
    with server(store) as (url, _):
        yield url


@contextmanager
def reader(browser: Browser, url: str, size: tuple[int, int] = WIDE, dark: bool = False, scripts: bool = True) -> Iterator[Reader]:
    """A reader with nothing remembered; when the tab is closed, nothing may have gone wrong in it."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light", reduced_motion="reduce",
                                  java_script_enabled=scripts, accept_downloads=True)
    try:
        one = Reader(context.new_page(), url)
        yield one
        assert one.wrong == []
    finally:
        context.close()
