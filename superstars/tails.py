"""Upper tails of pay: tail indices, power law against lognormal, and a mean with a Pareto tail.

A Pareto tail has P(w > x) proportional to x^(-a); a is its tail index, and the density has the exponent a +
1. Pay is in any one unit (US dollars a year in the book); no result but a threshold depends on it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import powerlaw
from numpy.typing import ArrayLike, NDArray

from superstars.checks import (
    Floats,
    check_at_least,
    check_positive,
    check_probability,
    checked,
    numbers,
    reject,
    within_floats,
)
from superstars.lognormal import _check_pay


@dataclass(frozen=True)
class HillEstimate:
    """Tail index and standard error by number k of top observations; threshold: the (k+1)-th highest pay."""

    k: NDArray[np.int64]
    threshold: Floats
    tail_index: Floats
    se: Floats


@within_floats
def hill(pay: ArrayLike, k: ArrayLike) -> HillEstimate:
    """Hill (1975): a(k) = k / sum_{i<=k} ln(x_(i)/x_(k+1)), x_(1) >= x_(2) >= ..., for an array of k.

    Standard errors are a/sqrt(k), valid if the tail is Pareto. Warning: on a lognormal the estimate does not
    settle, it falls steadily as k rises (locally the tail index is about z/sigma at the normal score z of the
    threshold), so that one value of k always shows a "tail". Plot a(k) over k and look for a level stretch.
    NaN where the k + 1 highest are all equal. ValueError for pay that is missing, <= 0 or infinite, and for k
    that is not a whole number from 1 to n - 1.
    """
    y = -np.sort(-np.log(_check_pay(pay)))
    k = checked("k", k, lambda j: (j >= 1) & (j <= y.size - 1) & (j == np.round(j)),
                 f"a whole number from 1 to n - 1 = {y.size - 1}")
    reject("k", k, np.isnan(k), f"a whole number from 1 to n - 1 = {y.size - 1}")
    k = k.astype(np.int64)
    mean_log = np.cumsum(y)[k - 1] / k - y[k]
    with np.errstate(divide="ignore"):
        index = np.where(y[0] > y[k], 1 / mean_log, np.nan)
    return HillEstimate(k, np.exp(y[k]), index, index / np.sqrt(k))


@dataclass(frozen=True)
class PowerLawFit:
    """Power law above xmin, and its comparison with a lognormal on the same tail.

    xmin          threshold, in units of pay: chosen to minimise the Kolmogorov-Smirnov distance, unless given
    alpha, se     exponent of the density and its standard error (given xmin); tail_index is alpha - 1
    ks            that distance on the tail of n_tail observations
    vuong         Vuong's (1989) normalised log-likelihood ratio: > 0 favours the lognormal, < 0 the power law
    p_value       two-sided, for "both fit equally well"
    mu, sigma     lognormal, cut off below at xmin
    lognormal_converged  False where that fit ran off towards its own power-law limit (mu -> -inf,
                  sigma -> inf) or its search stopped early; vuong is then not a test of the lognormal
    """

    xmin: float
    alpha: float
    se: float
    tail_index: float
    ks: float
    n_tail: int
    vuong: float
    p_value: float
    mu: float
    sigma: float
    lognormal_converged: bool


def powerlaw_fit(pay: ArrayLike, xmin: float | None = None) -> PowerLawFit:
    """Clauset, Shalizi and Newman (2009) by the `powerlaw` package, as continuous data.

    A lognormal holds the power law as a limit, so that vuong is rarely much below 0. Neither p_value nor se
    allows for the choice of xmin. ValueError for pay that is missing, <= 0 or infinite, or with fewer than 10
    distinct values at or above xmin.
    """
    pay = _check_pay(pay)
    if xmin is not None and not (numbers("xmin", xmin).ndim == 0 and 0 < xmin < np.inf):
        raise ValueError(f"xmin = {xmin!r}: must be one finite number > 0, or None")
    distinct = np.unique(pay if xmin is None else pay[pay >= xmin]).size
    if distinct < 10:
        above = "" if xmin is None else f" >= xmin = {xmin}"
        raise ValueError(f"pay has {distinct} distinct values{above}: must have at least 10")
    with warnings.catch_warnings():
        # Pay in whole dollars is still continuous; a failed lognormal fit is reported in the result
        warnings.filterwarnings("ignore", module="powerlaw")
        warnings.filterwarnings("ignore", category=RuntimeWarning)
        # powerlaw 2.0 stops alpha at 3 unless told otherwise
        fit = powerlaw.Fit(pay, xmin=xmin, discrete=False, verbose=0, parameter_ranges={"alpha": [1, None]})
        vuong, p_value = fit.distribution_compare("lognormal", "power_law", normalized_ratio=True)
        law, lognormal = fit.power_law, fit.lognormal
    return PowerLawFit(
        xmin=float(fit.xmin), alpha=float(law.alpha), se=float(law.standard_err),
        tail_index=float(law.alpha - 1), ks=float(law.D), n_tail=int(fit.n_tail),
        vuong=float(vuong), p_value=float(p_value),
        mu=float(lognormal.mu), sigma=float(lognormal.sigma), lognormal_converged=not lognormal.noise_flag)


def pareto_from_quantiles(x_lo: ArrayLike, x_hi: ArrayLike, p_lo: ArrayLike, p_hi: ArrayLike) -> Floats:
    """Index of the Pareto tail through two quantiles, ln[(1 - p_lo)/(1 - p_hi)] / ln(x_hi/x_lo); broadcasts.

    Needs 0 < x_lo < x_hi and p_lo < p_hi; NaN where a quantile is missing.
    """
    x_lo, x_hi, p_lo, p_hi = np.broadcast_arrays(
        check_positive("x_lo", x_lo),
        checked("x_hi", x_hi, np.isfinite, "finite"), check_probability("p_lo", p_lo),
        check_probability("p_hi", p_hi))
    reject("x_hi", x_hi, x_hi <= x_lo, "greater than x_lo")
    reject("p_hi", p_hi, p_hi <= p_lo, "greater than p_lo")
    return (np.log1p(-p_lo) - np.log1p(-p_hi)) / np.log(x_hi / x_lo)


@within_floats
def double_pareto_lognormal_mean(alpha: ArrayLike, beta: ArrayLike, nu: ArrayLike, tau: ArrayLike) -> Floats:
    """Mean of the double Pareto-lognormal, alpha beta exp(nu + tau^2/2) / [(alpha - 1)(beta + 1)].

    ln w = N(nu, tau^2) + E_1/alpha - E_2/beta with standard exponentials E: Pareto tails of index alpha above
    and beta below a lognormal body (Reed and Jorgensen 2004). The mean is infinite at alpha <= 1, a
    ValueError.
    """
    alpha = checked("alpha", alpha, lambda a: (a > 1) & np.isfinite(a),
                     "finite and > 1 (the mean is infinite at <= 1)")
    beta = check_positive("beta", beta)
    tau = check_at_least("tau", tau, 0)
    nu = checked("nu", nu, np.isfinite, "finite")
    return alpha * beta / ((alpha - 1) * (beta + 1)) * np.exp(nu + tau**2 / 2)
