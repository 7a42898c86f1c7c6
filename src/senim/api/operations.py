"""The kinds of operations a device may send, their shapes, and the service each goes to.

A shape is accepted for 90 days after it is replaced: devices come back late.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Protocol
from uuid import UUID

import msgspec

from senim.journal import services as journal
from senim.rules import attendance


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of what is sent: a field nobody knows is a fault, not a wish."""


class Sent(Strict, frozen=True):
    """One operation. age_ms: how long ago it was made, by the device's steady clock.

    time_uncertain: the device was switched off in between, so its wall clock had to do.
    """

    op_id: UUID
    kind: str
    age_ms: int
    body: msgspec.Raw
    time_uncertain: bool = False


class Score(Strict, frozen=True):
    """Points of one pupil, as `journal.services.Score`."""

    points: int | None
    comment: str | None = ""
    reason: str = ""
    seen: UUID | None = None

    def entered(self) -> journal.Score:
        """Return what the service takes."""
        return journal.Score(self.points, self.comment, self.reason, self.seen)


class Presence(Strict, frozen=True):
    """Presence of one pupil, as `journal.services.Presence`."""

    presence: attendance.Presence
    reason: attendance.Reason = attendance.Reason.UNKNOWN
    seen: attendance.Presence | None = None

    def entered(self) -> journal.Presence:
        """Return what the service takes."""
        return journal.Presence(self.presence, self.reason, self.seen)


class Body(Protocol):
    """What an operation says of a class, and how it is saved."""

    event: ClassVar[str]

    @property
    def class_id(self) -> UUID:
        """The class it is about."""

    def save(self, **saving: Any) -> dict[str, Any]:
        """Save it by its service and return the answer to the device, fit for JSON."""


class LessonBody(Strict, frozen=True):
    """What changed on one lesson's page."""

    event: ClassVar[str] = "journal.lesson.saved"

    class_id: UUID
    date: date
    number: int
    topic: str | None = None
    homework: str | None = None
    attendance_taken: bool = False
    presence: dict[UUID, Presence] = {}
    scores: dict[UUID, Score] = {}

    def save(self, **saving: Any) -> dict[str, Any]:
        """Save the lesson."""
        saved = journal.save_lesson(
            journal.LessonKey(self.class_id, self.date, self.number),
            journal.LessonSave(
                self.topic,
                self.homework,
                self.attendance_taken,
                {member: presence.entered() for member, presence in self.presence.items()},
                {member: score.entered() for member, score in self.scores.items()},
            ),
            **saving,
        )
        return _stands(saved.cells, saved.presence)


class RegisterBody(Strict, frozen=True):
    """Cells of the register: {line item: {member: score}}."""

    event: ClassVar[str] = "journal.register.saved"

    class_id: UUID
    cells: dict[UUID, dict[UUID, Score]]

    def save(self, **saving: Any) -> dict[str, Any]:
        """Save the cells."""
        cells = {
            item: {member: score.entered() for member, score in scores.items()}
            for item, scores in self.cells.items()
        }
        return _stands(journal.save_cells(self.class_id, cells, **saving), ())


KINDS: Mapping[str, type[LessonBody] | type[RegisterBody]] = {
    "journal.lesson.save": LessonBody,
    "journal.register.save": RegisterBody,
}


def _stands(
    cells: tuple[journal.CellNow, ...], presence: tuple[journal.PresenceNow, ...]
) -> dict[str, Any]:
    """Return what now stands of the cells and pupils an operation named."""
    differs = any(cell.differs for cell in cells) or any(now.differs for now in presence)
    return {
        "status": "differs" if differs else "applied",
        "cells": [
            {
                "item": str(cell.item_id),
                "member": str(cell.member_id),
                "points": cell.points,
                "fact": str(cell.fact_id),
                "differs": cell.differs,
            }
            for cell in cells
        ],
        "presence": [
            {
                "member": str(now.member_id),
                "presence": now.presence.value,
                "reason": now.reason.value,
                "differs": now.differs,
            }
            for now in presence
        ],
    }
