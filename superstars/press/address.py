"""Where the book is published: one setting, ``[tool.superstars]`` in ``pyproject.toml``.

While an address is not known nothing on the page depends on it: no launch button, no canonical link, no sitemap.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from superstars.press import files


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
    settings = files.settings(root / "pyproject.toml")
    own = _table(_table(settings, "tool"), "superstars")
    found = {}
    for name, variable in (("address", "SUPERSTARS_ADDRESS"), ("repository", "SUPERSTARS_REPOSITORY")):
        value = os.environ.get(variable, own.get(name, ""))
        if not isinstance(value, str) or (value and not re.fullmatch(r"https://[\w.-]+(?:/[\w./~-]*)?", value)):
            where = f"pyproject.toml: {name} in [tool.superstars]"
            raise ValueError(f"{where} is {value!r}; allowed: an https address, or nothing")
        found[name] = value.rstrip("/")
    site = found["address"] + "/" if found["address"] else ""
    release = _table(settings, "project").get("version")
    if not isinstance(release, str):
        raise ValueError(f"{root / 'pyproject.toml'}: version in [project] is {release!r}; allowed: text such as 1.0.0")
    return Address(site, found["repository"], release)


def _table(settings: dict[str, Any], name: str) -> dict[str, Any]:
    """A table of the settings, empty where it is not there or something else."""
    found = settings.get(name)
    return found if isinstance(found, dict) else {}
