"""The book as a PDF, and each of its pages as one: the built site, printed by Chromium.

The pages are put together as one plain page without scripts, its charts drawn by Vega as they are before anybody moves
a control. Chromium makes links, bookmarks and page numbers; the numbers that stand in the text, in the table of
contents above all, are read off a first print and filled in for a second.
"""

from __future__ import annotations

import copy
import html
import io
import json
import logging
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, Page
from pypdf import PdfReader, PdfWriter

from superstars import charts
from superstars.press import files
from superstars.press.address import address
from superstars.press.built import article, move_links, parts

# paper has no use for controls, for what is folded away, and for links to it
UNPRINTED = "details, button, .chart-controls, .chart-links, .claims-filter, a[href*='#cell-']"
PRINTS = 4  # at most, until the page numbers in the text are those of the pages

# what is wider than the page is made smaller until it fits
FIT = """() => {
  for (const wide of document.querySelectorAll("table, div.formula math")) {
    const room = wide.parentElement.clientWidth, needs = wide.getBoundingClientRect().width;
    if (needs > room + 1) wide.style.zoom = room / needs;
  }
}"""


def write(root: Path, into: Path, browser: Browser, names: Sequence[str] = ()) -> list[Path]:
    """Print the book to ``into/_build/book.pdf`` and its pages to PDFs beside them in the site, and link them there.

    ``into`` holds the built site, as in :func:`superstars.press.site.build`. With ``names`` only those are printed:
    "book", or pages such as "pay_ladder". Returns the files written. ``ValueError`` for a name that there is not.
    """
    site = into / "_build" / "html"
    front, *pages = [page for _, group in parts(root) for page in group]
    stems = {page.rpartition("/")[2]: page for page in pages}
    if unknown := [name for name in names if name not in {"book", *stems}]:
        raise ValueError(f"nothing to print is called {', '.join(unknown)}; allowed: book, {', '.join(stems)}")
    whole = not names or "book" in names
    wanted = [stems[name] for name in names if name in stems] if names else pages
    written = []
    with tempfile.TemporaryDirectory() as folder:
        tab = browser.new_page()
        tab.emulate_media(media="print", color_scheme="light")
        texts = {page: _on_paper(site, page, Path(folder)) for page in ([front, *pages] if whole else wanted)}
        if whole:
            text = _document(root, site, parts(root), texts, whole=True)
            book = _print(tab, text, Path(folder), root, into / "_build" / "book.pdf")
            (site / "book.pdf").write_bytes(book.read_bytes())
            _link(site, front, "../" * front.count("/") + "book.pdf", "The whole book as PDF")
            written.append(book)
        for page in wanted:
            text = _document(root, site, [("", [page])], texts, whole=False)
            written.append(_print(tab, text, Path(folder), root, site / f"{page}.pdf"))
            _link(site, page, f"{page.rpartition('/')[2]}.pdf", "This page as PDF")
        tab.close()
    return written


def _document(
    root: Path, site: Path, groups: list[tuple[str, list[str]]], texts: dict[str, Tag], whole: bool
) -> BeautifulSoup:
    """The pages of ``groups`` in one page: the ``whole`` book with cover, contents and appendix, or a part of it."""
    pages = [page for _, group in groups for page in group]
    texts = {page: copy.copy(texts[page]) for page in pages}
    titles = {page: texts[page].h1.get_text() for page in pages}
    if whole:  # the front page bears the title of the book
        titles[pages[0]] = texts[pages[0]].h1.string = "Introduction"
    solutions = {page: [s.extract() for s in texts[page].select("div.solution")] for page in pages}
    _join(root, texts, solutions)

    contents, body, styles = [], [], []
    for caption, group in groups:
        if caption:
            contents.append(f'<li class="part">{html.escape(caption)}</li>')
        for page in group:
            text, key = texts[page], _key(page)
            asked = text.h1.find_next_sibling()
            question = asked.get_text() if asked.name == "p" and asked.find("em", recursive=False) else ""
            contents.append(_entry(key, titles[page], question))
            styles.append(_named_page(key, titles[page]))
            if whole:
                _lower_headings(text)
            part = f'<h1 class="part">{html.escape(caption)}</h1>' if caption and page == group[0] else ""
            solved = "" if whole else _solved(solutions[page], "h2")
            own = "" if whole else _origin(root)
            body.append(f'<section id="{key}" style="page: {key}">{own}{part}{text}{solved}</section>')
    if whole:
        title = "Solutions to the exercises"
        contents.append(_entry("solutions", title, ""))
        styles.append(_named_page("solutions", title))
        solved = [_solved(solutions[page], "h2", titles[page]) for page in pages]
        body.append(f'<section id="solutions" style="page: solutions"><h1>{title}</h1>{"".join(solved)}</section>')
    before = _frame(root, site, "" if whole else titles[pages[0]], styles)
    if whole:
        before += _cover(root) + f'<nav><h1>Contents</h1><ol class="contents">{"".join(contents)}</ol></nav>'
    return _html(before + "".join(body) + "</body></html>")


def _html(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def _on_paper(site: Path, page: str, folder: Path) -> Tag:
    """The text of ``page`` without what paper cannot do, its pictures where Chromium finds them."""
    text = article(site, page)
    for figure in text.select("figure.chart"):
        _draw(figure, (site / page).parent, folder)
    for part in text.select(UNPRINTED):
        part.decompose()
    for span in text.select("span.number, .highlight span, code > span"):  # each would be an object of the file
        span.unwrap()
    text.smooth()
    for cell in text.select("div.cell"):
        if not cell.select_one(".cell_input, .cell_output"):
            cell.decompose()
    for picture in text.select("img[src]"):
        if not picture["src"].startswith("file:"):
            picture["src"] = ((site / page).parent / picture["src"]).resolve().as_uri()
            del picture["loading"]
    return text


def _draw(figure: Tag, beside: Path, folder: Path) -> None:
    """Draw the chart of ``figure`` in place of its small picture, and say at which settings of its controls."""
    script = (beside / f"{figure['data-file']}.js").read_text(encoding="utf-8")
    spec = json.loads(script.partition("=")[2].rstrip(";\n"))
    frame = figure.select_one(".chart-frame")
    height = int(figure["style"].partition("--height:")[2].partition("px")[0])
    drawn = folder / f"{figure['data-file'].replace('/', '-')}.svg"
    if not drawn.is_file():
        spec |= {"config": charts.theme("light"), "width": charts.WIDTH, "height": height}
        drawn.write_text(vl_convert.vegalite_to_svg(spec, vl_version=charts.VEGA_LITE), encoding="utf-8")
    picture = frame.find("img")
    picture.attrs = {"src": drawn.as_uri(), "alt": picture["alt"]}
    frame.replace_with(picture)
    if settings := _settings(figure, spec.get("params", [])):
        picture.insert_after(_html(f'<p class="chart-set">Drawn with {html.escape(settings)}.</p>'))


def _settings(figure: Tag, params: list[dict[str, Any]]) -> str:
    """The controls of ``figure`` with their first values, such as "Stakes S: 1,000; Reach: on"."""
    said, shown = [], []
    for control in figure.select(".chart-control"):
        field = control.select_one("[data-param]")
        label, name = (control.find("legend") or control.find("label")).get_text(), field["data-param"]
        value = next(p["value"] for p in params if p["name"] == name)
        if field.get("type") == "range":
            shown.append({"name": f"{name}_set", "expr": f"pow(10, {name})" if field.has_attr("data-log") else name})
            said.append(f"{label}: {{{name}_set|{field['data-format']}}}")
        elif value != "":
            said.append(f"{label}: {value}")
    return charts.sentence("; ".join(said), [*params, *shown])


def _join(root: Path, texts: dict[str, Tag], solutions: dict[str, list[Tag]]) -> None:
    """Make anchors differ between pages and let links lead to them; other pages are linked where they are published."""
    known = set()
    for page, text in texts.items():
        for part in (text, *solutions[page]):
            for holder in [part, *part.select("[id]")]:
                if holder.get("id"):
                    holder["id"] = f"{_key(page)}--{holder['id']}"
                    if holder["id"] in known:  # two exercises of a page call their texts alike
                        del holder["id"]
                    else:
                        known.add(holder["id"])
    public = address(root).site

    def new(file: str, anchor: str) -> str | None:
        page = file.removesuffix(".html")
        if page in texts:
            place = f"{_key(page)}--{anchor}"
            return f"#{place if place in known else _key(page)}"
        return f"{public}{file}{'#' if anchor else ''}{anchor}" if public else None

    for page, text in texts.items():
        for part in (text, *solutions[page]):
            move_links(part, page, new)
        for solution in solutions[page]:
            exercise = text.select_one(f'[id="{solution.select_one(".admonition-title a")["href"][1:]}"]')
            place = solution["id"]
            number = f'<span data-page-of="{place}">000</span>'
            exercise.append(_html(f'<p class="to-solution"><a href="#{place}">Solution on page {number}</a></p>'))


def _key(page: str) -> str:
    return page.removeprefix("book/").replace("/", "-")


def _entry(key: str, title: str, question: str) -> str:
    asked = f"<em>{html.escape(question)}</em>" if question else ""
    return (
        f'<li><a href="#{key}"><span>{html.escape(title)}</span><span class="dots"></span>'
        f'<span data-page-of="{key}">000</span></a>{asked}</li>'
    )


def _named_page(key: str, title: str) -> str:
    return f"@page {key} {{ @bottom-left {{ content: {json.dumps(title, ensure_ascii=False)} }} }}"


def _lower_headings(text: Tag) -> None:
    for heading in text.select("h1, h2, h3, h4, h5"):
        heading.name = f"h{int(heading.name[1]) + 1}"


def _solved(solutions: list[Tag], level: str, title: str = "Solutions to the exercises") -> str:
    return f"<{level}>{html.escape(title)}</{level}>{''.join(map(str, solutions))}" if solutions else ""


def _frame(root: Path, site: Path, title: str, styles: list[str]) -> str:
    release = _release(root)
    sheets = "".join(
        f'<link rel="stylesheet" href="{(site / "_static" / name).as_uri()}">'
        for name in ("pygments.css", "book.css", "claims.css", "pdf.css")
    )
    return (
        f'<!doctype html><html lang="en-GB" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{html.escape(title or release['title'])}</title>{sheets}<style>{''.join(styles)}</style></head>"
        '<body class="bd-article">'
    )


def _origin(root: Path) -> str:
    release = _release(root)
    return f'<p class="from">{html.escape(release["title"])}, version {release["version"]}, {_day(release)}</p>'


def _cover(root: Path) -> str:
    release = _release(root)
    authors = ", ".join(author["name"] for author in release["authors"])
    public = address(root).site
    where = f'<a href="{public}">web page of the book</a>' if public else "web page of the book"
    return (
        f'<header class="cover"><p class="title">{html.escape(release["title"])}</p>'
        f"<p>Version {release['version']}, {_day(release)}</p><p>{html.escape(authors)}</p>"
        f'<p class="about">{html.escape(release["abstract"])}</p>'
        f'<p class="about">Figures are drawn as they are before anybody moves a control. On the {where} they move, '
        f"every number says where it comes from, and the code of every figure is there to unfold and to run.</p>"
        f'<p class="about">Licences: {", ".join(release["license"])}.</p></header>'
    )


def _release(root: Path) -> dict[str, Any]:
    return files.citation(root)


def _day(release: dict[str, Any]) -> str:
    date = pd.Timestamp(release["date-released"])
    return f"{date.day} {date:%B %Y}"


def _print(tab: Page, text: BeautifulSoup, folder: Path, root: Path, file: Path) -> Path:
    """Print ``text`` to ``file``, as often as it takes until the page numbers in it are right."""
    source, proof = folder / "page.html", folder / "page.pdf"
    for turn in range(PRINTS):
        source.write_text(str(text), encoding="utf-8")
        tab.goto(source.as_uri())
        tab.evaluate(FIT)
        tab.pdf(path=proof, prefer_css_page_size=True, outline=turn > 0, tagged=turn > 0)
        printed = PdfReader(proof)
        pages = {
            name.lstrip("/"): str(printed.get_destination_page_number(place) + 1)
            for name, place in printed.named_destinations.items()
        }
        changed = False
        for number in text.select("[data-page-of]"):
            now = pages[number["data-page-of"]]
            changed, number.string = changed or number.string != now, now
        if not changed:
            break
    release = _release(root)
    # it says that Chromium counts its objects wrongly, and counts them itself
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    writer = PdfWriter(clone_from=printed)
    # nothing in the file says when it was printed: printed again it is the same
    day = f"D:{pd.Timestamp(release['date-released']):%Y%m%d}000000Z"
    writer.metadata = {
        "/Title": text.title.string, "/Author": ", ".join(author["name"] for author in release["authors"]),
        "/CreationDate": day, "/ModDate": day,
    }  # fmt: skip
    out = io.BytesIO()
    writer.write(out)
    temporary = file.with_suffix(".pdf.new")
    temporary.write_bytes(_renumbered(out.getvalue()))
    os.replace(temporary, file)
    return file


def _renumbered(content: bytes) -> bytes:
    """Number the cells of tables from one: Chromium counts on from whatever it did before."""
    label = re.compile(rb"\(node(\d{8})\)")
    order = {number: b"(node%08d)" % place for place, number in enumerate(sorted(set(label.findall(content))), 1)}
    return label.sub(lambda found: order[found[1]], content)


def _link(site: Path, page: str, address: str, says: str) -> None:
    """Give the readers of ``page`` its PDF where the theme would open the print dialogue of their browser."""
    file = site / f"{page}.html"
    text = file.read_text(encoding="utf-8")
    link = f'<a href="{address}" download class="btn btn-sm btn-download-pdf-button dropdown-item" title="{says}">'
    text = re.sub(r'<button type="button" data-print .*?>(.*?)</button>', rf"{link}\1</a>", text, flags=re.DOTALL)
    if link not in text:
        raise ValueError(f"{file} has no button for a PDF any more: see _link in superstars/press/pdf.py")
    file.write_text(text, encoding="utf-8", newline="\n")
