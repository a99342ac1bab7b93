"""Every job in every place: the fits of all cells against other methods, and what the spread of pay goes with."""

from __future__ import annotations

import csv
import gzip
import io

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from superstars import data, oews, places
from superstars.oews import HOURS, PROBS

CELLS = ("pct10", "pct25", "median", "pct75", "pct90")


@pytest.fixture(scope="module")
def metro():
    return data.load("oews_metro")


@pytest.fixture(scope="module")
def cells(metro):
    return places.fits(metro)


@pytest.fixture(scope="module")
def local(cells):
    return places.local(cells)


@pytest.fixture(scope="module")
def published():
    """Percentiles a year as in the file, read without the package: "#" as inf, nothing as NaN."""
    with gzip.open(data.path("oews_metro"), "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(io.StringIO(file.read())))

    def number(row, cell):
        annual, hourly = row["a_" + cell], row["h_" + cell]
        if "#" in (annual, hourly):
            return np.inf
        return float(annual) if annual[:1].isdigit() else float(hourly) * HOURS if hourly[:1].isdigit() else np.nan

    return np.array([[number(row, cell) for cell in CELLS] for row in rows])


def test_every_cell_that_can_be_fitted_is_and_no_other(cells, published):
    distinct = np.array([np.unique(row[np.isfinite(row)]).size for row in published])
    assert (cells["percentiles"] == distinct).all()
    assert (cells["sigma"].notna() == (distinct >= 2)).all()
    assert (cells["converged"] == (distinct >= 2)).all()
    assert (len(cells), int((distinct >= 2).sum()), cells["area_code"].nunique()) == (198_287, 196_029, 528)
    assert cells["occ_code"].isin(list(places.titles())).all()
    np.testing.assert_array_equal(cells["median"], published[:, 2])
    np.testing.assert_array_equal(cells["p90"], published[:, 4])


def test_a_random_sample_is_refitted_by_another_method(cells, published):
    def minus_likelihood(parameters, logs, shares):
        mu, log_sigma = parameters
        edges = stats.norm.cdf([-np.inf, *(logs - mu) / np.exp(log_sigma), np.inf])
        return -shares @ np.log(np.maximum(np.diff(edges), 1e-300))

    chosen = np.random.default_rng(7).choice(np.flatnonzero(cells["percentiles"] >= 3), 60, replace=False)
    for at in chosen:
        row = published[at]
        cuts = np.unique(row[np.isfinite(row)])
        probs = [max(p for p, x in zip(PROBS, row, strict=True) if x == cut) for cut in cuts]
        shares = np.diff([0, *probs, 1])
        start = [np.log(cuts).mean(), np.log(max(np.log(cuts).std(), 0.01))]
        options = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000}
        best = optimize.minimize(minus_likelihood, start, (np.log(cuts), shares), method="Nelder-Mead", options=options)
        assert np.exp(best.x[1]) == pytest.approx(cells["sigma"].iloc[at], rel=1e-4), cells.iloc[at].to_dict()


def test_bounds(cells):
    known = cells["sigma"].notna()
    assert cells.loc[known, "sigma"].between(1e-5, 3).all()
    assert (cells["se_sigma"].dropna() > 0).all()
    told = cells["se_sigma"].notna()
    assert told.sum() > 190_000 and not (told & ~known).any()
    both = cells[["median", "p90"]].dropna()
    assert (both["p90"] >= both["median"]).all()
    assert cells["employment"].dropna().gt(0).all()


def test_top_coded_rows_identify_nothing_or_use_what_stands_beside_the_mark(cells, published):
    every = np.isinf(published).all(axis=1)
    some = np.isinf(published).any(axis=1) & ~every
    assert (every.sum(), some.sum()) == (246, 6)
    assert cells.loc[every, "sigma"].isna().all() and (cells.loc[every, "median"] == np.inf).all()
    beside = np.isfinite(published[some]).sum(axis=1)
    assert (cells.loc[some, "percentiles"] == beside).all()  # also those above the stated limit
    assert published[some][np.isfinite(published[some])].max() > 239_200
    assert (cells.loc[some, "p90"] == np.inf).all() and cells.loc[some, "sigma"].notna().all()


def test_large_occupations_have_the_national_median_in_the_middle(cells):
    national = oews.detailed(2025).set_index("occ_code")
    large = national[(national["tot_emp"] >= 200_000) & national["a_median"].notna()]
    kept = cells[cells["occ_code"].isin(large.index) & np.isfinite(cells["median"]) & cells["employment"].notna()]
    gaps, covered = {}, {}
    for code, rows in kept.groupby("occ_code"):
        covered[code] = rows["employment"].sum() / large.loc[code, "tot_emp"]  # the rest is suppressed somewhere
        weights = rows["employment"] / rows["employment"].sum()
        gaps[code] = np.exp(weights @ np.log(rows["median"])) / large.loc[code, "a_median"] - 1
    gaps, covered = pd.Series(gaps), pd.Series(covered)
    assert covered.median() > 0.95 and covered.between(0.7, 1.02).all()
    assert len(gaps) > 100
    assert abs(gaps.median()) < 0.02 and gaps.abs().quantile(0.9) < 0.06


def test_rows_are_fitted_by_themselves(metro, cells):
    some = metro.iloc[::-37]
    pd.testing.assert_frame_equal(places.fits(some), cells.loc[some.index], check_exact=True)
    state = places.fits(data.load("oews_state"))
    assert state["sigma"].notna().mean() > 0.95


@pytest.mark.parametrize("column", ["tot_emp", "a_median", "area_title"])
def test_a_frame_without_a_column_is_refused_by_name(metro, column):
    with pytest.raises(ValueError, match=rf"frame lacks the columns .*{column}"):
        places.fits(metro.head(3).drop(columns=column))


def test_partitions_cut_without_losing_a_row(metro):
    pieces = places.partitions(metro.head(10), 4)
    assert [len(piece) for piece in pieces] == [4, 4, 2]
    pd.testing.assert_frame_equal(pd.concat(pieces), metro.head(10))
    with pytest.raises(ValueError, match="rows = 0: must be at least 1"):
        places.partitions(metro, 0)


# --- what the spread goes with


def test_shares_are_those_of_regressions_on_dummies():
    random = np.random.default_rng(3)
    jobs, areas = random.integers(0, 6, 300).astype(str), random.integers(0, 5, 300).astype(str)
    y = random.normal(size=300) + jobs.astype(float) + 0.3 * areas.astype(float)
    weight = random.uniform(0.5, 2, 300)

    def explained(*groups):
        design = np.column_stack([np.ones(300), *(pd.get_dummies(g).to_numpy(float) for g in groups)])
        root = np.sqrt(weight)
        fitted = design @ np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
        mean = np.average(y, weights=weight)
        return 1 - weight @ (y - fitted) ** 2 / (weight @ (y - mean) ** 2)

    expected = explained(jobs), explained(areas), explained(jobs, areas)
    assert places.shares(y, jobs, areas, weight) == pytest.approx(expected, abs=1e-6)
    alone = places.shares(jobs.astype(float), jobs, areas)
    assert alone.occupation == pytest.approx(1) and alone.both == pytest.approx(1)


def test_rank_correlations_are_spearmans_within_each_occupation(local):
    found = places.within(local["sigma"], local["size"], local["occ_code"])
    sizes = local.groupby("occ_code").size()
    assert set(found.index) == set(sizes.index[sizes >= places.FEW])
    for code in found.index[:20]:
        rows = local[local["occ_code"] == code]
        assert found[code] == pytest.approx(stats.spearmanr(rows["sigma"], rows["size"]).statistic, abs=1e-12)


def test_spread_agrees_with_its_parts_and_its_intervals_with_the_seed(local):
    some = local[local["area_code"].isin(local["area_code"].unique()[::4])]
    found = places.spread(some, 20, 5)
    part = places.shares(some["sigma"], some["occ_code"], some["area_code"])
    assert found.occupation[0] == pytest.approx(part.occupation)
    assert found.place[0] == pytest.approx(part.both - part.occupation)
    for trait, mean in (("size", found.size[0]), ("rich", found.rich[0])):
        assert mean == pytest.approx(places.within(some["sigma"], some[trait], some["occ_code"]).mean())
    assert all(low < estimate < high for estimate, low, high in found)
    assert places.spread(some, 20, 5) == found != places.spread(some, 20, 6)


def test_a_spread_that_grows_with_the_place_is_found_and_none_is_not_invented(local):
    random = np.random.default_rng(11)
    noise = pd.Series(random.normal(size=len(local)), local.index)
    grown = local.assign(sigma=np.log(local["size"]) + noise)
    assert places.spread(grown, 10, 1).size[0] > 0.5
    null = places.spread(local.assign(sigma=noise), 10, 1)
    assert abs(null.size[0]) < 0.02 and abs(null.rich[0]) < 0.02
    assert null.place[0] == pytest.approx((local["area_code"].nunique() - 1) / (len(local) - 1), rel=0.3)
