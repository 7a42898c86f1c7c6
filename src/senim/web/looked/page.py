"""The page of who looked at a child: its lines, what narrows them, the reader's own questions."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from senim.ledger.cases import Asked
from senim.privacy.looks import Kind, Withheld
from senim.privacy.reading import Asking, Page, Reader, Told
from senim.rules.access import Viewer
from senim.rules.fields import F0, F1, F8
from senim.schools.queries import SchoolCard
from senim.web.diary.children import Child, children
from senim.web.looked import words

TONES = {Kind.DAILY: "plain", Kind.OTHER: "here", Kind.DELIVERY: "waits", Kind.REFUSED: "wrong"}


@dataclass(frozen=True, slots=True)
class Moment:
    """One look within a line: when (civil), at what, of which days."""

    id: F8[UUID]
    at: F8[datetime]
    what: F8[str]
    days: F8[str]


@dataclass(frozen=True, slots=True)
class LookLine:
    """One line, in the reader's words. late: the day until which the law withheld it."""

    id: F8[UUID]
    kind: F8[str]
    tone: F0[str]
    day: F8[date]
    moments: F8[tuple[Moment, ...]]
    name: F8[str]
    post: F8[str]
    title: F8[str]
    klass: F8[str]
    fields: F8[str]
    ground: F8[str]
    answers: F8[str]
    late: F8[date | None]


@dataclass(frozen=True, slots=True)
class Question:
    """What the reader asked, by when it is answered, and the answer."""

    number: F8[int]
    said: F8[str]
    asked: F8[datetime]
    due: F8[date]
    overdue: F8[bool]
    answered: F8[datetime | None]
    answer: F8[str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What narrows the lines, and what there is to choose from: (value, words)."""

    month: F0[str]
    kind: F0[str]
    who: F0[str]
    people: F8[tuple[tuple[str, str], ...]]
    months: F0[tuple[date, ...]]
    opened: F0[bool]


@dataclass(frozen=True, slots=True)
class LookedPage:
    """Who looked at one child in one month."""

    member_id: F0[UUID]
    shown_name: F1[str]
    class_title: F1[str]
    school: F1[dict[str, str]]
    children: F0[tuple[Child, ...]]
    own: F0[bool]
    month: F0[date]
    chosen: F0[Chosen]
    lines: F8[tuple[LookLine, ...]]
    total: F8[int]
    number: F0[int]
    pages: F0[int]
    withheld: F8[tuple[Withheld, ...]]
    questions: F8[tuple[Question, ...]]
    sealed: F0[datetime | None]


@dataclass(frozen=True, slots=True)
class WrongPage:
    """The form by which a family says that a look seems wrong."""

    member_id: F0[UUID]
    shown_name: F1[str]
    line: F8[LookLine]
    said: F8[str]
    due: F0[date]
    fault: F0[str]


def months(reader: Reader) -> tuple[date, ...]:
    """Return the months there may be looks of, the present one first; two years at most."""
    starts = min((seat.starts for seat in reader.child.seats), default=reader.on)
    found: list[date] = []
    month = reader.on.replace(day=1)
    while month >= starts.replace(day=1) and len(found) < 24:
        found.append(month)
        month = (month.replace(day=1) - words.DAY).replace(day=1)
    return tuple(found) or (reader.on.replace(day=1),)


def looked_page(
    reader: Reader,
    asking: Asking,
    found: Page,
    *,
    viewer: Viewer,
    lang: str,
    opened: bool,
    sealed: datetime | None,
) -> LookedPage:
    """Return the page in the reader's language."""
    room = reader.pupil.homeroom(reader.on)
    zone = reader.child.zone
    return LookedPage(
        member_id=reader.child.member_id,
        shown_name=reader.pupil.shown_name,
        class_title=room.title if room else "",
        school=reader.pupil.school.name,
        children=children(reader.own, viewer, current=reader.child.member_id),
        own=True,
        month=asking.month,
        chosen=Chosen(
            f"{asking.month:%Y-%m}",
            asking.kind,
            asking.who,
            tuple((who.key, words.name(who, lang)) for who in found.people),
            months(reader),
            opened,
        ),
        lines=tuple(look_line(told, reader.pupil.school, lang) for told in found.told),
        total=found.total,
        number=found.page,
        pages=found.pages,
        withheld=found.withheld,
        questions=tuple(_question(case, reader) for case in reader.cases),
        sealed=sealed.astimezone(zone) if sealed else None,
    )


def look_line(told: Told, school: SchoolCard, lang: str) -> LookLine:
    """Return a line in the reader's language, its times those of the school."""
    first, zone = told.line.first, school.zone
    name, post = words.name(told.who, lang), words.post(told.who, lang)
    daily = first.kind is Kind.DAILY
    return LookLine(
        id=first.row.id,
        kind=first.kind,
        tone=TONES[first.kind],
        day=first.day,
        moments=tuple(
            Moment(one.row.id, one.row.at.astimezone(zone), words.what(one, lang), days)
            for one in told.line.looks
            for days in [words.span(one, lang)]
        ),
        name=name,
        post=post if post != name else "",
        title=words.title(told.line, told, lang),
        klass="" if daily or told.klass is None else words.class_title(told.klass, lang),
        fields=words.fields(told.line.looks, lang),
        ground=words.ground(told.ground, lang),
        answers=words.answers(told, school.name, lang),
        late=first.row.withheld_until,
    )


def _question(case: Asked, reader: Reader) -> Question:
    zone = reader.child.zone
    return Question(
        case.number,
        case.said,
        case.opened_at.astimezone(zone),
        case.due_on,
        case.overdue(reader.on),
        case.answered_at.astimezone(zone) if case.answered_at else None,
        case.answer,
    )
