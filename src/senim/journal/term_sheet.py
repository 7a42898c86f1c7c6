"""A pupil's terms of a year as values: points, recommended marks and what is still needed. Pure.

The recommended mark is worked out anew from the points each time; what a teacher decides is another
fact. Words come from base.explain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from senim.journal.diaries import ScoreRow, TermItemRow, YearRow
from senim.rules.errors import Invalid
from senim.rules.mark_policies import GRADES, Category, MarkPolicy, SubjectKind, policy_for
from senim.rules.marks import (
    MarkState,
    Needed,
    Score,
    TermMark,
    YearMark,
    needed_on_soch,
    term_mark,
    year_mark,
)
from senim.schools.pupils import PupilCard, Seat

SUMMATIVE = (Category.SOR, Category.SOCH)
DAY = timedelta(days=1)
SOME_GRADE = 5
"""Stands in for a grade the roster does not tell; from the second on, no rule differs by it."""
WHOLE = 100
"""Stands for the maximum of a SOCh that is not yet in the register: then points are percent."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of the school's year; `ends` is the first day after it."""

    number: int
    starts: date
    ends: date

    @property
    def half(self) -> tuple[int, ...]:
        """The quarters of the half-year it lies in."""
        return (1, 2) if self.number <= 2 else (3, 4)


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work: points None while it is planned and not yet taken."""

    category: Category
    number: int
    date: date
    points: int | None
    maximum: int


@dataclass(frozen=True, slots=True)
class SubjectTerm:
    """A subject in one quarter, or in the half-year up to it where it is marked by the half-year.

    needed: for a 5 on the SOCh, while it is still to come; in percent when its maximum is unknown.
    """

    kind: SubjectKind
    work: tuple[Work, ...]
    mark: TermMark
    needed: Needed | None = None

    def of(self, category: Category) -> tuple[Work, ...]:
        """Return the work of one category, by date."""
        return tuple(work for work in self.work if work.category == category)


@dataclass(frozen=True, slots=True)
class SubjectYear:
    """A subject over the year: a term mark by quarter, and the year mark as it stands.

    now: the quarter the sheet is about. year: None while no quarter is complete.
    """

    course_id: UUID
    title: dict[str, str]
    now: SubjectTerm
    terms: tuple[TermMark | None, ...]
    year: YearMark | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which year and quarter a sheet is, and the day it is read. quarters: the school's."""

    quarters: tuple[Quarter, ...]
    number: int
    on: date

    def over(self, span: tuple[int, ...]) -> bool:
        """Say whether all the quarters of a span have ended."""
        return all(quarter.ends <= self.on for quarter in self.quarters if quarter.number in span)


def subject_years(
    pupil: PupilCard, rows: Iterable[YearRow], asked: Asked
) -> tuple[SubjectYear, ...]:
    """Return the pupil's subjects, with the quarter asked for in full.

    A quarter that has ended is not waiting for summatives its class never had.
    """
    known = tuple(rows)
    seats = sorted(
        (seat for seat in pupil.seats if seat.course_id), key=lambda seat: str(seat.course_id)
    )
    grade = _known_grade(pupil, asked.on)
    years = (
        _subject(tuple(group), known, asked, grade)
        for _, group in groupby(seats, key=lambda seat: seat.course_id)
    )
    return tuple(year for year in years if year)


def subject_term(
    pupil: PupilCard, course_id: UUID, rows: Iterable[YearRow], asked: Asked
) -> SubjectTerm | None:
    """Return one subject in the quarter asked for; None when it is not marked by the quarter.

    rows: at least the quarter's.
    """
    seats = tuple(seat for seat in pupil.seats if seat.course_id == course_id)
    quarter = next((q for q in asked.quarters if q.number == asked.number), None)
    if not seats or quarter is None:
        return None
    classes = {seat.class_id for seat in seats}
    own = tuple(row for row in rows if row.class_id in classes)
    term = _term(own, seats, quarter, asked, _known_grade(pupil, asked.on))
    return term if term.kind is SubjectKind.MARKED else None


def _known_grade(pupil: PupilCard, on: date) -> int | None:
    return next((grade for grade in [pupil.grade(on)] if grade in GRADES), None)


def _subject(
    seats: tuple[Seat, ...], rows: tuple[YearRow, ...], asked: Asked, grade: int | None
) -> SubjectYear | None:
    seat = max(seats, key=lambda seat: seat.starts)
    if seat.course_id is None or seat.course is None:
        return None
    classes = {seat.class_id for seat in seats}
    own = tuple(row for row in rows if row.class_id in classes)
    terms = {q.number: _term(own, seats, q, asked, grade) for q in asked.quarters}
    now = terms[asked.number]
    marks = _year_terms(terms, now.kind)
    return SubjectYear(seat.course_id, seat.course, now, marks, _year(marks, now))


def _year_terms(terms: dict[int, SubjectTerm], kind: SubjectKind) -> tuple[TermMark | None, ...]:
    """Return a mark for each quarter; a half-year's stands at its second quarter."""
    marks = [terms[n].mark if n in terms else None for n in (1, 2, 3, 4)]
    if kind is SubjectKind.HALF_YEAR:
        return (None, marks[1], None, marks[3])
    return tuple(marks)


def _year(terms: tuple[TermMark | None, ...], now: SubjectTerm) -> YearMark | None:
    counted = terms[1::2] if now.kind is SubjectKind.HALF_YEAR else terms
    marks = [
        term.mark if term and term.state is MarkState.RECOMMENDED else None for term in counted
    ]
    return year_mark(marks, policy=now.mark.policy) if any(marks) else None


def _term(
    rows: tuple[YearRow, ...],
    seats: tuple[Seat, ...],
    quarter: Quarter,
    asked: Asked,
    grade: int | None,
) -> SubjectTerm:
    policy = policy_for(quarter.ends - DAY, grade or SOME_GRADE)
    assessed = max(seats, key=lambda seat: seat.starts).assessment
    kind = policy.kind_for(SubjectKind(assessed or SubjectKind.MARKED), grade)
    span = quarter.half if kind is SubjectKind.HALF_YEAR else (quarter.number,)
    work = _work(rows, seats, span, kind, policy)
    over = asked.over(span)
    scores = tuple(Score(one.category, one.points, one.maximum) for one in work)
    mark = term_mark(
        scores,
        policy=policy,
        kind=kind,
        grade=grade,
        without=_never_planned(work, policy, kind) if over else (),
    )
    waits = kind is SubjectKind.MARKED and not over and Category.SOCH in mark.missing
    return SubjectTerm(kind, work, mark, _needed(work, scores, policy, grade) if waits else None)


def _needed(
    work: tuple[Work, ...], scores: tuple[Score, ...], policy: MarkPolicy, grade: int | None
) -> Needed:
    planned = next((one for one in work if one.category is Category.SOCH), None)
    return needed_on_soch(
        scores, policy=policy, soch_max=planned.maximum if planned else WHOLE, grade=grade
    )


def _never_planned(
    work: tuple[Work, ...], policy: MarkPolicy, kind: SubjectKind
) -> frozenset[Category]:
    """Return the summatives the class never had in a term that is over, if a mark is left then."""
    had = {one.category for one in work}
    without = frozenset(category for category in SUMMATIVE if category not in had)
    try:
        policy.shares_for(kind, without=without)
    except Invalid:  # an older rule counts nothing but summatives
        return frozenset()
    return without


def _work(
    rows: tuple[YearRow, ...],
    seats: tuple[Seat, ...],
    span: tuple[int, ...],
    kind: SubjectKind,
    policy: MarkPolicy,
) -> tuple[Work, ...]:
    """Return the pupil's work of some quarters: what has points, and summatives still to come.

    Summatives of a class the pupil had left, or not yet joined, are not theirs.
    """
    found: dict[UUID, Work] = {}
    for row in rows:
        if row.term in span and _counts(row, kind, policy):
            points = row.points if isinstance(row, ScoreRow) else None
            work = Work(Category(row.category), row.item_number, row.date, points, row.maximum)
            if points is not None or (row.item_id not in found and _sat_there(seats, row)):
                found[row.item_id] = work
    return _one_soch(sorted(found.values(), key=lambda one: (one.date, one.number)))


def _counts(row: YearRow, kind: SubjectKind, policy: MarkPolicy) -> bool:
    category = Category(row.category)
    if category is Category.SOCH:
        return kind is not SubjectKind.HALF_YEAR
    return category is not Category.FORMATIVE or row.maximum == policy.formative_most


def _sat_there(seats: tuple[Seat, ...], row: ScoreRow | TermItemRow) -> bool:
    return any(seat.class_id == row.class_id and seat.holds_on(row.date) for seat in seats)


def _one_soch(work: list[Work]) -> tuple[Work, ...]:
    """Keep one SOCh, the one taken: a pupil who changed classes may meet two."""
    terms = sorted(
        (one for one in work if one.category is Category.SOCH), key=lambda one: one.points is None
    )
    return tuple(one for one in work if one.category is not Category.SOCH or one is terms[0])
