"""What a live figure computes in the page is what Python computes, on a grid of its controls.

A row of ``FIGURES``: page, figure, the values of its controls to try (every combination), and the Python that gives
the signals of the chart for one setting. Numbers are read from the chart's view in a real browser.
"""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest

from conftest import draw
from superstars import data, lognormal, natural_experiment, oews, packages, reach, search, skills, superstar

RELATIVE = 2e-5  # chart data carry six significant digits


# --- the puzzle ---------------------------------------------------------------------------------------------


def null(sigma, people):
    size = 10**people
    return {"best": np.exp(sigma * lognormal.expected_max_log(size)), "need": lognormal.sigma_for_gap(100, size)}


def ladder(evidence, outcome, assumed):
    tier = packages.EVIDENCE[["confirmed", "+ reported", "+ alleged"].index(evidence)]
    rows = packages.shown(packages.offers(), tier, outcome == "paid or accepted")
    return {"top": packages.largest(rows, 1, years=assumed)["per_year"].iloc[0]}


def worth(total, years, attrition, discount, cliff):
    amount = 10**total
    return {
        "offered": amount / years,
        "expected": packages.present_value(amount, years, attrition, 0, cliff) / years,
        "worth": packages.annual_equivalent(amount, years, attrition, discount, cliff),
    }


def split(start, colleague):
    rungs = packages.rungs().set_index("rung")["middle"]
    base = rungs["Postdoc, new PhD" if start == "postdoc" else "Professor, one school"]
    top = packages.tops(packages.offers()).iloc[1]["high"]
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
    levels = data.load("levels")
    us = levels["location"].str.fullmatch(r"[^,]+, [A-Z]{2}")
    rows = {
        "US software engineers": us & levels["title"].eq("Software Engineer"), "all US reports": us, "all reports": us | ~us
    }[group]  # fmt: skip
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
    # next to the threshold a rounding error of rho in the chart's data moves the number of judges without bound
    return found | ({"needed": needed} if found["t"] - r > 0.02 else {})


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


CONDITIONS, QUANTITY = (f"book/conditions/{n}.html" for n in ("two_conditions", "quantity_for_quality"))
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
    ("book/index.html", "switchboard", {"g": [1, 1.1, 2.5], "log_stakes": [0, 0.3, 4], "s": [1, 7], "best": ["on", "off"],
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
    (QUANTITY, "yolo", {"good": [0.05, 0.3, 0.6], "noise": [0.25, 1, 4], "gift": [0.6], "own": [0, 0.3], "tests": [1, 10]},
     yolo),
    (QUANTITY, "interactions", {"good2": [0.1, 0.5], "noise2": [0.5, 2], "tau": [0, 0.4, 1]}, interactions),
    (LOGNORMAL, "quantiles", {"group": ["US software engineers", "all US reports", "all reports"]}, quantiles),
]  # fmt: skip

SET_AND_READ = """async (figure, [settings, names]) => {
  for (const [name, value] of Object.entries(settings)) figure.view.signal(name, value);
  await figure.view.runAsync();
  return names.map((name) => figure.view.signal(name));
}"""


@pytest.mark.parametrize(("page", "figure", "controls", "python"), FIGURES, ids=[f"{row[0].split('/')[-1][:-5]}-{row[1]}" for row in FIGURES])
def test_the_page_computes_what_python_computes(visit, page, figure, controls, python):
    with visit(page) as tab:
        draw(tab, figure)
        chart = tab.locator(f"#fig-{figure}")
        for values in itertools.product(*controls.values()):
            setting = dict(zip(controls, values, strict=True))
            expected = {name: float(value) for name, value in python(**setting).items()}
            shown = dict(zip(expected, chart.evaluate(SET_AND_READ, [setting, list(expected)]), strict=True))
            assert shown == pytest.approx(expected, rel=RELATIVE, abs=1e-9), setting
