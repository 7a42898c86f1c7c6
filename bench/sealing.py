"""What sealing costs: `python -m bench.sealing`, beside PostgreSQL `tools/postgres.py --durable …`.

Real saves of one mark over HTTP, with `senim work` beside the server and without it, by turns, so
that a machine that grows slower or faster weighs on both alike. Then a million waiting entries are
sealed. Prints two tables, writes var/bench/sealing.json. BENCH_SECONDS (8) is the length of one
load, BENCH_TURNS (6) their number each, BENCH_ENTRIES (1000000) how many are sealed at the end.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from bench.__main__ import OUT, SECONDS, data_directory, fill, run
from bench.rig import BIN, Served, free_port, load, postmaster, serving

TURNS = int(os.environ.get("BENCH_TURNS", "6"))
ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
PUPILS = 900

QUEUED = """
import secrets, sys, uuid
from senim.base.clock import machine_now
from senim.base.ids import uuid7
from senim.ledger.models import Entry
school, at, left = uuid7(), machine_now(), int(sys.argv[1])
while left > 0:
    Entry.objects.bulk_create(
        Entry(id=uuid7(), school_id=school, at=at, kind="look", event="bench.looked",
              subject_kind="klass", subject_id=school, canonical=secrets.token_bytes(400))
        for _ in range(min(left, 5000)))
    left -= 5000
"""
SEALED = """
import json, time
from senim.base.clock import machine_now
from senim.ledger.sealing import queries, services
began, total, longest = time.monotonic(), 0, 0.0
while True:
    batch = time.monotonic()
    done = services.seal(machine_now())
    if not done:
        break
    total, longest = total + done, max(longest, time.monotonic() - batch)
spent = time.monotonic() - began
size = queries.last().size
print(json.dumps({"entries": total, "seconds": round(spent, 1), "longest": round(longest, 2),
                  "size": size}))
"""


def script(source: str, environ: dict[str, str], *arguments: str) -> str:
    """Run a few lines under our settings; return the last line printed."""
    begin = "import os; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'senim.config.settings')\n"
    begin += "import django; django.setup()\n"
    told = run([sys.executable, "-c", begin + source, *arguments], environ).splitlines()
    return told[-1] if told else ""


@contextmanager
def working(environ: dict[str, str]) -> Iterator[None]:
    """Run `senim work` until the block ends."""
    work = subprocess.Popen(
        [str(BIN / "senim"), "work"], env={**os.environ, **environ}, stdout=subprocess.DEVNULL
    )
    try:
        time.sleep(3)
        yield
    finally:
        work.send_signal(signal.SIGTERM)
        work.wait(60)


def turns(kind: str, environ: dict[str, str], folder: Path) -> dict[str, list[float]]:
    """Return saves a second with and without sealing, turn by turn."""
    targets = json.loads(run([sys.executable, "-m", "bench.targets"], environ).splitlines()[-1])
    writes = targets["mark write"]
    port = free_port()
    command = [str(BIN / "senim"), "serve", "--without-work", "--port", str(port)]
    found: dict[str, list[float]] = {"without": [], "with": []}
    with serving(command, environ, port=port) as process:
        database = postmaster(data_directory()) if kind == "postgresql" else None
        served = Served(f"http://127.0.0.1:{port}", process.pid, database)
        load(served, writes, seconds=SECONDS, folder=folder)
        for turn in range(2 * TURNS):
            name = "with" if turn % 4 in (1, 2) else "without"
            with working(environ) if name == "with" else nullcontext():
                figure = load(served, writes, seconds=SECONDS, folder=folder)
            found[name].append(round(figure.rps - figure.errors / SECONDS, 1))
            told = f"{found[name][-1]} saves/s, {figure.errors} not applied"
            print(f"  {kind}, {name} sealing: {told}", file=sys.stderr)
    return found


def measure(kind: str, folder: Path) -> dict[str, Any]:
    """Measure one database."""
    environ = fill(kind, PUPILS, folder).environ
    script(SEALED, environ)
    found = turns(kind, environ, folder)
    script(SEALED, environ)
    script(QUEUED, environ, str(ENTRIES))
    million = json.loads(script(SEALED, environ))
    means = {name: round(statistics.mean(rates), 1) for name, rates in found.items()}
    cost = 1 - means["with"] / means["without"]
    return {"database": kind, "saves": found, "means": means, "cost": cost, "sealed": million}


def main() -> None:
    """Measure both databases and tell."""
    OUT.mkdir(parents=True, exist_ok=True)
    kinds = ["sqlite"] + (["postgresql"] if os.environ.get("SENIM_TEST_PG_URL") else [])
    with tempfile.TemporaryDirectory(prefix="senim-bench-") as name:
        found = [measure(kind, Path(name)) for kind in kinds]
    (OUT / "sealing.json").write_text(json.dumps(found, indent=1))
    print("| database | saves/s without | saves/s with | cost | sealed | seconds | longest batch |")
    print("|---|---|---|---|---|---|---|")
    for one in found:
        means, sealed = one["means"], one["sealed"]
        print(
            f"| {one['database']} | {means['without']} | {means['with']} | {one['cost']:.1%} |"
            f" {sealed['entries']:,} | {sealed['seconds']} | {sealed['longest']} |"
        )


if __name__ == "__main__":
    main()
