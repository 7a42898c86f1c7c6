"""The diff while it is being made: what is named, what is counted, what is to be written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any, Generic
from uuid import UUID

from senim.exchange.oneroster.batches import batches
from senim.exchange.oneroster.diffing.tally import Tally
from senim.exchange.oneroster.findings import Notes
from senim.exchange.oneroster.index import Index, Key, Link
from senim.exchange.oneroster.roster import Roster, Table
from senim.people.services import NewAccount, NewGuardianship, NewPerson
from senim.schools import services as schools
from senim.schools.services import NewEnrollment, NewRole, Value

COLUMNS: Mapping[str, str] = {
    "kind": "type",
    "parent_id": "parentSourcedId",
    "school_id": "schoolSourcedId",
    "course_id": "courseSourcedId",
    "class_id": "classSourcedId",
    "member_id": "userSourcedId",
    "user_id": "userSourcedId",
    "code": "courseCode",
    "grade": "grades",
    "starts": "beginDate",
    "ends": "endDate",
    "school_year": "schoolYear",
    "given_name": "givenName",
    "family_name": "familyName",
    "middle_name": "middleName",
    "birth_date": "birthDate",
}
"""What the files call our fields, for people who read the diff beside them."""


@dataclass(slots=True)
class Plan:
    """What is to be written."""

    puts: dict[type, list[Any]] = field(default_factory=dict)
    withdrawn: dict[type, list[UUID]] = field(default_factory=dict)
    closed: dict[type, list[UUID]] = field(default_factory=dict)
    new_people: dict[UUID, NewPerson] = field(default_factory=dict)
    renamed: list[NewPerson] = field(default_factory=list)
    identified: list[NewPerson] = field(default_factory=list)
    withdrawn_people: list[UUID] = field(default_factory=list)
    new_accounts: list[NewAccount] = field(default_factory=list)
    accounts_on: list[UUID] = field(default_factory=list)
    accounts_off: list[UUID] = field(default_factory=list)
    new_guardianships: list[NewGuardianship] = field(default_factory=list)
    resumed_guardianships: list[UUID] = field(default_factory=list)
    ended_guardianships: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Want(Generic[Value]):
    """One row as the set wants it. build: gives it from the row as it stands, or from nothing.

    mark: what the tally counts it by. fresh: the source names it for the first time.
    """

    mark: object
    line: int
    link: Link
    fresh: bool
    build: Callable[[Value | None], Value]


@dataclass(frozen=True, slots=True)
class Span:
    """What other tables need of a session or class: its school year and days."""

    school_year: int
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Taught:
    """What enrolments need of a class. org: the school's id in the source."""

    id: UUID
    school_id: UUID
    org: str
    starts: date


class Diff:
    """What one set changes. on: the civil day of the run, for what the files leave undated."""

    def __init__(self, roster: Roster, index: Index, notes: Notes, *, on: date) -> None:
        self.roster, self.index, self.notes, self.on = roster, index, notes, on
        self.plan = Plan()
        self.tallies: dict[str, Tally] = {}
        self.orgs: dict[str, schools.NewOrg] = {}
        self.school_orgs: list[str] = []
        self.spans: dict[str, Span] = {}
        self.classes: dict[str, Taught] = {}
        self.members: dict[tuple[str, str], UUID] = {}
        self.names: dict[UUID, str] = {}
        self.words: dict[str, set[str]] = {}

    def tally(self, name: str, kind: str, table: Table[Any] | None = None) -> Tally:
        """Open the tally of a table; one that follows from other files has none of its own."""
        before = {self.mark(key) for key, _ in self.index.before(kind)}
        tally = Tally(name, self.roster.users.file, "", before=len(before))
        if table:
            tally.file, tally.mode, tally.rows = table.file, table.mode, table.count
            tally.refused, tally.unused = len(table.refused), len(table.unused)
        self.tallies[name] = tally
        return tally

    @staticmethod
    def mark(key: Key) -> object:
        """Return what a tally counts a name by: a session counts once, whatever the schools."""
        return key.sourced_id if key.kind == "academicSession" else key

    def claim(
        self, key: Key, *, said: str = "", target: UUID | None = None, adopted: bool = False
    ) -> tuple[Link, bool]:
        """Name a thing; return its link and whether the source names it for the first time."""
        fresh = self.index.known(key) is None
        return self.index.claim(key, said=said, target=target, adopted=adopted), fresh

    def find(self, table: Table[Any], key: Key) -> UUID | None:
        """Return what an id of a table stands for after this run, or None."""
        if self.index.is_claimed(key):
            return self.index.target(key)
        if table.mode == "bulk" or key.sourced_id in table.gone:
            return None
        link = self.index.known(key)
        return link.target_id if link else None

    @staticmethod
    def is_told(table: Table[Any], sourced_id: str) -> bool:
        """Say whether a file has a row of this id: where it stands for nothing, it was faulty."""
        return sourced_id in table.named and sourced_id not in table.gone

    def need(
        self, table: Table[Any], key: Key, *, file: str, line: int, column: str
    ) -> UUID | None:
        """Return what an id stands for; note a fault where it stands for nothing."""
        target = self.find(table, key)
        if target is None and not self.is_told(table, key.sourced_id):
            self.notes.fault(file, line, column, "unknown_reference")
        return target

    def settle(self, tally: Tally, kind: type[Value], wants: Iterable[Want[Value]]) -> None:
        """Compare what is wanted with what stands; note and plan what differs."""
        for batch in batches(wants):
            now = schools.standing(kind, "id", [want.link.target_id for want in batch])
            for want in batch:
                stands = now.get(want.link.target_id)
                value = want.build(stands[0] if stands else None)
                changes = () if want.link.adopted and stands else _changes(value, stands)
                if changes:
                    self.plan.puts.setdefault(kind, []).append(value)
                tally.note(want.mark, want.line, fresh=want.fresh, fields=changes)


def _changes(value: object, stands: tuple[object, bool] | None) -> tuple[str, ...]:
    """Return what differs from the row as it stands and whether it is in use."""
    if stands is None:
        return ("status",)
    return (*differing(value, stands[0]), *(() if stands[1] else ("status",)))


def differing(value: Any, other: Any) -> tuple[str, ...]:
    """Return the fields in which two values of one shape differ, in the files' words."""
    return tuple(
        COLUMNS.get(f.name, f.name)
        for f in fields(value)
        if getattr(value, f.name) != getattr(other, f.name)
    )


def days(
    said: tuple[date | None, date | None],
    stands: NewEnrollment | NewRole | None,
    *,
    default: date,
    earlier: str | None,
) -> tuple[date, date | None]:
    """Return from when to when a tie holds.

    A blank start stays as it stands, or is `default`. A blank end stays as the office set it,
    unless it was the source that had set it. earlier: the end the source said before; None where
    it names the tie for the first time.
    """
    starts = said[0] or (stands.starts if stands else default)
    ends = said[1]
    if ends is None and stands and earlier == "" and (stands.ends or starts) > starts:
        ends = stands.ends
    if ends is not None and ends <= starts:
        starts = ends - timedelta(days=1)
    return starts, ends


def language_of(text: str) -> str:
    """Return the language a text is written in, as far as its letters tell."""
    letters = set(text.casefold())
    if letters & set("әғқңөұүһі"):
        return "kk"
    return "ru" if any("а" <= letter <= "ё" for letter in letters) else "en"


def words_of(text: str, stands: Mapping[str, str] | None) -> dict[str, str]:
    """Return a text as words by language; where it stands already, with what the office added."""
    if stands and text in stands.values():
        return dict(stands)
    return {language_of(text): text}
