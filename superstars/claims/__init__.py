"""What became of each claim of the five source essays.

The claims are data (``data/claims``): our paraphrase, its source and kind, and the number it states. The rules are
code, one module for each chapter that answers claims, in the words of ``rules``. ``verdicts`` brings both together
with the results that chapters export; nothing in a verdict is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import pandas as pd

from superstars import data, results
from superstars.claims.rules import VERDICTS, ClaimError, Rule, judge
from superstars.results import Result

__all__ = ["CHAPTERS", "VERDICTS", "ClaimError", "answers", "stated", "verdicts"]

CHAPTERS = {
    "puzzle": ("pay_ladder", "reach_and_spread", "lognormal_pay"),
    "conditions": ("two_conditions", "reach", "quantity_for_quality", "sprints_and_songs", "scarcity"),
    "talent_war": ("the_race", "deals", "other_forces"),
    "compute": ("labour_and_compute", "scaling_and_markets"),
    "inference": ("reading_quality_from_pay", "is_100_million_enough"),
}  # fmt: skip


def stated(claim: str, upper: bool = False) -> float:
    """The number that a claim states, in the unit of its row; ``upper``: the second one. ``ClaimError`` if none."""
    rows = data.load("claims").set_index("id")
    if claim not in rows.index:
        raise ClaimError(f"claim {claim!r} is not in data/claims")
    number = rows.loc[claim, "stated_upper" if upper else "stated"]
    if pd.isna(number):
        raise ClaimError(f"claim {claim!r} states no {'second ' if upper else ''}number")
    return float(number)


def answers() -> dict[str, tuple[str, Rule]]:
    """For each claim the chapter that answers it, as ``part/chapter``, and its rule. ``ClaimError`` for two rules."""
    found: dict[str, tuple[str, Rule]] = {}
    for part, chapters in CHAPTERS.items():
        for chapter in chapters:
            for claim, rule in import_module(f"superstars.claims.{chapter}").RULES.items():
                if claim in found:
                    raise ClaimError(f"claim {claim}: {found[claim][0]} and {part}/{chapter} both answer it")
                found[claim] = (f"{part}/{chapter}", rule)
    return found


def verdicts(exported: Mapping[str, Result] | None = None) -> pd.DataFrame:
    """One row a claim: the row of ``data/claims`` with its verdict, the words for it and what was found.

    Further columns: ``page`` that answers it, ``results`` (the results used, the one to link to first), ``flips`` (what
    each number must be for the claim to hold) and ``score`` (for a forecast, its result so far, or None).
    ``exported``: results by key, from the last rerun unless given. ``ClaimError`` names a claim without a rule, a
    rule without a claim, and a result that no chapter exports.
    """
    exported = results.load() if exported is None else exported
    rows, found = data.load("claims"), answers()
    if missing := set(rows["id"]) ^ set(found):
        raise ClaimError(f"claims with a row or a rule only: {', '.join(sorted(missing))}")
    judged = [judge(claim, found[claim][1], found[claim][0], exported) for claim in rows["id"]]
    return rows.assign(
        verdict=[v.verdict for v in judged], words=[v.words for v in judged], finding=[v.finding for v in judged],
        page=[found[claim][0] for claim in rows["id"]], results=[v.results for v in judged],
        flips=[v.flips for v in judged],
        score=[_score(claim, *found[claim], exported) for claim in rows["id"]],
    )  # fmt: skip


def _score(claim: str, page: str, rule: Rule, exported: Mapping[str, Result]) -> Result | None:
    if not rule.score:
        return None
    key = rule.score if ":" in rule.score else f"{page}:{rule.score}"
    if key not in exported:
        raise ClaimError(f"claim {claim}: the chapter exports no result {key!r} to score it")
    return exported[key]
