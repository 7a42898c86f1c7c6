"""The time, taken once by each door and passed in from there."""

from datetime import UTC, datetime

from django.conf import settings


def now() -> datetime:
    """Return the present instant in UTC, or SENIM_NOW where a test or a demo fixes it."""
    if settings.SENIM_NOW:
        return datetime.fromisoformat(settings.SENIM_NOW).astimezone(UTC)
    return datetime.now(UTC)


def machine_now() -> datetime:
    """Return the machine's own time, never a fixed one: for tries, codes and sessions."""
    return datetime.now(UTC)
