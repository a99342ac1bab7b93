"""superstars.skills against closed forms, numerical convolution and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from superstars.skills import product_of_skills


def log_skill_density(x: np.ndarray, spread: float) -> np.ndarray:
    return np.where((x > np.log(1 - spread)) & (x < np.log(1 + spread)), np.exp(x) / (2 * spread), 0.0)


@pytest.mark.parametrize("spread", [0.05, 0.5, 0.95])
def test_one_skill_is_closed_form(spread):
    one = product_of_skills(1, spread)
    np.testing.assert_allclose(
        one.density, one.sd * log_skill_density(one.mean + one.sd * one.z, spread), atol=1e-12
    )

    def moment(u):  # integral of ln u du, divided by the width
        return (u * np.log(u) - u) / (2 * spread)

    assert one.mean == pytest.approx(moment(1 + spread) - moment(1 - spread), abs=1e-12)
    u = np.linspace(1 - spread, 1 + spread, 200_001)
    gap = np.abs((u - 1 + spread) / (2 * spread) - stats.norm.cdf((np.log(u) - one.mean) / one.sd)).max()
    assert one.distance == pytest.approx(gap, abs=1e-5)


@pytest.mark.parametrize("k", [2, 3, 7])
def test_density_is_the_numerical_convolution(k):
    spread, step = 0.5, 2e-4
    low = np.log(1 - spread)
    x = low + step * (np.arange(round((np.log(1 + spread) - low) / step)) + 0.5)
    one = total = log_skill_density(x, spread)
    for _ in range(k - 1):
        total = np.convolve(total, one) * step
    at = k * (low + step / 2) + step * np.arange(total.size)
    exact = product_of_skills(k, spread, z=np.linspace(-3, 2, 41))
    points = exact.mean + exact.sd * exact.z
    np.testing.assert_allclose(
        np.interp(points, at, total * exact.sd), exact.density, atol=2e-3 if k == 2 else 1e-3
    )


@pytest.mark.parametrize("k", [1, 4, 12])
def test_moments_and_distance_agree_with_simulation(k):
    logs = np.log(np.random.default_rng(6).uniform(0.5, 1.5, (40_000, k))).sum(axis=-1)
    exact = product_of_skills(k)
    n = logs.size
    assert abs(logs.mean() - exact.mean) < 4 * exact.sd / n**0.5
    assert logs.std() == pytest.approx(exact.sd, rel=4 / n**0.5)
    assert abs(stats.skew(logs) - exact.skewness) < 4 * (6 / n) ** 0.5
    distance = stats.kstest((logs - exact.mean) / exact.sd, "norm").statistic
    assert abs(distance - exact.distance) < 1.63 / n**0.5  # the 1 % point of the Kolmogorov statistic


def test_more_skills_bring_the_lognormal_closer_and_leave_a_left_skew():
    grid = [product_of_skills(k) for k in range(1, 13)]
    assert (np.diff([g.distance for g in grid]) < 0).all()
    np.testing.assert_allclose(
        [g.skewness * k**0.5 for k, g in enumerate(grid, 1)], grid[0].skewness, rtol=1e-10
    )
    assert grid[0].skewness < 0
    np.testing.assert_allclose([g.sd**2 / k for k, g in enumerate(grid, 1)], grid[0].sd ** 2, rtol=1e-12)
    wide = product_of_skills(5, z=np.linspace(-12, 6, 20_001))
    assert np.trapezoid(wide.density, wide.z) == pytest.approx(1, abs=1e-9)
    assert np.trapezoid(wide.density * wide.z**2, wide.z) == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize(
    ("k", "spread", "message"),
    [
        (0, 0.5, "k = 0: must be a whole number from 1 to 20"),
        (2.5, 0.5, "k = 2.5"),
        (21, 0.5, "k = 21"),
        (np.nan, 0.5, "k = nan"),
        (3, 0.0, "spread = 0.0: must be a number with 0 < spread < 1"),
        (3, 1.0, "spread = 1.0"),
    ],
)
def test_bad_input_is_named(k, spread, message):
    with pytest.raises(ValueError, match=message):
        product_of_skills(k, spread)
