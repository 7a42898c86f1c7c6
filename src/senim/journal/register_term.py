"""A register of one class and term, put together from its rows. Pure.

What is read stands in `registers`, the values in `register_values`. The recommended mark is worked
out anew each time, by the rules; what stands in a cell is the fold of its facts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from senim.journal.register_marks import SOME_GRADE, SUMMATIVE, Marks
from senim.journal.register_values import (
    NOTHING,
    Cell,
    Column,
    Line,
    Missing,
    Period,
    Register,
)
from senim.journal.registers import (
    COMMENTED,
    DIFFERS,
    ColumnRow,
    ItemRow,
    LessonRow,
    NotedRow,
    RegisterRows,
)
from senim.rules.attendance import Sign, sign_of
from senim.rules.errors import Invalid
from senim.rules.folds import Said, fold
from senim.rules.indicators import outcome
from senim.rules.mark_policies import Category
from senim.rules.sessions import is_school_day
from senim.schools.queries import ClassCard, Pupil
from senim.timetable.weeks import MeetingRow

DAY = timedelta(days=1)
SATURDAY = 6
FORMATIVE_MAXIMUM = 10


def register(klass: ClassCard, period: Period, rows: RegisterRows, *, on: date) -> Register:
    """Return the register as it stands on a civil day; lessons still to come are not shown."""
    columns = _columns(klass, period, rows.columns, on)
    pupils = _by_member(rows.pupils)
    marks = Marks(klass, period, columns, on)
    cells = _cells(columns, rows)
    lines = tuple(_line(pupil, columns, cells, marks, on) for pupil in pupils)
    here = [line for line in lines if not line.left]
    return Register(
        klass,
        marks.kind,
        period,
        columns,
        lines,
        outcome(line.mark.mark if line.mark else None for line in here),
        _missing(columns, here, on),
        len(lines) - len(here),
    )


Row = TypeVar("Row", bound=ColumnRow)


def _of(kind: type[Row], rows: Iterable[ColumnRow]) -> list[Row]:
    return [row for row in rows if isinstance(row, kind)]


# Columns


def lesson_key(day: date, number: int) -> str:
    """Return the name of a lesson's column."""
    return f"{day.isoformat()}.{number}"


def _columns(
    klass: ClassCard, period: Period, rows: Iterable[ColumnRow], on: date
) -> tuple[Column, ...]:
    known = tuple(rows)
    lessons = {(row.date, row.number): row for row in _of(LessonRow, known)}
    items = _of(ItemRow, known)
    formative = {
        (row.date, row.lesson_number): row
        for row in items
        if row.category == Category.FORMATIVE and row.lesson_number is not None
    }
    places = {place for place in lessons if place[0] <= on} | formative.keys()
    places |= set(_timetabled(klass, period, _of(MeetingRow, known), on))
    days = [day for day, _ in places]
    columns = [
        _lesson(place, lessons.get(place), formative.get(place), again=days.count(place[0]) > 1)
        for place in places
    ]
    apart = {row.id for row in items} - {row.id for row in formative.values()}
    columns += [_work(row) for row in items if row.id in apart]
    return tuple(sorted(columns, key=_when))


def _when(column: Column) -> tuple[date, bool, int, str]:
    """Summatives stand after the lessons of their day, the SOCh last."""
    return column.date, not column.is_lesson, column.number or 99, column.key


def _lesson(
    place: tuple[date, int], row: LessonRow | None, item: ItemRow | None, *, again: bool
) -> Column:
    return Column(
        lesson_key(*place),
        "lesson",
        *place,
        item.maximum if item else FORMATIVE_MAXIMUM,
        item.id if item else None,
        row.id if row else item.lesson_id if item else None,
        taken=bool(row and row.taken),
        topicless=not row or row.topicless,
        again=again,
    )


def _work(row: ItemRow) -> Column:
    return Column(str(row.id), row.category, row.date, row.number, row.maximum, row.id)


def _timetabled(
    klass: ClassCard, period: Period, meetings: Sequence[MeetingRow], on: date
) -> Iterator[tuple[date, int]]:
    """Yield (day, number) of each lesson of the timetable up to today."""
    six_day = any(meeting.weekday == SATURDAY for meeting in meetings)
    for term in period.terms:
        day = term.starts
        while day < min(term.ends, on + DAY):
            numbers = {meeting.number for meeting in meetings if meeting.meets_on(day)}
            if numbers and is_school_day(day, klass.grade or SOME_GRADE, six_day=six_day):
                yield from ((day, number) for number in numbers)
            day += DAY


# Cells


Place = tuple[int, UUID]


def _cells(columns: Sequence[Column], rows: RegisterRows) -> dict[UUID, dict[int, Cell]]:
    """Return the cells by pupil and place of the column."""
    items = {column.item_id: n for n, column in enumerate(columns) if column.item_id}
    lessons = {column.lesson_id: n for n, column in enumerate(columns) if column.lesson_id}
    noted = _noted(rows.columns)
    signs: dict[Place, Sign] = {}
    points: dict[Place, Cell] = {}
    for row in rows.cells:
        if row.fact_id is None:
            sign = sign_of(*row.text.split("/"))
            if row.place_id in lessons and sign is not Sign.HERE:
                signs[lessons[row.place_id], row.member_id] = sign
        elif row.place_id in items:
            place = items[row.place_id], row.member_id
            facts = noted.get((row.place_id, row.member_id), ())
            points[place] = Cell(
                points=row.points,
                fact_id=row.fact_id,
                heads=_heads(facts) if row.text == DIFFERS else (),
                noted=row.text == COMMENTED or bool(facts),
            )
    cells: dict[UUID, dict[int, Cell]] = defaultdict(dict)
    for place in signs.keys() | points.keys():
        cells[place[1]][place[0]] = _together(points.get(place), signs.get(place))
    return cells


def _together(points: Cell | None, sign: Sign | None) -> Cell:
    if points is None or sign is None:
        return points or Cell(sign)
    return Cell(sign, points.points, points.fact_id, points.heads, points.noted)


def _noted(rows: Iterable[ColumnRow]) -> dict[tuple[UUID, UUID], list[NotedRow]]:
    found: dict[tuple[UUID, UUID], list[NotedRow]] = defaultdict(list)
    for row in _of(NotedRow, rows):
        found[row.item_id, row.member_id].append(row)
    return found


def _heads(facts: Iterable[NotedRow]) -> tuple[Said, ...]:
    cell = fold(Said(f.id, f.author_id, f.event_at, f.points, f.replaces) for f in facts)
    return (cell.head, *cell.differing) if cell.head and cell.differing else ()


# Lines


@dataclass(frozen=True, slots=True)
class _Seated:
    """A pupil with the spans they learned here in."""

    member_id: UUID
    name: str
    spans: tuple[tuple[date, date | None], ...]

    def here_on(self, day: date) -> bool:
        """Say whether they learned here on a day."""
        return any(starts <= day and (ends is None or day < ends) for starts, ends in self.spans)


def _by_member(pupils: Iterable[Pupil]) -> list[_Seated]:
    """Return each pupil once, in the order of names; one may leave and come back."""
    spans: dict[UUID, list[tuple[date, date | None]]] = {}
    names: dict[UUID, str] = {}
    for pupil in pupils:
        spans.setdefault(pupil.member_id, []).append((pupil.starts, pupil.ends))
        names[pupil.member_id] = pupil.name
    return [_Seated(member, names[member], tuple(found)) for member, found in spans.items()]


def _line(
    pupil: _Seated,
    columns: Sequence[Column],
    cells: Mapping[UUID, Mapping[int, Cell]],
    marks: Marks,
    on: date,
) -> Line:
    own = cells.get(pupil.member_id, {})
    here = {day: pupil.here_on(day) for day in {column.date for column in columns}}
    seated = tuple(here[column.date] for column in columns)
    left = not pupil.here_on(min(on, marks.period.ends - DAY)) and not any(
        starts > on for starts, _ in pupil.spans
    )
    try:
        mark, fault = marks.of(own, seated), None
    except Invalid as refusal:
        mark, fault = None, refusal
    return Line(pupil.member_id, pupil.name, own, seated, left, mark, fault)


# What is missing


def _missing(columns: Sequence[Column], lines: Sequence[Line], on: date) -> Missing:
    """Return what the days before today lack.

    A sign in the column says that attendance was taken, with or without the button.
    """
    signed = {n for line in lines for n, cell in line.cells.items() if cell.sign}
    past = [(n, column) for n, column in enumerate(columns) if column.date < on]
    lessons = [(n, column) for n, column in past if column.is_lesson]
    summatives = [(n, column) for n, column in past if column.kind in SUMMATIVE]
    return Missing(
        tuple(column for n, column in lessons if not column.taken and n not in signed),
        tuple(column for _, column in lessons if column.topicless),
        tuple((column, blank) for n, column in summatives if (blank := _blank(n, lines))),
    )


def _blank(place: int, lines: Iterable[Line]) -> int:
    """Count the pupils who learned here that day and have neither points nor a sign."""
    return sum(line.open[place] and line.cells.get(place, NOTHING).empty for line in lines)
