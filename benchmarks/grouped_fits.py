"""Speed and agreement of the grouped lognormal fits: python benchmarks/grouped_fits.py

Every cell of the metropolitan wages that identifies a lognormal (the national panel, where those are not at
hand) is fitted in one call of `fit_percentiles`. In the same run, on the same cells and by the same clock
(processor time of this thread; best of several rounds, in which the tasks take turns, so that a busy machine
disturbs all alike):

floor        one evaluation of the likelihood of all cells at its maximum: normal scores of the log cuts,
             `ndtr`, differences, `log`, weighted sum, in one thread. Cuts lie ready as logarithms, column by
             column, and are taken in pieces that stay in the processor's cache; nothing is checked. Cells
             with missing, tied or top-coded percentiles are left out of it and it is scaled up.
peers        one cell at a time, on a random sample, scaled up: scipy's BFGS on (a, b) = (mu/sigma, 1/sigma)
             with the gradient, from least squares; scipy's `minimize` on (mu, ln sigma) as it comes;
             a likelihood model of statsmodels as it comes; lifelines' interval-censored lognormal with the
             shares as weights, in dollars as given and in units of the median. A peer is wrong where mu or
             sigma differs from ours by more than 0.001 and nothing was raised or reported.

What bounds the ratio to the floor: nearly every cell takes two evaluations with first, second and directional
third derivatives (`steps`, counted below; the first in single precision), each about as long as two to three
floors because `ndtr` is only a part of it; logarithms, regression, merging and the output are the rest.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from lifelines import LogNormalFitter
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri
from statsmodels.base.model import GenericLikelihoodModel

from superstars import data, lognormal, oews
from superstars.lognormal import fit_percentiles

PROBS = np.array(oews.PROBS)
SAMPLE, ROUNDS, WRONG = 50, 9, 1e-3
PIECE = 4096


def frame() -> tuple[str, pd.DataFrame]:
    """Name and rows of the largest file of wages at hand."""
    name = "oews_metro" if "oews_metro" in set(data.catalog()["name"]) else "oews_national"
    return name, data.load(name)


def cells(rows: pd.DataFrame) -> np.ndarray:
    """Percentiles (n, 5) in dollars a year of the cells with two distinct ones or more; inf where top-coded."""
    x = oews.percentiles(rows)[0]
    return x[fit_percentiles(x, PROBS, method="ls").n_percentiles >= 2]


# ---------------------------------------------------------------- one cell by the peers


def cuts_and_shares(row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct uncensored percentiles of one cell and the shares of the cells between them."""
    highest = {x: p for x, p in zip(row, PROBS, strict=True) if np.isfinite(x)}
    return np.array(list(highest)), np.diff([0.0, *highest.values(), 1.0])


def start(y: np.ndarray, w: np.ndarray) -> tuple[float, float]:
    sigma, mu = np.polyfit(ndtri(np.cumsum(w)[:-1]), y, 1)
    return mu, sigma


def log_shares(y: np.ndarray, mu: float, sigma: float) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.log(np.diff(ndtr((y - mu) / sigma), prepend=0.0, append=1.0))


def scipy_bfgs(x: np.ndarray, w: np.ndarray) -> tuple[float, float, bool]:
    y = np.log(x)
    mu, sigma = start(y, w)

    def minus(v: np.ndarray) -> tuple[float, np.ndarray]:
        z = v[1] * y - v[0]
        q = np.diff(ndtr(z), prepend=0.0, append=1.0)
        phi, d = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi), w / q
        return -w @ np.log(q), np.array(
            [d @ np.diff(phi, prepend=0.0, append=0.0), -d @ np.diff(phi * y, prepend=0.0, append=0.0)]
        )

    found = minimize(minus, [mu / sigma, 1 / sigma], jac=True, method="BFGS", options={"gtol": 1e-8})
    return found.x[0] / found.x[1], 1 / found.x[1], np.abs(found.jac).max() < 1e-6


def scipy_as_it_comes(x: np.ndarray, w: np.ndarray) -> tuple[float, float, bool]:
    y = np.log(x)
    mu, sigma = start(y, w)
    found = minimize(lambda v: -w @ log_shares(y, v[0], np.exp(v[1])), [mu, np.log(sigma)])
    return found.x[0], np.exp(found.x[1]), found.success


class Grouped(GenericLikelihoodModel):
    """endog: shares of the cells; exog: one column of ones, so that statsmodels counts parameters."""

    def __init__(self, w: np.ndarray, y: np.ndarray):
        super().__init__(w, np.ones((w.size, 2)))
        self.y = y

    def loglike(self, params: np.ndarray) -> float:
        return float(self.endog @ log_shares(self.y, params[0], np.exp(params[1])))


def statsmodels_model(x: np.ndarray, w: np.ndarray) -> tuple[float, float, bool]:
    y = np.log(x)
    mu, sigma = start(y, w)
    found = Grouped(w, y).fit(start_params=[mu, np.log(sigma)], disp=0, skip_hessian=True)
    return found.params[0], np.exp(found.params[1]), found.mle_retvals["converged"]


def lifelines_in(unit: Callable[[np.ndarray], float]) -> Callable:
    def fit(x: np.ndarray, w: np.ndarray) -> tuple[float, float, bool]:
        scaled = x / unit(x)
        low, high = np.r_[0.0, scaled], np.r_[scaled, np.inf]
        found = LogNormalFitter().fit_interval_censoring(low, high, weights=w)
        return found.mu_ + np.log(unit(x)), found.sigma_, True

    return fit


PEERS = {
    "scipy BFGS, gradient given": scipy_bfgs,
    "scipy minimize, as it comes": scipy_as_it_comes,
    "statsmodels likelihood model": statsmodels_model,
    "lifelines, dollars as given": lifelines_in(lambda x: 1.0),
    "lifelines, units of the median": lifelines_in(lambda x: x[x.size // 2]),
}

# ---------------------------------------------------------------- the floor, the steps, the clock


def floor_task(x: np.ndarray, mu: np.ndarray, sigma: np.ndarray) -> Callable[[], np.ndarray]:
    """One evaluation of the likelihood of complete cells x (n, 5) at mu, sigma (n,)."""
    y, w = np.ascontiguousarray(np.log(x).T), np.diff(PROBS, prepend=0.0, append=1.0)

    def evaluate() -> np.ndarray:
        out = np.empty(mu.size)
        for i in range(0, mu.size, PIECE):
            part = slice(i, i + PIECE)
            z = y[:, part] - mu[part]
            z /= sigma[part]
            below = ndtr(z)
            q = np.empty((PROBS.size + 1, z.shape[1]))
            q[0] = below[0]
            np.subtract(below[1:], below[:-1], out=q[1:-1])
            np.subtract(1, below[-1], out=q[-1])
            out[part] = np.einsum("k,kn->n", w, np.log(q, out=q))
        return out

    return evaluate


def steps_a_cell(x: np.ndarray) -> float:
    """Third-order steps taken, over cells."""
    plain, taken = lognormal._ascend, []

    def counted(z: np.ndarray, weight: np.ndarray) -> tuple:
        taken.append(z.shape[1])
        return plain(z, weight)

    lognormal._ascend = counted
    try:
        fit_percentiles(x, PROBS)
    finally:
        lognormal._ascend = plain
    return sum(taken) / len(x)


def best_in_turns(tasks: dict[str, Callable], rounds: int) -> dict[str, float]:
    """Least processor seconds of every task, run in turns."""
    best = dict.fromkeys(tasks, np.inf)
    for _ in range(rounds):
        for name, task in tasks.items():
            begin = time.thread_time()
            task()
            best[name] = min(best[name], time.thread_time() - begin)
    return best


# ---------------------------------------------------------------- what is measured


def compare(x: np.ndarray, sample: int = SAMPLE, rounds: int = ROUNDS, peers: dict | None = None) -> list[dict]:
    """Rows of the table for cells x (n, 5), all identified: what, value, unit, against, ratio."""
    fit = fit_percentiles(x, PROBS)
    complete = (x[:, :-1] < x[:, 1:]).all(-1) & np.isfinite(x[:, -1])
    exact = floor_task(x[complete], fit.mu[complete], fit.sigma[complete])
    w = np.diff(PROBS, prepend=0.0, append=1.0)
    y = np.log(x[complete][:1000])
    check = [w @ log_shares(*v) for v in zip(y, fit.mu[complete], fit.sigma[complete], strict=False)]
    np.testing.assert_allclose(exact()[:1000], check, rtol=1e-9)
    best = best_in_turns({
        "fit": lambda: fit_percentiles(x, PROBS),
        "errors": lambda: fit_percentiles(x, PROBS, mean_rse=0.02),
        "ls": lambda: fit_percentiles(x, PROBS, method="ls"),
        "floor": exact,
    }, rounds)
    own, floor = 1000 * best["fit"] / len(x), 1000 * best["floor"] / complete.sum()
    rows = []

    def row(what: str, value: float, unit: str, against: str = "", ratio: float = np.nan) -> None:
        rows.append({"what": what, "value": float(value), "unit": unit, "against": against, "ratio": float(ratio)})

    seconds = "s per 1,000 cells"
    row("cells fitted in one call", len(x), "cells")
    row("cells converged", fit.converged.sum(), "cells", "cells fitted", fit.converged.mean())
    row("floor: one evaluation of the likelihood", floor, seconds)
    row("fit_percentiles", own, seconds, "floor", own / floor)
    for name, key in (("fit_percentiles with standard errors", "errors"), ("least squares instead", "ls")):
        row(name, 1000 * best[key] / len(x), seconds, "floor", 1000 * best[key] / len(x) / floor)
    row("steps", steps_a_cell(x), "evaluations with derivatives a cell")

    chosen = np.random.default_rng(1).choice(len(x), min(sample, len(x)), replace=False)
    problems = [cuts_and_shares(x[i]) for i in chosen]
    for name, peer in (PEERS if peers is None else peers).items():
        found = np.full((len(problems), 3), np.nan)

        def run(peer: Callable = peer, found: np.ndarray = found) -> None:
            for i, problem in enumerate(problems):
                try:
                    found[i] = peer(*problem)
                except Exception:  # whatever a peer raises is a cell it said it could not do
                    found[i] = np.nan

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            taken = 1000 * best_in_turns({name: run}, 2)[name] / len(problems)
        gap = np.abs(found[:, :2] - np.column_stack([fit.mu, fit.sigma])[chosen])
        silent = found[:, 2] == 1
        row(name, taken, seconds, "fit_percentiles", taken / own)
        row(name, taken, seconds, "floor", taken / floor)
        for j, parameter in enumerate(("mu", "sigma")):
            row(f"{name}: largest difference of {parameter}", gap[silent, j].max(initial=0.0), "log points")
        wrong = (~(gap <= WRONG).all(-1) & silent).sum()
        row(f"{name}: wrong, unreported", wrong, "cells", "sample", wrong / len(problems))
        row(f"{name}: raised or reported", (~silent).sum(), "cells", "sample", (~silent).mean())
    return rows


def measure() -> list[dict]:
    """One row a figure: what, value, unit, against, ratio."""
    name, rows = frame()
    return [{**row, "what": row["what"].replace("one call", f"one call ({name})")} for row in compare(cells(rows))]


if __name__ == "__main__":
    from superstars.press.measured import show

    show(measure())
