"""Whether two runs of a notebook say the same, on a Python other than the one that saved it.

The Python that saved the notebooks must give the same bytes. Another one comes with other builds of the numerical
packages, whose last digits may differ. There two outputs are equal if they are of the same kind and hold the same
words, and if each number agrees within ``RTOL``. Charts save six significant digits, and one step of the last of them
is more than a millionth: so no digit that is saved for a reader may change, while what is printed in full may differ
where nobody looks. Whole numbers count something and must be the same. Pictures are drawn from the data compared here
and are left out.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from typing import Any

import nbformat

SAVED_BY = (3, 11)  # the Python that saved the notebooks
RTOL = 1e-6
NUMBER = re.compile(r"[-−]?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?")
SHOWN = 60  # characters of a text in a message


def saved_here() -> bool:
    """Whether a Python of this version saved the notebooks."""
    return tuple(sys.version_info[:2]) == SAVED_BY


def compare(saved: nbformat.NotebookNode, rerun: nbformat.NotebookNode, rtol: float = RTOL) -> list[str]:
    """What differs between two executed notebooks, one line each; empty if they are equal. Cells count from 1."""
    kinds = [[(cell.cell_type, cell.source) for cell in notebook.cells] for notebook in (saved, rerun)]
    if kinds[0] != kinds[1]:
        return ["the cells are not the same"]
    found = []
    for number, (before, after) in enumerate(zip(saved.cells, rerun.cells, strict=True), 1):
        if before.cell_type == "code":
            pairs = [[_plain(output) for output in cell.outputs] for cell in (before, after)]
            found += _differences(*pairs, f"cell {number}, outputs", rtol)
    return found


def _plain(output: dict[str, Any]) -> dict[str, Any]:
    """An output without its pictures, whose kind alone stays."""
    data = {kind: "" if kind.startswith("image/") else value for kind, value in output.get("data", {}).items()}
    return {**output, "data": data}


def _differences(before: Any, after: Any, where: str, rtol: float) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        if before.keys() != after.keys():
            yield f"{where}: {sorted(before.keys() ^ after.keys())} on one side only"
        for key in before.keys() & after.keys():
            yield from _differences(before[key], after[key], f"{where}.{key}", rtol)
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            yield f"{where}: {len(before)} before, {len(after)} after"
        else:
            for number, pair in enumerate(zip(before, after, strict=True)):
                yield from _differences(*pair, f"{where}[{number}]", rtol)
    elif isinstance(before, str) and isinstance(after, str):
        if not _same_text(before, after, rtol):
            yield f"{where}: {_at_difference(before, after)}"
    elif isinstance(before, float) and isinstance(after, float):
        if not _close(before, after, rtol):
            yield f"{where}: {before!r} before, {after!r} after"
    elif type(before) is not type(after) or before != after:
        yield f"{where}: {str(before)[:SHOWN]!r} before, {str(after)[:SHOWN]!r} after"


def _same_text(before: str, after: str, rtol: float) -> bool:
    if before == after:
        return True
    if NUMBER.split(before) != NUMBER.split(after):
        return False
    return all(a == b or _same_number(a, b, rtol) for a, b in zip(*map(NUMBER.findall, (before, after)), strict=True))


def _same_number(before: str, after: str, rtol: float) -> bool:
    """Of two different figures: both with a fraction or an exponent, and close."""
    if not all(re.search("[.eE]", text) for text in (before, after)):
        return False
    values = [float(text.replace(",", "").replace("−", "-")) for text in (before, after)]
    return _close(*values, rtol)


def _close(before: float, after: float, rtol: float) -> bool:
    return math.isclose(before, after, rel_tol=rtol) or (math.isnan(before) and math.isnan(after))


def _at_difference(before: str, after: str) -> str:
    pairs = enumerate(zip(before, after, strict=False))
    first = next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))
    start = max(0, first - SHOWN // 3)
    return f"{before[start : start + SHOWN]!r} before, {after[start : start + SHOWN]!r} after"
