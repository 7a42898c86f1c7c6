"""Writing attendance: presence is the teacher's fact, the reason may be another's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from senim.journal.models import Attendance, LessonEntry
from senim.journal.services.entries import Hand, class_of
from senim.ledger import services as ledger
from senim.rules import attendance as rules
from senim.rules.access import Action, Actor, require
from senim.rules.errors import NotFound


@dataclass(frozen=True, slots=True)
class Presence:
    """What a teacher enters for one pupil: presence, and the reason as far as they know it.

    seen: the presence the teacher had before them, None for an attendance they had not seen.
    """

    presence: rules.Presence
    reason: rules.Reason = rules.Reason.UNKNOWN
    seen: rules.Presence | None = None


@dataclass(frozen=True, slots=True)
class PresenceNow:
    """What stands for one pupil after a save. differs: another author's entry was kept."""

    member_id: UUID
    presence: rules.Presence
    reason: rules.Reason
    differs: bool = False


def write_presence(
    lesson: LessonEntry, entered: Mapping[UUID, Presence], *, hand: Hand
) -> tuple[PresenceNow, ...]:
    """Write the presence of pupils at a lesson, whose row the caller has locked.

    One author's later word stands over their earlier one. What another author said is changed only
    by who had it before them; else it stays and the answer says that two entries differ.
    """
    rows = Attendance.objects.in_entry().filter(
        school_id=lesson.school_id, lesson=lesson, member_id__in=list(entered)
    )
    known = {row.member_id: row for row in rows}
    new, changed, now = [], [], []
    for member_id, presence in entered.items():
        row = known.get(member_id)
        if row is None:
            row = _first(lesson, member_id, presence, hand)
            new.append(row)
            differs = False
        else:
            differs = _another_said(row, presence, hand)
            if not differs and _update(row, presence, hand):
                changed.append(row)
        now.append(_now(row, differs=differs))
    Attendance.objects.in_entry().bulk_create(new)
    Attendance.objects.in_entry().bulk_update(
        changed, ["presence", "presence_by", "presence_at", "reason", "reason_by", "reason_at"]
    )
    return tuple(now)


def _now(row: Attendance, *, differs: bool) -> PresenceNow:
    presence, reason = rules.Presence(row.presence), rules.Reason(row.reason)
    return PresenceNow(row.member_id, presence, reason, differs)


def _first(lesson: LessonEntry, member_id: UUID, presence: Presence, hand: Hand) -> Attendance:
    row = Attendance(
        school_id=lesson.school_id,
        lesson=lesson,
        member_id=member_id,
        presence=presence.presence,
        presence_by_id=hand.author_id,
        presence_at=hand.event_at,
    )
    _give_reason(row, presence, hand)
    return row


def _another_said(row: Attendance, presence: Presence, hand: Hand) -> bool:
    unseen = row.presence not in (presence.presence, presence.seen)
    return unseen and row.presence_by_id != hand.author_id


def _update(row: Attendance, presence: Presence, hand: Hand) -> bool:
    """Bring a row to what its author says now; False when it is not their last word."""
    if row.presence_by_id == hand.author_id and hand.event_at < row.presence_at:
        return False
    if row.presence != presence.presence:
        row.presence, row.presence_by_id = presence.presence, hand.author_id
        row.presence_at = hand.event_at
    if _may_say_why(row, hand):
        _give_reason(row, presence, hand)
    return True


def _may_say_why(row: Attendance, hand: Hand) -> bool:
    """The reason a homeroom teacher or nurse settled is not the subject teacher's to change."""
    return row.reason_by_id is None or row.reason_by_id == hand.author_id


def _give_reason(row: Attendance, presence: Presence, hand: Hand) -> None:
    known_why = presence.reason != rules.Reason.UNKNOWN
    row.reason = presence.reason
    row.reason_by_id = hand.author_id if known_why else None
    row.reason_at = hand.event_at if known_why else None


def settle_reason(
    lesson_id: UUID,
    member_id: UUID,
    reason: rules.Reason,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Record why a pupil was absent, as the homeroom teacher knows it; presence stays as it is.

    Raises NotFound unless the actor leads the pupil's homeroom class, or no absence is on record.
    """
    lesson = LessonEntry.objects.filter(id=lesson_id).first()
    if lesson is None:
        raise NotFound("not_found")
    klass = class_of(lesson.klass_id)
    require(actor.viewer, Action.RECORD_REASON, klass.subject)
    thing = ledger.Thing("member", member_id, klass.school_id)
    with ledger.entry("journal.reason.recorded", thing, actor=actor, at=at) as draft:
        rows = Attendance.objects.in_entry().filter(
            school_id=lesson.school_id, lesson=lesson, member_id=member_id
        )
        if not rows.update(reason=reason, reason_by_id=actor.hat_id, reason_at=at):
            raise NotFound("not_found")
        draft.facts = {"lesson": lesson_id, "reason": reason}
