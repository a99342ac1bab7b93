"""The answers for teachers: every exercise, its solution with numbers, and what earns marks."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT

from superstars import prose, results
from superstars.press import exercises, typed
from superstars.press.rerun import chapters

FOUND = {chapter: exercises.exercises(ROOT, chapter) for chapter in chapters(ROOT)}


@pytest.fixture(scope="module")
def text():
    return exercises.document(ROOT)


def test_every_exercise_has_a_row_and_every_row_an_exercise():
    labels = [exercise.label for found in FOUND.values() for exercise in found]
    assert len(labels) == len(set(labels)) > 60
    assert list(exercises.marking(ROOT)) == labels  # in reading order, too


def test_nothing_that_looks_like_an_exercise_or_a_solution_is_missed(text):
    cells = [cell.source for path in FOUND for cell in nbformat.read(path, as_version=4).cells]
    sources = "\n".join(cells)
    assert len(re.findall(r"\{exercise\}", sources)) == text.count("\n### Exercise ")
    assert len(re.findall(r"\{solution\}", sources)) == text.count("\n#### Solution")


def test_numbers_are_filled_in_and_code_is_kept(text):
    assert not re.search(r"\{[\w:]+\}`", text)
    found = results.load()
    for name in ("puzzle/pay_ladder:need_10", "talent_war/the_race:ex_edge", "inference/claims:ex_p"):
        assert found[name].text in text
    assert "sigma_for_gap(10, 1_000)" in text
    assert text.count("```") == 2 * text.count("```python")


def test_every_exercise_says_what_full_half_and_no_marks_look_like(text):
    guide = exercises.marking(ROOT)
    parts = text.split("\n### Exercise ")[1:]
    for part, (label, row) in zip(parts, guide.items(), strict=True):
        assert label in part.split("\n")[0]
        points = int(row["points"])
        assert re.findall(r"(?m)^\| (\d+) \|", part) == [str(points), str(points // 2), "0"], label


def test_no_number_of_the_guide_is_typed(tmp_path):
    """Numbers that an answer must show come from the chapter's results."""
    for label, row in exercises.marking(ROOT).items():
        words = "\n\n".join(row[name] for name in ("full", "half", "none"))
        cell = nbformat.v4.new_markdown_cell(re.sub(r"\{\w+\}", "§", words))
        path = tmp_path / "row.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
        # words count the parts of an answer ("one of the two"); a figure would be a result
        assert [number for number, _ in typed.typed(path) if re.search(r"\d", number)] == [], label


def test_the_command_writes_one_file_where_it_is_told(tmp_path):
    into = tmp_path / "new" / "answers.md"
    run = subprocess.run(
        [sys.executable, "-m", "superstars", "answers", "--here", "--into", str(into)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert into.read_text(encoding="utf-8") == exercises.document(ROOT)
    assert [path.name for path in into.parent.iterdir()] == ["answers.md"]


BROKEN = [
    ("points", "3", "even numbers"), ("points", "many", "even numbers"), ("full", " ", "nothing under full"),
    ("half", "{no_such_result} of it", "no_such_result"), ("exercise", "pay_ladder-nine", "pay_ladder-one"),
    ("exercise", "pay_ladder-two", "two rows"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "told"), BROKEN)
def test_a_row_that_cannot_be_used_is_named(tmp_path, monkeypatch, column, value, told):
    rows = [dict(row) for row in exercises.marking(ROOT).values()]
    rows[0][column] = value
    (tmp_path / "marking.csv").parent.mkdir(exist_ok=True)
    with (tmp_path / "marking.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.setattr(exercises, "MARKING", tmp_path / "marking.csv")
    with pytest.raises(ValueError, match=told):
        exercises.document(ROOT)


EXERCISE = "````{exercise}\n:label: page-one\nWhy {glue:text}`top`? See {eq}`law`.\n````\n\n"
SOLUTION = "````{solution} page-one\n:class: dropdown\n```python\nf(1)\n```\nBecause.\n````\n"
LAW = "$$ a = b, $$ (law)\n\n"


def _chapter(folder, prose_of_it: str):
    (folder / "book/part").mkdir(parents=True, exist_ok=True)
    glued = nbformat.v4.new_code_cell("glue('top', '$5', 'a note of three words')")
    data = {prose.RECORD + "text/plain": "'$5'", prose.RECORD + "application/json": '{"note": "a note of words"}'}
    name = {"scrapbook": {"name": "top", "mime_prefix": prose.RECORD}}
    glued.outputs = [nbformat.v4.new_output("display_data", data=data, metadata=name)]
    path = folder / "book/part/page.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(prose_of_it), glued]), path)
    return path


def test_an_exercise_is_read_with_its_number_equation_and_code(tmp_path):
    (exercise,) = exercises.exercises(tmp_path, _chapter(tmp_path, LAW + EXERCISE + SOLUTION))
    assert exercise.question == "Why \\$5? See (law)."
    assert exercise.solution == "```python\nf(1)\n```\nBecause."
    assert exercise.formulas == {"law": "a = b,"} and exercise.page == "part/page"


@pytest.mark.parametrize(("text", "told"), [
    (LAW + EXERCISE, "solutions"), (LAW + SOLUTION, "solutions"), (LAW + 2 * EXERCISE + 2 * SOLUTION, "one for each"),
    (EXERCISE + SOLUTION, "law"), (LAW + EXERCISE.replace("top", "bottom") + SOLUTION, "bottom"),
])  # fmt: skip
def test_an_exercise_that_is_not_whole_is_named(tmp_path, text, told):
    with pytest.raises(ValueError, match=told):
        exercises.exercises(tmp_path, _chapter(tmp_path, text))


def test_answers_stay_out_of_site_and_package(folder):
    assert not [path for path in folder.rglob("*") if path.name in ("answers.md", "answers.html", "marking.csv")]
    assert "answers.md" in (ROOT / ".gitignore").read_text()


def test_a_failed_call_leaves_the_old_file(tmp_path, monkeypatch):
    into = tmp_path / "answers.md"
    into.write_text("old")
    shutil.copy(ROOT / exercises.MARKING, tmp_path / "marking.csv")
    with (tmp_path / "marking.csv").open("a") as file:
        file.write("no-such-exercise,2,a,b,c\n")
    monkeypatch.setattr(exercises, "MARKING", tmp_path / "marking.csv")
    with pytest.raises(ValueError, match="no-such-exercise"):
        exercises.command(ROOT, ["--into", str(into)])
    assert into.read_text() == "old"
