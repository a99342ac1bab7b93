"""Why the size of firms or labs raises top pay: matching talent to scale in competition.

Gabaix and Landier (2008, Quarterly Journal of Economics 123); Terviö (2008, American Economic Review 98).
Firms n = 1, 2, ..., N have sizes S(n), the largest first (US dollars, or H100 equivalents for labs); managers
or researchers have talents T(n), the best first. Talent adds C S^gamma T a year to a firm, so that the best
work at the largest (positive sorting). No firm prefers another's talent at her pay if
w'(n) = C S(n)^gamma T'(n):

    w(n) = w(N) + integral from n to N of C S(u)^gamma (-T'(u)) du,
    S(n) = A n^(-alpha),    T'(n) = -B n^(beta - 1),

which is C B A^gamma [n^(-k) - N^(-k)]/k + w(N) with k = alpha gamma - beta. At k = 0 the bracket over k is
ln(N/n), to which it tends. If k > 0 and N is large,

    w(n) = D(n*) S(n*)^(beta/alpha) S(n)^(gamma - beta/alpha),    D(n*) = -C n* T'(n*)/k,

for any reference rank n*: pay grows with the size of all firms by the exponent gamma, but with a firm's own
only by gamma - beta/alpha. At n = 1 the integral is a share 1 - N^(-k) of this limit, so that for ten or
twenty labs only the integral will do.

All functions broadcast over ranks and over the fields of a `Market`, pass NaN through, and raise ValueError
naming the argument, the value and the allowed range.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike

from superstars.checks import Floats, check_at_least, check_count, check_positive, checked, reject, within_floats


@dataclass(frozen=True)
class Market:
    """Sizes and talents that follow power laws; each field is a number or an array.

    A > 0            size of firm 1 (US dollars, H100s)
    alpha > 0        concentration of sizes; 1 is Zipf's law
    B > 0, beta      spacing of talent: T'(n) = -B n^(beta-1). beta > 0 if talent is bounded, < 0 if it has a
                     power tail. Only the product C B can be told from pay
    C > 0, gamma > 0 effect of talent, C S^gamma T (US dollars a year if w is)
    N >= 1           number of firms; inf for the limit, if alpha gamma > beta
    lowest_wage >= 0 w(N), pay at the smallest firm (US dollars a year)
    """

    A: ArrayLike
    alpha: ArrayLike
    B: ArrayLike
    beta: ArrayLike
    C: ArrayLike = 1.0
    gamma: ArrayLike = 1.0
    N: ArrayLike = np.inf
    lowest_wage: ArrayLike = 0.0

    def __post_init__(self) -> None:
        rules = {"beta": (np.isfinite, "finite"), "N": (lambda x: x >= 1, ">= 1 (inf for the limit)"),
                 "lowest_wage": (lambda x: (x >= 0) & np.isfinite(x), "finite and >= 0")}
        for name, value in [(field.name, getattr(self, field.name)) for field in fields(self)]:
            array = checked(name, value, *rules[name]) if name in rules else check_positive(name, value)
            object.__setattr__(self, name, array[()])
        reject("N", *np.broadcast_arrays(self.N, np.isinf(self.N) & (self.alpha * self.gamma <= self.beta)),
                "finite unless alpha*gamma > beta: pay has no limit")


def _integral(low: ArrayLike, high: ArrayLike, power: ArrayLike) -> Floats:
    """Integral of u^(power - 1) from low to high, at every power: ln(high/low) at 0, to which it tends."""
    log_ratio = np.log(np.divide(high, low))
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where(np.equal(power, 0), log_ratio, np.expm1(power * log_ratio) / power)
    return low**np.asarray(power) * slope


def _check_rank(name: str, n: ArrayLike, highest: ArrayLike, limit: str = "the number of firms N") -> Floats:
    n = check_count(name, n, 1)
    reject(name, *np.broadcast_arrays(n, n > highest), f"at most {limit}")
    return n


def size(n: ArrayLike, market: Market) -> Floats:
    """S(n) = A n^(-alpha), in the unit of A; ranks 1 <= n <= N need not be whole."""
    return market.A * _check_rank("n", n, market.N) ** -market.alpha


def talent_gap(better: ArrayLike, n: ArrayLike, market: Market) -> Floats:
    """T(better) - T(n) = (B/beta)(n^beta - better^beta) >= 0, for ranks 1 <= better <= n <= N."""
    n = _check_rank("n", n, market.N)
    return market.B * _integral(_check_rank("better", better, n, "the rank n"), n, market.beta)


def wage(n: ArrayLike, market: Market) -> Floats:
    """w(n), the integral over the N firms of the market, US dollars a year; the limit formula if N = inf."""
    n = _check_rank("n", n, market.N)
    k = market.alpha * market.gamma - market.beta
    rents = market.C * market.B * market.A**market.gamma * _integral(n, market.N, -k)
    return market.lowest_wage + rents


def scarcity(n: ArrayLike, market: Market) -> Floats:
    """D(n) = C n (-T'(n))/(alpha gamma - beta), the factor of the limit formula; ValueError unless > 0."""
    product, beta = np.broadcast_arrays(market.alpha * market.gamma, market.beta)
    reject("alpha*gamma", product, ~(product > beta), "greater than beta: the limit formula has no value")
    return market.C * market.B * _check_rank("n", n, market.N) ** market.beta / (product - beta)


def limit_wage(n: ArrayLike, market: Market, reference: ArrayLike = 1.0) -> Floats:
    """D(n*) S(n*)^(beta/alpha) S(n)^(gamma - beta/alpha), to which `wage` tends as N grows.

    In US dollars a year. The reference rank n* does not matter. ValueError if alpha gamma <= beta: there the
    formula is singular (at equality) or meaningless.
    """
    common = market.beta / market.alpha
    own = market.gamma - common
    return scarcity(reference, market) * size(reference, market) ** common * size(n, market) ** own


def pay_growth(own: ArrayLike, reference: ArrayLike, market: Market) -> Floats:
    """Factor of pay when the firm's own size changes by `own` and that of the reference firm by `reference`.

    reference^(beta/alpha) own^(gamma - beta/alpha), from the limit formula; both factors > 0.
    """
    own, reference = check_positive("own", own), check_positive("reference", reference)
    common = market.beta / market.alpha
    return reference**common * own ** (market.gamma - common)


def value_of_rank(n: ArrayLike, better: ArrayLike, market: Market) -> tuple[Floats, Floats]:
    """What the talent of rank `better` <= n would add at firm n, and how much more she earns than number n.

    Returns the gain as a fraction of the size of the firm, C S(n)^(gamma-1) [T(better) - T(n)], and the pay
    premium w(better)/w(n) - 1 (5 is 500 per cent more); inf where w(n) = 0.
    """
    gain = market.C * size(n, market) ** (market.gamma - 1) * talent_gap(better, n, market)
    with np.errstate(divide="ignore"):
        return gain, wage(better, market) / wage(n, market) - 1


@within_floats
def calibrate(
    reference_rank: ArrayLike, reference_size: ArrayLike, reference_wage: ArrayLike, alpha: ArrayLike = 1.0,
    beta: ArrayLike = 2 / 3, gamma: ArrayLike = 1.0, N: ArrayLike = np.inf, lowest_wage: ArrayLike = 0.0,
) -> Market:
    """The market in which the firm of the reference rank < N has this size and pays this wage > lowest_wage.

    C = 1: pay tells the product C B only.
    """
    rank, pay = check_count("reference_rank", reference_rank, 1), np.asarray(reference_wage, float)
    reject("reference_rank", *np.broadcast_arrays(rank, np.greater_equal(rank, N)), "less than N")
    reject("reference_wage", *np.broadcast_arrays(pay, ~(pay > lowest_wage)), "greater than lowest_wage")
    A = check_positive("reference_size", reference_size) * rank ** np.asarray(alpha, float)
    unit = Market(A, alpha, 1.0, beta, 1.0, gamma, N)
    return replace(unit, B=(pay - lowest_wage) / wage(rank, unit), lowest_wage=lowest_wage)


# ---------------------------------------------------------------- comparative statics

def concentrate(market: Market, alpha: ArrayLike) -> Market:
    """The same total size, split over the N firms with concentration alpha; N is one finite whole number.

    With few firms more concentration need not raise the pay of the best: it depends on the size of those who
    bid against the first firm.
    """
    N = np.asarray(market.N)
    reject("N", N, ~(np.isfinite(N) & (np.floor(N) == N)), "a finite whole number")
    if N.ndim:
        raise ValueError(f"N has shape {N.shape}: must be one number")
    ranks = np.arange(1, N + 1)
    alpha = np.asarray(alpha, float)
    old, new = (np.sum(ranks ** -np.asarray(x)[..., None], axis=-1) for x in (market.alpha, alpha))
    return replace(market, A=market.A * old / new, alpha=alpha)


def more_talent(market: Market, factor: ArrayLike) -> Market:
    """The market with `factor` > 0 times as many candidates of the same quality.

    Who ranked n now ranks n factor, so that T'(n) becomes T'(n/factor)/factor: B is divided by factor^beta,
    and so are all rents. They fall if talent is bounded and rise if it has a power tail (beta < 0).
    """
    return replace(market, B=market.B * check_positive("factor", factor) ** -market.beta)


# ---------------------------------------------------------------- any sizes, such as those of labs

@within_floats
def wages_from_sizes(
    sizes: ArrayLike, talents: ArrayLike, C: ArrayLike = 1.0, gamma: ArrayLike = 1.0,
    lowest_wage: ArrayLike = 0.0,
) -> tuple[Floats, Floats]:
    """Lowest and highest competitive wages (..., N) of N talents sorted over N firms, US dollars a year.

    sizes > 0 and talents (..., N) do not increase along the last axis. With whole firms the wages are not
    unique: number n + 1's firm must not gain by hiring n, nor n's firm by hiring n + 1,

        C S(n+1)^gamma [T(n) - T(n+1)]  <=  w(n) - w(n+1)  <=  C S(n)^gamma [T(n) - T(n+1)],

    and the firms' or the workers' best equilibrium has all the lower or all the upper bounds (Shapley and
    Shubik 1971). Number N is paid lowest_wage, what an outsider of her
    talent would take. That all firms want to stay in business is assumed.
    """
    S = check_positive("sizes", sizes)
    T = checked("talents", talents, np.isfinite, "finite")
    for name, array in (("sizes", S), ("talents", T)):
        if array.ndim == 0:
            raise ValueError(f"{name} is a single number: must have a last axis with one entry a firm")
        reject(name, array, np.diff(array, axis=-1, prepend=array[..., :1]) > 0,
                "at most the one before: sort with the largest first")
    if S.shape[-1] != T.shape[-1]:
        raise ValueError(f"talents has {T.shape[-1]} entries on its last axis: must have {S.shape[-1]}")
    C, gamma = check_positive("C", C)[..., None], check_positive("gamma", gamma)[..., None]
    lowest = check_at_least("lowest_wage", lowest_wage, 0)
    effect, gap = C * S**gamma, -np.diff(T, axis=-1)

    def add_up(steps: Floats) -> Floats:
        rents = np.cumsum(steps[..., ::-1], axis=-1)[..., ::-1]
        return lowest[..., None] + np.concatenate([rents, np.zeros_like(effect * T)[..., :1]], axis=-1)

    return add_up(effect[..., 1:] * gap), add_up(effect[..., :-1] * gap)


@within_floats
def concentration(sizes: ArrayLike) -> tuple[float, float]:
    """alpha and its standard error from the sizes > 0 of at least three firms, in any order.

    Least squares of ln(rank - 1/2) on ln S has the slope -1/alpha, with the standard error (1/alpha)
    sqrt(2/N) (Gabaix and Ibragimov 2011, Journal of Business and Economic Statistics 29), and so alpha has
    alpha sqrt(2/N), to first order in large N. All sizes are used: choose the tail before.
    """
    S = np.asarray(sizes, float)
    if S.ndim != 1 or S.size < 3 or np.ptp(S) == 0:
        raise ValueError(f"sizes has shape {S.shape}: must be one-dimensional, three or more, not all equal")
    reject("sizes", S, ~((S > 0) & np.isfinite(S)), "finite and > 0")
    log_size = np.log(np.sort(S)[::-1])
    slope = np.polyfit(log_size, np.log(np.arange(S.size) + 0.5), 1)[0]
    return float(-1 / slope), float(-1 / slope * np.sqrt(2 / S.size))


# ---------------------------------------------------------------- published numbers

@dataclass(frozen=True)
class Published:
    """A published number with its unit and source; verified: whether a page that prints it was read."""

    value: float
    unit: str
    source: str
    verified: bool


_GL = "Gabaix and Landier (2008)"
_BELL = f"{_GL}, as quoted by Bell and Van Reenen (2010)"
_TERVIO = "Terviö (2008), abstract; 1,000 largest US firms, 2004"
PUBLISHED = {
    "alpha": Published(1.0, "exponent", f"{_GL}, Zipf's law for firms", False),
    "gamma": Published(1.0, "exponent", f"{_GL}, constant returns to firm size", False),
    "own_size_elasticity": Published(1 / 3, "elasticity", "Gabaix (2016), figure 5 (slope about 1/3)", True),
    "wage_250": Published(8.34e6, "US dollars a year", f"{_GL}, CEO number 250", False),
    "size_250": Published(25.0e9, "US dollars", f"{_GL}, firm number 250", False),
    "gain_250_to_1": Published(0.00016, "fraction of firm value", _BELL, True),
    "premium_1_over_250": Published(5.0, "more than, fraction of pay", _BELL, True),
    "pay_growth_1980_2003": Published(6.0, "factor", f"{_GL}, abstract; firm values also x 6", True),
    "talent_value_low": Published(21e9, "US dollars", _TERVIO, True),
    "talent_value_high": Published(25e9, "US dollars", _TERVIO, True),
    "talent_rents": Published(4e9, "US dollars", _TERVIO, True),
}


def gabaix_landier() -> Market:
    """Their benchmark of the largest US firms: beta = alpha (gamma - own-size elasticity) = 2/3, N = inf."""
    value = {name: number.value for name, number in PUBLISHED.items()}
    beta = value["alpha"] * (value["gamma"] - value["own_size_elasticity"])
    return calibrate(250, value["size_250"], value["wage_250"], value["alpha"], beta, value["gamma"])
