"""Reach: whether one unit of a job's work can serve many users at once, and how far pay spreads.

Rosen (1981): pay can differ far more than talent where one performance serves a whole market. Whether a job
is of that kind is coded here from the text of the Standard Occupational Classification alone, on a scale:

    0  one at a time: one client, patient, object, load, site or case takes up the worker's time
    1  in part: a group of bounded size, or one organisation, is served at once (a class, a firm, an aircraft)
    2  reach: one unit of work can serve any number at no added cost of the worker's time (a film, a program)

Two codings: by keywords (:func:`code_by_keywords`) and by hand (data set ``reach_hand``; protocol in
data/reach/README.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numpy.typing import ArrayLike
from scipy.special import ndtri
from statsmodels.stats.inter_rater import cohens_kappa

from superstars import data, lognormal, oews
from superstars.checks import generator, whole, within_floats

# Each entry is one word family, matched at the start of a word unless it ends with "$" (then the whole word).
REACH_WORDS = (
    "audience", "broadcast", "television", "radio$", "film", "movie", "video", "theat", "stage$", "entertain",
    "music", "song", "sing$", "danc", "choreograph", "athletic event", "sporting event", "perform on$",
    "publish", "publication", "newspaper", "magazine", "media$", "news$", "script", "stories",
    "written material", "write$", "original work", "animation", "artwork", "photograph", "graphic", "image$",
    "prerecord", "advertis", "public relations", "software", "website", "web$", "interface",
    "computer program", "computer application", "code and scripts", "algorithm", "prototype", "new product",
    "design", "research", "theor", "inventors$", "scientific", "phenomena", "study the$", "map$", "maps$",
    "public opinion", "curricul", "instructional material",
)  # fmt: skip
SERVICE_WORDS = (
    "patient", "client", "customer", "patron$", "patrons$", "passenger", "student", "child", "individual",
    "person$", "persons$", "people$", "guest", "resident", "household", "famil", "traveler", "inmate",
    "offender", "consumers$", "repair", "install", "maintain", "clean", "drive$", "deliver", "treat",
    "diagnos", "operate or tend", "set up$", "load", "cook", "inspect", "assist$", "counsel", "sell$",
    "teach", "instruct$", "assemble", "administer", "supervis", "care for$", "personal", "test", "transport",
    "examin", "site$", "sites$", "building", "equipment", "machine", "crew", "records$", "appraise",
    "negotiat", "drawing",
)  # fmt: skip

CODED = 2025  # the survey whose occupations were coded
# Occupations of that survey that the classification does not define: they merge several that it does.
MERGED = {
    "21-1018": ("21-1011", "21-1014"),
    "25-2052": ("25-2055", "25-2056"),
    "25-9045": ("25-9042", "25-9043", "25-9049"),
    "51-2028": ("51-2022", "51-2023"),
    "53-1047": ("53-1042", "53-1043", "53-1044", "53-1049"),
}
RESIDUAL = re.compile(r"^All .* not (?:listed|classified) (?:separately|elsewhere)", re.I)
_ASIDE = re.compile(
    r"(?:Excludes|Illustrative examples?:|[^.]*\bare included (?:in|with)\b).*?(?:\.(?=\s|$)|$)", re.S
)


def _patterns(words: tuple[str, ...]) -> dict[str, re.Pattern[str]]:
    return {
        w.rstrip("$"): re.compile(rf"\b{re.escape(w.rstrip('$'))}" + r"\b" * w.endswith("$")) for w in words
    }


_REACH, _SERVICE = _patterns(REACH_WORDS), _patterns(SERVICE_WORDS)


def keywords(definition: str) -> tuple[list[str], list[str]]:
    """Word families of reach and of service in one definition, each once; case and endings are ignored.

    Sentences that say what is excluded or counted elsewhere speak of other jobs and are left out.
    """
    text = _ASIDE.sub(" ", definition).casefold().replace("’", "'")
    return tuple([w for w, p in words.items() if p.search(text)] for words in (_REACH, _SERVICE))


def code_by_keywords(definitions: Iterable[str]) -> pd.DataFrame:
    """Code definitions by the keyword rule: 0 without a word of reach, 2 with more words of reach than of
    service, 1 otherwise.

    Returns columns ``reach`` (0, 1, 2; NaN for an empty definition and for a residual one, "All ... not
    listed separately", which say nothing), ``reach_words`` and ``service_words`` (joined by "; ").
    """
    rows = []
    for definition in definitions:
        text = definition if isinstance(definition, str) else ""
        many, one = keywords(text)
        code = 0.0 if not many else 2.0 if len(many) > len(one) else 1.0
        if not text.strip() or RESIDUAL.match(text):
            code, many, one = np.nan, [], []
        rows.append((code, "; ".join(many), "; ".join(one)))
    return pd.DataFrame(rows, columns=["reach", "reach_words", "service_words"])


def definitions(codes: Iterable[str]) -> list[str]:
    """Text of the SOC 2018 definition of each code; for a broad or merged code (``MERGED``), of all
    its members. "" where there is none."""
    soc = data.load("soc_definitions")
    text = soc.loc[soc["soc_group"] == "Detailed"].set_index("soc_code")["soc_definition"].fillna("")

    def one(code: str) -> str:
        if code in text.index:
            return text[code]
        members = MERGED.get(code) or [member for member in text.index if member[:6] == code[:6]]
        return " ".join(text[member] for member in members)

    return [one(code) for code in codes]


class Agreement(NamedTuple):
    """Cohen's kappa of two codings, its 95 % interval, the number of occupations, the share coded alike."""

    kappa: float
    low: float
    high: float
    n: int
    share: float


@within_floats
def agreement(first: ArrayLike, second: ArrayLike, weights: str | None = None) -> Agreement:
    """Cohen's (1960) kappa of two codings of the same items, items missing in either left out.

    kappa = (share alike - share expected by chance) / (1 - share expected). ``weights="linear"`` counts a
    disagreement by its distance on the scale (Cohen 1968). Large-sample interval (Fleiss, Cohen and Everitt
    1969).

    Raises ValueError where the lengths differ or a coding uses fewer than two categories.
    """
    a, b = np.asarray(first, float), np.asarray(second, float)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(
            f"the codings have shapes {a.shape} and {b.shape}; allowed: two lists of the same length"
        )
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    levels = np.union1d(a, b)
    if len(np.unique(a)) < 2 or len(np.unique(b)) < 2:
        raise ValueError(f"categories used: {levels.tolist()}; allowed: at least two in each coding")
    table = np.array([[np.sum((a == i) & (b == j)) for j in levels] for i in levels])
    found = cohens_kappa(table, wt=weights)
    return Agreement(found.kappa, found.kappa_low, found.kappa_upp, len(a), float(np.mean(a == b)))


# --- pay spread ---------------------------------------------------------------------------------------------


def spread(frame: pd.DataFrame) -> pd.DataFrame:
    """Pay spread of every row of an OEWS frame: ln(p90/p50), and where it comes from.

    Columns: ``median`` (USD/year; NaN if top-coded), ``sigma`` and ``se_sigma`` (lognormal fit to all
    percentiles, top-coded ones censored), ``r_squared`` of that fit, ``ln_ratio`` = ln(p90/p50), ``ratio`` =
    p90/p50 and ``basis``. Where p90 is published, the ratio is (``"published"``). Where it is a bound,
    ln_ratio = z.90 sigma from the fit (``"fitted"``), unless that puts p90 below the top code: then the bound
    stands for p90 and the ratio is a lower bound (``"bound"``). NaN where fewer than two percentiles are
    numbers (``"none"``). ``at_least`` is p90/p50 with the bound in place of a top-coded p90, without any fit
    (NaN where the median is top-coded).
    """
    values, top = oews.percentiles(frame)
    fit = lognormal.fit_percentiles(
        values, oews.PROBS, top, mean_rse=frame["mean_prse"].to_numpy(float) / 100
    )
    median = np.where(np.isinf(values[:, 2]), np.nan, values[:, 2])
    capped = np.isinf(values[:, 4])
    with np.errstate(invalid="ignore"):
        published, fitted, least = np.log(values[:, 4] / median), ndtri(0.9) * fit.sigma, np.log(top / median)
    short = capped & (fitted < least)
    ln_ratio = np.where(capped, np.where(short, least, fitted), published)
    basis = np.where(
        np.isnan(ln_ratio), "none", np.where(short, "bound", np.where(capped, "fitted", "published"))
    )
    return frame.assign(
        median=median, sigma=fit.sigma, se_sigma=fit.se_sigma, r_squared=fit.r_squared,
        ln_ratio=ln_ratio, ratio=np.exp(ln_ratio), basis=basis,
        at_least=np.exp(np.where(capped, least, published)),
    )  # fmt: skip


def occupations(years: Iterable[int] | None = None) -> pd.DataFrame:
    """Detailed occupations of the years (None: the newest) with their pay spread and both codings of reach.

    The codings are of the occupations of May 2025 (``CODED``), in SOC 2018. A row of another year takes the coding
    of the one with the same title (case and punctuation ignored), whatever its code; in later years also of the one
    with the same code. Others stay without (``soc`` is NaN). Columns: those of :func:`spread`, ``soc`` (code of
    2025), ``hand`` and ``keywords`` (0, 1, 2), ``ln_median``, ``ln_jobs`` (log employment), ``major`` and ``minor``
    (group codes of ``soc``).
    """
    every = oews.detailed()
    wanted = [every["year"].max()] if years is None else list(years)
    same_name = every["occ_title"].str.casefold().str.replace(r"[^a-z]+", " ", regex=True).str.strip()
    coded = every["year"].eq(CODED)
    code_of = dict(zip(same_name[coded], every.loc[coded, "occ_code"], strict=True))
    same_code = every["occ_code"].where(every["year"].gt(CODED) & every["occ_code"].isin(set(code_of.values())))
    soc = same_name.map(code_of).fillna(same_code)
    rows = spread(every.assign(soc=soc)[every["year"].isin(wanted)])
    hand = data.load("reach_hand").set_index("occ_code")["reach"]
    keyed = data.load("reach_keywords").set_index("occ_code")["reach"]
    return rows.assign(
        hand=rows["soc"].map(hand), keywords=rows["soc"].map(keyed), ln_median=np.log(rows["median"]),
        ln_jobs=np.log(rows["tot_emp"]), major=rows["soc"].str[:2], minor=rows["soc"].str[:4],
    ).reset_index(drop=True)  # fmt: skip


def beyond(rows: pd.DataFrame) -> pd.DataFrame:
    """p99/p50 of every row of :func:`spread`, which no survey publishes, extrapolated in two ways.

    Adds ``p99`` = exp(z.99 sigma), the lognormal fit, with ``p99_low`` and ``p99_high`` from sigma +/- 1.96
    standard errors (sampling only: they suppose that the lognormal holds); ``p99_local`` = p90/p50 exp(s
    (z.99 - z.90)), the line through p75 and p90 on normal scores carried on, NaN where either is top-coded;
    and the slopes that should be equal under a lognormal: ``s_lower`` from p10 to p50 and ``s_upper`` = s
    from p75 to p90.
    """
    values, _ = oews.percentiles(rows)
    z10, z75, z90, z99 = ndtri([0.10, 0.75, 0.90, 0.99])
    values = np.log(np.where(np.isinf(values), np.nan, values))
    s_lower, s_upper = (values[:, 2] - values[:, 0]) / -z10, (values[:, 4] - values[:, 3]) / (z90 - z75)
    ratio = lognormal.quantile_ratio
    return rows.assign(
        p99=ratio(0.99, 0.5, rows["sigma"]),
        p99_low=ratio(0.99, 0.5, np.maximum(rows["sigma"] - 1.96 * rows["se_sigma"], 0)),
        p99_high=ratio(0.99, 0.5, rows["sigma"] + 1.96 * rows["se_sigma"]),
        p99_local=np.exp(values[:, 4] - values[:, 2] + s_upper * (z99 - z90)),
        s_lower=s_lower,
        s_upper=s_upper,
    )


def order_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """In how many years one job's p90/p50 exceeds another's, from the published cells alone.

    ``rows``: :func:`spread` of one row a job and year, with ``job``. A top-coded p90 counts as a lower bound:
    it wins where the bound is above the other job's ratio and is undecided otherwise. Columns: ``job``,
    ``than``, ``wider``, ``narrower``, ``undecided`` (years).
    """
    wide = rows.assign(capped=rows["basis"] != "published").pivot(index="year", columns="job")
    ratio, capped = wide["at_least"], wide["capped"].astype(bool)
    out = []
    for a, b in permutations(ratio.columns, 2):
        wins, loses = (ratio[a] > ratio[b]) & ~capped[b], (ratio[b] > ratio[a]) & ~capped[a]
        out.append((a, b, int(wins.sum()), int(loses.sum()), int((~wins & ~loses).sum())))
    return pd.DataFrame(out, columns=["job", "than", "wider", "narrower", "undecided"])


@within_floats
def superiority(wide: ArrayLike, other: ArrayLike) -> float:
    """Share of pairs, one of each list, whose first is larger; ties count half (Mann and Whitney 1947)."""
    x, y = np.asarray(wide, float), np.sort(np.asarray(other, float))
    if not x.size * y.size:
        raise ValueError(f"wide has {x.size} numbers and other {y.size}: each must have at least one")
    below = np.searchsorted(y, x, "left") + np.searchsorted(y, x, "right")
    return float(below.sum() / (2 * x.size * y.size))


def densities(rows: pd.DataFrame, coding: str, ratios: ArrayLike, bandwidth: float = 0.08) -> pd.DataFrame:
    """Distribution of p90/p50 over occupations, for the codes 0 and 2, year by year.

    Gaussian kernel density of ln(p90/p50) at each of ``ratios``, per unit of log ratio; ``bandwidth`` in log
    points. Every occupation counts once. Columns: ``year``, ``reach``, ``ratio``, ``density``.
    """
    at = np.log(np.asarray(ratios, float))
    rows = rows[rows[coding].isin([0, 2]) & rows["ln_ratio"].notna()]
    parts = []
    for (year, code), part in rows.groupby(["year", coding]):
        z = (at[:, None] - part["ln_ratio"].to_numpy()) / bandwidth
        density = np.exp(-0.5 * z**2).mean(axis=1) / (bandwidth * np.sqrt(2 * np.pi))
        parts.append(
            pd.DataFrame({"year": year, "reach": int(code), "ratio": np.exp(at), "density": density})
        )
    return pd.concat(parts, ignore_index=True)


# --- regressions --------------------------------------------------------------------------------------------


def regress(
    frame: pd.DataFrame,
    coding: str = "hand",
    controls: Iterable[str] = (),
    groups: str | None = None,
    weights: str | None = None,
    method: str = "ols",
    cluster: str = "minor",
    draws: int = 200,
    seed: int = 1,
) -> pd.DataFrame:
    """Regress ln(p90/p50) on reach: a + b1 [reach = 1] + b2 [reach = 2] + controls + group effects + e.

    frame : columns ``ln_ratio``, ``coding``, ``cluster`` and those named below; rows with a gap in any are left out.
    coding : column with the codes 0, 1, 2.
    controls : columns that enter as they are (``"ln_median"``, ``"ln_jobs"``).
    groups : column of group dummies (``"major"``), which compare occupations of one group only.
    weights : column of weights (``"tot_emp"``); None for equal weight. OLS only.
    method : ``"ols"``, or ``"median"`` for the quantile regression at the median (Koenker and Bassett 1978).
    cluster : column of clusters. OLS: cluster-robust standard errors, t with (clusters - 1) degrees of freedom (Liang
        and Zeger 1986). Median: percentile interval of a bootstrap of whole clusters, ``draws`` draws.

    Returns one row for b1 (``reach`` = 1) and one for b2 (``reach`` = 2): ``estimate`` (log points), ``low``, ``high``
    (95 %), ``n``, ``with_reach`` (occupations coded 2), ``clusters``, ``reach_clusters`` (those with an occupation
    coded 2), ``r_squared`` of the whole model, and ``explained``: the share of the variance left by controls and
    groups that reach takes up (NaN for the median).

    Raises ValueError for an unknown method, and where no occupation of a level is left.
    """
    if method not in ("ols", "median"):
        raise ValueError(f"method is {method!r}; allowed: 'ols' or 'median'")
    if method == "median" and weights:
        raise ValueError(
            f"weights is {weights!r} with method 'median'; allowed: None, the quantile fit is unweighted"
        )
    names = [
        "ln_ratio",
        coding,
        cluster,
        *controls,
        *([groups] if groups else []),
        *([weights] if weights else []),
    ]
    rows = frame[list(dict.fromkeys(names))].dropna().reset_index(drop=True)
    absent = {0, 1, 2} - set(rows[coding])
    if absent:
        raise ValueError(f"no row of {coding!r} has reach {sorted(absent)}; needed: each of 0, 1 and 2")
    rows = rows.assign(part=(rows[coding] == 1) * 1.0, full=(rows[coding] == 2) * 1.0)
    others = [*controls, *([f"C({groups})"] if groups else [])]
    formula = "ln_ratio ~ " + " + ".join(["part", "full", *others])
    clusters = pd.factorize(rows[cluster])[0]
    if method == "median":
        estimate, low, high = _median_fit(formula, rows, clusters, whole("draws", draws, 2), generator(seed))
        r_squared = explained = np.nan
    else:
        w = rows[weights] if weights else np.ones(len(rows))
        fit = smf.wls(formula, rows, weights=w).fit(
            cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True
        )
        without = smf.wls("ln_ratio ~ " + " + ".join(others or ["1"]), rows, weights=w).fit()
        bounds = fit.conf_int().loc[["part", "full"]]
        estimate, low, high = fit.params[["part", "full"]], bounds[0], bounds[1]
        r_squared, explained = fit.rsquared, 1 - fit.ssr / without.ssr
    return pd.DataFrame({
        "reach": [1, 2], "estimate": np.asarray(estimate), "low": np.asarray(low), "high": np.asarray(high),
        "n": len(rows), "with_reach": int(rows["full"].sum()), "clusters": int(clusters.max() + 1),
        "reach_clusters": rows.loc[rows["full"] == 1, cluster].nunique(),
        "r_squared": r_squared, "explained": explained,
    })  # fmt: skip


def _median_fit(
    formula: str, rows: pd.DataFrame, clusters: np.ndarray, draws: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    model = smf.quantreg(formula, rows)
    columns = [model.exog_names.index(name) for name in ("part", "full")]
    y, x = model.endog, model.exog
    members = [np.flatnonzero(clusters == c) for c in range(clusters.max() + 1)]
    found = []
    while len(found) < draws:
        pick = np.concatenate([members[c] for c in rng.integers(0, len(members), len(members))])
        used = np.any(x[pick] != 0, axis=0)  # a group none of whose clusters was drawn drops out
        if used[columns].all():
            fit = sm.QuantReg(y[pick], x[pick][:, used]).fit(q=0.5, p_tol=1e-4)  # far finer than the interval
            found.append(fit.params[np.flatnonzero(np.isin(np.flatnonzero(used), columns))])
    low, high = np.percentile(found, [2.5, 97.5], axis=0)
    return np.asarray(model.fit(q=0.5).params)[columns], low, high


def by_year(rows: pd.DataFrame, coding: str = "hand", **options) -> pd.DataFrame:
    """The coefficient of reach = 2 year by year: :func:`regress` on each year of ``rows`` (``options``)."""
    parts = [regress(part, coding, **options).assign(year=year) for year, part in rows.groupby("year")]
    return pd.concat(parts, ignore_index=True).query("reach == 2").drop(columns="reach")
