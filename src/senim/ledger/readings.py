"""Counting what an account is shown beyond its own classes, before it is shown."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from operator import add
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Sum

from senim.ledger import counting
from senim.ledger.models import Reading
from senim.rules import tripwire
from senim.rules.access import Actor
from senim.rules.tripwire import Channel, Tally

if TYPE_CHECKING:
    from senim.ledger.services import Thing

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
KEPT = timedelta(days=tripwire.HABIT_DAYS)
COLUMNS = (
    *("id", "school_id", "account_id", "day", "kind"),
    *("subject_id", "channel", "pupils", "at"),
)

Key = tuple[UUID, UUID, date, UUID, str]
_counted: dict[Key, None] = {}
"""What this process knows to be counted, so that seeing it again that day costs no query."""


def count(thing: "Thing", *, actor: Actor, at: datetime, channel: Channel) -> str:
    """Count the pupils a thing shows, the first time that day, and return the limit crossed.

    Empty: none is. One query; none for what this process counted that day. What crosses a limit is
    counted too.
    """
    rows = [row for row in _rows(thing, actor, at, channel) if _key(row) not in _counted]
    if not rows:
        return ""
    with transaction.atomic():
        tallies = _write(rows, actor.account_id)
        rule = _crossed(tallies, actor, at) if tallies else ""
    if not rule:
        transaction.on_commit(lambda: _remember(map(_key, rows)))
    return rule


def _rows(thing: "Thing", actor: Actor, at: datetime, channel: Channel) -> list[Reading]:
    seen: dict[UUID, int] = dict.fromkeys(thing.members, 1)
    if not seen and thing.pupils:
        seen = {thing.group or thing.id: thing.pupils}
    return [
        Reading(
            school_id=thing.school_id,
            account_id=actor.account_id,
            day=actor.viewer.on,
            kind="member" if thing.members else thing.kind,
            subject_id=subject_id,
            channel=channel,
            pupils=pupils,
            at=at,
        )
        for subject_id, pupils in seen.items()
    ]


def _key(row: Reading) -> Key:
    return (row.school_id, row.account_id, row.day, row.subject_id, row.channel)


def _remember(keys: Iterable[Key]) -> None:
    if len(_counted) > 50_000:
        _counted.clear()
    _counted.update(dict.fromkeys(keys))


def forget() -> None:
    """Forget what this process counted, as a new one begins; simulations ask for it."""
    _counted.clear()


def _write(rows: list[Reading], account_id: UUID) -> dict[Channel, Tally] | None:
    """Write what is shown and return the tallies with it; None when none of it was new."""
    at, day = rows[0].at, rows[0].day
    said = {
        "rows": json.dumps(
            [{name: _plain(name, getattr(row, name)) for name in COLUMNS} for row in rows],
            default=str,
        ),
        "minute": _plain("at", at - MINUTE),
        "hour": _plain("at", at - HOUR),
        "kept": _plain("at", at - KEPT),
        "day": _plain("day", day),
        "rest": _plain("day", tripwire.rest_since(day) or date.max),
        "school": _plain("school_id", rows[0].school_id),
        "account": _plain("account_id", account_id),
        "channel": rows[0].channel,
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(counting.POSTGRESQL, said | {"lock": account_id.int & (2**63 - 1)})
        else:
            cursor.execute(counting.SQLITE, said)
        found = cursor.fetchone()
    return _tallies(rows, found[0]) if found and found[0] else None


def _plain(name: str, value: Any) -> Any:
    """Return a value as the database takes it for a column of Reading."""
    field: Any = Reading._meta.get_field(name)  # noqa: SLF001 - Django's own way to a field
    return field.get_db_prep_value(value, connection)


def _tallies(rows: list[Reading], figures: str) -> dict[Channel, Tally]:
    """Return the tallies by channel: a page's limits hold for whatever way pupils were shown."""
    found = [int(each) for each in figures.split(" ")]
    shown = sum(row.pupils for row in rows)
    classes = sum(row.kind == "klass" for row in rows)
    resting = shown if tripwire.rest_since(rows[0].day) else 0
    with_it = (classes, shown, shown, resting, shown, 1)
    ways = (Channel.PAGE, Channel.EXPORT) if rows[0].channel == Channel.EXPORT else (Channel.PAGE,)
    return {
        way: Tally(*map(add, found[n * counting.FIGURES :], with_it)) for n, way in enumerate(ways)
    }


def _crossed(tallies: dict[Channel, Tally], actor: Actor, at: datetime) -> str:
    reader = tripwire.reader_of(actor.viewer, posts=actor.posts)
    for way, tally in tallies.items():
        rule = tripwire.crossed(tally, reader, on=actor.viewer.on, channel=way)
        if rule == "day":
            known = replace(tally, habit=_habit(actor, at, way))
            rule = tripwire.crossed(known, reader, on=actor.viewer.on, channel=way)
        if rule:
            return rule
    return ""


def _habit(actor: Actor, at: datetime, way: Channel) -> int:
    """Return the 99th percentile of an account's days before today."""
    rows = Reading.objects.filter(
        account_id=actor.account_id, at__gt=at - KEPT, day__lt=actor.viewer.on
    )
    if way is Channel.EXPORT:
        rows = rows.filter(channel=way)
    daily = rows.order_by().values("day").annotate(n=Sum("pupils")).values_list("n", flat=True)
    return tripwire.p99(list(daily))
