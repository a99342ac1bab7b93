"""What a pay package is worth a year, and the ladder of pay it is compared with.

A headline package is a total A (US dollars) that vests evenly over T years. Each year the holder leaves, or
is let go, with probability h, and forfeits what has not vested; money t years ahead is discounted at r a
year. With a cliff at c years nothing vests before c, and then the first c years vest at once. With the two
rates in continuous time, lambda = -ln(1 - h) and rho = ln(1 + r), the expected present value at signing is

    PV = (A/T) [ c e^(-delta c) + integral from c to T of e^(-delta t) dt ],    delta = lambda + rho,

a stream discounted at the sum of interest and hazard (Blanchard 1985, section I). The annual equivalent is
the certain pay a year, over the same T years, of the same present value: PV divided by the integral from 0
to T of e^(-rho t) dt.

Left out: the risk of the shares themselves, targets that must be met, refreshed grants, tax, and what a
leaver earns elsewhere. So these values describe the written total under attrition and discounting; they are
not a price of the contract.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from superstars.checks import within_floats
from superstars.data import load

Floats = NDArray[np.float64]

EVIDENCE = ("confirmed", "reported", "alleged")  # from strongest to weakest
TAKEN = ("paid", "accepted")

# Rows on ordinary staff: they belong to the rung below the stars.
STAFF = ("ai-specialists-2017", "levels-openai-swe-2023", "openai-sbc-2025-mean")

# The reports name no number of years for these kinds. "Several years" is read as 3 to 6, around the 4 and 6
# years that other reports state; a one-off bonus as earned over 1 to 4 years of staying.
ASSUMED_YEARS = {
    "multi-year package": (3.0, 6.0),
    "multi-year package offer": (3.0, 6.0),
    "retention bonus": (1.0, 4.0),
    "retention: bonus plus equity": (1.0, 4.0),
    "signing bonus offer": (1.0, 4.0),
}
RUNG_COLUMNS = (
    "rung", "group", "low", "middle", "high", "spread", "years", "omits", "n", "quality",
)  # fmt: skip


def _checked(name: str, value: ArrayLike, ok, allowed: str, nan: bool = False) -> Floats:
    array = np.asarray(value, dtype=float)
    bad = ~(ok(array) & np.isfinite(array)) & ~(np.isnan(array) & nan)
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        where = f"{name}[{', '.join(map(str, index))}]" if index else name
        also = ", or NaN for not stated" if nan else ""
        raise ValueError(f"{where} is {array[index]:g}; allowed: {allowed}{also}")
    return array


def _amount(name: str, value: ArrayLike, nan: bool = False) -> Floats:
    return _checked(name, value, lambda x: x >= 0, "US dollars, finite and not negative", nan)


def _years(value: ArrayLike, nan: bool = False) -> Floats:
    return _checked("years", value, lambda x: x > 0, "a finite number of years above 0", nan)


def _rate(name: str, value: ArrayLike) -> Floats:
    return _checked(name, value, lambda x: (x >= 0) & (x < 1), "a rate a year in [0, 1), so 0.1 for 10 %")


@within_floats
def annualise(low: ArrayLike, high: ArrayLike, years: ArrayLike) -> tuple[Floats, Floats]:
    """Low and high end of a package a year: low/years and high/years, in US dollars a year; broadcasts.

    A bound that was not published is NaN and stays NaN ("up to": no low; "more than": no high), as does a
    package whose ``years`` are NaN: it has no annual value without an assumption. ``ValueError`` for an
    amount that is negative, a low above its high, or years that are not above 0.
    """
    low, high = _amount("low", low, nan=True), _amount("high", high, nan=True)
    low, high, years = np.broadcast_arrays(low, high, _years(years, nan=True))
    if (low > high).any():
        index = tuple(int(i) for i in np.argwhere(low > high)[0])
        raise ValueError(f"low is {low[index]:g}, above high, {high[index]:g}; allowed: low at most high")
    return low / years, high / years


def _annuity(rate: Floats, time: Floats) -> Floats:
    """Integral from 0 to ``time`` of e^(-rate t) dt; ``time`` itself where the rate is 0."""
    safe = np.where(rate > 0, rate, 1.0)
    return np.where(rate > 0, -np.expm1(-safe * time) / safe, time)


@within_floats
def present_value(
    total: ArrayLike,
    years: ArrayLike,
    attrition: ArrayLike = 0.0,
    discount: ArrayLike = 0.0,
    cliff: ArrayLike = 0.0,
) -> Floats:
    """Expected present value of a package in US dollars (formula in the module's docstring); broadcasts.

    ``total`` in US dollars vests evenly over ``years``; ``attrition`` h and ``discount`` r are a year, in
    [0, 1); ``cliff`` in years, from 0 to ``years``. With h = r = 0 it is the total, whatever the cliff; with
    r = 0 it is the expected payout. ``ValueError`` names the argument, its value and the allowed range.
    """
    total, years, attrition, discount, cliff = np.broadcast_arrays(
        _amount("total", total), _years(years), _rate("attrition", attrition), _rate("discount", discount),
        _checked("cliff", cliff, lambda x: x >= 0, "years, from 0 to the years of the package"),
    )  # fmt: skip
    if (cliff > years).any():
        index = tuple(int(i) for i in np.argwhere(cliff > years)[0])
        raise ValueError(
            f"cliff is {cliff[index]:g}; allowed: from 0 to the package's years, {years[index]:g}"
        )
    delta = np.log1p(discount) - np.log1p(-attrition)
    at_cliff = np.exp(-delta * cliff)
    return total / years * at_cliff * (cliff + _annuity(delta, years - cliff))


@within_floats
def annual_equivalent(
    total: ArrayLike,
    years: ArrayLike,
    attrition: ArrayLike = 0.0,
    discount: ArrayLike = 0.0,
    cliff: ArrayLike = 0.0,
) -> Floats:
    """Certain pay a year over the same years with the same present value, in US dollars a year; broadcasts.

    PV / [(1 - e^(-rho T))/rho], rho = ln(1 + r). Without attrition and cliff it is total/years at any
    discount rate. Arguments and errors as for :func:`present_value`.
    """
    worth = present_value(total, years, attrition, discount, cliff)
    return worth / _annuity(*np.broadcast_arrays(np.log1p(_rate("discount", discount)), _years(years)))


@within_floats
def log_split(start: ArrayLike, middle: ArrayLike, end: ArrayLike) -> tuple[Floats, Floats]:
    """The shares of the gap ln(end/start) that lie below and above ``middle``: two arrays that add up to 1.

    end/start = (middle/start)(end/middle), so logs add. A share is negative, and the other above 1, where
    ``middle`` lies outside the two ends; NaN where start equals end (no gap to split). Amounts above 0, in
    one unit; broadcasts. ``ValueError`` for an amount that is not above 0.
    """
    start, middle, end = (
        np.log(_checked(name, x, lambda v: v > 0, "US dollars above 0"))
        for name, x in (("start", start), ("middle", middle), ("end", end))
    )
    gap = np.where(end == start, np.nan, end - start)
    return (middle - start) / gap, (end - middle) / gap


def offers(deals: pd.DataFrame | None = None) -> pd.DataFrame:
    """Pay of stars a year, one row a report: pay rows of ``talent_deals`` without those on ordinary staff.

    Columns added: ``stated_usd``, the amount over all years (the high end, or the low one of a "more than");
    ``bound`` ("range", "more than", "up to"); ``years_min``, ``years_max`` and ``years_assumed`` (the report
    names no years: ASSUMED_YEARS); ``low`` and ``high``, US dollars a year, widest over the years. ``low`` is
    NaN for an "up to". ``high`` of a "more than" is its stated amount: a floor of the high end. Reports
    without an amount drop out. ``ValueError`` for a row without years whose kind has no assumption.
    """
    deals = load("talent_deals") if deals is None else deals
    rows = deals[deals["is_pay"] & ~deals["id"].isin(STAFF)].copy()
    low, high = rows["amount_low_usd"], rows["amount_high_usd"]
    rows["bound"] = np.select([low.isna() & high.isna(), low.isna(), high.isna()], ["", "up to", "more than"],
                              "range")  # fmt: skip
    rows["stated_usd"] = high.fillna(low)
    rows["years_assumed"] = rows["years"].isna()
    for column, end in (("years_min", 0), ("years_max", 1)):
        assumed = rows["kind"].map({kind: span[end] for kind, span in ASSUMED_YEARS.items()})
        rows[column] = rows["years"].fillna(assumed)
    rows = rows[rows["bound"] != ""].reset_index(drop=True)
    if rows["years_min"].isna().any():
        row = rows[rows["years_min"].isna()].iloc[0]
        raise ValueError(
            f"years of deal {row['id']!r} is empty and its kind {row['kind']!r} has no assumption; "
            f"allowed: a number of years, or one of the kinds {', '.join(ASSUMED_YEARS)}"
        )
    rows["low"], _ = annualise(rows["amount_low_usd"], rows["amount_high_usd"], rows["years_max"])
    _, rows["high"] = annualise(np.nan, rows["stated_usd"], rows["years_min"])
    return rows


def shown(rows: pd.DataFrame, evidence: str, taken_only: bool) -> pd.DataFrame:
    """Rows with at least this evidence; with ``taken_only``, without offers that were open or declined."""
    if evidence not in EVIDENCE:
        raise ValueError(f"evidence is {evidence!r}; allowed: {', '.join(EVIDENCE)}")
    good = rows["evidence"].isin(EVIDENCE[: EVIDENCE.index(evidence) + 1])
    return rows[good & (rows["result"].isin(TAKEN) | (not taken_only))]


def tops(rows: pd.DataFrame) -> pd.DataFrame:
    """The highest pay a year under each rule of evidence and outcome, as an interval in US dollars a year.

    The highest of several intervals is at least the largest low end and at most the largest high end.
    Columns: evidence, outcome, reports, low, high, ``by`` (id of the row with the largest high end), ``open``
    (such a row is a "more than", so that ``high`` is no upper bound) and ``median``, that of the high ends.
    """
    out = []
    for taken_only, outcome in ((True, "paid or accepted"), (False, "offered or declined too")):
        for evidence in EVIDENCE:
            some = shown(rows, evidence, taken_only)
            top = some[some["high"] == some["high"].max()]
            out.append({
                "evidence": evidence, "outcome": outcome,
                "reports": len(some), "low": some["low"].max(), "high": some["high"].max(),
                "by": top["id"].iloc[0], "open": top["bound"].eq("more than").any(),
                "median": some["high"].median(),
            })  # fmt: skip
    return pd.DataFrame(out)


def largest(
    rows: pd.DataFrame, k: int, years: float | None = None, overlaps_once: bool = False
) -> pd.DataFrame:
    """The ``k`` rows with the largest stated amount a year, largest first (``per_year``, US dollars).

    Where a report names no years it is divided by ``years``; with None it is left out. ``overlaps_once``
    keeps one of two rows that may be the same offer: the larger one a year. ``ValueError`` for a bad ``k``.
    """
    if not 1 <= k <= len(rows):
        raise ValueError(f"k is {k}; allowed: 1 to {len(rows)}, the number of rows")
    span = rows["years"] if years is None else rows["years"].fillna(float(_years(years)))
    _, per_year = annualise(np.nan, rows["stated_usd"], span)
    ranked = rows.assign(per_year=per_year).dropna(subset="per_year")
    ranked = ranked.sort_values(["per_year", "id"], ascending=[False, True])
    if overlaps_once:
        taken: set[str] = set()
        keep = []
        for row in ranked.itertuples():
            keep.append(row.overlaps_with not in taken)
            taken |= {row.id} if keep[-1] else set()
        ranked = ranked[keep]
    return ranked.head(k)


def us_reports(levels: pd.DataFrame | None = None) -> pd.DataFrame:
    """Levels.fyi reports from the US (location "City, ST"), with ``employer``, the company in lower case."""
    levels = load("levels") if levels is None else levels
    us = levels["location"].str.fullmatch(r"[^,]+, [A-Z]{2}") & (levels["totalyearlycompensation"] > 0)
    return levels[us].assign(employer=levels["company"].str.strip().str.lower())


def tenure_track(illinois: pd.DataFrame | None = None) -> pd.Series:
    """Salaries (US dollars an academic year) of full-time tenure-track faculty in the Illinois file."""
    illinois = load("illinois_salaries") if illinois is None else illinois
    rows = (illinois["faculty_type"] == "tenure_track") & illinois["full_time_in_department"]
    return illinois.loc[rows, "total_present_salary_usd"]


def rungs() -> pd.DataFrame:
    """The ladder below the stars, in US dollars a year, one row a source.

    Columns: rung, group, low, middle, high, spread (what low and high are), years, omits, n (people or
    reports, NaN where the source gives none), quality. Ends are NaN where a source gives one number only.
    They are percentiles of people, medians of ranks or steps of a scale: read ``spread`` before comparing.
    """
    rows = [*_academia(), *_industry(), *_labs()]
    return pd.DataFrame(rows, columns=RUNG_COLUMNS)


def _rung(name, group, ends, spread, years, omits, n=np.nan, quality="published") -> tuple:
    low, middle, high = (float(x) for x in ends)
    return name, group, low, middle, high, spread, str(years), omits, n, quality


def _percentiles(name, group, pay, years, omits, quality="published") -> tuple:
    return _rung(name, group, pay.quantile([0.1, 0.5, 0.9]), "p10, p50, p90", years, omits, len(pay), quality)


def _doctorates(name: str, group: str, survey: str, category: str) -> tuple:
    """The newest median of NCSES for computing doctorates, with its 95 % interval where one is published."""
    rows = load("ncses")
    rows = rows[rows["field_of_doctorate"].eq("Computer and information sciences") & rows["sex"].eq("all")]
    rows = rows[rows["survey"].eq(survey) & rows["category"].eq(category)]
    row = rows.loc[rows["reference_year"].idxmax()]
    middle, reach = row["median_salary_usd"], 1.96 * row["se_usd"]
    spread = "95% interval of the median" if reach > 0 else "median only"
    ends = middle - reach, middle, middle + reach
    return _rung(name, group, ends, spread, row["reference_year"], "bonus, stock, summer pay")


def _academia() -> list[tuple]:
    stipends, taulbee = load("nih_stipends"), load("taulbee")
    year = stipends["fiscal_year"].max()
    scale = stipends.loc[stipends["fiscal_year"] == year, "stipend_usd"]
    stated = taulbee[~taulbee["derived"]].sort_values("survey_year")
    ranks = stated.groupby("rank")["value_usd"].last()
    span = f"{stated['survey_year'].min()}-{stated['survey_year'].max()}"
    return [
        _rung("Postdoc, NIH scale", "academia", (scale.min(), scale.median(), scale.max()),
              "first to last step of the scale", year, "benefits; set by rule, not by a market"),
        _doctorates("Postdoc, new PhD", "academia", "SED", "postdoc"),
        _rung("Professor, Taulbee", "academia", (ranks.min(), ranks.median(), ranks.max()),
              "medians of ranks, assistant to full", span, "summer pay, outside income (9 months)"),
        _percentiles("Professor, one school", "academia", tenure_track(), "2025-2026",
                     "summer pay, outside income (academic year)"),
    ]  # fmt: skip


def _industry() -> list[tuple]:
    us = us_reports()
    senior = us[us["employer"].isin(["google", "facebook"]) & us["title"].eq("Software Engineer")]
    senior = senior[senior["level"].isin(["L5", "E5"])]
    out = [
        _doctorates("Industry, new PhD", "industry", "SED", "industry or business"),
        _doctorates("Industry, all PhDs", "industry", "SDR", "private for-profit"),
    ]
    for name, reports in (("US technology, all jobs", us), ("Google or Meta, senior", senior)):
        years = f"{reports['timestamp'].min().year}-{reports['timestamp'].max().year}"
        pay, omits = reports["totalyearlycompensation"], "anything after August 2021; AI labs"
        out.append(_percentiles(name, "industry", pay, years, omits, "self-reported"))
    google = load("levels_google").sort_values("median_total_compensation_usd")
    pay, reports = google["median_total_compensation_usd"], google["n_submissions"]
    half = pay[reports.cumsum() >= reports.sum() / 2].iloc[0]
    out.append(
        _rung("Google, L3-L9 (secondary)", "industry", (pay.iloc[0], half, pay.iloc[-1]),
              "medians of levels; middle: level of the median report", google["as_of"].iloc[0][:4],
              "how the record was made", reports.sum(), "low: secondary page")
    )  # fmt: skip
    return out


def _labs() -> list[tuple]:
    wages, bands = load("lca_labs"), load("lab_bands")
    technical = wages["job_title"].str.contains("Technical Staff|Engineer|Researcher|Scientist")
    base = wages[technical & wages["employer_group"].isin(["OpenAI", "Anthropic", "xAI"])]
    middle = (bands["total_comp_low_usd"] + bands["total_comp_high_usd"]) / 2
    ends = bands["total_comp_low_usd"].min(), middle.median(), bands["total_comp_high_usd"].max()
    return [
        _percentiles("AI lab, base wage", "lab", base["annual_wage_from_usd"], "2023", "stock and bonus"),
        _rung("AI lab, total (secondary)", "lab", ends, "lowest to highest band (L4-L7), median of middles",
              "2026", "how it was worked out: an unsigned page", quality="low: secondary page"),
    ]  # fmt: skip
