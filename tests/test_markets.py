"""Rules that choose rows are checked against the tables, models against closed forms and limits."""

import re

import numpy as np
import pandas as pd
import pytest

from superstars import markets, scaling
from superstars.data import load


def test_decimal_years():
    days = pd.Series(pd.to_datetime(["2024-01-01", "2024-07-01", "2025-12-31"]))
    np.testing.assert_allclose(markets.years(days), [2024, 2024.4983, 2025.9966], atol=1e-4)


def test_runs_are_those_of_the_table():
    frontier = markets.runs("frontier", since=2016)
    table = load("epoch_models").set_index("model")
    chosen = table.loc[frontier["model"]]
    assert chosen["frontier"].all() and chosen["base_model"].isna().all()
    np.testing.assert_array_equal(chosen["training_compute_flop"], frontier["value"])
    assert frontier["publication_date"].is_monotonic_increasing
    assert frontier["publication_date"].min() >= pd.Timestamp("2016-01-01")


def test_records_rise_and_beat_all_earlier_runs():
    record, every = markets.runs("record"), markets.runs("notable")
    assert record["value"].is_monotonic_increasing
    assert record["value"].max() == every["value"].max()
    for row in record.itertuples():
        assert every.loc[every["publication_date"] < row.publication_date, "value"].le(row.value).all()


def test_runs_until_a_day():
    early = markets.runs("notable", until="2024-11-26")
    assert early["publication_date"].max() <= pd.Timestamp("2024-11-26")
    assert len(early) < len(markets.runs("notable"))


@pytest.mark.parametrize("arguments, message", [
    (("largest",), "which = 'largest'; allowed: frontier, record, notable"),
    (("frontier", "parameters"), "column = 'parameters'; allowed: training_compute_flop"),
    (("frontier", "training_compute_flop", 2090), "since = 2090, until = None: no frontier model"),
])
def test_runs_refuse(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        markets.runs(*arguments)


def test_dense_models_have_the_published_ratios():
    # Hoffmann et al. (2022, table 1): Chinchilla 1.4e12 tokens for 70e9 parameters; GPT-3 300e9 for 175e9
    ratio = markets.dense_models().set_index("model")["tokens_per_parameter"]
    assert ratio["Chinchilla"] == pytest.approx(20, rel=0.03)
    assert ratio["GPT-3 175B (davinci)"] == pytest.approx(300 / 175, rel=0.01)


def test_path_goes_through_both_points_and_grows_evenly():
    first, second = (2026, 1e10), (2030, 1e12)
    np.testing.assert_allclose(markets.path([2026, 2028, 2030], first, second), [1e10, 1e11, 1e12])
    year = np.array([2019.3, 2035.8])
    growth = markets.path(year + 1, first, second) / markets.path(year, first, second)
    np.testing.assert_allclose(growth, 100**0.25)
    with pytest.raises(ValueError, match="second: the year is 2026"):
        markets.path(2027, first, (2026, 1.0))
    with pytest.raises(ValueError, match="value"):
        markets.path(2027, (2026, -1.0), second)


def test_vote_shares_agree_with_elo():
    ratings = np.array([[1500.0, 1480.0, 1100.0], [20.0, 0.0, -380.0]])
    shares = markets.vote_shares(ratings)
    np.testing.assert_allclose(shares.sum(axis=-1), 1)
    np.testing.assert_allclose(shares[0], shares[1])  # only gaps matter
    pair = shares[..., 0] / (shares[..., 0] + shares[..., 1])
    np.testing.assert_allclose(pair, scaling.elo_win(20))
    assert shares[0, 1] / shares[0, 2] == pytest.approx(10 ** (380 / 400))


def test_ratings_are_of_one_snapshot():
    best = markets.best_by_lab("2024-11-26")
    assert best["date"].nunique() == 1 and best["date"].max() <= pd.Timestamp("2024-11-26")
    assert best["organization"].is_unique and best["rating"].is_monotonic_decreasing
    assert best["organization"].head(5).tolist() == ["Google", "OpenAI", "xAI", "01 AI", "Anthropic"]
    with pytest.raises(ValueError, match="no snapshot by then"):
        markets.best_by_lab("2020-01-01")


def test_every_organisation_of_china_is_in_the_lists():
    assert set(load("arena_best_by_org")["organization"]) >= markets.CHINA


@pytest.mark.parametrize("measure", ["votes", "revenue", "valuation", "chips"])
def test_sizes_are_positive_and_sorted(measure):
    sizes = markets.sizes(measure, "2025-12-31")
    assert (sizes > 0).all() and sizes.is_monotonic_decreasing and sizes.index.is_unique


def test_chips_are_cumulative_and_of_all_designers():
    early, late = markets.designers("2024-09-30"), markets.designers("2025-12-31")
    assert set(early.index) == set(late.index) == {"Nvidia", "Google", "Amazon", "AMD"}
    assert (late > early[late.index]).all()
    with pytest.raises(ValueError, match="no quarter ends by then"):
        markets.designers("2020-01-01")
    with pytest.raises(ValueError, match="measure = 'staff'"):
        markets.sizes("staff", "2025-12-31")


def test_sellers():
    assert markets.sellers(0, 8, 3, 2) == pytest.approx(8)
    assert markets.sellers(2, 8, 3, 2) == pytest.approx(8 * 2 / 3)  # sqrt of (2/3)^2
    assert markets.sellers(5, 8, 2, 2) == pytest.approx(8)
    assert markets.sellers(0, 8, 3, 2, 0.75) == pytest.approx(16)
    for wrong in ((1, 0, 3, 2), (1, 8, -3, 2), (1, 8, 3, np.inf), (1, 8, 3, 2, 1.0)):
        with pytest.raises(ValueError):
            markets.sellers(*wrong)


def test_monopoly_year_is_when_two_sellers_are_left():
    for saving in (0.0, 0.6):
        t = markets.monopoly_year(8, 3, 2, saving)
        assert markets.sellers(t, 8, 3, 2, saving) == pytest.approx(2)
    years = markets.monopoly_year([8, 8, 2, 1.5], [2, 1, 3, 1], 2)
    np.testing.assert_array_equal(years, [np.inf, np.inf, 0, 0])


def _vega(expression, **values):
    """A Vega expression by Python: its arithmetic and functions are the same, its conditional is not."""
    names = {"sqrt": np.sqrt, "pow": lambda x, y: x**y, "log": np.log, **values}
    test, _, rest = expression.partition(" ? ")
    if not rest:
        return eval(expression, names)
    yes, _, no = rest.partition(" : ")
    return _vega(yes, **values) if eval(test, names) else _vega(no, **values)


@pytest.mark.parametrize("f", [1.0, 2.9, 6.0])
@pytest.mark.parametrize("m", [1.0, 2.9, 4.0])
@pytest.mark.parametrize("u", [0.0, 0.5, 0.95])
def test_vega_says_the_same(f, m, u):
    values = {"t": 4, "n": 8, "f": f, "m": m, "u": u}
    sellers = _vega(markets.sellers_vega("t", "n", "f", "m", "u"), **values)
    assert sellers == pytest.approx(markets.sellers(4, 8, f, m, u))
    until = _vega(markets.monopoly_year_vega("n", "f", "m", "u"), **values)
    expected = markets.monopoly_year(8, f, m, u)
    assert until == pytest.approx(expected if np.isfinite(expected) else 1e9)


def test_break_even():
    r = markets.break_even_growth(9e9, 3, 13e9, 0.5, np.array([1.0, 4.0]))
    t = np.array([1.0, 4.0])
    np.testing.assert_allclose(0.5 * 13e9 * r**t, 9e9 * 3**t)
    assert markets.break_even_growth(9e9, 3, 18e9, 0.5, 7) == pytest.approx(3)  # covered today: keep pace
    with pytest.raises(ValueError, match="margin"):
        markets.break_even_growth(9e9, 3, 13e9, 1.5, 1)


def test_acemoglu_gives_the_published_product():
    # Acemoglu (2024): 0.66 per cent over ten years
    assert scaling.acemoglu(**markets.ACEMOGLU) == pytest.approx(0.0066, abs=5e-5)


def test_optimists_set_the_price_only_while_they_are_a_minority():
    share = np.array([0.05, 0.3, 0.5, 0.8])
    price = markets.optimists_price(0.4, share)
    assert price[2] == pytest.approx(1) and (np.diff(price) < 0).all()
    # the last buyer is the one whom `share` of the investors outbid: lognormal by simulation
    drawn = np.exp(0.4 * np.random.default_rng(0).standard_normal(200_000))
    np.testing.assert_allclose(np.quantile(drawn, 1 - share), price, rtol=0.01)
    np.testing.assert_array_equal(markets.optimists_price(0, share), 1)
    with pytest.raises(ValueError, match="share"):
        markets.optimists_price(0.4, 1)


@pytest.mark.parametrize("measure", ["index", "horizon"])
def test_the_frontier_never_falls_and_its_pace_is_its_slope(measure):
    days = pd.date_range("2023-03-31", "2025-12-31", freq="QE")
    best = [markets.frontier(measure, day) for day in days]
    assert (np.diff(best) >= 0).all() and best[-1] > best[0]
    halves = [markets.pace(measure, a, b) * (pd.Timestamp(b) - pd.Timestamp(a)).days
              for a, b in (("2023-06-30", "2024-06-30"), ("2024-06-30", "2025-06-30"))]  # fmt: skip
    whole = markets.pace(measure, "2023-06-30", "2025-06-30")
    assert sum(halves) == pytest.approx(whole * (pd.Timestamp("2025-06-30") - pd.Timestamp("2023-06-30")).days)
    assert markets.frontier(measure, markets.last_scored(measure)) == markets.frontier(measure, "2099-01-01")


def test_the_frontier_refuses():
    for call, words in ((lambda: markets.frontier("votes", "2025-01-01"), "measure"),
                        (lambda: markets.frontier("index", "1999-01-01"), "date"),
                        (lambda: markets.pace("index", "2025-01-01", "2025-01-01"), "until")):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            call()


def test_best_by_index_has_one_row_a_maker_released_by_then():
    best = markets.best_by_index("2024-11-26")
    assert best["organization"].is_unique and best["score"].is_monotonic_decreasing
    assert not best["organization"].str.contains("|", regex=False).any()
    released = load("capabilities_index").set_index("model")["release_date"]
    assert all((released[[model]] <= pd.Timestamp("2024-11-26")).any() for model in best["model"])


def test_thinking_gains_compare_one_model_with_itself():
    gains = markets.thinking_gains("text")
    rows = load("arena_daily_2026").query("leaderboard == 'text'").set_index(["model", "date"])["rating"]
    by_hand = (rows["grok-4.1-thinking"] - rows["grok-4.1"]).mean()
    assert gains["grok-4.1"] == pytest.approx(by_hand)
    by_hand = (rows["kimi-k2.5-thinking"] - rows["kimi-k2.5-instant"]).mean()
    assert gains["kimi-k2.5"] == pytest.approx(by_hand)
    assert "gemini-2.5-pro" not in gains  # one setting only
    with pytest.raises(ValueError, match="board"):
        markets.thinking_gains("vision")
