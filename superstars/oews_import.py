"""A new year of wages enters the panel: what changes, and one step in which it does.

The descriptor ``datapackage.json`` is the single point of commitment. New contents go into files that it does not name
yet; one ``os.replace`` of the descriptor makes them the data; only then the old files are deleted. Cut short at any
point, the folder is as before or as after. A journal names what an import creates and leaves over, so that the next
one can clear up after one that was killed.
"""

from __future__ import annotations

import argparse
import copy
import csv
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from superstars import data, download, oews_workbook
from superstars.data import DataError
from superstars.oews_workbook import WAGES, Published

PANEL, TOP_CODES = "oews_national", "oews_topcodes"
JUMP = 30.0  # per cent between neighbouring years
NEW_CODES = 0.05  # share of new detailed codes from which a break is suspected, as in superstars.oews.BREAKS
LISTED = 20  # lines of one kind in the report; the rest are counted
CHUNK = 262_144
_RANGE = re.compile(r"\b(\d{4})-(\d{4})\b")


class Plan(NamedTuple):
    """What an import would do: new files (path in the folder: bytes), the descriptor with them, and old files."""

    report: list[str]
    files: dict[str, bytes]
    package: dict[str, Any]
    old: list[str]


# --- what changes -------------------------------------------------------------------------------------------


def plan(published: Published, root: Path, jump: float = JUMP, address: str | None = None) -> Plan:
    """The panel with a published year in it, and the report on what that changes. Writes nothing.

    ``jump``: per cent from which a wage's change between neighbouring years is listed.
    """
    panel = data.load(PANEL, raw=True, root=root)
    codes = data.load(TOP_CODES, raw=True, root=root)
    year = published.year
    years = panel["year"].astype(int)
    newest = int(years.max())
    if year > newest + 1:
        raise DataError(
            f"{published.source['title']}: the year {year} leaves a gap after {newest}, the newest in the panel; "
            f"allowed: {oews_workbook.FIRST_YEAR} to {newest + 1}"
        )
    old = panel[years.eq(year)]
    new = pd.concat([panel[years < year], published.frame, panel[years > year]], ignore_index=True)
    new_codes, said, note = _top_codes(published, codes)
    report = [f"{published.source['title']}: {len(published.frame):,} rows, {published.source['hash']}"]
    report += published.notes
    if len(old):
        report.append(f"the year {year} is in the panel already ({len(old):,} rows)")
        report += _cells_changed(old, published.frame)
    else:
        report.append(f"the year {year} is new; the panel covers {years.min()} to {newest}")
    for neighbour in (year - 1, year + 1):
        there = panel[years.eq(neighbour)]
        if len(there):
            report += _compare(there, published.frame, neighbour, year, jump)
    report += said
    if new.equals(panel) and new_codes.equals(codes):
        return Plan([*report, "the panel holds exactly these rows already: nothing to write"], {}, {}, [])
    package = copy.deepcopy(data._package(root))
    span = f"{min(years.min(), year)}-{max(newest, year)}"
    files, unused = {}, []
    for name, frame, before, stem in (
        (PANEL, new, panel, f"national_{span.replace('-', '_')}.csv.gz"),
        (TOP_CODES, new_codes, codes, "top_codes.csv"),
    ):
        if frame.equals(before):
            continue
        resource = next(r for r in package["resources"] if r["name"] == name)
        path = _free(PurePosixPath(resource["path"]).parent, stem, package, root)
        unused.append(resource["path"])
        files[path] = _csv(frame, path.endswith(".gz"))
        _describe(resource, path, files[path], frame, span)
    _record(package, published, address, note, old.empty)
    return Plan(report, files, package, unused)


def _csv(frame: pd.DataFrame, packed: bool) -> bytes:
    """The file of a frame of strings. Packed, the same rows give the same bytes: no time and no name inside."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(frame.itertuples(index=False, name=None))
    text = out.getvalue().encode("utf-8")
    if not packed:
        return text
    into = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=into, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(text)
    return into.getvalue()


def _free(folder: PurePosixPath, name: str, package: dict, root: Path) -> str:
    """A path that neither the descriptor nor the folder has: the plain name, or one with a revision."""
    taken = {resource["path"] for resource in package["resources"]}
    stem, dot, ending = name.partition(".")
    number = 1
    while True:
        path = str(folder / (name if number == 1 else f"{stem}_r{number}{dot}{ending}"))
        if path not in taken and not (root / path).exists():
            return path
        number += 1


def _describe(resource: dict, path: str, content: bytes, frame: pd.DataFrame, span: str) -> None:
    """Brings path, size, hash, rows and everything that names the span of years up to date."""
    resource.update({"path": path, **data._seal_of(content), "rows": len(frame)})
    for text in ("title", "description"):
        resource[text] = _RANGE.sub(span, resource[text], count=1)
    resource["coverage"]["period"] = _RANGE.sub(span, resource["coverage"]["period"], count=1)
    years = next(field for field in resource["schema"]["fields"] if field["name"] == "year")["constraints"]
    years["maximum"] = int(span[-4:])


def _record(package: dict, published: Published, address: str | None, note: str, new: bool) -> None:
    """Names the imported file among the sources, and what is known of its top code among the limits, in place of an
    earlier import of the same year. Years that came with the book keep the words written for them."""
    for resource in package["resources"]:
        if resource["name"] not in (PANEL, TOP_CODES):
            continue
        entry = {"title": published.source["title"], "path": address or resource["sources"][0]["path"],
                 "year": published.year, "hash": published.source["hash"], "bytes": published.source["bytes"],
                 "imported": date.today().isoformat()}  # fmt: skip
        others = [source for source in resource["sources"] if source.get("year") != published.year]
        resource["sources"] = [*others, entry]
        start = f"May {published.year}: "
        kept = [limit for limit in resource["limits"] if not limit.startswith(start)]
        if new or len(kept) < len(resource["limits"]):
            resource["limits"] = [*kept, start + note]


def _top_codes(published: Published, codes: pd.DataFrame) -> tuple[pd.DataFrame, list[str], str]:
    """The limits with that of the published year, what the report says of it, and what the descriptor does."""
    year, limit, frame = published.year, published.limit, published.frame
    row = codes[codes["year"].eq(str(year))]
    if limit is None and row.empty:
        raise DataError(
            f"{published.source['title']}: no field descriptions state the top code of {year}, and oews_topcodes has "
            "none; import the zip as BLS publishes it, which holds them"
        )
    cells = frame[[unit + cell for unit in ("h_", "a_") for cell in WAGES]]
    marked = int(cells.eq("#").sum().sum())
    hourly = limit.hourly if limit else row["limit_hourly_usd"].iat[0]
    annual = limit.annual if limit else row["limit_annual_usd"].iat[0]
    percentiles = frame[[f"a_{cell}" for cell in WAGES[1:]]].apply(oews_workbook.values)
    above = int((percentiles.gt(float(annual)) & np.isfinite(percentiles)).sum().sum())
    applied = "TRUE" if marked and not above else "FALSE"
    where = "as the field descriptions state it" if limit else "as recorded (no field descriptions in the file)"
    said = [
        f"top code {where}: ${hourly} an hour, ${int(annual):,} a year; {marked:,} cells carry #, {above:,} annual "
        f"percentiles lie above it: applied {applied}"
    ]
    note = {
        "TRUE": f"top-coded (#) at {hourly} dollars an hour.",
        "FALSE": f"a limit of {hourly} dollars an hour is stated, but not applied to every wage: # is a bound only in "
        "the rows that carry it.",
    }[applied]
    new = {"year": str(year), "limit_hourly_usd": hourly, "limit_annual_usd": annual, "applied": applied,
           "wording": limit.wording if limit else row["wording"].iat[0],
           "stated_in": limit.stated_in if limit else row["stated_in"].iat[0]}  # fmt: skip
    if not row.empty:
        before = row.iloc[0].to_dict()
        differing = [k for k in new if k != "stated_in" and new[k] != before[k]]
        if not differing:
            return codes, said, note  # a statement found elsewhere before is as good
        said += [f"top code of {year}: {k} {before[k]} -> {new[k]}" for k in differing]
    changed = pd.concat([codes[codes["year"].ne(str(year))], pd.DataFrame([new])[list(codes)]])
    return changed.sort_values("year", key=lambda s: s.astype(int)).reset_index(drop=True), said, note


def _list(head: str, lines: list[str]) -> list[str]:
    """A heading with the count, and the first lines."""
    more = [f"    and {len(lines) - LISTED:,} more"] if len(lines) > LISTED else []
    return [f"{head}: {len(lines):,}", *(f"    {line}" for line in lines[:LISTED]), *more]


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index(["occ_code", "o_group"])


def _cells_changed(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """The cells in which two versions of one year differ."""
    before, after = _keyed(old), _keyed(new)
    lines = [f"{code} ({group}) taken out" for code, group in before.index.difference(after.index)]
    lines += [f"{code} ({group}) put in" for code, group in after.index.difference(before.index)]
    both = after.index.intersection(before.index)
    a, b = before.loc[both], after.loc[both]
    for row, column in zip(*np.nonzero((a != b).to_numpy()), strict=True):
        place = f"{both[row][0]} ({both[row][1]}) {a.columns[column]}"
        lines.append(f"{place}: {a.iat[row, column]} -> {b.iat[row, column]}")
    return _list("rows and cells that differ from the year as it was", lines)


def _compare(there: pd.DataFrame, frame: pd.DataFrame, neighbour: int, year: int, jump: float) -> list[str]:
    """Occupations, wages and marks against a neighbouring year; the later year is told from the earlier one."""
    (first, before), (last, after) = sorted([(neighbour, there), (year, frame)], key=lambda pair: pair[0])
    one = {code: title for code, title in zip(before["occ_code"], before["occ_title"], strict=True)}
    two = {code: title for code, title in zip(after["occ_code"], after["occ_title"], strict=True)}
    gone, added = [c for c in one if c not in two], [c for c in two if c not in one]
    titles = {one[code]: code for code in gone}
    said = [f"from {first} to {last}"]
    said += _list("  occupations added", [f"{c} {two[c]}" for c in added if two[c] not in titles])
    said += _list("  occupations dropped", [f"{c} {one[c]}" for c in gone if one[c] not in {two[a] for a in added}])
    said += _list("  codes renamed", [f"{titles[two[c]]} -> {c} {two[c]}" for c in added if two[c] in titles])
    said += _list("  titles renamed", [f"{c} {one[c]} -> {two[c]}" for c in one if c in two and one[c] != two[c]])
    said += _jumps(before, after, jump)
    said += _marks(before, after)
    detailed = [set(f.loc[f["o_group"].eq("detailed"), "occ_code"]) for f in (before, after)]
    share = len(detailed[1] - detailed[0]) / max(len(detailed[1]), 1)
    if share > NEW_CODES:
        said.append(f"  a break is suspected in {last}: {share:.1%} of the detailed codes are new "
                    f"(more than {NEW_CODES:.0%}); see BREAKS in superstars/oews.py")  # fmt: skip
    return said


def _jumps(before: pd.DataFrame, after: pd.DataFrame, jump: float) -> list[str]:
    """Wages of detailed occupations that change by more than ``jump`` per cent, the largest first."""

    def wages(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame["o_group"].eq("detailed")].set_index("occ_code")
        columns = {}
        for cell in WAGES:
            annual, hourly = oews_workbook.values(rows[f"a_{cell}"]), oews_workbook.values(rows[f"h_{cell}"])
            columns[cell] = annual.where(annual.notna(), hourly * 2080).replace(np.inf, np.nan)
        return pd.DataFrame(columns)

    old, new = wages(before), wages(after)
    both = old.index.intersection(new.index)
    ratios = (new.loc[both] / old.loc[both]).stack().dropna()
    large = ratios[(ratios - 1).abs() > jump / 100]
    order = np.log(large).abs().sort_values(ascending=False, kind="stable").index
    titles = after.drop_duplicates("occ_code").set_index("occ_code")["occ_title"]
    lines = [f"{code} {titles[code]}, {cell}: {large[(code, cell)] - 1:+.0%}" for code, cell in order]
    head = f"  wages that change by more than {jump:g} %, in {len({code for code, _ in order})} occupations"
    return _list(head, lines)


def _marks(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Cells of occupations of both years that carry a mark in one of them only."""
    old, new = _keyed(before), _keyed(after)
    both = new.index.intersection(old.index)
    columns = ["tot_emp", "emp_prse", "mean_prse", *(unit + cell for unit in ("h_", "a_") for cell in WAGES)]
    old, new = old.loc[both, columns], new.loc[both, columns]
    said = []
    for mark in ("#", "*", "**"):
        for word, here, absent in (("new", new, old), ("vanished", old, new)):
            rows, places = np.nonzero((here.eq(mark) & absent.ne(mark)).to_numpy())
            cells = [f"{both[i][0]} ({both[i][1]}) {columns[j]}" for i, j in zip(rows, places, strict=True)]
            if cells:
                said += _list(f"  marks {mark} {word}", cells)
    return said or ["  marks: none new, none vanished"]


# --- one step -----------------------------------------------------------------------------------------------


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """One import at a time. The lock goes with its process, however that ends, and leaves no file in the folder."""
    busy = DataError(f"{root}: another import is under way; wait until it has ended")
    try:
        if os.name == "nt":
            import msvcrt

            name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
            handle = os.open(Path(tempfile.gettempdir()) / f"superstars-{name}.lock", os.O_RDWR | os.O_CREAT)
            take = lambda: msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # noqa: E731
        else:
            import fcntl

            handle = os.open(root, os.O_RDONLY)
            take = lambda: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # noqa: E731
    except OSError as error:
        raise DataError(f"{root}: cannot be locked ({error.strerror}); nothing was changed") from None
    try:
        try:
            take()
        except OSError:
            raise busy from None
        yield
    finally:
        os.close(handle)


def clear(root: Path) -> list[str]:
    """Deletes what an import that was cut short left over: files its journal names and the descriptor does not."""
    left = [name for name in data.leftovers(root) if name != data.JOURNAL]
    for name in left:
        (root / name).unlink()
    (root / data.JOURNAL).unlink(missing_ok=True)  # last: until then a second attempt knows what to delete
    return left


def _put(file: Path, content: bytes) -> None:
    """A new file, complete on the disk before this returns."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view[:CHUNK]):]
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    """The names in a folder, too, are on the disk (Windows has no such call)."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _text_of(package: dict) -> bytes:
    return (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _rehearse(new: Plan, root: Path) -> None:
    """Verifies a copy of the folder as it would be. Raises :class:`DataError` for any fault."""
    try:
        with tempfile.TemporaryDirectory() as scratch:
            trial = Path(scratch)
            for resource in new.package["resources"]:
                (trial / resource["path"]).parent.mkdir(parents=True, exist_ok=True)
                if resource["path"] not in new.files and (root / resource["path"]).is_file():
                    shutil.copyfile(root / resource["path"], trial / resource["path"])
            for path, content in new.files.items():
                (trial / path).write_bytes(content)
            (trial / data.DESCRIPTOR).write_bytes(_text_of(new.package))
            problems = [p.replace(str(trial), str(root)) for _, _, found in data.verify(trial) for p in found]
    except OSError as error:
        raise DataError(f"{tempfile.gettempdir()}: no room to try the import ({error.strerror})") from None
    if problems:
        raise DataError(f"{problems[0]}; nothing was imported", problems)


def commit(new: Plan, root: Path, before: bytes) -> None:
    """Writes a plan. ``before``: the descriptor as it was read; another one there now stops the import.

    Raises :class:`DataError`, with the folder as it was, if anything cannot be written.
    """
    draft, descriptor = root / data.DRAFT, root / data.DESCRIPTOR
    try:
        _put(root / data.JOURNAL, _text_of({"names": [*new.files, *new.old]}))
        _sync(root)
        for path, content in new.files.items():
            _put(root / path, content)
            _sync((root / path).parent)
        _put(draft, _text_of(new.package))
        shutil.copymode(descriptor, draft)
        if descriptor.read_bytes() != before:
            raise DataError(f"{descriptor}: changed while the import was under way; import again")
        os.replace(draft, descriptor)  # the one step
    except BaseException as error:
        with suppress(OSError):
            clear(root)
        if isinstance(error, OSError):
            where = error.filename or root
            raise DataError(f"{where}: cannot be written ({error.strerror}); nothing was changed") from None
        raise
    _sync(root)
    try:
        clear(root)
        _sync(root)
    except OSError as error:
        raise DataError(
            f"{error.filename or root}: the import stands, but the old file cannot be deleted ({error.strerror}); "
            "the next import deletes it"
        ) from None


def _undo(root: Path, new: Plan) -> str:
    """The command that takes the import back, where git keeps the folder."""
    here = root.resolve()
    if not any((folder / ".git").exists() for folder in (here, *here.parents)):
        return ""
    return f"to take it back: git -C {root} checkout -- . && git -C {root} clean -f -- {' '.join(new.files)}"


def run(
    file: str, root: Path, year: int | None = None, jump: float = JUMP, dry: bool = False, sha256: str | None = None,
    say: Callable[[str], Any] = print,
) -> None:  # fmt: skip
    """Import a year: from a file or an address to the panel, with a report said line by line.

    Raises :class:`DataError`, nothing changed, for whatever is wrong.
    """
    if dry:
        return _run(file, root, year, jump, True, sha256, say)
    with _locked(root):
        for name in clear(root) if (root / data.DESCRIPTOR).is_file() else []:
            say(f"deleted what an import that was cut short left over: {name}")
        return _run(file, root, year, jump, False, sha256, say)


def _run(
    file: str, root: Path, year: int | None, jump: float, dry: bool, sha256: str | None, say: Callable[[str], Any]
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        address = file if download.is_address(file) else None
        local = download.fetch(file, Path(scratch), sha256) if address else Path(file)
        published = oews_workbook.read(local, year, root)
    if sha256 and published.source["hash"] != f"sha256:{sha256.lower()}":
        raise DataError(f"{file}: has the hash {published.source['hash']}; allowed, as --sha256 says: sha256:{sha256}")
    before = data._bytes(root / data.DESCRIPTOR, "restore it with `git checkout -- data`")
    new = plan(copy.deepcopy(published), root, jump, address)
    for line in new.report:
        say(line)
    if new.files:
        _rehearse(new, root)
    if dry:
        return say("a dry run: nothing was written")
    if not new.files:
        return None
    commit(new, root, before)
    say("written: " + ", ".join([*new.files, data.DESCRIPTOR]) + "; deleted: " + ", ".join(new.old))
    if undo := _undo(root, new):
        say(undo)
    return None


def percent(text: str) -> float:
    """``30`` or ``30%``: per cent, for the command line."""
    value = float(text.rstrip("%"))
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r}; allowed: per cent above 0, say 30")
    return value


def digest(text: str) -> str:
    """A SHA-256 in hexadecimal, for the command line."""
    if not re.fullmatch(r"(sha256:)?[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError(f"{text!r}; allowed: 64 hexadecimal digits")
    return text.lower().removeprefix("sha256:")
