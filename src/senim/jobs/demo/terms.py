"""What the journal of one class says: lessons, absences, points, up to the demo's moment."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from uuid import UUID

from senim.jobs.demo.absences import Day, days_away
from senim.jobs.demo.households import Child
from senim.jobs.demo.moments import Moment, bells, instant, lesson_days
from senim.jobs.demo.places import DEMO_CLASS, ClassPlan
from senim.jobs.demo.seeds import Source
from senim.jobs.demo.staff import Course
from senim.jobs.demo.summatives import QuarterPlan, Summative
from senim.jobs.demo.timetabling import Cell
from senim.jobs.demo.topics import comments, homework_for, reasons, topics_for
from senim.journal.filling import (
    AbsenceFill,
    ItemFill,
    JournalFill,
    LessonFill,
    ResultFill,
    Said,
)
from senim.rules.mark_policies import SubjectKind

FORGOTTEN, FORGOTTEN_DAYS = 0.03, 6
SPREAD = 0.11
WRITES_LATER = 0.93
CORRECTED, COMMENTED = 0.006, 0.02
TAKEN_AFTER = timedelta(minutes=6)
REASON_AT = time(15, 40)


@dataclass(frozen=True, slots=True)
class Taught:
    """A course with its teacher, its pupils and its places in the week."""

    id: UUID
    course: Course
    teacher_id: UUID
    children: Sequence[Child]
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class ClassBook:
    """A homeroom class with everything taught to it. sessions: quarter's number to its id."""

    plan: ClassPlan
    leader_id: UUID
    children: Sequence[Child]
    taught: Sequence[Taught]
    sessions: Mapping[int, UUID]


@dataclass(frozen=True, slots=True)
class Held:
    """A lesson that took place."""

    id: UUID
    day: date
    number: int
    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class Writer:
    """Writes one class's journal. rng is this class's own, not disturbed by others."""

    book: ClassBook
    moment: Moment
    rng: Source
    lessons: list[LessonFill] = field(default_factory=list)
    absences: list[AbsenceFill] = field(default_factory=list)
    items: list[ItemFill] = field(default_factory=list)
    results: list[ResultFill] = field(default_factory=list)
    away: dict[UUID, dict[date, Day]] = field(default_factory=dict)

    def write(self) -> JournalFill:
        """Return everything there is to add for the class."""
        days = lesson_days(self.moment, self.book.plan.grade, until=self.moment.day)
        for child in self.book.children:
            self.away[child.member_id] = days_away(self.rng, days)
        plans = self._plans()
        for taught in self.book.taught:
            _CourseWriter(self, taught, _abilities(self.rng, taught.children)).write(days, plans)
        return JournalFill(self.lessons, self.absences, self.items, self.results)

    def _plans(self) -> tuple[QuarterPlan, ...]:
        grade = self.book.plan.grade
        return tuple(
            QuarterPlan(quarter, grade, self.moment.day, self.rng, Counter(), {})
            for quarter in self.moment.quarters
        )

    def was_there(self, child: Child, day: date) -> bool:
        """Say whether a pupil sat in the lessons of a day."""
        away = self.away[child.member_id].get(day)
        return child.is_on(day) and (away is None or away.presence == "late")


def _abilities(rng: Source, children: Sequence[Child]) -> dict[UUID, float]:
    """Return how each pupil does in one subject: as they do in all, a little better or worse."""
    return {child.member_id: child.ability + rng.gauss(0, 0.05) for child in children}


@dataclass(slots=True)
class _CourseWriter:
    """Writes the lessons and points of one course."""

    of: Writer
    taught: Taught
    ability: dict[UUID, float]

    def write(self, days: Sequence[date], plans: Sequence[QuarterPlan]) -> None:
        held = list(self._held(days))
        for number, lesson in enumerate(held):
            self._lesson(lesson, number, len(held))
        for plan in plans:
            mine = [day for day, _ in self._places(self._school_days(plan))]
            for work in plan.of(self.taught.course, mine):
                self._summative(work, plan, held)

    def _school_days(self, plan: QuarterPlan) -> set[date]:
        grade = self.of.book.plan.grade
        days = lesson_days(self.of.moment, grade, until=plan.quarter.last_day)
        return {day for day in days if day in plan.quarter}

    def _places(self, days: set[date]) -> list[tuple[date, int]]:
        by_weekday: dict[int, list[int]] = {}
        for cell in self.taught.cells:
            by_weekday.setdefault(cell.day, []).append(cell.slot)
        return sorted((day, slot) for day in days for slot in by_weekday.get(day.weekday(), ()))

    def _held(self, days: Sequence[date]) -> Iterator[Held]:
        """Yield the lessons that are over by now, but for the few a teacher has yet to write up."""
        rng, moment = self.of.rng, self.of.moment
        demo = (self.of.book.plan.grade, self.of.book.plan.letter) == DEMO_CLASS
        for day, slot in self._places(set(days)):
            bell = bells(self.of.book.plan.shift)[slot]
            starts, ends = _instant(day, bell.starts_at), _instant(day, bell.ends_at)
            recent = (moment.day - day).days < FORGOTTEN_DAYS
            forgotten = rng.random() < FORGOTTEN and recent and not demo
            if ends <= moment.at and not forgotten:
                yield Held(rng.id_at(_milliseconds(ends)), day, bell.number, starts, ends)

    def _lesson(self, lesson: Held, number: int, count: int) -> None:
        """Write one lesson of so many. Where there are fewer topics, each takes several lessons."""
        of, taught = self.of, self.taught
        plan, subject = of.book.plan, taught.course.subject
        topics = topics_for(subject, plan.grade, plan.medium)
        of.lessons.append(
            LessonFill(
                lesson.id,
                taught.id,
                lesson.day,
                lesson.number,
                topics[number if count <= len(topics) else number * len(topics) // count],
                homework_for(subject, plan.grade, plan.medium, number, of.rng),
                lesson.starts_at + TAKEN_AFTER,
                taught.teacher_id,
            )
        )
        for child in taught.children:
            self._absence(child, lesson)
        self._formative(lesson)

    def _absence(self, child: Child, lesson: Held) -> None:
        day = self.of.away[child.member_id].get(lesson.day)
        if day is None or not child.is_on(lesson.day):
            return
        if day.presence == "late" and lesson.number != 1:
            return
        settled_at = _instant(lesson.day, REASON_AT)
        known = day.reason != "unknown" and settled_at < self.of.moment.at
        self.of.absences.append(
            AbsenceFill(
                self.of.rng.id_at(_milliseconds(lesson.starts_at)),
                lesson.id,
                child.member_id,
                day.presence,
                self.taught.teacher_id,
                lesson.starts_at + TAKEN_AFTER,
                day.reason if known else "unknown",
                self.of.book.leader_id if known else None,
                settled_at if known else None,
            )
        )

    def _formative(self, lesson: Held) -> None:
        if self.taught.course.kind == SubjectKind.UNMARKED:
            return
        of = self.of
        there = [child for child in self.taught.children if of.was_there(child, lesson.day)]
        count = min(len(there) // 2, max(2, round(of.rng.gauss(_usual(len(there)), 1.4))))
        if not count:
            return
        item_id = of.rng.id_at(_milliseconds(lesson.ends_at))
        of.items.append(
            ItemFill(
                item_id,
                self.taught.id,
                self._session_on(lesson.day),
                "formative",
                0,
                lesson.day,
                10,
                lesson.ends_at,
                lesson.id,
            )
        )
        for child in of.rng.sample(there, count):
            points = max(3, self._points(child, 10))
            self._result(item_id, child, points, 10, lesson.ends_at)

    def _session_on(self, day: date) -> UUID:
        number = next(q.number for q in self.of.moment.quarters if day in q)
        return self.of.book.sessions[number]

    def _summative(self, work: Summative, plan: QuarterPlan, held: Sequence[Held]) -> None:
        """Add the column; and the points where it was written, later for those who were away."""
        of = self.of
        made_at = _instant(plan.quarter.starts, REASON_AT)
        item_id = of.rng.id_at(_milliseconds(made_at))
        of.items.append(
            ItemFill(
                item_id,
                self.taught.id,
                of.book.sessions[plan.quarter.number],
                work.category,
                work.number,
                work.date,
                work.maximum,
                made_at,
            )
        )
        for child in self.taught.children:
            lesson = self._written_in(child, work, plan, held)
            if lesson is not None:
                points = self._points(child, work.maximum)
                self._result(item_id, child, points, work.maximum, lesson.ends_at)

    def _written_in(
        self, child: Child, work: Summative, plan: QuarterPlan, held: Sequence[Held]
    ) -> Held | None:
        if work.date > self.of.moment.day or not child.is_on(work.date):
            return None
        for lesson in held:
            if work.date <= lesson.day and lesson.day in plan.quarter:
                if self.of.was_there(child, lesson.day):
                    return lesson
                if self.of.rng.random() > WRITES_LATER:
                    return None
        return None

    def _points(self, child: Child, maximum: int) -> int:
        share = self.ability[child.member_id] + self.of.rng.gauss(0, SPREAD)
        return min(maximum, max(0, round(maximum * share)))

    def _result(self, item_id: UUID, child: Child, points: int, maximum: int, at: datetime) -> None:
        rng, moment = self.of.rng, self.of.moment
        chance = rng.random()
        later = at + timedelta(days=1)
        said: tuple[Said, ...] = (Said(rng.id_at(_milliseconds(at)), points, at, at),)
        comment = ""
        if chance < CORRECTED and later < moment.at and points < maximum:
            reason = rng.choice(reasons(self.of.book.plan.medium))
            again = Said(rng.id_at(_milliseconds(later)), points + 1, later, later, reason)
            said = (*said, again)
        elif chance > 1 - COMMENTED:
            good = points * 10 >= maximum * 8
            comment = rng.choice(comments(self.of.book.plan.medium, good=good))
        self.of.results.append(
            ResultFill(
                rng.id_at(_milliseconds(at)),
                item_id,
                child.member_id,
                self.taught.teacher_id,
                said,
                comment,
            )
        )


def _usual(there: int) -> float:
    return 6.5 if there > 18 else 4.5


@cache
def _instant(day: date, clock: time) -> datetime:
    return instant(day, clock)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1000
