"""Build and serve the site."""

from __future__ import annotations

import functools
import gzip
import io
import os
import shutil
import subprocess
import sys
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO


def build(root: Path, into: Path) -> str:
    """Build the site from the saved outputs into ``into/_build/html``; returns the problems, "" if there are none.

    Always from clean doctrees, because a warm build forgets the warnings of the pages it does not read again.
    """
    shutil.rmtree(into / "_build", ignore_errors=True)
    command = [
        sys.executable, "-c", "from jupyter_book.cli.main import main; main()",
        "build", str(root), "--path-output", str(into), "-W", "-n", "--keep-going", "--all", "-q",
    ]  # fmt: skip
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
    output = run.stdout + run.stderr
    # jupyter-book exits 0 on some failures: the page that every build writes must be there, too
    if run.returncode or "WARNING" in output or not (into / "_build" / "html" / "search.html").is_file():
        return output
    return ""


COMPRESSED = ("text/", "application/json", "application/javascript", "image/svg+xml")


class _Host(SimpleHTTPRequestHandler):
    """Says nothing on the terminal and compresses text, as a host of pages does."""

    def log_message(self, *_: object) -> None:
        pass

    def send_head(self) -> BinaryIO | None:
        path = Path(self.translate_path(self.path))
        kind = self.guess_type(str(path))
        asked = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (asked and path.is_file() and kind.startswith(COMPRESSED)):
            return super().send_head()
        stamp = path.stat().st_mtime
        body = _compressed(path, stamp)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", self.date_time_string(stamp))
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        return io.BytesIO(body)


@functools.lru_cache(maxsize=256)
def _compressed(path: Path, stamp: float) -> bytes:
    """The file gzipped; ``stamp`` is when it changed, so that a rebuilt page is compressed anew."""
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of ``folder`` on the loopback address (``port`` 0: any that is free); the caller starts and stops it."""
    return ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Host, directory=str(folder)))
