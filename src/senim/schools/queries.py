"""Reading schools: the hats a person may wear, the viewer a hat makes, sessions and rolls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from senim.people import queries as people
from senim.rules.access import Hat, Relation, Subject, Tie, Viewer, by_age, viewer
from senim.rules.errors import NotFound
from senim.schools import accesses as openings
from senim.schools.accesses import AccessCard
from senim.schools.models import AcademicSession, Class, Enrollment, Member, Org, Role

COUNTRY_ZONE = ZoneInfo("Asia/Almaty")
"""The civil day on which a person's own ties are read; lessons go by their school's zone."""

OFFICE_RELATIONS = {
    Role.Kind.HEAD: Relation.LEADS,
    Role.Kind.DEPUTY: Relation.LEADS,
    Role.Kind.CLERK: Relation.KEEPS_ROLL,
    Role.Kind.OFFICIAL: Relation.OVERSEES,
}


@dataclass(frozen=True, slots=True)
class HatChoice:
    """A hat a person may put on today, and at which school.

    id: the member for pupil and teacher, the org for office and official, the user for guardian,
    the opening for emergency, support and case.
    """

    hat: Hat
    id: UUID
    school_id: UUID | None
    post: str = ""


def _in_force(on: date) -> Q:
    return Q(ends__isnull=True) | Q(ends__gt=on)


def hats(user_id: UUID, *, on: date, at: datetime | None = None) -> tuple[HatChoice, ...]:
    """Return every hat a person may wear on a day, staff first.

    at: the instant, for openings that hold at it; without it none is asked for. To work in support
    is no hat: there is one only while a school opens its pages.
    """
    reason = "a person's own hats are computed before there is a viewer"
    posts = (
        Role.objects.system(reason=reason)
        .filter(_in_force(on), user_id=user_id, starts__lte=on)
        .exclude(status="tobedeleted")
        .exclude(kind=Role.Kind.SUPPORT)
    )
    seats = (
        _seats(user_id)
        .filter(_in_force(on), starts__lte=on)
        .values_list("role", "member_id", "school_id")
        .distinct()
    )
    teaching = [HatChoice(Hat.TEACHER, m, s) for role, m, s in seats if role == "teacher"]
    learning = [HatChoice(Hat.PUPIL, m, s) for role, m, s in seats if role == "student"]
    offices = [
        HatChoice(Hat.OFFICIAL if kind == "official" else Hat.OFFICE, org, org, kind)
        for kind, org in posts.values_list("kind", "school_id")
    ]
    guarding = [HatChoice(Hat.GUARDIAN, user_id, None)] if people.wards(user_id, on=on) else []
    opened = openings.open_for(user_id, on=on, at=at) if at else ()
    temporary = [HatChoice(hat, key, school, hat.value) for hat, key, school in opened]
    return (*teaching, *offices, *learning, *guarding, *temporary)


def _seats(user_id: UUID) -> QuerySet[Enrollment]:
    rows = Enrollment.objects.system(reason="a person's own seats are read before their viewer is")
    return rows.filter(member__user_id=user_id).exclude(status="tobedeleted")


def taught_once(user_id: UUID, *, on: date) -> UUID | None:
    """Return the member as whom a person taught last, or None while they teach and for others."""
    taught = _seats(user_id).filter(role="teacher")
    if taught.filter(_in_force(on)).exists():
        return None
    return taught.order_by("-ends").values_list("member_id", flat=True).first()


def viewer_under(
    user_id: UUID, *, hat: Hat, hat_id: UUID, on: date, at: datetime | None = None
) -> Viewer:
    """Return the viewer a person is under one hat on a day: one query, two for guardians.

    at: the instant, by which alone an opening holds.
    """
    match hat:
        case Hat.GUARDIAN:
            facts = _ties_of_guardian(user_id, on)
        case Hat.TEACHER:
            facts = _ties_of_teacher(user_id, hat_id, on)
        case Hat.PUPIL:
            facts = _ties_of_pupil(user_id, hat_id, on)
        case Hat.OFFICE | Hat.OFFICIAL:
            facts = _ties_of_post(user_id, hat_id, on)
        case Hat.EMERGENCY | Hat.SUPPORT | Hat.CASE:
            facts = openings.ties(user_id, hat_id, hat=hat, on=on, at=at)
    return viewer(user_id, hat=hat, on=on, facts=facts)


def _ties_of_guardian(user_id: UUID, on: date) -> list[Tie]:
    wards = {ward.user_id: ward for ward in people.wards(user_id, on=on)}
    members = (
        Member.objects.system(reason="a guardian's ties are computed before there is a viewer")
        .filter(user_id__in=list(wards))
        .exclude(status="tobedeleted")
        .values_list("id", "user_id", "school_id")
    )
    return [
        Tie(
            Relation.WARD_RESTRICTED if wards[user].restricted else Relation.WARD,
            school,
            member,
            wards[user].starts,
            wards[user].ends,
            wards[user].by_order,
        )
        for member, user, school in members
    ]


def _ties_of_teacher(user_id: UUID, member_id: UUID, on: date) -> list[Tie]:
    rows = (
        Enrollment.objects.system(reason="a teacher's ties are computed before there is a viewer")
        .filter(
            _in_force(on),
            role="teacher",
            member_id=member_id,
            member__user_id=user_id,
            starts__lte=on,
        )
        .exclude(status="tobedeleted")
        .values_list("klass_id", "klass__kind", "school_id", "starts", "ends")
    )
    return [
        Tie(
            Relation.HOMEROOM if kind == "homeroom" else Relation.TEACHES,
            school,
            klass,
            starts,
            ends,
        )
        for klass, kind, school, starts, ends in rows
    ]


def _ties_of_pupil(user_id: UUID, member_id: UUID, on: date) -> list[Tie]:
    rows = (
        Member.objects.system(reason="a pupil's ties are computed before there is a viewer")
        .filter(id=member_id, user_id=user_id)
        .exclude(status="tobedeleted")
        .values_list("id", "school_id", "user__demographics__birth_date")
    )
    return [
        Tie(Relation.SELF, school, member, on, by_order=by_age(born, on=on))
        for member, school, born in rows
    ]


def _ties_of_post(user_id: UUID, org_id: UUID, on: date) -> list[Tie]:
    rows = (
        Role.objects.system(reason="a post's ties are computed before there is a viewer")
        .filter(_in_force(on), user_id=user_id, school_id=org_id, starts__lte=on)
        .filter(kind__in=list(OFFICE_RELATIONS))
        .exclude(status="tobedeleted")
        .values_list("kind", "school_id", "starts", "ends")
    )
    return [
        Tie(OFFICE_RELATIONS[Role.Kind(kind)], school, school, starts, ends)
        for kind, school, starts, ends in rows
    ]


def accesses(ids: Iterable[UUID]) -> dict[UUID, AccessCard]:
    """Return temporary openings by id, with kind, ground, reason and who, for those they concern.

    An entry made under one carries its id as the fact "access".
    """
    return openings.accesses(ids)


def posts_of(user_ids: Iterable[UUID], *, on: date) -> dict[UUID, frozenset[UUID]]:
    """Return by person the organisations where they hold a post on a day."""
    rows = Role.objects.system(reason="whose account is above one's own, wherever the post is")
    held: dict[UUID, set[UUID]] = {}
    found = rows.filter(_in_force(on), user_id__in=list(user_ids), starts__lte=on, status="active")
    for user, org in found.values_list("user_id", "school_id"):
        held.setdefault(user, set()).add(org)
    return {user: frozenset(orgs) for user, orgs in held.items()}


@dataclass(frozen=True, slots=True)
class SchoolCard:
    """A school as pages name it. Not personal."""

    id: UUID
    name: dict[str, str]
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        """The school's civil time."""
        return ZoneInfo(self.time_zone)


def parent_of(org_id: UUID) -> UUID | None:
    """Return the organisation over one, if there is one."""
    return Org.objects.filter(id=org_id).values_list("parent_id", flat=True).first()


def receivers(ids: Iterable[UUID]) -> dict[UUID, tuple[str, dict[str, str]]]:
    """Return organisations' registration codes (else their id) and names, by id."""
    rows = Org.objects.filter(id__in=list(ids)).values_list("id", "identifier", "name")
    return {key: (code or str(key), name) for key, code, name in rows}


def schools(ids: Iterable[UUID]) -> dict[UUID, SchoolCard]:
    """Return schools by id."""
    rows = Org.objects.filter(id__in=list(ids)).values_list("id", "name", "time_zone")
    return {row[0]: SchoolCard(*row) for row in rows}


def sessions(school_id: UUID, *, school_year: int) -> tuple[AcademicSession, ...]:
    """Return a school year's sessions: the year, half-years and quarters, by date."""
    rows = AcademicSession.objects.filter(
        school_id=school_id, school_year=school_year, status="active"
    )
    return tuple(rows.order_by("starts", "-ends"))


def session_on(school_id: UUID, on: date, *, kind: str = "term") -> AcademicSession | None:
    """Return the session of a kind in force on a day; in holidays, the last one that ended."""
    rows = AcademicSession.objects.filter(
        school_id=school_id, kind=kind, starts__lte=on, status="active"
    )
    return rows.order_by("-starts").first()


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil of a class roster."""

    member_id: UUID
    name: str
    starts: date
    ends: date | None


def rosters(
    viewer: Viewer, class_ids: Iterable[UUID], *, starts: date, ends: date
) -> dict[UUID, tuple[Pupil, ...]]:
    """Return by class the pupils enrolled at any time in [starts, ends), in Kazakh order of names.

    One query for all classes; a class without pupils has an empty tuple.
    """
    pupils: dict[UUID, list[Pupil]] = {class_id: [] for class_id in class_ids}
    rows = (
        Enrollment.objects.seen_by(viewer)
        .filter(Q(ends__isnull=True) | Q(ends__gt=starts), klass_id__in=list(pupils))
        .filter(role="student", starts__lt=ends)
        .exclude(status="tobedeleted")
        .order_by("member__sort_key", "member_id")
        .values_list("klass_id", "member_id", "member__shown_name", "starts", "ends")
    )
    for class_id, member, name, joined, left in rows:
        pupils[class_id].append(Pupil(member, name, joined, left))
    return {class_id: tuple(found) for class_id, found in pupils.items()}


def roster(viewer: Viewer, class_id: UUID, *, starts: date, ends: date) -> tuple[Pupil, ...]:
    """Return the pupils of one class enrolled at any time in [starts, ends), by name."""
    return rosters(viewer, [class_id], starts=starts, ends=ends)[class_id]


def members(viewer: Viewer, ids: Iterable[UUID]) -> dict[UUID, tuple[str, UUID]]:
    """Return shown name and school of those of the members the viewer may see."""
    rows = Member.objects.seen_by(viewer).filter(id__in=list(ids))
    return {row[0]: (row[1], row[2]) for row in rows.values_list("id", "shown_name", "school_id")}


@dataclass(frozen=True, slots=True)
class ClassCard:
    """A class as pages and services name it. Not personal.

    title: of the homeroom class («7 «Ә»»), also for a taught class. course: its title by language.
    """

    id: UUID
    school_id: UUID
    kind: str
    title: str
    grade: int | None
    subgroup: str
    school_year: int
    homeroom_id: UUID | None
    course_id: UUID | None
    course: dict[str, str] | None
    assessment: str | None
    time_zone: str = "Asia/Almaty"

    @property
    def zone(self) -> ZoneInfo:
        """The civil time its lessons go by."""
        return ZoneInfo(self.time_zone)

    @property
    def subject(self) -> Subject:
        """What access looks at when somebody asks for this class."""
        return Subject(self.school_id, frozenset({self.id, self.homeroom_id or self.id}))


CLASS_COLUMNS = (
    "id",
    "school_id",
    "kind",
    "title",
    "grade",
    "subgroup",
    "school_year",
    "homeroom_id",
    "course_id",
    "course__title",
    "course__assessment",
    "school__time_zone",
)


def class_cards(school_id: UUID, *, school_year: int, kind: str = "") -> tuple[ClassCard, ...]:
    """Return a school's classes of a year (and kind), by grade, title and subgroup."""
    rows = Class.objects.filter(school_id=school_id, school_year=school_year, status="active")
    if kind:
        rows = rows.filter(kind=kind)
    rows = rows.order_by("grade", "title", "course__code", "subgroup")
    return tuple(ClassCard(*row) for row in rows.values_list(*CLASS_COLUMNS))


def class_cards_by_id(ids: Iterable[UUID]) -> dict[UUID, ClassCard]:
    """Return classes by id."""
    rows = Class.objects.filter(id__in=list(ids)).values_list(*CLASS_COLUMNS)
    return {row[0]: ClassCard(*row) for row in rows}


def class_card(class_id: UUID) -> ClassCard | None:
    """Return one class, or None."""
    return class_cards_by_id([class_id]).get(class_id)


def class_ids_of(member_id: UUID, *, on: date) -> frozenset[UUID]:
    """Return every class a member learns in on a day, homeroom included."""
    rows = (
        Enrollment.objects.system(reason="a pupil's classes tell whose daily work they are")
        .filter(_in_force(on), member_id=member_id, role="student", starts__lte=on)
        .exclude(status="tobedeleted")
    )
    return frozenset(rows.values_list("klass_id", flat=True))


def record_school(user_id: UUID, *, on: date) -> UUID:
    """Return the organisation under which an entry about a person's account is kept.

    Their school's or post's, else a ward's school, else the top of the tree.
    Raises NotFound("not_found") in a database without organisations.
    """
    reason = "an entry about an account needs its school before there is a viewer"
    wards = [ward.user_id for ward in people.wards(user_id, on=on)]
    members = Member.objects.system(reason=reason)
    posts = Role.objects.system(reason=reason).filter(user_id=user_id)
    for rows in (members.filter(user_id=user_id), posts, members.filter(user_id__in=wards)):
        kept = rows.exclude(status="tobedeleted").order_by("id")
        if found := kept.values_list("school_id", flat=True).first():
            return found
    top = Org.objects.filter(parent__isnull=True).order_by("id").values_list("id", flat=True)
    if found := top.first():
        return found
    raise NotFound("not_found")
