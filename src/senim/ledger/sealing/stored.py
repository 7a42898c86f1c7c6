"""The hashes the log keeps: every leaf, and every eighth level above; the rest is reckoned."""

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection
from django.db.models import Field

from senim.ledger.models import Leaf, Node
from senim.rules.tree import Growth, full_subtrees, root_of

HEIGHT = 8
"""Levels between two that are kept."""

TILE = 1 << HEIGHT


def row(tier: int, start: int, count: int) -> list[bytes]:
    """Return hashes of consecutive subtrees of level 8 * tier; tier 0 are the leaves.

    Raises LookupError where one is not there.
    """
    end = start + count
    if tier == 0:
        leaves = Leaf.objects.filter(position__gte=start, position__lt=end).order_by("position")
        found = [bytes(one) for one in leaves.values_list("leaf_hash", flat=True)]
    else:
        nodes = Node.objects.filter(level=tier * HEIGHT, index__gte=start, index__lt=end)
        found = [bytes(one) for one in nodes.order_by("index").values_list("node_hash", flat=True)]
    if len(found) != count:
        raise LookupError(f"of {count} hashes of tier {tier} from {start} {len(found)} are there")
    return found


def subtree(level: int, index: int) -> bytes:
    """Return the hash of one full subtree, reckoned from at most 128 kept ones."""
    tier, above = divmod(level, HEIGHT)
    return root_of(row(tier, index << above, 1 << above))


def growth(size: int) -> Growth:
    """Return the right edge of the tree over the first `size` leaves, a few hashes a level."""
    return Growth(size, [subtree(level, index) for level, index in full_subtrees(0, size)])


def kept(level: int) -> bool:
    """Say whether hashes of a level are kept as nodes."""
    return level > 0 and level % HEIGHT == 0


def insert(
    model: type[Leaf | Node], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert many rows fast: as arrays on PostgreSQL, row by row of one statement on SQLite."""
    if not rows:
        return
    meta = model._meta  # noqa: SLF001 - Django's own name for what a model's table is
    names = ", ".join(f'"{column}"' for column in columns)
    into = f'INSERT INTO "{meta.db_table}" ({names})'
    fields = [cast("Field[Any, Any]", meta.get_field(column)) for column in columns]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            kinds = ", ".join(
                f"%s::{(one.db_type(connection) or '').split()[0]}[]" for one in fields
            )
            arrays = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(f"{into} SELECT * FROM unnest({kinds})", arrays)  # noqa: S608 - names of our own
        else:
            places = ", ".join("%s" for _ in columns)
            cursor.executemany(
                f"{into} VALUES ({places})", [_prepared(fields, row) for row in rows]
            )


def _prepared(fields: "Sequence[Field[Any, Any]]", row: tuple[Any, ...]) -> list[Any]:
    """Return one row as the database's driver takes it."""
    return [one.get_db_prep_save(value, connection) for one, value in zip(fields, row, strict=True)]
