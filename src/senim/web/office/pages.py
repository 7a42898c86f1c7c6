"""What the office's pages hold: frozen values, each field with its class."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from senim.ledger.cases import Waiting
from senim.rules.fields import F0, F1, F4, F5


@dataclass(frozen=True, slots=True)
class Step:
    """Something a new school does first, and whether it is done. key: its words."""

    key: F0[str]
    done: F0[bool]
    url: F0[str | None]
    number: F0[int]


@dataclass(frozen=True, slots=True)
class Overview:
    """The office's first page: the school in numbers, and what is still to be set up.

    waiting: what waits for whoever leads the school; None for a clerk.
    """

    school: F0[str]
    school_year: F0[str]
    provisional: F0[bool]
    pupils: F0[int]
    teachers: F0[int]
    classes: F0[int]
    steps: F0[tuple[Step, ...]]
    waiting: F0[Waiting | None]


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the roll."""

    url: F0[str]
    name: F1[str]
    posts: F0[tuple[str, ...]]
    learns_in: F1[tuple[str, ...]]
    guardians: F4[tuple[str, ...]]
    restricted: F4[tuple[str, ...]]
    username: F4[str | None]


@dataclass(frozen=True, slots=True)
class Roll:
    """A page of the roll."""

    school: F0[str]
    lines: F0[tuple[Person, ...]]
    total: F0[int]
    page: F0[int]
    pages: F0[int]
    search: F0[str]
    class_id: F0[str]
    classes: F0[tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One homeroom class."""

    id: F0[str]
    title: F0[str]
    grade: F0[int | None]
    pupils: F0[int]
    homeroom_teacher: F1[str | None]
    taught: F0[int]


@dataclass(frozen=True, slots=True)
class Classes:
    """The school's homeroom classes."""

    school: F0[str]
    lines: F0[tuple[ClassRow, ...]]


@dataclass(frozen=True, slots=True)
class Period:
    """One meeting in a cell of the timetable."""

    subject: F0[str]
    subgroup: F0[str]
    room: F0[str]
    teacher: F1[str]
    joined: F0[bool]


@dataclass(frozen=True, slots=True)
class Line:
    """One slot of the week: its bells and, by weekday, what meets in it."""

    number: F0[int]
    starts_at: F0[time]
    ends_at: F0[time]
    days: F0[tuple[tuple[Period, ...], ...]]


@dataclass(frozen=True, slots=True)
class Week:
    """A homeroom class's week of meetings."""

    school: F0[str]
    class_id: F0[str]
    title: F0[str]
    shift: F0[int]
    classes: F0[tuple[tuple[str, str], ...]]
    weekdays: F0[tuple[date, ...]]
    lines: F0[tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """What an import did with one table of the file."""

    name: F0[str]
    counts: F0[tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Warned:
    """How something sloppy in a file was read. key: its words."""

    place: F0[str]
    key: F0[str]
    lines: F0[str]


@dataclass(frozen=True, slots=True)
class Run:
    """One import that was taken in."""

    at: F0[datetime]
    source: F0[str]
    tables: F0[tuple[Table, ...]]
    warned: F0[int]
    warnings: F0[tuple[Warned, ...]]


@dataclass(frozen=True, slots=True)
class Imports:
    """The school's imports, latest first."""

    school: F0[str]
    runs: F0[tuple[Run, ...]]


@dataclass(frozen=True, slots=True)
class Card:
    """One first-time card, as printed, in the language of its reader."""

    name: F1[str]
    username: F4[str]
    code: F4[str]
    expires_at: F0[datetime]
    language: F0[str]


@dataclass(frozen=True, slots=True)
class Cards:
    """A sheet of first-time cards. school_name: by language; address: as one types it."""

    school: F0[str]
    school_name: F0[dict[str, str]]
    title: F0[str]
    address: F0[str]
    cards: F0[tuple[Card, ...]]
    staff: F0[bool] = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies a person, covered. iin_ends: its last digits, None where there is none.

    opened: the one just opened, "iin" or "address"; value: what it says, empty where none is kept.
    """

    iin_ends: F5[str | None]
    has_address: F5[bool]
    opened: F0[str] = ""
    value: F5[str] = ""


@dataclass(frozen=True, slots=True)
class Protectable:
    """Somebody who can be put under protection here. ground: of the one in force, else empty."""

    user_id: F0[UUID]
    name: F4[str]
    since: F0[date | None]
    ground: F0[str]


@dataclass(frozen=True, slots=True)
class OnePerson:
    """One person of the roll, and what the office can do for them.

    phone: what stands in the way of linking a phone anew, as a refusal's code; empty: nothing.
    done: what was just done, as a key of words, or empty. card: just made, shown once.
    protectable: the person and their guardians, for who leads the school alone.
    """

    school: F0[str]
    school_name: F0[dict[str, str]]
    address: F0[str]
    person: F0[Person]
    phone: F0[str]
    identity: F5[Identity]
    purposes: F0[tuple[str, ...]]
    protectable: F0[tuple[Protectable, ...]]
    grounds: F0[tuple[str, ...]]
    done: F0[str] = ""
    fault: F0[str] = ""
    card: F0[Card | None] = None
