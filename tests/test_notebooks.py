"""Guards for the saved notebooks. That their outputs are right is nbval's business; it passes what was never run."""

from __future__ import annotations

import re

import nbformat
import pytest
from conftest import ROOT

from superstars import charts
from superstars.press.rerun import chapters

NOTEBOOKS = chapters(ROOT)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def test_every_cell_was_run_in_order_and_none_failed(notebook):
    assert [cell.execution_count for cell in code(notebook)] == list(range(1, len(code(notebook)) + 1))
    kinds = {output.output_type for cell in code(notebook) for output in cell.outputs}
    assert "error" not in kinds
    assert not [c for c in code(notebook) if "raises-exception" in c.metadata.get("tags", [])]


def test_cells_are_short(notebook):
    assert [cell.source for cell in code(notebook) if cell.source.count("\n") >= 25] == []


def test_nothing_of_a_machine_is_saved(notebook):
    text = nbformat.writes(notebook)
    assert not re.search(r"/home/|/root/|/Users/|/tmp/|C:\\\\|site-packages", text)
    assert notebook.metadata.language_info == {"name": "python"}


def test_figures_have_names_descriptions_and_small_pictures(notebook):
    names = []
    for cell in code(notebook):
        for output in cell.outputs:
            spec = output.get("data", {}).get(charts.MIME)
            if spec is None:
                continue
            names.append(spec["usermeta"]["superstars"]["name"])
            assert output.data["text/plain"] == spec["description"]
            assert len(output.data["image/png"]) * 3 / 4 < 60_000, names[-1]
            assert all("name" in param for param in spec.get("params", [])), names[-1]
    assert len(names) == len(set(names))


def test_every_work_listed_is_cited_and_every_work_cited_is_listed():
    listed = re.findall(r"^@\w+\{([^,]+),", (ROOT / "book/references.bib").read_text(encoding="utf-8"), re.MULTILINE)
    prose = "".join(cell.source for path in NOTEBOOKS for cell in nbformat.read(path, as_version=4).cells)
    cited = {key.strip() for keys in re.findall(r"\{cite:\w+\}`([^`]+)`", prose) for key in keys.split(",")}
    assert len(listed) == len(set(listed))
    assert set(listed) == cited
