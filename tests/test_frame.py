"""The frame of a page: colours, drawers, search, contents, menus, solutions, code; also by keys and without scripts."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

CHAPTER = "book/talent_war/deals.html"
PAGES = [
    "book/index.html", CHAPTER, "book/back/glossary.html", "book/inference/claims.html", "search.html?q=pay",
    "genindex.html",
]  # fmt: skip
# the body has the focus while the browser's own controls have it
INSIDE = "d => document.activeElement === document.body || document.activeElement.closest(d) !== null"
THEME = "document.documentElement.dataset.theme"


@pytest.mark.parametrize(("page", "width"), [*((page, 360) for page in PAGES), ("search.html?q=pay", 1280)])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing_outside_the_article(visit, page, width, mode):
    """On a wide screen ``test_access`` looks at whole pages, but not at results of a search."""
    with visit(page, width=width, mode=mode) as tab:
        tab.wait_for_timeout(300)
        found = Axe().run(tab, context={"exclude": [["article.bd-article"]]}).response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found] == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing_in_open_drawers_and_search(visit, mode):
    with visit(CHAPTER, width=360, mode=mode) as tab:
        for opener, inside in (
            (".primary-toggle", "#pst-primary-sidebar-modal"), (".secondary-toggle", "#pst-secondary-sidebar-modal"),
            (".article-header-buttons .search-button", "#pst-search-dialog"),
        ):  # fmt: skip
            tab.locator(opener).click()
            assert tab.locator(inside).is_visible()
            found = Axe().run(tab, context={"include": [[inside]]}).response["violations"]
            assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found] == []
            tab.keyboard.press("Escape")
            assert not tab.locator(inside).is_visible()


def test_colours_turn_are_remembered_and_do_not_flash(visit):
    watch = f"addEventListener('DOMContentLoaded', () => {{ globalThis.early = {THEME}; }})"
    with visit(CHAPTER) as tab:
        assert tab.evaluate(THEME) == "light"
        button = tab.locator(".theme-switch-button")
        button.click()
        assert tab.evaluate(THEME) == "dark" and button.get_attribute("aria-label") == "Colours: dark"
        tab.context.add_init_script(watch)
        tab.reload()
        assert tab.evaluate("early") == "dark" and tab.evaluate(THEME) == "dark"
        inline = tab.evaluate("[...document.querySelectorAll('link[rel=stylesheet], head script')][0].textContent")
        assert "dataset" in inline  # painted before the style sheet is even asked for
        tab.goto(tab.url.replace(CHAPTER, "slides/puzzle.html"))
        assert tab.evaluate(THEME) == "dark"
        tab.go_back()
        button.click()
        button.click()
        assert tab.evaluate("document.documentElement.dataset.mode") == "auto"
        for mode in ("dark", "light"):
            tab.emulate_media(color_scheme=mode)
            tab.wait_for_function(f"mode => {THEME} === mode", arg=mode)


@pytest.mark.parametrize(("opener", "dialog", "link"), [
    (".primary-toggle", "#pst-primary-sidebar-modal", "When is pay lognormal?"),
    (".secondary-toggle", "#pst-secondary-sidebar-modal", "Limits"),
])  # fmt: skip
def test_drawers_on_a_phone_hold_and_give_back_the_focus(visit, opener, dialog, link):
    with visit(CHAPTER, width=360) as tab:
        button = tab.locator(opener)
        for way in ("Escape", "beside"):
            button.focus()
            tab.keyboard.press("Enter")
            assert tab.locator(dialog).is_visible() and button.get_attribute("aria-expanded") == "true"
            for _ in range(60):  # Tab never reaches the page behind
                tab.keyboard.press("Tab")
                assert tab.evaluate(INSIDE, dialog)
            if way == "Escape":
                tab.keyboard.press("Escape")
            else:
                tab.mouse.click(355 if "primary" in opener else 5, 400)
            assert not tab.locator(dialog).is_visible() and button.get_attribute("aria-expanded") == "false"
            assert tab.evaluate("o => document.activeElement === document.querySelector(o)", opener)
        button.click()
        tab.locator(dialog).get_by_role("link", name=link, exact=True).click()
        tab.wait_for_url(re.compile("#limits|lognormal_pay"))
        assert not tab.locator(dialog).is_visible()


def test_on_a_wide_screen_the_chapters_fold_away_and_come_back(visit):
    shown = "getComputedStyle(document.querySelector('#pst-primary-sidebar')).visibility"
    with visit(CHAPTER) as tab:
        button, side = tab.locator(".primary-toggle"), tab.locator("#pst-primary-sidebar")
        assert side.is_visible() and button.get_attribute("aria-expanded") == "true"
        button.click()
        tab.wait_for_function(f"() => {shown} === 'hidden'")
        assert button.get_attribute("aria-expanded") == "false"
        button.click()
        tab.wait_for_function(f"() => {shown} === 'visible'")


def test_search_opens_by_button_and_keys_and_closes_by_escape(visit):
    with visit(CHAPTER) as tab:
        field = tab.locator("#pst-search-dialog input")
        tab.get_by_role("button", name="Search").first.click()
        assert field.is_visible() and tab.evaluate("document.activeElement.name") == "q"
        tab.keyboard.press("Escape")
        assert not field.is_visible()
        tab.keyboard.press("Control+k")
        assert field.is_visible()
        tab.keyboard.press("Control+k")
        assert not field.is_visible()
        loaded = tab.evaluate("performance.getEntriesByType('resource').map(r => r.name)")
        assert loaded and not [name for name in loaded if "search" in name]


def test_the_skip_link_comes_first_and_leads_to_the_text(visit):
    with visit(CHAPTER) as tab:
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.textContent") == "Skip to main content"
        tab.wait_for_function("() => document.activeElement.getBoundingClientRect().top >= 0")
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "main-content"


def test_contents_follow_the_reader_and_a_link_leads_back_up(visit):
    with visit(CHAPTER) as tab:
        tab.evaluate("document.getElementById('limits').scrollIntoView({ behavior: 'instant' })")
        tab.wait_for_function("() => document.querySelector('#pst-page-toc-nav [aria-current]')?.hash === '#limits'")
        assert tab.locator("#pst-page-toc-nav [aria-current]").count() == 1
        tab.get_by_role("link", name="Back to top").click()
        tab.wait_for_function("() => scrollY < 2")
        assert tab.evaluate("document.activeElement.id") == "main-content"


def test_the_menu_offers_notebook_and_print_and_closes(visit):
    with visit(CHAPTER) as tab:
        tab.evaluate("globalThis.printed = 0; globalThis.print = () => { printed += 1; }; null")
        menu = tab.locator("details.dropdown-download-buttons")
        opener = menu.locator("summary")
        opener.focus()
        tab.keyboard.press("Enter")
        link = menu.locator("a.btn-download-source-button")
        assert link.is_visible() and tab.request.get(link.evaluate("a => a.href")).json()["nbformat"] == 4
        tab.keyboard.press("Escape")
        assert not link.is_visible() and opener.evaluate("s => document.activeElement === s")
        opener.click()
        tab.locator("article h1").click()
        assert not link.is_visible()
        opener.click()
        menu.locator("[data-print]").click()
        assert tab.evaluate("printed") == 1


def test_solutions_fold_with_mouse_and_keys_and_show_on_paper_and_without_scripts(visit):
    with visit(CHAPTER) as tab:
        box = tab.locator(".solution.dropdown").first
        inside, button = box.locator(".section, .admonition-title ~ *").first, box.locator(".toggle-button")
        assert not inside.is_visible() and button.get_attribute("aria-expanded") == "false"
        button.focus()
        tab.keyboard.press("Enter")
        assert inside.is_visible() and button.get_attribute("aria-expanded") == "true"
        button.click()
        assert not inside.is_visible()
        tab.emulate_media(media="print")
        assert inside.is_visible()
        tab.emulate_media(media="screen")
        tab.goto(f"{tab.url.partition('#')[0]}#{box.get_attribute('id')}")
        inside.wait_for(state="visible")
    with visit(CHAPTER, scripts=False) as tab:
        assert tab.locator(".solution.dropdown .admonition-title ~ *").first.is_visible()
        assert tab.locator(".pst-js-only").filter(visible=True).count() == 0
        assert tab.locator("nav.bd-docs-nav").is_visible()


def test_code_is_copied_as_it_stands(visit):
    with visit("book/back/data.html") as tab:
        tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
        code = tab.locator("div.highlight:visible").first
        code.hover()
        code.get_by_role("button", name="Copy the code").click()
        code.get_by_role("button", name="Copied").wait_for()
        assert tab.evaluate("navigator.clipboard.readText()") == code.locator("pre").text_content()
