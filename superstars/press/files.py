"""Files that people edit, read for the press: an error names the file, where in it, and what is allowed.

Tables are read by ``superstars.data.table``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat.reader import NotJSONError

from superstars.data import DataError, text


def notebook(file: Path) -> nbformat.NotebookNode:
    """A saved notebook; ``DataError`` where it is damaged."""
    return notebook_of(text(file), file)


def notebook_of(source: str, file: Path) -> nbformat.NotebookNode:
    """The notebook whose text is ``source``, read from ``file``; ``DataError`` where it is damaged."""
    try:
        found = nbformat.reads(source, as_version=4)
        nbformat.validate(found)
    except NotJSONError:  # its message repeats the whole file
        raise DataError(f"{file}: not a notebook: the JSON is damaged or cut short") from None
    except nbformat.ValidationError as error:
        raise DataError(f"{file}: not a notebook: {error.message[:200]}") from None
    except Exception as error:  # whatever the converters of old formats stumble over
        raise DataError(f"{file}: not a notebook: {type(error).__name__}: {str(error)[:200]}") from None
    return found


def settings(file: Path) -> dict[str, Any]:
    """A TOML file; ``DataError`` where it is none."""
    try:
        return tomllib.loads(text(file))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DataError(f"{file}: not TOML: {error}") from None


def mapping(file: Path) -> dict[str, Any]:
    """A YAML file that maps names to values; ``DataError`` where it is none."""
    try:
        found = yaml.safe_load(text(file))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{file}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise DataError(f"{file}: not a mapping of names to values")
    return found


def contents(root: Path) -> dict[str, Any]:
    """``_toc.yml``: its root, and under ``parts`` the caption and the chapters (``file``) of each.

    ``DataError`` names what is missing or not as it should be.
    """
    file = root / "_toc.yml"
    toc = mapping(file)
    _is(isinstance(toc.get("root"), str), file, "root", toc.get("root"), "a page such as book/index")
    toc.setdefault("parts", [])
    _is(isinstance(toc["parts"], list), file, "parts", toc["parts"], "a list")
    for number, part in enumerate(toc["parts"]):
        where = f"parts[{number}]"
        _is(isinstance(part, dict), file, where, part, "caption and chapters")
        _is(isinstance(part.get("caption"), str), file, f"{where}.caption", part.get("caption"), "text")
        chapters = part.get("chapters")
        _is(isinstance(chapters, list) and bool(chapters), file, f"{where}.chapters", chapters, "a list of files")
        for at, chapter in enumerate(chapters):
            good = isinstance(chapter, dict) and isinstance(chapter.get("file"), str)
            _is(good, file, f"{where}.chapters[{at}]", chapter, "file: and a page such as book/part/chapter")
    pages = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    twice = sorted({page for page in pages if pages.count(page) > 1})
    _is(not twice, file, "a page", twice, "each page once")
    return toc


def citation(root: Path) -> dict[str, Any]:
    """``CITATION.cff``: what the book says of itself; ``DataError`` names what is missing."""
    file = root / "CITATION.cff"
    cff = mapping(file)
    for name in ("title", "abstract"):
        _is(isinstance(cff.get(name), str), file, name, cff.get(name), "text")
    for name in ("version", "date-released"):
        _is(bool(cff.get(name)), file, name, cff.get(name), "a version, or a date")
    authors = cff.get("authors")
    _is(isinstance(authors, list) and bool(authors), file, "authors", authors, "a list of authors")
    for number, author in enumerate(authors):
        names = (("name",), ("family-names", "given-names"))
        named = isinstance(author, dict) and any(all(_words(author.get(n)) for n in needed) for needed in names)
        _is(named, file, f"authors[{number}]", author, "name, or family-names and given-names")
    return cff


def _words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is(good: bool, file: Path, where: str, value: object, allowed: str) -> None:
    if not good:
        raise DataError(f"{file}: {where} is {str(value)[:60]!r}; allowed: {allowed}")
