"""superstars.outlook: closed forms by hand, simulation against closed form, data rules on the real files."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.integrate import quad
from scipy.stats import norm

from superstars import outlook as ol

PRIOR = ol.Prior(1.3, 0.4, 0.6, 0.5, 0.2, 0.6, 0.2)
STEADY = replace(PRIOR, slowdown=0.0, slowdown_sd=0.0)


def path(years: np.ndarray) -> pd.Series:
    return pd.Timestamp("2020-01-01") + pd.to_timedelta(np.asarray(years) * ol.YEAR, unit="D")


# ---------------------------------------------------------------- the series

FRAME = ol.series()


def test_a_measure_has_one_unit_and_one_definition() -> None:
    assert (FRAME.groupby("measure")["unit"].nunique() == 1).all()
    assert set(FRAME.loc[FRAME["measure"] == "weekly users", "series"]) == {"ChatGPT"}
    assert FRAME["value"].gt(0).all() and FRAME["date"].notna().all()


def test_paying_users_features_and_disputed_revenue_are_left_out() -> None:
    weekly = FRAME[FRAME["measure"] == "weekly users"]["value"]
    assert 4e7 not in set(weekly)  # 40 million paying users
    rates = FRAME[(FRAME["measure"] == "run-rate revenue") & (FRAME["series"] == "Anthropic")]
    assert 3e10 not in set(rates["value"])  # disputed, April 2026
    assert 1e9 in set(rates["value"]) and (rates["value"] == 1e9).sum() == 1  # a division's 1bn is not a run rate


def test_run_rates_and_yearly_totals_never_meet() -> None:
    both = FRAME[FRAME["series"] == "OpenAI"]
    year_end = both[both["date"] == "2024-12-31"].set_index("measure")["value"]
    assert year_end["run-rate revenue"] == 5.5e9 and year_end["revenue of a year"] == 3.7e9


def test_secondary_pages_only_after_the_last_epoch_date() -> None:
    last = FRAME[FRAME["page"] == "Epoch AI"].groupby(["measure", "series"])["date"].max()
    for row in FRAME[FRAME["page"] == "secondary"].itertuples():
        assert row.date > last[row.measure, row.series]
    assert (FRAME["page"] == "secondary").sum() == 5


def test_chips_cover_the_same_makers_in_every_quarter() -> None:
    chips = FRAME[FRAME["measure"] == "chips sold"]
    assert chips["date"].min() == pd.Timestamp("2024-03-31") and chips["date"].max() == pd.Timestamp("2025-12-31")
    assert chips["value"].is_monotonic_increasing


def test_quarterly_takes_geometric_means() -> None:
    days = pd.to_datetime(["2025-01-02", "2025-03-03", "2025-04-01"])
    frame = pd.DataFrame({"measure": "m", "series": "s", "date": days, "value": [1.0, 100.0, 7.0]})
    out = ol.quarterly(frame)
    assert out["value"].tolist() == pytest.approx([10, 7]) and out["date"].iloc[0] == pd.Timestamp("2025-02-01")


# ---------------------------------------------------------------- growth

def test_trend_agrees_with_statsmodels() -> None:
    t, y = np.array([0, 0.4, 1.3, 2.0, 3.1]), np.array([0.1, 0.5, 1.2, 2.6, 2.9])
    fit = sm.OLS(y, sm.add_constant(t)).fit()
    assert ol.trend(path(t), np.exp(y)) == pytest.approx((fit.params[1], *fit.conf_int()[1]), rel=1e-6)


def test_drift_is_least_squares_on_scaled_steps() -> None:
    t, y = np.array([0, 0.4, 1.3, 2.0, 3.1]), np.array([0.1, 0.5, 1.2, 2.6, 2.9])
    h, d = np.diff(t), np.diff(y)
    fit = sm.WLS(d, h, weights=1 / h).fit()
    assert ol.drift(path(t), np.exp(y)) == pytest.approx((fit.params[0], *fit.conf_int()[0]), rel=1e-6)


def test_drift_covers_a_random_walk_where_the_trend_does_not() -> None:
    rng, t = np.random.default_rng(1), np.arange(12.0)
    walks = np.cumsum(0.5 + 0.3 * rng.standard_normal((400, 12)), axis=1)
    inside = {f: np.mean([f(path(t), np.exp(w))[1] < 0.5 < f(path(t), np.exp(w))[2] for w in walks])
              for f in (ol.drift, ol.trend)}
    assert abs(inside[ol.drift] - 0.95) < 0.04 and inside[ol.trend] < 0.75


def test_recent_looks_back_one_year() -> None:
    assert ol.recent(path([0, 1, 1.9, 3]), np.exp([0, 5, 6, 8])) == pytest.approx(2 / 1.1, rel=1e-6)


@pytest.mark.parametrize("rate", [0.4, 0.0, -0.3])
def test_slowdown_finds_the_curve(rate: float) -> None:
    t = np.linspace(0, 4, 12)
    noise = 0.001 * np.random.default_rng(0).standard_normal(12)
    y = 1.7 * (t if rate == 0 else -np.expm1(-rate * t) / rate) + noise
    found, low, high, now = ol.slowdown(path(t), np.exp(y))
    assert low <= rate <= high and found == pytest.approx(rate, abs=0.02)
    assert now == pytest.approx(1.7 * math.exp(-rate * 4), rel=0.02)


def test_slowdown_says_when_the_data_do_not_bound_it() -> None:
    rng = np.random.default_rng(3)
    _, low, high, _ = ol.slowdown(path(np.arange(4.0)), np.exp(rng.standard_normal(4)))
    assert not (math.isfinite(low) and math.isfinite(high))


def test_growth_table_on_the_data() -> None:
    table = ol.growth_table(FRAME)
    assert (table["trend"].dropna() > 0).all()
    assert ((table["trend_low"] < table["trend"]) & (table["trend"] < table["trend_high"]))[table["n"] > 2].all()
    assert table.loc[table["measure"] == "training compute", ["drift", "recent"]].isna().all(axis=None)


# ---------------------------------------------------------------- years

def test_years_by_hand() -> None:
    assert ol.years_until(10, math.log(3), 1) == pytest.approx(math.log(10) / math.log(3))
    assert ol.years_until(4, 1, 1, 0.5) == pytest.approx(-2 * math.log(1 - 0.5 * math.log(4)))
    assert ol.years_until(10, 1, 0) == np.inf and ol.years_until(10, 0.4, 1, 0.2) == np.inf
    assert ol.years_until(1, 1, 0) == 0 and np.isnan(ol.years_until(10, np.nan, 1))


def test_years_solve_the_growth_equation_and_tend_to_the_steady_case() -> None:
    g, e, slow = np.meshgrid([0.8, 1.5], [0.5, 1.0], [0.05, 0.15])
    t = ol.years_until(10, g, e, slow)
    assert np.allclose(e * ol.log_growth(t, g, slow), math.log(10))
    assert ol.years_until(10, 1, 1, 1e-9) == pytest.approx(ol.years_until(10, 1, 1), rel=1e-8)
    assert np.allclose(ol.needed_pace(10, t, slow), g * e)


def test_vega_expression() -> None:
    for k, pace, slow in [(10, 0.8, 0.2), (10, 0.4, 0.2), (1.5, 0.3, 0.0), (15, 2.0, 0.9)]:
        js = ol.years_until_vega("K", "P", "L").replace("log(", "math.log(")
        js = re.sub(r"\((.*?) \? (.*?) : (.*?) \? (.*?) : (.*)\)$", r"(\2) if \1 else ((\4) if \3 else (\5))", js)
        got = eval(js, {"math": math, "K": k, "P": pace, "L": slow})
        assert min(got, 1e9) == pytest.approx(min(float(ol.years_until(k, pace, 1, slow)), 1e9))


# ---------------------------------------------------------------- probability

def test_band_gives_the_lognormal_back() -> None:
    median, sd = ol.from_band(1 / 3, 1)
    assert norm.cdf(math.log(1 / median) / sd) == pytest.approx(0.9)
    assert norm.cdf(math.log(1 / 3 / median) / sd) == pytest.approx(0.1)
    assert ol.from_band(2, 2) == (2, 0)


def test_probability_without_slowdown_is_lognormal() -> None:
    z = math.log(1.3 * 0.6 * 5 / math.log(10)) / math.hypot(0.4, 0.5)
    assert ol.probability(10, 5, STEADY) == pytest.approx(0.8 * norm.cdf(z))


def test_probability_integrates_over_the_slowdown() -> None:
    def inside(z: float) -> float:
        return norm.pdf(z) * ol.probability(10, 6, replace(PRIOR, slowdown=0.2 * math.exp(0.6 * z), slowdown_sd=0.0))

    assert ol.probability(10, 6, PRIOR) == pytest.approx(quad(inside, -8, 8)[0], abs=2e-4)


@pytest.mark.parametrize("prior", [STEADY, PRIOR])
@pytest.mark.parametrize("years", [2.0, 5.0, 12.0])
def test_simulation_agrees_with_the_closed_form(prior: ol.Prior, years: float) -> None:
    p, error = ol.share_by(ol.simulate(10, prior, size=40_000, seed=2), years)
    assert 0 < error < 0.003 and abs(p - ol.probability(10, years, prior)) < 4 * error


def test_probability_is_monotone_and_has_its_limits() -> None:
    by = [ol.probability(10, t, PRIOR) for t in (1, 3, 9, 27)]
    assert np.all(np.diff(by) > 0) and by[-1] < 0.8
    assert ol.probability(10, 5, replace(PRIOR, plateau=1.0)) == 0
    sure = ol.Prior(1.0, 0, 1.0, 0)
    assert ol.probability(10, 2.3, sure) == 1 - ol.probability(10, 2.31, sure) == 0


def test_what_matters_against_simulation() -> None:
    table = ol.what_matters(10, 5, PRIOR).set_index("assumption")
    p = ol.probability(10, 5, PRIOR)
    rng = np.random.default_rng(0)  # pick and freeze: E[y y'] - p^2 with one input in common
    n = 200_000
    z = rng.standard_normal((2, 3, n))
    u = rng.random((2, n))
    for i, name in enumerate(("growth", "elasticity", "slowdown")):
        hit = []
        for copy in range(2):
            draw = z[copy].copy()
            draw[i] = z[0, i]
            t = ol.years_until(10, 1.3 * np.exp(0.4 * draw[0]),
                               np.where(u[copy] < 0.2, 0, 0.6 * np.exp(0.5 * draw[1])), 0.2 * np.exp(0.6 * draw[2]))
            hit.append(t <= 5)
        share = (np.mean(hit[0] & hit[1]) - p**2) / (p * (1 - p))
        assert table.loc[name, "share"] == pytest.approx(share, abs=0.01)
    assert table["share"].sum() < 1 and table.loc["growth", "at_low"] < p < table.loc["growth", "at_high"]
    assert table.loc["slowdown", "at_low"] > p > table.loc["slowdown", "at_high"]


# ---------------------------------------------------------------- forecasts and budgets

def test_forecast_by_hand() -> None:
    t, y = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, 1.5, 2.5])
    middle, low, high = ol.forecast(path(t), np.exp(y), str(path([4.0])[0].date()), level=0.8)
    assert middle == pytest.approx(math.exp(3.5), rel=0.01)
    s = np.std(np.diff(y), ddof=1)
    half = 1.885618 * s * math.sqrt(1 + 1 / 3)  # t with two degrees of freedom, 90 per cent
    assert math.log(high / middle) == pytest.approx(half, rel=0.01)
    assert high / middle == pytest.approx(middle / low)
    slowing, steady = (ol.forecast(path(t), np.exp(y), "2025-01-01", slowdown)[0] for slowdown in (1.0, 0.0))
    assert slowing < steady


def test_budgets_are_dated_and_ranked() -> None:
    table = ol.budgets()
    assert table["amount"].is_monotonic_decreasing and set(table["what"]) == {"capital spending", "revenue, run rate"}
    assert table.set_index("company").loc["Meta", "amount"] == 72.22e9


@pytest.mark.parametrize(("call", "message"), [
    (lambda: ol.years_until(0.5, 1, 1), "factor = 0.5"),
    (lambda: ol.years_until(10, -1, 1), "growth = -1"),
    (lambda: ol.years_until(10, 1, [1, -2]), r"elasticity\[1\]"),
    (lambda: ol.log_growth(1, 1, -0.1), "slowdown = -0.1"),
    (lambda: ol.needed_pace(10, 0), "years = 0"),
    (lambda: ol.Prior(0, 1, 1, 1), "growth = 0"),
    (lambda: replace(PRIOR, plateau=1.5), "plateau = 1.5"),
    (lambda: ol.from_band(2, 1), r"band is \(2, 1\)"),
    (lambda: ol.simulate(10, PRIOR, size=1), "size = 1"),
    (lambda: ol.trend(["2020-01-01"] * 3, [1, 2, 3]), "dates are all equal"),
    (lambda: ol.drift(["2020-01-01"] * 3, [1, 2, 3]), "two equal"),
    (lambda: ol.drift(["2020-01-01", "2021-01-01"], [1, 2]), "3 or more"),
    (lambda: ol.trend(path([0, 1, 2]), [1, 0, 2]), r"values\[1\]"),
    (lambda: ol.forecast(path([0, 1, 2]), [1, 2, 3], "2021-01-01"), "later than the last"),
    (lambda: ol.what_matters(10, 5, replace(PRIOR, plateau=1.0)), "probability is 0"),
])  # fmt: skip
def test_bad_input(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
