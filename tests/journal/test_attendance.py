"""Presence is the teacher's fact and the reason another's; neither is changed silently."""

from datetime import timedelta

import pytest

from senim.journal.models import Attendance, LessonEntry
from senim.journal.services import LessonSave, Presence, PresenceNow, save_lesson, settle_reason
from senim.ledger import queries as ledger_read
from senim.rules.access import Actor
from senim.rules.attendance import Presence as Came
from senim.rules.attendance import Reason
from senim.rules.errors import NotFound
from tests.cast import AT, Cast

PRESENT, ABSENT, LATE = Came
VALID, ILL = Reason.VALID, Reason.ILL
MINUTE = timedelta(minutes=1)


def mark(
    cast: Cast, actor: Actor, presence: Presence, *, minutes_ago: int = 0, key: str = "pupil"
) -> PresenceNow:
    saved = save_lesson(
        cast.lesson,
        LessonSave(presence={cast.member(key): presence}),
        actor=actor,
        at=AT,
        event_at=AT - minutes_ago * MINUTE,
    )
    return saved.presence[0]


def row(cast: Cast, key: str = "pupil") -> Attendance:
    return Attendance.objects.system(reason="test").get(member_id=cast.member(key))


def test_an_absence_keeps_who_saw_it_and_when(cast: Cast, teacher: Actor) -> None:
    mark(cast, teacher, Presence(ABSENT), minutes_ago=3)

    kept = row(cast)
    assert (kept.presence, kept.presence_by_id) == ("absent", teacher.hat_id)
    assert kept.presence_at == AT - 3 * MINUTE
    assert (kept.reason, kept.reason_by_id) == ("unknown", None)


def test_a_reason_the_teacher_knows_has_its_author(cast: Cast, teacher: Actor) -> None:
    mark(cast, teacher, Presence(ABSENT, ILL))

    assert (row(cast).reason, row(cast).reason_by_id) == ("ill", teacher.hat_id)


def test_a_corrected_absence_stays_as_present(cast: Cast, teacher: Actor) -> None:
    mark(cast, teacher, Presence(ABSENT, ILL))

    mark(cast, teacher, Presence(PRESENT, seen=ABSENT))

    assert (row(cast).presence, row(cast).reason, row(cast).reason_at) == (
        "present",
        "unknown",
        None,
    )


@pytest.mark.parametrize("arrival", [(0, 1), (1, 0)])
def test_the_later_word_of_one_teacher_stands_however_it_arrives(
    cast: Cast, teacher: Actor, arrival: tuple[int, int]
) -> None:
    said = [(Presence(ABSENT), 9), (Presence(LATE), 2)]
    for place in arrival:
        presence, minutes_ago = said[place]
        mark(cast, teacher, presence, minutes_ago=minutes_ago)

    assert row(cast).presence == "late"


def test_a_present_that_arrives_before_its_absence_stands(cast: Cast, teacher: Actor) -> None:
    mark(cast, teacher, Presence(PRESENT, seen=ABSENT), minutes_ago=1)
    mark(cast, teacher, Presence(ABSENT), minutes_ago=5)

    assert row(cast).presence == "present"


def test_another_teachers_entry_is_kept_when_it_was_not_seen(
    cast: Cast, teacher: Actor, second_teacher: Actor
) -> None:
    mark(cast, teacher, Presence(ABSENT), minutes_ago=5)

    now = mark(cast, second_teacher, Presence(LATE, seen=PRESENT))

    assert (now.presence, now.differs) == (ABSENT, True)
    assert (row(cast).presence, row(cast).presence_by_id) == ("absent", teacher.hat_id)


def test_another_teacher_corrects_what_they_saw(
    cast: Cast, teacher: Actor, second_teacher: Actor
) -> None:
    mark(cast, teacher, Presence(ABSENT), minutes_ago=5)

    now = mark(cast, second_teacher, Presence(LATE, seen=ABSENT))

    assert (now.presence, now.differs) == (LATE, False)
    assert row(cast).presence_by_id == second_teacher.hat_id


def test_two_teachers_who_say_the_same_agree(
    cast: Cast, teacher: Actor, second_teacher: Actor
) -> None:
    mark(cast, teacher, Presence(ABSENT))

    assert mark(cast, second_teacher, Presence(ABSENT)).differs is False


def test_a_settled_reason_is_not_the_teachers_to_change(cast: Cast, teacher: Actor) -> None:
    mark(cast, teacher, Presence(ABSENT))
    lesson = LessonEntry.objects.get()
    homeroom = cast.actor("homeroom")
    settle_reason(lesson.id, cast.member("pupil"), VALID, actor=homeroom, at=AT)

    now = mark(cast, teacher, Presence(ABSENT, ILL, seen=ABSENT))

    assert now.reason == VALID
    assert row(cast).reason_by_id == homeroom.hat_id
    assert row(cast).presence_by_id == teacher.hat_id


def test_settling_a_reason_leaves_one_entry_about_the_pupil(cast: Cast, teacher: Actor) -> None:
    mark(cast, teacher, Presence(ABSENT))
    lesson, member = LessonEntry.objects.get(), cast.member("pupil")

    settle_reason(lesson.id, member, ILL, actor=cast.actor("homeroom"), at=AT)

    entries = ledger_read.entries(cast.schools["birch"], kinds=["change"], subject_id=member)
    assert [entry.event for entry in entries] == ["journal.reason.recorded"]


@pytest.mark.parametrize("outsider", ["other_teacher", "teacher_elsewhere", "deputy", "mother"])
def test_an_outsider_settles_no_reason(cast: Cast, teacher: Actor, outsider: str) -> None:
    mark(cast, teacher, Presence(ABSENT))
    lesson = LessonEntry.objects.get()

    with pytest.raises(NotFound):
        settle_reason(lesson.id, cast.member("pupil"), ILL, actor=cast.actor(outsider), at=AT)

    assert row(cast).reason == "unknown"


def test_no_reason_is_settled_where_nobody_was_absent(cast: Cast, teacher: Actor) -> None:
    mark(cast, teacher, Presence(ABSENT))
    lesson, member = LessonEntry.objects.get(), cast.member("classmate")

    with pytest.raises(NotFound):
        settle_reason(lesson.id, member, ILL, actor=cast.actor("homeroom"), at=AT)
