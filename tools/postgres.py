#!/usr/bin/env python3
"""Run a command beside a private PostgreSQL cluster: tools/postgres.py [--durable] COMMAND ...

The cluster is made from the installed binaries in a temporary directory, listens on a free loopback
port with a password of its own, and is gone when the command ends. The command finds it in
SENIM_TEST_PG_URL, the address of a superuser's connection. When that is set already, it is used.
Exit code 69 says that this machine has no PostgreSQL.
"""

import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

UNAVAILABLE = 69  # EX_UNAVAILABLE of sysexits.h
PR_SET_PDEATHSIG = 1
# A cluster that is thrown away need not reach the disk; `--durable` measures one that does.
FORGETFUL = ("-c", "fsync=off", "-c", "full_page_writes=off")


def binaries() -> Path | None:
    """Return the directory of the newest installed PostgreSQL server, or None."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: float(path.parts[-3]))
    if newest:
        return newest[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def server_user() -> str | None:
    """Return whom the server runs as when we are root, which PostgreSQL refuses; else None."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stop_with_parent() -> None:
    """Ask the kernel to stop this child when its parent is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def make_cluster(bin_dir: Path, home: Path, user: str | None, password: str) -> None:
    """Make the cluster's files under home; its one role is the superuser `senim`."""
    secret = home / "password"
    secret.write_text(password)
    if user:
        for path in (home, secret):
            shutil.chown(path, user)
    options = ["--username=senim", "--auth=scram-sha-256", f"--pwfile={secret}"]
    options += ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    command = [str(bin_dir / "initdb"), f"--pgdata={home / 'data'}", *options]
    done = subprocess.run(command, cwd=home, user=user, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"initdb failed:\n{done.stdout}{done.stderr}")


def start(
    bin_dir: Path, home: Path, user: str | None, *extra: str
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server; return its process and port once it answers."""
    port = free_port()
    server = subprocess.Popen(
        [
            bin_dir / "postgres",
            "-D",
            home / "data",
            "-p",
            str(port),
            "-k",
            home,
            "-h",
            "127.0.0.1",
            *extra,
        ],
        cwd=home,
        user=user,
        preexec_fn=stop_with_parent,  # noqa: PLW1509 (no threads here)
        start_new_session=True,  # Ctrl+C is for the command; we stop the server after it
        stdout=(home / "log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    ready = [str(bin_dir / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + 60
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            sys.exit(f"PostgreSQL did not start:\n{(home / 'log').read_text()}")
        time.sleep(0.1)
    return server, port


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server, politely at first."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()


@contextlib.contextmanager
def private_cluster(bin_dir: Path, *, durable: bool) -> Iterator[str]:
    """Give the URL of a cluster that lives as long as the block."""
    user = server_user()
    password = secrets.token_hex(16)
    home = Path(tempfile.mkdtemp(prefix="senim-pg-"))
    try:
        make_cluster(bin_dir, home, user, password)
        server, port = start(bin_dir, home, user, *(() if durable else FORGETFUL))
        try:
            yield f"postgresql://senim:{password}@127.0.0.1:{port}/postgres"
        finally:
            stop(server)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def run(command: list[str], url: str) -> int:
    """Run the command beside the cluster; return its exit code."""
    child = subprocess.Popen(command, env={**os.environ, "SENIM_TEST_PG_URL": url})
    # Whoever stops us stops the command; we stay to put the cluster away.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    code = child.wait()
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    """Do what the module says."""
    durable = arguments[:1] == ["--durable"]
    command = arguments[1:] if durable else arguments
    if not command:
        print(__doc__, file=sys.stderr)
        return os.EX_USAGE
    known = os.environ.get("SENIM_TEST_PG_URL")
    if known:
        return run(command, known)
    bin_dir = binaries()
    if not bin_dir:
        print("No PostgreSQL here. Fix: apt-get install postgresql", file=sys.stderr)
        return UNAVAILABLE
    with private_cluster(bin_dir, durable=durable) as url:
        return run(command, url)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
