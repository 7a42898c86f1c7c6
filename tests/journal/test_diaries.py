"""A pupil's diary: what stands in a week, at which lesson, and what a term's points make."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from senim.base.ids import uuid7
from senim.journal import diaries
from senim.journal.diary_week import Day, DiaryWeek, Found, Lesson, Outlook, read_diary_week
from senim.journal.models import Attendance, Category, LineItem
from senim.journal.services import (
    LessonKey,
    LessonSave,
    Presence,
    Score,
    save_cells,
    save_lesson,
    settle_reason,
)
from senim.journal.term_sheet import Asked, Quarter, SubjectYear, subject_years
from senim.ledger import services as ledger
from senim.people import services as people
from senim.rules.access import Actor
from senim.rules.attendance import Presence as Came
from senim.rules.attendance import Reason
from senim.rules.errors import NotFound
from senim.rules.mark_policies import Category as Kind
from senim.rules.marks import MarkState, NeededState
from senim.schools import services as schools
from senim.schools.models import Course, Enrollment
from senim.schools.pupils import pupils
from senim.timetable import services as timetable
from tests.cast import AT, QUARTERS, TODAY, YEAR_STARTS, Cast

MONDAY = date(2026, 11, 16)
DAY = timedelta(days=1)
WEDNESDAY, FRIDAY = MONDAY + 2 * DAY, MONDAY + 4 * DAY


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC)


def saved(cast: Cast, day: date, save: LessonSave, *, who: str = "teacher") -> None:
    """Record something in the algebra lesson of a day, at noon."""
    save_lesson(
        LessonKey(cast.classes["algebra"], day, 3),
        save,
        actor=cast.actor(who, on=day),
        at=noon(day),
    )


@pytest.fixture
def column(cast: Cast) -> Callable[..., UUID]:
    """Return a way to add a summative column to the algebra of 7 «Ә»."""

    def add(category: Category, day: date, maximum: int, number: int = 0, quarter: int = 2) -> UUID:
        school, item_id = cast.schools["birch"], uuid7()
        with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
            LineItem.objects.create(
                id=item_id,
                school_id=school,
                klass_id=cast.classes["algebra"],
                session_id=cast.sessions[f"birch{quarter}"],
                category=category,
                number=number,
                date=day,
                maximum=maximum,
                date_last_modified=AT,
            )
        return item_id

    return add


def points(cast: Cast, item: UUID, score: int, *, on: date, pupil: str = "pupil") -> None:
    save_cells(
        cast.classes["algebra"],
        {item: {cast.member(pupil): Score(score)}},
        actor=cast.actor("teacher", on=on),
        at=noon(on),
    )


def found(cast: Cast, *, who: str = "mother", pupil: str = "pupil", monday: date = MONDAY) -> Found:
    return read_diary_week(cast.member(pupil), actor=cast.actor(who), at=AT, monday=monday)


def week(cast: Cast, *, who: str = "mother", pupil: str = "pupil", at: date = MONDAY) -> DiaryWeek:
    return found(cast, who=who, pupil=pupil, monday=at).week


def on(week: DiaryWeek, day: date) -> Day:
    return next(one for one in week.days if one.date == day)


def algebra(week: DiaryWeek, day: date) -> Lesson:
    return next(one for one in on(week, day).lessons if one.subject["en"] == "Algebra")


def test_a_week_holds_the_lessons_of_the_pupils_classes_by_the_timetable(cast: Cast) -> None:
    shown = week(cast)

    assert [len(day.lessons) for day in shown.days] == [2, 0, 2, 0, 2]
    first = on(shown, MONDAY).lessons[0]
    assert (first.subject["en"], str(first.starts_at), first.room) == ("Algebra", "10:05:00", "214")
    assert first.teacher == "Сейітова Гүлнар"
    assert (shown.shown_name, shown.class_title, shown.term) == ("Канарина Аружан", "7 «Ә»", 2)


def test_homework_stands_at_the_lesson_it_was_set_for(cast: Cast) -> None:
    saved(cast, MONDAY, LessonSave(homework="№ 213"))

    shown = week(cast)

    assert algebra(shown, MONDAY).homework == ""
    assert (algebra(shown, MONDAY).homework_next, algebra(shown, MONDAY).next_date) == (
        "№ 213",
        WEDNESDAY,
    )
    assert algebra(shown, WEDNESDAY).homework == "№ 213"
    assert algebra(shown, FRIDAY).homework == ""


def test_homework_of_the_week_before_stands_at_the_first_lesson(cast: Cast) -> None:
    saved(cast, FRIDAY - 7 * DAY, LessonSave(homework="§ 14"))

    assert algebra(week(cast), MONDAY).homework == "§ 14"


def test_homework_waits_over_a_break(cast: Cast) -> None:
    saved(cast, date(2026, 10, 23), LessonSave(homework="Каникулға"))

    assert algebra(week(cast, at=date(2026, 11, 2)), date(2026, 11, 2)).homework == "Каникулға"


def test_homework_that_had_its_lesson_is_not_set_again(cast: Cast) -> None:
    saved(cast, WEDNESDAY - 7 * DAY, LessonSave(homework="ескі"))

    assert algebra(week(cast), MONDAY).homework == ""


def test_a_correction_keeps_what_stood_before(cast: Cast) -> None:
    saved(cast, MONDAY, LessonSave(scores={cast.member("pupil"): Score(7, "Алғашқы")}))
    first = algebra(week(cast), MONDAY).results[0]
    said = diaries_facts(cast)[0]
    corrected = Score(9, "Қайта қаралды", "қосу қатесі", seen=said.id)
    saved(cast, MONDAY, LessonSave(scores={cast.member("pupil"): corrected}))

    result = algebra(week(cast), MONDAY).results[0]

    assert not first.corrected
    assert (result.points, result.comment, result.corrected) == (9, "Қайта қаралды", True)
    assert [(one.kind, one.points, one.by) for one in result.said] == [
        ("set", 7, "Сейітова Гүлнар"),
        ("correct", 9, "Сейітова Гүлнар"),
    ]
    assert result.said[1].reason == "қосу қатесі"
    assert str(result.said[0].at) == "2026-11-16 12:00:00+05:00"


def diaries_facts(cast: Cast) -> list[diaries.FactRow]:
    viewer = cast.actor("mother").viewer
    texts = diaries.week_rows(
        viewer,
        school_id=cast.schools["birch"],
        member_id=cast.member("pupil"),
        class_ids=[cast.classes["algebra"]],
        monday=MONDAY,
    )
    return [row for row in diaries.read_week(texts) if isinstance(row, diaries.FactRow)]


def test_points_taken_back_are_shown_as_such(cast: Cast) -> None:
    saved(cast, MONDAY, LessonSave(scores={cast.member("pupil"): Score(7)}))
    seen = diaries_facts(cast)[0].id
    saved(cast, MONDAY, LessonSave(scores={cast.member("pupil"): Score(None, seen=seen)}))

    result = algebra(week(cast), MONDAY).results[0]

    assert (result.points, [one.kind for one in result.said]) == (None, ["set", "annul"])
    assert result.corrected


def test_two_teachers_who_disagree_are_both_shown(cast: Cast, second_teacher: Actor) -> None:
    saved(cast, MONDAY, LessonSave(scores={cast.member("pupil"): Score(7)}))
    saved(cast, MONDAY, LessonSave(scores={cast.member("pupil"): Score(4)}), who="other_teacher")

    result = algebra(week(cast), MONDAY).results[0]

    assert result.differs
    assert {one.points for one in result.said} == {7, 4}


def test_an_absence_says_who_saw_it_and_who_knew_why(cast: Cast) -> None:
    away = {cast.member("pupil"): Presence(Came.ABSENT)}
    saved(cast, MONDAY, LessonSave(attendance_taken=True, presence=away))
    before = algebra(week(cast), MONDAY).absence
    lesson_id = Attendance.objects.system(reason="test").get().lesson_id
    settle_reason(lesson_id, cast.member("pupil"), Reason.ILL, actor=cast.actor("homeroom"), at=AT)

    absence = algebra(week(cast), MONDAY).absence

    assert before is not None
    assert (before.letter, before.reason_by) == ("unknown", None)
    assert absence is not None
    assert (absence.letter, absence.by, absence.reason_by) == (
        "ill",
        "Сейітова Гүлнар",
        "Оразбаев Марат",
    )


def test_a_pupil_who_was_there_has_no_absence(cast: Cast) -> None:
    away = {cast.member("classmate"): Presence(Came.ABSENT)}
    saved(cast, MONDAY, LessonSave(attendance_taken=True, presence=away))

    assert algebra(week(cast), MONDAY).absence is None


def test_a_summative_column_joins_the_lesson_of_its_day(
    cast: Cast, column: Callable[..., UUID]
) -> None:
    item = column(Category.SOR, WEDNESDAY, 15, number=2)
    points(cast, item, 12, on=WEDNESDAY)

    lesson = algebra(week(cast), WEDNESDAY)

    assert [(s.category, s.number, s.maximum) for s in lesson.summatives] == [("sor", 2, 15)]
    assert [(r.points, r.maximum) for r in lesson.results] == [(12, 15)]


def test_a_summative_still_to_come_is_announced_to_everyone_in_the_class(
    cast: Cast, column: Callable[..., UUID]
) -> None:
    column(Category.SOCH, FRIDAY, 25)

    lesson = algebra(week(cast), FRIDAY)

    assert [s.category for s in lesson.summatives] == ["soch"]
    assert lesson.results == ()


def test_a_summative_on_a_day_without_its_lesson_stands_by_itself(
    cast: Cast, column: Callable[..., UUID]
) -> None:
    column(Category.SOR, MONDAY + DAY, 15, number=1)

    lesson = algebra(week(cast), MONDAY + DAY)

    assert (lesson.number, lesson.starts_at) == (0, None)


def test_nothing_of_a_classmate_is_read(cast: Cast) -> None:
    scores = {cast.member("classmate"): Score(3, "canary")}
    away = {cast.member("third_pupil"): Presence(Came.ABSENT)}
    saved(cast, MONDAY, LessonSave(scores=scores, presence=away))

    texts = diaries.week_rows(
        cast.actor("head").viewer,
        school_id=cast.schools["birch"],
        member_id=cast.member("pupil"),
        class_ids=[cast.classes["algebra"]],
        monday=MONDAY,
    )

    assert not [t for t in texts if "canary" in t]
    assert {type(row).__name__ for row in diaries.read_week(texts)} == {"MeetingRow", "LessonRow"}


@pytest.mark.parametrize(
    ("monday", "day", "reason"),
    [
        (date(2026, 10, 26), date(2026, 10, 26), "autumn"),
        (date(2026, 12, 14), date(2026, 12, 16), "independence_day"),
        (date(2027, 3, 8), date(2027, 3, 8), "womens_day"),
        (date(2027, 6, 7), date(2027, 6, 7), "summer"),
    ],
)
def test_a_day_off_says_why(cast: Cast, monday: date, day: date, reason: str) -> None:
    shown = on(week(cast, at=monday), day)

    assert (shown.off, shown.lessons) == (reason, ())


def test_what_was_written_on_a_day_off_stands_all_the_same(cast: Cast) -> None:
    day = date(2026, 10, 26)
    saved(cast, day, LessonSave(topic="Қосымша сабақ"))

    shown = on(week(cast, at=day), day)

    assert shown.off == "autumn"
    assert [lesson.topic for lesson in shown.lessons] == ["Қосымша сабақ"]


def test_a_year_without_its_order_says_that_its_calendar_is_provisional(cast: Cast) -> None:
    assert not week(cast).provisional
    assert week(cast, at=date(2028, 10, 9)).provisional


def test_a_school_that_meets_on_saturday_shows_six_days(cast: Cast) -> None:
    school = cast.schools["birch"]
    meeting = timetable.NewMeeting(
        school,
        cast.classes["algebra"],
        cast.member("teacher"),
        cast.slots["birch1"],
        6,
        YEAR_STARTS,
    )
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        timetable.add_meetings([meeting], at=AT)

    shown = week(cast)

    assert len(shown.days) == 6
    assert [lesson.number for lesson in shown.days[5].lessons] == [1]


def test_a_pupil_who_left_has_only_the_lessons_until_then(cast: Cast) -> None:
    hat = f"pupil:{cast.member('transferred')}"
    actor = cast.actor("transferred", hat=hat)
    left = date(2026, 11, 9)

    before = read_diary_week(hat_id(hat), actor=actor, at=AT, monday=left - 7 * DAY).week
    after = read_diary_week(hat_id(hat), actor=actor, at=AT, monday=left).week

    assert [len(day.lessons) for day in before.days] == [2, 0, 2, 0, 2]
    assert not any(day.lessons for day in after.days)
    assert not after.enrolled


def hat_id(hat: str) -> UUID:
    return UUID(hat.partition(":")[2])


@pytest.mark.parametrize(
    "who", ["teacher", "other_teacher", "clerk", "official", "mother_elsewhere", "head_elsewhere"]
)
def test_a_whole_diary_is_not_open_to_those_without_a_tie_to_all_of_it(
    cast: Cast, who: str
) -> None:
    with pytest.raises(NotFound):
        week(cast, who=who)


def test_a_week_costs_two_queries_however_many_learn_there(
    cast: Cast, column: Callable[..., UUID], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = cast.actor("mother")
    item = column(Category.SOR, MONDAY, 15, number=1)
    points(cast, item, 12, on=MONDAY)

    for _ in range(2):
        with django_assert_num_queries(2):
            read_diary_week(cast.member("pupil"), actor=actor, at=AT, monday=MONDAY)
        crowd(cast, 30)


def crowd(cast: Cast, n: int) -> None:
    """Let many more learn in 7 «Ә», each with points on Monday."""
    school = cast.schools["birch"]
    users = [people.NewPerson(uuid7(), f"Оқушы{i}", "Көп") for i in range(n)]
    members = [schools.NewMember(school, user.id, user.full_name) for user in users]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        people.add_people(users, at=AT)
        schools.add_members(members, at=AT)
        schools.add_enrollments(
            (
                schools.NewEnrollment(school, cast.classes[name], m.id, "student", YEAR_STARTS)
                for m in members
                for name in ("7a", "algebra", "history")
            ),
            at=AT,
        )
    saved(cast, MONDAY, LessonSave(scores={m.id: Score(8) for m in members}))


# What the points make


def outlook(cast: Cast) -> Outlook:
    (only,) = found(cast).outlooks
    return only


def test_a_summative_of_the_week_says_what_the_points_of_the_quarter_make(
    cast: Cast, column: Callable[..., UUID]
) -> None:
    column(Category.SOCH, date(2026, 12, 21), 25)
    item = column(Category.SOR, WEDNESDAY, 25, number=1)
    saved(cast, date(2026, 11, 4), LessonSave(scores={cast.member("pupil"): Score(8)}))
    points(cast, item, 18, on=WEDNESDAY)

    shown = outlook(cast)

    assert (shown.date, shown.subject["en"], shown.quarter) == (WEDNESDAY, "Algebra", 2)
    assert (shown.term.mark.percent, shown.term.mark.mark) == (76, 4)
    assert shown.term.needed is not None
    assert (shown.term.needed.state, shown.term.needed.points) == (NeededState.POINTS, 24)


def test_a_week_without_a_summative_reads_no_marks(cast: Cast) -> None:
    saved(cast, MONDAY, LessonSave(scores={cast.member("pupil"): Score(8)}))

    assert found(cast).outlooks == ()


ALL_QUARTERS = tuple(Quarter(n, *dates) for n, dates in enumerate(QUARTERS, 1))


def years(cast: Cast, *, number: int = 2, day: date = TODAY) -> dict[str, SubjectYear]:
    viewer = cast.actor("mother").viewer
    member = cast.member("pupil")
    card = pupils(viewer, [member], starts=date(2026, 8, 1), ends=date(2027, 8, 1))[member]
    rows = diaries.year_rows(
        viewer,
        school_id=cast.schools["birch"],
        member_id=member,
        class_ids={seat.class_id for seat in card.seats},
        school_year=2027,
    )
    found = subject_years(card, rows, Asked(ALL_QUARTERS, number, day))
    return {subject.title["en"]: subject for subject in found}


def assess(cast: Cast, assessment: Course.Assessment) -> None:
    """Let algebra be assessed in another way."""
    school = cast.schools["birch"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        Course.objects.filter(school_id=school, code="algebra").update(assessment=assessment)


def test_a_term_mark_is_provisional_until_the_soch_is_taken(
    cast: Cast, column: Callable[..., UUID]
) -> None:
    item = column(Category.SOR, WEDNESDAY, 20, number=1)
    points(cast, item, 19, on=WEDNESDAY)

    algebra = years(cast)["Algebra"]

    assert algebra.now.mark.state is MarkState.PROVISIONAL
    assert algebra.now.mark.mark == 5
    assert years(cast)["History"].now.mark.state is MarkState.NOTHING_YET


def test_a_quarter_that_is_over_does_not_wait_for_a_summative_its_class_never_had(
    cast: Cast, column: Callable[..., UUID]
) -> None:
    item = column(Category.SOR, date(2026, 10, 14), 20, number=1, quarter=1)
    points(cast, item, 10, on=date(2026, 10, 14))

    algebra = years(cast)["Algebra"]

    assert algebra.terms[0] is not None
    assert (algebra.terms[0].state, algebra.terms[0].mark) == (MarkState.RECOMMENDED, 3)
    assert algebra.year is not None
    assert (algebra.year.mark, algebra.year.provisional) == (3, True)


def test_a_summative_missed_leaves_the_mark_open(cast: Cast, column: Callable[..., UUID]) -> None:
    taken = column(Category.SOR, date(2026, 10, 7), 20, number=1, quarter=1)
    column(Category.SOR, date(2026, 10, 14), 20, number=2, quarter=1)
    points(cast, taken, 20, on=date(2026, 10, 7))

    first = years(cast, number=1)["Algebra"].now

    assert first.mark.state is MarkState.PROVISIONAL
    assert [(work.points, work.maximum) for work in first.of(Kind.SOR)] == [
        (20, 20),
        (None, 20),
    ]


def test_a_half_year_subject_counts_both_quarters_and_asks_for_no_soch(
    cast: Cast, column: Callable[..., UUID]
) -> None:
    assess(cast, Course.Assessment.HALF_YEAR)
    for day, quarter, score in ((date(2026, 10, 7), 1, 20), (WEDNESDAY, 2, 10)):
        item = column(Category.SOR, day, 20, number=1, quarter=quarter)
        points(cast, item, score, on=day)

    algebra = years(cast)["Algebra"]

    assert algebra.now.mark.percent == 75
    assert algebra.now.needed is None
    assert [mark is None for mark in algebra.terms] == [True, False, True, False]


@pytest.mark.parametrize(
    ("assessment", "state"),
    [
        (Course.Assessment.PASS_FAIL, MarkState.UNDECIDED),
        (Course.Assessment.UNMARKED, MarkState.UNMARKED),
    ],
)
def test_a_subject_without_marks_says_so(
    cast: Cast, assessment: Course.Assessment, state: MarkState
) -> None:
    assess(cast, assessment)

    assert years(cast)["Algebra"].now.mark.state is state


def test_absences_are_counted_by_reason(cast: Cast) -> None:
    member = cast.member("pupil")
    for day, presence in (
        (MONDAY, Presence(Came.ABSENT, Reason.ILL)),
        (WEDNESDAY, Presence(Came.ABSENT, Reason.ILL)),
        (date(2026, 11, 9), Presence(Came.LATE)),
        (date(2026, 10, 14), Presence(Came.ABSENT)),
    ):
        saved(cast, day, LessonSave(presence={member: presence}))

    counts = diaries.absence_counts(
        cast.actor("mother").viewer,
        school_id=cast.schools["birch"],
        member_id=member,
        starts=QUARTERS[1][0],
        ends=QUARTERS[1][1],
    )

    assert counts == {("absent", "ill"): 2, ("late", "unknown"): 1}


def test_points_in_a_class_the_pupil_left_this_quarter_still_count(
    cast: Cast, column: Callable[..., UUID]
) -> None:
    saved(cast, date(2026, 11, 4), LessonSave(scores={cast.member("pupil"): Score(10)}))
    move(cast, "algebra", to="algebra_8a", day=date(2026, 11, 9))
    item = uuid7()
    school = cast.schools["birch"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        LineItem.objects.create(
            id=item,
            school_id=school,
            klass_id=cast.classes["algebra_8a"],
            session_id=cast.sessions["birch2"],
            category=Category.SOR,
            number=1,
            date=WEDNESDAY,
            maximum=20,
            date_last_modified=AT,
        )
    save_cells(
        cast.classes["algebra_8a"],
        {item: {cast.member("pupil"): Score(10)}},
        actor=cast.actor("teacher_parent"),
        at=AT,
    )

    parts = {part.kind: (part.points, part.maximum) for part in outlook(cast).term.mark.parts}

    assert parts == {"formative": (10, 10), "sor": (10, 20)}
    assert years(cast)["Algebra"].now.mark == outlook(cast).term.mark


def move(cast: Cast, name: str, *, to: str, day: date) -> None:
    """Let the pupil learn one subject in another class from a day on."""
    school, member = cast.schools["birch"], cast.member("pupil")
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        seats = Enrollment.objects.in_entry().filter(member_id=member)
        seats.filter(klass_id=cast.classes[name]).update(ends=day)
        schools.add_enrollments(
            [schools.NewEnrollment(school, cast.classes[to], member, "student", day)], at=AT
        )
