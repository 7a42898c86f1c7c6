"""Guardianships, from the agents a user's row names: a pupil's parents, or a parent's children.

What a court ordered, and any guardianship that stands here already, is left as it is.
"""

from uuid import UUID

from senim.exchange.oneroster.batches import gather
from senim.exchange.oneroster.diffing.diff import Diff
from senim.exchange.oneroster.index import Key
from senim.exchange.oneroster.roster import UserRow
from senim.exchange.oneroster.tables import RELATIVES
from senim.people import rosters as people
from senim.people.services import NewGuardianship

GROUND = "roster"
COLUMN = "agentSourcedIds"


def diff_guardianships(diff: Diff) -> None:
    """Plan guardianships. One that two rows name from both sides is one."""
    tally = diff.tally("guardianships", "agent")
    named = [
        (row, agent, pair)
        for row in diff.roster.users.rows
        for agent in row.agents
        if (pair := _pair(diff, row, agent))
    ]
    existing = _existing(diff, {ward for _, _, (_, ward, _) in named})
    own = {link.target_id for _, link in diff.index.before("agent")}
    planned: set[UUID] = set()
    for row, agent, (guardian_id, ward_id, kind) in named:
        key, tie = Key("agent", row.id, agent), (guardian_id, ward_id)
        stands = existing.get(tie)
        ended = diff.index.former(key)
        ours = ended is not None or stands in own or stands in planned
        link, fresh = diff.claim(key, target=stands, adopted=not ours and stands is not None)
        if ended and not ended.adopted and ended.target_id == stands:
            diff.plan.resumed_guardianships.append(stands)
        elif fresh and link.adopted:
            diff.notes.warn(diff.roster.users.file, row.line, COLUMN, "guardianship_stands")
        elif stands is None:
            existing[tie] = link.target_id
            planned.add(link.target_id)
            diff.plan.new_guardianships.append(
                NewGuardianship(
                    guardian_id, ward_id, diff.on, kind=kind, ground=GROUND, id=link.target_id
                )
            )
        tally.note(key, row.line, fresh=fresh, fields=())


def _pair(diff: Diff, row: UserRow, agent: str) -> tuple[UUID, UUID, str] | None:
    """Return (guardian, ward, kind), by the roles both have; None where they do not tell."""
    file = diff.roster.users.file
    user_id = diff.index.target(Key("user", row.id))
    agent_id = diff.find(diff.roster.users, Key("user", agent))
    if agent_id is None or user_id is None:
        diff.notes.warn(file, row.line, COLUMN, "agent_unknown")
        return None
    own, other = diff.words.get(row.id, set()), diff.words.get(agent, set())
    if agent_id == user_id:
        diff.notes.warn(file, row.line, COLUMN, "agent_self")
    elif "student" in own and "student" not in other:
        return agent_id, user_id, _kind(other)
    elif own & RELATIVES and ("student" in other or not other & RELATIVES):
        return user_id, agent_id, _kind(own)
    else:
        diff.notes.warn(file, row.line, COLUMN, "agent_unclear")
    return None


def _kind(words: set[str]) -> str:
    return next(iter(sorted(words & RELATIVES, reverse=True)), "relative")


def _existing(diff: Diff, wards: set[UUID]) -> dict[tuple[UUID, UUID], UUID]:
    """Return guardianships of these wards, past ones too: a file must not undo what ended one."""
    ids = wards - diff.plan.new_people.keys()
    found = gather(people.guardianships_of, ids)
    return {pair: guardianship for guardianship, pair in found.items()}
