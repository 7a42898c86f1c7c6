"""How full a school's registers are, as one number: no class, no teacher and no pupil in it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from senim.journal.models import LessonEntry
from senim.journal.register_list import Days, expected_lessons
from senim.rules import sessions
from senim.schools import queries as schools


@dataclass(frozen=True, slots=True)
class Filled:
    """Of how many lessons of the timetable attendance was taken, since the term began."""

    taken: int
    expected: int

    @property
    def percent(self) -> int | None:
        """The share in whole per cent, rounded down; None while no lesson was due."""
        return 100 * self.taken // self.expected if self.expected else None


def filled(school_id: UUID, *, on: date) -> Filled:
    """Return how full a school's registers are in the term of a day, the day itself left out."""
    term = schools.session_on(school_id, on)
    if term is None:
        return Filled(0, 0)
    days = Days(term.starts, min(on, term.ends))
    year = sessions.school_year_on(on)
    ids = [card.id for card in schools.class_cards(school_id, school_year=year, kind="scheduled")]
    due = expected_lessons(school_id, ids, days)
    rows = LessonEntry.objects.filter(
        school_id=school_id,
        klass_id__in=ids,
        date__gte=days.starts,
        date__lte=days.until - timedelta(days=1),
        attendance_taken_at__isnull=False,
    )
    taken = {(klass, (day, n)) for klass, day, n in rows.values_list("klass_id", "date", "number")}
    planned = {(klass, place) for klass, places in due.items() for place in places}
    return Filled(len(taken & planned), len(planned))
