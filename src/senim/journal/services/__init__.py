"""Writing the journal: one service a save, one ledger entry a save."""

from senim.journal.services.attendance import Presence, PresenceNow, settle_reason
from senim.journal.services.lessons import (
    LessonKey,
    LessonSave,
    Saved,
    save_lesson,
    save_lessons,
)
from senim.journal.services.line_items import (
    Summative,
    add_summative,
    change_summative,
    remove_summative,
)
from senim.journal.services.results import CellNow, Score, save_cells

__all__ = [
    "CellNow",
    "LessonKey",
    "LessonSave",
    "Presence",
    "PresenceNow",
    "Saved",
    "Score",
    "Summative",
    "add_summative",
    "change_summative",
    "remove_summative",
    "save_cells",
    "save_lesson",
    "save_lessons",
    "settle_reason",
]
