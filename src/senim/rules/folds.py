"""A mark is a list of facts; the cell is their fold. Pure.

Nothing is overwritten. One author's later word stands over their earlier one. Another author may
correct a fact they had before them; where they had not, both stand and somebody decides.
"""

from collections.abc import Iterable, Mapping
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

    A fact is settled when somebody replaced it knowingly, or when its own author spoke later. The
    facts left over agree (same points), or they differ and the earliest is shown with the rest
    beside it.
    """
    said = sorted({fact.id: fact for fact in facts}.values(), key=_later)
    if not said:
        return Cell(None)
    heads = _unsettled(said) or _last_words(said)
    if all(head.score == heads[-1].score for head in heads):
        return Cell(heads[-1])
    return Cell(heads[0], tuple(h for h in heads[1:] if h.score != heads[0].score))


def _unsettled(said: list[Said]) -> list[Said]:
    by_id = {fact.id: fact for fact in said}
    replaced = {fact.replaces for fact in said}
    return [
        fact
        for place, fact in enumerate(said)
        if fact.id not in replaced and not _took_back(fact, said[place + 1 :], by_id)
    ]


def _took_back(fact: Said, later: list[Said], by_id: Mapping[UUID, Said]) -> bool:
    """Say whether its author spoke later. A clock that lags does not undo what they had seen."""
    seen = _seen_before(fact, by_id)
    return any(f.author_id == fact.author_id and f.id not in seen for f in later)


def _seen_before(fact: Said, by_id: Mapping[UUID, Said]) -> set[UUID]:
    """Return the chain of facts this one replaces, directly or through others."""
    seen: set[UUID] = set()
    earlier = by_id.get(fact.replaces) if fact.replaces else None
    while earlier and earlier.id not in seen:
        seen.add(earlier.id)
        earlier = by_id.get(earlier.replaces) if earlier.replaces else None
    return seen


def _last_words(said: list[Said]) -> list[Said]:
    """Return each author's last fact: what is left where clocks contradict one another."""
    last = {fact.author_id: fact for fact in said}
    return sorted(last.values(), key=_later)
