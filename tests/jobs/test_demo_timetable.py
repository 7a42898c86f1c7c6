"""The demo's timetable, checked by counting and not by the maker's own means."""

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from senim.jobs.demo.curriculum import SUBJECTS, plan
from senim.jobs.demo.making import School
from senim.jobs.demo.moments import bells
from senim.jobs.demo.seeds import Source
from senim.jobs.demo.timetabling import Cell, Impossible, Lesson, Task, solve
from senim.jobs.demo.week import Meeting


def place(school: School, meeting: Meeting) -> tuple[int, int, int]:
    """Shift, day, slot: the two shifts do not overlap, see below."""
    shift = school.plan.classes[meeting.course.klass].shift
    return shift, meeting.cell.day, meeting.cell.slot


def sittings(school: School) -> dict[tuple[object, ...], list[Meeting]]:
    """Meetings that are one sitting: of a joined class together, every other by itself."""
    found: dict[tuple[object, ...], list[Meeting]] = defaultdict(list)
    for number, meeting in enumerate(school.week.meetings):
        alone = ("alone", number)
        found[alone if meeting.joined is None else ("joined", meeting.joined)].append(meeting)
    return found


@pytest.fixture(params=["town", "village"])
def school(request: pytest.FixtureRequest) -> School:
    found: School = request.getfixturevalue(request.param)
    return found


def test_second_shift_begins_when_the_first_is_over() -> None:
    assert bells(2)[0].starts_at > bells(1)[-1].ends_at
    for shift in (1, 2):
        assert all(one.ends_at < next_one.starts_at for one, next_one in pairwise(bells(shift)))


def test_no_teacher_is_in_two_places(school: School) -> None:
    asked = Counter(
        (*place(school, meetings[0]), meetings[0].teacher) for meetings in sittings(school).values()
    )

    assert max(asked.values()) == 1


def test_no_room_is_taken_twice(school: School) -> None:
    asked = Counter(
        (*place(school, meetings[0]), meetings[0].room) for meetings in sittings(school).values()
    )

    assert max(asked.values()) == 1


def test_a_class_is_whole_or_in_its_two_halves_and_never_twice(school: School) -> None:
    at: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for meeting in school.week.meetings:
        at[(*place(school, meeting), meeting.course.klass)].append(meeting.course.part)

    assert {tuple(sorted(parts)) for parts in at.values()} <= {("",), ("1", "2")}


def test_pupils_have_no_gaps_and_begin_with_the_first_lesson(school: School) -> None:
    days: dict[tuple[int, int], set[int]] = defaultdict(set)
    for meeting in school.week.meetings:
        days[meeting.course.klass, meeting.cell.day].add(meeting.cell.slot)

    assert all(slots == set(range(len(slots))) for slots in days.values())


def test_every_hour_of_the_plan_is_in_the_week(school: School) -> None:
    weekly = Counter(meeting.course.key for meeting in school.week.meetings)
    for number, klass in enumerate(school.plan.classes):
        for hours in plan(klass.medium, klass.grade):
            parts = [key for key in weekly if key[:2] == (number, hours.subject.code)]
            assert parts
            assert all(weekly[key] == hours.weekly for key in parts)


def test_joined_grades_share_teacher_room_and_slot(village: School) -> None:
    joined = [m for key, m in sittings(village).items() if key[0] == "joined"]

    assert len(joined) > 30
    for meetings in joined:
        assert len({meeting.course.klass for meeting in meetings}) == 2
        assert len({(m.teacher, m.room, m.cell) for m in meetings}) == 1


def test_teachers_have_sensible_loads(town: School) -> None:
    hours = [teacher.hours for teacher in town.staffing.teachers]

    assert max(hours) <= 24
    assert 14 <= sum(hours) / len(hours) <= 22


def test_halves_are_taught_by_two_teachers(town: School) -> None:
    teacher_of = town.staffing.teacher_of
    halves = [key for key in teacher_of if key[2] == "1"]

    assert halves
    assert all(teacher_of[key] != teacher_of[key[0], key[1], "2"] for key in halves)
    assert all(SUBJECTS[code].halved for _, code, _ in halves)


def test_a_subject_seldom_falls_twice_on_a_day(town: School) -> None:
    often = Counter((m.course.key, m.cell.day) for m in town.week.meetings if m.course.weekly <= 5)

    assert sum(count > 1 for count in often.values()) < len(often) * 0.06


def test_an_impossible_week_is_refused() -> None:
    lessons = tuple(
        Lesson(unit, "algebra", frozenset({unit}), (1,)) for unit in (0, 1) for _ in "12345"
    )

    with pytest.raises(Impossible):
        solve(Task(lessons, {}, 1), rng=Source(1, "test"), turns=200)


def test_a_pinned_lesson_stays_where_it_was_pinned() -> None:
    pin = Cell(4, 2)
    lessons = [Lesson(0, f"subject {n}", frozenset({0}), (n,)) for n in range(14)]
    lessons.append(Lesson(0, "algebra", frozenset({0}), (99,), pinned=pin))

    cells = solve(Task(tuple(lessons), {}, 7), rng=Source(1, "test"))

    assert cells[-1] == pin
    assert len(set(cells)) == 15
