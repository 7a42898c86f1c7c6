"""Who was away on which day, and who knew why: about four pupils in a hundred."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

ILL_A_DAY, AWAY_A_DAY, LATE_A_DAY = 0.0075, 0.011, 0.006
REASONS = (("valid", 45), ("invalid", 25), ("unknown", 30))


@dataclass(frozen=True, slots=True)
class Day:
    """A pupil's day. presence: absent, or late for the first lesson; reason as it is known."""

    presence: str
    reason: str


def days_away(rng: Random, days: Sequence[date]) -> dict[date, Day]:
    """Return the days on which one pupil was away or late."""
    away: dict[date, Day] = {}
    ill_until = -1
    for number, day in enumerate(days):
        chance = rng.random()
        if number <= ill_until:
            away[day] = Day("absent", "ill")
        elif chance < ILL_A_DAY:
            ill_until = number + rng.choice((1, 1, 2, 2, 3, 4))
            away[day] = Day("absent", "ill")
        elif chance < ILL_A_DAY + AWAY_A_DAY:
            away[day] = Day("absent", _reason(rng))
        elif chance < ILL_A_DAY + AWAY_A_DAY + LATE_A_DAY:
            away[day] = Day("late", "unknown")
    return away


def _reason(rng: Random) -> str:
    return rng.choices([code for code, _ in REASONS], [share for _, share in REASONS])[0]
