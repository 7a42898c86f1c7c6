"""The scoped manager: personal rows are read through a viewer, written inside a ledger entry.

There are three doors and no fourth: `seen_by(viewer)`, `in_entry()`, `system(reason=…)`. The last
is counted by a house test, and its number may only go down. A query carries the door it came by;
PostgreSQL is told of it and keeps rows from it by itself (`base.second_wall`).
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models

from senim.rules.access import Viewer


class Way(StrEnum):
    """The ways to personal rows."""

    VIEWER = "viewer"
    ENTRY = "entry"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Door:
    """By which way a query goes, and whose it is: a viewer's, or an entry's about one school.

    school_id: None for an entry that reaches over schools, and for the other ways.
    """

    way: Way
    viewer: Viewer | None = None
    school_id: UUID | None = None


OVER_SCHOOLS = Door(Way.ENTRY)
SYSTEM = Door(Way.SYSTEM)

_entry_door: ContextVar[Door | None] = ContextVar("senim_entry_door", default=None)

Row = TypeVar("Row", bound=models.Model)


class Unscoped(RuntimeError):
    """Personal rows were asked for without saying for whom."""


class Unrecorded(RuntimeError):
    """Rows were to be written outside a ledger entry."""


@contextmanager
def entry_opened(school_id: UUID | None = None) -> Iterator[None]:
    """Mark the code inside as standing in a ledger entry; called by `ledger.services` only.

    school_id: the school whose rows it may touch; None where it reaches over several.
    """
    token = _entry_door.set(Door(Way.ENTRY, school_id=school_id))
    try:
        yield
    finally:
        _entry_door.reset(token)


def entry_is_open() -> bool:
    """Say whether a ledger entry is open here."""
    return _entry_door.get() is not None


def entry_door() -> Door | None:
    """Return the door of the ledger entry that is open here, if one is."""
    return _entry_door.get()


def door_of(query: Any) -> Door | None:
    """Return the door a query came by; None for one that came by no manager of ours."""
    return getattr(query, "door", None)


def evened(ids: Collection[UUID]) -> list[UUID]:
    """Return ids with ids of nobody after them, 1, 2, 4, 8 … in all.

    A database plans a question anew for each length of a list in it; so few lengths are asked.
    """
    wanted = 1 << max(len(ids) - 1, 0).bit_length()
    return [*ids, *(UUID(int=n) for n in range(wanted - len(ids)))]


def any_of(conditions: Mapping[str, Collection[UUID]]) -> models.Q:
    """Return a filter of the rows that meet one of the conditions, each a lookup and its values.

    A condition without values is left out, so that a tie nobody has costs no join; with none left
    no row fits.
    """
    met = [models.Q(**{lookup: evened(values)}) for lookup, values in conditions.items() if values]
    return reduce(or_, met) if met else models.Q(pk__in=())


class ScopedManager(models.Manager[Row], Generic[Row]):
    """The only usable manager of a personal model, which declares `scope(viewer) -> Q`."""

    def get_queryset(self) -> models.QuerySet[Row]:
        """Refuse: a query without a viewer is the commonest leak there is."""
        raise Unscoped(f"{self.model.__name__}: use seen_by(viewer), in_entry() or system(reason=)")

    def seen_by(self, viewer: Viewer) -> models.QuerySet[Row]:
        """Return the rows the viewer's ties open, and no others."""
        model: Any = self.model
        return self._through(Door(Way.VIEWER, viewer)).filter(model.scope(viewer))

    def in_entry(self) -> models.QuerySet[Row]:
        """Return all rows to a service that has checked access and opened its ledger entry."""
        door = entry_door()
        if door is None:
            raise Unrecorded(f"{self.model.__name__}: open ledger.services.entry() first")
        return self._through(door)

    def system(self, *, reason: str) -> models.QuerySet[Row]:
        """Return all rows for a stated reason that no viewer stands behind."""
        if not reason:
            raise Unscoped(f"{self.model.__name__}: system() needs a reason")
        return self._through(SYSTEM)

    def _through(self, door: Door) -> models.QuerySet[Row]:
        rows = super().get_queryset()
        query: Any = rows.query
        query.door = door  # clones of the query, its updates and its subqueries keep it
        return rows
