"""`senim demo`: fills an empty database with an invented region and, when asked, serves it."""

from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection

from senim.base import clock, installation, roles, statistics
from senim.base.models import Installation
from senim.base.sealed import make_keys
from senim.jobs.demo.filling import Demo, fill_demo
from senim.jobs.demo.moments import ZONE, moment_on
from senim.jobs.serving import PortTaken, check_port, serve_anew
from senim.ledger.queries import events

LEAST = 30  # pupils a school, so that the demo's class of 28 has room


class Command(BaseCommand):
    help = "Fill an empty database with invented schools; with --serve, serve it at once."
    requires_system_checks: list[str] = []  # it makes the keys the checks ask for

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pupils", type=int, default=900)
        parser.add_argument("--schools", type=int, default=2)
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument("--date", type=date.fromisoformat, help="as if it were this day")
        parser.add_argument("--serve", action="store_true", help="serve it when it is filled")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_: Any, **options: Any) -> None:
        demo = _asked(options)
        if options["serve"]:
            _check_port(options["port"])
        make_keys(Path(settings.SENIM_KEYS_DIR))
        self._tell("Preparing the database")
        call_command("migrate", verbosity=0)
        self._start_over_if_broken_off()
        stands_at = installation.demo_at()
        if stands_at is None:
            stands_at = self._fill_or_say(demo)
        elif not options["serve"]:
            raise CommandError(
                f"this database already holds a demo, which stands at {_local(stands_at)}: serve it"
                " with --serve, or name an empty one in SENIM_DATABASE_URL"
            )
        if options["serve"]:
            self._tell(f"The demo stands at {_local(stands_at)}.")
            if moment_on(demo.today).at > stands_at:
                self._tell("For a newer day, name an empty database or remove this one.")
            serve_anew(options["port"])

    def _start_over_if_broken_off(self) -> None:
        """Refuse a database that holds anything; empty one that an earlier run broke off filling.

        A demo that was never filled to its end was never served either: nobody's work is in it.
        """
        if installation.demo_at() is not None:
            return
        if installation.kind() != Installation.Kind.DEMO and (installation.kind() or events()):
            raise CommandError(
                "this database is not empty, and a demo is only filled into an empty one: name one"
                " in SENIM_DATABASE_URL"
            )
        if not events():
            return
        if connection.vendor != "sqlite":
            raise CommandError("an earlier filling was broken off: name an empty database")
        self.stdout.write("An earlier filling was broken off; starting over.")
        path = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            name.unlink(missing_ok=True)
        call_command("migrate", verbosity=0)

    def _fill_or_say(self, demo: Demo) -> datetime:
        try:
            return self._fill(demo)
        except KeyboardInterrupt:
            raise CommandError("broken off: the same command starts over") from None

    def _fill(self, demo: Demo) -> datetime:
        began = monotonic()
        self.stdout.write(
            f"Making {demo.pupils} pupils in {demo.schools} school(s) from seed {demo.seed}"
        )
        with roles.as_owner():
            installation.stamp(Installation.Kind.DEMO, at=clock.now())
        filled, stands_at = fill_demo(demo, tell=self._tell)
        statistics.refresh()
        with roles.as_owner():
            installation.demo_filled(stands_at=stands_at)
        rows = ", ".join(f"{count:,} {name}" for name, count in filled.counts().items())
        self.stdout.write(f"Filled in {monotonic() - began:.0f} s: {rows}.")
        return stands_at

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _check_port(port: int) -> None:
    """Say that it cannot be served before it is filled, not after."""
    try:
        check_port("127.0.0.1", port)
    except PortTaken as taken:
        raise CommandError(str(taken)) from taken


def _asked(options: dict[str, Any]) -> Demo:
    pupils, schools = options["pupils"], options["schools"]
    if not 1 <= schools <= 400:
        raise CommandError("--schools: from 1 to 400")
    if pupils < LEAST * schools:
        raise CommandError(f"--pupils: at least {LEAST * schools} for {schools} schools")
    today = options["date"] or clock.now().astimezone(ZONE).date()
    return Demo(pupils, schools, options["seed"], today)


def _local(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"
