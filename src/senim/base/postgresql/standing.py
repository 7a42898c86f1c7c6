"""What the transaction of one connection has said of itself, and what the next statement needs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from senim.base.scope import Door, Unscoped, Way, door_of, entry_door
from senim.base.second_wall import SETTINGS, settings_of, walled_tables

SAY = "SELECT " + ", ".join(f"set_config('senim.{name}', %s, true)" for name in SETTINGS)
KEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK")
"""Statements that read nothing: they leave what was said as it is."""

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@dataclass(slots=True)
class Needs:
    """The doors of a statement and of its subqueries, the tables it names, whether it writes."""

    doors: list[Door] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    writes: bool = False

    def note(self, query: Any) -> None:
        """Add what a query brings."""
        door = door_of(query)
        if door is not None and door not in self.doors:
            self.doors.append(door)
        if query.model is not None:
            self.tables.add(query.model._meta.db_table)  # noqa: SLF001 - Django's documented way

    def note_joins(self, query: Any) -> None:
        """Add the tables a query joins."""
        kept = query.alias_refcount
        joined = (join.table_name for alias, join in query.alias_map.items() if kept[alias])
        self.tables.update(name for name in joined if name)

    def door(self) -> Door | None:
        """Return the narrowest of the doors; None where no walled table is read.

        What writes goes by the entry that is open, though its rows were found by `system`. Raises
        Unscoped for walled tables without a door, and for two viewers in one statement.
        """
        walled = self.tables & walled_tables()
        if not walled:
            return None
        for way in Way:
            found = [door for door in self.doors if door.way is way]
            if len(found) > 1:
                raise Unscoped(f"{', '.join(sorted(walled))}: two {way} doors in one statement")
            if found and not (self.writes and way is Way.SYSTEM):
                return found[0]
        door = entry_door()
        if door is None:
            raise Unscoped(f"{', '.join(sorted(walled))}: a statement without a door")
        return door


class Standing:
    """What one connection's transaction has said. said: None when nothing is known of it."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.said: Door | None = None
        self.times = 0
        self._needs: Needs | None = None

    def forget(self) -> None:
        """Know nothing any more: the transaction ended, or went back to a savepoint."""
        self.said = None

    def note(self, query: Any) -> None:
        """Take down what a query needs that is put into words for a statement."""
        if self._needs is not None:
            self._needs.note(query)

    def note_joins(self, query: Any) -> None:
        """Take down the tables a query joins."""
        if self._needs is not None:
            self._needs.note_joins(query)

    @contextmanager
    def statement(self, *, writes: bool) -> Iterator[None]:
        """Take down what the one statement inside needs."""
        before, self._needs = self._needs, Needs(writes=writes)
        try:
            yield
        finally:
            self._needs = before

    def run(self, execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - the shape Django calls a wrapper with
        """Run a statement after saying, where it changes, by which door it comes.

        Outside a transaction both share one of their own.
        """
        needs, self._needs = self._needs, None
        try:
            if needs is None:
                self._of_raw(sql)
                return execute(sql, params, many, context)
            door = needs.door()
            if door is None or (door is self.said or door == self.said):
                return execute(sql, params, many, context)
            if self.connection.in_atomic_block:
                self._say(door)
                return execute(sql, params, many, context)
            with transaction.atomic(using=self.connection.alias):
                self._say(door)
                return execute(sql, params, many, context)
        finally:
            self._needs = needs

    def _of_raw(self, sql: str) -> None:
        """Let SQL written by hand go by the entry that is open, and else by no door."""
        wished = entry_door()
        if self.said == wished or not self.connection.in_atomic_block:
            return
        if not str(sql).lstrip().upper().startswith(KEEPING):
            self._say(wished)

    def _say(self, door: Door | None) -> None:
        with self.connection.connection.cursor() as cursor:
            cursor.execute(SAY, settings_of(door))
        self.said = door
        self.times += 1
