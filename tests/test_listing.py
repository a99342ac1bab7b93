"""The page of verdicts as HTML and as a table, before it is in the site."""

from __future__ import annotations

import html
import io
import re
from html.parser import HTMLParser

import nbformat
import pandas as pd
import pytest
import yaml
from conftest import ROOT

from superstars import claims, data, results
from superstars.claims import rules
from superstars.claims.margins import margins
from superstars.press import listing
from superstars.results import Result


class Page(HTMLParser):
    """Elements by tag with their attributes, and the text; fails on tags that do not close in order."""

    VOID = ("br",)

    def __init__(self, text: str):
        super().__init__()
        self.found, self.open, self.text = [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.text += text

    def all(self, tag, **wanted):
        return [a for t, a in self.found if t == tag and all(a.get(k) == v for k, v in wanted.items())]


def verdict(name="E9", **changed):
    """One made-up row as ``claims.verdicts`` gives it."""
    first = Result("talent_war/the_race", "gap", "3×", "pay of a star over a colleague's", 4, value=3, low=2, high=5)
    row = {
        "id": name, "source": "epoch2025superstar", "passage": None, "claim": "Stars earn more", "kind": "data",
        "due": None, "verdict": "holds", "words": "holds", "finding": "We find 3×.", "page": "puzzle/pay_ladder",
        "results": (first,), "flips": ("pay over pay: 3 (2 to 5); the claim needs at least 1",), "score": None,
    }  # fmt: skip
    return pd.DataFrame([row | changed])


@pytest.fixture(scope="module")
def verdicts():
    return claims.verdicts()


def test_every_claim_stands_in_the_list_once_with_its_verdict(verdicts):
    shown = listing.listing(verdicts)
    page = Page(shown.html)
    entries = page.all("article")
    assert sorted(a["id"] for a in entries) == sorted(f"claim-{c}" for c in data.load("claims")["id"])
    by_id = verdicts.set_index("id")
    for a in entries:
        row = by_id.loc[a["id"].removeprefix("claim-")]
        assert (a["data-verdict"], a["data-kind"], a["data-source"]) == (row["verdict"], row["kind"], row["source"])
    assert {a["data-kind"] for a in entries} <= set(listing.kinds())
    for row in verdicts.itertuples():
        assert row.claim in page.text and row.finding in page.text
        assert page.all("a", href=f"#claim-{row.id}")
        assert f"{row.id:4} {row.words}: {row.claim}" in str(shown)
    for flip in (flip for flips in verdicts["flips"] for flip in flips):
        assert flip[1:] in page.text
    ids = [a["id"] for _, a in page.found if "id" in a]
    assert len(ids) == len(set(ids))


def test_links_lead_to_chapters_of_the_book_and_to_the_first_result(verdicts):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    files = {chapter["file"] for part in toc["parts"] for chapter in part["chapters"]}
    page = Page(listing.listing(verdicts).html)
    links = [a["href"] for a in page.all("a") if not a["href"].startswith("#")]
    assert len(links) == len(verdicts) + sum(bool(found) for found in verdicts["results"])
    for link in links:
        chapter, anchor = re.fullmatch(r"\.\./(\w+/\w+)\.html#([\w-]+)", link).groups()
        assert f"book/{chapter}" in files
        assert anchor == listing.SECTION or re.fullmatch(r"cell-\d+", anchor)
    cells = [link for link in links if "#cell-" in link]
    assert sorted(cells) == sorted(f"../{f[0].page}.html#cell-{f[0].cell}" for f in verdicts["results"] if f)


def test_titles_are_those_of_the_chapters():
    assert set(listing.TITLES) == {f"{part}/{c}" for part, chapters in claims.CHAPTERS.items() for c in chapters}
    for page, title in listing.TITLES.items():
        source = "\n".join(c.source for c in nbformat.read(ROOT / f"book/{page}.ipynb", as_version=4).cells)
        assert source.startswith(f"# {title}\n") or source == f"# {title}"
        assert "\n## What became of the claims\n" in source


def test_an_entry_says_verdict_words_findings_interval_and_links():
    row = verdict("E4", verdict="depends", words="depends on the exponent", passage="note 3")
    page = Page(listing.listing(row).html)
    text = re.sub(r"\s+", " ", page.text)
    for part in ("Depends on the exponent", "Superstar researchers, 2025; note 3; kind: data", "We find 3×.",
                 "Pay over pay: 3 (2 to 5); the claim needs at least 1", "Chapter: The pay ladder"):  # fmt: skip
        assert part in text
    assert page.all("p", **{"class": "claim-verdict", "data-mark": "depends"})
    assert "../puzzle/pay_ladder.html#what-became-of-the-claims" in [a["href"] for a in page.all("a")]
    assert "../talent_war/the_race.html#cell-4" in [a["href"] for a in page.all("a")]


def test_a_claim_that_cannot_be_tested_needs_no_result_and_says_why():
    row = verdict(verdict="not testable", words="not testable, because nobody asked", finding="", results=(), flips=())
    page = Page(listing.listing(row).html)
    assert "Not testable, because nobody asked" in page.text
    assert "flip" not in page.text and "cell" not in page.text and not page.all("p", **{"class": "claim-finding"})


def test_what_authors_write_is_escaped():
    nasty = '<script>alert("1 & 2")</script>'
    score = Result("puzzle/pay_ladder", "s", nasty, nasty, 3, value=1)
    row = verdict(claim=nasty, kind="forecast", words=f"holds {nasty}", finding=nasty, flips=(nasty,), passage=nasty,
                  score=score)  # fmt: skip
    for shown in (listing.listing(row), listing.forecasts(row)):
        page = Page(shown.html)
        assert not page.all("script")
        assert nasty in page.text
        assert html.escape(nasty) in shown.html


def test_dollars_are_no_formula_in_a_notebook():
    for shown in (listing.listing(verdict()), listing.forecasts(verdict())):
        assert "mathjax_ignore" in shown._repr_html_() and "tex2jax_ignore" in shown._repr_html_()


def test_forecasts_show_score_verdict_and_the_next_date():
    score = Result("puzzle/pay_ladder", "s", "0.12 of the path", "growth so far, as of October 2026", 3, value=0.12)
    rows = pd.concat([
        verdict("E41", kind="forecast", score=score, due="2027-01-31"), verdict("E42", kind="forecast"), verdict("E1"),
    ])  # fmt: skip
    shown = listing.forecasts(rows)
    text = Page(shown.html).text
    for part in ("E41", "0.12 of the path", "Growth so far, as of October 2026", "31 January 2027", "E42", "no date"):
        assert part in text
    assert listing.NOT_YET in text and "E1Stars" not in text
    assert str(shown).count("\n") == 1
    entry = Page(listing.listing(rows).html).text
    assert "Score so far: 0.12 of the path (growth so far, as of October 2026)." in entry
    assert entry.count("Score so far") == 2


def test_the_real_forecasts_are_all_in_the_table(verdicts):
    page = Page(listing.forecasts(verdicts).html)
    ahead = verdicts[verdicts["kind"] == "forecast"]
    assert [a["href"] for a in page.all("a")] == [f"#claim-{c}" for c in ahead["id"]]


def test_a_page_that_is_no_chapter_and_a_missing_result_are_named(monkeypatch):
    with pytest.raises(rules.ClaimError, match="claim E9: 'puzzle/pay_lader' is no chapter"):
        listing.listing(verdict(page="puzzle/pay_lader"))
    monkeypatch.setattr(claims, "answers", lambda: {"E1": ("a/b", rules.rule("{n}.", rules.at_least("n", 1)))})
    monkeypatch.setattr(data, "load", lambda name: pd.DataFrame({"id": ["E1"]}))
    with pytest.raises(rules.ClaimError, match="claim E1: the chapter exports no result 'a/b:n'"):
        listing.listing(claims.verdicts({}))


def test_the_table_to_download_holds_every_claim_in_plain_text(verdicts):
    table = listing.table(verdicts)
    back = pd.read_csv(io.StringIO(table.to_csv(index=False)))
    assert back["id"].tolist() == verdicts["id"].tolist()
    assert back["words"].tolist() == verdicts["words"].tolist()
    assert not table.map(lambda x: isinstance(x, (tuple, Result))).to_numpy().any()
    assert back["flips"].fillna("").tolist() == ["; ".join(flips) for flips in verdicts["flips"]]


# --- how firm verdicts are


def made_up(monkeypatch, value, *checks, **options):
    monkeypatch.setattr(claims, "answers", lambda: {"E1": ("a/b", rules.rule("{n}.", *checks, **options))})
    exported = {f"a/b:{n}": Result("a/b", n, "x", "what it is", 1, value=v) for n, v in value.items()}
    return margins(exported)


@pytest.mark.parametrize("value", [8, 12, 10.5, -3])
@pytest.mark.parametrize("make", [rules.at_least, rules.at_most])
def test_the_move_given_is_the_one_that_changes_the_verdict(monkeypatch, value, make):
    found = made_up(monkeypatch, {"n": value}, make("n", 10))
    (row,) = found.itertuples()
    assert row.move == pytest.approx(abs(10 / value - 1))
    page, rule = claims.answers()["E1"]

    def at(x):
        moved = {"a/b:n": Result("a/b", "n", "x", "what it is", 1, value=x)}
        return rules.judge("E1", rule, page, moved).verdict

    assert at(value) == row.verdict and row.after != row.verdict
    assert at(value + 0.99 * (10 - value)) == row.verdict
    assert at(value + 1.01 * (10 - value)) == row.after


def test_closest_come_first_and_what_one_move_cannot_change_is_left_out(monkeypatch):
    found = made_up(monkeypatch, {"n": 8, "m": 11}, rules.at_least("n", 10), rules.at_least("m", 10))
    assert found["key"].tolist() == ["a/b:m", "a/b:n"] and found["after"].tolist() == ["fails", "holds"]
    two = rules.at_least("n", 10), rules.at_least("m", 10)
    found = made_up(monkeypatch, {"n": 8, "m": 9}, *two, necessary=True)
    assert found.empty  # both would have to move
    found = made_up(monkeypatch, {"n": 10, "m": 0}, rules.between("n", 9, 11), rules.at_least("m", -1))
    assert found.empty  # a band, and a result of zero
    assert made_up(monkeypatch, {"n": 1}, rules.at_least("n", 1)).empty  # an identity


def test_real_margins_change_real_verdicts():
    exported = results.load()
    for row in margins(exported).head(20).itertuples():
        page, rule = claims.answers()[row.claim]
        assert rules.judge(row.claim, rule, page, exported).verdict == row.verdict != row.after
