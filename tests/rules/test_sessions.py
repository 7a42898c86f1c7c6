"""What holds of every school year, with or without an order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senim.rules.errors import Invalid
from senim.rules.sessions import (
    Calendar,
    SessionKind,
    calendar_for,
    is_school_day,
    last_school_day,
    nearest_school_day,
    next_school_day,
    provisional_calendar,
    school_days,
    school_year_on,
    session_on,
)
from senim.rules.working_days import public_days_off

DAY = timedelta(days=1)
years = st.integers(2023, 2060)
days = st.dates(date(2022, 9, 1), date(2060, 5, 31))
grades = st.integers(1, 11)


@given(years)
def test_every_year_has_about_eight_eight_ten_and_eight_weeks(year: int) -> None:
    weeks = [len(school_days(quarter, 5)) / 5 for quarter in calendar_for(year).quarters()]

    assert weeks == pytest.approx([8, 8, 10, 8], abs=1)


@given(years)
def test_grade_1_has_one_week_less(year: int) -> None:
    third = calendar_for(year).quarters()[2]

    lost = set(school_days(third, 2)) - set(school_days(third, 1))

    assert 4 <= len(lost) <= 5
    assert lost <= set(school_days(third, 2))
    assert all(day in calendar_for(year).grade_1 for day in lost)


@given(st.integers(2023, 2060))
def test_provisional_breaks_hold_new_year_christmas_and_nauryz(year: int) -> None:
    calendar = provisional_calendar(year)

    assert calendar.provisional
    assert all(date(year, 1, day) in calendar.winter for day in (1, 2, 7))
    assert all(
        date(year, 3, day) in calendar.spring or date(year, 3, day).isoweekday() > 5
        for day in (21, 22, 23)
    )


def test_week_of_a_friday_first_of_september_does_not_count() -> None:
    """As in 2023-24, whose order had the autumn break from 30 October."""
    calendar = provisional_calendar(2024)

    assert calendar.starts.isoweekday() == 5
    assert calendar.autumn.starts == date(2023, 10, 30)
    assert calendar.grade_1.starts == date(2024, 2, 5)


def test_year_without_an_order_is_provisional() -> None:
    assert calendar_for(2030).provisional
    assert not calendar_for(2027).provisional
    assert calendar_for(2027).title == "2026-27"


@given(days)
def test_a_day_is_in_one_quarter_or_in_a_break(day: date) -> None:
    calendar = calendar_for(school_year_on(day))
    quarters = [quarter for quarter in calendar.quarters() if day in quarter]
    resting = [pause for pause in calendar.breaks(5) if day in pause]

    assert len(quarters) + len(resting) == (day in calendar.year())
    assert session_on(day) == (quarters[0] if quarters else None)


@given(days)
def test_half_year_holds_its_quarters(day: date) -> None:
    quarter = session_on(day)
    half = session_on(day, kind=SessionKind.HALF_YEAR)

    if quarter is not None:
        assert half is not None
        assert half.number == (quarter.number + 1) // 2
        assert half.starts <= quarter.starts < quarter.ends <= half.ends


def test_session_of_the_whole_year_runs_through_its_breaks() -> None:
    year = session_on(date(2026, 10, 28), kind=SessionKind.SCHOOL_YEAR)

    assert year is not None
    assert (year.starts, year.last_day) == (date(2026, 9, 1), date(2027, 5, 25))
    assert session_on(date(2026, 10, 28)) is None
    assert session_on(date(2026, 7, 1), kind=SessionKind.SCHOOL_YEAR) is None


@given(days, grades, st.sampled_from([False, True]))
def test_nearest_school_day_has_none_nearer(day: date, grade: int, six: object) -> None:
    six_day = bool(six)

    nearest = nearest_school_day(day, grade, six_day=six_day)
    before = last_school_day(day, grade, six_day=six_day)
    after = next_school_day(day, grade, six_day=six_day)

    assert is_school_day(nearest, grade, six_day=six_day)
    assert before <= day <= after
    assert nearest == (before if day - before <= after - day else after)
    between = range(1, (after - before).days)
    assert not any(is_school_day(before + n * DAY, grade, six_day=six_day) for n in between)


def test_sunday_is_nearer_to_monday_than_to_friday() -> None:
    sunday = date(2026, 11, 22)

    assert nearest_school_day(sunday, 7) == date(2026, 11, 23)
    assert last_school_day(sunday, 7) == date(2026, 11, 20)


@given(years)
def test_nauryz_on_a_weekend_pushes_as_many_days_off(year: int) -> None:
    off = public_days_off(year)
    nauryz = [date(year, 3, day) for day in (21, 22, 23)]
    on_weekend = sum(day.isoweekday() > 5 for day in nauryz)

    after = [day for day in off if date(year, 3, 23) < day < date(year, 4, 1)]

    assert len(after) == on_weekend
    assert all(day.isoweekday() <= 5 for day in after)


def test_christmas_on_a_sunday_is_not_carried() -> None:
    assert date(2029, 1, 7).isoweekday() == 7
    assert date(2029, 1, 8) not in public_days_off(2029)


def test_moved_days_of_a_calendar_win() -> None:
    monday, saturday, holiday = date(2026, 11, 23), date(2026, 11, 28), date(2026, 12, 16)
    moved = replace(
        calendar_for(2027),
        days_off=frozenset({monday}),
        school_days=frozenset({saturday, holiday}),
    )

    assert not is_school_day(monday, 7, calendar=moved)
    assert is_school_day(saturday, 7, calendar=moved)
    assert is_school_day(holiday, 7, calendar=moved)
    assert session_on(monday, calendar=moved) == session_on(monday)


def test_calendar_out_of_order_is_refused() -> None:
    good = calendar_for(2027)

    with pytest.raises(Invalid, match="calendar_order"):
        replace(good, autumn=good.winter, winter=good.autumn)
    with pytest.raises(Invalid, match="calendar_order"):
        replace(good, ends=good.spring.ends)


def test_no_school_day_outside_the_calendar_handed_in_is_refused() -> None:
    calendar: Calendar = calendar_for(2027)

    with pytest.raises(Invalid, match="no_school_day"):
        next_school_day(date(2027, 6, 1), 7, calendar=calendar)

    assert nearest_school_day(date(2027, 6, 1), 7, calendar=calendar) == date(2027, 5, 25)


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2026, 7, 31), 2026), (date(2026, 8, 1), 2027), (date(2027, 1, 1), 2027)],
)
def test_school_year_turns_on_the_first_of_august(day: date, year: int) -> None:
    assert school_year_on(day) == year
