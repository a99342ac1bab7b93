"""The picture of a social card: the finding of a chapter's first figure beside the figure."""

from __future__ import annotations

import io
import textwrap
from functools import cache
from html import escape
from pathlib import Path

import vl_convert
from PIL import Image

from superstars import charts
from superstars.press.saved import saved_outputs, untitled

SIZE = (1200, 630)  # pixels: what Open Graph and Twitter ask for
FOLDER = "_static/cards"
MARGIN, COLUMN, GAP = 48, 400, 32
HEAD, LINE, HEAD_CHARS, HEAD_LINES = 34, 42, 22, 9
FOOT, FOOT_LINE, FOOT_CHARS = 22, 28, 34
COLOURS = 64


def name(page: str) -> str:
    """The file of the card of ``page`` in ``FOLDER``."""
    return page.removeprefix("book/").replace("/", "-") + ".png"


@cache
def _first(root: Path, page: str, front: str) -> tuple[str, Image.Image]:
    """Title and picture, without the title, of the first figure of ``page``, or of ``front`` where it has none."""
    for source in (page, front):
        file = root / f"{source}.ipynb"
        found = saved_outputs(file) if file.is_file() else []
        if found:
            return found[0][charts.MIME]["usermeta"]["superstars"]["title"], untitled(found[0])
    raise ValueError(f"{page}: neither it nor {front} has a figure for the social card")


def headline(root: Path, page: str, front: str) -> str:
    """The finding that the card of ``page`` shows; ``ValueError`` if neither it nor ``front`` has a figure."""
    return _first(root, page, front)[0]


def card(finding: str, figure: Image.Image, title: str, book: str) -> bytes:
    """A PNG of ``SIZE``: ``finding`` at the left, ``figure`` at the right, chapter and book below."""
    image = _words(finding, title, book)
    left = MARGIN + COLUMN + GAP
    width, height = SIZE[0] - MARGIN - left, SIZE[1] - 2 * MARGIN
    scale = min(width / figure.width, height / figure.height)
    fitted = figure.resize((round(figure.width * scale), round(figure.height * scale)), Image.Resampling.LANCZOS)
    image.paste(fitted, (left + (width - fitted.width) // 2, MARGIN + (height - fitted.height) // 2))
    out = io.BytesIO()
    image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _words(finding: str, title: str, book: str) -> Image.Image:
    """The text of a card, drawn by the charts' own renderer: its font knows × and σ, Pillow's does not."""
    colours = charts.theme("light")["title"]
    lines = textwrap.wrap(finding, HEAD_CHARS, max_lines=HEAD_LINES, placeholder=" …")
    foot = textwrap.wrap(title, FOOT_CHARS) * (title != book) + textwrap.wrap(book, FOOT_CHARS)
    top = SIZE[1] - MARGIN - FOOT_LINE * (len(foot) - 1)
    text = _lines(lines, HEAD, LINE, MARGIN + HEAD, colours["color"], "bold")
    text += _lines(foot, FOOT, FOOT_LINE, top, colours["subtitleColor"], "normal")
    box = f'width="{SIZE[0]}" height="{SIZE[1]}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {box}><rect {box} fill="white"/>{text}</svg>'
    return Image.open(io.BytesIO(vl_convert.svg_to_png(svg))).convert("RGB")


def _lines(lines: list[str], size: int, step: int, top: int, colour: str, weight: str) -> str:
    look = f'font-family="{charts.FONT}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return "".join(
        f'<text x="{MARGIN}" y="{top + place * step}" {look}>{escape(line)}</text>' for place, line in enumerate(lines)
    )


def write(root: Path, site: Path, titles: dict[str, str], front: str, book: str) -> None:
    """Write the card of every page in ``titles`` into the built ``site``."""
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for page, title in titles.items():
        finding, figure = _first(root, page, front)
        (folder / name(page)).write_bytes(card(finding, figure, title, book))
