"""Term, half-year, year and final marks, each with the parts it came from.

Everything is exact (`int` and `Fraction`) until one rounding at the very end. The numbers of the
formula live in mark_policies, the steps from percent to mark in scales, the words in base.explain.
Worked examples: docs/rules/marks.md.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from senim.rules.errors import Invalid
from senim.rules.mark_policies import (
    WHOLE,
    Category,
    MarkPolicy,
    Share,
    SorAggregation,
    SubjectKind,
    scaled,
)
from senim.rules.scales import PassFail, Step

EXACT = (int, Fraction)
SUMMATIVE = (Category.SOR, Category.SOCH)


@dataclass(frozen=True, slots=True)
class Score:
    """Points of one pupil in one piece of work.

    points: from 0 to maximum, or None while the work is planned but not yet taken.
    maximum: above 0; for formative work the policy's `formative_most`.
    Raises Invalid("score_not_exact"), Invalid("score_maximum") or Invalid("score_points_outside").
    """

    category: Category
    points: int | Fraction | None
    maximum: int | Fraction

    def __post_init__(self) -> None:
        points, maximum = self.points, self.maximum
        if not _exact(maximum) or not (points is None or _exact(points)):
            raise Invalid("score_not_exact")
        if maximum <= 0:
            raise Invalid("score_maximum", maximum=maximum)
        if points is not None and not 0 <= points <= maximum:
            raise Invalid("score_points_outside", points=points, least=0, most=maximum)


def _exact(value: object) -> bool:
    """A binary float is not: 0.1 + 0.2 would decide marks. Nor is a truth value a number."""
    return isinstance(value, EXACT) and not isinstance(value, bool)


def formative(points: int | Fraction, maximum: int = 10) -> Score:
    """Return the score of one piece of everyday work."""
    return Score(Category.FORMATIVE, points, maximum)


def sor(points: int | Fraction | None, maximum: int) -> Score:
    """Return the score of a unit summative (СОР, БЖБ); None while it is not yet taken."""
    return Score(Category.SOR, points, maximum)


def soch(points: int | Fraction | None, maximum: int) -> Score:
    """Return the score of the term summative (СОЧ, ТЖБ); None while it is not yet taken."""
    return Score(Category.SOCH, points, maximum)


class MarkState(StrEnum):
    """What can be said of a pupil's term in a class."""

    RECOMMENDED = "recommended"  # all that the rule asks for is there
    PROVISIONAL = "provisional"  # worked out from what is there; a summative is still to come
    NOTHING_YET = "nothing_yet"  # no points that count
    NOT_ATTESTED = "not_attested"  # the term closes and a summative was not taken: temporarily
    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"  # pass or fail, and the teacher has not said
    UNMARKED = "unmarked"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Part:
    """What one share of the formula gave.

    points of maximum: summed over `count` pieces of work; when `averaged`, their mean percentage
        of 100.
    contribution: points / maximum × weight, exact.
    """

    share: Share
    points: int | Fraction
    maximum: int | Fraction
    count: int
    contribution: Fraction
    averaged: bool = False

    @property
    def kind(self) -> str:
        """Name of the share: "formative", "sor", "soch" or "formative_sor"."""
        return self.share.kind

    @property
    def weight(self) -> int | Fraction:
        """What a full score would contribute."""
        return self.share.weight


@dataclass(frozen=True, slots=True)
class TermMark:
    """The mark of one pupil in one class for a quarter or half-year, with how it came about.

    percent_exact, percent, mark and step are there when the state is recommended or provisional.
    parts: in the order of the policy. A provisional percentage is what the parts gave out of what
        they weigh together: 38.5 of 50 is 77.
    missing: summative categories that the rule counts and that are not, or not all, taken.
    uncounted: categories with scores that the policy does not count (formative in kz-2017).
    """

    state: MarkState
    policy: MarkPolicy
    kind: SubjectKind
    parts: tuple[Part, ...] = ()
    missing: tuple[Category, ...] = ()
    percent_exact: Fraction | None = None
    percent: int | None = None
    step: Step | None = None
    uncounted: tuple[Category, ...] = ()

    @property
    def mark(self) -> int | None:
        """The recommended mark; the teacher decides."""
        return self.step.mark if self.step else None

    @property
    def provisional(self) -> bool:
        """Whether a summative that the rule counts is still to come."""
        return self.state is MarkState.PROVISIONAL

    @property
    def contributed(self) -> Fraction:
        """What the parts gave together."""
        return sum((part.contribution for part in self.parts), Fraction(0))

    @property
    def weighed(self) -> int | Fraction:
        """What the parts could have given: 100 unless a summative is missing."""
        return sum(part.weight for part in self.parts)


def term_mark(
    scores: Iterable[Score],
    *,
    policy: MarkPolicy,
    kind: SubjectKind = SubjectKind.MARKED,
    grade: int | None = None,
    without: Collection[Category] = (),
    closing: bool = False,
) -> TermMark:
    """Return the term mark of one pupil in one class, with its parts.

    scores: the term's (for a half-year, both quarters') scores in any order.
    grade: None is any grade from the second.
    without: categories the class does not have this term; the other shares grow in proportion.
    closing: the term is being closed, so a summative not taken leaves the pupil temporarily not
        attested; before that it makes the mark provisional.
    Formative work may be missing: a pupil is not marked down for what nobody asked of them.
    The percentage is rounded once, after weighting, and only then looked up on the scale.
    Raises Invalid("formative_maximum"), Invalid("soch_more_than_one"), Invalid("soch_in_half_year")
    or Invalid("nothing_counts").
    Source: the act named in policy.citation; examples in docs/rules/marks.md.
    """
    kind = policy.kind_for(kind, grade)
    if kind is SubjectKind.UNMARKED:
        return TermMark(MarkState.UNMARKED, policy, kind)
    if kind is SubjectKind.PASS_FAIL:
        return pass_fail_mark(None, policy=policy)

    parts, missing, uncounted = _parts(scores, policy, kind, without)
    if closing and missing:
        return TermMark(MarkState.NOT_ATTESTED, policy, kind, parts, missing, uncounted=uncounted)
    if not parts:
        return TermMark(MarkState.NOTHING_YET, policy, kind, parts, missing, uncounted=uncounted)

    state = MarkState.PROVISIONAL if missing else MarkState.RECOMMENDED
    exact = _percent(parts)
    percent = policy.rounding.whole(exact)
    step = policy.scale_for(grade).step_for(percent)
    return TermMark(state, policy, kind, parts, missing, exact, percent, step, uncounted)


def _parts(
    scores: Iterable[Score], policy: MarkPolicy, kind: SubjectKind, without: Collection[Category]
) -> tuple[tuple[Part, ...], tuple[Category, ...], tuple[Category, ...]]:
    """Return the parts there are, the summatives still missing, and what does not count.

    While something is missing the weights stay as the rule prints them; else they sum to 100.
    """
    shares = policy.shares_for(kind, without=without)
    tallies = _tallied(scores, policy, kind)
    counted = {category for share in shares for category in share.categories}
    missing = tuple(c for c in SUMMATIVE if c in counted and not _all_taken(tallies.get(c)))
    uncounted = tuple(c for c in Category if c in tallies and c not in counted)
    live = tuple(s for s in shares if any(c in tallies and tallies[c].count for c in s.categories))
    weighed = live if missing else scaled(live)
    return tuple(_part(share, tallies, policy) for share in weighed), missing, uncounted


@dataclass(slots=True)
class _Tally:
    """The scores of one category, added up."""

    points: int | Fraction = 0
    maximum: int | Fraction = 0
    percents: int | Fraction = 0
    count: int = 0
    waiting: bool = False


def _tallied(
    scores: Iterable[Score], policy: MarkPolicy, kind: SubjectKind
) -> dict[Category, _Tally]:
    tallies: dict[Category, _Tally] = {}
    mean = policy.sor_aggregation is SorAggregation.MEAN
    for score in scores:
        category, points, maximum = score.category, score.points, score.maximum
        if category is Category.FORMATIVE and maximum != policy.formative_most:
            raise Invalid("formative_maximum", maximum=maximum, most=policy.formative_most)
        if category is Category.SOCH and kind is SubjectKind.HALF_YEAR:
            raise Invalid("soch_in_half_year")
        if category is Category.SOCH and category in tallies:
            raise Invalid("soch_more_than_one")
        tally = tallies.get(category) or tallies.setdefault(category, _Tally())
        if points is None:
            tally.waiting = True
            continue
        tally.points += points
        tally.maximum += maximum
        tally.count += 1
        if mean and category is Category.SOR:
            tally.percents += Fraction(points * 100) / maximum
    return tallies


def _all_taken(tally: _Tally | None) -> bool:
    return tally is not None and not tally.waiting


def _percent(parts: tuple[Part, ...]) -> Fraction:
    """Return what the parts gave, as a percentage of what they weigh together."""
    given = sum((part.contribution for part in parts), Fraction(0))
    return given * WHOLE / sum(part.weight for part in parts)


def _part(share: Share, tallies: dict[Category, _Tally], policy: MarkPolicy) -> Part:
    found = [tallies[category] for category in share.categories if category in tallies]
    points = sum(tally.points for tally in found)
    maximum = sum(tally.maximum for tally in found)
    count = sum(tally.count for tally in found)
    by_mean = policy.sor_aggregation is SorAggregation.MEAN and share.categories == (Category.SOR,)
    averaged = by_mean and count > 1
    if averaged:
        points, maximum = found[0].percents / Fraction(count), 100
    contribution = Fraction(share.weight * points, maximum)
    return Part(share, points, maximum, count, contribution, averaged)


def pass_fail_mark(verdict: PassFail | None, *, policy: MarkPolicy) -> TermMark:
    """Return the term result of a subject without points, as the teacher said; None: not yet."""
    states = {
        PassFail.PASS: MarkState.PASSED,
        PassFail.FAIL: MarkState.FAILED,
        None: MarkState.UNDECIDED,
    }
    return TermMark(states[verdict], policy, SubjectKind.PASS_FAIL)


def exempt_mark(*, policy: MarkPolicy, kind: SubjectKind = SubjectKind.MARKED) -> TermMark:
    """Return the term result of a pupil who is exempt from the subject."""
    return TermMark(MarkState.EXEMPT, policy, kind)


def half_year_mark(
    first_quarter: Iterable[Score],
    second_quarter: Iterable[Score],
    *,
    policy: MarkPolicy,
    closing: bool = False,
) -> TermMark:
    """Return the half-year mark of a subject of one hour a week, from both quarters' scores."""
    return term_mark(
        (*first_quarter, *second_quarter),
        policy=policy,
        kind=SubjectKind.HALF_YEAR,
        closing=closing,
    )


class NeededState(StrEnum):
    """Whether points on the SOCh can still decide whether a mark is reached."""

    POINTS = "points"  # this many will do, and fewer will not
    SURE = "sure"  # the mark is reached even with none
    OUT_OF_REACH = "out_of_reach"  # not reached even with all
    NOTHING_YET = "nothing_yet"  # no other points to reckon from


@dataclass(frozen=True, slots=True)
class Needed:
    """What a pupil needs on the SOCh for a mark.

    points: the least that gives the target, out of maximum; None when out of reach or nothing yet.
    best: the mark that full points would give; None when nothing yet.
    """

    state: NeededState
    target: int
    maximum: int
    points: int | None = None
    best: int | None = None


def needed_on_soch(
    scores: Iterable[Score],
    *,
    policy: MarkPolicy,
    soch_max: int,
    target: int = 5,
    grade: int | None = None,
    without: Collection[Category] = (),
) -> Needed:
    """Return the least whole points on the SOCh that give the target, as things stand.

    scores: the quarter's scores; a SOCh among them is left aside, SOR still to come do not count.
    soch_max: the SOCh's maximum in points, above 0.
    Raises Invalid("mark_unknown") for a target that is not on the scale, and as `term_mark` does.
    """
    policy.scale_for(grade).lowest_for(target)
    others = tuple(score for score in scores if score.category is not Category.SOCH)

    def reached(points: int) -> int:
        term = term_mark(
            (*others, soch(points, soch_max)), policy=policy, grade=grade, without=without
        )
        return term.mark or 0

    before = term_mark(others, policy=policy, grade=grade, without=without)
    if before.mark is None:
        return Needed(NeededState.NOTHING_YET, target, soch_max)
    best = reached(soch_max)
    if best < target:
        return Needed(NeededState.OUT_OF_REACH, target, soch_max, best=best)
    # More points never lower the mark, so the answers are False … False True … True.
    points = bisect_left(range(soch_max), True, key=lambda n: reached(n) >= target)
    state = NeededState.POINTS if points else NeededState.SURE
    return Needed(state, target, soch_max, points, best)


@dataclass(frozen=True, slots=True)
class YearMark:
    """The year mark and the term marks it is the mean of; None is a term not yet marked."""

    policy: MarkPolicy
    terms: tuple[int | None, ...]
    exact: Fraction
    mark: int

    @property
    def provisional(self) -> bool:
        """Whether a term is still without its mark."""
        return None in self.terms


def year_mark(term_marks: Sequence[int | None], *, policy: MarkPolicy) -> YearMark:
    """Return the year mark: the mean of the quarter or half-year marks, rounded once.

    term_marks: as decided, in the order of the year; None while a term has no mark yet.
    Raises Invalid("term_marks_missing") when there is none, Invalid("mark_unknown") off the scale.
    """
    marks = [_known(mark, policy) for mark in term_marks if mark is not None]
    if not marks:
        raise Invalid("term_marks_missing")
    exact = Fraction(sum(marks), len(marks))
    return YearMark(policy, tuple(term_marks), exact, policy.rounding.whole(exact))


@dataclass(frozen=True, slots=True)
class FinalMark:
    """The final mark of a subject, from the year mark and, where there is one, the exam mark."""

    policy: MarkPolicy
    year: int
    exam: int | None
    exact: Fraction
    mark: int


def final_mark(year: int, exam: int | None, *, policy: MarkPolicy) -> FinalMark:
    """Return the final mark: the year mark, weighed with the exam mark where there is an exam.

    year, exam: marks on the policy's scale, or Invalid("mark_unknown"); exam None: no exam.
    Source: implementers of the rule of grades 9 and 11; the weights are fields of the policy.
    """
    exact = Fraction(_known(year, policy))
    if exam is not None:
        weighed = policy.year_weight * year + policy.exam_weight * _known(exam, policy)
        exact = Fraction(weighed, WHOLE)
    return FinalMark(policy, year, exam, exact, policy.rounding.whole(exact))


def _known(mark: int, policy: MarkPolicy) -> int:
    if mark not in policy.scale.marks:
        raise Invalid("mark_unknown", mark=mark, known=policy.scale.marks)
    return mark
