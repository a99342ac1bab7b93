"""Counts of earners above thresholds: how heavy their tail is, and how pay at a rank moves over the years.

A platform that publishes nobody's payout may say how many earners N_1 > N_2 > ... took at least t_1 < t_2 < ...
(US dollars a year). Such counts identify the tail above t_1 and nothing below it. They are complete counts, but
published to two or three digits: `rounding` is the half-width of what a printed count allows, and a range that is
labelled as one contains every value that the printed digits allow.

ValueError names the argument, the value and what is allowed.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize
from scipy.special import log_ndtr
from scipy.stats import chi2

from superstars.checks import Floats, check_count, check_positive, reject, within_floats

Z95 = 1.959963984540054


class ParetoCounts(NamedTuple):
    """Pareto tail fitted to counts: index a and its standard error, and the likelihood-ratio test of the fit.

    deviance is -2 ln(likelihood over that of free cells), chi-squared with dof = cells - 1 under the Pareto. With two
    thresholds the fit is exact: dof = 0 and p_value is NaN.
    """

    index: float
    se: float
    deviance: float
    dof: int
    p_value: float


class LognormalCounts(NamedTuple):
    """Lognormal cut off below t_1: mu and sigma of log pay, implied number of earners of any pay, deviance."""

    mu: float
    sigma: float
    earners: float
    deviance: float


def rounding(count: ArrayLike) -> Floats:
    """Half a unit in the last digit of a whole number that is not zero: 5 for 1,450, 500 for 57,000, 0.5 for 7."""
    count = check_count("count", count, 1)
    reject("count", count, count != np.round(count), "a whole number >= 1")
    digits = np.array([len(str(int(n))) - len(str(int(n)).rstrip("0")) for n in count.ravel()]).reshape(count.shape)
    return 0.5 * 10.0**digits


def _check(thresholds: ArrayLike, counts: ArrayLike, least: int) -> tuple[Floats, Floats]:
    t = check_positive("thresholds", thresholds)
    n = check_positive("counts", counts)
    if t.ndim != 1 or t.shape != n.shape or t.size < least:
        raise ValueError(f"thresholds has shape {t.shape} and counts {n.shape}: "
                         f"one-dimensional, equal, at least {least} long")
    for name, x, sign, order in (("thresholds", t, 1, "rising"), ("counts", n, -1, "falling")):
        if not (sign * np.diff(x) > 0).all():  # also refuses NaN
            raise ValueError(f"{name} is {x.tolist()}: must be strictly {order}")
    return t, n


def _cells(n: Floats) -> Floats:
    return np.append(-np.diff(n), n[-1])


def _deviance(cells: Floats, log_p: Floats) -> float:
    return float(2 * np.sum(cells * (np.log(cells / cells.sum()) - log_p)))


def pareto_counts(thresholds: ArrayLike, counts: ArrayLike) -> ParetoCounts:
    """Maximum likelihood of a Pareto tail, P(pay >= x | pay >= t_1) = (x/t_1)^(-a), from two or more counts.

    The cells N_j - N_{j+1}, and N_k above the last threshold, are multinomial with probabilities
    (t_j/t_1)^(-a) - (t_{j+1}/t_1)^(-a). The standard error treats the earners as draws from that tail: sampling
    error, without the rounding of the counts (`local_index` has both).
    """
    t, n = _check(thresholds, counts, 2)
    u, cells = np.log(t / t[0]), _cells(n)

    def log_p(a: float) -> Floats:
        return np.append(-a * u[:-1] + np.log(-np.expm1(-a * np.diff(u))), -a * u[-1])

    def score_terms(a: float) -> Floats:
        d = np.diff(u)
        return np.append(-u[:-1] + d / np.expm1(a * d), -u[-1])

    # The score falls in a; it lies between the estimates of the flattest and the steepest pair of neighbours.
    pairs = -np.diff(np.log(n)) / np.diff(u)
    low, high = pairs.min(), pairs.max()
    a = low if low == high else brentq(lambda x: float(cells @ score_terms(x)), low / 2, high * 2, xtol=1e-13)
    information = n[0] * float(np.exp(log_p(a)) @ score_terms(a) ** 2)
    deviance, dof = max(_deviance(cells, log_p(a)), 0.0), t.size - 2
    p_value = float(chi2.sf(deviance, dof)) if dof else np.nan
    return ParetoCounts(float(a), float(information) ** -0.5, deviance, dof, p_value)


def lognormal_counts(thresholds: ArrayLike, counts: ArrayLike) -> LognormalCounts:
    """Maximum likelihood of a lognormal cut off below t_1, from three or more counts whose tail steepens.

    With three thresholds the fit is exact. earners = N_1/P(pay >= t_1) is how many there would have to be in all if
    the same lognormal held below t_1, which the counts cannot show. ValueError if the index of the last pair of
    thresholds does not exceed that of the first: no lognormal has such a tail.
    """
    t, n = _check(thresholds, counts, 3)
    index = -np.diff(np.log(n)) / np.diff(np.log(t))
    if index[-1] <= index[0]:
        raise ValueError(f"counts give the tail indices {index.round(3).tolist()} between thresholds: "
                         "a lognormal's rise with pay")
    x, cells = np.log(t), _cells(n)

    def log_p(theta: Floats) -> Floats:
        tail = log_ndtr(-(x - theta[0]) / np.exp(theta[1]))
        tail = tail - tail[0]
        inner = tail[:-1] + np.log(-np.expm1(np.minimum(np.diff(tail), -1e-300)))
        return np.append(inner, tail[-1])

    fit = minimize(lambda th: _deviance(cells, log_p(th)), [x[0] - 4, np.log(2.5)], method="Nelder-Mead",
                   options={"xatol": 1e-9, "fatol": 1e-10, "maxiter": 20_000, "maxfev": 20_000})
    mu, sigma = float(fit.x[0]), float(np.exp(fit.x[1]))
    earners = n[0] / np.exp(log_ndtr(-(x[0] - mu) / sigma))
    return LognormalCounts(mu, sigma, float(earners), max(float(fit.fun), 0.0))


def local_index(thresholds: ArrayLike, counts: ArrayLike) -> pd.DataFrame:
    """Tail index between neighbouring thresholds, ln(N_j/N_{j+1})/ln(t_{j+1}/t_j), with a range.

    Columns from, to (US dollars a year), index, low, high. The range is the 95 % interval of the share N_{j+1}/N_j
    (delta method on its log), widened by what rounding allows both counts.
    """
    t, n = _check(thresholds, counts, 2)
    half, d = rounding(n), np.diff(np.log(t))
    se = np.sqrt((1 - n[1:] / n[:-1]) / n[1:])
    ends = [np.log((n[:-1] + s * half[:-1]) / (n[1:] - s * half[1:])) + s * Z95 * se for s in (-1, 1)]
    return pd.DataFrame({"from": t[:-1], "to": t[1:], "index": np.log(n[:-1] / n[1:]) / d,
                         "low": ends[0] / d, "high": ends[1] / d})


def _pay_bounds(t: Floats, n: Floats, rank: float) -> tuple[float, float]:
    """Lowest and highest pay at a rank when ln N is concave in ln pay and passes through the counts."""
    u, v, r = np.log(t), np.log(n), np.log(rank)
    j = min(max(int(np.searchsorted(-v, -r)) - 1, 0), t.size - 2)

    def line(i: int) -> float:
        return float(np.exp(u[i] + (v[i] - r) * (u[i + 1] - u[i]) / (v[i] - v[i + 1])))

    beside = [line(i) for i in (j - 1, j + 1) if 0 <= i < t.size - 1]
    return line(j), max(min(*beside, float(t[j + 1])), line(j))


def pay_at_rank(thresholds: ArrayLike, counts: ArrayLike, rank: float) -> tuple[float, float]:
    """Range of what the earner of a rank took (US dollars a year), from three or more counts.

    Within an interval the tail may bend. It is taken to steepen with pay (ln N concave in ln pay, as in a lognormal
    and, at the border, a Pareto). Pay is then at least that on the chord of the interval, and at most the next
    threshold and that on the chord of a neighbouring interval, extended. Both ends are widened by the rounding of
    the counts and of the rank, itself a count of another year. ValueError for a rank outside the counts.
    """
    t, n = _check(thresholds, counts, 3)
    if not n[-1] <= rank <= n[0]:
        raise ValueError(f"rank is {rank}: must lie between the lowest and highest count, {n[-1]:g} and {n[0]:g}")
    half, own = rounding(n), float(rounding(rank))
    ends = [_pay_bounds(t, n + np.array(sign) * half, rank + s * own)
            for sign in product((-1, 1), repeat=n.size) for s in (-1, 1)]
    return min(low for low, _ in ends), max(high for _, high in ends)


@within_floats
def elasticity(growth: tuple[float, float], market: tuple[float, float]) -> tuple[float, float]:
    """Range of ln(growth)/ln(market) for ranges (low, high) of both growth factors; those of the market exceed 1."""
    for name, (low, high), least in (("growth", growth, 0.0), ("market", market, 1.0)):
        if not least < low <= high < np.inf:
            raise ValueError(f"{name} is ({low:g}, {high:g}): must be a range (low, high) of factors > {least:g}")
    corners = [np.log(g) / np.log(m) for g in growth for m in market]
    return float(min(corners)), float(max(corners))


def market_growth(totals: pd.DataFrame, since: int, until: int) -> tuple[float, float]:
    """Range of the factor by which a total grew, from a frame with year, value and bound.

    A value is printed to 0.1 if it has decimals and else to 1 (billion US dollars). "as stated" allows half that unit
    on both sides, "at least" one unit upwards. ValueError for a year that is missing.
    """
    ends = []
    for year in (since, until):
        row = totals[totals["year"] == year]
        if len(row) != 1:
            raise ValueError(f"totals has {len(row)} rows for {year}: must have one of the years "
                             f"{sorted(set(totals['year']))}")
        value, bound = float(row["value"].iloc[0]), row["bound"].iloc[0]
        unit = 0.1 if value % 1 else 1.0
        ends.append((value, value + unit) if bound == "at least" else (value - unit / 2, value + unit / 2))
    (low0, high0), (low1, high1) = ends
    return low1 / high0, high1 / low0


def rank_growth(counts: pd.DataFrame, totals: pd.DataFrame, until: int) -> pd.DataFrame:
    """How pay at a rank, and the market, grew from each earlier year to the year `until`.

    counts has year, threshold_usd and artists_at_or_above; totals as for `market_growth`. In `since` the earner of
    rank N took the threshold with count N (US dollars); `pay_at_rank` bounds what that rank took in `until`. Columns
    since, threshold_usd, rank, pay_low, pay_high (factors), and e_low, e_high: the elasticity of that pay to the
    market, NaN where the total of the year is not known or may not have grown.
    """
    counts = counts.sort_values(["year", "threshold_usd"])
    now = counts[counts["year"] == until]
    rows = []
    for old in counts[counts["year"] < until].itertuples():
        bounds = pay_at_rank(now["threshold_usd"], now["artists_at_or_above"], old.artists_at_or_above)
        growth = bounds[0] / old.threshold_usd, bounds[1] / old.threshold_usd
        response = (np.nan, np.nan)
        if old.year in set(totals["year"]):
            market = market_growth(totals, old.year, until)
            if market[0] > 1:
                response = elasticity(growth, market)
        rows.append((old.year, old.threshold_usd, old.artists_at_or_above, *growth, *response))
    return pd.DataFrame(rows, columns=["since", "threshold_usd", "rank", "pay_low", "pay_high", "e_low", "e_high"])
