"""The schools below an organisation: what an official oversees, counted, no child named."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from senim.rules.access import Actor, Hat, Relation
from senim.rules.errors import NotFound
from senim.schools.models import Enrollment, Org
from senim.schools.queries import SchoolCard, schools


def schools_below(org_id: UUID) -> tuple[SchoolCard, ...]:
    """Return the schools below an organisation, itself among them where it is one; no order."""
    level, seen, found = {org_id}, {org_id}, set[UUID]()
    while level:
        rows = Org.objects.filter(Q(id__in=level) | Q(parent_id__in=level), status="active")
        kinds = dict(rows.values_list("id", "kind"))
        found |= {key for key, kind in kinds.items() if kind == Org.Kind.SCHOOL}
        level = set(kinds) - seen
        seen |= level
    return tuple(schools(found).values())


def above(school_id: UUID) -> tuple[UUID, ...]:
    """Return the organisations above a school, nearest first."""
    found: list[UUID] = []
    parent: UUID | None = school_id
    while parent is not None:
        row = Org.objects.filter(id=parent).values_list("parent_id", flat=True).first()
        parent = row if row not in found else None
        found += [parent] if parent else []
    return tuple(found)


def oversees(actor: Actor, school_id: UUID) -> bool:
    """Say whether an official's post lies above a school."""
    if actor.viewer.hat is not Hat.OFFICIAL:
        return False
    return bool(actor.viewer.targets(Relation.OVERSEES) & {school_id, *above(school_id)})


def require_oversight(actor: Actor, school_id: UUID | None) -> None:
    """Raise NotFound unless an official's post lies above the school."""
    if school_id is None or not oversees(actor, school_id):
        raise NotFound("not_found")


def head_counts(school_ids: Iterable[UUID], *, on: date) -> dict[UUID, int]:
    """Return by school how many pupils sit in its homeroom classes on a day: counts, no rows."""
    seats = Enrollment.objects.system(reason="officials are given counts of pupils, never a row")
    rows = (
        seats.filter(
            Q(ends__isnull=True) | Q(ends__gt=on),
            school_id__in=list(school_ids),
            klass__kind="homeroom",
            role=Enrollment.Role.STUDENT,
            starts__lte=on,
            status="active",
        )
        .values_list("school_id")
        .annotate(n=Count("member_id", distinct=True))
    )
    return dict(rows)
