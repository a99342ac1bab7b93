"""A new year of wages in the national panel shows wherever the book says "the newest", without touching a chapter.

The year is invented: the last one with other wages, some occupations gone and some new, once with top codes and once
without. It enters as a published workbook does. What is about named years (the experiment of 2024 and 2025, the state
file) must stay as it is.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import workbooks
from test_altered_data import copy_of_the_book

from superstars import claims, data, oews, oews_import, oews_workbook, reach, results
from superstars.press import draws

ROOT = Path(__file__).resolve().parent.parent
NEWEST = oews.latest()
INVENTED = NEWEST + 1
GONE = ("39-3093", "51-6041", "53-6032")  # small occupations that no chapter names
ADDED = ("15-1298", "27-2098")
# the chapter run on each copy, and its figures that show the newest year, or one without a top code
CHAPTER = {True: "puzzle/reach_and_spread", False: "puzzle/lognormal_pay"}
FOLLOW = {
    "puzzle/reach_and_spread": (
        "spread_all", "spread_years", "spread_reach", "spread_models", "spread_coefficient", "spread_beyond",
    ),
    "puzzle/lognormal_pay": ("same_pay", "normal_scores", "skewness"),
}  # fmt: skip
STAY = {"puzzle/lognormal_pay": ("hidden", "placebo")}  # the experiment of 2024 and 2025


def invent_year(root: Path, top_coded: bool) -> None:
    """Import the year after the last into the copy of the data in ``root``, from an invented workbook. The rehearsal
    on all data, which the command adds, is the business of ``test_import``."""
    limit = float(data.load("oews_topcodes").set_index("year")["limit_hourly_usd"][NEWEST])
    rows = workbooks.invented(INVENTED, growth=0.04, limit=limit if top_coded else None)
    extra = rows[rows["occ_code"].isin(("15-1252", "27-2042")) & rows["o_group"].eq("detailed")]
    gone = rows["occ_code"].isin(GONE) & rows["o_group"].eq("detailed")
    jobs = rows.loc[gone, "tot_emp"].head(len(ADDED)).tolist()  # jobs move to the new codes: the sums stay
    extra = extra.assign(occ_code=ADDED, occ_title=["Invented Programmers", "Invented Entertainers"], tot_emp=jobs)
    rows = pd.concat([rows[~rows["occ_code"].isin(GONE)], extra], ignore_index=True)
    book = workbooks.archive(root / f"oesm{INVENTED % 100}nat.zip", rows, INVENTED, limit=limit)
    plan = oews_import.plan(oews_workbook.read(book), root)
    oews_import.commit(plan, root, (root / data.DESCRIPTOR).read_bytes())
    book.unlink()


@pytest.fixture(scope="module", params=[True, False], ids=["top-coded", "whole"])
def grown(request, tmp_path_factory):
    """A copy of the book with one more year of wages, and whether that year is top-coded."""
    copy = copy_of_the_book(tmp_path_factory.mktemp("grown"))
    invent_year(copy / "data", request.param)
    return copy, request.param


@pytest.fixture(scope="module")
def load(grown):
    """``data.load`` on the data of the copy; each set is read once."""
    original, copy = data.load, grown[0]
    return cache(lambda name, raw=False, root=None: original(name, raw=raw, root=root or copy / "data"))


@pytest.fixture
def here(grown, load, monkeypatch):
    """The package reads the data of the copy; whether the new year is top-coded."""
    top_coded = grown[1]
    monkeypatch.setattr(data, "load", load)
    for function in (draws._published, draws._whole):
        function.cache_clear()
    yield top_coded
    for function in (draws._published, draws._whole):
        function.cache_clear()


def test_functions_that_read_the_panel_follow_it(here):
    assert oews.latest() == INVENTED
    whole = oews.latest_whole()
    assert whole < INVENTED if here else whole == INVENTED
    jobs = oews.essay_jobs()
    years = set(range(2002, INVENTED + 1))
    assert all(set(rows["year"]) == years for _, rows in jobs.groupby("job"))
    values, top = oews.percentiles(oews.detailed(INVENTED))
    assert np.isinf(values).any() == here == np.isfinite(top).all()
    back = {b.year: b.what for b in oews.breaks() if b.year > oews.BREAKS[-1].year}
    assert back == ({INVENTED: "the top code is back"} if here else {})


def test_the_newest_occupations_are_coded_but_those_that_are_new(here):
    rows = reach.occupations()
    assert set(rows["year"]) == {INVENTED}
    assert set(rows.loc[rows["hand"].isna(), "occ_code"]) == set(ADDED)
    assert not set(rows["occ_code"]) & set(GONE)
    assert (rows["basis"] != "published").any() == here


def test_an_occupation_whose_title_changed_keeps_the_coding_of_its_code(here, monkeypatch):
    every = oews.detailed()
    renamed = every["year"].eq(INVENTED) & every["occ_code"].eq("27-2011")
    every.loc[renamed, "occ_title"] = "Performers in Plays"
    monkeypatch.setattr(oews, "detailed", lambda: every)
    assert reach.occupations().set_index("occ_code").loc["27-2011", "hand"] == 2


def test_a_job_that_loses_its_code_is_named(here, monkeypatch):
    every = oews.detailed()
    every = every[~(every["year"].eq(INVENTED) & every["occ_code"].eq("15-1252"))]
    monkeypatch.setattr(oews, "detailed", lambda: every)
    with pytest.raises(ValueError, match=rf"15-1252 \(software developers\) in {INVENTED}"):
        oews.essay_jobs()


def test_problem_sets_draw_from_the_newest_year_that_is_whole(here):
    table = draws.limit(np.random.default_rng(3))["whole.csv"]
    panel = oews.detailed(oews.latest_whole()).set_index("occ_title")
    assert panel.loc[table["job"], "a_pct90"].tolist() == table["p90"].tolist()


@pytest.fixture(scope="module")
def rerun(grown):
    """The page that was rerun in the copy, its notebook as saved here and there, and the results of the copy."""
    copy, top_coded = grown
    page = CHAPTER[top_coded]
    done = subprocess.run(
        [sys.executable, "-m", "superstars", "chapter", "--here", Path(page).name],
        cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    before, after = (json.loads((root / "book" / f"{page}.ipynb").read_text(encoding="utf-8")) for root in (ROOT, copy))
    return page, before, after, results.load(copy / "superstars" / "results.json")


def drawn(notebook: dict, name: str) -> str:
    """The specification of a figure, as text."""
    cell = next(c for c in notebook["cells"] if f'name="{name}"' in "".join(c["source"]))
    return json.dumps([out["data"]["application/vnd.vegalite.v5+json"] for out in cell["outputs"]], ensure_ascii=False)


def test_figures_and_numbers_show_the_new_year(rerun, grown):
    page, before, after, found = rerun
    year = re.compile(rf"(?<![\d.]){INVENTED}(?!\d)")
    for name in FOLLOW[page]:
        assert year.search(drawn(after, name)) and not year.search(drawn(before, name)), name
    for name in STAY.get(page, ()):
        assert drawn(after, name) == drawn(before, name), name
    text = {result.name: result.text for result in found.values() if result.page == page}
    if grown[1]:
        assert text["newest"] == f"May {INVENTED}" and "marks the p90" in text["newest_marks"]
        assert int(text["years"]) == INVENTED - 2001 and int(text["n_paths"]) == INVENTED - 2003
        assert int(text["athlete_year"]) == NEWEST  # the new one hides it
        assert int(text["all_newest"]) == int(text["matched_newest"]) + len(ADDED)
    else:
        assert int(text["whole"]) == INVENTED and text["years_athletes"].endswith(str(INVENTED))
        assert text["cap_n"] == results.load()[f"{page}:cap_n"].text


def test_no_verdict_breaks_and_those_on_other_data_stay(rerun):
    page, _, _, found = rerun
    before, after = claims.verdicts().set_index("id"), claims.verdicts(found).set_index("id")
    assert after.index.equals(before.index)
    rests = [claim for claim, used in before["results"].items() if any(result.page == page for result in used)]
    assert rests
    others = before.index.difference(rests)
    assert after.loc[others, "finding"].tolist() == before.loc[others, "finding"].tolist()


# --- years as literals --------------------------------------------------------------------------------------

EXPERIMENT = "the experiment: May 2024 with a cap, May 2025 without"
BREAK = "what changed with May 2025, and stays true of it"
ALLOWED = {
    "book/puzzle/reach_and_spread.ipynb": {
        r"The May 2025 national file|lifted = |\"above_cap\"|p75_25|`last` in 2025|\"last\"": BREAK,
        r"May 2025 is the first|the 2025 file lifts": BREAK,
    },
    "book/puzzle/lognormal_pay.ipynb": {
        r"stopped hiding|file of May 2025 has no mark|\(2024, 2025\)|Actual, May 2025|the 2025 value": EXPERIMENT,
        r"May 2024 and May 2025|2024 to 2025|seen in 2025|\"(worst|athletes)_|change of method in 2025": EXPERIMENT,
        r"and in 2025\.|2025: \(after|[Pp]lacebo|The 2025 file is complete|Cap on 2025|imposed on": EXPERIMENT,
        r"tests\[4, 2025\]|scores\[3, 2025\]|r\.actual:,\.0f\} in 2025": EXPERIMENT,
        r"series breaks in 2025": BREAK,
    },
    "book/puzzle/pay_ladder.ipynb": {
        r"bands of 2026|2026 come from|colleagues of 2026|to 2026\. Ends": "dates of pay reports",
    },
    "book/conditions/scarcity.ipynb": {r"Shetty \(2026\)": "the year of a work"},
    "superstars/press/draws.py": {r"rng\.integers\(2024, 2026\)": "drawn for a problem set on computing"},
    "superstars/oews.py": {r"Break\(2025|as in national May 2025": BREAK},
    "superstars/data.py": {r"as in (national )?May 2025": BREAK},
    "superstars/reach.py": {r"CODED|code of|^    2025\)": "the codings are of the occupations of that file"},
}


def lines_to_hold() -> dict[str, list[str]]:
    """What speaks of the panel: chapters on it, cells that read it in others, modules that do, course material."""
    pages = [page for page, used in results.pages().items() if "oews_national" in used]
    whole = ("puzzle/reach_and_spread", "puzzle/lognormal_pay", "puzzle/pay_ladder", "conditions/scarcity")
    assert set(whole) <= set(pages)
    names = [page.split("/")[1] for page in whole]
    found = {}
    for page in pages:
        cells = json.loads((ROOT / "book" / f"{page}.ipynb").read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells]
        kept = [text for text in texts if page in whole or "oews" in text]
        found[f"book/{page}.ipynb"] = "\n".join(kept).split("\n")
    places = ("superstars/**/*.py", "assignments/*.md", "book/back/*.md")
    for file in (file for pattern in places for file in ROOT.glob(pattern)):
        text = file.read_text(encoding="utf-8")
        if "oews" in text or "reach_and_spread" in text or file.stem in names:
            found[file.relative_to(ROOT).as_posix()] = text.split("\n")
    return found


# a year from 2025 to 2039 (2080 is hours), whatever the panel holds today, but not in an identifier, a date with a
# month or an academic year
AGES = re.compile(r"(?<![\w.-])20(?:2[5-9]|3\d)(?![\w-])|2002 to 20\d\d|\b24 years")


def test_no_year_that_will_age_is_typed():
    unused = {(file, pattern) for file, patterns in ALLOWED.items() for pattern in patterns}
    wrong = []
    for file, lines in lines_to_hold().items():
        for line in filter(AGES.search, lines):
            hits = {pattern for pattern in ALLOWED.get(file, ()) if re.search(pattern, line)}
            unused -= {(file, pattern) for pattern in hits}
            if not hits:
                wrong.append(f"{file}: {line.strip()}")
    assert not wrong, "take the year from oews.latest() or oews.latest_whole():\n" + "\n".join(wrong)
    assert not unused, f"allowed, but not there: {unused}"


def test_it_tells_a_year_that_ages_from_names_and_dates():
    ages = ("detailed(2025)", "May 2026.", "== 2025]", "2002–2025", "[2020, 2026]", "2002 to 2031")
    assert all(AGES.search(text) for text in ages)
    stays = ("{cite:p}`epoch2025superstar`", "2025-08-01", "last_2025", "2025-26", "May 2024", "9.2027")
    assert not any(AGES.search(text) for text in stays)
