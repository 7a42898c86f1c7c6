"""The family's diary as pages: who opens it, what it says in words, what a look leaves behind."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from senim.base import installation
from senim.base.ids import uuid7
from senim.base.models import Installation
from senim.journal.models import Category, LineItem
from senim.journal.services import LessonKey, LessonSave, Presence, Score, save_cells, save_lesson
from senim.ledger import queries as ledger_read
from senim.ledger import services as ledger
from senim.people import services as people
from senim.rules.attendance import Presence as Came
from senim.rules.attendance import Reason
from senim.schools import services as schools
from senim.schools.models import Course
from tests.cast import AT, TODAY, YEAR_STARTS, Cast

LONG_TASK = "Мәтіннің мазмұнын қорғаныштылықтарыңыздағылардың мысалымен түсіндіріп, кесте толтыру"


def path(cast: Cast, pupil: str = "pupil", *, school: str = "birch", page: str = "") -> str:
    return f"/diary/{cast.member(pupil, school)}/{page}"


def text(client: Client, address: str, *, lang: str = "en") -> str:
    client.cookies["senim_language"] = lang
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.fixture
def lesson(cast: Cast) -> None:
    """Let today's algebra have a topic, homework, points for the pupil, and a classmate away."""
    save_lesson(
        cast.lesson,
        LessonSave(
            topic="Қысқаша көбейту формулалары",
            homework=LONG_TASK,
            presence={cast.member("classmate"): Presence(Came.ABSENT, Reason.ILL)},
            scores={
                cast.member("pupil"): Score(9, "Жарайсың"),
                cast.member("third_pupil"): Score(3, "canary of another"),
            },
        ),
        actor=cast.actor("teacher"),
        at=AT,
    )


@pytest.fixture
def sor(cast: Cast) -> Callable[[int, int], UUID]:
    """Return a way to give the pupil a SOR in algebra today."""

    def give(points: int, maximum: int) -> UUID:
        school, item = cast.schools["birch"], uuid7()
        with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
            LineItem.objects.create(
                id=item,
                school_id=school,
                klass_id=cast.classes["algebra"],
                session_id=cast.sessions["birch2"],
                category=Category.SOR,
                number=1,
                date=TODAY,
                maximum=maximum,
                date_last_modified=AT,
            )
        save_cells(
            cast.classes["algebra"],
            {item: {cast.member("pupil"): Score(points)}},
            actor=cast.actor("teacher"),
            at=AT,
        )
        return item

    return give


# Who opens it


@pytest.mark.parametrize("page", ["", "term/"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("mother", 200),
        ("pupil", 200),
        ("homeroom", 200),
        ("deputy", 200),
        ("head", 200),
        ("teacher", 404),
        ("other_teacher", 404),
        ("clerk", 404),
        ("classmate", 404),
        ("mother_of_classmate", 404),
        ("father_restricted", 404),
        ("father_by_order", 404),
        ("ex_guardian", 404),
        ("ex_teacher", 404),
        ("ex_deputy", 404),
        ("head_elsewhere", 404),
        ("official", 404),
    ],
)
def test_a_diary_opens_to_the_family_and_to_those_who_answer_for_the_whole_record(
    cast: Cast, who: str, status: int, page: str
) -> None:
    assert cast.client(who).get(path(cast, page=page)).status_code == status


def test_an_order_that_leaves_marks_open_shows_them_without_the_name(cast: Cast) -> None:
    save_lesson(
        cast.lesson,
        LessonSave(scores={cast.member("classmate"): Score(8)}),
        actor=cast.actor("teacher"),
        at=AT,
    )

    shown = text(cast.client("father_by_order"), path(cast, "classmate"))

    assert "Algebra" in shown
    assert '<span class="mark">8</span>' in shown.replace("\n", "")
    assert "Дәулет Інжу" not in shown
    assert "7 «Ә»" not in shown
    assert "Pupil" in shown


def test_what_is_closed_answers_like_what_does_not_exist(cast: Cast) -> None:
    client = cast.client("mother_elsewhere")
    closed = client.get(path(cast))
    nowhere = client.get(f"/diary/{uuid7()}/")

    assert closed.status_code == nowhere.status_code == 404
    for response in (closed, nowhere):
        assert "Канарина" not in response.content.decode()


def test_the_familys_own_look_leaves_no_entry(cast: Cast) -> None:
    before = ledger_read.entries(cast.schools["birch"])

    for who in ("mother", "pupil"):
        text(cast.client(who), path(cast))
        text(cast.client(who), path(cast, page="term/"))

    assert ledger_read.entries(cast.schools["birch"]) == before


def test_the_homeroom_teachers_look_is_recorded_once_a_day_and_the_heads_each_time(
    cast: Cast,
) -> None:
    for who in ("homeroom", "head"):
        for _ in range(2):
            text(cast.client(who), path(cast))

    looks = ledger_read.entries(cast.schools["birch"], kinds=["look"])
    assert [(one.event, one.hat) for one in looks] == [
        ("journal.diary.looked", "teacher"),
        ("journal.diary.looked", "office"),
        ("journal.diary.looked", "office"),
    ]
    assert {one.subject_id for one in looks} == {cast.member("pupil")}


@pytest.mark.parametrize("who", ["father_restricted", "teacher", "mother_elsewhere"])
def test_a_refused_look_is_recorded_where_the_pupil_learns(cast: Cast, who: str) -> None:
    cast.client(who).get(path(cast))

    (refused,) = ledger_read.entries(cast.schools["birch"], kinds=["refused"])
    assert (refused.event, refused.subject_id) == ("journal.diary.looked", cast.member("pupil"))


def test_nobody_elses_name_or_points_stand_in_a_diary(cast: Cast, lesson: None) -> None:
    shown = text(cast.client("mother"), path(cast)) + text(
        cast.client("mother"), path(cast, page="term/")
    )

    for stranger in ("Дәулет", "Ким Алина", "Қалиева", "canary of another"):
        assert stranger not in shown


# What it says


def test_the_diary_leads_to_oneself_or_to_the_eldest_child(cast: Cast) -> None:
    assert cast.client("pupil").get("/diary/").headers["Location"] == path(cast)
    assert cast.client("mother").get("/diary/?phone").headers["Location"] == (
        path(cast, "sister") + "?phone"
    )


def test_a_guardian_whose_children_are_closed_is_told_what_to_do(cast: Cast) -> None:
    shown = text(cast.client("father_restricted"), "/diary/", lang="kk")

    assert "Сынып жетекшісіне айтыңыз" in shown


def test_three_children_in_two_schools_stand_on_one_screen(cast: Cast) -> None:
    shown = text(cast.client("mother"), path(cast))

    for given_name, title in (("Аружан", "7 «Ә»"), ("Еркем", "8 «А»"), ("Дастан", "7 «В»")):
        assert f"<span>{given_name}</span>" in shown
        assert f"<b>{title}</b>" in shown
    assert "Терек мектебі" in shown
    assert path(cast, "brother", school="poplar") in shown


def test_a_brother_in_another_school_is_shown_with_his_own_lessons(cast: Cast) -> None:
    shown = text(cast.client("mother"), path(cast, "brother", school="poplar"))

    assert "Тұрсынова Айжан" not in shown
    assert "Канарин Дастан" in shown
    assert "Algebra" in shown


def test_a_mother_reads_in_kazakh_what_was_done_and_who_set_the_points(
    cast: Cast, lesson: None
) -> None:
    shown = text(cast.client("mother"), path(cast), lang="kk")

    for words in ("Тақырып", "Қысқаша көбейту формулалары", LONG_TASK, "Жарайсың"):
        assert words in shown
    assert "Кім қойды" in shown
    assert "Сейітова Гүлнар" in shown
    assert "18\xa0қараша" in shown
    assert "10:10" in shown


def test_an_absence_is_told_in_words_and_by_its_letter(cast: Cast, lesson: None) -> None:
    shown = text(cast.client("mother_of_classmate"), path(cast, "classmate"), lang="kk")

    assert "ауырды (а)" in shown


def test_a_correction_is_told_with_what_stood_before(cast: Cast, lesson: None) -> None:
    seen = save_lesson(
        LessonKey(cast.classes["history"], TODAY, 4),
        LessonSave(scores={cast.member("pupil"): Score(7)}),
        actor=cast.actor("homeroom"),
        at=AT,
    )
    (cell,) = seen.cells
    save_lesson(
        LessonKey(cast.classes["history"], TODAY, 4),
        LessonSave(scores={cast.member("pupil"): Score(9, reason="slip", seen=cell.fact_id)}),
        actor=cast.actor("homeroom"),
        at=AT,
    )

    shown = text(cast.client("mother"), path(cast))

    assert "corrected" in shown
    assert "Reason: slip" in shown
    assert "nothing is erased" in shown


def test_a_break_is_told_with_the_day_lessons_begin_again(cast: Cast) -> None:
    shown = text(cast.client("mother"), path(cast) + "?week=2026-W44")

    assert "Autumn break" in shown
    assert "Lessons begin on 2 November 2026" in shown


def test_a_pupil_without_a_class_that_week_is_told_so(cast: Cast) -> None:
    shown = text(cast.client("mother"), path(cast) + "?week=2025-W46")

    assert "sits in no class" in shown


def test_the_chosen_day_is_todays_unless_another_is_asked_for(cast: Cast) -> None:
    client = cast.client("mother")

    assert 'class="diary-day chosen today" id="d3"' in text(client, path(cast))
    assert 'class="diary-day chosen" id="d5"' in text(client, path(cast) + "?week=2026-W47&day=5")
    assert 'class="diary-day chosen" id="d1"' in text(client, path(cast) + "?week=2026-W48&day=9")


@pytest.mark.parametrize("week", ["2026-W54", "W47", "2026-47", "<b>", "9999-W52"])
def test_a_week_that_is_none_is_refused_in_words(cast: Cast, week: str) -> None:
    response = cast.client("mother").get(path(cast), {"week": week})

    assert response.status_code == 422
    assert "Write a week as" in response.content.decode()
    assert "<b>”" not in response.content.decode()


@pytest.mark.parametrize("term", ["0", "5", "x", "2; DROP"])
def test_a_term_that_is_none_is_refused_in_words(cast: Cast, term: str) -> None:
    response = cast.client("mother").get(path(cast, page="term/"), {"term": term})

    assert response.status_code == 422


def test_the_day_of_a_summative_says_what_the_points_make(
    cast: Cast, lesson: None, sor: Callable[[int, int], UUID]
) -> None:
    sor(18, 25)

    shown = text(cast.client("mother"), path(cast), lang="kk")

    assert "ұсынылған баға әзірге — 4" in shown
    assert "Неге бұл баға?" in shown
    assert f"term/?term=2#s{course_of_algebra(cast)}" in shown


def course_of_algebra(cast: Cast) -> UUID:
    return Course.objects.get(school_id=cast.schools["birch"], code="algebra").id


def test_the_term_sheet_explains_the_mark_and_what_a_five_takes(
    cast: Cast, lesson: None, sor: Callable[[int, int], UUID]
) -> None:
    sor(24, 25)

    shown = text(cast.client("mother"), path(cast, page="term/"), lang="kk")

    assert f'id="s{course_of_algebra(cast)}"' in shown
    assert "Неге 5?" in shown
    assert "kz-2024, 28-т." in shown
    assert "Бір рет, ең соңында дөңгелектелді." in shown
    assert "ТЖБ-дан кемі" in shown
    assert "әзірге" in shown


def test_a_term_sheet_counts_absences_by_reason(cast: Cast, lesson: None) -> None:
    shown = text(cast.client("mother_of_classmate"), path(cast, "classmate", page="term/"))

    assert "absent, ill (i)" in shown
    assert "No lessons missed" in text(cast.client("mother"), path(cast, page="term/"))


def test_a_quarter_ahead_says_when_it_begins(cast: Cast) -> None:
    shown = text(cast.client("mother"), path(cast, page="term/") + "?term=3")

    assert "This term begins on 11 January 2027" in shown


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("page", ["", "term/", "?week=2026-W51", "?week=2028-W41"])
def test_every_page_speaks_each_language(
    cast: Cast, lesson: None, sor: Callable[[int, int], UUID], page: str, lang: str
) -> None:
    sor(18, 25)

    shown = text(cast.client("mother"), path(cast, page=page), lang=lang)

    assert f'<html lang="{lang}"' in shown


def test_words_of_a_teacher_are_not_read_as_markup(cast: Cast) -> None:
    save_lesson(
        cast.lesson,
        LessonSave(
            topic="<script>alert(1)</script>",
            scores={cast.member("pupil"): Score(9, "<img src=x>")},
        ),
        actor=cast.actor("teacher"),
        at=AT,
    )

    shown = text(cast.client("mother"), path(cast))

    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown


# What it costs


@pytest.mark.parametrize("who", ["mother", "pupil"])
def test_a_week_costs_a_family_six_queries_at_most_with_session_and_access(
    cast: Cast,
    lesson: None,
    sor: Callable[[int, int], UUID],
    who: str,
) -> None:
    sor(18, 25)
    installation.stamp(Installation.Kind.REAL, at=AT)
    client = cast.client(who)
    text(client, path(cast))
    for n in (5, 25):
        crowd(cast, n)
        with CaptureQueriesContext(connection) as asked:
            client.get(path(cast))
        assert len(questions(asked)) <= 6


@pytest.mark.parametrize("who", ["head", "homeroom"])
def test_a_week_costs_the_school_no_more_when_more_pupils_learn(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, who: str
) -> None:
    installation.stamp(Installation.Kind.REAL, at=AT)
    client = cast.client(who)
    text(client, path(cast))
    with CaptureQueriesContext(connection) as few:
        client.get(path(cast))
    crowd(cast, 30)

    with django_assert_num_queries(len(few)):
        client.get(path(cast))


def test_a_term_sheet_costs_a_fixed_number_of_queries(cast: Cast) -> None:
    installation.stamp(Installation.Kind.REAL, at=AT)
    client = cast.client("mother")
    text(client, path(cast, page="term/"))
    for n in (5, 25):
        crowd(cast, n)
        with CaptureQueriesContext(connection) as asked:
            client.get(path(cast, page="term/"))
        assert len(questions(asked)) <= 8


def questions(asked: CaptureQueriesContext) -> list[str]:
    """Return the statements but for savepoints: of them PostgreSQL's request stands in one here."""
    said = (query["sql"] for query in asked.captured_queries)
    return [sql for sql in said if "SAVEPOINT" not in sql]


def crowd(cast: Cast, n: int) -> None:
    """Let many more learn in 7 «Ә», each with points today."""
    school = cast.schools["birch"]
    users = [people.NewPerson(uuid7(), f"Оқушы{i}", f"Көп{n}") for i in range(n)]
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
    save_lesson(
        LessonKey(cast.classes["history"], date(2026, 11, 18), 4),
        LessonSave(scores={member.id: Score(8) for member in members}),
        actor=cast.actor("homeroom"),
        at=AT,
    )
