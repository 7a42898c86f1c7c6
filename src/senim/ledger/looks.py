"""Reading looks: the entries that name a pupil, a class they learnt in, or a list they stood on.

Which classes those are, and when, is the asker's to know: the ledger holds ids and days only.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from senim.ledger.models import Entry, Opening, Seen, Withheld

KINDS = (Entry.Kind.LOOK, Entry.Kind.REFUSED)


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look or refused try, as recorded.

    daily: work with one's own class. listed: the pupil asked for stood on the list shown.
    withheld_until: the day from which the law lets a family learn of it, if it delays that.
    facts: what the entry's opening says; empty once that is erased.
    """

    id: UUID
    at: datetime
    kind: str
    event: str
    user_id: UUID | None
    hat: str
    subject_kind: str
    subject_id: UUID
    daily: bool
    listed: bool
    withheld_until: date | None
    facts: Mapping[str, Any]

    @property
    def span(self) -> tuple[date, date] | None:
        """The days [starts, ends) whose class was shown, where the entry says so."""
        starts, ends = self.facts.get("from"), self.facts.get("to")
        return (date.fromisoformat(starts), date.fromisoformat(ends)) if starts and ends else None


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom looks are asked about: a pupil of a school, and the classes they ever learnt in."""

    school_id: UUID
    member_id: UUID
    class_ids: Collection[UUID]

    def named(self) -> Q:
        """Return what entries that name the pupil or one of the classes meet."""
        return Q(school_id=self.school_id, subject_id__in=[self.member_id, *self.class_ids])

    def stood_on(self) -> Q:
        """Return what entries about lists the pupil stood on meet."""
        seen = Seen.objects.filter(school_id=self.school_id, member_id=self.member_id)
        return Q(school_id=self.school_id, id__in=seen.values("entry_id"))


def looks(about: Concerned, *, starts: datetime, ends: datetime) -> tuple[LookRow, ...]:
    """Return the looks of [starts, ends) that may concern a pupil, latest first: two queries.

    A look at a class is there whatever days of it were shown; the asker compares its span with the
    pupil's enrolment. What the law still withholds is there too, with its day.
    """
    spanned = Entry.objects.filter(at__gte=starts, at__lt=ends)
    found: dict[UUID, LookRow] = {}
    for met in (about.named(), about.stood_on()):
        found.update((row.id, row) for row in _rows(spanned.filter(met), about))
    return tuple(sorted(found.values(), key=lambda row: (row.at, row.id), reverse=True))


def withheld(about: Concerned, *, on: date) -> tuple[LookRow, ...]:
    """Return what may concern a pupil and is withheld on a day, whenever it was: one query."""
    kept = Withheld.objects.filter(school_id=about.school_id, until__gt=on).values("id")
    rows = Entry.objects.filter(about.named() | about.stood_on(), id__in=kept)
    return tuple(_rows(rows, about))


def look(entry_id: UUID, about: Concerned) -> LookRow | None:
    """Return one look that may concern a pupil, or None: one query."""
    rows = Entry.objects.filter(about.named() | about.stood_on(), id=entry_id)
    return next(iter(_rows(rows, about)), None)


def entry_of_case(entry_id: UUID, *, school_id: UUID) -> LookRow | None:
    """Return the look a case asks about, for who answers it."""
    nobody = Concerned(school_id, entry_id, ())
    return next(iter(_rows(Entry.objects.filter(id=entry_id, school_id=school_id), nobody)), None)


def _rows(entries: QuerySet[Entry], about: Concerned) -> list[LookRow]:
    seen = Seen.objects.filter(
        school_id=about.school_id, entry_id=OuterRef("id"), member_id=about.member_id
    )
    rows = entries.filter(kind__in=KINDS).annotate(
        opened=Subquery(Opening.objects.filter(id=OuterRef("id")).values("facts")[:1]),
        until=Subquery(Withheld.objects.filter(id=OuterRef("id")).values("until")[:1]),
        listed=Exists(seen),
    )
    columns = ("id", "at", "kind", "event", "user_id", "hat", "subject_kind", "subject_id")
    found: Iterable[Mapping[str, Any]] = rows.values(
        *columns, "once_key", "listed", "until", "opened"
    )
    return [
        LookRow(
            **{column: row[column] for column in columns},
            daily=row["once_key"] is not None,
            listed=row["listed"],
            withheld_until=row["until"],
            facts=_facts(row["opened"]),
        )
        for row in found
    ]


def _facts(opened: bytes | None) -> Mapping[str, Any]:
    facts: dict[str, Any] = json.loads(bytes(opened)) if opened else {}
    return facts
