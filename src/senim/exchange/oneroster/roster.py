"""A set as frozen values: what each row says, before anybody asks what stands in the database.

Dates are half-open, as OneRoster's own are. An id is None where the row leaves it blank.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar


@dataclass(frozen=True, slots=True)
class OrgRow:
    """One row of orgs.csv."""

    line: int
    id: str
    name: str
    kind: str
    identifier: str
    parent: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One row of academicSessions.csv; school_year: the year it ends in, by its dates."""

    line: int
    id: str
    title: str
    kind: str
    starts: date
    ends: date
    school_year: int
    parent: str


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One row of courses.csv."""

    line: int
    id: str
    title: str
    code: str
    org: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One row of classes.csv."""

    line: int
    id: str
    title: str
    kind: str
    grade: int | None
    course: str
    school: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UserRow:
    """One row of users.csv. role and orgs stand here in 1.1 only."""

    line: int
    id: str
    given_name: str
    family_name: str
    middle_name: str
    username: str
    email: str
    phone: str
    iin: str
    enabled: bool
    agents: tuple[str, ...]
    role: str
    orgs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemographicsRow:
    """One row of demographics.csv; its id is the user's."""

    line: int
    id: str
    birth_date: date | None
    sex: str


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One row of roles.csv or, in 1.1, one org of a row of users.csv (its id is within it)."""

    line: int
    id: str
    within: str
    user: str
    org: str
    role: str
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class EnrollmentRow:
    """One row of enrollments.csv."""

    line: int
    id: str
    klass: str
    school: str
    user: str
    role: str
    starts: date | None
    ends: date | None


R = TypeVar(
    "R",
    OrgRow,
    SessionRow,
    CourseRow,
    ClassRow,
    UserRow,
    DemographicsRow,
    RoleRow,
    EnrollmentRow,
)


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """One file, shaped.

    mode: bulk, delta or absent. gone: ids the file says are removed, with their line. named: every
    id the file has, faulty rows included, so that one fault is not told twice. unused: lines that
    say what we keep nowhere.
    """

    file: str
    mode: str = "absent"
    rows: tuple[R, ...] = ()
    gone: dict[str, int] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    count: int = 0
    refused: frozenset[int] = frozenset()
    unused: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole set. roles come from users.csv in 1.1 and from roles.csv in 1.2."""

    version: str
    source: str
    digest: str
    orgs: Table[OrgRow]
    sessions: Table[SessionRow]
    courses: Table[CourseRow]
    classes: Table[ClassRow]
    users: Table[UserRow]
    demographics: Table[DemographicsRow]
    roles: Table[RoleRow]
    enrollments: Table[EnrollmentRow]
