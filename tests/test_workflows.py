"""The workflows, before GitHub runs them: their form, what they may do, and that what they call is there."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from superstars.__main__ import COMMANDS

FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
PINNED = re.compile(r"uses: (actions/[\w-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")
# what a job may write, beyond reading the repository; every line is there for a reason that the workflow states
WRITES = {
    "test.yml": {}, "pages.yml": {"deploy": {"pages", "id-token"}},
    "release.yml": {"publish": {"contents"}, "pages": {"actions"}},
    "weekly.yml": {"links": {"issues"}, "audit": {"issues"}},
}  # fmt: skip


def problems(name: str, text: str) -> list[str]:
    """What is wrong with the workflow ``text`` in the file ``name``, one line each."""
    flow, found = yaml.safe_load(text), []
    for line in text.splitlines():
        if "uses:" in line and "uses: ./" not in line and not PINNED.search(line):
            found.append(f"not pinned by hash and version: {line.strip()}")
        if "write" in line.partition("#")[0] and "# to " not in line:
            found.append(f"no reason to write: {line.strip()}")
    if flow.get("permissions") != {"contents": "read"}:
        found.append("the workflow as a whole may do more than read")
    if "concurrency" not in flow:
        found.append("no concurrency")
    if flow.get("defaults") != {"run": {"shell": "bash"}}:  # GitHub's own default goes on after a broken pipe
        found.append("another shell than bash")
    for key, job in flow["jobs"].items():
        may = job.get("permissions", {})
        wrote = {scope for scope, level in may.items() if level != "read"} if isinstance(may, dict) else {may}
        if not may or wrote != WRITES.get(name, {}).get(key, set()):
            found.append(f"{key}: permissions {may}")
        called = job.get("uses")
        if called and not (ROOT / called).is_file():
            found.append(f"{key}: calls {called}, which is not there")
        if not called and not 0 < job.get("timeout-minutes", 0) <= 60:
            found.append(f"{key}: no limit of time")
        for step in job.get("steps", []):
            if "checkout" in step.get("uses", "") and step.get("with", {}).get("persist-credentials") is not False:
                found.append(f"{key}: checkout leaves its token behind")
            found += [f"{key}: {problem}" for problem in script_problems(step.get("run", ""))]
    return found


def script_problems(script: str) -> list[str]:
    """Commands and files that ``script`` names and the repository does not have."""
    found = ["an expression of GitHub inside a script"] if "${{" in script else []
    targets = re.findall(r"^([\w -]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    made = {target for line in targets for target in line.split()}
    found += [f"make {name}" for name in re.findall(r"\bmake (\w+)", script) if name not in made]
    found += [f"superstars {name}" for name in re.findall(r"-m superstars (\w+)", script) if name not in COMMANDS]
    named = re.findall(r"(?<![\w/])(\.github/\S+|requirements[\w-]*\.txt)", script)
    return found + [f"{name} is not there" for name in named if not (ROOT / name).is_file()]


def lint(tool: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a linter of the environment that the tests run in."""
    program = shutil.which(tool, path=str(Path(sys.executable).parent))
    assert program, f"{tool} is not installed beside {sys.executable}"
    command = [sys.executable, "-m", "check_jsonschema"] if tool == "check-jsonschema" else [program]
    return subprocess.run([*command, *options], capture_output=True, text=True)


def test_there_is_a_workflow_for_each_purpose():
    assert [file.name for file in FILES] == sorted(WRITES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_workflow_is_pinned_limited_and_calls_what_is_there(file):
    assert problems(file.name, file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("test.yml", r"checkout@\w{40}", "checkout@v7", "not pinned"),
        ("test.yml", r" # v7\.0\.1", "", "not pinned"),
        ("test.yml", r"actions/checkout", "someone/checkout", "not pinned"),
        ("test.yml", r"^permissions:\n  contents: read", "permissions: write-all", "more than read"),
        ("test.yml", r"    permissions:\n      contents: read\n", "", "permissions"),
        ("weekly.yml", r"issues: write #", "contents: write #", "permissions"),
        ("weekly.yml", r"issues: write # to.*", "issues: write", "no reason"),
        ("pages.yml", r"    timeout-minutes: 30\n", "", "no limit of time"),
        ("pages.yml", r"    timeout-minutes: 30\n", "    timeout-minutes: 300\n", "no limit of time"),
        ("pages.yml", r"shell: bash", "shell: sh", "shell"),
        ("pages.yml", r"concurrency:\n.*\n.*\n", "", "no concurrency"),
        ("pages.yml", r"make pdf", "make paper", "make paper"),
        ("pages.yml", r"\./\.github/workflows/test\.yml", "./.github/workflows/tests.yml", "not there"),
        ("release.yml", r"superstars release", "superstars publish", "superstars publish"),
        ("release.yml", r'release "\$GITHUB_REF_NAME"', "release ${{ github.ref_name }}", "expression"),
        ("weekly.yml", r"\.github/issue\.sh", ".github/ticket.sh", "ticket.sh is not there"),
        ("weekly.yml", r"persist-credentials: false", "persist-credentials: true", "token"),
    ],
)
def test_a_fault_in_a_workflow_is_found(name, old, new, told):
    text = (FOLDER / name).read_text(encoding="utf-8")
    broken = re.sub(old, lambda _: new, text, count=1, flags=re.MULTILINE)
    assert broken != text
    assert any(told in problem for problem in problems(name, broken))


def test_one_action_has_one_version_everywhere():
    used = {match for file in FILES for match in PINNED.findall(file.read_text(encoding="utf-8"))}
    assert len(used) == len({action for action, _, _ in used}) > 3


def test_the_tests_run_on_every_supported_python():
    flow = yaml.safe_load((FOLDER / "test.yml").read_text(encoding="utf-8"))
    low, high = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text()).groups()
    wanted = [f"3.{minor}" for minor in range(int(low), int(high))]
    assert flow["jobs"]["test"]["strategy"]["matrix"]["python"] == wanted
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    runs = [step["run"] for step in flow["jobs"]["test"]["steps"] if "run" in step]
    for command in ("make book", "make test"):
        assert command in readme and command in runs


def test_nothing_is_published_that_was_not_tested():
    for name, job in (("pages.yml", "deploy"), ("release.yml", "publish")):
        jobs, before = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))["jobs"], [job]
        for key in before:
            needs = jobs[key].get("needs", [])
            before += [needs] if isinstance(needs, str) else needs
        assert jobs["test"]["uses"].endswith("/test.yml") and "test" in before


def test_every_command_is_there_and_make_has_no_other():
    source = ast.parse((ROOT / "superstars/press/__init__.py").read_text(encoding="utf-8"))
    functions = {node.name for node in source.body if isinstance(node, ast.FunctionDef)}
    assert set(COMMANDS) - {"clean"} <= functions
    targets = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    assert set(targets) <= set(COMMANDS)


def test_the_form_is_githubs(tmp_path):
    schema = ("--builtin-schema", "vendor.github-workflows")
    run = lint("check-jsonschema", *schema, *map(str, FILES))
    assert run.returncode == 0, run.stdout + run.stderr
    broken = tmp_path / "broken.yml"
    broken.write_text(FILES[0].read_text(encoding="utf-8").replace("runs-on:", "run-on:"), encoding="utf-8")
    assert lint("check-jsonschema", *schema, str(broken)).returncode


def test_nothing_lets_a_stranger_in(tmp_path):
    run = lint("zizmor", "--offline", "--no-progress", "--strict-collection", str(FOLDER))
    assert run.returncode == 0, run.stdout + run.stderr
    broken = tmp_path / "broken.yml"
    text = (FOLDER / "test.yml").read_text(encoding="utf-8")
    broken.write_text(text.replace("make book", "echo ${{ github.event.pull_request.title }}"), encoding="utf-8")
    run = lint("zizmor", "--offline", "--no-progress", str(broken))
    assert run.returncode and "template-injection" in run.stdout


# What the scripts of the weekly check do


def needs(program: str) -> str:
    """The path of ``program``. Without it the test fails where ``CI`` is set, and is skipped elsewhere."""
    path = shutil.which(program)
    if not path and not os.environ.get("CI"):
        pytest.skip(f"no {program} on this machine")
    assert path, f"no {program}, and CI is set"
    return path


def test_scripts_parse(tmp_path):
    bash = needs("bash")
    scripts = [(ROOT / ".github/issue.sh").read_text()]
    for file in FILES:
        for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values():
            scripts += [step["run"] for step in job.get("steps", []) if "run" in step]
    for script in scripts:
        run = subprocess.run([bash, "-n"], input=script, capture_output=True, text=True)
        assert run.returncode == 0, f"{script}\n{run.stderr}"
    assert os.access(ROOT / ".github/issue.sh", os.X_OK)


@pytest.mark.parametrize(
    ("open_issue", "report", "called"),
    [
        ("", "- a link", ["list", "label create", "issue create"]),
        ("7", "- a link", ["list", "issue edit 7"]),
        ("7", "", ["list", "issue close 7"]),
        ("", "", ["list"]),
    ],
)
def test_one_issue_is_opened_kept_and_closed(tmp_path, open_issue, report, called):
    bash = needs("bash")
    log, fake = tmp_path / "log", tmp_path / "gh"
    fake.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\ncase "$*" in *" list "*) echo "{open_issue}" ;; esac\n')
    fake.chmod(0o755)
    (tmp_path / "report.md").write_text(report)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    command = [bash, str(ROOT / ".github/issue.sh"), "links", "A title", str(tmp_path / "report.md")]
    run = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    lines = log.read_text().splitlines()
    assert len(lines) == len(called) and all(part in line for part, line in zip(called, lines, strict=True))
    fake.write_text("#!/bin/sh\nexit 4\n")  # as where GitHub refuses the token
    assert subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True).returncode == 4


def test_the_audit_lists_what_is_weak_and_what_could_not_be_looked_up():
    found = {"dependencies": [
        {"name": "sound", "version": "1.0", "vulns": []},
        {"name": "weak", "version": "2.0", "vulns": [
            {"id": "PYSEC-1", "fix_versions": ["2.1", "3.0"], "aliases": [], "description": "x"},
            {"id": "PYSEC-2", "fix_versions": [], "aliases": [], "description": "y"},
        ]},
        {"name": "unknown", "skip_reason": "not found"},
    ], "fixes": []}  # fmt: skip
    command = [needs("jq"), "-r", "-f", str(ROOT / ".github/audit.jq")]
    run = subprocess.run(command, input=json.dumps(found), capture_output=True, text=True, check=True)
    weak = "- `weak` 2.0: PYSEC-1 (mended in 2.1, 3.0); PYSEC-2 (not mended yet)\n"
    assert run.stdout == f"{weak}- `unknown`: not found\n"
    found["dependencies"] = found["dependencies"][:1]
    run = subprocess.run(command, input=json.dumps(found), capture_output=True, text=True, check=True)
    assert run.stdout == ""
