"""The pages of the family's diary. Who may open which stands in `journal.diary_access`."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from senim.ledger.services import Thing
from senim.rules.access import Hat
from senim.rules.fields import F0
from senim.schools.pupils import PupilCard, pupils
from senim.timetable.weeks import name_of_week, week_named
from senim.web.diary.children import Child, children
from senim.web.diary.term import read_term_page
from senim.web.diary.week import read_week_page
from senim.web.door import actor_of, plain, show, time_of


@dataclass(frozen=True, slots=True)
class NoChild:
    """The page of a guardian without a child whose diary is open to them."""

    children: F0[tuple[Child, ...]] = ()


def first(request: HttpRequest) -> HttpResponse:
    """Lead to one's own diary, or to the first child's."""
    viewer = actor_of(request).viewer
    on = viewer.on
    if viewer.hat is Hat.PUPIL:
        return _to_week(request, actor_of(request).hat_id)
    cards = pupils(viewer, viewer.pupil_ids, starts=on, ends=on + timedelta(days=1))
    found = children(cards.values(), viewer)
    if not found:
        return plain(request, "diary/no_child.html", NoChild())
    return _to_week(request, found[0].member_id)


def _to_week(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Redirect, keeping the demo's phone frame."""
    kept = "?phone" if "phone" in request.GET else ""
    return redirect(reverse("diary_week", kwargs={"member_id": member_id}) + kept)


def week(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Show a pupil's week. week: as 2026-W47, else the present one; day: 1-6, else the nearest."""
    actor, at = actor_of(request), time_of(request)
    day = request.GET.get("day", "")
    page, pupil = read_week_page(
        member_id,
        actor=actor,
        at=at,
        monday=week_named(request.GET.get("week") or name_of_week(actor.viewer.on)),
        weekday=int(day) if day in {"1", "2", "3", "4", "5", "6"} else None,
    )
    return show(
        request,
        "diary/week.html",
        page,
        subject=pupil.subject(actor.viewer.on),
        thing=_thing(pupil),
        event="journal.diary.looked",
    )


def term(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Show a pupil's term sheet. term: 1-4, else the present quarter."""
    actor = actor_of(request)
    page, pupil = read_term_page(
        member_id, actor=actor, at=time_of(request), asked=request.GET.get("term", "")
    )
    return show(
        request,
        "diary/term.html",
        page,
        subject=pupil.subject(actor.viewer.on),
        thing=_thing(pupil),
        event="journal.terms.looked",
    )


def _thing(pupil: PupilCard) -> Thing:
    return Thing("member", pupil.member_id, pupil.school.id)
