"""Lognormal pay: fits from published percentiles or from micro data, and what a fit implies.

ln w ~ N(mu, sigma^2), with w in any unit of money per unit of time (US dollars a year in the book): mu is
the log of the median, sigma has no unit. Pay is close to lognormal when it is a product of many small
independent advantages (Gibrat 1931; Roy 1950; Shockley 1957; see `superstars.skills`).

Both estimators maximise a likelihood that is concave in (a, b) = (mu/sigma, 1/sigma), so that one damped
Newton iteration serves both: grouped data (Burridge 1981) and right-censored data (Olsen 1978). Grouped rows
first take undamped third-order steps, many rows at once; those that do not end there at a maximum, by the
gradient, go to the damped iteration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erf, log_ndtr, logsumexp, ndtr, ndtri
from scipy.stats import kstest

from superstars.checks import (
    Floats,
    check_at_least,
    check_count,
    check_probability,
    checked,
    numbers,
    reject,
    within_floats,
)

_CHUNK = 32_768  # rows read and prepared at a time: bounds memory
_BLOCK = 8192  # rows stepped at a time: keeps the work arrays in the processor's cache
_SHARP = 1e7  # largest published over squared fitted share of a cell that `_ascend` may deal with
_LOG_ROOT_2PI = 0.5 * np.log(2 * np.pi)
_DENSITY = float(np.exp(-_LOG_ROOT_2PI))


def _check_sigma(sigma: ArrayLike) -> Floats:
    return check_at_least("sigma", sigma, 0)


def _check_pay(pay: ArrayLike, censored: bool = False) -> Floats:
    """Micro data: one-dimensional, positive, none missing, infinite only where censored."""
    pay = numbers("pay", pay)
    if pay.ndim != 1:
        raise ValueError(f"pay has shape {pay.shape}: must be one-dimensional")
    bad = ~(pay > 0) | (np.isinf(pay) & (not censored))
    reject("pay", pay, bad, "> 0 and finite; leave missing pay out")
    return pay


# ---------------------------------------------------------------- the likelihoods

def _middle_width(cuts: Floats) -> tuple[Floats, Floats]:
    """Middle and width of the k + 1 cells between increasing cuts (..., k); an open one: its cut, width 0."""
    edge = np.full((*cuts.shape[:-1], 1), np.nan)
    cuts = np.where(np.isinf(cuts), np.nan, cuts)
    low, high = np.concatenate([edge, cuts], -1), np.concatenate([cuts, edge], -1)
    low, high = np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)
    return np.nan_to_num(0.5 * (low + high)), np.nan_to_num(high - low)


def _cells(z: Floats, middle: Floats, width: Floats) -> tuple[Floats, Floats, Floats]:
    """Standard normal cells between increasing cuts z (..., k), +inf allowed, with `_middle_width` of z.

    With q = Phi(high) - Phi(low), returns log q and the difference and the mean of phi(high)/q and
    phi(low)/q. A cell that is empty (two equal cuts) has log q = -inf and zeros. Accurate in the tails, where
    both cuts are measured from the nearer end, and in cells too narrow to subtract, where q is a series about
    the middle.
    """
    none = np.full((*z.shape[:-1], 1), -np.inf)
    low, high = np.concatenate([none, z], -1), np.concatenate([z, -none], -1)
    right = low > 0
    near, far = np.where(right, -low, high), np.where(right, -high, low)
    big = ndtr(near)
    log_q = np.log(big - ndtr(far))
    deep = big < 1e-280  # about to underflow: subtract logarithms there
    if deep.any():
        log_big, log_small = log_ndtr(near[deep]), log_ndtr(far[deep])
        log_q[deep] = log_big + np.log(-np.expm1(log_small - log_big))
    log_phi = -0.5 * z**2 - _LOG_ROOT_2PI
    r_low = np.exp(np.concatenate([none, log_phi], -1) - log_q)
    r_high = np.exp(np.concatenate([log_phi, none], -1) - log_q)
    difference, mean = r_high - r_low, 0.5 * (r_high + r_low)
    narrow = (width > 0) & (width * np.maximum(1, np.abs(middle)) < 0.01)
    m, d = middle[narrow], width[narrow]
    log_q[narrow] = np.log(d) - 0.5 * m**2 - _LOG_ROOT_2PI + np.log1p(
        d**2 * (m**2 - 1) / 24 + d**4 * (m**4 - 6 * m**2 + 3) / 1920)
    r = np.exp(-0.5 * (m**2 + 0.25 * d**2) - _LOG_ROOT_2PI - log_q[narrow])
    difference[narrow], mean[narrow] = -2 * r * np.sinh(0.5 * m * d), r * np.cosh(0.5 * m * d)
    empty = ~(log_q > -np.inf)  # also NaN, from two cuts at +inf
    log_q[empty], difference[empty], mean[empty] = -np.inf, 0.0, 0.0
    return log_q, difference, mean


def _grouped(
    y: Floats, middle: Floats, width: Floats, weight: Floats, ab: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Mean log-likelihood (n,), gradient (n, 2), Hessian (n, 2, 2) in ab = (mu/sigma, 1/sigma): z = b y - a.

    y (n, k) are log cuts, middle and width (n, k + 1) their cells. With r = phi(z)/q at the two ends of a
    cell, the derivatives of ln q are -(r_high - r_low) in a and r_high y_high - r_low y_low in b; they are
    written with middles and widths because differences between the ends of a narrow cell would cancel.
    """
    a, b = ab[:, :1], ab[:, 1:]
    z_middle, z_width = b * middle - a, b * width
    log_q, s, r = _cells(b * y - a, z_middle, z_width)
    t = middle * s + width * r
    zr_difference, zr_sum = z_middle * s + z_width * r, 2 * z_middle * r + 0.5 * z_width * s
    aa = zr_difference + s * s
    cross = middle * zr_difference + 0.5 * width * zr_sum + s * t
    bb = (middle**2 + 0.25 * width**2) * zr_difference + middle * width * zr_sum + t * t
    fit, g_a, g_b, aa, cross, bb = (np.einsum("nj,nj->n", weight, term) for term in (
        np.where(weight > 0, log_q, 0.0), s, t, aa, cross, bb))
    return fit, np.stack([-g_a, g_b], -1), np.stack([-aa, cross, cross, -bb], -1).reshape(-1, 2, 2)


def _tobit(y: Floats, y_censored: Floats, ab: Floats) -> tuple[Floats, Floats, Floats]:
    """As `_grouped` for one sample (1 row): log pay y, and log bounds of right-censored observations."""
    a, b = ab[0]
    z, c = b * y - a, a - b * y_censored
    mills = np.exp(-0.5 * c**2 - _LOG_ROOT_2PI - log_ndtr(c))
    d = mills * (mills + c)  # minus the second derivative of ln Phi(c)
    n = y.size + y_censored.size
    fit = y.size * (np.log(b) - _LOG_ROOT_2PI) - 0.5 * z @ z + log_ndtr(c).sum()
    grad = [z.sum() + mills.sum(), y.size / b - z @ y - mills @ y_censored]
    aa, cross = -y.size - d.sum(), y.sum() + d @ y_censored
    hess = [[aa, cross], [cross, -y.size / b**2 - y @ y - d @ y_censored**2]]
    return np.array([fit]) / n, np.array([grad]) / n, np.array([hess]) / n


def _newton(likelihood: Callable, start: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Maximise a concave likelihood(ab, rows) for many rows at once; returns ab (n, 2) and converged (n,).

    A step that lowers a row's likelihood, or makes b <= 0, is halved. From a gradient below 1e-7 one last step is
    taken unchecked: convergence is quadratic, so that it leaves rounding error (the tests find less than 1e-10).
    """
    best = start.copy()
    trial, fit_best = start.copy(), np.full(len(start), -np.inf)
    step = np.zeros_like(start)
    converged = np.zeros(len(start), bool)
    rows = np.arange(len(start))
    for _ in range(100):
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            fit, grad, hess = likelihood(trial[rows], rows)
        good = (trial[rows, 1] > 0) & (fit >= fit_best[rows] - 1e-12)
        moved = rows[good]
        best[moved], fit_best[moved] = trial[moved], fit[good]
        (g_a, g_b), (aa, cross, _, bb) = grad[good].T, hess[good].reshape(-1, 4).T
        newton = np.stack([cross * g_b - bb * g_a, cross * g_a - aa * g_b], axis=-1)
        step[moved] = newton / (aa * bb - cross**2)[:, None]
        step[rows[~good]] /= 2
        trial[rows] = best[rows] + step[rows]
        done = np.zeros(rows.size, bool)
        done[good] = np.maximum(np.abs(g_a), np.abs(g_b)) <= 1e-7
        best[rows[done]] = trial[rows[done]]
        converged[rows[done]] = True
        rows = rows[~done]
        if not rows.size:
            break
    return best, converged


@within_floats
def information(cuts: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> Floats:
    """Fisher information (..., 2, 2) about (mu, sigma) in one observation grouped at log cuts (..., k).

    I = sum_j q_j s_j s_j', with q_j the probability of cell j and s_j the gradient of ln q_j. Cuts increase
    along the last axis; +inf and repeated cuts add no cell. Merging cells can only lower I (in the Loewner
    order). inf where sigma > 0 is so small that I exceeds the largest float.
    """
    sigma = _check_sigma(sigma)[..., None]
    with np.errstate(all="ignore"):
        z = (np.asarray(cuts, float) - np.asarray(mu, float)[..., None]) / sigma
        middle, width = _middle_width(z)
        log_q, s, r = _cells(z, middle, width)
    score = np.stack([s, middle * s + width * r], axis=-1) / sigma[..., None]
    return np.einsum("...j,...ja,...jb->...ab", np.exp(log_q), score, score)


# ---------------------------------------------------------------- published percentiles

@dataclass(frozen=True)
class PercentileFit:
    """Lognormal fits, each field of the leading shape of the percentiles.

    mu, sigma        estimates; NaN with fewer than two distinct uncensored percentiles
    se_mu, se_sigma  approximate standard errors; NaN without a positive relative standard error of the mean
    r_squared        squared correlation of log percentiles with their normal scores; NaN with two or fewer
    n_percentiles    number of distinct uncensored percentiles
    converged        the maximum of the likelihood was reached (gradient below 1e-10); False where mu is NaN
    consistent       False where the implied quantile of a top-coded percentile lies below its top code, which
                     rejects the lognormal; True otherwise, also where that cannot be told (no percentile is
                     top-coded, the top code is not known, or mu is NaN)
    """

    mu: Floats
    sigma: Floats
    se_mu: Floats
    se_sigma: Floats
    r_squared: Floats
    n_percentiles: NDArray[np.int64]
    converged: NDArray[np.bool_]
    consistent: NDArray[np.bool_]


@within_floats
def fit_percentiles(
    values: ArrayLike, probs: ArrayLike, top_code: ArrayLike | None = None, method: str = "mle",
    mean_rse: ArrayLike | None = None,
) -> PercentileFit:
    """Fit lognormals to published percentiles: values (..., k) in units of pay at probs (k,), one fit a row.

    method "mle" maximises  sum_j (p_j - p_{j-1}) ln[Phi((ln x_j - mu)/sigma) - Phi((ln x_{j-1} - mu)/sigma)],
    the grouped-data likelihood per observation (Aitchison and Brown 1957, ch. 5); "ls" regresses ln x_j on
    the normal scores of p_j. A percentile that is +inf or >= top_code (a scalar or (...), NaN or inf for
    none) is censored: its cell merges with the next. A NaN percentile merges its two neighbouring cells.
    Equal percentiles count once, at the highest probability. The answer does not depend on the unit of pay.
    Rows are read in pieces: besides the result, memory does not grow with their number.

    mean_rse is the published relative standard error of mean pay as a fraction (0.01 = 1 %), a scalar or
    (...). As Var(mean)/mean^2 = (exp(sigma^2) - 1)/n, it gives an effective sample size n, and n the standard
    errors: by the Fisher information for "mle", by the covariance of sample quantiles for "ls". They are
    approximate (the survey is not a simple random sample); NaN where mean_rse is missing or zero.

    Raises ValueError naming the index for a percentile <= 0 or -inf or smaller than one before it, for probs
    not increasing in (0, 1), a top code <= 0, mean_rse outside [0, 1] and an unknown method.
    """
    if method not in ("mle", "ls"):
        raise ValueError(f"method = {method!r}: must be 'mle' or 'ls'")
    probs = np.asarray(probs, float)
    if probs.ndim != 1 or not probs.size or not (np.diff(probs, prepend=0, append=1) > 0).all():
        raise ValueError(f"probs = {probs.tolist()}: must be a list of numbers that increase in 0 < p < 1")
    given = {"values": values, "top_code": top_code, "mean_rse": mean_rse}
    values, top, rse = (numbers(name, np.nan if v is None else v) for name, v in given.items())
    if values.ndim == 0 or values.shape[-1] != probs.size:
        raise ValueError(f"values has shape {values.shape}: the last axis must have length {probs.size}")
    shape = values.shape[:-1]
    rows = values.reshape(-1, probs.size)
    if probs.size == 1:  # identifies nothing: a second percentile, missing, spares a special case
        rows, probs = np.column_stack([rows, np.full(len(rows), np.nan)]), np.append(probs, (1 + probs) / 2)
    tops, rses = (np.broadcast_to(v, shape).reshape(-1) for v in (top, rse))
    fields = [np.empty(len(rows), kind) for kind in (*[float] * 5, np.int64, bool, bool)]
    work = np.empty((2 * probs.size + 1, min(_CHUNK, len(rows))))
    for i in range(0, len(rows), _CHUNK):
        part = slice(i, i + _CHUNK)
        try:
            found = _fit_chunk(rows[part], probs, tops[part], rses[part], method, work[:, :len(rows) - i])
        except ValueError:
            _check_published(values, top, rse)  # over everything, for the place in the caller's array
            raise
        for field, of_chunk in zip(fields, found, strict=True):
            field[part] = of_chunk
    return PercentileFit(*(field.reshape(shape)[()] for field in fields))


def _check_published(values: Floats, top: Floats, rse: Floats) -> None:
    checked("values", values, lambda x: x > 0, "a percentile > 0 (NaN where missing, inf where top-coded)")
    reject("values", values, values < np.fmax.accumulate(values, axis=-1),
           "at least as large as the percentiles before it")
    checked("top_code", top, lambda c: c > 0, "> 0, or NaN for none")
    checked("mean_rse", rse, lambda r: (r >= 0) & (r <= 1), "a fraction in [0, 1] (divide per cent by 100)")


def _fit_chunk(
    x: Floats, probs: Floats, top: Floats, rse: Floats, method: str, work: Floats,
) -> tuple[NDArray, ...]:
    """The fields of `PercentileFit` for rows x (n, k), with room to work, (2k + 1, n).

    Arrays are (k, n) here, so that every loop is long, and weights and cuts lie in memory used before.
    """
    n, score = len(x), ndtri(probs)[:, None]
    y, weight = work[:probs.size], work[probs.size:]
    cell = np.diff(probs, prepend=0.0, append=1.0)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        y[...] = x.T
        np.log(y, out=y)
    complete = (y[0] > -np.inf) & (y[-1] < np.inf) & ~(x[:, -1] >= top)
    for low, high in pairwise(y):
        complete &= low < high  # False for NaN
    odd = np.flatnonzero(~complete)  # missing, censored, tied, or wrong
    _check_published(x[odd], top, rse)
    weight[...] = cell
    count, consistent = np.full(n, probs.size), np.ones(n, bool)
    if odd.size:
        y_odd, top = y[:, odd], top[odd]
        censored = np.isinf(y_odd) | (top <= x[odd].T)
        used, weight_odd = _merge(y_odd, probs, censored)
        count[odd] = used.sum(0)
        unknown = count[odd] < 2  # stand-ins, so that the rest can be done for all rows; blanked at the end
        y_odd[:, unknown], weight_odd[:, unknown], used[:, unknown] = score, cell, True
        y[:, odd], weight[:, odd] = y_odd, weight_odd

    centre = 0.5 * (y[0] + y[-1])
    y -= centre
    mu, sigma, r_squared = np.empty((3, n))
    for i in _blocks(n):
        mu[i], sigma[i], r_squared[i], linear = _regress(y[:, i], score, np.ones_like(score))
    if odd.size:
        mu[odd], sigma[odd], r_squared[odd], linear_odd = _regress(y[:, odd], score, used.astype(float))
    told = rse > 0
    if method == "mle":
        converged, variance = _maximise(y, weight, mu, sigma, told.any())
    else:
        converged = np.ones(n, bool)
        density = np.exp(-0.5 * score**2 - _LOG_ROOT_2PI)
        covariance = np.minimum.outer(probs, probs) * (1 - np.maximum.outer(probs, probs)) / (density * density.T)
        variance = np.empty((2, n))
        variance[...] = np.einsum("mjn,ji,min->mn", linear, covariance, linear)
        if odd.size:
            variance[:, odd] = np.einsum("mjn,ji,min->mn", linear_odd, covariance, linear_odd)
    se = np.full((2, n), np.nan)
    if told.any():
        with np.errstate(over="ignore"):
            n_effective = np.expm1(sigma**2) / np.where(told, rse, np.nan) ** 2
        se = sigma * np.sqrt(variance / n_effective)
    mu += centre
    r_squared[count <= 2] = np.nan
    if odd.size:
        blank = odd[unknown]
        mu[blank] = sigma[blank] = se[0, blank] = se[1, blank] = np.nan
        converged[blank] = False
        lowest = np.argmax(censored, axis=0)  # if this one agrees with the top code, so do those above it
        implied = mu[odd] + sigma[odd] * score[lowest, 0]
        consistent[odd] = ~(censored.any(0) & np.isfinite(top) & (implied < np.log(top)))
    return mu, sigma, *se, r_squared, count, converged, consistent


def _blocks(n: int) -> list[slice]:
    return [slice(i, i + _BLOCK) for i in range(0, n, _BLOCK)]


def _sum(*factors: Floats) -> Floats:
    """Sums (n,) over the cells, or the cuts, of a product."""
    return np.einsum(",".join(["kn"] * len(factors)) + "->n", *factors)


def _merge(y: Floats, probs: Floats, censored: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], Floats]:
    """Write rows with missing, censored or tied percentiles as complete ones, in place: y (k, n) log percentiles.

    A percentile that is missing, censored or tied takes on its right neighbour's cut and probability, so that
    its cell merges with the next and the cell between the two is empty, of weight 0; without a right neighbour
    it takes on those of the last one used, and the open cell above takes the rest. Returns used (k, n) and the
    weights of the k + 1 cells.
    """
    used, p = np.empty(y.shape, bool), np.empty(y.shape)
    next_y, next_p = np.full(y.shape[1], np.inf), np.ones(y.shape[1])
    for j in reversed(range(probs.size)):
        used[j] = ~censored[j] & (y[j] < next_y)
        y[j] = next_y = np.where(used[j], y[j], next_y)
        p[j] = next_p = np.where(used[j], probs[j], next_p)
    last_y, last_p = np.where(used, y, -np.inf).max(0), np.where(used, p, 0.0).max(0)
    above = y == np.inf
    y[...], p = np.where(above, last_y, y), np.where(above, last_p, p)
    return used, np.diff(p, axis=0, prepend=0.0, append=1.0)


def _regress(y: Floats, score: Floats, used: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Least squares of y (k, n) on score (k, 1) where used, 1 or 0, (k, n) or (k, 1): mu, sigma, r_squared (n,).

    Last, their linear weights (2, k, n) or (2, k, 1). y must be near zero against its range.
    """
    share = used / used.sum(0)
    middle = (share * score).sum(0)
    spread = used * (score - middle)
    square = (spread**2).sum(0)
    linear = np.stack([share - middle * spread / square, spread / square])
    mu, sigma = _sum(linear[0], y), _sum(linear[1], y)
    around_mean = _sum(share, y, y) - _sum(share, y) ** 2
    return mu, sigma, np.minimum(sigma**2 * square / (used.sum(0) * around_mean), 1), linear


def _maximise(
    y: Floats, weight: Floats, mu: Floats, sigma: Floats, errors: bool,
) -> tuple[NDArray[np.bool_], Floats]:
    """Move mu and sigma (n,) from least squares to the maximum, in place; returns converged (n,).

    y (k, n) are log cuts, repeated where merged; weight (k + 1, n). Also returns, if asked, the variances
    (2, n) of both in units of sigma^2 with one observation. `_ascend` serves nearly every row, its first step
    in single precision, as the second ends it; what it cannot bring to a maximum, or not to the accuracy
    wanted, `_newton` maximises by `_grouped`, which holds for every row but takes many times as long.
    """
    n = mu.size
    first, done = np.stack([mu, sigma]), np.zeros(n, bool)
    variance = np.full((2, n), np.nan)
    rest = np.arange(n)
    with np.errstate(all="ignore"):  # a row that leaves the numbers is not done
        for precisions in ((np.float32, float), (float, float)):
            for block in _blocks(rest.size):
                i = block if rest.size == n else rest[block]
                cuts, cell = y[:, i], weight[:, i]
                for precision in precisions:
                    z = cuts - mu[i]
                    z /= sigma[i]
                    u, v, done[i] = _ascend(z.astype(precision, copy=False), cell.astype(precision, copy=False))
                    sigma[i] /= 1 + v.astype(float)
                    mu[i] -= u * sigma[i]
            rest = np.flatnonzero(~done)
        for i in _blocks(n) if errors else ():
            _, q, s, t = _shares((y[:, i] - mu[i]) / sigma[i])
            qs = q * s
            q *= t
            variance[:, i] = _inverse(_sum(qs, s), _sum(qs, t), _sum(q, t))
    if rest.size:
        cuts = y[:, rest].T
        mu[rest], sigma[rest], done[rest] = _maximise_with_care(cuts, weight[:, rest].T, *first[:, rest])
        (uu, uv), (_, vv) = np.moveaxis(information(cuts, mu[rest], sigma[rest]), 0, -1) * sigma[rest]**2
        variance[:, rest] = _inverse(uu, uv, vv)
    return done, variance


def _inverse(uu: Floats, uv: Floats, vv: Floats) -> Floats:
    """The diagonal (2, n) of the inverses of symmetric matrices."""
    return np.stack([vv, uu]) / (uu * vv - uv**2)


def _maximise_with_care(
    cuts: Floats, weight: Floats, mu: Floats, sigma: Floats,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """mu, sigma and converged (n,) by `_newton` from these mu and sigma: cuts (n, k), weight (n, k + 1)."""
    centre, scale = 0.5 * (cuts[:, 0] + cuts[:, -1]), 0.5 * (cuts[:, -1] - cuts[:, 0])
    cuts = (cuts - centre[:, None]) / scale[:, None]
    data = cuts, *_middle_width(cuts), weight
    start = np.stack([(mu - centre) / sigma, scale / sigma], -1)
    ab, converged = _newton(lambda ab, rows: _grouped(*(v[rows] for v in data), ab), start)
    return centre + scale * ab[:, 0] / ab[:, 1], scale / ab[:, 1], converged


def _across(ends: Floats) -> Floats:
    """Upper less lower end of every cell, of a function (k, n) of the cuts that vanishes at both infinities."""
    cells = np.empty((len(ends) + 1, ends.shape[1]), ends.dtype)
    cells[0] = ends[0]
    np.subtract(ends[1:], ends[:-1], out=cells[1:-1])
    np.negative(ends[-1], out=cells[-1])
    return cells


def _shares(z: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """As `_cells`, plainly: phi (k, n) at the cuts z; of the cells (k + 1, n) q and the derivatives of ln q.

    The derivatives are in u and v of z + u + v z. A cell that is empty has them 0.
    """
    phi = z * z
    phi *= -0.5
    np.exp(phi, out=phi)
    phi *= _DENSITY
    q = _across(ndtr(z))
    q[-1] += 1
    np.maximum(q, 1e-30, out=q)
    s, t = _across(phi), _across(phi * z)
    s /= q
    t /= q
    return phi, q, s, t


def _ascend(z: Floats, weight: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """One undamped third-order (Chebyshev) step from scores z (k, n) of the cuts to z + u + v z: u, v, and done.

    The likelihood of `_grouped`, concave in u and v as well (they are linear in a and b). With H its Hessian
    the step is d = -H^-1 gradient and, on top, c = -H^-1 D3[d, d]/2 from the third derivatives. What is left
    is then of the order of d^3 and c^2/d: a row is done when both are below 1e-12. Shares of cells are plain
    differences, wrong by 1e-16, which the gradient feels times, at most, the published share over the square of
    the fitted one: above _SHARP (far tails, cells too narrow) a row is never done.
    """
    phi, q, s, t = _shares(z)
    h = weight / q
    ws, wt = weight * s, weight * t
    fall = h[:-1] - h[1:]
    bend = phi * fall
    bend *= z
    bend_z = bend * z
    grad_u, grad_v = ws.sum(0), wt.sum(0)
    uu, uv, vv = bend.sum(0) + _sum(ws, s), bend_z.sum(0) + _sum(ws, t), _sum(bend_z, z) + _sum(wt, t)  # of -H
    scale = 1 / (uu * vv - uv * uv)
    d_u, d_v = (vv * grad_u - uv * grad_v) * scale, (uu * grad_v - uv * grad_u) * scale

    move = d_v * z
    move += d_u
    turn = z * move
    change = d_u * s
    change += d_v * t  # of ln q, to first order
    hc = h * change
    second = _across(phi * move * turn)
    second /= q
    change *= change
    change *= 2
    second += change
    second *= h
    third = fall * (turn * turn - move * move)
    turn *= 2
    turn *= hc[:-1] - hc[1:]
    third += turn
    third += second[:-1]
    third -= second[1:]
    third *= phi
    half_u, half_v = 0.5 * third.sum(0), 0.5 * _sum(third, z)
    c_u, c_v = (vv * half_u - uv * half_v) * scale, (uu * half_v - uv * half_u) * scale

    d, c = np.maximum(np.abs(d_u), np.abs(d_v)), np.maximum(np.abs(c_u), np.abs(c_v))
    d_v += c_v
    d_u += c_u
    h /= q
    done = (d <= 1e-4) & (c * c <= 1e-12 * d) & (h.max(0) <= _SHARP) & (d_v > -1)
    return d_u, d_v, done & (z.dtype == float)


# ---------------------------------------------------------------- micro data

@dataclass(frozen=True)
class SampleFit:
    """Lognormal fit to micro data.

    mu, sigma, se_mu, se_sigma  NaN with fewer than two distinct uncensored values
    ks  Kolmogorov-Smirnov distance to the fitted distribution, NaN where an observation is censored; as mu
        and sigma are estimated, it must not be compared with the standard Kolmogorov table
    """

    mu: float
    sigma: float
    se_mu: float
    se_sigma: float
    ks: float
    n: int
    n_censored: int
    converged: bool


@within_floats
def fit_sample(pay: ArrayLike, upper: float | None = None) -> SampleFit:
    """Maximum-likelihood lognormal of micro data: pay (n,), in any unit, right-censored if >= upper.

    Without censoring mu and sigma are the mean and the standard deviation (divisor n) of ln pay, with
    standard errors sigma/sqrt(n) and sigma/sqrt(2n). With censoring it is a Tobit on ln pay (Tobin 1958),
    with standard errors from the observed information. Raises ValueError naming the index for pay that is
    missing or <= 0, or infinite without an upper bound.
    """
    if upper is not None and not (np.ndim(upper) == 0 and 0 < upper < np.inf):
        raise ValueError(f"upper = {upper!r}: must be one finite number > 0, or None")
    pay = _check_pay(pay, censored=upper is not None)
    censored = pay >= (np.inf if upper is None else upper)
    n, n_censored = pay.size, int(censored.sum())
    y = np.log(pay[~censored])
    if y.size < 2 or y.min() == y.max():
        return SampleFit(*[np.nan] * 5, n, n_censored, False)
    centre, scale = y.mean(), y.std()
    if not n_censored:
        ks = kstest((y - centre) / scale, ndtr).statistic
        return SampleFit(*map(float, (centre, scale, scale / n**0.5, scale / (2 * n) ** 0.5, ks)), n, 0, True)
    z, bound = (y - centre) / scale, np.full(n_censored, (np.log(upper) - centre) / scale)
    ab, converged = _newton(lambda ab, rows: _tobit(z, bound, ab), np.array([[0.0, 1.0]]))
    covariance = np.linalg.inv(-n * _tobit(z, bound, ab)[2][0])
    (a, b), = ab
    jacobian = np.array([[1 / b, -a / b**2], [0.0, -1 / b**2]])
    se = scale * np.sqrt(np.diag(jacobian @ covariance @ jacobian.T))
    estimates = map(float, (centre + scale * a / b, scale / b, *se))
    return SampleFit(*estimates, np.nan, n, n_censored, bool(converged[0]))


# ---------------------------------------------------------------- what a lognormal implies

@within_floats
def quantile(p: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> Floats:
    """Quantile exp(mu + sigma z_p) in units of pay, 0 < p < 1; broadcasts."""
    return np.exp(mu + _check_sigma(sigma) * ndtri(check_probability("p", p)))


def quantile_ratio(p_hi: ArrayLike, p_lo: ArrayLike, sigma: ArrayLike) -> Floats:
    """Ratio of two quantiles, exp((z_hi - z_lo) sigma), as p90/p50; broadcasts."""
    gap = ndtri(check_probability("p_hi", p_hi)) - ndtri(check_probability("p_lo", p_lo))
    return np.exp(gap * _check_sigma(sigma))


@within_floats
def mean_over_median(sigma: ArrayLike) -> Floats:
    """Mean over median, exp(sigma^2/2)."""
    return np.exp(_check_sigma(sigma) ** 2 / 2)


def top_share(p: ArrayLike, sigma: ArrayLike) -> Floats:
    """Share of all pay that goes to the top p of earners, Phi(sigma - z_{1-p}), 0 < p < 1; broadcasts."""
    return ndtr(_check_sigma(sigma) + ndtri(check_probability("p", p)))


def sigma_from_top_share(p: ArrayLike, share: ArrayLike) -> Floats:
    """The sigma at which the top p of earners has this share of all pay, p <= share < 1; broadcasts."""
    p, share = np.broadcast_arrays(check_probability("p", p), check_probability("share", share))
    reject("share", share, share < p * (1 - 1e-12), "at least p, the share under equal pay")
    return np.maximum(ndtri(share) - ndtri(p), 0.0)


def gini(sigma: ArrayLike) -> Floats:
    """Gini coefficient 2 Phi(sigma/sqrt 2) - 1 = erf(sigma/2)."""
    return erf(_check_sigma(sigma) / 2)


def _maximum_grid(n: Floats, sigma: Floats) -> tuple[Floats, Floats]:
    """Nodes z (..., m) and log of n phi(z) Phi(z)^(n-1) dz, wide enough for a factor exp(sigma z).

    The integrand is analytic and vanishes at both ends, so that the trapezium rule converges geometrically.
    """
    end = np.maximum(sigma, -ndtri(0.5 / n)) + 10
    z = np.linspace(-10, end, 1001, axis=-1)
    n, step = n[..., None], (z[..., 1] - z[..., 0])[..., None]
    return z, np.log(n * step) - 0.5 * z**2 - _LOG_ROOT_2PI + (n - 1) * log_ndtr(z)


@within_floats
def expected_max(n: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> Floats:
    """Expected highest pay among n independent draws, in units of pay; n >= 1 need not be whole; broadcasts.

    E = integral of exp(mu + sigma z) n phi(z) Phi(z)^(n-1) dz, by quadrature.
    """
    n, sigma = np.broadcast_arrays(check_count("n", n, 1), _check_sigma(sigma))
    z, log_weight = _maximum_grid(n, sigma)
    return np.exp(mu + logsumexp(log_weight + sigma[..., None] * z, axis=-1))


@within_floats
def expected_max_log(n: ArrayLike) -> Floats:
    """E[z_(n)], the expected highest of n independent standard normal draws; n >= 1 need not be whole."""
    n = check_count("n", n, 1)
    z, log_weight = _maximum_grid(n, np.zeros(n.shape))
    return np.sum(z * np.exp(log_weight), axis=-1)


@within_floats
def sigma_for_gap(ratio: ArrayLike, n: ArrayLike) -> Floats:
    """The sigma at which the best of n earns `ratio` times the median: exp(sigma E[z_(n)]) = ratio.

    ratio >= 1 is a ratio to the median of the typical (geometric mean) best of n >= 2 draws; broadcasts.
    """
    ratio = checked("ratio", ratio, lambda r: (r >= 1) & np.isfinite(r), "finite and >= 1")
    return np.log(ratio) / expected_max_log(check_count("n", n, 2))
