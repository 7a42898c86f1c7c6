"""What this database is: stamped once, read once a process."""

from datetime import datetime

from senim.base.models import Installation

_stamped: dict[str, str] = {}


def is_demo() -> bool:
    """Say whether the database is stamped as a demo."""
    if "kind" not in _stamped:
        kind = Installation.objects.values_list("kind", flat=True).first()
        if kind is None:
            return False
        _stamped["kind"] = kind
    return _stamped["kind"] == Installation.Kind.DEMO


def stamp(kind: Installation.Kind, *, at: datetime) -> None:
    """Stamp an empty database; a stamp is never changed."""
    Installation.objects.get_or_create(id=1, defaults={"kind": kind, "made_at": at})
    forget()


def kind() -> str | None:
    """Return what the database is stamped as, or None."""
    return Installation.objects.values_list("kind", flat=True).first()


def demo_at() -> datetime | None:
    """Return the instant the demo stands at; None until it is filled, and for a real one."""
    return Installation.objects.values_list("demo_at", flat=True).first()


def demo_filled(*, stands_at: datetime) -> None:
    """Note that the demo is filled, and the instant it stands at."""
    Installation.objects.filter(kind=Installation.Kind.DEMO).update(demo_at=stands_at)


def forget() -> None:
    """Forget what this process read, so that the next question asks the database."""
    _stamped.clear()
