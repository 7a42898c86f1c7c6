"""What a set takes out: by leaving it out of a bulk file, or by saying so in a delta.

Nothing is deleted: organisations, people, classes and the like are marked, ties are closed on the
day of the run. What another row or source still holds stays.
"""

from collections.abc import Iterable
from uuid import UUID

from senim.exchange.oneroster.batches import gather
from senim.exchange.oneroster.diffing.diff import Diff
from senim.exchange.oneroster.diffing.people import OFF
from senim.exchange.oneroster.index import Key, Link
from senim.exchange.oneroster.links import held_elsewhere
from senim.exchange.oneroster.roster import R, Table
from senim.schools import services as schools
from senim.schools.services import NewClass, NewCourse, NewEnrollment, NewMember, NewOrg, NewSession

TALLIES = {
    "org": "orgs",
    "academicSession": "academicSessions",
    "course": "courses",
    "class": "classes",
    "user": "users",
    "demographics": "demographics",
    "role": "roles",
    "enrollment": "enrollments",
    "member": "members",
    "post": "posts",
    "agent": "guardianships",
    "account": "accounts",
}
MARKED: dict[str, type] = {
    "org": NewOrg,
    "academicSession": NewSession,
    "course": NewCourse,
    "class": NewClass,
    "member": NewMember,
}


def diff_removals(diff: Diff) -> None:
    """Plan what goes: first what the files say, then what hung on it."""
    roster = diff.roster
    removals = Removals(diff)
    removals.of_table(roster.orgs, "org")
    removals.of_table(roster.sessions, "academicSession")
    removals.of_table(roster.courses, "course")
    removals.of_table(roster.classes, "class")
    removals.of_table(roster.users, "user")
    removals.of_table(roster.demographics, "demographics")
    if roster.version == "1.2":
        removals.of_table(roster.roles, "role")
    else:
        removals.of_rows("role")
    removals.of_rows("agent")
    removals.of_table(roster.enrollments, "enrollment")
    removals.that_follow()
    removals.settle()


class Removals:
    """The names a run takes back."""

    def __init__(self, diff: Diff) -> None:
        self._diff = diff
        self._dropped: dict[Key, Link] = {}

    def of_table(self, table: Table[R], kind: str) -> None:
        """Drop what a bulk file leaves out, and what a file says is gone."""
        known = list(self._diff.index.before(kind))
        ids = {key.sourced_id for key, _ in known}
        for key, _ in known:
            left_out = table.mode == "bulk" and not self._diff.index.is_claimed(key)
            if left_out or key.sourced_id in table.gone:
                self._drop(key)
        if table.mode == "delta":
            for sourced_id, line in table.gone.items():
                if sourced_id not in ids:
                    self._diff.notes.warn(table.file, line, "sourcedId", "gone_unknown")

    def of_rows(self, kind: str) -> None:
        """Drop the ties that a row of users.csv no longer names."""
        spoken = {row.id for row in self._diff.roster.users.rows}
        for key, _ in list(self._diff.index.before(kind)):
            tied = kind != "role" or key.within
            if key.sourced_id in spoken and tied and not self._diff.index.is_claimed(key):
                self._drop(key)

    def that_follow(self) -> None:
        """Drop what hangs on something dropped."""
        self._of_people()
        self._of_classes()
        for key in [key for key in self._dropped if key.kind == "role"]:
            self._drop_known(Key("post", key.sourced_id, key.within))
        for key, _ in list(self._diff.index.before("post")):
            role = Key("role", key.sourced_id, key.within)
            is_told_otherwise = self._diff.index.is_claimed(role)
            if is_told_otherwise and not self._diff.index.is_claimed(key):
                self._drop(key)
        self._of_members()

    def _of_people(self) -> None:
        gone = {key.sourced_id for key in self._dropped if key.kind == "user"}
        if not gone:
            return
        members = {
            link.target_id
            for key, link in self._diff.index.before("member")
            if key.sourced_id in gone
        }
        for key, link in list(self._diff.index.before("role")):
            if link.target_id in members:
                self._drop(key)
        for key, _ in list(self._diff.index.before("member", "agent", "account", "demographics")):
            if key.sourced_id in gone or (key.kind == "agent" and key.within in gone):
                self._drop(key)
        self._drop_seats("member_id", members)

    def _of_classes(self) -> None:
        gone = {link.target_id for key, link in self._dropped.items() if key.kind == "class"}
        self._drop_seats("class_id", gone)

    def _drop_seats(self, by: str, ids: Iterable[UUID]) -> None:
        stood = gather(lambda batch: schools.standing(NewEnrollment, by, batch), ids)
        for key, link in list(self._diff.index.before("enrollment")):
            if link.target_id in stood:
                self._drop(key)

    def _of_members(self) -> None:
        """Drop the members whom no role and no enrolment of this source holds any more."""
        loose = self._loose_members()
        if not loose:
            return
        held = {link.target_id for _, link in self._diff.index.after("role")}
        stood = gather(lambda batch: schools.standing(NewEnrollment, "member_id", batch), loose)
        seats = {link.target_id for _, link in self._diff.index.after("enrollment")}
        held |= {seat.member_id for seat, _ in stood.values() if seat.id in seats}
        planned = self._diff.plan.puts.get(NewEnrollment, [])
        held |= {seat.member_id for seat in planned}
        for key, link in list(self._diff.index.after("member")):
            if link.target_id in loose - held:
                self._drop(key)

    def _loose_members(self) -> set[UUID]:
        """Return members who lost a role or an enrolment in this run."""
        roles = {link.target_id for key, link in self._dropped.items() if key.kind == "role"}
        seats = [link.target_id for key, link in self._dropped.items() if key.kind == "enrollment"]
        stood = gather(lambda batch: schools.standing(NewEnrollment, "id", batch), seats)
        return roles | {seat.member_id for seat, _ in stood.values()}

    def _drop_known(self, key: Key) -> None:
        if self._diff.index.known(key):
            self._drop(key)

    def _drop(self, key: Key) -> None:
        if key in self._dropped:
            return
        self._dropped[key] = self._diff.index.drop(key)
        tally = self._diff.tallies.get(TALLIES[key.kind])
        if tally:
            tally.removed[self._diff.mark(key)] = key.sourced_id

    # What the dropped names stood for

    def settle(self) -> None:
        """Plan what becomes of the things whose last name was dropped."""
        still = {(key.kind, link.target_id) for key, link in self._diff.index.after(*TALLIES)}
        last = [
            (key.kind, link)
            for key, link in self._dropped.items()
            if not link.adopted and (key.kind, link.target_id) not in still
        ]
        elsewhere = held_elsewhere(self._diff.index.source, (link.target_id for _, link in last))
        for kind, link in last:
            if link.target_id not in elsewhere:
                self._let_go(kind, link)

    def _let_go(self, kind: str, link: Link) -> None:
        plan, target = self._diff.plan, link.target_id
        if kind in MARKED:
            plan.withdrawn.setdefault(MARKED[kind], []).append(target)
        elif kind == "user":
            plan.withdrawn_people.append(target)
        elif kind == "enrollment":
            plan.closed.setdefault(NewEnrollment, []).append(target)
        elif kind == "post":
            plan.closed.setdefault(schools.NewRole, []).append(target)
        elif kind == "agent":
            plan.ended_guardianships.append(target)
        elif kind == "account" and link.said != OFF:
            plan.accounts_off.append(target)
