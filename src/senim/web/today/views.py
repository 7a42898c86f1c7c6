"""The teacher's first page: the day's lessons, and the one to open now."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from senim.journal import queries as journal
from senim.rules.access import Actor
from senim.schools import queries as schools
from senim.timetable import queries as timetable
from senim.timetable.weeks import day_off
from senim.web.door import actor_of, plain, time_of
from senim.web.today.page import TodayPage, coming, entries, first_of

REACH = timedelta(days=35)
"""How far the nearest day with lessons may be: beyond the longest break but summer."""
FORTNIGHT = timedelta(days=14)
SATURDAY = 6
SOME_GRADE = 5


def today(request: HttpRequest) -> HttpResponse:
    """Show the teacher's day; `day` names another one. The page names no pupil."""
    actor, at = actor_of(request), time_of(request)
    school_id = next((tie.school_id for tie in actor.viewer.ties), None)
    zone = schools.COUNTRY_ZONE
    if school_id is not None:
        zone = schools.schools([school_id])[school_id].zone
    now = at.astimezone(zone)
    on = _day(request.GET.get("day", ""), now.date())
    return plain(request, "today/today.html", _page(actor, school_id, on, now))


def _day(wished: str, today: date) -> date:
    """Return the day named, or today for none that can be read or is a year away."""
    try:
        day = date.fromisoformat(wished)
    except ValueError:
        return today
    return day if abs(day - today) <= timedelta(days=366) else today


def _page(actor: Actor, school_id: UUID | None, on: date, now: datetime) -> TodayPage:
    weekly: tuple[timetable.WeeklyMeeting, ...] = ()
    facts = journal.DayFacts({}, ())
    if school_id is not None:
        weekly = timetable.meetings(
            school_id, starts=on - REACH, ends=on + REACH, teacher_id=actor.hat_id
        )
        facts = journal.day_facts(
            school_id=school_id,
            class_ids=actor.viewer.class_ids | {meeting.klass.id for meeting in weekly},
            on=on,
            upcoming_ends=on + FORTNIGHT,
        )
    cards = {meeting.klass.id: meeting.klass for meeting in weekly}
    found = entries(timetable.periods(weekly, on), facts, now=now, lang=actor.language)
    before, after = timetable.nearest_days(weekly, on, reach=REACH.days)
    first, why = first_of(found, on, now=now)
    six_day = any(meeting.weekday == SATURDAY for meeting in weekly)
    return TodayPage(
        on=on,
        is_today=on == now.date(),
        entries=found,
        first=first,
        why=why,
        off="" if found else day_off(on, SOME_GRADE, six_day=six_day) or "",
        known=bool(weekly),
        before=before,
        after=after,
        coming=coming(facts.upcoming, cards, actor.language),
    )
