"""Scarcity: what a star earns when there are several, and how far apart the best of a pool are.

- Stars in numbers: the switchboard of `superstars.superstar` with any number of equal stars and of labs,
  equal or not, and at any replacement exponent. `many_stars` there is the case of equal labs where only the
  best counts.
- Ideas that are not equally easy to find, against the exponential decline of `superstars.search`.
- Ranks: the expected normal scores of the best, the second best, ... of a pool and the gaps between them.

All functions but `star_price` broadcast. NaN passes through, and ValueError names the argument, the value and
the allowed range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, log_ndtr, ndtri

from superstars.checks import Floats, check_at_least, check_share, check_whole, checked, reject, within_floats
from superstars.search import _check_below, shadow_price
from superstars.superstar import _QUIET, _check_exponent, _check_gap, _team, pay_ratio, pay_ratio_vega

# ---------------------------------------------------------------- stars in numbers


@within_floats
def marginal_star(
    j: ArrayLike, quality_gap: ArrayLike, stakes: ArrayLike, replacement_exponent: ArrayLike,
) -> Floats:
    """What the jth equal star adds to one lab, D_j = V_j - V_(j-1), in wages w0 of ordinary staff.

    V_j = max over n of S (j g^s + n)^(1/s) - n, with E* = e^s as in `superstars.superstar`:

        j = 1               the pay ratio of a single star
        j g^s <= E*         each star stands for g^s of the team     D = g^s
        (j-1) g^s >= E*     stars alone                              D = S g (j^(1/s) - (j-1)^(1/s))
        between             the last ordinary researchers leave      D = S (g j^(1/s) - e) + E* - (j-1) g^s

    D_j does not increase with j, because V is concave. j >= 1 whole, g >= 1, S >= 1 finite, s >= 1 (inf: only
    the best counts, and D_j = 0 from the second star on). inf where V_1 exceeds the largest float.
    Derived for this book.
    """
    j, g, S = check_whole("j", j, 1), _check_gap(quality_gap), check_at_least("stakes", stakes, 1)
    s = _check_exponent(replacement_exponent)
    j, g, S, s = np.broadcast_arrays(j, g, S, s)
    alone, log_e = _team(S, s)
    with np.errstate(**_QUIET):
        log_team = np.where(alone, -np.inf, s * log_e)
        unit, before = s * np.log(g), np.log(j - 1)
        between = S * (g * j ** (1 / s) - np.exp(log_e)) + np.exp(log_team) - (j - 1) * np.exp(unit)
        stars = S * g * (j - 1) ** (1 / s) * np.expm1((np.log(j) - before) / s)
        team, no_team = np.log(j) + unit <= log_team, before + unit >= log_team
        rest = np.select([team, no_team], [np.exp(unit), stars], between)
        value = np.where(j == 1, pay_ratio(g, S, s), rest)
    return np.where(np.isnan(j + g + S + s), np.nan, value)[()]


def marginal_star_vega(j: str, quality_gap: str, stakes: str, replacement_exponent: str) -> str:
    """`marginal_star` as a Vega expression, for sliders; the arguments are expressions, with 1 < s < inf."""
    j, g, S, s = (f"({x})" for x in (j, quality_gap, stakes, replacement_exponent))
    e, unit = f"pow({S} / {s}, 1 / ({s} - 1))", f"pow({g}, {s})"
    team, root = f"pow({S} / {s}, {s} / ({s} - 1))", f"pow({j}, 1 / {s})"
    return (f"({j} === 1 ? {pay_ratio_vega(g, S, s, 'false')} : {j} * {unit} <= {team} ? {unit} : "
            f"({j} - 1) * {unit} >= {team} ? {S} * {g} * ({root} - pow({j} - 1, 1 / {s})) : "
            f"{S} * ({g} * {root} - {e}) + {team} - ({j} - 1) * {unit})")


@within_floats
def star_price(
    k: int, stakes: ArrayLike, quality_gap: float, replacement_exponent: float = np.inf,
) -> tuple[float, float]:
    """Lowest and highest equilibrium pay of k equal stars, in wages w0 of ordinary staff.

    stakes (m,) holds S of each of the m labs, which may differ; k >= 1 is whole. A lab's demand for stars is
    its `marginal_star` values; sorted over all labs they are the demand curve v_1 >= v_2 >= ..., and k stars
    earn between v_(k+1), the best bid that gets none, and v_k, the last that gets one. Never below 1, what a
    star earns as ordinary staff. Equal labs and s = inf give `superstar.many_stars`.
    """
    stakes = np.asarray(stakes, float)
    if stakes.ndim != 1 or not stakes.size:
        raise ValueError(f"stakes has shape {stakes.shape}: must be one value a lab, (m,) with m >= 1")
    stars = check_whole("k", k, 1)
    if stars.ndim or np.isnan(stars):
        raise ValueError(f"k = {k!r}: must be one whole number >= 1")
    j = np.arange(1, int(stars) + 2)[:, None]
    bids = np.sort(marginal_star(j, quality_gap, stakes, replacement_exponent), axis=None)[::-1]
    low, high = np.maximum(1.0, bids[[int(stars), int(stars) - 1]])
    return float(low), float(high)


# ---------------------------------------------------------------- ideas that differ

def uneven_find(n: ArrayLike, lam: ArrayLike, r: ArrayLike, shape: ArrayLike) -> Floats:
    """Share of all ideas that the nth researcher adds when some ideas are easier to find than others.

    An idea within reach lam is found at a rate drawn from a gamma distribution with mean r and `shape` a > 0
    (coefficient of variation a^(-1/2)). Ideas left after n researchers are lam (1 + r n/a)^(-a), the mixture
    of exponentials of Vaupel, Manton and Stallard (1979), so that the nth adds

        lam [(1 + r (n-1)/a)^(-a) - (1 + r n/a)^(-a)],

    which falls as a power of n, not exponentially: the easy ideas go first. a = inf is `marginal_find`.
    """
    n, r, lam = check_at_least("n", n, 1), check_at_least("r", r, 0), check_share("lam", lam)
    a = checked("shape", shape, lambda x: x > 0, "> 0 (inf: all ideas are alike)")

    def log_left(x: Floats) -> Floats:
        with np.errstate(invalid="ignore"):
            return np.where(np.isinf(a), -r * x, -a * np.log1p(r * x / a))

    return (lam * np.exp(log_left(n - 1)) * -np.expm1(log_left(n) - log_left(n - 1)))[()]


# ---------------------------------------------------------------- ranks

@within_floats
def expected_rank(j: ArrayLike, n: ArrayLike) -> Floats:
    """E[z_(n-j+1)], the expected jth highest of n independent standard normal draws; whole 1 <= j <= n."""
    return shadow_price(1.0, j, n)


@within_floats
def rank_gap(j: ArrayLike, n: ArrayLike) -> Floats:
    """Expected gap between the jth and the (j+1)th highest of n standard normal draws; whole 1 <= j < n.

    C(n, j) integral of Phi(z)^(n-j) (1 - Phi(z))^j dz (Galton 1902; Pearson 1902), by quadrature. As n grows
    it tends to 1/(j sqrt(2 ln n)): it depends on the rank far more than on the pool.
    """
    j, n = _check_below("j", check_whole("j", j, 1), "n", check_whole("n", n, 2))
    reject("j", j, j == n, "less than n: nobody ranks below the last")
    j, n = j[..., None], n[..., None]
    z = np.linspace(-10, -ndtri(0.5 / n[..., 0]) + 10, 1001, axis=-1)
    log_ways = gammaln(n + 1) - gammaln(j + 1) - gammaln(n - j + 1)
    density = np.exp(log_ways + (n - j) * log_ndtr(z) + j * log_ndtr(-z))
    return np.sum(density, axis=-1) * (z[..., 1] - z[..., 0])
