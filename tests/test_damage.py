"""Damaged files: whatever happened to a file, a reader refuses it by name and place, or reads what stands in it.

Every reader of the project meets every kind of damage. What is refused says which file, and in a table which line and
column; what is read must be what an independent reader gets.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
import tracemalloc
import warnings
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from superstars import claims, data, results
from superstars.data import DataError
from superstars.press import address, built, course, exercises, files, meta, opening, releases, rerun, routes, saved
from superstars.press import typed as typed_numbers
from superstars.prose import RECORD

DATA = ROOT / "data"
RESOURCES = {r["name"]: r for r in json.loads((DATA / data.DESCRIPTOR).read_text(encoding="utf-8"))["resources"]}
ALL = list(RESOURCES)
FIELDS = {name: {f["name"]: f for f in resource["schema"]["fields"]} for name, resource in RESOURCES.items()}


def first_rows(path: str, count: int = 12) -> pd.DataFrame:
    """The first rows of a file as strings, read without the package."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(DATA / path, "rt", encoding="utf-8", newline="") as file:
        header, *rows = islice(csv.reader(file), count + 1)
    return pd.DataFrame(rows, columns=header, dtype=object)


RAW = {name: first_rows(resource["path"]) for name, resource in RESOURCES.items()}
# the same examples in every run
SETTINGS = settings(
    deadline=None, derandomize=True, max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


def csv_of(frame: pd.DataFrame, **options) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n", **options).encode()


def own(name: str, file: Path) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # columns not used
        return data.load(name, file=file)


# --- a reader's own file: every data set, every class of damage

GOOD = {name: csv_of(frame.head(3)) for name, frame in RAW.items()}


def columns(change):
    """Damage done to the cells of every line, the header first."""

    def done(name: str) -> bytes:
        rows = change(list(csv.reader(io.StringIO(GOOD[name].decode(), newline=""))))
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue().encode()

    return done


def needed(name: str) -> int:
    """The place of a column that an own file cannot do without."""
    return list(FIELDS[name]).index(RESOURCES[name]["schema"].get("ownFileColumns", list(FIELDS[name]))[0])


def without_needed(name: str) -> bytes:
    return columns(lambda rows: [row[: needed(name)] + row[needed(name) + 1 :] for row in rows])(name)


def renamed(name: str) -> bytes:
    at = needed(name)
    return columns(lambda rows: [[*rows[0][:at], rows[0][at] + "s", *rows[0][at + 1 :]], *rows[1:]])(name)


def delimited(name: str, sign: str) -> bytes:
    return csv_of(RAW[name].head(3), sep=sign)


HEADER = "line 1"
REFUSED = {  # what is done to the file, and what the message must hold beside its name
    "empty": (lambda name: b"", "empty"),
    "blank lines": (lambda name: b"\n\r\n\n", "empty"),
    "header only": (lambda name: GOOD[name].partition(b"\n")[0] + b"\n", "no rows below the header"),
    "cut inside the header": (lambda name: GOOD[name].partition(b",")[0], "no rows below the header"),
    "cut inside a row": (lambda name: GOOD[name] + b"x", "line"),
    "cut inside a quote": (lambda name: GOOD[name] + b'x,"y', "line"),
    "quote in the middle": (lambda name: GOOD[name] + b'"x"y,' + b"\n", "line"),
    "quote never closed": (lambda name: GOOD[name].replace(b"\n", b'\n"', 1), "line"),
    "latin-1": (lambda name: GOOD[name] + "é\n".encode("latin-1"), "not UTF-8"),
    "UTF-16 with mark": (lambda name: GOOD[name].decode().encode("utf-16"), "not UTF-8"),
    "UTF-16 without mark": (lambda name: GOOD[name].decode().encode("utf-16-be"), "UTF-"),
    "a NUL": (lambda name: GOOD[name].replace(b"\n", b"\n\0", 1), "line 2: a NUL"),
    "a column missing": (without_needed, HEADER),
    "a column renamed": (renamed, HEADER),
    "a column repeated": (columns(lambda rows: [[*row, row[0]] for row in rows]), "stands twice"),
    "a cell too many": (columns(lambda rows: [rows[0], [*rows[1], "x"], *rows[2:]]), "line 2"),
    "a cell too few": (columns(lambda rows: [*rows[:2], rows[2][:-1]] if len(rows) > 2 else [rows[0], ["x"]]), "line"),
    "semicolons": (lambda name: delimited(name, ";"), "line"),
    "tabs": (lambda name: delimited(name, "\t"), "line"),
    "a spreadsheet": (lambda name: b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00", "line"),
    "gzip of nothing": (lambda name: gzip.compress(b""), "empty"),
    "gzip, cut in its head": (lambda name: gzip.compress(GOOD[name])[:7], "gzip file is damaged"),
    "gzip, cut in the middle": (lambda name: gzip.compress(GOOD[name])[:-20], "gzip file is damaged"),
    "gzip, cut in its foot": (lambda name: gzip.compress(GOOD[name])[:-3], "gzip file is damaged"),
    "gzip, rubbish behind": (lambda name: gzip.compress(GOOD[name]) + b"rubbish", "gzip file is damaged"),
}
READ = {  # and what changes nothing
    "CRLF": lambda name: csv_of(RAW[name].head(3)).replace(b"\n", b"\r\n"),
    "CR": lambda name: csv_of(RAW[name].head(3)).replace(b"\n", b"\r"),
    "byte-order mark": lambda name: b"\xef\xbb\xbf" + GOOD[name],
    "no line end": lambda name: GOOD[name].rstrip(b"\n"),
    "blank lines at the end": lambda name: GOOD[name] + b"\n\n",
    "all quoted": lambda name: csv_of(RAW[name].head(3), quoting=csv.QUOTE_ALL),
    "columns swapped with their names": columns(lambda rows: [row[::-1] for row in rows]),
    "a column of ours": columns(lambda rows: [[*row, "ours"] for row in rows]),
    "gzip": lambda name: gzip.compress(GOOD[name]),
    "gzip in two parts": lambda name: gzip.compress(GOOD[name][:9]) + gzip.compress(GOOD[name][9:]),
}


@pytest.mark.parametrize("name", ALL)
def test_a_damaged_own_file_is_refused_by_name_and_place(name, tmp_path):
    file = tmp_path / "mine.csv"
    for damage, (change, told) in REFUSED.items():
        file.write_bytes(change(name))
        with pytest.raises(DataError) as caught:
            own(name, file)
        message = str(caught.value)
        assert message.startswith(str(file)) and told in message and len(message) < 2_000, (damage, message)


@pytest.mark.parametrize("name", ALL)
def test_an_own_file_written_in_another_way_is_read_as_it_is(name, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_bytes(GOOD[name])
    expected = own(name, file)
    if any("\n" in cell for cell in RAW[name].head(3).to_numpy().ravel()):
        pytest.fail("the first rows must hold no line end inside a cell: the damage would change it")
    for way, change in READ.items():
        file.write_bytes(change(name))
        pd.testing.assert_frame_equal(own(name, file), expected, obj=way)


def test_what_is_no_file_is_refused(tmp_path, monkeypatch):
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    for file in (tmp_path, loop, tmp_path / "none.csv", tmp_path / ("x" * 300), tmp_path / "a\0b"):
        with pytest.raises(DataError, match="cannot be read") as caught:
            own("taulbee", file)
        assert str(caught.value).startswith(str(file))
    # the tests may run as a user whom no permission stops
    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *mode: forbid(self) if self.stem == "shut" else opened(self, *mode))
    with pytest.raises(DataError, match=r"shut\.csv: cannot be read \(Permission denied\)"):
        own("taulbee", tmp_path / "shut.csv")


def forbid(file: Path):
    raise PermissionError(13, "Permission denied", str(file))


def test_what_would_fill_the_memory_is_refused_with_the_limit(tmp_path):
    bomb = tmp_path / "bomb.csv.gz"
    with gzip.open(bomb, "wb", compresslevel=1) as out:
        for _ in range(30):
            out.write(bytes(10_000_000))
    assert bomb.stat().st_size < 2_000_000
    tracemalloc.start()
    with pytest.raises(DataError, match=rf"unpacks to is too large; allowed: at most {data.MAX_BYTES:,} bytes"):
        own("levels", bomb)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 4 * data.MAX_BYTES
    endless = Path("/dev/zero")
    if endless.exists():
        with pytest.raises(DataError, match="too large"):
            own("levels", endless)
    wide = tmp_path / "wide.csv"
    wide.write_text(",".join(f"c{n}" for n in range(1_000_000)) + "\n1\n")
    with pytest.raises(DataError, match=r"line 1: 1,000,000 columns; allowed: at most 1,000") as caught:
        own("levels", wide)
    assert len(str(caught.value)) < 500
    long = tmp_path / "long.csv"
    long.write_text("title,totalyearlycompensation\n" + "x" * 10_000_000 + ",5\n")
    with pytest.raises(DataError, match=r"long\.csv, line 2: .*limit") as caught:
        own("levels", long)
    assert len(str(caught.value)) < 500


# --- one cell: what pandas would take for a number or a time, and nobody writes

NUMBERS = {
    "1_000": "", "１２": "", "٣": "", " 5": "", "5 ": "", "\t5": "", "5\n": "", "5\u00a0": "", "5,000": "",
    "5.000,5": "",
    "$5": "", "5%": "", "€5": "", "0x10": "", "0b1": "", "1e": "", "--5": "", "+": "", ".": "", "1.2.3": "", "½": "",
    "nan": "", "NaN": "", "inf": "", "-inf": "", "Infinity": "", "infinity": "", "None": "", "NULL": "", "N/A": "",
    "True": "", "1e999": "is infinite", "-1e999": "is infinite", "1" + "0" * 400: "is infinite",
    "1e-999": "too small to be told from 0", "=1+1": "", "=HYPERLINK(\"x\",5)": "", "@5": "", "+cmd|' /C calc'!A0": "",
    "-2+3": "", "2024-01-05": "", "5 Jan": "", "x" * 10_000: "",
}  # fmt: skip
TIMES = [
    "now", "today", "NaT", "nan", "2024-02-30", "2024-13-01", "２０２４-01-05", " 2024-01-05", "2024-01-05 ",
    "05.01.2024",
    "1/5/2024", "20240105", "45296", "2024", "2024-01", "=TODAY()", "12024-01-05", "-2024-01-05",
]  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_cell_that_is_no_number_or_time_is_named(name, tmp_path):
    file, frame = tmp_path / "mine.csv", RAW[name].head(2).copy()
    first = {field["type"]: column for column, field in reversed(FIELDS[name].items())}
    count = [first[kind] for kind in ("number", "integer") if kind in first]  # read alike: they take turns
    cells = [(count[i % len(count)], *cell) for i, cell in enumerate(NUMBERS.items()) if count]
    cells += [(first["datetime"], value, "is not a time") for value in TIMES if "datetime" in first]
    if cells:
        file.write_bytes(csv_of(frame))
        own(name, file)
        for column, value, told in cells:
            damaged = frame.assign(**{column: [value, *frame[column][1:]]})
            file.write_bytes(csv_of(damaged))
            with pytest.raises(DataError) as caught:
                own(name, file)
            assert str(caught.value).startswith(f"{file}, line 2, column {column!r}: "), (value, str(caught.value))
            assert (told or "is not a number") in "\n".join(caught.value.problems), (value, caught.value.problems)
            assert len(str(caught.value)) < 1_000


def test_a_formula_is_not_taken_for_a_text(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text('title,totalyearlycompensation\n"=HYPERLINK(""x"",""y"")",5\n')
    with pytest.raises(DataError, match=r"line 2, column 'title': .* is a formula and not its value; allowed: text"):
        own("levels", file)


def test_a_whole_number_that_a_float_cannot_hold_is_refused(tmp_path):
    loose = [
        (name, column) for name in ALL for column, field in FIELDS[name].items()
        if field["type"] == "integer" and "maximum" not in field["constraints"] and "enum" not in field["constraints"]
    ]  # fmt: skip
    assert loose
    for name, column in loose:
        frame = RAW[name].head(1).copy()
        frame[column] = str(2**53 + 1)
        (tmp_path / "mine.csv").write_bytes(csv_of(frame))
        with pytest.raises(DataError, match=rf"line 2, column '{column}': '9007199254740993' is not below"):
            own(name, tmp_path / "mine.csv")


CELLS = st.one_of(
    st.sampled_from([*NUMBERS, *TIMES, "", "#", "**", "TRUE", "FALSE", "0", "-0", "-1", "1e308", "2024-01-05"]),
    st.floats(allow_nan=True).map(repr), st.integers().map(str),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
)  # fmt: skip


def meant(text: str, field: dict, missing: list[str]):
    """What a person reads in a cell: an independent reading of the schema's types, or None where it is not one."""
    if text in field.get("missingValues", missing):
        return field["blank"] if field["type"] == "boolean" and "blank" in field else np.nan
    if field["type"] in ("number", "integer"):
        try:
            assert re.fullmatch(r"[-+.0-9eE]+", text)
            return float(Decimal(text))
        except (InvalidOperation, AssertionError, OverflowError):
            return None
    if field["type"] == "boolean":
        return True if text in field["trueValues"] else False if text in field["falseValues"] else None
    if field["type"] == "datetime":
        try:
            return pd.Timestamp(datetime.strptime(text, field["format"]))
        except ValueError:
            return None
    return text


@SETTINGS
@given(st.data())
def test_one_changed_cell_is_read_as_it_stands_or_named(tmp_path, drawn):
    name = drawn.draw(st.sampled_from(ALL))
    frame = RAW[name].head(3)
    row = drawn.draw(st.integers(0, len(frame) - 1))
    column = drawn.draw(st.sampled_from(list(FIELDS[name])))
    value = drawn.draw(CELLS)
    file = tmp_path / "mine.csv"
    file.write_bytes(csv_of(frame))
    before = own(name, file)
    changed = frame.copy()
    changed.loc[row, column] = value
    file.write_bytes(csv_of(changed, quoting=csv.QUOTE_ALL))
    try:
        after = own(name, file)
    except DataError as error:
        assert re.match(rf"{re.escape(str(file))}, line \d+, column '", str(error)), str(error)
        assert value not in frame[column].tolist() or "a second row" in str(error) or "stands twice" in str(error)
        return
    expected = meant(value, FIELDS[name][column], RESOURCES[name]["schema"].get("missingValues", [""]))
    found = after.loc[row, column]
    assert found == expected or (pd.isna(found) and pd.isna(expected) and expected is not None), (value, found)
    others = [c for c in FIELDS[name] if c != column]
    for one, other in ((before[others], after[others]), (before.drop(row)[[column]], after.drop(row)[[column]])):
        pd.testing.assert_frame_equal(one, other, check_dtype=False)


@SETTINGS
@given(st.data())
def test_the_order_of_rows_is_kept_and_changes_no_value(tmp_path, drawn):
    name = drawn.draw(st.sampled_from(ALL))
    frame = RAW[name].head(12)
    order = drawn.draw(st.permutations(range(len(frame))))
    file = tmp_path / "mine.csv"
    file.write_bytes(csv_of(frame))
    straight, again = own(name, file), own(name, file)
    pd.testing.assert_frame_equal(straight, again)  # and nothing is remembered between calls
    file.write_bytes(csv_of(frame.iloc[list(order)]))
    pd.testing.assert_frame_equal(own(name, file), straight.iloc[list(order)].reset_index(drop=True))


# --- the book's own files: root=, verify, seal

SMALL = ["taulbee", "oews_topcodes", "claims", "claim_sources", "arena_text_ratings"]


@pytest.fixture
def root(tmp_path):
    """A data directory with a few data sets, one of them packed."""
    folder = tmp_path / "data"
    package = descriptor()
    for resource in package["resources"]:
        (folder / resource["path"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DATA / resource["path"], folder / resource["path"])
    (folder / data.DESCRIPTOR).write_text(json.dumps(package), encoding="utf-8")
    return folder


@SETTINGS
@given(st.data())
def test_any_changed_byte_of_the_books_data_is_refused(root, drawn):
    name = drawn.draw(st.sampled_from(SMALL))
    file = data.path(name, root=root)
    good = (DATA / file.relative_to(root)).read_bytes()
    at, flip = drawn.draw(st.integers(0, len(good) - 1)), drawn.draw(st.integers(1, 255))
    cut = drawn.draw(st.booleans())
    file.write_bytes(good[:at] if cut else good[:at] + bytes([good[at] ^ flip]) + good[at + 1 :])
    for raw in (False, True):
        with pytest.raises(DataError, match="the file was changed: ") as caught:
            data.load(name, root=root, raw=raw)
        assert str(caught.value).startswith(str(file))
    file.write_bytes(good)
    assert len(data.load(name, root=root)) > 0


@pytest.mark.parametrize("damage", REFUSED)
def test_verify_and_seal_name_the_damage_and_write_nothing(root, damage):
    file, before = data.path("taulbee", root=root), (root / data.DESCRIPTOR).read_bytes()
    change, told = REFUSED[damage]
    file.write_bytes(change("taulbee"))
    report = {name: problems for name, _, problems in data.verify(root)}
    assert any(str(file) in p for p in report["taulbee"]) and not report["claims"]
    with pytest.raises(DataError) as caught:
        data.seal(root)
    assert str(file) in str(caught.value) and told in "\n".join(caught.value.problems)
    assert (root / data.DESCRIPTOR).read_bytes() == before
    assert [p.name for p in root.parent.iterdir()] == ["data"]


# --- files of JSON, YAML, TOML, Markdown: the descriptor, results, notebooks and what the press reads

HOSTILE = [None, True, -1, 0, 3.5, 10**400, "", "x", "(", "../../etc/passwd", [], ["x"], [None], {}, {"x": 1}]
DROP = object()


def places(tree, here=()):
    """Where each node of a tree of lists and objects stands."""
    yield here
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from places(value, (*here, key))


def altered(tree, place, value):
    """A copy of the tree with another value at one place, or without it."""
    if not place:
        return None if value is DROP else value
    tree = json.loads(json.dumps(tree))
    node = tree
    for key in place[:-1]:
        node = node[key]
    if value is DROP:
        del node[place[-1]]
    else:
        node[place[-1]] = value
    return tree


def descriptor():
    return {"name": "small", "resources": [RESOURCES[name] for name in SMALL]}


PLACES = list(places(descriptor()))


def uses_of_a_descriptor(root):
    data.catalog(root)
    for name in SMALL:
        data.describe(name, root)
        data.load(name, root=root)
    data.verify(root)
    data.seal(root)


@settings(SETTINGS, max_examples=30)
@given(st.data())
def test_a_damaged_descriptor_is_refused_by_name_or_still_describes(root, drawn):
    place = drawn.draw(st.sampled_from(PLACES))
    value = drawn.draw(st.sampled_from([DROP, *HOSTILE]))
    (root / data.DESCRIPTOR).write_text(json.dumps(altered(descriptor(), place, value)), encoding="utf-8")
    try:
        uses_of_a_descriptor(root)
    except DataError as error:
        assert str(root) in str(error) or "no data set is called" in str(error), str(error)


# --- files that the press reads

RESULT = {"page": "a/b", "name": "x", "text": "5", "note": "five", "cell": 1, "data": ["taulbee"], "value": 5.0}
BOOK = {  # a book of one chapter: each file that people or programs write, and what reads it
    "superstars/results.json": [
        lambda root: results.load(root / "superstars/results.json"),
        lambda root: results.pages(root / "superstars/results.json"),
        lambda root: claims.verdicts(results.load(root / "superstars/results.json")),
    ],
    "book/puzzle/here.ipynb": [
        lambda root: results.of_notebook(root, root / "book/puzzle/here.ipynb"),
        lambda root: results.collect(root, rerun.chapters(root)),
        lambda root: typed_numbers.typed(root / "book/puzzle/here.ipynb"),
        lambda root: saved.saved_charts(root / "book/puzzle/here.ipynb"),
        lambda root: exercises.exercises(root, root / "book/puzzle/here.ipynb"),
        lambda root: opening.write(root, [root / "book/puzzle/here.ipynb"]),
        lambda root: files.notebook(root / "book/puzzle/here.ipynb"),
    ],
    "_toc.yml": [rerun.chapters, built.parts],
    "CITATION.cff": [meta.work],
    "pyproject.toml": [address.address],
    "CHANGELOG.md": [releases.latest],
    "book/redirects.csv": [lambda root: routes.redirects(root, ["book/index", "book/puzzle/here"])],
    "assignments/marking.csv": [exercises.marking],
    "superstars/press/typed.csv": [lambda root: typed_numbers.exceptions()],
    "assignments/limit.md": [lambda root: course.notebook(root, "limit")],
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    """The files of ``BOOK``, all of them good."""
    for name in BOOK:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, tmp_path / name)
    text = "{glue:text}`x` $$ a $$ (e)\n\n````{exercise}\n:label: one\nQ\n````\n\n````{solution} one\nA {eq}`e`\n````"
    facts = json.dumps({"note": "five", "value": 5.0})
    record = {RECORD + "text/plain": "'5'", RECORD + "application/json": facts}
    glued = nbformat.v4.new_output("display_data", record, metadata={"scrapbook": {"name": "x"}})
    code = nbformat.v4.new_code_cell('glue("x", "5", "five", 5.0)', id="code", execution_count=1, outputs=[glued])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Here\n" + text, id="head"), code])
    nbformat.write(notebook, tmp_path / "book/puzzle/here.ipynb")
    (tmp_path / "superstars/results.json").write_text(json.dumps({"pages": {"a/b": ["taulbee"]}, "results": [RESULT]}))
    (tmp_path / "_toc.yml").write_text("root: book/puzzle/here\nparts: []\n")
    (tmp_path / "book/redirects.csv").write_text("old,new\nbook/old,book/index\n")
    monkeypatch.setattr(typed_numbers, "ALLOWED", tmp_path / "superstars/press/typed.csv")
    return tmp_path


def refused_by_name(read, root, file) -> bool:
    """Whether ``read`` refuses the file; if it does, its message names a file or a page of the book."""
    try:
        read(root)
    except FileNotFoundError as error:  # a table of contents that names another page
        assert "_toc.yml names" in str(error)
    except ValueError as error:
        words = (Path(file).name, Path(file).with_suffix("").as_posix().removeprefix("book/"), "claim")
        assert not isinstance(error, (UnicodeError, json.JSONDecodeError)), repr(error)
        assert any(word in str(error) for word in words) and len(str(error)) < 3_000, repr(error)
    else:
        return False
    return True


TORN = {
    "empty": lambda text: b"",
    "blank": lambda text: b" \n\n",
    "latin-1": lambda text: text + b"\n\xe9",
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "UTF-16 without mark": lambda text: text.decode().encode("utf-16-le"),
    "a NUL": lambda text: text[:40] + b"\0" + text[40:],
}


@pytest.mark.parametrize("file", BOOK)
def test_a_torn_file_of_the_book_is_refused_by_name(book, file):
    good = (book / file).read_bytes()
    for read in BOOK[file]:
        # good is read; a claim needs more results than one
        assert not refused_by_name(read, book, file) or "results" in file, file
        good = (book / file).read_bytes()
        for damage, change in TORN.items():
            (book / file).write_bytes(change(good))
            assert refused_by_name(read, book, file), damage
        (book / file).unlink()
        assert refused_by_name(read, book, file), "missing"
        (book / file).symlink_to(book / file)
        assert refused_by_name(read, book, file), "a loop"
        (book / file).unlink()
        (book / file).mkdir()
        assert refused_by_name(read, book, file), "a folder"
        (book / file).rmdir()
        for at in np.linspace(1, len(good) - 1, 12).astype(int):  # cut short: refused, or a whole file by itself
            (book / file).write_bytes(good[:at])
            refused_by_name(read, book, file)
        (book / file).write_bytes(b"[" * 50_000)
        refused_by_name(read, book, file)
        (book / file).write_bytes(good)


@pytest.mark.parametrize("file", ["superstars/results.json", "book/puzzle/here.ipynb"])
def test_any_wrong_value_in_json_is_refused_by_name_or_does_no_harm(book, file):
    good = json.loads((book / file).read_text(encoding="utf-8"))
    for place in places(good):
        for value in (DROP, *HOSTILE):
            (book / file).write_text(json.dumps(altered(good, place, value)), encoding="utf-8")
            for read in BOOK[file]:
                refused_by_name(read, book, file)


@pytest.mark.parametrize("file", ["_toc.yml", "CITATION.cff", "pyproject.toml"])
def test_any_wrong_value_in_settings_is_refused_by_name_or_does_no_harm(book, file, monkeypatch):
    if file == "_toc.yml":
        shutil.copytree(ROOT / "book/puzzle", book / "book/puzzle", dirs_exist_ok=True)
        good = {"root": "book/puzzle/here", "parts": [
            {"caption": "one", "chapters": [{"file": "book/puzzle/pay_ladder"}, {"file": "book/puzzle/lognormal_pay"}]},
        ]}  # fmt: skip
    elif file == "CITATION.cff":
        good = {**files.mapping(ROOT / file), "date-released": "2030-01-31"}
    else:
        good = {"project": {"version": "0.1.0"}, "tool": {"superstars": {"address": "", "repository": ""}}}
    for place in places(good):
        for value in (DROP, *HOSTILE):
            tree = altered(good, place, value)
            if file == "pyproject.toml":
                monkeypatch.setattr(address.files, "settings", lambda path, tree=tree: tree)
                if not isinstance(tree, dict):  # a TOML file is always a table
                    continue
            else:
                (book / file).write_text(json.dumps(tree), encoding="utf-8")  # JSON is YAML
            for read in BOOK[file]:
                refused_by_name(read, book, file)


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("book/redirects.csv", "old;new\n", "line 1"), ("book/redirects.csv", "old,new\nbook/a\n", "line 2: 1 cells"),
        ("book/redirects.csv", "old,new,x\n", "line 1"), ("book/redirects.csv", "old,new\n=1+1,book/index\n", "line 2"),
        ("book/redirects.csv", 'old,new\n"book/a,b\n', "line 2: not a row of CSV"),
        ("book/redirects.csv", "old,new\nbook/a,book/index\nbook/a,book/index\n", "line 3"),
        ("superstars/press/typed.csv", "chapter,pattern,reason\n*,(,why\n", "line 2, column 'pattern'"),
        ("superstars/press/typed.csv", "chapter,pattern,reason\n*,,why\n", "line 2: an empty cell"),
        ("superstars/press/typed.csv", "pattern,reason\nx,why\n", "line 1: the columns are"),
        ("assignments/marking.csv", "exercise,points,full,half,none\na,²,x,y,z\n", "points"),
        ("assignments/marking.csv", "exercise,points,full,half,none\na,1e3,x,y,z\n", "points"),
        ("assignments/marking.csv", "exercise,points\na,2\n", "line 1: the columns are"),
        ("assignments/marking.csv", "exercise,points,full,half,none\na,2,x,y\n", "line 2: 4 cells"),
    ],
)  # fmt: skip
def test_a_bad_row_of_a_table_of_the_press_is_named_by_line(book, file, text, told):
    (book / file).write_text(text, encoding="utf-8")
    for read in BOOK[file]:
        with pytest.raises(ValueError, match=Path(file).name) as caught:
            read(book)
        assert told in str(caught.value)


def test_a_rerun_refuses_a_torn_notebook_and_leaves_it(book, monkeypatch):
    file = book / "book/puzzle/here.ipynb"
    torn = file.read_bytes()[:-20]
    file.write_bytes(torn)
    with pytest.raises(DataError, match=r"here\.ipynb: not a notebook"):
        rerun.rerun(book, rerun.chapters(book))
    assert file.read_bytes() == torn and [p.name for p in file.parent.iterdir()] == [file.name]
