"""Charts of the book: one look, live in a plain page, a picture everywhere else.

A chapter draws with Altair and hands the chart to :func:`figure`. What is saved in the notebook is the Vega-Lite
specification (JupyterLab draws it, sliders included), a small picture (GitHub and readers without scripts) and a
description (screen readers). On the site the page script replaces the picture by the live chart.

Importing this module registers theme, renderer and data transformer with Altair. In Colab, Altair's own renderer
stays in charge, because Colab draws no chart from a saved specification.

No economics in here.
"""

from __future__ import annotations

import base64
import io
import json
import math
import re
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import vl_convert
from PIL import Image

from superstars import grey

MIME = "application/vnd.vegalite.v5+json"
VEGA_LITE = "6.4"

# Pixels. The text column of the site is as wide as WIDTH; on a narrower screen the page script lays the chart out anew.
WIDTH = 720
HEIGHT = 380
TITLE_CHARS = 78
TITLE_LINE, SUBTITLE_LINE, TITLE_GAP = 20, 16, 14

# Told apart by readers with any of the common colour deficiencies, and at least 3:1 against both page backgrounds.
BLUE, ORANGE, GREEN, PURPLE, GOLD, PINK, GREY = (
    "#2f7ebc", "#d1600a", "#0f9a72", "#9a5fb5", "#b0830f", "#c7457a", "#7f8790",
)  # fmt: skip
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, GOLD, PINK, GREY)
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"

# d3-format strings; DOLLARS is a Vega expression for axis labels, since d3's SI prefix says G where finance says bn.
DOLLARS = "replace(format(datum.value, '$.3~s'), 'G', 'bn')"
TIMES = "format(datum.value, ',~g') + '×'"

MAX_POINTS = 5_000
DIGITS = 6


def theme(mode: str = "light") -> dict[str, Any]:
    """Vega-Lite config for ``mode`` "light" or "dark"; the site ships both and switches with the page."""
    if mode not in ("light", "dark"):
        raise ValueError(f"mode is {mode!r}; allowed: 'light' or 'dark'")
    ink, quiet, line = ("#22272e", "#57606a", "#d7dbe0") if mode == "light" else ("#e6e9ed", "#a9b1bb", "#3c444d")
    axis = {
        "labelColor": quiet, "titleColor": quiet, "domainColor": line, "tickColor": line, "gridColor": line,
        "gridOpacity": 0.6, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "titlePadding": 8, "labelLimit": 260,
    }  # fmt: skip
    return {
        "background": "#ffffff" if mode == "light" else "transparent",
        "font": FONT,
        "padding": {"left": 2, "right": 14, "top": 6, "bottom": 4},
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False},
        "title": {
            "anchor": "start", "frame": "bounds", "color": ink, "subtitleColor": quiet, "fontSize": 15,
            "subtitleFontSize": 12, "subtitlePadding": 5, "offset": TITLE_GAP, "lineHeight": TITLE_LINE,
            "subtitleLineHeight": SUBTITLE_LINE,
        },
        "legend": {
            "orient": "top", "labelColor": ink, "titleColor": quiet, "titleFontWeight": "normal",
            "labelFontSize": 12, "symbolType": "circle",
        },
        "range": {"category": list(COLOURS), "ramp": {"scheme": "viridis"}},
        "text": {"color": ink, "fontSize": 12},
        "rule": {"color": quiet},
        "line": {"strokeWidth": 2.5, "color": BLUE},
        "point": {"filled": True, "size": 60, "color": BLUE},
        "circle": {"color": BLUE, "opacity": 0.75},
        "bar": {"color": BLUE},
        "area": {"color": BLUE, "opacity": 0.25},
        "tick": {"color": BLUE},
    }  # fmt: skip


def slider(
    name: str, label: str, value: float, low: float, high: float, step: float, fmt: str = ",~g", log: bool = False
) -> alt.Parameter:
    """A slider for the parameter ``name``; expressions in the chart use it by that name.

    ``label`` says what it is, unit included; ``fmt`` is the d3-format of the value shown beside it. With ``log`` the
    parameter is a power of ten (``value``, ``low``, ``high``, ``step`` are exponents; expressions write
    ``pow(10, name)``) and the page shows the number itself.
    """
    if not low <= value <= high:
        raise ValueError(f"value of slider {name!r} is {value}; allowed: {low} to {high}")
    return _control(name, label, value, alt.binding_range(min=low, max=high, step=step), fmt, log)


def switch(name: str, label: str, value: Any, options: Sequence[Any]) -> alt.Parameter:
    """A choice among ``options`` (two or three: buttons; more: a list) for the parameter ``name``."""
    if value not in options:
        raise ValueError(f"value of switch {name!r} is {value!r}; allowed: {list(options)}")
    bind = alt.binding_radio if len(options) <= 3 else alt.binding_select
    return _control(name, label, value, bind(options=list(options)))


def search(name: str, label: str, value: str = "") -> alt.Parameter:
    """A text field for the parameter ``name``; test it with ``contains("column", name)``."""
    return _control(name, label, value, alt.binding(input="search", placeholder="type a name"))


def contains(column: str, name: str) -> str:
    """Vega expression: the text of the search field ``name`` is not empty and occurs in ``column``, case ignored."""
    return f"length({name}) > 0 && indexof(lower(datum['{column}']), lower({name})) >= 0"


def lookup(numbers: Mapping[str, float], choice: str) -> str:
    """Vega expression: the number that ``numbers`` has for the value of the expression ``choice``, a switch say."""
    return f"({json.dumps({key: short(float(x)) for key, x in numbers.items()})})[{choice}]"


def found(name: str, names: Sequence[str], texts: Sequence[str], kind: str) -> list[alt.Parameter]:
    """Parameters for the sentence ``{name_text}`` of a figure with the search field ``name``.

    It is the one of ``texts`` whose ``names`` is the first to contain the text of the field; ``kind`` says what is
    searched for ("occupation"), for the sentences while nothing is typed and when nothing is found.
    """
    if len(names) != len(texts) or not len(names):
        got = f"search {name!r} got {len(names)} names and {len(texts)} texts"
        raise ValueError(f"{got}; allowed: as many of each, at least one")
    at = f"indexof({name}_in, lower({name}))"
    place = f"length(split(substring({name}_in, 0, {at}), '\\n')) - 1"
    return [
        alt.param(name=f"{name}_in", value="\n".join(names).lower()),
        alt.param(name=f"{name}_text", expr=(
            f"!length({name}) ? 'Type part of a name: this sentence then gives the numbers of the first {kind} found.' "
            f": {at} < 0 ? 'No {kind} has these letters in its name.' : {json.dumps(list(texts))}[{place}]"
        )),
    ]  # fmt: skip


def _control(name: str, label: str, value: Any, bind: Any, fmt: str = "", log: bool = False) -> alt.Parameter:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"name of a control is {name!r}; allowed: lower-case letters, digits and _")
    bind.name = f"{label} (power of ten) " if log else f"{label} "
    parameter = alt.param(name=name, value=value, bind=bind)
    _CONTROLS[name] = {"label": label, "format": fmt, "log": log}
    return parameter


# How a control looks on the page cannot be said in Vega-Lite; figure() moves it into the chart's usermeta.
_CONTROLS: dict[str, dict[str, Any]] = {}


def figure(
    chart: alt.Chart | alt.LayerChart,
    *,
    name: str,
    title: str,
    subtitle: str,
    source: str,
    description: str,
    height: int = HEIGHT,
    says: str = "",
    table: pd.DataFrame | None = None,
) -> alt.Chart | alt.LayerChart:
    """Finish a chart: finding as title, measure and unit as subtitle, source, and text for those who cannot see it.

    Parameters
    ----------
    chart : a single or layered Altair chart. Charts of several views are refused: they do not fit a phone.
    name : anchor of the figure on its page (``#fig-name``) and name of its data file.
    description : what the chart shows, with numbers computed from its data.
    height : pixels of the plot with its axes, without the title.
    says : a sentence that the page rewrites when a control moves, for all readers and above all for those who cannot
        see the chart. ``{ratio|.3~s}`` stands for the chart parameter ``ratio`` in that d3-format. A chart with
        controls must have one.
    table : the data a reader can download; without it, the largest data set inside the chart.

    Raises
    ------
    ValueError : several views; a name that is no anchor; a title, subtitle or source that is empty; a description
        shorter than 60 characters or without a number; controls without a sentence that says what they change.
    """
    if not isinstance(chart, (alt.Chart, alt.LayerChart)):
        raise ValueError(f"chart of figure {name!r} is a {type(chart).__name__}; allowed: a single or layered chart")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"name of the figure is {name!r}; allowed: lower-case letters, digits and _")
    for argument, text in {"title": title, "subtitle": subtitle, "source": source}.items():
        if not text.strip():
            raise ValueError(f"{argument} of figure {name!r} is empty; say what the chart finds, measures or draws on")
    if len(description) < 60 or not re.search(r"\d", description):
        told = f"description of figure {name!r} is {description!r}"
        raise ValueError(f"{told}; allowed: 60 characters or more, with numbers")
    lines = textwrap.wrap(title, TITLE_CHARS)
    sublines = textwrap.wrap(subtitle, TITLE_CHARS + 18) + textwrap.wrap(f"Source: {source}", TITLE_CHARS + 18)
    band = TITLE_LINE * len(lines) + SUBTITLE_LINE * len(sublines) + TITLE_GAP
    meta: dict[str, Any] = {
        "name": name, "title": title, "subtitle": subtitle, "source": source, "height": height, "band": band,
        "controls": {n: c for n, c in _CONTROLS.items() if n in _parameter_names(chart)},
    }  # fmt: skip
    if meta["controls"] and not re.search(r"\{\w+", says):
        told = f"says of figure {name!r} is {says!r}; it has the controls {', '.join(meta['controls'])}"
        raise ValueError(f"{told}; allowed: a sentence with {{parameters}}, which says what they change")
    if says:
        meta["says"] = says
    if table is not None:
        meta["table"] = _rounded(table).to_csv(index=False, lineterminator="\n")
    return chart.properties(
        title=alt.TitleParams(text=lines, subtitle=sublines),
        description=description,
        width=WIDTH,
        height=height + band,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        usermeta={"superstars": meta},
    )


def _parameter_names(chart: Any) -> set[str]:
    own = getattr(chart, "params", alt.Undefined)
    names = set() if own is alt.Undefined else {str(p.name) for p in own}
    return names.union(*(_parameter_names(layer) for layer in getattr(chart, "layer", [])))


def short(x: float) -> float:
    """Six significant digits: a difference in the last bit must not rename a data set or dirty a rerun."""
    return x if x == 0 or not math.isfinite(x) else round(x, DIGITS - 1 - math.floor(math.log10(abs(x))))


def array(values: Any) -> str:
    """Numbers as the text of a Vega array, for an expression that looks them up: ``f"{array(sizes)}[k - 1]"``."""
    return json.dumps([None if math.isnan(x) else short(float(x)) for x in values])


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{c: frame[c].map(short) for c in frame.columns if pd.api.types.is_float_dtype(frame[c])})


def _transform(data: Any = None, **_: Any) -> Any:
    if data is None:
        return _transform
    if isinstance(data, pd.DataFrame):
        if len(data) > MAX_POINTS:
            raise ValueError(f"a chart has {len(data):,} points; allowed: {MAX_POINTS:,}. Aggregate before drawing")
        data = _rounded(data)
    return alt.to_values(data)


def picture(spec: Mapping[str, Any]) -> bytes:
    """The chart as a PNG of 32 colours at one and a half times its size on the page."""
    png = vl_convert.vegalite_to_png(dict(spec), vl_version=VEGA_LITE, scale=1.5)
    small = io.BytesIO()
    # maximum coverage keeps the colour of a few small dots; the median cut would turn them grey
    few = Image.open(io.BytesIO(png)).convert("RGB").quantize(32, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


def _short_throughout(part: Any) -> Any:
    """Also the numbers outside the data (the ends of an axis, say) keep six digits."""
    if isinstance(part, dict):
        return {key: _short_throughout(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_short_throughout(value) for value in part]
    return short(part) if isinstance(part, float) else part


def sentence(says: str, params: Sequence[Mapping[str, Any]]) -> str:
    """The sentence ``says`` with the chart's parameters as they are at first, worked out by Vega itself."""
    places = re.findall(r"\{(\w+)(?:\|([^}]*))?\}", says)
    if not places:
        return says
    texts = [f"format({name}, '{fmt}')" if fmt else f"'' + {name}" for name, fmt in places]
    spec = {
        "data": {"values": [{}]},
        "params": [{key: value for key, value in param.items() if key != "bind"} for param in params],
        "transform": [{"calculate": f"[{', '.join(texts)}]", "as": "words"}],
        "mark": "text",
        "encoding": {"text": {"field": "words"}},
    }
    drawn = json.dumps(vl_convert.vegalite_to_scenegraph(spec, vl_version=VEGA_LITE))
    words = json.loads(re.search(r'"text": (\[.*?\])', drawn)[1])
    # d3's SI prefix says G where finance says bn
    filled = iter(w.replace("G", "bn") if fmt else w for w, (_, fmt) in zip(words, places, strict=True))
    return re.sub(r"\{[^}]*\}", lambda _: next(filled), says)


def _render(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    spec = _short_throughout(grey.distinct(spec))
    meta = spec.get("usermeta", {}).get("superstars", {})
    if meta.get("says"):
        meta["said"] = sentence(meta["says"], spec.get("params", []))
    return {
        MIME: spec,
        "image/png": base64.b64encode(picture(spec)).decode(),
        "text/plain": spec.get("description", "A chart."),
    }


@alt.theme.register("superstars", enable=True)
def _theme() -> alt.theme.ThemeConfig:
    return {"config": theme("light")}


alt.data_transformers.register("superstars", _transform)
alt.data_transformers.enable("superstars", consolidate_datasets=True)
alt.renderers.register("superstars", _render)
alt.renderers.enable("colab" if "google.colab" in sys.modules else "superstars")
