"""The data of the book: one door, through which every number passes checked.

``data/datapackage.json`` (a Frictionless Data Package) is the only place that says what a file holds: its
types, units, marks, allowed values, size and SHA-256. This module reads a file as that descriptor says, or
raises :class:`DataError` naming file, line, column, value, what is allowed and what to do.

    levels = load("levels")                              # typed
    published = load("oews_national", raw=True)          # strings, marks included
    mine = load("levels", file="my_pay.csv")             # your own file in the same columns

On the command line: ``python -m superstars.data verify`` checks every file and cell; ``seal`` records size,
hash and rows anew after a file was changed on purpose; ``import oews FILE`` takes in a year of wages as published.

Properties that extend the standard descriptor: ``rows``; a field's ``unit``; ``blank``, what an empty cell
means; ``topCode``, the mark of a lower bound and the column that will hold the bound; the schema's
``topCodes``, where the bounds stand; ``ownFileColumns``, the columns a reader's own file cannot do without
(all, where it is not given).
"""

from __future__ import annotations

import argparse
import copy
import csv
import difflib
import gzip
import hashlib
import io
import json
import os
import re
import sys
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

_CORRECT = "correct the file"
MAX_LISTED = 20  # problems listed for one file; the rest are counted
MAX_BYTES = 100_000_000  # of a file, packed or not: what a few hundred packed kilobytes unpack to may fill the memory
MAX_COLUMNS = 1_000
MAX_SHOWN = 60  # characters of a value or a name in a message
WHOLE = 2**53  # up to here every whole number is a float
DESCRIPTOR = "datapackage.json"
JOURNAL = ".import.json"  # what an import creates and will delete; gone when it is through
DRAFT = ".datapackage.json.import"  # the descriptor that an import is about to put in place


class DataError(ValueError):
    """A data file, or the list of them, is not what it should be. ``problems``: one line a fault."""

    def __init__(self, message: str, problems: list[str] | None = None):
        super().__init__(message)
        self.problems = problems or [message]


# --- the descriptor -----------------------------------------------------------------------------------------


def _root(root: str | Path | None) -> Path:
    """The data directory: ``root``, else the one inside the installed package, else the repository's."""
    if root is not None:
        return Path(root)
    here = Path(__file__).resolve().parent
    return next(
        (d for d in (here / "_data", here.parent / "data") if (d / DESCRIPTOR).is_file()), here / "_data"
    )


def _package(root: Path) -> dict:
    file = root / DESCRIPTOR
    remedy = "restore it with `git checkout -- data`, or reinstall the package"
    return _described(_bytes(file, remedy), file, remedy)


@lru_cache(maxsize=4)  # by content: a changed file is read anew. Not to be changed by who gets it
def _described(content: bytes, file: Path, remedy: str) -> dict:
    try:
        package = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_finite)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{file}: not a data package ({type(error).__name__}: {error}); {remedy}") from None
    fault = next(_unlike(package, {"resources": [_RESOURCE]}, ""), None) or next(_contradictions(package), None)
    if fault:
        raise DataError(f"{file}: not a data package ({fault}); {remedy}")
    return package


def _once(pairs: list[tuple[str, object]]) -> dict:
    """A JSON object; ``ValueError`` where a key stands twice, since the first value would be dropped silently."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"a key stands twice in the object with the keys {', '.join(found)}")
    return found


def _finite(constant: str) -> float:
    raise ValueError(f"{constant} is not a number that JSON knows")


# the form of what this module reads in a descriptor: a type, an object with its keys ("?": may be missing), a list of
# one form, or a set of what is allowed
_NUMBER = (int, float)
_FIELD = {
    "name": str, "type": {"string", "integer", "number", "boolean", "datetime"}, "unit?": str, "format?": str,
    "missingValues?": [str], "trueValues?": [str], "falseValues?": [str], "blank?": bool,
    "topCode?": {"mark": str, "bound": str},
    "constraints?": {
        "required?": bool, "unique?": bool, "minimum?": _NUMBER, "maximum?": _NUMBER, "pattern?": str,
        "enum?": [(str, int)],
    },
}  # fmt: skip
_RESOURCE = {
    "name": str, "title": str, "path": str, "bytes": int, "rows": int, "hash": str, "licenses": [{"title": str}],
    "coverage": {"period": str, "population": str, "geography": str}, "sources": [{"title": str}],
    "schema": {
        "fields": [_FIELD], "missingValues?": [str], "primaryKey?": [str], "ownFileColumns?": [str],
        "topCodes?": {"resource": str, "yearField?": str, "year?": int},
    },
}  # fmt: skip


def _unlike(value: object, form: object, where: str) -> Iterator[str]:
    """What in ``value`` is not as ``form`` has it."""
    if isinstance(form, dict):
        if not isinstance(value, dict):
            yield f"{where or 'the whole'} is {_shown(value)}; allowed: an object"
            return
        for key, inner in form.items():
            name = key.removesuffix("?")
            if name in value:
                yield from _unlike(value[name], inner, f"{where}.{name}".lstrip("."))
            elif name == key:
                yield f"{f'{where}.{name}'.lstrip('.')} is missing"
    elif isinstance(form, list):
        if not isinstance(value, list):
            yield f"{where} is {_shown(value)}; allowed: a list"
            return
        for number, item in enumerate(value):
            yield from _unlike(item, form[0], f"{where}[{number}]")
    elif isinstance(form, set):
        if not (isinstance(value, str) and value in form):
            yield f"{where} is {_shown(value)}; allowed: {', '.join(sorted(form))}"
    elif not isinstance(value, form) or (isinstance(value, bool) and form in (int, _NUMBER)):
        words = {
            str: "text", int: "a whole number", _NUMBER: "a number", bool: "true or false",
            (str, int): "text or a whole number",
        }  # fmt: skip
        yield f"{where} is {_shown(value)}; allowed: {words[form]}"


def _contradictions(package: dict) -> Iterator[str]:
    """What each part of a descriptor allows, and the whole does not."""
    columns = {r["name"]: {f["name"] for f in r["schema"]["fields"]} for r in package["resources"]}
    if len(columns) < len(package["resources"]):
        yield "a resource name stands twice"
    for resource in package["resources"]:
        schema, where = resource["schema"], f"resource {resource['name']!r}"
        known = columns[resource["name"]]
        if not known or len(known) < len(schema["fields"]):
            yield f"{where}: no columns, or one stands twice"
        if Path(resource["path"]).is_absolute() or ".." in Path(resource["path"]).parts:
            yield f"{where}: the path is {resource['path']!r}; allowed: a file inside the folder"
        for key in ("primaryKey", "ownFileColumns"):
            if unknown := [name for name in schema.get(key, []) if name not in known]:
                yield f"{where}: {key} names {unknown[0]!r}, which is no column"
        where_bounds = schema.get("topCodes", {})
        bounds = columns.get(where_bounds.get("resource"), set())
        if where_bounds and not ("year" in where_bounds or where_bounds.get("yearField") in known):
            yield f"{where}: topCodes needs a year, or as yearField a column"
        for field in schema["fields"]:
            for kind, needs in (("datetime", ["format"]), ("boolean", ["trueValues", "falseValues"])):
                if missing := [key for key in needs if field["type"] == kind and key not in field]:
                    yield f"{where}, column {field['name']!r}: {missing[0]} is missing"
            if "topCode" in field and not {"year", "applied", _limit(field["topCode"]["bound"])} <= bounds:
                yield f"{where}, column {field['name']!r}: topCodes names no resource with its bound"
            try:
                re.compile(field.get("constraints", {}).get("pattern", ""))
            except re.error as error:
                yield f"{where}, column {field['name']!r}: the pattern is none ({error})"


def _limit(bound: str) -> str:
    """The column of the top codes that holds a bound."""
    return bound.replace("top_code", "limit") + "_usd"


def _resource(name: str, root: Path) -> dict:
    resources = {resource["name"]: resource for resource in _package(root)["resources"]}
    if name not in resources:
        close = difflib.get_close_matches(str(name), resources, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(close)}? " if close else ""
        raise DataError(f"no data set is called {name!r}; {hint}The names are: {', '.join(resources)}")
    return resources[name]


def describe(name: str, root: str | Path | None = None) -> dict:
    """The descriptor of a data set: title, description, sources, licenses, coverage, limits, and under
    ``schema["fields"]`` every column with its type, unit, description and allowed values. A copy: change it
    freely.

    Raises :class:`DataError` for an unknown name.
    """
    return copy.deepcopy(_resource(name, _root(root)))


def path(name: str, root: str | Path | None = None) -> Path:
    """Where the file of a data set lies. Raises :class:`DataError` for an unknown name."""
    root = _root(root)
    return root / _resource(name, root)["path"]


def catalog(root: str | Path | None = None) -> pd.DataFrame:
    """One row a data set: name, title, rows, period, population, geography, licence, source, path, bytes."""
    return pd.DataFrame(
        {
            "name": r["name"], "title": r["title"], "rows": r["rows"], **r["coverage"],
            "licence": "; ".join(licence["title"] for licence in r["licenses"]),
            "source": "; ".join(source["title"] for source in r["sources"]),
            "path": r["path"], "bytes": r["bytes"],
        }
        for r in _package(_root(root))["resources"]
    )  # fmt: skip


# --- from bytes to cells ------------------------------------------------------------------------------------


def _bytes(file: Path, remedy: str) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        why = getattr(error, "strerror", None) or error
        raise DataError(f"{file}: cannot be read ({why}); {remedy}") from None
    return _bounded(content, file, "the file", remedy)


def _bounded(content: bytes, file: Path, what: str, remedy: str) -> bytes:
    if len(content) > MAX_BYTES:
        raise DataError(f"{file}: {what} is too large; allowed: at most {MAX_BYTES:,} bytes; {remedy}")
    return content


def _text(content: bytes, file: Path, remedy: str) -> str:
    """Unpack (gzip, told by its first bytes or the name) and decode UTF-8, with or without a byte-order
    mark."""
    if content[:2] == b"\x1f\x8b" or (file.suffix == ".gz" and content):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                content = packed.read(MAX_BYTES + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise DataError(f"{file}: the gzip file is damaged or cut short ({error}); {remedy}") from None
        content = _bounded(content, file, "what the gzip file unpacks to", remedy)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{file}, line {line}: the byte {content[error.start]:#04x} is not UTF-8; allowed: a CSV file "
            f"in UTF-8 (in a spreadsheet: save as 'CSV UTF-8'); {remedy}"
        ) from None
    if not text.strip():
        raise DataError(f"{file}: the file is empty; allowed: a header line and at least one row; {remedy}")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DataError(
            f"{file}, line {line}: a NUL character; allowed: a CSV file in UTF-8, not UTF-16; {remedy}"
        )
    return text


def _cells_by_line(text: str, file: Path, remedy: str) -> tuple[list[list[str]], list[int]]:
    """Rows of strings and the line on which each begins, also where a cell holds a line break."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines, last = [], [], 0
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(last + 1)
            last = reader.line_num
    except csv.Error as error:
        raise DataError(f"{file}, line {last + 1}: not a row of CSV ({error}); {remedy}") from None
    return rows, lines


def _cells(text: str, file: Path, remedy: str, least: int = 1) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows of strings, and the line in the file (header = 1) on which each row begins."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows, lines = list(reader), None
        if reader.line_num == len(rows):  # no cell holds a line break: row n stands on line n
            lines = [line for line, row in enumerate(rows, 1) if row]
            rows = [row for row in rows if row] if len(lines) < len(rows) else rows
    except csv.Error:
        lines = None  # the slow way knows the line
    if lines is None:
        rows, lines = _cells_by_line(text, file, remedy)
    header, rows, lines = rows[0], rows[1:], lines[1:]
    if len(header) > MAX_COLUMNS:
        raise DataError(f"{file}, line 1: {len(header):,} columns; allowed: at most {MAX_COLUMNS:,}; {remedy}")
    if len(rows) < least:
        raise DataError(f"{file}: no rows below the header; allowed: at least one; {remedy}")
    problems = [
        f"{file}, line {line}: {len(row)} cells; allowed: {len(header)}, one for each column of the header"
        for row, line in zip(rows, lines, strict=True)
        if len(row) != len(header)
    ]
    if problems:
        raise _error(problems, remedy)
    return header, rows, lines


def _columns(header: list[str], schema: dict, file: Path, own: bool, remedy: str) -> list[str]:
    """The columns of the schema that the file holds. An own file may hold more (ignored, with a warning), may
    leave out what ``ownFileColumns`` does not name, and may have any order; a packaged file must agree
    exactly."""
    known = [field["name"] for field in schema["fields"]]
    needed = schema.get("ownFileColumns", known) if own else known
    problems = [
        f"{file}, line 1: the column {name!r} stands twice" for name in known if header.count(name) > 1
    ]
    extra = [name for name in header if name not in known]
    for name in needed:
        if name not in header:
            close = difflib.get_close_matches(name, extra, n=1)
            hint = f" (is it the column {_shown(close[0])}?)" if close else ""
            if len(header) == 1 and re.search(r"[;\t]", header[0]):
                hint = " (separate the columns with commas)"
            problems.append(
                f"{file}, line 1: the column {name!r} is missing{hint}; needed: {', '.join(needed)}"
            )
    if not own:
        problems += [
            f"{file}, line 1: the column {_shown(name)} is not in the schema; allowed: {', '.join(known)}"
            for name in extra
        ]
    if problems:
        raise _error(problems, remedy)
    if extra:
        more = f" and {len(extra) - MAX_LISTED} more" if len(extra) > MAX_LISTED else ""
        names = ", ".join(map(_shown, extra[:MAX_LISTED]))
        warnings.warn(f"{file}: columns not used: {names}{more}", stacklevel=4)
    return [name for name in known if name in header]


def _shown(value: object) -> str:
    """A value or a name as a message shows it."""
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 4] + "..." + text[-1]


def _error(problems: list[str], remedy: str) -> DataError:
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    listed = problems[:MAX_LISTED]
    if len(problems) > MAX_LISTED:
        listed.append(f"{problems[0].split(', line ')[0]}: and {len(problems) - MAX_LISTED} problems more")
    return DataError(f"{problems[0]}{more}; {remedy}", listed)


def text(file: Path) -> str:
    """The text of a file that people edit; :class:`DataError` unless it can be read and is UTF-8."""
    return _text(_bytes(file, _CORRECT), file, _CORRECT)


def table(file: Path, columns: list[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with exactly ``columns``, all of them strings, and the line on which each begins.

    It may have no rows. :class:`DataError` names file and line.
    """
    header, rows, lines = _cells(text(file), file, _CORRECT, least=0)
    if header != columns:
        raise DataError(f"{file}, line 1: the columns are {_shown(header)}; allowed: {', '.join(columns)}")
    return [(line, dict(zip(header, row, strict=True))) for line, row in zip(lines, rows, strict=True)]


# --- from cells to types ------------------------------------------------------------------------------------


def _allowed(field: dict) -> str:
    """What a cell of the column may hold, in words."""
    rule = field.get("constraints", {})
    words = {"integer": "a whole number", "number": "a number", "boolean": "TRUE or FALSE", "string": "text"}
    text = words.get(field["type"]) or f"a time as {field.get('format', 'in ISO 8601')}"
    if "enum" in rule:
        text = "one of " + ", ".join(map(str, rule["enum"]))
    if "pattern" in rule:
        text += f" of the form {rule['pattern']}"
    if "minimum" in rule:
        text += (
            f", at least {rule['minimum']:,}" if rule["minimum"] < 1900 else f", at least {rule['minimum']}"
        )
    if "maximum" in rule:
        text += f", at most {rule['maximum']:,}" if rule["maximum"] > 2100 else f", at most {rule['maximum']}"
    if field["type"] in ("integer", "number"):
        text += f" ({field['unit']})" if field.get("unit", "year") != "year" else ""
        text += ", without thousands separators or currency signs"
    if not rule.get("required"):
        text += ", or empty"
    return text


def _foreign(cells: pd.Series, ours: str) -> pd.Series:
    """Which cells hold another character than ``ours``: what a person or an agency would not write as a number,
    and pandas may read all the same (blanks, digits of other scripts, "infinity")."""
    foreign = re.compile(f"[^{ours}]")
    if not foreign.search("".join(cells.unique())):  # nearly always: one search is faster than one for each cell
        return pd.Series(False, cells.index)
    return cells.map(lambda text: foreign.search(text) is not None).astype(bool)


def _typed(
    cells: pd.Series, field: dict, missing_values: list[str]
) -> tuple[pd.Series, dict[str, np.ndarray]]:
    """The column in its type, and for each kind of fault the rows that have it.

    All rules but that of a unique column look at one cell alone, so each distinct cell is judged once.
    """
    codes, distinct = pd.factorize(cells.to_numpy())
    few, faults = _judged(pd.Series(distinct, dtype=object), field, missing_values)
    values = few.take(codes).set_axis(cells.index)
    bad = {what: rows.to_numpy(bool)[codes] for what, rows in faults.items() if rows.any()}
    if field.get("constraints", {}).get("unique"):
        missing = cells.isin(field.get("missingValues", missing_values))
        bad["stands twice"] = (values.duplicated() & ~missing).to_numpy()
    return values, bad


def _judged(
    cells: pd.Series, field: dict, missing_values: list[str]
) -> tuple[pd.Series, dict[str, pd.Series]]:
    """Cells in their type, and for each kind of fault whether a cell has it."""
    kind, rule = field["type"], field.get("constraints", {})
    missing = cells.isin(field.get("missingValues", missing_values))
    bad = {}
    if kind in ("integer", "number"):
        figures = cells.mask(missing | _foreign(cells.mask(missing, ""), "0-9.eE+-"))
        values = pd.to_numeric(figures, errors="coerce").astype(float)
        bad["is not a number"] = values.isna() & ~missing
        bad["is infinite"] = pd.Series(np.isinf(values), cells.index)
        lost = figures[values == 0].str.contains("^[^eE]*[1-9]")
        bad["is too small to be told from 0"] = lost.reindex(cells.index, fill_value=False)
        if kind == "integer":
            bad["is not a whole number"] = values.notna() & ~bad["is infinite"] & (values != values.round())
            bad[f"is not below {WHOLE:,}, up to which whole numbers are exact"] = values.abs() >= WHOLE
            if rule.get("required") and not (missing.any() or any(rows.any() for rows in bad.values())):
                values = values.astype("int64")
        if "minimum" in rule:
            bad["is too small"] = values < rule["minimum"]
        if "maximum" in rule:
            bad["is too large"] = (values > rule["maximum"]) & ~bad["is infinite"]
    elif kind == "boolean":
        truth = dict.fromkeys(field["trueValues"], True) | dict.fromkeys(field["falseValues"], False)
        values = cells.map(truth)
        bad["is neither TRUE nor FALSE"] = values.isna() & ~missing
        values = values.mask(missing, field.get("blank", np.nan))
        if not values.isna().any():
            values = values.astype(bool)
    elif kind == "datetime":
        values = pd.to_datetime(cells.mask(missing), format=field["format"], errors="coerce")
        # pandas reads more than the format: "today", years before the first, digits of other scripts
        written = (values.dt.strftime(field["format"]) == cells) & ~cells.str.startswith("-")
        bad["is not a time"] = ~written & ~missing
    else:
        values = cells.mask(missing).astype("str")
        bad["is a formula and not its value"] = cells.str.startswith("=")
    if "enum" in rule:
        bad["is not in the list"] = values.notna() & ~values.isin(rule["enum"])
    if "pattern" in rule:
        pattern = re.compile(rule["pattern"])
        odd = [text for text in cells[~missing].unique() if not pattern.fullmatch(text)]
        bad["has the wrong form"] = cells.isin(odd) & ~missing
    if rule.get("required"):
        bad["is empty"] = missing
    return values, bad


def _frame(raw: pd.DataFrame, lines: list[int], schema: dict, file: Path, remedy: str) -> pd.DataFrame:
    """Types every column of the schema; raises one :class:`DataError` that lists the faults by line."""
    missing_values = schema.get("missingValues", [""])
    columns, faults = {}, []
    for field in schema["fields"]:
        name = field["name"]
        if name not in raw:  # an own file may lack it
            empty = {"string": "str", "boolean": object, "datetime": "datetime64[us]"}.get(
                field["type"], float
            )
            columns[name] = pd.Series(
                pd.NaT if field["type"] == "datetime" else np.nan, raw.index, dtype=empty
            )
            continue
        columns[name], bad = _typed(raw[name], field, missing_values)
        for what, rows in bad.items():
            for i in np.flatnonzero(rows):
                where = f"{file}, line {lines[i]}, column {name!r}"
                text = f"{where}: {_shown(raw[name].iat[i])} {what}; allowed: {_allowed(field)}"
                faults.append((lines[i], text))
    frame = pd.DataFrame(columns)
    key = [name for name in schema.get("primaryKey", []) if name in raw]
    if key and not faults:
        for i in np.flatnonzero(frame.duplicated(key).to_numpy()):
            same = ", ".join(f"{name} {_shown(raw[name].iat[i])}" for name in key)
            text = f"{file}, line {lines[i]}, column {key[0]!r}: a second row for {same}; allowed: one"
            faults.append((lines[i], text))
    if faults:
        raise _error([text for _, text in sorted(faults, key=lambda fault: fault[0])], remedy)
    return frame


def _with_bounds(frame: pd.DataFrame, raw: pd.DataFrame, schema: dict, root: Path) -> pd.DataFrame:
    """Adds ``<column>_topcoded`` where a column can carry the mark of a bound, and the bounds (USD).

    The limit of a year stands in every row of a year in which it was applied to all wages, else (as in May 2025)
    only in rows that carry the mark, else NaN: no limit.
    """
    coded = {f["name"]: f["topCode"] for f in schema["fields"] if "topCode" in f and f["name"] in raw}
    if not coded:
        return frame
    marked = {f"{name}_topcoded": raw[name] == code["mark"] for name, code in coded.items()}
    where = schema["topCodes"]
    limits = load(where["resource"], root=root).set_index("year")
    years = frame[where["yearField"]] if "yearField" in where else pd.Series(where["year"], frame.index)
    bounds = {}
    for bound in sorted({code["bound"] for code in coded.values()}, reverse=True):
        here = [marked[f"{name}_topcoded"] for name, code in coded.items() if code["bound"] == bound]
        limit = years.map(limits[_limit(bound)])
        bounds[bound] = limit.where(years.map(limits["applied"]) | pd.concat(here, axis=1).any(axis=1))
    return pd.concat([frame, pd.DataFrame(marked), pd.DataFrame(bounds)], axis=1)


def _parse(
    content: bytes, resource: dict, file: Path, own: bool, raw: bool, root: Path, remedy: str
) -> pd.DataFrame:
    header, rows, lines = _cells(_text(content, file, remedy), file, remedy)
    schema = resource["schema"]
    names = _columns(header, schema, file, own, remedy)
    cells = dict(zip(header, zip(*rows, strict=True), strict=False))
    strings = pd.DataFrame({name: pd.Series(cells[name], dtype=object) for name in names})
    if raw:
        return strings.astype("str")
    return _with_bounds(_frame(strings, lines, schema, file, remedy), strings, schema, root)


def _seal_of(content: bytes) -> dict:
    return {"bytes": len(content), "hash": "sha256:" + hashlib.sha256(content).hexdigest()}


def load(
    name: str, file: str | Path | None = None, raw: bool = False, root: str | Path | None = None
) -> pd.DataFrame:
    """A data set as a frame, checked against its size, SHA-256 and schema.

    Units and meaning of each column: :func:`describe`. Numbers are float (NaN where the cell is empty or
    carries a mark), whole numbers that are never missing int64, yes/no columns bool. OEWS frames also get
    ``<column>_topcoded`` for each wage that can carry ``#`` and ``top_code_hourly``, ``top_code_annual``
    (USD): the bound, NaN where no limit was applied (as in national May 2025).

    Parameters
    ----------
    name : a name of :func:`catalog`.
    file : your own .csv or .csv.gz in the columns of that data set (UTF-8, commas), say ``"levels"`` or
        ``"taulbee"``. Same checks, no hash. Columns in any order; columns the data set does not have are
        ignored with a warning; columns that ``ownFileColumns`` does not name may be left out and come back
        empty.
    raw : strings as in the file, marks included, cells unchecked.
    root : another data directory.

    Raises
    ------
    DataError
        naming file, line (header = 1), column, value, what is allowed, and what to do.
    """
    root = _root(root)
    resource = _resource(name, root)
    if file is not None:
        remedy = "correct the file and load it again"
        file = Path(file)
        return _parse(_bytes(file, remedy), resource, file, True, raw, root, remedy)
    file = root / resource["path"]
    remedy = f"restore it with `git checkout -- data/{resource['path']}`, or reinstall the package"
    content = _bytes(file, remedy)
    actual = _seal_of(content)
    changed = [
        f"{key} expected {resource[key]}, found {actual[key]}"
        for key in actual
        if actual[key] != resource[key]
    ]
    if not changed:
        return _parse(content, resource, file, False, raw, root, remedy)
    problems = [f"{file}: the file was changed: {'; '.join(changed)}"]
    try:  # say where, if the change breaks the schema
        _parse(content, resource, file, False, False, root, remedy)
        where = "the cells still follow the schema (if it is meant: `python -m superstars.data seal`)"
    except DataError as error:
        problems += error.problems
        where = error.problems[0]
    raise DataError(f"{problems[0]}; {where}; {remedy}", problems)


# --- command line -------------------------------------------------------------------------------------------


def leftovers(root: str | Path | None = None) -> list[str]:
    """Names of files, the journal last, that an import has written or will delete and the descriptor does not list;
    none, unless one is under way or was cut short."""
    root = _root(root)
    names = []
    with suppress(OSError, ValueError, KeyError, TypeError):  # cut short while it was written: nothing else was yet
        names = json.loads((root / JOURNAL).read_bytes())["names"]
    listed = {resource["path"] for resource in _package(root)["resources"]} | {DESCRIPTOR}
    inside = [name for name in names if isinstance(name, str) and not Path(name).is_absolute() and ".." not in name]
    return [name for name in [*inside, DRAFT, JOURNAL] if name not in listed and (root / name).is_file()]


def verify(root: str | Path | None = None) -> list[tuple[str, int, list[str]]]:
    """Checks every file: (name, rows, problems), one entry a data set; a last entry, named ``""``, for CSV
    files in the directory that the descriptor does not list, and for what an import left over."""
    root = _root(root)
    report = []
    resources = _package(root)["resources"]
    for resource in resources:
        try:
            rows, problems = len(load(resource["name"], root=root)), []
            if rows != resource["rows"]:
                problems = [f"{root / resource['path']}: rows expected {resource['rows']}, found {rows}"]
        except DataError as error:
            rows, problems = 0, error.problems
        report.append((resource["name"], rows, problems))
    left = {root / name for name in leftovers(root)}
    listed = left | {root / resource["path"] for resource in resources}
    strays = [p for pattern in ("*.csv", "*.csv.gz") for p in root.rglob(pattern) if p not in listed]
    problems = [f"{p}: not listed in {DESCRIPTOR}; describe it there or delete it" for p in sorted(strays)]
    problems += [
        f"{p}: left by an import that was cut short (or is under way); the next import deletes it" for p in sorted(left)
    ]
    report.append(("", 0, problems))
    return report


def seal(root: str | Path | None = None) -> list[str]:
    """Records size, SHA-256 and rows of every file in the descriptor; returns the names that changed.

    Raises :class:`DataError`, writing nothing, if a file does not follow its schema.
    """
    root = _root(root)
    package = copy.deepcopy(_package(root))
    changed = []
    # a copy is sealed and verified first, so that nothing changes unless everything holds
    with tempfile.TemporaryDirectory(dir=root.parent) as scratch:
        trial = Path(scratch)
        for resource in package["resources"]:
            file = root / resource["path"]
            remedy = "correct the file, or its schema, and seal again"
            content = _bytes(file, remedy)
            new = _seal_of(content) | {"rows": len(_cells(_text(content, file, remedy), file, remedy)[1])}
            if any(resource.get(key) != value for key, value in new.items()):
                changed.append(resource["name"])
                resource.update(new)
            (trial / resource["path"]).parent.mkdir(parents=True, exist_ok=True)
            (trial / resource["path"]).write_bytes(content)
        draft = trial / DESCRIPTOR
        draft.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        problems = [p.replace(str(trial), str(root)) for _, _, found in verify(trial) for p in found]
        if problems:
            raise DataError("; ".join(problems[:1]) + "; nothing was sealed", problems)
        if changed:
            os.replace(draft, root / DESCRIPTOR)  # at once or not at all
    return changed


def main(arguments: list[str] | None = None) -> int:
    """``verify``, ``seal`` or ``import``: 0 if all is well, 1 with a line for each problem, 2 for a wrong command."""
    from superstars import oews_import

    parser = argparse.ArgumentParser(
        prog="python -m superstars.data", description="check or seal the data files, or import a year of wages"
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--dir", default=None, help="another data directory than the package's")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("verify", parents=[shared], help="check every file")
    commands.add_parser("seal", parents=[shared], help="record every file anew")
    taking = commands.add_parser("import", parents=[shared], help="take in a year as the source publishes it")
    taking.add_argument("what", choices=["oews"], help="oews: national wages by occupation of one year")
    taking.add_argument("file", help="the workbook (.xlsx), its zip, or the http(s) address of either")
    taking.add_argument("--year", type=int, help="where neither sheet, file name nor title tells it")
    taking.add_argument("--threshold", type=oews_import.percent, default=oews_import.JUMP, metavar="PERCENT",
                        help="list wages that change by more (default: 30)")  # fmt: skip
    taking.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
    taking.add_argument("--sha256", type=oews_import.digest, help="the hash the file must have")
    options = parser.parse_args(arguments)
    try:
        if options.command == "import":
            oews_import.run(options.file, _root(options.dir), options.year, options.threshold, options.dry_run,
                            options.sha256)  # fmt: skip
            return 0
        if options.command == "seal":
            changed = seal(options.dir)
            print("sealed: " + (", ".join(changed) if changed else "nothing had changed"))
            return 0
        report = verify(options.dir)
    except DataError as error:
        print("\n".join(error.problems))
        return 1
    for name, rows, problems in report:
        if name and not problems:
            print(f"OK {name}: {rows:,} rows")
        for problem in problems:
            print(problem)
    return int(any(problems for _, _, problems in report))


if __name__ == "__main__":
    from superstars.data import main as once  # this module under its own name: one DataError for all

    sys.exit(once())
