"""A Chromium for the tests: one found on the machine, else installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def chromium(install: bool = False) -> str:
    """The path of a Chromium, or "" where there is none.

    Looks at the variable ``CHROMIUM``, the search path, the usual places and Playwright's own; with ``install`` it
    then asks Debian's package manager (as root) and last Playwright's download.
    """
    named = os.environ.get("CHROMIUM", "")
    if named and not Path(named).is_file():
        sys.exit(f"CHROMIUM is {named!r}, which is no file; name a Chromium or Chrome, or unset it")
    found = named or _on_machine() or _playwright()
    if found or not install:
        return found
    print("no Chromium found: installing one", flush=True)
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"])
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    if not _on_machine():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    return _on_machine() or _playwright()


def _on_machine() -> str:
    return next(filter(None, map(shutil.which, NAMES)), "") or next((p for p in PLACES if Path(p).is_file()), "")


def _playwright() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else ""
