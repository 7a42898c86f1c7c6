"""Adding whole terms to the journal at once: for generators and for records moved in.

Rows go to the database as a stream (COPY on PostgreSQL, prepared statements on SQLite), inside the
caller's ledger entry. A class is checked before its first row is written; nothing here is for daily
work, which goes through `services`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, models

from senim.base.scope import Unrecorded, entry_is_open
from senim.journal.models import Attendance, LessonEntry, LineItem, Result, ResultFact
from senim.rules.errors import Invalid

CHUNK = 5_000

LESSON = "id school_id klass_id date number topic homework attendance_taken_at written_by_id"
ABSENCE = (
    "id school_id lesson_id member_id presence presence_by_id presence_at"
    " reason reason_by_id reason_at"
)
ITEM = (
    "id status date_last_modified school_id klass_id session_id category number date maximum"
    " lesson_id"
)
RESULT = (
    "id status date_last_modified school_id line_item_id member_id score comment differs"
    " last_fact_id set_by_id set_at"
)
FACT = (
    "id school_id result_id kind score comment reason replaces_id author_id event_at recorded_at"
    " time_uncertain"
)


@dataclass(frozen=True, slots=True)
class LessonFill:
    """A lesson as it was taught. number: of its slot within the shift."""

    id: UUID
    class_id: UUID
    date: date
    number: int
    topic: str
    homework: str
    taken_at: datetime | None
    author_id: UUID


@dataclass(frozen=True, slots=True)
class AbsenceFill:
    """An absence or lateness; reason and its author as far as they are known."""

    id: UUID
    lesson_id: UUID
    member_id: UUID
    presence: str
    author_id: UUID
    at: datetime
    reason: str = "unknown"
    reason_author_id: UUID | None = None
    reason_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemFill:
    """A column of the register. lesson_id: for formative points given in a lesson."""

    id: UUID
    class_id: UUID
    session_id: UUID
    category: str
    number: int
    date: date
    maximum: int
    made_at: datetime
    lesson_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One thing an author said of a result: points, when, why they were corrected."""

    id: UUID
    points: int
    event_at: datetime
    recorded_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ResultFill:
    """A pupil's points in one column, with all that one author said of them, first to last."""

    id: UUID
    item_id: UUID
    member_id: UUID
    author_id: UUID
    said: tuple[Said, ...]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class JournalFill:
    """What is to be added for one class: its lessons, absences, columns and points."""

    lessons: Sequence[LessonFill]
    absences: Sequence[AbsenceFill]
    items: Sequence[ItemFill]
    results: Sequence[ResultFill]


@dataclass(frozen=True, slots=True)
class Filled:
    """How many rows were added."""

    lessons: int = 0
    absences: int = 0
    items: int = 0
    results: int = 0
    facts: int = 0

    def counts(self) -> dict[str, int]:
        """Return the numbers by name."""
        return asdict(self)

    def __add__(self, other: "Filled") -> "Filled":
        return Filled(
            self.lessons + other.lessons,
            self.absences + other.absences,
            self.items + other.items,
            self.results + other.results,
            self.facts + other.facts,
        )


def fill_journal(school_id: UUID, fill: JournalFill) -> Filled:
    """Add a class's lessons, absences, columns and points, inside the caller's ledger entry.

    Raises Invalid("points_out_of_range") before anything is written when a result lies outside its
    column, and Unrecorded outside an entry.
    """
    _check_points(fill)
    facts = sum(len(result.said) for result in fill.results)
    _pour(LessonEntry, LESSON, (_lesson_row(school_id, new) for new in fill.lessons))
    _pour(Attendance, ABSENCE, (_absence_row(school_id, new) for new in fill.absences))
    _pour(LineItem, ITEM, (_item_row(school_id, new) for new in fill.items))
    _pour(Result, RESULT, (_result_row(school_id, new) for new in fill.results))
    _pour(ResultFact, FACT, (row for new in fill.results for row in _fact_rows(school_id, new)))
    return Filled(len(fill.lessons), len(fill.absences), len(fill.items), len(fill.results), facts)


def _check_points(fill: JournalFill) -> None:
    maxima = {item.id: item.maximum for item in fill.items}
    for result in fill.results:
        maximum = maxima[result.item_id]
        for said in result.said:
            if not 0 <= said.points <= maximum:
                raise Invalid(
                    "points_out_of_range",
                    points=said.points,
                    lowest=0,
                    maximum=maximum,
                    member=str(result.member_id),
                )


def _lesson_row(school_id: UUID, new: LessonFill) -> tuple[Any, ...]:
    return (
        new.id,
        school_id,
        new.class_id,
        new.date,
        new.number,
        new.topic,
        new.homework,
        new.taken_at,
        new.author_id,
    )


def _absence_row(school_id: UUID, new: AbsenceFill) -> tuple[Any, ...]:
    return (
        new.id,
        school_id,
        new.lesson_id,
        new.member_id,
        new.presence,
        new.author_id,
        new.at,
        new.reason,
        new.reason_author_id,
        new.reason_at,
    )


def _item_row(school_id: UUID, new: ItemFill) -> tuple[Any, ...]:
    return (
        new.id,
        "active",
        new.made_at,
        school_id,
        new.class_id,
        new.session_id,
        new.category,
        new.number,
        new.date,
        new.maximum,
        new.lesson_id,
    )


def _result_row(school_id: UUID, new: ResultFill) -> tuple[Any, ...]:
    last = new.said[-1]
    return (
        new.id,
        "active",
        last.recorded_at,
        school_id,
        new.item_id,
        new.member_id,
        last.points,
        new.comment,
        False,
        last.id,
        new.author_id,
        last.event_at,
    )


def _fact_rows(school_id: UUID, new: ResultFill) -> Iterator[tuple[Any, ...]]:
    before: UUID | None = None
    for said in new.said:
        yield (
            said.id,
            school_id,
            new.id,
            "correct" if before else "set",
            said.points,
            new.comment if said is new.said[-1] else "",
            said.reason,
            before,
            new.author_id,
            said.event_at,
            said.recorded_at,
            False,
        )
        before = said.id


def _pour(model: type[models.Model], columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows whose values stand in the order of the columns."""
    if not entry_is_open():
        raise Unrecorded(f"{model.__name__}: open ledger.services.entry() first")
    table = model._meta.db_table  # noqa: SLF001 - Django's documented way to a table's name
    if connection.vendor == "postgresql":
        _copy(table, columns.split(), rows)
    else:
        _insert(table, columns.split(), rows)


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows by way of a table of the transaction's own.

    PostgreSQL copies into no table behind row-level security, but inserts from one table into it.
    """
    quoted = connection.ops.quote_name
    into, waiting = quoted(table), quoted(f"waiting_{table}")
    names = ", ".join(map(quoted, columns))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {waiting} AS SELECT {names} FROM {into} LIMIT 0")  # noqa: S608 - names of our own models
        with cursor.cursor.copy(f"COPY {waiting} ({names}) FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)
        cursor.execute(f"INSERT INTO {into} ({names}) SELECT {names} FROM {waiting}")  # noqa: S608
        cursor.execute(f"DROP TABLE {waiting}")


def _insert(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(map(connection.ops.quote_name, columns))
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({places})"  # noqa: S608 - names of our own models
    waiting = iter(rows)
    with connection.cursor() as cursor:
        while chunk := [_plain(row) for row in islice(waiting, CHUNK)]:
            cursor.executemany(statement, chunk)


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Put values into the forms in which Django keeps them in SQLite."""
    return tuple(
        value.hex
        if type(value) is UUID
        else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        if type(value) is datetime
        else value.isoformat()
        if type(value) is date
        else value
        for value in row
    )
