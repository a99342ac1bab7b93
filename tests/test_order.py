"""superstars.order against brute force, closed forms, limits and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from superstars import order
from superstars.lognormal import expected_max_log
from superstars.search import marginal_find
from superstars.superstar import many_stars, pay_ratio


def value(stars: int, g: float, S: float, s: float) -> float:
    """V_j by search over the ordinary staff, at least one researcher a lab."""
    least = 0.0 if stars else 1.0
    at = np.log1p(least), 14.0
    best = minimize_scalar(lambda t: np.expm1(t) - S * (stars * g**s + np.expm1(t)) ** (1 / s), bounds=at,
                           method="bounded", options={"xatol": 1e-11})
    return max(-best.fun, S * (stars * g**s + least) ** (1 / s) - least)


@pytest.mark.parametrize(
    ("g", "S", "s"), [(1.2, 50, 2), (2, 1000, 10), (1.5, 30, 4), (1.1, 3, 5), (2, 40, 1.5), (1.3, 1e4, 3)])
def test_marginal_star_is_what_one_more_star_adds(g, S, s):
    values = [value(j, g, S, s) for j in range(7)]
    np.testing.assert_allclose(order.marginal_star(np.arange(1, 7), g, S, s), np.diff(values), rtol=2e-6)


def test_marginal_star_covers_all_its_cases_falls_with_j_and_is_continuous():
    rng = np.random.default_rng(3)
    g, S, s = 1 + rng.uniform(0, 2, 4000), 10 ** rng.uniform(0, 5, 4000), 1 + 10 ** rng.uniform(-3, 1.5, 4000)
    D = order.marginal_star(np.arange(1, 9)[:, None], g, S, s)
    assert (np.diff(D, axis=0) <= 1e-9 * D[:-1]).all()
    np.testing.assert_array_equal(D[0], pay_ratio(g, S, s))
    assert (D > 0).all() and np.isclose(D[3], g**s).any() and (D[3] < 0.5 * g**s).any()
    near = order.marginal_star(3, g, S * (1 + 1e-9), s)
    np.testing.assert_allclose(near, D[2], rtol=1e-6)


def test_marginal_star_limits():
    np.testing.assert_array_equal(order.marginal_star([1, 2, 9], 2, 1000, np.inf), [1001, 0, 0])
    np.testing.assert_allclose(order.marginal_star([1, 2, 9], 2, 1000, 1), 2)
    np.testing.assert_allclose(order.marginal_star([1, 2, 5], 2, 1, 1), 2)
    assert order.marginal_star(2, 3, 1e5, 1e6) == pytest.approx(3e5 * np.log(2) / 1e6, rel=1e-5)
    assert np.isnan(order.marginal_star(2, np.nan, 10, 3))


def test_star_price_with_equal_labs_where_only_the_best_counts_is_many_stars():
    for k in range(1, 9):
        for m in range(1, 9):
            assert order.star_price(k, np.full(m, 200.0), 1.5) == many_stars(k, m, 1.5, 200)


@pytest.mark.parametrize("s", [2, 6, np.inf])
def test_star_price_clears_the_market_with_unequal_labs(s):
    stakes, g = 300 / np.arange(1, 6), 1.6
    for k in range(1, 16):
        low, high = order.star_price(k, stakes, g, s)
        wanted = order.marginal_star(np.arange(1, 40)[:, None], g, stakes, s)
        assert 1 <= low <= high
        at_low, above = (wanted >= low * (1 - 1e-12)).sum(), (wanted > high * (1 + 1e-12)).sum()
        assert (at_low >= k or low == 1) and above < k + (high == 1)
        if high > 1:  # above it some star is without a lab, below it too many are wanted
            assert (wanted >= high * (1 + 1e-9)).sum() < k <= (wanted >= high * (1 - 1e-9)).sum()


def test_more_stars_never_earn_more_and_larger_labs_never_pay_less():
    stakes = 500 / np.arange(1, 9) ** 0.7
    prices = np.array([order.star_price(k, stakes, 1.8, 5) for k in range(1, 20)])
    assert (np.diff(prices, axis=0) <= 0).all()
    assert (np.array([order.star_price(k, 2 * stakes, 1.8, 5) for k in range(1, 20)]) >= prices).all()


def test_uneven_ideas_against_a_simulated_tree():
    lam, r, a, people, ideas = 0.6, 0.3, 0.8, 8, 400_000
    rng = np.random.default_rng(4)
    when = rng.exponential(size=ideas) / rng.gamma(a, r / a, size=ideas)
    share = lam * np.histogram(when, np.arange(people + 1))[0] / ideas
    exact = order.uneven_find(np.arange(1, people + 1), lam, r, a)
    assert (np.abs(share - exact) < 4 * np.sqrt(lam * exact / ideas)).all()


def test_uneven_ideas_tend_to_the_exponential_and_have_a_power_tail():
    n = np.arange(1, 40)
    np.testing.assert_allclose(order.uneven_find(n, 0.5, 0.2, np.inf), marginal_find(n, 0.5, 0.2), rtol=1e-13)
    np.testing.assert_allclose(order.uneven_find(n, 0.5, 0.2, 1e9), marginal_find(n, 0.5, 0.2), rtol=1e-6)
    far = np.log(order.uneven_find(np.array([1e6, 2e6]), 0.5, 0.2, 1.5))
    assert far[1] - far[0] == pytest.approx(-2.5 * np.log(2), rel=1e-4)
    assert order.uneven_find(np.arange(1, 200_000), 0.5, 0.2, 1.5).sum() == pytest.approx(0.5, abs=1e-5)


def test_ranks_against_tabulated_and_simulated_order_statistics():
    # n = 2: 1/sqrt(pi); n = 3: 3/(2 sqrt(pi)), 0 (David and Nagaraja 2003)
    one = np.pi**-0.5
    np.testing.assert_allclose(order.expected_rank([1, 1, 2], [2, 3, 3]), [one, 1.5 * one, 0], atol=1e-12)
    first_gaps = order.rank_gap([1, 1, 2], [2, 3, 3])
    np.testing.assert_allclose(first_gaps, np.array([2, 1.5, 1.5]) * one, rtol=1e-12)
    top = np.sort(np.random.default_rng(5).standard_normal((20_000, 300)))[:, ::-1][:, :4]
    gaps = -np.diff(top)
    ranks, steps = order.expected_rank(np.arange(1, 5), 300), order.rank_gap(np.arange(1, 4), 300)
    for exact, draws in ((ranks, top), (steps, gaps)):
        assert (np.abs(draws.mean(axis=0) - exact) < 4 * draws.std(axis=0) / 20_000**0.5).all()


@pytest.mark.parametrize("n", [30, 1_000, 100_000, 10_000_000])
def test_gaps_are_differences_of_ranks(n):
    j = np.arange(1, 25)
    score = order.expected_rank(np.arange(1, 26), n)
    assert score[0] == pytest.approx(float(expected_max_log(n)), rel=1e-9)
    np.testing.assert_allclose(order.rank_gap(j, n), -np.diff(score), rtol=1e-7)


def test_gaps_fall_with_the_rank_and_slowly_with_the_pool():
    n = 10.0 ** np.arange(2, 9)
    limit = order.rank_gap(1, n) * np.sqrt(2 * np.log(n))
    assert (np.diff(np.abs(limit - 1)) < 0).all() and abs(limit[-1] - 1) < 0.1
    ratio = order.rank_gap(1, n) / order.rank_gap(2, n)
    assert (np.diff(np.abs(ratio - 2)) < 0).all() and abs(ratio[-1] - 2) < 0.1


@pytest.mark.parametrize(("call", "message"), [
    (lambda: order.marginal_star(0, 2, 10, 3), r"j = 0: must be a whole number >= 1"),
    (lambda: order.marginal_star(1, 2, [10, np.inf], 3), r"stakes\[1\] = inf: must be finite and >= 1"),
    (lambda: order.marginal_star(1, 0.5, 10, 3), "quality_gap = 0.5"),
    (lambda: order.star_price(2, 10, 2), r"stakes has shape \(\): must be one value a lab"),
    (lambda: order.star_price(1.5, [10], 2), "k = 1.5: must be a whole number"),
    (lambda: order.star_price([1, 2], [10], 2), r"k = \[1, 2\]: must be one whole number"),
    (lambda: order.uneven_find(1, 0.5, 0.2, 0), "shape = 0: must be > 0"),
    (lambda: order.rank_gap(3, 3), "j = 3: must be less than n"),
    (lambda: order.expected_rank(4, 3), "4: must be <= m = 3"),
])  # fmt: skip
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
