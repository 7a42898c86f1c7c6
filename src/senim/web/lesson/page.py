"""The lesson page as a value: one group of pupils a class, two for a joined class."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from senim.base.words import in_language
from senim.journal.queries import CellFacts, ItemRow, LessonFacts
from senim.journal.services import LessonKey
from senim.rules.attendance import Sign
from senim.rules.fields import F0, F1, F2
from senim.schools.queries import ClassCard, Pupil
from senim.timetable.queries import Period, WeeklyMeeting, nearest_days


@dataclass(frozen=True, slots=True)
class Other:
    """What another author says of a cell; points None: no points."""

    points: F2[int | None]
    by: F2[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One pupil. Points and comment are text, so that a form comes back as it was typed.

    seen, was: the fact and the sign the page shows, which a save hands back.
    settled: somebody else settled the reason.
    """

    number: F0[int]
    member_id: F1[UUID]
    name: F1[str]
    sign: F2[str]
    was: F2[str]
    points: F2[str]
    comment: F2[str]
    seen: F2[str]
    settled: F2[bool] = False
    others: F2[tuple[Other, ...]] = ()
    faulty: F0[bool] = False


@dataclass(frozen=True, slots=True)
class Group:
    """One class at the lesson. *_was: the text the page was opened with.

    pointed: points are given here; in grade 1 there are only comments.
    """

    class_id: F0[UUID]
    title: F0[str]
    pointed: F0[bool]
    topic: F0[str]
    homework: F0[str]
    topic_was: F0[str]
    homework_was: F0[str]
    for_day: F0[date | None]
    lines: F1[tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Bells:
    """When and where the lesson meets, school time."""

    starts_at: F0[time]
    ends_at: F0[time]
    shift: F0[int]
    room: F0[str | None]


@dataclass(frozen=True, slots=True)
class Beside:
    """The lesson before or after in the teacher's day."""

    class_id: F0[UUID]
    number: F0[int]
    title: F0[str]
    starts_at: F0[time]


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A unit or term summative of the class. today: its points go into the register."""

    category: F0[str]
    number: F0[int]
    date: F0[date]
    maximum: F0[int]
    class_id: F0[UUID]
    title: F0[str]
    today: F0[bool]


@dataclass(frozen=True, slots=True)
class LessonPage:
    """One lesson. bells None: it does not stand in the timetable.

    owner: whose entries these are, for the outbox. now: of the school; taken: when attendance was.
    faults: (id of the field, words) of a form that could not be saved.
    """

    date: F0[date]
    number: F0[int]
    title: F0[str]
    bells: F0[Bells | None]
    before: F0[Beside | None]
    after: F0[Beside | None]
    upcoming: F0[tuple[Upcoming, ...]]
    owner: F0[UUID]
    may_write: F0[bool]
    ahead: F0[bool]
    now: F0[datetime]
    taken: F0[datetime | None]
    groups: F1[tuple[Group, ...]]
    faults: F0[tuple[tuple[str, str], ...]] = ()

    @property
    def pupils(self) -> int:
        """How many pupils the lesson has."""
        return sum(len(group.lines) for group in self.groups)

    @property
    def away(self) -> int:
        """How many are absent."""
        gone = (Sign.UNEXCUSED, Sign.EXCUSED, Sign.ILL)
        return sum(line.sign in gone for group in self.groups for line in group.lines)

    @property
    def marked(self) -> int:
        """How many have points."""
        return sum(bool(line.points) for group in self.groups for line in group.lines)

    @property
    def differing(self) -> int:
        """Of how many cells two authors say different things."""
        return sum(bool(line.others) for group in self.groups for line in group.lines)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson as the journal and the timetable know it, for whoever has been let in.

    classes: those of the viewer's; the one asked for is first. weekly: the meetings of the day.
    """

    key: LessonKey
    period: Period | None
    classes: tuple[ClassCard, ...]
    weekly: tuple[WeeklyMeeting, ...]
    rolls: dict[UUID, tuple[Pupil, ...]]
    facts: LessonFacts


def class_name(card: ClassCard) -> str:
    """Return a class as its teachers call it: «7 «Ә»», with the subgroup where it is one."""
    return f"{card.title} ({card.subgroup})" if card.subgroup else card.title


def names(classes: tuple[ClassCard, ...], lang: str) -> str:
    """Return classes and their subject in one line: «3 «А» + 4 «А» · Математика»."""
    courses = {in_language(card.course or {}, lang) for card in classes}
    if len(courses) == 1:
        return " · ".join(
            part for part in (" + ".join(class_name(card) for card in classes), *courses) if part
        )
    return " + ".join(
        f"{class_name(card)} {in_language(card.course or {}, lang)}".strip() for card in classes
    )


def groups(lesson: Lesson) -> tuple[Group, ...]:
    """Return the classes with their pupils, numbered through."""
    number = 1
    found = []
    for card in lesson.classes:
        pupils = lesson.rolls[card.id]
        lines = tuple(_line(lesson, card, pupil, number + n) for n, pupil in enumerate(pupils))
        number += len(lines)
        row = lesson.facts.lessons.get(card.id)
        topic, homework = (row.topic, row.homework) if row else ("", "")
        group = Group(
            class_id=card.id,
            title=class_name(card),
            pointed=card.assessment != "unmarked",
            topic=topic,
            homework=homework,
            topic_was=topic,
            homework_was=homework,
            for_day=_next(lesson, card),
            lines=lines,
        )
        found.append(group)
    return tuple(found)


def _next(lesson: Lesson, card: ClassCard) -> date | None:
    own = [meeting for meeting in lesson.weekly if meeting.klass.id == card.id]
    return nearest_days(own, lesson.key.date)[1]


def _line(lesson: Lesson, card: ClassCard, pupil: Pupil, number: int) -> Line:
    whose = (card.id, pupil.member_id)
    presence, cell = lesson.facts.presence.get(whose), lesson.facts.cells.get(whose)
    sign = presence.sign if presence else Sign.HERE
    line = Line(number, pupil.member_id, pupil.name, sign, sign, "", "", "")
    if presence and presence.reason_by and presence.reason_by != presence.presence_by:
        line = replace(line, settled=True)
    return _with_cell(line, cell) if cell else line


def _with_cell(line: Line, cell: CellFacts) -> Line:
    head = cell.head
    return replace(
        line,
        points=shown(head.points),
        comment=head.comment,
        seen=str(head.id),
        others=tuple(Other(other.points, other.by) for other in cell.differing),
    )


def shown(points: int | None) -> str:
    """Return points as a field shows them."""
    return "" if points is None else str(points)


def bells(period: Period | None) -> Bells | None:
    """Return when and where a period meets."""
    if period is None:
        return None
    return Bells(period.starts_at, period.ends_at, period.shift, period.room)


def upcoming(lesson: Lesson, *, most: int = 4) -> tuple[Upcoming, ...]:
    """Return the next summatives of the classes, the nearest first."""
    titles = {card.id: class_name(card) for card in lesson.classes}

    def told(item: ItemRow) -> Upcoming:
        return Upcoming(
            item.category,
            item.number,
            item.date,
            item.maximum,
            item.class_id,
            titles[item.class_id],
            item.date == lesson.key.date,
        )

    return tuple(told(item) for item in lesson.facts.upcoming[:most])


def beside(periods: tuple[Period, ...], here: Period | None) -> tuple[Beside | None, Beside | None]:
    """Return the lessons before and after in a teacher's day."""
    if here is None or here not in periods:
        return None, None
    place = periods.index(here)
    before = periods[place - 1] if place else None
    after = periods[place + 1] if place + 1 < len(periods) else None
    return _beside(before), _beside(after)


def _beside(period: Period | None) -> Beside | None:
    if period is None:
        return None
    title = " + ".join(class_name(card) for card in period.classes)
    return Beside(period.classes[0].id, period.number, title, period.starts_at)
