"""Figures of an area's schools; and one child, by the number of a case and no other way."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from senim.base.kazakh import sort_key
from senim.base.words import in_language, say
from senim.journal.completeness import filled
from senim.rules.access import Hat
from senim.rules.errors import Invalid, NotFound
from senim.rules.fields import F0
from senim.rules.small_numbers import hide
from senim.schools import areas, finding, openings
from senim.schools.queries import SchoolCard, schools
from senim.web import session
from senim.web.door import actor_of, plain, time_of


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school in figures. pupils: None where they are too few to be shown."""

    name: F0[dict[str, str]]
    pupils: F0[int | None]
    filled: F0[int | None]


@dataclass(frozen=True, slots=True)
class RegionPage:
    """An area in figures. pupils: None where the total would give a hidden number away."""

    office: F0[dict[str, str]]
    on: F0[date]
    lines: F0[tuple[SchoolLine, ...]]
    pupils: F0[int | None]


@dataclass(frozen=True, slots=True)
class ChildPage:
    """The form by which one child is asked for. What was typed comes back to who typed it."""

    schools: F0[tuple[tuple[str, str], ...]]
    ground: F0[str] = ""
    reason: F0[str] = ""
    iin: F0[str] = ""
    name: F0[str] = ""
    born: F0[str] = ""
    school: F0[str] = ""
    faults: F0[tuple[tuple[str, str], ...]] = ()


def region(request: HttpRequest) -> HttpResponse:
    """Show the schools of the official's area in figures."""
    actor, at = actor_of(request), time_of(request)
    cards, on = _schools(request), actor.viewer.on
    counted = areas.head_counts([card.id for card in cards], on=on)
    shown, total = hide([counted.get(card.id, 0) for card in cards])
    lines = tuple(
        SchoolLine(card.name, n, filled(card.id, on=at.astimezone(card.zone).date()).percent)
        for card, n in zip(cards, shown, strict=True)
    )
    office = schools([actor.hat_id])[actor.hat_id]
    return plain(request, "region/region.html", RegionPage(office.name, on, lines, total))


def _schools(request: HttpRequest) -> list[SchoolCard]:
    actor = actor_of(request)
    cards = areas.schools_below(actor.hat_id)
    return sorted(cards, key=lambda card: sort_key(in_language(card.name, actor.language)))


def child(request: HttpRequest) -> HttpResponse:
    """Ask for one child (GET), or open their record for a case (POST).

    Without a case number the child is looked for all the same, so that the refusal stands on their
    record; the answer does not tell whether there is such a child.
    """
    typed = _typed(request)
    if request.method != "POST":
        return plain(request, "region/child.html", typed)
    actor, at = actor_of(request), time_of(request)
    member_id = _find(request, typed)
    try:
        access_id = openings.open_case(
            member_id, ground=typed.ground, reason=typed.reason, actor=actor, at=at
        )
    except Invalid as refusal:
        words = say(f"refusal.{refusal.code}", actor.language, **refusal.facts)
        return _again(request, typed, (str(refusal.facts["field"]), words))
    except NotFound:
        return _again(request, typed, ("iin", say("region.child.not_found", actor.language)))
    session.put_on(request, Hat.CASE, access_id)
    return redirect("opened")


def _find(request: HttpRequest, typed: ChildPage) -> UUID | None:
    on = actor_of(request).viewer.on
    ids = {str(card.id): card.id for card in _schools(request)}
    if typed.iin:
        return finding.pupil_with_iin(typed.iin, on=on)
    try:
        born = date.fromisoformat(typed.born)
    except ValueError:
        return None
    if typed.school not in ids:
        return None
    return finding.pupil_named(typed.name, school_id=ids[typed.school], on=on, born=born)


def _typed(request: HttpRequest) -> ChildPage:
    form, lang = request.POST, actor_of(request).language
    return ChildPage(
        tuple((str(card.id), in_language(card.name, lang)) for card in _schools(request)),
        form.get("ground", "")[:80],
        form.get("reason", "")[:1200],
        "".join(form.get("iin", "").split())[:12],
        form.get("name", "")[:240],
        form.get("born", "")[:10],
        form.get("school", "")[:40],
    )


def _again(request: HttpRequest, typed: ChildPage, fault: tuple[str, str]) -> HttpResponse:
    page = replace(typed, faults=(fault,))
    return plain(request, "region/child.html", page, status=422)
