"""A pupil's diary week as the value its pages and its JSON show. What is read stands in diaries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from senim.journal.diaries import AbsenceRow, FactRow, WeekRow
from senim.journal.diary_places import Place, Span, lessons_of
from senim.rules.fields import F0, F1, F2
from senim.rules.sessions import calendar_for, school_year_on, session_on
from senim.schools.pupils import PupilCard


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said about points: set, correct, annul or note; by whom and when, civil time."""

    kind: F2[str]
    points: F2[int | None]
    comment: F2[str]
    reason: F2[str]
    by: F2[str]
    at: F2[datetime]


@dataclass(frozen=True, slots=True)
class Points:
    """A pupil's points in one piece of work, with all that was said about them, oldest first.

    points: None when they were taken back, or when there is only a comment.
    differs: two teachers' entries disagree, and nobody has decided.
    """

    category: F2[str]
    number: F2[int]
    maximum: F2[int]
    points: F2[int | None]
    comment: F2[str]
    differs: F2[bool]
    said: F2[tuple[Said, ...]]

    @property
    def corrected(self) -> bool:
        """Whether points that stood before were changed or taken back."""
        return len({one.points for one in self.said if one.kind != "note"}) > 1


@dataclass(frozen=True, slots=True)
class Absence:
    """That the pupil was away or late. reason: unknown until the school settles it."""

    presence: F2[str]
    reason: F2[str]
    by: F2[str]
    at: F2[datetime]
    reason_by: F2[str | None]
    reason_at: F2[datetime | None]

    @property
    def letter(self) -> str:
        """The kind as registers show it: unknown, unexcused, excused, ill or late."""
        if self.presence == "late":
            return "late"
        return {"invalid": "unexcused", "valid": "excused"}.get(self.reason, self.reason)


@dataclass(frozen=True, slots=True)
class Summative:
    """A unit (SOR) or term (SOCh) summative that stands in the day. Of the class, not personal."""

    category: F0[str]
    number: F0[int]
    maximum: F0[int]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson of the pupil's day.

    number: of the slot in its shift, 0 for work that stands in no lesson; then there is no time.
    homework: what was set for this lesson. homework_next: what was set in it, for next_date where
    the week shows it. subject: its title by language.
    """

    class_id: F0[UUID]
    number: F0[int]
    starts_at: F0[time | None]
    ends_at: F0[time | None]
    subject: F0[dict[str, str]]
    subgroup: F1[str]
    room: F0[str]
    teacher: F1[str]
    topic: F0[str]
    homework: F0[str]
    homework_next: F0[str]
    next_date: F0[date | None]
    summatives: F0[tuple[Summative, ...]]
    results: F2[tuple[Points, ...]]
    absence: F2[Absence | None]


@dataclass(frozen=True, slots=True)
class Day:
    """One day. off: why there are no lessons, as a code of `timetable.weeks.day_off`."""

    date: F0[date]
    off: F0[str | None]
    lessons: F0[tuple[Lesson, ...]]


@dataclass(frozen=True, slots=True)
class DiaryWeek:
    """A pupil's week. term: the quarter most of it lies in, None in a break.

    provisional: the year's order is not loaded, so breaks are by the 8 + 8 + 10 + 8 rule.
    enrolled, timetabled: whether the pupil sits in a class, and any of their classes has meetings.
    """

    member_id: F0[UUID]
    shown_name: F1[str]
    class_title: F1[str]
    school_id: F0[UUID]
    school: F1[dict[str, str]]
    monday: F0[date]
    term: F0[int | None]
    provisional: F0[bool]
    enrolled: F0[bool]
    timetabled: F0[bool]
    days: F0[tuple[Day, ...]]


def diary_week(pupil: PupilCard, rows: Iterable[WeekRow], *, monday: date) -> DiaryWeek:
    """Return the week of a pupil from `diaries.read_week`'s rows. monday: its first day."""
    span = Span.of(pupil, rows, monday)
    places = lessons_of(pupil, span)
    zone = pupil.school.zone
    midweek = session_on(monday + timedelta(days=2))
    room = pupil.homeroom(span.days[-1])
    return DiaryWeek(
        member_id=pupil.member_id,
        shown_name=pupil.shown_name,
        class_title=room.title if room else "",
        school_id=pupil.school.id,
        school=pupil.school.name,
        monday=monday,
        term=midweek.number if midweek else None,
        provisional=calendar_for(school_year_on(monday)).provisional,
        enrolled=any(seat.holds_on(day) for seat in pupil.seats for day in span.days),
        timetabled=bool(span.meetings),
        days=tuple(
            Day(day, off, tuple(_lesson(place, zone) for place in places if place.day == day))
            for day, off in span.off.items()
        ),
    )


def _lesson(place: Place, zone: ZoneInfo) -> Lesson:
    seat, meeting, lesson = place.seat, place.meeting, place.lesson
    return Lesson(
        class_id=seat.class_id,
        number=place.number,
        starts_at=meeting.starts_at if meeting else None,
        ends_at=meeting.ends_at if meeting else None,
        subject=seat.course or {},
        subgroup=seat.subgroup,
        room=(meeting.room or "") if meeting else "",
        teacher=meeting.teacher if meeting else "",
        topic=lesson.topic if lesson else "",
        homework=place.homework,
        homework_next=lesson.homework if lesson else "",
        next_date=place.next_date,
        summatives=tuple(
            Summative(item.category, item.item_number, item.maximum)
            for item in sorted(place.items, key=lambda item: (item.category, item.item_number))
        ),
        results=tuple(_points(place.facts, zone)),
        absence=_absence(place.absence, zone) if place.absence else None,
    )


def _points(facts: list[FactRow], zone: ZoneInfo) -> Iterator[Points]:
    def work(fact: FactRow) -> tuple[str, int, UUID]:
        return (fact.category, fact.item_number, fact.item_id)

    for _, group in groupby(sorted(facts, key=work), key=work):
        said = sorted(group, key=lambda fact: (fact.at, fact.id))
        head = next((fact for fact in said if fact.id == fact.head_id), said[-1])
        yield Points(
            category=head.category,
            number=head.item_number,
            maximum=head.maximum,
            points=head.score,
            comment=head.comment,
            differs=head.differs,
            said=tuple(
                Said(f.kind, f.points, f.comment, f.reason, f.by, civil(f.at, zone)) for f in said
            ),
        )


def _absence(row: AbsenceRow, zone: ZoneInfo) -> Absence:
    return Absence(
        presence=row.presence,
        reason=row.reason,
        by=row.presence_by,
        at=civil(row.presence_at, zone),
        reason_by=row.reason_by,
        reason_at=civil(row.reason_at, zone) if row.reason_at else None,
    )


def civil(at: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant in the school's time; databases that keep no zone keep UTC."""
    from_utc = at.replace(tzinfo=ZoneInfo("UTC")) if at.tzinfo is None else at
    return from_utc.astimezone(zone)
