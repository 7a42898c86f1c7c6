"""The commands as an operator types them, each in a process and a database of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from senim.jobs.serving import command

Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow


@pytest.fixture
def senim(tmp_path: Path) -> Run:
    """Run `senim …` on an empty SQLite database with its own keys."""
    environment = {
        **os.environ,
        "SENIM_DATABASE_URL": f"sqlite:///{tmp_path}/senim.sqlite3",
        "SENIM_KEYS_DIR": str(tmp_path / "keys"),
        "SENIM_NOW": "",
    }

    def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "senim.config.command", *arguments],
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
    assert set(keys) == {"django.key", "fields.key", "lookup.key"}
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
