"""Writes a school of the demo through the services of the apps, inside the caller's entries."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from senim.base.personas import PASSWORD, USERNAMES
from senim.jobs.demo.households import Child
from senim.jobs.demo.making import Employee, School
from senim.jobs.demo.moments import bells
from senim.jobs.demo.names import latin
from senim.jobs.demo.places import DEMO_CLASS
from senim.jobs.demo.seeds import Source
from senim.jobs.demo.staff import Course
from senim.jobs.demo.terms import ClassBook, Taught, Writer
from senim.jobs.demo.timetabling import Cell
from senim.journal.filling import Filled, JournalFill, fill_journal
from senim.people import protection
from senim.people import services as people
from senim.people.services import NewAccount, NewPerson
from senim.rules.sessions import Calendar, Session, SessionKind
from senim.schools import services as schools
from senim.schools.services import (
    NewClass,
    NewCourse,
    NewEnrollment,
    NewMember,
    NewRole,
    NewSession,
)
from senim.timetable import services as timetable
from senim.timetable.services import NewBells, NewMeeting, NewSlot

Rows = dict[str, int]
IN_RUSSIAN = (USERNAMES["clerk"], USERNAMES["official"], USERNAMES["support"])


class SignInNames:
    """Gives everybody of the demo a sign-in name: surname in Latin letters and a number."""

    def __init__(self, rng: Source, on: date) -> None:
        self.rng, self.on = rng, on
        self.given = 0

    def account(self, person: NewPerson, *, username: str = "", language: str = "kk") -> NewAccount:
        """Return an account with the demo's password."""
        self.given += 1
        name = username or f"{latin(person.family_name)}.{self.given}"
        if username in IN_RUSSIAN:
            language = "ru"
        account_id = self.rng.id_on(self.on)
        return NewAccount(person.id, name, PASSWORD, language=language, id=account_id)


def add_everybody(school: School, names: SignInNames, *, at: datetime) -> Rows:
    """Add pupils, parents and staff with their accounts, and their places in the school."""
    found = school.households
    staff = [*school.teachers, *school.office]
    own_staff = [e for e in staff if e.username != USERNAMES["homeroom"]]  # added with the story
    persons = [*found.people, *(employee.person for employee in own_staff)]
    people.add_people(persons, at=at)
    people.add_guardianships(found.guardianships, at=at)
    accounts = [*_accounts_of_pupils(school, names), *_accounts_of_staff(own_staff, names)]
    accounts += [names.account(guardian) for guardian in found.guardians]
    people.add_accounts(accounts)
    members = [*_pupil_members(school), *_staff_members(school, staff)]
    schools.add_members(members, at=at)
    schools.add_roles(_roles(school), at=at)
    if child := hidden_child(school):
        protection.begin(
            child.person.id, school_id=school.id, ground="order", on=school.year_starts
        )
    return {"people": len(persons), "accounts": len(accounts), "members": len(members)}


def hidden_child(school: School) -> Child | None:
    """Return the pupil of 7 «Ә» whose identity is protected, so that the clerk has none of them."""
    classes = zip(school.plan.classes, school.households.classes, strict=True)
    found = (children for klass, children in classes if (klass.grade, klass.letter) == DEMO_CLASS)
    return next((children[-1] for children in found if school.plan.kind == "city"), None)


def _accounts_of_pupils(school: School, names: SignInNames) -> Iterator[NewAccount]:
    for klass, children in zip(school.plan.classes, school.households.classes, strict=True):
        for child in children:
            known = school.households.usernames.get(child.person.id, "")
            yield names.account(child.person, username=known, language=klass.medium)


def _accounts_of_staff(staff: Sequence[Employee], names: SignInNames) -> Iterator[NewAccount]:
    for employee in staff:
        yield names.account(employee.person, username=employee.username)


def _pupil_members(school: School) -> Iterator[NewMember]:
    for children in school.households.classes:
        for child in children:
            shown = child.person.full_name
            yield NewMember(school.id, child.person.id, shown, child.member_id)


def _staff_members(school: School, staff: Sequence[Employee]) -> Iterator[NewMember]:
    """Staff are shown with the patronymic, as pupils address them."""
    for employee in staff:
        person = employee.person
        shown = f"{person.full_name} {person.middle_name}".strip()
        yield NewMember(school.id, person.id, shown, employee.member_id)


def _roles(school: School) -> Iterator[NewRole]:
    for employee in school.office:
        yield NewRole(
            school.id,
            employee.person.id,
            employee.post,
            school.year_starts,
            id=school.rng.id_on(school.year_starts),
        )


def add_classes(school: School, *, at: datetime) -> Rows:
    """Add the year's sessions, courses, classes, and who learns in and teaches each."""
    schools.add_sessions(_sessions(school), at=at)
    course_ids = _course_ids(school)
    courses = list(_courses(school, course_ids))
    schools.add_courses(courses, at=at)
    classes = list(_classes(school, course_ids))
    schools.add_classes(classes, at=at)
    enrollments = list(_enrollments(school))
    schools.add_enrollments(enrollments, at=at)
    return {"courses": len(courses), "classes": len(classes), "enrollments": len(enrollments)}


def session_id(school_id: UUID, session: Session) -> UUID:
    """Return the id of a session of a school."""
    return Source(0, school_id, session.kind, session.number).id_on(session.starts)


def _sessions(school: School) -> Iterator[NewSession]:
    """Yield the year, its halves and its quarters, each below the one it is part of."""
    calendar = school.moment.calendar
    for kind in (SessionKind.SCHOOL_YEAR, SessionKind.HALF_YEAR, SessionKind.QUARTER):
        for session in calendar.sessions(kind):
            above = [s for s in _wider(calendar, kind) if s.starts <= session.starts < s.ends]
            yield NewSession(
                school.id,
                session.kind,
                _session_title(calendar, session),
                session.number,
                calendar.school_year,
                session.starts,
                session.ends,
                parent_id=session_id(school.id, above[0]) if above else None,
                provisional=calendar.provisional,
                id=session_id(school.id, session),
            )


def _wider(calendar: Calendar, kind: SessionKind) -> Sequence[Session]:
    if kind is SessionKind.SCHOOL_YEAR:
        return ()
    if kind is SessionKind.HALF_YEAR:
        return calendar.sessions(SessionKind.SCHOOL_YEAR)
    return calendar.half_years()


def _session_title(calendar: Calendar, session: Session) -> dict[str, str]:
    number = session.number
    if session.kind is SessionKind.SCHOOL_YEAR:
        year = calendar.title
        return {"kk": f"{year} оқу жылы", "ru": f"{year} учебный год", "en": f"School year {year}"}
    if session.kind is SessionKind.HALF_YEAR:
        return {"kk": f"{number}-жартыжылдық", "ru": f"{number} полугодие", "en": f"Half {number}"}
    return {"kk": f"{number}-тоқсан", "ru": f"{number} четверть", "en": f"Quarter {number}"}


CourseKey = tuple[str, int]


def _course_ids(school: School) -> dict[CourseKey, UUID]:
    """Return the school's courses: a subject in a grade."""
    keys = dict.fromkeys(_course_key(school, course) for course in school.staffing.courses)
    return {key: school.rng.id_on(school.year_starts) for key in keys}


def _course_key(school: School, course: Course) -> CourseKey:
    return (course.subject.code, school.plan.classes[course.klass].grade)


def _courses(school: School, ids: dict[CourseKey, UUID]) -> Iterator[NewCourse]:
    known = {_course_key(school, course): course for course in school.staffing.courses}
    for (code, grade), course in known.items():
        yield NewCourse(
            school.id, course.subject.title, f"{code}-{grade}", course.kind, ids[code, grade]
        )


def _classes(school: School, course_ids: dict[CourseKey, UUID]) -> Iterator[NewClass]:
    year = school.moment.school_year
    for number, klass in enumerate(school.plan.classes):
        homeroom_id = school.homeroom_ids[number]
        yield NewClass(school.id, klass.title, year, klass.grade, id=homeroom_id)
    for course in school.staffing.courses:
        klass = school.plan.classes[course.klass]
        yield NewClass(
            school.id,
            klass.title,
            year,
            klass.grade,
            course_ids[_course_key(school, course)],
            school.homeroom_ids[course.klass],
            course.part,
            school.class_ids[course.key],
        )


def _enrollments(school: School) -> Iterator[NewEnrollment]:
    for number, children in enumerate(school.households.classes):
        class_id = school.homeroom_ids[number]
        leader = school.teachers[school.staffing.homeroom[number]]
        yield _teaching(school, class_id, leader)
        yield from _learning(school, class_id, children)
    for course in school.staffing.courses:
        class_id = school.class_ids[course.key]
        teacher = school.teachers[school.staffing.teacher_of[course.key]]
        yield _teaching(school, class_id, teacher)
        yield from _learning(school, class_id, school.pupils_of(course.klass, course.part))


def _teaching(school: School, class_id: UUID, teacher: Employee) -> NewEnrollment:
    starts = school.year_starts
    member_id, new_id = teacher.member_id, school.rng.id_on(starts)
    return NewEnrollment(school.id, class_id, member_id, "teacher", starts, id=new_id)


def _learning(school: School, class_id: UUID, children: Sequence[Child]) -> Iterator[NewEnrollment]:
    for child in children:
        starts = child.starts or school.year_starts
        yield NewEnrollment(
            school.id,
            class_id,
            child.member_id,
            "student",
            starts,
            child.ends,
            school.rng.id_on(school.year_starts),
        )


def add_timetable(school: School, *, at: datetime) -> Rows:
    """Add rooms, the bells of each shift, and the week's meetings."""
    rng, starts = school.rng, school.year_starts
    room_ids = [rng.id_on(starts) for _ in school.week.rooms]
    rooms = dict(zip(room_ids, school.week.rooms, strict=True))
    timetable.add_rooms(rooms, school_id=school.id, at=at)
    shifts = sorted({klass.shift for klass in school.plan.classes})
    schedules = {shift: _bells(school, shift) for shift in shifts}
    timetable.add_bells(schedules.values(), at=at)
    meetings = list(_meetings(school, room_ids, schedules))
    timetable.add_meetings(meetings, at=at)
    return {"rooms": len(rooms), "meetings": len(meetings)}


def _bells(school: School, shift: int) -> NewBells:
    starts = school.year_starts
    slots = tuple(
        NewSlot(bell.number, bell.starts_at, bell.ends_at, school.rng.id_on(starts))
        for bell in bells(shift)
    )
    title = {"kk": f"{shift}-ауысым", "ru": f"{shift} смена", "en": f"Shift {shift}"}
    return NewBells(school.id, title, shift, slots, school.rng.id_on(starts))


def _meetings(
    school: School, room_ids: Sequence[UUID], schedules: dict[int, NewBells]
) -> Iterator[NewMeeting]:
    rng, starts = school.rng, school.year_starts
    joined: dict[int, UUID] = defaultdict(lambda: rng.id_on(starts))
    for meeting in school.week.meetings:
        slots = schedules[school.plan.classes[meeting.course.klass].shift].slots
        yield NewMeeting(
            school.id,
            school.class_ids[meeting.course.key],
            school.teachers[meeting.teacher].member_id,
            slots[meeting.cell.slot].id,
            meeting.cell.day + 1,
            starts,
            room_ids[meeting.room],
            None if meeting.joined is None else joined[meeting.joined],
            id=rng.id_on(starts),
        )


def add_journal(school: School, number: int, *, seed: int) -> Filled:
    """Add what the journal says of one class, by its place in the school."""
    return fill_journal(school.id, class_fill(school, number, seed=seed))


def class_fill(school: School, number: int, *, seed: int) -> JournalFill:
    """Return what the journal says of one class."""
    rng = Source(seed, "journal", school.plan.number, number)
    return Writer(_book(school, number), school.moment, rng).write()


def _book(school: School, number: int) -> ClassBook:
    cells: dict[tuple[int, str, str], list[Cell]] = defaultdict(list)
    for meeting in school.week.meetings:
        cells[meeting.course.key].append(meeting.cell)
    taught = [
        Taught(
            school.class_ids[course.key],
            course,
            school.teachers[school.staffing.teacher_of[course.key]].member_id,
            school.pupils_of(number, course.part),
            cells[course.key],
        )
        for course in school.staffing.courses
        if course.klass == number
    ]
    return ClassBook(
        school.plan.classes[number],
        school.teachers[school.staffing.homeroom[number]].member_id,
        school.households.classes[number],
        taught,
        {q.number: session_id(school.id, q) for q in school.moment.quarters},
    )
