"""The report of an import, for people in a language and for programs as JSON."""

from collections.abc import Iterable, Iterator
from typing import Any

from senim.base.words import LANGUAGES, say
from senim.exchange.oneroster.findings import Finding, Grouped, grouped, spans
from senim.exchange.oneroster.report import Report, TableReport

COUNTS = ("rows", "new", "changed", "same", "removed", "refused", "unused", "placeholders")
MOST_SHOWN = 20


def as_json(report: Report) -> dict[str, Any]:
    """Return the report for programs. Reasons are worded in the three languages."""
    return {
        "kind": "oneroster",
        "version": report.version,
        "source": report.source,
        "digest": report.digest,
        "dry_run": report.dry_run,
        "taken_in": report.run_id is not None,
        "run": str(report.run_id) if report.run_id else None,
        "refused": report.refused,
        "asks_leave": list(report.asks_leave),
        "tables": {table.name: _table_json(table) for table in report.tables},
        "faults": [_finding_json(finding, "fault") for finding in report.faults],
        "warnings": [_finding_json(group, "warning") for group in grouped(report.warnings)],
    }


def _table_json(table: TableReport) -> dict[str, Any]:
    return {
        "file": table.file,
        "mode": table.mode,
        **table.counts,
        "new_lines": list(table.new),
        "changed_lines": [{"line": line, "fields": list(f)} for line, f in table.changed],
        "removed_ids": list(table.removed),
    }


def _finding_json(found: Finding | Grouped, kind: str) -> dict[str, Any]:
    place: dict[str, Any] = {"file": found.file, "field": found.field, "code": found.code}
    if isinstance(found, Grouped):
        place["lines"] = list(found.lines)
    else:
        place["line"] = found.line
    return {**place, "reason": {lang: reason(found, kind, lang) for lang in LANGUAGES}}


def reason(found: Finding | Grouped, kind: str, lang: str) -> str:
    """Return the words of a fault or warning."""
    return say(f"imports.{kind}.{found.code}", lang)


def as_text(report: Report, lang: str) -> str:
    """Return the report for people."""
    return "\n".join(_lines(report, lang))


def _lines(report: Report, lang: str) -> Iterator[str]:
    head = "set" if report.version else "unread"
    yield say(f"imports.report.{head}", lang, version=report.version, source=report.source)
    if report.tables:
        yield ""
        yield from _grid(report.tables, lang)
        yield from _changes(report.tables, lang)
    yield from _findings(report.warnings, "warning", lang)
    yield from _findings(report.faults, "fault", lang)
    yield ""
    yield _outcome(report, lang)


def _outcome(report: Report, lang: str) -> str:
    tables = ", ".join(say(f"imports.table.{name}", lang) for name in report.asks_leave)
    if report.refused:
        return say("imports.report.faults", lang, n=len(report.faults))
    if report.run_id:
        return say("imports.report.done", lang, run=report.run_id)
    if not report.dry_run:
        return say("imports.report.asks_leave", lang, tables=tables)
    asked = [say("imports.report.would_ask", lang, tables=tables)] if tables else []
    return "\n".join([*asked, say("imports.report.dry_run", lang)])


def _grid(tables: Iterable[TableReport], lang: str) -> Iterator[str]:
    """Yield the counts, a table a line, leaving out columns that are all zero."""
    shown = [c for c in COUNTS if c in COUNTS[:5] or any(t.counts[c] for t in tables)]
    rows = [[say("imports.report.table", lang), *(say(f"imports.count.{c}", lang) for c in shown)]]
    for table in tables:
        if not (table.mode or any(table.counts.values())):
            continue
        mode = f" ({say(f'imports.mode.{table.mode}', lang)})" if table.mode else ""
        name = say(f"imports.table.{table.name}", lang) + mode
        rows.append([name, *(str(table.counts[c]) for c in shown)])
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for name, *counts in rows:
        cells = (c.rjust(w) for c, w in zip(counts, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *cells])


def _changes(tables: Iterable[TableReport], lang: str) -> Iterator[str]:
    """Yield which lines are new or changed and which ids go, no more than fit a screen."""
    for table in tables:
        name = say(f"imports.table.{table.name}", lang)
        if table.new and table.mode:
            yield say("imports.report.new_lines", lang, table=name, lines=spans(table.new))
        for line, fields in table.changed[:MOST_SHOWN]:
            told = ", ".join(fields)
            yield say("imports.report.changed_line", lang, table=name, line=line, fields=told)
        yield from _more(len(table.changed), lang)
        if table.removed:
            ids = ", ".join(table.removed[:MOST_SHOWN])
            yield say("imports.report.removed_ids", lang, table=name, ids=ids)
            yield from _more(len(table.removed), lang)


def _more(count: int, lang: str) -> Iterator[str]:
    if count > MOST_SHOWN:
        yield f"  {say('imports.report.more', lang, n=count - MOST_SHOWN)}"


def _findings(findings: tuple[Finding, ...], kind: str, lang: str) -> Iterator[str]:
    """Yield warnings together by place and code; faults each by itself."""
    if findings and kind == "warning":
        yield ""
        yield say("imports.report.warnings", lang, n=len(findings))
    groups = grouped(findings) if kind == "warning" else map(_alone, findings)
    for group in groups:
        lines = spans(group.lines)
        key = "imports.report.place" if lines else "imports.report.whole"
        place = say(key, lang, file=group.file, lines=lines)
        field = f", {group.field}" if group.field else ""
        yield f"  {place}{field}: {reason(group, kind, lang)}"


def _alone(finding: Finding) -> Grouped:
    return grouped([finding])[0]
