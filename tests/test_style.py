"""Style and spelling: the checks that pre-commit runs at each commit are run here, so that CI agrees with them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib

import pytest
import yaml
from conftest import ROOT

HOOKS = [
    hook
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    for hook in repository["hooks"]
]
SPELLING = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["codespell"]


def run(command: list[str], folder=ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_what_a_commit_checks_holds(hook):
    assert hook["language"] == "system" and hook["pass_filenames"] is False  # local, and the same command everywhere
    python, flag, module, *rest = shlex.split(hook["entry"])
    assert (python, flag) == ("python", "-m")
    if module == "pytest":
        assert rest and all((ROOT / name).is_file() for name in rest)  # run with all other tests
    else:
        found = run([module, *rest])
        assert found.returncode == 0, found.stdout + found.stderr


def test_hooks_fetch_nothing():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"repo: (\S+)", text)) == {"local"}
    assert "://" not in text


def test_a_misspelt_word_and_a_bad_line_are_found(tmp_path):
    (tmp_path / "page.md").write_text("The wages of a pro" + "fesor.\n")
    (tmp_path / "page.py").write_text("import os\n")
    spelling = run(["codespell_lib", "page.md"], tmp_path)
    assert spelling.returncode != 0 and "==> professor" in spelling.stdout
    assert run(["ruff", "check", "--no-cache", "page.py"], tmp_path).returncode != 0


def test_british_spelling_is_left_alone(tmp_path):
    (tmp_path / "page.md").write_text("Labour, colour, amortised, centre, programme and judgement.\n")
    assert run(["codespell_lib", "page.md"], tmp_path).returncode == 0


def test_every_word_that_the_spelling_check_lets_pass_is_still_in_use(tmp_path):
    allowed = (ROOT / SPELLING["ignore-words"]).read_text(encoding="utf-8").split()
    assert allowed == sorted(set(allowed))
    options = ["--skip", SPELLING["skip"], "--ignore-regex", SPELLING["ignore-regex"]]
    found = run(["codespell_lib", *options, str(ROOT)], tmp_path)  # elsewhere, so without the list
    words = {word.lower() for word in re.findall(r": (\S+) ==>", found.stdout)}
    assert words == set(allowed)
