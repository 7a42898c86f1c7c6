"""Academic sessions. OneRoster's belong to no school; here each school of the set has its own."""

import re
from collections import defaultdict
from functools import partial
from uuid import UUID

from senim.exchange.oneroster.batches import gather
from senim.exchange.oneroster.diffing.diff import Diff, Span, Want, words_of
from senim.exchange.oneroster.index import Key
from senim.exchange.oneroster.roster import SessionRow
from senim.schools import services as schools
from senim.schools.services import NewSession

ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


class Numbers:
    """Which sessions a school has, so that each new one gets a number of its own."""

    def __init__(self, standing: dict[UUID, tuple[NewSession, bool]]) -> None:
        self._taken: dict[tuple[object, ...], dict[int, UUID]] = defaultdict(dict)
        self._dated: dict[tuple[object, ...], UUID] = {}
        for session, in_use in standing.values():
            place = (session.school_id, session.school_year, session.kind)
            self._taken[place][session.number] = session.id
            if in_use:
                days = (session.school_id, session.kind, session.starts, session.ends)
                self._dated[days] = session.id

    def dated(self, school_id: UUID, row: SessionRow) -> UUID | None:
        """Return the session of the same kind and days, once."""
        return self._dated.pop((school_id, row.kind, row.starts, row.ends), None)

    def number(self, session_id: UUID, school_id: UUID, row: SessionRow, first: int) -> int:
        """Return the first free number from `first` on, or the session's own."""
        taken = self._taken[(school_id, row.school_year, row.kind)]
        number = first
        while taken.get(number, session_id) != session_id:
            number += 1
        taken[number] = session_id
        return number


def diff_sessions(diff: Diff) -> None:
    """Plan the sessions of every school of the set."""
    table = diff.roster.sessions
    tally = diff.tally("academicSessions", "academicSession", table)
    if table.rows and not diff.school_orgs:
        diff.notes.fault(table.file, 0, "", "no_school")
    school_ids = {sid: diff.orgs[sid].id for sid in diff.school_orgs}
    stood = gather(lambda ids: schools.standing(NewSession, "school_id", ids), school_ids.values())
    numbers = Numbers(stood)
    own = {link.target_id for _, link in diff.index.before("academicSession")}
    wants = []
    for row in sorted(table.rows, key=lambda row: (row.starts, row.id)):
        for org, school_id in school_ids.items():
            key = Key("academicSession", row.id, org)
            target = None if diff.index.known(key) else numbers.dated(school_id, row)
            target = None if target in own else target
            link, fresh = diff.claim(key, target=target, adopted=bool(target))
            build = partial(_session, diff, row, org, school_id, link.target_id, numbers)
            wants.append(Want(row.id, row.line, link, fresh, build))
    diff.settle(tally, NewSession, wants)
    _remember(diff, stood)


def _session(
    diff: Diff,
    row: SessionRow,
    org: str,
    school_id: UUID,
    session_id: UUID,
    numbers: Numbers,
    stands: NewSession | None,
) -> NewSession:
    first = stands.number if stands else number_in(row)
    return NewSession(
        school_id=school_id,
        kind=row.kind,
        title=words_of(row.title, stands.title if stands else None),
        number=numbers.number(session_id, school_id, row, first),
        school_year=row.school_year,
        starts=row.starts,
        ends=row.ends,
        parent_id=_parent(diff, row, org),
        provisional=False,
        id=session_id,
    )


def number_in(row: SessionRow) -> int:
    """Return the one number a title names («2-тоқсан», «II четверть»), else the lowest there is."""
    if row.kind == "schoolYear":
        return 0
    digits = re.findall(r"(?<!\d)[1-9](?!\d)", row.title)
    numerals = [ROMAN[word] for word in re.findall(r"\b[IV]+\b", row.title) if word in ROMAN]
    found = {int(digit) for digit in digits} or set(numerals)
    return found.pop() if len(found) == 1 else 1


def _parent(diff: Diff, row: SessionRow, org: str) -> UUID | None:
    if not row.parent:
        return None
    parent = diff.find(diff.roster.sessions, Key("academicSession", row.parent, org))
    if parent is None or row.parent == row.id:
        file = diff.roster.sessions.file
        diff.notes.warn(file, row.line, "parentSourcedId", "parent_unknown")
        return None
    return parent


def _remember(diff: Diff, stood: dict[UUID, tuple[NewSession, bool]]) -> None:
    """Keep the year and days of every session of the source as this run leaves it."""
    for row in diff.roster.sessions.rows:
        diff.spans[row.id] = Span(row.school_year, row.starts, row.ends)
    for key, link in diff.index.after("academicSession"):
        if key.sourced_id not in diff.spans and diff.find(diff.roster.sessions, key):
            session = stood.get(link.target_id)
            if session:
                span = Span(session[0].school_year, session[0].starts, session[0].ends)
                diff.spans[key.sourced_id] = span
