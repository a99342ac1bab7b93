"""Numbers about the market for AI models: what training costs, who has how much of it, who can stay.

Data come from Epoch AI and the arena of human votes; the models of scaling laws and market structure are in
`superstars.scaling`. Here are the rules that choose rows (one place for each), and short models that need
them: a forecast path, free entry along such a path, the growth of revenue at which training pays, and the
price that optimists set. Last, how fast the best models have become better.
Money is in US dollars; growth is a factor a year (3 means times 3).
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri

from superstars import labs, scaling
from superstars.checks import Floats, check_positive, check_probability, checked, within_floats
from superstars.data import load

COSTS = {  # concept: column of epoch_models. Three concepts, never mixed; none counts staff or failed runs
    "amortised run": "training_cost_2023_usd",
    "cloud rent": "training_cost_cloud_usd",
    "hardware purchase": "hardware_purchase_cost_usd",
}
SETS = ("frontier", "record", "notable")

# Acemoglu (2024, NBER working paper 32487), ten years; labour_share is known from memory only (unverified)
ACEMOGLU = {"exposed": 0.199, "adopted": 0.23, "labour_saving": 0.27, "labour_share": 0.535}
DENSE = (
    "GPT-3 175B (davinci)", "Gopher (280B)", "Chinchilla", "PaLM (540B)", "Llama 2-70B", "Llama 3-70B",
    "Llama 3.1-405B",
)
CHINA = frozenset({  # names of Chinese organisations in the arena's lists
    "01 AI", "Alibaba", "Baidu", "Bytedance", "DeepSeek", "DeepSeek AI", "InternLM", "Meituan", "MiniMax",
    "Moonshot", "StepFun", "Tencent", "Tsinghua", "Xiaomi", "Z.ai", "Zhipu", "Zhipu AI",
})


def years(dates: pd.Series) -> pd.Series:
    """Calendar dates as decimal years: 1 July 2025 is about 2025.5."""
    start = pd.to_datetime(dates.dt.year.astype("Int64").astype("string") + "-01-01")
    return dates.dt.year + (dates - start).dt.days / 365.25


def runs(
    which: str = "frontier", column: str = "training_compute_flop", since: int = 2010,
    until: str | None = None,
) -> pd.DataFrame:
    """Training runs from 1 January of `since` to the day `until` (None: the newest), oldest first.

    Columns: model, publication_date, year (decimal), value (of `column`), confidence.

    which   "frontier": Epoch's flag, among the ten largest in compute when published;
            "record":   larger in `column` than every run before it in the window;
            "notable":  all of Epoch's notable models with a value.
    column  one of training_compute_flop (FLOP) and the cost columns in `COSTS` (US dollars).

    Models trained on top of another (base_model) are left out: Epoch counts the base's compute or not. Raises
    ValueError for another `which` or `column`, or if nothing is left.
    """
    if which not in SETS:
        raise ValueError(f"which = {which!r}; allowed: {', '.join(SETS)}")
    if column not in ("training_compute_flop", *COSTS.values()):
        raise ValueError(f"column = {column!r}; allowed: training_compute_flop, {', '.join(COSTS.values())}")
    models = load("epoch_models")
    models = models[models[column].notna() & models["base_model"].isna()]
    models = models[models["publication_date"].dt.year >= since]
    if until is not None:
        models = models[models["publication_date"] <= pd.Timestamp(until)]
    models = models.sort_values(["publication_date", column])
    if which == "frontier":
        models = models[models["frontier"]]
    elif which == "record":
        models = models[models[column] >= models[column].cummax()]
    if models.empty:
        raise ValueError(f"since = {since}, until = {until}: no {which} model has {column} then; "
                         "choose a longer period")
    frame = models[["model", "publication_date", column, "confidence"]].rename(columns={column: "value"})
    return frame.assign(year=years(frame["publication_date"])).reset_index(drop=True)


def dense_models() -> pd.DataFrame:
    """Well-known language models that use all parameters for each token.

    Columns: model, C (FLOP), N, tokens_per_parameter. Tokens are C/(6 N), the tokens processed; Epoch's
    dataset sizes count words or tokens, and once or repeatedly.
    """
    models = load("epoch_models").set_index("model").loc[list(DENSE)]
    C, N = models["training_compute_flop"], models["parameters"]
    tokens = scaling.tokens_trained(C, N)
    return pd.DataFrame({"C": C, "N": N, "tokens_per_parameter": tokens / N}).reset_index()


@within_floats
def path(year: ArrayLike, first: tuple[float, float], second: tuple[float, float]) -> Floats:
    """The exponential path through two points (year, value): v1 (v2/v1)^((year - y1)/(y2 - y1)).

    Values are positive and the years differ, else ValueError. The growth factor a year is
    path(y + 1) / path(y), the same at every y.
    """
    (y1, v1), (y2, v2) = first, second
    checked("value", [v1, v2], lambda v: (v > 0) & np.isfinite(v), "finite and > 0")
    if y1 == y2:
        raise ValueError(f"second: the year is {y2}, as in first; allowed: two different years")
    year = checked("year", year, np.isfinite, "finite")
    return v1 * (v2 / v1) ** ((year - y1) / (y2 - y1))


# ---------------------------------------------------------------- who has how much

@within_floats
def vote_shares(ratings: ArrayLike) -> Floats:
    """s_i = 10^(r_i/400) / sum_j 10^(r_j/400): choice shares that agree with the win rates of Elo ratings.

    The logit model behind the ratings (Bradley and Terry, 1952), so that s_i/(s_i + s_j) is the win rate of i
    against j. The last axis runs over the sellers. Only gaps within one date matter.
    """
    r = checked("ratings", ratings, np.isfinite, "finite")
    weights = 10 ** ((r - r.max(axis=-1, keepdims=True)) / 400)
    return weights / weights.sum(axis=-1, keepdims=True)


def best_by_lab(date: str) -> pd.DataFrame:
    """Best text rating of each organisation at the last snapshot by `date`, best first.

    Columns: source, date, organization, model, rating (Elo points). Ratings of one snapshot only, since the
    scale was re-anchored several times. ValueError where there is none.
    """
    best = load("arena_best_by_org")
    best = best[best["date"] <= pd.Timestamp(date)]
    if best.empty:
        raise ValueError(f"date = {date!r}: no snapshot by then; choose a later day")
    last = best[best["date"] == best["date"].max()]
    return last.sort_values("rating", ascending=False, ignore_index=True)


def designers(date: str) -> pd.Series:
    """AI chips sold since 2022 by designer, H100 equivalents, at the last quarter's end by `date`."""
    chips = load("chip_totals")
    chips = chips[chips["to_date"] <= pd.Timestamp(date)]
    if chips.empty:
        raise ValueError(f"date = {date!r}: no quarter ends by then; choose a later day")
    last = chips[chips["to_date"] == chips["to_date"].max()].set_index("designer")["h100e_median"]
    return last.sort_values(ascending=False)


def sizes(measure: str, date: str) -> pd.Series:
    """Sizes of sellers at `date`, largest first, by one of four measures.

    "votes" (a share), "revenue" (US dollars a year), "valuation" (US dollars), or "chips" (H100 equivalents
    sold by each designer).

    The rules are those of `superstars.labs` and of this module; a range in the source enters with its middle.
    ValueError for another measure or a date without data.
    """
    if measure == "votes":
        best = best_by_lab(date)
        return pd.Series(vote_shares(best["rating"]), index=best["organization"])
    if measure == "chips":
        return designers(date)
    table = {"revenue": labs.revenues, "valuation": labs.valuations}
    if measure not in table:
        raise ValueError(f"measure = {measure!r}; allowed: votes, revenue, valuation, chips")
    return table[measure](date)["middle"].sort_values(ascending=False)


# ---------------------------------------------------------------- who can stay

def _factor(name: str, value: ArrayLike) -> Floats:
    return check_positive(name, value)


def _entry(
    now: ArrayLike, cost_growth: ArrayLike, market_growth: ArrayLike, saving: ArrayLike,
) -> tuple[Floats, ...]:
    n, f = _factor("now", now), _factor("cost_growth", cost_growth)
    saving = checked("saving", saving, lambda x: (x >= 0) & (x < 1), "a share in [0, 1)")
    return n, f, _factor("market_growth", market_growth), saving


@within_floats
def sellers(
    t: ArrayLike, now: ArrayLike, cost_growth: ArrayLike, market_growth: ArrayLike, saving: ArrayLike = 0.0,
) -> Floats:
    """N*(t) = now sqrt((market_growth/cost_growth)^t / (1 - saving)), the sellers that free entry lets live.

    From N* = sqrt(R/F) (Salop, 1979) with R and F growing by factors a year; `now` is N* today without open
    models (R and F themselves are not observed), `saving` the share of the fixed cost that an entrant saves
    by starting from an open model. A real number, which may fall below 1: see `monopoly_year`.
    """
    t = checked("t", t, np.isfinite, "finite")
    n, f, m, u = _entry(now, cost_growth, market_growth, saving)
    return scaling.free_entry(n**2 * (m / f) ** t, 1 - u)


@within_floats
def monopoly_year(
    now: ArrayLike, cost_growth: ArrayLike, market_growth: ArrayLike, saving: ArrayLike = 0.0,
) -> Floats:
    """Years until N* of `sellers` is 2, from which on a second seller does not cover its cost.

        t = ln(now^2 / (4 (1 - saving))) / ln(cost_growth / market_growth)

    inf where the market grows at least as fast as the cost and N* is above 2 today; 0 where it is 2 or less.
    """
    n, f, m, u = _entry(now, cost_growth, market_growth, saving)
    distance, speed = np.log(n**2 / (4 * (1 - u))), np.log(f / m)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(distance <= 0, 0.0, np.where((speed <= 0) & (distance > 0), np.inf, distance / speed))[()]


@within_floats
def break_even_growth(
    cost: ArrayLike, cost_growth: ArrayLike, revenue: ArrayLike, margin: ArrayLike, t: ArrayLike,
) -> Floats:
    """Growth factor of revenue at which the gross margin covers training cost after t > 0 years.

        margin revenue r^t = cost cost_growth^t   =>   r = cost_growth (cost / (margin revenue))^(1/t)

    cost and revenue in US dollars a year, margin in (0, 1]: the share of revenue left after serving users. No
    discounting: cost and margin of the same year are compared.
    """
    F, g, R = _factor("cost", cost), _factor("cost_growth", cost_growth), _factor("revenue", revenue)
    m = checked("margin", margin, lambda x: (x > 0) & (x <= 1), "in (0, 1]")
    t = _factor("t", t)
    return g * (F / (m * R)) ** (1 / t)


def sellers_vega(t: str, now: str, cost_growth: str, market_growth: str, saving: str) -> str:
    """`sellers` as a Vega expression; the arguments are expressions themselves."""
    return f"({now}) * sqrt(pow(({market_growth}) / ({cost_growth}), {t}) / (1 - ({saving})))"


def monopoly_year_vega(now: str, cost_growth: str, market_growth: str, saving: str) -> str:
    """`monopoly_year` as a Vega expression; 1e9 stands for inf."""
    far = f"log(({now}) * ({now}) / (4 * (1 - ({saving}))))"
    speed = f"log(({cost_growth}) / ({market_growth}))"
    return f"{far} <= 0 ? 0 : {speed} <= 0 ? 1e9 : {far} / {speed}"


def optimists_price(spread: ArrayLike, share: ArrayLike) -> Floats:
    """Price over the median valuation where nobody can sell short: exp(spread * z), z the quantile 1 - share.

    Investors' valuations are lognormal, with a standard deviation `spread` >= 0 of the logs. The `share` of them who
    value it most hold everything, and the last of these sets the price (Miller 1977). With short sales everybody's
    view counts and the ratio is 1. Above 1 only while less than half of the investors can hold all of it.
    """
    spread = checked("spread", spread, lambda x: (x >= 0) & np.isfinite(x), "finite and >= 0")
    share = check_probability("share", share)
    z = np.where(1 - share < 1, ndtri(1 - share), -ndtri(share))  # a share below rounding has a quantile, too
    return np.exp(spread * z)[()]


# ---------------------------------------------------------------- how fast models get better

def _scores(measure: str) -> pd.DataFrame:
    """Models with a value of `measure`: release_date, best."""
    if measure == "index":
        models = load("capabilities_index").rename(columns={"eci_score": "best"})
    elif measure == "horizon":
        models = load("metr_time_horizons").query("suite == '2025-03 paper'")
        models = models.assign(best=np.log(models["horizon_50_minutes"]))
    else:
        raise ValueError(f"measure = {measure!r}; allowed: index, horizon")
    return models[["release_date", "best"]].dropna()


def frontier(measure: str, date: str) -> float:
    """Best value of any model released by `date`.

    "index": Epoch's capabilities index, points on one scale for all dates (only differences mean something).
    "horizon": log of the minutes that a task takes people which a model does half of the time, by the task suite of
    METR's paper, the one suite that spans 2023 to 2025. ValueError for another measure or a date before all models.
    """
    models = _scores(measure)
    best = models.loc[models["release_date"] <= pd.Timestamp(date), "best"].max()
    if np.isnan(best):
        raise ValueError(f"date = {date!r}: no model was scored by then; choose a later day")
    return float(best)


def last_scored(measure: str) -> pd.Timestamp:
    """Release of the newest model with a value of `measure` (see `frontier`)."""
    return _scores(measure)["release_date"].max()


def pace(measure: str, since: str, until: str) -> float:
    """Gain a year of `frontier` from the day `since` to the day `until`; the days differ, else ValueError."""
    span = (pd.Timestamp(until) - pd.Timestamp(since)).days / scaling.DAYS_A_YEAR
    if not span > 0:
        raise ValueError(f"until = {until!r}: must be later than since = {since!r}")
    return (frontier(measure, until) - frontier(measure, since)) / span


def best_by_index(date: str) -> pd.DataFrame:
    """Best capabilities index of each organisation among models released by `date`, best first.

    Columns: organization, country, model, score. Models of several organisations together are left out.
    """
    models = load("capabilities_index").rename(columns={"eci_score": "score"})
    models = models[models["score"].notna() & ~models["organization"].str.contains("|", regex=False, na=True)]
    models = models[models["release_date"] <= pd.Timestamp(date)].sort_values("score", ascending=False)
    columns = ["organization", "country", "model", "score"]
    return models.drop_duplicates("organization")[columns].reset_index(drop=True)


_EFFORT = re.compile(
    r"(?P<base>.+?)(?:[ -]\(?(?P<effort>thinking-minimal|non-thinking|instant|medium|high|thinking(?:-\d+k)?)\)?)?"
    r"(?P<tool> \(codex-harness\))?"
)
_LEVEL = {"thinking-minimal": 0, "non-thinking": 0, "instant": 0, "": 1, "medium": 2, "high": 3, "thinking": 3}


def thinking_gains(board: str) -> pd.Series:
    """What more computing at use does to the rating of one model: points gained, by model.

    The arena of 2026 lists some models at two or more settings of effort: the highest less the lowest, mean over the
    days that list both. `board` is "text" or "code". A model without a mark is between "minimal" and "medium".
    """
    rows = load("arena_daily_2026").query("leaderboard == @board")
    if rows.empty:
        raise ValueError(f"board = {board!r}; allowed: text, code")
    parts = [_EFFORT.fullmatch(name) for name in rows["model"]]
    rows = rows.assign(
        base=[part["base"] + (part["tool"] or "") for part in parts],
        level=[_LEVEL[re.sub(r"(thinking)-\d+k", r"\1", part["effort"] or "")] for part in parts])  # fmt: skip
    day = rows.groupby(["base", "date", "level"])["rating"].mean().reset_index()
    ends = day.sort_values("level").groupby(["base", "date"])
    gain = (ends["rating"].last() - ends["rating"].first())[ends["level"].nunique() > 1]
    return gain.groupby("base").mean().rename("gain")
