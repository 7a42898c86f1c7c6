"""The plain forms of a register: one column's cells, one cell, and a summative's day and maximum.

They are the whole of the register without script, and what the grid falls back on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from senim.base.words import say
from senim.journal import services as journal
from senim.journal.register_values import NOTHING, Cell, Column, Line
from senim.rules.access import Actor
from senim.rules.attendance import Sign, said_by
from senim.rules.errors import Invalid, Refusal
from senim.rules.fields import F0, F1, F2
from senim.rules.mark_policies import Category
from senim.web.register.opening import Opened
from senim.web.register.pages import class_title, column_title
from senim.web.register.signs import LETTERED, Typed, letters, read_cell, shown

SUMMATIVE = ("sor", "soch")


@dataclass(frozen=True, slots=True)
class Field:
    """One pupil's input. was: what stood there, so that only what changed is saved."""

    member_id: F1[UUID]
    no: F1[int]
    name: F1[str]
    value: F2[str]
    was: F2[str]
    seen: F2[str]
    others: F2[str]
    noted: F2[bool]
    error: F2[str]


@dataclass(frozen=True, slots=True)
class Work:
    """A summative's own fields, as typed. number: of a SOR."""

    kind: F0[str]
    day: F0[str]
    maximum: F0[str]
    number: F0[str]


@dataclass(frozen=True, slots=True)
class ColumnPage:
    """One column as a form. work: for a summative; new: it is not in the register yet.

    errors: (id of the field, words).
    """

    class_id: F0[UUID]
    title: F0[str]
    term: F0[int]
    key: F0[str]
    column: F0[str]
    day: F0[date | None]
    number: F0[int]
    lesson: F0[bool]
    maximum: F0[int]
    letters: F0[tuple[tuple[str, str], ...]]
    fields: F1[tuple[Field, ...]]
    work: F0[Work | None]
    new: F0[bool]
    errors: F2[tuple[tuple[str, str], ...]] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a form was sent with, and what was wrong with it, by the id of its field."""

    values: Mapping[str, str]
    errors: Mapping[str, str]


NOTHING_TOLD = Told({}, {})


def column_page(opened: Opened, key: str, actor: Actor, *, told: Told = NOTHING_TOLD) -> ColumnPage:
    """Return one column as a form, with what was typed where it was refused."""
    lang = actor.language
    place, column = opened.column(key)
    lines = opened.book.lines if opened.book else ()
    fields = tuple(
        _field(no, line, line.cells.get(place, NOTHING), actor, told)
        for no, line in enumerate((li for li in lines if li.open[place]), 1)
    )
    work = None
    if column.kind in SUMMATIVE:
        work = Work(
            column.kind,
            told.values.get("day", column.date.isoformat()),
            told.values.get("maximum", str(column.maximum)),
            told.values.get("number", str(column.number)),
        )
    return ColumnPage(
        class_id=opened.year.klass.id,
        title=class_title(opened.year.klass, lang),
        term=opened.book.period.number if opened.book else 0,
        key=key,
        column=column_title(column, lang),
        day=column.date,
        number=column.number,
        lesson=column.is_lesson,
        maximum=column.maximum,
        letters=_letters(lang) if column.is_lesson else (),
        fields=fields,
        work=work,
        new=False,
        errors=tuple(told.errors.items()),
    )


def new_work_page(opened: Opened, kind: str, lang: str, *, told: Told = NOTHING_TOLD) -> ColumnPage:
    """Return the form of a summative that is to be planned."""
    return ColumnPage(
        class_id=opened.year.klass.id,
        title=class_title(opened.year.klass, lang),
        term=opened.book.period.number if opened.book else 0,
        key="",
        column=say(f"marks.kind.{kind}", lang),
        day=None,
        number=0,
        lesson=False,
        maximum=0,
        letters=(),
        fields=(),
        work=Work(kind, told.values.get("day", ""), told.values.get("maximum", ""), ""),
        new=True,
        errors=tuple(told.errors.items()),
    )


def _letters(lang: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (letters(lang)[sign], say(f"parts.presence.full.{sign}", lang)) for sign in LETTERED
    )


def _field(no: int, line: Line, cell: Cell, actor: Actor, told: Told) -> Field:
    was = shown(cell.sign, cell.points, actor.language)
    name = f"c-{line.member_id}"
    return Field(
        member_id=line.member_id,
        no=no,
        name=line.name,
        value=told.values.get(name, was),
        was=was,
        seen=str(cell.seen_by(actor.hat_id) or ""),
        others=" ≠ ".join("–" if other is None else str(other) for other in cell.others),
        noted=cell.noted,
        error=told.errors.get(name, ""),
    )


# What was sent


class Faulty(Exception):
    """A form that cannot be saved, with all its faults by field; nothing was written."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as sent, by whom and when."""

    values: Mapping[str, str]
    actor: Actor
    at: datetime

    @property
    def lang(self) -> str:
        """The language its texts are read in."""
        return self.actor.language


def save_column(opened: Opened, column: Column, sent: Sent) -> None:
    """Save what changed in one column. Raises Faulty with every cell that cannot be read."""
    changes, errors = {}, {}
    for name, text in sent.values.items():
        member = name.removeprefix("c-")
        if member == name or text.strip() == sent.values.get(f"was-{member}", "").strip():
            continue
        try:
            before = read_cell(sent.values.get(f"was-{member}", ""), sent.lang, lesson=True)
            after = read_cell(text, sent.lang, lesson=column.is_lesson)
            changes[_id(member)] = Change(before, after, sent.values.get(f"seen-{member}", ""))
        except Invalid as fault:
            errors[name] = say(f"refusal.{fault.code}", sent.lang, **fault.facts)
    if errors:
        raise Faulty(errors)
    if changes:
        save_changes(opened, column, changes, sent)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a cell. comment None leaves the one that stands; seen: the fact before it."""

    before: Typed
    after: Typed
    seen: str = ""
    comment: str | None = None
    reason: str = ""

    def score(self) -> journal.Score | None:
        """Return the points to save; None when neither points nor comment change."""
        if self.before.points == self.after.points and self.comment is None:
            return None
        comment = self.comment
        if comment is None and self.after.points is None:
            comment = ""  # an emptied cell keeps no comment nobody sees
        return journal.Score(self.after.points, comment, self.reason, _id_or_none(self.seen))

    def presence(self) -> journal.Presence | None:
        """Return the presence to save; None when the letter stays."""
        if self.before.sign == self.after.sign:
            return None
        seen, _ = said_by(self.before.sign or Sign.HERE)
        presence, reason = said_by(self.after.sign or Sign.HERE)
        return journal.Presence(presence, reason, seen)


def save_changes(
    opened: Opened, column: Column, changes: Mapping[UUID, Change], sent: Sent
) -> None:
    """Save changed cells of one column by its service. Raises Faulty with the cell at fault."""
    scores = {member: score for member, change in changes.items() if (score := change.score())}
    came = {member: now for member, change in changes.items() if (now := change.presence())}
    if not scores and not came:
        return
    try:
        if column.is_lesson:
            key = journal.LessonKey(opened.year.klass.id, column.date, column.number)
            save = journal.LessonSave(presence=came, scores=scores)
            journal.save_lesson(key, save, actor=sent.actor, at=sent.at)
        elif column.item_id and scores:
            cells = {column.item_id: scores}
            journal.save_cells(opened.year.klass.id, cells, actor=sent.actor, at=sent.at)
    except Invalid as fault:
        if "member" not in fault.facts:
            raise
        words = say(f"refusal.{fault.code}", sent.lang, **fault.facts)
        raise Faulty({f"c-{fault.facts['member']}": words}) from None


def save_work(opened: Opened, column: Column | None, kind: str, sent: Sent) -> None:
    """Plan a summative, or change one's day, maximum and number. Raises Faulty by field."""
    day, maximum, number = _work(sent)
    try:
        if column is None:
            planned = journal.Summative(Category(kind), day, maximum)
            journal.add_summative(opened.year.klass.id, planned, actor=sent.actor, at=sent.at)
        elif column.item_id:
            journal.change_summative(
                column.item_id,
                day=day,
                maximum=maximum,
                number=number,
                actor=sent.actor,
                at=sent.at,
            )
    except Invalid as fault:
        raise Faulty(
            {_place_of(fault): say(f"refusal.{fault.code}", sent.lang, **fault.facts)}
        ) from None


def _work(sent: Sent) -> tuple[date, int, int | None]:
    errors = {}
    day, maximum = None, None
    try:
        day = date.fromisoformat(sent.values.get("day", "").strip())
    except ValueError:
        errors["day"] = say("register.work.day_needed", sent.lang)
    text = sent.values.get("maximum", "").strip()
    if text.isdecimal() and len(text) <= 3:
        maximum = int(text)
    else:
        errors["maximum"] = say("register.work.maximum_needed", sent.lang)
    if day is None or maximum is None:
        raise Faulty(errors)
    number = sent.values.get("number", "").strip()
    return day, maximum, int(number) if number.isdecimal() and len(number) <= 2 else None


def _place_of(fault: Refusal) -> str:
    if fault.code in {"summative_maximum", "maximum_below_points"}:
        return "maximum"
    return "number" if fault.code in {"sor_number", "summative_number_taken"} else "day"


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("cell_unread", text=text[:20], column="") from None


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
