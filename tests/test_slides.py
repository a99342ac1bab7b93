"""The slides of each part: every tagged cell is there, they turn, draw, print and fit a phone."""

from __future__ import annotations

import re
from urllib.parse import urldefrag

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, draw
from pypdf import PdfReader
from sphinx.errors import ExtensionError

from superstars import charts, claims
from superstars.press import slides
from superstars.press.built import parts

TAGGED = {page: slides.tagged(ROOT / f"{page}.ipynb") for _, pages in parts(ROOT) for page in pages
          if (ROOT / f"{page}.ipynb").is_file() and slides.tagged(ROOT / f"{page}.ipynb")}  # fmt: skip
DECKS = sorted({page.split("/")[1] for page in TAGGED})


def pages_of(deck: str) -> list[str]:
    return [page for page in TAGGED if page.split("/")[1] == deck]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("“", '"').replace("”", '"'))


@pytest.fixture
def read(folder):
    return lambda deck: BeautifulSoup((folder / "slides" / f"{deck}.html").read_text(encoding="utf-8"), "html.parser")


def test_each_part_of_the_argument_has_its_slides(folder):
    assert DECKS == ["compute", "conditions", "inference", "puzzle", "talent_war"]
    assert sorted(path.stem for path in (folder / "slides").glob("*.html")) == DECKS


@pytest.mark.parametrize("deck", DECKS)
def test_every_tagged_cell_is_there_and_the_claims_after_it(read, deck):
    html = read(deck)
    text = squeezed(html.get_text(" "))
    plain = squeezed(html.get_text())
    for page in pages_of(deck):
        cells = nbformat.read(ROOT / f"{page}.ipynb", as_version=4).cells
        for place, kind in TAGGED[page].items():
            if kind == "code":
                names = [o["data"][charts.MIME]["usermeta"]["superstars"]["name"]
                         for o in cells[place].outputs if charts.MIME in o.get("data", {})]  # fmt: skip
                assert names and all(html.select(f"section.slide figure#fig-{name}") for name in names)
                continue
            blocks = [squeezed(block) for block in re.split(r"\n\s*\n|\n(?=[#-])", cells[place].source)]
            words = [run for block in blocks for run in re.findall(r"(?:[A-Za-z,']+ ){5,}", block)]
            assert words
            for run in words:
                assert run.strip() in plain, f"{page}, cell {place}: {run!r}"
        verdicts = claims.verdicts()
        own = verdicts[(verdicts["page"] == page.removeprefix("book/")) & (verdicts["verdict"] != "not testable")]
        for claim in own["claim"]:
            assert squeezed(claim) in plain
    assert "{glue" not in text and "{cite" not in text and "$" not in re.sub(r"\$[\d.]", "", plain)


@pytest.mark.parametrize("deck", DECKS)
def test_headings_and_links_of_the_slides_are_sound(read, folder, deck):
    html = read(deck)
    assert len(html.select("h1")) == 1 and html.select_one("html")["lang"]
    ids = [part["id"] for part in html.select("[id]")]
    assert len(ids) == len(set(ids))
    for slide in html.select("section.slide"):
        heading = slide.find(["h1", "h2", "h3"]).get_text().strip()
        assert heading and slide.get("aria-label", heading).startswith(heading)
    assert [h.get_text() for h in html.select(".slide-title h2")] == [
        BeautifulSoup((folder / f"{page}.html").read_text(encoding="utf-8"), "html.parser").h1.get_text().rstrip("#")
        for page in pages_of(deck)
    ]
    for link in html.select("a[href], img[src], link[href], script[src]"):
        address, _ = urldefrag(link.get("href") or link.get("src"))
        if address and not address.startswith("https://"):
            assert (folder / "slides" / address).resolve().is_file(), address


@pytest.mark.parametrize("deck", DECKS)
def test_charts_draw_from_this_host_without_errors_and_a_page_of_paper_holds_each_slide(visit, deck, tmp_path):
    with visit(f"slides/{deck}.html") as tab:
        draw(tab)
        figures = tab.locator("figure.chart").count()
        assert figures > 2 and tab.locator("figure.chart-drawn .chart-live svg").count() == figures
        tab.wait_for_load_state("networkidle")
        assert tab.refused == [] and tab.errors == []
        slides_there = tab.locator("section.slide").count()
        tab.pdf(path=tmp_path / "slides.pdf", prefer_css_page_size=True)
        assert len(PdfReader(tmp_path / "slides.pdf").pages) == slides_there
        # what is laid out for paper is no higher than the paper
        tab.emulate_media(media="print")
        tab.set_viewport_size({"width": round(256 / 25.4 * 96), "height": round(157 / 25.4 * 96)})
        high = "ss => ss.filter(s => s.scrollHeight > s.clientHeight + 1).map(s => s.id)"
        assert tab.locator("section.slide").evaluate_all(high) == []


def test_keys_and_buttons_turn_the_slides_but_not_from_a_slider(visit):
    here = "location.hash"
    with visit("slides/puzzle.html") as tab:
        ids = tab.locator("section.slide").evaluate_all("ss => ss.map(s => '#' + s.id)")
        tab.keyboard.press("ArrowRight")
        assert tab.evaluate(here) == ids[1]
        assert "#" + tab.evaluate("document.activeElement.id") == ids[1]
        tab.wait_for_function("id => Math.abs(document.querySelector(id).getBoundingClientRect().top) < 2", arg=ids[1])
        tab.keyboard.press("End")
        assert tab.evaluate(here) == ids[-1]
        tab.keyboard.press("ArrowLeft")
        assert tab.evaluate(here) == ids[-2]
        tab.keyboard.press("Home")
        assert tab.evaluate(here) == ids[0]
        tab.get_by_role("button", name="Next slide").click()
        assert tab.evaluate(here) == ids[1]
        assert tab.locator(".slide-count").inner_text() == f"2 / {len(ids)}"
        draw(tab, "worth")
        control = tab.locator("#fig-worth input[type=range]").first
        control.focus()
        tab.wait_for_timeout(300)  # until scrolling to it has ended
        before, value = tab.evaluate(here), control.input_value()
        tab.keyboard.press("ArrowRight")
        assert control.input_value() != value and tab.evaluate(here) == before


@pytest.mark.parametrize("deck", DECKS)
def test_a_phone_needs_no_sideways_scrolling(visit, deck):
    with visit(f"slides/{deck}.html", width=360, mode="dark") as tab:
        draw(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_without_scripts_pictures_show_and_the_slides_scroll(visit):
    with visit("slides/puzzle.html", scripts=False) as tab:
        assert not tab.locator("nav").is_visible()
        for picture in tab.locator("figure.chart img").all():
            picture.scroll_into_view_if_needed()
            assert picture.bounding_box()["width"] > 200 and picture.get_attribute("alt")


def test_a_tagged_cell_that_shows_nothing_stops_the_build(folder):
    page = "book/puzzle/pay_ladder"
    with pytest.raises(ExtensionError, match=r"pay_ladder: cells \[999\]"):
        slides._deck("The puzzle", "The book", folder, {page: {**TAGGED[page], 999: "markdown"}})
    with pytest.raises(ExtensionError, match="pay_ladder: a code cell"):
        slides._deck("The puzzle", "The book", folder, {page: {**TAGGED[page], 999: "code"}})
