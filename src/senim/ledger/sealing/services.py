"""The sequencer: gives waiting entries their places, and signs the tree over them.

It reads, reckons and signs first; one short transaction then takes the lease, looks that the log
still ends where it was read to end, and writes places, nodes and checkpoint. Two that run at once
are told apart three times over: by the lease, by that look, and by the unique places.
"""

import os
import socket
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import OuterRef, Subquery

from senim.ledger.models import Checkpoint, Entry, Leaf, Lease, Node, Unsealed
from senim.ledger.sealing import keys, queries, stored
from senim.rules import notes, tree

MOST_AT_ONCE = 20_000
"""Entries a seal: some tenths of a second of writing, for which others wait on SQLite."""

LEASE = "sequencer"
LEASED = timedelta(seconds=30)
HERE = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
"""Who this process is among those that might do the same work."""


class Overtaken(Exception):
    """Another sequencer holds the lease, or has sealed since we read; nothing was written."""


class EntryGone(Exception):
    """An entry waits whose row is not there: nothing is sealed over a hole."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one seal writes, reckoned beforehand. start: the size before it."""

    start: int
    leaves: list[tuple[int, UUID, bytes]] = field(default_factory=list)
    nodes: list[tuple[int, int, bytes]] = field(default_factory=list)
    root: bytes = b""
    note: str = ""

    @property
    def size(self) -> int:
        return self.start + len(self.leaves)


def seal(at: datetime, *, most: int = MOST_AT_ONCE, holder: str = HERE) -> int:
    """Give up to `most` waiting entries their places under a signed checkpoint; return how many.

    at: the machine's time. holder: who seals. Returns 0 when nothing waits, or when another seals.
    Raises EntryGone and KeysMissing.
    """
    batch = _reckoned(most)
    if not batch.leaves:
        return 0
    try:
        with transaction.atomic():
            _write(batch, at=at, holder=holder)
    except Overtaken:
        return 0
    return len(batch.leaves)


def _reckoned(most: int) -> _Batch:
    """Return the next batch: read, hashed and signed, but not yet written."""
    start = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    growth = stored.growth(start)
    leaves: list[tuple[int, UUID, bytes]] = []
    nodes: list[tuple[int, int, bytes]] = []
    for entry_id, data in _waiting(most):
        leaves.append((growth.size, entry_id, tree.leaf_hash(data)))
        nodes += [
            (node.level, node.index, node.hash)
            for node in growth.append(leaves[-1][2])
            if stored.kept(node.level)
        ]
    if not leaves:
        return _Batch(start)
    origin = queries.origin()
    signer = keys.log_signer(origin)
    text = notes.Head(signer.key.name, growth.size, growth.root()).text
    note = notes.Note(text, (signer.sign(text),)).whole
    return _Batch(start, leaves, nodes, growth.root(), note)


def _waiting(most: int) -> list[tuple[UUID, bytes]]:
    """Return id and bytes of entries without a place, those that came first first."""
    canonical = Entry.objects.filter(id=OuterRef("entry_id")).values("canonical")[:1]
    rows = Unsealed.objects.annotate(canonical=Subquery(canonical)).order_by("at", "entry_id")
    found = []
    for entry_id, data in rows.values_list("entry_id", "canonical")[:most]:
        if data is None:
            raise EntryGone(f"entry {entry_id} waits for its place, but is not in the ledger")
        found.append((entry_id, bytes(data)))
    return found


def _write(batch: _Batch, *, at: datetime, holder: str) -> None:
    """Write a batch inside the caller's transaction. Raises Overtaken."""
    if not leased(LEASE, at=at, holder=holder, span=LEASED):
        raise Overtaken
    size = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    if size != batch.start:
        raise Overtaken
    stored.insert(Leaf, ("position", "entry_id", "leaf_hash"), batch.leaves)
    stored.insert(Node, ("level", "index", "node_hash"), batch.nodes)
    Checkpoint.objects.create(size=batch.size, root=batch.root, at=at, note=batch.note)
    placed = Leaf.objects.filter(position__gte=batch.start, position__lt=batch.size)
    left, _ = Unsealed.objects.filter(entry_id__in=placed.values("entry_id")).delete()
    if left != len(batch.leaves):
        raise Overtaken


def leased(name: str, *, at: datetime, span: timedelta, holder: str = HERE) -> bool:
    """Take a lease, or keep it, until `at + span`; say whether it is ours.

    Inside a transaction the row stays locked to its end, so nobody takes it over meanwhile.
    """
    if not Lease.objects.filter(name=name).exists():
        Lease.objects.bulk_create([Lease(name=name, holder="", until=at)], ignore_conflicts=True)
    free = Lease.objects.filter(name=name, until__lte=at) | Lease.objects.filter(
        name=name, holder=holder
    )
    return bool(free.update(holder=holder, until=at + span))


def claimed(name: str, *, at: datetime, every: timedelta) -> bool:
    """Say whether a work done once in a while, by whichever process, is due and now ours."""
    if not Lease.objects.filter(name=name).exists():
        Lease.objects.bulk_create([Lease(name=name, holder="", until=at)], ignore_conflicts=True)
    due = Lease.objects.filter(name=name, until__lte=at)
    return bool(due.update(holder=HERE, until=at + every))
