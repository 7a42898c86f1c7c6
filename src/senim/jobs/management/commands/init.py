"""`senim init`: makes this installation's keys and stamps its database as real or as a demo."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from senim.base import clock, installation, roles
from senim.base.models import Installation
from senim.base.sealed import make_keys


class Command(BaseCommand):
    help = "Make the keys and prepare and stamp the database; safe to run again."
    requires_system_checks: list[str] = []  # there are no keys to find yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="stamp it as a demo, not as real")

    def handle(self, *_: Any, **options: Any) -> None:
        wished = Installation.Kind.DEMO if options["demo"] else Installation.Kind.REAL
        self._keys()
        call_command("migrate", verbosity=0)
        before = installation.kind()
        if before not in (None, wished):
            raise CommandError(
                f"this database is stamped as {before}, and a stamp is never changed: name another"
                " one in SENIM_DATABASE_URL"
            )
        with roles.as_owner():
            installation.stamp(wished, at=clock.now())
        state = "is already stamped" if before else "prepared and stamped"
        self.stdout.write(f"Database: {state} as {wished.value}.")

    def _keys(self) -> None:
        folder = Path(settings.SENIM_KEYS_DIR)
        made = make_keys(folder)
        if made:
            self.stdout.write(f"Keys: made {', '.join(made)} in {folder}. Keep a copy elsewhere.")
        else:
            self.stdout.write(f"Keys: all in {folder}.")
