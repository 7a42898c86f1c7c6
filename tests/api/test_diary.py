"""The diary week as JSON: the page's data and the page's walls."""

from typing import Any

import pytest
from django.test import Client

from senim.base.ids import uuid7
from senim.journal.services import LessonSave, Presence, Score, save_lesson
from senim.ledger import queries as ledger_read
from senim.rules.attendance import Presence as Came
from tests.cast import AT, Cast


def path(cast: Cast, pupil: str = "pupil") -> str:
    return f"/api/v1/diary/{cast.member(pupil)}/week?week=2026-W47"


@pytest.fixture
def lesson(cast: Cast) -> None:
    save_lesson(
        cast.lesson,
        LessonSave(
            topic="Теңдеулер",
            homework="№ 213",
            presence={cast.member("classmate"): Presence(Came.ABSENT)},
            scores={
                cast.member("pupil"): Score(9, "Жарайсың"),
                cast.member("third_pupil"): Score(3, "canary"),
            },
        ),
        actor=cast.actor("teacher"),
        at=AT,
    )


def week(cast: Cast, who: str = "mother", pupil: str = "pupil") -> dict[str, Any]:
    response = cast.client(who).get(path(cast, pupil))
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/json")
    body: dict[str, Any] = response.json()
    return body


def algebra(body: dict[str, Any]) -> dict[str, Any]:
    lessons: list[dict[str, Any]] = body["days"][2]["lessons"]
    return next(one for one in lessons if one["subject"]["en"] == "Algebra")


def test_a_week_has_the_documented_shape(cast: Cast, lesson: None) -> None:
    body = week(cast)

    assert set(body) == {
        *("memberId", "shownName", "classTitle", "schoolId", "school", "monday", "term"),
        *("provisional", "enrolled", "timetabled", "days", "recommended"),
    }
    assert (body["shownName"], body["classTitle"], body["monday"], body["term"]) == (
        "Канарина Аружан",
        "7 «Ә»",
        "2026-11-16",
        2,
    )
    assert set(algebra(body)) == {
        *("classId", "courseId", "number", "startsAt", "endsAt", "subject", "subgroup", "room"),
        *("teacher", "topic", "homework", "homeworkNext", "nextDate", "summatives", "results"),
        "absence",
    }


def test_points_come_with_who_set_them_and_when(cast: Cast, lesson: None) -> None:
    (result,) = algebra(week(cast))["results"]

    assert (result["category"], result["points"], result["maximum"]) == ("formative", 9, 10)
    assert result["comment"] == "Жарайсың"
    (said,) = result["said"]
    assert (said["kind"], said["by"], said["at"]) == (
        "set",
        "Сейітова Гүлнар",
        "2026-11-18T10:10:00+05:00",
    )


def test_homework_stands_in_the_lesson_and_at_the_one_it_is_for(cast: Cast, lesson: None) -> None:
    body = week(cast)

    assert (algebra(body)["homeworkNext"], algebra(body)["nextDate"]) == ("№ 213", "2026-11-20")
    assert body["days"][4]["lessons"][0]["homework"] == "№ 213"


def test_no_classmate_stands_in_the_answer(cast: Cast, lesson: None) -> None:
    text = cast.client("mother").get(path(cast)).content.decode()

    for stranger in ("Дәулет", "Ким Алина", "Қалиева", "canary"):
        assert stranger not in text


def test_an_order_that_leaves_marks_open_names_nobody(cast: Cast, lesson: None) -> None:
    body = week(cast, "father_by_order", "classmate")

    assert (body["shownName"], body["classTitle"], body["school"]) == (None, None, None)
    assert algebra(body)["absence"]["presence"] == "absent"


@pytest.mark.parametrize(
    "who",
    ["teacher", "classmate", "mother_elsewhere", "father_restricted", "clerk", "head_elsewhere"],
)
def test_outsiders_are_answered_not_found_and_it_is_on_record(cast: Cast, who: str) -> None:
    response = cast.client(who).get(path(cast))

    assert response.status_code == 404
    assert "Канарина" not in response.content.decode()
    (refused,) = ledger_read.entries(cast.schools["birch"], kinds=["refused"])
    assert refused.subject_id == cast.member("pupil")


def test_a_pupil_who_does_not_exist_is_not_found(cast: Cast) -> None:
    assert cast.client("mother").get(f"/api/v1/diary/{uuid7()}/week").status_code == 404


def test_who_has_not_signed_in_is_told_so(cast: Cast) -> None:
    assert Client().get(path(cast)).status_code == 401
    assert cast.client("homeroom", second_factor=False).get(path(cast)).status_code == 401


def test_a_look_by_the_school_is_recorded_and_the_familys_is_not(cast: Cast) -> None:
    week(cast)
    week(cast, "head")

    (look,) = ledger_read.entries(cast.schools["birch"], kinds=["look"])
    assert (look.event, look.subject_id) == ("journal.diary.looked", cast.member("pupil"))


def test_an_answer_that_did_not_change_is_not_sent_again(cast: Cast, lesson: None) -> None:
    client = cast.client("mother")
    first = client.get(path(cast))
    known = {"If-None-Match": first.headers["ETag"]}

    again = client.get(path(cast), headers=known)
    save_lesson(cast.lesson, LessonSave(topic="Басқа"), actor=cast.actor("teacher"), at=AT)
    after = client.get(path(cast), headers=known)

    assert (again.status_code, again.content) == (304, b"")
    assert after.status_code == 200
    for response in (first, again, after):
        assert response.headers["Cache-Control"] == "private, no-cache"


def test_a_look_by_the_school_is_recorded_even_when_nothing_is_sent_again(cast: Cast) -> None:
    client = cast.client("head")
    tag = client.get(path(cast)).headers["ETag"]

    assert client.get(path(cast), headers={"If-None-Match": tag}).status_code == 304
    assert len(ledger_read.entries(cast.schools["birch"], kinds=["look"])) == 2


def test_a_week_that_is_none_is_a_problem_in_words(cast: Cast) -> None:
    response = cast.client("mother").get(f"/api/v1/diary/{cast.member('pupil')}/week?week=x")

    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "week_unknown"
