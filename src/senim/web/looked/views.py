"""Who looked: the family's page of every look at its child, and its questions to the school."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from senim.base import days
from senim.base.words import say
from senim.ledger.sealing import queries as sealing
from senim.ledger.services import Thing
from senim.privacy import reading, services
from senim.privacy.looks import Kind
from senim.privacy.reading import Asking, Reader
from senim.rules.access import reads_looks
from senim.rules.errors import Invalid
from senim.rules.fields import F0
from senim.rules.working_days import due
from senim.schools.pupils import pupils
from senim.web.diary.children import children
from senim.web.door import actor_of, plain, show, time_of
from senim.web.looked.page import WrongPage, look_line, looked_page

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class NoChild:
    """The page of somebody to whom no child's looks are open."""

    none: F0[bool] = True


def first(request: HttpRequest) -> HttpResponse:
    """Lead to the page of one's own, or of the first child."""
    viewer = actor_of(request).viewer
    cards = pupils(viewer, viewer.pupil_ids, starts=viewer.on, ends=viewer.on + timedelta(days=1))
    own = [card for card in cards.values() if reads_looks(viewer, card.subject(viewer.on))]
    found = children(own, viewer)
    if not found:
        return plain(request, "looked/no_child.html", NoChild())
    kept = "?phone" if "phone" in request.GET else ""
    return redirect(reverse("looked_child", kwargs={"member_id": found[0].member_id}) + kept)


def looked(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Show who looked at a child in a month.

    month: as 2026-11; kind: daily, other, delivery or refused; who: a key of the page; page: a
    number; open: with the detail of every line.
    """
    actor = actor_of(request)
    reader = reading.reader(member_id, actor=actor, at=time_of(request))
    sealed = sealing.last()
    asking = _asking(request, reader)
    page = looked_page(
        reader,
        asking,
        reading.page(reader, asking),
        viewer=actor.viewer,
        lang=actor.language,
        opened="open" in request.GET,
        sealed=sealed.at if sealed else None,
    )
    return _show(request, reader, "looked/looked.html", page)


def wrong(request: HttpRequest, member_id: UUID, entry_id: UUID) -> HttpResponse:
    """Say that a look seems wrong (GET: the form): a case, to be answered by a day."""
    actor, at = actor_of(request), time_of(request)
    reader = reading.reader(member_id, actor=actor, at=at)
    said, fault = request.POST.get("said", ""), ""
    if request.method == "POST":
        try:
            case = services.ask(reader, entry_id, said, actor=actor, at=at)
        except Invalid as refusal:
            fault = say(f"refusal.{refusal.code}", actor.language, **refusal.facts)
        else:
            by = days.day(case.due_on, actor.language)
            messages.success(
                request, say("looked.wrong.sent", actor.language, n=case.number, day=by)
            )
            return redirect(reverse("looked_child", args=[member_id]) + "#questions")
    page = WrongPage(
        member_id=member_id,
        shown_name=reader.pupil.shown_name,
        line=look_line(reading.one(reader, entry_id), reader.pupil.school, actor.language),
        said=said,
        due=due(reader.on, services.FAMILY_QUESTION_WORKING_DAYS),
        fault=fault,
    )
    return _show(request, reader, "looked/wrong.html", page, status=422 if fault else 200)


def proof(request: HttpRequest, member_id: UUID, entry_id: UUID) -> HttpResponse:
    """Hand over the proof that an entry stands in the sealed record: ids and hashes, no names."""
    reader = reading.reader(member_id, actor=actor_of(request), at=time_of(request))
    told = reading.one(reader, entry_id)
    text = sealing.proof(told.line.first.row.id)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{entry_id}.proof.txt"'
    return response


def _asking(request: HttpRequest, reader: Reader) -> Asking:
    asked, number = request.GET, request.GET.get("page", "1")
    month, kind = MONTH.fullmatch(asked.get("month", "")), asked.get("kind", "")
    return Asking(
        month=date(int(month[1]), int(month[2]), 1) if month else reader.on.replace(day=1),
        kind=kind if kind in set(Kind) else "",
        who=asked.get("who", "")[:80],
        page=int(number) if number.isdecimal() and len(number) < 6 else 1,
    )


def _show(
    request: HttpRequest, reader: Reader, template: str, page: object, *, status: int = 200
) -> HttpResponse:
    return show(
        request,
        template,
        page,
        subject=reader.pupil.subject(actor_of(request).viewer.on),
        thing=Thing("member", reader.child.member_id, reader.child.school_id),
        event=reading.LOOKED,
        status=status,
    )
