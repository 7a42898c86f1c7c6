"""Whose diary one may open, and the refused look of everybody else."""

from datetime import date, datetime
from uuid import UUID

from senim.ledger import services as ledger
from senim.rules.access import Actor, Hat, Subject, Viewer, fields_open, is_own
from senim.rules.errors import NotFound
from senim.rules.fields import FieldClass
from senim.schools.pupils import PupilCard, pupils, school_of


def may_read(viewer: Viewer, subject: Subject) -> bool:
    """Say whether a viewer may open a pupil's diary as a whole.

    One's own and a ward's as far as learning (F2) is open, and likewise a page that support was
    sent; else the full record (F3) of all subjects must be, which the homeroom teacher and those
    who lead the school have.
    """
    open_classes = fields_open(viewer, subject)
    page_by_page = is_own(viewer, subject) or viewer.hat is Hat.SUPPORT
    needed = FieldClass.LEARNING if page_by_page else FieldClass.RECORD
    return needed in open_classes


def find_pupil(
    member_id: UUID, *, actor: Actor, at: datetime, starts: date, ends: date, event: str
) -> tuple[PupilCard, tuple[PupilCard, ...]]:
    """Return a pupil and all the viewer's own, with the classes of [starts, ends): one query.

    Raises NotFound where the diary is not open to the viewer, after recording the refused look.
    """
    viewer = actor.viewer
    cards = pupils(viewer, {*viewer.pupil_ids, member_id}, starts=starts, ends=ends)
    found = cards.get(member_id)
    if found is None or not may_read(viewer, found.subject(viewer.on)):
        school_id = found.school.id if found else school_of(member_id)
        if school_id:
            thing = ledger.Thing("member", member_id, school_id)
            ledger.refused(thing, actor=actor, at=at, event=event)
        raise NotFound("not_found")
    own = tuple(card for member, card in cards.items() if member in viewer.pupil_ids)
    return found, own
