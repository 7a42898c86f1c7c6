"""A save of a lesson is whole or nothing, leaves one entry, and only its teacher makes it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from senim.journal.models import LessonEntry, LineItem, Result
from senim.journal.services import LessonKey, LessonSave, Presence, Score, save_lesson, save_lessons
from senim.ledger import queries as ledger_read
from senim.ledger.models import Entry, Opening
from senim.rules.access import Actor
from senim.rules.attendance import Presence as Came
from senim.rules.errors import Invalid, NotFound
from tests.cast import AT, TODAY, Cast

ABSENT = Presence(Came.ABSENT)
FULL = LessonSave(topic="Теңдеулер", homework="№ 213", attendance_taken=True)


def changes(cast: Cast) -> list[str]:
    entries = ledger_read.entries(cast.schools["birch"], kinds=["change"])
    return [entry.event for entry in entries if entry.event.startswith("journal.")]


def lesson_row() -> LessonEntry | None:
    return LessonEntry.objects.first()


def test_a_save_writes_all_it_names_and_one_entry(cast: Cast, teacher: Actor) -> None:
    absent, marked = cast.member("classmate"), cast.member("pupil")
    save = replace(FULL, presence={absent: ABSENT}, scores={marked: Score(9, "Жарайсың")})

    saved = save_lesson(cast.lesson, save, actor=teacher, at=AT)

    row = lesson_row()
    assert row is not None
    assert (row.topic, row.homework, row.attendance_taken_at) == ("Теңдеулер", "№ 213", AT)
    assert row.written_by_id == teacher.hat_id
    assert [(c.member_id, c.points, c.differs) for c in saved.cells] == [(marked, 9, False)]
    assert [(p.member_id, p.presence) for p in saved.presence] == [(absent, "absent")]
    assert changes(cast) == ["journal.lesson.saved"]


def test_the_entry_holds_ids_and_no_names(cast: Cast, teacher: Actor) -> None:
    scores = {cast.member("pupil"): Score(9)}
    save_lesson(cast.lesson, LessonSave(scores=scores), actor=teacher, at=AT)

    entry = Entry.objects.get(event="journal.lesson.saved")
    facts = json.loads(bytes(Opening.objects.get(id=entry.id).facts))
    assert facts["scores"] == {str(cast.member("pupil")): [9, "", ""]}
    assert facts["date"] == "2026-11-18"
    assert "Канарина" not in json.dumps(facts, ensure_ascii=False)
    assert (entry.subject_kind, entry.subject_id) == ("klass", cast.classes["algebra"])


def test_a_second_save_changes_only_what_it_names(cast: Cast, teacher: Actor) -> None:
    save_lesson(cast.lesson, FULL, actor=teacher, at=AT)

    save_lesson(cast.lesson, LessonSave(homework="№ 214"), actor=teacher, at=AT)

    row = lesson_row()
    assert row is not None
    assert (row.topic, row.homework, row.attendance_taken_at) == ("Теңдеулер", "№ 214", AT)
    assert LessonEntry.objects.count() == 1


def test_the_first_taking_of_attendance_keeps_its_time(cast: Cast, teacher: Actor) -> None:
    early, late = AT - timedelta(minutes=30), AT - timedelta(minutes=5)
    for event_at in (early, late):
        taken = LessonSave(attendance_taken=True)
        save_lesson(cast.lesson, taken, actor=teacher, at=AT, event_at=event_at)

    row = lesson_row()
    assert row is not None
    assert row.attendance_taken_at == early


@pytest.mark.parametrize(
    "outsider",
    ["homeroom", "other_teacher", "ex_teacher", "teacher_elsewhere", "deputy", "pupil", "mother"],
)
def test_nobody_but_its_teacher_writes_a_lesson(cast: Cast, outsider: str) -> None:
    with pytest.raises(NotFound):
        save_lesson(cast.lesson, FULL, actor=cast.actor(outsider), at=AT)

    assert lesson_row() is None
    assert changes(cast) == []


def test_a_lesson_of_no_class_is_not_found(cast: Cast, teacher: Actor) -> None:
    with pytest.raises(NotFound):
        save_lesson(LessonKey(UUID(int=7), TODAY, 3), FULL, actor=teacher, at=AT)


@pytest.mark.parametrize(
    ("save", "code"),
    [
        (LessonSave(), "nothing_to_save"),
        (LessonSave(presence={}, scores={}), "nothing_to_save"),
        (LessonSave(topic="ж" * 301), "text_too_long"),
        (LessonSave(homework="ж" * 2001), "text_too_long"),
        (LessonSave(topic="a\x00b"), "text_broken"),
        (LessonSave(scores={UUID(int=1): Score(9)}), "pupil_not_enrolled"),
        (LessonSave(presence={UUID(int=1): ABSENT}), "pupil_not_enrolled"),
    ],
)
def test_what_cannot_be_right_is_refused(
    cast: Cast, teacher: Actor, save: LessonSave, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_lesson(cast.lesson, save, actor=teacher, at=AT)

    assert refused.value.code == code
    assert lesson_row() is None


@pytest.mark.parametrize("points", [0, 11, -1, 40_000])
def test_points_outside_the_scale_are_refused_with_their_place(
    cast: Cast, teacher: Actor, points: int
) -> None:
    member = cast.member("pupil")
    good = {cast.member("classmate"): Score(9), member: Score(points)}

    with pytest.raises(Invalid) as refused:
        save_lesson(cast.lesson, replace(FULL, scores=good), actor=teacher, at=AT)

    assert refused.value.code == "points_out_of_range"
    assert refused.value.facts["member"] == str(member)
    assert (lesson_row(), LineItem.objects.count(), changes(cast)) == (None, 0, [])


def test_a_comment_too_long_is_refused_with_its_pupil(cast: Cast, teacher: Actor) -> None:
    member = cast.member("pupil")
    scores = {member: Score(9, "ж" * 301)}

    with pytest.raises(Invalid) as refused:
        save_lesson(cast.lesson, LessonSave(scores=scores), actor=teacher, at=AT)

    assert refused.value.code == "text_too_long"
    assert refused.value.facts["member"] == str(member)


@pytest.mark.parametrize("number", [0, -1, 21, 10**12])
def test_a_lesson_has_a_number_of_the_day(cast: Cast, teacher: Actor, number: int) -> None:
    with pytest.raises(Invalid, match="lesson_number"):
        save_lesson(replace(cast.lesson, number=number), FULL, actor=teacher, at=AT)


def test_a_pupil_who_left_is_not_marked(cast: Cast, teacher: Actor) -> None:
    gone = {cast.member("transferred"): Score(9)}

    with pytest.raises(Invalid, match="pupil_not_enrolled"):
        save_lesson(cast.lesson, LessonSave(scores=gone), actor=teacher, at=AT)

    before = replace(cast.lesson, date=date(2026, 11, 6))
    save_lesson(before, LessonSave(scores=gone), actor=teacher, at=AT)
    assert Result.objects.system(reason="test").count() == 1


def test_pupils_are_not_marked_before_the_day(cast: Cast, teacher: Actor) -> None:
    ahead = replace(cast.lesson, date=TODAY + timedelta(days=2))
    for save in (FULL, LessonSave(scores={cast.member("pupil"): Score(9)})):
        with pytest.raises(Invalid, match="lesson_ahead"):
            save_lesson(ahead, save, actor=teacher, at=AT)

    save_lesson(ahead, LessonSave(topic="Теңсіздіктер"), actor=teacher, at=AT)

    assert LessonEntry.objects.get().topic == "Теңсіздіктер"


def test_the_day_of_a_lesson_is_the_schools_own(cast: Cast, teacher: Actor) -> None:
    """At 20:00 of Tuesday in UTC it is already Wednesday in the school."""
    taken = LessonSave(attendance_taken=True)
    evening = datetime(2026, 11, 17, 18, 0, tzinfo=UTC)

    with pytest.raises(Invalid, match="lesson_ahead"):
        save_lesson(cast.lesson, taken, actor=teacher, at=evening)

    save_lesson(cast.lesson, taken, actor=teacher, at=evening + timedelta(hours=2))


def test_points_need_a_term(cast: Cast, teacher: Actor) -> None:
    scores = {cast.member("pupil"): Score(9)}
    summer = replace(cast.lesson, date=date(2026, 8, 31))

    with pytest.raises(Invalid):
        save_lesson(summer, LessonSave(topic="x", scores=scores), actor=teacher, at=AT)

    assert lesson_row() is None


def test_line_ends_and_edges_of_a_text_are_fitted(cast: Cast, teacher: Actor) -> None:
    save_lesson(cast.lesson, LessonSave(homework=" a\r\nb \r\n"), actor=teacher, at=AT)

    assert LessonEntry.objects.get().homework == "a\nb"


def test_a_text_can_be_emptied(cast: Cast, teacher: Actor) -> None:
    save_lesson(cast.lesson, FULL, actor=teacher, at=AT)

    save_lesson(cast.lesson, LessonSave(topic=""), actor=teacher, at=AT)

    assert LessonEntry.objects.get().topic == ""


def test_joined_lessons_are_saved_all_or_none(cast: Cast) -> None:
    homeroom = cast.actor("homeroom")
    history = LessonKey(cast.classes["history"], TODAY, 4)

    with pytest.raises(NotFound):
        save_lessons({history: FULL, cast.lesson: FULL}, actor=homeroom, at=AT)
    assert lesson_row() is None
    assert changes(cast) == []

    save_lessons({history: FULL}, actor=homeroom, at=AT)
    assert changes(cast) == ["journal.lesson.saved"]
