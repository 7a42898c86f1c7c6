"""Buckets of tries: a guesser runs out of them, one who mistyped has them again in minutes.

A bucket holds `size` tries and gains one every `every`. It is kept as one instant, when it will be
full again, moved on by conditional updates: two workers at once cannot both take the last try, on
SQLite or PostgreSQL. These rows are a listed exemption from the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import F

from senim.people.models import Throttle


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket. key: what it counts, in clear (kept as a hash)."""

    key: str
    size: int
    every: timedelta

    @property
    def digest(self) -> str:
        """What the row is found by; names and addresses are not kept."""
        return sha256(self.key.encode()).hexdigest()


def take(buckets: Sequence[Bucket], *, at: datetime) -> timedelta:
    """Take a try from each bucket; return zero, or how long to wait when one of them is empty.

    at: the real time, never a fixed one. When one is empty, none loses a try.
    """
    with transaction.atomic():
        for place, bucket in enumerate(buckets):
            if not _take_one(bucket, at):
                give_back(buckets[:place])
                return _wait(bucket, at)
    return timedelta(0)


def _take_one(bucket: Bucket, at: datetime) -> bool:
    return _move(bucket, at) or _start(bucket, at) or _move(bucket, at)


def _move(bucket: Bucket, at: datetime) -> bool:
    rows = Throttle.objects.filter(key=bucket.digest)
    last = at + bucket.every * (bucket.size - 1)
    return bool(
        rows.filter(full_at__lte=at).update(full_at=at + bucket.every)
        or rows.filter(full_at__lte=last).update(full_at=F("full_at") + bucket.every)
    )


def _start(bucket: Bucket, at: datetime) -> bool:
    _, made = Throttle.objects.get_or_create(
        key=bucket.digest, defaults={"full_at": at + bucket.every}
    )
    return made


def _wait(bucket: Bucket, at: datetime) -> timedelta:
    full_at = Throttle.objects.filter(key=bucket.digest).values_list("full_at", flat=True).first()
    left = (full_at or at) - at - bucket.every * (bucket.size - 1)
    return max(left, timedelta(seconds=1))


def spent(buckets: Sequence[Bucket], *, at: datetime) -> set[Bucket]:
    """Return those of the buckets of one try whose try is taken."""
    rows = Throttle.objects.filter(key__in=[bucket.digest for bucket in buckets], full_at__gt=at)
    digests = set(rows.values_list("key", flat=True))
    return {bucket for bucket in buckets if bucket.digest in digests}


def give_back(buckets: Sequence[Bucket]) -> None:
    """Return a try to each bucket: it was no guess."""
    for bucket in buckets:
        Throttle.objects.filter(key=bucket.digest).update(full_at=F("full_at") - bucket.every)


def forget_full(*, at: datetime) -> None:
    """Drop the rows of buckets that are full again; they say nothing."""
    Throttle.objects.filter(full_at__lte=at).delete()
