"""A pupil as the pages of family and homeroom name them: name, school, and classes by date."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import FilteredRelation, Q

from senim.base.scope import evened
from senim.people.protection import is_protected
from senim.rules.access import Subject, Viewer
from senim.schools.models import Class, Enrollment, Member
from senim.schools.queries import SchoolCard


@dataclass(frozen=True, slots=True)
class Seat:
    """That a pupil learns in a class from a day to a day. course: the subject's title by language.

    title, grade: of the class; assessment: as in Course.Assessment, None for a homeroom class.
    """

    class_id: UUID
    kind: str
    title: str
    grade: int | None
    subgroup: str
    course_id: UUID | None
    course: dict[str, str] | None
    assessment: str | None
    starts: date
    ends: date | None

    def holds_on(self, day: date) -> bool:
        """Say whether the pupil sits there on a day (half-open)."""
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True)
class PupilCard:
    """A pupil of one school (F1), with the classes of the span that was asked for.

    protected: their identity is, on the viewer's day.
    """

    member_id: UUID
    shown_name: str
    given_name: str
    user_id: UUID
    protected: bool
    school: SchoolCard
    seats: tuple[Seat, ...]

    def homeroom(self, on: date) -> Seat | None:
        """Return the homeroom class on a day, else the last one of the span."""
        rooms = [seat for seat in self.seats if seat.kind == Class.Kind.HOMEROOM]
        held = [seat for seat in rooms if seat.holds_on(on)]
        return max(held or rooms, key=lambda seat: seat.starts, default=None)

    def grade(self, on: date) -> int | None:
        """Return the grade the pupil is in, by the homeroom class or, without one, any class."""
        room = self.homeroom(on)
        grades = (seat.grade for seat in (room, *self.seats) if seat)
        return next((grade for grade in grades if grade is not None), None)

    def subject(self, on: date) -> Subject:
        """Return what access looks at when somebody asks for the pupil's whole record.

        Only the homeroom class stands in it: who teaches one subject has no tie to the whole.
        """
        rooms = {s.class_id for s in self.seats if s.kind == Class.Kind.HOMEROOM and s.holds_on(on)}
        return Subject(self.school.id, frozenset(rooms), self.member_id, protected=self.protected)


PUPIL_COLUMNS = (
    *("id", "shown_name", "user__given_name", "user_id", "protected"),
    *("school_id", "school__name", "school__time_zone"),
)
SEAT_COLUMNS = (
    *("seat__klass_id", "seat__klass__kind", "seat__klass__title", "seat__klass__grade"),
    *("seat__klass__subgroup", "seat__klass__course_id", "seat__klass__course__title"),
    *("seat__klass__course__assessment", "seat__starts", "seat__ends"),
)


def pupils(
    viewer: Viewer, member_ids: Iterable[UUID], *, starts: date, ends: date
) -> dict[UUID, PupilCard]:
    """Return those of the members the viewer may see, with their classes of [starts, ends).

    One query; a pupil without a class in the span is there without seats.
    """
    seat = FilteredRelation(
        "enrollments",
        condition=Q(
            enrollments__role=Enrollment.Role.STUDENT,
            enrollments__status="active",
            enrollments__starts__lt=ends,
        )
        & (Q(enrollments__ends__isnull=True) | Q(enrollments__ends__gt=starts)),
    )
    found = (
        Member.objects.seen_by(viewer)
        .filter(id__in=evened(frozenset(member_ids)))
        .exclude(status="tobedeleted")
        .annotate(seat=seat, protected=is_protected(viewer.on, user="user_id"))
        .values_list(*PUPIL_COLUMNS, *SEAT_COLUMNS)
    )
    cards: dict[UUID, PupilCard] = {}
    seats: dict[UUID, list[Seat]] = {}
    for row in found:
        person, place = row[: len(PUPIL_COLUMNS)], row[len(PUPIL_COLUMNS) :]
        member, shown, given, user, protected = person[:5]
        school = SchoolCard(*person[5:])
        cards.setdefault(member, PupilCard(member, shown, given, user, protected, school, ()))
        if place[0]:
            seats.setdefault(member, []).append(Seat(*place))
    return {
        member: replace(card, seats=_in_order(seats.get(member, [])))
        for member, card in cards.items()
    }


def _in_order(seats: list[Seat]) -> tuple[Seat, ...]:
    return tuple(sorted(seats, key=lambda seat: (seat.starts, seat.class_id)))


def school_of(member_id: UUID) -> UUID | None:
    """Return the school of a member, so that a refused look is recorded where it belongs."""
    found = Member.objects.system(reason="a refused look is recorded at the pupil's school")
    return found.filter(id=member_id).values_list("school_id", flat=True).first()
