"""Organisations of a set. One that classes name as their school is taken as a school."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from senim.exchange.oneroster.batches import gather
from senim.exchange.oneroster.diffing.diff import Diff, Want, words_of
from senim.exchange.oneroster.index import Key
from senim.exchange.oneroster.roster import OrgRow
from senim.schools import services as schools
from senim.schools.services import NewOrg

SCHOOL_KINDS = ("school", "college", "centre")


def diff_orgs(diff: Diff) -> None:
    """Plan organisations and say which are schools."""
    table = diff.roster.orgs
    tally = diff.tally("orgs", "org", table)
    matched = _matched(diff)
    own = {link.target_id for _, link in diff.index.before("org")}
    claims = []
    for row in table.rows:
        key = Key("org", row.id)
        target = None if diff.index.known(key) else matched.get((row.identifier, row.kind))
        if target:
            diff.notes.warn(table.file, row.line, "identifier", "org_matched")
        claims.append(
            (row, *diff.claim(key, target=target, adopted=bool(target) and target not in own))
        )
    _note_circles(diff)
    serving = _serving(diff)
    wants = []
    for row, link, fresh in claims:
        parent = _parent(diff, row)
        build = partial(_org, diff, row, link.target_id, parent, serving)
        wants.append(Want(row.id, row.line, link, fresh, build))
    diff.settle(tally, NewOrg, wants)
    _remember(diff, serving)


def home(diff: Diff) -> UUID | None:
    """Return the org a run is filed under: the one school, else the topmost of the set's orgs."""
    if len(diff.school_orgs) == 1:
        return diff.orgs[diff.school_orgs[0]].id
    own = {org.id for org in diff.orgs.values()}
    tops = [sid for sid, org in diff.orgs.items() if org.parent_id not in own]
    return diff.orgs[min(tops)].id if tops else None


def _matched(diff: Diff) -> dict[tuple[str, str], UUID]:
    """Return the orgs that stand here already, by identifier and kind."""
    wanted = {row.identifier for row in diff.roster.orgs.rows if row.identifier}
    found = gather(lambda ids: schools.standing(NewOrg, "identifier", ids), wanted)
    return {(org.identifier, org.kind): org.id for org, in_use in found.values() if in_use}


def _serving(diff: Diff) -> frozenset[str]:
    """Return the orgs that classes name as their school."""
    return frozenset(row.school for row in diff.roster.classes.rows)


def _parent(diff: Diff, row: OrgRow) -> UUID | None:
    if not row.parent:
        return None
    parent = diff.find(diff.roster.orgs, Key("org", row.parent))
    if parent is None:
        diff.notes.warn(diff.roster.orgs.file, row.line, "parentSourcedId", "parent_unknown")
    return parent


def _org(
    diff: Diff,
    row: OrgRow,
    org_id: UUID,
    parent_id: UUID | None,
    serving: frozenset[str],
    stands: NewOrg | None,
) -> NewOrg:
    org = NewOrg(
        kind=_kind(diff, row, serving, stands),
        name=words_of(row.name, stands.name if stands else None),
        parent_id=parent_id,
        identifier=row.identifier,
        time_zone=stands.time_zone if stands else "Asia/Almaty",
        id=org_id,
    )
    diff.orgs[row.id] = org
    return org


def _kind(diff: Diff, row: OrgRow, serving: frozenset[str], stands: NewOrg | None) -> str:
    """A school stays what the office made of it; what serves as a school is one."""
    stood = stands.kind if stands else ""
    if row.kind == "school":
        return stood if stood in SCHOOL_KINDS else "school"
    has_parts = any(other.parent == row.id for other in diff.roster.orgs.rows)
    if (row.id in serving or stood in SCHOOL_KINDS) and not has_parts:
        diff.notes.warn(diff.roster.orgs.file, row.line, "type", "org_serves_as_school")
        return stood if stood in SCHOOL_KINDS else "school"
    return row.kind


def _note_circles(diff: Diff) -> None:
    parents = {row.id: row.parent for row in diff.roster.orgs.rows}
    for row in diff.roster.orgs.rows:
        seen, above = {row.id}, row.parent
        while above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
        if above == row.id:
            diff.notes.fault(diff.roster.orgs.file, row.line, "parentSourcedId", "org_circle")


def _remember(diff: Diff, serving: frozenset[str]) -> None:
    """Keep every org of the source as this run leaves it, those of earlier runs included."""
    table = diff.roster.orgs
    read: Callable[[list[UUID]], dict[UUID, tuple[NewOrg, bool]]]
    read = lambda ids: schools.standing(NewOrg, "id", ids)  # noqa: E731
    stood = gather(read, (link.target_id for _, link in diff.index.after("org")))
    for key, link in diff.index.after("org"):
        if key.sourced_id not in diff.orgs and diff.find(table, key) and link.target_id in stood:
            diff.orgs[key.sourced_id] = stood[link.target_id][0]
    diff.school_orgs = sorted(
        sid for sid, org in diff.orgs.items() if org.kind in SCHOOL_KINDS or sid in serving
    )
