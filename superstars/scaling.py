"""Scaling laws, growth, and what they do to the number of labs.

- The scaling law: loss from parameters and data, the best split of a compute budget, and a robust fit to runs.
- Growth: of compute or cost by ordinary least squares in logs, of prices at a constant quality.
- Market structure: concentration, free entry under a fixed cost, tipping, and win rates from ratings.

Arguments broadcast unless an argument is said to be one-dimensional; NaN passes through, and ValueError names
an argument outside its range, with the index.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Number
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit
from scipy.stats import t as student

from superstars.checks import (
    Floats,
    check_at_least,
    check_positive,
    check_probability,
    check_share,
    checked,
    generator,
    numbers,
    reject,
    whole,
    within_floats,
)
from superstars.data import load

FLOP_PER_TOKEN = 6  # floating-point operations of training a parameter and token (Kaplan et al. 2020)
DAYS_A_YEAR = 365.25


def _check_series(least: int, **series: ArrayLike) -> list[Floats]:
    """One-dimensional arrays of the same length, positive, with none missing."""
    arrays = [np.asarray(value, float) for value in series.values()]
    for name, array in zip(series, arrays, strict=True):
        if array.ndim != 1 or array.size != arrays[0].size or array.size < least:
            raise ValueError(f"{name} has shape {array.shape}: must be one-dimensional, of the length of "
                             f"{next(iter(series))}, with at least {least} values")
        reject(name, array, ~((array > 0) & np.isfinite(array)), "finite and > 0; leave missing rows out")
    return arrays


# ---------------------------------------------------------------- the scaling law

class Law(NamedTuple):
    """Parameters of the loss E + A/N^alpha + B/D^beta, nats a token; arrays hold several laws.

    E      loss that no amount of parameters and data removes
    A      weight of parameters N
    B      weight of data D, in tokens
    alpha  exponent of parameters
    beta   exponent of data
    """

    E: Floats
    A: Floats
    B: Floats
    alpha: Floats
    beta: Floats


def published_laws() -> dict[str, Law]:
    """The published parameter sets of the data set chinchilla_fits, by "study, variant".

    Hoffmann et al. (2022), printed and unrounded; Besiroglu et al. (2024), published, with the Huber loss and
    with all points. Intervals, points and caveats: `load("chinchilla_fits")`, `describe("chinchilla_fits")`.
    """
    fits = load("chinchilla_fits")
    return {f"{row.study}, {row.variant}": Law(row.E, row.A, row.B, row.alpha, row.beta)
            for row in fits.itertuples()}


def _check_law(law: Law) -> Law:
    return Law(*(check_positive(f"law.{name}", value) for name, value in zip(Law._fields, law, strict=True)))


def expected_loss(N: ArrayLike, D: ArrayLike, law: Law) -> Floats:
    """L = E + A/N^alpha + B/D^beta, nats a token, of N > 0 parameters trained on D > 0 tokens.

    Source: Hoffmann et al. (2022, equation 2).
    """
    N, D, law = check_positive("N", N), check_positive("D", D), _check_law(law)
    return law.E + law.A * N**-law.alpha + law.B * D**-law.beta


@within_floats
def training_flop(N: ArrayLike, D: ArrayLike) -> Floats:
    """Compute of training, C = 6 N D, FLOP: two operations a parameter and token forward, four backward.

    An approximation for dense models, without attention over the context (Kaplan et al. 2020).
    """
    return FLOP_PER_TOKEN * check_positive("N", N) * check_positive("D", D)


@within_floats
def tokens_trained(C: ArrayLike, N: ArrayLike) -> Floats:
    """Tokens that a compute of C FLOP trains N parameters on, D = C/(6 N)."""
    return check_positive("C", C) / (FLOP_PER_TOKEN * check_positive("N", N))


class Optimum(NamedTuple):
    """The split of a compute budget with the least loss.

    N                     parameters
    D                     tokens
    tokens_per_parameter  D/N; it depends on C unless alpha = beta
    loss                  nats a token
    """

    N: Floats
    D: Floats
    tokens_per_parameter: Floats
    loss: Floats


def optimal(C: ArrayLike, law: Law) -> Optimum:
    """N* = G (C/6)^(beta/(alpha+beta)), D* = (C/6)/N*, G = (alpha A/(beta B))^(1/(alpha+beta)); C in FLOP.

    Minimises the loss subject to C = 6 N D, that is alpha A/N^alpha = beta B/D^beta. It minimises training
    cost alone: who also pays for inference wants a smaller model on more data. Far outside the runs behind the
    law (about 1e18 to 1e22 FLOP) the ratio D/N is an extrapolation, and very sensitive to alpha - beta.
    Source: Hoffmann et al. (2022, equation 4).
    """
    C, law = check_positive("C", C), _check_law(law)
    both = law.alpha + law.beta
    N = (law.alpha * law.A / (law.beta * law.B)) ** (1 / both) * (C / FLOP_PER_TOKEN) ** (law.beta / both)
    D = C / FLOP_PER_TOKEN / N
    return Optimum(N, D, D / N, expected_loss(N, D, law))


def compute_for_loss(loss: ArrayLike, law: Law) -> Floats:
    """Least compute (FLOP) that reaches a loss > E, the inverse of `optimal`'s loss in C.

    At the optimum the two reducible parts are in the ratio beta : alpha, so that
    A/N^alpha = (loss - E) beta/(alpha + beta) and B/D^beta = (loss - E) alpha/(alpha + beta); C = 6 N D.
    """
    law = _check_law(law)
    loss, E = np.broadcast_arrays(np.asarray(loss, float), law.E)
    reject("loss", loss, loss <= E, f"above law.E (here {np.min(E):.6g}), which no compute goes below")
    left, both = loss - E, law.alpha + law.beta
    N = (law.A * both / (left * law.beta)) ** (1 / law.alpha)
    D = (law.B * both / (left * law.alpha)) ** (1 / law.beta)
    return FLOP_PER_TOKEN * N * D


def share_wasted(N: ArrayLike, D: ArrayLike, law: Law) -> Floats:
    """Share of the compute 6 N D that a better split would have saved at the same loss, in [0, 1)."""
    return 1 - compute_for_loss(expected_loss(N, D, law), law) / training_flop(N, D)


# ---------------------------------------------------------------- fitting the law to runs
#
# Parameters are theta = (a, b, e, alpha, beta), with a and b the logs of A/N^alpha and B/D^beta at the
# geometric means of N and D, which nearly removes the correlation of A with alpha and of B with beta. Many
# fits (rows of theta, or of weights) move together: all shapes are (fits, points).

class LawFit(NamedTuple):
    """A fit to points.

    law        the parameters
    objective  sum of the Huber losses of the log residuals
    residuals  ln L less its fitted value, for all points given, (n,)
    used       which points were used, (n,) boolean
    reached    share of the starts that ended at this minimum (objective within a millionth of it)
    """

    law: Law
    objective: float
    residuals: Floats
    used: np.ndarray
    reached: float


def _parts(theta: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """ln L fitted, (fits, points), and the shares of its three terms, (fits, points, 3)."""
    a, b, e, alpha, beta = (theta[:, i, None] for i in range(5))
    terms = np.stack(np.broadcast_arrays(a - alpha * x, b - beta * y, e), axis=-1)
    top = terms.max(axis=-1, keepdims=True)
    shares = np.exp(terms - top)
    total = shares.sum(axis=-1, keepdims=True)
    return (top + np.log(total))[..., 0], shares / total


def _huber(residual: Floats, weight: Floats, delta: float) -> Floats:
    size = np.abs(residual)
    return np.sum(weight * np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta)), axis=-1)


def _descend(
    theta: Floats, x: Floats, y: Floats, z: Floats, weight: Floats, delta: float, steps: int,
) -> tuple[Floats, Floats]:
    """Lower the weighted Huber objective of each row of theta (fits, 5); returns theta and objective.

    Each step tries two, and takes what is lower: Gauss-Newton with weights delta/|r| for residuals beyond
    delta (iteratively reweighted least squares, which descends from far away) and Newton with the exact
    second derivatives (which ends quickly), both damped by a row's own amount.
    """
    theta, damping = theta.copy(), np.full(len(theta), 1e-2)
    fitted, share = _parts(theta, x, y)
    value = _huber(z - fitted, weight, delta)
    active = np.arange(len(theta))
    for _ in range(steps):
        row, w, p = theta[active], weight[active], share[active]
        residual = z - fitted[active]
        pull = w * np.clip(residual, -delta, delta)
        # the gradient of ln L fitted: shares of the terms, times 1 or minus the (centred) log input
        slope = np.concatenate([p, -p[..., :1] * x[:, None], -p[..., 1:2] * y[:, None]], axis=-1)
        down = np.einsum("fn,fnk->fk", pull, slope)
        soft = np.einsum("fn,fnk,fnl->fkl", w * delta / np.maximum(np.abs(residual), delta), slope, slope)
        # second derivatives: sum of p g g' over the three terms, less slope slope'
        curve = w * (np.abs(residual) <= delta) + pull
        exact = np.einsum("fn,fnk,fnl->fkl", curve, slope, slope)
        for term, log_input, (i, j) in ((0, x, (0, 3)), (1, y, (1, 4)), (2, None, (2, 2))):
            amount = pull * p[..., term]
            exact[:, i, i] -= amount.sum(axis=-1)
            if log_input is not None:
                cross = (amount * log_input).sum(axis=-1)
                exact[:, i, j] += cross
                exact[:, j, i] += cross
                exact[:, j, j] -= (amount * log_input**2).sum(axis=-1)
        scale = np.einsum("fkk->fk", soft)
        ridge = (damping[active, None] * scale + 1e-14)[:, :, None] * np.eye(5)
        size, axes = np.linalg.eigh(exact + 1e-3 * ridge)
        size = np.maximum(np.abs(size), 1e-12)
        newton = np.einsum("fkl,fl->fk", axes, np.einsum("flk,fl->fk", axes, down) / size)
        gauss = np.linalg.solve(soft + ridge, down[..., None])[..., 0]
        best, best_value = row, value[active]
        for step in (gauss, newton):
            tried = row + np.clip(step, -2, 2)
            tried[:, 3:] = np.clip(tried[:, 3:], 1e-3, 5)
            new_value = _huber(z - _parts(tried, x, y)[0], w, delta)
            better = new_value < best_value
            best = np.where(better[:, None], tried, best)
            best_value = np.where(better, new_value, best_value)
        gain = value[active] - best_value
        damping[active] = np.clip(damping[active] * np.where(gain > 0, 0.2, 8), 1e-10, 1e6)
        theta[active], value[active] = best, best_value
        fitted[active], share[active] = _parts(best, x, y)
        active = active[(gain > 1e-13 * best_value) | ((gain <= 0) & (damping[active] < 1e5))]
        if not active.size:
            break
    return theta, value


def _centred(N: Floats, D: Floats) -> tuple[Floats, Floats, Floats]:
    """Centred logs of N and D, and the two centres."""
    x, y = np.log(N), np.log(D)
    centres = np.array([x.mean(), y.mean()])
    return x - centres[0], y - centres[1], centres


def _to_law(theta: Floats, centres: Floats) -> Law:
    a, b, e, alpha, beta = np.moveaxis(theta, -1, 0)
    return Law(np.exp(e), np.exp(a + alpha * centres[0]), np.exp(b + beta * centres[1]), alpha, beta)


def _to_theta(law: Law, centres: Floats) -> Floats:
    E, A, B, alpha, beta = np.broadcast_arrays(*_check_law(law))
    return np.stack([np.log(A) - alpha * centres[0], np.log(B) - beta * centres[1], np.log(E), alpha, beta],
                    axis=-1).reshape(-1, 5)


def _default_starts(z: Floats) -> Floats:
    """144 starts: E is 20, 50 or 80 % of the typical loss, the rest split three ways; exponents 0.1 to 1.2."""
    parts = [(share, split, alpha, beta) for share in (0.2, 0.5, 0.8) for split in (0.2, 0.5, 0.8)
             for alpha in (0.1, 0.3, 0.6, 1.2) for beta in (0.1, 0.3, 0.6, 1.2)]
    share, split, alpha, beta = np.array(parts).T
    typical = np.median(z)
    logs = [np.log((1 - share) * split), np.log((1 - share) * (1 - split)), np.log(share)]
    return np.stack([*(typical + part for part in logs), alpha, beta], axis=-1)


def _points(N: ArrayLike, D: ArrayLike, L: ArrayLike, delta: float, drop_above: float | None):
    N, D, L = _check_series(8, N=N, D=D, L=L)
    if np.ndim(delta) or not (0 < delta < np.inf):
        raise ValueError(f"delta = {delta!r}: must be one number, finite and > 0 (log points)")
    used = np.ones(L.size, bool)
    if drop_above is not None:
        if np.ndim(drop_above) or not drop_above > 0:
            raise ValueError(f"drop_above = {drop_above!r}: must be one number > 0 (nats a token), or None")
        used = np.less_equal(L, drop_above)
        if used.sum() < 8:
            raise ValueError(f"drop_above = {drop_above!r}: leaves {used.sum()} points; at least 8 are needed")
    return N, D, L, used


@within_floats
def fit_points(
    N: ArrayLike, D: ArrayLike, L: ArrayLike, delta: float = 1e-3, drop_above: float | None = None,
    starts: Law | None = None,
) -> LawFit:
    """Fit the law to runs by the Huber loss of log residuals, from many starts.

    Minimises sum_i h(ln L_i - ln[exp(a - alpha ln N_i) + exp(b - beta ln D_i) + exp(e)]), h(r) = r^2/2 for
    |r| <= delta and delta (|r| - delta/2) beyond: least squares for small residuals, absolute values for
    large ones, so that no point counts for more than delta. As delta falls it tends to least absolute
    deviations, as it grows to least squares. Exponents are kept within 0.001 and 5.

    Parameters
    ----------
    N, D, L : (n,) parameters, tokens and loss (nats a token), n >= 8.
    delta : log points; 0.001 in Hoffmann et al. (2022) and Besiroglu et al. (2024).
    drop_above : points with a larger loss are left out; 3.44 drops the five points of the replication.
    starts : laws with arrays (k,) to start from; 144 spread over the parameters by default.

    Source: Hoffmann et al. (2022, equation 3), Besiroglu et al. (2024).
    """
    N, D, L, used = _points(N, D, L, delta, drop_above)
    x, y, centres = _centred(N[used], D[used])
    z = np.log(L[used])
    theta = _default_starts(z) if starts is None else _to_theta(starts, centres)
    weight = np.ones((len(theta), z.size))
    theta, value = _descend(theta, x, y, z, weight, delta, 60)
    first = np.argsort(value)[:12]  # the others are at worse minima, or will join these
    polished, polished_value = _descend(theta[first], x, y, z, weight[first], delta, 400)
    best = int(polished_value.argmin())
    value[first] = polished_value
    law = Law(*(float(part) for part in _to_law(polished[best], centres)))
    return LawFit(law, float(polished_value[best]), np.log(L / expected_loss(N, D, law)), used,
                  float(np.mean(value <= polished_value[best] * (1 + 1e-6))))


def _refit(N: Floats, D: Floats, L: Floats, law: Law, weight: Floats, delta: float) -> Law:
    """One fit a row of weights, each from `law`."""
    x, y, centres = _centred(N, D)
    start = np.repeat(_to_theta(law, centres), len(weight), axis=0)
    return _to_law(_descend(start, x, y, np.log(L), weight, delta, 200)[0], centres)


@within_floats
def bootstrap_points(
    N: ArrayLike, D: ArrayLike, L: ArrayLike, delta: float = 1e-3, drop_above: float | None = None,
    draws: int = 400, seed: int = 0,
) -> Law:
    """Laws refitted to `draws` samples of the points with replacement, arrays (draws,).

    For an interval of anything that follows from the law, apply it to the draws and take quantiles, as
    `interval` does: interval(optimal(C, draws).tokens_per_parameter). Points are taken as independent, which
    checkpoints of one run are not: true intervals are wider. Each draw starts from the fit to all points.
    """
    N, D, L, used = _points(N, D, L, delta, drop_above)
    draws = whole("draws", draws, 2)
    law = fit_points(N, D, L, delta, drop_above).law
    N, D, L = N[used], D[used], L[used]
    weight = generator(seed).multinomial(L.size, np.full(L.size, 1 / L.size), size=draws)
    return _refit(N, D, L, law, weight.astype(float), delta)


@within_floats
def leave_one_out(
    N: ArrayLike, D: ArrayLike, L: ArrayLike, delta: float = 1e-3, drop_above: float | None = None,
) -> Law:
    """Influence: laws refitted without each of the points used, arrays (n used,).

    A robust loss bounds how far one residual pulls, but not the leverage of runs far from the rest: those
    few with very little data alone tell how fast the loss rises there, and hence beta.
    """
    N, D, L, used = _points(N, D, L, delta, drop_above)
    law = fit_points(N, D, L, delta, drop_above).law
    N, D, L = N[used], D[used], L[used]
    return _refit(N, D, L, law, 1 - np.eye(L.size), delta)


@within_floats
def interval(draws: ArrayLike, level: float = 0.95) -> Floats:
    """(2, ...): the quantiles (1 - level)/2 and (1 + level)/2 of draws along the first axis."""
    level = check_probability("level", level)
    draws = np.asarray(draws, float)
    if draws.ndim == 0 or not draws.size:
        raise ValueError(f"draws has shape {draws.shape}: must have at least one draw along its first axis")
    return np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)


# ---------------------------------------------------------------- growth

class Growth(NamedTuple):
    """Growth in a year, values(t) = values(0) factor^t.

    factor  growth a year, 1 is none; low, high its interval
    slope   log10(factor); se its standard error
    n       observations
    groups  clusters of the standard error, or n
    r2      share of the variance of log10 values explained
    """

    factor: float
    low: float
    high: float
    slope: float
    se: float
    n: int
    groups: int
    r2: float


def _years(dates: ArrayLike | Sequence) -> Floats:
    """Years as numbers: numbers as they are; dates in years of 365.25 days from the first."""
    array = pd.Series(dates)
    if pd.api.types.is_numeric_dtype(array):
        years = array.to_numpy(float)
    else:
        array = array.mask(array.map(lambda x: isinstance(x, Number)))  # among dates no year
        stamps = pd.to_datetime(array, errors="coerce", format="ISO8601")
        years = ((stamps - stamps.min()) / pd.Timedelta(days=DAYS_A_YEAR)).to_numpy(float)
    bad = ~np.isfinite(years)
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise ValueError(f"dates[{i}] = {array.iat[i]!r}: must be a date or a finite number of years; "
                         "leave missing rows out")
    return years


@within_floats
def growth_rate(
    dates: Sequence, values: ArrayLike, groups: Sequence | None = None, level: float = 0.95,
) -> Growth:
    """Growth a year by ordinary least squares of log10 values on time.

    dates (n,) are dates or years as numbers, values (n,) > 0 in any unit. The interval is exp10(slope -/+
    t se) at Student's t. Without `groups` the standard error is the classical one with n - 2 degrees of
    freedom: it takes observations as independent. With `groups` (n,), say the maker of a model, it is
    clustered (CR1; Liang and Zeger 1986), with G - 1 degrees of freedom; few clusters make it too small.
    The trend of a selected group (the frontier, the notable) is that of the selection.
    """
    (values,) = _check_series(3, values=values)
    level = float(check_probability("level", level))
    years = _years(dates)
    if years.size != values.size:
        raise ValueError(f"dates has {years.size} values: must have {values.size}, one for each of values")
    t, y = years - years.mean(), np.log10(values)
    spread = t @ t
    if spread == 0:
        raise ValueError("dates are all the same: at least two different dates are needed for a growth rate")
    slope = t @ y / spread
    residual = y - y.mean() - slope * t
    n = count = values.size
    if groups is None:
        se, df = np.sqrt(residual @ residual / (n - 2) / spread), n - 2
    else:
        codes = pd.factorize(pd.Series(groups))[0]
        if codes.size != n or (codes < 0).any():
            raise ValueError(f"groups has {codes.size} values, {(codes < 0).sum()} missing: must have {n}, "
                             "none missing")
        count = int(codes.max()) + 1
        if count < 2:
            raise ValueError("groups are all the same: at least two clusters are needed")
        scores = np.bincount(codes, weights=t * residual)
        se = np.sqrt(scores @ scores * count / (count - 1) * (n - 1) / (n - 2)) / spread
        df = count - 1
    half = student.ppf((1 + level) / 2, df) * se
    total = (y - y.mean()) @ (y - y.mean())
    r2 = 1 - residual @ residual / total if total > 0 else np.nan
    low, mid, high = 10 ** (slope + half * np.array([-1, 0, 1]))
    return Growth(float(mid), float(low), float(high), float(slope), float(se), n, count, float(r2))


@within_floats
def yearly_growth(months: ArrayLike) -> Floats:
    """Growth factor a year of what doubles (or whose cost halves) in `months` > 0: 2^(12/months)."""
    return 2 ** (12 / check_positive("months", months))


@within_floats
def effective_compute(compute_growth: ArrayLike, efficiency_growth: ArrayLike) -> Floats:
    """Growth factor a year of effective compute: the product of the two factors, both > 0.

    Effective compute is what a fixed recipe would need for the same performance. The product takes the two
    as separate; if better recipes are found by larger experiments they are not, and to credit each with its
    own factor counts compute twice.
    """
    return check_positive("compute_growth", compute_growth) * check_positive(
        "efficiency_growth", efficiency_growth)


class Decline(NamedTuple):
    """Fall of the lowest price at a constant quality.

    factor    fall a year (10: to a tenth); low, high its interval, below 1 where a rise is not excluded
    n         prices on the frontier
    r2        share of the variance of the log prices explained
    frontier  which rows are on the frontier, (rows,) boolean
    """

    factor: float
    low: float
    high: float
    n: int
    r2: float
    frontier: np.ndarray


@within_floats
def price_decline(
    dates: Sequence, price: ArrayLike, quality: ArrayLike, floor: float, level: float = 0.9,
) -> Decline:
    """Fall a year of the lowest price of anything whose quality is at least `floor`.

    The frontier is every offer with quality >= floor that is cheaper than all such offers before it (of one
    day the cheapest); its log10 prices are regressed on time (`growth_rate`). price > 0 in any currency,
    quality (n,) in the units of floor, no missing values. Of the fitted series each point is a record by
    construction, so that residuals are not independent and the t interval is a rough one; with few records it
    is wide. ValueError if fewer than three offers are on the frontier.
    """
    (price,) = _check_series(1, price=price)
    years, quality = _years(dates), np.asarray(quality, float)
    if not (years.size == quality.size == price.size and quality.ndim == 1):
        raise ValueError(f"dates, price and quality have {years.size}, {price.size} and {quality.size} values: "
                         "must be one-dimensional, of one length")
    reject("quality", quality, ~np.isfinite(quality), "finite; leave missing rows out")
    frontier, lowest = np.zeros(price.size, bool), np.inf
    for i in np.lexsort((price, years)):
        if quality[i] >= floor and price[i] < lowest:
            frontier[i], lowest = True, price[i]
    if frontier.sum() < 3:
        raise ValueError(f"floor = {floor!r}: {frontier.sum()} prices are on the frontier; at least 3 are "
                         f"needed (quality runs from {quality.min():.6g} to {quality.max():.6g})")
    g = growth_rate(years[frontier], price[frontier], level=level)
    return Decline(1 / g.factor, 1 / g.high, 1 / g.low, g.n, g.r2, frontier)


# ---------------------------------------------------------------- market structure

def hhi(shares: ArrayLike) -> Floats:
    """Herfindahl-Hirschman index, the sum of squared shares over the last axis, in (0, 1].

    Shares are fractions and must sum to 1 (within 1e-6); times 10,000 for the scale of competition
    authorities. 1/hhi is the number of equal firms with the same index.
    """
    shares = np.atleast_1d(check_share("shares", shares))
    total = np.atleast_1d(shares.sum(axis=-1))
    reject("sum of shares", total, np.abs(total - 1) > 1e-6, "1 (divide by the total, or use hhi_bounds)")
    return np.sum(shares**2, axis=-1)


class Bounds(NamedTuple):
    """Least and greatest value that fits what is known."""

    low: float
    high: float


@within_floats
def hhi_bounds(known: ArrayLike, rest: float | None = None, largest: float | None = None) -> Bounds:
    """Bounds of the index when only some firms' shares are known.

    known (k,) shares; rest, the share of all other firms, is 1 - sum(known) by default. The index is least
    where the rest is split among very many, sum(known^2), and greatest where it is in as few hands as
    `largest`, the greatest share another firm can have, allows: one by default, and min(known) if the known
    firms are known to be the largest. If known and rest do not sum to 1, shares are taken of their total.
    """
    known = check_share("known", known)
    if known.ndim != 1 or np.isnan(known).any():
        raise ValueError(f"known has shape {known.shape}: must be one-dimensional, with none missing")
    if rest is None:
        reject("sum of known", np.asarray(known.sum()), np.asarray(known.sum() > 1 + 1e-9), "at most 1")
        rest = max(0.0, 1 - float(known.sum()))
    rest = float(check_share("rest", rest))
    total = known.sum() + rest
    if not total > 0:
        raise ValueError(f"known and rest sum to {total:.6g}: must sum to more than 0")
    largest = rest if largest is None else float(check_share("largest", largest))
    if rest > 0 and not largest > 0:
        raise ValueError(f"largest = {largest!r}: must be > 0 where others hold {rest:.6g}")
    full = np.floor(rest / largest * (1 + 1e-12)) if rest > 0 else 0.0
    squares = np.sum(known**2)
    high = squares + full * largest**2 + max(0.0, rest - full * largest) ** 2
    return Bounds(float(squares / total**2), float(high / total**2))


@within_floats
def free_entry(R: ArrayLike, F: ArrayLike) -> Floats:
    """Firms under free entry on the circle, N* = sqrt(R/F), a real number: its whole part enters.

    R = transport cost x market size: the dollars a year that buyers would pay to avoid the whole way round,
    not revenue (revenue is the price times the market). F > 0 is each firm's fixed cost, dollars a year. Each
    earns R/N^2 - F; the mark-up is transport cost/N. If R and F grow by factors r and f, firms grow by
    sqrt(r/f): under a fixed cost that outruns the market ever fewer labs pay. Entry is twice what minimises
    the sum of fixed and transport costs, sqrt(R/F)/2. Source: Salop (1979); linear transport cost.
    """
    return np.sqrt(check_positive("R", R) / check_positive("F", F))


def tipping(b: ArrayLike) -> Floats:
    """Market shares that reproduce themselves, s = 1/(1 + exp(-b (2s - 1))): (..., 3) low, 1/2, high.

    Each buyer chooses between two equal products by a logit in which a product's share adds b >= 0 (in units
    of the taste shock) per unit of share, over the rival's. Up to b = 2 sharing equally is the only fixed
    point, and all three columns are 1/2. Above, the middle one is unstable and either product may take the
    market: which, history decides. With m = 2s - 1 it is m = tanh(b m/2). Source: Arthur (1989) for the
    argument; the logit form as in Brock and Durlauf (2001).
    """
    b = check_at_least("b", b, 0)
    m = np.ones(b.shape)
    for _ in range(200):  # from above the root of a concave function: Newton cannot overshoot
        level = np.tanh(0.5 * b * m)
        slope = 0.5 * b * (1 - level**2) - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where((b > 2) & (slope < 0), (level - m) / slope, 0.0)
        m = m - step
        if not (np.abs(step) > 1e-15).any():
            break
    m = np.where(np.isnan(b), np.nan, np.where(b > 2, m, 0.0))
    return np.stack([0.5 - 0.5 * m, np.where(np.isnan(b), np.nan, 0.5), 0.5 + 0.5 * m], axis=-1)


def elo_win(delta: ArrayLike) -> Floats:
    """Probability to win against somebody rated `delta` points lower, 1/(1 + 10^(-delta/400)).

    Ratings are Bradley-Terry log odds on the scale of Elo (1978): 400 points are odds of ten to one. Ties
    count half. Compare ratings of one date only.
    """
    delta = numbers("delta", delta)
    with np.errstate(over="ignore"):  # beyond the largest float the chance is 0 or 1
        return expit(delta * np.log(10) / 400)


# ---------------------------------------------------------------- what it adds to output

def acemoglu(
    exposed: ArrayLike, adopted: ArrayLike, labour_saving: ArrayLike, labour_share: ArrayLike,
) -> Floats:
    """Gain in total factor productivity over the horizon, the product of four shares.

    By Hulten's theorem the gain is the share of output made by the tasks affected times the average saving of
    cost in them: exposed (share of tasks) x adopted (share of those where it pays within the horizon) x
    labour_saving (share of labour cost saved) x labour_share (of cost in those tasks). New tasks, and
    research itself, are left out. Acemoglu (2024) sets 0.199, 0.23, 0.27 and 0.535 for ten years.
    """
    return (check_share("exposed", exposed) * check_share("adopted", adopted)
            * check_share("labour_saving", labour_saving) * check_share("labour_share", labour_share))


@within_floats
def gain_a_year(gain: ArrayLike, years: ArrayLike) -> Floats:
    """Growth rate a year that adds up to `gain` > -1 over `years` > 0: (1 + gain)^(1/years) - 1."""
    gain = checked("gain", gain, lambda x: x > -1, "> -1")
    return np.expm1(np.log1p(gain) / check_positive("years", years))
