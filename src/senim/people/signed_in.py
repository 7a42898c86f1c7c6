"""Where an account is signed in, and signing out elsewhere.

A session ends on its next request: its row is gone, so nothing has to be asked of it meanwhile.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.sessions.models import Session

from senim.base import clock
from senim.ledger import services as ledger
from senim.people.models import Account, SignIn
from senim.rules.access import Actor


@dataclass(frozen=True, slots=True)
class Device:
    """One sign-in that lasts. here: it is the one asked from."""

    id: UUID
    system: str
    browser: str
    network: str
    method: str
    since: datetime
    last_day: date
    here: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What is kept of a device: system and browser by name (empty: another), half its address."""

    system: str
    browser: str
    network: str


def note(account_id: UUID, session_key: str, seen: Seen, *, method: str, at: datetime) -> None:
    """Note that an account signed in. at: the real time."""
    SignIn.objects.create(
        account_id=account_id,
        session_key=session_key,
        system=seen.system,
        browser=seen.browser,
        network=seen.network,
        method=method,
        since=at,
        last_day=at.date(),
    )


def renamed(before: str, after: str) -> None:
    """Note that a session goes on under a new name."""
    SignIn.objects.filter(session_key=before).update(session_key=after)


def used(session_key: str, *, on: date) -> None:
    """Note the day a session was used; asked once a day."""
    SignIn.objects.filter(session_key=session_key).update(last_day=on)


def devices(account_id: UUID, *, here: str) -> tuple[Device, ...]:
    """Return where an account is signed in now, this device first, then the newest."""
    rows = list(SignIn.objects.filter(account_id=account_id).order_by("-since"))
    alive = _alive(row.session_key for row in rows)
    found = [
        Device(
            row.id,
            row.system,
            row.browser,
            row.network,
            row.method,
            row.since,
            row.last_day,
            row.session_key == here,
        )
        for row in rows
        if row.session_key in alive
    ]
    return tuple(sorted(found, key=lambda device: not device.here))


def _alive(keys: Iterable[str]) -> set[str]:
    now = clock.machine_now()
    found = Session.objects.filter(session_key__in=list(keys), expire_date__gt=now)
    return set(found.values_list("session_key", flat=True))


def end(
    account: Account,
    only: UUID | None,
    *,
    here: str,
    actor: Actor | None,
    at: datetime,
    school_id: UUID,
) -> int:
    """Sign an account out on one of its devices, or on all but this one; return how many.

    A device that is not the account's is none. actor: None for a person without a hat.
    """
    rows = SignIn.objects.filter(account=account).exclude(session_key=here)
    rows = rows.filter(id=only) if only else rows
    keys = list(rows.values_list("session_key", flat=True))
    if not keys:
        return 0
    thing = ledger.Thing("account", account.id, school_id)
    with ledger.entry("people.session.ended", thing, actor=actor, at=at) as draft:
        draft.facts = {"sessions": len(keys)}
        forget(keys)
    return len(keys)


def forget(keys: Iterable[str]) -> None:
    """Drop sessions and what was noted of them."""
    gone = list(keys)
    Session.objects.filter(session_key__in=gone).delete()
    SignIn.objects.filter(session_key__in=gone).delete()


def forget_others(account_id: UUID, *, here: str) -> None:
    """Drop every session of an account but this one: its password is another."""
    rows = SignIn.objects.filter(account_id=account_id).exclude(session_key=here)
    forget(rows.values_list("session_key", flat=True))
