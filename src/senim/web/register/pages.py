"""The register as a page: frozen, classed, and lean, since a term has a thousand cells."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from senim.base.explain import explain_lines
from senim.base.words import in_language, say
from senim.journal.register_values import NOTHING, Cell, Column, Line, Missing, Period, Register
from senim.rules.attendance import Sign
from senim.rules.fields import F0, F1, F2
from senim.rules.mark_policies import SubjectKind
from senim.rules.marks import MarkState
from senim.schools.queries import ClassCard
from senim.web.register.signs import CLASS_OF, letters

COUNTED = (SubjectKind.MARKED, SubjectKind.HALF_YEAR)
SUMMATIVE = ("sor", "soch")
WITHOUT_MARKS = (SubjectKind.PASS_FAIL, SubjectKind.UNMARKED)
SAID = (
    *("empty", "points", "outside", "unread", "letters_only", "closed", "differs", "noted"),
    *("paste_place", "paste_long", "pasted", "cleared", "copied"),
    *("undone", "redone", "nothing_undone"),
    *("unreached", "signed_out", "refused", "again", "let_go"),
    *("close", "pad", "clear", "next", "before", "card"),
)
"""The words the grid's script says, `register.script.…`."""

NAMED_DAYS = 4
"""How many days a sentence names before it only counts the rest."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head. label: «18.11», for SOR and SOCh under their name; key: as in addresses."""

    key: F0[str]
    kind: F0[str]
    label: F0[str]
    date: F0[date]
    number: F0[int]
    maximum: F0[int]
    again: F0[bool]
    today: F0[bool]


@dataclass(frozen=True, slots=True)
class RowLine:
    """A pupil's row. cells: (class, letter, text) for each column.

    facts: the facts behind the points, in short, by column; what a correction had before it.
    percent, mark: as recommended so far; settled: nothing is still to come.
    """

    no: F1[int]
    member_id: F1[UUID]
    name: F1[str]
    left: F1[bool]
    cells: F2[tuple[tuple[str, str, str], ...]]
    facts: F2[str]
    percent: F2[str]
    mark: F2[str]
    settled: F2[bool]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something not yet in the register, in words, with the columns it is about."""

    words: F0[str]
    columns: F0[tuple[Head, ...]]
    more: F0[int]


@dataclass(frozen=True, slots=True)
class PeriodLink:
    """A period to choose. term: its number in addresses."""

    term: F0[int]
    title: F0[str]
    current: F0[bool]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One class's register of one period.

    marked: recommended marks are worked out here; else `without` says in words why not.
    pointed: points are given here. so_far: every mark may still change.
    """

    class_id: F0[UUID]
    title: F0[str]
    school: F0[dict[str, str]]
    subject: F0[str]
    term: F0[int]
    period: F0[str]
    periods: F0[tuple[PeriodLink, ...]]
    writes: F0[bool]
    heads: F0[tuple[Head, ...]]
    rows: F1[tuple[RowLine, ...]]
    pupils: F1[int]
    quality: F2[int | None]
    success: F2[int | None]
    marked: F0[bool]
    pointed: F0[bool]
    half_year: F0[bool]
    so_far: F2[bool]
    without: F0[str]
    faults: F2[tuple[str, ...]]
    gaps: F0[tuple[Gap, ...]]
    gone: F1[int]
    with_gone: F0[bool]
    differing: F2[int]
    on: F0[date]
    owner: F0[UUID]
    said: F0[tuple[str, ...]] = SAID


@dataclass(frozen=True, slots=True)
class NoTermPage:
    """A class whose school has no quarters yet."""

    class_id: F0[UUID]
    title: F0[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What decides how a register is shown: language, who looks and may write, who left."""

    lang: str
    owner: UUID
    writes: bool
    with_gone: bool
    on: date


def class_title(klass: ClassCard, lang: str) -> str:
    """Return «7 «Ә» · Алгебра», with the subgroup where there is one."""
    subject = in_language(klass.course or {}, lang)
    return " · ".join(part for part in (klass.title, subject, klass.subgroup) if part)


def period_title(period: Period, lang: str) -> str:
    """Return «2-тоқсан», or «1-жартыжылдық»."""
    if period.half:
        return say("register.period.half", lang, n=period.half)
    return say("register.period.term", lang, n=period.number)


def register_page(
    book: Register, periods: Sequence[Period], school: dict[str, str], shown: Shown
) -> RegisterPage:
    """Return the page of a register."""
    lang, kept = shown.lang, [line for line in book.lines if shown.with_gone or not line.left]
    heads = tuple(_head(column, lang, shown.on) for column in book.columns)
    tints = [column.kind if column.kind in SUMMATIVE else "" for column in book.columns]
    rows = tuple(_row(no, line, tints, shown) for no, line in enumerate(kept, 1))
    return RegisterPage(
        class_id=book.klass.id,
        title=class_title(book.klass, lang),
        school=school,
        subject=in_language(book.klass.course or {}, lang),
        term=book.period.number,
        period=period_title(book.period, lang),
        periods=tuple(
            PeriodLink(one.number, period_title(one, lang), one.number == book.period.number)
            for one in periods
        ),
        writes=shown.writes,
        heads=heads,
        rows=rows,
        pupils=sum(not line.left for line in book.lines),
        quality=book.outcome.quality,
        success=book.outcome.success,
        marked=book.kind in COUNTED,
        pointed=book.kind is not SubjectKind.UNMARKED,
        half_year=book.kind is SubjectKind.HALF_YEAR,
        so_far=any(row.mark for row in rows) and not any(row.settled for row in rows),
        without=_without(book, lang),
        faults=_faults(kept, lang),
        gaps=_gaps(book.missing, lang, shown.on),
        gone=book.gone,
        with_gone=shown.with_gone,
        differing=sum(bool(cell.others) for line in kept for cell in line.cells.values()),
        on=shown.on,
        owner=shown.owner,
    )


def _head(column: Column, lang: str, on: date) -> Head:
    return Head(
        key=column.key,
        kind=column.kind,
        label=f"{column.date:%d.%m}",
        date=column.date,
        number=column.number,
        maximum=column.maximum,
        again=column.again,
        today=column.is_lesson and column.date == on,
    )


def _row(no: int, line: Line, tints: Sequence[str], shown: Shown) -> RowLine:
    letter_of = letters(shown.lang)
    cells = tuple(
        _cell(line.cells[n], tint, letter_of)
        if n in line.cells
        else (tint if seated else "x", "", "")
        for n, (seated, tint) in enumerate(zip(line.open, tints, strict=True))
    )
    facts = (line.cells.get(n, NOTHING).seen_by(shown.owner) for n in range(len(cells)))
    mark = line.mark
    return RowLine(
        no=no,
        member_id=line.member_id,
        name=line.name,
        left=line.left,
        cells=cells,
        facts=",".join(short(fact) if fact else "" for fact in facts).rstrip(","),
        percent="" if mark is None or mark.percent is None else str(mark.percent),
        mark="" if mark is None or mark.mark is None else str(mark.mark),
        settled=mark is not None and mark.state is MarkState.RECOMMENDED,
    )


def _cell(cell: Cell, tint: str, letter_of: Mapping[Sign, str]) -> tuple[str, str, str]:
    classes = CLASS_OF[cell.sign] if cell.sign else tint
    letter = letter_of[cell.sign] if cell.sign else ""
    text = "" if cell.points is None else str(cell.points)
    if cell.others:
        said = [text or "–", *("–" if other is None else str(other) for other in cell.others)]
        return f"{classes} d".strip(), letter, " ≠ ".join(said)
    return f"{classes} n".strip() if cell.noted else classes, letter, text


def short(fact_id: UUID) -> str:
    """Return an id in 22 letters; the grid's script makes it whole again."""
    return urlsafe_b64encode(fact_id.bytes).rstrip(b"=").decode()


def _without(book: Register, lang: str) -> str:
    """Return why there are no marks here, in the rule's own words."""
    if book.kind not in WITHOUT_MARKS:
        return ""
    mark = next((line.mark for line in book.lines if line.mark), None)
    return " ".join(line.label for line in explain_lines(mark, lang)) if mark else ""


def _faults(lines: Sequence[Line], lang: str) -> tuple[str, ...]:
    """Return in words why marks cannot be worked out, each reason once."""
    found = {
        say(f"refusal.{line.fault.code}", lang, **line.fault.facts) for line in lines if line.fault
    }
    return tuple(sorted(found))


def _gaps(missing: Missing, lang: str, on: date) -> tuple[Gap, ...]:
    found = []
    for name, columns in (("attendance", missing.attendance), ("topics", missing.topics)):
        if columns:
            heads = tuple(_head(column, lang, on) for column in columns[:NAMED_DAYS])
            words = say(f"register.gap.{name}", lang, n=len(columns))
            found.append(Gap(words, heads, len(columns) - len(heads)))
    for column, n in missing.points:
        name = column_title(column, lang)
        words = say("register.gap.points", lang, n=n, work=name)
        found.append(Gap(words, (_head(column, lang, on),), 0))
    return tuple(found)


def column_title(column: Column, lang: str) -> str:
    """Return a column's name in words: «БЖБ 1», «ТЖБ», «18.11»."""
    if column.is_lesson:
        return f"{column.date:%d.%m}"
    kind = say(f"marks.kind.{column.kind}", lang)
    return f"{kind} {column.number}" if column.kind == "sor" else kind
