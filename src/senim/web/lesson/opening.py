"""Letting somebody into a lesson: its class, the classes joined with it, its pupils, its facts."""

from datetime import datetime, timedelta

from senim.journal import queries as journal
from senim.journal.services import LessonKey
from senim.ledger import services as ledger
from senim.rules.access import Actor, fields_open
from senim.rules.errors import NotFound
from senim.rules.fields import FieldClass
from senim.schools import queries as schools
from senim.schools.queries import ClassCard
from senim.timetable import queries as timetable
from senim.timetable.queries import Period, WeeklyMeeting
from senim.web.lesson.page import Lesson

LESSONS_A_DAY = 20
DAY = timedelta(days=1)


def open_lesson(key: LessonKey, *, actor: Actor, at: datetime, event: str) -> Lesson:
    """Return a lesson, in three queries, or four for one that does not stand in the timetable.

    event: what is refused, as the ledger names it. Raises NotFound where the class is not open to
    the actor, the refusal on record, and where there is no such lesson.
    """
    weekly = _weekly(key, actor)
    period = _period(timetable.periods(weekly, key.date), key)
    klass = _card(period, key) or schools.class_card(key.class_id)
    if klass is None or not 1 <= key.number <= LESSONS_A_DAY:
        raise NotFound("not_found")
    if not _is_open(actor, klass):
        ledger.refused(thing(klass, key), actor=actor, at=at, event=event)
        raise NotFound("not_found")
    classes = _together(klass, period, actor)
    ids = [card.id for card in classes]
    facts = journal.lesson_facts(
        actor.viewer, school_id=klass.school_id, class_ids=ids, on=key.date, number=key.number
    )
    if period is None and not facts.lessons:
        raise NotFound("not_found")
    rolls = schools.rosters(actor.viewer, ids, starts=key.date, ends=key.date + DAY)
    return Lesson(key, period, classes, weekly, rolls, facts)


def thing(klass: ClassCard, key: LessonKey) -> ledger.Thing:
    """Return what the ledger names: the class, on the day of the lesson."""
    return ledger.Thing("klass", klass.id, klass.school_id, (key.date, key.date + DAY))


def _weekly(key: LessonKey, actor: Actor) -> tuple[WeeklyMeeting, ...]:
    """Return the meetings of the class and of the actor's own day, in the actor's own school."""
    school_id = next((tie.school_id for tie in actor.viewer.ties), None)
    if school_id is None:
        return ()
    return timetable.meetings(
        school_id,
        starts=key.date,
        ends=key.date + DAY,
        teacher_id=actor.hat_id,
        class_ids=[key.class_id],
    )


def _period(periods: tuple[Period, ...], key: LessonKey) -> Period | None:
    numbered = (period for period in periods if period.number == key.number)
    return next((period for period in numbered if _card(period, key)), None)


def _card(period: Period | None, key: LessonKey) -> ClassCard | None:
    cards = period.classes if period else ()
    return next((card for card in cards if card.id == key.class_id), None)


def _is_open(actor: Actor, klass: ClassCard) -> bool:
    return FieldClass.LEARNING in fields_open(actor.viewer, klass.subject)


def _together(klass: ClassCard, period: Period | None, actor: Actor) -> tuple[ClassCard, ...]:
    """Return the class and those joined with it that are open to the actor, by grade."""
    joined = [card for card in (period.classes if period else ()) if card.id != klass.id]
    found = [klass, *(card for card in joined if _is_open(actor, card))]
    return tuple(sorted(found, key=lambda card: (card.grade or 0, card.title)))
