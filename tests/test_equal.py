"""The comparison of two runs: blind to a last digit and to pictures, and to nothing else."""

from __future__ import annotations

import copy

import nbformat
import pytest

from superstars.press import equal
from superstars.press.equal import RTOL, compare

CHART = "application/vnd.vegalite.v5+json"


@pytest.fixture
def saved():
    """A cell of prose, and one with a stream, a value, a chart and a table."""
    chart = {"values": [{"pay": 1.23456, "n": 10_000_000, "job": "actor"}, {"pay": 0.5, "n": 2, "job": "nurse"}]}
    outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="pay is 0.1234567890123, of 10,000,000 people\n"),
        nbformat.v4.new_output("execute_result", {"text/plain": "-1.5e-07"}, execution_count=1),
        nbformat.v4.new_output("display_data", {CHART: chart, "image/png": "iVBORw0KGgo="}),
        nbformat.v4.new_output("display_data", {"text/html": "<td>$1,234.5678901</td><td>12</td>"}),
    ]
    code = nbformat.v4.new_code_cell("show()", id="code", execution_count=1, outputs=outputs)
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Pay", id="head"), code])


def put(outputs, number, kind, old, new):
    """Replace ``old`` by ``new`` in one output."""
    place = outputs[number] if kind == "text" else outputs[number]["data"]
    assert old in place[kind]
    place[kind] = place[kind].replace(old, new)


SAME = {
    "nothing": lambda o: None,
    "a last digit in a stream": lambda o: put(o, 0, "text", "0.1234567890123", "0.1234567890124"),
    "a last digit of a small number": lambda o: put(o, 1, "text/plain", "1.5e-07", "1.50000000001e-07"),
    "a last digit behind thousands": lambda o: put(o, 3, "text/html", "1,234.5678901", "1,234.5678902"),
    "a last digit of chart data": lambda o: o[2]["data"][CHART]["values"][0].update(pay=1.23456 * (1 + RTOL / 2)),
    "another picture": lambda o: put(o, 2, "image/png", "iVBOR", "iVBOS"),
}
DIFFERENT = {
    "a number in text off by 1e-5": lambda o: put(o, 0, "text", "0.1234567", "0.1234580"),
    "chart data off by 1e-5": lambda o: o[2]["data"][CHART]["values"][0].update(pay=1.23456 * (1 + 1e-5)),
    "the sixth digit": lambda o: o[2]["data"][CHART]["values"][0].update(pay=1.23457),
    "a count off by one": lambda o: put(o, 0, "text", "10,000,000", "10,000,001"),
    "a count in chart data off by one": lambda o: o[2]["data"][CHART]["values"][0].update(n=10_000_001),
    "a whole number for a fraction": lambda o: o[2]["data"][CHART]["values"][1].update(n=2.0),
    "a sign": lambda o: put(o, 1, "text/plain", "-1.5e-07", "1.5e-07"),
    "an exponent": lambda o: put(o, 1, "text/plain", "e-07", "e-08"),
    "another word": lambda o: put(o, 0, "text", "people", "persons"),
    "a word in chart data": lambda o: o[2]["data"][CHART]["values"][1].update(job="plumber"),
    "a number more": lambda o: put(o, 3, "text/html", "<td>12</td>", "<td>12 3</td>"),
    "no number": lambda o: put(o, 0, "text", "0.1234567890123", "nan"),
    "null for a number": lambda o: o[2]["data"][CHART]["values"][0].update(pay=None),
    "a row less": lambda o: o[2]["data"][CHART]["values"].pop(),
    "rows in another order": lambda o: o[2]["data"][CHART]["values"].reverse(),
    "a missing output": lambda o: o.pop(1),
    "no picture": lambda o: o[2]["data"].pop("image/png"),
    "another stream": lambda o: o[0].update(name="stderr"),
    "an error for a value": lambda o: o.__setitem__(
        1, nbformat.v4.new_output("error", ename="ValueError", evalue="-1.5e-07", traceback=[])
    ),
}


@pytest.mark.parametrize("change", SAME)
def test_what_nobody_sees_is_equal(saved, change):
    rerun = copy.deepcopy(saved)
    SAME[change](rerun.cells[1].outputs)
    assert compare(saved, rerun) == compare(rerun, saved) == []


@pytest.mark.parametrize("change", DIFFERENT)
def test_what_a_reader_could_see_is_told_with_its_cell(saved, change):
    rerun = copy.deepcopy(saved)
    DIFFERENT[change](rerun.cells[1].outputs)
    for told in (compare(saved, rerun), compare(rerun, saved)):
        assert told and all(line.startswith("cell 2, outputs") for line in told)


def test_cells_must_be_the_same(saved):
    rerun = copy.deepcopy(saved)
    rerun.cells[1].source = "hide()"
    assert compare(saved, rerun) == ["the cells are not the same"]
    assert compare(saved, nbformat.v4.new_notebook(cells=saved.cells[:1])) == ["the cells are not the same"]


def test_the_tests_compare_exactly_on_the_python_that_saved_and_within_the_tolerance_elsewhere(monkeypatch):
    from superstars import press

    for version, exact in (((3, 11, 9), True), ((3, 12, 1), False), ((3, 13, 0), False)):
        monkeypatch.setattr(equal.sys, "version_info", version)
        assert ("--nbval" in press.tests()) == ("book" in press.tests()) == exact
        assert "tests" in press.tests()
