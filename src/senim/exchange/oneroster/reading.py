"""A folder or zip of CSV files to tables of cells. Nothing is unpacked to disk.

Only the columns of `tables.FILES` are kept; a password is dropped as its row is parsed.
"""

import csv
import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from senim.exchange.oneroster.encoding import Undecodable, decode
from senim.exchange.oneroster.findings import Notes
from senim.exchange.oneroster.tables import FILES, MODES, UNUSED, VERSIONS

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_SET = 192 * 1024 * 1024
MOST_FILES = 200
LONGEST_CELL = 100_000
DELIMITERS = ",;\t"
MANIFEST = "manifest"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file and its cells, trimmed."""

    line: int
    cells: tuple[str, ...]
    places: Mapping[str, int]

    def get(self, column: str) -> str:
        """Return a cell; blank where the file has no such column."""
        return self.cells[self.places[column]] if column in self.places else ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """One file: how it is to be taken (bulk or delta), its columns and rows."""

    file: str
    mode: str
    columns: frozenset[str]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RawSet:
    """A set as it was read. digest: SHA-256 over names and bytes. source: as the manifest says."""

    version: str
    source: str
    digest: str
    tables: Mapping[str, RawTable]


class Unread(Exception):
    """The set cannot be opened at all; the notes say why."""


def read_set(path: Path, notes: Notes) -> RawSet:
    """Return what a folder or zip holds. Raises Unread, with a fault noted, where it cannot."""
    contents: dict[str, bytes] = {}
    digest = hashlib.sha256()
    for name, data in sorted(_contents(path, notes)):
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
        if name in contents:
            notes.fault(f"{name}.csv", 0, "", "file_twice")
        contents[name] = data
    if not notes.faults and not contents.keys() & FILES.keys():
        notes.fault(path.name, 0, "", "nothing_to_read")
    if notes.faults:
        raise Unread
    return _parsed(contents, digest.hexdigest(), notes)


def _known(file_name: str) -> str:
    """Return a file's name as the standard spells it, without its ending."""
    stem = PurePosixPath(file_name).stem
    for name in (*FILES, *UNUSED, MANIFEST):
        if stem.casefold() == name.casefold():
            return name
    return stem


def _wanted(file_name: str, notes: Notes) -> bool:
    """Say whether a file is read at all, and note it where it is not."""
    name = _known(file_name)
    if name in FILES or name == MANIFEST:
        return True
    notes.warn(f"{name}.csv", 0, "", "file_unused" if name in UNUSED else "file_unknown")
    return False


def _parsed(contents: dict[str, bytes], digest: str, notes: Notes) -> RawSet:
    properties = _properties(contents, notes)
    modes = _modes(contents, properties, notes)
    tables = {
        name: _table(f"{name}.csv", mode, contents.pop(name), notes) for name, mode in modes.items()
    }
    code = properties.get("source.systemCode", "")
    return RawSet(
        version=_version(properties, tables, notes),
        source="" if code.casefold() in ("absent", "null", "none") else code,
        digest=digest,
        tables=tables,
    )


# The manifest


def _properties(contents: Mapping[str, bytes], notes: Notes) -> dict[str, str]:
    if MANIFEST not in contents:
        notes.warn("manifest.csv", 0, "", "manifest_missing")
        return {}
    lines = list(_lines("manifest.csv", contents[MANIFEST], notes))
    return {cells[0].strip(): cells[1].strip() for _, cells in lines if len(cells) > 1}


def _modes(
    contents: Mapping[str, bytes], properties: Mapping[str, str], notes: Notes
) -> dict[str, str]:
    """Return how each file is to be taken. One the manifest leaves out goes with the others."""
    said = {name: properties.get(f"file.{name}", "").lower() for name in FILES}
    named = {mode for mode in said.values() if mode in ("bulk", "delta")}
    default = "delta" if named == {"delta"} else "bulk"
    modes = {}
    for name, mode in said.items():
        if mode not in (*MODES, ""):
            notes.fault("manifest.csv", 0, f"file.{name}", "mode_unknown")
        elif mode in ("bulk", "delta") and name not in contents:
            notes.fault(f"{name}.csv", 0, "", "file_missing")
        elif mode == "absent" and name in contents:
            notes.warn(f"{name}.csv", 0, "", "file_said_absent")
        elif name in contents:
            if not mode and properties:
                notes.warn(f"{name}.csv", 0, "", f"file_not_in_manifest_{default}")
            modes[name] = mode or default
    return modes


def _version(properties: Mapping[str, str], tables: Mapping[str, RawTable], notes: Notes) -> str:
    version = properties.get("oneroster.version", "")
    if version in VERSIONS:
        return version
    if version:
        notes.fault("manifest.csv", 0, "oneroster.version", "version_unknown")
    elif properties:
        notes.warn("manifest.csv", 0, "oneroster.version", "version_guessed")
    return "1.2" if "roles" in tables else "1.1"


# Rows


def _table(file: str, mode: str, data: bytes, notes: Notes) -> RawTable:
    form = FILES[file.removesuffix(".csv")]
    lines = _lines(file, data, notes)
    header_line, header = next(lines, (1, []))
    places = _places(file, header_line, header, form.columns, notes)
    for column in sorted(form.needed - places.keys()):
        notes.fault(file, header_line, column, "column_missing")
    if form.needed - places.keys():
        return RawTable(file, mode, frozenset(places), ())
    width = len(header)
    kept = {column: place for place, column in enumerate(places)}
    rows = tuple(
        Row(line, tuple(cells[place].strip() for place in places.values()), kept)
        for line, cells in _even(file, width, lines, notes)
    )
    return RawTable(file, mode, frozenset(places), rows)


def _places(
    file: str, line: int, header: list[str], wanted: frozenset[str], notes: Notes
) -> dict[str, int]:
    """Return where the columns we read stand, whatever their letter case."""
    spelled = {column.casefold(): column for column in wanted}
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        column = spelled.get(title.strip().casefold())
        if column is None:
            continue
        if column in places:
            notes.fault(file, line, column, "column_twice")
        places[column] = place
    return places


def _even(
    file: str, width: int, lines: Iterator[tuple[int, list[str]]], notes: Notes
) -> Iterator[tuple[int, list[str]]]:
    """Yield rows of the header's width; shorter ones end in blanks, longer ones must as well."""
    for line, cells in lines:
        if len(cells) < width:
            notes.warn(file, line, "", "cells_missing")
            yield line, cells + [""] * (width - len(cells))
        elif any(cell.strip() for cell in cells[width:]):
            notes.fault(file, line, "", "cells_too_many")
        else:
            yield line, cells


def _lines(file: str, data: bytes, notes: Notes) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank, with the line it begins on."""
    try:
        text, code = decode(data)
    except Undecodable:
        notes.fault(file, 0, "", "encoding_unknown")
        return
    if code:
        notes.warn(file, 0, "", code)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(file, text, notes), strict=True
    )
    begins = 1
    try:
        for cells in reader:
            if "\0" in "".join(cells) or any(len(cell) > LONGEST_CELL for cell in cells):
                notes.fault(file, begins, "", "cell_unreadable")
            elif any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        notes.fault(file, begins, "", "csv_broken")


def _delimiter(file: str, text: str, notes: Notes) -> str:
    header = text.split("\n", 1)[0]
    found = max(DELIMITERS, key=header.count)
    if found == "," or found not in header:
        return ","
    notes.warn(file, 0, "", "delimiter_other")
    return found


# Folder and zip


def _contents(path: Path, notes: Notes) -> Iterator[tuple[str, bytes]]:
    """Yield each file we read, by name. Raises Unread for what cannot be opened safely."""
    if path.is_dir():
        yield from _of_folder(path, notes)
    elif path.is_file():
        yield from _of_zip(path, notes)
    else:
        notes.fault(path.name, 0, "", "path_missing")
        raise Unread


def _of_folder(folder: Path, notes: Notes) -> Iterator[tuple[str, bytes]]:
    files = [file for file in folder.iterdir() if _is_csv(file.name) and _wanted(file.name, notes)]
    for file in files:
        if not (file.is_file() and file.resolve().is_relative_to(folder.resolve())):
            notes.fault(file.name, 0, "", "file_leads_outside")
            raise Unread
    _weigh({file.name: file.stat().st_size for file in files}, notes)
    for file in files:
        yield _known(file.name), file.read_bytes()


def _of_zip(path: Path, notes: Notes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            for member in members:
                _inspect(member, notes)
            read = [m for m in members if _is_csv(m.filename) and _wanted(m.filename, notes)]
            _weigh({m.filename: m.file_size for m in read}, notes)
            for member in read:
                yield _known(member.filename), _unpacked(archive, member, notes)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
        notes.fault(path.name, 0, "", "zip_broken")
        raise Unread from None


def _is_csv(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.casefold() == ".csv" and not any(
        part.startswith("._") or part == "__MACOSX" for part in path.parts
    )


def _inspect(member: zipfile.ZipInfo, notes: Notes) -> None:
    """Note a member that leads out of the set, or that is locked. Its name is not trusted."""
    path = PurePosixPath(member.filename)
    shown = path.name
    if (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in member.filename
        or ":" in member.filename
    ):
        notes.fault(shown, 0, "", "file_leads_outside")
    if stat.S_ISLNK(member.external_attr >> 16):
        notes.fault(shown, 0, "", "file_leads_outside")
    if member.flag_bits & 0x1:
        notes.fault(shown, 0, "", "zip_locked")


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, notes: Notes) -> bytes:
    """Return a member's bytes, no more than it says: the size in a zip may lie."""
    with archive.open(member) as stream:
        data = stream.read(member.file_size + 1)
    if len(data) > member.file_size:
        notes.fault(PurePosixPath(member.filename).name, 0, "", "too_large")
        raise Unread
    return data


def _weigh(sizes: Mapping[str, int], notes: Notes) -> None:
    """Raise Unread where the set is larger than a roster can be, or where a file was faulty."""
    for name, size in sizes.items():
        if size > LARGEST_FILE:
            notes.fault(PurePosixPath(name).name, 0, "", "too_large")
    if sum(sizes.values()) > LARGEST_SET or len(sizes) > MOST_FILES:
        notes.fault("", 0, "", "too_large")
    if notes.faults:
        raise Unread
