"""The teacher's lesson: one screen for attendance, points, comment, topic and homework."""

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from senim.base.words import say
from senim.journal.services import LessonKey, save_lessons
from senim.ledger import services as ledger
from senim.rules.access import Action, Actor, may
from senim.rules.errors import Invalid, NotFound
from senim.timetable.queries import periods
from senim.web.door import actor_of, show, time_of
from senim.web.lesson.form import Form, read
from senim.web.lesson.opening import open_lesson, thing
from senim.web.lesson.page import Lesson, LessonPage, bells, beside, groups, names, upcoming

LOOKED, SAVED = "journal.lesson.looked", "journal.lesson.saved"


def lesson(request: HttpRequest, class_id: UUID, day: date, number: int) -> HttpResponse:
    """Show a lesson to who teaches it or leads the class; save what its teacher sends."""
    writes = request.method == "POST"
    found = open_lesson(
        LessonKey(class_id, day, number),
        actor=actor_of(request),
        at=time_of(request),
        event=SAVED if writes else LOOKED,
    )
    return _save(request, found) if writes else _show(request, found, Form(groups(found)))


def _show(request: HttpRequest, found: Lesson, form: Form, *, status: int = 200) -> HttpResponse:
    actor, at = actor_of(request), time_of(request)
    klass, *joined = found.classes
    first, *others = form.groups
    looked = (
        ledger.show(
            group,
            subject=card.subject,
            thing=thing(card, found.key),
            actor=actor,
            at=at,
            event=LOOKED,
        )
        for card, group in zip(joined, others, strict=True)
    )
    form.groups = (first, *looked)
    return show(
        request,
        "lesson/lesson.html",
        _page(found, form, actor=actor, at=at),
        subject=klass.subject,
        thing=thing(klass, found.key),
        event=LOOKED,
        status=status,
    )


def _page(found: Lesson, form: Form, *, actor: Actor, at: datetime) -> LessonPage:
    zone = found.classes[0].zone
    of_day = periods(found.weekly, found.key.date)
    own = tuple(period for period in of_day if period.teacher_id == actor.hat_id)
    before, after = beside(own, found.period)
    taken = next((row.taken for row in found.facts.lessons.values() if row.taken), None)
    writes = (may(actor.viewer, Action.WRITE_LESSON, card.subject) for card in found.classes)
    return LessonPage(
        date=found.key.date,
        number=found.key.number,
        title=names(found.classes, actor.language),
        bells=bells(found.period),
        before=before,
        after=after,
        upcoming=upcoming(found),
        owner=actor.hat_id,
        may_write=all(writes),
        ahead=found.key.date > at.astimezone(zone).date(),
        now=at.astimezone(zone),
        taken=taken.astimezone(zone) if taken else None,
        groups=form.groups,
        faults=tuple(
            (place, say(f"refusal.{fault.code}", actor.language, **fault.facts))
            for place, fault in form.faults
        ),
    )


def _save(request: HttpRequest, found: Lesson) -> HttpResponse:
    """Save a plain form; what cannot be saved comes back as it was typed, with what is wrong."""
    actor, at = actor_of(request), time_of(request)
    form = read(request.POST.dict(), found, groups(found))
    said = "lesson.saved" if form.saves else "lesson.unchanged"
    if form.saves and not form.faults:
        try:
            saved = save_lessons(form.saves, actor=actor, at=at)
        except Invalid as refusal:
            form.faults.append((_place(refusal, found), refusal))
        except NotFound:
            ledger.refused(thing(found.classes[0], found.key), actor=actor, at=at, event=SAVED)
            raise
        else:
            said = "saving.differ" if any(one.differs for one in saved.values()) else said
    if form.faults:
        return _show(request, found, form, status=422)
    messages.success(request, say(said, actor.language))
    return redirect(request.path)


def _place(refusal: Invalid, found: Lesson) -> str:
    """Return the id of the field a refusal is about."""
    field, member = refusal.facts.get("field"), refusal.facts.get("member")
    if member:
        return f"{'comment' if field == 'comment' else 'points'}-{member}"
    return f"{field}-{found.classes[0].id}" if field in ("topic", "homework") else "roll"
