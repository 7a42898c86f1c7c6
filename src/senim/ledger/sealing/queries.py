"""Reading the sealed log: its heads, how late sealing is, proofs and tiles."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from senim.base import clock
from senim.ledger.models import Checkpoint, Cosignature, Entry, Leaf, Unsealed, Witness
from senim.ledger.sealing import stored
from senim.rules import notes, tree
from senim.rules.errors import Invalid, NotFound

LATEST_SHOWN = 20
STALE_AFTER = timedelta(minutes=15)
"""How long an entry may wait, or a quorum be silent, before exports and support access stop."""

HEAD_KEPT = 3.0
"""Seconds a process answers with the head it knows before it asks for a newer one."""


@dataclass(frozen=True, slots=True)
class CoSigned:
    """That a witness co-signed a checkpoint, and when it did so last."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """One checkpoint. at: the machine's time; note: with the log's own signature line alone."""

    size: int
    root: bytes
    at: datetime
    note: str
    cosigned: tuple[CoSigned, ...] = ()


@dataclass(frozen=True, slots=True)
class Observer:
    """A witness as people see it: how far it has co-signed, and what is wrong if it has not."""

    id: UUID
    name: str
    url: str
    key: notes.VerifierKey
    size: int
    added_at: datetime
    cosigned_at: datetime | None
    trouble: str
    trouble_at: datetime | None

    @property
    def heard_at(self) -> datetime:
        """When it last co-signed; before its first time, when it was added."""
        return self.cosigned_at or self.added_at


@dataclass(frozen=True, slots=True)
class State:
    """How late the seal is.

    waits: how long the oldest entry without a place waits. unwitnessed: how long it is since a
    quorum of the witnesses co-signed; None where there are no witnesses.
    """

    waits: timedelta
    unwitnessed: timedelta | None

    @property
    def late(self) -> timedelta:
        """The longer of the two."""
        return max(self.waits, self.unwitnessed or timedelta())

    @property
    def is_stale(self) -> bool:
        """Say whether what leaves the school has to wait."""
        return self.late > STALE_AFTER


def quorum(witnesses: int) -> int:
    """Return how many of so many witnesses make a quorum: any two quorums share one of them."""
    return witnesses // 2 + 1


def state(at: datetime) -> State:
    """Return how late the seal is at an instant of the machine's own time."""
    oldest = Unsealed.objects.order_by("at").values_list("at", flat=True).first()
    heard = sorted((one.heard_at for one in witnesses()), reverse=True)
    return State(
        waits=max(at - oldest, timedelta()) if oldest else timedelta(),
        unwitnessed=at - heard[quorum(len(heard)) - 1] if heard else None,
    )


def require_sealed(at: datetime) -> None:
    """Let what leaves the school pass only while the ledger is sealed and co-signed.

    at: the caller's own time, as everywhere; lateness is reckoned in the machine's.
    Raises Invalid("ledger_unsealed", minutes=…) when it is late by more than 15 minutes.
    """
    now = state(clock.on_machine(at))
    if now.is_stale:
        raise Invalid("ledger_unsealed", minutes=int(now.late.total_seconds() // 60))


def waiting() -> int:
    """Return how many entries wait for their place."""
    return Unsealed.objects.count()


def last() -> Sealed | None:
    """Return the last checkpoint, or None before the first."""
    return next(iter(checkpoints(1)), None)


def checkpoints(most: int = LATEST_SHOWN) -> tuple[Sealed, ...]:
    """Return the last checkpoints, newest first, each with who co-signed it."""
    rows = list(Checkpoint.objects.order_by("-size")[:most])
    lines = Cosignature.objects.filter(checkpoint__in=rows).order_by("at")
    told: dict[int, list[CoSigned]] = {}
    for size, name, at in lines.values_list("checkpoint_id", "witness__name", "at"):
        told.setdefault(size, []).append(CoSigned(name, at))
    return tuple(
        Sealed(row.size, bytes(row.root), row.at, row.note, tuple(told.get(row.size, ())))
        for row in rows
    )


def note(size: int | None = None) -> str | None:
    """Return a checkpoint's note with every cosignature under it, the newest by default."""
    rows = Checkpoint.objects.order_by("-size")
    row = (rows if size is None else rows.filter(size=size)).first()
    if row is None:
        return None
    lines = Cosignature.objects.filter(checkpoint=row).order_by("at").values_list("line", flat=True)
    return row.note + "".join(lines)


def origin() -> str | None:
    """Return the name the log has signed under from its first checkpoint on."""
    first = Checkpoint.objects.order_by("-size").values_list("note", flat=True).first()
    return notes.parse_head(notes.parse_note(first).text).origin if first else None


def witnesses() -> tuple[Observer, ...]:
    """Return the witnesses that are asked, by name."""
    return tuple(
        Observer(
            id=row.id,
            name=row.name,
            url=row.url,
            key=notes.parse_key(row.public_key),
            size=row.size,
            added_at=row.added_at,
            cosigned_at=row.cosigned_at,
            trouble=row.trouble,
            trouble_at=row.trouble_at,
        )
        for row in Witness.objects.filter(removed_at__isnull=True).order_by("name")
    )


def proof(entry_id: UUID) -> str:
    """Return a proof that an entry stands in the log, which one can check alone (tlog-proof).

    It leads to the newest checkpoint that a quorum co-signed and that holds the entry, else to the
    newest. Raises NotFound for an entry without a place.
    """
    leaf = Leaf.objects.filter(entry_id=entry_id).values_list("position", flat=True).first()
    data = Entry.objects.filter(id=entry_id).values_list("canonical", flat=True).first()
    if leaf is None or data is None:
        raise NotFound("not_found")
    size = _best_size(leaf)
    hashes = tree.inclusion_proof(leaf, size, stored.subtree)
    return notes.proof_text(bytes(data), leaf, hashes, note(size) or "")


def _best_size(position: int) -> int:
    """Return the size of the checkpoint a proof of a place is best led to."""
    newest = checkpoints()
    need = quorum(len(witnesses()))
    reaching = [one for one in newest if one.size > position]
    full = [one.size for one in reaching if len(one.cosigned) >= need]
    return full[0] if full else newest[0].size


def tile(level: int, index: int, width: int) -> bytes:
    """Return `width` hashes of a tile (tlog-tiles): 256 make it full.

    Raises NotFound beyond what is sealed.
    """
    head = last()
    start = index * stored.TILE
    if head is None or start + width > head.size >> (stored.HEIGHT * level):
        raise NotFound("not_found")
    return b"".join(stored.row(level, start, width))


_known: list[tuple[float, tuple[int, bytes] | None]] = []


def head() -> tuple[int, bytes] | None:
    """Return size and root of a head at most a few seconds old; most calls ask no database."""
    if not _known or time.monotonic() - _known[0][0] > HEAD_KEPT:
        newest = Checkpoint.objects.order_by("-size").values_list("size", "root")[:1]
        found = [(size, bytes(root)) for size, root in newest]
        _known[:] = [(time.monotonic(), found[0] if found else None)]
    return _known[0][1]


def forget() -> None:
    """Forget the head this process knows."""
    _known.clear()
