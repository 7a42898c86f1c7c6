# ruff: noqa: N999 - the command is called `import`
"""`senim import oneroster PATH`: takes in a roster, or shows what taking it in would change."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from senim.base import clock, statistics
from senim.base.sealed import KeysMissing
from senim.base.words import LANGUAGES
from senim.exchange.services import import_roster
from senim.jobs.roster_report import as_json, as_text


class Command(BaseCommand):
    help = "Take in a OneRoster 1.1 or 1.2 set, a folder or zip; all of it or nothing."
    requires_system_checks: list[str] = []  # pages have no part in it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=["oneroster"])
        parser.add_argument("path", type=Path, help="a folder or a zip")
        parser.add_argument("--dry-run", action="store_true", help="show the diff, change nothing")
        parser.add_argument("--json", action="store_true", help="the same for programs")
        parser.add_argument("--source", default="", help="whose ids these are")
        parser.add_argument(
            "--allow-removals", action="store_true", help="more than 10 %% of a table"
        )
        parser.add_argument("--lang", choices=LANGUAGES, default="en")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            report = import_roster(
                options["path"],
                actor=None,
                at=clock.now(),
                source=options["source"],
                dry_run=options["dry_run"],
                allow_removals=options["allow_removals"],
            )
        except KeysMissing as missing:
            raise CommandError(str(missing)) from missing
        if report.run_id:
            statistics.refresh()
        if options["json"]:
            self.stdout.write(json.dumps(as_json(report), ensure_ascii=False))
        else:
            self.stdout.write(as_text(report, options["lang"]))
        if report.refused or not (report.run_id or report.dry_run):
            raise SystemExit(1)
