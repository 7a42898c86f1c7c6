"""Whose diaries the reader may turn to: a chip a child, as far as each record opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from senim.journal.diary_access import may_read
from senim.rules.access import Viewer, fields_open
from senim.rules.fields import F0, FieldClass
from senim.schools.pupils import PupilCard


@dataclass(frozen=True, slots=True)
class Child:
    """One chip. What it says was opened by the child's own record, so it is F0 towards its reader.

    name, class_title: empty where a court order closes them. school: only where schools differ.
    """

    member_id: F0[UUID]
    name: F0[str]
    class_title: F0[str]
    school: F0[dict[str, str] | None]
    current: F0[bool]


def children(
    own: Iterable[PupilCard], viewer: Viewer, *, current: UUID | None = None
) -> tuple[Child, ...]:
    """Return the reader's children whose diary is open, the eldest class first."""
    cards = [card for card in own if may_read(viewer, card.subject(viewer.on))]
    several = len({card.school.id for card in cards}) > 1
    cards.sort(key=lambda card: (-(card.grade(viewer.on) or 0), card.given_name, card.member_id))
    return tuple(_child(card, viewer, current, several_schools=several) for card in cards)


def _child(
    card: PupilCard, viewer: Viewer, current: UUID | None, *, several_schools: bool
) -> Child:
    named = FieldClass.ROSTER in fields_open(viewer, card.subject(viewer.on))
    room = card.homeroom(viewer.on) if named else None
    return Child(
        member_id=card.member_id,
        name=(card.given_name or card.shown_name) if named else "",
        class_title=room.title if room else "",
        school=card.school.name if named and several_schools else None,
        current=card.member_id == current,
    )
