"""What a live figure computes in the page is what Python computes, on a grid of its controls.

A row of ``FIGURES``: page, figure, the values of its controls to try (every combination), and the Python that gives
the signals of the chart for one setting. Numbers are read from the chart's view in a real browser.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from conftest import draw
from scipy.special import ndtr

from superstars import (
    contest,
    data,
    inference,
    labs,
    liquidity,
    lognormal,
    markets,
    matching,
    natural_experiment,
    oews,
    order,
    outlook,
    packages,
    performance,
    premium,
    production,
    reach,
    scaling,
    search,
    skills,
    superstar,
)

RELATIVE = 2e-5  # chart data carry six significant digits

load, rungs, offers = cache(data.load), cache(packages.rungs), cache(packages.offers)


# --- the puzzle ---------------------------------------------------------------------------------------------


def null(sigma, people):
    size = 10**people
    return {"best": np.exp(sigma * lognormal.expected_max_log(size)), "need": lognormal.sigma_for_gap(100, size)}


def ladder(evidence, outcome, assumed):
    tier = packages.EVIDENCE[["confirmed", "+ reported", "+ alleged"].index(evidence)]
    rows = packages.shown(offers(), tier, outcome == "paid or accepted")
    return {"top": packages.largest(rows, 1, years=assumed)["per_year"].iloc[0]}


def worth(total, years, attrition, discount, cliff):
    amount = 10**total
    return {
        "offered": amount / years,
        "expected": packages.present_value(amount, years, attrition, 0, cliff) / years,
        "worth": packages.annual_equivalent(amount, years, attrition, discount, cliff),
    }


def split(start, colleague):
    middle = rungs().set_index("rung")["middle"]
    base = middle["Postdoc, new PhD" if start == "postdoc" else "Professor, one school"]
    top = packages.tops(offers()).iloc[1]["high"]
    share = packages.log_split(base, 10**colleague, top)[0]
    return {"first": 10**colleague / base, "second": top / 10**colleague, "share": share}


def spread_reach(year, coding):
    jobs = cached_occupations(year)
    code = jobs["hand" if coding == "by hand" else "keywords"]
    wide, narrow = (jobs.loc[code == c, "ratio"].dropna() for c in (2, 0))
    return {
        "middle_reach": wide.median(), "middle_one": narrow.median(),
        "pairs": reach.superiority(wide.to_numpy(), narrow.to_numpy()),
    }  # fmt: skip


@cache
def cached_occupations(year):
    return reach.occupations([year])


def skill_product(k):
    product = skills.product_of_skills(k, 0.5)
    return {"distance": product.distance, "log_sd": product.sd}


def same_pay(convexity):
    jobs = oews.essay_jobs()
    row = jobs[(jobs["job"] == "musicians and singers") & (jobs["year"] == 2025)]
    sigma = lognormal.fit_percentiles(*oews_fit_arguments(row)).sigma[0]
    return {"musicians_quality": lognormal.quantile_ratio(0.9, 0.5, sigma / convexity)}


def oews_fit_arguments(rows):
    values, top_code = oews.percentiles(rows)
    return values, oews.PROBS, top_code


def normal_scores(job, year):
    jobs = oews.essay_jobs()
    fit = lognormal.fit_percentiles(*oews_fit_arguments(jobs[(jobs["job"] == job) & (jobs["year"] == year)]))
    return {"r2": fit.r_squared[0], "spread": fit.sigma[0]}


def skewness(survey):
    values, _ = oews.percentiles(oews.detailed(survey))
    found = natural_experiment.kelley_skewness(values[:, [0, 2, 4]])
    found = found[np.isfinite(found)]
    return {"middle": np.median(found), "longer": np.mean(found > 0)}


def quantiles(group):
    levels = load("levels")
    us = levels["location"].str.fullmatch(r"[^,]+, [A-Z]{2}")
    engineers = us & levels["title"].eq("Software Engineer")
    rows = {"US software engineers": engineers, "all US reports": us, "all reports": us | ~us}[group]
    pay = levels.loc[rows, "totalyearlycompensation"].to_numpy(float)
    fit = lognormal.fit_sample(pay)
    return {"ks": fit.ks, "top99": np.quantile(pay, 0.99) / lognormal.quantile(0.99, fit.mu, fit.sigma)}


# --- Rosen's conditions -------------------------------------------------------------------------------------


def switchboard(g, log_stakes, s, best, reach, irreplaceable):
    exponent = np.inf if best == "on" else s
    chosen = superstar.pay_ratio(
        g, 10**log_stakes if reach == "on" else 1, exponent if irreplaceable == "on" else 1
    )
    return {"both": superstar.pay_ratio(g, 10**log_stakes, exponent), "ratio": chosen}


def plateau(gap):
    need = np.log(100) / np.log(gap)
    return {"need": need, "from_stakes": superstar.stakes_at_plateau(gap, need), "best_stakes": 99 / (gap - 1)}


def baseline(edge, power, rank, share, log_v):
    wages = {"pay_postdoc": 70_000, "pay_colleague": 1e6}
    exponent = np.inf if rank == "on" else power
    return {
        name: w0 * superstar.bargained(superstar.pay_ratio(edge, 10**log_v / w0, exponent), share)
        for name, w0 in wages.items()
    }


ORDINARY, STAR = search.accuracy_from_hits(np.array([0.2, 0.3]), 0.1)


def judges(base, star_score, score, r):
    one, star = (search.accuracy_from_hits(hits / 10, base) for hits in (score, star_score))
    needed = search.judges_to_match(one, star, r)
    found = {"rho_one": one, "rho_star": star, "t": search.correlation_limit(one, star)}
    # towards the threshold the rounding of rho in the chart's data (six digits) is blown up by 1 / (t - r)
    return found | ({"needed": needed} if found["t"] - r > 0.1 else {})


def compute(acc, crowd, alike, k, m):
    pooled = search.pooled_accuracy(acc, crowd, alike)
    return {
        "pooled": pooled,
        "team_value": search.chosen_value(pooled, k, m), "team_price": search.shadow_price(pooled, k, m),
        "top_value": search.chosen_value(STAR, k, m), "top_price": search.shadow_price(STAR, k, m),
    }  # fmt: skip


def union(h, hs, n, o):
    found = {"found": search.union_of_insights(h, n, 10, o), "ceiling": search.overlap_limit(h, hs, 10)}
    need = search.researchers_to_match(h, hs, 10, o)
    return found | ({"need_n": need} if np.isfinite(need) else {})


def yolo(good, noise, gift, own, tests):
    found = {
        "star_gain": search.bundle_gain(gift, 10, good), "other_gain": search.bundle_gain(ORDINARY, 10, good),
        "tested": search.one_at_a_time_gain(10, good, noise, 0, own)[tests - 1],
        "design_gain": search.factorial_gain(12, 10, good, noise, own),
    }  # fmt: skip
    catch_up = search.runs_to_catch_up(gift, 10, good, noise, 0, own)
    return found | ({"catch_up": catch_up} if np.isfinite(catch_up) else {})


def interactions(good2, noise2, tau):
    gains = search.one_at_a_time_gain(10, good2, noise2, tau)
    return {"five_gain": gains[4], "ten_gain": gains[9], "flat": search.bundle_gain(STAR, 10, good2)}


def nonrival(theta, market, edge):
    stakes = superstar.stakes(10**market, 1, 1, theta)
    return {"stakes": stakes, "ratio": superstar.pay_ratio(edge, stakes, np.inf)}


def rosen(better, unpaid, eta):
    star, other = (superstar.rosen_revenue(z, 1, unpaid, 1, eta) for z in (better, 1))
    return {"size": star[0] / other[0], "revenue": star[1] / other[1]}


def elasticity(log_reach, s, gap):
    return {
        "response": superstar.market_elasticity(gap, 10**log_reach, s),
        "paid": superstar.pay_ratio(gap, 10**log_reach, s),
        "top": superstar.plateau(gap, s), "full": superstar.stakes_at_plateau(gap, s),
    }  # fmt: skip


def streams(index):
    counts = load("spotify_thresholds")
    lowest = counts[counts["year"] == 2024].sort_values("threshold_usd").iloc[0]
    above = {"above_m": 1e6, "above_ten": 1e7, "above_swift": 6e7}
    return {
        name: lowest["artists_at_or_above"] * (pay / lowest["threshold_usd"]) ** -index for name, pay in above.items()
    }


def golf(tau):
    slope = performance.fit("pay ~ strokes + ln_events", performance.golf(), tau=tau).loc["strokes"]
    return dict(zip(("worth", "worth_low", "worth_high"), np.exp(slope[["coef", "low", "high"]]), strict=True))


@cache
def service_pay():
    batters = performance.baseball("batter", 300)
    early = batters[batters["service"].between(1, 15)]
    return performance.fit("pay ~ C(service) + C(service):z - 1", early)["coef"].to_numpy()


def service(able):
    level, slope = np.split(service_pay(), 2)
    second, eighth = np.exp(level[[1, 7]] + slope[[1, 7]] * able)
    return {"second": second, "eighth": eighth, "rise": eighth / second}


def luck(rivals, buyers):
    long_run = superstar.luck_top_share(rivals)
    return {
        "long_run": long_run,
        "tail": performance.luck_top_tail(rivals, performance.share_at_ratio(rivals, 65 / 15)),
        "now": superstar.simulate_luck(rivals, round(10**buyers), 1000, 1)[0],
    }


def common(k, m, g, stakes, edge):
    sizes = 10**stakes / np.arange(1.0, m + 1) if edge == "unequal labs" else np.full(m, 10**stakes)
    low, high = order.star_price(k, sizes, g, 20 if edge == "finite s" else np.inf)
    return {"low": low, "high": high}


def apples(lam, r, nth):
    return {
        "alike": search.marginal_find(nth, lam, r), "split": search.coordinated_find(nth, lam, r),
        "uneven": order.uneven_find(nth, lam, r, 1.0),
    }  # fmt: skip


def heavy(n, lam_star, speed):
    found = search.star_reach(n, 0.6, lam_star, speed)
    return {"ratio": found.ratio, "star": found.star, "ordinary": found.ordinary}


def ranks(pool, sigma, bar):
    people = round(10**pool)
    return {
        "people": people, "top": np.exp(sigma * order.expected_rank(1, people)),
        "lead": np.exp(sigma * order.rank_gap(1, people)), "above": people * ndtr(-bar),
    }  # fmt: skip


def tiers(growth, eta, eps):
    return {
        "top_pay": growth ** (1 / eta), "infra_pay": growth ** (1 / (eta + eps)),
        "infra_staff": growth ** (eps / (eta + eps)),
    }  # fmt: skip


def rank_value(rank):
    gain, premium = matching.value_of_rank(rank, 1, matching.gabaix_landier())
    return {"rank_gain": gain, "rank_premium": premium}


@cache
def lab_market():
    total = labs.valuations("2026-01-08")["middle"].sum()
    colleague = rungs().set_index("rung")["middle"]["AI lab, total (secondary)"]
    return total, colleague


def concentration(alpha, players, supply):
    total, colleague = lab_market()
    market = replace(matching.gabaix_landier(), A=1.0, N=players, lowest_wage=colleague)
    market = replace(market, A=total / matching.size(np.arange(1, players + 1), market).sum())
    market = matching.more_talent(matching.concentrate(market, alpha), 10**supply)
    low, middle, high = labs.top_pay(market)
    share = 1 / np.sum(np.arange(1, players + 1) ** -float(alpha))
    return {"pay_low": low, "pay_middle": middle, "pay_high": high, "pay_share": share}


def growth(growth, log_stakes, s):
    market, stakes = matching.gabaix_landier(), 10**log_stakes
    return {
        "by_all": matching.pay_growth(growth, growth, market), "by_own": matching.pay_growth(growth, 1, market),
        "by_board": superstar.pay_ratio(2, stakes * growth, s) / superstar.pay_ratio(2, stakes, s),
    }  # fmt: skip


# --- the talent war -----------------------------------------------------------------------------------------


def spending(rivals, exponent, decisive, prize):
    burnt = contest.dissipation(rivals, exponent)
    return {
        "burn_ratio": burnt, "ratio_total": prize * burnt, "active": contest.active_rivals(rivals, exponent),
        "burn_tournament": contest.tournament_cost(rivals, decisive * prize / 10),
    }  # fmt: skip


def bids(log_prize, kept, worth, labs):
    need, staff = contest.needed_gain(1e8, 10**log_prize, kept, worth), contest.win_gain(1 / 4500, labs)
    return {
        "need": need, "edge_needed": contest.needed_edge(need, labs), "staff_gain": staff,
        "staff_worth": staff * 10**log_prize * kept * worth,
    }  # fmt: skip


def two_bars(rivals_b, exponent_b, talent, rent):
    return dict(zip(("moved", "burned", "left"), contest.split(rivals_b, exponent_b, talent, rent), strict=True))


def social(firms, rate_h, r, captured, fit, edge):
    names = ("lab_from_rival", "lab_from_outside", "society_from_rival", "society_from_outside")
    values = contest.hire_values(edge, firms, rate_h, r, captured, fit)
    values = [getattr(values, name) for name in names] if hasattr(values, names[0]) else values
    return {name: 1e4 * value for name, value in zip(names, values, strict=True)} | {
        "limit": contest.overbidding_share(firms, rate_h, r)
    }


def offered(evidence, outcome, attrition, assumed):
    tier = packages.EVIDENCE[["confirmed", "+ reported", "+ alleged"].index(evidence)]
    totals = liquidity.totals(liquidity.ledger(assumed, attrition), tier, outcome == "paid or accepted")
    return {name: totals[name] for name in ("offered", "expected", "paid")}


def heads(few, many, for_people):
    return {
        "head_high": liquidity.price_per_head(14.3e9, for_people, few),
        "head_low": liquidity.price_per_head(14.3e9, for_people, many),
        "packages": liquidity.heads_at(14.3e9, for_people, 250e6),
    }  # fmt: skip


def staff_sale(log_value, log_amount, secondary, multiple, exit_share):
    value, amount = 10**log_value, 10**log_amount
    holder = (exit_share * value, value, amount, secondary)
    return {
        "staff_gets": 0.01 * liquidity.holder_payout(*holder, multiple),
        "common_gets": 0.01 * liquidity.holder_payout(*holder, 0),
    }  # fmt: skip


def secrets(lacks, half, holders, leave):
    cost = load("training_costs_updated").set_index("model")["amortised_cost_usd"]["GPT-4"]
    decay = premium.decay_rate(half, holders, leave)
    now, later = (premium.secret_value(cost, lacks, decay, year) for year in (0, 1))
    return {"k_now": now, "k_later": later, "k_year": now / 4}


def span(gap, nu):
    return {"ratio": premium.span_pay_ratio(gap, nu), "need": premium.nu_for(100, gap)}


def mission(seats, taste, spread):
    found = premium.sort_by_taste(seats, taste, spread)
    return {"d": found.discount, "inside": found.inside, "mission_pay": np.exp(-found.discount)}


def split_by_factor(g, s, m, k):
    table = premium.split_pay(g, s, m, k)
    table = table if "factor" not in table else table.set_index("factor")
    shares = {f"{factor}_{c}": row[c] for factor, row in table.iterrows() for c in ("shapley", "low", "high")}
    return shares | {"total": premium.pay_in_parts(g, s, m, k)}


# --- what pay can tell --------------------------------------------------------------------------------------


def quality_map(log_r, share, log_s, power):
    ratio = inference.full_ratio(10**log_r, share)
    return {"gap": superstar.quality_gap(ratio, 10**log_s, power)}


def package_gaps(ordinary, stakes_low, stakes_high, s_low, s_high):
    middle = rungs().set_index("rung")["middle"]
    wage = middle["Postdoc, new PhD" if ordinary == "postdoc" else "AI lab, total (secondary)"]
    row = packages.tops(offers()).iloc[1]
    stakes, exponents = sorted((10.0**stakes_low, 10.0**stakes_high)), sorted((s_low, s_high))
    least, most = inference.identified_gap((row["low"] / wage, row["high"] / wage), stakes, exponents)
    return {"least": least, "most": most}


def speedup(a, speed, number, pi):
    return {"bare": inference.speed_up(speed, number, 1, a, pi), "naive": 100**a}


def speed_records(period, credit):
    rows = inference.records()
    rows = rows if period == "all records" else rows[rows["record"] > 21]
    gains = inference.totals(inference.credits(rows, credit))["gain"]
    return {"most": gains.max() / gains.median(), "gini": inference.gini_of(gains), "n": len(gains)}


def years(elastic, growth, fade, factor):
    return {"years": min(float(outlook.years_until(factor, growth, elastic, fade)), 1e9)}


def offer_budgets(offer, people):
    shares = people * 10**offer / outlook.budgets().set_index("company")["amount"]
    return {f"of_{name.lower()}": shares[name] for name in ("Meta", "OpenAI", "Anthropic")}


READING, OUTLOOK = (f"book/inference/{n}.html" for n in ("reading_quality_from_pay", "is_100_million_enough"))
# --- compute ------------------------------------------------------------------------------------------------


def substitution(sub, staff, par):
    found = {
        name: production.ces(*production.relative(corp, par), 1 - staff, sub)
        for name, corp in (("y_auto", production.AUTOMATED), ("y_slow", production.SLOW))
    }
    return found | {"mirror": found["y_auto"] * found["y_slow"]}


def budget(pick, drop):
    shares = {"c_low": 0.51, "c_mid": 0.61, "c_high": 0.71}
    return {name: production.cost_share(10.0**-drop, share, pick) for name, share in shares.items()}


def tokens_per_parameter(budget):
    laws = scaling.published_laws()
    hoffmann = next(law for name, law in laws.items() if "Hoffmann" in name and "printed" in name)
    replication = next(law for name, law in laws.items() if "Besiroglu" in name and "published" in name)
    return {
        "hoffmann": scaling.optimal(10**budget, hoffmann).tokens_per_parameter,
        "replication": scaling.optimal(10**budget, replication).tokens_per_parameter,
    }  # fmt: skip


def entry(cost_factor, market_factor, saving):
    until = float(markets.monopoly_year(8, cost_factor, market_factor, saving))
    return {"after_four": markets.sellers(4, 8, cost_factor, market_factor, saving), "until": min(until, 1e9)}


def task_shares(exposed, adopted, labour_saving, labour_share):
    gain = scaling.acemoglu(exposed, adopted, labour_saving, labour_share)
    return {"gain": gain, "gain_a_year": scaling.gain_a_year(gain, 10)}


LABOUR, SCALING = (f"book/compute/{n}.html" for n in ("labour_and_compute", "scaling_and_markets"))
RACE, FORCES, DEALS = (f"book/talent_war/{n}.html" for n in ("the_race", "other_forces", "deals"))
CONDITIONS, QUANTITY, MARKET, SPORT, SCARCITY, MATCHING = (
    f"book/conditions/{n}.html"
    for n in ("two_conditions", "quantity_for_quality", "reach", "sprints_and_songs", "scarcity", "matching")
)
LADDER, REACH, LOGNORMAL = (f"book/puzzle/{n}.html" for n in ("pay_ladder", "reach_and_spread", "lognormal_pay"))
FIGURES = [
    (LADDER, "null", {"sigma": [0.1, 0.65, 1.8], "people": [1, 3, 3.75, 6]}, null),
    (LADDER, "ladder", {"evidence": ["confirmed", "+ reported", "+ alleged"],
                        "outcome": ["paid or accepted", "+ offered or declined"], "assumed": [1, 3, 6]}, ladder),
    (LADDER, "worth", {"total": [6, 8.4], "years": [1, 4, 6], "attrition": [0, 0.2, 0.6], "discount": [0, 0.1, 0.3],
                       "cliff": [0, 1]}, worth),
    (LADDER, "split", {"start": ["postdoc", "professor"], "colleague": [5.5, 6, 6.4]}, split),
    (REACH, "spread_reach", {"year": [2004, 2010, 2025], "coding": ["by hand", "by keywords"]}, spread_reach),
    (LOGNORMAL, "skills", {"k": [1, 2, 5, 12]}, skill_product),
    (LOGNORMAL, "same_pay", {"convexity": [1, 2.5, 10]}, same_pay),
    (LOGNORMAL, "normal_scores", {"job": ["actors", "registered nurses"], "year": [2004, 2025]}, normal_scores),
    (LOGNORMAL, "skewness", {"survey": [2002, 2019, 2025]}, skewness),
    ("book/index.html", "switchboard", {"g": [1, 2.5], "log_stakes": [0, 0.3, 4], "s": [1, 7], "best": ["on", "off"],
                                        "reach": ["on", "off"], "irreplaceable": ["on", "off"]}, switchboard),
    (CONDITIONS, "switchboard", {"g": [1, 1.5, 3], "log_stakes": [0, 1, 6], "s": [1, 10, 50], "best": ["on", "off"],
                                 "reach": ["on", "off"], "irreplaceable": ["on", "off"]}, switchboard),
    (CONDITIONS, "plateau", {"gap": [1.05, 2, 3]}, plateau),
    (CONDITIONS, "baseline", {"edge": [1, 1.5, 3], "power": [1, 7, 12], "rank": ["on", "off"], "share": [0.05, 1],
                              "log_v": [6, 8, 10]}, baseline),
    (QUANTITY, "judges", {"base": [0.01, 0.05, 0.1, 0.19], "star_score": [3, 8], "score": [2, 2.5], "r": [0, 0.1, 0.5]},
     judges),
    (QUANTITY, "compute", {"acc": [0.1, 0.4], "crowd": [1, 4, 20], "alike": [0, 0.3, 1], "k": [1, 50], "m": [50, 500]},
     compute),
    (QUANTITY, "union", {"h": [0.5, 2, 5], "hs": [1, 3, 9], "n": [1, 2, 30], "o": [0, 0.375, 0.875, 1]}, union),
    (QUANTITY, "yolo", {"good": [0.05, 0.3, 0.6], "noise": [0.25, 1, 4], "gift": [0.6], "own": [0, 0.3],
                        "tests": [1, 10]}, yolo),
    (QUANTITY, "interactions", {"good2": [0.1, 0.5], "noise2": [0.5, 2], "tau": [0, 0.4, 1]}, interactions),
    (MARKET, "nonrival", {"theta": [0, 0.5, 1], "market": [0, 4.25, 9], "edge": [1.01, 1.5, 2]}, nonrival),
    (MARKET, "rosen", {"better": [1, 1.1, 1.5], "unpaid": [0, 0.5, 0.8], "eta": [0.25, 2, 5]}, rosen),
    (MARKET, "elasticity", {"log_reach": [0, 1, 2.5, 5], "s": [1.5, 8, 20], "gap": [1.01, 1.5, 2]}, elasticity),
    (MARKET, "streams", {"index": [0.5, 0.8, 1.6]}, streams),
    (SPORT, "golf", {"tau": [0.05, 0.5, 0.95]}, golf),
    (SPORT, "service", {"able": [-1.5, 0, 2.5]}, service),
    (SPORT, "luck", {"rivals": [2, 10, 30], "buyers": [1, 2]}, luck),
    (SCARCITY, "common", {"k": [1, 6, 7, 20], "m": [1, 6, 12], "g": [1.05, 3], "stakes": [2, 5],
                          "edge": ["nothing", "finite s", "unequal labs"]}, common),
    (SCARCITY, "apples", {"lam": [0.1, 0.6, 1], "r": [0.02, 0.2, 0.6], "nth": [1, 10, 40]}, apples),
    (SCARCITY, "heavy", {"n": [0, 20, 40], "lam_star": [0.6, 0.65, 1], "speed": [0.05, 0.4]}, heavy),
    (SCARCITY, "ranks", {"pool": [2, 3.25, 5], "sigma": [0.1, 0.48, 1], "bar": [2, 3, 4.5]}, ranks),
    (SCARCITY, "tiers", {"growth": [1, 10, 30], "eta": [0.3, 1, 3], "eps": [0, 2, 5]}, tiers),
    (MATCHING, "rank_value", {"rank": [2, 100, 500]}, rank_value),
    (MATCHING, "concentration", {"alpha": [0.2, 1, 2.5], "players": [2, 10, 20], "supply": [-1, 0, 1]}, concentration),
    (MATCHING, "growth", {"growth": [1.5, 10], "log_stakes": [0, 1, 3], "s": [1, 4, 10]}, growth),
    (RACE, "spending", {"rivals": [2, 5, 30], "exponent": [0.1, 1, 2], "decisive": [0.2, 2],
                        "prize": [1, 25]}, spending),
    (RACE, "bids", {"log_prize": [12, 14], "kept": [0.02, 1], "worth": [0.05, 1], "labs": [2, 10]}, bids),
    (RACE, "two_bars", {"rivals_b": [2, 20], "exponent_b": [0.1, 1, 2], "talent": [0, 0.4, 1],
                        "rent": [0, 1]}, two_bars),
    (RACE, "social", {"firms": [2, 10], "rate_h": [0.01, 0.3], "r": [0.01, 0.2], "captured": [0.02, 1],
                      "fit": [0.8, 1.5], "edge": [0.001, 0.05]}, social),
    (FORCES, "secrets", {"lacks": [0.05, 1], "half": [0.25, 4], "holders": [0, 50], "leave": [0, 0.2]}, secrets),
    (FORCES, "span", {"gap": [1.05, 3], "nu": [0, 0.5, 0.9]}, span),
    (FORCES, "mission", {"seats": [0.05, 0.5, 0.95], "taste": [-0.3, 0.5], "spread": [0.05, 0.5]}, mission),
    (FORCES, "split", {"g": [1, 1.5, 3], "s": [1, 100], "m": [1, 5], "k": [0, 40]}, split_by_factor),
    (READING, "map", {"log_r": [0.5, 2, 3], "share": [0.1, 1], "log_s": [0, 1, 4], "power": [1, 7, 50]}, quality_map),
    (READING, "packages", {"ordinary": ["postdoc", "lab colleague"], "stakes_low": [0, 1], "stakes_high": [2, 5],
                           "s_low": [1, 5], "s_high": [2, 50]}, package_gaps),
    (READING, "speedup", {"a": [0.1, 0.4, 0.9], "speed": [1, 30], "number": [1, 100], "pi": [0.3, 1]}, speedup),
    (READING, "records", {"period": ["all records", "since record 22"], "credit": ["split", "full"]},
     speed_records),
    (OUTLOOK, "years", {"elastic": [0.1, 1.5], "growth": [0.2, 2.5], "fade": [0, 0.2, 1], "factor": [1.5, 30]}, years),
    (OUTLOOK, "budgets", {"offer": [7, 9], "people": [1, 100]}, offer_budgets),
    (DEALS, "offered", {"evidence": ["confirmed", "+ reported", "+ alleged"], "attrition": [0, 0.2, 0.6],
                        "outcome": ["paid or accepted", "+ offered or declined"], "assumed": [1, 4]}, offered),
    (DEALS, "heads", {"few": [1, 50], "many": [50, 1000], "for_people": [0.05, 1]}, heads),
    (DEALS, "staff_sale", {"log_value": [10.1, 11.6], "log_amount": [9, 10], "secondary": [0, 0.5, 1],
                           "multiple": [0, 1, 2], "exit_share": [0.02, 0.3, 1.5]}, staff_sale),
    (LABOUR, "elasticity", {"sub": [0, 0.5, 1, 2.58], "staff": [0.1, 0.39, 0.9], "par": [0, 0.5, 1]}, substitution),
    (LABOUR, "budget", {"pick": [0, 1, 3], "drop": [0, 2, 4]}, budget),
    (SCALING, "tokens_per_parameter", {"budget": [19, 23.75, 27]}, tokens_per_parameter),
    (SCALING, "entry", {"cost_factor": [1, 2.9, 6], "market_factor": [1, 4, 6], "saving": [0, 0.5, 0.95]}, entry),
    (SCALING, "task_shares", {"exposed": [0.05, 0.199], "adopted": [0.23, 1], "labour_saving": [0.1, 0.27],
                              "labour_share": [0.4, 0.535]}, task_shares),
    (LOGNORMAL, "quantiles", {"group": ["US software engineers", "all US reports", "all reports"]}, quantiles),
]  # fmt: skip

SET_AND_READ = """async (figure, [settings, names]) => {
  for (const [name, value] of Object.entries(settings)) figure.view.signal(name, value);
  await figure.view.runAsync();
  return names.map((name) => figure.view.signal(name));
}"""


NAMES = [f"{page.split('/')[-1].removesuffix('.html')}-{figure}" for page, figure, *_ in FIGURES]


@pytest.fixture(scope="module")
def turned(browser, site):
    """``turned(page)``: a tab on the page, kept until another is asked for: figures do not touch one another."""
    context = browser.new_context()
    tab = context.new_page()

    def to(page: str):
        if tab.url != f"{site}/{page}":
            tab.goto(f"{site}/{page}")
        return tab

    yield to
    context.close()


@pytest.mark.parametrize(("page", "figure", "controls", "python"), FIGURES, ids=NAMES)
def test_the_page_computes_what_python_computes(turned, page, figure, controls, python):
    tab = turned(page)
    draw(tab, figure)
    chart = tab.locator(f"#fig-{figure}")
    for values in itertools.product(*controls.values()):
        setting = dict(zip(controls, values, strict=True))
        expected = {name: float(value) for name, value in python(**setting).items()}
        shown = dict(zip(expected, chart.evaluate(SET_AND_READ, [setting, list(expected)]), strict=True))
        assert shown == pytest.approx(expected, rel=RELATIVE, abs=1e-9), setting
