"""Slides: for each part of the book one page of them, made of the cells that are tagged ``slide``.

A Sphinx extension (named in ``_config.yml``). A tagged cell of text becomes a slide for each heading in it, a tagged
cell of code a slide of its figure or table. What became of the chapter's claims is added from their verdicts. Slides
are taken out of the pages as they were built, so they say what the chapter says.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup, Comment, Tag
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from superstars import charts, claims
from superstars.press import files
from superstars.press.built import article, move_links, parts

TAG = "slide"
VERDICTS = 7  # rows of claims that fit on one slide
WORDS = 95  # a slide with more of them is set in smaller type
CLAIMS_PAGE = "book/inference/claims"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", _mark)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


@cache
def tagged(notebook: Path) -> dict[int, str]:
    """The cells of ``notebook`` that are tagged: their place among all cells, and whether "markdown" or "code"."""
    cells = files.notebook(notebook).cells
    return {place: c.cell_type for place, c in enumerate(cells) if TAG in c.metadata.get("tags", [])}


def _mark(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Leave comments in the page where the text of a tagged cell begins and ends (a cell of code bears its tags)."""
    source = Path(app.env.doc2path(page))
    if source.suffix != ".ipynb" or not (places := tagged(source)):
        return
    for holder in [doctree, *doctree.findall(nodes.section)]:
        inside = None  # the tagged cell whose text we are in
        for child in list(holder.children):
            # MyST-NB counts the lines of the first cell from 10,000, those of the second from 20,000
            begins = child.line // 10_000 - 1 if child.line else inside
            if isinstance(child, (nodes.title, nodes.section)) or child.get("nb_element") == "cell_code":
                begins = None
            now = begins if places.get(begins) == "markdown" else None
            if now != inside and inside is not None:
                child.parent.insert(child.parent.index(child), _comment("/slide"))
            if now != inside and now is not None:
                child.parent.insert(child.parent.index(child), _comment(f"slide {now}"))
            inside = now
        if inside is not None:
            holder.append(_comment("/slide"))


def _comment(text: str) -> nodes.raw:
    return nodes.raw(text=f"<!--{text}-->", format="html")


def _write(app: Sphinx, failed: Exception | None) -> None:
    if failed or app.builder.format != "html":
        return
    root, site = Path(app.srcdir), Path(app.outdir)
    for caption, pages in parts(root):
        notebooks = {page: root / f"{page}.ipynb" for page in pages}
        pages = [page for page in pages if notebooks[page].is_file() and tagged(notebooks[page])]
        if pages:
            deck = site / "slides" / f"{pages[0].split('/')[1]}.html"
            deck.parent.mkdir(exist_ok=True)
            book = app.config.html_title
            text = _deck(caption or book, book, site, {page: tagged(notebooks[page]) for page in pages})
            deck.write_text(text, encoding="utf-8", newline="\n")


def _deck(caption: str, book: str, site: Path, pages: dict[str, dict[int, str]]) -> str:
    """The page of slides of the part ``caption``; ``pages`` says which cells of which page are tagged."""
    slides, figures, chapters = [], [], {}
    for page, cells in pages.items():
        text = article(site, page)
        found = list(_pieces(text))
        shown = {cell for cell, _, _ in found}
        if lost := sorted(place for place, kind in cells.items() if kind == "markdown" and place not in shown):
            raise ExtensionError(f"{page}: cells {lost} are tagged {TAG!r} but have no text below a heading to show")
        if len([1 for cell, _, _ in found if cell is None]) != list(cells.values()).count("code"):
            raise ExtensionError(f"{page}: a code cell tagged {TAG!r} shows nothing, or is left out of the page")
        chapter, stem = text.h1.get_text(), page.rpartition("/")[2]
        chapters[stem] = html.escape(chapter)
        made = []
        for _, heading, body in found:
            figures += [figure["data-name"] for figure in body.select("figure.chart")]
            _settle(body, page)
            made.append((_kind(body, heading == chapter), heading, str(body)))
        made += [("slide-claims", "What became of the claims", rows) for rows in _verdicts(page)]
        for number, (kind, heading, inside) in enumerate(made, 1):
            ident, level = f"{stem}-{number}", "h2" if kind == "slide-title" else "h3"
            label = html.escape(f"{heading}: slide {number} of {len(made)} on {chapter}")
            slides.append(
                f'<section class="slide {kind}" id="{ident}" role="group" aria-label="{label}" tabindex="-1">'
                f'<{level} id="{ident}-head">{html.escape(heading)}</{level}>{inside}'
                f'<p class="slide-from"><a href="../{page}.html">{html.escape(chapter)}</a></p></section>'
            )
    if twice := sorted({name for name in figures if figures.count(name) > 1}):
        raise ExtensionError(f"slides of {caption!r}: two figures are called {', '.join(twice)}")
    return TEMPLATE.format(
        caption=html.escape(caption), book=html.escape(book), chapters="; ".join(chapters.values()),
        contents="".join(f'<li><a href="#{stem}-1">{chapter}</a></li>' for stem, chapter in chapters.items()),
        slides="".join(slides),
    )  # fmt: skip


def _pieces(text: Tag) -> Iterator[tuple[int | None, str, Tag]]:
    """What the tagged cells of a page show, in its order: the cell (None for code), the heading, the content."""
    soup = BeautifulSoup("", "html.parser")
    for place in text.find_all(lambda t: t.name == "div" and f"tag_{TAG}" in t.get("class", [])):
        place.insert_before(Comment(TAG))
    for sign in text.find_all(string=lambda s: isinstance(s, Comment) and s.startswith(TAG)):
        heading = next(p for p in sign.parents if p.name == "section").find(re.compile("^h[1-6]$")).get_text()
        body = soup.new_tag("div", attrs={"class": "slide-body"})
        if sign == TAG:
            cell = sign.find_next_sibling("div")
            shown = cell.select(":scope figure.chart, :scope .cell_output table, :scope .cell_output pre")
            body.extend(shown)
            if figure := body.select_one("figure.chart"):
                heading = figure.select_one(".chart-title strong").extract().get_text()
            if shown:
                yield None, heading, body
        else:
            while not isinstance(sign.next_sibling, Comment):
                body.append(sign.next_sibling)
            yield int(sign.split()[1]), heading, body


def _settle(body: Tag, page: str) -> None:
    """Lead links, pictures and the data of figures to where they lie as seen from the slides."""
    here = posixpath.dirname(page)
    for picture in body.select("img[src]"):
        picture["src"] = "../" + posixpath.normpath(posixpath.join(here, picture["src"]))
    for figure in body.select("figure.chart"):
        figure["data-file"] = f"../{here}/{figure['data-file']}"
        height = int(re.search(r"--height:(\d+)px", figure["style"])[1])
        figure["style"] += f";--wide:{charts.WIDTH / height:.4f}"  # to fit the picture where a chart is not drawn
    move_links(body, page, lambda file, anchor: f"../{file}" + (f"#{anchor}" if anchor else ""))
    for number in body.select("span.number"):
        number.unwrap()
    for part in body.select("[id]"):
        if not part.find_parent("figure") and part.name != "figure":
            del part["id"]


def _kind(body: Tag, title: bool) -> str:
    if title:
        return "slide-title"
    if body.select_one("figure.chart"):
        return "slide-figure"
    return "slide-dense" if len(body.get_text().split()) > WORDS else "slide-text"


def _verdicts(page: str) -> Iterator[str]:
    """Tables of the claims that ``page`` answers, as many rows each as a slide holds."""
    known = _all_verdicts()
    own = known[known["page"] == page.removeprefix("book/")]
    tested = own[own["verdict"] != "not testable"]
    rows = [
        f'<tr><th scope="row"><a href="../{CLAIMS_PAGE}.html#claim-{row.id}">{row.id}</a></th>'
        f'<td>{html.escape(row.claim)}</td><td><span class="claim-verdict" data-mark="{row.verdict}">'
        f"{html.escape(row.words[0].upper() + row.words[1:])}</span></td></tr>"
        for row in tested.itertuples()
    ]
    rest = len(own) - len(tested)
    for start in range(0, len(rows), VERDICTS):
        last = start + VERDICTS >= len(rows)
        more = (
            f'<p><a href="../{CLAIMS_PAGE}.html">{rest} more</a> cannot be tested with what the book has.</p>'
            if last and rest else ""
        )  # fmt: skip
        yield (
            '<div class="claims"><table><thead><tr><th scope="col">No</th><th scope="col">Claim</th><th scope="col">'
            f"Verdict</th></tr></thead><tbody>{''.join(rows[start : start + VERDICTS])}</tbody></table>{more}</div>"
        )


@cache
def _all_verdicts():
    return claims.verdicts()


TEMPLATE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Slides: {caption} — {book}</title>
<meta name="description" content="Slides with live figures on {chapters}.">
<link rel="icon" href="../_static/favicon.svg">
<link rel="stylesheet" href="../_static/book.css">
<link rel="stylesheet" href="../_static/claims.css">
<link rel="stylesheet" href="../_static/slides.css">
<script src="../_static/slides.js"></script>
<script src="../_static/charts.js" defer></script>
<script src="../_static/access.js" defer></script>
</head>
<body>
<main>
<section class="slide slide-cover" id="start" role="group" aria-labelledby="start-head" tabindex="-1">
<p class="slide-book"><a href="../book/index.html">{book}</a></p>
<h1 id="start-head">{caption}</h1>
<ol>{contents}</ol>
</section>
{slides}
</main>
<nav aria-label="Slides" hidden>
<button type="button" data-turn="-1" aria-label="Previous slide">←</button>
<span class="slide-count"></span>
<button type="button" data-turn="1" aria-label="Next slide">→</button>
</nav>
</body>
</html>
"""
