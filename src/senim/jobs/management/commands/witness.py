"""`senim witness`: be a witness of other logs (serve), or name those of our own (add, remove)."""

from argparse import ArgumentParser
from pathlib import Path
from threading import Thread
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from senim.base import clock, roles
from senim.base.words import say
from senim.jobs.witness_serving import server
from senim.jobs.working import stopped_by_signals
from senim.ledger.sealing import keys, queries, witnesses
from senim.ledger.sealing.witnessing import Witness
from senim.rules import notes
from senim.rules.errors import Invalid


class Command(BaseCommand):
    help = "Co-sign the sealed records of others, or say who co-signs ours."
    requires_system_checks: list[str] = []  # a witness needs neither keys of ours nor a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        serve = verbs.add_parser("serve", help="be a witness of other logs")
        serve.add_argument("--state", type=Path, required=True, help="its key and memory; keep it")
        serve.add_argument("--name", required=True, help="its key's name, as witness.example.kz")
        serve.add_argument("--log", action="append", default=[], help="verifier key of a log")
        serve.add_argument("--host", default="127.0.0.1")
        serve.add_argument("--port", type=int, default=8020)
        add = verbs.add_parser("add", help="have a witness co-sign our record")
        add.add_argument("name", help="what people call it")
        add.add_argument("url", help="where it takes checkpoints")
        add.add_argument("key", help="its verifier key, as `senim witness serve` prints it")
        verbs.add_parser("remove", help="ask a witness no more").add_argument("name")
        verbs.add_parser("list", help="say who co-signs, and how far they are")
        verbs.add_parser("key", help="print the verifier key of our own log, for witnesses")

    def handle(self, *_: Any, **options: Any) -> None:
        {
            "serve": self._serve,
            "add": self._add,
            "remove": self._remove,
            "list": self._list,
            "key": self._key,
        }[options["verb"]](options)

    def _serve(self, options: dict[str, Any]) -> None:
        try:
            logs = [notes.parse_key(text) for text in options["log"]]
            witness = Witness(options["state"], name=options["name"], logs=logs)
            httpd = server(witness, host=options["host"], port=options["port"])
        except (notes.BrokenNote, OSError) as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"Witness key: {witness.signer.key.text}")
        self.stdout.write(f"Watching {len(witness.logs)} log(s) on port {httpd.server_port}")
        self.stdout.flush()
        stop = stopped_by_signals()
        Thread(target=httpd.serve_forever, daemon=True).start()
        stop.wait()
        httpd.shutdown()
        httpd.server_close()
        self.stdout.write("Stopped.")

    def _add(self, options: dict[str, Any]) -> None:
        named = {"url": options["url"], "key": options["key"]}
        try:
            with roles.as_job():
                witnesses.add_witness(options["name"], **named, at=clock.machine_now())
        except Invalid as refusal:
            raise CommandError(say(f"refusal.{refusal.code}", "en", **refusal.facts)) from refusal
        self.stdout.write("Added: it is asked from the next seal on.")

    def _remove(self, options: dict[str, Any]) -> None:
        with roles.as_job():
            removed = witnesses.remove_witness(options["name"], at=clock.machine_now())
        if not removed:
            raise CommandError(f"no witness is called {options['name']}: see `senim witness list`")
        self.stdout.write("Removed: it is asked no more.")

    def _list(self, _: dict[str, Any]) -> None:
        for one in queries.witnesses():
            said = f"{one.cosigned_at:%Y-%m-%d %H:%M:%S} UTC" if one.cosigned_at else "never"
            self.stdout.write(f"{one.name}  {one.url}  size {one.size}  {said}  {one.trouble}")

    def _key(self, _: dict[str, Any]) -> None:
        self.stdout.write(keys.log_signer(queries.origin()).key.text)
