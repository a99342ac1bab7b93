"""No number is typed where it could be computed: prose, titles and captions of every chapter."""

from __future__ import annotations

import nbformat
import pytest
from conftest import ROOT

from superstars.press import typed
from superstars.press.rerun import chapters

NOTEBOOKS = chapters(ROOT)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_number_is_typed_in_prose_or_captions(path):
    exceptions = typed.exceptions()
    found = [f"{n!r} in: … {words} …" for n, words in typed.typed(path)
             if typed.excused(path.stem, words, exceptions) is None]  # fmt: skip
    assert not found, "glue these, or add exceptions with reasons to superstars/press/typed.csv:\n" + "\n".join(found)


def test_every_exception_is_used_and_has_a_reason():
    exceptions = typed.exceptions()
    used = [typed.excused(path.stem, words, exceptions) for path in NOTEBOOKS for _, words in typed.typed(path)]
    assert [row for row in exceptions if row not in used] == []
    assert [row for row in exceptions if len(row["reason"].split()) < 3] == []


@pytest.mark.parametrize("text", [
    "Stars earn 100 times as much.", "It costs \\$4 billion.", "A share of 12%.", "Pay doubles.", "a hundredfold gap",
    "It is ten times larger.", "half of it", "two thirds", "a third of them", "with $g = 2.5$ it pays",
    "about 3.6 insights", "by 1,430×", "from 5 to 25 a year", "a tenfold rise", "twenty-five people",
    "In 2025, 33 people", "at \\$2000 a head", "2000%", "twice the pay", "a dozen", "30-fold",
])  # fmt: skip
def test_a_typed_number_is_caught(tmp_path, text):
    assert typed.typed(_notebook(tmp_path, nbformat.v4.new_markdown_cell(text))) != []


@pytest.mark.parametrize("text", [
    "In May 2025 (E33) it rose to {glue:text}`x`.", "the 90th percentile, p90", "GPT-4 on an H100, L4 to L5",
    "of 26 November 2024", "1. First\n2. Second", "{cite:p}`rosen1981`", "if $s = 1$ and $r = 0$",
    "the second condition", "one of them", "2017–25 and 1990s",
    "`x = 3`", "[link](page#figure-2)", "manifold", "```{exercise}\n:label: ex-2\nWhy?\n```",
    "```{solution} scarcity-two\nSo.\n```", "$$ x^{2} $$ (two)",
])  # fmt: skip
def test_dates_names_and_labels_are_no_typed_numbers(tmp_path, text):
    assert typed.typed(_notebook(tmp_path, nbformat.v4.new_markdown_cell(text))) == []


def test_captions_are_read_and_what_is_computed_in_them_is_not(tmp_path):
    code = 'charts.figure(c, title=f"Pay of {n} stars", subtitle="over 40 years", says="{g|.2f} times", height=300)'
    assert [number for number, _ in typed.typed(_notebook(tmp_path, nbformat.v4.new_code_cell(code)))] == ["40"]


def _notebook(folder, cell):
    path = folder / "page.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path
