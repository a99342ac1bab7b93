"""Where the book is published: one setting, ``[tool.superstars]`` in ``pyproject.toml``.

While an address is not known nothing on the page depends on it: no launch button, no canonical link, no sitemap.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Address:
    """``site`` and ``repository`` as https addresses, the site with a slash at its end; "" where not known yet."""

    site: str
    repository: str
    release: str


def address(root: Path) -> Address:
    """The setting, or what SUPERSTARS_ADDRESS and SUPERSTARS_REPOSITORY say instead.

    ``ValueError`` for anything but an https address or nothing.
    """
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    own = settings.get("tool", {}).get("superstars", {})
    found = {}
    for name, variable in (("address", "SUPERSTARS_ADDRESS"), ("repository", "SUPERSTARS_REPOSITORY")):
        value = os.environ.get(variable, own.get(name, ""))
        if value and not re.fullmatch(r"https://[\w.-]+(?:/[\w./~-]*)?", value):
            raise ValueError(f"{name} in [tool.superstars] is {value!r}; allowed: an https address, or nothing")
        found[name] = value.rstrip("/")
    site = found["address"] + "/" if found["address"] else ""
    return Address(site, found["repository"], settings["project"]["version"])
