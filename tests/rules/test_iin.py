"""The check digit, on numbers made up here."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from senim.rules.errors import Invalid
from senim.rules.iin import check_digit, is_iin, read_iin
from tests.rules.tables import Row, table

ROWS = table("iin.md", "first eleven", "first remainder", "second remainder", "check digit")
elevens = st.text("0123456789", min_size=11, max_size=11)


def made_up(eleven: str) -> str:
    digit = check_digit(eleven)
    assume(digit is not None)
    return f"{eleven}{digit}"


@pytest.mark.parametrize("row", ROWS, ids=[row["first eleven"] for row in ROWS])
def test_check_digit_is_as_on_the_page(row: Row) -> None:
    digit = check_digit(row["first eleven"])

    assert ("none" if digit is None else str(digit)) == row["check digit"]


@given(elevens)
def test_just_one_last_digit_fits_or_none(eleven: str) -> None:
    fitting = [n for n in range(10) if is_iin(f"{eleven}{n}")]

    assert fitting == ([] if check_digit(eleven) is None else [check_digit(eleven)])


@given(elevens, st.integers(0, 9), st.integers(1, 9))
def test_slip_in_the_first_ten_digits_is_seen(eleven: str, at: int, step: int) -> None:
    """The eleventh weighs 11, which is 0 modulo 11: the first pass cannot see a slip there."""

    def first_pass(digits: str) -> int:
        return sum(n * int(digit) for n, digit in enumerate(digits, start=1)) % 11

    slip = f"{eleven[:at]}{(int(eleven[at]) + step) % 10}{eleven[at + 1 :]}"
    assume(first_pass(eleven) < 10 and first_pass(slip) < 10)

    assert check_digit(eleven) == first_pass(eleven)
    assert check_digit(slip) != check_digit(eleven)


@given(elevens)
def test_number_typed_in_groups_is_read(eleven: str) -> None:
    number = made_up(eleven)

    assert read_iin(f" {number[:6]} {number[6:]}\n") == number


@given(elevens, st.integers(1, 9))
def test_wrong_check_digit_is_refused_without_repeating_the_number(eleven: str, off: int) -> None:
    number = made_up(eleven)
    wrong = f"{eleven}{(int(number[-1]) + off) % 10}"

    with pytest.raises(Invalid, match="iin_check_digit") as refused:
        read_iin(wrong)

    assert not refused.value.facts
    assert wrong not in str(refused.value)


@pytest.mark.parametrize("eleven", ["99999999005", "00000000019", "31023000111"])
def test_birth_date_and_sex_are_not_looked_at(eleven: str) -> None:
    assert is_iin(f"{eleven}{check_digit(eleven)}")


@pytest.mark.parametrize("text", ["", "1234", "1" * 13, "12345678901x", "٠١٢٣٤٥٦٧٨٩٠١", "¹" * 12])
def test_anything_but_twelve_digits_is_refused(text: str) -> None:
    assert not is_iin(text)
    with pytest.raises(Invalid, match="iin_digits"):
        read_iin(text)


def test_check_digit_asks_for_eleven_digits() -> None:
    with pytest.raises(Invalid, match="iin_digits"):
        check_digit("123456789012")
