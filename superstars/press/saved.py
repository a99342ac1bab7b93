"""The charts saved in a notebook, and their pictures."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from PIL import Image
from sphinx.errors import ExtensionError

from superstars import charts
from superstars.press import files


def saved_outputs(notebook: Path) -> list[dict[str, Any]]:
    """The output of every chart saved in ``notebook``; ``ExtensionError`` if two bear one name."""
    cells = files.notebook(notebook).cells
    data = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    saved = [d for d in data if charts.MIME in d]
    names = [d[charts.MIME]["usermeta"]["superstars"]["name"] for d in saved]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ExtensionError(f"{notebook}: two figures are called {', '.join(sorted(twice))}")
    return saved


def saved_charts(notebook: Path) -> list[dict[str, Any]]:
    """The specification of every chart saved in ``notebook``."""
    return [output[charts.MIME] for output in saved_outputs(notebook)]


def untitled(output: dict[str, Any]) -> Image.Image:
    """The saved picture of a chart without its title."""
    whole = Image.open(io.BytesIO(base64.b64decode(output["image/png"]))).convert("RGB")
    band = round(output[charts.MIME]["usermeta"]["superstars"]["band"] * whole.width / charts.WIDTH)
    return whole.crop((0, band, whole.width, whole.height))
