"""Protected identity: who is under it on a day, and putting a person under it.

While it is in force the person is seen by themselves, by guardians whom no court restricted, by
their own teachers and by those who lead their school; for everyone else they do not exist. The
scopes of `schools.models` and `rules.access.SEES_PROTECTED` keep that; see docs/decisions/0011.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from senim.people.models import Protection
from senim.rules.errors import Invalid

GROUNDS: tuple[str, ...] = tuple(Protection.Ground.values)


@dataclass(frozen=True, slots=True)
class Order:
    """That a person's identity is protected now. ground: one of GROUNDS."""

    starts: date
    ground: str


def _in_force(on: date) -> QuerySet[Protection]:
    rows = Protection.objects.system(reason="who is protected is left out before anybody looks")
    return rows.filter(Q(ends__isnull=True) | Q(ends__gt=on), starts__lte=on)


def protected_ids(on: date) -> QuerySet[Any, UUID]:
    """Return the persons under protection on a day, to be left out inside another question."""
    return _in_force(on).values_list("user_id", flat=True)


def is_protected(on: date, *, user: str) -> Exists:
    """Return whether a row's person is protected on a day. user: path from the row to their id."""
    return Exists(_in_force(on).filter(user_id=OuterRef(user)))


def orders(user_ids: Iterable[UUID], *, on: date) -> dict[UUID, Order]:
    """Return by person the protection in force on a day, for a service that has checked access."""
    rows = _in_force(on).filter(user_id__in=list(user_ids))
    return {row[0]: Order(*row[1:]) for row in rows.values_list("user_id", "starts", "ground")}


def begin(user_id: UUID, *, school_id: UUID, ground: str, on: date) -> None:
    """Put a person under protection from a day on. Inside the caller's entry.

    Raises Invalid("protection_ground"), Invalid("protection_stands") where it is in force already.
    """
    if ground not in GROUNDS:
        raise Invalid("protection_ground")
    if orders([user_id], on=on):
        raise Invalid("protection_stands")
    Protection.objects.in_entry().create(
        user_id=user_id, school_id=school_id, ground=ground, starts=on
    )


def end(user_id: UUID, *, on: date) -> None:
    """End a person's protection: the day is the first without. Inside the caller's entry.

    Raises Invalid("protection_none") where none is in force.
    """
    rows = Protection.objects.in_entry().filter(ends__isnull=True, user_id=user_id)
    if not rows.update(ends=on):
        raise Invalid("protection_none")
