"""The policy row of every API route."""

from senim.rules.access import Hat
from senim.rules.policies import WRITE, Policy, wearing

POLICIES: dict[str, Policy] = {
    "api_diary_week": wearing(Hat.PUPIL, Hat.GUARDIAN, Hat.TEACHER, Hat.OFFICE),
    "sync_operations": wearing(Hat.TEACHER, methods=WRITE, late=True),
}
