"""`make bench`: requests a second, processor time and latency of the pages people use most.

Each is measured on SQLite and PostgreSQL, with 900 and with 20,000 pupils, beside the same SQL in
prepared pgbench and beside a constant answer of the same size from the same server. Prints a table,
writes var/bench/figures.json. BENCH_SECONDS (8) and BENCH_PUPILS (900,20000) shorten a run.
"""

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.rig import (
    BIN,
    Figure,
    Served,
    children_of,
    free_port,
    load,
    postmaster,
    rss_mib,
    serving,
)
from tools import roles

SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
SIZES = [int(n) for n in os.environ.get("BENCH_PUPILS", "900,20000").split(",")]
OUT = Path("var/bench")


def run(command: list[str], environ: dict[str, str]) -> str:
    """Run a command of ours; return what it printed, or stop with what it complained of."""
    done = subprocess.run(
        command, env={**os.environ, **environ}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def fresh_database(kind: str, folder: Path, pupils: int) -> str:
    """Return the URL of an empty database of a kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/bench-{pupils}.sqlite3"
    name = f"bench_{pupils}_{secrets.token_hex(3)}"
    admin = os.environ["SENIM_TEST_PG_URL"]
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(admin)._replace(path=f"/{name}"))


def data_directory() -> Path:
    """Return where the cluster keeps its files."""
    with psycopg.connect(os.environ["SENIM_TEST_PG_URL"]) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    return Path(row[0] if row else "")


@dataclass(frozen=True, slots=True)
class Filled:
    """A database with a demo in it. environ: by which our commands find it."""

    kind: str
    pupils: int
    url: str
    environ: dict[str, str]
    seconds: float


def fill(kind: str, pupils: int, folder: Path) -> Filled:
    """Fill a fresh database with the demo."""
    url = fresh_database(kind, folder, pupils)
    keys = {"SENIM_KEYS_DIR": str(folder / f"keys-{kind}-{pupils}")}
    environ = roles.environment(url) | keys
    print(f"  {kind}: filling with {pupils} pupils", file=sys.stderr)
    started = time.monotonic()
    schools = max(2, pupils // 1000)
    command = [str(BIN / "senim"), "demo", "--pupils", str(pupils), "--schools", str(schools)]
    run(command, environ)
    return Filled(kind, pupils, url, environ, round(time.monotonic() - started, 1))


def pgbench(url: str, statements: list[str], folder: Path) -> dict[str, float]:
    """Run one page's statements in prepared pgbench from eight clients; return its figures."""
    script = folder / "page.sql"
    script.write_text(";\n".join(statements) + ";\n")
    binary = next(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    done = run(
        [str(binary), "-n", "-M", "prepared", "-c8", "-j1", f"-T{SECONDS}", "-f", str(script), url],
        {},
    )
    rate = re.search(r"tps = ([\d.]+)", done)
    return {"rps": round(float(rate[1]), 1) if rate else 0.0, "statements": len(statements)}


def constant(size: int, folder: Path) -> Figure:
    """Measure a constant answer of the same size from the same server."""
    port = free_port()
    granian = [str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
    granian += ["--workers", "2", "--blocking-threads", "4", "--port", str(port)]
    environ = {"BENCH_BYTES": str(size)}
    with serving([*granian, "bench.constant:application"], environ, port=port) as process:
        served = Served(f"http://127.0.0.1:{port}", process.pid, None)
        return load(served, [{"path": "/"}], seconds=min(SECONDS, 4), folder=folder)


def measure(filled: Filled, folder: Path) -> list[dict[str, Any]]:
    """Serve one filled database and load every target; return a row for each."""
    kind, pupils, environ = filled.kind, filled.pupils, filled.environ
    targets = json.loads(run([sys.executable, "-m", "bench.targets"], environ).splitlines()[-1])
    statements = targets.pop("_sql")
    port, rows = free_port(), []
    command = [str(BIN / "senim"), "serve", "--port", str(port)]
    with serving(command, environ, port=port) as process:
        database = postmaster(data_directory()) if kind == "postgresql" else None
        served = Served(f"http://127.0.0.1:{port}", process.pid, database)
        for name, requests in targets.items():
            print(f"  {kind}, {pupils} pupils: {name}", file=sys.stderr)
            seconds = min(SECONDS, 4) if name == "sign-in" else SECONDS
            figure = load(served, requests, seconds=seconds, folder=folder)
            rows.append({"database": kind, "pupils": pupils, "page": name, **asdict(figure)})
        memory = rss_mib(children_of(process.pid))
    rows[0] |= {"filled_seconds": filled.seconds, "server_mib": memory}
    if kind == "postgresql":
        rows[0]["pgbench"] = pgbench(filled.url, statements, folder)
    return rows


COLUMNS = {
    "database": "database",
    "pupils": "pupils",
    "page": "page",
    "rps": "requests/s",
    "app_cpu_ms": "app CPU ms",
    "database_cpu_ms": "database CPU ms",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "bytes_each": "bytes",
    "errors": "errors",
}


def table(rows: list[dict[str, Any]]) -> str:
    """Return the figures as a Markdown table."""
    lines = [" | ".join(COLUMNS.values()), "|".join("---" for _ in COLUMNS)]
    for row in rows:
        lines.append(" | ".join(str(row[column]) for column in COLUMNS))
        if bench := row.get("pgbench"):
            page = f"the same {bench['statements']} statements in prepared pgbench"
            compared = {"database": row["database"], "pupils": row["pupils"], "page": page}
            lines.append(" | ".join(str((compared | bench).get(c, "")) for c in COLUMNS))
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    """Measure everything and tell."""
    OUT.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    kinds = ["sqlite"] + (["postgresql"] if os.environ.get("SENIM_TEST_PG_URL") else [])
    with tempfile.TemporaryDirectory(prefix="senim-bench-") as name:
        folder = Path(name)
        for pupils in SIZES:
            with ThreadPoolExecutor() as at_once:
                filled = list(at_once.map(lambda kind: fill(kind, pupils, folder), kinds))  # noqa: B023 - done within the round
            for database in filled:
                rows += measure(database, folder)
        size = next(row["bytes_each"] for row in rows if row["page"] == "diary week, HTML")
        same = constant(size, folder)
        rows.append({"database": "none", "pupils": 0, "page": "constant answer", **asdict(same)})
    (OUT / "figures.json").write_text(json.dumps(rows, indent=1))
    print(table(rows))


if __name__ == "__main__":
    main()
