"""superstars.performance: estimators against simulations with known answers, frames against the raw data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import norm

from superstars import data, performance
from superstars.superstar import luck_top_share


def panel(seed: int, people: int = 80, seasons: int = 6, spread: float = 0.0) -> pd.DataFrame:
    """y = 1 + 0.5 x + person + (1 + spread x) e with x partly fixed by person, so that clustering matters."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), seasons)
    x = np.abs(rng.normal(size=people)[who] + 0.3 * rng.normal(size=who.size))
    e = np.sqrt(0.5) * rng.normal(size=people)[who] + np.sqrt(0.5) * rng.normal(size=who.size)
    return pd.DataFrame({"player": who, "x": x, "y": 1 + 0.5 * x + (1 + spread * x) * e})


@pytest.mark.parametrize("tau", [None, 0.25, 0.5, 0.9])
def test_intervals_cover_the_true_slope_where_persons_share_errors(tau):
    spread = 0.4
    truth = 0.5 + (0 if tau is None else spread * norm.ppf(tau))
    found = [performance.fit("y ~ x", panel(seed, spread=spread), tau=tau).loc["x"] for seed in range(300)]
    coef, covered = np.array([f["coef"] for f in found]), [f["low"] <= truth <= f["high"] for f in found]
    assert abs(coef.mean() - truth) < 4 * coef.std() / np.sqrt(len(coef))
    assert 0.90 <= np.mean(covered) <= 0.99


def test_independence_would_understate_the_error():
    alone = panel(3).assign(player=np.arange(480))
    for tau in (None, 0.5):
        clustered = performance.fit("y ~ x", panel(3), tau=tau).loc["x", "se"]
        assert clustered > 1.4 * performance.fit("y ~ x", alone, tau=tau).loc["x", "se"]


def test_fit_leaves_incomplete_rows_out_and_keeps_people_aligned():
    full = panel(5)
    holes = full.copy()
    holes.loc[::7, "x"] = np.nan
    for tau in (None, 0.3):
        a = performance.fit("y ~ x", holes, tau=tau)
        b = performance.fit("y ~ x", full.drop(full.index[::7]), tau=tau)
        pd.testing.assert_frame_equal(a, b)
        assert a.attrs == {"n": int(holes["x"].notna().sum()), "people": 80}


@pytest.mark.parametrize("tau", [0.1, 0.5, 0.85])
def test_quantile_coefficients_minimise_the_check_loss(tau):
    frame = panel(8, spread=0.4)

    def loss(intercept, slope):
        u = frame["y"] - intercept - slope * frame["x"]
        return (u * (tau - (u < 0))).sum()

    ours = performance.fit("y ~ x", frame, tau=tau)["coef"]
    theirs = smf.quantreg("y ~ x", frame).fit(q=tau).params
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), abs=1e-3)
    assert loss(*ours) <= loss(*theirs) + 1e-9


@pytest.mark.parametrize("tau", [0, 1, -0.1, np.nan])
def test_fit_rejects_what_is_no_quantile(tau):
    with pytest.raises(ValueError, match="tau is"):
        performance.fit("y ~ x", panel(1), tau=tau)


def test_fit_and_bootstrap_need_two_persons():
    with pytest.raises(ValueError, match="two or more"):
        performance.fit("y ~ x", panel(1).assign(player=1))
    with pytest.raises(ValueError, match="two or more"):
        performance.by_person(panel(1).assign(player=1), lambda d: d["y"].mean())
    with pytest.raises(ValueError, match="draws = 10"):
        performance.by_person(panel(1), lambda d: d["y"].mean(), draws=10)


def test_bootstrap_by_person_agrees_with_the_clustered_standard_error():
    frame = panel(11)
    est, low, high = performance.by_person(frame, lambda d: np.polyfit(d["x"], d["y"], 1)[0], draws=600)
    row = performance.fit("y ~ x", frame).loc["x"]
    assert est == pytest.approx(row["coef"])
    assert (high - low) / (row["high"] - row["low"]) == pytest.approx(1, abs=0.15)
    again = performance.by_person(frame, lambda d: np.polyfit(d["x"], d["y"], 1)[0], draws=600)
    assert (est, low, high) == again


def test_standardise_by_hand():
    z = performance.standardise(pd.Series([1.0, 2, 3, 5, 5, np.nan]), pd.Series([0, 0, 0, 1, 1, 0]))
    assert z.iloc[:3].tolist() == [-1, 0, 1] and z.iloc[3:].isna().all()


# --- golf ---


def tour(**change) -> pd.DataFrame:
    frame = pd.DataFrame({
        "year": [2010, 2010, 2010, 2011, 2011], "player": list("abcab"), "events": [10, 20, 5, 10, 10],
        "prize_money_usd": [1e6, 1e6, 1e4, 4e6, 1e6], "adjusted_scoring_average": [70.0, 72, np.nan, 69, 71],
    })  # fmt: skip
    return frame.assign(**change)


def test_golf_by_hand():
    rows = performance.golf(tour())
    assert rows["strokes"].tolist()[:2] == [1, -1] and np.isnan(rows["strokes"][2])
    assert rows["pay"].to_numpy()[:3] == pytest.approx(np.log(np.array([100_000, 50_000, 2_000]) / 75_000))
    assert rows["z"].to_numpy()[[0, 3]] == pytest.approx(np.sqrt(0.5))
    assert rows["strokes_before"].isna().tolist() == [True] * 3 + [False] * 2
    assert rows["strokes_before"].tolist()[3:] == [1, -1]
    assert rows.loc[rows["score"].notna(), "ln_events"].mean() == pytest.approx(0)


@pytest.mark.parametrize("column", ["prize_money_usd", "events"])
def test_golf_names_the_row_it_cannot_use(column):
    with pytest.raises(ValueError, match=rf"{column}.*row 1 \(b\): 0.*allowed"):
        performance.golf(tour(**{column: [5, 0, 5, 5, 5]}))


def test_golf_in_the_data():
    raw, rows = data.load("pga_tour"), performance.golf()
    assert len(rows) == len(raw) == 2300
    assert rows["score"].notna().sum() == raw["adjusted_scoring_average"].notna().sum() == 1674
    assert rows.dropna(subset="z").groupby("season")["z"].agg(["mean", "std"]).to_numpy() == pytest.approx(
        np.tile([0, 1], (9, 1)), abs=1e-12
    )
    pairs = rows.dropna(subset=["z", "z_before"])
    one = pairs.iloc[-1]
    same = rows[(rows["player"] == one["player"]) & (rows["season"] == one["season"] - 1)]
    assert same["z"].tolist() == [one["z_before"]]


# --- baseball ---


def league() -> pd.DataFrame:
    return pd.DataFrame({
        "year": [2000] * 4 + [2001] * 4, "player_id": list("abcd") * 2,
        "debut_year": [1999, 1996, 1990, 2002, 1999, 1996, 1990, np.nan],
        "salary_usd": [1.0, 2, 3, 9, 10, 20, 40, 0], "at_bats": [300, 400, 500, 600, 0, 0, 0, 0],
        "ops": [0.7, 0.8, 0.9, 0.8, np.nan, np.nan, np.nan, np.nan],
        "innings_pitched": [np.nan] * 8, "era": [np.nan] * 8, "age": [25] * 8,
    })  # fmt: skip


def test_baseball_by_hand():
    rows = performance.baseball(frame=league())
    assert rows["player"].tolist() == ["a", "b", "c"] and (rows["season"] == 2001).all()
    assert rows["rule"].tolist() == ["reserve", "arbitration", "free agency"]
    assert rows["stat"].tolist() == [0.7, 0.8, 0.9]
    assert rows["z"].to_numpy() == pytest.approx(np.array([-1, 0, 1]) * np.sqrt(1.5))
    assert np.exp(rows["pay"]).tolist() == pytest.approx([0.5, 1, 2])  # the salary of 0 is out of the median
    assert len(performance.baseball(frame=league(), least=350)) == 2


def test_a_salary_booked_to_a_former_player_moves_nothing():
    stranger = league().iloc[[4]].assign(player_id="x", age=82, salary_usd=1e9)
    with_him = performance.baseball(frame=pd.concat([league(), stranger]))
    pd.testing.assert_frame_equal(with_him, performance.baseball(frame=league()))


def test_a_low_earned_run_average_is_good():
    frame = league().assign(innings_pitched=100.0, era=[3.0, 4, 5, 4, 4, 4, 4, 4])
    assert (np.diff(performance.baseball("pitcher", 50, frame)["z"]) < 0).all()


@pytest.mark.parametrize("bad", [{"role": "umpire"}, {"least": 0}, {"least": np.nan}])
def test_baseball_rejects(bad):
    with pytest.raises(ValueError, match=r"allowed"):
        performance.baseball(frame=league(), **bad)


def test_baseball_in_the_data():
    raw, rows = data.load("baseball"), performance.baseball()
    assert len(raw) == 26323 and (raw["salary_usd"] == 0).sum() == 2
    assert (rows["salary"] > 0).all() and (rows["service"] >= 0).all() and np.isfinite(rows["z"]).all()
    assert rows["season"].min() == 1986 and rows["season"].max() == 2016
    one = rows.iloc[1234]
    was = raw[(raw["player_id"] == one["player"]) & (raw["year"] == one["season"] - 1)].iloc[0]
    assert was["ops"] == one["stat"] and was["at_bats"] >= 300
    assert (np.select([rows["service"] < 3, rows["service"] < 7], [0, 1], 2) == rows["rule"].map(
        {rule: i for i, rule in enumerate(performance.RULES)})).all()  # fmt: skip


# --- luck and purses ---


@pytest.mark.parametrize("K", [2, 5, 10, 40])
def test_tail_of_the_largest_share(K):
    shares = np.random.default_rng(K).dirichlet(np.ones(K), size=40_000).max(axis=1)
    for x in (1.3 / K, min(2.5 / K, 0.8), 0.9):
        p = performance.luck_top_tail(K, x)
        assert abs(np.mean(shares > x) - p) <= 4 * np.sqrt(p * (1 - p) / shares.size) + 1e-9
    grid = np.linspace(0, 1, 2001)
    mean = np.trapezoid([performance.luck_top_tail(K, x) for x in grid], grid)
    assert mean == pytest.approx(float(luck_top_share(K)), abs=1e-4)


def test_tail_at_its_ends_and_two_rivals():
    assert performance.luck_top_tail(7, 1 / 7 - 1e-9) == 1 and performance.luck_top_tail(7, 1) == 0
    assert performance.luck_top_tail(2, 0.75) == pytest.approx(0.5)  # uniform on a line: 2 (1 - x)
    for bad in [(1, 0.5), (2.5, 0.5), (3, 1.1), (3, -0.1), (3, np.nan)]:
        with pytest.raises(ValueError, match="allowed"):
            performance.luck_top_tail(*bad)


def test_share_at_ratio():
    assert performance.share_at_ratio(4, 1) == 0.25 and performance.share_at_ratio(4, 3) == 0.5
    with pytest.raises(ValueError, match="ratio"):
        performance.share_at_ratio(4, 0)


def test_purse_falls_and_is_convex():
    assert (PURSE_STEPS := -performance.PURSE.diff().dropna()).gt(0).all() and performance.PURSE.sum() < 1
    assert (PURSE_STEPS.to_numpy()[:-1] >= PURSE_STEPS.to_numpy()[1:] - 1e-12).mean() > 0.8
