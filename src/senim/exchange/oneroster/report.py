"""What a run found, would change or did, for people and programs to read. No values, no names."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from senim.exchange.oneroster.diffing.tally import Tally
from senim.exchange.oneroster.findings import Finding


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table of the diff.

    counts: rows, new, changed, same, removed, refused, unused, placeholders.
    new: lines. changed: lines with the fields that differ. removed: ids of the source.
    """

    name: str
    file: str
    mode: str
    counts: Mapping[str, int]
    new: tuple[int, ...]
    changed: tuple[tuple[int, tuple[str, ...]], ...]
    removed: tuple[str, ...]
    asks_leave: bool


@dataclass(frozen=True, slots=True)
class Report:
    """One run. run_id: of what was taken in; None after a dry run, a refusal or a question."""

    source: str
    version: str
    digest: str
    dry_run: bool
    run_id: UUID | None
    tables: tuple[TableReport, ...]
    faults: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Say whether a fault refused the set."""
        return bool(self.faults)

    @property
    def asks_leave(self) -> tuple[str, ...]:
        """Name the tables of which more would go than goes without --allow-removals."""
        return tuple(table.name for table in self.tables if table.asks_leave)


def table_report(tally: Tally) -> TableReport:
    """Return a tally as it is reported."""
    changed = {key: told for key, told in tally.changed.items() if key not in tally.new}
    return TableReport(
        name=tally.name,
        file=tally.file,
        mode=tally.mode,
        counts=tally.counts(),
        new=tuple(sorted(set(tally.new.values()))),
        changed=tuple(sorted(changed.values())),
        removed=tuple(dict.fromkeys(tally.removed.values())),
        asks_leave=tally.asks_leave,
    )
