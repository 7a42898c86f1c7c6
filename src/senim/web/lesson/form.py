"""The lesson page as a plain form: what was sent, compared with what its sender saw."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from senim.journal.queries import CellFacts
from senim.journal.services import LessonKey, LessonSave, Presence, Score
from senim.rules.attendance import Sign, said_by
from senim.rules.errors import Invalid
from senim.web.lesson.page import Group, Lesson, Line, shown

LOWEST, HIGHEST = 1, 10


@dataclass(slots=True)
class Form:
    """A form as it was read: what to save by class, the page as typed, and what is wrong.

    faults: (id of the field, refusal).
    """

    groups: tuple[Group, ...] = ()
    saves: dict[LessonKey, LessonSave] = field(default_factory=dict)
    faults: list[tuple[str, Invalid]] = field(default_factory=list)


def read(sent: Mapping[str, str], lesson: Lesson, groups: tuple[Group, ...]) -> Form:
    """Return what a form says, class by class, with only what its sender changed to be saved."""
    form = Form()
    taken = sent.get("taken") == "1"
    typed = []
    for group in groups:
        lines = tuple(_typed(sent, line) for line in group.lines)
        typed.append(
            replace(
                group,
                topic=_text(sent, f"topic-{group.class_id}", group.topic),
                homework=_text(sent, f"homework-{group.class_id}", group.homework),
                lines=tuple(_marked_faulty(form, line) for line in lines),
            )
        )
        save = LessonSave(
            topic=_changed(sent, f"topic-{group.class_id}"),
            homework=_changed(sent, f"homework-{group.class_id}"),
            attendance_taken=taken,
            presence=_presence(lines),
            scores=_scores(lesson, group, lines),
        )
        if not save.empty:
            form.saves[replace(lesson.key, class_id=group.class_id)] = save
    form.groups = tuple(typed)
    return form


def _text(sent: Mapping[str, str], name: str, default: str = "") -> str:
    return "\n".join(sent.get(name, default).splitlines())


def _changed(sent: Mapping[str, str], name: str) -> str | None:
    """Return a text that is not the one the page was opened with, else None."""
    kind, _, class_id = name.partition("-")
    if name not in sent or _text(sent, name) == _text(sent, f"{kind}_was-{class_id}"):
        return None
    return _text(sent, name)


def _typed(sent: Mapping[str, str], line: Line) -> Line:
    """Return a line with what was typed; `seen` and `was` are what the sender had before them."""
    member = line.member_id
    return replace(
        line,
        sign=_sign(sent.get(f"sign-{member}", ""), line.sign),
        was=_sign(sent.get(f"was-{member}", ""), line.was),
        points=sent.get(f"points-{member}", line.points).strip(),
        comment=_text(sent, f"comment-{member}", line.comment).strip(),
        seen=sent.get(f"seen-{member}", line.seen),
    )


def _sign(sent: str, default: str) -> str:
    return sent if sent in tuple(Sign) else default


def _marked_faulty(form: Form, line: Line) -> Line:
    if line.points and _number(line.points) is None:
        refusal = Invalid(
            "points_not_a_number", typed=line.points[:20], lowest=LOWEST, maximum=HIGHEST
        )
        form.faults.append((f"points-{line.member_id}", refusal))
        return replace(line, faulty=True)
    return line


def _number(text: str) -> int | None:
    fits = text.isascii() and text.isdecimal() and len(text) <= 3 and LOWEST <= int(text) <= HIGHEST
    return int(text) if fits else None


def _presence(lines: tuple[Line, ...]) -> dict[UUID, Presence]:
    found = {}
    for line in lines:
        if line.sign != line.was:
            presence, reason = said_by(Sign(line.sign))
            found[line.member_id] = Presence(presence, reason, seen=said_by(Sign(line.was))[0])
    return found


def _scores(lesson: Lesson, group: Group, lines: tuple[Line, ...]) -> dict[UUID, Score]:
    found = {}
    for line in lines:
        cell = lesson.facts.cells.get((group.class_id, line.member_id))
        points = _number(line.points)
        if not (line.points and points is None) and not _unchanged(line, cell):
            found[line.member_id] = Score(points, line.comment, seen=_fact(line, cell))
    return found


def _fact(line: Line, cell: CellFacts | None) -> UUID | None:
    """Return the fact its sender saw, if it is one of this cell."""
    known = {str(fact) for fact in cell.by_id} if cell else set()
    return UUID(line.seen) if line.seen in known else None


def _unchanged(line: Line, cell: CellFacts | None) -> bool:
    """Say whether points and comment are those its sender saw, whatever stands there by now."""
    seen = _fact(line, cell)
    fact = cell.by_id[seen] if cell and seen else None
    before = (shown(fact.points), fact.comment) if fact else ("", "")
    return (line.points, line.comment) == before
