"""How large AI labs are, how unequal, and what matching would pay the best researcher among them.

Sizes at one date from four files of Epoch AI: what investors pay (US dollars), computing chips owned (H100
equivalents), revenue (US dollars a year) and staff (persons). Each size is a range, because sources conflict:
the rules stand with each function and are applied by `sizes`.

The model is that of `superstars.matching` with gamma = 1. With whole labs competition leaves a range of pay:
the firms' best equilibrium, the workers' best, and the integral of the continuous model between them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from superstars.checks import Floats, check_at_least, generator, reject, whole, within_floats
from superstars.data import load
from superstars.matching import Market, Published, concentration, size, talent_gap, wage, wages_from_sizes

MEASURES = {  # name: unit
    "valuation": "US dollars", "chips owned": "H100 equivalents", "revenue": "US dollars a year", "staff": "persons",
}
NOT_ONE_OWNER = ("China", "Other")

_CRISIS = "Gabaix, Landier and Sauvagnat (2014), abstract"
_FLAT = "Frydman and Saks (2010), as summarised by its authors"
EVIDENCE = {
    "size_2007_09": Published(-0.17, "change of average firm value, 2007 to 2009", _CRISIS, True),
    "pay_2007_09": Published(-0.28, "change of CEO pay, 2007 to 2009", _CRISIS, True),
    "size_2009_11": Published(0.19, "change of average firm value, 2009 to 2011", _CRISIS, True),
    "pay_2009_11": Published(0.22, "change of CEO pay, 2009 to 2011", _CRISIS, True),
    "flat_low": Published(0.1, "pay-size relation of 1946-75 over that of the last 30 years", _FLAT, True),
    "flat_high": Published(1 / 3, "pay-size relation of 1946-75 over that of the last 30 years", _FLAT, True),
}


# ---------------------------------------------------------------- sizes at a date

def valuations(date: str, rounds: pd.DataFrame | None = None) -> pd.DataFrame:
    """Value after the money (US dollars) of each lab at `date`: index lab; low, high, as_of.

    low is the latest round closed by then; high the largest figure of talks reported since, if it is above.
    Labs without a closed round that states a value are left out, and so are parts of larger firms.
    """
    rounds, day = load("ai_funding") if rounds is None else rounds, _day(date)
    rounds = rounds[rounds["valuation_usd"].notna()]
    closed = rounds[rounds["close_date"].notna() & (rounds["close_date"] <= day)]
    _some(closed)
    last = closed.sort_values("close_date").groupby("company").tail(1).set_index("company")
    talks = rounds[rounds["close_date"].isna() & (rounds["report_date"] <= day)]
    talks = talks[talks["report_date"] > talks["company"].map(last["close_date"])]
    asked = talks.groupby("company")["valuation_usd"].max().reindex(last.index)
    low = last["valuation_usd"]
    return _table(low, np.fmax(low, asked), last["close_date"])


def chips(date: str, owners: pd.DataFrame | None = None) -> pd.DataFrame:
    """Chips owned (H100 equivalents) by each firm at the last quarter's end by `date` that
    covers all makes of chips: low, middle, high.

    Median estimates of all makes added up. low and high add up 5th and 95th percentiles, so that they hold
    at least 90 per cent if the errors of different makes are not perfectly related. Owners that are no firm
    (China, Other) are left out. Labs that rent, such as OpenAI and Anthropic, own none.
    """
    owners = load("chip_owners") if owners is None else owners
    owners = _some(owners[~owners["owner"].isin(NOT_ONE_OWNER) & (owners["to_date"] <= _day(date))])
    makes = owners.groupby("to_date")["designer"].nunique()
    quarter = makes.index[makes == makes.max()].max()  # the newest quarter may lack some makes
    total = owners[owners["to_date"] == quarter].groupby("owner")[["h100e_p05", "h100e_median", "h100e_p95"]].sum()
    middle = total["h100e_median"]
    return _table(total["h100e_p05"], total["h100e_p95"], quarter, middle)


def revenues(date: str, reports: pd.DataFrame | None = None) -> pd.DataFrame:
    """Annualised revenue (US dollars a year) of each lab: lowest and highest of its latest reports by `date`.

    Only run rates: reports on one product or on a calendar year are left out; as_of says how old the latest is.
    """
    reports = load("ai_revenue") if reports is None else reports
    return _latest(reports[reports["run_rate"]], "revenue_usd_year", date)


def staff(date: str, reports: pd.DataFrame | None = None) -> pd.DataFrame:
    """People employed by each lab, or by the AI division of a larger firm: the latest reports by `date`."""
    reports = load("ai_staff") if reports is None else reports
    return _latest(reports[reports["type"].isin(["Full company", "Full AI division"])], "staff", date)


def sizes(date: str) -> pd.DataFrame:
    """All four measures at `date` in one frame: measure, lab, low, middle, high, as_of, rank (1 = largest).

    middle is the geometric mean of low and high where the source gives no estimate between them.
    """
    parts = {"valuation": valuations, "chips owned": chips, "revenue": revenues, "staff": staff}
    frame = pd.concat({name: part(date) for name, part in parts.items()}, names=["measure", "lab"]).reset_index()
    frame["rank"] = frame.groupby("measure")["middle"].rank(ascending=False).astype(int)
    return frame.sort_values(["measure", "rank"], ignore_index=True)


def _day(date: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(date)
    except ValueError:
        raise ValueError(f"date = {date!r}: must be a day such as 2026-01-08") from None


def _some(rows: pd.DataFrame) -> pd.DataFrame:
    if rows.empty:
        raise ValueError("date: no lab has a figure by then; choose a later day")
    return rows


def _latest(reports: pd.DataFrame, column: str, date: str) -> pd.DataFrame:
    reports = _some(reports[reports["date"] <= _day(date)])
    last = reports[reports["date"] == reports.groupby("company")["date"].transform("max")].groupby("company")
    return _table(last[column].min(), last[column].max(), last["date"].max())


def _table(low: pd.Series, high: pd.Series, as_of, middle: pd.Series | None = None) -> pd.DataFrame:
    middle = np.sqrt(low * high) if middle is None else middle
    table = pd.DataFrame({"low": low, "middle": middle, "high": high, "as_of": as_of})
    return table.rename_axis("lab").sort_values("middle", ascending=False)


# ---------------------------------------------------------------- how unequal

@within_floats
def concentration_interval(
    sizes: ArrayLike, level: float = 0.95, draws: int = 20_000, seed: int = 0,
) -> tuple[float, float, float]:
    """alpha of `matching.concentration` and its equal-tailed confidence interval, for few firms.

    If sizes are draws from a Pareto law with any smallest size and exponent 1/alpha, ln S = const + alpha E
    with E exponential, so that alpha-hat/alpha has a distribution that depends on N alone. It is simulated;
    the interval is alpha-hat over its quantiles, exact up to the error of `draws` draws.
    """
    alpha, _ = concentration(sizes)
    reject("level", np.asarray(level), ~(np.asarray(level) > 0) | (level >= 1), "a share between 0 and 1")
    N = np.size(sizes)
    log_rank = np.log(np.arange(N) + 0.5)
    log_size = -np.sort(-generator(seed).exponential(size=(whole("draws", draws, 2), N)), axis=1)
    log_size -= log_size.mean(axis=1, keepdims=True)
    pivot = -np.sum(log_size**2, axis=1) / (log_size @ (log_rank - log_rank.mean()))
    low, high = np.quantile(pivot, [(1 - level) / 2, (1 + level) / 2])
    return alpha, float(alpha / high), float(alpha / low)


def concentrations(frame: pd.DataFrame) -> pd.DataFrame:
    """alpha of each measure in a frame of `sizes`: measure, labs, alpha, low, high (95 per cent interval)."""
    rows = [(name, len(group), *concentration_interval(group["middle"]))
            for name, group in frame.groupby("measure", sort=False)]
    return pd.DataFrame(rows, columns=["measure", "labs", "alpha", "low", "high"])


# ---------------------------------------------------------------- what matching pays

def top_pay(market: Market) -> tuple[Floats, Floats, Floats]:
    """Pay of the best (US dollars a year): firms' best equilibrium, continuous integral, workers' best.

    market.N is one finite whole number >= 2; other fields may be arrays of one shape.
    """
    N = np.asarray(market.N)
    reject("N", N, ~(np.isfinite(N) & (np.floor(N) == N) & (N >= 2)), "a finite whole number >= 2")
    if N.ndim:
        raise ValueError(f"N has shape {N.shape}: must be one number")
    spread = {name: np.asarray(value, float)[..., None] for name, value in vars(market).items() if name != "N"}
    wide, ranks = replace(market, **spread), np.arange(1, N + 1)
    low, high = wages_from_sizes(size(ranks, wide), -talent_gap(1, ranks, wide), market.C, market.gamma,
                                 market.lowest_wage)  # fmt: skip
    return low[..., 0][()], wage(1, market), high[..., 0][()]


def top_pay_vega(
    total: str, alpha: str, N: str, effect: str, beta: float, lowest_wage: str = "0", most: int = 20,
) -> dict[str, str]:
    """`top_pay` as Vega expressions "low", "middle", "high", for sliders; the arguments are expressions.

    And "share", the part of the total that is the largest firm's.

    total: sum of the sizes of all N <= most firms (US dollars); effect: C B, so (C B) * pow(factor, -beta) with
    `factor` times the talent; gamma = 1. Not defined at alpha equal to beta, where the integral is a logarithm.
    """
    a, ranks = f"({alpha})", range(1, most)
    gap = [(n, ((n + 1) ** beta - n**beta) / beta) for n in ranks]
    scale = f"(1 + {' + '.join(f'({N} > {n}) * pow({n + 1}, -{a})' for n in ranks)})"
    low = " + ".join(f"({N} > {n}) * {g:.12g} * pow({n + 1}, -{a})" for n, g in gap)
    high = " + ".join(f"({N} > {n}) * {g:.12g} * pow({n}, -{a})" for n, g in gap)
    k = f"({a} - {beta:.15g})"
    sums = {"low": low, "middle": f"(1 - pow({N}, -{k})) / {k}", "high": high}
    pay = {name: f"(({lowest_wage}) + ({effect}) * ({total}) / {scale} * ({x}))" for name, x in sums.items()}
    return pay | {"share": f"(1 / {scale})"}


@within_floats
def talent_spread(
    pay: ArrayLike, sizes: ArrayLike, beta: float = 2 / 3, lowest_wage: ArrayLike = 0.0,
) -> tuple[Floats, Floats]:
    """C [T(1) - T(N)] at which the best of N labs of these sizes earns `pay`: least and most.

    The fraction of a lab's size a year (gamma = 1) that the best adds over number N. Talents are spaced as in
    `matching` with this beta. The least belongs to the workers' best equilibrium, the most to the firms' best.
    pay and lowest_wage (w(N)) in US dollars a year; sizes > 0 in US dollars, the largest first, two or more.
    """
    lowest = check_at_least("lowest_wage", lowest_wage, 0)
    rent = np.asarray(pay, float) - lowest
    reject("pay", np.asarray(pay, float), ~(rent > 0) | ~np.isfinite(rent), "finite and greater than lowest_wage")
    N = np.shape(sizes)[-1] if np.ndim(sizes) else 0
    if N < 2:
        raise ValueError(f"sizes has {N} entries: must have two or more")
    ranks = np.arange(1, N + 1)
    talents = -talent_gap(1, ranks, Market(1.0, 1.0, 1.0, beta, N=N))
    low, high = wages_from_sizes(sizes, talents / -talents[-1])
    return (rent / high[..., 0])[()], (rent / low[..., 0])[()]
