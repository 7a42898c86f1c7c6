"""`senim import oneroster`: what it prints for people and programs, and how it ends."""

import ast
import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

import senim
from senim.base.words import LANGUAGES, catalogue
from tests.exchange.sets import (
    CANARY,
    IIN,
    SECRET,
    Tables,
    empty_database,
    everything,
    files_of,
    folder,
    school,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody")]


@pytest.fixture
def nobody(db: None) -> None:
    empty_database()


def run(path: Path, *options: str) -> tuple[str, int]:
    """Run the command; return what it printed and its exit code."""
    out = StringIO()
    try:
        call_command("import", "oneroster", str(path), *options, stdout=out)
    except SystemExit as left:
        return out.getvalue(), int(left.code or 0)
    return out.getvalue(), 0


def made(path: Path, tables: Tables) -> Path:
    return folder(path / "set", files_of(tables))


def broken() -> Tables:
    tables = school()
    tables["enrollments"][1]["role"] = "wizard"
    tables["users"][2]["enabledUser"] = "perhaps"
    return tables


def test_json_tells_the_diff_by_table(tmp_path: Path) -> None:
    path = made(tmp_path, school())

    dry, _ = run(path, "--dry-run", "--json")
    wet, code = run(path, "--json")

    told, done = json.loads(dry), json.loads(wet)
    assert code == 0
    assert (told["dry_run"], told["taken_in"], told["run"]) == (True, False, None)
    assert (done["dry_run"], done["taken_in"], bool(done["run"])) == (False, True, True)
    assert told["tables"] == done["tables"]
    assert told["tables"]["users"]["new_lines"] == [2, 3, 4, 5, 6]
    assert told["tables"]["users"]["rows"] == told["tables"]["users"]["new"] == 5
    assert told["source"] == "canary-sis"


def test_a_fault_is_told_with_file_line_field_and_reason_and_ends_in_1(tmp_path: Path) -> None:
    path = made(tmp_path, broken())
    empty = everything()

    text, code = run(path, "--lang", "kk")
    told, _ = run(path, "--json")

    assert code == 1
    assert everything() == empty
    assert "enrollments.csv, жол: 3, role: OneRoster мұндай сөзді білмейді." in text
    assert "Қателер: 2. Ештеңе енгізілген жоқ" in text
    faults = json.loads(told)["faults"]
    assert [(f["file"], f["line"], f["field"], f["code"]) for f in faults] == [
        ("enrollments.csv", 3, "role", "word_unknown"),
        ("users.csv", 4, "enabledUser", "flag_unreadable"),
    ]
    assert all(set(fault["reason"]) == set(LANGUAGES) for fault in faults)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_is_worded_in_each_language(tmp_path: Path, lang: str) -> None:
    tables = school()
    tables["users"][0]["enabledUser"] = ""
    path = made(tmp_path, tables)

    text, code = run(path, "--lang", lang)

    words = catalogue()
    assert code == 0
    assert str(words["imports.warning.flag_blank"][lang]) in text
    assert str(words["imports.table.users"][lang]) in text


def test_a_large_removal_asks_for_leave_and_ends_in_1(tmp_path: Path) -> None:
    run(made(tmp_path, school()))
    tables = school()
    tables["enrollments"] = tables["enrollments"][:4]
    path = made(tmp_path, tables)

    shown, dry_code = run(path, "--dry-run")
    asked, code = run(path)
    _, allowed_code = run(path, "--allow-removals")

    assert (dry_code, code, allowed_code) == (0, 1, 0)
    assert "Enrolments, to remove: e4, e5" in shown
    assert "--allow-removals" in shown
    assert "--allow-removals" in asked


def test_what_changes_is_told_by_line_and_field(tmp_path: Path) -> None:
    run(made(tmp_path, school()))
    tables = school()
    tables["classes"][1]["title"] = "7 «Ә» алгебра"

    text, _ = run(made(tmp_path, tables), "--dry-run")

    assert "Classes, changed: 3: title" in text
    assert "This was a dry run: nothing was changed." in text


def test_nothing_printed_names_a_person_or_a_secret(tmp_path: Path) -> None:
    tables = broken()
    tables["users"][1]["email"] = CANARY
    path = made(tmp_path, tables)

    printed = "".join(
        run(path, *options)[0] for options in ([], ["--json"], ["--dry-run"], ["--lang", "ru"])
    )

    assert not any(canary in printed for canary in (CANARY, "Аружан", IIN, SECRET))


def test_a_path_that_is_not_there_is_a_fault_and_not_a_traceback(tmp_path: Path) -> None:
    text, code = run(tmp_path / "nowhere.zip")

    assert code == 1
    assert "nowhere.zip: There is no such file or folder." in text


def test_missing_keys_are_said_where_an_iin_is_to_be_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SENIM_KEYS_DIR", str(tmp_path / "none"))

    with pytest.raises(CommandError, match="senim init"):
        run(made(tmp_path, school()))


def test_only_oneroster_is_known(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("import", "xlsx", str(tmp_path))


def test_every_code_an_import_notes_is_worded() -> None:
    noted = {*codes_in_source(), "sqlite_one_school"}  # the last is a refusal of schools, passed on
    for kind in ("bulk", "delta"):
        noted.add(f"file_not_in_manifest_{kind}")
    worded = {
        key.rsplit(".", 1)[1]
        for key in catalogue()
        if key.startswith(("imports.fault.", "imports.warning."))
    }

    assert noted == worded


def codes_in_source() -> Iterator[str]:
    """Yield every text in the last place of a call that notes something."""
    for file in (Path(senim.__file__).parent / "exchange").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Return) and file.name == "encoding.py":
                yield from codes_under(node)
            if isinstance(node, ast.Call) and node.args:
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else ""
                name = called.id if isinstance(called, ast.Name) else name
                if name in {"warn", "fault", "note", "Unreadable", "_warn"}:
                    yield from codes_under(node.args[-1])


def codes_under(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        text = str(part.value) if isinstance(part, ast.Constant) else ""
        if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+|blank", text):
            yield text
