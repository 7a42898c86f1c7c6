"""`senim archive PATH`: write the sealed record into a new folder, for whoever checks it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from senim.base import clock, roles
from senim.base.sealed import KeysMissing
from senim.base.words import say
from senim.ledger import archives
from senim.rules.errors import Invalid


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a folder that is not there yet")
        parser.add_argument(
            "--openings",
            action="store_true",
            help="also what was written: personal data, for the school's own keeping",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            with roles.as_job():
                done = archives.write_archive(
                    path, with_openings=options["openings"], at=clock.now()
                )
        except Invalid as refusal:
            raise CommandError(say(f"refusal.{refusal.code}", "en", **refusal.facts)) from refusal
        except KeysMissing as missing:
            raise CommandError(str(missing)) from missing
        told = f", {done.openings} openings" if options["openings"] else ""
        self.stdout.write(f"{done.entries} entries{told} in {path.name}")
