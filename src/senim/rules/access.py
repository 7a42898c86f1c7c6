"""Who may see and do what, computed from dated facts; deny by default.

A `Tie` is one dated fact (a guardianship, a teaching assignment, a post). The ties in force under
the hat a person wears make a `Viewer`. `fields_open` and `may` answer from ties alone: nobody holds
a hand-given permission, so when the fact ends, access ends. Source: the access table of
docs/threats.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from senim.rules.errors import NotFound
from senim.rules.fields import FieldClass as F


class Hat(StrEnum):
    """In what capacity a person acts now; one session wears one."""

    PUPIL = "pupil"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    OFFICE = "office"
    OFFICIAL = "official"
    EMERGENCY = "emergency"
    SUPPORT = "support"
    CASE = "case"


TEMPORARY_HATS = frozenset({Hat.EMERGENCY, Hat.SUPPORT, Hat.CASE})
"""Put on for one opening that ends by itself; its id is the hat's."""

STAFF_HATS = frozenset({Hat.TEACHER, Hat.OFFICE, Hat.OFFICIAL}) | TEMPORARY_HATS


class Relation(StrEnum):
    """What ties a person to a school, a class or a pupil."""

    SELF = "self"
    WARD = "ward"
    WARD_RESTRICTED = "ward_restricted"
    TEACHES = "teaches"
    HOMEROOM = "homeroom"
    LEADS = "leads"
    KEEPS_ROLL = "keeps_roll"
    OVERSEES = "oversees"
    EMERGENCY = "emergency"
    SUPPORT = "support"
    CASE = "case"


class Action(StrEnum):
    """What can be changed, as the ledger and the policy rows name it."""

    RECORD_ATTENDANCE = "journal.attendance.record"
    RECORD_REASON = "journal.reason.record"
    RECORD_RESULT = "journal.result.record"
    WRITE_LESSON = "journal.lesson.write"
    KEEP_ROLL = "schools.roll.keep"
    PROTECT = "people.protection.keep"
    OPEN_IDENTIFIER = "people.identifier.open"


SEES: dict[Relation, frozenset[F]] = {
    Relation.SELF: frozenset({F.ROSTER, F.LEARNING, F.RECORD, F.CONTACT, F.IDENTIFIER}),
    Relation.WARD: frozenset(
        {F.ROSTER, F.LEARNING, F.RECORD, F.CONTACT, F.IDENTIFIER, F.SPECIAL, F.LEDGER}
    ),
    Relation.WARD_RESTRICTED: frozenset(),
    Relation.TEACHES: frozenset({F.ROSTER, F.LEARNING}),
    Relation.HOMEROOM: frozenset({F.ROSTER, F.LEARNING, F.RECORD, F.CONTACT}),
    Relation.LEADS: frozenset({F.ROSTER, F.LEARNING, F.RECORD, F.CONTACT, F.IDENTIFIER, F.LEDGER}),
    Relation.KEEPS_ROLL: frozenset({F.ROSTER, F.CONTACT, F.IDENTIFIER}),
    Relation.OVERSEES: frozenset(),
    Relation.EMERGENCY: frozenset({F.ROSTER, F.LEARNING, F.RECORD, F.CONTACT, F.SPECIAL}),
    Relation.SUPPORT: frozenset({F.ROSTER, F.LEARNING}),
    Relation.CASE: frozenset({F.ROSTER, F.LEARNING, F.RECORD}),
}

SEES_PROTECTED: dict[Relation, frozenset[F]] = {
    Relation.SELF: SEES[Relation.SELF],
    Relation.WARD: SEES[Relation.WARD] - {F.CONTACT, F.IDENTIFIER},
    Relation.TEACHES: SEES[Relation.TEACHES],
    Relation.HOMEROOM: SEES[Relation.HOMEROOM] - {F.CONTACT},
    Relation.LEADS: SEES[Relation.LEADS],
    Relation.EMERGENCY: SEES[Relation.EMERGENCY] - {F.CONTACT},
}
"""Of a person under protected identity; whose relation is not named here sees nothing of them."""

DOES: dict[Relation, frozenset[Action]] = {
    Relation.WARD: frozenset({Action.OPEN_IDENTIFIER}),
    Relation.TEACHES: frozenset(
        {Action.RECORD_ATTENDANCE, Action.RECORD_REASON, Action.RECORD_RESULT, Action.WRITE_LESSON}
    ),
    Relation.HOMEROOM: frozenset({Action.RECORD_REASON}),
    Relation.KEEPS_ROLL: frozenset({Action.KEEP_ROLL, Action.OPEN_IDENTIFIER}),
    Relation.LEADS: frozenset({Action.KEEP_ROLL, Action.OPEN_IDENTIFIER, Action.PROTECT}),
}


@dataclass(frozen=True, slots=True)
class AgeRule:
    """From which age, in full years, a pupil's own tie opens more. ground: why that age."""

    years: int
    opens: frozenset[F]
    ground: str


OWN_LEDGER = AgeRule(
    14,
    frozenset({F.LEDGER}),
    "our choice: by the Civil Code of Kazakhstan, article 22, one acts in part for oneself from 14",
)
"""When a pupil reads by themselves who looked at their record; no act names an age for it."""


def by_age(born: date | None, *, on: date, rule: AgeRule = OWN_LEDGER) -> frozenset[F]:
    """Return what a pupil's age opens on a day; nothing while the birth date is not known."""
    if born is None:
        return frozenset()
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return rule.opens if years >= rule.years else frozenset()


@dataclass(frozen=True, slots=True)
class Tie:
    """One dated fact. `starts` is in force, `ends` is the first day it no longer is.

    target_id: the member for SELF, WARD, EMERGENCY and CASE, the class for TEACHES and HOMEROOM,
    else the org.
    by_order: field classes opened beyond the relation's own: those a court order leaves open for
    WARD_RESTRICTED, those a pupil's age opens for SELF.
    """

    relation: Relation
    school_id: UUID
    target_id: UUID
    starts: date
    ends: date | None = None
    by_order: frozenset[F] = frozenset()

    def holds_on(self, day: date) -> bool:
        """Say whether the fact is in force on a day (half-open)."""
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at: a school's thing, narrowed to a class or to one pupil where it is so.

    class_ids: the class itself and its homeroom class, or all classes a pupil is enrolled in.
    protected: the pupil's identity is protected, see SEES_PROTECTED.
    """

    school_id: UUID
    class_ids: frozenset[UUID] = frozenset()
    member_id: UUID | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person under one hat, with the ties in force on `on`."""

    user_id: UUID
    hat: Hat
    on: date
    ties: tuple[Tie, ...] = ()
    _by_relation: dict[Relation, frozenset[UUID]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        grouped: dict[Relation, set[UUID]] = {}
        for tie in self.ties:
            if not tie.holds_on(self.on):
                raise ValueError("a viewer holds only ties in force; use viewer()")
            grouped.setdefault(tie.relation, set()).add(tie.target_id)
        frozen = {relation: frozenset(ids) for relation, ids in grouped.items()}
        object.__setattr__(self, "_by_relation", frozen)

    def targets(self, *relations: Relation) -> frozenset[UUID]:
        """Return the ids this viewer is tied to by any of the relations."""
        return frozenset().union(*(self._by_relation.get(r, frozenset()) for r in relations))

    @property
    def pupil_ids(self) -> frozenset[UUID]:
        """Members whose record is open one by one.

        Oneself, wards, wards as far as an order says, and whoever an opening names.
        """
        by_order = {
            t.target_id for t in self.ties if t.relation is Relation.WARD_RESTRICTED and t.by_order
        }
        opened = self.targets(Relation.EMERGENCY, Relation.CASE)
        return self.targets(Relation.SELF, Relation.WARD) | opened | by_order

    @property
    def class_ids(self) -> frozenset[UUID]:
        """Classes taught now."""
        return self.targets(Relation.TEACHES)

    @property
    def homeroom_ids(self) -> frozenset[UUID]:
        """Homeroom classes led now."""
        return self.targets(Relation.HOMEROOM)

    @property
    def led_school_ids(self) -> frozenset[UUID]:
        """Schools led as head or deputy."""
        return self.targets(Relation.LEADS)

    @property
    def roll_school_ids(self) -> frozenset[UUID]:
        """Schools whose roll is open: led, or kept as clerk.

        Persons under protected identity stand on it only for `led_school_ids`.
        """
        return self.targets(Relation.LEADS, Relation.KEEPS_ROLL)

    @property
    def supported_school_ids(self) -> frozenset[UUID]:
        """Schools that opened their pages to this viewer for support: names and points, no more."""
        return self.targets(Relation.SUPPORT)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: made once by a door, passed to every service.

    hat_id: the member (teacher, pupil), the org (office, official), the user (guardian) or the
    opening (emergency, support, case). posts: at how many organisations the person holds one.
    """

    account_id: UUID
    viewer: Viewer
    hat_id: UUID
    language: str = "kk"
    posts: int = 1

    @property
    def user_id(self) -> UUID:
        """The person behind the account."""
        return self.viewer.user_id


def viewer(user_id: UUID, *, hat: Hat, on: date, facts: Iterable[Tie]) -> Viewer:
    """Return the viewer with those of the facts that are in force on the day."""
    return Viewer(user_id, hat, on, tuple(fact for fact in facts if fact.holds_on(on)))


def _reaches(tie: Tie, subject: Subject) -> bool:
    if tie.school_id != subject.school_id:
        return False
    match tie.relation:
        case (
            Relation.SELF
            | Relation.WARD
            | Relation.WARD_RESTRICTED
            | Relation.EMERGENCY
            | Relation.CASE
        ):
            return tie.target_id == subject.member_id
        case Relation.TEACHES | Relation.HOMEROOM:
            return tie.target_id in subject.class_ids
        case _:
            return tie.target_id == subject.school_id


def fields_open(viewer: Viewer, subject: Subject) -> frozenset[F]:
    """Return the field classes this viewer may see of the subject; empty means: not found."""
    open_classes: set[F] = set()
    for tie in viewer.ties:
        if _reaches(tie, subject):
            open_classes |= _opened(tie, protected=subject.protected)
    return frozenset(open_classes)


def _opened(tie: Tie, *, protected: bool) -> frozenset[F]:
    opened = (SEES_PROTECTED if protected else SEES).get(tie.relation)
    return frozenset() if opened is None else opened | tie.by_order


def reads_looks(viewer: Viewer, subject: Subject) -> bool:
    """Say whether who looked (F8) at a pupil is open: one's own, or a ward's, as far as it goes."""
    return is_own(viewer, subject) and F.LEDGER in fields_open(viewer, subject)


def has_looks_to_read(viewer: Viewer) -> bool:
    """Say whether who looked is open for any of one's own, so that a menu can name the page."""
    own = (Relation.SELF, Relation.WARD, Relation.WARD_RESTRICTED)
    return any(
        tie.relation in own and F.LEDGER in SEES[tie.relation] | tie.by_order for tie in viewer.ties
    )


def is_own(viewer: Viewer, subject: Subject) -> bool:
    """Say whether the record looked at is one's own or one's ward's: no entry is written for it."""
    own = (Relation.SELF, Relation.WARD, Relation.WARD_RESTRICTED)
    return any(tie.relation in own and _reaches(tie, subject) for tie in viewer.ties)


def is_daily_work(viewer: Viewer, subject: Subject) -> bool:
    """Say whether this is work with one's own class: one entry a class and day."""
    work = (Relation.TEACHES, Relation.HOMEROOM)
    return any(tie.relation in work and _reaches(tie, subject) for tie in viewer.ties)


def may(viewer: Viewer, action: Action, subject: Subject) -> bool:
    """Say whether any tie in force allows the action on the subject."""
    return any(
        action in DOES.get(tie.relation, frozenset()) and _reaches(tie, subject)
        for tie in viewer.ties
    )


def require(viewer: Viewer, action: Action, subject: Subject) -> None:
    """Raise NotFound("not_found") unless the action is allowed."""
    if not may(viewer, action, subject):
        raise NotFound("not_found")
