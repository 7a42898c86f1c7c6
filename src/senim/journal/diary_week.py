"""A pupil's diary week as the value its pages and its JSON show. What is read stands in diaries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from senim.journal import diaries
from senim.journal.diaries import QUARTER, AbsenceRow, FactRow, ScoreRow, TermItemRow, WeekRow
from senim.journal.diary_access import find_pupil
from senim.journal.diary_places import Place, Span, lessons_of
from senim.journal.term_sheet import Asked, Quarter, SubjectTerm, subject_term
from senim.rules.access import Actor
from senim.rules.fields import F0, F1, F2
from senim.rules.sessions import calendar_for, school_year_on, session_on
from senim.schools.pupils import PupilCard

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
FORMATIVE = "formative"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said about points: set, correct, annul or note; by whom and when, civil time."""

    kind: F2[str]
    points: F2[int | None]
    comment: F2[str]
    reason: F2[str]
    by: F1[str]
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
    by: F1[str]
    at: F2[datetime]
    reason_by: F1[str | None]
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
    course_id: F0[UUID | None]
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
    school_id: F1[UUID]
    school: F1[dict[str, str]]
    monday: F0[date]
    term: F0[int | None]
    provisional: F0[bool]
    enrolled: F0[bool]
    timetabled: F0[bool]
    days: F0[tuple[Day, ...]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a subject's points make after a summative of the week, taken on `date`."""

    date: date
    course_id: UUID
    subject: dict[str, str]
    quarter: int
    term: SubjectTerm


@dataclass(frozen=True, slots=True)
class Found:
    """A week that was read, its pupil, and all whose record is the reader's own or their ward's."""

    week: DiaryWeek
    outlooks: tuple[Outlook, ...]
    pupil: PupilCard
    own: tuple[PupilCard, ...]


def read_diary_week(member_id: UUID, *, actor: Actor, at: datetime, monday: date) -> Found:
    """Return a pupil's week: two queries, however much stands in it.

    Raises NotFound where the diary is not open to the actor; the refused look is on record then.
    What is returned is not yet gated: that is the door's, as is recording the look.
    """
    on = actor.viewer.on
    pupil, own = find_pupil(
        member_id,
        actor=actor,
        at=at,
        starts=min(monday - QUARTER, on),
        ends=max(monday + WEEK, on + DAY),
        event="journal.diary.looked",
    )
    texts = diaries.week_rows(
        actor.viewer,
        school_id=pupil.school.id,
        member_id=member_id,
        class_ids={seat.class_id for seat in pupil.seats},
        monday=monday,
    )
    rows = diaries.read_week(texts)
    week = diary_week(pupil, rows, monday=monday)
    return Found(week, tuple(_outlooks(pupil, week, rows, on)), pupil, own)


def _outlooks(
    pupil: PupilCard, week: DiaryWeek, rows: Iterable[WeekRow], on: date
) -> Iterator[Outlook]:
    """Yield one a subject, at the day of its last summative of the week."""
    about = tuple(row for row in rows if isinstance(row, ScoreRow | TermItemRow))
    terms = {row.term for row in about if _weighs(row, week.monday)}
    known = tuple(row for row in about if row.term in terms)
    last = {
        lesson.course_id: (day.date, lesson.subject)
        for day in week.days
        for lesson in day.lessons
        if any(r.points is not None and r.category != FORMATIVE for r in lesson.results)
    }
    for course_id, (day, subject) in last.items():
        quarters = tuple(
            Quarter(session.number, session.starts, session.ends)
            for session in calendar_for(school_year_on(day)).quarters()
        )
        quarter = next((q.number for q in quarters if q.starts <= day < q.ends), None)
        if course_id is None or quarter is None:
            continue
        term = subject_term(pupil, course_id, known, Asked(quarters, quarter, on))
        if term:
            yield Outlook(day, course_id, subject, quarter, term)


def _weighs(row: ScoreRow | TermItemRow, monday: date) -> bool:
    """Say whether these are points in a summative of the week."""
    in_week = monday <= row.date < monday + WEEK
    return isinstance(row, ScoreRow) and row.category != FORMATIVE and in_week


def diary_week(pupil: PupilCard, rows: Iterable[WeekRow], *, monday: date) -> DiaryWeek:
    """Return the week of a pupil from `diaries.read_week`'s rows. monday: its first day."""
    span = Span.of(pupil, rows, monday)
    places = lessons_of(pupil, span)
    zone = pupil.school.zone
    midweek = session_on(monday + 2 * DAY)
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
        course_id=seat.course_id,
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
