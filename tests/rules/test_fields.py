"""A field without a class does not leave the house; a closed class is blanked, however deep."""

from dataclasses import dataclass

import pytest

from senim.rules.fields import F0, F1, F2, FieldClass, Unlabelled, gate


@dataclass(frozen=True)
class Line:
    name: F1[str | None]
    points: F2[int | None]


@dataclass(frozen=True)
class Sheet:
    title: F0[str]
    lines: F0[tuple[Line, ...]]
    by_day: F0[dict[str, Line]]


@dataclass(frozen=True)
class Careless:
    name: F1[str]
    iin: str


SHEET = Sheet("7A", (Line("Canary", 9),), {"mon": Line("Canary", 8)})


def test_an_open_tree_is_the_very_same_value() -> None:
    assert gate(SHEET, frozenset({FieldClass.ROSTER, FieldClass.LEARNING})) is SHEET


def test_a_closed_class_is_blanked_at_every_depth() -> None:
    shown = gate(SHEET, frozenset({FieldClass.ROSTER}))

    assert shown == Sheet("7A", (Line("Canary", None),), {"mon": Line("Canary", None)})


def test_nothing_open_leaves_only_what_is_public() -> None:
    assert "Canary" not in repr(gate(SHEET, frozenset()))


def test_an_unlabelled_field_is_a_fault() -> None:
    with pytest.raises(Unlabelled, match=r"Careless\.iin"):
        gate(Careless("a", "b"), frozenset({FieldClass.ROSTER}))
