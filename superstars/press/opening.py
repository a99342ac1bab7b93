"""The opening cell of a chapter: it installs the book's package where it is missing and is silent where it is there.

So a chapter runs from its first cell to its last in an empty folder, in Colab and in VS Code. All chapters hold the
same cell, right before their first other code; the page leaves it out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import nbformat

from superstars.press.address import Address, address
from superstars.press.files import notebook as read

MARK = "# The book's package: "
INSTALL = MARK + """installed where it is missing (Colab, an empty folder), silent where it is there
try:
    from superstars import __version__
except ImportError:
    import importlib.metadata
    import sys

    get_ipython().run_line_magic("pip", 'install --quiet "superstars @ git+{repository}@v{release}"')
    importlib.invalidate_caches()
    sys.modules.pop("superstars", None)  # a folder of that name
    from superstars import __version__

    loaded = [sys.modules[name] for name in ("altair", "numpy", "pandas", "scipy") if name in sys.modules]
    old = [m.__name__ for m in loaded if m.__version__ != importlib.metadata.version(m.__name__)]
    if old:
        raise RuntimeError(f"Installed, but this kernel runs older versions of {{', '.join(old)}}. "
                           "Restart it (in Colab: Runtime, Restart session), then run all cells") from None"""
# while nobody knows where the repository lies
ASK = MARK + """here the cell only looks whether it is there
try:
    from superstars import __version__
except ImportError:
    raise ImportError(
        "This chapter needs the package superstars, release {release}, which is not installed here. Clone the book's "
        "repository and run `pip install .` in its folder, or `pip install` the wheel; then restart the kernel."
    ) from None"""


def source(where: Address) -> str:
    """The cell's code for the book published at ``where``."""
    return (INSTALL if where.repository else ASK).format(repository=where.repository, release=where.release)


def put(notebook: nbformat.NotebookNode, where: Address) -> bool:
    """Put the cell into ``notebook`` in place of an older one; whether anything had to change."""
    cell = nbformat.v4.new_code_cell(source(where), id="opening", metadata={"tags": ["remove-cell"]})
    others = [c for c in notebook.cells if not _is_opening(c)]
    first = next((n for n, c in enumerate(others) if c.cell_type == "code"), len(others))
    present = notebook.cells[first] if len(notebook.cells) == len(others) + 1 else None
    if present and _is_opening(present) and all(present[key] == cell[key] for key in ("source", "id", "metadata")):
        return False
    notebook.cells = [*others[:first], cell, *others[first:]]
    return True


def write(root: Path, files: Iterable[Path]) -> list[Path]:
    """Put the cell into each of ``files`` of the book at ``root``; those that were changed, to be rerun."""
    where, changed = address(root), []
    for file in files:
        notebook = read(file)
        if put(notebook, where):
            temporary = file.with_suffix(".ipynb.new")
            temporary.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
            os.replace(temporary, file)
            changed.append(file)
    return changed


def _is_opening(cell: nbformat.NotebookNode) -> bool:
    return cell.cell_type == "code" and cell.source.startswith(MARK)
