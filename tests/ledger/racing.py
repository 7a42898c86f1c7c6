"""A process of the races: `racing.py write|seal|check|late …`, on the database it is given."""

import json
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "senim.config.settings")

import django

django.setup()

from django.db import DatabaseError, connection, transaction  # noqa: E402

from senim.base.clock import machine_now  # noqa: E402
from senim.ledger.models import Checkpoint, Entry, Leaf  # noqa: E402
from senim.ledger.sealing import queries, services  # noqa: E402
from tests.ledger.sealed_log import faults, seal_all, write  # noqa: E402


def writes(seconds: float) -> int:
    """Write in transactions of any size that stay open for a while; return how many stayed."""
    ends, kept = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        count = random.randint(1, 20)  # noqa: S311 - chance is enough
        try:
            with transaction.atomic():
                write(count)
                time.sleep(random.random() / 50)  # noqa: S311
                regretted = random.random() < 0.2  # noqa: S311
                transaction.set_rollback(regretted)
        except DatabaseError:
            continue
        kept += 0 if regretted else count
        time.sleep(random.random() / 50)  # noqa: S311
    return kept


def seals(seconds: float) -> int:
    """Seal from two threads that take the lease from one another at any time."""
    ends, done = time.monotonic() + seconds, []

    def sealing(holder: str) -> None:
        while time.monotonic() < ends:
            ahead = timedelta(minutes=random.randint(0, 10_000))  # noqa: S311
            most = random.randint(1, 40)  # noqa: S311
            try:
                sealed = services.seal(machine_now() + ahead, most=most, holder=holder)
            except DatabaseError as fault:
                if "locked" not in str(fault) and "deadlock" not in str(fault):
                    raise
                continue
            done.append(sealed)
        connection.close()

    threads = [Thread(target=sealing, args=(f"{os.getpid()}-{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def check() -> dict[str, object]:
    """Seal the rest, and return what there is and what is wrong."""
    seal_all(machine_now() + timedelta(days=30))
    return {
        "entries": Entry.objects.count(),
        "leaves": Leaf.objects.count(),
        "checkpoints": Checkpoint.objects.count(),
        "waiting": queries.waiting(),
        "faults": faults(),
    }


def late() -> dict[str, object]:
    """Seal while another transaction holds an entry back, then once it has been committed."""
    written, told = Event(), Event()

    def hold_back() -> None:
        with transaction.atomic():
            write(1)
            written.set()
            told.wait(10)
        connection.close()

    thread = Thread(target=hold_back)
    thread.start()
    written.wait(10)
    write(1)
    before = seal_all(machine_now())
    told.set()
    thread.join()
    return {"before": before, "after": seal_all(machine_now()), "faults": faults()}


if __name__ == "__main__":
    verb, *given = sys.argv[1:]
    works = {"write": writes, "seal": seals, "check": check, "late": late}
    print(json.dumps(works[verb](*map(float, given))))  # type: ignore[operator] # noqa: T201
