"""A class with its school's year: what every page of a term starts from, in one question."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Subquery

from senim.base.mixed import TAG, rows, together
from senim.schools.models import AcademicSession, Class
from senim.schools.queries import ClassCard

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """A quarter of a school's year. `ends` is the first day after it."""

    id: UUID
    number: int
    starts: date
    ends: date

    @property
    def last_day(self) -> date:
        """The last day that belongs to it, school day or not."""
        return self.ends - DAY

    def __contains__(self, day: date) -> bool:
        return self.starts <= day < self.ends


@dataclass(frozen=True, slots=True)
class ClassYear:
    """A class, the name of its school by language, and the quarters of its year in order."""

    klass: ClassCard
    school: dict[str, str]
    terms: tuple[Term, ...]

    def term(self, number: int) -> Term | None:
        """Return the quarter of a number."""
        return next((term for term in self.terms if term.number == number), None)

    def term_on(self, day: date) -> Term | None:
        """Return the quarter a day lies in; in a break the one before it, else the year's first."""
        begun = [term for term in self.terms if term.starts <= day]
        return max(begun, key=lambda term: term.starts) if begun else next(iter(self.terms), None)


class _ClassRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="class"):
    """A class. Titles are JSON inside JSON where the database keeps JSON as text."""

    id: UUID
    school_id: UUID
    kind: str
    title: str
    grade: int | None
    subgroup: str
    school_year: int
    homeroom_id: UUID | None
    course_id: UUID | None
    course: dict[str, str] | str | None
    assessment: str | None
    time_zone: str
    school: dict[str, str] | str


class _TermRow(msgspec.Struct, frozen=True, tag_field=TAG, tag="term"):
    id: UUID
    number: int
    starts: date
    ends: date


_decoder: msgspec.json.Decoder[_ClassRow | _TermRow] = msgspec.json.Decoder(
    _ClassRow | _TermRow, strict=False
)

_CLASS = {
    "id": "id",
    "school_id": "school_id",
    "kind": "kind",
    "title": "title",
    "grade": "grade",
    "subgroup": "subgroup",
    "school_year": "school_year",
    "homeroom_id": "homeroom_id",
    "course_id": "course_id",
    "course": "course__title",
    "assessment": "course__assessment",
    "time_zone": "school__time_zone",
    "school": "school__name",
}
_TERM = {"id": "id", "number": "number", "starts": "starts", "ends": "ends"}


def class_year(class_id: UUID) -> ClassYear | None:
    """Return a class with the quarters of its school's year, or None: one query."""
    klass = Class.objects.filter(id=class_id)
    terms = AcademicSession.objects.filter(
        school_id=Subquery(klass.values("school_id")[:1]),
        school_year=Subquery(klass.values("school_year")[:1]),
        kind=AcademicSession.Kind.TERM,
        status="active",
    )
    texts = together(rows(klass, "class", **_CLASS), rows(terms, "term", **_TERM))
    found = [_decoder.decode(text) for text in texts]
    card = next((row for row in found if isinstance(row, _ClassRow)), None)
    if card is None:
        return None
    own = (Term(r.id, r.number, r.starts, r.ends) for r in found if isinstance(r, _TermRow))
    return ClassYear(_card(card), _texts(card.school), tuple(sorted(own, key=_number)))


def _number(term: Term) -> int:
    return term.number


def _card(row: _ClassRow) -> ClassCard:
    return ClassCard(
        row.id,
        row.school_id,
        row.kind,
        row.title,
        row.grade,
        row.subgroup,
        row.school_year,
        row.homeroom_id,
        row.course_id,
        _texts(row.course) if row.course is not None else None,
        row.assessment,
        row.time_zone,
    )


def _texts(value: dict[str, str] | str) -> dict[str, str]:
    texts: Any = msgspec.json.decode(value) if isinstance(value, str) else value
    return dict(texts)
