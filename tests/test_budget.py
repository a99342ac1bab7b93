"""What a page moves over the network, what it loads, and that nothing jumps: measured in Chromium, text compressed."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from conftest import PAGES, ROOT, draw
from PIL import Image

from superstars.press.lean import SEARCH
from superstars.press.saved import saved_charts

FIGURES = {page: len(list(saved_charts(ROOT / page.replace(".html", ".ipynb")))) for page in PAGES}
FULLEST = max(FIGURES, key=FIGURES.get)
FRONT = "book/index.html"
KB = 1000

# script, and what on a page uses it; the frame's own script comes with the frame
USES = {
    "page.js": ".bd-header-article", "charts.js": "figure.chart", "notes.js": "span.number[data-note]",
    "access.js": ".bd-article :is(pre, div.formula, div.output, .pst-scrollable-table-container), section.slide",
    "claims.js": "#claims-list", "places.js": "#fig-places", "slides.js": "section.slide",
    "search.js": "#search-results", "searchindex.js": "#search-results",
    **{name: "#search-results" for name in SEARCH},
}  # fmt: skip

WATCH = """
globalThis.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
    shifts.push([entry.value, entry.sources.map((s) => s.node?.parentElement?.outerHTML?.slice(0, 90) ?? "")]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def loaded(site, browser):
    """Open a page as a reader would, scroll nowhere; the requests with the bytes of their bodies as transferred."""
    contexts = []

    def load(page: str, width: int = 412):
        context = browser.new_context(viewport={"width": width, "height": 823})
        contexts.append(context)
        context.add_init_script(WATCH)
        tab = context.new_page()
        moved = []
        tab.on("requestfinished", lambda request: moved.append((request.url, request.sizes()["responseBodySize"])))
        tab.on("requestfailed", lambda request: moved.append((request.url, 0)))
        tab.goto(f"{site}/{page}", wait_until="networkidle")
        return tab, moved

    yield load
    for context in contexts:
        context.close()


def told(moved: list[tuple[str, int]]) -> str:
    return "\n".join(f"{size:9,} {url}" for url, size in sorted(moved, key=lambda m: -m[1]))


def test_a_full_chapter_moves_little_before_its_figures_come_into_view(loaded, site):
    assert FIGURES[FULLEST] >= 6, f"no chapter has six figures any more: {FIGURES}"
    _, moved = loaded(FULLEST)
    assert sum(size for _, size in moved) <= 450 * KB, told(moved)
    assert len(moved) <= 12, told(moved)
    assert all(url.startswith(site) for url, _ in moved), told(moved)


def test_the_front_page_with_its_chart_moves_little_and_paints_before_it_asks_for_vega(loaded, site):
    tab, moved = loaded(FRONT)
    draw(tab)
    tab.wait_for_load_state("networkidle")
    assert sum(size for _, size in moved) <= 800 * KB, told(moved)
    assert len(moved) <= 24, told(moved)
    assert all(url.startswith(site) for url, _ in moved), told(moved)
    (vega,) = [size for url, size in moved if url.endswith("/vega.js")]
    assert 100 * KB < vega <= 320 * KB  # a script that did not load would weigh nothing
    painted = tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    asked = tab.evaluate("performance.getEntriesByType('resource').find(r => r.name.endsWith('vega.js')).startTime")
    assert asked >= painted


@pytest.mark.parametrize("page", [FRONT, FULLEST, "book/inference/claims.html", "book/back/methods.html"])
@pytest.mark.parametrize("width", [412, 1280])
def test_nothing_jumps_while_a_reader_scrolls_through_live_charts(loaded, page, width):
    tab, _ = loaded(page, width)
    bottom = "() => scrollY + innerHeight >= document.documentElement.scrollHeight - 2"
    for _ in range(400):
        if tab.evaluate(bottom):
            break
        tab.evaluate("scrollBy({ top: 800, behavior: 'instant' })")
        tab.wait_for_timeout(60)
    else:
        pytest.fail("the end of the page was not reached")
    draw(tab)
    assert tab.locator("figure.chart-drawn").count() == FIGURES.get(page, 0)
    shifts = tab.evaluate("shifts")
    assert sum(value for value, _ in shifts) < 0.02, shifts


def test_the_font_of_formulas_is_asked_for_before_a_formula_is_met(loaded, folder):
    """A formula is laid out again when its font comes: asked for in the head, it comes early and nothing jumps."""
    for page in PAGES:
        html = (folder / page).read_text(encoding="utf-8")
        asked = re.findall(r'^<html [^>]*data-font="([^"]+)"', html, re.M)
        assert len(asked) == ("<math" in html), page
        for address in asked:
            assert (folder / page).parent.joinpath(address).resolve() == folder / "_static/math.woff2"
    tab, moved = loaded("book/back/methods.html")
    entry = "performance.getEntriesByType('resource').find((e) => e.name.endsWith('math.woff2'))"
    assert tab.evaluate(f"{entry}.initiatorType") == "link"  # a style sheet would be "css", and later
    assert len([url for url, _ in moved if "math.woff2" in url]) == 1


def test_a_picture_that_pushes_the_text_down_is_seen_as_a_jump(loaded):
    """The measure itself: it must not be blind."""
    tab, _ = loaded("book/back/glossary.html")
    tab.evaluate("document.querySelector('article').style.paddingTop = '300px'")
    tab.wait_for_function("() => shifts.length > 0")
    assert sum(value for value, _ in tab.evaluate("shifts")) > 0.02


def test_each_page_loads_only_scripts_that_it_uses(folder):
    pages = [path for path in folder.rglob("*.html") if "_static" not in path.parts]
    assert len(pages) > len(PAGES)
    loaded = set()
    for path in pages:
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        sources = [urlsplit(script["src"]).path for script in page.select("script[src]")]
        for name in (PurePosixPath(source).name for source in sources):
            assert name in USES, f"{path.name} loads {name}: say in USES what uses it"
            assert page.select_one(USES[name]), f"{path.name} loads {name} and has no {USES[name]}"
            loaded.add(name)
        names = [PurePosixPath(source).name for source in sources]
        assert len(names) == len(set(names)), path
        for name, what in USES.items():
            # a number inside a slide is plain text; what is used is there
            if page.select_one(what):
                assert name in names, f"{path.name} has {what} and does not load {name}"
    assert loaded == set(USES)


def test_every_picture_says_its_size(folder):
    seen = 0
    for path in folder.rglob("*.html"):
        for picture in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select("img"):
            size = picture.get("width"), picture.get("height")
            assert all(size), f"{path.name}: {picture}"
            file = (path.parent / unquote(picture["src"])).resolve()
            if file.suffix == ".png":
                with Image.open(file) as image:
                    assert size == tuple(map(str, image.size)), picture["src"]
                seen += 1
    assert seen >= sum(FIGURES.values())


def test_nothing_of_the_icon_font_and_of_the_theme_s_scripts_is_left(folder):
    sheet = (folder / "_static/site.css").read_text(encoding="utf-8")
    assert len(sheet) < 100 * KB
    for path in folder.rglob("*"):
        if path.suffix in (".html", ".css", ".js") and path.name != "searchindex.js":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"font ?awesome|fa-solid|class=\"fa[sbr]? ", text, re.IGNORECASE), path
        assert not re.search(r"bootstrap|fontawesome|pydata|clipboard|thebe", path.name), path
    assert not {path.suffix for path in folder.rglob("*")} & {".map", ".ttf", ".woff"}
