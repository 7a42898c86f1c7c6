"""`senim work`: seals the record, asks its witnesses, and does what else is done by itself."""

from typing import Any

from django.core.management.base import BaseCommand

from senim.jobs.schedule import JOBS
from senim.jobs.working import stopped_by_signals, work
from senim.ledger.sealing import keys, queries


class Command(BaseCommand):
    help = "Do scheduled jobs; Ctrl+C stops them. `senim serve` runs it too; two do no harm."

    def handle(self, *_: Any, **__: Any) -> None:
        stop = stopped_by_signals()
        keys.log_signer(
            queries.origin()
        )  # a key that is missing is said now, not at the first seal
        self.stdout.write(f"Working at {', '.join(job.name for job in JOBS)}")
        self.stdout.flush()
        work(JOBS, stop)
