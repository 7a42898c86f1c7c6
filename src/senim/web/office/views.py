"""The office of a school: what is set up, the roll, classes, timetable, imports, cards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from senim.base.words import in_language
from senim.exchange import queries as exchange
from senim.exchange.oneroster.findings import spans
from senim.ledger import cases
from senim.ledger import queries as ledger
from senim.ledger.cases import Waiting
from senim.ledger.services import Thing
from senim.rules import sessions
from senim.rules.access import Actor, Subject
from senim.schools import accounts, rolls
from senim.schools import queries as schools
from senim.timetable import queries as timetables
from senim.web.door import actor_of, plain, show, time_of
from senim.web.office import pages


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an office works: who, the school, the civil day and school year there."""

    actor: Actor
    school: schools.SchoolCard
    on: date
    lang: str

    @property
    def school_year(self) -> int:
        """The year the school year ends in."""
        return sessions.school_year_on(self.on)

    @property
    def name(self) -> str:
        """The school's name in the reader's language."""
        return in_language(self.school.name, self.lang)

    def show(
        self, request: HttpRequest, template: str, page: Any, *, members: Iterable[UUID] = ()
    ) -> HttpResponse:
        """Answer with data of the roll; the look names the members who stood on the page."""
        listed = tuple(members)
        school_id = self.school.id
        return show(
            request,
            template,
            page,
            subject=Subject(school_id),
            thing=Thing("org", school_id, school_id, members=listed, pupils=len(listed)),
            event="schools.roll.looked",
        )

    def homerooms(self) -> tuple[tuple[str, str], ...]:
        """Return (id, title) of the year's homeroom classes."""
        cards = schools.class_cards(self.school.id, school_year=self.school_year, kind="homeroom")
        return tuple((str(card.id), card.title) for card in cards)


def desk(request: HttpRequest) -> Desk:
    """Return the desk of whoever asks; the hat's id is the school."""
    actor = actor_of(request)
    school = schools.schools([actor.hat_id])[actor.hat_id]
    on = time_of(request).astimezone(school.zone).date()
    return Desk(actor, school, on, request.LANGUAGE_CODE)


def overview(request: HttpRequest) -> HttpResponse:
    """Show the school in numbers and what a new school does first."""
    here = desk(request)
    viewer, school_id = here.actor.viewer, here.school.id
    counted = rolls.counts(viewer, school_id, school_year=here.school_year, on=here.on)
    known = schools.sessions(school_id, school_year=here.school_year)
    done = (
        ("calendar", bool(known), None),
        ("roll", counted.pupils > 0, reverse("office_imports")),
        ("classes", counted.classes > 0, reverse("office_classes")),
        ("timetable", timetables.has_meetings(school_id, on=here.on), reverse("office_timetable")),
        ("cards", ledger.has_event(school_id, "people.cards.issued"), reverse("office_cards")),
    )
    page = pages.Overview(
        school=here.name,
        school_year=f"{here.school_year - 1}–{here.school_year}",
        provisional=any(session.provisional for session in known),
        pupils=counted.pupils,
        teachers=counted.teachers,
        classes=counted.classes,
        waiting=_waiting(here),
        steps=tuple(
            pages.Step(key, is_done, url, number)
            for number, (key, is_done, url) in enumerate(done, 1)
        ),
    )
    return plain(request, "office/overview.html", page)


def _waiting(here: Desk) -> Waiting | None:
    if here.school.id not in here.actor.viewer.led_school_ids:
        return None
    return cases.waiting(here.school.id, user_id=here.actor.user_id, on=here.on)


def as_uuid(text: str | None) -> UUID | None:
    """Return a text as an id, or None."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def line_of(line: rolls.RollLine) -> pages.Person:
    """Return a person of the roll as a page names them."""
    url = reverse("office_person", args=[line.member_id])
    return pages.Person(
        url,
        line.name,
        line.posts,
        line.learns_in,
        line.guardians,
        line.restricted,
        line.username,
    )


def people_of(request: HttpRequest) -> HttpResponse:
    """Show the roll: everyone, or those a name or a class narrows it to."""
    here = desk(request)
    asked, class_id = request.GET.get("q", "").strip()[:80], as_uuid(request.GET.get("class"))
    number = request.GET.get("page", "1")
    found = rolls.roll(
        here.actor.viewer,
        here.school.id,
        on=here.on,
        search=asked,
        class_id=class_id,
        page=int(number) if number.isdecimal() and len(number) < 6 else 1,
    )
    page = pages.Roll(
        school=here.name,
        lines=tuple(line_of(line) for line in found.lines),
        total=found.total,
        page=found.page,
        pages=found.pages,
        search=asked,
        class_id=str(class_id or ""),
        classes=here.homerooms(),
    )
    shown = (line.member_id for line in found.lines)
    return here.show(request, "office/people.html", page, members=shown)


def classes(request: HttpRequest) -> HttpResponse:
    """Show the homeroom classes with their sizes."""
    here = desk(request)
    found = rolls.class_lines(
        here.actor.viewer, here.school.id, school_year=here.school_year, on=here.on
    )
    lines = tuple(
        pages.ClassRow(
            str(line.id), line.title, line.grade, line.pupils, line.homeroom_teacher, line.taught
        )
        for line in found
    )
    return here.show(request, "office/classes.html", pages.Classes(here.name, lines))


def timetable(request: HttpRequest) -> HttpResponse:
    """Show one homeroom class's week of meetings."""
    here = desk(request)
    choices = here.homerooms()
    asked = request.GET.get("class", choices[0][0] if choices else "")
    title = dict(choices).get(asked, "")
    monday = here.on - timedelta(days=here.on.weekday())
    met = _meetings(here, UUID(asked), monday) if title else ()
    names = schools.members(here.actor.viewer, {meeting.teacher_id for meeting in met})
    days = range(1, 7 if any(meeting.weekday == 6 for meeting in met) else 6)
    slots = sorted({(m.starts_at, m.ends_at, m.number) for m in met})
    page = pages.Week(
        school=here.name,
        class_id=asked,
        title=title,
        shift=met[0].shift if met else 1,
        classes=choices,
        weekdays=tuple(monday + timedelta(days=day - 1) for day in days),
        lines=tuple(
            pages.Line(
                number,
                starts_at,
                ends_at,
                tuple(
                    tuple(
                        pages.Period(
                            in_language(m.klass.course or {}, here.lang),
                            m.klass.subgroup,
                            m.room or "",
                            names.get(m.teacher_id, ("",))[0],
                            m.joined is not None,
                        )
                        for m in met
                        if m.weekday == day and m.starts_at == starts_at
                    )
                    for day in days
                ),
            )
            for starts_at, ends_at, number in slots
        ),
    )
    return here.show(request, "office/timetable.html", page)


def _meetings(here: Desk, homeroom_id: UUID, monday: date) -> tuple[timetables.WeeklyMeeting, ...]:
    taught = schools.class_cards(here.school.id, school_year=here.school_year, kind="scheduled")
    return timetables.meetings(
        here.school.id,
        starts=monday,
        ends=monday + timedelta(days=7),
        class_ids=[card.id for card in taught if card.homeroom_id == homeroom_id],
    )


def imports(request: HttpRequest) -> HttpResponse:
    """Show what each import did, latest first, and how to run the next."""
    here = desk(request)
    runs = tuple(
        pages.Run(
            run.at,
            run.source,
            tuple(pages.Table(table, tuple(sorted(n.items()))) for table, n in run.counts.items()),
            run.warned,
            tuple(
                pages.Warned(
                    f"{w.file} · {w.field}".rstrip(" ·"),
                    f"imports.warning.{w.code}",
                    spans(w.lines),
                )
                for w in run.warnings[:20]
            ),
        )
        for run in exchange.runs(here.school.id)
    )
    return plain(request, "office/imports.html", pages.Imports(here.name, runs))


def cards(request: HttpRequest) -> HttpResponse:
    """Choose a class or the staff (GET), or make and print their first-time cards (POST)."""
    here = desk(request)
    asked = request.POST.get("class") or request.GET.get("class")
    class_id, staff = as_uuid(asked), asked == "staff"
    title = dict(here.homerooms()).get(str(class_id), "")
    made: dict[UUID, pages.Card] = {}
    if request.method == "POST" and staff:
        found = rolls.staff(here.actor.viewer, here.school.id, on=here.on)
        made = make_cards(here, request, found)
    elif request.method == "POST" and class_id and title:
        found = rolls.persons_of_class(here.actor.viewer, here.school.id, class_id, on=here.on)
        made = make_cards(here, request, found)
    sheet = tuple(made.values())
    page = pages.Cards(here.name, here.school.name, title, card_address(), sheet, staff)
    shown = rolls.member_ids(here.actor.viewer, here.school.id, made) if made else ()
    return here.show(request, "office/cards.html", page, members=shown)


def card_address() -> str:
    """Return where a card's holder goes, as one types it."""
    return settings.SENIM_ORIGIN.partition("://")[2] + reverse("first_card")


def make_cards(
    here: Desk, request: HttpRequest, found: Mapping[UUID, str]
) -> dict[UUID, pages.Card]:
    """Make, by person, the cards of those of the persons given by name for whom one may."""
    printed = accounts.issue_cards(
        found, school_id=here.school.id, actor=here.actor, at=time_of(request)
    )
    by_person = {card.user_id: card for card in printed}
    return {
        person: pages.Card(name, card.username, card.code, card.expires_at, card.language)
        for person, name in found.items()
        if (card := by_person.get(person))
    }
