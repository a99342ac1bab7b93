"""superstars.liquidity against share-by-share accounting, Monte Carlo, Vega itself, and the data files."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
import vl_convert
from scipy.stats import binom

from superstars import liquidity as lq
from superstars import packages
from superstars.data import load


def rounds(n: int = 2_000, seed: int = 3) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    V, sigma = 10 ** rng.uniform(8, 12, n), rng.uniform(0, 1, n)
    sigma[:4] = [0, 1, 0, 1]
    A = V * 10 ** rng.uniform(-3, 0, n) * 0.99
    return V, A, sigma, V * rng.uniform(0, 2, n), rng.choice([0, 0.5, 1, 2], n)


# ---------------------------------------------------------------- rounds and preferences

def test_round_is_what_share_by_share_accounting_gives() -> None:
    V, A, sigma, _, _ = rounds()
    shares, cash = 1e6, 0.0  # any number of shares
    price = V / shares
    issued, bought = (1 - sigma) * A / price, sigma * A / price
    cash = cash + issued * price
    found = lq.staff_round(V, A, sigma)
    np.testing.assert_allclose(found.shares_after, (shares + issued) / shares, rtol=1e-12)
    np.testing.assert_allclose(found.value_after, V + cash, rtol=1e-12)
    np.testing.assert_allclose(found.investors, (issued + bought) / (shares + issued), rtol=1e-12)
    np.testing.assert_allclose(found.dilution, 1 - shares / (shares + issued), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.cash_to_firm + found.cash_to_staff, A, rtol=1e-12)
    # her stake shrinks, its value does not: price equal to value
    np.testing.assert_allclose((1 - found.dilution) * found.value_after, V, rtol=1e-12)


def test_secondary_leaves_the_count_alone_and_primary_does_not() -> None:
    assert lq.staff_round(50e9, 10e9, 1).shares_after == 1 and lq.staff_round(50e9, 10e9, 1).dilution == 0
    assert lq.staff_round(50e9, 10e9, 0).dilution == pytest.approx(1 / 6)
    assert (np.diff(lq.staff_round(50e9, 10e9, np.linspace(0, 1, 11)).dilution) < 0).all()


def test_preferred_payout_is_the_better_of_two_claims() -> None:
    _, A, _, E, m = rounds()
    phi = np.random.default_rng(0).uniform(0, 1, E.size)
    found = lq.preferred_payout(E, A, phi, m)
    claim = [min(mm * a, e) for mm, a, e in zip(m, A, E, strict=True)]
    np.testing.assert_allclose(found, [max(c, p * e) for c, p, e in zip(claim, phi, E, strict=True)])
    assert (found <= E).all() and (found >= phi * E).all()
    np.testing.assert_allclose(lq.preferred_payout(E, A, phi, 0), phi * E)


def test_holder_payout_shares_out_the_whole_price() -> None:
    V, A, sigma, E, m = rounds()
    after = lq.staff_round(V, A, sigma)
    held = 1 - sigma * A / V  # old shares that were not sold
    total = held * lq.holder_payout(E, V, A, sigma, m) + lq.preferred_payout(E, A, after.investors, m)
    np.testing.assert_allclose(total, E, rtol=1e-9)
    np.testing.assert_allclose(lq.holder_payout(E, V, A, sigma, 0), E / after.shares_after, rtol=1e-9)
    # a preference never helps common shares, and with m = 1 costs nothing from the round's value upwards
    one = lq.holder_payout(E, V, A, sigma, 1)
    common = E / after.shares_after
    above = after.value_after <= E
    assert (one <= common * (1 + 1e-9)).all() and (one[~above] < common[~above]).all()
    np.testing.assert_allclose(one[above], common[above], rtol=1e-9)
    assert np.isnan(lq.holder_payout(1e9, 1e9, 1e9, 1, 1))


def vega(expressions: list[str], values: list[dict]) -> np.ndarray:
    text = "'[' + " + " + ',' + ".join(f"format({e}, '.17e')" for e in expressions) + " + ']'"
    spec = {"$schema": "https://vega.github.io/schema/vega/v6.json", "width": 10, "height": 10,
            "data": [{"name": "t", "values": values}],
            "marks": [{"type": "text", "from": {"data": "t"},
                       "encode": {"enter": {"text": {"signal": text}}}}]}
    shown = re.findall(r"\[([^\]<]+)\]", vl_convert.vega_to_svg(spec))
    assert len(shown) == len(values)
    return np.array([x.split(",") for x in shown], dtype=float).T


def test_vega_expressions_in_vega() -> None:
    V, A, sigma, E, m = (x[:300] for x in rounds())
    h = np.round(np.random.default_rng(1).uniform(0, 0.6, 300), 2)
    T = np.random.default_rng(2).choice([1, 2, 4, 6], 300)
    h[:2] = 0
    values = [dict(zip("VAsEmhT", map(float, row), strict=True)) for row in zip(V, A, sigma, E, m, h, T, strict=True)]
    found = vega([lq.holder_payout_vega("datum.E", "datum.V", "datum.A", "datum.s", "datum.m"),
                  lq.kept_vega("datum.T", "datum.h")], values)
    np.testing.assert_allclose(found[0], lq.holder_payout(E, V, A, sigma, m), rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(found[1], packages.present_value(1, T, h), rtol=1e-9)


# ---------------------------------------------------------------- packages and companies

def test_ledger_counts_what_was_taken() -> None:
    book = lq.ledger(4, 0.2)
    declined, accepted, paid = (book[book["result"] == r] for r in ("declined", "accepted", "paid"))
    assert (declined["expected"] == 0).all() and (declined["paid"] == 0).all()
    assert (paid["expected"] == paid["offered"]).all() and (paid["paid"] == paid["offered"]).all()
    assert (accepted["paid"] == 0).all() and (accepted["expected"] < accepted["offered"]).all()
    assert book.loc[book["result"] == "offered", "expected"].isna().all()
    rng = np.random.default_rng(5)  # a leaver at an exponential time keeps what has vested
    stay = np.minimum(rng.exponential(-1 / np.log(0.8), 200_000), 4) / 4
    row = book.set_index("id").loc["deitke-second-2025"]
    assert row["expected"] / row["offered"] == pytest.approx(stay.mean(), abs=4 * stay.std() / 200_000**0.5)
    np.testing.assert_allclose(lq.ledger(4, 0)["expected"].dropna(),
                               book["offered"].where(book["result"].isin(packages.TAKEN), 0)[book["expected"].notna()])


@pytest.mark.parametrize(("years", "drops"), [(1, "tulloch"), (3, "tulloch"), (4, "tulloch"), (5, "tml-billion")])
def test_of_two_accounts_of_one_offer_the_larger_counts(years: float, drops: str) -> None:
    book = lq.ledger(years, 0.2)
    (dropped,) = book.loc[~book["counted"], "id"]
    assert dropped.startswith(drops)
    all_in = lq.totals(book, "alleged", False)
    assert all_in["offered"] == pytest.approx(book["offered"].sum() - book.loc[~book["counted"], "offered"].sum())
    assert all_in["reports"] == len(book)


def test_totals_shrink_with_better_evidence() -> None:
    book = lq.ledger(4, 0.2)
    sums = [lq.totals(book, e, t) for e in packages.EVIDENCE[::-1] for t in (False, True)]
    for column in ("reports", "offered", "expected", "paid"):
        assert (np.diff([s[column] for s in sums][::2]) <= 0).all()
        assert all(a[column] >= b[column] for a, b in zip(sums[::2], sums[1::2], strict=True))
    for s in sums:
        assert s["paid"] <= s["expected"] <= s["offered"]


def test_ledger_in_vega_is_the_ledger() -> None:
    settings = [(i, taken, years, h) for i in range(3) for taken in (True, False)
                for years in (1, 4, 6) for h in (0.0, 0.2, 0.6)]
    values = [dict(zip(("tier", "taken", "years", "h"), s, strict=True)) for s in settings]
    taken_now, reported_now = packages.offers(), packages.offers()
    taken_now.loc[taken_now["id"].eq("tulloch-meta-2025"), "result"] = "accepted"  # its twin was declined
    reported_now.loc[reported_now["id"].eq("tml-billion-meta-2025"), "evidence"] = "reported"
    for rows in (packages.offers(), taken_now, reported_now):
        expressions = lq.ledger_vega("datum.tier", "datum.taken", "datum.years", "datum.h", rows)
        found = vega(list(expressions.values()), values)
        for k, (tier, taken, years, h) in enumerate(settings):
            want = lq.totals(lq.ledger(years, h, rows), packages.EVIDENCE[tier], taken)
            np.testing.assert_allclose(found[:, k], want[list(expressions)].astype(float), rtol=1e-9)


def test_of_two_reports_on_one_offer_the_one_that_is_shown_counts() -> None:
    rows = packages.offers()
    rows.loc[rows["id"].eq("tulloch-meta-2025"), "result"] = "accepted"
    twins = rows[rows["id"].isin(["tulloch-meta-2025", "tml-billion-meta-2025"])]
    book = lq.ledger(1, 0, twins)  # the declined one is larger over one year
    assert lq.totals(book, "alleged", False)["offered"] == 1e9
    assert lq.totals(book, "alleged", True)["offered"] == 1.5e9 / 6


def test_companies_keep_both_accounts() -> None:
    rows = lq.companies().set_index("target")
    deals = load("talent_deals").set_index("id")
    adept = deals.loc[["adept-amazon-2024-a", "adept-amazon-2024-b"]]
    assert rows.loc["Adept AI", "low"] == adept["amount_low_usd"].min()
    assert rows.loc["Adept AI", "high"] == adept["amount_high_usd"].max() and rows.loc["Adept AI", "accounts"] == 2
    assert not rows.index.duplicated().any() and (rows["low"] <= rows["high"]).all()
    assert deals.loc[rows["id"], "is_pay"].eq(False).all()


def test_price_per_head_and_its_inverse() -> None:
    heads = np.array([1.0, 7, 70])
    price = lq.price_per_head(14.3e9, 0.5, heads)
    np.testing.assert_allclose(price * heads, 7.15e9)
    np.testing.assert_allclose(lq.heads_at(14.3e9, 0.5, price), heads)


def test_unvested_falls_to_nothing_and_holds_at_the_cliff() -> None:
    t = np.linspace(0, 4, 9)
    left = lq.unvested(100, 4, t, cliff=1)
    np.testing.assert_allclose(left, [100, 100, 75, 62.5, 50, 37.5, 25, 12.5, 0])
    paid = np.diff(-lq.unvested(100, 4, t))  # without a cliff the same each period, adding up to the grant
    np.testing.assert_allclose(paid, 12.5)


def test_saved_share_closes_the_bill() -> None:
    f = lq.saved_share(4e9, [1.8e9, 7e9])
    np.testing.assert_allclose(f * (np.array([1.8e9, 7e9]) + 4e9), 4e9)
    assert lq.saved_share(4e9, 8e9, spent_after=False) == 0.5 and lq.saved_share(4e9, 1e9, False) == 4


def test_years_to_share_by_compounding() -> None:
    years = lq.years_to_share(6e9, 13.1e9, 0.2, 0.5, 0.1)
    assert 6e9 * 1.1**years / (13.1e9 * 1.5**years) == pytest.approx(0.2)
    assert lq.years_to_share(1, 10, 0.2, 0.5) == 0 and lq.years_to_share(1, 10, 0.2, -0.5) == 0
    assert np.isinf(lq.years_to_share(6, 13, 0.2, 0.1, 0.1)) and np.isinf(lq.years_to_share(6, 13, 0.2, 0, 0.1))
    assert np.isnan(lq.years_to_share(np.nan, 1, 0.2, 0.1))


# ---------------------------------------------------------------- won, spending, bidders, countries

@pytest.mark.parametrize("rate", [1300, 1350, 1450])
def test_won_claims_agree_at_the_rate_they_need(rate: float) -> None:
    table = lq.won_claims(rate).set_index("claim")
    np.testing.assert_allclose(table["high"] * rate, table["won_high"])
    known = table["dollars"].notna()
    np.testing.assert_allclose((table["needs"] / rate)[known], table["over"][known])
    for claim in table.index[known]:
        assert lq.won_claims(table.loc[claim, "needs"]).set_index("claim").loc[claim, "over"] == pytest.approx(1)
    assert table.loc["Offers, high end", "over"] > 9 and 0.9 < table.loc["Offers, low end", "over"] < 1.1
    assert table.loc["Meta and Scale AI", "dollars"] == 14.3e9


def test_spending_series_are_those_of_the_files() -> None:
    table = lq.spending().set_index("series")
    quarters = load("nvidia_revenue")["data_centre_usd_billion"]
    np.testing.assert_allclose(table.loc["Nvidia data centres", "usd"], quarters * 4e9)
    assert lq.capital_spending().loc[2024, "usd"] == 251e9 and lq.capital_spending().loc[2025, "bound"] == "at least"
    facts = load("ai_market_facts").set_index("quantity")["value"]
    stock, revenue = lq.stock_pay(), lq.openai_revenue()
    assert stock[2025] / revenue[2025] == pytest.approx(facts["pay as share of revenue"], abs=0.01)  # the source's own
    assert revenue.index.tolist() == [2022, 2024, 2025] and (table["usd"] > 0).all()


def test_chips_are_a_share_of_sales_and_below_all_capital_spending() -> None:
    chips, capital = lq.chip_spending(), lq.capital_spending()["usd"]
    assert (chips[capital.index] < capital).all()
    date = pd.to_datetime
    totals = pd.DataFrame({"designer": "Nvidia", "to_date": date(["2023-12-31", "2024-06-30", "2024-12-31"]),
                           "h100e_median": [100.0, 200, 500]})  # fmt: skip
    owned = {"Google": [10.0, 20, 110], "Meta": [0.0, 0, 100], "China": [50.0, 90, 200]}
    owners = pd.concat([totals.assign(owner=o, h100e_median=m) for o, m in owned.items()])
    revenue = pd.DataFrame({"to_date": date(["2024-01-28", "2024-04-28", "2025-01-26"]),
                            "data_centre_usd_billion": [7.0, 3, 5]})  # fmt: skip
    assert lq.chip_spending(owners, totals, revenue).to_dict() == {2024: pytest.approx(200 / 400 * 8e9)}


def test_base_wages_follow_one_rule() -> None:
    rows = lq.base_wages()
    assert rows["job_title"].str.contains(lq.RESEARCH_TITLE, case=False).all()
    assert not rows["employer"].str.contains("(?i)university|amazon.com|tiktok inc").any()
    assert set(load("lca_labs")["employer_group"]).intersection(rows["employer"]) >= {"OpenAI", "Google", "Meta"}
    other = load("lca_other")
    other = other[~other["employer_is_university_or_hospital"]]
    amazon = other["employer_name"].str.contains("(?i)^amazon|^annapurna")
    titled = other["job_title"].str.contains(lq.RESEARCH_TITLE, case=False)
    assert (rows["employer"] == "Amazon").sum() == (amazon & titled).sum() > 100


def test_median_interval_covers_and_is_not_wider_than_needed() -> None:
    for n in (6, 7, 10, 41, 222):
        middle, low, high = lq.median_interval(np.arange(1, n + 1))
        r = int(low)
        assert middle == (n + 1) / 2 and high == n + 1 - r
        assert 2 * binom.cdf(r - 1, n, 0.5) <= 0.05 < 2 * binom.cdf(r, n, 0.5)
    assert np.isnan(lq.median_interval(np.arange(5))[1:]).all()
    rng = np.random.default_rng(8)
    draws = np.sort(rng.lognormal(size=(4_000, 25)), axis=1)
    hit = np.mean([lo <= 1 <= hi for _, lo, hi in map(lq.median_interval, draws)])
    assert hit + 3 * (0.05 * 0.95 / 4_000) ** 0.5 >= 0.95 and hit < 0.985


def test_countries_count_every_organisation() -> None:
    models = pd.DataFrame({
        "country": ["China | United States of America", "France", "Hong Kong", None,
                    "United Kingdom of Great Britain and Northern Ireland"],
        "publication_date": pd.to_datetime(["2020-01-01"] * 5), "frontier": [True] * 5})  # fmt: skip
    found = lq.countries(models)
    assert len(found) == 4
    assert found[["United States", "China", "European Union", "United Kingdom"]].to_numpy().tolist() == [
        [True, True, False, False], [False, False, True, False], [False] * 4, [False, False, False, True]]
    assert set(lq.countries()["year"]) >= {2020, 2025}


# ---------------------------------------------------------------- bad input

@pytest.mark.parametrize(("call", "words"), [
    (lambda: lq.staff_round(-1, 1, 0), "value"),
    (lambda: lq.staff_round(1, -1, 0), "amount"),
    (lambda: lq.staff_round(1, 2, 1.5), "secondary = 1.5"),
    (lambda: lq.staff_round(1e9, 2e9, 1), "more than all shares"),
    (lambda: lq.preferred_payout(1, 1, 2), "stake"),
    (lambda: lq.preferred_payout(1, 1, 0.5, -1), "multiple"),
    (lambda: lq.unvested(1, 4, 5), "elapsed"),
    (lambda: lq.unvested(1, 4, 1, 5), "cliff"),
    (lambda: lq.price_per_head(1, 2, 1), "people_share"),
    (lambda: lq.price_per_head(1, 1, 0), "heads"),
    (lambda: lq.heads_at(1, 1, 0), "price"),
    (lambda: lq.ledger(0, 0.2), "assumed_years"),
    (lambda: lq.ledger(4, 1), "attrition"),
    (lambda: lq.saved_share(1, 0), "spending"),
    (lambda: lq.years_to_share(1, 1, 0, 0.1), "target"),
    (lambda: lq.years_to_share(1, 1, 0.2, -1), "revenue_growth"),
    (lambda: lq.won_claims(0), "rate"),
    (lambda: lq.implied_rate(1, -1), "dollars"),
    (lambda: lq.median_interval([]), "values"),
    (lambda: lq.median_interval([1.0], 1), "level"),
])  # fmt: skip
def test_bad_input_names_argument(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
