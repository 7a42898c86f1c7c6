"""A new password is none that leaked, none of habit, and of a length hands type."""

from collections.abc import Callable
from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

import pytest
from pytest_django import Settings

from senim.config import checks
from senim.people import breached
from senim.people.breached import is_breached
from senim.people.passwords import require_strong
from senim.rules.errors import Invalid

LEAKED = [f"leaked words {n}" for n in range(2000)]


def hashed(password: str) -> str:
    return sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a way to write a list of leaked passwords."""

    def made(passwords: list[str], *, end: str = "\n", counts: bool = True) -> Path:
        path = tmp_path / "leaked.txt"
        lines = sorted(hashed(p) for p in passwords)
        told = [f"{line}:{n + 1}" if counts else line for n, line in enumerate(lines)]
        path.write_bytes("".join(line + end for line in told).encode())
        return path

    return made


@pytest.mark.parametrize(("end", "counts"), [("\n", True), ("\r\n", True), ("\n", False)])
def test_every_leaked_password_is_found_and_no_other(
    write: Callable[..., Path], end: str, *, counts: bool
) -> None:
    path = write(LEAKED, end=end, counts=counts)

    assert all(is_breached(password, path) for password in LEAKED)
    assert not any(is_breached(f"{password}!", path) for password in LEAKED)


@pytest.mark.parametrize("many", [0, 1, 2])
def test_a_short_list_is_read_as_well(write: Callable[..., Path], many: int) -> None:
    path = write(LEAKED[:many])

    assert [is_breached(p, path) for p in LEAKED[:3]] == [n < many for n in range(3)]


def test_a_list_in_small_letters_without_a_last_line_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "leaked.txt"
    path.write_text("\n".join(sorted(hashed(p).lower() for p in LEAKED[:9])))

    assert all(is_breached(password, path) for password in LEAKED[:9])


def test_a_look_up_reads_little_of_a_long_list(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, reads, real = write(LEAKED), [], breached._line_at

    def counted(file: BinaryIO, place: int) -> bytes:
        reads.append(place)
        return real(file, place)

    monkeypatch.setattr(breached, "_line_at", counted)

    is_breached("anything", path)

    assert 1 < len(reads) <= 20


class TestNewPassword:
    def refusal(self, password: str) -> str:
        with pytest.raises(Invalid) as caught:
            require_strong(password, username="aruzhan")
        return caught.value.code

    def test_that_leaked_is_refused(self, write: Callable[..., Path], settings: Settings) -> None:
        settings.SENIM_BREACHED_PASSWORDS = str(write(LEAKED))

        assert self.refusal("leaked words 7") == "password_breached"
        require_strong("words that never leaked", username="aruzhan")

    def test_of_habit_is_refused_without_any_list(self, settings: Settings) -> None:
        settings.SENIM_BREACHED_PASSWORDS = ""

        assert self.refusal("мектеп2026") == "password_habitual"

    def test_is_taken_while_the_list_is_being_replaced(
        self, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.SENIM_BREACHED_PASSWORDS = str(tmp_path / "gone.txt")

        require_strong("words that never leaked", username="aruzhan")

        assert "cannot be read" in caplog.text

    @pytest.mark.parametrize(
        ("length", "code"), [(9, "password_too_short"), (129, "password_too_long")]
    )
    def test_outside_its_bounds_is_refused(self, length: int, code: str) -> None:
        assert self.refusal(("ұзын сөйлем туралы ой " * 9)[:length]) == code

    @pytest.mark.parametrize("length", [10, 128])
    def test_at_its_bounds_is_taken(self, length: int) -> None:
        require_strong(("ұзын сөйлем туралы ой, " * 9)[:length], username="aruzhan")


def test_a_list_that_is_not_there_stops_the_start(settings: Settings, tmp_path: Path) -> None:
    settings.SENIM_BREACHED_PASSWORDS = str(tmp_path / "gone.txt")
    assert [fault.id for fault in checks.breached_passwords_can_be_read()] == ["senim.E004"]

    settings.SENIM_BREACHED_PASSWORDS = ""
    assert checks.breached_passwords_can_be_read() == []
