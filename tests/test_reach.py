"""superstars.reach: the keyword rule, agreement, spread and regressions on cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu, norm

from superstars import data, oews, reach


def code(text: str) -> float:
    return reach.code_by_keywords([text])["reach"].iloc[0]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Sing before an audience. May appear on television.", 2),
        ("Drive a truck to deliver goods.", 0),
        ("Repair television receivers for customers.", 1),  # one word of reach, two of service
        ("Weigh goods.", 0),  # no word of either kind
    ],
)
def test_constructed_definitions(text, expected):
    assert code(text) == expected


@pytest.mark.parametrize("text", ["BROADCASTS", "broadcasting", "Broadcast", "re-broadcast"])
def test_case_and_inflection(text):
    assert reach.keywords(text)[0] == ["broadcast"]


def test_words_begin_where_the_family_begins_and_end_where_it_must():
    assert reach.keywords("Using soap") == ([], [])  # not "sing"
    assert reach.keywords("a single patientless room") == (
        [],
        ["patient"],
    )  # "sing" is a whole word, "patient" a stem
    assert reach.keywords("news")[0] == ["news"] and reach.keywords("newsprint")[0] == []


def test_each_family_counts_once():
    assert reach.keywords("Film films for filmed film.")[0] == ["film"]


def test_other_jobs_named_in_a_definition_do_not_count():
    text = (
        "Weigh goods. Excludes “Actors” (27-2011) and “Film and Video Editors” (27-4032). Includes porters."
    )
    assert reach.keywords(text) == ([], [])
    text = "Weigh goods. Radio disc jockeys are included in “Broadcast Announcers” (27-3011). Serve patients."
    assert reach.keywords(text) == ([], ["patient"])


@pytest.mark.parametrize("text", ["", None, np.nan, "All artists and related workers not listed separately."])
def test_definitions_that_say_nothing_stay_uncoded(text):
    row = reach.code_by_keywords([text]).iloc[0]
    assert np.isnan(row["reach"]) and row["reach_words"] == ""


def test_stored_keyword_coding_is_what_the_rule_gives():
    stored = data.load("reach_keywords")
    fresh = reach.code_by_keywords(reach.definitions(stored["occ_code"]))
    pd.testing.assert_series_equal(stored["reach"], fresh["reach"])
    for column in ("reach_words", "service_words"):
        assert (stored[column].fillna("") == fresh[column]).all()


def test_both_codings_cover_every_occupation_used():
    hand, keyed = data.load("reach_hand"), data.load("reach_keywords")
    soc = data.load("soc_definitions")
    used = set(oews.detailed(2025)["occ_code"]) | set(soc.loc[soc["soc_group"] == "Detailed", "soc_code"])
    assert set(hand["occ_code"]) == set(keyed["occ_code"]) == used
    rows = reach.occupations([2025])
    assert rows["hand"].notna().all() and (rows["soc"] == rows["occ_code"]).all()
    residual = rows["keywords"].isna()
    assert residual.any() and rows.loc[residual, "occ_title"].str.contains("All Other|Miscellaneous").all()


def test_definitions_of_merged_and_broad_codes_join_their_members():
    soc = data.load("soc_definitions").set_index("soc_code")["soc_definition"]
    merged, broad, absent = reach.definitions(["51-2028", "13-1020", "99-9999"])
    assert merged == soc["51-2022"] + " " + soc["51-2023"]
    assert broad == " ".join(soc[["13-1021", "13-1022", "13-1023"]])
    assert absent == ""


def test_kappa_of_a_known_table():
    # Two readers, 50 proposals: both yes 20, only the first 5, only the second 10, both no 15.
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    found = reach.agreement([*first, np.nan, 1], [*second, 1, np.nan])
    assert found.n == 50 and found.share == 0.70
    assert found.kappa == pytest.approx((0.70 - 0.50) / (1 - 0.50))
    assert found.low < 0.40 < found.high


def test_linear_weights_forgive_near_misses():
    first, near, far = [0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 2, 2], [0, 2, 1, 1, 2, 2]
    assert reach.agreement(first, near, "linear").kappa > reach.agreement(first, near).kappa
    assert reach.agreement(first, far, "linear").kappa < reach.agreement(first, far).kappa


def test_agreement_refuses_what_it_cannot_answer():
    with pytest.raises(ValueError, match="shapes"):
        reach.agreement([0, 1], [0, 1, 1])
    with pytest.raises(ValueError, match="at least two"):
        reach.agreement([1, 1], [0, 1])


def survey(*rows: list[float], top: float = 200_000.0) -> pd.DataFrame:
    """An OEWS frame in USD/year; inf is top-coded."""
    names = ("pct10", "pct25", "median", "pct75", "pct90")
    values = np.array(rows, float)
    frame = pd.DataFrame(
        {f"a_{n}": np.where(np.isinf(v), np.nan, v) for n, v in zip(names, values.T, strict=True)}
    )
    for n, v in zip(names, values.T, strict=True):
        frame[f"h_{n}"] = np.nan
        frame[f"a_{n}_topcoded"] = np.isinf(v)
    return frame.assign(top_code_annual=top, top_code_hourly=np.nan, mean_prse=1.0)


def lognormal_row(median: float, sigma: float, top: float = np.inf) -> list[float]:
    x = median * np.exp(sigma * norm.ppf(oews.PROBS))
    return list(np.where(x >= top, np.inf, x))


def test_spread_uses_the_published_cell_the_fit_or_the_bound():
    frame = survey(
        lognormal_row(50_000, 0.5), lognormal_row(150_000, 0.5, top=200_000.0),
        [100_000, 105_000, 110_000, 115_000, np.inf], [190_000] + [np.inf] * 4,
    )  # fmt: skip
    found = reach.spread(frame)
    assert found["basis"].tolist() == ["published", "fitted", "bound", "none"]
    assert found["ln_ratio"].iloc[:2].to_numpy() == pytest.approx([0.5 * norm.ppf(0.9)] * 2, abs=1e-6)
    assert found["ratio"].iloc[2] == pytest.approx(200_000 / 110_000)
    assert np.isnan(found["ln_ratio"].iloc[3])


def test_beyond_is_exact_for_a_lognormal():
    found = reach.beyond(reach.spread(survey(lognormal_row(50_000, 0.6)))).iloc[0]
    assert found["p99"] == pytest.approx(np.exp(0.6 * norm.ppf(0.99)))
    assert found["p99_local"] == pytest.approx(found["p99"])
    assert found["s_lower"] == pytest.approx(0.6) and found["s_upper"] == pytest.approx(0.6)
    assert found["p99_low"] < found["p99"] < found["p99_high"]


def test_order_counts_treat_a_bound_as_a_bound():
    wide, narrow = lognormal_row(50_000, 0.9), lognormal_row(50_000, 0.2)
    capped = [100_000, 120_000, 150_000, np.inf, np.inf]  # p90/p50 is at least 4/3
    rows = survey(wide, narrow, wide, capped, narrow, capped)
    rows = reach.spread(rows).assign(job=["a", "b", "a", "b", "a", "b"], year=[1, 1, 2, 2, 3, 3])
    counts = reach.order_counts(rows).set_index(["job", "than"])
    # year 1: a wider; year 2: undecided, b may be anything above 4/3; year 3: b's bound is above a's ratio
    assert counts.loc[("a", "b")].tolist() == [1, 1, 1]
    assert counts.loc[("b", "a")].tolist() == [1, 1, 1]


def test_superiority_is_the_scaled_mann_whitney_statistic():
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 9, 40), rng.integers(0, 7, 55)  # with ties
    assert reach.superiority(x, y) == pytest.approx(mannwhitneyu(x, y).statistic / (40 * 55))


def simulated(n: int = 900, effect: float = 0.2, seed: int = 11) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    minor = rng.integers(0, 60, n)
    code = rng.choice([0.0, 1.0, 2.0], n, p=[0.6, 0.25, 0.15])
    pay = rng.normal(11, 0.5, n) + 0.4 * (code == 2)  # reach jobs pay more, and pay widens the spread
    shock = rng.normal(0, 0.05, 60)[minor]
    y = 0.3 + 0.1 * (code == 1) + effect * (code == 2) + 0.15 * (pay - 11) + shock + rng.normal(0, 0.15, n)
    return pd.DataFrame({
        "ln_ratio": y, "hand": code, "ln_median": pay, "minor": minor, "major": minor // 10,
        "tot_emp": rng.lognormal(9, 1, n),
    })  # fmt: skip


def test_densities_integrate_to_one_and_sit_where_the_data_are():
    frame = simulated(n=400).assign(year=2004)
    ratios = np.exp(np.linspace(-1, 2, 301))
    found = reach.densities(frame, "hand", ratios)
    assert set(found["reach"]) == {0, 2}
    for code, part in found.groupby("reach"):
        assert np.trapezoid(part["density"], np.log(part["ratio"])) == pytest.approx(1, abs=1e-6)
        mean = np.trapezoid(part["density"] * np.log(part["ratio"]), np.log(part["ratio"]))
        assert mean == pytest.approx(frame.loc[frame["hand"] == code, "ln_ratio"].mean(), abs=1e-6)


@pytest.mark.parametrize("options", [{}, {"weights": "tot_emp"}, {"groups": "major"}, {"method": "median"}])
def test_regression_recovers_the_coefficients(options):
    found = reach.regress(simulated(), controls=["ln_median"], draws=60, **options).set_index("reach")
    for level, truth in {1: 0.1, 2: 0.2}.items():
        row = found.loc[level]
        assert abs(row["estimate"] - truth) < (row["high"] - row["low"]) / 2
        assert 0.02 < row["high"] - row["low"] < 0.15
    assert (found["n"] == 900).all() and (found["clusters"] == 60).all()


def test_leaving_a_confounder_out_biases_the_coefficient_as_it_should():
    frame = simulated()
    without = reach.regress(frame).set_index("reach").loc[2, "estimate"]
    assert without == pytest.approx(0.2 + 0.15 * 0.4, abs=0.03)


def test_intervals_widen_where_whole_clusters_move_together():
    frame = simulated().assign(row=np.arange(900))
    rng = np.random.default_rng(0)
    frame["hand"] = rng.permutation(np.repeat([0.0, 1.0, 2.0], 20))[
        frame["minor"]
    ]  # reach differs between clusters only
    by_cluster, by_row = (reach.regress(frame, cluster=c).set_index("reach").loc[2] for c in ("minor", "row"))
    assert by_cluster["high"] - by_cluster["low"] > 1.3 * (by_row["high"] - by_row["low"])


def test_explained_is_the_share_reach_adds():
    frame = simulated()
    plain = reach.regress(frame).iloc[0]
    assert plain["explained"] == pytest.approx(plain["r_squared"])  # nothing else in the model
    controlled = reach.regress(frame, controls=["ln_median"], groups="major").iloc[0]
    assert 0 < controlled["explained"] < controlled["r_squared"]


def test_by_year_is_regress_year_by_year():
    frame = pd.concat([simulated(seed=1).assign(year=2004), simulated(effect=0.5, seed=2).assign(year=2005)])
    found = reach.by_year(frame, controls=["ln_median"]).set_index("year")
    alone = reach.regress(frame[frame["year"] == 2005], controls=["ln_median"]).set_index("reach").loc[2]
    assert found.loc[2005, "estimate"] == alone["estimate"]
    assert found.loc[2005, "low"] > found.loc[2004, "high"]


def test_regression_refuses_what_it_cannot_answer():
    with pytest.raises(ValueError, match="method is 'probit'"):
        reach.regress(simulated(), method="probit")
    with pytest.raises(ValueError, match="unweighted"):
        reach.regress(simulated(), method="median", weights="tot_emp")
    with pytest.raises(ValueError, match=r"reach \[2\]"):
        reach.regress(simulated().query("hand < 2"))


def test_years_take_the_coding_of_the_same_title():
    rows = reach.occupations([2005, 2025])
    old = rows[rows["year"] == 2005].set_index("occ_code")
    assert old.loc["29-1111", "soc"] == "29-1141"  # registered nurses, renumbered
    assert old["hand"].isna().any()  # renamed occupations stay without
    assert old["soc"].dropna().is_unique
