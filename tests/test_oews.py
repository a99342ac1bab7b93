"""OEWS: a mark is a bound, hourly-only and annual-only jobs come out, codes are followed, breaks are real."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from superstars import data, oews

CELLS = ["pct10", "pct25", "median", "pct75", "pct90"]
WAGES = [p + c for p in ("h_", "a_") for c in ["mean", *CELLS]]


@pytest.fixture(scope="module")
def national() -> pd.DataFrame:
    return data.load("oews_national")


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return data.load("oews_national", raw=True)


@pytest.fixture(scope="module")
def detailed() -> pd.DataFrame:
    return oews.detailed()


# --- top codes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["oews_national", "oews_state", "oews_metro"])
def test_a_mark_never_becomes_a_number_and_is_always_flagged_with_its_bound(name):
    raw, frame = data.load(name, raw=True), data.load(name)
    marks = 0
    for column in WAGES:
        marked = raw[column] == "#"
        marks += marked.sum()
        assert frame.loc[raw[column].isin(["#", "*", "**", "***", ""]), column].isna().all()
        flag = f"{column}_topcoded"
        if flag not in frame:
            assert not marked.any(), column  # a column without a flag carries no mark
            continue
        assert (frame[flag] == marked).all()
        bound = frame["top_code_hourly" if column.startswith("h_") else "top_code_annual"]
        assert bound[marked].notna().all()
    assert marks > 0
    assert not any(c.endswith("_topcoded") for c in frame if c.removesuffix("_topcoded") not in WAGES)


def test_every_number_of_a_year_lies_below_its_limit_where_one_was_applied(national):
    limits = data.load("oews_topcodes").set_index("year")
    assert (limits["limit_annual_usd"] == oews.HOURS * limits["limit_hourly_usd"]).all()
    assert limits["limit_hourly_usd"].is_monotonic_increasing
    for year, rows in national.groupby("year"):
        percentiles = {p: rows[[p + c for c in CELLS]].max().max() for p in ("h_", "a_")}
        if not limits.loc[year, "applied"]:
            assert percentiles["a_"] > limits.loc[year, "limit_annual_usd"]
            assert rows[["top_code_hourly", "top_code_annual"]].isna().all().all()
            assert not rows.filter(like="_topcoded").any().any()
        else:
            assert percentiles["h_"] < limits.loc[year, "limit_hourly_usd"]
            assert percentiles["a_"] < limits.loc[year, "limit_annual_usd"]
            assert (rows["top_code_hourly"] == limits.loc[year, "limit_hourly_usd"]).all()
            assert (rows["top_code_annual"] == limits.loc[year, "limit_annual_usd"]).all()
            assert rows["a_pct90_topcoded"].any()


@pytest.mark.parametrize("name", ["oews_state", "oews_metro"])
def test_local_bounds_stand_only_beside_marks(name):
    local, seen = data.load(name), 0
    for prefix, bound in (("h_", "top_code_hourly"), ("a_", "top_code_annual")):
        marked = local[[f"{prefix}{c}_topcoded" for c in ["mean", *CELLS]]].any(axis=1)
        assert (local[bound].notna() == marked).all()
        assert marked.any() or (name, prefix) == ("oews_metro", "h_")  # blank there wherever the annual mark stands
        seen += marked.sum()
    assert seen > 100


@pytest.mark.parametrize("name", ["oews_state", "oews_metro"])
def test_a_local_bound_exceeds_every_percentile_published_beside_it(name):
    local = data.load(name)
    values, top = oews.percentiles(local)
    marked = np.isinf(values).any(axis=1)
    assert (np.isfinite(top) == marked).all() and (top[marked] >= 239_200).all()
    published = np.where(np.isfinite(values), values, 0).max(axis=1)
    assert (published[marked] < top[marked]).all()  # else a fit would drop a published percentile as censored
    assert (published[marked] > 239_200).sum() >= 5
    hour, hourly = oews.percentiles(local, unit="hour")
    assert (np.isinf(hour) == np.isinf(values)).all()
    np.testing.assert_allclose(hourly * oews.HOURS, top, atol=15.7, rtol=0)  # both are rounded, see below


def test_metro_percentiles_come_from_the_hour_where_only_the_hour_is_published():
    metro = data.load("oews_metro")
    values, _ = oews.percentiles(metro)
    hourly = metro["hourly"].to_numpy()
    assert hourly.sum() == 200
    np.testing.assert_array_equal(values[hourly, 2], metro.loc[hourly, "h_median"] * oews.HOURS)
    annual = np.where(metro["a_pct10_topcoded"], np.inf, metro["a_pct10"])
    np.testing.assert_array_equal(values[~hourly, 0], annual[~hourly])
    hour, _ = oews.percentiles(metro, unit="hour")
    np.testing.assert_allclose(hour * oews.HOURS, values)


def test_annual_is_2080_times_hourly_where_both_are_published(national):
    for cell in ["mean", *CELLS]:
        both = national[["h_" + cell, "a_" + cell]].dropna()
        gap = (both["a_" + cell] - oews.HOURS * both["h_" + cell]).abs()
        # half a cent an hour is 10.4 dollars a year and annual wages are rounded to 10: at most 15.4; BLS
        # rounds twice in a few rows and exceeds that by up to 20 cents
        assert len(both) > 20_000 and gap.max() <= 15.7, cell


def test_percentiles_never_fall_within_a_row(detailed):
    values, _ = oews.percentiles(detailed)
    for below, above in zip(values.T[:-1], values.T[1:], strict=True):
        known = ~np.isnan(below) & ~np.isnan(above)
        assert (below[known] <= above[known]).all()


# --- percentiles --------------------------------------------------------------------------------------------


def test_percentiles_of_the_four_kinds_of_rows(national):
    def row(year, code):
        return national[(national["year"] == year) & (national["occ_code"] == code)].head(1)

    actors = row(2012, "27-2011")  # by the hour only, and p90 top-coded
    values, top = oews.percentiles(actors)
    assert values[0, 2] == actors["h_median"].item() * 2080 and values[0, 4] == np.inf
    assert top[0] == actors["top_code_annual"].item()
    values, top = oews.percentiles(actors, unit="hour")
    assert values[0, 2] == actors["h_median"].item() and top[0] == actors["top_code_hourly"].item()

    athletes = row(2010, "27-2021")  # by the year only
    values, top = oews.percentiles(athletes, unit="hour")
    assert values[0, 0] == pytest.approx(athletes["a_pct10"].item() / 2080) and values[0, 4] == np.inf

    musicians = row(2002, "27-2042")  # by the year only in 2002 and 2003
    assert oews.percentiles(musicians)[0][0, 2] == musicians["a_median"].item()

    pilots = row(2002, "53-2011")  # *** in every annual cell
    values, top = oews.percentiles(pilots)
    assert np.isnan(values).all() and top[0] == 145_600

    now = row(2025, "27-2021")  # no limit any more
    values, top = oews.percentiles(now)
    assert np.isfinite(values).all() and np.isnan(top[0])


def test_infinity_stands_exactly_where_the_published_cell_is_a_bound(national, published):
    values, top = oews.percentiles(national)
    for j, cell in enumerate(CELLS):
        annual, hourly = published["a_" + cell], published["h_" + cell]
        bound = (annual == "#") | (~annual.str[:1].str.isdigit().astype(bool) & (hourly == "#"))
        assert (np.isinf(values[:, j]) == bound).all()
        assert np.isfinite(top[np.isinf(values[:, j])]).all()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["both", "hour", "year", "none", "bound", "hour bound"]), min_size=5, max_size=5
    ),
    st.floats(8, 60),
)
def test_the_rule_cell_by_cell(kinds, wage):
    row = {"top_code_hourly": 100.0, "top_code_annual": 208_000.0}
    expected = []
    for cell, kind in zip(CELLS, kinds, strict=True):
        row["h_" + cell] = wage if kind in ("both", "hour") else np.nan
        row["a_" + cell] = wage * 2080 if kind in ("both", "year") else np.nan
        row[f"h_{cell}_topcoded"] = kind in ("bound", "hour bound")
        row[f"a_{cell}_topcoded"] = kind == "bound"
        expected.append({"none": np.nan, "bound": np.inf, "hour bound": np.inf}.get(kind, wage * 2080))
    year, top = oews.percentiles(pd.DataFrame([row]))
    hour, hourly_top = oews.percentiles(pd.DataFrame([row]), unit="hour")
    np.testing.assert_allclose(year[0], expected)
    np.testing.assert_allclose(hour * 2080, year)
    assert top[0] == hourly_top[0] * 2080 == 208_000


def test_percentiles_refuse_other_units_and_frames(national):
    with pytest.raises(ValueError, match="unit is 'month'; allowed: 'year' or 'hour'"):
        oews.percentiles(national, unit="month")
    with pytest.raises(ValueError, match=r"frame lacks the columns .*a_pct10"):
        oews.percentiles(data.load("taulbee"))


# --- occupations --------------------------------------------------------------------------------------------


def test_detailed_has_each_code_once_a_year_and_drops_the_broad_twins(national, detailed):
    assert not detailed.duplicated(["year", "occ_code"]).any()
    assert set(detailed["year"]) == set(range(2002, oews.latest() + 1))
    groups = national[national["o_group"].isin(["broad", "detailed"])]
    twins = groups[groups.duplicated(["year", "occ_code"], keep=False)]
    assert twins["year"].min() == 2017
    figures = twins.drop(columns="o_group").drop_duplicates()
    assert len(figures) == len(twins) / 2  # the twins agree in every figure
    pd.testing.assert_frame_equal(
        oews.detailed(2019), detailed[detailed["year"] == 2019].reset_index(drop=True)
    )


def test_jobs_of_detailed_occupations_add_up_to_all(national, detailed):
    total = national[national["o_group"] == "total"].set_index("year")["tot_emp"]
    share = detailed.groupby("year")["tot_emp"].sum() / total
    assert share.loc[[2002, 2003]].between(0.93, 0.95).all()  # residual occupations are missing
    assert (share.loc[2004:] - 1).abs().max() < 6e-4


@pytest.mark.parametrize("year", [2001, oews.latest() + 1, "2020", 2020.5])
def test_a_year_the_file_does_not_have_is_refused(year):
    with pytest.raises(ValueError, match=f"allowed: 2002 to {oews.latest()}"):
        oews.detailed(year)


def test_essay_jobs_have_every_year_and_the_right_titles():
    jobs = oews.essay_jobs()
    assert set(jobs["job"]) == set(oews.ESSAY_JOBS)
    for _, rows in jobs.groupby("job"):
        assert rows["year"].tolist() == list(range(2002, oews.latest() + 1))
    words = {
        "actors": "actors", "musicians and singers": "musicians", "athletes": "athletes",
        "plumbers": "plumbers",
        "registered nurses": "registered nurses", "heavy truck drivers": "heavy and tractor",
        "software developers": "software (developers|engineers)",
        "computer and information research scientists": "computer and information.*scientists",
    }  # fmt: skip
    for job, pattern in words.items():
        titles = jobs.loc[jobs["job"] == job, "occ_title"].str.lower()
        assert titles.str.contains(pattern.replace("(", "(?:")).all(), titles.unique()
        assert not titles.str.contains("helpers|quality assurance analysts and testers$").any() or job == (
            "software developers"
        )
    values, top = oews.percentiles(jobs)
    assert not np.isnan(values).any()  # no gap, in any job, year or percentile
    assert np.isfinite(top[np.isinf(values).any(axis=1)]).all()


def test_breaks_in_codes_are_the_years_in_which_many_codes_are_new(detailed):
    codes = {year: set(rows["occ_code"]) for year, rows in detailed.groupby("year")}
    changed = {y for y in sorted(codes)[1:] if len(codes[y] - codes[y - 1]) > 0.05 * len(codes[y])}
    known = oews.BREAKS[-1].year
    assert {y for y in changed if y <= known} == {b.year for b in oews.BREAKS if "occupation codes" in b.source}
    found = oews.breaks()
    assert found[: len(oews.BREAKS)] == oews.BREAKS and all(b.year > known for b in found[len(oews.BREAKS) :])
    assert {b.year for b in found if "codes are new" in b.what} == {y for y in changed if y > known}
    changed = {y for y in changed if y <= known}
    assert {b.year for b in oews.BREAKS} == changed | {2025}
    assert [b.year for b in oews.BREAKS] == sorted(b.year for b in oews.BREAKS)
    assert any(b.year == 2021 and "unverified" in b.source for b in oews.BREAKS)
    # what the note on nurses says: advanced practice nurses have codes of their own only from 2012 on
    assert "29-1171" in codes[2012] and "29-1171" not in codes[2011]
