"""Reading people: whose guardian one is, and what identifies a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Q

from senim.base.sealed import lookup_hash
from senim.people.models import Account, Demographics, Guardianship, User
from senim.people.protection import is_protected, protected_ids
from senim.rules.fields import FieldClass


@dataclass(frozen=True, slots=True)
class Ward:
    """One guardianship as access reads it."""

    user_id: UUID
    starts: date
    ends: date | None
    restricted: bool
    by_order: frozenset[FieldClass]


def wards(guardian_id: UUID, *, on: date) -> tuple[Ward, ...]:
    """Return whom a person answers for on a day.

    A guardian whom a court restricted has no ward where that one's identity is protected.
    """
    rows = (
        Guardianship.objects.system(
            reason="a guardian's ties are computed before there is a viewer"
        )
        .filter(Q(ends__isnull=True) | Q(ends__gt=on), guardian_id=guardian_id, starts__lte=on)
        .exclude(status="tobedeleted")
        .exclude(Q(restricted=True) & Q(ward_id__in=protected_ids(on)))
        .values_list("ward_id", "starts", "ends", "restricted", "by_order")
    )
    return tuple(
        Ward(ward_id, starts, ends, restricted, frozenset(FieldClass(n) for n in by_order))
        for ward_id, starts, ends, restricted, by_order in rows
    )


def is_guardian(user_id: UUID, *, on: date) -> bool:
    """Say whether a person answers for anybody on a day."""
    return bool(wards(user_id, on=on))


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who answers for a ward, as the school's office lists it. restricted: by a court."""

    user_id: UUID
    ward_id: UUID
    name: str
    kind: str
    restricted: bool
    protected: bool


def guardians_of(user_ids: Iterable[UUID], *, on: date, protected: bool) -> tuple[Guardian, ...]:
    """Return the guardians of the persons named, for a service that has checked access.

    protected: also those under protected identity, which is for who leads the school alone.
    """
    rows = (
        Guardianship.objects.system(reason="the office lists guardians of its own roll")
        .filter(Q(ends__isnull=True) | Q(ends__gt=on), ward_id__in=list(user_ids), starts__lte=on)
        .exclude(status="tobedeleted")
        .annotate(hidden=is_protected(on, user="guardian_id"))
        .order_by("guardian__sort_key")
        .values_list(
            "guardian_id",
            "ward_id",
            "guardian__family_name",
            "guardian__given_name",
            "kind",
            "restricted",
            "hidden",
        )
    )
    return tuple(
        Guardian(gid, wid, f"{family} {given}".strip(), kind, restricted, hidden)
        for gid, wid, family, given, kind, restricted, hidden in rows
        if protected or not hidden
    )


def usernames(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the sign-in names of those of the persons who have an account."""
    rows = Account.objects.filter(user_id__in=list(user_ids), is_active=True)
    return dict(rows.values_list("user_id", "username"))


def phones(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the phones of those of the persons who gave one, for a page that opens contacts."""
    rows = Account.objects.filter(user_id__in=list(user_ids), phone__isnull=False)
    return {user: phone for user, phone in rows.values_list("user_id", "phone") if phone}


def account_with_phone(user_id: UUID) -> UUID | None:
    """Return a person's account if a second factor is set up for it."""
    linked = Authenticator.objects.filter(user__user_id=user_id, user__is_active=True)
    return linked.values_list("user_id", flat=True).first()


def account_of(user_id: UUID) -> UUID | None:
    """Return a person's account, if they have one."""
    return Account.objects.filter(user_id=user_id).values_list("id", flat=True).first()


def person_with_iin(iin: str) -> UUID | None:
    """Return the person who has this IIN, found by its keyed hash."""
    rows = Demographics.objects.system(reason="an IIN is looked up by its keyed hash")
    return (
        rows.filter(iin_lookup=lookup_hash(iin, kind="iin"))
        .values_list("user_id", flat=True)
        .first()
    )


def shown_name(user_id: UUID) -> str:
    """Return a person's own name as they are greeted."""
    return shown_names([user_id]).get(user_id, "")


def shown_names(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return persons' names, for a page that has checked that they may be named."""
    rows = User.objects.system(reason="a signed-in person's own name, and who answers for an entry")
    found = rows.filter(id__in=list(user_ids)).values_list("id", "family_name", "given_name")
    return {key: " ".join(part for part in (family, given) if part) for key, family, given in found}
