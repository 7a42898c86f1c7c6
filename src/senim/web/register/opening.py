"""Opening a register: which class, which period, as of which civil day, and who may write."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from senim.journal.register_term import register
from senim.journal.register_values import Column, Line, Period, Register, periods
from senim.journal.registers import register_rows
from senim.ledger import services as ledger
from senim.rules.access import Action, Actor, fields_open, may
from senim.rules.errors import Invalid, NotFound
from senim.rules.fields import FieldClass as F
from senim.schools.terms import ClassYear, class_year

LOOKED = "journal.register.looked"


@dataclass(frozen=True, slots=True)
class Opened:
    """A class's year with the period asked for; book is None while the school has no quarters."""

    year: ClassYear
    periods: tuple[Period, ...]
    book: Register | None
    on: date
    writes: bool

    @property
    def thing(self) -> ledger.Thing:
        """What entries about this register name: the class, in the period whose book it is."""
        days = (self.book.period.starts, self.book.period.ends) if self.book else None
        pupils = len(self.book.lines) if self.book else 0
        klass = self.year.klass
        whole = None if klass.subgroup else klass.homeroom_id
        return ledger.Thing("klass", klass.id, klass.school_id, days, pupils=pupils, group=whole)

    def column(self, key: str) -> tuple[int, Column]:
        """Return a column and its place. Raises NotFound for a key that names none."""
        columns = self.book.columns if self.book else ()
        for place, column in enumerate(columns):
            if column.key == key:
                return place, column
        raise NotFound("not_found")

    def line(self, member: str) -> Line:
        """Return a pupil's line. Raises NotFound for anybody else."""
        lines = self.book.lines if self.book else ()
        for line in lines:
            if str(line.member_id) == member:
                return line
        raise NotFound("not_found")


def open_register(class_id: UUID, *, term: str, actor: Actor, at: datetime) -> Opened:
    """Return a class's register as far as the actor's ties open it: four queries.

    term: number of a quarter, empty for the present one. Raises NotFound for what is no taught
    class, and where no tie opens it, after recording the refused look; Invalid("term_unknown") for
    a quarter the year does not have.
    """
    year = class_year(class_id)
    if year is None or year.klass.course_id is None:
        raise NotFound("not_found")
    if F.LEARNING not in fields_open(actor.viewer, year.klass.subject):
        thing = ledger.Thing("klass", year.klass.id, year.klass.school_id)
        ledger.refused(thing, actor=actor, at=at, event=LOOKED)
        raise NotFound("not_found")
    on = at.astimezone(year.klass.zone).date()
    known = periods(year)
    writes = may(actor.viewer, Action.RECORD_RESULT, year.klass.subject)
    if not known:
        return Opened(year, (), None, on, writes)
    period = _period(year, known, term, on)
    rows = register_rows(actor.viewer, year.klass, period.span)
    return Opened(year, known, register(year.klass, period, rows, on=on), on, writes)


def _period(year: ClassYear, known: tuple[Period, ...], asked: str, on: date) -> Period:
    if not asked:
        now = year.term_on(on)
        return next(one for one in known if now in one.terms)
    for one in known:
        if asked in {str(term.number) for term in one.terms}:
            return one
    raise Invalid("term_unknown", term=asked[:20])
