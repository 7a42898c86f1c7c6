"""Doing scheduled jobs until told to stop: a thread a job, so that a slow one holds up no other."""

import logging
import signal
from collections.abc import Sequence
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

from django.db import close_old_connections, connection

from senim.base import roles
from senim.base.clock import machine_now
from senim.jobs.schedule import Job
from senim.ledger.sealing.services import claimed

logger = logging.getLogger(__name__)

LONGEST_NAP = timedelta(minutes=1)
"""How often a job that is done seldom looks whether it is its time."""

LAST_WORD = 20.0
"""Seconds a job that runs may take to end when all is to stop."""


def work(jobs: Sequence[Job], stop: Event) -> None:
    """Do the jobs until `stop` is set; then let those that run end."""
    threads = [Thread(target=_repeat, args=(job, stop), name=job.name) for job in jobs]
    for thread in threads:
        thread.daemon = True
        thread.start()
    stop.wait()
    ends = monotonic() + LAST_WORD
    for thread in threads:
        thread.join(max(0.0, ends - monotonic()))


def stopped_by_signals() -> Event:
    """Return an event that Ctrl+C and SIGTERM set."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _repeat(job: Job, stop: Event) -> None:
    nap = min(job.every, LONGEST_NAP).total_seconds()
    with roles.as_job():
        while not stop.is_set():
            began = monotonic()
            once(job)
            stop.wait(max(0.0, nap - (monotonic() - began)))
        connection.close()


def once(job: Job) -> None:
    """Do a job if it is its time; what fails is logged, and tried again at the next."""
    close_old_connections()
    try:
        if not job.alone or claimed(f"job {job.name}", at=machine_now(), every=job.every):
            job.do()
    except Exception:  # whatever it was, the next time may go well, and other jobs go on
        logger.exception("the job %s failed", job.name)
        connection.close()
