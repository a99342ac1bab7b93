"""The PDF of the book and of a page, printed by a real Chromium and read back."""

from __future__ import annotations

import re
import shutil

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT
from pypdf import PdfReader

from superstars import results
from superstars.press.built import article, parts
from superstars.press.pdf import write
from superstars.press.rerun import chapters
from superstars.press.saved import saved_charts

PAGE = "book/puzzle/pay_ladder"
NOTEBOOK = ROOT / f"{PAGE}.ipynb"


@pytest.fixture(scope="module")
def printed(tmp_path_factory, folder, browser):
    """A copy of the site in which the book and one of its pages were printed."""
    into = tmp_path_factory.mktemp("printed")
    shutil.copytree(folder, into / "_build" / "html")
    files = write(ROOT, into, browser, ["book", "pay_ladder"])
    assert files == [into / "_build" / "book.pdf", into / "_build" / "html" / f"{PAGE}.pdf"]
    return into


@pytest.fixture(scope="module")
def book(printed):
    return PdfReader(printed / "_build" / "book.pdf")


@pytest.fixture(scope="module")
def page(printed):
    return PdfReader(printed / "_build" / "html" / f"{PAGE}.pdf")


@pytest.fixture(scope="module")
def page_text(page):
    return squeezed(" ".join(sheet.extract_text() for sheet in page.pages))


def squeezed(text: str) -> str:
    """Without spaces: a line of the PDF may end anywhere."""
    return re.sub(r"\s+", "", text)


def outline(reader: PdfReader) -> list[tuple[int, str, int]]:
    """Depth, title and page of every bookmark."""

    def walk(entries, depth):
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, depth + 1)
            else:
                yield depth, squeezed(entry.title), reader.get_destination_page_number(entry)

    return list(walk(reader.outline, 0))


def links(reader: PdfReader):
    """The page and the target of every link: an address, or the number of the page it leads to."""
    named = reader.named_destinations
    for number, sheet in enumerate(reader.pages):
        for annotation in sheet.get("/Annots", []):
            link = annotation.get_object()
            if "/A" in link and "/URI" in link["/A"]:
                yield number, str(link["/A"]["/URI"])
            else:
                target = str(link["/Dest"] if "/Dest" in link else link["/A"]["/D"])
                yield number, reader.get_destination_page_number(named[target])


def test_the_book_is_one_small_file_with_every_page_of_the_site(printed, book, folder):
    assert (printed / "_build" / "book.pdf").stat().st_size < 15e6
    titles = [squeezed(article(folder, page).h1.get_text()) for _, group in parts(ROOT) for page in group]
    marks = [title for depth, title, _ in outline(book) if depth == 1]
    assert marks[: len(titles)] == ["Introduction", *titles[1:]]
    places = [place for depth, _, place in outline(book) if depth < 2]
    assert places == sorted(places)
    assert 4 * len(titles) < len(book.pages) < 40 * len(titles)


def test_no_page_is_blank(book, page):
    for reader in (book, page):
        for number, sheet in enumerate(reader.pages, 1):
            drawn = sheet.get_contents().get_data()
            assert len(re.findall(rb"T[jJ]\b", drawn)) > 3 or b" Do" in drawn, f"page {number} is blank"


def test_numbers_in_the_contents_are_those_of_the_pages(book):
    start = next(place for _, title, place in outline(book) if title == "Contents")
    listed = book.pages[start].extract_text() + "\n" + book.pages[start + 1].extract_text()
    targets = [target for number, target in links(book) if number in (start, start + 1)]
    pages = [page for _, group in parts(ROOT) for page in group]
    assert len(targets) >= len(pages)
    for target in targets[: len(pages)]:
        assert re.search(rf"\b{target + 1}\b", listed), f"page {target + 1} is not in the contents"
    for place in targets[1:4]:  # the foot of a page comes first in its text
        assert re.match(rf"{place + 1}\b|{place + 1}[A-Z]", book.pages[place].extract_text())


def test_links_lead_to_pages_of_the_book_or_to_the_web(book, page):
    inside = [target for _, target in links(book) if isinstance(target, int)]
    assert len(inside) > 500 and max(inside) < len(book.pages)
    for reader in (book, page):
        outside = {target for _, target in links(reader) if isinstance(target, str)}
        assert all(target.startswith(("https://", "http://", "mailto:")) for target in outside), outside
    starts = {title: place for _, title, place in reversed(outline(book))}  # the chapters, not their solutions
    own = range(starts["Thepayladder"], starts["Reachandspread"])
    assert any(number in own and target not in own for number, target in links(book)), "no link between chapters"


def test_text_numbers_and_titles_of_figures_are_in_the_pdf_of_a_page(page_text):
    found = {result.name: result.text for result in results.of_notebook(ROOT, NOTEBOOK)}
    for name in ("top_confirmed", "top_reported", "confirmed_postdoc"):
        assert squeezed(found[name]) in page_text
    titles = [spec["usermeta"]["superstars"]["title"] for spec in saved_charts(NOTEBOOK)]
    assert len(titles) > 2
    for title in titles:
        assert squeezed(title) in page_text


def test_folded_code_and_controls_stay_out_and_solutions_come_last(page_text):
    for unwanted in ("Showcode", "importaltair", "Linktothisfigure", "Data(CSV)"):
        assert unwanted not in page_text
    assert page_text.index("Exercise1") < page_text.index("SolutiontoExercise1")
    assert page_text.index("Furtherreading") < page_text.index("Solutionstotheexercises")


def test_a_figure_says_at_which_settings_of_its_controls_it_was_drawn(page_text):
    assert "DrawnwithSpreadoflogpay,σ:1.40;Peopleinthegroup:1,000." in page_text


def test_the_file_names_title_language_and_the_day_of_the_release_and_prints_alike(printed, browser, book, page):
    release = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert book.metadata.title == release["title"] and page.metadata.title == "The pay ladder"
    assert book.trailer["/Root"]["/Lang"] == page.trailer["/Root"]["/Lang"] == "en-GB"
    assert f"{book.metadata.creation_date:%Y-%m-%d}" == str(release["date-released"])
    cover = squeezed(book.pages[0].extract_text())
    assert squeezed(release["title"]) in cover and f"Version{release['version']}" in cover
    file = printed / "_build" / "html" / f"{PAGE}.pdf"
    before = file.read_bytes()
    write(ROOT, printed, browser, ["pay_ladder"])
    assert file.read_bytes() == before


def test_pages_link_to_their_pdf(printed):
    site = printed / "_build" / "html"
    for name, says in ((PAGE, "This page as PDF"), ("book/index", "The whole book as PDF")):
        html = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        (link,) = html.select("a.btn-download-pdf-button")
        assert link["title"] == says and (site / name).parent.joinpath(link["href"]).resolve().is_file()
        assert "window.print" not in str(html)


def test_other_chapters_are_linked_where_the_book_is_published(printed, browser, monkeypatch):
    site = printed / "_build" / "html"
    monkeypatch.setenv("SUPERSTARS_ADDRESS", "https://example.org/book")
    (file,) = write(ROOT, printed, browser, ["methods"])
    outside = [target for _, target in links(PdfReader(file)) if isinstance(target, str)]
    assert any(target.startswith("https://example.org/book/book/") for target in outside), outside
    monkeypatch.setenv("SUPERSTARS_ADDRESS", "")
    (file,) = write(ROOT, printed, browser, ["methods"])
    assert not [t for _, t in links(PdfReader(file)) if "example.org" in str(t)]
    assert file == site / "book/back/methods.pdf"


def test_a_name_that_the_book_does_not_have_is_refused(printed, browser):
    with pytest.raises(ValueError, match=r"pay_lader; allowed: book, pay_ladder"):
        write(ROOT, printed, browser, ["pay_lader"])


def test_every_chapter_is_in_the_contents_of_the_book():
    listed = [page for _, group in parts(ROOT) for page in group]
    assert [p.relative_to(ROOT).with_suffix("").as_posix() for p in chapters(ROOT)] == [
        page for page in listed if not (ROOT / f"{page}.md").is_file()
    ]
