"""Run the proofs of docs/threats.md, break the code under each, and write docs/scorecard.md.

python -m tools.scorecard [--row ID …] [--seed N] [--no-mutants]

A row counts as green when its tests pass on every database it names and fail over its mutant: the
same tree with one fault put in. A line a test prints that begins with "figure:" goes into the row.
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tools import postgres
from tools.checks import browser, prepare_machine
from tools.mutants import PYTEST, ROOT, copy_tree, environment_of

ROWS = ROOT / "tools" / "scorecard.toml"
PAGE = ROOT / "docs" / "scorecard.md"
FIGURE = re.compile(r"^\W*figure: (.+)", re.MULTILINE)
PATIENCE = 1800


@dataclass(frozen=True, slots=True)
class Fault:
    """The mutant of a row: in a file, one place of a text put for another."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Row:
    """One proof: what it shows, its aim, its tests, where it runs, what breaks it."""

    id: str
    shows: str
    aim: str
    tests: tuple[str, ...]
    databases: tuple[str, ...]
    fault: Fault


@dataclass(frozen=True, slots=True)
class Ran:
    """How one run of a row's tests ended, and what figures it printed."""

    ok: bool
    tests: int
    figures: tuple[str, ...]
    output: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row's result by database, and whether the mutant was noticed (None: not tried)."""

    row: Row
    by_database: dict[str, Ran]
    noticed: bool | None

    @property
    def green(self) -> bool:
        """Say whether the proof holds and can fail."""
        return all(ran.ok for ran in self.by_database.values()) and self.noticed is not False


def rows(path: Path = ROWS) -> tuple[Row, ...]:
    """Return the rows in their order."""
    return tuple(
        Row(
            name,
            said["shows"],
            said["aim"],
            tuple(said["tests"]),
            tuple(said.get("databases", ("sqlite", "postgresql"))),
            Fault(**said["mutant"]),
        )
        for name, said in tomllib.loads(path.read_text()).items()
    )


def run(row: Row, tree: Path, url: str, *, seed: int) -> Ran:
    """Run a row's tests in a tree on one database."""
    other = "sqlite" if url.startswith("postgresql") else "postgresql"
    command = [str(PYTEST), "-q", "-s", "-p", "no:cacheprovider", "-m", f"not {other}", *row.tests]
    env = {
        **environment_of(tree, url),
        "SENIM_TEST_BROWSER": browser() or "",
        "SENIM_TEST_SEED": str(seed),
    }
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ran(ok=False, tests=0, figures=(), output="took too long")
    passed = re.search(r"(\d+) passed", done.stdout)
    return Ran(
        ok=done.returncode == 0 and " skipped" not in done.stdout,
        tests=int(passed[1]) if passed else 0,
        figures=tuple(FIGURE.findall(done.stdout)),
        output=done.stdout[-4000:] + done.stderr[-2000:],
    )


def broken(fault: Fault, tree: Path) -> str:
    """Put the fault into a copy of the tree; return the text as it was. Raises ValueError."""
    path = tree / fault.file
    whole = path.read_text()
    if whole.count(fault.old) != 1:
        raise ValueError(f"{fault.file} holds {fault.old!r} {whole.count(fault.old)} times, not 1")
    path.write_text(whole.replace(fault.old, fault.new))
    return whole


def prove(row: Row, urls: dict[str, str], tree: Path | None, *, seed: int) -> Outcome:
    """Run a row, and over its mutant when there is a tree to break."""
    asked = {name: urls[name] for name in row.databases if name in urls}
    by_database = {name: run(row, ROOT, url, seed=seed) for name, url in asked.items()}
    for name, ran in by_database.items():
        if not ran.ok:
            print(f"{row.id} on {name}:\n{ran.output}", flush=True)
    noticed = None
    if tree and asked:
        whole = broken(row.fault, tree)
        try:
            noticed = not run(row, tree, next(reversed(asked.values())), seed=seed).ok
        finally:
            (tree / row.fault.file).write_text(whole)
    return Outcome(row, by_database, noticed)


def line(outcome: Outcome) -> str:
    """Return a row of the page."""
    ran = " · ".join(
        f"{name} {one.tests if one.ok else 'RED'}" for name, one in outcome.by_database.items()
    )
    figures = "; ".join(
        dict.fromkeys(f for one in outcome.by_database.values() for f in one.figures)
    )
    mutant = {True: "noticed", False: "NOT NOTICED", None: "not tried"}[outcome.noticed]
    state = "green" if outcome.green else "RED"
    cells = (outcome.row.id, outcome.row.shows, outcome.row.aim, state, ran, mutant, figures)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def page(outcomes: list[Outcome], *, commit: str, seed: int) -> str:
    """Return docs/scorecard.md."""
    green = sum(outcome.green for outcome in outcomes)
    head = (
        "# Scorecard\n\n"
        "What is proved about security and privacy, by tests that a fault put in on purpose makes"
        " fail. Made by `make scorecard`;\nthe rows stand in `tools/scorecard.toml`.\n\n"
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · commit `{commit}` · seed {seed} ·"
        f" {green} of {len(outcomes)} green\n\n"
        "| row | what it shows | aim | state | tests passed | its mutant | figures |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(line(outcome) for outcome in outcomes) + "\n"


def main() -> int:
    """Prove the rows asked for, print them, and write the page when all were asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--row", action="append", default=[])
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--no-mutants", action="store_true")
    asked = options.parse_args()
    missing = prepare_machine("full")
    if missing:
        print(f"This needs {', '.join(missing)}. Fix: apt-get install {' '.join(missing)}")
        return postgres.UNAVAILABLE
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    wanted = [row for row in rows() if not asked.row or row.id in asked.row]
    with contextlib.ExitStack() as stack:
        urls = {"sqlite": "sqlite:///var/test-scorecard.sqlite3"}
        bin_dir = postgres.binaries()
        if bin_dir:
            urls["postgresql"] = stack.enter_context(
                postgres.private_cluster(bin_dir, durable=False)
            )
            os.environ["SENIM_TEST_PG_URL"] = urls["postgresql"]
        tree = None
        if not asked.no_mutants:
            tree = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="senim-scorecard-")))
            copy_tree(tree)
        outcomes = []
        for row in wanted:
            outcomes.append(prove(row, urls, tree, seed=asked.seed))
            print(line(outcomes[-1]), flush=True)
    if not asked.row and not asked.no_mutants:
        PAGE.write_text(page(outcomes, commit=commit, seed=asked.seed))
    return 0 if all(outcome.green for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
