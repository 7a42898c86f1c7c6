"""What is read of a lesson is whole for its teacher, and holds no pupil for anybody else."""

from datetime import date, timedelta

import pytest

from senim.journal.models import Category, LineItem
from senim.journal.queries import DayFacts, LessonFacts, day_facts, lesson_facts
from senim.journal.services import LessonSave, Presence, Score, save_lesson
from senim.ledger import services as ledger
from senim.rules.access import Actor
from senim.rules.attendance import Presence as Came
from senim.rules.attendance import Reason, Sign
from tests.cast import AT, TODAY, Cast

MINUTE = timedelta(minutes=1)


def facts_for(cast: Cast, actor: Actor) -> LessonFacts:
    return lesson_facts(
        actor.viewer,
        school_id=cast.schools["birch"],
        class_ids=[cast.classes["algebra"]],
        on=TODAY,
        number=3,
    )


def write(cast: Cast, actor: Actor, points: int, *, minutes_ago: int = 0) -> None:
    save = LessonSave(
        topic="Теңдеулер",
        attendance_taken=True,
        presence={cast.member("classmate"): Presence(Came.ABSENT, Reason.ILL)},
        scores={cast.member("pupil"): Score(points, "Жарайсың")},
    )
    save_lesson(cast.lesson, save, actor=actor, at=AT, event_at=AT - minutes_ago * MINUTE)


def test_a_lesson_is_read_as_it_was_written(cast: Cast, teacher: Actor) -> None:
    write(cast, teacher, 9)

    found = facts_for(cast, teacher)

    klass = cast.classes["algebra"]
    lesson = found.lessons[klass]
    assert (lesson.topic, lesson.taken) == ("Теңдеулер", AT)
    assert found.presence[klass, cast.member("classmate")].sign is Sign.ILL
    cell = found.cells[klass, cast.member("pupil")]
    assert (cell.head.points, cell.head.comment, cell.head.by) == (9, "Жарайсың", "Сейітова Гүлнар")
    assert cell.differing == ()


def test_what_two_authors_say_is_read_with_both_names(
    cast: Cast, teacher: Actor, second_teacher: Actor
) -> None:
    write(cast, teacher, 9, minutes_ago=5)
    write(cast, second_teacher, 4)

    cell = facts_for(cast, teacher).cells[cast.classes["algebra"], cast.member("pupil")]

    assert (cell.head.points, [(o.points, o.by) for o in cell.differing]) == (
        9,
        [(4, "Ли Виктор")],
    )
    assert len(cell.by_id) == 2


@pytest.mark.parametrize("outsider", ["other_teacher", "teacher_elsewhere", "clerk", "official"])
def test_an_outsider_reads_of_no_pupil(cast: Cast, teacher: Actor, outsider: str) -> None:
    write(cast, teacher, 9)

    found = facts_for(cast, cast.actor(outsider))

    assert (found.presence, found.cells) == ({}, {})


def test_a_mother_reads_of_her_own_child_alone(cast: Cast, teacher: Actor) -> None:
    write(cast, teacher, 9)

    found = facts_for(cast, cast.actor("mother"))

    assert found.presence == {}
    assert {member for _, member in found.cells} == {cast.member("pupil")}


def test_a_day_tells_its_lessons_and_what_is_coming(cast: Cast, teacher: Actor) -> None:
    write(cast, teacher, 9)
    school, klass = cast.schools["birch"], cast.classes["algebra"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        for number, day in enumerate((date(2026, 12, 1), date(2026, 11, 20)), 1):
            LineItem.objects.create(
                school_id=school,
                klass_id=klass,
                session_id=cast.sessions["birch2"],
                category=Category.SOR,
                number=number,
                date=day,
                maximum=14,
                date_last_modified=AT,
            )

    found = day_facts(
        school_id=school, class_ids=[klass], on=TODAY, upcoming_ends=date(2026, 12, 2)
    )

    assert found.lessons[klass, 3].topic == "Теңдеулер"
    assert [item.number for item in found.upcoming] == [2, 1]
    nothing = day_facts(school_id=school, class_ids=[], on=TODAY, upcoming_ends=TODAY)
    assert nothing == DayFacts({}, ())
