"""The sealed record, open to anyone: in words for people, in hashes for whoever checks it.

Nothing here tells of an entry: a place, a hash and a time, never what was done or by whom.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from senim.base import clock
from senim.base.sealed import KeysMissing
from senim.ledger.sealing import keys, queries
from senim.rules import notes
from senim.rules.fields import F0
from senim.schools.queries import COUNTRY_ZONE
from senim.web.door import plain

FULL = 256
PLACE = re.compile(r"((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")
"""A tile's place: 1234067 is x001/x234/067; `.p/16` where only 16 hashes of it are there yet."""


@dataclass(frozen=True, slots=True)
class SealRow:
    """One seal: when, over how many entries, its fingerprint, who signed besides us."""

    at: F0[datetime]
    size: F0[int]
    fingerprint: F0[str]
    names: F0[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """One organisation that co-signs. trouble: why it did not, when it was last asked."""

    name: F0[str]
    cosigned_at: F0[datetime | None]
    size: F0[int]
    trouble: F0[str]


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """What the page says. late: minutes, 0 when all is well; key: our public one, where known."""

    size: F0[int]
    waiting: F0[int]
    sealed_at: F0[datetime | None]
    late: F0[int]
    need: F0[int]
    witnesses: F0[tuple[WitnessRow, ...]]
    seals: F0[tuple[SealRow, ...]]
    key: F0[str | None]


def page(request: HttpRequest) -> HttpResponse:
    """Answer with the page in plain words."""
    seals, observers = queries.checkpoints(), queries.witnesses()
    now = queries.state(clock.machine_now())
    newest = seals[0] if seals else None
    told = LedgerPage(
        size=newest.size if newest else 0,
        waiting=queries.waiting(),
        sealed_at=_here(newest.at) if newest else None,
        late=int(now.late.total_seconds() // 60) if now.is_stale else 0,
        need=queries.quorum(len(observers)),
        witnesses=tuple(_witness(one) for one in observers),
        seals=tuple(_seal(one) for one in seals),
        key=_key(),
    )
    return plain(request, "ledger/page.html", told)


def _key() -> str | None:
    """Return the log's public key; None before the first seal, and where another machine has it."""
    origin = queries.origin()
    try:
        return keys.log_signer(origin).key.text if origin else None
    except KeysMissing:
        return None


def _here(at: datetime) -> datetime:
    return at.astimezone(COUNTRY_ZONE)


def _witness(one: queries.Observer) -> WitnessRow:
    at = _here(one.cosigned_at) if one.cosigned_at else None
    return WitnessRow(one.name, at, one.size, one.trouble)


def _seal(one: queries.Sealed) -> SealRow:
    names = tuple(signed.name for signed in one.cosigned)
    return SealRow(_here(one.at), one.size, notes.encoded(one.root)[:12], names)


def checkpoint(request: HttpRequest) -> HttpResponse:
    """Answer with the newest checkpoint and every signature under it."""
    note = queries.note()
    if note is None:
        raise Http404
    response = HttpResponse(note, content_type="text/plain; charset=utf-8")
    patch_cache_control(response, max_age=2)
    return response


def verifier(request: HttpRequest, kind: str) -> HttpResponse:
    """Answer with a program that checks the record without us: one file, "py" or "mjs"."""
    name = f"senim_verify.{kind}"
    program = resources.files("senim.verifier").joinpath(name).read_bytes()
    response = HttpResponse(program, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def tile(request: HttpRequest, level: int, place: str) -> HttpResponse:
    """Answer with the hashes of one tile, or of as much of it as is there."""
    found = PLACE.fullmatch(place)
    width = int(found[2] or FULL) if found else 0
    if not found or level > 7 or width > FULL or (found[2] and width == FULL):
        raise Http404
    index = int(found[1].replace("x", "").replace("/", ""))
    if index >= 2**48 or place.partition(".")[0] != tile_place(index):
        raise Http404
    hashes = queries.tile(level, index, width)
    response = HttpResponse(hashes, content_type="application/octet-stream")
    patch_cache_control(response, public=True, max_age=31_536_000, immutable=True)
    return response


def tile_place(index: int) -> str:
    """Return how an index is written in an address: threes of digits, all but the last after x."""
    digits = f"{index:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    threes = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return "/".join([*(f"x{part}" for part in threes[:-1]), threes[-1]])
