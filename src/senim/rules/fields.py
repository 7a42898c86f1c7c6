"""Field classes of reliability: how sensitive one output field is.

A page value is a frozen dataclass whose fields are annotated `F1[str]`, `F2[int | None]` …; `gate`
blanks what a viewer's relation does not open. A field without a class may not leave the house.
"""

from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass, replace
from enum import IntEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints


class FieldClass(IntEnum):
    """F0 public … F8 ledger entries about a child."""

    PUBLIC = 0
    ROSTER = 1
    LEARNING = 2
    RECORD = 3
    CONTACT = 4
    IDENTIFIER = 5
    SPECIAL = 6
    MESSAGE = 7
    LEDGER = 8


type_of = TypeVar("type_of")
F0 = Annotated[type_of, FieldClass.PUBLIC]
F1 = Annotated[type_of, FieldClass.ROSTER]
F2 = Annotated[type_of, FieldClass.LEARNING]
F3 = Annotated[type_of, FieldClass.RECORD]
F4 = Annotated[type_of, FieldClass.CONTACT]
F5 = Annotated[type_of, FieldClass.IDENTIFIER]
F6 = Annotated[type_of, FieldClass.SPECIAL]
F7 = Annotated[type_of, FieldClass.MESSAGE]
F8 = Annotated[type_of, FieldClass.LEDGER]


class Unlabelled(TypeError):
    """A page value has a field without a class."""


def _inner_types(hint: Any) -> list[type]:
    """Return the dataclasses a type hint can hold, however deep in tuples, maps and unions."""
    if get_origin(hint) is Annotated:
        return _inner_types(get_args(hint)[0])
    if isinstance(hint, type) and is_dataclass(hint):
        return [hint]
    if get_origin(hint) in (Union, UnionType, tuple, list, dict, frozenset) or get_args(hint):
        return [found for arg in get_args(hint) for found in _inner_types(arg)]
    return []


@cache
def classes_of(kind: Hashable) -> dict[str, FieldClass]:
    """Return the class of every field of a page value. Raises Unlabelled, naming the field."""
    hints = get_type_hints(cast(Any, kind), include_extras=True)
    labels: dict[str, FieldClass] = {}
    for field in fields(cast(Any, kind)):
        hint = hints[field.name]
        found = [m for m in getattr(hint, "__metadata__", ()) if isinstance(m, FieldClass)]
        if not found:
            raise Unlabelled(f"{cast(Any, kind).__qualname__}.{field.name} has no field class")
        labels[field.name] = max(found)
    return labels


@cache
def tree_classes(kind: Hashable) -> frozenset[FieldClass]:
    """Return every class that a page value of this type can hold, inner values included."""
    hints = get_type_hints(cast(Any, kind), include_extras=True)
    found = set(classes_of(kind).values())
    for hint in hints.values():
        for inner in _inner_types(hint):
            found |= tree_classes(inner)
    return frozenset(found)


Value = TypeVar("Value")


def gate(value: Value, allowed: frozenset[FieldClass]) -> Value:
    """Return the value with every field outside `allowed` blanked to None.

    F0 always passes. Costs nothing when the whole tree of the type is allowed.
    """
    open_classes = allowed | {FieldClass.PUBLIC}
    kind: Any = type(value)
    if tree_classes(kind) <= open_classes:
        return value
    return cast(Value, _blank(value, open_classes))


def _blank(value: Any, allowed: frozenset[FieldClass]) -> Any:
    walk: Callable[[Any], Any] = lambda inner: _blank(inner, allowed)  # noqa: E731
    if is_dataclass(value) and not isinstance(value, type):
        labels = classes_of(type(value))
        kept = {
            name: walk(getattr(value, name)) if label in allowed else None
            for name, label in labels.items()
        }
        return replace(value, **kept)
    if isinstance(value, tuple):
        return tuple(walk(item) for item in value)
    if isinstance(value, dict):
        return {key: walk(item) for key, item in value.items()}
    return value
