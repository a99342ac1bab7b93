"""Search for ideas: can many ordinary researchers stand in for one star?

Four small models, kept apart because they answer differently.

- Apples (Cunningham and Shetty 2026): ideas hang on a tree and are found at random, within reach.
- Choosing: which k of m experiments to run. Many judges pool their judgement; only what they get wrong
  independently averages out.
- Extracting: which experiments yield an insight. Many researchers pool what they found (the union).
- A sprint of many changes: run everything intuition picks at once, or test the changes one at a time.

In the last three a candidate's true value is V ~ N(0, 1) and a researcher of accuracy rho judges it as
J = rho V + sqrt(1 - rho^2) e, so that E[V | J] = rho J: values are in standard deviations across candidates.
Arguments broadcast, NaN passes through, and ValueError names an argument outside its range, with the index.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, log_ndtr, ndtr, ndtri

from superstars.checks import (
    Floats,
    check_at_least,
    check_probability,
    check_share,
    check_whole,
    generator,
    numbers,
    reject,
    within_floats,
)
from superstars.lognormal import _LOG_ROOT_2PI

MAX_RUNS = 10_000  # of a sprint, whose time grows with the square
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)


def _check_runs(d: int) -> int:
    _check_single(d=d)
    runs = check_whole("d", d, 1)
    reject("d", runs, runs > MAX_RUNS, f"a whole number from 1 to {MAX_RUNS:,}")
    return int(runs)


class Simulated(NamedTuple):
    """A Monte Carlo mean and its standard error."""

    mean: float
    se: float


def _simulated(draws: Floats) -> Simulated:
    return Simulated(float(draws.mean()), float(draws.std(ddof=1) / draws.size**0.5))


def _check_below(low_name: str, low: Floats, high_name: str, high: Floats) -> tuple[Floats, Floats]:
    """Both, broadcast, if low <= high."""
    low, high = np.broadcast_arrays(low, high)
    bad = low > high
    if bad.any():
        reject(low_name, low, bad, f"<= {high_name} = {high[bad][0]:.10g}")
    return low, high


def _check_single(**arguments: float) -> None:
    for name, value in arguments.items():
        if numbers(name, value).ndim or np.isnan(numbers(name, value)):
            raise ValueError(f"{name} = {value!r}: must be one number, neither an array nor missing")


def _identified(value: Floats, *arguments: Floats) -> Floats:
    """`value`, NaN where an argument is missing."""
    return np.where(np.isnan(sum(arguments)), np.nan, value)[()]


# ---------------------------------------------------------------- apples

def ideas_left(x_H: ArrayLike, x_A: ArrayLike, lam: ArrayLike, r_H: ArrayLike, r_A: ArrayLike) -> Floats:
    """Share of ideas not yet found, lam exp(-r_H x_H - r_A x_A) + (1 - lam) exp(-r_H x_H).

    H reaches the whole tree, A only the share lam of it; each unit of effort finds at a rate (r_H, r_A >= 0)
    proportional to what is left within its reach. x_H, x_A >= 0 are amounts of effort of equal cost.
    Source: Cunningham and Shetty (2026, the core equation).
    """
    x_H, x_A, r_H, r_A = (check_at_least(name, value, 0) for name, value in
                          (("x_H", x_H), ("x_A", x_A), ("r_H", r_H), ("r_A", r_A)))
    lam = check_share("lam", lam)
    return np.exp(-r_H * x_H) * (lam * np.exp(-r_A * x_A) + 1 - lam)


def marginal_find(n: ArrayLike, lam: ArrayLike, r: ArrayLike) -> Floats:
    """Share of all ideas that the nth equal researcher adds, lam (1 - e^-r) e^(-r (n-1)).

    n >= 1, rate r >= 0 a researcher, reach lam. The exponential decline needs both assumptions of the apple
    tree: each search is independent of the others, and finds at a rate proportional to the ideas left.
    Dividing the tree into plots alone changes nothing (n times the effort on 1/n of the ideas); see
    `coordinated_find`.
    """
    n, r, lam = check_at_least("n", n, 1), check_at_least("r", r, 0), check_share("lam", lam)
    return lam * -np.expm1(-r) * np.exp(-r * (n - 1))


def coordinated_find(n: ArrayLike, lam: ArrayLike, r: ArrayLike) -> Floats:
    """What the nth researcher adds if nobody ever looks in the same place twice.

    lam min(r, 1 - r (n-1)), or 0 where that is negative. Together n researchers find lam min(r n, 1): linear,
    then nothing. The same number of looks as in `marginal_find`, drawn without replacement instead of with.
    """
    n, r, lam = check_at_least("n", n, 1), check_at_least("r", r, 0), check_share("lam", lam)
    return lam * np.clip(1 - r * (n - 1), 0, r)


def agents_first(lam: ArrayLike, r_A: ArrayLike, r_H: ArrayLike) -> Floats:
    """Effort of A before H is worth its cost, x_A = (1/r_A) ln[lam (r_A - r_H) / ((1 - lam) r_H)].

    It leaves the fewest ideas for a budget spread over x_A and x_H (less than x_A is spent on A alone). 0
    unless lam r_A > r_H: A must be faster on the whole tree at first; inf where lam = 1 or r_H = 0, so that H
    never catches up. In units of effort; rates >= 0. Source: Cunningham and Shetty (2026).
    """
    lam, r_A, r_H = check_share("lam", lam), check_at_least("r_A", r_A, 0), check_at_least("r_H", r_H, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        x_A = (np.log(lam * (r_A - r_H)) - np.log((1 - lam) * r_H)) / r_A
    return _identified(np.where(lam * r_A > r_H, np.maximum(x_A, 0.0), 0.0), lam, r_A, r_H)


class StarReach(NamedTuple):
    """What one more researcher finds after n ordinary ones, in shares of all ideas.

    ratio     star over ordinary; grows without bound in n
    star      what the star finds; falls with n to (lam_star - lam)(1 - e^-r)
    ordinary  what the (n+1)th ordinary researcher finds; falls to 0
    replaces  ordinary researchers, added to the n, who find as much as the star; inf where no number does
    """

    ratio: Floats
    star: Floats
    ordinary: Floats
    replaces: Floats


def star_reach(n: ArrayLike, lam: ArrayLike, lam_star: ArrayLike, r: ArrayLike) -> StarReach:
    """A star who reaches lam_star >= lam, as fast as others (rate r), after n >= 0 ordinary researchers.

    They left lam e^(-r n) of the low ideas and all lam_star - lam of the higher ones, hence

        star = (1 - e^-r) [lam e^(-r n) + lam_star - lam],  star/ordinary = 1 + (lam_star/lam - 1) e^(r n).

    Superstar pay without a market: yet star - ordinary = (1 - e^-r)(lam_star - lam) is the same for every n.
    The ratio explodes because an ordinary researcher becomes worthless, not because the star becomes worth
    more. replaces = -ln[1 - (1 - e^-r) ratio]/r (its limit, the ratio, at r = 0). Derived for this book.
    ratio and replaces are inf at lam = 0 < lam_star, and not identified (NaN) at lam = lam_star = 0.
    """
    n, r = check_at_least("n", n, 0), check_at_least("r", r, 0)
    lam, lam_star = check_share("lam", lam), check_share("lam_star", lam_star)
    lam, lam_star = _check_below("lam", lam, "lam_star", lam_star)
    one = -np.expm1(-r)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        edge = lam_star / lam - 1
        ratio = 1 + np.where(edge == 0, 0.0, edge * np.exp(r * n))
        replaces = np.where(one * ratio < 1, -np.log1p(-one * ratio) / r, np.inf)
        replaces = np.where(r == 0, ratio, replaces)
    ratio, replaces = (_identified(x, n, edge, r) for x in (ratio, replaces))
    ordinary = one * lam * np.exp(-r * n)
    return StarReach(ratio, ordinary + one * (lam_star - lam), ordinary, replaces)


# ---------------------------------------------------------------- ten experiments: choosing

def _top_total(k: Floats, m: Floats) -> Floats:
    """Expected sum of the k largest of m standard normal draws, 0 <= k <= m.

    A draw z is among them with probability P(Binomial(m-1, 1 - Phi(z)) <= k-1), which is P(U <= Phi(z)) for
    U ~ Beta(m-k, k). Integrated by parts, the sum is m E[phi(z_U)]. The grid spans all of z_U but 1e-30 at
    either end, where the integrand vanishes, so that the trapezium rule converges geometrically.
    """
    k, m = np.broadcast_arrays(k, m)
    inside = (k > 0) & (k < m)
    k, rest = np.where(inside, k, 1.0), np.where(inside, m - k, 1.0)
    low, high = ndtri(betaincinv(rest, k, 1e-30)), -ndtri(betaincinv(k, rest, 1e-30))
    z = np.linspace(low, high, 1001, axis=-1)
    log_weight = (rest - 1)[..., None] * log_ndtr(z) + (k - 1)[..., None] * log_ndtr(-z) - 0.5 * z**2
    weight = np.exp(log_weight - log_weight.max(axis=-1, keepdims=True))
    density = np.exp(-0.5 * z**2 - _LOG_ROOT_2PI)
    return np.where(inside, m * np.sum(weight * density, axis=-1) / np.sum(weight, axis=-1), 0.0)


def _check_k_of_m(k: ArrayLike, m: ArrayLike) -> tuple[Floats, Floats]:
    return _check_below("k", check_whole("k", k, 1), "m", check_whole("m", m, 1))


@within_floats
def selection_intensity(k: ArrayLike, m: ArrayLike) -> Floats:
    """i(k, m): expected mean of the k largest of m standard normal draws; whole 1 <= k <= m.

    Exact by quadrature. i(m, m) = 0; i(1, m) is the expected maximum; as m grows with k/m = a fixed it tends
    to phi(z_(1-a))/a (the intensity of selection of Falconer and Mackay 1996, ch. 11).
    """
    k, m = _check_k_of_m(k, m)
    return _identified(_top_total(k, m) / k, k, m)


def chosen_value(rho: ArrayLike, k: ArrayLike, m: ArrayLike) -> Floats:
    """Expected mean true value of the k of m ideas a judge of accuracy rho ranks highest, rho i(k, m)."""
    return check_share("rho", rho) * selection_intensity(k, m)


def shadow_price(rho: ArrayLike, k: ArrayLike, m: ArrayLike) -> Floats:
    """Value of being able to run the kth experiment, rho E[z_(m-k+1)] = rho [k i(k, m) - (k-1) i(k-1, m)].

    The price of compute in experiments: it falls in k and is proportional to rho, so that taste and compute
    are complements. In standard deviations; negative for ideas below the mean, where V is measured from.
    """
    k, m = _check_k_of_m(k, m)
    return check_share("rho", rho) * _identified(_top_total(k, m) - _top_total(k - 1, m), k, m)


def pooled_accuracy(rho: ArrayLike, n: ArrayLike, r: ArrayLike) -> Floats:
    """Accuracy of the mean judgement of n >= 1 equal judges (inf allowed) whose errors correlate r in [0, 1].

    rho_n = rho / sqrt(rho^2 + (1 - rho^2)(r + (1 - r)/n)), at most rho / sqrt(rho^2 + (1 - rho^2) r):
    shared error does not average out (Clemen and Winkler 1985). 0 at rho = 0.
    """
    rho, r, n = check_share("rho", rho), check_share("r", r), check_at_least("n", n, 1, infinite=True)
    noise = (1 - rho**2) * (r + (1 - r) / n)
    with np.errstate(invalid="ignore"):
        return _identified(np.where(rho == 0, 0.0, rho / np.sqrt(rho**2 + noise)), rho, n, r)


def correlation_limit(rho: ArrayLike, rho_star: ArrayLike) -> Floats:
    """Error correlation t at and above which no number of judges of accuracy rho < rho_star matches the star.

    t = [rho^2/(1 - rho^2)] / [rho_star^2/(1 - rho_star^2)], the ratio of the signal-to-noise ratios; 1 where
    rho >= rho_star, since one judge is enough. n judges (n > 1) match only if r <= (n t - 1)/(n - 1).
    """
    rho, rho_star = np.broadcast_arrays(check_share("rho", rho), check_share("rho_star", rho_star))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = rho**2 / (1 - rho**2) * (1 - rho_star**2) / rho_star**2
    return _identified(np.where(rho >= rho_star, 1.0, t), rho, rho_star)


def judges_to_match(rho: ArrayLike, rho_star: ArrayLike, r: ArrayLike) -> Floats:
    """Judges of accuracy rho, errors correlated r, whose mean judgement is as accurate as the star's.

    n = (1 - r)/(t - r) with t = `correlation_limit`, a real number to be rounded up; inf where r >= t; 1
    where rho >= rho_star. Inverts `pooled_accuracy`.
    """
    rho, rho_star, r = np.broadcast_arrays(
        check_share("rho", rho), check_share("rho_star", rho_star), check_share("r", r))
    t = correlation_limit(rho, rho_star)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where(r < t, (1 - r) / (t - r), np.inf)
    return _identified(np.where(rho >= rho_star, 1.0, n), rho, rho_star, r)


def _joint_excess(angle: Floats, z: Floats) -> Floats:
    """P(V > z, J > z) - P(V > z)^2 for standard normals with correlation sin(angle), 0 <= angle <= pi/2.

    The derivative in the correlation is the bivariate density (Plackett 1954), which in the angle is
    exp(-z^2/(1 + sin angle))/(2 pi): smooth up to a correlation of one.
    """
    at = 0.5 * angle[..., None] * (1 + _NODES)
    density = np.exp(-(z[..., None] ** 2) / (1 + np.sin(at)))
    return 0.5 * angle * (density @ _WEIGHTS) / (2 * np.pi)


def hit_rate(rho: ArrayLike, base_rate: ArrayLike) -> Floats:
    """P(V > z | J > z) with P(V > z) = base_rate: of the ideas judged to be in the top share, how many are.

    From base_rate (rho = 0) to 1 (rho = 1); 0 < base_rate < 1. It is the limit of many ideas; the 10 of 100
    that a judge of accuracy rho ranks highest hold about 10 hit_rate(rho, .1) of the true best ten.
    """
    rho, base = np.broadcast_arrays(check_share("rho", rho), check_probability("base_rate", base_rate))
    rate = base + _joint_excess(np.arcsin(rho), ndtri(base)) / base
    return _identified(np.where(rho == 1, 1.0, rate), rho, base)


@within_floats
def accuracy_from_hits(hits: ArrayLike, base_rate: ArrayLike) -> Floats:
    """The accuracy rho at which `hit_rate` is hits, for base_rate <= hits <= 1.

    Newton's method from rho = 1: the joint probability is convex in the angle, so that it cannot overshoot.
    """
    hits, base = np.broadcast_arrays(check_share("hits", hits), check_probability("base_rate", base_rate))
    reject("hits", hits, hits < base, "at least base_rate, the hit rate of a blind guess")
    z, target, angle = ndtri(base), base * (hits - base), np.full(hits.shape, np.pi / 2)
    for _ in range(100):
        step = (_joint_excess(angle, z) - target) * 2 * np.pi * np.exp(z**2 / (1 + np.sin(angle)))
        angle = np.maximum(angle - step, 0.0)
        if not (np.abs(step) > 1e-14).any():
            break
    rho = np.where(hits == 1, 1.0, np.where(hits == base, 0.0, np.sin(angle)))
    return _identified(rho, hits, base)


def simulate_choosing(
    rho: float, n: int, r: float, k: int, m: int, size: int = 20_000, seed: int = 0,
) -> Simulated:
    """Monte Carlo mean true value of the k of m ideas that n judges together rank highest: `size` labs.

    Draws every judge's error sqrt(r) common + sqrt(1 - r) own, and uses no formula of this module; the
    mean tends to chosen_value(pooled_accuracy(rho, n, r), k, m). Memory grows with size * m.
    """
    _check_single(rho=rho, n=n, r=r, k=k, m=m, size=size)
    rho, r = check_share("rho", rho), check_share("r", r)
    n, size = int(check_whole("n", n, 1)), int(check_whole("size", size, 2))
    k, m = (int(x) for x in _check_k_of_m(k, m))
    rng = generator(seed)
    value, common = rng.standard_normal((2, size, m))
    own = np.zeros((size, m))
    for _ in range(n):
        own += rng.standard_normal((size, m))
    judgement = rho * value + np.sqrt(1 - rho**2) * (np.sqrt(r) * common + np.sqrt(1 - r) * own / n)
    top = np.argpartition(judgement, m - k, axis=-1)[:, m - k:]
    return _simulated(np.take_along_axis(value, top, axis=-1).mean(axis=-1))


# ---------------------------------------------------------------- ten experiments: extracting

def _check_hits(name: str, hits: ArrayLike, m: ArrayLike) -> tuple[Floats, Floats]:
    return _check_below(name, check_at_least(name, hits, 0), "m", check_at_least("m", m, 1))


@within_floats
def union_of_two(hits: ArrayLike, shared: ArrayLike, m: ArrayLike) -> Floats:
    """Insights of two researchers with `hits` of m each, `shared` of them in common: 2 hits - shared.

    max(0, 2 hits - m) <= shared <= hits.
    """
    hits, m = _check_hits("hits", hits, m)
    shared, hits = _check_below("shared", check_at_least("shared", shared, 0), "hits", hits)
    reject("shared", shared, shared < 2 * hits - m, ">= 2 hits - m: there are only m experiments")
    return _identified(2 * hits - shared, m)


def shared_insights(hits: ArrayLike, m: ArrayLike, overlap: ArrayLike) -> Floats:
    """Expected insights that two researchers have in common, m [p^2 + overlap p (1 - p)] with p = hits/m."""
    hits, m = _check_hits("hits", hits, m)
    return hits * (hits / m + check_share("overlap", overlap) * (1 - hits / m))


def union_of_insights(hits: ArrayLike, n: ArrayLike, m: ArrayLike, overlap: ArrayLike) -> Floats:
    """Expected insights of n >= 1 researchers together (inf allowed), each with `hits` of m on average.

    Each experiment is, with probability `overlap`, one that all read alike: then one draw with probability
    p = hits/m decides for everybody. Otherwise each researcher draws for herself. Any two researchers' hits
    then correlate exactly `overlap` in [0, 1], from independent (0) to the same insights (1), and

        union = overlap hits + (1 - overlap) m [1 - (1 - p)^n].
    """
    (hits, m), n = _check_hits("hits", hits, m), check_at_least("n", n, 1, infinite=True)
    overlap = check_share("overlap", overlap)
    return overlap * hits + (1 - overlap) * m * (1 - (1 - hits / m) ** n)


@within_floats
def overlap_limit(hits: ArrayLike, star_hits: ArrayLike, m: ArrayLike) -> Floats:
    """Overlap at and above which no number of researchers finds star_hits > hits: (m - star_hits)/(m - hits).

    1 where hits >= star_hits, since one researcher is enough, and 0 where hits = 0 < star_hits.
    """
    (hits, m), (star_hits, _) = _check_hits("hits", hits, m), _check_hits("star_hits", star_hits, m)
    with np.errstate(divide="ignore", invalid="ignore"):
        limit = np.where(hits == 0, 0.0, (m - star_hits) / (m - hits))
    return _identified(np.where(hits >= star_hits, 1.0, limit), hits, star_hits, m)


def researchers_to_match(hits: ArrayLike, star_hits: ArrayLike, m: ArrayLike, overlap: ArrayLike) -> Floats:
    """Researchers with `hits` of m each who together find star_hits on average (`union_of_insights`).

    n = ln[1 - (star_hits - overlap hits)/((1 - overlap) m)] / ln(1 - hits/m), a real number to be rounded up;
    inf from `overlap_limit` on; 1 where hits >= star_hits.
    """
    (hits, m), (star_hits, _) = _check_hits("hits", hits, m), _check_hits("star_hits", star_hits, m)
    overlap = check_share("overlap", overlap)
    with np.errstate(divide="ignore", invalid="ignore"):
        missed = 1 - (star_hits - overlap * hits) / ((1 - overlap) * m)
        n = np.log(missed) / np.log1p(-hits / m)
    n = np.where((overlap < overlap_limit(hits, star_hits, m)) & (missed > 0), n, np.inf)
    return _identified(np.where(hits >= star_hits, 1.0, n), hits, star_hits, m, overlap)


# ---------------------------------------------------------------- a sprint of many changes
#
# d candidate changes to one recipe. Alone, change j adds theta_j = mu + V_j, so that the share of good ones
# is Phi(mu); each pair that is in the recipe together adds w_ij ~ N(0, tau^2), which no intuition foresees.
# The cost is in runs: one run compares a recipe with the one before it, with an error of standard deviation
# `noise`. Everybody is a Bayesian who knows mu, rho, noise and tau, and keeps what has a positive posterior
# mean. Hence all that matters about a source of information is the standard deviation s of the posterior mean
# it leads to: rho for intuition, 1/sqrt(1 + noise^2) for one run. Gains are in standard deviations of theta.

def _gain(mean: Floats, sd: Floats) -> Floats:
    """E[max(0, X)] for X ~ N(mean, sd^2): the gain from keeping only what has a positive posterior mean."""
    with np.errstate(divide="ignore", invalid="ignore"):
        x = mean / sd
        value = mean * ndtr(x) + sd * np.exp(-0.5 * x**2 - _LOG_ROOT_2PI)
    least = np.maximum(mean, 0.0)
    return np.where(sd == 0, least, np.maximum(value, least))


def _weight(variance: Floats, noise: Floats) -> Floats:
    """Weight of a measurement in the posterior mean, variance/(variance + noise^2); 0 at variance 0."""
    with np.errstate(invalid="ignore"):
        return np.where(variance == 0, 0.0, variance / (variance + noise**2))


def _check_sprint(share_good: ArrayLike, rho: ArrayLike, noise: ArrayLike = 0.0, tau: ArrayLike = 0.0):
    """mu, rho, noise and tau, broadcast."""
    return np.broadcast_arrays(
        ndtri(check_probability("share_good", share_good)), check_share("rho", rho),
        check_at_least("noise", noise, 0, infinite=True), check_at_least("tau", tau, 0))


def bundle_gain(rho: ArrayLike, d: ArrayLike, share_good: ArrayLike) -> Floats:
    """Expected gain from one run with every change that intuition of accuracy rho likes, kept in any case.

    d g(mu, rho), with g(mu, s) = mu Phi(mu/s) + s phi(mu/s) and mu = z_(share_good): d changes cost one run.
    It holds for every tau, since unforeseen interactions cancel on average; they add risk. Convex in rho.
    """
    mu, rho, _, _ = _check_sprint(share_good, rho)
    return check_whole("d", d, 1) * _gain(mu, rho)


@within_floats
def one_at_a_time_gain(
    d: int, share_good: ArrayLike, noise: ArrayLike, tau: ArrayLike = 0.0, rho: ArrayLike = 0.0,
) -> Floats:
    """Expected gain (..., d) after 1, ..., d runs, each of which tests one change on top of those kept.

    Without interactions R runs gain R g(mu, s), s^2 = rho^2 + v^2/(v + noise^2), v = 1 - rho^2 (rho is the
    tester's own intuition). With them a change tested on k others has v = 1 - rho^2 + tau^2 k, is kept with
    probability Phi(mu/s_k) and gains g(mu, s_k) on average: k is a Markov chain, so that the answer is exact.
    Testing profits from interactions because it sees them. (Tested on the old recipe instead, the changes
    gain the tau = 0 amount for every tau.) noise >= 0, inf allowed; d is one whole number.
    """
    d = _check_runs(d)
    mu, rho, noise, tau = (x[..., None] for x in _check_sprint(share_good, rho, noise, tau))
    k = np.arange(d)
    variance = 1 - rho**2 + tau**2 * k
    sd = np.sqrt(rho**2 + variance * _weight(variance, noise))
    gain = _gain(mu, sd)
    with np.errstate(divide="ignore", invalid="ignore"):
        keep = np.where(sd == 0, mu > 0, ndtr(mu / sd))
    state = np.zeros(gain.shape)
    state[..., 0] = 1
    out = np.empty(gain.shape)
    for run in range(d):
        out[..., run] = np.sum(state * gain, axis=-1)
        kept = state * keep
        state = state - kept
        state[..., 1:] += kept[..., :-1]
    return np.cumsum(out, axis=-1)


@within_floats
def runs_to_catch_up(
    rho_star: ArrayLike, d: int, share_good: ArrayLike, noise: ArrayLike, tau: ArrayLike = 0.0,
    rho: ArrayLike = 0.0,
) -> Floats:
    """Fewest runs, one change at a time, that gain what one bundle of all d does; inf where d are too few.

    rho_star is the accuracy of who bundles (`bundle_gain`), rho of who tests (`one_at_a_time_gain`).
    """
    bundle = np.asarray(bundle_gain(check_share("rho_star", rho_star), d, share_good))
    gain = one_at_a_time_gain(d, share_good, noise, tau, rho)
    enough = gain >= bundle[..., None] * (1 - 1e-12)  # equal but for rounding is enough
    runs = np.where(enough.any(axis=-1), 1.0 + enough.argmax(axis=-1), np.inf)
    return _identified(runs, bundle, gain[..., -1])


def factorial_gain(
    runs: ArrayLike, d: ArrayLike, share_good: ArrayLike, noise: ArrayLike, rho: ArrayLike = 0.0,
) -> Floats:
    """Expected gain from `runs` designed runs, each with half of the d changes, without interactions.

    In an orthogonal two-level design every run informs about every change: the contrast of the runs with and
    without it has variance 4 noise^2/runs, so that d g(mu, s), s^2 = rho^2 + v^2/(v + 4 noise^2/runs), v =
    1 - rho^2. Many changes at once by method, not by intuition. runs is a multiple of 4 above d (Plackett and
    Burman 1946; such designs are known for every multiple up to 664). Interactions would be mistaken for
    effects.
    """
    runs, d = np.broadcast_arrays(check_whole("runs", runs, 4), check_whole("d", d, 1))
    reject("runs", runs, (runs % 4 > 0) | (runs <= d), "a multiple of 4 and larger than d")
    mu, rho, noise, _ = _check_sprint(share_good, rho, noise)
    variance = 1 - rho**2
    return d * _gain(mu, np.sqrt(rho**2 + variance * _weight(variance, 2 * noise / np.sqrt(runs))))


class Sprint(NamedTuple):
    """Simulated sprints, each field with its standard error; gains in standard deviations of theta.

    bundle         gain from all changes that intuition likes, kept whatever the run says
    bundle_or_old  the same, but back to the old recipe if the run makes it look worse
    one_at_a_time  gain from testing singly
    lead           bundle_or_old less one_at_a_time in the same sprint
    worse          share of sprints in which the bundle is worse than the old recipe
    reverted       share of sprints in which its run makes it look worse
    """

    bundle: Simulated
    bundle_or_old: Simulated
    one_at_a_time: Simulated
    lead: Simulated
    worse: Simulated
    reverted: Simulated


def simulate_sprint(
    rho_star: float, d: int, share_good: float, noise: float, tau: float, runs: int, rho: float = 0.0,
    size: int = 20_000, seed: int = 0,
) -> Sprint:
    """One run of a bundle against `runs` <= d runs one at a time, on the same `size` sprints.

    Draws effects, interactions of every pair, judgements and measurement errors (assumptions above). rho_star
    is the accuracy of who bundles, rho of who tests; noise is finite. The order of testing is random.
    """
    _check_single(rho_star=rho_star, d=d, share_good=share_good, noise=noise, tau=tau, runs=runs, rho=rho,
                  size=size)
    mu, rho, _, tau = _check_sprint(share_good, rho, 0.0, tau)
    rho_star, noise = check_share("rho_star", rho_star), check_at_least("noise", noise, 0)
    d, runs, size = (int(check_whole(name, x, least)) for name, x, least in (
        ("d", d, 1), ("runs", runs, 0), ("size", size, 2)))
    _check_below("runs", runs, "d", d)
    rng = generator(seed)

    def normal(*shape: int) -> Floats:
        return rng.standard_normal((size, *shape))

    value = normal(d)
    liked, tested = (mu + a * (a * value + np.sqrt(1 - a**2) * normal(d)) for a in (rho_star, rho))
    picked, kept = liked > 0, np.zeros((size, d), bool)
    bundle, singly = np.zeros(size), np.zeros(size)
    for j in range(d):  # change j meets only the changes before it: each pair once
        with_others = tau * normal(j) if tau else np.zeros((size, j))
        bundle += picked[:, j] * (mu + value[:, j] + np.sum(with_others * picked[:, :j], axis=-1))
        if j < runs:
            adds = mu + value[:, j] + np.sum(with_others * kept[:, :j], axis=-1)
            weight = _weight(1 - rho**2 + tau**2 * kept.sum(axis=-1), noise)
            kept[:, j] = (1 - weight) * tested[:, j] + weight * (adds + noise * normal()) > 0
            singly += kept[:, j] * adds
    k = picked.sum(axis=-1)
    weight = _weight(k * (1 - rho_star**2) + tau**2 * k * (k - 1) / 2, noise)
    expected = np.sum(liked * picked, axis=-1)
    reverted = (1 - weight) * expected + weight * (bundle + noise * normal()) < 0
    tested = np.where(reverted, 0.0, bundle)
    shares = (x.astype(float) for x in (bundle < 0, reverted))
    return Sprint(*map(_simulated, (bundle, tested, singly, tested - singly, *shares)))


# ---------------------------------------------------------------- coordination

@within_floats
def coordination_links(n: ArrayLike) -> Floats:
    """Pairs among n people who may have to talk, n (n - 1)/2; whole n >= 0 (Brooks 1975, ch. 2)."""
    n = check_whole("n", n, 0)
    return n * (n - 1) / 2
