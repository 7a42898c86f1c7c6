"""Reading the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from senim.ledger.models import Entry


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry as services and tests read it: ids and codes, no names."""

    id: UUID
    at: datetime
    kind: str
    event: str
    user_id: UUID | None
    hat: str
    subject_kind: str
    subject_id: UUID


def entries(
    school_id: UUID, *, kinds: Sequence[str] = (), subject_id: UUID | None = None
) -> tuple[EntryLine, ...]:
    """Return a school's entries, oldest first, of the kinds asked for (all when none is named)."""
    rows = Entry.objects.filter(school_id=school_id)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if subject_id:
        rows = rows.filter(subject_id=subject_id)
    columns = ("id", "at", "kind", "event", "user_id", "hat", "subject_kind", "subject_id")
    return tuple(EntryLine(*row) for row in rows.order_by("at", "id").values_list(*columns))


def looks_on(day_starts: datetime, day_ends: datetime) -> int:
    """Return how many looks were recorded in a span, over the whole installation."""
    looks = Entry.objects.filter(kind=Entry.Kind.LOOK, at__gte=day_starts, at__lt=day_ends)
    return looks.count()


def has_event(school_id: UUID, event: str) -> bool:
    """Say whether a school's ledger ever recorded an event."""
    return Entry.objects.filter(school_id=school_id, event=event).exists()


def first_at() -> datetime | None:
    """Return when the first entry was written, over the whole installation."""
    return Entry.objects.order_by("at").values_list("at", flat=True).first()


def last_at() -> datetime | None:
    """Return when the last entry was written, over the whole installation."""
    return Entry.objects.order_by("-at").values_list("at", flat=True).first()


def events() -> frozenset[str]:
    """Return which events are on record in the whole installation."""
    return frozenset(Entry.objects.order_by().values_list("event", flat=True).distinct())
