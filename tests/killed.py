"""Kill an import at each step it takes in the file system, or at every second one, and tell what it leaves:
``killed.py FOLDER WORKBOOK 1``, or ``2``.

A child process does the import and sends itself SIGKILL at its n-th step; at a write it first writes half. The parent
then reads the folder as a reader would, lets a second import run to its end, and prints one JSON line a step.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from superstars import data, oews_import, oews_workbook

STEPS = ("open", "write", "fsync", "close", "chmod", "replace", "unlink")


def die_at(number: int, root: Path) -> None:
    """From now on the ``number``-th step on files of ``root`` is the last thing this process does."""
    count, ours = 0, set()

    def wrap(name: str) -> None:
        real = getattr(os, name)

        def step(first, *rest, **named):
            nonlocal count
            mine = first in ours if isinstance(first, int) else str(first).startswith(str(root))
            if mine:
                count += 1
                if count == number:
                    if name == "write":
                        real(first, rest[0][: len(rest[0]) // 2])
                    print(name, first if isinstance(first, str | Path) else "", file=sys.stderr)
                    os.kill(os.getpid(), signal.SIGKILL)
            result = real(first, *rest, **named)
            if mine and name == "open":
                ours.add(result)
            return result

        setattr(os, name, step)

    for name in STEPS:
        wrap(name)


def state(root: Path) -> list[list[list[str]]]:
    """What a reader gets: the cells of the two tables."""
    return [data.load(name, raw=True, root=root).to_numpy().tolist() for name in ("oews_national", "oews_topcodes")]


def main(base: Path, workbook: str, every: int) -> None:
    oews_import.CHUNK = 4096  # several writes a file
    published = oews_workbook.read(workbook)  # once: reading it does not touch the folder
    oews_workbook.read = lambda *_: published
    with tempfile.TemporaryDirectory() as scratch:
        done = Path(scratch) / "done"
        shutil.copytree(base, done)
        oews_import.run(workbook, done, say=lambda line: None)
        old, new = state(base), state(done)
        assert old != new
        number, killed = 0, True
        while killed:
            number += every
            root = Path(scratch) / f"at{number}"
            shutil.copytree(base, root)
            child = os.fork()
            if not child:
                die_at(number, root)
                oews_import.run(workbook, root, say=lambda line: None)
                os._exit(0)
            killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
            found = state(root)
            problems = [p for _, _, lines in data.verify(root) for p in lines]
            oews_import.run(workbook, root, say=lambda line: None)
            listed = {root / r["path"] for r in data._package(root)["resources"]} | {root / data.DESCRIPTOR}
            print(json.dumps({
                "step": number, "killed": killed,
                "state": "old" if found == old else "new" if found == new else "mixed",
                "problems": problems, "then": "new" if state(root) == new else "other",
                "strays": [str(p) for p in root.rglob("*") if p.is_file() and p not in listed],
            }))  # fmt: skip
            shutil.rmtree(root)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
