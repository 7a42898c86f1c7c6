"""What the school keeps about a pupil, and about the guardian who reads it: covered, opened singly.

Only the family has this page. Covered values are of the reader's own or their ward, see
`schools.identities`.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from senim.journal.diary_access import find_pupil
from senim.ledger.services import Thing
from senim.people import identifiers
from senim.people.identifiers import Covered, Identifier
from senim.rules.access import Actor, Hat, fields_open, is_own
from senim.rules.errors import NotFound
from senim.rules.fields import F0, F1, F5, FieldClass
from senim.schools import identities
from senim.schools.pupils import PupilCard
from senim.web.diary.children import Child, children
from senim.web.door import actor_of, show, time_of
from senim.web.session import require_step_up

ROSTER = FieldClass.ROSTER
EVENT = "people.about.looked"
FORMS: dict[str, Identifier] = {"open_iin": "iin", "open_address": "address"}


@dataclass(frozen=True, slots=True)
class OfPupil:
    """A pupil's identifiers, covered; opened: "iin" or "address" with its value, just opened."""

    iin_ends: F5[str | None]
    has_address: F5[bool]
    opened: F0[str] = ""
    value: F5[str] = ""


@dataclass(frozen=True, slots=True)
class OfReader:
    """The same of the reader: F0, since it is they who read it."""

    iin_ends: F0[str | None]
    has_address: F0[bool]
    opened: F0[str] = ""
    value: F0[str] = ""


@dataclass(frozen=True, slots=True)
class About:
    """The page. opens: the reader may open what is covered; own: the reader, where a guardian."""

    member_id: F0[UUID]
    shown_name: F1[str]
    class_title: F1[str]
    school: F1[dict[str, str]]
    children: F0[tuple[Child, ...]]
    pupil: F5[OfPupil]
    opens: F0[bool]
    own: F0[OfReader | None]


def about(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Show the page (GET), or open one identifier on it (POST), once its reader stepped up."""
    actor, at = actor_of(request), time_of(request)
    on = actor.viewer.on
    card, own = find_pupil(
        member_id, actor=actor, at=at, starts=on, ends=on + timedelta(days=1), event=EVENT
    )
    subject = card.subject(on)
    if not is_own(actor.viewer, subject) or ROSTER not in fields_open(actor.viewer, subject):
        raise NotFound("not_found")
    whose, what, value = _opened(request, card, actor)
    found = identities.identifiers_of_ward(card, actor=actor)
    room = card.homeroom(on)
    page = About(
        member_id=member_id,
        shown_name=card.shown_name,
        class_title=room.title if room else "",
        school=card.school.name,
        children=children(own, actor.viewer, current=member_id),
        pupil=OfPupil(*_told(found.covered), *((what, value) if whose == "pupil" else ())),
        opens=found.opens,
        own=_own(actor, (what, value) if whose == "own" else ()),
    )
    thing = Thing("member", member_id, card.school.id)
    return show(request, "diary/about.html", page, subject=subject, thing=thing, event=EVENT)


def _opened(request: HttpRequest, card: PupilCard, actor: Actor) -> tuple[str, str, str]:
    """Return whose identifier was opened, which one, and what it says; empty where none was."""
    what = FORMS.get(request.POST.get("do", ""))
    if what is None or actor.viewer.hat is not Hat.GUARDIAN:
        return "", "", ""
    require_step_up(request)
    at = time_of(request)
    if request.POST.get("whose") == "own":
        return "own", what, identities.own_identifier(what, actor=actor, at=at) or ""
    value = identities.identifier_of_ward(what, card, actor=actor, at=at)
    return "pupil", what, value or ""


def _own(actor: Actor, opened: tuple[str, ...]) -> OfReader | None:
    if actor.viewer.hat is not Hat.GUARDIAN:
        return None
    return OfReader(*_told(identifiers.covered(actor.user_id)), *opened)


def _told(covered: Covered) -> tuple[str | None, bool]:
    return covered.iin_ends, covered.has_address
