"""Taking in what others bring: whole, within one ledger entry, or not at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError

from senim.base.ids import uuid7
from senim.exchange.models import ImportRun
from senim.exchange.oneroster.applying import apply
from senim.exchange.oneroster.diffing import diff_all
from senim.exchange.oneroster.diffing.diff import Diff
from senim.exchange.oneroster.diffing.orgs import diff_orgs, home
from senim.exchange.oneroster.findings import Finding, Notes
from senim.exchange.oneroster.links import read_index
from senim.exchange.oneroster.reading import Unread, read_set
from senim.exchange.oneroster.report import Report, table_report
from senim.exchange.oneroster.roster import Roster
from senim.exchange.oneroster.shaping import shape
from senim.ledger import services as ledger
from senim.rules.access import Action, Actor, Subject, require
from senim.rules.errors import Invalid
from senim.schools import services as schools
from senim.schools.queries import COUNTRY_ZONE
from senim.schools.services import NewOrg

WARNINGS_KEPT = 1000
LONGEST_SOURCE = 120


class _NotTaken(Exception):
    """Rolls the entry back: a dry run, a fault, or a removal nobody allowed."""


def import_roster(
    path: Path,
    *,
    actor: Actor | None,
    at: datetime,
    source: str = "",
    dry_run: bool = False,
    allow_removals: bool = False,
) -> Report:
    """Take in a OneRoster set, folder or zip, and report what it changed or would change.

    source: whose ids these are; else the manifest's system code, else the file's name.
    A set with any fault changes nothing, nor does one that removes more than a tenth of a table
    without allow_removals; the report says so. Taken in, it is one entry of the ledger and one run.
    actor: None for the installation's operator. Raises NotFound unless an actor keeps the roll of
    every school of the set.
    """
    notes = Notes()
    source = source[:LONGEST_SOURCE]
    try:
        roster = shape(read_set(path, notes), notes)
    except Unread:
        return _unread(source or path.stem, notes, dry_run=dry_run)
    if not source and not roster.source:
        notes.warn(path.name, 0, "", "source_by_file_name")
    source = source or roster.source[:LONGEST_SOURCE] or path.stem[:LONGEST_SOURCE]
    diff = Diff(roster, read_index(source), notes, on=at.astimezone(COUNTRY_ZONE).date())
    return _run(diff, actor=actor, at=at, dry_run=dry_run, allow_removals=allow_removals)


def _run(
    diff: Diff, *, actor: Actor | None, at: datetime, dry_run: bool, allow_removals: bool
) -> Report:
    diff_orgs(diff)
    if actor:
        for sourced_id in diff.school_orgs:
            require(actor.viewer, Action.KEEP_ROLL, Subject(diff.orgs[sourced_id].id))
    home_id, run_id = home(diff), uuid7()
    if home_id is None:
        diff.notes.fault(diff.roster.orgs.file, 0, "", "no_org")
    thing = ledger.Thing("import", run_id, home_id or run_id)
    name, why = "exchange.roster.imported", "a set brings all the schools of an area"
    try:
        with ledger.entry(name, thing, actor=actor, at=at, over_schools=why) as draft:
            diff_all(diff)
            _note_no_room(diff)
            report = _report(diff, dry_run=dry_run)
            _stop_unless_taken(report, allow_removals=allow_removals)
            apply(diff, at=at)
            draft.facts = _facts(report, run_id)
            _keep(report, diff.roster, run_id, thing.school_id, actor, at)
    except _NotTaken:
        return report
    except IntegrityError:
        diff.notes.fault("", 0, "", "rows_in_the_way")
        return _report(diff, dry_run=dry_run)
    return replace(report, run_id=run_id)


def _stop_unless_taken(report: Report, *, allow_removals: bool) -> None:
    if report.dry_run or report.refused or (report.asks_leave and not allow_removals):
        raise _NotTaken


def _note_no_room(diff: Diff) -> None:
    try:
        schools.require_room(diff.plan.puts.get(NewOrg, ()))
    except Invalid as refusal:
        diff.notes.fault(diff.roster.orgs.file, 0, "", refusal.code)


def _report(diff: Diff, *, dry_run: bool) -> Report:
    return Report(
        source=diff.index.source,
        version=diff.roster.version,
        digest=diff.roster.digest,
        dry_run=dry_run,
        run_id=None,
        tables=tuple(table_report(tally) for tally in diff.tallies.values()),
        faults=diff.notes.faults,
        warnings=diff.notes.warnings,
    )


def _unread(source: str, notes: Notes, *, dry_run: bool) -> Report:
    return Report(source, "", "", dry_run, None, (), notes.faults, notes.warnings)


def _facts(report: Report, run_id: UUID) -> dict[str, object]:
    return {
        "run": str(run_id),
        "source": report.source,
        "digest": report.digest,
        "counts": _counts(report),
    }


def _counts(report: Report) -> dict[str, Mapping[str, int]]:
    return {table.name: dict(table.counts) for table in report.tables}


def _keep(
    report: Report,
    roster: Roster,
    run_id: UUID,
    school_id: UUID,
    actor: Actor | None,
    at: datetime,
) -> None:
    ImportRun.objects.create(
        id=run_id,
        school_id=school_id,
        source=report.source,
        version=roster.version,
        at=at,
        actor_id=actor.account_id if actor else None,
        digest=report.digest,
        counts=_counts(report),
        warnings=[_kept(finding) for finding in report.warnings[:WARNINGS_KEPT]],
        warned=len(report.warnings),
    )


def _kept(finding: Finding) -> dict[str, object]:
    return {
        "file": finding.file,
        "line": finding.line,
        "field": finding.field,
        "code": finding.code,
    }
