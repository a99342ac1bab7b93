"""What pay, research output and records say about the quality of researchers: the models read backwards.

- Pay: the switchboard of `superstars.superstar` inverted. One pay ratio fits a quality gap for every pair of
  stakes and replacement exponent, so that stated ranges give an identified set, not a point (Manski 1995).
- Output: by how much research speeds up when simulated researchers are faster, more, or better.
- Records: gains a named contributor added to an open speed-run, the null in which all contributors are
  equal, and how far a gain tells the next one of the same person.

ValueError names the argument, its value and the allowed range.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import beta, poisson

from superstars import data
from superstars.checks import (
    Floats,
    check_at_least,
    check_count,
    check_positive,
    check_probability,
    checked,
    generator,
    numbers,
    reject,
    whole,
    within_floats,
)
from superstars.lognormal import _check_sigma
from superstars.superstar import (
    _check_exponent,
    _check_stakes,
    market_elasticity,
    plateau,
    quality_gap,
)  # fmt: skip

# ---------------------------------------------------------------- pay


@within_floats
def full_ratio(pay_ratio: ArrayLike, share: ArrayLike) -> Floats:
    """1 + (R - 1)/b: the ratio under full bidding behind R, if a star gets a share b of what she adds above w0.

    The inverse of `superstars.superstar.bargained`. R >= 1 finite, b in (0, 1]; broadcasts.
    """
    R = checked("pay_ratio", pay_ratio, lambda r: (r >= 1) & np.isfinite(r), "finite and >= 1")
    b = checked("share", share, lambda b: (b > 0) & (b <= 1), "a share in (0, 1]")
    return 1 + (R - 1) / b


@within_floats
def identified_gap(
    pay_ratio: tuple[ArrayLike, ArrayLike], stakes: tuple[ArrayLike, ArrayLike],
    replacement_exponent: tuple[ArrayLike, ArrayLike], share: tuple[ArrayLike, ArrayLike] = (1.0, 1.0),
) -> tuple[Floats, Floats]:  # fmt: skip
    """Least and greatest quality gap that fit a pay ratio, stakes, exponent and share known as intervals.

    Each argument is (low, high); both ends broadcast. g = `quality_gap`(1 + (R - 1)/b, S, s) is continuous,
    rises with R and falls with S, s and b, so that the identified set is the interval between two corners:

        [g(R_low; S_high, s_high, b_high),  g(R_high; S_low, s_low, b_low)]

    Every point of it fits the pay equally well: nothing in the data prefers the middle. With s_low = 1 or
    S_low = 1, and b_low = 1, the upper end is the naive reading g = R_high. ValueError where low > high.
    """
    pairs = {"pay_ratio": pay_ratio, "stakes": stakes, "replacement_exponent": replacement_exponent,
             "share": share}  # fmt: skip
    for name, (low, high) in pairs.items():
        low, high = np.broadcast_arrays(np.asarray(low, float), np.asarray(high, float))
        reject(f"low end of {name}", low, low > high, "at most the high end")
    least = quality_gap(full_ratio(pay_ratio[0], share[1]), stakes[1], replacement_exponent[1])
    most = quality_gap(full_ratio(pay_ratio[1], share[0]), stakes[0], replacement_exponent[0])
    return least, most


@within_floats
def readings(pay_ratio: float, stakes: ArrayLike, replacement_exponent: ArrayLike) -> pd.DataFrame:
    """Every reading of one pay ratio over a grid of stakes (n,) and exponents (m,): n m rows.

    Columns: stakes S, exponent s, gap g, and what a measurement would show in that world: ``elasticity``
    d ln R/d ln S of pay with respect to the market, ``replacements`` g^s, the ordinary researchers who do what
    the star does (inf above the largest float). A measurement keeps the rows that agree with it; the gaps left are
    the identified set.
    """
    S, s = np.meshgrid(_check_stakes(stakes), _check_exponent(replacement_exponent), indexing="ij")
    g = quality_gap(pay_ratio, S, s)
    columns = {"stakes": S, "exponent": s, "gap": g, "elasticity": market_elasticity(g, S, s),
               "replacements": plateau(g, s)}  # fmt: skip
    return pd.DataFrame({name: value.ravel() for name, value in columns.items()})


def quality_gap_vega(
    pay_ratio: str = "R", stakes: str = "S", replacement_exponent: str = "s", share: str = "1",
) -> str:
    """`quality_gap` of `full_ratio` as a Vega expression, for sliders; the arguments are expressions.

    To rounding error for R in [1, 1e5], S in [1, 1e6], s in [1, 60] and b in (0, 1].
    """
    S, s = f"({stakes})", f"({replacement_exponent})"
    R = f"(1 + ({pay_ratio} - 1) / ({share}))"
    team = f"pow({S} / {s}, {s} / ({s} - 1))"
    return (f"({S} <= {s} ? 1 + ({R} - 1) / {S} : {s} == 1 || {R} <= {team} ? pow({R}, 1 / {s}) : "
            f"pow({S} / {s}, 1 / ({s} - 1)) + ({R} - {team}) / {S})")


# ---------------------------------------------------------------- research output


def speed_up(
    speed: ArrayLike, number: ArrayLike, quality: ArrayLike, labour_share: ArrayLike,
    parallel: ArrayLike = 1.0,
) -> Floats:  # fmt: skip
    """(speed x number^pi x quality)^a: research output a year over today's, with compute unchanged.

    Cobb-Douglas in labour and compute (Cobb and Douglas 1928); a in [0, 1] is labour's exponent, in
    competitive markets its share of cost. speed, number and quality (> 0) are ratios to today's staff, pi in
    [0, 1] the parallel penalty: 1 if many do as well at once as one after another. Quality counts like speed;
    a star counts as g ordinary ones at work one after another, which is one reading of quality, not a fact.
    """
    a = checked("labour_share", labour_share, lambda a: (a >= 0) & (a <= 1), "in [0, 1]")
    pi = checked("parallel", parallel, lambda p: (p >= 0) & (p <= 1), "in [0, 1]")
    logs = [np.log(check_positive(*pair)) for pair in
            (("speed", speed), ("number", number), ("quality", quality))]
    return np.exp(a * (logs[0] + pi * logs[1] + logs[2]))


# ---------------------------------------------------------------- records

MAX_RANKS = 10_000_000  # rows of `rank_band`
RULES = ("split", "full", "first")


def records(frame: pd.DataFrame | None = None) -> pd.DataFrame:
    """Gains of the NanoGPT speed-run, track 1 (data set ``nanogpt_records``, or a frame in its columns).

    Each row of the file improves on the row before. ``gain`` = ln(minutes before/minutes), so that a gain of
    0.01 makes training one per cent faster at any date; ``saved``, minutes. Left out: the first row, which
    has nothing before it, rows whose ``method`` is FALSE (re-timings, library upgrades: they move the base
    of the next record only) and rows without a name. ``who`` is the tuple of credited handles. ValueError
    names a credited record that is not faster than the row before it.
    """
    frame = data.load("nanogpt_records") if frame is None else frame
    track = frame[frame["track"].eq(1)].reset_index(drop=True)
    before = track["minutes"].shift()
    rows = track[["record", "date", "minutes"]].assign(
        gain=np.log(before / track["minutes"]), saved=before - track["minutes"],
        who=track["contributors"].fillna("").str.split(" | ", regex=False).map(tuple),
    )  # fmt: skip
    method = track["method"] & track["contributors"].notna()
    rows = rows[method & before.notna()].reset_index(drop=True)
    slow = rows[rows["gain"] <= 0]
    if len(slow):
        row = slow.iloc[0]
        raise ValueError(f"minutes of record {row['record']} is {row['minutes']:g}, not below the row before it; "
                         "allowed: less, or a row with method FALSE")  # fmt: skip
    return rows


def credits(rows: pd.DataFrame, rule: str = "split") -> pd.DataFrame:
    """One row a record and credited person: ``record``, ``who``, ``gain`` and ``saved``.

    ``rule``: "split" divides a record equally among its names, "full" gives each name all of it (sums exceed
    the total), "first" all of it to the first name printed.
    """
    if rule not in RULES:
        raise ValueError(f"rule is {rule!r}; allowed: {', '.join(RULES)}")
    each = rows.assign(names=rows["who"].map(len))
    if rule == "first":
        each = each.assign(who=each["who"].map(lambda who: who[:1]))
    each = each.explode("who", ignore_index=True)
    if rule == "split":
        each = each.assign(gain=each["gain"] / each["names"], saved=each["saved"] / each["names"])
    return each[["record", "who", "gain", "saved"]]


def totals(credited: pd.DataFrame) -> pd.DataFrame:
    """One row a person, largest gain first: ``gain`` and ``saved`` (sums), ``n`` credits, ``each`` = gain/n."""
    people = credited.groupby("who").agg(gain=("gain", "sum"), saved=("saved", "sum"), n=("gain", "size"))
    return people.assign(each=people["gain"] / people["n"]).sort_values("gain", ascending=False)


@within_floats
def gini_of(amounts: ArrayLike) -> float:
    """Gini coefficient of a sample (n,) >= 0: sum of (2i - n - 1) x_(i) over n sum of x; at most (n - 1)/n."""
    x = np.sort(check_at_least("amounts", amounts, 0))
    if x.ndim != 1 or not x.sum() > 0:
        raise ValueError(f"amounts has shape {x.shape} and sum {x.sum():g}; allowed: (n,) with a sum above 0")
    return float((2 * np.arange(1, x.size + 1) - x.size - 1) @ x / (x.size * x.sum()))


@within_floats
def top_of(amounts: ArrayLike, k: int = 1) -> float:
    """Share of the sum that the k largest of a sample (n,) hold, 1 <= k <= n."""
    x = np.sort(np.asarray(amounts, float))[::-1]
    if not 1 <= k <= x.size:
        raise ValueError(f"k is {k}; allowed: 1 to {x.size}, the number of amounts")
    return float(x[:k].sum() / x.sum())


def resampled(amounts: ArrayLike, statistic, draws: int = 2_000, seed: int = 0) -> tuple[float, float, float]:
    """``statistic(amounts)`` and its 95 % percentile interval when persons, amounts (n,), are resampled."""
    x, rng, draws = numbers("amounts", amounts), generator(seed), whole("draws", draws, 2)
    low, high = np.quantile([statistic(rng.choice(x, x.size)) for _ in range(draws)], [0.025, 0.975])
    return float(statistic(x)), float(low), float(high)


@within_floats
def equal_people(
    gains: ArrayLike, people: int, draws: int = 2_000, seed: int = 0,
) -> tuple[Floats, Floats]:
    """Gini and largest share of totals, (draws,) each, if people are equal and luck decides.

    Each person has a count of credits, Poisson but at least one (who has none is not in the file) with the
    mean of the data, len(gains)/people, and each credit is a random one of the observed gains. That keeps the
    spread of gains over records and drops all differences between people. 2 <= people <= len(gains).
    """
    x = np.asarray(gains, float)
    if not 2 <= people <= x.size:
        raise ValueError(f"people is {people}; allowed: 2 to {x.size}, the number of credits")
    mean, rng, draws = x.size / people, generator(seed), whole("draws", draws, 2)
    counts = np.ones((draws, people), int)
    if mean > 1:  # inverse transform of a Poisson count, truncated to at least one
        rate = brentq(lambda r: r / -np.expm1(-r) - mean, 1e-9, mean)
        u = rng.uniform(np.exp(-rate), 1, counts.shape)
        counts = np.maximum(poisson.ppf(u, rate), 1).astype(int)
    out = np.empty((2, draws))
    for i, count in enumerate(counts):
        drawn = rng.choice(x, count.sum())
        total = np.add.reduceat(drawn, np.r_[0, count.cumsum()[:-1]])
        out[:, i] = gini_of(total), top_of(total)
    return out[0], out[1]


@within_floats
def rank_band(n: int, mu: float, sigma: float, level: float = 0.95) -> pd.DataFrame:
    """Order statistics of n lognormal draws: ``rank`` 1 (largest) to n, ``low``, ``middle``, ``high``.

    Exact quantiles: Phi(z_(j)) of the jth largest is Beta(n - j + 1, j). Pointwise in the rank.
    """
    n, sigma, level = int(check_count("n", n, 1)), _check_sigma(sigma), check_probability("level", level)
    reject("n", np.asarray(float(n)), np.asarray(n > MAX_RANKS), f"at most {MAX_RANKS:,}: one row a rank")
    rank = np.arange(1, n + 1)
    ends = {"low": (1 - level) / 2, "middle": 0.5, "high": (1 + level) / 2}
    levels = {name: np.exp(mu + sigma * ndtri(beta.ppf(p, n - rank + 1, rank))) for name, p in ends.items()}
    return pd.DataFrame({"rank": rank, **levels})


@within_floats
def repeatability(values: ArrayLike, who: ArrayLike) -> float:
    """Intraclass correlation of values (n,) within persons: how far one value tells another of the same person.

    One-way random effects (Fisher 1925): (MSB - MSW)/(MSB + (m - 1) MSW), mean squares between and within
    persons, m = (n - sum n_i^2/n)/(K - 1) with n_i values of person i of K. Zero in expectation if persons do
    not differ, 1 if each always repeats herself; it can be negative. Persons with one value count between.
    """
    y, (names, person) = np.asarray(values, float), np.unique(np.asarray(who), return_inverse=True)
    n, K, count = y.size, names.size, np.bincount(person)
    if not 2 <= K < n:
        raise ValueError(f"who has {K} persons for {n} values; allowed: 2 to {n - 1}, so that some come back")
    mean = np.bincount(person, y) / count
    between = count @ (mean - y.mean()) ** 2 / (K - 1)
    within = ((y - mean[person]) ** 2).sum() / (n - K)
    m = (n - count @ count / n) / (K - 1)
    return float((between - within) / (between + (m - 1) * within))


@within_floats
def repeat_test(
    values: ArrayLike, who: ArrayLike, draws: int = 1_000, seed: int = 0,
) -> tuple[float, float, float, float]:
    """`repeatability`, the 95 % range of it when values are shuffled among persons, and a one-sided p.

    Returns estimate, low, high of the null and p = (1 + shuffles at least as large)/(1 + draws).
    """
    y, rng, draws = np.asarray(values, float), generator(seed), whole("draws", draws, 2)
    found = repeatability(y, who)
    null = np.array([repeatability(rng.permutation(y), who) for _ in range(draws)])
    low, high = np.quantile(null, [0.025, 0.975])
    return found, float(low), float(high), float((1 + (null >= found).sum()) / (1 + draws))
