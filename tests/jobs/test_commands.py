"""The commands as an operator types them, each in a process and a database of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from senim.jobs.serving import command

Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow


SENIM = (sys.executable, "-m", "senim.config.command")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An empty SQLite database with its own keys."""
    return {
        **os.environ,
        "SENIM_DATABASE_URL": f"sqlite:///{tmp_path}/senim.sqlite3",
        "SENIM_KEYS_DIR": str(tmp_path / "keys"),
    }


@pytest.fixture
def senim(environment: dict[str, str]) -> Run:
    """Run `senim …` in a process of its own."""

    def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*SENIM, *arguments],
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_init_makes_keys_only_their_owner_reads_and_runs_twice(senim: Run, tmp_path: Path) -> None:
    first = senim("init")
    keys = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
    second = senim("init")

    assert (first.returncode, second.returncode) == (0, 0)
    assert set(keys) == {"django.key", "fields.key", "lookup.key", "log.key"}
    assert all((tmp_path / "keys" / name).stat().st_mode & 0o077 == 0 for name in keys)
    assert keys == {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
    assert "already stamped as real" in second.stdout


def test_a_stamp_is_never_changed(senim: Run) -> None:
    senim("init", "--demo")
    other = senim("init")

    assert other.returncode == 1
    assert "stamped as demo" in other.stderr


def test_migrate_needs_no_keys(senim: Run, tmp_path: Path) -> None:
    done = senim("migrate")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "senim.sqlite3").exists()
    assert not (tmp_path / "keys").exists()


def test_a_demo_is_filled_once(senim: Run) -> None:
    first = senim("demo", "--pupils", "60", "--date", "2026-11-22")
    second = senim("demo", "--pupils", "60")

    assert first.returncode == 0, first.stderr
    assert "2 of 2" in first.stdout
    assert second.returncode == 1
    assert "already holds a demo, which stands at 2026-11-20 10:10" in second.stderr


def test_a_demo_is_never_filled_into_a_real_database(senim: Run) -> None:
    senim("init")
    refused = senim("demo", "--pupils", "60")

    assert refused.returncode == 1
    assert "not empty" in refused.stderr


def test_a_demo_broken_off_starts_over(senim: Run, tmp_path: Path) -> None:
    senim("demo", "--pupils", "60", "--date", "2026-11-22")
    forget = "from senim.base.models import Installation as I; I.objects.update(demo_at=None)"
    senim("shell", "--command", forget)

    again = senim("demo", "--pupils", "60", "--date", "2026-11-22")

    assert again.returncode == 0, again.stderr
    assert "starting over" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--pupils", "20"), "--pupils: at least 60"),
        (("--schools", "0"), "--schools: from 1 to 400"),
        (("--date", "yesterday"), "--date"),
    ],
)
def test_a_demo_that_cannot_be_says_why(senim: Run, arguments: tuple[str, ...], says: str) -> None:
    refused = senim("demo", *arguments)

    assert refused.returncode != 0
    assert says in refused.stderr


def test_a_mark_is_explained_in_three_languages_without_keys(senim: Run) -> None:
    given = '{"policy":"kz-2024","formative":[8,9],"sor":[[9,14]],"soch":[[19,24]]}'
    done = senim("explain", "mark", "--json", "-", given=given)
    answer = json.loads(done.stdout)

    assert (answer["mark"], answer["percent"], answer["percent_exact"]) == (4, 77, "1615/21")
    assert answer["text"].keys() == {"kk", "ru", "en"}


def test_a_fault_in_the_json_is_named_with_its_place(senim: Run, tmp_path: Path) -> None:
    path = tmp_path / "marks.json"
    path.write_text('{"policy":"kz-2024","formative":[8,99]}')
    refused = senim("explain", "mark", "--json", str(path))
    missing = senim("explain", "mark", "--json", str(tmp_path / "none.json"))

    assert refused.returncode == 1
    assert "$.formative[1]:" in refused.stderr
    assert "1–10" in refused.stderr
    assert missing.returncode == 1
    assert "none.json" in missing.stderr


def test_the_server_listens_where_it_was_told_and_serves_static_files() -> None:
    given = command("127.0.0.1", 8765, 2)
    static = Path(given[given.index("--static-path-mount") + 1])

    assert given[given.index("--host") + 1] == "127.0.0.1"
    assert given[given.index("--static-path-route") + 1] == "/static"
    assert (static / "senim" / "base.css").exists()


@pytest.fixture
def port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


def test_a_taken_port_is_said_before_anything_is_filled(
    senim: Run, port: int, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        refused = senim("demo", "--serve", "--port", str(port))

    assert refused.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in refused.stderr
    assert not (tmp_path / "senim.sqlite3").exists()


def test_the_demo_is_served_with_its_files_and_stops_when_told(
    environment: dict[str, str], port: int
) -> None:
    given = [*SENIM, "demo", "--pupils", "60", "--date", "2026-11-22", "--serve", "--port"]
    server = subprocess.Popen([*given, str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        front = answer(f"http://localhost:{port}/", server)
        style = answer(f"http://localhost:{port}/static/senim/base.css", server)
    finally:
        server.send_signal(signal.SIGINT)
        code = server.wait(30)

    assert (front.status, style.status) == (200, 200)
    assert style.headers["content-type"] == "text/css"
    assert code == 0
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://localhost:{port}/", timeout=2)


def answer(url: str, server: subprocess.Popen[bytes]) -> HTTPResponse:
    """Ask until the server, which may still be filling, answers."""
    for _ in range(600):
        assert server.poll() is None, "the server stopped"
        try:
            found: HTTPResponse = urlopen(url, timeout=5)  # noqa: S310 - our own server
        except URLError:
            time.sleep(0.1)
        else:
            return found
    raise AssertionError(f"{url} never answered")
