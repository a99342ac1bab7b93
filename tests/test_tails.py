"""superstars.tails against closed forms, scipy and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from superstars import tails

pareto_pay = stats.pareto(1.7).rvs(4000, random_state=1) * 50_000
lognormal_pay = stats.lognorm(0.9, scale=60_000).rvs(4000, random_state=2)


# ---------------------------------------------------------------- Hill


def test_hill_is_its_definition():
    pay = np.array([3.0, 90.0, 10.0, 30.0, 1.0])
    fit = tails.hill(pay, [1, 2, 4])
    logs = [
        np.log(90 / 30),
        (np.log(90 / 10) + np.log(30 / 10)) / 2,
        np.log(np.array([90, 30, 10, 3.0])).mean(),
    ]
    np.testing.assert_allclose(fit.tail_index, 1 / np.array(logs), rtol=1e-12)
    np.testing.assert_allclose(fit.se, fit.tail_index / np.sqrt([1, 2, 4]), rtol=1e-12)
    np.testing.assert_allclose(fit.threshold, [30, 10, 1], rtol=1e-12)
    np.testing.assert_allclose(tails.hill(pay * 1e-3, [1, 2, 4]).tail_index, fit.tail_index, rtol=1e-12)


def test_hill_finds_a_pareto_tail_with_the_stated_standard_error():
    draws = np.array(
        [tails.hill(stats.pareto(1.7).rvs(1000, random_state=s), 200).tail_index for s in range(600)]
    )
    said = 1.7 / np.sqrt(200)
    assert abs(draws.mean() - 1.7) < 4 * said / np.sqrt(600) + 1.7 / 199  # bias a/(k - 1)
    assert draws.std() == pytest.approx(said, rel=4 / np.sqrt(1200))


def test_hill_drifts_on_a_lognormal_and_not_on_a_pareto():
    k = np.array([10, 50, 200, 1000, 3000])
    drifting = tails.hill(stats.lognorm(0.9).ppf((np.arange(4000) + 0.5) / 4000), k)  # a sample without noise
    assert (np.diff(drifting.tail_index) < 0).all()
    assert drifting.tail_index[0] > 3 * drifting.tail_index[-1]
    noisy = tails.hill(lognormal_pay, k[-3:])
    assert (-np.diff(noisy.tail_index) > 3 * noisy.se[:-1]).all()  # and beyond what the standard errors allow
    level = tails.hill(pareto_pay, k)
    assert (np.abs(level.tail_index - 1.7) < 3 * level.se).all()


def test_hill_of_equal_pay_is_not_identified():
    fit = tails.hill([5.0, 9.0, 9.0, 9.0], [1, 2, 3])
    assert np.isnan(fit.tail_index[:2]).all() and np.isfinite(fit.tail_index[2])


# ---------------------------------------------------------------- power law or lognormal


def test_powerlaw_fit_given_xmin_is_the_closed_form():
    fit = tails.powerlaw_fit(pareto_pay, xmin=80_000)
    tail = pareto_pay[pareto_pay >= 80_000]
    assert fit.n_tail == tail.size and fit.xmin == 80_000
    assert fit.alpha == pytest.approx(1 + tail.size / np.log(tail / 80_000).sum(), rel=1e-6)
    assert fit.tail_index == fit.alpha - 1
    assert fit.se == pytest.approx(fit.tail_index / np.sqrt(tail.size), rel=1e-6)
    hill = tails.hill(np.append(tail, 80_000), tail.size)  # xmin as the last order statistic
    assert fit.tail_index == pytest.approx(float(hill.tail_index), rel=1e-6)
    assert fit.ks == pytest.approx(
        stats.kstest(tail, stats.pareto(fit.tail_index, scale=80_000).cdf).statistic, abs=2e-3
    )


@pytest.mark.parametrize("index", [0.8, 2.5, 4.5, 9.0])
def test_powerlaw_fit_takes_any_tail_index(index):
    pay = 100_000 * (1 + np.random.default_rng(7).pareto(index, 3000))
    fit = tails.powerlaw_fit(pay, xmin=100_000)
    assert fit.tail_index == pytest.approx(pay.size / np.log(pay / 100_000).sum(), rel=1e-5)


def test_powerlaw_fit_of_a_pareto():
    fit = tails.powerlaw_fit(pareto_pay)
    assert abs(fit.tail_index - 1.7) < 4 * fit.se
    assert fit.n_tail > 1000 and fit.ks < 0.03
    assert not fit.vuong > 1.96  # a lognormal does not fit a power law better


def test_vuong_statistic_is_recomputed_from_densities():
    xmin = 30_000.0
    fit = tails.powerlaw_fit(lognormal_pay, xmin=xmin)
    assert fit.lognormal_converged and fit.vuong > 5 and fit.p_value < 1e-6
    tail = lognormal_pay[lognormal_pay >= xmin]
    body = stats.lognorm(fit.sigma, scale=np.exp(fit.mu))
    gain = body.logpdf(tail) - body.logsf(xmin) - stats.pareto(fit.tail_index, scale=xmin).logpdf(tail)
    vuong = gain.sum() / (np.sqrt(tail.size) * gain.std())
    assert fit.vuong == pytest.approx(vuong, rel=1e-6)
    assert fit.p_value == pytest.approx(2 * stats.norm.sf(abs(vuong)), rel=1e-4)
    assert abs(fit.mu - np.log(60_000)) < 0.2 and abs(fit.sigma - 0.9) < 0.1


def test_powerlaw_fit_is_silent(capfd, recwarn):
    tails.powerlaw_fit(np.round(pareto_pay[:300]))  # the package warns of whole dollars
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


# ---------------------------------------------------------------- closed forms


@given(st.floats(0.3, 8), st.floats(0.05, 0.8), st.floats(0.01, 0.19))
def test_pareto_through_two_quantiles(index, p_lo, more):
    x_lo, x_hi = stats.pareto(index).ppf([p_lo, p_lo + more])
    assert tails.pareto_from_quantiles(x_lo, x_hi, p_lo, p_lo + more) == pytest.approx(index, rel=1e-6)


def test_pareto_from_quantiles_broadcasts_and_passes_missing():
    out = tails.pareto_from_quantiles([10.0, np.nan], [[20.0], [40.0]], 0.5, 0.9)
    assert out.shape == (2, 2) and np.isnan(out[:, 1]).all()
    assert out[0, 0] == pytest.approx(np.log(5) / np.log(2)) and out[1, 0] == pytest.approx(
        np.log(5) / np.log(4)
    )


@pytest.mark.parametrize(
    ("alpha", "beta", "nu", "tau"), [(1.5, 1.0, 0.3, 0.5), (3.0, 2.0, 11.0, 0.8), (40.0, 0.5, -1.0, 0.1)]
)
def test_double_pareto_lognormal_mean(alpha, beta, nu, tau):
    mean = tails.double_pareto_lognormal_mean(alpha, beta, nu, tau)
    assert mean == pytest.approx(stats.dpareto_lognorm.mean(nu, tau, alpha, beta), rel=1e-10)

    def integrand(y):  # x f(x) in logs, from the density
        return np.exp(2 * y + stats.dpareto_lognorm.logpdf(np.exp(y), nu, tau, alpha, beta))

    end = nu + 40 / (alpha - 1)
    parts = [
        integrate.quad(integrand, a, b, limit=500)[0]
        for a, b in zip(*(lambda g: (g[:-1], g[1:]))(np.linspace(nu - 30, end, 40)), strict=True)
    ]
    assert mean == pytest.approx(sum(parts), rel=1e-6)


def test_double_pareto_lognormal_mean_approaches_the_lognormal():
    far = tails.double_pareto_lognormal_mean(1e9, 1e9, 2.0, 0.7)
    assert far == pytest.approx(np.exp(2 + 0.7**2 / 2), rel=1e-8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tails.hill([1.0, -2.0, 3.0], 1), r"pay\[1\] = -2: must be > 0 and finite"),
        (
            lambda: tails.hill([1.0, 2.0, 3.0], [1, 3]),
            r"k\[1\] = 3: must be a whole number from 1 to n - 1 = 2",
        ),
        (lambda: tails.hill([1.0, 2.0, 3.0], 1.5), r"k = 1.5"),
        (lambda: tails.hill([1.0, 2.0, 3.0], np.nan), r"k = nan"),
        (lambda: tails.powerlaw_fit([1.0, np.nan]), r"pay\[1\] = nan"),
        (lambda: tails.powerlaw_fit(np.ones(50)), r"pay has 1 distinct values: must have at least 10"),
        (lambda: tails.powerlaw_fit(pareto_pay, xmin=1e12), r"pay has 0 distinct values >= xmin"),
        (lambda: tails.powerlaw_fit(pareto_pay, xmin=-1), r"xmin = -1: must be one finite number > 0"),
        (lambda: tails.pareto_from_quantiles(2.0, 1.0, 0.5, 0.9), r"x_hi = 1: must be greater than x_lo"),
        (lambda: tails.pareto_from_quantiles(1.0, 2.0, 0.9, 0.5), r"p_hi = 0.5: must be greater than p_lo"),
        (lambda: tails.pareto_from_quantiles(0.0, 2.0, 0.5, 0.9), r"x_lo = 0"),
        (
            lambda: tails.double_pareto_lognormal_mean(1.0, 1, 0, 1),
            r"alpha = 1: must be finite and > 1 \(the mean is infinite",
        ),
        (lambda: tails.double_pareto_lognormal_mean(2, 0, 0, 1), r"beta = 0"),
        (lambda: tails.double_pareto_lognormal_mean(2, 1, 0, -1), r"tau = -1"),
        (lambda: tails.double_pareto_lognormal_mean(2, 1, np.inf, 1), r"nu = inf"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
