"""Levels.fyi pay reports: the parts of pay, repaired where they were typed in thousands of dollars."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

PARTS = ["basesalary", "stockgrantvalue", "bonus"]
TOLERANCE = 0.05


def repaired_parts(frame: pd.DataFrame) -> pd.DataFrame:
    """Base salary, stock and bonus (USD/year) in units that add up to the total.

    The total is sound, but a part is sometimes typed in thousands. Each part that is not 0 is read either as
    typed or times 1,000; the reading whose sum lies closest to ``totalyearlycompensation`` is taken (the
    fewest parts multiplied, if two lie equally close), provided it lies within 5 % of the total. Otherwise
    all three parts are NaN: they are not identified. That includes reports in which only the total was
    entered (parts 0).

    Returns a frame with the index of ``frame`` and the columns ``basesalary``, ``stockgrantvalue``, ``bonus``
    and ``repaired`` (True where a part was multiplied).

    Raises ValueError if a column is missing.
    """
    absent = [name for name in [*PARTS, "totalyearlycompensation"] if name not in frame]
    if absent:
        raise ValueError(f"frame lacks the columns {', '.join(absent)}; pass rows of data.load('levels')")
    typed = frame[PARTS].to_numpy(float)
    total = frame["totalyearlycompensation"].to_numpy(float)
    best, gap, changed = np.full_like(typed, np.nan), np.full(len(frame), np.inf), np.zeros(len(frame), bool)
    for scale in sorted(product([1.0, 1000.0], repeat=len(PARTS)), key=sum):  # fewest parts multiplied first
        read = typed * scale
        off = np.abs(read.sum(axis=1) - total) / total
        better = (off <= TOLERANCE) & (off < gap)
        best[better], gap[better] = read[better], off[better]
        changed[better] = (read[better] != typed[better]).any(axis=1)
    return pd.DataFrame(best, columns=PARTS, index=frame.index).assign(repaired=changed)
