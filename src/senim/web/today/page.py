"""The teacher's day as a value: lessons in order, the one to open now, what is coming."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from senim.base.words import in_language
from senim.journal.queries import DayFacts, ItemRow, LessonRow
from senim.rules.fields import F0
from senim.schools.queries import ClassCard
from senim.timetable.queries import Period
from senim.web.lesson.page import class_name, names


@dataclass(frozen=True, slots=True)
class Entry:
    """One lesson of the day. state: ahead, untaken, topicless or done, as a word key.

    topics: what is written, class by class.
    """

    class_id: F0[UUID]
    number: F0[int]
    starts_at: F0[time]
    ends_at: F0[time]
    classes: F0[str]
    subject: F0[str]
    room: F0[str | None]
    shift: F0[int]
    state: F0[str]
    topics: F0[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Coming:
    """A unit or term summative of one of the teacher's classes."""

    date: F0[date]
    category: F0[str]
    number: F0[int]
    maximum: F0[int]
    class_id: F0[UUID]
    name: F0[str]


@dataclass(frozen=True, slots=True)
class TodayPage:
    """A day. first: the lesson to open now, under the word key `why`.

    off: why there are no lessons, as a word key, or empty; known: the timetable has lessons at all.
    before, after: the nearest days with lessons; nearest: the one of them to offer.
    """

    on: F0[date]
    is_today: F0[bool]
    entries: F0[tuple[Entry, ...]]
    first: F0[Entry | None]
    why: F0[str]
    off: F0[str]
    known: F0[bool]
    before: F0[date | None]
    after: F0[date | None]
    coming: F0[tuple[Coming, ...]]

    @property
    def nearest(self) -> date | None:
        """The nearest day with lessons; of two as near, the earlier, where there is work to do."""
        days = [day for day in (self.before, self.after) if day]
        return min(days, key=lambda day: abs(day - self.on), default=None)

    @property
    def shifts(self) -> bool:
        """Whether the day has lessons in more than one shift."""
        return len({entry.shift for entry in self.entries}) > 1


def entries(
    periods: tuple[Period, ...], facts: DayFacts, *, now: datetime, lang: str
) -> tuple[Entry, ...]:
    """Return the lessons of a day. now: school time."""
    return tuple(_entry(period, facts.lessons, now, lang) for period in periods)


def _entry(
    period: Period, lessons: Mapping[tuple[UUID, int], LessonRow], now: datetime, lang: str
) -> Entry:
    written = [lessons.get((card.id, period.number)) for card in period.classes]
    subjects = dict.fromkeys(in_language(card.course or {}, lang) for card in period.classes)
    return Entry(
        period.classes[0].id,
        period.number,
        period.starts_at,
        period.ends_at,
        " + ".join(class_name(card) for card in period.classes),
        " + ".join(subject for subject in subjects if subject),
        period.room,
        period.shift,
        _state(period, written, now),
        tuple(dict.fromkeys(row.topic for row in written if row and row.topic)),
    )


def _state(period: Period, written: list[LessonRow | None], now: datetime) -> str:
    if (period.date, period.starts_at) > (now.date(), now.time()):
        return "ahead"
    if not all(row and row.taken_at for row in written):
        return "untaken"
    return "done" if all(row and row.topic for row in written) else "topicless"


def first_of(found: tuple[Entry, ...], on: date, *, now: datetime) -> tuple[Entry | None, str]:
    """Return the lesson to open now, and why: it runs, it comes next, or it is not filled in."""
    if on == now.date():
        for entry in found:
            if entry.ends_at > now.time():
                return entry, "now" if entry.starts_at <= now.time() else "soon"
    if on > now.date():
        return None, ""
    unfilled = (entry for entry in found if entry.state in ("untaken", "topicless"))
    entry_to_fill = next(unfilled, None)
    return entry_to_fill, "fill" if entry_to_fill else ""


def coming(
    items: tuple[ItemRow, ...], cards: Mapping[UUID, ClassCard], lang: str
) -> tuple[Coming, ...]:
    """Return what is coming, the nearest first, with its class and subject."""
    return tuple(
        Coming(
            item.date,
            item.category,
            item.number,
            item.maximum,
            item.class_id,
            names((cards[item.class_id],), lang),
        )
        for item in items
        if item.class_id in cards
    )
