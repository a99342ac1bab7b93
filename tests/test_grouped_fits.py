"""Many fits at once: the quick steps against the careful ones, high precision and scipy; units, memory, speed."""

from __future__ import annotations

import importlib.util
import tracemalloc
from functools import cache
from itertools import pairwise
from pathlib import Path

import mpmath
import numpy as np
import pytest
from scipy import optimize, stats

from superstars import data, oews
from superstars import lognormal as ln

P = np.array(oews.PROBS)


@cache
def published() -> np.ndarray:
    """Identified cells of every year of the national file and, where it is at hand, of the metropolitan one."""
    found = [oews.percentiles(data.load("oews_national"))[0]]
    if "oews_metro" in set(data.catalog()["name"]):
        found.append(oews.percentiles(data.load("oews_metro"))[0])
    x = np.concatenate(found)
    return x[ln.fit_percentiles(x, P, method="ls").n_percentiles >= 2]


def some(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).choice(published(), n, replace=False)


def hostile(n: int = 3000) -> np.ndarray:
    """Ties, missing, top-coded; spans of log pay from 1e-9 to 1e9 or what floats hold; cells wide and narrow."""
    rng = np.random.default_rng(11)
    shapes = [
        np.sort(rng.normal(size=(n, 5)), axis=-1),
        np.sort(rng.uniform(-1, 1, (n, 5)) ** 9, axis=-1),
        np.cumsum(np.exp(rng.normal(0, 4, (n, 5))), axis=-1),
    ]
    rows = []
    for y in shapes:
        y = (y - y[:, :1]) / (y[:, 4:] - y[:, :1]) * 10.0 ** rng.uniform(-9, 2.7, (n, 1))
        x = np.maximum.accumulate(np.exp(y - 0.5 * y[:, 4:]), axis=-1)
        x[rng.random(n) < 0.2, 4] = np.inf
        tied = rng.random(n) < 0.2
        x[tied, 1] = x[tied, 2]
        x[rng.random(x.shape) < 0.1] = np.nan
        rows.append(x)
    return np.concatenate(rows)


def weights(row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct uncensored log percentiles of one row and the shares of the cells, by the plain rule."""
    highest = {x: p for x, p in zip(row, P, strict=True) if np.isfinite(x)}
    return np.log(list(highest)), np.diff([0.0, *highest.values(), 1.0])


# ---------------------------------------------------------------- the same answers


@pytest.mark.parametrize("source", ["published", "hostile"])
def test_quick_and_careful_steps_agree(source, monkeypatch):
    x = some(4000, 1) if source == "published" else hostile()
    quick = ln.fit_percentiles(x, P, mean_rse=0.02)

    def never(z, weight):
        u, v, done = np.zeros((3, z.shape[1]))
        return u, v, done > 0

    monkeypatch.setattr(ln, "_ascend", never)
    careful = ln.fit_percentiles(x, P, mean_rse=0.02)
    assert (quick.converged == careful.converged).all() and quick.converged.sum() > 0.7 * len(x)
    np.testing.assert_allclose((quick.mu - careful.mu) / careful.sigma, np.where(quick.converged, 0, np.nan), atol=1e-9)
    for field in ("sigma", "se_mu", "se_sigma"):
        np.testing.assert_allclose(getattr(quick, field), getattr(careful, field), rtol=1e-9)


def test_one_step_is_the_third_order_step_of_the_careful_likelihood():
    x = some(400, 2)
    x = x[(x[:, :-1] < x[:, 1:]).all(-1) & np.isfinite(x[:, -1])]
    fit = ln.fit_percentiles(x, P)
    weight = np.tile(np.diff(P, prepend=0, append=1)[:, None], len(x))
    z = ((np.log(x) - fit.mu[:, None]) / fit.sigma[:, None]).T
    left = []
    for away in (0.04, 0.02):
        u, v, done = ln._ascend(z * (1 + away) + away, weight)
        assert not done.any()
        left.append(np.hypot((1 + v) * away + u, (1 + v) * (1 + away) - 1))  # should come back to z
    assert np.median(left[0] / left[1]) == pytest.approx(8, rel=0.15)  # halve the distance: an eighth is left
    done = ln._ascend(z, weight)[2]
    assert done.mean() > 0.99 and not ln._ascend(z.astype(np.float32), weight.astype(np.float32))[2].any()


@pytest.mark.parametrize("seed", [3, 4])
def test_agrees_with_scipy_on_the_textbook_likelihood(seed):
    rows = some(40, seed)
    fit = ln.fit_percentiles(rows, P)
    for i, row in enumerate(rows):
        y, w = weights(row)

        def minus(v, y=y, w=w):
            below = stats.norm.cdf(y, v[0], np.exp(v[1]))
            return -w @ np.log(np.diff(below, prepend=0, append=1))

        best = optimize.minimize(
            minus, [y.mean(), np.log(y.std())], method="Nelder-Mead",
            options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000},
        )  # fmt: skip
        assert best.success and abs(best.x[0] - fit.mu[i]) < 1e-6 and abs(best.x[1] - np.log(fit.sigma[i])) < 1e-6


def test_gradient_vanishes_in_fifty_digits():
    rows = np.concatenate([some(40, 5), hostile()[::300]])
    fit = ln.fit_percentiles(rows, P)
    checked = 0
    for i in np.flatnonzero(fit.converged):
        y, w = weights(rows[i])
        with mpmath.workdps(50):
            mu, sigma = mpmath.mpf(fit.mu[i]), mpmath.mpf(fit.sigma[i])
            z = [(mpmath.mpf(v) - mu) / sigma for v in y]
            below, phi = [0, *map(mpmath.ncdf, z), 1], [0, *map(mpmath.npdf, z), 0]
            zphi = [0, *(a * mpmath.npdf(a) for a in z), 0]
            if min(b - a for a, b in pairwise(below)) < mpmath.mpf("1e-25"):
                continue  # a cell that floats resolve by series: fifty digits of a rounded mu say nothing about it
            gradient = [
                sum(float(v) * (g[j + 1] - g[j]) / (below[j + 1] - below[j]) for j, v in enumerate(w))
                for g in (phi, zphi)
            ]
        rounding = 4e-16 * (1 + abs(fit.mu[i]) / fit.sigma[i])  # of mu, in units of sigma
        assert max(map(abs, gradient)) < 1e-10 + rounding, (i, rows[i], gradient)
        checked += 1
    assert checked > 50


@pytest.mark.parametrize("unit", [1e-3, 100.0, 1 / 2080, 1e-9, 1e9, "log"])
def test_the_unit_of_pay_does_not_matter(unit):
    x = some(3000, 6)
    factor = np.full(len(x), unit) if unit != "log" else 1 / np.nanmedian(np.where(np.isinf(x), np.nan, x), axis=-1)
    one, two = ln.fit_percentiles(x, P, mean_rse=0.01), ln.fit_percentiles(x * factor[:, None], P, mean_rse=0.01)
    assert one.converged.all() and two.converged.all()
    np.testing.assert_allclose(two.mu, one.mu + np.log(factor), rtol=0, atol=1e-10)
    for field in ("sigma", "se_mu", "se_sigma", "r_squared"):
        np.testing.assert_allclose(getattr(two, field), getattr(one, field), rtol=1e-9)


def test_one_percentile_identifies_nothing():
    with np.errstate(all="raise"):
        fit = ln.fit_percentiles([[5.0], [np.inf], [np.nan]], [0.5])
    assert np.isnan(fit.mu).all() and fit.n_percentiles.tolist() == [1, 0, 0] and not fit.converged.any()


def test_bad_rows_beyond_the_first_chunk_are_named():
    x = np.tile([1.0, 2, 3, 4, 5], (ln._CHUNK + 9, 1))
    for column, bad, message in ((1, 7.0, r"\[32775, 2\] = 3: must be at least"), (0, -1.0, r"\[32775, 0\] = -1")):
        wrong = x.copy()
        wrong[32_775, column] = bad
        with pytest.raises(ValueError, match="values" + message):
            ln.fit_percentiles(wrong, P)
    for name in ("top_code", "mean_rse"):
        value = np.full(len(x), 0.5)
        value[32_775] = -0.5
        with pytest.raises(ValueError, match=name + r"\[32775\] = -0.5"):
            ln.fit_percentiles(x, P, **{name: value})


# ---------------------------------------------------------------- memory and speed


def test_memory_beyond_the_result_does_not_grow():
    beyond = {}
    for n in (100_000, 200_000):
        x = np.resize(published(), (n, 5))
        tracemalloc.start()
        fit = ln.fit_percentiles(x, P, mean_rse=0.02)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        beyond[n] = peak - sum(field.nbytes for field in vars(fit).values())
    assert max(beyond.values()) < 18e6 and beyond[200_000] < beyond[100_000] + 0.5e6


def test_nearly_every_published_cell_takes_two_quick_steps(monkeypatch):
    steps, careful = [], []
    plain, care = ln._ascend, ln._maximise_with_care
    monkeypatch.setattr(ln, "_ascend", lambda z, w: steps.append(z.shape[1]) or plain(z, w))
    monkeypatch.setattr(ln, "_maximise_with_care", lambda y, *rest: careful.append(len(y)) or care(y, *rest))
    ln.fit_percentiles(published(), P)
    assert sum(steps) < 2.1 * len(published()) and sum(careful) < 0.002 * len(published())


def benchmark():
    path = Path(__file__).parent.parent / "benchmarks" / "grouped_fits.py"
    spec = importlib.util.spec_from_file_location("grouped_fits", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_benchmark_measures_what_it_says():
    bench = benchmark()
    peers = {name: bench.PEERS[name] for name in bench.PEERS if name.startswith(("scipy", "statsmodels"))}
    peers["wrong"] = lambda x, w: (0.0, 1.0, True)
    peers["raises"] = lambda x, w: 1 / 0
    rows = bench.compare(some(3000, 7), sample=5, rounds=1, peers=peers)
    assert all(set(row) == {"what", "value", "unit", "against", "ratio"} for row in rows)
    table = {(row["what"], row["against"]): row for row in rows}
    own, floor = (next(r for r in rows if r["what"].startswith(name)) for name in ("fit_perc", "floor"))
    assert own["ratio"] == pytest.approx(own["value"] / floor["value"]) and own["ratio"] > 1
    for name in peers:
        wrong, told = table[f"{name}: wrong, unreported", "sample"], table[f"{name}: raised or reported", "sample"]
        assert (wrong["value"], told["value"] == 5) == ({"wrong": 5}.get(name, 0), name == "raises")
