"""The press: rerunning chapters, the environment, and what travels with an installed package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest
from conftest import ROOT

from superstars import __version__
from superstars.press import environment
from superstars.press.equal import compare, saved_here
from superstars.press.rerun import chapters, rerun


@pytest.fixture
def small_book(tmp_path):
    """A book of two chapters, ``first`` and ``second``, to break at will."""

    def make(*sources: str):
        (tmp_path / "book").mkdir()
        toc = "format: jb-book\nroot: book/first\nparts:\n  - caption: p\n    chapters:\n      - file: book/second\n"
        (tmp_path / "_toc.yml").write_text(toc)
        for name, source in zip(("first", "second"), sources, strict=True):
            notebook = nbformat.v4.new_notebook(cells=[
                nbformat.v4.new_markdown_cell(f"# {name}", id="head"),
                nbformat.v4.new_code_cell("start = 40", id="start"),
                nbformat.v4.new_code_cell(source, id="body"),
            ])  # fmt: skip
            nbformat.write(notebook, tmp_path / "book" / f"{name}.ipynb")
        return tmp_path

    return make


def test_outputs_are_saved_and_a_second_rerun_changes_nothing(small_book, capsys):
    root = small_book("start + 2", "print('spread')")
    assert rerun(root, chapters(root)) == 0
    first = nbformat.read(root / "book/first.ipynb", as_version=4)
    assert first.cells[2].outputs[0].data["text/plain"] == "42"
    before = [path.read_bytes() for path in chapters(root)]
    assert rerun(root, chapters(root)) == 0
    assert [path.read_bytes() for path in chapters(root)] == before
    assert "first" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("pay = start / 0", "ZeroDivisionError"),
        ("import os; os._exit(1)", "DeadKernelError"),
        ("import warnings; warnings.warn('shaky estimate')", "shaky estimate"),
    ],
)
def test_a_chapter_that_fails_stops_the_book_with_cell_and_error(small_book, capsys, source, told):
    root = small_book(source, "1")
    before = (root / "book/first.ipynb").read_bytes()
    assert rerun(root, chapters(root)) == 1
    message = capsys.readouterr().err
    assert "first" in message and "cell 3" in message and told in message
    assert (root / "book/first.ipynb").read_bytes() == before


def test_a_chapter_that_is_not_there_is_named(small_book):
    root = small_book("1", "2")
    (root / "book/second.ipynb").unlink()
    with pytest.raises(FileNotFoundError, match="second"):
        chapters(root)


def changed(root, files):
    """What a rerun at ``root`` changed: of a byte on the Python that saved the book, else of what a reader sees."""
    found = {}
    for path in files:
        before = ROOT / path.relative_to(root)
        if saved_here():
            told = [] if path.read_bytes() == before.read_bytes() else ["bytes"]
        else:
            told = compare(nbformat.read(before, as_version=4), nbformat.read(path, as_version=4))
        if told:
            found[path.stem] = told
    return found


def test_rerunning_the_book_leaves_every_file_as_it_was(tmp_path):
    shutil.copytree(ROOT / "book", tmp_path / "book", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    assert rerun(tmp_path, chapters(tmp_path)) == 0
    assert changed(tmp_path, chapters(tmp_path)) == {}


def test_a_python_that_is_too_old_or_new_is_refused_with_the_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"allowed: 3\.11 to 3\.13"):
        environment.ready(tmp_path, tests=False)


def test_an_unknown_chapter_is_refused_with_the_names(capsys):
    from superstars import press

    assert press.chapter(ROOT, "pay_lader") == 2
    assert "pay_lader" in capsys.readouterr().err
    assert press.chapter(ROOT) == 2
    assert "pay_ladder" in capsys.readouterr().err


def test_commands_run_with_nothing_but_python():
    """Before anything is installed only the standard library is there: ``-S`` hides every installed package."""
    run = subprocess.run([sys.executable, "-S", "-m", "superstars", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0 and "rerun every chapter" in run.stdout


def test_the_wheel_carries_the_data_and_works_elsewhere(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    run = subprocess.run(build, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    (wheel,) = tmp_path.glob("*.whl")
    inside = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(inside)
        assert not [n for n in archive.namelist() if n.startswith(("tests/", "book/"))]
    code = (
        "import superstars, superstars.data as d; print(superstars.__file__); print(superstars.__version__);"
        "print(sum(len(d.load(n)) for n in d.catalog()['name']))"
    )
    clean = {**os.environ, "PYTHONPATH": str(inside)}
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=clean, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    where, version, rows = run.stdout.split()
    assert where.startswith(str(inside)) and version == __version__ and int(rows) > 0


def test_the_locked_packages_have_hashes_and_no_host():
    for name, least in (("requirements.txt", 50), ("requirements-test.txt", 50), (".github/audit.txt", 20)):
        text = (ROOT / name).read_text()
        assert "://" not in text
        pins = [line for line in text.splitlines() if line and line[0].isalnum()]
        assert len(pins) > least and all("==" in pin for pin in pins)
        assert text.count("--hash=sha256:") >= len(pins)


RUN = """
import sys; from pathlib import Path
from superstars.press.rerun import chapters, rerun
root = Path(sys.argv[1]); files = [f for f in chapters(root) if f.stem in sys.argv[2:]]
sys.exit(rerun(root, files) or rerun(root, files))
"""


@pytest.mark.parametrize(
    "names", [("the_race",), ("the_race", "is_100_million_enough")], ids=["alone", "two at a time"]
)
def test_neither_place_nor_time_nor_language_nor_a_second_run_changes_a_chapter(tmp_path, names, offline):
    """Twice in a row, elsewhere, from another folder, in another time zone and language, and without a network."""
    root = tmp_path / "a folder with blanks" / "é"
    shutil.copytree(ROOT / "book", root / "book", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(ROOT / "_toc.yml", root)
    away = {**offline, "PYTHONHASHSEED": "12345", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "COLUMNS": "40"}
    command = [sys.executable, "-c", RUN, str(root), *names]
    run = subprocess.run(command, cwd=tmp_path, env={**os.environ, **away}, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("the_race") == 2
    assert changed(root, chapters(root)) == {}


def test_the_guard_against_the_network_works(offline, tmp_path):
    """Books and sites of these tests are made behind it, by Pythons that other Pythons start."""
    ask = "import socket, subprocess, sys; socket.create_connection(('192.0.2.1', 80), 1)"
    nested = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', {ask!r}]).returncode)"
    run = subprocess.run([sys.executable, "-c", nested], env={**os.environ, **offline}, capture_output=True, text=True)
    assert run.returncode == 1 and "no network: 192.0.2.1" in run.stderr
