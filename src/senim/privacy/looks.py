"""Who looked at a child: every look, delivery and refused try, from the ledger alone.

An entry concerns a pupil when it names the pupil, when it names a class whose days shown meet an
enrolment of the pupil in it, or when the pupil stood on the list shown. Whose page it is, and
whether it may be read, is asked before anything here: see `privacy.reading`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from senim.ledger import looks as ledger
from senim.ledger.looks import Concerned, LookRow
from senim.rules.access import Hat
from senim.rules.fields import F8
from senim.schools.enrolled import Enrolled

DAY = timedelta(days=1)
DELIVERIES = "exchange.delivery."
"""Events of deliveries under an agreement begin so; the exchange writes them as looks."""


OF_A_FAMILY = frozenset({Hat.GUARDIAN, Hat.PUPIL})


class Kind(StrEnum):
    """What a line of the page is."""

    DAILY = "daily"
    OTHER = "other"
    DELIVERY = "delivery"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Child:
    """Whose looks are asked for: a pupil of one school, and where they ever learnt.

    unknown: what others asked about looks at the child; a look at such a case is not the reader's
    to know.
    """

    school_id: UUID
    zone: ZoneInfo
    member_id: UUID
    seats: tuple[Enrolled, ...]
    unknown: frozenset[UUID] = frozenset()

    @property
    def concerned(self) -> Concerned:
        """What the ledger is asked about."""
        return Concerned(self.school_id, self.member_id, {seat.class_id for seat in self.seats})

    def homeroom(self, day: date) -> UUID | None:
        """Return the homeroom class on a day."""
        rooms = (seat for seat in self.seats if seat.kind == "homeroom")
        return next((s.class_id for s in rooms if s.overlaps(day, day + DAY)), None)


@dataclass(frozen=True, slots=True)
class Look:
    """One entry that concerns the child. day: civil, at the school; class_id: whose work it was."""

    row: LookRow
    kind: Kind
    day: date
    class_id: UUID | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page: a look, or all of one person's daily work with a class on a day."""

    looks: tuple[Look, ...]

    @property
    def first(self) -> Look:
        """The latest of its looks, by which the line is named."""
        return self.looks[0]


@dataclass(frozen=True, slots=True)
class Withheld:
    """How many looks the law withholds until a day."""

    until: F8[date]
    looks: F8[int]


def looks(child: Child, *, starts: date, ends: date, on: date) -> tuple[Look, ...]:
    """Return what concerns the child in civil days [starts, ends), latest first: two queries.

    on: the reader's day; what is withheld until a later one is left out.
    """
    rows = ledger.looks(
        child.concerned, starts=_midnight(starts, child), ends=_midnight(ends, child)
    )
    found = (told(row, child) for row in rows if _concerns(row, child))
    return tuple(look for look in found if not _is_withheld(look.row, on))


def look(entry_id: UUID, child: Child, *, on: date) -> Look | None:
    """Return one look that concerns the child and may be told on a day, or None: one query."""
    row = ledger.look(entry_id, child.concerned)
    if row is None or not _concerns(row, child) or _is_withheld(row, on):
        return None
    return told(row, child)


def withheld(child: Child, *, on: date) -> tuple[Withheld, ...]:
    """Return how many looks are withheld on a day, by the day they will be told: one query."""
    days = [
        row.withheld_until
        for row in ledger.withheld(child.concerned, on=on)
        if row.withheld_until and _concerns(row, child)
    ]
    return tuple(Withheld(day, days.count(day)) for day in sorted(set(days)))


def lines(found: Iterable[Look]) -> tuple[Line, ...]:
    """Return looks as lines, latest first: daily work is one line a person, class and day."""
    grouped: dict[object, list[Look]] = {}
    for one in found:
        work = (one.row.user_id, one.row.hat, one.class_id, one.day)
        grouped.setdefault(work if one.kind is Kind.DAILY else one.row.id, []).append(one)
    return tuple(Line(tuple(group)) for group in grouped.values())


def _midnight(day: date, child: Child) -> datetime:
    return datetime.combine(day, time(), tzinfo=child.zone)


def _civil(at: datetime, child: Child) -> date:
    return at.astimezone(child.zone).date()


def _is_withheld(row: LookRow, on: date) -> bool:
    return row.withheld_until is not None and on < row.withheld_until


def _is_of_the_family(row: LookRow) -> bool:
    """Say whether it is a guardian's or the pupil's own look, of which the others are not told."""
    return row.kind == "look" and row.hat in OF_A_FAMILY


def _concerns(row: LookRow, child: Child) -> bool:
    if row.subject_id in child.unknown or _is_of_the_family(row):
        return False
    if row.listed or row.subject_id == child.member_id:
        return True
    day = _civil(row.at, child)
    starts, ends = row.span or (day, day + DAY)
    return any(
        seat.class_id == row.subject_id and seat.stood_at(row.at) and seat.overlaps(starts, ends)
        for seat in child.seats
    )


def told(row: LookRow, child: Child) -> Look:
    """Return an entry as a look: its kind, its civil day, whose work it was."""
    day = _civil(row.at, child)
    klass = row.subject_id if row.subject_kind == "klass" else child.homeroom(day)
    return Look(row, _kind(row), day, klass)


def _kind(row: LookRow) -> Kind:
    if row.kind == "refused":
        return Kind.REFUSED
    if row.event.startswith(DELIVERIES):
        return Kind.DELIVERY
    return Kind.DAILY if row.daily else Kind.OTHER
