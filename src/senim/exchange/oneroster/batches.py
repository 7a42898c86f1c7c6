"""Asking and writing in parts: databases limit how many values one statement names."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

CHUNK = 500

Found = TypeVar("Found")
Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Yield lists of at most `size`."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def gather(
    read: Callable[[list[Item]], Mapping[Any, Found]], items: Iterable[Item]
) -> dict[Any, Found]:
    """Return what a query gives for many items, asked batch by batch."""
    found: dict[Any, Found] = {}
    for batch in batches(dict.fromkeys(items)):
        found.update(read(batch))
    return found
