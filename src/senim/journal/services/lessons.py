"""Writing a lesson: what a teacher changed on its page, saved at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from senim.journal.models import Category, LessonEntry, LineItem
from senim.journal.services.attendance import Presence, PresenceNow, write_presence
from senim.journal.services.entries import (
    Hand,
    check_enrolled,
    check_points_given,
    class_of,
    fit_text,
    hand_of,
)
from senim.journal.services.results import CellNow, Score, facts_of, fit_scores, write_scores
from senim.ledger import services as ledger
from senim.rules.access import Action, Actor, require
from senim.rules.errors import Invalid
from senim.schools import queries as schools
from senim.schools.queries import ClassCard

FORMATIVE_MAXIMUM = 10
TOPIC_LONGEST, HOMEWORK_LONGEST = 300, 2000
LESSONS_A_DAY = 20


@dataclass(frozen=True, slots=True)
class LessonKey:
    """Names one lesson: the taught class, the civil date, the slot's number in the shift."""

    class_id: UUID
    date: date
    number: int


@dataclass(frozen=True, slots=True)
class LessonSave:
    """One save of a lesson page: only what changed; None leaves topic or homework as they are."""

    topic: str | None = None
    homework: str | None = None
    attendance_taken: bool = False
    presence: Mapping[UUID, Presence] | None = None
    scores: Mapping[UUID, Score] | None = None

    @property
    def empty(self) -> bool:
        """Say whether it changes nothing."""
        texts = self.topic is not None or self.homework is not None
        return not (texts or self.of_pupils)

    @property
    def of_pupils(self) -> bool:
        """Say whether it tells of pupils, which nobody can before the lesson's day."""
        return bool(self.attendance_taken or self.presence or self.scores)


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands after a save, for the cells and the pupils it named."""

    lesson_id: UUID
    cells: tuple[CellNow, ...] = ()
    presence: tuple[PresenceNow, ...] = ()

    @property
    def differs(self) -> frozenset[UUID]:
        """Members of whom two authors say different things."""
        cells = {cell.member_id for cell in self.cells if cell.differs}
        return frozenset(cells | {now.member_id for now in self.presence if now.differs})


def save_lessons(
    saves: Mapping[LessonKey, LessonSave], *, actor: Actor, at: datetime
) -> dict[LessonKey, Saved]:
    """Record the lessons of a joined class, each to its own class: all of them or none."""
    with transaction.atomic():
        return {key: save_lesson(key, save, actor=actor, at=at) for key, save in saves.items()}


def save_lesson(
    key: LessonKey,
    save: LessonSave,
    *,
    actor: Actor,
    at: datetime,
    event_at: datetime | None = None,
    time_uncertain: bool = False,
    op_id: UUID | None = None,
) -> Saved:
    """Record what a teacher changed on one lesson: attendance, points, topic, homework.

    event_at: when it was entered, for work done offline; else `at`.
    Raises NotFound unless the actor teaches the class, Invalid with the place of a fault; then
    nothing is written.
    """
    klass = class_of(key.class_id)
    require(actor.viewer, Action.WRITE_LESSON, klass.subject)
    fitted = _fitted(key, klass, save, actor=actor, at=at)
    hand = hand_of(actor, at=at, event_at=event_at, time_uncertain=time_uncertain)
    thing = ledger.Thing("klass", klass.id, klass.school_id)
    with ledger.entry("journal.lesson.saved", thing, actor=actor, at=at, op_id=op_id) as draft:
        lesson = _lesson_row(key, klass, fitted, hand=hand)
        presence = write_presence(lesson, fitted.presence or {}, hand=hand)
        cells: tuple[CellNow, ...] = ()
        if fitted.scores:
            cells = write_scores(_formative_item(lesson, klass, at=at), fitted.scores, hand=hand)
        saved = Saved(lesson.id, cells, presence)
        draft.facts = _facts(key, fitted, saved, hand)
    return saved


def _fitted(
    key: LessonKey, klass: ClassCard, save: LessonSave, *, actor: Actor, at: datetime
) -> LessonSave:
    """Return the save with fitted texts, once all of it can be right."""
    if save.empty:
        raise Invalid("nothing_to_save")
    if not 1 <= key.number <= LESSONS_A_DAY:
        raise Invalid("lesson_number", number=key.number, most=LESSONS_A_DAY)
    if save.of_pupils and key.date > at.astimezone(klass.zone).date():
        raise Invalid("lesson_ahead", date=str(key.date))
    check_enrolled(klass, {*(save.presence or {}), *(save.scores or {})}, key.date, actor)
    check_points_given(klass, (score.points for score in (save.scores or {}).values()))
    scores = fit_scores(save.scores or {}, lowest=1, maximum=FORMATIVE_MAXIMUM)
    return replace(
        save,
        topic=_fit(save.topic, "topic", TOPIC_LONGEST),
        homework=_fit(save.homework, "homework", HOMEWORK_LONGEST),
        scores=scores,
    )


def _fit(text: str | None, field: str, longest: int) -> str | None:
    return None if text is None else fit_text(text, field, longest=longest)


def _facts(key: LessonKey, save: LessonSave, saved: Saved, hand: Hand) -> dict[str, object]:
    return {
        "date": key.date,
        "number": key.number,
        "event_at": hand.event_at,
        "topic": save.topic,
        "homework": save.homework,
        "attendance_taken": save.attendance_taken,
        "presence": {str(m): [p.presence, p.reason] for m, p in (save.presence or {}).items()},
        "scores": facts_of(save.scores or {}),
        "differ": saved.differs,
    }


def _lesson_row(key: LessonKey, klass: ClassCard, save: LessonSave, *, hand: Hand) -> LessonEntry:
    """Return the lesson's row with its texts brought up to date, locked until the save is whole."""
    lesson, _ = LessonEntry.objects.select_for_update().get_or_create(
        school_id=klass.school_id,
        klass_id=klass.id,
        date=key.date,
        number=key.number,
        defaults={"written_by_id": hand.author_id},
    )
    changed = []
    for name, text in (("topic", save.topic), ("homework", save.homework)):
        if text is not None and text != getattr(lesson, name):
            setattr(lesson, name, text)
            changed.append(name)
    if save.attendance_taken and lesson.attendance_taken_at is None:
        lesson.attendance_taken_at = hand.event_at
        changed.append("attendance_taken_at")
    if changed:
        lesson.written_by_id = hand.author_id
        lesson.save(update_fields=[*changed, "written_by_id"])
    return lesson


def _formative_item(lesson: LessonEntry, klass: ClassCard, *, at: datetime) -> LineItem:
    found = LineItem.objects.filter(
        school_id=klass.school_id, lesson=lesson, category=Category.FORMATIVE
    ).first()
    if found:
        return found
    session = schools.session_on(klass.school_id, lesson.date)
    if session is None:
        raise Invalid("no_session", date=str(lesson.date))
    return LineItem.objects.create(
        school_id=klass.school_id,
        lesson=lesson,
        category=Category.FORMATIVE,
        klass_id=klass.id,
        session_id=session.id,
        date=lesson.date,
        maximum=FORMATIVE_MAXIMUM,
        date_last_modified=at,
    )
