"""Writing points: a cell is a list of facts, nothing is overwritten, the row keeps their fold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from senim.base.ids import uuid7
from senim.journal.models import Category, LineItem, Result, ResultFact
from senim.journal.services.entries import (
    REMARK_LONGEST,
    Hand,
    check_enrolled,
    check_points,
    check_points_given,
    class_of,
    fit_text,
    hand_of,
)
from senim.ledger import services as ledger
from senim.rules.access import Action, Actor, require
from senim.rules.errors import Invalid, NotFound
from senim.rules.folds import Said, fold

FOLDED = ("score", "comment", "differs", "last_fact_id", "set_by", "set_at", "date_last_modified")
"""The columns of a result that are the fold of its facts."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a teacher enters in one cell. points None takes the points back.

    A comment without points stands by itself; comment None leaves the one that stands. seen: the
    fact the teacher had before them, None for an empty cell.
    """

    points: int | None
    comment: str | None = ""
    reason: str = ""
    seen: UUID | None = None


@dataclass(frozen=True, slots=True)
class CellNow:
    """What one cell shows after a save, and the fact behind it.

    differs: another author's entry stands beside it until somebody decides.
    """

    item_id: UUID
    member_id: UUID
    points: int | None
    fact_id: UUID
    differs: bool


def fit_scores(scores: Mapping[UUID, Score], *, lowest: int, maximum: int) -> dict[UUID, Score]:
    """Return the scores with fitted texts. Raises Invalid with the pupil at fault."""
    fitted = {}
    for member, score in scores.items():
        check_points(score.points, maximum, lowest=lowest, member=member)
        comment = score.comment
        if comment is not None:
            comment = fit_text(comment, "comment", longest=REMARK_LONGEST, member=str(member))
        reason = fit_text(score.reason, "reason", longest=REMARK_LONGEST, member=str(member))
        fitted[member] = replace(score, comment=comment, reason=reason)
    return fitted


def save_cells(
    class_id: UUID,
    cells: Mapping[UUID, Mapping[UUID, Score]],
    *,
    actor: Actor,
    at: datetime,
    event_at: datetime | None = None,
    time_uncertain: bool = False,
    op_id: UUID | None = None,
) -> tuple[CellNow, ...]:
    """Record points in cells of the register: {line item: {member: score}}.

    event_at: when they were entered, for work done offline; else `at`.
    Raises NotFound unless the actor teaches the class and the line items are its own, Invalid with
    the place of a fault; then nothing is written.
    """
    klass = class_of(class_id)
    require(actor.viewer, Action.RECORD_RESULT, klass.subject)
    if not any(cells.values()):
        raise Invalid("nothing_to_save")
    items = _items_of(class_id, cells)
    fitted = {}
    for item_id, scores in cells.items():
        item = items[item_id]
        check_enrolled(klass, scores, item.date, actor)
        check_points_given(klass, (score.points for score in scores.values()))
        lowest = 1 if item.category == Category.FORMATIVE else 0
        fitted[item_id] = fit_scores(scores, lowest=lowest, maximum=item.maximum)
    hand = hand_of(actor, at=at, event_at=event_at, time_uncertain=time_uncertain)
    thing = ledger.Thing("klass", klass.id, klass.school_id)
    with ledger.entry("journal.register.saved", thing, actor=actor, at=at, op_id=op_id) as draft:
        now: list[CellNow] = []
        for item_id in sorted(fitted):
            now += write_scores(items[item_id], fitted[item_id], hand=hand)
        draft.facts = {
            "event_at": hand.event_at,
            "cells": {str(item): facts_of(scores) for item, scores in fitted.items()},
            "differ": [[str(cell.item_id), str(cell.member_id)] for cell in now if cell.differs],
        }
    return tuple(now)


def facts_of(scores: Mapping[UUID, Score]) -> dict[str, object]:
    """Return scores as a ledger entry keeps them."""
    return {str(m): [s.points, s.comment, s.reason] for m, s in scores.items()}


def _items_of(class_id: UUID, wanted: Iterable[UUID]) -> dict[UUID, LineItem]:
    ids = set(wanted)
    rows = LineItem.objects.filter(id__in=ids, klass_id=class_id, status="active")
    items = {item.id: item for item in rows}
    if items.keys() != ids:
        raise NotFound("not_found")
    return items


@dataclass(slots=True)
class _Cells:
    """The cells of one line item while they are written."""

    rows: dict[UUID, Result]
    facts: dict[UUID, list[ResultFact]]
    new_rows: list[Result] = field(default_factory=list)
    changed_rows: list[Result] = field(default_factory=list)
    new_facts: list[ResultFact] = field(default_factory=list)

    def write(self) -> None:
        """Write rows before the facts that point at them."""
        Result.objects.in_entry().bulk_create(self.new_rows)
        Result.objects.in_entry().bulk_update(self.changed_rows, FOLDED)
        ResultFact.objects.in_entry().bulk_create(self.new_facts)


def write_scores(
    item: LineItem, scores: Mapping[UUID, Score], *, hand: Hand
) -> tuple[CellNow, ...]:
    """Write the facts of one line item's cells and return what each shows then.

    The line item is locked, since two saves at once would each fold without the other's fact.
    """
    LineItem.objects.select_for_update().get(id=item.id)
    cells = _read(item, scores)
    now = [
        shown
        for member_id, score in scores.items()
        if (shown := _write_one(cells, item, member_id, score, hand))
    ]
    cells.write()
    return tuple(now)


def _read(item: LineItem, members: Iterable[UUID]) -> _Cells:
    rows = Result.objects.in_entry().filter(
        school_id=item.school_id, line_item=item, member_id__in=list(members)
    )
    known = {row.member_id: row for row in rows}
    facts: dict[UUID, list[ResultFact]] = {row.id: [] for row in known.values()}
    said = ResultFact.objects.in_entry().filter(school_id=item.school_id)
    for fact in said.filter(result_id__in=list(facts)):
        facts[fact.result_id].append(fact)
    return _Cells(known, facts)


def _write_one(
    cells: _Cells, item: LineItem, member_id: UUID, score: Score, hand: Hand
) -> CellNow | None:
    row = cells.rows.get(member_id)
    if score.comment is None:
        score = replace(score, comment=row.comment if row else "")
    if row is None:
        if score.points is None and not score.comment:
            return None
        row = _new_result(item, member_id, hand)
        cells.new_rows.append(row)
    elif _said_already(row, score, hand):
        return _shown(row)
    else:
        cells.changed_rows.append(row)
    facts = cells.facts.setdefault(row.id, [])
    fact = _new_fact(row, facts, score, hand)
    cells.new_facts.append(fact)
    _fold_into(row, [*facts, fact], at=hand.at)
    return _shown(row)


def _said_already(row: Result, score: Score, hand: Hand) -> bool:
    """Say whether the entry repeats what stands, and its author said it or had it before them.

    Where two authors differ, taking the other's points is an entry of its own: it settles them.
    """
    same = (row.score, row.comment) == (score.points, score.comment)
    own = row.set_by_id == hand.author_id or row.last_fact_id == score.seen
    return same and own and not row.differs


def _shown(row: Result) -> CellNow:
    return CellNow(row.line_item_id, row.member_id, row.score, row.last_fact_id, row.differs)


def _new_result(item: LineItem, member_id: UUID, hand: Hand) -> Result:
    return Result(
        school_id=item.school_id,
        line_item=item,
        member_id=member_id,
        set_by_id=hand.author_id,
        set_at=hand.event_at,
        date_last_modified=hand.at,
    )


def _new_fact(row: Result, facts: list[ResultFact], score: Score, hand: Hand) -> ResultFact:
    seen = score.seen if score.seen in {fact.id for fact in facts} else None
    return ResultFact(
        id=uuid7(),
        school_id=row.school_id,
        result=row,
        kind=_kind(row, score, seen),
        score=score.points,
        comment=score.comment or "",
        reason=score.reason,
        replaces_id=seen,
        author_id=hand.author_id,
        event_at=hand.event_at,
        recorded_at=hand.at,
        time_uncertain=hand.time_uncertain,
    )


def _kind(row: Result, score: Score, seen: UUID | None) -> ResultFact.Kind:
    if score.points is not None:
        return ResultFact.Kind.CORRECT if seen else ResultFact.Kind.SET
    return ResultFact.Kind.NOTE if row.score is None else ResultFact.Kind.ANNUL


def _fold_into(row: Result, facts: list[ResultFact], *, at: datetime) -> None:
    by_id = {fact.id: fact for fact in facts}
    cell = fold(Said(f.id, f.author_id, f.event_at, f.score, f.replaces_id) for f in by_id.values())
    head = by_id[cell.head.id] if cell.head else facts[-1]
    row.score, row.comment, row.differs = head.score, head.comment, bool(cell.differing)
    row.last_fact_id, row.set_by_id, row.set_at = head.id, head.author_id, head.event_at
    row.date_last_modified = at
