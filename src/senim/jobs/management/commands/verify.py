"""`senim verify PATH`: check an archive of the record, by the same file outsiders use."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from senim.verifier import senim_verify


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []  # it reads files and needs nothing else of ours

    def add_arguments(self, parser: CommandParser) -> None:
        senim_verify.add_arguments(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        code, report = senim_verify.answer(argparse.Namespace(**options))
        out = self.stderr if code == senim_verify.UNREADABLE else self.stdout
        out.write(senim_verify.worded(code, report, as_json=options["json"]))
        if code:
            raise SystemExit(code)
