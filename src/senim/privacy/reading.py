"""Whose page of looks one may read, and the page: one month, narrowed and cut into pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from senim.ledger import cases as ledger_cases
from senim.ledger import looks as ledger_looks
from senim.ledger import services as ledger
from senim.ledger.cases import Asked, Case
from senim.privacy import looks
from senim.privacy.looks import Child, Kind, Line, Withheld
from senim.privacy.people import Ground, Known, Who, known
from senim.rules.access import Actor, reads_looks
from senim.rules.errors import NotFound
from senim.schools.enrolled import enrolled
from senim.schools.pupils import PupilCard, pupils, school_of
from senim.schools.queries import ClassCard, class_cards_by_id, schools

LOOKED = "privacy.looks.looked"
PAGE_LINES = 50
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may read who looked at a child. own: all their children, as pages name them."""

    child: Child
    pupil: PupilCard
    own: tuple[PupilCard, ...]
    cases: tuple[Asked, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Asking:
    """Which looks are asked for. month: its first day; kind, who: empty for all; page: from 1."""

    month: date
    kind: str = ""
    who: str = ""
    page: int = 1

    @property
    def ends(self) -> date:
        """The first day of the next month."""
        return (self.month + 31 * DAY).replace(day=1)


@dataclass(frozen=True, slots=True)
class Told:
    """A line with what names it."""

    line: Line
    who: Who
    ground: Ground
    klass: ClassCard | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of lines. people: everyone of the month, to narrow by; total: lines in all."""

    told: tuple[Told, ...]
    people: tuple[Who, ...]
    total: int
    page: int
    withheld: tuple[Withheld, ...]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_LINES))


def reader(member_id: UUID, *, actor: Actor, at: datetime) -> Reader:
    """Return who reads about which child: three queries.

    Raises NotFound where it is not theirs to read, after recording the refused look.
    """
    viewer = actor.viewer
    cards = pupils(viewer, {*viewer.pupil_ids, member_id}, starts=viewer.on, ends=viewer.on + DAY)
    card = cards.get(member_id)
    if card is None or not reads_looks(viewer, card.subject(viewer.on)):
        if school_id := card.school.id if card else school_of(member_id):
            thing = ledger.Thing("member", member_id, school_id)
            ledger.refused(thing, actor=actor, at=at, event=LOOKED)
        raise NotFound("not_found")
    asked = ledger_cases.questions(viewer.user_id, member_id, school_id=card.school.id)
    child = Child(
        card.school.id,
        card.school.zone,
        member_id,
        enrolled(viewer, member_id),
        asked.of_others,
    )
    own = tuple(
        one
        for one in cards.values()
        if one.member_id in viewer.pupil_ids and reads_looks(viewer, one.subject(viewer.on))
    )
    return Reader(child, card, own, asked.own, at.astimezone(card.school.zone).date())


def page(reading: Reader, asking: Asking) -> Page:
    """Return a page of who looked in a month: six queries, and those of temporary openings."""
    child = reading.child
    found = looks.lines(looks.looks(child, starts=asking.month, ends=asking.ends, on=reading.on))
    naming = known(child.school_id, found)
    told = [(line, naming.who(line.first)) for line in found]
    chosen = [
        (line, who)
        for line, who in told
        if asking.kind in ("", line.first.kind) and asking.who in ("", who.key)
    ]
    number = min(max(asking.page, 1), max(1, -(-len(chosen) // PAGE_LINES)))
    shown = chosen[(number - 1) * PAGE_LINES : number * PAGE_LINES]
    return Page(
        _told(shown, naming),
        _people(who for _, who in told),
        len(chosen),
        number,
        looks.withheld(child, on=reading.on),
    )


def one(reading: Reader, entry_id: UUID) -> Told:
    """Return the line of one look. Raises NotFound for what is not the reader's to know."""
    found = looks.look(entry_id, reading.child, on=reading.on)
    if found is None:
        raise NotFound("not_found")
    line = Line((found,))
    naming = known(reading.child.school_id, [line])
    return _told([(line, naming.who(found))], naming)[0]


def asked_about(case: Case) -> Told | None:
    """Return the look a case asks about, for those who answer it, or None for another case."""
    if case.kind != Case.Kind.LOOKS_WRONG:
        return None
    row = ledger_looks.entry_of_case(case.subject_id, school_id=case.school_id)
    card = schools([case.school_id])[case.school_id]
    nobody = Child(case.school_id, card.zone, case.subject_id, ())
    if row is None:
        return None
    found = looks.told(row, nobody)
    naming = known(case.school_id, [Line((found,))])
    return _told([(Line((found,)), naming.who(found))], naming)[0]


def _told(shown: Iterable[tuple[Line, Who]], naming: Known) -> tuple[Told, ...]:
    lines = tuple(shown)
    classes = class_cards_by_id(
        {look.class_id for line, _ in lines for look in line.looks if look.class_id}
    )
    return tuple(
        Told(line, who, naming.ground(line.first, who), _class_of(line, classes))
        for line, who in lines
    )


def _class_of(line: Line, classes: dict[UUID, ClassCard]) -> ClassCard | None:
    by_class = line.first.kind is Kind.DAILY or line.first.row.subject_kind == "klass"
    return classes.get(line.first.class_id) if by_class and line.first.class_id else None


def _people(found: Iterable[Who]) -> tuple[Who, ...]:
    return tuple({who.key: who for who in found}.values())
