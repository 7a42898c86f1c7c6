"""How long the outside verifiers take: python -m bench.verifying [ENTRIES].

Writes an archive of invented entries (1,000,000), with a checkpoint every 20,000 and one kept from
before, and prints the seconds of the Python and the JavaScript verifier, whole and tampered with.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from senim.verifier import senim_verify
from tests.verifier.naive import LOG, NORTH, b64, made, signed

ENTRIES, EVERY = 1_000_000, 20_000
SCRIPT = Path(senim_verify.__file__)
PROGRAMS = {
    "Python": [sys.executable, "-I", str(SCRIPT)],
    "JavaScript": ["node", str(SCRIPT.with_suffix(".mjs"))],
}


@dataclass(frozen=True, slots=True)
class Took:
    """One run: its exit code, the names found, seconds, and the most MiB of any so far."""

    code: int
    found: list[str]
    seconds: float
    mib: int


def lines(entries: int) -> Iterator[bytes]:
    """Yield invented entries: a thousand different ones, each time with an id of its own."""
    random_ = random.Random(2026)  # noqa: S311 - invented entries
    models = [made(random_)[0].partition(b',"id":"') for _ in range(1000)]
    for at in range(entries):
        before, name, rest = models[at % 1000]
        yield before + name + f"{at:08x}".encode() + rest[8:] + b"\n"


def write(folder: Path, entries: int, *, every: int = EVERY) -> Path:
    """Write an archive of so many entries under checkpoints that fit; return its folder."""
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "log.vkey").write_text(f"{LOG.vkey}\n", "utf-8")
    (folder / "witnesses").write_text(f"{NORTH.vkey}\n", "utf-8")
    frontier = senim_verify.Frontier()
    with (folder / "entries.jsonl").open("wb") as out:
        for line in lines(entries):
            out.write(line)
            frontier.add(senim_verify.leaf_hash(line[:-1]))
            if frontier.size % every == 0 or frontier.size == entries:
                text = f"{LOG.name}\n{frontier.size}\n{b64(frontier.root())}\n"
                note = signed(text, LOG, NORTH)
                (folder / "checkpoints" / f"{frontier.size:012d}").write_text(note, "utf-8")
    newest = folder / "checkpoints" / f"{entries:012d}"
    newest.rename(folder / "checkpoint")
    return folder


def check(program: str, archive: Path) -> Took:
    """Run one of the programs on an archive, with the checkpoint in its middle as kept."""
    kept = sorted((archive / "checkpoints").iterdir())
    given = ["--key", LOG.vkey, "--old", str(kept[len(kept) // 2]), "--json"]
    before = time.monotonic()
    done = subprocess.run(
        [*PROGRAMS[program], str(archive), *given], capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    seconds = time.monotonic() - before
    mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return Took(done.returncode, [row["what"] for row in report["findings"]], seconds, mib)


def tamper(archive: Path, at: int) -> None:
    """Take one entry out, without holding the others: a child's memory counts from ours."""
    path, other = archive / "entries.jsonl", archive / "entries.partial"
    with path.open("rb") as rows, other.open("wb") as out:
        out.writelines(row for number, row in enumerate(rows) if number != at)
    other.replace(path)


def main() -> None:
    """Print the figures."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with tempfile.TemporaryDirectory() as folder:
        archive = write(Path(folder) / "archive", entries)
        size = sum(path.stat().st_size for path in archive.rglob("*")) / 2**20
        print(f"{entries:,} entries, {size:.0f} MiB")
        for state in ("whole", "one entry deleted"):
            for program in PROGRAMS:
                took = check(program, archive)
                memory, found = f"{took.mib:4} MiB", took.found or "whole"
                print(f"{state:18} {program:10} {took.seconds:5.1f} s  {memory}  {found}")
            tamper(archive, entries // 3)


if __name__ == "__main__":
    main()
