"""Computed numbers say what they are and lead to the cell and the data; claims in the prose lead to their verdict."""

from __future__ import annotations

import re
from html import unescape

import pytest
from conftest import PAGES

from superstars import claims, data, results

NUMBER = re.compile(
    r'<span class="number" data-note="([^"]+)" data-sets="([^"]*)" data-cell="([^"]*)" data-sheets="([^"]+)">'
)
CHAPTER = "book/puzzle/pay_ladder.html"


def target(folder, page, address):
    """The text of the page that an address on ``page`` names, and the part after #."""
    file, _, part = address.partition("#")
    return ((folder / page).parent / file if file else folder / page).resolve().read_text(encoding="utf-8"), part


@pytest.mark.parametrize("page", PAGES)
def test_every_number_names_a_cell_and_data_that_exist(folder, page):
    sets = set(data.catalog()["name"])
    text = (folder / page).read_text(encoding="utf-8")
    found = NUMBER.findall(text)
    assert len(found) >= 10 or "/back/" in page, "a chapter without computed numbers"
    for note, used, cell, sheets in set(found):
        assert len(unescape(note).split()) >= 3
        assert unescape(note) != "what is it"
        whole, part = target(folder, page, cell)
        assert f'id="{part}"' in whole, f"{page} has no cell {part}"
        for name in used.split() if used != "all" else sets:
            assert name in sets
            assert f'id="data-{name}"' in target(folder, page, sheets)[0]


@pytest.mark.parametrize("page", PAGES)
def test_claims_in_the_prose_lead_to_their_verdict(folder, page):
    text = (folder / page).read_text(encoding="utf-8")
    for address in re.findall(r'<a class="claim[^"]*" href="([^"]+)"', text):
        whole, part = target(folder, page, address)
        assert f'id="{part}"' in whole


def test_every_claim_is_named_in_the_chapter_that_answers_it(folder):
    unnamed = [
        claim for claim, (page, _) in claims.answers().items()
        if f"#claim-{claim}\"" not in (folder / "book" / f"{page}.html").read_text(encoding="utf-8")
    ]  # fmt: skip
    assert unnamed == []


def test_a_note_opens_by_hover_key_and_touch_and_closes(visit):
    with visit(CHAPTER) as tab:
        number = tab.locator(".number").first
        number.scroll_into_view_if_needed()
        number.hover()
        tab.wait_for_selector(".number-note")
        said = tab.locator(".number-note").inner_text()
        assert unescape(number.get_attribute("data-note"))[1:] in said
        tab.mouse.move(5, 5)
        tab.wait_for_selector(".number-note", state="detached")
        number.focus()
        tab.keyboard.press("Enter")
        assert tab.locator(".number-note").inner_text() == said
        assert number.get_attribute("aria-expanded") == "true"
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.closest('.number-note') !== null")
        tab.keyboard.press("Escape")
        assert tab.locator(".number-note").count() == 0
        assert number.evaluate("n => n === document.activeElement")
        number.dispatch_event("contextmenu", {"pointerType": "touch"})
        assert tab.locator(".number-note").count() == 1
        tab.mouse.click(640, 890)
        assert tab.locator(".number-note").count() == 0
        assert tab.errors == []


def test_the_link_of_a_note_opens_the_cell(visit):
    with visit(CHAPTER) as tab:
        number = tab.locator(".number").first
        number.focus()
        tab.keyboard.press(" ")
        cell = number.get_attribute("data-cell").partition("#")[2]
        tab.locator(".number-note a", has_text="The cell").click()
        assert tab.evaluate("location.hash") == f"#{cell}"
        tab.wait_for_function("id => document.getElementById(id).querySelector('details').open", arg=cell)
        assert "glue(" in tab.locator(f"#{cell}").inner_text()


def test_links_to_sections_figures_and_the_top_unfold_nothing(visit):
    with visit(CHAPTER) as tab:
        section = tab.locator("section section:has(figure.chart details)").first.get_attribute("id")
        figure = tab.locator("figure.chart").first.get_attribute("id")
        for name in (section, figure, "main-content"):
            tab.evaluate("name => { location.hash = name; }", name)
            tab.wait_for_function("name => location.hash === `#${name}`", arg=name)
            tab.wait_for_timeout(50)  # what answers to the new address has done so
            assert tab.locator("details[open]").count() == 0, name


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_note_stays_in_the_window_of_a_phone(visit, mode):
    with visit(CHAPTER, width=360, mode=mode) as tab:
        for number in tab.locator(".number").all()[:12]:
            number.scroll_into_view_if_needed()
            number.click()
            box = tab.locator(".number-note").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
            assert tab.evaluate("document.documentElement.scrollWidth") <= 360
            tab.keyboard.press("Escape")


def test_without_scripts_numbers_are_plain_text(visit):
    with visit(CHAPTER, scripts=False) as tab:
        assert tab.locator(".number[role]").count() == 0
        assert tab.locator(".number").first.inner_text() != ""


def test_the_front_page_shows_ten_findings_with_pictures_and_verdicts(folder, visit):
    verdicts = claims.verdicts().set_index("id")["verdict"]
    with visit("book/index.html") as tab:
        findings = tab.locator(".finding").all()
        assert len(findings) == 10
        for finding in findings:
            picture = finding.locator("img")
            picture.scroll_into_view_if_needed()
            tab.wait_for_function("i => i.complete && i.naturalWidth > 0", arg=picture.element_handle())
            whole, part = target(folder, "book/index.html", finding.locator(".finding-picture").get_attribute("href"))
            assert f'id="{part}"' in whole
            for mark in finding.locator(".verdict").all():
                claim, _, said = mark.inner_text().partition(" ")
                assert said == verdicts[claim]
            assert finding.locator(".verdict").count() >= 1
        assert tab.errors == []


def test_every_data_sheet_says_who_uses_it_and_how_it_is_checked(folder):
    text = (folder / "book/back/data.html").read_text(encoding="utf-8")
    assert text.count("<dt>Used in</dt>") == text.count("<dt>Checked</dt>") == len(data.catalog())
    unused = set(data.catalog()["name"]) - {name for used in results.pages().values() for name in used}
    assert text.count("no chapter") == len(unused)
    for page, used in results.pages().items():
        assert not used or page.startswith("back/") or f'href="../{page}.html"' in text
