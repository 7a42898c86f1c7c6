"""What identifies people of a school, opened one at a time, and whose identity is protected.

Each identifier opened is a look of its own, with its purpose. Doors ask beforehand that the actor
has just shown who they are.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from senim.ledger import services as ledger
from senim.people import identifiers, protection
from senim.people import queries as people
from senim.people.identifiers import Covered, Identifier
from senim.rules.access import Action, Actor, Subject, Viewer, fields_open, may, require
from senim.rules.errors import Invalid, NotFound
from senim.rules.fields import FieldClass
from senim.schools import rolls
from senim.schools.pupils import PupilCard
from senim.schools.queries import record_school
from senim.schools.rolls import RollLine

PURPOSES = ("record", "certificate", "correction", "safety")
"""For what an office opens an identifier; words `purpose.<code>`."""
OWN_PURPOSE = "own"


def identifiers_of_person(line: RollLine, *, school_id: UUID, viewer: Viewer) -> Covered:
    """Return what is on file about somebody of the roll, as far as it is the viewer's to know."""
    return _covered(line.user_id, viewer, leads=school_id in viewer.led_school_ids)


def identifier_of_person(
    what: Identifier,
    line: RollLine,
    *,
    school_id: UUID,
    purpose: str,
    actor: Actor,
    at: datetime,
) -> str | None:
    """Return an identifier of a pupil of the roll, with the look recorded before it leaves.

    Raises NotFound unless it is open to the actor, Invalid("purpose_missing").
    """
    _require_pupil(line, school_id, actor.viewer)
    if purpose not in PURPOSES:
        raise Invalid("purpose_missing")
    found = identifiers_of_person(line, school_id=school_id, viewer=actor.viewer)
    if what == "address" and not found.has_address:
        raise NotFound("not_found")
    thing = ledger.Thing("member", line.member_id, school_id, purpose=purpose)
    ledger.look(thing, actor=actor, at=at, event=f"people.{what}.looked")
    return identifiers.identifier_of(line.user_id, what)


def change_address(
    line: RollLine, address: str, *, school_id: UUID, actor: Actor, at: datetime
) -> None:
    """Put a home address of a pupil of the roll on file.

    Raises NotFound, Invalid as people do, Invalid("address_led") where one may not read it.
    """
    viewer = actor.viewer
    _require_pupil(line, school_id, viewer)
    if school_id not in viewer.led_school_ids and _shares_a_protected_home(line.user_id, viewer):
        raise Invalid("address_led")
    thing = ledger.Thing("member", line.member_id, school_id)
    identifiers.set_address(line.user_id, address, thing, actor=actor, at=at)


def _covered(user_id: UUID, viewer: Viewer, *, leads: bool) -> Covered:
    """Return what is on file; an address that is a protected guardian's too only for who leads."""
    found = identifiers.covered(user_id)
    if found.has_address and not leads and _shares_a_protected_home(user_id, viewer):
        return Covered(found.iin_ends)
    return found


def _shares_a_protected_home(user_id: UUID, viewer: Viewer) -> bool:
    guardians = people.guardians_of([user_id], on=viewer.on, protected=True)
    return any(one.protected and one.user_id != viewer.user_id for one in guardians)


def _require_pupil(line: RollLine, school_id: UUID, viewer: Viewer) -> None:
    _require_identifiers(viewer, Subject(school_id, protected=line.protected))
    if not line.learns_in:
        raise NotFound("not_found")


def _require_identifiers(viewer: Viewer, subject: Subject) -> None:
    require(viewer, Action.OPEN_IDENTIFIER, subject)
    if FieldClass.IDENTIFIER not in fields_open(viewer, subject):
        raise NotFound("not_found")


@dataclass(frozen=True, slots=True)
class OwnIdentifiers:
    """What is on file about a pupil, as the family reads it; opens: the reader may open them."""

    covered: Covered
    opens: bool


def identifiers_of_ward(card: PupilCard, *, actor: Actor) -> OwnIdentifiers:
    """Return what is on file about the reader's own ward, or about themselves as a pupil.

    Where a guardian besides the reader is protected, the address is theirs too: none is told.
    """
    viewer, subject = actor.viewer, card.subject(actor.viewer.on)
    if FieldClass.IDENTIFIER not in fields_open(viewer, subject):
        return OwnIdentifiers(Covered(), opens=False)
    found = _covered(card.user_id, viewer, leads=False)
    return OwnIdentifiers(found, opens=may(viewer, Action.OPEN_IDENTIFIER, subject))


def identifier_of_ward(
    what: Identifier, card: PupilCard, *, actor: Actor, at: datetime
) -> str | None:
    """Return an identifier of the actor's ward, the look recorded. Raises NotFound."""
    _require_identifiers(actor.viewer, card.subject(actor.viewer.on))
    found = identifiers_of_ward(card, actor=actor).covered
    if what == "address" and not found.has_address:
        raise NotFound("not_found")
    thing = ledger.Thing("member", card.member_id, card.school.id, purpose=OWN_PURPOSE)
    ledger.look(thing, actor=actor, at=at, event=f"people.{what}.looked")
    return identifiers.identifier_of(card.user_id, what)


def own_identifier(what: Identifier, *, actor: Actor, at: datetime) -> str | None:
    """Return the actor's own identifier, the look recorded."""
    school_id = record_school(actor.user_id, on=actor.viewer.on)
    thing = ledger.Thing("user", actor.user_id, school_id, purpose=OWN_PURPOSE)
    ledger.look(thing, actor=actor, at=at, event=f"people.{what}.looked")
    return identifiers.identifier_of(actor.user_id, what)


@dataclass(frozen=True, slots=True)
class Protectable:
    """A person of the roll, or one of their guardians; order: what protects them now."""

    user_id: UUID
    name: str
    order: protection.Order | None


def protectable(line: RollLine, *, school_id: UUID, viewer: Viewer) -> tuple[Protectable, ...]:
    """Return the pupil and guardians one may put under protection; nobody, unless one leads."""
    if not (line.learns_in and may(viewer, Action.PROTECT, Subject(school_id))):
        return ()
    guardians = rolls.guardians(viewer, school_id, [line.user_id], on=viewer.on)
    named = {line.user_id: line.name}
    named |= {one.user_id: one.name for one in guardians if not one.restricted}
    orders = protection.orders(named, on=viewer.on)
    return tuple(Protectable(key, name, orders.get(key)) for key, name in named.items())


def protect(
    user_id: UUID, line: RollLine, *, ground: str, school_id: UUID, actor: Actor, at: datetime
) -> None:
    """Put a pupil of the roll, or a guardian of theirs, under protection from today.

    The entry tells that it was done, not why. Raises NotFound, Invalid as `people.protection` does.
    """
    thing = _protectable(user_id, line, school_id=school_id, viewer=actor.viewer)
    with ledger.entry("people.protection.begun", thing, actor=actor, at=at):
        protection.begin(user_id, school_id=school_id, ground=ground, on=actor.viewer.on)


def unprotect(
    user_id: UUID, line: RollLine, *, school_id: UUID, actor: Actor, at: datetime
) -> None:
    """End a protection from today on. Raises NotFound, Invalid("protection_none")."""
    thing = _protectable(user_id, line, school_id=school_id, viewer=actor.viewer)
    with ledger.entry("people.protection.ended", thing, actor=actor, at=at):
        protection.end(user_id, on=actor.viewer.on)


def _protectable(user_id: UUID, line: RollLine, *, school_id: UUID, viewer: Viewer) -> ledger.Thing:
    within = protectable(line, school_id=school_id, viewer=viewer)
    if user_id not in {one.user_id for one in within}:
        raise NotFound("not_found")
    if user_id == line.user_id:
        return ledger.Thing("member", line.member_id, school_id)
    return ledger.Thing("user", user_id, school_id)
