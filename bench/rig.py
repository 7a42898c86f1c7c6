"""Servers, load and processor time: what is measured, apart from what is asked."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
BIN = Path(sys.executable).parent
CONNECTIONS = 8
LUA = Path(__file__).with_name("load.lua")


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children_of(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found = [pid]
    for parent in found:
        tasks = Path(f"/proc/{parent}/task")
        for task in tasks.iterdir() if tasks.exists() else ():
            kids = task / "children"
            found += [int(kid) for kid in kids.read_text().split()] if kids.exists() else []
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Return user and system time of processes, ended children of theirs included."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / TICK


def rss_mib(pids: list[int]) -> int:
    """Return the resident memory of processes, MiB."""
    pages = 0
    for pid in pids:
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except FileNotFoundError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def postmaster(data: Path) -> int | None:
    """Return the process that serves a cluster's files, when it runs on this machine."""
    pid = data / "postmaster.pid"
    return int(pid.read_text().split()[0]) if pid.exists() else None


@dataclass(frozen=True, slots=True)
class Served:
    """A server under load. database: its postmaster; None where SQLite runs in the server."""

    url: str
    pid: int
    database: int | None

    def cpu(self) -> tuple[float, float]:
        """Return processor seconds spent so far by the application and by the database."""
        database = cpu_seconds(children_of(self.database)) if self.database else 0.0
        return cpu_seconds(children_of(self.pid)), database


@contextmanager
def serving(
    command: list[str], environ: dict[str, str], *, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; give its process once it answers."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _wait_for(port, process)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            told = process.stderr.read().decode() if process.stderr else ""
            sys.exit(f"the server ended:\n{told}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except (OSError, urllib.error.HTTPError) as error:
            if isinstance(error, urllib.error.HTTPError):
                return
            time.sleep(0.2)
    sys.exit("the server did not answer within a minute")


@dataclass(frozen=True, slots=True)
class Figure:
    """What one load showed. Times in milliseconds; cpu is a request's, database included apart."""

    rps: float
    app_cpu_ms: float
    database_cpu_ms: float
    p50_ms: float
    p99_ms: float
    bytes_each: int
    errors: int


def load(
    served: Served, requests: list[dict[str, object]], *, seconds: int, folder: Path
) -> Figure:
    """Ask for the requests in turn from eight connections, and return what it showed.

    requests: {"method", "path", "headers", "body", "status", "text"}; a fresh UUIDv7 stands where
    the body says @op@. Answers of another status than the first request's (200) and those without
    its text count as errors.
    """
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", "--timeout", "20s", "--latency", "-s", str(LUA)]
    environ = {
        **os.environ,
        "BENCH_REQUESTS": str(_lua_table(requests, folder)),
        "BENCH_STATUS": str(requests[0].get("status", 200)),
        "BENCH_TEXT": str(requests[0].get("text", "")),
    }
    subprocess.run([*command, "-d2s", served.url], env=environ, check=True, capture_output=True)
    before, started = served.cpu(), time.monotonic()
    done = subprocess.run(
        [*command, f"-d{seconds}s", served.url],
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    )
    after, spent = served.cpu(), time.monotonic() - started
    told = json.loads(re.findall(r"^FIGURES (.*)$", done.stdout, re.MULTILINE)[-1])
    count = max(told["requests"], 1)
    return Figure(
        rps=round(told["requests"] / spent, 1),
        app_cpu_ms=round((after[0] - before[0]) * 1000 / count, 3),
        database_cpu_ms=round((after[1] - before[1]) * 1000 / count, 3),
        p50_ms=round(told["p50"] / 1000, 2),
        p99_ms=round(told["p99"] / 1000, 2),
        bytes_each=round(told["bytes"] / count),
        errors=told["errors"],
    )


def _lua_table(requests: list[dict[str, object]], folder: Path) -> Path:
    """Write the requests as a Lua table: wrk has no JSON reader."""

    def quoted(value: object) -> str:
        return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    lines = ["return {"]
    for request in requests:
        headers = request.get("headers") or {}
        assert isinstance(headers, dict)  # noqa: S101 - our own literal
        inner = ", ".join(f"[{quoted(k)}]={quoted(v)}" for k, v in headers.items())
        body = request.get("body")
        lines.append(
            f"{{method={quoted(request.get('method', 'GET'))}, path={quoted(request['path'])}, "
            f"headers={{{inner}}}, body={quoted(body) if body else 'nil'}}},"
        )
    path = folder / "requests.lua"
    path.write_text("\n".join([*lines, "}"]))
    return path
