"""Run the checks in stages and say what each took: python -m tools.checks quick | full | ….

quick    lint, types, floors, and the tests on SQLite without a browser (`make check`)
full     the same, with every test on PostgreSQL and on SQLite, browser included (`make test`)
torture  kills, races and floods on PostgreSQL (`make torture`)
bench    measures pages, writes and sign-in (`make bench`)

All but `quick` install what they need with apt when they are root and it is missing: PostgreSQL,
Chromium and a font, and wrk to measure. What the machine cannot give is left out and said in a
line; under CI=true it is a failure.
"""

import contextlib
import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
TWO = ("-n", "2", "--dist", "worksteal")
SQLITE_URL = "sqlite:///var/test.sqlite3"
CLOSING_LINE = re.compile(r"=+ .*\b(passed|failed|error|errors|skipped|deselected|ran)\b.* =+")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: its name, its command, what it adds to the environment, whether output streams."""

    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What a stage came to; closing is pytest's last line, or nothing."""

    stage: Stage
    seconds: float
    ok: bool
    closing: str


def in_ci() -> bool:
    """Say whether nothing may be left out."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


# What the machine must give


def browser() -> str | None:
    """Return the path of a Chromium, the system's or Playwright's own, or None."""
    given = os.environ.get("SENIM_TEST_BROWSER")
    own = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    found = (given, *map(shutil.which, BROWSERS), *map(str, own))
    return next(filter(None, found), None)


def has_font() -> bool:
    """Say whether a font with the letters of Kazakh is installed."""
    if not shutil.which("fc-list"):
        return False
    command = ["fc-list", ":lang=kk", "family"]
    return bool(subprocess.run(command, capture_output=True, check=False).stdout.strip())


def has_library(name: str) -> bool:
    """Say whether a shared library is installed."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def needed(kind: str) -> dict[str, bool]:
    """Return the Debian packages that a kind of run needs, and whether what they bring is there."""
    server = {"postgresql": postgres.binaries() is not None}
    if kind == "torture":
        return server
    if kind == "bench":
        return {**server, "wrk": shutil.which("wrk") is not None}
    return {
        **server,
        "chromium": browser() is not None,
        "nodejs": shutil.which("node") is not None,  # the second verifier runs on it
        "libatomic1": has_library("libatomic.so.1"),  # Playwright's driver wants it
        "fontconfig": shutil.which("fc-list") is not None,
        "fonts-dejavu-core": has_font(),
    }


def attempt(*command: str) -> None:
    """Run a command of the system's package manager; say what it said when it fails."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{' '.join(command)}:\n{(done.stderr or done.stdout).strip()}", flush=True)


def install(packages: list[str]) -> None:
    """Install Debian packages; what fails is found missing afterwards."""
    # We start our own cluster; Debian need not make and start one for the machine.
    conf = Path("/etc/postgresql-common/createcluster.conf")
    if "postgresql" in packages and not conf.exists():
        conf.parent.mkdir(parents=True, exist_ok=True)
        conf.write_text("create_main_cluster = false\n")
    attempt("apt-get", "update", "-qq")
    for package in packages:
        print(f"Installing {package}", flush=True)
        options = ("-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold")
        attempt("apt-get", "install", *options, package)
    if "chromium" in packages and not browser():  # Ubuntu has Chromium only as a snap
        attempt(str(BIN / "playwright"), "install", "--with-deps", "chromium")


def prepare_machine(kind: str) -> list[str]:
    """Install what is missing when allowed to; return the packages that still are."""
    packages = [package for package, present in needed(kind).items() if not present]
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        install(packages)
    return [package for package, present in needed(kind).items() if not present]


# The stages


def lint_stages() -> list[Stage]:
    """Return what reads the code without running it."""
    return [
        Stage("lint", [str(BIN / "ruff"), "check", "."]),
        Stage("format", [str(BIN / "ruff"), "format", "--check", "."]),
        Stage("types", [str(BIN / "mypy")]),
        Stage("floors", [str(BIN / "lint-imports")]),
    ]


def pytest_stage(name: str, database: str, markers: str, *options: str) -> Stage:
    """Return a run of pytest on a database; the real data sets are left out when not at hand."""
    if not os.environ.get("SENIM_TEST_DATA"):
        markers += " and not data"
    markers += " and not sqlite" if database.startswith("postgresql") else " and not postgresql"
    command = [str(BIN / "pytest"), "-m", markers, *options]
    env = {"SENIM_DATABASE_URL": database, "SENIM_TEST_BROWSER": browser() or ""}
    return Stage(name, command, env, stream=True)


def full_stages(on_postgres: str) -> list[Stage]:
    """Return every test on every database at hand; browsers want both cores, so they go first."""
    databases = {"SQLite": SQLITE_URL}
    if on_postgres:
        databases = {"PostgreSQL": on_postgres, **databases}
    runs = []
    if browser():
        runs = [
            pytest_stage(f"browser on {name}", url, "browser", *TWO)
            for name, url in databases.items()
        ]
    for name, url in databases.items():
        runs.append(pytest_stage(f"tests on {name}", url, "not browser and not torture", *TWO))
    return runs


def stages(kind: str) -> list[Stage]:
    """Return the stages of a kind of run."""
    on_postgres = os.environ.get("SENIM_TEST_PG_URL", "")
    if kind == "torture":
        return [pytest_stage("torture on PostgreSQL", on_postgres, "torture")]
    if kind == "bench":
        return [Stage("bench", [sys.executable, "-m", "bench"], stream=True)]
    if kind == "quick":
        plain = "not browser and not slow and not torture and not data"
        return [*lint_stages(), pytest_stage("tests on SQLite", SQLITE_URL, plain, *TWO)]
    return [*lint_stages(), *full_stages(on_postgres)]


def run(stage: Stage) -> Done:
    """Run one stage and print its line; one that does not stream shows itself on failure."""
    print(f"{stage.name} …", flush=True)
    begun = time.monotonic()
    env = {**os.environ, **stage.env}
    process = subprocess.Popen(
        stage.command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    kept = []
    try:
        for line in process.stdout or ():
            kept.append(line)
            if stage.stream:
                print(line, end="", flush=True)
        ok = process.wait() == 0
    finally:
        process.terminate()  # does nothing to one that has ended
    if not ok and not stage.stream:
        print("".join(kept), end="")
    seconds = time.monotonic() - begun
    print(f"{stage.name}: {'ok' if ok else 'FAILED'} in {seconds:.0f} s\n", flush=True)
    closing = [line.strip() for line in kept if CLOSING_LINE.match(line.strip())]
    return Done(stage, seconds, ok, closing[-1] if closing else "")


def report(done: list[Done], missing: list[str]) -> bool:
    """Print the stages, what was left out and pytest's closing lines; say whether all is well."""
    for item in done:
        print(f"{'ok    ' if item.ok else 'FAILED'} {item.seconds:6.0f} s  {item.stage.name}")
    skipped = [item.stage.name for item in done if " skipped" in item.closing]
    left_out = [f"what needs {package} (apt-get install {package})" for package in missing]
    left_out += [f"what skipped itself in {name}" for name in skipped]
    if left_out:
        print(f"Left out: {'; '.join(left_out)}.")
    for item in done:
        if item.closing:
            print(f"{item.stage.name}: {item.closing}")
    return all(item.ok for item in done) and not (left_out and in_ci())


def main(kind: str) -> int:
    """Run the checks of a kind; all but the quick ones beside a private PostgreSQL."""
    if kind not in {"quick", "full", "torture", "bench"}:
        print(__doc__, file=sys.stderr)
        return os.EX_USAGE
    missing = prepare_machine(kind) if kind != "quick" else []
    if missing and kind in {"torture", "bench"}:
        print(f"This needs {', '.join(missing)}. Fix: apt-get install {' '.join(missing)}")
        return postgres.UNAVAILABLE
    if kind == "full" and not os.environ.get("SENIM_TEST_DATA"):
        print("Without the real data sets: SENIM_TEST_DATA names no folder of them.", flush=True)
    bin_dir = postgres.binaries() if kind != "quick" else None
    with contextlib.ExitStack() as stack:
        if bin_dir and "SENIM_TEST_PG_URL" not in os.environ:
            cluster = postgres.private_cluster(bin_dir, durable=kind != "full")
            os.environ["SENIM_TEST_PG_URL"] = stack.enter_context(cluster)
        done = [run(stage) for stage in stages(kind)]
    return 0 if report(done, missing) else 1


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
