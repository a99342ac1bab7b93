"""superstars.scaling against closed forms, recovery of known parameters, scipy, statsmodels and publications."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import optimize

from superstars import scaling
from superstars.data import load
from superstars.scaling import Law

TRUE = Law(1.8, 450.0, 1900.0, 0.34, 0.36)
BUDGETS = np.array([1e18, 1e21, 5.88e23, 1e26])


@pytest.fixture(scope="module")
def runs() -> tuple[np.ndarray, ...]:
    points = load("chinchilla_points")
    return tuple(points[column].to_numpy() for column in ("params", "tokens", "loss"))


@pytest.fixture(scope="module")
def laws() -> dict[str, Law]:
    return scaling.published_laws()


@pytest.fixture(scope="module")
def fits(runs) -> dict[str, scaling.LawFit]:
    return {"240": scaling.fit_points(*runs, drop_above=3.44), "245": scaling.fit_points(*runs)}


@pytest.fixture(scope="module")
def draws(runs) -> dict[str, Law]:
    return {"240": scaling.bootstrap_points(*runs, drop_above=3.44), "245": scaling.bootstrap_points(*runs)}


def made(law: Law = TRUE, noise: float = 0.0, n: int = 200, seed: int = 3) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    N, D = np.exp(rng.uniform(np.log(5e7), np.log(2e10), n)), np.exp(rng.uniform(np.log(1e9), np.log(3e11), n))
    return N, D, scaling.expected_loss(N, D, law) * np.exp(noise * rng.standard_normal(n))


def huber_sum(law: Law, N, D, L, delta=1e-3) -> float:
    """Independent of the module: scipy's Huber function."""
    from scipy.special import huber

    return huber(delta, np.log(L) - np.log(law.E + law.A / N**law.alpha + law.B / D**law.beta)).sum()


# ---------------------------------------------------------------- the law


@pytest.mark.parametrize("C", BUDGETS)
def test_optimum_is_the_least_loss_on_the_budget_line(C, laws):
    for law in laws.values():
        best = scaling.optimal(C, law)
        found = optimize.minimize_scalar(
            lambda log_n: scaling.expected_loss(np.exp(log_n), C / 6 / np.exp(log_n), law),  # noqa: B023
            bounds=(np.log(best.N) - 5, np.log(best.N) + 5), method="bounded", options={"xatol": 1e-10})
        assert np.log(best.N) == pytest.approx(found.x, abs=2e-5)
        assert best.loss <= found.fun + 1e-12
        assert scaling.training_flop(best.N, best.D) == pytest.approx(C)
        assert best.tokens_per_parameter == pytest.approx(best.D / best.N)


def test_equal_exponents_keep_the_ratio_and_unequal_ones_do_not():
    flat = scaling.optimal(BUDGETS, Law(1.7, 400.0, 800.0, 0.3, 0.3)).tokens_per_parameter
    np.testing.assert_allclose(flat, 2 ** (1 / 0.3), rtol=1e-12)
    assert (np.diff(scaling.optimal(BUDGETS, TRUE).tokens_per_parameter) < 0).all()  # beta > alpha
    assert (np.diff(scaling.optimal(BUDGETS, TRUE._replace(beta=0.3)).tokens_per_parameter) > 0).all()


def test_compute_for_loss_inverts_the_optimum_and_no_split_is_cheaper():
    best = scaling.optimal(BUDGETS, TRUE)
    np.testing.assert_allclose(scaling.compute_for_loss(best.loss, TRUE), BUDGETS, rtol=1e-10)
    np.testing.assert_allclose(scaling.share_wasted(best.N, best.D, TRUE), 0, atol=1e-10)
    N, D, L = made()
    assert (scaling.compute_for_loss(L, TRUE) <= scaling.training_flop(N, D) * (1 + 1e-12)).all()


def test_gpt_3_had_1_7_tokens_a_parameter_and_far_too_few(laws):
    flop, params = 3.14e23, 1.746e11  # Brown et al. (2020, table D.1): 3.14e23 FLOP, 174,600 million
    ratio = scaling.tokens_trained(flop, params) / params
    assert ratio == pytest.approx(1.7, abs=0.05)
    law = laws["Besiroglu et al. 2024, published"]
    assert scaling.optimal(flop, law).tokens_per_parameter > 10 * ratio
    assert 0 < scaling.share_wasted(params, ratio * params, law) < 1


def test_hoffmanns_ratio_hangs_on_the_third_digit_of_an_exponent(laws):
    # The replication's notebook takes N* ~ C^0.4545, the middle of Hoffmann et al.'s interval (0.454, 0.455),
    # and finds 72.87 tokens a parameter at the point of a coarse grid next to Chinchilla's compute
    law = laws["Hoffmann et al. 2022, unrounded"]
    C = 6 * 70e9 * 1.4e12
    G = (law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta))
    notebook = (C / 6) ** (1 - 2 * 0.4545) / G**2
    assert notebook == pytest.approx(72.87, rel=0.01)
    assert law.beta / (law.alpha + law.beta) == pytest.approx(0.4565, abs=5e-5)
    exact = scaling.optimal(C, law).tokens_per_parameter
    printed = scaling.optimal(C, laws["Hoffmann et al. 2022, printed"]).tokens_per_parameter
    assert exact == pytest.approx(59, abs=0.5)
    assert notebook > 1.2 * exact
    assert printed > 1.5 * exact  # the rounding of the exponents alone


# ---------------------------------------------------------------- the fit


def test_recovers_the_law_from_exact_points_from_any_start():
    fit = scaling.fit_points(*made())
    np.testing.assert_allclose(fit.law, TRUE, rtol=1e-5)
    assert fit.objective < 1e-14
    assert fit.used.all()
    far = Law(*(np.array([x]) for x in (1.0, 20.0, 20.0, 0.15, 0.15)))
    np.testing.assert_allclose(scaling.fit_points(*made(), starts=far).law, TRUE, rtol=1e-4)


def test_a_few_wild_points_hardly_move_the_fit():
    N, D, L = made(noise=0.002)
    clean = scaling.fit_points(N, D, L).law
    wild = L.copy()
    wild[::50] *= 1.5
    robust, squares = (scaling.fit_points(N, D, wild, delta=delta).law for delta in (1e-3, 10.0))
    shift = [abs(np.log(law.beta / clean.beta)) for law in (robust, squares)]
    assert shift[0] < 0.05
    assert shift[1] > 3 * shift[0]


def test_least_squares_and_least_absolute_deviations_are_the_two_ends():
    N, D, L = made(noise=0.01)
    theta = [np.log(TRUE.A), np.log(TRUE.B), np.log(TRUE.E), TRUE.alpha, TRUE.beta]

    def residual(p):
        return np.log(L) - np.logaddexp(np.logaddexp(p[0] - p[3] * np.log(N), p[1] - p[4] * np.log(D)), p[2])

    other = optimize.least_squares(residual, theta, x_scale="jac", ftol=1e-14, xtol=1e-14, gtol=1e-14)
    squares = scaling.fit_points(N, D, L, delta=10.0)
    assert squares.objective == pytest.approx(other.cost, rel=1e-9)
    np.testing.assert_allclose(squares.law[3:], other.x[3:], rtol=1e-4)
    absolute = scaling.fit_points(N, D, L, delta=1e-6)
    sums = [np.abs(np.log(L / scaling.expected_loss(N, D, law))).sum() for law in (absolute.law, squares.law)]
    assert sums[0] < sums[1]
    assert absolute.objective == pytest.approx(1e-6 * sums[0], rel=1e-3)
    assert (np.abs(absolute.residuals) < 1e-6).sum() == 5  # interpolates as many points as parameters


def test_bootstrap_intervals_cover_the_truth_about_as_often_as_they_say():
    inside = []
    for seed in range(25):
        draw = scaling.bootstrap_points(*made(noise=0.005, n=80, seed=seed), draws=40, seed=seed)
        ratio = scaling.interval(scaling.optimal(1e22, draw).tokens_per_parameter, 0.8)
        inside.append(ratio[0] < scaling.optimal(1e22, TRUE).tokens_per_parameter < ratio[1])
    assert 14 <= sum(inside) <= 24  # binomial(25, 0.8): 20, standard deviation 2


# ---------------------------------------------------------------- the two publications


def test_the_five_points_are_those_with_hardly_any_data(runs, fits):
    N, D, L = runs
    assert L.size == 245
    dropped = ~fits["240"].used
    assert dropped.sum() == 5
    assert set(np.flatnonzero(dropped)) == set(np.argsort(D / N)[:5])
    assert (D / N)[dropped].max() < 0.41


def test_fit_beats_the_notebooks_minimum_and_agrees_with_it(runs, fits, laws):
    fit, law = fits["240"], laws["Besiroglu et al. 2024, Huber loss"]
    kept = [x[fit.used] for x in runs]
    assert fit.objective == pytest.approx(huber_sum(fit.law, *kept), rel=1e-9)
    assert fit.objective <= 0.0010182740346154362 + 1e-12  # the least that the notebook's 4,500 starts found
    assert fit.objective == pytest.approx(huber_sum(law, *kept), rel=1e-6)
    np.testing.assert_allclose(fit.law, law, rtol=5e-4)
    assert fit.reached > 0.5


def test_no_descent_direction_is_left(runs, fits):
    for name, fit in fits.items():
        kept = [x[fit.used] for x in runs]
        rng = np.random.default_rng(5)
        for scale in (1e-2, 1e-3, 1e-4):
            for step in rng.standard_normal((100, 5)) * scale:
                tried = Law(*(value * np.exp(change) for value, change in zip(fit.law, step, strict=True)))
                assert huber_sum(tried, *kept) > fit.objective, (name, scale)
        start = [np.log(fit.law.A), np.log(fit.law.B), np.log(fit.law.E), fit.law.alpha, fit.law.beta]
        again = optimize.minimize(
            lambda p: huber_sum(Law(*np.exp([p[2], p[0], p[1]]), p[3], p[4]), *kept),  # noqa: B023
            start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-13, "maxfev": 2000})
        assert again.fun > fit.objective * (1 - 1e-6)


def test_published_estimates_are_least_absolute_deviations(runs, laws):
    for name, drop, tolerance in (("published", 3.44, 1e-2), ("all points", None, 1e-2)):
        law = scaling.fit_points(*runs, delta=1e-6, drop_above=drop).law
        np.testing.assert_allclose(law, laws[f"Besiroglu et al. 2024, {name}"], rtol=tolerance)


def test_bootstrap_intervals_are_the_replications(draws, fits):
    row = load("chinchilla_fits").query("variant == 'published'").iloc[0]
    for name, sample in zip(Law._fields, draws["240"], strict=True):
        low, high = scaling.interval(sample)
        assert low < row[name] < high  # their estimate in our interval
        width = row[f"high_{name}"] - row[f"low_{name}"]
        assert low == pytest.approx(row[f"low_{name}"], abs=0.12 * width)
        assert high == pytest.approx(row[f"high_{name}"], abs=0.12 * width)
        assert sample.std(ddof=1) == pytest.approx(row[f"se_{name}"], rel=0.2)
        assert row[f"low_{name}"] < getattr(fits["240"].law, name) < row[f"high_{name}"]


def test_hoffmann_lies_outside_the_intervals(draws, laws):
    hoffmann = laws["Hoffmann et al. 2022, unrounded"]
    for name in ("E", "beta"):
        for sample in draws.values():
            low, high = scaling.interval(getattr(sample, name))
            assert not low <= getattr(hoffmann, name) <= high
    low, high = scaling.interval(scaling.optimal(5.88e23, draws["240"]).tokens_per_parameter)
    assert low < 20 < high  # Chinchilla itself, 1.4e12 tokens on 7e10 parameters
    assert high < scaling.optimal(5.88e23, hoffmann).tokens_per_parameter


def test_five_points_change_the_answer_and_give_neither_publication(fits, draws, laws):
    with_all, without = fits["245"].law, fits["240"].law
    assert with_all.beta > scaling.interval(draws["240"].beta)[1]
    assert with_all.beta > without.beta + 0.05
    assert without.beta > laws["Hoffmann et al. 2022, unrounded"].beta
    width = [np.ptp(scaling.interval(np.log(draws[k].B))) for k in ("245", "240")]
    assert width[0] > 2 * width[1]


def test_leave_one_out_is_what_refitting_by_hand_gives(runs, fits):
    out = scaling.leave_one_out(*runs, drop_above=3.44)
    kept = [x[fits["240"].used] for x in runs]
    change = np.abs(np.log(out.beta / fits["240"].law.beta))
    assert out.beta.shape == (240,)
    for i in (0, int(change.argmax()), 239):
        by_hand = scaling.fit_points(*(np.delete(x, i) for x in kept)).law
        np.testing.assert_allclose([part[i] for part in out], by_hand, rtol=1e-3)
    assert change.max() < 0.05  # no single one of the 240 matters much


def test_bootstrap_is_reproducible_and_seeded(runs):
    one, same, other = (scaling.bootstrap_points(*runs, draws=5, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (np.asarray(one) != np.asarray(other)).all()


# ---------------------------------------------------------------- growth


@pytest.mark.parametrize("clustered", [False, True])
def test_growth_rate_is_ordinary_least_squares(clustered):
    rng = np.random.default_rng(2)
    groups = rng.integers(0, 9, 60)
    years = rng.uniform(2012, 2026, 60)
    values = 10 ** (0.4 * (years - 2012) + rng.normal(size=9)[groups] + rng.normal(size=60))
    got = scaling.growth_rate(years, values, groups if clustered else None, 0.9)
    model = sm.OLS(np.log10(values), sm.add_constant(years))
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True) if clustered else model.fit()
    low, high = fit.conf_int(0.1)[1]
    assert got.slope == pytest.approx(fit.params[1])
    assert got.se == pytest.approx(fit.bse[1])
    np.testing.assert_allclose([got.factor, got.low, got.high], 10 ** np.array([fit.params[1], low, high]))
    assert (got.n, got.groups) == (60, len(set(groups)) if clustered else 60)
    assert got.r2 == pytest.approx(fit.rsquared)


def test_growth_rate_reads_dates_and_finds_exact_growth():
    dates = pd.date_range("2020-01-01", periods=6, freq="200D")
    years = (dates - dates[0]).days / 365.25
    for form in (dates, dates.astype(str), pd.Series(dates, index=list("abcdef"))):
        got = scaling.growth_rate(form, 7 * 2.5 ** years.to_numpy())
        np.testing.assert_allclose([got.factor, got.low, got.high, got.r2], [2.5, 2.5, 2.5, 1], rtol=1e-6)


def test_price_decline_reproduces_every_fit_of_epoch():
    prices, published = load("price_frontier"), load("price_declines")
    assert len(published) == 21
    for row in published.itertuples():
        here = prices[(prices.benchmark == row.benchmark) & (prices.threshold_model == row.threshold_model)]
        got = scaling.price_decline(here.date, here.usd_per_mtok, here.score, row.score_floor)
        np.testing.assert_array_equal(got.frontier, here.frontier)
        year = 365 / 365.25  # theirs has 365 days
        np.testing.assert_allclose(np.log([got.factor, got.low, got.high]) * year,
                                   np.log([row.factor_per_year, row.low90, row.high90]), rtol=1e-5)
        assert (got.n, round(got.r2, 2)) == (row.n, row.r_squared)


def test_price_decline_ignores_the_cheap_and_bad_and_the_dear():
    years = np.array([0.0, 1.0, 1.0, 2.0, 2.5, 0.5])
    price = np.array([100.0, 10.0, 12.0, 1.0, 5.0, 0.01])
    quality = np.array([50.0, 50.0, 60.0, 55.0, 90.0, 10.0])
    got = scaling.price_decline(years, price, quality, 50)
    np.testing.assert_array_equal(got.frontier, [True, True, False, True, False, False])
    assert got.factor == pytest.approx(10)
    with pytest.raises(ValueError, match="floor = 95: 0 prices are on the frontier"):
        scaling.price_decline(years, price, quality, 95)


def test_effective_compute_and_halving_times():
    assert scaling.effective_compute(4, 2.5) == 10
    assert scaling.yearly_growth(12) == 2
    np.testing.assert_allclose(scaling.yearly_growth([5, 8, 14]), [5.278, 2.828, 1.811], atol=1e-3)


# ---------------------------------------------------------------- market structure


def test_hhi_of_equal_firms_is_one_over_their_number():
    np.testing.assert_allclose([scaling.hhi(np.full(n, 1 / n)) for n in range(1, 20)], 1 / np.arange(1, 20))
    np.testing.assert_allclose(scaling.hhi([[0.5, 0.5, 0.0], [0.6, 0.3, 0.1]]), [0.5, 0.46])
    with pytest.raises(ValueError, match=r"sum of shares\[0\] = 0.9: must be 1"):
        scaling.hhi([0.5, 0.4])


def test_hhi_bounds_hold_for_every_split_of_the_rest_and_are_reached():
    rng = np.random.default_rng(4)
    known = np.array([0.4, 0.2, 0.1])
    one, capped = scaling.hhi_bounds(known), scaling.hhi_bounds(known, largest=known.min())
    assert one.low == capped.low == pytest.approx(0.21)
    assert one.high == pytest.approx(scaling.hhi([*known, 0.3]))
    assert capped.high == pytest.approx(scaling.hhi([*known, 0.1, 0.1, 0.1]))
    assert scaling.hhi_bounds(known, largest=0.2).high == pytest.approx(0.21 + 0.04 + 0.01)
    for k in (1, 2, 5, 40):
        for split in rng.dirichlet(np.ones(k), 50) * 0.3:
            value = scaling.hhi([*known, *split])
            assert one.low <= value <= one.high + 1e-12
            if split.max() <= 0.1:
                assert value <= capped.high + 1e-12
    assert scaling.hhi_bounds(known / 2, 0.15) == pytest.approx(one)  # shares of their total
    assert scaling.hhi_bounds([0.7, 0.3]) == pytest.approx((0.58, 0.58))


def test_free_entry_leaves_no_profit_and_price_competition_on_the_circle_gives_it():
    t, market, F = 3.0, 700.0, 21.0
    n = scaling.free_entry(t * market, F)
    assert n == 10
    # profit of one firm at price p (cost 0) when its two neighbours charge q: half the way to each
    def profit(p, q):
        return p * market * (1 / n + (q - p) / t) - F

    price = optimize.brentq(
        lambda q: optimize.minimize_scalar(lambda p: -profit(p, q), bounds=(0, 5), method="bounded").x - q, 0, 4)
    assert price == pytest.approx(t / n, abs=1e-4)
    assert profit(t / n, t / n) == pytest.approx(0, abs=1e-9)
    assert scaling.free_entry(2, 8 * 4) / scaling.free_entry(2, 8) == pytest.approx(0.5)


def test_tipping_points_are_fixed_and_unique_up_to_two():
    b = np.array([0, 1, 1.9, 2, 2 + 1e-9, 2.001, 2.5, 4, 10, 100])
    s = scaling.tipping(b)
    np.testing.assert_allclose(s, 1 / (1 + np.exp(-b[:, None] * (2 * s - 1))), atol=1e-12)
    np.testing.assert_array_equal(s[:4], 0.5)
    assert (np.diff(s[4:], axis=1) > 0).all()
    np.testing.assert_allclose(s[:, 0] + s[:, 2], 1)
    for bi, row in zip(b[5:8], s[5:8], strict=True):  # every sign change on a fine grid, and no other
        grid = np.linspace(1e-9, 1 - 1e-9, 200_001)
        gap = 1 / (1 + np.exp(-bi * (2 * grid - 1))) - grid
        roots = grid[:-1][gap[:-1] * gap[1:] <= 0]
        assert roots.min() == pytest.approx(row[0], abs=1e-4)
        assert roots.max() == pytest.approx(row[2], abs=1e-4)
    iterate = np.full(1, 0.51)
    for _ in range(500):
        iterate = 1 / (1 + np.exp(-4 * (2 * iterate - 1)))
    assert iterate[0] == pytest.approx(scaling.tipping(4)[2])  # a small lead becomes the market
    assert np.isnan(scaling.tipping(np.nan)).all()


def test_elo_odds():
    np.testing.assert_allclose(scaling.elo_win([0, 400, -400, 800]), [0.5, 10 / 11, 1 / 11, 100 / 101])
    np.testing.assert_allclose(scaling.elo_win([-1e6, 1e6]), [0, 1])


def test_acemoglu_is_two_thirds_of_a_percent_in_ten_years():
    gain = scaling.acemoglu(0.199, 0.23, 0.27, 0.535)
    assert gain == pytest.approx(0.00661, abs=5e-6)
    assert gain == pytest.approx(0.046 * 0.144, rel=0.01)  # the paper's two factors, rounded
    assert scaling.gain_a_year(gain, 10) == pytest.approx(0.00066, abs=5e-6)
    assert (1 + scaling.gain_a_year(0.3, 7)) ** 7 == pytest.approx(1.3)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(("call", "message"), [
    (lambda: scaling.expected_loss([1e9, 0], 1e9, TRUE), r"N\[1\] = 0: must be finite and > 0"),
    (lambda: scaling.optimal(-1, TRUE), "C = -1"),
    (lambda: scaling.optimal(1e21, TRUE._replace(beta=0)), "law.beta = 0"),
    (lambda: scaling.compute_for_loss([2.0, 1.8], TRUE), r"loss\[1\] = 1.8: must be above law.E"),
    (lambda: scaling.fit_points([1e9] * 9, [1e9] * 9, [2.0] * 8), "L has shape"),
    (lambda: scaling.fit_points([1e9] * 7, [1e9] * 7, [2.0] * 7), "at least 8 values"),
    (lambda: scaling.fit_points([1e9] * 9, [1e9] * 9, [2.0] * 8 + [np.nan]), r"L\[8\] = nan"),
    (lambda: scaling.fit_points([1e9] * 9, [1e9] * 9, [2.0] * 9, delta=0), "delta = 0"),
    (lambda: scaling.fit_points([1e9] * 9, [1e9] * 9, [2.0] * 9, drop_above=1), "leaves 0 points"),
    (lambda: scaling.fit_points([1e9] * 9, [1e9] * 9, [2.0] * 9, drop_above=-1), "drop_above = -1"),
    (lambda: scaling.bootstrap_points([1e9] * 9, [1e9] * 9, [2.0] * 9, draws=1), "draws = 1"),
    (lambda: scaling.interval([]), "at least one draw"),
    (lambda: scaling.interval([1.0], 1), "level = 1"),
    (lambda: scaling.growth_rate([1, 2], [1, 2]), "at least 3 values"),
    (lambda: scaling.growth_rate([1, 2], [1, 2, 3]), "dates has 2 values"),
    (lambda: scaling.growth_rate([1, 1, 1], [1, 2, 3]), "dates are all the same"),
    (lambda: scaling.growth_rate(["2020-01-01", "x", "2021-01-01"], [1, 2, 3]), r"dates\[1\] = 'x'"),
    (lambda: scaling.growth_rate([1, 2, 3], [1, -2, 3]), r"values\[1\] = -2"),
    (lambda: scaling.growth_rate([1, 2, 3], [1, 2, 3], ["a", None, "b"]), "1 missing"),
    (lambda: scaling.growth_rate([1, 2, 3], [1, 2, 3], ["a"] * 3), "at least two clusters"),
    (lambda: scaling.price_decline([1, 2, 3], [1, 2, 3], [1, 2], 0), "of one length"),
    (lambda: scaling.price_decline([1, 2, 3], [3, 2, 1], [1, np.nan, 2], 0), r"quality\[1\] = nan"),
    (lambda: scaling.effective_compute(0, 2), "compute_growth = 0"),
    (lambda: scaling.yearly_growth(0), "months = 0"),
    (lambda: scaling.hhi([1.2, -0.2]), r"shares\[0\] = 1.2"),
    (lambda: scaling.hhi_bounds([0.8, 0.4]), "sum of known = 1.2"),
    (lambda: scaling.hhi_bounds([[0.8]]), "one-dimensional"),
    (lambda: scaling.hhi_bounds([0.5], largest=0), "largest = 0"),
    (lambda: scaling.hhi_bounds([0.0], 0), "more than 0"),
    (lambda: scaling.free_entry(1, 0), "F = 0"),
    (lambda: scaling.tipping([1, -1]), r"b\[1\] = -1"),
    (lambda: scaling.acemoglu(0.2, 1.1, 0.2, 0.5), "adopted = 1.1"),
    (lambda: scaling.gain_a_year(-1, 10), "gain = -1"),
])  # fmt: skip
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
