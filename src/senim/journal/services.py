"""Writing the journal: one service a save, one ledger entry a save."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from senim.base.ids import uuid7
from senim.journal.models import (
    Attendance,
    Category,
    LessonEntry,
    LineItem,
    Result,
    ResultFact,
)
from senim.ledger import services as ledger
from senim.rules.access import Action, Actor, require
from senim.rules.errors import Invalid, NotFound
from senim.rules.folds import Said, fold
from senim.schools import queries as schools
from senim.schools.queries import ClassCard

FORMATIVE_MAXIMUM = 10


@dataclass(frozen=True, slots=True)
class LessonKey:
    """Names one lesson: the taught class, the civil date, the slot's number in the shift."""

    class_id: UUID
    date: date
    number: int


@dataclass(frozen=True, slots=True)
class Presence:
    """What a teacher enters for one pupil: presence, and the reason as far as they know it."""

    presence: Attendance.Presence
    reason: Attendance.Reason = Attendance.Reason.UNKNOWN


@dataclass(frozen=True, slots=True)
class Score:
    """What a teacher enters in one cell. points None takes the points back.

    seen: the fact the teacher had before them, None for an empty cell.
    """

    points: int | None
    comment: str = ""
    reason: str = ""
    seen: UUID | None = None


@dataclass(frozen=True, slots=True)
class LessonSave:
    """One save of a lesson page: only what changed; None leaves topic or homework as they are."""

    topic: str | None = None
    homework: str | None = None
    attendance_taken: bool = False
    presence: Mapping[UUID, Presence] | None = None
    scores: Mapping[UUID, Score] | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands after a save: the last fact of each cell written, and which cells differ."""

    lesson_id: UUID | None
    facts: Mapping[UUID, UUID]
    differs: frozenset[UUID]


def _klass(class_id: UUID) -> ClassCard:
    klass = schools.class_card(class_id)
    if klass is None:
        raise NotFound("not_found")
    return klass


def save_lesson(
    key: LessonKey,
    save: LessonSave,
    *,
    actor: Actor,
    at: datetime,
    event_at: datetime | None = None,
    op_id: UUID | None = None,
) -> Saved:
    """Record what a teacher changed on one lesson: attendance, points, topic, homework.

    event_at: when it was entered, for work done offline; else `at`.
    Raises NotFound unless the actor teaches the class, Invalid with the place of a fault.
    """
    klass = _klass(key.class_id)
    require(actor.viewer, Action.WRITE_LESSON, klass.subject)
    _check_lesson(key, klass, save, actor)
    thing = ledger.Thing("klass", klass.id, klass.school_id)
    with ledger.entry("journal.lesson.saved", thing, actor=actor, at=at, op_id=op_id) as draft:
        lesson = _lesson_row(key, klass, save, actor=actor, at=at)
        _write_presence(lesson, save.presence or {}, actor=actor, at=at)
        facts, differs = {}, frozenset[UUID]()
        if save.scores:
            item = _formative_item(lesson, klass, at=at)
            facts, differs = _write_scores(
                item, save.scores, actor=actor, at=at, event_at=event_at or at
            )
        draft.facts = _facts_of(key, save)
    return Saved(lesson.id, facts, differs)


def _facts_of(key: LessonKey, save: LessonSave) -> dict[str, object]:
    return {
        "date": key.date,
        "number": key.number,
        "topic": save.topic,
        "homework": save.homework,
        "attendance_taken": save.attendance_taken,
        "presence": {str(m): [p.presence, p.reason] for m, p in (save.presence or {}).items()},
        "scores": {str(m): [s.points, s.comment] for m, s in (save.scores or {}).items()},
    }


def _check_lesson(key: LessonKey, klass: ClassCard, save: LessonSave, actor: Actor) -> None:
    members = {*(save.presence or {}), *(save.scores or {})}
    _check_enrolled(klass, members, key.date, actor)
    for member, score in (save.scores or {}).items():
        _check_points(score.points, FORMATIVE_MAXIMUM, lowest=1, member=member)
    if save.topic is not None and len(save.topic) > 300:
        raise Invalid("text_too_long", field="topic", longest=300)
    if save.homework is not None and len(save.homework) > 2000:
        raise Invalid("text_too_long", field="homework", longest=2000)


def _check_points(points: int | None, maximum: int, *, lowest: int, member: UUID) -> None:
    if points is not None and not lowest <= points <= maximum:
        raise Invalid(
            "points_out_of_range", points=points, lowest=lowest, maximum=maximum, member=str(member)
        )


def _check_enrolled(klass: ClassCard, members: Iterable[UUID], on: date, actor: Actor) -> None:
    wanted = set(members)
    if not wanted:
        return
    roster = schools.roster(actor.viewer, klass.id, starts=on, ends=on + timedelta(days=1))
    strangers = wanted - {pupil.member_id for pupil in roster}
    if strangers:
        raise Invalid("pupil_not_enrolled", member=str(min(strangers)), date=str(on))


def _lesson_row(
    key: LessonKey, klass: ClassCard, save: LessonSave, *, actor: Actor, at: datetime
) -> LessonEntry:
    lesson, _ = LessonEntry.objects.get_or_create(
        school_id=klass.school_id,
        klass_id=klass.id,
        date=key.date,
        number=key.number,
        defaults={"written_by_id": actor.hat_id},
    )
    changed = []
    for name, text in (("topic", save.topic), ("homework", save.homework)):
        if text is not None and text.strip() != getattr(lesson, name):
            setattr(lesson, name, text.strip())
            changed.append(name)
    if save.attendance_taken and lesson.attendance_taken_at is None:
        lesson.attendance_taken_at = at
        changed.append("attendance_taken_at")
    if changed:
        lesson.written_by_id = actor.hat_id
        lesson.save(update_fields=[*changed, "written_by_id"])
    return lesson


def _write_presence(
    lesson: LessonEntry, entered: Mapping[UUID, Presence], *, actor: Actor, at: datetime
) -> None:
    known = {
        row.member_id: row
        for row in Attendance.objects.in_entry().filter(lesson=lesson, member_id__in=list(entered))
    }
    for member_id, presence in entered.items():
        row = known.get(member_id)
        if row is None and presence.presence is Attendance.Presence.PRESENT:
            continue
        row = row or Attendance(
            school_id=lesson.school_id, lesson=lesson, member_id=member_id, presence=""
        )
        if row.presence != presence.presence:
            row.presence, row.presence_by_id, row.presence_at = presence.presence, actor.hat_id, at
        if _may_say_why(row, actor):
            row.reason = presence.reason
            known_why = presence.reason is not Attendance.Reason.UNKNOWN
            row.reason_by_id = actor.hat_id if known_why else None
            row.reason_at = at if known_why else None
        row.save()


def _may_say_why(row: Attendance, actor: Actor) -> bool:
    """The reason a homeroom teacher or nurse settled is not the subject teacher's to change."""
    return row.reason_by_id is None or row.reason_by_id == actor.hat_id


def _formative_item(lesson: LessonEntry, klass: ClassCard, *, at: datetime) -> LineItem:
    session = schools.session_on(klass.school_id, lesson.date)
    if session is None:
        raise Invalid("no_session", date=str(lesson.date))
    item, _ = LineItem.objects.get_or_create(
        school_id=klass.school_id,
        lesson=lesson,
        category=Category.FORMATIVE,
        defaults={
            "klass_id": klass.id,
            "session_id": session.id,
            "date": lesson.date,
            "maximum": FORMATIVE_MAXIMUM,
            "date_last_modified": at,
        },
    )
    return item


def save_cells(
    class_id: UUID,
    cells: Mapping[UUID, Mapping[UUID, Score]],
    *,
    actor: Actor,
    at: datetime,
    event_at: datetime | None = None,
    op_id: UUID | None = None,
) -> Saved:
    """Record points in cells of the register: {line item: {member: score}}.

    Raises NotFound unless the actor teaches the class and the line items are its own, Invalid with
    the place of a fault; then nothing is written.
    """
    klass = _klass(class_id)
    require(actor.viewer, Action.RECORD_RESULT, klass.subject)
    items = {
        item.id: item for item in LineItem.objects.filter(id__in=list(cells), klass_id=class_id)
    }
    if items.keys() != cells.keys():
        raise NotFound("not_found")
    for item_id, scores in cells.items():
        item = items[item_id]
        lowest = 1 if item.category == Category.FORMATIVE else 0
        _check_enrolled(klass, scores, item.date, actor)
        for member, score in scores.items():
            _check_points(score.points, item.maximum, lowest=lowest, member=member)
    thing = ledger.Thing("klass", klass.id, klass.school_id)
    with ledger.entry("journal.register.saved", thing, actor=actor, at=at, op_id=op_id) as draft:
        facts: dict[UUID, UUID] = {}
        differs: set[UUID] = set()
        for item_id, scores in cells.items():
            written, unsettled = _write_scores(
                items[item_id], scores, actor=actor, at=at, event_at=event_at or at
            )
            facts |= written
            differs |= unsettled
        draft.facts = {
            "cells": {
                str(item): {str(m): [s.points, s.comment] for m, s in scores.items()}
                for item, scores in cells.items()
            }
        }
    return Saved(None, facts, frozenset(differs))


def _write_scores(
    item: LineItem,
    scores: Mapping[UUID, Score],
    *,
    actor: Actor,
    at: datetime,
    event_at: datetime,
) -> tuple[dict[UUID, UUID], frozenset[UUID]]:
    """Write the facts of one line item; return the fact each cell now shows, and which differ."""
    known = {
        row.member_id: row
        for row in Result.objects.in_entry().filter(line_item=item, member_id__in=list(scores))
    }
    said = _facts_said(known.values())
    heads: dict[UUID, UUID] = {}
    differs: set[UUID] = set()
    for member_id, score in scores.items():
        row = known.get(member_id)
        if row is None and score.points is None:
            continue
        row = row or _new_result(item, member_id, actor=actor, at=at)
        fact = _new_fact(row, score, actor=actor, at=at, event_at=event_at)
        cell = fold([*said.get(row.id, ()), _as_said(fact)])
        head = cell.head or _as_said(fact)
        if head.id == fact.id:
            row.comment = score.comment
        row.score, row.last_fact_id, row.set_by_id = head.score, head.id, head.author_id
        row.set_at, row.date_last_modified, row.differs = head.event_at, at, bool(cell.differing)
        row.save()
        fact.save(force_insert=True)
        heads[member_id] = head.id
        if cell.differing:
            differs.add(member_id)
    return heads, frozenset(differs)


def _new_result(item: LineItem, member_id: UUID, *, actor: Actor, at: datetime) -> Result:
    return Result(
        school_id=item.school_id,
        line_item=item,
        member_id=member_id,
        set_by_id=actor.hat_id,
        set_at=at,
        date_last_modified=at,
    )


def _new_fact(
    row: Result, score: Score, *, actor: Actor, at: datetime, event_at: datetime
) -> ResultFact:
    if score.points is None:
        kind = ResultFact.Kind.ANNUL
    else:
        kind = ResultFact.Kind.CORRECT if score.seen else ResultFact.Kind.SET
    return ResultFact(
        id=uuid7(),
        school_id=row.school_id,
        result=row,
        kind=kind,
        score=score.points,
        comment=score.comment,
        reason=score.reason,
        replaces_id=score.seen,
        author_id=actor.hat_id,
        event_at=min(event_at, at),
        recorded_at=at,
    )


def _facts_said(rows: Iterable[Result]) -> dict[UUID, list[Said]]:
    said: dict[UUID, list[Said]] = {}
    facts = ResultFact.objects.in_entry().filter(result_id__in=[row.id for row in rows])
    for fact in facts:
        said.setdefault(fact.result_id, []).append(_as_said(fact))
    return said


def _as_said(fact: ResultFact) -> Said:
    return Said(fact.id, fact.author_id, fact.event_at, fact.score, fact.replaces_id)


def settle_reason(
    lesson_id: UUID,
    member_id: UUID,
    reason: Attendance.Reason,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Record why a pupil was absent, as the homeroom teacher knows it; presence stays as it is.

    Raises NotFound unless the actor leads the pupil's homeroom class, or no absence is on record.
    """
    lesson = LessonEntry.objects.filter(id=lesson_id).first()
    klass = schools.class_card(lesson.klass_id) if lesson else None
    if lesson is None or klass is None:
        raise NotFound("not_found")
    require(actor.viewer, Action.RECORD_REASON, klass.subject)
    thing = ledger.Thing("member", member_id, klass.school_id)
    with ledger.entry("journal.reason.recorded", thing, actor=actor, at=at) as draft:
        rows = Attendance.objects.in_entry().filter(lesson=lesson, member_id=member_id)
        if not rows.update(reason=reason, reason_by_id=actor.hat_id, reason_at=at):
            raise NotFound("not_found")
        draft.facts = {"lesson": lesson_id, "reason": reason}
