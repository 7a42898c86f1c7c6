"""A cell is the same however its facts arrive, and two authors are never merged silently."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from senim.rules.folds import Cell, Said, fold

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
AIGUL, BERIK, VERA = UUID(int=1), UUID(int=2), UUID(int=3)


def fact(
    number: int, author: UUID, minute: int, score: int | None, replaces: int | None = None
) -> Said:
    seen = UUID(int=100 + replaces) if replaces is not None else None
    return Said(UUID(int=100 + number), author, NOON + timedelta(minutes=minute), score, seen)


@st.composite
def histories(draw: st.DrawFn, *, knowing: bool = True) -> list[Said]:
    """Facts as a server could hold them: each may replace one that was there before it."""
    said: list[Said] = []
    for number in range(draw(st.integers(0, 7))):
        seen = st.none() | st.integers(0, number - 1) if knowing and number else st.none()
        said.append(
            fact(
                number,
                draw(st.sampled_from((AIGUL, BERIK, VERA))),
                draw(st.integers(0, 5)),
                draw(st.none() | st.integers(1, 4)),
                draw(seen),
            )
        )
    return said


def shown(cell: Cell) -> set[int | None]:
    """Return every score a reader of the cell learns of."""
    heads = (cell.head, *cell.differing) if cell.head else ()
    return {head.score for head in heads}


def test_nothing_said_is_an_empty_cell() -> None:
    assert fold([]) == Cell(None)


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(said: list[Said], random: object) -> None:
    arrived = list(said)
    random.shuffle(arrived)  # type: ignore[attr-defined]

    assert fold(arrived) == fold(said)


@given(histories(), st.data())
def test_repetition_does_not_matter(said: list[Said], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(said))) if said else []

    assert fold([*said, *again]) == fold(said)


@given(histories(knowing=False))
def test_authors_who_did_not_see_one_another_are_all_shown(said: list[Said]) -> None:
    last = {f.author_id: f.score for f in sorted(said, key=lambda f: (f.event_at, f.id))}

    cell = fold(said)

    assert shown(cell) == set(last.values())
    assert bool(cell.differing) == (len(set(last.values())) > 1)


@given(histories())
def test_a_last_word_nobody_replaced_is_shown_or_agreed_with(said: list[Said]) -> None:
    replaced = {f.replaces for f in said}
    last = {f.author_id: f for f in sorted(said, key=lambda f: (f.event_at, f.id))}
    unanswered = {f.score for f in last.values() if f.id not in replaced}

    assert unanswered <= shown(fold(said))


@given(histories())
def test_differing_entries_never_repeat_the_head(said: list[Said]) -> None:
    cell = fold(said)

    assert all(other.score != cell.score for other in cell.differing)


@given(histories())
def test_one_author_never_differs_from_themselves(said: list[Said]) -> None:
    alone = [Said(f.id, AIGUL, f.event_at, f.score, f.replaces) for f in said]

    assert fold(alone).differing == ()


def test_the_later_word_of_one_author_stands() -> None:
    assert fold([fact(2, AIGUL, 9, 8), fact(1, AIGUL, 5, 7)]).score == 8


def test_another_author_corrects_what_they_saw() -> None:
    cell = fold([fact(1, AIGUL, 0, 7), fact(2, BERIK, 5, 9, replaces=1)])

    assert (cell.score, cell.differing) == (9, ())


def test_a_correction_of_an_older_fact_does_not_hide_the_newer() -> None:
    """Aigul said 7, then 8 while Berik still had the 7 before him."""
    cell = fold([fact(1, AIGUL, 0, 7), fact(2, AIGUL, 2, 8), fact(3, BERIK, 5, 9, replaces=1)])

    assert (cell.score, [other.score for other in cell.differing]) == (8, [9])


def test_an_annulment_differs_from_points() -> None:
    cell = fold([fact(1, AIGUL, 0, 7), fact(2, BERIK, 1, 7), fact(3, AIGUL, 5, None, replaces=1)])

    assert shown(cell) == {7, None}


def test_authors_who_say_the_same_agree() -> None:
    cell = fold([fact(1, AIGUL, 0, 7), fact(2, BERIK, 1, 7)])

    assert (cell.score, cell.differing) == (7, ())


def test_a_lagging_clock_does_not_undo_a_correction_of_ones_own() -> None:
    cell = fold([fact(1, AIGUL, 9, 7), fact(2, AIGUL, 3, 8, replaces=1)])

    assert (cell.score, cell.differing) == (8, ())


def test_clocks_that_contradict_one_another_show_every_last_word() -> None:
    """Each replaced a later fact of the other, which no true clock allows."""
    cell = fold(
        [
            fact(1, AIGUL, 1, 5, replaces=4),
            fact(2, AIGUL, 2, 6),
            fact(3, BERIK, 1, 7, replaces=2),
            fact(4, BERIK, 2, 8),
        ]
    )

    assert shown(cell) == {6, 8}
