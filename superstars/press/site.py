"""Build and serve the site."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def build(root: Path, into: Path, clean: bool = True) -> str:
    """Build the site from the saved outputs into ``into/_build/html``; returns the problems, "" if there are none.

    From clean doctrees, because a warm build forgets the warnings of the pages it does not read again; without
    ``clean`` only to see how fast it would be.
    """
    if clean:
        shutil.rmtree(into / "_build", ignore_errors=True)
    command = [
        sys.executable, "-c", "from jupyter_book.cli.main import main; main()",
        "build", str(root), "--path-output", str(into), "-W", "-n", "--keep-going", "-q", *(["--all"] if clean else []),
    ]  # fmt: skip
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
    output = run.stdout + run.stderr
    # jupyter-book exits 0 on some failures: the page that every build writes must be there, too
    if run.returncode or "WARNING" in output or not (into / "_build" / "html" / "search.html").is_file():
        return output
    return ""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of ``folder`` on the loopback address (``port`` 0: any that is free); the caller starts and stops it."""
    return ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Quiet, directory=str(folder)))
