"""Packages: closed forms, limits, the rules for the highest report, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad

from superstars import data, packages
from superstars.packages import annual_equivalent, annualise, log_split, present_value


def test_annualise_divides_and_keeps_open_ends_open():
    low, high = annualise([2e8, np.nan, 1e9], [5e8, 3e8, np.nan], [4, 4, np.nan])
    np.testing.assert_array_equal(low, [5e7, np.nan, np.nan])
    np.testing.assert_array_equal(high, [1.25e8, 7.5e7, np.nan])


def test_annualise_broadcasts_a_range_of_years():
    low, high = annualise(2e8, 4e8, np.arange(1, 7))
    np.testing.assert_allclose(low * 2, high)
    np.testing.assert_allclose(high, 4e8 / np.arange(1, 7))


def test_without_attrition_and_discount_the_total_is_paid_whatever_the_cliff():
    years, cliff = np.meshgrid([1.0, 2.5, 4.0, 6.0], [0.0, 0.5, 1.0])
    np.testing.assert_allclose(present_value(250e6, years, cliff=cliff), 250e6, rtol=1e-15)
    np.testing.assert_allclose(annual_equivalent(250e6, years, cliff=cliff), 250e6 / years, rtol=1e-15)


def test_discounting_alone_leaves_the_yearly_pay():
    rates = np.array([0.0, 1e-12, 0.05, 0.3])
    np.testing.assert_allclose(annual_equivalent(8e6, 4, discount=rates), 2e6, rtol=1e-12)
    assert np.all(np.diff(present_value(8e6, 4, discount=rates)[1:]) < 0)


@pytest.mark.parametrize("attrition, discount, cliff", [(0.2, 0.0, 0.0), (0.2, 0.1, 1.0), (0.6, 0.3, 2.0)])
def test_present_value_is_the_integral_of_what_vests(attrition, discount, cliff):
    total, years = 100.0, 4.0

    def stays_and_counts(t):  # probability of still being there, times the discount factor
        return (1 - attrition) ** t / (1 + discount) ** t

    direct = total / years * (cliff * stays_and_counts(cliff) + quad(stays_and_counts, cliff, years)[0])
    assert present_value(total, years, attrition, discount, cliff) == pytest.approx(direct, rel=1e-12)
    certain = quad(lambda t: (1 + discount) ** -t, 0, years)[0]
    equivalent = annual_equivalent(total, years, attrition, discount, cliff)
    assert equivalent == pytest.approx(direct / certain, rel=1e-12)


def test_expected_payout_agrees_with_a_simulation_of_leavers():
    rng = np.random.default_rng(7)
    h, years, cliff = 0.25, 4.0, 1.0
    leaves = rng.exponential(-1 / np.log1p(-h), 200_000)
    vested = np.where(leaves < cliff, 0.0, np.minimum(leaves, years) / years)
    expected = present_value(1.0, years, h, cliff=cliff)
    assert abs(vested.mean() - expected) < 4 * vested.std() / np.sqrt(leaves.size)


def test_a_small_rate_joins_the_limit_without_a_jump():
    for h in (1e-15, 1e-10, 1e-6):
        assert present_value(1.0, 4, attrition=h) == pytest.approx(1 - 2 * h, rel=1e-11)  # mean wait 2 years


def test_value_falls_with_attrition_and_with_a_cliff_and_scales_with_the_total():
    h = np.linspace(0, 0.9, 10)
    assert np.all(np.diff(annual_equivalent(1.0, 4, h, 0.1)) < 0)
    cliffs = present_value(1.0, 4, 0.3, 0.1, np.array([0.0, 1.0, 2.0, 4.0]))
    assert np.all(np.diff(cliffs) < 0)
    assert cliffs[-1] == pytest.approx((0.7 / 1.1) ** 4)
    np.testing.assert_allclose(present_value(3.0, 4, h, 0.1), 3 * present_value(1.0, 4, h, 0.1))


def test_log_split_adds_up_and_multiplies_out():
    below, above = log_split(70e3, np.array([350e3, 7e6, 70e6, 35e3]), 7e6)
    np.testing.assert_allclose(below + above, 1)
    np.testing.assert_allclose(below[:2], [np.log(5) / np.log(100), 1])
    assert above[2] < 0 and below[3] < 0
    assert np.isnan(log_split(1.0, 2.0, 1.0)).all()


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: annualise(1, 2, 0), "years is 0; allowed: a finite number of years above 0"),
        (lambda: annualise(1, 2, [4, -1]), r"years\[1\] is -1"),
        (lambda: annualise(-5, 2, 4), "low is -5; allowed: US dollars"),
        (lambda: annualise(1, np.inf, 4), "high is inf"),
        (lambda: annualise(3, 2, 4), "low is 3, above high, 2"),
        (lambda: present_value(-1, 4), "total is -1"),
        (lambda: present_value(np.nan, 4), "total is nan"),
        (lambda: present_value(1, 0), "years is 0"),
        (lambda: present_value(1, np.nan), "years is nan"),
        (lambda: present_value(1, 4, attrition=1), r"attrition is 1; allowed: a rate a year in \[0, 1\)"),
        (lambda: present_value(1, 4, attrition=-0.1), "attrition is -0.1"),
        (lambda: present_value(1, 4, discount=[0.1, 1.5]), r"discount\[1\] is 1.5"),
        (lambda: present_value(1, 4, discount=-0.01), "discount is -0.01"),
        (lambda: present_value(1, 4, cliff=5), "cliff is 5; allowed: from 0 to the package's years, 4"),
        (lambda: present_value(1, 4, cliff=-1), "cliff is -1"),
        (lambda: annual_equivalent(1, 4, discount=1), "discount is 1"),
        (lambda: log_split(0, 1, 2), "start is 0; allowed: US dollars above 0"),
        (lambda: packages.shown(packages.offers(), "rumoured", True), "evidence is 'rumoured'; allowed: co"),
        (lambda: packages.largest(packages.offers(), 0), "k is 0; allowed: 1 to"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def toy(**columns):
    base = {
        "id": ["a", "b", "c"], "kind": "multi-year package offer", "is_pay": True, "evidence": "reported",
        "result": "accepted", "amount_low_usd": [12e6, np.nan, 30e6], "amount_high_usd": [24e6, 40e6, np.nan],
        "years": [4.0, 4.0, np.nan], "overlaps_with": np.nan,
    }  # fmt: skip
    return pd.DataFrame(base | columns)


def test_offers_widen_over_unknown_years_and_leave_open_ends_open():
    rows = packages.offers(toy())
    assert rows["bound"].tolist() == ["range", "up to", "more than"]
    np.testing.assert_array_equal(rows["low"], [3e6, np.nan, 5e6])  # 30 million over 6 years
    np.testing.assert_array_equal(rows["high"], [6e6, 10e6, 10e6])  # and over 3
    assert rows["years_assumed"].tolist() == [False, False, True]
    np.testing.assert_array_equal(packages.offers(toy(is_pay=[True, False, True]))["id"], ["a", "c"])


def test_offers_refuse_unknown_years_of_a_kind_without_an_assumption():
    with pytest.raises(ValueError, match="years of deal 'c' is empty and its kind 'prize' has no assumption"):
        packages.offers(toy(kind=["annual pay", "annual pay", "prize"]))


def test_tops_bound_the_largest_of_intervals_and_widen_with_weaker_rules():
    found = packages.tops(packages.offers(toy(evidence=["confirmed", "alleged", "reported"])))
    assert found["open"].tolist() == [False, True, True] * 2  # the reported row is a "more than"
    assert found["low"].tolist() == [3e6, 5e6, 5e6] * 2
    assert found["high"].tolist() == [6e6, 10e6, 10e6] * 2
    mixed = toy(evidence="confirmed", result=["paid", "declined", "offered"])
    assert packages.tops(packages.offers(mixed))["reports"].tolist() == [1, 1, 1, 3, 3, 3]


def test_largest_ranks_by_year_and_counts_an_overlap_once():
    rows = packages.offers(toy(overlaps_with=[np.nan, "c", "b"]))
    assert packages.largest(rows, 3, years=1)["id"].tolist() == ["c", "b", "a"]
    assert packages.largest(rows, 3, years=6)["id"].tolist() == ["b", "a", "c"]
    assert packages.largest(rows, 3)["id"].tolist() == ["b", "a"]  # years not stated: left out
    assert packages.largest(rows, 3, years=1, overlaps_once=True)["id"].tolist() == ["c", "a"]
    assert packages.largest(rows, 3, years=6, overlaps_once=True)["id"].tolist() == ["b", "a"]


def test_packaged_reports_hold_pay_of_stars_only():
    rows, deals = packages.offers(), data.load("talent_deals").set_index("id")
    assert set(packages.STAFF) <= set(deals.index)
    assert not set(rows["id"]) & set(packages.STAFF)
    assert deals.loc[rows["id"], "is_pay"].all()
    known = rows[rows["years"].notna() & (rows["bound"] == "range")]
    np.testing.assert_array_equal(known["low"], known["amount_low_usd"] / known["years"])
    np.testing.assert_array_equal(known["high"], known["amount_high_usd"] / known["years"])


def test_rungs_are_ordered_inside_and_agree_with_their_files():
    ladder = packages.rungs().set_index("rung")
    spread = ladder.dropna(subset=["low", "high"])
    assert (spread["low"] < spread["middle"]).all() and (spread["middle"] < spread["high"]).all()
    assert ladder["middle"].between(5e4, 5e6).all()
    ncses = data.load("ncses")
    new = ncses[
        (ncses["survey"] == "SED") & (ncses["reference_year"] == 2023) & (ncses["category"] == "postdoc")
        & (ncses["field_of_doctorate"] == "Computer and information sciences") & (ncses["sex"] == "all")
    ]  # fmt: skip
    assert ladder.loc["Postdoc, new PhD", "middle"] == new["median_salary_usd"].item()
    stated = data.load("taulbee").query("not derived")["value_usd"]
    assert ladder.loc["Professor, Taulbee", ["low", "high"]].tolist() == [stated.min(), stated.max()]
    bands = data.load("lab_bands")
    assert ladder.loc["AI lab, total (secondary)", "low"] == bands["total_comp_low_usd"].min()
    assert "secondary" in ladder.loc["AI lab, total (secondary)", "quality"]


def test_reports_from_the_us_leave_other_countries_out():
    us = packages.us_reports()
    assert not us["location"].str.contains(", .*, ").any()
    assert us["employer"].dropna().str.islower().mean() > 0.99  # the rest are numbers
    assert "google" in set(us["employer"])
    assert 0.8 < len(us) / len(data.load("levels")) < 0.9
