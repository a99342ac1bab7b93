"""Workbooks of national wages in the layout in which they were published, made from rows of the panel.

For tests only. A workbook of a year that was not yet published is **invented**: :func:`invented` makes its rows from
the newest year of the panel, and it belongs in a copy of the data folder, never in ``data/``.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd

from superstars import data

WAGES = ("mean", "pct10", "pct25", "median", "pct75", "pct90")
_OCCUPATION = ["occ_code", "occ_title"]
_FIGURES = ["tot_emp", "emp_prse"]
_REST = ["h_mean", "a_mean", "mean_prse", "h_pct10", "h_pct25", "h_median", "h_pct75", "h_pct90",
         "a_pct10", "a_pct25", "a_median", "a_pct75", "a_pct90", "annual", "hourly"]  # fmt: skip
_AREA = ["area", "area_title", "area_type"]
_INDUSTRY = ["naics", "naics_title", "i_group", "own_code"]
_SHARES = ["jobs_1000", "loc_quotient", "pct_total"]
LAYOUTS = {  # first year: columns of the sheet
    2014: [c.upper() for c in [*_OCCUPATION, "occ_group", *_FIGURES, *_REST]],
    2019: [*_AREA, *_INDUSTRY, *_OCCUPATION, "o_group", *_FIGURES, *_SHARES, *_REST],
    2020: [c.upper() for c in [*_AREA, "prim_state", *_INDUSTRY, *_OCCUPATION, "o_group", *_FIGURES, *_SHARES, *_REST]],
    2021: [
        c.upper()
        for c in [*_AREA, "prim_state", *_INDUSTRY, *_OCCUPATION, "o_group", *_FIGURES, *_SHARES, "pct_rpt", *_REST]
    ],
}  # fmt: skip
_NATION = {"area": "99", "area_title": "U.S.", "area_type": "1", "prim_state": "US", "naics": "000000",
           "naics_title": "Cross-industry", "i_group": "cross-industry", "own_code": "1235"}  # fmt: skip


def rows(year: int, root: Path | None = None) -> pd.DataFrame:
    """The rows of a year as the panel holds them: strings, marks included."""
    panel = data.load("oews_national", raw=True, root=root)
    return panel[panel["year"].eq(str(year))].reset_index(drop=True)


def invented(year: int = 2026, growth: float = 0.03, limit: float | None = None) -> pd.DataFrame:
    """INVENTED rows of a year, in the panel's form: wages of the panel's newest year, higher by ``growth``, employment
    by 1 %; with ``limit`` (USD/hour) percentiles at or above it carry ``#``. Sums and roundings are as published."""
    frame = rows(data.load("oews_national")["year"].max()).assign(year=str(year))
    jobs = pd.to_numeric(frame["tot_emp"])
    jobs = (jobs * 1.01 / 10).round().astype("int64") * 10
    total, major = frame["o_group"].eq("total"), frame["o_group"].eq("major")
    frame["tot_emp"] = jobs.mask(total, jobs[major].sum()).astype(str)
    for cell in WAGES:
        hourly = pd.to_numeric(frame[f"h_{cell}"].replace("*", None)) * (1 + growth)
        annual = pd.to_numeric(frame[f"a_{cell}"].replace("*", None)) * (1 + growth)
        hourly = hourly.round(2)
        annual = (hourly * 2080).where(hourly.notna(), annual)
        top = (hourly.fillna(annual / 2080) >= limit) if limit and cell != "mean" else pd.Series(False, frame.index)
        texts = {"h_": hourly.map("{:.2f}".format), "a_": (annual / 10).round().mul(10).map("{:.0f}".format)}
        for unit, text in texts.items():
            column = unit + cell
            frame[column] = text.mask(top, "#").where(frame[column].ne("*"), "*")
    return frame


def few(frame: pd.DataFrame) -> pd.DataFrame:
    """A small table from a year's rows: two major groups, and totals that are the sums of what is left."""
    kept = frame[frame["occ_code"].str.match("00-|11-|27-")].reset_index(drop=True)
    jobs = pd.to_numeric(kept["tot_emp"])
    detailed, family = kept["o_group"].eq("detailed"), kept["occ_code"].str[:2]
    for i in kept.index[kept["o_group"].isin(["total", "major"])]:
        inside = detailed & (family.eq(family[i]) | kept["o_group"].eq("total")[i])
        jobs[i] = jobs[inside].sum()
    return kept.assign(tot_emp=jobs.astype(str))


def _cell(text: str):
    """A panel's cell as Excel stores it: numbers as numbers, marks and words as text, nothing where it is blank."""
    if not text:
        return None
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def header(year: int) -> list[str]:
    """The columns of the layout in force in a year."""
    return LAYOUTS[max(first for first in LAYOUTS if first <= year)]


def descriptions(year: int, limit: float | None = 115.0) -> list[tuple[str, ...]]:
    """The lines of the sheet of field descriptions that matter: its title, and the note on the mark ``#``."""
    survey, wording = ("OEWS", "equal to or greater than") if year >= 2020 else ("OES", "greater than")
    lines = [(f"May {year} {survey} Estimates",), (), ("Field", "Field Description"), ("h_mean", "Mean hourly wage"),
             (), ("*  = indicates that a wage estimate is not available",)]  # fmt: skip
    if limit:
        note = f"#  = indicates a wage {wording} ${limit:,.2f} per hour or ${limit * 2080:,.0f} per year "
        lines.append((note,))
    return lines


def sheets(frame: pd.DataFrame, year: int, limit: float | None = 115.0) -> dict[str, list[tuple]]:
    """The sheets of the workbook of a year: name to rows, header first. Change them, then :func:`save`."""
    columns = header(year)
    names = {"occ_group": "o_group"}
    cells = [
        tuple(
            _NATION.get(key) or (record[key] if key in ("occ_code", "occ_title", "o_group") else _cell(record.get(key)))
            for key in (names.get(c.lower(), c.lower()) for c in columns)
        )
        for record in frame.to_dict("records")
    ]
    if year < 2019:
        return {"national_dl": [tuple(columns), *cells]}
    return {
        f"national_M{year}_dl": [tuple(columns), *cells],
        "Field Descriptions": descriptions(year, limit),
        "UpdateTime": [("alldataupdate",)],
        "Filler": [],
    }


def save(path: Path, content: dict[str, list[tuple]]) -> Path:
    """Write sheets into a workbook."""
    book = openpyxl.Workbook(write_only=True)
    for name, lines in content.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


def write(path: Path, frame: pd.DataFrame, year: int, layout: int | None = None, limit: float | None = 115.0) -> Path:
    """The workbook of a year from rows in the panel's form.

    ``layout``: the year whose columns it has (that of ``year``, if not given); ``limit``: the top code that its field
    descriptions state, USD an hour (a sheet of the workbook from 2019 on).
    """
    content = sheets(frame, year, limit)
    if layout is not None:
        (table, *_), (name, *_) = sheets(frame, layout).values(), content
        content[name] = table
    return save(path, content)


def archive(path: Path, frame: pd.DataFrame, year: int, limit: float | None = 115.0) -> Path:
    """The zip of a year as it is published: one folder with the workbook and, up to 2018, the field descriptions."""
    folder = f"oesm{year % 100:02}nat"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as into:
        book = io.BytesIO()
        write(book, frame, year, limit=limit)
        into.writestr(f"{folder}/national_M{year}_dl.xlsx", book.getvalue())
        if year < 2019:
            words = io.BytesIO()
            save(words, {"Field_descriptions": descriptions(year, limit)})
            into.writestr(f"{folder}/field_descriptions.xlsx", words.getvalue())
    return path
