"""Serving by Granian: the WSGI application in a process a core, static files beside it."""

import os
import sys
from datetime import datetime
from pathlib import Path

from django.conf import settings

import senim

WORKERS = os.cpu_count() or 2
THREADS = 4
WAITING = 64  # requests in hand a worker; more are told to come again rather than to wait
KEPT = 600  # seconds a browser keeps a static file: their names do not tell their age
STATIC = Path(senim.__file__).parent / "web" / "static"


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = WORKERS,
    stands_at: datetime | None = None,
) -> None:
    """Say the address and become the server; returns only when it cannot start.

    stands_at: the instant a demo stands at, which its pages take for the present.
    """
    environment = dict(os.environ)
    if stands_at is not None:
        environment.setdefault("SENIM_NOW", stands_at.isoformat())
    shown = "localhost" if host in ("127.0.0.1", "::1") else host
    sys.stdout.write(f"Senim is on http://{shown}:{port}/ (Ctrl+C stops it)\n")
    sys.stdout.flush()
    os.execve(sys.executable, command(host, port, workers), environment)  # noqa: S606


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
        "--workers-kill-timeout": "10",
    }
    given = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "granian", *given, "senim.config.wsgi:application"]
