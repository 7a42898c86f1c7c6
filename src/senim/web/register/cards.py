"""The cards of a register: why a mark is what it is, and all that was said of one cell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from senim.base.days import clock, short_day
from senim.base.words import say
from senim.journal.register_values import NOTHING, Column
from senim.journal.registers import AttendanceRow, FactRow, attendance_of_cell, facts_of_cell
from senim.rules.access import Actor
from senim.rules.attendance import Sign, sign_of
from senim.rules.errors import NotFound
from senim.rules.fields import F0, F1, F2
from senim.web.register.opening import Opened
from senim.web.register.pages import column_title
from senim.web.register.signs import shown
from senim.web.why import WhyCard, why_card


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One thing said of a cell: what, by whom and when, and why."""

    what: F2[str]
    who: F2[str]
    when: F2[str]
    comment: F2[str]
    reason: F2[str]


@dataclass(frozen=True, slots=True)
class CellCard:
    """A cell with its history. key: of its column; value: as a form takes it back; seen: its fact.

    differs: two entries disagree and nobody has decided.
    """

    key: F0[str]
    column: F0[str]
    lesson: F0[bool]
    maximum: F0[int]
    member_id: F1[UUID]
    name: F1[str]
    value: F2[str]
    comment: F2[str]
    seen: F2[str]
    differs: F2[bool]
    said: F2[tuple[SaidLine, ...]]
    writes: F0[bool]


@dataclass(frozen=True, slots=True)
class MarkCard:
    """A pupil's recommended mark with its card."""

    name: F1[str]
    why: F2[WhyCard]


@dataclass(frozen=True, slots=True)
class CardPage:
    """A card on a page of its own, or by itself for the register's script."""

    title: F0[str]
    class_id: F0[UUID]
    term: F0[int]
    cell: F2[CellCard | None] = None
    mark: F2[MarkCard | None] = None


def mark_card(opened: Opened, member: str, lang: str) -> MarkCard:
    """Return the card of a pupil's mark. Raises NotFound where no mark is worked out."""
    line = opened.line(member)
    if line.mark is None:
        raise NotFound("not_found")
    return MarkCard(line.name, why_card(line.mark, lang))


def cell_card(opened: Opened, asked: str, *, actor: Actor) -> CellCard:
    """Return a cell with all that was said of it: two queries.

    asked: key of the column and the member, with "~" between. Raises NotFound for no such cell.
    """
    lang, viewer = actor.language, actor.viewer
    key, _, member = asked.partition("~")
    place, column = opened.column(key)
    line = opened.line(member)
    klass = opened.year.klass
    cell = line.cells.get(place, NOTHING)
    facts: tuple[FactRow, ...] = ()
    if column.item_id:
        facts = facts_of_cell(viewer, klass, column.item_id, line.member_id)
    came = None
    if column.lesson_id:
        came = attendance_of_cell(viewer, klass, column.lesson_id, line.member_id)
    head = next((fact for fact in facts if fact.id == cell.fact_id), None)
    return CellCard(
        key=key,
        column=_full_title(column, lang),
        lesson=column.is_lesson,
        maximum=column.maximum,
        member_id=line.member_id,
        name=line.name,
        value=shown(cell.sign, cell.points, lang),
        comment=head.comment if head else "",
        seen=str(cell.seen_by(actor.hat_id) or ""),
        differs=bool(cell.others),
        said=(
            *_said_of_points(facts, klass.zone, lang),
            *_said_of_presence(came, klass.zone, lang),
        ),
        writes=opened.writes and line.open[place],
    )


def _full_title(column: Column, lang: str) -> str:
    day = short_day(column.date, lang)
    if column.is_lesson:
        return say("register.cell.lesson", lang, day=day, n=column.number)
    return say(
        "register.cell.work", lang, work=column_title(column, lang), day=day, maximum=column.maximum
    )


def _said_of_points(facts: tuple[FactRow, ...], zone: ZoneInfo, lang: str) -> list[SaidLine]:
    """Return what was said of points, each with what its author had before them: «7 → 9»."""
    lines: list[SaidLine] = []
    said: dict[UUID | str, int | None] = {}  # by fact, and by author their last
    for fact in facts:
        before = said.get(fact.replaces or fact.author)
        lines.append(
            SaidLine(
                _change(fact, before, lang),
                fact.author,
                _when(fact.event_at, zone, lang),
                fact.comment,
                fact.reason,
            )
        )
        stands = before if fact.kind == "note" else fact.points
        said |= {fact.id: stands, fact.author: stands}
    return lines


def _change(fact: FactRow, before: int | None, lang: str) -> str:
    if fact.kind == "note":
        return say("register.cell.note", lang)
    if fact.points is None:
        return say("register.cell.annulled", lang, before="–" if before is None else before)
    return str(fact.points) if before in (None, fact.points) else f"{before} → {fact.points}"


def _said_of_presence(came: AttendanceRow | None, zone: ZoneInfo, lang: str) -> list[SaidLine]:
    if came is None:
        return []
    sign = sign_of(came.presence, came.reason)
    kind = "unknown" if sign is Sign.UNEXCUSED and came.reason == "unknown" else str(sign)
    seen = SaidLine(
        say(f"register.presence.{came.presence}", lang),
        came.presence_by,
        _when(came.presence_at, zone, lang),
        "",
        "",
    )
    if not came.reason_by or not came.reason_at:
        return [seen]
    why = SaidLine(
        say(f"register.presence.{kind}", lang),
        came.reason_by,
        _when(came.reason_at, zone, lang),
        "",
        "",
    )
    return [seen, why]


def _when(at: datetime, zone: ZoneInfo, lang: str) -> str:
    civil = at.astimezone(zone)
    return f"{short_day(civil.date(), lang)}, {clock(civil)}"
