"""The environment a command runs in: ``.venv``, made by the Python that called, filled from the locked packages.

Only the standard library, since nothing is installed yet when this runs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PYTHONS = ((3, 11), (3, 13))


def ready(root: Path, tests: bool) -> Path:
    """The Python of an environment that holds the locked packages (with ``tests``, those of the tests too)."""
    low, high = PYTHONS
    if not low <= sys.version_info[:2] <= high:
        wanted = " to ".join(".".join(map(str, v)) for v in PYTHONS)
        sys.exit(f"this is Python {sys.version.split()[0]}; allowed: {wanted}. Try: make book PYTHON=python3.12")
    venv = root / ".venv"
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = venv / "installed.txt"
    wanted = {name: _fingerprint(root, name) for name in ("requirements.txt", "requirements-test.txt")}
    have = stamp.read_text().split() if stamp.is_file() else []
    needed = "requirements-test.txt" if tests else "requirements.txt"
    # the packages of the tests include those of the book
    if python.exists() and (wanted[needed] in have or wanted["requirements-test.txt"] in have):
        return python
    if not _same_python(venv):
        shutil.rmtree(venv, ignore_errors=True)
        print(f"making .venv with Python {sys.version.split()[0]}", flush=True)
        if subprocess.run([sys.executable, "-m", "venv", str(venv)]).returncode:
            sys.exit("could not make .venv: install Python's venv module (on Debian: python3-venv), then try again")
    print(f"installing the packages of {needed} (once, a minute or two)", flush=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "-r", str(root / needed)])
    _run([*pip, "--no-deps", "--no-build-isolation", "--no-index", "-e", str(root)])
    stamp.write_text(wanted[needed] + "\n")
    return python


def clean(root: Path) -> int:
    """Remove the site, the environment and caches; saved notebooks and data stay."""
    for name in ("_build", "dist", ".venv", ".pytest_cache", ".hypothesis", ".ruff_cache"):
        shutil.rmtree(root / name, ignore_errors=True)
    for cache in [*root.glob("*/**/__pycache__"), *root.glob("*/**/.ipynb_checkpoints")]:
        shutil.rmtree(cache, ignore_errors=True)
    return 0


def _fingerprint(root: Path, name: str) -> str:
    text = (root / name).read_bytes() + (root / "pyproject.toml").read_bytes()
    return hashlib.sha256(text + sys.version.encode() + str(root).encode()).hexdigest()


def _same_python(venv: Path) -> bool:
    """Whether ``.venv`` was made by a Python of this version: another one could not read its packages."""
    config = venv / "pyvenv.cfg"
    version = ".".join(map(str, sys.version_info[:3]))
    return config.is_file() and f"version = {version}" in config.read_text().splitlines()


def _run(command: list[str]) -> None:
    if status := subprocess.run(command).returncode:
        sys.exit(f"installing failed (exit {status}); the lines above say why. Then run the same command again")
