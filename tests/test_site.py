"""The built site in a real Chromium in which no other host answers."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import PAGES, ROOT, draw, secrets, small_book

from superstars import charts
from superstars.press.site import build


def figures(page: str) -> dict[str, dict]:
    """Name to specification of the figures saved in the chapter behind ``page``."""
    notebook = nbformat.read(ROOT / page.replace(".html", ".ipynb"), as_version=4)
    data = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    specs = [d[charts.MIME] for d in data if charts.MIME in d]
    return {spec["usermeta"]["superstars"]["name"]: spec for spec in specs}


WITH_FIGURES = [page for page in PAGES if figures(page)]


@pytest.mark.parametrize("page", PAGES)
def test_every_chart_draws_without_moving_the_page_or_asking_another_host(visit, folder, page):
    boxes = "fs => fs.map(f => { const b = f.getBoundingClientRect(); return [b.top + scrollY, b.height]; })"
    with visit(page) as tab:
        before = tab.locator("figure.chart").evaluate_all(boxes)
        draw(tab)
        assert tab.locator("figure.chart").evaluate_all(boxes) == [pytest.approx(box, abs=1) for box in before]
        tab.wait_for_load_state("networkidle")
        assert tab.refused == []
        assert tab.errors == []
        drawn = tab.locator("figure.chart-drawn .chart-live svg")
        assert drawn.count() == len(figures(page)) == tab.locator("figure.chart").count()
        for chart in drawn.all():
            assert chart.locator("path, line, circle, rect, text").count() > 10
        for name in figures(page):
            link = tab.locator(f"#fig-{name} a[download]").evaluate("a => a.href")
            rows = list(csv.reader(io.StringIO(tab.request.get(link).text())))
            assert len(rows) > 1 and len(rows[0]) > 1, name
        html = BeautifulSoup((folder / page).read_text(encoding="utf-8"), "html.parser")
        saved = [sentence.get_text() for sentence in html.select(".chart-says")]
        assert tab.locator(".chart-says").all_text_contents() == saved  # the live ones begin as they were saved
        assert len(saved) == sum(bool(spec["usermeta"]["superstars"].get("says")) for spec in figures(page).values())
        assert not [text for text in saved if not text or re.search(r"[{}]|NaN|undefined|null|Infinity", text)]


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_without_scripts_pictures_show_with_their_text(visit, page):
    with visit(page, scripts=False) as tab:
        specs = figures(page)
        pictures = tab.locator("figure.chart img")
        assert pictures.count() == len(specs)
        for picture, spec in zip(pictures.all(), specs.values(), strict=True):
            picture.scroll_into_view_if_needed()
            assert picture.is_visible()
            assert picture.get_attribute("alt") == spec["description"]
            assert picture.bounding_box()["width"] > 300
        assert tab.locator(".chart-controls").filter(visible=True).count() == 0


def test_figures_live_when_the_site_is_opened_from_a_folder(browser, folder):
    tab = browser.new_page()
    tab.goto((folder / WITH_FIGURES[0]).as_uri())
    draw(tab)
    assert tab.locator("figure.chart-drawn").count() == len(figures(WITH_FIGURES[0]))
    tab.close()


def test_colours_follow_the_page(visit):
    page = WITH_FIGURES[0]
    with visit(page) as tab:
        draw(tab)
        label = tab.locator("figure.chart-drawn svg .role-axis-label text").first
        light = label.get_attribute("fill")
        tab.evaluate("document.documentElement.dataset.theme = 'dark'")
        now = "document.querySelector('.chart-live svg .role-axis-label text')?.getAttribute('fill')"
        tab.wait_for_function(f"before => ({now} ?? before) !== before", arg=light)


def test_the_search_finds_a_word_of_a_chapter(visit):
    with visit("search.html?q=lognormal") as tab:
        tab.wait_for_selector("#search-results li a")
        links = tab.locator("#search-results li a").evaluate_all("as => as.map(a => a.getAttribute('href'))")
        assert any("lognormal_pay" in link for link in links)
        assert tab.refused == []


def test_a_broken_reference_stops_the_build(tmp_path):
    """In a book of two pages, which builds without it."""
    page = small_book(tmp_path, "book/puzzle/page").with_suffix(".md")
    page.write_text("# A page\n\nIts text.\n", encoding="utf-8")
    assert build(tmp_path, tmp_path) == ""
    page.write_text("# A page\n\nSee {ref}`nowhere`.\n", encoding="utf-8")
    assert "nowhere" in build(tmp_path, tmp_path)


def test_no_solution_of_a_problem_set_is_in_the_site(folder):
    pages = [path for path in folder.rglob("*") if path.suffix in (".html", ".js", ".json", ".ipynb", ".md", ".csv")]
    text = unescape(re.sub(r"<[^>]+>", "", "\n".join(path.read_text(encoding="utf-8") for path in pages)))
    assert "from superstars.prose import glue" in text  # a line of code is found where one is shown
    for problem_set in (ROOT / "assignments").glob("*.md"):
        if problem_set.stem != "README":
            assert [line for line in secrets(problem_set.stem) if line in text] == []
