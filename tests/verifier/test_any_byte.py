# ruff: noqa: S311 - random places, not secrets
"""Any byte of an archive that is not what it was is noticed; both verifiers say the very same."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.verifier.implementations import Call, in_javascript, in_python
from tests.verifier.naive import LOG, log_of

CHANGES = 300


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return log_of(13, seed=8, marks=[5, 8], erased=4).write(tmp_path / "archive")


def changes(archive: Path) -> Iterator[tuple[str, int, int]]:
    """Random bytes of every file of an archive, each file as often as any other."""
    random_ = random.Random(17)
    files = sorted(path for path in archive.rglob("*") if path.is_file())
    for number in range(CHANGES):
        path = files[number % len(files)]
        data = path.read_bytes()
        at = random_.randrange(len(data))
        other = random_.choice([byte for byte in range(256) if byte != data[at]])
        yield str(path.relative_to(archive)), at, other


def test_any_byte_that_was_changed_is_noticed_alike(archive: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text(log_of(13, seed=8).note(10), "utf-8")
    asked = list(changes(archive))
    calls: list[Call] = []
    for number, (name, at, other) in enumerate(asked):
        copy = tmp_path / str(number)
        shutil.copytree(archive, copy)
        data = bytearray((copy / name).read_bytes())
        data[at] = other
        (copy / name).write_bytes(data)
        calls.append(["answer", [str(copy), "--key", LOG.vkey, "--old", str(old)]])

    python, javascript = in_python(calls), in_javascript(calls)

    unnoticed = [change for change, (code, _) in zip(asked, python, strict=True) if code != 1]
    assert unnoticed == []
    assert [one for one in zip(python, javascript, strict=True) if one[0] != one[1]] == []


def test_an_archive_without_one_of_its_files_is_not_called_whole(
    archive: Path, tmp_path: Path
) -> None:
    names = ["log.vkey", "entries.jsonl", "checkpoint", "witnesses"]
    calls: list[Call] = []
    for name in names:
        copy = tmp_path / name
        shutil.copytree(archive, copy)
        (copy / name).unlink()
        calls.append(["answer", [str(copy), "--key", LOG.vkey]])

    python, javascript = in_python(calls), in_javascript(calls)

    assert [code for code, _ in python] == [1, 2, 2, 1]
    assert python == javascript
