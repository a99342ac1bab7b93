"""superstars.premium against closed forms, brute force and simulation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

from superstars import data, premium, superstar

VEGA = {"pow": pow, "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "PI": math.pi}


def vega(expression: str, **signals: float) -> float:
    return eval(expression, {"__builtins__": {}}, {**VEGA, **signals})


# ---------------------------------------------------------------- secrets


def test_a_secret_halves_in_its_half_life_and_faster_when_others_know_it():
    assert premium.secret_value(8.0, 0.5, premium.decay_rate(2.0), 2.0) == pytest.approx(2.0)
    both = premium.secret_value(1.0, 1.0, premium.decay_rate(2.0, 10, 0.05), 2.0)
    assert both == pytest.approx(0.5 * math.exp(-10 * 0.05 * 2))


def test_secrets_add_up_over_experiments():
    t = np.array([[0.0, 1.0, 3.0]])
    K = premium.secret_value([3.0, 5.0], [0.2, 1.0], [0.1, 0.7], t)
    assert K.shape == (1, 3)
    np.testing.assert_allclose(K, 0.6 * np.exp(-0.1 * t) + 5 * np.exp(-0.7 * t))


def test_holders_survival_is_that_of_the_first_to_leave():
    rng = np.random.default_rng(1)
    first = rng.exponential(1 / 0.1, (20_000, 7)).min(axis=1)
    kept = premium.secret_value(1.0, 1.0, premium.decay_rate(1e12, 7, 0.1), 1.5)
    error = (kept * (1 - kept) / first.size) ** 0.5
    assert abs((first > 1.5).mean() - kept) < 4 * error


# ---------------------------------------------------------------- teams


@pytest.mark.parametrize(("q", "nu"), [(1.0, 0.3), (2.0, 0.7), (1.5, 0.85)])
def test_manager_team_is_the_best_team(q, nu):
    p, w = 3e5, 1e5
    n, pay = premium.managed_team(q, nu, p, w)
    best = minimize_scalar(lambda x: -(p * q * math.exp(nu * x) - w * math.exp(x)), bounds=(-15, 20),
                           method="bounded", options={"xatol": 1e-10})
    assert pay == pytest.approx(-best.fun, rel=1e-9)
    assert n == pytest.approx(math.exp(best.x), rel=1e-4)


def test_pay_ratio_of_managers_depends_on_span_and_not_on_the_wage_of_the_team():
    for w in (1e3, 1e5):
        pay = premium.managed_team([1.0, 2.0], 0.7, 1e6, w)[1]
        assert pay[1] / pay[0] == pytest.approx(premium.span_pay_ratio(2, 0.7))
    cheap, dear = premium.managed_team(1.0, 0.7, 1e6, [5e4, 1e5])[1]
    assert cheap / dear == pytest.approx(2 ** (0.7 / 0.3))
    assert premium.span_pay_ratio(2, 0) == 2
    assert premium.span_pay_ratio(2, premium.nu_for([2.0, 100.0], 2.0)) == pytest.approx([2, 100])


# ---------------------------------------------------------------- mission


def test_sorting_fills_the_seats_and_the_means_are_those_of_the_two_sides():
    share, taste, spread = 0.3, 0.1, 0.2
    found = premium.sort_by_taste(share, taste, spread)
    a = np.random.default_rng(2).logistic(taste, spread * 3**0.5 / math.pi, 400_000)
    assert a.std() == pytest.approx(spread, rel=0.01)
    joins = a >= found.discount
    assert abs(joins.mean() - share) < 4 * (share * (1 - share) / a.size) ** 0.5
    for side, mean in ((joins, found.inside), (~joins, found.outside)):
        assert abs(a[side].mean() - mean) < 4 * a[side].std() / side.sum() ** 0.5
    assert share * found.inside + (1 - share) * found.outside == pytest.approx(taste)


def test_discount_falls_as_the_mission_lab_grows():
    d = premium.sort_by_taste(np.linspace(0.05, 0.95, 19), 0.1, 0.2).discount
    assert (np.diff(d) < 0).all() and d[0] > 0 > d[-1]
    assert premium.sort_by_taste(0.5, 0.1, 0.2).discount == pytest.approx(0.1)
    same = premium.sort_by_taste([0.1, 0.9], 0.1, 0.0)
    assert same.discount == pytest.approx(0.1) and same.inside == pytest.approx(0.1)


# ---------------------------------------------------------------- the amenity regression


@pytest.mark.parametrize("sorting", [-0.5, 0.0, 0.6])
def test_pooled_regression_tends_to_its_limit_and_worker_effects_find_the_discount(sorting):
    runs = []
    for seed in range(12):
        f = premium.job_offers(4_000, 3, 0.22, sorting, 0.5, seed=seed)
        inside = f - f.groupby("worker").transform("mean")
        runs.append([np.polyfit(f["science"], f["log_wage"], 1)[0],
                     (inside["science"] * inside["log_wage"]).sum() / (inside["science"] ** 2).sum()])
    mean, se = np.mean(runs, axis=0), np.std(runs, axis=0, ddof=1) / 12**0.5
    assert abs(mean[0] - premium.pooled_limit(0.22, sorting, 0.5)) < 4 * se[0]
    assert abs(mean[1] + 0.22) < 4 * se[1]
    assert se[0] < 0.01 and se[1] < 0.002


def test_within_slope_is_that_of_statsmodels_with_worker_effects():
    import statsmodels.formula.api as smf

    f = premium.job_offers(40, 3, 0.22, 0.5, seed=3)
    inside = f - f.groupby("worker").transform("mean")
    slope = (inside["science"] * inside["log_wage"]).sum() / (inside["science"] ** 2).sum()
    fit = smf.ols("log_wage ~ science + C(worker)", f).fit()
    assert fit.params["science"] == pytest.approx(slope, rel=1e-9)


def test_sign_flips_where_the_docstring_says():
    m, sd, delta = 0.5, 0.5, 0.22
    at = delta * m * (1 - m) / (sd / (2 * math.pi) ** 0.5)
    assert premium.pooled_limit(delta, at, sd, m) == pytest.approx(0, abs=1e-12)
    assert premium.pooled_limit(delta, at + 0.01, sd, m) > 0 > premium.pooled_limit(delta, at - 0.01, sd, m)
    uneven = np.random.default_rng(5)
    x = uneven.standard_normal((2, 400_000))
    science = 0.4 * x[0] + (1 - 0.16) ** 0.5 * x[1] > 0.8416212335729143  # a fifth of the offers
    slope = sd * (x[0][science].mean() - x[0][~science].mean()) - delta
    assert slope == pytest.approx(premium.pooled_limit(delta, 0.4, sd, 0.2), abs=0.01)


# ---------------------------------------------------------------- misjudged quality


@pytest.mark.parametrize(("n", "tau"), [(2, 0.5), (7, 0.5), (15, 0.2)])
def test_overbid_is_the_mean_of_the_two_highest_judgements(n, tau):
    draws = np.exp(np.random.default_rng(n).normal(-(tau**2) / 2, tau, (60_000, n)))
    draws.sort(axis=1)
    for j, exact in zip((-1, -2), premium.overbid(n, tau), strict=True):
        assert abs(draws[:, j].mean() - exact) < 4 * draws[:, j].std() / draws.shape[0] ** 0.5


def test_two_judgements_average_to_the_worth():
    assert sum(premium.overbid(2, 0.8)) == pytest.approx(2)


# ---------------------------------------------------------------- splitting a sum


def test_shapley_of_four_factors_over_all_24_orders_by_hand():
    on, off = (1.5, 50.0, 2.0, 10.5), (1.0, 1.0, 1.0, 0.0)
    added = {f: [] for f in premium.FACTORS}
    for order in itertools.permutations(range(4)):
        state = list(off)
        for i in order:
            before = (1 + state[1] * (state[0] - 1)) * state[2] + state[3]
            state[i] = on[i]
            added[premium.FACTORS[i]].append((1 + state[1] * (state[0] - 1)) * state[2] + state[3] - before)
    found = premium.split_pay(*on)
    assert list(found.index) == list(premium.FACTORS)
    for name, gains in added.items():
        assert len(gains) == 24
        assert found.loc[name].tolist() == pytest.approx([np.mean(gains), min(gains), max(gains)])
    assert found["shapley"].sum() == pytest.approx(premium.pay_in_parts(*on) - 1)


def test_shapley_is_symmetric_and_gives_nothing_to_a_factor_without_effect():
    found = premium.shapley(lambda a, b, idle: a * b, {"a": 3, "b": 3, "idle": 9}, {"a": 1, "b": 1, "idle": 0})
    assert found.loc["a", "shapley"] == pytest.approx(found.loc["b", "shapley"]) == 4
    assert found.loc["idle"].tolist() == [0, 0, 0]
    assert (found["low"] <= found["shapley"]).all() and (found["shapley"] <= found["high"]).all()


def test_pay_in_parts_is_the_switchboard_where_only_the_best_counts():
    assert premium.pay_in_parts(1.5, 50, 1, 0) == superstar.pay_ratio(1.5, 50, np.inf)
    assert premium.pay_in_parts(1, 1, 1, 0) == 1


# ---------------------------------------------------------------- sliders


def test_vega_expressions_are_the_python_formulas():
    for P, h, k, leave, t in itertools.product((0.1, 1), (0.25, 4), (0, 50), (0, 0.2), (0, 1.3)):
        text = premium.secret_value_vega("7e7", "p", "h", "k", "out", "t")
        exact = premium.secret_value(7e7, P, premium.decay_rate(h, k, leave), t)
        assert vega(text, p=P, h=h, k=k, out=leave, t=t) == pytest.approx(exact)
    for g, nu in itertools.product((1, 1.5, 3), (0, 0.5, 0.9)):
        assert vega(premium.span_pay_ratio_vega("g", "nu"), g=g, nu=nu) == pytest.approx(
            premium.span_pay_ratio(g, nu))
    for m, mean, sd in itertools.product((0.05, 0.5, 0.95), (-0.3, 0.5), (0.05, 0.5)):
        text = premium.mission_discount_vega("m", "mean", "sd")
        assert vega(text, m=m, mean=mean, sd=sd) == pytest.approx(premium.sort_by_taste(m, mean, sd).discount)
    for g, S, m, K in itertools.product((1, 1.3, 3), (1, 17, 100), (1, 2.5), (0, 8)):
        table = premium.split_pay(g, S, m, K)
        for factor, parts in premium.split_pay_vega("g", "S", "m", "K").items():
            for column, text in parts.items():
                assert vega(text, g=g, S=S, m=m, K=K) == pytest.approx(table.loc[factor, column], abs=1e-9)


# ---------------------------------------------------------------- titles


def test_titles_that_name_both_roles_or_neither_drop_out():
    titles = ["Research Scientist", "Site Reliability Engineer", "Software Engineer",
              "Research Engineer, Infrastructure", "UX Researcher"]
    rows = premium.two_roles(pd.DataFrame({"job_title": titles, "annual_wage_from_usd": 100.0}))
    assert rows["role"].tolist() == ["research", "infrastructure"]
    assert rows["log_wage"].tolist() == pytest.approx([math.log(100)] * 2)


def test_two_roles_in_the_filings():
    rows = premium.two_roles(data.load("lca_labs"))
    assert set(rows["role"]) == {"research", "infrastructure"}
    assert rows["role"].value_counts().min() >= 50
    assert not rows["job_title"].str.fullmatch("Software Engineer|UX Researcher").any()


def test_published_numbers_are_possible_and_credited():
    fact = {name: row.value for name, row in premium.EVIDENCE.items()}
    assert all(row.source and row.unit for row in premium.EVIDENCE.values())
    assert all(0 < fact[n] < 1 for n in fact if n.startswith(("stern", "kept")))
    assert 0 < fact["llama_left"] < fact["llama_authors"] and 0 < fact["bench_hours"] < 24


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: premium.decay_rate(0), "half_life = 0: must be finite and > 0"),
        (lambda: premium.decay_rate(1, -1), "holders = -1: must be finite and >= 0"),
        (lambda: premium.secret_value([1, -2], 0.5, 0.1), r"cost\[1\] = -2"),
        (lambda: premium.secret_value(1, 1.5, 0.1), r"lacks = 1.5: must be a number in \[0, 1\]"),
        (lambda: premium.secret_value([1, 2], [0.1, 0.2, 0.3], 0.1), "lacks has shape"),
        (lambda: premium.secret_value([[1, 2]], 0.1, 0.1), "cost has shape"),
        (lambda: premium.managed_team(1, 1, 1, 1), r"nu = 1: must be in \[0, 1\)"),
        (lambda: premium.span_pay_ratio(0.9, 0.5), "quality_gap = 0.9: must be finite and >= 1"),
        (lambda: premium.nu_for([5, 1.5], 2), r"pay_ratio\[1\] = 1.5: must be at least quality_gap"),
        (lambda: premium.sort_by_taste(1, 0, 0.2), "share = 1: must be a probability"),
        (lambda: premium.sort_by_taste(0.5, 0, -0.2), "spread = -0.2"),
        (lambda: premium.job_offers(1), "workers = 1: must be a whole number >= 2"),
        (lambda: premium.job_offers(10, sorting=2), r"sorting = 2: must be in \[-1, 1\]"),
        (lambda: premium.pooled_limit(0.2, 0.5, 0), "worker_sd = 0"),
        (lambda: premium.overbid(1, 0.5), "bidders = 1: must be a whole number >= 2"),
        (lambda: premium.overbid(3, 0), "noise = 0"),
        (lambda: premium.pay_in_parts(1, 0.5, 1, 0), "stakes = 0.5"),
        (lambda: premium.shapley(lambda a: a, {"a": 1}, {"b": 0}), "must be the same, 1 to 8"),
        (lambda: premium.two_roles(pd.DataFrame({"job_title": ["x"]})), "annual_wage_from_usd"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
