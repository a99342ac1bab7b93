"""A course from the problem sets in ``assignments/``: other data and answers for every seed, in nbgrader's folders.

A problem set is one text, ``assignments/NAME.md`` (Jupyter notebook as MyST). Its cells say what they are for:

- code with ``answer: ID`` is what a student writes; the lines between BEGIN SOLUTION and END SOLUTION are ours;
- code with ``check: ID`` and ``points: N`` grades; lines between BEGIN and END HIDDEN TESTS are not handed out;
- prose with ``written: ID`` and ``points: N`` is an answer that a person marks;
- any other code is given, and put back as it was before grading.

The numbers of a set come from ``superstars.press.draws`` as small CSV files, which travel with the notebook; the seed
does not.
"""

from __future__ import annotations

import argparse
import os
import sys
import sysconfig
import tempfile
from importlib.util import find_spec
from pathlib import Path

import jupytext
import nbformat

from superstars.data import DataError, text
from superstars.press.draws import DRAWS, draw

KEYS = {"answer", "check", "written", "points"}
CONFIG = '''"""The settings of this course for nbgrader."""

from superstars.press.grading import PREPROCESSORS

c = get_config()  # noqa: F821 (nbgrader provides it)
c.CourseDirectory.course_id = "superstars"

# seconds a cell may take; then it is interrupted and counts as failed
c.Execute.timeout = 20
c.Execute.interrupt_on_timeout = True
# a cell that kills its kernel, or cannot be interrupted, fails by itself and not with the whole notebook
c.Autograde.autograde_preprocessors = PREPROCESSORS
# nbgrader takes anything on standard error in a check for a failure; a mere warning is none
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "Warning"
'''


def command(root: Path, arguments: list[str]) -> int:
    """``assignments --seed N [--into FOLDER]``: make a course; 2 where the arguments will not do, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m superstars assignments", allow_abbrev=False)
    parser.add_argument("--seed", type=int, required=True, help="a whole number from 0: another course for each")
    parser.add_argument("--into", type=Path, help="the course's folder, not there yet (default: course-SEED)")
    options = parser.parse_args(arguments)
    folder = options.into or root / f"course-{options.seed}"
    try:
        make(root, options.seed, folder)
    except (ValueError, FileExistsError, ModuleNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(DRAWS)} problem sets for seed {options.seed}: {folder}; assignments/README.md says how to go on")
    return 0


def make(root: Path, seed: int, folder: Path) -> None:
    """Write the course of ``seed`` into ``folder``: ``source``, nbgrader's settings, and ``release`` made by nbgrader.

    ``ValueError`` for a seed below 0 or a text that is no problem set, ``FileExistsError`` if ``folder`` is there (it
    may hold work that was handed in, and grades), ``ModuleNotFoundError`` without nbgrader. All or nothing is written.
    """
    if seed < 0:
        raise ValueError(f"seed is {seed}; allowed: a whole number from 0")
    if folder.exists():
        raise FileExistsError(f"{folder} exists and may hold grades; name another folder with --into, or remove it")
    if not find_spec("nbgrader"):
        raise ModuleNotFoundError("nbgrader is not installed; it comes with the packages of requirements-test.txt")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".course-") as temporary:
        course = Path(temporary) / "course"
        for name in DRAWS:
            source = course / "source" / name
            source.mkdir(parents=True)
            nbformat.write(notebook(root, name), source / f"{name}.ipynb")
            for file, frame in draw(name, seed).items():
                frame.to_csv(source / file, index=False, lineterminator="\n")
        (course / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8", newline="\n")
        _release(course)
        os.replace(course, folder)


def notebook(root: Path, name: str) -> nbformat.NotebookNode:
    """The problem set ``name`` as an nbgrader notebook, solutions included.

    ``ValueError`` naming file and cell where a cell's marks will not do. Ids follow from the text alone, so that the
    same text gives the same file.
    """
    file = root / "assignments" / f"{name}.md"
    try:
        made = jupytext.reads(text(file), fmt="md:myst")
        nbformat.validate(made)
    except DataError:
        raise
    except Exception as error:  # of jupytext, YAML or nbformat, each of its own kind
        raise DataError(f"{file}: no notebook as text: {' '.join(str(error).split())[:200]}") from None
    if not made.cells:
        raise DataError(f"{file}: no cells; allowed: a problem set")
    made.metadata = nbformat.from_dict({
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    })  # fmt: skip
    seen = set()
    for number, cell in enumerate(made.cells, 1):
        cell.id = f"{name}-{number:02}"
        marks = {key: cell.metadata.pop(key) for key in list(cell.metadata)}
        kind = [key for key in ("answer", "check", "written") if key in marks]
        where = f"{file}, cell {number}"
        if marks.keys() - KEYS or len(kind) > 1 or (marks and not kind):
            raise ValueError(f"{where} is marked {marks}; allowed: one of answer, check and written, and points")
        if kind and (cell.cell_type == "markdown") != (kind == ["written"]):
            raise ValueError(f"{where} is {cell.cell_type} marked {kind[0]}; allowed: prose written, code the others")
        points = marks.get("points")
        if (kind not in ([], ["answer"])) != (isinstance(points, int) and points > 0):
            raise ValueError(f"{where} has points {points!r}; allowed: a whole number for a check or a written answer")
        if not kind and cell.cell_type == "markdown":
            continue
        identity = marks[kind[0]] if kind else f"given-{number}"
        if identity in seen:
            raise ValueError(f"{where} is called {identity!r}, as one before; allowed: a name of its own")
        seen.add(identity)
        cell.metadata["nbgrader"] = {
            "schema_version": 3, "grade_id": identity, "task": False, "grade": points is not None,
            "solution": kind in (["answer"], ["written"]), "locked": kind in ([], ["check"]),
        } | ({} if points is None else {"points": points})  # fmt: skip
    return made


def points(root: Path, name: str) -> tuple[str, int, int]:
    """Title, points that nbgrader grades and points that a person marks of the problem set ``name``."""
    cells = notebook(root, name).cells
    marks = [(cell.cell_type, cell.metadata.get("nbgrader", {}).get("points", 0)) for cell in cells]
    title = cells[0].source.splitlines()[0].removeprefix("# ")
    return title, *(sum(n for cell_type, n in marks if cell_type == kind) for kind in ("code", "markdown"))


def _release(course: Path) -> None:
    """Let nbgrader make the students' version of every set; ``ValueError`` with its words if it will not."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.utils import setenv
    from traitlets.config import Config

    settings = Config()
    settings.CourseDirectory.root = str(course.resolve())
    settings.CourseDirectory.course_id = "superstars"
    grader = NbGraderAPI(config=settings)
    # nbgrader starts alembic by its bare name, which is found only where the environment was activated
    with setenv(PATH=sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", "")):
        for name in DRAWS:
            told = grader.generate_assignment(name)
            if not told["success"]:
                words = told.get("log", "") + told.get("error", "")
                raise ValueError(f"nbgrader refused the problem set {name}:\n{words}")
