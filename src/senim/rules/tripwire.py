"""How much a lawful account may read beyond its own classes before somebody has to answer for it.

What is counted are pupils shown, each once a day and channel; the pupils of one homeroom class once
for all its registers. One's own classes, one's own record and one's wards are never counted. The
limits are this project's choice, weighed in docs/decisions/0012-held-accounts.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

from senim.rules.access import TEMPORARY_HATS, Hat, Relation, Viewer
from senim.rules.sessions import calendar_for, school_year_on
from senim.rules.working_days import DAY, is_working

HABIT_DAYS = 30
MOST_AT_ONCE = 200
"""Pupils within an hour: nobody is shown more beyond their own classes, whatever their habit."""


class Channel(StrEnum):
    """By which way pupils were shown."""

    PAGE = "page"
    EXPORT = "export"


class Reader(StrEnum):
    """In what capacity somebody reads beyond their own classes."""

    LEADS = "leads"
    KEEPS_ROLL = "keeps_roll"
    PASSING = "passing"
    """Under an opening, or with posts at several organisations: nobody's daily work."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many pupils a reader may be shown, from a day on.

    classes: different classes within a minute. hour, day, month: pupils. habit: the most a day may
    grow to by three times the account's own habit. season: what a day holds in the weeks when that
    work is done for the whole school. rest: pupils over one stretch of days off.
    """

    since: date
    classes: int
    hour: int
    day: int
    habit: int
    season: int
    rest: int
    month: int | None = None
    schools: int = 1


LIMITS: dict[Reader, tuple[Limits, ...]] = {
    Reader.LEADS: (
        Limits(
            since=date(2026, 9, 1), classes=5, hour=200, day=240, habit=480, season=480, rest=100
        ),
    ),
    Reader.KEEPS_ROLL: (
        Limits(
            since=date(2026, 9, 1), classes=5, hour=200, day=240, habit=360, season=480, rest=100
        ),
    ),
    Reader.PASSING: (
        Limits(
            since=date(2026, 9, 1),
            classes=2,
            hour=60,
            day=60,
            habit=60,
            season=60,
            rest=60,
            month=180,
            schools=3,
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """What an account was shown by one channel, with what it now asks for.

    classes: within a minute. hour, day, rest, month: pupils; rest counts from the last working
    day's end and is zero on a working day. schools: within the month. habit: see `p99`.
    """

    classes: int
    hour: int
    day: int
    rest: int
    month: int
    schools: int
    habit: int = 0


def reader_of(viewer: Viewer, *, posts: int) -> Reader:
    """Return in what capacity a viewer reads beyond their own classes.

    posts: at how many organisations the person holds one.
    """
    if viewer.hat in TEMPORARY_HATS or viewer.hat is Hat.OFFICIAL or posts > 1:
        return Reader.PASSING
    return Reader.LEADS if viewer.targets(Relation.LEADS) else Reader.KEEPS_ROLL


def limits_of(reader: Reader, *, on: date, channel: Channel) -> Limits:
    """Return the limits in force on a day; of an export, half of a page's."""
    known = LIMITS[reader]
    found = next((limits for limits in reversed(known) if limits.since <= on), known[0])
    if channel is Channel.PAGE:
        return found
    return replace(
        found,
        classes=found.classes // 2,
        hour=found.hour // 2,
        day=found.day // 2,
        habit=found.habit // 2,
        season=found.season // 2,
        rest=found.rest // 2,
        month=found.month // 2 if found.month else None,
    )


def crossed(tally: Tally, reader: Reader, *, on: date, channel: Channel) -> str:
    """Return the code of the first limit that is crossed; empty: none is."""
    limits = limits_of(reader, on=on, channel=channel)
    rules = (
        ("schools", tally.schools, limits.schools),
        ("classes", tally.classes, limits.classes),
        ("hour", tally.hour, min(limits.hour, MOST_AT_ONCE)),
        ("rest", tally.rest, limits.rest),
        ("day", tally.day, most_a_day(limits, reader, habit=tally.habit, on=on)),
        ("month", tally.month, limits.month),
    )
    return next((code for code, seen, most in rules if most is not None and seen > most), "")


def most_a_day(limits: Limits, reader: Reader, *, habit: int, on: date) -> int:
    """Return how many pupils a day holds: the floor, or three times the habit up to its bound."""
    floor = limits.season if in_season(reader, on) else limits.day
    return max(floor, min(3 * habit, limits.habit))


def p99(daily: Sequence[int]) -> int:
    """Return the 99th percentile of daily figures by nearest rank; zero without any."""
    ranked = sorted(daily)
    return ranked[ceil(0.99 * len(ranked)) - 1] if ranked else 0


def in_season(reader: Reader, on: date) -> bool:
    """Say whether these are weeks when a reader's work is done for the whole school at once.

    Terms are closed from two weeks before a quarter's end to one week after it; rolls are made from
    20 August to 20 September.
    """
    if reader is Reader.KEEPS_ROLL:
        return (8, 20) <= (on.month, on.day) <= (9, 20)
    if reader is not Reader.LEADS:
        return False
    quarters = calendar_for(school_year_on(on)).quarters()
    return any(q.ends - timedelta(weeks=2) <= on < q.ends + timedelta(weeks=1) for q in quarters)


def rest_since(day: date) -> date | None:
    """Return the first of the days off that a day belongs to; None on a working day."""
    if is_working(day):
        return None
    while not is_working(day - DAY):
        day -= DAY
    return day
