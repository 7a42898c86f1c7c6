"""What the journal says of one class in one term: the rows a register is made of.

Three questions whatever the size of the class: its pupils, its columns with what was corrected or
differs, and its cells. They are put together in `register_term`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db.models import Case, CharField, IntegerField, Q, QuerySet, UUIDField, Value, When
from django.db.models.functions import Concat

from senim.base.mixed import TAG, rows, together
from senim.journal.models import Attendance, LessonEntry, LineItem, Result, ResultFact
from senim.rules.access import Viewer
from senim.schools import queries as schools
from senim.schools.queries import ClassCard, Pupil
from senim.timetable.weeks import MeetingRow, meeting_rows

COMMENTED, DIFFERS = "commented", "differs"


class LessonRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="lesson"):
    """A lesson the journal knows. taken: attendance was taken; topicless: no topic is written."""

    id: UUID
    date: date
    number: int
    taken: bool
    topicless: bool


class ItemRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="item"):
    """A column of points. lesson_id, lesson_number: of the lesson it belongs to, if to one."""

    id: UUID
    category: str
    number: int
    date: date
    maximum: int
    lesson_id: UUID | None
    lesson_number: int | None


class NotedRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="noted"):
    """A fact that a cell's points alone do not tell: a correction, or one of two that differ."""

    item_id: UUID
    member_id: UUID
    id: UUID
    points: int | None
    author_id: UUID
    event_at: datetime
    replaces: UUID | None
    differs: bool


class CellRow(NamedTuple):
    """Points in a line item, with the fact behind them; or, without a fact, a sign in a lesson.

    text: COMMENTED, DIFFERS or nothing for points; "presence/reason" for a sign.
    """

    place_id: UUID
    member_id: UUID
    points: int | None
    fact_id: UUID | None
    text: str


ColumnRow = LessonRow | ItemRow | NotedRow | MeetingRow
_decoder: msgspec.json.Decoder[ColumnRow] = msgspec.json.Decoder(ColumnRow, strict=False)


@dataclass(frozen=True, slots=True)
class Span:
    """The quarters a register shows, and their days: [starts, ends)."""

    term_ids: tuple[UUID, ...]
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class RegisterRows:
    """All rows of one register."""

    pupils: tuple[Pupil, ...]
    columns: tuple[ColumnRow, ...]
    cells: tuple[CellRow, ...]


def register_rows(viewer: Viewer, klass: ClassCard, span: Span) -> RegisterRows:
    """Return what a register is made of, as far as the viewer's ties open it: three queries."""
    return RegisterRows(
        schools.roster(viewer, klass.id, starts=span.starts, ends=span.ends),
        _columns(viewer, klass, span),
        _cells(viewer, klass, span),
    )


def _columns(viewer: Viewer, klass: ClassCard, span: Span) -> tuple[ColumnRow, ...]:
    texts = together(
        _lessons(klass, span),
        _items(klass, span),
        _noted(viewer, klass, span),
        meeting_rows(klass.school_id, [klass.id], starts=span.starts, ends=span.ends),
    )
    return tuple(_decoder.decode(text) for text in texts)


def _lessons(klass: ClassCard, span: Span) -> QuerySet[Any, str]:
    found = LessonEntry.objects.filter(
        school_id=klass.school_id, klass_id=klass.id, date__gte=span.starts, date__lt=span.ends
    ).annotate(
        taken=Case(When(attendance_taken_at__isnull=True, then=Value(0)), default=Value(1)),
        topicless=Case(When(topic="", then=Value(1)), default=Value(0)),
    )
    columns = {name: name for name in ("id", "date", "number", "taken", "topicless")}
    return rows(found, "lesson", **columns)


def _items(klass: ClassCard, span: Span) -> QuerySet[Any, str]:
    found = LineItem.objects.filter(
        school_id=klass.school_id, klass_id=klass.id, session_id__in=span.term_ids, status="active"
    )
    columns = {name: name for name in ("id", "category", "number", "date", "maximum", "lesson_id")}
    return rows(found, "item", **columns, lesson_number="lesson__number")


def _noted(viewer: Viewer, klass: ClassCard, span: Span) -> QuerySet[Any, str]:
    corrected = Q(kind__in=[ResultFact.Kind.CORRECT, ResultFact.Kind.ANNUL])
    found = ResultFact.objects.seen_by(viewer).filter(
        corrected | Q(result__differs=True),
        school_id=klass.school_id,
        result__school_id=klass.school_id,
        result__status="active",
        result__line_item__school_id=klass.school_id,
        result__line_item__klass_id=klass.id,
        result__line_item__session_id__in=span.term_ids,
    )
    return rows(
        found,
        "noted",
        item_id="result__line_item_id",
        member_id="result__member_id",
        id="id",
        points="score",
        author_id="author_id",
        event_at="event_at",
        replaces="replaces_id",
        differs="result__differs",
    )


def _cells(viewer: Viewer, klass: ClassCard, span: Span) -> tuple[CellRow, ...]:
    points = (
        Result.objects.seen_by(viewer)
        .filter(
            school_id=klass.school_id,
            status="active",
            line_item__school_id=klass.school_id,
            line_item__klass_id=klass.id,
            line_item__session_id__in=span.term_ids,
        )
        .values_list("line_item_id", "member_id", "score", "last_fact_id", _remark())
    )
    signs = (
        Attendance.objects.seen_by(viewer)
        .filter(
            school_id=klass.school_id,
            lesson__school_id=klass.school_id,
            lesson__klass_id=klass.id,
            lesson__date__gte=span.starts,
            lesson__date__lt=span.ends,
        )
        .values_list(
            "lesson_id",
            "member_id",
            Value(None, output_field=IntegerField()),
            Value(None, output_field=UUIDField()),
            Concat("presence", Value("/"), "reason"),
        )
    )
    return tuple(CellRow(*row) for row in points.union(signs, all=True))


def _remark() -> Case:
    return Case(
        When(differs=True, then=Value(DIFFERS)),
        When(comment="", then=Value("")),
        default=Value(COMMENTED),
        output_field=CharField(),
    )


# One cell, with all that was said of it


@dataclass(frozen=True, slots=True)
class FactRow:
    """One thing said of a cell's points, by whom and when; oldest first."""

    id: UUID
    kind: str
    points: int | None
    comment: str
    reason: str
    author: str
    event_at: datetime
    recorded_at: datetime
    replaces: UUID | None


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """A sign in a lesson, with who said so and, apart, who said why."""

    presence: str
    presence_by: str
    presence_at: datetime
    reason: str
    reason_by: str | None
    reason_at: datetime | None


def facts_of_cell(
    viewer: Viewer, klass: ClassCard, item_id: UUID, member_id: UUID
) -> tuple[FactRow, ...]:
    """Return all that was said of a pupil's points in a line item of the class."""
    found = (
        ResultFact.objects.seen_by(viewer)
        .filter(
            school_id=klass.school_id,
            result__school_id=klass.school_id,
            result__line_item_id=item_id,
            result__line_item__klass_id=klass.id,
            result__member_id=member_id,
        )
        .order_by("event_at", "recorded_at", "id")
    )
    columns = ("id", "kind", "score", "comment", "reason", "author__shown_name")
    rows = found.values_list(*columns, "event_at", "recorded_at", "replaces_id")
    return tuple(_as_said(FactRow(*row) for row in rows))


def _as_said(facts: Iterable[FactRow]) -> Iterator[FactRow]:
    """Yield facts by time, each after the one it replaces: device clocks differ, chains do not."""
    waiting = list(facts)
    while waiting:
        ids = {fact.id for fact in waiting}
        free = next((fact for fact in waiting if fact.replaces not in ids), waiting[0])
        waiting.remove(free)
        yield free


def attendance_of_cell(
    viewer: Viewer, klass: ClassCard, lesson_id: UUID, member_id: UUID
) -> AttendanceRow | None:
    """Return a pupil's attendance of a lesson of the class, None where nothing is on record."""
    row = (
        Attendance.objects.seen_by(viewer)
        .filter(
            school_id=klass.school_id,
            lesson_id=lesson_id,
            lesson__klass_id=klass.id,
            member_id=member_id,
        )
        .values_list(
            "presence",
            "presence_by__shown_name",
            "presence_at",
            "reason",
            "reason_by__shown_name",
            "reason_at",
        )
        .first()
    )
    return AttendanceRow(*row) if row else None
