"""One password tried on many accounts, or many accounts tried from one network: noticed, slowed.

Counted are different accounts that failed within minutes, on devices that did not know them: by
network, and by the password itself (as a keyed hash of the day, kept for minutes). What is noticed
is slowed for ten minutes and told to the operator in the log, once. Known devices never meet it.
"""

import hmac
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from senim.base.sealed import lookup_hash
from senim.people import throttle
from senim.people.throttle import Bucket

logger = logging.getLogger("senim.signing_in")

WHILE = timedelta(minutes=10)
FROM_A_NETWORK = 40
"""A school's morning has mistyping pupils behind one address; their right tries cost nothing."""
BY_A_PASSWORD = 10


def sources(network: str, password: str, *, at: datetime) -> tuple[str, str]:
    """Return what a try is counted by; the password's name changes every day."""
    secret = lookup_hash(at.date().isoformat(), kind="spraying").encode()
    return (
        f"network {network}",
        f"password {hmac.new(secret, password.encode(), 'sha256').hexdigest()}",
    )


def slowed(found: Iterable[str], *, at: datetime) -> list[Bucket]:
    """Return the narrow buckets of what was noticed: three tries, one more every half minute."""
    noticed = {source: _noticed(source) for source in found}
    open_now = throttle.spent([*noticed.values()], at=at)
    return [
        Bucket(f"slow|{source}", 3, timedelta(seconds=30))
        for source, bucket in noticed.items()
        if bucket in open_now
    ]


def failed(found: tuple[str, str], name: str, *, at: datetime) -> None:
    """Count a failed try on an account (or a name that is nobody's); tell what stands out."""
    for source, many in zip(found, (FROM_A_NETWORK, BY_A_PASSWORD), strict=True):
        if throttle.take([Bucket(f"met|{source}|{name}", 1, WHILE)], at=at):
            continue
        spread = Bucket(f"spread|{source}", many - 1, WHILE / many)
        if throttle.take([spread], at=at) and not throttle.take([_noticed(source)], at=at):
            _tell(source, many)


def _noticed(source: str) -> Bucket:
    return Bucket(f"noticed|{source}", 1, WHILE)


def _tell(source: str, many: int) -> None:
    kind, _, address = source.partition(" ")
    shown = address if kind == "network" else "one and the same"
    logger.warning(
        "password spraying: %d accounts or more failed within minutes by one %s (%s); slowed",
        many,
        kind,
        shown,
    )
