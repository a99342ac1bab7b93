"""What several test files share: the repository's folder, a freshly built site, and a Chromium that sees only it."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from superstars.press.browser import chromium
from superstars.press.rerun import chapters
from superstars.press.site import build, server

ROOT = Path(__file__).resolve().parent.parent
PAGES = [p.relative_to(ROOT).with_suffix(".html").as_posix() for p in chapters(ROOT)]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip


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


@pytest.fixture(scope="session")
def folder(tmp_path_factory, offline):
    """The folder of the site, built from the saved outputs and without a network."""
    into = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", offline["PYTHONPATH"])
        problems = build(ROOT, into)
    assert not problems, problems
    return into / "_build" / "html"


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
