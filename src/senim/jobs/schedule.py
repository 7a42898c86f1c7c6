"""What `senim work` does by itself, and how often. A job is added by one line of JOBS."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock, Thread
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from senim.base import roles
from senim.base.clock import machine_now
from senim.ledger.sealing import services as sealing
from senim.ledger.sealing import witnesses
from senim.ledger.sealing.queries import Observer


@dataclass(frozen=True, slots=True)
class Job:
    """One line. every: from one beginning to the next; do: the work, which ends by itself.

    alone: of several processes only one does it each time. What is not alone is safe to do at once.
    """

    name: str
    every: timedelta
    do: Callable[[], None]
    alone: bool = True


def seal() -> None:
    """Seal whatever waits, a batch at a time."""
    while sealing.seal(machine_now()) == sealing.MOST_AT_ONCE:
        pass


_asked: set[UUID] = set()
_asking = Lock()


def cosign() -> None:
    """Ask each witness that is due, each by itself: a slow one holds up nobody else."""
    for one in witnesses.due(machine_now()):
        with _asking:
            if one.id in _asked:
                continue
            _asked.add(one.id)
        Thread(target=_ask, args=(one,), name=f"witness {one.name}", daemon=True).start()


def _ask(one: Observer) -> None:
    try:
        with roles.as_job():
            witnesses.ask(one, at=machine_now())
    finally:
        connection.close()
        with _asking:
            _asked.discard(one.id)


def clear_sessions() -> None:
    """Forget sessions that have ended."""
    call_command("clearsessions")


SEAL_EVERY = timedelta(seconds=settings.SENIM_SEAL_EVERY)

JOBS: tuple[Job, ...] = (
    Job("seal", SEAL_EVERY, seal, alone=False),  # it has a lease of its own
    Job("cosign", timedelta(seconds=1), cosign, alone=False),
    Job("clear_sessions", timedelta(days=1), clear_sessions),
)
