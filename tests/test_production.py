"""superstars.production against closed forms, derivatives, brute force and independent arithmetic."""
# ruff: noqa: E741 (l is labour: the notation of the field)

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest
import vl_convert
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize_scalar

from superstars import data, production
from superstars.production import AUTOMATED, NORMAL, SCENARIOS, SLOW

SIGMAS = (0.1, 0.5, 0.9, 1.1, 2.583, 10.0)
RNG = np.random.default_rng(7)
K, L = np.exp(RNG.uniform(-6, 6, (2, 500)))
A = RNG.uniform(0.05, 0.95, 500)


# ---------------------------------------------------------------- scenarios


def test_scenarios_multiply_out_to_the_same_compute_and_to_unequal_labour():
    assert production.compute(NORMAL) == production.compute(AUTOMATED) == 1e7
    assert production.compute(SLOW) == pytest.approx(500e6 * 7 / 365.25)
    assert production.relative(AUTOMATED)[1] == 50 * 20_000 / 4_000 == 250
    assert 1 / production.relative(SLOW)[1] == pytest.approx(365.25 / 7 * 5)
    assert SLOW.h100.value / SLOW.staff.value == 625_000
    for scenario in SCENARIOS:  # serial time alone
        assert production.labour(scenario, 0) == scenario.years.value


def test_every_value_of_a_scenario_says_its_unit_source_and_whether_it_was_read():
    for scenario in SCENARIOS:
        for field in fields(scenario)[1:]:
            quantity = getattr(scenario, field.name)
            assert quantity.unit and quantity.source and isinstance(quantity.verified, bool)
            assert not (quantity.verified and "from memory" in quantity.source)
    assert [s.name for s in SCENARIOS if s.years.verified] == ["SlowCorp"]
    with pytest.raises(FrozenInstanceError):
        NORMAL.staff.value = 1.0


def test_quality_replaces_staff_with_the_exponent_one_over_pi():
    for pi in (0.25, 0.5, 1.0):
        good = replace(NORMAL, quality=replace(NORMAL.quality, value=3.0))
        many = replace(NORMAL, staff=replace(NORMAL.staff, value=4_000 * 3 ** (1 / pi)))
        assert production.labour(good, pi) == pytest.approx(production.labour(many, pi))


# ---------------------------------------------------------------- CES


@pytest.mark.parametrize("sigma", SIGMAS)
def test_ces_is_the_formula(sigma):
    rho = 1 - 1 / sigma
    np.testing.assert_allclose(
        production.ces(K, L, A, sigma), (A * K**rho + (1 - A) * L**rho) ** (1 / rho), rtol=1e-10)


def test_ces_limits_are_exact_and_approached():
    np.testing.assert_allclose(production.ces(K, L, A, 0), np.minimum(K, L), rtol=1e-14)
    np.testing.assert_allclose(production.ces(K, L, A, 1), K**A * L ** (1 - A), rtol=1e-13)
    np.testing.assert_allclose(production.ces(K, L, A, np.inf), A * K + (1 - A) * L, rtol=1e-12)
    np.testing.assert_allclose(production.ces(K, L, A, 1e-4), np.minimum(K, L), rtol=1e-3)
    for near in (1 - 1e-9, 1 + 1e-9):
        np.testing.assert_allclose(production.ces(K, L, A, near), production.ces(K, L, A, 1), rtol=1e-7)


def test_ces_keeps_its_digits_at_extremes():
    assert production.ces(1e200, 1e-200, 0.5, 0.01) == pytest.approx(1e-200 * 0.5 ** (-1 / 99))
    assert production.ces(1, 1, 0.3, [0, 0.01, 1, 7]) == pytest.approx(1)


def test_elasticity_of_substitution_by_differences():
    """sigma = -d ln(k/l) / d ln(marginal product of k over that of l)."""
    def slope(k, sigma, h=1e-5):
        up = np.diff(np.log(production.ces([k * np.exp(-h), k * np.exp(h)], 1, 0.4, sigma)))[0]
        across = np.diff(np.log(production.ces(k, [np.exp(-h), np.exp(h)], 0.4, sigma)))[0]
        return np.log(up / k / across)
    for sigma in (0.3, 0.8, 1, 2.583):
        change = slope(2.2, sigma) - slope(2.0, sigma)
        assert np.log(2.2 / 2.0) / -change == pytest.approx(sigma, rel=1e-5)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_sum_of_the_mirror_images_has_the_sign_of_rho(sigma):
    rho, l = 1 - 1 / sigma, 250.0
    total = np.log(production.ces(1, l, 0.61, sigma) * production.ces(1, 1 / l, 0.61, sigma))
    assert np.sign(total) == np.sign(rho)
    assert total == pytest.approx(np.log1p(2 * 0.61 * 0.39 * (np.cosh(rho * np.log(l)) - 1)) / rho)


def test_mirror_image_at_one():
    assert production.ces(1, 250, 0.61, 1) * production.ces(1, 1 / 250, 0.61, 1) == pytest.approx(1, abs=1e-14)


def test_cap_is_the_limit_of_labour_without_end():
    for sigma in (0.2, 0.5, 0.8):
        assert production.ces(1, 1e150, 0.61, sigma) == pytest.approx(production.gain_cap(0.61, sigma))
    assert production.gain_cap(0.5, 0.5) == pytest.approx(2)
    assert production.gain_cap(0.61, 0) == 1
    assert np.isinf(production.gain_cap(0.61, [1, 2.583, np.inf])).all()


def test_compute_share_and_wage_are_derivatives():
    h = 1e-6
    for sigma in (0.3, 1, 2.583):
        lift = np.log(production.ces(K * np.exp(h), L, A, sigma) / production.ces(K * np.exp(-h), L, A, sigma))
        np.testing.assert_allclose(production.compute_share(K, L, A, sigma), lift / (2 * h), atol=1e-7)
    def marginal(k, l, sigma):
        return (production.ces(k, l + 1e-6, 0.61, sigma) - production.ces(k, l - 1e-6, 0.61, sigma)) / 2e-6
    for sigma in (0.5, 1, 2.583):
        ratio = marginal(10, 2, sigma) / marginal(1, 1, sigma)
        assert production.wage(10, 2, 0.61, sigma) == pytest.approx(ratio, rel=1e-6)
        steep = np.log(production.wage(3 * np.exp(h), 2, 0.61, sigma) / production.wage(3, 2, 0.61, sigma)) / h
        assert production.wage_elasticity(3, 2, 0.61, sigma) == pytest.approx(steep, rel=1e-4)


def test_pay_has_a_cap_in_compute_below_one():
    assert production.wage(1e150, 1, 0.61, 0.5) == pytest.approx(0.39 ** (-1 / 0.5))


def test_share_at_the_kink_is_not_identified():
    assert np.isnan(production.compute_share(1, 1, 0.6, 0))
    assert np.array_equal(production.compute_share([1, 2], [2, 1], 0.6, 0), [1, 0])


# ---------------------------------------------------------------- what is bought


def test_cost_share_is_that_of_the_cheapest_inputs():
    for sigma in (0.3, 1, 2.583):
        for price in (0.01, 0.4, 3):
            def cost(z, sigma=sigma, price=price):  # of one unit of output, inputs in ratio e^z
                unit = production.ces(np.exp(z), 1, 0.61, sigma)
                return (0.61 * price * np.exp(z) + 0.39) / unit
            z = minimize_scalar(cost, bounds=(-15, 15), method="bounded", options={"xatol": 1e-10}).x
            share = 0.61 * price * np.exp(z) / (0.61 * price * np.exp(z) + 0.39)
            assert production.cost_share(price, 0.61, sigma) == pytest.approx(share, abs=1e-5)


def test_cost_share_heads_for_one_for_nought_or_nowhere():
    assert production.cost_share(1e-9, 0.61, 2.583) > 0.999
    assert production.cost_share(1e-9, 0.61, 0.5) < 0.001
    assert production.cost_share([1e-9, 1, 1e9], 0.61, 1) == pytest.approx(0.61)


def test_a_monopsonist_understates_labour():
    """Brute force: output k^a l^(1-a) at price one, compute at price r, wage l^(1/e)."""
    a, e = 0.61, 2.0
    def profit(log_l):
        l = np.exp(log_l)
        k = l * (a / 0.5) ** (1 / (1 - a))  # marginal product a (l/k)^(1-a) = r = 0.5
        return -(k**a * l ** (1 - a) - 0.5 * k - l ** (1 + 1 / e))
    l = np.exp(minimize_scalar(profit, bounds=(-10, 10), method="bounded", options={"xatol": 1e-9}).x)
    pay, chips = l ** (1 + 1 / e), 0.5 * l * (a / 0.5) ** (1 / (1 - a))
    assert production.labour_elasticity(pay / (pay + chips), e) == pytest.approx(1 - a, abs=1e-5)
    assert production.labour_elasticity([0.29, 0.49]) == pytest.approx([0.29, 0.49])


def test_sigma_range_puts_the_old_share_at_its_bounds():
    low, high = production.sigma_range(0.61, 0.05, 1e7)
    assert 0 < low < 1 < high < 2
    then = production.compute_share(1e-7, 1, 0.61, np.array([low, high]))
    assert then == pytest.approx([0.95, 0.05])
    assert np.isinf(production.sigma_range(0.61, 0.05, 10)[1])


# ---------------------------------------------------------------- putty-clay


def test_practice_solves_its_equation_and_halves_the_distance():
    solved = solve_ivp(lambda t, x: (5 - x) * np.log(2) / 1.7, (0, 6), [0.0], rtol=1e-10, atol=1e-12, t_eval=[1, 6])
    assert production.practice(5, [1, 6], 1.7) == pytest.approx(solved.y[0], rel=1e-7)
    assert production.practice(5, 1.7, 1.7) == pytest.approx(2.5)
    assert production.practice(5, 3, 0) == 5
    assert production.practice(5, 1e6, np.inf) == 0


@pytest.mark.parametrize(("short", "long"), [(0.0, 0.5), (0.1, 1), (0.5, 2.583), (1, 3), (0.3, 0.3)])
def test_long_run_is_the_envelope_of_all_practices(short, long):
    best = production.ces(K, L, A, long)
    for x in (-4.0, 0.0, 2.0):
        assert np.all(production.putty_clay(K, L, A, short, long, x) <= best * (1 + 1e-9))
    at_home = production.putty_clay(K, L, A, short, long, np.log(K / L))
    np.testing.assert_allclose(at_home, best, rtol=1e-9)


def test_short_run_starts_as_the_ces_of_the_short_run_and_has_its_elasticity():
    np.testing.assert_allclose(production.putty_clay(K, L, A, 0.2, 1.5, 0.0), production.ces(K, L, A, 0.2), rtol=1e-10)
    x, h = 1.3, 1e-4
    def log_f(dk, dl):
        return np.log(production.putty_clay(np.exp(x + dk), np.exp(dl), 0.4, 0.3, 2.0, x))
    share = (log_f(h, 0) - log_f(-h, 0)) / (2 * h)
    assert share == pytest.approx(production.compute_share(np.exp(x), 1, 0.4, 2.0), rel=1e-6)
    bend = (log_f(h, 0) - 2 * log_f(0, 0) + log_f(-h, 0)) / h**2  # share (1 - share) rho of the short run
    assert bend == pytest.approx(share * (1 - share) * (1 - 1 / 0.3), rel=1e-3)


def test_leontief_practice_never_falls_below_the_share_of_labour():
    k, l = production.relative(SLOW)
    assert production.putty_clay(k, l, 0.61, 0, 1, 0.0) == pytest.approx(min(k, l))


# ---------------------------------------------------------------- pretraining


def test_years_ahead_equates_effective_compute():
    for search in (0.0, 0.3, 0.9):
        t = production.years_ahead(100, 2.83, search)
        assert 100 * 2.83 ** (search * t) == pytest.approx(2.83**t)
    assert np.isinf(production.years_ahead(100, 2.83, [1, 2])).all()


# ---------------------------------------------------------------- the page computes what Python does


def evaluated(expressions: list[str], rows: list[dict]) -> np.ndarray:
    """Vega expressions of datum, evaluated by Vega: their logarithms are written as texts of a picture."""
    out = []
    for expression in expressions:
        spec = {
            "width": 10, "height": 10,
            "data": [{"name": "d", "values": rows, "transform": [
                {"type": "formula", "as": "y", "expr": f"format(log({expression}), '.10f')"}]}],
            "marks": [{"type": "text", "from": {"data": "d"}, "encode": {"update": {"text": {"field": "y"}}}}],
        }  # fmt: skip
        svg = vl_convert.vega_to_svg(json.dumps(spec))
        texts = [chunk.split("</text>")[0].rsplit(">", 1)[1] for chunk in svg.split("<text")[1:]]
        assert len(texts) == len(rows)
        out.append([float(text.replace("−", "-")) for text in texts])
    return np.exp(np.array(out))


def test_vega_expressions_are_the_functions():
    rows = [{"k": k, "l": l, "a": a, "s": s, "t": t, "x": x}
            for k, l in ((0.96, 1 / 261), (1, 250), (10, 2)) for a in (0.3, 0.61)
            for s, t in ((0, 0.3), (0.05, 1), (0.5, 2.583), (1, 1), (1, 3)) for x in (-3.0, 0.0, 2.0)]
    k, l, a, s, t, x = (np.array([row[c] for row in rows]) for c in "klastx")
    got = evaluated([
        production.ces_vega("datum.k", "datum.l", "datum.a", "datum.s"),
        production.cost_share_vega("datum.k", "datum.a", "datum.t"),
        production.putty_clay_vega("datum.k", "datum.l", "datum.a", "datum.s", "datum.t", "datum.x"),
    ], rows)
    want = [production.ces(k, l, a, s), production.cost_share(k, a, t), production.putty_clay(k, l, a, s, t, x)]
    np.testing.assert_allclose(got, want, rtol=1e-7)


# ---------------------------------------------------------------- arguments


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: production.ces(0, 1, 0.5, 1), r"k = 0: must be finite and > 0"),
        (lambda: production.ces(1, [1, -2], 0.5, 1), r"l\[1\] = -2: must be finite and > 0"),
        (lambda: production.ces(1, 1, 1, 1), r"share = 1: must be a probability"),
        (lambda: production.ces(1, 1, 0.5, -0.103), r"sigma = -0.103: must be >= 0"),
        (lambda: production.wage(1, 1, 0.5, 0), r"sigma = 0: must be > 0"),
        (lambda: production.putty_clay(1, 1, 0.5, 2, 1, 0), r"sigma_short = 2: must be at most sigma_long"),
        (lambda: production.labour(NORMAL, 1.5), r"parallel = 1.5: must be a number in \[0, 1\]"),
        (lambda: production.sigma_range(0.97, 0.05, 1e7), r"least = 0.05: must be at most"),
        (lambda: production.sigma_range(0.6, 0.05, 1), r"fold = 1: must be finite and > 1"),
        (lambda: production.years_ahead(0.5, 3, 0), r"scale = 0.5: must be finite and >= 1"),
        (lambda: production.practice(1, -1, 1), r"years = -1: must be finite and >= 0"),
        (lambda: production.labour_elasticity(0.4, 0), r"supply_elasticity = 0: must be > 0"),
    ],
)
def test_bad_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_nan_passes_through():
    assert np.isnan(production.ces(np.nan, 1, 0.5, [0, 1, 2])).all()
    assert np.isnan(production.gain_cap(np.nan, 0.5))
    assert np.isnan(production.years_ahead(100, 3, np.nan))
    assert np.isnan(production.putty_clay(1, np.nan, 0.5, 0.1, 1, 0))


# ---------------------------------------------------------------- the data behind the chapter


def test_no_published_elasticity_is_in_the_range_that_history_would_need():
    facts = data.load("research_production_facts")
    published = facts.loc[facts["topic"] == "elasticity of substitution", "value"]
    staff = facts[facts["quantity"].str.contains("R&D staff")].iloc[0]
    low, high = production.sigma_range(1 - (staff["low"] + staff["high"]) / 2, 0.05, 1e7)
    assert len(published) == 2
    assert not published.between(low, high).any()


def test_a_tenth_for_slowcorp_is_nearly_cobb_douglas():
    k, l = production.relative(SLOW)
    sigma = brentq(lambda s: production.ces(k, l, 0.61, s) - 0.1, 0.01, 3)
    assert 0.9 < sigma < 1
