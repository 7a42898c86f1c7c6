"""Emergency access: a member of the school's staff opens one pupil's record for half an hour.

The form shows no pupil: who is meant is named by whoever asks, or by the page they tried to open.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from senim.base.words import say
from senim.ledger import services as ledger
from senim.rules.access import Hat
from senim.rules.errors import Invalid, NotFound
from senim.rules.fields import F0
from senim.schools import finding, openings
from senim.schools.pupils import school_of
from senim.web import session
from senim.web.door import actor_of, plain, time_of


@dataclass(frozen=True, slots=True)
class EmergencyPage:
    """The form. one: the pupil is given by the page's address, else by name and class.

    faults: (id of the field, words). What was typed comes back to who typed it.
    """

    one: F0[bool]
    name: F0[str] = ""
    title: F0[str] = ""
    reason: F0[str] = ""
    faults: F0[tuple[tuple[str, str], ...]] = ()


def by_name(request: HttpRequest) -> HttpResponse:
    """Ask whom and why (GET), or open the record of the pupil named (POST)."""
    typed = _typed(request, one=False)
    if request.method != "POST":
        return plain(request, "opened/emergency.html", typed)
    actor = actor_of(request)
    schools = {tie.school_id for tie in actor.viewer.ties}
    found = {
        finding.pupil_named(
            typed.name, school_id=school, on=actor.viewer.on, title=typed.title, protected=True
        )
        for school in schools
    } - {None}
    if len(found) != 1:
        fault = ("name", say("emergency.not_one", actor.language))
        return _again(request, typed, fault)
    return _open(request, next(iter(found)), typed)


def of_member(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Ask why (GET), or open the record (POST), of a pupil of one's own school."""
    actor, school_id = actor_of(request), school_of(member_id)
    if school_id is None:
        raise NotFound("not_found")
    if not openings.is_staff(actor, school_id):
        thing = ledger.Thing("member", member_id, school_id)
        ledger.refused(thing, actor=actor, at=time_of(request), event=openings.OPENED)
        raise NotFound("not_found")
    typed = _typed(request, one=True)
    if request.method != "POST":
        return plain(request, "opened/emergency.html", typed)
    return _open(request, member_id, typed)


def _open(request: HttpRequest, member_id: UUID | None, typed: EmergencyPage) -> HttpResponse:
    if member_id is None:
        raise NotFound("not_found")
    actor = actor_of(request)
    try:
        access_id = openings.open_emergency(
            member_id, reason=typed.reason, actor=actor, at=time_of(request)
        )
    except Invalid as refusal:
        words = say(f"refusal.{refusal.code}", actor.language, **refusal.facts)
        return _again(request, typed, ("reason", words))
    session.put_on(request, Hat.EMERGENCY, access_id)
    return redirect("opened")


def _typed(request: HttpRequest, *, one: bool) -> EmergencyPage:
    form = request.POST
    return EmergencyPage(
        one, form.get("name", "")[:240], form.get("class", "")[:60], form.get("reason", "")[:1200]
    )


def _again(request: HttpRequest, typed: EmergencyPage, fault: tuple[str, str]) -> HttpResponse:
    page = EmergencyPage(typed.one, typed.name, typed.title, typed.reason, (fault,))
    return plain(request, "opened/emergency.html", page, status=422)
