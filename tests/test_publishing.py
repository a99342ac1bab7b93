"""What is published: descriptions, social cards, citations, old addresses, what robots read, links, and releases."""

from __future__ import annotations

import re
import shutil
import threading
import time
import zipfile
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from conftest import EXAMPLE, NEW, OLD, PAGES, ROOT, copy_of_the_book
from docutils.core import publish_doctree
from PIL import Image
from pybtex.database import parse_string

from superstars import __version__, data, results
from superstars.press import cards, linkcheck, meta, releases, routes
from superstars.press.address import address
from superstars.press.saved import saved_charts
from superstars.press.site import build

SITE = EXAMPLE.site
NAMES = [page.removesuffix(".html") for page in PAGES]
BOOK = meta.work(ROOT)


@pytest.fixture
def reader(browser, published):
    """A tab without scripts to which the published site answers at its address, and nothing else does."""
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.lost = []

    def answer(route):
        path = route.request.url.partition("#")[0].partition("?")[0]
        file = published / path.removeprefix(SITE)
        if path.startswith(SITE) and file.is_file():
            route.fulfill(path=file)
        elif route.request.is_navigation_request() and path.startswith(SITE):
            route.fulfill(path=published / "404.html", status=404)
        else:
            tab.lost.append(path)
            route.abort()

    context.route("**/*", answer)
    yield tab
    context.close()


@cache
def page(folder, name: str) -> BeautifulSoup:
    return BeautifulSoup((folder / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def tags(soup: BeautifulSoup) -> dict[str, str]:
    """The meta tags of a page; every one of these may stand there once only."""
    every = soup.head.find_all("meta", content=True)
    found = [(tag.get("property") or tag.get("name", ""), tag["content"]) for tag in every]
    found = [(name, said) for name, said in found if re.match(r"description$|og:|twitter:", name)]
    assert len(found) == len(dict(found))
    return dict(found)


# Descriptions


@pytest.mark.parametrize("published_one", [True, False])
def test_every_page_has_a_description_of_its_own(published, folder, published_one):
    site = published if published_one else folder
    files = [f.relative_to(site).with_suffix("").as_posix() for f in site.rglob("*.html")]
    files = [name for name in files if not name.startswith("_static")]
    assert {"index", "search", "404", *NAMES} <= set(files)
    said = {name: tags(page(site, name))["description"] for name in files}
    for name, text in said.items():
        assert 20 < len(text) <= meta.LONGEST, name
        assert not re.search(r"[`{}\\\[\]<>]|\s\s|\s[.,;:?!]", text), text
    assert len({said[name] for name in NAMES}) == len(NAMES)


def test_a_description_opens_with_the_question_of_the_chapter(folder):
    asked = 0
    for name in NAMES:
        soup = page(folder, name)
        first = soup.article.find("h1").find_next("p")
        if first.find("em", recursive=False) and first.get_text() == first.em.get_text():
            asked += 1
            assert tags(soup)["description"].startswith(first.get_text())
    assert asked > 10


def test_numbers_in_a_description_are_those_of_the_page(folder):
    found = {r.name: r.text for r in results.of_notebook(ROOT, ROOT / f"{NEW}.ipynb")}
    said = tags(page(folder, NEW))["description"]
    assert found["top_confirmed"] in said and found["confirmed_postdoc"] in said


QUESTION = "Chapter\n=======\n\n*How much more?*\n\nThe short answer\n----------------\n\n{}\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Not much.", "How much more? Not much."),
        ("At *s* = :math:`2` a *lot*.", "How much more? At s = 2 a lot."),
        ("A lot. Since :math:`x^2 > x`, that is. More.", "How much more? A lot."),
        ("Since :math:`x^2 > x`, that is.", "How much more?"),
    ],
)
def test_a_description_is_plain_text(answer, expected):
    assert meta.description(publish_doctree(QUESTION.format(answer))) == expected


def test_a_page_without_a_question_is_described_by_how_it_begins():
    assert meta.description(publish_doctree("T\n=\n\nFirst.\n\nSecond.\n")) == "First."
    assert meta.description(publish_doctree("T\n=\n")) == ""


def test_a_long_text_is_cut_after_a_sentence_or_a_word():
    half = "x" * 120 + "."
    assert meta.shortened(f"{half} {half}") == half
    words = meta.shortened("Few. " + "word, " * 50)
    assert len(words) <= meta.LONGEST and words.endswith("word…")
    assert meta.shortened("y" * meta.LONGEST) == "y" * meta.LONGEST


# Social cards


@pytest.mark.parametrize("name", NAMES)
def test_a_shared_page_shows_its_title_and_picture(published, name):
    soup = page(published, name)
    said = tags(soup)
    assert said["og:title"] == said["twitter:title"] == soup.h1.get_text().rstrip("#").strip() or name == NAMES[0]
    assert said["og:description"] == said["twitter:description"] == said["description"]
    assert said["og:url"] == f"{SITE}{name}.html" == soup.find("link", rel="canonical")["href"]
    assert said["og:image"] == said["twitter:image"] and said["og:image"].startswith(SITE)
    assert said["twitter:card"] == "summary_large_image"
    file = published / said["og:image"].removeprefix(SITE)
    with Image.open(file) as image:
        assert image.format == "PNG" and image.size == (1200, 630)
        assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
        left, right = (image.convert("L").crop(box) for box in ((0, 0, 440, 630), (480, 0, 1200, 630)))
        assert left.getextrema()[0] < 80 and right.getextrema()[0] < 160  # words and a figure
    assert file.stat().st_size < 100_000
    figures = saved_charts(ROOT / f"{name}.ipynb") or saved_charts(ROOT / f"{NAMES[0]}.ipynb")
    assert said["og:image:alt"] == f"Figure: {figures[0]['usermeta']['superstars']['title']}"


def test_each_chapter_has_its_own_picture(published):
    pictures = [(published / cards.FOLDER / cards.name(name)).read_bytes() for name in NAMES]
    assert len(set(pictures)) == len(NAMES)


def test_the_words_of_a_card_are_drawn_in_a_font_that_has_them():
    blank = Image.new("RGB", (100, 60), "white")
    drawn = [cards.card(sign, blank, "Title", "Book") for sign in ("×", "σ", "–", "²", "\U0010fffd")]
    assert len(set(drawn)) == len(drawn)


def test_without_an_address_nothing_depends_on_one(folder):
    assert not (folder / "sitemap.xml").exists() and not (folder / cards.FOLDER).exists()
    assert (folder / "robots.txt").read_text() == "User-agent: *\nAllow: /\n"
    for name in ("index", *NAMES):
        soup = page(folder, name)
        assert set(tags(soup)) == {"description"}
        assert not soup.find("link", rel="canonical")
    lost = page(folder, "404")
    assert lost.h1.get_text() == routes.NOT_HERE and not lost.find_all(["a", "link", "script", "img"])


# Citations


def test_every_chapter_says_how_to_cite_it(published, folder):
    keys = set()
    for name in NAMES:
        for site, where in ((published, f"{SITE}{name}.html"), (folder, "")):
            soup = page(site, name)
            block = soup.select_one("article details.cite")
            title = soup.h1.get_text().rstrip("#").strip()
            text = block.p.get_text()
            for part in (title, BOOK.title, f"version {__version__}", BOOK.released[:4], where, *BOOK.authors):
                assert part in text
            (key, entry), = parse_string(block.pre.get_text(), "bibtex").entries.items()
            assert entry.fields["title"].replace("\\", "") == title
            assert entry.fields.get("booktitle", BOOK.title) == BOOK.title
            assert entry.fields.get("url", "") == where
            assert entry.fields["year"] == BOOK.released[:4] and __version__ in entry.fields["note"]
            (author,) = entry.persons["author"]
            assert not author.first_names and " ".join(author.last_names).strip("{}") == BOOK.authors[0]
            keys.add(key)
            released = soup.select_one("article p.release").get_text()
            assert __version__ in released and BOOK.released[:4] in released
    assert len(keys) == len(NAMES)


def test_people_are_cited_by_their_names(tmp_path):
    cff = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    people = "authors:\n  - {family-names: Rosen, given-names: Sherwin}\n  - {family-names: García, given-names: Ana}\n"
    (tmp_path / "CITATION.cff").write_text(re.sub(r"authors:\n(?:  .*\n)+", people, cff), encoding="utf-8")
    book = meta.work(tmp_path)
    assert meta.text_citation(book, "Stars", "").startswith("Rosen, Sherwin and García, Ana (")
    entry = parse_string(meta.bibtex(book, "k", "Stars & 100%", ""), "bibtex").entries["k"]
    assert [str(person) for person in entry.persons["author"]] == ["Rosen, Sherwin", "García, Ana"]
    assert entry.fields["title"] == r"Stars \& 100\%"


# Old addresses, the front door, and what is not there


def test_the_map_names_every_page_once_and_no_other(published):
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    places = [loc.text for loc in ElementTree.parse(published / "sitemap.xml").iter(space)]
    pages = {f.relative_to(published).as_posix() for f in (published / "book").rglob("*.html")} - {f"{OLD}.html"}
    assert set(PAGES) <= pages
    assert sorted(places) == sorted(SITE + name for name in pages)
    assert f"Sitemap: {SITE}sitemap.xml" in (published / "robots.txt").read_text()


@pytest.mark.parametrize(("old", "new"), [(OLD, NEW), ("index", "book/index")])
def test_an_old_address_leads_to_the_new_one_without_scripts(reader, published, old, new):
    reader.goto(f"{SITE}{old}.html")
    reader.wait_for_url(f"{SITE}{new}.html")
    assert reader.locator("article h1").is_visible()
    soup = page(published, old)
    assert soup.find("link", rel="canonical")["href"] == f"{SITE}{new}.html"
    assert tags(soup) == tags(page(published, new))
    assert (published / old).parent.joinpath(soup.body.a["href"]).resolve() == (published / f"{new}.html").resolve()


@pytest.mark.parametrize("lost", ["nowhere.html", "book/puzzle/no_such_chapter.html", "a/b/c/d/e.html"])
def test_the_page_for_what_is_not_there_works_at_any_depth(reader, lost):
    assert reader.goto(SITE + lost).status == 404
    assert reader.lost == []
    assert reader.locator("article h1").inner_text().startswith(routes.NOT_HERE)
    width = "getComputedStyle(document.querySelector('.bd-article-container')).maxWidth"
    assert reader.evaluate(width) != "none"  # the style of the book has arrived
    reader.locator("article").get_by_text("Start at the front page").click()
    reader.wait_for_url(f"{SITE}book/index.html")
    assert reader.lost == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"{NEW},book/index", f"line 2: old is '{NEW}', which is there already"),
        (f"{OLD},book/puzzle/nowhere", "line 2: new is 'book/puzzle/nowhere', which is no page"),
        (f"{OLD},{NEW}\n{OLD},{NEW}", "line 3: old is .* once"),
        (f"book/older,{OLD}\n{OLD},{NEW}", f"line 2: new is '{OLD}', which is no page"),
        (f"../outside,{NEW}", "line 2: old is '../outside'"),
        (f"{OLD}", "line 2: 1 cells"),
    ],
)
def test_a_wrong_line_in_the_table_of_redirects_is_named(tmp_path, line, told):
    (tmp_path / "book").mkdir()
    (tmp_path / routes.TABLE).write_text(f"old,new\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        routes.redirects(tmp_path, NAMES)


def test_the_table_of_redirects_has_two_columns(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / routes.TABLE).write_text(f"from,to\n{OLD},{NEW}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="allowed: old, new"):
        routes.redirects(tmp_path, NAMES)


def test_a_redirect_to_nowhere_stops_the_build(tmp_path):
    root = copy_of_the_book(tmp_path, f"{OLD},book/puzzle/nowhere")
    assert "book/puzzle/nowhere" in build(root, root)
    assert not (root / "_build" / "html" / "search.html").exists()


# Releases


def test_every_file_names_one_version_and_one_date():
    version, dated, text = releases.latest(ROOT)
    assert version == BOOK.version == address(ROOT).release == __version__
    assert dated == BOOK.released
    assert releases.notes(ROOT, f"v{version}") == text and "### " in text


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("pyproject.toml", r'^version = ".*"', 'version = "9.9.9"', "pyproject.toml names version 9.9.9"),
        ("CITATION.cff", r"^version: .*", "version: 9.9.9", "CITATION.cff names version 9.9.9"),
        ("CHANGELOG.md", r"^## \[[\d.]+\]", "## [9.9.9]", "CHANGELOG.md names version 9.9.9"),
        ("CITATION.cff", r"^date-released: .*", 'date-released: "2031-01-01"', "allowed: 2031-01-01"),
        ("CHANGELOG.md", r"^## \[[\d.]+\].*", "## Some day", "CHANGELOG.md has no release"),
    ],
)
def test_a_release_is_refused_where_files_disagree(tmp_path, file, old, new, told):
    for name in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    text = (ROOT / file).read_text(encoding="utf-8")
    (tmp_path / file).write_text(re.sub(old, new, text, count=1, flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        releases.notes(tmp_path, f"v{__version__}")


def test_a_release_holds_site_wheel_book_and_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("superstars", "data"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    tag = f"v{__version__}"
    with pytest.raises(FileNotFoundError, match="superstars site"):
        releases.write(tmp_path, tag)
    (tmp_path / "_build" / "html" / "book").mkdir(parents=True)
    for name in ("index.html", "book/index.html"):
        (tmp_path / "_build" / "html" / name).write_text(f"<p>{name}</p>")
    with pytest.raises(FileNotFoundError, match="superstars pdf"):
        releases.write(tmp_path, tag)
    assert not (tmp_path / "dist").exists()
    (tmp_path / "_build" / "book.pdf").write_bytes(b"%PDF")
    before = {file.name: file.read_bytes() for file in releases.write(tmp_path, tag)}
    assert set(before) == {
        f"superstars-{__version__}-py3-none-any.whl", f"superstars-book-{__version__}.pdf", "notes.md",
        f"superstars-site-{__version__}.zip", f"superstars-data-{__version__}.zip",
    }  # fmt: skip
    with zipfile.ZipFile(tmp_path / "dist" / f"superstars-site-{__version__}.zip") as archive:
        assert set(archive.namelist()) == {f"{tag}/index.html", f"{tag}/book/index.html"}
    with zipfile.ZipFile(tmp_path / "dist" / f"superstars-data-{__version__}.zip") as archive:
        archive.extractall(tmp_path / "data-only")
    inside = tmp_path / "data-only" / f"superstars-data-{__version__}"
    kept = [f for f in (ROOT / "data").rglob("*") if f.is_file() and "__pycache__" not in f.parts]
    assert all((inside / f.relative_to(ROOT)).read_bytes() == f.read_bytes() for f in [*kept, ROOT / "LICENSE"])
    again = {file.name: file.read_bytes() for file in releases.write(tmp_path, tag)}
    assert again == before
    monkeypatch.setattr(releases.shutil, "copy", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        releases.write(tmp_path, tag)
    assert not (tmp_path / "dist").exists()


# Links to other places


class _Host(BaseHTTPRequestHandler):
    """Answers with the code that the path names; /slow takes longer than one waits, /moved leads to /200."""

    asked: list[str] = []  # noqa: RUF012

    def do_GET(self):
        self.asked.append(self.path)
        if self.path == "/slow":
            time.sleep(1)
        if self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/200")
        elif self.path == "/once" and self.asked.count("/once") > 1:
            self.send_response(200)
        else:
            self.send_response({"/slow": 200, "/once": 503}.get(self.path) or int(self.path[1:]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def host():
    _Host.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Host) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.mark.parametrize(
    ("path", "said"),
    [("/200", ""), ("/moved", ""), ("/404", "gone: 404"), ("/410", "gone: 410"), ("/403", "unsure: 403"),
     ("/500", "unsure: 500"), ("/slow", "unsure: ")],
)  # fmt: skip
def test_a_link_is_judged_by_what_its_host_answers(host, path, said):
    found = linkcheck.answer(host + path, seconds=0.3)
    assert found.startswith(said) and bool(found) == bool(said)


def test_a_host_that_is_down_is_not_yet_gone_but_one_without_a_name_is():
    assert linkcheck.answer("http://127.0.0.1:9/", seconds=1).startswith("unsure: ")
    gone = linkcheck.socket.gaierror(linkcheck.socket.EAI_NONAME, "Name or service not known")
    busy = linkcheck.socket.gaierror(linkcheck.socket.EAI_AGAIN, "Temporary failure in name resolution")
    with pytest.MonkeyPatch.context() as patch:
        for error, said in ((gone, "gone: "), (busy, "unsure: ")):
            patch.setattr(linkcheck.socket, "getaddrinfo", lambda *_, error=error, **__: (_ for _ in ()).throw(error))
            assert linkcheck.answer("http://name.example/").startswith(said)


def test_what_fails_is_asked_twice_and_one_host_never_two_things_at_once(host):
    found = linkcheck.check([f"{host}{path}" for path in ("/once", "/404", "/200")], pause=0)
    assert found == {f"{host}/404": "gone: 404 Not Found"}
    assert _Host.asked == ["/once", "/404", "/200", "/once", "/404"]


def test_the_links_of_the_site_are_found_with_their_pages(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "_static").mkdir()
    link = '<a href="https://a.example/x#part">x</a><a href="other.html">o</a><img src="https://b.example/y.png">'
    (tmp_path / "index.html").write_text(link + f'<a href="{SITE}book/one.html">own</a>')
    (tmp_path / "book" / "one.html").write_text('<a href="https://a.example/x">x</a><a href="http://c.example">c</a>')
    (tmp_path / "_static" / "theme.html").write_text('<a href="https://d.example">d</a>')
    found = linkcheck.external(tmp_path, SITE)
    assert found == {"http://c.example": ["book/one.html"], "https://a.example/x": ["book/one.html", "index.html"]}


def test_the_book_links_to_other_places_and_never_by_a_broken_address(folder):
    found = linkcheck.external(folder)
    sources = {s["path"] for name in data.catalog()["name"] for s in data.describe(name)["sources"] if "path" in s}
    assert {linkcheck.urldefrag(link).url for link in sources} <= set(found)
    assert [link for link in found if not re.fullmatch(r"https?://[\w.-]+(?::\d+)?(?:[/?]\S*)?", link)] == []


def test_the_report_is_a_list_and_empty_where_nothing_is_gone():
    pages = {"https://a.example": ["index.html", "book/one.html"], "https://b.example": ["index.html"]}
    unsure = {"https://b.example": "unsure: 403 Forbidden"}
    assert linkcheck.report(unsure, pages) == "" == linkcheck.report({}, pages)
    assert linkcheck.report({"https://a.example": "gone: 404 Not Found", **unsure}, pages) == (
        "## Links that lead nowhere\n\n- <https://a.example> (404 Not Found), in `index.html`, `book/one.html`\n"
        "\n## Hosts that would not say\n\n- <https://b.example> (403 Forbidden), in `index.html`\n"
    )
