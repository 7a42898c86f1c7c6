"""The term sheet as a page: points, recommended marks and why, absences, the year so far."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from senim.base.kazakh import sort_key
from senim.base.words import in_language
from senim.journal import diaries
from senim.journal.diary_access import find_pupil
from senim.journal.term_sheet import Asked, Quarter, SubjectYear, Work, subject_years
from senim.rules.access import Actor, is_own
from senim.rules.errors import Invalid
from senim.rules.fields import F0, F1, F2
from senim.rules.mark_policies import Category, SubjectKind
from senim.rules.sessions import calendar_for, school_year_on
from senim.schools import queries as schools
from senim.schools.pupils import PupilCard
from senim.web.diary.children import Child, children
from senim.web.diary.mark_words import TermCell, Why, need, term_cell, why

EVENT = "journal.terms.looked"
QUARTER = "term"


@dataclass(frozen=True, slots=True)
class WorkCell:
    """Points of one piece of work; None while it is still to come."""

    points: F2[int | None]
    maximum: F2[int]
    number: F2[int]
    date: F2[date]


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """One subject. need: what a 5 takes, in words; year: the year mark so far."""

    course_id: F0[UUID]
    title: F0[dict[str, str]]
    half_year: F0[bool]
    marked: F0[bool]
    formative: F2[tuple[WorkCell, ...]]
    sor: F2[tuple[WorkCell, ...]]
    soch: F2[tuple[WorkCell, ...]]
    now: F2[TermCell]
    why: F2[Why | None]
    need: F2[str]
    terms: F2[tuple[TermCell | None, ...]]
    year: F2[TermCell | None]


@dataclass(frozen=True, slots=True)
class Missed:
    """How many lessons were missed: unknown, unexcused, excused or ill; or begun late."""

    kind: F2[str]
    lessons: F2[int]


@dataclass(frozen=True, slots=True)
class TermPage:
    """What the sheet shows. number: of the quarter; quarters: numbers to choose from."""

    member_id: F0[UUID]
    shown_name: F1[str]
    class_title: F1[str]
    school: F1[dict[str, str]]
    children: F0[tuple[Child, ...]]
    own: F0[bool]
    number: F0[int]
    starts: F0[date]
    last_day: F0[date]
    ahead: F0[bool]
    quarters: F0[tuple[int, ...]]
    subjects: F0[tuple[SubjectRow, ...]]
    missed: F2[tuple[Missed, ...]]


def read_term_page(
    member_id: UUID, *, actor: Actor, at: datetime, asked: str
) -> tuple[TermPage, PupilCard]:
    """Return a pupil's term sheet, and the pupil: four queries, however much was learnt.

    asked: the number of a quarter of the school's year, or empty for the present one.
    Raises NotFound as `find_pupil`, Invalid("term_unknown") for any other text.
    """
    on = actor.viewer.on
    year = school_year_on(on)
    pupil, own = find_pupil(
        member_id,
        actor=actor,
        at=at,
        starts=date(year - 1, 8, 1),
        ends=date(year, 8, 1),
        event=EVENT,
    )
    quarters = _quarters(pupil.school.id, year)
    quarter = _quarter(quarters, asked, on)
    who = {"school_id": pupil.school.id, "member_id": member_id}
    rows = diaries.year_rows(
        actor.viewer,
        **who,
        class_ids={seat.class_id for seat in pupil.seats},
        school_year=year,
    )
    missed = diaries.absence_counts(actor.viewer, **who, starts=quarter.starts, ends=quarter.ends)
    years = subject_years(pupil, rows, Asked(quarters, quarter.number, on))
    room = pupil.homeroom(on)
    page = TermPage(
        member_id=member_id,
        shown_name=pupil.shown_name,
        class_title=room.title if room else "",
        school=pupil.school.name,
        children=children(own, actor.viewer, current=member_id),
        own=is_own(actor.viewer, pupil.subject(on)),
        number=quarter.number,
        starts=quarter.starts,
        last_day=quarter.ends - timedelta(days=1),
        ahead=on < quarter.starts,
        quarters=tuple(one.number for one in quarters),
        subjects=_rows(years, actor.language),
        missed=_missed(missed),
    )
    return page, pupil


def _quarters(school_id: UUID, year: int) -> tuple[Quarter, ...]:
    """Return the school's own quarters; those of the country's calendar where it has none."""
    own = tuple(
        Quarter(session.number, session.starts, session.ends)
        for session in schools.sessions(school_id, school_year=year)
        if session.kind == QUARTER
    )
    return own or tuple(
        Quarter(session.number, session.starts, session.ends)
        for session in calendar_for(year).quarters()
    )


def _quarter(quarters: tuple[Quarter, ...], asked: str, on: date) -> Quarter:
    if not asked:
        begun = [quarter for quarter in quarters if quarter.starts <= on]
        return begun[-1] if begun else quarters[0]
    for quarter in quarters:
        if asked == str(quarter.number):
            return quarter
    raise Invalid("term_unknown", term=asked[:20])


def _missed(counts: dict[tuple[str, str], int]) -> tuple[Missed, ...]:
    kinds = {"invalid": "unexcused", "valid": "excused"}
    lessons: dict[str, int] = {}
    for (presence, reason), n in counts.items():
        kind = "late" if presence == "late" else kinds.get(reason, reason)
        lessons[kind] = lessons.get(kind, 0) + n
    order = ("ill", "excused", "unexcused", "unknown", "late")
    return tuple(Missed(kind, lessons[kind]) for kind in order if kind in lessons)


def _rows(years: tuple[SubjectYear, ...], lang: str) -> tuple[SubjectRow, ...]:
    ordered = sorted(years, key=lambda year: sort_key(in_language(year.title, lang)))
    return tuple(_row(year, lang) for year in ordered)


def _row(subject: SubjectYear, lang: str) -> SubjectRow:
    now = subject.now
    return SubjectRow(
        course_id=subject.course_id,
        title=subject.title,
        half_year=now.kind is SubjectKind.HALF_YEAR,
        marked=now.kind in (SubjectKind.MARKED, SubjectKind.HALF_YEAR),
        formative=_cells(now.of(Category.FORMATIVE)),
        sor=_cells(now.of(Category.SOR)),
        soch=_cells(now.of(Category.SOCH)),
        now=term_cell(now.mark, lang),
        why=why(now.mark, lang),
        need=need(now, lang),
        terms=tuple(term_cell(mark, lang) if mark else None for mark in subject.terms),
        year=TermCell(subject.year.mark, subject.year.provisional, "") if subject.year else None,
    )


def _cells(work: tuple[Work, ...]) -> tuple[WorkCell, ...]:
    return tuple(WorkCell(one.points, one.maximum, one.number, one.date) for one in work)
