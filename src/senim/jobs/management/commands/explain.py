"""`senim explain mark`: works out a term mark from JSON and says why, in three languages."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from senim.base.explain import explain_mark_json
from senim.base.words import LANGUAGES, say
from senim.rules.errors import Refusal


class Command(BaseCommand):
    help = "Explain a term mark: senim explain mark --json FILE, or - for standard input."
    requires_system_checks: list[str] = []  # it needs neither keys nor a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["mark"])
        parser.add_argument("--json", required=True, metavar="FILE", help="- is standard input")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            answer = explain_mark_json(_read(options["json"]))
        except Refusal as refusal:
            raise CommandError(_worded(refusal)) from refusal
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as fault:
        raise CommandError(f"{name}: {fault.strerror}") from fault


def _worded(refusal: Refusal) -> str:
    """Say a refusal in the three languages, below one another, with its place in the JSON."""
    words = (say(f"refusal.{refusal.code}", lang, **refusal.facts) for lang in LANGUAGES)
    return "\n".join((f"{refusal.facts.get('path', '$')}:", *words))
