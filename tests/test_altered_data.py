"""Data altered on purpose change the verdicts that depend on them when a chapter is rerun, and no others."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from superstars import claims, results

ROOT = Path(__file__).resolve().parent.parent
ALTERED = {"talent_deals", "taulbee"}


def copy_of_the_book(into: Path) -> Path:
    """The files as they stand in the working tree, new ones too, without environment and built site."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, into / name)
    return into


def alter(file: Path, column: str, factor: float, where: dict[str, str]) -> None:
    """Multiply ``column`` by ``factor`` in the rows that hold ``where``; at least one must."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    hit = [row for row in rows if all(row[key] == value for key, value in where.items())]
    assert hit, f"{file.name} has no row with {where}"
    for row in hit:
        row[column] = f"{float(row[column]) * factor:.0f}"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """The verdicts as saved, and those after a rerun of one chapter with an altered deal and altered medians."""
    copy = copy_of_the_book(tmp_path_factory.mktemp("altered"))
    alter(copy / "data/talent_deals/deals.csv", "amount_low_usd", 20, {"id": "openai-sutskever-2016"})
    alter(copy / "data/taulbee/medians.csv", "value_usd", 0.3, {"statistic": "median nine-month salary"})
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    for arguments in (["superstars.data", "seal"], ["superstars", "chapter", "--here", "pay_ladder"]):
        done = subprocess.run(
            [sys.executable, "-m", *arguments], cwd=copy, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    after = results.load(copy / "superstars" / "results.json")
    return claims.verdicts().set_index("id"), claims.verdicts(after).set_index("id")


def test_verdicts_that_rest_on_the_altered_data_change(verdicts):
    before, after = verdicts
    # a confirmed pay twenty times as high is confirmed evidence of stars; professors then earn less than postdocs
    assert (before.verdict["E1"], after.verdict["E1"]) == ("depends", "holds")
    assert (before.verdict["E3"], after.verdict["E3"]) == ("holds", "fails")
    assert before.finding["E1"] != after.finding["E1"]
    assert before.finding["E3"] != after.finding["E3"]


def test_every_other_verdict_and_finding_stays(verdicts):
    before, after = verdicts
    others = [
        claim for claim, used in before["results"].items()
        if not ALTERED & {name for result in used for name in result.data}
    ]  # fmt: skip
    assert len(others) > len(before) / 2
    for column in ("verdict", "words", "finding"):
        assert before.loc[others, column].tolist() == after.loc[others, column].tolist()
