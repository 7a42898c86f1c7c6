"""A register of a term: what it reads, how its cells fold, and how its summatives are planned."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from senim.journal import diaries
from senim.journal.models import LineItem, Result, ResultFact
from senim.journal.register_list import Days, missing_of
from senim.journal.register_term import register
from senim.journal.register_values import Cell, Column, Line, Register, periods
from senim.journal.registers import attendance_of_cell, facts_of_cell, register_rows
from senim.journal.services import (
    LessonKey,
    LessonSave,
    Presence,
    Score,
    Summative,
    add_summative,
    change_summative,
    remove_summative,
    save_cells,
    save_lesson,
)
from senim.journal.term_sheet import Asked, Quarter, subject_years
from senim.ledger import queries as ledger_read
from senim.ledger import services as ledger
from senim.rules import attendance
from senim.rules.access import Actor
from senim.rules.attendance import Sign
from senim.rules.errors import Invalid, NotFound
from senim.rules.mark_policies import Category, SubjectKind
from senim.rules.marks import MarkState
from senim.schools.models import Course, Enrollment
from senim.schools.pupils import pupils as pupil_cards
from senim.schools.taught import taught_classes
from senim.schools.terms import class_year
from tests.cast import AT, QUARTERS, TODAY, Cast
from tests.journal.books import big_book

DAY = timedelta(days=1)
IN_TERM = date(2026, 11, 20)


def book(
    cast: Cast, actor: Actor, *, name: str = "algebra", term: int = 2, on: date = TODAY
) -> Register:
    year = class_year(cast.classes[name])
    assert year
    period = next(one for one in periods(year) if term in {t.number for t in one.terms})
    rows = register_rows(actor.viewer, year.klass, period.span)
    return register(year.klass, period, rows, on=on)


def line(found: Register, cast: Cast, key: str = "pupil") -> Line:
    return next(one for one in found.lines if one.member_id == cast.member(key))


def place(found: Register, want: Callable[[Column], bool]) -> int:
    return next(n for n, column in enumerate(found.columns) if want(column))


def cell(found: Register, cast: Cast, want: Callable[[Column], bool], key: str = "pupil") -> Cell:
    return line(found, cast, key).cells.get(place(found, want), Cell())


def today(column: Column) -> bool:
    return column.is_lesson and column.date == TODAY


def in_entry(cast: Cast) -> Any:
    school = cast.schools["birch"]
    return ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT)


def set_assessment(cast: Cast, kind: str, name: str = "algebra") -> None:
    with in_entry(cast):
        Course.objects.filter(classes__id=cast.classes[name]).update(assessment=kind)


def plan(
    cast: Cast, teacher: Actor, *, kind: Category = Category.SOR, day: date = TODAY, most: int = 15
) -> UUID:
    return add_summative(cast.classes["algebra"], Summative(kind, day, most), actor=teacher, at=AT)


def give(cast: Cast, actor: Actor, item: UUID, key: str, score: Score) -> None:
    cells = {item: {cast.member(key): score}}
    save_cells(cast.classes["algebra"], cells, actor=actor, at=AT)


# Columns and cells


def test_a_lesson_of_the_timetable_is_a_column_before_anybody_wrote_in_it(
    cast: Cast, teacher: Actor
) -> None:
    found = book(cast, teacher)

    days = [column.date for column in found.columns]
    assert [f"{day:%d.%m}" for day in days] == [
        *("02.11", "04.11", "06.11", "09.11", "11.11", "13.11", "16.11", "18.11")
    ]
    assert all(column.is_lesson and column.item_id is None for column in found.columns)


def test_lessons_still_to_come_are_not_columns_and_planned_summatives_are(
    cast: Cast, teacher: Actor
) -> None:
    plan(cast, teacher, day=date(2026, 12, 14))

    found = book(cast, teacher)

    assert max(c.date for c in found.columns if c.is_lesson) == TODAY
    assert [(c.kind, c.number, c.date) for c in found.columns if not c.is_lesson] == [
        ("sor", 1, date(2026, 12, 14))
    ]


def test_a_cell_holds_lateness_and_points_side_by_side(cast: Cast, teacher: Actor) -> None:
    member = cast.member("pupil")
    save_lesson(
        cast.lesson,
        LessonSave(
            presence={member: Presence(attendance.Presence.LATE)}, scores={member: Score(7)}
        ),
        actor=teacher,
        at=AT,
    )

    now = cell(book(cast, teacher), cast, today)

    assert (now.sign, now.points) == (Sign.LATE, 7)


def test_a_pupil_corrected_to_present_leaves_an_empty_cell(cast: Cast, teacher: Actor) -> None:
    member = cast.member("pupil")
    for presence in (attendance.Presence.ABSENT, attendance.Presence.PRESENT):
        save = LessonSave(presence={member: Presence(presence)})
        save_lesson(cast.lesson, save, actor=teacher, at=AT)

    assert cell(book(cast, teacher), cast, today).empty


def test_two_entries_that_differ_are_both_in_the_cell(
    cast: Cast, teacher: Actor, second_teacher: Actor
) -> None:
    item = plan(cast, teacher)
    give(cast, teacher, item, "pupil", Score(9))
    give(cast, second_teacher, item, "pupil", Score(12))

    now = cell(book(cast, teacher), cast, lambda column: column.item_id == item)

    assert (now.points, now.others) == (9, (12,))
    assert now.seen_by(teacher.hat_id) == now.heads[1].id
    assert now.seen_by(second_teacher.hat_id) == now.heads[0].id


def test_taking_the_others_points_settles_what_differed(
    cast: Cast, teacher: Actor, second_teacher: Actor
) -> None:
    item = plan(cast, teacher)
    give(cast, teacher, item, "pupil", Score(9))
    give(cast, second_teacher, item, "pupil", Score(12))
    before = cell(book(cast, teacher), cast, lambda column: column.item_id == item)

    give(cast, teacher, item, "pupil", Score(9, seen=before.seen_by(teacher.hat_id)))

    now = cell(book(cast, teacher), cast, lambda column: column.item_id == item)
    assert (now.points, now.others) == (9, ())


def test_a_correction_and_a_comment_are_marked_in_the_cell(cast: Cast, teacher: Actor) -> None:
    item = plan(cast, teacher)
    give(cast, teacher, item, "pupil", Score(7))
    plain = cell(book(cast, teacher), cast, lambda column: column.item_id == item)
    give(cast, teacher, item, "pupil", Score(9, seen=plain.fact_id))
    give(cast, teacher, item, "classmate", Score(8, "Жарайсың"))

    found = book(cast, teacher)
    noted = [
        cell(found, cast, lambda column: column.item_id == item, key).noted
        for key in ("pupil", "classmate")
    ]

    assert not plain.noted
    assert noted == [True, True]


def test_points_are_corrected_without_touching_the_comment_beside_them(
    cast: Cast, teacher: Actor
) -> None:
    item = plan(cast, teacher)
    give(cast, teacher, item, "pupil", Score(7, "Тақтада шығарды"))

    give(cast, teacher, item, "pupil", Score(8, None))

    row = Result.objects.system(reason="test").get(line_item_id=item)
    said = ResultFact.objects.system(reason="test").filter(result=row).order_by("event_at", "id")
    assert (row.score, row.comment) == (8, "Тақтада шығарды")
    assert [fact.comment for fact in said] == ["Тақтада шығарды"] * 2


def test_all_that_was_said_of_a_cell_is_told_in_order_with_who_and_when(
    cast: Cast, teacher: Actor
) -> None:
    item = plan(cast, teacher)
    give(cast, teacher, item, "pupil", Score(7))
    seen = cell(book(cast, teacher), cast, lambda column: column.item_id == item).fact_id
    save_cells(
        cast.classes["algebra"],
        {item: {cast.member("pupil"): Score(9, reason="Қате санадым", seen=seen)}},
        actor=teacher,
        at=AT + DAY,
    )
    klass = book(cast, teacher).klass

    said = facts_of_cell(teacher.viewer, klass, item, cast.member("pupil"))

    assert [(one.kind, one.points, one.author) for one in said] == [
        ("set", 7, "Сейітова Гүлнар"),
        ("correct", 9, "Сейітова Гүлнар"),
    ]
    assert (said[1].reason, said[1].event_at) == ("Қате санадым", AT + DAY)


def test_a_correction_is_told_after_what_it_corrects_whatever_the_clocks_say(
    cast: Cast, teacher: Actor
) -> None:
    item = plan(cast, teacher)
    give(cast, teacher, item, "pupil", Score(7))
    seen = cell(book(cast, teacher), cast, lambda column: column.item_id == item).fact_id
    save_cells(
        cast.classes["algebra"],
        {item: {cast.member("pupil"): Score(9, seen=seen)}},
        actor=teacher,
        at=AT,
        event_at=AT - timedelta(hours=1),
    )

    said = facts_of_cell(teacher.viewer, book(cast, teacher).klass, item, cast.member("pupil"))

    assert [one.points for one in said] == [7, 9]


def test_who_does_not_teach_the_class_reads_no_cell_of_it(cast: Cast, teacher: Actor) -> None:
    item = plan(cast, teacher)
    give(cast, teacher, item, "pupil", Score(7))
    member = cast.member("pupil")
    saved = save_lesson(
        cast.lesson,
        LessonSave(presence={member: Presence(attendance.Presence.ABSENT)}),
        actor=teacher,
        at=AT,
    )
    klass = book(cast, teacher).klass

    for outsider in ("other_teacher", "teacher_elsewhere", "ex_teacher", "clerk"):
        viewer = cast.actor(outsider).viewer
        assert book(cast, cast.actor(outsider)).lines == () or outsider == "clerk"
        assert facts_of_cell(viewer, klass, item, member) == ()
        assert attendance_of_cell(viewer, klass, saved.lesson_id, member) is None
    assert all(not one.cells for one in book(cast, cast.actor("clerk")).lines)


# Pupils


def test_who_left_is_counted_apart_and_keeps_what_stood(cast: Cast, teacher: Actor) -> None:
    found = book(cast, teacher)
    gone = line(found, cast, "transferred")

    assert gone.left
    assert found.gone == 1
    assert [column.date for column, here in zip(found.columns, gone.open, strict=True) if here] == [
        date(2026, 11, 2),
        date(2026, 11, 4),
        date(2026, 11, 6),
    ]
    assert not any(one.left for one in book(cast, teacher, term=1).lines)


def test_who_came_back_is_one_line(cast: Cast, teacher: Actor) -> None:
    with in_entry(cast):
        seat = Enrollment.objects.in_entry().get(
            member_id=cast.member("transferred"), klass_id=cast.classes["algebra"]
        )
        seat.pk, seat.starts, seat.ends = None, date(2026, 11, 16), None
        seat.save(force_insert=True)

    found = book(cast, teacher)

    back = line(found, cast, "transferred")
    assert [one.member_id for one in found.lines].count(cast.member("transferred")) == 1
    assert not back.left
    assert back.open == (True, True, True, False, False, False, True, True)


# Marks


@pytest.fixture
def term_done(cast: Cast, teacher: Actor) -> dict[str, UUID]:
    """Give one pupil the term of vector V4: 8, 10, 10, 7, 6; 8/15 and 10/10; 18/25."""
    member = cast.member("pupil")
    days = [date(2026, 11, d) for d in (2, 4, 6, 9, 11)]
    for day, points in zip(days, (8, 10, 10, 7, 6), strict=True):
        key = LessonKey(cast.classes["algebra"], day, 3)
        save_lesson(key, LessonSave(scores={member: Score(points)}), actor=teacher, at=AT)
    items = {
        "sor1": plan(cast, teacher, day=days[2], most=15),
        "sor2": plan(cast, teacher, day=days[4], most=10),
        "soch": plan(cast, teacher, kind=Category.SOCH, day=date(2026, 11, 16), most=25),
    }
    for name, points in (("sor1", 8), ("sor2", 10), ("soch", 18)):
        give(cast, teacher, items[name], "pupil", Score(points))
    return items


def test_the_recommended_mark_is_the_rules_to_the_last_decimal(
    cast: Cast, teacher: Actor, term_done: dict[str, UUID]
) -> None:
    mark = line(book(cast, teacher), cast).mark

    assert mark
    assert (mark.percent_exact, mark.percent, mark.mark) == (Fraction(149, 2), 75, 4)
    assert mark.state is MarkState.RECOMMENDED
    assert mark.policy.code == "kz-2024"


def test_the_register_and_the_diary_tell_one_mark(
    cast: Cast, teacher: Actor, term_done: dict[str, UUID]
) -> None:
    mother = cast.actor("mother").viewer
    member = cast.member("pupil")
    starts, ends = QUARTERS[0][0], QUARTERS[3][1]
    card = pupil_cards(mother, [member], starts=starts, ends=ends)[member]
    rows = diaries.year_rows(
        mother,
        school_id=cast.schools["birch"],
        member_id=member,
        class_ids={seat.class_id for seat in card.seats},
        school_year=2027,
    )
    quarters = tuple(Quarter(n, *days) for n, days in enumerate(QUARTERS, 1))
    for on in (TODAY, QUARTERS[1][1] + DAY):
        years = subject_years(card, rows, Asked(quarters, 2, on))
        algebra = next(year for year in years if year.title["en"] == "Algebra")

        assert line(book(cast, teacher, on=on), cast).mark == algebra.now.mark


def test_a_summative_still_to_come_makes_the_mark_provisional(
    cast: Cast, teacher: Actor, term_done: dict[str, UUID]
) -> None:
    plan(cast, teacher, day=date(2026, 12, 14))

    mark = line(book(cast, teacher), cast).mark

    assert mark
    assert mark.state is MarkState.PROVISIONAL


def test_work_of_a_day_before_a_pupil_came_is_not_missing_to_them(
    cast: Cast, teacher: Actor, term_done: dict[str, UUID]
) -> None:
    with in_entry(cast):
        Enrollment.objects.in_entry().filter(
            member_id=cast.member("classmate"), klass_id=cast.classes["algebra"]
        ).update(starts=date(2026, 11, 10))
    for name in ("sor2", "soch"):
        give(cast, teacher, term_done[name], "classmate", Score(10))

    mark = line(book(cast, teacher), cast, "classmate").mark

    assert mark
    assert mark.state is MarkState.RECOMMENDED


def test_a_half_year_subject_is_one_period_of_two_quarters(cast: Cast, teacher: Actor) -> None:
    set_assessment(cast, "half_year")
    member = cast.member("pupil")
    first = date(2026, 9, 9)
    save_lesson(
        LessonKey(cast.classes["algebra"], first, 3),
        LessonSave(scores={member: Score(8)}),
        actor=teacher,
        at=AT,
    )
    item = plan(cast, teacher, day=date(2026, 11, 16), most=10)
    give(cast, teacher, item, "pupil", Score(6))

    found = book(cast, teacher)

    mark = line(found, cast).mark
    assert (found.period.half, found.period.number) == (1, 2)
    assert found.columns[0].date == date(2026, 9, 2)
    assert found.kind is SubjectKind.HALF_YEAR
    assert mark
    assert (mark.percent, mark.mark) == (70, 4)


@pytest.mark.parametrize(
    ("kind", "state"), [("pass_fail", MarkState.UNDECIDED), ("unmarked", MarkState.UNMARKED)]
)
def test_a_subject_without_marks_has_none(
    cast: Cast, teacher: Actor, kind: str, state: MarkState
) -> None:
    set_assessment(cast, kind)

    marks = [one.mark for one in book(cast, teacher).lines]

    assert {mark.state for mark in marks if mark} == {state}
    assert book(cast, teacher).outcome.quality is None


# What is missing


def test_what_a_day_gone_by_lacks_is_named_and_today_is_not(cast: Cast, teacher: Actor) -> None:
    key = LessonKey(cast.classes["algebra"], date(2026, 11, 16), 3)
    save_lesson(key, LessonSave(topic="Теңдеулер", attendance_taken=True), actor=teacher, at=AT)
    item = plan(cast, teacher, day=date(2026, 11, 16))
    give(cast, teacher, item, "pupil", Score(7))

    missing = book(cast, teacher).missing

    assert len(missing.attendance) == len(missing.topics) == 6
    assert [(column.item_id, n) for column, n in missing.points] == [(item, 4)]


def test_a_sign_in_the_column_is_attendance_taken(cast: Cast, teacher: Actor) -> None:
    key = LessonKey(cast.classes["algebra"], date(2026, 11, 16), 3)
    presence = {cast.member("pupil"): Presence(attendance.Presence.ABSENT)}
    save_lesson(key, LessonSave(presence=presence), actor=teacher, at=AT)

    assert key.date not in [column.date for column in book(cast, teacher).missing.attendance]


def test_the_list_counts_what_the_register_names(
    cast: Cast, teacher: Actor, django_assert_num_queries: Any
) -> None:
    item = plan(cast, teacher, day=date(2026, 11, 16))
    give(cast, teacher, item, "pupil", Score(7))
    key = LessonKey(cast.classes["algebra"], date(2026, 11, 16), 3)
    presence = {cast.member("pupil"): Presence(attendance.Presence.ABSENT)}
    save_lesson(key, LessonSave(topic="Теңдеулер", presence=presence), actor=teacher, at=AT)
    classes = taught_classes(teacher.viewer, school_year=2027)
    days = Days(QUARTERS[1][0], TODAY)

    with django_assert_num_queries(5):
        counted = missing_of(teacher.viewer, cast.schools["birch"], classes, days)

    named = book(cast, teacher).missing
    algebra = counted[cast.classes["algebra"]]
    assert (algebra.attendance, algebra.topics, algebra.points) == (
        len(named.attendance),
        len(named.topics),
        len(named.points),
    )


def test_one_may_choose_among_the_classes_ones_ties_reach(cast: Cast) -> None:
    def reached(key: str) -> set[UUID]:
        viewer = cast.actor(key).viewer
        return {klass.id for klass in taught_classes(viewer, school_year=2027)}

    assert reached("teacher") == {cast.classes["algebra"]}
    assert reached("homeroom") == {cast.classes["algebra"], cast.classes["history"]}
    assert reached("deputy") == {
        cast.classes[name] for name in ("algebra", "history", "algebra_8a", "history_8a")
    }
    assert reached("clerk") == reached("ex_teacher") == reached("mother") == set()


# Cost


@pytest.mark.parametrize("pupils", [5, 30])
def test_a_register_is_read_in_four_questions_however_large(
    cast: Cast, pupils: int, django_assert_num_queries: Any
) -> None:
    book = big_book(cast, pupils=pupils)
    viewer = cast.actor("teacher").viewer

    with django_assert_num_queries(4):
        year = class_year(book.class_id)
        assert year
        period = periods(year)[1]
        rows = register_rows(viewer, year.klass, period.span)

    found = register(year.klass, period, rows, on=TODAY)
    assert len(found.lines) == pupils
    assert len(found.columns) == 40


# Planning summatives


def test_three_sor_fit_in_a_term_and_a_fourth_does_not(cast: Cast, teacher: Actor) -> None:
    for _ in range(3):
        plan(cast, teacher)

    with pytest.raises(Invalid, match="sor_enough"):
        plan(cast, teacher)

    assert sorted(LineItem.objects.values_list("number", flat=True)) == [1, 2, 3]
    plan(cast, teacher, day=date(2026, 9, 14))


def test_a_term_has_one_soch(cast: Cast, teacher: Actor) -> None:
    plan(cast, teacher, kind=Category.SOCH)

    with pytest.raises(Invalid, match="soch_already"):
        plan(cast, teacher, kind=Category.SOCH, day=TODAY + DAY)


@pytest.mark.parametrize(
    ("assessment", "kind", "code"),
    [
        ("pass_fail", Category.SOR, "summative_not_here"),
        ("unmarked", Category.SOR, "summative_not_here"),
        ("half_year", Category.SOCH, "soch_in_half_year"),
    ],
)
def test_a_subject_has_the_summatives_the_rules_give_it(
    cast: Cast, teacher: Actor, assessment: str, kind: Category, code: str
) -> None:
    set_assessment(cast, assessment)

    with pytest.raises(Invalid, match=code):
        plan(cast, teacher, kind=kind)


@pytest.mark.parametrize(
    ("day", "most", "code"),
    [
        (date(2026, 10, 28), 15, "summative_outside_term"),
        (TODAY, 0, "summative_maximum"),
        (TODAY, 101, "summative_maximum"),
    ],
)
def test_a_summative_needs_a_day_of_a_term_and_a_maximum(
    cast: Cast, teacher: Actor, day: date, most: int, code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        plan(cast, teacher, day=day, most=most)


def test_a_maximum_below_points_is_refused_with_the_pupil(cast: Cast, teacher: Actor) -> None:
    item = plan(cast, teacher, most=15)
    give(cast, teacher, item, "pupil", Score(12))
    give(cast, teacher, item, "classmate", Score(14))

    with pytest.raises(Invalid, match="maximum_below_points") as refused:
        change_summative(item, day=TODAY, maximum=13, actor=teacher, at=AT)

    assert refused.value.facts == {"pupil": "Дәулет Інжу", "points": 14, "maximum": 13}
    assert LineItem.objects.get(id=item).maximum == 15
    change_summative(item, day=TODAY, maximum=14, actor=teacher, at=AT)
    assert LineItem.objects.get(id=item).maximum == 14


def test_a_summative_moves_within_its_term_and_takes_a_free_number(
    cast: Cast, teacher: Actor
) -> None:
    item, other = plan(cast, teacher), plan(cast, teacher)

    change_summative(item, day=IN_TERM, maximum=10, number=3, actor=teacher, at=AT)

    moved = LineItem.objects.get(id=item)
    assert (moved.date, moved.maximum, moved.number) == (IN_TERM, 10, 3)
    with pytest.raises(Invalid, match="summative_other_term"):
        change_summative(item, day=date(2027, 2, 1), maximum=10, actor=teacher, at=AT)
    with pytest.raises(Invalid, match="sor_number"):
        change_summative(item, day=IN_TERM, maximum=10, number=4, actor=teacher, at=AT)
    with pytest.raises(Invalid, match="summative_number_taken"):
        change_summative(other, day=TODAY, maximum=10, number=3, actor=teacher, at=AT)


def test_a_summative_without_points_is_taken_away_and_its_number_comes_back(
    cast: Cast, teacher: Actor
) -> None:
    first, second = plan(cast, teacher), plan(cast, teacher)
    give(cast, teacher, second, "pupil", Score(7))

    remove_summative(first, actor=teacher, at=AT)

    assert [c.number for c in book(cast, teacher).columns if not c.is_lesson] == [2]
    with pytest.raises(Invalid, match="summative_has_points"):
        remove_summative(second, actor=teacher, at=AT)
    assert plan(cast, teacher) == first


def test_only_who_teaches_the_class_plans_its_summatives(cast: Cast, teacher: Actor) -> None:
    item = plan(cast, teacher)

    for outsider in ("homeroom", "deputy", "clerk", "other_teacher", "ex_teacher", "mother"):
        actor = cast.actor(outsider)
        with pytest.raises(NotFound):
            plan(cast, actor)
        with pytest.raises(NotFound):
            change_summative(item, day=TODAY, maximum=9, actor=actor, at=AT)
        with pytest.raises(NotFound):
            remove_summative(item, actor=actor, at=AT)
    with pytest.raises(NotFound):
        change_summative(UUID(int=7), day=TODAY, maximum=9, actor=teacher, at=AT)


def test_each_change_of_a_summative_is_one_entry(cast: Cast, teacher: Actor) -> None:
    school = cast.schools["birch"]
    before = len(ledger_read.entries(school, kinds=["change"]))

    item = plan(cast, teacher)
    change_summative(item, day=TODAY, maximum=9, actor=teacher, at=AT)
    remove_summative(item, actor=teacher, at=AT)

    entries = ledger_read.entries(school, kinds=["change"])[before:]
    assert [entry.event for entry in entries] == [
        "journal.summative.added",
        "journal.summative.changed",
        "journal.summative.removed",
    ]
