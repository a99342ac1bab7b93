"""What is in the pay besides stardom: trade secrets, teams, amenities, misjudgement, and how to split a sum.

Small models, one section each. Money is in nominal US dollars, time in years, amenities in log points of pay
(0.1 log points are 1 - e^-0.1 of pay). All functions pass NaN through and raise ValueError naming the
argument, the value and the allowed range. The `*_vega` functions give the same formulas for sliders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri, xlogy

from superstars.checks import (
    Floats,
    check_at_least,
    check_positive,
    check_probability,
    check_share,
    check_whole,
    checked,
    generator,
    numbers,
    reject,
    within_floats,
)
from superstars.lognormal import expected_max
from superstars.matching import Published

FACTORS = ("quality", "stakes", "span", "secrets")

_FLOWS = "SignalFire, State of Talent 2025, as reported by Fortune (3 June 2025)"
_LLAMA = "Business Insider (26 May 2025), read in a copy"
_BENCH = "Wijk and others (2024), RE-Bench, abstract"
MAX_OFFERS = 10_000_000  # simulated workers, or offers to one of them
RETENTION_YEARS = 2  # the age of hires in SignalFire's retention rates, below
EVIDENCE = {
    "stern_paper": Published(0.25, "share of pay given up to publish", "Stern (1999), abstract", True),
    "stern_summary": Published(0.20, "share of pay given up", "a summary of Stern (2004), secondary", True),
    "flow_openai": Published(8.0, "moves from OpenAI to Anthropic for one back", _FLOWS, True),
    "flow_deepmind": Published(11.0, "moves from DeepMind to Anthropic for one back", _FLOWS, True),
    "kept_anthropic": Published(0.80, "share of hires of two years still there", _FLOWS, True),
    "kept_openai": Published(0.67, "share of hires of two years still there", _FLOWS, True),
    "kept_meta": Published(0.64, "share of hires of two years still there", _FLOWS, True),
    "llama_authors": Published(14.0, "authors of the first Llama paper", _LLAMA, True),
    "llama_left": Published(11.0, "of them no longer at Meta", _LLAMA, True),
    "llama_years": Published(2.25, "years from the paper, February 2023, to the report", _LLAMA, True),
    "bench_hours": Published(8.0, "hours of an attempt", _BENCH, True),
}


# ---------------------------------------------------------------- trade secrets

def decay_rate(half_life: ArrayLike, holders: ArrayLike = 0.0, leave: ArrayLike = 0.0) -> Floats:
    """delta = ln 2 / half_life + holders * leave, a year: the rate at which a secret loses its worth.

    half_life > 0, years in which research elsewhere makes half of it obsolete. Besides, each of holders >= 0
    colleagues who know it too leaves for the rival at a constant rate leave >= 0 a year, and the first to do
    so takes it along: the rival still lacks it after t years with probability e^(-holders leave t).
    """
    return np.log(2) / check_positive("half_life", half_life) + check_at_least("holders", holders, 0) * check_at_least(
        "leave", leave, 0)


def secret_value(cost: ArrayLike, lacks: ArrayLike, decay: ArrayLike, years: ArrayLike = 0.0) -> Floats:
    """K(t) = sum_j c_j P_j e^(-delta_j t), US dollars, once: what secrets t years old save a rival.

    cost c_j >= 0 (k,)    what it costs to repeat experiment j, US dollars
    lacks P_j in [0, 1]   probability that the rival lacks its result at t = 0; scalar or (k,)
    decay delta_j >= 0    a year, scalar or (k,): see `decay_rate`
    years t >= 0          age of the secrets; any shape, which is that of the result

    A ceiling on what a buyer pays, since he can repeat the experiments; and a stock, not a flow: divide by
    the years of a contract before comparing it with annual pay.
    """
    c = np.atleast_1d(check_at_least("cost", cost, 0))
    if c.ndim != 1:
        raise ValueError(f"cost has shape {c.shape}: must be one-dimensional, one entry an experiment")
    P, delta, t = check_share("lacks", lacks), check_at_least("decay", decay, 0), check_at_least("years", years, 0)
    for name, array in (("lacks", P), ("decay", delta)):
        if array.shape not in ((), c.shape):
            raise ValueError(f"{name} has shape {array.shape}: must be a scalar or {c.shape}, as cost")
    return (c * P * np.exp(-delta * t[..., None])).sum(axis=-1)[()]


def secret_value_vega(cost: str, lacks: str, half_life: str, holders: str, leave: str, years: str) -> str:
    """`secret_value` of one experiment with `decay_rate`, as a Vega expression of expressions."""
    return (f"(({cost}) * ({lacks}) * exp(-(log(2) / ({half_life}) + ({holders}) * ({leave})) * ({years})))")


# ---------------------------------------------------------------- teams

@within_floats
def managed_team(
    quality: ArrayLike, nu: ArrayLike, price: ArrayLike, wage: ArrayLike,
) -> tuple[Floats, Floats]:
    """Team n and pay of a manager who keeps what her team earns beyond its wages (Lucas 1978; Rosen 1982).

    Team output is y = q n^nu, sold at `price` US dollars a unit and year; members earn `wage` US dollars a
    year. She chooses n = (nu price q / wage)^(1/(1-nu)) and is left with

        (1 - nu) price q n^nu,   proportional to q^(1/(1-nu)) and to wage^(-nu/(1-nu)).

    quality, price, wage > 0; nu in [0, 1), the elasticity of output with respect to the team. n is a number
    of people (or of agents), not rounded, and 0 at nu = 0.
    """
    q, p, w = (check_positive(*x) for x in (("quality", quality), ("price", price), ("wage", wage)))
    nu = _check_nu(nu)
    n = (nu * p * q / w) ** (1 / (1 - nu))
    return n, (1 - nu) * p * q * n**nu


def _check_nu(nu: ArrayLike) -> Floats:
    return checked("nu", nu, lambda x: (x >= 0) & (x < 1), "in [0, 1)")


@within_floats
def span_pay_ratio(quality_gap: ArrayLike, nu: ArrayLike) -> Floats:
    """g^(1/(1-nu)): pay ratio of two managers whose quality differs by a factor g >= 1 (`managed_team`)."""
    return check_at_least("quality_gap", quality_gap, 1) ** (1 / (1 - _check_nu(nu)))


def span_pay_ratio_vega(quality_gap: str, nu: str) -> str:
    """`span_pay_ratio` as a Vega expression of expressions."""
    return f"pow({quality_gap}, 1 / (1 - ({nu})))"


def nu_for(pay_ratio: ArrayLike, quality_gap: ArrayLike) -> Floats:
    """nu = 1 - ln g / ln R, at which a quality gap g > 1 gives a pay ratio R >= g; the inverse of the above."""
    g = checked("quality_gap", quality_gap, lambda x: (x > 1) & np.isfinite(x), "finite and > 1")
    R = check_positive("pay_ratio", pay_ratio)
    reject("pay_ratio", np.broadcast_to(R, np.broadcast_shapes(R.shape, g.shape)), g > R,
            "at least quality_gap")
    return 1 - np.log(g) / np.log(R)


# ---------------------------------------------------------------- mission

@dataclass(frozen=True)
class Sorting:
    """Two labs in equilibrium. discount: ln of market pay over mission pay (negative: mission pays more);
    inside, outside: mean taste of those who join the mission lab and of the others; all in log points."""

    discount: Floats
    inside: Floats
    outside: Floats


def sort_by_taste(share: ArrayLike, taste: ArrayLike, spread: ArrayLike) -> Sorting:
    """Who joins a lab with a mission, and at what wage, when tastes for the mission differ (Rosen 1986).

    A worker joins if ln w_mission + a >= ln w_market. Tastes a are logistic with mean `taste` and standard
    deviation `spread` >= 0, in log points. The mission lab fills a share m in (0, 1) of all seats, so that
    the marginal joiner's taste is the pay discount: with s = spread sqrt(3)/pi

        d = taste + s ln((1 - m)/m),      E[a | joins] = taste + s H/m,      E[a | not] = taste - s H/(1 - m),

    H = -m ln m - (1 - m) ln(1 - m). Tastes are proportional to pay and unrelated to ability.
    """
    m = check_probability("share", share)
    taste = checked("taste", taste, np.isfinite, "finite")
    s = check_at_least("spread", spread, 0) * 3**0.5 / np.pi
    entropy = -xlogy(m, m) - xlogy(1 - m, 1 - m)
    return Sorting(taste + s * np.log((1 - m) / m), taste + s * entropy / m, taste - s * entropy / (1 - m))


def mission_discount_vega(share: str, taste: str, spread: str) -> str:
    """The discount of `sort_by_taste` in log points, as a Vega expression of expressions."""
    return f"(({taste}) + ({spread}) * sqrt(3) / PI * log((1 - ({share})) / ({share})))"


# ---------------------------------------------------------------- the amenity regression

@within_floats
def job_offers(
    workers: int, offers: int = 3, discount: float = 0.2, sorting: float = 0.0, worker_sd: float = 0.5,
    noise_sd: float = 0.1, seed: int = 0,
) -> pd.DataFrame:
    """Simulated offers, several a worker: columns worker, science (0 or 1), log_wage (Stern 2004).

        log_wage = theta_i - discount * science + e,   theta_i ~ N(0, worker_sd^2),  e ~ N(0, noise_sd^2)
        science = 1 if sorting * theta_i/worker_sd + sqrt(1 - sorting^2) u > 0,     u ~ N(0, 1)

    Half of the offers allow science. sorting in [-1, 1]: above 0 abler workers hear from such firms more
    often. workers and offers are whole numbers >= 2, standard deviations > 0, in log points.
    """
    for name, count in (("workers", workers), ("offers", offers)):
        number = check_whole(name, count, 2)
        reject(name, number, ~(number <= MAX_OFFERS), f"a whole number from 2 to {MAX_OFFERS:,}")
    rho = float(_check_sorting(sorting))
    worker_sd, noise_sd = float(check_positive("worker_sd", worker_sd)), float(check_positive("noise_sd", noise_sd))
    rng = generator(seed)
    ability = np.repeat(rng.standard_normal(workers), offers)
    draw = rng.standard_normal((2, ability.size))
    science = (rho * ability + (1 - rho**2) ** 0.5 * draw[0] > 0).astype(int)
    wage = worker_sd * ability - float(numbers("discount", discount)) * science + noise_sd * draw[1]
    return pd.DataFrame({"worker": np.repeat(np.arange(workers), offers), "science": science, "log_wage": wage})


def _check_sorting(value: ArrayLike) -> Floats:
    return checked("sorting", value, lambda r: np.abs(r) <= 1, "in [-1, 1]")


def pooled_limit(
    discount: ArrayLike, sorting: ArrayLike, worker_sd: ArrayLike, share: ArrayLike = 0.5,
) -> Floats:
    """-discount + worker_sd sorting phi(z)/(m(1 - m)), z = Phi^-1(m): what OLS without worker effects finds.

    The limit of the coefficient on science in offers like those of `job_offers`, of which a share m in (0, 1)
    allow science: omitted ability adds cov(theta, science)/var(science). The sign flips where
    sorting > discount m(1 - m)/(worker_sd phi(z)).
    """
    m = check_probability("share", share)
    density = np.exp(-0.5 * ndtri(m) ** 2) / (2 * np.pi) ** 0.5
    bias = check_positive("worker_sd", worker_sd) * _check_sorting(sorting) * density / (m * (1 - m))
    return bias - checked("discount", discount, np.isfinite, "finite")


# ---------------------------------------------------------------- misjudged quality

@within_floats
def overbid(bidders: ArrayLike, noise: ArrayLike) -> tuple[Floats, Floats]:
    """Expected highest and second highest of n unbiased judgements of the same worth, over that worth.

    Judgements are lognormal with mean 1; noise > 0 is the standard deviation of their logarithm, in log
    points. The first number is what the winner pays for a dollar of worth if each lab bids what it judges
    (the winner's curse; Capen, Clapp and Campbell 1971), the second what she pays if bids rise until one lab
    is left. bidders n >= 2, whole. E X_(n-1:n) = n E max_(n-1) - (n - 1) E max_n.
    """
    n = checked("bidders", bidders, lambda k: (k >= 2) & (k == np.floor(k)) & np.isfinite(k),
                 "a whole number >= 2")
    tau = check_positive("noise", noise)
    top, fewer = (expected_max(k, -(tau**2) / 2, tau) for k in (n, n - 1))
    return top, n * fewer - (n - 1) * top


# ---------------------------------------------------------------- splitting a sum among causes

@within_floats
def pay_in_parts(quality: ArrayLike, stakes: ArrayLike, span: ArrayLike, secrets: ArrayLike) -> Floats:
    """v = (1 + S(g - 1)) m + K, annual pay over that of an ordinary colleague.

    quality g >= 1 and stakes S >= 1 as in `superstar.pay_ratio` where only the best counts; span m >= 1
    multiplies it for one who leads a team; secrets K >= 0 are a year's part of `secret_value` over the
    colleague's pay. At g = S = m = 1 and K = 0 it is 1.
    """
    g, S, m = (check_at_least(*x, 1) for x in (("quality", quality), ("stakes", stakes), ("span", span)))
    return (1 + S * (g - 1)) * m + check_at_least("secrets", secrets, 0)


def shapley(
    value: Callable[..., float], on: Mapping[str, float], off: Mapping[str, float],
) -> pd.DataFrame:
    """Split value(on) - value(off) among the factors (Shapley 1953), exactly, over all k! orders.

    Each order switches the factors from their value in `off` to that in `on`, one by one, and gives each what
    it then adds. Returns one row a factor: shapley (the mean over orders), low and high (the range). Means
    sum to value(on) - value(off); lows and highs do not. 1 to 8 factors, with the same names in both.
    """
    names = list(on)
    if set(names) != set(off) or not 1 <= len(names) <= 8:
        raise ValueError(f"on and off name the factors {names} and {list(off)}: must be the same, 1 to 8")
    added = []
    for order in permutations(names):
        state, last = dict(off), value(**off)
        step = {}
        for name in order:
            state[name] = on[name]
            new = value(**state)
            step[name], last = new - last, new
        added.append([step[name] for name in names])
    table = np.array(added, float)
    return pd.DataFrame({"shapley": table.mean(0), "low": table.min(0), "high": table.max(0)},
                        index=pd.Index(names, name="factor"))


@within_floats
def split_pay(quality: float, stakes: float, span: float, secrets: float) -> pd.DataFrame:
    """`shapley` of `pay_in_parts`: from an ordinary colleague (1, 1, 1, 0) to the values given."""
    return shapley(pay_in_parts, dict(zip(FACTORS, (quality, stakes, span, secrets), strict=True)),
                   dict(zip(FACTORS, (1.0, 1.0, 1.0, 0.0), strict=True)))


def split_pay_vega(quality: str, stakes: str, span: str, secrets: str) -> dict[str, dict[str, str]]:
    """`split_pay` in closed form: factor -> {"shapley", "low", "high"} as Vega expressions of expressions.

    An order gives quality (g - 1) times what of S and m is already on; stakes (S - 1)(g - 1), times m if on,
    once quality is on and nothing before; span (m - 1) times the pay built up so far; secrets K in any order.
    """
    g, S, m, K = (f"({x})" for x in (quality, stakes, span, secrets))
    return {
        "quality": {"shapley": f"({g} - 1) * (2 + {S} + {m} + 2 * {S} * {m}) / 6", "low": f"({g} - 1)",
                    "high": f"({g} - 1) * {S} * {m}"},
        "stakes": {"shapley": f"({S} - 1) * ({g} - 1) * (1 + 2 * {m}) / 6", "low": "0",
                   "high": f"({S} - 1) * ({g} - 1) * {m}"},
        "span": {"shapley": f"({m} - 1) * (5 + {g} + 2 * {S} * ({g} - 1)) / 6", "low": f"({m} - 1)",
                 "high": f"({m} - 1) * (1 + {S} * ({g} - 1))"},
        "secrets": {"shapley": K, "low": K, "high": K},
    }


# ---------------------------------------------------------------- research and infrastructure

ROLES = {
    "research": r"research scien|research engineer|applied scien",
    "infrastructure": r"infrastructure|site reliab|production engineer|network engineer|systems software|"
                      r"distributed|data ?cent|platform engineer",
}


def two_roles(filings: pd.DataFrame) -> pd.DataFrame:
    """Rows of `lca_labs` whose job title names research or infrastructure, with `role` and `log_wage` added.

    Titles that name both, or neither (most say "Software Engineer"), drop out. Wages are the low end of the
    offered base, US dollars a year. ValueError if a column is missing.
    """
    for column in ("job_title", "annual_wage_from_usd"):
        if column not in filings:
            raise ValueError(f"filings lack the column {column!r}: pass data.load('lca_labs')")
    found = {role: filings["job_title"].str.contains(words, case=False) for role, words in ROLES.items()}
    rows = filings[found["research"] ^ found["infrastructure"]].copy()
    rows["role"] = np.where(found["research"][rows.index], "research", "infrastructure")
    rows["log_wage"] = np.log(rows["annual_wage_from_usd"])
    return rows
