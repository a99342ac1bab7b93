"""Contests against brute force: best replies, the published two-rival cases, and the race in time simulated."""

import re

import numpy as np
import pytest
import vl_convert
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from superstars import contest
from superstars.lognormal import expected_max_log

EXPONENTS = [0.3, 1.0, 1.2, 1.25, 1.4, 1.5, 1.7, 2.0]


def best_reply(others, exponent, prize):
    """Largest payoff against fixed total strength of the others, on a fine grid."""
    x = np.concatenate([[0.0], np.geomspace(1e-9, 1.5, 400_001)]) * prize
    return (x**exponent / (x**exponent + others) * prize - x).max()


@pytest.mark.parametrize("exponent", EXPONENTS)
@pytest.mark.parametrize("n", [2, 3, 5, 12])
def test_nobody_gains_by_deviating(n, exponent):
    prize = 7.0
    k, x = int(contest.active_rivals(n, exponent)), contest.effort(n, exponent, prize)
    at = prize / k - x
    assert at >= -1e-12
    assert best_reply((k - 1) * x**exponent, exponent, prize) == pytest.approx(at, abs=1e-6)
    if k < n:  # those who stay out do not regret it
        assert best_reply(k * x**exponent, exponent, prize) <= 1e-9
    assert contest.dissipation(n, exponent) == pytest.approx(k * x / prize)


def test_participation_limit_and_textbook_values():
    n = np.arange(2, 8)
    limit = contest.participation_limit(n)
    np.testing.assert_allclose(limit, n / (n - 1))
    np.testing.assert_array_equal(contest.active_rivals(n, limit), n)
    np.testing.assert_allclose(contest.dissipation(n, limit), 1.0)
    assert (contest.active_rivals(n[1:], limit[1:] + 1e-6) == n[1:] - 1).all()
    assert contest.participation_limit(1) == np.inf and contest.effort(1, 2, 5) == 0
    assert contest.dissipation(5, 1) == pytest.approx(0.8)
    assert np.isnan(contest.dissipation(3, np.nan))


@pytest.mark.parametrize("exponent", [0.4, 1.0])
def test_free_entry_spends_the_whole_prize(exponent):
    V, F = 100.0, 0.3
    n = contest.free_entry(V, F, exponent)
    x = exponent * (n - 1) * V / n**2
    assert V / n - x == pytest.approx(F)
    assert n * (x + F) == pytest.approx(V)
    assert contest.free_entry(V, V, exponent) == pytest.approx(1)
    assert contest.free_entry(100, 1) == pytest.approx(10)


def test_two_rivals_are_best_replies():
    for V1, V2, t in [(1, 1, 1), (3, 1, 1), (1, 1, 4), (2, 5, 0.3)]:
        out = contest.two_rivals(V1, V2, t)
        first = minimize_scalar(lambda x, o=out, V=V1, t=t: x - V * t * x / (t * x + o.effort_2),
                                bounds=(0, V1), method="bounded", options={"xatol": 1e-10})
        second = minimize_scalar(lambda x, o=out, V=V2, t=t: x - V * x / (t * o.effort_1 + x),
                                 bounds=(0, V2), method="bounded", options={"xatol": 1e-10})
        assert first.x == pytest.approx(out.effort_1, rel=1e-4)
        assert second.x == pytest.approx(out.effort_2, rel=1e-4)
        assert [-first.fun, -second.fun] == pytest.approx([out.payoff_1, out.payoff_2])
    out = contest.two_rivals(6, 6, 2)
    assert out.win == pytest.approx(2 / 3) and out.effort_1 == pytest.approx(2 * 6 / 9) == out.effort_2
    same = contest.two_rivals(6, 6)
    assert same.effort_1 == pytest.approx(contest.effort(2, 1, 6))


@pytest.mark.parametrize("n", [2, 3, 5, 10, 20, 40])
@pytest.mark.parametrize("decisiveness", [0.5, contest.MAX_DECISIVENESS])
def test_tournament_survives_every_deviation(n, decisiveness):
    nodes, weights = np.polynomial.legendre.leggauss(200)
    z, weights = 9 * nodes, 9 * weights * norm.pdf(9 * nodes)
    W, sigma = 3.0, 0.7
    c = W / (decisiveness * sigma**2)
    e = W * float(expected_max_log(n)) / (n * sigma * c)
    assert n * c * e**2 / 2 / W == pytest.approx(contest.tournament_cost(n, decisiveness))
    dev = np.linspace(0, 4 * e, 1601)
    win = (weights * norm.cdf(z + (dev[:, None] - e) / sigma) ** (n - 1)).sum(1)
    payoff = W * win - c * dev**2 / 2
    assert payoff.max() <= W / n - c * e**2 / 2 + 1e-9
    assert dev[payoff.argmax()] == pytest.approx(e, abs=1e-9)


def test_two_in_a_tournament_are_lazear_and_rosen():
    sigma, W, c = 1.3, 2.0, 4.0
    e = W / (2 * sigma * np.sqrt(np.pi)) / c
    assert contest.tournament_cost(2, W / (c * sigma**2)) == pytest.approx(2 * c * e**2 / 2 / W)


def test_split_adds_up():
    parts = np.array(contest.split([2, 5, 20], [1.0, 1.2, 0.5], 0.5, [0.0, 0.8, 1.0]))
    np.testing.assert_allclose(parts.sum(0), 1)
    np.testing.assert_allclose(parts[0] + parts[1], contest.dissipation([2, 5, 20], [1.0, 1.2, 0.5]))
    assert parts[0, 0] == 0 and contest.split(5, 1, 1, 1)[1] == 0
    assert contest.split(5, 1, 0.5, 0.5) == pytest.approx((0.2, 0.6, 0.2))


def test_gain_contains_the_rivals_loss():
    d = 0.2
    for n in (2, 3, 7):
        here, there, nowhere = (1 + d) / (n + d), 1 / (n + d), 1 / n
        assert contest.win_gain(d, n) == pytest.approx(here - there)
        assert contest.win_gain(d, n, from_rival=False) == pytest.approx(here - nowhere)
        assert contest.needed_edge(here - there, n) == pytest.approx(d)
    # two rivals who choose their spending anew: payoffs p^2 V give the same bid
    with_her, without = contest.two_rivals(1, 1, 1 + d), contest.two_rivals(1, 1, 1 / (1 + d))
    assert with_her.payoff_1 - without.payoff_1 == pytest.approx(contest.win_gain(d, 2))


def test_the_essay_s_arithmetic():
    assert contest.needed_gain(1e8, 1e13) == pytest.approx(1e-5)
    assert contest.needed_gain(1e8, 1e13, 0.5, 0.1) == pytest.approx(2e-4)


def test_hire_values_against_a_simulated_race():
    n, h, r, s, m, d = 4, 0.08, 0.05, 0.6, 1.5, 0.7
    rng, draws = np.random.default_rng(3), 400_000

    def worth(rates):
        """Discounted prize of the first lab, and of whoever wins, with standard errors."""
        times = rng.exponential(size=(draws, len(rates))) / np.array(rates)
        value = np.exp(-r * times.min(1))
        first = s * value * (times.argmin(1) == 0)
        return np.array([[v.mean(), v.std() / draws**0.5] for v in (first, value)])

    rest = [h] * (n - 2)
    here, there, gone = worth([h * (1 + m * d), h, *rest]), worth([h, h * (1 + d), *rest]), worth([h, h, *rest])
    out = contest.hire_values(d, n, h, r, s, m)
    for name, a, b, row in [("lab_from_rival", here, there, 0), ("lab_from_outside", here, gone, 0),
                            ("society_from_rival", here, there, 1), ("society_from_outside", here, gone, 1)]:
        se = np.hypot(a[row, 1], b[row, 1])
        assert getattr(out, name) == pytest.approx(a[row, 0] - b[row, 0], abs=4 * se)
        assert se < 0.002


def test_overbidding_threshold():
    for n, h, r in [(2, 0.1, 0.05), (5, 0.05, 0.05), (9, 0.3, 0.02)]:
        share = contest.overbidding_share(n, h, r)
        out = contest.hire_values([0.01, 2.0], n, h, r, share)
        np.testing.assert_allclose(out.lab_from_outside, out.society_from_outside)
        np.testing.assert_allclose(contest.hire_values(0.5, n, h, r).society_from_rival, 0, atol=1e-15)
    assert contest.overbidding_share(1, 0.1, 0.05) == 1
    assert np.isnan(contest.hire_values(0.1, 1, 0.1, 0.05).lab_from_rival)
    # the gain times the discount of the fixed-date race
    d, n, h, r = 0.3, 3, 0.2, 0.05
    discount = (n + d) * h / (r + (n + d) * h)
    assert contest.hire_values(d, n, h, r).lab_from_rival == pytest.approx(contest.win_gain(d, n) * discount)


def test_slowing_down_is_a_prisoners_dilemma():
    for pace in (0.1, 0.5, 0.9):
        reward, temptation = contest.pace_payoffs(2, 2, pace)[0], contest.pace_payoffs(2, 1, pace)[1]
        sucker, punishment = contest.pace_payoffs(2, 1, pace)[0], contest.pace_payoffs(2, 0, pace)[1]
        assert temptation > reward > punishment > sucker
        gain = (1 - pace) ** 2 / (4 * (1 + pace))
        assert temptation - reward == pytest.approx(gain) == punishment - sucker
        # harm above that gain ends the dilemma
        harm = gain * 1.01
        assert contest.pace_payoffs(2, 2, pace, harm)[0] > contest.pace_payoffs(2, 1, pace, harm)[1]
        b = 0.7
        q = contest.needed_detection(temptation, reward, punishment, b)
        cheat = (temptation + b * q * punishment / (1 - b)) / (1 - b * (1 - q))
        assert cheat == pytest.approx(reward / (1 - b))
    slow, race = contest.pace_payoffs(5, [0, 5], 0.5)
    assert np.isnan(slow[0]) and np.isnan(race[1])
    assert race[0] == pytest.approx(1 / 25)


@pytest.mark.parametrize("n, slow", [(2, 1), (5, 1), (5, 3), (5, 0)])
def test_racing_labs_reply_best(n, slow):
    pace = 0.5
    quiet, racing = contest.pace_payoffs(n, slow, pace, respond=True)
    S, R = slow * pace * (n - 1) / n**2, n - slow
    x = 0.1  # iterate the best reply sqrt(others) - others, damped, to its fixed point
    for _ in range(2_000):
        others = S + (R - 1) * x
        x = 0.5 * x + 0.5 * max(0.0, np.sqrt(others) - others)
    assert racing == pytest.approx(x / (S + R * x) - x, abs=1e-9)
    if slow:
        share = pace * (n - 1) / n**2
        assert quiet == pytest.approx(share / (S + R * x) - share, abs=1e-9)


def in_vega(expressions, rows):
    """What Vega makes of expressions in `datum`, one row of results a row."""
    text = "'[' + " + " + ',' + ".join(f"format({e}, '.15e')" for e in expressions) + " + ']'"
    spec = {"$schema": "https://vega.github.io/schema/vega/v6.json", "width": 10, "height": 10,
            "data": [{"name": "t", "values": rows}],
            "marks": [{"type": "text", "from": {"data": "t"},
                       "encode": {"enter": {"text": {"signal": text}}}}]}  # fmt: skip
    shown = re.findall(r"\[([-+.e0-9,\u2212]+)\]", vl_convert.vega_to_svg(spec))
    return np.array([[float(x.replace("\u2212", "-")) for x in row.split(",")] for row in shown])


def test_vega_expressions_in_vega():
    rng = np.random.default_rng(5)
    size = 200
    n, a = rng.integers(2, 21, size), np.round(rng.integers(1, 41, size) * 0.05, 2)
    d, h, r = (np.round(rng.uniform(0.001, 0.3, size), 3) for _ in range(3))
    s, m = np.round(rng.uniform(0.02, 1, size), 2), np.round(rng.uniform(0.5, 2, size), 2)
    rows = [dict(zip("nadhrsm", map(float, row), strict=True)) for row in zip(n, a, d, h, r, s, m, strict=True)]
    values = contest.hire_values_vega(*(f"datum.{x}" for x in "dnhrsm"))
    found = in_vega([contest.dissipation_vega("datum.n", "datum.a"), *values.values()], rows)
    assert found.shape == (size, 5)
    np.testing.assert_allclose(found[:, 0], contest.dissipation(n, a), rtol=1e-12)
    exact = contest.hire_values(d, n, h, r, s, m)
    for column, name in enumerate(values, start=1):
        np.testing.assert_allclose(found[:, column], getattr(exact, name), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("call, text", [
    (lambda: contest.effort(0, 1, 1), r"n = 0.*>= 1"),
    (lambda: contest.effort(2.5, 1, 1), r"n = 2.5.*whole"),
    (lambda: contest.dissipation(3, 2.5), r"exponent = 2.5.*<= 2"),
    (lambda: contest.tournament_cost(3, 9), r"decisiveness = 9.*5"),
    (lambda: contest.two_rivals(1, -1), r"stake_2 = -1"),
    (lambda: contest.free_entry(1, 2), r"prize/fixed_cost = 0.5"),
    (lambda: contest.needed_gain(1, 1, 0), r"share = 0"),
    (lambda: contest.needed_edge(1, 2), r"gain = 1"),
    (lambda: contest.hire_values(0.1, 2, 0.1, 0), r"rate = 0"),
    (lambda: contest.pace_payoffs(2, 3, 0.5), r"slow = 3"),
    (lambda: contest.needed_detection(1, 2, 0, 0.5), r"reward = 2"),
    (lambda: contest.split(2, 1, 1.5, 1), r"talent = 1.5"),
])
def test_bad_input_is_named(call, text):
    with pytest.raises(ValueError, match=text):
        call()
