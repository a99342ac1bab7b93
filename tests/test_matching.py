"""superstars.matching against quadrature, linear programmes, simulation and the published calibration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, optimize
from scipy.special import gammaln

from superstars import matching as mt

GL = mt.gabaix_landier()
LABS = mt.Market(A=1e6, alpha=[0.6, 1.0, 1.4], B=3.0, beta=[0.4, 2 / 3, 0.9], C=2.0, gamma=[0.8, 1.0, 1.1],
                 N=12.0, lowest_wage=5e5)


def at(market: mt.Market, i: int) -> mt.Market:
    """One of the markets of a Market with arrays."""
    return mt.Market(**{name: np.broadcast_to(value, 3)[i] for name, value in vars(market).items()})


# ---------------------------------------------------------------- closed forms

def test_sizes_and_talents() -> None:
    assert mt.size([1, 2, 4], mt.Market(100, 0.5, 1, 0.1)).tolist() == pytest.approx([100, 100 / 2**0.5, 50])
    for beta in (-0.5, 0.0, 1e-9, 2 / 3, 1.0):
        market = mt.Market(1, 2, 0.7, beta)
        direct = integrate.quad(lambda u, beta=beta: 0.7 * u ** (beta - 1), 3, 40, epsrel=1e-13)[0]
        assert mt.talent_gap(3, 40, market) == pytest.approx(direct, rel=1e-12)
    assert mt.talent_gap(5, 5, GL) == 0


def test_wage_is_the_integral() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        A, B, C = 10 ** rng.uniform(-2, 6, 3)
        alpha, gamma, beta, N = rng.uniform([0.2, 0.3, -0.5, 2], [2, 1.5, 2, 500])
        market = mt.Market(A, alpha, B, beta, C, gamma, N, lowest_wage=7.0)
        n = rng.uniform(1, N)

        def slope(u: float, m: mt.Market = market) -> float:
            return m.C * mt.size(u, m) ** m.gamma * m.B * u ** (m.beta - 1)

        total = integrate.quad(slope, n, N, epsrel=1e-12, epsabs=0, limit=200)[0]
        assert mt.wage(n, market) == pytest.approx(7 + total, rel=1e-9)


def test_wage_where_alpha_gamma_equals_beta() -> None:
    market = mt.Market(50, 0.5, 2, 0.5, 3, 1, N=20)
    assert mt.wage(4, market) == pytest.approx(3 * 2 * 50 * np.log(20 / 4), rel=1e-14)
    near = [mt.wage(4, replace(market, beta=0.5 + d)) for d in (-1e-9, 1e-9)]
    assert near == pytest.approx([mt.wage(4, market)] * 2, rel=1e-7)


def test_no_firm_wants_another_rank() -> None:
    n = np.linspace(1, 12, 4001)
    for i in range(3):
        market = at(LABS, i)
        talent = -mt.talent_gap(1, n, market)
        for own in (1.0, 2.5, 11.0):
            profit = market.C * mt.size(own, market) ** market.gamma * talent - mt.wage(n, market)
            assert abs(n[profit.argmax()] - own) < 0.003


def test_limit_formula() -> None:
    n = np.array([[1.0], [3.0], [10.0]])
    endless = replace(LABS, N=np.inf, lowest_wage=0.0)
    np.testing.assert_allclose(mt.limit_wage(n, endless), mt.wage(n, endless), rtol=1e-12)
    for reference in (1, 7.0, 250):
        np.testing.assert_allclose(mt.limit_wage(n, endless, reference), mt.wage(n, endless), rtol=1e-12)
    far = replace(endless, N=1e300)
    np.testing.assert_allclose(mt.wage(n, far), mt.limit_wage(n, far), rtol=1e-12)


def test_limit_formula_is_far_off_for_ten_labs() -> None:
    for N, share in ((10, 1 - 10 ** (-1 / 3)), (20, 1 - 20 ** (-1 / 3)), (1e9, 1 - 1e-3)):
        market = replace(GL, N=N)
        assert mt.wage(1, market) / mt.limit_wage(1, market) == pytest.approx(share, rel=1e-9)
    market = replace(GL, N=10)
    assert round(float(mt.wage(1, market) / mt.limit_wage(1, market)), 2) == 0.54


def test_calibrate_goes_through_its_reference() -> None:
    for N, low in ((np.inf, 0.0), (15, 2e5)):
        market = mt.calibrate(3, 4e5, [1e6, 9e6], alpha=[0.8, 1.2], beta=0.5, gamma=0.9, N=N, lowest_wage=low)
        np.testing.assert_allclose(mt.size(3, market), 4e5, rtol=1e-13)
        np.testing.assert_allclose(mt.wage(3, market), [1e6, 9e6], rtol=1e-13)
        if np.isfinite(N):
            assert (mt.wage(N, market) == low).all()


# ---------------------------------------------------------------- published numbers

def test_gabaix_landier_calibration() -> None:
    published = {name: number.value for name, number in mt.PUBLISHED.items()}
    gain, premium = mt.value_of_rank(250, 1, GL)
    assert round(float(gain), 5) == published["gain_250_to_1"]  # 0.016 per cent of the firm's value
    assert premium > published["premium_1_over_250"]
    assert premium == pytest.approx(250 ** (1 / 3) - 1)
    # by hand: C B = D (1/3) 250^(-2/3) with D = w(250)/S(250), and the talent gap is (B/beta)(250^beta - 1)
    by_hand = 8.34e6 / 25e9 / 2 * (1 - 250 ** (-2 / 3))
    assert gain == pytest.approx(by_hand, rel=1e-12)
    assert mt.scarcity(250, GL) == pytest.approx(8.34e6 / 25e9)
    assert mt.pay_growth(6, 6, GL) == pytest.approx(published["pay_growth_1980_2003"])
    assert mt.pay_growth(2, 1, GL) == pytest.approx(2 ** (1 / 3))
    assert GL.beta == pytest.approx(2 / 3, rel=1e-15)
    assert published["talent_rents"] < published["talent_value_low"] < published["talent_value_high"]
    assert not mt.PUBLISHED["wage_250"].verified and mt.PUBLISHED["gain_250_to_1"].verified


def test_pay_growth_is_that_of_the_market() -> None:
    market = mt.Market(1e9, 1.1, 2.0, 0.6, gamma=0.9)
    growth = mt.wage(5, replace(market, A=6e9)) / mt.wage(5, market)
    assert growth == pytest.approx(mt.pay_growth(6, 6, market))
    # across firms of one market only the own size differs
    ratio = mt.size(2, market) / mt.size(30, market)
    assert mt.wage(2, market) / mt.wage(30, market) == pytest.approx(mt.pay_growth(ratio, 1, market))


def test_value_of_rank_with_decreasing_returns() -> None:
    market = mt.Market(100.0, 1.0, 0.5, 0.25, C=2, gamma=0.5, N=8)
    gain, premium = mt.value_of_rank(4, [1, 4], market)
    talent = 0.5 / 0.25 * (4**0.25 - 1)
    assert gain == pytest.approx([2 * 25**0.5 * talent / 25, 0])
    assert premium == pytest.approx([mt.wage(1, market) / mt.wage(4, market) - 1, 0])
    assert mt.value_of_rank(8, 1, market)[1] == np.inf  # w(N) = 0


# ---------------------------------------------------------------- comparative statics

def test_concentrate_keeps_the_total() -> None:
    ranks = np.arange(1, 13)[:, None]
    total = mt.size(ranks, LABS).sum(axis=0)
    for alpha in (0.3, 1.0, [0.5, 1.5, 2.5]):
        even = mt.concentrate(LABS, alpha)
        np.testing.assert_allclose(mt.size(ranks, even).sum(axis=0), total, rtol=1e-12)
    market = mt.calibrate(3, 1e6, 5e6, N=10)
    np.testing.assert_allclose(mt.concentrate(market, [1.0]).A, market.A)


def test_concentration_need_not_raise_top_pay() -> None:
    """At a given total size the largest firm grows with alpha, but those who bid against it shrink."""
    market, ranks = mt.calibrate(3, 1e6, 5e6, N=10), np.arange(1, 11)
    uneven = mt.concentrate(market, np.linspace(0.1, 3, 30))
    low, high = mt.wages_from_sizes(mt.size(ranks[:, None], uneven).T, -mt.talent_gap(1, ranks, market))
    assert (np.diff(high[:, 0]) > 0).all() and (np.diff(low[:, 0]) < 0).all()
    top = mt.wage(1, uneven)
    peak = top.argmax()
    assert 0 < peak < 15
    assert (np.diff(top[: peak + 1]) > 0).all() and (np.diff(top[peak:]) < 0).all()


def test_more_talent_by_order_statistics() -> None:
    # T = 1 - U^beta for M candidates: E[U_(n)^beta] = Gamma(n+beta) Gamma(M+1) / [Gamma(n) Gamma(M+1+beta)]
    def gap(M: float, beta: float) -> float:
        moments = [np.exp(gammaln(n + beta) - gammaln(n)) for n in (2, 9)]
        return (moments[1] - moments[0]) * np.exp(gammaln(M + 1) - gammaln(M + 1 + beta))
    for beta in (2 / 3, 0.3):
        market = mt.calibrate(2, 1.0, 1.0, beta=beta, N=10)
        richer = mt.more_talent(market, 5)
        factor = mt.talent_gap(2, 9, richer) / mt.talent_gap(2, 9, market)
        assert factor == pytest.approx(gap(5e7, beta) / gap(1e7, beta), rel=1e-6)
        assert mt.wage(1, richer) / mt.wage(1, market) == pytest.approx(5**-beta)
    power_tail = mt.Market(1, 1, 1, -0.5, N=10)
    assert mt.wage(1, mt.more_talent(power_tail, 4)) == pytest.approx(2 * mt.wage(1, power_tail))


# ---------------------------------------------------------------- whole firms

def stable(S: np.ndarray, T: np.ndarray, C: float, gamma: float, lowest: float, sign: int) -> np.ndarray:
    """Lowest (sign 1) or highest (-1) wages at which no firm gains by another talent (linear programme)."""
    n = S.size
    rows, bounds = [], []
    for i in range(n):
        for j in range(n):
            if i != j:  # C S_i (T_j - T_i) <= w_j - w_i
                row = np.zeros(n)
                row[i], row[j] = 1, -1
                rows.append(row)
                bounds.append(C * S[i] ** gamma * (T[i] - T[j]))
    last = [[0] * (n - 1) + [1]]
    result = optimize.linprog(np.full(n, sign), rows, bounds, last, [lowest], bounds=(None, None))
    assert result.success
    return result.x


def test_wages_from_sizes_are_the_extreme_stable_wages() -> None:
    rng = np.random.default_rng(6)
    for _ in range(20):
        n, C, gamma = rng.integers(2, 7), rng.uniform(0.5, 2), rng.uniform(0.5, 1.5)
        S, T = -np.sort(-rng.lognormal(1, 1, n)), -np.sort(-rng.normal(size=n))
        low, high = mt.wages_from_sizes(S, T, C, gamma, 3.0)
        np.testing.assert_allclose(low, stable(S, T, C, gamma, 3.0, 1), rtol=1e-7)
        np.testing.assert_allclose(high, stable(S, T, C, gamma, 3.0, -1), rtol=1e-7)
        worth = C * np.multiply.outer(S**gamma, T)
        assert (optimize.linear_sum_assignment(-worth)[1] == np.arange(n)).all()  # sorting is efficient


def test_continuous_wage_lies_between_the_discrete_ones() -> None:
    ranks = np.arange(1, 13)
    for i in range(3):
        market = at(LABS, i)
        wage = mt.wage(ranks, market)
        low, high = mt.wages_from_sizes(mt.size(ranks, market), -mt.talent_gap(1, ranks, market), market.C,
                                        market.gamma, market.lowest_wage)  # fmt: skip
        steps = -np.diff(wage)
        assert ((-np.diff(low) <= steps) & (steps <= -np.diff(high))).all()
        assert (low[:-1] < wage[:-1]).all() and (wage[:-1] < high[:-1]).all()
        assert low[-1] == high[-1] == market.lowest_wage


def test_wages_from_sizes_broadcasts() -> None:
    low, high = mt.wages_from_sizes([3, 2, 1], [[3, 2, 1], [1, 1, 1]], gamma=[[1], [2]], lowest_wage=[0, 10])
    assert low.shape == high.shape == (2, 2, 3)
    assert low[0].tolist() == [[3, 1, 0], [10, 10, 10]]
    assert high[1].tolist() == [[13, 4, 0], [10, 10, 10]]
    assert [w.tolist() for w in mt.wages_from_sizes([5], [1], lowest_wage=2)] == [[2], [2]]


def test_concentration_recovers_alpha() -> None:
    rng = np.random.default_rng(9)
    for alpha in (0.7, 1.3):
        fits = np.array([mt.concentration(rng.pareto(1 / alpha, 300) + 1) for _ in range(400)])
        assert abs(fits[:, 0].mean() / alpha - 1) < 0.02
        covered = np.abs(fits[:, 0] - alpha) < 1.96 * fits[:, 1]
        assert 0.9 < covered.mean() < 0.99
    exact = 7 * (np.arange(1, 2001) - 0.5) ** -0.8
    assert mt.concentration(exact[::-1]) == pytest.approx((0.8, 0.8 / 1000**0.5), rel=1e-9)


# ---------------------------------------------------------------- errors

@pytest.mark.parametrize(("call", "says"), [
    (lambda: mt.Market(0, 1, 1, 0.5), "A = 0: must be finite and > 0"),
    (lambda: mt.Market(1, [1, -1], 1, 0.5), r"alpha\[1\] = -1: must be finite and > 0"),
    (lambda: mt.Market(1, 1, 1, np.inf), "beta = inf: must be finite"),
    (lambda: mt.Market(1, 1, 1, 0.5, N=0), "N = 0: must be >= 1"),
    (lambda: mt.Market(1, 1, 1, 0.5, gamma=0), "gamma = 0: must be finite and > 0"),
    (lambda: mt.Market(1, 1, 1, 0.5, lowest_wage=-1), "lowest_wage = -1: must be finite and >= 0"),
    (lambda: mt.Market(1, 0.5, 1, 0.5), r"N = inf: must be finite unless alpha\*gamma > beta"),
    (lambda: mt.Market(1, [1, 0.4], 1, 0.5), r"N\[1\] = inf: must be finite unless alpha\*gamma > beta"),
    (lambda: mt.limit_wage(1, mt.Market(1, 0.5, 1, 0.5, N=9)), r"alpha\*gamma = 0.5: must be greater than b"),
    (lambda: mt.scarcity(1, mt.Market(1, 0.4, 1, 0.5, N=9)), r"alpha\*gamma = 0.4: must be greater than b"),
    (lambda: mt.wage([1, 10], mt.Market(1, 1, 1, 0.5, N=9)), r"n\[1\] = 10: must be at most the number of"),
    (lambda: mt.size(0.5, GL), "n = 0.5: must be a finite number >= 1"),
    (lambda: mt.talent_gap(3, 2, GL), "better = 3: must be at most the rank n"),
    (lambda: mt.value_of_rank(2, 3, GL), "better = 3: must be at most the rank n"),
    (lambda: mt.pay_growth(0, 1, GL), "own = 0: must be finite and > 0"),
    (lambda: mt.pay_growth(1, -1, GL), "reference = -1: must be finite and > 0"),
    (lambda: mt.calibrate(10, 1, 1, N=10), "reference_rank = 10: must be less than N"),
    (lambda: mt.calibrate(1, 1, 1, lowest_wage=2, N=3), "reference_wage = 1: must be greater than"),
    (lambda: mt.calibrate(1, -1, 1, N=3), "reference_size = -1: must be finite and > 0"),
    (lambda: mt.concentrate(GL, 1), "N = inf: must be a finite whole number"),
    (lambda: mt.concentrate(replace(GL, N=2.5), 1), "N = 2.5: must be a finite whole number"),
    (lambda: mt.concentrate(replace(GL, N=9), 0), "alpha = 0: must be finite and > 0"),
    (lambda: mt.more_talent(GL, 0), "factor = 0: must be finite and > 0"),
    (lambda: mt.wages_from_sizes([1, 2], [2, 1]), r"sizes\[1\] = 2: must be at most the one before"),
    (lambda: mt.wages_from_sizes([2, 1], [1, 2]), r"talents\[1\] = 2: must be at most the one before"),
    (lambda: mt.wages_from_sizes([2, 0], [2, 1]), r"sizes\[1\] = 0: must be finite and > 0"),
    (lambda: mt.wages_from_sizes([2, 1], [3, 2, 1]), "talents has 3 entries on its last axis: must have 2"),
    (lambda: mt.wages_from_sizes(2, [1]), "sizes is a single number"),
    (lambda: mt.concentration([3, 2]), r"sizes has shape \(2,\): must be one-dimensional, three or more"),
    (lambda: mt.concentration([3, 2, 0]), r"sizes\[2\] = 0: must be finite and > 0"),
])
def test_errors(call, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
