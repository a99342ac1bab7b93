"""The pages of the built site, for what is made from them: the PDF and the slides."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from superstars.press.files import contents


def parts(root: Path) -> list[tuple[str, list[str]]]:
    """Caption and pages of each part of the book, as ``_toc.yml`` orders them; the front page comes first, without."""
    toc = contents(root)
    named = [(part["caption"], [page["file"] for page in part["chapters"]]) for part in toc["parts"]]
    return [("", [toc["root"]]), *named]


def article(site: Path, page: str) -> Tag:
    """The text of the built ``page``, without scripts, folded code and the signs that link to a heading."""
    text = (site / f"{page}.html").read_text(encoding="utf-8")
    text = text[text.index('<article class="bd-article"') : text.rindex("</article>")]
    # most of a page by far, in thousands of coloured words: left out before anything is read
    text = re.sub(r'<details class="[^"]*\bhide\b.*?</details>|<script.*?</script>', "", text, flags=re.DOTALL)
    found = BeautifulSoup(text, "html.parser").article
    for sign in found.select("a.headerlink"):
        sign.decompose()
    return found


def move_links(part: Tag, page: str, new: Callable[[str, str], str | None]) -> None:
    """Give every link inside the site that stands in ``part`` of ``page`` a new address.

    ``new`` gets the address of a file within the site and the anchor in it ("" where there is none); where it returns
    None the words stay and the link goes.
    """
    for link in part.select("a[href]"):
        if ":" in link["href"].partition("/")[0]:  # https:, mailto:
            continue
        file, _, anchor = link["href"].partition("#")
        where = posixpath.normpath(posixpath.join(posixpath.dirname(page), file)) if file else f"{page}.html"
        address = new(where, anchor)
        if address is None:
            link.unwrap()
        else:
            link["href"] = address
