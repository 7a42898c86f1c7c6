"""A school's roll as its office reads it: pupils, staff, classes, what is not yet in place."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from senim.base.kazakh import search_key
from senim.people import queries as people
from senim.people.protection import is_protected
from senim.rules.access import Viewer
from senim.schools.models import Class, Enrollment, Member, Role

PAGE_LINES = 50


@dataclass(frozen=True, slots=True)
class RollLine:
    """One person of the roll. classes: homeroom classes learnt in, or taught classes.

    guardians: those no court restricted; restricted: the others, whom the school must not call.
    protected: their identity is; only who leads the school meets such a line.
    """

    member_id: UUID
    user_id: UUID
    name: str
    posts: tuple[str, ...]
    learns_in: tuple[str, ...]
    guardians: tuple[str, ...]
    restricted: tuple[str, ...]
    username: str | None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class RollPage:
    """One page of the roll, and how many persons there are in all."""

    lines: tuple[RollLine, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages the roll has."""
        return max(1, -(-self.total // PAGE_LINES))


def roll(
    viewer: Viewer,
    school_id: UUID,
    *,
    on: date,
    search: str = "",
    class_id: UUID | None = None,
    page: int = 1,
) -> RollPage:
    """Return a page of the roll, in Kazakh order, narrowed by a name or a homeroom class.

    On the roll is who learns, teaches or holds a post there on the day; who left is not.
    """
    members = _on_the_roll(viewer, school_id, on)
    if search:
        members = members.filter(user__search_key__contains=search_key(search))
    if class_id:
        seats = _seats(viewer, school_id, on).filter(klass_id=class_id)
        members = members.filter(id__in=seats.values("member_id"))
    total = members.count()
    first = (max(page, 1) - 1) * PAGE_LINES
    rows = _named(members.order_by("sort_key", "id"), on)
    lines = _lines(viewer, school_id, list(rows[first : first + PAGE_LINES]), on)
    return RollPage(lines, total, max(page, 1))


def person(viewer: Viewer, school_id: UUID, member_id: UUID, *, on: date) -> RollLine | None:
    """Return one person of the roll, or None for who is not on it on the day."""
    members = _on_the_roll(viewer, school_id, on).filter(id=member_id)
    return next(iter(_lines(viewer, school_id, list(_named(members, on)), on)), None)


def staff(viewer: Viewer, school_id: UUID, *, on: date) -> dict[UUID, str]:
    """Return {person: shown name} of who teaches or holds a post on the day, in Kazakh order."""
    teaching = _seats(viewer, school_id, on).filter(role="teacher").values("member_id")
    posts = _posts(viewer, school_id, on).values("user_id")
    members = Member.objects.seen_by(viewer).filter(school_id=school_id, status="active")
    found = members.filter(Q(id__in=teaching) | Q(user_id__in=posts)).order_by("sort_key", "id")
    return dict(found.values_list("user_id", "shown_name"))


def guardians(
    viewer: Viewer, school_id: UUID, user_ids: Iterable[UUID], *, on: date
) -> tuple[people.Guardian, ...]:
    """Return who answers for persons of the roll; the protected among them for who leads alone."""
    leads = school_id in viewer.led_school_ids
    return people.guardians_of(user_ids, on=on, protected=leads)


def _seats(viewer: Viewer, school_id: UUID, on: date) -> QuerySet[Enrollment]:
    rows = Enrollment.objects.seen_by(viewer).filter(school_id=school_id, status="active")
    return rows.filter(Q(ends__isnull=True) | Q(ends__gt=on), starts__lte=on)


def _posts(viewer: Viewer, school_id: UUID, on: date) -> QuerySet[Role]:
    rows = Role.objects.seen_by(viewer).filter(school_id=school_id, status="active")
    return rows.filter(Q(ends__isnull=True) | Q(ends__gt=on), starts__lte=on)


def _on_the_roll(viewer: Viewer, school_id: UUID, on: date) -> QuerySet[Member]:
    return Member.objects.seen_by(viewer).filter(
        Q(id__in=_seats(viewer, school_id, on).values("member_id"))
        | Q(user_id__in=_posts(viewer, school_id, on).values("user_id")),
        school_id=school_id,
        status="active",
    )


Named = tuple[UUID, UUID, str, bool]


def _named(members: QuerySet[Member], on: date) -> QuerySet[Member, Named]:
    rows = members.annotate(protected=is_protected(on, user="user_id"))
    return rows.values_list("id", "user_id", "shown_name", "protected")


def _lines(viewer: Viewer, school_id: UUID, rows: list[Named], on: date) -> tuple[RollLine, ...]:
    users = [row[1] for row in rows]
    learns, posts = _seats_and_posts(viewer, school_id, [row[0] for row in rows], on)
    answering: dict[tuple[UUID, bool], list[str]] = defaultdict(list)
    for guardian in guardians(viewer, school_id, users, on=on):
        answering[guardian.ward_id, guardian.restricted].append(guardian.name)
    accounts = people.usernames(users)
    return tuple(
        RollLine(
            member,
            user,
            name,
            tuple(sorted(posts[user] | ({"teacher"} if member in learns["teacher"] else set()))),
            tuple(sorted(learns["student"].get(member, ()))),
            tuple(answering[user, False]),
            tuple(answering[user, True]),
            accounts.get(user),
            protected,
        )
        for member, user, name, protected in rows
    )


def _seats_and_posts(
    viewer: Viewer, school_id: UUID, members: Iterable[UUID], on: date
) -> tuple[dict[str, dict[UUID, set[str]]], dict[UUID, set[str]]]:
    seats: dict[str, dict[UUID, set[str]]] = {"student": {}, "teacher": {}}
    rows = _seats(viewer, school_id, on).filter(member_id__in=list(members))
    for role, member, kind, title in rows.values_list(
        "role", "member_id", "klass__kind", "klass__title"
    ):
        if role == "teacher" or kind == "homeroom":
            seats[role].setdefault(member, set()).add(title)
    posts: dict[UUID, set[str]] = defaultdict(set)
    for user, kind in _posts(viewer, school_id, on).values_list("user_id", "kind"):
        posts[user].add(kind)
    return seats, posts


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A homeroom class: its size, its homeroom teacher, how many classes are taught to it."""

    id: UUID
    title: str
    grade: int | None
    pupils: int
    homeroom_teacher: str | None
    taught: int


def class_lines(
    viewer: Viewer, school_id: UUID, *, school_year: int, on: date
) -> tuple[ClassLine, ...]:
    """Return a school's homeroom classes with their sizes, by grade and title."""
    seats = Enrollment.objects.seen_by(viewer).filter(
        Q(ends__isnull=True) | Q(ends__gt=on),
        school_id=school_id,
        klass__kind="homeroom",
        starts__lte=on,
    )
    sizes = dict(
        seats.filter(role="student")
        .values_list("klass_id")
        .annotate(Count("id"))
        .values_list("klass_id", "id__count")
    )
    leading = dict(seats.filter(role="teacher").values_list("klass_id", "member__shown_name"))
    taught = dict(
        Class.objects.filter(school_id=school_id, school_year=school_year, kind="scheduled")
        .values_list("homeroom_id")
        .annotate(Count("id"))
    )
    rows = Class.objects.filter(
        school_id=school_id, school_year=school_year, kind="homeroom", status="active"
    )
    return tuple(
        ClassLine(key, title, grade, sizes.get(key, 0), leading.get(key), taught.get(key, 0))
        for key, title, grade in rows.order_by("grade", "title").values_list("id", "title", "grade")
    )


@dataclass(frozen=True, slots=True)
class RollCounts:
    """How many learn, teach and hold a post in a school on a day."""

    pupils: int
    teachers: int
    classes: int


def counts(viewer: Viewer, school_id: UUID, *, school_year: int, on: date) -> RollCounts:
    """Return the head-count of a school."""
    seats = Enrollment.objects.seen_by(viewer).filter(
        Q(ends__isnull=True) | Q(ends__gt=on), school_id=school_id, starts__lte=on
    )
    numbers = seats.aggregate(
        pupils=Count("member", distinct=True, filter=Q(role="student")),
        teachers=Count("member", distinct=True, filter=Q(role="teacher")),
    )
    classes = Class.objects.filter(
        school_id=school_id, school_year=school_year, kind="homeroom", status="active"
    )
    return RollCounts(numbers["pupils"], numbers["teachers"], classes.count())


def member_ids(viewer: Viewer, school_id: UUID, user_ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """Return which members of a school the persons are, as far as the viewer may see them."""
    rows = Member.objects.seen_by(viewer).filter(school_id=school_id, user_id__in=list(user_ids))
    return tuple(rows.values_list("id", flat=True))


def persons_of_class(
    viewer: Viewer, school_id: UUID, class_id: UUID, *, on: date
) -> dict[UUID, str]:
    """Return {person: shown name} of a homeroom class: its pupils and their guardians, by family.

    A guardian whom a court restricted is left out: what they get goes another way.
    """
    seats = Enrollment.objects.seen_by(viewer).filter(
        Q(ends__isnull=True) | Q(ends__gt=on), klass_id=class_id, role="student", starts__lte=on
    )
    rows = seats.order_by("member__sort_key").values_list("member__user_id", "member__shown_name")
    pupils = dict(rows)
    answering = defaultdict(list)
    for guardian in guardians(viewer, school_id, pupils, on=on):
        if not guardian.restricted:
            answering[guardian.ward_id].append(guardian)
    found: dict[UUID, str] = {}
    for user, name in pupils.items():
        found[user] = name
        found |= {guardian.user_id: guardian.name for guardian in answering[user]}
    return found
