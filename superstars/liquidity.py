"""What a headline of the talent war is money for: shares sold, companies bought, packages vesting, won written.

Staff sales. A firm is worth V (US dollars, cash included) before a round of A. A share sigma of A buys shares
from staff (a secondary sale, or new shares whose proceeds buy back as many old ones), the rest goes to the firm
for new shares (a primary sale). With the number of shares before set to 1,

    value after               V + (1 - sigma) A
    shares after              1 + (1 - sigma) A / V
    investors' stake          phi = A / (V + (1 - sigma) A)

so that with sigma = 1 nobody who keeps her shares is diluted, and with sigma = 0 everybody is, by A/(V + A).

Liquidation preference. Investors whose shares are preferred, without participation, choose on a sale of the
firm for E between m times what they paid, as far as E goes, and their stake. Such claims are described by Kaplan
and Stromberg (2003, Review of Economic Studies 70) and priced by Gornall and Strebulaev (2020, Journal of
Financial Economics 135).

    investors receive  max(min(m A, E), phi E),       common shares the rest.

It ranks claims when the firm is sold. It says nothing about when staff may sell.

Amounts are nominal US dollars. All functions broadcast, pass NaN through, and raise ValueError naming the
argument, the value and the allowed range.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import binom

from superstars import packages
from superstars.checks import Floats, check_at_least, check_positive, check_share, checked, reject, within_floats
from superstars.data import load

# Sums in won that the page "AI talent war: billions invested in a single genius" (unsigned, 2025) writes: the claim and
# the columns of data/claims with its low and high end, and the dollars they stand for: those the page itself gives,
# or, where it gives none, those of a file of the book (NaN: none).
WON_COLUMNS = ("claim", "id", "from", "to", "dollars", "dollars_from")
WON_CLAIMS = (
    ("Offers, low end", "B6", "stated", "stated", 10e6, "the page"),
    ("Offers, high end", "B7", "stated", "stated", 100e6, "the page"),
    ("Meta and Scale AI", "B4", "stated", "stated", np.nan, "scale-meta-2025"),
    ("Big tech in AI, 2024", "B13", "stated", "stated", np.nan, "2024"),
    ("Added in 2025", "B13", "stated_upper", "stated_upper", np.nan, "2025"),
    ("One genius", "B2", "stated", "stated_upper", np.nan, "none"),
)

# Employers as filed to one name each: the seven that V14 names, and others with several legal entities.
EMPLOYERS = {
    "amazon": "Amazon", "annapurna labs": "Amazon", "bytedance": "ByteDance and TikTok",
    "tiktok": "ByteDance and TikTok", "linkedin": "LinkedIn", "apple": "Apple", "salesforce": "Salesforce",
    "adobe": "Adobe",
}  # fmt: skip
RESEARCH_TITLE = (
    r"research(?:er)? (?:scientist|engineer)|applied scien|machine learning|deep learning|artificial intel"
    r"|technical staff"
)
CHINA, UNITED_STATES = "China", "United States of America"
EUROPEAN_UNION = (
    "Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czechia", "Denmark", "Estonia", "Finland", "France",
    "Germany", "Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania", "Luxembourg", "Malta", "Netherlands",
    "Poland", "Portugal", "Romania", "Slovakia", "Slovenia", "Spain", "Sweden",
)  # fmt: skip


def _amount(name: str, value: ArrayLike) -> Floats:
    return checked(name, value, lambda x: (x >= 0) & np.isfinite(x), "US dollars, finite and >= 0")


def _growth(name: str, value: ArrayLike) -> Floats:
    return checked(name, value, lambda x: (x > -1) & np.isfinite(x), "a rate a year > -1, so 0.5 for 50 %")


# ---------------------------------------------------------------- staff sales and preferences

class Round(NamedTuple):
    """A funding round; shares are counted in units of those before it."""

    value_after: Floats  # US dollars, cash included
    shares_after: Floats  # per share before
    dilution: Floats  # loss of stake, as a share of it, of a holder who sells nothing
    investors: Floats  # stake of the round's investors
    cash_to_firm: Floats  # US dollars
    cash_to_staff: Floats  # US dollars


def staff_round(value: ArrayLike, amount: ArrayLike, secondary: ArrayLike) -> Round:
    """A round of `amount` A at a value V before it, of which a share `secondary` buys shares from staff.

    dilution = 1 - 1/shares_after = (1 - sigma) A / (V + (1 - sigma) A): zero for sigma = 1. The shares sold
    must exist: sigma A <= V. Price equal to value is assumed; a price above it moves wealth from buyers to
    sellers. value, amount in US dollars. ValueError for an amount below 0, a value not above 0, a share outside
    [0, 1], or staff who would sell more than all shares.
    """
    V, A, sigma = np.broadcast_arrays(
        check_positive("value", value), _amount("amount", amount), check_share("secondary", secondary))
    reject("amount", A, sigma * A > V, "at most value / secondary: staff cannot sell more than all shares")
    new = (1 - sigma) * A
    return Round(V + new, 1 + new / V, new / (V + new), A / (V + new), new, sigma * A)


def preferred_payout(exit_value: ArrayLike, invested: ArrayLike, stake: ArrayLike, multiple: ArrayLike = 1.0) -> Floats:
    """What investors with non-participating preferred shares receive: max(min(m A, E), phi E), US dollars.

    exit_value E and invested A in US dollars; stake phi in [0, 1]; multiple m >= 0 (0: common shares, no
    preference). Never above E, never below phi E.
    """
    E, A = _amount("exit_value", exit_value), _amount("invested", invested)
    phi = check_share("stake", stake)
    m = check_at_least("multiple", multiple, 0)
    with np.errstate(over="ignore"):  # never above E
        return np.maximum(np.minimum(m * A, E), phi * E)


def holder_payout(
    exit_value: ArrayLike, value: ArrayLike, amount: ArrayLike, secondary: ArrayLike, multiple: ArrayLike = 1.0
) -> Floats:
    """US dollars on a sale of the firm for E to the staff who kept all their shares, per share before the round.

    [E - preferred_payout(E, A, phi, m)] / (shares after - shares of investors): "shares" being 1 before the round,
    it is what all old shares together would receive had nobody sold. Per 1 per cent held, take 1 per cent of it.
    With m = 0 it is E / shares_after. NaN where no common share is left (sigma A = V).
    """
    E, V, A, sigma, m = np.broadcast_arrays(
        _amount("exit_value", exit_value), check_positive("value", value), _amount("amount", amount),
        check_share("secondary", secondary), check_at_least("multiple", multiple, 0))  # fmt: skip
    after = staff_round(V, A, sigma)
    common = after.shares_after - A / V
    left = E - preferred_payout(E, A, after.investors, m)
    return np.where(common > 0, left / np.where(common > 0, common, 1.0), np.nan)[()]


def holder_payout_vega(exit_value: str, value: str, amount: str, secondary: str, multiple: str) -> str:
    """`holder_payout` as a Vega expression of five expressions; the arguments must lie in its ranges."""
    E, V, A, sigma, m = (f"({x})" for x in (exit_value, value, amount, secondary, multiple))
    stake = f"{A} / ({V} + (1 - {sigma}) * {A})"
    return f"({E} - max(min({m} * {A}, {E}), {stake} * {E})) / (1 - {sigma} * {A} / {V})"


# ---------------------------------------------------------------- packages and companies

def unvested(total: ArrayLike, years: ArrayLike, elapsed: ArrayLike, cliff: ArrayLike = 0.0) -> Floats:
    """What someone who leaves after `elapsed` years forfeits: A (1 - t/T), all of A before the cliff; US dollars.

    total A in US dollars vests evenly over `years` T > 0; elapsed and cliff in years, in [0, T]. An outside
    offer must make up for it, so it is the hold of a retention grant, at the grant's stated value.
    """
    A, T, t, c = np.broadcast_arrays(
        _amount("total", total), check_positive("years", years), _amount_of_years("elapsed", elapsed),
        _amount_of_years("cliff", cliff))  # fmt: skip
    reject("elapsed", t, t > T, "at most the years of the package")
    reject("cliff", c, c > T, "at most the years of the package")
    return A * np.where(np.isnan(c), np.nan, np.where(t < c, 1.0, 1 - t / T))


def _amount_of_years(name: str, value: ArrayLike) -> Floats:
    return checked(name, value, lambda x: (x >= 0) & np.isfinite(x), "years, finite and >= 0")


@within_floats
def ledger(assumed_years: float, attrition: float, rows: pd.DataFrame | None = None) -> pd.DataFrame:
    """What each report on stars offered, what of it is expected, and what was paid, in US dollars a year.

    Rows of `packages.offers`, with ``span`` (the report's years, else `assumed_years`), ``offered`` (high end over
    span; a "more than" at its floor), ``expected`` (of offers that were taken: paid rows as offered, accepted ones
    times the share that vests evenly over span with attrition h a year, no cliff), ``paid`` (paid rows only, 0
    for others) and ``counted`` (False for the smaller of two rows that may be one offer). 0 is expected of offers
    declined; NaN of those with no outcome known. assumed_years > 0; attrition in [0, 1).
    """
    rows = packages.offers() if rows is None else rows
    span = rows["years"].fillna(float(check_positive("assumed_years", assumed_years)))
    offered = rows["stated_usd"] / span
    kept = packages.present_value(1.0, span, attrition)
    paid = rows["result"].eq("paid")
    expected = np.select([paid, rows["result"].eq("accepted"), rows["result"].eq("declined")],
                         [offered, offered * kept, 0.0], np.nan)  # fmt: skip
    book = rows.assign(span=span, offered=offered, expected=expected, paid=np.where(paid, offered, 0.0))
    return book.assign(counted=_counted(book))


def _counted(book: pd.DataFrame) -> pd.Series:
    """False for the smaller of two rows that may be one offer, where both are here."""
    twin = book["overlaps_with"].map(book.set_index("id")["offered"])  # each of the two names the other
    later = book["id"] > book["overlaps_with"].fillna("")
    return ~((twin > book["offered"]) | (twin.eq(book["offered"]) & later))


def kept_vega(years: str, attrition: str) -> str:
    """The share of an accepted package that `ledger` expects to vest, (1 - e^(-lambda T))/(lambda T) with
    lambda = -ln(1 - h), as a Vega expression of two expressions."""
    T, h = f"({years})", f"({attrition})"
    return f"({h} > 1e-9 ? (1 - pow(1 - {h}, {T})) / (-log(1 - {h}) * {T}) : 1)"


def totals(book: pd.DataFrame, evidence: str, taken_only: bool) -> pd.Series:
    """One package a report, added up over a `ledger`: reports, offered, expected, paid (US dollars a year).

    Reports on groups count one package, so that the sums are a yardstick, not a bill. Filters and errors as for
    `packages.shown`; of overlapping reports that pass them one counts.
    """
    some = packages.shown(book, evidence, taken_only)
    one = some[_counted(some)]
    return pd.Series({"reports": len(some), **one[["offered", "expected", "paid"]].sum().to_dict()})


def ledger_vega(
    tier: str, taken_only: str, assumed_years: str, attrition: str, rows: pd.DataFrame | None = None
) -> dict[str, str]:
    """`totals` of a `ledger` as Vega expressions: offered, expected, paid (US dollars a year).

    tier is the place of the weakest evidence let in, 0 to 2 in packages.EVIDENCE; taken_only a condition; both and
    the other two arguments are expressions. Of two rows that may be one offer the smaller one counts where the
    switches leave the larger one out.
    """
    rows = packages.offers() if rows is None else rows
    span = [f"{y:g}" if y > 0 else f"({assumed_years})" for y in rows["years"]]
    amount = {i: f"{usd:.12g} / {y}" for i, usd, y in zip(rows["id"], rows["stated_usd"], span, strict=True)}
    seen = {
        i: f"{packages.EVIDENCE.index(e)} <= ({tier})" + ("" if r in packages.TAKEN else f" && !({taken_only})")
        for i, e, r in zip(rows["id"], rows["evidence"], rows["result"], strict=True)
    }
    out: dict[str, list[str]] = {"offered": [], "expected": [], "paid": []}
    for row, years in zip(rows.itertuples(), span, strict=True):
        taken = row.result in packages.TAKEN
        what = amount[row.id]
        if (twin := row.overlaps_with) in amount:
            larger = f"{amount[twin]} {'>=' if row.id > twin else '>'} {what}"
            what = f"({seen[twin]} && {larger} ? 0 : {what})"
        out["offered"].append(f"({seen[row.id]} ? {what} : 0)")
        if taken:
            kept = kept_vega(years, attrition) if row.result == "accepted" else "1"
            out["expected"].append(f"({seen[row.id]} ? {what} * {kept} : 0)")
        if row.result == "paid":
            out["paid"].append(f"({seen[row.id]} ? {what} : 0)")
    return {name: " + ".join(terms) for name, terms in out.items()}


def price_per_head(amount: ArrayLike, people_share: ArrayLike, heads: ArrayLike) -> Floats:
    """Price of a company per person the buyer wanted: people_share x amount / heads, US dollars, one-off.

    Not pay: the amount goes to the company and its shareholders, and the share of it that is for people rather
    than for a licence, a stake or a product is an assumption. heads > 0 persons; people_share in [0, 1].
    """
    return _amount("amount", amount) * check_share("people_share", people_share) / check_positive("heads", heads)


def heads_at(amount: ArrayLike, people_share: ArrayLike, price: ArrayLike) -> Floats:
    """Persons at which the price per head equals `price` (US dollars a person): people_share x amount / price."""
    return _amount("amount", amount) * check_share("people_share", people_share) / check_positive("price", price)


def companies(deals: pd.DataFrame | None = None) -> pd.DataFrame:
    """The purchases and licences with hiring of `talent_deals`, one row a deal: payer, target, low, high, accounts.

    low and high in US dollars. Rows that are accounts of one deal (`overlaps_with`) become one row with the lowest
    and the highest amount of either; nothing is averaged. `accounts` counts them. Largest high end first.
    """
    deals = load("talent_deals") if deals is None else deals
    rows = deals[deals["kind"].str.startswith("acqui-hire") & deals["amount_high_usd"].notna()].copy()
    rows["deal"] = rows[["id", "overlaps_with"]].min(axis=1)
    rows["target"] = rows["recipient"].str.replace(r" \(.*", "", regex=True)
    out = rows.groupby("deal").agg(
        payer=("payer", "first"), target=("target", "first"), low=("amount_low_usd", "min"),
        high=("amount_high_usd", "max"), accounts=("id", "size"), date=("event_date", "first"))  # fmt: skip
    return out.sort_values(["high", "low"], ascending=False).reset_index(names="id")


@within_floats
def saved_share(saved: ArrayLike, spending: ArrayLike, spent_after: bool = True) -> Floats:
    """The fraction f of compute that a saving of `saved` US dollars means.

    spent_after: `spending` is what was still paid, so that without the saving it would have been spending + saved,
    and f = saved / (spending + saved). Otherwise `spending` is the bill without the saving and f = saved / spending,
    which is above 1, thus impossible, where the saving exceeds the bill; it is returned so that a reader sees it.
    """
    saved, spending = _amount("saved", saved), check_positive("spending", spending)
    return saved / (spending + saved) if spent_after else saved / spending


@within_floats
def years_to_share(
    bill: ArrayLike, revenue: ArrayLike, target: ArrayLike, revenue_growth: ArrayLike, bill_growth: ArrayLike = 0.0
) -> Floats:
    """Years until a bill falls to a share `target` of revenue: ln[(bill/revenue)/target] / ln[(1 + g)/(1 + b)].

    bill and revenue in US dollars a year, target in (0, 1], growth a year > -1. 0 where the bill is there already;
    inf where revenue does not outgrow the bill and it is not.
    """
    ratio = check_positive("bill", bill) / check_positive("revenue", revenue)
    goal = checked("target", target, lambda x: (x > 0) & (x <= 1), "a share in (0, 1]")
    faster = np.log1p(_growth("revenue_growth", revenue_growth)) - np.log1p(_growth("bill_growth", bill_growth))
    ratio, goal, faster = np.broadcast_arrays(ratio, goal, faster)
    gap = np.log(ratio / goal)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.select([np.isnan(gap + faster), gap <= 0, faster > 0], [np.nan, 0.0, gap / faster], np.inf)[()]


# ---------------------------------------------------------------- won and dollars

@within_floats
def implied_rate(won: ArrayLike, dollars: ArrayLike) -> Floats:
    """Won a US dollar at which an amount in won equals an amount in US dollars."""
    return check_positive("won", won) / check_positive("dollars", dollars)


@within_floats
def won_claims(
    rate: float, deals: pd.DataFrame | None = None, facts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """WON_CLAIMS at `rate` won a US dollar: the won, low and high (US dollars), `dollars`, `over`, `needs`.

    `dollars` is what the page says, the price of the Scale AI deal (talent_deals), or the reported capital
    spending of four firms in the year named (ai_market_facts, 2025 a lower bound); NaN where there is nothing to
    compare with. `over` = high/dollars. `needs` is the exchange rate at which both would agree.
    """
    rate = float(check_positive("rate", rate))
    deals = load("talent_deals") if deals is None else deals
    table = pd.DataFrame(WON_CLAIMS, columns=WON_COLUMNS)
    said = load("claims").set_index("id")
    for end, column in (("won_low", "from"), ("won_high", "to")):
        table[end] = [said.loc[c, x] for c, x in zip(table["id"], table[column], strict=True)]
    known = deals.set_index("id")["amount_high_usd"].to_dict()
    known |= {str(year): row["usd"] for year, row in capital_spending(facts).iterrows()}
    table["dollars"] = table["dollars"].fillna(table["dollars_from"].map(known))
    table["low"], table["high"] = table["won_low"] / rate, table["won_high"] / rate
    table["over"] = table["high"] / table["dollars"]
    table["needs"] = implied_rate(table["won_high"], table["dollars"])
    return table


# ---------------------------------------------------------------- spending beside pay

FIRMS = ("Amazon", "Alphabet", "Meta", "Microsoft")  # whose capital spending the file has together


def capital_spending(facts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Capital spending a year of FIRMS together, finance leases included.

    Index year; usd (US dollars), bound ("as stated", "at least"). All purposes, not AI alone.
    """
    facts = load("ai_market_facts") if facts is None else facts
    rows = facts[facts["entity"].eq(" + ".join(FIRMS)) & facts["topic"].eq("capex")]
    out = pd.DataFrame({"usd": rows["value"].to_numpy() * 1e9, "bound": rows["bound"].to_numpy()})
    return out.set_axis(rows["as_of"].astype(str).str[:4].astype(int).to_numpy()).rename_axis("year").sort_index()


def chip_spending(
    owners: pd.DataFrame | None = None, totals: pd.DataFrame | None = None, revenue: pd.DataFrame | None = None
) -> pd.Series:
    """What FIRMS paid for Nvidia's chips of a year, US dollars, by year from 2023: a rough floor of their AI spending.

    Their share of the computing power that Nvidia shipped in a calendar year (Epoch AI, medians) times Nvidia's revenue
    from data centres in its fiscal year, which starts a month later; of a year not over yet, the quarters in the file.
    Chips of other makers, buildings and power are left out.
    """
    owners = load("chip_owners") if owners is None else owners
    totals = load("chip_totals") if totals is None else totals
    revenue = load("nvidia_revenue") if revenue is None else revenue
    ours = owners[owners["owner"].isin(["Google", *FIRMS])]  # Alphabet stands there as Google
    shipped = []
    for rows in (ours, totals):  # both count up from 2022; a year is the difference of two Decembers
        ends = rows[rows["designer"].eq("Nvidia") & rows["to_date"].dt.month.eq(12)]
        shipped.append(ends.groupby(ends["to_date"].dt.year)["h100e_median"].sum().diff())
    fiscal = (revenue["to_date"] - pd.DateOffset(months=2)).dt.year  # its quarters end in late January, April, …
    sold = revenue.groupby(fiscal)["data_centre_usd_billion"].sum() * 1e9
    return (shipped[0] / shipped[1] * sold).dropna().rename("chips_usd").rename_axis("year")


def stock_pay(deals: pd.DataFrame | None = None, facts: pd.DataFrame | None = None) -> pd.Series:
    """OpenAI's stock-based pay (US dollars a year) by year, as reported: a total, and a mean times its employees."""
    deals = (load("talent_deals") if deals is None else deals).set_index("id")
    facts = load("ai_market_facts") if facts is None else facts
    heads = facts[facts["quantity"].eq("employees in that average")]["value"].iloc[0]
    total = deals.loc["openai-sbc-2024-total", "amount_high_usd"]
    mean = deals.loc["openai-sbc-2025-mean", "amount_high_usd"]
    return pd.Series({2024: total, 2025: mean * heads}, name="stock_pay_usd").rename_axis("year")


def openai_revenue(reports: pd.DataFrame | None = None, facts: pd.DataFrame | None = None) -> pd.Series:
    """OpenAI's revenue (US dollars) of whole calendar years; run rates and single products are left out."""
    reports = load("ai_revenue") if reports is None else reports
    facts = load("ai_market_facts") if facts is None else facts
    year = reports[reports["company"].eq("OpenAI") & reports["type"].eq("Yearly revenue")]
    out = dict(zip(year["date"].dt.year, year["revenue_usd_year"], strict=True))
    later = facts[facts["entity"].eq("OpenAI") & facts["quantity"].str.fullmatch(r"revenue in calendar \d{4}")]
    out |= {int(q[-4:]): v * 1e9 for q, v in zip(later["quantity"], later["value"], strict=True)}
    return pd.Series(out, name="revenue_usd").rename_axis("year").sort_index()


def spending() -> pd.DataFrame:
    """Series to set beside pay: series, date, usd (US dollars a year; the largest training run: US dollars a run).

    Data-centre revenue of Nvidia (four times a quarter), capital spending of four firms, OpenAI's revenue,
    research compute (projected for 2024 and 2025) and stock-based pay, and the costliest training run published in
    each year (amortised hardware and energy, Epoch's update of July 2025).
    """
    nvidia, compute = load("nvidia_revenue"), load("ai_compute_spend")
    research = compute[compute["company"].eq("OpenAI") & compute["covers"].eq("R&D")]
    middle = nvidia["from_date"] + (nvidia["to_date"] - nvidia["from_date"]) / 2
    parts = [
        ("Nvidia data centres", middle, nvidia["data_centre_usd_billion"] * 4e9),
        ("Capex, 4 firms", _mid_year(capital_spending().index), capital_spending()["usd"]),
        ("OpenAI revenue", _mid_year(openai_revenue().index), openai_revenue()),
        ("OpenAI compute", _mid_year(research["period_end"].dt.year), research["amount_usd"]),
        ("OpenAI stock pay", _mid_year(stock_pay().index), stock_pay()),
    ]
    costs = load("training_costs_updated").merge(
        load("epoch_models")[["model", "publication_date"]], left_on="epoch_model", right_on="model")
    top = costs.loc[costs.groupby(costs["publication_date"].dt.year)["amortised_cost_usd"].idxmax()]
    parts.append(("Top training run", top["publication_date"], top["amortised_cost_usd"]))
    frames = [
        pd.DataFrame({"series": name, "date": pd.to_datetime(list(date)), "usd": np.asarray(usd, float)})
        for name, date, usd in parts
    ]
    return pd.concat(frames, ignore_index=True).dropna().sort_values(["series", "date"], ignore_index=True)


def _mid_year(years: ArrayLike) -> list[str]:
    return [f"{int(y)}-07-01" for y in np.asarray(years)]


# ---------------------------------------------------------------- who bids, and where

def base_wages(labs: pd.DataFrame | None = None, other: pd.DataFrame | None = None) -> pd.DataFrame:
    """Offered base wages (US dollars a year) for research and AI titles: employer, job_title, annual_wage_from_usd.

    Both LCA files under one rule of titles, RESEARCH_TITLE, so that firms compare; universities and hospitals are
    left out. Legal entities of one firm carry one name (EMPLOYERS, else the name as filed).
    """
    labs = load("lca_labs") if labs is None else labs
    other = load("lca_other") if other is None else other
    firms = other[~other["employer_is_university_or_hospital"]]
    named = firms["employer_name"].str.strip()
    for start, name in EMPLOYERS.items():
        named = named.mask(firms["employer_name"].str.lower().str.startswith(start), name)
    columns = ["employer", "job_title", "annual_wage_from_usd"]
    both = pd.concat([labs.assign(employer=labs["employer_group"])[columns], firms.assign(employer=named)[columns]])
    return both[both["job_title"].str.contains(RESEARCH_TITLE, case=False)].reset_index(drop=True)


@within_floats
def median_interval(values: ArrayLike, level: float = 0.95) -> tuple[float, float, float]:
    """Median and an interval for it from order statistics, in the unit of `values`; distribution-free.

    The r-th lowest and highest value, r the largest with P(Binomial(n, 1/2) < r) <= (1 - level)/2. The ends are NaN
    where n is too small for the level (below 6 at 95 per cent). ValueError for no values or a level not in (0, 1).
    """
    x = np.sort(_amount("values", values).ravel())
    if not x.size:
        raise ValueError("values is empty; allowed: one number or more")
    if not 0 < level < 1:
        raise ValueError(f"level = {level}: must be in (0, 1)")
    r = int(binom.ppf((1 - level) / 2, x.size, 0.5))
    r += int(binom.cdf(r, x.size, 0.5) <= (1 - level) / 2)  # ppf itself overshoots unless it is exact
    ends = (x[r - 1], x[-r]) if r > 0 else (np.nan, np.nan)
    return float(np.median(x)), *map(float, ends)


def countries(models: pd.DataFrame | None = None) -> pd.DataFrame:
    """Notable models by the countries of their organisations: one row a model with a country named.

    Columns: year, frontier, and whether an organisation of the United States, China, the European Union or the
    United Kingdom took part; a model counts in each of them, so that shares can add up to more than 1.
    """
    models = load("epoch_models") if models is None else models
    rows = models[models["country"].notna() & models["publication_date"].notna()]
    named = rows["country"].str.split(" | ", regex=False)
    return pd.DataFrame({
        "year": rows["publication_date"].dt.year, "frontier": rows["frontier"],
        "United States": named.map(lambda c: UNITED_STATES in c),
        "China": named.map(lambda c: CHINA in c),
        "European Union": named.map(lambda c: any(x in EUROPEAN_UNION for x in c)),
        "United Kingdom": named.map(lambda c: any(x.startswith("United Kingdom") for x in c)),
    }).reset_index(drop=True)  # fmt: skip
