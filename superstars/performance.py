"""Measured performance against pay: golf, baseball, and the null in which rivals are equal and luck decides.

Pay is a log ratio everywhere: ``pay`` = ln(pay of a person / median pay of the season), so that inflation and
growth of the whole market drop out. Performance is in natural units and in standard deviations of the people
measured in the same season (``z``), signed so that more is better.

A slope of ``pay`` on z, in log points a standard deviation, is the correlation times the standard deviation of
log pay: a spread of pay says how large the slope can be at most, never how large it is.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy.optimize import linprog
from scipy.stats import norm, t

from superstars import data
from superstars.checks import generator, whole, within_floats

# Share of the purse by place at a tournament with a full field, PGA Tour, years of the data, places 1 to 10.
# Written from memory and not verified. It is a rule of the tour: no market sets the steps.
PURSE = pd.Series([0.18, 0.108, 0.068, 0.048, 0.04, 0.036, 0.0335, 0.031, 0.029, 0.027], index=range(1, 11))

MAX_RIVALS = 10_000  # of `luck_top_tail`, whose exact terms grow with K
MAX_AGE = 50  # the database books a few salaries to a former player of the same family name
RULES = ("reserve", "arbitration", "free agency")


# --- frames -------------------------------------------------------------------------------------------------


def standardise(values: pd.Series, group: pd.Series) -> pd.Series:
    """(x - mean) / standard deviation (n - 1) within each group; NaN where a group has no spread."""
    by = values.groupby(group)
    spread = by.transform("std")
    return (values - by.transform("mean")) / spread.where(spread > 0)


def golf(frame: pd.DataFrame | None = None) -> pd.DataFrame:
    """Seasons of players on the PGA Tour money list (data set ``pga_tour``, or a frame in its columns).

    Columns: ``season``, ``player``, ``events``, ``money`` (USD a season), ``per_event`` (USD an event),
    ``pay`` = ln(per_event / its median over the scored players of the season), ``ln_events`` = ln(events) less
    its mean over the scored rows, ``score`` (adjusted scoring average, strokes a round), ``strokes`` (a round better
    than the median score of the season), ``z``, and ``z_before``, ``strokes_before``: the same of the
    player's previous season. Rows without a score (too few rounds) keep NaN there.

    ValueError names the first row with no prize money or no event.
    """
    raw = data.load("pga_tour") if frame is None else frame
    _positive(raw, "prize_money_usd", "player", "US dollars a season, > 0")
    _positive(raw, "events", "player", "a whole number >= 1")
    score = raw["adjusted_scoring_average"].astype(float)
    rows = pd.DataFrame({
        "season": raw["year"].astype(int), "player": raw["player"], "events": raw["events"].astype(int),
        "money": raw["prize_money_usd"].astype(float), "score": score,
    }).reset_index(drop=True)  # fmt: skip
    rows["per_event"] = rows["money"] / rows["events"]
    scored = rows["per_event"].where(rows["score"].notna())
    rows["pay"] = np.log(rows["per_event"] / scored.groupby(rows["season"]).transform("median"))
    rows["ln_events"] = np.log(rows["events"]) - np.log(rows.loc[rows["score"].notna(), "events"]).mean()
    rows["strokes"] = rows["score"].groupby(rows["season"]).transform("median") - rows["score"]
    rows["z"] = standardise(rows["strokes"], rows["season"])
    return rows.merge(_before(rows, ["z", "strokes"]), on=["season", "player"], how="left")


def baseball(role: str = "batter", least: float = 300, frame: pd.DataFrame | None = None) -> pd.DataFrame:
    """Salaries and performance the season before (data set ``baseball``, or a frame in its columns).

    role   "batter": OPS, on-base plus slugging average, of seasons with at least ``least`` at-bats.
           "pitcher": ERA, earned runs in nine innings, of seasons with at least ``least`` innings; less is better.

    A salary is agreed before the season, so that performance counts from the season before. Rows: players
    with a salary above 0 in a season and a measured season before it. The statistics of a player without a
    salary that year are not in the file. Service is counted in calendar years, season - year of debut;
    rows without a debut or before it are left out, and so are players above the age of 50 (wrong person).
    ``rule`` approximates the labour agreement: reserve (service < 3: one buyer), arbitration (3 to 6), free
    agency (> 6). The true count is in days and starts later, so that the classes overlap at their edges.

    Columns: ``season``, ``player``, ``service``, ``rule``, ``salary`` (USD a season), ``pay`` = ln(salary /
    median of all salaries of the season), ``stat`` and ``z`` of the season before; for batters also ``ln_stat``.
    """
    if role not in ("batter", "pitcher"):
        raise ValueError(f"role is {role!r}; allowed: 'batter' or 'pitcher'")
    if not least > 0:
        raise ValueError(f"least is {least}; allowed: > 0, at-bats of a batter or innings of a pitcher")
    raw = data.load("baseball") if frame is None else frame
    played, stat, sign = ("at_bats", "ops", 1) if role == "batter" else ("innings_pitched", "era", -1)
    raw = raw[raw["age"] <= MAX_AGE]
    rows = pd.DataFrame({
        "season": raw["year"].astype(int), "player": raw["player_id"], "salary": raw["salary_usd"].astype(float),
        "service": raw["year"].astype(float) - raw["debut_year"].astype(float),
        "stat": raw[stat].astype(float).where(raw[played].astype(float) >= least),
    }).reset_index(drop=True)  # fmt: skip
    rows["z"] = standardise(sign * rows["stat"], rows["season"])
    before = _before(rows, ["stat", "z"])
    paid = rows.loc[(rows["salary"] > 0) & (rows["service"] >= 0), ["season", "player", "service", "salary"]].copy()
    positive = rows.loc[rows["salary"] > 0].groupby("season")["salary"].median()
    paid["pay"] = np.log(paid["salary"] / paid["season"].map(positive))
    paid = paid.merge(before, on=["season", "player"]).dropna(subset="z_before")
    paid = paid.rename(columns={"stat_before": "stat", "z_before": "z"}).reset_index(drop=True)
    paid["service"] = paid["service"].astype(int)
    paid["rule"] = np.select([paid["service"] < 3, paid["service"] <= 6], RULES[:2], RULES[2])
    return paid.assign(ln_stat=np.log(paid["stat"])) if role == "batter" else paid


def _before(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The columns a season later, under ``<column>_before``, to merge on season and player."""
    named = rows[["season", "player", *columns]].rename(columns={c: f"{c}_before" for c in columns})
    return named.assign(season=named["season"] + 1)


def _positive(frame: pd.DataFrame, column: str, who: str, allowed: str) -> None:
    bad = frame.loc[~(frame[column] > 0)]
    if len(bad):
        row = bad.iloc[0]
        where = f"column {column!r}, row {bad.index[0]} ({row[who]})"
        raise ValueError(f"{where}: {row[column]}; allowed: {allowed}; leave such rows out")


# --- estimates whose errors are correlated within a person ---------------------------------------------------


def fit(formula: str, frame: pd.DataFrame, person: str = "player", tau: float | None = None) -> pd.DataFrame:
    """OLS, or the quantile regression at ``tau`` in (0, 1), with standard errors clustered by person.

    Returns one row a term with ``coef``, ``se``, ``low`` and ``high`` (95 %, t with clusters - 1 degrees of
    freedom); ``.attrs`` has ``n`` (rows used: those complete in the formula's terms) and ``people``.

    Quantile regression (Koenker and Bassett 1978) is solved as a linear programme, which is exact where the
    reweighting of statsmodels can cycle, with the variance of Parente and Santos Silva (2016),
    H^-1 J H^-1, where J sums the outer products of each person's scores x (tau - 1[u < 0]) and
    H = sum 1[|u| <= h] x x' / (2 h), with the bandwidth h of Hall and Sheather on the scale of the residuals.
    """
    frame = frame.reset_index(drop=True)
    if tau is not None and not 0 < tau < 1:
        raise ValueError(f"tau is {tau}; allowed: a quantile with 0 < tau < 1")
    model = smf.ols(formula, frame)
    cluster = pd.factorize(frame.loc[model.data.row_labels, person])[0]
    people = cluster.max() + 1
    if people < 2:
        raise ValueError(f"column {person!r} has {people} value; allowed: two or more to cluster by")
    if tau is None:
        result = model.fit(cov_type="cluster", cov_kwds={"groups": cluster})
        coef, se = result.params, result.bse
    else:
        coef = pd.Series(_quantile(model.exog, model.endog, tau), model.exog_names)
        se = _quantile_se(model.exog, model.endog - model.exog @ coef.to_numpy(), tau, cluster)
    reach = t.ppf(0.975, people - 1) * se
    table = pd.DataFrame({"coef": coef, "se": se, "low": coef - reach, "high": coef + reach})
    table.attrs = {"n": len(model.endog), "people": int(people)}
    return table


def _quantile(x: np.ndarray, y: np.ndarray, tau: float) -> np.ndarray:
    """Coefficients as the multipliers of the dual: max y'd with x'd = (1 - tau) x'1 and 0 <= d <= 1."""
    found = linprog(-y, A_eq=x.T, b_eq=(1 - tau) * x.sum(axis=0), bounds=(0, 1), method="highs-ds")
    if not found.success:
        raise ValueError(f"no quantile regression at tau = {tau} ({found.message}); drop collinear terms")
    return -found.eqlin.marginals


def _quantile_se(x: np.ndarray, residual: np.ndarray, tau: float, cluster: np.ndarray) -> np.ndarray:
    n, z = len(x), norm.ppf(tau)
    width = n ** (-1 / 3) * norm.ppf(0.975) ** (2 / 3) * (1.5 * norm.pdf(z) ** 2 / (2 * z**2 + 1)) ** (1 / 3)
    width = min(width, 0.99 * tau, 0.99 * (1 - tau))  # keeps tau +- width inside (0, 1)
    scale = np.median(np.abs(residual - np.median(residual))) / norm.ppf(0.75)
    h = scale * (norm.ppf(tau + width) - norm.ppf(tau - width))
    near = x[np.abs(residual) <= h]
    bread = np.linalg.inv(near.T @ near / (2 * h))
    score = np.zeros((cluster.max() + 1, x.shape[1]))
    np.add.at(score, cluster, x * (tau - (residual < 0))[:, None])
    return np.sqrt(np.diag(bread @ (score.T @ score) @ bread))


def by_person(
    frame: pd.DataFrame, statistic: Callable[[pd.DataFrame], float], person: str = "player",
    draws: int = 400, seed: int = 0,
) -> tuple[float, float, float]:  # fmt: skip
    """``statistic(frame)`` with a 95 % percentile interval from resampling whole persons (cluster bootstrap).

    Returns estimate, low, high. ValueError for fewer than 100 draws or fewer than two persons.
    """
    draws = whole("draws", draws, 100)  # an interval needs its tails
    rows = list(frame.reset_index(drop=True).groupby(person, sort=True).indices.values())
    if len(rows) < 2:
        raise ValueError(f"column {person!r} has {len(rows)} value; allowed: two or more to resample")
    rng = generator(seed)
    picks = (np.concatenate([rows[i] for i in rng.integers(len(rows), size=len(rows))]) for _ in range(draws))
    low, high = np.quantile([statistic(frame.iloc[pick]) for pick in picks], [0.025, 0.975])
    return float(statistic(frame)), float(low), float(high)


# --- luck ---------------------------------------------------------------------------------------------------


@within_floats
def luck_top_tail(K: int, share: float) -> float:
    """P(M > share): how often the largest of K equal rivals has more than ``share`` when each buyer copies.

    The limit of the urn of :func:`superstars.superstar.luck_top_share`: shares are uniform on the simplex, and

        P(M > x) = sum over j >= 1 with j x < 1 of (-1)^(j+1) C(K, j) (1 - j x)^(K-1)        (Fisher 1929)

    K a whole number >= 2, at most MAX_RIVALS where share > 1/K, 0 <= share <= 1. In exact arithmetic, because the terms
    alternate and are large.
    """
    if not (2 <= K < float("inf")) or int(K) != K:
        raise ValueError(f"K is {K}; allowed: a whole number >= 2")
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}; allowed: a share in [0, 1]")
    x, K = Fraction(float(share)), int(K)
    if x * K <= 1:
        return 1.0
    if K > MAX_RIVALS:
        raise ValueError(f"K is above {MAX_RIVALS:,}; allowed: a whole number from 2 to {MAX_RIVALS:,}")
    return float(sum((-1) ** (j + 1) * comb(K, j) * (1 - j * x) ** (K - 1) for j in range(1, K + 1) if j * x < 1))


@within_floats
def share_at_ratio(K: int, ratio: float) -> float:
    """r/(r + K - 1), the share of a market that the largest of K has when it is r times the mean of the others."""
    if K < 2 or not ratio > 0:
        raise ValueError(f"K is {K} and ratio is {ratio}; allowed: K >= 2 and ratio > 0")
    return ratio / (ratio + K - 1)
