"""Two real sets, sloppy as they are, are taken in with the counts of their files."""

import csv
import io
import os
import zipfile
from pathlib import Path

import pytest

from senim.exchange.models import ImportRun
from senim.exchange.oneroster.tables import FILES
from senim.exchange.services import import_roster
from senim.people.models import Account
from tests.exchange.sets import AT, LATER, counts, everything, folder, runs_entries

pytestmark = [pytest.mark.django_db, pytest.mark.data, pytest.mark.usefixtures("nobody")]

SETS = ("Test_minimal_data_set.zip", "oneroster_test_data.zip")
PASSWORDS = ("Password1-", "Batman.Ru1ez")
MODELS = {
    "orgs": "schools.Org",
    "academicSessions": "schools.AcademicSession",
    "courses": "schools.Course",
    "classes": "schools.Class",
    "users": "people.User",
    "enrollments": "schools.Enrollment",
}


@pytest.fixture(params=SETS)
def real_set(request: pytest.FixtureRequest) -> Path:
    where = os.environ.get("SENIM_TEST_DATA")
    path: Path = Path(where or ".") / "oneroster" / request.param
    if where and path.is_file():
        return path
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(
            f"{request.param} is missing: SENIM_TEST_DATA must name the folder of data sets"
        )
    pytest.skip("the real data sets are not here: SENIM_TEST_DATA names their folder")


def counted(path: Path) -> dict[str, int]:
    """Count the rows of a zip's files by a reader that shares nothing with ours."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            text = io.StringIO(archive.read(name).decode("utf-8-sig"))
            rows = [row for row in csv.DictReader(text) if any(row.values())]
            found[name.removesuffix(".csv")] = len(rows)
    return {name: rows for name, rows in found.items() if name in FILES}


def test_a_real_set_comes_in_with_the_counts_of_its_files(real_set: Path) -> None:
    of_files = counted(real_set)

    report = import_roster(real_set, actor=None, at=AT)

    assert report.faults == ()
    assert report.run_id is not None
    assert counts(report, "rows") == of_files
    new = counts(report, "new")
    assert {name: new.get(name, 0) for name in of_files} == of_files
    rows = {name: len(everything()[label]) for name, label in MODELS.items()}
    placeholders = sum(counts(report, "placeholders").values())
    assert rows == {
        **{name: of_files.get(name, 0) for name in MODELS},
        "courses": of_files.get("courses", 0) + placeholders,
    }


def test_a_real_set_again_changes_no_row(real_set: Path) -> None:
    import_roster(real_set, actor=None, at=AT)
    before = everything()

    report = import_roster(real_set, actor=None, at=LATER)

    assert everything() == before
    assert counts(report, "new") == counts(report, "changed") == counts(report, "removed") == {}
    assert ImportRun.objects.count() == runs_entries().count() == 2


def test_a_real_set_unpacked_is_the_same(real_set: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(real_set) as archive:
        files = {Path(n).stem: archive.read(n) for n in archive.namelist()}

    unpacked = import_roster(folder(tmp_path / "set", files), actor=None, at=AT, dry_run=True)

    assert unpacked.tables == import_roster(real_set, actor=None, at=AT, dry_run=True).tables


def test_a_broken_copy_of_a_real_set_is_refused_whole(real_set: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(real_set) as archive:
        files = {Path(n).stem: archive.read(n) for n in archive.namelist()}
    files["enrollments"] = files["enrollments"].replace(b",student,", b",wizard,")
    files["users"] = files["users"].replace(b",TRUE,", b",PERHAPS,")
    wizards, perhaps = (
        files[name].count(word)
        for name, word in (("enrollments", b"wizard"), ("users", b"PERHAPS"))
    )
    empty = everything()

    report = import_roster(folder(tmp_path / "set", files), actor=None, at=AT)

    assert wizards
    assert perhaps
    told = [(f.file, f.field, f.code) for f in report.faults]
    assert told.count(("enrollments.csv", "role", "word_unknown")) == wizards
    assert told.count(("users.csv", "enabledUser", "flag_unreadable")) == perhaps
    assert len(told) == wizards + perhaps
    assert everything() == empty
    assert not runs_entries().exists()


def test_passwords_of_a_real_set_are_nowhere(real_set: Path) -> None:
    import_roster(real_set, actor=None, at=AT)

    assert not any(password in repr(everything()) for password in PASSWORDS)
    assert not any(account.has_usable_password() for account in Account.objects.all())
