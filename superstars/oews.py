"""Wages by occupation (OEWS): from the published cells to percentiles that can be compared.

The survey of the US Bureau of Labor Statistics publishes five percentiles a row, hourly and annual (annual =
2,080 x hourly), except for occupations it publishes only by the hour (actors, musicians; annual in 2002 and
2003) or only by the year (athletes, teachers). Until 2024 a wage at or above the year's limit is a mark, not
a number.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from superstars import data

PROBS = (0.10, 0.25, 0.50, 0.75, 0.90)
HOURS = 2080  # BLS: hours of a year-round, full-time job
_CELLS = ("pct10", "pct25", "median", "pct75", "pct90")


class Break(NamedTuple):
    """A year from which figures do not continue the ones before."""

    year: int
    what: str
    source: str


BREAKS = (
    Break(2004, 'residual "all other" occupations enter', "occupation codes of the files"),
    Break(2010, "SOC 2010 codes phased in (2010 to 2012)", "occupation codes of the files"),
    Break(2012, "SOC 2010 codes complete", "occupation codes of the files"),
    Break(2019, "SOC 2018 codes phased in (2019 to 2021)", "occupation codes of the files"),
    Break(2021, "SOC 2018 codes complete; model-based estimates begin",
          "occupation codes of the files; the model-based estimates: general knowledge, unverified"),
    Break(2025, "no top code in the national file", "the file; no BLS text on the change was found"),
)  # fmt: skip
"""Known breaks in the national series: ``year`` is the first year after the break. A change of codes is listed
where more than 5 % (:data:`NEW_CODES`) of the detailed codes are new. Top codes, which rose in 2008, 2011, 2016
and 2022, stand in ``data.load("oews_topcodes")``. Later years: :func:`breaks`."""

NEW_CODES = 0.05  # share of new codes among the detailed ones from which a year counts as a break

ESSAY_JOBS: dict[str, tuple[tuple[int, int | None, str], ...]] = {
    "actors": ((2002, None, "27-2011"),),
    "musicians and singers": ((2002, None, "27-2042"),),
    "athletes": ((2002, None, "27-2021"),),
    "plumbers": ((2002, None, "47-2152"),),
    "registered nurses": ((2002, 2011, "29-1111"), (2012, None, "29-1141")),
    "heavy truck drivers": ((2002, None, "53-3032"),),
    "software developers": (
        (2002, 2009, "15-1031"), (2010, 2018, "15-1132"), (2019, 2020, "15-1256"), (2021, None, "15-1252"),
    ),
    "computer and information research scientists": (
        (2002, 2009, "15-1011"), (2010, 2018, "15-1111"), (2019, None, "15-1221"),
    ),
}  # fmt: skip
"""Job: (first year, last year or None for all that follow, occupation code). Three jobs change meaning with
their code. Software developers are those of applications up to 2018 (systems software, 15-1032 and 15-1133, is
left out), with quality assurance in 2019-2020, all developers from 2021. Nurses up to 2011 (29-1111) include the
nurse anaesthetists, midwives and practitioners that SOC 2010 took out. Plumbers include pipefitters and
steamfitters throughout."""


def percentiles(frame: pd.DataFrame, unit: str = "year") -> tuple[np.ndarray, np.ndarray]:
    """The 10th, 25th, 50th, 75th and 90th percentile (``PROBS``) of every row, in one unit.

    One rule, cell by cell: the cell published in the unit asked for, a number or a bound; failing that the
    cell in the other unit, times or over 2,080 hours. So hourly-only and annual-only jobs both come out. An
    annual figure made from an hourly wage supposes full-time work all year, which actors and musicians seldom
    have.

    Parameters
    ----------
    frame : rows of ``data.load("oews_national")``, ``data.load("oews_state")`` or ``data.load("oews_metro")``,
        typed. The metropolitan file leaves hourly cells blank where the annual one exists.
    unit : ``"year"`` (USD/year) or ``"hour"`` (USD/hour).

    Returns
    -------
    values : float (n, 5); **+inf where top-coded**, NaN where nothing is published.
    top_code : float (n,), the bound of the row in the same unit; NaN where none applies (as in national May 2025).
        In the state and metropolitan files a mark can stand beside a published percentile above the stated
        limit; percentiles never fall, so the mark then says "above that percentile", and so does the bound.

    Raises
    ------
    ValueError
        for another unit, or a frame that is not a typed OEWS frame.
    """
    if unit not in ("year", "hour"):
        raise ValueError(f"unit is {unit!r}; allowed: 'year' or 'hour'")
    here, other, factor = ("a_", "h_", HOURS) if unit == "year" else ("h_", "a_", 1 / HOURS)
    needed = [p + c for p in (here, other) for c in _CELLS] + ["top_code_annual", "top_code_hourly"]
    absent = [name for name in needed if name not in frame]
    if absent:
        raise ValueError(
            f"frame lacks the columns {', '.join(absent)}; pass rows of data.load('oews_national')"
        )

    def cells(prefix: str) -> np.ndarray:
        values = np.column_stack([frame[prefix + c].to_numpy(float) for c in _CELLS])
        none = np.zeros(len(frame), bool)  # a column that never carries the mark has no flag
        marked = np.column_stack([frame.get(f"{prefix}{c}_topcoded", none) for c in _CELLS]).astype(bool)
        return np.where(marked, np.inf, values)

    bound = {"a_": frame["top_code_annual"].to_numpy(float), "h_": frame["top_code_hourly"].to_numpy(float)}
    values, spare = cells(here), cells(other) * factor
    values = np.where(np.isnan(values), spare, values)
    top_code = np.where(np.isnan(bound[here]), bound[other] * factor, bound[here])
    highest = np.where(np.isfinite(values), values, 0).max(axis=1)
    # the next number up, because a value at the bound counts as censored
    return values, np.where(highest >= top_code, np.nextafter(highest, np.inf), top_code)


def latest() -> int:
    """Year of the newest national file, the last of the panel. Surveys are of May."""
    return int(data.load("oews_national")["year"].max())


def latest_whole() -> int:
    """Newest year of the panel to whose wages no top code was applied: upper percentiles can be read there.

    Raises ValueError if the panel has no such year.
    """
    years = _whole(data.load("oews_national"))
    if not years.any():
        raise ValueError("every year of oews_national is top-coded; allowed: at least one year without a limit")
    return int(years.index[years].max())


def _whole(frame: pd.DataFrame) -> pd.Series:
    """For each year whether it has no limit: a limit applied to all wages stands in every row of its year."""
    return frame["top_code_annual"].isna().groupby(frame["year"]).any()


def breaks() -> tuple[Break, ...]:
    """:data:`BREAKS`, and those that the data show in later years: many new codes, a top code lifted or back."""
    frame, last = data.load("oews_national"), BREAKS[-1].year
    whole, years = _whole(frame), np.unique(frame["year"])
    codes = {year: set(rows["occ_code"]) for year, rows in frame[frame["o_group"].eq("detailed")].groupby("year")}
    found = []
    for before, year in pairwise(years):
        what = []
        if len(codes[year] - codes[before]) > NEW_CODES * len(codes[year]):
            what.append("many occupation codes are new")
        if whole[year] != whole[before]:
            what.append("no top code" if whole[year] else "the top code is back")
        if year > last and what:
            found.append(Break(int(year), "; ".join(what), "the file"))
    return (*BREAKS, *found)


def detailed(year: int | None = None) -> pd.DataFrame:
    """Detailed occupations of the national file, of one year or all, each code once a year.

    From 2017 on some codes stand in the file as broad and as detailed group with the same figures; the
    detailed row is kept. In 2002 and 2003 the residual "all other" occupations are missing (detailed rows sum
    to 94 % of all jobs).

    Raises ValueError for a year the file does not have.
    """
    frame = data.load("oews_national")
    years = frame["year"]
    if year is not None and year not in set(years):
        raise ValueError(f"year is {year!r}; allowed: {years.min()} to {years.max()}")
    keep = frame["o_group"].eq("detailed")
    if year is not None:
        keep &= years.eq(year)
    return frame[keep].reset_index(drop=True)


def essay_jobs() -> pd.DataFrame:
    """The eight jobs the essays compare, one row a job and year, from 2002 to :func:`latest` without gaps.

    Columns: ``job``, then those of the national file (wages in USD, nominal). Codes: :data:`ESSAY_JOBS`;
    breaks in the series: :func:`breaks`. Use all the years: single years of actors, musicians and athletes
    jump.

    Raises ValueError for a job that a year of the file lacks, as after a change of codes.
    """
    frame = detailed()
    parts = []
    for job, codes in ESSAY_JOBS.items():
        for first, last, code in codes:
            years = frame["year"].between(first, last or frame["year"].max())
            here = years & frame["occ_code"].eq(code)
            if absent := sorted(set(frame.loc[years, "year"]) - set(frame.loc[here, "year"])):
                raise ValueError(
                    f"oews_national has no detailed occupation {code} ({job}) in {', '.join(map(str, absent))}; "
                    "say in superstars.oews.ESSAY_JOBS which code continues it"
                )
            parts.append(frame[here].assign(job=job))
    rows = pd.concat(parts, ignore_index=True)
    return rows[["job", *rows.columns.drop("job")]]
