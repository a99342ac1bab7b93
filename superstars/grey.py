"""Colour is never alone: what a chart tells apart by colour it also tells apart by dash or shape, for print in grey.

One rule: each colour of the book has its own dash and its own shape. :func:`distinct` gives them to a saved
specification wherever lines, rules or points of two colours share a chart and nothing else tells them apart: no
label beside them, no dash, shape or width of their own. Bars and areas have neither; there the greys must differ, or
each stands at its own place on an axis.

No economics in here.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

# By colour: the dash of a line (pixels drawn and left out) and the shape of a point.
LOOKS = {
    "#2f7ebc": ([1, 0], "circle"),  # blue
    "#d1600a": ([8, 3], "square"),  # orange
    "#0f9a72": ([2, 2], "triangle-up"),  # green
    "#9a5fb5": ([10, 3, 2, 3], "diamond"),  # purple
    "#b0830f": ([14, 4], "triangle-down"),  # gold
    "#c7457a": ([6, 2, 1, 2, 1, 2], "triangle-left"),  # pink
    "#7f8790": ([4, 4], "cross"),  # grey
}
CHANNELS = ("color", "stroke", "fill")
STROKED, DOTTED = ("line", "rule", "trail"), ("point", "circle", "square")
FIRST = "#2f7ebc"  # of a layer that names no colour; rules without one are quiet lines of the theme


def layers(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The single views of ``spec``, in the order in which they are drawn."""
    for layer in spec.get("layer", []):
        yield from layers(layer)
    if "layer" not in spec:
        yield spec


def mark(layer: dict[str, Any]) -> dict[str, Any]:
    """The mark of a layer as a dictionary, whichever way it was written."""
    return layer["mark"] if isinstance(layer["mark"], dict) else {"type": layer["mark"]}


def series(layer: dict[str, Any]) -> dict[str, Any] | None:
    """The encoding that colours ``layer`` by a category, if there is one."""
    found = (layer.get("encoding", {}).get(channel) for channel in CHANNELS)
    return next((e for e in found if e and "field" in e and e["type"] in ("nominal", "ordinal")), None)


def constant(layer: dict[str, Any]) -> str | None:
    """The one colour of ``layer``; None where a field or a condition gives it, or the theme's quiet one."""
    encoding = layer.get("encoding", {})
    for channel in CHANNELS:
        if channel in encoding:
            return encoding[channel].get("value") if "condition" not in encoding[channel] else None
        if channel in mark(layer):
            return mark(layer)[channel]
    return None if mark(layer)["type"] == "rule" else FIRST


def labelled(spec: dict[str, Any], field: str) -> bool:
    """Whether words in the chart name the categories of ``field`` where they are drawn."""
    for layer in layers(spec):
        if mark(layer)["type"] == "text":
            colour, words = series(layer), layer["encoding"].get("text", {}).get("field")
            made = [t["calculate"] for t in layer.get("transform", []) if t.get("as") == words]
            if words == field or (colour and colour["field"] == field) or any(f"datum.{field}" in m for m in made):
                return True
    return False


def distinct(spec: dict[str, Any]) -> dict[str, Any]:
    """``spec`` with a dash or a shape beside each colour that had nothing else; all the rest as it was."""
    spec = copy.deepcopy(spec)
    coloured = [(layer, colour) for layer in layers(spec) if (colour := series(layer))]
    coloured = [(layer, colour) for layer, colour in coloured if not labelled(spec, colour["field"])]
    dashed = {colour["field"] for layer, colour in coloured if _dash(layer, colour)}
    for layer, colour in coloured:
        if colour["field"] not in dashed or mark(layer).get("point"):
            _shape(layer, colour)
    ringed = {colour["field"] for layer, colour in coloured if "shape" in layer["encoding"]}
    for layer, colour in coloured:
        if colour["field"] in dashed - ringed:
            _stroke_legend(layer["encoding"])
    for kinds, name, place in ((STROKED, "strokeDash", 0), (DOTTED, "shape", 1)):
        alike = [layer for layer in layers(spec) if mark(layer)["type"] in kinds and not series(layer)]
        alike = [(layer, constant(layer), look(layer)) for layer in alike if not interval(layer)]
        for layer, own, seen in alike:
            others = {colour for _, colour, other in alike if other == seen}
            if own in LOOKS and len(others - {None, own}) and not _named(spec, own):
                layer["mark"] = {**mark(layer), name: LOOKS[own][place]}
                if kinds is DOTTED:
                    layer["mark"]["type"] = "point"
                    layer["mark"].setdefault("filled", True)
    return spec


def interval(layer: dict[str, Any]) -> bool:
    """Whether a rule runs between two values, as an interval does: nobody takes it for a curve."""
    return bool({"x2", "y2"} & set(layer.get("encoding", {})))


def look(layer: dict[str, Any]) -> tuple[Any, ...]:
    """What tells a line or a point of one colour from others without its colour."""
    m, size = mark(layer), layer.get("encoding", {}).get("size", {}).get("value")
    dash = m.get("strokeDash") or [1, 0]
    return str(dash), m.get("shape", "circle"), m.get("filled", True), m.get("strokeWidth"), m.get("size", size)


def _named(spec: dict[str, Any], colour: str) -> bool:
    """Whether words in this colour stand in the chart, as labels of its lines."""
    return any(mark(layer)["type"] == "text" and constant(layer) == colour for layer in layers(spec))


def _dash(layer: dict[str, Any], colour: dict[str, Any]) -> bool:
    """Give a line its dash; False where it has one, or is none. An interval keeps whole what stands on it."""
    if mark(layer)["type"] not in STROKED or interval(layer) or "strokeDash" in layer["encoding"]:
        return False
    return _beside(layer["encoding"], colour, "strokeDash", 0)


def _shape(layer: dict[str, Any], colour: dict[str, Any]) -> None:
    kind, encoding = mark(layer)["type"], layer["encoding"]
    if "shape" in encoding or "shape" in mark(layer) or not (kind in DOTTED or mark(layer).get("point")):
        return
    if _beside(encoding, colour, "shape", 1) and kind in ("circle", "square"):
        layer["mark"] = {**mark(layer), "type": "point", "filled": True}


def _beside(encoding: dict[str, Any], colour: dict[str, Any], channel: str, place: int) -> bool:
    colours = colour.get("scale", {}).get("range", [])
    if not set(colours) <= set(LOOKS):
        return False
    encoding[channel] = copy.deepcopy(colour)
    encoding[channel]["scale"]["range"] = [LOOKS[c][place] for c in colours]
    return True


def _stroke_legend(encoding: dict[str, Any]) -> None:
    """In the legend a line long enough to show its dash."""
    for channel in (*CHANNELS, "strokeDash"):
        legend = encoding.get(channel, {}).get("legend", {})
        if channel in encoding and legend is not None:
            long = {"symbolType": "stroke", "symbolSize": 900, "symbolStrokeWidth": 2.5}
            encoding[channel]["legend"] = legend | long
