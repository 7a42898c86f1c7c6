"""Writing the sealed record out for whoever checks it: the folder of docs/reference/ledger-archive.

What the tables hold is written as it is, also where it no longer fits: judging is the verifier's.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from senim.ledger import services as ledger
from senim.ledger.models import Checkpoint, Entry, Leaf, Opening, Witness
from senim.ledger.sealing import keys, queries
from senim.ledger.sealing.witnesses import OF_INSTALLATION
from senim.rules.errors import Invalid

AT_ONCE = 500
"""Entries read in one query."""

EVENT = "ledger.archive.written"


@dataclass(frozen=True, slots=True)
class Archived:
    """What an archive holds: sealed entries, and how many of their openings."""

    entries: int
    openings: int


def write_archive(folder: Path, *, with_openings: bool, at: datetime) -> Archived:
    """Write every sealed entry, its checkpoints and the keys into a new folder.

    with_openings: also what stood behind the entries and is not erased: personal data, for the
    school's own keeping. Raises Invalid("ledger_unsealed") while sealing is late,
    Invalid("archive_exists") for a folder that is there, Invalid("archive_nothing") before the
    first checkpoint, and KeysMissing where the log's key is not kept.
    """
    queries.require_sealed(at)
    newest, origin = queries.last(), queries.origin()
    if newest is None or origin is None:
        raise Invalid("archive_nothing")
    if folder.exists():
        raise Invalid("archive_exists", name=folder.name)
    vkey = keys.log_signer(origin).key.text
    thing = ledger.Thing("ledger", OF_INSTALLATION, OF_INSTALLATION)
    with ledger.entry(EVENT, thing, actor=None, at=at) as draft:
        draft.facts = {"size": newest.size, "openings": with_openings}
    partial = folder.with_name(f"{folder.name}.partial")
    (partial / "checkpoints").mkdir(parents=True)
    archived = _write_entries(partial, newest.size, with_openings=with_openings)
    (partial / "log.vkey").write_text(f"{vkey}\n", "utf-8")
    (partial / "witnesses").write_text("".join(_witnesses()), "utf-8")
    (partial / "checkpoint").write_text(_note(newest.size), "utf-8")
    for size in _one_an_hour(newest.size):
        (partial / "checkpoints" / f"{size:012d}").write_text(_note(size), "utf-8")
    partial.rename(folder)
    return archived


def _note(size: int) -> str:
    return queries.note(size) or ""


def _witnesses() -> Iterator[str]:
    """Yield the keys of all who ever co-signed: what they signed stays under old checkpoints."""
    rows = Witness.objects.order_by("public_key").values_list("public_key", flat=True)
    yield from (f"{key}\n" for key in rows.distinct())


def _one_an_hour(size: int) -> list[int]:
    """Return the sizes of the last checkpoint of each hour before the newest."""
    rows = Checkpoint.objects.filter(size__lt=size).order_by("size").values_list("at", "size")
    last: dict[datetime, int] = {}
    for at, each in rows.iterator(chunk_size=AT_ONCE):
        last[at.replace(minute=0, second=0, microsecond=0)] = each
    return sorted(last.values())


def _write_entries(folder: Path, size: int, *, with_openings: bool) -> Archived:
    places = Leaf.objects.filter(position__lt=size).order_by("position")
    ids = places.values_list("entry_id", flat=True).iterator(chunk_size=AT_ONCE)
    entries = openings = 0
    with (folder / "entries.jsonl").open("wb") as out:
        for some in _batches(ids):
            entries += _write_lines(out.write, _canonical(some))
            if with_openings:
                with (folder / "openings.jsonl").open("ab") as beside:
                    openings += _write_lines(beside.write, _opened(some))
    return Archived(entries, openings)


def _batches(ids: Iterator[UUID]) -> Iterator[list[UUID]]:
    while some := list(islice(ids, AT_ONCE)):
        yield some


def _write_lines(write: Callable[[bytes], int], lines: Iterable[bytes]) -> int:
    count = 0
    for line in lines:
        write(line + b"\n")
        count += 1
    return count


def _canonical(ids: list[UUID]) -> Iterator[bytes]:
    rows = dict(Entry.objects.filter(id__in=ids).values_list("id", "canonical"))
    return (bytes(rows[each]) for each in ids if each in rows)


def _opened(ids: list[UUID]) -> Iterator[bytes]:
    rows = {row.id: row for row in Opening.objects.filter(id__in=ids)}
    for row in (rows[each] for each in ids if each in rows):
        named = f',"id":"{row.id}","salt":"{bytes(row.salt).hex()}"}}'
        yield b'{"facts":' + bytes(row.facts) + named.encode()
