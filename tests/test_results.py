"""Results that chapters export: read from the saved notebooks, with the data behind them."""

from __future__ import annotations

import nbformat
import pytest
from conftest import ROOT

from superstars import data, prose, results
from superstars.press.rerun import chapters


def test_the_saved_results_are_those_of_the_notebooks():
    found = [result for path in chapters(ROOT) for result in results.of_notebook(ROOT, path)]
    assert {result.key: result for result in found} == results.load()
    pages = [path.relative_to(ROOT / "book").with_suffix("").as_posix() for path in chapters(ROOT)]
    assert list(results.pages()) == pages


def test_every_result_names_data_that_exist():
    known = set(data.catalog()["name"])
    assert {name for result in results.load().values() for name in result.data} <= known


def test_data_are_traced_through_variables_functions_and_changes_in_place():
    cells = [
        "from superstars import data, packages\nfrom superstars.prose import glue\nCALM = 3",
        "deals = data.load('talent_deals')\ntop = deals.max()\nwages = data.load('lca_labs')",
        "def twice(x):\n    return 2 * x + wages.sum()\nrows = []\nrows.append(1)\nframe = wages.copy()",
        "frame['more'] = top\nglue('a', str(top), 'the largest deal')\nglue('b', str(CALM), 'a mere constant')",
        "glue('c', str(twice(1)), 'through a function of the page')\nglue('d', str(frame), 'after a change in place')",
        "glue('e', str(packages.rungs()), 'through the package itself')",
        "from superstars import claims\nglue('f', str(claims.stated('E1')), 'what a claim states')",
        "glue('j', str(claims.verdicts()), 'what became of claims')\nglue('k', str(claims.CHAPTERS), 'a constant')",
        "from superstars.claims.margins import margins\nglue('l', str(margins()), 'from a module of a package')",
        "more = []\nfor x in [1, 2]:\n    more.append(wages[x])\nbare = [deals for deals in range(3)]\nwages = CALM",
        "glue('g', str(more), 'filled in a loop')\nglue('h', str(bare), 'its own name')\nglue('i', str(wages), 'anew')",
    ]  # fmt: skip
    found = {k: set(v) for cell in results.cell_data(cells) for k, v in cell.items() if k}
    assert found["a"] == {"talent_deals"}
    assert found["b"] == set()
    assert found["c"] == {"lca_labs"}
    assert found["d"] == {"lca_labs", "talent_deals"}
    assert "ncses" in found["e"]
    assert found["f"] == {"claims"}
    assert results.everything(found["j"])
    assert results.everything(found["l"])
    assert not found["k"]
    assert set(results.cell_data(cells, indirect=False)[7]["j"]) == {"claims"}  # what the cell itself reads
    assert found["g"] == {"lca_labs"}
    assert found["h"] == found["i"] == set()


def page(folder, *records):
    cell, name = nbformat.v4.new_code_cell("x"), {"scrapbook": {"name": "n"}}
    cell.outputs = [nbformat.v4.new_output("display_data", data=record, metadata=name) for record in records]
    (folder / "book").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "book" / "p.ipynb")
    return folder / "book" / "p.ipynb"


RECORD = {results.RECORD + "text/plain": "'3×'", results.RECORD + "application/json": '{"note": "a b c"}'}


def test_a_result_without_a_note_and_two_of_one_name_are_named(tmp_path):
    bare = {kind: value for kind, value in RECORD.items() if "json" not in kind}
    with pytest.raises(ValueError, match="p: result 'n' has no note"):
        results.of_notebook(tmp_path, page(tmp_path, bare))
    (tmp_path / "two").mkdir()
    with pytest.raises(ValueError, match="p: two results are called 'n'"):
        results.of_notebook(tmp_path / "two", page(tmp_path / "two", RECORD, RECORD))


def test_ends_written_alike_are_written_once_and_words_are_listed_as_in_a_sentence():
    assert prose.interval(1.234, 1.5, prose.usd) == "$1.23 to $1.50"
    assert prose.interval(2.0, 2.001) == "2.00"
    assert [prose.listed(list("abc")[:n]) for n in range(4)] == ["none", "a", "a and b", "a, b and c"]
