"""The press: it reruns the chapters, builds the site, tests and serves it. ``python -m superstars`` calls these."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path


def book(root: Path) -> int:
    """Rerun every chapter, then build the site; stop at the first chapter that fails."""
    from superstars.press import opening
    from superstars.press.rerun import chapters, rerun

    opening.write(root, chapters(root))
    return rerun(root, chapters(root)) or site(root)


def chapter(root: Path, *names: str) -> int:
    """Rerun the chapters called ``names``."""
    from superstars.press import opening
    from superstars.press.rerun import chapters, rerun

    files = {path.stem: path for path in chapters(root)}
    unknown = [name for name in names if name not in files]
    if unknown or not names:
        print(f"chapter {' '.join(unknown) or 'without a name'}: allowed are {', '.join(files)}", file=sys.stderr)
        return 2
    opening.write(root, [files[name] for name in names])
    return rerun(root, [files[name] for name in names])


def site(root: Path) -> int:
    """Build the site from the saved outputs into ``_build/html``."""
    from superstars.press.site import build

    start = time.perf_counter()
    problems = build(root, root)
    if problems:
        print(problems, file=sys.stderr)
        return 1
    print(f"{'site':36} {time.perf_counter() - start:5.1f} s   _build/html/index.html", flush=True)
    return 0


def test(root: Path, *options: str) -> int:
    """Run the tests: package, data and built site, then every notebook in a fresh kernel."""
    from superstars.press.browser import chromium

    found = chromium(install=True)
    if not found:
        print("no Chromium: install Chromium or Chrome, or name one in CHROMIUM", file=sys.stderr)
        if os.environ.get("CI"):
            return 1
    command = [sys.executable, "-m", "pytest", *tests(), *options]
    return subprocess.run(command, cwd=root, env={**os.environ, "CHROMIUM": found}).returncode


def tests() -> list[str]:
    """What pytest is told: notebooks are compared exactly by nbval where they were saved by the present Python.

    Elsewhere ``test_press`` alone reruns the book and compares it within the tolerance of ``equal``.
    """
    from superstars.press.equal import saved_here

    notebooks = ["--nbval", "book"] if saved_here() else []
    return ["-n", "2", "--dist", "loadfile", "tests", *notebooks]


def assignments(root: Path, *options: str) -> int:
    """Make a course with nbgrader from the problem sets in ``assignments/``."""
    from superstars.press.course import command

    return command(root, list(options))


def answers(root: Path, *options: str) -> int:
    """Write the exercises with solutions and what earns marks into one file: ``answers [--into FILE]``."""
    from superstars.press.exercises import command

    return command(root, list(options))


def pdf(root: Path, *names: str) -> int:
    """Print the book to ``_build/book.pdf`` and each page beside itself; with ``names`` (book, or pages) only those."""
    from playwright.sync_api import sync_playwright

    from superstars.press.browser import chromium
    from superstars.press.pdf import write

    found = chromium(install=True)
    if not found:
        print("no Chromium: install Chromium or Chrome, or name one in CHROMIUM", file=sys.stderr)
        return 1
    if not (root / "_build" / "html" / "index.html").is_file() and (status := site(root)):
        return status
    start = time.perf_counter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        try:
            written = write(root, root, browser, names)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
        finally:
            browser.close()
    for file in written:
        print(f"{file.relative_to(root).as_posix():60} {file.stat().st_size / 1e6:5.1f} MB", flush=True)
    print(f"{'printed':36} {time.perf_counter() - start:5.1f} s", flush=True)
    return 0


def bench(root: Path) -> int:
    """Run every benchmark, write what was measured into the data, and rerun the pages that show it."""
    from superstars.press import measured
    from superstars.press.browser import chromium
    from superstars.press.rerun import chapters, rerun

    if not chromium(install=True):
        print("no Chromium: install Chromium or Chrome, or name one in CHROMIUM", file=sys.stderr)
        return 1
    measured.collect(root)
    return rerun(root, [file for file in chapters(root) if file.stem in ("methods", "data")])


def serve(root: Path, port: str = "8000") -> int:
    """Serve ``_build/html`` on this machine until interrupted."""
    from superstars.press.site import server

    folder = root / "_build" / "html"
    if not (folder / "index.html").is_file():
        print("nothing built yet: run `make book` first", file=sys.stderr)
        return 1
    with server(folder, int(port)) as running:
        print(f"http://127.0.0.1:{running.server_port}/  (Ctrl-C stops)", flush=True)
        running.serve_forever()
    return 0


def links(root: Path, report: str = "") -> int:
    """Ask every external link of the built site; print what leads nowhere as Markdown, or write it to ``report``."""
    from superstars.press import linkcheck
    from superstars.press.address import address

    folder = root / "_build" / "html"
    if not (folder / "index.html").is_file():
        print("nothing built yet: run `python -m superstars site` first", file=sys.stderr)
        return 1
    pages = linkcheck.external(folder, address(root).site)
    said = linkcheck.report(linkcheck.check(list(pages)), pages)
    if report:
        Path(report).write_text(said, encoding="utf-8")
    print(said or f"all {len(pages)} external links lead somewhere", flush=True)
    return 0


def release(root: Path, tag: str = "") -> int:
    """Check that ``tag`` is the version everywhere, then put the files of the release into ``dist``."""
    from superstars.press import releases

    try:
        for file in releases.write(root, tag):
            print(f"{file.relative_to(root).as_posix():44} {file.stat().st_size / 1e6:6.1f} MB", flush=True)
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
