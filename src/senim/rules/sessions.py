"""School years: quarters, half-years, breaks and school days, per grade.

Breaks come from the ministry's yearly order; quarters follow from them. A year without a loaded
order gets a provisional calendar by the rule 8 + 8 + 10 + 8 weeks, marked as such. Holidays are
those of `working_days.py`. A school year is
named by the calendar year it ends in, as OneRoster does: 2027 is 2026-27. `ends` is always the
first day after. See docs/rules/sessions.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise

from senim.rules.errors import Invalid
from senim.rules.working_days import DAY, is_weekly_day_off, public_days_off

WEEK = timedelta(weeks=1)
REACH = range(366)
THURSDAY = 4  # ISO weekday


class SessionKind(StrEnum):
    """OneRoster's session types: a quarter is a term, a half-year a semester."""

    SCHOOL_YEAR = "schoolYear"
    HALF_YEAR = "semester"
    QUARTER = "term"


@dataclass(frozen=True, slots=True)
class Session:
    """A school year, half-year or quarter. A half-year runs through the break inside it."""

    kind: SessionKind
    number: int
    starts: date
    ends: date

    @property
    def last_day(self) -> date:
        """The last day that belongs to it, school day or not."""
        return self.ends - DAY

    def __contains__(self, day: date) -> bool:
        return self.starts <= day < self.ends


@dataclass(frozen=True, slots=True)
class Break:
    """Days without lessons between quarters, or the extra week of grade 1."""

    code: str
    starts: date
    ends: date

    def __contains__(self, day: date) -> bool:
        return self.starts <= day < self.ends


@dataclass(frozen=True, slots=True)
class Calendar:
    """One school year: its first and last day and its breaks, in order and apart.

    days_off, school_days: single days moved by a yearly decree or the school's own order; a school
        day here wins over weekday and holiday, and a day off over everything.
    Raises Invalid("calendar_order") when the dates do not follow one another.
    """

    school_year: int
    citation: str
    starts: date
    ends: date
    autumn: Break
    winter: Break
    grade_1: Break
    spring: Break
    provisional: bool = False
    days_off: frozenset[date] = frozenset()
    school_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        edges = [self.starts, self.ends]
        for pause in self.breaks(1):
            edges[-1:-1] = (pause.starts, pause.ends)
        if any(later <= earlier for earlier, later in pairwise(edges)):
            raise Invalid("calendar_order", school_year=self.school_year)

    @property
    def title(self) -> str:
        """The year as schools write it: "2026-27"."""
        return f"{self.school_year - 1}-{self.school_year % 100:02}"

    def breaks(self, grade: int) -> tuple[Break, ...]:
        """Return the breaks of a grade in order; only grade 1 has its extra week."""
        extra = (self.grade_1,) if grade == 1 else ()
        return (self.autumn, self.winter, *extra, self.spring)

    def quarters(self) -> tuple[Session, ...]:
        """Return the four quarters: from the end of a break to the start of the next."""
        starts = (self.starts, self.autumn.ends, self.winter.ends, self.spring.ends)
        ends = (self.autumn.starts, self.winter.starts, self.spring.starts, self.ends)
        return tuple(
            Session(SessionKind.QUARTER, number, first, after)
            for number, (first, after) in enumerate(zip(starts, ends, strict=True), start=1)
        )

    def half_years(self) -> tuple[Session, ...]:
        """Return the two half-years: the first two quarters and the last two."""
        first, second, third, fourth = self.quarters()
        return (
            Session(SessionKind.HALF_YEAR, 1, first.starts, second.ends),
            Session(SessionKind.HALF_YEAR, 2, third.starts, fourth.ends),
        )

    def year(self) -> Session:
        """Return the whole school year."""
        return Session(SessionKind.SCHOOL_YEAR, 1, self.starts, self.ends)

    def sessions(self, kind: SessionKind) -> tuple[Session, ...]:
        """Return the sessions of a kind, in order."""
        if kind is SessionKind.QUARTER:
            return self.quarters()
        return self.half_years() if kind is SessionKind.HALF_YEAR else (self.year(),)


def _calendar(
    school_year: int,
    citation: str,
    *,
    starts: date,
    last_day: date,
    autumn: tuple[date, date],
    winter: tuple[date, date],
    grade_1: tuple[date, date],
    spring: tuple[date, date],
) -> Calendar:
    """Return a calendar from days as an order prints them, both included."""

    def pause(code: str, days: tuple[date, date]) -> Break:
        return Break(code, days[0], days[1] + DAY)

    return Calendar(
        school_year,
        citation,
        starts,
        last_day + DAY,
        pause("autumn", autumn),
        pause("winter", winter),
        pause("grade_1", grade_1),
        pause("spring", spring),
    )


CALENDARS = {
    2025: _calendar(
        2025,
        "Order of the Minister of Education on the school year 2024-25 (V2400034720)",
        starts=date(2024, 9, 1),
        last_day=date(2025, 5, 25),
        autumn=(date(2024, 10, 28), date(2024, 11, 3)),
        winter=(date(2024, 12, 30), date(2025, 1, 8)),
        grade_1=(date(2025, 2, 10), date(2025, 2, 16)),
        spring=(date(2025, 3, 21), date(2025, 3, 31)),
    ),
    2026: _calendar(
        2026,
        "Order of the Minister of Education of 05.08.2025 on the school year 2025-26",
        starts=date(2025, 9, 1),
        last_day=date(2026, 5, 25),
        autumn=(date(2025, 10, 27), date(2025, 11, 2)),
        winter=(date(2025, 12, 29), date(2026, 1, 7)),
        grade_1=(date(2026, 2, 9), date(2026, 2, 15)),
        spring=(date(2026, 3, 19), date(2026, 3, 29)),
    ),
    2027: _calendar(
        2027,
        "Order of the Acting Minister of Education No. 213-НҚ of 29.07.2026 (G26HP000213)",
        starts=date(2026, 9, 1),
        last_day=date(2027, 5, 25),
        autumn=(date(2026, 10, 26), date(2026, 11, 1)),
        winter=(date(2026, 12, 28), date(2027, 1, 10)),
        grade_1=(date(2027, 2, 8), date(2027, 2, 14)),
        spring=(date(2027, 3, 22), date(2027, 3, 28)),
    ),
}


def school_year_on(day: date) -> int:
    """Return the school year a day belongs to; from 1 August it is the coming one."""
    return day.year + (day.month >= 8)


def calendar_for(school_year: int) -> Calendar:
    """Return the calendar of the year's order, or a provisional one when none is loaded."""
    return CALENDARS.get(school_year) or provisional_calendar(school_year)


@cache
def provisional_calendar(school_year: int) -> Calendar:
    """Return a calendar by the rule of 8 + 8 + 10 + 8 weeks, until the order is loaded.

    The week of 1 September counts when most of it is school (Monday to Thursday). Breaks are whole
    weeks, the winter one through Christmas on 7 January, the spring one over Nauryz. Grade 1 rests
    in the fifth week of the third quarter. docs/rules/sessions.md compares it with the orders.
    """
    starts = date(school_year - 1, 9, 1)
    first_monday = _monday(starts)
    if starts.isoweekday() > THURSDAY:
        first_monday += WEEK
    autumn = first_monday + 8 * WEEK
    winter = min(autumn + 9 * WEEK, date(school_year - 1, 12, 30))
    third = _monday(date(school_year, 1, 7)) + WEEK
    spring = min(third + 10 * WEEK, date(school_year, 3, 21))
    fourth = _monday(spring + 6 * DAY) + WEEK
    return Calendar(
        school_year,
        "by the rule of 8 + 8 + 10 + 8 weeks; the order of the year is not loaded",
        starts,
        date(school_year, 5, 26),
        Break("autumn", autumn, autumn + WEEK),
        Break("winter", winter, third),
        Break("grade_1", third + 4 * WEEK, third + 5 * WEEK),
        Break("spring", spring, fourth),
        provisional=True,
    )


def _monday(day: date) -> date:
    return day - (day.isoweekday() - 1) * DAY


def session_on(
    day: date, *, kind: SessionKind = SessionKind.QUARTER, calendar: Calendar | None = None
) -> Session | None:
    """Return the session a day falls in, None in a break between sessions or in summer."""
    calendar = calendar or calendar_for(school_year_on(day))
    return next((session for session in calendar.sessions(kind) if day in session), None)


def is_school_day(
    day: date, grade: int, *, six_day: bool = False, calendar: Calendar | None = None
) -> bool:
    """Say whether a grade has lessons on a day.

    six_day: the school works on Saturdays. calendar: the school's own; else the year's.
    """
    calendar = calendar or calendar_for(school_year_on(day))
    if day in calendar.days_off or day not in calendar.year():
        return False
    if day in calendar.school_days:
        return True
    if any(day in pause for pause in calendar.breaks(grade)):
        return False
    off = public_days_off(day.year, six_day=six_day)
    return day not in off and not is_weekly_day_off(day, six_day=six_day)


def school_days(
    session: Session, grade: int, *, six_day: bool = False, calendar: Calendar | None = None
) -> tuple[date, ...]:
    """Return the days of a session on which a grade has lessons."""
    days = (session.starts + n * DAY for n in range((session.ends - session.starts).days))
    return tuple(d for d in days if is_school_day(d, grade, six_day=six_day, calendar=calendar))


def last_school_day(
    day: date, grade: int, *, six_day: bool = False, calendar: Calendar | None = None
) -> date:
    """Return the day itself when it is a school day, else the latest one before it.

    This, `next_school_day` and `nearest_school_day` raise Invalid("no_school_day") when there is
    none within a year, which happens only outside a calendar handed in.
    """
    days = (day - n * DAY for n in REACH)
    return _first(days, grade, six_day=six_day, calendar=calendar)


def next_school_day(
    day: date, grade: int, *, six_day: bool = False, calendar: Calendar | None = None
) -> date:
    """Return the day itself when it is a school day, else the earliest one after it."""
    days = (day + n * DAY for n in REACH)
    return _first(days, grade, six_day=six_day, calendar=calendar)


def nearest_school_day(
    day: date, grade: int, *, six_day: bool = False, calendar: Calendar | None = None
) -> date:
    """Return the school day with the fewest days between; of two as near, the earlier."""
    days = (near for n in REACH for near in (day - n * DAY, day + n * DAY))
    return _first(days, grade, six_day=six_day, calendar=calendar)


def _first(days: Iterable[date], grade: int, *, six_day: bool, calendar: Calendar | None) -> date:
    for day in days:
        if is_school_day(day, grade, six_day=six_day, calendar=calendar):
            return day
    raise Invalid("no_school_day", grade=grade)
