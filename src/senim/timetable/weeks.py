"""A pupil's week before anybody teaches it: days with and without lessons, and the meetings."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from senim.base.mixed import TAG, rows
from senim.rules.errors import Invalid
from senim.rules.sessions import calendar_for, is_school_day, school_year_on
from senim.rules.working_days import holidays_in, is_weekly_day_off
from senim.timetable.models import Meeting

DAY = timedelta(days=1)
WEEK_NAME = re.compile(r"(?P<year>20[0-9]{2})-W(?P<week>[0-5][0-9])")
LOOK_BACK = 28
"""How many days homework waits for its lesson: the longest break and a week."""


class MeetingRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="meeting"):
    """One timetabled period of a class; teacher is the shown name."""

    class_id: UUID
    weekday: int
    number: int
    starts_at: time
    ends_at: time
    room: str | None
    teacher: str
    starts: date
    ends: date | None

    def meets_on(self, day: date) -> bool:
        """Say whether the class meets on a day, were it a school day."""
        in_force = self.starts <= day and (self.ends is None or day < self.ends)
        return in_force and day.isoweekday() == self.weekday


def meeting_rows(
    school_id: UUID, class_ids: Iterable[UUID], *, starts: date, ends: date
) -> QuerySet[Any, str]:
    """Return the meetings of classes in force on any day of [starts, ends), as mixed rows."""
    meetings = Meeting.objects.filter(
        Q(ends__isnull=True) | Q(ends__gt=starts),
        school_id=school_id,
        klass_id__in=list(class_ids),
        starts__lt=ends,
        status="active",
    )
    return rows(
        meetings,
        "meeting",
        class_id="klass_id",
        weekday="weekday",
        number="slot__number",
        starts_at="slot__starts_at",
        ends_at="slot__ends_at",
        room="room__title",
        teacher="teacher__shown_name",
        starts="starts",
        ends="ends",
    )


def day_off(day: date, grade: int, *, six_day: bool) -> str | None:
    """Return why a grade has no lessons on a day, as a code, or None on a school day.

    The codes: those of breaks (autumn, winter, grade_1, spring) and holidays (new_year …), then
    carried (a holiday moved here), weekend, summer.
    """
    if is_school_day(day, grade, six_day=six_day):
        return None
    calendar = calendar_for(school_year_on(day))
    if day not in calendar.year():
        return "summer"
    holiday = holidays_in(day.year).get(day)
    if holiday:
        return holiday
    pause = next((pause.code for pause in calendar.breaks(grade) if day in pause), None)
    if pause:
        return pause
    return "weekend" if is_weekly_day_off(day, six_day=six_day) else "carried"


def week_of(monday: date, *, six_day: bool) -> tuple[date, ...]:
    """Return the working days of a week, five or six."""
    return tuple(monday + n * DAY for n in range(6 if six_day else 5))


def met_before(
    day: date, meetings: Iterable[MeetingRow], grade: int, *, six_day: bool
) -> date | None:
    """Return the last school day before `day` on which one of the meetings took place, if known."""
    known = tuple(meetings)
    return next(_days_met(day, known, grade, six_day=six_day), None)


def _days_met(
    day: date, meetings: tuple[MeetingRow, ...], grade: int, *, six_day: bool
) -> Iterator[date]:
    weekdays = {meeting.weekday for meeting in meetings}
    for back in range(1, LOOK_BACK + 1):
        earlier = day - back * DAY
        if (
            earlier.isoweekday() in weekdays
            and any(meeting.meets_on(earlier) for meeting in meetings)
            and is_school_day(earlier, grade, six_day=six_day)
        ):
            yield earlier


def week_named(name: str) -> date:
    """Return the Monday of a week such as "2026-W47". Raises Invalid("week_unknown")."""
    parts = WEEK_NAME.fullmatch(name)
    try:
        if parts:
            return date.fromisocalendar(int(parts["year"]), int(parts["week"]), 1)
    except ValueError:
        pass  # the year has no such week
    raise Invalid("week_unknown", week=name[:20])


def name_of_week(day: date) -> str:
    """Return the ISO name of the week of a day: "2026-W47"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
