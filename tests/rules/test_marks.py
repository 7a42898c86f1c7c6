"""What holds of every mark, whatever the scores."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from senim.rules.errors import Invalid
from senim.rules.mark_policies import (
    KZ_2017,
    KZ_2020,
    KZ_2024,
    POLICIES,
    Category,
    MarkPolicy,
    Share,
    SorAggregation,
    SubjectKind,
    by_code,
    policy_for,
    subject_kind,
)
from senim.rules.marks import (
    MarkState,
    NeededState,
    Score,
    exempt_mark,
    final_mark,
    formative,
    half_year_mark,
    needed_on_soch,
    pass_fail_mark,
    soch,
    sor,
    term_mark,
    year_mark,
)
from senim.rules.scales import PERCENT, PERCENT_GRADE_1, PassFail, Scale, Step, half_up

EVERY_POLICY = [*POLICIES, *(replace(p, sor_aggregation=SorAggregation.MEAN) for p in POLICIES)]

policies = st.sampled_from(EVERY_POLICY)
kinds = st.sampled_from([SubjectKind.MARKED, SubjectKind.HALF_YEAR])


@st.composite
def summatives(draw: st.DrawFn, category: Category) -> Score:
    maximum = draw(st.integers(1, 50))
    return Score(category, draw(st.integers(0, maximum)), maximum)


dailies = st.lists(st.integers(1, 10).map(formative), max_size=12)
units = st.lists(summatives(Category.SOR), max_size=4)
ends = st.lists(summatives(Category.SOCH), max_size=1)
quarters = st.tuples(dailies, units, ends).map(
    lambda parts: [score for part in parts for score in part]
)
full_quarters = st.tuples(
    dailies, units.filter(bool), summatives(Category.SOCH).map(lambda score: [score])
).map(lambda parts: [score for part in parts for score in part])


@given(st.data(), quarters, policies)
def test_order_of_scores_does_not_matter(
    data: st.DataObject, scores: list[Score], policy: MarkPolicy
) -> None:
    shuffled = data.draw(st.permutations(scores))

    assert term_mark(shuffled, policy=policy) == term_mark(scores, policy=policy)


@given(st.data(), quarters.filter(bool), policies, st.sampled_from([None, 1]))
def test_better_score_never_lowers_a_mark(
    data: st.DataObject, scores: list[Score], policy: MarkPolicy, grade: int | None
) -> None:
    at = data.draw(st.integers(0, len(scores) - 1))
    old = scores[at]
    assert old.points is not None
    better = replace(old, points=data.draw(st.integers(int(old.points), int(old.maximum))))
    assume(grade is None or policy.grade_1_scale)

    before = term_mark(scores, policy=policy, grade=grade)
    after = term_mark([*scores[:at], better, *scores[at + 1 :]], policy=policy, grade=grade)

    assert (before.mark is None) == (after.mark is None)
    if before.mark is not None and after.mark is not None:
        assert after.mark >= before.mark


@given(full_quarters, policies)
def test_mark_is_one_rounding_of_the_exact_sum(scores: list[Score], policy: MarkPolicy) -> None:
    term = term_mark(scores, policy=policy)

    assert term.percent_exact is not None
    total = sum((Fraction(p.points) / p.maximum * p.weight for p in term.parts), start=Fraction(0))
    assert term.percent_exact == total
    assert term.percent == int(total + Fraction(1, 2))
    assert term.mark == PERCENT.mark_for(term.percent)


def test_parts_are_not_rounded() -> None:
    v7 = [*map(formative, (4, 4, 4, 4, 3, 3)), sor(7, 12), soch(22, 27)]

    term = term_mark(v7, policy=KZ_2024)

    tenths = sum(half_up(part.contribution * 10) for part in term.parts)
    assert half_up(Fraction(tenths, 10)) == 65
    assert (term.percent, term.mark) == (64, 3)


@given(full_quarters, policies)
def test_weights_of_a_finished_mark_sum_to_a_hundred(
    scores: list[Score], policy: MarkPolicy
) -> None:
    assert term_mark(scores, policy=policy).weighed == 100


@given(quarters, policies)
def test_mark_and_percent_agree_with_the_state(scores: list[Score], policy: MarkPolicy) -> None:
    term = term_mark(scores, policy=policy)

    there = term.state in {MarkState.RECOMMENDED, MarkState.PROVISIONAL}
    assert [term.percent_exact is not None, term.percent is not None, term.mark is not None] == [
        there
    ] * 3
    assert term.provisional == (there and bool(term.missing))


@given(dailies, units, policies, st.integers(1, 60), st.sampled_from([3, 4, 5]))
def test_needed_points_give_the_target_and_one_fewer_does_not(
    daily: list[Score], unit: list[Score], policy: MarkPolicy, soch_max: int, target: int
) -> None:
    scores = [*daily, *unit]

    def reached(points: int) -> bool:
        mark = term_mark([*scores, soch(points, soch_max)], policy=policy).mark
        return mark is not None and mark >= target

    needed = needed_on_soch(scores, policy=policy, soch_max=soch_max, target=target)

    match needed.state:
        case NeededState.POINTS:
            assert needed.points is not None
            assert needed.points > 0
            assert reached(needed.points)
            assert not reached(needed.points - 1)
        case NeededState.SURE:
            assert reached(0)
        case NeededState.OUT_OF_REACH:
            assert not reached(soch_max)
        case NeededState.NOTHING_YET:
            assert term_mark(scores, policy=policy).mark is None


def test_needed_on_soch_leaves_an_entered_soch_aside() -> None:
    scores = [formative(8), sor(8, 10)]

    with_it = needed_on_soch([*scores, soch(0, 25)], policy=KZ_2024, soch_max=25)

    assert with_it == needed_on_soch(scores, policy=KZ_2024, soch_max=25)


def test_needed_says_the_best_that_is_left() -> None:
    needed = needed_on_soch([formative(3), sor(1, 10)], policy=KZ_2024, soch_max=25)

    assert (needed.state, needed.best) == (NeededState.OUT_OF_REACH, 3)


def test_target_off_the_scale_is_refused() -> None:
    with pytest.raises(Invalid, match="mark_unknown"):
        needed_on_soch([formative(8)], policy=KZ_2024, soch_max=25, target=6)


@given(quarters, quarters, policies)
def test_half_year_is_the_mark_of_both_quarters_together(
    first: list[Score], second: list[Score], policy: MarkPolicy
) -> None:
    one, two = (
        [score for score in scores if score.category is not Category.SOCH]
        for scores in (first, second)
    )

    joined = term_mark([*two, *one], policy=policy, kind=SubjectKind.HALF_YEAR)

    assert half_year_mark(one, two, policy=policy) == joined


def test_half_year_refuses_a_soch() -> None:
    with pytest.raises(Invalid, match="soch_in_half_year"):
        term_mark([soch(9, 10)], policy=KZ_2024, kind=SubjectKind.HALF_YEAR)


def test_second_soch_is_refused() -> None:
    with pytest.raises(Invalid, match="soch_more_than_one"):
        term_mark([soch(9, 10), soch(None, 10)], policy=KZ_2024)


def test_nothing_left_to_count_is_refused() -> None:
    with pytest.raises(Invalid, match="nothing_counts"):
        term_mark([], policy=KZ_2017, without={Category.SOR, Category.SOCH})


def test_formative_of_another_maximum_is_refused() -> None:
    with pytest.raises(Invalid, match="formative_maximum") as refused:
        term_mark([formative(4, 5)], policy=KZ_2024)

    assert refused.value.facts == {"maximum": 5, "most": 10}


@pytest.mark.parametrize(
    ("points", "maximum", "code"),
    [
        (0.5, 10, "score_not_exact"),
        (5, 10.0, "score_not_exact"),
        (True, 10, "score_not_exact"),
        (5, 0, "score_maximum"),
        (None, -1, "score_maximum"),
        (-1, 10, "score_points_outside"),
        (11, 10, "score_points_outside"),
        (Fraction(21, 2), 10, "score_points_outside"),
    ],
)
def test_impossible_score_is_refused(points: object, maximum: object, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        Score(Category.SOR, points, maximum)  # type: ignore[arg-type]


def test_half_points_stay_exact() -> None:
    term = term_mark([formative(Fraction(17, 2)), sor(9, 10), soch(20, 25)], policy=KZ_2024)

    assert term.percent_exact == Fraction(17, 20) * 25 + Fraction(9, 10) * 25 + 40


def test_missing_names_what_is_still_to_come() -> None:
    term = term_mark([formative(8), sor(None, 10)], policy=KZ_2024)

    assert term.missing == (Category.SOR, Category.SOCH)
    assert [part.kind for part in term.parts] == ["formative"]


def test_oldest_policy_says_that_formative_does_not_count() -> None:
    scores = [formative(10), sor(5, 10), soch(5, 10)]

    assert term_mark(scores, policy=KZ_2017).uncounted == (Category.FORMATIVE,)
    assert term_mark(scores, policy=KZ_2024).uncounted == ()


def test_grade_1_is_unmarked_but_in_archives() -> None:
    just_over_half = [sor(51, 100), soch(51, 100)]

    assert term_mark(just_over_half, policy=KZ_2024, grade=1).state is MarkState.UNMARKED
    assert term_mark(just_over_half, policy=KZ_2017, grade=1).mark == 4
    assert term_mark(just_over_half, policy=KZ_2017, grade=2).mark == 3


def test_provisional_mark_keeps_the_weights_of_the_rule() -> None:
    term = term_mark([formative(8), sor(7, 10)], policy=KZ_2024)

    assert [part.weight for part in term.parts] == [25, 25]
    assert (term.contributed, term.weighed) == (Fraction(75, 2), 50)


def test_pass_or_fail_is_what_the_teacher_said() -> None:
    undecided = term_mark([formative(10)], policy=KZ_2024, kind=SubjectKind.PASS_FAIL)

    assert undecided.state is MarkState.UNDECIDED
    assert pass_fail_mark(PassFail.PASS, policy=KZ_2024).state is MarkState.PASSED
    assert pass_fail_mark(PassFail.FAIL, policy=KZ_2024).state is MarkState.FAILED
    assert undecided.mark is None


def test_exempt_pupil_has_no_mark() -> None:
    exempt = exempt_mark(policy=KZ_2024)

    assert (exempt.state, exempt.mark) == (MarkState.EXEMPT, None)


@given(st.permutations([2, 3, 4, 5]), st.lists(st.integers(2, 5), max_size=3))
def test_year_mark_does_not_depend_on_order(some: list[int], more: list[int]) -> None:
    marks = [*some, *more]

    year = year_mark(marks, policy=KZ_2024)

    assert year.mark == year_mark(sorted(marks), policy=KZ_2024).mark
    assert abs(year.exact - year.mark) <= Fraction(1, 2)


def test_year_mark_is_provisional_until_every_term_has_its_mark() -> None:
    assert year_mark([4, 3, None, None], policy=KZ_2024).provisional
    assert not year_mark([4, 3, 4, 5], policy=KZ_2024).provisional


def test_year_mark_without_any_term_is_refused() -> None:
    with pytest.raises(Invalid, match="term_marks_missing"):
        year_mark([None, None], policy=KZ_2024)


def test_mark_off_the_scale_is_refused() -> None:
    with pytest.raises(Invalid, match="mark_unknown"):
        year_mark([4, 1], policy=KZ_2024)
    with pytest.raises(Invalid, match="mark_unknown"):
        final_mark(4, 6, policy=KZ_2024)


@given(st.integers(2, 5), st.integers(2, 5))
def test_better_exam_never_lowers_the_final_mark(year: int, exam: int) -> None:
    final = final_mark(year, exam, policy=KZ_2024)

    assume(exam < 5)
    assert final_mark(year, exam + 1, policy=KZ_2024).mark >= final.mark


def test_exam_weights_are_the_policys() -> None:
    even = replace(KZ_2024, year_weight=50, exam_weight=50)

    assert final_mark(4, 5, policy=even).mark == 5
    assert final_mark(4, 5, policy=KZ_2024).mark == 4


@pytest.mark.parametrize("scale", [PERCENT, PERCENT_GRADE_1], ids=lambda scale: scale.code)
def test_every_percentage_has_one_mark_and_marks_rise(scale: Scale) -> None:
    marks = [scale.mark_for(percent) for percent in range(101)]

    assert all(sum(s.lowest <= p <= s.highest for s in scale.steps) == 1 for p in range(101))
    assert marks == sorted(marks)
    assert all(scale.mark_for(scale.lowest_for(mark)) == mark for mark in scale.marks)


steps = st.lists(st.integers(1, 100), min_size=1, max_size=5, unique=True).map(sorted)


@given(steps, st.data())
def test_scale_with_a_gap_or_an_overlap_is_refused(lows: list[int], data: st.DataObject) -> None:
    bounds = [0, *lows, 101]
    whole = [
        Step(low, after - 1, mark) for mark, (low, after) in enumerate(pairwise(bounds), start=2)
    ]
    at = data.draw(st.integers(0, len(whole) - 1))
    shift = data.draw(st.sampled_from([-1, 1]))
    broken = [*whole]
    broken[at] = replace(broken[at], lowest=broken[at].lowest + shift)

    Scale("whole", "", date(2020, 1, 1), None, tuple(whole))
    with pytest.raises(Invalid, match="scale_broken"):
        Scale("broken", "", date(2020, 1, 1), None, tuple(broken))


@pytest.mark.parametrize("percent", [-1, 101])
def test_percentage_outside_the_scale_is_refused(percent: int) -> None:
    with pytest.raises(Invalid, match="percent_outside"):
        PERCENT.mark_for(percent)


@given(st.fractions(0, 100))
def test_half_up_goes_to_the_nearest_and_a_half_up(value: Fraction) -> None:
    assert -Fraction(1, 2) < half_up(value) - value <= Fraction(1, 2)


@given(st.dates(date(2017, 9, 1), date(2040, 1, 1)), st.integers(1, 12))
def test_every_day_has_just_one_policy(day: date, grade: int) -> None:
    serving = [
        p for p in POLICIES if p.valid_from <= day and (p.valid_to is None or day < p.valid_to)
    ]

    assert serving == [policy_for(day, grade)]


def test_old_term_keeps_its_old_rule() -> None:
    assert policy_for(date(2024, 10, 27), 7) is KZ_2020
    assert policy_for(date(2024, 12, 29), 7) is KZ_2024
    assert policy_for(KZ_2024.valid_from - timedelta(days=1), 7) is KZ_2020


def test_unknown_policy_day_and_grade_are_refused() -> None:
    with pytest.raises(Invalid, match="policy_unknown"):
        by_code("kz-1999")
    with pytest.raises(Invalid, match="no_policy_on"):
        policy_for(date(2017, 8, 31), 5)
    with pytest.raises(Invalid, match="grade_unknown"):
        policy_for(date(2026, 12, 27), 0)


def test_weights_that_do_not_sum_to_a_hundred_are_refused() -> None:
    with pytest.raises(Invalid, match="weights_not_whole"):
        replace(KZ_2024, shares=(Share((Category.SOR,), 99),))
    with pytest.raises(Invalid, match="weights_not_whole"):
        replace(KZ_2024, year_weight=71)


@pytest.mark.parametrize(
    ("subject", "grade", "hours", "kind"),
    [
        ("algebra", 7, 4, SubjectKind.MARKED),
        ("geography", 7, 1, SubjectKind.HALF_YEAR),
        ("geography", 7, Fraction(1, 2), SubjectKind.HALF_YEAR),
        ("music", 5, 1, SubjectKind.PASS_FAIL),
        ("digital-literacy", 4, 1, SubjectKind.PASS_FAIL),
        ("mother-tongue", 1, 6, SubjectKind.UNMARKED),
        ("music", 1, 1, SubjectKind.UNMARKED),
    ],
)
def test_subject_is_assessed_as_the_rules_say(
    subject: str, grade: int, hours: Fraction | int, kind: SubjectKind
) -> None:
    assert subject_kind(subject, grade=grade, hours=hours) is kind
