"""Chance that can be repeated: the same seed and place give the same numbers and the same ids."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from uuid import UUID

from senim.base.ids import uuid7_at
from senim.rules.iin import check_digit


class Source(Random):
    """Numbers and ids of one place of the demo ("school 3", "school 3, class 7 «Ә»")."""

    def __init__(self, seed: int, *place: object) -> None:
        super().__init__("|".join(map(str, (seed, *place))))

    def id_on(self, day: date) -> UUID:
        """Return an id as if it had been made on a day."""
        moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        return self.id_at(int(moment.timestamp()) * 1000)

    def id_at(self, milliseconds: int) -> UUID:
        """Return an id as if it had been made at a Unix time in milliseconds."""
        return uuid7_at(milliseconds, self.randbytes(10))


def iins(school: int) -> Iterator[str]:
    """Yield numbers with a right check digit whose month is no month: nobody can have them."""
    for serial in range(100_000):
        first = f"{serial % 100:02}{20 + school % 80:02}{school // 80:02}{serial // 100:05}"
        digit = check_digit(first)
        if digit is not None:
            yield f"{first}{digit}"
