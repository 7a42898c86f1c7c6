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
        "kind", "sourced_id", "within", "id", "target_id", "said", "adopted", "removed_at"
    )
    for kind, sourced_id, within, row_id, target_id, said, adopted, removed_at in rows.iterator():
        link = Link(row_id, target_id, said, adopted, gone=removed_at is not None)
        yield Key(kind, sourced_id, within), link


def held_elsewhere(source: str, targets: Iterable[UUID]) -> frozenset[UUID]:
    """Return which of these things another source names as well."""
    held: set[UUID] = set()
    for batch in batches(targets):
        rows = ExternalId.objects.filter(target_id__in=batch, removed_at__isnull=True)
        held.update(rows.exclude(source=source).values_list("target_id", flat=True))
    return frozenset(held)


def write_index(index: Index, *, at: datetime) -> None:
    """Write the names that a run added, changed or took back, inside its entry."""
    changes = [
        (link.id is None, _row(index.source, key, link, at)) for key, link in index.changes()
    ]
    ExternalId.objects.bulk_create([row for new, row in changes if new], batch_size=CHUNK * 4)
    ExternalId.objects.bulk_update(
        [row for new, row in changes if not new],
        ["target_id", "said", "adopted", "removed_at"],
        batch_size=CHUNK,
    )


def _row(source: str, key: Key, link: Link, at: datetime) -> ExternalId:
    row = ExternalId(
        source=source,
        kind=key.kind,
        sourced_id=key.sourced_id,
        within=key.within,
        target_id=link.target_id,
        said=link.said,
        adopted=link.adopted,
        removed_at=at if link.gone else None,
    )
    if link.id:
        row.id = link.id
    return row
