"""Sets of OneRoster files made by the tests: a small school nobody has, clean or sloppy."""

import csv
import io
import zipfile
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models

from senim.exchange.oneroster.report import Report, TableReport
from senim.exchange.services import import_roster
from senim.ledger import guard
from senim.ledger.models import Entry
from senim.rules.iin import check_digit

AT = datetime(2026, 11, 18, 5, 10, tzinfo=UTC)
LATER = datetime(2026, 11, 19, 5, 10, tzinfo=UTC)
CANARY = "Канарейкина"
SECRET = "canary-password-7"

Rows = list[dict[str, str]]
Tables = dict[str, Rows]


def iin(first_eleven: str) -> str:
    """Return an invented number with its check digit."""
    return f"{first_eleven}{check_digit(first_eleven)}"


IIN = iin("13041750012")

SCHOOL: Tables = {
    "orgs": [
        {"sourcedId": "d1", "name": "Талап ауданы", "type": "district", "parentSourcedId": ""},
        {"sourcedId": "s1", "name": "№ 1 мектебі", "type": "school", "parentSourcedId": "d1"},
    ],
    "academicSessions": [
        {
            "sourcedId": "y27",
            "title": "2026-2027",
            "type": "schoolYear",
            "startDate": "2026-09-01",
            "endDate": "2027-05-26",
            "parentSourcedId": "",
            "schoolYear": "2027",
        },
        {
            "sourcedId": "q2",
            "title": "2-тоқсан",
            "type": "term",
            "startDate": "2026-11-02",
            "endDate": "2026-12-28",
            "parentSourcedId": "y27",
            "schoolYear": "2027",
        },
    ],
    "courses": [
        {"sourcedId": "c1", "title": "Алгебра", "courseCode": "ALG", "orgSourcedId": "s1"},
    ],
    "classes": [
        {
            "sourcedId": "h7",
            "title": "7 «Ә»",
            "grades": "07",
            "courseSourcedId": "c1",
            "classType": "homeroom",
            "schoolSourcedId": "s1",
            "termSourcedIds": "y27",
        },
        {
            "sourcedId": "a7",
            "title": "7 «Ә»",
            "grades": "07",
            "courseSourcedId": "c1",
            "classType": "scheduled",
            "schoolSourcedId": "s1",
            "termSourcedIds": "y27,q2",
        },
    ],
    "users": [
        {
            "sourcedId": f"u{number}",
            "enabledUser": "true",
            "username": username,
            "userIds": f"{{IIN:{IIN}}}" if username == "pupil" else "",
            "givenName": given,
            "familyName": family,
            "email": f"{username}@example.org" if username == "teacher" else "",
            "phone": "8 (701) 555-01-01" if username == "mother" else "",
            "agentSourcedIds": agents,
            "password": SECRET,
        }
        for number, (username, family, given, agents) in enumerate(
            [
                ("teacher", "Сейітова", "Гүлнар", ""),
                ("pupil", CANARY, "Аружан", "u3"),
                ("classmate", "Дәулет", "Інжу", ""),
                ("mother", CANARY, "Мәдина", "u1"),
                ("director", "Бекова", "Раушан", ""),
            ]
        )
    ],
    "demographics": [{"sourcedId": "u1", "birthDate": "2013-04-17", "sex": "female"}],
    "roles": [
        {"sourcedId": f"r{number}", "userSourcedId": f"u{number}", "role": role, **place}
        for number, role in enumerate(["teacher", "student", "student", "parent", "principal"])
        for place in [{"roleType": "primary", "orgSourcedId": "s1"}]
    ],
    "enrollments": [
        {
            "sourcedId": f"e{number}",
            "classSourcedId": klass,
            "schoolSourcedId": "s1",
            "userSourcedId": user,
            "role": role,
            "beginDate": "",
            "endDate": "",
        }
        for number, (klass, user, role) in enumerate(
            [
                ("h7", "u0", "teacher"),
                ("a7", "u0", "teacher"),
                ("h7", "u1", "student"),
                ("a7", "u1", "student"),
                ("h7", "u2", "student"),
                ("a7", "u2", "student"),
            ]
        )
    ],
}


def school() -> Tables:
    """Return the clean set, to be made sloppy."""
    return deepcopy(SCHOOL)


def as_1_1(tables: Tables) -> Tables:
    """Return the set as OneRoster 1.1 has it: roles and orgs stand in users.csv."""
    roles = {row["userSourcedId"]: row for row in tables.pop("roles")}
    for user in tables["users"]:
        role = roles[user["sourcedId"]]
        principal = role["role"] == "principal"
        user["role"] = "administrator" if principal else role["role"]
        user["orgSourcedIds"] = role["orgSourcedId"]
    return tables


def only(table: str, *rows: dict[str, str]) -> Tables:
    """Return a set of one table."""
    return {table: list(rows)}


def text_of(rows: Rows, delimiter: str = ",") -> str:
    """Return rows as CSV with a header of every column they have."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def manifest(modes: Mapping[str, str], version: str = "1.2", code: str = "canary-sis") -> str:
    """Return a manifest of these files."""
    properties = {
        "manifest.version": "1.0",
        "oneroster.version": version,
        **{f"file.{name}": mode for name, mode in modes.items()},
        "source.systemCode": code,
    }
    return "propertyName,value\r\n" + "".join(f"{k},{v}\r\n" for k, v in properties.items())


def files_of(tables: Tables, *, mode: str = "bulk", version: str = "1.2") -> dict[str, bytes]:
    """Return a set's files."""
    made = {name: text_of(rows).encode() for name, rows in tables.items()}
    return {"manifest": manifest(dict.fromkeys(tables, mode), version).encode(), **made}


def folder(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a fresh folder."""
    path.mkdir(parents=True, exist_ok=True)
    for old in path.iterdir():
        old.unlink()
    for name, data in files.items():
        (path / f"{name}.csv").write_bytes(data)
    return path


def zipped(path: Path, files: Mapping[str, bytes], *, under: str = "") -> Path:
    """Write files into a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{under}{name}.csv", data)
    return path


def take_in(path: Path, tables: Tables, *, mode: str = "bulk", **options: Any) -> Report:
    """Import a set made of tables."""
    version = "1.2" if mode == "delta" or "roles" in tables else "1.1"
    files = files_of(tables, mode=mode, version=options.pop("version", version))
    options = {"at": AT, "actor": None, **options}
    return import_roster(folder(path / "set", files), **options)


def table(report: Report, name: str) -> TableReport:
    """Return one table of a report."""
    (found,) = (table for table in report.tables if table.name == name)
    return found


def counts(report: Report, count: str) -> dict[str, int]:
    """Return a count of every table that has any."""
    return {t.name: t.counts[count] for t in report.tables if t.counts[count]}


def runs_entries() -> models.QuerySet[Entry]:
    """Return the ledger's entries of imports."""
    return Entry.objects.filter(event="exchange.roster.imported")


def codes(findings: Any) -> set[tuple[str, int, str, str]]:
    """Return findings as plain tuples."""
    return {(f.file, f.line, f.field, f.code) for f in findings}


def empty_database() -> None:
    """Take everything out of the database but the ledger; the test's transaction puts it back."""
    with guard.lifted("a test begins with nobody"), connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label not in ("ledger", "contenttypes", "auth", "base"):
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608


KEPT_APART = {"ledger", "exchange.ImportRun"}


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of ours, but for the ledger's and the runs'."""
    with guard.lifted("a test compares all there is"):
        return {
            model._meta.label: sorted(_rows(model), key=repr)
            for model in apps.get_models()
            if model.__module__.startswith("senim.")
            and not {model._meta.app_label, model._meta.label} & KEPT_APART
        }


def _rows(model: type[models.Model]) -> list[tuple[object, ...]]:
    rows: models.QuerySet[Any, Any] = models.QuerySet(model).values_list()
    return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]
