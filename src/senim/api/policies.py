"""The policy row of every API route."""

from senim.rules.access import Hat
from senim.rules.policies import WRITE, Policy, anyone, wearing

POLICIES: dict[str, Policy] = {
    "api_diary_week": wearing(Hat.PUPIL, Hat.GUARDIAN, Hat.TEACHER, Hat.OFFICE),
    "sync_operations": wearing(Hat.TEACHER, methods=WRITE, late=True),
    # Public to the wall: asked by a security server alone, which `tracker` itself makes sure of.
    "tracker_find_usage": anyone(),
    "tracker_usage_period": anyone(),
    "tracker_heartbeat": anyone(),
}
