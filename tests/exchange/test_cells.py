"""Dates and booleans are read in every form found in practice, and never guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senim.exchange.oneroster.cells import (
    FALSE_WORDS,
    TRUE_WORDS,
    Unreadable,
    column_order,
    read_date,
    read_flag,
    read_iin,
    read_list,
    read_word,
)
from senim.exchange.oneroster.findings import spans
from tests.exchange.sets import IIN

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
OTHER_FORMS = (
    "{d.year:04}-{d.month:02}-{d.day:02}T00:00:00.000Z",
    "{d.year:04}-{d.month:02}-{d.day:02} 00:00",
    "{d.year:04}-{d.month}-{d.day}",
    "{d.year:04}/{d.month:02}/{d.day:02}",
    "{d.year:04}.{d.month:02}.{d.day:02}",
    "{d.year:04}{d.month:02}{d.day:02}",
    "{d.day:02}.{d.month:02}.{d.year:04}",
    "{d.day}.{d.month}.{d.year:04} 0:00",
)


@given(DAYS)
def test_the_standard_form_is_read_without_a_warning(day: date) -> None:
    assert read_date(day.isoformat()) == (day, True)


@given(DAYS, st.sampled_from(OTHER_FORMS), st.sampled_from(["", " "]))
def test_other_forms_give_the_same_day_with_a_warning(day: date, form: str, space: str) -> None:
    written = form.format(d=day)

    read, exact = read_date(f"{space}{written}{space}")

    assert read == day
    assert exact == (written == day.isoformat())


@given(DAYS, st.sampled_from(["/", "-"]))
def test_slashes_are_read_by_the_order_of_their_column(day: date, sign: str) -> None:
    day_first = f"{day.day:02}{sign}{day.month:02}{sign}{day.year}"
    month_first = f"{day.month:02}{sign}{day.day:02}{sign}{day.year}"

    assert read_date(day_first, order="dm") == (day, False)
    assert read_date(month_first, order="md") == (day, False)


@given(DAYS)
def test_slashes_without_an_order_are_read_only_when_they_cannot_mislead(day: date) -> None:
    written = f"{day.day}/{day.month}/{day.year}"

    if day.day > 12 or day.day == day.month:
        assert read_date(written) == (day, False)
    else:
        with pytest.raises(Unreadable, match="date_ambiguous"):
            read_date(written)


@given(st.lists(DAYS, min_size=1))
def test_the_order_of_a_column_is_what_its_own_dates_show(days: list[date]) -> None:
    shown = any(day.day > 12 for day in days)

    assert column_order(f"{d.day}/{d.month}/{d.year}" for d in days) == ("dm" if shown else None)
    assert column_order(f"{d.month}/{d.day}/{d.year}" for d in days) == ("md" if shown else None)


def test_a_column_that_disagrees_with_itself_has_no_order() -> None:
    assert column_order(["13/09/2026", "09/13/2026"]) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "date_unreadable"),
        ("yesterday", "date_unreadable"),
        ("45170", "date_unreadable"),
        ("01.09.26", "date_unreadable"),
        ("13/13/2026", "date_unreadable"),
        ("03/04/2026", "date_ambiguous"),
        ("0026-09-01", "date_far"),
        ("1899-12-30", "date_far"),
    ],
)
def test_what_is_no_day_is_refused_by_code(text: str, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        read_date(text)


@given(st.text())
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    try:
        day, _ = read_date(text)
    except Unreadable:
        return

    assert str(day.day) in text


@given(st.sampled_from(sorted(TRUE_WORDS | FALSE_WORDS)), st.sampled_from([str, str.upper]))
def test_booleans_are_read_whatever_their_words_and_letters(word: str, case: type[str]) -> None:
    flag, exact = read_flag(f" {case(word)} ")

    assert flag == (word in TRUE_WORDS)
    assert exact == (word in ("true", "false"))


@given(st.text())
def test_no_text_breaks_the_reading_of_booleans(text: str) -> None:
    if text.strip().casefold() in TRUE_WORDS | FALSE_WORDS:
        return
    with pytest.raises(Unreadable, match="flag_unreadable"):
        read_flag(text)


def test_words_are_read_in_other_letters_with_a_warning() -> None:
    words = {"schoolYear": 1, "term": 2}

    assert read_word("schoolYear", words) == (1, True)
    assert read_word("School Year", words) == (1, False)
    with pytest.raises(Unreadable, match="word_unknown"):
        read_word("quarter", words)


def test_an_iin_is_read_only_where_it_is_typed_as_one() -> None:
    assert read_iin(f"{{LDAP:canary}},{{IIN:{IIN}}}") == IIN
    assert read_iin(f"{{ЖСН: {IIN} }}") == IIN
    assert read_iin(f"{{LDAP:{IIN}}}") == ""
    assert read_iin(IIN) == ""
    with pytest.raises(Unreadable, match="iin_wrong"):
        read_iin("{IIN:130417500121}" if IIN != "130417500121" else "{IIN:130417500122}")


def test_a_list_names_each_id_once() -> None:
    assert read_list(" a1, a2 ,,a1") == ("a1", "a2")


def test_line_numbers_are_written_as_spans() -> None:
    assert spans([7, 2, 3, 4]) == "2–4, 7"
    assert spans([]) == ""
