"""Building, weight of pages, and how fast a figure follows its slider: python benchmarks/site.py

A site is always built from nothing, since a build that keeps pages forgets their warnings. Cold is the first build
after installing, when Python has compiled no module yet; warm is the one after it. Pages are weighed in Chromium at the
size of a phone, served compressed, before anything is scrolled. The delay of a slider is the time from its input event
to the frame that shows the new chart, for every slider of the book at twenty positions; the floor is one frame.
"""

from __future__ import annotations

import math
import os
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from superstars.press.browser import chromium
from superstars.press.rerun import chapters
from superstars.press.saved import saved_charts
from superstars.press.site import build, server

ROOT = Path(__file__).resolve().parent.parent
PHONE = {"width": 412, "height": 823}
STEPS = 20
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

FRAME = """async () => {
  const start = performance.now();
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""
DELAYS = f"""async (figure) => {{
  const delays = [];
  for (const slider of figure.querySelectorAll('input[type=range]')) {{
    const [low, high] = [Number(slider.min), Number(slider.max)];
    for (let i = 1; i <= {STEPS}; i++) {{
      slider.value = low + (high - low) * i / {STEPS};
      const start = performance.now();
      slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
      await figure.view.runAsync();
      await new Promise(requestAnimationFrame);
      delays.push(performance.now() - start);
    }}
  }}
  return delays;
}}"""


def weigh(browser: Browser, address: str) -> tuple[int, int]:
    """Bytes moved and requests made by the page at ``address`` until it is at rest, nothing scrolled."""
    tab = browser.new_page(viewport=PHONE)
    moved: list[int] = []
    tab.on("requestfinished", lambda request: moved.append(request.sizes()["responseBodySize"]))
    tab.goto(address, wait_until="networkidle")
    tab.close()
    return sum(moved), len(moved)


def delays(tab: Page, address: str) -> list[float]:
    """Milliseconds from a slider's input to the frame that shows it, over the figures of a page."""
    tab.goto(address)
    found: list[float] = []
    for figure in tab.locator("figure.chart:has(input[type=range])").all():
        figure.scroll_into_view_if_needed()
        tab.wait_for_function("f => f.matches('.chart-drawn')", arg=figure.element_handle())
        found += figure.evaluate(DELAYS)
    return found


def _row(what: str, value: float, unit: str, against: str = "", base: float | None = None) -> dict:
    return {"what": what, "value": value, "unit": unit, "against": against, "ratio": value / base if base else math.nan}


def _seconds_to_build(into: Path) -> float:
    start = time.perf_counter()
    if problems := build(ROOT, into):
        raise SystemExit(problems)
    return time.perf_counter() - start


def measure() -> list[dict]:
    rows = []
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        os.environ["PYTHONPYCACHEPREFIX"] = f"{scratch}/compiled"
        cold, warm = _seconds_to_build(Path(scratch)), _seconds_to_build(Path(scratch))
        del os.environ["PYTHONPYCACHEPREFIX"]
        rows += [_row("site, cold build", cold, "s"), _row("site, warm build", warm, "s", "cold build", cold)]

        running = server(Path(scratch) / "_build" / "html")
        threading.Thread(target=running.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{running.server_port}"
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        pages = {f.relative_to(ROOT).with_suffix(".html").as_posix(): len(saved_charts(f)) for f in chapters(ROOT)}
        weights = {page: weigh(browser, f"{base}/{page}") for page in pages}
        front = next(iter(pages))
        most = max(pages, key=pages.get)
        for what, page in (("front page", front), (f"page with most figures ({pages[most]})", most)):
            moved, requests = weights[page]
            rows += [_row(f"{what}, compressed", moved / 1e3, "kB", "front page", weights[front][0] / 1e3),
                     _row(f"{what}, requests", requests, "requests", "front page", weights[front][1])]  # fmt: skip
        middle = float(np.median([moved for moved, _ in weights.values()]))
        rows.append(_row("median page, compressed", middle / 1e3, "kB", "front page", weights[front][0] / 1e3))

        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        waited = [ms for page, figures in pages.items() if figures for ms in delays(tab, f"{base}/{page}")]
        frame = float(np.median([tab.evaluate(FRAME) for _ in range(50)]))
        rows.append(_row("one frame of the browser", frame, "ms"))
        for what, share in (("slider to new chart, median", 0.5), ("slider to new chart, 95th percentile", 0.95)):
            rows.append(_row(what, float(np.quantile(waited, share)), "ms", "one frame", frame))
        browser.close()
        running.shutdown()
    return rows


if __name__ == "__main__":
    from superstars.press.measured import show

    show(measure())
