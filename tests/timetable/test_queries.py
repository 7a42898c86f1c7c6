"""A day of the timetable: in force, on a school day, joined classes together."""

from datetime import date, time

from senim.base.ids import uuid7
from senim.ledger import services as ledger
from senim.schools import services as schools
from senim.timetable import queries, services
from senim.timetable.models import Meeting
from tests.cast import AT, TODAY, YEAR_ENDS, YEAR_STARTS, Cast, words

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


def weekly(cast: Cast, key: str = "teacher") -> tuple[queries.WeeklyMeeting, ...]:
    return queries.meetings(
        cast.schools["birch"],
        starts=YEAR_STARTS,
        ends=YEAR_ENDS,
        teacher_id=cast.member(key),
    )


def meet(cast: Cast, weekday: int, *, slot: int = 1, **more: object) -> None:
    """Add a weekly algebra lesson."""
    school = cast.schools["birch"]
    meeting = services.NewMeeting(
        school,
        cast.classes["algebra"],
        cast.member("teacher"),
        cast.slots[f"birch{slot}"],
        weekday,
        more.pop("starts", YEAR_STARTS),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        services.add_meetings([meeting], at=AT)


def numbers(cast: Cast, day: date) -> list[int]:
    return [period.number for period in queries.periods(weekly(cast), day)]


def test_a_period_says_when_where_and_for_whom(cast: Cast) -> None:
    (period,) = queries.periods(weekly(cast), TODAY)

    assert (period.number, period.shift, period.room) == (3, 1, "214")
    assert (period.starts_at, period.ends_at) == (time(10, 5), time(10, 50))
    assert [card.id for card in period.classes] == [cast.classes["algebra"]]


def test_lessons_stand_in_the_order_of_the_day(cast: Cast) -> None:
    meet(cast, 3, slot=4)
    meet(cast, 3, slot=1)

    assert numbers(cast, TODAY) == [1, 3, 4]


def test_a_meeting_is_in_force_from_a_day_to_a_day(cast: Cast) -> None:
    meet(cast, 5, starts=date(2026, 11, 13), ends=FRIDAY)

    assert numbers(cast, date(2026, 11, 6)) == [3]
    assert numbers(cast, date(2026, 11, 13)) == [1, 3]
    assert numbers(cast, FRIDAY) == [3]


def test_nothing_meets_in_a_break_or_on_a_holiday(cast: Cast) -> None:
    assert numbers(cast, date(2026, 10, 28)) == []
    assert numbers(cast, date(2026, 12, 16)) == []


def test_a_carried_holiday_is_a_school_day_where_saturday_is_one(cast: Cast) -> None:
    """Unity Day of 2027 is a Saturday: five-day schools rest on the Monday after, others do not."""
    carried = date(2027, 5, 3)
    assert numbers(cast, carried) == []

    meet(cast, 6)

    assert numbers(cast, carried) == [3]
    assert numbers(cast, SATURDAY) == [1]


def test_joined_classes_are_one_period_by_grade(cast: Cast) -> None:
    school, joined = cast.schools["birch"], uuid7()
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        course = schools.NewCourse(school, words("Maths"), "maths")
        schools.add_courses([course], at=AT)
        for grade in (4, 3):
            klass = schools.NewClass(school, f"{grade} «А»", 2027, grade, course_id=course.id)
            schools.add_classes([klass], at=AT)
            meeting = services.NewMeeting(
                school,
                klass.id,
                cast.member("teacher"),
                cast.slots["birch1"],
                3,
                YEAR_STARTS,
                joined=joined,
            )
            services.add_meetings([meeting], at=AT)

    first, second = queries.periods(weekly(cast), TODAY)

    assert [card.title for card in first.classes] == ["3 «А»", "4 «А»"]
    assert second.number == 3


def test_the_nearest_days_with_lessons_pass_over_the_others(cast: Cast) -> None:
    known = weekly(cast)

    assert queries.nearest_days(known, SATURDAY) == (FRIDAY, MONDAY)
    assert queries.nearest_days(known, date(2026, 10, 28)) == (
        date(2026, 10, 23),
        date(2026, 11, 2),
    )
    assert queries.nearest_days((), SATURDAY) == (None, None)


def test_a_class_is_asked_for_as_well_as_a_teacher(cast: Cast) -> None:
    found = queries.meetings(
        cast.schools["birch"],
        starts=TODAY,
        ends=FRIDAY,
        class_ids=[cast.classes["history"]],
    )

    assert {meeting.klass.id for meeting in found} == {cast.classes["history"]}
    assert {meeting.teacher_id for meeting in found} == {cast.member("homeroom")}


def test_another_schools_meetings_are_not_among_them(cast: Cast) -> None:
    found = queries.meetings(
        cast.schools["birch"], starts=TODAY, ends=FRIDAY, class_ids=[cast.classes["algebra_p7"]]
    )

    assert found == ()


def test_a_withdrawn_meeting_no_longer_meets(cast: Cast) -> None:
    school = cast.schools["birch"]
    with ledger.entry("demo.filled", ledger.Thing("org", school, school), actor=None, at=AT):
        Meeting.objects.filter(teacher_id=cast.member("teacher")).update(status="tobedeleted")

    assert weekly(cast) == ()
