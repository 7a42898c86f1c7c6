"""Puts the rows of a diary week into lessons: what meets, what was taught, missed, given points.

Homework goes to the lesson it is for, which is the next one of the class after it was set.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import groupby, pairwise
from typing import TypeVar
from uuid import UUID

from senim.journal.diaries import AbsenceRow, FactRow, ItemRow, LessonRow, WeekRow
from senim.schools.pupils import PupilCard, Seat
from senim.timetable.weeks import MeetingRow, day_off, met_before, week_of

SATURDAY = 6
ANY_GRADE = 2
"""Stands in for a grade the roster does not tell: only grade 1 has breaks of its own."""


@dataclass(slots=True)
class Place:
    """A lesson being put together; number 0 is work that stands in no lesson of its day."""

    seat: Seat
    day: date
    number: int
    meeting: MeetingRow | None = None
    lesson: LessonRow | None = None
    absence: AbsenceRow | None = None
    facts: list[FactRow] = field(default_factory=list)
    items: list[ItemRow] = field(default_factory=list)
    homework: str = ""
    next_date: date | None = None

    @property
    def order(self) -> tuple[date, time, int, UUID]:
        """Its place in the week: day, time, number."""
        starts = self.meeting.starts_at if self.meeting else time.max
        return (self.day, starts, self.number, self.seat.class_id)


Row = TypeVar("Row", bound=WeekRow)


def _of(kind: type[Row], rows: Iterable[WeekRow]) -> list[Row]:
    return [row for row in rows if isinstance(row, kind)]


@dataclass(frozen=True, slots=True)
class Span:
    """The rows of a week by kind, and its days. off: why there are no lessons, None on school days.

    A school whose timetable or journal knows a Saturday works six days.
    """

    monday: date
    grade: int
    six_day: bool
    off: dict[date, str | None]
    meetings: tuple[MeetingRow, ...]
    lessons: tuple[LessonRow, ...]
    absences: tuple[AbsenceRow, ...]
    work: tuple[FactRow | ItemRow, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The five or six days, from Monday."""
        return tuple(self.off)

    @staticmethod
    def of(pupil: PupilCard, rows: Iterable[WeekRow], monday: date) -> "Span":
        """Return the span of a pupil's week."""
        known = tuple(rows)
        meetings = tuple(_of(MeetingRow, known))
        saturday = monday + timedelta(days=SATURDAY - 1)
        six_day = any(
            row.weekday == SATURDAY if isinstance(row, MeetingRow) else row.date == saturday
            for row in known
        )
        grade = pupil.grade(monday) or ANY_GRADE
        return Span(
            monday,
            grade,
            six_day,
            {day: day_off(day, grade, six_day=six_day) for day in week_of(monday, six_day=six_day)},
            meetings,
            tuple(_of(LessonRow, known)),
            tuple(_of(AbsenceRow, known)),
            (*_of(FactRow, known), *_of(ItemRow, known)),
        )


class _Places:
    """The lessons of a pupil's week, found or made as rows ask for them."""

    def __init__(self, pupil: PupilCard) -> None:
        self.found: dict[tuple[UUID, date, int], Place] = {}
        self.seats: dict[UUID, list[Seat]] = {}
        for seat in pupil.seats:
            self.seats.setdefault(seat.class_id, []).append(seat)

    def at(self, class_id: UUID, day: date, number: int) -> Place | None:
        """Return a lesson, None when the pupil did not learn in the class on the day."""
        seats = self.seats.get(class_id, ())
        seat = next((seat for seat in seats if seat.holds_on(day)), None)
        if seat is None:
            return None
        return self.found.setdefault((class_id, day, number), Place(seat, day, number))

    def of_work(self, row: FactRow | ItemRow) -> Place | None:
        """Return the lesson of the work; what has none joins the first of its class that day."""
        number = row.number
        if number is None:
            same_day = (n for c, d, n in self.found if (c, d) == (row.class_id, row.date))
            number = min(same_day, default=0)
        return self.at(row.class_id, row.date, number)


def lessons_of(pupil: PupilCard, span: Span) -> tuple[Place, ...]:
    """Return the week's lessons in order.

    What was written on a day off stands all the same: the journal knows better than the calendar.
    """
    places = _Places(pupil)
    _meet(places, span)
    _teach(places, span)
    for row in span.work:
        if place := places.of_work(row):
            if isinstance(row, FactRow):
                place.facts.append(row)
            else:
                place.items.append(row)
    found = sorted(places.found.values(), key=lambda place: place.order)
    _carry_homework(found, span)
    return tuple(found)


def _meet(places: _Places, span: Span) -> None:
    for meeting in span.meetings:
        for day, off in span.off.items():
            if off is None and meeting.meets_on(day):
                place = places.at(meeting.class_id, day, meeting.number)
                if place:
                    place.meeting = meeting


def _teach(places: _Places, span: Span) -> None:
    for lesson in span.lessons:
        if lesson.date >= span.monday:
            place = places.at(lesson.class_id, lesson.date, lesson.number)
            if place:
                place.lesson = lesson
    for absence in span.absences:
        place = places.at(absence.class_id, absence.date, absence.number)
        if place:
            place.absence = absence


def _carry_homework(places: Iterable[Place], span: Span) -> None:
    """Give each lesson the homework set in the lesson of its class before it."""
    earlier = _set_before(span)
    by_class = sorted(places, key=lambda place: place.seat.class_id)
    for class_id, group in groupby(by_class, key=lambda place: place.seat.class_id):
        lessons = [place for place in group if place.number]
        if lessons and class_id in earlier:
            lessons[0].homework = earlier[class_id]
        for before, after in pairwise(lessons):
            before.next_date = after.day
            after.homework = before.lesson.homework if before.lesson else ""


def _set_before(span: Span) -> dict[UUID, str]:
    """Return the homework that classes were set before the week and had no lesson for since."""
    last = {
        row.class_id: row
        for row in sorted(span.lessons, key=lambda row: (row.date, row.number))
        if row.date < span.monday
    }
    return {
        class_id: row.homework
        for class_id, row in last.items()
        if row.date >= (_met_before(span, class_id) or row.date)
    }


def _met_before(span: Span, class_id: UUID) -> date | None:
    meetings = [meeting for meeting in span.meetings if meeting.class_id == class_id]
    return met_before(span.monday, meetings, span.grade, six_day=span.six_day)
