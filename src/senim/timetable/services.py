"""Writing the timetable. Rows are written inside the ledger entry of the caller's change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from senim.base.ids import uuid7
from senim.timetable.models import BellSchedule, Meeting, Room, Slot

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class NewSlot:
    """A slot of a shift."""

    number: int
    starts_at: time
    ends_at: time
    id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True, slots=True)
class NewBells:
    """The bells of one shift, with their slots."""

    school_id: UUID
    title: Mapping[str, str]
    shift: int
    slots: tuple[NewSlot, ...]
    id: UUID = field(default_factory=uuid7)


def add_bells(bells: Iterable[NewBells], *, at: datetime) -> None:
    """Add bell schedules and their slots."""
    for new in bells:
        BellSchedule.objects.create(
            id=new.id,
            school_id=new.school_id,
            title=dict(new.title),
            shift=new.shift,
            date_last_modified=at,
        )
        Slot.objects.bulk_create(
            Slot(
                id=slot.id,
                school_id=new.school_id,
                bells_id=new.id,
                number=slot.number,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                date_last_modified=at,
            )
            for slot in new.slots
        )


def add_rooms(rooms: Mapping[UUID, str], *, school_id: UUID, at: datetime) -> None:
    """Add rooms: {id: title}."""
    Room.objects.bulk_create(
        Room(id=room_id, school_id=school_id, title=title, date_last_modified=at)
        for room_id, title in rooms.items()
    )


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A weekly meeting. joined: shared by the meetings of a joined class; weekday: 1 is Monday."""

    school_id: UUID
    class_id: UUID
    teacher_id: UUID
    slot_id: UUID
    weekday: int
    starts: date
    room_id: UUID | None = None
    joined: UUID | None = None
    ends: date | None = None
    id: UUID = field(default_factory=uuid7)


def add_meetings(meetings: Iterable[NewMeeting], *, at: datetime) -> None:
    """Add meetings; the database refuses a teacher or a class in two places at once."""
    Meeting.objects.bulk_create(
        (
            Meeting(
                id=new.id,
                school_id=new.school_id,
                klass_id=new.class_id,
                teacher_id=new.teacher_id,
                room_id=new.room_id,
                slot_id=new.slot_id,
                weekday=new.weekday,
                joined=new.joined,
                starts=new.starts,
                ends=new.ends,
                date_last_modified=at,
            )
            for new in meetings
        ),
        batch_size=CHUNK,
    )
