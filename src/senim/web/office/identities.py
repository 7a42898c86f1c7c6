"""A person's IIN and address, opened one at a time, and the protection of their identity.

Each is asked for by a form, after its sender has just shown who they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from senim.people import protection
from senim.people.identifiers import Identifier
from senim.rules.errors import Invalid, NotFound
from senim.schools import identities
from senim.schools.rolls import RollLine
from senim.web.door import time_of
from senim.web.office import pages
from senim.web.office.views import Desk
from senim.web.session import require_step_up


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a form brought about: what was done, as a key of words, or the identifier it opened."""

    done: str = ""
    opened: str = ""
    value: str = ""


Form = Callable[[Desk, HttpRequest, RollLine], Outcome]


def handle(here: Desk, request: HttpRequest, line: RollLine) -> tuple[Outcome, str]:
    """Do what the form asks, if it is one of these; return what came of it and a refusal's code.

    Raises StepUpNeeded before anything is done or read.
    """
    form = FORMS.get(request.POST.get("do", ""))
    if form is None:
        return Outcome(), ""
    require_step_up(request)
    try:
        return form(here, request, line), ""
    except Invalid as refusal:
        return Outcome(), refusal.code


def _open(what: Identifier) -> Form:
    def opened(here: Desk, request: HttpRequest, line: RollLine) -> Outcome:
        value = identities.identifier_of_person(
            what,
            line,
            school_id=here.school.id,
            purpose=request.POST.get("purpose", ""),
            actor=here.actor,
            at=time_of(request),
        )
        return Outcome(opened=what, value=value or "")

    return opened


def _change_address(here: Desk, request: HttpRequest, line: RollLine) -> Outcome:
    identities.change_address(
        line,
        request.POST.get("address", ""),
        school_id=here.school.id,
        actor=here.actor,
        at=time_of(request),
    )
    return Outcome("identity.saved")


def _protect(here: Desk, request: HttpRequest, line: RollLine) -> Outcome:
    identities.protect(
        _whom(request),
        line,
        ground=request.POST.get("ground", ""),
        school_id=here.school.id,
        actor=here.actor,
        at=time_of(request),
    )
    return Outcome("protection.begun")


def _unprotect(here: Desk, request: HttpRequest, line: RollLine) -> Outcome:
    identities.unprotect(
        _whom(request), line, school_id=here.school.id, actor=here.actor, at=time_of(request)
    )
    return Outcome("protection.ended")


def _whom(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("whom", ""))
    except ValueError:
        raise NotFound("not_found") from None


FORMS: Mapping[str, Form] = {
    "open_iin": _open("iin"),
    "open_address": _open("address"),
    "change_address": _change_address,
    "protect": _protect,
    "unprotect": _unprotect,
}


def identity_of(here: Desk, line: RollLine, outcome: Outcome) -> pages.Identity:
    """Return what is on file about a person, with the identifier just opened."""
    found = identities.identifiers_of_person(
        line, school_id=here.school.id, viewer=here.actor.viewer
    )
    return pages.Identity(found.iin_ends, found.has_address, outcome.opened, outcome.value)


def protectable(here: Desk, line: RollLine) -> tuple[pages.Protectable, ...]:
    """Return whom one may put under protection from this page."""
    return tuple(
        pages.Protectable(
            one.user_id,
            one.name,
            one.order.starts if one.order else None,
            one.order.ground if one.order else "",
        )
        for one in identities.protectable(line, school_id=here.school.id, viewer=here.actor.viewer)
    )


GROUNDS = protection.GROUNDS
PURPOSES = identities.PURPOSES
