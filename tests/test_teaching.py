"""The page for teachers and the glossary: what they take from chapters, and that every link leads where it says."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import nbformat
import pytest
from conftest import ROOT, draw

from superstars.press import teaching, typed
from superstars.press.rerun import chapters

PAGE, GLOSSARY = "book/back/teaching", "book/back/glossary"
TEXT = (ROOT / f"{PAGE}.md").read_text(encoding="utf-8")
TERMS = (ROOT / f"{GLOSSARY}.md").read_text(encoding="utf-8")
CHAPTERS = [path for path in chapters(ROOT) if path.parent.name not in ("book", "back")]
LIVE = re.findall(r"\{live\}`[^<`]+<([^>`]+)>`", TEXT)


def plan(title: str) -> list[str]:
    """The sessions of one plan, each as its text."""
    section = re.search(rf"(?ms)^## {title}$(.*?)(?=^## )", TEXT)[1]
    return re.split(r"(?m)^### ", section)[1:]


def named(session: str, option: str) -> list[str]:
    found = re.search(rf"(?m)^:{option}: (.*)$", session)
    return found[1].split() if found else []


# --- the plans


def test_the_long_plan_covers_every_chapter_once_and_every_problem_set():
    weeks = plan("A plan for ten weeks")
    assert len(weeks) == 10
    read = [name for week in weeks for name in named(week, "chapters")]
    assert sorted(read) == sorted(path.relative_to(ROOT / "book").with_suffix("").as_posix() for path in CHAPTERS)
    assert [int(n) for week in weeks for n in named(week, "set")] == list(teaching.SETS)
    parts = {path.parent.name for path in CHAPTERS}
    assert {part for week in weeks for part in named(week, "slides")} == parts


def test_the_short_plan_has_three_sessions_of_what_the_long_one_has():
    sessions = plan("A plan for three sessions")
    assert len(sessions) == 3
    assert all(named(session, "chapters") and named(session, "set") for session in sessions)


@pytest.mark.parametrize("title", ["A plan for ten weeks", "A plan for three sessions"])
def test_every_session_has_figures_to_show_and_questions(title):
    for session in plan(title):
        heading = session.split("\n")[0]
        shown = {link.split(":")[0] for link in re.findall(r"\{live\}`[^<`]+<([^>`]+)>`", session)}
        assert shown and shown <= set(named(session, "chapters")), heading
        assert session.split("**Discuss.**")[1].count("?") >= 2, heading


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_objectives_begin_with_a_verb_and_reading_takes_minutes(path):
    found = teaching.objectives(path)
    assert len(found) >= 3
    source = "".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    for objective in found:
        first, rest = objective.split(" ", 1)
        assert re.fullmatch(r"[A-Z][a-z-]+", first) and first.lower() not in ("how", "why", "what", "which")
        assert " ".join(rest.split()[-4:]) in " ".join(source.split())
    assert 4 <= teaching.minutes(path) <= 25
    assert teaching.minutes(path) == -(-teaching.words(path) // teaching.WORDS_A_MINUTE)


@pytest.mark.parametrize(("item", "objective"), [
    ("How to read a package;", "Read a package"),
    ("why pay differs, and what it hides.", "Explain why pay differs, and what it hides"),
    ("how to split a ratio, and why the order matters", "Split a ratio, and explain why the order matters"),
    ("how to code reach, and how to check it", "Code reach, and check it"),
    ("How large a gap luck makes", "State how large a gap luck makes"),
    ("Which verdicts would flip", "State which verdicts would flip"),
])  # fmt: skip
def test_an_item_becomes_an_objective(item, objective):
    assert teaching.active(item) == objective


def test_an_item_without_a_question_word_is_refused():
    with pytest.raises(ValueError, match="pay in sport"):
        teaching.active("pay in sport")


def test_words_are_prose_without_code_exercises_and_solutions(tmp_path):
    text = "# A title\n\nTwo words, $x = 3$ and {glue:text}`x`.\n\n```python\nf(1)\n```\n\n"
    text += "## Exercises\n\nMore here.\n\n## Limits\n\nNone.\n"
    path = tmp_path / "page.ipynb"
    cells = [nbformat.v4.new_markdown_cell(text), nbformat.v4.new_code_cell("many = words * here")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert teaching.words(path) == 2 + 5 + 2


def test_no_result_is_typed(tmp_path):
    """What the pages count themselves, their weeks and sessions, are no results; all else would be."""
    for text in (TEXT, TERMS):
        text = re.sub(r"(?m)^### (?:Week|Session) \d+:|^\s*#.*(?:ten weeks|\$100 million).*$|ten weeks", "", text)
        text = re.sub(r"(?m)^    .*$|\[Is \\\$100 million enough\?\]|Creative Commons BY 4\.0", "", text)
        path = tmp_path / "page.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)]), path)
        definitions = ("half", "quarter", "hundredths", "putty-clay")  # words of definitions, no results
        assert [hit for hit in typed.typed(path) if hit[0].lower() not in definitions] == []


# --- links to figures


def test_the_page_links_to_figures_of_every_chapter_it_could(visit):
    assert len(LIVE) > 30
    with visit(f"{PAGE}.html") as tab:
        assert tab.locator("a.live").count() == len(LIVE)
        assert tab.errors == [] and tab.refused == []


@pytest.mark.parametrize("link", LIVE)
def test_a_link_names_a_figure_and_settings_that_the_page_restores(visit, link):
    below, said = teaching.address(ROOT, link)
    page, _, query = below.partition("#")[0].partition("?")
    name = urlsplit(below).fragment.removeprefix("fig-")
    asked = {key.removeprefix(f"{name}."): values[0] for key, values in parse_qs(query).items()}
    assert asked and len(said.split("; ")) == len(asked)
    with visit(f"book/{page}?{query}#fig-{name}") as tab:
        draw(tab, name)
        figure = tab.locator(f"#fig-{name}")
        for control, value in asked.items():
            now = figure.evaluate("(f, name) => String(f.view.signal(name))", control)
            assert now == value or float(now) == pytest.approx(float(value)), control
        assert tab.errors == []


def test_the_address_on_the_page_is_the_one_that_was_checked(visit):
    with visit(f"{PAGE}.html") as tab:
        links = tab.locator("a.live").evaluate_all("as => as.map(a => a.getAttribute('href'))")
    assert [unquote(link) for link in links] == [unquote("../" + teaching.address(ROOT, link)[0]) for link in LIVE]


@pytest.mark.parametrize(("link", "told"), [
    ("puzzle/pay_lader:null?sigma=1.2", "part/chapter:figure"), ("puzzle/pay_ladder:nul?sigma=1.2", "allowed: null"),
    ("puzzle/pay_ladder:null?spread=1.2", "allowed: sigma, people"), ("puzzle/pay_ladder:null?sigma=9", "0.1 to 1.8"),
    ("puzzle/pay_ladder:null?sigma=1.21", "steps of 0.05"), ("puzzle/pay_ladder:ladder?evidence=rumour", "confirmed"),
    ("puzzle/reach_and_spread:spread_years?year=2020", "it has no control"),
])  # fmt: skip
def test_a_link_that_leads_nowhere_is_refused_with_what_is_allowed(link, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        teaching.address(ROOT, link)


def test_settings_are_said_as_the_page_says_them():
    _, said = teaching.address(ROOT, "puzzle/pay_ladder:null?sigma=1.2&people=6")
    assert said == "Spread of log pay, σ: 1.20; People in the group: 1,000,000"


# --- the built pages


@pytest.mark.parametrize("page", [PAGE, GLOSSARY])
def test_every_link_of_the_page_leads_to_a_place_in_the_site(folder, visit, page):
    with visit(f"{page}.html") as tab:
        links = "as => as.map(a => [a.className, a.href, a.getAttribute('href')])"
        found = tab.locator("article a[href]").evaluate_all(links)
    assert len(found) > 20
    for kind, whole, written in found:
        if written.startswith("https://"):
            continue
        address = urlsplit(whole)
        file = folder / address.path.lstrip("/")
        if "slides" in kind and not (folder / "slides").is_dir():
            continue  # a site without slides; the next test says where they would be
        assert file.is_file(), written
        if address.fragment:
            assert f'id="{address.fragment}"' in file.read_text(encoding="utf-8"), written


def test_slides_are_linked_part_by_part_beside_the_book(visit):
    with visit(f"{PAGE}.html") as tab:
        links = tab.locator("a.slides").evaluate_all("as => as.map(a => new URL(a.href).pathname)")
    assert set(links) == {f"/slides/{path.parent.name}.html" for path in CHAPTERS}


@pytest.mark.parametrize("page", [PAGE, GLOSSARY])
def test_a_phone_needs_no_sideways_scrolling(visit, page):
    with visit(f"{page}.html", width=360) as tab:
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_tables_add_up_reading_times(visit):
    with visit(f"{PAGE}.html") as tab:
        cells = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
        rows = tab.locator("table.plan tbody tr").evaluate_all(cells)
    sessions = plan("A plan for ten weeks") + plan("A plan for three sessions")
    minutes = [sum(teaching.minutes(ROOT / f"book/{n}.ipynb") for n in named(s, "chapters")) for s in sessions]
    assert [int(row[2]) for row in rows] == minutes
    assert [row[0] for row in rows] == [session.split("\n")[0] for session in sessions]


# --- the glossary

ENTRIES = re.findall(r"(?m)^(\S.*)\n((?:  .*\n)+)", TERMS.split("```{glossary}\n")[1])


def test_the_glossary_has_its_terms_in_order_and_each_says_what_it_means():
    terms = [term for term, _ in ENTRIES]
    assert 25 <= len(terms) <= 40
    assert terms == sorted(terms, key=str.lower) and len(set(terms)) == len(terms)
    assert all(len(meaning.split()) > 12 for _, meaning in ENTRIES)


@pytest.mark.parametrize(("term", "meaning"), ENTRIES, ids=[term for term, _ in ENTRIES])
def test_a_term_links_to_a_chapter_that_uses_it_with_its_symbol(term, meaning):
    ((words, target),) = re.findall(r"\[([^\]]+)\]\(\.\./([\w/]+)\)", meaning)
    notebook = ROOT / f"book/{target}.ipynb"
    assert words.replace("\\$", "$") == teaching.title(notebook).replace("\\$", "$")
    cells = [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "markdown"]
    words = re.compile(r"\s+".join(map(re.escape, term.split())), re.IGNORECASE)
    assert any(words.search(typed.prose(cell)) for cell in cells)
    formulas = " ".join(formula for cell in cells for formula in re.findall(r"(?<!\\)\$\$?[^$]+\$", cell))
    symbols = meaning.split("Symbol", 1)[1] if "Symbol" in meaning else ""
    for symbol in re.findall(r"\$([^$]+)\$", re.split(r"\. |\.\n", symbols)[0]):
        assert re.search(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])", formulas), symbol
