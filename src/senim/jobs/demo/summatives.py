"""When a class writes its SOR and SOCh in a quarter, and out of how many points.

By the Rules: at most three SOR; a SOCh on none of the SOR's days, not on the quarter's last day, at
most three of them a day for a class. Subjects of one hour a week have no SOCh.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from senim.jobs.demo.staff import Course
from senim.rules.mark_policies import SubjectKind
from senim.rules.sessions import Session

MOST_SOCH_A_DAY = 3
SOR_BY_HOURS = {1: 1, 2: 2, 3: 2}
MOST_SOR = 3
SOR_MAXIMA = {True: (8, 10, 12, 15), False: (10, 12, 14, 15, 18, 20)}
SOCH_MAXIMA = {True: (12, 15, 20), False: (20, 25, 30, 40)}


@dataclass(frozen=True, slots=True)
class Summative:
    """One SOR (number 1 to 3) or SOCh (number 0) of a course."""

    category: str
    number: int
    date: date
    maximum: int


@dataclass(slots=True)
class QuarterPlan:
    """The summative work of one class in one quarter. free_of: a day left without any."""

    quarter: Session
    grade: int
    free_of: date
    rng: Random
    soch_on: Counter[date]
    known: dict[str, tuple[Summative, ...]]

    def of(self, course: Course, days: Sequence[date]) -> tuple[Summative, ...]:
        """Return a course's works on its lesson days; both halves of a class write on the same."""
        code = course.subject.code
        if code not in self.known:
            self.known[code] = self._plan(course, [day for day in days if day != self.free_of])
        return self.known[code]

    def _plan(self, course: Course, days: Sequence[date]) -> tuple[Summative, ...]:
        if course.kind not in (SubjectKind.MARKED, SubjectKind.HALF_YEAR) or not days:
            return ()
        unique = sorted(set(days))
        soch = self._soch_day(unique) if course.kind == SubjectKind.MARKED else None
        before = [day for day in unique if soch is None or day < soch]
        count = min(SOR_BY_HOURS.get(course.weekly, MOST_SOR), len(before))
        primary = self.grade <= 4
        works = [
            Summative(
                "sor",
                number,
                before[min(len(before) - 1, number * len(before) // (count + 1) + number - 1)],
                self.rng.choice(SOR_MAXIMA[primary]),
            )
            for number in range(1, count + 1)
        ]
        if soch is not None:
            works.append(Summative("soch", 0, soch, self.rng.choice(SOCH_MAXIMA[primary])))
        return tuple(works)

    def _soch_day(self, days: Sequence[date]) -> date | None:
        last = self.quarter.last_day
        late = [day for day in days if 2 <= (last - day).days <= 16]
        free = [day for day in late if self.soch_on[day] < MOST_SOCH_A_DAY]
        if not free:
            return None
        chosen = free[-2] if len(free) > 1 else free[-1]
        self.soch_on[chosen] += 1
        return chosen
