"""What makes a superstar's pay: quality that others cannot replace, times a market that can be reached.

The switchboard, after Rosen (1981, American Economic Review 71). Two identical labs. A team earns w0 S Q a
year, with

    Q = (sum_i (q_i / q_L)^s)^(1/s).

Ordinary researchers, of quality q_L, are in elastic supply at the wage w0 (US dollars a year); a lab employs
at least one researcher, and the number of staff is a real number. One star has quality g q_L and the labs
bid for her. Everything is measured in w0, so that nothing here has a unit:

    g >= 1  quality gap
    S >= 1  stakes (reach): what one ordinary researcher's work earns over what she is paid, `stakes`. Below
            1 she earns a lab less than her wage and there would be no labs
    s >= 1  replacement exponent: it takes g^s ordinary researchers to replace the star. With s = 1 quantity
            makes up for quality; with s = inf only the best counts

The labs are alike, so that bidding drives the star's pay to all that she adds to one of them, R = V1 - V0:

    V0 = max over E >= 1 of  S E^(1/s) - E              (E ordinary researchers)
    V1 = max over n >= 0 of  S (g^s + n)^(1/s) - n      (the star and n ordinary researchers)

Both have the interior solution E* = (S/s)^(s/(s-1)) for E or g^s + n, and with e = E*^(1/s), the quality of
that team, there are three cases (`pay_ratio`). They are coded as cases, because the one line that covers
them, S(E1^(1/s) - E0^(1/s)) - (E1 - E0) + g^s, subtracts numbers near g^s and loses all digits when these
are large. Hard edges of the model: elastic supply of ordinary staff, a single star, full bidding.

Below are companions that give large pay gaps by other routes, down to luck alone. All functions broadcast,
pass NaN through, and raise ValueError naming the argument, the value and the allowed range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma

from superstars.checks import (
    Floats,
    check_at_least,
    check_count,
    check_positive,
    check_share,
    checked,
    generator,
    whole,
    within_floats,
)

Bools = NDArray[np.bool_]
_QUIET = {"divide": "ignore", "invalid": "ignore", "over": "ignore"}  # cases that do not apply are discarded


def _check_gap(value: ArrayLike) -> Floats:
    return checked("quality_gap", value, lambda g: (g >= 1) & np.isfinite(g), "finite and >= 1")


def _check_stakes(value: ArrayLike) -> Floats:
    return checked("stakes", value, lambda S: S >= 1, ">= 1 (inf for the limit)")


def _check_exponent(value: ArrayLike) -> Floats:
    return checked("replacement_exponent", value, lambda s: s >= 1, ">= 1 (inf: only the best counts)")


def _team(S: Floats, s: Floats) -> tuple[Bools, Floats]:
    """Whether a lab without the star is best off with one researcher, S <= s, and else ln e.

    ln e = ln(S/s)/(s - 1), with the logarithm written so that it keeps its digits when S and s are close.
    """
    with np.errstate(**_QUIET):
        return s >= S, np.where(s < 2 * S, np.log1p((S - s) / s), np.log(S / s)) / (s - 1)


def pay_ratio(quality_gap: ArrayLike, stakes: ArrayLike, replacement_exponent: ArrayLike) -> Floats:
    """R, the star's pay over that of an ordinary researcher.

        S <= s    one researcher a lab, whom the star replaces       R = 1 + S(g - 1)
        e < g     an ordinary team, which the star replaces          R = S(g - e) + E*
        e >= g    the star joins a team, as g^s of its members       R = g^s

    Limits: R = g if s = 1 or S = 1 (either condition alone adds nothing to the quality gap), 1 if g = 1,
    1 + S(g - 1) if s = inf, g^s if S = inf. Throughout g <= R <= min(g^s, 1 + S(g - 1)), and R does not fall
    in g, S or s. stakes and replacement_exponent may be inf; R is inf where it exceeds the largest float, and
    where both are inf and g > 1.
    """
    g, S, s = _check_gap(quality_gap), _check_stakes(stakes), _check_exponent(replacement_exponent)
    alone, log_e = _team(S, s)
    with np.errstate(**_QUIET):
        replaceable = ~alone & (log_e >= np.log(g))
        one = 1 + np.where(g == 1, 0.0, S * (g - 1))
        # S(g - e) + E* with E* = S e/s, and g - e as a difference of two small numbers
        team = S * ((g - 1) - np.expm1(log_e) + np.exp(log_e) / s)
        return np.select([alone, replaceable], [one, g**s], team)[()]


def quality_gap(pay_ratio: ArrayLike, stakes: ArrayLike, replacement_exponent: ArrayLike) -> Floats:
    """The quality gap g at which the star earns a ratio R, finite and >= 1: the inverse of `pay_ratio`.

        S <= s: g = 1 + (R - 1)/S;      R <= E*: g = R^(1/s);      else g = e + (R - E*)/S

    Pay alone does not tell the stakes and the exponent: it identifies g given both, or a curve in (S, s).
    With S and s both inf every g > 1 earns inf, so that a finite R means g = 1.
    """
    R = checked("pay_ratio", pay_ratio, lambda r: (r >= 1) & np.isfinite(r), "finite and >= 1")
    S, s = _check_stakes(stakes), _check_exponent(replacement_exponent)
    alone, log_e = _team(S, s)
    with np.errstate(**_QUIET):
        replaceable = ~alone & (s * log_e >= np.log(R))
        team = 1 + (np.expm1(log_e) + (R / S - np.exp(log_e) / s))
        return np.select([alone, replaceable], [1 + (R - 1) / S, R ** (1 / s)], team)[()]


def optimal_staff(stakes: ArrayLike, replacement_exponent: ArrayLike) -> Floats:
    """E* = (S/s)^(s/(s-1)), the ordinary staff that maximises S E^(1/s) - E; a lab employs max(1, E*).

    With the star it employs max(0, E* - g^s) ordinary researchers. inf for s = 1 < S and above the largest float;
    NaN where the optimum
    is not identified: S = s = 1 (profit is zero at any size) and S = s = inf.
    """
    S, s = _check_stakes(stakes), _check_exponent(replacement_exponent)
    with np.errstate(**_QUIET):
        none = np.isinf(s) & np.isfinite(S)
        return np.where(none, 0.0, np.exp(s * _team(S, s)[1]))[()]


def plateau(quality_gap: ArrayLike, replacement_exponent: ArrayLike) -> Floats:
    """g^s, the ordinary researchers who replace the star and so the highest pay ratio in any market.

    inf above the largest float.
    """
    g, s = _check_gap(quality_gap), _check_exponent(replacement_exponent)
    with np.errstate(over="ignore"):
        return g**s


def stakes_at_plateau(quality_gap: ArrayLike, replacement_exponent: ArrayLike) -> Floats:
    """s g^(s-1), the stakes from which on the pay ratio stays at g^s (there E* = g^s); 1 if g = 1.

    inf above the largest float.
    """
    g, s = _check_gap(quality_gap), _check_exponent(replacement_exponent)
    with np.errstate(over="ignore"):
        return np.where(g == 1, 1.0, s * g ** (s - 1))[()]


def bargained(pay_ratio: ArrayLike, share: ArrayLike) -> Floats:
    """1 + b(R - 1): the pay ratio when the star gets only a share b, in [0, 1], of what she adds above w0."""
    R = checked("pay_ratio", pay_ratio, lambda r: r >= 1, ">= 1")
    b = check_share("share", share)
    with np.errstate(invalid="ignore"):
        return 1 + np.where(b == 0, 0.0, b * (R - 1))


@within_floats
def stakes(market: ArrayLike, value: ArrayLike, wage: ArrayLike, theta: ArrayLike = 1.0) -> Floats:
    """S = M^theta v q_L / w0.

    market M > 0     users who could be reached
    value v q_L > 0  what one ordinary researcher's work is worth to one user, US dollars a year
    wage w0 > 0      pay of that researcher, US dollars a year
    theta in [0, 1]  1 if serving one user takes nothing from another (a film, a model), 0 if it takes
                     everything (a plumber's hour), so that the market does not matter

    The result may be below 1, where the switchboard is not defined: a lab would not employ her.
    """
    theta = checked("theta", theta, lambda t: (t >= 0) & (t <= 1), "in [0, 1] (0 rival, 1 nonrival)")
    M, v, w = (check_positive(*pair) for pair in (("market", market), ("value", value), ("wage", wage)))
    return M**theta * v / w


def market_elasticity(
    quality_gap: ArrayLike, stakes: ArrayLike, replacement_exponent: ArrayLike,
) -> Floats:
    """d ln R / d ln S, the per cent by which the pay ratio grows with one per cent of market.

        S <= s: S(g - 1)/(1 + S(g - 1));      e < g: S(g - e)/R;      e >= g: 0

    It lies in [0, 1] and is continuous, but for s = 1, where it is 0 throughout.
    """
    g, S, s = _check_gap(quality_gap), _check_stakes(stakes), _check_exponent(replacement_exponent)
    alone, log_e = _team(S, s)
    with np.errstate(**_QUIET):
        flat = (g == 1) | (s == 1) | (~alone & (log_e >= np.log(g)))
        gain = (g - 1) - np.where(alone, 0.0, np.expm1(log_e))
        rest = np.where(alone, 1 / S, np.exp(log_e) / s)
        return np.where(flat, 0.0, gain / (gain + rest))[()]


def many_stars(
    k: ArrayLike, m: ArrayLike, quality_gap: ArrayLike, stakes: ArrayLike,
) -> tuple[Floats, Floats]:
    """Lowest and highest equilibrium pay ratio of k equal stars at m equal labs, when only the best counts.

    With s = inf a second star adds nothing to a lab, so that each lab wants one and bids up to 1 + S(g - 1).
    k < m: some lab goes without, and its bid sets the price. k > m: some star has no lab to lead and works as
    ordinary staff, so that all stars earn what she does, w0: a ratio of 1. k = m: any ratio in between. With
    k = 0 it is what a lab would bid. inf where the bid exceeds the largest float.
    k >= 0 and m >= 1 are finite; they need not be whole (measures).
    """
    k, m = check_count("k", k, 0), check_count("m", m, 1)
    full = pay_ratio(quality_gap, stakes, np.inf)
    return np.where(k < m, full, 1.0)[()], np.where(k <= m, full, 1.0)[()]


def pay_ratio_vega(
    quality_gap: str = "g", stakes: str = "stakes", replacement_exponent: str = "s",
    only_best: str = "only_best",
) -> str:
    """`pay_ratio` as a Vega expression, for sliders; the arguments are expressions themselves.

    only_best is true for s = inf ("false" where there is no such switch); a logarithmic slider is passed as
    stakes="pow(10, log_stakes)". To rounding error for g in [1, 3], stakes in [1, 1e6] and s in [1, 50].
    """
    g, S, s = f"({quality_gap})", f"({stakes})", f"({replacement_exponent})"
    return (f"(({only_best}) || ({S} <= {s}) ? 1 + {S} * ({g} - 1) : {S} >= {s} * pow({g}, {s} - 1) ? "
            f"pow({g}, {s}) : {S} * ({g} - (1 - 1 / {s}) * pow({S} / {s}, 1 / ({s} - 1))))")


# ---------------------------------------------------------------- companions

@within_floats
def rosen_revenue(
    z: ArrayLike, v: ArrayLike, a: ArrayLike, c: ArrayLike, eta: ArrayLike,
) -> tuple[Floats, Floats]:
    """Optimal market size m and revenue of a seller of talent z (Rosen 1981).

    A buyer pays v z a unit in all, of which a (time, travel) does not reach the seller: p = v z - a. Marginal
    cost is c m^(1/eta). Price equals marginal cost at m = (p/c)^eta, and revenue is p m = c^(-eta) p^(1+eta),
    of which 1/(1 + eta) is profit. Revenue is convex in z. Sellers with v z <= a sell nothing. z >= 0, v > 0,
    a >= 0, c > 0, eta > 0; p and c are in US dollars a unit, m in units a year.
    """
    z = check_at_least("z", z, 0)
    a = check_at_least("a", a, 0)
    v, c, eta = check_positive("v", v), check_positive("c", c), check_positive("eta", eta)
    p = np.maximum(v * z - a, 0.0)
    size = (p / c) ** eta
    return size, p * size


@within_floats
def dixit_stiglitz_ratio(g: ArrayLike, sigma: ArrayLike) -> Floats:
    """g^(sigma - 1): revenue ratio of two sellers when one offers g > 0 times the quality per unit of cost.

    sigma > 1 is the elasticity of substitution; markups are equal (Dixit and Stiglitz 1977; Melitz 2003).
    """
    sigma = checked("sigma", sigma, lambda x: (x > 1) & np.isfinite(x), "finite and > 1")
    return check_positive("g", g) ** (sigma - 1)


@within_floats
def logit_share_ratio(kappa: ArrayLike, dq: ArrayLike) -> Floats:
    """exp(kappa dq): logit ratio of market shares at a quality difference dq; kappa >= 0, per unit of dq."""
    return np.exp(check_at_least("kappa", kappa, 0) * dq)


def luck_top_share(K: ArrayLike) -> Floats:
    """H_K/K, the expected share of the largest of K equal rivals when each buyer copies an earlier one.

    An urn starts with one ball of each of K >= 1 colours; a ball is drawn and returned with another of its
    colour (Eggenberger and Pólya 1923). Shares tend to a uniform draw from the simplex, whose largest part
    has mean H_K/K = (1 + 1/2 + ... + 1/K)/K. Stardom without talent, as in Adler (1985).
    """
    K = check_count("K", K, 1)
    return (digamma(K + 1) + np.euler_gamma) / K


def simulate_luck(K: int, draws: int = 2_000, size: int = 5_000, seed: int = 0) -> tuple[float, float]:
    """Mean largest share after some draws from the urn of `luck_top_share`, with Monte Carlo standard error.

    `size` independent urns; their K first balls count in the shares. The mean rises from 1/K to H_K/K, which
    it misses by less than K/(7 draws). Whole numbers K >= 1, draws >= 0, size >= 2; memory 4 (K + draws) size
    bytes.
    """
    K, draws, size = whole("K", K, 1), whole("draws", draws, 0), whole("size", size, 2)
    rng, urn = generator(seed), np.arange(size)
    colour = np.empty((K + draws, size), np.int32)
    colour[:K] = np.arange(K)[:, None]
    for ball in range(K, K + draws):
        colour[ball] = colour[rng.integers(ball, size=size), urn]
    counts = np.bincount((colour + K * urn).ravel(), minlength=K * size).reshape(size, K)
    share = counts.max(axis=1) / (K + draws)
    return float(share.mean()), float(share.std(ddof=1) / size**0.5)
