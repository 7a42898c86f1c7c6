"""Indicators that schools report, from marks 2 to 5. Pure, exact until one rounding."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from senim.rules.scales import half_up

GOOD, ENOUGH = 4, 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a group did. marked: with a mark; of whom good had a 4 or 5, and enough a 3 or better."""

    marked: int
    good: int
    enough: int

    @property
    def quality(self) -> int | None:
        """Quality of knowledge: whole percent with a 4 or 5; None when nobody has a mark."""
        return _percent(self.good, self.marked)

    @property
    def success(self) -> int | None:
        """Success: whole percent with a 3 or better; None when nobody has a mark."""
        return _percent(self.enough, self.marked)


def outcome(marks: Iterable[int | None]) -> Outcome:
    """Return how a group did; None is a pupil without a mark, who is left out."""
    given = [mark for mark in marks if mark is not None]
    good = sum(mark >= GOOD for mark in given)
    enough = sum(mark >= ENOUGH for mark in given)
    return Outcome(len(given), good, enough)


def _percent(part: int, whole: int) -> int | None:
    return half_up(Fraction(part * 100, whole)) if whole else None
