"""superstars.lognormal against closed forms, scipy and statsmodels one row at a time, and simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats
from statsmodels.base.model import GenericLikelihoodModel

from superstars import data, oews
from superstars import lognormal as ln

P = np.array([0.10, 0.25, 0.50, 0.75, 0.90])
Z = stats.norm.ppf(P)
TOP = 239_200.0  # US dollars a year


def exact(mu: float, sigma: float, probs: np.ndarray = P) -> np.ndarray:
    return np.exp(mu + sigma * stats.norm.ppf(probs))


def panel(rows: int, seed: int = 7) -> np.ndarray:
    """Rows like the occupational statistics: not lognormal, with ties, missing and top-coded percentiles."""
    rng = np.random.default_rng(seed)
    scores = np.sort(Z + rng.normal(0, 0.15, (rows, 5)), axis=-1)
    x = np.exp(rng.normal(11.2, 0.5, (rows, 1)) + rng.uniform(0.15, 1.2, (rows, 1)) * scores)
    x = np.round(x, -1)
    tied = rng.random(rows) < 0.2
    column = rng.integers(0, 4, rows)
    x[tied, column[tied]] = x[tied, column[tied] + 1]
    x = np.sort(x, axis=-1)
    x[x >= TOP] = np.inf
    x[rng.random(x.shape) < 0.08] = np.nan
    return x


def cells(row: np.ndarray, probs: np.ndarray = P) -> tuple[np.ndarray, np.ndarray]:
    """Distinct uncensored log percentiles of one row and the cell probabilities, by the plain rule."""
    highest = {x: p for x, p in zip(row, probs, strict=True) if np.isfinite(x)}  # the last of a tie wins
    return np.log(list(highest)), np.diff([0.0, *highest.values(), 1.0])


def slow_loglike(mu: float, sigma: float, y: np.ndarray, w: np.ndarray) -> float:
    cdf, sf = stats.norm.cdf((y - mu) / sigma), stats.norm.sf((y - mu) / sigma)
    left, right = np.diff([0.0, *cdf, 1.0]), -np.diff([1.0, *sf, 0.0])
    q = np.where(np.r_[0.0, cdf] > 0.5, right, left)
    return float(w @ np.log(np.maximum(q, 1e-300)))


class GroupedNormal(GenericLikelihoodModel):
    """The grouped likelihood as a statsmodels model: endog are weights of cells, exog their two cuts."""

    def loglike(self, params: np.ndarray) -> float:
        mu, sigma = params
        low, high = ((self.exog - mu) / sigma).T
        return float(self.endog @ np.log(stats.norm.cdf(high) - stats.norm.cdf(low)))


# ---------------------------------------------------------------- percentiles: closed forms


@pytest.mark.parametrize("method", ["mle", "ls"])
@pytest.mark.parametrize("sigma", [1e-4, 0.05, 0.6, 2.5, 9.0])
def test_exact_lognormal_percentiles_return_the_parameters(method, sigma):
    mu = np.array([[0.0, 3.3, 11.0], [-4.0, 12.5, 25.0]])
    fit = ln.fit_percentiles(np.exp(mu[..., None] + sigma * Z), P, method=method)
    assert fit.mu.shape == (2, 3) and fit.converged.all() and (fit.n_percentiles == 5).all()
    np.testing.assert_allclose(fit.mu, mu, rtol=0, atol=1e-9)
    np.testing.assert_allclose(fit.sigma, sigma, rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(fit.r_squared, 1, rtol=0, atol=1e-9)


@pytest.mark.parametrize("method", ["mle", "ls"])
@pytest.mark.parametrize("hidden", [(0,), (2,), (4,), (0, 4), (1, 2, 3), (3, 4)])
def test_missing_and_top_coded_percentiles_are_not_values(method, hidden):
    x = exact(11.0, 0.7)
    x[list(hidden)] = np.nan
    fit = ln.fit_percentiles(x, P, method=method)
    assert (fit.mu, fit.sigma) == (pytest.approx(11.0, abs=1e-9), pytest.approx(0.7, abs=1e-9))
    assert fit.n_percentiles == 5 - len(hidden)
    if min(hidden) == 3:  # hidden from the top: the same as a top code, written either way
        for values, top in (
            (np.where(np.isnan(x), np.inf, x), None),
            (exact(11.0, 0.7), exact(11.0, 0.7)[3]),
        ):
            again = ln.fit_percentiles(values, P, top_code=top, method=method)
            assert (again.mu, again.sigma, again.n_percentiles) == (fit.mu, fit.sigma, 3)


def test_ties_count_once_at_the_highest_probability():
    tied = ln.fit_percentiles([10.0, 20.0, 20.0, 20.0, 50.0], P)
    alone = ln.fit_percentiles([10.0, np.nan, np.nan, 20.0, 50.0], P)
    across = ln.fit_percentiles([10.0, 20.0, np.nan, 20.0, 50.0], P)
    for fit in (alone, across):
        assert (tied.mu, tied.sigma, tied.r_squared, tied.n_percentiles) == (
            fit.mu,
            fit.sigma,
            fit.r_squared,
            fit.n_percentiles,
        )
    assert tied.n_percentiles == 3


def test_not_identified_is_nan_and_two_percentiles_have_no_goodness_of_fit():
    nan, inf = np.nan, np.inf
    rows = [
        [nan] * 5,
        [nan, nan, 5.0, nan, nan],
        [5.0] * 5,
        [5.0, inf, inf, inf, inf],
        [inf] * 5,
        [5.0, nan, nan, nan, 9.0],
    ]
    fit = ln.fit_percentiles(rows, P, mean_rse=0.01)
    for field in (fit.mu, fit.sigma, fit.se_mu, fit.se_sigma, fit.r_squared):
        assert np.isnan(field[:5]).all()
    assert fit.n_percentiles.tolist() == [0, 1, 1, 1, 0, 2]
    assert fit.converged.tolist() == [False] * 5 + [True]
    sigma = np.log(9 / 5) / (Z[4] - Z[0])
    assert fit.sigma[5] == pytest.approx(sigma, abs=1e-12)
    assert fit.mu[5] == pytest.approx(np.log(5) - Z[0] * sigma, abs=1e-12)
    assert np.isnan(fit.r_squared[5]) and fit.se_sigma[5] > 0


def test_empty_input_and_scalar_fields():
    assert ln.fit_percentiles(np.empty((0, 5)), P).mu.shape == (0,)
    assert np.ndim(ln.fit_percentiles(exact(1, 1), P).mu) == 0


# ---------------------------------------------------------------- percentiles: other estimators


def published() -> np.ndarray:
    """US dollars a year, May 2024, every thirtieth occupation; inf where top-coded."""
    frame = data.load("oews_national").query("year == 2024").iloc[::30]
    return oews.percentiles(frame)[0]


@pytest.mark.parametrize("source", ["published", "made up"])
def test_agrees_with_scipy_row_by_row(source):
    rows = published() if source == "published" else panel(25)
    fit = ln.fit_percentiles(rows, P)
    checked = 0
    for i, row in enumerate(rows):
        y, w = cells(row)
        assert fit.n_percentiles[i] == y.size
        if y.size < 2:
            assert np.isnan(fit.mu[i])
            continue
        result = optimize.minimize(
            lambda v, y=y, w=w: -slow_loglike(v[0], np.exp(v[1]), y, w),
            [y.mean(), np.log(y.std())],
            method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-14, "maxiter": 4000},
        )
        assert result.success and abs(fit.mu[i] - result.x[0]) < 1e-6
        assert abs(fit.sigma[i] - np.exp(result.x[1])) < 1e-6
        assert slow_loglike(fit.mu[i], fit.sigma[i], y, w) >= -result.fun - 1e-14
        checked += 1
    assert checked > 20 and {4, 5} <= set(fit.n_percentiles)


@pytest.mark.filterwarnings("ignore:df_model")
def test_agrees_with_a_statsmodels_likelihood_model():
    rows = panel(200)
    rows = rows[[np.isfinite(r).sum() == 5 and len(set(r)) == 5 for r in rows]][:5]
    fit = ln.fit_percentiles(rows, P)
    for i, row in enumerate(rows):
        y, w = cells(row)
        edges = np.r_[-1e6, y, 1e6]  # statsmodels takes no infinite exog
        model = GroupedNormal(w, np.column_stack([edges[:-1], edges[1:]]))
        result = model.fit(
            start_params=[y.mean(), y.std()], method="nm", disp=0, maxiter=5000, xtol=1e-10, ftol=1e-16
        )
        np.testing.assert_allclose([fit.mu[i], fit.sigma[i]], result.params, atol=1e-6)


def test_gradient_vanishes_on_every_row():
    rows = panel(3000)
    fit = ln.fit_percentiles(rows, P)
    assert (fit.converged == (fit.n_percentiles >= 2)).all()
    for i in np.flatnonzero(fit.converged)[:400]:
        y, w = cells(rows[i])
        z = np.r_[-np.inf, (y - fit.mu[i]) / fit.sigma[i], np.inf]
        density, zdensity = stats.norm.pdf(z), np.r_[0, z[1:-1] * stats.norm.pdf(z[1:-1]), 0]
        q = np.diff(stats.norm.cdf(z))
        assert abs(w @ (np.diff(density) / q)) < 1e-10  # sigma times the derivative in mu, with opposite sign
        assert abs(w @ (np.diff(zdensity) / q)) < 1e-10


def test_converges_on_rows_no_lognormal_could_have_made():
    rng = np.random.default_rng(0)
    wild = np.cumsum(np.exp(rng.normal(0, 6, (20_000, 5))), axis=-1)
    fit = ln.fit_percentiles(wild, P)
    assert fit.converged.all() and (fit.sigma > 0).all() and np.isfinite(fit.mu).all()
    extreme = ln.fit_percentiles([[1e-300, 1e-200, 1.0, 1e200, 1e300], [1, 1 + 1e-12, 1 + 1e-9, 2, 1e12]], P)
    assert extreme.converged.all()


def test_newton_converges_from_a_poor_start():
    y = np.log(panel(200))
    y = y[np.isfinite(y).all(axis=-1)]
    y = y[(np.diff(y) > 0).all(axis=-1)]
    y = (y - y[:, [2]]) / (y[:, [4]] - y[:, [0]])
    weight = np.tile(np.diff(P, prepend=0, append=1), (len(y), 1))
    rows = y, *ln._middle_width(y), weight
    fit = ln.fit_percentiles(np.exp(y), P)
    for start in ([0.0, 1.0], [5.0, 0.01], [-20.0, 30.0], [0.0, 300.0]):
        ab, converged = ln._newton(
            lambda ab, i: ln._grouped(*(v[i] for v in rows), ab), np.tile(start, (len(y), 1))
        )
        assert converged.all()
        np.testing.assert_allclose(ab[:, 0] / ab[:, 1], fit.mu, atol=1e-10)
        np.testing.assert_allclose(1 / ab[:, 1], fit.sigma, atol=1e-10)


def test_ls_is_statsmodels_ols_and_r_squared_its_probability_plot():
    rng = np.random.default_rng(3)
    for _ in range(5):
        probs = np.arange(1, 10) / 10  # the plotting positions i/(n + 1) of a sample of nine
        x = np.sort(np.exp(rng.normal(10, 1, 9)))
        fit, mle = (ln.fit_percentiles(x, probs, method=m) for m in ("ls", "mle"))
        ols = sm.OLS(np.log(x), sm.add_constant(stats.norm.ppf(probs))).fit()
        np.testing.assert_allclose(
            [fit.mu, fit.sigma, fit.r_squared], [*ols.params, ols.rsquared], rtol=1e-12
        )
        plot = sm.ProbPlot(np.log(x))
        r = np.corrcoef(plot.theoretical_quantiles, plot.sample_quantiles)[0, 1]
        assert mle.r_squared == pytest.approx(r**2, abs=1e-12)


def test_blocks_rows_and_shapes_do_not_matter():
    rows = np.tile(panel(1000), (20, 1))
    whole = ln.fit_percentiles(rows, P, mean_rse=0.02)
    cube = ln.fit_percentiles(rows[:1000].reshape(10, 100, 5), P, mean_rse=np.full((10, 100), 0.02))
    order = np.random.default_rng(1).permutation(1000)
    shuffled = ln.fit_percentiles(rows[order], P, mean_rse=0.02)
    for field in (
        "mu",
        "sigma",
        "se_mu",
        "se_sigma",
        "r_squared",
        "n_percentiles",
        "converged",
        "consistent",
    ):
        first = getattr(whole, field)[:1000]
        np.testing.assert_array_equal(getattr(whole, field), np.tile(first, 20))
        np.testing.assert_array_equal(getattr(cube, field).reshape(-1), first)
        np.testing.assert_array_equal(getattr(shuffled, field), first[order])


# ---------------------------------------------------------------- percentiles: uncertainty and top codes


@pytest.mark.parametrize("method", ["mle", "ls"])
def test_standard_errors_are_those_of_sample_percentiles(method):
    mu, sigma, n, repeats = 11.0, 0.8, 2001, 3000
    pay = np.random.default_rng(5).standard_normal((repeats, n))
    x = np.exp(mu + sigma * np.quantile(pay, P, axis=-1).T)
    fit = ln.fit_percentiles(x, P, method=method)
    rse = np.sqrt(np.expm1(sigma**2) / n)  # the relative standard error of the mean in a sample of n
    told = ln.fit_percentiles(exact(mu, sigma), P, method=method, mean_rse=rse)
    tolerance = 4 / np.sqrt(2 * repeats)  # four standard errors of a simulated standard deviation
    assert np.std(fit.mu) == pytest.approx(told.se_mu, rel=tolerance)
    assert np.std(fit.sigma) == pytest.approx(told.se_sigma, rel=tolerance)


def test_standard_errors_need_a_positive_relative_error():
    fit = ln.fit_percentiles(np.tile(exact(11, 0.5), (4, 1)), P, mean_rse=[0.01, 0.02, 0.0, np.nan])
    assert fit.se_mu[1] == pytest.approx(2 * fit.se_mu[0]) and fit.se_sigma[1] == pytest.approx(
        2 * fit.se_sigma[0]
    )
    assert np.isnan(fit.se_mu[2:]).all() and np.isnan(fit.se_sigma[2:]).all() and np.isfinite(fit.mu).all()


def test_information_is_the_curvature_of_the_expected_likelihood():
    mu, sigma = 0.3, 0.9
    cuts = np.array([-1.0, 0.2, 0.25, 2.0])
    weights = np.diff([0, *stats.norm.cdf((cuts - mu) / sigma), 1])
    h = 1e-4

    def f(i, j):
        return slow_loglike(mu + i * h, sigma + j * h, cuts, weights)

    hessian = (
        np.array(
            [
                [f(1, 0) - 2 * f(0, 0) + f(-1, 0), (f(1, 1) - f(1, -1) - f(-1, 1) + f(-1, -1)) / 4],
                [0, f(0, 1) - 2 * f(0, 0) + f(0, -1)],
            ]
        )
        / h**2
    )
    hessian[1, 0] = hessian[0, 1]
    np.testing.assert_allclose(ln.information(cuts, mu, sigma), -hessian, atol=1e-6)
    many = ln.information(mu + sigma * np.linspace(-9, 9, 4000), mu, sigma)  # fine cells lose nothing
    np.testing.assert_allclose(many, np.diag([1, 2]) / sigma**2, atol=1e-4)


@settings(deadline=None, max_examples=60)
@given(st.floats(5, 13), st.floats(0.05, 2.5), st.integers(3, 12))
def test_a_tighter_top_code_never_adds_information(mu, sigma, k):
    probs = np.arange(1, k + 1) / (k + 1)
    x = exact(mu, sigma, probs)
    before, errors = None, []
    for kept in range(k, 1, -1):
        cuts = np.where(np.arange(k) < kept, np.log(x), np.inf)
        now = ln.information(cuts, mu, sigma)
        if before is not None:
            assert np.linalg.eigvalsh(before - now).min() > -1e-10 * before.max()
        before = now
        fit = ln.fit_percentiles(np.where(np.arange(k) < kept, x, np.inf), probs, mean_rse=0.01)
        errors.append((fit.se_mu, fit.se_sigma))
    assert (np.diff(errors, axis=0) >= -1e-9).all()


def test_a_top_code_above_the_implied_quantile_rejects():
    x = np.array([30e3, 40e3, 50e3, np.inf, np.inf])
    low, high = ln.fit_percentiles(x, P, top_code=52e3), ln.fit_percentiles(x, P, top_code=100e3)
    implied = ln.quantile(P[3:], low.mu, low.sigma)
    assert 52e3 < implied[0] < 100e3  # so that the 75th percentile cannot be above 100,000
    assert low.consistent and not high.consistent and low.mu == high.mu
    between = ln.fit_percentiles(x, P, top_code=np.sqrt(implied[0] * implied[1]))
    assert not between.consistent  # the 90th percentile could be above it, the 75th could not
    rows = ln.fit_percentiles(np.tile(x, (4, 1)), P, top_code=[52e3, 100e3, np.nan, np.inf])
    assert rows.consistent.tolist() == [True, False, True, True]


# ---------------------------------------------------------------- percentiles: properties

percentiles = st.lists(st.integers(8_000, 400_000), min_size=5, max_size=5).map(
    lambda v: np.sort(np.array(v, float))
)


@settings(deadline=None, max_examples=150)
@given(percentiles, st.sampled_from([1e-3, 100.0, 1 / 2080, 7.3]), st.sampled_from(["mle", "ls"]))
def test_the_unit_of_pay_does_not_matter(x, unit, method):
    one, two = (
        ln.fit_percentiles(u * x, P, top_code=u * TOP, method=method, mean_rse=0.02) for u in (1, unit)
    )
    assert one.n_percentiles == two.n_percentiles and one.consistent == two.consistent
    if one.n_percentiles >= 2:
        assert two.mu == pytest.approx(one.mu + np.log(unit), abs=1e-12)
        assert two.sigma == pytest.approx(one.sigma, abs=1e-12)
        assert (one.converged, two.converged) == (True, True)


@settings(deadline=None, max_examples=100)
@given(percentiles, st.lists(st.booleans(), min_size=5, max_size=5))
def test_missing_in_missing_out(x, missing):
    fit = ln.fit_percentiles(np.where(missing, np.nan, x), P)
    left = np.unique(x[~np.array(missing)]).size
    assert fit.n_percentiles == left
    assert np.isnan(fit.mu) == np.isnan(fit.sigma) == (left < 2)
    assert np.isnan(fit.r_squared) == (left < 3)
    assert left < 3 or 0 <= fit.r_squared <= 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: ln.fit_percentiles([[1, 2, 3, 4, 5], [1, 2, -3, 4, 5]], P),
            r"values\[1, 2\] = -3: must be a percentile > 0",
        ),
        (lambda: ln.fit_percentiles([0, 2, 3, 4, 5], P), r"values\[0\] = 0"),
        (lambda: ln.fit_percentiles([-np.inf, 2, 3, 4, 5], P), r"values\[0\] = -inf"),
        (
            lambda: ln.fit_percentiles([1, 2, np.nan, 1.5, 5], P),
            r"values\[3\] = 1.5: must be at least as large",
        ),
        (lambda: ln.fit_percentiles([1, 2, 3, np.inf, 5], P), r"values\[4\] = 5: must be at least as large"),
        (lambda: ln.fit_percentiles([1, 2], P), r"last axis must have length 5"),
        (lambda: ln.fit_percentiles(3.0, P), r"shape \(\)"),
        (
            lambda: ln.fit_percentiles([1, 2], [0.5, 0.5]),
            r"probs = \[0.5, 0.5\]: must be .* increase in 0 < p < 1",
        ),
        (lambda: ln.fit_percentiles([1, 2], [0.5, 1.0]), r"probs"),
        (lambda: ln.fit_percentiles([1, 2], [0.5, np.nan]), r"probs"),
        (
            lambda: ln.fit_percentiles(np.ones((2, 5)), P, top_code=[3.0, -1.0]),
            r"top_code\[1\] = -1: must be > 0",
        ),
        (lambda: ln.fit_percentiles(np.ones(5), P, mean_rse=1.2), r"mean_rse = 1.2: must be a fraction"),
        (lambda: ln.fit_percentiles(np.ones(5), P, method="ols"), r"method = 'ols': must be 'mle' or 'ls'"),
        (lambda: ln.fit_sample([3.0, 0.0]), r"pay\[1\] = 0: must be > 0 and finite"),
        (lambda: ln.fit_sample([3.0, np.nan]), r"pay\[1\] = nan"),
        (lambda: ln.fit_sample([np.inf, 3.0]), r"pay\[0\] = inf"),
        (lambda: ln.fit_sample([[3.0]]), r"one-dimensional"),
        (lambda: ln.fit_sample([3.0], upper=-1.0), r"upper = -1.0: must be one finite number > 0"),
        (lambda: ln.quantile(1.0, 0, 1), r"p = 1: must be a probability"),
        (lambda: ln.quantile(0.5, 0, [1.0, -1.0]), r"sigma\[1\] = -1: must be finite and >= 0"),
        (lambda: ln.quantile_ratio(0.9, 0, 1), r"p_lo = 0"),
        (lambda: ln.sigma_from_top_share(0.05, 0.01), r"share = 0.01: must be at least p"),
        (lambda: ln.sigma_from_top_share(0.05, 1.0), r"share = 1"),
        (lambda: ln.expected_max(0.5, 0, 1), r"n = 0.5: must be a finite number >= 1"),
        (lambda: ln.sigma_for_gap(100, 1), r"n = 1: must be a finite number >= 2"),
        (lambda: ln.sigma_for_gap(0.5, 10), r"ratio = 0.5: must be finite and >= 1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# ---------------------------------------------------------------- micro data


def test_fit_sample_without_censoring_is_the_closed_form():
    pay = np.exp(np.random.default_rng(2).normal(11, 0.6, 500))
    fit = ln.fit_sample(pay)
    shape, _, scale = stats.lognorm.fit(pay, floc=0)
    assert (fit.mu, fit.sigma) == (pytest.approx(np.log(scale), abs=1e-6), pytest.approx(shape, abs=1e-6))
    assert fit.ks == pytest.approx(
        stats.kstest(pay, stats.lognorm(fit.sigma, scale=np.exp(fit.mu)).cdf).statistic
    )
    assert (fit.n, fit.n_censored, fit.converged) == (500, 0, True)
    assert fit.se_mu == pytest.approx(fit.sigma / 500**0.5) and fit.se_sigma == pytest.approx(
        fit.sigma / 1000**0.5
    )
    assert ln.fit_sample(pay, upper=2 * pay.max()) == fit


@pytest.mark.parametrize("censored_share", [0.01, 0.3, 0.9])
def test_fit_sample_with_censoring_agrees_with_scipy(censored_share):
    pay = np.exp(np.random.default_rng(4).normal(11, 0.6, 2000))
    upper = float(np.quantile(pay, 1 - censored_share))
    fit = ln.fit_sample(pay, upper=upper)
    infinite = ln.fit_sample(np.where(pay >= upper, np.inf, pay), upper=upper)
    assert replace(fit, ks=0) == replace(infinite, ks=0)  # ks is NaN in both

    def minus(v):
        below = pay[pay < upper]
        inside = stats.norm.logpdf(np.log(below), v[0], np.exp(v[1])).sum()
        return -inside - (pay >= upper).sum() * stats.norm.logsf(np.log(upper), v[0], np.exp(v[1]))

    best = optimize.minimize(
        minus, [10.8, -0.3], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-10, "maxfev": 4000}
    )
    assert best.success and (fit.mu, fit.sigma) == (
        pytest.approx(best.x[0], abs=1e-6),
        pytest.approx(np.exp(best.x[1]), abs=1e-6),
    )
    assert fit.converged and np.isnan(fit.ks) and fit.n_censored == (pay >= upper).sum()
    uncensored = ln.fit_sample(pay)
    assert fit.se_mu >= uncensored.se_mu * 0.98 and abs(fit.sigma - 0.6) < 4 * fit.se_sigma

    hessian = np.empty((2, 2))  # standard errors from the curvature in (mu, sigma), by differences
    h = 1e-4
    for i, j in np.ndindex(2, 2):
        d, e = np.eye(2)[i] * h, np.eye(2)[j] * h
        hessian[i, j] = sum(
            s * minus([fit.mu + v[0], np.log(fit.sigma + v[1])])
            for s, v in ((1, d + e), (-1, d - e), (-1, e - d), (1, -d - e))
        ) / (4 * h * h)
    np.testing.assert_allclose([fit.se_mu, fit.se_sigma], np.sqrt(np.diag(np.linalg.inv(hessian))), rtol=1e-4)


@pytest.mark.parametrize(
    ("pay", "upper"), [([], None), ([5.0], None), ([5.0, 5.0], None), ([5.0, 9.0, 9.0], 9.0)]
)
def test_fit_sample_is_nan_where_not_identified(pay, upper):
    fit = ln.fit_sample(pay, upper=upper)
    assert np.isnan([fit.mu, fit.sigma, fit.se_mu, fit.se_sigma, fit.ks]).all() and not fit.converged
    assert fit.n == len(pay)


# ---------------------------------------------------------------- closed forms


@settings(deadline=None)
@given(st.floats(0.001, 0.999), st.floats(-5, 15), st.floats(0.01, 3))
def test_quantile_inverts_the_distribution(p, mu, sigma):
    x = ln.quantile(p, mu, sigma)
    assert stats.lognorm.cdf(x, sigma, scale=np.exp(mu)) == pytest.approx(p, abs=1e-10)
    assert ln.quantile_ratio(p, 0.5, sigma) == pytest.approx(x / np.exp(mu), rel=1e-12)


@pytest.mark.parametrize("sigma", [0.2, 0.7, 1.5])
def test_mean_share_and_gini_are_their_integrals(sigma):
    pay = stats.lognorm(sigma)
    assert ln.mean_over_median(sigma) == pytest.approx(pay.mean(), rel=1e-12)
    for p in (0.01, 0.05, 0.5, 0.9):
        share, _ = integrate.quad(lambda u: pay.isf(u), 0, p, epsabs=1e-12, limit=400)
        assert ln.top_share(p, sigma) == pytest.approx(share / pay.mean(), abs=1e-7)
    area, _ = integrate.quad(lambda u: ln.top_share(u, sigma), 0, 1)  # 1 - Lorenz curve, turned round
    assert ln.gini(sigma) == pytest.approx(2 * area - 1, abs=1e-7)


@given(st.floats(0, 30), st.floats(0.001, 3), st.floats(0.001, 0.999))
def test_inequality_rises_with_sigma(sigma, more, p):
    assert 0 <= ln.gini(sigma) <= ln.gini(sigma + more) <= 1
    assert ln.gini(min(sigma, 8.0)) < 1
    assert p * (1 - 1e-12) <= ln.top_share(p, sigma) <= ln.top_share(p, sigma + more) <= 1
    assert ln.quantile_ratio(0.9, 0.5, sigma + more) > ln.quantile_ratio(0.9, 0.5, sigma)
    s = min(sigma, 2.0)
    assert ln.sigma_from_top_share(p, ln.top_share(p, s)) == pytest.approx(s, abs=1e-8)


def test_concert_revenue_is_more_unequal_below_the_very_top_than_a_lognormal():
    """Connolly and Krueger (2006): shares of concert revenue, 1982 and 2003, of the top 1 % and top 5 %."""
    top1, top5 = np.array([0.26, 0.56]), np.array([0.62, 0.84])
    sigma = ln.sigma_from_top_share(0.01, top1)
    assert np.allclose(ln.top_share(0.01, sigma), top1, atol=1e-12)
    for s, published in zip(sigma, top5, strict=True):
        pay = stats.lognorm(s)
        implied, _ = integrate.quad(
            lambda z, s=s: np.exp(s * z) * stats.norm.pdf(z), stats.norm.isf(0.05), 40
        )
        assert ln.top_share(0.05, s) == pytest.approx(implied / pay.mean(), abs=1e-8)
        assert ln.top_share(0.05, s) < published
    # wide in 1982, small in 2003; rounding of the published shares (half a point) does not explain it
    gap = top5 - ln.top_share(0.05, sigma)
    widest = top5 - 0.005 - ln.top_share(0.05, ln.sigma_from_top_share(0.01, top1 + 0.005))
    assert gap[0] > 2 * gap[1] and (widest > 0).all()


# ---------------------------------------------------------------- order statistics


def test_expected_max_of_one_and_two_draws_is_closed_form():
    sigma = np.array([0.0, 0.3, 1.0, 3.0, 12.0])
    np.testing.assert_allclose(ln.expected_max(1, 2.0, sigma), np.exp(2 + sigma**2 / 2), rtol=1e-12)
    np.testing.assert_allclose(
        ln.expected_max(2, 2.0, sigma),
        2 * np.exp(2 + sigma**2 / 2) * stats.norm.cdf(sigma / 2**0.5),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        ln.expected_max_log([1, 2, 3]), [0, np.pi**-0.5, 1.5 * np.pi**-0.5], atol=1e-13
    )


@pytest.mark.parametrize("n", [1.5, 10, 1000, 1e6, 1e9])
def test_order_statistics_agree_with_adaptive_quadrature(n):
    def survival(z):
        return -np.expm1(n * stats.norm.logcdf(z))  # P(z_(n) > z)

    points = {"limit": 500, "epsabs": 1e-13, "epsrel": 1e-12}
    mean = (
        integrate.quad(survival, 0, 12, **points)[0]
        - integrate.quad(lambda z: np.exp(n * stats.norm.logcdf(z)), -12, 0, **points)[0]
    )
    assert ln.expected_max_log(n) == pytest.approx(mean, abs=1e-10)
    for sigma in (0.5, 2.0):  # E exp(sz) = integral of s exp(sz) P(z_(n) > z)
        mean = sum(
            integrate.quad(
                lambda z, sigma=sigma: sigma * np.exp(sigma * z) * survival(z), a, a + 4, **points
            )[0]
            for a in range(-60, 20, 4)
        )
        assert ln.expected_max(n, 0.0, sigma) == pytest.approx(mean, rel=1e-9)


def test_expected_max_agrees_with_simulation():
    n, sigma, repeats = 50, 0.8, 20_000
    best = np.exp(11 + sigma * np.random.default_rng(8).standard_normal((repeats, n)).max(axis=-1))
    se = best.std() / repeats**0.5
    assert abs(ln.expected_max(n, 11, sigma) - best.mean()) < 4 * se


def test_a_gap_of_one_hundred_among_a_thousand_needs_sigma_of_one_point_four():
    assert ln.expected_max_log(1000) == pytest.approx(3.2414, abs=5e-5)
    assert ln.sigma_for_gap(100, 1000) == pytest.approx(1.4207, abs=5e-5)
    n = np.array([2, 10, 1e5])
    np.testing.assert_allclose(np.exp(ln.sigma_for_gap(7.0, n) * ln.expected_max_log(n)), 7.0, rtol=1e-12)
