"""What was done is sealed, archived, and checked elsewhere; an operator's own SQL is caught."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from senim.base import clock, roles
from senim.ledger import queries as ledger_queries
from senim.ledger import services as ledger
from senim.ledger.models import Checkpoint, Entry, Leaf, Opening, Unsealed
from senim.ledger.sealing import keys, queries
from senim.ledger.sealing.witnesses import OF_INSTALLATION
from senim.verifier import senim_verify
from tests.cast import AT, Cast
from tests.ledger.sealed_log import seal_all

SCRIPT = Path(senim_verify.__file__)


@pytest.fixture(autouse=True)
def _as_operator(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Work with all rights over the database, as whoever operates it can."""
    queries.forget()
    with django_db_blocker.unblock(), roles.as_owner():
        yield
    queries.forget()


def work(cast: Cast, count: int) -> None:
    """Looks of the deputy at the roll, as the doors record them."""
    thing = ledger.Thing("org", cast.schools["birch"], cast.schools["birch"])
    for _ in range(count):
        ledger.look(thing, actor=cast.actor("deputy"), at=AT, event="schools.roll.looked")


def sealed(cast: Cast, count: int = 6) -> str:
    """Do some work, have it sealed, and return the checkpoint an outsider may keep."""
    work(cast, count)
    seal_all(clock.machine_now())
    return queries.note() or ""


def archived(path: Path, *options: str) -> Path:
    call_command("archive", str(path), *options, stdout=StringIO())
    return path


class Outsider:
    """Somebody elsewhere with copies of the verifiers, the log's key and an old checkpoint."""

    def __init__(self, folder: Path, note: str) -> None:
        if not shutil.which("node"):
            pytest.skip("no Node on this machine")
        self.folder = folder
        folder.mkdir()
        for suffix in (".py", ".mjs"):
            shutil.copy(SCRIPT.with_suffix(suffix), folder / f"check{suffix}")
        (folder / "kept").write_text(note, "utf-8")
        self.key = keys.log_signer(queries.origin()).key.text

    def check(self, archive: Path) -> list[tuple[int, dict[str, Any]]]:
        """What both programs say of a copy of an archive."""
        copy = self.folder / archive.name
        shutil.copytree(archive, copy)
        programs = [[sys.executable, "-I", "-S", "check.py"], ["node", "check.mjs"]]
        given = ["--key", self.key, "--old", "kept", "--json"]
        done = [
            subprocess.run(
                [*program, archive.name, *given], cwd=self.folder, capture_output=True, check=False
            )
            for program in programs
        ]
        return [(each.returncode, json.loads(each.stdout)) for each in done]


def by_hand(statement: str, *given: Any) -> None:
    """Change the database as who operates it can: past triggers, with raw SQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
            cursor.execute(triggers, ["ledger_entry"])
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        cursor.execute(statement, given)


def place_of(position: int) -> Any:
    return Leaf.objects.get(position=position).entry_id


def stored_id(entry_id: Any) -> Any:
    """The id as the database keeps it."""
    return Entry._meta.pk.get_db_prep_value(entry_id, connection)


@pytest.fixture
def kept(cast: Cast) -> str:
    note = sealed(cast)
    sealed(cast)
    return note


def test_a_record_is_whole_from_outside(cast: Cast, kept: str, tmp_path: Path) -> None:
    archive = archived(tmp_path / "archive", "--openings")

    said = Outsider(tmp_path / "elsewhere", kept).check(archive)

    last = queries.last()
    assert last is not None
    for code, report in said:
        assert (code, report["verdict"], report["findings"]) == (0, "whole", [])
        assert (report["entries"], report["kept"]) == (last.size, 1)
        assert report["openings"] == {"fit": last.size, "erased": 0}
    assert said[0] == said[1]


def test_erased_openings_leave_the_record_whole(cast: Cast, kept: str, tmp_path: Path) -> None:
    by_hand("DELETE FROM ledger_opening WHERE id = %s", stored_id(place_of(1)))

    said = Outsider(tmp_path / "elsewhere", kept).check(archived(tmp_path / "a", "--openings"))

    assert [(code, report["openings"]["erased"]) for code, report in said] == [(0, 1), (0, 1)]


def test_an_entry_rewritten_in_the_database_is_named(cast: Cast, kept: str, tmp_path: Path) -> None:
    data = bytearray(Entry.objects.get(id=place_of(2)).canonical)
    data[10] ^= 1
    statement = "UPDATE ledger_entry SET canonical = %s WHERE id = %s"
    by_hand(statement, bytes(data), stored_id(place_of(2)))

    said = Outsider(tmp_path / "elsewhere", kept).check(archived(tmp_path / "archive"))

    for code, report in said:
        (found,) = report["findings"]
        assert (code, found["what"], found["entry"]) == (1, "altered", 2)


def test_an_entry_deleted_from_the_database_is_named(cast: Cast, kept: str, tmp_path: Path) -> None:
    by_hand("DELETE FROM ledger_entry WHERE id = %s", stored_id(place_of(2)))

    said = Outsider(tmp_path / "elsewhere", kept).check(archived(tmp_path / "archive"))

    for code, report in said:
        (found,) = report["findings"]
        assert (code, found["what"]) == (1, "deleted")
        assert found["first"] <= 2 <= found["last"]


def test_a_record_sealed_anew_with_the_logs_key_is_caught(
    cast: Cast, kept: str, tmp_path: Path
) -> None:
    outsider = Outsider(tmp_path / "elsewhere", kept)
    by_hand("DELETE FROM ledger_entry WHERE id = %s", stored_id(place_of(2)))
    left = Entry.objects.order_by("at", "id").values_list("id", flat=True)
    with connection.cursor() as cursor:
        for table in ("cosignature", "checkpoint", "node", "leaf", "unsealed"):
            cursor.execute(f"DELETE FROM ledger_{table}")  # noqa: S608 - tables of our own
    Unsealed.objects.bulk_create(Unsealed(entry_id=each, at=clock.machine_now()) for each in left)
    queries.forget()
    seal_all(clock.machine_now())

    said = outsider.check(archived(tmp_path / "archive"))

    for code, report in said:
        names = {found["what"] for found in report["findings"]}
        assert code == 1
        assert "two_histories" in names


def test_an_archive_leaves_an_entry_and_no_openings_unasked(
    cast: Cast, kept: str, tmp_path: Path
) -> None:
    archive = archived(tmp_path / "archive")

    written = ledger_queries.entries(OF_INSTALLATION)
    assert [entry.event for entry in written] == ["ledger.archive.written"]
    assert not (archive / "openings.jsonl").exists()
    assert Opening.objects.exists()


def test_an_archive_keeps_one_older_checkpoint_an_hour(
    cast: Cast, kept: str, tmp_path: Path
) -> None:
    first = Checkpoint.objects.order_by("size").values_list("size", flat=True)[0]
    Checkpoint.objects.filter(size=first).update(at=AT - timedelta(hours=2))

    archive = archived(tmp_path / "archive")

    sizes = sorted(int(path.name) for path in (archive / "checkpoints").iterdir())
    assert sizes[0] == first
    assert len(sizes) == len(set(sizes)) <= 2


def test_nothing_is_archived_while_sealing_is_late(cast: Cast, kept: str, tmp_path: Path) -> None:
    work(cast, 1)
    late = clock.machine_now() - timedelta(minutes=16)
    Unsealed.objects.update(at=late)

    with pytest.raises(CommandError, match=r"has not been sealed for 1[67] minutes"):
        archived(tmp_path / "archive")

    assert not (tmp_path / "archive").exists()


def test_nothing_is_written_over_or_before_the_first_seal(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Nothing is sealed yet"):
        archived(tmp_path / "archive")

    sealed(cast)
    (tmp_path / "there").mkdir()
    with pytest.raises(CommandError, match="there already"):
        archived(tmp_path / "there")


def test_the_command_checks_as_the_file_does(cast: Cast, kept: str, tmp_path: Path) -> None:
    archive, out = archived(tmp_path / "archive"), StringIO()
    (tmp_path / "kept").write_text(kept, "utf-8")

    call_command("verify", str(archive), "--old", str(tmp_path / "kept"), stdout=out)
    (archive / "entries.jsonl").write_bytes(b"")
    with pytest.raises(SystemExit) as tampered:
        call_command("verify", str(archive), stdout=StringIO())
    with pytest.raises(SystemExit) as unreadable:
        call_command("verify", str(tmp_path / "nowhere"), stderr=StringIO())

    assert "and with 1 kept from before" in out.getvalue()
    assert (tampered.value.code, unreadable.value.code) == (1, 2)
