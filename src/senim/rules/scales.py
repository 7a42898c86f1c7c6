"""The scales that turn a whole percentage into a mark. The formulas live in mark_policies."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from senim.rules.errors import Invalid

ORDER_125 = "Order of the Minister of Education and Science No. 125 of 18.03.2008 (V080005191_)"


class PassFail(StrEnum):
    """The scale of subjects without points: music, physical education and the like."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a scale: the whole percentages from lowest to highest, both included."""

    lowest: int
    highest: int
    mark: int


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole percentages to marks, as an act prints them.

    steps: rising; they meet without gap or overlap from 0 to 100, or Invalid("scale_broken").
    valid_from, valid_to: the days it serves, half-open; None means not ended.
    """

    code: str
    citation: str
    valid_from: date
    valid_to: date | None
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        meets = (
            self.steps
            and self.steps[0].lowest == 0
            and self.steps[-1].highest == 100
            and all(step.lowest <= step.highest for step in self.steps)
            and all(
                above.lowest == below.highest + 1 and above.mark > below.mark
                for below, above in pairwise(self.steps)
            )
        )
        if not meets:
            raise Invalid("scale_broken", scale=self.code)

    def step_for(self, percent: int) -> Step:
        """Return the row a whole percentage falls in. Raises Invalid("percent_outside")."""
        if not 0 <= percent <= 100:
            raise Invalid("percent_outside", percent=percent)
        return next(step for step in self.steps if percent <= step.highest)

    def mark_for(self, percent: int) -> int:
        """Return the mark of a whole percentage, 0 to 100."""
        return self.step_for(percent).mark

    def lowest_for(self, mark: int) -> int:
        """Return the least whole percentage that gives the mark. Raises Invalid("mark_unknown")."""
        for step in self.steps:
            if step.mark == mark:
                return step.lowest
        raise Invalid("mark_unknown", mark=mark, known=self.marks)

    @property
    def marks(self) -> tuple[int, ...]:
        """The marks of the scale, rising."""
        return tuple(step.mark for step in self.steps)


def half_up(value: Fraction) -> int:
    """Return the nearest whole number, a half going up: 74.5 gives 75, 84.4999 gives 84."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


PERCENT = Scale(
    code="kz-percent",
    citation=f"{ORDER_125}, appendix 1: grades 2-11 (12)",
    valid_from=date(2017, 9, 1),
    valid_to=None,
    steps=(Step(0, 39, 2), Step(40, 64, 3), Step(65, 84, 4), Step(85, 100, 5)),
)

# For archives only: grade 1 is unmarked now (paragraph 7). The day it ended was not read; we let it
# end with the formula of its time.
PERCENT_GRADE_1 = Scale(
    code="kz-percent-grade-1",
    citation=f"{ORDER_125}, appendix 1 of an older edition: grade 1",
    valid_from=date(2017, 9, 1),
    valid_to=date(2020, 10, 21),
    steps=(Step(0, 20, 2), Step(21, 50, 3), Step(51, 80, 4), Step(81, 100, 5)),
)
