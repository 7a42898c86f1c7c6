"""What is open under a temporary hat: one pupil's card, or a school's pages one by one."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from senim.ledger.services import Thing
from senim.people import queries as people
from senim.rules.access import Hat
from senim.rules.errors import NotFound
from senim.rules.fields import F0, F1, F4
from senim.schools import openings
from senim.schools.accesses import AccessCard
from senim.schools.pupils import PupilCard, pupils
from senim.schools.queries import accesses, schools
from senim.web import session
from senim.web.door import actor_of, plain, show, time_of

LOOKED = "schools.access.looked"


@dataclass(frozen=True, slots=True)
class Guardian:
    """Whom to call."""

    name: F4[str]
    phone: F4[str]


@dataclass(frozen=True, slots=True)
class PupilPage:
    """The opened record's first page."""

    member_id: F0[UUID]
    name: F1[str]
    class_title: F1[str]
    school: F0[dict[str, str]]
    guardians: F4[tuple[Guardian, ...]]


@dataclass(frozen=True, slots=True)
class SupportPage:
    """What support may open of a school: a page by its address."""

    school: F0[dict[str, str]]


def opened(request: HttpRequest) -> HttpResponse:
    """Show what is open; support goes on to the address it was sent (POST)."""
    actor = actor_of(request)
    card = accesses([actor.hat_id])[actor.hat_id]
    if actor.viewer.hat is not Hat.SUPPORT:
        return _pupil(request, card)
    if request.method == "POST":
        path = urlsplit(request.POST.get("address", "").strip()).path
        local = path.startswith("/") and session.is_local(request, path)
        return HttpResponseRedirect(path if local else reverse("opened"))
    school = schools([card.school_id])[card.school_id]
    return plain(request, "opened/support.html", SupportPage(school.name))


def _pupil(request: HttpRequest, card: AccessCard) -> HttpResponse:
    viewer, member_id = actor_of(request).viewer, card.member_id
    on = viewer.on
    found = pupils(viewer, viewer.pupil_ids, starts=on, ends=on + timedelta(days=1))
    pupil = found.get(member_id) if member_id else None
    if pupil is None:
        raise NotFound("not_found")
    room = pupil.homeroom(on)
    page = PupilPage(
        pupil.member_id,
        pupil.shown_name,
        room.title if room else "",
        pupil.school.name,
        _guardians(pupil, request),
    )
    return show(
        request,
        "opened/pupil.html",
        page,
        subject=pupil.subject(on),
        thing=Thing("member", pupil.member_id, pupil.school.id),
        event=LOOKED,
    )


def _guardians(pupil: PupilCard, request: HttpRequest) -> tuple[Guardian, ...]:
    """Return whom to call; a guardian whom a court restricted is left out."""
    known = people.guardians_of([pupil.user_id], on=actor_of(request).viewer.on, protected=False)
    told = [guardian for guardian in known if not guardian.restricted]
    phones = people.phones(guardian.user_id for guardian in told)
    return tuple(Guardian(one.name, phones.get(one.user_id, "")) for one in told)


def end(request: HttpRequest) -> HttpResponse:
    """End the opening one works under, and wear one's own hat again."""
    actor = actor_of(request)
    openings.end(actor.hat_id, actor=actor, at=time_of(request))
    session.dress(request, actor.user_id, on=session.today_of(request))
    return redirect("home")
