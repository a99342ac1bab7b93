"""The course kit, with nbgrader itself: what a teacher generates, hands out and grades."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from contextlib import redirect_stdout
from io import StringIO

import nbformat
import pytest
from conftest import ROOT, secrets
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from superstars.press import course
from superstars.press.draws import DRAWS, draw

SEED, OTHER = 11, 12
ONE = "ladder"  # the set handed in with a mistake, and untouched, too
ANSWERS = {
    "ladder": ("sigma", "best", "top_taken"), "limit": ("mu_hat", "p99"), "switchboard": ("price", "stakes_needed"),
    "contest": ("spending", "worth"), "ces": ("sigma_tie", "sigma_hat"), "audit": ("stated", "growth"),
}  # fmt: skip

# a mistake that one might well make: the answer it is in, what is written for what, and the checks that it loses
MISTAKES = {
    "ladder": (  # the whole package for its worth a year
        "offers", 'offers["years"])', "1)", {"offers-taken"}),
    "limit": (  # pay at the limit taken for pay
        "loglik", "stats.norm.logsf", "stats.norm.logpdf",
        {"loglik-above", "maximum-fit", "maximum-p99"}),
    "switchboard": (  # a laboratory of less than one researcher
        "worth", "max(1.0, (S / s) ** (s / (s - 1)))", "(S / s) ** (s / (s - 1))",
        {"worth-corner", "worlds-ratio", "worlds-shares"}),
    "contest": (  # all take part, whatever they lose by it
        "steep", "if gain(k) >= -1e-12", "", {"steep-active"}),
    "ces": (  # the slope taken for the elasticity
        "spending", "1 - line.slope", "line.slope", {"spending-sigma", "spending-interval"}),
    "audit": (  # models of one maker taken as independent
        "growth", ', sample["maker"])', ")", {"growth-interval"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The course of ``SEED``, of ``SEED`` once more as a teacher would make it, and of ``OTHER``."""
    into = tmp_path_factory.mktemp("courses")
    course.make(ROOT, SEED, into / "first")
    course.make(ROOT, OTHER, into / "other")
    command = [sys.executable, "-m", "superstars", "assignments", "--here", "--seed", str(SEED), "--into"]
    run = subprocess.run([*command, str(into / "again")], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return into


@pytest.fixture(scope="module")
def points(made):
    """A student's points by check (None: left to a person) as ``points(student, set)``, in the first course.

    One handed in all solutions. In one set another made a mistake, and a third handed in the release as it is.
    """
    folder = made / "first"
    for name in DRAWS:
        hand_in(folder, "solver", name, {})
    answer, old, new, _ = MISTAKES[ONE]
    hand_in(folder, "mistaken", ONE, {answer: (old, new)})
    shutil.copytree(folder / "release" / ONE, folder / "submitted" / "idler" / ONE)
    grader = NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config())
    grader.coursedir.root = str(folder)
    for name in DRAWS:
        told = grader.autograde(name, "*")
        assert told["success"], told
    return lambda student, name: points_of(folder, student, name)


def hand_in(folder, student, name, changes):
    """Hand in the solution with ``changes``, by answer: what is replaced (all of it if empty) and by what."""
    notebook = nbformat.read(folder / "source" / name / f"{name}.ipynb", as_version=4)
    cells = {cell.metadata["nbgrader"]["grade_id"]: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    for answer, (old, new) in changes.items():
        assert old in cells[answer].source
        cells[answer].source = cells[answer].source.replace(old, new) if old else new
    into = folder / "submitted" / student / name
    shutil.copytree(folder / "release" / name, into)
    nbformat.write(notebook, into / f"{name}.ipynb")


def points_of(folder, student, name):
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        return {grade.name: grade.auto_score for grade in book.find_submission(name, student).notebooks[0].grades}


def full(name):
    """The points of each check; None for the written answer."""
    marks = [cell.metadata.get("nbgrader", {}) for cell in course.notebook(ROOT, name).cells]
    return {m["grade_id"]: None if m["solution"] else m["points"] for m in marks if m.get("grade")}


def outcome(name, folder, monkeypatch, answered=True, mistake=("", "", "")):
    """Run the set in ``folder``: what its answers computed, and the checks that fail, each run by itself.

    With ``answered`` the solutions run, in one of them the text ``old`` replaced, where a ``mistake`` names it.
    """
    monkeypatch.chdir(folder)
    answer, old, new = mistake
    space, failed = {}, set()
    with redirect_stdout(StringIO()):
        cells = [cell for cell in course.notebook(ROOT, name).cells if cell.cell_type == "code"]
        for cell in cells:
            marks, source = cell.metadata.nbgrader, cell.source
            if not marks.grade and (answered or marks.locked):
                exec(source.replace(old, new) if marks.grade_id == answer else source, space)
        for cell in cells:
            if cell.metadata.nbgrader.grade:
                try:
                    exec(cell.source, dict(space))
                except (AssertionError, NameError):
                    failed.add(cell.metadata.nbgrader.grade_id)
    return space, failed


def checks(name):
    return {check for check, points in full(name).items() if points}


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_seed_gives_one_course_and_another_seed_other_data(made):
    for part in ("source", "release"):
        first, again, other = (files(made / name / part) for name in ("first", "again", "other"))
        assert first == again
        assert first.keys() == other.keys()
        for name in DRAWS:
            tables = [f for f in first if f.startswith(f"{name}/") and f.endswith(".csv")]
            assert any(first[f] != other[f] for f in tables), name
            # only the data tell one course from another: the seed is nowhere in what is handed out
            assert first[f"{name}/{name}.ipynb"] == other[f"{name}/{name}.ipynb"]


@pytest.mark.parametrize("name", DRAWS)
def test_answers_differ_between_seeds_and_the_solution_passes_each_check(name, tmp_path, monkeypatch):
    found = []
    for seed in (SEED, OTHER, 3, 4, 5, SEED):
        for file, frame in draw(name, seed).items():
            frame.to_csv(tmp_path / file, index=False)
        space, failed = outcome(name, tmp_path, monkeypatch)
        assert failed == set(), seed
        found.append([space[variable] for variable in ANSWERS[name]])
    assert found.pop() == found[0]
    for i, one in enumerate(found):
        assert one not in found[:i]


@pytest.mark.parametrize("name", DRAWS)
def test_a_plausible_mistake_fails_some_checks_and_no_check_passes_without_an_answer(made, name, monkeypatch):
    folder = made / "first" / "release" / name
    *mistake, lost = MISTAKES[name]
    assert outcome(name, folder, monkeypatch, mistake=mistake)[1] == lost < checks(name)
    assert outcome(name, folder, monkeypatch, answered=False)[1] == checks(name)


def test_the_solution_earns_every_point_and_the_written_answer_waits_for_a_person(points):
    for name in DRAWS:
        assert points("solver", name) == full(name)


def test_the_release_earns_nothing(points):
    assert points("idler", ONE) == dict.fromkeys(full(ONE), 0)


def test_a_plausible_mistake_loses_the_points_it_should_and_no_others(points):
    lost = MISTAKES[ONE][3]
    assert points("mistaken", ONE) == full(ONE) | dict.fromkeys(lost, 0)


ENDLESS = "while True:\n    pass"
STUBBORN = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
DEADLY = "import os\nos._exit(1)"
TRAP = """import os

class Trap(float):  # whoever looks at it is killed: here the checks
    __gt__ = __truediv__ = lambda *_: os._exit(1)

gain_outside = gain_rival = worth = needed = Trap()"""
STEEP, HIRE = {"steep-gain", "steep-active"}, {"hire-gains", "hire-worth"}
CRASHES = {  # by student, in the order of grading: what stands in place of which answers, and which checks it costs
    "dead": ({"steep": DEADLY, "hire": TRAP}, STEEP | HIRE),
    "endless": ({"steep": ENDLESS, "hire": STUBBORN}, STEEP | HIRE),
    "hasty": ({"steep": "1 / 0"}, STEEP),
}


def test_crashing_and_endless_cells_cost_their_own_points_and_stop_nothing(made):
    folder = made / "other"
    for student, (answers, _) in CRASHES.items():
        hand_in(folder, student, "contest", {answer: ("", code) for answer, code in answers.items()})
    with (folder / "nbgrader_config.py").open("a") as settings:  # a short limit, but only for what never ends
        settings.write('\nc.Execute.timeout_func = lambda cell: 2 if "while True" in cell.source else 60\n')
    command = [sys.executable, "-m", "nbgrader", "autograde", "contest"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    for student, (_, lost) in CRASHES.items():
        assert points_of(folder, student, "contest") == full("contest") | dict.fromkeys(lost, 0), student


def test_what_is_handed_out_holds_no_solution_and_no_hidden_check(made):
    for name in DRAWS:
        text = "\n".join(cell.source for cell in nbformat.read(made / f"first/release/{name}/{name}.ipynb", 4).cells)
        assert "raise NotImplementedError" in text and "YOUR ANSWER HERE" in text
        assert "SOLUTION" not in text and "HIDDEN" not in text
        assert [line for line in secrets(name) if line in text] == []


def test_the_wheel_holds_no_problem_set(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    run = subprocess.run(build, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if "assignments" in name]
        text = b"\n".join(archive.read(name) for name in archive.namelist() if name.endswith(".py")).decode()
    assert [line for name in DRAWS for line in secrets(name) if line in text] == []


def test_a_course_that_is_there_is_left_alone(made, capsys):
    before = files(made / "other")
    assert course.command(ROOT, ["--seed", "1", "--into", str(made / "other")]) == 2
    assert "exists" in capsys.readouterr().err
    assert files(made / "other") == before


def test_a_seed_below_zero_is_refused(tmp_path, capsys):
    assert course.command(ROOT, ["--seed", "-1", "--into", str(tmp_path / "new")]) == 2
    assert "seed is -1" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("```{code-cell}\n:check: one\n\nx = 1\n```", "points None"),
        ("```{code-cell}\n:answer: one\n:points: 2\n\nx = 1\n```", "points 2"),
        ("```{code-cell}\n:tests: one\n\nx = 1\n```", "tests"),
        (2 * "```{code-cell}\n:answer: one\n\nx = 1\n```\n\n", "'one', as one before"),
        ('+++ {"answer": "one"}\n\nprose', "markdown marked answer"),
    ],
)  # fmt: skip
def test_marks_that_will_not_do_are_named(cell, told, tmp_path):
    (tmp_path / "assignments").mkdir()
    header = "---\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n\n# Set\n\n"
    (tmp_path / "assignments" / "bad.md").write_text(header + cell + "\n")
    with pytest.raises(ValueError, match=re.escape(told)) as error:
        course.notebook(tmp_path, "bad")
    assert "bad.md, cell " in str(error.value)


def test_the_guide_for_teachers_lists_every_set_with_its_points():
    guide = (ROOT / "assignments" / "README.md").read_text(encoding="utf-8")
    assert {path.stem for path in (ROOT / "assignments").glob("*.md")} == {"README", *DRAWS}
    for name in DRAWS:
        title, by_machine, by_person = course.points(ROOT, name)
        assert f"| `{name}` | {title} | {by_machine} | {by_person} |" in guide
        assert f"### {title}" in guide  # its marking guide
