"""Research made from compute and labour: constant elasticity of substitution, in the short and the long run.

Everything is measured relative to one laboratory, here NormalCorp, so that nothing below has a unit:

    k  compute over NormalCorp's       l  labour over NormalCorp's       Y  output over NormalCorp's

    Y = [a k^rho + (1 - a) l^rho]^(1/rho),    rho = 1 - 1/sigma,    0 < a < 1        (`ces`)

sigma >= 0 is the elasticity of substitution (Arrow, Chenery, Minhas and Solow 1961, Review of Economics and
Statistics 43). Normalised like this (Klump, McAdam and Willman 2012, Journal of Economic Surveys 26), `a` is
the output elasticity of compute at NormalCorp, whatever sigma is, and equals compute's share of spending where
NormalCorp buys both in competitive markets at least cost.

Labour of a laboratory is years x staff^pi x quality (`labour`); pi is the parallel penalty. Putty-clay: practice
is adapted to one ratio of compute to labour. Until it follows, substitution is sigma_short; when it has
followed, sigma_long (Johansen 1959, Econometrica 27; Atkeson and Kehoe 1999, American Economic Review 89).

The functions broadcast, pass NaN through and raise ValueError naming the argument, the value and what is
allowed. No elasticity here is an estimate of ours.
"""
# ruff: noqa: E741 (l is labour: the notation of the field)

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from superstars.checks import (
    Floats,
    check_at_least,
    check_positive,
    check_probability,
    check_share,
    checked,
    reject,
    within_floats,
)

DAYS = 365.25
WEEK = 7 / DAYS  # years


# ---------------------------------------------------------------- the three companies

@dataclass(frozen=True)
class Quantity:
    """A number with its unit and where it is from; verified is False where the source could not be read."""

    value: float
    unit: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Scenario:
    """A laboratory: serial years, staff at work at once, quality per head (NormalCorp = 1), H100 equivalents."""

    name: str
    years: Quantity
    staff: Quantity
    quality: Quantity
    h100: Quantity


_POST = "Greenblatt and Lifland (2025)"
_MEMORY = f"{_POST}, from memory"
_WEEK = f"a comment on {_POST}; the post says 50 times less serial time than NormalCorp"
_RATIO = f"{_MEMORY}; 625,000 H100 a head in a comment, and a workforce 5 times smaller, were read"


def _scenario(name: str, years: tuple, staff: tuple, h100: tuple) -> Scenario:
    one = Quantity(1.0, "NormalCorp = 1", "assumption of this book: no difference in quality", False)
    return Scenario(name, Quantity(years[0], "years", *years[1:]), Quantity(staff[0], "people", *staff[1:]), one,
                    Quantity(h100[0], "H100 equivalents", *h100[1:]))


NORMAL = _scenario("NormalCorp", (1.0, _MEMORY, False), (4_000, _MEMORY, False), (10e6, _MEMORY, False))
SLOW = _scenario("SlowCorp", (WEEK, _WEEK, True), (800, _RATIO, False), (500e6, _RATIO, False))
AUTOMATED = _scenario("AutomatedCorp", (50.0, _MEMORY, False), (20_000, _MEMORY, False), (200e3, _MEMORY, False))
SCENARIOS = (NORMAL, SLOW, AUTOMATED)


def labour(scenario: Scenario, parallel: ArrayLike = 1.0) -> Floats:
    """Effective labour, years x staff^pi x quality; researcher-years at pi = 1, serial years at pi = 0.

    ``parallel`` is pi, 0 <= pi <= 1: how far two people at once do the work of one in twice the time.
    """
    pi = check_share("parallel", parallel)
    return (scenario.years.value * scenario.staff.value**pi * scenario.quality.value)[()]


def compute(scenario: Scenario) -> float:
    """Compute over the whole project, H100 equivalents x serial years: H100-years, equal by design."""
    return scenario.h100.value * scenario.years.value


def relative(scenario: Scenario, parallel: ArrayLike = 1.0) -> tuple[float, Floats]:
    """(k, l): compute and labour over NormalCorp's, for a parallel penalty pi."""
    return compute(scenario) / compute(NORMAL), labour(scenario, parallel) / labour(NORMAL, parallel)


# ---------------------------------------------------------------- constant elasticity of substitution

def _check_sigma(value: ArrayLike, name: str = "sigma") -> Floats:
    return checked(name, value, lambda s: s >= 0, ">= 0 (inf: perfect substitutes)")


def _rho(sigma: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return 1 - 1 / sigma


def _log_mean(log_k: Floats, log_l: Floats, share: Floats, sigma: Floats) -> Floats:
    """ln Y. Written around the term that dominates, so that no sigma overflows or loses digits at one."""
    rho, gap = _rho(sigma), log_k - log_l
    with np.errstate(invalid="ignore", divide="ignore"):
        x = rho * gap
        base, weight = np.where(x > 0, log_k, log_l), np.where(x > 0, 1 - share, share)
        general = base + np.log1p(weight * np.expm1(-np.abs(x))) / rho
    cobb_douglas = share * log_k + (1 - share) * log_l
    return np.select([sigma == 0, sigma == 1], [np.minimum(log_k, log_l), cobb_douglas], general)


def ces(k: ArrayLike, l: ArrayLike, share: ArrayLike, sigma: ArrayLike) -> Floats:
    """Output Y over NormalCorp's, [a k^rho + (1 - a) l^rho]^(1/rho) with a = ``share`` and rho = 1 - 1/sigma.

    Exact at sigma = 0 (Leontief, min(k, l)), 1 (Cobb-Douglas, k^a l^(1-a)) and inf (a k + (1 - a) l).
    """
    log_k, log_l = np.log(check_positive("k", k)), np.log(check_positive("l", l))
    return np.exp(_log_mean(log_k, log_l, check_probability("share", share), _check_sigma(sigma)))[()]


def ces_vega(k: str, l: str, share: str, sigma: str) -> str:
    """`ces` as a Vega expression of four expressions; pow(k/l, 1/sigma) must stay a float."""
    rho = f"(1 - 1 / ({sigma}))"
    return (f"(({sigma}) < 1e-9 ? min({k}, {l}) : abs(({sigma}) - 1) < 1e-9 ? pow({k}, {share}) * "
            f"pow({l}, 1 - ({share})) : pow(({share}) * pow({k}, {rho}) + (1 - ({share})) * "
            f"pow({l}, {rho}), 1 / {rho}))")


def gain_cap(share: ArrayLike, sigma: ArrayLike) -> Floats:
    """What labour without end can add at NormalCorp's compute: a^(1/rho) = a^(-sigma/(1-sigma)) if sigma < 1.

    1 at sigma = 0, inf from sigma = 1 on.
    """
    a, sigma = np.broadcast_arrays(check_probability("share", share), _check_sigma(sigma))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        cap = a ** (-sigma / (1 - sigma))
    return np.where(np.isnan(sigma) | (sigma < 1), cap, np.inf)[()]


def compute_share(k: ArrayLike, l: ArrayLike, share: ArrayLike, sigma: ArrayLike) -> Floats:
    """Output elasticity of compute, d ln Y/d ln k = a k^rho/(a k^rho + (1 - a) l^rho).

    It is also the share of compute in income if both inputs are paid their marginal product. NaN at sigma = 0
    and k = l, the kink, where it is not identified.
    """
    gap = np.log(check_positive("k", k)) - np.log(check_positive("l", l))
    a, rho = check_probability("share", share), _rho(_check_sigma(sigma))
    with np.errstate(invalid="ignore"):
        return expit(logit(a) + rho * gap)[()]


def wage(k: ArrayLike, l: ArrayLike, share: ArrayLike, sigma: ArrayLike) -> Floats:
    """Marginal product of a unit of labour over NormalCorp's, (Y/l)^(1/sigma), for sigma > 0."""
    sigma = _check_sigma(sigma)
    reject("sigma", sigma, sigma == 0, "> 0: at 0 the wage is not identified")
    return ((ces(k, l, share, sigma) / np.asarray(l, float)) ** (1 / sigma))[()]


def wage_elasticity(k: ArrayLike, l: ArrayLike, share: ArrayLike, sigma: ArrayLike) -> Floats:
    """d ln wage/d ln k = (compute's share)/sigma at given labour (Hicks 1932); sigma > 0."""
    sigma = _check_sigma(sigma)
    reject("sigma", sigma, sigma == 0, "> 0: at 0 the wage is not identified")
    return compute_share(k, l, share, sigma) / sigma


# ---------------------------------------------------------------- what is bought, and what that reveals

def cost_share(price: ArrayLike, share: ArrayLike, sigma: ArrayLike) -> Floats:
    """Share of compute in least-cost spending when its price over the salary is ``price`` times NormalCorp's.

    First-order condition: marginal product per dollar is equal, hence odds a/(1 - a) price^(1 - sigma). As
    compute gets cheaper the share tends to 1 if sigma > 1, to 0 if sigma < 1, and stays if sigma = 1.
    """
    log_price = np.log(check_positive("price", price))
    sigma = check_at_least("sigma", sigma, 0)
    return expit(logit(check_probability("share", share)) + (1 - sigma) * log_price)[()]


def cost_share_vega(price: str, share: str, sigma: str) -> str:
    """`cost_share` as a Vega expression of three expressions."""
    return f"(1 / (1 + (1 - ({share})) / ({share}) * pow({price}, ({sigma}) - 1)))"


def labour_elasticity(staff_share: ArrayLike, supply_elasticity: ArrayLike = np.inf) -> Floats:
    """Output elasticity of labour, 1 - a, that staff's share of spending reveals.

    With compute at a given price and staff in supply of elasticity e, a laboratory hires until the marginal
    product is w (1 + 1/e), so that odds(1 - a) = odds(staff share) x (1 + 1/e) (Robinson 1933; Manning 2003).
    Competitive, e = inf: the share itself. e > 0.
    """
    e = checked("supply_elasticity", supply_elasticity, lambda x: x > 0, "> 0 (inf: a given salary)")
    return expit(logit(check_probability("staff_share", staff_share)) + np.log1p(1 / e))[()]


def sigma_range(share: ArrayLike, least: ArrayLike, fold: ArrayLike) -> tuple[Floats, Floats]:
    """Lowest and highest sigma at which both inputs mattered while k/l rose ``fold`` times to today's value.

    ``share`` is today's output elasticity of compute; "mattered" means that neither elasticity was under
    ``least``. Since odds(share) grow as (k/l)^rho, (logit a - logit(1 - m))/ln fold <= rho <=
    (logit a - logit m)/ln fold. Technical progress is neutral. The upper end is inf where rho may reach 1.
    ``least`` is at most the smaller of share and 1 - share; fold > 1.
    """
    a, m = check_probability("share", share), check_probability("least", least)
    fold = checked("fold", fold, lambda x: (x > 1) & np.isfinite(x), "finite and > 1")
    reject("least", np.broadcast_arrays(m, a)[0], m > np.minimum(a, 1 - a) + 1e-12,
            "at most the smaller of share and 1 - share, or one input does not matter today")
    low, high = (logit(a) + logit(m)) / np.log(fold), (logit(a) - logit(m)) / np.log(fold)
    with np.errstate(divide="ignore"):
        return 1 / (1 - low), np.where(high < 1, 1 / np.maximum(1 - high, 0), np.inf)[()]


# ---------------------------------------------------------------- putty-clay

@within_floats
def practice(target: ArrayLike, years: ArrayLike, half_life: ArrayLike) -> Floats:
    """Log ratio of compute to labour that practice is adapted to, ``years`` after the inputs changed.

    dx/dt = (x* - x)/tau from x = 0 (NormalCorp's): x = x* (1 - 2^(-t/h)), h = tau ln 2 the half-life. Time is
    serial working time. half_life may be inf (never) or 0 (at once).
    """
    t = check_at_least("years", years, 0)
    h = checked("half_life", half_life, lambda x: x >= 0, ">= 0 (inf: never)")
    with np.errstate(divide="ignore", invalid="ignore"):
        waiting = np.where(h == 0, np.inf, t / h)
    return (np.asarray(target, float) * -np.expm1(-np.log(2) * waiting))[()]


def putty_clay(
    k: ArrayLike, l: ArrayLike, share: ArrayLike, sigma_short: ArrayLike, sigma_long: ArrayLike,
    adapted: ArrayLike,
) -> Floats:
    """Output when practice suits the log ratio ``adapted`` of compute to labour, sigma_short <= sigma_long.

        f = F(k0, l0) [b (k/k0)^r + (1 - b) (l/l0)^r]^(1/r),    r = 1 - 1/sigma_short,    k0/l0 = e^adapted

    F is `ces` with sigma_long and b its output elasticity of compute at (k0, l0): f touches F there with the
    same slope. Both are power means of k/k0 and l/l0 with weights b and 1 - b, so f <= F with equality only at
    ln(k/l) = adapted or sigma_short = sigma_long: F is the envelope of all practices, and f/F the misfit.
    """
    short, long = _check_sigma(sigma_short, "sigma_short"), _check_sigma(sigma_long, "sigma_long")
    reject("sigma_short", np.broadcast_arrays(short, long)[0], short > long, "at most sigma_long")
    reject("sigma_long", long, long == 0, "> 0")
    log_k, log_l = np.log(check_positive("k", k)), np.log(check_positive("l", l))
    a = check_probability("share", share)
    x = checked("adapted", adapted, lambda x: np.abs(x) <= 700, "in [-700, 700], so that e^adapted is a float")
    weight = expit(logit(a) + _rho(long) * x)
    at_home = _log_mean(x, np.zeros_like(x), a, long)
    return np.exp(at_home + _log_mean(log_k - x, log_l, weight, short))[()]


def putty_clay_vega(k: str, l: str, share: str, short: str, long: str, adapted: str) -> str:
    """`putty_clay` as a Vega expression of six expressions."""
    odds = f"(({share}) / (1 - ({share})) * exp((1 - 1 / ({long})) * ({adapted})))"
    weight = f"({odds} / (1 + {odds}))"
    home = ces_vega(f"exp({adapted})", "1", share, long)
    return f"({home} * {ces_vega(f'(({k}) / exp({adapted}))', l, weight, short)})"


# ---------------------------------------------------------------- pretraining against search

@within_floats
def years_ahead(scale: ArrayLike, progress: ArrayLike, search: ArrayLike) -> Floats:
    """Years for which ``scale`` times the training compute outweighs search at a fraction of the rival's speed.

    The rival's algorithms save compute ``progress``-fold a year (> 1); those of the large laboratory progress
    ``search`` times as fast in logs. Effective compute is equal after ln(scale)/[(1 - search) ln progress]
    years; inf where search >= 1. scale >= 1.
    """
    scale = checked("scale", scale, lambda x: (x >= 1) & np.isfinite(x), "finite and >= 1")
    progress = checked("progress", progress, lambda x: (x > 1) & np.isfinite(x), "finite and > 1")
    search = check_at_least("search", search, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        years = np.log(scale) / ((1 - search) * np.log(progress))
    return np.where(search < 1, years, np.where(np.isnan(search), np.nan, np.inf))[()]
