"""Hidden percentiles: the truth is known in simulated worlds, lognormal and Pareto."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from superstars import natural_experiment as ne
from superstars import oews
from superstars.lognormal import quantile

PROBS = np.array([0.10, 0.25, 0.50, 0.75, 0.90])
GROWTH = 1.03


def lognormal_world(jobs, workers, seed):
    """Percentiles (jobs, 5) of two independent samples of each job, and the true relative error of a mean."""
    rng = np.random.default_rng(seed)
    mu, sigma = rng.normal(11.0, 0.4, jobs), rng.uniform(0.2, 0.8, jobs)
    samples = [np.exp(mu[:, None] + sigma[:, None] * rng.standard_normal((jobs, workers))) for _ in range(2)]
    before, after = (np.quantile(s, PROBS, axis=1).T for s in samples)
    return before, GROWTH * after, np.sqrt(np.expm1(sigma**2) / workers), mu, sigma


@pytest.mark.parametrize("keep", [2, 3, 4])
def test_lognormal_world_unbiased_and_covered(keep):
    before, after, rse, *_ = lognormal_world(1000, 1000, seed=keep)
    growth = ne.median_growth(before[:, 2], after[:, 2])
    found = ne.predict_hidden(ne.hide(before, keep), after, PROBS, growth=growth,
                              rse_before=rse, rse_after=rse)
    assert len(found) == 1000 * (5 - keep)
    assert (found["visible"] == keep).all()
    p90 = found[found["p"] == 0.90]
    scores = ne.score(p90)
    # Within 4 Monte Carlo standard errors: unbiased in logs, and as uncertain as it says
    standardised = np.log(p90["ratio"]) / p90["se_log"]
    assert abs(standardised.mean()) < 4 / np.sqrt(1000)
    assert abs(standardised.var() - 1) < 4 * np.sqrt(2 / 1000)
    low, high = binom.ppf([1e-4, 1 - 1e-4], 1000, 0.9) / 1000
    assert low <= scores["coverage"] <= high
    assert scores["sign_p"] > 1e-3


def test_cap_finds_the_truth_in_large_samples():
    before, after, _, mu, sigma = lognormal_world(300, 20_000, seed=7)
    cap = 110_000.0
    capped = np.where(before >= cap, np.inf, before)
    found = ne.predict_hidden(capped, after, PROBS, cap, growth=GROWTH)
    assert len(found) > 50 and found["se_log"].isna().all()
    truth = GROWTH * quantile(found["p"], mu[found["row"]], sigma[found["row"]])
    identified = found["visible"] >= 3
    np.testing.assert_allclose(found["predicted"][identified], truth[identified], rtol=0.06)
    assert abs(np.log(ne.score(found)["ratio"])) < 0.005
    # A value at the bound is hidden as well as the mark
    again = ne.predict_hidden(np.where(before >= cap, cap, before), after, PROBS, cap, growth=GROWTH)
    pd.testing.assert_frame_equal(found, again)


def test_pareto_world_fails_in_the_known_direction():
    rng = np.random.default_rng(3)
    index = rng.uniform(1.5, 4, 300)
    draws = 30_000 * (1 + rng.pareto(index, (2, 2000, 300)))
    before, after = np.moveaxis(np.quantile(draws, PROBS, axis=1), 0, -1)
    rse = 0.02  # far more than such large samples need, so that failing cannot be blamed on narrow intervals
    found = ne.predict_hidden(ne.hide(before, 4), after, PROBS, rse_before=rse, rse_after=rse)
    scores = ne.score(found)
    assert scores["above"] > 0.99 and scores["sign_p"] < 1e-20 and scores["ratio_low"] > 1.1
    assert scores["coverage_high"] < 0.2


def test_score_by_hand():
    ratio = np.array([0.5, 0.8, 1.25, 1.25, 2.0])
    frame = pd.DataFrame({"ratio": ratio, "actual": ratio, "low": [0.4, 0.9, np.nan, 1.0, 1.0],
                          "high": [0.6, 1.0, np.nan, 1.5, 1.5]})
    scores = ne.score(frame)
    assert scores["n"] == 5 and scores["ratio"] == 1.25 and scores["above"] == 0.6
    assert scores["error"] == pytest.approx(np.log(1.25))
    assert scores["coverage"] == 0.5  # two of the four with an interval
    assert scores["sign_p"] == pytest.approx(1.0)
    # Five values cannot bound a median at 95 %: 2 * 0.5^5 = 0.0625
    assert (scores["ratio_low"], scores["ratio_high"]) == (0, np.inf)
    narrower = ne.score(frame, confidence=0.9)
    assert (narrower["ratio_low"], narrower["ratio_high"]) == (0.5, 2.0)


def test_median_interval_has_its_confidence():
    rng = np.random.default_rng(5)
    for n in (6, 17, 44):
        ratios = np.exp(rng.standard_normal((2000, n)))
        frames = (pd.DataFrame({"ratio": r, "actual": r, "low": np.nan, "high": np.nan}) for r in ratios)
        scores = [ne.score(f) for f in frames]
        held = np.mean([s["ratio_low"] <= 1 <= s["ratio_high"] for s in scores])
        assert held > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 2000)
        assert np.isnan(scores[0]["coverage"])


def test_kelley_skewness_of_known_distributions():
    sigma, index = np.array([0.2, 1.5]), np.array([1.2, 5.0])
    lognormal = np.exp(sigma[:, None] * np.array([-1.0, 0, 1]))
    np.testing.assert_allclose(ne.kelley_skewness(lognormal), 0, atol=1e-12)
    pareto = 0.1 ** (-1 / index)[:, None], 0.5 ** (-1 / index)[:, None], 0.9 ** (-1 / index)[:, None]
    skew = ne.kelley_skewness(np.concatenate(pareto[::-1], axis=1))
    np.testing.assert_allclose(skew, np.log(25 / 9) / np.log(9))
    assert np.isnan(ne.kelley_skewness([[1.0, 2.0, np.inf], [1.0, np.nan, 2.0], [3.0, 3.0, 3.0]])).all()


def test_missing_percentile_and_unidentified_rows():
    before = np.array([[20.0, np.nan, 40.0, 60.0, np.inf], [20.0, np.inf, np.inf, np.inf, np.inf],
                       [20.0, 30.0, 40.0, 60.0, 90.0]])
    after = np.array([[20.0, 30.0, 40.0, 60.0, 90.0]] * 3)
    found = ne.predict_hidden(before, after, PROBS, rse_before=0.01, rse_after=[0.01, 0.01, 0.0])
    assert found["row"].tolist() == [0] and found["visible"].tolist() == [3]
    assert np.isfinite(found["se_log"]).all()
    blank = ne.predict_hidden(before, after, PROBS, rse_before=0.01, rse_after=0.0)
    assert blank[["se_log", "low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("call, message", [
    (lambda: ne.hide(np.ones((2, 5)), 1), "keep = 1"),
    (lambda: ne.hide(np.ones((2, 5)), 5), "keep = 5"),
    (lambda: ne.hide(np.ones(5), 3), r"values has shape \(5,\)"),
    (lambda: ne.median_growth([1.0], [np.inf]), "no job that is finite"),
    (lambda: ne.median_growth([1.0], [1.0, 2.0]), "same jobs in the same order"),
    (lambda: ne.predict_hidden(np.ones((1, 5)), np.ones((1, 4)), PROBS), "same jobs in the same order"),
    (lambda: ne.predict_hidden(np.ones(5), np.ones(5), PROBS), r"before has shape \(5,\)"),
    (lambda: ne.predict_hidden(np.ones((1, 5)), np.ones((1, 5)), PROBS, growth=0), "growth = 0"),
    (lambda: ne.predict_hidden(np.ones((1, 5)), np.ones((1, 5)), PROBS, level=90), "level = 90"),
    (lambda: ne.score(pd.DataFrame({"ratio": [1.0]})), "lacks the columns"),
    (lambda: ne.score(pd.DataFrame(columns=["ratio", "actual", "low", "high"], dtype=float)), "no rows"),
    (lambda: ne.kelley_skewness(np.ones((2, 5))), "p10, p50 and p90"),
])  # fmt: skip
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_cap_of_may_2024():
    """What the chapter says in words about signs and sizes holds in the data."""
    old, new = (oews.detailed(year).set_index("occ_code") for year in (2024, 2025))
    codes = old.index.intersection(new.index)
    before, top_code = oews.percentiles(old.loc[codes])
    after, _ = oews.percentiles(new.loc[codes])
    free = ~np.isinf(before).any(axis=1)
    growth = ne.median_growth(before[free, 2], after[free, 2])
    found = ne.predict_hidden(before, after, PROBS, top_code, growth)
    found = found[found["p"] == 0.9].set_index(codes[found.loc[found["p"] == 0.9, "row"]])
    by_visible = {v: ne.score(rows) for v, rows in found.groupby("visible")}
    assert {v: s["n"] for v, s in by_visible.items()} == {2: 16, 3: 7, 4: 21}
    assert by_visible[4]["ratio_low"] > 1 > max(by_visible[2]["ratio_high"], by_visible[3]["ratio_high"])
    assert found["ratio"].idxmax() == "27-2021" and found.loc["27-2021", "ratio"] > 3  # athletes
    assert found.loc["27-2021", "predicted"] < 239_200 < found.loc["27-2021", "actual"]
    # Placebo: little bias, and the same one in both years, so that it is not the change of method
    hidden = ne.hide(before[free], 4)
    placebo = [ne.score(ne.predict_hidden(hidden, actual[free], PROBS, growth=g))["ratio"]
               for actual, g in ((before, 1.0), (after, growth))]
    assert placebo == pytest.approx([1.025, 1.025], abs=0.01)
