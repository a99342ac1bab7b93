"""Ways into the site: pages at the old addresses of renamed chapters, the front door, the page for what is not there,
and what robots read.

A Sphinx extension.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from superstars import data
from superstars.press import meta
from superstars.press.address import address

TABLE = "book/redirects.csv"
MISSING = "404"
NOT_HERE = "Page not found"
SAID = "There is no page at this address. It may have been renamed."


def redirects(root: Path, pages: Iterable[str]) -> dict[str, str]:
    """Old to new page, as ``book/redirects.csv`` has them; ``ValueError`` names the line that cannot be right.

    A page is named as in ``_toc.yml`` (book/part/chapter). The old one must be gone, the new one must be there.
    """
    pages, found = set(pages), {}
    for number, row in data.table(root / TABLE, ["old", "new"]):
        old, new, line = row["old"], row["new"], f"{TABLE}, line {number}"
        if not re.fullmatch(r"book(?:/\w+)+", old):
            raise ValueError(f"{line}: old is {old!r}; allowed: a page such as book/part/chapter")
        if old in pages or old in found:
            raise ValueError(f"{line}: old is {old!r}, which is there already; allowed: a page that is gone, once")
        if new not in pages:
            raise ValueError(f"{line}: new is {new!r}, which is no page; allowed: {', '.join(sorted(pages))}")
        found[old] = new
    return found


def redirect_page(target: str, title: str, head: str) -> str:
    """A page that leads to ``target`` without a script; it has a link for those whose browser does not follow."""
    link = f'<a href="{escape(target)}">{escape(title)}</a>'
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8" />\n<title>{escape(title)}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={escape(target)}" />\n{head}</head>\n'
        f"<body><main><h1>{escape(title)}</h1><p>This page is now at {link}.</p></main></body>\n</html>\n"
    )


def sitemap(site: str, pages: Iterable[str]) -> str:
    """The sitemap of the pages at ``site``."""
    places = "".join(f"<url><loc>{escape(f'{site}{page}.html')}</loc></url>\n" for page in sorted(pages))
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{space}">\n{places}</urlset>\n'


def from_anywhere(page: str, site: str) -> str:
    """The HTML ``page``, made for the top of the site, with every address absolute: it is shown at any depth."""
    relative = r'\b(href|src|action|data-content_root)="(?![a-z]+:|#)([^"]*)"'
    return re.sub(relative, lambda m: f'{m[1]}="{urljoin(site, m[2])}"', page)


def _check(app: Sphinx, env: BuildEnvironment, _: list[str]) -> None:
    """Before any page is read, so that a wrong table stops the build at once."""
    try:
        redirects(Path(app.srcdir), env.found_docs)
    except ValueError as error:
        raise ExtensionError(str(error)) from None


def _missing(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    if address(Path(app.srcdir)).site:
        front = escape(app.builder.get_relative_uri(MISSING, app.config.root_doc))
        body = f'<h1>{NOT_HERE}</h1><p>{SAID} <a href="{front}">Start at the front page</a>, or choose a chapter.</p>'
        yield MISSING, {"title": NOT_HERE, "body": body}, "page.html"


def _write(app: Sphinx, failed: Exception | None) -> None:
    if failed or app.builder.format != "html":
        return
    root, out, env = Path(app.srcdir), Path(app.outdir), app.env
    site, front = address(root).site, app.config.root_doc
    ways = redirects(root, env.found_docs) | {"index": front}
    for old, new in ways.items():
        canonical = f'<link rel="canonical" href="{site}{new}.html" />\n' if site else ""
        target = app.builder.get_relative_uri(old, new)
        # named, so that a browser does not look for one at the top of the host
        icon = f'<link rel="icon" href="{"../" * old.count("/")}_static/favicon.svg" />\n'
        head = canonical + icon + meta.head(app, new, env.get_doctree(new))
        (out / old).parent.mkdir(parents=True, exist_ok=True)
        (out / f"{old}.html").write_text(redirect_page(target, env.titles[new].astext(), head), encoding="utf-8")
    robots = "User-agent: *\nAllow: /\n"
    missing = out / f"{MISSING}.html"
    if site:
        robots += f"Sitemap: {site}sitemap.xml\n"
        (out / "sitemap.xml").write_text(sitemap(site, env.found_docs), encoding="utf-8")
        missing.write_text(from_anywhere(missing.read_text(encoding="utf-8"), site), encoding="utf-8")
    else:  # no style and no link can be right at every depth
        says = escape(meta.work(root).abstract)
        missing.write_text(
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8" />\n<title>{NOT_HERE}</title>\n'
            f'<meta name="description" content="{says}" />\n</head>\n'
            f"<body><main><h1>{NOT_HERE}</h1><p>{SAID}</p></main></body>\n</html>\n",
            encoding="utf-8",
        )
    (out / "robots.txt").write_text(robots, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("env-before-read-docs", _check)
    app.connect("html-collect-pages", _missing)
    app.connect("build-finished", _write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
