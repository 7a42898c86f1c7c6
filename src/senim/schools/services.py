"""Writing schools. Rows are written inside the ledger entry of the caller's change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from senim.base import installation
from senim.base.ids import uuid7
from senim.base.kazakh import sort_key
from senim.base.models import Installation, RosterRecord, Status
from senim.base.scope import ScopedManager
from senim.rules.errors import Invalid
from senim.schools.models import AcademicSession, Class, Course, Enrollment, Member, Org, Role

CHUNK = 2000
SCHOOL_KINDS = frozenset({Org.Kind.SCHOOL, Org.Kind.COLLEGE, Org.Kind.CENTRE})


@dataclass(frozen=True, slots=True)
class NewOrg:
    """An organisation to be added; kind as in Org.Kind."""

    kind: str
    name: Mapping[str, str]
    parent_id: UUID | None = None
    identifier: str = ""
    time_zone: str = "Asia/Almaty"
    id: UUID = field(default_factory=uuid7)


def add_orgs(orgs: Iterable[NewOrg], *, at: datetime) -> None:
    """Add organisations, parents before children. Raises Invalid as `require_room` does."""
    orgs = list(orgs)
    require_room(orgs)
    for new in orgs:
        if new.kind not in Org.Kind.values:
            raise Invalid("org_kind_unknown", kind=new.kind)
        Org.objects.create(
            id=new.id,
            kind=new.kind,
            name=dict(new.name),
            parent_id=new.parent_id,
            identifier=new.identifier,
            time_zone=new.time_zone,
            date_last_modified=at,
        )


def require_room(orgs: Iterable[NewOrg]) -> None:
    """Raise Invalid("sqlite_one_school") where these would give a real SQLite a second school.

    A demo may hold many; so may a database that is not stamped, which nobody works in.
    """
    kinds = {org.id: org.kind for org in orgs}
    if not kinds or connection.vendor != "sqlite":
        return
    if installation.kind() != Installation.Kind.REAL:
        return
    rows = Org.objects.filter(kind__in=SCHOOL_KINDS, status=Status.ACTIVE)
    standing = set(rows.values_list("id", flat=True))
    schools = {key for key, kind in kinds.items() if kind in SCHOOL_KINDS}
    if schools - standing and len(schools | (standing - kinds.keys())) > 1:
        raise Invalid("sqlite_one_school")


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person's place in one school."""

    school_id: UUID
    user_id: UUID
    shown_name: str
    id: UUID = field(default_factory=uuid7)


def add_members(members: Iterable[NewMember], *, at: datetime) -> None:
    """Add members, with the key that sorts them in Kazakh order."""
    Member.objects.in_entry().bulk_create(
        (
            Member(
                id=new.id,
                school_id=new.school_id,
                user_id=new.user_id,
                shown_name=new.shown_name,
                sort_key=sort_key(new.shown_name),
                date_last_modified=at,
            )
            for new in members
        ),
        batch_size=CHUNK,
    )


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be added; `ends` is the first day after it; school_year: the year it ends in."""

    school_id: UUID
    kind: str
    title: Mapping[str, str]
    number: int
    school_year: int
    starts: date
    ends: date
    parent_id: UUID | None = None
    provisional: bool = False
    id: UUID = field(default_factory=uuid7)


def add_sessions(sessions: Iterable[NewSession], *, at: datetime) -> None:
    """Add sessions, parents before children."""
    for new in sessions:
        AcademicSession.objects.create(
            id=new.id,
            school_id=new.school_id,
            kind=new.kind,
            title=dict(new.title),
            number=new.number,
            school_year=new.school_year,
            parent_id=new.parent_id,
            starts=new.starts,
            ends=new.ends,
            provisional=new.provisional,
            date_last_modified=at,
        )


@dataclass(frozen=True, slots=True)
class NewCourse:
    """A course to be added; assessment as in Course.Assessment."""

    school_id: UUID
    title: Mapping[str, str]
    code: str = ""
    assessment: str = "marked"
    id: UUID = field(default_factory=uuid7)


def add_courses(courses: Iterable[NewCourse], *, at: datetime) -> None:
    """Add courses."""
    Course.objects.bulk_create(
        (
            Course(
                id=new.id,
                school_id=new.school_id,
                title=dict(new.title),
                code=new.code,
                assessment=new.assessment,
                date_last_modified=at,
            )
            for new in courses
        ),
        batch_size=CHUNK,
    )


@dataclass(frozen=True, slots=True)
class NewClass:
    """A homeroom class (no course), or a taught class (course, and homeroom where it has one)."""

    school_id: UUID
    title: str
    school_year: int
    grade: int | None = None
    course_id: UUID | None = None
    homeroom_id: UUID | None = None
    subgroup: str = ""
    id: UUID = field(default_factory=uuid7)


def add_classes(classes: Iterable[NewClass], *, at: datetime) -> None:
    """Add classes, homeroom classes before those taught to them."""
    Class.objects.bulk_create(
        (
            Class(
                id=new.id,
                school_id=new.school_id,
                kind=Class.Kind.SCHEDULED if new.course_id else Class.Kind.HOMEROOM,
                title=new.title,
                grade=new.grade,
                course_id=new.course_id,
                homeroom_id=new.homeroom_id,
                subgroup=new.subgroup,
                school_year=new.school_year,
                date_last_modified=at,
            )
            for new in classes
        ),
        batch_size=CHUNK,
    )


@dataclass(frozen=True, slots=True)
class NewEnrollment:
    """That a member learns in (student) or teaches (teacher) a class from a day on."""

    school_id: UUID
    class_id: UUID
    member_id: UUID
    role: str
    starts: date
    ends: date | None = None
    id: UUID = field(default_factory=uuid7)


def add_enrollments(enrollments: Iterable[NewEnrollment], *, at: datetime) -> None:
    """Add enrolments."""
    Enrollment.objects.in_entry().bulk_create(
        (
            Enrollment(
                id=new.id,
                school_id=new.school_id,
                klass_id=new.class_id,
                member_id=new.member_id,
                role=new.role,
                starts=new.starts,
                ends=new.ends,
                date_last_modified=at,
            )
            for new in enrollments
        ),
        batch_size=CHUNK,
    )


@dataclass(frozen=True, slots=True)
class NewRole:
    """A post at an organisation: head, deputy, clerk, official."""

    school_id: UUID
    user_id: UUID
    kind: str
    starts: date
    ends: date | None = None
    id: UUID = field(default_factory=uuid7)


def add_roles(roles: Iterable[NewRole], *, at: datetime) -> None:
    """Add posts."""
    Role.objects.in_entry().bulk_create(
        (
            Role(
                id=new.id,
                school_id=new.school_id,
                user_id=new.user_id,
                kind=new.kind,
                starts=new.starts,
                ends=new.ends,
                date_last_modified=at,
            )
            for new in roles
        ),
        batch_size=CHUNK,
    )


# What a roster brings: rows as they stand, brought to what is given, or taken out of use


Value = TypeVar("Value", NewOrg, NewMember, NewSession, NewCourse, NewClass, NewEnrollment, NewRole)
MODELS: Mapping[type, type[RosterRecord]] = {
    NewOrg: Org,
    NewMember: Member,
    NewSession: AcademicSession,
    NewCourse: Course,
    NewClass: Class,
    NewEnrollment: Enrollment,
    NewRole: Role,
}
OTHER_COLUMNS = {"class_id": "klass_id"}
DERIVED: Mapping[type, tuple[str, ...]] = {NewMember: ("sort_key",), NewClass: ("kind",)}


def standing(kind: type[Value], by: str, ids: Iterable[object]) -> dict[UUID, tuple[Value, bool]]:
    """Return rows by id, in the shape they are added in, and whether each is in use.

    by: the field of that shape which is one of `ids`. Inside an entry where rows are personal.
    """
    columns = _columns(kind)
    rows = _rows(kind).filter(**{f"{columns[by]}__in": list(ids)})
    return {
        row["id"]: (
            kind(**{name: row[column] for name, column in columns.items()}),
            row["status"] == Status.ACTIVE,
        )
        for row in rows.values("status", *columns.values())
    }


def put(kind: type[Value], values: Iterable[Value], *, at: datetime) -> None:
    """Add the rows whose ids are new and bring the others to what is given; all are in use then.

    Organisations: raises Invalid as `require_room` does.
    """
    given: list[Any] = list(values)
    require_room([value for value in given if isinstance(value, NewOrg)])
    written = {*_columns(kind).values(), "status", "date_last_modified", *DERIVED.get(kind, ())}
    _rows(kind).bulk_create(
        [_row(value, at) for value in given],
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=sorted(written - {"id"}),
    )


def withdraw(kind: type[Value], ids: Iterable[UUID], *, at: datetime) -> None:
    """Mark rows as no longer in use."""
    rows = _rows(kind).filter(id__in=list(ids), status=Status.ACTIVE)
    rows.update(status=Status.TO_BE_DELETED, date_last_modified=at)


def close(
    kind: type[NewEnrollment] | type[NewRole], ids: Iterable[UUID], *, on: date, at: datetime
) -> None:
    """End dated rows on a day; what never came into force is marked as no longer in use."""
    rows = _rows(kind).filter(Q(ends__isnull=True) | Q(ends__gt=on), id__in=list(ids))
    rows.filter(starts__gte=on).update(status=Status.TO_BE_DELETED, date_last_modified=at)
    rows.filter(starts__lt=on).update(ends=on, date_last_modified=at)


def _columns(kind: type[Value]) -> dict[str, str]:
    return {f.name: OTHER_COLUMNS.get(f.name, f.name) for f in fields(kind)}


def _rows(kind: type) -> QuerySet[Any]:
    model: Any = MODELS[kind]
    manager = model.objects
    if isinstance(manager, ScopedManager):
        return manager.in_entry()
    rows: QuerySet[Any] = manager.all()
    return rows


def _row(value: Any, at: datetime) -> RosterRecord:
    row: Any = MODELS[type(value)](date_last_modified=at)
    for name, column in _columns(type(value)).items():
        given = getattr(value, name)
        setattr(row, column, dict(given) if isinstance(given, Mapping) else given)
    if isinstance(value, NewMember):
        row.sort_key = sort_key(value.shown_name)
    if isinstance(value, NewClass):
        row.kind = Class.Kind.SCHEDULED if value.course_id else Class.Kind.HOMEROOM
    typed: RosterRecord = row
    return typed
