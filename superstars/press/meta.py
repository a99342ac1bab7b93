"""What a page says about itself to search engines, to those who share it, and to those who cite it.

A Sphinx extension. The description is on every page; addresses and social cards wait until the address is set.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from superstars.press import cards
from superstars.press.address import address
from superstars.press.files import citation
from superstars.press.listing import day

LONGEST = 200  # characters; search engines and social sites cut what is longer
ANSWER = "the-short-answer"


@dataclass(frozen=True)
class Work:
    """The book as ``CITATION.cff`` describes it; ``released`` is an ISO date."""

    title: str
    abstract: str
    version: str
    released: str
    authors: tuple[str, ...]


def work(root: Path) -> Work:
    """The book as a work to cite; ``DataError`` names what ``CITATION.cff`` lacks."""
    cff = citation(root)
    # an organisation bears a name, a person a family name and given names
    authors = tuple(a.get("name") or f"{a['family-names']}, {a['given-names']}" for a in cff["authors"])
    return Work(cff["title"], cff["abstract"], str(cff["version"]), str(cff["date-released"]), authors)


def description(doctree: nodes.document) -> str:
    """The question of a chapter and as much of its short answer as fits; for another page, how it begins.

    At most 200 characters, without markup; numbers are resolved. "" where the page has no paragraph.
    """
    paragraphs = list(doctree.findall(nodes.paragraph))
    question = next((p for p in paragraphs if len(p) == 1 and isinstance(p[0], nodes.emphasis)), None)
    answers = [s for s in doctree.findall(nodes.section) if ANSWER in s["ids"]]
    answer = next(answers[0].findall(nodes.paragraph), None) if answers else None
    said = [p for p in (question, answer) if p is not None] or paragraphs[:1]
    return shortened(" ".join(filter(None, map(_plain, said))))


def shortened(text: str) -> str:
    """``text``, cut after a sentence if that leaves more than half of what is allowed, else after a word."""
    if len(text) <= LONGEST:
        return text
    whole = ""
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        if len(f"{whole} {sentence}") > LONGEST:
            break
        whole = f"{whole} {sentence}".strip()
    if len(whole) > LONGEST / 2:
        return whole
    return textwrap.shorten(text, LONGEST - 1, placeholder="").rstrip(" ,;:–—(“") + "…"


def _plain(paragraph: nodes.paragraph) -> str:
    """The text of a paragraph without citations; it ends before the first sentence with a real formula."""
    text = ""
    for node in paragraph.findall(lambda n: isinstance(n, (nodes.Text, nodes.math))):
        if isinstance(node, nodes.math):
            if not re.fullmatch(r"\w+", node.astext()):
                text = re.match(r"(?:.*[.?!])?", text, re.DOTALL)[0]
                break
            text += node.astext()
        elif not isinstance(node.parent, nodes.math) and not _cited(node):
            text += str(node)
    return re.sub(r"\s+(?=[.,;:?!])", "", re.sub(r"\s+", " ", text)).strip()


def _cited(node: nodes.Node) -> bool:
    while (node := node.parent) is not None:
        if "bibtex-citation" in getattr(node, "attributes", {}).get("classes", []):
            return True
    return False


def text_citation(book: Work, title: str, where: str) -> str:
    """One line of plain text that cites the page ``title`` at ``where`` ("" if it has no address)."""
    said = f"{' and '.join(book.authors)} ({book.released[:4]}). "
    said += f"{book.title}" if title == book.title else f"“{title}.” In {book.title}".replace("?.”", "?”")
    return f"{said}, version {book.version}." + (f" {where}" if where else "")


def bibtex(book: Work, key: str, title: str, where: str) -> str:
    """The same as an entry for BibTeX."""
    whole = title == book.title
    # braces keep an organisation from being split into names; a person's comma says how to split
    authors = " and ".join(_tex(a) if "," in a else f"{{{_tex(a)}}}" for a in book.authors)
    fields = {"author": authors, "title": _tex(title)}
    if not whole:
        fields["booktitle"] = _tex(book.title)
    fields |= {"year": book.released[:4], "note": f"Version {book.version}"}
    if where:
        fields["url"] = where
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@{'book' if whole else 'incollection'}{{{key},\n{lines}}}"


def _tex(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text)


def _cite(book: Work, name: str, title: str, where: str) -> str:
    """HTML for the foot of a page: how to cite it, and which version of the book it belongs to."""
    key = f"superstars{book.released[:4]}" + ("" if title == book.title else name)
    what = "book" if title == book.title else "chapter"
    return (
        f'<details class="cite"><summary>Cite this {what}</summary>'
        f"<p>{escape(text_citation(book, title, where))}</p>"
        f'<pre tabindex="0" role="region" aria-label="BibTeX">{escape(bibtex(book, key, title, where))}</pre></details>'
        f'<p class="release">Version {book.version}, released {day(book.released)}</p>'
    )


def social(title: str, says: str, where: str, picture: str, alt: str, site_name: str) -> str:
    """The tags of a social card, for those who read Open Graph and for those who read Twitter's own."""
    kind, (width, height) = "website" if title == site_name else "article", cards.SIZE
    tags = {
        "og:type": kind, "og:site_name": site_name, "og:title": title, "og:description": says, "og:url": where,
        "og:image": picture, "og:image:type": "image/png", "og:image:width": str(width),
        "og:image:height": str(height), "og:image:alt": alt,
    }  # fmt: skip
    named = {"card": "summary_large_image", "title": title, "description": says, "image": picture, "image:alt": alt}
    return "".join(f'<meta property="{key}" content="{escape(value)}" />\n' for key, value in tags.items()) + "".join(
        f'<meta name="twitter:{key}" content="{escape(value)}" />\n' for key, value in named.items()
    )


def head(app: Sphinx, page: str, doctree: nodes.document | None) -> str:
    """The tags that describe ``page``; one without a text of its own is described as part of the book."""
    root = Path(app.srcdir)
    book, site = work(root), address(root).site
    says = (description(doctree) if doctree is not None else "") or shortened(book.abstract)
    tags = f'<meta name="description" content="{escape(says)}" />\n'
    if site and doctree is not None:
        picture = f"{site}{cards.FOLDER}/{cards.name(page)}"
        title, alt = app.env.titles[page].astext(), cards.headline(root, page, app.config.root_doc)
        tags += social(title, says, f"{site}{page}.html", picture, f"Figure: {alt}", book.title)
    return tags


def _describe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    context["metatags"] = context.get("metatags", "") + "\n" + head(app, page, doctree)
    root = Path(app.srcdir)
    if doctree is not None and (root / f"{page}.ipynb").is_file():
        site = address(root).site
        where = f"{site}{page}.html" if site else ""
        title = app.env.titles[page].astext()
        context["body"] += _cite(work(root), page.rpartition("/")[2], title, where)


def _canonical(app: Sphinx, config: Config) -> None:
    config.html_baseurl = address(Path(app.srcdir)).site  # Sphinx writes the canonical links


def _pictures(app: Sphinx, failed: Exception | None) -> None:
    root = Path(app.srcdir)
    if not failed and app.builder.format == "html" and address(root).site:
        titles = {page: app.env.titles[page].astext() for page in app.env.found_docs}
        cards.write(root, Path(app.outdir), titles, app.config.root_doc, work(root).title)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", _canonical)
    app.connect("html-page-context", _describe, priority=950)  # after what else stands at the foot of a page
    app.connect("build-finished", _pictures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
