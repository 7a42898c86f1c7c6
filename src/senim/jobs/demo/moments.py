"""When the demo stands: its day, its hour, its school year, and the bells of both shifts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from senim.rules.sessions import (
    Calendar,
    Session,
    calendar_for,
    is_school_day,
    last_school_day,
    school_year_on,
)

ZONE = ZoneInfo("Asia/Almaty")
HOUR = time(10, 10)  # the third lesson of the first shift is half over
GRADE = 7
LESSON = timedelta(minutes=45)
FIRST_BELLS = {
    1: (time(8, 0), (5, 10, 15, 10, 5, 5)),
    2: (time(14, 15), (5, 10, 15, 10, 5)),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """The day the demo stands on, the instant, and the two quarters that are filled.

    since: the first day of the quarter before the current one, or of the year.
    """

    day: date
    at: datetime
    calendar: Calendar
    quarters: tuple[Session, ...]
    since: date

    @property
    def school_year(self) -> int:
        """The year the school year ends in."""
        return self.calendar.school_year


def moment_on(today: date) -> Moment:
    """Return the demo's moment: the last school day not after a day, at ten past ten."""
    day = last_school_day(today, GRADE)
    calendar = calendar_for(school_year_on(day))
    quarters = tuple(quarter for quarter in calendar.quarters() if quarter.starts <= day)
    at = datetime.combine(day, HOUR, ZONE).astimezone(UTC)
    return Moment(day, at, calendar, quarters[-2:], quarters[-2:][0].starts)


def lesson_days(moment: Moment, grade: int, *, until: date) -> tuple[date, ...]:
    """Return a grade's school days from the first day filled up to a day, both included."""
    span = (moment.since + timedelta(days=n) for n in range((until - moment.since).days + 1))
    return tuple(day for day in span if is_school_day(day, grade, calendar=moment.calendar))


@dataclass(frozen=True, slots=True)
class Bell:
    """One lesson between two bells. number: from 1 within its shift."""

    number: int
    starts_at: time
    ends_at: time


def bells(shift: int) -> tuple[Bell, ...]:
    """Return the lessons of a shift; the second begins when the first is over."""
    first, breaks = FIRST_BELLS[shift]
    start = datetime.combine(date.min, first)
    found = []
    for number, pause in enumerate((*breaks, 0), start=1):
        found.append(Bell(number, start.time(), (start + LESSON).time()))
        start += LESSON + timedelta(minutes=pause)
    return tuple(found)


def instant(day: date, clock: time) -> datetime:
    """Return a time of the schools' civil day in UTC."""
    return datetime.combine(day, clock, ZONE).astimezone(UTC)
