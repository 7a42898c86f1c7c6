"""The recommended marks of a register, by the rules; `term_sheet` tells a diary the same. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from senim.journal.register_values import Cell, Column, Period
from senim.rules.errors import Invalid
from senim.rules.mark_policies import GRADES, Category, MarkPolicy, SubjectKind, policy_for
from senim.rules.marks import Score, TermMark, term_mark
from senim.schools.queries import ClassCard

DAY = timedelta(days=1)
SOME_GRADE = 5
"""Stands in for a grade the class does not tell; from the second on, no rule differs by it."""
SUMMATIVE = (Category.SOR, Category.SOCH)


@dataclass(slots=True)
class Marks:
    """How the marks of one register come about.

    A term that is over does not wait for summatives its class never had.
    """

    klass: ClassCard
    period: Period
    columns: Sequence[Column]
    on: date
    policy: MarkPolicy = field(init=False)
    kind: SubjectKind = field(init=False)
    _grade: int | None = field(init=False)
    _without: frozenset[Category] = field(init=False)
    _formative: frozenset[int] = field(init=False)
    _summative: tuple[tuple[int, Column], ...] = field(init=False)

    def __post_init__(self) -> None:
        self._grade = self.klass.grade if self.klass.grade in GRADES else None
        self.policy = policy_for(self.period.ends - DAY, self._grade or SOME_GRADE)
        kind = SubjectKind(self.klass.assessment or SubjectKind.MARKED)
        self.kind = self.policy.kind_for(kind, self._grade)
        placed = tuple(enumerate(self.columns))
        self._formative = frozenset(
            place
            for place, column in placed
            if column.category is Category.FORMATIVE
            and column.maximum == self.policy.formative_most
        )
        self._summative = tuple((n, c) for n, c in placed if c.category in SUMMATIVE)
        self._without = self._never_planned() if self.period.ends <= self.on else frozenset()

    def _never_planned(self) -> frozenset[Category]:
        """Return the summatives the class never had, if a mark is left without them."""
        had = {column.category for _, column in self._summative}
        without = frozenset(category for category in SUMMATIVE if category not in had)
        try:
            self.policy.shares_for(self.kind, without=without)
        except Invalid:  # an older rule counts nothing but summatives
            return frozenset()
        return without

    def of(self, cells: Mapping[int, Cell], seated: Sequence[bool]) -> TermMark:
        """Return the mark of one pupil. Raises Invalid where the columns fit no rule.

        seated: for each column, whether the pupil learned here that day; work of other days is
        not theirs unless they have points in it.
        """
        return term_mark(
            (*self._everyday(cells), *self._summatives(cells, seated)),
            policy=self.policy,
            kind=self.kind,
            grade=self._grade,
            without=self._without,
        )

    def _everyday(self, cells: Mapping[int, Cell]) -> Iterator[Score]:
        most = self.policy.formative_most
        for place, cell in cells.items():
            if cell.points is not None and place in self._formative:
                yield Score(Category.FORMATIVE, cell.points, most)

    def _summatives(self, cells: Mapping[int, Cell], seated: Sequence[bool]) -> Iterator[Score]:
        """Yield the SOR, and of what may be several SOCh the one taken."""
        of_term: list[Score] = []
        for place, column in self._summative:
            cell = cells.get(place)
            points = cell.points if cell else None
            if points is None and not seated[place]:
                continue
            score = Score(column.category, points, column.maximum)
            if column.category is Category.SOR:
                yield score
            else:
                of_term.append(score)
        if of_term and self.kind is not SubjectKind.HALF_YEAR:
            yield min(of_term, key=lambda score: score.points is None)
