"""How firm the verdicts are: how far a single result would have to move to change one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from superstars import claims, results
from superstars.claims.rules import Check, judge
from superstars.results import Result


def margins(exported: Mapping[str, Result] | None = None) -> pd.DataFrame:
    """The results whose move alone, to the end that a rule sets, would change a verdict; the closest come first.

    One row a claim and check: ``claim``, ``verdict`` and what it would be ``after``, ``key`` and ``note`` of the
    result, its ``value`` and the ``end``, and ``move``, their distance as a share of the value. Left out are numbers
    that a claim states to be exact or within a band, because any such band is narrow, results that are zero, and
    those exactly on the end, which only an identity of a model is. The moved result counts as known exactly.
    """
    exported = results.load() if exported is None else exported
    rows = []
    for claim, (page, rule) in claims.answers().items():
        now = judge(claim, rule, page, exported).verdict
        for check in rule.checks:
            key = check.key if ":" in check.key else f"{page}:{check.key}"
            result, end = exported[key], _end(check)
            if end is None or result.value in (0, end):
                continue
            beyond = replace(result, value=_across(check, result.value), low=None, high=None)
            after = judge(claim, rule, page, {**exported, key: beyond}).verdict
            if after != now:
                rows.append((claim, now, after, key, result.note, result.value, end, abs(end / result.value - 1)))
    columns = ["claim", "verdict", "after", "key", "note", "value", "end", "move"]
    return pd.DataFrame(rows, columns=columns).sort_values("move", kind="stable", ignore_index=True)


def _end(check: Check) -> float | None:
    """The one finite end of the range a check wants; None if it has two."""
    ends = [end for end in (check.low, check.high) if math.isfinite(end)]
    return ends[0] if len(ends) == 1 else None


def _across(check: Check, value: float) -> float:
    """The nearest number on the other side of the end: inside the range if ``value`` is outside, else outside."""
    end = _end(check)
    inside = check.low <= value <= check.high
    return math.nextafter(end, -math.inf if math.isinf(check.high) else math.inf) if inside else end
