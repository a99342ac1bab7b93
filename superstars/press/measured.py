"""Benchmarks as a data set: `make bench` runs them, the page on methods shows them."""

from __future__ import annotations

import csv
import io
import math
import os
import platform
import runpy
from datetime import date
from pathlib import Path
from typing import Any

from superstars import data

COLUMNS = ("date", "machine", "benchmark", "what", "value", "unit", "against", "ratio")


def machine() -> str:
    """Cores, processor and Python, as far as this machine tells."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}"


def show(rows: list[dict[str, Any]]) -> None:
    """Print the rows of one benchmark as a table; a row without a comparison has the ratio NaN."""
    for row in rows:
        ratio = "" if math.isnan(row["ratio"]) else f"{row['ratio']:12,.3g} × {row['against']}"
        print(f"{row['what']:64}{row['value']:12,.4g} {row['unit']:10}{ratio}", flush=True)


def collect(root: Path) -> Path:
    """Run every script in ``benchmarks``, print its rows and write all of them, dated, as the data set ``benchmarks``.

    Sealed in the same step; nothing is written unless every benchmark ran.
    """
    rows = []
    for script in sorted((root / "benchmarks").glob("*.py")):
        print(f"\n{script.stem}", flush=True)
        found = runpy.run_path(str(script))["measure"]()
        show(found)
        rows += [{"benchmark": script.stem, **row} for row in found]
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        ratio = "" if math.isnan(row["ratio"]) else f"{row['ratio']:.4g}"
        fixed = {"date": date.today().isoformat(), "machine": machine(), "value": f"{row['value']:.6g}", "ratio": ratio}
        writer.writerow(row | fixed)
    file = data.path("benchmarks", root / "data")
    temporary = file.with_suffix(".new")
    temporary.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    os.replace(temporary, file)
    data.seal(root / "data")
    return file
