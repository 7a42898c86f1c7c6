"""What a set would change, against what its source brought before. Writes nothing.

Read inside a ledger entry, so that the diff and what is applied are of the same moment.
"""

from senim.exchange.oneroster.diffing.classes import diff_classes, diff_courses
from senim.exchange.oneroster.diffing.diff import Diff
from senim.exchange.oneroster.diffing.families import diff_guardianships
from senim.exchange.oneroster.diffing.people import diff_people
from senim.exchange.oneroster.diffing.posts import diff_roles
from senim.exchange.oneroster.diffing.removals import diff_removals
from senim.exchange.oneroster.diffing.seats import diff_enrollments
from senim.exchange.oneroster.diffing.sessions import diff_sessions


def diff_all(diff: Diff) -> None:
    """Fill the diff, but for the orgs, which are read first: the entry is filed under one."""
    diff_sessions(diff)
    diff_courses(diff)
    diff_classes(diff)
    diff_people(diff)
    diff_roles(diff)
    diff_enrollments(diff)
    diff_guardianships(diff)
    diff_removals(diff)
