"""Where a pupil ever learnt, and the school's people as those who looked are named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from senim.rules.access import Viewer
from senim.schools.models import Enrollment, Member, Role


@dataclass(frozen=True, slots=True)
class Enrolled:
    """That a pupil learnt in a class from a day to a day.

    struck_at: when the school struck the line out as wrong; until then it counted.
    """

    class_id: UUID
    kind: str
    starts: date
    ends: date | None
    struck_at: datetime | None

    def overlaps(self, starts: date, ends: date) -> bool:
        """Say whether the pupil sat there on any day of [starts, ends)."""
        return self.starts < ends and (self.ends is None or starts < self.ends)

    def stood_at(self, at: datetime) -> bool:
        """Say whether the line still counted at an instant."""
        return self.struck_at is None or at < self.struck_at


def enrolled(viewer: Viewer, member_id: UUID) -> tuple[Enrolled, ...]:
    """Return every class a pupil of the viewer's ever learnt in: one query."""
    rows = (
        Enrollment.objects.seen_by(viewer)
        .filter(member_id=member_id, role=Enrollment.Role.STUDENT)
        .order_by("starts", "klass_id")
        .values_list("klass_id", "klass__kind", "starts", "ends", "status", "date_last_modified")
    )
    return tuple(
        Enrolled(klass, kind, starts, ends, at if status == "tobedeleted" else None)
        for klass, kind, starts, ends, status, at in rows
    )


def shown_names(school_id: UUID, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return by person the name a school shows of those of its people: one query."""
    rows = Member.objects.system(reason="families are told who of the school looked")
    found = rows.filter(school_id=school_id, user_id__in=list(user_ids))
    return dict(found.values_list("user_id", "shown_name"))


@dataclass(frozen=True, slots=True)
class Post:
    """A post somebody held: its kind, where, from a day to a day."""

    kind: str
    org_id: UUID
    org: dict[str, str]
    starts: date
    ends: date | None

    def held_on(self, day: date) -> bool:
        """Say whether it was held on a day (half-open)."""
        return self.starts <= day and (self.ends is None or day < self.ends)


def posts_ever(user_ids: Iterable[UUID]) -> dict[UUID, tuple[Post, ...]]:
    """Return by person every post they ever held anywhere, the latest first: one query."""
    rows = (
        Role.objects.system(reason="families are told by which post somebody looked")
        .filter(user_id__in=list(user_ids))
        .order_by("-starts")
        .values_list("user_id", "kind", "school_id", "school__name", "starts", "ends")
    )
    held: dict[UUID, tuple[Post, ...]] = {}
    for user, *post in rows:
        held[user] = (*held.get(user, ()), Post(*post))
    return held
