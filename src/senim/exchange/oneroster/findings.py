"""What is amiss in a set of files: where, and by which code. Never the value, which may be a name.

A fault refuses the whole set; a warning tells how something sloppy was read. Codes are worded in
`base/words/imports.toml`.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place and what is amiss there. line 0: the file as a whole; field "": the row."""

    file: str
    line: int
    field: str
    code: str


class Notes:
    """The findings of one run, each once, by file, line and field."""

    def __init__(self) -> None:
        self._faults: set[Finding] = set()
        self._warnings: set[Finding] = set()

    def fault(self, file: str, line: int, field: str, code: str) -> None:
        """Note what refuses the set."""
        self._faults.add(Finding(file, line, field, code))

    def warn(self, file: str, line: int, field: str, code: str) -> None:
        """Note how something sloppy was read."""
        self._warnings.add(Finding(file, line, field, code))

    @property
    def faults(self) -> tuple[Finding, ...]:
        """All faults."""
        return tuple(sorted(self._faults))

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """All warnings."""
        return tuple(sorted(self._warnings))


@dataclass(frozen=True, slots=True)
class Grouped:
    """The same finding in several lines of one file; no lines where it is of the whole file."""

    file: str
    field: str
    code: str
    lines: tuple[int, ...]


def grouped(findings: Iterable[Finding]) -> tuple[Grouped, ...]:
    """Return findings of one file, field and code together, for people to read."""
    lines: dict[tuple[str, str, str], list[int]] = {}
    for finding in findings:
        key = (finding.file, finding.field, finding.code)
        lines.setdefault(key, []).extend([finding.line] if finding.line else [])
    return tuple(Grouped(*key, tuple(sorted(found))) for key, found in lines.items())


def spans(lines: Iterable[int]) -> str:
    """Return line numbers as people write them: «2–4, 7»."""
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(f"{first}–{last}" if first != last else f"{first}" for first, last in runs)
