"""`senim serve`: serves SENIM_DATABASE_URL by Granian and runs `senim work`, after the checks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from senim.base import installation, statistics
from senim.jobs.serving import WORKERS, PortTaken, serve


class Command(BaseCommand):
    help = "Serve the database; Ctrl+C stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=WORKERS, help="processes, one a core")
        parser.add_argument(
            "--without-work", action="store_true", help="`senim work` runs somewhere else"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        statistics.refresh_unkept()
        try:
            code = serve(
                host=options["host"],
                port=options["port"],
                workers=options["workers"],
                working=not options["without_work"],
                stands_at=installation.demo_at(),
                tell=self._tell,
            )
        except PortTaken as taken:
            raise CommandError(str(taken)) from taken
        if code:
            raise CommandError("it does not keep running: see what was said above", returncode=code)

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
