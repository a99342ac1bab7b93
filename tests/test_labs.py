"""superstars.labs: sizes against frames worked by hand, pay against superstars.matching and simulation."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from superstars import labs
from superstars import matching as mt

DATE = "2026-01-08"


def days(*texts: str | None) -> pd.Series:
    return pd.to_datetime(pd.Series(texts, dtype=object))


# ---------------------------------------------------------------- sizes

ROUNDS = pd.DataFrame({
    "company": ["A", "A", "A", "A", "A", "B", "B", "C"],
    "close_date": days("2025-01-01", "2025-06-01", None, None, "2026-06-01", "2025-03-01", None, None),
    "report_date": days("2025-01-01", "2025-06-02", "2025-07-01", "2025-05-01", "2025-01-01", "2025-03-01",
                        "2025-09-01", "2025-01-01"),
    "valuation_usd": [10.0, 20.0, 45.0, 90.0, 500.0, 8.0, 2.0, 7.0],
})  # fmt: skip


def test_valuations_take_the_last_round_and_later_talks() -> None:
    table = labs.valuations("2025-12-31", ROUNDS)
    assert table["low"].to_dict() == {"A": 20, "B": 8}  # C never closed; a round of 2026 is not known yet
    assert table["high"].to_dict() == {"A": 45, "B": 8}  # the 90 of May was before the round; 2 is below it
    assert table.loc["A", "middle"] == pytest.approx(30)
    assert labs.valuations("2025-02-01", ROUNDS)["low"].to_dict() == {"A": 10}


def test_chips_add_makes_of_the_last_quarter() -> None:
    owners = pd.DataFrame({
        "owner": ["A", "A", "A", "B", "China", "A"], "designer": ["x", "x", "y", "x", "x", "x"],
        "to_date": days("2025-09-30", "2025-12-31", "2025-12-31", "2025-12-31", "2025-12-31", "2026-03-31"),
        "h100e_p05": [1.0, 2, 10, 3, 9, 8], "h100e_median": [2.0, 3, 20, 4, 9, 8],
        "h100e_p95": [3.0, 4, 30, 5, 9, 8],
    })  # fmt: skip
    table = labs.chips("2026-01-08", owners)
    assert table[["low", "middle", "high"]].to_numpy().tolist() == [[12, 23, 34], [3, 4, 5]]
    assert labs.chips("2026-04-01", owners).equals(table)  # of the newest quarter only one make is known
    assert labs.chips("2025-10-01", owners)["middle"].to_dict() == {"A": 2}


def test_reports_of_the_same_day_are_a_range() -> None:
    reports = pd.DataFrame({
        "company": ["A", "A", "A", "B", "B"],
        "date": days("2025-01-01", "2025-03-31", "2025-03-31", "2025-02-01", "2026-02-01"),
        "revenue_usd_year": [1.0, 8, 2, 9, 5], "run_rate": [True, True, True, False, True],
    })
    table = labs.revenues("2025-12-31", reports)
    assert table[["low", "middle", "high"]].to_numpy().tolist() == [[2, 4, 8]]
    people = pd.DataFrame({"company": ["A", "A"], "date": days("2025-01-01", "2025-06-01"), "staff": [7.0, 9],
                           "type": ["Full company", "Contractors"]})  # fmt: skip
    assert labs.staff("2025-12-31", people)["middle"].to_dict() == {"A": 7}


def test_sizes_of_the_book() -> None:
    frame = labs.sizes(DATE)
    assert set(frame["measure"]) == set(labs.MEASURES)
    assert (frame["low"] <= frame["middle"] * (1 + 1e-9)).all()
    assert (frame["middle"] <= frame["high"] * (1 + 1e-9)).all()
    assert (frame["as_of"] <= pd.Timestamp(DATE)).all()
    for _, group in frame.groupby("measure"):
        assert group["rank"].tolist() == list(range(1, len(group) + 1))
        assert group["middle"].is_monotonic_decreasing
    largest = frame[frame["rank"] == 1].set_index("measure")
    assert largest.loc["valuation", ["lab", "low", "high"]].tolist() == ["OpenAI", 500e9, 750e9]
    assert largest.loc["chips owned", "lab"] == "Google"
    assert largest.loc["chips owned", "middle"] == 1_236_936 + 3_812_878  # Nvidia and its own


# ---------------------------------------------------------------- concentration

def test_interval_covers() -> None:
    rng = np.random.default_rng(8)
    inside = np.zeros(400, bool)
    for i in range(400):
        draws = 3 * rng.pareto(1 / 1.4, 5) + 3
        alpha, low, high = labs.concentration_interval(draws, draws=2_000, seed=i)
        assert alpha == mt.concentration(draws)[0] and low < alpha < high
        inside[i] = low <= 1.4 <= high
    assert abs(inside.mean() - 0.95) < 3 * (0.95 * 0.05 / 400) ** 0.5
    frame = pd.DataFrame({"measure": "x", "middle": draws})
    assert labs.concentrations(frame).iloc[0, 1:].tolist() == [5, *labs.concentration_interval(draws)]
    many = np.exp(1.2 * rng.exponential(size=3000))
    alpha, low, high = labs.concentration_interval(many, draws=500)
    assert (high - low) / 2 == pytest.approx(1.96 * alpha * (2 / 3000) ** 0.5, rel=0.1)  # Gabaix and Ibragimov


# ---------------------------------------------------------------- pay

def test_top_pay() -> None:
    market = mt.Market(1e11, [0.3, 1.0, 2.0], 3e-6, 2 / 3, N=6, lowest_wage=1e6)
    low, middle, high = labs.top_pay(market)
    for i, alpha in enumerate([0.3, 1.0, 2.0]):
        one = replace(market, alpha=alpha)
        assert middle[i] == mt.wage(1, one)
        ranks = np.arange(1, 7)
        pair = mt.wages_from_sizes(mt.size(ranks, one), -mt.talent_gap(1, ranks, one), lowest_wage=1e6)
        assert (low[i], high[i]) == pytest.approx((pair[0][0], pair[1][0]), rel=1e-12)
    assert ((low < middle) & (middle < high)).all()


def evaluate(expression: str, **values: float) -> float:
    """The expression as the page computes it: comparisons count as 0 or 1 there, as here."""
    return eval(expression, {"__builtins__": {}, "pow": math.pow}, values)


@pytest.mark.parametrize("beta", [2 / 3, 0.25])
def test_vega_expression_is_top_pay(beta: float) -> None:
    says = labs.top_pay_vega("total", "alpha", "N", f"effect * pow(factor, -{beta!r})", beta, "lowest")
    for N in (2, 3, 10, 20):
        for alpha in (0.2, 0.65, 1.0, 2.0):
            for factor in (0.1, 1.0, 10.0):
                market = mt.concentrate(mt.Market(1.0, 1.0, 4e-6, beta, N=N, lowest_wage=1e6), alpha)
                market = replace(market, A=1e12 * market.A / mt.size(np.arange(1, N + 1), market).sum())
                pay = labs.top_pay(mt.more_talent(market, factor))
                shown = [evaluate(says[x], total=1e12, alpha=alpha, N=N, effect=4e-6, factor=factor, lowest=1e6)
                         for x in ("low", "middle", "high")]
                share = evaluate(says["share"], alpha=alpha, N=N)
                assert share == pytest.approx(1 / np.sum(np.arange(1, N + 1) ** -alpha), rel=1e-12)
                assert shown == pytest.approx(pay, rel=1e-9)


def test_talent_spread_gives_the_pay_back() -> None:
    sizes, ranks = np.array([5e11, 2e11, 2e10]), np.arange(1, 4)
    least, most = labs.talent_spread(6e7, sizes, beta=0.5, lowest_wage=1e6)
    for spread, side in ((least, 1), (most, 0)):
        talents = -spread * (ranks**0.5 - 1) / (3**0.5 - 1)
        assert mt.wages_from_sizes(sizes, talents, lowest_wage=1e6)[side][0] == pytest.approx(6e7)
    assert least < most
    assert labs.talent_spread(5.0, [2.0, 1.0]) == pytest.approx((2.5, 5.0))


def test_evidence_is_marked() -> None:
    assert all(x.verified for x in labs.EVIDENCE.values())
    change = {name: np.log1p(x.value) for name, x in labs.EVIDENCE.items() if "_20" in name}
    assert change["pay_2007_09"] / change["size_2007_09"] == pytest.approx(1.763, abs=1e-3)
    assert change["pay_2009_11"] / change["size_2009_11"] == pytest.approx(1.143, abs=1e-3)


@pytest.mark.parametrize(("call", "says"), [
    (lambda: labs.valuations("soon", ROUNDS), "date = 'soon': must be a day such as"),
    (lambda: labs.valuations("1999-01-01", ROUNDS), "date: no lab has a figure by then"),
    (lambda: labs.concentration_interval([3, 2]), "sizes has shape"),
    (lambda: labs.concentration_interval([3, 2, 1], level=1), "level = 1: must be a share between 0 and 1"),
    (lambda: labs.top_pay(mt.gabaix_landier()), "N = inf: must be a finite whole number >= 2"),
    (lambda: labs.top_pay(mt.Market(1, 1, 1, 0.5, N=[2, 3])), r"N has shape \(2,\): must be one number"),
    (lambda: labs.talent_spread(1, [2, 1], lowest_wage=2), "pay = 1: must be finite and greater than lowest_wage"),
    (lambda: labs.talent_spread(1, [2]), "sizes has 1 entries: must have two or more"),
    (lambda: labs.talent_spread(1, [2, 1], lowest_wage=-1), "lowest_wage = -1: must be finite and >= 0"),
])
def test_errors(call, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
