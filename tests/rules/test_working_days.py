"""Working days: every table of docs/rules/working-days.md, and what holds of every year."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senim.rules.working_days import (
    EXCHANGES,
    HOLIDAYS,
    KURBAN_AIT_ANNOUNCED,
    KURBAN_AIT_EXPECTED,
    due,
    holidays_in,
    is_provisional,
    is_weekly_day_off,
    is_working,
    kurban_ait,
    public_days_off,
)
from tests.rules.tables import Row, table

PAGE = "working-days.md"
OFF = table(PAGE, "day", "code", "carried", "since", "before")
AIT = table(PAGE, "year", "first day", "known")
MOVED = table(PAGE, "rested", "worked")
YEARS = table(PAGE, "year", "days off")
TERMS = table(PAGE, "came in", "working days", "due")
DAY = timedelta(days=1)
days = st.dates(date(2022, 1, 1), date(2060, 12, 31))
terms = st.integers(1, 30)


def test_page_has_every_holiday() -> None:
    said = [
        (row["day"], row["code"], row["carried"] == "yes", int(row["since"]), row["before"])
        for row in OFF
    ]

    assert said == [
        (
            " ".join(f"{holiday.month:02}-{day:02}" for day in holiday.days),
            holiday.code,
            holiday.carried,
            holiday.since,
            str(holiday.before or ""),
        )
        for holiday in HOLIDAYS
    ]


@pytest.mark.parametrize("row", AIT, ids=[row["year"] for row in AIT])
def test_kurban_ait_is_on_the_day_of_the_page(row: Row) -> None:
    year = int(row["year"])
    known = "announced" if year in KURBAN_AIT_ANNOUNCED else "by rule"

    assert [day.isoformat() for day in kurban_ait(year)] == row["first day"].split()
    assert row["known"] == ("expected" if year in KURBAN_AIT_EXPECTED else known)
    assert is_provisional(year) == (row["known"] != "announced")


def test_page_has_every_exchange() -> None:
    assert [(row["rested"], row["worked"]) for row in MOVED] == [
        (exchange.rested.isoformat(), exchange.worked.isoformat()) for exchange in EXCHANGES
    ]


@pytest.mark.parametrize("row", YEARS, ids=[row["year"] for row in YEARS])
def test_weekdays_off_are_those_of_the_page(row: Row) -> None:
    year = int(row["year"])
    whole = (date(year, 1, 1) + n * DAY for n in range(366))
    off = [day for day in whole if day.year == year and not is_working(day)]

    assert " ".join(f"{day:%m-%d}" for day in off if day.isoweekday() < 6) == row["days off"]


@pytest.mark.parametrize("row", TERMS, ids=[row["came in"] for row in TERMS])
def test_term_ends_on_the_day_of_the_page(row: Row) -> None:
    came_in = date.fromisoformat(row["came in"])

    assert due(came_in, int(row["working days"])).isoformat() == row["due"]


@given(days, terms)
def test_term_holds_as_many_working_days_as_it_says(day: date, term: int) -> None:
    last = due(day, term)
    inside = [day + n * DAY for n in range(1, (last - day).days + 1)]

    assert is_working(last)
    assert sum(is_working(each) for each in inside) == term


@given(days, days, terms)
def test_what_came_in_later_is_not_due_earlier(one: date, other: date, term: int) -> None:
    early, late = sorted((one, other))

    assert due(early, term) <= due(late, term)


@given(days, terms, terms)
def test_terms_add_up(day: date, first: int, second: int) -> None:
    assert due(due(day, first), second) == due(day, first + second)


@given(days)
def test_one_working_day_is_never_more_than_two_weeks_away(day: date) -> None:
    assert day < due(day, 1) <= day + 14 * DAY


@given(st.integers(2022, 2060), st.sampled_from([False, True]))
def test_every_carried_holiday_gives_a_day_off_outside_the_weekend(year: int, six: object) -> None:
    six_day = bool(six)
    carried = {holiday.code for holiday in HOLIDAYS if holiday.carried}
    owed = sum(code in carried for code in holidays_in(year).values())
    free = [
        d
        for d in public_days_off(year, six_day=six_day)
        if not is_weekly_day_off(d, six_day=six_day)
    ]
    own = [day for day, code in holidays_in(year).items() if code not in carried]

    assert len([day for day in free if day not in own]) == owed
    assert all(day.year == year for day in free)


@given(st.integers(2022, 2060))
def test_every_year_has_kurban_ait_some_354_days_after_the_last(year: int) -> None:
    found = [day for each in range(year - 1, year + 2) for day in kurban_ait(each)]
    gaps = {(later - earlier).days for earlier, later in pairwise(found)}

    assert kurban_ait(year)
    assert gaps <= {353, 354, 355}


def test_a_term_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="0 working days"):
        due(date(2026, 11, 20), 0)
