"""The strip across every page under a temporary hat: whose record is open, until when, and why."""

from dataclasses import dataclass
from datetime import datetime

from senim.rules.access import TEMPORARY_HATS, Actor
from senim.schools import queries as schools


@dataclass(frozen=True, slots=True)
class Strip:
    """What it says. name: of the pupil (F1, open under the hat), empty for support."""

    kind: str
    name: str
    school: dict[str, str]
    until: datetime
    reason: str
    ground: str


def strip_of(actor: Actor | None) -> Strip | None:
    """Return the strip of who works under an opening; no question is asked for anybody else."""
    if actor is None or actor.viewer.hat not in TEMPORARY_HATS or not actor.viewer.ties:
        return None
    card = schools.accesses([actor.hat_id])[actor.hat_id]
    school = schools.schools([card.school_id])[card.school_id]
    named = schools.members(actor.viewer, [card.member_id] if card.member_id else [])
    name = next((name for name, _ in named.values()), "")
    until = card.ends_at.astimezone(school.zone)
    return Strip(card.kind, name, school.name, until, card.reason, card.ground)
