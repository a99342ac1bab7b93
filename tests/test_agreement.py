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
from superstars import data, lognormal, natural_experiment, oews, packages, reach, skills

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
    (LOGNORMAL, "quantiles", {"group": ["US software engineers", "all US reports", "all reports"]}, quantiles),
]  # fmt: skip

SET_AND_READ = """async (figure, [settings, names]) => {
  for (const [name, value] of Object.entries(settings)) figure.view.signal(name, value);
  await figure.view.runAsync();
  return names.map((name) => figure.view.signal(name));
}"""


@pytest.mark.parametrize(("page", "figure", "controls", "python"), FIGURES, ids=[row[1] for row in FIGURES])
def test_the_page_computes_what_python_computes(visit, page, figure, controls, python):
    with visit(page) as tab:
        draw(tab, figure)
        chart = tab.locator(f"#fig-{figure}")
        for values in itertools.product(*controls.values()):
            setting = dict(zip(controls, values, strict=True))
            expected = {name: float(value) for name, value in python(**setting).items()}
            shown = dict(zip(expected, chart.evaluate(SET_AND_READ, [setting, list(expected)]), strict=True))
            assert shown == pytest.approx(expected, rel=RELATIVE, abs=1e-9), setting
