"""What a run changes in one table, as counts and places; no values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_REMOVED = 10
"""Percent of a table; more asks for --allow-removals."""


@dataclass(slots=True)
class Tally:
    """One table of the diff. Keys are ids of the source; lines are of its file.

    mode: of its file; "" for a table that follows from other files. before: how many rows of this
    source stood there. placeholders: rows made because another file cites them.
    """

    name: str
    file: str
    mode: str
    rows: int = 0
    before: int = 0
    refused: int = 0
    unused: int = 0
    placeholders: int = 0
    new: dict[object, int] = field(default_factory=dict)
    changed: dict[object, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    same: set[object] = field(default_factory=set)
    removed: dict[object, str] = field(default_factory=dict)

    def note(self, key: object, line: int, *, fresh: bool, fields: tuple[str, ...]) -> None:
        """Note what becomes of one row."""
        if fresh:
            self.new[key] = line
        elif fields:
            told = self.changed.get(key, (line, ()))[1]
            self.changed[key] = (line, tuple(dict.fromkeys((*told, *fields))))
        else:
            self.same.add(key)

    @property
    def asks_leave(self) -> bool:
        """Say whether more is removed than goes without being asked for."""
        return len(self.removed) * 100 > self.before * MOST_REMOVED

    def counts(self) -> Mapping[str, int]:
        """Return the counts by name."""
        return {
            "rows": self.rows,
            "new": len(self.new),
            "changed": len(self.changed.keys() - self.new.keys()),
            "same": len(self.same - self.new.keys() - self.changed.keys()),
            "removed": len(self.removed),
            "refused": self.refused,
            "unused": self.unused,
            "placeholders": self.placeholders,
        }
