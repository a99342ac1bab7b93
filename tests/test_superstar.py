"""superstars.superstar against a brute-force solver of the two labs' problem, exact limits and simulation."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from fractions import Fraction
from math import comb

import numpy as np
import pytest
import vl_convert
from scipy import integrate, optimize

from superstars import superstar as ss

INF = np.inf


def draws(n: int = 100_000, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parameters over many orders of magnitude, all three cases, many close to the limits."""
    rng = np.random.default_rng(seed)
    g = 1 + 10 ** rng.uniform(-9, 1, n)
    S = np.where(rng.random(n) < 0.2, 1 + 10 ** rng.uniform(-9, 0, n), 10 ** rng.uniform(0, 9, n))
    s = np.where(rng.random(n) < 0.4, 1 + 10 ** rng.uniform(-9, 0, n), 10 ** rng.uniform(0, 5, n))
    return g, S, s


def case(g: np.ndarray, S: np.ndarray, s: np.ndarray) -> np.ndarray:
    """0 one researcher a lab, 1 the star replaces a team, 2 the star joins a team (worked out in logs)."""
    with np.errstate(divide="ignore"):
        log_team = (np.log(S) - np.log(s)) / (s - 1)
    return np.where(s >= S, 0, np.where(log_team < np.log(g), 1, 2))


def best_value(S: float, s: float, star: float) -> float:
    """The most a lab earns before it pays the star, in units of w0, by search over n ordinary researchers.

    star is what she counts for in the sum, g^s, or 0 for a lab without her, which must employ one.
    """
    def loss(n: float) -> float:
        return n - S * (star + n) ** (1 / s)

    least, most = (0.0 if star else 1.0), 1e3
    while loss(2 * most) < loss(most):
        most *= 2
    grid = least + np.concatenate([[0.0], np.geomspace(1e-6, 2 * most, 4000)])
    i = int(np.argmin([loss(n) for n in grid]))
    low, high = grid[max(i - 1, 0)], grid[min(i + 1, grid.size - 1)]
    found = optimize.minimize_scalar(loss, bounds=(low, high), method="bounded",
                                     options={"xatol": 1e-10 * high})
    return -min(found.fun, loss(least))


# ---------------------------------------------------------------- the switchboard

def test_pay_ratio_is_what_two_bidding_labs_pay() -> None:
    rng = np.random.default_rng(3)
    g, s = rng.uniform(1.05, 3, 60), rng.uniform(1.3, 6, 60)
    S = np.concatenate([rng.uniform(1, 4, 20), 10 ** rng.uniform(0, 2.5, 40)])
    assert set(case(g, S, s)) == {0, 1, 2}
    brute = [best_value(b, c, a**c) - best_value(b, c, 0) for a, b, c in zip(g, S, s, strict=True)]
    np.testing.assert_allclose(ss.pay_ratio(g, S, s), brute, rtol=1e-7)


def test_optimal_staff_maximises_profit() -> None:
    S, s = np.array([10.0, 50.0, 400.0]), np.array([2.0, 1.5, 4.0])
    E = ss.optimal_staff(S, s)
    assert E[0] == pytest.approx(25, rel=1e-14)  # (10/2)^2
    assert (E > 1).all()
    best = [best_value(a, b, 0) for a, b in zip(S, s, strict=True)]
    np.testing.assert_allclose(S * E ** (1 / s) - E, best, rtol=1e-9)
    limits = ss.optimal_staff([5, 5, 1, INF], [1, INF, 1, INF])
    np.testing.assert_array_equal(limits, [INF, 0, np.nan, np.nan])


def test_worked_by_hand() -> None:
    assert ss.pay_ratio(2, 1000, INF) == 1001
    assert ss.pay_ratio(3, 2, 2) == 5  # one researcher a lab: 1 + 2 x 2
    assert ss.pay_ratio(3, 4, 2) == 8  # E* = 4, e = 2: 4 (3 - 2) + 4
    assert ss.pay_ratio(3, 100, 2) == 9  # E* = 2500: she counts as nine


def test_properties_in_random_draws() -> None:
    g, S, s = draws()
    assert all((case(g, S, s) == c).sum() > 5000 for c in range(3))
    R = ss.pay_ratio(g, S, s)
    slack = 1 + 1e-12
    with np.errstate(over="ignore"):
        assert (R * slack >= g).all()
        assert (g**s * slack >= R).all()
    assert ((1 + S * (g - 1)) * slack >= R).all()
    rng = np.random.default_rng(2)
    up = 1 + 10 ** rng.uniform(-6, 2, g.size)
    for more in (ss.pay_ratio(g * up, S, s), ss.pay_ratio(g, S * up, s), ss.pay_ratio(g, S, s * up)):
        assert (more * slack >= R).all()
    strictly = (g > 1.001) & (S > 1.001) & (up > 1.001)
    grows = strictly & (case(g, S * up, s) < 2)
    assert (ss.pay_ratio(g, S * up, s)[grows] > R[grows]).all()
    assert (ss.pay_ratio(g * up, S, s)[strictly] > R[strictly]).all()


def test_limits_are_exact() -> None:
    g, S, s = draws()
    def same(actual, expected):
        np.testing.assert_allclose(actual, expected, rtol=1e-12)
    same(ss.pay_ratio(g, S, 1), g)
    same(ss.pay_ratio(g, 1, s), g)
    same(ss.pay_ratio(g, S, INF), 1 + S * (g - 1))
    same(ss.pay_ratio(1, S, s), 1)
    with np.errstate(over="ignore"):
        same(ss.pay_ratio(g, INF, s), g**s)
    assert (ss.pay_ratio(1, [1, 5, INF], [[1], [2], [INF]]) == 1).all()
    assert ss.pay_ratio(2, INF, INF) == INF
    assert ss.pay_ratio(2, INF, 1) == 2
    # the limits are approached: s -> 1 and s -> inf from inside
    same(ss.pay_ratio(2.0, 50.0, 1 + 1e-13), 2)
    same(ss.pay_ratio(2.0, 50.0, 51.0), ss.pay_ratio(2.0, 50.0, INF))


def in_many_digits(g: float, S: float, s: float) -> tuple[float, float, float]:
    """R, its elasticity and E*, from V1 - V0 with digits to spare; s > 1."""
    with localcontext() as context:
        context.prec = 100  # E* reaches 1e65
        G, M, x = Decimal(g), Decimal(S), Decimal(s)
        log_e, log_g = (M / x).ln() / (x - 1), G.ln()
        E, star = (x * log_e).exp(), (x * log_g).exp()
        grows = max(log_e, log_g).exp() - max(log_e, Decimal(0)).exp()
        R = M * grows - max(E - star, Decimal(0)) + max(E, Decimal(1))
        return float(R), float(M * grows / R), float(E)


def test_no_digits_are_lost() -> None:
    g, S, s = draws(2000, seed=12)
    near = np.arange(2000) % 3 == 0  # many close to the edge of the plateau, with long sums and gaps near 1
    e = (np.log(S) - np.log(s)) / (s - 1)
    g = np.where(near & (e > 0) & (e < 5), np.exp(np.clip(e, 0, 5)) * (1 + 1e-3 / s), g)
    with np.errstate(over="ignore"):
        keep = (s * np.log(g) < 100) & (s * np.abs(e) < 150)
    g, S, s = g[keep], S[keep], s[keep]
    R, elasticity, E = np.transpose([in_many_digits(*map(float, row)) for row in zip(g, S, s, strict=True)])
    assert all((case(g, S, s) == c).sum() > 100 for c in range(3))
    np.testing.assert_allclose(ss.pay_ratio(g, S, s), R, rtol=1e-13)
    np.testing.assert_allclose(ss.optimal_staff(S, s), E, rtol=1e-12)
    np.testing.assert_allclose(ss.market_elasticity(g, S, s), elasticity, rtol=1e-9, atol=1e-15)
    # exponents and stakes so close to 1, or to each other, that ln(S/s) as it stands has few digits
    for point in ((5.0, 1 + 2**-29, 1 + 2**-30), (1 + 2**-20, 3e8, 2e8), (1 + 2**-27, 1.5e8, 1e8)):
        R, elasticity, E = in_many_digits(*point)
        assert ss.pay_ratio(*point) == pytest.approx(R, rel=1e-14)
        assert ss.market_elasticity(*point) == pytest.approx(elasticity, rel=1e-13)
        assert ss.optimal_staff(*point[1:]) == pytest.approx(E, rel=1e-13)


def test_powers_beyond_the_largest_float() -> None:
    assert ss.pay_ratio(3, 1e6, 1e5) == pytest.approx(in_many_digits(3, 1e6, 1e5)[0], rel=1e-13)
    assert ss.pay_ratio(1e300, 1e6, 1e7) == pytest.approx(1e306, rel=1e-12)
    assert ss.pay_ratio(1e200, 1e200, 2) == INF  # R = 1e400 - 1e400/4 is not a float


def test_cases_meet() -> None:
    g, _, s = draws(20_000)
    inside = (s > 1.01) & (s * np.log(g) < 600)
    g, s = g[inside], s[inside]
    edge = ss.stakes_at_plateau(g, s)
    np.testing.assert_allclose(ss.pay_ratio(g, edge * (1 - 1e-9), s), ss.plateau(g, s), rtol=1e-8)
    np.testing.assert_allclose(ss.pay_ratio(g, edge * (1 + 1e-9), s), ss.plateau(g, s), rtol=1e-12)
    np.testing.assert_allclose(ss.pay_ratio(g, s * (1 + 1e-12), s), ss.pay_ratio(g, s, s), rtol=1e-10)


def test_plateau() -> None:
    below = ss.pay_ratio(1.5, 0.99 * ss.stakes_at_plateau(1.5, 8), 8)
    assert below < ss.plateau(1.5, 8) == 1.5**8
    assert ss.stakes_at_plateau(1.5, 8) == 8 * 1.5**7
    assert ss.stakes_at_plateau(1, 8) == 1
    assert ss.stakes_at_plateau(2, [1, INF]).tolist() == [1, INF]


def test_two_by_two_of_the_essay() -> None:
    both, no_reach, replaceable = ss.pay_ratio(1.5, [1e4, 1, 1e4], [INF, INF, 1])
    assert no_reach == replaceable == 1.5
    assert both == 5001


def test_broadcasts_and_passes_nan() -> None:
    R = ss.pay_ratio(np.ones((4, 1, 1)) * 2, [[2], [30]], [1, 2, INF])
    assert R.shape == (4, 2, 3)
    assert np.ndim(ss.pay_ratio(2, 3, 4)) == 0
    assert np.isnan(ss.pay_ratio([np.nan, 2, 2], [2, np.nan, 9], [2, 2, np.nan])).all()


# ---------------------------------------------------------------- the inverse and the elasticity

def test_quality_gap_undoes_pay_ratio() -> None:
    g, S, s = draws()
    R = ss.pay_ratio(g, S, s)
    np.testing.assert_allclose(ss.quality_gap(R, S, s), g, rtol=1e-12)
    R = 1 + 10 ** np.random.default_rng(5).uniform(-9, 8, g.size)
    back = ss.quality_gap(R, S, s)
    with np.errstate(over="ignore"):
        error = np.abs(ss.pay_ratio(back, S, s) / R - 1)
    # a gap rounded to 1 part in 1e16 moves R by up to dR/dg g / R = min(s, S g / R) as much
    assert (error <= 1e-14 * (100 + np.minimum(s, S * back / R))).all()
    assert ss.quality_gap([1, 5, 5], [INF, INF, 3], [INF, 1, 1]).tolist() == [1, 5, 5]


def test_quality_gap_by_root_search() -> None:
    for R, S, s in ((100, 1e3, INF), (100, 1e3, 3.0), (100, 1e5, 7.0), (100, 200, 20.0), (1.5, 40, 2.0)):
        root = optimize.brentq(lambda g, R=R, S=S, s=s: ss.pay_ratio(g, S, s) - R, 1, R, xtol=1e-14)
        assert ss.quality_gap(R, S, s) == pytest.approx(root, rel=1e-10)


def test_market_elasticity_is_the_derivative() -> None:
    g, S, s = draws(20_000)
    away = (s > 1.001) & (g > 1.0001) & (S > 1.001) & (s < 1e4)
    g, S, s = g[away], S[away], s[away]
    h = 1e-4
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = ss.pay_ratio(g, S * np.exp(-h), s), ss.pay_ratio(g, S * np.exp(h), s)
        numeric = (np.log(high) - np.log(low)) / (2 * h)
        curvature = np.abs(np.log(high) - 2 * np.log(ss.pay_ratio(g, S, s)) + np.log(low)) / h
    smooth = (case(g, S * np.exp(h), s) == case(g, S * np.exp(-h), s)) & np.isfinite(numeric)
    assert all((smooth & (case(g, S, s) == c)).sum() > 1000 for c in range(3))
    found = ss.market_elasticity(g, S, s)
    # a central difference is off by at most the change of the derivative over the step, plus rounding
    assert (np.abs(found - numeric) <= 1e-9 + curvature)[smooth].all()
    assert np.median(np.abs(found - numeric)[smooth]) < 1e-10
    assert ((found >= 0) & (found <= 1)).all()


def test_market_elasticity_limits() -> None:
    assert ss.market_elasticity(2, 9, INF) == pytest.approx(0.9, rel=1e-15)
    assert ss.market_elasticity(2, INF, INF) == 1
    assert (ss.market_elasticity([1, 2, 2], [INF, INF, 1], [INF, 4, 1]) == 0).all()
    edge = ss.stakes_at_plateau(2, 3)
    assert ss.market_elasticity(2, edge * 1.000001, 3) == 0
    assert 0 < ss.market_elasticity(2, edge * 0.999999, 3) < 1e-5


# ---------------------------------------------------------------- stakes, bargaining, many stars

def test_stakes() -> None:
    assert ss.stakes(1e6, 0.5, 1e5, 1) == 5
    assert (ss.stakes([1, 1e6], 2e5, 1e5, 0) == 2).all()
    assert ss.stakes(1e6, 100, 1e5, 0.5) == pytest.approx(1)


def test_bargained() -> None:
    np.testing.assert_allclose(ss.bargained(101, [0, 0.25, 1]), [1, 26, 101])
    assert ss.bargained(INF, 0) == 1


def market_clears(ratio: float, k: int, m: int, g: float, S: float) -> bool:
    """Whether nobody gains by a change at this ratio, over every number of labs that could employ a star."""
    gain = S * g - ratio - (S - 1)  # of a lab from a star instead of an ordinary researcher; a second adds 0
    for employed in range(min(k, m) + 1):
        labs_content = (gain >= -1e-9 or employed == 0) and (gain <= 1e-9 or employed == m)
        idle = k - employed  # these work as ordinary staff for a ratio of 1
        stars_content = ratio >= 1 - 1e-9 and (ratio <= 1 + 1e-9 or idle == 0)
        if labs_content and stars_content:
            return True
    return False


def test_many_stars_by_search_over_wages() -> None:
    g, S = 1.5, 40.0
    for k in range(1, 6):
        for m in range(1, 6):
            clears = [r for r in np.linspace(0, 30, 301) if market_clears(r, k, m, g, S)]
            low, high = ss.many_stars(k, m, g, S)
            np.testing.assert_allclose([low, high], [min(clears), max(clears)], atol=1e-9)
    low, high = ss.many_stars([1, 2, 3], 2, g, S)
    assert low.tolist() == [21, 1, 1] and high.tolist() == [21, 21, 1]
    assert ss.many_stars(0, 2, g, S) == (21, 21)


# ---------------------------------------------------------------- the slider's expression

def evaluate(expression: str, **names: np.ndarray) -> np.ndarray:
    """A chain of conditionals of that language, evaluated on arrays."""
    head, _, tail = expression.strip().removeprefix("(").removesuffix(")").partition(" ? ")
    first, _, rest = tail.partition(" : ")
    scope = {"pow": np.power, **names}
    with np.errstate(all="ignore"):
        condition = eval(head.replace("||", "|"), scope)
        other = evaluate(f"({rest})", **names) if " ? " in rest else eval(rest, scope)
        return np.where(condition, eval(first, scope), other)


def slider_draws(n: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(11)
    g, S = np.round(rng.uniform(1, 3, n), 2), 10 ** np.round(rng.uniform(0, 6, n), 2)
    near_one, far = np.round(1 + 10 ** rng.uniform(-3, 0.5, n), 3), np.round(rng.uniform(1, 50, n), 1)
    s = np.where(rng.random(n) < 0.5, near_one, far)
    g[:8], S[:8], s[:8] = [1, 1, 1, 1, 3, 3, 3, 3], [1, 1, 1e6, 1e6] * 2, [1, 50] * 4
    return g, S, s


def test_vega_expression_in_python() -> None:
    g, S, s = slider_draws(100_000)
    expression = ss.pay_ratio_vega()
    found = evaluate(expression, g=g, stakes=S, s=s, only_best=False)
    np.testing.assert_allclose(found, ss.pay_ratio(g, S, s), rtol=1e-12)
    found = evaluate(expression, g=g, stakes=S, s=s, only_best=True)
    np.testing.assert_allclose(found, ss.pay_ratio(g, S, INF), rtol=1e-12)


def test_vega_expression_in_vega() -> None:
    g, S, s = slider_draws(300)
    values = [{"g": a, "l": float(np.log10(b)), "s": c} for a, b, c in zip(g, S, s, strict=True)]
    names = "datum.g", "pow(10, datum.l)", "datum.s"
    expressions = [ss.pay_ratio_vega(*names, only_best) for only_best in ("false", "on")]
    text = "'[' + " + " + ',' + ".join(f"format({e}, '.17e')" for e in expressions) + " + ']'"
    spec = {"$schema": "https://vega.github.io/schema/vega/v6.json", "width": 10, "height": 10,
            "signals": [{"name": "on", "value": True}], "data": [{"name": "t", "values": values}],
            "marks": [{"type": "text", "from": {"data": "t"},
                       "encode": {"enter": {"text": {"signal": text}}}}]}
    shown = re.findall(r"\[([^,\]<]+),([^\]<]+)\]", vl_convert.vega_to_svg(spec))
    assert len(shown) == 300
    found = np.array(shown, dtype=float).T
    np.testing.assert_allclose(found[0], ss.pay_ratio(g, S, s), rtol=1e-12)
    np.testing.assert_allclose(found[1], ss.pay_ratio(g, S, INF), rtol=1e-12)


# ---------------------------------------------------------------- companions

def test_rosen_revenue_maximises_profit() -> None:
    v, a, c = 3.0, 2.0, 0.7
    for z, eta in ((1.0, 0.5), (2.0, 1.0), (4.0, 2.5)):
        def loss(m: float, p: float = v * z - a, eta: float = eta) -> float:
            return integrate.quad(lambda x: c * x ** (1 / eta), 0, m)[0] - p * m
        best = optimize.minimize_scalar(loss, bounds=(0, 1e3), method="bounded", options={"xatol": 1e-9})
        size, revenue = ss.rosen_revenue(z, v, a, c, eta)
        assert size == pytest.approx(best.x, rel=1e-5)
        assert revenue / (1 + eta) == pytest.approx(-best.fun, rel=1e-9)  # profit
    z = np.linspace(0, 10, 500)
    revenue = ss.rosen_revenue(z, v, a, c, 1.5)[1]
    assert (np.diff(revenue, 2) >= -1e-9).all() and (np.diff(revenue[z > 1], 2) > 0).all()
    assert (np.array(ss.rosen_revenue([0, 0.1, a / v], v, a, c, 1)) == 0).all()
    np.testing.assert_allclose(ss.rosen_revenue(4, v, a, c, 1.5)[1] / ss.rosen_revenue(2, v, a, c, 1.5)[1],
                               (10 / 4) ** 2.5)


def test_dixit_stiglitz_ratio_from_demand() -> None:
    sigma, g = 4.0, 1.3
    price = sigma / (sigma - 1) / np.array([1.0, g])  # constant markup on cost 1/g a unit of quality
    revenue = price ** (1 - sigma)
    assert ss.dixit_stiglitz_ratio(g, sigma) == pytest.approx(revenue[1] / revenue[0])


def test_logit_share_ratio_from_choices() -> None:
    rng = np.random.default_rng(8)
    kappa, q = 2.0, np.array([0.0, 0.4])
    wins = (kappa * q[:, None] + rng.gumbel(size=(2, 400_000))).argmax(axis=0).mean()
    share_ratio, se = wins / (1 - wins), 1 / np.sqrt(400_000 * wins * (1 - wins))
    assert abs(np.log(ss.logit_share_ratio(kappa, 0.4) / share_ratio)) < 4 * se


def luck_after(K: int, n: int) -> float:
    """Exact mean largest share: all ways to split n + K balls into K parts >= 1 are equally likely."""
    N = n + K
    exceed = sum((-1) ** (j + 1) * comb(K, j) * comb(N - j * x - 1, K - 1)
                 for x in range(N) for j in range(1, K + 1) if N - j * x >= K)
    return float(Fraction(exceed, comb(N - 1, K - 1) * N))


def test_luck() -> None:
    assert ss.luck_top_share([1, 2, 3]) == pytest.approx([1, 0.75, 11 / 18], rel=1e-12)
    assert ss.luck_top_share(1000) == pytest.approx(sum(1 / i for i in range(1, 1001)) / 1000, rel=1e-12)
    for K, n in ((3, 4), (5, 40), (10, 300)):
        mean, se = ss.simulate_luck(K, n, 4000, seed=K)
        assert abs(mean - luck_after(K, n)) < 4 * se
        assert 0 <= ss.luck_top_share(K) - luck_after(K, n) < K / (7 * n)
    mean, se = ss.simulate_luck(10)
    assert se < 0.002
    assert abs(mean - ss.luck_top_share(10)) < 4 * se + 10 / 14_000
    assert ss.simulate_luck(4, 0, 10) == (0.25, 0)
    assert ss.simulate_luck(4, 9, 10, seed=1) == ss.simulate_luck(4, 9, 10, seed=1)


# ---------------------------------------------------------------- errors

@pytest.mark.parametrize(("call", "says"), [
    (lambda: ss.pay_ratio([2, 0.5], 2, 2), r"quality_gap\[1\] = 0.5: must be finite and >= 1"),
    (lambda: ss.pay_ratio(INF, 2, 2), "quality_gap = inf: must be finite and >= 1"),
    (lambda: ss.pay_ratio(2, 0.9, 2), "stakes = 0.9: must be >= 1"),
    (lambda: ss.pay_ratio(2, 2, 0.9), "replacement_exponent = 0.9: must be >= 1"),
    (lambda: ss.quality_gap(0.5, 2, 2), "pay_ratio = 0.5: must be finite and >= 1"),
    (lambda: ss.quality_gap(2, 0, 2), "stakes = 0: must be >= 1"),
    (lambda: ss.optimal_staff(2, -1), "replacement_exponent = -1: must be >= 1"),
    (lambda: ss.market_elasticity(2, -3, 2), "stakes = -3: must be >= 1"),
    (lambda: ss.plateau(0, 2), "quality_gap = 0: must be"),
    (lambda: ss.stakes_at_plateau(2, 0), "replacement_exponent = 0: must be >= 1"),
    (lambda: ss.bargained(2, 1.5), r"share = 1.5: must be a number in \[0, 1\]"),
    (lambda: ss.bargained(0.5, 0.5), "pay_ratio = 0.5: must be >= 1"),
    (lambda: ss.stakes(10, 1, 1, -0.1), r"theta = -0.1: must be in \[0, 1\]"),
    (lambda: ss.stakes(0, 1, 1, 1), "market = 0: must be finite and > 0"),
    (lambda: ss.stakes(10, 1, 0, 1), "wage = 0: must be finite and > 0"),
    (lambda: ss.stakes(10, -1, 1, 1), "value = -1: must be finite and > 0"),
    (lambda: ss.many_stars(-1, 2, 2, 2), "k = -1: must be a finite number >= 0"),
    (lambda: ss.many_stars(1, 0, 2, 2), "m = 0: must be a finite number >= 1"),
    (lambda: ss.rosen_revenue(1, 1, 1, 1, 0), "eta = 0: must be finite and > 0"),
    (lambda: ss.rosen_revenue(-1, 1, 1, 1, 1), "z = -1: must be finite and >= 0"),
    (lambda: ss.dixit_stiglitz_ratio(2, 1), "sigma = 1: must be finite and > 1"),
    (lambda: ss.logit_share_ratio(-1, 1), "kappa = -1: must be finite and >= 0"),
    (lambda: ss.luck_top_share(0), "K = 0: must be a finite number >= 1"),
    (lambda: ss.simulate_luck(2.5), "K = 2.5: must be one whole number >= 1"),
    (lambda: ss.simulate_luck(2, -1), "draws = -1: must be one whole number >= 0"),
    (lambda: ss.simulate_luck(2, 10, 1), "size = 1: must be one whole number >= 2"),
])
def test_errors(call, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
