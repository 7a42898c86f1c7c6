"""An archive is written by the jobs' own role, which may not change what it writes out."""

from pathlib import Path

import pytest

from senim.base import clock
from senim.ledger import archives
from senim.ledger.sealing import queries
from tests.ledger.sealed_log import seal_all, write


@pytest.fixture(autouse=True)
def _as_job(as_job: None, db: None) -> None:
    """Work as `senim archive` does."""


def test_an_archive_holds_what_was_sealed_and_nothing_that_waits(tmp_path: Path) -> None:
    queries.forget()
    write(3)
    seal_all(clock.machine_now())
    size = getattr(queries.last(), "size", 0)
    write(2)

    done = archives.write_archive(tmp_path / "archive", with_openings=True, at=clock.now())

    assert done.entries == size >= 3
    assert (tmp_path / "archive" / "log.vkey").read_text("utf-8").endswith("\n")
