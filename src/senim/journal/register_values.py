"""What a register is made of: its periods, columns, cells and lines, as frozen values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from senim.journal.registers import Span
from senim.rules.attendance import Sign
from senim.rules.errors import Refusal
from senim.rules.folds import Said
from senim.rules.indicators import Outcome
from senim.rules.mark_policies import Category, SubjectKind
from senim.rules.marks import TermMark
from senim.schools.queries import ClassCard
from senim.schools.terms import ClassYear, Term

HALVES = ((1, 2), (3, 4))


@dataclass(frozen=True, slots=True)
class Period:
    """What one register covers: a quarter, or a half-year where the subject is marked by it.

    number: of its last quarter, which names it in addresses. half: 1 or 2 for a half-year.
    """

    number: int
    half: int | None
    terms: tuple[Term, ...]

    @property
    def starts(self) -> date:
        """Its first day."""
        return self.terms[0].starts

    @property
    def ends(self) -> date:
        """The first day after it."""
        return self.terms[-1].ends

    @property
    def span(self) -> Span:
        """What is read for it."""
        return Span(tuple(term.id for term in self.terms), self.starts, self.ends)


def periods(year: ClassYear) -> tuple[Period, ...]:
    """Return the registers of a class's year: four quarters, or two half-years."""
    if year.klass.assessment != SubjectKind.HALF_YEAR or year.klass.grade == 1:
        return tuple(Period(term.number, None, (term,)) for term in year.terms)
    halves = (
        (half, tuple(term for term in year.terms if term.number in numbers))
        for half, numbers in enumerate(HALVES, 1)
    )
    return tuple(Period(terms[-1].number, half, terms) for half, terms in halves if terms)


@dataclass(frozen=True, slots=True)
class Column:
    """A lesson, or work that points are given for.

    kind: "lesson", "sor", "soch", or "formative" for everyday work that stands in no lesson.
    number: of the lesson in its shift, or of the SOR.
    key: names it in addresses: "2026-11-18.3" for a lesson, else the line item's id.
    item_id: None for a lesson nobody has points from yet. again: the day has another lesson.
    """

    key: str
    kind: str
    date: date
    number: int
    maximum: int
    item_id: UUID | None = None
    lesson_id: UUID | None = None
    taken: bool = False
    topicless: bool = True
    again: bool = False

    @property
    def is_lesson(self) -> bool:
        """Whether signs of attendance stand here beside points."""
        return self.kind == "lesson"

    @property
    def category(self) -> Category:
        """What its points measure."""
        return Category.FORMATIVE if self.is_lesson else Category(self.kind)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands of a pupil in a column.

    fact_id: the fact behind the points. heads: where authors differ, the fact of each, the shown
    one first. noted: there is a comment or a correction to read.
    """

    sign: Sign | None = None
    points: int | None = None
    fact_id: UUID | None = None
    heads: tuple[Said, ...] = ()
    noted: bool = False

    @property
    def others(self) -> tuple[int | None, ...]:
        """What other entries say instead; None where they took the points back."""
        return tuple(head.score for head in self.heads[1:])

    @property
    def empty(self) -> bool:
        """Whether nothing shows."""
        return self.sign is None and self.points is None and not self.heads

    def seen_by(self, author_id: UUID) -> UUID | None:
        """Return the fact that an author's next entry answers: another's, where they differ."""
        theirs = (head.id for head in self.heads if head.author_id != author_id)
        return next(theirs, self.fact_id)


NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class Line:
    """A pupil's line. cells: by the place of the column; a missing one is empty.

    open: for each column, whether the pupil learned here on its day. left: no longer learns here.
    fault: why no mark can be worked out from what stands here.
    """

    member_id: UUID
    name: str
    cells: Mapping[int, Cell]
    open: tuple[bool, ...]
    left: bool
    mark: TermMark | None
    fault: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not in the register though its day is over.

    points: the summatives not everybody has points in, with how many have none.
    """

    attendance: tuple[Column, ...] = ()
    topics: tuple[Column, ...] = ()
    points: tuple[tuple[Column, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.attendance or self.topics or self.points)


@dataclass(frozen=True, slots=True)
class Register:
    """A class's register of one period. gone: how many pupils left during it."""

    klass: ClassCard
    kind: SubjectKind
    period: Period
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    outcome: Outcome
    missing: Missing
    gone: int
