"""Races for a prize: what rivals spend, what one hire is worth in the race, and who gains by it.

Five small models. Rivals are risk neutral, prizes and spending are in one money unit (US dollars), n counts
rivals.

- Contest in ratios (Tullock 1980): a rival who spends x_i wins with probability x_i^a / sum_j x_j^a.
- Contest in differences (Lazear and Rosen 1981): the highest output e_i + noise wins; effort costs c e^2/2.
- A hire: she raises the strength of the lab that has her, and moving her also weakens the lab she leaves.
- A race in time (Loury 1979; Lee and Wilde 1980): each lab finishes at a rate h a year, the first one wins.
  Sooner is better, so that here, and only here, effort has a social value.
- A slow-down game: labs choose the full pace of the race or a share of it.

Arguments broadcast, NaN passes through, and ValueError names the argument, its value and the allowed range.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from superstars.checks import (
    Floats,
    check_at_least,
    check_positive,
    check_share,
    check_whole,
    checked,
    reject,
    within_floats,
)
from superstars.lognormal import expected_max_log

MAX_EXPONENT = 2.0  # beyond it even two rivals have no equilibrium in pure strategies
MAX_DECISIVENESS = 5.0  # up to here the symmetric profile survives every deviation (tests/test_contest.py)


def _exponent(value: ArrayLike) -> Floats:
    return checked("exponent", value, lambda a: (a > 0) & (a <= MAX_EXPONENT), f"0 < a <= {MAX_EXPONENT:g}")


# ---------------------------------------------------------------- contests

def participation_limit(n: ArrayLike) -> Floats:
    """n/(n - 1): the largest exponent a at which all n >= 1 equal rivals gain by taking part; inf if n = 1."""
    n = check_whole("n", n, 1)
    with np.errstate(divide="ignore"):
        return n / (n - 1)


def active_rivals(n: ArrayLike, exponent: ArrayLike) -> Floats:
    """How many of n equal rivals spend anything: the largest k <= n with a <= k/(k - 1), so k <= a/(a - 1).

    Beyond the participation limit some stay out (Pérez-Castrillo and Verdier 1992); who is not determined.
    """
    n, a = check_whole("n", n, 1), _exponent(exponent)
    with np.errstate(divide="ignore", invalid="ignore"):
        most = np.where(a > 1, np.floor(a / (a - 1) + 1e-9), np.inf)  # 1e-9: a = 1.25 means five, not four
    return np.minimum(n, np.where(np.isnan(a), np.nan, most))[()]


@within_floats
def effort(n: ArrayLike, exponent: ArrayLike, prize: ArrayLike) -> Floats:
    """x = a(k - 1)V/k^2: spending of each of the k active rivals (Tullock 1980), in the unit of the prize."""
    k = active_rivals(n, exponent)
    return np.asarray(exponent, float) * (k - 1) / k**2 * check_at_least("prize", prize, 0)


def dissipation(n: ArrayLike, exponent: ArrayLike) -> Floats:
    """k x/V = a(k - 1)/k: the share of the prize that all rivals spend together. At most 1."""
    k = active_rivals(n, exponent)
    return np.asarray(exponent, float) * (k - 1) / k


def dissipation_vega(n: str = "n", exponent: str = "a") -> str:
    """`dissipation` as a Vega expression; the arguments are expressions themselves."""
    n, a = f"({n})", f"({exponent})"
    k = f"({a} > 1 ? min({n}, floor({a} / ({a} - 1) + 1e-9)) : {n})"
    return f"({a} * ({k} - 1) / {k})"


@within_floats
def free_entry(prize: ArrayLike, fixed_cost: ArrayLike, exponent: ArrayLike = 1.0) -> Floats:
    """n at which entry earns nothing: V/n - a(n - 1)V/n^2 = F, a real number, for 0 < a <= 1 and 0 < F <= V.

    n = [(1 - a)V + sqrt((1 - a)^2 V^2 + 4 a V F)]/(2F), sqrt(V/F) for a = 1. Outlays n(x + F) are then V.
    """
    V, F = check_positive("prize", prize), check_positive("fixed_cost", fixed_cost)
    a = checked("exponent", exponent, lambda a: (a > 0) & (a <= 1), "0 < a <= 1")
    ratio = V / F
    reject("prize/fixed_cost", ratio, ratio < 1, ">= 1: nobody enters for a prize below the fixed cost")
    return ((1 - a) * ratio + np.sqrt(((1 - a) * ratio) ** 2 + 4 * a * ratio)) / 2


@within_floats
def tournament_cost(n: ArrayLike, decisiveness: ArrayLike) -> Floats:
    """Share of the prize that n >= 2 rivals spend together in a tournament, d E[z_(n)]^2/(2n).

    The largest of e_i + noise_i wins W, normal noise of standard deviation sigma, cost c e^2/2. Each chooses
    c e = W E[z_(n)]/(n sigma), E[z_(n)] the mean of the largest of n standard normal draws; for n = 2 this is
    c'(e) = W h(0) with h(0) = 1/(2 sigma sqrt(pi)) (Lazear and Rosen 1981). d = W/(c sigma^2) is
    decisiveness, a pure number in [0, 5]; above, a symmetric equilibrium in pure strategies need not exist.
    """
    n = check_whole("n", n, 2)
    d = checked("decisiveness", decisiveness, lambda d: (d >= 0) & (d <= MAX_DECISIVENESS),
                 f"in [0, {MAX_DECISIVENESS:g}]")  # fmt: skip
    return d * expected_max_log(n) ** 2 / (2 * n)


class TwoRivals(NamedTuple):
    """Chance that the first wins, and spending and expected payoff of both, in the unit of the stakes."""

    win: Floats
    effort_1: Floats
    effort_2: Floats
    payoff_1: Floats
    payoff_2: Floats


@within_floats
def two_rivals(stake_1: ArrayLike, stake_2: ArrayLike, advantage: ArrayLike = 1.0) -> TwoRivals:
    """Two unlike rivals at exponent 1: the first wins with p = t x_1/(t x_1 + x_2), t the advantage > 0.

    V_i > 0 is what winning instead of losing is worth to i: the prize plus what the loser would lose (its
    franchise), which sinks the payoff of a loser below the one given here. p = t V_1/(t V_1 + V_2),
    x_i = t V_1 V_2 V_i/(t V_1 + V_2)^2, payoffs p^2 V_1 and (1 - p)^2 V_2 above those of a certain loser.
    """
    V1, V2 = check_positive("stake_1", stake_1), check_positive("stake_2", stake_2)
    t = check_positive("advantage", advantage)
    p = t * V1 / (t * V1 + V2)
    return TwoRivals(p, p * (1 - p) * V1, p * (1 - p) * V2, p**2 * V1, (1 - p) ** 2 * V2)


def split(
    n: ArrayLike, exponent: ArrayLike, talent: ArrayLike, rent: ArrayLike,
) -> tuple[Floats, Floats, Floats]:
    """Shares of the prize: transferred to talent, burned as resources, left to the rivals. They add up to 1.

    A share `talent` of spending is pay (Cobb-Douglas), of which a share `rent` exceeds what the same people
    would earn, and be worth, elsewhere. That part is a transfer. The rest of pay and all compute are used up.
    """
    D, paid = dissipation(n, exponent), check_share("talent", talent) * check_share("rent", rent)
    return D * paid, D * (1 - paid), 1 - D


# ---------------------------------------------------------------- one hire

@within_floats
def win_gain(edge: ArrayLike, n: ArrayLike, from_rival: bool = True) -> Floats:
    """Chance of winning with her minus chance without, p_i(she is here) - p_i(she is there).

    n >= 2 labs of equal strength; she raises the strength of her lab by the share `edge` >= 0. Hired from a
    rival, edge/(n + edge): this already contains that the rival is weaker. From outside the race, where the
    rivals do not lose her, (n - 1)/n of it.
    """
    d, n = check_at_least("edge", edge, 0), check_whole("n", n, 2)
    gain = d / (n + d)
    return gain if from_rival else gain * (n - 1) / n


@within_floats
def needed_gain(
    bid: ArrayLike, prize: ArrayLike, share: ArrayLike = 1.0, discount: ArrayLike = 1.0,
) -> Floats:
    """Added chance of winning at which a bid breaks even: bid/(V share discount). Above 1: none will do.

    bid >= 0 and prize V > 0 in US dollars; share in (0, 1] of the prize that the winner keeps; discount in
    (0, 1]: present value of a dollar of it, times the chance that there is a prize at all.
    """
    bid, V = check_at_least("bid", bid, 0), check_positive("prize", prize)
    shares = [checked(name, x, lambda x: (x > 0) & (x <= 1), "in (0, 1]")
              for name, x in (("share", share), ("discount", discount))]  # fmt: skip
    return bid / (V * shares[0] * shares[1])


def needed_edge(gain: ArrayLike, n: ArrayLike) -> Floats:
    """n p/(1 - p): the edge at which hiring her from one of n - 1 rivals adds p, in [0, 1), to the chance."""
    p = checked("gain", gain, lambda p: (p >= 0) & (p < 1), "a probability in [0, 1)")
    return check_whole("n", n, 2) * p / (1 - p)


class HireValues(NamedTuple):
    """Expected present value of a hire as a share of the prize's social value W."""

    lab_from_rival: Floats
    lab_from_outside: Floats
    society_from_rival: Floats
    society_from_outside: Floats


@within_floats
def hire_values(
    edge: ArrayLike, n: ArrayLike, hazard: ArrayLike, rate: ArrayLike, share: ArrayLike = 1.0,
    fit: ArrayLike = 1.0,
) -> HireValues:
    """What hiring her is worth to the lab and to society in a race in time, as shares of W.

    n >= 1 labs finish at the rate h > 0 a year each and the first one keeps `share` of W. At a discount rate
    r > 0 a year a lab of rate h_i in a race of total rate H is worth share W h_i/(r + H), the whole race
    W H/(r + H). She adds fit edge h to the lab that bids, edge h to the rival (fit > 0: above 1 she is of more
    use here). From outside: she did nothing for the race before, and what she did there is her wage. The
    rival's values are NaN for n = 1. Rivals' own spending is held fixed.
    """
    d, n, h = check_at_least("edge", edge, 0), check_whole("n", n, 1), check_positive("hazard", hazard)
    r, s, m = check_positive("rate", rate), check_share("share", share), check_positive("fit", fit)
    H, here, there = n * h, m * d * h, d * h
    lab = (h + here) / (r + H + here)
    race = (H + here) / (r + H + here)
    rival = np.where(n > 1, 1.0, np.nan)
    return HireValues(
        s * (lab - h / (r + H + there)) * rival, s * (lab - h / (r + H)),
        (race - (H + there) / (r + H + there)) * rival, race - H / (r + H),
    )  # fmt: skip


def hire_values_vega(edge: str, n: str, hazard: str, rate: str, share: str, fit: str) -> dict[str, str]:
    """`hire_values` as Vega expressions by field name, for n >= 2; the arguments are expressions themselves."""
    d, n, h, r, s, m = (f"({x})" for x in (edge, n, hazard, rate, share, fit))
    H, here, there = f"{n} * {h}", f"{m} * {d} * {h}", f"{d} * {h}"
    lab, race = f"({h} + {here}) / ({r} + {H} + {here})", f"({H} + {here}) / ({r} + {H} + {here})"
    return {
        "lab_from_rival": f"({s} * ({lab} - {h} / ({r} + {H} + {there})))",
        "lab_from_outside": f"({s} * ({lab} - {h} / ({r} + {H})))",
        "society_from_rival": f"({race} - ({H} + {there}) / ({r} + {H} + {there}))",
        "society_from_outside": f"({race} - {H} / ({r} + {H}))",
    }


@within_floats
def overbidding_share(n: ArrayLike, hazard: ArrayLike, rate: ArrayLike) -> Floats:
    """r/(r + (n - 1)h): captured share above which a hire from outside is worth more to a lab than to society.

    The ratio of the two is share (r + (n - 1)h)/r at any edge. A move between equal labs is worth nothing to
    society, so that there any share is too high (for fit = 1).
    """
    r, h = check_positive("rate", rate), check_positive("hazard", hazard)
    return r / (r + (check_whole("n", n, 1) - 1) * h)


# ---------------------------------------------------------------- slowing down

def pace_payoffs(
    n: ArrayLike, slow: ArrayLike, pace: ArrayLike, harm: ArrayLike = 0.0, respond: bool = False,
) -> tuple[Floats, Floats]:
    """Payoffs of a slow and of a racing lab, as shares of the prize, when `slow` = k of n labs slow down.

    Slow labs spend pace x, x = (n - 1)/n^2 the equilibrium of the contest at exponent 1, pace in (0, 1). The
    R = n - k others spend x, or with `respond` their best reply to S = k pace x, at which all labs together
    spend [R - 1 + sqrt((R - 1)^2 + 4 R S)]/(2R). Chances are in proportion to spending. Every racing lab does
    expected harm >= 0 (a share of the prize) to every lab, itself included. NaN for a kind of lab that does
    not occur (k = 0 or k = n).
    """
    n, k = np.broadcast_arrays(check_whole("n", n, 2), check_whole("slow", slow, 0))
    reject("slow", k, k > n, "at most n")
    s = checked("pace", pace, lambda s: (s > 0) & (s < 1), "a share in (0, 1)")
    R, x = n - k, (n - 1) / n**2
    S, loss = k * s * x, check_at_least("harm", harm, 0) * R
    total = S + R * x
    if respond:
        others = np.maximum(R, 1)
        total = np.where(R > 0, (R - 1 + np.sqrt((R - 1) ** 2 + 4 * R * S)) / (2 * others), S)
    racer = (total - S) / np.maximum(R, 1)
    return (
        np.where(k > 0, s * x / total - s * x - loss, np.nan)[()],
        np.where(R > 0, racer / total - racer - loss, np.nan)[()],
    )


@within_floats
def needed_detection(
    temptation: ArrayLike, reward: ArrayLike, punishment: ArrayLike, patience: ArrayLike,
) -> Floats:
    """Least chance per period of catching a cheat that makes a slow-down worth keeping; above 1: none does.

    (1 - b)(T - R)/(b(R - P)) with T > R > P: a cheat earns T until caught and P ever after, b in (0, 1) is
    the weight of the next period, the chance included that the race is still on. Grim trigger, as in Friedman
    (1971), with imperfect detection.
    """
    T, R, P = (np.asarray(x, float) for x in (temptation, reward, punishment))
    b = checked("patience", patience, lambda b: (b > 0) & (b < 1), "in (0, 1)")
    for name, low, high in (("reward", R, T), ("punishment", P, R)):
        low, high = np.broadcast_arrays(low, high)
        reject(name, low, low >= high, "T > R > P: not a dilemma otherwise")
    return (1 - b) * (T - R) / (b * (R - P))
