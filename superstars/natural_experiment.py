"""Percentiles that were hidden and then seen: an out-of-sample test of lognormal pay.

A survey that caps what it publishes hides the upper percentiles of well-paid jobs; if the cap is later lifted
they come to light. Fit a lognormal to the percentiles below the cap, predict the hidden ones, and compare:
ln x_p = mu + sigma z_p, with z_p the normal score of p. A placebo hides percentiles that were never capped.
Pay is in any one unit (US dollars a year in the book); ratios and errors have none.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import binom, binomtest, norm

from superstars.checks import numbers, reject, within_floats
from superstars.lognormal import Floats, fit_percentiles, information


@within_floats
def hide(values: ArrayLike, keep: int) -> Floats:
    """Placebo: percentiles (n, k), all but the lowest ``keep`` set to +inf as if top-coded; NaN stays NaN.

    ``ValueError`` unless 2 <= keep < k: fewer than two do not identify mu and sigma.
    """
    values = np.array(values, float)
    if values.ndim != 2:
        raise ValueError(f"values has shape {values.shape}: must be (rows, percentiles)")
    if not 2 <= keep < values.shape[1]:
        raise ValueError(f"keep = {keep!r}: must be from 2 to {values.shape[1] - 1}, to hide some")
    values[:, keep:] = np.where(np.isnan(values[:, keep:]), np.nan, np.inf)
    return values


@within_floats
def median_growth(before: ArrayLike, after: ArrayLike) -> float:
    """Median over jobs of after/before, from one percentile (n,) each; leaves out jobs not finite in both."""
    before, after = _pair("before", before, "after", after)
    seen = np.isfinite(before) & np.isfinite(after)
    if not seen.any():
        raise ValueError("before and after have no job that is finite in both: growth is not identified")
    reject("before", before, seen & (before == 0), "other than 0: growth from nothing is not defined")
    return float(np.median(after[seen] / before[seen]))


@within_floats
def predict_hidden(
    before: ArrayLike, after: ArrayLike, probs: ArrayLike, top_code: ArrayLike | None = None,
    growth: float = 1.0, rse_before: ArrayLike | None = None, rse_after: ArrayLike | None = None,
    level: float = 0.9,
) -> pd.DataFrame:
    """Predict the percentiles hidden in ``before`` (n, k), beside ``after`` (n, k): one row a percentile.

    Hidden is what is +inf or >= top_code (scalar or (n,)) before. A row enters where the fit is identified
    (two distinct visible percentiles) and the percentile is finite after. Columns: row (position in
    ``before``), p, visible (distinct percentiles fitted), sigma, predicted = growth * exp(mu + sigma z_p),
    actual, ratio = actual/predicted, se_log, low and high.

    se_log is the approximate standard error of ln(ratio) if pay is lognormal in both years, growth is the
    same for all and the samples are independent: sqrt((1, z) I^-1 (1, z)' / n0 + sigma^2 p(1-p) / (phi(z)^2
    n1)), with I the information in one grouped observation. n0 is the effective sample that ``rse_before``,
    the relative standard error of the mean (a fraction, (n,) or scalar), implies in
    :func:`superstars.lognormal.fit_percentiles`; n1 = n0 (rse_before/rse_after)^2. low and high are the
    ends of the ``level`` interval for ``actual``. All three are NaN where either relative standard error is
    missing or zero.

    Raises ``ValueError`` for shapes that differ, growth <= 0 and level outside (0, 1), and what
    ``fit_percentiles`` raises.
    """
    before, after = _pair("before", before, "after", after)
    probs = np.asarray(probs, float)
    if before.ndim != 2:
        raise ValueError(f"before has shape {before.shape}: must be (rows, percentiles)")
    if not (np.isfinite(growth) and growth > 0):
        raise ValueError(f"growth = {growth!r}: must be a finite factor > 0 (1.03 for three per cent)")
    if not 0 < level < 1:
        raise ValueError(f"level = {level!r}: must be 0 < level < 1")
    errors = {"rse_before": rse_before, "rse_after": rse_after}
    rse_before, rse_after = (np.broadcast_to(numbers(name, np.nan if rse is None else rse), len(before))
                             for name, rse in errors.items())
    fit = fit_percentiles(before, probs, top_code, mean_rse=rse_before)
    top = np.broadcast_to(np.asarray(np.inf if top_code is None else top_code, float), len(before))
    hidden = np.isinf(before) | (before >= np.where(np.isnan(top), np.inf, top)[:, None])
    row, column = np.nonzero(hidden & np.isfinite(after) & np.isfinite(fit.mu)[:, None])
    mu, sigma, z = fit.mu[row], fit.sigma[row], ndtri(probs[column])

    # Missing percentiles merge their cells, as in the fit; so does a cut at +inf
    cuts = np.where(hidden[row] | np.isnan(before[row]), np.inf, before[row])
    covariance = np.linalg.inv(information(np.sort(np.log(cuts), axis=-1), mu, sigma))  # of one observation
    gradient = np.stack([np.ones_like(z), z], axis=-1)
    fitted = np.einsum("na,nab,nb->n", gradient, covariance, gradient)
    n_before = covariance[:, 0, 0] / fit.se_mu[row] ** 2
    n_after = n_before * (rse_before[row] / np.where(rse_after[row] > 0, rse_after[row], np.nan)) ** 2
    p = probs[column]
    seen = (sigma / norm.pdf(z)) ** 2 * p * (1 - p)
    se = np.sqrt(fitted / n_before + seen / n_after)

    predicted, actual = growth * np.exp(mu + sigma * z), after[row, column]
    reach = np.exp(norm.ppf(0.5 + level / 2) * se)
    return pd.DataFrame({
        "row": row, "p": p, "visible": fit.n_percentiles[row], "sigma": sigma, "predicted": predicted,
        "actual": actual, "ratio": actual / predicted, "se_log": se,
        "low": predicted / reach, "high": predicted * reach})


def score(predictions: pd.DataFrame, confidence: float = 0.95) -> dict[str, float]:
    """How good the predictions are: a frame with columns ratio, actual, low and high in, scores out.

    n; ratio, the median of actual/predicted, with ratio_low and ratio_high (distribution-free, from order
    statistics, at least ``confidence``; 0 and inf when the sample is too small for it); error, the median
    of |ln ratio|; above, the share of actual > predicted, with the two-sided p-value of the sign test
    sign_p; coverage, the share of actual within [low, high] where these are known, with coverage_low and
    coverage_high (Clopper and Pearson 1934), NaN where none is known.
    ``ValueError`` for an empty frame or one without those columns.
    """
    missing = {"ratio", "actual", "low", "high"} - set(predictions.columns)
    if missing:
        raise ValueError(f"predictions lacks the columns {sorted(missing)}: pass what predict_hidden returns")
    if predictions.empty:
        raise ValueError("predictions has no rows: no hidden percentile became visible")
    ratio = np.sort(predictions["ratio"].to_numpy(float))
    n = ratio.size
    # The median lies between the r-th lowest and the r-th highest unless fewer than r fall on one side
    r = int(binom.ppf((1 - confidence) / 2, n, 0.5))
    padded = np.concatenate([[0.0], ratio, [np.inf]])
    above = int((ratio > 1).sum())
    known = predictions.dropna(subset=["low", "high"])
    out = {
        "n": float(n), "ratio": float(np.median(ratio)), "ratio_low": float(padded[r]),
        "ratio_high": float(padded[n + 1 - r]), "error": float(np.median(np.abs(np.log(ratio)))),
        "above": above / n, "sign_p": float(binomtest(above, n).pvalue),
        "coverage": np.nan, "coverage_low": np.nan, "coverage_high": np.nan}
    if len(known):
        inside = int(known["actual"].between(known["low"], known["high"]).sum())
        ends = binomtest(inside, len(known)).proportion_ci(confidence, method="exact")
        out |= {"coverage": inside / len(known),
                "coverage_low": float(ends.low), "coverage_high": float(ends.high)}
    return out


@within_floats
def kelley_skewness(values: ArrayLike) -> Floats:
    """Kelley's skewness of log pay from p10, p50 and p90 in the last axis (..., 3): 0 for a lognormal.

    [(ln p90 - ln p50) - (ln p50 - ln p10)] / (ln p90 - ln p10), from -1 to 1; ln(25/9)/ln 9 = 0.465 for every
    Pareto. NaN where a percentile is missing or top-coded, or p10 = p90.
    """
    values = np.asarray(values, float)
    if values.ndim == 0 or values.shape[-1] != 3:
        raise ValueError(f"values has shape {values.shape}: the last axis must hold p10, p50 and p90")
    with np.errstate(divide="ignore", invalid="ignore"):
        low, middle, high = np.moveaxis(np.log(np.where(np.isfinite(values), values, np.nan)), -1, 0)
        return (high + low - 2 * middle) / (high - low)


def _pair(name: str, first: ArrayLike, other: str, second: ArrayLike) -> tuple[Floats, Floats]:
    first, second = np.asarray(first, float), np.asarray(second, float)
    if first.shape != second.shape:
        raise ValueError(f"{name} has shape {first.shape} and {other} {second.shape}: "
                         "must be the same jobs in the same order")
    return first, second
