"""A workbook of national wages as the Bureau of Labor Statistics (BLS) publishes it: read, checked, in panel form.

Takes the workbook (.xlsx) or the zip in which BLS ships it, of any year from 2014 on. Nothing is unpacked to disk, no
formula is evaluated, and XML that declares a document type or another encoding than UTF-8 is not parsed at all.
"""

from __future__ import annotations

import difflib
import hashlib
import io
import re
import stat
import warnings
import zipfile
import zlib
from collections.abc import Collection
from decimal import Decimal
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from superstars import data
from superstars.data import DataError

FIRST_YEAR = 2014  # older ones are .xls, which is not read
MAX_FILE = 20_000_000  # bytes; published: 0.3 million
MAX_UNPACKED = 60_000_000  # bytes of all members together; published: 2 million
MAX_MEMBERS = 100
MAX_RATIO = 100  # of a member's size to its packed size; published: 13 at most
MAX_ROWS, MAX_COLUMNS = 5_000, 60  # published: 1,404 and 32
ROUNDING = 15.6  # USD a year; a cent an hour and ten dollars a year leave 15.40, and 32 cells of 2014-2020 show 15.60
LOST = 0.001  # of all jobs that may be missing from the detailed rows; published from 2014 on: 0.0001 at most
NEEDS = 'the packages for imports are not installed; type: pip install "superstars[import]"'

WAGES = ("mean", "pct10", "pct25", "median", "pct75", "pct90")
_NATION = {  # what the columns of area and industry hold in the national cross-industry file
    "area": "99", "area_title": "U.S.", "area_type": "1", "prim_state": "US", "naics": "000000",
    "naics_title": "Cross-industry", "i_group": "cross-industry", "own_code": "1235",
}  # fmt: skip
_UNUSED = ("jobs_1000", "loc_quotient", "pct_total", "pct_rpt")  # blank in the national file
_ALIASES = {"occ_group": "o_group"}  # up to 2018
_ELSEWHERE = {"st": "state", "state": "state", "area_name": "metropolitan", "msa_name": "metropolitan"}
_TITLE = re.compile(r"May (20\d\d) OEW?S Estimates")
_NAMES = (re.compile(r"national_M(20\d\d)_dl", re.I), re.compile(r"oesm(\d\d)nat", re.I))
_LIMIT = re.compile(
    r"#\s*=\s*indicates a wage (greater than or equal to|equal to or greater than|greater than) "
    r"\$([\d,]+\.\d\d) per hour or \$([\d,]+) per year"
)
_NUMBER = re.compile(r"-?\$?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


class Limit(NamedTuple):
    """The top code that field descriptions state: USD as text, the wording, and where it stands."""

    hourly: str
    annual: str
    wording: str
    stated_in: str


class Published(NamedTuple):
    """A year as published. ``frame``: the panel's columns as strings, with marks; ``source``: title, hash, bytes;
    ``notes``: columns that were left out or stand elsewhere, in words."""

    year: int
    frame: pd.DataFrame
    limit: Limit | None
    source: dict[str, Any]
    notes: list[str]


class _Cell(NamedTuple):
    value: Any
    kind: str  # openpyxl's: n number, s text, b yes/no, d date, e error, f formula


def read(file: str | Path, year: int | None = None, root: str | Path | None = None) -> Published:
    """Read and check a workbook, or the zip that holds it.

    Parameters
    ----------
    file : .xlsx or .zip as published.
    year : needed only where neither sheet, file name nor title tells it.
    root : the data directory whose schema of ``oews_national`` says what a cell may hold.

    Raises
    ------
    DataError
        naming file, sheet, row (as Excel numbers it), column, value and what is allowed.
    """
    file = Path(file)
    content = _content(file)
    members = _members(content, str(file))
    evidence: list[tuple[int, str]] = []
    words: dict[str, list[list[_Cell]]] = {}
    title = file.name
    if "[Content_Types].xml" in members:
        book, name = members, file.name
    else:
        name, described = _choose(members, str(file))
        book = _members(members[name], f"{file}: {name}")
        title = f"{PurePosixPath(name).name} (in {file.name})"
        if described:
            inside = _members(members[described], f"{file}: {described}")
            words = {f"{described}|{k}": v for k, v in _sheets(inside, f"{file}: {described}").items()}
        evidence += _years(file.name, "the name of the archive")
    label = str(file) if name == file.name else f"{file}: {name}"
    sheets = _sheets(book, label)
    sheet = _table(sheets, label)
    evidence += _years(name, "the file name") + _years(sheet, "the name of the sheet")
    words |= {f"{PurePosixPath(name).name}|{k}": v for k, v in sheets.items() if re.search("field.?desc", k, re.I)}
    for where, lines in words.items():
        text = " ".join(str(c.value) for row in lines for c in row if c.value is not None)
        evidence += [(int(y), f"the title in {where.replace('|', ', sheet ')}") for y in _TITLE.findall(text)[:1]]
    found = _agreed(evidence, year, label)
    frame, notes = _frame(sheets[sheet], f"{label}, sheet {sheet!r}", found, root)
    source = {
        "title": f"BLS, {title}, May {found}",
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "bytes": len(content),
    }
    return Published(found, frame, _limit(words, label), source, notes)


# --- from bytes to sheets -----------------------------------------------------------------------------------


def _content(file: Path) -> bytes:
    """The bytes of the file, if it can be a workbook or a zip at all; what else it is, is named."""
    wanted = "allowed: the workbook (.xlsx) or the zip as BLS publishes them"
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_FILE + 1)
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror}); {wanted}") from None
    if len(content) > MAX_FILE:
        raise DataError(f"{file}: larger than {MAX_FILE:,} bytes; a national workbook has 0.3 million; {wanted}")
    what = _kind(content)
    if what:
        raise DataError(f"{file}: {what}; {wanted}")
    return content


def _kind(content: bytes) -> str:
    """What the bytes are, in words, if they are no zip."""
    start = content[:4000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content.startswith(b"PK\x03\x04"):
        return ""
    if not content:
        return "the file is empty"
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # the container of old Excel files and of encrypted new ones
        locked = "EncryptedPackage".encode("utf-16-le") in content
        return "encrypted with a password" if locked else "an old Excel workbook (.xls)"
    if start.startswith(b"<!doctype html") or b"<html" in start or b"<table" in start:
        return "an HTML page, not a workbook"
    if start.startswith(b"<?xml"):
        return "an XML file, not a workbook"
    if b"\0" not in content and (b"," in start or b"\t" in start or b";" in start):
        return "a text file (CSV), not a workbook"
    return "neither a workbook nor a zip"


def _members(content: bytes, label: str) -> dict[str, bytes]:
    """The members of a zip, unpacked in memory; refuses what an honest archive does not hold."""
    damaged = f"{label}: damaged or cut short; download it again"
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{damaged} ({error})") from None
    if len(entries) > MAX_MEMBERS:
        raise DataError(f"{label}: {len(entries):,} members in the zip; allowed: {MAX_MEMBERS}")
    names = [entry.orig_filename for entry in entries]
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise DataError(f"{label}: {unpacked:,} bytes when unpacked; allowed: {MAX_UNPACKED:,}")
    members = {}
    for entry, name in zip(entries, names, strict=True):
        fault = _suspect(entry, name, names)
        if fault:
            raise DataError(f"{label}: the member {name!r} {fault}; download the file again from BLS")
        if name.endswith("/") or name.startswith("__MACOSX/"):
            continue
        try:
            with archive.open(entry) as stream:
                members[name] = stream.read(entry.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise DataError(f"{damaged} (the member {name!r}: {error})") from None
        if len(members[name]) != entry.file_size:
            raise DataError(f"{damaged} (the member {name!r} has another size than it states)")
    return members


def _suspect(entry: zipfile.ZipInfo, name: str, names: list[str]) -> str:
    """What is wrong with a member before it is read; nothing, mostly."""
    if not name or re.search(r"^[/\\]|^[A-Za-z]:|\\|\0", name) or ".." in name.split("/"):
        return "has a name that leads out of the archive"
    if names.count(name) > 1:
        return "stands twice"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a symbolic link"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"is packed by method {entry.compress_type}; allowed: stored or deflated"
    if entry.file_size > 65_536 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        return f"grows {entry.file_size // max(entry.compress_size, 1):,}-fold when unpacked; allowed: {MAX_RATIO}"
    return ""


def _choose(members: dict[str, bytes], label: str) -> tuple[str, str | None]:
    """Names of the workbook and of the separate field descriptions in the zip of a year."""
    for name, content in members.items():
        book = content.startswith(b"PK\x03\x04") and name.lower().endswith(".xlsx")
        if re.search(r"\.(zip|7z|rar|gz|tar|xlsm|xlsb)$", name, re.I) or (content[:2] == b"PK" and not book):
            raise DataError(f"{label}: the member {name!r} is an archive inside the archive; allowed: .xlsx")
    books = [name for name in members if name.lower().endswith(".xlsx")]
    described = [name for name in books if re.search(r"field|descr", PurePosixPath(name).name, re.I)]
    rest = [name for name in books if name not in described]
    tables = [name for name in rest if _NAMES[0].search(PurePosixPath(name).name)] or rest
    if len(tables) != 1:
        several = f"{len(tables)} workbooks could be meant ({', '.join(tables)})"
        what = several if tables else "no workbook (.xlsx) in it"
        old = "; .xls of years before 2014 is not read" if any(n.lower().endswith(".xls") for n in members) else ""
        raise DataError(f"{label}: {what}; allowed: one, named national_MYYYY_dl.xlsx{old}")
    for name in (tables[0], *described[:1]):
        if what := _kind(members[name]):
            raise DataError(f"{label}: {name}: {what}; allowed: a workbook (.xlsx)")
    return tables[0], next(iter(described), None)


def _sheets(members: dict[str, bytes], label: str) -> dict[str, list[list[_Cell]]]:
    """Every sheet as rows of cells. Only members that were looked through reach the parser."""
    try:
        import openpyxl
    except ImportError:
        raise DataError(NEEDS) from None
    if "xl/workbook.xml" not in members:
        raise DataError(f"{label}: no workbook of Excel (.xlsx) in it; allowed: the workbook as BLS publishes it")
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w") as into:
        for name, content in members.items():
            if name.endswith("vbaProject.bin"):
                raise DataError(f"{label}: the workbook holds macros ({name}); BLS publishes none")
            if content.startswith(b"PK\x03\x04"):
                raise DataError(f"{label}: the member {name!r} is an archive inside the workbook; BLS publishes none")
            if name.endswith((".xml", ".rels")):
                _harmless(content, f"{label}: the member {name!r}")
                into.writestr(name, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and extensions, which are not read
            book = openpyxl.load_workbook(clean, read_only=True, keep_links=False)
            sheets = {}
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # a stated size may be any
                sheets[sheet.title] = [[_Cell(c.value, c.data_type) for c in row] for row in sheet.iter_rows()]
    except Exception as error:  # openpyxl raises what its parsers raise: damage has no one type
        what = str(error).splitlines()[0][:200] if str(error) else ""
        raise DataError(f"{label}: not a workbook that can be read ({type(error).__name__}: {what})") from None
    return sheets


def _harmless(content: bytes, label: str) -> None:
    """XML without document type and in UTF-8, so that no parser can be led to expand entities; sheets of a size that
    can be, each row and cell once."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise DataError(f"{label} is not UTF-8; BLS publishes no other") from None
    encoding = re.match(r"""\ufeff?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""", text)
    if "\0" in text or (encoding and encoding[1].lower() not in ("utf-8", "utf8")):
        raise DataError(f"{label} is in another encoding than UTF-8; BLS publishes no other")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DataError(f"{label} declares a document type or entities; BLS publishes none")
    if "sheetData" not in text:
        return
    rows = [int(n) for n in re.findall(r"""<(?:\w+:)?row\b[^>]*?\sr=["'](\d{1,9})["']""", text)]
    cells = re.findall(r"""<(?:\w+:)?c\b[^>]*?\sr=["']([A-Z]{1,9})(\d{1,9})["']""", text)
    if max(rows, default=0) > MAX_ROWS or any(_number_of(letters) > MAX_COLUMNS for letters in {c for c, _ in cells}):
        raise DataError(f"{label} has more than {MAX_ROWS:,} rows or {MAX_COLUMNS} columns; BLS publishes fewer")
    if any(b <= a for a, b in pairwise(rows)) or len(set(cells)) < len(cells):
        raise DataError(f"{label} has a row or cell twice, or out of order; BLS publishes each once")


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


# --- from sheets to the year and its rows -------------------------------------------------------------------


def _blank(cell: _Cell) -> bool:
    return cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())


def _table(sheets: dict[str, list[list[_Cell]]], label: str) -> str:
    """The name of the sheet that holds the table."""

    def looks(name: str) -> bool:
        head = {str(cell.value).strip().lower() for cell in (sheets[name] or [[]])[0]}
        return "occ_code" in head or bool(re.search(r"national|_dl$", name, re.I))

    found = [name for name in sheets if looks(name)]
    listed = ", ".join(map(repr, sheets)) or "none"
    if len(found) > 1:
        listed = ", ".join(map(repr, found))
        raise DataError(f"{label}: {len(found)} sheets could be meant ({listed}); allowed: one table of occupations")
    if not found:
        raise DataError(f"{label}: no sheet has a column OCC_CODE in row 1; sheets: {listed}")
    if not any(not _blank(cell) for row in sheets[found[0]] for cell in row):
        raise DataError(f"{label}, sheet {found[0]!r}: the sheet is empty; allowed: a header and a row an occupation")
    return found[0]


def _years(text: str, where: str) -> list[tuple[int, str]]:
    found = [int(y) for pattern in _NAMES for y in pattern.findall(text)]
    return [(y if y > 2000 else 2000 + y, f"{where} ({text})") for y in found]


def _agreed(evidence: list[tuple[int, str]], year: int | None, label: str) -> int:
    """The year on which sheet, file name, title and ``--year`` agree."""
    if year is not None:
        evidence = [*evidence, (year, "--year")]
    if not evidence:
        raise DataError(f"{label}: neither sheet, file name nor title tells the year; say it with --year")
    if len({y for y, _ in evidence}) > 1:
        said = "; ".join(f"{where} says {y}" for y, where in evidence)
        raise DataError(f"{label}: which year is it? {said}; allowed: one year")
    if evidence[0][0] < FIRST_YEAR:
        raise DataError(f"{label}: the year is {evidence[0][0]}; allowed: {FIRST_YEAR} or later")
    return evidence[0][0]


def _limit(words: dict[str, list[list[_Cell]]], label: str) -> Limit | None:
    """The top code as the field descriptions word it; None where there are none."""
    for where, lines in words.items():
        file, sheet = where.split("|")
        for number, row in enumerate(lines, 1):
            text = " ".join(str(c.value) for c in row if c.value is not None).strip()
            if not text.startswith("#"):
                continue
            found = _LIMIT.match(" ".join(text.split()))
            hourly, annual = (Decimal(found[i].replace(",", "")) for i in (2, 3)) if found else (0, 0)
            if not found or hourly * 2080 != annual:
                raise DataError(
                    f"{label}: {file}, sheet {sheet!r}, row {number}: {text!r} is no note on the top code that is "
                    "understood; allowed: '# = indicates a wage equal to or greater than $115.00 per hour or $239,200 "
                    "per year', the year 2,080 times the hour"
                )
            return Limit(f"{hourly:.2f}", f"{annual:.0f}", found[1], f"{file} sheet {sheet}")
    return None


def _frame(
    lines: list[list[_Cell]], place: str, year: int, root: str | Path | None
) -> tuple[pd.DataFrame, list[str]]:
    """The rows of the sheet as the panel writes them, checked cell by cell and row by row; notes on the columns."""
    fields = {f["name"]: f for f in data.describe("oews_national", root=root)["schema"]["fields"]}
    lines = list(lines)
    while lines and all(map(_blank, lines[-1])):
        lines.pop()
    _no_formulas(lines[:1], place)
    columns, unknown, notes = _header(lines[0], place, list(fields))
    _no_formulas(lines, place, unread=unknown)
    if len(lines) < 2:
        raise DataError(f"{place}: no rows below the header; allowed: a row an occupation")
    labels = {key: f"column {lines[0][i].value!r} ({_letters(i + 1)})" for key, i in columns.items()}
    faults, records = [], []
    for number, row in enumerate(lines[1:], 2):
        cells = {key: row[i] if i < len(row) else _Cell(None, "n") for key, i in columns.items()}
        if all(map(_blank, row)):
            faults.append(f"{place}, row {number}: the row is empty; allowed: empty rows only at the end")
            continue
        beyond = [i for i in range(len(row)) if not _blank(row[i]) and (i >= len(lines[0]) or _blank(lines[0][i]))]
        faults += [f"{place}, row {number}, column {_letters(i + 1)}: {row[i].value!r} has no header" for i in beyond]
        record = {"year": str(year)}
        for key, cell in cells.items():
            text, fault = _text(key, cell, fields.get(key))
            record[key] = text
            if fault:
                faults.append(f"{place}, row {number}, {labels[key]}: {cell.value!r} {fault}")
        records.append(record | {"row": number})
    _stop(faults)
    frame = pd.DataFrame(records)
    _stop(_consistent(frame, place, labels))
    return frame[list(fields)].reset_index(drop=True), notes


def _stop(faults: list[str]) -> None:
    if faults:
        raise data._error(faults, "nothing was written; take the file as BLS publishes it")


def _no_formulas(lines: list[list[_Cell]], place: str, unread: Collection[int] = ()) -> None:
    """Refuses formulas, but in columns that nothing is read from: what a reader added to the table may compute."""
    _stop([
        f"{place}, row {number}, column {_letters(i)}: a formula ({getattr(cell.value, 'text', cell.value)!r}); "
        "allowed: published values, never computed here"
        for number, row in enumerate(lines, 1) for i, cell in enumerate(row, 1)
        if cell.kind == "f" and i - 1 not in unread
    ])  # fmt: skip


def _header(row: list[_Cell], place: str, fields: list[str]) -> tuple[dict[str, int], set[int], list[str]]:
    """The column of each known name, those of unknown names, and what to report. Names in capitals or not, in any
    order: BLS has moved and added columns before."""
    place = f"{place}, row 1"
    cells = list(row)
    while cells and _blank(cells[-1]):
        cells.pop()
    names = [_ALIASES.get(name, name) for name in (str(cell.value or "").strip().lower() for cell in cells)]
    needed = [name for name in fields if name != "year"]
    order = [*_NATION, "occ_code", "occ_title", "o_group", "tot_emp", "emp_prse", *_UNUSED,
             *(name for name in needed if name.startswith(("h_", "a_", "mean_"))), "annual", "hourly"]  # fmt: skip
    unknown, faults, notes = set(), [], []
    other = next((_ELSEWHERE[name] for name in names if name in _ELSEWHERE), None)
    if other:
        faults.append(f"{place}: the columns are those of a {other} file; allowed: the national cross-industry file")
    for i, name in enumerate(names):
        column = f"column {cells[i].value!r} ({_letters(i + 1)})"
        if not name:
            faults.append(f"{place}, {column}: the column has no name; allowed: {', '.join(order).upper()}")
        elif name in names[:i]:
            faults.append(f"{place}, {column}: the column stands twice; allowed: once")
        elif name not in order and (lost := _in_place_of(i, names, order)):
            faults.append(f"{place}, {column}: no column of the published file, and {lost.upper()} is missing (is it "
                          f"that one?); allowed: {', '.join(order).upper()}")  # fmt: skip
        elif name not in order:
            unknown.add(i)
            notes.append(f"warning: {column} is not known and was left out; the panel keeps its columns")
    faults += [f"{place}: the column {n.upper()} is missing; needed: {', '.join(needed).upper()}"
               for n in needed if n not in names]  # fmt: skip
    _stop(faults)
    columns = {name: i for i, name in enumerate(names) if name in order}
    if list(columns) != [name for name in order if name in columns]:
        notes.append("warning: the columns stand in another order than in earlier years; they were matched by name")
    return columns, unknown, notes


def _in_place_of(i: int, names: list[str], order: list[str]) -> str:
    """The column for which an unknown one may stand: one that is missing where it stands, or one with such a name."""
    lost = [name for name in order if name not in names]
    before = [order.index(name) for name in names[:i] if name in order]
    after = [order.index(name) for name in names[i + 1:] if name in order]
    between = range(*(before[-1:] or [-1]), *(after[:1] or [len(order)]))
    here = [name for name in lost if order.index(name) in between]
    return next(iter([*difflib.get_close_matches(names[i], lost, n=1), *here]), "")


def _text(key: str, cell: _Cell, field: dict | None) -> tuple[str, str]:
    """A cell as the panel writes it, and what is wrong with it."""
    value = cell.value.strip() if isinstance(cell.value, str) else cell.value
    if key in _UNUSED:
        return "", ""
    if key in _NATION:
        wanted = _NATION[key]
        digits = re.fullmatch(r"[0-9]{1,9}", str(value)) and wanted.isdigit()  # Excel may have made 000000 a 0
        same = str(value).lower() == wanted.lower() or (digits and int(value) == int(wanted))
        return "", "" if same else f"is not the national cross-industry file; allowed: {wanted!r}"
    if key in ("annual", "hourly"):
        if value is None or value == "" or (cell.kind == "b" and value is True) or value == "TRUE":
            return "TRUE" if value else "", ""
        return "", "is neither TRUE nor blank; allowed: TRUE or blank"
    if field["type"] == "string":
        return _word(value, field)
    decimals = 2 if key.startswith("h_") else 1 if key.endswith("prse") else 0
    return _figure(value, cell.kind, field, decimals)


def _word(value: Any, field: dict) -> tuple[str, str]:
    rule = field["constraints"]
    form = f"text of the form {rule['pattern']}" if "pattern" in rule else "text"
    allowed = " or ".join(rule.get("enum", [])) or form
    if not isinstance(value, str):
        return "", f"is {'empty' if value is None else 'not text'}; allowed: {allowed}"
    listed = value in rule.get("enum", [value])
    if not value or not listed or not re.fullmatch(rule.get("pattern", r"[^\r\n]+"), value):
        return "", f"is {'not allowed' if value else 'empty'}; allowed: {allowed}"
    return value, ""


def _figure(value: Any, kind: str, field: dict, decimals: int) -> tuple[str, str]:
    """A number written as in the panel, or a mark. ``***``, which stood up to 2006, is not allowed any more."""
    rule = field["constraints"]
    marks = [mark for mark in field["missingValues"] if mark not in ("", "***")]
    allowed = (
        f"; allowed: a number from {rule['minimum']:,} to {rule['maximum']:,} ({field['unit']}) with at most "
        f"{decimals} decimals, or {' or '.join(marks)}"
    )
    if isinstance(value, str):
        if value in marks:
            return value, ""
        if not _NUMBER.fullmatch(value):
            return "", ("is empty" if not value else "is not a number") + allowed
        number = Decimal(value.replace("$", "").replace(",", ""))
    elif kind != "n" or not isinstance(value, int | float) or isinstance(value, bool):
        return "", ("is empty" if value is None else "is not a number") + allowed
    else:
        number = Decimal(repr(value))
    if not number.is_finite():
        return "", "is not finite" + allowed
    if number < rule["minimum"]:
        return "", "is too small" + allowed
    if number > rule["maximum"]:
        return "", "is too large" + allowed
    rounded = round(number, decimals)
    if abs(number - rounded) > Decimal("1e-6"):  # binary arithmetic may leave 22.709999999999997
        return "", "has too many decimals" + allowed
    return f"{rounded:.{decimals}f}", ""


# --- rows that must agree with themselves and with each other -----------------------------------------------


def values(cells: pd.Series) -> pd.Series:
    """Cells as float: ``#`` +inf, other marks and blanks NaN."""
    return pd.to_numeric(cells.mask(cells.isin(["", "*", "**", "***"])).replace("#", "inf")).astype(float)


def _consistent(frame: pd.DataFrame, place: str, labels: dict[str, str]) -> list[str]:
    faults: list[tuple[int, str]] = []

    def fault(i: int, key: str, what: str) -> None:
        row = int(frame["row"].iat[i])
        faults.append((row, f"{place}, row {row}, {labels[key]}: {frame[key].iat[i]!r} {what}"))

    for i in frame.index[frame.duplicated(["occ_code", "o_group"])]:
        fault(i, "occ_code", f"stands twice as {frame['o_group'].iat[i]}; allowed: once a group")
    for unit in ("h_", "a_"):
        names = [unit + cell for cell in WAGES[1:]]
        numbers = frame[names].apply(values)
        highest = numbers.cummax(axis=1)
        for before, name in pairwise(names):
            for i in frame.index[numbers[name] < highest[before]]:
                fault(i, name, f"is below a lower percentile of its row ({highest[before].iat[i]:,.2f}, up to "
                               f"{before.upper()}); allowed: percentiles that do not decrease")  # fmt: skip
    _units(frame, fault)
    _sums(frame, fault)
    faults += [(1, f"{place}, row 1, {labels[one]}: {what}") for one, what in _swapped(frame)]
    return [text for _, text in sorted(faults, key=lambda f: f[0])]


def _units(frame: pd.DataFrame, fault: Any) -> None:
    """Annual is 2,080 x hourly, within rounding, unless only one of them is published; marks go together."""
    only = {"a_": frame["annual"].eq("TRUE"), "h_": frame["hourly"].eq("TRUE")}
    for i in frame.index[only["a_"] & only["h_"]]:
        fault(i, "hourly", "stands beside ANNUAL TRUE; allowed: one of them")
    for cell in WAGES:
        hourly, annual = f"h_{cell}", f"a_{cell}"
        h, a = values(frame[hourly]), values(frame[annual])
        both = h.notna() & a.notna()
        off = (a - 2080 * h).abs()
        for i in frame.index[both & ((off > ROUNDING + 1e-6) | (h.eq(float("inf")) != a.eq(float("inf"))))]:
            fault(i, annual, f"is not 2,080 times {hourly.upper()} {frame[hourly].iat[i]!r}; allowed: at most "
                             f"{ROUNDING} USD apart, or # in both")  # fmt: skip
        for unit, other, mine in (("a_", h, hourly), ("h_", a, annual)):
            flag = "ANNUAL" if unit == "a_" else "HOURLY"
            for i in frame.index[only[unit] & other.notna()]:
                fault(i, mine, f"stands beside {flag} TRUE; allowed there: *")
        for i in frame.index[~only["a_"] & ~only["h_"] & (h.isna() != a.isna())]:
            missing, there = (hourly, annual) if pd.isna(h.iat[i]) else (annual, hourly)
            fault(i, missing, f"stands beside {there.upper()} {frame[there].iat[i]!r} without ANNUAL or HOURLY TRUE; "
                              "allowed: wages of both units, or of none")  # fmt: skip


def _swapped(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs of columns that no row can tell apart, but most rows together can: wages are skewed to the right, and
    numbers of jobs are less exact than means of wages. In each published year nine in ten rows say so."""
    found = []
    for higher, lower in (("a_mean", "a_median"), ("emp_prse", "mean_prse")):
        one, two = values(frame[higher]), values(frame[lower])
        both = np.isfinite(one) & np.isfinite(two)
        below = int((one < two)[both].sum())
        if 2 * below > both.sum():
            found.append((higher, f"lies below {lower.upper()} in {below:,} of {both.sum():,} rows (are headers "
                                  "swapped?); allowed: in fewer than half"))  # fmt: skip
    return found


def _sums(frame: pd.DataFrame, fault: Any) -> None:
    """All occupations stand in one row; major groups and detailed occupations add up to it."""
    total = frame.index[frame["o_group"].eq("total")]
    if len(total) != 1 or frame["occ_code"].iat[total[0]] != "00-0000":
        if len(total):
            fault(total[-1], "occ_code", f"is one of {len(total)} totals; allowed: one row, 00-0000, of that group")
        else:
            fault(0, "occ_code", "begins a table without a row of all occupations; allowed: one row 00-0000, total")
        return
    jobs = values(frame["tot_emp"])
    everybody = jobs.iat[total[0]]
    for group, slack in (("major", None), ("detailed", LOST * everybody)):
        part = jobs[frame["o_group"].eq(group)]
        if part.isna().any() and group == "major":
            continue  # ** in a major group: the sum is not known
        slack = 5 * (len(part) + 1) if slack is None else slack  # each figure is rounded to ten
        if not abs(part.sum() - everybody) <= slack:
            fault(total[0], "tot_emp", f"is not the sum of the {len(part)} {group} rows ({part.sum():,.0f}); "
                                       f"allowed: a difference of at most {slack:,.0f}")  # fmt: skip
