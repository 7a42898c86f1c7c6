"""The clock: fixed in tests, running in a demo whatever day it plays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from senim.base import clock
from senim.config import env
from senim.jobs import serving
from tests.cast import AT, Cast

WEEK = timedelta(days=7)


def test_a_fixed_time_stands() -> None:
    assert clock.now() == AT


def test_a_demos_clock_runs_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SENIM_NOW", "")
    monkeypatch.setattr(settings, "SENIM_CLOCK_AHEAD", -WEEK.total_seconds())

    first, second = clock.now(), clock.now()

    assert first <= second
    assert abs(datetime.now(UTC) - WEEK - second) < timedelta(minutes=1)


def test_a_demo_served_again_goes_on_after_its_last_entry(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "machine_now", lambda: AT + 10 * WEEK)

    monkeypatch.setattr(serving, "last_at", lambda: AT + timedelta(hours=1))
    assert serving._ahead(AT) == (timedelta(hours=1) - 10 * WEEK).total_seconds()
    monkeypatch.setattr(serving, "last_at", lambda: None)
    assert serving._ahead(AT) == (-10 * WEEK).total_seconds()


def test_a_setting_in_seconds_that_is_none_stops_the_start() -> None:
    with pytest.raises(env.BadSetting, match="SENIM_CLOCK_AHEAD"):
        env.seconds("SENIM_CLOCK_AHEAD", {"SENIM_CLOCK_AHEAD": "soon"})
