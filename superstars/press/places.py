"""The page that finds every job in every place: what its figure shows, and the small files from which it shows it.

All cells are far too many to load at once. When the site is built, the fit of every cell is written twice: by
occupation (all places of one) and by place (all occupations of one), each a plain script of a few kilobytes that the
page loads when a reader asks for it. ``static/places.js`` finds names, loads those files and draws; the words it puts
beside the chart are composed there as here, from the same whole numbers, so that both say the same.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from superstars import charts, places

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGE = "book/back/places"
FIGURE = "places"
FIRST = ("15-1252", "0041860")  # what shows before a reader asks: software developers, San Francisco
LISTED = 10  # rows of the table
BOUND = -1  # stands for a figure marked as at or above a limit


class Index(NamedTuple):
    """All cells as the page knows them.

    occupations, areas: codes and titles, those with most jobs first, so that a search lists them first; stored: every
    cell as `Cell` holds it, with the positions of its names (``job``, ``area``); cells: `places.fits` with the title
    of the occupation.
    """

    occupations: list[tuple[str, str]]
    areas: list[tuple[str, str]]
    stored: pd.DataFrame
    cells: pd.DataFrame


class Cell(NamedTuple):
    """One cell as the page stores it: whole numbers, None where nothing is published, BOUND where only a limit is.

    index: position of its name in `Index`; median, p90: US dollars a year; sigma: thousandths; se: ten-thousandths;
    jobs: tens.
    """

    index: int
    median: int | None
    p90: int | None
    sigma: int | None
    se: int | None
    jobs: int | None


def index(fitted: pd.DataFrame) -> Index:
    """The index of what `places.fits` gave."""
    cells = fitted.assign(occupation=fitted["occ_code"].map(places.titles()))
    jobs, areas = (
        list(cells.groupby([code, title])["employment"].sum().reset_index().sort_values(
            ["employment", code], ascending=[False, True])[[code, title]].itertuples(index=False, name=None))
        for code, title in (("occ_code", "occupation"), ("area_code", "place"))
    )  # fmt: skip
    money = {c: cells[c].replace(np.inf, BOUND).round() for c in ("median", "p90")}
    columns = {
        "job": cells["occ_code"].map({code: n for n, (code, _) in enumerate(jobs)}),
        "area": cells["area_code"].map({code: n for n, (code, _) in enumerate(areas)}),
        "detailed": cells["o_group"].eq("detailed"), **money, "sigma": (cells["sigma"] * 1000).round(),
        "se": (cells["se_sigma"] * 10_000).round(), "jobs": cells["employment"] / 10,
    }  # fmt: skip
    return Index(jobs, areas, pd.DataFrame(columns), cells)


@cache
def whole() -> Index:
    """The index of every cell of the metropolitan file."""
    return index(places.fits())


def of(every: Index, column: str, position: int) -> list[Cell]:
    """All cells of an occupation (``column`` job), or the detailed ones of a place (area), by their other name."""
    part, other = every.stored[every.stored[column] == position], "area" if column == "job" else "job"
    if column == "area":
        part = part[part["detailed"]]
    part = part.sort_values(other)[[other, "median", "p90", "sigma", "se", "jobs"]]
    return [Cell(*(None if np.isnan(x) else int(x) for x in row)) for row in part.to_numpy(float)]


# ---------------------------------------------------------------- words, composed in places.js in the same way


def dollars(amount: int) -> str:
    return f"${amount:,}"


def thousandths(x: int) -> str:
    return f"{x / 1000:.3f}"


def ratio(cell: Cell) -> str:
    """p90/p50 with two decimals; "" where one of them is not published."""
    if (cell.median or BOUND) < 0 or (cell.p90 or BOUND) < 0:
        return ""
    return f"{int(100 * cell.p90 / cell.median + 0.5) / 100:.2f}"


def interval(cell: Cell) -> tuple[int, int]:
    """Ends of the 95 % interval of sigma, in thousandths: 1.96 standard errors either side."""
    return tuple((1000 * cell.sigma + sign * 196 * cell.se + 500) // 1000 for sign in (-1, 1))


def drawn(shown: Sequence[Cell]) -> list[Cell]:
    """Those with a median and a spread."""
    return [cell for cell in shown if (cell.median or BOUND) > 0 and cell.sigma is not None]


def rank(cell: Cell, among: Sequence[Cell]) -> tuple[int, int]:
    """How many cells pay more at the median, plus one, and how many publish a median."""
    known = [other.median for other in among if other.median is not None]
    return 1 + sum(m == BOUND or m > cell.median for m in known), len(known)


def sentence(job: str, area: str, cell: Cell, among: Sequence[Cell]) -> str:
    """What a cell is, in words."""
    if cell.median is None:
        return f"{job} in {area}: no wage is published."
    if cell.median == BOUND:
        said = "median pay at or above the limit of publication"
    else:
        place, count = rank(cell, among)
        said = f"median pay {dollars(cell.median)} a year, rank {place} of {count} places"
    if cell.sigma is None:
        said += "; its percentiles identify no spread"
    else:
        said += f"; spread σ = {thousandths(cell.sigma)}"
        if cell.se is not None:
            low, high = interval(cell)
            said += f" (95% interval {thousandths(low)} to {thousandths(high)})"
    if ratio(cell):
        said += f"; p90/p50 = {ratio(cell)}"
    jobs = "number of jobs not published" if cell.jobs is None else f"{10 * cell.jobs:,} jobs"
    return f"{job} in {area}: {said}; {jobs}."


def summary(what: str, kind: str, shown: Sequence[Cell], titles: Sequence[tuple[str, str]]) -> str:
    """What stands in the chart, in words: ``kind`` is places or occupations, ``titles`` theirs."""
    points = drawn(shown)
    low, high = min(points, key=lambda c: (c.median, c.index)), max(points, key=lambda c: (c.median, -c.index))
    tight, wide = min(points, key=lambda c: (c.sigma, c.index)), max(points, key=lambda c: (c.sigma, -c.index))
    return (
        f"{what}, {len(points)} {kind}: median pay from {dollars(low.median)} a year ({titles[low.index][1]}) to "
        f"{dollars(high.median)} ({titles[high.index][1]}), spread of ln pay σ from {thousandths(tight.sigma)} "
        f"({titles[tight.index][1]}) to {thousandths(wide.sigma)} ({titles[wide.index][1]})."
    )


def headline(what: str, kind: str, shown: Sequence[Cell]) -> str:
    medians = [cell.median for cell in drawn(shown)]
    return f"{what}: median pay from {dollars(min(medians))} to {dollars(max(medians))} in {len(medians)} {kind}"


def closest(cell: Cell | None, shown: Sequence[Cell]) -> list[Cell]:
    """Rows of the table: the chosen cell and those closest to it in median pay; without one, the highest medians."""
    points = drawn(shown)
    if cell is None or cell not in points:
        return sorted(points, key=lambda c: (-c.median, c.index))[:LISTED]
    far = {c: max(c.median / cell.median, cell.median / c.median) for c in points}
    return sorted(points, key=lambda c: (c != cell, far[c], c.index))[:LISTED]


def table(kind: str, caption: str, rows: Sequence[Cell], chosen: Cell | None, titles: Sequence[tuple[str, str]]) -> str:
    """HTML of the table below the figure."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in
                   (kind, "Median, USD a year", "p90/p50", "Spread σ", "Jobs"))  # fmt: skip
    body = ""
    for row in rows:
        jobs = "–" if row.jobs is None else f"{10 * row.jobs:,}"
        cells = "".join(f"<td>{text}</td>" for text in (
            dollars(row.median), ratio(row) or "–", thousandths(row.sigma), jobs))  # fmt: skip
        current = ' aria-current="true"' if row == chosen else ""
        body += f'<tr{current}><th scope="row">{escape(titles[row.index][1])}</th>{cells}</tr>'
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


# ---------------------------------------------------------------- the figure as it shows at first


def first(every: Index) -> tuple[str, str, Cell, list[Cell]]:
    """The occupation and the place that show at first, their cell, and all places of that occupation."""
    code, area = FIRST
    job, place = [c for c, _ in every.occupations].index(code), [c for c, _ in every.areas].index(area)
    shown = of(every, "job", job)
    return every.occupations[job][1], every.areas[place][1], next(c for c in shown if c.index == place), shown


def figure(fitted: pd.DataFrame) -> alt.LayerChart:
    """Every place of the occupation that shows at first; places.js exchanges the rows for those a reader asks for.

    fitted : `places.fits` of all cells.
    """
    every = index(fitted)
    (job, place, chosen, shown), areas = first(every), every.areas
    rows = pd.DataFrame({
        "name": areas[cell.index][1], "median": cell.median, "sigma": cell.sigma / 1000,
        "p90_p50": float(ratio(cell) or "nan"), "jobs": np.nan if cell.jobs is None else 10 * cell.jobs,
        "chosen": cell == chosen,
    } for cell in drawn(shown))  # fmt: skip
    x = alt.X("median:Q", title="Median pay, US dollars a year (log scale)").scale(type="log", nice=False, padding=12)
    y = alt.Y("sigma:Q", title="Spread of pay, σ of ln pay").scale(zero=False)
    told = {"median": ("Median, USD a year", ",.0f"), "sigma": ("Spread σ", ".3f"), "p90_p50": ("p90/p50", ".2f"),
            "jobs": ("Jobs", ",.0f")}  # fmt: skip
    tip = [alt.Tooltip("name:N", title="Name")]
    tip += [alt.Tooltip(f"{c}:Q", title=title, format=fmt) for c, (title, fmt) in told.items()]
    x = x.axis(labelExpr=charts.DOLLARS, tickCount=6, labelOverlap="greedy")
    base = alt.Chart(rows).encode(x=x, y=y, tooltip=tip)
    right = "scale('x', datum.median) > width / 2"
    text = alt.MarkDef(
        "text", align=alt.expr(f"{right} ? 'right' : 'left'"), dx=alt.expr(f"{right} ? -9 : 9"), fontWeight="bold",
        limit=alt.expr("width / 2"),
    )  # fmt: skip
    mark = base.transform_filter("datum.chosen")
    label = mark.mark_text().encode(text="name:N")
    label.mark = text
    return charts.figure(
        base.mark_circle(size=36, opacity=0.5) + mark.mark_circle(size=130, color=charts.ORANGE, opacity=1) + label,
        name=FIGURE, title=headline(job, "places", shown),
        subtitle="One dot a published cell: median pay against the spread of pay, May 2025",
        source="BLS OEWS, metropolitan and nonmetropolitan areas, May 2025; spread fitted by this book",
        description=summary(job, "places", shown, areas), says=sentence(job, place, chosen, shown),
    )  # fmt: skip


def below() -> str:
    """HTML below the figure: the table of what shows at first, and the file with every cell."""
    every = whole()
    job, place, chosen, shown = first(every)
    caption = f"{job}: {place} and the places closest to it in median pay"
    rows = table("Place", caption, closest(chosen, shown), chosen, every.areas)
    link = '<a href="places/every_cell.csv.gz" download>Every cell with its fit (CSV, gzip)</a>'
    region = 'class="places-table" id="places-table" tabindex="0" role="region" aria-label="Cells in figures"'
    return f'<div {region}>{rows}</div><p class="places-file">{link}</p>'


# ---------------------------------------------------------------- files of the site


def write(folder: Path) -> None:
    """Write the index of names, one script for each occupation and each place, and every cell as one CSV file."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs, areas, frame, cells = whole()
    starts = {"occupations": jobs, "places": areas, "first": FIRST}
    _script(folder / "names.js", "superstars.places", starts | {"shards": {}})
    for column, other, titles, letter in (("job", "area", jobs, "o"), ("area", "job", areas, "a")):
        part = frame[frame["detailed"]] if column == "area" else frame
        ordered = part.sort_values([column, other])
        numbers = ordered[[other, "median", "p90", "sigma", "se", "jobs"]].to_numpy(float)
        ends = np.cumsum(np.bincount(ordered[column], minlength=len(titles)))
        for (code, _), rows in zip(titles, np.split(numbers, ends[:-1]), strict=True):
            columns = [[None if np.isnan(x) else int(x) for x in values] for values in rows.T]
            _script(folder / f"{letter}-{code}.js", f'superstars.places.shards["{letter}-{code}"]', columns)
    digits = {"employment": 0, "median": 0, "p90": 0, "sigma": 4, "se_sigma": 4}
    columns = ["area_code", "place", "occ_code", "occupation", "o_group", *digits]
    text = cells[columns].round(digits).to_csv(index=False, lineterminator="\n")
    (folder / "every_cell.csv.gz").write_bytes(gzip.compress(text.encode(), 6, mtime=0))


def _script(path: Path, name: str, value: Any) -> None:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    path.write_text(f"{name}={text};\n", encoding="utf-8", newline="\n")


def _written(app: Sphinx, failed: Exception | None) -> None:
    if not failed and app.builder.format == "html" and PAGE in app.env.found_docs:
        write(Path(app.outdir) / PAGE)


def _shown(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if page != PAGE or doctree is None:
        return
    app.add_js_file("places.js", loading_method="defer", priority=600)  # after charts.js, which it calls
    app.add_css_file("places.css")
    before, end, after = context["body"].partition("</figure>")
    context["body"] = before + end + below() + after


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _shown)
    app.connect("build-finished", _written)
