"""The results that chapters export, and from which data each was computed.

A chapter saves a result with ``prose.glue``. ``collect`` reads them out of the saved notebooks into one small file,
so that verdicts on claims need no chapter to run. A result is named ``part/chapter:name``.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from superstars import data
from superstars.prose import RECORD

FILE = Path(__file__).parent / "results.json"
REMEDY = "`python -m superstars book` writes it anew"
NEEDED = {"page", "name", "text", "note", "cell", "data"}


@dataclass(frozen=True)
class Result:
    """One exported result; ``cell`` is the number of its code cell, ``data`` the data sets it was computed from."""

    page: str
    name: str
    text: str
    note: str
    cell: int
    data: tuple[str, ...] = ()
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def key(self) -> str:
        return f"{self.page}:{self.name}"


def load(file: Path = FILE) -> dict[str, Result]:
    """Every result of the book by its key, as saved by the last rerun."""
    results = [_result(row, number, file) for number, row in enumerate(_saved(file, "results", list))]
    found = {result.key: result for result in results}
    if len(found) < len(results):
        twice = next(result.key for result in results if found[result.key] is not result)
        raise data.DataError(f"{file}: two results are called {twice!r}; {REMEDY}")
    return found


def everything(used: Iterable[str]) -> bool:
    """Whether ``used`` names all data sets of the book, as a number does that counts verdicts."""
    return _data_sets() <= set(used)


def pages(file: Path = FILE) -> dict[str, list[str]]:
    """For each page of the book the data sets that its cells use, figures and tables included."""
    found = _saved(file, "pages", dict)
    for page, names in found.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise data.DataError(f"{file}: pages[{page!r}] is {names!r}; allowed: names of data sets; {REMEDY}")
    return found


def _saved(file: Path, part: str, kind: type) -> Any:
    """One part of a file of results; ``DataError`` where the file is damaged."""
    try:
        found = json.loads(data.text(file))
    except (json.JSONDecodeError, RecursionError) as error:
        raise data.DataError(f"{file}: not JSON ({error}); {REMEDY}") from None
    if not isinstance(found, dict) or not isinstance(found.get(part), kind):
        raise data.DataError(f"{file}: {part!r} is missing or no {kind.__name__}; {REMEDY}")
    return found[part]


def _result(row: Any, number: int, file: Path) -> Result:
    where = f"{file}, result {number + 1}"
    if not isinstance(row, dict) or not NEEDED <= set(row) <= set(Result.__annotations__):
        raise data.DataError(f"{where}: {str(row)[:80]}; allowed: {', '.join(Result.__annotations__)}; {REMEDY}")
    for name, value in row.items():
        if name in ("page", "name", "text", "note"):
            good, allowed = isinstance(value, str), "text"
        elif name == "data":
            good, allowed = isinstance(value, list) and all(isinstance(v, str) for v in value), "names of data sets"
        elif name == "cell":
            good, allowed = isinstance(value, int) and not isinstance(value, bool) and value > 0, "a cell's number"
        else:
            real = isinstance(value, (int, float)) and not isinstance(value, bool)
            good, allowed = value is None or (real and abs(value) <= sys.float_info.max), "a finite number, or null"
        if not good:
            raise data.DataError(f"{where}: {name} is {str(value)[:80]!r}; allowed: {allowed}; {REMEDY}")
    return Result(**{**row, "data": tuple(row["data"])})


def collect(root: Path, notebooks: Iterable[Path]) -> None:
    """Write the results saved in ``notebooks`` of the book at ``root``, and their data, into its package, in one step.

    A folder of notebooks without the package is left alone.
    """
    file = root / "superstars" / FILE.name
    if not file.parent.is_dir():
        return
    notebooks = list(notebooks)
    found = [vars(result) for path in notebooks for result in of_notebook(root, path)]
    read = {_page(root, path): [cell[None] for cell in _origins(path, indirect=False)] for path in notebooks}
    used = {page: sorted(frozenset().union(*cells)) for page, cells in read.items()}
    text = json.dumps({"pages": used, "results": found}, indent=0, ensure_ascii=False) + "\n"
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        temporary = file.with_suffix(".new")
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, file)


def of_notebook(root: Path, path: Path) -> list[Result]:
    """The results saved in one notebook, in order; ``ValueError`` where two bear one name or the file is damaged."""
    try:
        return _of_notebook(root, path)
    except data.DataError:
        raise
    except (AttributeError, KeyError, SyntaxError, TypeError, ValueError) as error:
        raise data.DataError(f"{path}: not a notebook of results ({type(error).__name__}: {error})") from None


def _of_notebook(root: Path, path: Path) -> list[Result]:
    page, origins = _page(root, path), _origins(path)
    found: dict[str, Result] = {}
    for number, cell in enumerate(_code(path), 1):
        for output in cell["outputs"]:
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            if name is None:
                continue
            if name in found:
                raise ValueError(f"{page}: two results are called {name!r}")
            text = ast.literal_eval("".join(output["data"][RECORD + "text/plain"]))
            facts = output["data"].get(RECORD + "application/json")
            if facts is None:
                raise ValueError(f"{page}: result {name!r} has no note")
            used = origins[number - 1].get(name, origins[number - 1][None])
            found[name] = Result(page, name, text, cell=number, data=tuple(sorted(used)), **json.loads("".join(facts)))
    return list(found.values())


def _page(root: Path, path: Path) -> str:
    return path.relative_to(root / "book").with_suffix("").as_posix()


def _code(path: Path) -> list[dict]:
    try:
        cells = json.loads(data.text(path))["cells"]
        return [cell for cell in cells if cell["cell_type"] == "code" and isinstance(cell["outputs"], list)]
    except (json.JSONDecodeError, KeyError, TypeError, RecursionError) as error:
        raise data.DataError(f"{path}: not a notebook ({type(error).__name__}: {error})") from None


def _origins(path: Path, indirect: bool = True) -> list[dict[str | None, frozenset[str]]]:
    return cell_data(["".join(cell["source"]) for cell in _code(path)], indirect)


# --- which data a result was computed from, read off the source: a statement depends on the data sets it names,
# --- on those of the functions of this package it calls, and on those of the variables it uses


def cell_data(sources: list[str], indirect: bool = True) -> list[dict[str | None, frozenset[str]]]:
    """For each cell: the data sets behind each result glued by a literal name, and under None those of the cell.

    ``indirect``: what reads the results of other chapters rests on all data sets.
    """
    scope: dict[str, frozenset[str]] = {}
    imports: dict[str, str] = {}
    found = []
    for source in sources:
        tree = ast.parse("\n".join(line for line in source.split("\n") if not line.startswith("%")))
        here: dict[str | None, frozenset[str]] = {}
        everything: frozenset[str] = frozenset()
        for statement in tree.body:
            if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("superstars"):
                inside = statement.module.removeprefix("superstars").lstrip(".")
                for alias in statement.names:
                    imports[alias.asname or alias.name] = f"{inside}.{alias.name}".lstrip(".")
                continue
            used = _used(statement, scope, imports, indirect)
            everything |= used
            for call in _glued(statement):
                here[call.args[0].value] = _used(call, scope, imports, indirect)
            # a change in place (frame["x"] = …, list.append) keeps what the name already depended on
            for name in _bound(statement):
                whole = isinstance(statement, ast.Assign) and any(
                    isinstance(t, ast.Name) and t.id == name for t in statement.targets
                )
                scope[name] = used if whole else used | scope.get(name, frozenset())
        here[None] = everything
        found.append(here)
    return found


def _glued(statement: ast.stmt) -> list[ast.Call]:
    return [
        node for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "glue"
        and node.args and isinstance(node.args[0], ast.Constant)
    ]  # fmt: skip


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a statement binds or changes in place, in its branches and loops too."""
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names -= _local(statement)
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        changed = []
        if isinstance(node, ast.Assign):
            changed = node.targets
        elif isinstance(node, ast.AugAssign):
            changed = [node.target]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            changed = [node.value.func] if isinstance(node.value.func, ast.Attribute) else []
        for target in changed:
            while isinstance(target, (ast.Subscript, ast.Attribute)):
                target = target.value
            if isinstance(target, ast.Name):
                names.add(target.id)
    return names


def _local(node: ast.AST) -> set[str]:
    """Names that live only inside a comprehension or a function."""
    inside: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.comprehension):
            inside |= {name.id for name in ast.walk(part.target) if isinstance(name, ast.Name)}
        elif isinstance(part, ast.arguments):
            inside |= {argument.arg for argument in ast.walk(part) if isinstance(argument, ast.arg)}
    return inside


def _used(
    node: ast.AST, scope: dict[str, frozenset[str]], imports: dict[str, str], indirect: bool
) -> frozenset[str]:
    known, local = _data_sets(), _local(node)
    used: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value in known:
            used.add(part.value)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id not in local:
            used |= scope.get(part.id, frozenset())
            if part.id in imports:
                used |= _behind(imports[part.id], indirect)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in imports:
            used |= _behind(f"{imports[part.value.id]}.{part.attr}", indirect)
    return frozenset(used)


@cache
def _data_sets() -> frozenset[str]:
    return frozenset(data.catalog()["name"])


@cache
def _behind(name: str, indirect: bool) -> frozenset[str]:
    """The data sets that ``module.function`` (or ``module.CONSTANT``) of this package reaches, by name."""
    return _reach(name, frozenset(), indirect)


def _reach(name: str, seen: frozenset[str], indirect: bool) -> frozenset[str]:
    if indirect and name in ("results.load", "data.catalog"):  # what all chapters export, or what all files hold
        return _data_sets()
    module, _, item = name.rpartition(".")
    definitions, imports = _module(module)
    if name in seen or item not in definitions:
        return frozenset()
    used: frozenset[str] = frozenset()
    for part in ast.walk(definitions[item]):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value in _data_sets():
            used |= {part.value}
        elif isinstance(part, ast.Name):
            used |= _reach(imports.get(part.id, f"{module}.{part.id}"), seen | {name}, indirect)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in imports:
            used |= _reach(f"{imports[part.value.id]}.{part.attr}", seen | {name}, indirect)
    return used


@cache
def _module(name: str) -> tuple[dict[str, ast.AST], dict[str, str]]:
    """What a module of this package defines at its top level, and what it imports from the package."""
    here = Path(__file__).parent
    place = here.joinpath(*name.split("."))
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    if name in ("", "data", "results") or not file.is_file():  # data sets are named where they are loaded
        return {}, {}
    definitions: dict[str, ast.AST] = {}
    imports: dict[str, str] = {}
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("superstars"):
            inside = statement.module.removeprefix("superstars").lstrip(".")
            imports |= {a.asname or a.name: f"{inside}.{a.name}".lstrip(".") for a in statement.names}
        elif isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            definitions[statement.name] = statement
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            definitions |= {t.id: statement.value for t in targets if isinstance(t, ast.Name)}
    return definitions, imports
