"""The time, taken once by each door and passed in from there."""

from datetime import UTC, datetime, timedelta

from django.conf import settings


def now() -> datetime:
    """Return the present instant in UTC, SENIM_NOW where a test fixes it.

    A demo's day is another, but its clock runs: of two entries the later one is the last word.
    """
    if settings.SENIM_NOW:
        return datetime.fromisoformat(settings.SENIM_NOW).astimezone(UTC)
    return datetime.now(UTC) + timedelta(seconds=settings.SENIM_CLOCK_AHEAD)


def machine_now() -> datetime:
    """Return the machine's own time, never a fixed one: for tries, codes and sessions."""
    return datetime.now(UTC)


def on_machine(at: datetime) -> datetime:
    """Return an instant of ours in the machine's own time: a demo's clock is ahead or behind."""
    return at + (machine_now() - now())
