"""The page of every job in every place, in a real browser: what a reader finds, and that it is what Python computes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pandas as pd
import pytest
from conftest import draw
from playwright.sync_api import expect

from superstars import places
from superstars.press import places as search

PAGE = "book/back/places.html"
FILES = "book/back/places"
NURSES, OAKLAND = "Registered Nurses", "San Francisco-Oakland-Fremont, CA"


@pytest.fixture(scope="module")
def cells():
    return search.whole().cells


def choose(tab, label: str, text: str):
    """Type into a field and take the first name offered."""
    field = tab.get_by_role("combobox", name=label)
    field.fill(text)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("Enter")
    expect(field).to_have_attribute("aria-expanded", "false")


def clear(tab, label: str):
    tab.get_by_role("button", name=f"Clear {label}").click()


def said(tab):
    return tab.locator("#fig-places .chart-says")


def dots(tab, count: int) -> pd.DataFrame:
    """What the chart draws, by name, once it draws that many."""
    code = """f => Object.values(f.view.getState({data: () => true}).data)
        .map((rows) => (Array.isArray(rows) ? rows : []).map(({...row}) => row))
        .find((rows) => rows.length && "sigma" in rows[0])"""
    figure = tab.locator("#fig-places")
    tab.wait_for_function(f"([f, n]) => (({code})(f) ?? []).length === n", arg=[figure.element_handle(), count])
    return pd.DataFrame(figure.evaluate(code)).set_index("name")


def row(cells, job: str, place: str) -> pd.Series:
    return cells[(cells["occupation"] == job) & (cells["place"] == place)].iloc[0]


def numbers(text: str) -> dict[str, float]:
    """The numbers of the sentence."""
    found = {
        "median": r"median pay \$([\d,]+)", "rank": r"rank (\d+) of", "count": r"of (\d+) places",
        "sigma": r"σ = ([\d.]+)", "low": r"interval ([\d.]+) to", "high": r"interval [\d.]+ to ([\d.]+)",
        "ratio": r"p90/p50 = ([\d.]+)", "jobs": r"([\d,]+) jobs\.",
    }  # fmt: skip
    return {key: float(re.search(pattern, text)[1].replace(",", "")) for key, pattern in found.items()}


def test_both_fields_lead_to_the_numbers_of_python(visit, cells):
    with visit(PAGE) as tab:
        draw(tab, "places")
        for job, place, words in ((NURSES, "Boise City, ID", ("nurses registered", "BOISE")),
                                  ("Lawyers", "Akron, OH", ("lawyers", "oh akron"))):  # fmt: skip
            choose(tab, "Occupation", words[0])
            choose(tab, "Place", words[1])
            expect(said(tab)).to_contain_text(f"{job} in {place}: ")
            told, truth = numbers(said(tab).inner_text()), row(cells, job, place)
            assert told["median"] == truth["median"] and told["jobs"] == truth["employment"]
            assert told["sigma"] == pytest.approx(truth["sigma"], abs=5.01e-4)
            reach = 1.96 * truth["se_sigma"]
            assert told["low"] == pytest.approx(truth["sigma"] - reach, abs=1.2e-3)
            assert told["high"] == pytest.approx(truth["sigma"] + reach, abs=1.2e-3)
            assert told["ratio"] == pytest.approx(truth["p90"] / truth["median"], abs=5.01e-3)
            same = cells.loc[cells["occupation"] == job, "median"].dropna()
            assert (told["rank"], told["count"]) == (1 + (same > truth["median"]).sum(), len(same))
            marked = tab.locator("#places-table tr[aria-current=true]")
            assert marked.locator("th").inner_text() == place
            assert marked.locator("td").first.inner_text() == f"${truth['median']:,.0f}"
        assert tab.errors == [] and tab.refused == []


def test_an_occupation_alone_shows_every_place(visit, cells):
    with visit(PAGE) as tab:
        draw(tab, "places")
        choose(tab, "Occupation", "economists")
        clear(tab, "place")
        expect(said(tab)).to_contain_text("Economists, ")
        truth = cells[(cells["occupation"] == "Economists") & cells["sigma"].notna()].set_index("place")
        expect(tab.locator("#fig-places .chart-title strong")).to_contain_text(f"in {len(truth)} places")
        shown = dots(tab, len(truth))
        assert set(shown.index) == set(truth.index)
        np.testing.assert_array_equal(shown["median"], truth.loc[shown.index, "median"])
        np.testing.assert_allclose(shown["sigma"], truth.loc[shown.index, "sigma"], atol=5.01e-4)
        top = truth["median"].sort_values(ascending=False).head(10)
        first = tab.locator("#places-table tbody td:nth-child(2)").all_inner_texts()
        assert first == [f"${x:,.0f}" for x in top]
        told = tab.locator("#fig-places figcaption details p").text_content()
        assert told.startswith(f"Economists, {len(truth)} places: median pay from ${truth['median'].min():,.0f} a year")


def test_a_place_alone_shows_every_detailed_occupation(visit, cells):
    with visit(PAGE) as tab:
        draw(tab, "places")
        clear(tab, "occupation")
        choose(tab, "Place", "akron")
        expect(said(tab)).to_contain_text("Akron, OH, ")
        truth = cells[(cells["place"] == "Akron, OH") & cells["o_group"].eq("detailed") & cells["sigma"].notna()]
        truth = truth.set_index("occupation")
        expect(tab.locator("#fig-places .chart-title strong")).to_contain_text(f"in {len(truth)} occupations")
        expect(tab.locator("#places-table thead th").first).to_have_text("Occupation")
        shown = dots(tab, len(truth))
        assert set(shown.index) == set(truth.index)
        np.testing.assert_allclose(shown["sigma"], truth.loc[shown.index, "sigma"], atol=5.01e-4)


@pytest.mark.parametrize("words", ["san francisco software dev", "DEVELOPERS software francisco san", "softw franc"])
def test_words_for_both_may_stand_in_one_field_in_any_order(visit, words):
    with visit(PAGE) as tab:
        choose(tab, "Place", "akron")
        expect(said(tab)).to_contain_text("Akron")
        choose(tab, "Occupation", words)
        expect(said(tab)).to_contain_text(f"Software Developers in {OAKLAND}")


def test_the_keyboard_is_enough_and_the_focus_shows(visit):
    with visit(PAGE) as tab:
        draw(tab, "places")
        field = tab.get_by_role("combobox", name="Occupation")
        field.focus()
        tab.keyboard.press("Shift+Tab")
        tab.keyboard.press("Tab")
        expect(field).to_be_focused()
        assert field.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
        tab.keyboard.type("nurse")
        options = tab.locator("#places-occupation-list [role=option]")
        texts = options.all_inner_texts()
        assert len(texts) > 3 and texts[0] == NURSES and all("nurse" in text.lower() for text in texts)
        tab.keyboard.press("ArrowDown")
        chosen = field.get_attribute("aria-activedescendant")
        assert tab.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
        second = tab.locator(f"#{chosen}").inner_text()
        assert second == texts[1]
        tab.keyboard.press("Escape")
        expect(options.first).to_be_hidden()
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("Enter")
        expect(said(tab)).to_contain_text(f"{second} in ")
        expect(field).to_be_focused()
        for _ in range(2):
            tab.keyboard.press("Tab")
        expect(tab.get_by_role("combobox", name="Place")).to_be_focused()
        tab.keyboard.type("boise")
        tab.keyboard.press("Enter")
        expect(said(tab)).to_contain_text(f"{second} in Boise City, ID")


def test_a_pointer_chooses_too(visit):
    with visit(PAGE) as tab:
        tab.get_by_role("combobox", name="Occupation").fill("surgeon")
        tab.get_by_role("option").first.click()
        expect(said(tab)).to_contain_text("urgeons")


def test_wrong_words_are_named_and_what_is_close_is_offered(visit):
    with visit(PAGE) as tab:
        before = said(tab).inner_text()
        field = tab.get_by_role("combobox", name="Occupation")
        field.fill("economitsts <b>")
        message = tab.locator(".places-message")
        expect(message).to_contain_text("No occupation is called “economitsts <b>”")
        assert "Economists" in message.inner_text() and message.get_attribute("role") == "status"
        field.press("Enter")
        assert said(tab).inner_text() == before and "places.occupation" not in tab.url
        tab.get_by_role("option", name="Economists", exact=True).click()
        expect(said(tab)).to_contain_text("Economists in")
        assert message.inner_text() == ""


def test_the_address_keeps_the_choice(visit):
    with visit(PAGE) as tab:
        choose(tab, "Occupation", "nurse practitioners")
        choose(tab, "Place", "boise")
        expect(said(tab)).to_contain_text("Nurse Practitioners in Boise City, ID")
        asked = {key: value[0] for key, value in parse_qs(urlsplit(tab.url).query).items()}
        assert asked == {"places.occupation": "Nurse Practitioners", "places.place": "Boise City, ID"}
        address, text = tab.url, said(tab).inner_text()
        tab.goto("about:blank")
        tab.goto(address)
        expect(said(tab)).to_have_text(text)
        draw(tab, "places")
        expect(said(tab)).to_have_text(text)
        expect(tab.get_by_role("combobox", name="Place")).to_have_value("Boise City, ID")
        clear(tab, "occupation")
        expect(said(tab)).to_contain_text("Boise City, ID, ")
        assert "places.occupation" not in tab.url and "places.place" in tab.url
    with visit(f"{PAGE}?places.place=0010420&places.occupation=Sorcerers") as tab:
        expect(tab.locator(".places-message")).to_contain_text("No occupation is called “Sorcerers”")
        expect(said(tab)).to_contain_text("Akron, OH, ")


@pytest.mark.parametrize("field", ["Occupation", "Place"])
def test_a_cell_that_is_not_published_is_said_to_be_missing(visit, cells, field):
    job = "Astronomers"
    absent = sorted(set(cells["place"]) - set(cells.loc[cells["occupation"] == job, "place"]))[0]
    with visit(PAGE) as tab:
        for label, text in (("Occupation", job), ("Place", absent))[:: 1 if field == "Place" else -1]:
            choose(tab, label, text)
        expect(said(tab)).to_have_text(f"{job} in {absent}: no figures are published for this cell.")


def test_words_of_page_and_python_agree_for_odd_cells(visit, cells):
    """Marks, missing spreads, errors and jobs: the page composes what Python does from the file of the occupation."""
    every = search.whole()
    odd = {
        "marked": np.isinf(cells["median"]), "no pay": cells["median"].isna(),
        "p90 marked": np.isinf(cells["p90"]) & np.isfinite(cells["median"]),
        "no error": cells["sigma"].notna() & cells["se_sigma"].isna() & np.isfinite(cells["median"]),
        "no jobs": cells["employment"].isna() & cells["sigma"].notna(),
        "one percentile": cells["sigma"].isna() & np.isfinite(cells["median"]),
        "usual": cells["sigma"].notna(),
    }  # fmt: skip
    with visit(PAGE) as tab:
        for kind, rows in odd.items():
            assert rows.any(), kind
            at = cells[rows].iloc[-1]
            job = [code for code, _ in every.occupations].index(at["occ_code"])
            among = search.of(every, "job", job)
            cell = next(c for c in among if every.areas[c.index][1] == at["place"])
            tab.goto(tab.url.partition("?")[0] + f"?places.occupation={at['occ_code']}&places.place={at['area_code']}")
            expect(said(tab)).to_have_text(search.sentence(at["occupation"], at["place"], cell, among))


def test_choosing_what_shows_at_first_changes_nothing(visit):
    """Page and Python compose title, sentence, description and table alike."""
    parts = ".chart-title strong, .chart-says, figcaption details p"
    with visit(PAGE) as tab:
        draw(tab, "places")
        read = "es => es.map(e => e.textContent)"
        before = tab.locator("#fig-places").locator(parts).evaluate_all(read)
        table = tab.locator("#places-table").inner_text()
        choose(tab, "Place", "akron")
        expect(said(tab)).to_contain_text("Akron")
        choose(tab, "Place", "san francisco oakland")
        expect(said(tab)).to_have_text(before[1])
        assert tab.locator("#fig-places").locator(parts).evaluate_all(read) == before
        assert tab.locator("#places-table").inner_text() == table


def test_the_data_of_a_choice_can_be_downloaded(visit, cells):
    with visit(PAGE) as tab:
        draw(tab, "places")
        choose(tab, "Occupation", "economists")
        expect(said(tab)).to_contain_text("Economists in")
        with tab.expect_download() as download:
            tab.get_by_role("link", name="Data (CSV)").first.click()
        rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8"))))
        truth = cells[(cells["occupation"] == "Economists") & cells["sigma"].notna()]
        assert {r["name"]: float(r["median"]) for r in rows} == dict(zip(truth["place"], truth["median"], strict=True))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling_and_colours_follow_the_page(visit, mode):
    with visit(PAGE, width=360, mode=mode) as tab:
        draw(tab, "places")
        choose(tab, "Occupation", "first line supervisors production operating")
        expect(said(tab)).to_contain_text("First-Line Supervisors of Production")
        tab.get_by_role("combobox", name="Place").fill("nonmetropolitan")
        expect(tab.locator("#places-place-list")).to_be_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        assert tab.locator("#places-place-list").bounding_box()["width"] > 200
        assert tab.locator("#fig-places .chart-live svg").bounding_box()["width"] <= 360
        ink = tab.locator("#fig-places svg .role-axis-label text").first.get_attribute("fill")
        assert ink == {"light": "#57606a", "dark": "#a9b1bb"}[mode]


def test_it_works_from_a_folder(browser, folder):
    tab = browser.new_page()
    tab.goto((folder / PAGE).as_uri())
    draw(tab, "places")
    choose(tab, "Occupation", "lawyers")
    expect(said(tab)).to_contain_text(f"Lawyers in {OAKLAND}")
    assert "places.occupation=Lawyers" in tab.url
    tab.close()


def test_without_scripts_there_is_a_picture_with_words_a_table_and_the_file(visit):
    with visit(PAGE, scripts=False) as tab:
        picture = tab.locator("#fig-places img")
        assert "500 places" in picture.get_attribute("alt") and picture.is_visible()
        assert tab.locator("#places-table tbody tr").count() == 10
        assert said(tab).inner_text().startswith(f"Software Developers in {OAKLAND}: median pay $")
        assert tab.locator(".places-search").count() == 0
        assert tab.locator("a[href='places/every_cell.csv.gz']").is_visible()


def loaded(tab) -> set[str]:
    names = tab.evaluate("performance.getEntriesByType('resource').map(r => new URL(r.name).pathname)")
    return {unquote(name).lstrip("/") for name in names}


def test_a_first_view_and_a_search_stay_small(visit, folder):
    def packed(files):
        raw = {f: (folder / f).read_bytes() for f in files}
        return sum(len(b if f.endswith(".png") else gzip.compress(b)) for f, b in raw.items())

    with visit("book/back/glossary.html") as tab:
        tab.wait_for_load_state("networkidle")
        everywhere = loaded(tab)
    with visit(PAGE) as tab:
        draw(tab, "places")
        tab.wait_for_load_state("networkidle")
        other = tab.locator("#fig-within img").evaluate("i => decodeURI(new URL(i.src).pathname).slice(1)")
        first = loaded(tab) - everywhere - {other}
        assert f"{FILES}/names.js" in first and f"{FILES}/places.js" in first
        assert packed(first - {"_static/vega.js"}) < 100_000
        for label, text in (("Occupation", "all occupations"), ("Place", "new york newark"), ("Occupation", None)):
            before = loaded(tab)
            clear(tab, label.lower()) if text is None else choose(tab, label, text)
            tab.wait_for_load_state("networkidle")
            expect(said(tab)).to_contain_text({"Place": "New York"}.get(label, "All Occ" if text else "New York"))
            assert packed(loaded(tab) - before) < 30_000


def test_the_files_hold_every_cell_and_stay_small(folder, cells):
    scripts = sorted((folder / FILES).glob("[oa]-*.js"))
    assert len(scripts) == cells["occ_code"].nunique() + cells["area_code"].nunique()
    assert sum(path.stat().st_size for path in scripts) < 15e6
    counts = {"o": 0, "a": 0}
    for path in scripts:
        name, _, text = path.read_text(encoding="utf-8").partition("=")
        assert name == f'superstars.places.shards["{path.stem}"]'
        columns = json.loads(text.rstrip(";\n"))
        assert len({len(column) for column in columns}) == 1
        counts[path.stem[0]] += len(columns[0])
    assert counts == {"o": len(cells), "a": int(cells["o_group"].eq("detailed").sum())}
    every = pd.read_csv(folder / FILES / "every_cell.csv.gz", dtype={"area_code": str})
    assert len(every) == len(cells)
    np.testing.assert_allclose(every["sigma"], cells["sigma"], atol=5.1e-5)


def test_the_files_are_the_same_whenever_they_are_written(tmp_path, folder):
    search.write(tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (folder / FILES / path.name).read_bytes(), path.name


def test_the_page_shows_what_the_fit_gives(cells):
    again = places.fits()
    assert (again["sigma"].to_numpy().tobytes()) == cells["sigma"].to_numpy().tobytes()
