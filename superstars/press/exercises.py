"""Answers for teachers: every exercise of the chapters with its solution and what earns marks, in one Markdown file.

The numbers in a solution are those of the chapter's last rerun. What earns marks stands in ``assignments/marking.csv``,
one row an exercise: its label, points, and in words what full, half and no marks look like. ``{name}`` in such a row
is a result of the exercise's chapter.
"""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import dataclass
from pathlib import Path

from superstars import data, results
from superstars.press import files
from superstars.press.rerun import chapters

MARKING = Path("assignments") / "marking.csv"
FENCE = r"(?ms)^(`{{3,}}|:{{3,}})\{{{kind}\}}[ \t]*(?P<head>[^\n]*)\n(?P<body>.*?)^\1[ \t]*$"


@dataclass(frozen=True)
class Exercise:
    """An exercise as Markdown, numbers filled in; ``formulas`` maps the equations it names to their TeX."""

    page: str
    label: str
    question: str
    solution: str
    formulas: dict[str, str]


def exercises(root: Path, notebook: Path) -> list[Exercise]:
    """The exercises of one chapter, in order.

    ``ValueError`` where an exercise has no solution or a solution no exercise, a label comes twice, or a result or an
    equation that they name does not exist.
    """
    page = notebook.relative_to(root / "book").with_suffix("").as_posix()
    cells = files.notebook(notebook).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    questions = [_options(match["body"]) for match in re.finditer(FENCE.format(kind="exercise"), text)]
    solutions = [(match["head"].strip(), _options(match["body"])[1])
                 for match in re.finditer(FENCE.format(kind="solution"), text)]  # fmt: skip
    labels = [options.get("label", "") for options, _ in questions]
    if sorted(labels) != sorted(label for label, _ in solutions) or len(set(labels)) < len(labels):
        raise ValueError(f"{page}: exercises {labels} and solutions {[s for s, _ in solutions]}; allowed: one for each")
    answered, own = dict(solutions), {result.name: result.text for result in results.of_notebook(root, notebook)}
    formulas = {name: tex.strip() for tex, name in re.findall(r"(?s)\$\$(.+?)\$\$[ \t]*\(([\w-]+)\)", text)}
    found = []
    for label, (_, question) in zip(labels, questions, strict=True):
        both = question + answered[label]
        named = list(dict.fromkeys(re.findall(r"\{eq\}`([^`]+)`", both)))
        if unknown := [name for name in named if name not in formulas]:
            raise ValueError(f"{page}: exercise {label!r} names the equations {unknown}; allowed: {sorted(formulas)}")
        plain = [_plain(part, own, f"{page}: exercise {label!r}") for part in (question, answered[label])]
        found.append(Exercise(page, label, *plain, {name: formulas[name] for name in named}))
    return found


def _options(body: str) -> tuple[dict[str, str], str]:
    found = re.match(r"((?::[\w-]+:[^\n]*\n)*)(.*)", body, re.DOTALL)
    return dict(re.findall(r"(?m)^:([\w-]+):[ \t]*(.*)$", found[1])), found[2].strip()


def _plain(text: str, own: dict[str, str], where: str) -> str:
    """Markdown without MyST: results as numbers, equations by name, links within the book as their words."""

    def result(match: re.Match[str]) -> str:
        if match[1] not in own:
            raise ValueError(f"{where} names the result {match[1]!r}; allowed: what its chapter glues")
        return own[match[1]].replace("$", "\\$")

    text = re.sub(r"\{glue:text\}`([^`]+)`", result, text)
    text = re.sub(r"\{eq\}`([^`]+)`", r"(\1)", text)
    text = re.sub(r"\{[\w:]+\}`([^`<]+?)(?:\s*<[^`]*>)?`", r"\1", text)
    return re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]*\)", r"\1", text)


def marking(root: Path) -> dict[str, dict[str, str]]:
    """What earns marks, by label of the exercise: points, full, half, none.

    ``ValueError`` for a label that comes twice, points that are no even whole number, or an empty cell.
    """
    guide: dict[str, dict[str, str]] = {}
    for _, row in data.table(root / MARKING, ["exercise", "points", "full", "half", "none"]):
        label = row["exercise"]
        if label in guide:
            raise ValueError(f"{MARKING}: two rows for {label!r}; allowed: one for each exercise")
        if not re.fullmatch("[0-9]{1,3}", row["points"]) or int(row["points"]) < 2 or int(row["points"]) % 2:
            raise ValueError(f"{MARKING}: {label!r} has {row['points']!r} points; allowed: even numbers from 2")
        if empty := [name for name in ("full", "half", "none") if not row[name].strip()]:
            raise ValueError(f"{MARKING}: {label!r} has nothing under {', '.join(empty)}; allowed: words")
        guide[label] = row
    return guide


def document(root: Path) -> str:
    """All exercises by chapter as one Markdown text; ``ValueError`` as above, or where rows and exercises differ."""
    guide = marking(root)
    found = [(notebook, exercises(root, notebook)) for notebook in chapters(root)]
    labels = [exercise.label for _, chapter in found for exercise in chapter]
    if set(labels) != set(guide):
        missing, extra = sorted(set(labels) - set(guide)), sorted(set(guide) - set(labels))
        raise ValueError(f"{MARKING}: no row for {missing}, and rows for exercises that do not exist: {extra}")
    total = sum(int(guide[label]["points"]) for label in labels)
    lines = [
        "# Answers to the exercises", "",
        f"For teachers: {len(labels)} exercises, {total} points. Numbers are those of the last rerun of the book. A "
        "solution shows one way; another that is right earns the same. Each exercise has a line for full, half and no "
        "marks. Anything between is a matter of judgement.", "",
    ]  # fmt: skip
    for notebook, chapter in found:
        if chapter:
            heading = re.search(r"(?m)^# (.+)$", files.notebook(notebook).cells[0].source)[1]
            lines += [f"## {heading}", ""]
            lines += [line for n, e in enumerate(chapter, 1) for line in _lines(n, e, guide[e.label], root)]
    return "\n".join(lines).rstrip() + "\n"


def _lines(number: int, exercise: Exercise, row: dict[str, str], root: Path) -> list[str]:
    notebook = root / "book" / f"{exercise.page}.ipynb"
    own = {result.name: result.text.replace("$", "\\$") for result in results.of_notebook(root, notebook)}
    try:
        earns = {name: row[name].format_map(own).replace("|", "\\|") for name in ("full", "half", "none")}
    except (KeyError, ValueError, IndexError) as error:
        raise ValueError(f"{MARKING}: {exercise.label!r} names {error}; allowed: results of {exercise.page}") from None
    points = int(row["points"])
    lines = [f"### Exercise {number}: {exercise.label} ({points} points)", "", exercise.question, ""]
    lines += ["#### Solution", "", exercise.solution, ""]
    for name, tex in exercise.formulas.items():
        lines += [f"Equation ({name}):", "", f"$$ {tex} $$", ""]
    lines += ["#### Marking", "", "| points | for |", "|---|---|", f"| {points} | {earns['full']} |"]
    return [*lines, f"| {points // 2} | {earns['half']} |", f"| 0 | {earns['none']} |", ""]


def command(root: Path, arguments: list[str]) -> int:
    """``answers [--into FILE]``: write the answers (default: ``answers.md``), in one step."""
    parser = argparse.ArgumentParser(prog="python -m superstars answers", allow_abbrev=False)
    parser.add_argument("--into", type=Path, default=root / "answers.md", help="the file to write")
    into = parser.parse_args(arguments).into
    text = document(root)
    into.parent.mkdir(parents=True, exist_ok=True)
    temporary = into.with_name(f"{into.name}.new")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, into)
    print(f"answers to all exercises: {into}")
    return 0
