"""What tests of the sealed log share: entries to seal, and a look over the whole log."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from senim.base.ids import uuid7
from senim.ledger.models import Checkpoint, Entry, Leaf, Unsealed
from senim.ledger.sealing import keys, queries, services
from senim.rules import notes, tree

SCHOOL = UUID(int=7)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def write(count: int, *, ids: Sequence[UUID] = ()) -> list[UUID]:
    """Write entries of random bytes, with ids of their own or those given; return the ids."""
    rows = [
        Entry(
            id=entry_id,
            school_id=SCHOOL,
            at=NOW,
            kind="look",
            event="journal.lesson.looked",
            subject_kind="klass",
            subject_id=SCHOOL,
            canonical=secrets.token_bytes(64),
        )
        for entry_id in ids or [uuid7() for _ in range(count)]
    ]
    Entry.objects.bulk_create(rows)
    return [row.id for row in rows]


def seal_all(at: datetime, *, most: int = services.MOST_AT_ONCE) -> int:
    """Seal until nothing waits; return how many entries found their place."""
    total = 0
    while done := services.seal(at, most=most):
        total += done
    return total


def faults() -> list[str]:
    """Return what is wrong with the log, reckoned anew from the entries alone."""
    leaves = list(Leaf.objects.order_by("position").values_list("position", "entry_id"))
    bodies: dict[UUID, bytes] = {
        key: bytes(data) for key, data in Entry.objects.values_list("id", "canonical")
    }
    found = []
    if [position for position, _ in leaves] != list(range(len(leaves))):
        found.append("a gap or a double")
    if {key for _, key in leaves} | set(Unsealed.objects.values_list("pk", flat=True)) != set(
        bodies
    ):
        found.append("an entry that neither has its place nor waits")
    hashes = [tree.leaf_hash(bodies[key]) for _, key in leaves]
    return found + _wrong_checkpoints(hashes)


def _wrong_checkpoints(hashes: Sequence[bytes]) -> list[str]:
    key = keys.log_signer(queries.origin()).key
    growth, found, size = tree.Growth(), [], 0
    for row in Checkpoint.objects.order_by("size"):
        for leaf in hashes[size : row.size]:
            list(growth.append(leaf))
        size = row.size
        note = notes.parse_note(row.note)
        head = notes.parse_head(note.text)
        if (head.size, head.root) != (row.size, growth.root()) or not keys.signed_by(key, note):
            found.append(f"the checkpoint at {row.size}")
    if size != len(hashes):
        found.append("places beyond the last checkpoint")
    return found
