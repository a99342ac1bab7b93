"""What several test files share: the repository's folder, a freshly built site, and a Chromium that sees only it."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest

from superstars.press import routes
from superstars.press.address import Address
from superstars.press.browser import chromium
from superstars.press.rerun import chapters
from superstars.press.site import build, server

ROOT = Path(__file__).resolve().parent.parent
PAGES = [p.relative_to(ROOT).with_suffix(".html").as_posix() for p in chapters(ROOT)]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
# where the book is published in tests, and a page that has moved
EXAMPLE = Address("https://example.org/stars/", "https://github.com/someone/stars", "0.1.0")
OLD, NEW = "book/puzzle/ladder_of_pay", "book/puzzle/pay_ladder"


# for a file that Python runs when it starts: no connection leaves this machine
GUARD = """
import socket
def only_here(name):
    true = getattr(socket.socket, name)
    def connect(self, address):
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"no network: {address[0]}")
        return true(self, address)
    setattr(socket.socket, name, connect)
only_here("connect"), only_here("connect_ex")
find = socket.getaddrinfo
def getaddrinfo(host, *rest, **more):
    if host not in (None, "", "127.0.0.1", "::1", "localhost"):
        raise OSError(f"no network: {host}")
    return find(host, *rest, **more)
socket.getaddrinfo = getaddrinfo
"""


@pytest.fixture(scope="session")
def offline(tmp_path_factory):
    """What the environment must hold for a Python and those it starts to reach nothing but this machine."""
    guard = tmp_path_factory.mktemp("guard")
    (guard / "sitecustomize.py").write_text(GUARD)
    return {"PYTHONPATH": str(guard)}


def once(factory, name: str, make: Callable[[Path], str]) -> Path:
    """A folder that the first process of a run to ask for it fills; ``make`` returns the problems. The others wait."""
    shared = factory.getbasetemp().parent if os.environ.get("PYTEST_XDIST_WORKER") else factory.getbasetemp()
    place, told = shared / name, shared / f"{name}.txt"
    try:
        place.mkdir()
    except FileExistsError:
        for _ in range(3000):
            if told.is_file():
                break
            time.sleep(0.1)
    else:
        draft = told.with_suffix(".new")
        draft.write_text("it was begun and not ended", encoding="utf-8")
        try:
            draft.write_text(make(place), encoding="utf-8")
        finally:
            os.replace(draft, told)
    problems = told.read_text(encoding="utf-8")
    assert not problems, problems
    return place


@pytest.fixture(scope="session")
def folder(tmp_path_factory, offline):
    """The folder of the site, built from the saved outputs and without a network."""

    def make(into: Path) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONPATH", offline["PYTHONPATH"])
            return build(ROOT, into)

    return once(tmp_path_factory, "site", make) / "_build" / "html"


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """The folder of a site that knows its address and its repository, and in which a chapter has been renamed."""

    def make(root: Path) -> str:
        copy_of_the_book(root, f"{OLD},{NEW}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SUPERSTARS_ADDRESS", EXAMPLE.site.rstrip("/"))
            patch.setenv("SUPERSTARS_REPOSITORY", EXAMPLE.repository)
            return build(root, root)

    return once(tmp_path_factory, "published", make) / "_build" / "html"


def copy_of_the_book(into: Path, *redirects: str) -> Path:
    """A copy of what a build reads, with lines added to the table of redirects."""
    shutil.copytree(ROOT / "book", into / "book", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for name in ("_config.yml", "_toc.yml", "pyproject.toml", "CITATION.cff"):
        shutil.copy(ROOT / name, into)
    with (into / routes.TABLE).open("a", encoding="utf-8") as table:
        table.writelines(f"{line}\n" for line in redirects)
    return into


def small_book(root: Path, chapter: str) -> Path:
    """What a build reads, with a front page and a place for one chapter, returned without its ending."""
    (root / chapter).parent.mkdir(parents=True)
    shutil.copytree(ROOT / "book" / "_static", root / "book" / "_static")
    for name in ("_config.yml", "pyproject.toml", "CITATION.cff", "book/references.bib"):
        shutil.copy(ROOT / name, root / name)
    (root / routes.TABLE).write_text("old,new\n", encoding="utf-8")
    (root / "book/index.md").write_text("# A book\n\nIts front page.\n", encoding="utf-8")
    toc = f"format: jb-book\nroot: book/index\nparts:\n  - caption: Part\n    chapters:\n      - file: {chapter}\n"
    (root / "_toc.yml").write_text(toc, encoding="utf-8")
    return root / chapter


@pytest.fixture(scope="session")
def site(folder):
    """The address of the site, served on the loopback address."""
    running = server(folder)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


@pytest.fixture(scope="session")
def browser():
    """A real Chromium. Without one the browser tests fail where ``CI`` is set, and are skipped elsewhere."""
    path = chromium()
    if not path and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine: name one in CHROMIUM")
    assert path, "no Chromium, and CI is set"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def visit(site, browser):
    """``with visit(page) as tab``: other hosts are blocked; ``tab.refused`` and ``tab.errors`` say what happened."""

    @contextmanager
    def opened(page: str, width: int = 1280, scripts: bool = True, mode: str = "light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, color_scheme=mode
        )
        tab = context.new_page()
        tab.refused, tab.errors = [], []

        def gate(route):
            if route.request.url.startswith((site, "data:", "blob:")):
                route.continue_()
            else:
                tab.refused.append(route.request.url)
                route.abort()

        context.route("**/*", gate)
        tab.on("console", lambda message: tab.errors.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: tab.errors.append(str(error)))
        tab.goto(f"{site}/{page}")
        yield tab
        context.close()

    return opened


def draw(tab, name: str = ""):
    """Scroll to the figure ``name`` (or to each) and wait until it is live."""
    for figure in tab.locator(f"figure#fig-{name}" if name else "figure.chart").all():
        figure.scroll_into_view_if_needed()
        tab.wait_for_function("f => f.matches('.chart-drawn, .chart-failed')", arg=figure.element_handle())


def secrets(name: str) -> list[str]:
    """The lines of solutions and hidden checks of a problem set that are long enough to be told from others."""
    lines, inside = [], False
    for line in (ROOT / "assignments" / f"{name}.md").read_text(encoding="utf-8").splitlines():
        if "### BEGIN" in line or "### END" in line:
            inside = "BEGIN" in line
        elif inside and len(line.strip()) >= 30:
            lines.append(line.strip())
    assert len(lines) > 10, f"no solutions found in {name}"
    return lines
