"""Guessing on a large scale runs out and is noticed within a minute; owners come in meanwhile."""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.hashers import make_password
from pytest_django import Settings

from senim.ledger import guard
from senim.ledger import queries as ledger
from senim.people import signing_in, spraying
from senim.people.hashers import Argon2id19MiB
from senim.people.models import Account
from senim.people.signing_in import Origin, device_mark
from senim.rules.errors import Invalid
from tests.cast import PASSWORD, Cast

NOON = datetime(2026, 11, 18, 7, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("cast")


@pytest.fixture
def weighed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Weigh passwords without Argon2's work; return those that were weighed."""
    seen: list[str] = []

    def quick(password: str, encoded: str, *_: object) -> tuple[bool, bool]:
        seen.append(password)
        return password == PASSWORD and encoded.startswith("argon2"), False

    monkeypatch.setattr(signing_in, "verify_password", quick)
    monkeypatch.setattr(signing_in, "make_password", seen.append)
    return seen


def code_of(login: str, password: str, origin: Origin, at: datetime) -> str:
    try:
        signing_in.sign_in(login, password, origin=origin, at=at)
    except Invalid as refusal:
        return refusal.code
    return ""


def address(n: int) -> Origin:
    return Origin(f"10.{n // 65536}.{n // 256 % 256}.{n % 256}")


def owner(cast: Cast, key: str) -> Origin:
    mark = device_mark("a device", cast.account(key).id)
    return Origin("203.0.113.9", "a device", frozenset({mark}))


@pytest.mark.parametrize("addresses", [1, 1000])
def test_a_thousand_passwords_on_one_account_stop_early_and_lock_nobody_out(
    cast: Cast, weighed: list[str], addresses: int
) -> None:
    said = [
        code_of("pupil", f"guess {n}", address(n % addresses), NOON + n * SECOND / 20)
        for n in range(1000)
    ]

    assert len(weighed) <= 100
    assert set(said[200:]) == {"tries_spent"}
    assert code_of("pupil", PASSWORD, owner(cast, "pupil"), NOON + 50 * SECOND) == ""
    assert code_of("pupil", PASSWORD, address(7), NOON + 50 * SECOND) == "tries_spent"


@pytest.mark.slow
@pytest.mark.sqlite  # what is counted is the same on PostgreSQL, at twice the time
@pytest.mark.parametrize("addresses", [1, 1000])
def test_one_password_on_ten_thousand_accounts_is_noticed_within_a_minute(
    cast: Cast, weighed: list[str], caplog: pytest.LogCaptureFixture, addresses: int
) -> None:
    noticed: list[timedelta] = []
    for n in range(10_000):
        at = NOON + n * SECOND / 100  # over a hundred seconds
        code_of(f"pupil{n}", "мектеп2025", address(n % addresses), at)
        if caplog.messages and not noticed:
            noticed.append(at - NOON)

    assert noticed
    assert noticed[0] <= MINUTE
    assert len(weighed) <= 200
    assert 1 <= len(caplog.messages) <= 3
    assert "мектеп2025" not in caplog.text
    assert code_of("pupil", PASSWORD, owner(cast, "pupil"), at) == ""


class TestSpraying:
    def spray(self, origins: Callable[[int], Origin], passwords: Iterator[str], many: int) -> None:
        for n, password in zip(range(many), passwords, strict=False):
            code_of(f"nobody{n}", password, origins(n), NOON + n * SECOND)

    def test_by_one_password_slows_that_password_alone(self, weighed: list[str]) -> None:
        self.spray(address, itertools.repeat("мектеп2025"), 30)
        at, there = NOON + 30 * SECOND, address(999)

        assert weighed.count("мектеп2025") <= spraying.BY_A_PASSWORD + 4
        assert code_of("pupil", "мектеп2025", there, at) == "tries_spent"
        assert code_of("pupil", PASSWORD, there, at) == ""

    def test_from_one_network_slows_that_network_alone(
        self, cast: Cast, weighed: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        here = address(5)
        self.spray(lambda _: here, (f"guess {n}" for n in itertools.count()), 60)
        at = NOON + 60 * SECOND

        assert len(weighed) <= spraying.FROM_A_NETWORK + 5
        assert "10.0.0.5" in caplog.text
        assert code_of("mother", PASSWORD, address(6), at) == ""
        on_known = Origin(here.network, "a device", owner(cast, "mother").marks)
        assert code_of("mother", PASSWORD, on_known, at) == ""

    @pytest.mark.usefixtures("weighed")
    def test_slows_no_longer_than_it_lasts(self) -> None:
        self.spray(address, itertools.repeat("мектеп2025"), 30)

        assert code_of("pupil", "мектеп2025", address(1), NOON + 20 * MINUTE) == "sign_in_wrong"

    @pytest.mark.usefixtures("weighed")
    def test_is_not_seen_in_a_schools_morning(self, caplog: pytest.LogCaptureFixture) -> None:
        here = address(5)
        for n in range(30):  # thirty mistype twice within a quarter of an hour, and come in
            for attempt in (f"slip {n}", f"slap {n}"):
                code_of(f"nobody{n}", attempt, here, NOON + n * 30 * SECOND)
            assert code_of("pupil", PASSWORD, here, NOON + n * 30 * SECOND) == ""

        assert caplog.messages == []

    @pytest.mark.usefixtures("weighed")
    def test_of_one_account_is_no_spraying(self, caplog: pytest.LogCaptureFixture) -> None:
        for n in range(60):
            code_of("pupil", "мектеп2025", address(n), NOON + n * 4 * MINUTE)

        assert caplog.messages == []


def test_a_hash_of_older_figures_is_made_anew_at_sign_in(cast: Cast, settings: Settings) -> None:
    class Weaker(Argon2id19MiB):
        memory_cost, time_cost = 8192, 1

    with guard.lifted("a test"):
        Account.objects.filter(username="pupil").update(
            password=Weaker().encode(PASSWORD, "salty" * 4)
        )
    before = ledger.entries(cast.schools["birch"])

    signing_in.sign_in("pupil", PASSWORD, origin=address(1), at=NOON)

    assert cast.account("pupil").password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert cast.account("pupil").check_password(PASSWORD)
    assert ledger.entries(cast.schools["birch"]) == before


def test_the_hasher_is_argon2id_of_the_figures_decided(settings: Settings) -> None:
    found: list[Any] = hashers.get_hashers()
    (hasher,) = found

    assert (hasher.algorithm, hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (
        *("argon2", 19_456, 2, 1),
    )
    assert make_password("x").startswith("argon2$argon2id$")


@pytest.mark.slow
def test_an_unknown_name_takes_the_time_of_a_wrong_password() -> None:
    spent: dict[str, list[float]] = {"pupil": [], "nobody at all": []}
    for n in range(60):
        for login, times in spent.items():  # side by side, so that both meet the same machine
            began = time.perf_counter()
            code_of(login, f"guess {n}", address(n), NOON + n * 4 * MINUTE)
            times.append(time.perf_counter() - began)

    known, unknown = (statistics.median(times) for times in spent.values())
    assert abs(known - unknown) <= 0.005
