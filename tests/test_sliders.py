"""Live figures: what a control does in a real browser, and that the numbers it shows are those of Python.

Numbers are read from the chart's own view (its signals and data), never from pixels.
"""

from __future__ import annotations

import pytest
from conftest import draw
from playwright.sync_api import expect
from test_site import WITH_FIGURES, figures

LIVE = [
    (page, name, controls)
    for page in WITH_FIGURES
    for name, spec in figures(page).items()
    if (controls := [param for param in spec.get("params", []) if "bind" in param])
]

# (figure, control) that leave the drawing alone, because that is what the figure shows: a cheaper team raises the pay
# of every manager and no ratio between them. The sentence below the figure must follow.
SAID_ONLY = {("span", "cheap")}


def signal(tab, figure: str, name: str):
    return tab.locator(f"#fig-{figure}").evaluate("(f, name) => f.view.signal(name)", name)


def rows(tab, figure: str, data: str) -> list[dict]:
    """The rows of a data set of the drawn chart, as the page computed them."""
    code = "(f, name) => f.view.data(name).map(({...row}) => row)"
    return tab.locator(f"#fig-{figure}").evaluate(code, data)


def move(tab, figure: str, param: str, value):
    """Set a control as a reader would and wait until the chart has followed; returns the value it took."""
    control = tab.locator(f"#fig-{figure} [data-param={param}]")
    kind = control.first.get_attribute("type")
    if kind == "radio":
        tab.locator(f"#fig-{figure} [data-param={param}][value='{value}']").check()
    elif control.evaluate("c => c.tagName") == "SELECT":
        control.select_option(str(value))
    else:
        control.fill(str(value))
        value = control.input_value()  # a slider stops at its last step, which may lie before its end
        value = float(value) if kind == "range" else value
    code = "([f, name, value]) => String(f.view.signal(name)) === String(value)"
    handle = tab.locator(f"#fig-{figure}").element_handle()
    tab.wait_for_function(code, arg=[handle, param, value])
    return value


def another(param: dict):
    """A value of a control that is not its first one."""
    bind = param["bind"]
    if bind["input"] == "range":
        return bind["max"] if param["value"] != bind["max"] else bind["min"]
    if "options" in bind:
        return next(option for option in bind["options"] if option != param["value"])
    return "surgeon"


@pytest.mark.parametrize("page", sorted({page for page, _, _ in LIVE}))
def test_every_control_moves_its_chart_and_stands_in_the_address(visit, page):
    live = {name: controls for at, name, controls in LIVE if at == page}
    values = {}
    with visit(page) as tab:
        for name, controls in live.items():
            draw(tab, name)
            for param in controls:
                follows(tab, name, param)
            values |= {(name, p["name"]): move(tab, name, p["name"], another(p)) for p in controls}
        assert tab.errors == []
        address = tab.url
        tab.goto("about:blank")
        tab.goto(address)
        for name in live:
            draw(tab, name)
        assert {key: signal(tab, *key) for key in values} == values


def follows(tab, name: str, param: dict) -> None:
    """Move a control there and back; the chart changes, or where it should not the sentence."""
    place = ".chart-says" if (name, param["name"]) in SAID_ONLY else ".chart-live svg"
    moved = tab.locator(f"#fig-{name} {place}")
    before = moved.inner_html()
    move(tab, name, param["name"], another(param))
    expect(moved, f"{name}.{param['name']}").not_to_have_js_property("innerHTML", before)
    if param["bind"]["input"] == "range":
        slider = tab.locator(f"#fig-{name} [data-param={param['name']}]")
        assert slider.get_attribute("aria-valuetext") == slider.locator("+ output").inner_text(), name
    move(tab, name, param["name"], param["value"])
