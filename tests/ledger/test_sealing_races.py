"""Sequencers that run at once leave no gap, no double and no fork, killed ones included."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from tools import roles

pytestmark = pytest.mark.slow

RACING = Path(__file__).with_name("racing.py")


@pytest.fixture
def environment(tmp_path: Path, db: None) -> Iterator[dict[str, str]]:
    """A database and keys of this test's own, for processes that work in it as the jobs do."""
    admin, name = f"sqlite:///{tmp_path}/log.sqlite3", f"races_{uuid4().hex[:8]}"
    if connection.vendor == "postgresql":
        admin = urlunsplit(urlsplit(os.environ["SENIM_DATABASE_URL"])._replace(path=f"/{name}"))
        _administer(f"CREATE DATABASE {name}")
    given = {**os.environ, **roles.environment(admin), "SENIM_KEYS_DIR": str(tmp_path / "keys")}
    command = [sys.executable, "-m", "senim.config.command", "init"]
    subprocess.run(command, env=given, check=True, capture_output=True, timeout=120)
    given["SENIM_DATABASE_URL"] = given.get("SENIM_JOB_DATABASE_URL", admin)
    yield given
    if connection.vendor == "postgresql":
        _administer(f"DROP DATABASE {name} WITH (FORCE)")


def _administer(statement: str) -> None:
    with psycopg.connect(os.environ["SENIM_DATABASE_URL"], autocommit=True) as server:
        server.execute(statement.encode())


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    given = [sys.executable, str(RACING), *arguments]
    return subprocess.Popen(
        given, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def end(process: subprocess.Popen[str]) -> Any:
    told, complained = process.communicate(timeout=120)
    assert process.returncode == 0, complained
    return json.loads(told)


def test_racing_sequencers_leave_no_gap_no_double_and_no_fork(
    environment: dict[str, str],
) -> None:
    writers = [start(environment, "write", "5") for _ in range(2)]
    sealers = [start(environment, "seal", "5") for _ in range(2)]
    doomed = start(environment, "seal", "30")
    time.sleep(4)
    doomed.kill()
    doomed.communicate()

    written, sealed = sum(map(end, writers)), sum(map(end, sealers))

    found = end(start(environment, "check"))
    assert found["faults"] == []
    assert found["waiting"] == 0
    assert found["entries"] == found["leaves"] == written
    assert written > 0
    assert sealed > 0
    assert found["checkpoints"] > 5


@pytest.mark.postgresql  # on SQLite one transaction writes at a time
def test_an_entry_that_is_committed_late_is_sealed_then(environment: dict[str, str]) -> None:
    found = end(start(environment, "late"))

    assert found == {"before": 1, "after": 1, "faults": []}


def senim(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    given = [sys.executable, "-m", "senim.config.command", *arguments]
    return subprocess.Popen(
        given, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def said(environment: dict[str, str], *arguments: str) -> str:
    told, _ = senim(environment, *arguments).communicate(timeout=60)
    return told


def test_two_workers_seal_while_a_witness_hangs_and_the_other_two_sign(
    environment: dict[str, str], tmp_path: Path
) -> None:
    log = said(environment, "witness", "key").strip()
    running = []
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        for name in ("first", "second"):
            state = ("--state", str(tmp_path / name), "--name", f"{name}.example")
            one = senim(environment, "witness", "serve", *state, "--log", log, "--port", "0")
            assert one.stdout is not None
            key = one.stdout.readline().removeprefix("Witness key: ").strip()
            port = re.findall(r"port (\d+)", one.stdout.readline())[0]
            said(environment, "witness", "add", name, f"http://127.0.0.1:{port}", key)
            running.append(one)
        hangs = f"http://127.0.0.1:{hanging.getsockname()[1]}"
        said(environment, "witness", "add", "hanging", hangs, key)
        running += [senim(environment, "work") for _ in range(2)]
        written = end(start(environment, "write", "3"))
        time.sleep(12)
        listed = said(environment, "witness", "list")
        for process in running:
            process.send_signal(signal.SIGINT)
        ended = [process.wait(40) for process in running]
        for process in running:
            process.communicate()

    found = end(start(environment, "check"))
    assert found["faults"] == []
    assert found["entries"] == found["leaves"] == written + 3
    lines = {line.split()[0]: line for line in listed.splitlines()}
    assert f"size {found['leaves']} " in lines["first"]
    assert f"size {found['leaves']} " in lines["second"]
    assert lines["hanging"].endswith("silent")
    assert ended == [0, 0, 0, 0]
