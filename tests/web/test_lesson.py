"""A lesson is a screen for its teacher, a page to read for the homeroom, nothing for others."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from senim.base.ids import uuid7
from senim.journal.models import Attendance, LessonEntry, ResultFact
from senim.journal.services import LessonKey, LessonSave, Presence, Score, save_lesson
from senim.ledger import queries as ledger_read
from senim.ledger import services as ledger
from senim.people import services as people
from senim.rules.access import Actor
from senim.rules.attendance import Presence as Came
from senim.rules.attendance import Reason
from senim.schools import services as schools
from senim.timetable import services as timetable
from tests.cast import AT, TODAY, YEAR_STARTS, Cast, words

Form = dict[str, str]


def path(cast: Cast, klass: str = "algebra", day: object = TODAY, number: int = 3) -> str:
    return f"/lesson/{cast.classes[klass]}/{day}/{number}/"


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def entered(text: str) -> Form:
    """Return the form a browser would send, with nothing changed."""
    form: Form = {}
    for tag in re.findall(r"<input[^>]*>", text[text.index('id="lesson"') :]):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        form[attributes["name"]] = attributes.get("value", "on")
    texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', text, re.DOTALL)
    return form | dict(texts)


def send(client: Client, address: str, **changes: Any) -> Any:
    """Open a lesson, change fields and send it as a plain form."""
    form = entered(page(client, address))
    return client.post(address, form | changes)


def field(kind: str, cast: Cast, key: str) -> str:
    return f"{kind}-{cast.member(key)}"


def events(cast: Cast, *kinds: str) -> list[str]:
    entries = ledger_read.entries(cast.schools["birch"], kinds=kinds or ("change",))
    return [entry.event for entry in entries if entry.event.startswith("journal.")]


def facts() -> list[ResultFact]:
    return list(ResultFact.objects.system(reason="test").order_by("recorded_at", "id"))


def presence(cast: Cast, key: str) -> tuple[str, str]:
    row = Attendance.objects.system(reason="test").get(member_id=cast.member(key))
    return row.presence, row.reason


def joined_classes(cast: Cast) -> tuple[UUID, UUID]:
    """Join grades 3 and 4 in one lesson of the teacher: Wednesday, the first."""
    school, teacher, joined = cast.schools["birch"], cast.member("teacher"), uuid7()
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        course = schools.NewCourse(school, words("Maths"), "maths")
        schools.add_courses([course], at=AT)
        pairs = (("3 «А»", 3, "sister"), ("4 «А»", 4, "pupil_of_8"))
        found = []
        for title, grade, pupil in pairs:
            klass = schools.NewClass(school, title, 2027, grade, course_id=course.id)
            schools.add_classes([klass], at=AT)
            seats = ((teacher, "teacher"), (cast.member(pupil), "student"))
            schools.add_enrollments(
                [
                    schools.NewEnrollment(school, klass.id, member, role, YEAR_STARTS)
                    for member, role in seats
                ],
                at=AT,
            )
            slot = cast.slots["birch1"]
            meeting = timetable.NewMeeting(
                school, klass.id, teacher, slot, 3, YEAR_STARTS, joined=joined
            )
            timetable.add_meetings([meeting], at=AT)
            found.append(klass.id)
    return found[0], found[1]


@pytest.fixture
def teacher(cast: Cast) -> Actor:
    return cast.actor("teacher")


# Reading


def test_a_lesson_shows_its_class_and_what_is_written(cast: Cast, teacher: Actor) -> None:
    save = LessonSave(
        "Теңдеулер",
        "№ 213",
        True,
        {cast.member("classmate"): Presence(Came.ABSENT, Reason.ILL)},
        {cast.member("pupil"): Score(9, "Жарайсың")},
    )
    save_lesson(cast.lesson, save, actor=teacher, at=AT)

    text = page(cast.client("teacher"), path(cast))

    form = entered(text)
    assert "7 «Ә» · Algebra" in text
    assert "lesson 3, 10:05–10:50 · room 214" in text
    assert "Attendance taken: 10:10" in text
    assert form[field("sign", cast, "classmate")] == "ill"
    assert form[field("sign", cast, "pupil")] == "here"
    assert (form[field("points", cast, "pupil")], form[field("comment", cast, "pupil")]) == (
        "9",
        "Жарайсың",
    )
    assert form[f"topic-{cast.classes['algebra']}"] == "Теңдеулер"
    assert "For the next lesson, 20\u00a0November" in text


def test_pupils_stand_in_kazakh_order_and_those_who_left_do_not(cast: Cast) -> None:
    text = page(cast.client("teacher"), path(cast))

    names = re.findall(r'<span class="name">([^<]+)</span>', text)
    assert names == [
        "Дәулет Інжу",
        "Канарина Аружан",
        "Ким Алина",
        "Қалиева Томирис",
        "Іляс Нұрәли",
    ]
    before = page(cast.client("teacher"), path(cast, day=date(2026, 11, 6)))
    assert "Шәкен Тимур" in before


def test_the_lessons_before_and_after_are_a_link_away(cast: Cast) -> None:
    joined_classes(cast)

    text = page(cast.client("teacher"), path(cast))

    assert 'rel="prev"' in text
    assert "3 «А» + 4 «А» 08:00" in text
    assert 'rel="next"' not in text


def test_two_authors_points_stand_side_by_side(cast: Cast, teacher: Actor) -> None:
    school = cast.schools["birch"]
    seat = schools.NewEnrollment(
        school, cast.classes["algebra"], cast.member("other_teacher"), "teacher", YEAR_STARTS
    )
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        schools.add_enrollments([seat], at=AT)
    for key, points in (("teacher", 9), ("other_teacher", 4)):
        save = LessonSave(scores={cast.member("pupil"): Score(points)})
        event_at = AT - timedelta(minutes=points)
        save_lesson(cast.lesson, save, actor=cast.actor(key), at=AT, event_at=event_at)

    text = page(cast.client("teacher"), path(cast))

    assert entered(text)[field("points", cast, "pupil")] == "9"
    assert "Two entries differ. Ли Виктор: 4" in text


def test_a_joined_class_is_one_page_with_two_grades(cast: Cast) -> None:
    third, fourth = joined_classes(cast)

    text = page(cast.client("teacher"), f"/lesson/{fourth}/{TODAY}/1/")

    assert "3 «А» + 4 «А» · Maths" in text
    assert re.findall(r'<span class="name">([^<]+)</span>', text) == [
        "Канарина Еркем",
        "Мартынов Егор",
    ]
    assert {f"topic-{third}", f"topic-{fourth}"} <= entered(text).keys()


def test_the_homeroom_teacher_reads_and_does_not_write(cast: Cast, teacher: Actor) -> None:
    save = LessonSave(scores={cast.member("pupil"): Score(9, "Жарайсың")})
    save_lesson(cast.lesson, save, actor=teacher, at=AT)

    client = cast.client("homeroom")
    text = page(client, path(cast))

    assert "Канарина Аружан" in text
    assert "Жарайсың" in text
    assert 'id="lesson"' not in text
    assert client.post(path(cast), {"taken": "1"}).status_code == 404
    assert events(cast, "refused") == ["journal.lesson.saved"]


def test_a_lesson_ahead_takes_texts_and_no_marks(cast: Cast) -> None:
    client, ahead = cast.client("teacher"), path(cast, day=date(2026, 11, 20))

    text = page(client, ahead)
    assert "This lesson is still ahead" in text
    assert '<fieldset class="roll-set" disabled>' in text

    response = client.post(ahead, entered(text) | {"taken": "1"})
    assert response.status_code == 422
    assert "Attendance and points are marked on the day" in response.content.decode()
    topic = {f"topic-{cast.classes['algebra']}": "Теңсіздіктер"}
    assert client.post(ahead, topic).status_code == 302
    assert LessonEntry.objects.get().topic == "Теңсіздіктер"


def test_a_lesson_outside_the_timetable_opens_once_it_is_written(cast: Cast) -> None:
    parent = cast.actor("teacher_parent")
    address = path(cast, "algebra_8a")
    assert cast.client("teacher_parent").get(address).status_code == 404

    key = LessonKey(cast.classes["algebra_8a"], TODAY, 3)
    save_lesson(key, LessonSave(topic="x"), actor=parent, at=AT)

    assert "Канарина Еркем" in page(cast.client("teacher_parent"), address)


# Who may look, and the record of it


@pytest.mark.parametrize("outsider", ["other_teacher", "teacher_elsewhere", "teacher_parent"])
def test_an_outsider_finds_no_lesson_and_the_look_is_on_record(cast: Cast, outsider: str) -> None:
    response = cast.client(outsider).get(path(cast))

    assert response.status_code == 404
    assert "Канарина" not in response.content.decode()
    assert events(cast, "look") == []
    assert events(cast, "refused") == ["journal.lesson.looked"]


@pytest.mark.parametrize("outsider", ["ex_teacher", "mother", "pupil", "deputy", "clerk"])
def test_only_teachers_in_force_have_the_lesson_page(cast: Cast, outsider: str) -> None:
    assert cast.client(outsider).get(path(cast)).status_code == 404


def test_whoever_has_not_signed_in_is_asked_to(cast: Cast) -> None:
    assert Client().get(path(cast)).status_code == 302
    half = cast.client("teacher", second_factor=False)
    assert half.get(path(cast)).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        *("{c}/2026-11-18/9/", "{c}/2026-11-19/3/", "{c}/2026-11-18/0/"),
        *("{c}/2026-11-18/99999999999/", "{c}/2026-13-41/3/", "{c}/today/3/"),
        *(f"{UUID(int=7)}/2026-11-18/3/", "x/2026-11-18/3/"),
    ],
)
def test_what_is_no_lesson_is_not_found(cast: Cast, address: str) -> None:
    full = "/lesson/" + address.format(c=cast.classes["algebra"])

    assert cast.client("teacher").get(full).status_code == 404


def test_work_with_ones_own_class_is_one_look_a_class_and_day(cast: Cast) -> None:
    client = cast.client("teacher")
    joined = joined_classes(cast)

    for _ in range(2):
        page(client, path(cast))
        page(client, f"/lesson/{joined[0]}/{TODAY}/1/")

    assert events(cast, "look") == ["journal.lesson.looked"] * 3


# Saving as a plain form


def test_a_plain_form_saves_what_was_changed_with_one_entry(cast: Cast) -> None:
    changes = {
        "taken": "1",
        field("sign", cast, "classmate"): "excused",
        field("points", cast, "pupil"): "9",
        field("comment", cast, "pupil"): "Жарайсың",
        f"topic-{cast.classes['algebra']}": "Теңдеулер",
        f"homework-{cast.classes['algebra']}": "№ 213\r\n№ 214",
    }

    response = send(cast.client("teacher"), path(cast), **changes)

    assert response.status_code == 302
    assert response["Location"] == path(cast)
    row = LessonEntry.objects.get()
    assert (row.topic, row.homework, row.attendance_taken_at) == ("Теңдеулер", "№ 213\n№ 214", AT)
    assert presence(cast, "classmate") == ("absent", "valid")
    assert [(f.score, f.comment) for f in facts()] == [(9, "Жарайсың")]
    assert events(cast) == ["journal.lesson.saved"]


def test_a_form_without_changes_saves_nothing(cast: Cast, teacher: Actor) -> None:
    save = LessonSave("т", "ү", True, None, {cast.member("pupil"): Score(9, "a")})
    save_lesson(cast.lesson, save, actor=teacher, at=AT)
    client = cast.client("teacher")

    response = send(client, path(cast))

    assert response.status_code == 302
    assert events(cast) == ["journal.lesson.saved"]
    assert "Nothing has changed" in page(client, path(cast))


def test_a_form_takes_back_points_and_an_absence(cast: Cast, teacher: Actor) -> None:
    save = LessonSave(
        presence={cast.member("pupil"): Presence(Came.ABSENT)},
        scores={cast.member("pupil"): Score(9)},
    )
    save_lesson(cast.lesson, save, actor=teacher, at=AT)
    changes = {field("points", cast, "pupil"): "", field("sign", cast, "pupil"): "here"}

    send(cast.client("teacher"), path(cast), **changes)

    assert [f.kind for f in facts()] == ["set", "annul"]
    assert facts()[1].replaces_id == facts()[0].id
    assert presence(cast, "pupil")[0] == "present"


def test_a_form_opened_before_anothers_entry_does_not_undo_it(cast: Cast, teacher: Actor) -> None:
    client = cast.client("teacher")
    stale = entered(page(client, path(cast)))
    save = LessonSave("жаңа", scores={cast.member("pupil"): Score(9)})
    save_lesson(cast.lesson, save, actor=teacher, at=AT)

    client.post(path(cast), stale | {field("points", cast, "classmate"): "5"})

    assert LessonEntry.objects.get().topic == "жаңа"
    assert [f.score for f in facts()] == [9, 5]


@pytest.mark.parametrize("typed", ["11", "0", "-1", "7.5", "жақсы", "٩", "1e1", "99999"])
def test_what_is_no_points_comes_back_as_it_was_typed(cast: Cast, typed: str) -> None:
    changes = {
        field("points", cast, "pupil"): typed,
        field("points", cast, "classmate"): "5",
        f"topic-{cast.classes['algebra']}": "Теңдеулер",
    }

    response = send(cast.client("teacher"), path(cast), **changes)

    assert response.status_code == 422
    form = entered(response.content.decode())
    assert form[field("points", cast, "pupil")] == typed
    assert form[field("points", cast, "classmate")] == "5"
    assert form[f"topic-{cast.classes['algebra']}"] == "Теңдеулер"
    assert f'href="#{field("points", cast, "pupil")}"' in response.content.decode()
    assert (facts(), events(cast)) == ([], [])


def test_a_text_too_long_is_said_with_its_field(cast: Cast) -> None:
    topic = f"topic-{cast.classes['algebra']}"

    response = send(cast.client("teacher"), path(cast), **{topic: "ж" * 301})

    assert response.status_code == 422
    assert f'href="#{topic}"' in response.content.decode()
    assert LessonEntry.objects.count() == 0


def test_a_joined_lesson_is_saved_to_each_class(cast: Cast) -> None:
    third, fourth = joined_classes(cast)
    changes = {
        "taken": "1",
        field("points", cast, "sister"): "8",
        field("points", cast, "pupil_of_8"): "6",
        f"topic-{fourth}": "Бөлшектер",
    }

    send(cast.client("teacher"), f"/lesson/{third}/{TODAY}/1/", **changes)

    rows = {row.klass_id: row for row in LessonEntry.objects.all()}
    assert {row.topic for row in rows.values()} == {"", "Бөлшектер"}
    assert rows[fourth].topic == "Бөлшектер"
    assert all(row.attendance_taken_at for row in rows.values())
    assert sorted(f.score or 0 for f in facts()) == [6, 8]
    assert events(cast) == ["journal.lesson.saved"] * 2


def test_a_form_that_names_a_stranger_marks_nobody(cast: Cast) -> None:
    client = cast.client("teacher")

    send(client, path(cast), **{f"points-{UUID(int=5)}": "9", field("points", cast, "sister"): "9"})

    assert facts() == []


def test_grade_1_has_comments_and_no_points(cast: Cast) -> None:
    school, pupil = cast.schools["birch"], cast.member("sister")
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        course = schools.NewCourse(school, words("Letters"), "letters", "unmarked")
        klass = schools.NewClass(school, "1 «А»", 2027, 1, course_id=course.id)
        schools.add_courses([course], at=AT)
        schools.add_classes([klass], at=AT)
        seats = ((cast.member("teacher"), "teacher"), (pupil, "student"))
        schools.add_enrollments(
            [
                schools.NewEnrollment(school, klass.id, member, role, YEAR_STARTS)
                for member, role in seats
            ],
            at=AT,
        )
        slot = cast.slots["birch2"]
        meeting = timetable.NewMeeting(
            school, klass.id, cast.member("teacher"), slot, 3, YEAR_STARTS
        )
        timetable.add_meetings([meeting], at=AT)
    client, address = cast.client("teacher"), f"/lesson/{klass.id}/{TODAY}/2/"

    assert field("points", cast, "sister") not in entered(page(client, address))
    send(client, address, **{field("comment", cast, "sister"): "Әдемі жазады"})
    refused = send(client, address, **{field("points", cast, "sister"): "9"})

    assert [(f.kind, f.comment) for f in facts()] == [("note", "Әдемі жазады")]
    assert refused.status_code == 422


def test_names_and_texts_are_escaped(cast: Cast, teacher: Actor) -> None:
    evil = "<script>alert(1)</script>"
    save = LessonSave(
        evil, f"</textarea>{evil}", scores={cast.member("pupil"): Score(9, f'"{evil}')}
    )
    save_lesson(cast.lesson, save, actor=teacher, at=AT)

    assert evil not in page(cast.client("teacher"), path(cast))


# What a page costs


def enrol_more(cast: Cast, number: int) -> None:
    """Enrol more pupils in algebra, each absent and with points."""
    school = cast.schools["birch"]
    new = [people.NewPerson(uuid7(), f"Бала {n}", "Көпшілік") for n in range(number)]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        people.add_people(new, at=AT)
        members = [schools.NewMember(school, person.id, person.full_name) for person in new]
        schools.add_members(members, at=AT)
        schools.add_enrollments(
            [
                schools.NewEnrollment(
                    school, cast.classes["algebra"], member.id, "student", YEAR_STARTS
                )
                for member in members
            ],
            at=AT,
        )
    save = LessonSave(
        presence={member.id: Presence(Came.LATE) for member in members},
        scores={member.id: Score(7) for member in members},
    )
    save_lesson(cast.lesson, save, actor=cast.actor("teacher"), at=AT)


def cost(client: Client, address: str) -> int:
    """Return the queries of a page, the record of the day's first look left out."""
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    ours = ("ledger_entry", "ledger_opening", "SAVEPOINT")
    return sum(not any(word in query["sql"] for word in ours) for query in captured)


def test_a_lesson_costs_the_same_for_five_pupils_and_for_thirty(cast: Cast) -> None:
    client = cast.client("teacher")
    five = cost(client, path(cast))

    enrol_more(cast, 25)
    thirty = cost(client, path(cast))

    assert page(client, path(cast)).count("data-member=") == 30
    assert five == thirty <= 8


def test_a_joined_lesson_costs_no_more(cast: Cast) -> None:
    third, _ = joined_classes(cast)

    assert cost(cast.client("teacher"), f"/lesson/{third}/{TODAY}/1/") <= 8
