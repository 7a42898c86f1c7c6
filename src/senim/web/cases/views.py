"""The school's cases: what is to be answered by when, the answer; and what somebody is told."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from senim.base import days
from senim.base.words import say
from senim.ledger import cases as ledger
from senim.ledger import tripwire
from senim.ledger.cases import Case, Notice
from senim.ledger.services import Thing
from senim.people import queries as people
from senim.privacy import reading, services
from senim.rules.access import Actor, Hat, Subject
from senim.rules.errors import Invalid, NotFound
from senim.schools.queries import COUNTRY_ZONE, members
from senim.web.cases.pages import CasePage, CaseRow, CasesPage, NoticeRow, NoticesPage
from senim.web.door import actor_of, plain, show, time_of
from senim.web.looked.page import look_line
from senim.web.office.views import Desk, desk
from senim.web.session import require_step_up

LATELY = 30


def cases(request: HttpRequest) -> HttpResponse:
    """Show whoever leads the school its cases, those due first."""
    here = _leads(request)
    rows = [_row(case, here.school.zone, here.on) for case in ledger.cases(here.school.id)]
    answered = sorted((r for r in rows if r.answered), key=lambda r: r.number, reverse=True)
    waiting = sorted((r for r in rows if not r.answered), key=lambda r: (r.due, r.number))
    return plain(
        request, "cases/cases.html", CasesPage(here.name, tuple(waiting), tuple(answered[:LATELY]))
    )


def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show a case to whoever leads the school, or take its answer (POST)."""
    here, at = _leads(request), time_of(request)
    found = ledger.case(case_id, school_id=here.school.id)
    typed, fault = request.POST.get("answer", ""), ""
    if request.method == "POST":
        if found.kind == Case.Kind.HELD:
            require_step_up(request)
        try:
            services.answer(found, typed, actor=here.actor, at=at)
        except Invalid as refusal:
            fault = say(f"refusal.{refusal.code}", here.lang, **refusal.facts)
        else:
            messages.success(request, say("cases.sent", here.lang))
            return redirect("cases")
    about = (found.member_id,) if found.member_id else ()
    return show(
        request,
        "cases/case.html",
        _page(found, here, typed=typed, fault=fault),
        subject=Subject(here.school.id, member_id=found.member_id),
        thing=Thing("case", found.id, here.school.id, members=about, pupils=len(about)),
        event="ledger.case.looked",
        status=422 if fault else 200,
    )


def notices(request: HttpRequest) -> HttpResponse:
    """Show what one is told under this hat; POST: one of them was seen."""
    actor = actor_of(request)
    user_id, led = actor.user_id, actor.viewer.led_school_ids
    if request.method == "POST":
        notice_id = _uuid(request.POST.get("notice", ""))
        ledger.mark_seen(notice_id, user_id=user_id, led_school_ids=led, at=time_of(request))
        return redirect("notices")
    told = ledger.notices(user_id=user_id, led_school_ids=led)
    rows = tuple(_notice(notice, actor) for notice in told)
    return plain(request, "cases/notices.html", NoticesPage(rows))


def _leads(request: HttpRequest) -> Desk:
    here = desk(request)
    if here.school.id not in here.actor.viewer.led_school_ids:
        raise NotFound("not_found")
    return here


def _row(case: Case, zone: ZoneInfo, on: date) -> CaseRow:
    return CaseRow(
        case.id,
        case.number,
        case.kind,
        case.opened_at.astimezone(zone),
        case.due_on,
        case.answered_at is None and case.due_on < on,
        case.answered_at.astimezone(zone) if case.answered_at else None,
    )


def _page(found: Case, here: Desk, *, typed: str, fault: str) -> CasePage:
    about = reading.asked_about(found)
    named = members(here.actor.viewer, [found.member_id] if found.member_id else [])
    pupil = named.get(found.member_id, ("",))[0] if found.member_id else ""
    over = tripwire.held_over(found)
    return CasePage(
        school=here.name,
        row=_row(found, here.school.zone, here.on),
        pupil=pupil,
        said=found.said,
        line=look_line(about, here.school, here.lang) if about else None,
        answer=found.answer,
        typed=typed,
        fault=fault,
        held=people.shown_name(over[0]) if over else "",
        rule=over[1] if over else "",
    )


def _notice(notice: Notice, actor: Actor) -> NoticeRow:
    facts = dict(notice.facts)
    if notice.case:
        due = days.day(notice.case.due_on, actor.language)
        facts = {"number": notice.case.number, "due": due} | facts
    return NoticeRow(
        notice.id,
        notice.at.astimezone(COUNTRY_ZONE),
        say(f"notice.{notice.code}", actor.language, **facts),
        _leads_to(notice, actor),
        notice.seen_at is not None,
    )


def _leads_to(notice: Notice, actor: Actor) -> str | None:
    """Return where more is told: the case to who answers it, the questions to who asked."""
    if notice.case is None:
        return None
    if notice.school_id in actor.viewer.led_school_ids:
        return reverse("case", args=[notice.case.id])
    asked = notice.case.opened_by == actor.user_id and notice.case.member_id
    if asked and actor.viewer.hat in (Hat.GUARDIAN, Hat.PUPIL):
        return reverse("looked_child", args=[notice.case.member_id]) + "#questions"
    return None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("not_found") from None
