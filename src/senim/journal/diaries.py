"""What the journal says of one pupil: the rows of a diary week, and of a year of terms."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from senim.base.mixed import TAG, rows, together
from senim.base.scope import evened
from senim.journal.models import Attendance, Category, LessonEntry, LineItem, Result, ResultFact
from senim.rules.access import Viewer
from senim.timetable.weeks import LOOK_BACK, MeetingRow, meeting_rows

SUMMATIVE = (Category.SOR, Category.SOCH)
QUARTER = timedelta(weeks=11)
"""No quarter is longer: a pupil's points of the quarter may stand in a class they have left."""


class LessonRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="lesson"):
    """What was taught and set at home; of days before the week only the last lesson of a class."""

    class_id: UUID
    date: date
    number: int
    topic: str
    homework: str


class AbsenceRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="absence"):
    """That the pupil was away or late, with who said so and, apart, who said why."""

    class_id: UUID
    date: date
    number: int
    presence: str
    presence_by: str
    presence_at: datetime
    reason: str
    reason_by: str | None
    reason_at: datetime | None


class FactRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="fact"):
    """One thing said about the pupil's points in a line item. number: of its lesson, if it has one.

    score, head_id: what the result shows now, and the fact that says it.
    """

    class_id: UUID
    date: date
    number: int | None
    item_id: UUID
    category: str
    item_number: int
    maximum: int
    score: int | None
    head_id: UUID
    differs: bool
    id: UUID
    kind: str
    points: int | None
    comment: str
    reason: str
    by: str
    at: datetime


class ItemRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="item"):
    """A unit or term summative of the class, taken or still to come."""

    class_id: UUID
    date: date
    number: int | None
    item_id: UUID
    category: str
    item_number: int
    maximum: int


class ScoreRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="score"):
    """The pupil's points in a line item of the year; term: the number of its quarter."""

    class_id: UUID
    term: int
    date: date
    item_id: UUID
    category: str
    item_number: int
    maximum: int
    points: int


class TermItemRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="term_item"):
    """A unit or term summative of a class in a quarter of the year."""

    class_id: UUID
    term: int
    date: date
    item_id: UUID
    category: str
    item_number: int
    maximum: int


WeekRow = MeetingRow | LessonRow | AbsenceRow | FactRow | ItemRow | ScoreRow | TermItemRow
_week_decoder: msgspec.json.Decoder[WeekRow] = msgspec.json.Decoder(WeekRow, strict=False)

_ITEM = {
    "class_id": "klass_id",
    "date": "date",
    "number": "lesson__number",
    "item_id": "id",
    "category": "category",
    "item_number": "number",
    "maximum": "maximum",
}
_TERM_ITEM = {name: path for name, path in _ITEM.items() if name != "number"} | {
    "term": "session__number"
}


def _through(path: str, columns: dict[str, str]) -> dict[str, str]:
    """Return the columns of a line item as a table above it reaches them."""
    return {
        name: f"{path}_id" if column == "id" else f"{path}__{column}"
        for name, column in columns.items()
    }


def week_rows(
    viewer: Viewer, *, school_id: UUID, member_id: UUID, class_ids: Iterable[UUID], monday: date
) -> tuple[str, ...]:
    """Return all that a diary week is made of, in one query; `read_week` tells the kinds apart.

    class_ids: the classes the pupil learns in, that week and earlier in its quarter. Personal rows
    are those the viewer's ties open, and of this pupil alone. In a week that gave points for a
    summative those of the whole quarter come along, so that the page can say what they make.
    """
    classes = evened(frozenset(class_ids))
    after = monday + timedelta(days=7)
    in_week = Q(date__gte=monday, date__lt=after)
    return together(
        meeting_rows(school_id, classes, starts=monday - timedelta(days=LOOK_BACK), ends=after),
        _lesson_rows(school_id, classes, in_week, monday),
        _absence_rows(viewer, school_id, member_id, monday, after),
        _fact_rows(viewer, school_id, member_id, monday, after),
        _item_rows(school_id, classes, in_week),
        *_outlook_rows(viewer, school_id, member_id, classes, monday, after),
    )


def read_week(texts: Iterable[str]) -> tuple[WeekRow, ...]:
    """Return the rows of `week_rows`, each as the struct of its kind."""
    return tuple(_week_decoder.decode(text) for text in texts)


def _lesson_rows(
    school_id: UUID, classes: list[UUID], in_week: Q, monday: date
) -> QuerySet[Any, str]:
    lessons = LessonEntry.objects.filter(school_id=school_id)
    before = (
        lessons.filter(
            klass_id=OuterRef("klass_id"),
            date__lt=monday,
            date__gte=monday - timedelta(days=LOOK_BACK),
        )
        .order_by("-date")
        .values("date")[:1]
    )
    found = lessons.filter(in_week | Q(date=Subquery(before)), klass_id__in=classes)
    return rows(
        found,
        "lesson",
        class_id="klass_id",
        date="date",
        number="number",
        topic="topic",
        homework="homework",
    )


def _absence_rows(
    viewer: Viewer, school_id: UUID, member_id: UUID, monday: date, after: date
) -> QuerySet[Any, str]:
    found = Attendance.objects.seen_by(viewer).filter(
        school_id=school_id,
        member_id=member_id,
        lesson__school_id=school_id,
        lesson__date__gte=monday,
        lesson__date__lt=after,
        presence__in=[Attendance.Presence.ABSENT, Attendance.Presence.LATE],
    )
    return rows(
        found,
        "absence",
        class_id="lesson__klass_id",
        date="lesson__date",
        number="lesson__number",
        presence="presence",
        presence_by="presence_by__shown_name",
        presence_at="presence_at",
        reason="reason",
        reason_by="reason_by__shown_name",
        reason_at="reason_at",
    )


def _fact_rows(
    viewer: Viewer, school_id: UUID, member_id: UUID, monday: date, after: date
) -> QuerySet[Any, str]:
    """The results are named first: a planner left alone may read all that a school ever said."""
    own = Result.objects.seen_by(viewer).filter(
        school_id=school_id,
        member_id=member_id,
        status="active",
        line_item__school_id=school_id,
        line_item__date__gte=monday,
        line_item__date__lt=after,
    )
    found = ResultFact.objects.seen_by(viewer).filter(
        school_id=school_id,
        result_id__in=own.values("id"),
        result__school_id=school_id,
        result__line_item__school_id=school_id,
    )
    return rows(
        found,
        "fact",
        **_through("result__line_item", _ITEM),
        score="result__score",
        head_id="result__last_fact_id",
        differs="result__differs",
        id="id",
        kind="kind",
        points="score",
        comment="comment",
        reason="reason",
        by="author__shown_name",
        at="event_at",
    )


def _item_rows(school_id: UUID, classes: list[UUID], in_span: Q) -> QuerySet[Any, str]:
    found = LineItem.objects.filter(
        in_span,
        school_id=school_id,
        klass_id__in=classes,
        category__in=SUMMATIVE,
        status="active",
    )
    return rows(found, "item", **_ITEM)


def _outlook_rows(
    viewer: Viewer,
    school_id: UUID,
    member_id: UUID,
    classes: list[UUID],
    monday: date,
    after: date,
) -> tuple[QuerySet[Any, str], QuerySet[Any, str]]:
    """Return the points about this week when it gave points for a summative, else nothing.

    Whether it did is asked once; subject and quarter are told apart by who reads the rows, since
    planners misjudge how few of a pupil's results lie in both.
    """
    own = Result.objects.seen_by(viewer).filter(
        school_id=school_id,
        member_id=member_id,
        status="active",
        score__isnull=False,
        line_item__school_id=school_id,
    )
    weighed = Exists(
        own.filter(
            line_item__category__in=SUMMATIVE,
            line_item__date__gte=monday,
            line_item__date__lt=after,
        )
    )
    starts, ends = monday - QUARTER, after + QUARTER
    scores = own.filter(weighed, line_item__date__gte=starts, line_item__date__lt=ends)
    planned = LineItem.objects.filter(
        weighed,
        school_id=school_id,
        klass_id__in=classes,
        date__gte=starts,
        date__lt=ends,
        category__in=SUMMATIVE,
        status="active",
    )
    return _score_rows(scores), rows(planned, "term_item", **_TERM_ITEM)


def _score_rows(scores: QuerySet[Result]) -> QuerySet[Any, str]:
    return rows(scores, "score", **_through("line_item", _TERM_ITEM), points="score")


# A year of terms


YearRow = ScoreRow | TermItemRow
_year_decoder: msgspec.json.Decoder[YearRow] = msgspec.json.Decoder(YearRow, strict=False)


def year_rows(
    viewer: Viewer,
    *,
    school_id: UUID,
    member_id: UUID,
    class_ids: Iterable[UUID],
    school_year: int,
) -> tuple[YearRow, ...]:
    """Return a pupil's points of a school year and the summatives of their classes: one query."""
    of_year = Q(session__school_year=school_year, session__kind="term")
    scores = Result.objects.seen_by(viewer).filter(
        school_id=school_id,
        member_id=member_id,
        status="active",
        score__isnull=False,
        line_item__session__school_year=school_year,
        line_item__session__kind="term",
    )
    planned = LineItem.objects.filter(
        of_year,
        school_id=school_id,
        klass_id__in=list(class_ids),
        category__in=SUMMATIVE,
        status="active",
    )
    texts = together(_score_rows(scores), rows(planned, "term_item", **_TERM_ITEM))
    return tuple(_year_decoder.decode(text) for text in texts)


def absence_counts(
    viewer: Viewer, *, school_id: UUID, member_id: UUID, starts: date, ends: date
) -> dict[tuple[str, str], int]:
    """Return how many lessons of [starts, ends) were missed or begun late, by (presence, why)."""
    found = (
        Attendance.objects.seen_by(viewer)
        .filter(
            school_id=school_id,
            member_id=member_id,
            lesson__date__gte=starts,
            lesson__date__lt=ends,
            presence__in=[Attendance.Presence.ABSENT, Attendance.Presence.LATE],
        )
        .values_list("presence", "reason")
        .annotate(n=Count("id"))
    )
    return {(presence, reason): n for presence, reason, n in found}
