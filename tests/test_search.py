"""superstars.search against closed forms, brute force, independent quadrature and simulation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats
from scipy.linalg import hadamard

from superstars import search
from superstars.lognormal import expected_max_log

DRAWS = 100_000


def uniform(seed: int, *bounds: tuple[float, float]) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.uniform(low, high, DRAWS) for low, high in bounds]


@pytest.fixture(scope="module")
def essay():
    """Accuracy of the ordinary researcher (2 hits in 10) and of the star (3 in 10), if a tenth is good."""
    return search.accuracy_from_hits([0.2, 0.3], 0.1)


def close(simulated, exact, errors=4):
    assert simulated.se > 0
    assert abs(simulated.mean - exact) < errors * simulated.se


# ---------------------------------------------------------------- apples


def test_marginal_find_is_the_fall_in_ideas_left():
    n = np.arange(1, 30)
    left = search.ideas_left(0, np.arange(30), 0.6, 0.2, 0.3)
    np.testing.assert_allclose(search.marginal_find(n, 0.6, 0.3), -np.diff(left), rtol=1e-11)
    np.testing.assert_allclose(np.diff(np.log(search.marginal_find(n, 0.6, 0.3))), -0.3, rtol=1e-11)


@pytest.mark.parametrize("replace", [True, False])
def test_independent_looks_decline_and_coordinated_looks_are_linear_then_zero(replace):
    places, looks, people, lam = 2_000, 600, 6, 0.7
    rng = np.random.default_rng(1)
    found = np.zeros((40, people))
    for row in found:  # every look takes one place; only those never seen before count
        total = people * looks
        seen = rng.integers(places, size=total) if replace else rng.permutation(places)[:total]
        first = np.unique(seen, return_index=True)[1]
        row[:] = np.bincount(first // looks, minlength=people) / places
    find = search.marginal_find if replace else search.coordinated_find
    error = 4 * np.maximum(found.std(axis=0, ddof=1), 1e-9) / 40**0.5 + 2 / places * replace
    n = np.arange(1, people + 1)
    assert (np.abs(lam * found.mean(axis=0) - find(n, lam, looks / places)) < error).all()
    total = np.cumsum(search.coordinated_find(n, lam, 0.3))
    np.testing.assert_allclose(total, lam * np.minimum(0.3 * n, 1), rtol=1e-12)
    assert search.coordinated_find(5, lam, 0.3) == 0


def test_plots_alone_change_nothing():
    n, r = 7, 0.3
    each_plot = search.ideas_left(0, 1, 1, 0, n * r)
    assert each_plot == pytest.approx(search.ideas_left(0, n, 1, 0, r), rel=1e-12)


def test_agents_first_is_the_best_division_of_any_budget():
    rng = np.random.default_rng(2)
    for _ in range(60):
        lam, r_H, r_A, budget = rng.uniform((0.05, 0.1, 0.1, 0.5), (0.95, 2, 6, 5))
        x = np.linspace(0, budget, 200_001)
        best = x[np.argmin(search.ideas_left(budget - x, x, lam, r_H, r_A))]
        assert best == pytest.approx(min(search.agents_first(lam, r_A, r_H), budget), abs=1e-4)


def test_agents_first_limits():
    assert search.agents_first(1, 2, 1) == np.inf
    assert search.agents_first(0.5, 2, 0) == np.inf
    assert search.agents_first(0.5, 2, 1) == 0
    np.testing.assert_array_equal(search.agents_first([0, 0, 1, 0.5], [5, 0, 1, 0], [1, 0, 1, 0]), 0)
    lam, r_A, r_H = uniform(3, (0, 1), (0, 9), (0, 9))
    assert (search.agents_first(lam, r_A, np.nextafter(lam * r_A, 0)) >= 0).all()  # rounding
    x = search.agents_first(lam, r_A, r_H)
    assert ((x > 0) == (lam * r_A > r_H)).all()
    assert (search.agents_first(np.minimum(lam * 1.01, 1), r_A, r_H) >= x - 1e-12).all()


def test_star_reach_is_what_the_tree_holds():
    n, lam, extra, r = uniform(4, (0, 20), (0.01, 0.9), (0, 0.1), (0.01, 3))
    star = search.star_reach(n, lam, lam + extra, r)
    low, high = lam * np.exp(-r * n), extra  # left on the tree
    found = (low + high) * (1 - np.exp(-r))
    np.testing.assert_allclose(star.star, found, rtol=1e-10)
    np.testing.assert_allclose(star.ordinary, low * (1 - np.exp(-r)), rtol=1e-10)
    np.testing.assert_allclose(star.ordinary, search.marginal_find(n + 1, lam, r), rtol=1e-10)
    np.testing.assert_allclose(star.ratio, star.star / star.ordinary, rtol=1e-8)
    np.testing.assert_allclose(star.star - star.ordinary, extra * (1 - np.exp(-r)), atol=1e-15)
    enough = np.isfinite(star.replaces)
    assert 0.1 < enough.mean() < 0.9
    more = low * -np.expm1(-r * np.where(enough, star.replaces, 0))
    np.testing.assert_allclose(more[enough], found[enough], rtol=1e-6)
    assert (found[~enough] >= low[~enough] * (1 - 1e-9)).all()
    later = search.star_reach(n + 1, lam, lam + extra, r)
    assert (later.ratio >= star.ratio).all() and (later.star <= star.star).all()


def test_star_reach_limits():
    same = search.star_reach([0, 50, 1e6], 0.4, 0.4, 0.5)
    np.testing.assert_array_equal(same.ratio, 1)
    np.testing.assert_allclose(same.replaces, 1, rtol=1e-12)
    slow = search.star_reach(3, 0.4, 0.6, 0)
    assert (slow.ratio, slow.star, slow.ordinary) == (pytest.approx(1.5), 0, 0)
    assert slow.replaces == pytest.approx(search.star_reach(3, 0.4, 0.6, 1e-9).replaces, rel=1e-6)
    far = search.star_reach(1e6, 0.4, 0.6, 1)
    assert far.ratio == np.inf and far.star == pytest.approx(0.2 * (1 - np.exp(-1)))
    assert search.star_reach(0, 0, 0.5, 1).ratio == np.inf
    assert np.isnan(search.star_reach(0, 0, 0, 1).ratio)


# ---------------------------------------------------------------- choosing


def test_selection_intensity_of_one_is_the_expected_maximum():
    m = np.array([1, 2, 3, 10, 100, 1_000, 10**6, 10**12])
    np.testing.assert_allclose(search.selection_intensity(1, m), expected_max_log(m), rtol=1e-12, atol=1e-14)
    closed = np.array([1, 1.5]) / np.pi**0.5
    np.testing.assert_allclose(search.selection_intensity(1, [2, 3]), closed, rtol=1e-13)


def test_selection_intensity_is_the_mean_of_the_highest_order_statistics():
    z = np.linspace(-12, 12, 4_001)
    for m in (2, 7, 30):
        j = np.arange(1, m + 1)[:, None]
        density = stats.beta.pdf(stats.norm.cdf(z), j, m - j + 1) * stats.norm.pdf(z)
        mean = np.trapezoid(z * density, z, axis=-1)
        k = np.arange(1, m + 1)
        np.testing.assert_allclose(search.selection_intensity(k, m), np.cumsum(mean[::-1]) / k, atol=1e-9)
        np.testing.assert_allclose(search.shadow_price(0.5, k, m), 0.5 * mean[::-1], atol=1e-9)
    assert search.selection_intensity(30, 30) == 0
    assert search.selection_intensity(10**5, 10**6) == pytest.approx(
        stats.norm.pdf(stats.norm.ppf(0.9)) / 0.1, rel=1e-5
    )


def test_selection_intensity_bounds_and_symmetry():
    m, k = np.array([(m, k) for m in range(2, 61) for k in range(1, m)]).T
    i = search.selection_intensity(k, m)
    assert (i > 0).all() and (i <= expected_max_log(m) + 1e-12).all()
    np.testing.assert_allclose(k * i, (m - k) * search.selection_intensity(m - k, m), rtol=1e-10)
    np.testing.assert_array_less(search.selection_intensity(k + 1, m), i)
    np.testing.assert_array_less(i, search.selection_intensity(k, m + 1))
    np.testing.assert_array_less(search.shadow_price(1, k + 1, m), search.shadow_price(1, k, m))


def test_chosen_value_is_linear_in_taste_so_that_taste_and_compute_are_complements():
    np.testing.assert_allclose(
        search.chosen_value([0, 0.5, 1], 3, 10),
        search.selection_intensity(3, 10) * np.array([0, 0.5, 1]),
        rtol=1e-14,
    )
    price = search.shadow_price([[0.2], [0.4]], np.arange(1, 5), 10)
    np.testing.assert_allclose(price[1], 2 * price[0], rtol=1e-12)


def test_pooled_accuracy_properties():
    rho, r, n = uniform(5, (0, 1), (0, 1), (1, 50))
    pooled = search.pooled_accuracy(rho, n, r)
    assert (pooled >= rho - 1e-14).all() and (pooled <= 1).all()
    assert (search.pooled_accuracy(rho, n + 1, r) >= pooled).all()
    assert (search.pooled_accuracy(rho, n, np.minimum(r + 0.01, 1)) <= pooled).all()
    assert (search.pooled_accuracy(rho, np.inf, r) >= pooled).all()
    np.testing.assert_allclose(search.pooled_accuracy(rho, n, 1), rho, rtol=1e-12)
    np.testing.assert_allclose(search.pooled_accuracy(rho, 1, r), rho, rtol=1e-12)
    np.testing.assert_array_equal(search.pooled_accuracy(rho, np.inf, 0), 1)
    np.testing.assert_array_equal(search.pooled_accuracy([0, 0, 1, 1], [3, np.inf, 3, np.inf], 0), [0, 0, 1, 1])


def test_pooled_accuracy_is_the_correlation_of_value_and_mean_judgement():
    rho, n, r = 0.3, 5, 0.2
    covariance = np.full((n + 1, n + 1), rho**2 + (1 - rho**2) * r)
    np.fill_diagonal(covariance, 1)
    covariance[0, 1:] = covariance[1:, 0] = rho
    weight = np.r_[0, np.full(n, 1 / n)]
    correlation = covariance[0] @ weight / np.sqrt(weight @ covariance @ weight)
    assert search.pooled_accuracy(rho, n, r) == pytest.approx(correlation, rel=1e-13)


def test_judges_to_match_inverts_pooled_accuracy():
    rho, rho_star, r = uniform(6, (0, 1), (0, 1), (0, 1))
    n, limit = search.judges_to_match(rho, rho_star, r), search.correlation_limit(rho, rho_star)
    some = np.isfinite(n) & (rho < rho_star)
    assert 0.1 < some.mean() < 0.9
    np.testing.assert_allclose(search.pooled_accuracy(rho, n, r)[some], rho_star[some], rtol=1e-7)
    none = np.isinf(n)
    assert (search.pooled_accuracy(rho, np.inf, r)[none] <= rho_star[none] + 1e-12).all()
    assert (none == ((r >= limit) & (rho < rho_star))).all()
    assert (n[rho >= rho_star] == 1).all() and (n >= 1).all()
    m = 1 + np.ceil(uniform(7, (0, 9))[0])
    largest = (m * limit - 1) / (m - 1)  # the error correlation at which m judges just match
    ok = (largest >= 0) & (rho < rho_star)
    matched = search.judges_to_match(rho, rho_star, np.clip(largest, 0, 1))
    np.testing.assert_allclose(matched[ok], m[ok], rtol=1e-6)


def test_judges_to_match_limits():
    assert search.judges_to_match(0.3, 1, 0) == np.inf
    assert search.judges_to_match(0, 0.1, 0) == np.inf
    for equal in (0, 0.4, 1):
        assert search.judges_to_match(equal, equal, 1) == 1
        assert search.correlation_limit(equal, equal) == 1
    assert search.judges_to_match(0.3, 0.4, 1) == np.inf
    assert search.correlation_limit(0.5, 1) == 0


@pytest.mark.parametrize("base", [0.01, 0.1, 0.4, 0.5, 0.9])
def test_hit_rate_is_the_bivariate_normal_orthant(base):
    z = stats.norm.ppf(base)  # the lower orthant at -z: the same by symmetry
    for rho in (0.0, 0.2, 0.7, 0.99):
        joint = stats.multivariate_normal(cov=[[1, rho], [rho, 1]]).cdf([z, z])
        assert search.hit_rate(rho, base) == pytest.approx(joint / base, abs=1e-6)
    assert search.hit_rate(1, base) == 1
    assert search.hit_rate(0, base) == pytest.approx(base, rel=1e-14)
    assert search.hit_rate(1 - 1e-12, base) == pytest.approx(1, abs=1e-4)


def test_hit_rate_at_the_median_is_sheppards_formula():
    rho = np.linspace(0, 1, 101)
    np.testing.assert_allclose(search.hit_rate(rho, 0.5), 0.5 + np.arcsin(rho) / np.pi, rtol=1e-13)


def test_accuracy_from_hits_inverts_hit_rate():
    base, share = uniform(8, (0.001, 0.999), (0, 1))
    hits = base + share * (1 - base)
    rho = search.accuracy_from_hits(hits, base)
    np.testing.assert_allclose(search.hit_rate(rho, base), hits, rtol=1e-10)
    assert (rho >= 0).all() and (rho <= 1).all()
    np.testing.assert_array_equal(search.accuracy_from_hits(base, base), 0)
    np.testing.assert_array_equal(search.accuracy_from_hits(1, base), 1)


def test_the_essays_calibration(essay):
    np.testing.assert_allclose(essay, [0.265, 0.460], atol=5e-4)
    ordinary, star = essay
    assert np.ceil(search.judges_to_match(ordinary, star, 0)) == 4
    assert search.pooled_accuracy(ordinary, 2, 0) < star < search.pooled_accuracy(ordinary, 4, 0)
    assert search.correlation_limit(ordinary, star) == pytest.approx(0.2815, abs=1e-4)
    assert search.judges_to_match(ordinary, star, 0.2816) == np.inf


def test_hits_among_the_chosen(essay):
    rng = np.random.default_rng(9)
    m, k, size = 20_000, 2_000, 200
    for rho, expected in zip(essay, (0.2, 0.3), strict=True):
        value = rng.standard_normal((size, m))
        judged = rho * value + np.sqrt(1 - rho**2) * rng.standard_normal((size, m))
        best, chosen = (x > np.partition(x, m - k - 1, axis=-1)[:, m - k - 1, None] for x in (value, judged))
        share = (best & chosen).sum(axis=-1) / k
        assert abs(share.mean() - expected) < 4 * share.std(ddof=1) / size**0.5


@pytest.mark.parametrize(("rho", "n", "r", "k", "m"), [
    (0.265, 1, 0, 10, 100), (0.265, 4, 0, 10, 100), (0.265, 2, 0.5, 3, 10), (0.46, 3, 1, 1, 10),
    (1, 2, 0.5, 5, 10), (0, 3, 0, 2, 10), (0.5, 2, 0.3, 10, 10),
])  # fmt: skip
def test_simulated_choosing(rho, n, r, k, m):
    simulated = search.simulate_choosing(rho, n, r, k, m, size=20_000, seed=10)
    close(simulated, search.chosen_value(search.pooled_accuracy(rho, n, r), k, m))
    assert simulated == search.simulate_choosing(rho, n, r, k, m, size=20_000, seed=10)


# ---------------------------------------------------------------- extracting


def test_union_of_the_essays_example():
    np.testing.assert_array_equal(search.union_of_two(2, [0, 1, 2], 10), [4, 3, 2])
    np.testing.assert_allclose(search.union_of_insights(2, 2, 10, [0, 0.375, 1]), [3.6, 3, 2], rtol=1e-14)
    np.testing.assert_allclose(search.shared_insights(2, 10, [0, 0.375, 1]), [0.4, 1, 2], rtol=1e-14)
    assert np.ceil(search.researchers_to_match(2, 3, 10, 0)) == 2
    assert search.researchers_to_match(2, 3, 10, 0.375) == pytest.approx(2, rel=1e-13)
    assert search.overlap_limit(2, 3, 10) == 0.875
    assert search.researchers_to_match(2, 3, 10, 0.875) == np.inf
    assert search.researchers_to_match(2, 3, 10, 0.8749) < 100


def test_union_by_enumeration():
    """Every outcome of one experiment for up to five researchers, weighted by its probability."""
    for n, p, overlap in itertools.product((1, 2, 5), (0.1, 0.6), (0, 0.3, 1)):
        any_sees = both = 0.0
        for outcome in itertools.product((0, 1), repeat=n):
            hits = sum(outcome)
            alike = p if hits == n else 1 - p if hits == 0 else 0.0
            chance = overlap * alike + (1 - overlap) * p**hits * (1 - p) ** (n - hits)
            any_sees += chance * (hits > 0)
            both += chance * (outcome[0] and outcome[-1])
        assert search.union_of_insights(10 * p, n, 10, overlap) == pytest.approx(10 * any_sees, rel=1e-12)
        if n > 1:
            assert search.shared_insights(10 * p, 10, overlap) == pytest.approx(10 * both, rel=1e-12)
            assert (both - p**2) / (p * (1 - p)) == pytest.approx(overlap, abs=1e-12)


def test_exactly_two_of_ten_each_also_give_3_point_6():
    shared = stats.hypergeom(10, 2, 2)
    assert search.union_of_two(2, shared.mean(), 10) == pytest.approx(search.union_of_insights(2, 2, 10, 0))


def test_union_properties():
    share, n, overlap = uniform(11, (0, 1), (1, 30), (0, 1))
    hits = 10 * share
    union = search.union_of_insights(hits, n, 10, overlap)
    tiny = 1e-12
    assert (union >= hits - tiny).all() and (union <= np.minimum(10, n * hits) + tiny).all()
    assert (search.union_of_insights(hits, n + 1, 10, overlap) >= union - tiny).all()
    assert (search.union_of_insights(hits, n, 10, np.minimum(overlap + 0.01, 1)) <= union + tiny).all()
    np.testing.assert_allclose(search.union_of_insights(hits, n, 10, 1), hits, rtol=1e-12)
    np.testing.assert_allclose(
        search.union_of_insights(hits, 2, 10, overlap),
        2 * hits - search.shared_insights(hits, 10, overlap),
        rtol=1e-10,
    )
    assert search.union_of_insights(2, np.inf, 10, 0.25) == 0.25 * 2 + 0.75 * 10
    assert search.union_of_insights(0, np.inf, 10, 0.25) == 0


def test_researchers_to_match_inverts_the_union():
    hits, star, overlap = uniform(12, (0, 10), (0, 10), (0, 1))
    n = search.researchers_to_match(hits, star, 10, overlap)
    some, none = np.isfinite(n) & (hits < star), np.isinf(n)
    assert 0.1 < some.mean() < 0.9
    np.testing.assert_allclose(search.union_of_insights(hits, n, 10, overlap)[some], star[some], rtol=1e-9)
    assert (search.union_of_insights(hits, np.inf, 10, overlap)[none] <= star[none] + 1e-9).all()
    assert (n >= 1).all() and (n[hits >= star] == 1).all()
    assert (overlap[some] < search.overlap_limit(hits, star, 10)[some]).all()
    limit = search.overlap_limit(hits, star, 10)
    below = search.researchers_to_match(hits, star, 10, np.nextafter(limit, 0))  # rounding must not make it NaN
    assert (below >= 1).all() and np.isinf(search.researchers_to_match(hits, star, 10, limit)[hits < star]).all()
    assert search.researchers_to_match(0, 3, 10, 0) == np.inf
    assert search.researchers_to_match(2, 10, 10, 0) == np.inf
    assert search.researchers_to_match(10, 10, 10, 1) == 1
    np.testing.assert_array_equal(search.overlap_limit([0, 3, 10, 2], [3, 3, 10, 10], 10), [0, 1, 1, 0])


# ---------------------------------------------------------------- the sprint


def expected_positive_part(mean: float, sd: float) -> float:
    return stats.norm.expect(lambda x: max(x, 0), loc=mean, scale=sd, lb=0, ub=mean + 40 * sd)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("rho", [0.1, 0.265, 0.46, 1])
def test_bundle_gain_is_the_positive_part_of_the_posterior_mean(rho, share):
    expected = 10 * expected_positive_part(stats.norm.ppf(share), rho)
    assert search.bundle_gain(rho, 10, share) == pytest.approx(expected, abs=1e-8)


def test_bundle_gain_limits_and_convexity():
    mu = stats.norm.ppf([0.2, 0.5, 0.7])
    np.testing.assert_allclose(search.bundle_gain(0, 10, [0.2, 0.5, 0.7]), 10 * np.maximum(mu, 0), atol=1e-15)
    rho, step, share = uniform(13, (0.01, 0.9), (0, 0.01), (0.01, 0.99))
    low, mid, high = (search.bundle_gain(rho + s * step, 1, share) for s in (-1, 0, 1))
    assert (low <= mid + 1e-15).all() and (low + high >= 2 * mid - 1e-14).all()
    np.testing.assert_allclose(
        search.bundle_gain(rho, 1, share) - stats.norm.ppf(share),
        search.bundle_gain(rho, 1, 1 - share),
        atol=1e-12,
    )  # max(0, x) - x = max(0, -x)


def test_one_at_a_time_without_interactions_is_closed_form():
    share, noise, rho = (x[:2_000] for x in uniform(14, (0.01, 0.99), (0, 3), (0, 0.99)))
    v = 1 - rho**2
    s = np.sqrt(rho**2 + v**2 / (v + noise**2))
    gain = search.one_at_a_time_gain(8, share, noise, 0, rho)
    np.testing.assert_allclose(gain, np.arange(1, 9) * search.bundle_gain(s, 1, share)[:, None], rtol=1e-10)


def test_a_run_is_worth_as_much_as_intuition_of_its_own_accuracy():
    rho = np.array([0.265, 0.46, 0.9])
    noise = np.sqrt(1 / rho**2 - 1)
    bundle = search.bundle_gain(rho, 10, 0.3)
    np.testing.assert_allclose(search.one_at_a_time_gain(10, 0.3, noise)[:, -1], bundle)
    blind = search.one_at_a_time_gain(10, 0.3, np.inf, 0.7, rho)  # a run that tells nothing leaves intuition
    np.testing.assert_allclose(blind[:, -1], bundle)


def test_one_at_a_time_properties():
    share, noise, rho, tau = (x[:20_000] for x in uniform(15, (0.01, 0.99), (0, 3), (0, 1), (0, 1)))
    gain = search.one_at_a_time_gain(5, share, noise, tau, rho)
    tiny = 1e-12
    assert (np.diff(gain, axis=-1) >= -tiny).all() and (gain >= -tiny).all()
    assert (search.one_at_a_time_gain(5, share, noise * 1.1, tau, rho) <= gain + tiny).all()
    assert (search.one_at_a_time_gain(5, share, noise, tau, rho * 0.99) <= gain + tiny).all()
    assert (search.one_at_a_time_gain(5, share, noise, tau * 1.01, rho) >= gain - tiny).all()
    known = search.one_at_a_time_gain(3, [0.4, 0.6], 0, 0, 1)[:, -1]
    np.testing.assert_allclose(known, 3 * search.bundle_gain(1, 1, [0.4, 0.6]))
    np.testing.assert_array_equal(search.one_at_a_time_gain(3, 0.5, np.inf, 1), 0)


def test_markov_chain_by_hand():
    """Two runs: the second change meets the first only if that was kept."""
    mu, noise, tau = stats.norm.ppf(0.4), 0.8, 0.6
    s = [v / np.sqrt(v + noise**2) for v in (1, 1 + tau**2)]
    g = [expected_positive_part(mu, x) for x in s]
    keep = stats.norm.cdf(mu / s[0])
    expected = [g[0], g[0] + (1 - keep) * g[0] + keep * g[1]]
    np.testing.assert_allclose(search.one_at_a_time_gain(2, 0.4, noise, tau), expected, atol=1e-8)


def test_runs_to_catch_up(essay):
    for tau in (0, 0.5):
        for share, noise in itertools.product((0.1, 0.3, 0.5), (0.5, 1, 2)):
            gain = search.one_at_a_time_gain(10, share, noise, tau)
            bundle = search.bundle_gain(essay[1], 10, share)
            by_hand = next((run + 1 for run in range(10) if gain[run] >= bundle), np.inf)
            assert search.runs_to_catch_up(essay[1], 10, share, noise, tau) == by_hand
    rho = np.linspace(0.2, 0.9, 50)
    same = np.sqrt(1 / rho**2 - 1)
    np.testing.assert_array_equal(search.runs_to_catch_up(rho, 10, 0.3, same), 10)  # equal but for rounding
    np.testing.assert_array_equal(search.runs_to_catch_up(rho, 10, 0.3, 1.01 * same), np.inf)
    assert search.runs_to_catch_up([[0.2], [0.4]], 10, [0.1, 0.3, 0.5], 1).shape == (2, 3)


@pytest.mark.parametrize("rho", [0.0, 0.4])
def test_factorial_gain_by_simulating_a_hadamard_design(rho):
    runs, d, share, noise, size = 8, 7, 0.3, 1.0, 40_000
    rng = np.random.default_rng(16)
    design = hadamard(runs)[:, 1:]  # with or without each change, balanced and orthogonal
    mu = stats.norm.ppf(share)
    value = rng.standard_normal((size, d))
    prior = mu + rho * (rho * value + np.sqrt(1 - rho**2) * rng.standard_normal((size, d)))
    score = (mu + value) @ (design.T == 1) + noise * rng.standard_normal((size, runs))
    contrast = score @ design * (2 / runs)
    weight = (1 - rho**2) / (1 - rho**2 + 4 * noise**2 / runs)
    gain = np.sum((mu + value) * (prior + weight * (contrast - prior) > 0), axis=-1)
    exact = search.factorial_gain(runs, d, share, noise, rho)
    assert abs(gain.mean() - exact) < 4 * gain.std(ddof=1) / size**0.5
    assert exact > search.one_at_a_time_gain(d, share, noise, 0, rho)[-1]


@pytest.mark.parametrize("tau", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(("share", "noise", "runs", "rho"), [(0.2, 1, 10, 0), (0.5, 0.5, 4, 0.265), (0.4, 0, 7, 1)])
def test_simulated_sprint(essay, share, noise, runs, rho, tau):
    sprint = search.simulate_sprint(essay[1], 10, share, noise, tau, runs, rho, size=20_000, seed=17)
    close(sprint.bundle, search.bundle_gain(essay[1], 10, share))
    close(sprint.one_at_a_time, search.one_at_a_time_gain(10, share, noise, tau, rho)[runs - 1])
    assert sprint.bundle_or_old.mean > sprint.bundle.mean
    assert sprint.lead.mean == pytest.approx(sprint.bundle_or_old.mean - sprint.one_at_a_time.mean)
    assert 0 < sprint.worse.mean < 0.5


@pytest.mark.parametrize(("rho", "noise", "tau"), [(0.46, 1, 0.5), (0.95, 3, 0), (0.3, 12, 2)])
def test_simulated_bundle_against_the_gaussian_posterior(rho, noise, tau):
    """Given the judgements the bundle's gain is normal, and so is the posterior mean that decides on it."""
    d, share, size = 10, 0.4, 100_000
    mu = stats.norm.ppf(share)
    liked = mu + rho * np.random.default_rng(18).standard_normal((size, d))
    k, mean = (liked > 0).sum(axis=-1), np.maximum(liked, 0).sum(axis=-1)
    v = k * (1 - rho**2) + tau**2 * k * (k - 1) / 2
    s = np.maximum(v, 1e-300) / np.sqrt(v + noise**2)
    gain = np.where(k, mean * stats.norm.cdf(mean / s) + s * stats.norm.pdf(mean / s), 0.0)
    worse = np.where(k, stats.norm.cdf(-mean / np.sqrt(np.maximum(v, 1e-300))), 0.0)
    reverted = np.where(k, stats.norm.cdf(-mean / s), 0.0)
    sprint = search.simulate_sprint(rho, d, share, noise, tau, 1, size=100_000, seed=19)
    pairs = ((sprint.bundle_or_old, gain), (sprint.worse, worse), (sprint.reverted, reverted))
    for simulated, oracle in pairs:
        error = np.hypot(simulated.se, oracle.std(ddof=1) / size**0.5)
        assert abs(simulated.mean - oracle.mean()) < 4 * error


def test_interactions_do_not_move_tests_on_the_old_recipe():
    """One change at a time against the old recipe, all keepers combined: the tau = 0 gain, whatever tau."""
    rng, size, d, noise, tau = np.random.default_rng(20), 40_000, 6, 1.0, 0.8
    effect = stats.norm.ppf(0.4) + rng.standard_normal((size, d))
    mu = stats.norm.ppf(0.4)
    keep = mu + (effect + noise * rng.standard_normal((size, d)) - mu) / (1 + noise**2) > 0
    pairs = np.triu(tau * rng.standard_normal((size, d, d)), 1)
    gain = np.sum(effect * keep, axis=-1) + np.einsum("ni,nij,nj->n", keep, pairs, keep)
    exact = search.one_at_a_time_gain(d, 0.4, noise)[-1]
    assert abs(gain.mean() - exact) < 4 * gain.std(ddof=1) / size**0.5


def test_when_the_bundle_wins_and_when_it_loses(essay):
    ordinary, star = essay
    # Good changes are common: the star's one run is worth more than three tests
    wins = search.simulate_sprint(star, 10, 0.5, 1, 0.2, runs=3, seed=21)
    assert wins.lead.mean > 4 * wins.lead.se
    # Good changes are rare, and there are runs to test them all: the bundle holds next to nothing
    loses = search.simulate_sprint(star, 10, 0.2, 1, 0.2, runs=10, seed=21)
    assert loses.lead.mean < -4 * loses.lead.se
    assert search.runs_to_catch_up(star, 10, 0.3, 2) == np.inf  # runs too noisy to beat intuition
    star_gain, ordinary_gain = (search.bundle_gain(rho, 10, [0.1, 0.2, 0.3, 0.5]) for rho in (star, ordinary))
    ratio = star_gain / ordinary_gain  # the rarer good changes are, the more a little intuition is worth
    assert (np.diff(ratio) < 0).all() and ratio[-1] == pytest.approx(star / ordinary)


# ---------------------------------------------------------------- coordination; errors; missing values


def test_coordination_links_counts_pairs():
    for n in range(8):
        assert search.coordination_links(n) == len(list(itertools.combinations(range(n), 2)))


@pytest.mark.parametrize(("call", "message"), [
    (lambda: search.ideas_left(1, 1, 1.2, 1, 1), r"lam = 1.2: must be a number in \[0, 1\]"),
    (lambda: search.ideas_left(1, 1, 0.5, -1, 1), "r_H = -1: must be finite and >= 0"),
    (lambda: search.ideas_left(-1, 1, 0.5, 1, 1), "x_H = -1"),
    (lambda: search.marginal_find(0, 0.5, 1), "n = 0: must be finite and >= 1"),
    (lambda: search.marginal_find(1, 0.5, [1, -2]), r"r\[1\] = -2"),
    (lambda: search.coordinated_find(1, -0.5, 1), "lam = -0.5"),
    (lambda: search.agents_first(0.5, -1, 1), "r_A = -1"),
    (lambda: search.star_reach(0, 0.5, 0.4, 1), "lam = 0.5: must be <= lam_star = 0.4"),
    (lambda: search.star_reach(-1, 0.5, 0.6, 1), "n = -1"),
    (lambda: search.star_reach(1, 0.5, 1.6, 1), "lam_star = 1.6"),
    (lambda: search.selection_intensity(11, 10), "k = 11: must be <= m = 10"),
    (lambda: search.selection_intensity([1, 5], [4, 4]), r"k\[1\] = 5: must be <= m = 4"),
    (lambda: search.selection_intensity(1.5, 10), "k = 1.5: must be a whole number >= 1"),
    (lambda: search.selection_intensity(0, 10), "k = 0"),
    (lambda: search.selection_intensity(1, np.inf), "m = inf"),
    (lambda: search.shadow_price(0.5, 0, 10), "k = 0"),
    (lambda: search.chosen_value(-0.1, 1, 10), r"rho = -0.1: must be a number in \[0, 1\]"),
    (lambda: search.pooled_accuracy(0.5, 2, 1.1), r"r = 1.1: must be a number in \[0, 1\]"),
    (lambda: search.pooled_accuracy(0.5, 2, -0.1), "r = -0.1"),
    (lambda: search.pooled_accuracy(1.5, 2, 0), "rho = 1.5"),
    (lambda: search.pooled_accuracy(0.5, 0.5, 0), r"n = 0.5: must be >= 1 \(inf allowed\)"),
    (lambda: search.judges_to_match(0.5, 1.1, 0), "rho_star = 1.1"),
    (lambda: search.correlation_limit(-0.5, 1), "rho = -0.5"),
    (lambda: search.hit_rate(0.5, 0), "base_rate = 0: must be a probability with 0 < p < 1"),
    (lambda: search.accuracy_from_hits(0.05, 0.1), "hits = 0.05: must be at least base_rate"),
    (lambda: search.accuracy_from_hits(1.05, 0.1), "hits = 1.05"),
    (lambda: search.simulate_choosing([0.5], 1, 0, 1, 10), r"rho = \[0.5\]: must be one number"),
    (lambda: search.simulate_choosing(0.5, 1.5, 0, 1, 10), "n = 1.5: must be a whole number"),
    (lambda: search.simulate_choosing(0.5, 1, 0, 11, 10), "k = 11: must be <= m = 10"),
    (lambda: search.simulate_choosing(0.5, 1, 0, 1, 10, size=1), "size = 1"),
    (lambda: search.union_of_two(2, 3, 10), "shared = 3: must be <= hits = 2"),
    (lambda: search.union_of_two(7, 3, 10), "shared = 3: must be >= 2 hits - m"),
    (lambda: search.union_of_insights(11, 2, 10, 0), "hits = 11: must be <= m = 10"),
    (lambda: search.union_of_insights(2, 2, 10, 2), "overlap = 2"),
    (lambda: search.shared_insights(2, 0, 0), "m = 0: must be finite and >= 1"),
    (lambda: search.overlap_limit(2, 11, 10), "star_hits = 11: must be <= m = 10"),
    (lambda: search.researchers_to_match(-2, 3, 10, 0), "hits = -2"),
    (lambda: search.bundle_gain(0.5, 0, 0.5), "d = 0"),
    (lambda: search.bundle_gain(0.5, 10, 1), "share_good = 1: must be a probability"),
    (lambda: search.one_at_a_time_gain([2, 3], 0.5, 1), r"d = \[2, 3\]: must be one number"),
    (lambda: search.one_at_a_time_gain(10, 0.5, -1), "noise = -1"),
    (lambda: search.runs_to_catch_up(2, 10, 0.5, 1), "rho_star = 2"),
    (lambda: search.factorial_gain(10, 7, 0.5, 1), "runs = 10: must be a multiple of 4 and larger than d"),
    (lambda: search.factorial_gain(8, 8, 0.5, 1), "runs = 8: must be a multiple of 4"),
    (lambda: search.simulate_sprint(0.5, 10, 0.5, np.inf, 0, 5), "noise = inf: must be finite"),
    (lambda: search.simulate_sprint(0.5, 10, 0.5, 1, -1, 5), "tau = -1"),
    (lambda: search.simulate_sprint(0.5, 10, 0.5, 1, 0, 11), "runs = 11: must be <= d = 10"),
    (lambda: search.simulate_sprint(1.5, 10, 0.5, 1, 0, 1), "rho_star = 1.5"),
    (lambda: search.simulate_sprint(np.nan, 10, 0.5, 1, 0, 1), "rho_star = nan: must be one number"),
    (lambda: search.coordination_links(2.5), "n = 2.5"),
])  # fmt: skip
def test_errors_name_argument_value_and_range(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("function", "arguments"), [
    (search.ideas_left, (1, 1, 0.5, 1, 1)), (search.marginal_find, (1, 0.5, 1)),
    (search.agents_first, (0.5, 4, 1)), (search.coordinated_find, (1, 0.5, 1)),
    (search.star_reach, (1, 0.5, 0.5, 1)),
    (search.selection_intensity, (1, 2)), (search.chosen_value, (0, 1, 2)), (search.shadow_price, (0, 1, 1)),
    (search.pooled_accuracy, (0, 2, 0)), (search.correlation_limit, (0.5, 0.4)),
    (search.judges_to_match, (0.5, 0.4, 1)), (search.hit_rate, (1, 0.5)),
    (search.accuracy_from_hits, (1, 0.5)), (search.union_of_two, (2, 1, 10)),
    (search.shared_insights, (2, 10, 0)),
    (search.union_of_insights, (2, 2, 10, 0)), (search.overlap_limit, (3, 2, 10)),
    (search.researchers_to_match, (3, 2, 10, 0)), (search.bundle_gain, (0, 1, 0.5)),
    (search.runs_to_catch_up, (0.5, 1, 0.5, 1, 0, 0)), (search.factorial_gain, (4, 3, 0.5, 1, 0)),
    (search.coordination_links, (2,)),
])  # fmt: skip
def test_nan_in_nan_out(function, arguments):
    assert not np.isnan(function(*arguments)).any()
    for i in range(len(arguments)):
        if function is search.runs_to_catch_up and i == 1:
            continue  # d is one whole number
        missing = function(*arguments[:i], np.nan, *arguments[i + 1 :])
        missing = missing.ratio if function is search.star_reach else missing
        assert np.isnan(missing), (function.__name__, i)
