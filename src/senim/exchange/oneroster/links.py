"""The names of a source in the database: read before the diff, written after it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from senim.exchange.models import ExternalId
from senim.exchange.oneroster.batches import CHUNK, batches
from senim.exchange.oneroster.index import Index, Key, Link


def read_index(source: str) -> Index:
    """Return every name a source ever used, those it took back included."""
    return Index(source, _rows(source))


def _rows(source: str) -> Iterator[tuple[Key, Link]]:
    rows = ExternalId.objects.filter(source=source).values_list(
        "kind", "sourced_id", "within", "target_id", "said", "adopted", "removed_at"
    )
    once: dict[str, str] = {}  # one person's id stands in many names: kept in memory once
    for *name, target_id, said, adopted, removed_at in rows.iterator():
        kind, sourced_id, within = (once.setdefault(text, text) for text in name)
        yield Key(kind, sourced_id, within), Link(target_id, said, adopted, removed_at is not None)


def held_elsewhere(source: str, targets: Iterable[UUID]) -> frozenset[UUID]:
    """Return which of these things another source names as well."""
    held: set[UUID] = set()
    for batch in batches(targets):
        rows = ExternalId.objects.filter(target_id__in=batch, removed_at__isnull=True)
        held.update(rows.exclude(source=source).values_list("target_id", flat=True))
    return frozenset(held)


def write_index(index: Index, *, at: datetime) -> None:
    """Write the names that a run added, changed or took back, inside its entry."""
    for changes in batches(index.changes(), CHUNK * 4):
        ExternalId.objects.bulk_create(
            [_row(index.source, key, link, at) for key, link in changes],
            update_conflicts=True,
            unique_fields=["source", "kind", "sourced_id", "within"],
            update_fields=["target_id", "said", "adopted", "removed_at"],
        )


def _row(source: str, key: Key, link: Link, at: datetime) -> ExternalId:
    return ExternalId(
        source=source,
        kind=key.kind,
        sourced_id=key.sourced_id,
        within=key.within,
        target_id=link.target_id,
        said=link.said,
        adopted=link.adopted,
        removed_at=at if link.gone else None,
    )
