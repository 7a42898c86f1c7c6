"""Why a mark is what it is, as codes and exact facts. The words live in base/words/marks.toml.

An explanation is a row of lines to be read from the top: the parts, what they make together, and
what else one must know. A page, a print and `senim explain mark` word the same lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from senim.rules.mark_policies import WHOLE, Category, SubjectKind
from senim.rules.marks import FinalMark, Needed, Part, TermMark, YearMark
from senim.rules.scales import Step

Fact = int | str | Fraction | tuple[str, ...] | tuple[int | None, ...]
Explained = TermMark | YearMark | FinalMark | Needed


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a code and the exact facts its words speak of."""

    code: str
    facts: dict[str, Fact]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The lines, with the code of the policy they follow and the paragraph where it was read.

    What is needed on a SOCh names no policy: it stands below a term mark, which does.
    """

    lines: tuple[Line, ...]
    policy: str | None = None
    paragraph: str | None = None


def explanation(result: Explained) -> Explanation:
    """Return why a result is what it is."""
    match result:
        case TermMark(policy=policy):
            return Explanation(tuple(_term_lines(result)), policy.code, policy.paragraph)
        case YearMark(policy=policy):
            return Explanation(tuple(_year_lines(result)), policy.code)
        case FinalMark(policy=policy):
            return Explanation((_final_line(result),), policy.code)
        case Needed():
            return Explanation((_needed_line(result),))


def _term_lines(term: TermMark) -> Iterable[Line]:
    yield from (_part_line(part) for part in term.parts)
    if term.percent_exact is None or term.percent is None or term.step is None:
        yield Line(term.state, {"categories": term.missing})
    else:
        yield _total_line(term, term.percent_exact, term.percent, term.step)
        yield Line("rounded_once", {})
        yield from _weight_lines(term)
    if term.uncounted:
        yield Line("uncounted", {"categories": term.uncounted})


def _part_line(part: Part) -> Line:
    """Everyday work reads best as its mean, 8.2 of 10; one that does not end, as 22 of 60."""
    points, maximum = Fraction(part.points), Fraction(part.maximum)
    if part.kind == Category.FORMATIVE and WHOLE % (points / part.count).denominator == 0:
        points, maximum = points / part.count, maximum / part.count
    return Line(
        "part_mean" if part.averaged else "part",
        {
            "kind": part.kind,
            "points": points,
            "maximum": maximum,
            "n": part.count,
            "weight": Fraction(part.weight),
            "contribution": part.contribution,
        },
    )


def _total_line(term: TermMark, exact: Fraction, percent: int, step: Step) -> Line:
    return Line(
        "so_far" if term.provisional else "total",
        {
            "contributed": term.contributed,
            "weighed": Fraction(term.weighed),
            "exact": exact,
            "percent": percent,
            "lowest": step.lowest,
            "highest": step.highest,
            "mark": step.mark,
        },
    )


def _weight_lines(term: TermMark) -> Iterable[Line]:
    """Say what is still to come, or that the weights grew, or that they are our reading."""
    if term.provisional:
        yield Line("missing", {"categories": term.missing})
        return
    half_year = term.kind is SubjectKind.HALF_YEAR
    shares = term.policy.half_year_shares if half_year else term.policy.shares
    counted = {category for part in term.parts for category in part.share.categories}
    absent = tuple(c for share in shares for c in share.categories if c not in counted)
    if absent:
        yield Line("reweighted", {"categories": absent})
    elif half_year and "half_year_shares" in term.policy.open_points:
        yield Line("half_year_open", {})


def _year_lines(year: YearMark) -> Iterable[Line]:
    marks = tuple(mark for mark in year.terms if mark is not None)
    facts: dict[str, Fact] = {
        "terms": marks,
        "sum": sum(marks),
        "count": len(marks),
        "result": year.exact,
        "mark": year.mark,
    }
    yield Line("year", facts)
    if year.provisional:
        yield Line("year_so_far", {"n": len(year.terms) - len(marks)})


def _final_line(final: FinalMark) -> Line:
    if final.exam is None:
        return Line("final_is_year", {"mark": final.mark})
    return Line(
        "final",
        {
            "year": final.year,
            "exam": final.exam,
            "year_weight": Fraction(final.policy.year_weight),
            "exam_weight": Fraction(final.policy.exam_weight),
            "result": final.exact,
            "mark": final.mark,
        },
    )


def _needed_line(needed: Needed) -> Line:
    facts: dict[str, Fact] = {"target": needed.target, "maximum": needed.maximum}
    if needed.points is not None:
        facts["points"] = needed.points
    if needed.best is not None:
        facts["best"] = needed.best
    return Line(f"need_{needed.state}", facts)
