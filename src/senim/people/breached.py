"""Passwords known from breaches: looked up in a local file, by bisection, without a network.

The file is the published one, ordered by hash: a line is a SHA-1 in hexadecimal, optionally a colon
and how often it was met. It may be tens of gigabytes: a look-up reads some forty short pieces.
"""

import logging
from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError

from senim.rules.habits import is_habitual

logger = logging.getLogger(__name__)
LONGEST = 128
HEX = 40


def is_breached(password: str, path: Path) -> bool:
    """Say whether a password stands in the file. Raises OSError where it cannot be read."""
    wanted = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        return _first_from(file, wanted) == wanted


def _first_from(file: BinaryIO, wanted: bytes) -> bytes:
    """Return the first hash of the file that is not below the one wanted."""
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        found = _line_at(file, middle)
        if found and found < wanted:
            low = middle + 1
        else:
            high = middle
    return _line_at(file, low)


def _line_at(file: BinaryIO, place: int) -> bytes:
    """Return the hash of the first line that starts at a place or after it; empty at the end."""
    if place:
        file.seek(place - 1)
        file.readline()
    else:
        file.seek(0)
    return file.readline()[:HEX].upper()


class KnownFromBreaches:
    """Django's shape of a rule: refuse what stands in SENIM_BREACHED_PASSWORDS, where it is set."""

    def validate(self, password: str, _user: object = None) -> None:
        """Raise ValidationError("password_breached")."""
        path = settings.SENIM_BREACHED_PASSWORDS
        try:
            found = bool(path) and is_breached(password, Path(path))
        except OSError:
            logger.exception("the list of breached passwords cannot be read")
            return
        if found:
            raise ValidationError("", code="password_breached")


class ChosenByHabit:
    """Refuse what people choose by habit."""

    def validate(self, password: str, _user: object = None) -> None:
        """Raise ValidationError("password_habitual")."""
        if is_habitual(password):
            raise ValidationError("", code="password_habitual")


class TooLong:
    """Refuse what is longer than any hand types, before it is hashed."""

    def validate(self, password: str, _user: object = None) -> None:
        """Raise ValidationError("password_too_long")."""
        if len(password) > LONGEST:
            raise ValidationError("", code="password_too_long")
