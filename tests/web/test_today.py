"""Today leads a teacher through the day: what comes next, what is not filled in, what is coming."""

from datetime import UTC, date, datetime, time

import pytest
from django.conf import settings
from django.test import Client

from senim.base.ids import uuid7
from senim.journal.models import Category, LineItem
from senim.journal.services import LessonKey, LessonSave, save_lesson
from senim.ledger import queries as ledger_read
from senim.ledger import services as ledger
from senim.schools import services as schools
from senim.timetable import services as timetable
from tests.cast import AT, TODAY, YEAR_STARTS, Cast, words


def page(client: Client, day: str = "") -> str:
    response = client.get("/today/", {"day": day} if day else {})
    assert response.status_code == 200
    return response.content.decode()


def at(monkeypatch: pytest.MonkeyPatch, hour: int, minute: int, day: date = TODAY) -> None:
    """Stop the clock at a time of the school, which is five hours ahead of UTC."""
    moment = datetime.combine(day, time(hour - 5, minute), tzinfo=UTC)
    monkeypatch.setattr(settings, "SENIM_NOW", moment.isoformat())


def lesson_path(cast: Cast, day: date = TODAY) -> str:
    return f"/lesson/{cast.classes['algebra']}/{day}/3/"


def test_the_running_lesson_is_the_one_to_open(cast: Cast) -> None:
    text = page(cast.client("teacher"))

    assert text.count(lesson_path(cast)) == 2
    assert "Now" in text
    assert "10:05" in text
    assert "room 214" in text
    assert "7 «Ә»" in text


def test_the_next_lesson_is_the_one_to_open_before_it_begins(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 9, 0)

    text = page(cast.client("teacher"))

    assert "Next lesson" in text
    assert "still ahead" in text
    assert "attendance not taken" not in text


def test_a_lesson_left_unfilled_is_the_one_to_open_afterwards(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 16, 0)

    text = page(cast.client("teacher"))

    assert "Not filled in yet" in text
    assert "attendance not taken" in text


def test_the_state_of_a_lesson_follows_what_is_written(cast: Cast) -> None:
    teacher, client = cast.actor("teacher"), cast.client("teacher")
    assert "attendance not taken" in page(client)

    save_lesson(cast.lesson, LessonSave(attendance_taken=True), actor=teacher, at=AT)
    assert "topic missing" in page(client)

    save_lesson(cast.lesson, LessonSave(topic="Теңдеулер"), actor=teacher, at=AT)
    text = page(client)
    assert ">done<" in text
    assert "Теңдеулер" in text


def test_another_day_is_reached_and_left(cast: Cast) -> None:
    client = cast.client("teacher")

    text = page(client)
    assert "?day=2026-11-16" in text
    assert "?day=2026-11-20" in text

    friday = page(client, "2026-11-20")
    assert lesson_path(cast, date(2026, 11, 20)) in friday
    assert "Friday, 20\u00a0November" in friday
    assert 'href="/today/"' in friday


@pytest.mark.parametrize(
    ("day", "says", "offers"),
    [
        ("2026-11-22", "Day off", "2026-11-23"),
        ("2026-11-21", "Day off", "2026-11-20"),
        ("2026-10-28", "Autumn break", "2026-10-23"),
        ("2026-12-16", "Independence Day", "2026-12-14"),
        ("2026-11-19", "The timetable gives you no lessons", "None"),
    ],
)
def test_a_day_without_lessons_says_why_and_offers_the_nearest(
    cast: Cast, day: str, says: str, offers: str
) -> None:
    text = page(cast.client("teacher"), day)

    assert says in text
    expected = "/today/" if offers == "None" else f"/today/?day={offers}"
    assert f'class="btn" href="{expected}"' in text


@pytest.mark.parametrize("day", ["yesterday", "2026-13-40", "9999-12-31", "0001-01-01", "٢٠٢٦"])
def test_a_day_nobody_can_mean_is_today(cast: Cast, day: str) -> None:
    assert lesson_path(cast) in page(cast.client("teacher"), day)


def test_what_is_coming_in_two_weeks_is_told(cast: Cast) -> None:
    school = cast.schools["birch"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        for klass, number, day in (
            ("algebra", 1, date(2026, 11, 20)),
            ("algebra", 2, date(2026, 12, 20)),
            ("history", 3, date(2026, 11, 20)),
        ):
            LineItem.objects.create(
                school_id=school,
                klass_id=cast.classes[klass],
                session_id=cast.sessions["birch2"],
                category=Category.SOR,
                number=number,
                date=day,
                maximum=14,
                date_last_modified=AT,
            )

    text = page(cast.client("teacher"))

    assert "SOR 1" in text
    assert "out of 14" in text
    assert "SOR 2" not in text
    assert "SOR 3" not in text


def test_a_joined_class_is_one_lesson_with_two_grades(cast: Cast) -> None:
    school, teacher = cast.schools["birch"], cast.member("teacher")
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        course = schools.NewCourse(school, words("Maths"), "maths")
        schools.add_courses([course], at=AT)
        third, fourth = (
            schools.NewClass(school, title, 2027, grade, course_id=course.id)
            for title, grade in (("3 «А»", 3), ("4 «А»", 4))
        )
        schools.add_classes([third, fourth], at=AT)
        schools.add_enrollments(
            [
                schools.NewEnrollment(school, klass.id, teacher, "teacher", YEAR_STARTS)
                for klass in (third, fourth)
            ],
            at=AT,
        )
        joined = uuid7()
        timetable.add_meetings(
            [
                timetable.NewMeeting(
                    school,
                    klass.id,
                    teacher,
                    cast.slots["birch1"],
                    3,
                    YEAR_STARTS,
                    joined=joined,
                )
                for klass in (third, fourth)
            ],
            at=AT,
        )
    client = cast.client("teacher")

    taken = LessonSave(attendance_taken=True, topic="x")

    assert page(client).count("3 «А» + 4 «А» · Maths") == 1
    save_lesson(LessonKey(third.id, TODAY, 1), taken, actor=cast.actor("teacher"), at=AT)
    assert ">done<" not in page(client)
    save_lesson(LessonKey(fourth.id, TODAY, 1), taken, actor=cast.actor("teacher"), at=AT)
    assert ">done<" in page(client)


def test_a_teacher_without_a_timetable_is_told_so(cast: Cast) -> None:
    assert "The timetable has no lessons for you yet" in page(cast.client("other_teacher"))


def test_another_teachers_day_is_not_ones_own(cast: Cast) -> None:
    text = page(cast.client("homeroom"))

    assert str(cast.classes["history"]) in text
    assert str(cast.classes["algebra"]) not in text


@pytest.mark.parametrize("outsider", ["mother", "pupil", "deputy", "clerk", "official"])
def test_only_teachers_have_a_day(cast: Cast, outsider: str) -> None:
    assert cast.client(outsider).get("/today/").status_code == 404


def test_whoever_has_not_signed_in_is_asked_to(cast: Cast) -> None:
    assert Client().get("/today/").status_code == 302


def test_a_day_names_no_pupil_and_leaves_no_look(cast: Cast) -> None:
    text = page(cast.client("teacher"))

    assert "Канарина" not in text
    assert ledger_read.entries(cast.schools["birch"], kinds=["look"]) == ()


@pytest.mark.parametrize(("lang", "says"), [("kk", "Қазір"), ("ru", "Сейчас")])
def test_the_day_speaks_the_language_asked_for(cast: Cast, lang: str, says: str) -> None:
    client = cast.client("teacher")
    client.cookies["senim_language"] = lang

    assert says in page(client)
