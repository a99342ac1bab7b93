"""Rerun chapters in fresh kernels and save their outputs; without a change the files stay as they were."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from superstars import results
from superstars.data import text
from superstars.press.files import contents, notebook_of

AT_ONCE = 2
LAST = ("claims", "data")  # these pages read the results of all others
CELL_SECONDS = 120


class ChapterError(Exception):
    """A chapter failed; the message names the cell and shows the error."""


def chapters(root: Path) -> list[Path]:
    """Every notebook named in ``_toc.yml``, in reading order (pages of plain text are left out)."""
    toc = contents(root)
    names = [toc["root"]]
    for part in toc["parts"]:
        names += [chapter["file"] for chapter in part["chapters"]]
    files = [root / f"{name}.ipynb" for name in names if not (root / f"{name}.md").is_file()]
    if missing := [f.relative_to(root).as_posix() for f in files if not f.is_file()]:
        raise FileNotFoundError(f"_toc.yml names {', '.join(missing)}, not found in {root}")
    return files


def rerun(root: Path, files: list[Path]) -> int:
    """Execute and save ``files`` and the results they export; 1 as soon as one fails: its cell and error are shown.

    Two run at a time, with a line each; the chapter that reads the results of the others comes last.
    """
    start = time.perf_counter()
    status = _rerun(root, [file for file in files if file.stem not in LAST])
    if not status:
        results.collect(root, chapters(root))
        status = _rerun(root, [file for file in files if file.stem in LAST])
    if not status:
        results.collect(root, chapters(root))
        print(f"{'all chapters':36} {time.perf_counter() - start:5.1f} s", flush=True)
    return status


def _rerun(root: Path, files: list[Path]) -> int:
    status = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for file, job in [(f, pool.submit(_rerun_one, f)) for f in files]:
            name = file.relative_to(root / "book").with_suffix("").as_posix()
            try:
                print(f"{name:36} {job.result():5.1f} s", flush=True)
            except ChapterError as error:
                print(f"{name:36} failed\n{error}", file=sys.stderr, flush=True)
                pool.shutdown(wait=True, cancel_futures=True)
                status = 1
                break
    return status


def _rerun_one(file: Path) -> float:
    start = time.perf_counter()
    before = text(file)
    notebook = notebook_of(before, file)
    execute(notebook, file.parent)
    after = nbformat.writes(notebook) + "\n"
    if after != before:
        temporary = file.with_suffix(".ipynb.new")
        temporary.write_text(after, encoding="utf-8", newline="\n")
        os.replace(temporary, file)
    return time.perf_counter() - start


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run all cells of ``notebook`` in a fresh kernel in ``folder``; ``ChapterError`` on an error or a warning."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    reached = [0]  # the cell that runs, so that an error can name it even if the kernel is gone
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda cell, cell_index: reached.append(cell_index),
        record_timing=False, store_widget_state=False, coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
    )  # fmt: skip
    try:
        client.execute(env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "default"})
    except CellExecutionError as error:
        raise ChapterError(f"cell {reached[-1] + 1}:\n{error}") from None
    except Exception as error:  # a kernel that died or a cell that took too long
        source = notebook.cells[reached[-1]].source
        raise ChapterError(f"cell {reached[-1] + 1}:\n{source}\n\n{type(error).__name__}: {error}") from None
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise ChapterError(f"cell {number} wrote a warning:\n{cell.source}\n\n{output.text}")
            output.pop("transient", None)
    # what depends on the machine or the version of Python stays out of the file
    notebook.metadata = nbformat.from_dict({
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    })  # fmt: skip
