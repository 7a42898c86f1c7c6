"""Writing what a diff planned, within the run's ledger entry."""

from datetime import datetime
from typing import Any

from senim.exchange.oneroster.batches import batches
from senim.exchange.oneroster.diffing.diff import Diff
from senim.exchange.oneroster.links import write_index
from senim.people import rosters
from senim.people import services as people
from senim.schools import services as schools
from senim.schools.services import (
    NewClass,
    NewCourse,
    NewEnrollment,
    NewMember,
    NewOrg,
    NewRole,
    NewSession,
)

WRITTEN_AT_ONCE = 4000
BEFORE_PEOPLE: tuple[type[Any], ...] = (NewOrg, NewSession, NewCourse, NewClass)
AFTER_PEOPLE: tuple[type[Any], ...] = (NewMember, NewRole, NewEnrollment)

CLOSED: tuple[type[Any], ...] = (NewEnrollment, NewRole)
MARKED: tuple[type[Any], ...] = (NewMember, NewClass, NewCourse, NewSession, NewOrg)


def apply(diff: Diff, *, at: datetime) -> None:
    """Write the plan: what is new and changed, then what goes, then the source's names."""
    for kind in BEFORE_PEOPLE:
        for values in batches(diff.plan.puts.get(kind, []), WRITTEN_AT_ONCE):
            schools.put(kind, values, at=at)
    _apply_people(diff, at)
    for kind in AFTER_PEOPLE:
        for values in batches(diff.plan.puts.get(kind, []), WRITTEN_AT_ONCE):
            schools.put(kind, values, at=at)
    _apply_removals(diff, at)
    write_index(diff.index, at=at)


def _apply_people(diff: Diff, at: datetime) -> None:
    plan = diff.plan
    for new in batches(plan.new_people.values(), WRITTEN_AT_ONCE):
        people.add_people(new, at=at)
    for renamed in batches(plan.renamed):
        rosters.rename_people(renamed, at=at)
    for identified in batches(plan.identified):
        rosters.identify_people(identified)
    for accounts in batches(plan.new_accounts, WRITTEN_AT_ONCE):
        people.add_accounts(accounts)
    for ids in batches(plan.accounts_on):
        rosters.switch_accounts(ids, active=True)
    people.add_guardianships(plan.new_guardianships, at=at)
    for ids in batches(plan.resumed_guardianships):
        rosters.resume_guardianships(ids, at=at)


def _apply_removals(diff: Diff, at: datetime) -> None:
    plan = diff.plan
    for kind in CLOSED:
        for ids in batches(plan.closed.get(kind, [])):
            schools.close(kind, ids, on=diff.on, at=at)
    for ids in batches(plan.ended_guardianships):
        rosters.end_guardianships(ids, on=diff.on, at=at)
    for ids in batches(plan.accounts_off):
        rosters.switch_accounts(ids, active=False)
    for kind in MARKED:
        for ids in batches(plan.withdrawn.get(kind, [])):
            schools.withdraw(kind, ids, at=at)
    for ids in batches(plan.withdrawn_people):
        rosters.withdraw_people(ids, at=at)
