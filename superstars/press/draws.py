"""What a seed draws for each problem set: small tables, handed out with the notebook as CSV files.

Facts are rows of the book's own data; which jobs, years, firms and marks are taken is drawn. Settings of models,
offers and laboratories are invented, and the problem sets say so. Each set has its own stream of random numbers, so
that a change to one leaves the others as they were.
"""

from __future__ import annotations

import zlib
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from superstars import data, oews, packages, production, superstar

Tables = dict[str, pd.DataFrame]
PERCENTILES = ("pct10", "pct25", "median", "pct75", "pct90")


def draw(name: str, seed: int) -> Tables:
    """The tables of the problem set ``name`` by file name; the same for the same seed. ``ValueError`` if unknown."""
    if name not in DRAWS:
        raise ValueError(f"problem set {name!r}; allowed: {', '.join(DRAWS)}")
    return DRAWS[name](np.random.default_rng([seed, zlib.crc32(name.encode())]))


@cache
def _published(name: str, raw: bool = False) -> pd.DataFrame:
    """A data set, read once."""
    return data.load(name, raw=raw)


def _settings(*rows: tuple[str, float, str]) -> pd.DataFrame:
    """Name, value and meaning, with its unit, of each parameter."""
    return pd.DataFrame(rows, columns=["name", "value", "meaning"])


# ---------------------------------------------------------------- a ladder

TRADES = {  # from the lowest rung to the highest, as a rule
    "the hospital": ("31-1131", "29-1141", "29-1071", "29-1151", "29-1216"),
    "the dentist's chair": ("31-9091", "29-1292", "51-9081", "29-1021", "29-1023"),
    "the court": ("43-6012", "23-2011", "27-3092", "23-1023", "23-1011"),
    "the bank": ("43-3071", "13-2072", "13-2051", "13-2052", "11-3031"),
    "the airport": ("39-6012", "49-3011", "53-2022", "53-2021", "53-2011"),
    "the engine room": ("17-3027", "17-2141", "17-2071", "15-2031", "11-9041"),
}
STAGE = ("27-2011", "27-2042")  # actors, musicians and singers: published by the hour only


def ladder(rng: np.random.Generator) -> Tables:
    """Pay of a trade's jobs in several years as published, all workers' medians, and invented offers."""
    frame = _published("oews_national", raw=True)
    jobs = [*TRADES[rng.choice(list(TRADES))], rng.choice(STAGE)]
    detailed = frame[frame["o_group"].eq("detailed")]
    years = rng.permutation([2021, 2022, 2023, 2024, *rng.choice([2022, 2023, 2024], 2)])
    rows = [
        detailed[detailed["occ_code"].eq(job) & detailed["year"].eq(str(year))].iloc[0]
        for job, year in zip(jobs, years, strict=True)
    ]
    cells = [prefix + cell for prefix in ("h_", "a_") for cell in PERCENTILES]
    wages = pd.DataFrame(rows)[["occ_title", "year", *cells]].rename(columns={"occ_title": "job"})
    limits = _published("oews_topcodes").astype({"year": str}).set_index("year")
    wages["limit_per_year"] = limits.loc[wages["year"], "limit_annual_usd"].to_numpy()
    total = frame[frame["occ_code"].eq("00-0000") & frame["year"].between("2021", "2024")]
    size = int(rng.choice([200, 500, 2_000, 5_000, 20_000]))
    return {
        "wages.csv": wages.sample(frac=1, random_state=rng),
        "all_workers.csv": total[["year", "a_median"]].rename(columns={"a_median": "median"}),
        "offers.csv": _offers(rng),
        "settings.csv": _settings(("people", size, "people in the group of part 3")),
    }


def _offers(rng: np.random.Generator) -> pd.DataFrame:
    """Invented packages like those of the news: the largest were declined, and the best evidence is the smallest."""
    kinds = [  # millions of US dollars in all
        ("confirmed", "paid", 0.8), ("confirmed", "paid", 1.5), ("reported", "paid", 6), ("reported", "accepted", 90),
        ("reported", "declined", 150), ("alleged", "accepted", 200), ("alleged", "declined", 1_200),
    ]  # fmt: skip
    size = np.array([size for *_, size in kinds]) * 1e6 * np.exp(rng.normal(0, 0.2, len(kinds)))
    years = np.where(size > 5e7, rng.integers(3, 7, len(kinds)), 1)
    low = np.round(size, -5)
    return pd.DataFrame({
        "offer": [f"offer {letter}" for letter in "ABCDEFG"], "low_usd": low,
        "high_usd": np.where(rng.random(len(kinds)) < 0.6, np.round(low * rng.uniform(1, 1.5, len(kinds)), -5), np.nan),
        "years": years, "evidence": [k[0] for k in kinds], "outcome": [k[1] for k in kinds],
    }).sample(frac=1, random_state=rng)  # fmt: skip


# ---------------------------------------------------------------- pay above the limit

REPORTERS = ("amazon", "google", "facebook", "microsoft", "apple", "oracle", "salesforce", "cisco", "intel", "uber")


@cache
def _whole() -> tuple[pd.DataFrame, np.ndarray]:
    """Detailed jobs of the newest year without a limit, and their percentiles (US dollars a year)."""
    jobs = oews.detailed(oews.latest_whole())
    return jobs, oews.percentiles(jobs)[0]


@cache
def _reports() -> pd.DataFrame:
    us = packages.us_reports()
    return us[us["title"].eq("Software Engineer") & us["employer"].isin(REPORTERS)]


def limit(rng: np.random.Generator) -> Tables:
    """Percentiles of jobs, cut at a limit as surveys do and whole; a firm's pay reports cut at another limit."""
    bound = float(rng.choice([150_000, 160_000, 170_000, 180_000, 190_000]))
    jobs, values = _whole()
    seen = np.isfinite(values).all(axis=1) & (values[:, 3] < bound) & (values[:, 4] > 1.03 * bound)
    seen &= jobs["tot_emp"].to_numpy() > 20_000
    rows = rng.choice(np.flatnonzero(seen), 8, replace=False)
    whole = pd.DataFrame(values[rows], columns=["p10", "p25", "p50", "p75", "p90"])
    whole.insert(0, "job", jobs["occ_title"].to_numpy()[rows])
    reports = _reports()
    pay = reports.loc[reports["employer"].eq(rng.choice(REPORTERS)), "totalyearlycompensation"]
    pay = rng.choice(pay.to_numpy(), min(300, len(pay)), replace=False)
    top = float(np.round(np.quantile(pay, rng.uniform(0.7, 0.85)), -4))
    return {
        "cut.csv": whole.assign(p90="#"),
        "whole.csv": whole[["job", "p90"]],
        "reports.csv": pd.DataFrame({"pay": np.minimum(pay, top)}),
        "settings.csv": _settings(
            ("limit", bound, "limit in cut.csv, US dollars a year: # stands for a wage at or above it"),
            ("report_limit", top, "limit in reports.csv, US dollars a year: pay above it is recorded as it"),
        ),
    }


# ---------------------------------------------------------------- the switchboard

def switchboard(rng: np.random.Generator) -> Tables:
    """A star, the stakes of some labs, a target, and many random worlds."""
    g = round(float(rng.choice(np.arange(1.2, 2.05, 0.1))), 1)
    s = float(rng.integers(8, 26))
    stakes = np.round(np.exp(rng.uniform(np.log(20), np.log(3_000), 5)))
    ceiling = superstar.plateau(g, s)
    target = float(np.floor(g + (min(ceiling, 500) - g) * rng.uniform(0.3, 0.6)))
    worlds = pd.DataFrame({
        "g": rng.uniform(1.05, 2.5, 400), "S": np.exp(rng.uniform(0, np.log(1e3), 400)),
        "s": 2 + rng.exponential(8, 400),
    })  # fmt: skip
    return {
        "settings.csv": _settings(
            ("g", g, "quality gap: the star's quality over ordinary quality"),
            ("s", s, "replacement exponent"),
            ("target", target, "a pay ratio to reach"),
        ),
        "labs.csv": pd.DataFrame({"lab": list("ABCDE"), "stakes": stakes}),
        "worlds.csv": worlds.round(3),
    }


# ---------------------------------------------------------------- a contest

def contest(rng: np.random.Generator) -> Tables:
    """A prize, its rivals, two ways for luck to enter, and a hire."""
    n = int(rng.integers(4, 9))
    gentle = float(rng.choice([0.5, 0.6, 0.7, 0.8, 0.9]))
    steep = float(rng.choice([1.3, 1.4, 1.6, 1.7, 1.9]))
    prize = float(rng.integers(20, 400)) * 1e9
    bid = float(rng.integers(10, 60)) * 1e7
    return {"settings.csv": _settings(
        ("rivals", n, "laboratories in the race, all alike"),
        ("prize", prize, "worth of winning, US dollars"),
        ("exponent", gentle, "how far spending decides, parts 1 and 2"),
        ("steep", steep, "how far spending decides, part 3"),
        ("edge", float(rng.choice([0.01, 0.02, 0.03, 0.05])), "share by which she adds to a laboratory's strength"),
        ("bid", bid, "what is asked for her, US dollars"),
        ("kept", float(rng.choice([0.02, 0.05, 0.1, 0.25])), "share of the prize that the winner keeps"),
    )}  # fmt: skip


# ---------------------------------------------------------------- labour and compute

def ces(rng: np.random.Generator) -> Tables:
    """Three invented laboratories, and what one of them spent on compute as its price fell."""
    share = float(rng.choice([0.55, 0.6, 0.65, 0.7, 0.75]))
    parallel = float(rng.choice([0.5, 0.6, 0.7, 0.8]))
    while True:  # until the two unusual laboratories change places at one elasticity that can be found
        staff = rng.integers(5, 40) * 100
        h100 = rng.integers(2, 20) * 1e6
        labs = pd.DataFrame({
            "lab": ["Standard", "Lean", "Crowded"], "years": [1.0, round(rng.uniform(0.1, 0.5), 2), rng.integers(3, 9)],
            "staff": [staff, staff // rng.integers(4, 20), staff * rng.integers(2, 8)],
            "quality": [1.0, round(rng.uniform(1, 1.5), 2), 1.0],
            "h100": [h100, h100 * rng.integers(10, 60), np.round(h100 / rng.integers(10, 60), -3)],
        })  # fmt: skip
        work = labs["years"] * labs["staff"] ** parallel * labs["quality"]
        k, l = (x / x[0] for x in (labs["h100"] * labs["years"], work))  # noqa: E741 (labour: the field's notation)
        lead = [np.subtract(*np.log(production.ces(k[1:], l[1:], share, sigma))) for sigma in (0.2, 6)]
        if min(np.abs(lead)) > 0.05 and lead[0] * lead[1] < 0:
            break
    sigma, periods = rng.choice([0.4, 0.6, 0.7, 1.4, 1.6]), 16
    price = np.exp(-np.linspace(0, 2.5, periods) + rng.normal(0, 0.1, periods))
    spent = expit(logit(share) + (1 - sigma) * np.log(price) + rng.normal(0, 0.12, periods))
    return {
        "labs.csv": labs.astype({"staff": int}),
        "spending.csv": pd.DataFrame({
            "quarter": range(1, periods + 1), "price": price.round(4), "compute_share": spent.round(4),
        }),
        "settings.csv": _settings(
            ("share", share, "output elasticity of compute at Standard"),
            ("parallel", parallel, "parallel penalty: exponent of staff in effective labour"),
        ),
    }  # fmt: skip


# ---------------------------------------------------------------- an audit

SUBJECTS = {  # claim of the book: what is measured and the sentence around the altered numbers
    "K1": ("training_compute_flop", "The computing power used to train notable AI models"),
    "S2": ("training_compute_flop", "Compute in AI research"),
    "K9": ("training_cost_2023_usd", "The cost of training a notable AI model"),
}


def audit(rng: np.random.Generator) -> Tables:
    """A claim about growth, made from one in ``data/claims`` with other numbers, and the models to judge it by."""
    claim = str(rng.choice(list(SUBJECTS)))
    column, subject = SUBJECTS[claim]
    first = int(rng.integers(2012, 2019))
    last = int(rng.integers(2024, 2026))
    a_year = rng.choice([2, 2.5, 3, 3.5, 4.5, 5, 6])
    fold = float(f"{a_year ** (last - first + 1):.1g}")
    models = _published("epoch_models")
    models = models[models["publication_date"].dt.year.between(first - 2, last + 1)]
    kept = models.loc[rng.random(len(models)) < 0.85]
    kept = kept[kept["organization"].notna()].sort_values("publication_date")
    evidence = pd.DataFrame({
        "model": kept["model"], "maker": kept["organization"].str.split("[,|]").str[0].str.strip(),
        "date": kept["publication_date"].dt.strftime("%Y-%m-%d"), "value": kept[column].map("{:.4g}".format),
        "confidence": kept["confidence"],
    })  # fmt: skip
    return {
        "claim.csv": pd.DataFrame([{
            "claim": f"{subject} grew {fold:,.0f}-fold from the start of {first} to the end of {last}",
            "fold": fold, "first_year": first, "last_year": last, "like": claim, "unit": column,
        }]),
        "evidence.csv": evidence.replace({"value": {"nan": ""}}),
    }  # fmt: skip


DRAWS = {
    "ladder": ladder, "limit": limit, "switchboard": switchboard, "contest": contest, "ces": ces, "audit": audit,
}  # fmt: skip
