"""What a release consists of: the site under the folder of its version, the wheel, the book as PDF and the data."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from superstars import data
from superstars.press.address import address
from superstars.press.meta import work

HEADING = r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$"


def latest(root: Path) -> tuple[str, str, str]:
    """Version, ISO date and text of the newest release in ``CHANGELOG.md``; ``ValueError`` if it has none."""
    text = data.text(root / "CHANGELOG.md")
    parts = re.split(HEADING, text, flags=re.MULTILINE)
    if len(parts) < 4:
        raise ValueError("CHANGELOG.md has no release; allowed: a heading such as ## [1.0.0] - 2030-01-31")
    return parts[1], parts[2], re.split(r"^\[", parts[3], flags=re.MULTILINE)[0].strip() + "\n"


def notes(root: Path, tag: str) -> str:
    """What ``CHANGELOG.md`` says about the release ``tag``.

    ``ValueError`` unless the tag, ``pyproject.toml``, ``CITATION.cff`` and ``CHANGELOG.md`` name one version, and the
    last two one date.
    """
    version, dated, text = latest(root)
    book = work(root)
    said = {"pyproject.toml": address(root).release, "CITATION.cff": book.version, "CHANGELOG.md": version}
    for file, its in said.items():
        if tag != f"v{its}":
            raise ValueError(f"the tag is {tag!r}; allowed: 'v{its}', since {file} names version {its}")
    if dated != book.released:
        raise ValueError(f"CHANGELOG.md dates {version} {dated}; allowed: {book.released}, as CITATION.cff has it")
    return text


def write(root: Path, tag: str) -> list[Path]:
    """Check ``tag``, then write the files of the release and ``notes.md`` into ``dist``.

    ``FileNotFoundError`` if site or PDF have not been built. Nothing is left in ``dist`` where a step fails.
    """
    said, site, pdf = notes(root, tag), root / "_build" / "html", root / "_build" / "book.pdf"
    for built, command in ((site / "index.html", "site"), (pdf, "pdf")):
        if not built.is_file():
            raise FileNotFoundError(f"{built.relative_to(root)} is missing: run `python -m superstars {command}` first")
    into, version = root / "dist", tag.removeprefix("v")
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    try:
        shutil.copy(pdf, into / f"superstars-book-{version}.pdf")
        zipped(into / f"superstars-site-{version}.zip", site, site.rglob("*"), tag)
        data = [*(root / "data").rglob("*"), root / "LICENSE", root / "CITATION.cff"]
        zipped(into / f"superstars-data-{version}.zip", root, data, f"superstars-data-{version}")
        wheel = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(into), str(root)]
        subprocess.run(wheel, check=True, stdout=subprocess.DEVNULL)
        (into / "notes.md").write_text(said, encoding="utf-8")
    except BaseException:
        shutil.rmtree(into)
        raise
    return sorted(into.iterdir())


def zipped(archive: Path, base: Path, files: Iterable[Path], folder: str) -> None:
    """Write ``files`` into ``archive`` under ``folder``, named from ``base``; the same files give the same bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for file in sorted(file for file in files if file.is_file()):
            entry = zipfile.ZipInfo(f"{folder}/{file.relative_to(base).as_posix()}")
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            out.writestr(entry, file.read_bytes())
