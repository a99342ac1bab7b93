"""Seconds to rerun each chapter: python benchmarks/chapters.py

One chapter at a time in a fresh kernel, from a cold start, nothing saved. The ratio is to a notebook that only imports
what every chapter imports: what remains above 1 is the chapter's own work.
"""

from __future__ import annotations

import math
import time
from pathlib import Path

import nbformat

from superstars.press.rerun import chapters, execute

ROOT = Path(__file__).resolve().parent.parent
IMPORTS = "import altair as alt\nimport numpy as np\nimport pandas as pd\n\nfrom superstars import charts, data"


def seconds(notebook: nbformat.NotebookNode, folder: Path) -> float:
    start = time.perf_counter()
    execute(notebook, folder)
    return time.perf_counter() - start


def measure() -> list[dict]:
    bare = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(IMPORTS)])
    least = min(seconds(bare, ROOT) for _ in range(3))
    rows = [{"what": "a notebook that only imports", "value": least, "unit": "s", "against": "", "ratio": math.nan}]
    for file in chapters(ROOT):
        spent = seconds(nbformat.read(file, as_version=4), file.parent)
        rows.append({
            "what": file.relative_to(ROOT / "book").with_suffix("").as_posix(), "value": spent, "unit": "s",
            "against": "a notebook that only imports", "ratio": spent / least,
        })  # fmt: skip
    return rows


if __name__ == "__main__":
    from superstars.press.measured import show

    show(measure())
