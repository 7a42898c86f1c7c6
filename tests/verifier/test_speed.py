"""A million entries are checked within a minute: a slice of them in as much less time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench import verifying

SLICE, ALLOWED = 50_000, 60.0 * 50_000 / 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize("program", list(verifying.PROGRAMS))
def test_a_slice_of_a_million_entries_is_checked_in_its_share_of_a_minute(
    program: str, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    archive = verifying.write(tmp_path / "archive", SLICE, every=5_000)

    took = verifying.check(program, archive)

    figure(f"{program}: {SLICE:,} entries in {took.seconds:.1f} s, allowed {ALLOWED:.1f} s")
    assert (took.code, took.found) == (0, [])
    assert took.seconds < ALLOWED


@pytest.mark.slow
@pytest.mark.parametrize("program", list(verifying.PROGRAMS))
def test_a_deletion_among_many_is_found_as_fast(program: str, tmp_path: Path) -> None:
    archive = verifying.write(tmp_path / "archive", SLICE, every=500)
    verifying.tamper(archive, 12_345)

    took = verifying.check(program, archive)

    assert took.code == 1
    assert took.found == ["deleted"]
    assert took.seconds < 10 * ALLOWED
