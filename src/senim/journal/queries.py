"""Reading the journal for those who keep it: one lesson with its pupils, one day of lessons."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from senim.base.mixed import TAG, rows, together
from senim.journal.models import Attendance, Category, LessonEntry, LineItem, ResultFact
from senim.rules.access import Viewer
from senim.rules.attendance import Sign, sign_of
from senim.rules.folds import Said, fold

UPCOMING = timedelta(days=45)
"""How far ahead a lesson's page tells of its class's summatives: the rest of a quarter."""


class LessonRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="lesson"):
    """What the journal says of one lesson. taken_at: when attendance was taken, UTC."""

    id: UUID
    class_id: UUID
    date: date
    number: int
    topic: str
    homework: str
    taken_at: datetime | None

    @property
    def taken(self) -> datetime | None:
        """When attendance was taken. SQLite writes times without their zone, which is UTC."""
        return self.taken_at and _utc(self.taken_at)


class ItemRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="item"):
    """A unit or term summative of a class."""

    class_id: UUID
    date: date
    category: str
    number: int
    maximum: int


class PresenceRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="presence"):
    """What was said of one pupil's presence. reason_by: the member who knew why, if anybody."""

    class_id: UUID
    member_id: UUID
    presence: str
    reason: str
    presence_by: UUID
    reason_by: UUID | None

    @property
    def sign(self) -> Sign:
        """The sign to show."""
        return sign_of(self.presence, self.reason)


class FactRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="fact"):
    """One thing said about a pupil's points; by: the author's shown name."""

    class_id: UUID
    member_id: UUID
    id: UUID
    author_id: UUID
    by: str
    points: int | None
    comment: str
    at: datetime
    replaces: UUID | None


@dataclass(frozen=True, slots=True)
class CellFacts:
    """One pupil's points at a lesson: what is shown, and what other authors say instead.

    by_id: every fact, so that a form sent late can be compared with what its author saw.
    """

    head: FactRow
    differing: tuple[FactRow, ...]
    by_id: dict[UUID, FactRow]


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """What the journal holds of one lesson of one or, joined, several classes."""

    lessons: dict[UUID, LessonRow] = field(default_factory=dict)
    presence: dict[tuple[UUID, UUID], PresenceRow] = field(default_factory=dict)
    cells: dict[tuple[UUID, UUID], CellFacts] = field(default_factory=dict)
    upcoming: tuple[ItemRow, ...] = ()


Row = LessonRow | ItemRow | PresenceRow | FactRow
_decoder: msgspec.json.Decoder[Row] = msgspec.json.Decoder(Row, strict=False)


def lesson_facts(
    viewer: Viewer, *, school_id: UUID, class_ids: Iterable[UUID], on: date, number: int
) -> LessonFacts:
    """Return what is known of a lesson, in one query; presence and cells by (class, member).

    Personal rows are those the viewer's ties open.
    """
    classes = list(class_ids)
    whose = {"school_id": school_id, "klass_id__in": classes}
    when = {"date": on, "number": number}
    found = [
        _decoder.decode(text)
        for text in together(
            _lessons(LessonEntry.objects.filter(**whose, **when)),
            _items(school_id, classes, starts=on, ends=on + UPCOMING),
            _presence(viewer, school_id, _through("lesson", whose | when)),
            _facts(viewer, school_id, _through("result__line_item__lesson", whose | when)),
        )
    ]
    said: dict[tuple[UUID, UUID], list[FactRow]] = {}
    for row in found:
        if isinstance(row, FactRow):
            said.setdefault((row.class_id, row.member_id), []).append(row)
    return LessonFacts(
        {row.class_id: row for row in found if isinstance(row, LessonRow)},
        {(row.class_id, row.member_id): row for row in found if isinstance(row, PresenceRow)},
        {whose: _cell(facts) for whose, facts in said.items()},
        _by_date(row for row in found if isinstance(row, ItemRow)),
    )


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What the journal says of a day's lessons by (class, number), and what is coming."""

    lessons: dict[tuple[UUID, int], LessonRow]
    upcoming: tuple[ItemRow, ...]


def day_facts(
    *, school_id: UUID, class_ids: Iterable[UUID], on: date, upcoming_ends: date
) -> DayFacts:
    """Return the lessons of classes on a day, and their summatives of [on, ends): one query."""
    classes = list(class_ids)
    lessons = LessonEntry.objects.filter(school_id=school_id, klass_id__in=classes, date=on)
    texts = together(_lessons(lessons), _items(school_id, classes, starts=on, ends=upcoming_ends))
    found = [_decoder.decode(text) for text in texts]
    return DayFacts(
        {(row.class_id, row.number): row for row in found if isinstance(row, LessonRow)},
        _by_date(row for row in found if isinstance(row, ItemRow)),
    )


def _by_date(items: Iterable[ItemRow]) -> tuple[ItemRow, ...]:
    return tuple(sorted(items, key=lambda item: (item.date, item.number, str(item.class_id))))


def _through(path: str, of_lesson: dict[str, Any]) -> Q:
    return Q(**{f"{path}__{name}": value for name, value in of_lesson.items()})


def _lessons(lessons: QuerySet[LessonEntry]) -> QuerySet[Any, str]:
    return rows(
        lessons,
        "lesson",
        id="id",
        class_id="klass_id",
        date="date",
        number="number",
        topic="topic",
        homework="homework",
        taken_at="attendance_taken_at",
    )


def _items(school_id: UUID, classes: list[UUID], *, starts: date, ends: date) -> QuerySet[Any, str]:
    items = LineItem.objects.filter(
        school_id=school_id,
        klass_id__in=classes,
        category__in=[Category.SOR, Category.SOCH],
        date__gte=starts,
        date__lt=ends,
        status="active",
    )
    columns = {name: name for name in ("date", "category", "number", "maximum")}
    return rows(items, "item", class_id="klass_id", **columns)


def _presence(viewer: Viewer, school_id: UUID, of_lesson: Q) -> QuerySet[Any, str]:
    return rows(
        Attendance.objects.seen_by(viewer).filter(of_lesson, school_id=school_id),
        "presence",
        class_id="lesson__klass_id",
        member_id="member_id",
        presence="presence",
        reason="reason",
        presence_by="presence_by_id",
        reason_by="reason_by_id",
    )


def _facts(viewer: Viewer, school_id: UUID, of_lesson: Q) -> QuerySet[Any, str]:
    return rows(
        ResultFact.objects.seen_by(viewer).filter(
            of_lesson,
            school_id=school_id,
            result__school_id=school_id,
            result__status="active",
            result__line_item__school_id=school_id,
            result__line_item__category=Category.FORMATIVE,
        ),
        "fact",
        class_id="result__line_item__klass_id",
        member_id="result__member_id",
        id="id",
        author_id="author_id",
        by="author__shown_name",
        points="score",
        comment="comment",
        at="event_at",
        replaces="replaces_id",
    )


def _cell(facts: list[FactRow]) -> CellFacts:
    by_id = {fact.id: fact for fact in facts}
    cell = fold(
        Said(fact.id, fact.author_id, _utc(fact.at), fact.points, fact.replaces) for fact in facts
    )
    head = by_id[cell.head.id] if cell.head else facts[-1]
    return CellFacts(head, tuple(by_id[other.id] for other in cell.differing), by_id)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
