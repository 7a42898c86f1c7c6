"""The generations of the term formula as dated, cited values. How they are applied lives in marks.

What the sources leave open is a field here with our default, and its name stands in
`open_points`; docs/rules/marks.md says why each default was taken. A school network with a formula
of its own is another value: `dataclasses.replace(KZ_2024, code="…", …)`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from senim.rules.errors import Invalid
from senim.rules.scales import ORDER_125, PERCENT, PERCENT_GRADE_1, Scale, half_up

WHOLE = 100
GRADES = range(1, 13)


class Category(StrEnum):
    """What a score measures: everyday work, a unit, the whole term."""

    FORMATIVE = "formative"
    SOR = "sor"
    SOCH = "soch"


class SorAggregation(StrEnum):
    """How several SOR become one share: all points over all maxima, or the mean of percentages."""

    POOLED = "pooled"
    MEAN = "mean"


class Rounding(StrEnum):
    """How an exact value becomes whole."""

    HALF_UP = "half_up"

    def whole(self, value: Fraction) -> int:
        """Return the whole number nearest to the value."""
        return half_up(value)


class SubjectKind(StrEnum):
    """How a subject is assessed."""

    MARKED = "marked"  # by the quarter, with a SOCh
    HALF_YEAR = "half_year"  # one hour a week: by the half-year, without a SOCh
    PASS_FAIL = "pass_fail"  # noqa: S105 - the teacher decides; neither SOR nor SOCh
    UNMARKED = "unmarked"  # grade 1: words, no marks


@dataclass(frozen=True, slots=True)
class Share:
    """One term of the formula: points of these categories, together, weigh so much of 100."""

    categories: tuple[Category, ...]
    weight: int | Fraction

    @property
    def kind(self) -> str:
        """Name of the share: "formative", "sor", "soch" or "formative_sor"."""
        return "_".join(self.categories)


@dataclass(frozen=True, slots=True)
class MarkPolicy:
    """One generation of the rule that turns points into term, year and final marks.

    valid_from, valid_to: half-open; the last day of a term decides which policy the term has.
    shares: the formula of a quarter; half_year_shares: of a half-year, which has no SOCh. Each sums
        to 100. When a share has nothing to count and need not have, the rest grow in proportion.
    formative_least, formative_most: the points of one formative score, both included.
    year_weight, exam_weight: of the final mark where there is an exam; they sum to 100.
    open_points: names of the fields that the sources we could read leave open.
    """

    code: str
    citation: str
    paragraph: str | None
    valid_from: date
    valid_to: date | None
    shares: tuple[Share, ...]
    half_year_shares: tuple[Share, ...]
    open_points: frozenset[str]
    scale: Scale = PERCENT
    grade_1_scale: Scale | None = None
    sor_aggregation: SorAggregation = SorAggregation.POOLED
    formative_least: int = 1
    formative_most: int = 10
    rounding: Rounding = Rounding.HALF_UP
    year_weight: int | Fraction = 70
    exam_weight: int | Fraction = 30

    def __post_init__(self) -> None:
        sums = (
            sum(share.weight for share in self.shares),
            sum(share.weight for share in self.half_year_shares),
            self.year_weight + self.exam_weight,
        )
        if any(total != WHOLE for total in sums):
            raise Invalid("weights_not_whole", policy=self.code)

    def kind_for(self, kind: SubjectKind, grade: int | None) -> SubjectKind:
        """Return how the subject is assessed in a grade; grade 1 is unmarked but in archives."""
        if grade == 1 and self.grade_1_scale is None:
            return SubjectKind.UNMARKED
        return kind

    def scale_for(self, grade: int | None) -> Scale:
        """Return the scale of a grade; None is any grade from the second."""
        return self.grade_1_scale if grade == 1 and self.grade_1_scale else self.scale

    def shares_for(
        self, kind: SubjectKind, *, without: Collection[Category] = ()
    ) -> tuple[Share, ...]:
        """Return the formula of a subject that has no work of some categories, summing to 100.

        Raises Invalid("nothing_counts") when nothing the policy counts is left.
        """
        shares = self.half_year_shares if kind is SubjectKind.HALF_YEAR else self.shares
        if not without:
            return shares
        kept = tuple(
            Share(categories, share.weight)
            for share in shares
            if (categories := tuple(c for c in share.categories if c not in without))
        )
        if not kept:
            raise Invalid("nothing_counts", policy=self.code)
        return scaled(kept)


def scaled(shares: tuple[Share, ...]) -> tuple[Share, ...]:
    """Return the shares grown in proportion until they sum to 100: 25 and 25 become 50 and 50."""
    total = sum(share.weight for share in shares)
    if total == WHOLE:
        return shares
    return tuple(Share(s.categories, Fraction(s.weight * WHOLE, total)) for s in shares)


def _share(weight: int, *categories: Category) -> Share:
    return Share(categories, weight)


_FORMATIVE, _SOR, _SOCH = Category.FORMATIVE, Category.SOR, Category.SOCH
_ALWAYS_OPEN = frozenset({"valid_from", "rounding", "year_weight", "exam_weight"})

KZ_2017 = MarkPolicy(
    code="kz-2017",
    citation=f"{ORDER_125} as amended by No. 494 of 25.09.2018; text of the formula not read",
    paragraph=None,
    valid_from=date(2017, 9, 1),
    valid_to=date(2020, 10, 21),
    shares=(_share(50, _SOR), _share(50, _SOCH)),
    half_year_shares=(_share(100, _SOR),),
    grade_1_scale=PERCENT_GRADE_1,
    open_points=_ALWAYS_OPEN | {"shares", "half_year_shares", "sor_aggregation", "grade_1_scale"},
)

KZ_2020 = MarkPolicy(
    code="kz-2020",
    citation=f"{ORDER_125} as amended by No. 453 of 21.10.2020 (V2000021484)",
    paragraph=None,
    valid_from=date(2020, 10, 21),
    valid_to=date(2024, 11, 16),
    shares=(_share(50, _FORMATIVE, _SOR), _share(50, _SOCH)),
    half_year_shares=(_share(100, _FORMATIVE, _SOR),),
    open_points=_ALWAYS_OPEN | {"shares", "half_year_shares", "grade_1_scale"},
)

KZ_2024 = MarkPolicy(
    code="kz-2024",
    citation=f"{ORDER_125}, paragraph 28, edition of 30.04.2025",
    paragraph="28",
    valid_from=date(2024, 11, 16),
    valid_to=None,
    shares=(_share(25, _FORMATIVE), _share(25, _SOR), _share(50, _SOCH)),
    half_year_shares=(_share(50, _FORMATIVE), _share(50, _SOR)),
    open_points=_ALWAYS_OPEN | {"half_year_shares", "sor_aggregation"},
)

POLICIES = (KZ_2017, KZ_2020, KZ_2024)


def policy_for(on: date, grade: int) -> MarkPolicy:
    """Return the policy of a term that ends on a day, for a grade.

    Raises Invalid("grade_unknown") outside 1-12 and Invalid("no_policy_on") before 01.09.2017.
    """
    if grade not in GRADES:
        raise Invalid("grade_unknown", grade=grade)
    for policy in POLICIES:
        if policy.valid_from <= on and (policy.valid_to is None or on < policy.valid_to):
            return policy
    raise Invalid("no_policy_on", on=on)


def by_code(code: str) -> MarkPolicy:
    """Return the policy of a code such as "kz-2024". Raises Invalid("policy_unknown")."""
    for policy in POLICIES:
        if policy.code == code:
            return policy
    raise Invalid("policy_unknown", policy=code, known=tuple(p.code for p in POLICIES))


# Paragraph 16: no SOR and no SOCh. The key says from which grade to which. Visual arts and labour
# training, which took the place of arts and crafts in primary on 01.09.2025, are not named there;
# until a school says otherwise they are marked as what they replaced.
PASS_FAIL_SUBJECTS = {
    "music": GRADES,
    "physical-education": GRADES,
    "arts-and-crafts": GRADES,
    "visual-arts": range(1, 5),
    "labour-training": range(1, 5),
    "digital-literacy": range(1, 5),
}


def subject_kind(subject: str, *, grade: int, hours: Fraction | int) -> SubjectKind:
    """Return how the Rules assess a subject in a grade: a default that the school may change.

    subject: a code as in PASS_FAIL_SUBJECTS, or any other; hours: lessons a week.
    Source: paragraphs 7, 16 and 28; visual arts and labour training are our reading.
    """
    if grade == 1:
        return SubjectKind.UNMARKED
    if grade in PASS_FAIL_SUBJECTS.get(subject, ()):
        return SubjectKind.PASS_FAIL
    return SubjectKind.HALF_YEAR if hours <= 1 else SubjectKind.MARKED
