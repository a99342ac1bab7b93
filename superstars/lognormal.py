"""Lognormal pay: fits from published percentiles or from micro data, and what a fit implies.

ln w ~ N(mu, sigma^2), with w in any unit of money per unit of time (US dollars a year in the book): mu is
the log of the median, sigma has no unit. Pay is close to lognormal when it is a product of many small
independent advantages (Gibrat 1931; Roy 1950; Shockley 1957; see `superstars.skills`).

Both estimators maximise a likelihood that is concave in (a, b) = (mu/sigma, 1/sigma), so that one damped
Newton iteration serves both: grouped data (Burridge 1981) and right-censored data (Olsen 1978).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erf, log_ndtr, logsumexp, ndtr, ndtri
from scipy.stats import kstest

from superstars.checks import Floats, check_at_least, check_count, check_probability, checked, reject

_BLOCK = 8192  # rows fitted at a time: keeps the work arrays in the processor's cache, bounds memory
_LOG_ROOT_2PI = 0.5 * np.log(2 * np.pi)


def _check_sigma(sigma: ArrayLike) -> Floats:
    return check_at_least("sigma", sigma, 0)


def _check_pay(pay: ArrayLike, censored: bool = False) -> Floats:
    """Micro data: one-dimensional, positive, none missing, infinite only where censored."""
    pay = np.asarray(pay, float)
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


def information(cuts: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> Floats:
    """Fisher information (..., 2, 2) about (mu, sigma) in one observation grouped at log cuts (..., k).

    I = sum_j q_j s_j s_j', with q_j the probability of cell j and s_j the gradient of ln q_j. Cuts increase
    along the last axis; +inf and repeated cuts add no cell. Merging cells can only lower I (in the Loewner
    order).
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
    allowed = "a percentile > 0 (NaN where missing, inf where top-coded)"
    values = checked("values", values, lambda x: x > 0, allowed)
    if values.ndim == 0 or values.shape[-1] != probs.size:
        raise ValueError(f"values has shape {values.shape}: the last axis must have length {probs.size}")
    reject("values", values, values < np.fmax.accumulate(values, axis=-1),
            "at least as large as the percentiles before it")
    shape = values.shape[:-1]
    top = np.nan if top_code is None else top_code
    top = checked("top_code", top, lambda c: c > 0, "> 0, or NaN for none")
    rse = checked("mean_rse", np.nan if mean_rse is None else mean_rse, lambda r: (r >= 0) & (r <= 1),
                   "a fraction in [0, 1] (divide per cent by 100)")
    top, rse = (np.broadcast_to(v, shape).reshape(-1) for v in (np.where(np.isnan(top), np.inf, top), rse))
    rows = values.reshape(-1, probs.size)
    blocks = [_fit_block(rows[i:i + _BLOCK], probs, top[i:i + _BLOCK], rse[i:i + _BLOCK], method)
              for i in range(0, max(len(rows), 1), _BLOCK)]
    return PercentileFit(*(np.concatenate(field).reshape(shape)[()] for field in zip(*blocks, strict=True)))


def _fit_block(x: Floats, probs: Floats, top: Floats, rse: Floats, method: str) -> tuple[NDArray, ...]:
    censored = np.isinf(x) | (x >= top[:, None])
    y, p = np.log(x), np.broadcast_to(probs, x.shape).copy()
    # From the right: a percentile that is missing, censored or tied takes on its right neighbour's cut and
    # probability, so that its cell merges with the next and the cell between the two is empty.
    used = np.empty(x.shape, bool)
    next_y, next_p = np.full(len(x), np.inf), np.ones(len(x))
    for j in reversed(range(probs.size)):
        used[:, j] = ~censored[:, j] & (y[:, j] < next_y)
        y[:, j] = next_y = np.where(used[:, j], y[:, j], next_y)
        p[:, j] = next_p = np.where(used[:, j], p[:, j], next_p)
    count = used.sum(axis=-1)
    out = np.full((5, len(x)), np.nan)
    converged = np.zeros(len(x), bool)
    ok = count >= 2
    y, p, used, rse = y[ok], p[ok], used[ok], rse[ok]

    # Centre and scale by row, then least squares on the normal scores; linear weights of each percentile
    score = np.where(used, ndtri(probs), 0.0)
    low, high = y.min(axis=-1), np.where(used, y, -np.inf).max(axis=-1)
    centre, scale = 0.5 * (low + high), 0.5 * (high - low)
    y = (y - centre[:, None]) / scale[:, None]
    y_used = np.where(used, y, 0.0)
    mean_score = score.sum(-1, keepdims=True) / count[ok, None]
    spread = np.where(used, score - mean_score, 0.0)
    for_sigma = spread / np.sum(spread**2, axis=-1, keepdims=True)
    for_mu = used / count[ok, None] - mean_score * for_sigma
    mu, sigma = np.sum(for_mu * y_used, axis=-1), np.sum(for_sigma * y_used, axis=-1)
    mean_y = y_used.sum(-1) / count[ok]
    y_spread = np.sum(np.where(used, y - mean_y[:, None], 0.0) ** 2, axis=-1)
    r_squared = np.minimum(sigma**2 * np.sum(spread**2, axis=-1) / y_spread, 1)

    if method == "mle":
        weight = np.diff(p, axis=-1, prepend=0.0, append=1.0)
        data = y, *_middle_width(y), weight
        ab, converged[ok] = _newton(lambda ab, rows: _grouped(*(v[rows] for v in data), ab),
                                    np.stack([mu / sigma, 1 / sigma], axis=-1))
        mu, sigma = ab[:, 0] / ab[:, 1], 1 / ab[:, 1]
        variance = np.full((2, rse.size), np.nan)
        told = rse > 0
        (mm, ms), (_, ss) = np.moveaxis(information(y[told], mu[told], sigma[told]), 0, -1)
        variance[:, told] = np.stack([ss, mm]) / (mm * ss - ms**2)
    else:
        converged[ok] = True
        density = np.exp(-0.5 * ndtri(probs) ** 2 - _LOG_ROOT_2PI)
        covariance = np.minimum.outer(probs, probs) * (1 - np.maximum.outer(probs, probs))
        covariance /= np.multiply.outer(density, density)
        weights = np.stack([for_mu, for_sigma])
        variance = sigma**2 * np.einsum("mnj,jk,mnk->mn", weights, covariance, weights)
    out[0, ok], out[1, ok] = centre + scale * mu, scale * sigma
    with np.errstate(over="ignore"):
        n_effective = np.expm1(out[1, ok] ** 2) / np.where(rse > 0, rse, np.nan) ** 2
    out[2:4, ok] = scale * np.sqrt(variance / n_effective)
    out[4, ok] = np.where(count[ok] > 2, r_squared, np.nan)

    lowest = np.argmax(censored, axis=-1)  # if this one agrees with the top code, so do those above it
    implied = out[0] + out[1] * ndtri(probs)[lowest]
    rejected = censored.any(axis=-1) & np.isfinite(top) & (implied < np.log(top))
    return *out, count, converged, ~rejected


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

def quantile(p: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> Floats:
    """Quantile exp(mu + sigma z_p) in units of pay, 0 < p < 1; broadcasts."""
    return np.exp(mu + _check_sigma(sigma) * ndtri(check_probability("p", p)))


def quantile_ratio(p_hi: ArrayLike, p_lo: ArrayLike, sigma: ArrayLike) -> Floats:
    """Ratio of two quantiles, exp((z_hi - z_lo) sigma), as p90/p50; broadcasts."""
    gap = ndtri(check_probability("p_hi", p_hi)) - ndtri(check_probability("p_lo", p_lo))
    return np.exp(gap * _check_sigma(sigma))


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


def expected_max(n: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> Floats:
    """Expected highest pay among n independent draws, in units of pay; n >= 1 need not be whole; broadcasts.

    E = integral of exp(mu + sigma z) n phi(z) Phi(z)^(n-1) dz, by quadrature.
    """
    n, sigma = np.broadcast_arrays(check_count("n", n, 1), _check_sigma(sigma))
    z, log_weight = _maximum_grid(n, sigma)
    return np.exp(mu + logsumexp(log_weight + sigma[..., None] * z, axis=-1))


def expected_max_log(n: ArrayLike) -> Floats:
    """E[z_(n)], the expected highest of n independent standard normal draws; n >= 1 need not be whole."""
    n = check_count("n", n, 1)
    z, log_weight = _maximum_grid(n, np.zeros(n.shape))
    return np.sum(z * np.exp(log_weight), axis=-1)


def sigma_for_gap(ratio: ArrayLike, n: ArrayLike) -> Floats:
    """The sigma at which the best of n earns `ratio` times the median: exp(sigma E[z_(n)]) = ratio.

    ratio >= 1 is a ratio to the median of the typical (geometric mean) best of n >= 2 draws; broadcasts.
    """
    ratio = checked("ratio", ratio, lambda r: (r >= 1) & np.isfinite(r), "finite and >= 1")
    return np.log(ratio) / expected_max_log(check_count("n", n, 2))
