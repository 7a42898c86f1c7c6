"""What is not yet in the registers of some classes, counted: attendance, topics, points.

Nothing here names a pupil. It is a list of what is missing, not a rating of people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from senim.journal.models import Attendance, Category, LessonEntry, LineItem, Result
from senim.rules.access import Viewer
from senim.schools import queries as schools
from senim.schools.queries import ClassCard, Pupil
from senim.timetable import queries as timetable
from senim.timetable.queries import WeeklyMeeting

SATURDAY = 6
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Missing:
    """Lessons without attendance or a topic; summatives not everybody has points in."""

    attendance: int = 0
    topics: int = 0
    points: int = 0

    def __bool__(self) -> bool:
        return bool(self.attendance or self.topics or self.points)


@dataclass(frozen=True, slots=True)
class Days:
    """Of which days it is asked: [starts, until), of the quarter and before today."""

    starts: date
    until: date


def missing_of(
    viewer: Viewer, school_id: UUID, classes: Iterable[ClassCard], days: Days
) -> Mapping[UUID, Missing]:
    """Return what is missing by class: five queries, however many classes."""
    ids = [klass.id for klass in classes]
    expected = expected_lessons(school_id, ids, days)
    done = _lessons(viewer, school_id, ids, days)
    blanks = _blanks(viewer, school_id, ids, days)
    return {
        class_id: Missing(
            sum(place not in done[class_id].taken for place in expected[class_id]),
            sum(place not in done[class_id].told for place in expected[class_id]),
            blanks[class_id],
        )
        for class_id in ids
    }


Place = tuple[date, int]


def expected_lessons(
    school_id: UUID, ids: Sequence[UUID], days: Days
) -> defaultdict[UUID, list[Place]]:
    """Return the lessons of the timetable before today, by class."""
    weekly = timetable.meetings(school_id, starts=days.starts, ends=days.until, class_ids=ids)
    by_class: dict[UUID, list[WeeklyMeeting]] = defaultdict(list)
    for meeting in weekly:
        by_class[meeting.klass.id].append(meeting)
    found: defaultdict[UUID, list[Place]] = defaultdict(list)
    for class_id, own in by_class.items():
        six_day = any(meeting.weekday == SATURDAY for meeting in own)
        for day in _days(days):
            found[class_id] += {
                (day, meeting.number) for meeting in own if meeting.meets_on(day, six_day=six_day)
            }
    return found


def _days(days: Days) -> Iterable[date]:
    return (days.starts + n * DAY for n in range((days.until - days.starts).days))


@dataclass(frozen=True, slots=True)
class _Done:
    taken: frozenset[Place] = frozenset()
    told: frozenset[Place] = frozenset()


def _lessons(
    viewer: Viewer, school_id: UUID, ids: Sequence[UUID], days: Days
) -> defaultdict[UUID, _Done]:
    signed = Attendance.objects.seen_by(viewer).filter(
        school_id=school_id, lesson_id=OuterRef("id")
    )
    rows = (
        LessonEntry.objects.filter(
            school_id=school_id, klass_id__in=ids, date__gte=days.starts, date__lt=days.until
        )
        .annotate(taken=Q(attendance_taken_at__isnull=False) | Exists(signed))
        .values_list("klass_id", "date", "number", "taken", "topic")
    )
    taken: dict[UUID, set[Place]] = defaultdict(set)
    told: dict[UUID, set[Place]] = defaultdict(set)
    for class_id, day, number, has_attendance, topic in rows:
        if has_attendance:
            taken[class_id].add((day, number))
        if topic:
            told[class_id].add((day, number))
    return defaultdict(
        _Done, {key: _Done(frozenset(taken[key]), frozenset(told[key])) for key in ids}
    )


def _blanks(viewer: Viewer, school_id: UUID, ids: Sequence[UUID], days: Days) -> Counter[UUID]:
    """Count by class the summatives of days gone by in which somebody has no points."""
    items = LineItem.objects.filter(
        school_id=school_id,
        klass_id__in=ids,
        category__in=(Category.SOR, Category.SOCH),
        date__gte=days.starts,
        date__lt=days.until,
        status="active",
    ).values_list("id", "klass_id", "date")
    dated = {item_id: (class_id, day) for item_id, class_id, day in items}
    rolls = schools.rosters(viewer, ids, starts=days.until, ends=days.until + DAY)
    given: dict[UUID, set[UUID]] = defaultdict(set)
    scored = Result.objects.seen_by(viewer).filter(
        school_id=school_id, line_item_id__in=list(dated), score__isnull=False, status="active"
    )
    for item_id, member_id in scored.values_list("line_item_id", "member_id"):
        given[item_id].add(member_id)
    return Counter(
        class_id
        for item_id, (class_id, day) in dated.items()
        if _here(rolls[class_id], day) - given[item_id]
    )


def _here(pupils: Iterable[Pupil], day: date) -> set[UUID]:
    return {pupil.member_id for pupil in pupils if pupil.starts <= day}
