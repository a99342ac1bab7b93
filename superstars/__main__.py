"""``python -m superstars COMMAND``: what ``make`` calls, and what to type where there is no make.

Runs with nothing but Python: a command that needs packages first makes ``.venv`` with the Python that called it,
installs the locked packages there, and starts itself again inside. ``--here`` uses the present environment instead.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = {
    "book": "rerun every chapter and build the site in _build/html",
    "site": "build the site from the saved outputs, without rerunning",
    "test": "prove it: package, data, notebooks, and the built site in a real browser",
    "chapter": "rerun one chapter: chapter NAME",
    "assignments": "make a course for nbgrader from the problem sets: assignments --seed N [--into FOLDER]",
    "serve": "show the built site on this machine: serve [PORT]",
    "answers": "write all exercises with solutions and a marking guide: answers [--into FILE]",
    "pdf": "print the book to _build/book.pdf and each page beside itself: pdf [book] [NAME…]",
    "links": "ask the external links of the built site: links [REPORT]",
    "release": "put the files of a release into dist: release vX.Y.Z",
    "bench": "measure speed as ratios in one run",
    "clean": "remove what was built, the environment included",
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m superstars", formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:11} {what}" for name, what in COMMANDS.items()),
    )  # fmt: skip
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those listed below")
    parser.add_argument("--here", action="store_true", help="use the present environment, install nothing")
    options, rest = parser.parse_known_args(arguments)
    if not (ROOT / "_toc.yml").is_file():
        print(f"{ROOT} holds the package but not the book: clone the repository and run there", file=sys.stderr)
        return 2
    if options.command == "clean":
        from superstars.press.environment import clean

        return clean(ROOT)
    if not options.here:
        from superstars.press.environment import ready

        python = ready(ROOT, tests=options.command in ("test", "bench", "release", "assignments", "pdf"))
        command = [str(python), "-m", "superstars", options.command, "--here", *rest]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": ""}).returncode

    from superstars import press
    from superstars.data import DataError

    try:
        return getattr(press, options.command)(ROOT, *rest)
    except DataError as error:  # a damaged file: the message names it
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
