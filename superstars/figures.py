"""Figures that stand on more than one page."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from superstars import charts
from superstars.prose import times
from superstars.superstar import pay_ratio, pay_ratio_vega


def switchboard(g: float = 2.0, stakes: float = 1_000.0, s: float = 10.0) -> alt.LayerChart:
    """Rosen's two conditions, each on or off: the pay ratio in the four worlds, live in g, S and s.

    The arguments are the settings it opens with: quality gap, stakes, replacement exponent.
    """
    worlds = pd.DataFrame({
        "world": ["Neither condition", "Reach, but replaceable", "Irreplaceable, but no reach", "Both conditions"],
        "reached": [False, True, False, True], "kept": [False, False, True, True],
    })  # fmt: skip
    table = worlds.assign(g=g, stakes=[1, stakes, 1, stakes], exponent=[1, 1, s, s])
    table["pay_ratio"] = pay_ratio(table["g"], table["stakes"], table["exponent"])
    off, on = table["pay_ratio"].iloc[[0, 3]]
    controls = [
        charts.switch("reach", "Reach", "on", ["on", "off"]),
        charts.switch("irreplaceable", "Irreplaceable", "on", ["on", "off"]),
        charts.slider("g", "Quality gap g", g, 1, 3, 0.05, fmt=".2f"),
        charts.slider("log_stakes", "Stakes S", np.log10(stakes), 0, 6, 0.1, fmt=",.3~r", log=True),
        charts.slider("s", "Exponent s", s, 1, 50, 0.5, fmt=".1f"),
        charts.switch("best", "Only the best counts", "off", ["off", "on"]),
    ]

    def formula(reached: str, kept: str) -> str:
        """The pay ratio with each condition on or off: without reach S = 1, replaceable s = 1."""
        market, exponent = f"({reached} ? pow(10, log_stakes) : 1)", f"({kept} ? s : 1)"
        return pay_ratio_vega("g", market, exponent, f"({kept} && best == 'on')")

    signals = [
        alt.param(name="ratio", expr=formula("reach == 'on'", "irreplaceable == 'on'")),
        alt.param(name="both", expr=formula("true", "true")),
    ]
    number = "format(datum.pay, datum.pay < 100 ? ',.3~r' : ',.0f')"
    base = (
        alt.Chart(worlds)
        .transform_calculate(one="1", pay=formula("datum.reached", "datum.kept"), at="g * 1.08")
        .transform_calculate(
            chosen="datum.reached == (reach == 'on') && datum.kept == (irreplaceable == 'on')",
            label=f"datum.world + ': ' + {number} + '×'",
        )
    )
    powers = {"values": [1, 10, 100, 1e3, 1e4, 1e5, 1e6], "labelExpr": "format(datum.value, ',.0f') + '×'"}
    x = alt.X("one:Q").scale(type="log", domain=[1, 3e6]).axis(labelOverlap=True, **powers)
    x = x.title("Star's pay over ordinary pay, log scale")
    y = alt.Y("world:N").sort(None).axis(None).scale(paddingInner=0.5, paddingOuter=0.4)
    bars = base.mark_bar().encode(
        x=x, x2="pay:Q", y=y,
        color=alt.condition("datum.kept && datum.reached", alt.value(charts.ORANGE), alt.value(charts.BLUE)),
        opacity=alt.condition("datum.chosen", alt.value(1), alt.value(0.35)),
    )  # fmt: skip
    labels = base.mark_text(align="left", baseline="bottom", dy=-17, fontSize=13).encode(x="at:Q", y=y, text="label:N")
    gap = alt.Chart(pd.DataFrame({"k": [0]})).transform_calculate(one="g").mark_rule(strokeDash=[4, 4]).encode(x=x)
    return charts.figure(
        alt.layer(bars, gap, labels).add_params(*controls, *signals),
        name="switchboard",
        height=300,
        table=table,
        title=f"Drop either condition and a researcher {g:g} times as good earns {off:g}× ordinary pay; keep both "
        f"and she earns {times(on, 3)}",
        subtitle="Star's pay over ordinary pay in four worlds; full colour: the one the switches choose. Dashed: the "
        "quality gap g. Stakes S: worth of ordinary work over its wage. It takes g to the power s ordinary "
        "researchers to replace the star",
        source="the model of the chapter The two conditions, after Rosen (1981); no data",
        description=f"Four bars on a log axis from 1 to 3,000,000. With a quality gap of {g:g}, stakes of "
        f"{stakes:,.0f} and an exponent of {s:g} the pay ratio is {off:.0f} with neither condition "
        f"and with one of them; with both it is {on:.0f}. Three sliders and three switches change the numbers.",
        says="With reach {reach} and irreplaceability {irreplaceable}, a researcher {g|.2f} times as good earns "
        "{ratio|,.4~r} times ordinary pay. With both conditions on: {both|,.4~r} times.",
    )
