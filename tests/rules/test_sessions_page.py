"""Every table of docs/rules/sessions.md is what the code gives."""

from datetime import date, timedelta

import pytest

from senim.rules.sessions import (
    CALENDARS,
    Break,
    Calendar,
    Session,
    calendar_for,
    is_school_day,
    provisional_calendar,
)
from tests.rules.tables import Row, table

PAGE = "sessions.md"
ORDERS = table(PAGE, "year", "study", "autumn", "winter", "grade 1 only", "spring", "order")
QUARTERS = table(PAGE, "year", "first", "second", "third", "fourth")
PROVISIONAL = table(
    PAGE,
    "year",
    "autumn starts",
    "autumn ends",
    "winter starts",
    "winter ends",
    "grade 1 starts",
    "spring starts",
    "spring ends",
)
DAYS = table(PAGE, "day", "grade", "week", "school day")


def shown(span: Session | Break | Calendar) -> str:
    return f"{span.starts} – {span.ends - timedelta(days=1)}"


@pytest.mark.parametrize("row", ORDERS, ids=[row["year"] for row in ORDERS])
def test_calendar_has_the_days_of_the_order(row: Row) -> None:
    calendar = calendar_for(int(row["year"]))

    assert shown(calendar) == row["study"]
    assert shown(calendar.autumn) == row["autumn"]
    assert shown(calendar.winter) == row["winter"]
    assert shown(calendar.grade_1) == row["grade 1 only"]
    assert shown(calendar.spring) == row["spring"]
    assert row["order"] in calendar.citation
    assert not calendar.provisional


def test_page_names_every_loaded_order() -> None:
    assert [int(row["year"]) for row in ORDERS] == sorted(CALENDARS)


@pytest.mark.parametrize("row", QUARTERS, ids=[row["year"] for row in QUARTERS])
def test_quarters_follow_from_the_breaks(row: Row) -> None:
    quarters = calendar_for(int(row["year"])).quarters()

    assert [shown(quarter) for quarter in quarters] == list(row.values())[1:]


@pytest.mark.parametrize("row", PROVISIONAL, ids=[row["year"] for row in PROVISIONAL])
def test_provisional_calendar_is_as_near_to_the_order_as_the_page_says(row: Row) -> None:
    order = CALENDARS[int(row["year"])]
    guess = provisional_calendar(int(row["year"]))

    away = [
        guess.autumn.starts - order.autumn.starts,
        guess.autumn.ends - order.autumn.ends,
        guess.winter.starts - order.winter.starts,
        guess.winter.ends - order.winter.ends,
        guess.grade_1.starts - order.grade_1.starts,
        guess.spring.starts - order.spring.starts,
        guess.spring.ends - order.spring.ends,
    ]

    assert [str(gap.days) for gap in away] == list(row.values())[1:]


@pytest.mark.parametrize("row", DAYS, ids=[" ".join(list(row.values())[:3]) for row in DAYS])
def test_school_day_is_as_on_the_page(row: Row) -> None:
    day = date.fromisoformat(row["day"])

    found = is_school_day(day, int(row["grade"]), six_day=row["week"] == "six")

    assert found == (row["school day"] == "yes")
