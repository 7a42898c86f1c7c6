"""Opening a record for a while, and closing it: each is an entry, and somebody else is told.

Nothing is granted: an opening is a dated fact that ends by itself. See docs/decisions/0010.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from senim.ledger import cases
from senim.ledger import services as ledger
from senim.ledger.sealing.queries import require_sealed
from senim.people import queries as people
from senim.rules import openings as rules
from senim.rules import working_days
from senim.rules.access import Actor, Hat
from senim.rules.errors import Invalid, NotFound, Refusal
from senim.schools import accesses, areas, pupils
from senim.schools.models import Access, Role
from senim.schools.queries import schools

OPENED = "schools.access.opened"
ENDED = "schools.access.ended"
STAFF = frozenset({Hat.TEACHER, Hat.OFFICE})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be opened, why, until when; told: the second person, if there is one."""

    kind: Access.Kind
    school_id: UUID
    user_id: UUID
    reason: str
    ends_at: datetime
    member_id: UUID | None = None
    ground: str = ""
    told: UUID | None = None


def open_emergency(member_id: UUID, *, reason: str, actor: Actor, at: datetime) -> UUID:
    """Open one pupil's record to a member of the pupil's own school for half an hour.

    Tells the head (else a deputy, else an official above) at once, and opens a case to be answered
    within a working day. Returns the opening's id. Raises NotFound, with the refused look on
    record, for who is not of the school's staff; Invalid for the reason, or nobody_to_tell.
    """
    school_id = pupils.school_of(member_id)
    if school_id is None:
        raise NotFound("not_found")
    if not is_staff(actor, school_id):
        thing = ledger.Thing("member", member_id, school_id)
        ledger.refused(thing, actor=actor, at=at, event=OPENED)
        raise NotFound("not_found")
    wish = Wish(
        Access.Kind.EMERGENCY,
        school_id,
        actor.user_id,
        rules.reason_of(reason),
        at + rules.EMERGENCY,
        member_id,
        told=second_person(school_id, actor=actor),
    )
    if wish.told is None:
        raise Invalid("nobody_to_tell")
    with _opened(wish, actor=actor, at=at) as access:
        case = cases.open_case(
            cases.Case.Kind.EMERGENCY,
            ledger.Thing("access", access.id, school_id),
            due_on=working_days.due(_day(school_id, at), rules.REVIEW_DAYS),
            actor=actor,
            at=at,
            member_id=member_id,
            said=wish.reason,
        )
        _tell(wish, "emergency_opened", access, at=at, case=case)
    return access.id


def open_case(
    member_id: UUID | None, *, ground: str, reason: str, actor: Actor, at: datetime
) -> UUID:
    """Open one pupil's record to an official for an hour, on the number of their case.

    The head is told and the family sees it. Returns the opening's id. Raises Invalid for the case
    number or the reason, then NotFound for a pupil outside the official's area, or none (member_id
    is None): the order in which a refusal tells nothing. Each is on the record of the pupil meant.
    """
    school_id = pupils.school_of(member_id) if member_id else None
    try:
        number, said = rules.case_number_of(ground), rules.reason_of(reason)
        areas.require_oversight(actor, school_id)
    except Refusal:
        if member_id and school_id:
            thing = ledger.Thing("member", member_id, school_id)
            ledger.refused(thing, actor=actor, at=at, event=OPENED)
        raise
    if member_id is None or school_id is None:
        raise NotFound("not_found")
    wish = Wish(
        Access.Kind.CASE,
        school_id,
        actor.user_id,
        said,
        at + rules.CASE,
        member_id,
        ground=number,
        told=second_person(school_id, actor=actor),
    )
    with _opened(wish, actor=actor, at=at) as access:
        _tell(wish, "case_access_opened", access, at=at)
    return access.id


def open_support(
    user_id: UUID, *, school_id: UUID, reason: str, hours: str, actor: Actor, at: datetime
) -> UUID:
    """Open a school's pages to a support person for some hours, on the school's own request.

    Returns the opening's id. Raises NotFound unless the actor leads the school and the person works
    in support; Invalid for the reason or the hours, and ledger_unsealed while sealing is late.
    """
    if school_id not in actor.viewer.led_school_ids:
        ledger.refused(ledger.Thing("org", school_id, school_id), actor=actor, at=at, event=OPENED)
        raise NotFound("not_found")
    if user_id not in supporters(actor):
        raise NotFound("not_found")
    require_sealed(at)
    wish = Wish(
        Access.Kind.SUPPORT,
        school_id,
        user_id,
        rules.reason_of(reason),
        rules.support_ends(hours, at=at),
        told=user_id,
    )
    with _opened(wish, actor=actor, at=at) as access:
        _tell(wish, "support_opened", access, at=at)
    return access.id


def end(access_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End an opening before its time: by whom it was opened to, or by who leads the school.

    Raises NotFound for anybody else, and for what is over already.
    """
    found = Access.objects.seen_by(actor.viewer).filter(accesses.in_force(at), id=access_id)
    access = found.first()
    if access is None:
        raise NotFound("not_found")
    with ledger.entry(ENDED, _thing(access), actor=actor, at=at) as entry:
        rows = Access.objects.in_entry().filter(id=access_id, ended_at__isnull=True)
        rows.update(ended_at=at, ended_by=actor.user_id)
        entry.facts = {"access": access.id, "kind": access.kind}


def is_staff(actor: Actor, school_id: UUID) -> bool:
    """Say whether somebody acts as staff of a school: teaches there, or holds a post in it."""
    ties = actor.viewer.ties
    return actor.viewer.hat in STAFF and any(tie.school_id == school_id for tie in ties)


def supporters(actor: Actor) -> dict[UUID, str]:
    """Return by person the names of who works in support, whom a school may ask for help."""
    held = accesses.posts(actor.viewer.on, [Role.Kind.SUPPORT])
    return people.shown_names(held.values_list("user_id", flat=True))


def second_person(school_id: UUID, *, actor: Actor) -> UUID | None:
    """Return who is told at once: the head, else a deputy, else an official above, not oneself."""
    on = actor.viewer.on
    for kind, orgs in (
        (Role.Kind.HEAD, (school_id,)),
        (Role.Kind.DEPUTY, (school_id,)),
        (Role.Kind.OFFICIAL, areas.above(school_id)),
    ):
        held = accesses.posts(on, [kind]).filter(school_id__in=orgs)
        others = held.exclude(user_id=actor.user_id).order_by("starts", "id")
        if found := others.values_list("user_id", flat=True).first():
            return found
    return None


def _thing(access: Access) -> ledger.Thing:
    if access.member_id is None:
        return ledger.Thing("org", access.school_id, access.school_id)
    return ledger.Thing("member", access.member_id, access.school_id)


@contextmanager
def _opened(wish: Wish, *, actor: Actor, at: datetime) -> Iterator[Access]:
    """Write an opening with its entry; what the caller writes beside it shares the transaction."""
    access = Access(
        school_id=wish.school_id,
        kind=wish.kind,
        user_id=wish.user_id,
        member_id=wish.member_id,
        reason=wish.reason,
        ground=wish.ground,
        opened_by=actor.user_id,
        told_user_id=wish.told,
        opened_at=at,
        ends_at=wish.ends_at,
    )
    with ledger.entry(OPENED, _thing(access), actor=actor, at=at) as entry:
        Access.objects.in_entry().bulk_create([access])
        entry.facts = {"access": access.id, "kind": access.kind, "until": access.ends_at}
        yield access


def _tell(
    wish: Wish, code: str, access: Access, *, at: datetime, case: cases.Case | None = None
) -> None:
    zone = schools([wish.school_id])[wish.school_id].zone
    facts: dict[str, Any] = {
        "access": str(access.id),
        "by": people.shown_name(access.opened_by),
        "until": f"{wish.ends_at.astimezone(zone):%H:%M}",
        "ground": wish.ground or (str(case.number) if case else ""),
    }
    cases.tell(code, school_id=wish.school_id, at=at, user_id=wish.told, case=case, facts=facts)


def _day(school_id: UUID, at: datetime) -> date:
    return at.astimezone(schools([school_id])[school_id].zone).date()
