"""Quality and success as schools report them."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from senim.rules.indicators import outcome

MARKS = st.lists(st.one_of(st.none(), st.integers(2, 5)), max_size=60)


def test_a_class_of_eight_is_reported_as_on_paper() -> None:
    class_8 = outcome([5, 4, 4, 3, 3, 2, None, 5])

    assert (class_8.marked, class_8.quality, class_8.success) == (7, 57, 86)


def test_a_half_percent_goes_up() -> None:
    assert outcome([5, *[3] * 7]).quality == 13


def test_a_class_without_marks_has_no_figures() -> None:
    nobody = outcome([None, None])

    assert (nobody.quality, nobody.success) == (None, None)


@given(MARKS)
def test_quality_is_never_above_success(marks: list[int | None]) -> None:
    found = outcome(marks)

    if found.quality is not None and found.success is not None:
        assert 0 <= found.quality <= found.success <= 100


@given(MARKS, st.randoms())
def test_the_order_of_pupils_does_not_matter(marks: list[int | None], random: Random) -> None:
    mixed = list(marks)
    random.shuffle(mixed)

    assert outcome(mixed) == outcome(marks)
