"""Serving by Granian, a process a core, with static files and `senim work` beside it."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings

import senim
from senim.base.clock import machine_now
from senim.ledger.queries import last_at

WORKERS = os.cpu_count() or 2
THREADS = 4
WAITING = 64  # requests in hand a worker; more are told to come again rather than to wait
PATIENCE = 5  # seconds for requests in hand when stopping; a worker may miss the first word
KEPT = 600  # seconds a browser keeps a static file: their names do not tell their age
STATIC = Path(senim.__file__).parent / "web" / "static"
PR_SET_PDEATHSIG = 1
LOOK_EVERY = 0.2  # seconds between two looks whether all still run
SOON = 10.0  # what ends within so many seconds did not really start
MOST_FAILURES = 3  # so many in a row are not tried further
LAST_WORD = 25.0  # seconds what is told to stop may take

Tell = Callable[[str], None]


class PortTaken(RuntimeError):
    """Something else listens where the server was to listen."""


def check_port(host: str, port: int) -> None:
    """Raise PortTaken, saying what to do, unless the server can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise PortTaken(
                f"cannot listen on {host}:{port} ({fault.strerror}): name another --port"
            ) from fault


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = WORKERS,
    working: bool = True,
    stands_at: datetime | None = None,
    tell: Tell,
) -> int:
    """Serve until told to stop (Ctrl+C, SIGTERM); return the exit code.

    working: also run `senim work` beside the server, as most installations do.
    stands_at: the instant a demo begins at; its clock runs on from there, or from the last entry.
    Raises PortTaken.
    """
    check_port(host, port)
    environment = dict(os.environ)
    if stands_at is not None:
        environment.setdefault("SENIM_CLOCK_AHEAD", str(_ahead(stands_at)))
    commands = {"the server": command(host, port, workers)}
    if working:
        commands["senim work"] = [sys.executable, "-m", "senim.config.command", "work"]
    shown = "localhost" if host in ("127.0.0.1", "::1") else host
    tell(f"Senim is on http://{shown}:{port}/ (Ctrl+C stops it)")
    return Supervisor(commands, environment, tell).run()


def _ahead(stands_at: datetime) -> float:
    """Return how many seconds ahead of the machine's the clock of a demo is."""
    begins = max(stands_at, last_at() or stands_at)
    return (begins - machine_now()).total_seconds()


class Supervisor:
    """Runs processes side by side, and starts one that ends anew, until told to stop.

    Each has a session of its own: Ctrl+C would else reach the server's workers too, which hang.
    """

    def __init__(
        self, commands: Mapping[str, list[str]], environment: Mapping[str, str], tell: Tell
    ) -> None:
        self.commands, self.environment, self.tell = commands, environment, tell
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.began: dict[str, float] = {}
        self.failed: dict[str, int] = dict.fromkeys(commands, 0)
        self.asked = False

    def run(self) -> int:
        """Run all until told to stop: 0; or until one cannot be kept running: its code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)
        for name in self.commands:
            self._start(name)
        code = 0
        while not (self.asked or code):
            time.sleep(LOOK_EVERY)
            code = self._mend()
        self._stop()
        return 0 if self.asked else code

    def _ask(self, *_: object) -> None:
        self.asked = True

    def _start(self, name: str) -> None:
        self.began[name] = time.monotonic()
        self.running[name] = subprocess.Popen(  # noqa: S603 - our own command
            self.commands[name],
            env=self.environment,
            start_new_session=True,
            preexec_fn=_stop_with_parent,  # noqa: PLW1509 - no threads here
        )

    def _mend(self) -> int:
        """Start anew what has ended; return the code of what ends as soon as it is started."""
        for name, process in list(self.running.items()):
            code = process.poll()
            if code is None or self.asked:
                continue
            soon = time.monotonic() - self.began[name] < SOON
            self.failed[name] = self.failed[name] + 1 if soon else 0
            if self.failed[name] >= MOST_FAILURES:
                return code or 1
            self.tell(f"{name} ended ({code}): starting it again")
            _end_session(process.pid, signal.SIGKILL)
            self._start(name)
        return 0

    def _stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(LAST_WORD)
            except subprocess.TimeoutExpired:
                _end_session(process.pid, signal.SIGKILL)
                process.wait()


def _end_session(leader: int, number: int) -> None:
    """Send a signal to what a process may have left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _stop_with_parent() -> None:
    """Ask the kernel, where it is Linux, to stop the server when we are killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def serve_anew(port: int) -> None:
    """Become `senim serve` in a fresh interpreter, which reads the keys that were just made."""
    sys.stdout.flush()
    given = [sys.executable, "-m", "senim.config.command", "serve", "--port", str(port)]
    os.execv(sys.executable, given)  # noqa: S606 - no shell


def command(host: str, port: int, workers: int) -> list[str]:
    """Return what is run: Granian before the WSGI application."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(THREADS),
        "--backpressure": str(WAITING),
        "--static-path-mount": str(STATIC),
        "--static-path-route": settings.STATIC_URL.rstrip("/"),
        "--static-path-expires": str(KEPT),
        "--log-level": "warning",
        "--workers-kill-timeout": str(PATIENCE),
    }
    given = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "granian", *given, "senim.config.wsgi:application"]
