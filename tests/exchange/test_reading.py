"""Folders and zips are opened safely, in whatever encoding, and secrets are never read."""

import codecs
import stat
import zipfile
from pathlib import Path

import pytest

from senim.exchange.oneroster import reading
from senim.exchange.oneroster.findings import Notes
from senim.exchange.oneroster.reading import RawSet, Unread, read_set
from senim.exchange.oneroster.tables import FILES
from tests.exchange.sets import (
    SECRET,
    as_1_1,
    codes,
    files_of,
    folder,
    manifest,
    school,
    text_of,
    zipped,
)

KAZAKH = "Әлия Өтегенқызы Ұлғұжақұң Һ"
RUSSIAN = "Ольга Щёкина"


def read(path: Path) -> tuple[RawSet, Notes]:
    notes = Notes()
    return read_set(path, notes), notes


def refusals(path: Path) -> set[tuple[str, str]]:
    notes = Notes()
    with pytest.raises(Unread):
        read_set(path, notes)
    return {(finding.file, finding.code) for finding in notes.faults}


def one_name(path: Path, name: str, encoding: str, mark: bytes = b"") -> tuple[str, set[str]]:
    """Write a user of this name in an encoding; return the name read and the warnings."""
    rows = [{"sourcedId": "u1", "givenName": name, "familyName": ""}]
    data = mark + text_of(rows).encode(encoding)
    raw, notes = read(
        folder(path, {"users": data, "manifest": manifest({"users": "bulk"}).encode()})
    )
    (row,) = raw.tables["users"].rows
    return row.get("givenName"), {finding.code for finding in notes.warnings}


@pytest.mark.parametrize(
    ("encoding", "mark", "name", "warning"),
    [
        ("utf-8", b"", KAZAKH, set()),
        ("utf-8", codecs.BOM_UTF8, KAZAKH, {"byte_order_mark"}),
        ("utf-16", b"", KAZAKH, {"encoding_utf16"}),
        ("utf-16-le", b"", KAZAKH, {"encoding_utf16"}),
        ("utf-16-be", b"", KAZAKH, {"encoding_utf16"}),
        ("cp1251", b"", RUSSIAN, {"encoding_windows"}),
        ("kz1048", b"", KAZAKH, {"encoding_kazakh"}),
    ],
)
def test_a_name_is_read_in_any_encoding_with_a_warning(
    tmp_path: Path, encoding: str, mark: bytes, name: str, warning: set[str]
) -> None:
    assert one_name(tmp_path, name, encoding, mark) == (name, warning)


def test_letters_typed_in_two_parts_are_read_as_one(tmp_path: Path) -> None:
    assert one_name(tmp_path, "Андрей", "utf-8")[0] == "Андрей"


def test_a_broken_encoding_is_a_fault_of_its_file(tmp_path: Path) -> None:
    users = b"sourcedId,givenName,familyName\r\nu1,\xd0\x98,\x98\r\n"

    _, notes = read(folder(tmp_path, {**files_of(school()), "users": users}))

    assert ("users.csv", 0, "", "encoding_unknown") in codes(notes.faults)


def test_a_folder_and_a_zip_with_a_folder_inside_read_alike(tmp_path: Path) -> None:
    files = files_of(school())

    of_folder, _ = read(folder(tmp_path / "set", files))
    of_zip, _ = read(zipped(tmp_path / "set.zip", files, under="export/"))

    assert of_folder == of_zip
    assert {name: len(table.rows) for name, table in of_zip.tables.items()} == {
        name: len(rows) for name, rows in school().items()
    }


def test_names_of_files_and_columns_may_differ_in_letter_case(tmp_path: Path) -> None:
    users = text_of([{"SOURCEDID": "u1", "GivenName": "А", "familyname": "Б"}]).encode()

    raw, _ = read(folder(tmp_path, {"Users": users}))

    assert raw.tables["users"].rows[0].get("givenName") == "А"


def test_passwords_and_race_are_dropped_as_they_are_read(tmp_path: Path) -> None:
    tables = school()
    tables["demographics"][0]["white"] = SECRET

    raw, _ = read(folder(tmp_path, files_of(tables)))

    assert SECRET in (tmp_path / "users.csv").read_text()
    assert SECRET not in repr(raw)
    assert not {"password", "white", "identifier"} & FILES["users"].columns


def test_other_files_are_named_and_not_read(tmp_path: Path) -> None:
    files = {**files_of(school()), "results": b"\xff\xfe\x00", "notes": b"canary"}

    raw, notes = read(zipped(tmp_path / "set.zip", files))

    assert {"results", "notes"} & raw.tables.keys() == set()
    assert codes(notes.warnings) == {
        ("notes.csv", 0, "", "file_unknown"),
        ("results.csv", 0, "", "file_unused"),
    }


def test_semicolons_short_rows_and_blank_lines_are_read(tmp_path: Path) -> None:
    users = "sourcedId;givenName;familyName;email\r\n\r\nu1;А;Б\r\n;;;\r\n"

    raw, notes = read(folder(tmp_path, {"users": users.encode()}))

    assert [row.line for row in raw.tables["users"].rows] == [3]
    assert ("users.csv", 0, "", "delimiter_other") in codes(notes.warnings)
    assert ("users.csv", 3, "", "cells_missing") in codes(notes.warnings)


def test_lines_are_counted_past_cells_of_two_lines(tmp_path: Path) -> None:
    users = 'sourcedId,givenName,familyName\r\nu1,"А\r\nА",Б\r\nu2,В,Г\r\n'

    raw, _ = read(folder(tmp_path, {"users": users.encode()}))

    assert [row.line for row in raw.tables["users"].rows] == [2, 4]


@pytest.mark.parametrize(
    ("users", "fault"),
    [
        ('sourcedId,givenName,familyName\r\nu1,"А,Б\r\n', (2, "", "csv_broken")),
        ("sourcedId,givenName,familyName\r\nu1,А,Б,В\r\n", (2, "", "cells_too_many")),
        ("sourcedId,givenName,familyName\r\nu1,А\0,Б\r\n", (2, "", "cell_unreadable")),
        ("sourcedId,givenName\r\nu1,А\r\n", (1, "familyName", "column_missing")),
        ("sourcedId,givenName,givenName,familyName\r\n", (1, "givenName", "column_twice")),
    ],
)
def test_a_broken_file_says_where(tmp_path: Path, users: str, fault: tuple[int, str, str]) -> None:
    _, notes = read(folder(tmp_path, {"users": users.encode()}))

    assert codes(notes.faults) == {("users.csv", *fault)}


def test_an_empty_file_lacks_its_columns(tmp_path: Path) -> None:
    _, notes = read(folder(tmp_path, {"users": b""}))

    assert {f.field for f in notes.faults} == {"sourcedId", "givenName", "familyName"}


# The manifest


def test_the_manifest_says_how_each_file_is_taken(tmp_path: Path) -> None:
    files = files_of({k: v for k, v in school().items() if k in ("orgs", "users", "courses")})
    files["manifest"] = manifest({"orgs": "bulk", "users": "delta", "courses": "absent"}).encode()

    raw, notes = read(folder(tmp_path, files))

    assert {name: table.mode for name, table in raw.tables.items()} == {
        "orgs": "bulk",
        "users": "delta",
    }
    assert (raw.version, raw.source) == ("1.2", "canary-sis")
    assert codes(notes.warnings) == {("courses.csv", 0, "", "file_said_absent")}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("file.users,bulk", ("users.csv", 0, "", "file_missing")),
        ("file.orgs,some", ("manifest.csv", 0, "file.orgs", "mode_unknown")),
        ("oneroster.version,1.0", ("manifest.csv", 0, "oneroster.version", "version_unknown")),
    ],
)
def test_a_manifest_that_misleads_is_a_fault(
    tmp_path: Path, line: str, fault: tuple[str, int, str, str]
) -> None:
    files = {
        "orgs": text_of(school()["orgs"]).encode(),
        "manifest": f"propertyName,value\r\n{line}\r\n".encode(),
    }

    _, notes = read(folder(tmp_path, files))

    assert codes(notes.faults) == {fault}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_set_without_a_manifest_is_bulk_and_its_version_told_by_its_files(
    tmp_path: Path, version: str
) -> None:
    tables = as_1_1(school()) if version == "1.1" else school()
    files = files_of(tables)
    del files["manifest"]

    raw, notes = read(folder(tmp_path, files))

    assert raw.version == version
    assert {table.mode for table in raw.tables.values()} == {"bulk"}
    assert codes(notes.warnings) == {("manifest.csv", 0, "", "manifest_missing")}


@pytest.mark.parametrize("mode", ["bulk", "delta"])
def test_a_file_the_manifest_forgets_goes_with_the_others(tmp_path: Path, mode: str) -> None:
    files = files_of({k: v for k, v in school().items() if k in ("orgs", "users")})
    files["manifest"] = manifest({"orgs": mode}).encode()

    raw, notes = read(folder(tmp_path, files))

    assert raw.tables["users"].mode == mode
    assert ("users.csv", 0, "", f"file_not_in_manifest_{mode}") in codes(notes.warnings)


# What is not opened


def test_what_is_not_there_or_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.zip").write_bytes(b"PK canary")
    (tmp_path / "empty").mkdir()

    assert refusals(tmp_path / "nowhere.zip") == {("nowhere.zip", "path_missing")}
    assert refusals(tmp_path / "set.zip") == {("set.zip", "zip_broken")}
    assert refusals(tmp_path / "empty") == {("empty", "nothing_to_read")}


@pytest.mark.parametrize("cut", [30, 200, -40])
def test_a_zip_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    whole = zipped(tmp_path / "whole.zip", files_of(school())).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:cut])

    assert refusals(tmp_path / "cut.zip") == {("cut.zip", "zip_broken")}


@pytest.mark.parametrize(
    "name", ["../users.csv", "/etc/users.csv", "a/../../users.csv", "..\\users.csv", "C:users.csv"]
)
def test_a_zip_whose_names_lead_outside_is_refused_and_leaves_nothing(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "set.zip", "w") as archive:
        archive.writestr(name, text_of(school()["users"]))

    found = refusals(tmp_path / "in" / "set.zip")

    assert {code for _, code in found} == {"file_leads_outside"}
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "set.zip"]


def test_links_out_of_a_zip_or_a_folder_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("users.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "outside.txt").write_text("canary")
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "users.csv").symlink_to(tmp_path / "outside.txt")

    assert refusals(tmp_path / "set.zip") == {("users.csv", "file_leads_outside")}
    assert refusals(tmp_path / "set") == {("users.csv", "file_leads_outside")}


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "set.zip", {"users": b"canary"})
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    path.write_bytes(data)

    assert ("users.csv", "zip_locked") in refusals(path)


def test_a_set_larger_than_a_roster_can_be_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 1000)
    path = zipped(tmp_path / "set.zip", {"users": b"0" * 1001})

    assert refusals(path) == {("users.csv", "too_large")}
    assert refusals(folder(tmp_path / "set", {"users": b"0" * 1001})) == {
        ("users.csv", "too_large")
    }


def test_a_zip_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "set.zip", {"users": b"sourcedId\r\n" * 5000})
    data = path.read_bytes()
    size = (55_000).to_bytes(4, "little")
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (100).to_bytes(4, "little")))

    assert {code for _, code in refusals(path)} <= {"zip_broken", "too_large"}


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("a/users.csv", "sourcedId")
        archive.writestr("b/Users.csv", "sourcedId")

    assert refusals(tmp_path / "set.zip") == {("users.csv", "file_twice")}
