"""Live figures: what a control does in a real browser, and that the numbers it shows are those of Python.

Numbers are read from the chart's own view (its signals and data), never from pixels.
"""

from __future__ import annotations

import re

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


@pytest.mark.parametrize(("page", "name", "controls"), LIVE, ids=[f"{p.split('/')[-1]}-{n}" for p, n, _ in LIVE])
def test_every_control_moves_its_chart_and_stands_in_the_address(visit, page, name, controls):
    with visit(page) as tab:
        draw(tab, name)
        for param in controls:
            moved = tab.locator(f"#fig-{name}").locator(
                ".chart-says" if (name, param["name"]) in SAID_ONLY else ".chart-live svg"
            )
            before = moved.inner_html()
            move(tab, name, param["name"], another(param))
            expect(moved, param["name"]).not_to_have_js_property("innerHTML", before)
            if param["bind"]["input"] == "range":
                slider = tab.locator(f"#fig-{name} [data-param={param['name']}]")
                assert slider.get_attribute("aria-valuetext") == slider.locator("+ output").inner_text()
            move(tab, name, param["name"], param["value"])
        values = {param["name"]: move(tab, name, param["name"], another(param)) for param in controls}
        assert tab.errors == []
        address = tab.url
        tab.goto("about:blank")
        tab.goto(address)
        draw(tab, name)
        assert {param: signal(tab, name, param) for param in values} == values


@pytest.mark.parametrize("page", WITH_FIGURES)
def test_sentences_are_filled_in_and_the_live_ones_begin_as_saved(visit, page):
    with visit(page, scripts=False) as tab:
        saved = tab.locator(".chart-says").all_inner_texts()
    with visit(page) as tab:
        draw(tab)
        assert tab.locator(".chart-says").all_inner_texts() == saved
    assert len(saved) == sum(bool(spec["usermeta"]["superstars"].get("says")) for spec in figures(page).values())
    assert not [text for text in saved if not text or re.search(r"[{}]|NaN|undefined|null|Infinity", text)]
