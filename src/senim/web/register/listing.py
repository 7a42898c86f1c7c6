"""The page one chooses a register on: own classes, the homeroom class's, or the school's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from senim.base.kazakh import sort_key
from senim.base.words import in_language, say
from senim.journal.register_list import Days, Missing, missing_of
from senim.rules.access import Actor, Viewer
from senim.rules.fields import F0
from senim.rules.sessions import school_year_on
from senim.schools import queries as schools
from senim.schools.queries import COUNTRY_ZONE, ClassCard
from senim.schools.taught import taught_classes


@dataclass(frozen=True, slots=True)
class BookLine:
    """One register to open, with what is missing in it, in words. complete: nothing is."""

    class_id: F0[UUID]
    subject: F0[str]
    missing: F0[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The registers of one class. own: the viewer teaches them, else they only read."""

    title: F0[str]
    own: F0[bool]
    books: F0[tuple[BookLine, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A homeroom class to choose."""

    id: F0[UUID]
    title: F0[str]
    current: F0[bool]


@dataclass(frozen=True, slots=True)
class ListPage:
    """choices: the school's classes, for those who lead it; shelves: of what is chosen."""

    choices: F0[tuple[tuple[int | None, tuple[Choice, ...]], ...]]
    shelves: F0[tuple[Shelf, ...]]
    leads: F0[bool]
    term: F0[int | None]


def list_page(actor: Actor, *, chosen: str, at: datetime) -> ListPage:
    """Return the registers the actor may open. chosen: a homeroom class, for those who lead."""
    viewer, on = actor.viewer, at.astimezone(COUNTRY_ZONE).date()
    classes = taught_classes(viewer, school_year=school_year_on(on))
    leads = bool(viewer.led_school_ids)
    choices = _choices(classes, chosen) if leads else ()
    if leads:
        wished = next((c.id for _, row in choices for c in row if c.current), None)
        classes = tuple(klass for klass in classes if (klass.homeroom_id or klass.id) == wished)
    term, missing = _missing(viewer, classes, on)
    return ListPage(choices, _shelves(viewer, classes, missing, actor.language), leads, term)


def _choices(
    classes: Iterable[ClassCard], chosen: str
) -> tuple[tuple[int | None, tuple[Choice, ...]], ...]:
    """Return the homeroom classes by grade; the first is chosen until another is."""
    titles = {klass.homeroom_id or klass.id: klass for klass in classes}
    wanted = chosen if chosen in {str(key) for key in titles} else str(next(iter(titles), ""))
    rows: dict[int | None, list[Choice]] = {}
    for key, klass in titles.items():
        rows.setdefault(klass.grade, []).append(Choice(key, klass.title, str(key) == wanted))
    return tuple((grade, tuple(row)) for grade, row in rows.items())


def _missing(
    viewer: Viewer, classes: tuple[ClassCard, ...], on: date
) -> tuple[int | None, dict[UUID, Missing]]:
    """Return the present quarter's number, and what is missing in it by class.

    A teacher's and an office's hat belong to one school.
    """
    if not classes:
        return None, {}
    school_id = classes[0].school_id
    term = schools.session_on(school_id, on)
    if term is None:
        return None, {}
    days = Days(term.starts, min(on, term.ends))
    return term.number, dict(missing_of(viewer, school_id, classes, days))


def _shelves(
    viewer: Viewer, classes: Iterable[ClassCard], missing: dict[UUID, Missing], lang: str
) -> tuple[Shelf, ...]:
    """Return a shelf a class: first what one teaches, then what one reads."""
    rows: dict[tuple[bool, str], list[BookLine]] = {}
    for klass in classes:
        own = klass.id in viewer.class_ids
        title = in_language(klass.course or {}, lang)
        subject = f"{title}, {klass.subgroup}" if klass.subgroup else title
        line = BookLine(klass.id, subject, _words(missing.get(klass.id, Missing()), lang))
        rows.setdefault((not own, klass.title), []).append(line)
    ordered = sorted(rows.items(), key=lambda row: row[0][0])
    return tuple(
        Shelf(title, not reads, tuple(sorted(lines, key=lambda line: sort_key(line.subject))))
        for (reads, title), lines in ordered
    )


def _words(missing: Missing, lang: str) -> tuple[str, ...]:
    counts = {
        "attendance": missing.attendance,
        "topics": missing.topics,
        "points": missing.points,
    }
    return tuple(say(f"register.list.{name}", lang, n=n) for name, n in counts.items() if n)
