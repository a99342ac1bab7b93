"""One file from an address on the web, with a limit on its size, retries, and errors that say what happened."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import superstars
from superstars.data import DataError
from superstars.oews_workbook import MAX_FILE, NEEDS

ATTEMPTS = 3
PAUSE = 1.0  # seconds before the second attempt, twice that before the third
TIMEOUT = 30  # seconds without an answer
AGENT = f"superstars/{superstars.__version__} (imports published wage tables, one file a year)"


class _Limited:
    """A file that takes no more than ``MAX_FILE`` bytes."""

    def __init__(self, stream: Any, address: str):
        self.stream, self.address, self.size = stream, address, 0

    def write(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > MAX_FILE:
            raise DataError(f"{self.address}: larger than {MAX_FILE:,} bytes; a national workbook has 0.3 million")
        self.stream.write(chunk)

    def flush(self) -> None:
        self.stream.flush()


def is_address(text: str) -> bool:
    """Whether the argument names a place on the web rather than a file."""
    return "://" in text


def fetch(address: str, folder: Path, sha256: str | None = None) -> Path:
    """The file at ``address``, put into ``folder`` under its own name.

    Broken connections and errors of the server (5xx) are tried again, twice; a refusal (4xx) or another hash is not.

    Raises :class:`DataError` saying what happened, with nothing left in the folder.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DataError(f"{address}: not an address that is fetched; allowed: http:// or https://")
    name = unquote(parts.path).rpartition("/")[2]
    if not name or name.startswith(".") or "\\" in name or "\0" in name:
        raise DataError(f"{address}: no file name at its end; allowed: an address that ends as in …/oesm25nat.zip")
    try:
        import pooch
        import requests
        import tqdm  # noqa: F401  pooch draws its bar with it
    except ImportError:
        raise DataError(NEEDS) from None
    pooch.get_logger().setLevel(logging.WARNING)
    # bytes as the server keeps them: what is hashed is what was published
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}

    def download(url: str, file: str, _: Any) -> None:
        ask = pooch.HTTPDownloader(
            progressbar=sys.stderr.isatty(), chunk_size=65_536, timeout=TIMEOUT, headers=headers
        )
        with open(file, "wb") as stream:
            ask(url, _Limited(stream, address), None)

    known = f"sha256:{sha256}" if sha256 else None
    for attempt in range(ATTEMPTS):
        try:
            return Path(pooch.retrieve(address, known, fname=name, path=folder, downloader=download))
        except requests.HTTPError as error:
            status = error.response.status_code
            said = f"the server answers {status} {error.response.reason}"
            if status < 500:
                break
        except (requests.RequestException, ConnectionError) as error:
            said = f"the connection broke or was refused ({type(error).__name__})"
        except OSError as error:
            raise DataError(f"{address}: cannot be stored in {folder} ({error.strerror})") from None
        except DataError:
            raise
        except ValueError as error:  # pooch: another hash
            raise DataError(f"{address}: the file has another hash than --sha256 says ({error})") from None
        if attempt < ATTEMPTS - 1:
            print(f"{address}: {said}; trying again", file=sys.stderr)
            time.sleep(PAUSE * (attempt + 1))
    raise DataError(f"{address}: {said}; check the address, or download it in a browser and import the file")
