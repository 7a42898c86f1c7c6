"""A class of any size with a term behind it, for tests of the register."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from senim.base.ids import uuid7
from senim.journal.filling import (
    AbsenceFill,
    ItemFill,
    JournalFill,
    LessonFill,
    ResultFill,
    Said,
    fill_journal,
)
from senim.ledger import services as ledger
from senim.people import services as people
from senim.schools import services as schools
from tests.cast import AT, TODAY, YEAR_STARTS, Cast

LESSONS, SOR_MAXIMUM = 37, 15


@dataclass(frozen=True)
class Book:
    """A class taught by the cast's teacher, with its pupils in order of names."""

    class_id: UUID
    members: tuple[UUID, ...]
    sor: tuple[UUID, ...]


def big_book(cast: Cast, *, pupils: int) -> Book:
    """Write a class with 37 lessons and 3 SOR, a third of the cells filled, absences in each."""
    school = cast.schools["birch"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        klass, members = _class(cast, pupils)
        fill, sor = _filled(cast, klass, members)
        fill_journal(school, fill)
    return Book(klass, members, sor)


def _class(cast: Cast, pupils: int) -> tuple[UUID, tuple[UUID, ...]]:
    school = cast.schools["birch"]
    course = schools.NewCourse(school, {"kk": "Физика", "ru": "Физика", "en": "Physics"}, "phys")
    schools.add_courses([course], at=AT)
    klass = schools.NewClass(
        school, "7 «Ә»", 2027, 7, course_id=course.id, homeroom_id=cast.classes["7a"]
    )
    schools.add_classes([klass], at=AT)
    new = [people.NewPerson(uuid7(), "Айгерім", f"Оқушы{n:02}") for n in range(pupils)]
    people.add_people(new, at=AT)
    seats = [
        schools.NewMember(school, person.id, f"{person.family_name} {person.given_name}")
        for person in new
    ]
    schools.add_members(seats, at=AT)
    roles = [(seat.id, "student") for seat in seats] + [(cast.member("teacher"), "teacher")]
    schools.add_enrollments(
        [schools.NewEnrollment(school, klass.id, m, role, YEAR_STARTS) for m, role in roles], at=AT
    )
    return klass.id, tuple(seat.id for seat in seats)


def _filled(
    cast: Cast, class_id: UUID, members: tuple[UUID, ...]
) -> tuple[JournalFill, tuple[UUID, ...]]:
    teacher, term = cast.member("teacher"), cast.sessions["birch2"]
    lessons = [
        LessonFill(uuid7(), class_id, day, number, "Тақырып", "", AT, teacher)
        for day, number in _places()
    ]
    items = [
        ItemFill(uuid7(), class_id, term, "formative", 0, one.date, 10, AT, one.id)
        for one in lessons
    ]
    sor = [
        ItemFill(uuid7(), class_id, term, "sor", n, TODAY - timedelta(n), SOR_MAXIMUM, AT)
        for n in (1, 2, 3)
    ]
    results = [
        ResultFill(uuid7(), item.id, member, teacher, (Said(uuid7(), 4 + (n + m) % 7, AT, AT),))
        for n, item in enumerate((*items, *sor))
        for m, member in enumerate(members)
        if item.category == "sor" or (n + m) % 3 == 0
    ]
    absences = [
        AbsenceFill(uuid7(), one.id, members[n % len(members)], "absent", teacher, AT)
        for n, one in enumerate(lessons)
    ]
    ids = tuple(item.id for item in sor)
    return JournalFill(lessons, absences, [*items, *sor], results), ids


def _places() -> Iterator[tuple[date, int]]:
    starts = date(2026, 11, 2)
    for n in range(LESSONS):
        yield starts + timedelta(n // 3), 1 + n % 3
