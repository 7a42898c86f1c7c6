"""Serving by Granian: the WSGI application in a process a core, static files beside it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
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
    stands_at: datetime | None = None,
    tell: Callable[[str], None],
) -> int:
    """Serve until told to stop (Ctrl+C, SIGTERM); return the exit code.

    stands_at: the instant a demo begins at; its clock runs on from there, or from the last entry.
    Raises PortTaken.
    """
    check_port(host, port)
    environment = dict(os.environ)
    if stands_at is not None:
        environment.setdefault("SENIM_CLOCK_AHEAD", str(_ahead(stands_at)))
    shown = "localhost" if host in ("127.0.0.1", "::1") else host
    tell(f"Senim is on http://{shown}:{port}/ (Ctrl+C stops it)")
    return _supervise(command(host, port, workers), environment)


def _ahead(stands_at: datetime) -> float:
    """Return how many seconds ahead of the machine's the clock of a demo is."""
    begins = max(stands_at, last_at() or stands_at)
    return (begins - machine_now()).total_seconds()


def _supervise(given: list[str], environment: Mapping[str, str]) -> int:
    """Run the server and hand on what stops it.

    A session of its own keeps Ctrl+C from reaching its workers as well, which then hang.
    """
    server = subprocess.Popen(  # noqa: S603 - our own command
        given,
        env=environment,
        start_new_session=True,
        preexec_fn=_stop_with_parent,  # noqa: PLW1509 - no threads here
    )
    asked: list[int] = []

    def stop(number: int, _: object) -> None:
        asked.append(number)
        server.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    code = server.wait()
    return 0 if asked else code


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
