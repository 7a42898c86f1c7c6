"""The second wall: PostgreSQL itself keeps rows from whoever has no tie to them.

Every table that holds a person's key FORCEs row-level security and opens its rows to what the
transaction says of itself, or is a written exemption. An app declares both in its room `wall`:
`WALLED` says of each table which rows a viewer sees and which column names its school; `EXEMPT`
says why a table has no wall. `raise_wall` writes that into the database, `senim migrate` calls it.

What a transaction says stands in settings of its own (`senim.…`), local to it: a pooled connection
cannot hand them on. Without them no row is there. See docs/decisions/0008-second-wall.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from uuid import UUID

from django.apps import apps

from senim.base.scope import Door, Way

SETTINGS = (
    *("door", "user", "day", "members", "classes", "homerooms"),
    *("led", "kept", "supported", "schools"),
)
"""What a transaction says of itself, in the order `settings_of` gives it."""


@dataclass(frozen=True, slots=True)
class Wall:
    """Which rows of a table are open.

    seen: the SQL condition of the rows a viewer sees, over the table's own columns; the names in
    braces are those of `ASKED`. An `exists` in it ends with `offset 0`: without, PostgreSQL may
    read the whole inner table once instead of looking up the few rows asked for. school: the column
    that names the school, by which an entry is kept to its own; empty where it has none.
    """

    seen: str
    school: str = "school_id"


def _ids(name: str) -> str:
    # The cast outside makes it a list instead of a subquery; it is read once a statement.
    return f"(select nullif(current_setting('senim.{name}', true), '')::uuid[])::uuid[]"


ASKED = {
    "user": "(select nullif(current_setting('senim.user', true), '')::uuid)",
    "day": "(select nullif(current_setting('senim.day', true), '')::date)",
    **{name: _ids(name) for name in SETTINGS if name not in ("door", "user", "day")},
}
"""The names a condition may use: user and day of the viewer; lists of ids for `= any({name})`.

members: whose own record is open; classes, homerooms: taught, and led as homeroom; led, kept,
supported: schools led, whose roll is kept (led ones included), opened for support; schools: all
schools of the viewer's ties.
"""
_DOOR = "(select current_setting('senim.door', true))"


@cache
def declared() -> tuple[dict[str, Wall], dict[str, str]]:
    """Return the walls and the written exemptions of all apps, by table."""
    walled: dict[str, Wall] = {}
    exempt: dict[str, str] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.wall"
        if config.name.startswith("senim.") and config.label != "config" and find_spec(name):
            room = import_module(name)
            walled |= getattr(room, "WALLED", {})
            exempt |= getattr(room, "EXEMPT", {})
    return walled, exempt


@cache
def walled_tables() -> frozenset[str]:
    """Return the names of the tables behind the wall."""
    return frozenset(declared()[0])


def settings_of(door: Door | None) -> tuple[str, ...]:
    """Return the values of SETTINGS for a door; None closes all."""
    if door is None:
        return ("",) * len(SETTINGS)
    viewer = door.viewer
    if viewer is None:
        school = _array([door.school_id]) if door.school_id else ""
        return (door.way, *[""] * (len(SETTINGS) - 2), school)
    return (
        Way.VIEWER,
        str(viewer.user_id),
        viewer.on.isoformat(),
        _array(viewer.pupil_ids),
        _array(viewer.class_ids),
        _array(viewer.homeroom_ids),
        _array(viewer.led_school_ids),
        _array(viewer.roll_school_ids),
        _array(viewer.supported_school_ids),
        _array({tie.school_id for tie in viewer.ties}),
    )


def _array(ids: Iterable[UUID]) -> str:
    listed = ",".join(map(str, ids))
    return f"{{{listed}}}" if listed else ""


def statements(table: str, wall: Wall) -> Iterator[str]:
    """Yield the SQL that puts one table behind its wall, over whatever stood before."""
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    seen = " ".join(wall.seen.format(**ASKED).split())
    written = f"{_DOOR} = '{Way.ENTRY}'"
    if wall.school:
        own = f"{wall.school} = any({ASKED['schools']})"
        written += f" and ({own} or (select current_setting('senim.schools', true)) = '')"
    for name, command, rule in (
        ("senim_entry", "ALL", f"USING ({written}) WITH CHECK ({written})"),
        ("senim_seen", "SELECT", f"USING ({_DOOR} = '{Way.VIEWER}' and ({seen}))"),
        ("senim_system", "SELECT", f"USING ({_DOOR} = '{Way.SYSTEM}')"),
    ):
        yield f"DROP POLICY IF EXISTS {name} ON {table}"
        yield f"CREATE POLICY {name} ON {table} FOR {command} {rule}"
