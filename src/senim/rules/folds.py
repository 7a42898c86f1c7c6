"""A mark is a list of facts; the cell is their fold. Pure.

Nothing is overwritten. One author's later word stands over their earlier one. Another author may
correct a fact they had before them; where they had not, both stand and somebody decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Said:
    """One fact. score: points, None for an annulment. replaces: the fact its author saw."""

    id: UUID
    author_id: UUID
    event_at: datetime
    score: int | None
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What a result is now. differing: the heads of the other authors who disagree."""

    head: Said | None
    differing: tuple[Said, ...] = ()

    @property
    def score(self) -> int | None:
        """Points to show; None when nothing stands."""
        return self.head.score if self.head else None


def _later(fact: Said) -> tuple[datetime, UUID]:
    return (fact.event_at, fact.id)


def fold(facts: Iterable[Said]) -> Cell:
    """Return the cell of all facts said about one result, in whatever order they arrived.

    A fact is settled when its own author spoke later, or when somebody replaced it knowingly. The
    facts left over agree (same points), or they differ and the earliest is shown with the rest
    beside it.
    """
    said = sorted({fact.id: fact for fact in facts}.values(), key=_later)
    replaced = {fact.replaces for fact in said if fact.replaces}
    last_of = {fact.author_id: fact.id for fact in said}
    heads = [f for f in said if f.id not in replaced and last_of[f.author_id] == f.id]
    if not heads:
        return Cell(said[-1]) if said else Cell(None)
    others = tuple(h for h in heads[:-1] if h.score != heads[-1].score)
    if not others:
        return Cell(heads[-1])
    return Cell(heads[0], tuple(h for h in heads[1:] if h.score != heads[0].score))
