"""Every job in every place: the lognormal fit of each cell (area, occupation) of OEWS, and what its spread goes with.

`fits` is one call for all cells, or for any rows of them; `fits_apart` maps it over partitions with dask, on this
machine or on many. The spread of pay of a cell is sigma, the standard deviation of ln pay. Rosen (1981) expects more
spread where the market is larger; `within` asks whether the same occupation shows it in larger or richer places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from superstars import data, lognormal, oews
from superstars.checks import Floats, generator, whole

FEW = 30  # an occupation needs this many places before its own correlation counts


@cache
def titles() -> dict[str, str]:
    """Occupation code to title in the year of the metropolitan file; of a broad group and a detailed job that share a
    code, that of the detailed one."""
    year = int(data.describe("oews_metro")["coverage"]["period"].removeprefix("May "))
    national = data.load("oews_national")
    now = national[national["year"].eq(year)].sort_values("o_group", key=lambda group: group.eq("detailed"))
    return dict(zip(now["occ_code"], now["occ_title"], strict=True))


def fits(frame: pd.DataFrame | None = None) -> pd.DataFrame:
    """The lognormal fit of every row of an OEWS frame, in one call; without a frame, of the metropolitan file.

    Parameters
    ----------
    frame : typed rows of ``data.load("oews_metro")`` (or of the state file, or your own in the same columns). Every
        row is fitted by itself: the same rows in other company give the same numbers.

    Returns
    -------
    One row a row of ``frame``, same index: ``area_code``, ``place``, ``occ_code``, ``o_group``, ``employment``
    (jobs, NaN where not published), ``median`` and ``p90`` (US dollars a year, +inf where marked as a bound, NaN where
    not published), ``sigma`` and ``se_sigma`` (of ln pay; NaN where fewer than two distinct percentiles below a bound
    are published; the standard error also where the one of the mean is zero), ``percentiles`` (how many distinct ones
    were used), ``converged``, ``consistent`` (see `lognormal.PercentileFit`).

    Raises ValueError for a frame that lacks columns, and for percentiles that are not positive or fall within a row.
    """
    frame = data.load("oews_metro") if frame is None else frame
    lacking = [c for c in ("area_code", "area_title", "occ_code", "o_group", "tot_emp", "mean_prse") if c not in frame]
    if lacking:
        raise ValueError(f"frame lacks the columns {', '.join(lacking)}; pass rows of data.load('oews_metro')")
    values, top_code = oews.percentiles(frame)
    fit = lognormal.fit_percentiles(values, oews.PROBS, top_code, mean_rse=frame["mean_prse"].to_numpy() / 100)
    columns = {
        "area_code": frame["area_code"].to_numpy(), "place": frame["area_title"].to_numpy(),
        "occ_code": frame["occ_code"].to_numpy(), "o_group": frame["o_group"].to_numpy(),
        "employment": frame["tot_emp"].to_numpy(float), "median": values[:, 2], "p90": values[:, 4],
        "sigma": fit.sigma, "se_sigma": fit.se_sigma, "percentiles": fit.n_percentiles,
        "converged": fit.converged, "consistent": fit.consistent,
    }  # fmt: skip
    return pd.DataFrame(columns, index=frame.index)


# ---------------------------------------------------------------- more than one machine


def partitions(frame: pd.DataFrame, rows: int) -> list[pd.DataFrame]:
    """``frame`` cut into pieces of ``rows`` rows, the last one shorter. Raises ValueError for rows < 1."""
    if rows < 1:
        raise ValueError(f"rows = {rows}: must be at least 1")
    return [frame.iloc[start : start + rows] for start in range(0, len(frame), rows)]


def fits_apart(pieces: Iterable[Any], client: Any) -> pd.DataFrame:
    """`fits` of each piece on the workers of a dask ``client``, put together in the order of the pieces.

    pieces : frames, or what dask turns into frames on a worker (``dask.delayed(load)(year)``), so that data larger
    than this machine never pass through it. client : ``distributed.Client`` of a local cluster or of a scheduler's
    address. Raises ValueError that names the piece and its rows for one that cannot be fitted.
    """
    from dask import delayed  # only who has more than one machine needs it

    jobs = [delayed(_piece, pure=False)(piece, number) for number, piece in enumerate(pieces)]
    return pd.concat(client.gather(client.compute(jobs, retries=0)))


def _piece(frame: pd.DataFrame, number: int) -> pd.DataFrame:
    try:
        return fits(frame)
    except ValueError as error:
        rows = f"rows {frame.index[0]} to {frame.index[-1]}" if len(frame) else "no rows"
        raise ValueError(f"partition {number} ({rows}): {error}") from None


# ---------------------------------------------------------------- what the spread goes with


class Shares(NamedTuple):
    """Shares of the variance of a measure over cells: what occupation, place, or both together account for."""

    occupation: float
    place: float
    both: float


def shares(y: ArrayLike, occupation: Sequence[str], place: Sequence[str], weight: ArrayLike | None = None) -> Shares:
    """Shares of the weighted variance of y (n,) that means by occupation, by place, and the sum of both explain.

    The sum of an occupation part and a place part is fitted by least squares, one part after the other until neither
    moves. ``both - occupation`` is what places add once occupations are known.
    """
    y = np.asarray(y, float)
    weight = np.ones(y.size) if weight is None else np.asarray(weight, float)
    pair = _pair(occupation, place)
    return _shares(pair(weight), pair(weight * y), weight @ y**2)


def _pair(occupation: Sequence[str], place: Sequence[str]) -> Callable[[Floats], Floats]:
    """A function that puts what belongs to cells (n,) into a table (occupations, places), adding up what coincides."""
    jobs, areas = pd.factorize(np.asarray(occupation, object))[0], pd.factorize(np.asarray(place, object))[0]
    shape = jobs.max() + 1, areas.max() + 1
    at = jobs * shape[1] + areas
    return lambda values: np.bincount(at, values, shape[0] * shape[1]).reshape(shape)


def _shares(weight: Floats, sums: Floats, squares: float) -> Shares:
    """As `shares`, from the table of weights, that of weighted y, and the weighted sum of squares."""
    total = weight.sum()
    mean = sums.sum() / total
    squares, sums = squares - total * mean**2, sums - mean * weight
    (of_job, of_area), (in_job, in_area) = ((table.sum(1), table.sum(0)) for table in (weight, sums))
    of_job, of_area = np.where(of_job > 0, of_job, 1), np.where(of_area > 0, of_area, 1)
    job, area = in_job / of_job, in_area / of_area
    alone = [job @ in_job / squares, area @ in_area / squares]
    both = alone[0]
    for _ in range(500):
        area = (in_area - job @ weight) / of_area
        job = (in_job - weight @ area) / of_job
        before, both = both, (job @ in_job + area @ in_area) / squares
        if abs(both - before) < 1e-9:
            break
    return Shares(float(alone[0]), float(alone[1]), float(both))


def within(y: ArrayLike, x: ArrayLike, occupation: Sequence[str]) -> pd.Series:
    """Rank correlation of y and x (n,) over the places of each occupation that has at least `FEW` of them.

    Spearman's: the correlation of average ranks, the ranks taken within the occupation. NaN where all are equal.
    Index: the occupation.
    """
    table = pd.DataFrame({"y": np.asarray(y, float), "x": np.asarray(x, float), "job": np.asarray(occupation, object)})
    table[["y", "x"]] = _centred_ranks(table, "job", ["y", "x"])
    jobs, names = pd.factorize(table["job"])
    found = _correlation([np.bincount(jobs, product) for product in _products(table["y"], table["x"])])
    return pd.Series(found, names)[np.bincount(jobs) >= FEW]


def _centred_ranks(frame: pd.DataFrame, group: str, columns: list[str]) -> pd.DataFrame:
    ranks = frame.groupby(group)[columns].rank()
    return ranks - ranks.groupby(frame[group]).transform("mean")


def _products(y: ArrayLike, x: ArrayLike) -> list[Floats]:
    y, x = np.asarray(y, float), np.asarray(x, float)
    return [np.ones(y.size), y, x, x * y, y * y, x * x]


def _correlation(sums: Sequence[Floats]) -> Floats:
    """Correlations (...) from the sums (...) of 1, y, x, xy, yy and xx."""
    n, y, x, xy, yy, xx = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        return (xy - x * y / n) / np.sqrt((yy - y * y / n) * (xx - x * x / n))


class Spread(NamedTuple):
    """What `spread` finds; each is (estimate, low, high), the ends of a 95 % interval over draws of places."""

    occupation: tuple[float, float, float]
    place: tuple[float, float, float]
    size: tuple[float, float, float]
    rich: tuple[float, float, float]


def spread(cells: pd.DataFrame, draws: int, seed: int, measure: str = "sigma") -> Spread:
    """Is the spread of pay the same everywhere, and larger in large or rich places?

    ``occupation``: share of the variance of ``measure`` over cells that occupations explain; ``place``: what places
    add; ``size`` and ``rich``: mean over occupations of the rank correlation, within the occupation, with the jobs and
    with the median pay of all occupations in the place. The ends lie 1.96 standard deviations over ``draws`` draws of
    places, with replacement, from the estimate, because what moves pay in a place moves many of its cells together;
    ranks stay those of the whole.

    cells : rows of `local` without missing ``measure``.
    """
    y = cells[measure].to_numpy(float)
    pair = _pair(cells["occ_code"], cells["area_code"])
    count, sums, squares = (pair(part) for part in (np.ones(y.size), y, y**2))
    enough = cells.groupby("occ_code")["occ_code"].transform("size").to_numpy() >= FEW  # others: 0/0
    ranks = _centred_ranks(cells, "occ_code", [measure, "size", "rich"])
    tables = [[pair(part * enough) for part in _products(ranks[measure], ranks[trait])] for trait in ("size", "rich")]
    random, draws = generator(seed), whole("draws", draws, 2)

    def found(times: Floats) -> list[float]:
        part = _shares(count * times, sums * times, float(squares.sum(0) @ times))
        pairs = [np.nanmean(_correlation([table @ times for table in each])) for each in tables]
        return [part.occupation, part.both - part.occupation, *pairs]

    total = count.shape[1]
    told = found(np.ones(total))
    drawn = [found(random.multinomial(total, np.full(total, 1 / total)).astype(float)) for _ in range(draws)]
    reach = 1.96 * np.std(drawn, axis=0, ddof=1)
    return Spread(*((float(x), float(x - r), float(x + r)) for x, r in zip(told, reach, strict=True)))


def local(cells: pd.DataFrame) -> pd.DataFrame:
    """Detailed occupations with an identified spread, with the ``size`` (jobs) and ``rich`` (median pay) of the place.

    cells : what `fits` gives, rows of all occupations (``o_group`` total) included. ``log_ratio`` is ln(p90/p50),
    NaN where one of them is not published.
    """
    whole = cells[cells["o_group"].eq("total")].set_index("area_code")
    kept = cells[cells["o_group"].eq("detailed") & cells["sigma"].notna()]
    with np.errstate(invalid="ignore"):
        ratio = np.log(kept["p90"].where(np.isfinite(kept["p90"])) / kept["median"])
    return kept.assign(
        size=kept["area_code"].map(whole["employment"]), rich=kept["area_code"].map(whole["median"]), log_ratio=ratio
    )
