"""superstars.inference against the model it inverts, closed forms, simulation and hand-made records."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
import vl_convert
from scipy.optimize import brentq
from scipy.special import ndtri

from superstars import data, inference, production
from superstars.lognormal import expected_max_log
from superstars.lognormal import gini as lognormal_gini
from superstars.superstar import bargained, market_elasticity, pay_ratio, quality_gap


def worlds(n: int = 20_000, seed: int = 4) -> tuple[np.ndarray, ...]:
    """R, S, s, b over the range of the sliders, with their corners."""
    rng = np.random.default_rng(seed)
    R, S = 10 ** rng.uniform(0, 5, n), 10 ** rng.uniform(0, 6, n)
    s = np.where(rng.random(n) < 0.3, 1 + 10 ** rng.uniform(-3, 0, n), rng.uniform(1, 60, n))
    R[:8], S[:8], s[:8] = [1, 1, 1, 1, 1e5, 1e5, 1e5, 1e5], [1, 1, 1e6, 1e6] * 2, [1, 50] * 4
    return R, S, s, rng.uniform(0.05, 1, n)


# ---------------------------------------------------------------- pay

def test_full_ratio_is_the_inverse_of_bargaining() -> None:
    R, _, _, b = worlds()
    np.testing.assert_allclose(bargained(inference.full_ratio(R, b), b), R, rtol=1e-12)


def test_identified_gap_is_the_range_over_the_box() -> None:
    R, S, s, b = (30.0, 50.0), (5.0, 3_000.0), (1.5, 20.0), (0.4, 0.9)
    low, high = inference.identified_gap(R, S, s, b)
    axes = [np.linspace(*R, 7), np.geomspace(*S, 41), np.geomspace(*s, 41), np.linspace(*b, 7)]
    r, big, power, share = np.meshgrid(*axes, indexing="ij")
    gap = quality_gap(1 + (r - 1) / share, big, power)
    assert gap.min() == pytest.approx(low, rel=1e-12) and gap.max() == pytest.approx(high, rel=1e-12)


def test_every_point_of_the_set_fits_the_pay() -> None:
    low, high = inference.identified_gap((100, 100), (10, 1e4), (2, 50))
    exponents = np.geomspace(2, 50, 4_001)
    through = np.sort(np.r_[quality_gap(100, 10, exponents), quality_gap(100, 1e4, exponents)])
    assert through[0] == pytest.approx(low) and through[-1] == pytest.approx(high)
    found = inference.readings(100, np.geomspace(10, 1e4, 300), exponents[::20])
    steps = np.diff(np.sort(found["gap"]))
    assert steps.max() < 0.25  # no hole in the set
    np.testing.assert_allclose(pay_ratio(found["gap"], found["stakes"], found["exponent"]), 100, rtol=1e-9)


def test_identified_gap_contains_the_naive_reading_only_from_one() -> None:
    for stakes, exponent in (((1, 1e4), (2, 50)), ((10, 1e4), (1, 50))):
        assert inference.identified_gap((100, 100), stakes, exponent)[1] == 100
    assert inference.identified_gap((100, 100), (10, 1e4), (2, 50))[1] < 100
    point = inference.identified_gap((100, 100), (30, 30), (4, 4))
    assert point[0] == point[1] == quality_gap(100, 30, 4)


def test_identified_gap_names_an_interval_the_wrong_way_round() -> None:
    with pytest.raises(ValueError, match=r"low end of stakes = 100: .*high end"):
        inference.identified_gap((5, 5), (100, 10), (2, 5))
    with pytest.raises(ValueError, match="share"):
        inference.identified_gap((5, 5), (10, 100), (2, 5), (0.0, 1.0))


def test_readings_carry_what_a_measurement_would_show() -> None:
    rows = inference.readings(60, [1, 20, 5e3], [1, 3, 30])
    assert len(rows) == 9
    np.testing.assert_allclose(rows["replacements"], rows["gap"] ** rows["exponent"])
    step = 1e-6  # the elasticity as a finite difference of the model
    up, down = (pay_ratio(rows["gap"], rows["stakes"] * np.exp(h), rows["exponent"]) for h in (2 * step, 0))
    inner = rows["stakes"] > 1
    np.testing.assert_allclose((np.log(up / down) / (2 * step))[inner], rows["elasticity"][inner], atol=1e-4)
    np.testing.assert_array_equal(rows["elasticity"],
                                  market_elasticity(rows["gap"], rows["stakes"], rows["exponent"]))


def test_elasticity_of_a_lone_star_does_not_depend_on_the_gap() -> None:
    rows = inference.readings(60, np.geomspace(1, 20, 9), [25, 40])
    np.testing.assert_allclose(rows["elasticity"], 59 / 60)
    assert rows["gap"].max() > 10 * rows["gap"].min()


def vega(expression: str, rows: pd.DataFrame) -> np.ndarray:
    """An expression of datum.<column> for each row, as Vega itself computes it."""
    mark = {"enter": {"text": {"signal": f"'[' + format({expression}, '.17e') + ']'"}}}
    spec = {"$schema": "https://vega.github.io/schema/vega/v6.json", "width": 10, "height": 10,
            "data": [{"name": "t", "values": rows.to_dict("records")}],
            "marks": [{"type": "text", "from": {"data": "t"}, "encode": mark}]}
    return np.array(re.findall(r"\[([^\]<]+)\]", vl_convert.vega_to_svg(spec)), float)


def test_quality_gap_expression_in_vega() -> None:
    R, S, s, b = (x[:400] for x in worlds())
    rows = pd.DataFrame({"R": R, "S": S, "s": s, "b": b})
    found = vega(inference.quality_gap_vega("datum.R", "datum.S", "datum.s", "datum.b"), rows)
    assert len(found) == 400
    np.testing.assert_allclose(found, quality_gap(inference.full_ratio(R, b), S, s), rtol=1e-9)
    found = vega(inference.quality_gap_vega("datum.R", "datum.S", "datum.s"), rows)
    np.testing.assert_allclose(found, quality_gap(R, S, s), rtol=1e-9)


# ---------------------------------------------------------------- research output

def test_speed_up_is_the_ratio_of_cobb_douglas_outputs() -> None:
    a, labour, compute = 0.37, 4_000.0, 1e7
    def output(x): return x**a * compute ** (1 - a)
    ratio = output(12 * labour * 5**0.6 * 1.8) / output(labour)
    assert inference.speed_up(12, 5, 1.8, a, parallel=0.6) == pytest.approx(ratio)
    assert inference.speed_up(30, 30, 1, 0.4) == pytest.approx(900**0.4)
    np.testing.assert_allclose(inference.speed_up(7, 3, 9, [0, 1]), [1, 189])
    assert inference.speed_up(7, 3, 9, a) == pytest.approx(production.ces(1, 189, 1 - a, sigma=1))
    with pytest.raises(ValueError, match=r"labour_share = 1\.2: must be in \[0, 1\]"):
        inference.speed_up(1, 1, 2, 1.2)
    with pytest.raises(ValueError, match="quality = 0"):
        inference.speed_up(1, 1, 0, 0.4)


# ---------------------------------------------------------------- records

def history(**changes: object) -> pd.DataFrame:
    frame = pd.DataFrame({
        "track": [1, 1, 1, 1, 1, 2], "record": [1, 2, 2, 3, 4, 1],
        "minutes": [40.0, 20.0, 22.0, 11.0, 10.0, 99.0], "date": pd.Timestamp("2025-01-01"),
        "contributors": ["@base", "@a", None, "@b | @a", None, "@c"],
        "method": [True, True, False, True, False, True],
    })  # fmt: skip
    return frame.assign(**changes)


def test_records_measure_each_against_the_row_before() -> None:
    rows = inference.records(history())
    assert rows["record"].tolist() == [2, 3] and rows["who"].tolist() == [("@a",), ("@b", "@a")]
    np.testing.assert_allclose(rows["gain"], [np.log(2), np.log(2)])  # 22 to 11: the re-timing is the base
    np.testing.assert_allclose(rows["saved"], [20, 11])
    with pytest.raises(ValueError, match="minutes of record 3 is 22"):
        inference.records(history(minutes=[40.0, 20, 22, 22, 10, 99]))


def test_credits_split_full_and_first() -> None:
    rows = inference.records(history())
    half, two = np.log(2) / 2, 2 * np.log(2)
    gains = {rule: inference.totals(inference.credits(rows, rule))["gain"].to_dict() for rule in inference.RULES}
    assert gains["split"] == pytest.approx({"@a": 3 * half, "@b": half})
    assert gains["full"] == pytest.approx({"@a": two, "@b": two / 2})
    assert gains["first"] == pytest.approx({"@a": two / 2, "@b": two / 2})
    with pytest.raises(ValueError, match="rule is 'all'; allowed: split"):
        inference.credits(rows, "all")


def test_the_whole_history_adds_up() -> None:
    raw, rows = data.load("nanogpt_records"), inference.records()
    track = raw[raw["track"] == 1].reset_index(drop=True)
    kept = track["method"] & track["contributors"].notna()
    other = np.log(track["minutes"]).diff()[~kept].sum()
    total = np.log(track["minutes"].iloc[0] / track["minutes"].iloc[-1])
    assert rows["gain"].sum() == pytest.approx(total + other)
    assert inference.credits(rows, "split")["gain"].sum() == pytest.approx(rows["gain"].sum())
    assert inference.credits(rows, "first")["gain"].sum() == pytest.approx(rows["gain"].sum())
    assert not rows["record"].isin([1, 7, 25, 66]).any()  # baseline, library upgrades


def test_gini_and_top_share() -> None:
    assert inference.gini_of([0, 0, 0, 8]) == pytest.approx(3 / 4)
    assert inference.gini_of([5, 5, 5]) == pytest.approx(0, abs=1e-12)
    x = np.random.default_rng(0).uniform(size=50)
    assert inference.gini_of(x) == pytest.approx(np.abs(x - x[:, None]).mean() / (2 * x.mean()))
    grid = np.exp(1.2 * ndtri((np.arange(200_000) + 0.5) / 200_000))
    assert inference.gini_of(grid) == pytest.approx(lognormal_gini(1.2), abs=1e-3)
    assert inference.top_of([1, 5, 4], 2) == pytest.approx(0.9)
    with pytest.raises(ValueError, match="k is 4"):
        inference.top_of([1, 5, 4], 4)
    with pytest.raises(ValueError, match=r"amounts\[1\] = -1"):
        inference.gini_of([1, -1])


def test_bootstrap_interval_covers_a_known_gini() -> None:
    rng, hits = np.random.default_rng(2), 0
    for seed in range(100):
        _, low, high = inference.resampled(rng.exponential(size=200), inference.gini_of, draws=200, seed=seed)
        hits += low <= 0.5 <= high  # the Gini coefficient of an exponential
    assert 86 <= hits <= 100


def test_equal_people_have_the_count_and_the_spread_of_the_null() -> None:
    gini, top = inference.equal_people(np.ones(90), 50, draws=3_000, seed=1)
    # equal gains: only counts differ, zero-truncated Poisson with mean 1.8, whose Gini is a double sum
    k = np.arange(1, 40)
    rate = brentq(lambda r: r / -np.expm1(-r) - 1.8, 0.1, 3)
    p = np.exp(-rate + k * np.log(rate) - np.cumsum(np.log(k))) / -np.expm1(-rate)
    assert p.sum() == pytest.approx(1) and p @ k == pytest.approx(1.8)
    expected = p @ np.abs(k - k[:, None]) @ p / (2 * 1.8)
    assert gini.mean() == pytest.approx(expected * 49 / 50, abs=0.005)
    assert top.min() > 1 / 50 and top.max() < 0.25
    once = inference.equal_people(np.full(30, 7.0), 30, draws=20)  # one credit each: nothing can differ
    np.testing.assert_allclose(once, np.repeat([[0.0], [1 / 30]], 20, axis=1), atol=1e-12)
    with pytest.raises(ValueError, match="people is 91"):
        inference.equal_people(np.ones(90), 91)


def test_rank_band_is_where_order_statistics_fall() -> None:
    n, mu, sigma = 25, 0.3, 1.4
    band = inference.rank_band(n, mu, sigma)
    draws = np.sort(np.random.default_rng(5).normal(mu, sigma, (20_000, n)), axis=1)[:, ::-1]
    inside = (draws >= np.log(band["low"].to_numpy())) & (draws <= np.log(band["high"].to_numpy()))
    np.testing.assert_allclose(inside.mean(axis=0), 0.95, atol=0.01)
    np.testing.assert_allclose((draws > np.log(band["middle"].to_numpy())).mean(axis=0), 0.5, atol=0.02)
    best = (np.log(band["middle"].iloc[0]) - mu) / sigma
    assert abs(best - expected_max_log(n)) < 0.1


def test_repeatability_recovers_the_share_between_persons() -> None:
    rng, count = np.random.default_rng(6), np.random.default_rng(7).integers(1, 6, 600)
    who = np.repeat(np.arange(600), count)
    y = rng.normal(0, np.sqrt(0.3), 600)[who] + rng.normal(0, np.sqrt(0.7), who.size)
    assert inference.repeatability(y, who) == pytest.approx(0.3, abs=0.06)
    assert inference.repeatability(who.astype(float), who) == pytest.approx(1)
    assert inference.repeatability(2 - 5 * y, who) == pytest.approx(inference.repeatability(y, who))
    with pytest.raises(ValueError, match="who has 3 persons for 3 values"):
        inference.repeatability([1, 2, 3], ["a", "b", "c"])


def test_shuffles_reject_as_often_as_they_should() -> None:
    rng, who = np.random.default_rng(8), np.repeat(np.arange(12), [1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8])
    p = [inference.repeat_test(rng.normal(size=who.size), who, draws=99, seed=i)[3] for i in range(300)]
    assert 0.02 <= np.mean(np.array(p) <= 0.05) <= 0.09
    found, low, high, p = inference.repeat_test(who + rng.normal(size=who.size), who, draws=199)
    assert p == 1 / 200 and low < 0 < high < found
