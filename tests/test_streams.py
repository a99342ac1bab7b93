"""Counts above thresholds: exact cases, simulations, and bounds that must hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr, ndtri

from superstars import streams

T = np.array([1e4, 1e5, 1e6, 1e7])


@pytest.mark.parametrize("index", [0.4, 1.0, 1.3, 3.0])
def test_pareto_counts_recovers_an_exact_pareto(index):
    fit = streams.pareto_counts(T, 1e9 * (T / T[0]) ** -index)
    assert fit.index == pytest.approx(index, rel=1e-9)
    assert fit.deviance == pytest.approx(0, abs=1e-4)
    assert fit.dof == 2


def test_two_thresholds_fit_exactly_with_the_binomial_standard_error():
    fit = streams.pareto_counts([1e4, 1e6], [52_600, 1_040])
    assert fit.index == pytest.approx(np.log(52_600 / 1_040) / np.log(100), rel=1e-12)
    share = 1_040 / 52_600
    assert fit.se == pytest.approx(np.sqrt((1 - share) / (share * 52_600)) / np.log(100), rel=1e-9)
    assert fit.dof == 0 and np.isnan(fit.p_value)


def test_interval_and_test_of_the_pareto_have_their_stated_rates():
    rng, index, n, size = np.random.default_rng(3), 1.1, 5_000, 2_000
    tail = (T / T[0]) ** -index
    draws = rng.multinomial(n, np.append(-np.diff(tail), tail[-1]), size=size)
    counts = draws[:, ::-1].cumsum(1)[:, ::-1]
    counts = counts[counts[:, -1] > 0]
    fits = [streams.pareto_counts(T, c) for c in counts]
    inside = np.mean([abs(f.index - index) < 1.96 * f.se for f in fits])
    rejected = np.mean([f.p_value < 0.05 for f in fits])
    error = 3 * np.sqrt(0.05 * 0.95 / size)
    assert inside == pytest.approx(0.95, abs=error)
    assert rejected == pytest.approx(0.05, abs=error)


def test_lognormal_counts_recovers_an_exact_lognormal():
    mu, sigma, earners = 6.0, 2.6, 3e6
    fit = streams.lognormal_counts(T, earners * ndtr((mu - np.log(T)) / sigma))
    assert (fit.mu, fit.sigma) == pytest.approx((mu, sigma), rel=1e-4)
    assert fit.earners == pytest.approx(earners, rel=1e-3)
    assert fit.deviance == pytest.approx(0, abs=1e-6)


def test_a_lognormal_is_refused_where_the_tail_flattens():
    with pytest.raises(ValueError, match="tail indices"):
        streams.lognormal_counts(T[:3], [1_000, 100, 20])


@pytest.mark.parametrize(("count", "half"), [(1_450, 5), (57_000, 500), (7, 0.5), (70, 5), (52_601, 0.5)])
def test_rounding(count, half):
    assert streams.rounding(count) == half


def test_local_index_covers_the_index_of_rounded_counts():
    counts = np.array([71_200, 12_500, 1_450, 70])
    table = streams.local_index(T, counts)
    assert table["index"].to_numpy() == pytest.approx(np.log10(counts[:-1] / counts[1:]))
    assert (table["low"] < table["index"]).all() and (table["index"] < table["high"]).all()
    top = table.iloc[-1]
    assert top["high"] > np.log10(1_455 / 65) and top["low"] < np.log10(1_445 / 75)


@pytest.mark.parametrize("rank", [101, 460, 1_040, 3_000, 40_000])
def test_pay_at_rank_contains_the_truth_of_a_lognormal(rank):
    mu, sigma, earners = 6.0, 2.6, 1_000_000
    counts = np.round(earners * ndtr((mu - np.log(T)) / sigma))
    low, high = streams.pay_at_rank(T, counts, rank)
    true = np.exp(mu - sigma * ndtri(rank / earners))
    assert low <= true <= high
    above = T[true < T].min()
    assert high <= above and high / low < 5


def test_pay_at_rank_is_a_point_for_an_exact_pareto_without_rounding():
    counts = np.array([1_234_321, 123_432.1, 12_343.21, 1_234.321])
    low, high = streams._pay_bounds(T, counts, 5_000)
    assert low == pytest.approx(high, rel=1e-9) == pytest.approx(T[0] * 1_234_321 / 5_000)


def test_pay_at_the_rank_of_a_threshold_is_that_threshold():
    low, high = streams.pay_at_rank(T, [71_200, 12_500, 1_450, 70], 1_450)
    assert low < 1e6 < high and high / low < 1.02


def test_elasticity_takes_the_extremes():
    assert streams.elasticity((2, 4), (2, 4)) == pytest.approx((0.5, 2))
    assert streams.elasticity((0.5, 2), (2, 4)) == pytest.approx((-1, 1))


def test_market_growth_allows_what_is_printed():
    totals = pd.DataFrame({"year": [1, 2, 3], "value": [3.3, 7.0, 10.0],
                           "bound": ["as stated", "at least", "as stated"]})
    assert streams.market_growth(totals, 1, 3) == pytest.approx((9.5 / 3.35, 10.5 / 3.25))
    assert streams.market_growth(totals, 2, 3) == pytest.approx((9.5 / 8, 10.5 / 7))
    with pytest.raises(ValueError, match="0 rows for 4"):
        streams.market_growth(totals, 4, 3)


def test_rank_growth_finds_a_market_that_scaled_every_payout():
    """All payouts grow with the market: elasticity 1 at each rank, and bounds that contain it."""
    mu, sigma, earners, grown = 6.0, 2.6, 1_000_000, 3.0
    frames = [pd.DataFrame({"year": year, "threshold_usd": T, "artists_at_or_above":
                            np.round(earners * ndtr((mu + np.log(scale) - np.log(T)) / sigma))})
              for year, scale in ((1, 1.0), (2, grown))]
    frames[0] = frames[0][frames[0]["artists_at_or_above"] > frames[1]["artists_at_or_above"].min()]
    totals = pd.DataFrame({"year": [1, 2], "value": [10.0, 30.0], "bound": "as stated"})
    table = streams.rank_growth(pd.concat(frames), totals, 2)
    assert len(table) == 3
    assert (table["pay_low"] <= grown).all() and (table["pay_high"] >= grown).all()
    assert (table["e_low"] < 1).all() and (table["e_high"] > 1).all()
    assert streams.rank_growth(pd.concat(frames), totals[totals["year"] == 2], 2)["e_low"].isna().all()


@pytest.mark.parametrize(("call", "message"), [
    (lambda: streams.pareto_counts([1e4], [5]), "at least 2"),
    (lambda: streams.pareto_counts([1e5, 1e4], [5, 3]), "thresholds.*rising"),
    (lambda: streams.pareto_counts([1e4, 1e5], [3, 5]), "counts.*falling"),
    (lambda: streams.pareto_counts([1e4, 1e5], [np.nan, 5]), "counts"),
    (lambda: streams.pareto_counts([-1, 1e5], [6, 5]), "thresholds"),
    (lambda: streams.rounding(0), "count"),
    (lambda: streams.rounding(1.5), "whole"),
    (lambda: streams.pay_at_rank(T, [71_200, 12_500, 1_450, 70], 60), "rank"),
    (lambda: streams.elasticity((1, 2), (0.9, 2)), "market"),
    (lambda: streams.elasticity((2, 1), (2, 3)), "growth"),
])
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
