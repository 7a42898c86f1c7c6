"""Support access: the school's lead opens its pages to one support person, for a few hours."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from senim.base.words import say
from senim.rules.errors import Invalid, NotFound
from senim.rules.fields import F0
from senim.rules.openings import LONGEST_SUPPORT
from senim.schools import accesses, openings
from senim.web.door import actor_of, plain, time_of
from senim.web.office.views import Desk, as_uuid, desk

HOURS = tuple(range(1, LONGEST_SUPPORT.seconds // 3600 + 1))


@dataclass(frozen=True, slots=True)
class Opening:
    """One support opening, towards who leads the school: staff of an operator, no pupil."""

    id: F0[UUID]
    name: F0[str]
    office: F0[dict[str, str] | None]
    reason: F0[str]
    by: F0[str]
    opened_at: F0[datetime]
    last: F0[datetime]
    open: F0[bool]


@dataclass(frozen=True, slots=True)
class SupportPage:
    """The form and what was opened. people: (id, name) of whom one may ask for help."""

    school: F0[str]
    people: F0[tuple[tuple[str, str], ...]]
    openings: F0[tuple[Opening, ...]]
    hours: F0[tuple[int, ...]] = HOURS
    who: F0[str] = ""
    reason: F0[str] = ""
    chosen: F0[str] = "1"
    faults: F0[tuple[tuple[str, str], ...]] = ()


def support(request: HttpRequest) -> HttpResponse:
    """Show who was let in (GET), let somebody in or end it (POST). For those who lead alone."""
    here, actor = desk(request), actor_of(request)
    if here.school.id not in actor.viewer.led_school_ids:
        raise NotFound("not_found")
    if request.method != "POST":
        return plain(request, "office/support.html", _page(here, request))
    try:
        said = _change(here, request)
    except Invalid as refusal:
        return _again(here, request, refusal)
    messages.success(request, say(f"office.support.{said}", here.lang))
    return redirect("office_support")


def _change(here: Desk, request: HttpRequest) -> str:
    form, at = request.POST, time_of(request)
    if ending := as_uuid(form.get("end")):
        openings.end(ending, actor=here.actor, at=at)
        return "ended"
    person = as_uuid(form.get("who"))
    if person is None:
        raise NotFound("not_found")
    openings.open_support(
        person,
        school_id=here.school.id,
        reason=form.get("reason", ""),
        hours=form.get("hours", ""),
        actor=here.actor,
        at=at,
    )
    return "opened"


def _page(here: Desk, request: HttpRequest) -> SupportPage:
    at, zone = time_of(request), here.school.zone
    cards = accesses.of_school(here.actor.viewer, here.school.id, kind="support")
    return SupportPage(
        here.name,
        tuple((str(key), name) for key, name in openings.supporters(here.actor).items()),
        tuple(
            Opening(
                card.id,
                card.user_name,
                card.office,
                card.reason,
                card.opened_by_name,
                card.opened_at.astimezone(zone),
                card.last.astimezone(zone),
                not card.over(at),
            )
            for card in cards
        ),
    )


def _again(here: Desk, request: HttpRequest, refusal: Invalid) -> HttpResponse:
    words = say(f"refusal.{refusal.code}", here.lang, **refusal.facts)
    page = replace(
        _page(here, request),
        who=request.POST.get("who", ""),
        reason=request.POST.get("reason", "")[:1200],
        chosen=request.POST.get("hours", "1"),
        faults=((str(refusal.facts.get("field", "who")), words),),
    )
    return plain(request, "office/support.html", page, status=422)
