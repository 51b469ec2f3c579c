"""A Chromium and a file server for the built site."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]


# Formulas of which a part can be neither seen nor scrolled to: they stick out of their place or of the screen, and no box
# around them scrolls.
CUT = """() => [...document.querySelectorAll('.bd-article math')].filter(formula => {
    let box = formula.getBoundingClientRect();
    if (!box.width) return false;
    const place = formula.closest('p, dd, li, td, figcaption, div:not(.formula)');
    let outside = false;
    for (let around = formula.parentElement; around !== document.body; around = around.parentElement) {
      const edge = around.getBoundingClientRect();
      const sticks = box.right > edge.right + 1 || box.left < edge.left - 1;
      if (['auto', 'scroll'].includes(getComputedStyle(around).overflowX)) box = sticks ? edge : box;
      else if (sticks && (around === place || getComputedStyle(around).overflowX !== 'visible')) outside = true;
    }
    return outside || box.right > innerWidth + 1 || box.left < -1;
  }).map(formula => formula.querySelector('annotation').textContent.slice(0, 60))"""


def missing(what: str) -> None:
    """Skip, except on the machines that publish: there it is a failure."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(what)
    pytest.skip(what)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and keeps silent, also when a page is closed before it has all it asked for."""

    def log_message(self, *arguments) -> None:
        """Say nothing of each request."""

    def handle(self) -> None:
        """Answer, unless nobody listens any more."""
        with contextlib.suppress(ConnectionError):
            super().handle()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder, served from this machine."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def serve():
    """Serves any folder: ``with serve(folder) as address``."""
    return served


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of the built site."""
    if not (SITE / "index.html").is_file():
        missing("there is no built book: run 'make book' first")
    with served(SITE) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """A headless Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        missing("no Chromium: on Debian, 'apt-get install chromium' as root")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A page that has been opened, and what went on meanwhile."""

    def __init__(self, page, address: str):
        self.page, self.address = page, address
        self.elsewhere: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._request)
        page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("response", lambda r: r.status >= 400 and self.errors.append(f"{r.status} {r.url}"))

    def _request(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def open(self, name: str) -> Visit:
        """Open a page of the site and wait until its fonts are there."""
        self.page.goto(f"{self.address}/{name}", wait_until="load")
        if not name:
            # The root only sends the reader on.
            self.page.wait_for_url("**/book/index.html")
        self.page.evaluate("document.fonts.ready.then(() => true)")
        return self


@pytest.fixture(scope="session")
def contexts(chromium):
    """One browser profile for each width and colour scheme, so that a script is fetched once."""
    found = {}

    def context(width: int, scheme: str):
        if (width, scheme) not in found:
            found[width, scheme] = chromium.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )
        return found[width, scheme]

    yield context
    for made in found.values():
        made.close()


@pytest.fixture(scope="module")
def seen(contexts, address, name):
    """A page on a wide screen, opened once for the tests that follow one another on it."""
    page = contexts(1280, "light").new_page()
    yield Visit(page, address).open(name)
    page.close()


@pytest.fixture
def visit(contexts, address):
    """Open a page: ``visit("book/index.html", width=390, scheme="dark")``."""
    opened = []

    def visited(name: str, width: int = 1280, scheme: str = "light") -> Visit:
        page = contexts(width, scheme).new_page()
        opened.append(page)
        return Visit(page, address).open(name)

    yield visited
    for page in opened:
        page.close()


@pytest.fixture(scope="session")
def cut():
    """The formulas of an open page that are cut off: ``cut(page)``."""
    return lambda page: page.evaluate(CUT)


def pages() -> list[str]:
    """Every page of the site that a reader stays on; slides are looked at in a test of their own."""
    found = [
        path.relative_to(SITE).as_posix() for path in sorted(SITE.rglob("*.html"))
        if 'http-equiv="Refresh"' not in path.read_text(encoding="utf-8")[:400]
    ]
    return [name for name in found if not name.startswith(("404.html", "_static/", "_sources/", "reports/", "slides/"))]


def pytest_generate_tests(metafunc) -> None:
    """Give ``name`` every page; where there is no site, one test says so."""
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", pages() or ["index.html"], scope="module")
