"""A published workbook of wages enters the panel unchanged, in one step, or not at all."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import http.server
import json
import os
import re
import resource
import shutil
import stat
import struct
import subprocess
import sys
import threading
import zipfile
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import workbooks

from superstars import data, download, oews, oews_import, oews_workbook
from superstars.data import DataError
from superstars.press import sheets

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
ROOT = data.path("oews_national").parent.parent


def rewritten(root: Path, name: str, frame: pd.DataFrame) -> None:
    """Put other rows into a data set of a copy."""
    file = data.path(name, root=root)
    file.write_bytes(oews_import._csv(frame, file.suffix == ".gz"))


FIRST = {"oews_national": "oews/national_2002_2025.csv.gz", "oews_topcodes": "oews/top_codes.csv"}


def two_tables(root: Path) -> Path:
    """A data folder with the two tables an import writes, whole, under the names and sources of the book's first years:
    what was imported since must not matter here."""
    package = json.loads((ROOT / data.DESCRIPTOR).read_bytes())
    package["resources"] = [r for r in package["resources"] if r["name"] in FIRST]
    (root / "oews").mkdir(parents=True)
    for entry in package["resources"]:
        shutil.copy(ROOT / entry["path"], root / FIRST[entry["name"]])
        entry["path"] = FIRST[entry["name"]]
        entry["sources"] = [source for source in entry["sources"] if "imported" not in source]
    (root / data.DESCRIPTOR).write_bytes(oews_import._text_of(package))
    return root


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The same with two major groups of 2024 and 2025 only."""
    root = two_tables(tmp_path_factory.mktemp("base") / "data")
    limits = data.load("oews_topcodes", raw=True, root=root)
    rewritten(root, "oews_topcodes", limits[limits["year"].astype(int) <= 2025])
    rewritten(root, "oews_national", pd.concat([workbooks.few(workbooks.rows(year)) for year in (2024, 2025)]))
    data.seal(root)
    return root


@pytest.fixture
def root(base, tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(base, copy)
    return copy


@pytest.fixture(scope="module")
def invented():
    """INVENTED rows of 2026."""
    return workbooks.few(workbooks.invented(2026))


@pytest.fixture
def book(tmp_path, invented):
    return workbooks.write(tmp_path / "national_M2026_dl.xlsx", invented, 2026)


def contents(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def imported(file, root: Path, **options) -> list[str]:
    said: list[str] = []
    oews_import.run(str(file), root, say=said.append, **options)
    return said


def clean(root: Path) -> None:
    """Everything verifies and nothing lies about."""
    assert [p for _, _, lines in data.verify(root) for p in lines] == []
    listed = {r["path"] for r in json.loads((root / data.DESCRIPTOR).read_bytes())["resources"]}
    assert set(contents(root)) == listed | {data.DESCRIPTOR}


# --- reading ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2014, 2024])
def test_a_real_workbook_restores_its_year_byte_for_byte(tmp_path, year):
    root = two_tables(tmp_path / "data")
    before = gzip.decompress(data.path("oews_national", root=root).read_bytes())
    codes = data.path("oews_topcodes", root=root).read_bytes()
    panel = data.load("oews_national", raw=True, root=root)
    rewritten(root, "oews_national", panel[panel["year"].ne(str(year))])
    if year == 2024:  # its workbook states the top code, that of 2014 does not
        limits = data.load("oews_topcodes", raw=True, root=root)
        rewritten(root, "oews_topcodes", limits[limits["year"].ne("2024")])
        package = json.loads((root / data.DESCRIPTOR).read_bytes())
        for entry in package["resources"]:  # without limits no mark can be read: hashes set by hand
            if entry["name"] in ("oews_national", "oews_topcodes"):
                entry.update(data._seal_of((root / entry["path"]).read_bytes()))
                entry["rows"] -= 1403 if entry["name"] == "oews_national" else 1
        (root / data.DESCRIPTOR).write_bytes(oews_import._text_of(package))
    else:
        data.seal(root)
    said = imported(FIXTURES / f"national_M{year}_dl.xlsx", root)
    assert f"the year {year} is new; the panel covers 2002 to {oews.latest()}" in said
    left_out = [line for line in said if "is not known and was left out" in line]
    assert len(left_out) == {2014: 3, 2024: 0}[year]  # a reader of the found copy had added three columns of formulas
    assert gzip.decompress(data.path("oews_national", root=root).read_bytes()) == before
    assert data.path("oews_topcodes", root=root).read_bytes() == codes
    assert [p for _, _, lines in data.verify(root) for p in lines] == []


@pytest.mark.parametrize("year", [2014, 2016, 2018, 2019, 2020, 2021, 2025])
def test_every_layout_is_read_as_the_panel_has_it(tmp_path, year):
    rows = workbooks.rows(year)
    limit = float(data.load("oews_topcodes").set_index("year")["limit_hourly_usd"][year])
    file = workbooks.archive(tmp_path / f"oesm{year - 2000}nat.zip", rows, year, limit)
    published = oews_workbook.read(file)
    pd.testing.assert_frame_equal(published.frame.astype(object), rows.astype(object))
    assert published.year == year and float(published.limit.hourly) == limit
    assert published.source["hash"] == "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    assert published.source["title"] == f"BLS, national_M{year}_dl.xlsx (in {file.name}), May {year}"
    assert published.notes == []


def test_numbers_as_text_with_separators_and_dollars_are_the_same_numbers(tmp_path, invented):
    content = workbooks.sheets(invented, 2026)
    name = next(iter(content))
    head, *lines = content[name]

    def dressed(key, value):
        if isinstance(value, int | float):
            return f"${value:,.2f}" if key.startswith("H_") else f"${value:,}" if key.startswith("A_") else f"{value:,}"
        return value

    content[name] = [head, *(tuple(dressed(k, v) for k, v in zip(head, line, strict=True)) for line in lines)]
    assert "$71,860" in content[name][1] and content[name][1][head.index("TOT_EMP")].count(",") == 2
    file = workbooks.save(tmp_path / "national_M2026_dl.xlsx", content)
    pd.testing.assert_frame_equal(oews_workbook.read(file).frame.astype(object), invented.astype(object))


def test_the_note_on_the_top_code_is_read_or_refused(tmp_path, invented):
    content = workbooks.sheets(invented, 2026, limit=120.5)
    file = workbooks.save(tmp_path / "a.xlsx", content)
    limit = oews_workbook.read(file).limit
    assert limit == ("120.50", "250640", "equal to or greater than", "a.xlsx sheet Field Descriptions")
    uneven = "# = indicates a wage greater than $115.00 per hour or $239,000 per year"
    for wrong in ("# = indicates a high wage", uneven):
        content["Field Descriptions"][-1] = (wrong,)
        with pytest.raises(DataError, match=r"'Field Descriptions', row 7: .* no note on the top code"):
            oews_workbook.read(workbooks.save(tmp_path / "b.xlsx", content))


# --- what is refused: cells and columns ---------------------------------------------------------------------

TABLE = "national_M2026_dl"


def put(row: int, column: str, value):
    """The change that writes a value into a cell; rows as Excel numbers them."""

    def change(table):
        table[row - 1][table[0].index(column)] = value

    return change


def swap(one: str, two: str):
    """The change that exchanges what stands below two headers."""

    def change(table):
        i, j = table[0].index(one), table[0].index(two)
        for row in table[1:]:
            row[i], row[j] = row[j], row[i]

    return change


def rename(old: str, new: str):
    return lambda table: table[0].__setitem__(table[0].index(old), new)


def drop_column(name: str):
    def change(table):
        i = table[0].index(name)
        for row in table:
            del row[i]

    return change


DAMAGE = {
    "a column with another name": (rename("JOBS_1000", "JOBS_100"),
        r"row 1, column 'JOBS_100' \(N\).*JOBS_1000 is missing \(is it that one\?\); allowed: AREA"),
    "an unknown column in the place of a known one": (rename("PCT_RPT", "REMOTE"),
        r"row 1, column 'REMOTE' \(Q\).*PCT_RPT is missing \(is it that one\?\)"),
    "an unknown column with a name like a missing one": (lambda table: (rename("JOBS_1000", "FILLER")(table),
        table[0].append("JOBS_PER_1000")), r"row 1, column 'JOBS_PER_1000' \(AG\).*JOBS_1000 is missing"),
    "an unknown column twice": (lambda table: table[0].extend(["REMOTE", "remote"]),
        r"row 1, column 'remote' \(AH\): the column stands twice"),
    "a column without a name": (lambda table: [row.insert(13, None) for row in table],
        r"row 1, column None \(N\): the column has no name; allowed: AREA"),
    "missing column": (drop_column("H_MEDIAN"), r"row 1: the column H_MEDIAN is missing; needed: OCC_CODE"),
    "column twice": (rename("H_PCT75", "H_PCT90"), r"row 1, column 'H_PCT90' \(Y\): the column stands twice"),
    "mean and median swapped": (lambda table: [swap(u + "_MEAN", u + "_MEDIAN")(table) for u in "HA"],
        r"row 1, column 'A_MEAN' \(S\): lies below A_MEDIAN in \d+ of \d+ rows \(are headers swapped\?\)"),
    "errors swapped": (swap("EMP_PRSE", "MEAN_PRSE"),
        r"row 1, column 'EMP_PRSE' \(M\): lies below MEAN_PRSE in \d+ of \d+ rows"),
    "contents swapped": (swap("H_PCT10", "H_PCT90"), r"row 2, column 'H_PCT25' \(V\): .*is below a lower percentile"),
    "contents of units swapped": (swap("H_MEAN", "A_MEAN"),
        r"row 2, column 'H_MEAN' \(R\): .* is too large; allowed: .*USD/hour"),
    "a state": (put(4, "AREA_TITLE", "Ohio"),
        r"row 4, column 'AREA_TITLE' \(B\): 'Ohio' is not the national.*allowed: 'U.S.'"),
    "a state's code": (put(4, "AREA", 39), r"row 4, column 'AREA' \(A\): 39 is not the national"),
    "an industry": (put(4, "NAICS", "541715"),
        r"row 4, column 'NAICS' \(E\): '541715' is not the national.*allowed: '000000'"),
    "an old state file": (rename("PRIM_STATE", "ST"), r"row 1: the columns are those of a state file"),
    "an old metropolitan file": (rename("PRIM_STATE", "AREA_NAME"), r"those of a metropolitan file"),
    "text for a number": (put(5, "A_MEAN", "many"),
                          r"row 5, column 'A_MEAN' \(S\): 'many' is not a number; allowed: a number "
                          r"from 4,000 to 2,080,000 \(USD/year\) with at most 0 decimals, or \*"),
    "yes for a number": (put(5, "A_MEAN", True), r"row 5, column 'A_MEAN' \(S\): True is not a number"),
    "a number for a title": (put(5, "OCC_TITLE", 5), r"row 5, column 'OCC_TITLE' \(J\): 5 is not text"),
    "a date for a code": (put(5, "OCC_CODE", pd.Timestamp(2011, 10, 11)),
        r"row 5, column 'OCC_CODE' \(I\): .* is not text"),
    "a code of another form": (put(5, "OCC_CODE", "11-10"),
        r"row 5, column 'OCC_CODE' \(I\): '11-10' is not allowed.*form"),
    "another group": (put(5, "O_GROUP", "fine"),
        r"row 5, column 'O_GROUP' \(K\): 'fine' is not allowed; allowed: total or major"),
    "an empty cell": (put(5, "H_PCT25", None), r"row 5, column 'H_PCT25' \(V\): None is empty"),
    "an empty row": (lambda table: table.__setitem__(6, [None] * len(table[0])), r"row 7: the row is empty"),
    "a cell beyond": (lambda table: table[8].append("note"), r"row 9, column AG: 'note' has no header"),
    "a formula": (put(6, "A_MEAN", "=R6*2080"),
        r"row 6, column S: a formula \('=R6\*2080'\); allowed: published values"),
    "an error of Excel": (put(6, "A_MEAN", "#N/A"), r"row 6, column 'A_MEAN' \(S\): '#N/A' is not a number"),
    "a negative wage": (put(6, "H_PCT10", -24.27), r"row 6, column 'H_PCT10' \(U\): -24.27 is too small"),
    "a gigantic number": (put(6, "TOT_EMP", 10**15),
        r"row 6, column 'TOT_EMP' \(L\): .* is too large; allowed: .*400,000,000 \(jobs\)"),
    "a gigantic text": (put(6, "TOT_EMP", "9" * 400), r"row 6, column 'TOT_EMP' \(L\): .* is too large"),
    "infinite": (put(6, "EMP_PRSE", "inf"), r"row 6, column 'EMP_PRSE' \(M\): 'inf' is not a number"),
    "separators in odd places": (put(6, "A_MEAN", "27,77,20"),
        r"row 6, column 'A_MEAN' \(S\): '27,77,20' is not a number"),
    "too many decimals": (put(6, "H_MEAN", 133.524), r"row 6, column 'H_MEAN' \(R\): 133.524 has too many decimals"),
    "an unknown mark": (put(6, "A_MEAN", "***"), r"row 6, column 'A_MEAN' \(S\): '\*\*\*' is not a number"),
    "the mark of employment on a wage": (put(6, "A_MEAN", "**"), r"row 6, column 'A_MEAN'.*is not a number"),
    "no for TRUE": (put(6, "ANNUAL", "no"), r"row 6, column 'ANNUAL' \(AE\): 'no' is neither TRUE nor blank"),
    "a row twice": (lambda table: table.insert(9, list(table[8])),
        r"row 10, column 'OCC_CODE' \(I\): .* stands twice as"),
    "a percentile lower": (put(6, "H_PCT90", 30.0),
        r"row 6, column 'H_PCT90' \(Y\): '30.00' is below a lower percentile"),
    "a number above a mark": (put(6, "A_PCT75", "#"),
        r"row 6, column 'A_PCT90' \(AD\): .* is below a lower percentile"),
    "annual and hourly apart": (put(6, "A_MEAN", 277_750),
        r"row 6, column 'A_MEAN' \(S\): '277750' is not 2,080 times H_MEAN"),
    "a mark in one unit": (put(6, "A_PCT90", "#"), r"row 6, column 'A_PCT90' \(AD\): '#' is not 2,080 times H_PCT90"),
    "no wage in one unit": (put(6, "A_PCT90", "*"), r"row 6, column 'A_PCT90' \(AD\): '\*' stands beside H_PCT90"),
    "annual only with hourly wages": (put(6, "ANNUAL", "TRUE"),
        r"row 6, column 'H_MEAN' \(R\): .* stands beside ANNUAL TRUE"),
    "no total": (lambda table: table.pop(1), r"row 2, column 'OCC_CODE' \(I\): '11-0000' begins a table without"),
    "two totals": (put(3, "O_GROUP", "total"), r"row 3, column 'OCC_CODE' \(I\): '11-0000' is one of 2 totals"),
    "major groups do not add up": (put(3, "TOT_EMP", 9_000_000),
        r"row 2, column 'TOT_EMP' \(L\): .* is not the sum of the 2 major"),
    "occupations left out": (lambda table: table.__delitem__(slice(40, 60)),
        r"row 2, column 'TOT_EMP'.* is not the sum of the .* detailed"),
    "header only": (lambda table: table.__delitem__(slice(1, None)), r"no rows below the header"),
}  # fmt: skip


def damaged(path: Path, frame: pd.DataFrame, change) -> Path:
    content = workbooks.sheets(frame, 2026)
    table = [list(row) for row in content[TABLE]]
    change(table)
    return workbooks.save(path, content | {TABLE: table})


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_fault_is_named_by_file_sheet_row_column_value_and_what_is_allowed(tmp_path, invented, kind):
    change, message = DAMAGE[kind]
    file = damaged(tmp_path / "national_M2026_dl.xlsx", invented, change)
    with pytest.raises(DataError) as caught:
        oews_workbook.read(file)
    place = f"{file}, sheet {TABLE!r}"
    assert all(p.startswith(place) for p in caught.value.problems), caught.value.problems
    assert any(re.search(message, p) for p in caught.value.problems), caught.value.problems


def reverse(table):
    for row in table:
        row.reverse()


def add_column(at: int, name: str, value):
    def change(table):
        for number, row in enumerate(table):
            row.insert(at, value if number else name)

    return change


ORDER = "warning: the columns stand in another order than in earlier years; they were matched by name"
MOVED = {
    "reversed": ([reverse], [ORDER]),
    "one moved": ([lambda table: [row.insert(2, row.pop(20)) for row in table]], [ORDER]),
    "one added": ([add_column(14, "REMOTE", 3.5)], ["column 'REMOTE' (O)"]),
    "two added, at both ends": ([add_column(0, "Vintage", "x"), add_column(33, "NOTE", None)],
        ["column 'Vintage' (A)", "column 'NOTE' (AH)"]),
    "one added, the others reversed": ([add_column(20, "REMOTE", -1), reverse], ["column 'REMOTE' (M)", ORDER]),
}  # fmt: skip


@pytest.mark.parametrize("kind", MOVED)
def test_columns_may_move_and_new_ones_are_left_out_with_a_warning(root, tmp_path, invented, kind):
    changes, notes = MOVED[kind]
    file = damaged(tmp_path / "national_M2026_dl.xlsx", invented, lambda table: [change(table) for change in changes])
    published = oews_workbook.read(file)
    pd.testing.assert_frame_equal(published.frame.astype(object), invented.astype(object))
    unknown = "warning: {} is not known and was left out; the panel keeps its columns"
    expected = [note if note == ORDER else unknown.format(note) for note in notes]
    assert published.notes == expected
    assert imported(file, root, dry=True)[1 : 1 + len(notes)] == expected


def test_a_formula_is_refused_unless_nothing_is_read_from_its_column(tmp_path, invented):
    """A reader's own columns may compute: they are left out. A published one may not, used by the panel or blank."""
    added = damaged(tmp_path / "national_M2026_dl.xlsx", invented, add_column(14, "REMOTE", "=A1"))
    published = oews_workbook.read(added)
    pd.testing.assert_frame_equal(published.frame.astype(object), invented.astype(object))
    note = "warning: column 'REMOTE' (O) is not known and was left out; the panel keeps its columns"
    assert published.notes == [note]
    for change, place in ((put(2, "PCT_TOTAL", "=A1"), "row 2"), (add_column(14, "=A1", 3.5), "row 1, column O")):
        file = damaged(tmp_path / "national_M2026_dl.xlsx", invented, change)
        with pytest.raises(DataError, match=f"{place}.*: a formula"):
            oews_workbook.read(file)


def test_a_number_beyond_all_bounds_in_the_xml_is_refused(book):
    cell = rb"(<c r=\"S6\"[^>]*><v>)[^<]*"
    change_member(book, "xl/worksheets/sheet1.xml", lambda x: re.sub(cell, rb"\g<1>1e999", x))
    with pytest.raises(DataError, match=r"row 6, column 'A_MEAN' \(S\): inf is not finite"):
        oews_workbook.read(book)


def test_what_is_wrong_writes_nothing_and_says_so_on_the_command_line(root, tmp_path, invented):
    before = contents(root)
    file = damaged(tmp_path / "national_M2026_dl.xlsx", invented, put(6, "H_PCT10", -1))
    result = command("import", "oews", str(file), "--dir", str(root))
    assert result.returncode == 1 and result.stderr == ""
    assert f"{file}, sheet {TABLE!r}, row 6, column 'H_PCT10' (U): -1 is too small" in result.stdout
    assert contents(root) == before


# --- what is refused: files ---------------------------------------------------------------------------------


def change_member(path: Path, name: str, change) -> None:
    """Rewrite one member of a zip; None takes it out; a new name is added."""
    with zipfile.ZipFile(path) as archive:
        members = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    members[name] = change(members.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as into:
        for key, content in members.items():
            if content is not None:
                into.writestr(key, content)


NOT_WORKBOOKS = {
    "empty": (b"", "the file is empty"),
    "csv": (b"OCC_CODE,OCC_TITLE\n11-0000,Management\n", r"a text file \(CSV\)"),
    "html": (b"\r\n<!DOCTYPE HTML><html><body>Access denied</body></html>", "an HTML page"),
    "html table": (b"<table><tr><td>OCC_CODE</td></tr></table>", "an HTML page"),
    "xml": (b'<?xml version="1.0"?><Workbook/>', "an XML file"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"),
        r"an old Excel workbook \(.xls\)"),
    "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "encrypted with"),
    "pdf": (b"%PDF-1.4\0\n", "neither a workbook nor a zip"),
    "huge": (b"PK\x03\x04" + b"\0" * 20_000_000, "larger than 20,000,000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NOT_WORKBOOKS)
def test_what_is_no_workbook_is_called_what_it_is(tmp_path, kind):
    content, message = NOT_WORKBOOKS[kind]
    file = tmp_path / "national_M2026_dl.xlsx"
    file.write_bytes(content)
    with pytest.raises(DataError, match=rf"national_M2026_dl.xlsx: {message}"):
        oews_workbook.read(file)
    with pytest.raises(DataError, match=r"nowhere.xlsx: cannot be read"):
        oews_workbook.read(tmp_path / "nowhere.xlsx")


@pytest.mark.parametrize("keep", [0.02, 0.5, 0.95, 0.999])
def test_a_workbook_cut_short_is_refused(book, keep):
    content = book.read_bytes()
    book.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(DataError, match="damaged or cut short; download it again"):
        oews_workbook.read(book)


def test_a_damaged_byte_fails_the_checksum(book):
    content = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    content[entry.header_offset + 2000] ^= 0xFF
    book.write_bytes(content)
    with pytest.raises(DataError, match=r"damaged or cut short.*sheet1.xml"):
        oews_workbook.read(book)


def patched_entry(path: Path, offset: int, value: bytes) -> None:
    """Overwrite bytes of the last entry in the directory at the end of a zip."""
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02") + offset
    content[at : at + len(value)] = value
    path.write_bytes(content)


def link(archive):
    entry = zipfile.ZipInfo("oesm26nat/link.xlsx")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


ZIPS = {
    "path out": (lambda z: z.writestr("../evil.xlsx", "x"), r"'../evil.xlsx' has a name that leads out"),
    "absolute path": (lambda z: z.writestr("/evil.xlsx", "x"), "leads out of the archive"),
    "drive": (lambda z: z.writestr("C:evil.xlsx", "x"), "leads out of the archive"),
    "backslash": (lambda z: z.writestr("..\\evil.xlsx", "x"), "leads out of the archive"),
    "symbolic link": (link, "is a symbolic link"),
    "nested zip": (lambda z: z.writestr("oesm26nat/more.zip", "x"), "is an archive inside the archive"),
    "nested zip in disguise": (lambda z: z.writestr("readme.txt", b"PK\x03\x04"), "is an archive inside the archive"),
    "many members": (lambda z: [z.writestr(f"{i}.txt", "") for i in range(100)],
        "101 members in the zip; allowed: 100"),
    "bomb by ratio": (lambda z: z.writestr("big.txt", bytes(10_000_000)), "-fold when unpacked; allowed: 100"),
    "bomb by size": (lambda z: z.writestr("big.txt", bytes(70_000_000)), "bytes when unpacked; allowed: 60,000,000"),
    "two workbooks": (lambda z: z.writestr("oesm26nat/national_M2025_dl.xlsx", b"PK\x03\x04"),
        "2 workbooks could be meant"),
    "another packing": (lambda z: z.writestr("a.txt", "x", zipfile.ZIP_LZMA), "is packed by method 14"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", ZIPS)
def test_a_dishonest_zip_is_refused_and_nothing_is_unpacked(tmp_path, invented, kind):
    change, message = ZIPS[kind]
    file = workbooks.archive(tmp_path / "oesm26nat.zip", invented, 2026)
    assert oews_workbook.read(file).year == 2026
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        change(archive)
    with pytest.raises(DataError, match=message):
        oews_workbook.read(file)
    assert [p.name for p in tmp_path.iterdir()] == ["oesm26nat.zip"]


def test_a_member_twice_encrypted_or_of_another_size_is_refused(tmp_path, invented):
    honest = workbooks.archive(tmp_path / "oesm26nat.zip", invented, 2026).read_bytes()
    file = tmp_path / "oesm26nat.zip"
    patched_entry(file, 8, struct.pack("<H", 1))
    with pytest.raises(DataError, match="is encrypted"):
        oews_workbook.read(file)
    file.write_bytes(honest)
    patched_entry(file, 24, struct.pack("<I", 1000))  # more is inside than the directory states
    with pytest.raises(DataError, match="damaged or cut short"):
        oews_workbook.read(file)
    file.write_bytes(honest)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("oesm26nat/national_M2026_dl.xlsx", "x")
    with pytest.raises(DataError, match="stands twice"):
        oews_workbook.read(file)


def test_a_zip_without_a_workbook_says_what_is_missing(tmp_path):
    file = tmp_path / "oesm13nat.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("oesm13nat/national_M2013_dl.xls", b"\xd0\xcf\x11\xe0")
    with pytest.raises(DataError, match=r"no workbook \(.xlsx\) in it; allowed: one, .*; .xls of years before 2014"):
        oews_workbook.read(file)


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XML = {
    "entities in a sheet": ("xl/worksheets/sheet1.xml", lambda x: LAUGHS + x, "declares a document type or entities"),
    "entities in the workbook": ("xl/workbook.xml", lambda x: x.replace(b"<workbook", LAUGHS + b"<workbook", 1),
                                "declares a document type"),
    "UTF-16": ("xl/workbook.xml", lambda x: x.decode().encode("utf-16"), "is not UTF-8"),
    "UTF-7": ("xl/workbook.xml", lambda x: b'<?xml version="1.0" encoding="UTF-7"?><a/>',
        "another encoding than UTF-8"),
    "not XML": ("xl/workbook.xml", lambda x: x[:-20], "not a workbook that can be read"),
    "macros": ("xl/vbaProject.bin", lambda x: b"\xd0\xcf", "holds macros"),
    "nested": ("xl/media/a.bin", lambda x: b"PK\x03\x04", "an archive inside the workbook"),
    "no workbook": ("xl/workbook.xml", lambda x: None, "no workbook of Excel"),
    "a far row": ("xl/worksheets/sheet1.xml", lambda x: x.replace(b'<row r="9"', b'<row r="1048576"'),
        "more than 5,000 rows"),
    "a far column": ("xl/worksheets/sheet1.xml", lambda x: x.replace(b'r="B9"', b'r="XFD9"'), "60 columns"),
    "a row twice": ("xl/worksheets/sheet1.xml", lambda x: x.replace(b'<row r="9"', b'<row r="8"'),
        "a row or cell twice"),
    "a cell twice": ("xl/worksheets/sheet1.xml", lambda x: x.replace(b'r="B9"', b'r="A9"'), "a row or cell twice"),
}  # fmt: skip


@pytest.mark.parametrize("kind", XML)
def test_xml_that_could_mislead_a_parser_never_reaches_it(book, kind):
    name, change, message = XML[kind]
    change_member(book, name, change)
    with pytest.raises(DataError, match=message):
        oews_workbook.read(book)


@pytest.mark.parametrize("stated", [b"A1:XFD1048576", b"A1:AF9", b"A1:E2000"])
def test_a_stated_size_of_the_sheet_does_not_count(book, invented, stated):
    def change(x):
        x = re.sub(rb"<dimension[^>]*/>", b"", x)
        return x.replace(b"<sheetData>", b'<dimension ref="' + stated + b'"/><sheetData>', 1)

    change_member(book, "xl/worksheets/sheet1.xml", change)
    pd.testing.assert_frame_equal(oews_workbook.read(book).frame.astype(object), invented.astype(object))


def test_which_sheet_is_meant_must_be_clear(tmp_path, invented):
    content = workbooks.sheets(invented, 2026)
    two = content | {"Copy": content[TABLE]}
    with pytest.raises(DataError, match=r"2 sheets could be meant \('national_M2026_dl', 'Copy'\)"):
        oews_workbook.read(workbooks.save(tmp_path / "two.xlsx", two))
    with pytest.raises(DataError, match=r"sheet 'national_M2026_dl': the sheet is empty"):
        oews_workbook.read(workbooks.save(tmp_path / "none.xlsx", content | {TABLE: []}))
    with pytest.raises(DataError, match=r"no sheet has a column OCC_CODE in row 1; sheets: 'Notes'"):
        oews_workbook.read(workbooks.save(tmp_path / "notes.xlsx", {"Notes": [("May 2026 OEWS Estimates",)]}))


# --- the year -----------------------------------------------------------------------------------------------


def test_the_year_is_told_by_the_file_and_must_agree_with_itself(tmp_path, invented):
    old = workbooks.few(workbooks.rows(2014))
    unnamed = workbooks.write(tmp_path / "wages.xlsx", old, 2014)
    with pytest.raises(DataError, match="neither sheet, file name nor title tells the year; say it with --year"):
        oews_workbook.read(unnamed)
    assert oews_workbook.read(unnamed, year=2014).year == 2014
    file = workbooks.write(tmp_path / "national_M2025_dl.xlsx", invented, 2026)
    said = r"the file name .* says 2025; the name of the sheet .* says 2026; the title in .* 2026"
    with pytest.raises(DataError, match=said):
        oews_workbook.read(file)
    file = workbooks.write(tmp_path / "wages26.xlsx", invented, 2026)
    assert oews_workbook.read(file).year == 2026
    with pytest.raises(DataError, match="--year says 2025"):
        oews_workbook.read(file, year=2025)
    with pytest.raises(DataError, match="the year is 2013; allowed: 2014 or later"):
        oews_workbook.read(unnamed, year=2013)


def test_a_year_that_leaves_a_gap_is_refused(root, tmp_path, invented):
    file = workbooks.write(tmp_path / "national_M2027_dl.xlsx", invented, 2027)
    with pytest.raises(DataError, match=r"the year 2027 leaves a gap after 2025.*allowed: 2014 to 2026"):
        imported(file, root)


def test_a_new_year_without_a_stated_top_code_is_refused(root, tmp_path, invented):
    file = workbooks.write(tmp_path / "national_M2026_dl.xlsx", invented, 2026, limit=None)
    with pytest.raises(DataError, match=r"no field descriptions state the top code of 2026.*import the zip"):
        imported(file, root)
    clean(root)


# --- the report ---------------------------------------------------------------------------------------------


def test_the_report_says_what_changes(root, tmp_path):
    frame = workbooks.few(workbooks.invented(2026, limit=150))
    at = frame.index[frame["occ_code"].eq("27-2011")][-1]  # actors: hourly only
    frame.loc[at, ["h_pct75", "h_pct90"]] = ["190.00", "210.00"]
    title = frame.index[frame["occ_code"].eq("27-2042") & frame["o_group"].eq("detailed")][0]
    frame.loc[title, "occ_title"] = "Musicians, Singers, and Whistlers"
    code = frame.index[frame["occ_code"].eq("27-1014")][0]
    frame.loc[code, "occ_code"] = "27-1018"
    gone = frame.index[frame["occ_code"].eq("27-1013") & frame["o_group"].eq("detailed")][0]
    jobs = int(frame.loc[gone, "tot_emp"])
    for i in (0, frame.index[frame["occ_code"].eq("27-0000")][0]):
        frame.loc[i, "tot_emp"] = str(int(frame.loc[i, "tot_emp"]) - jobs)
    added = frame[frame["occ_code"].eq("27-1012") & frame["o_group"].eq("detailed")]
    added = added.assign(occ_code="27-1098", occ_title="Jugglers", tot_emp="30")
    frame = pd.concat([frame.drop(index=gone), added], ignore_index=True)
    file = workbooks.write(tmp_path / "national_M2026_dl.xlsx", frame, 2026, limit=150)
    before = contents(root)
    said = imported(file, root, dry=True)
    assert contents(root) == before and said[-1] == "a dry run: nothing was written"
    text = "\n".join(said)
    assert "the year 2026 is new; the panel covers 2024 to 2025" in text
    assert "  occupations added: 1\n    27-1098 Jugglers\n" in text
    assert "  occupations dropped: 1\n    27-1013 Fine Artists, Including Painters, Sculptors, and Illustrators" in text
    assert "  codes renamed: 1\n    27-1014 -> 27-1018 Special Effects Artists and Animators" in text
    assert "  titles renamed: 1\n    27-2042 Musicians and Singers -> Musicians, Singers, and Whistlers" in text
    panel = data.load("oews_national", root=root)
    was = panel.query("year == 2025 and occ_code == '27-2011' and o_group == 'detailed'")
    risen = [f"{new / was[f'h_{cell}'].item() - 1:+.0%}" for cell, new in (("pct75", 190), ("pct90", 210))]
    assert all(f"    27-2011 Actors, {c}: {r}" in text for c, r in zip(("pct75", "pct90"), risen, strict=True)), text
    assert "  wages that change by more than 30 %, in 1 occupations: 2" in text
    marks = int(frame.eq("#").sum().sum())
    new = int(re.search(r"  marks # new: (\d+)", text)[1])
    assert 0 < new == marks
    assert f"$150.00 an hour, $312,000 a year; {marks} cells carry #, 0 annual percentiles lie above it" in text
    assert "applied TRUE" in text
    assert "a break is suspected" not in text
    assert "more than 2 %" in "\n".join(imported(file, root, dry=True, jump=2))


def test_many_new_codes_are_called_a_break(root, tmp_path, invented):
    rows = invented.index[invented["o_group"].eq("detailed")]
    codes = invented["occ_code"].copy()
    codes[rows[:8]] = [f"11-8{i:03}" for i in range(8)]
    file = workbooks.write(tmp_path / "national_M2026_dl.xlsx", invented.assign(occ_code=codes), 2026)
    said = "\n".join(imported(file, root, dry=True))
    assert re.search(r"a break is suspected in 2026: [\d.]+% of the detailed codes are new \(more than 5%\)", said)


# --- one step -----------------------------------------------------------------------------------------------


def test_a_new_year_enters_data_descriptor_and_top_codes(root, book, invented):
    panel = data.load("oews_national", raw=True, root=root)
    said = imported(book, root)
    clean(root)
    new = data.load("oews_national", raw=True, root=root)
    pd.testing.assert_frame_equal(new, pd.concat([panel, invented], ignore_index=True), check_dtype=False)
    entry = data.describe("oews_national", root=root)
    assert entry["path"] == "oews/national_2024_2026.csv.gz"
    assert entry["coverage"]["period"].startswith("2024-2026 (May")
    assert entry["limits"][-1].startswith("May 2026: a limit of 115.00 dollars an hour is stated, but not applied")
    source = entry["sources"][-1]
    assert source["hash"] == "sha256:" + hashlib.sha256(book.read_bytes()).hexdigest()
    assert source["title"] == "BLS, national_M2026_dl.xlsx, May 2026" and source["bytes"] == len(book.read_bytes())
    codes = data.describe("oews_topcodes", root=root)
    assert codes["path"] == "oews/top_codes_r2.csv" and codes["coverage"]["period"] == "2024-2026"
    last = data.load("oews_topcodes", root=root).iloc[-1]
    assert (last["year"], last["limit_hourly_usd"], bool(last["applied"])) == (2026, 115.0, False)
    assert any(line.startswith("written: oews/national_2024_2026.csv.gz, oews/top_codes_r2.csv") for line in said)
    # the same once more changes nothing; a corrected file replaces the year under a new name, then under the first
    before = contents(root)
    assert imported(book, root)[-1] == "the panel holds exactly these rows already: nothing to write"
    assert contents(root) == before
    for was, title, path in (
        ("Chief Executives", "Chief", "oews/national_2024_2026_r2.csv.gz"),
        ("Chief", "Chiefs", "oews/national_2024_2026.csv.gz"),
    ):
        other = invented.assign(occ_title=invented["occ_title"].mask(invented["occ_code"].eq("11-1011"), title))
        workbooks.write(book, other, 2026)
        said = imported(book, root)
        assert f"    11-1011 (detailed) occ_title: {was} -> {title}" in said
        clean(root)
        assert data.describe("oews_national", root=root)["path"] == path
        assert len(data.describe("oews_national", root=root)["sources"]) == 2
        assert len([x for x in data.describe("oews_national", root=root)["limits"] if x.startswith("May 2026: ")]) == 1


def test_the_data_page_names_the_workbook_and_its_hash(root, book, monkeypatch):
    imported(book, root)
    monkeypatch.setattr(data, "describe", partial(data.describe, root=root))
    shown = sheets.sheet("oews_national")
    digest = hashlib.sha256(book.read_bytes()).hexdigest()
    assert f">BLS, national_M2026_dl.xlsx, May 2026</a>, SHA-256 <code>{digest[:12]}…</code></dd>" in shown
    assert "<dd>2024-2026 (May" in shown and "data/oews/national_2024_2026.csv.gz" in shown


def test_the_descriptor_stays_a_valid_data_package(root, book):
    frictionless = pytest.importorskip("frictionless")
    imported(book, root)
    assert list(frictionless.Package.metadata_validate(json.loads((root / data.DESCRIPTOR).read_bytes()))) == []
    assert frictionless.Package(str(root / data.DESCRIPTOR)).validate().valid


def test_the_same_import_gives_the_same_bytes(base, tmp_path, book):
    copies = [tmp_path / "one", tmp_path / "two"]
    for copy in copies:
        shutil.copytree(base, copy)
        imported(book, copy)
    assert contents(copies[0]) == contents(copies[1])


def test_git_takes_it_back_with_the_printed_command(root, book):
    git = ["git", "-C", str(root), "-c", "user.name=T", "-c", "user.email=t@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "before"]):
        subprocess.run([*git, *arguments], check=True)
    before = {k: v for k, v in contents(root).items() if not k.startswith(".git")}
    said = imported(book, root)[-1]
    assert said.startswith("to take it back: git ")
    subprocess.run(said.removeprefix("to take it back: "), shell=True, check=True)
    assert {k: v for k, v in contents(root).items() if not k.startswith(".git")} == before


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL and fork")
@pytest.mark.parametrize("year, every", [(2026, 1), (2025, 2)])
def test_killed_at_any_step_the_folder_is_as_before_or_as_after(base, tmp_path, year, every):
    frame = workbooks.few(workbooks.invented(2026, limit=150)).assign(year=str(year))
    file = workbooks.write(tmp_path / f"national_M{year}_dl.xlsx", frame, year, limit=150)
    run = [sys.executable, str(HERE / "killed.py"), str(base), str(file), str(every)]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    *killed, last = steps
    assert all(s["killed"] for s in killed) and not last["killed"]  # the last run took no further step
    assert len(killed) >= 30 / every
    states = [s["state"] for s in steps]
    turn = states.index("new")
    assert 5 / every < turn < len(states) - 5 / every
    assert states == ["old"] * turn + ["new"] * (len(states) - turn)
    for step in steps:
        assert all("left by an import that was cut short" in problem for problem in step["problems"]), step
        assert step["then"] == "new" and step["strays"] == [], step
    assert sum(bool(s["problems"]) for s in killed) > 10 / every  # verify does name what was left


def test_two_imports_at_once_are_one(root, book):
    with oews_import._locked(root):
        before = contents(root)
        result = command("import", "oews", str(book), "--dir", str(root))
        assert result.returncode == 1 and "another import is under way" in result.stdout and result.stderr == ""
        assert contents(root) == before
    imported(book, root)
    clean(root)


@pytest.mark.skipif(os.name == "nt", reason="limits of a process")
def test_no_room_is_said_and_nothing_is_changed(root, book):
    before = contents(root)
    new = oews_import.plan(oews_workbook.read(book), root)
    largest = max(len(content) for content in new.files.values())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 2, hard))  # a real refusal of the system, in mid-file
    try:
        with pytest.raises(DataError, match=r"cannot be written .*nothing was changed"):
            oews_import.commit(new, root, before[data.DESCRIPTOR])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(root) == before


@pytest.mark.skipif(os.name == "nt", reason="modes of folders")
def test_a_folder_one_may_not_write_is_said(root, book, tmp_path):
    before = contents(root)
    code = """
import os, sys
from superstars.data import main
assert main([*sys.argv[1:], "--dry-run"]) == 0  # everything is loaded now
os.getuid() or os.setuid(65534)  # root may write anywhere
sys.exit(main(sys.argv[1:]))"""
    for folder in [tmp_path, *tmp_path.parents]:  # another user must reach the folder, and not write to it
        if folder.stat().st_uid == os.getuid() and str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    for folder in (root, root / "oews"):
        folder.chmod(0o555)
    result = subprocess.run([sys.executable, "-c", code, "import", "oews", str(book), "--dir", str(root)],
                            capture_output=True, text=True, cwd=HERE.parent,
                            env={**os.environ, "TMPDIR": "/tmp"})  # fmt: skip
    for folder in (root, root / "oews"):
        folder.chmod(0o755)
    assert result.returncode == 1 and "(Permission denied); nothing was changed" in result.stdout, result
    assert contents(root) == before


def test_a_descriptor_changed_meanwhile_stops_the_import(root, book):
    before = contents(root)
    new = oews_import.plan(oews_workbook.read(book), root)
    with pytest.raises(DataError, match="changed while the import was under way"):
        oews_import.commit(new, root, before[data.DESCRIPTOR] + b" ")
    assert contents(root) == before


def test_a_folder_that_does_not_verify_takes_no_year(root, book):
    file = data.path("oews_topcodes", root=root)
    file.write_bytes(file.read_bytes().replace(b"70.00", b"71.00"))
    before = contents(root)
    with pytest.raises(DataError, match=r"top_codes.csv: the file was changed"):
        imported(book, root)
    assert contents(root) == before


# --- from the web -------------------------------------------------------------------------------------------


class Server(http.server.BaseHTTPRequestHandler):
    """Answers by path; counts what was asked."""

    content, asked = b"", []  # set by the fixture

    def do_GET(self):
        asked = self.asked
        asked.append((self.path, self.headers["User-Agent"]))
        kind = self.path.split("/")[1]
        first = sum(path == self.path for path, _ in asked) == 1
        status = {"missing": 404, "down": 503}.get(kind, 503 if kind == "once" and first else 200)
        body = self.content if status == 200 else b"no"
        if kind == "html":
            body = b"<!DOCTYPE html><html><title>Access Denied</title></html>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if kind == "huge":
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body * 3)
        self.wfile.write(body[: len(body) // 2] if kind == "cut" or (kind == "cutonce" and first) else body)

    def log_message(self, *_):
        pass


@pytest.fixture
def web(book, monkeypatch):
    monkeypatch.setattr(download, "PAUSE", 0)
    monkeypatch.setattr(Server, "content", book.read_bytes())
    monkeypatch.setattr(Server, "asked", [])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.mark.parametrize("kind, asked", [("fine", 1), ("once", 2), ("cutonce", 2)])
def test_an_address_is_imported_even_if_it_fails_once(web, root, book, kind, asked):
    address = f"{web}/{kind}/national_M2026_dl.xlsx"
    digest = hashlib.sha256(book.read_bytes()).hexdigest()
    imported(address, root, sha256=digest)
    clean(root)
    source = data.describe("oews_national", root=root)["sources"][-1]
    assert source["path"] == address and source["hash"] == f"sha256:{digest}"
    assert len(Server.asked) == asked
    assert all(re.match(r"superstars/\d.*imports published wage tables", agent) for _, agent in Server.asked)


@pytest.mark.parametrize(
    "kind, asked, message",
    [
        ("missing", 1, "the server answers 404"),
        ("down", 3, "the server answers 503"),
        ("cut", 3, "the connection broke"),
        ("html", 1, "an HTML page, not a workbook"),
    ],
)
def test_what_the_web_does_wrong_is_said(web, root, kind, asked, message):
    before = contents(root)
    with pytest.raises(DataError, match=message):
        imported(f"{web}/{kind}/national_M2026_dl.xlsx", root)
    assert len(Server.asked) == asked and contents(root) == before


def test_another_hash_size_or_address_is_refused(web, root, book, monkeypatch):
    before = contents(root)
    with pytest.raises(DataError, match="another hash than --sha256 says"):
        imported(f"{web}/fine/national_M2026_dl.xlsx", root, sha256="0" * 64)
    with pytest.raises(DataError, match="allowed, as --sha256 says: sha256:000"):
        imported(book, root, sha256="0" * 64)
    assert len(Server.asked) == 1  # not asked again
    for address in ("ftp://example.org/a.zip", "file:///etc/passwd", "http:///a.zip"):
        with pytest.raises(DataError, match="allowed: http:// or https://"):
            imported(address, root)
    with pytest.raises(DataError, match="no file name at its end"):
        imported(f"{web}/", root)
    monkeypatch.setattr(download, "MAX_FILE", 1000)
    with pytest.raises(DataError, match="larger than 1,000 bytes"):
        imported(f"{web}/fine/national_M2026_dl.xlsx", root)
    with pytest.raises(DataError, match="the connection broke or was refused"):
        imported("http://127.0.0.1:9/national_M2026_dl.xlsx", root)
    assert contents(root) == before


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals")
def test_a_terminal_sees_a_progress_bar_and_a_file_sees_none(web, root):
    import fcntl
    import pty
    import termios

    address = f"{web}/fine/national_M2026_dl.xlsx"
    assert command("import", "oews", address, "--dry-run", "--dir", str(root)).stderr == ""
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))  # a window; without one no bar is drawn
    run = [sys.executable, "-m", "superstars.data", "import", "oews", address, "--dry-run", "--dir", str(root)]
    assert subprocess.run(run, stdout=subprocess.DEVNULL, stderr=theirs, cwd=HERE.parent).returncode == 0
    os.close(theirs)
    seen = b""
    with contextlib.suppress(OSError):  # the end of a terminal whose other side is closed
        while more := os.read(ours, 65_536):
            seen += more
    os.close(ours)
    assert b"100%|" in seen


# --- command line -------------------------------------------------------------------------------------------


def command(*arguments: str) -> subprocess.CompletedProcess:
    run = [sys.executable, "-m", "superstars.data", *arguments]
    return subprocess.run(run, capture_output=True, text=True, cwd=HERE.parent)


def test_the_command_imports_and_refuses_wrong_options(root, book):
    result = command("import", "oews", str(book), "--dir", str(root), "--threshold", "25%")
    assert (result.returncode, result.stderr) == (0, ""), result
    assert "more than 25 %" in result.stdout and "written: oews/national_2024_2026.csv.gz" in result.stdout
    clean(root)
    for wrong in (["--threshold", "0"], ["--threshold", "nan"], ["--sha256", "12"], ["--year", "x"]):
        with pytest.raises(SystemExit, match="2"):
            data.main(["import", "oews", str(book), "--dir", str(root), *wrong])
    with pytest.raises(SystemExit, match="2"):
        data.main(["import", "wages", str(book), "--dir", str(root)])


def test_without_its_packages_the_import_says_what_to_install(root, book):
    for missing, file in (("openpyxl", str(book)), ("pooch", "http://127.0.0.1:9/a.zip"), ("tqdm", "http://127.0.0.1:9/a.zip")):
        start = f"import sys; sys.modules[{missing!r}] = None"
        code = f"{start}; from superstars import data; sys.exit(data.main(sys.argv[1:]))"
        result = subprocess.run([sys.executable, "-c", code, "import", "oews", file, "--dir", str(root)],
                                capture_output=True, text=True, cwd=HERE.parent)  # fmt: skip
        assert result.returncode == 1 and 'pip install "superstars[import]"' in result.stdout, result
        assert result.stderr == ""
