"""What the house takes in and whom it calls: pinned packages, few of them, and no stray request."""

import re
from pathlib import Path

import pytest

import senim

ROOT = Path(__file__).parents[2]
SOURCE = Path(senim.__file__).parent
PIN = re.compile(r"^[a-z0-9][a-z0-9._-]*==\S+", re.MULTILINE)
CALLS = re.compile(
    r"^\s*(?:import|from) (?:urllib\.request|http\.client|requests|httpx|aiohttp)\b", re.MULTILINE
)
CALLERS = {"ledger/sealing/witnesses.py", "web/signin/oidc.py"}
"""Reviewed: who opens connections, each to an address only the operator sets."""


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_every_package_is_pinned_with_its_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / "lock" / name).read_text())
    pins = [entry for entry in entries if PIN.match(entry)]

    assert len(pins) > 20
    assert [entry.split()[0] for entry in pins if "--hash=sha256:" not in entry] == []


def test_the_house_runs_on_few_packages() -> None:
    assert len(PIN.findall((ROOT / "lock" / "run.txt").read_text())) <= 40


def test_nobody_opens_a_connection_but_those_reviewed() -> None:
    callers = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if CALLS.search(path.read_text())
    }

    assert callers <= CALLERS
