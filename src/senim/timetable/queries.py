"""Reading the timetable: weekly meetings, and the dated periods they make on school days.

A joined class of a village school is one period with two classes. Not personal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q

from senim.rules.sessions import is_school_day
from senim.schools.queries import CLASS_COLUMNS, ClassCard
from senim.timetable.models import Meeting

DAY = timedelta(days=1)
SATURDAY = 6
ANY_GRADE = 5
"""Stands in for a class that says no grade: only grade 1 has days off of its own."""


@dataclass(frozen=True, slots=True)
class WeeklyMeeting:
    """One class's weekly place in the timetable. weekday: 1 is Monday; shift: 1 or 2."""

    id: UUID
    weekday: int
    number: int
    shift: int
    starts_at: time
    ends_at: time
    room: str | None
    teacher_id: UUID
    joined: UUID | None
    starts: date
    ends: date | None
    klass: ClassCard

    def meets_on(self, day: date, *, six_day: bool) -> bool:
        """Say whether it takes place on a day: in force, its weekday, a school day of the grade."""
        in_force = self.starts <= day and (self.ends is None or day < self.ends)
        return (
            in_force
            and day.isoweekday() == self.weekday
            and is_school_day(day, self.klass.grade or ANY_GRADE, six_day=six_day)
        )


@dataclass(frozen=True, slots=True)
class Period:
    """One lesson of a day as its teacher keeps it; a joined class has several classes, by grade."""

    date: date
    number: int
    shift: int
    starts_at: time
    ends_at: time
    room: str | None
    teacher_id: UUID
    classes: tuple[ClassCard, ...]


_COLUMNS = (
    "id",
    "weekday",
    "slot__number",
    "slot__bells__shift",
    "slot__starts_at",
    "slot__ends_at",
    "room__title",
    "teacher_id",
    "joined",
    "starts",
    "ends",
)


def meetings(
    school_id: UUID,
    *,
    starts: date,
    ends: date,
    teacher_id: UUID | None = None,
    class_ids: Iterable[UUID] = (),
) -> tuple[WeeklyMeeting, ...]:
    """Return the weekly meetings of a teacher and of classes in force in [starts, ends).

    One query, in the order of the day: time, then grade and title.
    """
    whose = Q(klass_id__in=list(class_ids))
    if teacher_id:
        whose |= Q(teacher_id=teacher_id)
    rows = (
        Meeting.objects.filter(Q(ends__isnull=True) | Q(ends__gt=starts), whose)
        .filter(school_id=school_id, starts__lt=ends, status="active")
        .order_by("slot__starts_at", "slot__number", "klass__grade", "klass__title", "id")
        .values_list(*_COLUMNS, *(f"klass__{column}" for column in CLASS_COLUMNS))
    )
    return tuple(_meeting(row) for row in rows)


def _meeting(row: tuple[Any, ...]) -> WeeklyMeeting:
    own = len(_COLUMNS)
    return WeeklyMeeting(*(*row[:own], ClassCard(*row[own:])))


def periods(weekly: Iterable[WeeklyMeeting], day: date) -> tuple[Period, ...]:
    """Return what of the meetings takes place on a day, joined classes together."""
    known = tuple(weekly)
    six_day = any(meeting.weekday == SATURDAY for meeting in known)
    today = [meeting for meeting in known if meeting.meets_on(day, six_day=six_day)]
    together = groupby(sorted(today, key=_place), key=_place)
    return tuple(_period(day, list(group)) for _, group in together)


def _place(meeting: WeeklyMeeting) -> tuple[time, int, str]:
    return meeting.starts_at, meeting.number, str(meeting.joined or meeting.id)


def _period(day: date, group: list[WeeklyMeeting]) -> Period:
    first = group[0]
    return Period(
        day,
        first.number,
        first.shift,
        first.starts_at,
        first.ends_at,
        first.room,
        first.teacher_id,
        tuple(meeting.klass for meeting in group),
    )


def week(weekly: Iterable[WeeklyMeeting], monday: date) -> Mapping[date, tuple[Period, ...]]:
    """Return the periods of the seven days from a Monday on."""
    known = tuple(weekly)
    return {day: periods(known, day) for day in (monday + n * DAY for n in range(7))}


def nearest_days(
    weekly: Iterable[WeeklyMeeting], day: date, *, reach: int = 30
) -> tuple[date | None, date | None]:
    """Return the nearest days with a period before and after a day, None where there is none.

    reach: how many days to look; meetings should be read for as long.
    """
    known = tuple(weekly)

    def first(step: timedelta) -> date | None:
        days = (day + n * step for n in range(1, reach + 1))
        return next((d for d in days if periods(known, d)), None)

    return first(-DAY), first(DAY)


def has_meetings(school_id: UUID, *, on: date) -> bool:
    """Say whether a school has a timetable in force on a day."""
    in_force = Q(ends__isnull=True) | Q(ends__gt=on)
    return Meeting.objects.filter(in_force, school_id=school_id, starts__lte=on).exists()
