"""Reading temporary openings: what ties they make at an instant, and on what ground they stood."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from senim.base import clock
from senim.ledger.sealing import queries as sealing
from senim.people import queries as people
from senim.rules.access import Hat, Relation, Tie, Viewer
from senim.schools.models import Access, Enrollment, Org, Role

RELATIONS = {
    Hat.EMERGENCY: Relation.EMERGENCY,
    Hat.SUPPORT: Relation.SUPPORT,
    Hat.CASE: Relation.CASE,
}
POSTS = {
    Hat.EMERGENCY: (Role.Kind.HEAD, Role.Kind.DEPUTY, Role.Kind.CLERK),
    Hat.SUPPORT: (Role.Kind.SUPPORT,),
    Hat.CASE: (Role.Kind.OFFICIAL,),
}
"""What one has to hold still, besides the opening, for it to open anything."""


@dataclass(frozen=True, slots=True)
class AccessCard:
    """One opening as it is answered for. reason: in the opener's own words (personal).

    user_name, opened_by_name, told_name: as people are named; office: the organisation whose post
    the person holds, by language, for who is not of the school. ended_at: None while it may last.
    """

    id: UUID
    kind: str
    school_id: UUID
    member_id: UUID | None
    user_id: UUID
    user_name: str
    office: dict[str, str] | None
    opened_by: UUID
    opened_by_name: str
    told_name: str
    reason: str
    ground: str
    opened_at: datetime
    ends_at: datetime
    ended_at: datetime | None

    def over(self, at: datetime) -> bool:
        """Say whether it is over at an instant."""
        return at >= (self.ended_at or self.ends_at)

    @property
    def last(self) -> datetime:
        """When it ended, or ends by itself."""
        return self.ended_at or self.ends_at


def in_force(at: datetime) -> Q:
    """Return the filter of openings that hold at an instant."""
    return Q(opened_at__lte=at, ends_at__gt=at, ended_at__isnull=True)


def _rows(reason: str) -> QuerySet[Access]:
    return Access.objects.system(reason=reason)


def _roles(reason: str) -> QuerySet[Role]:
    return Role.objects.system(reason=reason)


def open_for(user_id: UUID, *, on: date, at: datetime) -> tuple[tuple[Hat, UUID, UUID], ...]:
    """Return a person's openings in force, latest first, as (hat, id, school)."""
    rows = _rows("a person's own hats are computed before there is a viewer")
    found = rows.filter(in_force(at), user_id=user_id).order_by("-opened_at")
    return tuple(
        (Hat(kind), key, school)
        for kind, key, school in found.values_list("kind", "id", "school_id")
        if _stands(user_id, school, hat=Hat(kind), on=on, at=at)
    )


def ties(user_id: UUID, access_id: UUID, *, hat: Hat, on: date, at: datetime | None) -> list[Tie]:
    """Return the tie an opening makes at an instant, while the post it rests on is held still."""
    if at is None:
        return []
    rows = _rows("an opening's tie is computed before there is a viewer")
    found = rows.filter(in_force(at), id=access_id, user_id=user_id, kind=hat)
    row = found.values_list("school_id", "member_id").first()
    if row is None or not _stands(user_id, row[0], hat=hat, on=on, at=at):
        return []
    school_id, member_id = row
    target = school_id if hat is Hat.SUPPORT else member_id
    return [Tie(RELATIONS[hat], school_id, target, on)]


def _stands(user_id: UUID, school_id: UUID, *, hat: Hat, on: date, at: datetime) -> bool:
    """Say whether the post an opening rests on is held; support stops while sealing is late."""
    held = posts(on, POSTS[hat]).filter(user_id=user_id)
    if hat is Hat.SUPPORT:
        return held.exists() and not sealing.state(clock.on_machine(at)).is_stale
    if hat is Hat.CASE:
        return held.exists()
    teaching = Enrollment.objects.system(reason="who opened a record must still be of the school")
    seats = teaching.filter(
        Q(ends__isnull=True) | Q(ends__gt=on),
        member__user_id=user_id,
        school_id=school_id,
        role=Enrollment.Role.TEACHER,
        starts__lte=on,
        status="active",
    )
    return held.filter(school_id=school_id).exists() or seats.exists()


def posts(on: date, kinds: Iterable[str]) -> QuerySet[Role]:
    """Return who holds posts of some kinds on a day, wherever."""
    rows = _roles("who is told of an opening, and whom one may ask for help")
    return rows.filter(
        Q(ends__isnull=True) | Q(ends__gt=on), kind__in=list(kinds), starts__lte=on, status="active"
    )


def accesses(ids: Iterable[UUID]) -> dict[UUID, AccessCard]:
    """Return openings by id, for a page that answers for them: the family's, the school's."""
    rows = _rows("a family is told on what ground its child's record was opened")
    return {card.id: card for card in _cards(rows.filter(id__in=list(ids)))}


def of_school(viewer: Viewer, school_id: UUID, *, kind: str) -> tuple[AccessCard, ...]:
    """Return a school's openings of a kind to who leads it, latest first (the last hundred)."""
    rows = Access.objects.seen_by(viewer).filter(school_id=school_id, kind=kind)
    return _cards(rows.order_by("-opened_at")[:100])


def _cards(rows: QuerySet[Access]) -> tuple[AccessCard, ...]:
    found = tuple(rows)
    named = {key for row in found for key in (row.user_id, row.opened_by, row.told_user_id) if key}
    names = people.shown_names(named)
    offices = _offices({row.user_id for row in found if row.kind != Access.Kind.EMERGENCY})
    return tuple(
        AccessCard(
            row.id,
            row.kind,
            row.school_id,
            row.member_id,
            row.user_id,
            names[row.user_id],
            offices.get(row.user_id),
            row.opened_by,
            names[row.opened_by],
            names.get(row.told_user_id, "") if row.told_user_id else "",
            row.reason,
            row.ground,
            row.opened_at,
            row.ends_at,
            row.ended_at,
        )
        for row in found
    )


def _offices(user_ids: set[UUID]) -> dict[UUID, dict[str, str]]:
    """Return by person the name of the organisation that they work for, now or before."""
    held = _roles("an official or support person is named by their office")
    kinds = (Role.Kind.OFFICIAL, Role.Kind.SUPPORT)
    rows = held.filter(user_id__in=user_ids, kind__in=kinds).order_by("starts")
    names = dict(Org.objects.values_list("id", "name").filter(id__in=rows.values("school_id")))
    return {user: names[org] for user, org in rows.values_list("user_id", "school_id")}
