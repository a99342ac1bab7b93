"""The page of verdicts in a real browser: the list, its filter, its address and its file."""

from __future__ import annotations

import io
import re
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from conftest import draw

from superstars import claims, data
from superstars.press import listing

PAGE = "book/inference/claims.html"
CONTROLS = ("source", "kind", "verdict", "find")


@pytest.fixture(scope="module")
def verdicts():
    """In the order of the list: by source."""
    found = claims.verdicts()
    return pd.concat([rows for _, rows in found.groupby("source", sort=False)], ignore_index=True)


def shown(tab) -> list[str]:
    """The claims that a reader sees, in order."""
    return [a.get_attribute("id").removeprefix("claim-") for a in tab.locator(".claim").filter(visible=True).all()]


def count(tab) -> str:
    return tab.locator(".claims-filter [role=status]").inner_text()


def asked(tab) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(tab.url).query).items()}


def choose(tab, label: str, option: str):
    tab.get_by_label(label, exact=True).select_option(label=option)


def test_the_whole_list_shows_and_nothing_is_wrong(visit, verdicts):
    with visit(PAGE) as tab:
        assert shown(tab) == verdicts["id"].tolist()
        assert count(tab) == f"{len(verdicts)} of {len(verdicts)} claims"
        for name in CONTROLS:
            label = tab.locator(f"label[for=claims-{name}]")
            assert label.count() == 1 and label.inner_text()
        tab.wait_for_load_state("networkidle")
        assert tab.errors == [] and tab.refused == []


@pytest.mark.parametrize("column", ["kind", "verdict"])
def test_a_list_keeps_what_it_names_and_no_other(visit, verdicts, column):
    with visit(PAGE) as tab:
        offered = tab.locator(f"#claims-{column} option").all_inner_texts()
        order = listing.kinds() if column == "kind" else list(claims.VERDICTS)
        assert offered == ["all", *(x for x in order if x in set(verdicts[column]))]
        for option in offered[1:]:
            choose(tab, column.capitalize(), option)
            expected = verdicts.loc[verdicts[column] == option, "id"].tolist()
            assert shown(tab) == expected
            assert count(tab).startswith(f"{len(expected)} of ")
            assert asked(tab) == {column: option}
            headings = tab.locator(".claims-source > h3").filter(visible=True).count()
            assert headings == verdicts.loc[verdicts[column] == option, "source"].nunique()


def test_filters_and_words_join_and_clear_undoes_them(visit, verdicts):
    row = verdicts[verdicts["source"] == "korinek2024scaling"].iloc[3]
    word = max(re.findall(r"\w+", row["claim"]), key=len)
    with visit(PAGE) as tab:
        choose(tab, "Source", "Scaling and markets")
        tab.get_by_label("Kind").select_option(row["kind"])
        tab.get_by_label("Verdict", exact=True).select_option(row["verdict"])
        tab.get_by_label("Words").fill(f"  {word.upper()}  {row['id'].lower()} ")
        assert shown(tab) == [row["id"]]
        expected = {"source": row["source"], "kind": row["kind"], "verdict": row["verdict"],
                    "find": f"{word.upper()}  {row['id'].lower()}"}  # fmt: skip
        assert asked(tab) == expected
        tab.get_by_label("Words").fill("no claim says this")
        assert shown(tab) == [] and count(tab).startswith("0 of ") and "clear" in count(tab)
        tab.get_by_role("button", name="Clear").click()
        assert shown(tab) == verdicts["id"].tolist() and asked(tab) == {}
        assert tab.errors == []


def test_the_address_brings_the_filter_back(visit, verdicts):
    kind = verdicts["kind"].iloc[0]
    with visit(f"{PAGE}?kind={kind}&find=the&verdict=no+such&other=1") as tab:
        few = shown(tab)
        assert 0 < len(few) < len(verdicts)
        assert set(verdicts.set_index("id").loc[few, "kind"]) == {kind}
        assert tab.get_by_label("Verdict", exact=True).input_value() == ""
        tab.get_by_label("Words").fill("")
        assert asked(tab) == {"kind": kind, "other": "1"}
        address = tab.url
        tab.goto("about:blank")
        tab.goto(address)
        assert shown(tab) == verdicts.loc[verdicts["kind"] == kind, "id"].tolist()


def test_a_claim_in_the_address_is_shown_even_if_a_filter_hides_it(visit, verdicts):
    last = verdicts.iloc[-1]
    other = next(v for v in verdicts["verdict"] if v != last["verdict"])
    on_screen = "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.top < innerHeight / 2; }"
    with visit(f"{PAGE}?verdict={other}#claim-{last['id']}") as tab:
        target = tab.locator(f"#claim-{last['id']}")
        tab.wait_for_function(on_screen, arg=target.element_handle())
        assert len(shown(tab)) == len(verdicts) and asked(tab) == {}
        # a filter that hides the claim takes it out of the address
        tab.get_by_label("Verdict", exact=True).select_option(other)
        assert target.is_hidden() and not urlsplit(tab.url).fragment
        # a link inside the page brings it back
        tab.evaluate("id => { location.hash = id; }", f"claim-{last['id']}")
        tab.wait_for_function(on_screen, arg=target.element_handle())
        assert target.is_visible()
    with visit(f"{PAGE}?verdict={last['verdict']}#claim-{last['id']}") as tab:
        tab.wait_for_function(on_screen, arg=tab.locator(f"#claim-{last['id']}").element_handle())
        assert asked(tab) == {"verdict": last["verdict"]}


def test_links_of_the_list_lead_to_places_that_exist(visit, folder):
    with visit(PAGE) as tab:
        links = tab.locator(".claim-links a").evaluate_all("as => as.map(a => a.href)")
    pages = {}
    for link in links:
        parts = urlsplit(link)
        if parts.path not in pages:
            pages[parts.path] = (folder / parts.path.lstrip("/")).read_text(encoding="utf-8")
        assert f'id="{parts.fragment}"' in pages[parts.path], link


def test_without_scripts_the_list_is_whole_and_no_control_is_dead(visit, verdicts):
    with visit(PAGE, scripts=False) as tab:
        assert shown(tab) == verdicts["id"].tolist()
        assert tab.locator(".claims").locator("select, input, button").count() == 0
        assert tab.locator(".claims-filter").count() == 0


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_on_a_phone_list_and_filter_fit_and_can_be_read(visit, mode):
    ink = "e => [getComputedStyle(e).color, getComputedStyle(e.closest('.text_html')).backgroundColor]"
    with visit(PAGE, width=360, mode=mode) as tab:
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        fits = "es => es.every(e => e.scrollWidth <= e.clientWidth + 1 && e.getBoundingClientRect().right <= 360)"
        for part in (".claim", ".claims-filter", ".claims-filter select", ".claims-forecasts"):
            assert tab.locator(part).evaluate_all(fits), part
        page = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        for part in (".claim-finding", ".claim-about", ".claims-forecasts td"):
            colour, ground = tab.locator(part).first.evaluate(ink)
            assert ground == "rgba(0, 0, 0, 0)"  # the ground is that of the page
            assert contrast(colour, page) > 4.5, part


def contrast(one: str, two: str) -> float:
    """The contrast of two colours as WCAG defines it."""
    lights = []
    for colour in (one, two):
        parts = [int(x) / 255 for x in re.findall(r"\d+", colour)[:3]]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_the_filter_works_with_the_keyboard_alone(visit, verdicts):
    with visit(PAGE) as tab:
        tab.locator("#claims-source").focus()
        order = []
        for key in ("Tab", "Tab", "Tab", "Tab"):
            tab.keyboard.press(key)
            order.append(tab.evaluate("document.activeElement.id || document.activeElement.textContent"))
        assert order == ["claims-kind", "claims-verdict", "claims-find", "Clear"]
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        tab.keyboard.press("Shift+Tab")
        tab.keyboard.type("e33")
        assert "E33" in shown(tab)
        tab.keyboard.press("Enter")  # sends nothing
        assert asked(tab) == {"find": "e33"}
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        assert len(shown(tab)) == len(verdicts)


def test_the_filter_works_from_a_folder_and_under_a_strict_policy(browser, folder, visit, verdicts):
    few = verdicts.loc[verdicts["verdict"] == "fails", "id"].tolist()
    tab = browser.new_page()
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto((folder / PAGE).as_uri())
    tab.get_by_label("Verdict", exact=True).select_option("fails")
    assert shown(tab) == few and asked(tab) == {"verdict": "fails"} and errors == []
    tab.close()
    with visit(PAGE) as tab:

        def strict(route):
            answer = route.fetch()
            policy = {"content-security-policy": "default-src 'self'; script-src 'self'; object-src 'none'"}
            route.fulfill(response=answer, headers={**answer.headers, **policy})

        tab.route(f"**/{PAGE}*", strict)
        tab.reload()
        tab.get_by_label("Verdict", exact=True).select_option("fails")
        assert shown(tab) == few
        assert any("Content Security Policy" in error for error in tab.errors)  # it was in force, and is not ours
        assert not [error for error in tab.errors if "claims.js" in error]


def test_the_file_of_the_figure_is_the_list_of_verdicts(visit):
    with visit(PAGE) as tab:
        draw(tab, "verdicts")
        link = tab.locator("#fig-verdicts a[download]").evaluate("a => a.href")
        text = tab.request.get(link).text()
    expected = listing.table(claims.verdicts()).to_csv(index=False)
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(text)), pd.read_csv(io.StringIO(expected)))


def test_the_figure_counts_the_verdicts_of_each_source(visit, verdicts):
    with visit(PAGE) as tab:
        draw(tab, "verdicts")
        datasets = tab.locator("#fig-verdicts").evaluate("f => Object.values(f.spec.datasets)")
    drawn = pd.DataFrame(max(datasets, key=lambda rows: len(rows[0]))).set_index(["source", "verdict"])["claims"]
    counted = verdicts["source"].map(dict(data.load("claim_sources")[["source", "short_name"]].to_numpy()))
    expected = verdicts.groupby([counted, "verdict"]).size()
    assert drawn.to_dict() == expected.to_dict()


def test_script_and_style_load_on_this_page_only(visit):
    for page, expected in ((PAGE, 1), ("book/puzzle/pay_ladder.html", 0), ("book/index.html", 0)):
        with visit(page) as tab:
            assert tab.locator("script[src*='claims.js']").count() == expected
            assert tab.locator("link[href*='claims.css']").count() == expected
