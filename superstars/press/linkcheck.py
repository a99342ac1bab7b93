"""Do the links of the site to other places still lead somewhere? The one command that asks other hosts, once a week."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urldefrag, urlsplit
from urllib.request import Request, urlopen

SECONDS = 30
AT_ONCE = 8  # hosts; one host is asked one link at a time
PAUSE = 1.0  # seconds between two links of one host
GONE = (404, 410, 451)
HEADERS = {"User-Agent": "Mozilla/5.0 (link check of a book)", "Accept": "*/*"}


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") or ""
        if tag == "a" and target.startswith(("http://", "https://")):
            self.found.add(urldefrag(target).url)


def external(site: Path, own: str = "") -> dict[str, list[str]]:
    """Every link of the built ``site`` that leads elsewhere than ``own``, with the pages that have it."""
    found: dict[str, list[str]] = {}
    for file in sorted(site.rglob("*.html")):
        if file.relative_to(site).parts[0] == "_static":
            continue
        parser = _Links()
        parser.feed(file.read_text(encoding="utf-8"))
        for link in sorted(parser.found):
            if not own or not link.startswith(own):
                found.setdefault(link, []).append(file.relative_to(site).as_posix())
    return found


def answer(link: str, seconds: float = SECONDS) -> str:
    """"" if ``link`` leads to a page; "gone: …" if nothing is there; "unsure: …" if its host would not say."""
    try:
        # GET, because many hosts refuse HEAD; the page itself is not read
        with urlopen(Request(link, headers=HEADERS), timeout=seconds):
            return ""
    except HTTPError as error:
        return f"{'gone' if error.code in GONE else 'unsure'}: {error.code} {error.reason}"
    except URLError as error:
        # a host that has no name any more, not one whose name cannot be asked for at the moment
        nowhere = isinstance(error.reason, socket.gaierror) and error.reason.errno != socket.EAI_AGAIN
        return f"{'gone' if nowhere else 'unsure'}: {error.reason}"
    except TimeoutError:
        return f"unsure: no answer in {seconds:g} s"
    except (HTTPException, OSError, ValueError) as error:
        return f"unsure: {type(error).__name__} {error}".rstrip()


def check(links: list[str], ask: Callable[[str], str] = answer, pause: float = PAUSE) -> dict[str, str]:
    """What became of each of ``links`` that does not lead to a page; what fails is asked a second time."""
    hosts: dict[str, list[str]] = {}
    for link in links:
        hosts.setdefault(urlsplit(link).netloc, []).append(link)

    def host(its: list[str]) -> dict[str, str]:
        said = {}
        for link in its:
            said[link] = ask(link)
            time.sleep(pause)
        for link in [link for link, problem in said.items() if problem]:
            time.sleep(pause)
            said[link] = ask(link)
        return said

    with ThreadPoolExecutor(AT_ONCE) as pool:
        said = {link: problem for each in pool.map(host, hosts.values()) for link, problem in each.items()}
    return {link: said[link] for link in links if said[link]}


def report(problems: dict[str, str], pages: dict[str, list[str]]) -> str:
    """The problems as Markdown lists; "" if no link is gone: a host that would not say is no reason to act."""
    lists = []
    for kind, title in (("gone", "Links that lead nowhere"), ("unsure", "Hosts that would not say")):
        lines = [
            f"- <{link}> ({problem.partition(': ')[2]}), in {', '.join(f'`{page}`' for page in pages[link])}"
            for link, problem in problems.items() if problem.startswith(kind)
        ]  # fmt: skip
        if kind == "gone" and not lines:
            return ""
        if lines:
            lists.append(f"## {title}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(lists)
