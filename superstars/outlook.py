"""Where top pay goes next: growth of the market, elasticity of pay, and years until pay is k times as large.

The market M grows at the rate g a year (in logs), and the rate itself falls at the rate lambda (slowdown), so
that after t years its log has grown by

    G(t) = g (1 - e^(-lambda t))/lambda,    g t for lambda = 0,

the curve of Gompertz (Winsor 1932, PNAS 18). Pay follows with the elasticity e and is k times as large when
e G(t) = ln k:

    t = -ln(1 - lambda ln k/(e g))/lambda,    ln k/(e g) for lambda = 0,

and never if e g <= lambda ln k. What is not known is drawn from a `Prior`: g, e and lambda lognormal and
independent, and with a probability of its own a plateau, e = 0. Given lambda the product e g is lognormal, so
that the chance of reaching k within t years has a closed form (`probability`).

Rates are a year, times are in years, money is nominal US dollars. ValueError names the argument, the value
and the allowed range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from numbers import Number

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri
from scipy.stats import f as f_distribution
from scipy.stats import t as t_distribution

from superstars.checks import (
    Floats,
    check_at_least,
    check_positive,
    check_probability,
    checked,
    generator,
    numbers,
    reject,
    whole,
    within_floats,
)
from superstars.data import load

YEAR = 365.25  # days
MIDPOINTS = 400  # strata of a lognormal that has to be integrated numerically


# ---------------------------------------------------------------- the series

def series() -> pd.DataFrame:
    """Users, revenue and compute, one row a report: measure, series, date, value, unit, page.

    A measure has one unit and one definition. Weekly and monthly users stand apart, and so do run rates
    (annualised revenue) and the revenue of a year. Left out: reports that Epoch AI sets apart (features,
    paying users), disputed figures and forecasts. page is "Epoch AI", or "secondary" for the few later
    figures of `ai_market_facts`, which are used only after Epoch's last date. Chips are H100 equivalents
    sold by the four makers since each began to be counted, added up over quarters that all four cover.
    Training compute is that of models Epoch marks as frontier, since 2020. A date given as a month is taken
    as its 15th day.
    """
    use = load("ai_usage")
    use = use[use["active_users"].notna() & ~use["set_apart"]]
    weekly = use[(use["users_period"] == "weekly") & (use["product"] == "ChatGPT")]
    monthly = use[(use["users_period"] == "monthly") & use["product"].isin(["Gemini", "Meta AI assistant"])]
    money = load("ai_revenue")
    rates = money[money["run_rate"] & money["company"].isin(["OpenAI", "Anthropic", "xAI", "Z.ai"])]
    whole = money[money["type"].eq("Yearly revenue") & money["company"].eq("OpenAI")]
    models = load("epoch_models")
    models = models[models["frontier"] & models["training_compute_flop"].notna()]
    models = models[models["publication_date"] >= "2020-01-01"].assign(all="Frontier models")
    parts = [
        _part("weekly users", "persons", weekly, "product", "date", "active_users"),
        _part("monthly users", "persons", monthly, "product", "date", "active_users"),
        _part("run-rate revenue", "US dollars a year", rates, "company", "date", "revenue_usd_year"),
        _part("revenue of a year", "US dollars a year", whole, "company", "date", "revenue_usd_year"),
        _part("chips sold", "H100 equivalents", _chips(), "all", "to_date", "h100e_median"),
        _part("training compute", "FLOP", models, "all", "publication_date", "training_compute_flop"),
    ]
    epoch = pd.concat(parts).assign(page="Epoch AI")
    last = epoch.groupby(["measure", "series"])["date"].max()
    later = _later_facts()
    keys = zip(later["measure"], later["series"], strict=True)
    known = [last.get(key, pd.Timestamp.max) for key in keys]
    frame = pd.concat([epoch, later[later["date"] > known]])
    return frame.sort_values(["measure", "series", "date", "value"], ignore_index=True)


def _part(measure: str, unit: str, rows: pd.DataFrame, name: str, date: str, value: str) -> pd.DataFrame:
    return pd.DataFrame({"measure": measure, "series": rows[name], "date": rows[date], "value": rows[value],
                         "unit": unit})  # fmt: skip


def _chips() -> pd.DataFrame:
    sold = load("chip_totals")
    sold = sold[~sold["incomplete"]]
    makers = sold.groupby("to_date")["designer"].nunique()
    sold = sold[sold["to_date"].isin(makers.index[makers == makers.max()])]
    return sold.groupby("to_date", as_index=False)["h100e_median"].sum().assign(all="Four makers")


def _later_facts() -> pd.DataFrame:
    facts = load("ai_market_facts")
    facts = facts[~facts["forecast"] & ~facts["disputed"]]
    kinds = {"weekly users": ("weekly users", "persons", 1e6),
             "annualised revenue": ("run-rate revenue", "US dollars a year", 1e9),
             "revenue in calendar 2025": ("revenue of a year", "US dollars a year", 1e9)}  # fmt: skip
    facts = facts[facts["quantity"].isin(kinds)]
    month = facts["as_of"].str.len() == len("2026-02")
    date = pd.to_datetime(facts["as_of"].where(~month, facts["as_of"] + "-15"))
    measure, unit, scale = (facts["quantity"].map({k: v[i] for k, v in kinds.items()}) for i in range(3))
    return pd.DataFrame({"measure": measure, "series": facts["entity"], "date": date,
                         "value": facts["value"] * scale, "unit": unit, "page": "secondary"})  # fmt: skip


def quarterly(frame: pd.DataFrame) -> pd.DataFrame:
    """Reports of one calendar quarter as one: mean date and geometric mean value, for each measure and
    series.

    Two reports days apart are mostly one observation, rounded twice.
    """
    rows = frame.assign(quarter=frame["date"].dt.to_period("Q"), value=np.log(frame["value"]))
    rows = rows.groupby(["measure", "series", "quarter"], as_index=False)[["date", "value"]].mean()
    return rows.assign(value=np.exp(rows["value"])).drop(columns="quarter")


# ---------------------------------------------------------------- how fast

def _days(dates: Sequence) -> pd.Series:
    """Dates, or words such as 2026-01-31, as times; ValueError for numbers, other words, and missing ones."""
    given = np.atleast_1d(np.asarray(dates))
    if given.dtype.kind in "biufc" or any(isinstance(x, Number) for x in given.flat):
        raise ValueError(f"dates = {str(dates)[:60]}: must be dates, not numbers")
    try:
        days = pd.Series(pd.to_datetime(given, format="ISO8601"))
    except (OverflowError, TypeError, ValueError) as error:
        raise ValueError(f"dates = {str(dates)[:60]!r}: must be dates ({error})") from None
    if days.isna().any():
        raise ValueError(f"dates[{int(days.isna().argmax())}] is missing: must be a date; leave missing rows out")
    return days


def _log_path(dates: Sequence, values: ArrayLike, least: int) -> tuple[Floats, Floats]:
    """Years since the first date, and ln values, in order of date."""
    days, y = _days(dates), numbers("values", values)
    if days.size != y.size or y.ndim != 1 or y.size < least:
        raise ValueError(f"values has shape {y.shape} and dates {days.size}: must be {least} or more of each")
    reject("values", y, ~((y > 0) & np.isfinite(y)), "finite and > 0")
    order = np.argsort(days, kind="stable")
    return ((days - days.min()).dt.total_seconds().to_numpy() / (86400 * YEAR))[order], np.log(y)[order]


@within_floats
def trend(dates: Sequence, values: ArrayLike, level: float = 0.95) -> tuple[float, float, float]:
    """Growth a year of ln value and its interval (rate, low, high) by least squares on time; three points or
    more.

    The t interval takes the distances from the line as independent, which a path that wanders does not obey:
    then it is far too narrow (Granger and Newbold 1974), and `drift` has the opposite assumption.
    """
    t, y = _log_path(dates, values, 3)
    check_probability("level", level)
    x = t - t.mean()
    if not x.any():
        raise ValueError("dates are all equal: must span some time")
    rate = x @ y / (x @ x)
    rest = y - y.mean() - rate * x
    half = t_distribution.ppf((1 + level) / 2, y.size - 2) * np.sqrt(rest @ rest / (y.size - 2) / (x @ x))
    return float(rate), float(rate - half), float(rate + half)


@within_floats
def drift(dates: Sequence, values: ArrayLike, level: float = 0.95) -> tuple[float, float, float]:
    """Growth a year of ln value and its interval if shocks last: a random walk with drift seen at uneven
    dates.

    Steps d_i over times h_i > 0 are normal with mean b h_i and variance s^2 h_i, so that b = (last -
    first)/T with standard error s/sqrt(T) and s^2 = sum (d_i - b h_i)^2/h_i/(n - 1) over n steps, t with n -
    1 degrees of freedom. Errors of report count as shocks. Three points or more, at different dates.
    """
    t, y = _log_path(dates, values, 3)
    check_probability("level", level)
    h, d = np.diff(t), np.diff(y)
    if not (h > 0).all():
        raise ValueError("dates has two equal ones: must be different; average them first (`quarterly`)")
    rate = d.sum() / h.sum()
    variance = np.sum((d - rate * h) ** 2 / h) / (h.size - 1)
    half = t_distribution.ppf((1 + level) / 2, h.size - 1) * np.sqrt(variance / h.sum())
    return float(rate), float(rate - half), float(rate + half)


@within_floats
def recent(dates: Sequence, values: ArrayLike) -> float:
    """Growth a year of ln value from the observation closest to one year before the last, up to the last."""
    t, y = _log_path(dates, values, 2)
    start = int(np.argmin(np.abs(t[-1] - t[:-1] - 1)))
    if t[-1] == t[start]:
        raise ValueError("dates are all equal: must span some time")
    return float((y[-1] - y[start]) / (t[-1] - t[start]))


@within_floats
def slowdown(dates: Sequence, values: ArrayLike, level: float = 0.95) -> tuple[float, float, float, float]:
    """lambda of the Gompertz curve, its interval, and the growth rate that the curve has at the last date.

    Least squares of ln value on (1 - e^(-lambda t))/lambda over a grid of lambda from -3 to 10 a year; the
    interval holds every lambda whose sum of squares passes the F test against the best, 1 and n - 3 degrees
    of freedom. An end is infinite where the grid's end still passes. lambda < 0 means that growth speeds up.
    Four points or more; independent errors, as in `trend`.
    """
    t, y = _log_path(dates, values, 4)
    check_probability("level", level)
    grid = np.round(np.arange(-3, 10.001, 0.01), 2)
    x = _scaled(t, grid[:, None])
    x = x - x.mean(axis=1, keepdims=True)
    slope = x @ y / np.sum(x * x, axis=1)
    squares = np.sum((y - y.mean() - slope[:, None] * x) ** 2, axis=1)
    best = int(np.argmin(squares))
    limit = squares[best] * (1 + f_distribution.ppf(level, 1, y.size - 3) / (y.size - 3))
    inside = grid[squares <= limit]
    low = -np.inf if inside[0] == grid[0] else inside[0]
    high = np.inf if inside[-1] == grid[-1] else inside[-1]
    return float(grid[best]), float(low), float(high), float(slope[best] * np.exp(-grid[best] * t[-1]))


def growth_table(frame: pd.DataFrame) -> pd.DataFrame:
    """`trend`, `drift` and `recent` of each series: measure, series, n, since, until, trend and its low and
    high, drift and its low and high, recent.

    All in logs a year. From quarterly means; models of different labs are not one path, so that training
    compute has a trend only, from all models (drift and recent NaN). Series with fewer than three quarters
    have recent only.
    """
    rows = []
    for (measure, name), group in quarterly(frame).groupby(["measure", "series"]):
        models = measure == "training compute"
        if models:
            group = frame[(frame["measure"] == measure) & (frame["series"] == name)]
        path = group["date"], group["value"]
        none = (np.nan, np.nan, np.nan)
        rows.append((measure, name, len(group), group["date"].min(), group["date"].max(),
                     *(trend(*path) if len(group) > 2 else none),
                     *(drift(*path) if len(group) > 2 and not models else none),
                     np.nan if models else recent(*path)))  # fmt: skip
    return pd.DataFrame(rows, columns=["measure", "series", "n", "since", "until",
                                       "trend", "trend_low", "trend_high",
                                       "drift", "drift_low", "drift_high", "recent"])  # fmt: skip


# ---------------------------------------------------------------- how long

def _check_factor(factor: ArrayLike) -> Floats:
    return checked("factor", factor, lambda k: (k >= 1) & np.isfinite(k), "finite and >= 1")


def _scaled(years: ArrayLike, rate: ArrayLike) -> Floats:
    """(1 - e^(-rate years))/rate; years where the rate is 0, to which it tends."""
    years, rate = np.broadcast_arrays(np.asarray(years, float), np.asarray(rate, float))
    safe = np.where(rate == 0, 1.0, rate)
    return np.where(rate == 0, years, -np.expm1(-safe * years) / safe)


@within_floats
def log_growth(years: ArrayLike, growth: ArrayLike, slowdown: ArrayLike = 0.0) -> Floats:
    """G(t) = g (1 - e^(-lambda t))/lambda: growth of ln M over `years` >= 0; lambda >= 0."""
    scaled = _scaled(check_at_least("years", years, 0), check_at_least("slowdown", slowdown, 0))
    return (checked("growth", growth, np.isfinite, "finite") * scaled)[()]


@within_floats
def years_until(
    factor: ArrayLike, growth: ArrayLike, elasticity: ArrayLike, slowdown: ArrayLike = 0.0,
) -> Floats:
    """Years until pay is `factor` times as large: -ln(1 - lambda ln k/(e g))/lambda; inf if it never is.

    growth g >= 0 and slowdown lambda >= 0 a year, elasticity e >= 0, factor k >= 1 (0 years for k = 1).
    Broadcasts.
    """
    need = np.log(_check_factor(factor))
    pace = check_at_least("growth", growth, 0) * check_at_least("elasticity", elasticity, 0)
    slow = check_at_least("slowdown", slowdown, 0)
    need, pace, slow = np.broadcast_arrays(need, pace, slow)
    with np.errstate(divide="ignore", invalid="ignore"):
        steady = need / pace
        done = np.minimum(slow * steady, 1.0)  # of all the growth there will ever be
        slowing = -np.log1p(-done) / np.where(slow == 0, 1.0, slow)
        never = (pace == 0) | ((slow > 0) & (slow * steady >= 1))
    return np.select([np.isnan(need + pace + slow), need == 0, never, slow == 0],
                     [np.nan, 0.0, np.inf, steady], slowing)[()]  # fmt: skip


def years_until_vega(factor: str, pace: str, slowdown: str) -> str:
    """`years_until` as a Vega expression with pace = elasticity x growth; 1e9 stands for never."""
    k, r, s = f"log({factor})", f"({pace})", f"({slowdown})"
    return f"({r} <= {s} * {k} ? 1e9 : {s} < 1e-6 ? {k} / {r} : -log(1 - {s} * {k} / {r}) / {s})"


@within_floats
def needed_pace(factor: ArrayLike, years: ArrayLike, slowdown: ArrayLike = 0.0) -> Floats:
    """e g, elasticity times first growth, at which pay is `factor` times as large after `years` > 0."""
    years = check_positive("years", years)
    return (np.log(_check_factor(factor)) / _scaled(years, check_at_least("slowdown", slowdown, 0)))[()]


# ---------------------------------------------------------------- what is not known

@dataclass(frozen=True)
class Prior:
    """Independent lognormal beliefs: medians, and standard deviations of the logs (0: known for sure).

    growth > 0        of ln M a year at the start
    elasticity > 0    of pay to the market, where there is no plateau
    slowdown >= 0     rate a year at which growth falls; 0 for sure if the median is 0
    plateau           probability in [0, 1] that the elasticity is 0 and stays there
    """

    growth: float
    growth_sd: float
    elasticity: float
    elasticity_sd: float
    slowdown: float = 0.0
    slowdown_sd: float = 0.0
    plateau: float = 0.0

    def __post_init__(self) -> None:
        for name, value in [(field.name, getattr(self, field.name)) for field in fields(self)]:
            value = check_at_least(name, value, 0)
            if name in ("growth", "elasticity"):
                reject(name, value, ~(value > 0), "finite and > 0")
            if name == "plateau":
                reject(name, value, value > 1, "a probability in [0, 1]")


@within_floats
def from_band(low: float, high: float, level: float = 0.8) -> tuple[float, float]:
    """Median and log standard deviation of the lognormal whose central `level` of mass is low to high."""
    check_probability("level", level)
    low, high = (numbers(*pair)[()] for pair in (("low", low), ("high", high)))  # numpy tells of an overflow
    if not 0 < low <= high < np.inf:
        raise ValueError(f"band is ({low:g}, {high:g}): must be (low, high) with 0 < low <= high, finite")
    return float(np.sqrt(low * high)), float(np.log(high / low) / (2 * ndtri((1 + level) / 2)))


def _strata(median: float, sd: float, n: int = MIDPOINTS) -> Floats:
    return median * np.exp(sd * ndtri((np.arange(n) + 0.5) / n)) if sd > 0 else np.array([median])


def probability(factor: float, years: float, prior: Prior) -> float:
    """Chance that pay is `factor` times as large within `years` > 0.

        (1 - plateau) E over lambda of Phi( ln[e g/needed_pace(lambda)]/sqrt(sd_g^2 + sd_e^2) ),

    with medians e and g. The expectation is a mean over 400 strata of equal probability.
    """
    need = needed_pace(factor, years, _strata(prior.slowdown, prior.slowdown_sd))
    sd = np.hypot(prior.growth_sd, prior.elasticity_sd)
    if sd == 0:
        reached = prior.growth * prior.elasticity >= need
    else:
        with np.errstate(divide="ignore"):
            reached = ndtr(np.log(prior.growth * prior.elasticity / need) / sd)
    return float((1 - prior.plateau) * np.mean(reached))


def simulate(factor: float, prior: Prior, size: int = 100_000, seed: int = 0) -> Floats:
    """`size` draws of the years until pay is `factor` times as large, inf for never."""
    size, rng = whole("size", size, 2), generator(seed)
    growth, elasticity, slow = (
        median * np.exp(sd * rng.standard_normal(size))
        for median, sd in ((prior.growth, prior.growth_sd), (prior.elasticity, prior.elasticity_sd),
                           (prior.slowdown, prior.slowdown_sd))
    )  # fmt: skip
    elasticity = np.where(rng.random(size) < prior.plateau, 0.0, elasticity)
    return years_until(factor, growth, elasticity, slow)


@within_floats
def share_by(years: ArrayLike, horizon: float) -> tuple[float, float]:
    """Share of the draws within `horizon` years, and its Monte Carlo standard error sqrt(p(1 - p)/n)."""
    draws = np.asarray(years, float)
    if not draws.size:
        raise ValueError("years is empty: must hold at least one draw")
    p = float(np.mean(draws <= float(horizon)))
    return p, float(np.sqrt(p * (1 - p) / draws.size))


def what_matters(factor: float, years: float, prior: Prior) -> pd.DataFrame:
    """What each assumption does to `probability`: assumption, at_low, at_high, share.

    at_low and at_high put the assumption at its 10th and 90th percentile and leave the others as they are;
    for the plateau, absent and certain. share is the first-order index of Sobol (2001), the variance of the
    probability given the assumption over p(1 - p), the variance of the event; what the shares leave to 1 is
    interaction.
    """
    p = probability(factor, years, prior)
    if not 0 < p < 1:
        raise ValueError(f"probability is {p:g}: must lie between 0 and 1, both excluded")
    rows = []
    for name in ("growth", "elasticity", "slowdown"):
        median, sd = getattr(prior, name), getattr(prior, f"{name}_sd")

        def given(value: float, name: str = name) -> float:
            return probability(factor, years, replace(prior, **{name: float(value), f"{name}_sd": 0.0}))

        low, high = (given(median * np.exp(sd * z)) for z in ndtri([0.1, 0.9]))
        inside = [given(value) for value in _strata(median, sd)]
        rows.append((name, low, high, np.var(inside) / (p * (1 - p))))
    absent = probability(factor, years, replace(prior, plateau=0.0))
    rows.append(("plateau", absent, 0.0, prior.plateau * (1 - prior.plateau) * absent**2 / (p * (1 - p))))
    return pd.DataFrame(rows, columns=["assumption", "at_low", "at_high", "share"])


# ---------------------------------------------------------------- who could pay

def budgets() -> pd.DataFrame:
    """Latest yearly sums a package can be set against, US dollars a year: company, what, date, amount, page.

    Run rates from `series`; capital spending of 2025 of firms that reported it for the year, from secondary
    pages.
    """
    rates = series().query("measure == 'run-rate revenue'").groupby("series").tail(1)
    revenue = pd.DataFrame({"company": rates["series"], "what": "revenue, run rate",
                            "date": rates["date"].dt.strftime("%Y-%m"), "amount": rates["value"],
                            "page": rates["page"]})  # fmt: skip
    facts = load("ai_market_facts")
    capex = facts[facts["topic"].eq("capex") & facts["as_of"].eq("2025")]
    capex = capex[~capex["entity"].str.contains("+", regex=False)]
    spent = pd.DataFrame({"company": capex["entity"], "what": "capital spending", "date": capex["as_of"],
                          "amount": capex["value"] * 1e9, "page": "secondary"})  # fmt: skip
    return pd.concat([spent, revenue]).sort_values("amount", ascending=False, ignore_index=True)


# ---------------------------------------------------------------- written down for a later edition

def forecast(
    dates: Sequence, values: ArrayLike, date: str, slowdown: float = 0.0, level: float = 0.8,
) -> tuple[float, float, float]:
    """Value at a later `date` and its prediction interval: middle, low, high, in the unit of the values.

    The middle carries the last value on at the growth of the last year (`recent`), which falls at the rate
    `slowdown` >= 0. The interval is that of the random walk of `drift`: t times s sqrt(h + h^2/T) for a
    horizon of h years after a history of T.
    """
    t, y = _log_path(dates, values, 3)
    check_probability("level", level)
    last = _days(dates).max()
    h = (pd.Timestamp(date) - last).days / YEAR
    if not h > 0:
        raise ValueError(f"date is {date}: must be later than the last observation, {last:%Y-%m-%d}")
    rate, low, _ = drift(dates, values, level)
    n = y.size - 1
    error = (rate - low) / t_distribution.ppf((1 + level) / 2, n - 1) * np.sqrt(t[-1])  # s
    half = t_distribution.ppf((1 + level) / 2, n - 1) * error * np.sqrt(h + h**2 / t[-1])
    middle = y[-1] + log_growth(h, recent(dates, values), slowdown)
    return tuple(float(np.exp(x)) for x in (middle, middle - half, middle + half))
